/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks, calendar and rules of a policy: each field comes back, and what core counts on is refused
 * both ways where it is not so. */
#include "pass.h"

#include "raw.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define EACH(field_) assert_memory_equal(&in->field_, &out->field_, sizeof(in->field_))

static void same_trigger(const struct tcn_clock_trigger *in, const struct tcn_clock_trigger *out) {
    EACH(act);
    EACH(stage);
    assert_string_equal(in->reason, out->reason);
}

static void same_rule(const struct tcn_clock_rule *in, const struct tcn_clock_rule *out) {
    assert_string_equal(in->id, out->id);
    assert_string_equal(in->title_zh, out->title_zh);
    assert_string_equal(in->title_en, out->title_en);
    EACH(unit);
    EACH(amount);
    EACH(extend_max);
    EACH(bound);
    EACH(owes);
    EACH(start_count);
    EACH(start_time);
    EACH(stop_count);
    EACH(stop_time);
    for (uint32_t i = 0; i < TCN_CLOCK_STARTS_MAX; i++) {
        same_trigger(&in->starts[i], &out->starts[i]);
    }
    for (uint32_t i = 0; i < TCN_CLOCK_STOPS_MAX; i++) {
        same_trigger(&in->stops[i], &out->stops[i]);
    }
    same_trigger(&in->pause, &out->pause);
    same_trigger(&in->resume, &out->resume);
    EACH(domains);
    EACH(domain_count);
    EACH(procedure);
    assert_string_equal(in->category, out->category);
    EACH(severity_min);
    EACH(level_min);
    EACH(is_hand_over);
    assert_string_equal(in->unless, out->unless);
    assert_string_equal(in->article, out->article);
    EACH(confidence);
    EACH(is_enabled);
}

static void clocks_and_calendar_keep_every_field(void **state) {
    (void)state;
    struct tcn_policy in = sample_policy();
    struct tcn_policy out;
    PASS(policy);
    assert_non_null(out.clocks);
    assert_int_equal(out.clocks->rule_count, sample_clocks.rule_count);
    for (uint32_t i = 0; i < sample_clocks.rule_count; i++) {
        same_rule(&sample_clocks.rules[i], &out.clocks->rules[i]);
    }
    const struct tcn_calendar *found = &out.clocks->calendar;
    assert_int_equal(found->offset_minutes, -300);
    assert_int_equal(found->year_count, COUNT_OF(sample_years));
    assert_memory_equal(found->years, sample_years, sizeof(sample_years));
    assert_int_equal(found->span_count, COUNT_OF(sample_spans));
    for (size_t i = 0; i < COUNT_OF(sample_spans); i++) {
        assert_int_equal(found->spans[i].first_day, sample_spans[i].first_day);
        assert_int_equal(found->spans[i].last_day, sample_spans[i].last_day);
        assert_int_equal(found->spans[i].is_working, sample_spans[i].is_working);
    }
}

