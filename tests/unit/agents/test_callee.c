/* SPDX-License-Identifier: Apache-2.0 */
/* The broker's next transport key comes in a bundle that the collector signed, and in no other way;
 * then the agent finds a broker that has it. */
#include "bench.h"

/* Long enough for some calls: a dealer rests 1.2 s at most. */
#define IN_VAIN_NS (2 * TCN_SECOND_NS)

/* The broker is started again at its address, with other keys. */
static void ear_restart(struct ear *ear, const struct tcn_key_set *broker) {
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_ROUTER_SERVER,
        .secret_key = broker->transport.secret,
        .zap_domain = "tocsin",
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .hwm = 1000,
    };
    const int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    enum tcn_status status = TCN_LOCKED;
    tcn_poller_remove(&ear->poller, ear->sock);
    while (status == TCN_LOCKED) { /* its address goes a moment after it */
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        tcn_sock_close(&ear->sock);
        assert_int_equal(tcn_sock_open(ear->link, &options, &ear->sock), TCN_OK);
        status = tcn_sock_bind(ear->sock, ear->district->broker_endpoint);
    }
    assert_int_equal(status, TCN_OK);
    assert_int_equal(tcn_poller_add(&ear->poller, ear->sock, TCN_POLL_IN, 0), TCN_OK);
    ear->may_leave = true;
}

/* Offers a bundle that tells of both keys, signed by somebody; gives the broker's next keys. */
static void tell(struct bench *bench, const struct tcn_signing_key *signer,
                 struct tcn_key_set *out_next) {
    struct district *district = bench->district;
    assert_int_equal(tcn_key_set_make(tcn_slice_text("broker"), false, out_next), TCN_OK);
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
    welcome.bundle_version = 2;
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &welcome);
    while (bench->ear.bundle_ask_count == 0) {
        assert_int_not_equal(ear_next(&bench->ear, PATIENCE_NS), TCN_KIND_NONE);
    }
    district->bundle.version = 2;
    district->bundle.brokers =
        (struct tcn_broker_keys){.list = {{.key = out_next->transport.public_key},
                                          {district->broker.transport.public_key, INT64_MAX}},
                                 .count = 2};
    const struct tcn_slice bytes = bundle_bytes(district, signer);
    ear_send(&bench->ear, TCN_LANE_ROUTINE, TCN_KIND_BUNDLE, 0,
             tcn_slice_of(bytes.data + 4, bytes.size - 68),
             tcn_slice_of(bytes.data + bytes.size - 64, 64));
    (void)office_ask(&bench->office, REPORT "}}"); /* the chunk comes after the bundle went */
    (void)ear_await_chunk(&bench->ear);
}

static void a_key_that_the_collector_told_of_leads_to_the_broker_that_has_it(void **state) {
    struct bench *bench = *state;
    struct tcn_key_set next;
    tell(bench, &bench->district->collector.signing, &next);
    ear_restart(&bench->ear, &next);
    ear_greet(&bench->ear, TCN_LANE_ROUTINE);
    ear_restart(&bench->ear, &bench->district->broker); /* and back, while both are good */
    ear_greet(&bench->ear, TCN_LANE_ROUTINE);
    ear_restart(&bench->ear, &next);
    start_again(bench); /* what it was told is in its outbox */
    ear_greet(&bench->ear, TCN_LANE_ROUTINE);
    tcn_key_set_fini(&next);
}

static void a_key_that_somebody_else_told_of_leads_nowhere(void **state) {
    struct bench *bench = *state;
    struct tcn_key_set next;
    tell(bench, &bench->district->office.signing, &next);
    ear_restart(&bench->ear, &next);
    assert_int_equal(ear_next(&bench->ear, IN_VAIN_NS), TCN_KIND_NONE);
    ear_restart(&bench->ear, &bench->district->broker);
    ear_greet(&bench->ear, TCN_LANE_ROUTINE);
    tcn_key_set_fini(&next);
}

static void a_configured_key_is_tried_though_a_bundle_tells_of_another(void **state) {
    struct bench *bench = *state;
    struct district *district = bench->district;
    struct tcn_key_set next;
    assert_int_equal(tcn_key_set_make(tcn_slice_text("broker"), false, &next), TCN_OK);
    ear_greet(&bench->ear, TCN_LANE_ROUTINE);
    district->bundle.brokers = (struct tcn_broker_keys){
        .list = {{.key = district->broker.transport.public_key}}, .count = 1};
    write_file(district->bundle_file, bundle_bytes(district, &district->collector.signing));
    ear_restart(&bench->ear, &next);
    start_again(bench);
    assert_int_equal(ear_next(&bench->ear, IN_VAIN_NS), TCN_KIND_NONE);
    district->config.broker_transport_key = next.transport.public_key; /* the way back */
    start_again(bench);
    ear_greet(&bench->ear, TCN_LANE_ROUTINE);
    tcn_key_set_fini(&next);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_key_that_the_collector_told_of_leads_to_the_broker_that_has_it),
        TEST(a_key_that_somebody_else_told_of_leads_nowhere),
        TEST(a_configured_key_is_tried_though_a_bundle_tells_of_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
