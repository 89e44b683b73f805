/* SPDX-License-Identifier: Apache-2.0 */
/* What a captured broker can say in a reader's name: nothing that the reader did not sign, in this
 * session, just now. */
/* ctest-uses: broker query core store wire link seal */
#include "collector/serve_inside.h"
#include "district.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A request as frames that can be spoiled. */
struct spoiled {
    struct tcn_header header;
    uint8_t body[256];
    size_t body_size;
    const struct tcn_signing_key *key; /* NULL: unsigned */
    struct tcn_hash session_hash;
    struct tcn_header signed_header; /* what the signature is made for */
    uint8_t body_flip;               /* changed after it was signed */
    uint8_t signature_flip;
};

/* OPEN of the own stream under the next number, as the peer would say it. */
static struct spoiled good_open(struct peer *peer) {
    struct spoiled made = {.key = &peer->keys->signing, .session_hash = peer->session_hash};
    struct tcn_open open = {.name = tcn_slice_text("duty"), .stream_count = 1};
    open.streams[0] = (struct tcn_open_stream){.stream = SAFETY_STREAM, .from = TCN_FROM_CURSOR};
    struct tcn_writer writer = tcn_writer_init(made.body, sizeof(made.body));
    struct tcn_slice body;
    assert_int_equal(tcn_wire_open_encode(&open, &writer, &body), TCN_OK);
    made.body_size = body.size;
    made.header = (struct tcn_header){.version = TCN_WIRE_VERSION,
                                      .kind = TCN_KIND_OPEN,
                                      .session = peer->session,
                                      .request = peer->last_request + 1};
    made.signed_header = made.header;
    return made;
}

static struct tcn_slice encode(const struct tcn_header *header, uint8_t *bytes) {
    struct tcn_writer writer = tcn_writer_init(bytes, TCN_HEADER_BYTES_MAX);
    struct tcn_slice frame;
    assert_int_equal(tcn_wire_header_encode(header, &writer, &frame), TCN_OK);
    return frame;
}

static void say(struct peer *peer, struct spoiled *spoiled) {
    uint8_t header[TCN_HEADER_BYTES_MAX];
    uint8_t signed_header[TCN_HEADER_BYTES_MAX];
    struct tcn_slice frames[3] = {encode(&spoiled->header, header),
                                  tcn_slice_of(spoiled->body, spoiled->body_size)};
    struct tcn_signature signature = {{0}};
    size_t count = 2;
    if (spoiled->key != NULL) {
        const struct tcn_told asked = {.session = &spoiled->session_hash,
                                       .header = encode(&spoiled->signed_header, signed_header),
                                       .body = frames[1]};
        assert_int_equal(tcn_told_sign(spoiled->key, TCN_CONTEXT_ASKED, &asked, &signature),
                         TCN_OK);
        signature.bytes[5] ^= spoiled->signature_flip;
        spoiled->body[spoiled->body_size - 1] ^= spoiled->body_flip;
        frames[count++] = tcn_slice_of(signature.bytes, sizeof(signature.bytes));
    }
    peer->last_request = spoiled->header.request;
    peer->told_number = 0;
    assert_int_equal(tcn_sock_send(peer->sock, frames, count), TCN_OK);
}

static uint32_t refused(struct district *district, struct peer *peer) {
    const enum tcn_kind kind = hear(peer);
    return kind == TCN_KIND_ERROR ? refusal_code(district, peer) : TCN_OK;
}

