/* SPDX-License-Identifier: Apache-2.0 */
/* The policy that is shipped beside the procedures: what starts and stops a clock can happen to a
 * matter of each domain that the clock is for, and what an act has to say can be said there.
 * ctest-uses: core */
#include "core/procedure.h"

#include "shipped.h"

/** Rows that answer for a kind, its own first. */
struct rows {
    const struct tcn_procedure_row *rows;
    size_t count;
};

static struct rows own_of(enum tcn_procedure_kind kind) {
    const struct tcn_procedure *procedure = tcn_procedure_of(kind);
    return (struct rows){procedure->rows, procedure->row_count};
}

static struct rows shared_rows(void) {
    struct rows rows = {NULL, 0};
    rows.rows = tcn_procedure_shared_rows(&rows.count);
    return rows;
}

/** True when a row lets the act be done, and leaves the matter at the stage (NONE: at any). */
static bool has_row(struct rows rows, enum tcn_act act, enum tcn_stage stage) {
    for (size_t i = 0; i < rows.count; i++) {
        const struct tcn_procedure_row *row = &rows.rows[i];
        const bool stays = row->next == TCN_STAGE_NONE && (row->from >> (unsigned)stage & 1u) != 0;
        if (row->act == act && (stage == TCN_STAGE_NONE || row->next == stage || stays)) {
            return true;
        }
    }
    return false;
}

static bool can_happen(enum tcn_procedure_kind kind, const struct tcn_clock_trigger *trigger) {
    const bool passes = trigger->stage == TCN_STAGE_NONE ||
                        tcn_procedure_stage_of(tcn_procedure_of(kind), trigger->stage) != NULL;
    return passes && (has_row(own_of(kind), trigger->act, trigger->stage) ||
                      has_row(shared_rows(), trigger->act, trigger->stage));
}

/** True when a rule is for a kind at all, and the trigger can happen to a matter of the kind. */
static bool meets(const struct tcn_clock_rule *rule, enum tcn_procedure_kind kind,
                  const struct tcn_clock_trigger *trigger) {
    return (rule->procedure == TCN_PROCEDURE_NONE || rule->procedure == kind) &&
           can_happen(kind, trigger);
}

/** True when the trigger can happen to a matter of the domain, or to what harm makes of it. */
static bool reaches(const struct tcn_clock_rule *rule, const struct tcn_domain *domain,
                    const struct tcn_clock_trigger *trigger) {
    const enum tcn_procedure_kind harmed = tcn_procedure_of(domain->procedure)->on_harm;
    return meets(rule, domain->procedure, trigger) ||
           (harmed != TCN_PROCEDURE_NONE && meets(rule, harmed, trigger));
}

static bool is_for(const struct tcn_clock_rule *rule, const struct tcn_domain *domain) {
    for (uint32_t i = 0; i < rule->domain_count; i++) {
        if (strcmp(rule->domains[i], domain->id) == 0) {
            return true;
        }
    }
    return rule->domain_count == 0;
}

/** Domains of the rule to which one of the triggers can happen; all of them must be so. */
static void check_each_domain(const struct tcn_policy *policy, const struct tcn_clock_rule *rule,
                              const struct tcn_clock_trigger *triggers, uint32_t count) {
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        bool is_reached = !is_for(rule, &policy->domains[i]);
        for (uint32_t k = 0; k < count; k++) {
            is_reached = is_reached || reaches(rule, &policy->domains[i], &triggers[k]);
        }
        if (!is_reached) {
            fail_msg("%s: nothing in %s can %s it", rule->id, policy->domains[i].id,
                     triggers == rule->starts ? "start" : "stop");
        }
    }
}

/** Each trigger can happen in some domain of the rule. */
static void check_each_trigger(const struct tcn_policy *policy, const struct tcn_clock_rule *rule,
                               const struct tcn_clock_trigger *triggers, uint32_t count) {
    for (uint32_t k = 0; k < count; k++) {
        bool is_reached = triggers[k].act == TCN_ACT_NONE;
        for (uint32_t i = 0; i < policy->domain_count && !is_reached; i++) {
            is_reached = is_for(rule, &policy->domains[i]) &&
                         reaches(rule, &policy->domains[i], &triggers[k]);
        }
        if (!is_reached) {
            fail_msg("%s: %s is no act of any matter that it is for", rule->id,
                     tcn_act_name(triggers[k].act));
        }
    }
}

