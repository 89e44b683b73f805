/* SPDX-License-Identifier: Apache-2.0 */
#include "query/summonses.h"

#include "core/duty.h"
#include "core/fold_clocks.h"
#include "core/sight.h"
#include "model/limits.h"
#include "query/silences.h"

#include <stdlib.h>
#include <string.h>

/* Pages of the table that one answer goes through. */
#define LOOKS_MAX 64u

/* What the organ owes on the matter; NONE when it owes nothing but to say that it knows. */
static enum tcn_act owed_by(const struct tcn_policy *policy, const struct tcn_matter *matter,
                            uint16_t organ) {
    const struct tcn_duty_input in = tcn_duty_of(policy, matter);
    struct tcn_duty duties[TCN_DUTIES_MAX];
    const uint32_t count = tcn_duty_gather(&in, duties);
    for (uint32_t i = 0; i < count; i++) {
        if (duties[i].organ == organ) {
            return duties[i].owed;
        }
    }
    return TCN_ACT_NONE;
}

/* The clock of the matter that ends next, of those that the organ can do something about. */
static enum tcn_status find_clock(const struct tcn_query_view *view,
                                  const struct tcn_matter *matter, struct tcn_summons_row *row) {
    const struct tcn_clock_table *table = tcn_fold_clock_table(tcn_query_policy(view));
    struct tcn_matter_clock clocks[TCN_MATTER_CLOCKS_MAX];
    size_t count = 0;
    const enum tcn_status status = tcn_state_clocks(view->state_reader, matter->birth_position, 0,
                                                    clocks, TCN_MATTER_CLOCKS_MAX, &count);
    const struct tcn_matter_clock *next = NULL;
    for (size_t i = 0; status == TCN_OK && i < count; i++) {
        const struct tcn_matter_clock *clock = &clocks[i];
        const bool runs = clock->end == TCN_CLOCK_RUNS && !clock->times.is_paused &&
                          clock->terms.owes != TCN_CLOCK_OUTSIDE &&
                          clock->times.due_ns != INT64_MAX;
        if (runs && (next == NULL || clock->times.due_ns < next->times.due_ns)) {
            next = clock;
        }
    }
    if (next == NULL) {
        return status;
    }
    const struct tcn_clock_rule *rule =
        table != NULL ? tcn_clock_rule_numbered(table, next->rule) : NULL;
    memcpy(row->clock_id, next->id, sizeof(row->clock_id));
    row->title_zh = tcn_slice_text(rule != NULL ? rule->title_zh : "");
    row->title_en = tcn_slice_text(rule != NULL ? rule->title_en : "");
    row->due_ns = next->times.due_ns;
    return TCN_OK;
}

/* Of a matter that it may not see, the organ knows what its own alert told it. */
static struct tcn_matter told_of(const struct tcn_matter *matter,
                                 const struct tcn_summons *summons) {
    return (struct tcn_matter){.birth_position = matter->birth_position,
                               .id = matter->id,
                               .mode = matter->mode,
                               .flags = matter->flags,
                               .severity = summons->severity,
                               .opened_ns = summons->since_ns};
}

static enum tcn_status fill(const struct tcn_query_view *view, const struct tcn_silences *silences,
                            struct tcn_summons_row *row, struct tcn_matter *matter) {
    const struct tcn_policy *policy = tcn_query_policy(view);
    const enum tcn_status status =
        tcn_state_matter(view->state_reader, row->summons.birth_position, matter);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    row->is_silenced = tcn_silences_cover(policy, silences, &row->summons, matter);
    if (view->asker != NULL && !tcn_sight_sees(view->asker, policy, matter)) {
        *matter = told_of(matter, &row->summons);
        return TCN_OK;
    }
    row->owed = owed_by(policy, matter, row->summons.organ);
    return find_clock(view, matter, row);
}

static int by_birth(const void *left, const void *right) {
    const struct tcn_summons *a = left;
    const struct tcn_summons *b = right;
    return (a->birth_position > b->birth_position) - (a->birth_position < b->birth_position);
}

/* Rows behind a birth position, guarded or not, the oldest matter first: TCN_ROWS_MAX at most of
 * twice as much room. */
