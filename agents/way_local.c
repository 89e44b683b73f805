/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/answer.h"
#include "agents/inner.h"
#include "agents/peer.h"
#include "agents/preview.h"
#include "agents/wait.h"
#include "agents/way.h"
#include "base/clock.h"
#include "seal/init.h"
#include "seal/random.h"
#include "json/local.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Requests and answers queued on the socket, each way. */
#define QUEUE_MESSAGES 1000

/** Bytes for building one answer. */
#define ANSWER_BYTES ((size_t)2 * 1024 * 1024)

/** A request of this turn that is answered after the commit. */
struct asked {
    struct tcn_agent_peer peer;
    enum tcn_local_op op; /**< NONE: it could not be read */
    uint32_t job;         /**< REPORT and ACT: in the group */
    uint32_t days;        /**< ROTATE */
    enum tcn_dead_do dead_do;
    uint64_t dead_number;
    char code[TCN_SLIP_CODE_BYTES_MAX + 1];
    struct tcn_local_receipt receipt; /**< RECEIPT */
    struct tcn_agent_preview preview; /**< PREVIEW */
    enum tcn_status status;           /**< why it could not be read, or not be kept waiting */
    struct tcn_json_error error;
};

/** The local socket. */
struct local {
    struct tcn_agent *agent;
    struct tcn_sock *sock;
    struct tcn_arena arena; /**< of the answer that is being built */
    struct asked asked[TCN_AGENT_GROUP_MAX];
    uint32_t asked_count;
    struct tcn_agent_waiters waiters;
};

static void local_close(void **way) {
    struct local *local = way == NULL ? NULL : *way;
    if (local == NULL) {
        return;
    }
    if (local->sock != NULL) {
        tcn_poller_remove(&local->agent->poller, local->sock);
    }
    tcn_sock_close(&local->sock);
    tcn_arena_fini(&local->arena);
    free(local);
    *way = NULL;
}

/** Makes the socket and watches it. */
static enum tcn_status open_sock(struct local *local) {
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_ROUTER_LOCAL,
        /* Somewhat more than a request may have, so that one over the limit still gets an answer.
         */
        .frame_bytes_max = 2 * TCN_JSON_BYTES_MAX,
        .message_bytes_max = 2 * TCN_JSON_BYTES_MAX + 1024,
        .hwm = QUEUE_MESSAGES,
        .random = tcn_random_u64(),
    };
    enum tcn_status status = tcn_sock_open(local->agent->link, &options, &local->sock);
    if (status == TCN_OK) {
        status = tcn_sock_bind(local->sock, local->agent->config->local_endpoint);
    }
    return status == TCN_OK ? tcn_poller_add(&local->agent->poller, local->sock, TCN_POLL_IN,
                                             TCN_AGENT_TOKEN_LOCAL)
                            : status;
}

static enum tcn_status local_open(struct tcn_agent *agent, void **out_way) {
    struct local *local = calloc(1, sizeof(*local));
    if (local == NULL) {
        return TCN_NOMEM;
    }
    local->agent = agent;
    enum tcn_status status = tcn_arena_init(&local->arena, ANSWER_BYTES);
    if (status == TCN_OK) {
        status = open_sock(local);
    }
    if (status != TCN_OK) {
        void *way = local;
        local_close(&way);
        return status;
    }
    *out_way = local;
    return TCN_OK;
}

/** Encodes and sends an answer. */
static enum tcn_status reply(struct local *local, const struct tcn_agent_peer *peer,
                             const struct tcn_local_answer *answer) {
    struct tcn_slice text;
    enum tcn_status status = tcn_json_encode_answer(answer, &local->arena, &text);
    if (status != TCN_OK) {
        struct tcn_local_answer why;
        tcn_agent_answer_code(status, "", &why);
        tcn_arena_reset(&local->arena);
        status = tcn_json_encode_answer(&why, &local->arena, &text);
    }
    return status == TCN_OK ? tcn_agent_peer_send(peer, local->sock, text) : status;
}

/** Notes a request that was read. Drafts are entered at once, into the group. */
static enum tcn_status note_request(struct local *local, const struct tcn_local_request *request,
                                    struct asked *asked) {
    struct tcn_agent *agent = local->agent;
    asked->op = request->op;
    asked->dead_do = request->dead_do;
    asked->dead_number = request->dead_number;
    asked->days = request->days;
    if (request->op == TCN_LOCAL_REPORT || request->op == TCN_LOCAL_ACT) {
        return tcn_agent_group_add(agent, &request->draft, &agent->scratch, &asked->job);
    }
    if (request->op == TCN_LOCAL_PREVIEW) {
        tcn_agent_preview_make(agent, &request->draft, &agent->scratch, &asked->preview);
    }
    if (request->op == TCN_LOCAL_STATUS && request->code.size < sizeof(asked->code)) {
        memcpy(asked->code, request->code.data, request->code.size);
    }
    asked->receipt = request->receipts[0];
    if (request->op == TCN_LOCAL_WAIT) {
        asked->status = tcn_agent_waiters_add(agent, &local->waiters, &asked->peer, request,
                                              tcn_clock_monotonic_ns());
    }
    return TCN_OK;
}

/** Reads one message. Whatever is wrong with it becomes its answer. */
static enum tcn_status take(struct local *local, const struct tcn_parts *parts) {
    struct tcn_arena *scratch = &local->agent->scratch;
    struct asked *asked = &local->asked[local->asked_count];
    memset(asked, 0, sizeof(*asked));
    if (tcn_agent_peer_read(parts, &asked->peer) != TCN_OK) {
        return TCN_OK; /* nobody to answer */
    }
    local->asked_count++;
    tcn_arena_reset(scratch);
    struct tcn_local_request request;
    memset(&request, 0, sizeof(request));
    struct tcn_slice text = tcn_parts_frame(parts, parts->count - 1);
    asked->status = tcn_json_decode_request(text, scratch, &asked->error, &request);
    enum tcn_status status =
        asked->status == TCN_OK ? note_request(local, &request, asked) : TCN_OK;
    tcn_secret_wipe(scratch->data, scratch->offset); /* it held people's own words */
    return status;
}

