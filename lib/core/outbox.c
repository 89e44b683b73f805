/* SPDX-License-Identifier: Apache-2.0 */
#include "core/outbox.h"

#include <string.h>

/*
 * The drawing and the table of moves are in outbox_moves.c. Invariants (tcn_outlane_is_sound):
 *  O1  acked <= cut; every flight lies above acked and not above cut;
 *  O2  the flights begin where the acknowledgements end (F1, F2);
 *  O3  only OPEN and SETTLING have anything sent in the session;
 *  O4  OPEN implies a connection and that no epoch change is pending.
 * And what no state can show, so that a broker can neither make the outbox forget nor say it twice:
 *  O5  acked rises by a receipt for a chunk in flight alone, and falls by a WELCOME alone;
 *  O6  a WELCOME counts only as the answer to the last HELLO, a REFUSE for ever and an AGAIN that
 *      ends the epoch only for what was said in this session; each was signed by the collector,
 *      which the shell has checked.
 */

#define NEVER_NS INT64_MAX
#define HOLD_FIRST_NS INT64_C(1000000000)
/* A collector that comes back is not greeted by thousands of lanes at the same moment. */
#define WAKE_SPREAD_NS INT64_C(500000000)

static bool is_sending(const struct tcn_outlane *lane) {
    return lane->state == TCN_OUTLANE_OPEN || lane->state == TCN_OUTLANE_SETTLING;
}

/** Moves to a state that the table allows, with its deadline; what was sent in the session counts
 * as unsent unless the new state goes on sending. */
static void move_to(struct tcn_outlane *lane, enum tcn_outlane_state state, int64_t deadline_ns) {
    TCN_CHECK(lane->state == state || tcn_outlane_may_move(lane->state, state));
    lane->state = state;
    lane->deadline_ns = deadline_ns;
    if (!is_sending(lane)) {
        tcn_flights_rewind(&lane->flights);
    }
    TCN_CHECK_SLOW(tcn_outlane_is_sound(lane));
}

static void push_action(struct tcn_outlane_actions *actions, struct tcn_outlane_action action) {
    TCN_CHECK(actions->count < TCN_OUTLANE_ACTIONS_MAX);
    actions->list[actions->count] = action;
    actions->count++;
}

/** base × 2^count, at most TCN_OUTLANE_TIMEOUT_MAX_NS, spread over three to five quarters. */
static int64_t back_off(const struct tcn_outlane *lane, int64_t base_ns, uint32_t count) {
    int64_t delay_ns = base_ns;
    for (uint32_t i = 0; i < count && delay_ns < TCN_OUTLANE_TIMEOUT_MAX_NS; i++) {
        delay_ns *= 2;
    }
    if (delay_ns > TCN_OUTLANE_TIMEOUT_MAX_NS) {
        delay_ns = TCN_OUTLANE_TIMEOUT_MAX_NS;
    }
    int64_t spread = (int64_t)(lane->random % 512);
    return delay_ns - delay_ns / 4 + delay_ns / 1024 * spread;
}

/** How long the next answer may take. */
static int64_t timeout_ns(const struct tcn_outlane *lane) {
    return back_off(lane, tcn_flights_timeout_ns(&lane->flights), lane->backoff_count);
}

/** When to say HELLO after the lane was turned away: at once the first time, then later each time.
 */
static int64_t hold_until(struct tcn_outlane *lane, int64_t now_ns, bool is_first_free) {
    uint32_t count = lane->hold_count;
    if (lane->hold_count < 32) {
        lane->hold_count++;
    }
    if (is_first_free && count == 0) {
        return now_ns;
    }
    return now_ns + back_off(lane, HOLD_FIRST_NS, is_first_free ? count - 1 : count);
}

void tcn_outlane_init(struct tcn_outlane *lane, const struct tcn_outlane_facts *facts) {
    memset(lane, 0, sizeof(*lane));
    lane->state = TCN_OUTLANE_DOWN;
    lane->facts = *facts;
    tcn_flights_init(&lane->flights, facts->acked_sequence);
    lane->deadline_ns = NEVER_NS;
    TCN_CHECK(facts->acked_sequence <= facts->cut_sequence);
}

