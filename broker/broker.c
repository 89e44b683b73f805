/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/broker.h"

#include "base/clock.h"
#include "base/text.h"
#include "broker/door.h"
#include "broker/health.h"
#include "broker/numbers.h"
#include "broker/ready.h"
#include "broker/shell.h"
#include "link/poller.h"
#include "seal/random.h"
#include "wire/frame.h"
#include "wire/lane.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Messages taken from one socket before the others are looked at again. */
#define BURST_MAX 256
#define TICK_NS TCN_SECOND_NS
#define FRONT_HWM 4096
#define FRONT_TRIES_MAX 8
#define BACK_HWM 65536

enum token {
    TOKEN_ZAP,
    TOKEN_FRONT,
    TOKEN_BACK,
    TOKEN_STOP,
    TOKEN_PAGE,
    TOKEN_DOOR,
};

#define USER_ID_FORMAT "%" PRIu32 ".%016" PRIx64

/* A user id is the principal's number and the tag of the key that it came with, as the lookup below
 * wrote it; 0 is nobody. */
static uint32_t principal_of(const struct tcn_parts *parts, uint64_t *out_key_tag) {
    const char *text = tcn_parts_user_id(parts);
    uint32_t principal = 0;
    uint64_t key_tag = 0;
    if (text == NULL || sscanf(text, "%" SCNu32 ".%" SCNx64, &principal, &key_tag) != 2) {
        return 0;
    }
    *out_key_tag = key_tag;
    return principal;
}

static enum tcn_status zap_lookup(void *context, const char *domain,
                                  const uint8_t key[TCN_CURVE_KEY_BYTES],
                                  char out_user_id[TCN_USER_ID_BYTES]) {
    struct tcn_broker *broker = context;
    if (strcmp(domain, TCN_BROKER_DOOR_DOMAIN) == 0) {
        return tcn_broker_door_admit(broker, key, out_user_id);
    }
    struct tcn_public_key transport_key;
    memcpy(transport_key.bytes, key, sizeof transport_key.bytes);
    uint32_t principal = 0;
    enum tcn_status status =
        tcn_hub_admit(broker->hub, &transport_key, tcn_clock_wall_ns(), &principal);
    if (status != TCN_OK && tcn_hub_registry_version(broker->hub) == 0) {
        /* libzmq never tries again after a denial; "later" keeps a collector coming back. */
        return TCN_AGAIN;
    }
    if (status != TCN_OK) {
        return status;
    }
    (void)snprintf(out_user_id, TCN_USER_ID_BYTES, USER_ID_FORMAT, principal,
                   tcn_hub_key_tag(&transport_key));
    return TCN_OK;
}

static struct tcn_hub_input input_of(const struct tcn_parts *parts, enum tcn_kind kind) {
    uint64_t random = tcn_random_u64();
    uint64_t key_tag = 0;
    const uint32_t principal = principal_of(parts, &key_tag);
    return (struct tcn_hub_input){
        .routing_id = tcn_parts_frame(parts, 0),
        .principal = principal,
        .key_tag = key_tag,
        .kind = kind,
        .bytes = parts->bytes,
        .now_ns = tcn_clock_monotonic_ns(),
        .wall_ns = tcn_clock_wall_ns(),
        .random = random == 0 ? 1 : random,
    };
}

/* The collector must know that a connection ended, so that it ends what it holds for it. When it
 * cannot be told now, its own timers do it. */
static void tell_gone(struct tcn_broker *broker, const struct tcn_hub_verdict *verdict) {
    uint8_t stamp_bytes[TCN_BROKER_STAMP_BYTES];
    uint8_t header_bytes[TCN_HEADER_BYTES_MAX];
    struct tcn_writer stamp = tcn_writer_init(stamp_bytes, sizeof stamp_bytes);
    struct tcn_writer header = tcn_writer_init(header_bytes, sizeof header_bytes);
    const struct tcn_header gone = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_GONE};
    struct tcn_slice frames[] = {verdict->to, {0}, {0}};
    if (tcn_wire_stamp_encode(&verdict->stamp, &stamp, &frames[1]) != TCN_OK ||
        tcn_wire_header_encode(&gone, &header, &frames[2]) != TCN_OK) {
        TCN_UNREACHABLE();
    }
    if (tcn_sock_send(broker->back, frames, 3) != TCN_OK) {
        broker->counts.untold++;
    }
}

