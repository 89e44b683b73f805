/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What domains.yaml says beyond owner and line, and that every rule of the other files is used by
 * some domain: one that none uses is a slip of the pen, or a domain that lost its rule.
 */
#include "policy/compile_rules.h"

#include <inttypes.h>
#include <string.h>

/** The attributes that its events may carry, each once. */
static void compile_attributes(const struct tcn_compile *compile, const struct tcn_values *values,
                               const struct tcn_raw_domain *raw, struct tcn_domain_rules *domain) {
    for (uint32_t i = 0; i < raw->attributes_count; i++) {
        struct tcn_word_of word = {"attributes", raw->attributes[i]};
        if (word.word[0] == '\0') {
            tcn_compile_empty(compile, TCN_PART_DOMAINS, values, "attributes");
            continue;
        }
        uint16_t found = tcn_rules_find(compile, values, word, tcn_rules_attributes(compile));
        bool is_repeated = false;
        for (uint32_t k = 0; found != 0 && k < domain->attribute_count; k++) {
            is_repeated = is_repeated || domain->attributes[k] == found;
        }
        if (is_repeated) {
            tcn_value_fault(values, "attributes", "\"%s\" is there already", word.word);
        } else if (found != 0) {
            domain->attributes[domain->attribute_count] = found;
            domain->attribute_count++;
        }
    }
}

/** True when the domain declares the attribute. */
static bool declares(const struct tcn_domain_rules *domain, uint16_t attribute) {
    for (uint32_t i = 0; i < domain->attribute_count; i++) {
        if (domain->attributes[i] == attribute) {
            return true;
        }
    }
    return false;
}

/** What its scale looks at, its events must be able to say. */
static void check_scale(const struct tcn_compile *compile, const struct tcn_values *values,
                        const struct tcn_domain_rules *domain) {
    const struct tcn_rules_tables *tables = &compile->tables->rules;
    for (uint32_t i = 0; domain->scale != 0 && i < tables->rules.threshold_count; i++) {
        const struct tcn_threshold *threshold = &tables->thresholds[i];
        if (threshold->scale != domain->scale || threshold->attribute == 0 ||
            declares(domain, threshold->attribute)) {
            continue;
        }
        tcn_value_fault(values, "scale",
                        "\"%s\" looks at the attribute \"%s\", which this domain does not declare",
                        tables->scales[domain->scale - 1].id,
                        tables->attributes[threshold->attribute - 1].id);
        return;
    }
}

static void compile_domain(struct tcn_compile *compile, uint32_t index) {
    const struct tcn_raw_domain *raw = &compile->domains->domains[index];
    struct tcn_domain_rules *domain = &compile->tables->rules.domains[index];
    struct tcn_values values = tcn_rules_at(compile, TCN_PART_DOMAINS, "domains", index);
    memcpy(domain->id, compile->tables->domains[index].id, sizeof(domain->id));
    compile_attributes(compile, &values, raw, domain);
    domain->scale = tcn_rules_find(compile, &values, (struct tcn_word_of){"scale", raw->scale},
                                   tcn_rules_scales(compile));
    check_scale(compile, &values, domain);
}

/** Notes a row that no domain names. */
static void check_used(const struct tcn_compile *compile, struct tcn_rows rows, const char *section,
                       const bool *is_used) {
    for (uint32_t i = 0; i < rows.count; i++) {
        if (!is_used[i]) {
            struct tcn_values values = tcn_rules_at(compile, rows.part, section, i);
            tcn_value_fault(&values, "id", "expected to be used: no domain names this %s",
                            rows.what);
        }
    }
}

/** Every attribute and scale. A domain at fault may be the one that names it, so a file of domains
 * that is not right yet is judged by its own faults alone. */
static void check_all_used(const struct tcn_compile *compile) {
    const struct tcn_rules_tables *tables = &compile->tables->rules;
    bool attributes[TCN_POLICY_ATTRIBUTES_MAX] = {false};
    bool scales[TCN_SCALES_MAX] = {false};
    if (compile->domains == NULL ||
        tcn_policy_file_has_fault(compile->errors, &compile->files[TCN_PART_DOMAINS])) {
        return;
    }
    for (uint32_t i = 0; i < tables->rules.domain_count; i++) {
        const struct tcn_domain_rules *domain = &tables->domains[i];
        for (uint32_t k = 0; k < domain->attribute_count; k++) {
            attributes[domain->attributes[k] - 1] = true;
        }
        if (domain->scale != 0) {
            scales[domain->scale - 1] = true;
        }
    }
    check_used(compile, tcn_rules_attributes(compile), "attributes", attributes);
    check_used(compile, tcn_rules_scales(compile), "scales", scales);
}

void tcn_compile_domain_rules(struct tcn_compile *compile) {
    for (uint32_t i = 0; i < compile->tables->rules.rules.domain_count; i++) {
        compile_domain(compile, i);
    }
    check_all_used(compile);
}