static bool has_work(const struct tcn_outlane *lane) {
    uint64_t last = lane->facts.cut_sequence;
    if (lane->state == TCN_OUTLANE_SETTLING && lane->settle_sequence < last) {
        last = lane->settle_sequence;
    }
    return tcn_flights_next_sequence(&lane->flights) <= last;
}

/** True when credit, window and ring let one more chunk out. One chunk may overshoot the bytes. */
static bool has_room(const struct tcn_outlane *lane) {
    uint64_t limit = lane->credit_bytes;
    if (lane->facts.key.lane == TCN_LANE_ROUTINE && lane->flights.window_bytes < limit) {
        limit = lane->flights.window_bytes;
    }
    /* One chunk at a time while settling, so that CONFLICT is about that chunk and no
     * acknowledgement of an earlier one can still be on its way; and after the lane was turned
     * away, so that something gets through where chunks overtake each other. */
    bool is_careful = lane->state == TCN_OUTLANE_SETTLING || lane->hold_count > 0;
    if (is_careful && lane->flights.next > 0) {
        return false;
    }
    return tcn_flights_next_sequence(&lane->flights) <= lane->credit_sequence &&
           lane->flights.bytes < limit && lane->flights.next < TCN_FLIGHTS_MAX;
}

/** True when everything is acknowledged and nothing is on its way. */
static bool is_idle(const struct tcn_outlane *lane) {
    return lane->state == TCN_OUTLANE_OPEN && lane->flights.next == 0 && !has_work(lane);
}

struct tcn_outlane_want tcn_outlane_want(const struct tcn_outlane *lane, int64_t now_ns) {
    struct tcn_outlane_want want = {.kind = TCN_OUTLANE_WANT_NOTHING,
                                    .deadline_ns = lane->deadline_ns};
    bool is_greeter = lane->state == TCN_OUTLANE_GREETING || lane->state == TCN_OUTLANE_HELD ||
                      lane->state == TCN_OUTLANE_FENCED;
    if (is_greeter && now_ns >= lane->deadline_ns) {
        want.kind = TCN_OUTLANE_WANT_HELLO;
    } else if (is_sending(lane) && has_work(lane) && has_room(lane)) {
        want.kind = TCN_OUTLANE_WANT_CHUNK;
        want.first_sequence = tcn_flights_next_sequence(&lane->flights);
    } else if (is_sending(lane) && has_work(lane) && lane->deadline_ns == NEVER_NS) {
        want.deadline_ns = now_ns; /* no credit and nothing in flight: tick starts the patience */
    } else if (is_idle(lane)) {
        want.deadline_ns = lane->refresh_ns;
    }
    return want;
}

/** Restarts the wait for an acknowledgement, or ends it when nothing is awaited. */
static void arm(struct tcn_outlane *lane, int64_t now_ns) {
    bool is_waiting = lane->flights.next > 0 || (has_work(lane) && !has_room(lane));
    lane->deadline_ns = is_waiting ? now_ns + timeout_ns(lane) : NEVER_NS;
}

void tcn_outlane_tick(struct tcn_outlane *lane, int64_t now_ns, uint64_t random) {
    lane->random = random;
    if (is_sending(lane) && lane->deadline_ns == NEVER_NS) {
        arm(lane, now_ns);
    }
    if (is_idle(lane) && now_ns >= lane->refresh_ns) {
        move_to(lane, TCN_OUTLANE_GREETING, now_ns);
        return;
    }
    bool is_waiting = is_sending(lane) || lane->state == TCN_OUTLANE_HELLO_SAID;
    if (!is_waiting || now_ns < lane->deadline_ns) {
        return;
    }
    lane->timeout_count++;
    if (lane->backoff_count < 32) {
        lane->backoff_count++;
    }
    tcn_flights_narrow(&lane->flights);
    /* HELLO, not the chunk again: it is small, and its answer tells what really arrived. */
    move_to(lane, TCN_OUTLANE_GREETING, now_ns);
}

