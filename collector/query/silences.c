/* SPDX-License-Identifier: Apache-2.0 */
#include "query/silences.h"

#include "core/guard.h"
#include "core/sight.h"
#include "core/silence.h"
#include "model/limits.h"

#include <stdio.h>
#include <string.h>

#define SLICE 64

/* A stream on its way from older to newer items, as far back as is looked. */
struct walk {
    const struct tcn_query_view *view;
    struct tcn_stream stream;
    struct tcn_alert *alerts; /* SLICE of them, of the arena */
    uint64_t next;            /* number */
    uint64_t head;
    size_t count; /* of the slice */
    size_t at;
};

enum tcn_status tcn_silences_load(const struct tcn_query_view *view,
                                  struct tcn_silences *out_silences) {
    struct tcn_silence first;
    size_t count = 0;
    memset(out_silences, 0, sizeof(*out_silences));
    enum tcn_status status = tcn_state_silences(view->state_reader, 0, &first, 1, &count);
    out_silences->is_suspended =
        status == TCN_OK && count == 1 && first.position == 0 && first.warning_count > 0;
    if (status == TCN_OK) {
        status = tcn_state_silences(view->state_reader, 1, out_silences->rows,
                                    TCN_SILENCES_IN_FORCE_MAX, &count);
    }
    out_silences->count = status == TCN_OK ? (uint32_t)count : 0;
    return status;
}

bool tcn_silences_cover(const struct tcn_policy *policy, const struct tcn_silences *silences,
                        const struct tcn_summons *summons, const struct tcn_matter *matter) {
    const struct tcn_alert called = {.stream = {.mode = summons->mode, .organ = summons->organ},
                                     .reason = summons->reason,
                                     .severity = summons->severity};
    for (uint32_t i = 0; i < silences->count && !silences->is_suspended; i++) {
        if (tcn_silence_covers(policy, &silences->rows[i], &called, matter)) {
            return true;
        }
    }
    return false;
}

struct tcn_board_row tcn_silences_board_row(const struct tcn_silences *silences, uint32_t index) {
    TCN_CHECK(index < silences->count);
    const struct tcn_silence *silence = &silences->rows[index];
    struct tcn_board_row row = {.kind = TCN_BOARD_SILENCE,
                                .organ = silence->organ,
                                .division = silence->division,
                                .since_ns = silence->since_ns,
                                .until_ns = silence->until_ns,
                                .is_suspended = silences->is_suspended,
                                .position = silence->position};
    memcpy(row.domain, silence->domain, sizeof(row.domain));
    memcpy(row.post, silence->post, sizeof(row.post));
    memcpy(row.rule, silence->reason, sizeof(row.rule));
    return row;
}

/* Begins among the newest items of a stream; `out_has_more` when there are older ones. */
static enum tcn_status walk_begin(struct walk *walk, uint64_t most, bool *out_has_more) {
    const enum tcn_status status =
        tcn_state_stream(walk->view->state_reader, walk->stream, &walk->head);
    walk->next = status == TCN_OK && walk->head > most ? walk->head - most + 1 : 1;
    *out_has_more = walk->next > 1;
    return status;
}

/* The next item and its matter; an empty one for an item of no matter. TCN_ABSENT at the end. */
static enum tcn_status walk_next(struct walk *walk, const struct tcn_alert **out_alert,
                                 struct tcn_matter *out_matter) {
    if (walk->at == walk->count) {
        walk->at = 0;
        walk->count = 0;
        if (walk->next > walk->head) {
            return TCN_ABSENT;
        }
        const enum tcn_status status = tcn_state_alerts(
            walk->view->state_reader, walk->stream, walk->next, walk->alerts, SLICE, &walk->count);
        if (status != TCN_OK || walk->count == 0) {
            return status == TCN_OK ? TCN_ABSENT : status;
        }
        walk->next += walk->count;
    }
    *out_alert = &walk->alerts[walk->at];
    walk->at++;
    if ((*out_alert)->birth_position == 0) {
        memset(out_matter, 0, sizeof(*out_matter));
        return TCN_OK;
    }
    const enum tcn_status status =
        tcn_state_matter(walk->view->state_reader, (*out_alert)->birth_position, out_matter);
    return status == TCN_ABSENT ? TCN_CORRUPT : status;
}

/* True when a matter may be counted for an organ that was told of it: it sees it still. Told is
 * told (R3 of core/sight), but by what the matter is now, and that is not a past holder's to learn.
 */
