/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shares that are destroyed. What two posts have said is folded into the state; apply brings it
 * here, at its start too, until the collector's own word that the share is gone is in the log.
 *
 *   state: asked ─▶ note ─▶ share out of the store ─▶ journal ─▶ own word in the log ─▶ state: done
 *                           └───────────── one group, synced in this order ─────────┘
 *
 * Invariants:
 *   E1  whoever reads in the log that a share is gone, it is gone: it goes before the word (G2);
 *   E2  whatever dies in between, the state still says "asked", and it is done again, from the
 *       first step: to destroy what is not there is nothing;
 *   E3  a share that the journal says is gone is never put again, whoever sends it.
 */
#include "collector/ledger_inside.h"

#include "seal/hash.h"
#include "seal/init.h"
#include "wire/chunk.h"
#include "wire/event.h"

#include <inttypes.h>
#include <string.h>

/* Of a group: one place for the collector's own chunk, one for what is being said. */
#define ROOM_MIN 4

#define FRAME_BYTES 4096 /* 64 shares and what surrounds them */

enum tcn_status tcn_ledger_begin_shares(struct tcn_ledger *ledger) {
    const enum tcn_status status =
        ledger->has_shares ? TCN_OK : tcn_shares_group_begin(ledger->house->shares);
    ledger->has_shares = status == TCN_OK;
    return status;
}

/* The shares of a row, and the frame of those that stay. */
struct kept {
    struct tcn_share_entry entries[TCN_CHUNK_EVENTS_MAX];
    uint32_t count;
    uint8_t data[FRAME_BYTES];
};

static void drop_at(struct kept *kept, uint32_t at) {
    memmove(&kept->entries[at], &kept->entries[at + 1],
            (kept->count - at - 1) * sizeof(kept->entries[0]));
    kept->count--;
}

/* The frame again; empty when nothing is left. */
static struct tcn_slice frame_of(struct kept *kept) {
    struct tcn_writer writer = tcn_writer_init(kept->data, sizeof(kept->data));
    struct tcn_slice frame = {0};
    if (kept->count > 0) {
        const enum tcn_status status =
            tcn_wire_shares_join(kept->entries, kept->count, &writer, &frame);
        TCN_CHECK(status == TCN_OK); /* fewer than came in order */
    }
    return frame;
}

/* Takes the shares of erased events out of what came with a chunk. */
static void drop_erased(const struct tcn_recall *recall, struct tcn_slice body, struct kept *kept) {
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    enum tcn_status status = tcn_wire_chunk_body_split(body, events, &count);
    TCN_CHECK(status == TCN_OK); /* intake has split these very bytes */
    uint32_t at = 0;
    while (at < kept->count) {
        struct tcn_slice open = {0};
        struct tcn_slice sealed = {0};
        TCN_CHECK(kept->entries[at].index < count);
        status = tcn_wire_event_split(events[kept->entries[at].index], &open, &sealed);
        TCN_CHECK(status == TCN_OK);
        const struct tcn_hash hash = tcn_hash_event(open, sealed);
        if (tcn_recall_is_erased(recall, &hash)) {
            drop_at(kept, at);
        } else {
            at++;
        }
    }
}

enum tcn_status tcn_ledger_put_shares(struct tcn_ledger *ledger, const struct tcn_shares_row *row,
                                      struct tcn_slice body) {
    const struct tcn_recall *recall = ledger->house->recall;
    enum tcn_status status = tcn_ledger_begin_shares(ledger);
    /* What is new to a log that was never restored was never erased in it. */
    const bool is_clear = ledger->house->generation <= 1 || tcn_recall_erased_count(recall) == 0;
    if (status != TCN_OK || is_clear) {
        return status == TCN_OK ? tcn_shares_put(ledger->house->shares, row) : status;
    }
    struct kept kept = {.count = 0};
    status = tcn_wire_shares_split(row->frame, kept.entries, &kept.count);
    TCN_CHECK(status == TCN_OK); /* intake has split this very frame */
    const uint32_t before = kept.count;
    drop_erased(recall, body, &kept); /* E3 */
    struct tcn_shares_row less = *row;
    less.frame = kept.count < before ? frame_of(&kept) : row->frame;
    status = less.frame.size > 0 ? tcn_shares_put(ledger->house->shares, &less) : TCN_OK;
    tcn_secret_wipe(&kept, sizeof(kept));
    return status;
}

/* Takes one event's share out of a row, if it is there. */
static enum tcn_status take_out(struct tcn_ledger *ledger, const struct tcn_shares_row *row,
                                uint64_t sequence) {
    struct kept kept = {.count = 0};
    enum tcn_status status = tcn_wire_shares_split(row->frame, kept.entries, &kept.count);
    if (status != TCN_OK) {
        return TCN_CORRUPT;
    }
    uint32_t at = 0;
    while (at < kept.count && kept.entries[at].index != sequence - row->first_sequence) {
        at++;
    }
    if (at < kept.count) {
        struct tcn_shares_row less = *row;
        drop_at(&kept, at);
        less.frame = frame_of(&kept);
        status = tcn_shares_erase(ledger->house->shares, &less);
        ledger->counts.erased_count += status == TCN_OK ? 1 : 0;
    }
    tcn_secret_wipe(&kept, sizeof(kept));
    return status;
}

/* Destroys the share of the event at a place of a lane, in every row that can hold it: a store that
 * was restored may have rows of chunks that were cut otherwise since. */
