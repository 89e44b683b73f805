/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-wraps: tcn_sock_send tcn_broker_door_turn */
/* Who gets in at which end of a real broker, and what is passed on of whom who is in: tables of
 * docs/reference/rights.md. The broker's handler of keys is also taken away from it, and made to
 * answer late, in the broker's own thread, between two turns of its loop. A test names every cell
 * that is not as it should be. */
#include "house.h"

#include <stdatomic.h>

/* Long enough for a handshake on loopback and short enough to be waited for in vain. */
#define IN_VAIN_NS (500 * TCN_MS_NS)
/* In which a socket finds out what has become of it meanwhile. */
#define LOOK_NS (20 * TCN_MS_NS)
/* After which libzmq ends a connection that is not in (lib/link/baseline.c). */
#define HANDSHAKE_NS (5 * TCN_SECOND_NS)
#define STOP_NS (5 * TCN_SECOND_NS)
#define ZAP_ADDRESS "inproc://zeromq.zap.01"
#define HELD_MAX 16

/** How the broker's handler of keys does its work. */
enum zap {
    ZAP_GOOD,
    ZAP_DEAD,
    ZAP_SLOW
};

static atomic_int zap_wanted;            /* by the test */
static atomic_int zap_is;                /* by the broker's thread, as what follows */
static atomic_uint held_count;           /* answers that were held back since it became slow */
static atomic_uint said_count;           /* of them, oldest first, those that were said since */
static atomic_uint stray_count;          /* of those, the ones that nobody waited for any more */
static atomic_uint late_wanted;          /* by the test: so many are to be said */
static atomic_uint_fast64_t turned_away; /* messages that went to nobody */
static struct tcn_parts held[HELD_MAX];  /* answers that are late */
static _Thread_local struct tcn_broker *broker_here;

enum tcn_status __real_tcn_sock_send(struct tcn_sock *sock, const struct tcn_slice *frames,
                                     size_t count);
enum tcn_status __wrap_tcn_sock_send(struct tcn_sock *sock, const struct tcn_slice *frames,
                                     size_t count);
enum tcn_status __real_tcn_broker_door_turn(struct tcn_broker *broker, uint64_t token,
                                            int64_t now_ns);
enum tcn_status __wrap_tcn_broker_door_turn(struct tcn_broker *broker, uint64_t token,
                                            int64_t now_ns);

enum tcn_status __wrap_tcn_sock_send(struct tcn_sock *sock, const struct tcn_slice *frames,
                                     size_t count) {
    const bool is_answer = broker_here != NULL && sock == tcn_zap_sock(broker_here->zap);
    const unsigned index = atomic_load(&held_count);
    if (!is_answer || atomic_load(&zap_is) != ZAP_SLOW) {
        return __real_tcn_sock_send(sock, frames, count);
    }
    TCN_CHECK(index < HELD_MAX);
    for (size_t i = 0; i < count; i++) {
        const enum tcn_status status = tcn_parts_push(&held[index], frames[i]);
        TCN_CHECK(status == TCN_OK);
    }
    atomic_store(&held_count, index + 1);
    return TCN_OK;
}

/** Says what was held back, up to so many in all. */
static void release(struct tcn_sock *sock, unsigned count) {
    for (unsigned i = atomic_load(&said_count); i < count; i++) {
        struct tcn_slice frames[TCN_PARTS_MAX];
        for (size_t j = 0; j < held[i].count; j++) {
            frames[j] = tcn_parts_frame(&held[i], j);
        }
        const enum tcn_status status = __real_tcn_sock_send(sock, frames, held[i].count);
        TCN_CHECK(status == TCN_OK || status == TCN_ABSENT);
        atomic_fetch_add(&stray_count, status == TCN_ABSENT ? 1 : 0);
        atomic_fetch_add(&said_count, 1);
        tcn_parts_clear(&held[i]);
    }
}

static void release_all(struct tcn_sock *sock) {
    release(sock, atomic_load(&held_count));
    atomic_store(&held_count, 0);
    atomic_store(&said_count, 0);
    atomic_store(&late_wanted, 0);
}