static void answer_error(struct tcn_broker *broker, const struct tcn_parts *parts,
                         const struct tcn_header *asked, enum tcn_status code) {
    uint8_t header_bytes[TCN_HEADER_BYTES_MAX];
    uint8_t body_bytes[TCN_HEADER_BYTES_MAX];
    struct tcn_writer header = tcn_writer_init(header_bytes, sizeof header_bytes);
    struct tcn_writer body = tcn_writer_init(body_bytes, sizeof body_bytes);
    const struct tcn_header answer = {.version = TCN_WIRE_VERSION,
                                      .kind = TCN_KIND_ERROR,
                                      .session = asked->session,
                                      .request = asked->request};
    const struct tcn_refuse refuse = {
        .code = (uint32_t)code,
        .is_later = tcn_status_class(code) == TCN_CLASS_AGAIN,
    };
    struct tcn_slice frames[] = {tcn_parts_frame(parts, 0), {0}, {0}};
    if (tcn_wire_header_encode(&answer, &header, &frames[1]) != TCN_OK ||
        tcn_wire_refuse_encode(&refuse, &body, &frames[2]) != TCN_OK) {
        TCN_UNREACHABLE();
    }
    if (tcn_sock_send(broker->front, frames, 3) != TCN_OK) {
        broker->counts.untold++;
    }
}

/* The hub does not see that a send to the collector failed, so the pace of its answers is kept here
 * too. Principals that share a slot only hear less. */
static bool is_due(struct tcn_broker *broker, uint32_t principal, int64_t now_ns) {
    int64_t *told_ns = &broker->told_ns[principal % TCN_BROKER_TOLD_SLOTS];
    if (*told_ns != 0 && now_ns - *told_ns < TCN_HUB_ANSWER_NS) {
        return false;
    }
    *told_ns = now_ns;
    return true;
}

static void forward_up(struct tcn_broker *broker, struct tcn_parts *parts,
                       const struct tcn_header *header, const struct tcn_hub_verdict *verdict) {
    uint8_t stamp_bytes[TCN_BROKER_STAMP_BYTES];
    struct tcn_writer stamp = tcn_writer_init(stamp_bytes, sizeof stamp_bytes);
    struct tcn_slice prefix[] = {verdict->to, {0}};
    if (tcn_wire_stamp_encode(&verdict->stamp, &stamp, &prefix[1]) != TCN_OK) {
        TCN_UNREACHABLE();
    }
    enum tcn_status status = tcn_sock_forward(broker->back, prefix, 2, parts, 1);
    if (status == TCN_OK) {
        broker->counts.up++;
        return;
    }
    /* Dropping is safe: nobody was told that it arrived, and the peer says it again. */
    broker->counts.lost_up++;
    if (is_due(broker, verdict->stamp.principal, tcn_clock_monotonic_ns())) {
        answer_error(broker, parts, header, status == TCN_ABSENT ? TCN_UNREACHABLE_PEER : TCN_BUSY);
    }
}

/* Tells a peer that speaks a newer version to wait, as often as the hub allows. Of its header
 * nothing but the version is known, so nothing of it is echoed. */
static void answer_newer(struct tcn_broker *broker, const struct tcn_parts *parts) {
    const struct tcn_hub_input input = input_of(parts, TCN_KIND_NONE);
    struct tcn_hub_verdict verdict;
    tcn_hub_up(broker->hub, &input, &verdict);
    if (verdict.kind == TCN_HUB_ANSWER) {
        const struct tcn_header nothing = {0};
        answer_error(broker, parts, &nothing, TCN_UPGRADE);
    }
}

