/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/mend.h"

#include "agents/gather.h"
#include "agents/inner.h"
#include "base/clock.h"
#include "seal/hash.h"
#include "wire/event.h"

#include <string.h>

/** The name of the field at fault, as the collector said it; empty when it said none. */
static struct tcn_slice field_of(const struct tcn_agent_lane *lane, uint64_t sequence) {
    for (uint32_t i = 0; i < lane->refused_count; i++) {
        if (lane->refused[i].sequence == sequence) {
            return tcn_slice_text(lane->refused[i].field);
        }
    }
    return (struct tcn_slice){0};
}

/** Keeps a refused event, with its share, among the dead letters. */
static enum tcn_status bury(struct tcn_agent *agent, const struct tcn_agent_lane *lane,
                            const struct tcn_outlane_refusal *refusal,
                            const struct tcn_agent_piece *piece) {
    size_t size = 1 + sizeof(piece->share.bytes) + piece->event.size;
    uint8_t *data = tcn_arena_alloc(&agent->scratch, size);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, size);
    tcn_write_u8(&writer, piece->has_share ? 1 : 0);
    tcn_write_bytes(&writer, piece->share.bytes, sizeof(piece->share.bytes));
    tcn_write_bytes(&writer, piece->event.data, piece->event.size);
    const struct tcn_outbox_dead dead = {
        .lane = lane->brain.facts.key,
        .sequence = refusal->sequence,
        .code = refusal->code,
        .refused_ns = tcn_clock_wall_ns(),
        .field = field_of(lane, refusal->sequence),
        .event = tcn_writer_slice(&writer),
    };
    uint64_t number = 0;
    enum tcn_status status = tcn_outbox_dead_put(agent->outbox, &dead, &number);
    if (status == TCN_OK) {
        tcn_agent_note(agent, "dead letter %llu: the collector refused an event: %s",
                       (unsigned long long)number,
                       tcn_status_is_known(refusal->code)
                           ? tcn_status_sentence((enum tcn_status)refusal->code)
                           : "for a reason that this program does not know");
    }
    return status;
}

enum tcn_status tcn_agent_mend_dead_piece(struct tcn_agent *agent,
                                          const struct tcn_outbox_dead *dead,
                                          struct tcn_agent_piece *out_piece) {
    struct tcn_reader reader = tcn_reader_init(dead->event);
    struct tcn_agent_piece piece = {.has_share = tcn_read_u8(&reader) == 1};
    tcn_read_bytes(&reader, piece.share.bytes, sizeof(piece.share.bytes));
    piece.event = tcn_read_slice(&reader, tcn_reader_rest(&reader));
    struct tcn_slice open;
    struct tcn_slice sealed;
    struct tcn_event event;
    if (reader.underflowed || tcn_wire_event_split(piece.event, &open, &sealed) != TCN_OK) {
        return TCN_CORRUPT;
    }
    tcn_arena_reset(&agent->look);
    enum tcn_status status = tcn_wire_open_part_decode(open, &agent->look, &event);
    if (status != TCN_OK) {
        return status == TCN_NOMEM ? TCN_NOMEM : TCN_CORRUPT;
    }
    piece.hash = tcn_hash_event(open, sealed);
    piece.mode = event.mode;
    piece.recorded_ns = event.recorded_ns;
    *out_piece = piece;
    return TCN_OK;
}

