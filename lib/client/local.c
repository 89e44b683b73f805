/* SPDX-License-Identifier: Apache-2.0 */
#include "client/local.h"

#include "base/clock.h"
#include "link/poller.h"
#include "seal/random.h"
#include "json/local.h"

#include <stdlib.h>
#include <string.h>

#define NUMBER_BYTES 8
/* A document as jansson gives it and as it is sent, with what it is made from. */
#define ARENA_BYTES ((size_t)4 * TCN_JSON_BYTES_MAX)

enum token {
    TOKEN_AGENT,
    TOKEN_STOP,
};

struct tcn_local {
    struct tcn_link *link;
    struct tcn_sock *sock;
    struct tcn_poller poller;
    struct tcn_parts parts;
    struct tcn_arena asking;
    struct tcn_arena answer;             /* holds the answer in hand */
    uint64_t number;                     /* of the last request */
    uint64_t ahead[TCN_LOCAL_AHEAD_MAX]; /* under way, in no order */
    uint32_t ahead_count;
};

static enum tcn_status open_sock(struct tcn_local *local, const char *endpoint,
                                 int stop_descriptor) {
    enum tcn_status status = tcn_link_open(1, 16, &local->link);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_DEALER_LOCAL,
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .hwm = 2 * TCN_LOCAL_AHEAD_MAX,
        .random = tcn_random_u64(),
    };
    status = tcn_sock_open(local->link, &options, &local->sock);
    if (status == TCN_OK) {
        status = tcn_sock_connect(local->sock, endpoint);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&local->poller, local->sock, TCN_POLL_IN, TOKEN_AGENT);
    }
    if (status != TCN_OK || stop_descriptor < 0) {
        return status;
    }
    return tcn_poller_add_descriptor(&local->poller, stop_descriptor, TCN_POLL_IN, TOKEN_STOP);
}

enum tcn_status tcn_local_open(const char *endpoint, int stop_descriptor,
                               struct tcn_local **out_local) {
    struct tcn_local *local = calloc(1, sizeof *local);
    if (local == NULL) {
        return TCN_NOMEM;
    }
    tcn_poller_init(&local->poller);
    tcn_parts_init(&local->parts);
    /* A number that begins at random: answers to a program that was here before are not ours. */
    local->number = tcn_random_u64() >> 1;
    enum tcn_status status = tcn_arena_init(&local->asking, ARENA_BYTES);
    if (status == TCN_OK) {
        status = tcn_arena_init(&local->answer, ARENA_BYTES);
    }
    if (status == TCN_OK) {
        status = open_sock(local, endpoint, stop_descriptor);
    }
    if (status != TCN_OK) {
        tcn_local_close(&local);
        return status;
    }
    *out_local = local;
    return TCN_OK;
}

void tcn_local_close(struct tcn_local **local) {
    struct tcn_local *closing = local == NULL ? NULL : *local;
    if (closing == NULL) {
        return;
    }
    tcn_parts_fini(&closing->parts);
    tcn_sock_close(&closing->sock);
    tcn_link_close(&closing->link);
    tcn_arena_fini(&closing->asking);
    tcn_arena_fini(&closing->answer);
    free(closing);
    *local = NULL;
}

static enum tcn_status wait_for(struct tcn_local *local, unsigned events, int64_t deadline_ns) {
    enum tcn_status status = tcn_poller_set(&local->poller, local->sock, events);
    if (status != TCN_OK) {
        return status;
    }
    int64_t rest_ns = deadline_ns - tcn_clock_monotonic_ns();
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t ready_count = 0;
    status = tcn_poller_wait(&local->poller, rest_ns < 0 ? 0 : rest_ns, ready, &ready_count);
    if (status != TCN_OK) {
        return status;
    }
    for (size_t index = 0; index < ready_count; index++) {
        if (ready[index].token == TOKEN_STOP) {
            return TCN_CANCELED;
        }
    }
    return ready_count == 0 && rest_ns <= 0 ? TCN_TIMEOUT : TCN_OK;
}

