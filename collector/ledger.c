/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger_inside.h"

#include "base/clock.h"
#include "query/chain.h"
#include "query/heads.h"
#include "seal/init.h"
#include "wire/frame.h"

#include <inttypes.h>
#include <stdlib.h>

/* Wall and monotonic clock may drift apart by this much between two groups, and the wall clock may
 * be this far ahead of the log's last time at start; beyond it an operator is asked. */
#define JUMP_NS (5 * TCN_SECOND_NS)
#define START_NS (90 * TCN_DAY_NS)

#define MARKS_PAGE 64
#define OPEN_PARTS_BYTES ((TCN_CHUNK_EVENTS_MAX + 1) * (size_t)TCN_OPEN_BYTES_MAX)
#define OWN_ARENA_BYTES ((size_t)2 * TCN_CHUNK_BODY_BYTES_MAX + OPEN_PARTS_BYTES)

/* Live epochs: those whose marks have no successor. */
enum tcn_status tcn_ledger_read_live(struct tcn_ledger *ledger) {
    struct tcn_mark marks[MARKS_PAGE];
    struct tcn_lane_key after = {0};
    const struct tcn_lane_key *from = NULL;
    size_t count = MARKS_PAGE;
    while (count == MARKS_PAGE) {
        enum tcn_status status =
            tcn_log_reader_marks(ledger->reader, from, marks, MARKS_PAGE, &count);
        if (status != TCN_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            after = marks[i].lane;
            if (marks[i].lane.source == 0 || marks[i].successor != 0) {
                continue;
            }
            status = tcn_lanes_set_live(ledger->lanes, after.source, after.epoch);
            if (status != TCN_OK) {
                return status;
            }
            tcn_reach_expect(&ledger->reach, after.source, false, ledger->monotonic_ns);
        }
        from = &after;
    }
    tcn_log_reader_reset(ledger->reader);
    return TCN_OK;
}

static enum tcn_status open_parts(struct tcn_ledger *ledger) {
    enum tcn_status status = tcn_lanes_create(&ledger->lanes);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_arena_init(&ledger->arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_OPEN_BYTES_MAX));
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_arena_init(&ledger->group_arena, TCN_LEDGER_REFUSALS_BYTES);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_arena_init(&ledger->own_arena, OWN_ARENA_BYTES);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_log_reader_open(ledger->house->log, &ledger->reader);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_ledger_read_live(ledger);
}

/* Where log time starts. Genesis may have been made long before the first start, so a log that
 * holds nothing else believes any clock that is not behind it. */
static int64_t start_time(const struct tcn_collector *house) {
    const bool is_new = tcn_log_last_position(house->log) == 1 && !house->is_feed_clock;
    return is_new && tcn_clock_wall_ns() >= house->tail_time_ns ? 0 : house->tail_time_ns;
}

enum tcn_status tcn_ledger_open(struct tcn_collector *house, struct tcn_ledger **out_ledger) {
    TCN_CHECK(house != NULL && house->log != NULL);
    struct tcn_ledger *ledger = calloc(1, sizeof(*ledger));
    if (ledger == NULL) {
        return TCN_NOMEM;
    }
    ledger->house = house;
    ledger->tail_hash = house->tail_hash;
    ledger->group_time_ns = house->tail_time_ns;
    ledger->committed_position = tcn_log_last_position(house->log);
    if (house->generation != house->tail_generation) {
        ledger->fork_position = ledger->committed_position;
        tcn_log(house->logger, TCN_LOG_WARNING,
                "the log was restored: generation %" PRIu64 " begins behind position %" PRIu64,
                house->generation, ledger->fork_position);
    }
    ledger->due_ns = INT64_MAX;
    tcn_reach_init(&ledger->reach, 0); /* its time begins with the first group */
    enum tcn_status status = open_parts(ledger);
    if (status == TCN_OK) {
        status = tcn_ledger_load_rights(ledger);
    }
    if (status == TCN_OK) {
        ledger->registry_version = tcn_rights_version(&ledger->rights);
        status = tcn_ledger_load_voice(ledger);
    }
    bool is_doubted = false;
    if (status == TCN_OK) {
        status = tcn_ledger_read_words(ledger, 0, &is_doubted);
        tcn_log_reader_reset(ledger->reader);
    }
    if (status == TCN_OK) {
        status = tcn_ledger_recall_begin(ledger);
    }
    const struct tcn_logtime_bounds bounds = {.jump_ns = JUMP_NS, .start_ns = START_NS};
    tcn_logtime_init(&ledger->logtime, &bounds, start_time(house), is_doubted);
    if (status != TCN_OK) {
        tcn_ledger_close(&ledger);
        return status;
    }
    *out_ledger = ledger;
    return TCN_OK;
}

