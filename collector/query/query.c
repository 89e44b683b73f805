/* SPDX-License-Identifier: Apache-2.0 */
#include "query/query.h"

#include "query/board.h"
#include "query/heads.h"
#include "query/notices.h"
#include "query/silences.h"
#include "query/summonses.h"

#include "base/hash.h"
#include "core/duty.h"
#include "core/fold_clocks.h"
#include "core/sight.h"
#include "model/limits.h"
#include "query/walk.h"
#include "seal/hash.h"
#include "store/attempt.h"

/* Open parts of one page; the rest comes with the next. */
#define EVENT_BYTES_SOFT ((size_t)256 * 1024)

/* A page is filled with what was asked for and nothing else is looked at, so that neither its shape
 * nor its cost tells an organ of matters that are not its own. */
static enum tcn_status matters(const struct tcn_query_view *view, const struct tcn_query *query,
                               struct tcn_arena *arena, struct tcn_answer *answer) {
    struct tcn_matter *rows = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    const uint64_t before = query->page == 0 ? UINT64_MAX : query->page;
    size_t count = 0;
    const enum tcn_status status =
        query->organ == 0
            ? tcn_state_matters(view->state_reader, before, rows, TCN_ROWS_MAX, &count)
            : tcn_state_held(view->state_reader, query->organ, before, rows, TCN_ROWS_MAX, &count);
    if (status != TCN_OK) {
        return status;
    }
    answer->matters = rows;
    answer->matter_count = (uint32_t)count;
    answer->next_page = count == TCN_ROWS_MAX ? rows[count - 1].birth_position : 0;
    return TCN_OK;
}

/* How far the erasure of an event with a sealed part has come. */
static enum tcn_status erasure_of(const struct tcn_query_view *view, struct tcn_event_row *row) {
    struct tcn_erasure erasure;
    const enum tcn_status status =
        tcn_state_erasure(view->state_reader, &row->lane, row->sequence, &erasure);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_OK : status;
    }
    if (tcn_hash_equals(&erasure.hash, &row->hash)) {
        row->erasure = erasure.done_position != 0 ? TCN_ERASURE_DONE : TCN_ERASURE_ASKED;
    }
    return TCN_OK;
}

enum tcn_status tcn_query_event_row(const struct tcn_query_view *view, uint64_t position,
                                    struct tcn_arena *arena, struct tcn_event_row *out_row) {
    struct tcn_record record = {0};
    enum tcn_status status = tcn_log_read(view->log_reader, position, &record);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_logged logged = {0};
    status = tcn_walk_find(&record, position, &logged);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_event_row row = {
        .position = position,
        .log_time_ns = record.log_time_ns,
        .lane = record.lane,
        .sequence = logged.sequence,
    };
    if (logged.open.size > 0) {
        const void *copy = tcn_arena_copy(arena, logged.open.data, logged.open.size);
        if (copy == NULL) {
            return TCN_NOMEM;
        }
        row.open = tcn_slice_of(copy, logged.open.size);
    }
    struct tcn_outcome outcome = {0};
    status = tcn_state_outcome(view->state_reader, position, &outcome);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    row.code = outcome.code;
    row.allowed_acts = outcome.allowed_acts;
    row.missing = outcome.missing;
    if (logged.sealed.size > 0) {
        row.hash = tcn_hash_event(logged.open, logged.sealed);
        status = erasure_of(view, &row);
    }
    *out_row = row;
    return status == TCN_ABSENT ? TCN_OK : status;
}

/* Positions of a matter's events, newest first as the thread has them. */
static enum tcn_status thread_positions(const struct tcn_query_view *view,
                                        const struct tcn_matter *matter, uint64_t *positions,
                                        uint32_t *out_count) {
    uint32_t count = 0;
    uint64_t position = matter->last_position;
    while (position != 0 && count < TCN_QUERY_THREAD_MAX) {
        struct tcn_thread thread = {0};
        const enum tcn_status status = tcn_state_thread(view->state_reader, position, &thread);
        if (status != TCN_OK) {
            return status == TCN_ABSENT ? TCN_CORRUPT : status;
        }
        /* Positions fall along a thread, so a damaged one cannot lead round in circles. */
        if (thread.previous_position >= position) {
            return TCN_CORRUPT;
        }
        positions[count] = position;
        count++;
        position = thread.previous_position;
    }
    *out_count = count;
    return TCN_OK;
}

