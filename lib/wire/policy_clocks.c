/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clocks and calendar of a policy. Both directions insist on what core counts on, so that a policy
 * that was decoded is as good as one that was compiled.
 */
#include "base/date.h"
#include "model/matter_clock.h"
#include "wire/pb.h"
#include "wire/policy_parts.h"

#include <string.h>

#define TITLE_BYTES_MAX 127
#define CATEGORY_BYTES_MAX 15

static const struct tcn_scan_rule trigger_rules[] = {
    [1] = TCN_RULE_NUMBER(99), /* the acts of people */
    [2] = TCN_RULE_WORD,
    [3] = TCN_RULE_NUMBER(TCN_STAGE_MAX),
};

static const struct tcn_scan_table trigger_table = {
    .rules = trigger_rules,
    .rule_count = TCN_RULE_COUNT(trigger_rules),
    .required = TCN_RULE_BIT(1),
};

static const struct tcn_scan_rule clock_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [3] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [4] = TCN_RULE_NUMBER(TCN_CLOCK_UNTIL),
    [5] = TCN_RULE_NUMBER(TCN_CLOCK_MINUTES_MAX),
    [6] = TCN_RULE_NUMBER(TCN_CLOCK_MINUTES_MAX),
    [7] = TCN_RULE_NUMBER(TCN_CLOCK_WINDOW),
    [8] = TCN_RULE_NUMBER(TCN_CLOCK_OUTSIDE),
    [9] = TCN_RULE_INNERS(trigger_table, TCN_CLOCK_STARTS_MAX),
    [10] = TCN_RULE_NUMBER(TCN_CLOCK_FIRST),
    [11] = TCN_RULE_INNERS(trigger_table, TCN_CLOCK_STOPS_MAX),
    [12] = TCN_RULE_NUMBER(TCN_CLOCK_OCCURRED),
    [13] = TCN_RULE_INNER(trigger_table),
    [14] = TCN_RULE_INNER(trigger_table),
    [15] = {.kind = TCN_SCAN_TEXT,
            .count_max = TCN_CLOCK_DOMAINS_MAX,
            .min = 1,
            .max = TCN_WORD_BYTES_MAX},
    [16] = TCN_RULE_NUMBER(TCN_PROCEDURE_MAX),
    [17] = TCN_RULE_TEXT(CATEGORY_BYTES_MAX),
    [18] = TCN_RULE_NUMBER(TCN_SEVERITY_DANGER),
    [19] = TCN_RULE_TEXT(TCN_ARTICLE_BYTES_MAX),
    [20] = TCN_RULE_NUMBER(TCN_CLOCK_PROPOSAL),
    [21] = TCN_RULE_FLAG,
    [22] = TCN_RULE_NUMBER(TCN_LEVELS_MAX),
    [23] = TCN_RULE_FLAG,
    [24] = TCN_RULE_WORD,
};

