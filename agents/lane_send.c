/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/erase.h"
#include "agents/inner.h"
#include "agents/lane.h"
#include "base/clock.h"
#include "seal/hash.h"
#include "seal/random.h"
#include "seal/sign.h"
#include "wire/event.h"
#include "wire/frame.h"
#include "wire/lane.h"

/** Messages that are sent at most before the agent looks round again. */
#define TURN_MESSAGES_MAX 64

/** Frames of a chunk: header, head, signature, body, shares. */
#define CHUNK_FRAMES 5

/** Bytes of an encoded HELLO at most. */
#define HELLO_BYTES_MAX 512

/** Hands frames behind a header to the connection. Without one the brain is told, and the poller
 * says when there is one again. */
static enum tcn_status send_frames(struct tcn_agent_lane *lane, enum tcn_kind kind,
                                   struct tcn_slice *frames, size_t count) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    bool is_hello = kind == TCN_KIND_HELLO; /* which begins a session and belongs to none */
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION, .kind = kind, .session = is_hello ? 0 : lane->brain.session};
    enum tcn_status status = tcn_wire_header_encode(&header, &writer, &frames[0]);
    TCN_CHECK(status == TCN_OK);
    status = tcn_sock_send(lane->sock, frames, count);
    if (status == TCN_AGAIN || status == TCN_ABSENT) {
        tcn_outlane_lost(&lane->brain);
        return TCN_AGAIN;
    }
    return status;
}