static void every_clock_can_start_and_stop_where_it_is_for(void **state) {
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    const struct tcn_clock_table *table = tcn_policy_tables(*state)->clocks;
    uint32_t enabled_count = 0;
    for (uint32_t i = 0; i < table->rule_count; i++) {
        const struct tcn_clock_rule *rule = &table->rules[i];
        if (!rule->is_enabled) {
            continue;
        }
        enabled_count++;
        check_each_domain(policy, rule, rule->starts, rule->start_count);
        check_each_domain(policy, rule, rule->stops, rule->stop_count);
        check_each_trigger(policy, rule, rule->starts, rule->start_count);
        check_each_trigger(policy, rule, rule->stops, rule->stop_count);
        check_each_trigger(policy, rule, &rule->pause, 1);
        check_each_trigger(policy, rule, &rule->resume, 1);
    }
    assert_true(enabled_count > 30);
}

static void what_starts_a_clock_anew_is_as_the_law_has_it(void **state) {
    static const struct {
        const char *id;
        enum tcn_act act;
        enum tcn_stage stage;
        bool starts;
        bool stops;
    } rows[] = {
        /* An accident's report that is sent back: the investigation goes on, the approval waits. */
        {"acc.investigation", TCN_ACT_REJECTED, TCN_STAGE_ACCEPTED, true, false},
        {"acc.approval", TCN_ACT_REJECTED, TCN_STAGE_ACCEPTED, false, true},
        {"acc.approval", TCN_ACT_SUBMITTED, TCN_STAGE_SUBMITTED, true, false},
        {"acc.investigation", TCN_ACT_REOPENED, TCN_STAGE_ACCEPTED, true, false},
        /* A petition or a claim that is reopened. */
        {"xf.resolve", TCN_ACT_REOPENED, TCN_STAGE_ACCEPTED, true, false},
        {"xf.review_request", TCN_ACT_REOPENED, TCN_STAGE_ACCEPTED, false, true},
        {"wage.first_contact", TCN_ACT_REOPENED, TCN_STAGE_ACCEPTED, true, false},
        {"labour.inspection", TCN_ACT_REOPENED, TCN_STAGE_ACCEPTED, false, false},
        {"child.gap", TCN_ACT_REOPENED, TCN_STAGE_ACCEPTED, true, false},
        /* Who gets it by a transfer has a period of its own. */
        {"xf.transferred_notice", TCN_ACT_TRANSFERRED, TCN_STAGE_OPEN, true, true},
        {"xf.transfer_objection", TCN_ACT_TRANSFERRED, TCN_STAGE_OPEN, true, true},
        {"wage.first_contact", TCN_ACT_TRANSFERRED, TCN_STAGE_OPEN, true, true},
        {"land.plan_announcement", TCN_ACT_PLAN_ANNOUNCED, TCN_STAGE_PLAN_ANNOUNCED, true, true},
        /* Review and recheck are told apart by where the matter stands, not by a word. */
        {"xf.review_decide", TCN_ACT_REVIEW_ASKED, TCN_STAGE_REVIEW, true, false},
        {"xf.review_decide", TCN_ACT_REVIEW_ASKED, TCN_STAGE_RECHECK, false, false},
        {"xf.review_decide", TCN_ACT_REPLIED, TCN_STAGE_REVIEWED, false, true},
        {"xf.recheck_decide", TCN_ACT_REVIEW_ASKED, TCN_STAGE_REVIEW, false, false},
        {"xf.recheck_decide", TCN_ACT_REVIEW_ASKED, TCN_STAGE_RECHECK, true, false},
        {"xf.recheck_decide", TCN_ACT_REPLIED, TCN_STAGE_FINAL, false, true},
        {"xf.recheck_request", TCN_ACT_PETITIONER_TOLD, TCN_STAGE_TOLD, false, false},
        {"xf.recheck_request", TCN_ACT_PETITIONER_TOLD, TCN_STAGE_REVIEWED, true, false},
    };
    const struct tcn_clock_table *table = tcn_policy_tables(*state)->clocks;
    const struct tcn_slice none = {NULL, 0};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_clock_rule *rule = tcn_clock_rule_find(table, tcn_slice_text(rows[i].id));
        assert_non_null(rule);
        const bool starts = tcn_clock_is_triggered(rule->starts, rule->start_count, rows[i].act,
                                                   none, rows[i].stage);
        const bool stops =
            tcn_clock_is_triggered(rule->stops, rule->stop_count, rows[i].act, none, rows[i].stage);
        if (starts != rows[i].starts || stops != rows[i].stops) {
            fail_msg("row %zu: %s %d %d", i, rows[i].id, starts, stops);
        }
    }
    assert_int_equal(tcn_clock_rule_find(table, tcn_slice_text("xf.resolve"))->start_time,
                     TCN_CLOCK_FIRST);
}

