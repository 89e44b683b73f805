/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The net actor: the one socket to the broker. What comes is checked here (intake) and passed on,
 * what writer and serve post is sent as it is. It announces the collector every second, so a broker
 * that was started again has the registry within a second or two.
 *
 * It holds at most one message for each direction that could not go on, and takes no more of that
 * direction until it has: that is the whole queue. The mailboxes before it are bounded, and slow
 * down whoever fills them. Only the writer may hold up what comes: what serve has no room for is
 * answered BUSY and dropped, so that reports never wait behind questions.
 */
#include "collector/net_inside.h"

#include "base/clock.h"
#include "seal/random.h"
#include "seal/sign.h"
#include "wire/frame.h"
#include "wire/registry.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HWM 1000
#define READY_NS TCN_SECOND_NS
#define REPORT_NS (60 * TCN_SECOND_NS)
#define FLUSH_NS TCN_SECOND_NS

/* Messages taken from one side before the others have their turn. */
#define TURN_MESSAGES 64

enum token {
    TOKEN_STOP,
    TOKEN_BROKER,
    TOKEN_WRITER,
    TOKEN_SERVE,
};

_Static_assert(TCN_BROKER_KEYS_MAX + 1 <= TCN_SERVER_KEYS_MAX, "a socket takes all that are told");
_Static_assert(sizeof(struct tcn_public_key) == TCN_CURVE_KEY_BYTES, "keys lie one behind another");

/* Which keys of the broker to try, by the registry in force and the configuration. */
static void pick_broker_keys(struct tcn_net *net) {
    struct tcn_broker_keys told;
    tcn_broker_keys_of(tcn_roster_registry(&net->roster), &told);
    tcn_broker_keys_pick(&told, &net->house->broker_key, tcn_clock_wall_ns(), &net->callee);
    if (net->broker != NULL) {
        tcn_sock_set_server_keys(net->broker, net->callee.keys[0].bytes, net->callee.count);
    }
}

static enum tcn_status open_broker(struct tcn_net *net) {
    const struct tcn_transport_key *transport = net->house->transport;
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_DEALER_CLIENT,
        .public_key = transport->public_key.bytes,
        .secret_key = transport->secret,
        .server_key = net->callee.keys[0].bytes,
        .server_key_count = net->callee.count,
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .message_bytes_max = (size_t)2 * TCN_FRAME_BYTES_MAX,
        .hwm = HWM,
        .random = tcn_random_u64(),
    };
    const enum tcn_status status = tcn_sock_open(net->house->link, &options, &net->broker);
    return status == TCN_OK ? tcn_sock_connect(net->broker, net->house->endpoint) : status;
}

/* Puts the registry of the roster in force: intake judges by it, and the next READY carries it. One
 * that fits no frame is in force here only, which the log tells. */
static enum tcn_status take_registry(struct tcn_net *net) {
    const struct tcn_registry *registry = tcn_roster_registry(&net->roster);
    net->intake.registry = registry;
    net->intake.policy = tcn_rights_policy(&net->roster.rights);
    pick_broker_keys(net);
    enum tcn_status status =
        tcn_voice_set(&net->voice, &net->house->key_files, &net->roster.rights);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_writer writer = tcn_writer_init(net->registry_data, TCN_FRAME_BYTES_MAX);
    struct tcn_slice encoded = {0};
    struct tcn_registry told = *registry; /* to the broker, which wakes peers for another policy */
    told.version = tcn_rights_version(&net->roster.rights);
    told.policy_version = net->intake.policy->version;
    status = tcn_wire_registry_encode(&told, &writer, &encoded);
    if (status != TCN_OK) {
        tcn_log(net->house->logger, TCN_LOG_ERROR,
                "the registry cannot go to the broker: because %s; what it changed is in force at "
                "the collector only",
                tcn_status_sentence(status));
        return net->registry.size > 0 ? TCN_OK : status;
    }
    net->registry = encoded;
    net->registry_version = told.version;
    net->is_full_due = true;
    return tcn_sign(&net->voice.key, TCN_CONTEXT_REGISTRY, encoded, &net->registry_signature);
}

static enum tcn_status open_registry(struct tcn_net *net) {
    net->registry_data = malloc(TCN_FRAME_BYTES_MAX);
    enum tcn_status status = net->registry_data == NULL
                                 ? TCN_NOMEM
                                 : tcn_intake_init(&net->intake, &net->house->charter);
    if (status == TCN_OK) {
        status = tcn_roster_open(&net->roster, net->house);
    }
    return status == TCN_OK ? take_registry(net) : status;
}

