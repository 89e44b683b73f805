/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a policy plans: steps of escalation, expected reports, retention, and the posts of organs. A
 * fold acts by these rows without asking again, so both directions refuse what model/plans.h does
 * not promise.
 */
#include "wire/pb.h"
#include "wire/policy_parts.h"

#include <string.h>

#define ARTICLE_BYTES_MAX 255u
#define MINUTES_OF_DAY 1440u

static const struct tcn_scan_rule step_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_WORD,
    [3] = TCN_RULE_NUMBER(TCN_ESCALATION_ADMONISH),
    [4] = TCN_RULE_NUMBER(TCN_ESCALATION_OVERDUE),
    [5] = TCN_RULE_WORD,
    [6] = TCN_RULE_NUMBER(TCN_SEVERITY_DANGER),
    [7] = TCN_RULE_NUMBER(TCN_PLAN_ROLES),
    [8] = TCN_RULE_NUMBER(TCN_PLAN_MINUTES_MAX),
    [9] = TCN_RULE_TEXT(ARTICLE_BYTES_MAX),
    [10] = TCN_RULE_NUMBER(TCN_PLAN_PROPOSAL),
};

const struct tcn_scan_table tcn_scan_step = {
    .rules = step_rules,
    .rule_count = TCN_RULE_COUNT(step_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3) | TCN_RULE_BIT(4) |
                TCN_RULE_BIT(7) | TCN_RULE_BIT(8) | TCN_RULE_BIT(10),
};

static const struct tcn_scan_rule report_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_NUMBER(TCN_EXPECTED_CHECK_IN),
    [3] = TCN_RULE_WORD,
    [4] = {.kind = TCN_SCAN_PACKED, .count_max = TCN_PLAN_OFFICES_MAX, .min = 1, .max = UINT16_MAX},
    [5] = TCN_RULE_NUMBER(TCN_EXPECTED_HOURS),
    [6] = TCN_RULE_NUMBER(TCN_PLAN_HOURS_MAX),
    [7] = TCN_RULE_NUMBER(MINUTES_OF_DAY - 1),
    [8] = TCN_RULE_NUMBER(MINUTES_OF_DAY),
    [9] = TCN_RULE_WORD,
    [10] = TCN_RULE_TEXT(ARTICLE_BYTES_MAX),
    [11] = TCN_RULE_NUMBER(TCN_PLAN_PROPOSAL),
};

const struct tcn_scan_table tcn_scan_report = {
    .rules = report_rules,
    .rule_count = TCN_RULE_COUNT(report_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(5) | TCN_RULE_BIT(11),
};

static const struct tcn_scan_rule retention_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = {.kind = TCN_SCAN_TEXT,
           .count_max = TCN_PLAN_DOMAINS_MAX,
           .min = 1,
           .max = TCN_WORD_BYTES_MAX},
    [3] = TCN_RULE_FLAG,
    [4] = TCN_RULE_NUMBER(TCN_RETENTION_OPEN),
    [5] = TCN_RULE_NUMBER(TCN_RETENTION_RECORDED),
    [6] = TCN_RULE_NUMBER(TCN_RETENTION_YEARS),
    [7] = TCN_RULE_NUMBER(TCN_RETENTION_AMOUNT_MAX),
    [8] = TCN_RULE_TEXT(ARTICLE_BYTES_MAX),
    [9] = TCN_RULE_NUMBER(TCN_PLAN_PROPOSAL),
};

