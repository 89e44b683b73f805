/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions, asked of a running collector or of a stopped one's folder; the answers are the same
 * rows. One thread, the program's.
 */
#ifndef TCN_CLI_ASKER_H
#define TCN_CLI_ASKER_H

#include "cli/folder.h"
#include "cli/seat.h"
#include "client/ask.h"
#include "client/setup.h"

/** How a verb was told to ask. Open: filled by its option table. */
struct tcn_asker_options {
    struct tcn_seat_options seat;
    bool is_stopped;  /**< --stopped: from the folder of --dir */
    const char *role; /**< who asks when no organ is named; NULL: the auditor */
};

/** Whom is asked. Open: verbs read it; end with tcn_asker_fini. */
struct tcn_asker {
    struct tcn_cli *cli;
    struct tcn_seat seat;     /**< of a running collector */
    struct tcn_folder folder; /**< of a stopped one */
    bool is_stopped;
    uint64_t at_least;      /**< end of the log when the first question was asked; 0 before */
    struct tcn_arena arena; /**< of answers from a folder, and of decoding */
    const struct tcn_policy *policy;     /**< NULL when it is not known */
    const struct tcn_registry *registry; /**< NULL when it is not known */
    struct tcn_setup setup;
};

#define TCN_ASKER_STOPPED_OPTION(options)                                                          \
    { "stopped", 0, NULL, "from the folder of a stopped collector", &(options)->is_stopped, NULL }

/** Opens what is asked. What fails has been told. Gives an exit code.
 * Owns: gives an asker to be ended with tcn_asker_fini, also after a failure. */
int tcn_asker_init(struct tcn_cli *cli, const struct tcn_asker_options *options,
                   struct tcn_asker *out_asker);

/** Ends it; safe when zeroed. */
void tcn_asker_fini(struct tcn_asker *asker);

/** Asks for one page. A running collector answers from a state that has all that the log had when
 * the first page was asked for, so people see what they have just entered; when its state lags
 * behind for long, that is told and the answer is from the state as it is. What fails has been
 * told. Gives an exit code. Owns: the answer lends until the next question. */
int tcn_asker_ask(struct tcn_asker *asker, const struct tcn_query *query,
                  struct tcn_answer *out_answer);

/** The name of a source's principal, or its number in text. */
void tcn_asker_source(const struct tcn_asker *asker, uint32_t source, char *out_text, size_t size);

#endif