static void a_rule_is_for_what_it_names(void **state) {
    const struct tcn_clock_table *table = tcn_policy_tables(*state)->clocks;
    const struct tcn_clock_rule *up =
        tcn_clock_rule_find(table, tcn_slice_text("acc.each_level_up"));
    struct tcn_clock_subject subject = {.domain = tcn_slice_text("kv_school_bus"),
                                        .procedure = TCN_PROCEDURE_ACCIDENT};
    assert_true(tcn_clock_rule_fits(up, &subject));
    subject.procedure = TCN_PROCEDURE_HAZARD;
    assert_false(tcn_clock_rule_fits(up, &subject));
    subject.procedure = TCN_PROCEDURE_ACCIDENT;
    subject.domain = tcn_slice_text("petition");
    assert_false(tcn_clock_rule_fits(up, &subject));
    const struct tcn_clock_rule *urgent =
        tcn_clock_rule_find(table, tcn_slice_text("desk.urgent_ack"));
    assert_false(tcn_clock_rule_fits(urgent, &subject));
    subject.severity = TCN_SEVERITY_DANGER;
    assert_true(tcn_clock_rule_fits(urgent, &subject)); /* any domain */
    const struct tcn_clock_rule *resolve = tcn_clock_rule_find(table, tcn_slice_text("xf.resolve"));
    assert_false(tcn_clock_rule_fits(resolve, &subject));
    subject.category = tcn_slice_text("31.6");
    assert_true(tcn_clock_rule_fits(resolve, &subject));
    const struct tcn_clock_rule *off =
        tcn_clock_rule_find(table, tcn_slice_text("xf.simple_accept"));
    assert_false(tcn_clock_rule_fits(off, &subject));
}

/** Attributes by which a fact is stated. What the body or the counts say needs none. */
static const struct {
    uint32_t fact;
    const char *attribute;
} said_by[] = {
    {TCN_FACT_GRADE, "grade"},
    {TCN_FACT_MAJOR, "grade"},
    {TCN_FACT_FIVE, "responsibility"},
    {TCN_FACT_FIVE, "measures"},
    {TCN_FACT_FIVE, "funds"},
    {TCN_FACT_FIVE, "time_limit"},
    {TCN_FACT_FIVE, "contingency_plan"},
    {TCN_FACT_PATH, "path"},
    {TCN_FACT_NEXT_STEP, "next_step"},
    {TCN_FACT_AMOUNT, "amount_fen"},
    {TCN_FACT_VILLAGERS, "villagers"},
};

static const struct tcn_attribute_rule *declared(const struct tcn_rules *rules, const char *domain,
                                                 const char *attribute) {
    const struct tcn_domain_rules *row = tcn_rules_domain(rules, tcn_slice_text(domain));
    assert_non_null(row);
    for (uint32_t i = 0; i < row->attribute_count; i++) {
        const struct tcn_attribute_rule *rule = &rules->attributes[row->attributes[i] - 1];
        if (strcmp(rule->id, attribute) == 0) {
            return rule;
        }
    }
    return NULL;
}

static void check_facts(const struct tcn_rules *rules, const struct tcn_domain *domain,
                        enum tcn_procedure_kind kind) {
    const struct rows rows = own_of(kind);
    uint32_t facts = 0;
    for (size_t i = 0; i < rows.count; i++) {
        facts |= rows.rows[i].needs | rows.rows[i].wants | rows.rows[i].mirrors;
    }
    for (size_t i = 0; i < COUNT_OF(said_by); i++) {
        if ((facts & said_by[i].fact) != 0 &&
            declared(rules, domain->id, said_by[i].attribute) == NULL) {
            fail_msg("%s: an act of its way says %s, and %s is not declared", domain->id,
                     tcn_fact_name(said_by[i].fact), said_by[i].attribute);
        }
    }
}

static void every_fact_that_an_act_needs_can_be_said(void **state) {
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    const struct tcn_rules *rules = tcn_policy_tables(*state)->rules;
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        const struct tcn_domain *domain = &policy->domains[i];
        check_facts(rules, domain, domain->procedure);
        check_facts(rules, domain, tcn_procedure_of(domain->procedure)->on_harm);
    }
}

