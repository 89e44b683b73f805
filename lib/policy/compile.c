/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile_rules.h"

#include "base/clock.h"
#include "base/text.h"
#include "model/event.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/** The widest bound that makes sense for a clock's error: one year. */
#define CLOCK_SECONDS_MAX (UINT64_C(365) * 86400)

void tcn_compile_unknown(const struct tcn_compile *compile, const struct tcn_values *values,
                         const char *field, const char *word, struct tcn_compile_words known) {
    if (compile->is_whole[known.part] && known.words.count > 0) {
        tcn_value_unknown(values, field, word, known.what, known.words);
    }
}

void tcn_compile_empty(const struct tcn_compile *compile, enum tcn_policy_part part,
                       const struct tcn_values *values, const char *field) {
    if (compile->is_whole[part]) {
        tcn_value_fault(values, field, "expected a word, one is empty");
    }
}

/** Where the fields of a list's entry are, by its place in the file from 0. */
static struct tcn_values entry_at(const struct tcn_compile *compile, enum tcn_policy_part part,
                                  const char *section, uint32_t index) {
    return (struct tcn_values){.file = &compile->files[part],
                               .errors = compile->errors,
                               .section = section,
                               .entry = index + 1};
}

/** Both titles, which every line and domain has. */
static void compile_titles(const struct tcn_values *values, const char *raw_zh, const char *raw_en,
                           char out_zh[128], char out_en[128]) {
    (void)tcn_value_is_there(values, "title_zh", raw_zh, "a title in Chinese");
    (void)tcn_value_is_there(values, "title_en", raw_en, "a title in English");
    tcn_value_text(values, "title_zh", raw_zh, out_zh, 128);
    tcn_value_text(values, "title_en", raw_en, out_en, 128);
}

static void compile_line(struct tcn_compile *compile, uint32_t index) {
    const struct tcn_raw_line *raw = &compile->lines->lines[index];
    struct tcn_line *line = &compile->tables->lines[index];
    struct tcn_values values = entry_at(compile, TCN_PART_LINES, "lines", index);
    tcn_value_word(&values, "id", raw->id, line->id);
    compile_titles(&values, raw->title_zh, raw->title_en, line->title_zh, line->title_en);
    line->is_protected = tcn_value_flag(&values, "is_protected", raw->is_protected, false);
    for (uint32_t i = 0; i < index; i++) {
        if (line->id[0] != '\0' && strcmp(compile->line_ids[i], line->id) == 0) {
            tcn_value_fault(&values, "id", "\"%s\" is taken by lines[%" PRIu32 "]", line->id,
                            i + 1);
        }
    }
    compile->line_ids[index] = line->id;
}

/** The line that a domain breaches, or none. */
static void compile_domain_line(struct tcn_compile *compile, const struct tcn_values *values,
                                const char *raw, struct tcn_domain *domain) {
    if (raw == NULL || raw[0] == '\0' || compile->lines == NULL) {
        return;
    }
    struct tcn_value_words words = {compile->line_ids, compile->lines->lines_count};
    for (size_t i = 0; i < words.count; i++) {
        if (strcmp(words.words[i], raw) == 0) {
            memcpy(domain->line, raw, strlen(raw) + 1);
            return;
        }
    }
    tcn_compile_unknown(compile, values, "line", raw,
                        (struct tcn_compile_words){TCN_PART_LINES, "line", words});
}

/** Adds one who is told beside the owner, each once. */
static void compile_recipient(const struct tcn_compile *compile, const struct tcn_values *values,
                              const char *key, const char *raw, struct tcn_domain *domain) {
    if (raw[0] == '\0') {
        tcn_compile_empty(compile, TCN_PART_DOMAINS, values, key);
        return;
    }
    const uint16_t told = tcn_compile_told(compile, values, key, raw);
    bool is_repeated = told != 0 && told == domain->owner;
    for (uint32_t k = 0; told != 0 && k < domain->recipient_count; k++) {
        is_repeated = is_repeated || domain->recipients[k] == told;
    }
    if (is_repeated) {
        tcn_value_fault(values, key, "\"%s\" is told already: named twice, or the owner", raw);
    } else if (told != 0 && domain->recipient_count == TCN_DOMAIN_RECIPIENTS_MAX) {
        tcn_value_fault(values, key, "expected at most %d with those of recipients",
                        TCN_DOMAIN_RECIPIENTS_MAX);
    } else if (told != 0) {
        domain->recipients[domain->recipient_count] = told;
        domain->recipient_count++;
    }
}

