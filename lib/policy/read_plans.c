/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/read_plans.h"

#include "policy/compile_plans.h"
#include "policy/load.h"
#include "policy/schema_clocks.h"

#include <stdlib.h>
#include <string.h>

/** Plans that were read. */
struct tcn_plan_source {
    struct tcn_plan_tables tables;
};

static const struct tcn_yaml_part parts[TCN_PLAN_COUNT] = {
    [TCN_PLAN_ESCALATION] = {"escalation.yaml", &tcn_schema_escalation},
    [TCN_PLAN_REPORTS] = {"expected_reports.yaml", &tcn_schema_expected},
    [TCN_PLAN_SEAL] = {"seal.yaml", &tcn_schema_seal},
    [TCN_PLAN_RETENTION] = {"retention.yaml", &tcn_schema_retention},
    [TCN_PLAN_PROGRAMS] = {"programs.yaml", &tcn_schema_programs},
};

/** The files whose words the plans use. */
enum word_part {
    ORGANS,
    LINES,
    DOMAINS,
    CLOCKS,
    WORD_COUNT,
};

static const struct tcn_yaml_part word_parts[WORD_COUNT] = {
    [ORGANS] = {"organs.yaml", &tcn_schema_organs},
    [LINES] = {"lines.yaml", &tcn_schema_lines},
    [DOMAINS] = {"domains.yaml", &tcn_schema_domains},
    [CLOCKS] = {"clocks.yaml", &tcn_schema_clocks},
};

/** Adds a word; absent ones are nothing to refer to. */
static void add(struct tcn_plan_words *words, const char *word) {
    TCN_CHECK(words->count < TCN_ORGANS_MAX);
    if (word != NULL && word[0] != '\0') {
        words->words[words->count] = word;
        words->count++;
    }
}

_Static_assert(TCN_ORGANS_MAX >= TCN_DOMAINS_MAX && TCN_ORGANS_MAX >= TCN_CLOCKS_MAX &&
                   TCN_ORGANS_MAX >= TCN_LINES_MAX,
               "the words of every file fit");

/** The words of what did load whole; of the others none, so that nothing is said of them. */
static void take_words(struct tcn_compile_plans *compile, void *const raws[WORD_COUNT]) {
    const struct tcn_raw_organs *organs = raws[ORGANS];
    const struct tcn_raw_lines *lines = raws[LINES];
    const struct tcn_raw_domains *domains = raws[DOMAINS];
    const struct tcn_raw_clocks *clocks = raws[CLOCKS];
    for (uint32_t i = 0; organs != NULL && i < organs->organs_count; i++) {
        const char *kind = organs->organs[i].kind;
        bool is_office = kind != NULL && strcmp(kind, "office") == 0;
        add(&compile->offices, is_office ? organs->organs[i].id : NULL);
        add(&compile->organs, organs->organs[i].id);
    }
    for (uint32_t i = 0; lines != NULL && i < lines->lines_count; i++) {
        add(&compile->lines, lines->lines[i].id);
    }
    for (uint32_t i = 0; domains != NULL && i < domains->domains_count; i++) {
        const char *procedure = domains->domains[i].procedure;
        bool is_placement = procedure != NULL && strcmp(procedure, "placement") == 0;
        add(&compile->domains, domains->domains[i].id);
        add(&compile->placements, is_placement ? domains->domains[i].id : NULL);
    }
    for (uint32_t i = 0; clocks != NULL && i < clocks->clocks_count; i++) {
        const char *enabled = clocks->clocks[i].enabled;
        const bool is_off = enabled != NULL && strcmp(enabled, "false") == 0;
        add(&compile->clocks, clocks->clocks[i].id);
        add(&compile->clocks_off, is_off ? clocks->clocks[i].id : NULL);
    }
}

/** Loads the files of the words. Their faults are told by those who read them for their own sake.
 * Errors: TCN_NOMEM. */
