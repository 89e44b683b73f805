/* SPDX-License-Identifier: Apache-2.0 */
/* The real broker between a collector and peers that do as the test says. */
#include "house.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

/* Long enough for a handshake on loopback and short enough to be waited for in vain. */
#define IN_VAIN_NS (500 * TCN_MS_NS)

/** True when somebody listens at "tcp://127.0.0.1:PORT": a bind needs no free port of its own, as a
 * connect does, of which a crowd of tests may leave none. */
static bool is_listening(const char *address) {
    int port = 0;
    assert_int_equal(sscanf(address, "tcp://127.0.0.1:%d", &port), 1);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(descriptor >= 0);
    const int yes = 1;
    assert_int_equal(setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)), 0);
    int result = bind(descriptor, (const struct sockaddr *)&to, sizeof(to));
    assert_true(result == 0 || errno == EADDRINUSE);
    (void)close(descriptor);
    return result != 0;
}

/** True when nobody listens there any more. The broker has let go of the address, but libzmq closes
 * it on a thread of its own, so this looks until it has. */
static bool stops_listening(const char *address) {
    const int64_t until_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    bool is_there = is_listening(address);
    while (is_there && tcn_clock_monotonic_ns() < until_ns) {
        (void)poll(NULL, 0, 1);
        is_there = is_listening(address);
    }
    return !is_there;
}

static void addresses_that_do_not_do_are_refused(void **state) {
    struct house *house = *state;
    const struct {
        const char *front;
        const char *back;
        enum tcn_status status;
    } rows[] = {
        {"inproc://front", "tcp://127.0.0.1:*", TCN_CONFIG},
        {"tcp://127.0.0.1:*", "udp://127.0.0.1:1", TCN_CONFIG},
        {"tcp://127.0.0.1:*", "", TCN_CONFIG},
        {"tcp://127.0.0.1:*", house->back, TCN_LOCKED},
        {house->back, "tcp://127.0.0.1:*", TCN_LOCKED},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_broker_options options = {.front = rows[i].front,
                                                   .back = rows[i].back,
                                                   .keys = &house->broker_keys,
                                                   .rss_bytes_max = RSS_ENOUGH,
                                                   .logger = &house->logger};
        struct tcn_broker *broker = NULL;
        assert_int_equal(tcn_broker_open(&options, &broker), rows[i].status);
        assert_null(broker);
    }
    tcn_broker_close(NULL);
}

static void before_a_registry_came_nobody_is_let_in_but_the_collector(void **state) {
    struct house *house = *state;
    assert_true(stops_listening(house->front));
    const struct tcn_key_set *office = &house->forge->keys[TCN_FORGE_AGENT_A];
    struct tcn_sock *peer = house_connect(house, office, house->back);
    house->collector = house_connect(house, &house->forge->keys[TCN_FORGE_COLLECTOR], house->back);
    send_ready(house, house->collector, false);
    assert_int_equal(recv_version(house, house->collector), 0);
    assert_false(await_events(peer, TCN_POLL_OUT, IN_VAIN_NS));
    assert_false(is_listening(house->front));
    /* With a registry it gets in by itself: it was told "later". */
    send_ready(house, house->collector, true);
    assert_int_equal(recv_version(house, house->collector), 1);
    assert_true(await_events(peer, TCN_POLL_OUT, PATIENCE_NS));
    peer = house_peer(house, TCN_FORGE_AGENT_A);
    assert_true(await_events(peer, TCN_POLL_OUT, PATIENCE_NS));
}

/** Says READY with these frames after the header; gives the version that is answered. */
static uint64_t offer(struct house *house, const struct tcn_slice *more, size_t count) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_READY};
    struct tcn_slice frames[6] = {{0}};
    assert_int_equal(tcn_wire_header_encode(&header, &writer, &frames[0]), TCN_OK);
    assert_true(count < COUNT_OF(frames));
    for (size_t i = 0; i < count; i++) {
        frames[i + 1] = more[i];
    }
    send_frames(house->collector, frames, count + 1);
    return recv_version(house, house->collector);
}

