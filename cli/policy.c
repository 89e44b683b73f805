/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin policy check|show [DIR]`. */
#include "base/clock.h"
#include "cli/place.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "policy/read.h"
#include "policy/read_clocks.h"
#include "json/write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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
        for (uint32_t other = 0; other < domain->recipient_count; other++) {
            tcn_json_add_word(writer, NULL, organ_id(policy, domain->recipients[other]));
        }
        tcn_json_array_end(writer);
        tcn_json_add_word(writer, "line", domain->line[0] == '\0' ? NULL : domain->line);
        tcn_json_add_bool(writer, "is_petition", domain->is_petition);
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

static enum tcn_status show_json(struct tcn_cli *cli, const struct tcn_policy *policy) {
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "policy");
    tcn_json_add_u64(&writer, "version", policy->version);
    tcn_json_add_word(&writer, "title", policy->title);
    tcn_json_add_word(&writer, "desk", organ_id(policy, policy->desk));
    add_organs(&writer, policy);
    add_domains(&writer, policy);
    add_divisions(&writer, policy);
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

static enum tcn_status show_text(struct tcn_cli *cli, const struct tcn_policy *policy) {
    char title[TCN_SHOW_WORD_BYTES];
    tcn_show_text(tcn_slice_text(policy->title), title, sizeof title);
    (void)fprintf(cli->out, "%s, version %" PRIu64 "\n\n", title, policy->version);
    enum tcn_status status = print_organs(cli, policy);
    (void)fputc('\n', cli->out);
    return status == TCN_OK ? print_domains(cli, policy) : status;
}

/* What the files say, or what is wrong with them. */
struct reading {
    const char *path;
    struct tcn_policy_source *source; /* NULL when the policy is bad */
    struct tcn_clock_source *clocks;  /* NULL when they are bad, or were not asked for */
    struct tcn_policy_errors errors;
    struct tcn_policy_errors warnings;
};

/* Clocks and calendars too, which nothing but the check reads yet. */
static enum tcn_status read_clocks(struct reading *reading) {
    struct tcn_policy_errors *found = &reading->warnings; /* until it is known which they are */
    enum tcn_status status = tcn_policy_read_clocks(reading->path, &reading->clocks, found);
    if (status == TCN_CONFIG) {
        tcn_policy_errors_append(&reading->errors, found);
        tcn_policy_errors_sort(&reading->errors);
        memset(found, 0, sizeof *found);
    } else if (status == TCN_OK) {
        tcn_policy_warn_calendar(reading->clocks, tcn_clock_wall_ns(), found);
    }
    return status;
}

/* Errors: TCN_CONFIG the list has faults; TCN_NOMEM. */
static enum tcn_status read_all(struct reading *reading, bool is_check) {
    enum tcn_status status = tcn_policy_read(reading->path, &reading->source, &reading->errors);
    if (is_check && (status == TCN_OK || status == TCN_CONFIG)) {
        const enum tcn_status other = read_clocks(reading);
        status = other == TCN_OK ? status : other;
    }
    return status;
}

/* What is wrong, as the compiler lists it; an empty list for a good policy. */
static void add_faults(struct tcn_json_writer *writer, const char *name,
                       const struct tcn_policy_errors *errors) {
    tcn_json_array_begin(writer, name);
    for (uint32_t index = 0; index < errors->count; index++) {
        const struct tcn_policy_error *error = &errors->items[index];
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "file", error->file);
        tcn_json_add_u64(writer, "line", error->line);
        tcn_json_add_u64(writer, "column", error->column);
        tcn_json_add_word(writer, "field", error->field);
        tcn_json_add_word(writer, "text", error->text);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

static enum tcn_status check_json(struct tcn_cli *cli, const struct reading *reading,
                                  bool is_good) {
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "policy_check");
    tcn_json_add_word(&writer, "path", reading->path);
    tcn_json_add_bool(&writer, "is_good", is_good);
    add_faults(&writer, "faults", &reading->errors);
    tcn_json_add_u64(&writer, "more_faults", reading->errors.dropped_count);
    add_faults(&writer, "warnings", &reading->warnings);
    if (is_good) {
        const struct tcn_policy *policy = tcn_policy_tables(reading->source);
        tcn_json_add_u64(&writer, "version", policy->version);
        tcn_json_add_u64(&writer, "domain_count", policy->domain_count);
        tcn_json_add_u64(&writer, "organ_count", policy->organ_count);
        tcn_json_add_u64(&writer, "division_count", policy->division_count);
        tcn_json_add_u64(&writer, "clock_count",
                         tcn_clock_source_table(reading->clocks)->rule_count);
    }
    enum tcn_status status = tcn_json_write_file(&writer, cli->out, true);
    tcn_json_writer_fini(&writer);
    return status;
}

static void check_text(struct tcn_cli *cli, const struct reading *reading, bool is_good) {
    tcn_cli_faults(cli, &reading->errors);
    tcn_cli_faults(cli, &reading->warnings);
    if (!is_good) {
        return;
    }
    const struct tcn_policy *policy = tcn_policy_tables(reading->source);
    (void)fprintf(cli->out,
                  "%s is good: version %" PRIu64 ", %u domains, %u organs, %u divisions, "
                  "%u clocks\n",
                  reading->path, policy->version, (unsigned)policy->domain_count,
                  (unsigned)policy->organ_count, (unsigned)policy->division_count,
                  (unsigned)tcn_clock_source_table(reading->clocks)->rule_count);
}

static enum tcn_status print_it(struct tcn_cli *cli, const struct reading *reading, bool is_show,
                                enum tcn_format format) {
    if (is_show) {
        const struct tcn_policy *policy = tcn_policy_tables(reading->source);
        return format == TCN_FORMAT_JSON ? show_json(cli, policy) : show_text(cli, policy);
    }
    const bool is_good = reading->errors.count == 0;
    if (format == TCN_FORMAT_JSON) {
        return check_json(cli, reading, is_good);
    }
    check_text(cli, reading, is_good);
    return TCN_OK;
}

/* Reads the policy and shows it, or what is wrong with it. */
static int run(struct tcn_cli *cli, const char *path, bool is_show, enum tcn_format format) {
    struct reading *reading = calloc(1, sizeof *reading);
    if (reading == NULL) {
        return tcn_cli_fail(cli, TCN_NOMEM, NULL, "read the policy %s", path);
    }
    reading->path = path;
    const enum tcn_status read = read_all(reading, !is_show);
    int code = tcn_cli_exit_code(read);
    if (read != TCN_OK && read != TCN_CONFIG) {
        code = tcn_cli_fail(cli, read, NULL, "read the policy %s", path);
    } else if (is_show && read == TCN_CONFIG) {
        tcn_cli_faults(cli, &reading->errors);
        code = tcn_cli_fail(cli, read, "mend it, then tocsin policy check", "show the policy %s",
                            path);
    } else {
        const enum tcn_status status = print_it(cli, reading, is_show, format);
        code = status == TCN_OK ? code : tcn_cli_fail(cli, status, NULL, "print the policy");
    }
    tcn_policy_destroy(&reading->source);
    tcn_clock_source_destroy(&reading->clocks);
    free(reading);
    return code;
}

int tcn_verb_policy(struct tcn_cli *cli, int argc, char **argv) {
    const char *format_option = NULL;
    const struct tcn_cli_option options[] = {
        {"output", 'o', "FORMAT", "table, json", NULL, &format_option}};
    const struct tcn_cli_syntax syntax = {"policy check|show [DIR]", options, 1};
    enum tcn_format format = TCN_FORMAT_TABLE;
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    int count = argc - first;
    const char *what = code == TCN_EXIT_OK && (count == 1 || count == 2) ? argv[first] : "";
    bool is_show = strcmp(what, "show") == 0;
    if (code == TCN_EXIT_OK && !is_show && strcmp(what, "check") != 0) {
        return tcn_cli_usage(cli, "policy --help", "policy takes check or show and a folder");
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(cli, format_option, 1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON,
                              &format);
    }
    if (code != TCN_EXIT_OK) {
        return code == -1 ? TCN_EXIT_OK : code;
    }
    char path[TCN_CLI_PATH_BYTES];
    enum tcn_status status = tcn_place_policy(cli, count == 2 ? argv[first + 1] : NULL, path);
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, "tocsin policy check DIR", "find a policy");
    }
    return run(cli, path, is_show, format);
}
