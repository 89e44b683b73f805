/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state's inside: its databases and the codecs of its rows, shared by its writing and its
 * reading side. No other room includes this header.
 *
 * Thread: any.
 */
#ifndef TCN_STORE_STATE_ROWS_H
#define TCN_STORE_STATE_ROWS_H

#include "store/row.h"
#include "store/state.h"

/** The state's databases, in the order of its layout. */
enum tcn_state_db {
    TCN_STATE_DB_MATTERS,
    TCN_STATE_DB_IDS,
    TCN_STATE_DB_THREADS,
    TCN_STATE_DB_ALERTS,
    TCN_STATE_DB_STREAMS,
    TCN_STATE_DB_OUTCOMES,
    TCN_STATE_DB_CURSORS,
    TCN_STATE_DB_SOURCES,
    TCN_STATE_DB_APPLIED,
    TCN_STATE_DB_STANDINGS,
    TCN_STATE_DB_HOLDINGS,
    TCN_STATE_DB_DUES,
    TCN_STATE_DB_DUE_TIMES,
    TCN_STATE_DB_CLOCKS,
    TCN_STATE_DB_ERASURES,
    TCN_STATE_DB_PLACEMENTS,
    TCN_STATE_DB_SUMMONSES,
    TCN_STATE_DB_SHIFTS,
    TCN_STATE_DB_LADDERS,
    TCN_STATE_DB_LADDER_WAITS,
    TCN_STATE_DB_DELIVERIES,
    TCN_STATE_DB_TELLINGS,
    TCN_STATE_DB_EXPECTED,
    TCN_STATE_DB_SILENCES,
    TCN_STATE_DB_DEEDS,
    TCN_STATE_DB_META,
    TCN_STATE_DB_ALL,
};

/** The one row of its database. */
#define TCN_STATE_APPLIED_KEY "applied"

/** Largest payload of any row. */
#define TCN_STATE_PAYLOAD_BYTES_MAX 512u

/** Version of every row of the state. */
#define TCN_STATE_ROW_VERSION 1u

/** A payload being built. Open: lives on the stack. */
struct tcn_state_payload {
    uint8_t bytes[TCN_STATE_PAYLOAD_BYTES_MAX];
    size_t size;
};

/** The payload as a slice. Owns: lends. */
static inline struct tcn_slice tcn_state_payload_slice(const struct tcn_state_payload *payload) {
    return tcn_slice_of(payload->bytes, payload->size);
}

/** A matter id as a key. */
struct tcn_key tcn_state_key_id(const struct tcn_id *id);
/** A stream as a key. */
struct tcn_key tcn_state_key_stream(struct tcn_stream stream);
/** That an organ holds a matter, as a key. */
struct tcn_key tcn_state_key_holding(uint16_t holder, uint64_t birth);
/** An alert's place as a key. */
struct tcn_key tcn_state_key_alert(struct tcn_stream stream, uint64_t number);
/** A cursor's principal, name and stream as a key. */
struct tcn_key tcn_state_key_cursor(const struct tcn_cursor *cursor);
/** A lane as a key. */
struct tcn_key tcn_state_key_source(const struct tcn_lane_key *lane);

/** What a due time is named by, as a key. */
struct tcn_key tcn_state_key_due(const struct tcn_due_key *due);
/** True for a clock of a matter that is not guarded: these stand before everything else. */
static inline bool tcn_state_due_is_open(const struct tcn_due *due) {
    return due->key.kind == TCN_DUE_CLOCK && !due->is_kept;
}
/** Its place among those of its side, in the order of due times, as a key. */
struct tcn_key tcn_state_key_due_time(const struct tcn_due *due);

/** A matter and a rule as a key. */
struct tcn_key tcn_state_key_clock(uint64_t birth, uint32_t rule);

/** An erasure's place as a key, among those that are done or not. */
struct tcn_key tcn_state_key_erasure(const struct tcn_lane_key *lane, uint64_t sequence,
                                     bool is_done);
/** An erasure, without its place. */
void tcn_state_encode_erasure(const struct tcn_erasure *erasure,
                              struct tcn_state_payload *out_payload);
