/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's keys between our nouns and protobuf-c's, for the files of this room that carry
 * them: keys.c as a frame, registry.c within a registry and a bundle, log_head.c; and the brokers'
 * keys, for a bundle and a session. Like pb.h it never leaves the room.
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

/** A broker's key, for a list of TCN_BROKER_KEYS_MAX. */
extern const struct tcn_scan_table tcn_wire_broker_key_table;

/** What protobuf-c is pointed at while such a list is packed. */
struct tcn_wire_broker_parts {
    Tocsin__V1__BrokerKey *pointers[TCN_BROKER_KEYS_MAX];
    Tocsin__V1__BrokerKey keys[TCN_BROKER_KEYS_MAX];
};

/** Fills the messages of a list; gives their number. Owns: they lend from the parts and the keys.
 * Thread: any. */
size_t tcn_wire_broker_keys_put(struct tcn_wire_broker_parts *parts,
                                const struct tcn_broker_keys *keys);

/** The same the other way, at most TCN_BROKER_KEYS_MAX. Thread: any. */
void tcn_wire_broker_keys_take(Tocsin__V1__BrokerKey *const *messages, size_t count,
                               struct tcn_broker_keys *out_keys);

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
