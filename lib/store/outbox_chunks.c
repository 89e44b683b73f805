/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chunks of an outbox: cut, sent again, acknowledged, cut anew, forgotten.
 */
#include "store/outbox.h"

#include "store/outbox_rows.h"

#include <stdlib.h>

/** The last sequence that a chunk covers. */
static uint64_t chunk_end(const struct tcn_outbox_chunk *chunk) {
    return chunk->first_sequence + chunk->sequence_count - 1;
}

/** The chunk of a lane that a step from `sequence` finds. */
static enum tcn_status chunk_seek(struct tcn_outbox *outbox, enum tcn_env_step step,
                                  const struct tcn_lane_key *lane, uint64_t sequence,
                                  struct tcn_outbox_chunk *out_chunk) {
    struct tcn_key key = tcn_key_lane(lane, sequence);
    struct tcn_env_row row;
    enum tcn_status status =
        tcn_outbox_row_seek(outbox, TCN_OUTBOX_DB_CHUNKS, step, tcn_key_slice(&key), &row);
    struct tcn_outbox_chunk chunk;
    if (status == TCN_OK) {
        status = tcn_outbox_chunk_decode(&row, &chunk);
    }
    if (status != TCN_OK) {
        return status;
    }
    if (!tcn_lane_key_equals(&chunk.lane, lane)) {
        return TCN_ABSENT;
    }
    *out_chunk = chunk;
    return TCN_OK;
}

/** The chunk that covers a sequence. */
static enum tcn_status chunk_covering(struct tcn_outbox *outbox, const struct tcn_lane_key *lane,
                                      uint64_t sequence, struct tcn_outbox_chunk *out_chunk) {
    struct tcn_outbox_chunk chunk;
    enum tcn_status status = chunk_seek(outbox, TCN_STEP_UPTO, lane, sequence, &chunk);
    if (status == TCN_OK && chunk_end(&chunk) < sequence) {
        status = TCN_ABSENT;
    }
    if (status == TCN_OK) {
        *out_chunk = chunk;
    }
    return status;
}

enum tcn_status tcn_outbox_chunk_find(struct tcn_outbox *outbox, const struct tcn_lane_key *lane,
                                      uint64_t sequence, struct tcn_outbox_chunk *out_chunk) {
    enum tcn_status status = chunk_covering(outbox, lane, sequence, out_chunk);
    if (status != TCN_ABSENT) {
        return status;
    }
    return chunk_seek(outbox, TCN_STEP_FROM, lane, sequence, out_chunk);
}

/** Whether a lane may grow by a chunk: routine stops earlier, so that urgent never finds it full.
 */
static enum tcn_status quota_check(struct tcn_outbox *outbox, enum tcn_lane lane, size_t size) {
    uint64_t cost = tcn_env_row_cost(TCN_LANE_KEY_BYTES + 8, size + TCN_ROW_CHECKSUM_BYTES);
    uint64_t quota = outbox->quota_bytes;
    if (lane == TCN_LANE_ROUTINE) {
        quota = quota / 100 * TCN_OUTBOX_ROUTINE_PERCENT;
    }
    if (!outbox->is_recutting && outbox->usage.bytes + cost > quota) {
        return TCN_FULL;
    }
    return tcn_env_room_check(outbox->env, cost);
}

/** The lane as it stands, if the chunk belongs to its epoch in use, and the chunk's stored size. */
static enum tcn_status chunk_admit(struct tcn_outbox *outbox, const struct tcn_outbox_chunk *chunk,
                                   struct tcn_outbox_lane *out_lane, size_t *out_size) {
    TCN_CHECK(outbox->env->txn != NULL);
    TCN_CHECK(chunk->count >= 1 && chunk->sequence_count >= 1);
    enum tcn_status status = tcn_outbox_chunk_size(chunk, out_size);
    if (status == TCN_OK) {
        status = tcn_outbox_lane_get(outbox, chunk->lane.lane, out_lane);
    }
    if (status != TCN_OK) {
        return status;
    }
    bool fits = tcn_lane_key_equals(&out_lane->lane, &chunk->lane) && chunk->first_sequence >= 1 &&
                chunk->first_sequence <= UINT64_MAX - chunk->sequence_count;
    return fits ? TCN_OK : TCN_SEQUENCE;
}

