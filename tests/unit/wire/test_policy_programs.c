/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of placements, as a policy carries them. */
#include "all.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/** A policy whose programs may be spoiled. */
struct spoiled {
    struct tcn_policy policy;
    struct tcn_plans plans;
    struct tcn_program programs[TCN_PROGRAMS_MAX + 1];
};

static struct spoiled spoiled;
static uint8_t room[TCN_POLICY_BYTES_MAX];

static void spoil_begin(void) {
    memset(&spoiled, 0, sizeof(spoiled));
    spoiled.policy = sample_policy();
    spoiled.plans = sample_plans;
    memcpy(spoiled.programs, sample_programs, sizeof(sample_programs));
    spoiled.plans.programs = spoiled.programs;
    spoiled.policy.plans = &spoiled.plans;
}

/** Encodes the policy as it stands. */
static enum tcn_status encode(struct tcn_slice *out_bytes) {
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    return tcn_wire_policy_encode(&spoiled.policy, &writer, out_bytes);
}

/* Spoils one field and expects that the policy is not written. */
#define BAD(field_, value_)                                                                        \
    do {                                                                                           \
        struct tcn_slice bytes_;                                                                   \
        spoil_begin();                                                                             \
        spoiled.programs[0].field_ = (value_);                                                     \
        assert_int_equal(encode(&bytes_), TCN_BAD_VALUE);                                          \
    } while (0)

static void what_a_program_cannot_be_is_not_written(void **state) {
    (void)state;
    struct tcn_slice bytes;
    BAD(id[0], '\0');
    BAD(domain[0], '\0');
    BAD(domain[6], '\0'); /* "hazard", which is of another procedure */
    BAD(payer[0], 'x');
    BAD(approves_late[0], 'x');
    BAD(confirms[1][0], 'x');
    BAD(confirm_count, 0);
    BAD(confirm_count, TCN_PROGRAM_ORGANS_MAX + 1);
    BAD(monthly_max_fen, 1); /* less than the least */
    BAD(monthly_max_fen, TCN_PROGRAM_FEN_MAX + 1);
    BAD(worker_fen, TCN_PROGRAM_FEN_MAX + 1);
    BAD(firm_fen, TCN_PROGRAM_FEN_MAX + 1);
    BAD(village_fen, TCN_PROGRAM_FEN_MAX + 1);
    BAD(per_metres, 0); /* then no metres either */
    BAD(per_metres, TCN_PROGRAM_METRES_MAX + 1);
    BAD(metres_max, 0);
    BAD(metres_max, TCN_PROGRAM_METRES_MAX + 1);
    BAD(months, 0);
    BAD(months, TCN_PROGRAM_MONTHS_MAX + 1);
    BAD(proof_days, 0);
    BAD(proof_days, TCN_PROGRAM_DAYS_MAX + 1);
    BAD(remind_days, 0);
    BAD(remind_days, TCN_PROGRAM_DAYS_MAX + 1);
    BAD(confidence, 0);
    BAD(confidence, TCN_PLAN_PROPOSAL + 1);
    spoil_begin();
    spoiled.plans.program_count = TCN_PROGRAMS_MAX + 1;
    assert_int_equal(encode(&bytes), TCN_TOOBIG);
    spoil_begin();
    spoiled.programs[1] = sample_programs[0];
    spoiled.plans.program_count = 2;
    spoiled.programs[1].id[0] = 'x';
    assert_int_equal(encode(&bytes), TCN_BAD_VALUE); /* one domain of two programs */
}

static void programs_keep_every_field(void **state) {
    (void)state;
    struct tcn_slice bytes;
    struct tcn_arena arena;
    struct tcn_policy found;
    spoil_begin();
    assert_int_equal(encode(&bytes), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, TCN_POLICY_ARENA_BYTES(bytes.size)), TCN_OK);
    assert_int_equal(tcn_wire_policy_decode(bytes, &arena, &found), TCN_OK);
    assert_int_equal(found.plans->program_count, 1);
    assert_memory_equal(found.plans->programs, sample_programs, sizeof(sample_programs));
    tcn_arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_program_cannot_be_is_not_written),
        cmocka_unit_test(programs_keep_every_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
