/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy_activate.h"

#include "base/clock.h"
#include "cli/folder.h"
#include "cli/place.h"
#include "cli/policy_at.h"
#include "cli/policy_compile.h"
#include "cli/policy_effect.h"
#include "cli/show.h"
#include "query/activation.h"
#include "json/write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* All that the verb takes, and what it works on. */
struct activating {
    struct tcn_cli *cli;
    const char *dir;
    const char *key;
    const char *path;
    bool is_dry;
    bool restates;
    struct tcn_folder folder;
    struct tcn_rights rights;
    struct tcn_compiled compiled;
    const char *format_option;
    enum tcn_format format;
    struct tcn_forecast forecast;
};

static void finish(struct activating *made) {
    tcn_forecast_fini(&made->forecast);
    tcn_compiled_fini(&made->compiled);
    tcn_rights_fini(&made->rights);
    tcn_folder_close(&made->folder);
}

/* The clocks of the state, as it stands now; without one nothing is said of them. */
static void look_at_clocks(struct activating *made, const struct tcn_policy *next,
                           struct tcn_policy_effect *effect) {
    struct tcn_folder *folder = &made->folder;
    struct tcn_applied applied;
    const struct tcn_restatement how = {.only_missing = !made->restates,
                                        .log_time_ns = tcn_clock_wall_ns(),
                                        .policy_version = next->version};
    if (next->clocks == NULL || !tcn_folder_state_beside(folder) ||
        tcn_state_applied(folder->state_reader, &applied) != TCN_OK) {
        return;
    }
    if (tcn_forecast_run(folder->state_reader, next->clocks, &how, &made->forecast) == TCN_OK) {
        effect->forecast = &made->forecast;
        effect->position = applied.position;
        effect->not_yet_folded = tcn_folder_lag(folder);
    }
}

static int tell_difference(struct activating *made) {
    struct tcn_policy_effect effect = {.path = made->path,
                                       .now = tcn_rights_policy(&made->rights),
                                       .next = made->compiled.policy,
                                       .registry = tcn_rights_registry(&made->rights),
                                       .restates = made->restates,
                                       .is_dry = made->is_dry};
    look_at_clocks(made, effect.next, &effect);
    if (made->format != TCN_FORMAT_JSON) {
        tcn_policy_effect_text(made->cli->out, &effect);
        return TCN_EXIT_OK;
    }
    const enum tcn_status status = tcn_policy_effect_json(made->cli->out, &effect);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(made->cli, status, NULL, "print what would change");
}

/* The last word; with -o json the document has said it. */
static void say(const struct activating *made, const char *what) {
    (void)fprintf(made->format == TCN_FORMAT_JSON ? made->cli->err : made->cli->out, "%s\n", what);
}

static int fail(struct activating *made, enum tcn_status status,
                const struct tcn_regime_verdict *verdict) {
    FILE *err = made->cli->err;
    const uint64_t version = tcn_rights_policy(&made->rights)->version;
    if (status == TCN_DENIED) {
        (void)fprintf(err, "tocsin: cannot activate the policy: because only an administrator of "
                           "this log does\ntry: --key FILE, the administrator's key file\n");
        return TCN_EXIT_REFUSED;
    }
    if (status == TCN_BUSY) {
        return tcn_cli_fail(made->cli, status,
                            "tocsin policy active: another one waits for the collector",
                            "activate the policy");
    }
    if (status != TCN_NOT_ALLOWED) {
        return tcn_cli_fail(made->cli, status, NULL, "activate the policy");
    }
    (void)fprintf(err, "tocsin: cannot activate the policy %s: because ", made->path);
    if (verdict->fault == TCN_REGIME_NOT_NEWER) {
        (void)fprintf(err,
                      "version %" PRIu64 " is in force, and its own is not larger\ntry: a larger "
                      "version in regime.yaml\n",
                      version);
    } else if (verdict->fault == TCN_REGIME_ORGAN_GONE) {
        (void)fprintf(err,
                      "organ %s, number %u, is in force and not in it\ntry: keep every organ with "
                      "its id and number in organs.yaml; another district has another log\n",
                      verdict->organ->id, (unsigned)verdict->organ->number);
    } else {
        (void)fprintf(err, "its desk is another organ\ntry: keep the desk in regime.yaml\n");
    }
    return TCN_EXIT_REFUSED;
}

static int hand_over(struct activating *made) {
    char key[TCN_CLI_PATH_BYTES];
    const char *dir = made->dir != NULL ? made->dir : getenv("TOCSIN_DIR");
    struct tcn_regime_verdict verdict = {.fault = TCN_REGIME_FITS};
    enum tcn_status status =
        made->key != NULL ? TCN_OK : tcn_place_path(key, dir, "keys/admin.key");
    const struct tcn_activation_wish wish = {
        .policy = made->compiled.policy,
        .text = tcn_slice_of(made->compiled.text.data, made->compiled.text.size),
        .key_path = made->key != NULL ? made->key : key,
        .now_ns = tcn_clock_wall_ns(),
        .restates = made->restates};
    if (made->is_dry) {
        status = tcn_regime_check(tcn_rights_policy(&made->rights), wish.policy, &verdict);
    } else if (status == TCN_OK) {
        status = tcn_activation_make(&made->rights, &wish, made->folder.dir, &verdict);
    }
    if (status == TCN_EXISTS) {
        say(made, "this policy is in force already: nothing is done");
        return TCN_EXIT_OK;
    }
    if (status != TCN_OK) {
        return fail(made, status, &verdict);
    }
    say(made, made->is_dry ? "nothing was done: --dry-run"
                           : "handed to the collector, which logs it within seconds, or when it "
                             "starts: tocsin policy active");
    return TCN_EXIT_OK;
}

