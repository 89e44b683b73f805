/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The slip that a petitioner gets, and the office's own copy of what may be told about the case
 * behind it. A slip's code is ten characters of Crockford's base32 in two groups, "7K3MQ-0WZ4T":
 * fifty random bits, nothing about the person or the matter. Readers take either case, O for 0, I
 * and L for 1, and do not mind hyphens and blanks.
 */
#ifndef TCN_AGENTS_CASE_H
#define TCN_AGENTS_CASE_H

#include "base/bytes.h"
#include "model/feed.h"
#include "model/local.h"

/** Characters of a slip's code, its hyphen included. */
#define TCN_AGENT_SLIP_CHARACTERS 11

/** Room for a slip's code, its NUL included. */
#define TCN_AGENT_SLIP_BYTES (TCN_AGENT_SLIP_CHARACTERS + 1)

/** Encoded bytes of a case at most. */
#define TCN_AGENT_CASE_BYTES_MAX 512

/** What the office knows of a case. Open: filled by and for the caller; slices lend. */
struct tcn_agent_case {
    char slip[TCN_AGENT_SLIP_BYTES];
    struct tcn_local_progress progress;           /**< without its limits */
    struct tcn_limit limits[TCN_CASE_LIMITS_MAX]; /**< those that run, the next first, then kept */
    uint32_t limit_count;
    bool is_guarded; /**< a complaint that is kept apart: what is said of it stays behind it */
    bool is_urgent;  /**< it went by the urgent lane */
};

/** What another organ did with the matter of a case. Open: filled by the caller; everything lends.
 */
struct tcn_agent_news {
    const struct tcn_alert *alert; /**< how the matter stands after the act: the fold's own word */
    struct tcn_slice holder;       /**< the alert's; empty when the policy does not know it */
    int64_t known_ns;              /**< wall clock */
};

/** Writes the code of the low 50 bits. Thread: any. Source: D. Crockford, Base 32. */
void tcn_agent_slip_make(uint64_t random, char out_slip[TCN_AGENT_SLIP_BYTES]);

/** Reads a code as a person wrote it into the one way that it is stored.
 * Errors: TCN_MALFORMED not ten characters of the alphabet.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_agent_slip_read(struct tcn_slice text,
                                                   char out_slip[TCN_AGENT_SLIP_BYTES]);

/** Puts a case at a stage of a kind, which says what comes next. Thread: any. */
void tcn_agent_case_place(struct tcn_agent_case *known, enum tcn_procedure_kind kind,
                          enum tcn_stage stage);

/** Puts limits that run in the place of those that ran, and adds those that ended; of more than fit
 * the oldest that ended goes. Thread: any. */
void tcn_agent_case_limit(struct tcn_agent_case *known, const struct tcn_limit *limits,
                          uint32_t count);

/** Brings a case up to date with an act that the log has applied. Nothing is judged here again: the
 * alert says where the matter stands. Owns: the case then lends from the news too. Thread: any. */
void tcn_agent_case_learn(struct tcn_agent_case *known, const struct tcn_agent_news *news);

/** Lays a case out, version 4.
 * Errors: TCN_TOOBIG does not fit.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_agent_case_encode(const struct tcn_agent_case *known,
                                                     struct tcn_writer *writer,
                                                     struct tcn_slice *out_bytes);

/** Reads what tcn_agent_case_encode wrote, versions 1 to 3 too; slices lend from the bytes. The
 * matter is left none. Errors: TCN_CORRUPT; TCN_VERSION a version that this program does not know.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_agent_case_decode(struct tcn_slice bytes,
                                                     struct tcn_agent_case *out_known);

#endif
