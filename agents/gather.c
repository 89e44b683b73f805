/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/gather.h"

#include "agents/inner.h"
#include "base/clock.h"

#include <string.h>

/** Bytes beside its event that a gathered piece takes. */
#define GATHERED_EXTRA_BYTES                                                                       \
    (sizeof(struct tcn_agent_piece) + sizeof(void *) + sizeof(uint64_t) + 512)

/** Counts what lies above a mark: sizes for the arena. */
static enum tcn_status measure(struct tcn_agent *agent, const struct tcn_lane_key *key,
                               uint64_t above, uint32_t *out_count, size_t *out_bytes) {
    uint64_t sequence = above + 1;
    uint64_t count = 0;
    size_t bytes = 0;
    struct tcn_outbox_chunk chunk;
    enum tcn_status status = tcn_outbox_chunk_find(agent->outbox, key, sequence, &chunk);
    while (status == TCN_OK) {
        count += chunk.count;
        bytes += chunk.chunk.body.size;
        sequence = chunk.first_sequence + chunk.sequence_count;
        status = tcn_outbox_chunk_find(agent->outbox, key, sequence, &chunk);
    }
    if (status != TCN_ABSENT) {
        return status;
    }
    if (count > UINT32_MAX) {
        return TCN_NOMEM;
    }
    *out_count = (uint32_t)count;
    *out_bytes = bytes;
    return TCN_OK;
}

/** Makes a VOID of one sequence of a range. */
static enum tcn_status narrow(struct tcn_agent *agent, struct tcn_agent_gathered *gathered,
                              const struct tcn_outbox_chunk *chunk, struct tcn_agent_piece *piece) {
    const struct tcn_agent_hole hole = {
        .first_sequence = chunk->first_sequence,
        .count = 1,
        .cause = TCN_ABSENT,
        .now_ns = tcn_clock_wall_ns(),
    };
    const struct tcn_agent_piece range = *piece;
    return tcn_agent_cut_void(&agent->cutter, &hole, &range, &gathered->arena, piece);
}

/** Copies the pieces of one chunk. */
static enum tcn_status gather_chunk(struct tcn_agent *agent, struct tcn_agent_gathered *gathered,
                                    const struct tcn_outbox_chunk *chunk) {
    struct tcn_agent_piece pieces[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    tcn_arena_reset(&agent->look);
    enum tcn_status status = tcn_agent_cut_apart(chunk, &agent->look, pieces, &count);
    if (status != TCN_OK) {
        return status;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (gathered->count == gathered->count_max) {
            return TCN_CORRUPT; /* the chunks say another count than their rows */
        }
        if (chunk->sequence_count > chunk->count) {
            status = narrow(agent, gathered, chunk, &pieces[i]);
            if (status != TCN_OK) {
                return status;
            }
        }
        struct tcn_slice *event = &pieces[i].event;
        event->data = tcn_arena_copy(&gathered->arena, event->data, event->size);
        if (event->data == NULL) {
            return TCN_NOMEM;
        }
        gathered->pieces[gathered->count] = pieces[i];
        gathered->list[gathered->count] = &gathered->pieces[gathered->count];
        gathered->at[gathered->count] = chunk->first_sequence + i;
        gathered->count++;
    }
    return TCN_OK;
}

/** Gives the gathered pieces the retry keys that they were entered under. */
static enum tcn_status gather_keys(struct tcn_agent *agent, struct tcn_agent_gathered *gathered,
                                   const struct tcn_lane_key *lane) {
    static const uint8_t any[TCN_AGENT_CONTENT_BYTES] = {0};
    for (uint32_t i = 0; i < gathered->count; i++) {
        struct tcn_slice key;
        enum tcn_status status = tcn_outbox_key_of(agent->outbox, lane, gathered->at[i], &key);
        if (status == TCN_ABSENT) {
            continue;
        }
        if (status != TCN_OK) {
            return status;
        }
        key.data = tcn_arena_copy(&gathered->arena, key.data, key.size);
        if (key.data == NULL) {
            return TCN_NOMEM;
        }
        struct tcn_outbox_key known;
        status = tcn_outbox_key_check(agent->outbox, key, any, &known);
        if (status != TCN_OK && status != TCN_CONFLICT) {
            return status;
        }
        gathered->pieces[i].retry_key = key;
        memcpy(gathered->pieces[i].content, known.content, sizeof(known.content));
    }
    return TCN_OK;
}

enum tcn_status tcn_agent_gather(struct tcn_agent *agent, const struct tcn_lane_key *key,
                                 uint64_t above, struct tcn_agent_gathered *out) {
    size_t bytes = 0;
    memset(out, 0, sizeof(*out));
    enum tcn_status status = measure(agent, key, above, &out->count_max, &bytes);
    if (status == TCN_OK) {
        bytes += (out->count_max + 2) * GATHERED_EXTRA_BYTES; /* room for VOIDs and keys, too */
        status = tcn_arena_init(&out->arena, bytes);
    }
    if (status != TCN_OK) {
        return status;
    }
    out->pieces = tcn_arena_alloc(&out->arena, out->count_max * sizeof(*out->pieces));
    out->list = tcn_arena_alloc(&out->arena, out->count_max * sizeof(*out->list));
    out->at = tcn_arena_alloc(&out->arena, out->count_max * sizeof(*out->at));
    if (out->pieces == NULL || out->list == NULL || out->at == NULL) {
        tcn_arena_fini(&out->arena);
        return TCN_NOMEM;
    }
    uint64_t sequence = above + 1;
    struct tcn_outbox_chunk chunk;
    status = tcn_outbox_chunk_find(agent->outbox, key, sequence, &chunk);
    while (status == TCN_OK) {
        sequence = chunk.first_sequence + chunk.sequence_count;
        status = gather_chunk(agent, out, &chunk);
        if (status == TCN_OK) {
            status = tcn_outbox_chunk_find(agent->outbox, key, sequence, &chunk);
        }
    }
    status = status == TCN_ABSENT ? gather_keys(agent, out, key) : status;
    if (status != TCN_OK) {
        tcn_arena_fini(&out->arena);
    }
    return status;
}

struct tcn_agent_piece *tcn_agent_gathered_at(const struct tcn_agent_gathered *gathered,
                                              uint64_t sequence) {
    uint32_t first = 0;
    uint32_t end = gathered->count;
    while (first < end) {
        const uint32_t middle = first + (end - first) / 2;
        if (gathered->at[middle] < sequence) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    const bool is_there = first < gathered->count && gathered->at[first] == sequence;
    return is_there ? &gathered->pieces[first] : NULL;
}

enum tcn_status tcn_agent_cut_again(struct tcn_agent *agent,
                                    const struct tcn_agent_gathered *gathered,
                                    struct tcn_outbox_lane *row) {
    uint64_t sequence = row->next_sequence;
    uint32_t done = 0;
    enum tcn_status status =
        tcn_agent_cut(&agent->cutter, agent->outbox, row, gathered->list, gathered->count, &done);
    for (uint32_t i = 0; i < gathered->count && status == TCN_OK; i++) {
        const struct tcn_agent_piece *piece = &gathered->pieces[i];
        if (piece->retry_key.size > 0) {
            struct tcn_outbox_key key = {.lane = row->lane, .sequence = sequence + i};
            memcpy(key.content, piece->content, sizeof(key.content));
            status = tcn_outbox_key_put(agent->outbox, piece->retry_key, &key);
        }
    }
    return status;
}
