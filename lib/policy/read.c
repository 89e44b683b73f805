/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/read.h"

#include "policy/compile_rules.h"
#include "policy/load.h"
#include "policy/read_plans.h"

#include <stdlib.h>
#include <string.h>

/** A policy that was read. */
struct tcn_policy_source {
    struct tcn_policy_tables tables;
    struct tcn_clock_source *clocks; /* owned */
    struct tcn_plan_source *plans;   /* owned */
    struct tcn_sealing sealing;      /* lent by it */
};

static const struct tcn_yaml_part parts[TCN_PART_COUNT] = {
    [TCN_PART_REGIME] = {"regime.yaml", &tcn_schema_regime},
    [TCN_PART_LINES] = {"lines.yaml", &tcn_schema_lines},
    [TCN_PART_ORGANS] = {"organs.yaml", &tcn_schema_organs},
    [TCN_PART_DOMAINS] = {"domains.yaml", &tcn_schema_domains},
    [TCN_PART_DIVISIONS] = {"divisions.yaml", &tcn_schema_divisions},
    [TCN_PART_ATTRIBUTES] = {"attributes.yaml", &tcn_schema_attributes},
    [TCN_PART_LEVELS] = {"levels.yaml", &tcn_schema_levels},
};

/** Loads all files, then compiles what did load, so that one run names as much as it can. */
static enum tcn_status load_and_compile(const struct tcn_policy_folder *folder,
                                        struct tcn_compile *compile, void *raws[TCN_PART_COUNT]) {
    for (size_t i = 0; i < TCN_PART_COUNT; i++) {
        enum tcn_status status = tcn_policy_load(folder, &parts[i], &compile->files[i], &raws[i],
                                                 &compile->is_whole[i], compile->errors);
        if (status != TCN_OK) {
            return status;
        }
    }
    memcpy(compile->raws, raws, sizeof(compile->raws));
    compile->regime = raws[TCN_PART_REGIME];
    compile->lines = raws[TCN_PART_LINES];
    compile->organs = raws[TCN_PART_ORGANS];
    compile->domains = raws[TCN_PART_DOMAINS];
    compile->divisions = raws[TCN_PART_DIVISIONS];
    return tcn_compile_run(compile);
}

/** Reads clocks, calendar and plans, whose faults are those of the policy too. Errors: TCN_NOMEM.
 */
static enum tcn_status add_parts(const struct tcn_policy_folder *folder,
                                 struct tcn_policy_source *source,
                                 struct tcn_policy_errors *errors) {
    struct tcn_policy_errors *found = calloc(1, sizeof(*found));
    if (found == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_policy_read_clocks_of(folder, &source->clocks, found);
    if (status == TCN_CONFIG) {
        tcn_policy_errors_append(errors, found);
        status = TCN_OK;
    }
    if (status == TCN_OK) {
        status = tcn_policy_read_plans_of(folder, &source->plans, found);
    }
    if (status == TCN_CONFIG) {
        tcn_policy_errors_append(errors, found);
        status = TCN_OK;
    }
    free(found);
    return status;
}

/** Lends the policy what was read beside its own tables. */
static void lend(struct tcn_policy_source *source) {
    struct tcn_policy *policy = &source->tables.policy;
    policy->rules = &source->tables.rules.rules;
    policy->clocks = tcn_clock_source_table(source->clocks);
    policy->plans = tcn_plan_source_plans(source->plans);
    source->sealing = (struct tcn_sealing){.rules = policy->plans->seals,
                                           .rule_count = policy->plans->seal_count};
    policy->sealing = &source->sealing;
}

static enum tcn_status read_of(const struct tcn_policy_folder *folder,
                               struct tcn_policy_source **out_source,
                               struct tcn_policy_errors *errors) {
    void *raws[TCN_PART_COUNT] = {0};
    memset(errors, 0, sizeof(*errors));
    struct tcn_compile *compile = calloc(1, sizeof(*compile));
    struct tcn_policy_source *source = calloc(1, sizeof(*source));
    enum tcn_status status = TCN_NOMEM;
    if (compile == NULL || source == NULL) {
        goto out;
    }
    compile->errors = errors;
    compile->tables = &source->tables;
    status = load_and_compile(folder, compile, raws);
    for (size_t i = 0; i < TCN_PART_COUNT; i++) {
        tcn_yaml_destroy(parts[i].schema, &raws[i]);
        tcn_policy_file_fini(&compile->files[i]);
    }
    if (status == TCN_OK) {
        status = add_parts(folder, source, errors);
    }
    if (status == TCN_OK && errors->count > 0) {
        tcn_policy_errors_sort(errors);
        status = TCN_CONFIG;
    }
    if (status == TCN_OK) {
        lend(source);
        *out_source = source;
        source = NULL;
    }
out:
    free(compile);
    tcn_policy_destroy(&source);
    return status;
}

enum tcn_status tcn_policy_read(const char *dir, struct tcn_policy_source **out_source,
                                struct tcn_policy_errors *errors) {
    const struct tcn_policy_folder folder = {.dir = dir};
    return read_of(&folder, out_source, errors);
}

enum tcn_status tcn_policy_read_text(const char *name, struct tcn_slice text,
                                     struct tcn_policy_source **out_source,
                                     struct tcn_policy_errors *errors) {
    const struct tcn_policy_folder folder = {.dir = name, .text = text};
    TCN_CHECK(text.size > 0);
    return read_of(&folder, out_source, errors);
}

const struct tcn_policy *tcn_policy_tables(const struct tcn_policy_source *source) {
    return &source->tables.policy;
}

const struct tcn_clock_source *tcn_policy_clocks(const struct tcn_policy_source *source) {
    return source->clocks;
}

void tcn_policy_destroy(struct tcn_policy_source **source) {
    if (source == NULL || *source == NULL) {
        return;
    }
    free((*source)->tables.organs);
    free((*source)->tables.domains);
    free((*source)->tables.divisions);
    free((*source)->tables.lines);
    tcn_rules_fini(&(*source)->tables.rules);
    tcn_clock_source_destroy(&(*source)->clocks);
    tcn_plan_source_destroy(&(*source)->plans);
    free(*source);
    *source = NULL;
}