static void attributes_levels_and_what_domains_add_keep_every_field(void **state) {
    (void)state;
    struct tcn_policy in = sample_policy();
    struct tcn_policy out;
    PASS(policy);
    const struct tcn_rules *found = out.rules;
    assert_non_null(found);
    assert_int_equal(found->attribute_count, sample_rules.attribute_count);
    for (uint32_t i = 0; i < found->attribute_count; i++) {
        const struct tcn_attribute_rule *rule = &found->attributes[i];
        assert_string_equal(rule->id, sample_attribute_rules[i].id);
        assert_string_equal(rule->unit, sample_attribute_rules[i].unit);
        assert_string_equal(rule->title_zh, sample_attribute_rules[i].title_zh);
        assert_string_equal(rule->title_en, sample_attribute_rules[i].title_en);
        assert_int_equal(rule->kind, sample_attribute_rules[i].kind);
        assert_int_equal(rule->is_of_bureau, sample_attribute_rules[i].is_of_bureau);
        assert_int_equal(rule->value_count, sample_attribute_rules[i].value_count);
        assert_memory_equal(rule->values, sample_attribute_rules[i].values, sizeof(rule->values));
    }
    assert_int_equal(found->level_count, sample_rules.level_count);
    for (uint32_t i = 0; i < found->level_count; i++) {
        assert_string_equal(found->levels[i].id, sample_levels[i].id);
        assert_int_equal(found->levels[i].kind, sample_levels[i].kind);
        assert_int_equal(found->levels[i].rank, sample_levels[i].rank);
        assert_string_equal(found->levels[i].title_zh, sample_levels[i].title_zh);
        assert_string_equal(found->levels[i].title_en, sample_levels[i].title_en);
    }
    assert_int_equal(found->scale_count, sample_rules.scale_count);
    assert_string_equal(found->scales[0].title_en, "Road");
    assert_string_equal(found->scales[1].id, "water");
    assert_int_equal(found->threshold_count, sample_rules.threshold_count);
    assert_memory_equal(found->thresholds, sample_thresholds, sizeof(sample_thresholds));
    assert_int_equal(found->domain_count, sample_rules.domain_count);
    for (uint32_t i = 0; i < found->domain_count; i++) {
        assert_string_equal(found->domains[i].id, sample_domain_rules[i].id);
        assert_int_equal(found->domains[i].scale, sample_domain_rules[i].scale);
        assert_int_equal(found->domains[i].attribute_count, sample_domain_rules[i].attribute_count);
        assert_memory_equal(found->domains[i].attributes, sample_domain_rules[i].attributes,
                            sizeof(found->domains[i].attributes));
    }
}

static void a_policy_without_them_has_none(void **state) {
    (void)state;
    struct tcn_policy in = sample_policy();
    struct tcn_policy out;
    in.clocks = NULL;
    in.rules = NULL;
    in.plans = NULL; /* names clocks */
    PASS(policy);
    assert_null(out.clocks);
    assert_null(out.rules);
    assert_null(out.plans);
}

/** A policy that may be spoiled. */
struct spoiled {
    struct tcn_policy policy;
    struct tcn_clock_table clocks;
    struct tcn_clock_rule rules[3];
    struct tcn_calendar_span spans[2];
    uint16_t years[2];
    struct tcn_rules more;
    struct tcn_attribute_rule attributes[3];
    struct tcn_level levels[4];
    struct tcn_scale scales[2];
    struct tcn_threshold thresholds[2];
    struct tcn_domain_rules domains[2];
};

static struct spoiled spoiled;

static void spoil_begin(void) {
    spoiled.policy = sample_policy();
    spoiled.clocks = sample_clocks;
    memcpy(spoiled.rules, sample_clock_rules, sizeof(spoiled.rules));
    memcpy(spoiled.spans, sample_spans, sizeof(spoiled.spans));
    memcpy(spoiled.years, sample_years, sizeof(spoiled.years));
    memcpy(spoiled.attributes, sample_attribute_rules, sizeof(spoiled.attributes));
    memcpy(spoiled.levels, sample_levels, sizeof(spoiled.levels));
    memcpy(spoiled.scales, sample_scales, sizeof(spoiled.scales));
    memcpy(spoiled.thresholds, sample_thresholds, sizeof(spoiled.thresholds));
    memcpy(spoiled.domains, sample_domain_rules, sizeof(spoiled.domains));
    spoiled.clocks.rules = spoiled.rules;
    spoiled.clocks.calendar.spans = spoiled.spans;
    spoiled.clocks.calendar.years = spoiled.years;
    spoiled.more = sample_rules;
    spoiled.more.attributes = spoiled.attributes;
    spoiled.more.levels = spoiled.levels;
    spoiled.more.scales = spoiled.scales;
    spoiled.more.thresholds = spoiled.thresholds;
    spoiled.more.domains = spoiled.domains;
    spoiled.policy.clocks = &spoiled.clocks;
    spoiled.policy.rules = &spoiled.more;
}

