/* SPDX-License-Identifier: Apache-2.0 */
#include "core/reach.h"

#include "base/check.h"

#include <string.h>

#define LOOK_NS INT64_C(1000000000)

void tcn_reach_init(struct tcn_reach *reach, int64_t now_ns) {
    memset(reach, 0, sizeof(*reach));
    reach->all = (struct tcn_reach_source){.heard_ns = now_ns, .patience_ns = TCN_SILENCE_NS};
    reach->looked_ns = now_ns;
}

/** Where a source stands, or would stand. */
static uint32_t place_of(const struct tcn_reach *reach, uint32_t source) {
    uint32_t low = 0;
    uint32_t high = reach->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (reach->sources[middle].source < source) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** The source's row, made when there is none; NULL when there is no room. */
static struct tcn_reach_source *row_of(struct tcn_reach *reach, uint32_t source, int64_t now_ns) {
    const uint32_t place = place_of(reach, source);
    struct tcn_reach_source *row = &reach->sources[place];
    if (place < reach->count && row->source == source) {
        return row;
    }
    if (reach->count == TCN_PRINCIPALS_MAX) {
        reach->unheard_count++;
        return NULL;
    }
    memmove(row + 1, row, (reach->count - place) * sizeof(*row));
    *row = (struct tcn_reach_source){
        .source = source, .heard_ns = now_ns, .patience_ns = TCN_SILENCE_NS};
    reach->count++;
    return row;
}

void tcn_reach_expect(struct tcn_reach *reach, uint32_t source, bool is_silent, int64_t now_ns) {
    struct tcn_reach_source *row = source == 0 ? &reach->all : row_of(reach, source, now_ns);
    if (row != NULL && is_silent) {
        row->is_silent = true;
    }
}

void tcn_reach_begin(struct tcn_reach *reach, int64_t now_ns) {
    reach->all.heard_ns = now_ns;
    reach->looked_ns = now_ns;
    for (uint32_t i = 0; i < reach->count; i++) {
        reach->sources[i].heard_ns = now_ns;
    }
}

/** Ends a silence; true when there was one. */
static bool end_silence(struct tcn_reach_source *row, int64_t now_ns) {
    const bool was_silent = row->is_silent;
    row->is_silent = false;
    row->heard_ns = now_ns;
    if (was_silent) {
        row->ended_ns = now_ns;
    }
    return was_silent;
}

/** Begins one, and makes the next one need more when this followed soon after another. */
static void begin_silence(struct tcn_reach_source *row) {
    row->is_silent = true;
    row->patience_ns *= 2;
    if (row->patience_ns > TCN_SILENCE_MAX_NS) {
        row->patience_ns = TCN_SILENCE_MAX_NS;
    }
}

static bool is_overdue(struct tcn_reach_source *row, int64_t now_ns) {
    if (!row->is_silent && now_ns - row->ended_ns >= 2 * TCN_SILENCE_MAX_NS) {
        row->patience_ns = TCN_SILENCE_NS; /* it has been good for long, or always was */
    }
    return !row->is_silent && now_ns - row->heard_ns >= row->patience_ns;
}

uint32_t tcn_reach_heard(struct tcn_reach *reach, uint32_t source, int64_t now_ns,
                         int64_t log_time_ns) {
    TCN_CHECK(source != 0);
    uint32_t news = TCN_REACH_NO_NEWS;
    const bool was_nobody = end_silence(&reach->all, now_ns);
    for (uint32_t i = 0; was_nobody && i < reach->count; i++) {
        /* The others get their time: it was not they who were silent. */
        reach->sources[i].heard_ns = now_ns;
        news = TCN_REACH_EVERYBODY;
    }
    reach->all.heard_log_ns = log_time_ns;
    struct tcn_reach_source *row = row_of(reach, source, now_ns);
    if (row != NULL) {
        news |= end_silence(row, now_ns) ? TCN_REACH_SOURCE : 0u;
        row->heard_log_ns = log_time_ns;
    }
    return news;
}

bool tcn_reach_next(struct tcn_reach *reach, int64_t now_ns,
                    const struct tcn_reach_source **out_source) {
    if (reach->cursor == 0 && now_ns - reach->looked_ns < LOOK_NS) {
        return false;
    }
    if (reach->cursor == 0) {
        reach->looked_ns = now_ns;
        if (reach->count > 0 && is_overdue(&reach->all, now_ns)) {
            begin_silence(&reach->all);
            *out_source = &reach->all;
            return true;
        }
    }
    while (!reach->all.is_silent && reach->cursor < reach->count) {
        struct tcn_reach_source *row = &reach->sources[reach->cursor];
        reach->cursor++;
        /* When others are not heard either, it may be everybody's silence, soon. */
        if (is_overdue(row, now_ns) && now_ns - reach->all.heard_ns < TCN_SILENCE_NS / 2) {
            begin_silence(row);
            *out_source = row;
            return true;
        }
    }
    reach->cursor = 0;
    return false;
}