static enum tcn_status matter_events(const struct tcn_query_view *view,
                                     const struct tcn_query *query, struct tcn_arena *arena,
                                     struct tcn_answer *answer) {
    uint64_t *positions = tcn_arena_alloc(arena, TCN_QUERY_THREAD_MAX * sizeof(*positions));
    struct tcn_event_row *rows = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*rows));
    if (positions == NULL || rows == NULL) {
        return TCN_NOMEM;
    }
    uint32_t count = 0;
    enum tcn_status status = thread_positions(view, &answer->matters[0], positions, &count);
    if (status != TCN_OK) {
        return status;
    }
    size_t bytes = 0;
    uint32_t row_count = 0;
    uint64_t next = query->page;
    while (next < count && row_count < TCN_ROWS_MAX && bytes < EVENT_BYTES_SOFT) {
        status = tcn_query_event_row(view, positions[count - 1 - next], arena, &rows[row_count]);
        if (status != TCN_OK) {
            return status;
        }
        bytes += rows[row_count].open.size;
        row_count++;
        next++;
    }
    answer->events = rows;
    answer->event_count = row_count;
    answer->next_page = next < count ? next : 0;
    return TCN_OK;
}

/* What may be done with a matter as it stands, and who owes the next act. Of a guarded matter only
 * its holder and its desk are named, as in its alerts. */
static void tell_next(const struct tcn_query_view *view, const struct tcn_matter *matter,
                      struct tcn_answer *answer) {
    const struct tcn_policy *policy = tcn_query_policy(view);
    const struct tcn_procedure *procedure = tcn_procedure_of(matter->kind);
    enum tcn_act acts[TCN_ALLOWED_ACTS_MAX];
    const uint32_t act_count = tcn_procedure_allowed(procedure, matter->stage, matter->marks, acts);
    answer->allowed_acts = tcn_acts_bits(acts, act_count);
    struct tcn_duty_input in = tcn_duty_of(policy, matter);
    struct tcn_duty duties[TCN_DUTIES_MAX];
    in.beside.count = 0; /* without co-recipients: the lead's duty, or none */
    if (tcn_duty_gather(&in, duties) > 0) {
        answer->owed_act = duties[0].owed;
        answer->owed_organ = duties[0].organ;
    }
}

/* The clocks of a matter, with what their rules are called now. */
static enum tcn_status matter_clocks(const struct tcn_query_view *view, uint64_t birth,
                                     struct tcn_arena *arena, struct tcn_answer *answer) {
    const struct tcn_clock_table *table = tcn_fold_clock_table(tcn_query_policy(view));
    struct tcn_matter_clock *clocks =
        tcn_arena_alloc(arena, TCN_MATTER_CLOCKS_MAX * sizeof(*clocks));
    struct tcn_clock_row *rows = tcn_arena_alloc(arena, TCN_MATTER_CLOCKS_MAX * sizeof(*rows));
    size_t count = 0;
    if (clocks == NULL || rows == NULL) {
        return TCN_NOMEM;
    }
    const enum tcn_status status =
        tcn_state_clocks(view->state_reader, birth, 0, clocks, TCN_MATTER_CLOCKS_MAX, &count);
    if (status != TCN_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        const struct tcn_clock_rule *rule =
            table != NULL ? tcn_clock_rule_numbered(table, clocks[i].rule) : NULL;
        rows[i] = (struct tcn_clock_row){
            .clock = clocks[i],
            .title_zh = tcn_slice_text(rule != NULL ? rule->title_zh : ""),
            .title_en = tcn_slice_text(rule != NULL ? rule->title_en : ""),
        };
    }
    answer->clocks = rows;
    answer->clock_count = (uint32_t)count;
    return TCN_OK;
}

