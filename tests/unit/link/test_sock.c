/* SPDX-License-Identifier: Apache-2.0 */
/* Whole messages, their limits, and what a send says when it cannot. */
#include "fixture.h"

/** A local router on ipc in a folder of its own under the working folder, and a dealer connected to
 * it. */
struct bench {
    struct tcn_link *link;
    struct tcn_sock *router;
    struct tcn_sock *dealer;
    struct tcn_sock *others[2]; /* what single tests open beside */
    struct tcn_parts parts;
    struct tcn_parts copy;
    int raw;
    char folder[32];
    char address[TCN_ADDRESS_BYTES];
};

static int bench_setup(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    (void)snprintf(bench->folder, sizeof(bench->folder), "tocsin-link-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    char address[64];
    (void)snprintf(address, sizeof(address), "ipc://%s/socket", bench->folder);
    assert_int_equal(tcn_link_open(1, 100, &bench->link), TCN_OK);
    struct tcn_sock_options options = options_of(TCN_SOCK_ROUTER_LOCAL);
    options.frame_bytes_max = 4096;
    options.message_bytes_max = 8192;
    bench->router = open_bound(bench->link, options, address, bench->address);
    bench->dealer = open_role(bench->link, TCN_SOCK_DEALER_LOCAL);
    assert_int_equal(tcn_sock_connect(bench->dealer, bench->address), TCN_OK);
    tcn_parts_init(&bench->parts);
    tcn_parts_init(&bench->copy);
    bench->raw = -1;
    *state = bench;
    return 0;
}

static int bench_teardown(void **state) {
    struct bench *bench = *state;
    char path[64];
    tcn_parts_fini(&bench->parts);
    tcn_parts_fini(&bench->copy);
    tcn_sock_close(&bench->others[0]);
    tcn_sock_close(&bench->others[1]);
    if (bench->raw >= 0) {
        (void)close(bench->raw);
    }
    tcn_sock_close(&bench->dealer);
    tcn_sock_close(&bench->router);
    tcn_link_close(&bench->link);
    (void)snprintf(path, sizeof(path), "%s/socket", bench->folder);
    (void)unlink(path);
    assert_int_equal(rmdir(bench->folder), 0);
    free(bench);
    return 0;
}

static void a_router_says_absent_for_a_peer_that_it_does_not_know(void **state) {
    struct bench *bench = *state;
    const struct tcn_slice frames[] = {tcn_slice_text("nobody"), tcn_slice_text("hello")};
    assert_int_equal(tcn_sock_send(bench->router, frames, 2), TCN_ABSENT);
    assert_int_equal(tcn_sock_send(bench->router, frames, 2), TCN_ABSENT);
    assert_int_equal(tcn_sock_counts(bench->router).absent_count, 2);
}

static void a_peer_that_left_is_absent(void **state) {
    struct bench *bench = *state;
    char route[16];
    assert_int_equal(send_text(NULL, bench->dealer, "here"), TCN_OK);
    expect_text(NULL, bench->router, &bench->parts, "here");
    struct tcn_slice id = tcn_parts_frame(&bench->parts, 0);
    assert_true(id.size <= sizeof(route));
    memcpy(route, id.data, id.size);
    const struct tcn_slice frames[] = {tcn_slice_of(route, id.size), tcn_slice_text("hello")};
    assert_int_equal(tcn_sock_send(bench->router, frames, 2), TCN_OK);
    expect_text(NULL, bench->dealer, &bench->parts, "hello");
    tcn_sock_close(&bench->dealer);
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    enum tcn_status status = TCN_OK;
    while (status != TCN_ABSENT && tcn_clock_monotonic_ns() < end_ns) {
        (void)wait_events(NULL, bench->router, TCN_POLL_IN, TCN_MS_NS);
        status = tcn_sock_send(bench->router, frames, 2);
    }
    assert_int_equal(status, TCN_ABSENT);
}

static void a_dealer_without_a_connection_says_again_and_queues_nothing(void **state) {
    struct bench *bench = *state;
    struct tcn_sock *lonely = bench->others[0] = open_role(bench->link, TCN_SOCK_DEALER_LOCAL);
    const struct tcn_slice frame = tcn_slice_text("hello");
    assert_int_equal(tcn_sock_send(lonely, &frame, 1), TCN_AGAIN);
    assert_int_equal(tcn_sock_connect(lonely, "ipc://nobody-listens-here"), TCN_OK);
    assert_int_equal(tcn_sock_send(lonely, &frame, 1), TCN_AGAIN);
    assert_int_equal(tcn_sock_counts(lonely).full_count, 2);
}

static void a_message_without_frames_or_with_too_many_is_not_sent(void **state) {
    struct bench *bench = *state;
    struct tcn_slice frames[TCN_PARTS_MAX + 1];
    for (size_t i = 0; i < COUNT_OF(frames); i++) {
        frames[i] = tcn_slice_text("x");
    }
    assert_int_equal(tcn_sock_send(bench->dealer, frames, 0), TCN_MALFORMED);
    assert_int_equal(tcn_sock_send(bench->router, frames, 1), TCN_MALFORMED);
    assert_int_equal(tcn_sock_send(bench->dealer, frames, COUNT_OF(frames)), TCN_TOOBIG);
    assert_int_equal(send_text(NULL, bench->dealer, "one"), TCN_OK);
    expect_text(NULL, bench->router, &bench->parts, "one");
    assert_int_equal(bench->parts.count, 2);
    assert_int_equal(tcn_sock_forward(bench->dealer, frames, TCN_PARTS_MAX, &bench->parts, 1),
                     TCN_TOOBIG);
    assert_int_equal(tcn_sock_forward(bench->dealer, NULL, 0, &bench->parts, 2), TCN_MALFORMED);
}

static void a_full_queue_says_again_and_takes_all_later_in_order(void **state) {
    struct bench *bench = *state;
    struct tcn_sock_options options = options_of(TCN_SOCK_ROUTER_LOCAL);
    options.hwm = 10;
    struct tcn_sock *router = bench->others[0] = open_with(bench->link, options);
    options = options_of(TCN_SOCK_DEALER_LOCAL);
    options.hwm = 10;
    struct tcn_sock *dealer = bench->others[1] = open_with(bench->link, options);
    assert_int_equal(tcn_sock_bind(router, "inproc://full"), TCN_OK);
    assert_int_equal(tcn_sock_connect(dealer, "inproc://full"), TCN_OK);
    uint8_t sent = 0;
    uint8_t received = 0;
    size_t full_count = 0;
    while (received < 200) {
        const struct tcn_slice frames[] = {tcn_slice_of(&sent, 1), tcn_slice_text("tail")};
        enum tcn_status status = sent < 200 ? tcn_sock_send(dealer, frames, 2) : TCN_AGAIN;
        if (status == TCN_OK) {
            sent++;
            assert_true(sent - received <= 40);
            continue;
        }
        assert_int_equal(status, TCN_AGAIN);
        full_count++;
        if (tcn_sock_recv(router, &bench->parts) == TCN_AGAIN) {
            /* The news of free room comes with a delay; the poller looks for it. */
            assert_true(wait_events(NULL, dealer, TCN_POLL_OUT, PATIENCE_NS));
            continue;
        }
        assert_int_equal(bench->parts.count, 3);
        assert_int_equal(tcn_parts_frame(&bench->parts, 1).data[0], received);
        received++;
    }
    assert_true(full_count > 10);
}

static void a_router_says_again_for_a_peer_that_does_not_read(void **state) {
    struct bench *bench = *state;
    struct tcn_sock_options options = options_of(TCN_SOCK_ROUTER_LOCAL);
    options.hwm = 5;
    struct tcn_sock *router = bench->others[0] = open_with(bench->link, options);
    options = options_of(TCN_SOCK_DEALER_LOCAL);
    options.hwm = 5;
    struct tcn_sock *dealer = bench->others[1] = open_with(bench->link, options);
    assert_int_equal(tcn_sock_bind(router, "inproc://slow"), TCN_OK);
    assert_int_equal(tcn_sock_connect(dealer, "inproc://slow"), TCN_OK);
    assert_int_equal(send_text(NULL, dealer, "here"), TCN_OK);
    expect_text(NULL, router, &bench->parts, "here");
    const struct tcn_slice frames[] = {tcn_parts_frame(&bench->parts, 0), tcn_slice_text("alert")};
    enum tcn_status status = TCN_OK;
    size_t count = 0;
    while (status == TCN_OK && count < 1000) {
        status = tcn_sock_send(router, frames, 2);
        count++;
    }
    assert_int_equal(status, TCN_AGAIN);
    assert_true(count <= 21);
}

static void too_many_frames_are_thrown_away_and_the_next_message_is_fine(void **state) {
    struct bench *bench = *state;
    struct tcn_slice frames[TCN_PARTS_MAX];
    for (size_t i = 0; i < COUNT_OF(frames); i++) {
        frames[i] = tcn_slice_text("x");
    }
    assert_int_equal(send_text(NULL, bench->dealer, "before"), TCN_OK);
    /* The router adds the routing id: one over the limit. */
    assert_int_equal(tcn_sock_send(bench->dealer, frames, TCN_PARTS_MAX), TCN_OK);
    assert_int_equal(tcn_sock_send(bench->dealer, frames, TCN_PARTS_MAX - 1), TCN_OK);
    assert_int_equal(send_text(NULL, bench->dealer, "after"), TCN_OK);
    expect_text(NULL, bench->router, &bench->parts, "before");
    assert_int_equal(recv_within(NULL, bench->router, &bench->parts, PATIENCE_NS), TCN_TOOBIG);
    assert_int_equal(bench->parts.count, 0);
    assert_int_equal(recv_within(NULL, bench->router, &bench->parts, PATIENCE_NS), TCN_OK);
    assert_int_equal(bench->parts.count, TCN_PARTS_MAX);
    expect_text(NULL, bench->router, &bench->parts, "after");
    assert_int_equal(tcn_sock_counts(bench->router).toobig_count, 1);
    assert_int_equal(tcn_sock_counts(bench->router).recv_count, 3);
}

static void too_many_bytes_are_thrown_away_and_the_next_message_is_fine(void **state) {
    struct bench *bench = *state;
    static const uint8_t zeros[4096];
    const struct tcn_slice frames[] = {tcn_slice_of(zeros, 4096), tcn_slice_of(zeros, 4096),
                                       tcn_slice_text("x"), tcn_slice_text("y")};
    assert_int_equal(send_text(NULL, bench->dealer, "before"), TCN_OK);
    for (size_t count = 2; count <= 4; count++) { /* over at the last frame and before it */
        assert_int_equal(tcn_sock_send(bench->dealer, frames, count), TCN_OK);
    }
    assert_int_equal(send_text(NULL, bench->dealer, "after"), TCN_OK);
    expect_text(NULL, bench->router, &bench->parts, "before");
    for (size_t count = 2; count <= 4; count++) {
        assert_int_equal(recv_within(NULL, bench->router, &bench->parts, PATIENCE_NS), TCN_TOOBIG);
    }
    expect_text(NULL, bench->router, &bench->parts, "after");
}

static void a_frame_over_the_maximum_cuts_the_peer_off(void **state) {
    struct bench *bench = *state;
    int raw = bench->raw = raw_connect(bench->address);
    static const uint8_t zeros[5000];
    const uint8_t head[] = {0x02, 0, 0, 0, 0, 0, 0, 0x13, 0x88}; /* a long frame of 5,000 bytes */
    assert_true(raw_greet(raw));
    assert_true(raw_frame(raw, "fits", false));
    expect_text(NULL, bench->router, &bench->parts, "fits");
    if (raw_write(raw, head, sizeof(head))) {
        (void)raw_write(raw, zeros, sizeof(zeros));
    }
    assert_true(raw_is_hung_up(raw));
    assert_int_equal(send_text(NULL, bench->dealer, "next"), TCN_OK);
    expect_text(NULL, bench->router, &bench->parts, "next");
}

static void ten_thousand_frames_cost_a_bounded_piece_of_work_each_call(void **state) {
    struct bench *bench = *state;
    int raw = bench->raw = raw_connect(bench->address);
    assert_true(raw_greet(raw));
    for (int i = 0; i < 10000; i++) {
        assert_true(raw_frame(raw, "more", true));
    }
    assert_true(raw_frame(raw, "end", false));
    assert_true(raw_frame(raw, "after", false));
    size_t toobig_count = 0;
    enum tcn_status status = recv_within(NULL, bench->router, &bench->parts, PATIENCE_NS);
    while (status == TCN_TOOBIG) {
        assert_int_equal(bench->parts.count, 0);
        toobig_count++;
        status = recv_within(NULL, bench->router, &bench->parts, PATIENCE_NS);
    }
    assert_int_equal(status, TCN_OK);
    assert_true(tcn_slice_is_text(tcn_parts_frame(&bench->parts, 1), "after"));
    assert_int_equal(toobig_count, 10000 / TCN_SOCK_DRAIN_MAX);
    assert_int_equal(tcn_sock_counts(bench->router).toobig_count, 1);
}

static void a_local_peer_that_claims_a_user_id_is_not_believed(void **state) {
    struct bench *bench = *state;
    int raw = bench->raw = raw_connect(bench->address);
    assert_true(raw_greet(raw));
    assert_true(raw_frame(raw, "trust me", false));
    expect_text(NULL, bench->router, &bench->parts, "trust me");
    assert_null(tcn_parts_user_id(&bench->parts));
}

static void a_broker_forwards_with_its_own_frames_before_and_shares_the_payload(void **state) {
    struct bench *bench = *state;
    const struct tcn_slice body[] = {tcn_slice_text("header"), tcn_slice_text(""),
                                     tcn_slice_text("a body that is long enough not to lie in the "
                                                    "message handle itself")};
    struct tcn_sock *out = bench->others[0] = open_role(bench->link, TCN_SOCK_DEALER_LOCAL);
    struct tcn_sock *in = bench->others[1] = open_role(bench->link, TCN_SOCK_ROUTER_LOCAL);
    assert_int_equal(tcn_sock_bind(in, "inproc://in"), TCN_OK);
    assert_int_equal(tcn_sock_connect(out, "inproc://in"), TCN_OK);
    assert_int_equal(send_text(NULL, bench->dealer, "first"), TCN_OK);
    expect_text(NULL, bench->router, &bench->parts, "first");
    assert_int_equal(tcn_sock_send(bench->dealer, body, 3), TCN_OK);
    assert_int_equal(recv_within(NULL, bench->router, &bench->parts, PATIENCE_NS), TCN_OK);
    const struct tcn_slice prefix[] = {tcn_slice_text("principal"), tcn_slice_text("session")};
    for (int i = 0; i < 2; i++) { /* lent, so it can be sent again */
        assert_int_equal(tcn_sock_forward(out, prefix, 2, &bench->parts, 1), TCN_OK);
        assert_int_equal(recv_within(NULL, in, &bench->copy, PATIENCE_NS), TCN_OK);
        assert_int_equal(bench->copy.count, 6);
        assert_true(tcn_slice_is_text(tcn_parts_frame(&bench->copy, 1), "principal"));
        assert_true(tcn_slice_is_text(tcn_parts_frame(&bench->copy, 2), "session"));
        assert_true(tcn_slice_equals(tcn_parts_frame(&bench->copy, 5), body[2]));
        assert_int_equal(bench->parts.count, 4);
    }
    const uint8_t *payload = tcn_parts_frame(&bench->parts, 3).data;
    assert_ptr_equal(tcn_parts_frame(&bench->copy, 5).data, payload);
    assert_int_equal(tcn_parts_send(out, &bench->parts, 1), TCN_OK);
    assert_int_equal(bench->parts.count, 0);
    expect_text(NULL, in, &bench->copy,
                "a body that is long enough not to lie in the message handle itself");
}

/** A listener on loopback and its address. */
static int raw_listen(char out_address[TCN_ADDRESS_BYTES]) {
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof(at);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = raw_with_patience(socket(AF_INET, SOCK_STREAM, 0));
    assert_int_equal(bind(listener, (const struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    (void)snprintf(out_address, TCN_ADDRESS_BYTES, "tcp://127.0.0.1:%d", ntohs(at.sin_port));
    return listener;
}

static void a_peer_that_never_reads_does_not_hold_up_the_close(void **state) {
    struct bench *bench = *state;
    static const uint8_t zeros[60000];
    const struct tcn_slice frame = tcn_slice_of(zeros, sizeof(zeros));
    char address[TCN_ADDRESS_BYTES];
    int listener = raw_listen(address);
    struct tcn_sock_options options = options_of(TCN_SOCK_DEALER_LOCAL);
    options.insecure_loopback = true;
    options.hwm = 100;
    bench->others[0] = open_with(bench->link, options);
    assert_int_equal(tcn_sock_connect(bench->others[0], address), TCN_OK);
    bench->raw = raw_with_patience(accept(listener, NULL, NULL));
    assert_int_equal(close(listener), 0);
    assert_true(raw_greet(bench->raw));
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK || wait_events(NULL, bench->others[0], TCN_POLL_OUT, 50 * TCN_MS_NS)) {
        status = tcn_sock_send(bench->others[0], &frame, 1);
    }
    assert_int_equal(status, TCN_AGAIN);
    int64_t start_ns = tcn_clock_monotonic_ns();
    tcn_sock_close(&bench->others[0]);
    tcn_sock_close(&bench->dealer);
    tcn_sock_close(&bench->router);
    tcn_link_close(&bench->link);
    assert_true(tcn_clock_monotonic_ns() - start_ns < TCN_SECOND_NS);
}

static void a_message_is_built_frame_by_frame_up_to_its_limit(void **state) {
    struct bench *bench = *state;
    for (size_t i = 0; i < TCN_PARTS_MAX; i++) {
        assert_int_equal(tcn_parts_push(&bench->parts, tcn_slice_text("frame")), TCN_OK);
    }
    assert_int_equal(tcn_parts_push(&bench->parts, tcn_slice_text("frame")), TCN_LIMIT);
    assert_int_equal(bench->parts.bytes, 5 * TCN_PARTS_MAX);
    assert_null(tcn_parts_frame(&bench->parts, TCN_PARTS_MAX).data);
    assert_null(tcn_parts_user_id(&bench->parts));
    tcn_parts_clear(&bench->parts);
    assert_int_equal(bench->parts.count, 0);
    assert_null(tcn_parts_peer_address(&bench->parts));
    tcn_parts_fini(NULL);
}

#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        BENCH_TEST(a_router_says_absent_for_a_peer_that_it_does_not_know),
        BENCH_TEST(a_peer_that_left_is_absent),
        BENCH_TEST(a_dealer_without_a_connection_says_again_and_queues_nothing),
        BENCH_TEST(a_message_without_frames_or_with_too_many_is_not_sent),
        BENCH_TEST(a_full_queue_says_again_and_takes_all_later_in_order),
        BENCH_TEST(a_router_says_again_for_a_peer_that_does_not_read),
        BENCH_TEST(too_many_frames_are_thrown_away_and_the_next_message_is_fine),
        BENCH_TEST(too_many_bytes_are_thrown_away_and_the_next_message_is_fine),
        BENCH_TEST(a_frame_over_the_maximum_cuts_the_peer_off),
        BENCH_TEST(ten_thousand_frames_cost_a_bounded_piece_of_work_each_call),
        BENCH_TEST(a_local_peer_that_claims_a_user_id_is_not_believed),
        BENCH_TEST(a_broker_forwards_with_its_own_frames_before_and_shares_the_payload),
        BENCH_TEST(a_peer_that_never_reads_does_not_hold_up_the_close),
        BENCH_TEST(a_message_is_built_frame_by_frame_up_to_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