/* Spoils one field and expects a status. */
#define SPOIL(field_, value_, status_)                                                             \
    do {                                                                                           \
        spoil_begin();                                                                             \
        spoiled.field_ = (value_);                                                                 \
        struct tcn_slice bytes = pass_begin();                                                     \
        assert_int_equal(tcn_wire_policy_encode(&spoiled.policy, &pass.writer, &bytes),            \
                         (status_));                                                               \
        assert_int_equal(pass.writer.offset, 0);                                                   \
    } while (0)

#define BAD(field_, value_) SPOIL(field_, value_, TCN_BAD_VALUE)

static void what_a_clock_cannot_be_is_not_written(void **state) {
    (void)state;
    BAD(rules[0].id[0], 'z'); /* not sorted */
    BAD(rules[0].id[0], '\0');
    BAD(rules[0].unit, TCN_CLOCK_UNIT_NONE);
    BAD(rules[0].unit, (enum tcn_clock_unit)8);
    BAD(rules[0].amount, 0);
    BAD(rules[0].amount, TCN_CLOCK_DAYS_MAX + 1);
    BAD(rules[0].amount, TCN_CLOCK_DAYS_MAX - 29); /* with its extension */
    BAD(rules[0].extend_max, UINT32_MAX);
    BAD(rules[1].amount, 1); /* at once has no number */
    BAD(rules[1].extend_max, 1);
    BAD(rules[1].bound, TCN_CLOCK_WINDOW);
    BAD(rules[1].is_hand_over, true); /* nor an end */
    BAD(rules[2].bound, TCN_CLOCK_WINDOW);
    BAD(rules[0].bound, (enum tcn_clock_bound)0);
    BAD(rules[0].bound, (enum tcn_clock_bound)4);
    BAD(rules[0].owes, (enum tcn_clock_owes)5);
    BAD(rules[0].start_time, (enum tcn_clock_time)5);
    BAD(rules[0].stop_time, TCN_CLOCK_FIRST);
    BAD(rules[0].start_count, 0);
    BAD(rules[0].stop_count, 0);
    BAD(rules[0].stop_count, 2); /* the second is no act */
    BAD(rules[0].starts[0].act, TCN_ACT_TICK);
    BAD(rules[0].starts[0].act, (enum tcn_act)99);
    BAD(rules[0].starts[0].stage, (enum tcn_stage)(TCN_STAGE_MAX + 1));
    BAD(rules[0].pause.act, TCN_ACT_NONE);
    BAD(rules[0].resume.act, TCN_ACT_NONE);
    BAD(rules[0].domains[0][0], 'x');  /* no domain of the policy */
    BAD(rules[0].domains[0][6], '\0'); /* twice the same */
    BAD(rules[0].procedure, (enum tcn_procedure_kind)(TCN_PROCEDURE_MAX + 1));
    BAD(rules[0].severity_min, (enum tcn_severity)5);
    BAD(rules[0].level_min, 9); /* no level of the policy */
    BAD(rules[0].confidence, (enum tcn_clock_confidence)0);
    SPOIL(rules[0].start_count, TCN_CLOCK_STARTS_MAX + 1, TCN_TOOBIG);
    SPOIL(rules[0].stop_count, TCN_CLOCK_STOPS_MAX + 1, TCN_TOOBIG);
    SPOIL(rules[0].domain_count, TCN_CLOCK_DOMAINS_MAX + 1, TCN_TOOBIG);
    SPOIL(clocks.rule_count, TCN_CLOCKS_MAX + 1, TCN_TOOBIG);
}

static void what_a_calendar_cannot_be_is_not_written(void **state) {
    (void)state;
    BAD(clocks.calendar.offset_minutes, 841);
    BAD(clocks.calendar.offset_minutes, -841);
    BAD(years[0], 1899);
    BAD(years[0], 2026); /* twice */
    BAD(years[1], 2201);
    BAD(spans[0].last_day, -401);
    BAD(spans[0].last_day, 19723);   /* a day of the other */
    BAD(spans[0].first_day, -25599); /* before December 1899 */
    BAD(spans[1].last_day, 84371);   /* after 2200 */
    SPOIL(clocks.calendar.year_count, TCN_CALENDAR_YEARS_MAX + 1, TCN_TOOBIG);
    SPOIL(clocks.calendar.span_count, TCN_CALENDAR_SPANS_MAX + 1, TCN_TOOBIG);
}

