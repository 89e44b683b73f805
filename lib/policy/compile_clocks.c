/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile_clocks.h"

#include "base/text.h"
#include "model/matter_clock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/** Acts of people, by which clocks start and stop. */
#define ACTS_MAX 100

static const char *const unit_words[] = {"at_once",      "minutes", "hours", "calendar_days",
                                         "working_days", "months",  "years", "until"};
static const enum tcn_clock_unit units[] = {
    TCN_CLOCK_AT_ONCE,       TCN_CLOCK_MINUTES,      TCN_CLOCK_HOURS,
    TCN_CLOCK_CALENDAR_DAYS, TCN_CLOCK_WORKING_DAYS, TCN_CLOCK_MONTHS,
    TCN_CLOCK_YEARS,         TCN_CLOCK_UNTIL,        TCN_CLOCK_UNIT_NONE};

static const char *const bound_words[] = {"at_most", "at_least", "window"};
static const char *const owes_words[] = {"holder", "office", "desk", "outside"};
static const char *const time_words[] = {"learned", "recorded", "occurred", "first"};
#define STOP_TIME_WORDS 3 /* there is no first stop */
static const char *const severity_words[] = {"routine", "serious", "urgent", "danger"};
static const char *const confidence_words[] = {"H", "M", "proposal"};

/** A rule being read. */
struct reading {
    struct tcn_values values;
    const struct tcn_raw_clock *raw;
    struct tcn_clock_rule *rule;
};

/** The number of a word of an enum that counts from 1; `fallback` when it is absent and after a
 * fault. A fallback of 0: it must not be absent. */
static uint32_t choose(const struct reading *reading, const char *field, const char *raw,
                       struct tcn_value_words words, uint32_t fallback) {
    if (fallback != 0 && (raw == NULL || raw[0] == '\0')) {
        return fallback;
    }
    size_t index = tcn_value_choice(&reading->values, field, raw, words);
    return index < words.count ? (uint32_t)index + 1 : fallback;
}

/** Unit, amount and extension. */
static void compile_amount(const struct reading *reading) {
    const struct tcn_raw_clock *raw = reading->raw;
    struct tcn_clock_rule *rule = reading->rule;
    const struct tcn_values *values = &reading->values;
    struct tcn_value_words words = {unit_words, COUNT_OF(unit_words)};
    rule->unit = units[tcn_value_choice(values, "unit", raw->unit, words)];
    if (rule->unit == TCN_CLOCK_UNIT_NONE) {
        return;
    }
    if (tcn_clock_is_bare(rule->unit)) {
        if (raw->amount != NULL || raw->extend != NULL) {
            tcn_value_fault(values, raw->amount != NULL ? "amount" : "extend",
                            "expected none: %s has no number", raw->unit);
        }
        return;
    }
    struct tcn_range amounts = {.min = 1, .max = tcn_clock_amount_max(rule->unit), .fallback = 0};
    rule->amount = (uint32_t)tcn_value_number(values, "amount", raw->amount, amounts);
    if (rule->amount != 0) {
        struct tcn_range more = {.min = 0, .max = amounts.max - rule->amount, .fallback = 0};
        rule->extend_max = (uint32_t)tcn_value_number(values, "extend", raw->extend, more);
    }
}

/** The act of a word; notes a fault, with the nearest act of people. */
static enum tcn_act act_of(const struct tcn_values *values, const char *field, const char *word) {
    static const struct {
        enum tcn_act act;
        const char *word;
    } acts[] = {
#define ACT_ROW(name, number, word) {TCN_ACT_##name, word},
        TCN_ACT_LIST(ACT_ROW)
#undef ACT_ROW
    };
    const char *words[ACTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        if (!tcn_act_is_human(acts[i].act)) {
            continue;
        }
        if (strcmp(acts[i].word, word) == 0) {
            return acts[i].act;
        }
        TCN_CHECK(count < ACTS_MAX);
        words[count] = acts[i].word;
        count++;
    }
    tcn_value_unknown(values, field, word, "act", (struct tcn_value_words){words, count});
    return TCN_ACT_NONE;
}