static enum tcn_status open_net(struct tcn_net *net) {
    tcn_parts_init(&net->in);
    tcn_parts_init(&net->out);
    tcn_poller_init(&net->poller);
    enum tcn_status status = open_registry(net);
    if (status == TCN_OK) {
        status = open_broker(net);
    }
    if (status == TCN_OK) {
        status =
            tcn_house_mailbox(net->house, TCN_HOUSE_NET_WRITER, TCN_MAILBOX_FIRST, &net->writer);
    }
    if (status == TCN_OK) {
        status = tcn_house_mailbox(net->house, TCN_HOUSE_NET_SERVE, TCN_MAILBOX_FIRST, &net->serve);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&net->poller, tcn_actor_inner(net->actor), TCN_POLL_IN, TOKEN_STOP);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&net->poller, net->broker, TCN_POLL_IN, TOKEN_BROKER);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&net->poller, net->writer, TCN_POLL_IN, TOKEN_WRITER);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&net->poller, net->serve, TCN_POLL_IN, TOKEN_SERVE);
    }
    return status;
}

static void close_net(struct tcn_net *net) {
    tcn_intake_fini(&net->intake);
    tcn_roster_close(&net->roster);
    tcn_voice_fini(&net->voice);
    free(net->registry_data);
    tcn_parts_fini(&net->in);
    tcn_parts_fini(&net->out);
    tcn_sock_close(&net->broker);
    tcn_sock_close(&net->writer);
    tcn_sock_close(&net->serve);
}

/* READY, with the registry when the broker is not known to have it. */
static enum tcn_status say_ready(struct tcn_net *net, int64_t now_ns) {
    if (now_ns - net->ready_ns < READY_NS && !net->is_full_due && !net->is_ready_held) {
        return TCN_OK;
    }
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION,
        .kind = TCN_KIND_READY,
        .session = net->registry_version,
        .request = net->house->generation,
    };
    struct tcn_slice frames[3] = {
        {0},
        net->registry,
        tcn_slice_of(net->registry_signature.bytes, sizeof(net->registry_signature.bytes)),
    };
    enum tcn_status status = tcn_wire_header_encode(&header, &writer, &frames[0]);
    TCN_CHECK(status == TCN_OK);
    const bool is_full = net->is_full_due || net->is_full_asked;
    status = tcn_sock_send(net->broker, frames, is_full ? 3 : 1);
    net->ready_ns = now_ns;
    net->is_ready_held = status == TCN_AGAIN;
    if (status == TCN_OK) {
        net->is_full_said = is_full;
        net->is_full_due = net->is_full_asked = false;
    }
    return status == TCN_AGAIN ? TCN_OK : status;
}

/* From the broker, until nothing waits or something cannot go on. */
static enum tcn_status pump_in(struct tcn_net *net) {
    enum tcn_status status = net->in_to != NULL ? tcn_net_pass_on(net, net->in_to) : TCN_OK;
    for (size_t i = 0; i < TURN_MESSAGES && status == TCN_OK && net->in_to == NULL; i++) {
        status = tcn_sock_recv(net->broker, &net->in);
        if (status == TCN_OK) {
            status = tcn_net_dispatch(net);
        } else if (status == TCN_TOOBIG) {
            net->counts.malformed_count++;
            status = TCN_OK;
        }
    }
    return status == TCN_AGAIN ? TCN_OK : status;
}

/* Sends the message that is held, if any. */
static enum tcn_status send_held(struct tcn_net *net) {
    const enum tcn_status status = tcn_parts_send(net->broker, &net->out, 0);
    if (status == TCN_AGAIN) {
        net->counts.held_count += !net->is_out_held;
        net->is_out_held = true;
        return TCN_OK;
    }
    net->is_out_held = false;
    net->counts.out_count++;
    return status;
}

/* The writer's word that the registry changed. The broker has it before the answers that follow. */
static enum tcn_status take_note(struct tcn_net *net) {
    struct tcn_note_registry note;
    const bool is_whole = tcn_note_read(tcn_parts_frame(&net->out, 0), &note, sizeof(note));
    TCN_CHECK(is_whole);
    tcn_parts_clear(&net->out);
    enum tcn_status status = tcn_roster_follow(&net->roster, note.version);
    if (status == TCN_OK) {
        status = take_registry(net);
    }
    return status == TCN_OK ? say_ready(net, tcn_clock_monotonic_ns()) : status;
}

static enum tcn_status pump_out(struct tcn_net *net, struct tcn_sock *from) {
    enum tcn_status status = net->is_out_held ? send_held(net) : TCN_OK;
    for (size_t i = 0; i < TURN_MESSAGES && status == TCN_OK && !net->is_out_held; i++) {
        status = tcn_mailbox_take(from, &net->out);
        if (status == TCN_OK) {
            status = net->out.count == 1 ? take_note(net) : send_held(net);
        }
    }
    return status == TCN_AGAIN ? TCN_OK : status;
}

/* Watches only what could go on. */
static enum tcn_status set_poller(struct tcn_net *net) {
    const unsigned taking = net->is_out_held ? 0 : TCN_POLL_IN;
    const bool is_held = net->is_out_held || net->is_ready_held;
    const unsigned broker = (net->in_to == NULL ? TCN_POLL_IN : 0u) | (is_held ? TCN_POLL_OUT : 0u);
    const unsigned writer = taking | (net->in_to == net->writer ? TCN_POLL_OUT : 0u);
    const bool is_telling = net->in_to == net->serve || net->gone_count > 0;
    const unsigned serve = taking | (is_telling ? TCN_POLL_OUT : 0u);
    enum tcn_status status = tcn_poller_set(&net->poller, net->broker, broker);
    if (status == TCN_OK) {
        status = tcn_poller_set(&net->poller, net->writer, writer);
    }
    return status == TCN_OK ? tcn_poller_set(&net->poller, net->serve, serve) : status;
}

