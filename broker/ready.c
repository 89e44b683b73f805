/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/ready.h"

#include "base/text.h"
#include "seal/sign.h"
#include "wire/frame.h"
#include "wire/registry.h"

#include <inttypes.h>

/* The key in use is one that peers are told, and for how long they believe it. */
static void check_own_key(const struct tcn_broker *broker, const struct tcn_broker_keys *told) {
    const struct tcn_public_key *own = &broker->options.keys->transport.public_key;
    const struct tcn_broker_key *found = NULL;
    char time[TCN_TIME_TEXT_BYTES];
    for (uint32_t i = 0; i < told->count; i++) {
        if (memcmp(&told->list[i].key, own, sizeof(*own)) == 0) {
            found = &told->list[i];
        }
    }
    if (told->count > 0 && found == NULL) {
        tcn_log(broker->options.logger, TCN_LOG_WARNING,
                "the collector tells peers of another transport key than the one in use here: who "
                "is not configured with it cannot come");
    } else if (found != NULL && found->until_ns != 0) {
        tcn_text_from_time(found->until_ns, time);
        tcn_log(broker->options.logger, TCN_LOG_WARNING,
                "a new transport key is announced: peers believe the one in use here until %s; put "
                "the new one in its place before that, and start the broker again",
                time);
    }
}

/* What all peers must hear of soon: keys to call the broker by, keys to seal to, and another
 * policy. They are woken, and ask; who is not there learns it when he comes. */
static void note_news(struct tcn_broker *broker, const struct tcn_registry *registry) {
    struct tcn_broker_keys told;
    tcn_broker_keys_of(registry, &told);
    const bool is_other = !tcn_broker_keys_equal(&told, &broker->told);
    if (is_other) {
        check_own_key(broker, &told);
    }
    if (is_other || broker->organ_key_count != registry->organ_key_count ||
        broker->policy_version != registry->policy_version) {
        broker->is_wake_due = broker->is_front_open;
    }
    broker->told = told;
    broker->organ_key_count = registry->organ_key_count;
    broker->policy_version = registry->policy_version;
}

/* Why a collector is not believed; NULL for what is no question of its keys. */
static const char *distrust_of(enum tcn_status status) {
    switch ((int)status) {
    case TCN_STALE:
        return "its log ends before a change of its signing key that is known here, as after a "
               "restore, or with a stolen older key";
    case TCN_CONFLICT:
        return "its log names another signing key behind one that is known here";
    case TCN_BAD_SIGNATURE:
        return "it signs neither with a key that is known here nor with one that such a key names";
    case TCN_FOREIGN_LOG:
        return "it serves another log";
    default:
        return NULL;
    }
}

/* The same collector with the same fault as last time. */
static bool is_told(const struct tcn_broker *broker, const struct tcn_hub_input *in,
                    enum tcn_status why) {
    const struct tcn_home *doubted = &broker->doubted;
    return broker->doubt == why && doubted->generation == in->generation &&
           tcn_slice_equals(tcn_home_routing(doubted), in->routing_id);
}

/* Said once of each that comes. */
static void tell_doubt(struct tcn_broker *broker, const struct tcn_hub_input *in,
                       enum tcn_status why, bool is_other_live) {
    if (is_told(broker, in, why)) {
        return;
    }
    tcn_log(broker->options.logger, TCN_LOG_ERROR,
            "cannot believe %s: because %s; try: give it its newest key file "
            "(docs/how-to/restore.md, When the broker does not believe the collector)",
            is_other_live ? "a collector that comes in the place of the live one, which stays"
                          : "the collector, and passes nothing to it or from it",
            distrust_of(why));
    broker->doubted = (struct tcn_home){.size = 0};
    tcn_home_take(&broker->doubted, in->routing_id, in->principal, in->generation, in->now_ns);
    broker->doubt = why;
}

/* From a collector that is not believed nothing is passed on and nothing is passed to it: peers
 * that know no better would believe it. It takes nobody's place, and who lives on is told to. */
static void doubt(struct tcn_broker *broker, const struct tcn_hub_input *in, enum tcn_status why) {
    const bool is_home = tcn_hub_is_home(broker->hub, in->routing_id, in->principal);
    const bool is_other_live = !is_home && tcn_ready_is_home_there(broker);
    if (!is_other_live) {
        tcn_hub_home_gone(broker->hub);
        broker->distrust = why;
    }
    tell_doubt(broker, in, why, is_other_live);
}

/* What the collector's keys were found to be. Who was turned away while it was not believed is
 * woken when it is over. */