static void abort_group(struct tcn_ledger *ledger) {
    if (ledger->has_shares) {
        tcn_shares_group_abort(ledger->house->shares);
    }
    if (ledger->has_log) {
        tcn_log_group_abort(ledger->house->log);
    }
    if (ledger->house->journal != NULL) {
        tcn_journal_drop(ledger->house->journal);
    }
    ledger->has_shares = false;
    ledger->has_log = false;
}

void tcn_ledger_close(struct tcn_ledger **ledger) {
    if (ledger == NULL || *ledger == NULL) {
        return;
    }
    abort_group(*ledger);
    tcn_rights_fini(&(*ledger)->rights);
    tcn_activation_forget(&(*ledger)->activation);
    tcn_voice_fini(&(*ledger)->voice);
    tcn_secret_wipe(&(*ledger)->successor, sizeof((*ledger)->successor));
    tcn_log_reader_close(&(*ledger)->reader);
    tcn_lanes_destroy(&(*ledger)->lanes);
    tcn_arena_fini(&(*ledger)->arena);
    tcn_arena_fini(&(*ledger)->group_arena);
    tcn_arena_fini(&(*ledger)->own_arena);
    free(*ledger);
    *ledger = NULL;
}

/* Counted each time, told once until a group begins again. */
static void note_full(struct tcn_ledger *ledger) {
    ledger->counts.full_count++;
    if (!ledger->is_full_told) {
        tcn_log(ledger->house->logger, TCN_LOG_ERROR,
                "the storage is full: no report is taken, offices keep theirs; try: make room for "
                "the folder of the collector");
    }
    ledger->is_full_told = true;
}

/* Log time for the group. A jump is said even when there is no room for more: it goes before what
 * was to be said last. */
static void stamp(struct tcn_ledger *ledger) {
    const struct tcn_event event = {.act = TCN_ACT_TIME_DOUBTED, .severity = TCN_SEVERITY_URGENT};
    const uint64_t alarms = ledger->logtime.jump_count;
    ledger->group_time_ns =
        tcn_logtime_stamp(&ledger->logtime, ledger->wall_ns, ledger->monotonic_ns);
    if (ledger->logtime.jump_count == alarms) {
        return;
    }
    if (ledger->observed_count == TCN_OBSERVED_GROUP_MAX) {
        ledger->observed_count--;
        ledger->counts.unsaid_count++;
    }
    (void)tcn_ledger_say(ledger, &event); /* room was made */
    tcn_log(ledger->house->logger, TCN_LOG_ERROR,
            "the wall clock jumped: log time creeps until the desk says tocsin log confirm-time");
}

/* The first group of a log that was restored says so; the record has the generation. It is said
 * again until it is logged: a group that was dropped has not said it. */
static void say_generation(struct tcn_ledger *ledger) {
    const struct tcn_event event = {.act = TCN_ACT_GENERATION, .severity = TCN_SEVERITY_SERIOUS};
    const bool is_said = ledger->committed_position != ledger->fork_position;
    if (ledger->fork_position != 0 && !is_said && ledger->observed_count == 0) {
        (void)tcn_ledger_say(ledger, &event); /* there is room: it is the first */
    }
}

enum tcn_status tcn_ledger_begin(struct tcn_ledger *ledger, int64_t wall_ns, int64_t monotonic_ns) {
    TCN_CHECK(!ledger->is_open);
    ledger->is_open = true;
    ledger->is_storage_full = false;
    ledger->entry_count = 0;
    ledger->reply_count = 0;
    ledger->bytes = 0;
    ledger->begin_hash = ledger->tail_hash;
    ledger->wall_ns = wall_ns;
    if (ledger->monotonic_ns == 0) {
        tcn_reach_begin(&ledger->reach, monotonic_ns);
    }
    ledger->monotonic_ns = monotonic_ns;
    ledger->is_confirmed = false;
    say_generation(ledger);
    tcn_arena_reset(&ledger->group_arena);
    if (!ledger->house->is_feed_clock) {
        stamp(ledger);
    }
    tcn_ledger_miss(ledger);
    const enum tcn_status status = tcn_log_group_begin(ledger->house->log);
    ledger->has_log = status == TCN_OK;
    ledger->is_storage_full = status == TCN_FULL;
    if (status == TCN_FULL) {
        note_full(ledger);
    } else {
        ledger->is_full_told = false;
    }
    if (status == TCN_OK) {
        const enum tcn_status recalled = tcn_ledger_recall(ledger);
        return recalled == TCN_FULL ? tcn_ledger_give_up(ledger) : recalled;
    }
    return status == TCN_FULL ? TCN_OK : status;
}

