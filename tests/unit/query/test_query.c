/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to a folder of a few hundred matters. */
/* ctest-uses: collector core store wire link seal */
#include "query/query.h"

#include "../collector/place.h"
#include "collector/house.h"
#include "collector/receipts.h"
#include "query/chain.h"
#include "query/heads.h"
#include "query/rebuild.h"
#include "seal/hash.h"
#include "wire/query.h"

#define MATTER_COUNT 300u
#define CHUNK_EVENTS 60u
#define ACT_COUNT 150u

struct bench {
    struct place *place;
    struct tcn_collector house;
    struct tcn_forge_chunk chunk;
    struct tcn_receipts receipts;
    struct tcn_hash previous; /* record */
    struct tcn_hash chained;  /* chunk */
    struct tcn_log_reader *log_reader;
    struct tcn_state_reader *state_reader;
    struct tcn_query_view view;
    struct tcn_arena arena;
    struct tcn_answer answer;
};

/* Logs the chunk in hand as a group of its own. */
static void log_chunk(struct bench *bench) {
    const uint64_t position = tcn_log_last_position(bench->house.log) + 1;
    const struct tcn_record record = {
        .kind = TCN_RECORD_CHUNK,
        .generation = 1,
        .first_position = position,
        .count = bench->chunk.head.count,
        .log_time_ns = bench->house.tail_time_ns + (int64_t)position,
        .previous_hash = bench->previous,
        .chunk_hash = bench->chunk.hash,
        .lane = bench->chunk.head.lane,
        .first_sequence = bench->chunk.head.first_sequence,
        .principal = bench->chunk.head.lane.source,
        .group_first = position,
        .chunk = bench->chunk.chunk,
    };
    uint8_t data[TCN_RECEIPT_BODY_BYTES_MAX];
    struct tcn_slice body;
    tcn_receipts_begin(&bench->receipts, position);
    tcn_receipts_body(&record, &bench->place->forge.log_id, data, &body);
    tcn_receipts_add(&bench->receipts, body);
    assert_int_equal(
        tcn_receipts_seal(&bench->receipts, &bench->place->forge.keys[TCN_FORGE_COLLECTOR].signing),
        TCN_OK);
    assert_int_equal(tcn_log_group_begin(bench->house.log), TCN_OK);
    assert_int_equal(tcn_log_append(bench->house.log, &record, record.count), TCN_OK);
    assert_int_equal(tcn_log_group_put(bench->house.log, &bench->receipts.row), TCN_OK);
    assert_int_equal(tcn_log_group_commit(bench->house.log), TCN_OK);
    bench->previous = tcn_record_hash(&record);
    bench->chained = bench->chunk.hash;
}

/* 300 reports of office-a, then 150 follow-ups of it on the first matter. */
static void fill(struct bench *bench) {
    for (uint64_t first = 1; first <= MATTER_COUNT; first += CHUNK_EVENTS) {
        tcn_forge_reports(&bench->chunk, &bench->place->forge, first, CHUNK_EVENTS,
                          &bench->chained);
        log_chunk(bench);
    }
    for (uint64_t first = MATTER_COUNT + 1; first <= MATTER_COUNT + ACT_COUNT; first += 50) {
        tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, first,
                              &bench->chained);
        const struct tcn_event event =
            tcn_forge_act(&bench->place->forge, 1, TCN_ACT_FOLLOWED_UP, "office-a");
        for (uint32_t i = 0; i < 50; i++) {
            tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
        }
        tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A);
        log_chunk(bench);
    }
}

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->place = place_make(TCN_MODE_ACTUAL);
    const struct tcn_collector_options options = place_options(bench->place);
    assert_int_equal(tcn_house_open(&bench->house, &options), TCN_OK);
    bench->previous = bench->house.tail_hash;
    fill(bench);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &bench->log_reader), TCN_OK);
    assert_int_equal(tcn_rebuild_run(bench->log_reader, &bench->house.charter, bench->house.state),
                     TCN_OK);
    assert_int_equal(tcn_state_reader_open(bench->house.state, &bench->state_reader), TCN_OK);
    assert_int_equal(tcn_arena_init(&bench->arena, TCN_QUERY_ARENA_BYTES), TCN_OK);
    bench->view = (struct tcn_query_view){
        .log = bench->house.log,
        .log_reader = bench->log_reader,
        .state_reader = bench->state_reader,
        .charter = &bench->house.charter,
        .generation = 1,
    };
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    tcn_arena_fini(&bench->arena);
    tcn_log_reader_close(&bench->log_reader);
    tcn_state_reader_close(&bench->state_reader);
    tcn_house_close(&bench->house);
    place_remove(bench->place);
    free(bench);
    return 0;
}