static enum tcn_status matter(const struct tcn_query_view *view, const struct tcn_query *query,
                              struct tcn_arena *arena, struct tcn_answer *answer) {
    struct tcn_matter *row = tcn_arena_alloc(arena, sizeof(*row));
    if (row == NULL) {
        return TCN_NOMEM;
    }
    const enum tcn_status status = tcn_state_matter_by_id(view->state_reader, &query->matter, row);
    if (status != TCN_OK) {
        return status;
    }
    /* Before a single event of it is read: what is hidden costs what is absent costs. */
    if (view->asker != NULL && !tcn_sight_sees(view->asker, tcn_query_policy(view), row)) {
        return TCN_ABSENT;
    }
    answer->matters = row;
    answer->matter_count = 1;
    tell_next(view, row, answer);
    if (query->page == 0) {
        const enum tcn_status read = matter_clocks(view, row->birth_position, arena, answer);
        if (read != TCN_OK) {
            return read;
        }
    }
    return matter_events(view, query, arena, answer);
}

static enum tcn_status sources(const struct tcn_query_view *view, const struct tcn_query *query,
                               struct tcn_arena *arena, struct tcn_answer *answer) {
    struct tcn_source_state *rows = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_lane_key after = {0};
    const struct tcn_lane_key *from = NULL;
    size_t count = TCN_ROWS_MAX;
    /* Pages are numbered: there are few lanes, and their keys do not fit a page number. */
    for (uint64_t page = 0; page <= query->page && count == TCN_ROWS_MAX; page++) {
        const enum tcn_status status =
            tcn_state_sources(view->state_reader, from, rows, TCN_ROWS_MAX, &count);
        if (status != TCN_OK) {
            return status;
        }
        if (count > 0) {
            after = rows[count - 1].lane;
            from = &after;
        }
    }
    answer->sources = rows;
    answer->source_count = (uint32_t)count;
    answer->next_page = count == TCN_ROWS_MAX ? query->page + 1 : 0;
    return TCN_OK;
}

static enum tcn_status streams(const struct tcn_query_view *view, const struct tcn_query *query,
                               struct tcn_arena *arena, struct tcn_answer *answer) {
    struct tcn_stream_row *rows = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    const struct tcn_policy *policy = tcn_query_policy(view);
    uint32_t row_count = 0;
    uint64_t next = query->page;
    for (; next < policy->organ_count && row_count < TCN_ROWS_MAX; next++) {
        const enum tcn_mode mode =
            query->mode != TCN_MODE_NONE ? query->mode : view->charter->genesis.mode;
        const struct tcn_stream stream = {.mode = mode, .organ = policy->organs[next].number};
        uint64_t number = 0;
        if (query->organ != 0 && query->organ != stream.organ) {
            continue;
        }
        const enum tcn_status status = tcn_state_stream(view->state_reader, stream, &number);
        if (status != TCN_OK) {
            return status;
        }
        if (number != 0) {
            rows[row_count] = (struct tcn_stream_row){
                .stream = stream, .number = number, .generation = view->generation};
            row_count++;
        }
    }
    answer->streams = rows;
    answer->stream_count = row_count;
    answer->next_page = next < policy->organ_count ? next : 0;
    return TCN_OK;
}

/* Rows that only count others are for the writer. */
static bool is_shown(const struct tcn_standing *standing) {
    return standing->key.kind != TCN_STANDING_WAITS || standing->key.epoch != 0;
}