static enum tcn_status load_words(const struct tcn_policy_folder *folder,
                                  struct tcn_compile_plans *compile, void *raws[WORD_COUNT]) {
    struct tcn_policy_errors *unheard = calloc(1, sizeof(*unheard));
    enum tcn_status status = unheard == NULL ? TCN_NOMEM : TCN_OK;
    for (size_t i = 0; status == TCN_OK && i < WORD_COUNT; i++) {
        struct tcn_policy_file other = {0};
        struct tcn_policy_file *file = i == ORGANS ? &compile->organs_file : &other;
        bool is_whole = false;
        status = tcn_policy_load(folder, &word_parts[i], file, &raws[i], &is_whole, unheard);
        tcn_policy_file_fini(&other);
        if (!is_whole) {
            tcn_yaml_destroy(word_parts[i].schema, &raws[i]);
        }
    }
    compile->raw_organs = raws[ORGANS];
    free(unheard);
    return status;
}

/** Loads the files, then compiles what did load, so that one run names as much as it can. */
static enum tcn_status load_and_compile(const struct tcn_policy_folder *folder,
                                        struct tcn_compile_plans *compile) {
    enum tcn_status status = TCN_OK;
    for (size_t i = 0; status == TCN_OK && i < TCN_PLAN_COUNT; i++) {
        bool is_whole = false;
        if (i == TCN_PLAN_PROGRAMS && compile->placements.count == 0 &&
            !tcn_policy_has(folder, parts[i].name)) {
            continue; /* nothing is paid by it */
        }
        status = tcn_policy_load(folder, &parts[i], &compile->files[i], &compile->raws[i],
                                 &is_whole, compile->errors);
    }
    enum tcn_status (*const compilers[])(struct tcn_compile_plans *) = {
        tcn_compile_posts, tcn_compile_escalation, tcn_compile_expected,
        tcn_compile_seal,  tcn_compile_retention,  tcn_compile_programs};
    for (size_t i = 0; status == TCN_OK && i < sizeof(compilers) / sizeof(compilers[0]); i++) {
        status = compilers[i](compile);
    }
    return status;
}

enum tcn_status tcn_policy_read_plans_of(const struct tcn_policy_folder *folder,
                                         struct tcn_plan_source **out_source,
                                         struct tcn_policy_errors *errors) {
    void *raws[WORD_COUNT] = {0};
    memset(errors, 0, sizeof(*errors));
    struct tcn_compile_plans *compile = calloc(1, sizeof(*compile));
    struct tcn_plan_source *source = calloc(1, sizeof(*source));
    enum tcn_status status = TCN_NOMEM;
    if (compile == NULL || source == NULL) {
        goto out;
    }
    compile->errors = errors;
    compile->tables = &source->tables;
    status = load_words(folder, compile, raws);
    if (status == TCN_OK) {
        take_words(compile, raws);
        status = load_and_compile(folder, compile);
    }
    if (status == TCN_OK && errors->count > 0) {
        tcn_policy_errors_sort(errors);
        status = TCN_CONFIG;
    }
    if (status == TCN_OK) {
        *out_source = source;
        source = NULL;
    }
    for (size_t i = 0; i < WORD_COUNT; i++) {
        tcn_yaml_destroy(word_parts[i].schema, &raws[i]);
    }
    for (size_t i = 0; i < TCN_PLAN_COUNT; i++) {
        tcn_yaml_destroy(parts[i].schema, &compile->raws[i]);
        tcn_policy_file_fini(&compile->files[i]);
    }
    tcn_policy_file_fini(&compile->organs_file);
out:
    free(compile);
    tcn_plan_source_destroy(&source);
    return status;
}

enum tcn_status tcn_policy_read_plans(const char *dir, struct tcn_plan_source **out_source,
                                      struct tcn_policy_errors *errors) {
    const struct tcn_policy_folder folder = {.dir = dir};
    return tcn_policy_read_plans_of(&folder, out_source, errors);
}

const struct tcn_plans *tcn_plan_source_plans(const struct tcn_plan_source *source) {
    return &source->tables.plans;
}

void tcn_plan_source_destroy(struct tcn_plan_source **source) {
    if (source == NULL || *source == NULL) {
        return;
    }
    free((*source)->tables.steps);
    free((*source)->tables.reports);
    free((*source)->tables.seals);
    free((*source)->tables.retentions);
    free((*source)->tables.organs);
    free((*source)->tables.programs);
    free(*source);
    *source = NULL;
}