/** Those who are told beside the owner: always, and behind them of what is urgent only. */
static void compile_recipients(const struct tcn_compile *compile, const struct tcn_values *values,
                               const struct tcn_raw_domain *raw, struct tcn_domain *domain) {
    TCN_CHECK(raw->recipients_count <= TCN_DOMAIN_RECIPIENTS_MAX);
    for (uint32_t i = 0; i < raw->recipients_count; i++) {
        compile_recipient(compile, values, "recipients", raw->recipients[i], domain);
    }
    const uint32_t always_count = domain->recipient_count;
    for (uint32_t i = 0; i < raw->urgent_recipients_count; i++) {
        compile_recipient(compile, values, "urgent_recipients", raw->urgent_recipients[i], domain);
    }
    domain->urgent_recipient_count = domain->recipient_count - always_count;
}

/** True when a terminal would obey nothing of it. */
static bool is_tame(struct tcn_slice text) {
    for (size_t i = 0; i < text.size; i++) {
        if (tcn_text_obeyed(tcn_slice_of(text.data + i, text.size - i)) > 0) {
            return false;
        }
    }
    return true;
}

/** The words by which people name what belongs to the domain, each once. */
static void compile_keywords(const struct tcn_compile *compile, const struct tcn_values *values,
                             const struct tcn_raw_domain *raw, struct tcn_domain *domain) {
    TCN_CHECK(raw->keywords_count <= TCN_DOMAIN_KEYWORDS_MAX);
    for (uint32_t i = 0; i < raw->keywords_count; i++) {
        const struct tcn_slice word = tcn_slice_text(raw->keywords[i]);
        bool is_good = word.size >= TCN_KEYWORD_BYTES_MIN && word.size <= TCN_KEYWORD_BYTES_MAX &&
                       is_tame(word);
        if (word.size == 0) {
            tcn_compile_empty(compile, TCN_PART_DOMAINS, values, "keywords");
            continue;
        }
        bool is_repeated = false;
        for (uint32_t k = 0; k < domain->keyword_count; k++) {
            is_repeated = is_repeated || strcasecmp(domain->keywords[k], raw->keywords[i]) == 0;
        }
        if (!is_good) {
            tcn_value_fault(values, "keywords",
                            "expected words of %d to %d bytes, a Chinese character having 3",
                            TCN_KEYWORD_BYTES_MIN, TCN_KEYWORD_BYTES_MAX);
        } else if (is_repeated) {
            tcn_value_fault(values, "keywords", "\"%s\" is there already", raw->keywords[i]);
        } else {
            memcpy(domain->keywords[domain->keyword_count], word.data, word.size);
            domain->keyword_count++;
        }
    }
}

/** The way of a domain's matters; that of a general one when absent or after a fault. */
static enum tcn_procedure_kind compile_procedure(const struct tcn_values *values, const char *raw) {
    const char *words[TCN_PROCEDURE_MAX];
    for (uint32_t kind = 1; kind <= TCN_PROCEDURE_MAX; kind++) {
        words[kind - 1] = tcn_procedure_name((enum tcn_procedure_kind)kind);
    }
    if (raw == NULL || raw[0] == '\0') {
        return TCN_PROCEDURE_GENERAL;
    }
    const size_t index = tcn_value_choice(values, "procedure", raw,
                                          (struct tcn_value_words){words, TCN_PROCEDURE_MAX});
    return index < TCN_PROCEDURE_MAX ? (enum tcn_procedure_kind)(index + 1) : TCN_PROCEDURE_GENERAL;
}

static void compile_domain(struct tcn_compile *compile, uint32_t index) {
    const struct tcn_raw_domain *raw = &compile->domains->domains[index];
    struct tcn_domain *domain = &compile->tables->domains[index];
    struct tcn_values values = entry_at(compile, TCN_PART_DOMAINS, "domains", index);
    tcn_value_word(&values, "id", raw->id, domain->id);
    domain->procedure = compile_procedure(&values, raw->procedure);
    compile_titles(&values, raw->title_zh, raw->title_en, domain->title_zh, domain->title_en);
    if (tcn_value_is_there(&values, "owner", raw->owner, "the organ that must act")) {
        const struct tcn_organ *owner = tcn_compile_organ(compile, &values, "owner", raw->owner);
        domain->owner = owner != NULL ? owner->number : 0;
    }
    compile_recipients(compile, &values, raw, domain);
    compile_domain_line(compile, &values, raw->line, domain);
    compile_keywords(compile, &values, raw, domain);
    domain->is_petition = tcn_value_flag(&values, "is_petition", raw->is_petition, false);
    domain->has_opaque_slip =
        tcn_value_flag(&values, "has_opaque_slip", raw->has_opaque_slip, false);
    for (uint32_t i = 0; i < index; i++) {
        if (domain->id[0] != '\0' && strcmp(compile->tables->domains[i].id, domain->id) == 0) {
            tcn_value_fault(&values, "id", "\"%s\" is taken by domains[%" PRIu32 "]", domain->id,
                            i + 1);
        }
    }
}

