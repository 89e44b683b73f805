/* SPDX-License-Identifier: Apache-2.0 */
#include "publish.h"

#include "base/clock.h"
#include "cli/place.h"
#include "seal/hash.h"
#include "seal/random.h"
#include "seal/sign.h"
#include "seal/tree.h"
#include "wire/frame.h"
#include "wire/lane.h"

#include <sys/timerfd.h>
#include <unistd.h>

#define HELLO_TRIES 10
#define SILENCE_NS (30 * TCN_SECOND_NS)
#define SMALL_BYTES 512

enum token {
    TOKEN_SOCK,
    TOKEN_TIMER,
    TOKEN_STOP,
};

enum tcn_status bench_publisher_init(struct bench_publisher *publisher, struct bench_go *go,
                                     const struct tcn_principal *office, enum bench_shape shape) {
    publisher->go = go;
    publisher->office = office;
    publisher->timer = -1;
    publisher->next_sequence = 1;
    publisher->lane = (struct tcn_lane_key){
        .source = office->source, .epoch = tcn_random_u64() | 1, .lane = TCN_LANE_ROUTINE};
    publisher->fault = "it did not start";
    tcn_parts_init(&publisher->parts);
    tcn_poller_init(&publisher->poller);
    char path[TCN_CLI_PATH_BYTES];
    enum tcn_status status = tcn_place_path(path, go->district->dir, "keys/%s.key", office->name);
    if (status == TCN_OK) {
        status = tcn_key_file_read(path, &publisher->keys);
    }
    if (status == TCN_OK) {
        publisher->key_id = tcn_key_id_of(&publisher->keys.signing.public_key);
        status = tcn_arena_init(&publisher->arena, TCN_WIRE_ARENA_BYTES((size_t)16 * 1024));
    }
    return status == TCN_OK ? bench_mix_init(&publisher->mix, go->district, office, shape) : status;
}

void bench_publisher_fini(struct bench_publisher *publisher) {
    tcn_key_set_fini(&publisher->keys);
    tcn_arena_fini(&publisher->arena);
    bench_mix_fini(&publisher->mix);
}

static enum tcn_status fail(struct bench_publisher *publisher, enum tcn_status status,
                            const char *fault) {
    publisher->status = status;
    publisher->fault = fault;
    return status;
}

static enum tcn_status open_sock(struct bench_publisher *publisher) {
    const struct tcn_config_client *client = &publisher->go->district->auditor->client;
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_DEALER_CLIENT,
        .public_key = publisher->keys.transport.public_key.bytes,
        .secret_key = publisher->keys.transport.secret,
        .server_key = client->broker_transport_key.bytes,
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .hwm = BENCH_WINDOW_MAX,
        .random = tcn_random_u64(),
    };
    publisher->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    enum tcn_status status = publisher->timer < 0 ? TCN_LIMIT : TCN_OK;
    if (status == TCN_OK) {
        status = tcn_sock_open(publisher->go->link, &options, &publisher->sock);
    }
    if (status == TCN_OK) {
        status = tcn_sock_connect(publisher->sock, client->broker_endpoint);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&publisher->poller, publisher->sock, TCN_POLL_IN, TOKEN_SOCK);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add_descriptor(&publisher->poller, publisher->timer, TCN_POLL_IN,
                                           TOKEN_TIMER);
    }
    const int signals = publisher->go->options->signals;
    if (status == TCN_OK && signals >= 0) {
        status = tcn_poller_add_descriptor(&publisher->poller, signals, TCN_POLL_IN, TOKEN_STOP);
    }
    return status == TCN_OK ? TCN_OK : fail(publisher, status, "it cannot open its connection");
}

static void close_sock(struct bench_publisher *publisher) {
    tcn_parts_fini(&publisher->parts);
    tcn_sock_close(&publisher->sock);
    if (publisher->timer >= 0) {
        (void)close(publisher->timer);
    }
}

/* Waits until the socket is ready for `events`, or until `until_ns`; TCN_CANCELED when somebody
 * stops this program. */
static enum tcn_status wait_for(struct bench_publisher *publisher, unsigned events,
                                int64_t until_ns) {
    struct itimerspec when = {0};
    const int64_t at_ns = until_ns > 0 ? until_ns : 1;
    when.it_value.tv_sec = at_ns / TCN_SECOND_NS;
    when.it_value.tv_nsec = at_ns % TCN_SECOND_NS;
    if (timerfd_settime(publisher->timer, TFD_TIMER_ABSTIME, &when, NULL) != 0) {
        return TCN_IO;
    }
    enum tcn_status status = tcn_poller_set(&publisher->poller, publisher->sock, events);
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    if (status == TCN_OK) {
        status = tcn_poller_wait(&publisher->poller, TCN_POLLER_FOREVER, ready, &count);
    }
    for (size_t i = 0; status == TCN_OK && i < count; i++) {
        status = ready[i].token == TOKEN_STOP ? TCN_CANCELED : TCN_OK;
    }
    return status;
}