/** The stage of a word; notes a fault, with the nearest stage. */
static enum tcn_stage stage_of(const struct tcn_values *values, const char *field,
                               const char *word) {
    const char *words[TCN_STAGE_MAX];
    enum tcn_stage stage = TCN_STAGE_NONE;
    if (tcn_stage_from_name(tcn_slice_text(word), &stage) == TCN_OK) {
        return stage;
    }
    for (unsigned i = 1; i <= TCN_STAGE_MAX; i++) {
        words[i - 1] = tcn_stage_name((enum tcn_stage)i);
    }
    tcn_value_unknown(values, field, word, "stage", (struct tcn_value_words){words, TCN_STAGE_MAX});
    return TCN_STAGE_NONE;
}

/** Reads "replied", "followed_up:handed_in", an act and its reason, or "replied>final", an act and
 * the stage after it; none after a fault. */
static void compile_trigger(const struct reading *reading, const char *field, const char *raw,
                            struct tcn_clock_trigger *trigger) {
    char text[TCN_YAML_TEXT_BYTES_MAX + 1];
    memcpy(text, raw, strlen(raw) + 1);
    char *arrow = strchr(text, '>');
    if (arrow != NULL) {
        *arrow = '\0';
        trigger->stage = stage_of(&reading->values, field, arrow + 1);
    }
    char *colon = strchr(text, ':');
    if (colon != NULL) {
        *colon = '\0';
    }
    trigger->act = act_of(&reading->values, field, text);
    if (trigger->act == TCN_ACT_NONE || colon == NULL) {
        return;
    }
    if (!tcn_text_is_word(tcn_slice_text(colon + 1))) {
        tcn_value_fault(&reading->values, field,
                        "expected an act, or an act, a colon and a reason that is a word, for "
                        "example followed_up:handed_in");
        return;
    }
    memcpy(trigger->reason, colon + 1, strlen(colon + 1) + 1);
}

/** True when what sets off one sets off the other too. */
static bool is_same(const struct tcn_clock_trigger *left, const struct tcn_clock_trigger *right) {
    bool reasons_meet = left->reason[0] == '\0' || right->reason[0] == '\0' ||
                        strcmp(left->reason, right->reason) == 0;
    bool stages_meet = left->stage == TCN_STAGE_NONE || right->stage == TCN_STAGE_NONE ||
                       left->stage == right->stage;
    return left->act != TCN_ACT_NONE && left->act == right->act && reasons_meet && stages_meet;
}

/** Reads a list of acts, each once. */
static void compile_triggers(const struct reading *reading, const char *field, char **raws,
                             uint32_t count, struct tcn_clock_trigger *triggers) {
    for (uint32_t i = 0; i < count; i++) {
        compile_trigger(reading, field, raws[i], &triggers[i]);
        for (uint32_t k = 0; k < i; k++) {
            if (is_same(&triggers[i], &triggers[k])) {
                tcn_value_fault(&reading->values, field, "\"%s\" is named already", raws[i]);
            }
        }
    }
}

