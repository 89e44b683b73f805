/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changing the registry: what an administrator says is handed to its agent, waited for until it
 * stands in the log, and then looked up, because what stands in the log may still be void. Shared
 * by the verbs of `tocsin key`. One thread, the program's.
 */
#ifndef TCN_CLI_CHANGE_H
#define TCN_CLI_CHANGE_H

#include "cli/await.h"
#include "cli/principals.h"

/** What every such verb takes. Open: filled by its option table. */
struct tcn_change_options {
    struct tcn_asker_options asker;
    const char *reason;        /**< --reason; NULL: none */
    const char *timeout;       /**< seconds as typed; NULL: 60 */
    const char *format_option; /**< -o as typed */
};

/** A verb's place: whom it asks and what the registry was. Open; end with tcn_change_close. */
struct tcn_change {
    struct tcn_cli *cli;
    struct tcn_asker asker;
    struct tcn_principals principals; /**< before the change */
    enum tcn_format format;
    int64_t wait_ns;
    const char *reason;
};

/** What became of a change that stands in the log. */
struct tcn_change_made {
    uint64_t position;
    struct tcn_principal row; /**< as it stands afterwards; zeroed when nobody could tell */
};

/* The options of every such verb, for its table. */
#define TCN_CHANGE_OPTIONS(change)                                                                 \
    {"reason", 'r', "WORD", "why: a word, never about a person", NULL, &(change)->reason},         \
        {"timeout", 0, "S", "seconds to wait; 60", NULL, &(change)->timeout},                      \
        TCN_SEAT_DIR_OPTION(&(change)->asker.seat), TCN_SEAT_CONFIG_OPTION(&(change)->asker.seat), \
    {                                                                                              \
        "output", 'o', "FORMAT", "table, json", NULL, &(change)->format_option                     \
    }

/** Checks what was typed. Gives an exit code. */
int tcn_change_check(struct tcn_cli *cli, const struct tcn_change_options *options,
                     struct tcn_change *out_change);

/** Opens the lines of an administrator and reads the registry. Gives an exit code; end with
 * tcn_change_close, also after a failure. */
int tcn_change_open(struct tcn_cli *cli, struct tcn_change_options *options,
                    struct tcn_change *change);

/** Closes it; safe when zeroed. */
void tcn_change_close(struct tcn_change *change);

/** Says it, and waits until it is so. What was refused or is void has been told, with the rule.
 * Gives an exit code. `what` is for the messages: "revoke watch.water_bureau". */
int tcn_change_say(struct tcn_change *change, const struct tcn_registry_change *said,
                   const char *what, struct tcn_change_made *out_made);

/** Prints `sentence` and, when `is_full`, the row as it is now; or all of it as JSON. Gives an exit
 * code. */
int tcn_change_print(struct tcn_change *change, const struct tcn_change_made *made,
                     const char *sentence, bool is_full);

#endif