static void a_registry_that_the_collector_did_not_sign_is_refused(void **state) {
    struct house *house = *state;
    house->collector = house_connect(house, &house->forge->keys[TCN_FORGE_COLLECTOR], house->back);
    struct tcn_signature foreign;
    struct tcn_signature misplaced;
    struct tcn_signature garbled;
    const struct tcn_signing_key *own = &house->forge->keys[TCN_FORGE_COLLECTOR].signing;
    const struct tcn_slice garbage = tcn_slice_text("\xff\xff garbage that decodes as nothing");
    assert_int_equal(tcn_sign(&house->forge->keys[TCN_FORGE_AGENT_A].signing, TCN_CONTEXT_REGISTRY,
                              house->registry, &foreign),
                     TCN_OK);
    assert_int_equal(tcn_sign(own, TCN_CONTEXT_BUNDLE, house->registry, &misplaced), TCN_OK);
    assert_int_equal(tcn_sign(own, TCN_CONTEXT_REGISTRY, garbage, &garbled), TCN_OK);
    const struct tcn_slice good = tcn_slice_of(house->signature.bytes, 64);
    const struct {
        struct tcn_slice frames[3];
        size_t count;
        const char *said;
    } rows[] = {
        {{house->registry, tcn_slice_of(foreign.bytes, 64)}, 2, "signs neither"},
        {{house->registry, tcn_slice_of(misplaced.bytes, 64)}, 2, NULL}, /* it was said */
        {{house->registry, tcn_slice_of(good.data, 63)}, 2, "do not decode"},
        {{garbage, tcn_slice_of(garbled.bytes, 64)}, 2, "refused"},
        {{house->registry}, 1, NULL},
        {{house->registry, good, good}, 3, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(ftruncate(house->log_file, 0), 0);
        assert_int_equal(lseek(house->log_file, 0, SEEK_SET), 0);
        assert_int_equal(offer(house, rows[i].frames, rows[i].count), 0);
        assert_true(rows[i].said == NULL
                        ? !log_has(house, "refused") && !log_has(house, "cannot believe")
                        : log_has(house, rows[i].said));
        assert_false(is_listening(house->front));
    }
    assert_int_equal(offer(house, (struct tcn_slice[]){house->registry, good}, 2), 1);
    assert_true(log_has(house, "the collector is believed again"));
    assert_true(log_has(house, "registry version 1 in force"));
}

static void an_older_registry_changes_nothing(void **state) {
    struct house *house = *state;
    house_registry(house, 5);
    house_open_for_peers(house);
    house_registry(house, 4);
    send_ready(house, house->collector, true);
    assert_int_equal(recv_version(house, house->collector), 5);
    house_registry(house, 6);
    send_ready(house, house->collector, true);
    assert_int_equal(recv_version(house, house->collector), 6);
}

static void strangers_and_expired_keys_are_denied(void **state) {
    struct house *house = *state;
    house_open_for_peers(house);
    struct tcn_key_set stranger;
    assert_int_equal(tcn_key_set_make(tcn_slice_text("stranger"), false, &stranger), TCN_OK);
    struct tcn_sock *socks[] = {house_connect(house, &stranger, house->front),
                                house_connect(house, &stranger, house->back),
                                house_peer(house, TCN_FORGE_AGENT_B)};
    for (size_t i = 0; i < COUNT_OF(socks); i++) {
        assert_false(await_events(socks[i], TCN_POLL_OUT, IN_VAIN_NS));
    }
    tcn_key_set_fini(&stranger);
}

static void messages_pass_both_ways_with_principal_and_connection(void **state) {
    struct house *house = *state;
    house_open_for_peers(house);
    struct tcn_sock *office = house_peer(house, TCN_FORGE_AGENT_A);
    struct tcn_sock *other = house_peer(house, TCN_FORGE_AGENT_A);
    struct tcn_sock *watcher = house_peer(house, TCN_FORGE_WATCH_SAFETY);
    struct tcn_stamp stamps[3];
    introduce(house, office, "first");
    stamps[0] = house->stamp;
    introduce(house, other, "second");
    stamps[1] = house->stamp;
    introduce(house, watcher, "third");
    stamps[2] = house->stamp;
    assert_int_equal(stamps[0].principal, TCN_FORGE_AGENT_A);
    assert_int_equal(stamps[1].principal, TCN_FORGE_AGENT_A);
    assert_int_equal(stamps[2].principal, TCN_FORGE_WATCH_SAFETY);
    assert_true(stamps[0].connection != stamps[1].connection);
    assert_true(stamps[0].connection != stamps[2].connection);
    introduce(house, office, "again");
    assert_true(house->stamp.connection == stamps[0].connection);
    send_down(house->collector, stamps[1], TCN_KIND_ANSWER, "to the second");
    send_down(house->collector, stamps[0], TCN_KIND_ANSWER, "to the first");
    assert_int_equal(recv_peer(house, office), TCN_KIND_ANSWER);
    assert_int_equal(house->parts.count, 2);
    assert_true(is_body(house, "to the first"));
    assert_int_equal(recv_peer(house, other), TCN_KIND_ANSWER);
    assert_true(is_body(house, "to the second"));
    assert_int_equal(house_stop(house), TCN_OK);
    assert_int_equal(house->counts.up, 4);
    assert_int_equal(house->counts.down, 2);
    assert_int_equal(house->counts.malformed, 0);
}

static void a_peer_cannot_say_what_the_collector_or_the_broker_says(void **state) {
    struct house *house = *state;
    static const enum tcn_kind kinds[] = {
        TCN_KIND_WELCOME, TCN_KIND_ACK,     TCN_KIND_REFUSE,       TCN_KIND_AGAIN, TCN_KIND_BUNDLE,
        TCN_KIND_OPENED,  TCN_KIND_ITEMS,   TCN_KIND_GAP,          TCN_KIND_RESET, TCN_KIND_HEAD,
        TCN_KIND_END,     TCN_KIND_ERROR,   TCN_KIND_REPLAY_ITEMS, TCN_KIND_READY, TCN_KIND_GONE,
        TCN_KIND_ANSWER,  TCN_KIND_SESSION,
    };
    house_open_for_peers(house);
    struct tcn_sock *peer = house_peer(house, TCN_FORGE_AGENT_A);
    struct tcn_sock *false_home = house_connect(house, &house->forge->keys[TCN_FORGE_COLLECTOR],
                                                house->front); /* the key, not the door */
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        send_kind(peer, kinds[i], 1, "pretence");
    }
    introduce(house, peer, "an honest word"); /* nothing came before it */
    send_ready(house, false_home, true);
    send_kind(false_home, TCN_KIND_ASK, 7, "not for a collector");
    assert_int_equal(recv_error(house, false_home), TCN_DENIED);
    introduce(house, peer, "still to the same collector");
    assert_int_equal(house_stop(house), TCN_OK);
    assert_int_equal(house->counts.malformed, COUNT_OF(kinds) + 1);
    assert_int_equal(house->counts.up, 2);
}