/** What starts the clock, and which of its times counts. */
static void compile_starts(const struct reading *reading) {
    const struct tcn_raw_clock *raw = reading->raw;
    struct tcn_clock_rule *rule = reading->rule;
    struct tcn_value_words times = {time_words, COUNT_OF(time_words)};
    rule->start_time = (enum tcn_clock_time)choose(reading, "start_time", raw->start_time, times,
                                                   TCN_CLOCK_LEARNED);
    if (raw->start_count == 0) {
        tcn_value_fault(&reading->values, "start",
                        "is missing: expected a list of the acts that start it");
    }
    TCN_CHECK(raw->start_count <= TCN_CLOCK_STARTS_MAX);
    compile_triggers(reading, "start", raw->start, raw->start_count, rule->starts);
    rule->start_count = raw->start_count;
    /* Lateness is recorded - learned, never - occurred: otherwise whoever uncovers an old harm is
     * punished. */
    for (uint32_t i = 0; i < rule->start_count; i++) {
        if (rule->starts[i].act == TCN_ACT_REPORTED && rule->start_time == TCN_CLOCK_OCCURRED &&
            rule->bound == TCN_CLOCK_AT_MOST) {
            tcn_value_fault(&reading->values, "start_time",
                            "expected learned: a report is not late by when it happened, but by "
                            "when the organ got to know");
        }
    }
}

/** True when a start is set off by what sets off the stop. */
static bool starts_too(const struct tcn_clock_rule *rule, const struct tcn_clock_trigger *stop) {
    for (uint32_t i = 0; i < rule->start_count; i++) {
        if (is_same(stop, &rule->starts[i])) {
            return true;
        }
    }
    return false;
}

/** What stops it: something that does not start it anew must, or it would run for ever. */
static void compile_stops(const struct reading *reading) {
    const struct tcn_raw_clock *raw = reading->raw;
    struct tcn_clock_rule *rule = reading->rule;
    struct tcn_value_words times = {time_words, STOP_TIME_WORDS};
    rule->stop_time = (enum tcn_clock_time)choose(reading, "stop_time", raw->stop_time, times,
                                                  TCN_CLOCK_RECORDED);
    if (raw->stop_count == 0) {
        tcn_value_fault(&reading->values, "stop",
                        "is missing: expected a list of the acts that stop it; without one it "
                        "would run for ever");
    }
    TCN_CHECK(raw->stop_count <= TCN_CLOCK_STOPS_MAX);
    compile_triggers(reading, "stop", raw->stop, raw->stop_count, rule->stops);
    rule->stop_count = raw->stop_count;
    uint32_t anew_count = 0;
    for (uint32_t i = 0; i < rule->stop_count; i++) {
        anew_count += starts_too(rule, &rule->stops[i]) ? 1 : 0;
    }
    if (rule->stop_count > 0 && anew_count == rule->stop_count) {
        tcn_value_fault(&reading->values, "stop",
                        "\"%s\" starts it: expected another act to stop it", raw->stop[0]);
    }
}

/** What pauses and resumes it: both, or neither. */
static void compile_pause(const struct reading *reading) {
    const struct tcn_raw_clock *raw = reading->raw;
    struct tcn_clock_rule *rule = reading->rule;
    const struct tcn_values *values = &reading->values;
    bool has_pause = raw->pause != NULL && raw->pause[0] != '\0';
    bool has_resume = raw->resume != NULL && raw->resume[0] != '\0';
    if (has_pause != has_resume) {
        tcn_value_fault(values, has_pause ? "resume" : "pause",
                        "is missing: expected both pause and resume, or neither");
        return;
    }
    if (!has_pause) {
        return;
    }
    compile_trigger(reading, "pause", raw->pause, &rule->pause);
    compile_trigger(reading, "resume", raw->resume, &rule->resume);
    if (is_same(&rule->pause, &rule->resume)) {
        tcn_value_fault(values, "resume", "expected another act than the one that pauses it");
    }
}

