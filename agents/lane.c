/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/lane.h"

#include "agents/erase.h"
#include "agents/fetch.h"
#include "agents/inner.h"
#include "agents/mend.h"
#include "base/clock.h"
#include "base/text.h"
#include "seal/random.h"
#include "seal/sign.h"
#include "wire/frame.h"
#include "wire/lane.h"

#include <inttypes.h>
#include <string.h>

/** Messages that are taken at most before the agent looks round again. */
#define TURN_MESSAGES_MAX 64

/** Messages queued towards the broker: more than can be in flight, so a full queue is no case. */
#define QUEUE_MESSAGES 1000

/** On a full disk the collector is asked again so much later. */
#define FULL_RETRY_NS (2 * TCN_SECOND_NS)

/** One message from the collector. */
struct incoming {
    const struct tcn_parts *parts;
    struct tcn_header header;
    struct tcn_slice body;
    struct tcn_slice signature;
    int64_t now_ns;
};

void tcn_agent_lane_facts(const struct tcn_agent *agent, const struct tcn_outbox_lane *row,
                          struct tcn_outlane_facts *out_facts) {
    *out_facts = (struct tcn_outlane_facts){
        .log_id = agent->facts.log_id,
        .generation = agent->facts.generation,
        .key = row->lane,
        .predecessor = row->predecessor,
        .is_registered = row->is_registered,
        .cut_sequence = row->next_sequence - 1,
        .cut_hash = row->last_hash,
        .acked_sequence = row->acked_sequence,
        .acked_hash = row->acked_hash,
        .acked_position = row->acked_position,
    };
}

/** Connects with the keys in use, unless the lane is off. */
static enum tcn_status connect_it(struct tcn_agent *agent, struct tcn_agent_lane *lane) {
    lane->ring = agent->ring;
    const struct tcn_config_agent *config = agent->config;
    bool is_on = lane->number == TCN_LANE_URGENT ? config->is_urgent_on : config->is_routine_on;
    if (!is_on) {
        return TCN_OK;
    }
    struct tcn_sock_options options = {
        .role = TCN_SOCK_DEALER_CLIENT,
        .public_key = agent->keys.transport.public_key.bytes,
        .secret_key = agent->keys.transport.secret,
        .frame_bytes_max = TCN_AGENT_BUNDLE_BYTES_MAX,
        .hwm = QUEUE_MESSAGES,
        .random = tcn_random_u64(),
    };
    tcn_agent_callee_options(agent, &options);
    enum tcn_status status = tcn_sock_open(agent->link, &options, &lane->sock);
    if (status == TCN_OK) {
        status = tcn_sock_connect(lane->sock, config->broker_endpoint);
    }
    uint64_t token =
        lane->number == TCN_LANE_URGENT ? TCN_AGENT_TOKEN_URGENT : TCN_AGENT_TOKEN_ROUTINE;
    return status == TCN_OK
               ? tcn_poller_add(&agent->poller, lane->sock, TCN_POLL_IN | TCN_POLL_OUT, token)
               : status;
}

void tcn_agent_lane_apart(struct tcn_agent_lane *lane, uint64_t first, uint64_t last) {
    if (last < first) {
        return;
    }
    if (lane->apart_first == 0) {
        lane->apart_first = first;
    }
    lane->apart_last = last;
}

/** Whether receipts up to a sequence may tell where a complaint is in the log. */
static bool ends_apart(struct tcn_agent_lane *lane, uint64_t sequence) {
    const bool is_apart = lane->apart_first != 0 && sequence >= lane->apart_first;
    if (is_apart && sequence >= lane->apart_last) {
        lane->apart_first = 0;
    }
    return is_apart;
}

enum tcn_status tcn_agent_lane_open(struct tcn_agent *agent, struct tcn_agent_lane *lane) {
    struct tcn_outbox_lane row;
    enum tcn_status status = tcn_outbox_lane_get(agent->outbox, lane->number, &row);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_outlane_facts facts;
    tcn_agent_lane_facts(agent, &row, &facts);
    tcn_outlane_init(&lane->brain, &facts);
    lane->apart_first = 0;
    /* What was cut before this start could be anything. */
    tcn_agent_lane_apart(lane, facts.acked_sequence + 1, facts.cut_sequence);
    return connect_it(agent, lane);
}