/** A clerk who has just heard of a thing cannot say how a bureau will grade it. */
static void who_reports_is_asked_for_what_may_be_known_then(void **state) {
    static const struct {
        const char *domain;
        const char *attribute;
        bool is_of_bureau;
    } rows[] = {
        {"coal_mine_safety", "grade", true},
        {"coal_mine_safety", "measures", true},
        {"coal_mine_safety", "mine_id", false},
        {"coal_mine_safety", "people_underground", false},
        {"left_behind_child", "path", true},
        {"left_behind_child", "need_class", false},
        {"dispute", "agreement", true},
        {"dispute", "party_count", false},
        {"wage_arrears", "special_account", true},
        {"wage_arrears", "owed", false},
    };
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_attribute_rule *rule =
            declared(policy->rules, rows[i].domain, rows[i].attribute);
        assert_non_null(rule);
        if (rule->is_of_bureau != rows[i].is_of_bureau) {
            fail_msg("%s of %s", rule->id, rows[i].domain);
        }
    }
}

/** A slip that is found must not tell of a child, nor of violence at home. */
static void slips_of_children_and_disputes_are_opaque(void **state) {
    static const char *const opaque[] = {"child_in_difficulty", "dispute", "left_behind_child",
                                         "school_retention"};
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        const struct tcn_domain *domain = &policy->domains[i];
        bool is_one = domain->procedure == TCN_PROCEDURE_GUARDIANSHIP;
        for (size_t k = 0; k < COUNT_OF(opaque); k++) {
            is_one = is_one || strcmp(domain->id, opaque[k]) == 0;
        }
        if (domain->has_opaque_slip != is_one) {
            fail_msg("%s", domain->id);
        }
    }
}

/** The facts of an event that says one word, or one number, in an attribute. */
static uint32_t facts_of(const struct tcn_attribute_rule *rule, const char *word) {
    const struct tcn_attribute said = {.name = tcn_slice_text(rule->id),
                                       .kind = rule->kind,
                                       .number = rule->kind == TCN_ATTRIBUTE_TEXT ? 0 : 1,
                                       .text = tcn_slice_text(word)};
    const struct tcn_event event = {.attributes = &said, .attribute_count = 1};
    return tcn_procedure_facts(&event);
}

/* The words that core looks for are among those that the policy lets people choose. */
static void words_that_are_facts_are_words_of_the_policy(void **state) {
    const struct tcn_rules *rules = tcn_policy_tables(*state)->rules;
    const struct tcn_attribute_rule *grade = declared(rules, "fire_safety", "grade");
    const struct tcn_attribute_rule *path = declared(rules, "left_behind_child", "path");
    uint32_t grades = 0;
    uint32_t paths = 0;
    assert_true(grade != NULL && path != NULL);
    for (uint32_t i = 0; i < grade->value_count; i++) {
        const uint32_t facts = facts_of(grade, grade->values[i]);
        assert_true((facts & TCN_FACT_GRADE) != 0);
        grades += (facts & TCN_FACT_MAJOR) != 0 ? 1 : 0;
    }
    for (uint32_t i = 0; i < path->value_count; i++) {
        paths += (facts_of(path, path->values[i]) & TCN_FACT_PATH) != 0 ? 1 : 0;
    }
    assert_int_equal(grades, 1);
    assert_int_equal(paths, 4);
    assert_int_equal(path->value_count, 5); /* and the gap, which is no path */
    const struct tcn_attribute_rule *amount = declared(rules, "wage_arrears", "amount_fen");
    assert_int_equal(amount->kind, TCN_ATTRIBUTE_NUMBER);
    assert_true((facts_of(amount, "") & TCN_FACT_AMOUNT) != 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_clock_can_start_and_stop_where_it_is_for),
        cmocka_unit_test(what_starts_a_clock_anew_is_as_the_law_has_it),
        cmocka_unit_test(a_rule_is_for_what_it_names),
        cmocka_unit_test(who_reports_is_asked_for_what_may_be_known_then),
        cmocka_unit_test(slips_of_children_and_disputes_are_opaque),
        cmocka_unit_test(every_fact_that_an_act_needs_can_be_said),
        cmocka_unit_test(words_that_are_facts_are_words_of_the_policy),
    };
    return cmocka_run_group_tests(tests, shipped_read, shipped_destroy);
}