static const struct tcn_answer *ask(struct bench *bench, const struct tcn_query *query) {
    tcn_arena_reset(&bench->arena);
    assert_int_equal(tcn_query_run(&bench->view, query, &bench->arena, &bench->answer), TCN_OK);
    assert_int_equal(bench->answer.position, 1 + MATTER_COUNT + ACT_COUNT);
    return &bench->answer;
}

static void what_is_not_there_is_an_answer(void **state) {
    struct bench *bench = *state;
    const struct tcn_query queries[] = {
        {.kind = TCN_QUERY_MATTER, .matter = {{9}}},
        {.kind = TCN_QUERY_EVENT, .position = 100000},
        {.kind = TCN_QUERY_EVENT,
         .lane = {.source = 1, .epoch = 1, .lane = TCN_LANE_URGENT},
         .sequence = 1},
        {.kind = TCN_QUERY_EVENT},
    };
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        const struct tcn_answer *answer = ask(bench, &queries[i]);
        assert_int_equal(answer->code, TCN_ABSENT);
        assert_int_equal(answer->event_count, 0);
    }
    const struct tcn_query none = {.kind = TCN_QUERY_NONE};
    assert_int_equal(ask(bench, &none)->code, TCN_BAD_VALUE);
}

static void a_spent_arena_is_said(void **state) {
    struct bench *bench = *state;
    struct tcn_arena small = {0};
    assert_int_equal(tcn_arena_init(&small, 16), TCN_OK);
    for (int kind = TCN_QUERY_MATTERS; kind <= TCN_QUERY_HEAD; kind++) {
        const struct tcn_query query = {.kind = (enum tcn_query_kind)kind, .position = 2};
        const enum tcn_status status = tcn_query_run(&bench->view, &query, &small, &bench->answer);
        assert_int_equal(status, kind == TCN_QUERY_STATS ? TCN_OK : TCN_NOMEM);
    }
    tcn_arena_fini(&small);
}

static void matters_come_newest_first_page_by_page(void **state) {
    struct bench *bench = *state;
    struct tcn_query query = {.kind = TCN_QUERY_MATTERS};
    uint64_t before = UINT64_MAX;
    uint32_t count = 0;
    uint32_t pages = 0;
    do {
        const struct tcn_answer *answer = ask(bench, &query);
        for (uint32_t i = 0; i < answer->matter_count; i++) {
            assert_true(answer->matters[i].birth_position < before);
            before = answer->matters[i].birth_position;
        }
        count += answer->matter_count;
        query.page = answer->next_page;
        pages++;
        assert_true(pages < 10);
    } while (query.page != 0);
    assert_int_equal(count, MATTER_COUNT);
    query = (struct tcn_query){.kind = TCN_QUERY_MATTERS, .organ = TCN_FORGE_WATER};
    assert_int_equal(ask(bench, &query)->matter_count, 0);
    assert_int_equal(bench->answer.next_page, 0);
}