bool tcn_ledger_is_full(const struct tcn_ledger *ledger) {
    return tcn_ledger_is_recalling(ledger) ||
           ledger->entry_count + TCN_LEDGER_ENDING_MAX >= TCN_GROUP_RECORDS_MAX ||
           ledger->reply_count >= TCN_LEDGER_ANSWERS_MAX || ledger->bytes >= TCN_GROUP_BYTES_MAX ||
           ledger->cursor_count + ledger->observed_count >= TCN_CHUNK_EVENTS_MAX;
}

struct tcn_ledger_reply *tcn_ledger_reply(struct tcn_ledger *ledger,
                                          const struct tcn_ledger_input *in,
                                          enum tcn_ledger_reply_kind kind) {
    TCN_CHECK(ledger->reply_count < TCN_LEDGER_ANSWERS_MAX);
    struct tcn_ledger_reply *reply = &ledger->replies[ledger->reply_count];
    ledger->reply_count++;
    *reply = (struct tcn_ledger_reply){.kind = kind,
                                       .stamp = in->stamp,
                                       .asked = in->header,
                                       .asked_hash = in->note->content_hash};
    return reply;
}

enum tcn_status tcn_ledger_mark(struct tcn_ledger *ledger, const struct tcn_lane_key *lane,
                                struct tcn_mark *out_mark, bool *out_has) {
    const enum tcn_status status = tcn_log_mark_get(ledger->house->log, lane, out_mark);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    *out_has = status == TCN_OK;
    return TCN_OK;
}

/* The next record of the chain. */
static struct tcn_record record_of(const struct tcn_ledger *ledger,
                                   const struct tcn_ledger_record *made, int64_t log_time_ns) {
    const uint64_t position = tcn_log_last_position(ledger->house->log) + 1;
    return (struct tcn_record){
        .kind = made->kind,
        .generation = ledger->house->generation,
        .first_position = position,
        .count = made->position_count,
        .log_time_ns = log_time_ns,
        .previous_hash = ledger->tail_hash,
        .chunk_hash = made->content_hash,
        .lane = made->lane,
        .first_sequence = made->first_sequence,
        .principal = made->principal,
        .group_first = ledger->entry_count == 0 ? position : ledger->entries[0].first_position,
        .chunk = made->chunk,
    };
}

enum tcn_status tcn_ledger_append(struct tcn_ledger *ledger, const struct tcn_ledger_record *made) {
    TCN_CHECK(ledger->is_open && ledger->has_log && made->position_count > 0);
    TCN_CHECK(ledger->entry_count < TCN_GROUP_RECORDS_MAX);
    int64_t log_time_ns = ledger->group_time_ns;
    if (ledger->house->is_feed_clock) {
        log_time_ns = tcn_logtime_feed(&ledger->logtime, made->feed_ns);
        ledger->group_time_ns = log_time_ns;
    }
    const struct tcn_record record = record_of(ledger, made, log_time_ns);
    const enum tcn_status status =
        tcn_log_append(ledger->house->log, &record, made->sequence_count);
    if (status != TCN_OK) {
        return status;
    }
    if (ledger->entry_count == 0) {
        tcn_receipts_begin(&ledger->receipts, record.first_position);
    }
    struct tcn_ledger_entry *entry = &ledger->entries[ledger->entry_count];
    ledger->entry_count++;
    entry->first_position = record.first_position;
    entry->content_hash = made->content_hash;
    tcn_receipts_body(&record, &ledger->house->charter.genesis.log_id, entry->body,
                      &entry->receipt_body);
    tcn_receipts_add(&ledger->receipts, entry->receipt_body);
    ledger->tail_hash = tcn_record_hash(&record);
    ledger->bytes += made->chunk.head.size + made->chunk.body.size + made->chunk.signature.size;
    ledger->counts.record_count++;
    ledger->counts.event_count += made->position_count;
    return TCN_OK;
}

/* Answers that spoke of what is now not stored. */
static void tell_later(struct tcn_ledger *ledger) {
    for (uint32_t i = 0; i < ledger->reply_count; i++) {
        struct tcn_ledger_reply *reply = &ledger->replies[i];
        if (reply->is_of_group) {
            reply->kind = TCN_LEDGER_REPLY_REFUSE;
            reply->code = TCN_FULL;
            reply->is_of_group = false;
            ledger->counts.refused_count++;
        }
    }
}

