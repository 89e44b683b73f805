/* SPDX-License-Identifier: Apache-2.0 */
/* What a dealer does when its connection breaks. */
#include "fixture.h"

#include <poll.h>
#include <pthread.h>
#include <time.h>

/* Messages of as many frames as are allowed, so that libzmq, which looks at its commands at every
 * 100th frame, nearly always does so in the middle of one. */
#define CYCLE_COUNT 2000
#define CYCLE_MESSAGES_MAX 120
#define FRAME_BYTES 8

/** A dealer, and a listener of ours that it calls. */
struct bench {
    struct tcn_link *link;
    struct tcn_sock *dealer;
    struct tcn_parts parts;
    int listener;
    int raw;
    char address[TCN_ADDRESS_BYTES];
};

/** A listener on loopback and its address. */
static int raw_listen(char out_address[TCN_ADDRESS_BYTES]) {
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof(at);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = raw_with_patience(socket(AF_INET, SOCK_STREAM, 0));
    assert_int_equal(bind(listener, (const struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    (void)snprintf(out_address, TCN_ADDRESS_BYTES, "tcp://127.0.0.1:%d", ntohs(at.sin_port));
    return listener;
}

/** Opens a local dealer with a short queue. */
static struct tcn_sock *open_dealer(struct tcn_link *link) {
    struct tcn_sock_options options = options_of(TCN_SOCK_DEALER_LOCAL);
    options.insecure_loopback = true;
    options.hwm = CYCLE_MESSAGES_MAX;
    return open_with(link, options);
}

static int bench_setup(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    assert_int_equal(tcn_link_open(1, 50, &bench->link), TCN_OK);
    bench->listener = raw_listen(bench->address);
    bench->raw = -1;
    bench->dealer = open_dealer(bench->link);
    tcn_parts_init(&bench->parts);
    *state = bench;
    return 0;
}

static int bench_teardown(void **state) {
    struct bench *bench = *state;
    tcn_parts_fini(&bench->parts);
    tcn_sock_close(&bench->dealer);
    tcn_link_close(&bench->link);
    if (bench->raw >= 0) {
        (void)close(bench->raw);
    }
    if (bench->listener >= 0) {
        (void)close(bench->listener);
    }
    free(bench);
    return 0;
}

/** Cuts the bench's connection. */
static void raw_cut(struct bench *bench) {
    assert_int_equal(close(bench->raw), 0);
    bench->raw = -1;
}

/** Takes the dealer's next call, while its owner waits as owners do. */
static void raw_accept(struct bench *bench, struct tcn_sock *dealer, int listener) {
    struct tcn_poller poller;
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    tcn_poller_init(&poller);
    assert_int_equal(tcn_poller_add(&poller, dealer, TCN_POLL_IN, 1), TCN_OK);
    assert_int_equal(tcn_poller_add_descriptor(&poller, listener, TCN_POLL_IN, 2), TCN_OK);
    assert_int_equal(tcn_poller_wait(&poller, PATIENCE_NS, ready, &count), TCN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(ready[0].token, 2);
    bench->raw = raw_with_patience(accept(listener, NULL, NULL));
}

/** Takes the call and shakes hands. */
static void raw_answer(struct bench *bench) {
    raw_accept(bench, bench->dealer, bench->listener);
    assert_true(raw_greet(bench->raw));
}

/** The next message that the dealer sent is this one frame. */
static void raw_expect(int raw, const char *text) {
    uint8_t frame[2 + RAW_BYTES_MAX] = {0};
    assert_true(raw_read(raw, frame, 2));
    assert_int_equal(frame[0], 0);
    assert_int_equal(frame[1], strlen(text));
    assert_true(raw_read(raw, frame + 2, frame[1]));
    assert_memory_equal(frame + 2, text, strlen(text));
}

/** Messages of one cycle: another number each time, so that the break falls everywhere. */
static size_t cycle_message_count(size_t cycle) {
    return 1 + cycle * 37 % CYCLE_MESSAGES_MAX;
}

/** The other side of the cycles: takes a call, sends a number of messages, cuts. Ends when the
 * listener is shut down. */
static void *cutter_run(void *argument) {
    const int listener = *(const int *)argument;
    static uint8_t flood[CYCLE_MESSAGES_MAX * TCN_PARTS_MAX * (2 + FRAME_BYTES)];
    for (size_t i = 0; i < sizeof(flood); i += 2 + FRAME_BYTES) {
        size_t frame = i / (2 + FRAME_BYTES);
        flood[i] = frame % TCN_PARTS_MAX + 1 < TCN_PARTS_MAX ? 1 : 0;
        flood[i + 1] = FRAME_BYTES;
    }
    for (size_t cycle = 0; cycle < CYCLE_COUNT; cycle++) {
        int raw = accept(listener, NULL, NULL);
        if (raw < 0) {
            return NULL;
        }
        if (raw_greet(raw)) {
            (void)raw_write(raw, flood,
                            cycle_message_count(cycle) * TCN_PARTS_MAX * (2 + FRAME_BYTES));
        }
        (void)close(raw);
    }
    return NULL;
}

/** Another dealer in the place of the one before, once libzmq has put enough of the old ones away.
 */
static void dealer_renew(struct bench *bench) {
    struct tcn_sock_options options = options_of(TCN_SOCK_DEALER_LOCAL);
    options.insecure_loopback = true;
    options.hwm = CYCLE_MESSAGES_MAX;
    tcn_sock_close(&bench->dealer);
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    enum tcn_status status = TCN_LIMIT;
    while (status == TCN_LIMIT && tcn_clock_monotonic_ns() < end_ns) {
        status = tcn_sock_open(bench->link, &options, &bench->dealer);
        if (status == TCN_OK) {
            status = tcn_sock_connect(bench->dealer, bench->address);
        }
        if (status != TCN_OK) {
            tcn_sock_close(&bench->dealer);
        }
    }
    assert_int_equal(status, TCN_OK);
}

static void a_break_while_messages_are_received_loses_none_of_them_and_ends_nothing(void **state) {
    struct bench *bench = *state;
    pthread_t cutter;
    assert_int_equal(pthread_create(&cutter, NULL, cutter_run, &bench->listener), 0);
    enum tcn_status status = TCN_OK;
    for (size_t cycle = 0; cycle < CYCLE_COUNT && status == TCN_OK; cycle++) {
        dealer_renew(bench);
        for (size_t i = 0; i < cycle_message_count(cycle) && status == TCN_OK; i++) {
            status = recv_within(NULL, bench->dealer, &bench->parts, PATIENCE_NS);
            assert_true(status != TCN_OK || bench->parts.count == TCN_PARTS_MAX);
        }
    }
    (void)shutdown(bench->listener, SHUT_RDWR);
    assert_int_equal(pthread_join(cutter, NULL), 0);
    assert_int_equal(status, TCN_OK);
}

static void what_was_queued_before_a_break_is_not_sent_after_it(void **state) {
    struct bench *bench = *state;
    static const uint8_t zeros[60000];
    const struct tcn_slice old = tcn_slice_of(zeros, sizeof(zeros));
    assert_int_equal(tcn_sock_connect(bench->dealer, bench->address), TCN_OK);
    raw_answer(bench);
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK || wait_events(NULL, bench->dealer, TCN_POLL_OUT, 50 * TCN_MS_NS)) {
        status = tcn_sock_send(bench->dealer, &old, 1);
    }
    assert_int_equal(status, TCN_AGAIN); /* nobody reads: the queue is full */
    raw_cut(bench);
    raw_answer(bench);
    assert_int_equal(send_text(NULL, bench->dealer, "new"), TCN_OK);
    raw_expect(bench->raw, "new");
}

static void a_send_after_a_break_that_nobody_looked_at_says_again(void **state) {
    struct bench *bench = *state;
    const struct tcn_slice late = tcn_slice_text("late");
    assert_int_equal(tcn_sock_connect(bench->dealer, bench->address), TCN_OK);
    raw_answer(bench);
    assert_int_equal(send_text(NULL, bench->dealer, "here"), TCN_OK);
    raw_expect(bench->raw, "here");
    raw_cut(bench);
    /* The owner does something else for longer than any rest; libzmq alone calls nobody. */
    struct pollfd call = {.fd = bench->listener, .events = POLLIN};
    assert_int_equal(poll(&call, 1, 2000), 0);
    assert_int_equal(tcn_sock_send(bench->dealer, &late, 1), TCN_AGAIN);
    raw_answer(bench);
    assert_int_equal(send_text(NULL, bench->dealer, "new"), TCN_OK);
    raw_expect(bench->raw, "new");
}

static void who_only_sends_learns_of_the_break_and_is_not_heard_later(void **state) {
    struct bench *bench = *state;
    const struct tcn_slice old = tcn_slice_text("old");
    assert_int_equal(tcn_sock_connect(bench->dealer, bench->address), TCN_OK);
    raw_answer(bench);
    assert_int_equal(send_text(NULL, bench->dealer, "here"), TCN_OK);
    raw_expect(bench->raw, "here");
    raw_cut(bench);
    enum tcn_status status = TCN_OK;
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    struct pollfd call = {.fd = bench->listener, .events = POLLIN};
    while (poll(&call, 1, 1) ==
           0) { /* it sends and does nothing else, and so it also calls again */
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        status = tcn_sock_send(bench->dealer, &old, 1);
    }
    assert_int_equal(status, TCN_AGAIN);
    raw_answer(bench);
    assert_int_equal(send_text(NULL, bench->dealer, "new"), TCN_OK);
    raw_expect(bench->raw, "new");
}

static void what_came_before_a_break_is_received_after_it(void **state) {
    struct bench *bench = *state;
    const struct tcn_slice frame = tcn_slice_text("too late");
    assert_int_equal(tcn_sock_connect(bench->dealer, bench->address), TCN_OK);
    raw_answer(bench);
    assert_int_equal(send_text(NULL, bench->dealer, "here"), TCN_OK);
    raw_expect(bench->raw, "here");
    assert_true(raw_frame(bench->raw, "one", true) && raw_frame(bench->raw, "1", false));
    assert_true(raw_frame(bench->raw, "two", true) && raw_frame(bench->raw, "2", false));
    raw_cut(bench);
    enum tcn_status status = TCN_OK;
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    while (status == TCN_OK && tcn_clock_monotonic_ns() < end_ns) {
        (void)wait_events(NULL, bench->dealer, TCN_POLL_OUT, TCN_MS_NS);
        status = tcn_sock_send(bench->dealer, &frame, 1);
    }
    assert_int_equal(status, TCN_AGAIN);
    expect_text(NULL, bench->dealer, &bench->parts, "1");
    expect_text(NULL, bench->dealer, &bench->parts, "2");
    assert_int_equal(tcn_sock_recv(bench->dealer, &bench->parts), TCN_AGAIN);
}

/** Processor time of this thread so far. */
static int64_t thread_cpu_ns(void) {
    struct timespec used;
    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used), 0);
    return (int64_t)used.tv_sec * TCN_SECOND_NS + used.tv_nsec;
}

/** For 600 ms nothing can be sent, and waiting for it costs next to nothing. */
static void expect_no_room(struct tcn_sock *dealer) {
    const struct tcn_slice frame = tcn_slice_text("not now");
    const uint64_t full_count = tcn_sock_counts(dealer).full_count;
    int64_t before_ns = thread_cpu_ns();
    assert_false(wait_events(NULL, dealer, TCN_POLL_OUT, 600 * TCN_MS_NS));
    assert_true(thread_cpu_ns() - before_ns < 100 * TCN_MS_NS);
    assert_int_equal(tcn_sock_send(dealer, &frame, 1), TCN_AGAIN);
    assert_int_equal(tcn_sock_counts(dealer).full_count, full_count + 1);
}

static void there_is_room_only_while_somebody_is_connected(void **state) {
    struct bench *bench = *state;
    expect_no_room(bench->dealer);
    assert_int_equal(tcn_sock_connect(bench->dealer, bench->address), TCN_OK);
    raw_accept(bench, bench->dealer, bench->listener);
    expect_no_room(bench->dealer); /* the line stands, but nobody has said who he is */
    assert_true(raw_greet(bench->raw));
    assert_true(wait_events(NULL, bench->dealer, TCN_POLL_OUT, PATIENCE_NS));
    assert_int_equal(send_text(NULL, bench->dealer, "hello"), TCN_OK);
    raw_expect(bench->raw, "hello");
    assert_int_equal(close(bench->listener), 0);
    bench->listener = -1;
    raw_cut(bench);
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    while (wait_events(NULL, bench->dealer, TCN_POLL_OUT, TCN_MS_NS)) {
        assert_true(tcn_clock_monotonic_ns() < end_ns);
    }
    expect_no_room(bench->dealer); /* it calls again meanwhile, and finds nobody */
}

static void a_peer_that_cuts_every_call_is_not_called_more_than_five_times_a_second(void **state) {
    struct bench *bench = *state;
    assert_int_equal(tcn_sock_connect(bench->dealer, bench->address), TCN_OK);
    int64_t start_ns = tcn_clock_monotonic_ns();
    for (int i = 0; i < 6; i++) {
        raw_answer(bench);
        raw_cut(bench);
    }
    assert_true(tcn_clock_monotonic_ns() - start_ns >= 5 * 200 * TCN_MS_NS);
}

static void a_dealer_that_hung_up_sends_to_whom_it_calls_next(void **state) {
    struct bench *bench = *state;
    char other_address[TCN_ADDRESS_BYTES];
    int other = raw_listen(other_address);
    const struct tcn_slice frame = tcn_slice_text("to nobody");
    assert_int_equal(tcn_sock_disconnect(bench->dealer, bench->address), TCN_ABSENT);
    assert_int_equal(tcn_sock_connect(bench->dealer, bench->address), TCN_OK);
    assert_int_equal(tcn_sock_connect(bench->dealer, bench->address), TCN_EXISTS);
    assert_int_equal(tcn_sock_connect(bench->dealer, other_address), TCN_EXISTS);
    assert_int_equal(tcn_sock_connect(bench->dealer, "inproc://here"), TCN_EXISTS);
    assert_int_equal(tcn_sock_bind(bench->dealer, "inproc://here"), TCN_EXISTS);
    assert_int_equal(tcn_sock_disconnect(bench->dealer, other_address), TCN_ABSENT);
    raw_answer(bench);
    assert_int_equal(send_text(NULL, bench->dealer, "here"), TCN_OK);
    raw_expect(bench->raw, "here");
    assert_int_equal(tcn_sock_disconnect(bench->dealer, bench->address), TCN_OK);
    assert_int_equal(tcn_sock_send(bench->dealer, &frame, 1), TCN_AGAIN);
    assert_true(raw_is_hung_up(bench->raw));
    raw_cut(bench);
    assert_int_equal(tcn_sock_connect(bench->dealer, other_address), TCN_OK);
    assert_int_equal(tcn_sock_send(bench->dealer, &frame, 1), TCN_AGAIN);
    raw_accept(bench, bench->dealer, other);
    assert_true(raw_greet(bench->raw));
    assert_int_equal(send_text(NULL, bench->dealer, "there"), TCN_OK);
    raw_expect(bench->raw, "there");
    assert_int_equal(close(other), 0);
}

static void a_dealer_that_listens_calls_nobody_over_a_network(void **state) {
    struct bench *bench = *state;
    assert_int_equal(tcn_sock_bind(bench->dealer, "inproc://listens"), TCN_OK);
    assert_int_equal(tcn_sock_connect(bench->dealer, bench->address), TCN_EXISTS);
}

static void a_dealer_takes_two_places_of_a_poller(void **state) {
    struct bench *bench = *state;
    struct tcn_sock *dealers[TCN_POLLER_MAX / 2];
    struct tcn_poller poller;
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 9;
    tcn_poller_init(&poller);
    for (size_t i = 0; i < COUNT_OF(dealers); i++) {
        dealers[i] = open_dealer(bench->link);
        assert_int_equal(tcn_sock_connect(dealers[i], bench->address), TCN_OK);
        assert_int_equal(tcn_poller_add(&poller, dealers[i], TCN_POLL_IN, i), TCN_OK);
    }
    assert_int_equal(tcn_poller_add(&poller, bench->dealer, TCN_POLL_IN, 9), TCN_LIMIT);
    assert_int_equal(tcn_poller_add_descriptor(&poller, bench->listener, 1, 9), TCN_LIMIT);
    assert_int_equal(tcn_poller_wait(&poller, 0, ready, &count), TCN_OK);
    assert_int_equal(count, 0);
    tcn_poller_remove(&poller, dealers[0]);
    assert_int_equal(tcn_poller_add_descriptor(&poller, bench->listener, 1, 9), TCN_OK);
    assert_int_equal(tcn_poller_add(&poller, bench->dealer, TCN_POLL_IN, 9), TCN_LIMIT);
    for (size_t i = 0; i < COUNT_OF(dealers); i++) {
        tcn_sock_close(&dealers[i]);
    }
}

static void as_many_dealers_can_be_connected_as_the_link_has_sockets(void **state) {
    struct bench *bench = *state;
    struct tcn_link *link = NULL;
    struct tcn_sock *dealers[3];
    struct tcn_sock *more = NULL;
    struct tcn_sock_options options = options_of(TCN_SOCK_DEALER_LOCAL);
    assert_int_equal(tcn_link_open(1, COUNT_OF(dealers), &link), TCN_OK);
    for (size_t i = 0; i < COUNT_OF(dealers); i++) {
        dealers[i] = open_dealer(link);
        assert_int_equal(tcn_sock_connect(dealers[i], bench->address), TCN_OK);
    }
    assert_int_equal(tcn_sock_open(link, &options, &more), TCN_LIMIT);
    for (size_t i = 0; i < COUNT_OF(dealers); i++) { /* a second one for each, for a moment */
        assert_int_equal(tcn_sock_disconnect(dealers[i], bench->address), TCN_OK);
    }
    for (size_t i = 0; i < COUNT_OF(dealers); i++) {
        tcn_sock_close(&dealers[i]);
    }
    tcn_link_close(&link);
}

#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        BENCH_TEST(a_break_while_messages_are_received_loses_none_of_them_and_ends_nothing),
        BENCH_TEST(what_was_queued_before_a_break_is_not_sent_after_it),
        BENCH_TEST(a_send_after_a_break_that_nobody_looked_at_says_again),
        BENCH_TEST(who_only_sends_learns_of_the_break_and_is_not_heard_later),
        BENCH_TEST(what_came_before_a_break_is_received_after_it),
        BENCH_TEST(there_is_room_only_while_somebody_is_connected),
        BENCH_TEST(a_peer_that_cuts_every_call_is_not_called_more_than_five_times_a_second),
        BENCH_TEST(a_dealer_that_hung_up_sends_to_whom_it_calls_next),
        BENCH_TEST(a_dealer_that_listens_calls_nobody_over_a_network),
        BENCH_TEST(a_dealer_takes_two_places_of_a_poller),
        BENCH_TEST(as_many_dealers_can_be_connected_as_the_link_has_sockets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
