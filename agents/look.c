/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/look.h"

#include "agents/inner.h"
#include "wire/event.h"
#include "wire/lane.h"

/** The lane of the agent with this number, or NULL. */
static const struct tcn_agent_lane *lane_of(const struct tcn_agent *agent, enum tcn_lane number) {
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        if (agent->lanes[i].number == number) {
            return &agent->lanes[i];
        }
    }
    return NULL;
}

/** Reads an event's open part and gives a VOID's cause. */
static enum tcn_status read_event(struct tcn_agent *agent, struct tcn_slice bytes,
                                  struct tcn_agent_sight *out_sight, uint32_t *out_cause) {
    struct tcn_slice open;
    struct tcn_slice sealed;
    struct tcn_event event;
    if (tcn_wire_event_split(bytes, &open, &sealed) != TCN_OK) {
        return TCN_CORRUPT;
    }
    enum tcn_status status = tcn_wire_open_part_decode(open, &agent->look, &event);
    if (status != TCN_OK) {
        return status == TCN_NOMEM ? TCN_NOMEM : TCN_CORRUPT;
    }
    out_sight->matter = event.matter;
    out_sight->act = event.act;
    out_sight->recorded_ns = event.recorded_ns;
    *out_cause = event.act == TCN_ACT_VOID ? event.void_body.code : 0;
    return TCN_OK;
}

enum tcn_status tcn_agent_look_at(struct tcn_agent *agent, struct tcn_slice event,
                                  struct tcn_agent_sight *out_sight) {
    uint32_t cause = 0;
    tcn_arena_reset(&agent->look);
    return read_event(agent, event, out_sight, &cause);
}

/** The log position of a sequence, from the receipt of its chunk; 0 when that is not here. */
static enum tcn_status position_of(struct tcn_agent *agent, const struct tcn_lane_key *key,
                                   uint64_t first_sequence, uint64_t sequence,
                                   uint64_t *out_position) {
    struct tcn_slice bytes;
    enum tcn_status status = tcn_outbox_receipt_get(agent->outbox, key, first_sequence, &bytes);
    *out_position = 0;
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_OK : status;
    }
    struct tcn_receipt receipt;
    struct tcn_receipt_body body;
    if (tcn_wire_receipt_decode(bytes, &agent->look, &receipt) != TCN_OK ||
        tcn_wire_receipt_body_decode(receipt.body, &agent->look, &body) != TCN_OK) {
        return TCN_CORRUPT;
    }
    uint64_t offset = sequence - first_sequence;
    *out_position = body.first_position + (offset < body.count ? offset : 0);
    return TCN_OK;
}

/** Fills in what the retained chunk of a sequence says. */
static enum tcn_status read_chunk(struct tcn_agent *agent, const struct tcn_lane_key *key,
                                  uint64_t sequence, struct tcn_agent_sight *sight,
                                  uint32_t *out_cause) {
    struct tcn_outbox_chunk chunk;
    struct tcn_agent_piece pieces[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    enum tcn_status status = tcn_outbox_chunk_find(agent->outbox, key, sequence, &chunk);
    if (status != TCN_OK) {
        return status;
    }
    if (chunk.first_sequence > sequence) {
        return TCN_ABSENT;
    }
    status = tcn_agent_cut_apart(&chunk, &agent->look, pieces, &count);
    if (status != TCN_OK) {
        return status;
    }
    uint64_t offset = sequence - chunk.first_sequence;
    uint32_t index = offset < count ? (uint32_t)offset : 0; /* a VOID range is one event */
    status = read_event(agent, pieces[index].event, sight, out_cause);
    return status == TCN_OK
               ? position_of(agent, key, chunk.first_sequence, sequence, &sight->position)
               : status;
}

enum tcn_status tcn_agent_look(struct tcn_agent *agent, const struct tcn_local_receipt *receipt,
                               struct tcn_agent_sight *out_sight) {
    struct tcn_agent_sight sight = {.code = TCN_ABSENT};
    const struct tcn_agent_lane *lane = lane_of(agent, receipt->lane);
    if (lane == NULL) {
        *out_sight = sight;
        return TCN_OK;
    }
    struct tcn_lane_key key = lane->brain.facts.key;
    bool is_present = receipt->epoch == 0 || receipt->epoch == key.epoch;
    key.epoch = is_present ? key.epoch : receipt->epoch;
    if (receipt->sequence == 0 ||
        (is_present && receipt->sequence > lane->brain.facts.cut_sequence)) {
        *out_sight = sight;
        return TCN_OK;
    }
    uint32_t cause = 0;
    tcn_arena_reset(&agent->look);
    enum tcn_status status = read_chunk(agent, &key, receipt->sequence, &sight, &cause);
    if (status == TCN_ABSENT) {
        sight.code = is_present ? TCN_OK : TCN_STALE;
        *out_sight = sight;
        return TCN_OK;
    }
    if (status != TCN_OK) {
        return status;
    }
    bool is_waiting = is_present && receipt->sequence > lane->brain.facts.acked_sequence;
    sight.code = TCN_OK;
    if (cause != 0) {
        sight.code = tcn_status_is_known(cause) ? (enum tcn_status)cause : TCN_BAD_VALUE;
    } else if (is_waiting) {
        sight.code = TCN_AGAIN;
    }
    *out_sight = sight;
    return TCN_OK;
}
