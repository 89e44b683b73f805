/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger_inside.h"

#include "base/clock.h"
#include "seal/hash.h"
#include "wire/chunk.h"
#include "wire/event.h"

/*
 * The collector's own source: number 0, epoch = generation, routine lane. Its chunks are made and
 * logged in one step, so they need no session, no sequencer and no answer; they are signed and
 * chained like any other, so that the same verification covers them.
 */

enum tcn_status tcn_ledger_cursor(struct tcn_ledger *ledger, const struct tcn_cursor *cursor) {
    TCN_CHECK(ledger->is_open && ledger->cursor_count < TCN_CHUNK_EVENTS_MAX);
    ledger->cursors[ledger->cursor_count] = *cursor;
    ledger->cursor_count++;
    return TCN_OK;
}

static enum tcn_status encode_event(struct tcn_ledger *ledger, const struct tcn_cursor *cursor,
                                    struct tcn_writer *writer, struct tcn_slice *out_event,
                                    struct tcn_hash *out_hash) {
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_DELIVERED,
        .mode = ledger->house->charter.genesis.mode,
        .recorded_ns = ledger->wall_ns,
        .body_kind = TCN_BODY_DELIVERED,
        .delivered = {.name = tcn_slice_text(cursor->name),
                      .principal = cursor->principal,
                      .stream = cursor->stream,
                      .number = cursor->number,
                      .generation = cursor->generation},
    };
    uint8_t *data = tcn_arena_alloc(&ledger->own_arena, TCN_OPEN_BYTES_MAX);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer open_writer = tcn_writer_init(data, TCN_OPEN_BYTES_MAX);
    struct tcn_slice open = {0};
    enum tcn_status status = tcn_wire_open_part_encode(&event, &open_writer, &open);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_slice none = {0};
    status = tcn_wire_event_join(open, none, writer, out_event);
    if (status == TCN_OK) {
        *out_hash = tcn_hash_event(open, none);
    }
    return status;
}

static enum tcn_status encode_body(struct tcn_ledger *ledger, struct tcn_slice *out_body,
                                   struct tcn_hash *out_hash) {
    uint8_t *data = tcn_arena_alloc(&ledger->own_arena, TCN_CHUNK_BODY_BYTES_MAX);
    uint8_t *joined = tcn_arena_alloc(&ledger->own_arena, TCN_CHUNK_BODY_BYTES_MAX);
    if (data == NULL || joined == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, TCN_CHUNK_BODY_BYTES_MAX);
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    struct tcn_hash hashes[TCN_CHUNK_EVENTS_MAX];
    for (uint32_t i = 0; i < ledger->cursor_count; i++) {
        const enum tcn_status status =
            encode_event(ledger, &ledger->cursors[i], &writer, &events[i], &hashes[i]);
        if (status != TCN_OK) {
            return status;
        }
    }
    struct tcn_writer body_writer = tcn_writer_init(joined, TCN_CHUNK_BODY_BYTES_MAX);
    const enum tcn_status status =
        tcn_wire_chunk_body_join(events, ledger->cursor_count, &body_writer, out_body);
    if (status == TCN_OK) {
        *out_hash = tcn_hash_body(hashes, ledger->cursor_count);
    }
    return status;
}

/* The head of the next own chunk, encoded. */
static enum tcn_status encode_head(struct tcn_ledger *ledger, const struct tcn_mark *mark,
                                   const struct tcn_hash *body_hash, struct tcn_slice *out_head) {
    const struct tcn_chunk_head head = {
        .format = TCN_CHUNK_FORMAT,
        .log_id = ledger->house->charter.genesis.log_id,
        .lane = mark->lane,
        .first_sequence = mark->sequence + 1,
        .count = ledger->cursor_count,
        .mode = ledger->house->charter.genesis.mode,
        .codec = TCN_CODEC_PLAIN,
        .key_id = ledger->house->charter.collector_key_id,
        .previous_hash = mark->hash,
        .body_hash = *body_hash,
    };
    uint8_t *data = tcn_arena_alloc(&ledger->own_arena, TCN_CHUNK_HEAD_BYTES_MAX);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, TCN_CHUNK_HEAD_BYTES_MAX);
    return tcn_wire_chunk_head_encode(&head, &writer, out_head);
}

static enum tcn_status append(struct tcn_ledger *ledger, struct tcn_mark *mark,
                              const struct tcn_chunk *chunk) {
    const struct tcn_ledger_record made = {
        .kind = TCN_RECORD_OWN,
        .lane = mark->lane,
        .first_sequence = mark->sequence + 1,
        .position_count = ledger->cursor_count,
        .sequence_count = ledger->cursor_count,
        .content_hash = tcn_hash_in_context(TCN_CONTEXT_CHUNK, chunk->head),
        .chunk = *chunk,
        .feed_ns = INT64_MIN,
    };
    const enum tcn_status status = tcn_ledger_append(ledger, &made);
    if (status != TCN_OK) {
        return status;
    }
    mark->sequence += ledger->cursor_count;
    mark->hash = made.content_hash;
    mark->position = tcn_log_last_position(ledger->house->log);
    return tcn_log_mark_put(ledger->house->log, mark);
}

enum tcn_status tcn_ledger_own(struct tcn_ledger *ledger) {
    TCN_CHECK(ledger->cursor_count > 0);
    tcn_arena_reset(&ledger->own_arena);
    const struct tcn_lane_key lane = {.epoch = ledger->house->generation, .lane = TCN_LANE_ROUTINE};
    struct tcn_mark mark = {0};
    bool has_mark = false;
    enum tcn_status status = tcn_ledger_mark(ledger, &lane, &mark, &has_mark);
    if (status != TCN_OK) {
        return status;
    }
    if (!has_mark) {
        mark = (struct tcn_mark){.lane = lane};
    }
    struct tcn_chunk chunk = {0};
    struct tcn_hash body_hash = {0};
    status = encode_body(ledger, &chunk.body, &body_hash);
    if (status != TCN_OK) {
        return status;
    }
    status = encode_head(ledger, &mark, &body_hash, &chunk.head);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_signature signature = {0};
    status = tcn_sign(&ledger->house->keys->signing, TCN_CONTEXT_CHUNK, chunk.head, &signature);
    if (status != TCN_OK) {
        return status;
    }
    chunk.signature = tcn_slice_of(signature.bytes, sizeof(signature.bytes));
    return append(ledger, &mark, &chunk);
}
