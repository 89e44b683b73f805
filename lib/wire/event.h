/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events: an event is two byte strings, the open part and the sealed part, which are hashed, stored
 * and replayed verbatim. Splitting copies nothing; decoding copies texts into the arena. Errors are
 * listed in wire/frame.h.
 */
#ifndef TCN_WIRE_EVENT_H
#define TCN_WIRE_EVENT_H

#include "base/arena.h"
#include "model/event.h"
#include "model/sealed.h"

/** Gives the two parts of an encoded event. The open part is never empty; the sealed part is empty
 * when there is none.
 * Owns: both lend from `bytes`.
 * Errors: as all of wire, never TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_event_split(struct tcn_slice bytes,
                                                    struct tcn_slice *out_open,
                                                    struct tcn_slice *out_sealed);

/** Appends an event made of its two parts; `sealed` may be empty.
 * Errors: TCN_TOOBIG does not fit, or over TCN_OPEN_BYTES_MAX or TCN_EVENT_BYTES_MAX.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_event_join(struct tcn_slice open, struct tcn_slice sealed,
                                                   struct tcn_writer *writer,
                                                   struct tcn_slice *out_bytes);

/** Appends an open part. The same event always gives the same bytes. A field that the body kind or
 * an attribute's kind does not use is not written.
 * Errors: TCN_TOOBIG does not fit, or over TCN_OPEN_BYTES_MAX, or a count over its maximum;
 * TCN_BAD_TEXT a text holds a NUL.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_open_part_encode(const struct tcn_event *event,
                                                         struct tcn_writer *writer,
                                                         struct tcn_slice *out_bytes);

/** Reads an open part. Everything that the schema bounds is checked; call tcn_event_check for what
 * binds several fields together.
 * Owns: texts and attributes lend from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_open_part_decode(struct tcn_slice bytes,
                                                         struct tcn_arena *arena,
                                                         struct tcn_event *out_event);

/** Appends a sealed part. Errors: TCN_TOOBIG does not fit, or a count over its maximum.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_sealed_encode(const struct tcn_sealed *sealed,
                                                      struct tcn_writer *writer,
                                                      struct tcn_slice *out_bytes);

/** Reads a sealed part: at least one compartment, each kind at most once, each with at least one
 * wrap.
 * Owns: slices lend from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_sealed_decode(struct tcn_slice bytes,
                                                      struct tcn_arena *arena,
                                                      struct tcn_sealed *out_sealed);

#endif
