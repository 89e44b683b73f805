/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of the board in an answer, between our noun and protobuf-c's. Like pb.h it never leaves the
 * room.
 */
#ifndef TCN_WIRE_BOARD_ROW_H
#define TCN_WIRE_BOARD_ROW_H

#include "model/query.h"
#include "proto/query.pb-c.h"
#include "wire/pb.h"

/** A row. */
extern const struct tcn_scan_table tcn_wire_board_table;

/** Appends a row as a field of its message. Errors: as tcn_pb_put_message. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_board_put(uint32_t number, const struct tcn_board_row *row,
                                                  struct tcn_writer *writer);
/** Takes a row that the scan has passed. Thread: any. */
void tcn_wire_board_take(const Tocsin__V1__BoardRow *message, struct tcn_board_row *out_row);

#endif