/* Sends frames behind a header; the first frame is filled in here. */
static enum tcn_status send_frames(struct bench_publisher *publisher, enum tcn_kind kind,
                                   struct tcn_slice *frames, size_t count) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof data);
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = kind,
                                      .session = kind == TCN_KIND_HELLO ? 0 : publisher->session};
    enum tcn_status status = tcn_wire_header_encode(&header, &writer, &frames[0]);
    const int64_t deadline_ns = tcn_clock_monotonic_ns() + SILENCE_NS;
    while (status == TCN_OK) {
        status = tcn_sock_send(publisher->sock, frames, count);
        if (status != TCN_AGAIN) {
            return status;
        }
        status = tcn_clock_monotonic_ns() > deadline_ns
                     ? TCN_UNREACHABLE_PEER
                     : wait_for(publisher, TCN_POLL_OUT, deadline_ns);
    }
    return status;
}

static enum tcn_status send_hello(struct bench_publisher *publisher) {
    const struct tcn_hello hello = {.format = TCN_HELLO_FORMAT,
                                    .log_id = publisher->go->district->setup.genesis.log_id,
                                    .lane = publisher->lane,
                                    .key_id = publisher->key_id,
                                    .bundle_version =
                                        publisher->go->district->bundle.bundle.version,
                                    .said_ns = tcn_clock_wall_ns()};
    uint8_t data[SMALL_BYTES];
    struct tcn_writer writer = tcn_writer_init(data, sizeof data);
    struct tcn_slice frames[3] = {{0}};
    struct tcn_signature signature;
    enum tcn_status status = tcn_wire_hello_encode(&hello, &writer, &frames[1]);
    if (status == TCN_OK) {
        status = tcn_sign(&publisher->keys.signing, TCN_CONTEXT_HELLO, frames[1], &signature);
    }
    frames[2] = tcn_slice_of(signature.bytes, sizeof signature.bytes);
    return status == TCN_OK ? send_frames(publisher, TCN_KIND_HELLO, frames, 3) : status;
}

/* Times every event of the chunk that was due in the counted time. */
static void time_events(struct bench_publisher *publisher, const struct bench_flight *flight,
                        int64_t now_ns) {
    const struct bench_go *go = publisher->go;
    for (uint32_t i = 0; i < flight->count; i++) {
        const int64_t due_ns = flight->due_ns + i * go->interval_ns;
        if (due_ns >= go->count_ns && due_ns < go->end_ns &&
            flight->last_sequence > publisher->fill_count) {
            tcn_latency_record(&publisher->latency, now_ns - due_ns);
        }
    }
}

static enum tcn_status take_ack(struct bench_publisher *publisher, struct tcn_slice bytes) {
    struct tcn_ack ack;
    struct tcn_receipt_body body;
    const struct bench_go *go = publisher->go;
    const int64_t now_ns = tcn_clock_monotonic_ns();
    if (tcn_wire_ack_decode(bytes, &publisher->arena, &ack) != TCN_OK ||
        tcn_wire_receipt_body_decode(ack.receipt.body, &publisher->arena, &body) != TCN_OK) {
        return fail(publisher, TCN_MALFORMED, "an acknowledgement does not decode");
    }
    const struct bench_flight *flight = &publisher->flights[publisher->flight_first];
    if (publisher->flight_count == 0 ||
        flight->last_sequence != body.first_sequence + body.count - 1 ||
        !tcn_lane_key_equals(&body.lane, &publisher->lane) ||
        !tcn_hash_equals(&body.chunk_hash, &flight->chunk_hash)) {
        return fail(publisher, TCN_SEQUENCE, "an acknowledgement is for another chunk");
    }
    if (publisher->acked_sequence == 0 &&
        tcn_receipt_verify(&ack.receipt, &go->district->setup.genesis.collector_key) != TCN_OK) {
        return fail(publisher, TCN_BAD_SIGNATURE, "a receipt is not the collector's");
    }
    time_events(publisher, flight, now_ns);
    const bool is_counted = flight->last_sequence > publisher->fill_count;
    publisher->count +=
        is_counted && now_ns >= go->count_ns && now_ns < go->end_ns ? flight->count : 0;
    publisher->acked_sequence = flight->last_sequence;
    publisher->last_ack_ns = now_ns;
    publisher->flight_first = (publisher->flight_first + 1) % BENCH_WINDOW_MAX;
    publisher->flight_count--;
    return TCN_OK;
}

