/* SPDX-License-Identifier: Apache-2.0 */
#include "core/unwatched.h"

/** The row of an organ; NULL when it has none. */
static struct tcn_unwatched_row *find(struct tcn_unwatched *unwatched, uint16_t organ) {
    for (uint32_t i = 0; i < unwatched->count; i++) {
        if (unwatched->rows[i].organ == organ) {
            return &unwatched->rows[i];
        }
    }
    return NULL;
}

void tcn_unwatched_alert(struct tcn_unwatched *unwatched, const struct tcn_alert *alert,
                         int64_t now_ns) {
    if ((unsigned)alert->severity < TCN_SEVERITY_URGENT || alert->stream.organ == 0) {
        return;
    }
    struct tcn_unwatched_row *row = find(unwatched, alert->stream.organ);
    if (row == NULL && unwatched->count < TCN_ORGANS_MAX) {
        row = &unwatched->rows[unwatched->count];
        unwatched->count++;
        *row = (struct tcn_unwatched_row){.organ = alert->stream.organ};
    }
    if (row == NULL) {
        return; /* a policy has no more organs than there is room */
    }
    if (row->oldest == 0) {
        row->alone_ns = now_ns;
    }
    row->oldest = row->oldest == 0 || alert->number < row->oldest ? alert->number : row->oldest;
    row->newest = alert->number > row->newest ? alert->number : row->newest;
}

void tcn_unwatched_delivered(struct tcn_unwatched *unwatched, uint16_t organ, uint64_t number) {
    struct tcn_unwatched_row *row = find(unwatched, organ);
    if (row == NULL || row->oldest == 0 || number < row->oldest) {
        return;
    }
    row->is_said = false;
    row->oldest = number < row->newest ? number + 1 : 0;
}

void tcn_unwatched_begin(struct tcn_unwatched *unwatched) {
    for (uint32_t i = 0; i < unwatched->count; i++) {
        unwatched->rows[i].is_open = false;
    }
}

void tcn_unwatched_open(struct tcn_unwatched *unwatched, uint16_t organ) {
    struct tcn_unwatched_row *row = find(unwatched, organ);
    if (row != NULL) {
        row->is_open = true;
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
