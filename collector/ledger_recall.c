/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal and the log writer. What takes something away is written down beside the log before
 * the commit that logs it; after a restore it is said again before anybody is heard.
 *
 *   begun < generation ─▶ FORKED ─▶ group, group … until nothing is left to say ─▶ BEGUN
 *
 * Each start says again what does not stand yet, so it may die anywhere in between (R5).
 */
#include "collector/ledger_inside.h"

#include "wire/lane.h"

#include <inttypes.h>
#include <string.h>

/* Of a group: places for its end, and for what is being said. */
#define ROOM_MIN (TCN_LEDGER_ENDING_MAX + 2)

/* Adds, and lets it count at once: an entry of a group that never came to be was said by who might
 * say it, and will be said again. */
static enum tcn_status note(struct tcn_ledger *ledger, const struct tcn_journal_entry *entry) {
    const enum tcn_status status = tcn_journal_add(ledger->house->journal, entry);
    return status == TCN_OK ? tcn_recall_take(ledger->house->recall, entry) : status;
}

enum tcn_status tcn_ledger_note_change(struct tcn_ledger *ledger,
                                       const struct tcn_registry_change *change,
                                       uint64_t position) {
    const bool is_end = change->kind == TCN_CHANGE_RIGHTS;
    const struct tcn_journal_entry entry = {
        .kind = is_end ? TCN_JOURNAL_ENDS : TCN_JOURNAL_REVOKED,
        .generation = ledger->house->generation,
        .position = position,
        .principal = change->principal,
        .until_ns = is_end ? change->row.not_after_ns : 0,
    };
    return is_end || change->kind == TCN_CHANGE_REVOKED ? note(ledger, &entry) : TCN_OK;
}

enum tcn_status tcn_ledger_note_epoch(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                                      const struct tcn_hello *hello, uint64_t position) {
    struct tcn_journal_entry entry = {
        .kind = TCN_JOURNAL_EPOCH,
        .generation = ledger->house->generation,
        .position = position,
        .principal = in->stamp.principal,
        .lane = hello->lane,
        .predecessor = hello->predecessor,
        .head_size = (uint32_t)in->chunk.head.size,
    };
    if (in->chunk.head.size > sizeof(entry.head) ||
        in->chunk.signature.size != sizeof(entry.signature.bytes)) {
        return TCN_TOOBIG;
    }
    memcpy(entry.head, in->chunk.head.data, in->chunk.head.size);
    memcpy(entry.signature.bytes, in->chunk.signature.data, sizeof(entry.signature.bytes));
    return note(ledger, &entry);
}

enum tcn_status tcn_ledger_note_erasure(struct tcn_ledger *ledger,
                                        const struct tcn_note_erase *erasure, uint64_t position) {
    const struct tcn_journal_entry entry = {
        .kind = TCN_JOURNAL_ERASED,
        .generation = ledger->house->generation,
        .position = position,
        .lane = erasure->lane,
        .sequence = erasure->sequence,
        .hash = erasure->hash,
    };
    return note(ledger, &entry);
}

/* What counts, in the order of a journal. */
struct counting {
    const struct tcn_recall *recall;
    const struct tcn_journal_entry *entries;
    size_t count;
    struct tcn_journal_entry erased; /* the one that was asked for last */
};

static const struct tcn_journal_entry *counting_at(void *context, size_t index) {
    struct counting *counting = context;
    if (index < counting->count) {
        return &counting->entries[index];
    }
    counting->erased = tcn_recall_erased_at(counting->recall, index - counting->count);
    return &counting->erased;
}

enum tcn_status tcn_ledger_trim_journal(struct tcn_ledger *ledger) {
    struct tcn_journal *journal = ledger->house->journal;
    if (tcn_journal_bytes(journal) <= TCN_JOURNAL_BYTES_MAX) {
        return TCN_OK;
    }
    struct counting counting = {.recall = ledger->house->recall};
    counting.entries = tcn_recall_entries(counting.recall, &counting.count);
    const struct tcn_journal_entries entries = {.at = counting_at,
                                                .context = &counting,
                                                .count = counting.count +
                                                         tcn_recall_erased_count(counting.recall)};
    const enum tcn_status status = tcn_journal_rewrite(journal, &entries);
    return status == TCN_FULL ? TCN_OK : status;
}

/* Notes how far the generation has come, at once. */
static enum tcn_status note_stage(struct tcn_ledger *ledger, enum tcn_journal_stage stage,
                                  uint64_t fork) {
    const struct tcn_journal_entry entry = {.kind = TCN_JOURNAL_GENERATION,
                                            .generation = ledger->house->generation,
                                            .position = fork,
                                            .stage = stage};
    const enum tcn_status status = note(ledger, &entry);
    return status == TCN_OK ? tcn_journal_commit(ledger->house->journal) : status;
}

enum tcn_status tcn_ledger_recall_begin(struct tcn_ledger *ledger) {
    const struct tcn_collector *house = ledger->house;
    uint64_t fork = 0;
    ledger->is_recalling = tcn_recall_begun_generation(house->recall) < house->generation;
    if (!ledger->is_recalling || ledger->fork_position == 0 ||
        tcn_recall_fork(house->recall, house->generation, &fork)) {
        return TCN_OK;
    }
    return note_stage(ledger, TCN_JOURNAL_FORKED, ledger->fork_position);
}