enum tcn_status tcn_ledger_give_up(struct tcn_ledger *ledger) {
    abort_group(ledger);
    ledger->tail_hash = ledger->begin_hash;
    ledger->is_storage_full = true;
    ledger->entry_count = 0;
    ledger->cursor_count = 0;
    ledger->is_confirmed = false;
    ledger->is_succession_said = false;
    if (ledger->is_policy_said) {
        tcn_ledger_put_policy_off(ledger);
    }
    ledger->erased_count = 0;
    note_full(ledger);
    tell_later(ledger);
    tcn_lanes_clear(ledger->lanes);
    if (ledger->is_registry_changed) {
        const enum tcn_status status = tcn_ledger_load_rights(ledger);
        if (status != TCN_OK) {
            return status;
        }
    }
    return tcn_ledger_read_live(ledger);
}

/* Shares first, then the log: an event in the log has its shares (G2). */
static enum tcn_status commit_stores(struct tcn_ledger *ledger) {
    enum tcn_status status = tcn_receipts_seal(&ledger->receipts, &ledger->voice.key);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_log_group_put(ledger->house->log, &ledger->receipts.row);
    if (status != TCN_OK) {
        return status;
    }
    if (ledger->has_shares) {
        ledger->has_shares = false;
        status = tcn_shares_group_commit(ledger->house->shares);
        if (status != TCN_OK) {
            return status;
        }
    }
    /* And what it takes away, before it is taken (R5). */
    status = tcn_journal_commit(ledger->house->journal);
    if (status != TCN_OK) {
        return status;
    }
    ledger->has_log = false;
    return tcn_log_group_commit(ledger->house->log);
}

static enum tcn_status commit_records(struct tcn_ledger *ledger) {
    tcn_ledger_tick(ledger);
    enum tcn_status status = tcn_ledger_erase_asked(ledger);
    if (status == TCN_OK) {
        status = tcn_ledger_own(ledger);
    }
    if (status == TCN_OK) {
        status = tcn_ledger_activate(ledger);
    }
    if (status != TCN_OK) {
        return status;
    }
    if (ledger->entry_count == 0) {
        abort_group(ledger);
        return TCN_OK;
    }
    return commit_stores(ledger);
}

enum tcn_status tcn_ledger_commit(struct tcn_ledger *ledger) {
    TCN_CHECK(ledger->is_open);
    if (!ledger->is_storage_full) {
        enum tcn_status status = commit_records(ledger);
        if (status == TCN_FULL) {
            status = tcn_ledger_give_up(ledger);
        }
        if (status != TCN_OK) {
            return status;
        }
    }
    ledger->cursor_count = 0;
    ledger->observed_count = ledger->is_storage_full ? ledger->observed_count : 0;
    ledger->is_open = false;
    if (ledger->entry_count > 0) {
        ledger->counts.group_count++;
        ledger->committed_position = tcn_log_last_position(ledger->house->log);
        ledger->registry_version = tcn_rights_version(&ledger->rights);
        ledger->is_registry_changed = false;
    }
    if (ledger->is_confirmed) {
        tcn_logtime_confirm(&ledger->logtime, ledger->wall_ns, ledger->monotonic_ns);
        tcn_log(ledger->house->logger, TCN_LOG_INFO, "log time follows the wall clock again");
    }
    tcn_log_reader_reset(ledger->reader);
    tcn_ledger_erased(ledger);
    if (ledger->is_policy_said) {
        tcn_ledger_activated(ledger);
    }
    if (ledger->is_succession_said) {
        const enum tcn_status status = tcn_ledger_succeeded(ledger);
        if (status != TCN_OK) {
            return status;
        }
    }
    return tcn_ledger_trim_journal(ledger);
}

enum tcn_status tcn_ledger_keep_head(struct tcn_ledger *ledger) {
    TCN_CHECK(!ledger->is_open);
    struct tcn_head_claim head;
    const struct tcn_collector *house = ledger->house;
    const enum tcn_status status =
        tcn_head_make(&house->charter, ledger->reader, &ledger->voice.key, &head);
    tcn_log_reader_reset(ledger->reader);
    return status == TCN_OK ? tcn_heads_keep(&head, house->dir) : status;
}

uint64_t tcn_ledger_position(const struct tcn_ledger *ledger) {
    return ledger->committed_position;
}

int64_t tcn_ledger_time(const struct tcn_ledger *ledger) {
    return ledger->group_time_ns;
}

bool tcn_ledger_is_doubted(const struct tcn_ledger *ledger) {
    return tcn_logtime_is_alarmed(&ledger->logtime);
}

struct tcn_ledger_counts tcn_ledger_counts(const struct tcn_ledger *ledger) {
    return ledger->counts;
}