void tcn_outlane_connected(struct tcn_outlane *lane, int64_t now_ns) {
    lane->is_connected = true;
    if (lane->state == TCN_OUTLANE_DOWN) {
        move_to(lane, TCN_OUTLANE_GREETING, now_ns);
    }
}

void tcn_outlane_lost(struct tcn_outlane *lane) {
    lane->is_connected = false;
    if (lane->state != TCN_OUTLANE_SETTLED && lane->state != TCN_OUTLANE_RECUTTING) {
        move_to(lane, TCN_OUTLANE_DOWN, NEVER_NS);
    }
}

void tcn_outlane_hello(const struct tcn_outlane *lane, int64_t wall_ns,
                       struct tcn_hello *out_hello) {
    const struct tcn_outlane_facts *facts = &lane->facts;
    *out_hello = (struct tcn_hello){
        .format = TCN_HELLO_FORMAT,
        .log_id = facts->log_id,
        .lane = facts->key,
        .predecessor = facts->predecessor,
        .last_sequence = facts->cut_sequence,
        .last_hash = facts->cut_hash,
        .acked_sequence = facts->acked_sequence,
        .acked_hash = facts->acked_hash,
        .said_ns = wall_ns,
    };
}

void tcn_outlane_said(struct tcn_outlane *lane, const struct tcn_hash *hello_hash, int64_t now_ns,
                      uint64_t random) {
    lane->random = random;
    lane->hello_hash = *hello_hash;
    move_to(lane, TCN_OUTLANE_HELLO_SAID, now_ns + timeout_ns(lane));
}

void tcn_outlane_sent(struct tcn_outlane *lane, const struct tcn_outlane_chunk *chunk,
                      int64_t now_ns) {
    TCN_CHECK(is_sending(lane) && chunk->last_sequence <= lane->facts.cut_sequence);
    tcn_flights_push(&lane->flights, chunk, now_ns);
    if (lane->flights.next == 1 || lane->deadline_ns == NEVER_NS) {
        lane->deadline_ns = now_ns + timeout_ns(lane);
    }
    TCN_CHECK_SLOW(tcn_outlane_is_sound(lane));
}

void tcn_outlane_cut(struct tcn_outlane *lane, uint64_t sequence, const struct tcn_hash *hash) {
    if (sequence > lane->facts.cut_sequence) {
        lane->facts.cut_sequence = sequence;
        lane->facts.cut_hash = *hash;
    }
}

/** The epoch is over and this lane has all receipts it can get: the rest re-enters under a new one.
 */
static void finish_epoch(struct tcn_outlane *lane, struct tcn_outlane_actions *actions) {
    tcn_flights_clear(&lane->flights, lane->facts.acked_sequence);
    lane->refusal_count = 0;
    lane->must_recut = false;
    move_to(lane, TCN_OUTLANE_SETTLED, NEVER_NS);
    push_action(actions, (struct tcn_outlane_action){.kind = TCN_OUTLANE_RENEW,
                                                     .sequence = lane->facts.acked_sequence,
                                                     .hash = lane->facts.acked_hash});
}

static void alarm_people(struct tcn_outlane_actions *actions, enum tcn_status code) {
    push_action(actions, (struct tcn_outlane_action){.kind = TCN_OUTLANE_ALARM, .code = code});
}

/** The collector holds less than it acknowledged: it was restored from a backup. */
static void take_back(struct tcn_outlane *lane, const struct tcn_welcome *welcome,
                      struct tcn_outlane_actions *actions) {
    tcn_flights_clear(&lane->flights, welcome->mark_sequence);
    lane->facts.acked_sequence = welcome->mark_sequence;
    lane->facts.acked_hash = welcome->mark_hash;
    lane->facts.acked_position = 0;
    push_action(actions, (struct tcn_outlane_action){.kind = TCN_OUTLANE_RESEND,
                                                     .sequence = welcome->mark_sequence + 1,
                                                     .hash = welcome->mark_hash});
}

