/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ASK and ANSWER. Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_QUERY_H
#define TCN_WIRE_QUERY_H

#include "base/arena.h"
#include "model/query.h"

/** Appends an ASK. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_query_encode(const struct tcn_query *query,
                                                     struct tcn_writer *writer,
                                                     struct tcn_slice *out_bytes);

/** Reads an ASK.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_query_decode(struct tcn_slice bytes, struct tcn_arena *arena, struct tcn_query *out_query);

/** Appends an ANSWER page. Errors: TCN_TOOBIG does not fit, or over TCN_ROWS_MAX rows of one kind.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_answer_encode(const struct tcn_answer *answer,
                                                      struct tcn_writer *writer,
                                                      struct tcn_slice *out_bytes);

/** Reads an ANSWER page. Row arrays and their slices lend from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_answer_decode(struct tcn_slice bytes,
                                                      struct tcn_arena *arena,
                                                      struct tcn_answer *out_answer);

#endif
