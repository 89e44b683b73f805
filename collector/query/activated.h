/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy that a record of the log has put in force: the administrator's word and the tables that
 * it brings, decoded. Whether it may follow the one before is not asked here (query/rights).
 */
#ifndef TCN_QUERY_ACTIVATED_H
#define TCN_QUERY_ACTIVATED_H

#include "base/arena.h"
#include "model/activation.h"
#include "model/chunk.h"
#include "model/policy.h"

/** One. Open: read by whoever holds it; all in it lends from its arena. */
struct tcn_activated {
    struct tcn_arena arena;
    struct tcn_activation word;
    struct tcn_slice bytes; /**< the encoded policy */
    struct tcn_policy policy;
    uint64_t position;   /**< from which on it is in force */
    int64_t log_time_ns; /**< of that position */
};

/** Decodes what the record of an activation, at `position`, holds, and compares policy and text
 * with the hashes, and the version, that the word names. Nothing is decided by the text. Owns:
 * copies; gives the made one, to be ended with tcn_activated_destroy. Errors: TCN_BAD_VALUE policy
 * or text are not those that were signed; TCN_TOOBIG; TCN_NOMEM; as all of wire. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_activated_create(const struct tcn_record *record,
                                                    uint64_t position,
                                                    struct tcn_activated **out_activated);

/** The text that a logged activation carries, as policy/text.h has it; empty when it has none.
 * Owns: lends from the record. Errors: TCN_CORRUPT no activation; TCN_BAD_VALUE not what was
 * signed; TCN_NOMEM; as all of wire. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_activated_text(const struct tcn_record *record,
                                                  struct tcn_slice *out_text);

/** Gives the memory back; accepts NULL, leaves NULL. */
void tcn_activated_destroy(struct tcn_activated **activated);

#endif
