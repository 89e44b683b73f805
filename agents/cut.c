/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/cut.h"

#include "model/event.h"
#include "seal/hash.h"
#include "wire/chunk.h"
#include "wire/event.h"

#include <string.h>

/** Bytes of an encoded VOID event at most. */
#define VOID_BYTES_MAX 512u

/** Where a chunk goes in its lane. */
struct place {
    struct tcn_lane_key lane;
    uint64_t first_sequence;
    struct tcn_hash previous_hash;
    uint64_t void_count; /**< 0, or sequences that the one VOID covers */
};

/** May this piece stand in the chunk that the first begins? */
static bool goes_with(const struct tcn_agent_cutter *cutter, const struct tcn_agent_piece *first,
                      const struct tcn_agent_piece *piece) {
    return piece->mode == first->mode &&
           (!cutter->is_by_instant || piece->recorded_ns == first->recorded_ns);
}

/** How many of the pieces make the next chunk, at least 1. */
static uint32_t next_count(const struct tcn_agent_cutter *cutter,
                           const struct tcn_agent_piece *const *pieces, uint32_t count) {
    size_t bytes = tcn_wire_chunk_body_size(pieces[0]->event.size);
    uint32_t taken = 1;
    while (taken < count && taken < TCN_CHUNK_EVENTS_MAX &&
           goes_with(cutter, pieces[0], pieces[taken])) {
        bytes += tcn_wire_chunk_body_size(pieces[taken]->event.size);
        if (bytes > TCN_CHUNK_BODY_BYTES_SOFT) {
            break;
        }
        taken++;
    }
    return taken;
}

static enum tcn_status make_body(struct tcn_agent_cutter *cutter,
                                 const struct tcn_agent_piece *const *pieces, uint32_t count,
                                 struct tcn_chunk_head *head, struct tcn_chunk *out_chunk) {
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    struct tcn_hash hashes[TCN_CHUNK_EVENTS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        events[i] = pieces[i]->event;
        hashes[i] = pieces[i]->hash;
    }
    head->body_hash = tcn_hash_body(hashes, count);
    struct tcn_writer writer = tcn_writer_init(cutter->body, sizeof(cutter->body));
    return tcn_wire_chunk_body_join(events, count, &writer, &out_chunk->body);
}

static enum tcn_status make_shares(struct tcn_agent_cutter *cutter,
                                   const struct tcn_agent_piece *const *pieces, uint32_t count,
                                   struct tcn_chunk_head *head, struct tcn_chunk *out_chunk) {
    struct tcn_share_entry entries[TCN_CHUNK_EVENTS_MAX];
    uint32_t entry_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (pieces[i]->has_share) {
            entries[entry_count] = (struct tcn_share_entry){.index = i, .share = pieces[i]->share};
            entry_count++;
        }
    }
    if (entry_count == 0) {
        return TCN_OK;
    }
    struct tcn_writer writer = tcn_writer_init(cutter->shares, sizeof(cutter->shares));
    enum tcn_status status =
        tcn_wire_shares_join(entries, entry_count, &writer, &out_chunk->shares);
    if (status == TCN_OK) {
        head->shares_hash = tcn_hash_of(out_chunk->shares);
    }
    return status;
}

/** Encodes and signs the head. */
static enum tcn_status make_head(struct tcn_agent_cutter *cutter, const struct tcn_chunk_head *head,
                                 struct tcn_chunk *out_chunk) {
    struct tcn_writer writer = tcn_writer_init(cutter->head, sizeof(cutter->head));
    enum tcn_status status = tcn_wire_chunk_head_encode(head, &writer, &out_chunk->head);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_sign(cutter->key, TCN_CONTEXT_CHUNK, out_chunk->head, &cutter->signature);
    out_chunk->signature = tcn_slice_of(cutter->signature.bytes, sizeof(cutter->signature.bytes));
    return status;
}