/** The domains that it is for. */
static void compile_domains(const struct tcn_compile_clocks *compile,
                            const struct reading *reading) {
    const struct tcn_raw_clock *raw = reading->raw;
    struct tcn_clock_rule *rule = reading->rule;
    struct tcn_value_words known = {compile->domain_ids, compile->domain_count};
    TCN_CHECK(raw->domains_count <= TCN_CLOCK_DOMAINS_MAX);
    for (uint32_t i = 0; i < raw->domains_count; i++) {
        const char *word = raw->domains[i];
        size_t at = 0;
        while (at < known.count && strcmp(known.words[at], word) != 0) {
            at++;
        }
        /* Without domains.yaml a word is taken as it stands: a rule without domains is for all. */
        if (at == known.count && known.count > 0) {
            tcn_value_unknown(&reading->values, "domains", word, "domain", known);
            continue;
        }
        for (uint32_t k = 0; k < rule->domain_count; k++) {
            if (strcmp(rule->domains[k], word) == 0) {
                tcn_value_fault(&reading->values, "domains", "\"%s\" is named twice", word);
            }
        }
        tcn_value_word(&reading->values, "domains", word, rule->domains[rule->domain_count]);
        rule->domain_count++;
    }
}

/** What people read about it. */
static void compile_words(const struct reading *reading) {
    const struct tcn_raw_clock *raw = reading->raw;
    struct tcn_clock_rule *rule = reading->rule;
    const struct tcn_values *values = &reading->values;
    struct tcn_value_words confidences = {confidence_words, COUNT_OF(confidence_words)};
    tcn_value_word(values, "id", raw->id, rule->id);
    (void)tcn_value_is_there(values, "title_zh", raw->title_zh, "a title in Chinese");
    (void)tcn_value_is_there(values, "title_en", raw->title_en, "a title in English");
    (void)tcn_value_is_there(values, "article", raw->article,
                             "law and article, or where the practice is from");
    tcn_value_text(values, "title_zh", raw->title_zh, rule->title_zh, sizeof(rule->title_zh));
    tcn_value_text(values, "title_en", raw->title_en, rule->title_en, sizeof(rule->title_en));
    tcn_value_text(values, "article", raw->article, rule->article, sizeof(rule->article));
    rule->confidence =
        (enum tcn_clock_confidence)choose(reading, "confidence", raw->confidence, confidences, 0);
    rule->is_enabled = tcn_value_flag(values, "enabled", raw->enabled, true);
}

/** Procedure, category and severity of the matters that it is for. */
static void compile_matter(const struct reading *reading) {
    const struct tcn_raw_clock *raw = reading->raw;
    struct tcn_clock_rule *rule = reading->rule;
    const char *kinds[TCN_PROCEDURE_MAX];
    for (unsigned kind = 1; kind <= TCN_PROCEDURE_MAX; kind++) {
        kinds[kind - 1] = tcn_procedure_name((enum tcn_procedure_kind)kind);
    }
    if (raw->procedure != NULL && raw->procedure[0] != '\0') {
        rule->procedure =
            (enum tcn_procedure_kind)choose(reading, "procedure", raw->procedure,
                                            (struct tcn_value_words){kinds, TCN_PROCEDURE_MAX}, 0);
    }
    struct tcn_value_words severities = {severity_words, COUNT_OF(severity_words)};
    tcn_value_text(&reading->values, "category", raw->category, rule->category,
                   sizeof(rule->category));
    if (raw->severity != NULL && raw->severity[0] != '\0') {
        rule->severity_min =
            (enum tcn_severity)choose(reading, "severity", raw->severity, severities, 0);
    }
}

/** How grave an accident it is for. */
static void compile_level(const struct tcn_compile_clocks *compile, const struct reading *reading) {
    const char *word = reading->raw->level;
    struct tcn_value_words known = {compile->level_ids, compile->level_count};
    if (word == NULL || word[0] == '\0' || known.count == 0) {
        return; /* without levels.yaml nobody can say how grave that is */
    }
    size_t at = tcn_value_choice(&reading->values, "level", word, known);
    reading->rule->level_min = at < known.count ? compile->level_ranks[at] : 0;
}

/** The flag whose word keeps it from a matter. A matter remembers one such word, so all rules that
 * have one have the same. */