const struct tcn_scan_table tcn_scan_retention = {
    .rules = retention_rules,
    .rule_count = TCN_RULE_COUNT(retention_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(4) | TCN_RULE_BIT(5) | TCN_RULE_BIT(6) |
                TCN_RULE_BIT(7) | TCN_RULE_BIT(9),
};

/** True when `value` is one of 1 to `max`. */
static bool is_one_of(uint32_t value, uint32_t max) {
    return value > 0 && value <= max;
}

/** True when the row at `index` has an id, and no row before has the same; the id is a row's first
 * member. */
static bool has_own_id(const void *rows, size_t row_size, uint32_t index) {
    const char *id = (const char *)rows + index * row_size;
    bool is_good = id[0] != '\0';
    for (uint32_t i = 0; is_good && i < index; i++) {
        is_good = strcmp((const char *)rows + i * row_size, id) != 0;
    }
    return is_good;
}

/** True when the word is a rule of the policy's clocks, or empty. */
static bool is_clock(const struct tcn_policy *policy, const char *word) {
    return word[0] == '\0' || (policy->clocks != NULL &&
                               tcn_clock_rule_find(policy->clocks, tcn_slice_text(word)) != NULL);
}

/** True when the word is a domain of the policy, or empty. */
static bool is_domain(const struct tcn_policy *policy, const char *word) {
    return word[0] == '\0' || tcn_policy_domain(policy, tcn_slice_text(word)) != NULL;
}

/** True when the word is a line of the policy. */
static bool is_line(const struct tcn_policy *policy, const char *word) {
    bool is_found = false;
    for (uint32_t i = 0; !is_found && i < policy->line_count; i++) {
        is_found = strcmp(policy->lines[i].id, word) == 0;
    }
    return is_found;
}

/** True when the step fits behind the one before: a ladder begins with a reminder, stays with its
 * cause, grows no milder, and is not taken up again. */
static bool follows(const struct tcn_escalation_step *steps, uint32_t index) {
    const struct tcn_escalation_step *step = &steps[index];
    const struct tcn_escalation_step *before = index > 0 ? &steps[index - 1] : NULL;
    if (before != NULL && strcmp(before->ladder, step->ladder) == 0) {
        return step->kind >= before->kind && step->cause == before->cause;
    }
    bool is_new = step->kind == TCN_ESCALATION_REMIND;
    for (uint32_t i = 0; is_new && i < index; i++) {
        is_new = strcmp(steps[i].ladder, step->ladder) != 0;
    }
    return is_new;
}

static bool is_step(const struct tcn_policy *policy, const struct tcn_escalation_step *step) {
    const bool has_cause = is_one_of((uint32_t)step->cause, TCN_ESCALATION_OVERDUE);
    const bool is_of_clock = step->cause != TCN_ESCALATION_UNACKNOWLEDGED;
    const bool is_proposed = step->kind != TCN_ESCALATION_ADMONISH || step->roles == TCN_PLAN_DESK;
    return step->ladder[0] != '\0' && has_cause && is_proposed &&
           is_one_of((uint32_t)step->kind, TCN_ESCALATION_ADMONISH) &&
           (is_of_clock || step->clock[0] == '\0') && is_clock(policy, step->clock) &&
           (uint32_t)step->severity_min <= TCN_SEVERITY_DANGER &&
           is_one_of(step->roles, TCN_PLAN_ROLES) &&
           is_one_of(step->spacing_minutes, TCN_PLAN_MINUTES_MAX) &&
           is_one_of((uint32_t)step->origin.confidence, TCN_PLAN_PROPOSAL);
}

static bool is_report(const struct tcn_policy *policy, const struct tcn_expected_report *report) {
    const bool is_zero = report->kind == TCN_EXPECTED_ZERO_REPORT;
    const bool is_hourly = report->every == TCN_EXPECTED_HOURS;
    const bool has_time =
        is_hourly ? is_one_of(report->hours, TCN_PLAN_HOURS_MAX) && report->by_minute == 0
                  : report->hours == 0 && report->by_minute < MINUTES_OF_DAY;
    bool is_good = is_one_of((uint32_t)report->kind, TCN_EXPECTED_CHECK_IN) &&
                   is_one_of((uint32_t)report->every, TCN_EXPECTED_HOURS) && has_time &&
                   (is_zero ? is_line(policy, report->line) : report->line[0] == '\0') &&
                   report->grace_minutes <= MINUTES_OF_DAY &&
                   report->office_count <= TCN_PLAN_OFFICES_MAX &&
                   is_domain(policy, report->while_domain) &&
                   is_one_of((uint32_t)report->origin.confidence, TCN_PLAN_PROPOSAL);
    for (uint32_t i = 0; is_good && i < report->office_count; i++) {
        const struct tcn_organ *organ =
            tcn_policy_organ_by_id(policy, tcn_slice_text(report->offices[i]));
        is_good = organ != NULL && organ->kind == TCN_ORGAN_OFFICE;
    }
    return is_good;
}

static bool is_retention(const struct tcn_policy *policy, const struct tcn_retention_rule *rule) {
    bool is_good = is_one_of((uint32_t)rule->what, TCN_RETENTION_OPEN) &&
                   is_one_of((uint32_t)rule->from, TCN_RETENTION_RECORDED) &&
                   is_one_of((uint32_t)rule->unit, TCN_RETENTION_YEARS) &&
                   is_one_of(rule->amount, TCN_RETENTION_AMOUNT_MAX) &&
                   rule->domains.count <= TCN_PLAN_DOMAINS_MAX &&
                   is_one_of((uint32_t)rule->origin.confidence, TCN_PLAN_PROPOSAL);
    for (uint32_t i = 0; is_good && i < rule->domains.count; i++) {
        is_good = rule->domains.ids[i][0] != '\0' && is_domain(policy, rule->domains.ids[i]);
    }
    return is_good;
}

/** True when the organ is one of the policy, with posts that have names, each once. */
static bool is_posts(const struct tcn_policy *policy, const struct tcn_organ_posts *organ) {
    bool is_good = organ->count <= TCN_ORGAN_POSTS_MAX &&
                   tcn_policy_organ_by_id(policy, tcn_slice_text(organ->organ)) != NULL;
    for (uint32_t i = 0; is_good && i < organ->count; i++) {
        is_good = organ->posts[i][0] != '\0';
        for (uint32_t k = 0; is_good && k < i; k++) {
            is_good = strcmp(organ->posts[k], organ->posts[i]) != 0;
        }
    }
    return is_good;
}

enum tcn_status tcn_policy_plans_check(const struct tcn_policy *policy) {
    const struct tcn_plans *plans = policy->plans;
    if (plans == NULL) {
        return TCN_OK;
    }
    if (plans->step_count > TCN_ESCALATION_STEPS_MAX ||
        plans->report_count > TCN_EXPECTED_REPORTS_MAX ||
        plans->retention_count > TCN_RETENTION_RULES_MAX || plans->organ_count > TCN_ORGANS_MAX) {
        return TCN_TOOBIG;
    }
    bool is_good = true;
    for (uint32_t i = 0; is_good && i < plans->step_count; i++) {
        is_good = has_own_id(plans->steps, sizeof(plans->steps[0]), i) &&
                  is_step(policy, &plans->steps[i]) && follows(plans->steps, i);
    }
    for (uint32_t i = 0; is_good && i < plans->report_count; i++) {
        is_good = has_own_id(plans->reports, sizeof(plans->reports[0]), i) &&
                  is_report(policy, &plans->reports[i]);
    }
    for (uint32_t i = 0; is_good && i < plans->retention_count; i++) {
        is_good = has_own_id(plans->retentions, sizeof(plans->retentions[0]), i) &&
                  is_retention(policy, &plans->retentions[i]);
    }
    for (uint32_t i = 0; is_good && i < plans->organ_count; i++) {
        is_good = has_own_id(plans->organs, sizeof(plans->organs[0]), i) &&
                  is_posts(policy, &plans->organs[i]);
    }
    return is_good ? TCN_OK : TCN_BAD_VALUE;
}

static enum tcn_status put_step(const struct tcn_escalation_step *step, struct tcn_writer *writer) {
    Tocsin__V1__EscalationStep message;
    tocsin__v1__escalation_step__init(&message);
    message.id = tcn_pb_chars(step->id);
    message.ladder = tcn_pb_chars(step->ladder);
    message.kind = (uint32_t)step->kind;
    message.cause = (uint32_t)step->cause;
    message.clock = tcn_pb_chars(step->clock);
    message.severity_min = (uint32_t)step->severity_min;
    message.roles = step->roles;
    message.spacing_minutes = step->spacing_minutes;
    message.article = tcn_pb_chars(step->origin.article);
    message.confidence = (uint32_t)step->origin.confidence;
    return tcn_pb_put_message(TCN_POLICY_FIELD_STEPS, &message.base, writer);
}

static enum tcn_status put_report(const struct tcn_policy *policy,
                                  const struct tcn_expected_report *report,
                                  struct tcn_writer *writer) {
    uint32_t offices[TCN_PLAN_OFFICES_MAX];
    for (uint32_t i = 0; i < report->office_count; i++) {
        const struct tcn_organ *organ =
            tcn_policy_organ_by_id(policy, tcn_slice_text(report->offices[i]));
        TCN_CHECK(organ != NULL);
        offices[i] = organ->number;
    }
    Tocsin__V1__ExpectedReport message;
    tocsin__v1__expected_report__init(&message);
    message.id = tcn_pb_chars(report->id);
    message.kind = (uint32_t)report->kind;
    message.line = tcn_pb_chars(report->line);
    message.offices = offices;
    message.n_offices = report->office_count;
    message.every = (uint32_t)report->every;
    message.hours = report->hours;
    message.by_minute = report->by_minute;
    message.grace_minutes = report->grace_minutes;
    message.while_domain = tcn_pb_chars(report->while_domain);
    message.article = tcn_pb_chars(report->origin.article);
    message.confidence = (uint32_t)report->origin.confidence;
    return tcn_pb_put_message(TCN_POLICY_FIELD_REPORTS, &message.base, writer);
}

static enum tcn_status put_retention(const struct tcn_retention_rule *rule,
                                     struct tcn_writer *writer) {
    char *domains[TCN_PLAN_DOMAINS_MAX];
    for (uint32_t i = 0; i < rule->domains.count; i++) {
        domains[i] = tcn_pb_chars(rule->domains.ids[i]);
    }
    Tocsin__V1__RetentionRule message;
    tocsin__v1__retention_rule__init(&message);
    message.id = tcn_pb_chars(rule->id);
    message.domains = domains;
    message.n_domains = rule->domains.count;
    message.is_guarded = rule->is_guarded;
    message.what = (uint32_t)rule->what;
    message.from = (uint32_t)rule->from;
    message.unit = (uint32_t)rule->unit;
    message.amount = rule->amount;
    message.article = tcn_pb_chars(rule->origin.article);
    message.confidence = (uint32_t)rule->origin.confidence;
    return tcn_pb_put_message(TCN_POLICY_FIELD_RETENTIONS, &message.base, writer);
}

enum tcn_status tcn_policy_plans_put(const struct tcn_policy *policy, struct tcn_writer *writer) {
    const struct tcn_plans *plans = policy->plans;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; plans != NULL && i < plans->step_count && status == TCN_OK; i++) {
        status = put_step(&plans->steps[i], writer);
    }
    for (uint32_t i = 0; plans != NULL && i < plans->report_count && status == TCN_OK; i++) {
        status = put_report(policy, &plans->reports[i], writer);
    }
    for (uint32_t i = 0; plans != NULL && i < plans->retention_count && status == TCN_OK; i++) {
        status = put_retention(&plans->retentions[i], writer);
    }
    return status;
}