enum tcn_status tcn_agent_lane_reconnect(struct tcn_agent *agent, struct tcn_agent_lane *lane) {
    if (lane->sock == NULL) {
        return TCN_OK; /* it is off */
    }
    tcn_poller_remove(&agent->poller, lane->sock);
    tcn_sock_close(&lane->sock);
    tcn_outlane_lost(&lane->brain);
    return connect_it(agent, lane);
}

void tcn_agent_lane_close(struct tcn_agent_lane *lane) {
    tcn_sock_close(&lane->sock);
}

/** Everything up to the action's sequence is in the log. */
static enum tcn_status carry_acked(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                   const struct tcn_outlane_action *action) {
    const struct tcn_lane_key *key = &lane->brain.facts.key;
    enum tcn_status status =
        tcn_outbox_ack(agent->outbox, key, action->sequence, &action->hash, action->position);
    if (status == TCN_CONFLICT || status == TCN_ABSENT) {
        /* A VOID range: the lane goes on from another hash than that of its own chunk. */
        struct tcn_outbox_lane row;
        status = tcn_outbox_lane_get(agent->outbox, lane->number, &row);
        if (status != TCN_OK) {
            return status;
        }
        row.acked_sequence = action->sequence;
        row.acked_hash = action->hash;
        row.acked_position = action->position;
        status = tcn_outbox_lane_put(agent->outbox, &row);
    }
    if (!ends_apart(lane, action->sequence) && action->position > agent->facts.seen_position) {
        agent->facts.seen_position = action->position;
    }
    lane->acked_count++;
    return status;
}

static enum tcn_status carry_registered(struct tcn_agent *agent, struct tcn_agent_lane *lane) {
    struct tcn_outbox_lane row;
    enum tcn_status status = tcn_outbox_lane_get(agent->outbox, lane->number, &row);
    if (status != TCN_OK) {
        return status;
    }
    row.is_registered = true;
    return tcn_outbox_lane_put(agent->outbox, &row);
}

static enum tcn_status carry_renew(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                   const struct tcn_outlane_action *action) {
    lane->is_settled = true;
    lane->settled_sequence = action->sequence;
    struct tcn_agent_lane *other = &agent->lanes[lane == &agent->lanes[0] ? 1 : 0];
    if (other->sock == NULL) {
        /* It is off, so nobody is going to say what the log owes it. */
        other->is_settled = true;
        other->settled_sequence = other->brain.facts.acked_sequence;
    } else if (!other->is_settled) {
        tcn_outlane_settle(&other->brain, tcn_clock_monotonic_ns());
    }
    return tcn_agent_mend_renew(agent);
}

/** Tells people. */
static void carry_alarm(struct tcn_agent *agent, const struct tcn_agent_lane *lane,
                        enum tcn_status code) {
    if (code == TCN_BAD_SIGNATURE) {
        tcn_agent_note(agent,
                       "%s lane: an answer was not signed by the collector (code %d, %llu so far); "
                       "it is not believed and nothing is forgotten: is the broker taken over?",
                       tcn_lane_name(lane->number), (int)code,
                       (unsigned long long)lane->brain.forged_count);
        return;
    }
    if (code == TCN_GIVEN_UP) {
        tcn_agent_note(
            agent,
            "%s lane: a collector speaks for generation %llu of the log, and this office "
            "knows generation %llu; nothing is sent to it: is one of before a restore "
            "still running? (docs/how-to/restore.md)",
            tcn_lane_name(lane->number), (unsigned long long)lane->brain.given_up,
            (unsigned long long)lane->brain.facts.generation);
        return;
    }
    tcn_agent_note(agent, "the %s lane needs a person: %s", tcn_lane_name(lane->number),
                   tcn_status_sentence(code));
}

/** Carries one action out, in the open group. */
static enum tcn_status carry(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                             const struct tcn_outlane_action *action) {
    if (action->kind == TCN_OUTLANE_ALARM) {
        carry_alarm(agent, lane, action->code);
        return TCN_OK;
    }
    /* A4: after a restart the collector says it again. */
    const bool is_memory_enough =
        action->kind == TCN_OUTLANE_ACKED || action->kind == TCN_OUTLANE_REGISTERED;
    enum tcn_status status = tcn_agent_begin(agent);
    if (status == TCN_FULL && is_memory_enough) {
        return TCN_OK;
    }
    if (status != TCN_OK) {
        return status;
    }
    agent->must_commit = agent->must_commit || !is_memory_enough;
    switch (action->kind) {
    case TCN_OUTLANE_REGISTERED:
        return carry_registered(agent, lane);
    case TCN_OUTLANE_ACKED:
        return carry_acked(agent, lane, action);
    case TCN_OUTLANE_RESEND:
        return tcn_agent_mend_resend(agent, lane, action->sequence, &action->hash);
    case TCN_OUTLANE_RECUT:
        return tcn_agent_mend_recut(agent, lane, action->sequence);
    case TCN_OUTLANE_RENEW:
        return carry_renew(agent, lane, action);
    case TCN_OUTLANE_ALARM:
        break;
    }
    return TCN_OK;
}

