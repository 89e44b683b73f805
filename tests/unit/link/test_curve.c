/* SPDX-License-Identifier: Apache-2.0 */
/* Who gets in over tcp, and that nobody else does. */
#include "fixture.h"

#define OFFICE_COUNT 20

/** A CURVE server on loopback, its keeper of keys, and one client. */
struct bench {
    struct tcn_link *link;
    struct keeper keeper;
    struct tcn_sock *server;
    struct tcn_sock *client;
    struct tcn_sock *offices[OFFICE_COUNT]; /* other clients of single tests */
    struct tcn_parts parts;
    char address[TCN_ADDRESS_BYTES];
};

static int bench_setup(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->keeper.stranger_answer = TCN_DENIED;
    assert_int_equal(tcn_link_open(1, 100, &bench->link), TCN_OK);
    assert_int_equal(tcn_zap_open(bench->link, DOMAIN, &bench->keeper.zap), TCN_OK);
    bench->server = open_bound(bench->link, options_of(TCN_SOCK_ROUTER_SERVER), "tcp://127.0.0.1:*",
                               bench->address);
    tcn_parts_init(&bench->parts);
    *state = bench;
    return 0;
}

static int bench_teardown(void **state) {
    struct bench *bench = *state;
    tcn_parts_fini(&bench->parts);
    tcn_sock_close(&bench->client);
    for (size_t i = 0; i < OFFICE_COUNT; i++) {
        tcn_sock_close(&bench->offices[i]);
    }
    tcn_sock_close(&bench->server);
    tcn_zap_close(&bench->keeper.zap);
    tcn_link_close(&bench->link);
    free(bench);
    return 0;
}

/** The bench's client with these options, connected. */
static void client_connect(struct bench *bench, struct tcn_sock_options options) {
    bench->client = open_with(bench->link, options);
    assert_int_equal(tcn_sock_connect(bench->client, bench->address), TCN_OK);
}

/** The options of a client whose key nobody listed. */
static struct tcn_sock_options stranger_options(void) {
    struct tcn_sock_options options = options_of(TCN_SOCK_DEALER_CLIENT);
    options.public_key = stranger_public;
    options.secret_key = stranger_secret;
    return options;
}

/** Waits until the keeper has answered the bench's client with `is_later` or a denial. */
static void wait_for_refusal(struct bench *bench, bool is_later) {
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    struct tcn_zap_counts counts = tcn_zap_counts(bench->keeper.zap);
    while ((is_later ? counts.later_count : counts.deny_count) == 0) {
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        (void)wait_events(&bench->keeper, bench->server, TCN_POLL_IN, TCN_SECOND_NS);
        counts = tcn_zap_counts(bench->keeper.zap);
    }
}

/** An office gets through, and until then and a little longer nothing came from the bench's client.
 */
static void only_the_office_gets_through(struct bench *bench) {
    const struct tcn_slice frame = tcn_slice_text("from the client");
    assert_int_equal(tcn_sock_send(bench->client, &frame, 1), TCN_AGAIN);
    struct tcn_sock *office = bench->offices[0] = open_role(bench->link, TCN_SOCK_DEALER_CLIENT);
    assert_int_equal(tcn_sock_connect(office, bench->address), TCN_OK);
    assert_int_equal(send_text(&bench->keeper, office, "from the office"), TCN_OK);
    expect_text(&bench->keeper, bench->server, &bench->parts, "from the office");
    assert_string_equal(tcn_parts_user_id(&bench->parts), "office-7");
    assert_int_equal(tcn_sock_send(bench->client, &frame, 1), TCN_AGAIN);
    assert_int_equal(recv_within(&bench->keeper, bench->server, &bench->parts, 200 * TCN_MS_NS),
                     TCN_TIMEOUT);
}

static void a_key_that_is_not_listed_is_denied(void **state) {
    struct bench *bench = *state;
    client_connect(bench, stranger_options());
    wait_for_refusal(bench, false);
    only_the_office_gets_through(bench);
}

