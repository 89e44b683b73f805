/* SPDX-License-Identifier: Apache-2.0 */
/* Ports of programs that listen: below those that the kernel gives to connections. */
#include "cli/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void a_range_that_is_none_has_no_low(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint16_t low;
    } rows[] = {
        {"", 0},          {"many\t60999", 0},    {"0\t60999", 0},           {"65536\t70000", 0},
        {"-1\t60999", 0}, {"1024\t65535", 1024}, {"32768\t60999\n", 32768},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(tcn_ports_low(rows[i].text), rows[i].low);
    }
}

static void a_port_of_connections_is_told_from_others(void **state) {
    (void)state;
    static const struct {
        const char *range;
        const char *reserved;
        uint16_t port;
        bool is_given;
    } rows[] = {
        {"", "", 40000, false},
        {"many", "", 40000, false},
        {"32768\t60999\n", "\n", 32767, false},
        {"32768\t60999\n", "\n", 32768, true},
        {"32768\t60999\n", "\n", 60999, true},
        {"32768\t60999\n", "\n", 61000, false},
        {"32768\t60999\n", "39999,40001-40010\n", 40000, true},
        {"32768\t60999\n", "39999,40000\n", 40000, false},
        {"32768\t60999\n", "30000-39999,40000-40010\n", 40000, false},
        {"32768\t60999\n", "40000-\n", 40000, false},
        {"32768\t60999\n", ",40000\n", 40000, true}, /* the kernel does not write that */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const bool found = tcn_ports_is_given(rows[i].range, rows[i].reserved, rows[i].port);
        assert_int_equal(found, rows[i].is_given);
    }
}

static void more_than_it_can_hold_are_refused(void **state) {
    (void)state;
    uint16_t ports[TCN_PORTS_MAX + 1] = {7};
    assert_int_equal(tcn_ports_take(32768, 0, TCN_PORTS_MAX + 1, ports), TCN_TOOBIG);
    assert_int_equal(ports[0], 7);
}

static bool is_new(const uint16_t *ports, size_t index) {
    for (size_t other = 0; other < index; other++) {
        if (ports[other] == ports[index]) {
            return false;
        }
    }
    return true;
}

static void expect_below(uint16_t low, uint64_t chance) {
    uint16_t ports[TCN_PORTS_MAX];
    assert_int_equal(tcn_ports_take(low, chance, TCN_PORTS_MAX, ports), TCN_OK);
    for (size_t i = 0; i < TCN_PORTS_MAX; i++) {
        assert_in_range(ports[i], 20000, low - 1);
        assert_true(is_new(ports, i));
    }
}

static void they_differ_and_lie_below_those_of_connections(void **state) {
    (void)state;
    static const uint16_t lows[] = {21001, 32768, 65535};
    for (size_t row = 0; row < sizeof lows / sizeof lows[0]; row++) {
        for (uint64_t chance = 990; chance < 1010; chance++) { /* over the end of the least room */
            expect_below(lows[row], chance);
        }
    }
}

static void where_there_is_no_room_below_the_kernel_chooses(void **state) {
    (void)state;
    static const uint16_t lows[] = {0, 1024, 20000, 21000};
    for (size_t row = 0; row < sizeof lows / sizeof lows[0]; row++) {
        uint16_t ports[2] = {0};
        assert_int_equal(tcn_ports_take(lows[row], 0, 2, ports), TCN_OK);
        assert_true(ports[0] != 0 && ports[1] != 0 && ports[0] != ports[1]);
    }
}

static void one_that_is_held_is_passed_over(void **state) {
    (void)state;
    uint16_t ports[1] = {0};
    assert_int_equal(tcn_ports_take(32768, 5000, 1, ports), TCN_OK);
    const uint16_t held = ports[0];
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(held), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(tcn_ports_take(32768, held - 20000u, 1, ports), TCN_OK);
    assert_int_not_equal(ports[0], held);
    assert_int_equal(close(descriptor), 0);
}

static void this_machine_has_some(void **state) {
    (void)state;
    uint16_t ports[3] = {0};
    assert_int_equal(tcn_ports_take_here(3, ports), TCN_OK);
    assert_true(ports[0] != 0 && ports[1] != 0 && ports[2] != 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_that_is_none_has_no_low),
        cmocka_unit_test(a_port_of_connections_is_told_from_others),
        cmocka_unit_test(more_than_it_can_hold_are_refused),
        cmocka_unit_test(they_differ_and_lie_below_those_of_connections),
        cmocka_unit_test(where_there_is_no_room_below_the_kernel_chooses),
        cmocka_unit_test(one_that_is_held_is_passed_over),
        cmocka_unit_test(this_machine_has_some),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
