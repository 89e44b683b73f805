/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/follow.h"

#include "agents/case.h"
#include "agents/inner.h"
#include "base/clock.h"
#include "seal/random.h"
#include "wire/event.h"
#include "wire/feed.h"
#include "wire/item.h"
#include "wire/lane.h"

#include <string.h>

/** Messages queued on the connection, each way. */
#define QUEUE_MESSAGES 100

/** Messages that are taken at most before the agent looks round again. */
#define TURN_MESSAGES_MAX 16

/** Items asked for ahead: few, for the line may be slow and urgent receipts share it. */
#define WINDOW_ITEMS 64

/** A collector that lives says HEAD every ten seconds, so asking whether it does before that only
 * costs a slow line: a fetch that repeats the last one waits so long. */
#define QUIET_NS (15 * TCN_SECOND_NS)

/** How long a full disk is left alone. */
#define FULL_RETRY_NS (30 * TCN_SECOND_NS)

/** How long a refusal for ever is: a broker can say one too, so it does not last. */
#define REFUSED_RETRY_NS (600 * TCN_SECOND_NS)

static struct tcn_stream own_stream(const struct tcn_agent *agent) {
    return (struct tcn_stream){.mode = agent->bundle.bundle.mode, .organ = agent->office.organ};
}

/** Connects and starts the brain behind the place. */
static enum tcn_status connect_it(struct tcn_agent *agent) {
    struct tcn_agent_follow *follow = &agent->follow;
    struct tcn_sock_options options = {
        .role = TCN_SOCK_DEALER_CLIENT,
        .public_key = agent->keys.transport.public_key.bytes,
        .secret_key = agent->keys.transport.secret,
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .hwm = QUEUE_MESSAGES,
        .random = tcn_random_u64(),
    };
    tcn_agent_callee_options(agent, &options);
    tcn_subscriber_init(&follow->brain, WINDOW_ITEMS, tcn_clock_monotonic_ns());
    tcn_agent_reader_begin(&follow->reader, &agent->ring, &agent->bundle.bundle.log_id,
                           follow->place.generation);
    const struct tcn_open_stream wanted = {.stream = own_stream(agent),
                                           .from = TCN_FROM_NUMBER,
                                           .number = follow->place.number + 1,
                                           .generation = follow->place.generation};
    enum tcn_status status = tcn_subscriber_add(&follow->brain, &wanted);
    TCN_CHECK(status == TCN_OK);
    status = tcn_sock_open(agent->link, &options, &follow->sock);
    if (status == TCN_OK) {
        status = tcn_sock_connect(follow->sock, agent->config->broker_endpoint);
    }
    return status == TCN_OK
               ? tcn_poller_add(&agent->poller, follow->sock, TCN_POLL_IN, TCN_AGENT_TOKEN_FOLLOW)
               : status;
}

enum tcn_status tcn_agent_follow_open(struct tcn_agent *agent) {
    struct tcn_agent_follow *follow = &agent->follow;
    if (agent->office.is_feed || agent->office.organ == 0) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_outbox_place_get(agent->outbox, &follow->place);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    const struct tcn_organ *organ = tcn_policy_organ(agent->office.policy, agent->office.organ);
    bool is_office = organ != NULL && organ->kind == TCN_ORGAN_OFFICE;
    follow->has_place = status == TCN_OK || is_office;
    return follow->has_place ? connect_it(agent) : TCN_OK;
}

void tcn_agent_follow_close(struct tcn_agent *agent) {
    struct tcn_agent_follow *follow = &agent->follow;
    if (follow->sock == NULL) {
        return;
    }
    tcn_poller_remove(&agent->poller, follow->sock);
    tcn_sock_close(&follow->sock);
    enum tcn_status status = tcn_agent_begin(agent);
    if (status == TCN_OK) {
        status = tcn_outbox_place_put(agent->outbox, &follow->place);
    }
    status = status == TCN_OK ? tcn_agent_commit(agent) : status;
    if (status != TCN_OK) {
        tcn_agent_abort(agent);
    }
}

enum tcn_status tcn_agent_follow_need(struct tcn_agent *agent) {
    struct tcn_agent_follow *follow = &agent->follow;
    if (follow->has_place || agent->office.is_feed || agent->office.organ == 0) {
        return TCN_OK;
    }
    follow->is_due = true;
    return tcn_outbox_place_put(agent->outbox, &follow->place);
}

/** The id of an organ of the policy; empty when there is none. */
static struct tcn_slice organ_id(const struct tcn_agent *agent, uint16_t number) {
    const struct tcn_organ *organ = tcn_policy_organ(agent->office.policy, number);
    return organ == NULL ? (struct tcn_slice){0} : tcn_slice_text(organ->id);
}