static void change_zap(struct tcn_broker *broker, int wanted) {
    struct tcn_sock *sock = tcn_zap_sock(broker->zap);
    const int before = atomic_load(&zap_is);
    enum tcn_status status = TCN_OK;
    release(sock, atomic_load(&late_wanted));
    if (before == wanted) {
        return;
    }
    if (before == ZAP_SLOW) {
        release_all(sock);
    }
    if (before == ZAP_DEAD) {
        status = tcn_sock_bind(sock, ZAP_ADDRESS);
    } else if (wanted == ZAP_DEAD) {
        status = tcn_sock_unbind(sock, ZAP_ADDRESS);
    }
    TCN_CHECK(status == TCN_OK);
    atomic_store(&zap_is, wanted);
}

/* Once in each turn of the broker's loop. */
enum tcn_status __wrap_tcn_broker_door_turn(struct tcn_broker *broker, uint64_t token,
                                            int64_t now_ns) {
    uint64_t count = broker->counts.malformed + broker->guests.drop_count;
    for (int i = 0; i < TCN_HUB_REASON_COUNT; i++) {
        count += tcn_hub_count(broker->hub, (enum tcn_hub_reason)i);
    }
    broker_here = broker;
    atomic_store(&turned_away, count);
    change_zap(broker, atomic_load(&zap_wanted));
    return __real_tcn_broker_door_turn(broker, token, now_ns);
}

/** Somebody at an end of the broker, and whether he is to get in there. */
struct knocker {
    const char *who;
    const char *where;
    struct tcn_sock *sock;
    bool wanted;
};

static int rights_setup(void **state) {
    const int code = house_setup(state);
    struct house *house = *state;
    (void)house_stop(house);
    atomic_store(&zap_wanted, ZAP_GOOD);
    atomic_store(&zap_is, ZAP_GOOD);
    atomic_store(&held_count, 0);
    atomic_store(&said_count, 0);
    atomic_store(&stray_count, 0);
    atomic_store(&late_wanted, 0);
    atomic_store(&turned_away, 0);
    for (size_t i = 0; i < HELD_MAX; i++) {
        tcn_parts_init(&held[i]);
    }
    house->has_door = true;
    assert_int_equal(house_start(house), TCN_OK);
    return code;
}

static int rights_teardown(void **state) {
    const int code = house_teardown(state); /* the broker's thread is over */
    for (size_t i = 0; i < HELD_MAX; i++) {
        tcn_parts_fini(&held[i]);
    }
    return code;
}

/** Waits for those who are to get in, then a while for those who are not; gives how many cells are
 * wrong. */
static unsigned judge(const struct knocker *knockers, size_t count) {
    unsigned failed_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (knockers[i].wanted && !await_events(knockers[i].sock, TCN_POLL_OUT, PATIENCE_NS)) {
            print_error("%s at the %s: kept out\n", knockers[i].who, knockers[i].where);
            failed_count++;
        }
    }
    const int64_t end_ns = tcn_clock_monotonic_ns() + IN_VAIN_NS;
    for (size_t i = 0; i < count; i++) {
        const int64_t rest_ns = end_ns - tcn_clock_monotonic_ns();
        const int64_t look_ns = rest_ns > LOOK_NS ? rest_ns : LOOK_NS;
        if (!knockers[i].wanted && await_events(knockers[i].sock, TCN_POLL_OUT, look_ns)) {
            print_error("%s at the %s: let in\n", knockers[i].who, knockers[i].where);
            failed_count++;
        }
    }
    return failed_count;
}

static struct tcn_principal *row_of(struct house *house, enum tcn_forge_who who) {
    return &house->forge->principals[who - 1];
}

/** Other keys of a principal, the forge's being those before; they are good until then. */
static void rotate(struct house *house, enum tcn_forge_who who, int64_t until_ns) {
    struct tcn_principal *row = row_of(house, who);
    struct tcn_key_set next = stranger_keys();
    row->old_transport_key = row->transport_key;
    row->old_signing_key = row->signing_key;
    row->old_until_ns = until_ns;
    row->transport_key = next.transport.public_key;
    row->signing_key = next.signing.public_key;
    tcn_key_set_fini(&next);
}

