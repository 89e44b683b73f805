/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of the registry as JSON, in both directions, for this room only: the object "registry"
 * of a draft. Which keys each kind has is one table (docs/reference/draft.md); every other key is
 * refused. Public keys and proofs are hexadecimal digits.
 */
#ifndef TCN_JSON_CHANGE_H
#define TCN_JSON_CHANGE_H

#include "model/registry.h"
#include "json/read.h"
#include "json/write.h"

/** Reads a change that a person or a program of a principal may say; what only the collector says
 * is refused. Owns: out_change and what it lends is the arena's.
 * Errors: TCN_UNKNOWN_FIELD, TCN_BAD_VALUE, TCN_BAD_DIVISION, TCN_BAD_TEXT, TCN_TOOBIG, TCN_NOMEM;
 * the reader's error says which key and why. */
TCN_MUST_CHECK enum tcn_status tcn_json_read_change(struct tcn_json_reader *reader, json_t *object,
                                                    const struct tcn_registry_change **out_change);

/** Writes the object "registry" so that tcn_json_read_change reads the same change. */
void tcn_json_add_change(struct tcn_json_writer *writer, const struct tcn_registry_change *change);

#endif
