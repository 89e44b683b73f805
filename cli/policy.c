/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin policy check|show [DIR]`, and the way to activate, active and backtest. */
#include "base/clock.h"
#include "cli/phones.h"
#include "cli/place.h"
#include "cli/policy_activate.h"
#include "cli/policy_at.h"
#include "cli/policy_backtest.h"
#include "cli/policy_show.h"
#include "cli/verbs.h"
#include "policy/read.h"
#include "query/reachable.h"
#include "json/write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What the files say, or what is wrong with them. */
struct reading {
    const char *path;
    struct tcn_policy_source *source; /* NULL when the policy is bad */
    struct tcn_policy_errors errors;
    struct tcn_policy_errors warnings;
};

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
    char organs[TCN_DUTY_PHONES_BYTES];
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
        tcn_json_add_u64(&writer, "clock_count", policy->clocks->rule_count);
        tcn_json_add_u64(&writer, "organs_without_duty_phone", tcn_phones_lacking(policy, organs));
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
    char organs[TCN_DUTY_PHONES_BYTES];
    const uint32_t lacking = tcn_phones_lacking(policy, organs);
    if (lacking > 0) {
        (void)fprintf(cli->err,
                      "tocsin: %u of %u organs have no duty telephone: %s\n"
                      "try: duty_phone in organs.yaml, so that at night somebody can be called\n",
                      (unsigned)lacking, (unsigned)policy->organ_count, organs);
    }
    (void)fprintf(cli->out,
                  "%s is good: version %" PRIu64 ", %u domains, %u organs, %u divisions, "
                  "%u clocks\n",
                  reading->path, policy->version, (unsigned)policy->domain_count,
                  (unsigned)policy->organ_count, (unsigned)policy->division_count,
                  (unsigned)policy->clocks->rule_count);
}

static enum tcn_status print_it(struct tcn_cli *cli, const struct reading *reading, bool is_show,
                                enum tcn_format format) {
    if (is_show) {
        const struct tcn_policy *policy = tcn_policy_tables(reading->source);
        return format == TCN_FORMAT_JSON ? tcn_policy_show_json(cli, policy)
                                         : tcn_policy_show_text(cli, policy);
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
    enum tcn_status read = tcn_policy_read(reading->path, &reading->source, &reading->errors);
    if (read == TCN_OK) {
        read = tcn_query_check_reach(&reading->source, &reading->errors);
    }
    if (read == TCN_OK) {
        tcn_policy_warn_calendar(tcn_policy_clocks(reading->source), tcn_clock_wall_ns(),
                                 &reading->warnings);
    }
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
    free(reading);
    return code;
}

int tcn_verb_policy(struct tcn_cli *cli, int argc, char **argv) {
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "backtest") == 0) {
        const int tried = tcn_policy_backtest(cli, argc - 1, argv + 1);
        return tried == -1 ? TCN_EXIT_OK : tried;
    }
    if (strcmp(word, "activate") == 0 || strcmp(word, "active") == 0) {
        const int done = strcmp(word, "active") == 0 ? tcn_policy_active(cli, argc - 1, argv + 1)
                                                     : tcn_policy_activate(cli, argc - 1, argv + 1);
        return done == -1 ? TCN_EXIT_OK : done;
    }
    const char *format_option = NULL;
    const char *at = NULL;
    const char *dir = NULL;
    const struct tcn_cli_option options[] = {
        {"at", 0, "POSITION", "show: what is in force there, by the log of --dir", NULL, &at},
        {"dir", 'd', "DIR", "with --at: of `tocsin up` or of the collector; else TOCSIN_DIR", NULL,
         &dir},
        {"output", 'o', "FORMAT", "table, json", NULL, &format_option}};
    const struct tcn_cli_syntax syntax = {
        "policy check|show [DIR] | policy activate|active|backtest [OPTIONS]", options,
        sizeof options / sizeof options[0]};
    enum tcn_format format = TCN_FORMAT_TABLE;
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    int count = argc - first;
    const char *what = code == TCN_EXIT_OK && (count == 1 || count == 2) ? argv[first] : "";
    bool is_show = strcmp(what, "show") == 0;
    if (code == TCN_EXIT_OK && !is_show && strcmp(what, "check") != 0) {
        return tcn_cli_usage(
            cli, "policy --help",
            "policy takes check or show and a folder, activate, active or backtest");
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(cli, format_option, 1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON,
                              &format);
    }
    if (code != TCN_EXIT_OK) {
        return code == -1 ? TCN_EXIT_OK : code;
    }
    if (at != NULL && (!is_show || count == 2)) {
        return tcn_cli_usage(cli, "policy --help", "--at is for policy show, without a folder");
    }
    if (at != NULL) {
        return tcn_policy_show_at(cli, dir, at, format);
    }
    char path[TCN_CLI_PATH_BYTES];
    enum tcn_status status = tcn_place_policy(cli, count == 2 ? argv[first + 1] : NULL, path);
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, "tocsin policy check DIR", "find a policy");
    }
    return run(cli, path, is_show, format);
}
