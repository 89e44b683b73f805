/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger_inside.h"

#include "core/sequencer.h"
#include "wire/chunk.h"

#include <inttypes.h>

struct tcn_lane_place tcn_ledger_place(const struct tcn_ledger_input *in,
                                       const struct tcn_lane_key *lane) {
    return (struct tcn_lane_place){
        .lane = *lane,
        .connection = in->stamp.connection,
        .session = in->header.session,
    };
}

void tcn_ledger_alarm(struct tcn_ledger *ledger, const struct tcn_lane_key *lane,
                      const char *what) {
    ledger->counts.alarm_count++;
    tcn_log(ledger->house->logger, TCN_LOG_WARNING,
            "source %" PRIu32 " epoch %016" PRIx64 " %s: %s", lane->source, lane->epoch,
            tcn_lane_name(lane->lane), what);
}

static void say_again(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                      const struct tcn_lane_place *place, struct tcn_again again) {
    tcn_lanes_drop(ledger->lanes, place);
    struct tcn_ledger_reply *reply = tcn_ledger_reply(ledger, in, TCN_LEDGER_REPLY_AGAIN);
    reply->again = again;
    reply->again.asked_hash = in->note->content_hash;
    ledger->counts.again_count++;
}

void tcn_ledger_refuse(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                       uint64_t first_sequence, enum tcn_status code) {
    struct tcn_ledger_reply *reply = tcn_ledger_reply(ledger, in, TCN_LEDGER_REPLY_REFUSE);
    reply->first_sequence = first_sequence;
    reply->code = code;
    ledger->counts.refused_count++;
}

/* The hash of the logged chunk of a lane that begins at a sequence; out_has is false when there is
 * none. A record of the open group is not yet to be read, so its entry is looked at. */
static enum tcn_status held(struct tcn_ledger *ledger, const struct tcn_chunk_head *head,
                            struct tcn_log_place *out_place, struct tcn_hash *out_hash,
                            bool *out_has) {
    struct tcn_log_place place = {0};
    enum tcn_status status =
        tcn_log_index_find(ledger->house->log, &head->lane, head->first_sequence, &place);
    *out_has = status == TCN_OK && place.first_sequence == head->first_sequence;
    if (!*out_has) {
        return status == TCN_OK || status == TCN_ABSENT ? TCN_OK : status;
    }
    *out_place = place;
    for (uint32_t i = 0; i < ledger->entry_count; i++) {
        if (ledger->entries[i].first_position == place.first_position) {
            *out_hash = ledger->entries[i].content_hash;
            return TCN_OK;
        }
    }
    struct tcn_record record = {0};
    status = tcn_log_read(ledger->reader, place.first_position, &record);
    if (status == TCN_OK) {
        *out_hash = record.chunk_hash;
    }
    return status;
}

/* Reports of the routine lane wait before the room is gone: acts, urgent reports and the
 * collector's own words need what is left. */
static bool may_use_reserve(const struct tcn_ledger_input *in, const struct tcn_chunk_head *head) {
    return head->lane.lane == TCN_LANE_URGENT || in->note->has_acts;
}

static enum tcn_status check_reserve(struct tcn_ledger *ledger, const struct tcn_ledger_input *in) {
    const size_t shares_bytes = in->chunk.shares.size;
    enum tcn_status status =
        tcn_log_reserve_check(ledger->house->log, in->chunk.head.size + in->chunk.body.size);
    if (status == TCN_OK && shares_bytes > 0) {
        status = tcn_ledger_begin_shares(ledger);
    }
    if (status == TCN_OK && shares_bytes > 0) {
        status = tcn_shares_reserve_check(ledger->house->shares, shares_bytes);
    }
    return status;
}

/* Counted each time, told once until routine reports are taken again. */
static void note_short(struct tcn_ledger *ledger) {
    ledger->counts.short_count++;
    if (!ledger->is_short_told) {
        tcn_log(ledger->house->logger, TCN_LOG_ERROR,
                "room is short: routine reports wait at their offices, urgent ones and acts are "
                "taken; try: make room for the folder of the collector");
    }
    ledger->is_short_told = true;
}

/* The shares go beside the record, in the same group. */
static enum tcn_status put_shares(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                                  const struct tcn_chunk_head *head) {
    if (in->chunk.shares.size == 0) {
        return TCN_OK;
    }
    const struct tcn_shares_row row = {
        .lane = head->lane,
        .first_sequence = head->first_sequence,
        .chunk_hash = in->note->content_hash,
        .frame = in->chunk.shares,
    };
    return tcn_ledger_put_shares(ledger, &row, in->chunk.body);
}

/* Later: the office keeps it. */
static enum tcn_status tell_full(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                                 const struct tcn_chunk_head *head) {
    const struct tcn_lane_place place = tcn_ledger_place(in, &head->lane);
    tcn_lanes_drop(ledger->lanes, &place);
    tcn_ledger_refuse(ledger, in, head->first_sequence, TCN_FULL);
    return TCN_OK;
}

