/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's keys between our nouns and protobuf-c's, for the files of this room that carry
 * them: keys.c as a frame, registry.c within a registry and a bundle. Like pb.h it never leaves the
 * room.
 */
#ifndef TCN_WIRE_KEYS_INSIDE_H
#define TCN_WIRE_KEYS_INSIDE_H

#include "model/registry.h"
#include "proto/regime.pb-c.h"
#include "wire/pb.h"

/** A list of keys: 1 to TCN_SUCCESSORS_MAX. */
extern const struct tcn_scan_table tcn_wire_keys_table;

/** What protobuf-c is pointed at while a list is packed. */
struct tcn_wire_keys_parts {
    Tocsin__V1__Keys keys;
    Tocsin__V1__Successor *pointers[TCN_SUCCESSORS_MAX];
    Tocsin__V1__Successor successors[TCN_SUCCESSORS_MAX];
};

/** Fills a message. Owns: it lends from the parts and the keys. Errors: TCN_TOOBIG more than
 * TCN_SUCCESSORS_MAX. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_keys_put(struct tcn_wire_keys_parts *parts,
                                                 const struct tcn_keys *keys);

/** The same the other way; NULL gives an empty list. Owns: the links lend from the arena. Errors:
 * TCN_BAD_VALUE a list without links; TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_keys_take(const Tocsin__V1__Keys *message,
                                                  struct tcn_arena *arena,
                                                  struct tcn_keys *out_keys);

#endif
