/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limits of a case as lines for the counter: what must be done, and by which date. A date is a
 * civil one of China (UTC+8), whatever the machine's own zone, and the one that is counted: that a
 * day off may push it on is for the verdict and not for people's calendars.
 */
#ifndef TCN_CLI_LIMITS_H
#define TCN_CLI_LIMITS_H

#include "cli/language.h"
#include "model/local.h"

/** Room for "2026-12-13 02:40", its NUL included. */
#define TCN_LIMIT_DATE_BYTES 32

/** The date of a limit's last instant; its time of day too unless the day's end is meant.
 * Thread: any. */
void tcn_limit_date(int64_t due_ns, char out_text[TCN_LIMIT_DATE_BYTES]);

/** Room for what stands behind a limit: its law, and how sure it is. */
#define TCN_LIMIT_LAW_BYTES 512

/** Why a limit is one, in brackets behind it: its law and article, in Chinese as "第23条第2款"; a
 * practice or a proposal says that it is no law. Empty when nothing is known. Thread: any. */
void tcn_limit_law(const struct tcn_local_limit *limit, enum tcn_language language,
                   char out_text[TCN_LIMIT_LAW_BYTES]);

/** Prints one line for each limit, as things stand at `now_ns`; nothing when there is none.
 * Thread: any. */
void tcn_limits_show(FILE *out, enum tcn_language language,
                     const struct tcn_local_progress *progress, int64_t now_ns);

#endif
