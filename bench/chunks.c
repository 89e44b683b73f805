/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chunks cut in memory: what broker and collector can take when nobody before them is slow.
 */
#include "audit.h"
#include "base/clock.h"
#include "publish.h"
#include "replay.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define SETTLE_S 600
#define IO_THREADS 2
#define SOCKETS_MAX 64

struct chunks {
    const struct bench_options *options;
    struct bench_district district;
    struct bench_go go;
    struct bench_publisher *publishers;
    pthread_t threads[BENCH_PUBLISHERS_MAX];
    uint32_t thread_count;
    struct bench_usage before;
    struct tcn_stats_row first; /* before the first chunk */
    struct tcn_stats_row last;  /* when everything was folded */
    struct bench_result *result;
};

void bench_fault(struct bench_result *result, const char *format, ...) {
    if (result->fault[0] != '\0') {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(result->fault, sizeof result->fault, format, arguments);
    va_end(arguments);
    result->is_ok = false;
}

void bench_fault_status(struct bench_result *result, enum tcn_status status) {
    if (status == TCN_CLOSED) {
        bench_fault(result, "a program of the district ended");
    } else if (status != TCN_OK) {
        bench_fault(result, "%s", tcn_status_sentence(status));
    }
}

static enum tcn_status prepare(struct chunks *chunks, enum bench_shape shape) {
    const uint32_t count = chunks->options->publishers;
    chunks->publishers = calloc(count, sizeof *chunks->publishers);
    enum tcn_status status = chunks->publishers == NULL
                                 ? TCN_NOMEM
                                 : tcn_link_open(IO_THREADS, SOCKETS_MAX, &chunks->go.link);
    for (uint32_t i = 0; status == TCN_OK && i < count; i++) {
        const struct tcn_principal *office = bench_district_office(&chunks->district, i);
        chunks->publishers[i].fill_count = chunks->options->fill / count;
        chunks->publishers[i].shift_ns = chunks->go.interval_ns * i / count;
        status = office == NULL
                     ? TCN_ABSENT
                     : bench_publisher_init(&chunks->publishers[i], &chunks->go, office, shape);
    }
    return status;
}

/* Starts the publishers, and sets the times when all of them were welcomed. */
static enum tcn_status start(struct chunks *chunks) {
    const struct bench_options *options = chunks->options;
    struct bench_go *go = &chunks->go;
    if (pthread_barrier_init(&go->barrier, NULL, options->publishers + 1) != 0) {
        return TCN_NOMEM;
    }
    for (uint32_t i = 0; i < options->publishers; i++) {
        if (pthread_create(&chunks->threads[i], NULL, bench_publisher_run,
                           &chunks->publishers[i]) != 0) {
            /* The others wait at the barrier for it: nothing to be saved here. */
            (void)fprintf(stderr, "tocsin: cannot start a thread: because there are too many\n");
            exit(TCN_EXIT_FAILURE);
        }
        chunks->thread_count++;
    }
    (void)pthread_barrier_wait(&go->barrier);
    enum tcn_status status = bench_audit_settle(&chunks->district, SETTLE_S, &chunks->first);
    bench_usage_read(&chunks->district, &chunks->before);
    go->start_ns = tcn_clock_monotonic_ns();
    go->count_ns = go->start_ns + (int64_t)(options->warm_seconds * 1e9);
    go->end_ns = go->count_ns + (int64_t)(options->seconds * 1e9);
    if (status != TCN_OK) {
        go->end_ns = go->start_ns;
    }
    (void)pthread_barrier_wait(&go->barrier);
    return status;
}

static int64_t join(struct chunks *chunks) {
    int64_t last_ack_ns = 0;
    for (uint32_t i = 0; i < chunks->thread_count; i++) {
        (void)pthread_join(chunks->threads[i], NULL);
        const struct bench_publisher *publisher = &chunks->publishers[i];
        last_ack_ns = publisher->last_ack_ns > last_ack_ns ? publisher->last_ack_ns : last_ack_ns;
        if (publisher->status != TCN_OK) {
            bench_fault(chunks->result, "%s: %s", publisher->office->name, publisher->fault);
        }
    }
    chunks->thread_count = 0;
    return last_ack_ns;
}

/* Sent, acknowledged and stored must be one number, and each event must have had its effect. The
 * log may grow by more: the collector says things too, that nobody watches for instance. */
static enum tcn_status check_stored(struct chunks *chunks) {
    struct bench_result *result = chunks->result;
    uint64_t void_count = 0;
    const enum tcn_status status =
        bench_audit_stored(&chunks->district, &result->stored_count, &void_count);
    if (status != TCN_OK) {
        return status;
    }
    const uint64_t grown = chunks->last.last_position - chunks->first.last_position;
    if (result->sent_count != result->total_count || result->stored_count != result->total_count ||
        grown + result->fill_count < result->total_count) {
        bench_fault(result, "%llu sent, %llu acknowledged, %llu stored, the log grew by %llu",
                    (unsigned long long)result->sent_count, (unsigned long long)result->total_count,
                    (unsigned long long)result->stored_count, (unsigned long long)grown);
    }
    if (void_count > 0) {
        bench_fault(result, "%llu events were without effect", (unsigned long long)void_count);
    }
    return TCN_OK;
}

static void add_up(struct chunks *chunks) {
    struct bench_result *result = chunks->result;
    uint64_t chunk_count = 0;
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < chunks->options->publishers; i++) {
        const struct bench_publisher *publisher = &chunks->publishers[i];
        result->count += publisher->count;
        result->sent_count += publisher->next_sequence - 1;
        result->total_count += publisher->acked_sequence;
        result->fill_count += publisher->fill_count;
        chunk_count += publisher->chunk_count;
        bytes += publisher->event_bytes;
        tcn_latency_merge(&result->latency, &publisher->latency);
    }
    if (result->total_count == 0) {
        bench_fault(result, "nothing was acknowledged");
        return;
    }
    const double total = (double)result->total_count;
    result->rate = (double)result->count / result->seconds;
    result->event_bytes = (double)bytes / total;
    result->chunk_events = total / (double)chunk_count;
    result->megabytes_rate = result->rate * result->event_bytes / 1e6;
    const uint64_t group_count = chunks->last.group_count - chunks->first.group_count;
    const double measured = total - (double)result->fill_count;
    result->group_events = group_count == 0 ? 0 : measured / (double)group_count;
    const uint64_t alert_count =
        chunks->last.applied.alert_count - chunks->first.applied.alert_count;
    result->event_alerts = (double)alert_count / measured;
    result->log_bytes = (double)bench_district_bytes(&chunks->district, "log") / total;
    result->state_bytes = (double)bench_district_bytes(&chunks->district, "state") / total;
    result->shares_bytes = (double)bench_district_bytes(&chunks->district, "shares") / total;
}