int tcn_policy_activate(struct tcn_cli *cli, int argc, char **argv) {
    struct activating *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return tcn_cli_fail(cli, TCN_NOMEM, NULL, "activate the policy");
    }
    made->cli = cli;
    const struct tcn_cli_option options[] = {
        {"dir", 'd', "DIR", "folder of `tocsin up` or of the collector; else TOCSIN_DIR", NULL,
         &made->dir},
        {"key", 'k', "FILE", "the administrator's key file; DIR/keys/admin.key", NULL, &made->key},
        {"restate", 0, NULL, "clocks that run follow the new rules too", &made->restates, NULL},
        {"dry-run", 'n', NULL, "only say what would change", &made->is_dry, NULL},
        {"output", 'o', "FORMAT", "of what changes: table, json", NULL, &made->format_option},
    };
    const struct tcn_cli_syntax syntax = {"policy activate POLICY [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && argc - first != 1) {
        code = tcn_cli_usage(cli, "policy activate --help", "policy activate takes one folder");
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(cli, made->format_option,
                              1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &made->format);
    }
    if (code == TCN_EXIT_OK) {
        made->path = argv[first];
        code = tcn_policy_compile(cli, made->path, "activate the policy", &made->compiled);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_policy_open_at(cli, made->dir, UINT64_MAX, &made->folder, &made->rights);
    }
    if (code == TCN_EXIT_OK) {
        code = tell_difference(made);
    }
    if (code == TCN_EXIT_OK) {
        code = hand_over(made);
    }
    finish(made);
    free(made);
    return code;
}

/* Who is named only as the registry names it: an administrator's row. */
static enum tcn_status print_active(struct tcn_cli *cli, const struct tcn_rights *rights,
                                    enum tcn_format format) {
    const struct tcn_activated *activated = rights->activated;
    const uint32_t by = activated != NULL ? activated->word.principal : 0;
    const struct tcn_principal *row = tcn_registry_find(tcn_rights_registry(rights), by);
    const char *name = row != NULL ? row->name : "root";
    const uint64_t position = activated != NULL ? activated->position : 1;
    const int64_t since_ns =
        activated != NULL ? activated->log_time_ns : rights->charter->genesis.created_ns;
    const uint64_t version = tcn_rights_policy(rights)->version;
    if (format != TCN_FORMAT_JSON) {
        char time[TCN_TIME_TEXT_BYTES];
        tcn_show_time(since_ns, time);
        (void)fprintf(cli->out, "version %" PRIu64 ", since position %" PRIu64 ", %s, by %s\n",
                      version, position, time, name);
        return ferror(cli->out) ? TCN_IO : TCN_OK;
    }
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "policy_active");
    tcn_json_add_u64(&writer, "version", version);
    tcn_json_add_u64(&writer, "position", position);
    tcn_json_add_time(&writer, "since", since_ns);
    tcn_json_add_word(&writer, "by", name);
    tcn_json_add_bool(&writer, "restated", activated != NULL && activated->word.restates);
    const enum tcn_status status = tcn_json_write_file(&writer, cli->out, true);
    tcn_json_writer_fini(&writer);
    return status;
}

int tcn_policy_active(struct tcn_cli *cli, int argc, char **argv) {
    const char *dir = NULL;
    const char *format_option = NULL;
    const struct tcn_cli_option options[] = {
        {"dir", 'd', "DIR", "folder of `tocsin up` or of the collector; else TOCSIN_DIR", NULL,
         &dir},
        {"output", 'o', "FORMAT", "table, json", NULL, &format_option},
    };
    const struct tcn_cli_syntax syntax = {"policy active [OPTIONS]", options, 2};
    enum tcn_format format = TCN_FORMAT_TABLE;
    struct tcn_folder folder = {.log = NULL};
    struct tcn_rights rights = {.charter = NULL};
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && argc != first) {
        code = tcn_cli_usage(cli, "policy active --help", "policy active takes options only");
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(cli, format_option, 1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON,
                              &format);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_policy_open_at(cli, dir, UINT64_MAX, &folder, &rights);
    }
    if (code == TCN_EXIT_OK) {
        const enum tcn_status status = print_active(cli, &rights, format);
        code = status == TCN_OK ? code : tcn_cli_fail(cli, status, NULL, "print the policy");
    }
    tcn_rights_fini(&rights);
    tcn_folder_close(&folder);
    return code;
}