/** What was known of a case whose slips have become opaque is not kept. */
static void forget(struct tcn_agent_case *known) {
    struct tcn_local_progress *progress = &known->progress;
    known->limit_count = 0;
    progress->kind = TCN_PROCEDURE_NONE;
    progress->stage = TCN_STAGE_NONE;
    progress->holder = (struct tcn_slice){0};
    progress->expected = (struct tcn_slice){0};
    progress->due_ns = 0;
}

/** Brings the case of one item up to date; an item of no case of this outbox changes nothing. */
static enum tcn_status learn(struct tcn_agent *agent, const struct tcn_item *item) {
    struct tcn_event event;
    struct tcn_slice bytes;
    struct tcn_agent_case known;
    bool is_news = item->alert.reason != TCN_REASON_OUTCOME &&
                   (item->alert.flags & TCN_FLAG_GUARDED) == 0 &&
                   !tcn_reason_is_fired(item->alert.reason) && item->alert.act != TCN_ACT_REPORTED;
    tcn_arena_reset(&agent->look);
    if (!is_news || tcn_wire_open_part_decode(item->open, &agent->look, &event) != TCN_OK) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_outbox_answer_get(agent->outbox, &event.matter, &bytes);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_OK : status;
    }
    uint8_t before[TCN_AGENT_CASE_BYTES_MAX]; /* the put may move what the get has lent */
    if (bytes.size > sizeof(before)) {
        return TCN_CORRUPT;
    }
    memcpy(before, bytes.data, bytes.size);
    status = tcn_agent_case_decode(tcn_slice_of(before, bytes.size), &known);
    if (status != TCN_OK || known.progress.is_opaque) {
        return status;
    }
    const struct tcn_domain *domain = tcn_policy_domain(agent->office.policy, event.domain);
    known.progress.is_opaque = domain != NULL && domain->has_opaque_slip; /* it became one */
    const struct tcn_agent_news news = {.alert = &item->alert,
                                        .holder = organ_id(agent, item->alert.holder),
                                        .known_ns = tcn_clock_wall_ns()};
    tcn_agent_case_learn(&known, &news);
    if (known.progress.is_opaque) { /* what was known is not kept either */
        forget(&known);
    }
    uint8_t data[TCN_AGENT_CASE_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    status = tcn_agent_case_encode(&known, &writer, &bytes);
    TCN_CHECK(status == TCN_OK);
    return tcn_outbox_answer_put(agent->outbox, &event.matter, bytes);
}

/** Notes that everything up to the head is here, as of now. */
static void note_age(struct tcn_agent_follow *follow) {
    if (!follow->is_still && follow->brain.state == TCN_SUBSCRIBER_OPEN &&
        follow->brain.streams[0].next != 0 && tcn_subscriber_behind(&follow->brain) == 0) {
        follow->place.heard_ns = tcn_clock_wall_ns();
    }
}

/** Writes the place, commits, and only then tells the brain what was taken. */
static enum tcn_status settle(struct tcn_agent *agent) {
    struct tcn_agent_follow *follow = &agent->follow;
    const struct tcn_subscriber_stream *stream = &follow->brain.streams[0];
    const bool is_open = stream->next != 0; /* else all that can be new is the bundle */
    struct tcn_outbox_place place = follow->place;
    if (is_open) {
        place.number = stream->next - 1;
        place.generation = stream->generation;
    }
    const bool has_moved =
        place.number != follow->place.number || place.generation != follow->place.generation;
    if (!has_moved && !agent->is_writing) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_agent_begin(agent);
    if (status == TCN_OK) {
        status = tcn_outbox_place_put(agent->outbox, &place);
    }
    status = status == TCN_OK ? tcn_agent_commit(agent) : status;
    if (status != TCN_OK) {
        return status;
    }
    follow->place = place;
    if (is_open) {
        tcn_subscriber_taken(&follow->brain, stream->wanted.stream, place.number);
    }
    return TCN_OK;
}

/** Takes the items of one message into the open group. */
static enum tcn_status take_items(struct tcn_agent *agent, const struct tcn_agent_heard *heard) {
    struct tcn_agent_follow *follow = &agent->follow;
    const struct tcn_item *items = NULL;
    uint32_t count = 0;
    if (tcn_wire_items_decode(heard->body, &agent->scratch, &items, &count) != TCN_OK) {
        return TCN_OK; /* of a newer collector, perhaps: the copies stay as they are */
    }
    enum tcn_status status = tcn_agent_begin(agent);
    for (uint32_t i = 0; i < count && status == TCN_OK; i++) {
        if (tcn_subscriber_item(&follow->brain, &items[i].alert, heard->now_ns) ==
            TCN_SUBSCRIBER_TAKE) {
            status = learn(agent, &items[i]);
        }
    }
    return status;
}

