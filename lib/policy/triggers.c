/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/triggers.h"

#include "policy/compile_clocks.h"

#include <stdio.h>
#include <string.h>

/** Acts of people. */
#define ACTS_MAX 100

/** "act:reason>stage" as it is written. */
#define TRIGGER_BYTES (3 * (TCN_WORD_BYTES_MAX + 1))

/** A rule that is looked at. */
struct looking {
    const struct tcn_policy *policy;
    const struct tcn_policy_reach *reach;
    const struct tcn_clock_rule *rule;
    struct tcn_values values;
};

/** Triggers of one kind. */
struct triggers {
    const char *field;
    const struct tcn_clock_trigger *rows;
    uint32_t count;
};

/** True when the rule is for a kind, and the act can happen to a matter of the kind. */
static bool meets(const struct looking *looking, enum tcn_procedure_kind kind, enum tcn_act act,
                  enum tcn_stage stage) {
    const enum tcn_procedure_kind wanted = looking->rule->procedure;
    return (wanted == TCN_PROCEDURE_NONE || wanted == kind) &&
           looking->reach->can_happen(kind, act, stage);
}

/** True when it can happen to a matter of the domain, or to what harm makes of it. */
static bool reaches(const struct looking *looking, const struct tcn_domain *domain,
                    enum tcn_act act, enum tcn_stage stage) {
    const enum tcn_procedure_kind harmed = looking->reach->harmed(domain->procedure);
    return meets(looking, domain->procedure, act, stage) ||
           (harmed != TCN_PROCEDURE_NONE && meets(looking, harmed, act, stage));
}

static bool is_for(const struct tcn_clock_rule *rule, const struct tcn_domain *domain) {
    for (uint32_t i = 0; i < rule->domain_count; i++) {
        if (strcmp(rule->domains[i], domain->id) == 0) {
            return true;
        }
    }
    return rule->domain_count == 0;
}

/** True when it can happen to any matter that the rule is for. What is of no domain of the policy
 * is a general matter. */
static bool happens(const struct looking *looking, enum tcn_act act, enum tcn_stage stage) {
    const struct tcn_policy *policy = looking->policy;
    bool is_so =
        looking->rule->domain_count == 0 && meets(looking, TCN_PROCEDURE_GENERAL, act, stage);
    for (uint32_t i = 0; i < policy->domain_count && !is_so; i++) {
        is_so = is_for(looking->rule, &policy->domains[i]) &&
                reaches(looking, &policy->domains[i], act, stage);
    }
    return is_so;
}

/** An act that never happens to such a matter; what may stand there instead. */
static void refuse_act(const struct looking *looking, const char *field, enum tcn_act act) {
    const char *words[ACTS_MAX];
    size_t count = 0;
#define ACT_ROW(name, number, word)                                                                \
    if (count < ACTS_MAX && tcn_act_is_human(TCN_ACT_##name) &&                                    \
        happens(looking, TCN_ACT_##name, TCN_STAGE_NONE)) {                                        \
        words[count++] = word;                                                                     \
    }
    TCN_ACT_LIST(ACT_ROW)
#undef ACT_ROW
    tcn_value_unknown(&looking->values, field, tcn_act_name(act),
                      "act of a matter that the clock is for",
                      (struct tcn_value_words){words, count});
}

/** The act happens, and never leads to that stage. */
static void refuse_stage(const struct looking *looking, const char *field,
                         const struct tcn_clock_trigger *trigger) {
    static const char format[] = "%s%s%s>%s";
    char texts[TCN_STAGE_MAX + 1][TRIGGER_BYTES];
    const char *words[TCN_STAGE_MAX];
    size_t count = 0;
    const char *colon = trigger->reason[0] != '\0' ? ":" : "";
    for (unsigned stage = 1; stage <= TCN_STAGE_MAX; stage++) {
        if (happens(looking, trigger->act, (enum tcn_stage)stage)) {
            (void)snprintf(texts[count], TRIGGER_BYTES, format, tcn_act_name(trigger->act), colon,
                           trigger->reason, tcn_stage_name((enum tcn_stage)stage));
            words[count] = texts[count];
            count++;
        }
    }
    (void)snprintf(texts[TCN_STAGE_MAX], TRIGGER_BYTES, format, tcn_act_name(trigger->act), colon,
                   trigger->reason, tcn_stage_name(trigger->stage));
    tcn_value_unknown(&looking->values, field, texts[TCN_STAGE_MAX],
                      "way of a matter that the clock is for",
                      (struct tcn_value_words){words, count});
}

/** Notes each trigger that never happens. Gives how many. */
static uint32_t check_each(const struct looking *looking, struct triggers triggers) {
    uint32_t fault_count = 0;
    for (uint32_t i = 0; i < triggers.count; i++) {
        const struct tcn_clock_trigger *trigger = &triggers.rows[i];
        if (trigger->act == TCN_ACT_NONE || happens(looking, trigger->act, trigger->stage)) {
            continue;
        }
        if (happens(looking, trigger->act, TCN_STAGE_NONE)) {
            refuse_stage(looking, triggers.field, trigger);
        } else {
            refuse_act(looking, triggers.field, trigger->act);
        }
        fault_count++;
    }
    return fault_count;
}

/** Notes each domain that the rule names in which none of the triggers happens. */
static void check_domains(const struct looking *looking, struct triggers triggers) {
    const struct tcn_policy *policy = looking->policy;
    for (uint32_t i = 0; i < policy->domain_count && looking->rule->domain_count > 0; i++) {
        bool is_reached = !is_for(looking->rule, &policy->domains[i]);
        for (uint32_t k = 0; k < triggers.count && !is_reached; k++) {
            is_reached =
                reaches(looking, &policy->domains[i], triggers.rows[k].act, triggers.rows[k].stage);
        }
        if (!is_reached) {
            tcn_value_fault(&looking->values, triggers.field,
                            "expected what can happen to a matter of each domain that the clock "
                            "names: in \"%s\" nothing of it does, so there it would never %s",
                            policy->domains[i].id, triggers.field);
        }
    }
}

static void check_rule(const struct looking *looking) {
    const struct tcn_clock_rule *rule = looking->rule;
    const struct triggers both[] = {{"start", rule->starts, rule->start_count},
                                    {"stop", rule->stops, rule->stop_count}};
    for (size_t i = 0; i < 2; i++) {
        if (check_each(looking, both[i]) == 0) {
            check_domains(looking, both[i]);
        }
    }
    (void)check_each(looking, (struct triggers){"pause", &rule->pause, 1});
    (void)check_each(looking, (struct triggers){"resume", &rule->resume, 1});
}

void tcn_policy_check_triggers(const struct tcn_policy_source *source,
                               const struct tcn_policy_reach *reach,
                               struct tcn_policy_errors *errors) {
    const struct tcn_clock_source *clocks = tcn_policy_clocks(source);
    const struct tcn_clock_table *table = tcn_clock_source_table(clocks);
    memset(errors, 0, sizeof(*errors));
    for (uint32_t i = 0; i < table->rule_count; i++) {
        const struct looking looking = {.policy = tcn_policy_tables(source),
                                        .reach = reach,
                                        .rule = &table->rules[i],
                                        .values = tcn_clock_source_at(clocks, i, errors)};
        if (table->rules[i].is_enabled) {
            check_rule(&looking);
        }
    }
    tcn_policy_errors_sort(errors);
}