/** Sends a good header and so many frames altogether. */
static void send_many(struct tcn_sock *sock, size_t count) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_ASK};
    struct tcn_slice frames[TCN_MESSAGE_FRAMES_MAX + 1] = {{0}};
    assert_true(count <= COUNT_OF(frames));
    assert_int_equal(tcn_wire_header_encode(&header, &writer, &frames[0]), TCN_OK);
    send_frames(sock, frames, count);
}

static void malformed_and_oversize_messages_cost_nobody_else(void **state) {
    struct house *house = *state;
    house_open_for_peers(house);
    struct tcn_sock *peer = house_peer(house, TCN_FORGE_AGENT_A);
    struct tcn_sock *honest = house_peer(house, TCN_FORGE_AGENT_SAFETY);
    static uint8_t big[TCN_FRAME_BYTES_MAX + 1];
    struct tcn_slice frames[16];
    for (size_t i = 0; i < COUNT_OF(frames); i++) {
        frames[i] = tcn_slice_text("garbage");
    }
    send_frames(peer, frames, 1);
    send_many(peer, TCN_MESSAGE_FRAMES_MAX + 1);
    send_frames(peer, frames, 16); /* with its routing id more than the link takes at all */
    frames[0] = tcn_slice_of(NULL, 0);
    send_frames(peer, frames, 2);
    for (size_t i = 0; i < 2; i++) { /* each within the frame limit, both over the message's */
        frames[i] = tcn_slice_of(big, TCN_FRAME_BYTES_MAX - 1024);
    }
    send_frames(peer, frames, 2);
    send_many(peer, TCN_MESSAGE_FRAMES_MAX);
    assert_int_equal(recv_stamped(house, house->collector), TCN_KIND_ASK);
    assert_int_equal(house->parts.count, 1 + TCN_MESSAGE_FRAMES_MAX);
    introduce(house, peer, "forgiven");
    const uint64_t connection = house->stamp.connection;
    frames[0] = tcn_slice_of(big, sizeof(big));
    send_frames(peer, frames, 1); /* a frame over the limit ends the connection */
    introduce(house, honest, "undisturbed");
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    do { /* what is sent before the peer noticed goes down the old connection */
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        send_kind(peer, TCN_KIND_ASK, 1, "on a new connection");
    } while (!recv_within(house, house->collector, 100 * TCN_MS_NS));
    assert_int_equal(tcn_wire_stamp_decode(tcn_parts_frame(&house->parts, 0), &house->stamp),
                     TCN_OK);
    assert_int_equal(house->stamp.principal, TCN_FORGE_AGENT_A);
    assert_true(house->stamp.connection != connection);
    assert_int_equal(house_stop(house), TCN_OK);
    assert_int_equal(house->counts.malformed, 5);
}

