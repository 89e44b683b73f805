/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole way: drafts over the local sockets of real agents, entered into their outboxes (sealed
 * and synced there), delivered, acknowledged.
 */
#include "audit.h"
#include "base/clock.h"
#include "cli/place.h"
#include "client/local.h"
#include "mix.h"

#include <pthread.h>
#include <stdlib.h>

#define AHEAD TCN_LOCAL_AHEAD_MAX
#define WAIT_NS (30 * TCN_SECOND_NS)
#define DRAIN_S 600
#define LOOK_MS 50
#define SETTLE_S 600

/* A program at an office: hands drafts in as fast as the agent takes them, AHEAD under way. */
struct clerk {
    const struct bench_district *district;
    const struct tcn_principal *office;
    struct bench_mix mix;
    struct tcn_local *local;
    pthread_t thread;
    bool is_started;
    atomic_uint *done_count;
    atomic_bool *is_given_up;
    int64_t count_ns;
    int64_t end_ns;
    int64_t asked_ns[AHEAD];
    enum bench_kind kinds[AHEAD];
    uint32_t domains[AHEAD]; /* of the reports among them */
    uint64_t count;          /* entered in the counted time */
    uint64_t entered_count;  /* in all */
    uint64_t acked_count;    /* with a receipt, of both lanes */
    int64_t acked_ns;        /* when the last receipt was seen */
    struct tcn_latency latency;
    enum tcn_status status;
};

static enum tcn_status post(struct clerk *clerk) {
    struct tcn_id matter;
    struct tcn_local_request *request = calloc(1, sizeof *request);
    if (request == NULL) {
        return TCN_NOMEM;
    }
    const enum bench_kind kind = bench_mix_choose(&clerk->mix, &matter);
    bench_mix_draft(&clerk->mix, kind, &matter, &request->draft);
    request->op = request->draft.is_act ? TCN_LOCAL_ACT : TCN_LOCAL_REPORT;
    uint64_t number = 0;
    const int64_t now_ns = tcn_clock_monotonic_ns();
    const enum tcn_status status = tcn_local_post(clerk->local, request, now_ns + WAIT_NS, &number);
    clerk->asked_ns[number % AHEAD] = now_ns;
    clerk->kinds[number % AHEAD] = kind;
    clerk->domains[number % AHEAD] = clerk->mix.reported;
    free(request);
    return status;
}

static enum tcn_status take(struct clerk *clerk) {
    struct tcn_local_answer answer;
    uint64_t number = 0;
    enum tcn_status status =
        tcn_local_take(clerk->local, tcn_clock_monotonic_ns() + WAIT_NS, &number, &answer);
    if (status == TCN_OK && answer.code != TCN_OK) {
        status = tcn_status_is_known(answer.code) ? (enum tcn_status)answer.code : TCN_MALFORMED;
    }
    if (status != TCN_OK) {
        return status;
    }
    const int64_t now_ns = tcn_clock_monotonic_ns();
    clerk->entered_count++;
    if (now_ns >= clerk->count_ns && now_ns < clerk->end_ns) {
        clerk->count++;
        tcn_latency_record(&clerk->latency, now_ns - clerk->asked_ns[number % AHEAD]);
    }
    if (clerk->kinds[number % AHEAD] == BENCH_KIND_REPORT) {
        bench_mix_opened(&clerk->mix, &answer.matter, clerk->domains[number % AHEAD]);
    }
    return TCN_OK;
}

static enum tcn_status enter_all(struct clerk *clerk) {
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && tcn_clock_monotonic_ns() < clerk->end_ns) {
        while (status == TCN_OK && tcn_local_ahead(clerk->local) < AHEAD) {
            status = post(clerk);
        }
        if (status == TCN_OK) {
            status = take(clerk);
        }
    }
    while (status == TCN_OK && tcn_local_ahead(clerk->local) > 0) {
        status = take(clerk);
    }
    return status;
}

