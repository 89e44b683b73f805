/* SPDX-License-Identifier: Apache-2.0 */
/* What peers see of a collector behind a broker. */
/* ctest-uses: broker query core store wire link seal */
#include "district.h"
#include "query/heads.h"
#include "seal/hash.h"
#include "seal/sign.h"
#include "store/state.h"
#include "wire/registry.h"

/* Takes items of the stream from `first` to `last`, in whatever messages they come. */
static void take_items(struct district *district, struct peer *peer, uint64_t first,
                       uint64_t last) {
    for (uint64_t number = first; number <= last;) {
        assert_int_equal(hear(peer), TCN_KIND_ITEMS);
        const struct tcn_item *items = NULL;
        uint32_t count = 0;
        tcn_arena_reset(&district->arena);
        assert_int_equal(tcn_wire_items_decode(peer->body, &district->arena, &items, &count),
                         TCN_OK);
        for (uint32_t i = 0; i < count; i++) {
            assert_int_equal(items[i].alert.number, number);
            assert_int_equal(items[i].alert.stream.organ, TCN_FORGE_SAFETY);
            assert_true(items[i].open.size > 0);
            assert_int_equal(items[i].share.size, items[i].sealed.size > 0 ? TCN_SHARE_BYTES : 0);
            number++;
        }
    }
}

static void an_organ_reads_its_own_stream_only(void **state) {
    struct district *district = *state;
    struct peer *peer = &district->watcher;
    connect_peer(district, peer, TCN_FORGE_WATCH_SAFETY);
    const struct tcn_stream water = {TCN_MODE_ACTUAL, TCN_FORGE_WATER};
    assert_int_equal(open_stream(district, peer, water, ""), TCN_KIND_ERROR);
    struct tcn_refuse refuse;
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_refuse_decode(peer->body, &district->arena, &refuse), TCN_OK);
    assert_int_equal(refuse.code, TCN_DENIED);
    peer->header.session = 4711;
    say_place(peer, TCN_KIND_FETCH, SAFETY_STREAM, 10);
    assert_int_equal(hear(peer), TCN_KIND_ERROR);
    assert_int_equal(tcn_wire_refuse_decode(peer->body, &district->arena, &refuse), TCN_OK);
    assert_int_equal(refuse.code, TCN_STALE);
    leave(peer);
}

static void a_bad_chunk_is_refused_and_nothing_of_it_is_logged(void **state) {
    struct district *district = *state;
    struct peer *peer = &district->office;
    connect_peer(district, peer, TCN_FORGE_AGENT_A);
    const uint64_t session = greet(district, peer);
    struct tcn_event event = tcn_forge_report(&district->place->forge, 1);
    event.division = tcn_slice_text(TCN_FORGE_DIVISION_B);
    tcn_forge_chunk_begin(&district->chunk, &district->place->forge, TCN_FORGE_AGENT_A, 1, NULL);
    tcn_forge_chunk_event(&district->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&district->chunk, &district->place->forge, TCN_FORGE_AGENT_A);
    assert_int_equal(send_chunk(district, peer, session), TCN_KIND_REFUSE);
    struct tcn_refuse refuse;
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_refuse_decode(peer->body, &district->arena, &refuse), TCN_OK);
    assert_int_equal(refuse.refusal_count, 1);
    assert_int_equal(refuse.refusals[0].code, TCN_DENIED);
    const struct tcn_hash hash = tcn_hash_in_context(TCN_CONTEXT_CHUNK, district->chunk.chunk.head);
    assert_true(tcn_hash_equals(&refuse.asked_hash, &hash));
    const struct tcn_slice frame = tcn_parts_frame(&peer->parts, 2);
    struct tcn_signature signature;
    assert_int_equal(frame.size, sizeof(signature.bytes));
    memcpy(signature.bytes, frame.data, frame.size);
    assert_int_equal(
        tcn_verify(&district->place->forge.keys[TCN_FORGE_COLLECTOR].signing.public_key,
                   TCN_CONTEXT_REFUSE, peer->body, &signature),
        TCN_OK);
    leave(peer);
    stop_collector(district);
    start_collector(district);
}