static enum tcn_status take_message(struct bench_publisher *publisher) {
    struct tcn_header header;
    struct tcn_welcome welcome;
    const struct tcn_slice body = tcn_parts_frame(&publisher->parts, 1);
    tcn_arena_reset(&publisher->arena);
    if (tcn_wire_header_decode(tcn_parts_frame(&publisher->parts, 0), &header) != TCN_OK) {
        return fail(publisher, TCN_MALFORMED, "an answer does not decode");
    }
    switch (header.kind) {
    case TCN_KIND_ACK:
        return take_ack(publisher, body);
    case TCN_KIND_WELCOME:
        if (tcn_wire_welcome_decode(body, &publisher->arena, &welcome) != TCN_OK) {
            return fail(publisher, TCN_MALFORMED, "a WELCOME does not decode");
        }
        publisher->session = welcome.session;
        return TCN_OK;
    case TCN_KIND_REFUSE:
        return fail(publisher, TCN_DENIED, "a chunk was refused");
    case TCN_KIND_AGAIN:
        return fail(publisher, TCN_STALE, "the collector wants another HELLO");
    case TCN_KIND_ERROR:
        return fail(publisher, TCN_BUSY, "the broker refused a message");
    default:
        return TCN_OK;
    }
}

static enum tcn_status take_all(struct bench_publisher *publisher) {
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = tcn_sock_recv(publisher->sock, &publisher->parts);
        if (status == TCN_OK) {
            status = take_message(publisher);
        }
    }
    return status == TCN_AGAIN ? TCN_OK : status;
}

/* HELLO until WELCOME. */
static enum tcn_status greet(struct bench_publisher *publisher) {
    enum tcn_status status = open_sock(publisher);
    for (uint32_t try = 0; status == TCN_OK && publisher->session == 0 && try < HELLO_TRIES;
         try++) {
        status = send_hello(publisher);
        const int64_t until_ns = tcn_clock_monotonic_ns() + TCN_SECOND_NS;
        while (status == TCN_OK && publisher->session == 0 && tcn_clock_monotonic_ns() < until_ns) {
            status = wait_for(publisher, TCN_POLL_IN, until_ns);
            if (status == TCN_OK) {
                status = take_all(publisher);
            }
        }
    }
    if (status == TCN_OK && publisher->session == 0) {
        status = fail(publisher, TCN_TIMEOUT, "no WELCOME came");
    }
    return status;
}

/* Events of the filling that are not cut yet. */
static uint64_t unfilled(const struct bench_publisher *publisher) {
    const uint64_t cut = publisher->next_sequence - 1;
    return cut < publisher->fill_count ? publisher->fill_count - cut : 0;
}

/* When the next event is due: at once, unless paced. */
static int64_t next_due_ns(const struct bench_publisher *publisher, int64_t now_ns) {
    const struct bench_go *go = publisher->go;
    const uint64_t before = publisher->fill_count + 1;
    return go->interval_ns == 0
               ? now_ns
               : go->start_ns + publisher->shift_ns +
                     (int64_t)(publisher->next_sequence - before) * go->interval_ns;
}

/* How many events may be cut now, and when the first of them was due. When none may, *out_due_ns is
 * when to look again. */
static uint32_t due_count(const struct bench_publisher *publisher, int64_t now_ns,
                          int64_t *out_due_ns) {
    const struct bench_go *go = publisher->go;
    const uint64_t ahead = publisher->next_sequence - 1 - publisher->acked_sequence;
    const uint64_t rest = unfilled(publisher);
    if (rest > 0 && ahead < go->options->window) {
        const uint64_t free_count = go->options->window - ahead;
        *out_due_ns = now_ns;
        return (uint32_t)(rest < free_count ? rest : free_count);
    }
    const int64_t due_ns = next_due_ns(publisher, now_ns);
    if (due_ns >= go->end_ns || ahead >= go->options->window) {
        *out_due_ns = now_ns + SILENCE_NS; /* only an acknowledgement changes that */
        return 0;
    }
    *out_due_ns = due_ns;
    const uint32_t room = (uint32_t)(go->options->window - ahead);
    if (go->interval_ns == 0 || due_ns > now_ns) {
        return due_ns > now_ns ? 0 : room;
    }
    const int64_t last_ns = now_ns < go->end_ns ? now_ns : go->end_ns - 1;
    const uint64_t due = (uint64_t)((last_ns - due_ns) / go->interval_ns) + 1;
    return due < room ? (uint32_t)due : room;
}