/* There is a collector, and it is not believed: that is no matter of waiting. */
static enum tcn_status code_for_peer(const struct tcn_broker *broker,
                                     const struct tcn_hub_verdict *verdict) {
    const bool is_alone = verdict->reason == TCN_HUB_REASON_NO_COLLECTOR;
    return is_alone && broker->distrust != TCN_OK ? TCN_UNTRUSTED : verdict->code;
}

/* One message of a peer: [routing id][header][body...]. */
static void take_front(struct tcn_broker *broker, struct tcn_parts *parts) {
    struct tcn_header header;
    enum tcn_status status = TCN_MALFORMED;
    if (parts->count >= 2 && parts->count <= TCN_MESSAGE_FRAMES_MAX + 1) {
        status = tcn_wire_header_decode(tcn_parts_frame(parts, 1), &header);
    }
    if (status != TCN_OK || tcn_kind_direction(header.kind) != TCN_DIRECTION_UP) {
        broker->counts.malformed++;
        if (status == TCN_UPGRADE) {
            answer_newer(broker, parts);
        }
        return;
    }
    const struct tcn_hub_input input = input_of(parts, header.kind);
    struct tcn_hub_verdict verdict;
    tcn_hub_up(broker->hub, &input, &verdict);
    switch (verdict.kind) {
    case TCN_HUB_FORWARD:
        forward_up(broker, parts, &header, &verdict);
        break;
    case TCN_HUB_ANSWER:
        answer_error(broker, parts, &header, code_for_peer(broker, &verdict));
        break;
    case TCN_HUB_GONE:
    case TCN_HUB_READY:
    case TCN_HUB_DROP:
        break; /* counted by the hub; READY never comes from the front, its direction was looked at
                */
    }
}

/* A message of the collector to a peer: [routing id][stamp][header][body...]. */
static void forward_down(struct tcn_broker *broker, struct tcn_parts *parts) {
    struct tcn_stamp stamp;
    struct tcn_header header;
    if (parts->count < 3 || parts->count > TCN_MESSAGE_FRAMES_MAX + 2 ||
        tcn_wire_stamp_decode(tcn_parts_frame(parts, 1), &stamp) != TCN_OK ||
        tcn_wire_header_decode(tcn_parts_frame(parts, 2), &header) != TCN_OK ||
        tcn_kind_direction(header.kind) != TCN_DIRECTION_DOWN) {
        broker->counts.malformed++;
        return;
    }
    if (broker->distrust != TCN_OK) {
        broker->counts.lost_down++;
        return;
    }
    const struct tcn_hub_input input = input_of(parts, header.kind);
    struct tcn_hub_verdict verdict;
    if (stamp.principal == 0 && tcn_hub_is_home(broker->hub, input.routing_id, input.principal)) {
        tcn_broker_door_answer(broker, parts, &stamp, header.kind);
        return;
    }
    tcn_hub_down(broker->hub, &input, &stamp, &verdict);
    if (verdict.kind == TCN_HUB_GONE) {
        tell_gone(broker, &verdict);
        return;
    }
    if (verdict.kind != TCN_HUB_FORWARD) {
        return;
    }
    enum tcn_status status = tcn_sock_forward(broker->front, &verdict.to, 1, parts, 2);
    if (status == TCN_OK) {
        broker->counts.down++;
        return;
    }
    broker->counts.lost_down++;
    if (status == TCN_ABSENT) {
        tcn_hub_gone(broker->hub, verdict.to, &verdict);
        if (verdict.kind == TCN_HUB_GONE) {
            tell_gone(broker, &verdict);
        }
    }
}

/* A collector has come, or has news for all: what peers said to the one before it is lost, and
 * nobody else could tell them before their timers do. One that does not take it finds out by its
 * timer. */