/* Serve answers for the whole collector when somebody asks for numbers: of what is refused at once,
 * of the rest within a second. */
static enum tcn_status tell_counts(struct tcn_net *net, int64_t now_ns) {
    struct tcn_note_counts *counts = &net->counts;
    counts->pass_count = net->intake.pass_count;
    counts->refused_count = net->intake.refuse_count;
    const bool is_due =
        now_ns - net->tell_ns >= READY_NS && memcmp(counts, &net->told, sizeof(*counts)) != 0;
    if (counts->refused_count == net->told.refused_count && !is_due) {
        return TCN_OK;
    }
    const enum tcn_status status = tcn_note_post(net->serve, counts, sizeof(*counts));
    if (status == TCN_OK) {
        net->told = *counts;
        net->tell_ns = now_ns;
    }
    return status == TCN_AGAIN ? TCN_OK : status;
}

static void report(struct tcn_net *net, int64_t now_ns) {
    if (now_ns - net->report_ns < REPORT_NS) {
        return;
    }
    net->report_ns = now_ns;
    if (memcmp(&net->counts, &net->reported, sizeof(net->counts)) == 0) {
        return;
    }
    net->reported = net->counts;
    tcn_log(net->house->logger, TCN_LOG_INFO,
            "net: %" PRIu64 " in, %" PRIu64 " out, %" PRIu64 " passed, %" PRIu64
            " refused, %" PRIu64 " malformed, %" PRIu64 " held, %" PRIu64 " busy, %" PRIu64 " lost",
            net->counts.in_count, net->counts.out_count, net->counts.pass_count,
            net->counts.refused_count, net->counts.malformed_count, net->counts.held_count,
            net->counts.busy_count, net->counts.lost_count);
}

static enum tcn_status turn(struct tcn_net *net) {
    const int64_t now_ns = tcn_clock_monotonic_ns();
    if (tcn_clock_wall_ns() >= net->callee.change_ns) {
        pick_broker_keys(net);
    }
    enum tcn_status status = tcn_net_tell_gone(net);
    if (status == TCN_OK) {
        status = pump_in(net);
    }
    if (status == TCN_OK) {
        status = say_ready(net, now_ns); /* a broker that lacks the registry has just said so */
    }
    if (status == TCN_OK) {
        status = pump_out(net, net->writer);
    }
    if (status == TCN_OK) {
        status = pump_out(net, net->serve);
    }
    if (status == TCN_OK) {
        status = tell_counts(net, now_ns);
    }
    report(net, now_ns);
    return status == TCN_OK ? set_poller(net) : status;
}

static enum tcn_status loop(struct tcn_net *net) {
    enum tcn_status status = turn(net);
    while (status == TCN_OK && !tcn_actor_is_stopping(net->actor)) {
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        status = tcn_poller_wait(&net->poller, READY_NS, ready, &count);
        if (status == TCN_OK) {
            status = turn(net);
        }
    }
    return status;
}

/* The last answers of writer and serve, both of which have ended; what the broker does not take in
 * time is not missed: agents say it again. */
static enum tcn_status drain(struct tcn_net *net) {
    const int64_t until_ns = tcn_clock_monotonic_ns() + FLUSH_NS;
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && tcn_clock_monotonic_ns() < until_ns) {
        const uint64_t before = net->counts.out_count;
        status = pump_out(net, net->writer);
        if (status == TCN_OK) {
            status = pump_out(net, net->serve);
        }
        if (status != TCN_OK || (!net->is_out_held && net->counts.out_count == before)) {
            break;
        }
        struct tcn_poller poller;
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        tcn_poller_init(&poller);
        status = tcn_poller_add(&poller, net->broker, TCN_POLL_OUT, TOKEN_BROKER);
        if (status == TCN_OK) {
            status = tcn_poller_wait(&poller, FLUSH_NS, ready, &count);
        }
    }
    return status;
}

enum tcn_status tcn_net_run(struct tcn_actor *actor, void *argument) {
    struct tcn_net *net = calloc(1, sizeof(*net));
    if (net == NULL) {
        return TCN_NOMEM;
    }
    net->actor = actor;
    net->house = argument;
    net->is_full_due = true;
    net->report_ns = tcn_clock_monotonic_ns();
    enum tcn_status status = open_net(net);
    if (status == TCN_OK) {
        status = tcn_actor_ready(actor);
    }
    if (status == TCN_OK) {
        status = loop(net);
    }
    if (status == TCN_OK) {
        status = drain(net);
    }
    close_net(net);
    free(net);
    return status;
}