/** The registry after which some keys are good no more; AGENT_B's never was. */
static void spoil_rows(struct house *house) {
    const int64_t now_ns = tcn_clock_wall_ns();
    row_of(house, TCN_FORGE_WATCH_SAFETY)->status = TCN_PRINCIPAL_REVOKED;
    row_of(house, TCN_FORGE_AGENT_SAFETY)->not_after_ns = now_ns - 1;
    row_of(house, TCN_FORGE_ADMIN)->not_before_ns = now_ns + 3600 * TCN_SECOND_NS;
    rotate(house, TCN_FORGE_AUDITOR, now_ns - 1);
    rotate(house, TCN_FORGE_AGENT_DESK, now_ns + 3600 * TCN_SECOND_NS);
}

static void announce(struct house *house, uint64_t version) {
    house_registry(house, version);
    send_ready(house, house->collector, true);
    assert_int_equal(recv_version(house, house->collector), version);
}

/** A client that has no key at all, or trusts another key than the broker's. */
static struct tcn_sock *odd_client(struct house *house, const struct tcn_key_set *server,
                                   const char *address) {
    const struct tcn_key_set *keys = &house->forge->keys[TCN_FORGE_AGENT_A];
    const bool is_plain = server == NULL;
    const struct tcn_sock_options options = {
        .role = is_plain ? TCN_SOCK_DEALER_LOCAL : TCN_SOCK_DEALER_CLIENT,
        .public_key = is_plain ? NULL : keys->transport.public_key.bytes,
        .secret_key = is_plain ? NULL : keys->transport.secret,
        .server_key = is_plain ? NULL : server->transport.public_key.bytes,
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .hwm = 10,
        .insecure_loopback = is_plain,
    };
    struct tcn_sock *sock = NULL;
    assert_int_equal(tcn_sock_open(house->link, &options, &sock), TCN_OK);
    assert_true(house->sock_count < SOCKS_MAX);
    house->socks[house->sock_count++] = sock;
    assert_int_equal(tcn_sock_connect(sock, address), TCN_OK);
    return sock;
}

static void a_key_gets_in_where_the_registry_says_so_and_at_the_door(void **state) {
    struct house *house = *state;
    static const char *const ends[] = {"front", "back", "door"};
    enum {
        NO_KEY = -1,
        UNKNOWN = -2,
        OTHER_SERVER = -3
    };
    static const struct {
        const char *who;
        int key;
        bool wanted[3]; /* front, back, door */
    } rows[] = {
        {"the right key", TCN_FORGE_AGENT_A, {true, true, true}},
        {"the collector's key", TCN_FORGE_COLLECTOR, {true, true, true}},
        {"no key", NO_KEY, {false, false, false}},
        {"one who trusts another broker", OTHER_SERVER, {false, false, false}},
        {"an unknown key", UNKNOWN, {false, false, true}},
        {"a revoked key", TCN_FORGE_WATCH_SAFETY, {false, false, true}},
        {"a key that never was good", TCN_FORGE_AGENT_B, {false, false, true}},
        {"an expired key", TCN_FORGE_AGENT_SAFETY, {false, false, true}},
        {"a key that is not good yet", TCN_FORGE_ADMIN, {false, false, true}},
        {"a key before its rotation", TCN_FORGE_AUDITOR, {false, false, true}},
        {"one that is good beside the next", TCN_FORGE_AGENT_DESK, {true, true, true}},
    };
    char door[TCN_ADDRESS_BYTES] = {0};
    struct knocker knockers[COUNT_OF(rows) * COUNT_OF(ends)];
    struct tcn_key_set stranger = stranger_keys();
    size_t count = 0;
    spoil_rows(house);
    house_registry(house, 1);
    house_open_for_peers(house);
    await_door(house, door);
    const char *const addresses[] = {house->front, house->back, door};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (size_t j = 0; j < COUNT_OF(ends); j++) {
            const int key = rows[i].key;
            const struct tcn_key_set *keys = key > 0 ? &house->forge->keys[key] : &stranger;
            struct knocker *knocker = &knockers[count++];
            *knocker =
                (struct knocker){.who = rows[i].who, .where = ends[j], .wanted = rows[i].wanted[j]};
            knocker->sock = key == NO_KEY || key == OTHER_SERVER
                                ? odd_client(house, key == NO_KEY ? NULL : &stranger, addresses[j])
                                : house_connect(house, keys, addresses[j]);
        }
    }
    assert_int_equal(judge(knockers, count), 0);
    tcn_key_set_fini(&stranger);
}