/* Until the agent holds a receipt for everything. */
static enum tcn_status await_empty(struct clerk *clerk) {
    const struct tcn_local_request question = {.op = TCN_LOCAL_OUTBOX};
    const int64_t deadline_ns = tcn_clock_monotonic_ns() + DRAIN_S * TCN_SECOND_NS;
    while (tcn_clock_monotonic_ns() < deadline_ns) {
        struct tcn_local_answer answer;
        const enum tcn_status status =
            tcn_local_ask(clerk->local, &question, tcn_clock_monotonic_ns() + WAIT_NS, &answer);
        if (status != TCN_OK) {
            return status;
        }
        const struct tcn_local_lane *lanes = answer.outbox.lanes;
        if (lanes[0].count == 0 && lanes[1].count == 0) {
            clerk->acked_count = lanes[0].acked_sequence + lanes[1].acked_sequence;
            clerk->acked_ns = tcn_clock_monotonic_ns();
            return TCN_OK;
        }
        if (atomic_load(clerk->is_given_up)) {
            return TCN_CANCELED;
        }
        bench_wait_ms(LOOK_MS);
    }
    return TCN_TIMEOUT;
}

static void *clerk_run(void *argument) {
    struct clerk *clerk = argument;
    char endpoint[TCN_CLI_PATH_BYTES];
    (void)snprintf(endpoint, sizeof endpoint, "ipc://%.900s/run/%s.sock", clerk->district->dir,
                   clerk->office->name);
    clerk->status = tcn_local_open(endpoint, clerk->district->options->signals, &clerk->local);
    if (clerk->status == TCN_OK) {
        clerk->status = enter_all(clerk);
    }
    if (clerk->status == TCN_OK) {
        clerk->status = await_empty(clerk);
    }
    tcn_local_close(&clerk->local);
    (void)atomic_fetch_add(clerk->done_count, 1);
    return NULL;
}

/* A case: the clerks, and what they share. */
struct outbox {
    const struct bench_options *options;
    struct bench_district district;
    struct clerk clerks[BENCH_PUBLISHERS_MAX];
    uint32_t started_count;
    atomic_uint done_count;
    atomic_bool is_given_up; /* the main thread saw what makes going on useless */
    struct bench_usage before;
    struct tcn_stats_row first;
    struct tcn_stats_row last;
    int64_t start_ns;
    struct bench_result *result;
};

static enum tcn_status prepare(struct outbox *outbox, enum bench_shape shape) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; status == TCN_OK && i < outbox->options->publishers; i++) {
        struct clerk *clerk = &outbox->clerks[i];
        clerk->district = &outbox->district;
        clerk->done_count = &outbox->done_count;
        clerk->is_given_up = &outbox->is_given_up;
        clerk->office = bench_district_office(&outbox->district, i);
        status = clerk->office == NULL
                     ? TCN_ABSENT
                     : bench_mix_init(&clerk->mix, &outbox->district, clerk->office, shape);
    }
    return status;
}

static enum tcn_status start(struct outbox *outbox) {
    const struct bench_options *options = outbox->options;
    outbox->start_ns = tcn_clock_monotonic_ns();
    for (uint32_t i = 0; i < options->publishers; i++) {
        struct clerk *clerk = &outbox->clerks[i];
        clerk->count_ns = outbox->start_ns + (int64_t)(options->warm_seconds * 1e9);
        clerk->end_ns = clerk->count_ns + (int64_t)(options->seconds * 1e9);
        clerk->is_started = pthread_create(&clerk->thread, NULL, clerk_run, clerk) == 0;
        if (!clerk->is_started) {
            return TCN_LIMIT;
        }
        outbox->started_count++;
    }
    return TCN_OK;
}

/* Gives the time of the last receipt. */
static int64_t join(struct outbox *outbox) {
    struct bench_result *result = outbox->result;
    int64_t acked_ns = outbox->start_ns + 1;
    for (uint32_t i = 0; i < outbox->started_count; i++) {
        struct clerk *clerk = &outbox->clerks[i];
        (void)pthread_join(clerk->thread, NULL);
        if (clerk->status != TCN_OK) {
            bench_fault(result, "%s: %s", clerk->office->name, tcn_status_sentence(clerk->status));
        }
        acked_ns = clerk->acked_ns > acked_ns ? clerk->acked_ns : acked_ns;
        result->count += clerk->count;
        result->sent_count += clerk->entered_count;
        result->total_count += clerk->acked_count;
        tcn_latency_merge(&result->latency, &clerk->latency);
    }
    return acked_ns;
}