size_t tcn_policy_posts_of(const struct tcn_policy *policy, const char *organ,
                           char *out_posts[TCN_ORGAN_POSTS_MAX]) {
    const struct tcn_organ_posts *row = tcn_plans_posts(policy->plans, tcn_slice_text(organ));
    for (uint32_t i = 0; row != NULL && i < row->count; i++) {
        out_posts[i] = tcn_pb_chars(row->posts[i]);
    }
    return row != NULL ? row->count : 0;
}

static void take_step(const Tocsin__V1__EscalationStep *message, struct tcn_escalation_step *step) {
    tcn_pb_take_chars(message->id, step->id, sizeof(step->id));
    tcn_pb_take_chars(message->ladder, step->ladder, sizeof(step->ladder));
    tcn_pb_take_chars(message->clock, step->clock, sizeof(step->clock));
    tcn_pb_take_chars(message->article, step->origin.article, sizeof(step->origin.article));
    step->kind = (enum tcn_escalation_kind)message->kind;
    step->cause = (enum tcn_escalation_cause)message->cause;
    step->severity_min = (enum tcn_severity)message->severity_min;
    step->roles = message->roles;
    step->spacing_minutes = message->spacing_minutes;
    step->origin.confidence = (enum tcn_plan_confidence)message->confidence;
}