static void only_what_its_reader_signed_just_now_is_taken(void **state) {
    struct district *district = *state;
    struct peer *watcher = &district->watcher;
    struct peer *other = &district->auditor;
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    connect_peer(district, other, TCN_FORGE_AUDITOR);
    join_session(district, watcher);
    join_session(district, other);
    struct spoiled good = good_open(watcher);
    say(watcher, &good);
    assert_int_equal(refused(district, watcher), TCN_OK);
    const struct spoiled old = good;
    const struct {
        const char *what;
        uint32_t wanted;
    } rows[] = {
        {"unsigned", TCN_DENIED},
        {"another's key", TCN_DENIED},
        {"a bit of the signature", TCN_DENIED},
        {"a bit of the body", TCN_DENIED},
        {"another kind", TCN_DENIED},
        {"another number", TCN_DENIED},
        {"another session of its own", TCN_DENIED},
        {"said again", TCN_DENIED},
        {"said again under a new number", TCN_DENIED},
        {"another's session", TCN_STALE},
        {"no session", TCN_STALE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct spoiled bad = good_open(watcher);
        bad.key = i == 0 ? NULL : i == 1 ? &other->keys->signing : bad.key;
        bad.signature_flip = i == 2;
        bad.body_flip = i == 3;
        bad.signed_header.kind = i == 4 ? TCN_KIND_REPLAY : bad.signed_header.kind;
        bad.signed_header.request += i == 5;
        bad.session_hash.bytes[31] ^= i == 6;
        bad = i == 7 ? old : bad;
        if (i == 8) {
            bad.signed_header = old.header;
        }
        bad.header.session = i == 9 ? other->session : i == 10 ? 0 : bad.header.session;
        bad.signed_header.session = i >= 9 ? bad.header.session : bad.signed_header.session;
        const uint64_t last = watcher->last_request;
        say(watcher, &bad);
        const uint32_t code = refused(district, watcher);
        if (code != rows[i].wanted) {
            fail_msg("%s: %u", rows[i].what, (unsigned)code);
        }
        watcher->last_request = last; /* what is refused takes no number */
    }
    good = good_open(watcher); /* and nothing of it has harmed the session */
    say(watcher, &good);
    assert_int_equal(refused(district, watcher), TCN_OK);
}

static void what_was_captured_is_good_on_no_other_connection(void **state) {
    struct district *district = *state;
    struct peer *watcher = &district->watcher;
    struct peer *again = &district->office;
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    join_session(district, watcher);
    struct spoiled captured = good_open(watcher);
    connect_peer(district, again, TCN_FORGE_WATCH_SAFETY); /* the same principal */
    join_session(district, again);
    say(again, &captured);
    assert_int_equal(refused(district, again), TCN_STALE);
    captured.header.session = again->session; /* and moved to its session */
    say(again, &captured);
    assert_int_equal(refused(district, again), TCN_DENIED);
}

static void what_was_captured_is_good_after_no_restart(void **state) {
    struct district *district = *state;
    struct peer *watcher = &district->watcher;
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    join_session(district, watcher);
    struct spoiled captured = good_open(watcher);
    const uint64_t session = watcher->session;
    stop_collector(district);
    start_collector(district);
    join_session(district, watcher); /* the new collector is there */
    assert_true(watcher->session != session);
    say(watcher, &captured);
    assert_int_equal(refused(district, watcher), TCN_STALE);
}

static void a_cursor_moves_by_the_readers_word_only(void **state) {
    struct district *district = *state;
    struct peer *office = &district->office;
    struct peer *watcher = &district->watcher;
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    (void)report(district, office, greet(district, office), 1, 3, NULL);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    join_session(district, watcher);
    struct spoiled open = good_open(watcher);
    say(watcher, &open);
    assert_int_equal(hear(watcher), TCN_KIND_OPENED);
    say_place(watcher, TCN_KIND_FETCH, SAFETY_STREAM, 3);
    assert_int_equal(hear(watcher), TCN_KIND_ITEMS);
    const struct tcn_fetch fetch = {.stream = SAFETY_STREAM, .number = 3, .generation = 1};
    struct spoiled move = {.header = watcher->header, .session_hash = watcher->session_hash};
    struct tcn_writer writer = tcn_writer_init(move.body, sizeof(move.body));
    struct tcn_slice body;
    assert_int_equal(tcn_wire_fetch_encode(&fetch, &writer, &body), TCN_OK);
    move.body_size = body.size;
    move.header.kind = TCN_KIND_MOVE;
    move.header.number = 0;
    say(watcher, &move); /* unsigned */
    assert_int_equal(refused(district, watcher), TCN_DENIED);
    watcher->last_request = open.header.request;
    open = good_open(watcher);
    say(watcher, &open);
    assert_int_equal(hear(watcher), TCN_KIND_OPENED);
    struct tcn_head heads[TCN_OPEN_STREAMS_MAX];
    uint32_t count = 0;
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_opened_decode(watcher->body, &district->arena, heads, &count),
                     TCN_OK);
    assert_int_equal(heads[0].next, 1); /* nothing is passed over */
}

static void both_keys_of_a_rotation_are_good_while_they_overlap(void **state) {
    (void)state;
    struct tcn_key_set keys[3];
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        assert_int_equal(tcn_key_set_make(tcn_slice_text("reader"), false, &keys[i]), TCN_OK);
    }
    const struct tcn_principal principal = {.id = 7,
                                            .signing_key = keys[0].signing.public_key,
                                            .old_signing_key = keys[1].signing.public_key,
                                            .old_until_ns = 1000};
    const struct {
        size_t key;
        int64_t now_ns;
        bool wanted;
    } rows[] = {{0, 999, true}, {0, 5000, true}, {1, 999, true}, {1, 1000, false}, {2, 999, false}};
    const struct tcn_hash session = {{3}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_serve_asked asked = {.header_frame = tcn_slice_text("header"),
                                        .body = tcn_slice_text("body"),
                                        .principal = &principal};
        const struct tcn_told told = {
            .session = &session, .header = asked.header_frame, .body = asked.body};
        struct tcn_signature signature;
        assert_int_equal(
            tcn_told_sign(&keys[rows[i].key].signing, TCN_CONTEXT_ASKED, &told, &signature),
            TCN_OK);
        asked.signature = tcn_slice_of(signature.bytes, sizeof(signature.bytes));
        assert_int_equal(tcn_admit_signer(&asked, &session, rows[i].now_ns) != NULL,
                         rows[i].wanted);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_what_its_reader_signed_just_now_is_taken, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_was_captured_is_good_on_no_other_connection, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_was_captured_is_good_after_no_restart, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_cursor_moves_by_the_readers_word_only, set_up, tear_down),
        cmocka_unit_test(both_keys_of_a_rotation_are_good_while_they_overlap),
    };
    return cmocka_run_group_tests_name("admit", tests, NULL, NULL);
}
