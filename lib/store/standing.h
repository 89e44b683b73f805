/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of standing words, which lie in the log (the writer's memory of what it has said) and in
 * the state (what the fold derives of it) in the same bytes. The room's inside.
 *
 *   key      kind 1, source 4, epoch 8, organ 2, hash 32
 *   payload  version 1, position 8, since 8, number 8, other number 8, allowed position 8
 *
 * Thread: as the row's source.
 */
#ifndef TCN_STORE_STANDING_H
#define TCN_STORE_STANDING_H

#include "model/state.h"
#include "store/row.h"

/** The row under a key. Errors: TCN_ABSENT; TCN_CORRUPT; TCN_VERSION; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_standing_row_get(struct tcn_row_from from, uint32_t db,
                                                    const struct tcn_standing_key *key,
                                                    struct tcn_standing *out_standing);
/** Puts a row. Errors: as tcn_env_put. */
TCN_MUST_CHECK enum tcn_status tcn_standing_row_put(struct tcn_env *env, uint32_t db,
                                                    const struct tcn_standing *standing);
/** Deletes a row. Errors: TCN_ABSENT; as tcn_env_del. */
TCN_MUST_CHECK enum tcn_status tcn_standing_row_del(struct tcn_env *env, uint32_t db,
                                                    const struct tcn_standing_key *key);
/** Rows in key order after `after`, which may be NULL for the first ones; at most `count_max`, and
 * at most TCN_SLICE_RECORDS_MAX. Errors: TCN_CORRUPT; TCN_VERSION; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_standing_rows(struct tcn_view *view, uint32_t db,
                                                 const struct tcn_standing_key *after,
                                                 struct tcn_standing *out_standings,
                                                 size_t count_max, size_t *out_count);
/** The word in a row whose checksum was verified. Errors: TCN_CORRUPT; TCN_VERSION. */
TCN_MUST_CHECK enum tcn_status tcn_standing_row_decode(const struct tcn_env_row *row,
                                                       struct tcn_standing *out_standing);

#endif
