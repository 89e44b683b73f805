/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What organs were called to and who is on duty, in an answer, between our nouns and protobuf-c's.
 * Like pb.h it never leaves the room.
 */
#ifndef TCN_WIRE_SHIFT_ROW_H
#define TCN_WIRE_SHIFT_ROW_H

#include "model/query.h"
#include "proto/query.pb-c.h"
#include "wire/pb.h"

/* Field numbers of an answer. */
#define TCN_WIRE_SUMMONSES 28u
#define TCN_WIRE_SHIFTS 29u

/** A row of the one and the other kind. */
extern const struct tcn_scan_table tcn_wire_summons_table;
/** The other. */
extern const struct tcn_scan_table tcn_wire_shift_table;

/** Appends the rows of both kinds. Errors: TCN_TOOBIG a text does not fit; as tcn_pb_put_message.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_shift_rows_put(const struct tcn_answer *answer,
                                                       struct tcn_writer *writer);
/** Takes them from an answer that the scan has passed. Owns: rows lend from arena and message.
 * Errors: TCN_BAD_VALUE an act that is not in the list; TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_shift_rows_take(const Tocsin__V1__Answer *message,
                                                        struct tcn_arena *arena,
                                                        struct tcn_answer *answer);

#endif
