/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/life.h"

#include "agents/gather.h"
#include "agents/inner.h"
#include "base/clock.h"
#include "base/text.h"
#include "core/stopped.h"
#include "seal/hash.h"
#include "wire/event.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of the file, and of one of its numbers. */
#define SIGN_BYTES 40u
#define DIGITS 19u

/** What begins the retry key of STOPPED; since when follows. */
#define RETRY_KEY "tocsin stopped "
#define RETRY_KEY_BYTES (sizeof(RETRY_KEY) + DIGITS + 1)

/** True for an office's agent: nobody else's silence is told. */
static bool is_of_office(const struct tcn_agent *agent) {
    const struct tcn_organ *organ = tcn_policy_organ(agent->office.policy, agent->office.organ);
    return !agent->office.is_feed && organ != NULL && organ->kind == TCN_ORGAN_OFFICE;
}

/** The sign that the file has; both 0 when it has none. */
static void read_sign(int descriptor, struct tcn_stopped_input *in) {
    char text[SIGN_BYTES + 1];
    uint64_t seen_ns = 0;
    uint64_t started_ns = 0;
    const ssize_t size = pread(descriptor, text, sizeof(text), 0);
    const bool is_whole =
        size == (ssize_t)SIGN_BYTES && text[DIGITS] == ' ' && text[SIGN_BYTES - 1] == '\n' &&
        tcn_text_to_u64(tcn_slice_of(text, DIGITS), &seen_ns) == TCN_OK &&
        tcn_text_to_u64(tcn_slice_of(text + DIGITS + 1, DIGITS), &started_ns) == TCN_OK;
    if (is_whole && seen_ns <= INT64_MAX && started_ns <= INT64_MAX) {
        in->seen_ns = (int64_t)seen_ns;
        in->started_ns = (int64_t)started_ns;
    }
}

/** Writes it: one small write, which a kill does not cut. Not while a gap is owed that the old one
 * is the only witness of, nor soon after a start by a clock that is behind it. */
static void write_sign(struct tcn_agent *agent) {
    struct tcn_agent_life *life = &agent->life;
    char text[SIGN_BYTES + 1];
    const int64_t now_ns = tcn_clock_wall_ns();
    const int64_t monotonic_ns = tcn_clock_monotonic_ns();
    life->next_ns = monotonic_ns + TCN_AGENT_LIFE_NS;
    if (life->owed_since_ns != 0 || (now_ns < life->seen_ns && monotonic_ns < life->behind_ns)) {
        return;
    }
    (void)snprintf(text, sizeof(text), "%019" PRId64 " %019" PRId64 "\n", now_ns,
                   agent->started_ns);
    const bool is_failed =
        ftruncate(life->descriptor, SIGN_BYTES) != 0 || /* what is no sign may be longer */
        pwrite(life->descriptor, text, SIGN_BYTES, 0) != (ssize_t)SIGN_BYTES;
    if (is_failed && !life->is_failed) {
        tcn_agent_note(agent, "the sign of life cannot be written");
    }
    life->is_failed = is_failed;
}

/** Opens the sign's file, made when it is not there; -1 when that cannot be, or it is no file. */
static int open_sign(const struct tcn_agent *agent) {
    char path[PATH_MAX];
    struct stat found;
    const int size = snprintf(path, sizeof(path), "%s/" TCN_AGENT_LIFE_FILE, agent->config->dir);
    if (size <= 0 || (size_t)size >= sizeof(path)) {
        return -1;
    }
    const int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (descriptor >= 0 && (fstat(descriptor, &found) != 0 || !S_ISREG(found.st_mode))) {
        (void)close(descriptor);
        return -1;
    }
    return descriptor;
}

/** The open part of an event; false for one that this version does not read. */
static bool read_event(struct tcn_agent *agent, struct tcn_slice bytes,
                       struct tcn_event *out_event) {
    struct tcn_slice open;
    struct tcn_slice sealed;
    tcn_arena_reset(&agent->look);
    return tcn_wire_event_split(bytes, &open, &sealed) == TCN_OK &&
           tcn_wire_open_part_decode(open, &agent->look, out_event) == TCN_OK;
}