/** Replaces the refused pieces by VOIDs. */
static enum tcn_status void_refused(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                    struct tcn_agent_gathered *gathered) {
    for (uint32_t i = 0; i < lane->brain.refusal_count; i++) {
        const struct tcn_outlane_refusal *refusal = &lane->brain.refusals[i];
        struct tcn_agent_piece *piece = tcn_agent_gathered_at(gathered, refusal->sequence);
        if (piece == NULL) {
            continue;
        }
        enum tcn_status status = bury(agent, lane, refusal, piece);
        if (status != TCN_OK) {
            return status;
        }
        const struct tcn_agent_hole hole = {
            .first_sequence = refusal->sequence,
            .count = 1,
            .cause = (enum tcn_status)refusal->code,
            .now_ns = tcn_clock_wall_ns(),
        };
        struct tcn_agent_piece made;
        status = tcn_agent_cut_void(&agent->cutter, &hole, piece, &agent->scratch, &made);
        if (status != TCN_OK) {
            return status;
        }
        made.retry_key = piece->retry_key; /* who asks again hears what became of it */
        memcpy(made.content, piece->content, sizeof(made.content));
        *piece = made;
    }
    return TCN_OK;
}

enum tcn_status tcn_agent_mend_recut(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                     uint64_t mark) {
    struct tcn_agent_gathered gathered;
    struct tcn_outlane *brain = &lane->brain;
    struct tcn_outbox_lane row;
    enum tcn_status status = tcn_agent_gather(agent, &brain->facts.key, mark, &gathered);
    if (status != TCN_OK) {
        return status;
    }
    status = void_refused(agent, lane, &gathered);
    if (status == TCN_OK) {
        status = tcn_outbox_recut(agent->outbox, lane->number, mark);
    }
    if (status == TCN_SEQUENCE) {
        /* The mark lies inside a chunk of ours: the log has another story, so end the epoch. */
        int64_t now_ns = tcn_clock_monotonic_ns();
        tcn_arena_fini(&gathered.arena);
        struct tcn_hash hash = brain->facts.cut_hash;
        tcn_outlane_recut(brain, brain->facts.cut_sequence, &hash, now_ns);
        tcn_outlane_settle(brain, now_ns);
        return TCN_OK;
    }
    if (status == TCN_OK) {
        status = tcn_outbox_lane_get(agent->outbox, lane->number, &row);
    }
    if (status == TCN_OK) {
        status = tcn_agent_cut_again(agent, &gathered, &row);
    }
    tcn_arena_fini(&gathered.arena);
    if (status == TCN_OK) {
        lane->refused_count = 0;
        tcn_outlane_recut(brain, row.next_sequence - 1, &row.last_hash, tcn_clock_monotonic_ns());
    }
    return status;
}

enum tcn_status tcn_agent_mend_resend(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                      uint64_t sequence, const struct tcn_hash *hash) {
    struct tcn_outbox_lane row;
    enum tcn_status status = tcn_outbox_lane_get(agent->outbox, lane->number, &row);
    if (status != TCN_OK) {
        return status;
    }
    row.acked_sequence = sequence - 1;
    row.acked_hash = *hash;
    row.acked_position = 0;
    status = tcn_outbox_lane_put(agent->outbox, &row);
    if (status != TCN_OK) {
        return status;
    }
    uint64_t oldest = row.next_sequence;
    struct tcn_hash next_previous = row.last_hash;
    struct tcn_outbox_chunk chunk;
    status = tcn_outbox_chunk_find(agent->outbox, &row.lane, sequence, &chunk);
    if (status == TCN_OK) {
        struct tcn_chunk_head head;
        oldest = chunk.first_sequence;
        tcn_arena_reset(&agent->look);
        status = tcn_agent_cut_head(&chunk, &agent->look, &head);
        next_previous = head.previous_hash;
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    tcn_agent_note(agent, "the collector was restored: the %s lane is sent again from %llu on",
                   tcn_lane_name(lane->number), (unsigned long long)sequence);
    if (oldest <= sequence) {
        return TCN_OK;
    }
    const struct tcn_agent_hole hole = {
        .first_sequence = sequence,
        .count = oldest - sequence,
        .cause = TCN_ABSENT,
        .previous_hash = *hash,
        .next_previous = next_previous,
        .now_ns = tcn_clock_wall_ns(),
    };
    return tcn_agent_cut_hole(&agent->cutter, agent->outbox, &row.lane, &hole);
}
