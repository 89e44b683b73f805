/* SPDX-License-Identifier: Apache-2.0 */
#include "publish.h"

#include "base/clock.h"
#include "seal/hash.h"
#include "seal/sign.h"
#include "wire/chunk.h"

/* Takes events of the mix until the chunk is full, and joins their bytes. An event too many waits
 * for the next chunk. */
static enum tcn_status join_body(struct bench_publisher *publisher, uint32_t count,
                                 struct tcn_chunk_head *head, struct tcn_slice *out_body) {
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    struct tcn_hash hashes[TCN_CHUNK_EVENTS_MAX];
    const int64_t wall_ns = tcn_clock_wall_ns();
    size_t bytes = 0;
    head->count = 0;
    for (uint32_t i = 0; i < count && i < TCN_CHUNK_EVENTS_MAX; i++) {
        struct bench_piece *piece = &publisher->pieces[i];
        if (i > 0 || !publisher->has_piece) {
            bench_mix_next(&publisher->mix, wall_ns, piece);
        }
        bytes += tcn_wire_chunk_body_size(piece->size);
        if (i > 0 && bytes > TCN_CHUNK_BODY_BYTES_SOFT) {
            break;
        }
        publisher->has_piece = false;
        publisher->event_bytes += piece->size;
        events[i] = tcn_slice_of(piece->bytes, piece->size);
        hashes[i] = piece->hash;
        head->count++;
    }
    head->body_hash = tcn_hash_body(hashes, head->count);
    struct tcn_writer writer = tcn_writer_init(publisher->body, sizeof publisher->body);
    return tcn_wire_chunk_body_join(events, head->count, &writer, out_body);
}

static enum tcn_status join_shares(struct bench_publisher *publisher, struct tcn_chunk_head *head,
                                   struct tcn_slice *out_shares) {
    struct tcn_share_entry entries[TCN_CHUNK_EVENTS_MAX];
    uint32_t entry_count = 0;
    for (uint32_t i = 0; i < head->count; i++) {
        if (publisher->pieces[i].has_share && !publisher->go->options->has_no_shares) {
            entries[entry_count] =
                (struct tcn_share_entry){.index = i, .share = publisher->pieces[i].share};
            entry_count++;
        }
    }
    if (entry_count == 0) {
        return TCN_OK;
    }
    struct tcn_writer writer = tcn_writer_init(publisher->shares, sizeof publisher->shares);
    enum tcn_status status = tcn_wire_shares_join(entries, entry_count, &writer, out_shares);
    if (status == TCN_OK) {
        head->shares_hash = tcn_hash_of(*out_shares);
    }
    return status;
}

static enum tcn_status sign_head(struct bench_publisher *publisher,
                                 const struct tcn_chunk_head *head, struct tcn_chunk *chunk) {
    struct tcn_writer writer = tcn_writer_init(publisher->head, sizeof publisher->head);
    enum tcn_status status = tcn_wire_chunk_head_encode(head, &writer, &chunk->head);
    if (status == TCN_OK) {
        status = tcn_sign(&publisher->keys.signing, TCN_CONTEXT_CHUNK, chunk->head,
                          &publisher->signature);
    }
    chunk->signature = tcn_slice_of(publisher->signature.bytes, sizeof publisher->signature.bytes);
    return status;
}

enum tcn_status bench_cut(struct bench_publisher *publisher, uint32_t count,
                          struct tcn_chunk *out_chunk, uint32_t *out_count) {
    const struct tcn_genesis *genesis = &publisher->go->district->setup.genesis;
    struct tcn_chunk_head head = {.format = TCN_CHUNK_FORMAT,
                                  .log_id = genesis->log_id,
                                  .lane = publisher->lane,
                                  .first_sequence = publisher->next_sequence,
                                  .mode = genesis->mode,
                                  .codec = TCN_CODEC_PLAIN,
                                  .key_id = publisher->key_id,
                                  .previous_hash = publisher->previous_hash};
    struct tcn_chunk chunk = {0};
    enum tcn_status status = join_body(publisher, count, &head, &chunk.body);
    if (status == TCN_OK) {
        status = join_shares(publisher, &head, &chunk.shares);
    }
    if (status == TCN_OK) {
        status = sign_head(publisher, &head, &chunk);
    }
    if (status != TCN_OK) {
        return status;
    }
    if (head.count < count && head.count < TCN_CHUNK_EVENTS_MAX) {
        publisher->pieces[0] = publisher->pieces[head.count];
        publisher->has_piece = true;
    }
    publisher->previous_hash = tcn_hash_in_context(TCN_CONTEXT_CHUNK, chunk.head);
    publisher->next_sequence += head.count;
    publisher->chunk_count++;
    *out_chunk = chunk;
    *out_count = head.count;
    return TCN_OK;
}