/** Waits until so many messages went to nobody. */
static void await_turned_away(struct house *house, uint64_t count) {
    const int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    while (atomic_load(&turned_away) < count) {
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        (void)await_events(house->collector, TCN_POLL_IN, 5 * TCN_MS_NS);
    }
    assert_int_equal(atomic_load(&turned_away), count);
}

#define KIND_ROW(name, number, direction, word) TCN_KIND_##name,
static const enum tcn_kind kinds[] = {TCN_KIND_LIST(KIND_ROW)};
#undef KIND_ROW

static void nothing_passes_on_a_connection_whose_key_is_over(void **state) {
    struct house *house = *state;
    static const enum tcn_forge_who spoiled[] = {TCN_FORGE_WATCH_SAFETY, TCN_FORGE_AGENT_SAFETY,
                                                 TCN_FORGE_ADMIN, TCN_FORGE_AUDITOR};
    struct tcn_principal good_rows[TCN_FORGE_WHO_MAX];
    struct tcn_sock *socks[COUNT_OF(spoiled)];
    struct tcn_stamp stamps[COUNT_OF(spoiled)];
    uint64_t expected = 0;
    house_open_for_peers(house);
    for (size_t i = 0; i < COUNT_OF(spoiled); i++) {
        socks[i] = house_peer(house, spoiled[i]);
        introduce(house, socks[i], "while my key is good");
        stamps[i] = house->stamp;
    }
    struct tcn_sock *other = house_peer(house, TCN_FORGE_AGENT_DESK);
    introduce(house, other, "and mine");
    memcpy(good_rows, house->forge->principals, sizeof(good_rows));
    spoil_rows(house);
    announce(house, 2);
    for (size_t i = 0; i < COUNT_OF(spoiled); i++) {
        for (size_t j = 0; j < COUNT_OF(kinds); j++) {
            send_kind(socks[i], kinds[j], 1, "over");
            expected++;
        }
        assert_int_equal(recv_error(house, socks[i]), TCN_REVOKED);
        send_down(house->collector, stamps[i], TCN_KIND_ANSWER, "to nobody");
        assert_int_equal(recv_stamped(house, house->collector), TCN_KIND_GONE);
        expected++;
    }
    await_turned_away(house, expected);
    introduce(house, other, "which is good beside the next one");
    /* Good again, each connection carries what is said now and nothing of before. */
    memcpy(house->forge->principals, good_rows, sizeof(good_rows));
    announce(house, 3);
    for (size_t i = 0; i < COUNT_OF(spoiled); i++) {
        introduce(house, socks[i], "good again");
        send_down(house->collector, house->stamp, TCN_KIND_ANSWER, "heard");
        enum tcn_kind kind = recv_peer(house, socks[i]);
        while (kind == TCN_KIND_ERROR) { /* a broker explains itself once a second */
            kind = recv_peer(house, socks[i]);
        }
        assert_int_equal(kind, TCN_KIND_ANSWER);
        assert_true(is_body(house, "heard"));
    }
}

static void at_the_back_a_listed_key_is_heard_by_nobody(void **state) {
    struct house *house = *state;
    static const enum tcn_forge_who pretenders[] = {TCN_FORGE_AGENT_A, TCN_FORGE_AGENT_SAFETY,
                                                    TCN_FORGE_WATCH_SAFETY, TCN_FORGE_AUDITOR,
                                                    TCN_FORGE_ADMIN};
    uint64_t expected = 0;
    house_open_for_peers(house);
    struct tcn_sock *victim = house_peer(house, TCN_FORGE_AGENT_DESK);
    introduce(house, victim, "who I am");
    const struct tcn_stamp stamp = house->stamp;
    for (size_t i = 0; i < COUNT_OF(pretenders); i++) {
        const struct tcn_key_set *keys = &house->forge->keys[pretenders[i]];
        struct tcn_sock *sock = house_connect(house, keys, house->back);
        send_ready(house, sock, true);
        expected++;
        for (size_t j = 0; j < COUNT_OF(kinds); j++) {
            send_kind(sock, kinds[j], 1, "at the wrong end");
            send_down(sock, stamp, kinds[j], "forged");
            expected += 2;
        }
    }
    await_turned_away(house, expected);
    introduce(house, victim, "still to the same collector");
    send_down(house->collector, house->stamp, TCN_KIND_ANSWER, "honest");
    assert_int_equal(recv_peer(house, victim), TCN_KIND_ANSWER);
    assert_true(is_body(house, "honest"));
}

