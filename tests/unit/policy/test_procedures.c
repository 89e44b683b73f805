/* SPDX-License-Identifier: Apache-2.0 */
/* The policy that is shipped beside the procedures: what starts and stops a clock can happen to a
 * matter of each domain that the clock is for.
 * ctest-uses: core */
#include "core/procedure.h"

#include "policy/read_clocks.h"
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

static struct tcn_clock_source *read_clocks(void) {
    char path[1024];
    static struct tcn_policy_errors errors;
    struct tcn_clock_source *source = NULL;
    const char *root = getenv("TOCSIN_SRC");
    (void)snprintf(path, sizeof(path), "%s/policy", root != NULL ? root : ".");
    assert_int_equal(tcn_policy_read_clocks(path, &source, &errors), TCN_OK);
    return source;
}

static void every_clock_can_start_and_stop_where_it_is_for(void **state) {
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    struct tcn_clock_source *source = read_clocks();
    const struct tcn_clock_table *table = tcn_clock_source_table(source);
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
    tcn_clock_source_destroy(&source);
}

static void what_starts_a_clock_anew_is_as_the_law_has_it(void **state) {
    (void)state;
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
    struct tcn_clock_source *source = read_clocks();
    const struct tcn_clock_table *table = tcn_clock_source_table(source);
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
    tcn_clock_source_destroy(&source);
}

static void a_rule_is_for_what_it_names(void **state) {
    (void)state;
    struct tcn_clock_source *source = read_clocks();
    const struct tcn_clock_table *table = tcn_clock_source_table(source);
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
    tcn_clock_source_destroy(&source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_clock_can_start_and_stop_where_it_is_for),
        cmocka_unit_test(what_starts_a_clock_anew_is_as_the_law_has_it),
        cmocka_unit_test(a_rule_is_for_what_it_names),
    };
    return cmocka_run_group_tests(tests, shipped_read, shipped_destroy);
}
