/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header that begins every message, and the stamp that broker and collector put before it. Both
 * are read by every hop, so they are decoded in place, without an arena.
 *
 * Common to this room: `decode` reads bytes of a stranger, checks every bound that the schema
 * states (what needs the policy or the log is for others) and writes its output only on TCN_OK;
 * `encode` appends to a writer of the caller and gives the slice that it appended. A message that
 * does not fit into the writer leaves it as it was. Every decoder answers:
 *
 *   TCN_MALFORMED      truncated, wrong wire type, a group, an overlong varint, a field twice
 *   TCN_UNKNOWN_FIELD  a field number that this format does not have
 *   TCN_UPGRADE        a format number higher than ours; unknown fields are then no error
 *   TCN_BAD_TEXT       text is not UTF-8 or holds a NUL
 *   TCN_BAD_VALUE      a number, an enum or a size out of its range, or a required field missing
 *   TCN_TOOBIG         more bytes or more elements than the maximum
 *   TCN_NOMEM          the arena is spent
 *
 * "As all of wire" below means this list.
 *
 * Thread: every function of this room, any; an arena or a writer belongs to one at a time.
 */
#ifndef TCN_WIRE_FRAME_H
#define TCN_WIRE_FRAME_H

#include "base/bytes.h"
#include "base/text.h"
#include "model/message.h"

/** Arena bytes that decoding one message of `size` bytes takes at most when its sender is honest; a
 * hostile one meets TCN_NOMEM. */
#define TCN_WIRE_ARENA_BYTES(size) (16 * (size) + 128 * (size_t)1024)

/** Appends a header. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_header_encode(const struct tcn_header *header,
                                                      struct tcn_writer *writer,
                                                      struct tcn_slice *out_bytes);

/** Reads a header. A version above ours is TCN_UPGRADE, a kind that we do not know TCN_BAD_VALUE.
 * Errors: as all of wire, never TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_header_decode(struct tcn_slice bytes,
                                                      struct tcn_header *out_header);

/** Appends a stamp. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_stamp_encode(const struct tcn_stamp *stamp,
                                                     struct tcn_writer *writer,
                                                     struct tcn_slice *out_bytes);

/** Reads a stamp; its connection is not 0, and it has either a principal or a guest's key.
 * Errors: as all of wire, never TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_stamp_decode(struct tcn_slice bytes,
                                                     struct tcn_stamp *out_stamp);

/** Writes the version of the protobuf-c that was loaded, "1.4.1". Thread: any. */
void tcn_wire_library_version(char out_version[TCN_LIBRARY_VERSION_BYTES]);

#endif