/** Reads a row. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_erasure(const struct tcn_env_row *row,
                                                        struct tcn_erasure *out_erasure);
/** The erasure of an event, done or not. Errors: TCN_ABSENT; TCN_VERSION; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_erasure_find(struct tcn_row_from from,
                                                      const struct tcn_lane_key *lane,
                                                      uint64_t sequence,
                                                      struct tcn_erasure *out_erasure);

/** A placement's matter as a key. */
struct tcn_key tcn_state_key_placement(uint64_t birth);
/** A placement, without its birth position. */
void tcn_state_encode_placement(const struct tcn_placement *placement,
                                struct tcn_state_payload *out_payload);
/** Reads a row. Errors: TCN_VERSION; TCN_CORRUPT, also for values that no placement has. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_placement(const struct tcn_env_row *row,
                                                          struct tcn_placement *out_placement);
/** The placement of a matter. Errors: TCN_ABSENT; TCN_VERSION; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_placement_find(struct tcn_row_from from, uint64_t birth,
                                                        struct tcn_placement *out_placement);
/** What an organ was called to, as a key. */
struct tcn_key tcn_state_key_summons(bool is_kept, uint16_t organ, uint64_t birth);
/** An organ as a key. */
struct tcn_key tcn_state_key_shift(uint16_t organ);
/** A summons without its key. */
void tcn_state_encode_summons(const struct tcn_summons *summons,
                              struct tcn_state_payload *out_payload);
/** Reads a row. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_summons(const struct tcn_env_row *row,
                                                        struct tcn_summons *out_summons);
/** Who is on duty, without its organ. */
void tcn_state_encode_shift(const struct tcn_shift *shift, struct tcn_state_payload *out_payload);
/** Reads a row. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_shift(const struct tcn_env_row *row,
                                                      struct tcn_shift *out_shift);
/** A matter and a slot as a key. */
struct tcn_key tcn_state_key_ladder(uint64_t birth, uint32_t slot);
/** A stream, to whom it was delivered, and how far, as a key. */
struct tcn_key tcn_state_key_delivery(struct tcn_stream stream, uint32_t principal,
                                      uint64_t number);
/** That a matter was told with an item, as a key: of one matter in the order of positions. */
struct tcn_key tcn_state_key_told(const struct tcn_telling *telling);
/** An organ's act on a matter as a key: of one organ what says that it knows, then what acts. */
struct tcn_key tcn_state_key_deed(const struct tcn_deed *deed);
/** A row whose key says it all. */
void tcn_state_encode_key_only(struct tcn_state_payload *out_payload);
/** A ladder, without its key. */
void tcn_state_encode_ladder(const struct tcn_ladder *ladder,
                             struct tcn_state_payload *out_payload);
/** What was delivered, without its key. */
void tcn_state_encode_delivery(const struct tcn_delivery *delivery,
                               struct tcn_state_payload *out_payload);
/** Reads a row. Errors: TCN_VERSION; TCN_CORRUPT, also for values that no ladder has. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_ladder(const struct tcn_env_row *row,
                                                       struct tcn_ladder *out_ladder);
/** Reads a row. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_delivery(const struct tcn_env_row *row,
                                                         struct tcn_delivery *out_delivery);
/** Reads a row. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_told(const struct tcn_env_row *row,
                                                     struct tcn_telling *out_telling);
/** A deed, without its key. */
void tcn_state_encode_deed(const struct tcn_deed *deed, struct tcn_state_payload *out_payload);
/** Reads a row. Errors: TCN_VERSION; TCN_CORRUPT, also for one under the other kind's key. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_deed(const struct tcn_env_row *row,
                                                     struct tcn_deed *out_deed);
/** A row of what offices said, as a key. */
struct tcn_key tcn_state_key_expected(const struct tcn_expected_key *expected);
/** Such a row, without its key. */
void tcn_state_encode_expected(const struct tcn_expected *expected,
                               struct tcn_state_payload *out_payload);
/** Reads one. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_expected(const struct tcn_env_row *row,
                                                         struct tcn_expected *out_expected);

/** A silence, without its position. */
void tcn_state_encode_silence(const struct tcn_silence *silence,
                              struct tcn_state_payload *out_payload);
/** Reads a row. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_silence(const struct tcn_env_row *row,
                                                        struct tcn_silence *out_silence);

/** One number, for ids and streams. */
void tcn_state_encode_u64(uint64_t number, struct tcn_state_payload *out_payload);
/** A matter without its birth position. */
void tcn_state_encode_matter(const struct tcn_matter *matter,
                             struct tcn_state_payload *out_payload);