/* The change that takes away again what an entry says; false when nothing is left of it. */
static bool change_of(const struct tcn_ledger *ledger, const struct tcn_journal_entry *entry,
                      struct tcn_registry_change *out_change) {
    static const struct tcn_public_key none;
    const struct tcn_principal *row = tcn_ledger_principal(ledger, entry->principal);
    if (row == NULL || row->status == TCN_PRINCIPAL_REVOKED) {
        return false; /* nobody has that key, or it is revoked */
    }
    *out_change = (struct tcn_registry_change){.kind = TCN_CHANGE_REVOKED,
                                               .principal = entry->principal,
                                               .reason = tcn_slice_text("journal")};
    if (entry->kind == TCN_JOURNAL_REVOKED) {
        return true;
    }
    struct tcn_principal *wanted = &out_change->row;
    *wanted = *row;
    wanted->id = 0;
    wanted->status = TCN_PRINCIPAL_NONE;
    wanted->transport_key = wanted->signing_key = none;
    wanted->old_transport_key = wanted->old_signing_key = none;
    wanted->old_until_ns = wanted->token_until_ns = 0;
    wanted->token_hash = (struct tcn_hash){{0}};
    wanted->not_after_ns = entry->until_ns;
    out_change->kind = TCN_CHANGE_RIGHTS;
    return entry->until_ns != 0;
}

/* TCN_EXISTS when it stands already, or cannot be said of this log. */
static enum tcn_status repeat_change(struct tcn_ledger *ledger,
                                     const struct tcn_journal_entry *entry) {
    struct tcn_registry_change change;
    if (!change_of(ledger, entry, &change)) {
        return TCN_EXISTS;
    }
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_REGISTRY_CHANGED,
        .mode = ledger->house->charter.genesis.mode,
        .recorded_ns = ledger->wall_ns,
        .body_kind = TCN_BODY_REGISTRY,
        .registry = &change,
    };
    const struct tcn_record record = {.kind = TCN_RECORD_OWN, .log_time_ns = ledger->group_time_ns};
    const uint64_t position = tcn_log_last_position(ledger->house->log) + 1;
    if (tcn_rights_check(&ledger->rights, &record, position, &event) != TCN_OK) {
        return TCN_EXISTS; /* K9: the row's end is sooner already */
    }
    const enum tcn_status status = tcn_ledger_own_event(ledger, &event);
    if (status == TCN_OK) {
        tcn_log(ledger->house->logger, TCN_LOG_WARNING,
                "principal %" PRIu32 ": %s again at position %" PRIu64 ", as the journal says",
                entry->principal, tcn_change_name(change.kind), position);
    }
    return status;
}

/* Epochs first: what revokes a source's key would keep its HELLO from being believed. */
static enum tcn_status repeat_kind(struct tcn_ledger *ledger, bool is_epoch, uint32_t *said) {
    size_t count = 0;
    size_t index = 0;
    const struct tcn_journal_entry *entries = tcn_recall_entries(ledger->house->recall, &count);
    while (index < count && ledger->entry_count + ROOM_MIN < TCN_GROUP_RECORDS_MAX) {
        const struct tcn_journal_entry entry = entries[index]; /* what is said takes its place */
        enum tcn_status status = TCN_EXISTS;
        if (is_epoch && entry.kind == TCN_JOURNAL_EPOCH) {
            status = tcn_ledger_repeat_hello(ledger, &entry);
        } else if (!is_epoch &&
                   (entry.kind == TCN_JOURNAL_REVOKED || entry.kind == TCN_JOURNAL_ENDS)) {
            status = repeat_change(ledger, &entry);
        }
        if (status != TCN_OK && status != TCN_EXISTS && status != TCN_DENIED) {
            return status;
        }
        *said += status == TCN_OK ? 1 : 0;
        index += status == TCN_OK ? 0 : 1;
    }
    return TCN_OK;
}

enum tcn_status tcn_ledger_recall(struct tcn_ledger *ledger) {
    uint32_t said = 0;
    uint64_t fork = UINT64_MAX; /* not known: nothing is forgotten */
    if (!ledger->is_recalling) {
        return TCN_OK;
    }
    enum tcn_status status = repeat_kind(ledger, true, &said);
    if (status == TCN_OK && ledger->entry_count + ROOM_MIN < TCN_GROUP_RECORDS_MAX) {
        status = repeat_kind(ledger, false, &said);
    }
    if (status == TCN_OK) {
        status = tcn_ledger_repeat_erasures(ledger, &said);
    }
    if (status != TCN_OK || said > 0) {
        return status;
    }
    (void)tcn_recall_fork(ledger->house->recall, ledger->house->generation, &fork);
    status = note_stage(ledger, TCN_JOURNAL_BEGUN, fork);
    ledger->is_recalling = status != TCN_OK;
    return status;
}

bool tcn_ledger_is_recalling(const struct tcn_ledger *ledger) {
    return ledger->is_recalling && !ledger->is_storage_full;
}