enum tcn_status tcn_agent_lane_carry(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                     const struct tcn_outlane_actions *actions) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < actions->count && status == TCN_OK; i++) {
        status = carry(agent, lane, &actions->list[i]);
    }
    return status;
}

enum tcn_status tcn_agent_lane_put_off(struct tcn_agent *agent) {
    const int64_t at_ns = tcn_clock_monotonic_ns() + FULL_RETRY_NS;
    enum tcn_status status = TCN_OK;
    tcn_agent_abort(agent);
    tcn_agent_note(agent,
                   "the disk is full: what the collector answered cannot be carried out, and "
                   "is asked for again; make room for the outbox");
    for (uint32_t i = 0; i < TCN_AGENT_LANES && status == TCN_OK; i++) {
        struct tcn_agent_lane *lane = &agent->lanes[i];
        struct tcn_outbox_lane row;
        struct tcn_outlane_facts facts;
        status = tcn_outbox_lane_get(agent->outbox, lane->number, &row);
        if (status == TCN_OK) {
            tcn_agent_lane_facts(agent, &row, &facts);
            tcn_outlane_put_off(&lane->brain, &facts, at_ns);
            lane->is_settled = false;
            lane->refused_count = 0;
        }
    }
    return status;
}

/** What one lane hears of the log's generation counts for the other too, and goes to disk with the
 * group of this turn. On a full disk it is in memory alone, until the next WELCOME after a restart.
 * Errors: as tcn_agent_begin, TCN_FULL apart. */
static enum tcn_status hear_generation(struct tcn_agent *agent, uint64_t generation) {
    if (generation <= agent->facts.generation) {
        return TCN_OK;
    }
    agent->facts.generation = generation;
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        tcn_outlane_generation(&agent->lanes[i].brain, generation, tcn_clock_monotonic_ns());
    }
    const enum tcn_status status = tcn_agent_begin(agent); /* facts go with every group */
    return status == TCN_FULL ? TCN_OK : status;
}

/** Sends a message that is a header alone. It may be lost: it is asked again. */
static void send_header(struct tcn_agent_lane *lane, enum tcn_kind kind) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION, .kind = kind, .session = lane->brain.session};
    struct tcn_slice frame;
    if (tcn_wire_header_encode(&header, &writer, &frame) == TCN_OK) {
        enum tcn_status ignored = tcn_sock_send(lane->sock, &frame, 1);
        (void)ignored;
    }
}

/** Checks an answer's signature frame, for those answers that cost or move something (A5); a key
 * that is new to the lane comes with it. Errors: TCN_BAD_SIGNATURE it is not the collector's;
 * TCN_NOMEM. */
static enum tcn_status check_signature(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                       const struct incoming *in, const char *context) {
    tcn_agent_trust(agent, &lane->ring, in->parts);
    return tcn_agent_trust_check(&lane->ring, context, in->body, in->signature);
}

/** Drops an answer whose signature failed; the brain decides whether people are told. */
static enum tcn_status drop_forged(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                   const struct incoming *in, enum tcn_status why) {
    struct tcn_outlane_actions actions;
    if (why == TCN_NOMEM) {
        return why;
    }
    tcn_outlane_forged(&lane->brain, in->now_ns, &actions);
    return tcn_agent_lane_carry(agent, lane, &actions);
}