static void a_subscription_resumes_at_its_cursor_after_a_restart(void **state) {
    struct district *district = *state;
    struct peer *office = &district->office;
    struct peer *watcher = &district->watcher;
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    const uint64_t session = greet(district, office);
    struct tcn_hash hash = report(district, office, session, 1, 3, NULL);
    hash = report(district, office, session, 4, 20, &hash);

    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    assert_int_equal(open_stream(district, watcher, SAFETY_STREAM, "duty"), TCN_KIND_OPENED);
    say_place(watcher, TCN_KIND_FETCH, SAFETY_STREAM, 1000);
    take_items(district, watcher, 1, 23);
    hash = report(district, office, session, 24, 2, &hash); /* live */
    take_items(district, watcher, 24, 25);
    say_place(watcher, TCN_KIND_MOVE, SAFETY_STREAM, 21);
    /* A second word on the same line is answered only when the first was taken. */
    say_place(watcher, TCN_KIND_MOVE, SAFETY_STREAM, 4000);
    assert_int_equal(hear(watcher), TCN_KIND_ERROR);
    assert_int_equal(open_stream(district, watcher, SAFETY_STREAM, "duty"), TCN_KIND_OPENED);
    say_place(watcher, TCN_KIND_FETCH, SAFETY_STREAM, 1000);
    take_items(district, watcher, 22, 25);
    leave(watcher);

    stop_collector(district);
    start_collector(district);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    assert_int_equal(open_stream(district, watcher, SAFETY_STREAM, "duty"), TCN_KIND_OPENED);
    struct tcn_head heads[TCN_OPEN_STREAMS_MAX];
    uint32_t count = 0;
    assert_int_equal(tcn_wire_opened_decode(watcher->body, &district->arena, heads, &count),
                     TCN_OK);
    assert_int_equal(heads[0].number, 25);
    say_place(watcher, TCN_KIND_FETCH, SAFETY_STREAM, 1000);
    take_items(district, watcher, heads[0].next, 25);
    assert_int_equal(heads[0].next, 22);
    leave(watcher);
    leave(office);
}

static void a_question_waits_for_the_state_and_sees_what_it_may(void **state) {
    struct district *district = *state;
    struct peer *office = &district->office;
    struct peer *watcher = &district->watcher;
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    const uint64_t session = greet(district, office);
    report(district, office, session, 1, 4, NULL);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    struct tcn_answer answer;
    struct tcn_query query = {.kind = TCN_QUERY_MATTERS, .at_least_position = TCN_QUERY_LATEST};
    ask(district, watcher, &query, &answer);
    assert_int_equal(answer.code, TCN_OK);
    assert_int_equal(answer.matter_count, 4);
    assert_int_equal(answer.matters[0].holder, TCN_FORGE_SAFETY);
    query = (struct tcn_query){.kind = TCN_QUERY_MATTER, .matter = answer.matters[0].id};
    ask(district, watcher, &query, &answer);
    assert_int_equal(answer.event_count, 1);
    assert_true(answer.events[0].open.size > 0);
    query = (struct tcn_query){.kind = TCN_QUERY_EVENT,
                               .lane = {.source = TCN_FORGE_AGENT_A,
                                        .epoch = 100 + TCN_FORGE_AGENT_A,
                                        .lane = TCN_LANE_ROUTINE},
                               .sequence = 3};
    ask(district, office, &query, &answer);
    assert_int_equal(answer.event_count, 1);
    assert_int_equal(answer.events[0].position, 5);
    leave(watcher);
    leave(office);
}

static void what_waits_for_the_desk_is_shown_to_nobody_else(void **state) {
    struct district *district = *state;
    static const struct {
        enum tcn_forge_who who;
        enum tcn_kind kind;
    } cases[] = {
        {TCN_FORGE_AGENT_A, TCN_KIND_ERROR},      /* an office */
        {TCN_FORGE_AGENT_SAFETY, TCN_KIND_ERROR}, /* a bureau that is not the desk */
        {TCN_FORGE_WATCH_SAFETY, TCN_KIND_ERROR},
        {TCN_FORGE_AUDITOR, TCN_KIND_ANSWER}, /* reads every stream */
        {TCN_FORGE_ADMIN, TCN_KIND_ANSWER},
    };
    connect_peer(district, &district->office, TCN_FORGE_AGENT_A);
    (void)greet(district, &district->office); /* the broker has the registry */
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct peer *asker = &district->watcher;
        uint8_t data[256];
        struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
        const struct tcn_query query = {.kind = TCN_QUERY_STANDINGS};
        struct tcn_slice body;
        connect_peer(district, asker, cases[i].who);
        assert_int_equal(tcn_wire_query_encode(&query, &writer, &body), TCN_OK);
        request(district, asker, TCN_KIND_ASK, body);
        assert_int_equal(hear(asker), cases[i].kind);
        if (cases[i].kind == TCN_KIND_ERROR) {
            assert_int_equal(refusal_code(district, asker), TCN_DENIED);
        }
        leave(asker);
    }
    leave(&district->office);
}