/** Makes one chunk in the cutter's buffers. */
static enum tcn_status make_chunk(struct tcn_agent_cutter *cutter, const struct place *place,
                                  const struct tcn_agent_piece *const *pieces, uint32_t count,
                                  struct tcn_outbox_chunk *out_chunk) {
    struct tcn_chunk_head head = {
        .format = TCN_CHUNK_FORMAT,
        .log_id = cutter->log_id,
        .lane = place->lane,
        .first_sequence = place->first_sequence,
        .count = count,
        .void_count = place->void_count,
        .mode = pieces[0]->mode,
        .codec = TCN_CODEC_PLAIN,
        .key_id = cutter->key_id,
        .previous_hash = place->previous_hash,
    };
    memset(out_chunk, 0, sizeof(*out_chunk));
    enum tcn_status status = make_body(cutter, pieces, count, &head, &out_chunk->chunk);
    if (status == TCN_OK) {
        status = make_shares(cutter, pieces, count, &head, &out_chunk->chunk);
    }
    if (status == TCN_OK) {
        status = make_head(cutter, &head, &out_chunk->chunk);
    }
    if (status != TCN_OK) {
        return status;
    }
    out_chunk->lane = place->lane;
    out_chunk->first_sequence = place->first_sequence;
    out_chunk->count = count;
    out_chunk->sequence_count = place->void_count > 0 ? place->void_count : count;
    out_chunk->recorded_ns = pieces[0]->recorded_ns;
    out_chunk->chunk_hash = tcn_hash_in_context(TCN_CONTEXT_CHUNK, out_chunk->chunk.head);
    return TCN_OK;
}

enum tcn_status tcn_agent_cut(struct tcn_agent_cutter *cutter, struct tcn_outbox *outbox,
                              struct tcn_outbox_lane *row,
                              const struct tcn_agent_piece *const *pieces, uint32_t count,
                              uint32_t *out_count) {
    uint32_t done = 0;
    while (done < count) {
        uint32_t taken = next_count(cutter, pieces + done, count - done);
        const struct place place = {.lane = row->lane,
                                    .first_sequence = row->next_sequence,
                                    .previous_hash = row->last_hash};
        struct tcn_outbox_chunk chunk;
        enum tcn_status status = make_chunk(cutter, &place, pieces + done, taken, &chunk);
        if (status == TCN_OK) {
            status = tcn_outbox_chunk_append(outbox, &chunk);
        }
        if (status != TCN_OK) {
            if (status == TCN_FULL) {
                *out_count = done;
            }
            return status;
        }
        row->next_sequence += taken;
        row->last_hash = chunk.chunk_hash;
        done += taken;
    }
    *out_count = done;
    return TCN_OK;
}

enum tcn_status tcn_agent_cut_void(const struct tcn_agent_cutter *cutter,
                                   const struct tcn_agent_hole *hole,
                                   const struct tcn_agent_piece *refused, struct tcn_arena *arena,
                                   struct tcn_agent_piece *out_piece) {
    /* The wall clock has no say where a feed's times are the log's. */
    const bool keeps_time = cutter->is_by_instant && refused != NULL;
    const int64_t recorded_ns = keeps_time ? refused->recorded_ns : hole->now_ns;
    struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_VOID,
        .mode = refused == NULL ? cutter->mode : refused->mode,
        .office = cutter->organ_id,
        .recorded_ns = recorded_ns,
        .learned_ns = recorded_ns,
        .body_kind = TCN_BODY_VOID,
        .void_body = {.code = (uint32_t)hole->cause,
                      .count = hole->count,
                      .next_previous = hole->next_previous},
    };
    if (refused != NULL) {
        event.void_body.event_hash = refused->hash;
    }
    uint8_t *data = tcn_arena_alloc(arena, (size_t)VOID_BYTES_MAX * 2);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, (size_t)VOID_BYTES_MAX * 2);
    struct tcn_slice open;
    struct tcn_agent_piece piece = {.mode = event.mode, .recorded_ns = recorded_ns};
    enum tcn_status status = tcn_wire_open_part_encode(&event, &writer, &open);
    if (status == TCN_OK) {
        const struct tcn_slice none = {0};
        piece.hash = tcn_hash_event(open, none);
        status = tcn_wire_event_join(open, none, &writer, &piece.event);
    }
    TCN_CHECK(status == TCN_OK); /* it holds only what this room chose */
    *out_piece = piece;
    return TCN_OK;
}

