/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A matter in an answer, between our noun and protobuf-c's. Like pb.h it never leaves the room.
 */
#ifndef TCN_WIRE_MATTER_ROW_H
#define TCN_WIRE_MATTER_ROW_H

#include "model/state.h"
#include "proto/query.pb-c.h"
#include "wire/pb.h"

/** A row. */
extern const struct tcn_scan_table tcn_wire_matter_table;

/** Appends a row as a field of its message. Of what an accident has cost only its level is told.
 * Errors: as tcn_pb_put_message. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_matter_put(uint32_t number, const struct tcn_matter *matter,
                                                   struct tcn_writer *writer);
/** Takes a row that the scan has passed. Errors: TCN_BAD_VALUE an act that is not in the list.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_matter_take(const Tocsin__V1__MatterRow *message,
                                                    struct tcn_matter *matter);

#endif