enum tcn_status tcn_outbox_chunk_append(struct tcn_outbox *outbox,
                                        const struct tcn_outbox_chunk *chunk) {
    struct tcn_outbox_lane lane;
    size_t size = 0;
    enum tcn_status status = chunk_admit(outbox, chunk, &lane, &size);
    if (status == TCN_OK && chunk->first_sequence != lane.next_sequence) {
        status = TCN_SEQUENCE;
    }
    if (status == TCN_OK) {
        status = quota_check(outbox, chunk->lane.lane, size);
    }
    if (status == TCN_OK) {
        status = tcn_outbox_chunk_put(outbox, chunk, size);
    }
    if (status != TCN_OK) {
        return status;
    }
    lane.next_sequence = chunk_end(chunk) + 1;
    lane.last_hash = chunk->chunk_hash;
    return tcn_outbox_lane_put(outbox, &lane);
}

enum tcn_status tcn_outbox_chunk_prepend(struct tcn_outbox *outbox,
                                         const struct tcn_outbox_chunk *chunk) {
    struct tcn_outbox_lane lane;
    size_t size = 0;
    enum tcn_status status = chunk_admit(outbox, chunk, &lane, &size);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_outbox_chunk oldest;
    status = chunk_seek(outbox, TCN_STEP_FROM, &chunk->lane, 0, &oldest);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    uint64_t reach = status == TCN_OK ? oldest.first_sequence : lane.next_sequence;
    if (chunk_end(chunk) + 1 != reach) {
        return TCN_SEQUENCE;
    }
    /* What a restored collector asks for is not refused for the routine lane's share. */
    status = quota_check(outbox, TCN_LANE_URGENT, size);
    return status == TCN_OK ? tcn_outbox_chunk_put(outbox, chunk, size) : status;
}

/** Copies what lends from the map, which a put changes, behind each other. */
static struct tcn_slice keep(struct tcn_writer *writer, struct tcn_slice bytes) {
    const size_t begin = writer->offset;
    tcn_write_bytes(writer, bytes.data, bytes.size);
    return tcn_slice_of(writer->data + begin, bytes.size);
}

enum tcn_status tcn_outbox_shares_put(struct tcn_outbox *outbox, const struct tcn_lane_key *lane,
                                      uint64_t first_sequence, struct tcn_slice frame) {
    TCN_CHECK(outbox->env->txn != NULL);
    struct tcn_outbox_chunk chunk;
    enum tcn_status status = chunk_seek(outbox, TCN_STEP_UPTO, lane, first_sequence, &chunk);
    if (status == TCN_OK && chunk.first_sequence != first_sequence) {
        status = TCN_ABSENT;
    }
    if (status == TCN_OK && frame.size > chunk.chunk.shares.size) {
        status = TCN_TOOBIG;
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_chunk *parts = &chunk.chunk;
    const size_t room = parts->head.size + parts->signature.size + parts->body.size + frame.size;
    const uint64_t before = tcn_outbox_chunk_cost(&chunk);
    uint8_t *data = malloc(room);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, room);
    parts->head = keep(&writer, parts->head);
    parts->signature = keep(&writer, parts->signature);
    parts->body = keep(&writer, parts->body);
    parts->shares = keep(&writer, frame);
    TCN_CHECK(!writer.overflowed);
    size_t size = 0;
    status = tcn_outbox_chunk_size(&chunk, &size);
    if (status == TCN_OK) {
        status = tcn_outbox_chunk_replace(outbox, &chunk, size, before);
    }
    free(data);
    return status;
}

enum tcn_status tcn_outbox_ack(struct tcn_outbox *outbox, const struct tcn_lane_key *lane,
                               uint64_t sequence, const struct tcn_hash *hash, uint64_t position) {
    TCN_CHECK(outbox->env->txn != NULL);
    struct tcn_outbox_lane stands;
    enum tcn_status status = tcn_outbox_lane_get(outbox, lane->lane, &stands);
    if (status != TCN_OK) {
        return status;
    }
    if (!tcn_lane_key_equals(&stands.lane, lane)) {
        return TCN_ABSENT;
    }
    if (sequence <= stands.acked_sequence) {
        return TCN_OK;
    }
    struct tcn_outbox_chunk chunk;
    status = chunk_covering(outbox, lane, sequence, &chunk);
    if (status != TCN_OK) {
        return status;
    }
    if (chunk_end(&chunk) != sequence || !tcn_hash_equals(&chunk.chunk_hash, hash)) {
        return TCN_CONFLICT;
    }
    stands.acked_sequence = sequence;
    stands.acked_hash = *hash;
    stands.acked_position = position;
    return tcn_outbox_lane_put(outbox, &stands);
}