static enum tcn_status read_both(const struct tcn_query_view *view, uint16_t organ, uint64_t page,
                                 struct tcn_summons *rows, size_t *out_read) {
    size_t open_count = 0;
    size_t kept_count = 0;
    struct tcn_summons after = {.organ = organ, .birth_position = page};
    enum tcn_status status =
        tcn_state_summonses(view->state_reader, &after, rows, TCN_ROWS_MAX, &open_count);
    if (status == TCN_OK) {
        after.is_kept = true;
        status = tcn_state_summonses(view->state_reader, &after, rows + open_count, TCN_ROWS_MAX,
                                     &kept_count);
    }
    if (status != TCN_OK) {
        return status;
    }
    qsort(rows, open_count + kept_count, sizeof(*rows), by_birth);
    const size_t all = open_count + kept_count;
    *out_read = all < TCN_ROWS_MAX ? all : TCN_ROWS_MAX;
    return TCN_OK;
}

/* The rows of a page, of the mode that is asked for. Those of the other cost a look and no room: so
 * many at most that an answer is not long in coming. */
static enum tcn_status find_page(const struct tcn_query_view *view, const struct tcn_query *query,
                                 struct tcn_summons *found, size_t *out_count, uint64_t *out_next) {
    struct tcn_summons rows[2 * TCN_ROWS_MAX];
    uint64_t page = query->page;
    size_t count = 0;
    size_t read = TCN_ROWS_MAX;
    for (uint32_t i = 0; i < LOOKS_MAX && read == TCN_ROWS_MAX && count < TCN_ROWS_MAX; i++) {
        const enum tcn_status status = read_both(view, query->organ, page, rows, &read);
        if (status != TCN_OK) {
            return status;
        }
        for (size_t j = 0; j < read && count < TCN_ROWS_MAX; j++) {
            page = rows[j].birth_position;
            if (query->mode == TCN_MODE_NONE || query->mode == rows[j].mode) {
                found[count] = rows[j];
                count++;
            }
        }
    }
    *out_count = count;
    *out_next = count == TCN_ROWS_MAX || read == TCN_ROWS_MAX ? page : 0;
    return TCN_OK;
}

enum tcn_status tcn_query_summonses(const struct tcn_query_view *view,
                                    const struct tcn_query *query, struct tcn_arena *arena,
                                    struct tcn_answer *answer) {
    struct tcn_summons *found = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*found));
    struct tcn_summons_row *rows = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*rows));
    struct tcn_matter *matters = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*matters));
    struct tcn_silences *silences = tcn_arena_alloc(arena, sizeof(*silences));
    size_t count = 0;
    uint64_t next_page = 0;
    if (found == NULL || rows == NULL || matters == NULL || silences == NULL) {
        return TCN_NOMEM;
    }
    if (query->organ == 0) {
        return TCN_BAD_VALUE; /* whose? */
    }
    enum tcn_status status = tcn_silences_load(view, silences);
    if (status == TCN_OK) {
        status = find_page(view, query, found, &count, &next_page);
    }
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        rows[i] = (struct tcn_summons_row){.summons = found[i]};
        status = fill(view, silences, &rows[i], &matters[i]);
    }
    if (status != TCN_OK) {
        return status;
    }
    answer->summonses = rows;
    answer->summons_count = (uint32_t)count;
    answer->matters = matters;
    answer->matter_count = (uint32_t)count;
    answer->next_page = next_page;
    return TCN_OK;
}

enum tcn_status tcn_query_shifts(const struct tcn_query_view *view, const struct tcn_query *query,
                                 struct tcn_arena *arena, struct tcn_answer *answer) {
    struct tcn_shift *rows = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*rows));
    size_t count = 0;
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    const uint64_t from = query->organ != 0 ? query->organ : query->page;
    const enum tcn_status status =
        from > UINT16_MAX
            ? TCN_OK
            : tcn_state_shifts(view->state_reader, (uint16_t)from, rows, TCN_ROWS_MAX, &count);
    if (status != TCN_OK) {
        return status;
    }
    if (query->organ != 0) {
        count = count > 0 && rows[0].organ == query->organ ? 1 : 0;
    }
    answer->shifts = rows;
    answer->shift_count = (uint32_t)count;
    answer->next_page = count == TCN_ROWS_MAX ? (uint64_t)rows[count - 1].organ + 1 : 0;
    return TCN_OK;
}