static void a_matter_comes_with_its_events_oldest_first(void **state) {
    struct bench *bench = *state;
    struct tcn_query query = {.kind = TCN_QUERY_MATTER,
                              .matter = tcn_forge_report(&bench->place->forge, 1).matter};
    uint64_t last = 0;
    uint32_t count = 0;
    do {
        const struct tcn_answer *answer = ask(bench, &query);
        assert_int_equal(answer->matter_count, 1);
        assert_int_equal(answer->owed_act, TCN_ACT_ACCEPTED);
        assert_int_equal(answer->owed_organ, answer->matters[0].holder);
        assert_true((answer->allowed_acts >> TCN_ACT_ACCEPTED & 1u) != 0);
        assert_true((answer->allowed_acts >> TCN_ACT_REOPENED & 1u) == 0);
        assert_true((answer->allowed_acts >> TCN_ACT_ZERO_REPORT & 1u) == 0);
        assert_true((answer->allowed_acts >> TCN_ACT_ON_DUTY & 1u) == 0);
        assert_true((answer->allowed_acts >> TCN_ACT_HANDED_OVER & 1u) == 0);
        for (uint32_t i = 0; i < answer->event_count; i++) {
            assert_true(answer->events[i].position > last);
            assert_true(answer->events[i].open.size > 0);
            last = answer->events[i].position;
        }
        count += answer->event_count;
        query.page = answer->next_page;
    } while (query.page != 0);
    assert_int_equal(count, 1 + ACT_COUNT);
    assert_int_equal(last, 1 + MATTER_COUNT + ACT_COUNT);
}

static void sources_streams_and_numbers_are_told(void **state) {
    struct bench *bench = *state;
    struct tcn_query query = {.kind = TCN_QUERY_SOURCES};
    const struct tcn_answer *answer = ask(bench, &query);
    assert_int_equal(answer->next_page, 0);
    bool has_agent = false;
    for (uint32_t i = 0; i < answer->source_count; i++) {
        has_agent = has_agent || answer->sources[i].sequence == MATTER_COUNT + ACT_COUNT;
    }
    assert_true(has_agent);
    query.kind = TCN_QUERY_STREAMS;
    answer = ask(bench, &query);
    assert_true(answer->stream_count >= 1);
    query.organ = TCN_FORGE_WATER;
    assert_int_equal(ask(bench, &query)->stream_count, 0);
    query.kind = TCN_QUERY_STATS;
    answer = ask(bench, &query);
    assert_true(answer->has_stats);
    assert_int_equal(answer->stats.last_position, 1 + MATTER_COUNT + ACT_COUNT);
    assert_int_equal(answer->stats.applied.matter_count, MATTER_COUNT);
    assert_true(answer->stats.log_bytes > 0);
}

/* Who has the files and not the collector's key gets none; nor is it taken for another's. */
static void a_head_is_signed_over_what_the_log_holds(void **state) {
    struct bench *bench = *state;
    const struct tcn_query query = {.kind = TCN_QUERY_HEAD};
    const struct tcn_signing_key *key = &bench->place->forge.keys[TCN_FORGE_COLLECTOR].signing;
    const struct tcn_signing_key *other = &bench->place->forge.keys[TCN_FORGE_ADMIN].signing;
    struct tcn_head_claim claim;
    assert_int_equal(ask(bench, &query)->code, TCN_ABSENT);
    bench->view.key = other;
    assert_int_equal(tcn_query_run(&bench->view, &query, &bench->arena, &bench->answer),
                     TCN_DENIED);
    bench->view.key = key;
    const struct tcn_answer *answer = ask(bench, &query);
    assert_int_equal(tcn_head_take(answer->log_head, answer->log_head_signature, &claim), TCN_OK);
    assert_int_equal(claim.head.position, 1 + MATTER_COUNT + ACT_COUNT);
    assert_int_equal(tcn_head_check(&claim, &key->public_key), TCN_OK);
    assert_int_equal(tcn_head_check(&claim, &other->public_key), TCN_BAD_SIGNATURE);
    tcn_heads_begin(&bench->house.charter.genesis.log_id, &claim, 1);
    assert_int_equal(claim.verdict, TCN_HEAD_UNJUDGED);
    claim.signature.bytes[0] ^= 1;
    assert_int_equal(tcn_head_check(&claim, &key->public_key), TCN_BAD_SIGNATURE);
    const struct tcn_slice cut = tcn_slice_of(answer->log_head.data, answer->log_head.size - 1);
    const struct tcn_slice none = {0};
    assert_int_equal(tcn_head_take(cut, answer->log_head_signature, &claim), TCN_MALFORMED);
    assert_int_equal(tcn_head_take(answer->log_head, none, &claim), TCN_MALFORMED);
    assert_int_equal(tcn_head_take(none, none, &claim), TCN_MALFORMED);
    bench->view.key = NULL;
}