/** The last event of a lane, when it is the newest so far. */
static enum tcn_status look_at_lane(struct tcn_agent *agent, enum tcn_lane number,
                                    struct tcn_stopped_input *in) {
    struct tcn_agent_piece pieces[TCN_CHUNK_EVENTS_MAX];
    struct tcn_outbox_lane row;
    struct tcn_outbox_chunk chunk;
    struct tcn_event event;
    uint32_t count = 0;
    enum tcn_status status = tcn_outbox_lane_get(agent->outbox, number, &row);
    if (status != TCN_OK || row.next_sequence == 1) {
        return status;
    }
    status = tcn_outbox_chunk_find(agent->outbox, &row.lane, row.next_sequence - 1, &chunk);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_OK : status;
    }
    tcn_arena_reset(&agent->scratch);
    status = tcn_agent_cut_apart(&chunk, &agent->scratch, pieces, &count);
    if (status != TCN_OK || count == 0) {
        return status;
    }
    const bool is_read = read_event(agent, pieces[count - 1].event, &event);
    if (is_read && event.recorded_ns > in->entered_ns) {
        in->entered_ns = event.recorded_ns;
        in->entered = event.act;
    }
    return TCN_OK;
}

/** The event, encoded in the scratch arena. */
static enum tcn_status make_piece(struct tcn_agent *agent, int64_t since_ns, int64_t until_ns,
                                  struct tcn_agent_piece *out_piece) {
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_STOPPED,
        .mode = agent->bundle.bundle.mode,
        .office = agent->office.organ_id,
        .occurred_ns = since_ns,
        .recorded_ns = until_ns,
        .body_kind = TCN_BODY_ACT,
        .act_body = {.until_ns = until_ns},
    };
    const struct tcn_slice none = {0};
    const size_t size = (size_t)2 * TCN_OPEN_BYTES_MAX;
    tcn_arena_reset(&agent->scratch);
    uint8_t *data = tcn_arena_alloc(&agent->scratch, size);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, size);
    struct tcn_slice open;
    struct tcn_agent_piece piece = {.mode = event.mode, .recorded_ns = event.recorded_ns};
    enum tcn_status status = tcn_wire_open_part_encode(&event, &writer, &open);
    if (status == TCN_OK) {
        piece.hash = tcn_hash_event(open, none);
        status = tcn_wire_event_join(open, none, &writer, &piece.event);
    }
    if (status == TCN_OK) {
        *out_piece = piece;
    }
    return status;
}

/** The lane that it goes by. */
static enum tcn_lane lane_of(const struct tcn_agent *agent) {
    return agent->config->is_routine_on ? TCN_LANE_ROUTINE : TCN_LANE_URGENT;
}

/** Cuts it and remembers where it went, in the open group. */
static enum tcn_status enter(struct tcn_agent *agent, const struct tcn_agent_piece *piece,
                             struct tcn_slice retry_key) {
    const struct tcn_agent_piece *const pieces[1] = {piece};
    struct tcn_outbox_lane row;
    uint32_t count = 0;
    enum tcn_status status = tcn_outbox_lane_get(agent->outbox, lane_of(agent), &row);
    struct tcn_outbox_key key = {.lane = row.lane, .sequence = row.next_sequence};
    if (status == TCN_OK) {
        status = tcn_agent_cut(&agent->cutter, agent->outbox, &row, pieces, 1, &count);
    }
    return status == TCN_OK ? tcn_outbox_key_put(agent->outbox, retry_key, &key) : status;
}

/** Says it, durably, in a group of its own; once for one gap. On an error no group is open. */
static enum tcn_status say(struct tcn_agent *agent, int64_t since_ns, int64_t until_ns) {
    static const uint8_t any[TCN_AGENT_CONTENT_BYTES] = {0};
    char text[RETRY_KEY_BYTES];
    struct tcn_outbox_key known;
    struct tcn_agent_piece piece;
    (void)snprintf(text, sizeof(text), RETRY_KEY "%" PRId64, since_ns);
    enum tcn_status status = tcn_outbox_key_check(agent->outbox, tcn_slice_text(text), any, &known);
    if (status != TCN_ABSENT) {
        return status == TCN_CONFLICT ? TCN_OK : status; /* somebody entered a draft under it */
    }
    status = make_piece(agent, since_ns, until_ns, &piece);
    if (status == TCN_OK) {
        status = tcn_agent_begin(agent);
    }
    if (status == TCN_OK) {
        agent->must_commit = true;
        status = enter(agent, &piece, tcn_slice_text(text));
    }
    status = status == TCN_OK ? tcn_agent_commit(agent) : status;
    if (status != TCN_OK) {
        tcn_agent_abort(agent);
    }
    return status;
}

