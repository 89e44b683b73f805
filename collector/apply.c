/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The apply actor: follows the log and folds it into the state. Alerts go to serve as soon as they
 * are folded, because the log commit that caused them has synced and their numbers are certain; the
 * state's own commit comes later and in larger pieces.
 *
 *   a slice of records ─▶ fold ─▶ tail of alerts ─▶ (nothing waits, or due) ─▶ commit ─▶ tell serve
 *
 * The state is derived, so whatever happens to it here ends nothing else: reports are taken and
 * acknowledged, and what was derived is served, in each of its states:
 *
 *                  no room              still no room: the pause doubles
 *    running ──────────────────▶ waiting ───┐
 *     ▲ │ ▲                       │ │ ▲     │
 *     └─┘ └── a commit went ──────┘ │ └─────┘
 *   it went   event, log, state     │ event, log, state
 *       └──────────────▶ stopped ◀──┘
 *
 * Stopped is for the life of the process. An event stops it only when all that stands before it is
 * on disk: the commit in which the event was met is given up, and folded again up to it. An event
 * at which TCN_FOLD_DEATHS_MAX processes of this build died, one after the other, is not folded a
 * further time; see store/attempt.h.
 */
#include "collector/apply_inside.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdlib.h>

#define PAUSE_MIN_NS (250 * TCN_MS_NS)
#define PAUSE_MAX_NS (10 * TCN_SECOND_NS)

/* After a stop what the log has more is folded for at most this long. */
#define FINISH_NS (2 * TCN_SECOND_NS)

enum token {
    TOKEN_STOP,
    TOKEN_WRITER,
    TOKEN_SERVE,
};

enum phase {
    PHASE_RUNNING,
    PHASE_WAITING,
    PHASE_STOPPED,
    PHASE_COUNT,
};

/* The moves of the drawing. Stopped meets nothing any more. */
static const enum phase moves[PHASE_STOPPED][TCN_APPLY_MET_COUNT] = {
    [PHASE_RUNNING] = {[TCN_APPLY_WENT] = PHASE_RUNNING,
                       [TCN_APPLY_ROOM] = PHASE_WAITING,
                       [TCN_APPLY_EVENT] = PHASE_STOPPED,
                       [TCN_APPLY_LOG] = PHASE_STOPPED,
                       [TCN_APPLY_STATE] = PHASE_STOPPED},
    [PHASE_WAITING] = {[TCN_APPLY_WENT] = PHASE_RUNNING,
                       [TCN_APPLY_ROOM] = PHASE_WAITING,
                       [TCN_APPLY_EVENT] = PHASE_STOPPED,
                       [TCN_APPLY_LOG] = PHASE_STOPPED,
                       [TCN_APPLY_STATE] = PHASE_STOPPED},
};

struct apply {
    struct tcn_follower follower;
    struct tcn_actor *actor;
    struct tcn_poller poller;
    enum phase phase;
    int64_t pause_ns; /* before the next try */
    int64_t retry_ns; /* when it is */
};

/* What an operator reads, once for each move. */
static void say_room(const struct apply *apply, enum phase before) {
    const struct tcn_follower *follower = &apply->follower;
    const struct tcn_logger *logger = follower->house->logger;
    const uint64_t position = follower->position + 1;
    if (apply->phase == PHASE_WAITING && before == PHASE_RUNNING) {
        tcn_log(logger, TCN_LOG_ERROR,
                "no alerts are derived from position %" PRIu64
                " on: because %s; reports are still taken as far as there is room for them",
                position, tcn_status_sentence(follower->met));
        tcn_log(logger, TCN_LOG_ERROR,
                "try: make room for the folder of the collector; it goes on by itself");
    }
    if (apply->phase == PHASE_RUNNING && before == PHASE_WAITING) {
        tcn_log(logger, TCN_LOG_WARNING, "there is room again: alerts are derived up to %" PRIu64,
                follower->position);
    }
}