static void a_client_that_trusts_another_server_key_never_gets_to_the_keeper(void **state) {
    struct bench *bench = *state;
    struct tcn_sock_options options = options_of(TCN_SOCK_DEALER_CLIENT);
    options.server_key = stranger_public;
    client_connect(bench, options);
    only_the_office_gets_through(bench);
    assert_int_equal(tcn_zap_counts(bench->keeper.zap).accept_count, 1);
}

static void a_client_whose_secret_does_not_fit_its_public_key_is_denied(void **state) {
    struct bench *bench = *state;
    struct tcn_sock_options options = options_of(TCN_SOCK_DEALER_CLIENT);
    options.secret_key = stranger_secret;
    client_connect(bench, options);
    only_the_office_gets_through(bench);
    assert_int_equal(tcn_zap_counts(bench->keeper.zap).accept_count, 1);
}

static void a_client_without_keys_is_denied(void **state) {
    struct bench *bench = *state;
    struct tcn_sock_options options = options_of(TCN_SOCK_DEALER_LOCAL);
    options.insecure_loopback = true;
    client_connect(bench, options);
    only_the_office_gets_through(bench);
}

static void a_server_whose_keeper_is_gone_denies_everybody(void **state) {
    struct bench *bench = *state;
    tcn_zap_close(&bench->keeper.zap);
    client_connect(bench, options_of(TCN_SOCK_DEALER_CLIENT));
    /* Nothing can be observed but that the client's line stays closed. */
    assert_false(wait_events(&bench->keeper, bench->client, TCN_POLL_OUT, 500 * TCN_MS_NS));
    assert_int_equal(tcn_sock_recv(bench->server, &bench->parts), TCN_AGAIN);
    /* With a new keeper the same client gets through by itself. */
    assert_int_equal(tcn_zap_open(bench->link, DOMAIN, &bench->keeper.zap), TCN_OK);
    assert_int_equal(send_text(&bench->keeper, bench->client, "hello"), TCN_OK);
    expect_text(&bench->keeper, bench->server, &bench->parts, "hello");
}

static void a_keeper_of_another_domain_denies_everybody(void **state) {
    struct bench *bench = *state;
    tcn_zap_close(&bench->keeper.zap);
    assert_int_equal(tcn_zap_open(bench->link, "bureau", &bench->keeper.zap), TCN_OK);
    client_connect(bench, options_of(TCN_SOCK_DEALER_CLIENT));
    wait_for_refusal(bench, false);
    assert_int_equal(tcn_sock_recv(bench->server, &bench->parts), TCN_AGAIN);
    assert_int_equal(tcn_zap_counts(bench->keeper.zap).accept_count, 0);
}

static void a_peer_without_curve_that_never_ends_its_message_is_hung_up_on(void **state) {
    struct bench *bench = *state;
    int raw = raw_connect(bench->address);
    long before_kib = memory_max_kib();
    (void)raw_greet(raw);
    bool is_open = true;
    size_t count = 0;
    while (is_open && count < 10 * 1000 * 1000) {
        is_open =
            raw_frame(raw, "a frame of a message without an end, sixty bytes long, more", true);
        count++;
    }
    assert_false(is_open);
    assert_true(memory_max_kib() - before_kib < 16 * 1024);
    assert_int_equal(close(raw), 0);
    assert_int_equal(tcn_sock_recv(bench->server, &bench->parts), TCN_AGAIN);
}

static void a_domain_that_is_empty_or_too_long_opens_no_keeper(void **state) {
    struct bench *bench = *state;
    struct tcn_zap *zap = NULL;
    char longest[257];
    memset(longest, 'd', sizeof(longest));
    longest[256] = '\0';
    assert_int_equal(tcn_zap_open(bench->link, "", &zap), TCN_CONFIG);
    assert_int_equal(tcn_zap_open(bench->link, longest, &zap), TCN_CONFIG);
    assert_int_equal(tcn_zap_open(bench->link, DOMAIN, &zap), TCN_LOCKED);
    assert_null(zap);
    assert_int_equal(tcn_zap_add(bench->keeper.zap, ""), TCN_CONFIG);
    assert_int_equal(tcn_zap_add(bench->keeper.zap, longest), TCN_CONFIG);
    assert_int_equal(tcn_zap_add(bench->keeper.zap, "second"), TCN_OK);
    assert_int_equal(tcn_zap_add(bench->keeper.zap, "third"), TCN_LIMIT);
    tcn_zap_close(&zap);
    tcn_zap_close(NULL);
}