static enum tcn_status take_welcome(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                    const struct incoming *in) {
    struct tcn_welcome welcome;
    enum tcn_status status = check_signature(agent, lane, in, TCN_CONTEXT_WELCOME);
    if (status != TCN_OK) {
        return drop_forged(agent, lane, in, status);
    }
    if (tcn_wire_welcome_decode(in->body, &agent->scratch, &welcome) != TCN_OK) {
        return TCN_OK;
    }
    struct tcn_outlane_actions actions;
    tcn_outlane_welcome(&lane->brain, &welcome, in->now_ns, &actions);
    if (lane->brain.session == welcome.session) { /* it answers our HELLO */
        lane->key_count = lane->ring.count;
        lane->welcome_mark = welcome.mark_sequence;
    }
    status = hear_generation(agent, lane->brain.facts.generation);
    status = status == TCN_OK ? tcn_agent_lane_carry(agent, lane, &actions) : status;
    if (lane->brain.state != TCN_OUTLANE_OPEN || lane->brain.session != welcome.session) {
        return status;
    }
    tcn_agent_rotate_welcome(agent, lane, &welcome);
    status = status == TCN_OK ? tcn_agent_erase(agent, lane, welcome.erased) : status;
    agent->connected_ns = tcn_clock_wall_ns();
    if (tcn_agent_fetch_is_due(agent, welcome.bundle_version, lane->number)) {
        send_header(lane, TCN_KIND_BUNDLE_ASK);
    }
    return status;
}

