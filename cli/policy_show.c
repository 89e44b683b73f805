/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy_show.h"

#include "cli/show.h"
#include "json/write.h"

#include <inttypes.h>
#include <string.h>

static const struct tcn_rules no_rules = {.attributes = NULL};

static const char *kind_word(enum tcn_organ_kind kind) {
    switch (kind) {
    case TCN_ORGAN_DESK:
        return "desk";
    case TCN_ORGAN_BUREAU:
        return "bureau";
    case TCN_ORGAN_OFFICE:
        return "office";
    default:
        return "none";
    }
}

static const char *organ_id(const struct tcn_policy *policy, uint16_t number) {
    const struct tcn_organ *organ = tcn_policy_organ(policy, number);
    return organ == NULL ? NULL : organ->id;
}

static void add_organs(struct tcn_json_writer *writer, const struct tcn_policy *policy) {
    tcn_json_array_begin(writer, "organs");
    for (uint32_t index = 0; index < policy->organ_count; index++) {
        const struct tcn_organ *organ = &policy->organs[index];
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "id", organ->id);
        tcn_json_add_u64(writer, "number", organ->number);
        tcn_json_add_word(writer, "kind", kind_word(organ->kind));
        tcn_json_add_word(writer, "title_zh", organ->title_zh);
        tcn_json_add_word(writer, "title_en", organ->title_en);
        tcn_json_add_word(writer, "line_parent", organ_id(policy, organ->line_parent));
        tcn_json_add_word(writer, "place_parent", organ_id(policy, organ->place_parent));
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

/* What the domain adds to its row: attributes and scale. */
static void add_domain_rules(struct tcn_json_writer *writer, const struct tcn_policy *policy,
                             uint32_t index) {
    const struct tcn_rules *rules = policy->rules;
    const struct tcn_domain_rules *domain = rules != NULL ? &rules->domains[index] : NULL;
    const uint32_t count = domain != NULL ? domain->attribute_count : 0;
    const uint16_t scale = domain != NULL ? domain->scale : 0;
    tcn_json_add_word(writer, "scale", scale != 0 ? rules->scales[scale - 1].id : NULL);
    tcn_json_array_begin(writer, "attributes");
    for (uint32_t other = 0; other < count; other++) {
        tcn_json_add_word(writer, NULL, rules->attributes[domain->attributes[other] - 1].id);
    }
    tcn_json_array_end(writer);
}

static void add_domains(struct tcn_json_writer *writer, const struct tcn_policy *policy) {
    tcn_json_array_begin(writer, "domains");
    for (uint32_t index = 0; index < policy->domain_count; index++) {
        const struct tcn_domain *domain = &policy->domains[index];
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "id", domain->id);
        tcn_json_add_word(writer, "procedure", tcn_procedure_name(domain->procedure));
        tcn_json_add_word(writer, "title_zh", domain->title_zh);
        tcn_json_add_word(writer, "title_en", domain->title_en);
        tcn_json_add_word(writer, "owner", organ_id(policy, domain->owner));
        tcn_json_array_begin(writer, "recipients");
        const uint32_t always = domain->recipient_count - domain->urgent_recipient_count;
        for (uint32_t other = 0; other < always; other++) {
            tcn_json_add_word(writer, NULL,
                              tcn_policy_beside_word(policy, domain->recipients[other]));
        }
        tcn_json_array_end(writer);
        tcn_json_array_begin(writer, "urgent_recipients");
        for (uint32_t other = always; other < domain->recipient_count; other++) {
            tcn_json_add_word(writer, NULL,
                              tcn_policy_beside_word(policy, domain->recipients[other]));
        }
        tcn_json_array_end(writer);
        tcn_json_add_word(writer, "line", domain->line[0] == '\0' ? NULL : domain->line);
        tcn_json_add_bool(writer, "is_petition", domain->is_petition);
        tcn_json_add_bool(writer, "has_opaque_slip", domain->has_opaque_slip);
        tcn_json_array_begin(writer, "keywords");
        for (uint32_t word = 0; word < domain->keyword_count; word++) {
            tcn_json_add_word(writer, NULL, domain->keywords[word]);
        }
        tcn_json_array_end(writer);
        add_domain_rules(writer, policy, index);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

static void add_divisions(struct tcn_json_writer *writer, const struct tcn_policy *policy) {
    tcn_json_array_begin(writer, "divisions");
    for (uint32_t index = 0; index < policy->division_count; index++) {
        const struct tcn_division *division = &policy->divisions[index];
        char code[24];
        (void)snprintf(code, sizeof code, "%012" PRIu64, division->code);
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "code", code);
        tcn_json_add_word(writer, "name", division->name);
        tcn_json_add_word(writer, "office", organ_id(policy, division->office));
        tcn_json_add_bool(writer, "is_managed", division->is_managed);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

/* An act, its reason and the stage after it, as clocks.yaml has them; empty for none. */
static void trigger_word(const struct tcn_clock_trigger *trigger, char out[TCN_SHOW_TEXT_BYTES]) {
    const bool has_reason = trigger->reason[0] != '\0';
    const bool has_stage = trigger->stage != TCN_STAGE_NONE;
    (void)snprintf(out, TCN_SHOW_TEXT_BYTES, "%s%s%s%s%s",
                   trigger->act == TCN_ACT_NONE ? "" : tcn_act_name(trigger->act),
                   has_reason ? ":" : "", trigger->reason, has_stage ? ">" : "",
                   has_stage ? tcn_stage_name(trigger->stage) : "");
}

static void add_trigger(struct tcn_json_writer *writer, const char *key,
                        const struct tcn_clock_trigger *trigger) {
    char word[TCN_SHOW_TEXT_BYTES];
    trigger_word(trigger, word);
    tcn_json_add_word(writer, key, word[0] == '\0' ? NULL : word);
}

static void add_triggers(struct tcn_json_writer *writer, const char *key,
                         const struct tcn_clock_trigger *triggers, uint32_t count) {
    tcn_json_array_begin(writer, key);
    for (uint32_t index = 0; index < count; index++) {
        add_trigger(writer, NULL, &triggers[index]);
    }
    tcn_json_array_end(writer);
}

static void add_clock(struct tcn_json_writer *writer, const struct tcn_clock_rule *rule,
                      const struct tcn_rules *rules) {
    const struct tcn_level *level = tcn_rules_accident_level(rules, rule->level_min);
    tcn_json_object_begin(writer, NULL);
    tcn_json_add_word(writer, "id", rule->id);
    tcn_json_add_word(writer, "title_zh", rule->title_zh);
    tcn_json_add_word(writer, "title_en", rule->title_en);
    tcn_json_add_word(writer, "unit", tcn_clock_unit_name(rule->unit));
    tcn_json_add_u64(writer, "amount", rule->amount);
    tcn_json_add_u64(writer, "extend", rule->extend_max);
    tcn_json_add_word(writer, "bound", tcn_clock_bound_name(rule->bound));
    tcn_json_add_word(writer, "owes", tcn_clock_owes_name(rule->owes));
    add_triggers(writer, "start", rule->starts, rule->start_count);
    tcn_json_add_word(writer, "start_time", tcn_clock_time_name(rule->start_time));
    add_triggers(writer, "stop", rule->stops, rule->stop_count);
    tcn_json_add_word(writer, "stop_time", tcn_clock_time_name(rule->stop_time));
    add_trigger(writer, "pause", &rule->pause);
    add_trigger(writer, "resume", &rule->resume);
    tcn_json_array_begin(writer, "domains");
    for (uint32_t index = 0; index < rule->domain_count; index++) {
        tcn_json_add_word(writer, NULL, rule->domains[index]);
    }
    tcn_json_array_end(writer);
    tcn_json_add_word(writer, "procedure",
                      rule->procedure == TCN_PROCEDURE_NONE ? NULL
                                                            : tcn_procedure_name(rule->procedure));
    tcn_json_add_word(writer, "category", rule->category[0] == '\0' ? NULL : rule->category);
    tcn_json_add_word(
        writer, "severity",
        rule->severity_min == TCN_SEVERITY_UNKNOWN ? NULL : tcn_severity_name(rule->severity_min));
    tcn_json_add_word(writer, "level", level == NULL ? NULL : level->id);
    tcn_json_add_bool(writer, "hand_over", rule->is_hand_over);
    tcn_json_add_word(writer, "unless", rule->unless[0] == '\0' ? NULL : rule->unless);
    tcn_json_add_word(writer, "article", rule->article);
    tcn_json_add_word(writer, "confidence", tcn_clock_confidence_name(rule->confidence));
    tcn_json_add_bool(writer, "enabled", rule->is_enabled);
    tcn_json_object_end(writer);
}

static void add_clocks(struct tcn_json_writer *writer, const struct tcn_clock_table *table,
                       const struct tcn_rules *rules) {
    static const struct tcn_calendar no_calendar = {.years = NULL};
    const struct tcn_calendar *calendar = table != NULL ? &table->calendar : &no_calendar;
    tcn_json_array_begin(writer, "clocks");
    for (uint32_t index = 0; table != NULL && index < table->rule_count; index++) {
        add_clock(writer, &table->rules[index], rules);
    }
    tcn_json_array_end(writer);
    tcn_json_object_begin(writer, "calendar");
    tcn_json_add_i64(writer, "zone_offset_minutes", calendar->offset_minutes);
    tcn_json_array_begin(writer, "years");
    for (uint32_t index = 0; index < calendar->year_count; index++) {
        tcn_json_add_u64(writer, NULL, calendar->years[index]);
    }
    tcn_json_array_end(writer);
    tcn_json_object_end(writer);
}

static void add_attributes(struct tcn_json_writer *writer, const struct tcn_rules *rules) {
    tcn_json_array_begin(writer, "attributes");
    for (uint32_t index = 0; index < rules->attribute_count; index++) {
        const struct tcn_attribute_rule *rule = &rules->attributes[index];
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "id", rule->id);
        tcn_json_add_word(writer, "kind", tcn_attribute_kind_name(rule->kind));
        tcn_json_add_word(writer, "by", rule->is_of_bureau ? "bureau" : "reporter");
        tcn_json_add_word(writer, "unit", rule->unit[0] == '\0' ? NULL : rule->unit);
        tcn_json_add_word(writer, "title_zh", rule->title_zh);
        tcn_json_add_word(writer, "title_en", rule->title_en);
        tcn_json_array_begin(writer, "values");
        for (uint32_t other = 0; other < rule->value_count; other++) {
            tcn_json_add_word(writer, NULL, rule->values[other]);
        }
        tcn_json_array_end(writer);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

static void add_levels(struct tcn_json_writer *writer, const struct tcn_rules *rules) {
    tcn_json_array_begin(writer, "levels");
    for (uint32_t index = 0; index < rules->level_count; index++) {
        const struct tcn_level *level = &rules->levels[index];
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "id", level->id);
        tcn_json_add_word(writer, "kind", tcn_level_kind_name(level->kind));
        tcn_json_add_u64(writer, "rank", level->rank);
        tcn_json_add_word(writer, "title_zh", level->title_zh);
        tcn_json_add_word(writer, "title_en", level->title_en);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
    tcn_json_array_begin(writer, "scales");
    for (uint32_t index = 0; index < rules->scale_count; index++) {
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "id", rules->scales[index].id);
        tcn_json_add_word(writer, "title_zh", rules->scales[index].title_zh);
        tcn_json_add_word(writer, "title_en", rules->scales[index].title_en);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
    tcn_json_array_begin(writer, "thresholds");
    for (uint32_t index = 0; index < rules->threshold_count; index++) {
        const struct tcn_threshold *threshold = &rules->thresholds[index];
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "scale", rules->scales[threshold->scale - 1].id);
        tcn_json_add_word(writer, "measure", tcn_threshold_measure(rules, threshold));
        tcn_json_add_word(writer, "level", rules->levels[threshold->level - 1].id);
        tcn_json_add_u64(writer, "from", threshold->from);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

enum tcn_status tcn_policy_show_json(struct tcn_cli *cli, const struct tcn_policy *policy) {
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "policy");
    tcn_json_add_u64(&writer, "version", policy->version);
    tcn_json_add_word(&writer, "title", policy->title);
    tcn_json_add_word(&writer, "desk", organ_id(policy, policy->desk));
    add_organs(&writer, policy);
    add_domains(&writer, policy);
    add_divisions(&writer, policy);
    add_clocks(&writer, policy->clocks, policy->rules);
    add_attributes(&writer, policy->rules != NULL ? policy->rules : &no_rules);
    add_levels(&writer, policy->rules != NULL ? policy->rules : &no_rules);
    enum tcn_status status = tcn_json_write_file(&writer, cli->out, true);
    tcn_json_writer_fini(&writer);
    return status;
}

static enum tcn_status print_domains(struct tcn_cli *cli, const struct tcn_policy *policy) {
    static const struct tcn_table_column columns[] = {
        {"DOMAIN", false}, {"OWNER", false}, {"LINE", false}, {"TITLE", false}};
    struct tcn_table *table = NULL;
    enum tcn_status status = tcn_table_create(cli, TCN_FORMAT_TABLE, columns,
                                              sizeof columns / sizeof columns[0], &table);
    for (uint32_t index = 0; status == TCN_OK && index < policy->domain_count; index++) {
        const struct tcn_domain *domain = &policy->domains[index];
        const char *owner = organ_id(policy, domain->owner);
        const char *const cells[] = {domain->id, owner == NULL ? "-" : owner,
                                     domain->line[0] == '\0' ? "-" : domain->line,
                                     domain->title_zh};
        status = tcn_table_add(table, cells);
    }
    if (status == TCN_OK) {
        status = tcn_table_print(table);
    }
    tcn_table_destroy(&table);
    return status;
}

static enum tcn_status print_organs(struct tcn_cli *cli, const struct tcn_policy *policy) {
    static const struct tcn_table_column columns[] = {
        {"NUMBER", true}, {"ORGAN", false}, {"KIND", false}, {"TITLE", false}};
    struct tcn_table *table = NULL;
    enum tcn_status status = tcn_table_create(cli, TCN_FORMAT_TABLE, columns,
                                              sizeof columns / sizeof columns[0], &table);
    for (uint32_t index = 0; status == TCN_OK && index < policy->organ_count; index++) {
        const struct tcn_organ *organ = &policy->organs[index];
        char number[16];
        (void)snprintf(number, sizeof number, "%u", (unsigned)organ->number);
        const char *const cells[] = {number, organ->id, kind_word(organ->kind), organ->title_zh};
        status = tcn_table_add(table, cells);
    }
    if (status == TCN_OK) {
        status = tcn_table_print(table);
    }
    tcn_table_destroy(&table);
    return status;
}

/* "15 calendar_days + 30", as far as there is one. */
static void amount_word(const struct tcn_clock_rule *rule, char out[TCN_SHOW_WORD_BYTES]) {
    const char *unit = tcn_clock_unit_name(rule->unit);
    if (rule->amount == 0) {
        (void)snprintf(out, TCN_SHOW_WORD_BYTES, "%s", unit);
    } else if (rule->extend_max == 0) {
        (void)snprintf(out, TCN_SHOW_WORD_BYTES, "%" PRIu32 " %s", rule->amount, unit);
    } else {
        (void)snprintf(out, TCN_SHOW_WORD_BYTES, "%" PRIu32 " %s + %" PRIu32, rule->amount, unit,
                       rule->extend_max);
    }
}

/* The list in one cell. */
static void triggers_word(const struct tcn_clock_trigger *triggers, uint32_t count,
                          char out[TCN_SHOW_TEXT_BYTES]) {
    size_t size = 0;
    out[0] = '\0';
    for (uint32_t index = 0; index < count; index++) {
        char word[TCN_SHOW_TEXT_BYTES];
        trigger_word(&triggers[index], word);
        const int written =
            snprintf(out + size, TCN_SHOW_TEXT_BYTES - size, "%s%s", index > 0 ? " " : "", word);
        size += written > 0 ? (size_t)written : 0;
        if (size >= TCN_SHOW_TEXT_BYTES) {
            return;
        }
    }
}

static enum tcn_status print_clocks(struct tcn_cli *cli, const struct tcn_clock_table *clocks) {
    static const struct tcn_table_column columns[] = {
        {"CLOCK", false}, {"PERIOD", false}, {"BOUND", false}, {"OWES", false}, {"START", false},
        {"STOP", false},  {"SURE", false},   {"ON", false},    {"TITLE", false}};
    struct tcn_table *table = NULL;
    enum tcn_status status = tcn_table_create(cli, TCN_FORMAT_TABLE, columns,
                                              sizeof columns / sizeof columns[0], &table);
    for (uint32_t index = 0; status == TCN_OK && index < clocks->rule_count; index++) {
        const struct tcn_clock_rule *rule = &clocks->rules[index];
        char amount[TCN_SHOW_WORD_BYTES];
        char starts[TCN_SHOW_TEXT_BYTES];
        char stops[TCN_SHOW_TEXT_BYTES];
        amount_word(rule, amount);
        triggers_word(rule->starts, rule->start_count, starts);
        triggers_word(rule->stops, rule->stop_count, stops);
        const char *const cells[] = {rule->id,
                                     amount,
                                     tcn_clock_bound_name(rule->bound),
                                     tcn_clock_owes_name(rule->owes),
                                     starts,
                                     stops,
                                     tcn_clock_confidence_name(rule->confidence),
                                     rule->is_enabled ? "yes" : "no",
                                     rule->title_zh};
        status = tcn_table_add(table, cells);
    }
    if (status == TCN_OK) {
        status = tcn_table_print(table);
    }
    tcn_table_destroy(&table);
    return status;
}

static void print_calendar(struct tcn_cli *cli, const struct tcn_calendar *calendar) {
    (void)fprintf(cli->out,
                  "Calendar, %" PRId32 " minutes east of UTC, years:", calendar->offset_minutes);
    for (uint32_t index = 0; index < calendar->year_count; index++) {
        (void)fprintf(cli->out, " %u", (unsigned)calendar->years[index]);
    }
    (void)fputs(calendar->year_count == 0 ? " none\n\n" : "\n\n", cli->out);
}

static enum tcn_status print_levels(struct tcn_cli *cli, const struct tcn_rules *rules) {
    static const struct tcn_table_column columns[] = {
        {"KIND", false}, {"RANK", true}, {"LEVEL", false}, {"FROM", false}, {"TITLE", false}};
    struct tcn_table *table = NULL;
    enum tcn_status status = tcn_table_create(cli, TCN_FORMAT_TABLE, columns,
                                              sizeof columns / sizeof columns[0], &table);
    for (uint32_t index = 0; status == TCN_OK && index < rules->level_count; index++) {
        const struct tcn_level *level = &rules->levels[index];
        char rank[16];
        char from[TCN_SHOW_TEXT_BYTES] = "-";
        size_t size = 0;
        (void)snprintf(rank, sizeof rank, "%" PRIu32, level->rank);
        for (uint32_t other = 0; other < rules->threshold_count && size < sizeof from; other++) {
            const struct tcn_threshold *threshold = &rules->thresholds[other];
            if (threshold->level == index + 1) {
                const int written =
                    snprintf(from + size, sizeof from - size, "%s%s: %s %" PRIu64,
                             size > 0 ? ", " : "", rules->scales[threshold->scale - 1].id,
                             tcn_threshold_measure(rules, threshold), threshold->from);
                size += written > 0 ? (size_t)written : 0;
            }
        }
        const char *const cells[] = {tcn_level_kind_name(level->kind), rank, level->id, from,
                                     level->title_zh};
        status = tcn_table_add(table, cells);
    }
    if (status == TCN_OK) {
        status = tcn_table_print(table);
    }
    tcn_table_destroy(&table);
    return status;
}

static enum tcn_status print_attributes(struct tcn_cli *cli, const struct tcn_rules *rules) {
    static const struct tcn_table_column columns[] = {
        {"ATTRIBUTE", false}, {"KIND", false}, {"UNIT", false}, {"TITLE", false}};
    struct tcn_table *table = NULL;
    enum tcn_status status = tcn_table_create(cli, TCN_FORMAT_TABLE, columns,
                                              sizeof columns / sizeof columns[0], &table);
    for (uint32_t index = 0; status == TCN_OK && index < rules->attribute_count; index++) {
        const struct tcn_attribute_rule *rule = &rules->attributes[index];
        const char *const cells[] = {rule->id, tcn_attribute_kind_name(rule->kind),
                                     rule->unit[0] == '\0' ? "-" : rule->unit, rule->title_zh};
        status = tcn_table_add(table, cells);
    }
    if (status == TCN_OK) {
        status = tcn_table_print(table);
    }
    tcn_table_destroy(&table);
    return status;
}

/* What goes beyond who owns what. */
static enum tcn_status print_rules(struct tcn_cli *cli, const struct tcn_policy *policy) {
    enum tcn_status status = TCN_OK;
    if (policy->clocks != NULL) {
        (void)fputc('\n', cli->out);
        status = print_clocks(cli, policy->clocks);
        (void)fputc('\n', cli->out);
        print_calendar(cli, &policy->clocks->calendar);
    }
    if (status == TCN_OK && policy->rules != NULL) {
        status = print_levels(cli, policy->rules);
        (void)fputc('\n', cli->out);
        status = status == TCN_OK ? print_attributes(cli, policy->rules) : status;
    }
    return status;
}

enum tcn_status tcn_policy_show_text(struct tcn_cli *cli, const struct tcn_policy *policy) {
    char title[TCN_SHOW_WORD_BYTES];
    tcn_show_text(tcn_slice_text(policy->title), title, sizeof title);
    (void)fprintf(cli->out, "%s, version %" PRIu64 "\n\n", title, policy->version);
    enum tcn_status status = print_organs(cli, policy);
    (void)fputc('\n', cli->out);
    if (status == TCN_OK) {
        status = print_domains(cli, policy);
    }
    return status == TCN_OK ? print_rules(cli, policy) : status;
}