/** A day's beginning or end of validity; 0 when absent. */
static int64_t compile_time(const struct tcn_values *values, const char *field, const char *raw) {
    int64_t time_ns = 0;
    if (raw != NULL && raw[0] != '\0' &&
        tcn_text_to_time(tcn_slice_text(raw), &time_ns) != TCN_OK) {
        tcn_value_fault(values, field,
                        "expected a time with offset, for example 2016-01-01T00:00:00+08:00");
    }
    return time_ns;
}

/** The office that reports for a division: the district manages those that have one. */
static void compile_office(const struct tcn_compile *compile, const struct tcn_values *values,
                           const char *raw, struct tcn_division *division) {
    if (raw == NULL || raw[0] == '\0') {
        return;
    }
    const struct tcn_organ *office = tcn_compile_organ(compile, values, "office", raw);
    if (office == NULL) {
        return;
    }
    if (office->kind != TCN_ORGAN_OFFICE) {
        tcn_value_fault(values, "office", "expected an organ of kind office, \"%s\" is none", raw);
    }
    division->office = office->number;
    division->is_managed = true;
}

static void compile_division(struct tcn_compile *compile, uint32_t index) {
    const struct tcn_raw_division *raw = &compile->divisions->divisions[index];
    struct tcn_division *division = &compile->tables->divisions[index];
    struct tcn_values values = entry_at(compile, TCN_PART_DIVISIONS, "divisions", index);
    if (tcn_value_is_there(&values, "code", raw->code, "12 digits in quotes") &&
        (!tcn_division_is_valid(tcn_slice_text(raw->code)) ||
         tcn_text_to_u64(tcn_slice_text(raw->code), &division->code) != TCN_OK)) {
        tcn_value_fault(&values, "code", "expected 12 digits, for example \"520502122000\"");
    }
    (void)tcn_value_is_there(&values, "name", raw->name, "the division's name");
    tcn_value_text(&values, "name", raw->name, division->name, sizeof(division->name));
    compile_office(compile, &values, raw->office, division);
    division->valid_from_ns = compile_time(&values, "valid_from", raw->valid_from);
    division->valid_to_ns = compile_time(&values, "valid_to", raw->valid_to);
    if (division->valid_to_ns != 0 && division->valid_to_ns <= division->valid_from_ns) {
        tcn_value_fault(&values, "valid_to", "expected a time after valid_from");
    }
    for (uint32_t i = 0; division->code != 0 && i < index; i++) {
        if (compile->tables->divisions[i].code == division->code) {
            tcn_value_fault(&values, "code", "%s is taken by divisions[%" PRIu32 "]", raw->code,
                            i + 1);
        }
    }
}

static void compile_regime(struct tcn_compile *compile) {
    const struct tcn_raw_regime *raw = compile->regime;
    struct tcn_policy *policy = &compile->tables->policy;
    struct tcn_values values = {.file = &compile->files[TCN_PART_REGIME],
                                .errors = compile->errors};
    struct tcn_range versions = {.min = 1, .max = INT64_MAX, .fallback = 0};
    struct tcn_range seconds = {.min = 1, .max = CLOCK_SECONDS_MAX, .fallback = 0};
    (void)tcn_value_is_there(&values, "title", raw->title, "the regime's name");
    tcn_value_text(&values, "title", raw->title, policy->title, sizeof(policy->title));
    policy->version = tcn_value_number(&values, "version", raw->version, versions);
    policy->clock_ahead_ns = (int64_t)tcn_value_number(&values, "clock_ahead_seconds",
                                                       raw->clock_ahead_seconds, seconds) *
                             TCN_SECOND_NS;
    policy->clock_behind_ns = (int64_t)tcn_value_number(&values, "clock_behind_seconds",
                                                        raw->clock_behind_seconds, seconds) *
                              TCN_SECOND_NS;
    if (!tcn_value_is_there(&values, "desk", raw->desk, "the organ that is the district desk")) {
        return;
    }
    const struct tcn_organ *desk = tcn_compile_organ(compile, &values, "desk", raw->desk);
    if (desk != NULL && desk->kind != TCN_ORGAN_DESK) {
        tcn_value_fault(&values, "desk", "expected an organ of kind desk, \"%s\" is none",
                        raw->desk);
    }
    policy->desk = desk != NULL ? desk->number : 0;
}