static enum tcn_status append_chunk(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                                    const struct tcn_chunk_head *head,
                                    const struct tcn_verdict *verdict) {
    const struct tcn_ledger_record made = {
        .kind = TCN_RECORD_CHUNK,
        .lane = head->lane,
        .first_sequence = head->first_sequence,
        .position_count = verdict->position_count,
        .sequence_count = head->void_count != 0 ? head->void_count : head->count,
        .principal = in->stamp.principal,
        .content_hash = in->note->content_hash,
        .chunk = in->chunk,
        .feed_ns = in->note->feed_ns,
    };
    struct tcn_ledger_reply *reply = tcn_ledger_reply(ledger, in, TCN_LEDGER_REPLY_ACK);
    reply->first_sequence = head->first_sequence;
    reply->position = tcn_log_last_position(ledger->house->log) + 1;
    reply->again.expected_sequence = verdict->mark.sequence;
    reply->is_of_group = true;
    enum tcn_status status = put_shares(ledger, in, head);
    if (status == TCN_OK) {
        status = tcn_ledger_append(ledger, &made);
    }
    if (status == TCN_OK) {
        status = tcn_log_mark_put(ledger->house->log, &verdict->mark);
    }
    /* Words before changes: what a chunk says is judged by its speaker's row as it stood before the
     * chunk, and a change of that row in the same chunk does not reach back, nor forward, in it. */
    if (status == TCN_OK && in->note->has_words) {
        status = tcn_ledger_apply_words(ledger, in, head, reply->position);
    }
    if (status == TCN_OK && in->note->has_changes) {
        status = tcn_ledger_take_changes(ledger, &made);
    }
    return status == TCN_FULL ? tcn_ledger_give_up(ledger) : status;
}

static enum tcn_status take_new(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                                const struct tcn_chunk_head *head,
                                const struct tcn_verdict *verdict) {
    if (may_use_reserve(in, head)) {
        return append_chunk(ledger, in, head, verdict);
    }
    const enum tcn_status status = check_reserve(ledger, in);
    if (status == TCN_FULL) {
        note_short(ledger);
        return tell_full(ledger, in, head);
    }
    ledger->is_short_told = false;
    return status == TCN_OK ? append_chunk(ledger, in, head, verdict) : status;
}

static void answer_duplicate(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                             const struct tcn_log_place *place, const struct tcn_mark *mark) {
    struct tcn_ledger_reply *reply = tcn_ledger_reply(ledger, in, TCN_LEDGER_REPLY_ACK);
    reply->first_sequence = place->first_sequence;
    reply->position = place->first_position;
    reply->again.expected_sequence = mark->sequence;
    reply->is_of_group =
        ledger->entry_count > 0 && place->first_position >= ledger->entries[0].first_position;
    ledger->counts.duplicate_count++;
}

static void answer_verdict(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                           const struct tcn_chunk_head *head, const struct tcn_verdict *verdict) {
    const struct tcn_lane_place place = tcn_ledger_place(in, &head->lane);
    if (verdict->kind == TCN_VERDICT_FOREIGN || verdict->kind == TCN_VERDICT_BAD) {
        tcn_lanes_drop(ledger->lanes, &place);
        tcn_ledger_refuse(ledger, in, head->first_sequence, verdict->code);
        return;
    }
    if (verdict->kind == TCN_VERDICT_CONFLICT) {
        tcn_ledger_alarm(ledger, &head->lane,
                         "another content stands there, a clone or a rolled-back PC");
    }
    if (verdict->kind == TCN_VERDICT_FENCED && head->lane.lane == TCN_LANE_URGENT) {
        const struct tcn_event event = {
            .act = TCN_ACT_CHUNK_FENCED,
            .severity = TCN_SEVERITY_URGENT,
            .observed = {.lane = head->lane,
                         .number = head->first_sequence,
                         .hash = in->note->content_hash},
        };
        (void)tcn_ledger_say(ledger, &event);
        tcn_ledger_alarm(ledger, &head->lane, "an urgent chunk of a closed epoch came");
    }
    say_again(ledger, in, &place,
              (struct tcn_again){.code = (uint32_t)verdict->code,
                                 .expected_sequence = verdict->expected_sequence});
}

/* The key of a chunk is not good where the chunk would stand. */
static void refuse_key(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                       const struct tcn_chunk_head *head) {
    const struct tcn_lane_place place = tcn_ledger_place(in, &head->lane);
    tcn_lanes_drop(ledger->lanes, &place);
    tcn_ledger_refuse(ledger, in, head->first_sequence, TCN_REVOKED);
}