static void who_is_told_of_what_is_urgent_is_among_the_recipients(void **state) {
    (void)state;
    struct tcn_domain domains[COUNT_OF(sample_domains)];
    for (size_t i = 0; i < COUNT_OF(sample_domains); i++) {
        for (uint32_t more = 0; more < 2; more++) {
            struct tcn_policy policy = sample_policy();
            struct tcn_slice bytes = pass_begin();
            memcpy(domains, sample_domains, sizeof(domains));
            domains[i].urgent_recipient_count = domains[i].recipient_count + more;
            policy.domains = domains;
            assert_int_equal(tcn_wire_policy_encode(&policy, &pass.writer, &bytes),
                             more == 0 ? TCN_OK : TCN_BAD_VALUE);
        }
    }
}

static void no_organ_has_the_number_that_stands_for_the_office_of_a_place(void **state) {
    (void)state;
    struct tcn_organ organs[COUNT_OF(sample_organs)];
    struct tcn_policy policy = sample_policy();
    struct tcn_slice bytes = pass_begin();
    memcpy(organs, sample_organs, sizeof(organs));
    policy.organs = organs;
    organs[COUNT_OF(organs) - 1].number = TCN_ORGAN_OF_PLACE - 1;
    assert_int_equal(tcn_wire_policy_encode(&policy, &pass.writer, &bytes), TCN_OK);
    bytes = pass_begin();
    organs[COUNT_OF(organs) - 1].number = TCN_ORGAN_OF_PLACE;
    assert_int_equal(tcn_wire_policy_encode(&policy, &pass.writer, &bytes), TCN_BAD_VALUE);
}

static void what_rules_cannot_be_is_not_written(void **state) {
    (void)state;
    BAD(attributes[0].id[0], '\0');
    BAD(attributes[0].kind, TCN_ATTRIBUTE_FLAG); /* which has no unit */
    BAD(attributes[0].kind, (enum tcn_attribute_kind)4);
    BAD(attributes[0].unit[0], '\0');
    BAD(attributes[0].value_count, 1);
    BAD(attributes[1].unit[0], 'm');
    BAD(attributes[1].values[1][0], '\0');
    BAD(attributes[1].value_count, 3);
    BAD(attributes[1].value_count, TCN_ATTRIBUTE_VALUES_MAX + 1);
    BAD(levels[1].rank, 0);
    BAD(levels[1].rank, 1); /* taken */
    BAD(levels[1].rank, 3); /* a hole below */
    BAD(levels[0].kind, TCN_LEVEL_NONE);
    BAD(levels[0].kind, (enum tcn_level_kind)4);
    BAD(scales[1].id[0], '\0');
    BAD(thresholds[0].scale, 0);
    BAD(thresholds[0].scale, 3);
    BAD(thresholds[0].level, 0);
    BAD(thresholds[0].level, 5);
    BAD(thresholds[0].level, 1); /* a warning's */
    BAD(thresholds[0].measure, TCN_MEASURE_NONE);
    BAD(thresholds[0].measure, TCN_MEASURE_ATTRIBUTE); /* which one? */
    BAD(thresholds[0].attribute, 1);
    BAD(thresholds[1].attribute, 2); /* no number */
    BAD(thresholds[1].attribute, 4);
    BAD(thresholds[0].from, 0);
    BAD(domains[0].attributes[1], 0);
    BAD(domains[0].attributes[1], 4);
    BAD(domains[0].attributes[1], 3); /* twice */
    BAD(domains[0].scale, 3);
    BAD(domains[0].id[0], 'x'); /* not the domain of this row */
    BAD(more.domain_count, 1);
    BAD(domains[0].attribute_count, TCN_DOMAIN_ATTRIBUTES_MAX + 1);
    SPOIL(more.attribute_count, TCN_POLICY_ATTRIBUTES_MAX + 1, TCN_TOOBIG);
    SPOIL(more.level_count, TCN_LEVELS_MAX + 1, TCN_TOOBIG);
    SPOIL(more.scale_count, TCN_SCALES_MAX + 1, TCN_TOOBIG);
    SPOIL(more.threshold_count, TCN_THRESHOLDS_MAX + 1, TCN_TOOBIG);
}