static void compile_unless(const struct tcn_compile_clocks *compile, const struct reading *reading,
                           uint32_t index) {
    const char *word = reading->raw->unless;
    struct tcn_value_words known = {compile->flag_ids, compile->flag_count};
    if (word == NULL) {
        return;
    }
    if (word[0] == '\0' || (compile->has_attributes && known.count == 0)) {
        tcn_value_fault(&reading->values, "unless", "expected a flag of attributes.yaml%s",
                        word[0] == '\0' ? "" : ", which has none");
        return;
    }
    if (compile->has_attributes &&
        tcn_value_choice(&reading->values, "unless", word, known) >= known.count) {
        return;
    }
    tcn_value_word(&reading->values, "unless", word, reading->rule->unless);
    for (uint32_t i = 0; i < index; i++) {
        const char *other = compile->tables->rules[i].unless;
        if (other[0] != '\0' && strcmp(other, reading->rule->unless) != 0) {
            tcn_value_fault(&reading->values, "unless",
                            "expected \"%s\", as clocks[%" PRIu32 "] has: a matter remembers one",
                            other, i + 1);
            return;
        }
    }
}

static bool is_for_domain(const struct tcn_clock_rule *rule, const char *id) {
    for (uint32_t i = 0; i < rule->domain_count; i++) {
        if (strcmp(rule->domains[i], id) == 0) {
            return true;
        }
    }
    return rule->domain_count == 0;
}

/** A rule that no matter can ever fit. A matter is of its domain's kind; besides, harm makes it an
 * accident, and what is held back or of an unknown domain is a general one. */
static void check_reach(const struct tcn_compile_clocks *compile, const struct reading *reading) {
    const struct tcn_clock_rule *rule = reading->rule;
    const bool is_free = rule->procedure == TCN_PROCEDURE_NONE ||
                         rule->procedure == TCN_PROCEDURE_ACCIDENT ||
                         rule->procedure == TCN_PROCEDURE_GENERAL;
    if (is_free || compile->domain_count == 0) {
        return;
    }
    const char *wanted = tcn_procedure_name(rule->procedure);
    for (uint32_t i = 0; i < compile->domain_count; i++) {
        if (is_for_domain(rule, compile->domain_ids[i]) &&
            strcmp(compile->domain_procedures[i], wanted) == 0) {
            return;
        }
    }
    tcn_value_fault(&reading->values, "procedure",
                    "expected the procedure of a domain that the clock is for: none of them has "
                    "\"%s\", so it would never run",
                    wanted);
}

/** A rule for accidents of a level, and domains that have none: nobody says there how grave one is,
 * so it would never run. */
static void check_level(const struct tcn_compile_clocks *compile, const struct reading *reading) {
    const struct tcn_clock_rule *rule = reading->rule;
    bool has_scale = false;
    for (uint32_t i = 0; i < compile->domain_count && rule->level_min > 0; i++) {
        const bool is_its = is_for_domain(rule, compile->domain_ids[i]);
        has_scale = has_scale || (is_its && compile->domain_has_scale[i]);
        if (is_its && rule->domain_count > 0 && !compile->domain_has_scale[i]) {
            tcn_value_fault(&reading->values, "level",
                            "expected domains that have a scale: \"%s\" has none, so the clock "
                            "would never run there",
                            compile->domain_ids[i]);
            has_scale = true; /* the others are told by themselves */
        }
    }
    if (rule->level_min > 0 && compile->domain_count > 0 && !has_scale) {
        tcn_value_fault(&reading->values, "level",
                        "expected a domain that has a scale: none has, so the clock would never "
                        "run");
    }
}