static void say_stopped(const struct apply *apply, enum tcn_apply_met met) {
    const struct tcn_follower *follower = &apply->follower;
    const struct tcn_logger *logger = follower->house->logger;
    const char *why = tcn_status_sentence(follower->met);
    if (met == TCN_APPLY_EVENT && follower->suspect.count >= TCN_FOLD_DEATHS_MAX) {
        why = "programs died there";
    }
    tcn_log(logger, TCN_LOG_ERROR,
            "ALARM: no alerts are derived from position %" PRIu64
            " on: because %s; reports are still taken, and what was derived is served",
            follower->standstill.position, why);
    const char *advice =
        "put in a program whose fold takes that event, or tocsin log rebuild --dir";
    if (met == TCN_APPLY_LOG) {
        advice = "tocsin log verify --dir with the collector ended; a backup, when it finds damage";
    } else if (met == TCN_APPLY_STATE) {
        advice = "look after the disk and start the collector again; if that does not help, "
                 "tocsin log rebuild --dir with the collector ended: the log has everything";
    }
    tcn_log(logger, TCN_LOG_ERROR, "try: %s", advice);
}

/* Moves on, and tells serve when the state stands still now, or no longer does. */
static enum tcn_status move(struct apply *apply, enum tcn_apply_met met) {
    struct tcn_follower *follower = &apply->follower;
    const enum phase before = apply->phase;
    apply->phase = moves[before][met];
    if (apply->phase == before) {
        return TCN_OK;
    }
    follower->standstill = (struct tcn_standstill){0};
    if (apply->phase == PHASE_WAITING) {
        follower->standstill = (struct tcn_standstill){
            .code = (uint32_t)follower->met,
            .position = follower->position + 1,
        };
    }
    if (apply->phase == PHASE_STOPPED) {
        follower->standstill = (struct tcn_standstill){
            .code = TCN_HALTED,
            .position = met == TCN_APPLY_EVENT ? follower->stop.at : follower->position + 1,
            .cause = (uint32_t)follower->met,
        };
        say_stopped(apply, met);
    }
    say_room(apply, before);
    return tcn_apply_tell(follower);
}

static void pause(struct apply *apply) {
    const int64_t longer_ns = 2 * apply->pause_ns;
    apply->pause_ns = longer_ns < PAUSE_MIN_NS   ? PAUSE_MIN_NS
                      : longer_ns > PAUSE_MAX_NS ? PAUSE_MAX_NS
                                                 : longer_ns;
    apply->retry_ns = tcn_clock_monotonic_ns() + apply->pause_ns;
}

/* What becomes of what the fold met. An event is stopped at only when nothing is open: see above.
 */
static enum tcn_status take_met(struct apply *apply, enum tcn_apply_met met) {
    struct tcn_follower *follower = &apply->follower;
    const bool is_again = met == TCN_APPLY_EVENT && follower->is_open;
    enum tcn_status status = TCN_OK;
    if (met == TCN_APPLY_LOG) {
        const enum tcn_status behind = follower->met;
        enum tcn_apply_met last = TCN_APPLY_WENT;
        status = tcn_apply_commit(follower, &last);
        met = last == TCN_APPLY_WENT ? met : last;
        follower->met = last == TCN_APPLY_WENT ? behind : follower->met;
    }
    if (status == TCN_OK && met != TCN_APPLY_WENT) {
        status = tcn_apply_give_up(follower);
    }
    if (met == TCN_APPLY_ROOM) {
        pause(apply);
    } else {
        apply->pause_ns = 0;
    }
    return status == TCN_OK && !is_again ? move(apply, met) : status;
}

/* A slice, and a commit when one is due. While it waits for room each slice is committed at once,
 * so that it gets as far as there is room. */
static enum tcn_status work(struct apply *apply) {
    struct tcn_follower *follower = &apply->follower;
    const int64_t now_ns = tcn_clock_monotonic_ns();
    if (apply->phase == PHASE_STOPPED ||
        (apply->phase == PHASE_WAITING && now_ns < apply->retry_ns)) {
        return TCN_OK;
    }
    const bool is_retry = apply->phase == PHASE_WAITING;
    enum tcn_apply_met met = TCN_APPLY_WENT;
    enum tcn_status status = TCN_OK;
    if (follower->has_more || is_retry) {
        status = tcn_apply_slice(follower, &met);
    }
    if (status == TCN_OK && met == TCN_APPLY_WENT &&
        (is_retry || tcn_apply_is_due(follower, tcn_clock_monotonic_ns()))) {
        status = tcn_apply_commit(follower, &met);
    }
    return status == TCN_OK ? take_met(apply, met) : status;
}

