/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A clock of a matter in an answer, between our noun and protobuf-c's. Like pb.h it never leaves
 * the room.
 */
#ifndef TCN_WIRE_CLOCK_ROW_H
#define TCN_WIRE_CLOCK_ROW_H

#include "model/query.h"
#include "proto/query.pb-c.h"
#include "wire/pb.h"

/** A row. */
extern const struct tcn_scan_table tcn_wire_clock_table;

/** Appends a row as a field of its message. Errors: TCN_TOOBIG a text does not fit; as
 * tcn_pb_put_message. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_clock_put(uint32_t number, const struct tcn_clock_row *row,
                                                  struct tcn_writer *writer);
/** Takes a row that the scan has passed. Owns: texts lend from the message. Thread: any. */
void tcn_wire_clock_take(const Tocsin__V1__ClockRow *message, struct tcn_clock_row *out_row);

#endif