/** Sends frames to the keeper as no libzmq would, over the link itself. */
static void a_malformed_request_is_counted_and_answered_where_possible(void **state) {
    struct bench *bench = *state;
    static const struct {
        const char *frames[9];
        size_t count;
        bool is_answered;
    } rows[] = {
        {{"noise"}, 1, false},
        {{"", "2.0", "1"}, 3, false},
        {{"", "1.0"}, 2, false},
        {{"x", "1.0", "1", DOMAIN, "", "", "CURVE", "short"}, 8, false},
        {{"", "1.0", "1", DOMAIN, "", "", "CURVE", "short"}, 8, true},
        {{"", "1.0", "1", DOMAIN, "", "", "CURVE"}, 7, true},
    };
    bench->client = open_role(bench->link, TCN_SOCK_DEALER_LOCAL);
    assert_int_equal(tcn_sock_connect(bench->client, "inproc://zeromq.zap.01"), TCN_OK);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_slice frames[9];
        for (size_t j = 0; j < rows[i].count; j++) {
            frames[j] = tcn_slice_text(rows[i].frames[j]);
        }
        assert_int_equal(tcn_sock_send(bench->client, frames, rows[i].count), TCN_OK);
        assert_int_equal(tcn_zap_step(bench->keeper.zap, keeper_lookup, &bench->keeper), TCN_OK);
        assert_int_equal(tcn_zap_counts(bench->keeper.zap).malformed_count, i + 1);
        enum tcn_status status = tcn_sock_recv(bench->client, &bench->parts);
        assert_int_equal(status, rows[i].is_answered ? TCN_OK : TCN_AGAIN);
        assert_true(!rows[i].is_answered ||
                    tcn_slice_is_text(tcn_parts_frame(&bench->parts, 3), "500"));
    }
    /* Another mechanism is denied, not malformed. */
    const struct tcn_slice plain[] = {
        tcn_slice_text(""),      tcn_slice_text("1.0"),   tcn_slice_text("1"),
        tcn_slice_text(DOMAIN),  tcn_slice_text(""),      tcn_slice_text(""),
        tcn_slice_text("PLAIN"), tcn_slice_text("admin"), tcn_slice_text("secret")};
    assert_int_equal(tcn_sock_send(bench->client, plain, COUNT_OF(plain)), TCN_OK);
    assert_int_equal(tcn_zap_step(bench->keeper.zap, keeper_lookup, &bench->keeper), TCN_OK);
    assert_int_equal(tcn_sock_recv(bench->client, &bench->parts), TCN_OK);
    assert_true(tcn_slice_is_text(tcn_parts_frame(&bench->parts, 3), "400"));
}

static void a_key_that_was_told_not_now_gets_through_by_itself(void **state) {
    struct bench *bench = *state;
    bench->keeper.stranger_answer = TCN_AGAIN;
    client_connect(bench, stranger_options());
    wait_for_refusal(bench, true);
    bench->keeper.stranger_answer = TCN_OK;
    assert_int_equal(send_text(&bench->keeper, bench->client, "at last"), TCN_OK);
    expect_text(&bench->keeper, bench->server, &bench->parts, "at last");
    assert_string_equal(tcn_parts_user_id(&bench->parts), "stranger");
}

static void a_key_that_was_denied_gets_through_when_admitted_with_a_new_socket(void **state) {
    struct bench *bench = *state;
    client_connect(bench, stranger_options());
    wait_for_refusal(bench, false);
    bench->keeper.stranger_answer = TCN_OK;
    tcn_sock_close(&bench->client);
    client_connect(bench, stranger_options());
    assert_int_equal(send_text(&bench->keeper, bench->client, "at last"), TCN_OK);
    expect_text(&bench->keeper, bench->server, &bench->parts, "at last");
}