static void take_opened(struct tcn_agent *agent, const struct tcn_agent_heard *heard) {
    struct tcn_agent_follow *follow = &agent->follow;
    struct tcn_head heads[TCN_OPEN_STREAMS_MAX];
    uint32_t count = 0;
    if (tcn_wire_opened_decode(heard->body, &agent->scratch, heads, &count) != TCN_OK) {
        return; /* OPEN is said again */
    }
    follow->session = heard->header.session;
    tcn_subscriber_opened(&follow->brain, heard->now_ns);
    for (uint32_t i = 0; i < count; i++) {
        tcn_subscriber_head(&follow->brain, &heads[i], heard->now_ns);
        follow->is_still = heads[i].standstill != 0;
    }
}

/** A refusal for ever ends the following for a while: the copies stay as they are, and say how old
 * they are. */
static void take_error(struct tcn_agent *agent, const struct tcn_agent_heard *heard) {
    struct tcn_agent_follow *follow = &agent->follow;
    struct tcn_refuse *refuse = tcn_arena_alloc(&agent->scratch, sizeof(*refuse));
    if (refuse != NULL && heard->header.kind == TCN_KIND_ERROR &&
        tcn_wire_refuse_decode(heard->body, &agent->scratch, refuse) == TCN_OK &&
        refuse->code == TCN_DENIED && !refuse->is_later) {
        follow->is_refused = true;
        tcn_agent_note(agent, "answers to this organ's reports are not followed: %s",
                       tcn_status_sentence(TCN_DENIED));
        return;
    }
    tcn_subscriber_lost(&follow->brain);
}

/** Takes what is not items. */
static void take_word(struct tcn_agent *agent, const struct tcn_agent_heard *heard) {
    struct tcn_agent_follow *follow = &agent->follow;
    struct tcn_head head;
    struct tcn_gap gap;
    struct tcn_reset reset;
    switch ((unsigned)heard->header.kind) {
    case TCN_KIND_OPENED:
        take_opened(agent, heard);
        break;
    case TCN_KIND_HEAD:
        if (tcn_wire_head_decode(heard->body, &agent->scratch, &head) == TCN_OK) {
            tcn_subscriber_head(&follow->brain, &head, heard->now_ns);
            follow->is_still = head.standstill != 0;
        }
        break;
    case TCN_KIND_GAP:
        if (tcn_wire_gap_decode(heard->body, &agent->scratch, &gap) == TCN_OK &&
            tcn_subscriber_gap(&follow->brain, &gap, heard->now_ns)) {
            tcn_agent_note(agent, "answers to this organ's reports are missing: %s",
                           tcn_status_is_known(gap.code)
                               ? tcn_status_sentence((enum tcn_status)gap.code)
                               : "the collector says so");
        }
        break;
    case TCN_KIND_RESET:
        if (tcn_wire_reset_decode(heard->body, &agent->scratch, &reset) == TCN_OK) {
            (void)tcn_subscriber_reset(&follow->brain, &reset, heard->now_ns);
        }
        break;
    case TCN_KIND_ERROR:
    case TCN_KIND_AGAIN:
        take_error(agent, heard);
        break;
    default:
        break;
    }
}

/** Takes one message that came. */
static enum tcn_status take(struct tcn_agent *agent, const struct tcn_parts *parts) {
    struct tcn_agent_follow *follow = &agent->follow;
    struct tcn_agent_heard heard;
    enum tcn_status status = tcn_agent_reader_take(agent, parts, &heard);
    if (status == TCN_SEQUENCE) {
        tcn_subscriber_lost(&follow->brain); /* what was lost on the way comes again */
    }
    if (status != TCN_OK) {
        bool is_over = status == TCN_ABSENT || status == TCN_SEQUENCE || status == TCN_AGAIN;
        return is_over ? TCN_OK : status;
    }
    if (heard.header.kind == TCN_KIND_ITEMS) {
        return take_items(agent, &heard);
    }
    take_word(agent, &heard);
    return TCN_OK;
}

/** Leaves the connection alone for a while; the brain will begin anew at the place. */
static void hang_up(struct tcn_agent_follow *follow, struct tcn_agent *agent, int64_t rest_ns) {
    tcn_poller_remove(&agent->poller, follow->sock);
    tcn_sock_close(&follow->sock);
    follow->is_refused = false;
    follow->retry_ns = tcn_clock_monotonic_ns() + rest_ns;
}

/** A group that found the disk full is dropped, and fetched again later: the place did not move. */
static enum tcn_status give_up_group(struct tcn_agent *agent) {
    tcn_agent_abort(agent);
    tcn_agent_note(agent, "the disk is full: answers are not kept");
    hang_up(&agent->follow, agent, FULL_RETRY_NS);
    return TCN_OK;
}