/* Until the next look at the log, the open commit's end, or the next try. */
static int64_t timeout_of(const struct apply *apply, int64_t now_ns) {
    if (apply->phase == PHASE_STOPPED) {
        return TCN_POLLER_FOREVER;
    }
    if (apply->phase == PHASE_WAITING) {
        return apply->retry_ns > now_ns ? apply->retry_ns - now_ns : 0;
    }
    return apply->follower.has_more ? 0 : tcn_apply_due_in(&apply->follower, now_ns);
}

/* Any note of the writer means only: look at the log. */
static enum tcn_status take_notes(struct apply *apply) {
    struct tcn_parts *parts = &apply->follower.parts;
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = tcn_mailbox_take(apply->follower.writer, parts);
        if (status == TCN_OK) {
            apply->follower.has_more = true;
            tcn_parts_clear(parts);
        }
    }
    return status == TCN_AGAIN ? TCN_OK : status;
}

/* Waits; a note that serve had no room for goes out as soon as it has, also when nothing else
 * happens: an alert that was dropped with it must not wait for the next event. */
static enum tcn_status wait(struct apply *apply) {
    struct tcn_follower *follower = &apply->follower;
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    enum tcn_status status = tcn_apply_tell_due(follower);
    if (status == TCN_OK && apply->phase == PHASE_RUNNING) {
        status = tcn_apply_tell_erasures(follower);
    }
    if (status == TCN_OK) {
        status = tcn_poller_set(&apply->poller, follower->serve,
                                follower->is_note_owed ? TCN_POLL_OUT : 0);
    }
    if (status == TCN_OK) {
        status = tcn_poller_set(&apply->poller, follower->writer,
                                follower->is_due_owed ? TCN_POLL_IN | TCN_POLL_OUT : TCN_POLL_IN);
    }
    if (status == TCN_OK) {
        status = tcn_poller_wait(&apply->poller, timeout_of(apply, tcn_clock_monotonic_ns()), ready,
                                 &count);
    }
    if (status == TCN_OK && follower->is_note_owed) {
        status = tcn_apply_tell(follower);
    }
    return status == TCN_OK ? take_notes(apply) : status;
}

/* The log's writer has ended, so the log is whole: who looks at the folder of a stopped collector
 * finds its state as far as its log. A rest that takes longer is folded by the next process. */
static enum tcn_status finish(struct apply *apply) {
    const int64_t until_ns = tcn_clock_monotonic_ns() + FINISH_NS;
    enum tcn_status status = TCN_OK;
    apply->follower.has_more = true;
    while (status == TCN_OK && apply->phase == PHASE_RUNNING && apply->follower.has_more &&
           tcn_clock_monotonic_ns() < until_ns) {
        status = work(apply);
    }
    return status;
}

static enum tcn_status loop(struct apply *apply) {
    enum tcn_status status = TCN_OK;
    apply->follower.has_more = true;
    while (status == TCN_OK && !tcn_actor_is_stopping(apply->actor)) {
        status = work(apply);
        if (status == TCN_OK) {
            status = wait(apply);
        }
    }
    if (status == TCN_OK) {
        status = finish(apply);
    }
    if (status != TCN_OK) {
        return status;
    }
    /* What finds no room now is derived again by the next process. */
    enum tcn_apply_met met = TCN_APPLY_WENT;
    return tcn_apply_commit(&apply->follower, &met);
}