/** True when the log and the outbox tell different stories of this epoch. */
static bool differs(const struct tcn_outlane *lane, const struct tcn_welcome *welcome) {
    const struct tcn_outlane_facts *facts = &lane->facts;
    uint64_t mark = welcome->mark_sequence;
    if (lane->is_conflicted || mark > facts->cut_sequence) {
        return true;
    }
    if (tcn_flights_straddle(&lane->flights, mark)) {
        return true; /* the log was cut there, and we were not */
    }
    for (uint32_t i = 0; i < lane->refusal_count; i++) {
        if (lane->refusals[i].sequence <= mark) {
            return true; /* refused, and yet something stands there: not ours */
        }
    }
    if (mark == facts->acked_sequence) {
        return mark > 0 && !tcn_hash_equals(&welcome->mark_hash, &facts->acked_hash);
    }
    return mark == facts->cut_sequence && !tcn_hash_equals(&welcome->mark_hash, &facts->cut_hash);
}

/** Ends the epoch, at once when the log owes no receipt for what it holds of it. */
static void settle_on(struct tcn_outlane *lane, uint64_t mark, int64_t now_ns,
                      struct tcn_outlane_actions *actions) {
    uint64_t cut = lane->facts.cut_sequence;
    lane->settle_sequence = mark < cut ? mark : cut;
    if (lane->facts.acked_sequence >= lane->settle_sequence) {
        finish_epoch(lane, actions);
        return;
    }
    move_to(lane, TCN_OUTLANE_SETTLING, NEVER_NS);
    arm(lane, now_ns);
}

/** Asks the shell to cut anew above a sequence; all refusals lie there. */
static void ask_recut(struct tcn_outlane *lane, uint64_t above,
                      struct tcn_outlane_actions *actions) {
    tcn_flights_truncate(&lane->flights, above);
    move_to(lane, TCN_OUTLANE_RECUTTING, NEVER_NS);
    push_action(actions, (struct tcn_outlane_action){.kind = TCN_OUTLANE_RECUT, .sequence = above});
}

static void take_session(struct tcn_outlane *lane, const struct tcn_welcome *welcome,
                         int64_t now_ns) {
    lane->session = welcome->session;
    lane->generation = welcome->generation;
    lane->mark_sequence = welcome->mark_sequence;
    lane->credit_sequence = welcome->credit_sequence;
    lane->credit_bytes = welcome->credit_bytes;
    lane->backoff_count = 0;
    lane->refresh_ns = now_ns + back_off(lane, TCN_OUTLANE_IDLE_NS, 0);
}

void tcn_outlane_generation(struct tcn_outlane *lane, uint64_t generation, int64_t now_ns) {
    if (generation <= lane->facts.generation) {
        return;
    }
    lane->facts.generation = generation;
    if (is_sending(lane)) {
        tcn_outlane_wake(lane, now_ns);
    }
}

/** WELCOME of a log that was restored elsewhere: HELLO is said again when its time comes. */
static void turn_down(struct tcn_outlane *lane, uint64_t generation, int64_t now_ns,
                      struct tcn_outlane_actions *out) {
    lane->stray_count++;
    lane->given_up = generation;
    if (now_ns >= lane->given_up_tell_ns) {
        lane->given_up_tell_ns = now_ns + TCN_OUTLANE_FORGED_TELL_NS;
        alarm_people(out, TCN_GIVEN_UP);
    }
}

