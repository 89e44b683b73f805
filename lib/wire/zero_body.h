/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of a zero report, between our noun and protobuf-c's, for open_part.c alone. Like pb.h it
 * never leaves the room.
 */
#ifndef TCN_WIRE_ZERO_BODY_H
#define TCN_WIRE_ZERO_BODY_H

#include "model/event.h"
#include "proto/event.pb-c.h"
#include "wire/pb.h"

/** A zero body. */
extern const struct tcn_scan_table tcn_wire_zero_table;

/** What protobuf-c is pointed at while one is packed. */
struct tcn_wire_zero_parts {
    Tocsin__V1__ZeroBody zero;
    Tocsin__V1__Tick tick[TCN_ZERO_TICKS_MAX];
    Tocsin__V1__Tick *ticks[TCN_ZERO_TICKS_MAX];
    char *places[TCN_ZERO_PLACES_MAX];
};

/** Fills a message. Owns: it lends from the parts and the texts. Errors: TCN_TOOBIG a count over
 * its maximum. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_zero_put(struct tcn_wire_zero_parts *parts,
                                                 struct tcn_pb_texts *texts,
                                                 const struct tcn_zero_body *body);

/** The same the other way. Owns: ticks and places lend from the arena. Errors: TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_zero_take(const Tocsin__V1__ZeroBody *message,
                                                  struct tcn_arena *arena,
                                                  struct tcn_zero_body *out_body);

#endif