static void wake_peers(struct tcn_broker *broker) {
    uint8_t header_bytes[TCN_HEADER_BYTES_MAX];
    struct tcn_writer header = tcn_writer_init(header_bytes, sizeof header_bytes);
    const struct tcn_header said = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_AGAIN};
    struct tcn_slice frames[] = {{0}, {0}, {0}}; /* the body is empty */
    if (tcn_wire_header_encode(&said, &header, &frames[1]) != TCN_OK) {
        TCN_UNREACHABLE();
    }
    frames[0] = tcn_hub_next(broker->hub, frames[0]);
    for (uint32_t i = 0; i < TCN_CONNECTIONS_MAX && frames[0].size > 0; i++) {
        if (tcn_sock_send(broker->front, frames, 3) != TCN_OK) {
            broker->counts.untold++;
        }
        frames[0] = tcn_hub_next(broker->hub, frames[0]);
    }
}

static void take_back(struct tcn_broker *broker, struct tcn_parts *parts) {
    struct tcn_header header;
    bool is_ready = parts->count >= 2 &&
                    tcn_wire_header_decode(tcn_parts_frame(parts, 1), &header) == TCN_OK &&
                    header.kind == TCN_KIND_READY;
    if (!is_ready) {
        forward_down(broker, parts);
        return;
    }
    struct tcn_hub_input input = input_of(parts, TCN_KIND_READY);
    struct tcn_hub_verdict verdict;
    input.generation = header.request;
    tcn_hub_up(broker->hub, &input, &verdict);
    if (verdict.code == TCN_LOCKED && !tcn_ready_is_home_there(broker)) {
        tcn_hub_home_gone(broker->hub); /* it was started again: this is it, on a new connection */
        tcn_hub_up(broker->hub, &input, &verdict);
    }
    if (verdict.code == TCN_FENCED || verdict.code == TCN_LOCKED) {
        tcn_ready_refuse(broker, parts);
    }
    if (verdict.kind != TCN_HUB_READY) {
        return;
    }
    tcn_ready_take(broker, parts, &input, verdict.comes);
    if (broker->is_wake_due) {
        broker->is_wake_due = false;
        wake_peers(broker);
    }
}

/* Takes what waits on a socket, but not so much that the other socket starves. */
static enum tcn_status take_burst(struct tcn_broker *broker, struct tcn_sock *sock,
                                  void (*take)(struct tcn_broker *, struct tcn_parts *)) {
    for (int turn = 0; turn < BURST_MAX; turn++) {
        enum tcn_status status = tcn_sock_recv(sock, &broker->parts);
        if (status == TCN_AGAIN) {
            return TCN_OK;
        }
        if (status == TCN_TOOBIG) {
            broker->counts.malformed++;
            continue;
        }
        if (status != TCN_OK) {
            return status;
        }
        take(broker, &broker->parts);
        tcn_parts_clear(&broker->parts);
    }
    return TCN_OK;
}

static enum tcn_status dispatch(struct tcn_broker *broker, uint64_t token, bool *out_stop) {
    switch ((enum token)token) {
    case TOKEN_ZAP:
        return tcn_zap_step(broker->zap, zap_lookup, broker);
    case TOKEN_FRONT:
        return take_burst(broker, broker->front, take_front);
    case TOKEN_BACK:
        return take_burst(broker, broker->back, take_back);
    case TOKEN_DOOR:
        return broker->door == NULL ? TCN_OK
                                    : take_burst(broker, broker->door, tcn_broker_door_take);
    case TOKEN_STOP:
        *out_stop = true;
        return TCN_OK;
    case TOKEN_PAGE:
        tcn_page_step(broker->page, tcn_broker_numbers, broker);
        return TCN_OK;
    }
    TCN_UNREACHABLE();
}

/* No option of libzmq bounds a message that never ends (link/link.h), so the process watches itself
 * and ends: it holds no state, and its service manager starts it again. */
static enum tcn_status check_memory(const struct tcn_broker *broker) {
    const uint64_t resident_bytes = tcn_broker_resident_bytes();
    if (resident_bytes <= broker->options.rss_bytes_max) {
        return TCN_OK;
    }
    tcn_log(broker->options.logger, TCN_LOG_ERROR,
            "resident memory is %" PRIu64 " MiB, over the limit of %" PRIu64
            " MiB: ending, to be started again",
            resident_bytes >> 20, broker->options.rss_bytes_max >> 20);
    return TCN_LIMIT;
}