static enum tcn_status add_up(struct outbox *outbox, double acked_s, double folded_s) {
    struct bench_result *result = outbox->result;
    const struct tcn_stats_row *first = &outbox->first;
    const struct tcn_stats_row *last = &outbox->last;
    const double total = (double)result->total_count;
    const uint64_t group_count = last->group_count - first->group_count;
    const uint64_t alert_count = last->applied.alert_count - first->applied.alert_count;
    uint64_t void_count = 0;
    result->entered_rate = (double)result->count / result->seconds;
    result->rate = total / acked_s;
    result->folded_rate = total / folded_s;
    result->lag.catch_s = folded_s - acked_s;
    result->group_events = group_count == 0 ? 0 : total / (double)group_count;
    result->event_alerts = (double)alert_count / total;
    result->log_bytes = (double)bench_district_bytes(&outbox->district, "log") / total;
    result->state_bytes = (double)bench_district_bytes(&outbox->district, "state") / total;
    result->shares_bytes = (double)bench_district_bytes(&outbox->district, "shares") / total;
    const enum tcn_status status =
        bench_audit_stored(&outbox->district, &result->stored_count, &void_count);
    if (status == TCN_OK && (result->sent_count != result->total_count ||
                             result->stored_count != result->total_count)) {
        bench_fault(result, "%llu entered, %llu acknowledged, %llu stored",
                    (unsigned long long)result->sent_count, (unsigned long long)result->total_count,
                    (unsigned long long)result->stored_count);
    }
    if (status == TCN_OK && void_count > 0) {
        bench_fault(result, "%llu events were without effect", (unsigned long long)void_count);
    }
    return status;
}

static enum tcn_status measure(struct outbox *outbox) {
    struct bench_result *result = outbox->result;
    enum tcn_status status = bench_audit_settle(&outbox->district, SETTLE_S, &outbox->first);
    bench_usage_read(&outbox->district, &outbox->before);
    if (status == TCN_OK) {
        status = start(outbox);
    }
    if (status == TCN_OK) {
        status = bench_audit_watch(&outbox->district, &outbox->done_count, outbox->started_count,
                                   &result->lag);
    }
    bench_fault_status(result, status);
    atomic_store(&outbox->is_given_up, status != TCN_OK);
    const int64_t acked_ns = join(outbox);
    if (status == TCN_OK) {
        status = bench_audit_settle(&outbox->district, SETTLE_S, &outbox->last);
    }
    const int64_t folded_ns = tcn_clock_monotonic_ns();
    if (status != TCN_OK || result->total_count == 0) {
        return status == TCN_OK ? TCN_ABSENT : status;
    }
    bench_usage_read(&outbox->district, &result->usage);
    bench_usage_since(&result->usage, &outbox->before);
    return add_up(outbox, (double)(acked_ns - outbox->start_ns) / 1e9,
                  (double)(folded_ns - outbox->start_ns) / 1e9);
}

/* A program that ended is why something went wrong, whatever was noticed first. */
static void take_down(struct outbox *outbox) {
    for (uint32_t i = 0; i < outbox->options->publishers; i++) {
        bench_mix_fini(&outbox->clerks[i].mix);
    }
    if (!bench_district_close(&outbox->district)) {
        outbox->result->fault[0] = '\0';
        bench_fault_status(outbox->result, TCN_CLOSED);
    }
}

void bench_outbox(const struct bench_options *options, enum bench_shape shape,
                  struct bench_result *out_result) {
    *out_result = (struct bench_result){.events = bench_shape_text(shape, true),
                                        .publishers = options->publishers,
                                        .window = AHEAD,
                                        .seconds = options->seconds,
                                        .is_ok = true};
    (void)snprintf(out_result->name, sizeof out_result->name, "outbox%s",
                   shape == BENCH_SHAPE_OPEN256 ? "-open" : "");
    struct outbox *outbox = calloc(1, sizeof *outbox);
    if (outbox == NULL) {
        bench_fault(out_result, "%s", tcn_status_sentence(TCN_NOMEM));
        return;
    }
    outbox->options = options;
    outbox->result = out_result;
    enum tcn_status status =
        bench_district_open(options, out_result->name, true, &outbox->district);
    if (status == TCN_OK) {
        status = prepare(outbox, shape);
    }
    if (status == TCN_OK) {
        status = measure(outbox);
    }
    bench_fault_status(out_result, status);
    take_down(outbox);
    free(outbox);
}