static enum tcn_status send_chunk(struct bench_publisher *publisher, uint32_t count,
                                  int64_t due_ns) {
    struct tcn_chunk chunk;
    uint32_t cut_count = 0;
    enum tcn_status status = bench_cut(publisher, count, &chunk, &cut_count);
    if (status != TCN_OK) {
        return fail(publisher, status, "a chunk cannot be cut");
    }
    TCN_CHECK(publisher->flight_count < BENCH_WINDOW_MAX);
    const uint32_t slot = (publisher->flight_first + publisher->flight_count) % BENCH_WINDOW_MAX;
    publisher->flights[slot] = (struct bench_flight){.last_sequence = publisher->next_sequence - 1,
                                                     .count = cut_count,
                                                     .chunk_hash = publisher->previous_hash,
                                                     .due_ns = due_ns};
    publisher->flight_count++;
    struct tcn_slice frames[5] = {{0}, chunk.head, chunk.signature, chunk.body, chunk.shares};
    status = send_frames(publisher, TCN_KIND_CHUNK, frames, chunk.shares.size > 0 ? 5 : 4);
    return status == TCN_OK ? TCN_OK : fail(publisher, status, "a chunk cannot be sent");
}

/* Cuts and sends all that is due and fits the window; *out_due_ns is when to look again. */
static enum tcn_status send_due(struct bench_publisher *publisher, int64_t *out_due_ns) {
    enum tcn_status status = TCN_OK;
    uint32_t count = due_count(publisher, tcn_clock_monotonic_ns(), out_due_ns);
    while (status == TCN_OK && count > 0) {
        status = send_chunk(publisher, count, *out_due_ns);
        count = due_count(publisher, tcn_clock_monotonic_ns(), out_due_ns);
    }
    return status;
}

/* Whether the part is over: the filling, when nothing is timed yet, or all that is due before the
 * end. */
static bool is_over(const struct bench_publisher *publisher, bool is_filling, int64_t now_ns) {
    const bool is_all_cut = is_filling ? unfilled(publisher) == 0
                                       : next_due_ns(publisher, now_ns) >= publisher->go->end_ns;
    return is_all_cut && publisher->flight_count == 0;
}

static enum tcn_status publish(struct bench_publisher *publisher, bool is_filling) {
    struct bench_go *go = publisher->go;
    int64_t heard_ns = tcn_clock_monotonic_ns();
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        const uint64_t acked = publisher->acked_sequence;
        const bool was_waiting = publisher->flight_count > 0;
        int64_t due_ns = 0;
        status = take_all(publisher);
        if (status == TCN_OK) {
            status = send_due(publisher, &due_ns);
        }
        const int64_t now_ns = tcn_clock_monotonic_ns();
        if (status != TCN_OK || is_over(publisher, is_filling, now_ns)) {
            return status;
        }
        if (atomic_load(&go->is_given_up)) {
            return fail(publisher, TCN_CANCELED, "the case was given up");
        }
        heard_ns = publisher->acked_sequence != acked || !was_waiting ? now_ns : heard_ns;
        if (now_ns - heard_ns > SILENCE_NS) {
            return fail(publisher, TCN_TIMEOUT, "no acknowledgement came");
        }
        const int64_t look_ns = now_ns + TCN_SECOND_NS;
        status = wait_for(publisher, TCN_POLL_IN, due_ns < look_ns ? due_ns : look_ns);
    }
    return status;
}

void *bench_publisher_run(void *argument) {
    struct bench_publisher *publisher = argument;
    struct bench_go *go = publisher->go;
    enum tcn_status status = greet(publisher);
    if (status == TCN_OK) {
        status = publish(publisher, true);
    }
    (void)pthread_barrier_wait(&go->barrier); /* the main thread now sets the times */
    (void)pthread_barrier_wait(&go->barrier);
    if (status == TCN_OK) {
        status = publish(publisher, false);
    }
    if (status != TCN_OK && publisher->status == TCN_OK) {
        (void)fail(publisher, status, tcn_status_sentence(status));
    }
    close_sock(publisher);
    (void)atomic_fetch_add(&go->done_count, 1);
    return NULL;
}
