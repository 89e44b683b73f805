/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an event counts and what the policy declares of it, between our nouns and protobuf-c's, for
 * open_part.c alone. Like pb.h it never leaves the room.
 */
#ifndef TCN_WIRE_FACTS_H
#define TCN_WIRE_FACTS_H

#include "model/event.h"
#include "proto/event.pb-c.h"
#include "wire/pb.h"

/** Counts of an event. */
extern const struct tcn_scan_table tcn_wire_counts_table;
/** One attribute. */
extern const struct tcn_scan_table tcn_wire_attribute_table;

/** What protobuf-c is pointed at while they are packed. */
struct tcn_wire_facts_parts {
    Tocsin__V1__Counts counts;
    Tocsin__V1__Count count[6];
    Tocsin__V1__Attribute attribute[TCN_ATTRIBUTES_MAX];
    Tocsin__V1__Attribute *attributes[TCN_ATTRIBUTES_MAX];
};

/** Fills both in; of attributes the event has at most TCN_ATTRIBUTES_MAX.
 * Owns: the open part lends from the parts and the texts. Thread: any. */
void tcn_wire_facts_put(struct tcn_wire_facts_parts *parts, struct tcn_pb_texts *texts,
                        const struct tcn_event *event, Tocsin__V1__OpenPart *open);

/** The same the other way. Owns: attributes lend from the arena.
 * Errors: TCN_NOMEM; TCN_BAD_VALUE an attribute without a value; of the event only these are
 * written. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_facts_take(const Tocsin__V1__OpenPart *open,
                                                   struct tcn_arena *arena,
                                                   struct tcn_event *event);

#endif