void tcn_outlane_welcome(struct tcn_outlane *lane, const struct tcn_welcome *welcome,
                         int64_t now_ns, struct tcn_outlane_actions *out_actions) {
    out_actions->count = 0;
    if (lane->state != TCN_OUTLANE_HELLO_SAID ||
        !tcn_hash_equals(&welcome->hello_hash, &lane->hello_hash)) {
        lane->stray_count++; /* O6: late, or said again by somebody who kept it */
        return;
    }
    if (!tcn_id_is_none(&lane->facts.log_id) &&
        !tcn_id_equals(&lane->facts.log_id, &welcome->log_id)) {
        move_to(lane, TCN_OUTLANE_ORPHAN, NEVER_NS);
        alarm_people(out_actions, TCN_FOREIGN_LOG);
        return;
    }
    if (welcome->generation < lane->facts.generation) {
        turn_down(lane, welcome->generation, now_ns, out_actions);
        return;
    }
    lane->facts.generation = welcome->generation;
    take_session(lane, welcome, now_ns);
    /* Fenced and no session: the log does not know the epoch, and may not register it. */
    if (welcome->is_fenced && welcome->session == 0 && !lane->must_settle) {
        move_to(lane, TCN_OUTLANE_FENCED, now_ns + TCN_OUTLANE_FENCED_RETRY_NS);
        if (!lane->is_fence_told) {
            alarm_people(out_actions, TCN_FENCED);
        }
        lane->is_fence_told = true;
        return;
    }
    if (!lane->facts.is_registered && !welcome->is_fenced) {
        lane->facts.is_registered = true;
        push_action(out_actions, (struct tcn_outlane_action){.kind = TCN_OUTLANE_REGISTERED});
    }
    uint64_t known = lane->facts.acked_sequence;
    if (welcome->mark_sequence < lane->facts.acked_sequence) {
        take_back(lane, welcome, out_actions);
    }
    bool is_different = differs(lane, welcome);
    if (is_different || welcome->is_fenced) {
        alarm_people(out_actions, welcome->is_fenced ? TCN_FENCED : TCN_CONFLICT);
    }
    if (is_different || welcome->is_fenced || lane->must_settle) {
        settle_on(lane, welcome->mark_sequence, now_ns, out_actions);
    } else if (lane->must_recut) {
        /* What was acknowledged once was never refused: a restored collector gets it as it was cut.
         */
        uint64_t above = known > welcome->mark_sequence ? known : welcome->mark_sequence;
        ask_recut(lane, above, out_actions);
    } else {
        move_to(lane, TCN_OUTLANE_OPEN, NEVER_NS);
        arm(lane, now_ns);
    }
}

void tcn_outlane_ack(struct tcn_outlane *lane, const struct tcn_receipt_body *receipt,
                     const struct tcn_ack *ack, int64_t now_ns,
                     struct tcn_outlane_actions *out_actions) {
    out_actions->count = 0;
    /* A receipt from before a restore is genuine and no longer true, unless the mark covers it. */
    bool is_present = (receipt->generation == lane->generation &&
                       receipt->generation >= lane->facts.generation) ||
                      receipt->first_sequence <= lane->mark_sequence;
    bool is_ours = tcn_lane_key_equals(&receipt->lane, &lane->facts.key) && receipt->count > 0 &&
                   tcn_id_equals(&receipt->log_id, &lane->facts.log_id) && is_present;
    const struct tcn_outlane_chunk *landed = NULL;
    if (is_ours) {
        landed =
            tcn_flights_land(&lane->flights, receipt->first_sequence, &receipt->chunk_hash, now_ns);
    }
    if (landed == NULL) {
        lane->stray_count++;
        return;
    }
    lane->facts.acked_sequence = landed->last_sequence;
    lane->facts.acked_hash = landed->end_hash;
    lane->facts.acked_position = receipt->first_position + receipt->count - 1;
    lane->backoff_count = 0;
    lane->hold_count = 0;
    if (ack->credit_sequence > lane->credit_sequence) {
        lane->credit_sequence = ack->credit_sequence;
    }
    lane->credit_bytes = ack->credit_bytes;
    push_action(out_actions, (struct tcn_outlane_action){.kind = TCN_OUTLANE_ACKED,
                                                         .sequence = lane->facts.acked_sequence,
                                                         .position = lane->facts.acked_position,
                                                         .hash = lane->facts.acked_hash});
    if (is_sending(lane)) {
        arm(lane, now_ns);
    }
    if (lane->state == TCN_OUTLANE_SETTLING &&
        lane->facts.acked_sequence >= lane->settle_sequence) {
        finish_epoch(lane, out_actions);
    }
    TCN_CHECK_SLOW(tcn_outlane_is_sound(lane));
}

/** True when an answer belongs to what the lane last said: a chunk of this session, or the HELLO
 * (0). */