enum tcn_status tcn_local_post(struct tcn_local *local, const struct tcn_local_request *request,
                               int64_t deadline_ns, uint64_t *out_number) {
    if (local->ahead_count == TCN_LOCAL_AHEAD_MAX) {
        return TCN_LIMIT;
    }
    uint8_t number[NUMBER_BYTES];
    struct tcn_writer writer = tcn_writer_init(number, sizeof number);
    tcn_write_u64(&writer, local->number + 1);
    tcn_arena_reset(&local->asking);
    struct tcn_slice frames[2] = {tcn_writer_slice(&writer)};
    enum tcn_status status = tcn_json_encode_request(request, &local->asking, &frames[1]);
    if (status != TCN_OK) {
        return status;
    }
    while ((status = tcn_sock_send(local->sock, frames, 2)) == TCN_AGAIN) {
        status = wait_for(local, TCN_POLL_OUT, deadline_ns);
        if (status != TCN_OK) {
            return status == TCN_TIMEOUT ? TCN_UNREACHABLE_PEER : status;
        }
    }
    if (status != TCN_OK) {
        return status;
    }
    *out_number = ++local->number;
    local->ahead[local->ahead_count++] = *out_number;
    return TCN_OK;
}

/* Takes a number off the list of those under way; false when it is not on it. */
static bool settle(struct tcn_local *local, uint64_t number) {
    for (uint32_t index = 0; index < local->ahead_count; index++) {
        if (local->ahead[index] == number) {
            local->ahead[index] = local->ahead[--local->ahead_count];
            return true;
        }
    }
    return false;
}

/* Reads the message in hand; false when it is no answer to anything that was asked. */
static bool read_answer(struct tcn_local *local, uint64_t *out_number,
                        struct tcn_local_answer *out_answer) {
    struct tcn_slice head = tcn_parts_frame(&local->parts, 0);
    struct tcn_reader reader = tcn_reader_init(head);
    uint64_t number = tcn_read_u64(&reader);
    if (local->parts.count != 2 || head.size != NUMBER_BYTES) {
        return false;
    }
    struct tcn_json_error error;
    struct tcn_local_answer answer;
    tcn_arena_reset(&local->answer);
    if (tcn_json_decode_answer(tcn_parts_frame(&local->parts, 1), &local->answer, &error,
                               &answer) != TCN_OK ||
        !settle(local, number)) {
        return false;
    }
    *out_number = number;
    *out_answer = answer;
    return true;
}

enum tcn_status tcn_local_take(struct tcn_local *local, int64_t deadline_ns, uint64_t *out_number,
                               struct tcn_local_answer *out_answer) {
    if (local->ahead_count == 0) {
        return TCN_ABSENT;
    }
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = tcn_sock_recv(local->sock, &local->parts);
        if (status == TCN_OK && read_answer(local, out_number, out_answer)) {
            return TCN_OK;
        }
        if (status == TCN_TOOBIG) {
            status = TCN_OK;
        }
        if (status == TCN_AGAIN) {
            status = wait_for(local, TCN_POLL_IN, deadline_ns);
        }
    }
    return status;
}

void tcn_local_forget(struct tcn_local *local) {
    local->ahead_count = 0;
}

uint32_t tcn_local_ahead(const struct tcn_local *local) {
    return local->ahead_count;
}

enum tcn_status tcn_local_ask(struct tcn_local *local, const struct tcn_local_request *request,
                              int64_t deadline_ns, struct tcn_local_answer *out_answer) {
    uint64_t number = 0;
    enum tcn_status status = tcn_local_post(local, request, deadline_ns, &number);
    uint64_t answered = 0;
    while (status == TCN_OK && answered != number) {
        status = tcn_local_take(local, deadline_ns, &answered, out_answer);
    }
    return status;
}
