/* SPDX-License-Identifier: Apache-2.0 */
/* Replays: what they bring, and that it is what the log holds. */
/* ctest-uses: broker query core store wire link seal */
#include "district.h"
#include "query/audit.h"
#include "query/rebuild.h"
#include "wire/event.h"

/* The stopped collector's log verifies and has this digest, and its state is the one that the log
 * gives. */
static void check_folder(const struct district *district, const struct tcn_hash *digest) {
    struct tcn_log *log = NULL;
    struct tcn_log_reader *reader = NULL;
    struct tcn_charter charter;
    struct tcn_audit_report audit;
    char path[PLACE_PATH_BYTES];
    place_path(path, district->place->dir, "log");
    const struct tcn_store_options options = {
        .dir = path, .map_bytes = PLACE_MAP_BYTES, .is_reader_only = true};
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    assert_int_equal(tcn_charter_init_log(&charter, reader), TCN_OK);
    assert_int_equal(tcn_audit_run(log, &charter, &audit), TCN_OK);
    assert_true(tcn_hash_equals(&audit.digest, digest));

    /* The state that the collector left is the one that the log gives. */
    struct tcn_hash hashes[2];
    const char *const names[] = {"state", "again"};
    for (size_t i = 0; i < 2; i++) {
        struct tcn_state *states = NULL;
        struct tcn_state_reader *rows = NULL;
        place_path(path, i == 0 ? district->place->dir : district->place->base, names[i]);
        const struct tcn_store_options at = {.dir = path, .map_bytes = PLACE_MAP_BYTES};
        assert_int_equal(tcn_state_open(&at, &states), TCN_OK);
        if (i == 1) {
            assert_int_equal(tcn_rebuild_run(reader, &charter, states), TCN_OK);
        }
        assert_int_equal(tcn_state_reader_open(states, &rows), TCN_OK);
        struct tcn_applied applied;
        assert_int_equal(tcn_state_applied(rows, &applied), TCN_OK);
        assert_int_equal(applied.position, audit.last_position);
        assert_int_equal(tcn_state_hash(rows, &hashes[i]), TCN_OK);
        tcn_state_reader_close(&rows);
        tcn_state_close(&states);
    }
    assert_true(tcn_hash_equals(&hashes[0], &hashes[1]));
    tcn_charter_fini(&charter);
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

/* Waits until the state is at a position, by a question of the peer. */
static void await_state(struct district *district, struct peer *peer, uint64_t position) {
    const struct tcn_query query = {.kind = TCN_QUERY_MATTERS, .at_least_position = position};
    struct tcn_answer answer;
    ask(district, peer, &query, &answer);
}

static void a_replay_ends_with_the_digest_of_the_log(void **state) {
    struct district *district = *state;
    struct peer *office = &district->office;
    struct peer *auditor = &district->auditor;
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    const uint64_t session = greet(district, office);
    struct tcn_hash hash = {0};
    for (uint64_t i = 0; i < 12; i++) {
        hash = report(district, office, session, 1 + 50 * i, 50, &hash);
    }
    connect_peer(district, auditor, TCN_FORGE_AUDITOR);
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_replay replay = {.credit_items = 100000};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_replay_encode(&replay, &writer, &body), TCN_OK);
    auditor->request = 9;
    request(district, auditor, TCN_KIND_REPLAY, body);
    uint64_t item_count = 0;
    while (hear(auditor) == TCN_KIND_REPLAY_ITEMS) {
        const struct tcn_item *items = NULL;
        uint32_t count = 0;
        tcn_arena_reset(&district->arena);
        assert_int_equal(tcn_wire_items_decode(auditor->body, &district->arena, &items, &count),
                         TCN_OK);
        assert_int_equal(items[0].share.size, 0);
        item_count += count;
    }
    assert_int_equal(auditor->header.kind, TCN_KIND_END);
    assert_int_equal(auditor->header.request, 9);
    struct tcn_end end;
    assert_int_equal(tcn_wire_end_decode(auditor->body, &district->arena, &end), TCN_OK);
    assert_int_equal(end.code, TCN_OK);
    assert_int_equal(end.count, 600);
    assert_int_equal(item_count, 600);
    leave(auditor);
    leave(office);

    stop_collector(district);
    check_folder(district, &end.digest);
}

