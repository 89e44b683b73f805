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

/* The own chunk while it is made. */
struct own {
    struct tcn_mark mark;     /* of the lane, so far */
    struct tcn_writer writer; /* of the events' bytes */
    uint8_t *joined;          /* room for the body */
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    struct tcn_hash hashes[TCN_CHUNK_EVENTS_MAX];
    uint32_t count;
    bool has_changes; /* one of its events changes the registry */
};

enum tcn_status tcn_ledger_cursor(struct tcn_ledger *ledger, const struct tcn_cursor *cursor) {
    TCN_CHECK(ledger->is_open);
    TCN_CHECK(ledger->cursor_count + ledger->observed_count < TCN_CHUNK_EVENTS_MAX);
    ledger->cursors[ledger->cursor_count] = *cursor;
    ledger->cursor_count++;
    return TCN_OK;
}

/* The cursor's move as an event, which lends the name. */
static struct tcn_event event_of(const struct tcn_ledger *ledger, const struct tcn_cursor *cursor) {
    return (struct tcn_event){
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
}

static enum tcn_status encode_event(struct tcn_ledger *ledger, const struct tcn_event *event,
                                    struct own *own) {
    TCN_CHECK(own->count < TCN_CHUNK_EVENTS_MAX);
    uint8_t *data = tcn_arena_alloc(&ledger->own_arena, TCN_OPEN_BYTES_MAX);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer open_writer = tcn_writer_init(data, TCN_OPEN_BYTES_MAX);
    struct tcn_slice open = {0};
    enum tcn_status status = tcn_wire_open_part_encode(event, &open_writer, &open);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_slice none = {0};
    status = tcn_wire_event_join(open, none, &own->writer, &own->events[own->count]);
    if (status == TCN_OK) {
        own->hashes[own->count] = tcn_hash_event(open, none);
        own->count++;
    }
    return status;
}

/* Encodes an event that is to be said, and lets it change the rows: what comes after it in the same
 * chunk is judged by them. */
static enum tcn_status add_event(struct tcn_ledger *ledger, const struct tcn_event *event,
                                 struct own *own) {
    const uint64_t position = tcn_log_last_position(ledger->house->log) + 1 + own->count;
    const enum tcn_status status = encode_event(ledger, event, own);
    return status == TCN_OK ? tcn_ledger_apply_word(ledger, event, position, NULL) : status;
}

/* Last, and in the next group when this chunk is full. */
static enum tcn_status add_succession(struct tcn_ledger *ledger, struct own *own) {
    const uint64_t position = tcn_log_last_position(ledger->house->log) + 1 + own->count;
    struct tcn_event event = {0};
    bool is_due = false;
    if (own->count == TCN_CHUNK_EVENTS_MAX) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_ledger_succession(ledger, position, &event, &is_due);
    if (status != TCN_OK || !is_due) {
        return status;
    }
    status = encode_event(ledger, &event, own);
    own->has_changes = true;
    ledger->is_succession_said = true;
    return status;
}

/* Cursors first: what they end need not be said. */
static enum tcn_status add_events(struct tcn_ledger *ledger, struct own *own) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < ledger->cursor_count && status == TCN_OK; i++) {
        const struct tcn_event event = event_of(ledger, &ledger->cursors[i]);
        status = add_event(ledger, &event, own);
    }
    for (uint32_t i = 0; i < ledger->observed_count && status == TCN_OK; i++) {
        bool is_wanted = false;
        status = tcn_ledger_wants(ledger, &ledger->observed[i], &is_wanted);
        if (status == TCN_OK && is_wanted) {
            status = add_event(ledger, &ledger->observed[i], own);
            ledger->counts.said_count++;
        }
    }
    return status == TCN_OK ? add_succession(ledger, own) : status;
}

/* Takes room for the next own chunk, and its place behind the one before. */
static enum tcn_status begin_own(struct tcn_ledger *ledger, struct own *own) {
    const struct tcn_lane_key lane = {.epoch = ledger->house->generation, .lane = TCN_LANE_ROUTINE};
    bool has_mark = false;
    tcn_arena_reset(&ledger->own_arena);
    uint8_t *data = tcn_arena_alloc(&ledger->own_arena, TCN_CHUNK_BODY_BYTES_MAX);
    own->joined = tcn_arena_alloc(&ledger->own_arena, TCN_CHUNK_BODY_BYTES_MAX);
    if (data == NULL || own->joined == NULL) {
        return TCN_NOMEM;
    }
    own->writer = tcn_writer_init(data, TCN_CHUNK_BODY_BYTES_MAX);
    const enum tcn_status status = tcn_ledger_mark(ledger, &lane, &own->mark, &has_mark);
    if (status == TCN_OK && !has_mark) {
        own->mark = (struct tcn_mark){.lane = lane};
    }
    return status;
}