/* Nobody is listened to before the collector has said who may speak: a peer that is told "later"
 * in its handshake comes back only after the handshake's 5 s, one that finds nobody after 2 s. */
static enum tcn_status open_front(struct tcn_broker *broker) {
    if (broker->is_front_open || tcn_hub_registry_version(broker->hub) == 0) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_sock_bind(broker->front, broker->front_address);
    broker->is_front_open = status == TCN_OK;
    if (status != TCN_LOCKED || broker->front_try_count++ == FRONT_TRIES_MAX) {
        return status;
    }
    return TCN_OK; /* our own first binding may take a moment to go */
}

enum tcn_status tcn_broker_run(struct tcn_broker *broker, int stop_descriptor) {
    enum tcn_status status =
        tcn_poller_add_descriptor(&broker->poller, stop_descriptor, TCN_POLL_IN, TOKEN_STOP);
    bool is_stopping = false;
    int64_t memory_ns = 0;
    while (status == TCN_OK && !is_stopping) {
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t ready_count = 0;
        status = tcn_poller_wait(&broker->poller, TICK_NS, ready, &ready_count);
        for (size_t index = 0; status == TCN_OK && index < ready_count; index++) {
            status = dispatch(broker, ready[index].token, &is_stopping);
        }
        int64_t now_ns = tcn_clock_monotonic_ns();
        if (status == TCN_OK) {
            status = open_front(broker);
        }
        if (status == TCN_OK) {
            status = tcn_broker_door_turn(broker, TOKEN_DOOR, now_ns);
        }
        if (status == TCN_OK && now_ns - memory_ns >= TICK_NS / 4) {
            memory_ns = now_ns;
            status = check_memory(broker);
            tcn_broker_tell_counts(broker, now_ns, false);
        }
    }
    tcn_broker_tell_counts(broker, tcn_clock_monotonic_ns(), true);
    tcn_poller_remove_descriptor(&broker->poller, stop_descriptor);
    return status;
}

static enum tcn_status open_server(struct tcn_broker *broker, size_t hwm,
                                   struct tcn_sock **out_sock) {
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_ROUTER_SERVER,
        .secret_key = broker->options.keys->transport.secret,
        .zap_domain = TCN_BROKER_ZAP_DOMAIN,
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .message_bytes_max = TCN_FRAME_BYTES_MAX + 64 * 1024,
        .hwm = hwm,
        .random = tcn_random_u64(),
    };
    return tcn_sock_open(broker->link, &options, out_sock);
}

/* Binds a socket of ours, or says where it cannot. */
static enum tcn_status bind_at(struct tcn_broker *broker, struct tcn_sock *sock,
                               const char *address) {
    const enum tcn_status status = tcn_sock_bind(sock, address);
    if (status != TCN_OK) {
        tcn_log(broker->options.logger, TCN_LOG_ERROR, "cannot listen at %s: because %s", address,
                status == TCN_LOCKED ? "somebody listens there" : tcn_status_sentence(status));
    }
    return status;
}

/* Finds out that the front's address can be had, and its port, and leaves it again. */
static enum tcn_status try_front(struct tcn_broker *broker) {
    enum tcn_status status = bind_at(broker, broker->front, broker->options.front);
    if (status == TCN_OK) {
        status = tcn_sock_endpoint(broker->front, broker->front_address);
    }
    return status == TCN_OK ? tcn_sock_unbind(broker->front, broker->front_address) : status;
}