static enum tcn_status decide_chunk(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                                    const struct tcn_chunk_head *head) {
    struct tcn_mark mark = {0};
    bool has_mark = false;
    enum tcn_status status = tcn_ledger_mark(ledger, &head->lane, &mark, &has_mark);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_log_place place = {0};
    struct tcn_hash held_hash = {0};
    bool has_held = false;
    if (has_mark && tcn_sequencer_needs_held(&mark, head->first_sequence)) {
        status = held(ledger, head, &place, &held_hash, &has_held);
        if (status != TCN_OK) {
            return status;
        }
    }
    const struct tcn_sequencer_chunk question = {
        .log_id = &ledger->house->charter.genesis.log_id,
        .mark = has_mark ? &mark : NULL,
        .head = head,
        .chunk_hash = &in->note->content_hash,
        .next_previous = in->note->is_void_range ? &in->note->next_previous : NULL,
        .held_hash = has_held ? &held_hash : NULL,
        .next_position = tcn_log_last_position(ledger->house->log) + 1,
    };
    struct tcn_verdict verdict = {0};
    tcn_sequencer_chunk(&question, &verdict);
    if (in->note->is_key_over && verdict.kind != TCN_VERDICT_DUPLICATE) {
        refuse_key(ledger, in, head);
        return TCN_OK;
    }
    if (verdict.kind == TCN_VERDICT_APPEND) {
        return take_new(ledger, in, head, &verdict);
    }
    if (verdict.kind == TCN_VERDICT_DUPLICATE) {
        answer_duplicate(ledger, in, &place, &mark);
        return TCN_OK;
    }
    answer_verdict(ledger, in, head, &verdict);
    return TCN_OK;
}

/* True when the message's session is its lane's; else it is answered or ignored here. */
static bool passes_gate(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                        const struct tcn_lane_key *lane) {
    const struct tcn_lane_place place = tcn_ledger_place(in, lane);
    switch (tcn_lanes_gate(ledger->lanes, &place)) {
    case TCN_LANE_OPEN:
        return true;
    case TCN_LANE_DROPPED:
        ledger->counts.dropped_count++;
        return false;
    case TCN_LANE_STALE:
    default:
        say_again(ledger, in, &place, (struct tcn_again){.code = TCN_STALE});
        return false;
    }
}

static enum tcn_status take_chunk(struct tcn_ledger *ledger, const struct tcn_ledger_input *in) {
    struct tcn_chunk_head head = {0};
    tcn_arena_reset(&ledger->arena);
    const enum tcn_status status =
        tcn_wire_chunk_head_decode(in->chunk.head, &ledger->arena, &head);
    TCN_CHECK(status == TCN_OK); /* intake has decoded these very bytes */
    tcn_ledger_heard(ledger, head.lane.source);
    if (!passes_gate(ledger, in, &head.lane)) {
        return TCN_OK;
    }
    if (ledger->is_storage_full) {
        return tell_full(ledger, in, &head);
    }
    if (tcn_ledger_check_speaker(ledger, in, &head.key_id) != TCN_OK) {
        refuse_key(ledger, in, &head);
        return TCN_OK;
    }
    return decide_chunk(ledger, in, &head);
}

static enum tcn_status take_refused(struct tcn_ledger *ledger, const struct tcn_ledger_input *in) {
    if (!passes_gate(ledger, in, &in->note->lane)) {
        return TCN_OK;
    }
    const struct tcn_lane_place place = tcn_ledger_place(in, &in->note->lane);
    tcn_lanes_drop(ledger->lanes, &place);
    struct tcn_arena *arena = &ledger->group_arena;
    const struct tcn_chunk *made = &in->chunk;
    const void *copy = tcn_arena_copy(arena, made->head.data, made->head.size);
    if (copy == NULL) {
        tcn_ledger_refuse(ledger, in, 0, TCN_BUSY);
        return TCN_OK;
    }
    struct tcn_ledger_reply *reply = tcn_ledger_reply(ledger, in, TCN_LEDGER_REPLY_ENCODED);
    reply->encoded = tcn_slice_of(copy, made->head.size);
    reply->is_for_ever = made->signature.size > 0;
    return TCN_OK;
}

enum tcn_status tcn_ledger_take(struct tcn_ledger *ledger, const struct tcn_ledger_input *in) {
    TCN_CHECK(ledger->is_open && in->note != NULL);
    if (in->note->kind == TCN_KIND_CHUNK) {
        return take_chunk(ledger, in);
    }
    if (in->note->kind == TCN_KIND_HELLO) {
        return tcn_ledger_take_hello(ledger, in);
    }
    if (in->note->kind == TCN_KIND_ENROL) {
        return tcn_ledger_take_enrol(ledger, in);
    }
    if (in->note->kind == TCN_KIND_REFUSE) {
        return take_refused(ledger, in);
    }
    TCN_CHECK(in->note->kind == TCN_KIND_GONE);
    tcn_lanes_gone(ledger->lanes, in->stamp.connection);
    return TCN_OK;
}