enum tcn_status tcn_outbox_receipt_put(struct tcn_outbox *outbox, const struct tcn_lane_key *lane,
                                       uint64_t first_sequence, struct tcn_slice receipt) {
    TCN_CHECK(outbox->env->txn != NULL);
    if (receipt.size > TCN_OUTBOX_VALUE_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    struct tcn_key key = tcn_key_lane(lane, first_sequence);
    struct tcn_slice ignored;
    enum tcn_status status =
        tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_CHUNKS, tcn_key_slice(&key), &ignored);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_outbox_row_put(outbox, TCN_OUTBOX_DB_RECEIPTS, tcn_key_slice(&key), receipt);
}

enum tcn_status tcn_outbox_receipt_get(struct tcn_outbox *outbox, const struct tcn_lane_key *lane,
                                       uint64_t first_sequence, struct tcn_slice *out_receipt) {
    struct tcn_key key = tcn_key_lane(lane, first_sequence);
    return tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_RECEIPTS, tcn_key_slice(&key), out_receipt);
}

/** Deletes a chunk and its receipt. `chunk` may lend from the row: only its numbers are read. */
static enum tcn_status chunk_delete(struct tcn_outbox *outbox,
                                    const struct tcn_outbox_chunk *chunk) {
    struct tcn_key key = tcn_key_lane(&chunk->lane, chunk->first_sequence);
    uint32_t count = chunk->count;
    enum tcn_status status =
        tcn_outbox_row_del(outbox, TCN_OUTBOX_DB_RECEIPTS, tcn_key_slice(&key));
    if (status == TCN_OK || status == TCN_ABSENT) {
        status = tcn_outbox_row_del(outbox, TCN_OUTBOX_DB_CHUNKS, tcn_key_slice(&key));
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_outbox_usage *usage = &outbox->usage;
    usage->chunk_count -= usage->chunk_count > 0 ? 1 : 0;
    usage->event_count -= usage->event_count > count ? count : usage->event_count;
    return TCN_OK;
}

/** The hash of the chunk that ends at `sequence`, where a lane may be cut. */
static enum tcn_status cut_hash(struct tcn_outbox *outbox, const struct tcn_outbox_lane *lane,
                                uint64_t sequence, struct tcn_hash *out_hash) {
    if (sequence < lane->acked_sequence || sequence >= lane->next_sequence) {
        return TCN_SEQUENCE;
    }
    struct tcn_outbox_chunk chunk;
    enum tcn_status status = chunk_covering(outbox, &lane->lane, sequence, &chunk);
    if (status == TCN_OK) {
        *out_hash = chunk.chunk_hash;
        return chunk_end(&chunk) == sequence ? TCN_OK : TCN_SEQUENCE;
    }
    /* The chunk at the mark may be trimmed; before the first there is none, and its hash is. */
    if (status == TCN_ABSENT && sequence == lane->acked_sequence) {
        *out_hash = lane->acked_hash;
        return TCN_OK;
    }
    return status == TCN_ABSENT ? TCN_SEQUENCE : status;
}

enum tcn_status tcn_outbox_recut(struct tcn_outbox *outbox, enum tcn_lane lane,
                                 uint64_t above_sequence) {
    TCN_CHECK(outbox->env->txn != NULL);
    struct tcn_outbox_lane stands;
    struct tcn_hash hash;
    enum tcn_status status = tcn_outbox_lane_get(outbox, lane, &stands);
    if (status == TCN_OK) {
        status = cut_hash(outbox, &stands, above_sequence, &hash);
    }
    if (status != TCN_OK) {
        return status;
    }
    /* Bounded by the chunks there are. */
    while (status == TCN_OK) {
        struct tcn_outbox_chunk chunk;
        status = chunk_seek(outbox, TCN_STEP_FROM, &stands.lane, above_sequence + 1, &chunk);
        if (status == TCN_OK) {
            status = chunk_delete(outbox, &chunk);
        }
    }
    if (status != TCN_ABSENT) {
        return tcn_env_spoil(outbox->env, status);
    }
    outbox->is_recutting = true;
    stands.next_sequence = above_sequence + 1;
    stands.last_hash = hash;
    return tcn_outbox_lane_put(outbox, &stands);
}

/** The last acknowledged sequence of a lane: its mark, or the end of an epoch no longer in use. */
static enum tcn_status acked_end(struct tcn_outbox *outbox, const struct tcn_lane_key *lane,
                                 uint64_t *out_sequence) {
    struct tcn_outbox_lane stands;
    enum tcn_status status = tcn_outbox_lane_get(outbox, lane->lane, &stands);
    if (status != TCN_OK) {
        return status;
    }
    if (tcn_lane_key_equals(&stands.lane, lane)) {
        *out_sequence = stands.acked_sequence;
        return TCN_OK;
    }
    struct tcn_outbox_chunk last;
    status = chunk_seek(outbox, TCN_STEP_UPTO, lane, UINT64_MAX, &last);
    if (status == TCN_OK) {
        *out_sequence = chunk_end(&last);
    } else if (status == TCN_ABSENT) {
        *out_sequence = 0;
        status = TCN_OK;
    }
    return status;
}

/** Forgets the retry key of one event: both rows, if the key still stands for this event. */
static enum tcn_status key_forget(struct tcn_outbox *outbox, const struct tcn_lane_key *lane,
                                  uint64_t sequence, struct tcn_slice retry_key) {
    struct tcn_key copy = {.size = retry_key.size};
    struct tcn_writer writer = tcn_writer_init(copy.bytes, sizeof(copy.bytes));
    tcn_write_bytes(&writer, retry_key.data, retry_key.size);
    if (writer.overflowed) {
        return TCN_CORRUPT;
    }
    struct tcn_slice payload;
    struct tcn_outbox_key value;
    enum tcn_status status =
        tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_KEYS, tcn_key_slice(&copy), &payload);
    if (status == TCN_OK) {
        status = tcn_outbox_key_decode(payload, &value);
    }
    if (status == TCN_OK && value.sequence == sequence && tcn_lane_key_equals(&value.lane, lane)) {
        status = tcn_outbox_row_del(outbox, TCN_OUTBOX_DB_KEYS, tcn_key_slice(&copy));
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    struct tcn_key key = tcn_key_lane(lane, sequence);
    return tcn_outbox_row_del(outbox, TCN_OUTBOX_DB_KEYED, tcn_key_slice(&key));
}

/** Forgets the retry keys of all events from `first` to `last`. */
static enum tcn_status keys_forget(struct tcn_outbox *outbox, const struct tcn_lane_key *lane,
                                   uint64_t first, uint64_t last) {
    enum tcn_status status = TCN_OK;
    /* Bounded by the keys there are. */
    while (status == TCN_OK) {
        struct tcn_key key = tcn_key_lane(lane, first);
        struct tcn_env_row row;
        status = tcn_outbox_row_seek(outbox, TCN_OUTBOX_DB_KEYED, TCN_STEP_FROM,
                                     tcn_key_slice(&key), &row);
        if (status != TCN_OK) {
            break;
        }
        struct tcn_reader reader = tcn_reader_init(row.key);
        struct tcn_lane_key found = tcn_lane_key_read(&reader);
        uint64_t sequence = tcn_read_u64(&reader);
        if (!tcn_lane_key_equals(&found, lane) || sequence > last) {
            return TCN_OK;
        }
        status = key_forget(outbox, lane, sequence, row.value);
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** Forgets one chunk with all that hangs on it. */
static enum tcn_status chunk_forget(struct tcn_outbox *outbox,
                                    const struct tcn_outbox_chunk *chunk) {
    struct tcn_outbox_chunk numbers = *chunk;
    enum tcn_status status =
        keys_forget(outbox, &numbers.lane, numbers.first_sequence, chunk_end(&numbers));
    return status == TCN_OK ? chunk_delete(outbox, &numbers) : status;
}

/** What is kept, and how far forgetting may go. */
struct trim {
    uint64_t acked; /**< the last sequence that may be forgotten */
    uint64_t keep_sequences;
    uint64_t keep_bytes;
    size_t trimmed; /**< chunks so far, in the whole call */
};

/** Forgets the oldest chunks of one epoch of a lane as far as the limits ask for it. */
static enum tcn_status trim_epoch(struct tcn_outbox *outbox, const struct tcn_lane_key *lane,
                                  struct trim *trim) {
    enum tcn_status status = TCN_OK;
    while (trim->trimmed < TCN_SLICE_RECORDS_MAX) {
        struct tcn_outbox_chunk oldest;
        status = chunk_seek(outbox, TCN_STEP_FROM, lane, 0, &oldest);
        if (status != TCN_OK || chunk_end(&oldest) > trim->acked) {
            break;
        }
        uint64_t retained = trim->acked - oldest.first_sequence + 1;
        if (retained <= trim->keep_sequences && outbox->usage.bytes <= trim->keep_bytes) {
            break;
        }
        status = chunk_forget(outbox, &oldest);
        if (status != TCN_OK) {
            break;
        }
        trim->trimmed++;
    }
    return status == TCN_OK || status == TCN_ABSENT ? TCN_OK : tcn_env_spoil(outbox->env, status);
}

enum tcn_status tcn_outbox_trim(struct tcn_outbox *outbox, const struct tcn_lane_key *lane,
                                uint64_t keep_sequences, uint64_t keep_bytes, size_t *out_trimmed) {
    TCN_CHECK(outbox->env->txn != NULL);
    struct trim trim = {.keep_sequences = keep_sequences, .keep_bytes = keep_bytes};
    enum tcn_status status = acked_end(outbox, lane, &trim.acked);
    if (status == TCN_OK) {
        status = trim_epoch(outbox, lane, &trim);
    }
    if (status == TCN_OK) {
        *out_trimmed = trim.trimmed;
    }
    return status;
}

/** The epochs of a lane that are over and of which chunks are retained. */
struct older {
    struct tcn_lane_key oldest; /**< the one whose first retained chunk was recorded first */
    int64_t recorded_ns;        /**< of that chunk */
    uint64_t first;             /**< its first sequence */
    uint64_t last;              /**< the last sequence that is retained of that epoch */
    uint64_t sequence_count;    /**< retained of all of them */
};

/** Takes one epoch into account, whose first retained chunk is this. */
static enum tcn_status older_add(struct tcn_outbox *outbox, const struct tcn_outbox_chunk *first,
                                 struct older *older) {
    struct tcn_outbox_chunk last;
    struct tcn_lane_key lane = first->lane;
    int64_t recorded_ns = first->recorded_ns;
    uint64_t first_sequence = first->first_sequence;
    enum tcn_status status = chunk_seek(outbox, TCN_STEP_UPTO, &lane, UINT64_MAX, &last);
    if (status != TCN_OK) {
        return status;
    }
    if (older->sequence_count == 0 || recorded_ns < older->recorded_ns) {
        older->oldest = lane;
        older->recorded_ns = recorded_ns;
        older->first = first_sequence;
        older->last = chunk_end(&last);
    }
    older->sequence_count += chunk_end(&last) - first_sequence + 1;
    return TCN_OK;
}

/** Finds the epochs of a lane that are over. Keys begin with source, epoch, lane, so each step of
 * the walk skips to the next lane or epoch: two or three a retained epoch. */
static enum tcn_status older_find(struct tcn_outbox *outbox, const struct tcn_lane_key *live,
                                  struct older *out_older) {
    struct tcn_lane_key at = {.source = live->source, .epoch = 0, .lane = live->lane};
    struct older older = {0};
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        struct tcn_key key = tcn_key_lane(&at, 0);
        struct tcn_env_row row;
        struct tcn_outbox_chunk chunk;
        status = tcn_outbox_row_seek(outbox, TCN_OUTBOX_DB_CHUNKS, TCN_STEP_FROM,
                                     tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_outbox_chunk_decode(&row, &chunk);
        }
        if (status != TCN_OK || chunk.lane.source != live->source) {
            break;
        }
        at.epoch = chunk.lane.epoch;
        bool is_ours = chunk.lane.lane == live->lane;
        if (is_ours && chunk.lane.epoch != live->epoch) {
            status = older_add(outbox, &chunk, &older);
        }
        if (is_ours || chunk.lane.lane > live->lane) {
            if (at.epoch == UINT64_MAX) {
                break;
            }
            at.epoch++;
        }
    }
    if (status == TCN_OK || status == TCN_ABSENT) {
        *out_older = older;
        return TCN_OK;
    }
    return status;
}

enum tcn_status tcn_outbox_trim_older(struct tcn_outbox *outbox, enum tcn_lane lane,
                                      uint64_t keep_sequences, uint64_t keep_bytes,
                                      size_t *out_trimmed) {
    TCN_CHECK(outbox->env->txn != NULL);
    struct tcn_outbox_lane stands;
    struct trim trim = {.keep_bytes = keep_bytes};
    enum tcn_status status = tcn_outbox_lane_get(outbox, lane, &stands);
    size_t before = 0;
    /* Bounded by the slice: each turn but the last forgets at least one chunk. */
    do {
        struct older older = {0};
        before = trim.trimmed;
        if (status == TCN_OK) {
            status = older_find(outbox, &stands.lane, &older);
        }
        if (status == TCN_OK && older.sequence_count > 0) {
            uint64_t own = older.last - older.first + 1;
            uint64_t others = older.sequence_count - own;
            trim.acked = older.last;
            trim.keep_sequences = keep_sequences > others ? keep_sequences - others : 0;
            status = trim_epoch(outbox, &older.oldest, &trim);
        }
    } while (status == TCN_OK && trim.trimmed > before);
    if (status == TCN_OK) {
        *out_trimmed = trim.trimmed;
    }
    return status;
}