static enum tcn_status measure(struct chunks *chunks) {
    struct bench_result *result = chunks->result;
    enum tcn_status status = start(chunks);
    if (status == TCN_OK) {
        status = bench_audit_watch(&chunks->district, &chunks->go.done_count, chunks->thread_count,
                                   &result->lag);
    }
    bench_fault_status(result, status);
    atomic_store(&chunks->go.is_given_up, status != TCN_OK);
    const int64_t last_ack_ns = join(chunks);
    if (status == TCN_OK) {
        status = bench_audit_settle(&chunks->district, SETTLE_S, &chunks->last);
    }
    const int64_t folded_ns = tcn_clock_monotonic_ns();
    bench_usage_read(&chunks->district, &result->usage);
    bench_usage_since(&result->usage, &chunks->before);
    if (status != TCN_OK) {
        return status;
    }
    result->lag.catch_s = (double)(folded_ns - last_ack_ns) / 1e9;
    add_up(chunks);
    result->folded_rate = (double)(result->total_count - result->fill_count) /
                          ((double)(folded_ns - chunks->go.start_ns) / 1e9);
    return check_stored(chunks);
}

/* A program that ended is why something went wrong, whatever was noticed first. */
static void take_down(struct chunks *chunks) {
    for (uint32_t i = 0; chunks->publishers != NULL && i < chunks->options->publishers; i++) {
        bench_publisher_fini(&chunks->publishers[i]);
    }
    free(chunks->publishers);
    tcn_link_close(&chunks->go.link);
    if (!bench_district_close(&chunks->district)) {
        chunks->result->fault[0] = '\0';
        bench_fault_status(chunks->result, TCN_CLOSED);
    }
}

static void name_result(const struct bench_options *options, enum bench_shape shape, uint32_t rate,
                        struct bench_result *result) {
    *result = (struct bench_result){.events = bench_shape_text(shape, false),
                                    .publishers = options->publishers,
                                    .window = options->window,
                                    .rate_set = rate,
                                    .seconds = options->seconds,
                                    .has_no_shares = options->has_no_shares,
                                    .is_ok = true};
    (void)snprintf(result->name, sizeof result->name, "%s%s", rate > 0 ? "paced" : "chunks",
                   shape == BENCH_SHAPE_OPEN256 ? "256" : "");
}

void bench_chunks(const struct bench_options *options, enum bench_shape shape, uint32_t rate,
                  struct bench_result *out_result, struct bench_result *out_replay) {
    name_result(options, shape, rate, out_result);
    *out_replay = (struct bench_result){.events = out_result->events};
    struct chunks *chunks = calloc(1, sizeof *chunks);
    if (chunks == NULL) {
        bench_fault(out_result, "%s", tcn_status_sentence(TCN_NOMEM));
        return;
    }
    chunks->options = options;
    chunks->result = out_result;
    chunks->go.options = options;
    chunks->go.district = &chunks->district;
    chunks->go.interval_ns =
        rate > 0 ? TCN_SECOND_NS * (int64_t)options->publishers / (int64_t)rate : 0;
    enum tcn_status status =
        bench_district_open(options, out_result->name, false, &chunks->district);
    if (status == TCN_OK) {
        status = prepare(chunks, shape);
    }
    if (status == TCN_OK) {
        status = measure(chunks);
    }
    if (status == TCN_OK && out_result->is_ok) {
        bench_replay(&chunks->district, chunks->last.last_position, out_replay);
    }
    bench_fault_status(out_result, status);
    take_down(chunks);
    free(chunks);
}
