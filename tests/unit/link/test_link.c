/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, options, addresses, closing. */
#include "fixture.h"

static void a_link_outside_its_bounds_is_a_wrong_configuration(void **state) {
    (void)state;
    static const size_t rows[][2] = {{0, 10}, {17, 10}, {SIZE_MAX, 10}, {1, 0}, {1, 65001}};
    struct tcn_link *link = NULL;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(tcn_link_open(rows[i][0], rows[i][1], &link), TCN_CONFIG);
        assert_null(link);
    }
    tcn_link_close(&link);
    tcn_link_close(NULL);
}

/** One wrong set of options and the reason. */
struct options_row {
    const char *why;
    enum tcn_sock_role role;
    void (*spoil)(struct tcn_sock_options *options);
};

static void no_hwm(struct tcn_sock_options *options) {
    options->hwm = 0;
}

static void huge_hwm(struct tcn_sock_options *options) {
    options->hwm = TCN_SOCK_HWM_MAX + 1;
}

static void no_frame(struct tcn_sock_options *options) {
    options->frame_bytes_max = 0;
}

static void huge_frame(struct tcn_sock_options *options) {
    options->frame_bytes_max = SIZE_MAX;
}

static void huge_message(struct tcn_sock_options *options) {
    options->message_bytes_max = SIZE_MAX;
}

static void huge_heartbeat(struct tcn_sock_options *options) {
    options->heartbeat_timeout_ms = 6000001;
}

static void no_secret(struct tcn_sock_options *options) {
    options->secret_key = NULL;
}

static void a_secret(struct tcn_sock_options *options) {
    options->secret_key = office_secret;
}

static void no_public(struct tcn_sock_options *options) {
    options->public_key = NULL;
}

static void no_server(struct tcn_sock_options *options) {
    options->server_key = NULL;
}

static void a_server(struct tcn_sock_options *options) {
    options->server_key = server_public;
}

static void too_many_server_keys(struct tcn_sock_options *options) {
    options->server_key_count = TCN_SERVER_KEYS_MAX + 1;
}

static void a_server_key_count(struct tcn_sock_options *options) {
    options->server_key_count = 1;
}

static void no_domain(struct tcn_sock_options *options) {
    options->zap_domain = NULL;
}

static void empty_domain(struct tcn_sock_options *options) {
    options->zap_domain = "";
}

static void a_domain(struct tcn_sock_options *options) {
    options->zap_domain = DOMAIN;
}

static void insecure(struct tcn_sock_options *options) {
    options->insecure_loopback = true;
}

static void options_that_do_not_fit_the_role_open_nothing(void **state) {
    static const struct options_row rows[] = {
        {"without bound", TCN_SOCK_ROUTER_LOCAL, no_hwm},
        {"over the bound", TCN_SOCK_ROUTER_LOCAL, huge_hwm},
        {"no frame size", TCN_SOCK_DEALER_LOCAL, no_frame},
        {"frame size without bound", TCN_SOCK_PAIR, huge_frame},
        {"message size without bound", TCN_SOCK_PAIR, huge_message},
        {"heartbeat over what the protocol holds", TCN_SOCK_DEALER_LOCAL, huge_heartbeat},
        {"server without its key", TCN_SOCK_ROUTER_SERVER, no_secret},
        {"server without a domain", TCN_SOCK_ROUTER_SERVER, no_domain},
        {"server with an empty domain", TCN_SOCK_ROUTER_SERVER, empty_domain},
        {"server with another server's key", TCN_SOCK_ROUTER_SERVER, a_server},
        {"server that would be insecure", TCN_SOCK_ROUTER_SERVER, insecure},
        {"client without secret key", TCN_SOCK_DEALER_CLIENT, no_secret},
        {"client without public key", TCN_SOCK_DEALER_CLIENT, no_public},
        {"client that knows no server", TCN_SOCK_DEALER_CLIENT, no_server},
        {"client that knows too many keys", TCN_SOCK_DEALER_CLIENT, too_many_server_keys},
        {"server that counts another's keys", TCN_SOCK_ROUTER_SERVER, a_server_key_count},
        {"client with a domain", TCN_SOCK_DEALER_CLIENT, a_domain},
        {"client that would be insecure", TCN_SOCK_DEALER_CLIENT, insecure},
        {"local router with a key", TCN_SOCK_ROUTER_LOCAL, a_secret},
        {"local dealer with a key", TCN_SOCK_DEALER_LOCAL, a_secret},
        {"pair with a domain", TCN_SOCK_PAIR, a_domain},
    };
    struct tcn_link *link = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_sock_options options = options_of(rows[i].role);
        struct tcn_sock *sock = NULL;
        rows[i].spoil(&options);
        if (tcn_sock_open(link, &options, &sock) != TCN_CONFIG) {
            fail_msg("opened: %s", rows[i].why);
        }
        assert_null(sock);
        assert_int_equal(tcn_link_sock_count(link), 0);
    }
}