/** The server is started again on its address, with another secret key. */
static void server_restart(struct bench *bench, const uint8_t *secret_key) {
    struct tcn_sock_options options = options_of(TCN_SOCK_ROUTER_SERVER);
    const int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    enum tcn_status status = TCN_LOCKED;
    options.secret_key = secret_key;
    tcn_sock_close(&bench->server);
    while (status == TCN_LOCKED) { /* its address goes a moment after it */
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        tcn_sock_close(&bench->server);
        bench->server = open_with(bench->link, options);
        status = tcn_sock_bind(bench->server, bench->address);
    }
    assert_int_equal(status, TCN_OK);
}

/** A text gets to the server; what was said while nobody had noticed that the connection is gone is
 * dropped, and said again. */
static void expect_through(struct bench *bench, const char *text) {
    const int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    enum tcn_status status = TCN_TIMEOUT;
    while (status == TCN_TIMEOUT) {
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        assert_int_equal(send_text(&bench->keeper, bench->client, text), TCN_OK);
        status = recv_within(&bench->keeper, bench->server, &bench->parts, 100 * TCN_MS_NS);
    }
    assert_int_equal(status, TCN_OK);
    assert_true(tcn_slice_is_text(tcn_parts_frame(&bench->parts, bench->parts.count - 1), text));
}

static void a_client_that_knows_both_keys_of_a_server_follows_it_over_the_change(void **state) {
    struct bench *bench = *state;
    uint8_t keys[2][TCN_CURVE_KEY_BYTES];
    memcpy(keys[0], stranger_public, sizeof(keys[0])); /* the server's next one */
    memcpy(keys[1], server_public, sizeof(keys[1]));
    struct tcn_sock_options options = options_of(TCN_SOCK_DEALER_CLIENT);
    options.server_key = keys[0];
    options.server_key_count = 2;
    client_connect(bench, options);
    explicit_bzero(keys, sizeof(keys));
    expect_through(bench, "with the second that it tries");
    server_restart(bench, stranger_secret);
    expect_through(bench, "after the change");
    server_restart(bench, server_secret);
    expect_through(bench, "and back");
}

static void a_client_is_told_a_server_s_next_key_while_it_is_connected(void **state) {
    struct bench *bench = *state;
    uint8_t keys[2][TCN_CURVE_KEY_BYTES];
    memcpy(keys[0], stranger_public, sizeof(keys[0]));
    memcpy(keys[1], server_public, sizeof(keys[1]));
    client_connect(bench, options_of(TCN_SOCK_DEALER_CLIENT));
    expect_through(bench, "first");
    tcn_sock_set_server_keys(bench->client, keys[0], 2);
    expect_through(bench, "the connection stands");
    server_restart(bench, stranger_secret);
    expect_through(bench, "after the change");
    tcn_sock_set_server_keys(bench->client, keys[0], 1); /* the old one's time is over */
    expect_through(bench, "the new key alone");
    server_restart(bench, server_secret);
    const struct tcn_slice frame = tcn_slice_text("into the break");
    const int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    while (tcn_sock_send(bench->client, &frame, 1) == TCN_OK) {
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        (void)wait_events(&bench->keeper, bench->client, TCN_POLL_IN, TCN_MS_NS);
    }
    only_the_office_gets_through(bench);
    tcn_sock_set_server_keys(bench->client, keys[0], 2);
    expect_through(bench, "mended while it calls");
}