static enum tcn_status destroy(struct tcn_ledger *ledger, const struct tcn_lane_key *lane,
                               uint64_t sequence) {
    struct tcn_shares *shares = ledger->house->shares;
    struct tcn_shares_row row;
    enum tcn_status status = tcn_ledger_begin_shares(ledger);
    uint64_t upto = sequence;
    while (status == TCN_OK) {
        status = tcn_shares_upto(shares, lane, upto, &row);
        if (status != TCN_OK || sequence - row.first_sequence >= TCN_CHUNK_EVENTS_MAX) {
            break;
        }
        const uint64_t first = row.first_sequence;
        status = take_out(ledger, &row, sequence);
        if (first == 0) {
            break;
        }
        upto = first - 1;
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

/* Logs that it is gone, and notes it beside the log. */
static enum tcn_status say(struct tcn_ledger *ledger, const struct tcn_note_erase *erasure) {
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_SHARE_ERASED,
        .mode = ledger->house->charter.genesis.mode,
        .recorded_ns = ledger->wall_ns,
        .body_kind = TCN_BODY_OBSERVED,
        .observed = {.lane = erasure->lane, .number = erasure->sequence, .hash = erasure->hash},
    };
    const enum tcn_status status = tcn_ledger_own_event(ledger, &event);
    return status == TCN_OK
               ? tcn_ledger_note_erasure(ledger, erasure, tcn_log_last_position(ledger->house->log))
               : status;
}

static bool has_room(const struct tcn_ledger *ledger) {
    return ledger->entry_count + ROOM_MIN < TCN_GROUP_RECORDS_MAX;
}

void tcn_ledger_erase(struct tcn_ledger *ledger, const struct tcn_note_erase *note) {
    for (uint32_t i = 0; i < ledger->erasing_count; i++) {
        if (tcn_hash_equals(&ledger->erasing[i].hash, &note->hash)) {
            return;
        }
    }
    if (ledger->erasing_count < TCN_ERASING_MAX) { /* apply asks for no more at once */
        ledger->erasing[ledger->erasing_count] = *note;
        ledger->erasing_count++;
    }
}

bool tcn_ledger_is_erasing(const struct tcn_ledger *ledger) {
    return ledger->erasing_count > 0 && !ledger->is_storage_full;
}

enum tcn_status tcn_ledger_erase_asked(struct tcn_ledger *ledger) {
    enum tcn_status status = TCN_OK;
    ledger->erased_count = 0;
    if (tcn_ledger_is_recalling(ledger)) {
        return TCN_OK; /* the journal goes first */
    }
    while (status == TCN_OK && ledger->erased_count < ledger->erasing_count && has_room(ledger)) {
        const struct tcn_note_erase *erasure = &ledger->erasing[ledger->erased_count];
        status = destroy(ledger, &erasure->lane, erasure->sequence);
        status = status == TCN_OK ? say(ledger, erasure) : status;
        ledger->erased_count++;
    }
    return status;
}

void tcn_ledger_erased(struct tcn_ledger *ledger) {
    for (uint32_t i = 0; i < ledger->erased_count; i++) {
        const struct tcn_note_erase *erasure = &ledger->erasing[i];
        tcn_lanes_forget(ledger->lanes, &erasure->lane); /* its agent says HELLO, and is told */
        tcn_log(ledger->house->logger, TCN_LOG_INFO,
                "the sealed part of the event at position %" PRIu64 " is erased",
                erasure->position);
    }
    ledger->erasing_count -= ledger->erased_count;
    memmove(&ledger->erasing[0], &ledger->erasing[ledger->erased_count],
            ledger->erasing_count * sizeof(ledger->erasing[0]));
    ledger->erased_count = 0;
}

enum tcn_status tcn_ledger_repeat_erasures(struct tcn_ledger *ledger, uint32_t *said) {
    const struct tcn_recall *recall = ledger->house->recall;
    const size_t count = tcn_recall_erased_count(recall);
    uint64_t fork = UINT64_MAX;
    enum tcn_status status = TCN_OK;
    (void)tcn_recall_fork(recall, ledger->house->generation, &fork);
    for (size_t i = 0; i < count && status == TCN_OK && has_room(ledger); i++) {
        const struct tcn_journal_entry entry = tcn_recall_erased_at(recall, i);
        const bool is_lost = entry.generation < ledger->house->generation && entry.position > fork;
        const struct tcn_note_erase erasure = {
            .lane = entry.lane, .sequence = entry.sequence, .hash = entry.hash};
        status = destroy(ledger, &entry.lane, entry.sequence);
        if (status == TCN_OK && is_lost) {
            status = say(ledger, &erasure);
            *said += status == TCN_OK ? 1 : 0;
        }
    }
    if (status == TCN_OK && ledger->has_shares) { /* also when there is nothing to be logged */
        ledger->has_shares = false;
        status = tcn_shares_group_commit(ledger->house->shares);
    }
    return status;
}

struct tcn_slice tcn_ledger_tell_erased(struct tcn_ledger *ledger,
                                        const struct tcn_lane_key *lane) {
    struct tcn_erased erased[TCN_WELCOME_ERASED_MAX];
    const size_t count = tcn_recall_erased_of(ledger->house->recall, lane, erased);
    const size_t size = count * TCN_ERASED_BYTES;
    uint8_t *data = count > 0 ? tcn_arena_alloc(&ledger->group_arena, size) : NULL;
    if (data == NULL) {
        return (struct tcn_slice){0};
    }
    struct tcn_writer writer = tcn_writer_init(data, size);
    for (size_t i = 0; i < count; i++) {
        tcn_write_u64(&writer, erased[i].sequence);
        tcn_write_bytes(&writer, erased[i].hash.bytes, TCN_ERASED_BYTES - 8);
    }
    return tcn_writer_slice(&writer);
}