static void an_event_is_found_by_position_and_by_sequence(void **state) {
    struct bench *bench = *state;
    const struct tcn_query by_position = {.kind = TCN_QUERY_EVENT, .position = 77};
    const struct tcn_answer *answer = ask(bench, &by_position);
    assert_int_equal(answer->event_count, 1);
    assert_int_equal(answer->events[0].sequence, 76);
    const struct tcn_query by_sequence = {
        .kind = TCN_QUERY_EVENT, .lane = answer->events[0].lane, .sequence = 76};
    assert_int_equal(ask(bench, &by_sequence)->events[0].position, 77);
    const struct tcn_query genesis = {.kind = TCN_QUERY_EVENT, .position = 1};
    assert_int_equal(ask(bench, &genesis)->events[0].open.size, 0);
}

/* What a question cost, in rows looked for, and its answer as bytes on the wire. */
struct cost {
    uint64_t read_count;
    size_t size;
    uint8_t bytes[8192];
};

static void ask_as(struct bench *bench, const struct tcn_principal *asker,
                   const struct tcn_query *query, struct cost *out_cost) {
    const uint64_t before =
        tcn_state_reader_reads(bench->state_reader) + tcn_log_reader_reads(bench->log_reader);
    bench->view.asker = asker;
    const struct tcn_answer *answer = ask(bench, query);
    bench->view.asker = NULL;
    out_cost->read_count = tcn_state_reader_reads(bench->state_reader) +
                           tcn_log_reader_reads(bench->log_reader) - before;
    struct tcn_writer writer = tcn_writer_init(out_cost->bytes, sizeof(out_cost->bytes));
    struct tcn_slice body;
    assert_int_equal(tcn_wire_answer_encode(answer, &writer, &body), TCN_OK);
    out_cost->size = body.size;
}

static void what_is_hidden_costs_and_says_what_is_absent_does(void **state) {
    struct bench *bench = *state;
    const struct tcn_principal *stranger = &bench->place->forge.principals[TCN_FORGE_ADMIN - 1];
    const struct tcn_principal *holder =
        &bench->place->forge.principals[TCN_FORGE_WATCH_SAFETY - 1];
    static struct cost hidden;
    static struct cost absent;
    static struct cost seen;
    for (uint64_t page = 0; page < 300; page += 149) {
        /* One matter with 151 events, one with one, and one that nobody reported. */
        for (uint64_t number = 1; number <= 2; number++) {
            struct tcn_query query = {
                .kind = TCN_QUERY_MATTER,
                .page = page,
                .matter = tcn_forge_report(&bench->place->forge, number).matter,
            };
            ask_as(bench, stranger, &query, &hidden);
            query.matter = tcn_forge_report(&bench->place->forge, 90000 + number).matter;
            ask_as(bench, stranger, &query, &absent);
            assert_int_equal(hidden.read_count, absent.read_count);
            assert_int_equal(hidden.size, absent.size);
            assert_memory_equal(hidden.bytes, absent.bytes, absent.size);
        }
    }
    /* The hook counts: who holds it reads its events as well. */
    const struct tcn_query own = {.kind = TCN_QUERY_MATTER,
                                  .matter = tcn_forge_report(&bench->place->forge, 2).matter};
    ask_as(bench, holder, &own, &seen);
    assert_int_equal(bench->answer.event_count, 1);
    assert_true(seen.read_count > hidden.read_count);
}

/* 300 matters of another organ are in the log: a list of one's own neither tells nor costs more. */
static void a_list_of_matters_looks_at_no_others(void **state) {
    struct bench *bench = *state;
    static struct cost with_others;
    static struct cost of_nobody;
    struct tcn_query query = {.kind = TCN_QUERY_MATTERS, .organ = TCN_FORGE_WATER};
    ask_as(bench, NULL, &query, &with_others);
    query.organ = 9999; /* there is no such organ */
    ask_as(bench, NULL, &query, &of_nobody);
    assert_int_equal(with_others.read_count, of_nobody.read_count);
    assert_int_equal(with_others.size, of_nobody.size);
    assert_memory_equal(with_others.bytes, of_nobody.bytes, of_nobody.size);
    assert_int_equal(bench->answer.next_page, 0);
    uint32_t count = 0;
    query = (struct tcn_query){.kind = TCN_QUERY_MATTERS, .organ = TCN_FORGE_SAFETY};
    do {
        const struct tcn_answer *answer = ask(bench, &query);
        const struct tcn_matter *rows = answer->matters;
        for (uint32_t i = 0; i < answer->matter_count; i++) {
            assert_int_equal(rows[i].holder, TCN_FORGE_SAFETY);
        }
        count += answer->matter_count;
        query.page = answer->next_page;
        assert_true(query.page == 0 || query.page == rows[TCN_ROWS_MAX - 1].birth_position);
    } while (query.page != 0);
    assert_int_equal(count, MATTER_COUNT);
}