static void an_address_that_the_role_may_not_use_is_refused(void **state) {
    static const struct {
        enum tcn_sock_role role;
        bool insecure_loopback;
        const char *address;
    } rows[] = {
        {TCN_SOCK_ROUTER_SERVER, false, ""},
        {TCN_SOCK_ROUTER_SERVER, false, "tcp://"},
        {TCN_SOCK_ROUTER_SERVER, false, "127.0.0.1:5000"},
        {TCN_SOCK_ROUTER_SERVER, false, "inproc://curve-is-off-here"},
        {TCN_SOCK_ROUTER_SERVER, false, "udp://127.0.0.1:5000"},
        {TCN_SOCK_ROUTER_SERVER, false, "ws://127.0.0.1:5000"},
        {TCN_SOCK_ROUTER_SERVER, false, "pgm://eth0;239.0.0.1:5000"},
        {TCN_SOCK_ROUTER_SERVER, false, "tipc://<1000>"},
        {TCN_SOCK_ROUTER_SERVER, false, "vmci://*:5000"},
        {TCN_SOCK_DEALER_CLIENT, false, "inproc://curve-is-off-here"},
        {TCN_SOCK_DEALER_CLIENT, false, "TCP://127.0.0.1:5000"},
        {TCN_SOCK_ROUTER_LOCAL, false, "tcp://127.0.0.1:5000"},
        {TCN_SOCK_ROUTER_LOCAL, true, "tcp://127.0.0.10:5000"},
        {TCN_SOCK_ROUTER_LOCAL, true, "tcp://0.0.0.0:5000"},
        {TCN_SOCK_ROUTER_LOCAL, true, "tcp://*:5000"},
        {TCN_SOCK_ROUTER_LOCAL, true, "tcp://localhost:5000"},
        {TCN_SOCK_ROUTER_LOCAL, true, "tcp://127.0.0.1:"},
        {TCN_SOCK_DEALER_LOCAL, true, "tcp://127.0.0.1:0;10.0.0.1:5000"},
        {TCN_SOCK_DEALER_LOCAL, false, "ipc://@abstract"},
        {TCN_SOCK_DEALER_LOCAL, false, "ipc://@"},
        {TCN_SOCK_PAIR, false, "ipc://pair"},
        {TCN_SOCK_PAIR, true, "tcp://127.0.0.1:5000"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (tcn_sock_check_address(rows[i].role, rows[i].insecure_loopback, rows[i].address) !=
            TCN_CONFIG) {
            fail_msg("allowed: %s", rows[i].address);
        }
    }
    char longest[TCN_ADDRESS_BYTES + 10] = "inproc://";
    memset(longest + 9, 'x', TCN_ADDRESS_BYTES - 9);
    assert_int_equal(tcn_sock_check_address(TCN_SOCK_PAIR, false, longest), TCN_CONFIG);
    longest[TCN_ADDRESS_BYTES - 1] = '\0';
    assert_int_equal(tcn_sock_check_address(TCN_SOCK_PAIR, false, longest), TCN_OK);
}

static void bind_and_connect_check_the_address_and_say_what_is_wrong(void **state) {
    struct tcn_link *link = *state;
    char address[TCN_ADDRESS_BYTES];
    struct tcn_sock_options options = options_of(TCN_SOCK_ROUTER_LOCAL);
    options.insecure_loopback = true;
    struct tcn_sock *first = open_with(link, options);
    struct tcn_sock *second = open_with(link, options);
    assert_int_equal(tcn_sock_endpoint(first, address), TCN_ABSENT);
    assert_int_equal(tcn_sock_bind(first, "tcp://10.255.255.1:5000"), TCN_CONFIG);
    assert_int_equal(tcn_sock_bind(first, "tcp://127.0.0.1:none"), TCN_CONFIG);
    assert_int_equal(tcn_sock_connect(first, "udp://127.0.0.1:5000"), TCN_CONFIG);
    assert_int_equal(tcn_sock_bind(first, "tcp://127.0.0.1:*"), TCN_OK);
    assert_int_equal(tcn_sock_endpoint(first, address), TCN_OK);
    assert_int_equal(tcn_sock_bind(second, address), TCN_LOCKED);
    assert_int_equal(tcn_sock_disconnect(second, address), TCN_ABSENT);
    assert_int_equal(tcn_sock_unbind(second, address), TCN_ABSENT);
    assert_int_equal(tcn_sock_unbind(first, address), TCN_OK);
    assert_int_equal(tcn_sock_connect(second, address), TCN_OK);
    assert_int_equal(tcn_sock_disconnect(second, address), TCN_OK);
    tcn_sock_close(&first);
    tcn_sock_close(&second);
    tcn_sock_close(&second);
    tcn_sock_close(NULL);
}

static void the_last_socket_of_the_link_is_the_limit(void **state) {
    (void)state;
    struct tcn_link *link = NULL;
    struct tcn_sock *socks[4] = {0};
    struct tcn_sock_options options = options_of(TCN_SOCK_PAIR);
    assert_int_equal(tcn_link_open(1, 3, &link), TCN_OK);
    size_t count = 0;
    while (count < COUNT_OF(socks) && tcn_sock_open(link, &options, &socks[count]) == TCN_OK) {
        count++;
    }
    assert_int_equal(count, 3);
    assert_int_equal(tcn_sock_open(link, &options, &socks[3]), TCN_LIMIT);
    assert_int_equal(tcn_link_sock_count(link), 3);
    for (size_t i = 0; i < count; i++) {
        tcn_sock_close(&socks[i]);
    }
    assert_int_equal(tcn_link_sock_count(link), 0);
    tcn_link_close(&link);
    assert_null(link);
}

static void every_call_on_a_link_that_is_shut_down_says_closed(void **state) {
    (void)state;
    struct tcn_link *link = NULL;
    struct tcn_parts parts;
    struct tcn_poller poller;
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    const struct tcn_slice frame = tcn_slice_text("late");
    assert_int_equal(tcn_link_open(1, 10, &link), TCN_OK);
    struct tcn_sock *sock = open_role(link, TCN_SOCK_DEALER_LOCAL);
    tcn_parts_init(&parts);
    tcn_poller_init(&poller);
    assert_int_equal(tcn_poller_add(&poller, sock, TCN_POLL_IN, 1), TCN_OK);
    tcn_link_shutdown(link);
    assert_int_equal(tcn_poller_wait(&poller, TCN_POLLER_FOREVER, ready, &count), TCN_CLOSED);
    assert_int_equal(tcn_sock_recv(sock, &parts), TCN_CLOSED);
    assert_int_equal(tcn_sock_send(sock, &frame, 1), TCN_CLOSED);
    assert_int_equal(tcn_sock_bind(sock, "inproc://late"), TCN_CLOSED);
    struct tcn_sock_options options = options_of(TCN_SOCK_PAIR);
    struct tcn_sock *other = NULL;
    assert_int_equal(tcn_sock_open(link, &options, &other), TCN_CLOSED);
    tcn_sock_close(&sock);
    tcn_link_close(&link);
}

static int link_setup(void **state) {
    struct tcn_link *link = NULL;
    assert_int_equal(tcn_link_open(1, 100, &link), TCN_OK);
    *state = link;
    return 0;
}

static int link_teardown(void **state) {
    struct tcn_link *link = *state;
    tcn_link_close(&link);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_outside_its_bounds_is_a_wrong_configuration),
        cmocka_unit_test_setup_teardown(options_that_do_not_fit_the_role_open_nothing, link_setup,
                                        link_teardown),
        cmocka_unit_test(an_address_that_the_role_may_not_use_is_refused),
        cmocka_unit_test_setup_teardown(bind_and_connect_check_the_address_and_say_what_is_wrong,
                                        link_setup, link_teardown),
        cmocka_unit_test(the_last_socket_of_the_link_is_the_limit),
        cmocka_unit_test(every_call_on_a_link_that_is_shut_down_says_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
