/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was told and what became of it, in an answer, between our nouns and protobuf-c's. Like pb.h
 * it never leaves the room.
 */
#ifndef TCN_WIRE_NOTICE_ROW_H
#define TCN_WIRE_NOTICE_ROW_H

#include "model/query.h"
#include "proto/query.pb-c.h"
#include "wire/pb.h"

/* Field number of an answer. */
#define TCN_WIRE_NOTICES 30u

/** A row. */
extern const struct tcn_scan_table tcn_wire_notice_table;

/** Appends the rows. Errors: as tcn_pb_put_message. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_notices_put(const struct tcn_answer *answer,
                                                    struct tcn_writer *writer);
/** Takes them from an answer that the scan has passed. Owns: rows lend from the arena.
 * Errors: TCN_BAD_VALUE an act that is not in the list; TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_notices_take(const Tocsin__V1__Answer *message,
                                                     struct tcn_arena *arena,
                                                     struct tcn_answer *answer);

#endif
