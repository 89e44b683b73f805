/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sequencer.h"

#include <string.h>

const char *tcn_verdict_name(enum tcn_verdict_kind kind) {
    static const char *const names[] = {"none",   "append",        "duplicate", "conflict", "ahead",
                                        "fenced", "unknown_epoch", "foreign",   "bad"};
    return (unsigned)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "none";
}

const char *tcn_greeting_name(enum tcn_greeting_kind kind) {
    static const char *const names[] = {"none",       "register", "known", "fenced",
                                        "needs_desk", "foreign",  "bad"};
    return (unsigned)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "none";
}

bool tcn_sequencer_needs_held(const struct tcn_mark *mark, uint64_t first_sequence) {
    return mark != NULL && first_sequence <= mark->sequence;
}

/** Sequences that a chunk covers; 0 when its numbers make no sense. */
static uint64_t sequence_count(const struct tcn_chunk_head *head) {
    if (head->count == 0 || head->count > TCN_CHUNK_EVENTS_MAX || head->first_sequence == 0) {
        return 0;
    }
    if (head->void_count > 0 && head->count != 1) {
        return 0;
    }
    uint64_t count = head->void_count > 0 ? head->void_count : head->count;
    return head->first_sequence <= UINT64_MAX - count ? count : 0;
}

/** The mark after the chunk. A VOID range ends with the hash that the next chunk really names, so
 * that the chain goes on over what was lost. */
static struct tcn_mark mark_after(const struct tcn_sequencer_chunk *in, uint64_t count) {
    struct tcn_mark mark = *in->mark;
    bool is_range = in->head->void_count > 0 && in->next_previous != NULL &&
                    !tcn_hash_is_none(in->next_previous);
    mark.sequence = in->head->first_sequence + count - 1;
    mark.hash = is_range ? *in->next_previous : *in->chunk_hash;
    mark.position = in->next_position + in->head->count - 1;
    return mark;
}

/** The verdict on a chunk whose numbers and log are good and whose lane has a mark. Source: DESIGN
 * section 7, sequencer. */
static enum tcn_verdict_kind judge(const struct tcn_sequencer_chunk *in) {
    const struct tcn_mark *mark = in->mark;
    if (in->head->first_sequence <= mark->sequence) {
        /* Told apart before the fence: an agent that was fenced still gets the receipts it lacks.
         */
        bool is_same = in->held_hash != NULL && tcn_hash_equals(in->held_hash, in->chunk_hash);
        return is_same ? TCN_VERDICT_DUPLICATE : TCN_VERDICT_CONFLICT;
    }
    if (mark->successor != 0) {
        return TCN_VERDICT_FENCED;
    }
    if (in->head->first_sequence > mark->sequence + 1) {
        return TCN_VERDICT_AHEAD;
    }
    bool is_chained = tcn_hash_equals(&in->head->previous_hash, &mark->hash);
    return is_chained ? TCN_VERDICT_APPEND : TCN_VERDICT_CONFLICT;
}

static enum tcn_status code_of(enum tcn_verdict_kind kind) {
    static const enum tcn_status codes[] = {
        [TCN_VERDICT_APPEND] = TCN_OK,           [TCN_VERDICT_DUPLICATE] = TCN_OK,
        [TCN_VERDICT_CONFLICT] = TCN_CONFLICT,   [TCN_VERDICT_AHEAD] = TCN_SEQUENCE,
        [TCN_VERDICT_FENCED] = TCN_FENCED,       [TCN_VERDICT_UNKNOWN_EPOCH] = TCN_STALE,
        [TCN_VERDICT_FOREIGN] = TCN_FOREIGN_LOG, [TCN_VERDICT_BAD] = TCN_BAD_VALUE,
    };
    return codes[kind];
}

void tcn_sequencer_chunk(const struct tcn_sequencer_chunk *in, struct tcn_verdict *out_verdict) {
    TCN_CHECK(in->mark == NULL || tcn_lane_key_equals(&in->mark->lane, &in->head->lane));
    uint64_t count = sequence_count(in->head);
    memset(out_verdict, 0, sizeof(*out_verdict));
    if (!tcn_id_equals(&in->head->log_id, in->log_id)) {
        out_verdict->kind = TCN_VERDICT_FOREIGN;
    } else if (count == 0) {
        out_verdict->kind = TCN_VERDICT_BAD;
    } else if (in->mark == NULL) {
        out_verdict->kind = TCN_VERDICT_UNKNOWN_EPOCH;
    } else {
        out_verdict->kind = judge(in);
    }
    out_verdict->code = code_of(out_verdict->kind);
    out_verdict->expected_sequence = in->mark != NULL ? in->mark->sequence + 1 : 0;
    if (out_verdict->kind == TCN_VERDICT_APPEND) {
        out_verdict->position_count = in->head->count;
        out_verdict->mark = mark_after(in, count);
        TCN_CHECK(out_verdict->mark.sequence > in->mark->sequence);
        TCN_CHECK(in->mark->successor == 0);
    }
}

