/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the registry and their changes, between our nouns and protobuf-c's, for the files of this
 * room that carry them: registry.c whole tables, open_part.c the body of an event. Like pb.h it
 * never leaves the room.
 */
#ifndef TCN_WIRE_PRINCIPAL_H
#define TCN_WIRE_PRINCIPAL_H

#include "model/registry.h"
#include "proto/event.pb-c.h"
#include "proto/regime.pb-c.h"
#include "wire/pb.h"

/** A row of a registry. */
extern const struct tcn_scan_table tcn_wire_principal_table;
/** A row as a change wants it: without an id and a status. */
extern const struct tcn_scan_table tcn_wire_row_table;
/** A sealing key of an organ. */
extern const struct tcn_scan_table tcn_wire_organ_key_table;
/** A change. */
extern const struct tcn_scan_table tcn_wire_change_table;

/** What protobuf-c is pointed at while a principal is packed. */
struct tcn_wire_principal_parts {
    Tocsin__V1__Principal principal;
    uint64_t divisions[TCN_PRINCIPAL_DIVISIONS_MAX];
    uint32_t streams[TCN_PRINCIPAL_STREAMS_MAX];
    uint32_t acts[TCN_PRINCIPAL_ACTS_MAX];
};

/** And while a change is. */
struct tcn_wire_change_parts {
    Tocsin__V1__RegistryBody change;
    Tocsin__V1__OrganKey key;
    struct tcn_wire_principal_parts row;
};

/** Fills a message. Owns: it lends from the parts and the row. Errors: TCN_TOOBIG a count over its
 * maximum. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_principal_put(struct tcn_wire_principal_parts *parts,
                                                      const struct tcn_principal *principal);

/** The same the other way. The scan has checked every count. Thread: any. */
void tcn_wire_principal_take(const Tocsin__V1__Principal *message,
                             struct tcn_principal *out_principal);

/** Fills a message. Owns: it lends from the key. Thread: any. */
void tcn_wire_organ_key_put(Tocsin__V1__OrganKey *message, const struct tcn_organ_key *key);

/** The same the other way. Thread: any. */
void tcn_wire_organ_key_take(const Tocsin__V1__OrganKey *message, struct tcn_organ_key *out_key);

/** Fills a message; a row without a role and a key without an organ are left out. Owns: it lends
 * from the parts, the texts and the change. Errors: TCN_TOOBIG. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_change_put(struct tcn_wire_change_parts *parts,
                                                   struct tcn_pb_texts *texts,
                                                   const struct tcn_registry_change *change);

/** The same the other way. Owns: the change lends from the arena. Errors: TCN_NOMEM. Thread: any.
 */
TCN_MUST_CHECK enum tcn_status tcn_wire_change_take(const Tocsin__V1__RegistryBody *message,
                                                    struct tcn_arena *arena,
                                                    const struct tcn_registry_change **out_change);

#endif