/** How far a matter is on the way of its kind, within its row. */
void tcn_state_write_way(struct tcn_writer *writer, const struct tcn_matter *matter);
/** The counterpart of tcn_state_write_way. */
void tcn_state_read_way(struct tcn_reader *reader, struct tcn_matter *matter);
/** How grave an accident is, within a row. */
void tcn_state_write_degree(struct tcn_writer *writer, const struct tcn_degree *degree);
/** The counterpart of tcn_state_write_degree. */
void tcn_state_read_degree(struct tcn_reader *reader, struct tcn_degree *degree);
/** That an organ holds a matter: its key says it all. */
void tcn_state_encode_holding(struct tcn_state_payload *out_payload);
/** A thread without its position. */
void tcn_state_encode_thread(const struct tcn_thread *thread,
                             struct tcn_state_payload *out_payload);
/** An alert without its stream and number. */
void tcn_state_encode_alert(const struct tcn_alert *alert, struct tcn_state_payload *out_payload);
/** The level of the accident, and the limits, within an answer's row. */
void tcn_state_write_limits(struct tcn_writer *writer, const struct tcn_alert *alert);
/** Reads them; where there are more than there can be, bytes are left over. */
void tcn_state_read_limits(struct tcn_reader *reader, struct tcn_alert *alert);
/** An outcome without its position. */
void tcn_state_encode_outcome(const struct tcn_outcome *outcome,
                              struct tcn_state_payload *out_payload);
/** A cursor without what its key says. */
void tcn_state_encode_cursor(const struct tcn_cursor *cursor,
                             struct tcn_state_payload *out_payload);
/** What is known of a source, without its lane. */
void tcn_state_encode_source(const struct tcn_source_state *source,
                             struct tcn_state_payload *out_payload);
/** What falls due, without its key. */
void tcn_state_encode_due(const struct tcn_due *due, struct tcn_state_payload *out_payload);
/** A place in the order: its key says it all. */
void tcn_state_encode_due_time(struct tcn_state_payload *out_payload);
/** A clock, without its key. */
void tcn_state_encode_clock(const struct tcn_matter_clock *clock,
                            struct tcn_state_payload *out_payload);
/** How far the state got. */
void tcn_state_encode_applied(const struct tcn_applied *applied,
                              struct tcn_state_payload *out_payload);

/* Each decodes a row whose checksum was verified. Errors: TCN_VERSION; TCN_CORRUPT a size. */

/** The counterpart of tcn_state_encode_u64. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_u64(struct tcn_slice payload, uint64_t *out_number);
/** A matter. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_matter(const struct tcn_env_row *row,
                                                       struct tcn_matter *out_matter);
/** That an organ holds a matter. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_holding(const struct tcn_env_row *row,
                                                        uint16_t *out_holder, uint64_t *out_birth);
/** A thread. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_thread(const struct tcn_env_row *row,
                                                       struct tcn_thread *out_thread);
/** An alert. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_alert(const struct tcn_env_row *row,
                                                      struct tcn_alert *out_alert);
/** An outcome. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_outcome(const struct tcn_env_row *row,
                                                        struct tcn_outcome *out_outcome);
/** A cursor. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_cursor(const struct tcn_env_row *row,
                                                       struct tcn_cursor *out_cursor);
/** What is known of a source. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_source(const struct tcn_env_row *row,
                                                       struct tcn_source_state *out_source);
/** What falls due. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_due(const struct tcn_env_row *row,
                                                    struct tcn_due *out_due);
/** A place in the order: due_ns, key and is_kept of out_due. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_due_time(const struct tcn_env_row *row,
                                                         struct tcn_due *out_due);
/** The first of all that falls due. Errors: TCN_ABSENT nothing does; TCN_CORRUPT; TCN_VERSION;
 * TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_due_seek(struct tcn_row_from from,
                                                  struct tcn_due *out_due);
/** A clock. Errors: TCN_VERSION; TCN_CORRUPT, also for values that no clock has. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_clock(const struct tcn_env_row *row,
                                                      struct tcn_matter_clock *out_clock);
/** How far the state got. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_state_decode_applied(struct tcn_slice payload,
                                                        struct tcn_applied *out_applied);

#endif