/** A message of another's policy: a list of (field, number) and at most one text. */
struct foreign {
    uint32_t field; /**< of Policy */
    const char *id; /**< field 1; NULL: number[0] is */
    uint64_t numbers[16];
    enum tcn_status status;
};

/** Decodes the sample with one more message behind it. */
static enum tcn_status decode_with(uint32_t field, const struct raw *inner) {
    struct tcn_policy policy = sample_policy();
    struct tcn_policy found;
    struct raw raw = {.size = 0};
    struct tcn_slice bytes = pass_begin();
    assert_int_equal(tcn_wire_policy_encode(&policy, &pass.writer, &bytes), TCN_OK);
    raw_append(&raw, bytes);
    raw_bytes(&raw, field, inner->data, inner->size);
    tcn_arena_reset(&pass.arena);
    return tcn_wire_policy_decode(raw_slice(&raw), &pass.arena, &found);
}

static void what_is_not_there_is_not_read(void **state) {
    (void)state;
    static const struct foreign rows[] = {
        /* threshold: scale, level, measure, attribute, from */
        {15, NULL, {1, 2, 1, 0, 9}, TCN_OK},
        {15, NULL, {3, 2, 1, 0, 9}, TCN_BAD_VALUE},
        {15, NULL, {1, 5, 1, 0, 9}, TCN_BAD_VALUE},
        {15, NULL, {1, 4, 1, 0, 9}, TCN_BAD_VALUE},
        {15, NULL, {1, 2, 4, 4, 9}, TCN_BAD_VALUE},
        {15, NULL, {1, 2, 4, 3, 9}, TCN_BAD_VALUE},
        {15, NULL, {1, 2, 1, 1, 9}, TCN_BAD_VALUE},
        {15, NULL, {1, 2, 5, 0, 9}, TCN_BAD_VALUE},
        {15, NULL, {1, 2, 1, 0, 0}, TCN_BAD_VALUE},
        /* level: kind, rank */
        {13, "third", {0, 1, 3}, TCN_OK},
        {13, "third", {0, 1, 4}, TCN_BAD_VALUE},
        {13, "third", {0, 1, 2}, TCN_BAD_VALUE},
        {13, "grave", {0, 1, 3}, TCN_BAD_VALUE},
        {13, "third", {0, 4, 1}, TCN_BAD_VALUE},
        /* scale, attribute */
        {14, "sea", {0}, TCN_OK},
        {14, "road", {0}, TCN_BAD_VALUE},
        {12, "new", {0, 3}, TCN_OK},
        {12, "depth", {0, 3}, TCN_BAD_VALUE},
        {12, "new", {0, 1}, TCN_BAD_VALUE}, /* a number without unit */
        {12, "new", {0, 0}, TCN_BAD_VALUE},
        /* domain: owner in 4, scale in 10 */
        {7, "hazard.sea", {0, 0, 0, 1, 0, 0, 0, 0, 0, 2}, TCN_OK},
        {7, "hazard.sea", {0, 0, 0, 1, 0, 0, 0, 0, 0, 3}, TCN_BAD_VALUE},
        /* one who is told of what is urgent only, and none who is told */
        {7, "hazard.sea", {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1}, TCN_BAD_VALUE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct raw inner = {.size = 0};
        if (rows[i].id != NULL) {
            raw_text(&inner, 1, rows[i].id);
        }
        for (uint32_t k = 0; k < COUNT_OF(rows[i].numbers); k++) {
            if (rows[i].numbers[k] != 0) {
                raw_number(&inner, k + 1, rows[i].numbers[k]);
            }
        }
        const enum tcn_status status = decode_with(rows[i].field, &inner);
        if (status != rows[i].status) {
            fail_msg("row %zu: %s", i, tcn_status_name(status));
        }
    }
}

/** A rule as a stranger would write it. */
static void foreign_rule(struct raw *raw, const char *id, const char *domain, uint64_t act) {
    struct raw trigger = {.size = 0};
    raw_number(&trigger, 1, act);
    raw_text(raw, 1, id);
    raw_number(raw, 4, TCN_CLOCK_HOURS);
    raw_number(raw, 5, 2);
    raw_number(raw, 7, TCN_CLOCK_AT_MOST);
    raw_number(raw, 8, TCN_CLOCK_DESK);
    raw_bytes(raw, 9, trigger.data, trigger.size);
    raw_number(raw, 10, TCN_CLOCK_LEARNED);
    raw_bytes(raw, 11, trigger.data, trigger.size);
    raw_number(raw, 12, TCN_CLOCK_RECORDED);
    raw_text(raw, 15, domain);
    raw_number(raw, 20, TCN_CLOCK_READ);
}

static void a_foreign_clock_is_judged_as_ours(void **state) {
    (void)state;
    static const struct {
        const char *id;
        const char *domain;
        uint64_t act;
        enum tcn_status status;
    } rows[] = {
        {"clock.z", "hazard", TCN_ACT_REPLIED, TCN_OK},
        {"clock.a", "hazard", TCN_ACT_REPLIED, TCN_BAD_VALUE},     /* not sorted */
        {"clock.least", "hazard", TCN_ACT_REPLIED, TCN_BAD_VALUE}, /* twice */
        {"clock.z", "nothing", TCN_ACT_REPLIED, TCN_BAD_VALUE},
        {"clock.z", "", TCN_ACT_REPLIED, TCN_BAD_VALUE},
        {"clock.z", "hazard", 99, TCN_BAD_VALUE},
        {"clock.z", "hazard", TCN_ACT_TICK, TCN_BAD_VALUE},
        {"", "hazard", TCN_ACT_REPLIED, TCN_BAD_VALUE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct raw inner = {.size = 0};
        foreign_rule(&inner, rows[i].id, rows[i].domain, rows[i].act);
        const enum tcn_status status = decode_with(10, &inner);
        if (status != rows[i].status) {
            fail_msg("row %zu: %s", i, tcn_status_name(status));
        }
    }
    struct raw paused = {.size = 0};
    struct raw known = {.size = 0};
    foreign_rule(&paused, "clock.z", "hazard", TCN_ACT_REPLIED);
    raw_bytes(&paused, 13, "\x08\x01", 2);
    assert_int_equal(decode_with(10, &paused), TCN_BAD_VALUE); /* resumed by what? */
    raw_bytes(&paused, 14, "\x08\x02", 2);
    assert_int_equal(decode_with(10, &paused), TCN_OK);
    raw_number(&paused, 22, 9); /* no level of the policy */
    assert_int_equal(decode_with(10, &paused), TCN_BAD_VALUE);
    foreign_rule(&known, "clock.z", "hazard", TCN_ACT_REPLIED);
    raw_number(&known, 22, 1);
    assert_int_equal(decode_with(10, &known), TCN_OK);
    raw_number(&known, 31, 1);
    assert_int_equal(decode_with(10, &known), TCN_UNKNOWN_FIELD);
}

/* Clocks are kept under numbers, which two words may share: no policy has both. */
static void two_rules_of_one_number_are_not_read(void **state) {
    (void)state;
    static const char *const ids[] = {"x.1255", "x.93994"};
    struct raw rules[2] = {{.size = 0}, {.size = 0}};
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        foreign_rule(&rules[i], ids[i], "hazard", TCN_ACT_REPLIED);
        assert_int_equal(decode_with(10, &rules[i]), TCN_OK); /* each by itself */
    }
    struct raw both = {.size = 0};
    struct tcn_policy policy = sample_policy();
    struct tcn_policy found;
    struct tcn_slice bytes = pass_begin();
    assert_int_equal(tcn_wire_policy_encode(&policy, &pass.writer, &bytes), TCN_OK);
    raw_append(&both, bytes);
    raw_bytes(&both, 10, rules[0].data, rules[0].size);
    raw_bytes(&both, 10, rules[1].data, rules[1].size);
    tcn_arena_reset(&pass.arena);
    assert_int_equal(tcn_wire_policy_decode(raw_slice(&both), &pass.arena, &found), TCN_BAD_VALUE);
}

static void days_that_nobody_can_count_are_not_read(void **state) {
    (void)state;
    static const int64_t days[] = {INT64_MIN, INT64_MAX, INT64_C(1) << 32, -25599, 84371};
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        struct raw span = {.size = 0};
        struct raw calendar = {.size = 0};
        struct raw raw = {.size = 0};
        struct tcn_policy found;
        raw_number(&span, 1, (uint64_t)days[i]);
        raw_number(&span, 2, (uint64_t)days[i]);
        raw_bytes(&calendar, 3, span.data, span.size);
        raw_number(&raw, 1, 1);
        raw_bytes(&raw, 11, calendar.data, calendar.size);
        tcn_arena_reset(&pass.arena);
        assert_int_equal(tcn_wire_policy_decode(raw_slice(&raw), &pass.arena, &found),
                         TCN_BAD_VALUE);
        calendar.size = 0;
        raw_number(&calendar, 1, (uint64_t)days[i]);
        raw.size = 0;
        raw_number(&raw, 1, 1);
        raw_bytes(&raw, 11, calendar.data, calendar.size);
        tcn_arena_reset(&pass.arena);
        assert_int_equal(tcn_wire_policy_decode(raw_slice(&raw), &pass.arena, &found),
                         TCN_BAD_VALUE);
    }
}