static void say_replay(struct district *district, struct peer *peer, uint64_t number,
                       const struct tcn_replay *replay) {
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    assert_int_equal(tcn_wire_replay_encode(replay, &writer, &body), TCN_OK);
    peer->request = number;
    request(district, peer, TCN_KIND_REPLAY, body);
}

/* Items of the REPLAY_ITEMS in hand. */
static uint32_t replayed(struct district *district, const struct peer *peer) {
    const struct tcn_item *items = NULL;
    uint32_t count = 0;
    assert_int_equal(peer->header.kind, TCN_KIND_REPLAY_ITEMS);
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_items_decode(peer->body, &district->arena, &items, &count), TCN_OK);
    for (uint32_t i = 0; i < count; i++) {
        /* An organ gets the share of what it was told. */
        assert_int_equal(items[i].share.size, items[i].sealed.size > 0 ? TCN_SHARE_BYTES : 0);
    }
    return count;
}

static struct tcn_end ended(struct district *district, struct peer *peer) {
    struct tcn_end end;
    assert_int_equal(hear(peer), TCN_KIND_END);
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_end_decode(peer->body, &district->arena, &end), TCN_OK);
    return end;
}

static void an_organ_replays_what_it_was_told_within_its_credit(void **state) {
    struct district *district = *state;
    struct peer *office = &district->office;
    struct peer *watcher = &district->watcher;
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    report(district, office, greet(district, office), 1, 9, NULL);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    struct tcn_answer answer;
    const struct tcn_query query = {.kind = TCN_QUERY_MATTERS, .at_least_position = 11};
    ask(district, watcher, &query, &answer); /* the state has it */

    struct tcn_replay replay = {.credit_items = 4};
    say_replay(district, watcher, 31, &replay);
    assert_int_equal(hear(watcher), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, watcher), TCN_DENIED);
    replay.organ = TCN_FORGE_WATER;
    say_replay(district, watcher, 32, &replay);
    assert_int_equal(hear(watcher), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, watcher), TCN_DENIED);

    replay.organ = TCN_FORGE_SAFETY;
    say_replay(district, watcher, 33, &replay);
    assert_int_equal(hear(watcher), TCN_KIND_REPLAY_ITEMS);
    assert_int_equal(replayed(district, watcher), 4);
    /* Said again, by whomever: requests rise. */
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    assert_int_equal(tcn_wire_replay_encode(&replay, &writer, &body), TCN_OK);
    send_frames(watcher, TCN_KIND_REPLAY, watcher->session, &body, 1);
    assert_int_equal(hear(watcher), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, watcher), TCN_DENIED);
    say_place(watcher, TCN_KIND_REPLAY_FETCH, (struct tcn_stream){0}, 100);
    assert_int_equal(hear(watcher), TCN_KIND_REPLAY_ITEMS);
    assert_int_equal(replayed(district, watcher), 5);
    struct tcn_end end = ended(district, watcher);
    assert_int_equal(end.count, 9);
    assert_int_equal(end.code, TCN_OK);

    /* What the filter leaves out costs no credit. */
    replay.credit_items = 1;
    replay.matter = tcn_forge_report(&district->place->forge, 5).matter;
    say_replay(district, watcher, 35, &replay);
    assert_int_equal(hear(watcher), TCN_KIND_REPLAY_ITEMS);
    assert_int_equal(replayed(district, watcher), 1);
    assert_int_equal(ended(district, watcher).code, TCN_OK);

    replay.matter = (struct tcn_id){0};
    say_replay(district, watcher, 36, &replay);
    assert_int_equal(hear(watcher), TCN_KIND_REPLAY_ITEMS);
    assert_int_equal(replayed(district, watcher), 1);
    send_frames(watcher, TCN_KIND_CANCEL, 0, NULL, 0);
    end = ended(district, watcher);
    assert_int_equal(end.code, TCN_CANCELED);
    assert_int_equal(end.count, 1);
    send_frames(watcher, TCN_KIND_CANCEL, 0, NULL, 0);
    assert_int_equal(hear(watcher), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, watcher), TCN_ABSENT);
}

