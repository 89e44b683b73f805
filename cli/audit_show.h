/* SPDX-License-Identifier: Apache-2.0 */
/* Who knew what when, as lines and as JSON, from one trail. One thread, the program's. */
#ifndef TCN_CLI_AUDIT_SHOW_H
#define TCN_CLI_AUDIT_SHOW_H

#include "query/trail.h"
#include "json/write.h"

/** What is told. Open: filled by the verb, all lent. */
struct tcn_audit_view {
    const struct tcn_trail *trail;
    const struct tcn_rights *rights; /**< names of organs and principals */
    const char *known_to;            /**< the organ that was asked for; NULL: all */
};

/** Prints it as lines. */
void tcn_audit_show_text(FILE *out, const struct tcn_audit_view *view);

/** Starts the document tocsin.audit/1 and fills it. Owns: end the writer with tcn_json_writer_fini.
 */
void tcn_audit_show_json(struct tcn_json_writer *writer, const struct tcn_audit_view *view);

#endif
