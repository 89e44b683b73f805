/* SPDX-License-Identifier: Apache-2.0 */
/* The door of a real broker: what a machine without a row can do there, and what it cannot. */
#include "house.h"

#define IN_VAIN_NS (300 * TCN_MS_NS)

static int door_setup(void **state) {
    struct house *house = NULL;
    const int code = house_setup(state);
    house = *state;
    (void)house_stop(house);
    house->has_door = true;
    assert_int_equal(house_start(house), TCN_OK);
    return code;
}

static void a_guest_says_enrol_once_with_the_key_that_it_came_with(void **state) {
    struct house *house = *state;
    char door[TCN_ADDRESS_BYTES] = {0};
    struct tcn_key_set keys = stranger_keys();
    house_open_for_peers(house);
    await_door(house, door);
    struct tcn_sock *guest = house_connect(house, &keys, door);
    send_kind(guest, TCN_KIND_ENROL, 7, "a claim");
    assert_int_equal(recv_stamped(house, house->collector), TCN_KIND_ENROL);
    assert_true(is_body(house, "a claim"));
    assert_int_equal(house->stamp.principal, 0);
    assert_int_not_equal(house->stamp.connection, 0);
    assert_memory_equal(&house->stamp.guest_key, &keys.transport.public_key,
                        sizeof(keys.transport.public_key));
    const struct tcn_stamp stamp = house->stamp;
    send_kind(guest, TCN_KIND_ENROL, 8, "again");
    assert_false(recv_within(house, house->collector, IN_VAIN_NS));
    /* One answer, of a kind that a guest may hear, and to the guest that it is for. */
    struct tcn_stamp other = stamp;
    other.connection ^= 1;
    send_down(house->collector, other, TCN_KIND_ENROLLED, "to nobody");
    send_down(house->collector, stamp, TCN_KIND_ITEMS, "not for a guest");
    send_down(house->collector, stamp, TCN_KIND_ENROLLED, "your row");
    send_down(house->collector, stamp, TCN_KIND_ENROLLED, "twice");
    assert_true(recv_within(house, guest, PATIENCE_NS));
    assert_true(is_body(house, "your row"));
    assert_false(recv_within(house, guest, IN_VAIN_NS));
    tcn_key_set_fini(&keys);
}

static void at_the_door_nothing_else_passes(void **state) {
    struct house *house = *state;
    char door[TCN_ADDRESS_BYTES] = {0};
    struct tcn_key_set keys = stranger_keys();
    uint8_t large[TCN_DOOR_BYTES_MAX] = {1};
    house_open_for_peers(house);
    await_door(house, door);
    struct tcn_sock *guest = house_connect(house, &keys, door);
#define SAY(name, number, direction, word)                                                         \
    if (TCN_KIND_##name != TCN_KIND_ENROL) {                                                       \
        send_kind(guest, TCN_KIND_##name, 1, "nothing");                                           \
    }
    TCN_KIND_LIST(SAY)
#undef SAY
    send_frames(guest, (struct tcn_slice[]){tcn_slice_of(large, sizeof(large) - 1)}, 1);
    /* Nor does an office at the door say more than a stranger, though its key is listed. */
    struct tcn_sock *office = house_connect(house, &house->forge->keys[TCN_FORGE_AGENT_A], door);
    send_kind(office, TCN_KIND_ASK, 1, "nothing");
    assert_false(recv_within(house, house->collector, IN_VAIN_NS));
    send_kind(office, TCN_KIND_ENROL, 1, "a claim");
    assert_int_equal(recv_stamped(house, house->collector), TCN_KIND_ENROL);
    assert_int_equal(house->stamp.principal, 0);
    assert_int_equal(house_stop(house), TCN_OK);
    assert_true(log_has(house, "door: 1 claims, 0 busy"));
    tcn_key_set_fini(&keys);
}

static void a_stranger_that_may_enrol_may_not_come_in_elsewhere(void **state) {
    struct house *house = *state;
    char door[TCN_ADDRESS_BYTES] = {0};
    struct tcn_key_set keys = stranger_keys();
    house_open_for_peers(house);
    await_door(house, door);
    struct tcn_sock *at_front = house_connect(house, &keys, house->front);
    struct tcn_sock *at_back = house_connect(house, &keys, house->back);
    assert_false(await_events(at_front, TCN_POLL_OUT, IN_VAIN_NS));
    assert_false(await_events(at_back, TCN_POLL_OUT, IN_VAIN_NS));
    tcn_key_set_fini(&keys);
}

static void only_the_collector_in_charge_answers_a_guest(void **state) {
    struct house *house = *state;
    char door[TCN_ADDRESS_BYTES] = {0};
    struct tcn_key_set keys = stranger_keys();
    house_open_for_peers(house);
    await_door(house, door);
    struct tcn_sock *guest = house_connect(house, &keys, door);
    send_kind(guest, TCN_KIND_ENROL, 7, "a claim");
    assert_int_equal(recv_stamped(house, house->collector), TCN_KIND_ENROL);
    const struct tcn_stamp stamp = house->stamp;
    struct tcn_sock *office =
        house_connect(house, &house->forge->keys[TCN_FORGE_AGENT_A], house->back);
    send_down(office, stamp, TCN_KIND_ENROLLED, "forged");
    assert_false(recv_within(house, guest, IN_VAIN_NS));
    send_down(house->collector, stamp, TCN_KIND_REFUSE, "no");
    assert_true(recv_within(house, guest, PATIENCE_NS));
    assert_true(is_body(house, "no"));
    tcn_key_set_fini(&keys);
}

static void a_door_is_tcp_or_it_is_not_opened(void **state) {
    struct house *house = *state;
    const struct tcn_broker_options options = {.front = "tcp://127.0.0.1:*",
                                               .back = "tcp://127.0.0.1:*",
                                               .door = "ipc://door",
                                               .keys = &house->broker_keys,
                                               .rss_bytes_max = RSS_ENOUGH,
                                               .logger = &house->logger};
    struct tcn_broker *broker = NULL;
    assert_int_equal(tcn_broker_open(&options, &broker), TCN_CONFIG);
    assert_null(broker);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, door_setup, house_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_guest_says_enrol_once_with_the_key_that_it_came_with),
        TEST(at_the_door_nothing_else_passes),
        TEST(a_stranger_that_may_enrol_may_not_come_in_elsewhere),
        TEST(only_the_collector_in_charge_answers_a_guest),
        TEST(a_door_is_tcp_or_it_is_not_opened),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
