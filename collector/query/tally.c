/* SPDX-License-Identifier: Apache-2.0 */
#include "query/tally.h"

#include "base/check.h"
#include "core/guard.h"
#include "core/tally.h"

#include <stdlib.h>
#include <string.h>

/** A walk over all clocks. */
struct walk {
    struct tcn_tally *tally;
    struct tcn_state_reader *reader;
    enum tcn_mode mode;
    int64_t at_ns;
    uint64_t birth; /**< of the matter that was looked at last; 0: none, positions begin at 1 */
    bool is_counted;
};

enum tcn_status tcn_tally_init(struct tcn_tally *tally, const struct tcn_clock_table *table) {
    const uint32_t rule_count = table != NULL ? table->rule_count : 0;
    *tally = (struct tcn_tally){.rows = calloc((size_t)rule_count + 1, sizeof(*tally->rows))};
    if (tally->rows == NULL) {
        return TCN_NOMEM;
    }
    tally->count = rule_count + 1;
    for (uint32_t i = 0; i < rule_count; i++) {
        tally->rows[i].rule = &table->rules[i];
    }
    return TCN_OK;
}

void tcn_tally_fini(struct tcn_tally *tally) {
    free(tally->rows);
    *tally = (struct tcn_tally){.rows = NULL};
}

/** The counts of a rule, by halving: the table is sorted. */
static struct tcn_clock_tally *tally_of(struct tcn_tally *tally, const char *id) {
    uint32_t low = 0;
    uint32_t high = tally->count - 1;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const int order = strcmp(tally->rows[middle].rule->id, id);
        if (order == 0) {
            return &tally->rows[middle].tally;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return &tally->rows[tally->count - 1].tally;
}

/** Clocks of one matter come one behind the other, so each matter is read once. */
static enum tcn_status look_at_matter(struct walk *walk, uint64_t birth) {
    struct tcn_matter matter;
    if (birth == walk->birth) {
        return TCN_OK;
    }
    const enum tcn_status status = tcn_state_matter(walk->reader, birth, &matter);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    walk->birth = birth;
    walk->is_counted = matter.mode == walk->mode && !tcn_guard_has(&matter);
    return TCN_OK;
}

static enum tcn_status add_rows(struct walk *walk, const struct tcn_matter_clock *clocks,
                                size_t count) {
    for (size_t i = 0; i < count; i++) {
        const enum tcn_status status = look_at_matter(walk, clocks[i].birth_position);
        if (status != TCN_OK) {
            return status;
        }
        if (walk->is_counted) {
            tcn_clock_tally_add(tally_of(walk->tally, clocks[i].id), &clocks[i], walk->at_ns);
        }
    }
    return TCN_OK;
}

/** Page by page; bounded by the rows of the state, as each page begins behind the one before. */
static enum tcn_status walk_all(struct walk *walk, struct tcn_matter_clock *page) {
    uint64_t birth = 0;
    uint32_t rule = 0;
    size_t count = TCN_SLICE_RECORDS_MAX;
    while (count == TCN_SLICE_RECORDS_MAX) {
        enum tcn_status status =
            tcn_state_all_clocks(walk->reader, birth, rule, page, TCN_SLICE_RECORDS_MAX, &count);
        if (status == TCN_OK) {
            status = add_rows(walk, page, count);
        }
        if (status != TCN_OK) {
            return status;
        }
        if (count > 0) {
            const struct tcn_matter_clock *last = &page[count - 1];
            birth = last->rule == UINT32_MAX ? last->birth_position + 1 : last->birth_position;
            rule = last->rule + 1; /* 0 behind the last that there can be */
        }
    }
    return TCN_OK;
}

enum tcn_status tcn_tally_run(struct tcn_tally *tally, struct tcn_state_reader *reader,
                              enum tcn_mode mode, int64_t at_ns) {
    TCN_CHECK(tally->count > 0);
    struct walk walk = {.tally = tally, .reader = reader, .mode = mode, .at_ns = at_ns};
    struct tcn_matter_clock *page = calloc(TCN_SLICE_RECORDS_MAX, sizeof(*page));
    const enum tcn_status status = page != NULL ? walk_all(&walk, page) : TCN_NOMEM;
    free(page);
    tcn_state_reader_reset(reader);
    return status;
}
