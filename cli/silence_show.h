/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How silences are shown: what one would have done, why one is refused and what would do, and what
 * is in force. One thread, the program's.
 */
#ifndef TCN_CLI_SILENCE_SHOW_H
#define TCN_CLI_SILENCE_SHOW_H

#include "cli/asker.h"
#include "cli/await.h"
#include "cli/show.h"

/** What a refused attempt wanted. Open: filled by the verb. */
struct tcn_silence_wish {
    const char *domain; /**< as typed; NULL: none */
    bool is_end;        /**< to end one, not to begin one */
};

/** Prints what a silence would have kept quiet, what it can never cover, and whether it would be
 * refused. `rows` are a preview's. Errors: TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_silence_show_preview(struct tcn_cli *cli,
                                                        const struct tcn_policy *policy,
                                                        enum tcn_format format,
                                                        const struct tcn_answer *answer);
/** Prints what is in force: a table, lines or a document. Errors: TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_silence_show_list(struct tcn_cli *cli,
                                                     const struct tcn_policy *policy,
                                                     enum tcn_format format,
                                                     const struct tcn_answer *answer);
/** Says in one sentence why an attempt changed nothing, and what is allowed. `fault` is what a
 * preview says of it now; TCN_SILENCE_FINE when nobody could be asked. */
void tcn_silence_tell_refused(FILE *err, const struct tcn_silence_wish *wish,
                              const struct tcn_alert *told, enum tcn_silence_fault fault);

#endif