enum tcn_status tcn_agent_follow_ready(struct tcn_agent *agent) {
    struct tcn_parts parts;
    tcn_parts_init(&parts);
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < TURN_MESSAGES_MAX && status == TCN_OK; i++) {
        status = tcn_sock_recv(agent->follow.sock, &parts);
        if (status == TCN_OK) {
            status = take(agent, &parts);
        } else if (status == TCN_TOOBIG) {
            status = TCN_OK;
        } else {
            break;
        }
    }
    tcn_parts_fini(&parts);
    status = status == TCN_AGAIN ? TCN_OK : status;
    if (status == TCN_OK) {
        status = settle(agent);
    }
    if (status == TCN_FULL) {
        return give_up_group(agent);
    }
    note_age(&agent->follow);
    if (status == TCN_OK && agent->follow.is_refused) {
        hang_up(&agent->follow, agent, REFUSED_RETRY_NS);
    }
    return status;
}

/** Encodes and sends OPEN, FETCH, or nothing: the place is kept here, so no cursor is moved. */
static enum tcn_status say(struct tcn_agent *agent, const struct tcn_subscriber_want *want) {
    struct tcn_agent_follow *follow = &agent->follow;
    uint8_t data[TCN_AGENT_OPEN_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    enum tcn_status status = TCN_OK;
    if (want->kind == TCN_SUBSCRIBER_WANT_MOVE) {
        return TCN_OK;
    }
    if (want->kind == TCN_SUBSCRIBER_WANT_OPEN) {
        struct tcn_open open = {.stream_count = 1};
        open.streams[0] = follow->brain.streams[0].wanted;
        status = tcn_wire_open_encode(&open, &writer, &body);
        TCN_CHECK(status == TCN_OK);
        return tcn_agent_reader_open(agent, body);
    }
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = TCN_KIND_FETCH,
                                      .session = follow->session,
                                      .request = follow->reader.open_request};
    status = tcn_wire_fetch_encode(&want->fetch, &writer, &body);
    TCN_CHECK(status == TCN_OK);
    return tcn_agent_reader_send(agent, &header, body);
}

/** True for the fetch that only asks whether the collector lives, while that need not be asked. */
static bool is_early_probe(const struct tcn_agent_follow *follow,
                           const struct tcn_subscriber_want *want, int64_t now_ns) {
    return want->kind == TCN_SUBSCRIBER_WANT_FETCH &&
           want->fetch.number == follow->brain.streams[0].fetched &&
           now_ns - follow->brain.heard_ns < QUIET_NS;
}

/** Connects when there is something to follow and nothing stands against it. */
static enum tcn_status reach_out(struct tcn_agent *agent, int64_t *out_deadline_ns) {
    struct tcn_agent_follow *follow = &agent->follow;
    if (follow->is_due) {
        follow->is_due = false;
        enum tcn_status status = tcn_outbox_place_get(agent->outbox, &follow->place);
        if (status != TCN_OK) {
            return status == TCN_ABSENT ? TCN_OK : status;
        }
        follow->has_place = true;
    }
    if (!follow->has_place || agent->is_stopping) {
        return TCN_OK;
    }
    if (tcn_clock_monotonic_ns() < follow->retry_ns) {
        *out_deadline_ns = follow->retry_ns;
        return TCN_OK;
    }
    return connect_it(agent);
}

enum tcn_status tcn_agent_follow_pump(struct tcn_agent *agent, int64_t *out_deadline_ns) {
    struct tcn_agent_follow *follow = &agent->follow;
    *out_deadline_ns = INT64_MAX;
    if (follow->sock == NULL) {
        enum tcn_status status = reach_out(agent, out_deadline_ns);
        if (status != TCN_OK) {
            return status;
        }
    }
    if (follow->sock == NULL) {
        return TCN_OK;
    }
    for (uint32_t i = 0; i < TURN_MESSAGES_MAX; i++) {
        int64_t now_ns = tcn_clock_monotonic_ns();
        tcn_subscriber_tick(&follow->brain, now_ns);
        struct tcn_subscriber_want want = tcn_subscriber_want(&follow->brain, now_ns);
        if (is_early_probe(follow, &want, now_ns)) {
            *out_deadline_ns = follow->brain.heard_ns + QUIET_NS;
            return TCN_OK;
        }
        if (want.kind == TCN_SUBSCRIBER_WANT_NOTHING) {
            *out_deadline_ns = want.deadline_ns;
            return TCN_OK;
        }
        enum tcn_status status = say(agent, &want);
        if (status == TCN_AGAIN || status == TCN_ABSENT) {
            *out_deadline_ns = now_ns + TCN_SECOND_NS; /* nobody is there */
            return TCN_OK;
        }
        if (status != TCN_OK) {
            return status;
        }
        tcn_subscriber_done(&follow->brain, &want, now_ns);
    }
    *out_deadline_ns = tcn_clock_monotonic_ns();
    return TCN_OK;
}
