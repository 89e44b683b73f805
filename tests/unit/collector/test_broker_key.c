/* SPDX-License-Identifier: Apache-2.0 */
/* The broker's next transport key: an administrator enters it, readers are told both, and when the
 * broker has it the collector finds it by its own log. */
/* ctest-uses: broker query core store wire link seal */
#include "district.h"
#include "wire/enrol.h"

#define OVERLAP_NS (3600 * TCN_SECOND_NS)

static void start_broker(struct district *district) {
    district->broker_run.stop = eventfd(0, EFD_CLOEXEC);
    assert_int_equal(pthread_create(&district->broker_run.thread, NULL, run_broker, district), 0);
    assert_int_equal(sem_wait(&district->broker_open), 0);
}

/* As set_up, with a broker in the registry. */
static int set_up_with_broker(void **state) {
    struct district *district = calloc(1, sizeof(*district));
    assert_non_null(district);
    district->place = place_make(TCN_MODE_ACTUAL);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("broker"), false, &district->broker_keys),
                     TCN_OK);
    tcn_forge_seat_broker(&district->place->forge, &district->broker_keys.transport.public_key);
    tcn_forge_genesis_write(&district->place->forge, district->place->genesis);
    assert_int_equal(tcn_arena_init(&district->arena, 4 * 1024 * 1024), TCN_OK);
    assert_int_equal(sem_init(&district->broker_open, 0, 0), 0);
    start_broker(district);
    start_collector(district);
    *state = district;
    return 0;
}

/* The administrator says HELLO, until somebody answers; gives the lane's session. */
static uint64_t greet_admin(struct district *district, struct peer *admin) {
    struct tcn_welcome welcome;
    const struct tcn_hello hello =
        tcn_forge_hello(&district->place->forge, TCN_FORGE_ADMIN, TCN_LANE_ROUTINE);
    do {
        tcn_forge_hello_seal(&district->chunk, &district->place->forge, TCN_FORGE_ADMIN, &hello);
        const struct tcn_slice bodies[] = {district->chunk.chunk.head,
                                           district->chunk.chunk.signature};
        send_frames(admin, TCN_KIND_HELLO, 0, bodies, 2);
    } while (hear_within(admin, TCN_SECOND_NS) != TCN_KIND_WELCOME);
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_welcome_decode(admin->body, &district->arena, &welcome), TCN_OK);
    return welcome.session;
}

/* And enters the broker's next keys. */
static void announce(struct district *district, struct peer *admin, uint64_t session,
                     const struct tcn_key_set *next) {
    struct tcn_registry_change change = {
        .kind = TCN_CHANGE_ROTATED,
        .principal = TCN_FORGE_FEED,
        .transport_key = next->transport.public_key,
        .signing_key = next->signing.public_key,
        .until_ns = tcn_clock_wall_ns() + OVERLAP_NS,
    };
    uint8_t bytes[TCN_KEY_PROOF_BYTES];
    tcn_wire_key_proof(&district->place->forge.log_id, &change, bytes);
    assert_int_equal(tcn_sign(&next->signing, TCN_CONTEXT_KEY, tcn_slice_of(bytes, sizeof(bytes)),
                              &change.proof),
                     TCN_OK);
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .body_kind = TCN_BODY_REGISTRY,
                                    .registry = &change};
    tcn_forge_chunk_begin(&district->chunk, &district->place->forge, TCN_FORGE_ADMIN, 1, NULL);
    tcn_forge_chunk_event(&district->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&district->chunk, &district->place->forge, TCN_FORGE_ADMIN);
    assert_int_equal(send_chunk(district, admin, session), TCN_KIND_ACK);
}

/* What SESSION tells a reader now. */
static struct tcn_broker_keys told(struct district *district, struct peer *reader) {
    struct tcn_session_given given;
    join_session(district, reader);
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_session_given_decode(reader->body, &district->arena, &given), TCN_OK);
    return given.brokers;
}

static void expect_both(struct district *district, struct peer *reader,
                        const struct tcn_key_set *next, const struct tcn_key_set *old) {
    const struct tcn_broker_keys keys = told(district, reader);
    assert_int_equal(keys.count, 2);
    assert_memory_equal(&keys.list[0].key, &next->transport.public_key, 32);
    assert_true(keys.list[0].until_ns == 0);
    assert_memory_equal(&keys.list[1].key, &old->transport.public_key, 32);
    assert_true(keys.list[1].until_ns > tcn_clock_wall_ns());
}

static void everybody_finds_the_broker_by_its_next_key(void **state) {
    struct district *district = *state;
    struct peer *admin = &district->office;
    struct peer *watcher = &district->watcher;
    const struct tcn_key_set old = district->broker_keys;
    struct tcn_key_set next;
    assert_int_equal(tcn_key_set_make(tcn_slice_text("broker"), false, &next), TCN_OK);
    connect_peer(district, admin, TCN_FORGE_ADMIN);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    struct tcn_broker_keys keys = told(district, watcher);
    assert_int_equal(keys.count, 1);
    assert_memory_equal(&keys.list[0].key, &old.transport.public_key, 32);
    announce(district, admin, greet_admin(district, admin), &next);
    /* The broker wakes who is there. */
    enum tcn_status status = tcn_sock_recv(watcher->sock, &watcher->parts);
    while (status == TCN_AGAIN) {
        assert_true(wait_for(watcher, TCN_POLL_IN, WAIT_NS));
        status = tcn_sock_recv(watcher->sock, &watcher->parts);
    }
    assert_int_equal(status, TCN_OK);
    assert_int_equal(tcn_wire_header_decode(tcn_parts_frame(&watcher->parts, 0), &watcher->header),
                     TCN_OK);
    assert_int_equal(watcher->header.kind, TCN_KIND_AGAIN);
    expect_both(district, watcher, &next, &old);
    leave(admin);
    leave(watcher);
    /* The collector is configured with the old key, and knows its log. */
    stop_running(&district->broker_run);
    district->broker_keys = next;
    start_broker(district);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    expect_both(district, watcher, &next, &old);
    stop_collector(district);
    district->broker_key = &old.transport.public_key;
    start_collector(district);
    expect_both(district, watcher, &next, &old);
    leave(watcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everybody_finds_the_broker_by_its_next_key,
                                        set_up_with_broker, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