static void believe(struct tcn_broker *broker, const struct tcn_hub_input *in, bool comes) {
    if (broker->distrust != TCN_OK) {
        tcn_log(broker->options.logger, TCN_LOG_INFO, "the collector is believed again");
    }
    broker->distrust = TCN_OK;
    if (tcn_slice_equals(tcn_home_routing(&broker->doubted), in->routing_id)) {
        broker->doubted = (struct tcn_home){.size = 0};
    }
    if (comes) {
        tcn_hub_home_take(broker->hub, in);
        broker->is_wake_due = true;
    }
}

/* The registry of a READY, when its signature holds: it lists the keys that lead from the
 * configured one to the one that signed it. */
static enum tcn_status registry_read(struct tcn_broker *broker, const struct tcn_parts *parts,
                                     struct tcn_registry *out_registry) {
    const struct tcn_slice bytes = tcn_parts_frame(parts, 2);
    const struct tcn_slice signature_bytes = tcn_parts_frame(parts, 3);
    struct tcn_signature signature;
    if (signature_bytes.size != sizeof signature.bytes) {
        return TCN_MALFORMED;
    }
    memcpy(signature.bytes, signature_bytes.data, sizeof signature.bytes);
    tcn_arena_reset(&broker->arena);
    enum tcn_status status = tcn_wire_registry_decode(bytes, &broker->arena, out_registry);
    if (status != TCN_OK) {
        return status;
    }
    const uint32_t before = broker->ring.count;
    status = tcn_keyring_take(&broker->ring, &out_registry->keys, TCN_CONTEXT_REGISTRY, bytes,
                              &signature);
    if (broker->ring.count > before) {
        tcn_log(broker->options.logger, TCN_LOG_INFO,
                "the collector signs with another key now, which is signed by the one before it");
    }
    return status;
}

/* [header] to a collector: the registry's version that is in force here, 0 when it is of a log
 * before a restore or the collector is not the live one, and the generation of the log that is. */
static enum tcn_status tell(struct tcn_broker *broker, struct tcn_slice to, enum tcn_kind kind) {
    uint8_t bytes[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_header header = {.version = TCN_WIRE_VERSION, .kind = kind};
    struct tcn_slice frames[] = {to, {0}};
    const struct tcn_slice home = tcn_hub_home(broker->hub, &header.request);
    header.session = tcn_slice_equals(home, to) ? tcn_hub_registry_live(broker->hub) : 0;
    if (tcn_wire_header_encode(&header, &writer, &frames[1]) != TCN_OK) {
        TCN_UNREACHABLE();
    }
    return tcn_sock_send(broker->back, frames, 2);
}

static void tell_ready(struct tcn_broker *broker, const struct tcn_parts *parts,
                       enum tcn_kind kind) {
    if (tell(broker, tcn_parts_frame(parts, 0), kind) != TCN_OK) {
        broker->counts.untold++; /* the next READY comes within a second */
    }
}

void tcn_ready_refuse(struct tcn_broker *broker, const struct tcn_parts *parts) {
    tell_ready(broker, parts, TCN_KIND_GONE);
}

bool tcn_ready_is_home_there(struct tcn_broker *broker) {
    uint64_t generation = 0;
    const struct tcn_slice home = tcn_hub_home(broker->hub, &generation);
    if (home.size == 0) {
        return false;
    }
    const enum tcn_status status = tell(broker, home, TCN_KIND_READY);
    return status == TCN_OK || status == TCN_AGAIN;
}

/* Puts the registry of the live collector in force. */
static enum tcn_status registry_take(struct tcn_broker *broker,
                                     const struct tcn_registry *registry) {
    const uint64_t before = tcn_hub_registry_version(broker->hub);
    const enum tcn_status status = tcn_hub_registry(broker->hub, registry);
    const uint64_t after = tcn_hub_registry_version(broker->hub);
    if (status == TCN_OK) {
        note_news(broker, registry);
    }
    if (after != before) {
        tcn_log(broker->options.logger, TCN_LOG_INFO, "registry version %" PRIu64 " in force",
                after);
    }
    return status == TCN_STALE ? TCN_OK : status; /* the newer one stays */
}

void tcn_ready_take(struct tcn_broker *broker, const struct tcn_parts *parts,
                    const struct tcn_hub_input *in, bool comes) {
    struct tcn_registry registry;
    if (parts->count == 4) {
        enum tcn_status status = registry_read(broker, parts, &registry);
        const bool is_doubted = distrust_of(status) != NULL;
        if (is_doubted) {
            doubt(broker, in, status);
        } else if (status == TCN_OK) {
            believe(broker, in, comes);
            status = registry_take(broker, &registry);
        }
        if (status != TCN_OK && !is_doubted) {
            tcn_log(broker->options.logger, TCN_LOG_ERROR,
                    "the collector's registry is refused: %s", tcn_status_sentence(status));
        }
    }
    tell_ready(broker, parts, TCN_KIND_READY);
}
