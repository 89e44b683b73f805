/* SPDX-License-Identifier: Apache-2.0 */
#include "client/replay.h"

#include "base/clock.h"
#include "client/ask.h"
#include "seal/hash.h"
#include "wire/feed.h"
#include "wire/item.h"
#include "wire/lane.h"

#define CREDIT_ITEMS 4096
#define BODY_BYTES_MAX 1024
#define SILENCE_NS (INT64_C(40) * TCN_SECOND_NS)
#define CONNECT_NS (INT64_C(5) * TCN_SECOND_NS)
#define LEVEL_NS (INT64_C(10) * TCN_SECOND_NS)
/* A replay of which nothing was heard is asked for again so often: a broker or collector that has
 * just been started does not know of the first request. */
#define AGAIN_NS (INT64_C(2) * TCN_SECOND_NS)
/* A replay at a speed is as silent as history was. After so long a silence the credit is said
 * again: it changes nothing, but a broker without a collector, and a collector that has been
 * started anew, answer it with an error. */
#define PACED_NS (INT64_C(2) * TCN_SECOND_NS)

struct run {
    struct tcn_session *session;
    tcn_replay_item *item;
    void *context;
    uint64_t request;
    uint64_t collector_session;
    uint64_t credit;
    uint64_t count;
    struct tcn_hasher hasher;
    bool is_heard; /* the collector has begun */
    bool is_ended;
    struct tcn_end end;
};

static enum tcn_status send_replay(struct run *run, const struct tcn_replay *replay) {
    uint8_t bytes[BODY_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    struct tcn_replay asked = *replay;
    asked.credit_items = run->credit;
    enum tcn_status status = tcn_wire_replay_encode(&asked, &writer, &body);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_session_ask(run->session, TCN_KIND_REPLAY, body, false,
                           tcn_clock_monotonic_ns() + CONNECT_NS, &run->request);
}

/* Credit is absolute, so a fetch that is lost or comes twice does no harm. */
static enum tcn_status send_fetch(struct run *run) {
    uint8_t bytes[BODY_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    const struct tcn_fetch fetch = {.number = run->credit};
    enum tcn_status status = tcn_wire_fetch_encode(&fetch, &writer, &body);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = TCN_KIND_REPLAY_FETCH,
                                      .session = run->collector_session,
                                      .request = run->request};
    return tcn_session_send(run->session, &header, body, tcn_clock_monotonic_ns() + CONNECT_NS);
}

static enum tcn_status send_credit(struct run *run) {
    if (run->count + CREDIT_ITEMS / 2 < run->credit) {
        return TCN_OK;
    }
    run->credit = run->count + CREDIT_ITEMS;
    return send_fetch(run);
}

static enum tcn_status take_items(struct run *run, struct tcn_slice body) {
    const struct tcn_item *items = NULL;
    uint32_t item_count = 0;
    enum tcn_status status =
        tcn_wire_items_decode(body, tcn_session_arena(run->session), &items, &item_count);
    for (uint32_t index = 0; status == TCN_OK && index < item_count; index++) {
        tcn_hasher_add_u64(&run->hasher, items[index].position);
        tcn_hasher_add(&run->hasher, items[index].open);
        tcn_hasher_add(&run->hasher, items[index].sealed);
        run->count++;
        status = run->item(run->context, &items[index]);
    }
    return status != TCN_OK ? status : send_credit(run);
}

static enum tcn_status take_error(struct run *run, struct tcn_slice body) {
    struct tcn_refuse refuse;
    enum tcn_status status = tcn_wire_refuse_decode(body, tcn_session_arena(run->session), &refuse);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_status_is_known(refuse.code) && refuse.code != TCN_OK ? (enum tcn_status)refuse.code
                                                                     : TCN_MALFORMED;
}

static enum tcn_status take(struct run *run, const struct tcn_session_message *message) {
    if (message->header.request != run->request) {
        return TCN_OK;
    }
    run->collector_session = message->header.session;
    switch (message->header.kind) {
    case TCN_KIND_REPLAY_ITEMS:
        run->is_heard = true;
        return take_items(run, message->body);
    case TCN_KIND_END:
        run->is_heard = true;
        run->is_ended = true;
        return tcn_wire_end_decode(message->body, tcn_session_arena(run->session), &run->end);
    case TCN_KIND_ERROR:
        return take_error(run, message->body);
    default:
        return TCN_OK;
    }
}

static void cancel(struct run *run) {
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = TCN_KIND_CANCEL,
                                      .session = run->collector_session,
                                      .request = run->request};
    /* When it cannot go, the collector ends the replay for want of credit. */
    if (tcn_session_send(run->session, &header, (struct tcn_slice){0}, 0) != TCN_OK) {
        return;
    }
}