static bool organ_sees(const struct tcn_query_view *view, uint16_t organ,
                       const struct tcn_matter *matter) {
    const struct tcn_principal own = {.organ = organ, .streams = {organ}, .stream_count = 1};
    return tcn_sight_sees(&own, tcn_query_policy(view), matter);
}

/* How many items one silence has kept quiet; the number is the same for whoever may ask. */
static enum tcn_status count_quiet(const struct tcn_query_view *view, struct tcn_alert *alerts,
                                   struct tcn_silence_row *row) {
    const struct tcn_silence *silence = &row->silence;
    struct walk walk = {
        .view = view, .stream = {.mode = silence->mode, .organ = silence->organ}, .alerts = alerts};
    const struct tcn_alert *alert = NULL;
    struct tcn_matter matter;
    bool has_more = false;
    bool is_first = true;
    enum tcn_status status = walk_begin(&walk, TCN_SILENCE_ITEMS_MAX, &has_more);
    while (status == TCN_OK) { /* ends with the items */
        status = walk_next(&walk, &alert, &matter);
        const bool is_after = status == TCN_OK && alert->position > silence->position;
        row->has_more = row->has_more || (is_first && has_more && is_after);
        is_first = false;
        if (is_after && (alert->flags & TCN_FLAG_SILENCED) != 0 && !tcn_guard_has(&matter) &&
            organ_sees(view, silence->organ, &matter) && tcn_silence_reaches(silence, &matter)) {
            row->quiet_count++;
        }
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

enum tcn_status tcn_query_silences(const struct tcn_query_view *view, const struct tcn_query *query,
                                   struct tcn_arena *arena, struct tcn_answer *answer) {
    struct tcn_silences *silences = tcn_arena_alloc(arena, sizeof(*silences));
    struct tcn_silence_row *rows =
        tcn_arena_alloc(arena, TCN_SILENCES_IN_FORCE_MAX * sizeof(*rows));
    struct tcn_alert *alerts = tcn_arena_alloc(arena, SLICE * sizeof(*alerts));
    uint32_t count = 0;
    if (silences == NULL || rows == NULL || alerts == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_silences_load(view, silences);
    for (uint32_t i = 0; status == TCN_OK && i < silences->count; i++) {
        const bool is_real = silences->rows[i].mode == view->charter->genesis.mode;
        if (is_real && (query->organ == 0 || query->organ == silences->rows[i].organ)) {
            rows[count] = (struct tcn_silence_row){.silence = silences->rows[i],
                                                   .is_suspended = silences->is_suspended};
            status = count_quiet(view, alerts, &rows[count]);
            count++;
        }
    }
    if (status == TCN_OK) {
        answer->silences = rows;
        answer->silence_count = count;
    }
    return status;
}

/* S7, as the fold has it. */
static enum tcn_status meets_danger(const struct tcn_query_view *view,
                                    const struct tcn_silence *silence, bool *out_is) {
    struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_DANGER};
    struct tcn_expected rows[SLICE];
    struct tcn_matter matter;
    size_t count = SLICE;
    *out_is = false;
    for (uint32_t looked = 0; looked < TCN_DANGERS_MAX && count == SLICE; looked += SLICE) {
        enum tcn_status status = tcn_state_expected(view->state_reader, &key, rows, SLICE, &count);
        for (size_t i = 0; i < count && status == TCN_OK; i++) {
            if (rows[i].key.row != TCN_EXPECTED_ROW_DANGER) {
                return TCN_OK;
            }
            status = tcn_state_matter(view->state_reader, rows[i].key.number, &matter);
            if (status == TCN_OK && tcn_silence_meets(tcn_query_policy(view), silence, &matter)) {
                *out_is = true;
                return TCN_OK;
            }
            key.number = rows[i].key.number + 1;
        }
        if (status != TCN_OK) {
            return status == TCN_ABSENT ? TCN_CORRUPT : status;
        }
    }
    *out_is = count == SLICE;
    return TCN_OK;
}

/* Why it would be refused as things stand. */
static enum tcn_status judge(const struct tcn_query_view *view, struct tcn_arena *arena,
                             struct tcn_silence_row *row) {
    const struct tcn_silence *silence = &row->silence;
    struct tcn_silences *silences = tcn_arena_alloc(arena, sizeof(*silences));
    bool is_met = false;
    if (silences == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_silences_load(view, silences);
    if (status == TCN_OK) {
        status = meets_danger(view, silence, &is_met);
    }
    const bool is_protected = tcn_silence_would_cover_protected(
        tcn_query_policy(view), tcn_slice_text(silence->domain), silence->organ);
    row->is_suspended = silences->is_suspended;
    uint32_t count = 0;
    for (uint32_t i = 0; i < silences->count; i++) {
        count += silences->rows[i].mode == silence->mode ? 1 : 0;
    }
    row->fault = is_protected                ? TCN_SILENCE_PROTECTED
                 : count >= TCN_SILENCES_MAX ? TCN_SILENCE_LONG
                 : is_met                    ? TCN_SILENCE_IMMINENT
                                             : TCN_SILENCE_FINE;
    return status;
}

/* The row of a domain, made when it is not there; NULL when there is no room. */
static struct tcn_silence_row *row_of(struct tcn_silence_row *rows, uint32_t *count,
                                      const char *domain) {
    for (uint32_t i = 1; i < *count; i++) {
        if (strcmp(rows[i].silence.domain, domain) == 0) {
            return &rows[i];
        }
    }
    if (*count == TCN_ROWS_MAX) {
        return NULL;
    }
    struct tcn_silence_row *row = &rows[*count];
    *row = (struct tcn_silence_row){
        .silence = {.organ = rows[0].silence.organ, .mode = rows[0].silence.mode}};
    (void)snprintf(row->silence.domain, sizeof(row->silence.domain), "%s", domain);
    (*count)++;
    return row;
}

/* Counts an item in the reach of what is asked for; of a matter only while the asker sees it,
 * because it is counted by what the matter is now. */
static void count_item(const struct tcn_query_view *view, const struct tcn_alert *alert,
                       const struct tcn_matter *matter, struct tcn_silence_row *rows,
                       uint32_t *count) {
    const struct tcn_silence *silence = &rows[0].silence;
    const bool is_hidden = alert->birth_position != 0 && view->asker != NULL &&
                           !tcn_sight_sees(view->asker, tcn_query_policy(view), matter);
    if (is_hidden || tcn_guard_has(matter) || !tcn_silence_reaches(silence, matter)) {
        return;
    }
    const bool is_quiet = alert->birth_position != 0 &&
                          tcn_silence_covers(tcn_query_policy(view), silence, alert, matter);
    struct tcn_silence_row *row = row_of(rows, count, matter->domain);
    rows[0].quiet_count += is_quiet ? 1 : 0;
    rows[0].loud_count += is_quiet ? 0 : 1;
    rows[0].has_more = rows[0].has_more || row == NULL;
    if (row != NULL) {
        row->quiet_count += is_quiet ? 1 : 0;
        row->loud_count += is_quiet ? 0 : 1;
    }
}

enum tcn_status tcn_query_silence_preview(const struct tcn_query_view *view,
                                          const struct tcn_query *query, struct tcn_arena *arena,
                                          struct tcn_answer *answer) {
    struct tcn_silence_row *rows = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*rows));
    struct walk walk = {.view = view,
                        .stream = {.mode = view->charter->genesis.mode, .organ = query->organ},
                        .alerts = tcn_arena_alloc(arena, SLICE * sizeof(struct tcn_alert))};
    const struct tcn_alert *alert = NULL;
    struct tcn_matter matter;
    uint32_t count = 1;
    bool has_more = false;
    if (rows == NULL || walk.alerts == NULL) {
        return TCN_NOMEM;
    }
    if (query->organ == 0) {
        return TCN_BAD_VALUE; /* whose? */
    }
    rows[0] = (struct tcn_silence_row){.silence = {.organ = query->organ,
                                                   .mode = walk.stream.mode,
                                                   .division = query->division,
                                                   .since_ns = query->since_ns}};
    memcpy(rows[0].silence.domain, query->domain, sizeof(rows[0].silence.domain));
    enum tcn_status status = judge(view, arena, &rows[0]);
    if (status == TCN_OK) {
        status = walk_begin(&walk, TCN_SILENCE_PREVIEW_ITEMS_MAX, &has_more);
    }
    for (bool is_first = true; status == TCN_OK; is_first = false) { /* ends with the items */
        status = walk_next(&walk, &alert, &matter);
        const bool is_new = status == TCN_OK && alert->log_time_ns >= query->since_ns;
        rows[0].has_more = rows[0].has_more || (is_first && has_more && is_new);
        if (is_new) {
            count_item(view, alert, &matter, rows, &count);
        }
    }
    if (status != TCN_ABSENT) {
        return status;
    }
    answer->silences = rows;
    answer->silence_count = count;
    return TCN_OK;
}