/** An office that the policy does not have is left without a name: the check refuses that. */
static void take_report(const Tocsin__V1__ExpectedReport *message, const struct tcn_policy *policy,
                        struct tcn_expected_report *report) {
    TCN_CHECK(message->n_offices <= TCN_PLAN_OFFICES_MAX);
    tcn_pb_take_chars(message->id, report->id, sizeof(report->id));
    tcn_pb_take_chars(message->line, report->line, sizeof(report->line));
    tcn_pb_take_chars(message->while_domain, report->while_domain, sizeof(report->while_domain));
    tcn_pb_take_chars(message->article, report->origin.article, sizeof(report->origin.article));
    report->kind = (enum tcn_expected_kind)message->kind;
    report->every = (enum tcn_expected_every)message->every;
    report->hours = message->hours;
    report->by_minute = message->by_minute;
    report->grace_minutes = message->grace_minutes;
    report->origin.confidence = (enum tcn_plan_confidence)message->confidence;
    report->office_count = (uint32_t)message->n_offices;
    for (size_t i = 0; i < message->n_offices; i++) {
        const struct tcn_organ *organ = tcn_policy_organ(policy, (uint16_t)message->offices[i]);
        if (organ != NULL) {
            memcpy(report->offices[i], organ->id, sizeof(organ->id));
        }
    }
}