static void a_kind_that_the_role_may_not_send_is_explained_once_a_second(void **state) {
    struct house *house = *state;
    house_open_for_peers(house);
    struct tcn_sock *watcher = house_peer(house, TCN_FORGE_WATCH_SAFETY);
    int64_t start_ns = tcn_clock_monotonic_ns();
    for (uint64_t i = 0; i < 5; i++) {
        send_kind(watcher, TCN_KIND_CHUNK, i + 1, "a watcher publishes nothing");
    }
    assert_int_equal(recv_error(house, watcher), TCN_DENIED);
    assert_int_equal(house->header.request, 1);
    introduce(house, watcher, "what it may say");
    int64_t passed_ns = tcn_clock_monotonic_ns() - start_ns;
    int64_t more = 0;
    while (tcn_sock_recv(watcher, &house->parts) == TCN_OK) {
        more++;
    }
    assert_true(more <= passed_ns / TCN_HUB_ANSWER_NS);
    assert_int_equal(house_stop(house), TCN_OK);
    assert_int_equal(house->reasons[TCN_HUB_REASON_KIND], 5);
}

static void a_listed_peer_at_the_back_is_no_collector(void **state) {
    struct house *house = *state;
    house_open_for_peers(house);
    struct tcn_sock *victim = house_peer(house, TCN_FORGE_WATCH_SAFETY);
    introduce(house, victim, "who I am");
    const struct tcn_stamp stamp = house->stamp;
    struct tcn_sock *pretender =
        house_connect(house, &house->forge->keys[TCN_FORGE_AGENT_A], house->back);
    send_ready(house, pretender, false);
    send_ready(house, pretender, true);
    send_down(pretender, stamp, TCN_KIND_ITEMS, "forged");
    send_kind(pretender, TCN_KIND_ASK, 1, "up at the wrong door");
    assert_false(await_events(pretender, TCN_POLL_IN, IN_VAIN_NS));
    introduce(house, victim, "still to the collector");
    send_down(house->collector, stamp, TCN_KIND_ITEMS, "genuine");
    assert_int_equal(recv_peer(house, victim), TCN_KIND_ITEMS);
    assert_true(is_body(house, "genuine"));
    assert_int_equal(house_stop(house), TCN_OK);
    assert_int_equal(house->reasons[TCN_HUB_REASON_KIND], 2);
    assert_int_equal(house->reasons[TCN_HUB_REASON_OLD_COLLECTOR], 1);
    assert_int_equal(house->counts.malformed, 1);
}

