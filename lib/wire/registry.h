/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The regime on the wire: principals, the registry that the collector shows to brokers, genesis,
 * and the bundle that agents hold. The same tables always give the same bytes. Errors are listed in
 * wire/frame.h.
 */
#ifndef TCN_WIRE_REGISTRY_H
#define TCN_WIRE_REGISTRY_H

#include "base/arena.h"
#include "model/registry.h"

/** Appends one principal. Errors: TCN_TOOBIG does not fit, or a count over its maximum. Thread:
 * any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_principal_encode(const struct tcn_principal *principal,
                                                         struct tcn_writer *writer,
                                                         struct tcn_slice *out_bytes);

/** Reads one principal.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_principal_decode(struct tcn_slice bytes,
                                                         struct tcn_arena *arena,
                                                         struct tcn_principal *out_principal);

/** Appends a registry, sorted by id. Errors: TCN_TOOBIG does not fit, or a count over its maximum;
 * TCN_BAD_VALUE principals are not sorted by id. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_registry_encode(const struct tcn_registry *registry,
                                                        struct tcn_writer *writer,
                                                        struct tcn_slice *out_bytes);

/** Reads a registry, sorted by id. Arrays lend from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_registry_decode(struct tcn_slice bytes,
                                                        struct tcn_arena *arena,
                                                        struct tcn_registry *out_registry);

/** Appends genesis. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_genesis_encode(const struct tcn_genesis *genesis,
                                                       struct tcn_writer *writer,
                                                       struct tcn_slice *out_bytes);

/** Reads genesis. Registry and policy stay encoded and lend from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_genesis_decode(struct tcn_slice bytes,
                                                       struct tcn_arena *arena,
                                                       struct tcn_genesis *out_genesis);

/** Appends a bundle. Errors: TCN_TOOBIG does not fit, or over TCN_ORGAN_KEYS_MAX keys. Thread: any.
 */
TCN_MUST_CHECK enum tcn_status tcn_wire_bundle_encode(const struct tcn_bundle *bundle,
                                                      struct tcn_writer *writer,
                                                      struct tcn_slice *out_bytes);

/** Reads a bundle. The policy stays encoded and lends from the arena, as the keys do.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_bundle_decode(struct tcn_slice bytes,
                                                      struct tcn_arena *arena,
                                                      struct tcn_bundle *out_bundle);

#endif