/** Answers a request that could not be read, or not be kept. */
static void answer_fault(const struct asked *asked, char sentence[TCN_AGENT_SENTENCE_BYTES],
                         struct tcn_local_answer *out_answer) {
    tcn_agent_answer_code(asked->status, asked->error.field, out_answer);
    if (asked->error.expected[0] != '\0') {
        (void)snprintf(sentence, TCN_AGENT_SENTENCE_BYTES, "%s: %s",
                       tcn_status_sentence(asked->status), asked->error.expected);
        out_answer->sentence = tcn_slice_text(sentence);
    }
}

/** Makes the answer to a request of this turn. */
static enum tcn_status make_answer(struct local *local, const struct asked *asked,
                                   struct tcn_local_answer *out_answer) {
    struct tcn_agent *agent = local->agent;
    switch (asked->op) {
    case TCN_LOCAL_REPORT:
    case TCN_LOCAL_ACT:
        tcn_agent_answer_job(&agent->group.jobs[asked->job], out_answer);
        return TCN_OK;
    case TCN_LOCAL_OUTBOX:
        return tcn_agent_answer_outbox(agent, out_answer);
    case TCN_LOCAL_DEAD:
        return tcn_agent_answer_dead(agent, asked->dead_do, asked->dead_number, &local->arena,
                                     out_answer);
    case TCN_LOCAL_STATUS:
        return tcn_agent_answer_status(agent, tcn_slice_text(asked->code), &local->arena,
                                       out_answer);
    case TCN_LOCAL_RECEIPT:
        return tcn_agent_answer_receipt(agent, &asked->receipt, &local->arena, out_answer);
    case TCN_LOCAL_ROTATE:
        tcn_agent_rotate_answer(agent, asked->days, out_answer);
        return TCN_OK;
    case TCN_LOCAL_PREVIEW:
        return tcn_agent_preview_answer(agent, &asked->preview, &local->arena, out_answer);
    case TCN_LOCAL_NONE:
    case TCN_LOCAL_WAIT:
        break;
    }
    tcn_agent_answer_code(TCN_BAD_VALUE, "op", out_answer);
    return TCN_OK;
}

/** Answers everything of this turn but those who wait. */
static enum tcn_status answer_all(struct local *local) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < local->asked_count && status == TCN_OK; i++) {
        const struct asked *asked = &local->asked[i];
        struct tcn_local_answer answer;
        char sentence[TCN_AGENT_SENTENCE_BYTES];
        tcn_arena_reset(&local->arena);
        if (asked->status == TCN_OK && asked->op == TCN_LOCAL_WAIT) {
            continue;
        }
        if (asked->status != TCN_OK) {
            answer_fault(asked, sentence, &answer);
        } else {
            status = make_answer(local, asked, &answer);
        }
        if (status == TCN_OK) {
            status = reply(local, &asked->peer, &answer);
        }
    }
    return status;
}

static enum tcn_status local_ready(void *way) {
    struct local *local = way;
    struct tcn_agent *agent = local->agent;
    struct tcn_parts parts;
    tcn_parts_init(&parts);
    enum tcn_status status = TCN_OK;
    local->asked_count = 0;
    while (status == TCN_OK && local->asked_count < TCN_AGENT_GROUP_MAX &&
           tcn_agent_group_has_room(&agent->group)) {
        status = tcn_sock_recv(local->sock, &parts);
        if (status == TCN_OK) {
            status = take(local, &parts);
        } else if (status == TCN_TOOBIG) {
            status = TCN_OK; /* thrown away whole; its routing id is gone with it */
        }
    }
    tcn_parts_fini(&parts);
    if (status == TCN_AGAIN || status == TCN_OK) {
        status = tcn_agent_group_commit(agent);
    }
    if (status == TCN_OK) {
        status = answer_all(local); /* A1 */
    }
    tcn_agent_group_reset(&agent->group);
    return status;
}

/** Answers one who waits and forgets it. */
static enum tcn_status answer_waiter(struct local *local, uint32_t index) {
    struct tcn_local_answer answer;
    const struct tcn_agent_waiter *waiter = &local->waiters.list[index];
    tcn_arena_reset(&local->arena);
    enum tcn_status status = tcn_agent_waiter_answer(local->agent, waiter, &local->arena, &answer);
    if (status == TCN_OK) {
        status = reply(local, &waiter->peer, &answer);
    }
    tcn_agent_waiters_remove(&local->waiters, index);
    return status;
}

static enum tcn_status local_turn(void *way, int64_t now_ns, bool is_last,
                                  int64_t *out_deadline_ns) {
    struct local *local = way;
    struct tcn_agent_waiters *waiters = &local->waiters;
    int64_t deadline_ns = INT64_MAX;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = waiters->count; i > 0 && status == TCN_OK; i--) {
        struct tcn_agent_waiter *waiter = &waiters->list[i - 1];
        if (is_last || tcn_agent_waiter_is_done(local->agent, waiter, now_ns)) {
            status = answer_waiter(local, i - 1);
        } else if (waiter->deadline_ns < deadline_ns) {
            deadline_ns = waiter->deadline_ns;
        }
    }
    *out_deadline_ns = deadline_ns;
    return status;
}

const struct tcn_agent_way_ops tcn_agent_way_local = {
    .name = "local socket",
    .open = local_open,
    .ready = local_ready,
    .turn = local_turn,
    .close = local_close,
};