static void an_answer_reaches_only_its_principal_and_connection(void **state) {
    struct house *house = *state;
    house_open_for_peers(house);
    struct tcn_sock *office = house_peer(house, TCN_FORGE_AGENT_A);
    introduce(house, office, "who I am");
    const struct tcn_stamp right = house->stamp;
    const struct tcn_stamp wrong[] = {
        {.principal = TCN_FORGE_WATCH_SAFETY, .connection = right.connection},
        {.principal = right.principal, .connection = right.connection + 1},
        {.principal = 99, .connection = right.connection},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        send_down(house->collector, wrong[i], TCN_KIND_ANSWER, "astray");
        assert_int_equal(recv_stamped(house, house->collector), TCN_KIND_GONE);
        assert_int_equal(house->stamp.principal, wrong[i].principal);
        assert_true(house->stamp.connection == wrong[i].connection);
    }
    send_down(house->collector, right, TCN_KIND_HELLO, "a kind that goes up only");
    send_down(house->collector, right, TCN_KIND_ANSWER, "right");
    assert_int_equal(recv_peer(house, office), TCN_KIND_ANSWER);
    assert_true(is_body(house, "right"));
    assert_int_equal(house_stop(house), TCN_OK);
    assert_int_equal(house->counts.down, 1);
    assert_int_equal(house->counts.malformed, 1);
}

static void the_collector_is_told_when_a_peer_is_gone(void **state) {
    struct house *house = *state;
    house_open_for_peers(house);
    struct tcn_sock *office = house_peer(house, TCN_FORGE_AGENT_A);
    introduce(house, office, "who I am");
    const struct tcn_stamp stamp = house->stamp;
    house_leave(house, office);
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    do { /* the broker learns it from a send; until then answers are lost */
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        send_down(house->collector, stamp, TCN_KIND_ANSWER, "too late");
    } while (!recv_within(house, house->collector, IN_VAIN_NS));
    assert_int_equal(tcn_wire_stamp_decode(tcn_parts_frame(&house->parts, 0), &house->stamp),
                     TCN_OK);
    assert_int_equal(tcn_wire_header_decode(tcn_parts_frame(&house->parts, 1), &house->header),
                     TCN_OK);
    assert_int_equal(house->header.kind, TCN_KIND_GONE);
    assert_int_equal(house->stamp.principal, stamp.principal);
    assert_true(house->stamp.connection == stamp.connection);
    office = house_peer(house, TCN_FORGE_AGENT_A);
    introduce(house, office, "back again");
    assert_true(house->stamp.connection != stamp.connection);
    assert_int_equal(house_stop(house), TCN_OK);
    assert_int_equal(house->counts.lost_down, 1); /* the first that is lost tells it */
    assert_int_equal(house->reasons[TCN_HUB_REASON_GONE], 1);
}

static void a_newer_collector_takes_over_and_the_old_one_is_dropped(void **state) {
    struct house *house = *state;
    house_open_for_peers(house);
    struct tcn_sock *office = house_peer(house, TCN_FORGE_AGENT_A);
    introduce(house, office, "to the old one");
    const struct tcn_stamp stamp = house->stamp;
    struct tcn_sock *old = house->collector;
    house->collector = house_connect(house, &house->forge->keys[TCN_FORGE_COLLECTOR], house->back);
    house->generation = 2; /* a log that was restored */
    send_ready(house, house->collector, false);
    assert_int_equal(recv_version(house, house->collector), 0); /* of the log before: none */
    send_ready(house, house->collector, true);
    assert_int_equal(recv_version(house, house->collector), 1);
    assert_int_equal(recv_peer(house, office), TCN_KIND_AGAIN); /* its session is over */
    introduce(house, office, "to the new one");
    send_ready(house, house->collector, false);
    assert_int_equal(recv_version(house, house->collector), 1); /* no news, no second AGAIN */
    send_down(old, stamp, TCN_KIND_ANSWER, "from the old one");
    assert_false(await_events(old, TCN_POLL_IN, IN_VAIN_NS));
    send_down(house->collector, stamp, TCN_KIND_ANSWER, "from the new one");
    assert_int_equal(recv_peer(house, office), TCN_KIND_ANSWER);
    assert_true(is_body(house, "from the new one"));
    house->generation = 1;
    send_ready(house, old, false);
    assert_int_equal(recv_gone(house, old), 2);
    assert_int_equal(house_stop(house), TCN_OK);
    assert_int_equal(house->reasons[TCN_HUB_REASON_OLD_COLLECTOR], 2);
}

