/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/wait.h"

#include "agents/inner.h"
#include "agents/look.h"
#include "base/clock.h"

#include <string.h>

enum tcn_status tcn_agent_waiters_add(struct tcn_agent *agent, struct tcn_agent_waiters *waiters,
                                      const struct tcn_agent_peer *peer,
                                      const struct tcn_local_request *request, int64_t now_ns) {
    if (waiters->count == TCN_AGENT_WAITERS_MAX) {
        return TCN_BUSY;
    }
    TCN_CHECK(request->receipt_count <= TCN_LOCAL_RECEIPTS_MAX);
    struct tcn_agent_waiter *waiter = &waiters->list[waiters->count];
    waiter->peer = *peer;
    waiter->deadline_ns = now_ns + (int64_t)request->timeout_ms * TCN_MS_NS;
    waiter->count = request->receipt_count;
    waiter->next = 0;
    memcpy(waiter->receipts, request->receipts,
           request->receipt_count * sizeof(*request->receipts));
    for (uint32_t i = 0; i < waiter->count; i++) {
        if (waiter->receipts[i].epoch == 0) {
            waiter->receipts[i].epoch = agent->lanes[0].brain.facts.key.epoch; /* of both lanes */
        }
    }
    waiters->count++;
    return TCN_OK;
}

/** True while the event was sent, or will be, and is not acknowledged. */
static bool is_waiting(const struct tcn_agent *agent, const struct tcn_local_receipt *receipt) {
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        const struct tcn_outlane_facts *facts = &agent->lanes[i].brain.facts;
        if (agent->lanes[i].number == receipt->lane && facts->key.epoch == receipt->epoch) {
            return receipt->sequence > facts->acked_sequence &&
                   receipt->sequence <= facts->cut_sequence;
        }
    }
    return false;
}

bool tcn_agent_waiter_is_done(const struct tcn_agent *agent, struct tcn_agent_waiter *waiter,
                              int64_t now_ns) {
    while (waiter->next < waiter->count && !is_waiting(agent, &waiter->receipts[waiter->next])) {
        waiter->next++;
    }
    return waiter->next == waiter->count || now_ns >= waiter->deadline_ns;
}

enum tcn_status tcn_agent_waiter_answer(struct tcn_agent *agent,
                                        const struct tcn_agent_waiter *waiter,
                                        struct tcn_arena *arena,
                                        struct tcn_local_answer *out_answer) {
    struct tcn_local_outcome *outcomes =
        tcn_arena_alloc(arena, (waiter->count + 1) * sizeof(*outcomes));
    if (outcomes == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status code = TCN_OK;
    for (uint32_t i = 0; i < waiter->count; i++) {
        struct tcn_agent_sight sight;
        enum tcn_status status = tcn_agent_look(agent, &waiter->receipts[i], &sight);
        if (status != TCN_OK) {
            return status;
        }
        code = sight.code == TCN_AGAIN ? TCN_TIMEOUT : code;
        outcomes[i] = (struct tcn_local_outcome){
            .lane = waiter->receipts[i].lane,
            .epoch = waiter->receipts[i].epoch,
            .sequence = waiter->receipts[i].sequence,
            .position = sight.position,
            .code = (uint32_t)sight.code,
        };
    }
    memset(out_answer, 0, sizeof(*out_answer));
    out_answer->code = (uint32_t)code;
    if (code != TCN_OK) {
        out_answer->sentence = tcn_slice_text(tcn_status_sentence(code));
    }
    out_answer->outcomes = outcomes;
    out_answer->outcome_count = waiter->count;
    return TCN_OK;
}

void tcn_agent_waiters_remove(struct tcn_agent_waiters *waiters, uint32_t index) {
    TCN_CHECK(index < waiters->count);
    waiters->count--;
    if (index != waiters->count) {
        waiters->list[index] = waiters->list[waiters->count];
    }
}