const struct tcn_scan_table tcn_scan_clock_rule = {
    .rules = clock_rules,
    .rule_count = TCN_RULE_COUNT(clock_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(4) | TCN_RULE_BIT(7) | TCN_RULE_BIT(8) |
                TCN_RULE_BIT(9) | TCN_RULE_BIT(10) | TCN_RULE_BIT(11) | TCN_RULE_BIT(12) |
                TCN_RULE_BIT(20),
};

static const struct tcn_scan_rule span_rules[] = {
    [1] = TCN_RULE_I64,
    [2] = TCN_RULE_I64,
    [3] = TCN_RULE_FLAG,
};

static const struct tcn_scan_table span_table = {
    .rules = span_rules,
    .rule_count = TCN_RULE_COUNT(span_rules),
};

static const struct tcn_scan_rule calendar_rules[] = {
    [1] = TCN_RULE_I64,
    [2] = {.kind = TCN_SCAN_PACKED,
           .count_max = TCN_CALENDAR_YEARS_MAX,
           .min = TCN_CALENDAR_YEAR_MIN,
           .max = TCN_CALENDAR_YEAR_MAX},
    [3] = TCN_RULE_INNERS(span_table, TCN_CALENDAR_SPANS_MAX),
};

const struct tcn_scan_table tcn_scan_calendar = {
    .rules = calendar_rules,
    .rule_count = TCN_RULE_COUNT(calendar_rules),
};

/** True for an act of people and a stage that there is. */
static bool is_trigger(const struct tcn_clock_trigger *trigger) {
    return tcn_act_is_human(trigger->act) && (unsigned)trigger->stage <= TCN_STAGE_MAX;
}

static bool are_triggers(const struct tcn_clock_trigger *triggers, uint32_t count) {
    bool is_good = count > 0;
    for (uint32_t i = 0; i < count; i++) {
        is_good = is_good && is_trigger(&triggers[i]);
    }
    return is_good;
}

/** True for both of them, or neither. */
static bool are_pause(const struct tcn_clock_rule *rule) {
    bool has_none = rule->pause.act == TCN_ACT_NONE && rule->resume.act == TCN_ACT_NONE;
    return has_none || (is_trigger(&rule->pause) && is_trigger(&rule->resume));
}

/** True for an amount that core can count. */
static bool is_period(const struct tcn_clock_rule *rule) {
    if (rule->is_hand_over && rule->bound != TCN_CLOCK_AT_MOST) {
        return false;
    }
    if (tcn_clock_is_bare(rule->unit)) {
        return !rule->is_hand_over && rule->amount == 0 && rule->extend_max == 0 &&
               rule->bound == TCN_CLOCK_AT_MOST;
    }
    uint32_t max = tcn_clock_amount_max(rule->unit); /* 0 for no unit at all */
    return rule->amount > 0 && rule->amount <= max && rule->extend_max <= max - rule->amount &&
           rule->bound >= TCN_CLOCK_AT_MOST && rule->bound <= TCN_CLOCK_WINDOW;
}

static bool are_words(const struct tcn_clock_rule *rule) {
    return rule->id[0] != '\0' && rule->owes >= TCN_CLOCK_HOLDER &&
           rule->owes <= TCN_CLOCK_OUTSIDE && rule->start_time >= TCN_CLOCK_LEARNED &&
           rule->start_time <= TCN_CLOCK_FIRST && rule->stop_time >= TCN_CLOCK_LEARNED &&
           rule->stop_time <= TCN_CLOCK_OCCURRED && rule->confidence >= TCN_CLOCK_READ &&
           rule->confidence <= TCN_CLOCK_PROPOSAL &&
           (unsigned)rule->severity_min <= TCN_SEVERITY_DANGER &&
           (unsigned)rule->procedure <= TCN_PROCEDURE_MAX;
}

/** True when each domain is one of the policy's, and named once. */
static bool are_domains(const struct tcn_policy *policy, const struct tcn_clock_rule *rule) {
    for (uint32_t i = 0; i < rule->domain_count; i++) {
        if (tcn_policy_domain(policy, tcn_slice_text(rule->domains[i])) == NULL) {
            return false;
        }
        for (uint32_t k = 0; k < i; k++) {
            if (strcmp(rule->domains[k], rule->domains[i]) == 0) {
                return false;
            }
        }
    }
    return true;
}

/** True when it names no flag, or one that the policy has, and the one that all name. */
static bool is_exception(const struct tcn_policy *policy, const struct tcn_clock_rule *rule) {
    bool is_flag = rule->unless[0] == '\0';
    const uint32_t count = policy->rules != NULL ? policy->rules->attribute_count : 0;
    for (uint32_t i = 0; !is_flag && i < count; i++) {
        const struct tcn_attribute_rule *attribute = &policy->rules->attributes[i];
        is_flag = attribute->kind == TCN_ATTRIBUTE_FLAG && strcmp(attribute->id, rule->unless) == 0;
    }
    return is_flag && (rule->unless[0] == '\0' ||
                       strcmp(rule->unless, tcn_clock_table_unless(policy->clocks)) == 0);
}

static enum tcn_status check_rule(const struct tcn_policy *policy,
                                  const struct tcn_clock_rule *rule) {
    if (rule->start_count > TCN_CLOCK_STARTS_MAX || rule->stop_count > TCN_CLOCK_STOPS_MAX ||
        rule->domain_count > TCN_CLOCK_DOMAINS_MAX) {
        return TCN_TOOBIG;
    }
    const bool is_level =
        rule->level_min == 0 || tcn_rules_accident_level(policy->rules, rule->level_min) != NULL;
    bool is_good = is_level && is_exception(policy, rule) && are_words(rule) && is_period(rule) &&
                   are_pause(rule) && are_triggers(rule->starts, rule->start_count) &&
                   are_triggers(rule->stops, rule->stop_count) && are_domains(policy, rule);
    return is_good ? TCN_OK : TCN_BAD_VALUE;
}

static enum tcn_status check_calendar(const struct tcn_calendar *calendar) {
    const int64_t first = tcn_date_to_day(&(struct tcn_date){TCN_CALENDAR_YEAR_MIN - 1, 12, 1});
    const int64_t last = tcn_date_to_day(&(struct tcn_date){TCN_CALENDAR_YEAR_MAX, 12, 31});
    if (calendar->year_count > TCN_CALENDAR_YEARS_MAX ||
        calendar->span_count > TCN_CALENDAR_SPANS_MAX) {
        return TCN_TOOBIG;
    }
    bool is_good = calendar->offset_minutes >= -TCN_CALENDAR_OFFSET_MINUTES_MAX &&
                   calendar->offset_minutes <= TCN_CALENDAR_OFFSET_MINUTES_MAX;
    for (uint32_t i = 0; i < calendar->year_count; i++) {
        is_good = is_good && calendar->years[i] >= TCN_CALENDAR_YEAR_MIN &&
                  calendar->years[i] <= TCN_CALENDAR_YEAR_MAX &&
                  (i == 0 || calendar->years[i - 1] < calendar->years[i]);
    }
    for (uint32_t i = 0; i < calendar->span_count; i++) {
        const struct tcn_calendar_span *span = &calendar->spans[i];
        is_good = is_good && span->first_day >= first && span->last_day <= last &&
                  span->first_day <= span->last_day &&
                  (i == 0 || calendar->spans[i - 1].last_day < span->first_day);
    }
    return is_good ? TCN_OK : TCN_BAD_VALUE;
}

/** True when no two rules share the number that their clocks are kept under: of such a pair one
 * would stop and fire as the other. */
static bool have_own_numbers(const struct tcn_clock_table *table) {
    uint32_t numbers[TCN_CLOCKS_MAX];
    for (uint32_t i = 0; i < table->rule_count; i++) {
        numbers[i] = tcn_clock_rule_number(tcn_slice_text(table->rules[i].id));
        for (uint32_t k = 0; k < i; k++) {
            if (numbers[k] == numbers[i]) {
                return false;
            }
        }
    }
    return true;
}

enum tcn_status tcn_policy_clocks_check(const struct tcn_policy *policy) {
    const struct tcn_clock_table *table = policy->clocks;
    if (table == NULL) {
        return TCN_OK;
    }
    if (table->rule_count > TCN_CLOCKS_MAX) {
        return TCN_TOOBIG;
    }
    enum tcn_status status = check_calendar(&table->calendar);
    for (uint32_t i = 0; i < table->rule_count && status == TCN_OK; i++) {
        bool is_rising = i == 0 || strcmp(table->rules[i - 1].id, table->rules[i].id) < 0;
        status = is_rising ? check_rule(policy, &table->rules[i]) : TCN_BAD_VALUE;
    }
    return status == TCN_OK && !have_own_numbers(table) ? TCN_BAD_VALUE : status;
}

/** Room for the triggers of one rule while it is encoded. */
struct triggers {
    Tocsin__V1__ClockTrigger messages[TCN_CLOCK_STARTS_MAX + TCN_CLOCK_STOPS_MAX + 2];
    Tocsin__V1__ClockTrigger *pointers[TCN_CLOCK_STARTS_MAX + TCN_CLOCK_STOPS_MAX + 2];
    uint32_t count;
};

/** Adds triggers; gives where the pointers to them begin. */
static Tocsin__V1__ClockTrigger **
add_triggers(struct triggers *room, const struct tcn_clock_trigger *triggers, uint32_t count) {
    Tocsin__V1__ClockTrigger **first = &room->pointers[room->count];
    for (uint32_t i = 0; i < count; i++) {
        TCN_CHECK(room->count < sizeof(room->messages) / sizeof(room->messages[0]));
        Tocsin__V1__ClockTrigger *message = &room->messages[room->count];
        tocsin__v1__clock_trigger__init(message);
        message->act = (uint32_t)triggers[i].act;
        message->reason = tcn_pb_chars(triggers[i].reason);
        message->stage = (uint32_t)triggers[i].stage;
        room->pointers[room->count] = message;
        room->count++;
    }
    return first;
}

static void take_trigger(const Tocsin__V1__ClockTrigger *message,
                         struct tcn_clock_trigger *trigger) {
    trigger->act = (enum tcn_act)message->act;
    trigger->stage = (enum tcn_stage)message->stage;
    tcn_pb_take_chars(message->reason, trigger->reason, sizeof(trigger->reason));
}

static enum tcn_status put_rule(const struct tcn_clock_rule *rule, struct tcn_writer *writer) {
    struct triggers room = {.count = 0};
    char *domains[TCN_CLOCK_DOMAINS_MAX];
    bool has_pause = rule->pause.act != TCN_ACT_NONE;
    for (uint32_t i = 0; i < rule->domain_count; i++) {
        domains[i] = tcn_pb_chars(rule->domains[i]);
    }
    Tocsin__V1__ClockRule message;
    tocsin__v1__clock_rule__init(&message);
    message.id = tcn_pb_chars(rule->id);
    message.title_zh = tcn_pb_chars(rule->title_zh);
    message.title_en = tcn_pb_chars(rule->title_en);
    message.unit = (Tocsin__V1__ClockUnit)rule->unit;
    message.amount = rule->amount;
    message.extend_max = rule->extend_max;
    message.bound = (Tocsin__V1__ClockBound)rule->bound;
    message.owes = (Tocsin__V1__ClockOwes)rule->owes;
    message.starts = add_triggers(&room, rule->starts, rule->start_count);
    message.n_starts = rule->start_count;
    message.start_time = (Tocsin__V1__ClockTime)rule->start_time;
    message.stops = add_triggers(&room, rule->stops, rule->stop_count);
    message.n_stops = rule->stop_count;
    message.stop_time = (Tocsin__V1__ClockTime)rule->stop_time;
    message.pause = has_pause ? *add_triggers(&room, &rule->pause, 1) : NULL;
    message.resume = has_pause ? *add_triggers(&room, &rule->resume, 1) : NULL;
    message.domains = domains;
    message.n_domains = rule->domain_count;
    message.procedure = (Tocsin__V1__ProcedureKind)rule->procedure;
    message.category = tcn_pb_chars(rule->category);
    message.severity_min = (uint32_t)rule->severity_min;
    message.level_min = rule->level_min;
    message.is_hand_over = rule->is_hand_over;
    message.unless = tcn_pb_chars(rule->unless);
    message.article = tcn_pb_chars(rule->article);
    message.confidence = (Tocsin__V1__ClockConfidence)rule->confidence;
    message.is_enabled = rule->is_enabled;
    return tcn_pb_put_message(TCN_POLICY_FIELD_CLOCKS, &message.base, writer);
}

/** What starts, stops, pauses and resumes it, and for which domains. */
static void take_lists(const Tocsin__V1__ClockRule *message, struct tcn_clock_rule *rule) {
    TCN_CHECK(message->n_starts <= TCN_CLOCK_STARTS_MAX &&
              message->n_stops <= TCN_CLOCK_STOPS_MAX &&
              message->n_domains <= TCN_CLOCK_DOMAINS_MAX);
    rule->start_count = (uint32_t)message->n_starts;
    rule->stop_count = (uint32_t)message->n_stops;
    rule->domain_count = (uint32_t)message->n_domains;
    for (uint32_t i = 0; i < rule->start_count; i++) {
        take_trigger(message->starts[i], &rule->starts[i]);
    }
    for (uint32_t i = 0; i < rule->stop_count; i++) {
        take_trigger(message->stops[i], &rule->stops[i]);
    }
    for (uint32_t i = 0; i < rule->domain_count; i++) {
        tcn_pb_take_chars(message->domains[i], rule->domains[i], sizeof(rule->domains[i]));
    }
    if (message->pause != NULL) {
        take_trigger(message->pause, &rule->pause);
    }
    if (message->resume != NULL) {
        take_trigger(message->resume, &rule->resume);
    }
}

static void take_rule(const Tocsin__V1__ClockRule *message, struct tcn_clock_rule *rule) {
    tcn_pb_take_chars(message->id, rule->id, sizeof(rule->id));
    tcn_pb_take_chars(message->title_zh, rule->title_zh, sizeof(rule->title_zh));
    tcn_pb_take_chars(message->title_en, rule->title_en, sizeof(rule->title_en));
    tcn_pb_take_chars(message->category, rule->category, sizeof(rule->category));
    tcn_pb_take_chars(message->unless, rule->unless, sizeof(rule->unless));
    tcn_pb_take_chars(message->article, rule->article, sizeof(rule->article));
    rule->unit = (enum tcn_clock_unit)message->unit;
    rule->amount = message->amount;
    rule->extend_max = message->extend_max;
    rule->bound = (enum tcn_clock_bound)message->bound;
    rule->owes = (enum tcn_clock_owes)message->owes;
    rule->start_time = (enum tcn_clock_time)message->start_time;
    rule->stop_time = (enum tcn_clock_time)message->stop_time;
    rule->procedure = (enum tcn_procedure_kind)message->procedure;
    rule->severity_min = (enum tcn_severity)message->severity_min;
    rule->level_min = message->level_min;
    rule->is_hand_over = message->is_hand_over;
    rule->confidence = (enum tcn_clock_confidence)message->confidence;
    rule->is_enabled = message->is_enabled;
    take_lists(message, rule);
}

/** The calendar as a field of its own, its spans one by one: there may be many. */
static enum tcn_status put_calendar(const struct tcn_calendar *calendar,
                                    struct tcn_writer *writer) {
    uint32_t years[TCN_CALENDAR_YEARS_MAX];
    Tocsin__V1__Calendar message;
    tocsin__v1__calendar__init(&message);
    if (calendar->offset_minutes == 0 && calendar->year_count == 0 && calendar->span_count == 0) {
        return TCN_OK;
    }
    for (uint32_t i = 0; i < calendar->year_count; i++) {
        years[i] = calendar->years[i];
    }
    message.offset_minutes = calendar->offset_minutes;
    message.years = years;
    message.n_years = calendar->year_count;
    size_t start = writer->offset;
    struct tcn_slice bytes;
    /* Written where its own field will begin, then moved behind the tag and size. */
    enum tcn_status status = tcn_pb_pack(&message.base, TCN_POLICY_BYTES_MAX, writer, &bytes);
    for (uint32_t i = 0; i < calendar->span_count && status == TCN_OK; i++) {
        Tocsin__V1__CalendarSpan span;
        tocsin__v1__calendar_span__init(&span);
        span.first_day = calendar->spans[i].first_day;
        span.last_day = calendar->spans[i].last_day;
        span.is_working = calendar->spans[i].is_working;
        status = tcn_pb_put_message(3, &span.base, writer);
    }
    return status == TCN_OK ? tcn_pb_enclose(TCN_POLICY_FIELD_CALENDAR, start, writer) : status;
}

static enum tcn_status take_calendar(const Tocsin__V1__Calendar *message, struct tcn_arena *arena,
                                     struct tcn_calendar *calendar) {
    if (message == NULL) {
        return TCN_OK;
    }
    uint16_t *years = tcn_arena_alloc(arena, message->n_years * sizeof(*years));
    struct tcn_calendar_span *spans = tcn_arena_alloc(arena, message->n_spans * sizeof(*spans));
    if (years == NULL || spans == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < message->n_years; i++) {
        years[i] = (uint16_t)message->years[i];
    }
    for (size_t i = 0; i < message->n_spans; i++) {
        const Tocsin__V1__CalendarSpan *span = message->spans[i];
        bool is_day = span->first_day >= INT32_MIN && span->first_day <= INT32_MAX &&
                      span->last_day >= INT32_MIN && span->last_day <= INT32_MAX;
        if (!is_day) {
            return TCN_BAD_VALUE;
        }
        spans[i] = (struct tcn_calendar_span){.first_day = (int32_t)span->first_day,
                                              .last_day = (int32_t)span->last_day,
                                              .is_working = span->is_working};
    }
    if (message->offset_minutes < INT32_MIN || message->offset_minutes > INT32_MAX) {
        return TCN_BAD_VALUE;
    }
    *calendar = (struct tcn_calendar){.offset_minutes = (int32_t)message->offset_minutes,
                                      .years = years,
                                      .year_count = (uint32_t)message->n_years,
                                      .spans = spans,
                                      .span_count = (uint32_t)message->n_spans};
    return TCN_OK;
}

enum tcn_status tcn_policy_clocks_put(const struct tcn_policy *policy, struct tcn_writer *writer) {
    const struct tcn_clock_table *table = policy->clocks;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; table != NULL && i < table->rule_count && status == TCN_OK; i++) {
        status = put_rule(&table->rules[i], writer);
    }
    return status == TCN_OK && table != NULL ? put_calendar(&table->calendar, writer) : status;
}

enum tcn_status tcn_policy_clocks_take(const Tocsin__V1__Policy *found, struct tcn_arena *arena,
                                       struct tcn_policy *policy) {
    if (found->n_clocks == 0 && found->calendar == NULL) {
        return TCN_OK;
    }
    struct tcn_clock_table *table = tcn_arena_alloc(arena, sizeof(*table));
    struct tcn_clock_rule *rules = tcn_arena_alloc(arena, found->n_clocks * sizeof(*rules));
    if (table == NULL || rules == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_clocks; i++) {
        take_rule(found->clocks[i], &rules[i]);
    }
    table->rules = rules;
    table->rule_count = (uint32_t)found->n_clocks;
    policy->clocks = table;
    return take_calendar(found->calendar, arena, &table->calendar);
}