static void compile_clock(struct tcn_compile_clocks *compile, uint32_t index) {
    struct tcn_clock_rule *rules = compile->tables->rules;
    struct tcn_value_words bounds = {bound_words, COUNT_OF(bound_words)};
    struct tcn_value_words organs = {owes_words, COUNT_OF(owes_words)};
    struct reading reading = {.values = {.file = &compile->clocks_file,
                                         .errors = compile->errors,
                                         .section = "clocks",
                                         .entry = index + 1},
                              .raw = &compile->clocks->clocks[index],
                              .rule = &rules[index]};
    compile_words(&reading);
    compile_amount(&reading);
    rules[index].bound = (enum tcn_clock_bound)choose(&reading, "bound", reading.raw->bound, bounds,
                                                      TCN_CLOCK_AT_MOST);
    rules[index].owes = (enum tcn_clock_owes)choose(&reading, "owes", reading.raw->owes, organs, 0);
    rules[index].is_hand_over =
        tcn_value_flag(&reading.values, "hand_over", reading.raw->hand_over, false);
    if (rules[index].is_hand_over &&
        (tcn_clock_is_bare(rules[index].unit) || rules[index].bound != TCN_CLOCK_AT_MOST)) {
        tcn_value_fault(&reading.values, "hand_over",
                        "expected a period that is due: at_most, with an amount");
    }
    if (tcn_clock_is_bare(rules[index].unit) && rules[index].bound != TCN_CLOCK_AT_MOST) {
        tcn_value_fault(&reading.values, "bound", "expected at_most: %s has no number",
                        reading.raw->unit);
    }
    compile_starts(&reading);
    compile_stops(&reading);
    compile_pause(&reading);
    compile_domains(compile, &reading);
    compile_matter(&reading);
    compile_level(compile, &reading);
    compile_unless(compile, &reading, index);
    check_reach(compile, &reading);
    check_level(compile, &reading);
    for (uint32_t i = 0; i < index && rules[index].id[0] != '\0'; i++) {
        const struct tcn_slice taken = tcn_slice_text(rules[i].id);
        const struct tcn_slice id = tcn_slice_text(rules[index].id);
        if (strcmp(rules[i].id, rules[index].id) == 0) {
            tcn_value_fault(&reading.values, "id", "\"%s\" is taken by clocks[%" PRIu32 "]",
                            rules[i].id, i + 1);
        } else if (tcn_clock_rule_number(taken) == tcn_clock_rule_number(id)) {
            tcn_value_fault(&reading.values, "id",
                            "expected another word: its number is that of \"%s\"", rules[i].id);
        }
    }
}

static int compare_rules(const void *left, const void *right) {
    const struct tcn_clock_rule *first = left;
    const struct tcn_clock_rule *second = right;
    return strcmp(first->id, second->id);
}

/** Where the rule of an id stands in the file, from 1. */
static uint32_t entry_of(const struct tcn_raw_clocks *clocks, const char *id) {
    uint32_t i = 0;
    while (i < clocks->clocks_count &&
           (clocks->clocks[i].id == NULL || strcmp(clocks->clocks[i].id, id) != 0)) {
        i++;
    }
    return i < clocks->clocks_count ? i + 1 : 0;
}

enum tcn_status tcn_compile_clocks(struct tcn_compile_clocks *compile) {
    struct tcn_clock_tables *tables = compile->tables;
    if (compile->clocks == NULL) {
        return TCN_OK;
    }
    uint32_t count = compile->clocks->clocks_count;
    if (count == 0) {
        struct tcn_values top = {.file = &compile->clocks_file, .errors = compile->errors};
        tcn_value_fault(&top, "clocks", "is missing: expected a list with at least one entry");
        return TCN_OK;
    }
    tables->rules = calloc(count, sizeof(*tables->rules));
    tables->entries = calloc(count, sizeof(*tables->entries));
    if (tables->rules == NULL || tables->entries == NULL) {
        return TCN_NOMEM;
    }
    for (uint32_t i = 0; i < count; i++) {
        compile_clock(compile, i);
    }
    qsort(tables->rules, count, sizeof(*tables->rules), compare_rules);
    for (uint32_t i = 0; i < count; i++) {
        tables->entries[i] = entry_of(compile->clocks, tables->rules[i].id);
    }
    tables->table.rules = tables->rules;
    tables->table.rule_count = count;
    return TCN_OK;
}