static void take_retention(const Tocsin__V1__RetentionRule *message,
                           struct tcn_retention_rule *rule) {
    TCN_CHECK(message->n_domains <= TCN_PLAN_DOMAINS_MAX);
    tcn_pb_take_chars(message->id, rule->id, sizeof(rule->id));
    tcn_pb_take_chars(message->article, rule->origin.article, sizeof(rule->origin.article));
    rule->domains.count = (uint32_t)message->n_domains;
    for (size_t i = 0; i < message->n_domains; i++) {
        tcn_pb_take_chars(message->domains[i], rule->domains.ids[i], sizeof(rule->domains.ids[i]));
    }
    rule->is_guarded = message->is_guarded;
    rule->what = (enum tcn_retention_what)message->what;
    rule->from = (enum tcn_retention_from)message->from;
    rule->unit = (enum tcn_retention_unit)message->unit;
    rule->amount = message->amount;
    rule->origin.confidence = (enum tcn_plan_confidence)message->confidence;
}

/** Organs that have posts. */
static uint32_t count_posts(const Tocsin__V1__Policy *found) {
    uint32_t count = 0;
    for (size_t i = 0; i < found->n_organs; i++) {
        count += found->organs[i]->n_posts > 0 ? 1 : 0;
    }
    return count;
}

static void take_posts(const Tocsin__V1__Policy *found, struct tcn_organ_posts *rows) {
    for (size_t i = 0; i < found->n_organs; i++) {
        const Tocsin__V1__Organ *organ = found->organs[i];
        if (organ->n_posts == 0) {
            continue;
        }
        TCN_CHECK(organ->n_posts <= TCN_ORGAN_POSTS_MAX);
        tcn_pb_take_chars(organ->id, rows->organ, sizeof(rows->organ));
        rows->count = (uint32_t)organ->n_posts;
        for (size_t k = 0; k < organ->n_posts; k++) {
            tcn_pb_take_chars(organ->posts[k], rows->posts[k], sizeof(rows->posts[k]));
        }
        rows++;
    }
}

enum tcn_status tcn_policy_plans_take(const Tocsin__V1__Policy *found, struct tcn_arena *arena,
                                      struct tcn_policy *policy) {
    const uint32_t organ_count = count_posts(found);
    if (found->n_steps + found->n_reports + found->n_retentions + found->n_programs + organ_count ==
        0) {
        return TCN_OK;
    }
    struct tcn_plans *plans = tcn_arena_alloc(arena, sizeof(*plans));
    struct tcn_escalation_step *steps = tcn_arena_alloc(arena, found->n_steps * sizeof(*steps));
    struct tcn_expected_report *reports =
        tcn_arena_alloc(arena, found->n_reports * sizeof(*reports));
    struct tcn_retention_rule *retentions =
        tcn_arena_alloc(arena, found->n_retentions * sizeof(*retentions));
    struct tcn_organ_posts *organs = tcn_arena_alloc(arena, organ_count * sizeof(*organs));
    if (plans == NULL || steps == NULL || reports == NULL || retentions == NULL || organs == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_steps; i++) {
        take_step(found->steps[i], &steps[i]);
    }
    for (size_t i = 0; i < found->n_reports; i++) {
        take_report(found->reports[i], policy, &reports[i]);
    }
    for (size_t i = 0; i < found->n_retentions; i++) {
        take_retention(found->retentions[i], &retentions[i]);
    }
    take_posts(found, organs);
    *plans = (struct tcn_plans){.steps = steps,
                                .step_count = (uint32_t)found->n_steps,
                                .reports = reports,
                                .report_count = (uint32_t)found->n_reports,
                                .retentions = retentions,
                                .retention_count = (uint32_t)found->n_retentions,
                                .organs = organs,
                                .organ_count = organ_count};
    if (policy->sealing != NULL) {
        plans->seals = policy->sealing->rules;
        plans->seal_count = policy->sealing->rule_count;
    }
    policy->plans = plans;
    return tcn_policy_programs_take(found, arena, policy, plans);
}