static void ten_thousand_messages_read_after_a_poll_all_name_their_sender(void **state) {
    struct bench *bench = *state;
    client_connect(bench, options_of(TCN_SOCK_DEALER_CLIENT));
    assert_int_equal(send_text(&bench->keeper, bench->client, "first"), TCN_OK);
    expect_text(&bench->keeper, bench->server, &bench->parts, "first");
    size_t sent = 0;
    size_t received = 0;
    const struct tcn_slice frames[] = {tcn_slice_text("header"), tcn_slice_text("payload")};
    while (received < 10000) {
        while (sent < 10000 && sent - received < 500 &&
               tcn_sock_send(bench->client, frames, 2) == TCN_OK) {
            sent++;
        }
        assert_true(wait_events(&bench->keeper, bench->server, TCN_POLL_IN, PATIENCE_NS));
        while (tcn_sock_recv(bench->server, &bench->parts) == TCN_OK) {
            assert_int_equal(bench->parts.count, 3);
            assert_non_null(tcn_parts_user_id(&bench->parts));
            assert_string_equal(tcn_parts_user_id(&bench->parts), "office-7");
            assert_string_equal(tcn_parts_peer_address(&bench->parts), "127.0.0.1");
            received++;
            /* Polled again, the next message is fetched ahead and loses what its first frame had.
             */
            (void)wait_events(&bench->keeper, bench->server, TCN_POLL_IN, 0);
        }
    }
}

static void a_link_with_open_peers_and_unsent_messages_closes_within_a_second(void **state) {
    struct bench *bench = *state;
    static const uint8_t zeros[60000];
    const struct tcn_slice frame = tcn_slice_of(zeros, sizeof(zeros));
    struct tcn_sock_options options = options_of(TCN_SOCK_ROUTER_SERVER);
    options.hwm = 2;
    tcn_sock_close(&bench->server);
    bench->server = open_bound(bench->link, options, "tcp://127.0.0.1:*", bench->address);
    options = options_of(TCN_SOCK_DEALER_CLIENT);
    options.hwm = 10;
    for (size_t i = 0; i < OFFICE_COUNT; i++) {
        bench->offices[i] = open_with(bench->link, options);
        assert_int_equal(tcn_sock_connect(bench->offices[i], bench->address), TCN_OK);
        assert_int_equal(send_text(&bench->keeper, bench->offices[i], "here"), TCN_OK);
        enum tcn_status status = TCN_OK;
        while (status == TCN_OK ||
               wait_events(NULL, bench->offices[i], TCN_POLL_OUT, 10 * TCN_MS_NS)) {
            status = tcn_sock_send(bench->offices[i], &frame, 1);
        }
        assert_int_equal(status, TCN_AGAIN); /* nobody reads: everything between them is full */
    }
    int64_t start_ns = tcn_clock_monotonic_ns();
    tcn_sock_close(&bench->server);
    for (size_t i = 0; i < OFFICE_COUNT; i++) {
        tcn_sock_close(&bench->offices[i]);
    }
    tcn_zap_close(&bench->keeper.zap);
    tcn_link_close(&bench->link);
    assert_true(tcn_clock_monotonic_ns() - start_ns < TCN_SECOND_NS);
}

#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        BENCH_TEST(a_key_that_is_not_listed_is_denied),
        BENCH_TEST(a_client_that_trusts_another_server_key_never_gets_to_the_keeper),
        BENCH_TEST(a_client_whose_secret_does_not_fit_its_public_key_is_denied),
        BENCH_TEST(a_client_without_keys_is_denied),
        BENCH_TEST(a_server_whose_keeper_is_gone_denies_everybody),
        BENCH_TEST(a_keeper_of_another_domain_denies_everybody),
        BENCH_TEST(a_peer_without_curve_that_never_ends_its_message_is_hung_up_on),
        BENCH_TEST(a_domain_that_is_empty_or_too_long_opens_no_keeper),
        BENCH_TEST(a_malformed_request_is_counted_and_answered_where_possible),
        BENCH_TEST(a_key_that_was_told_not_now_gets_through_by_itself),
        BENCH_TEST(a_key_that_was_denied_gets_through_when_admitted_with_a_new_socket),
        BENCH_TEST(a_client_that_knows_both_keys_of_a_server_follows_it_over_the_change),
        BENCH_TEST(a_client_is_told_a_server_s_next_key_while_it_is_connected),
        BENCH_TEST(ten_thousand_messages_read_after_a_poll_all_name_their_sender),
        BENCH_TEST(a_link_with_open_peers_and_unsent_messages_closes_within_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
