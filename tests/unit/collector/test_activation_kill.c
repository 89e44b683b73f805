/* SPDX-License-Identifier: Apache-2.0 */
/* A collector is killed at each call that writes, while another policy comes into force: when it
 * starts again the old one or the new one is, whole, and it comes to the new one. */
/* ctest-uses: query core store wire link seal */
/* ctest-wraps: rename link fsync fdatasync unlink unlinkat rmdir mkdir write pwrite ftruncate */
/* ctest-wraps: mdb_txn_commit mdb_env_copy2 */
#include "activation_test.h"
#include "query/audit.h"
#include "testlib/last_call.h"

#define CALLS_MAX 64 /* an activation has some twenty */

/* The start of a collector, of the child's own, and the activation. */
static void activate(void *context) {
    struct bench *bench = context;
    last_call_begin();
    open_bench(bench, false);
    if (!turn(bench)) {
        _exit(2);
    }
    close_bench(bench);
}

/* A log of its own for each call. Gives whether the child was killed. */
static bool is_killed_at(uint32_t call, bool *out_is_new) {
    void *state = NULL;
    struct tcn_audit_report report;
    struct other_policy other;
    assert_int_equal(set_up(&state), 0);
    struct bench *bench = state;
    const uint64_t version = bench->house.charter.policy.version;
    make_other(&bench->house.charter.policy, &other);
    assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &other.policy), TCN_OK);
    close_bench(bench);
    const bool is_killed = last_call_dies(activate, bench, call);
    open_bench(bench, false);
    const uint64_t found = version_on_disk(bench);
    assert_true(found == version || found == version + 1);
    *out_is_new = found != version;
    assert_int_equal(turn(bench), !*out_is_new);
    assert_int_equal(version_on_disk(bench), version + 1);
    assert_false(has_file(bench, TCN_ACTIVATION_NEXT));
    assert_false(has_file(bench, TCN_ACTIVATION_REFUSED));
    assert_int_equal(tcn_audit_run(bench->house.log, &bench->house.charter, &report), TCN_OK);
    assert_int_equal(tear_down(&state), 0);
    return is_killed;
}

static void killed_at_any_call_the_old_policy_or_the_new_is_in_force(void **state) {
    (void)state;
    bool was_new = false;
    bool is_killed = true;
    uint32_t old_count = 0;
    uint32_t call = 0;
    while (is_killed) {
        bool is_new = false;
        assert_true(++call < CALLS_MAX);
        is_killed = is_killed_at(call, &is_new);
        assert_true(is_new || !was_new); /* what is committed is not taken back */
        was_new = is_new;
        old_count += is_new ? 0 : 1;
    }
    assert_true(was_new);
    assert_true(old_count > 0 && call > old_count + 1); /* both sides were met */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_at_any_call_the_old_policy_or_the_new_is_in_force),
    };
    return cmocka_run_group_tests_name("activation_kill", tests, NULL, NULL);
}