static void without_room_nothing_is_written(void **state) {
    (void)state;
    struct tcn_policy policy = sample_policy();
    struct tcn_slice bytes = pass_begin();
    assert_int_equal(tcn_wire_policy_encode(&policy, &pass.writer, &bytes), TCN_OK);
    const size_t whole = bytes.size;
    for (size_t size = 0; size < whole; size++) {
        uint8_t room[PASS_ROOM_BYTES];
        struct tcn_writer writer = tcn_writer_init(room, size);
        assert_int_equal(tcn_wire_policy_encode(&policy, &writer, &bytes), TCN_TOOBIG);
        assert_int_equal(writer.offset, 0);
    }
}

/** A policy in which every table is as long as it may be, and its rows as short. */
struct largest {
    struct tcn_clock_rule rules[TCN_CLOCKS_MAX];
    struct tcn_calendar_span spans[TCN_CALENDAR_SPANS_MAX];
    uint16_t years[TCN_CALENDAR_YEARS_MAX];
    struct tcn_attribute_rule attributes[TCN_POLICY_ATTRIBUTES_MAX];
    struct tcn_level levels[TCN_LEVELS_MAX];
    struct tcn_scale scales[TCN_SCALES_MAX];
    struct tcn_threshold thresholds[TCN_THRESHOLDS_MAX];
    struct tcn_clock_table clocks;
    struct tcn_rules more;
};