/* The state on disk lags behind the log: what it does not have yet is beyond the end that is told.
 */
static void what_an_organ_is_told_ends_where_the_state_does(void **state) {
    struct district *district = *state;
    struct peer *office = &district->office;
    struct peer *watcher = &district->watcher;
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    const uint64_t session = greet(district, office);
    struct tcn_hash hash = {0};
    uint64_t early_count = 0;
    for (uint64_t sequence = 1; sequence <= 20; sequence++) {
        hash = report(district, office, session, sequence, 1, &hash);
        const uint64_t position = sequence + 2; /* after genesis and HELLO */
        const struct tcn_replay replay = {
            .credit_items = 4, .organ = TCN_FORGE_SAFETY, .first_position = position};
        say_replay(district, watcher, 40 + sequence, &replay);
        while (hear(watcher) == TCN_KIND_REPLAY_ITEMS) {
            assert_int_equal(replayed(district, watcher), 1);
        }
        struct tcn_end end;
        assert_int_equal(watcher->header.kind, TCN_KIND_END);
        tcn_arena_reset(&district->arena);
        assert_int_equal(tcn_wire_end_decode(watcher->body, &district->arena, &end), TCN_OK);
        assert_int_equal(end.code, TCN_OK);
        assert_int_equal(end.count, end.last_position >= position ? 1 : 0);
        early_count += end.count == 0;
    }
    assert_true(early_count > 0); /* else nothing was tested */
}

/* One chunk of an organ's agent in an epoch that it opens with it, with one act on report 1, which
 * may have a text that is sealed to safety. */
static void publish(struct district *district, enum tcn_forge_who who, enum tcn_act what,
                    const char *organ, const char *to_organ, const char *text) {
    const struct tcn_forge *forge = &district->place->forge;
    struct tcn_forge_chunk *chunk = &district->chunk;
    struct peer peer;
    connect_peer(district, &peer, who);
    const struct tcn_hello hello = tcn_forge_hello(forge, who, TCN_LANE_ROUTINE);
    tcn_forge_hello_seal(chunk, forge, who, &hello);
    const struct tcn_slice bodies[] = {chunk->chunk.head, chunk->chunk.signature};
    send_frames(&peer, TCN_KIND_HELLO, 0, bodies, 2);
    assert_int_equal(hear(&peer), TCN_KIND_WELCOME);
    struct tcn_welcome welcome;
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_welcome_decode(peer.body, &district->arena, &welcome), TCN_OK);
    struct tcn_event event = tcn_forge_act(forge, 1, what, organ);
    event.act_body.to_organ = tcn_slice_text(to_organ);
    tcn_forge_chunk_begin(chunk, forge, who, 1, NULL);
    if (text != NULL) {
        tcn_forge_chunk_sealed(chunk, forge, &event, text);
    } else {
        tcn_forge_chunk_event(chunk, &event, (struct tcn_slice){0});
    }
    tcn_forge_chunk_seal(chunk, forge, who);
    assert_int_equal(send_chunk(district, &peer, welcome.session), TCN_KIND_ACK);
    leave(&peer);
}

static void act(struct district *district, enum tcn_forge_who who, enum tcn_act what,
                const char *organ, const char *to_organ) {
    publish(district, who, what, organ, to_organ, NULL);
}

