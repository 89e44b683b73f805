/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Silences in an answer, between our nouns and protobuf-c's. Like pb.h it never leaves the room.
 */
#ifndef TCN_WIRE_SILENCE_ROW_H
#define TCN_WIRE_SILENCE_ROW_H

#include "model/query.h"
#include "proto/query.pb-c.h"
#include "wire/pb.h"

/* Field number of an answer. */
#define TCN_WIRE_SILENCES 31u

/** A silence row. */
extern const struct tcn_scan_table tcn_wire_silence_table;

/** Appends the rows of an answer. Errors: as tcn_pb_put_message. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_silences_put(const struct tcn_answer *answer,
                                                     struct tcn_writer *writer);
/** Takes them from an answer that the scan has passed. Owns: rows lend from the arena.
 * Errors: TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_silences_take(const Tocsin__V1__Answer *message,
                                                      struct tcn_arena *arena,
                                                      struct tcn_answer *answer);

#endif