static void fill(struct largest *largest) {
    for (uint32_t i = 0; i < TCN_CLOCKS_MAX; i++) {
        largest->rules[i] = sample_clock_rules[1];
        (void)snprintf(largest->rules[i].id, sizeof(largest->rules[i].id), "c%03u", i);
    }
    for (uint32_t i = 0; i < TCN_CALENDAR_SPANS_MAX; i++) {
        const int32_t day = (int32_t)(2 * i);
        largest->spans[i] = (struct tcn_calendar_span){day, day, i % 2 == 0};
    }
    for (uint32_t i = 0; i < TCN_CALENDAR_YEARS_MAX; i++) {
        largest->years[i] = (uint16_t)(1970 + i);
    }
    for (uint32_t i = 0; i < TCN_POLICY_ATTRIBUTES_MAX; i++) {
        largest->attributes[i].kind = TCN_ATTRIBUTE_FLAG;
        (void)snprintf(largest->attributes[i].id, sizeof(largest->attributes[i].id), "a%u", i);
    }
    for (uint32_t i = 0; i < TCN_LEVELS_MAX; i++) {
        largest->levels[i].kind = TCN_LEVEL_ACCIDENT;
        largest->levels[i].rank = i + 1;
        (void)snprintf(largest->levels[i].id, sizeof(largest->levels[i].id), "l%u", i);
    }
    for (uint32_t i = 0; i < TCN_SCALES_MAX; i++) {
        (void)snprintf(largest->scales[i].id, sizeof(largest->scales[i].id), "s%u", i);
    }
    for (uint32_t i = 0; i < TCN_THRESHOLDS_MAX; i++) {
        largest->thresholds[i] = (struct tcn_threshold){
            .scale = 1, .level = 1, .measure = TCN_MEASURE_DEATHS, .from = 1};
    }
    largest->clocks = (struct tcn_clock_table){.rules = largest->rules,
                                               .rule_count = TCN_CLOCKS_MAX,
                                               .calendar = {.years = largest->years,
                                                            .year_count = TCN_CALENDAR_YEARS_MAX,
                                                            .spans = largest->spans,
                                                            .span_count = TCN_CALENDAR_SPANS_MAX}};
    largest->more = (struct tcn_rules){.attributes = largest->attributes,
                                       .attribute_count = TCN_POLICY_ATTRIBUTES_MAX,
                                       .levels = largest->levels,
                                       .level_count = TCN_LEVELS_MAX,
                                       .scales = largest->scales,
                                       .scale_count = TCN_SCALES_MAX,
                                       .thresholds = largest->thresholds,
                                       .threshold_count = TCN_THRESHOLDS_MAX};
}