/** Has the broker's handler work so, from now on. */
static void set_zap(struct house *house, struct tcn_sock *inside, enum zap wanted) {
    atomic_store(&zap_wanted, wanted);
    while (atomic_load(&zap_is) != (int)wanted) {
        introduce(house, inside, "another turn of the loop");
    }
}

/** Whoever is in goes on, at each end. */
static void expect_undisturbed(struct house *house, struct tcn_sock *inside,
                               struct tcn_sock *guest) {
    introduce(house, inside, "up");
    send_down(house->collector, house->stamp, TCN_KIND_ANSWER, "down");
    assert_int_equal(recv_peer(house, inside), TCN_KIND_ANSWER);
    assert_true(is_body(house, "down"));
    send_ready(house, house->collector, true);
    assert_int_equal(recv_version(house, house->collector), house->registry_version);
    send_kind(guest, TCN_KIND_ENROL, 7, "a claim");
    assert_int_equal(recv_stamped(house, house->collector), TCN_KIND_ENROL);
    send_down(house->collector, house->stamp, TCN_KIND_REFUSE, "no");
    assert_int_equal(recv_peer(house, guest), TCN_KIND_REFUSE);
}

/** Those whom a sound handler lets in at each end. */
static size_t knock(struct house *house, const char *who, const char *door,
                    struct knocker knockers[4]) {
    const struct tcn_key_set *keys = house->forge->keys;
    const struct {
        const char *where;
        const char *address;
        enum tcn_forge_who who;
    } rows[] = {
        {"front", house->front, TCN_FORGE_AGENT_A},
        {"back", house->back, TCN_FORGE_COLLECTOR},
        {"back", house->back, TCN_FORGE_AGENT_A},
        {"door", door, TCN_FORGE_AGENT_A},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        knockers[i] =
            (struct knocker){.who = who,
                             .where = rows[i].where,
                             .sock = house_connect(house, &keys[rows[i].who], rows[i].address)};
    }
    return COUNT_OF(rows);
}

static void without_an_answer_nobody_gets_in_and_who_is_in_goes_on(void **state) {
    struct house *house = *state;
    static const struct {
        const char *who;
        enum zap zap;
    } rows[] = {{"with a dead handler", ZAP_DEAD}, {"with a slow handler", ZAP_SLOW}};
    char door[TCN_ADDRESS_BYTES] = {0};
    struct tcn_key_set stranger = stranger_keys();
    house_open_for_peers(house);
    await_door(house, door);
    struct tcn_sock *inside = house_peer(house, TCN_FORGE_AGENT_DESK);
    introduce(house, inside, "before");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct knocker knockers[4];
        struct tcn_sock *guest = house_connect(house, &stranger, door);
        assert_true(await_events(guest, TCN_POLL_OUT, PATIENCE_NS));
        set_zap(house, inside, rows[i].zap);
        const size_t count = knock(house, rows[i].who, door, knockers);
        expect_undisturbed(house, inside, guest);
        assert_int_equal(judge(knockers, count), 0);
        assert_int_equal(atomic_load(&held_count), rows[i].zap == ZAP_SLOW ? count : 0);
        for (size_t j = 0; j < count; j++) {
            assert_int_equal(tcn_sock_send(knockers[j].sock, &house->registry, 1), TCN_AGAIN);
            knockers[j].wanted = true; /* when it is answered, or there again, by itself */
        }
        set_zap(house, inside, ZAP_GOOD);
        assert_int_equal(judge(knockers, count), 0);
    }
    tcn_key_set_fini(&stranger);
}