/* The head of the own chunk, encoded. */
static enum tcn_status encode_head(struct tcn_ledger *ledger, const struct own *own,
                                   struct tcn_slice *out_head) {
    const struct tcn_chunk_head head = {
        .format = TCN_CHUNK_FORMAT,
        .log_id = ledger->house->charter.genesis.log_id,
        .lane = own->mark.lane,
        .first_sequence = own->mark.sequence + 1,
        .count = own->count,
        .mode = ledger->house->charter.genesis.mode,
        .codec = TCN_CODEC_PLAIN,
        .key_id = ledger->voice.key_id,
        .previous_hash = own->mark.hash,
        .body_hash = tcn_hash_body(own->hashes, own->count),
    };
    uint8_t *data = tcn_arena_alloc(&ledger->own_arena, TCN_CHUNK_HEAD_BYTES_MAX);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, TCN_CHUNK_HEAD_BYTES_MAX);
    return tcn_wire_chunk_head_encode(&head, &writer, out_head);
}

static enum tcn_status append(struct tcn_ledger *ledger, struct own *own,
                              const struct tcn_chunk *chunk) {
    struct tcn_mark *mark = &own->mark;
    const struct tcn_ledger_record made = {
        .kind = TCN_RECORD_OWN,
        .lane = mark->lane,
        .first_sequence = mark->sequence + 1,
        .position_count = own->count,
        .sequence_count = own->count,
        .content_hash = tcn_hash_in_context(TCN_CONTEXT_CHUNK, chunk->head),
        .chunk = *chunk,
        .feed_ns = INT64_MIN,
    };
    enum tcn_status status = tcn_ledger_append(ledger, &made);
    if (status != TCN_OK) {
        return status;
    }
    mark->sequence += own->count;
    mark->hash = made.content_hash;
    mark->position = tcn_log_last_position(ledger->house->log);
    status = tcn_log_mark_put(ledger->house->log, mark);
    return status == TCN_OK && own->has_changes ? tcn_ledger_take_changes(ledger, &made) : status;
}

/* Signs and appends what was added; nothing when nothing was. */
static enum tcn_status end_own(struct tcn_ledger *ledger, struct own *own) {
    struct tcn_chunk chunk = {0};
    struct tcn_signature signature = {0};
    if (own->count == 0) {
        return TCN_OK;
    }
    struct tcn_writer writer = tcn_writer_init(own->joined, TCN_CHUNK_BODY_BYTES_MAX);
    enum tcn_status status =
        tcn_wire_chunk_body_join(own->events, own->count, &writer, &chunk.body);
    if (status == TCN_OK) {
        status = encode_head(ledger, own, &chunk.head);
    }
    if (status == TCN_OK) {
        status = tcn_sign(&ledger->voice.key, TCN_CONTEXT_CHUNK, chunk.head, &signature);
    }
    if (status != TCN_OK) {
        return status;
    }
    chunk.signature = tcn_slice_of(signature.bytes, sizeof(signature.bytes));
    return append(ledger, own, &chunk);
}

enum tcn_status tcn_ledger_own(struct tcn_ledger *ledger) {
    const bool is_silent = ledger->cursor_count == 0 && ledger->observed_count == 0;
    if (is_silent && !tcn_ledger_has_successor(ledger)) {
        return TCN_OK;
    }
    struct own own = {.count = 0};
    enum tcn_status status = begin_own(ledger, &own);
    if (status == TCN_OK) {
        status = add_events(ledger, &own);
    }
    return status == TCN_OK ? end_own(ledger, &own) : status;
}

enum tcn_status tcn_ledger_own_event(struct tcn_ledger *ledger, const struct tcn_event *event) {
    struct own own = {.has_changes = event->act == TCN_ACT_REGISTRY_CHANGED};
    enum tcn_status status = begin_own(ledger, &own);
    if (status == TCN_OK) {
        status = encode_event(ledger, event, &own);
    }
    return status == TCN_OK ? end_own(ledger, &own) : status;
}