static bool is_current(const struct tcn_outlane *lane, uint64_t session) {
    if (lane->state == TCN_OUTLANE_HELLO_SAID) {
        return session == 0;
    }
    return is_sending(lane) && session == lane->session;
}

/** True when an answer that ends something is about what was said: the HELLO, or a chunk that was
 * sent in this session. (O6) */
static bool is_asked(const struct tcn_outlane *lane, const struct tcn_hash *asked_hash) {
    return lane->state == TCN_OUTLANE_HELLO_SAID ? tcn_hash_equals(asked_hash, &lane->hello_hash)
                                                 : tcn_flights_have(&lane->flights, asked_hash);
}

/** Keeps what was refused for the next WELCOME. */
static void note_refusals(struct tcn_outlane *lane, const struct tcn_refuse *refuse) {
    uint32_t count = refuse->refusal_count;
    if (count > TCN_CHUNK_EVENTS_MAX) {
        count = TCN_CHUNK_EVENTS_MAX;
    }
    for (uint32_t i = 0; i < count; i++) {
        lane->refusals[i] = (struct tcn_outlane_refusal){.sequence = refuse->refusals[i].sequence,
                                                         .code = refuse->refusals[i].code};
    }
    lane->refusal_count = count;
}

void tcn_outlane_refuse(struct tcn_outlane *lane, uint64_t session, const struct tcn_refuse *refuse,
                        int64_t now_ns, struct tcn_outlane_actions *out_actions) {
    out_actions->count = 0;
    if (!is_current(lane, session) || (!refuse->is_later && !is_asked(lane, &refuse->asked_hash))) {
        lane->stray_count++;
        return;
    }
    bool is_hello = lane->state == TCN_OUTLANE_HELLO_SAID;
    enum tcn_status code =
        tcn_status_is_known(refuse->code) ? (enum tcn_status)refuse->code : TCN_BAD_VALUE;
    if (code == TCN_FOREIGN_LOG && is_hello) {
        move_to(lane, TCN_OUTLANE_ORPHAN, NEVER_NS);
        alarm_people(out_actions, code);
        return;
    }
    if (refuse->is_later) {
        move_to(lane, TCN_OUTLANE_HELD, hold_until(lane, now_ns, false));
        return;
    }
    if (lane->state == TCN_OUTLANE_SETTLING && refuse->refusal_count > 0) {
        finish_epoch(lane, out_actions); /* what is refused for its content cannot be in the log */
        return;
    }
    if (code == TCN_CONFLICT || code == TCN_FENCED) {
        lane->is_conflicted = true;
    } else if (!is_hello) {
        /* Events were refused: a VOID takes their place. Or the whole was (a revoked key, say):
         * what is not accepted is cut and signed again. Either way above the mark of the next
         * WELCOME only. */
        lane->must_recut = true;
        note_refusals(lane, refuse);
    }
    if (code != TCN_OK) {
        alarm_people(out_actions, code);
    }
    move_to(lane, TCN_OUTLANE_HELD, hold_until(lane, now_ns, code == TCN_OK));
}

void tcn_outlane_wake(struct tcn_outlane *lane, int64_t now_ns) {
    bool is_waiting = lane->state == TCN_OUTLANE_GREETING ||
                      lane->state == TCN_OUTLANE_HELLO_SAID || lane->state == TCN_OUTLANE_HELD;
    if (!is_waiting && !is_sending(lane)) {
        return;
    }
    lane->hold_count = 0;
    lane->backoff_count = 0;
    int64_t spread = (int64_t)(lane->random % 512);
    move_to(lane, TCN_OUTLANE_GREETING, now_ns + WAKE_SPREAD_NS / 512 * spread);
}

/** The lane was turned away: HELLO again, and when its story is over, settle after WELCOME. */
static void turn_back(struct tcn_outlane *lane, bool is_over, int64_t now_ns,
                      struct tcn_outlane_actions *out_actions) {
    if (is_over && lane->state == TCN_OUTLANE_SETTLING) {
        finish_epoch(lane, out_actions); /* from here on the log has another story than we */
        return;
    }
    if (is_over && lane->state == TCN_OUTLANE_OPEN) {
        lane->is_conflicted = true;
    }
    move_to(lane, TCN_OUTLANE_GREETING, hold_until(lane, now_ns, true));
}

