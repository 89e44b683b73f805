/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event of a matter in an answer, between our noun and protobuf-c's. Like pb.h it never leaves
 * the room.
 */
#ifndef TCN_WIRE_EVENT_ROW_H
#define TCN_WIRE_EVENT_ROW_H

#include "model/query.h"
#include "proto/query.pb-c.h"
#include "wire/pb.h"

/** A row. */
extern const struct tcn_scan_table tcn_wire_event_row_table;

/** Appends a row as a field of its message. Errors: as tcn_pb_put_message. Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_event_row_put(uint32_t number, const struct tcn_event_row *row, struct tcn_writer *writer);
/** Takes a row that the scan has passed. Owns: the open part lends from the message. Thread: any.
 */
struct tcn_event_row tcn_wire_event_row_take(const Tocsin__V1__EventRow *message);

#endif