static void the_registry_is_shown_whole_to_few_and_its_own_row_to_all(void **state) {
    struct district *district = *state;
    static const struct {
        enum tcn_forge_who who;
        uint32_t principal; /* that is asked for; 0: all */
        uint32_t count;     /* rows that come; 0: denied */
    } cases[] = {
        {TCN_FORGE_AGENT_A, 0, 1},
        {TCN_FORGE_AGENT_A, TCN_FORGE_AGENT_A, 1},
        {TCN_FORGE_AGENT_A, TCN_FORGE_ADMIN, 0},
        {TCN_FORGE_WATCH_SAFETY, 0, 1},
        {TCN_FORGE_WATCH_SAFETY, 99, 0},
        {TCN_FORGE_AUDITOR, 0, TCN_FORGE_WHO_MAX},
        {TCN_FORGE_ADMIN, 0, TCN_FORGE_WHO_MAX},
        {TCN_FORGE_ADMIN, TCN_FORGE_AGENT_A, 1},
    };
    connect_peer(district, &district->office, TCN_FORGE_AGENT_A);
    (void)greet(district, &district->office); /* the broker has the registry */
    leave(&district->office);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct peer *asker = &district->watcher;
        const struct tcn_query query = {.kind = TCN_QUERY_REGISTRY,
                                        .principal = cases[i].principal,
                                        .at_least_position = TCN_QUERY_LATEST};
        uint8_t data[256];
        struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
        struct tcn_slice body;
        connect_peer(district, asker, cases[i].who);
        assert_int_equal(tcn_wire_query_encode(&query, &writer, &body), TCN_OK);
        request(district, asker, TCN_KIND_ASK, body);
        if (cases[i].count == 0) {
            assert_int_equal(hear(asker), TCN_KIND_ERROR);
            assert_int_equal(refusal_code(district, asker), TCN_DENIED);
        } else {
            struct tcn_answer answer;
            assert_int_equal(hear(asker), TCN_KIND_ANSWER);
            tcn_arena_reset(&district->arena);
            assert_int_equal(tcn_wire_answer_decode(asker->body, &district->arena, &answer),
                             TCN_OK);
            assert_int_equal(answer.code, TCN_OK);
            assert_int_equal(answer.position, 1); /* as genesis has it */
            assert_int_equal(answer.principal_count, cases[i].count);
            const uint32_t only = cases[i].principal != 0 ? cases[i].principal : cases[i].who;
            assert_int_equal(answer.principals[0].id, cases[i].count == 1 ? only : 1);
        }
        leave(asker);
    }
}

/* Denied by who asks alone; it follows the log, so it waits for no state. */
static void the_head_is_signed_for_who_may_ask(void **state) {
    struct district *district = *state;
    static const struct {
        enum tcn_forge_who who;
        bool may_ask;
    } cases[] = {
        {TCN_FORGE_AGENT_A, false},
        {TCN_FORGE_WATCH_SAFETY, false},
        {TCN_FORGE_AUDITOR, true},
        {TCN_FORGE_ADMIN, true},
    };
    connect_peer(district, &district->office, TCN_FORGE_AGENT_A);
    (void)greet(district, &district->office); /* the broker has the registry */
    leave(&district->office);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct peer *asker = &district->watcher;
        const struct tcn_query query = {.kind = TCN_QUERY_HEAD,
                                        .at_least_position = TCN_QUERY_LATEST};
        uint8_t data[256];
        struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
        struct tcn_slice body;
        connect_peer(district, asker, cases[i].who);
        assert_int_equal(tcn_wire_query_encode(&query, &writer, &body), TCN_OK);
        request(district, asker, TCN_KIND_ASK, body);
        assert_int_equal(hear(asker), cases[i].may_ask ? TCN_KIND_ANSWER : TCN_KIND_ERROR);
        if (cases[i].may_ask) {
            struct tcn_answer answer;
            struct tcn_head_claim claim;
            const struct tcn_key_set *keys = &district->place->forge.keys[TCN_FORGE_COLLECTOR];
            tcn_arena_reset(&district->arena);
            assert_int_equal(tcn_wire_answer_decode(asker->body, &district->arena, &answer),
                             TCN_OK);
            assert_int_equal(answer.code, TCN_OK);
            assert_int_equal(tcn_head_take(answer.log_head, answer.log_head_signature, &claim),
                             TCN_OK);
            assert_int_equal(tcn_head_check(&claim, &keys->signing.public_key), TCN_OK);
            assert_true(claim.head.position > 0 && claim.head.position == answer.position);
        } else {
            assert_int_equal(refusal_code(district, asker), TCN_DENIED);
        }
        leave(asker);
    }
}