/* Replays a matter as an organ, and says which acts came, and with which of them a share. */
static void expect_matter(struct district *district, struct peer *peer, uint16_t organ,
                          uint64_t number, const char *expected) {
    const struct tcn_replay replay = {.credit_items = 100,
                                      .organ = organ,
                                      .matter =
                                          tcn_forge_report(&district->place->forge, number).matter};
    char told[256] = "";
    say_replay(district, peer, peer->last_request + 1, &replay);
    while (hear(peer) == TCN_KIND_REPLAY_ITEMS) {
        const struct tcn_item *items = NULL;
        uint32_t count = 0;
        tcn_arena_reset(&district->arena);
        assert_int_equal(tcn_wire_items_decode(peer->body, &district->arena, &items, &count),
                         TCN_OK);
        for (uint32_t i = 0; i < count; i++) {
            struct tcn_event event;
            assert_int_equal(tcn_wire_open_part_decode(items[i].open, &district->arena, &event),
                             TCN_OK);
            (void)snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s%s ",
                           tcn_act_name(event.act), items[i].share.size > 0 ? "+" : "");
        }
    }
    assert_int_equal(peer->header.kind, TCN_KIND_END);
    assert_string_equal(told, expected);
}

/* Who leads reads a matter from its birth, also what was told to others before; who led keeps what
 * it was told, and gets nothing of what comes after. */
static void a_matter_is_replayed_whole_by_who_leads_it(void **state) {
    struct district *district = *state;
    struct peer *watcher = &district->watcher;
    struct peer *desk = &district->auditor;
    connect_peer(district, &district->office, TCN_FORGE_AGENT_A);
    report(district, &district->office, greet(district, &district->office), 1, 2, NULL);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    connect_peer(district, desk, TCN_FORGE_AGENT_DESK);
    await_state(district, watcher, 4);
    expect_matter(district, watcher, TCN_FORGE_SAFETY, 1, "reported+ ");
    expect_matter(district, desk, TCN_FORGE_DESK, 1, "reported "); /* it is odd: shown, not read */

    act(district, TCN_FORGE_AGENT_SAFETY, TCN_ACT_TRANSFERRED, "safety", "desk");
    act(district, TCN_FORGE_AGENT_DESK, TCN_ACT_CORRECTED, "desk", "");
    await_state(district, watcher, 8);
    expect_matter(district, desk, TCN_FORGE_DESK, 1, "reported+ transferred corrected ");
    expect_matter(district, desk, TCN_FORGE_DESK, 2, "reported ");
    expect_matter(district, watcher, TCN_FORGE_SAFETY, 1, "reported+ ");
    expect_matter(district, watcher, TCN_FORGE_SAFETY, 2, "reported ");
    expect_matter(district, watcher, TCN_FORGE_SAFETY, 77, "");
}

/* That it owes who leads a text gives it none: else one post could open a complaint by a word of
 * its own that nobody who leads can read. */
static void a_text_that_the_desk_owes_opens_it_nothing(void **state) {
    struct district *district = *state;
    struct peer *desk = &district->auditor;
    connect_peer(district, &district->office, TCN_FORGE_AGENT_A);
    report(district, &district->office, greet(district, &district->office), 1, 2, NULL);
    connect_peer(district, desk, TCN_FORGE_AGENT_DESK);
    act(district, TCN_FORGE_AGENT_SAFETY, TCN_ACT_TRANSFERRED, "safety", "water");
    publish(district, TCN_FORGE_AGENT_DESK, TCN_ACT_CORRECTED, "desk", "", "for safety only");
    await_state(district, desk, 8);
    expect_matter(district, desk, TCN_FORGE_DESK, 1, "reported ");
    expect_matter(district, desk, TCN_FORGE_DESK, 2, "reported ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_replay_ends_with_the_digest_of_the_log, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_organ_replays_what_it_was_told_within_its_credit, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_matter_is_replayed_whole_by_who_leads_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_text_that_the_desk_owes_opens_it_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_an_organ_is_told_ends_where_the_state_does, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