/** Lets the broker go on for whoever is in, until a count has come so far. Nobody else gets in; a
 * socket comes again only while its program looks at it. */
static void await_count(struct house *house, struct tcn_sock *inside,
                        const struct knocker knockers[4], const atomic_uint *count,
                        unsigned wanted) {
    const int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    while (atomic_load(count) < wanted) {
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        introduce(house, inside, "while others wait");
        for (size_t i = 0; i < 4; i++) {
            assert_false(await_events(knockers[i].sock, TCN_POLL_OUT, LOOK_NS / 4));
        }
    }
}

/* A handshake takes 5 s at most. Who was not answered by then is sent away and comes again by
 * himself; what the handler says of his first try lets nobody in. */
static void an_answer_that_comes_behind_the_handshake_lets_nobody_in(void **state) {
    struct house *house = *state;
    char door[TCN_ADDRESS_BYTES] = {0};
    struct tcn_key_set stranger = stranger_keys();
    struct knocker knockers[4];
    house_open_for_peers(house);
    await_door(house, door);
    struct tcn_sock *inside = house_peer(house, TCN_FORGE_AGENT_DESK);
    struct tcn_sock *guest = house_connect(house, &stranger, door);
    introduce(house, inside, "before");
    assert_true(await_events(guest, TCN_POLL_OUT, PATIENCE_NS));
    set_zap(house, inside, ZAP_SLOW);
    const int64_t start_ns = tcn_clock_monotonic_ns();
    const unsigned count = (unsigned)knock(house, "too late", door, knockers);
    await_count(house, inside, knockers, &held_count, count);
    assert_true(tcn_clock_monotonic_ns() - start_ns < HANDSHAKE_NS);
    await_count(house, inside, knockers, &held_count, 2 * count); /* each came again */
    assert_true(tcn_clock_monotonic_ns() - start_ns >= HANDSHAKE_NS);
    atomic_store(&late_wanted, count);
    await_count(house, inside, knockers, &said_count, count);
    assert_int_equal(atomic_load(&stray_count), count);
    assert_int_equal(judge(knockers, count), 0);
    expect_undisturbed(house, inside, guest);
    for (size_t i = 0; i < count; i++) {
        knockers[i].wanted = true;
    }
    set_zap(house, inside, ZAP_GOOD);
    assert_int_equal(judge(knockers, count), 0);
    tcn_key_set_fini(&stranger);
}

static void a_broker_ends_when_told_though_its_handler_does_not_answer(void **state) {
    struct house *house = *state;
    static const enum zap rows[] = {ZAP_DEAD, ZAP_SLOW};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct knocker knockers[4];
        house_open_for_peers(house);
        struct tcn_sock *inside = house_peer(house, TCN_FORGE_AGENT_DESK);
        introduce(house, inside, "before");
        set_zap(house, inside, rows[i]);
        const size_t count = knock(house, "at the end", house->front, knockers);
        assert_int_equal(judge(knockers, count), 0);
        const int64_t start_ns = tcn_clock_monotonic_ns();
        assert_int_equal(house_stop(house), TCN_OK);
        assert_true(tcn_clock_monotonic_ns() - start_ns < STOP_NS);
        atomic_store(&zap_wanted, ZAP_GOOD);
        atomic_store(&zap_is, ZAP_GOOD);
        for (unsigned j = 0; j < atomic_load(&held_count); j++) {
            tcn_parts_clear(&held[j]);
        }
        atomic_store(&held_count, 0);
        atomic_store(&said_count, 0);
        house_leave(house, house->collector);
        assert_int_equal(house_start(house), TCN_OK);
    }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, rights_setup, rights_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_key_gets_in_where_the_registry_says_so_and_at_the_door),
        TEST(nothing_passes_on_a_connection_whose_key_is_over),
        TEST(at_the_back_a_listed_key_is_heard_by_nobody),
        TEST(without_an_answer_nobody_gets_in_and_who_is_in_goes_on),
        TEST(an_answer_that_comes_behind_the_handshake_lets_nobody_in),
        TEST(a_broker_ends_when_told_though_its_handler_does_not_answer),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