static void a_bundle_is_signed_by_the_collector(void **state) {
    struct district *district = *state;
    struct peer *office = &district->office;
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    greet(district, office);
    send_frames(office, TCN_KIND_BUNDLE_ASK, 0, NULL, 0);
    assert_int_equal(hear(office), TCN_KIND_BUNDLE);
    struct tcn_signature signature;
    const struct tcn_slice frame = tcn_parts_frame(&office->parts, 2);
    assert_int_equal(frame.size, sizeof(signature.bytes));
    memcpy(signature.bytes, frame.data, frame.size);
    const struct tcn_public_key *key =
        &district->place->forge.keys[TCN_FORGE_COLLECTOR].signing.public_key;
    assert_int_equal(tcn_verify(key, TCN_CONTEXT_BUNDLE, office->body, &signature), TCN_OK);
    struct tcn_bundle bundle;
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_bundle_decode(office->body, &district->arena, &bundle), TCN_OK);
    assert_int_equal(bundle.version, 1);
    assert_int_equal(bundle.organ_key_count, 1);
}

/* What falls due while the collector is down. */
static void owe(struct district *district) {
    char path[PLACE_PATH_BYTES];
    place_path(path, district->place->dir, "state");
    const struct tcn_store_options options = {.dir = path, .map_bytes = PLACE_MAP_BYTES};
    const struct tcn_due due = {.key = {TCN_DUE_KEY_ENDS, TCN_FORGE_WATCH_SAFETY, 0},
                                .stage = 4,
                                .due_ns = 1,
                                .until_ns = 1};
    struct tcn_state *state = NULL;
    assert_int_equal(tcn_state_open(&options, &state), TCN_OK);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(tcn_state_table()->due_put(state, &due), TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_close(&state);
}

static void a_time_that_came_is_told_when_nobody_reports_and_shows_no_event(void **state) {
    struct district *district = *state;
    struct peer *desk_agent = &district->watcher;
    const struct tcn_stream desk = {TCN_MODE_ACTUAL, TCN_FORGE_DESK};
    struct tcn_answer answer;
    const struct tcn_query query = {.kind = TCN_QUERY_MATTERS,
                                    .at_least_position = TCN_QUERY_LATEST};
    connect_peer(district, &district->office, TCN_FORGE_AGENT_A);
    (void)greet(district, &district->office);
    connect_peer(district, desk_agent, TCN_FORGE_AGENT_DESK);
    ask(district, desk_agent, &query, &answer); /* the state has all that there is */
    leave(desk_agent);
    leave(&district->office);
    stop_collector(district);
    owe(district);
    start_collector(district);
    connect_peer(district, desk_agent, TCN_FORGE_AGENT_DESK);
    assert_int_equal(open_stream(district, desk_agent, desk, ""), TCN_KIND_OPENED);
    say_place(desk_agent, TCN_KIND_FETCH, desk, 10);
    enum tcn_kind kind = hear(desk_agent);
    while (kind == TCN_KIND_HEAD) {
        kind = hear(desk_agent);
    }
    const struct tcn_item *items = NULL;
    uint32_t count = 0;
    assert_int_equal(kind, TCN_KIND_ITEMS);
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_items_decode(desk_agent->body, &district->arena, &items, &count),
                     TCN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(items[0].alert.number, 1);
    assert_int_equal(items[0].alert.reason, TCN_REASON_CLOCK);
    assert_int_equal(items[0].alert.fired.stage, 4);
    assert_int_equal(items[0].alert.fired.subject, TCN_FORGE_WATCH_SAFETY);
    assert_true(tcn_slice_is_text(items[0].subject, "watch-safety"));
    assert_int_equal(items[0].open.size + items[0].sealed.size + items[0].share.size, 0);
    assert_int_equal(items[0].lane.source + items[0].sequence, 0);
    /* Nor does a replay of what the desk was told. */
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_replay replay = {.organ = TCN_FORGE_DESK, .credit_items = 10};
    struct tcn_slice body;
    struct tcn_end end;
    ask(district, desk_agent, &query, &answer); /* the tail is in the state */
    assert_int_equal(tcn_wire_replay_encode(&replay, &writer, &body), TCN_OK);
    request(district, desk_agent, TCN_KIND_REPLAY, body);
    assert_int_equal(hear(desk_agent), TCN_KIND_END);
    assert_int_equal(tcn_wire_end_decode(desk_agent->body, &district->arena, &end), TCN_OK);
    assert_int_equal(end.count, 0);
    assert_int_equal(end.code, TCN_OK);
    leave(desk_agent);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_organ_reads_its_own_stream_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_chunk_is_refused_and_nothing_of_it_is_logged, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_subscription_resumes_at_its_cursor_after_a_restart,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_waits_for_the_desk_is_shown_to_nobody_else, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_registry_is_shown_whole_to_few_and_its_own_row_to_all,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_head_is_signed_for_who_may_ask, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bundle_is_signed_by_the_collector, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_question_waits_for_the_state_and_sees_what_it_may, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_time_that_came_is_told_when_nobody_reports_and_shows_no_event, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