enum tcn_status tcn_agent_cut_hole(struct tcn_agent_cutter *cutter, struct tcn_outbox *outbox,
                                   const struct tcn_lane_key *lane,
                                   const struct tcn_agent_hole *hole) {
    struct tcn_arena arena;
    enum tcn_status status = tcn_arena_init(&arena, (size_t)VOID_BYTES_MAX * 4);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_agent_piece piece;
    status = tcn_agent_cut_void(cutter, hole, NULL, &arena, &piece);
    struct tcn_outbox_chunk chunk;
    if (status == TCN_OK) {
        const struct tcn_agent_piece *pieces[1] = {&piece};
        const struct place place = {.lane = *lane,
                                    .first_sequence = hole->first_sequence,
                                    .previous_hash = hole->previous_hash,
                                    .void_count = hole->count};
        status = make_chunk(cutter, &place, pieces, 1, &chunk);
    }
    if (status == TCN_OK) {
        status = tcn_outbox_chunk_prepend(outbox, &chunk);
    }
    tcn_arena_fini(&arena);
    return status;
}

/** Gives the events of a chunk that lie in its shares frame their shares back. */
static enum tcn_status take_shares(struct tcn_slice shares,
                                   struct tcn_agent_piece pieces[TCN_CHUNK_EVENTS_MAX],
                                   uint32_t count) {
    struct tcn_share_entry entries[TCN_CHUNK_EVENTS_MAX];
    uint32_t entry_count = 0;
    if (shares.size == 0) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_wire_shares_split(shares, entries, &entry_count);
    if (status != TCN_OK) {
        return TCN_CORRUPT;
    }
    for (uint32_t i = 0; i < entry_count; i++) {
        if (entries[i].index >= count) {
            return TCN_CORRUPT;
        }
        pieces[entries[i].index].has_share = true;
        pieces[entries[i].index].share = entries[i].share;
    }
    return TCN_OK;
}

enum tcn_status tcn_agent_cut_head(const struct tcn_outbox_chunk *chunk, struct tcn_arena *arena,
                                   struct tcn_chunk_head *out_head) {
    enum tcn_status status = tcn_wire_chunk_head_decode(chunk->chunk.head, arena, out_head);
    return status == TCN_OK || status == TCN_NOMEM ? status : TCN_CORRUPT;
}

enum tcn_status tcn_agent_cut_apart(const struct tcn_outbox_chunk *chunk, struct tcn_arena *arena,
                                    struct tcn_agent_piece out_pieces[TCN_CHUNK_EVENTS_MAX],
                                    uint32_t *out_count) {
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    struct tcn_chunk_head head;
    enum tcn_status status = tcn_agent_cut_head(chunk, arena, &head);
    if (status != TCN_OK) {
        return status;
    }
    if (tcn_wire_chunk_body_split(chunk->chunk.body, events, &count) != TCN_OK) {
        return TCN_CORRUPT;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct tcn_slice open;
        struct tcn_slice sealed;
        if (tcn_wire_event_split(events[i], &open, &sealed) != TCN_OK) {
            return TCN_CORRUPT;
        }
        out_pieces[i] = (struct tcn_agent_piece){.event = events[i],
                                                 .hash = tcn_hash_event(open, sealed),
                                                 .mode = head.mode,
                                                 .recorded_ns = chunk->recorded_ns};
    }
    status = take_shares(chunk->chunk.shares, out_pieces, count);
    if (status == TCN_OK) {
        *out_count = count;
    }
    return status;
}
