/* SPDX-License-Identifier: Apache-2.0 */
/* The door: who may come in, say one thing and be answered once. */
#include "core/door.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define START_NS INT64_C(5000000000)

/* Guest `number` says something, under a routing id of its own. */
static enum tcn_status say(struct tcn_door *door, uint32_t number, enum tcn_kind kind,
                           int64_t now_ns, uint64_t *out_number) {
    static uint32_t routing;
    routing = number;
    const struct tcn_door_input in = {.routing_id = tcn_slice_of(&routing, sizeof(routing)),
                                      .kind = kind,
                                      .bytes = 300,
                                      .now_ns = now_ns,
                                      .random = UINT64_C(1000) + number};
    return tcn_door_say(door, &in, out_number);
}

static void a_guest_says_enrol_once_and_nothing_else(void **state) {
    (void)state;
    struct tcn_door door = tcn_door_init();
    uint64_t number = 0;
    uint64_t dropped = 0;
#define TRY(name, kind_number, direction, word)                                                    \
    if (TCN_KIND_##name != TCN_KIND_ENROL) {                                                       \
        assert_int_equal(say(&door, 1, TCN_KIND_##name, START_NS, &number), TCN_DENIED);           \
        dropped++;                                                                                 \
    }
    TCN_KIND_LIST(TRY)
#undef TRY
    assert_int_equal(number, 0);
    assert_int_equal(say(&door, 1, TCN_KIND_ENROL, START_NS, &number), TCN_OK);
    assert_int_equal(number, 1001);
    assert_int_equal(say(&door, 1, TCN_KIND_ENROL, START_NS, &number), TCN_DENIED);
    assert_int_equal(door.drop_count, dropped + 1);
    tcn_door_clear(&door);
    assert_int_equal(say(&door, 1, TCN_KIND_ENROL, START_NS, &number), TCN_OK);
}

static void what_is_too_large_or_has_no_address_is_dropped(void **state) {
    (void)state;
    struct tcn_door door = tcn_door_init();
    uint8_t routing[TCN_ROUTING_BYTES_MAX + 1] = {1};
    uint64_t number = 0;
    struct tcn_door_input in = {.routing_id = tcn_slice_of(routing, 5),
                                .kind = TCN_KIND_ENROL,
                                .bytes = TCN_DOOR_BYTES_MAX + 1,
                                .now_ns = START_NS,
                                .random = 1};
    assert_int_equal(tcn_door_say(&door, &in, &number), TCN_DENIED);
    in.bytes = TCN_DOOR_BYTES_MAX;
    in.routing_id = tcn_slice_of(routing, sizeof(routing));
    assert_int_equal(tcn_door_say(&door, &in, &number), TCN_DENIED);
    in.routing_id = tcn_slice_of(routing, 0);
    assert_int_equal(tcn_door_say(&door, &in, &number), TCN_DENIED);
    in.routing_id = tcn_slice_of(routing, TCN_ROUTING_BYTES_MAX);
    assert_int_equal(tcn_door_say(&door, &in, &number), TCN_OK);
}

static void claims_come_eight_at_once_and_then_one_in_half_a_second(void **state) {
    (void)state;
    struct tcn_door door = tcn_door_init();
    uint64_t number = 0;
    uint32_t guest = 0;
    for (int i = 0; i < TCN_DOOR_CLAIMS_MAX; i++) {
        assert_int_equal(say(&door, guest++, TCN_KIND_ENROL, START_NS, &number), TCN_OK);
    }
    assert_int_equal(say(&door, guest, TCN_KIND_ENROL, START_NS, &number), TCN_BUSY);
    const int64_t later_ns = START_NS + TCN_DOOR_CLAIM_NS;
    assert_int_equal(say(&door, guest, TCN_KIND_ENROL, later_ns - 1, &number), TCN_BUSY);
    assert_int_equal(say(&door, guest++, TCN_KIND_ENROL, later_ns, &number), TCN_OK);
    assert_int_equal(say(&door, guest, TCN_KIND_ENROL, later_ns, &number), TCN_BUSY);
    /* The pace is kept over an opening: shutting the door is no way to be faster. */
    tcn_door_clear(&door);
    assert_int_equal(say(&door, guest, TCN_KIND_ENROL, later_ns, &number), TCN_BUSY);
    assert_int_equal(door.busy_count, 4);
}

static void only_so_many_are_waited_for(void **state) {
    (void)state;
    struct tcn_door door = tcn_door_init();
    uint64_t number = 0;
    int64_t now_ns = START_NS;
    for (uint32_t i = 0; i < TCN_DOOR_GUESTS_MAX; i++) {
        now_ns += TCN_DOOR_CLAIM_NS;
        assert_int_equal(say(&door, i, TCN_KIND_ENROL, now_ns, &number), TCN_OK);
    }
    now_ns += TCN_DOOR_CLAIM_NS;
    assert_int_equal(say(&door, 999, TCN_KIND_ENROL, now_ns, &number), TCN_BUSY);
}

static void an_answer_goes_to_its_guest_and_only_once(void **state) {
    (void)state;
    struct tcn_door door = tcn_door_init();
    uint64_t first = 0;
    uint64_t second = 0;
    const uint32_t routing = 2;
    assert_int_equal(say(&door, 1, TCN_KIND_ENROL, START_NS, &first), TCN_OK);
    assert_int_equal(say(&door, 2, TCN_KIND_ENROL, START_NS, &second), TCN_OK);
    assert_int_equal(tcn_door_answer(&door, 77, TCN_KIND_ENROLLED).size, 0);
    assert_int_equal(tcn_door_answer(&door, second, TCN_KIND_ITEMS).size, 0);
    const struct tcn_slice to = tcn_door_answer(&door, second, TCN_KIND_ENROLLED);
    assert_true(tcn_slice_equals(to, tcn_slice_of(&routing, sizeof(routing))));
    assert_int_equal(tcn_door_answer(&door, second, TCN_KIND_ENROLLED).size, 0);
    assert_int_equal(tcn_door_answer(&door, first, TCN_KIND_REFUSE).size, sizeof(routing));
    tcn_door_clear(&door);
    assert_int_equal(tcn_door_answer(&door, first, TCN_KIND_REFUSE).size, 0);
}

static void an_opening_is_short_and_lets_few_in(void **state) {
    (void)state;
    struct tcn_door door = tcn_door_init();
    assert_false(tcn_door_is_over(&door, INT64_MAX));
    for (uint32_t i = 0; i < TCN_DOOR_KNOCKS_MAX; i++) {
        assert_int_equal(tcn_door_knock(&door, START_NS + i), TCN_OK);
    }
    assert_int_equal(tcn_door_knock(&door, START_NS), TCN_BUSY);
    assert_false(tcn_door_is_over(&door, START_NS + TCN_DOOR_OPENING_NS - 1));
    assert_true(tcn_door_is_over(&door, START_NS + TCN_DOOR_OPENING_NS));
    tcn_door_clear(&door);
    assert_false(tcn_door_is_over(&door, INT64_MAX));
    assert_int_equal(tcn_door_knock(&door, START_NS), TCN_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_says_enrol_once_and_nothing_else),
        cmocka_unit_test(what_is_too_large_or_has_no_address_is_dropped),
        cmocka_unit_test(claims_come_eight_at_once_and_then_one_in_half_a_second),
        cmocka_unit_test(only_so_many_are_waited_for),
        cmocka_unit_test(an_answer_goes_to_its_guest_and_only_once),
        cmocka_unit_test(an_opening_is_short_and_lets_few_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