static int compare_organs(const void *left, const void *right) {
    const struct tcn_organ *first = left;
    const struct tcn_organ *second = right;
    return (first->number > second->number) - (first->number < second->number);
}

static int compare_domains(const void *left, const void *right) {
    const struct tcn_domain *first = left;
    const struct tcn_domain *second = right;
    return strcmp(first->id, second->id);
}

static int compare_divisions(const void *left, const void *right) {
    const struct tcn_division *first = left;
    const struct tcn_division *second = right;
    return (first->code > second->code) - (first->code < second->code);
}

/** Makes an array of zeroed things; a list must have at least one, unless it did not load.
 * Errors: TCN_NOMEM. */
static enum tcn_status make_table(const struct tcn_values *list, uint32_t count, size_t size,
                                  void **out_table) {
    struct tcn_values top = *list;
    top.section = NULL;
    if (count == 0) {
        tcn_value_fault(&top, list->section, "expected a list with at least one entry");
        return TCN_OK;
    }
    void *table = calloc(count, size);
    if (table == NULL) {
        return TCN_NOMEM;
    }
    *out_table = table;
    return TCN_OK;
}

/** Where a list's own key is. */
static struct tcn_values list_at(const struct tcn_compile *compile, enum tcn_policy_part part,
                                 const char *section) {
    return (struct tcn_values){
        .file = &compile->files[part], .errors = compile->errors, .section = section};
}

/** Makes the four arrays of what did load. */
static enum tcn_status make_tables(struct tcn_compile *compile) {
    struct tcn_policy_tables *tables = compile->tables;
    struct tcn_policy *policy = &tables->policy;
    enum tcn_status status = TCN_OK;
    void *made = NULL;
    if (compile->lines != NULL) {
        struct tcn_values list = list_at(compile, TCN_PART_LINES, "lines");
        policy->line_count = compile->lines->lines_count;
        status = make_table(&list, policy->line_count, sizeof(*tables->lines), &made);
        tables->lines = made;
        made = NULL;
    }
    if (status == TCN_OK && compile->organs != NULL) {
        struct tcn_values list = list_at(compile, TCN_PART_ORGANS, "organs");
        policy->organ_count = compile->organs->organs_count;
        status = make_table(&list, policy->organ_count, sizeof(*tables->organs), &made);
        tables->organs = made;
        made = NULL;
    }
    if (status == TCN_OK && compile->domains != NULL) {
        struct tcn_values list = list_at(compile, TCN_PART_DOMAINS, "domains");
        policy->domain_count = compile->domains->domains_count;
        status = make_table(&list, policy->domain_count, sizeof(*tables->domains), &made);
        tables->domains = made;
        made = NULL;
    }
    if (status == TCN_OK && compile->divisions != NULL) {
        struct tcn_values list = list_at(compile, TCN_PART_DIVISIONS, "divisions");
        policy->division_count = compile->divisions->divisions_count;
        status = make_table(&list, policy->division_count, sizeof(*tables->divisions), &made);
        tables->divisions = made;
    }
    return status;
}

/** Sorts as model/policy.h promises, and lends the arrays to the policy. */
static void publish(struct tcn_policy_tables *tables) {
    struct tcn_policy *policy = &tables->policy;
    if (tables->organs != NULL) {
        qsort(tables->organs, policy->organ_count, sizeof(*tables->organs), compare_organs);
    }
    if (tables->domains != NULL) {
        qsort(tables->domains, policy->domain_count, sizeof(*tables->domains), compare_domains);
    }
    if (tables->divisions != NULL) {
        qsort(tables->divisions, policy->division_count, sizeof(*tables->divisions),
              compare_divisions);
    }
    policy->organs = tables->organs;
    policy->domains = tables->domains;
    policy->divisions = tables->divisions;
    policy->lines = tables->lines;
}

enum tcn_status tcn_compile_run(struct tcn_compile *compile) {
    enum tcn_status status = make_tables(compile);
    if (status == TCN_OK) {
        status = tcn_rules_make(compile);
    }
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_policy *policy = &compile->tables->policy;
    if (compile->organs != NULL) {
        tcn_compile_organs(compile);
    }
    for (uint32_t i = 0; i < policy->line_count; i++) {
        compile_line(compile, i);
    }
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        compile_domain(compile, i);
    }
    for (uint32_t i = 0; i < policy->division_count; i++) {
        compile_division(compile, i);
    }
    if (compile->regime != NULL) {
        compile_regime(compile);
    }
    tcn_rules_compile(compile);
    publish(compile->tables);
    return TCN_OK;
}
