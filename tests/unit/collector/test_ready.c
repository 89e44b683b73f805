/* SPDX-License-Identifier: Apache-2.0 */
/* A collector and a broker that has lost its registry, or will not take it: when the one offers it
 * to the other. */
/* ctest-uses: broker query core store wire link seal */
#include "district.h"

#include "link/zap.h"

/** A broker that answers each READY as the test says. */
struct doubter {
    struct tcn_link *link;
    struct tcn_zap *zap;
    struct tcn_sock *back;
    struct tcn_poller poller;
    struct tcn_parts parts;
    bool is_content; /**< it has the registry, it says */
    uint32_t bare_count;
    uint32_t full_count;
};

static enum tcn_status let_in(void *context, const char *domain,
                              const uint8_t key[TCN_CURVE_KEY_BYTES],
                              char out_user_id[TCN_USER_ID_BYTES]) {
    (void)context;
    (void)domain;
    (void)key;
    memcpy(out_user_id, "1", 2);
    return TCN_OK;
}

static void open_doubter(struct doubter *doubter, struct district *district) {
    const struct tcn_sock_options options = {.role = TCN_SOCK_ROUTER_SERVER,
                                             .secret_key = district->broker_keys.transport.secret,
                                             .zap_domain = "doubter",
                                             .frame_bytes_max = TCN_FRAME_BYTES_MAX,
                                             .message_bytes_max = (size_t)2 * TCN_FRAME_BYTES_MAX,
                                             .hwm = 64};
    tcn_parts_init(&doubter->parts);
    tcn_poller_init(&doubter->poller);
    assert_int_equal(tcn_link_open(1, 16, &doubter->link), TCN_OK);
    assert_int_equal(tcn_zap_open(doubter->link, "doubter", &doubter->zap), TCN_OK);
    assert_int_equal(tcn_sock_open(doubter->link, &options, &doubter->back), TCN_OK);
    assert_int_equal(tcn_sock_bind(doubter->back, "tcp://127.0.0.1:*"), TCN_OK);
    assert_int_equal(tcn_sock_endpoint(doubter->back, district->back), TCN_OK);
    assert_int_equal(tcn_poller_add(&doubter->poller, tcn_zap_sock(doubter->zap), TCN_POLL_IN, 1),
                     TCN_OK);
    assert_int_equal(tcn_poller_add(&doubter->poller, doubter->back, TCN_POLL_IN, 2), TCN_OK);
}

static void close_doubter(struct doubter *doubter) {
    tcn_parts_fini(&doubter->parts);
    tcn_sock_close(&doubter->back);
    tcn_zap_close(&doubter->zap);
    tcn_link_close(&doubter->link);
}

/* Takes what came next and answers it: that it has the registry, or that it lacks it. */
static void turn(struct doubter *doubter) {
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    assert_int_equal(tcn_poller_wait(&doubter->poller, WAIT_NS, ready, &count), TCN_OK);
    assert_true(count > 0);
    assert_int_equal(tcn_zap_step(doubter->zap, let_in, NULL), TCN_OK);
    while (tcn_sock_recv(doubter->back, &doubter->parts) == TCN_OK) {
        uint8_t data[TCN_HEADER_BYTES_MAX];
        struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
        struct tcn_slice frames[2] = {tcn_parts_frame(&doubter->parts, 0), {0}};
        struct tcn_header header;
        assert_int_equal(tcn_wire_header_decode(tcn_parts_frame(&doubter->parts, 1), &header),
                         TCN_OK);
        assert_int_equal(header.kind, TCN_KIND_READY);
        header.session = doubter->is_content ? header.session : 0;
        doubter->full_count += doubter->parts.count == 4;
        doubter->bare_count += doubter->parts.count == 2;
        assert_int_equal(tcn_wire_header_encode(&header, &writer, &frames[1]), TCN_OK);
        assert_int_equal(tcn_sock_send(doubter->back, frames, 2), TCN_OK);
        tcn_parts_clear(&doubter->parts);
    }
}

static void a_broker_that_lacks_the_registry_gets_it_at_once_and_then_once_a_second(void **state) {
    (void)state;
    struct district *district = calloc(1, sizeof(*district));
    struct doubter doubter = {.is_content = true};
    assert_non_null(district);
    district->place = place_make(TCN_MODE_ACTUAL);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("broker"), false, &district->broker_keys),
                     TCN_OK);
    open_doubter(&doubter, district);
    start_collector(district);
    while (doubter.bare_count == 0) {
        turn(&doubter);
    }
    assert_int_equal(doubter.full_count, 1);
    doubter.is_content = false; /* it was started again */
    doubter.bare_count = 0;
    while (doubter.bare_count == 0) {
        turn(&doubter);
    }
    const int64_t lacks_ns = tcn_clock_monotonic_ns();
    while (doubter.full_count < 2) {
        turn(&doubter);
    }
    assert_true(tcn_clock_monotonic_ns() - lacks_ns < TCN_SECOND_NS * 9 / 10);
    while (doubter.full_count < 3) { /* it does not take it */
        turn(&doubter);
    }
    assert_true(tcn_clock_monotonic_ns() - lacks_ns > TCN_SECOND_NS * 9 / 10);
    assert_int_equal(doubter.bare_count, 1);
    stop_collector(district);
    close_doubter(&doubter);
    tcn_key_set_fini(&district->broker_keys);
    place_remove(district->place);
    free(district);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broker_that_lacks_the_registry_gets_it_at_once_and_then_once_a_second),
    };
    return cmocka_run_group_tests_name("ready", tests, NULL, NULL);
}