void tcn_outlane_again(struct tcn_outlane *lane, uint64_t session, const struct tcn_again *again,
                       int64_t now_ns, struct tcn_outlane_actions *out_actions) {
    bool is_over = tcn_again_is_over(again);
    out_actions->count = 0;
    if (!is_current(lane, session) || (is_over && !is_asked(lane, &again->asked_hash))) {
        lane->stray_count++;
        return;
    }
    turn_back(lane, is_over, now_ns, out_actions);
}

void tcn_outlane_differ(struct tcn_outlane *lane, int64_t now_ns,
                        struct tcn_outlane_actions *out_actions) {
    out_actions->count = 0;
    TCN_CHECK(is_sending(lane));
    turn_back(lane, true, now_ns, out_actions);
}

void tcn_outlane_forged(struct tcn_outlane *lane, int64_t now_ns,
                        struct tcn_outlane_actions *out_actions) {
    out_actions->count = 0;
    lane->forged_count++;
    if (now_ns >= lane->forged_tell_ns) {
        lane->forged_tell_ns = now_ns + TCN_OUTLANE_FORGED_TELL_NS;
        alarm_people(out_actions, TCN_BAD_SIGNATURE);
    }
    if (is_sending(lane)) {
        move_to(lane, TCN_OUTLANE_GREETING, hold_until(lane, now_ns, true));
    }
}

void tcn_outlane_recut(struct tcn_outlane *lane, uint64_t sequence, const struct tcn_hash *hash,
                       int64_t now_ns) {
    TCN_CHECK(lane->state == TCN_OUTLANE_RECUTTING);
    lane->must_recut = false;
    lane->refusal_count = 0;
    lane->facts.cut_sequence = sequence;
    lane->facts.cut_hash = *hash;
    if (!lane->is_connected) {
        move_to(lane, TCN_OUTLANE_DOWN, NEVER_NS);
    } else if (lane->must_settle) {
        move_to(lane, TCN_OUTLANE_GREETING, now_ns);
    } else {
        move_to(lane, TCN_OUTLANE_OPEN, NEVER_NS);
        arm(lane, now_ns);
    }
}

void tcn_outlane_resign(struct tcn_outlane *lane) {
    lane->must_recut = lane->must_recut || tcn_outlane_waiting(lane) > 0;
}

void tcn_outlane_settle(struct tcn_outlane *lane, int64_t now_ns) {
    if (lane->state == TCN_OUTLANE_SETTLED) {
        return;
    }
    lane->must_settle = true;
    /* A new HELLO ends the session: nothing sent before it can be logged after its WELCOME, so the
     * mark in that WELCOME is the last word on what is in the log. */
    if (lane->state == TCN_OUTLANE_OPEN || lane->state == TCN_OUTLANE_HELD ||
        lane->state == TCN_OUTLANE_FENCED) {
        move_to(lane, TCN_OUTLANE_GREETING, now_ns);
    }
}

void tcn_outlane_epoch(struct tcn_outlane *lane, const struct tcn_outlane_facts *facts,
                       int64_t now_ns) {
    TCN_CHECK(facts->acked_sequence <= facts->cut_sequence);
    tcn_flights_clear(&lane->flights, facts->acked_sequence);
    lane->facts = *facts;
    lane->session = 0;
    lane->is_conflicted = false;
    lane->must_settle = false;
    lane->must_recut = false;
    lane->refusal_count = 0;
    lane->hold_count = 0;
    lane->is_fence_told = false;
    if (lane->is_connected) {
        move_to(lane, TCN_OUTLANE_GREETING, now_ns);
    } else {
        move_to(lane, TCN_OUTLANE_DOWN, NEVER_NS);
    }
}

uint64_t tcn_outlane_waiting(const struct tcn_outlane *lane) {
    return lane->facts.cut_sequence - lane->facts.acked_sequence;
}