static enum tcn_status standings(const struct tcn_query_view *view, const struct tcn_query *query,
                                 struct tcn_arena *arena, struct tcn_answer *answer) {
    struct tcn_standing *rows = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_standing_key after = {0};
    const struct tcn_standing_key *from = NULL;
    size_t count = TCN_ROWS_MAX;
    /* Pages are numbered, as those of sources. */
    for (uint64_t page = 0; page <= query->page && count == TCN_ROWS_MAX; page++) {
        const enum tcn_status status =
            tcn_state_standings(view->state_reader, from, rows, TCN_ROWS_MAX, &count);
        if (status != TCN_OK) {
            return status;
        }
        if (count > 0) {
            after = rows[count - 1].key;
            from = &after;
        }
    }
    uint32_t shown = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_shown(&rows[i])) {
            rows[shown] = rows[i];
            shown++;
        }
    }
    answer->standings = rows;
    answer->standing_count = shown;
    answer->next_page = count == TCN_ROWS_MAX ? query->page + 1 : 0;
    return TCN_OK;
}

/* Rows by number; a page is the last number of the one before. What a token hashes to is nobody's
 * to know: who has the token has no need of it. */
static enum tcn_status registry(const struct tcn_query_view *view, const struct tcn_query *query,
                                struct tcn_arena *arena, struct tcn_answer *answer) {
    const struct tcn_registry *all =
        view->registry != NULL ? view->registry : &view->charter->registry;
    struct tcn_principal *rows = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    uint32_t count = 0;
    uint64_t next = 0;
    for (uint32_t i = 0; i < all->principal_count; i++) {
        const struct tcn_principal *row = &all->principals[i];
        if (row->id <= query->page || (query->principal != 0 && row->id != query->principal)) {
            continue;
        }
        if (count == TCN_ROWS_MAX) {
            next = rows[count - 1].id;
            break;
        }
        rows[count] = *row;
        rows[count].token_hash = (struct tcn_hash){{0}};
        count++;
    }
    answer->principals = rows;
    answer->principal_count = count;
    answer->next_page = next;
    answer->position = all->version;
    return TCN_OK;
}

static enum tcn_status stats(const struct tcn_query_view *view, struct tcn_answer *answer) {
    const struct tcn_policy *policy = tcn_query_policy(view);
    struct tcn_log_stat stat = {0};
    enum tcn_status status = tcn_log_stat(view->log, &stat);
    if (status != TCN_OK) {
        return status;
    }
    uint64_t stream_count = 0;
    for (uint32_t i = 0; i < policy->organ_count; i++) {
        const struct tcn_stream stream = {.mode = view->charter->genesis.mode,
                                          .organ = policy->organs[i].number};
        uint64_t number = 0;
        status = tcn_state_stream(view->state_reader, stream, &number);
        if (status != TCN_OK) {
            return status;
        }
        stream_count += number != 0;
    }
    answer->has_stats = true;
    answer->stats.log_id = view->charter->genesis.log_id;
    answer->stats.generation = view->generation;
    answer->stats.last_position = stat.last_position;
    answer->stats.record_count = stat.record_count;
    answer->stats.log_bytes = stat.env.used_bytes;
    answer->stats.stream_count = stream_count;
    return TCN_OK;
}

static enum tcn_status event(const struct tcn_query_view *view, const struct tcn_query *query,
                             struct tcn_arena *arena, struct tcn_answer *answer) {
    struct tcn_event_row *row = tcn_arena_alloc(arena, sizeof(*row));
    if (row == NULL) {
        return TCN_NOMEM;
    }
    uint64_t position = query->position;
    enum tcn_status status = TCN_OK;
    if (position == 0) {
        struct tcn_log_place place = {0};
        status = tcn_log_reader_index_find(view->log_reader, &query->lane, query->sequence, &place);
        if (status != TCN_OK) {
            return status;
        }
        /* A VOID over a range is one event, whichever of its sequences is asked for. */
        struct tcn_record record = {0};
        status = tcn_log_read(view->log_reader, place.first_position, &record);
        if (status != TCN_OK) {
            return status;
        }
        const uint64_t offset = query->sequence - place.first_sequence;
        position = place.first_position + (offset < record.count ? offset : record.count - 1);
    }
    status = tcn_query_event_row(view, position, arena, row);
    if (status == TCN_OK) {
        answer->events = row;
        answer->event_count = 1;
    }
    return status;
}