/* Where the state stands, and where processes died. */
static enum tcn_status find_place(struct tcn_follower *follower) {
    struct tcn_state_reader *reader = NULL;
    struct tcn_applied applied = {0};
    enum tcn_status status = tcn_state_reader_open(follower->house->state, &reader);
    struct tcn_due due = {.due_ns = INT64_MAX};
    if (status == TCN_OK) {
        status = tcn_state_applied(reader, &applied);
    }
    if (status == TCN_OK) {
        status = tcn_state_due_first(reader, &due);
        status = status == TCN_ABSENT ? TCN_OK : status;
    }
    tcn_state_reader_close(&reader);
    if (status != TCN_OK) {
        return status;
    }
    follower->due_ns = due.due_ns;
    follower->is_due_owed = due.due_ns != INT64_MAX;
    follower->are_erasures_asked = true; /* a process before this one may not have told */
    follower->position = applied.position;
    follower->committed_position = applied.position;
    follower->suspect = tcn_attempt_suspect(follower->house->attempt);
    const struct tcn_attempt_suspect suspect = follower->suspect;
    if (suspect.position <= applied.position) {
        follower->suspect = (struct tcn_attempt_suspect){0};
        tcn_attempt_pass(follower->house->attempt);
        return TCN_OK;
    }
    tcn_log(follower->house->logger, TCN_LOG_WARNING,
            "the program died %" PRIu32 " times at position %" PRIu64 "; it is folded alone",
            suspect.count, suspect.position);
    if (suspect.count >= TCN_FOLD_DEATHS_MAX) {
        follower->stop = (struct tcn_apply_stop){
            .position = suspect.position, .at = suspect.position, .cause = TCN_CLOSED};
    }
    return TCN_OK;
}

static enum tcn_status watch(struct apply *apply) {
    tcn_poller_init(&apply->poller);
    enum tcn_status status =
        tcn_poller_add(&apply->poller, tcn_actor_inner(apply->actor), TCN_POLL_IN, TOKEN_STOP);
    if (status == TCN_OK) {
        status = tcn_poller_add(&apply->poller, apply->follower.writer, TCN_POLL_IN, TOKEN_WRITER);
    }
    return status == TCN_OK ? tcn_poller_add(&apply->poller, apply->follower.serve, 0, TOKEN_SERVE)
                            : status;
}

static enum tcn_status open_apply(struct apply *apply) {
    struct tcn_follower *follower = &apply->follower;
    tcn_parts_init(&follower->parts);
    tcn_apply_ops_init(&follower->ops);
    enum tcn_status status = tcn_house_mailbox(follower->house, TCN_HOUSE_WRITER_APPLY,
                                               TCN_MAILBOX_SECOND, &apply->follower.writer);
    if (status == TCN_OK) {
        status = tcn_house_mailbox(follower->house, TCN_HOUSE_APPLY_SERVE, TCN_MAILBOX_FIRST,
                                   &follower->serve);
    }
    if (status == TCN_OK) {
        status = watch(apply);
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open(follower->house->log, &follower->reader);
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open(follower->house->log, &follower->rights_reader);
    }
    if (status == TCN_OK) {
        status = tcn_applier_init(&follower->applier, &follower->house->charter);
    }
    return status == TCN_OK ? find_place(follower) : status;
}

static void close_apply(struct apply *apply) {
    struct tcn_follower *follower = &apply->follower;
    if (follower->is_open) {
        tcn_state_abort(follower->house->state);
    }
    tcn_log_reader_close(&follower->reader);
    tcn_log_reader_close(&follower->rights_reader);
    tcn_applier_fini(&follower->applier);
    tcn_parts_fini(&follower->parts);
    tcn_sock_close(&apply->follower.writer);
    tcn_sock_close(&follower->serve);
}

enum tcn_status tcn_apply_run(struct tcn_actor *actor, void *argument) {
    struct apply *apply = calloc(1, sizeof(*apply));
    if (apply == NULL) {
        return TCN_NOMEM;
    }
    apply->actor = actor;
    apply->follower.house = argument;
    enum tcn_status status = open_apply(apply);
    if (status == TCN_OK) {
        status = tcn_actor_ready(actor);
    }
    if (status == TCN_OK) {
        status = loop(apply);
    }
    close_apply(apply);
    free(apply);
    return status;
}
