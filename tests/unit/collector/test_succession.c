/* SPDX-License-Identifier: Apache-2.0 */
/* Another signing key while offices report and a bureau watches: everybody follows, in the same
 * sessions, and the broker too. */
/* ctest-uses: broker query core store wire link seal */
#include "district.h"
#include "seal/hash.h"
#include "wire/registry.h"

/* A collector that has its key in a file, and the next one. */
struct files {
    char path[256];
    char next[300];
    struct tcn_key_set key;
};

static void make_files(struct district *district, struct files *files) {
    (void)snprintf(files->path, sizeof(files->path), "%s/c.key", district->place->base);
    (void)snprintf(files->next, sizeof(files->next), "%s.next", files->path);
    assert_int_equal(
        tcn_key_file_write(&district->place->forge.keys[TCN_FORGE_COLLECTOR], files->path), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("collector"), false, &files->key), TCN_OK);
    stop_collector(district);
    district->key_file = files->path;
    start_collector(district);
}

static void open_safety(struct district *district, struct peer *peer) {
    uint8_t data[512];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_open open = {.name = tcn_slice_text("duty"), .stream_count = 1};
    open.streams[0] = (struct tcn_open_stream){.stream = SAFETY_STREAM, .from = TCN_FROM_CURSOR};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_open_encode(&open, &writer, &body), TCN_OK);
    request(district, peer, TCN_KIND_OPEN, body);
    assert_int_equal(hear(peer), TCN_KIND_OPENED);
    say_place(peer, TCN_KIND_FETCH, SAFETY_STREAM, 1000);
}

/* Takes the items up to this number, in whatever messages they come. */
static void take_items(struct district *district, struct peer *peer, uint64_t next, uint64_t last) {
    while (next <= last) {
        const struct tcn_item *items = NULL;
        uint32_t count = 0;
        assert_int_equal(hear(peer), TCN_KIND_ITEMS);
        tcn_arena_reset(&district->arena);
        assert_int_equal(tcn_wire_items_decode(peer->body, &district->arena, &items, &count),
                         TCN_OK);
        for (uint32_t i = 0; i < count; i++) {
            assert_int_equal(items[i].alert.number, next++);
        }
    }
}

/* Reports one by one until the collector wants another HELLO: the key has come into force. */
static uint64_t report_until_again(struct district *district, struct peer *peer, uint64_t session,
                                   uint64_t next, struct tcn_hash *previous) {
    for (;;) {
        assert_true(next < 5000); /* some seconds of reports */
        tcn_forge_reports(&district->chunk, &district->place->forge, next, 1, previous);
        const struct tcn_hash hash = district->chunk.hash;
        const enum tcn_kind kind = send_chunk(district, peer, session);
        if (kind == TCN_KIND_AGAIN) {
            return next;
        }
        assert_int_equal(kind, TCN_KIND_ACK);
        *previous = hash;
        next++;
    }
}

static bool knows(const struct peer *peer, const struct files *files) {
    return memcmp(tcn_keyring_tip(&peer->ring), &files->key.signing.public_key, 32) == 0;
}

/* The bundle is signed by the new key, and lists it. */
static void check_bundle(struct district *district, struct peer *peer) {
    struct tcn_bundle bundle;
    struct tcn_signature signature;
    send_frames(peer, TCN_KIND_BUNDLE_ASK, 0, NULL, 0);
    assert_int_equal(hear(peer), TCN_KIND_BUNDLE);
    memcpy(signature.bytes, tcn_parts_frame(&peer->parts, 2).data, sizeof(signature.bytes));
    assert_int_equal(
        tcn_verify(tcn_keyring_tip(&peer->ring), TCN_CONTEXT_BUNDLE, peer->body, &signature),
        TCN_OK);
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_bundle_decode(peer->body, &district->arena, &bundle), TCN_OK);
    assert_int_equal(bundle.keys.count, 1);
    assert_memory_equal(&bundle.collector_key, &peer->ring.first, 32);
}

static void everybody_follows_in_the_same_session(void **state) {
    struct district *district = *state;
    struct peer *office = &district->office;
    struct peer *watcher = &district->watcher;
    struct files files;
    make_files(district, &files);
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    uint64_t session = greet(district, office);
    struct tcn_hash hash = report(district, office, session, 1, 3, NULL);
    open_safety(district, watcher);
    take_items(district, watcher, 1, 3);
    assert_int_equal(tcn_key_file_write(&files.key, files.next), TCN_OK);
    const uint64_t next = report_until_again(district, office, session, 4, &hash);
    /* Where nothing waits for a disk, more came in that second than was asked for. */
    say_place(watcher, TCN_KIND_FETCH, SAFETY_STREAM, next + 1000);
    take_items(district, watcher, 4, next - 1);
    session = greet(district, office);
    assert_true(knows(office, &files));
    struct tcn_signature signature;
    memcpy(signature.bytes, tcn_parts_frame(&office->parts, 2).data, sizeof(signature.bytes));
    assert_int_equal(
        tcn_verify(&files.key.signing.public_key, TCN_CONTEXT_WELCOME, office->body, &signature),
        TCN_OK);
    hash = report(district, office, session, next, 2, &hash);
    assert_int_equal(tcn_receipt_verify(&district->ack.receipt, &files.key.signing.public_key),
                     TCN_OK);
    take_items(district, watcher, next, next + 1);
    assert_true(knows(watcher, &files));
    check_bundle(district, office);
    assert_int_not_equal(access(files.next, F_OK), 0);
    /* After a start the log says which key signs; the file has its name. */
    leave(office);
    leave(watcher);
    stop_collector(district);
    start_collector(district);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    join_session(district, watcher);
    assert_true(knows(watcher, &files));
    leave(watcher);
    tcn_key_set_fini(&files.key);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everybody_follows_in_the_same_session, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