/** Keeps the receipt, which was checked, beside its chunk. */
static enum tcn_status keep_receipt(struct tcn_agent *agent, const struct tcn_ack *ack,
                                    const struct tcn_receipt_body *body) {
    if (!agent->is_writing) {
        return TCN_OK;
    }
    uint8_t data[2048];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice bytes;
    if (tcn_wire_receipt_encode(&ack->receipt, &writer, &bytes) != TCN_OK) {
        return TCN_OK;
    }
    enum tcn_status status =
        tcn_outbox_receipt_put(agent->outbox, &body->lane, body->first_sequence, bytes);
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** What is logged in this session is signed by the key of its WELCOME, because a new key ends the
 * sessions of all lanes: an older key proves nothing new. What was in the log before is signed by
 * the key of its place.
 * Errors: TCN_BAD_SIGNATURE, TCN_BAD_VALUE it is no receipt of the collector's; TCN_NOMEM. */
static enum tcn_status check_receipt(const struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                     const struct tcn_receipt *receipt,
                                     const struct tcn_receipt_body *body) {
    if (body->first_sequence <= lane->welcome_mark) {
        return tcn_keyring_receipt(&agent->ring, receipt, body, &lane->memo);
    }
    const struct tcn_keyring *ring = &lane->ring;
    TCN_CHECK(lane->key_count <= ring->count);
    const struct tcn_public_key *key =
        lane->key_count == 0 ? &ring->first : &ring->links[lane->key_count - 1].key;
    return tcn_receipt_verify_next(receipt, key, &lane->memo);
}

static enum tcn_status take_ack(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                const struct incoming *in) {
    struct tcn_ack ack;
    struct tcn_receipt_body body;
    if (tcn_wire_ack_decode(in->body, &agent->scratch, &ack) != TCN_OK ||
        tcn_wire_receipt_body_decode(ack.receipt.body, &agent->scratch, &body) != TCN_OK) {
        return TCN_OK;
    }
    /* A path that leads nowhere is no better than a wrong signature. */
    enum tcn_status status = check_receipt(agent, lane, &ack.receipt, &body);
    if (status != TCN_OK) {
        return drop_forged(agent, lane, in, status);
    }
    uint64_t stray_count = lane->brain.stray_count;
    struct tcn_outlane_actions actions;
    tcn_outlane_ack(&lane->brain, &body, &ack, in->now_ns, &actions);
    /* The receipt first: a RENEW among the actions closes the epoch that it belongs to. */
    if (lane->brain.stray_count == stray_count) {
        status = tcn_agent_begin(agent);
        if (status != TCN_OK && status != TCN_FULL) {
            return status;
        }
        status = keep_receipt(agent, &ack, &body);
        if (status != TCN_OK) {
            return status;
        }
    }
    return tcn_agent_lane_carry(agent, lane, &actions);
}

/** Remembers which fields were at fault, for the dead letters. */
static void keep_fields(struct tcn_agent_lane *lane, const struct tcn_refuse *refuse) {
    lane->refused_count = 0;
    for (uint32_t i = 0; i < refuse->refusal_count; i++) {
        struct tcn_agent_refused *kept = &lane->refused[lane->refused_count];
        kept->sequence = refuse->refusals[i].sequence;
        if (tcn_text_copy(refuse->refusals[i].field, kept->field, sizeof(kept->field)) == TCN_OK) {
            lane->refused_count++;
        }
    }
}

static enum tcn_status take_refuse(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                   const struct incoming *in) {
    struct tcn_refuse *refuse = tcn_arena_alloc(&agent->scratch, sizeof(*refuse));
    if (refuse == NULL || tcn_wire_refuse_decode(in->body, &agent->scratch, refuse) != TCN_OK) {
        return TCN_OK;
    }
    bool is_error = in->header.kind == TCN_KIND_ERROR;
    if (is_error) {
        refuse->is_later = true; /* a broker's word alone never costs an event */
    }
    if (!refuse->is_later) {
        enum tcn_status status = check_signature(agent, lane, in, TCN_CONTEXT_REFUSE);
        if (status != TCN_OK) {
            return drop_forged(agent, lane, in, status);
        }
    } else {
        tcn_agent_note(agent, "the %s lane must wait: %s", tcn_lane_name(lane->number),
                       tcn_status_is_known(refuse->code)
                           ? tcn_status_sentence((enum tcn_status)refuse->code)
                           : "the other side says so");
    }
    uint64_t stray_count = lane->brain.stray_count;
    struct tcn_outlane_actions actions;
    tcn_outlane_refuse(&lane->brain, in->header.session, refuse, in->now_ns, &actions);
    if (refuse->refusal_count > 0 && lane->brain.stray_count == stray_count) {
        keep_fields(lane, refuse);
    }
    return tcn_agent_lane_carry(agent, lane, &actions);
}

static enum tcn_status take_again(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                  const struct incoming *in) {
    if (in->header.session == 0 && in->body.size == 0) {
        tcn_outlane_wake(&lane->brain, in->now_ns);
        return TCN_OK;
    }
    struct tcn_again again;
    if (tcn_wire_again_decode(in->body, &agent->scratch, &again) != TCN_OK) {
        return TCN_OK;
    }
    if (tcn_again_is_over(&again)) {
        enum tcn_status status = check_signature(agent, lane, in, TCN_CONTEXT_AGAIN);
        if (status != TCN_OK) {
            return drop_forged(agent, lane, in, status);
        }
    }
    struct tcn_outlane_actions actions;
    tcn_outlane_again(&lane->brain, in->header.session, &again, in->now_ns, &actions);
    return tcn_agent_lane_carry(agent, lane, &actions);
}

/** Takes one message; what does not decode is passed over: it may come from a stranger. */
static enum tcn_status take(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                            const struct tcn_parts *parts) {
    struct incoming in = {.parts = parts,
                          .body = tcn_parts_frame(parts, 1),
                          .signature = tcn_parts_frame(parts, 2),
                          .now_ns = tcn_clock_monotonic_ns()};
    if (parts->count < 2 ||
        tcn_wire_header_decode(tcn_parts_frame(parts, 0), &in.header) != TCN_OK) {
        return TCN_OK;
    }
    tcn_arena_reset(&agent->scratch);
    switch ((unsigned)in.header.kind) {
    case TCN_KIND_WELCOME:
        return take_welcome(agent, lane, &in);
    case TCN_KIND_ACK:
        return take_ack(agent, lane, &in);
    case TCN_KIND_REFUSE:
    case TCN_KIND_ERROR:
        return take_refuse(agent, lane, &in);
    case TCN_KIND_AGAIN:
        return take_again(agent, lane, &in);
    case TCN_KIND_BUNDLE:
        return tcn_agent_fetch_take(agent, in.body, in.signature);
    default:
        return TCN_OK;
    }
}

enum tcn_status tcn_agent_lane_ready(struct tcn_agent *agent, struct tcn_agent_lane *lane) {
    struct tcn_parts parts;
    tcn_parts_init(&parts);
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < TURN_MESSAGES_MAX && status == TCN_OK; i++) {
        status = tcn_sock_recv(lane->sock, &parts);
        if (status == TCN_OK) {
            status = take(agent, lane, &parts);
        } else if (status == TCN_TOOBIG) {
            status = TCN_OK;
        } else {
            break;
        }
    }
    tcn_parts_fini(&parts);
    if (status == TCN_AGAIN) {
        status = TCN_OK;
    }
    if (status == TCN_OK && agent->is_writing) {
        status = tcn_outbox_facts_put(agent->outbox, &agent->facts);
    }
    if (status == TCN_OK && agent->is_writing) {
        status = tcn_agent_mend_trim(agent, lane);
    }
    if (status == TCN_FULL && !agent->must_commit && agent->is_writing) {
        status = TCN_OK; /* the commit drops the group */
    }
    status = status == TCN_OK ? tcn_agent_commit(agent) : status;
    return status == TCN_FULL ? tcn_agent_lane_put_off(agent) : status;
}
