/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of clocks that the procedure of their matters can never start or stop, and that no rule of
 * the policy that is shipped is one.
 * ctest-uses: core */
#include "policy/triggers.h"

#include "core/procedure.h"

#include "shipped.h"
#include "small.h"

static const struct tcn_policy_reach reach = {.can_happen = tcn_procedure_can_happen,
                                              .harmed = tcn_procedure_harmed};

#define RULE(id, start, stop, more)                                                                \
    "  - {id: " id ", title_zh: a, title_en: b, unit: hours, amount: 2, owes: holder,\n"           \
    "     article: law 1, confidence: H, start: [" start "], stop: [" stop "]" more "}\n"
#define CLOCK(start, stop, more) "clocks:\n" RULE("reply", start, stop, more)
#define NEVER(place, field, what, word)                                                            \
    "clocks.yaml:3:" place ": clocks[1]." field ": unknown " what                                  \
    " of a matter that the clock is for \"" word "\"; "

/* "theft" is a hazard, of which harm makes an accident; "noise" is a general matter. */
static const struct {
    const char *text;
    const char *told;
} rows[] = {
    {CLOCK("reported", "replied", ""), ""},
    {CLOCK("reported", "replied, closed", ", domains: [noise]"), ""},
    {CLOCK("reported", "passed, replied", ", domains: [theft, noise]"), ""},
    {CLOCK("case_filed", "replied", ""), NEVER("45", "start", "act", "case_filed") "expected one "},
    {CLOCK("reported, case_filed", "replied", ", domains: [noise]"),
     NEVER("55", "start", "act", "case_filed")},
    {CLOCK("reported", "case_filed", ""), NEVER("63", "stop", "act", "case_filed")},
    {CLOCK("reported", "replied>review", ""), NEVER("63", "stop", "way", "replied>review")},
    {CLOCK("reported", "replied:late>review", ""),
     NEVER("63", "stop", "way", "replied:late>review")},
    {CLOCK("reported", "graded, replied", ", domains: [noise], procedure: general"),
     NEVER("63", "stop", "act", "graded") "the nearest valid word is "},
    {CLOCK("reported", "passed", ", domains: [theft, noise]"),
     "clocks.yaml:3:62: clocks[1].stop: expected what can happen to a matter of each domain that "
     "the clock names: in \"noise\" nothing of it does, so there it would never stop\n"},
    {CLOCK("reported", "replied", ", domains: [noise], pause: suspended, resume: case_filed"),
     NEVER("98", "pause", "act", "suspended")},
    {CLOCK("reported", "replied", "")
         RULE("rest", "case_filed", "case_filed:x, replied", ", enabled: false"),
     ""}, /* it is off */
};

static void a_rule_that_nothing_can_start_or_stop_is_told(void **state) {
    uint32_t wrong_count = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_policy_source *source = NULL;
        put_good();
        put_text(CLOCKS, rows[i].text);
        if (tcn_policy_read(folder, &source, &errors) != TCN_OK) {
            fail_msg("row %zu is wrong otherwise: %s", i, all_told());
        }
        tcn_policy_check_triggers(source, &reach, &errors);
        const bool is_told = rows[i].told[0] == '\0'
                                 ? errors.count == 0
                                 : strncmp(all_told(), rows[i].told, strlen(rows[i].told)) == 0;
        if (!is_told || getenv("TOCSIN_SHOW") != NULL) {
            printf("row %zu, wanted\n%sgot\n%s\n", i, rows[i].told, all_told());
        }
        wrong_count += is_told ? 0 : 1;
        tcn_policy_destroy(&source);
    }
    assert_int_equal(wrong_count, 0);
}

static void every_rule_that_is_shipped_can_start_and_stop(void **state) {
    void *source = NULL;
    (void)state;
    assert_int_equal(shipped_read(&source), 0);
    struct tcn_policy_source *policy = source;
    tcn_policy_check_triggers(policy, &reach, &errors);
    assert_int_equal(errors.count, 0);
    tcn_policy_destroy(&policy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_rule_that_nothing_can_start_or_stop_is_told, make_folder,
                                        remove_folder),
        cmocka_unit_test(every_rule_that_is_shipped_can_start_and_stop),
    };
    return cmocka_run_group_tests_name("triggers", tests, NULL, NULL);
}
