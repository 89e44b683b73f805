/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log's inside: its databases, its small rows and how they are looked up, shared by its writing
 * and its reading side. No other room includes this header.
 *
 * Thread: as the row's source.
 */
#ifndef TCN_STORE_LOG_ROWS_H
#define TCN_STORE_LOG_ROWS_H

#include "store/log.h"
#include "store/record.h"
#include "store/row.h"

/** The log's databases, in the order of its layout. */
enum tcn_log_db {
    TCN_LOG_DB_RECORDS,
    TCN_LOG_DB_INDEX,
    TCN_LOG_DB_MARKS,
    TCN_LOG_DB_GROUPS,
    TCN_LOG_DB_CHANGES,
    TCN_LOG_DB_STANDINGS,
    TCN_LOG_DB_META,
    TCN_LOG_DB_COUNT,
};

/** What the tail row says (L2). All zero in an empty log. */
struct tcn_log_end {
    uint64_t first_position; /**< of the last record */
    uint64_t last_position;  /**< of the last event */
    uint64_t record_count;
};

/** The writing side. Open to this room only. */
struct tcn_log {
    struct tcn_env *env;
    struct tcn_view view;          /**< for what is asked outside a group */
    struct tcn_log_end end;        /**< with the open group */
    struct tcn_log_end synced_end; /**< as committed */
};

/** A lane's mark. Errors: TCN_ABSENT; TCN_CORRUPT; TCN_VERSION; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_log_row_mark(struct tcn_row_from from,
                                                const struct tcn_lane_key *lane,
                                                struct tcn_mark *out_mark);
/** The mark in a row found. Errors: TCN_CORRUPT; TCN_VERSION. */
TCN_MUST_CHECK enum tcn_status tcn_log_mark_decode(const struct tcn_env_row *row,
                                                   struct tcn_mark *out_mark);
/** The record that covers a sequence. Errors: TCN_ABSENT; TCN_CORRUPT; TCN_VERSION; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_log_row_index(struct tcn_row_from from,
                                                 const struct tcn_lane_key *lane, uint64_t sequence,
                                                 struct tcn_log_place *out_place);
/** A group. Errors: TCN_ABSENT; TCN_CORRUPT; TCN_VERSION; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_log_row_group(struct tcn_row_from from, uint64_t first_position,
                                                 struct tcn_log_group *out_group);
/** Whose log it is. Errors: TCN_ABSENT; TCN_CORRUPT; TCN_VERSION; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_log_row_identity(struct tcn_row_from from,
                                                    struct tcn_log_identity *out_identity);
/** The tail row; all zero when there is none. Errors: TCN_CORRUPT; TCN_VERSION; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_log_row_end(struct tcn_row_from from,
                                               struct tcn_log_end *out_end);

/** Puts a mark. Errors: as tcn_env_put, for this and the next ones. */
TCN_MUST_CHECK enum tcn_status tcn_log_row_mark_put(struct tcn_env *env,
                                                    const struct tcn_mark *mark);
/** Enters a record in the index. */
TCN_MUST_CHECK enum tcn_status tcn_log_row_index_put(struct tcn_env *env,
                                                     const struct tcn_record *record,
                                                     uint64_t sequence_count);
/** Puts a group. */
TCN_MUST_CHECK enum tcn_status tcn_log_row_group_put(struct tcn_env *env,
                                                     const struct tcn_log_group *group);
/** Notes a change of the registry. */
TCN_MUST_CHECK enum tcn_status tcn_log_row_change_put(struct tcn_env *env, uint64_t position);
/** The position in a row found. Errors: TCN_CORRUPT; TCN_VERSION. */
TCN_MUST_CHECK enum tcn_status tcn_log_change_decode(const struct tcn_env_row *row,
                                                     uint64_t *out_position);
/** Puts whose log it is. */
TCN_MUST_CHECK enum tcn_status tcn_log_row_identity_put(struct tcn_env *env,
                                                        const struct tcn_log_identity *identity);
/** Puts the tail row. */
TCN_MUST_CHECK enum tcn_status tcn_log_row_end_put(struct tcn_env *env,
                                                   const struct tcn_log_end *end);

#endif
