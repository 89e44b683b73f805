/* SPDX-License-Identifier: Apache-2.0 */
#include "core/unwatched.h"

/** The row of an organ, of the one kind or the other; NULL when it has none. */
static struct tcn_unwatched_row *find(struct tcn_unwatched *unwatched, uint16_t organ,
                                      bool is_secret) {
    for (uint32_t i = 0; i < unwatched->count; i++) {
        if (unwatched->rows[i].organ == organ && unwatched->rows[i].is_secret == is_secret) {
            return &unwatched->rows[i];
        }
    }
    return NULL;
}

void tcn_unwatched_alert(struct tcn_unwatched *unwatched, const struct tcn_alert *alert,
                         int64_t now_ns) {
    if ((unsigned)alert->severity < TCN_SEVERITY_URGENT || alert->stream.organ == 0 ||
        alert->stream.mode != unwatched->mode) {
        return;
    }
    const bool is_secret = (alert->flags & TCN_FLAG_NOT_THE_DESK) != 0;
    struct tcn_unwatched_row *row = find(unwatched, alert->stream.organ, is_secret);
    if (row == NULL && unwatched->count < sizeof(unwatched->rows) / sizeof(unwatched->rows[0])) {
        row = &unwatched->rows[unwatched->count];
        unwatched->count++;
        *row = (struct tcn_unwatched_row){.organ = alert->stream.organ, .is_secret = is_secret};
    }
    if (row == NULL) {
        return; /* a policy has no more organs than there is room */
    }
    if (row->oldest == 0) {
        row->alone_ns = now_ns;
    }
    if (row->is_secret && row->is_said && alert->number > row->newest) {
        row->is_said = false; /* nobody else tells of it: what stands is the desk's to see */
        row->oldest = alert->number;
    }
    row->oldest = row->oldest == 0 || alert->number < row->oldest ? alert->number : row->oldest;
    row->newest = alert->number > row->newest ? alert->number : row->newest;
}

/** True when a row is of this stream. */
static bool is_of(const struct tcn_unwatched *unwatched, const struct tcn_unwatched_row *row,
                  struct tcn_stream stream) {
    return stream.mode == unwatched->mode && stream.organ == row->organ;
}

void tcn_unwatched_delivered(struct tcn_unwatched *unwatched, struct tcn_stream stream,
                             uint64_t number) {
    for (uint32_t i = 0; i < unwatched->count; i++) {
        struct tcn_unwatched_row *row = &unwatched->rows[i];
        if (is_of(unwatched, row, stream) && row->oldest != 0 && number >= row->oldest) {
            row->is_said = false;
            row->oldest = number < row->newest ? number + 1 : 0;
        }
    }
}

void tcn_unwatched_begin(struct tcn_unwatched *unwatched) {
    for (uint32_t i = 0; i < unwatched->count; i++) {
        unwatched->rows[i].is_open = false;
    }
}

void tcn_unwatched_open(struct tcn_unwatched *unwatched, struct tcn_stream stream) {
    for (uint32_t i = 0; i < unwatched->count; i++) {
        struct tcn_unwatched_row *row = &unwatched->rows[i];
        row->is_open = row->is_open || is_of(unwatched, row, stream);
    }
}

bool tcn_unwatched_next(struct tcn_unwatched *unwatched, int64_t now_ns,
                        const struct tcn_unwatched_row **out_row) {
    for (uint32_t i = 0; i < unwatched->count; i++) {
        struct tcn_unwatched_row *row = &unwatched->rows[i];
        if (row->is_open) {
            row->alone_ns = now_ns;
        }
        const bool is_alone = row->oldest != 0 && now_ns - row->alone_ns >= TCN_UNWATCHED_NS;
        if (is_alone && !row->is_said) {
            row->is_said = true;
            *out_row = row;
            return true;
        }
    }
    return false;
}