/* Its position is that of its own last change. */
static const struct tcn_answer *ask_registry(struct bench *bench, const struct tcn_query *query) {
    tcn_arena_reset(&bench->arena);
    assert_int_equal(tcn_query_run(&bench->view, query, &bench->arena, &bench->answer), TCN_OK);
    return &bench->answer;
}

/* Who may not see the matters is told what its alerts said, and no more. */
static void what_an_organ_has_not_in_hand_comes_oldest_first(void **state) {
    struct bench *bench = *state;
    const struct tcn_principal *stranger = &bench->place->forge.principals[TCN_FORGE_ADMIN - 1];
    for (int is_strange = 0; is_strange < 2; is_strange++) {
        struct tcn_query query = {.kind = TCN_QUERY_SUMMONSES, .organ = TCN_FORGE_SAFETY};
        uint64_t last = 0;
        uint32_t count = 0;
        bench->view.asker = is_strange == 1 ? stranger : NULL;
        do {
            const struct tcn_answer *answer = ask(bench, &query);
            assert_int_equal(answer->summons_count, answer->matter_count);
            for (uint32_t i = 0; i < answer->summons_count; i++) {
                const struct tcn_summons *summons = &answer->summonses[i].summons;
                const struct tcn_matter *matter = &answer->matters[i];
                assert_true(summons->birth_position > last && summons->count > 0);
                assert_true(matter->birth_position == summons->birth_position);
                assert_int_equal(matter->holder, is_strange == 1 ? 0 : TCN_FORGE_SAFETY);
                assert_true((matter->domain[0] == '\0') == (is_strange == 1));
                assert_true((matter->stage == TCN_STAGE_NONE) == (is_strange == 1));
                last = summons->birth_position;
            }
            count += answer->summons_count;
            query.page = answer->next_page;
        } while (query.page != 0);
        assert_true(count > TCN_ROWS_MAX);
    }
    bench->view.asker = NULL;
    const struct tcn_query nobodys = {.kind = TCN_QUERY_SUMMONSES};
    assert_int_equal(ask_registry(bench, &nobodys)->code, TCN_BAD_VALUE);
    const struct tcn_query shifts = {.kind = TCN_QUERY_SHIFTS, .organ = TCN_FORGE_SAFETY};
    assert_int_equal(ask(bench, &shifts)->shift_count, 0); /* nobody ever said so */
}

/* A drill opened all but the last three matters that this organ has not in hand. */
static void what_waits_is_of_the_mode_that_is_asked_for(void **state) {
    struct bench *bench = *state;
    static const struct {
        enum tcn_mode mode;
        uint32_t count;
        uint32_t answers;
    } cases[] = {
        {TCN_MODE_NONE, MATTER_COUNT, 3},
        {TCN_MODE_EXERCISE, MATTER_COUNT - 3, 3},
        {TCN_MODE_ACTUAL, 3, 1}, /* however many of the other stand before them */
    };
    const struct tcn_state_ops *ops = tcn_state_table();
    assert_int_equal(tcn_state_begin(bench->house.state), TCN_OK);
    for (uint32_t i = 0; i < MATTER_COUNT; i++) {
        const struct tcn_summons row = {.organ = TCN_FORGE_WATER,
                                        .birth_position = i + 2,
                                        .mode = i + 3 < MATTER_COUNT ? TCN_MODE_EXERCISE
                                                                     : TCN_MODE_ACTUAL,
                                        .reason = TCN_REASON_OWNER,
                                        .count = 1};
        assert_int_equal(ops->summons_put(bench->house.state, &row), TCN_OK);
    }
    assert_int_equal(tcn_state_commit(bench->house.state), TCN_OK);
    tcn_state_reader_reset(bench->state_reader);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_query query = {
            .kind = TCN_QUERY_SUMMONSES, .organ = TCN_FORGE_WATER, .mode = cases[i].mode};
        uint32_t count = 0;
        uint32_t answers = 0;
        do {
            const struct tcn_answer *answer = ask(bench, &query);
            for (uint32_t j = 0; j < answer->summons_count; j++) {
                const enum tcn_mode mode = answer->summonses[j].summons.mode;
                assert_true(cases[i].mode == TCN_MODE_NONE || cases[i].mode == mode);
            }
            count += answer->summons_count;
            answers++;
            query.page = answer->next_page;
        } while (query.page != 0);
        assert_int_equal(count, cases[i].count);
        assert_int_equal(answers, cases[i].answers);
    }
}

