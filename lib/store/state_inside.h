/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state's two sides for the files that they are made of: state.c, state_reader.c and the
 * families of rows that have a file of their own. No other room includes this header.
 *
 * Thread: the state's.
 */
#ifndef TCN_STORE_STATE_INSIDE_H
#define TCN_STORE_STATE_INSIDE_H

#include "store/state_hot.h"
#include "store/state_rows.h"

#include <string.h>

/** The state. Open: its files share it. */
struct tcn_state {
    struct tcn_env *env;
    uint32_t scattered_count; /**< since the begin */
    struct tcn_state_hot hot; /**< of the open commit; empty between two */
};

/** The reading side. Open: its files share it. */
struct tcn_state_reader {
    struct tcn_view view;
};

/* Parts of rows, encode and decode side by side. Thread: any. */

/** Its mode and its organ. */
static inline void tcn_state_write_stream(struct tcn_writer *writer, struct tcn_stream stream) {
    tcn_write_u8(writer, (uint8_t)stream.mode);
    tcn_write_u16(writer, stream.organ);
}

/** The counterpart of tcn_state_write_stream. */
static inline struct tcn_stream tcn_state_read_stream(struct tcn_reader *reader) {
    struct tcn_stream stream = {.mode = (enum tcn_mode)tcn_read_u8(reader)};
    stream.organ = tcn_read_u16(reader);
    return stream;
}

/** A text of at most `bytes_max` bytes behind its size. */
static inline void tcn_state_write_text(struct tcn_writer *writer, const char *text,
                                        size_t bytes_max) {
    const size_t size = strnlen(text, bytes_max);
    tcn_write_u8(writer, (uint8_t)size);
    tcn_write_bytes(writer, text, size);
}

/** The counterpart of tcn_state_write_text; false for one that is too long. */
static inline bool tcn_state_read_text(struct tcn_reader *reader, char *out_text,
                                       size_t bytes_max) {
    const struct tcn_slice text = tcn_read_slice(reader, tcn_read_u8(reader));
    if (text.size > bytes_max) {
        return false;
    }
    if (text.size > 0) {
        memcpy(out_text, text.data, text.size);
    }
    return true;
}

/* Ops of the same name, in state_shifts.c. Errors: as model/state.h says; TCN_CORRUPT; TCN_IO. */

/** ops.summons_get */
TCN_MUST_CHECK enum tcn_status tcn_state_op_summons_get(void *context, bool is_kept, uint16_t organ,
                                                        uint64_t birth,
                                                        struct tcn_summons *out_summons);
/** ops.summons_put */
TCN_MUST_CHECK enum tcn_status tcn_state_op_summons_put(void *context,
                                                        const struct tcn_summons *summons);
/** ops.summons_del */
TCN_MUST_CHECK enum tcn_status tcn_state_op_summons_del(void *context, bool is_kept, uint16_t organ,
                                                        uint64_t birth);
/** ops.shift_get */
TCN_MUST_CHECK enum tcn_status tcn_state_op_shift_get(void *context, uint16_t organ,
                                                      struct tcn_shift *out_shift);
/** ops.shift_put */
TCN_MUST_CHECK enum tcn_status tcn_state_op_shift_put(void *context, const struct tcn_shift *shift);

/** Puts an encoded row. Errors: as tcn_row_put. */
TCN_MUST_CHECK enum tcn_status tcn_state_row_put(struct tcn_state *state, enum tcn_state_db db,
                                                 enum tcn_env_put how, const struct tcn_key *key,
                                                 const struct tcn_state_payload *payload);
/** Gets a payload of the open commit. Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_row_get(struct tcn_state *state, enum tcn_state_db db,
                                                 const struct tcn_key *key,
                                                 struct tcn_env_row *out_row);

/* Operations of the table in state_ladders.c; errors as model/state.h says. */

/** ops.alert_get */
TCN_MUST_CHECK enum tcn_status tcn_state_alert_get(void *context, struct tcn_stream stream,
                                                   uint64_t number, struct tcn_alert *out_alert);
/** ops.ladder_get */
TCN_MUST_CHECK enum tcn_status tcn_state_ladder_get(void *context, uint64_t birth, uint32_t slot,
                                                    struct tcn_ladder *out_ladder);
/** ops.ladder_put */
TCN_MUST_CHECK enum tcn_status tcn_state_ladder_put(void *context, const struct tcn_ladder *ladder);
/** ops.ladder_del */
TCN_MUST_CHECK enum tcn_status tcn_state_ladder_del(void *context, uint64_t birth, uint32_t slot);
/** ops.ladder_next */
TCN_MUST_CHECK enum tcn_status tcn_state_ladder_next(void *context, uint64_t birth, uint32_t slot,
                                                     struct tcn_ladder *out_ladder);
/** ops.ladder_waiting */
TCN_MUST_CHECK enum tcn_status tcn_state_ladder_waiting(void *context, struct tcn_stream stream,
                                                        uint64_t number,
                                                        struct tcn_ladder *out_ladder);

/* Operations of the table in state_told.c. */

/** ops.delivery_put */
TCN_MUST_CHECK enum tcn_status tcn_state_delivery_put(void *context,
                                                      const struct tcn_delivery *delivery);
/** ops.deed_put */
TCN_MUST_CHECK enum tcn_status tcn_state_deed_put(void *context, const struct tcn_deed *deed);
/** Keeps that an alert told of its matter. Errors: as tcn_row_put. */
TCN_MUST_CHECK enum tcn_status tcn_state_telling_put(struct tcn_state *state,
                                                     const struct tcn_alert *alert);

/* Operations of the table in state_silences.c. */

/** ops.silence_get */
TCN_MUST_CHECK enum tcn_status tcn_state_silence_get(void *context, uint64_t position,
                                                     struct tcn_silence *out_silence);
/** ops.silence_put */
TCN_MUST_CHECK enum tcn_status tcn_state_silence_put(void *context,
                                                     const struct tcn_silence *silence);
/** ops.silence_del */
TCN_MUST_CHECK enum tcn_status tcn_state_silence_del(void *context, uint64_t position);
/** ops.silence_next */
TCN_MUST_CHECK enum tcn_status tcn_state_silence_next(void *context, uint64_t position,
                                                      struct tcn_silence *out_silence);

/* Ops of the same name, in state_expected.c. Errors: as model/state.h says; TCN_CORRUPT; TCN_IO. */

/** ops.expected_get */
TCN_MUST_CHECK enum tcn_status tcn_state_op_expected_get(void *context,
                                                         const struct tcn_expected_key *wanted,
                                                         struct tcn_expected *out_expected);
/** ops.expected_put */
TCN_MUST_CHECK enum tcn_status tcn_state_op_expected_put(void *context,
                                                         const struct tcn_expected *expected);
/** ops.expected_del */
TCN_MUST_CHECK enum tcn_status tcn_state_op_expected_del(void *context,
                                                         const struct tcn_expected_key *wanted);
/** ops.expected_next */
TCN_MUST_CHECK enum tcn_status tcn_state_op_expected_next(void *context,
                                                          const struct tcn_expected_key *wanted,
                                                          struct tcn_expected *out_expected);

#endif