static enum tcn_status open_sockets(struct tcn_broker *broker) {
    tcn_broker_take_descriptors();
    enum tcn_status status = tcn_link_open(2, 64, &broker->link);
    if (status != TCN_OK) {
        return status;
    }
    /* The handler first: a server socket without one would refuse honest peers. */
    status = tcn_zap_open(broker->link, TCN_BROKER_ZAP_DOMAIN, &broker->zap);
    if (status == TCN_OK) {
        status = tcn_zap_add(broker->zap, TCN_BROKER_DOOR_DOMAIN);
    }
    if (status != TCN_OK) {
        return status;
    }
    status = open_server(broker, BACK_HWM, &broker->back);
    if (status == TCN_OK) {
        status = bind_at(broker, broker->back, broker->options.back);
    }
    if (status == TCN_OK) {
        status = open_server(broker, FRONT_HWM, &broker->front);
    }
    if (status == TCN_OK) {
        status = try_front(broker);
    }
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_poller_add(&broker->poller, tcn_zap_sock(broker->zap), TCN_POLL_IN, TOKEN_ZAP);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_poller_add(&broker->poller, broker->back, TCN_POLL_IN, TOKEN_BACK);
    return status != TCN_OK
               ? status
               : tcn_poller_add(&broker->poller, broker->front, TCN_POLL_IN, TOKEN_FRONT);
}

/* Numbers are for looking on: without their page the broker works as well. */
static enum tcn_status open_page(struct tcn_broker *broker) {
    const char *path = broker->options.metrics_path;
    if (path == NULL) {
        return TCN_OK;
    }
    const enum tcn_status status = tcn_page_open(path, &broker->page);
    if (status != TCN_OK) {
        tcn_log(broker->options.logger, TCN_LOG_WARNING, "shows no numbers at %s: because %s", path,
                tcn_status_sentence(status));
        return TCN_OK;
    }
    return tcn_poller_add_descriptor(&broker->poller, tcn_page_descriptor(broker->page),
                                     TCN_POLL_IN, TOKEN_PAGE);
}

enum tcn_status tcn_broker_open(const struct tcn_broker_options *options,
                                struct tcn_broker **out_broker) {
    struct tcn_broker *broker = calloc(1, sizeof *broker);
    if (broker == NULL) {
        return TCN_NOMEM;
    }
    broker->options = *options;
    broker->tell_ns = tcn_clock_monotonic_ns();
    broker->started_ns = tcn_clock_wall_ns();
    broker->guests = tcn_door_init();
    tcn_poller_init(&broker->poller);
    tcn_parts_init(&broker->parts);
    const struct tcn_hub_limits limits = {0};
    enum tcn_status status = tcn_broker_door_check(options->door);
    if (status == TCN_OK) {
        status = tcn_arena_init(&broker->arena, TCN_BROKER_ARENA_BYTES);
    }
    if (status == TCN_OK) {
        tcn_keyring_init(&broker->ring, NULL, &options->collector_signing_key);
        status = tcn_hub_create(&limits, &options->collector_transport_key, TCN_COLLECTOR_PRINCIPAL,
                                &broker->hub);
    }
    if (status == TCN_OK) {
        tcn_hub_also(broker->hub, &options->collector_transport_key_next);
        status = open_sockets(broker);
    }
    if (status == TCN_OK) {
        status = open_page(broker);
    }
    if (status != TCN_OK) {
        tcn_broker_close(&broker);
        return status;
    }
    *out_broker = broker;
    return TCN_OK;
}

enum tcn_status tcn_broker_endpoints(struct tcn_broker *broker, char *out_front, char *out_back) {
    memcpy(out_front, broker->front_address, sizeof(broker->front_address));
    return tcn_sock_endpoint(broker->back, out_back);
}

void tcn_broker_close(struct tcn_broker **broker) {
    struct tcn_broker *closing = broker == NULL ? NULL : *broker;
    if (closing == NULL) {
        return;
    }
    tcn_page_close(&closing->page);
    tcn_parts_fini(&closing->parts);
    tcn_sock_close(&closing->front);
    tcn_sock_close(&closing->door);
    tcn_sock_close(&closing->back);
    tcn_zap_close(&closing->zap);
    tcn_link_close(&closing->link);
    tcn_hub_destroy(&closing->hub);
    tcn_arena_fini(&closing->arena);
    free(closing);
    *broker = NULL;
}