/** Says what is owed, if it can, and tells the lane what was cut. */
static void pay(struct tcn_agent *agent) {
    struct tcn_agent_life *life = &agent->life;
    struct tcn_outbox_lane row;
    if (say(agent, life->owed_since_ns, life->owed_until_ns) != TCN_OK) {
        return;
    }
    life->owed_since_ns = 0;
    if (tcn_outbox_lane_get(agent->outbox, lane_of(agent), &row) != TCN_OK) {
        return; /* what is there is sent after the next start */
    }
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        if (agent->lanes[i].number == row.lane.lane) {
            tcn_outlane_cut(&agent->lanes[i].brain, row.next_sequence - 1, &row.last_hash);
        }
    }
}

enum tcn_status tcn_agent_life_open(struct tcn_agent *agent, bool is_new) {
    struct tcn_agent_life *life = &agent->life;
    struct tcn_stopped_input in = {.now_ns = agent->started_ns};
    if (!is_of_office(agent)) {
        return TCN_OK;
    }
    life->descriptor = open_sign(agent);
    if (life->descriptor < 0) {
        tcn_agent_note(agent, "the sign of life cannot be opened: that it was stopped is not told");
        return TCN_OK;
    }
    if (!is_new) {
        read_sign(life->descriptor, &in);
    }
    enum tcn_status status = look_at_lane(agent, TCN_LANE_URGENT, &in);
    if (status == TCN_OK) {
        status = look_at_lane(agent, TCN_LANE_ROUTINE, &in);
    }
    const int64_t since_ns = status == TCN_OK ? tcn_stopped_since(&in) : 0;
    if (status == TCN_CORRUPT) { /* who sends it meets that: here it costs a word alone */
        tcn_agent_note(agent, "an event in the outbox is damaged: that it was stopped is not told");
        status = TCN_OK;
    }
    if (since_ns != 0) {
        status = say(agent, since_ns, in.now_ns);
    }
    if (status == TCN_FULL) {
        life->owed_since_ns = since_ns;
        life->owed_until_ns = in.now_ns;
        tcn_agent_note(agent, "that it was stopped cannot be told yet: the outbox is full");
        status = TCN_OK;
    }
    if (status != TCN_OK) { /* what could not be said is said at the next start */
        (void)close(life->descriptor);
        return status;
    }
    life->is_on = true;
    life->seen_ns = in.seen_ns;
    life->behind_ns = tcn_clock_monotonic_ns() + TCN_AGENT_LIFE_BEHIND_NS;
    write_sign(agent);
    return TCN_OK;
}

void tcn_agent_life_close(struct tcn_agent *agent) {
    if (!agent->life.is_on) {
        return;
    }
    write_sign(agent);
    (void)close(agent->life.descriptor);
    agent->life.is_on = false;
}

void tcn_agent_life_turn(struct tcn_agent *agent, int64_t *out_deadline_ns) {
    struct tcn_agent_life *life = &agent->life;
    if (!life->is_on) {
        return;
    }
    if (tcn_clock_monotonic_ns() >= life->next_ns && !agent->is_writing) { /* else next turn */
        if (life->owed_since_ns != 0) {
            pay(agent);
        }
        write_sign(agent);
    }
    *out_deadline_ns = life->next_ns < *out_deadline_ns ? life->next_ns : *out_deadline_ns;
}

void tcn_agent_life_forget(struct tcn_agent *agent, struct tcn_agent_gathered *gathered) {
    uint32_t kept = 0;
    agent->life.owed_since_ns = 0;
    for (uint32_t i = 0; i < gathered->count; i++) {
        struct tcn_event event;
        if (read_event(agent, gathered->pieces[i].event, &event) && event.act == TCN_ACT_STOPPED) {
            continue;
        }
        gathered->pieces[kept] = gathered->pieces[i];
        gathered->at[kept] = gathered->at[i];
        kept++;
    }
    gathered->count = kept;
}