static void a_twin_waits_until_the_live_collector_is_gone(void **state) {
    struct house *house = *state;
    house->generation = 1;
    house_open_for_peers(house);
    struct tcn_sock *twin =
        house_connect(house, &house->forge->keys[TCN_FORGE_COLLECTOR], house->back);
    for (int turn = 0; turn < 5; turn++) {
        send_ready(house, twin, false);
        assert_int_equal(recv_gone(house, twin), 1);
        send_ready(house, house->collector, false);
        assert_int_equal(recv_version(house, house->collector), 1); /* told that it is live */
        assert_int_equal(recv_version(house, house->collector), 1); /* its own READY */
    }
    house_leave(house, house->collector);
    const int64_t start_ns = tcn_clock_monotonic_ns();
    do { /* until the broker has noticed */
        assert_true(tcn_clock_monotonic_ns() - start_ns < PATIENCE_NS);
        send_ready(house, twin, true);
        assert_true(recv_within(house, twin, PATIENCE_NS));
        assert_int_equal(tcn_wire_header_decode(tcn_parts_frame(&house->parts, 0), &house->header),
                         TCN_OK);
    } while (house->header.kind == TCN_KIND_GONE);
    assert_int_equal(house->header.kind, TCN_KIND_READY);
    assert_true(tcn_clock_monotonic_ns() - start_ns < TCN_HOME_SILENCE_NS);
    house->collector = twin;
    assert_int_equal(house_stop(house), TCN_OK);
}

static void without_a_collector_a_peer_hears_so_once_a_second(void **state) {
    struct house *house = *state;
    house_open_for_peers(house);
    struct tcn_sock *office = house_peer(house, TCN_FORGE_AGENT_A);
    introduce(house, office, "while it is there");
    house_leave(house, house->collector);
    int64_t start_ns = tcn_clock_monotonic_ns();
    uint64_t asked = 1;
    do { /* what was sent before the broker noticed is lost without a word */
        assert_true(tcn_clock_monotonic_ns() - start_ns < PATIENCE_NS);
        asked++;
        send_kind(office, TCN_KIND_ASK, asked, "is anybody there");
    } while (!await_events(office, TCN_POLL_IN, 20 * TCN_MS_NS));
    start_ns = tcn_clock_monotonic_ns();
    assert_int_equal(recv_error(house, office), TCN_UNREACHABLE_PEER);
    for (int i = 0; i < 5; i++) {
        send_kind(office, TCN_KIND_ASK, 100, "and now");
    }
    int64_t answers = 0;
    while (recv_within(house, office, 100 * TCN_MS_NS)) {
        answers++;
    }
    assert_true(answers <= (tcn_clock_monotonic_ns() - start_ns) / TCN_HUB_ANSWER_NS);
    house->collector = house_connect(house, &house->forge->keys[TCN_FORGE_COLLECTOR], house->back);
    send_ready(house, house->collector, false);
    assert_int_equal(recv_version(house, house->collector), 0);
    send_ready(house, house->collector, true);
    assert_int_equal(recv_version(house, house->collector), 1);
    introduce(house, office, "to the next one");
    assert_int_equal(house_stop(house), TCN_OK);
    assert_true(house->counts.lost_up >= 6);
}