/** True when the HELLO tells of an outbox that has less than the log, or other. A HELLO that is
 * merely behind with receipts is neither. */
static bool is_rolled_back(const struct tcn_hello *hello, const struct tcn_mark *mark) {
    if (mark->sequence > hello->last_sequence) {
        return true;
    }
    bool is_at_mark = mark->sequence == hello->last_sequence && mark->sequence > 0;
    return is_at_mark && !tcn_hash_equals(&mark->hash, &hello->last_hash);
}

/** The verdict on an epoch that the log does not know. A source has at most one live epoch, and
 * only who names it, or the desk, may close it. Source: proto/PROTOCOL.md, section 4. */
static enum tcn_greeting_kind judge_new(const struct tcn_sequencer_hello *in) {
    if (in->live == NULL || in->is_allowed) {
        return TCN_GREETING_REGISTER;
    }
    bool names_live = in->hello->predecessor == in->live->lane.epoch;
    return names_live ? TCN_GREETING_REGISTER : TCN_GREETING_NEEDS_DESK;
}

static bool is_sane(const struct tcn_hello *hello) {
    return hello->lane.epoch != 0 && hello->predecessor != hello->lane.epoch &&
           hello->acked_sequence <= hello->last_sequence &&
           (hello->lane.lane == TCN_LANE_URGENT || hello->lane.lane == TCN_LANE_ROUTINE);
}

static enum tcn_greeting_kind greet(const struct tcn_sequencer_hello *in) {
    if (!tcn_id_equals(&in->hello->log_id, in->log_id)) {
        return TCN_GREETING_FOREIGN;
    }
    if (!is_sane(in->hello)) {
        return TCN_GREETING_BAD;
    }
    if (in->own == NULL) {
        return judge_new(in);
    }
    return in->own->successor != 0 ? TCN_GREETING_FENCED : TCN_GREETING_KNOWN;
}

void tcn_sequencer_hello(const struct tcn_sequencer_hello *in, struct tcn_greeting *out_greeting) {
    const struct tcn_hello *hello = in->hello;
    TCN_CHECK(in->own == NULL || tcn_lane_key_equals(&in->own->lane, &hello->lane));
    TCN_CHECK(in->live == NULL || in->live->successor == 0);
    memset(out_greeting, 0, sizeof(*out_greeting));
    out_greeting->kind = greet(in);
    out_greeting->mark.lane = hello->lane;
    switch (out_greeting->kind) {
    case TCN_GREETING_REGISTER:
        out_greeting->fences = in->live != NULL ? in->live->lane.epoch : 0;
        tcn_mark_open(&hello->lane, hello->predecessor, in->position, &out_greeting->mark);
        break;
    case TCN_GREETING_KNOWN:
        out_greeting->mark = *in->own;
        out_greeting->is_rolled_back = is_rolled_back(hello, in->own);
        break;
    case TCN_GREETING_FENCED:
        out_greeting->mark = *in->own;
        out_greeting->code = TCN_FENCED;
        break;
    case TCN_GREETING_NEEDS_DESK:
        out_greeting->code = TCN_FENCED;
        break;
    case TCN_GREETING_FOREIGN:
        out_greeting->code = TCN_FOREIGN_LOG;
        break;
    case TCN_GREETING_BAD:
        out_greeting->code = TCN_BAD_VALUE;
        break;
    }
}

void tcn_mark_open(const struct tcn_lane_key *key, uint64_t predecessor, uint64_t position,
                   struct tcn_mark *out_mark) {
    TCN_CHECK(key->epoch != 0 && key->epoch != predecessor);
    *out_mark = (struct tcn_mark){.lane = *key, .position = position, .predecessor = predecessor};
}

void tcn_mark_fence(struct tcn_mark *mark, uint64_t successor) {
    TCN_CHECK(successor != 0 && successor != mark->lane.epoch);
    if (mark->successor == 0) {
        mark->successor = successor;
    }
}
