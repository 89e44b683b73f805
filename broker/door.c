/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/door.h"

#include "base/clock.h"
#include "base/text.h"
#include "seal/random.h"
#include "wire/frame.h"

#include <stdio.h>

#define DOOR_HWM 64
#define DOOR_TRY_NS (TCN_SECOND_NS / 4)
/* A guest's user id: this and its transport key in hexadecimal digits. */
#define GUEST_MARK "guest."

enum tcn_status tcn_broker_door_check(const char *address) {
    return address == NULL || strncmp(address, "tcp://", 6) == 0 ? TCN_OK : TCN_CONFIG;
}

enum tcn_status tcn_broker_door_admit(struct tcn_broker *broker,
                                      const uint8_t key[TCN_CURVE_KEY_BYTES],
                                      char out_user_id[TCN_USER_ID_BYTES]) {
    enum tcn_status status = tcn_door_knock(&broker->guests, tcn_clock_monotonic_ns());
    if (status == TCN_OK) {
        memcpy(out_user_id, GUEST_MARK, sizeof(GUEST_MARK));
        tcn_hex_encode(key, TCN_CURVE_KEY_BYTES, out_user_id + strlen(GUEST_MARK));
    }
    return status;
}

/* The key that CURVE proved, as the lookup above wrote it. */
static enum tcn_status guest_key(const struct tcn_parts *parts, struct tcn_public_key *out_key) {
    const char *text = tcn_parts_user_id(parts);
    if (text == NULL || strncmp(text, GUEST_MARK, strlen(GUEST_MARK)) != 0) {
        return TCN_DENIED;
    }
    return tcn_hex_decode(tcn_slice_text(text + strlen(GUEST_MARK)), out_key->bytes,
                          sizeof(out_key->bytes));
}

static enum tcn_status forward(struct tcn_broker *broker, struct tcn_parts *parts,
                               const struct tcn_stamp *stamp) {
    uint8_t stamp_bytes[TCN_BROKER_STAMP_BYTES];
    struct tcn_writer writer = tcn_writer_init(stamp_bytes, sizeof(stamp_bytes));
    uint64_t generation = 0;
    struct tcn_slice prefix[] = {tcn_hub_home(broker->hub, &generation), {0}};
    if (tcn_wire_stamp_encode(stamp, &writer, &prefix[1]) != TCN_OK) {
        TCN_UNREACHABLE();
    }
    return prefix[0].size == 0 ? TCN_ABSENT : tcn_sock_forward(broker->back, prefix, 2, parts, 1);
}

void tcn_broker_door_take(struct tcn_broker *broker, struct tcn_parts *parts) {
    struct tcn_header header = {0};
    struct tcn_stamp stamp = {0};
    const bool is_whole =
        parts->count == 3 && tcn_wire_header_decode(tcn_parts_frame(parts, 1), &header) == TCN_OK;
    const uint64_t random = tcn_random_u64();
    const struct tcn_door_input in = {.routing_id = tcn_parts_frame(parts, 0),
                                      .kind = is_whole ? header.kind : TCN_KIND_NONE,
                                      .bytes = parts->bytes,
                                      .now_ns = tcn_clock_monotonic_ns(),
                                      .random = random == 0 ? 1 : random};
    if (guest_key(parts, &stamp.guest_key) != TCN_OK ||
        tcn_door_say(&broker->guests, &in, &stamp.connection) != TCN_OK) {
        return; /* counted; who gets no answer comes again */
    }
    if (forward(broker, parts, &stamp) == TCN_OK) {
        broker->counts.up++;
    } else {
        broker->counts.lost_up++;
    }
}

void tcn_broker_door_answer(struct tcn_broker *broker, struct tcn_parts *parts,
                            const struct tcn_stamp *stamp, enum tcn_kind kind) {
    const struct tcn_slice to = tcn_door_answer(&broker->guests, stamp->connection, kind);
    if (to.size == 0 || broker->door == NULL ||
        tcn_sock_forward(broker->door, &to, 1, parts, 2) != TCN_OK) {
        broker->counts.lost_down++;
        return;
    }
    broker->counts.down++;
}

static void shut(struct tcn_broker *broker) {
    if (broker->door != NULL) {
        tcn_poller_remove(&broker->poller, broker->door);
        tcn_sock_close(&broker->door);
        broker->counts.shut++;
    }
    tcn_door_clear(&broker->guests);
}

static enum tcn_status open_socket(struct tcn_broker *broker) {
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_ROUTER_SERVER,
        .secret_key = broker->options.keys->transport.secret,
        .zap_domain = TCN_BROKER_DOOR_DOMAIN,
        .frame_bytes_max = TCN_DOOR_BYTES_MAX,
        .message_bytes_max = TCN_DOOR_BYTES_MAX,
        .hwm = DOOR_HWM,
        .random = tcn_random_u64(),
    };
    const bool is_first = broker->door_address[0] == '\0';
    enum tcn_status status = tcn_sock_open(broker->link, &options, &broker->door);
    if (status == TCN_OK) {
        status =
            tcn_sock_bind(broker->door, is_first ? broker->options.door : broker->door_address);
    }
    return status == TCN_OK ? tcn_sock_endpoint(broker->door, broker->door_address) : status;
}

enum tcn_status tcn_broker_door_turn(struct tcn_broker *broker, uint64_t token, int64_t now_ns) {
    if (broker->options.door == NULL) {
        return TCN_OK;
    }
    if (tcn_door_is_over(&broker->guests, now_ns)) {
        shut(broker);
    }
    uint64_t generation = 0;
    const bool is_wanted = broker->is_front_open && broker->door == NULL &&
                           tcn_hub_home(broker->hub, &generation).size > 0;
    if (!is_wanted || (broker->door_try_ns != 0 && now_ns - broker->door_try_ns < DOOR_TRY_NS)) {
        return TCN_OK;
    }
    const bool is_first = broker->door_address[0] == '\0';
    broker->door_try_ns = now_ns;
    enum tcn_status status = open_socket(broker);
    if (status == TCN_OK && is_first) {
        tcn_log(broker->options.logger, TCN_LOG_INFO, "new machines enrol at %s",
                broker->door_address);
    }
    if (status == TCN_OK) {
        return tcn_poller_add(&broker->poller, broker->door, TCN_POLL_IN, token);
    }
    tcn_sock_close(&broker->door);
    if (status == TCN_LOCKED && is_first) {
        tcn_log(broker->options.logger, TCN_LOG_ERROR,
                "cannot open the door at %s: because somebody listens there; trying again",
                broker->options.door);
    }
    /* Our own last opening may take a moment to go. */
    return status == TCN_LOCKED ? TCN_OK : status;
}