static void after_a_restart_everybody_comes_back_without_being_told(void **state) {
    struct house *house = *state;
    house_open_for_peers(house);
    struct tcn_sock *office = house_peer(house, TCN_FORGE_AGENT_A);
    introduce(house, office, "before");
    const uint64_t connection = house->stamp.connection;
    char front[TCN_ADDRESS_BYTES];
    memcpy(front, house->front, sizeof(front));
    assert_int_equal(house_stop(house), TCN_OK);
    assert_false(is_listening(front));
    assert_int_equal(house_start(house), TCN_OK);
    assert_string_equal(house->front, front);
    uint64_t version = 1;
    send_ready(house, house->collector, false);
    version = recv_version(house, house->collector);
    assert_int_equal(version, 0); /* it keeps nothing */
    send_ready(house, house->collector, true);
    assert_int_equal(recv_version(house, house->collector), 1);
    introduce(house, office, "after");
    assert_true(house->stamp.connection != connection);
}

static void over_its_memory_it_ends_to_be_started_again(void **state) {
    struct house *house = *state;
    assert_int_equal(house_stop(house), TCN_OK);
    house->rss_bytes_max = (uint64_t)1 << 20; /* any process is larger */
    assert_int_equal(house_start(house), TCN_OK);
    assert_int_equal(house_await_end(house), TCN_LIMIT);
    assert_true(log_has(house, "over the limit of 1 MiB: ending, to be started again"));
}

static void at_its_end_it_tells_what_it_turned_away(void **state) {
    struct house *house = *state;
    house_open_for_peers(house);
    struct tcn_key_set stranger;
    assert_int_equal(tcn_key_set_make(tcn_slice_text("stranger"), false, &stranger), TCN_OK);
    struct tcn_sock *denied = house_connect(house, &stranger, house->front);
    tcn_key_set_fini(&stranger);
    assert_false(await_events(denied, TCN_POLL_OUT, IN_VAIN_NS));
    struct tcn_sock *watcher = house_peer(house, TCN_FORGE_WATCH_SAFETY);
    send_kind(watcher, TCN_KIND_CHUNK, 1, "a watcher publishes nothing");
    send_kind(watcher, TCN_KIND_ACK, 1, "nor does it acknowledge");
    introduce(house, watcher, "what it may say");
    assert_int_equal(house_stop(house), TCN_OK);
    assert_true(log_has(house, "1 connections, 1 up, 0 down, 0 lost up, 0 lost down, 1 malformed"));
    assert_true(log_has(house, " accepted, 0 later, 1 denied, 0 malformed; turned away: kind=1"));
}

static void it_takes_the_descriptors_that_its_connections_need(void **state) {
    struct house *house = *state;
    struct rlimit before;
    struct rlimit after;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(house_stop(house), TCN_OK);
    const struct rlimit usual = {.rlim_cur = 1024, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
    assert_int_equal(house_start(house), TCN_OK);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &after), 0);
    assert_true(after.rlim_cur > TCN_CONNECTIONS_MAX || after.rlim_cur == before.rlim_max);
    assert_true(after.rlim_max == before.rlim_max);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)
    const struct CMUnitTest tests[] = {
        TEST(addresses_that_do_not_do_are_refused),
        TEST(before_a_registry_came_nobody_is_let_in_but_the_collector),
        TEST(a_registry_that_the_collector_did_not_sign_is_refused),
        TEST(an_older_registry_changes_nothing),
        TEST(strangers_and_expired_keys_are_denied),
        TEST(messages_pass_both_ways_with_principal_and_connection),
        TEST(a_peer_cannot_say_what_the_collector_or_the_broker_says),
        TEST(malformed_and_oversize_messages_cost_nobody_else),
        TEST(a_kind_that_the_role_may_not_send_is_explained_once_a_second),
        TEST(a_listed_peer_at_the_back_is_no_collector),
        TEST(an_answer_reaches_only_its_principal_and_connection),
        TEST(the_collector_is_told_when_a_peer_is_gone),
        TEST(a_newer_collector_takes_over_and_the_old_one_is_dropped),
        TEST(a_twin_waits_until_the_live_collector_is_gone),
        TEST(without_a_collector_a_peer_hears_so_once_a_second),
        TEST(after_a_restart_everybody_comes_back_without_being_told),
        TEST(over_its_memory_it_ends_to_be_started_again),
        TEST(at_its_end_it_tells_what_it_turned_away),
        TEST(it_takes_the_descriptors_that_its_connections_need),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
