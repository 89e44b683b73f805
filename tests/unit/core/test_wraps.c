/* SPDX-License-Identifier: Apache-2.0 */
/* Who gets a wrap of which text. */
#include "core/wraps.h"

#include "testlib/regime.h"
#include "trace.h"

#define PLACE "520502100001"
#define FAR_PLACE "110101001000"

static const struct tcn_seal_rule rules[] = {
    {.id = "narrative",
     .compartment = TCN_COMPARTMENT_NARRATIVE,
     .fields = TCN_SEAL_NARRATIVE,
     .wraps = TCN_SEAL_OWNER | TCN_SEAL_CO_RECIPIENTS | TCN_SEAL_ESCROW},
    {.id = "contact",
     .compartment = TCN_COMPARTMENT_CONTACT,
     .fields = TCN_SEAL_CONTACT | TCN_SEAL_PLACE,
     .wraps = TCN_SEAL_OWNER},
    {.id = "child.contact",
     .domains = {.ids = {"child", "care"}, .count = 2},
     .compartment = TCN_COMPARTMENT_CONTACT,
     .fields = TCN_SEAL_CONTACT | TCN_SEAL_PLACE,
     .wraps = TCN_SEAL_OWNER | TCN_SEAL_CO_RECIPIENTS},
    {.id = "accused",
     .domains = {.ids = {"child"}, .count = 1},
     .compartment = TCN_COMPARTMENT_ACCUSED,
     .fields = TCN_SEAL_ACCUSED,
     .wraps = TCN_SEAL_OWNER | TCN_SEAL_CO_RECIPIENTS},
    /* Nothing that a policy may say, and no use to who says it all the same. */
    {.id = "guarded",
     .is_guarded = true,
     .compartment = TCN_COMPARTMENT_NARRATIVE,
     .fields = TCN_SEAL_NARRATIVE,
     .wraps = TCN_SEAL_WRAPS},
};

static const struct tcn_sealing sealing = {.rules = rules, .rule_count = COUNT_OF(rules)};

static struct tcn_event report_of(const char *domain, const char *division) {
    return (struct tcn_event){.format = TCN_EVENT_FORMAT,
                              .act = TCN_ACT_REPORTED,
                              .mode = TCN_MODE_ACTUAL,
                              .domain = tcn_slice_text(domain),
                              .division = tcn_slice_text(division),
                              .learned_ns = 1000,
                              .concerns = TCN_CONCERNS_NOBODY};
}

/** Each kind of text with the organs that read it, an escrow behind a plus. */
static void expect_wraps(const struct tcn_sealing *with, const struct tcn_event *event,
                         const char *expected) {
    struct trace trace = {.size = 0};
    struct tcn_policy policy = regime;
    struct tcn_route route;
    policy.sealing = with;
    tcn_route(&policy, event, &route);
    for (uint32_t kind = 1; kind <= TCN_COMPARTMENTS_MAX; kind++) {
        const struct tcn_wraps_asked asked = {.policy = &policy,
                                              .route = &route,
                                              .domain = event->domain,
                                              .kind = (enum tcn_compartment_kind)kind};
        struct tcn_wraps wraps;
        tcn_wraps_of(&asked, &wraps);
        trace_add(&trace, "%s%s:", kind > 1 ? " " : "", tcn_compartment_name(asked.kind));
        for (uint32_t i = 0; i < wraps.count; i++) {
            const bool is_escrow = wraps.has_escrow && i + 1 == wraps.count;
            trace_add(&trace, "%s%u", is_escrow ? "+" : i > 0 ? "," : "", wraps.organs[i]);
        }
    }
    trace_expect(&trace, expected);
}

static void a_guarded_text_is_wrapped_for_its_list_alone_whatever_the_policy_says(void **state) {
    (void)state;
    static const enum tcn_concerns kinds[] = {TCN_CONCERNS_UNIT, TCN_CONCERNS_UNKNOWN};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        for (uint32_t k = 0; k < regime.domain_count; k++) {
            struct tcn_event event = report_of(regime.domains[k].id, PLACE);
            event.concerns = kinds[i];
            expect_wraps(&sealing, &event, "contact:4,1 narrative:4,1 accused:4,1 informant:4,1");
        }
    }
    /* A list that keeps a matter from the desk keeps its texts from the escrow too. */
    struct tcn_event event = report_of("", "");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = SAFETY;
    event.guard_organ_count = 1;
    expect_wraps(&sealing, &event, "contact:2 narrative:2 accused:2 informant:2");
}

static void each_text_is_wrapped_for_those_whom_its_rule_names(void **state) {
    (void)state;
    static const struct {
        const char *domain, *division, *expected;
    } rows[] = {
        {"danger", PLACE, "contact:2 narrative:2,3+1 accused:2+1 informant:2+1"},
        {"child", PLACE, "contact:2,3 narrative:2,3+1 accused:2,3 informant:2+1"},
        {"pipe", PLACE, "contact:3 narrative:3+1 accused:3+1 informant:3+1"},
        /* The desk leads where the place is not known: it reads as one who acts. */
        {"danger", FAR_PLACE, "contact:2,1 narrative:2,3,1 accused:2,1 informant:2,1"},
        {"unheard", PLACE, "contact:1 narrative:1 accused:1 informant:1"},
        {"orphaned", PLACE, "contact:1 narrative:1 accused:1 informant:1"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_event event = report_of(rows[i].domain, rows[i].division);
        expect_wraps(&sealing, &event, rows[i].expected);
    }
}

static void a_policy_without_rules_wraps_for_whoever_is_told(void **state) {
    (void)state;
    struct tcn_event event = report_of("danger", PLACE);
    expect_wraps(NULL, &event, "contact:2,3 narrative:2,3 accused:2,3 informant:2,3");
    event = report_of("unheard", PLACE);
    expect_wraps(NULL, &event, "contact:1 narrative:1 accused:1 informant:1");
}

static void the_widest_report_has_room_for_its_escrow(void **state) {
    (void)state;
    struct tcn_route route = {.recipient_count = 1 + TCN_DOMAIN_RECIPIENTS_MAX};
    struct tcn_policy policy = regime;
    struct tcn_wraps wraps;
    policy.sealing = &sealing;
    for (uint32_t i = 0; i < route.recipient_count; i++) {
        route.recipients[i] = (struct tcn_recipient){
            (uint16_t)(20 + i), i == 0 ? TCN_REASON_OWNER : TCN_REASON_CO_RECIPIENT};
    }
    const struct tcn_wraps_asked asked = {
        .policy = &policy, .route = &route, .kind = TCN_COMPARTMENT_NARRATIVE};
    tcn_wraps_of(&asked, &wraps);
    assert_int_equal(wraps.count, TCN_WRAPS_MAX);
    assert_true(wraps.has_escrow);
    assert_int_equal(wraps.organs[TCN_WRAPS_MAX - 1], DESK);
    assert_false(tcn_wraps_add(&wraps, 99)); /* no room: left out */
    assert_int_equal(wraps.count, TCN_WRAPS_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guarded_text_is_wrapped_for_its_list_alone_whatever_the_policy_says),
        cmocka_unit_test(each_text_is_wrapped_for_those_whom_its_rule_names),
        cmocka_unit_test(a_policy_without_rules_wraps_for_whoever_is_told),
        cmocka_unit_test(the_widest_report_has_room_for_its_escrow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