static enum tcn_status send_hello(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                  int64_t now_ns) {
    struct tcn_hello hello;
    tcn_outlane_hello(&lane->brain, tcn_clock_wall_ns(), &hello);
    hello.key_id = agent->cutter.key_id;
    hello.bundle_version = agent->bundle.bundle.version;
    hello.nonce = tcn_random_u64();
    uint8_t data[HELLO_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice frames[3];
    struct tcn_signature signature;
    enum tcn_status status = tcn_wire_hello_encode(&hello, &writer, &frames[1]);
    TCN_CHECK(status == TCN_OK);
    status = tcn_sign(&agent->keys.signing, TCN_CONTEXT_HELLO, frames[1], &signature);
    if (status != TCN_OK) {
        return status;
    }
    frames[2] = tcn_slice_of(signature.bytes, sizeof(signature.bytes));
    status = send_frames(lane, TCN_KIND_HELLO, frames, 3);
    if (status == TCN_OK) {
        struct tcn_hash hash = tcn_hash_in_context(TCN_CONTEXT_HELLO, frames[1]);
        tcn_outlane_said(&lane->brain, &hash, now_ns, tcn_random_u64());
    }
    return status;
}

/** The hash that the chunk behind this one names as previous: its own, but for a VOID range; and
 * whether the chunk is short of a share. */
static enum tcn_status end_hash(struct tcn_agent *agent, const struct tcn_outbox_chunk *chunk,
                                struct tcn_hash *out_hash, bool *out_is_short) {
    struct tcn_chunk_head head;
    struct tcn_agent_piece pieces[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    *out_hash = chunk->chunk_hash;
    tcn_arena_reset(&agent->look);
    enum tcn_status status = tcn_agent_cut_head(chunk, &agent->look, &head);
    *out_is_short = status == TCN_OK && tcn_agent_is_short(chunk, &head);
    if (status != TCN_OK || head.void_count == 0) {
        return status;
    }
    status = tcn_agent_cut_apart(chunk, &agent->look, pieces, &count);
    struct tcn_slice open;
    struct tcn_slice sealed;
    struct tcn_event event;
    if (status != TCN_OK || tcn_wire_event_split(pieces[0].event, &open, &sealed) != TCN_OK ||
        tcn_wire_open_part_decode(open, &agent->look, &event) != TCN_OK) {
        return TCN_CORRUPT;
    }
    if (!tcn_hash_is_none(&event.void_body.next_previous)) {
        *out_hash = event.void_body.next_previous;
    }
    return TCN_OK;
}

/** The chunk that is wanted does not begin where the collector wants it: our lane and its differ.
 * A mark inside one of our chunks is another history than ours: settled as a conflict is. While it
 * settles that ends the epoch, and the RENEW that says so is carried out here. */
static enum tcn_status fall_back(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                 int64_t now_ns) {
    struct tcn_outlane_actions actions;
    tcn_agent_note(agent, "the %s lane has no chunk that begins where the collector wants it",
                   tcn_lane_name(lane->number));
    tcn_outlane_differ(&lane->brain, now_ns, &actions);
    enum tcn_status status = tcn_agent_lane_carry(agent, lane, &actions);
    status = status == TCN_OK ? tcn_agent_commit(agent) : status;
    return status == TCN_FULL ? tcn_agent_lane_put_off(agent) : status;
}

static enum tcn_status send_chunk(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                  uint64_t sequence, int64_t now_ns) {
    struct tcn_outbox_chunk stored;
    enum tcn_status status =
        tcn_outbox_chunk_find(agent->outbox, &lane->brain.facts.key, sequence, &stored);
    if (status == TCN_ABSENT || (status == TCN_OK && stored.first_sequence != sequence)) {
        return fall_back(agent, lane, now_ns);
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_outlane_chunk sent = {
        .first_sequence = stored.first_sequence,
        .last_sequence = stored.first_sequence + stored.sequence_count - 1,
        .hash = stored.chunk_hash,
        .bytes = stored.chunk.body.size + stored.chunk.shares.size,
    };
    bool is_short = false;
    status = end_hash(agent, &stored, &sent.end_hash, &is_short);
    if (status != TCN_OK) {
        return status;
    }
    if (is_short) { /* a restored collector wants it again: with the next WELCOME it is cut anew */
        tcn_outlane_resign(&lane->brain);
        tcn_outlane_wake(&lane->brain, now_ns);
        return TCN_OK;
    }
    struct tcn_slice frames[CHUNK_FRAMES] = {
        {0}, stored.chunk.head, stored.chunk.signature, stored.chunk.body, stored.chunk.shares};
    size_t count = stored.chunk.shares.size > 0 ? CHUNK_FRAMES : CHUNK_FRAMES - 1;
    status = send_frames(lane, TCN_KIND_CHUNK, frames, count);
    if (status == TCN_OK) {
        tcn_outlane_sent(&lane->brain, &sent, now_ns);
    }
    return status;
}

/** Without a connection only the poller can say that there is one. */
static enum tcn_status watch(struct tcn_agent *agent, struct tcn_agent_lane *lane) {
    unsigned events = TCN_POLL_IN | (lane->brain.is_connected ? 0u : TCN_POLL_OUT);
    return tcn_poller_set(&agent->poller, lane->sock, events);
}

enum tcn_status tcn_agent_lane_pump(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                    int64_t *out_deadline_ns) {
    int64_t deadline_ns = INT64_MAX;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < TURN_MESSAGES_MAX && status == TCN_OK; i++) {
        int64_t now_ns = tcn_clock_monotonic_ns();
        struct tcn_outlane_want want = tcn_outlane_want(&lane->brain, now_ns);
        deadline_ns = now_ns; /* unless it turns out that nothing more is wanted */
        if (want.kind == TCN_OUTLANE_WANT_HELLO) {
            status = send_hello(agent, lane, now_ns);
        } else if (want.kind == TCN_OUTLANE_WANT_CHUNK) {
            status = send_chunk(agent, lane, want.first_sequence, now_ns);
        } else if (want.deadline_ns <= now_ns) {
            tcn_outlane_tick(&lane->brain, now_ns, tcn_random_u64());
        } else {
            deadline_ns = want.deadline_ns;
            break;
        }
    }
    if (status == TCN_AGAIN) {
        deadline_ns = INT64_MAX;
        status = TCN_OK;
    }
    if (status == TCN_OK) {
        status = watch(agent, lane);
    }
    if (status == TCN_OK) {
        *out_deadline_ns = deadline_ns;
    }
    return status;
}