/* 300 rows, of which every third is invited. */
static void the_registry_comes_by_number_page_by_page_without_tokens(void **state) {
    struct bench *bench = *state;
    static struct tcn_principal rows[300];
    for (uint32_t i = 0; i < 300; i++) {
        rows[i] = (struct tcn_principal){.id = 2 * (i + 1), .role = TCN_ROLE_OFFICE};
        if (i % 3 == 0) {
            rows[i].token_hash = (struct tcn_hash){{7}};
            rows[i].token_until_ns = 9;
        }
    }
    const struct tcn_registry registry = {
        .version = 77, .principals = rows, .principal_count = 300};
    bench->view.registry = &registry;
    struct tcn_query query = {.kind = TCN_QUERY_REGISTRY};
    static const uint32_t sizes[] = {TCN_ROWS_MAX, TCN_ROWS_MAX, 300 - 2 * TCN_ROWS_MAX};
    uint32_t seen = 0;
    for (size_t page = 0; page < sizeof(sizes) / sizeof(sizes[0]); page++) {
        const struct tcn_answer *answer = ask_registry(bench, &query);
        assert_int_equal(answer->code, TCN_OK);
        assert_int_equal(answer->position, 77);
        assert_int_equal(answer->principal_count, sizes[page]);
        for (uint32_t i = 0; i < answer->principal_count; i++) {
            assert_int_equal(answer->principals[i].id, rows[seen].id);
            assert_int_equal(answer->principals[i].token_until_ns, rows[seen].token_until_ns);
            assert_true(tcn_hash_is_none(&answer->principals[i].token_hash));
            seen++;
        }
        query.page = answer->next_page;
    }
    assert_int_equal(query.page, 0);
    assert_int_equal(seen, 300);
    static const uint32_t wanted[][2] = {{600, 1}, {2, 1}, {3, 0}, {602, 0}};
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        query = (struct tcn_query){.kind = TCN_QUERY_REGISTRY, .principal = wanted[i][0]};
        assert_int_equal(ask_registry(bench, &query)->principal_count, wanted[i][1]);
    }
    bench->view.registry = NULL; /* as genesis has it */
    query = (struct tcn_query){.kind = TCN_QUERY_REGISTRY};
    assert_int_equal(ask_registry(bench, &query)->principal_count, TCN_FORGE_WHO_MAX);
    assert_int_equal(bench->answer.position, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_there_is_an_answer),
        cmocka_unit_test(a_spent_arena_is_said),
        cmocka_unit_test(matters_come_newest_first_page_by_page),
        cmocka_unit_test(a_matter_comes_with_its_events_oldest_first),
        cmocka_unit_test(sources_streams_and_numbers_are_told),
        cmocka_unit_test(a_head_is_signed_over_what_the_log_holds),
        cmocka_unit_test(an_event_is_found_by_position_and_by_sequence),
        cmocka_unit_test(the_registry_comes_by_number_page_by_page_without_tokens),
        cmocka_unit_test(what_is_hidden_costs_and_says_what_is_absent_does),
        cmocka_unit_test(a_list_of_matters_looks_at_no_others),
        cmocka_unit_test(what_an_organ_has_not_in_hand_comes_oldest_first),
        cmocka_unit_test(what_waits_is_of_the_mode_that_is_asked_for),
    };
    return cmocka_run_group_tests_name("query", tests, set_up, tear_down);
}