static void tables_at_their_largest_are_read_within_the_room_that_is_told(void **state) {
    (void)state;
    struct largest *largest = calloc(1, sizeof(*largest));
    uint8_t *room = malloc(TCN_POLICY_BYTES_MAX);
    assert_true(largest != NULL && room != NULL);
    fill(largest);
    const struct tcn_policy policy = {
        .version = 1, .clocks = &largest->clocks, .rules = &largest->more};
    struct tcn_writer writer = tcn_writer_init(room, TCN_POLICY_BYTES_MAX);
    struct tcn_slice bytes;
    struct tcn_policy found;
    struct tcn_arena arena;
    assert_int_equal(tcn_wire_policy_encode(&policy, &writer, &bytes), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, TCN_POLICY_ARENA_BYTES(bytes.size)), TCN_OK);
    assert_int_equal(tcn_wire_policy_decode(bytes, &arena, &found), TCN_OK);
    assert_int_equal(found.clocks->rule_count, TCN_CLOCKS_MAX);
    assert_int_equal(found.clocks->calendar.span_count, TCN_CALENDAR_SPANS_MAX);
    assert_int_equal(found.rules->threshold_count, TCN_THRESHOLDS_MAX);
    tcn_arena_fini(&arena);
    free(room);
    free(largest);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_and_calendar_keep_every_field),
        cmocka_unit_test(attributes_levels_and_what_domains_add_keep_every_field),
        cmocka_unit_test(a_policy_without_them_has_none),
        cmocka_unit_test(what_a_clock_cannot_be_is_not_written),
        cmocka_unit_test(what_a_calendar_cannot_be_is_not_written),
        cmocka_unit_test(who_is_told_of_what_is_urgent_is_among_the_recipients),
        cmocka_unit_test(no_organ_has_the_number_that_stands_for_the_office_of_a_place),
        cmocka_unit_test(what_rules_cannot_be_is_not_written),
        cmocka_unit_test(what_is_not_there_is_not_read),
        cmocka_unit_test(a_foreign_clock_is_judged_as_ours),
        cmocka_unit_test(two_rules_of_one_number_are_not_read),
        cmocka_unit_test(days_that_nobody_can_count_are_not_read),
        cmocka_unit_test(without_room_nothing_is_written),
        cmocka_unit_test(tables_at_their_largest_are_read_within_the_room_that_is_told),
    };
    return cmocka_run_group_tests(tests, pass_open, pass_close);
}
