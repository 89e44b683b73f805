/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin key revoke`: ends a principal's rights for good, at its place in the log. */
#include "base/clock.h"
#include "cli/change.h"
#include "cli/key.h"

static int parse(struct tcn_cli *cli, struct tcn_change_options *options, int argc, char **argv,
                 int *out_first) {
    const struct tcn_cli_option table[] = {TCN_CHANGE_OPTIONS(options)};
    const struct tcn_cli_syntax syntax = {"key revoke NAME [--reason WORD] [OPTIONS]", table,
                                          sizeof table / sizeof table[0]};
    int code = tcn_cli_parse(cli, &syntax, argc, argv, out_first);
    if (code == TCN_EXIT_OK && argc - *out_first != 1) {
        return tcn_cli_usage(cli, "key revoke --help", "key revoke takes one name");
    }
    return code;
}

/* What would be void is told before it is said: the log keeps every word. */
static int check(const struct tcn_change *change, const struct tcn_principal *row) {
    struct tcn_cli *cli = change->cli;
    if (row->role == TCN_ROLE_COLLECTOR || row->role == TCN_ROLE_BROKER) {
        (void)fprintf(
            cli->err,
            "tocsin: cannot revoke %s: because others know it by their configuration, not "
            "by the registry\ntry: docs/how-to/keys.md, on the keys of the servers\n",
            row->name);
        return TCN_EXIT_REFUSED;
    }
    if (row->role == TCN_ROLE_ADMIN &&
        !tcn_principals_have_other_admin(&change->principals, row->id, tcn_clock_wall_ns())) {
        (void)fprintf(cli->err,
                      "tocsin: cannot revoke %s: because it is the only administrator, and nobody "
                      "could change the registry any more\ntry: make another administrator first "
                      "(docs/how-to/keys.md)\n",
                      row->name);
        return TCN_EXIT_REFUSED;
    }
    return TCN_EXIT_OK;
}

static int revoke(struct tcn_change *change, const struct tcn_principal *row) {
    char text[TCN_SHOW_TEXT_BYTES];
    if (row->status == TCN_PRINCIPAL_REVOKED) {
        const struct tcn_change_made before = {.position = change->principals.version, .row = *row};
        (void)snprintf(text, sizeof text, "%s was revoked before; the registry stands", row->name);
        return tcn_change_print(change, &before, text, false);
    }
    int code = check(change, row);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const struct tcn_registry_change said = {
        .kind = TCN_CHANGE_REVOKED,
        .principal = row->id,
        .reason = tcn_slice_text(change->reason == NULL ? "" : change->reason),
    };
    struct tcn_change_made made;
    (void)snprintf(text, sizeof text, "revoke %s", row->name);
    code = tcn_change_say(change, &said, text, &made);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (made.row.id == 0) { /* itself: nobody answers it any more */
        made.row = *row;
        made.row.status = TCN_PRINCIPAL_REVOKED;
    }
    (void)snprintf(text, sizeof text, "revoked %s", row->name);
    return tcn_change_print(change, &made, text, false);
}

int tcn_key_revoke(struct tcn_cli *cli, int argc, char **argv) {
    struct tcn_change_options options = {.reason = NULL};
    struct tcn_change change = {.cli = cli};
    const struct tcn_principal *row = NULL;
    int first = 0;
    int code = parse(cli, &options, argc, argv, &first);
    if (code == TCN_EXIT_OK) {
        code = tcn_change_check(cli, &options, &change);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_change_open(cli, &options, &change);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_principals_find(cli, &change.principals, argv[first], &row);
    }
    if (code == TCN_EXIT_OK) {
        code = revoke(&change, row);
    }
    tcn_change_close(&change);
    return code;
}
