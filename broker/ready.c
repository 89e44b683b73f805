/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/ready.h"

#include "seal/sign.h"
#include "wire/frame.h"
#include "wire/registry.h"

#include <inttypes.h>

static enum tcn_status registry_take(struct tcn_broker *broker, const struct tcn_parts *parts) {
    struct tcn_slice bytes = tcn_parts_frame(parts, 2);
    struct tcn_slice signature_bytes = tcn_parts_frame(parts, 3);
    struct tcn_signature signature;
    if (signature_bytes.size != sizeof signature.bytes) {
        return TCN_MALFORMED;
    }
    memcpy(signature.bytes, signature_bytes.data, sizeof signature.bytes);
    enum tcn_status status =
        tcn_verify(&broker->options.collector_signing_key, TCN_CONTEXT_REGISTRY, bytes, &signature);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_registry registry;
    tcn_arena_reset(&broker->arena);
    status = tcn_wire_registry_decode(bytes, &broker->arena, &registry);
    return status != TCN_OK ? status : tcn_hub_registry(broker->hub, &registry);
}

static void answer_version(struct tcn_broker *broker, const struct tcn_parts *parts) {
    uint8_t bytes[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = TCN_KIND_READY,
                                      .session = tcn_hub_registry_version(broker->hub)};
    struct tcn_slice frames[] = {tcn_parts_frame(parts, 0), {0}};
    if (tcn_wire_header_encode(&header, &writer, &frames[1]) != TCN_OK) {
        TCN_UNREACHABLE();
    }
    if (tcn_sock_send(broker->back, frames, 2) != TCN_OK) {
        broker->counts.untold++; /* the next READY comes within a second */
    }
}

void tcn_ready_take(struct tcn_broker *broker, const struct tcn_parts *parts) {
    uint64_t before = tcn_hub_registry_version(broker->hub);
    if (parts->count == 4) {
        enum tcn_status status = registry_take(broker, parts);
        uint64_t after = tcn_hub_registry_version(broker->hub);
        if (status != TCN_OK && status != TCN_STALE) {
            tcn_log(broker->options.logger, TCN_LOG_ERROR,
                    "the collector's registry is refused: %s", tcn_status_sentence(status));
        } else if (after != before) {
            tcn_log(broker->options.logger, TCN_LOG_INFO, "registry version %" PRIu64 " in force",
                    after);
        }
    }
    answer_version(broker, parts);
}
