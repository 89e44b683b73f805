/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/erase.h"

#include "agents/inner.h"
#include "seal/hash.h"
#include "seal/init.h"
#include "wire/chunk.h"

#include <string.h>

bool tcn_agent_is_short(const struct tcn_outbox_chunk *chunk, const struct tcn_chunk_head *head) {
    if (chunk->chunk.shares.size == 0) {
        return !tcn_hash_is_none(&head->shares_hash);
    }
    const struct tcn_hash hash = tcn_hash_of(chunk->chunk.shares);
    return !tcn_hash_equals(&hash, &head->shares_hash);
}

/** Where the event's share stands in its chunk's frame; the count when it does not. */
static enum tcn_status find_share(struct tcn_agent *agent, const struct tcn_outbox_chunk *chunk,
                                  uint64_t sequence, const uint8_t *hash, bool *out_has) {
    struct tcn_agent_piece pieces[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    tcn_arena_reset(&agent->look);
    const enum tcn_status status = tcn_agent_cut_apart(chunk, &agent->look, pieces, &count);
    if (status == TCN_OK) {
        const uint64_t index = sequence - chunk->first_sequence;
        const size_t size = TCN_ERASED_BYTES - sizeof(sequence);
        *out_has = index < count && pieces[index].has_share &&
                   memcmp(pieces[index].hash.bytes, hash, size) == 0;
    }
    tcn_secret_wipe(pieces, sizeof(pieces));
    return status;
}

/** Writes the chunk's shares anew without one event's. */
static enum tcn_status drop_share(struct tcn_agent *agent, const struct tcn_outbox_chunk *chunk,
                                  uint64_t sequence) {
    struct tcn_share_entry entries[TCN_CHUNK_EVENTS_MAX];
    uint8_t data[TCN_AGENT_SHARES_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice frame = {0};
    uint32_t count = 0;
    uint32_t kept = 0;
    enum tcn_status status = tcn_wire_shares_split(chunk->chunk.shares, entries, &count);
    if (status != TCN_OK) {
        return TCN_CORRUPT;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (chunk->first_sequence + entries[i].index != sequence) {
            entries[kept] = entries[i];
            kept++;
        }
    }
    status = kept > 0 ? tcn_wire_shares_join(entries, kept, &writer, &frame) : TCN_OK;
    if (status == TCN_OK) {
        status = tcn_outbox_shares_put(agent->outbox, &chunk->lane, chunk->first_sequence, frame);
    }
    tcn_secret_wipe(entries, sizeof(entries));
    tcn_secret_wipe(data, sizeof(data));
    return status;
}

static enum tcn_status erase_one(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                 uint64_t sequence, const uint8_t *hash) {
    const struct tcn_outlane_facts *facts = &lane->brain.facts;
    struct tcn_outbox_chunk chunk;
    bool has = false;
    if (sequence > facts->acked_sequence) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_outbox_chunk_find(agent->outbox, &facts->key, sequence, &chunk);
    if (status == TCN_ABSENT || (status == TCN_OK && chunk.first_sequence > sequence)) {
        return TCN_OK; /* no longer retained */
    }
    if (status == TCN_OK) {
        status = find_share(agent, &chunk, sequence, hash, &has);
    }
    if (status != TCN_OK || !has) {
        return status;
    }
    status = tcn_agent_begin(agent); /* what was lent ends here */
    if (status == TCN_OK) {
        status = tcn_outbox_chunk_find(agent->outbox, &facts->key, sequence, &chunk);
    }
    if (status == TCN_OK) {
        agent->must_commit = true;
        status = drop_share(agent, &chunk, sequence);
    }
    return status;
}

enum tcn_status tcn_agent_erase(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                struct tcn_slice erased) {
    struct tcn_reader reader = tcn_reader_init(erased);
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && tcn_reader_rest(&reader) >= TCN_ERASED_BYTES) {
        uint8_t hash[TCN_ERASED_BYTES - 8];
        const uint64_t sequence = tcn_read_u64(&reader);
        tcn_read_bytes(&reader, hash, sizeof(hash));
        status = erase_one(agent, lane, sequence, hash);
    }
    return status == TCN_FULL ? TCN_OK : status; /* the next WELCOME names it again */
}
