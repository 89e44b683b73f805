/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/fetch.h"

#include <inttypes.h>

bool tcn_agent_fetch_is_due(struct tcn_agent *agent, uint64_t version, enum tcn_lane by) {
    if (version <= agent->bundle.bundle.version ||
        (version <= agent->asked_bundle_version && by != agent->asked_bundle_by)) {
        return false;
    }
    agent->asked_bundle_version = version;
    agent->asked_bundle_by = by;
    return true;
}

enum tcn_status tcn_agent_fetch_take(struct tcn_agent *agent, struct tcn_slice body,
                                     struct tcn_slice signature) {
    size_t size = body.size + signature.size + sizeof(uint32_t);
    uint8_t *data = tcn_arena_alloc(&agent->scratch, size);
    if (data == NULL) {
        return TCN_OK;
    }
    struct tcn_writer writer = tcn_writer_init(data, size);
    struct tcn_slice bytes;
    struct tcn_agent_bundle bundle;
    enum tcn_status status = tcn_agent_bundle_join(body, signature, &writer, &bytes);
    if (status == TCN_OK) {
        status = tcn_agent_bundle_init(bytes, &agent->ring, &bundle);
    }
    if (status != TCN_OK) {
        tcn_agent_note(agent, "a new bundle is not used: %s", tcn_status_sentence(status));
        return TCN_OK;
    }
    bool is_ours = tcn_id_equals(&bundle.bundle.log_id, &agent->facts.log_id) &&
                   bundle.bundle.version > agent->bundle.bundle.version;
    if (!is_ours || tcn_agent_begin(agent) != TCN_OK) {
        tcn_agent_bundle_fini(&bundle);
        return TCN_OK;
    }
    const uint64_t before = agent->bundle.policy.version;
    status = tcn_outbox_bundle_put(agent->outbox, bundle.bundle.version, bytes);
    if (status == TCN_OK && tcn_agent_use_bundle(agent, &bundle) != TCN_OK) {
        tcn_agent_note(agent, "a new bundle is not used: it does not know this agent's organ");
    }
    if (agent->bundle.policy.version != before) {
        tcn_log(agent->logger, TCN_LOG_INFO, "policy version %" PRIu64 " is in use",
                agent->bundle.policy.version);
    }
    tcn_agent_bundle_fini(&bundle);
    return status;
}
