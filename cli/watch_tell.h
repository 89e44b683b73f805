/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a watch tells that is no item: gaps, silence, its end. As lines for people on the error
 * output, or as lines of JSON among the items. One thread, the program's.
 */
#ifndef TCN_CLI_WATCH_TELL_H
#define TCN_CLI_WATCH_TELL_H

#include "cli/cli.h"
#include "client/watch.h"

/** Tells one; `heard_ns` is the wall clock of the collector's last word, 0: none yet. */
void tcn_watch_tell(const struct tcn_cli *cli, enum tcn_format format,
                    const struct tcn_watch_event *event, int64_t heard_ns);

#endif