static enum tcn_status finish(struct run *run, struct tcn_replay_result *out_result) {
    struct tcn_hash digest = tcn_hasher_finish(&run->hasher);
    if (run->end.code != TCN_OK) {
        return tcn_status_is_known(run->end.code) ? (enum tcn_status)run->end.code : TCN_MALFORMED;
    }
    if (run->end.count != run->count || !tcn_hash_equals(&run->end.digest, &digest)) {
        return TCN_CORRUPT;
    }
    *out_result = (struct tcn_replay_result){
        .count = run->count, .digest = digest, .last_position = run->end.last_position};
    return TCN_OK;
}

/* One message, or the time for it. "Later" and silence before the first item lead to the same
 * request under a new number, until `give_up_ns`. */
static enum tcn_status go_on(struct run *run, const struct tcn_replay *replay, int64_t give_up_ns) {
    int64_t now_ns = tcn_clock_monotonic_ns();
    bool is_paced = replay->speed_milli != 0;
    int64_t silence_ns = !run->is_heard ? AGAIN_NS : is_paced ? PACED_NS : SILENCE_NS;
    struct tcn_session_message message;
    enum tcn_status status = tcn_session_recv(run->session, now_ns + silence_ns, &message);
    if (status == TCN_TIMEOUT && run->is_heard && is_paced) {
        return send_fetch(run);
    }
    if (status == TCN_OK) {
        status = take(run, &message);
    }
    bool is_again = !run->is_heard && tcn_status_class(status) == TCN_CLASS_AGAIN;
    if (!is_again || tcn_clock_monotonic_ns() >= give_up_ns) {
        return status;
    }
    if (status != TCN_TIMEOUT) {
        return TCN_OK; /* it said "later": what is asked again comes after the silence */
    }
    cancel(run);
    return send_replay(run, replay);
}

/* Gives in out_level whether all that is logged is there, or why not: TCN_HALTED, else TCN_TIMEOUT.
 * A collector that is slow is no reason: the replay itself asks for longer. Of one position that is
 * named it is enough that it is there. */
static enum tcn_status await_level(struct tcn_session *session, const struct tcn_replay *replay,
                                   enum tcn_status *out_level) {
    *out_level = TCN_OK;
    if (replay->organ == 0) {
        return TCN_OK;
    }
    const bool is_one =
        replay->last_position != 0 && replay->first_position == replay->last_position;
    const enum tcn_status status =
        tcn_ask_level(session, replay->organ, is_one ? replay->last_position : TCN_QUERY_LATEST,
                      tcn_clock_monotonic_ns() + LEVEL_NS);
    *out_level = status == TCN_OK || status == TCN_HALTED ? status : TCN_TIMEOUT;
    return tcn_ask_may_be_older(status) ? TCN_OK : status;
}

enum tcn_status tcn_replay_run(struct tcn_session *session, const struct tcn_replay *replay,
                               tcn_replay_item *item, void *context,
                               struct tcn_replay_result *out_result) {
    struct run run = {.session = session, .item = item, .context = context, .credit = CREDIT_ITEMS};
    const int64_t give_up_ns = tcn_clock_monotonic_ns() + SILENCE_NS;
    tcn_hasher_init(&run.hasher);
    enum tcn_status level = TCN_OK;
    enum tcn_status status = await_level(session, replay, &level);
    if (status != TCN_OK) {
        return status;
    }
    status = send_replay(&run, replay);
    while (status == TCN_OK && !run.is_ended) {
        status = go_on(&run, replay, give_up_ns);
    }
    if (status != TCN_OK) {
        cancel(&run);
        return status;
    }
    status = finish(&run, out_result);
    out_result->level = level;
    return status;
}