/* What is there now, whatever the state has of it. */
static enum tcn_status head(const struct tcn_query_view *view, struct tcn_arena *arena,
                            struct tcn_answer *answer) {
    struct tcn_head_claim *claim = tcn_arena_alloc(arena, sizeof(*claim));
    if (claim == NULL) {
        return TCN_NOMEM;
    }
    if (view->key == NULL) {
        return TCN_ABSENT;
    }
    const enum tcn_status status = tcn_head_make(view->charter, view->log_reader, view->key, claim);
    if (status == TCN_OK) {
        answer->position = claim->head.position;
        answer->log_head = tcn_slice_of(claim->bytes, claim->size);
        answer->log_head_signature =
            tcn_slice_of(claim->signature.bytes, sizeof(claim->signature.bytes));
    }
    return status;
}

static enum tcn_status run(const struct tcn_query_view *view, const struct tcn_query *query,
                           struct tcn_arena *arena, struct tcn_answer *answer) {
    switch (query->kind) {
    case TCN_QUERY_MATTERS:
        return matters(view, query, arena, answer);
    case TCN_QUERY_MATTER:
        return matter(view, query, arena, answer);
    case TCN_QUERY_SOURCES:
        return sources(view, query, arena, answer);
    case TCN_QUERY_STANDINGS:
        return standings(view, query, arena, answer);
    case TCN_QUERY_REGISTRY:
        return registry(view, query, arena, answer);
    case TCN_QUERY_HEAD:
        return head(view, arena, answer);
    case TCN_QUERY_STREAMS:
        return streams(view, query, arena, answer);
    case TCN_QUERY_STATS:
        return stats(view, answer);
    case TCN_QUERY_SUMMONSES:
        return tcn_query_summonses(view, query, arena, answer);
    case TCN_QUERY_SHIFTS:
        return tcn_query_shifts(view, query, arena, answer);
    case TCN_QUERY_SILENCES:
        return tcn_query_silences(view, query, arena, answer);
    case TCN_QUERY_SILENCE_PREVIEW:
        return tcn_query_silence_preview(view, query, arena, answer);
    case TCN_QUERY_NOTICES:
        return tcn_query_notices(view, query, arena, answer);
    case TCN_QUERY_EVENT:
        return event(view, query, arena, answer);
    case TCN_QUERY_BOARD:
    case TCN_QUERY_DESK:
        return tcn_query_board(view, query, arena, answer);
    case TCN_QUERY_NONE:
    default:
        return TCN_BAD_VALUE;
    }
}

enum tcn_status tcn_query_run(const struct tcn_query_view *view, const struct tcn_query *query,
                              struct tcn_arena *arena, struct tcn_answer *out_answer) {
    TCN_CHECK(view != NULL && query != NULL && arena != NULL && out_answer != NULL);
    struct tcn_answer answer = {0};
    struct tcn_applied applied = {0};
    enum tcn_status status = tcn_state_applied(view->state_reader, &applied);
    if (status == TCN_OK) {
        answer.position = applied.position;
        status = run(view, query, arena, &answer);
    }
    answer.stats.applied = applied;
    tcn_log_reader_reset(view->log_reader);
    tcn_state_reader_reset(view->state_reader);
    if (status == TCN_ABSENT || status == TCN_BAD_VALUE) {
        answer = (struct tcn_answer){.code = (uint32_t)status, .position = applied.position};
        status = TCN_OK;
    }
    if (status == TCN_OK) {
        *out_answer = answer;
    }
    return status;
}

struct tcn_standstill tcn_query_deaths(const char *state_dir, const char *version,
                                       uint64_t position) {
    struct tcn_attempt_suspect suspect;
    const uint64_t build = tcn_checksum(tcn_slice_text(version));
    if (tcn_attempt_look(state_dir, build, &suspect) != TCN_OK ||
        suspect.count < TCN_FOLD_DEATHS_MAX || suspect.position <= position) {
        return (struct tcn_standstill){0};
    }
    return (struct tcn_standstill){
        .code = TCN_HALTED, .position = suspect.position, .cause = TCN_CLOSED};
}
