/* SPDX-License-Identifier: Apache-2.0 */
#include "client/ask.h"

#include "base/clock.h"
#include "wire/lane.h"
#include "wire/query.h"

#define BODY_BYTES_MAX 1024
/* A question that got no answer, or "later", is said again so often: it changes nothing, and a
 * broker or collector that has just been started does not know of the first one. One that got none
 * may wait for the state, where its principal has few places, so it is said ever less often. */
#define AGAIN_NS TCN_SECOND_NS
#define AGAIN_MAX_NS (4 * TCN_SECOND_NS)

static enum tcn_status status_of_code(uint32_t code) {
    return tcn_status_is_known(code) ? (enum tcn_status)code : TCN_MALFORMED;
}

/* Worth another try before the time is over. A broker that does not believe the collector waits for
 * people. */
static bool is_later(enum tcn_status status) {
    return tcn_status_class(status) == TCN_CLASS_AGAIN && status != TCN_UNTRUSTED;
}

static enum tcn_status take(struct tcn_session *session, const struct tcn_session_message *message,
                            struct tcn_answer *out_answer) {
    struct tcn_arena *arena = tcn_session_arena(session);
    if (message->header.kind == TCN_KIND_ERROR) {
        struct tcn_refuse refuse;
        enum tcn_status status = tcn_wire_refuse_decode(message->body, arena, &refuse);
        return status != TCN_OK ? status : status_of_code(refuse.code);
    }
    struct tcn_answer answer;
    enum tcn_status status = tcn_wire_answer_decode(message->body, arena, &answer);
    if (status == TCN_OK) {
        status = status_of_code(answer.code);
    }
    if (status == TCN_TIMEOUT && answer.standstill.code != 0) {
        return TCN_HALTED; /* to ask again, or to wait, is in vain */
    }
    if (status == TCN_OK) {
        *out_answer = answer;
    }
    return status;
}

/* Waits for the answer of one question, however often it was put. "Later" ends the wait only when
 * the time is over, so that a peer that says it at once is not asked in a circle. */
static enum tcn_status await(struct tcn_session *session, uint64_t first, uint64_t last,
                             int64_t deadline_ns, struct tcn_answer *out_answer) {
    enum tcn_status later = TCN_TIMEOUT;
    for (;;) {
        struct tcn_session_message message;
        enum tcn_status status = tcn_session_recv(session, deadline_ns, &message);
        if (status != TCN_OK) {
            return status == TCN_TIMEOUT ? later : status;
        }
        bool is_ours =
            message.header.request >= first && message.header.request <= last &&
            (message.header.kind == TCN_KIND_ANSWER || message.header.kind == TCN_KIND_ERROR);
        if (!is_ours) {
            continue;
        }
        status = take(session, &message, out_answer);
        if (!is_later(status)) {
            return status;
        }
        later = status;
    }
}

enum tcn_status tcn_ask(struct tcn_session *session, const struct tcn_query *query,
                        int64_t deadline_ns, struct tcn_answer *out_answer) {
    uint8_t bytes[BODY_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    enum tcn_status status = tcn_wire_query_encode(query, &writer, &body);
    if (status != TCN_OK) {
        return status;
    }
    enum tcn_status later = TCN_TIMEOUT; /* the last reason that was heard */
    uint64_t first = 0;
    uint64_t last = 0;
    int64_t patience_ns = AGAIN_NS;
    while (status == TCN_OK) {
        status = tcn_session_ask(session, TCN_KIND_ASK, body, first != 0, deadline_ns, &last);
        const bool is_again = first != 0;
        first = is_again ? first : last;
        int64_t again_ns = tcn_clock_monotonic_ns() + patience_ns;
        bool is_last = again_ns >= deadline_ns;
        if (status == TCN_OK) {
            status = await(session, first, last, is_last ? deadline_ns : again_ns, out_answer);
        }
        /* There is no room beside what was put before: that may wait still. */
        status = status == TCN_LIMIT && is_again ? TCN_TIMEOUT : status;
        patience_ns = status != TCN_TIMEOUT            ? AGAIN_NS
                      : patience_ns < AGAIN_MAX_NS / 2 ? 2 * patience_ns
                                                       : AGAIN_MAX_NS;
        later = is_later(status) && status != TCN_TIMEOUT ? status : later;
        if (status == TCN_OK || is_last) {
            return status == TCN_TIMEOUT ? later : status;
        }
        status = is_later(status) ? TCN_OK : status;
    }
    return status;
}

bool tcn_ask_may_be_older(enum tcn_status status) {
    return status == TCN_HALTED || (is_later(status) && status != TCN_UNREACHABLE_PEER);
}

enum tcn_status tcn_ask_level(struct tcn_session *session, uint16_t organ, uint64_t position,
                              int64_t deadline_ns) {
    const struct tcn_query query = {
        .kind = TCN_QUERY_STREAMS, .organ = organ, .at_least_position = position};
    struct tcn_answer answer;
    return tcn_ask(session, &query, deadline_ns, &answer);
}
