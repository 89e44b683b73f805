/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/trust.h"

#include "agents/inner.h"
#include "wire/keys.h"

#include <string.h>

/** Frames of a signed message: header, body, signature; then the list of keys and its signature. */
#define KEYS_FRAME 3
#define KEYS_SIGNATURE_FRAME 4

static enum tcn_status take(struct tcn_keyring *ring, const struct tcn_keys *keys,
                            struct tcn_slice bytes, struct tcn_slice frame) {
    struct tcn_signature signature;
    memcpy(signature.bytes, frame.data, sizeof(signature.bytes));
    return tcn_keyring_take(ring, keys, TCN_CONTEXT_KEYS, bytes, &signature);
}

void tcn_agent_trust(struct tcn_agent *agent, struct tcn_keyring *ring,
                     const struct tcn_parts *parts) {
    const struct tcn_slice bytes = tcn_parts_frame(parts, KEYS_FRAME);
    const struct tcn_slice signature = tcn_parts_frame(parts, KEYS_SIGNATURE_FRAME);
    struct tcn_keys keys;
    if (signature.size != sizeof(struct tcn_signature) ||
        tcn_wire_keys_decode(bytes, &agent->scratch, &keys) != TCN_OK ||
        take(ring, &keys, bytes, signature) != TCN_OK) {
        return;
    }
    const uint32_t before = agent->ring.count;
    if (take(&agent->ring, &keys, bytes, signature) == TCN_OK && agent->ring.count > before) {
        tcn_log(agent->logger, TCN_LOG_INFO,
                "the collector signs with another key now, which is signed by the one before it");
    }
}

enum tcn_status tcn_agent_trust_check(const struct tcn_keyring *ring, const char *context,
                                      struct tcn_slice body, struct tcn_slice signature) {
    struct tcn_signature made;
    if (signature.size != sizeof(made.bytes)) {
        return TCN_BAD_SIGNATURE;
    }
    memcpy(made.bytes, signature.data, sizeof(made.bytes));
    return tcn_verify(tcn_keyring_tip(ring), context, body, &made);
}
