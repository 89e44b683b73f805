/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The apply actor: follows the log and folds it into the state. Alerts go to serve as soon as they
 * are folded, because the log commit that caused them has synced and their numbers are certain; the
 * state's own commit comes later and in larger pieces.
 *
 *   a slice of records ─▶ fold ─▶ tail of alerts ─▶ (nothing waits, or due) ─▶ commit ─▶ tell serve
 */
#include "collector/house.h"

#include "base/clock.h"
#include "collector/note.h"
#include "link/poller.h"
#include "query/applier.h"

#include <inttypes.h>
#include <stdlib.h>

/* When nothing waits the state is committed at once, but not more often than this. */
#define COMMIT_QUIET_NS (100 * TCN_MS_NS)
/* However much waits, a state commit is not older than this. */
#define COMMIT_AGE_NS TCN_SECOND_NS

enum token {
    TOKEN_STOP,
    TOKEN_WRITER,
};

struct follower {
    struct tcn_collector *house;
    struct tcn_actor *actor;
    struct tcn_sock *writer;
    struct tcn_sock *serve;
    struct tcn_poller poller;
    struct tcn_log_reader *reader;
    struct tcn_applier applier;
    struct tcn_state_ops ops; /* the store's, with our alert_append */
    struct tcn_parts parts;

    bool is_open;           /* a state commit is open */
    int64_t opened_ns;      /* when it was opened */
    int64_t committed_ns;   /* when the last one ended */
    uint64_t opened_count;  /* events folded when it was opened */
    bool has_more;          /* the log goes on beyond the last slice */
    uint64_t dropped_count; /* tails that serve had no room for */

    struct tcn_alert alerts[TCN_NOTE_ALERTS_MAX];
    uint32_t alert_count;
};

/* Posts the collected alerts. When serve has no room they are dropped: it finds them in the state
 * after the commit. */
static enum tcn_status post_tail(struct follower *follower, uint64_t committed_position) {
    const struct tcn_note_tail note = {
        .committed_position = committed_position,
        .log_time_ns = follower->applier.fold.applied.log_time_ns,
        .alert_count = follower->alert_count,
    };
    struct tcn_parts *parts = &follower->parts;
    tcn_parts_clear(parts);
    enum tcn_status status = tcn_parts_push(parts, tcn_slice_of(&note, sizeof(note)));
    if (status == TCN_OK) {
        status =
            tcn_parts_push(parts, tcn_slice_of(follower->alerts,
                                               follower->alert_count * sizeof(struct tcn_alert)));
    }
    if (status == TCN_OK) {
        status = tcn_mailbox_post(follower->serve, parts);
    }
    tcn_parts_clear(parts);
    follower->alert_count = 0;
    if (status == TCN_AGAIN) {
        follower->dropped_count++;
        return TCN_OK;
    }
    return status;
}

/* The fold's alert_append: into the state, and into the tail. */
static enum tcn_status append_alert(void *context, const struct tcn_alert *alert) {
    struct follower *follower = context;
    const enum tcn_status status = tcn_state_table()->alert_append(follower->house->state, alert);
    if (status != TCN_OK) {
        return status;
    }
    follower->alerts[follower->alert_count] = *alert;
    follower->alert_count++;
    return follower->alert_count < TCN_NOTE_ALERTS_MAX ? TCN_OK : post_tail(follower, 0);
}

/* The rest of the table goes straight to the store's. */
static enum tcn_status matter_find(void *context, const struct tcn_id *id, uint64_t *out_birth) {
    struct follower *follower = context;
    return tcn_state_table()->matter_find(follower->house->state, id, out_birth);
}

static enum tcn_status matter_get(void *context, uint64_t birth, struct tcn_matter *out_matter) {
    struct follower *follower = context;
    return tcn_state_table()->matter_get(follower->house->state, birth, out_matter);
}

static enum tcn_status matter_put(void *context, const struct tcn_matter *matter, bool is_birth) {
    struct follower *follower = context;
    return tcn_state_table()->matter_put(follower->house->state, matter, is_birth);
}

static enum tcn_status thread_append(void *context, const struct tcn_thread *thread) {
    struct follower *follower = context;
    return tcn_state_table()->thread_append(follower->house->state, thread);
}

static enum tcn_status stream_get(void *context, struct tcn_stream stream, uint64_t *out_number) {
    struct follower *follower = context;
    return tcn_state_table()->stream_get(follower->house->state, stream, out_number);
}

static enum tcn_status outcome_put(void *context, const struct tcn_outcome *outcome) {
    struct follower *follower = context;
    return tcn_state_table()->outcome_put(follower->house->state, outcome);
}

static enum tcn_status cursor_put(void *context, const struct tcn_cursor *cursor) {
    struct follower *follower = context;
    return tcn_state_table()->cursor_put(follower->house->state, cursor);
}

static enum tcn_status cursor_get(void *context, const struct tcn_cursor *wanted,
                                  struct tcn_cursor *out_cursor) {
    struct follower *follower = context;
    return tcn_state_table()->cursor_get(follower->house->state, wanted, out_cursor);
}

static enum tcn_status source_get(void *context, const struct tcn_lane_key *lane,
                                  struct tcn_source_state *out_source) {
    struct follower *follower = context;
    return tcn_state_table()->source_get(follower->house->state, lane, out_source);
}

static enum tcn_status source_put(void *context, const struct tcn_source_state *source) {
    struct follower *follower = context;
    return tcn_state_table()->source_put(follower->house->state, source);
}

static enum tcn_status applied_get(void *context, struct tcn_applied *out_applied) {
    struct follower *follower = context;
    return tcn_state_table()->applied_get(follower->house->state, out_applied);
}

static enum tcn_status applied_put(void *context, const struct tcn_applied *applied) {
    struct follower *follower = context;
    return tcn_state_table()->applied_put(follower->house->state, applied);
}

static void fill_ops(struct tcn_state_ops *ops) {
    *ops = (struct tcn_state_ops){
        .matter_find = matter_find,
        .matter_get = matter_get,
        .matter_put = matter_put,
        .thread_append = thread_append,
        .stream_get = stream_get,
        .alert_append = append_alert,
        .outcome_put = outcome_put,
        .cursor_put = cursor_put,
        .cursor_get = cursor_get,
        .source_get = source_get,
        .source_put = source_put,
        .applied_get = applied_get,
        .applied_put = applied_put,
    };
}

/* Opens a state commit; the first time the fold starts where the state stands. */
static enum tcn_status open_commit(struct follower *follower, bool is_first) {
    if (follower->is_open) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_state_begin(follower->house->state);
    if (status == TCN_OK && is_first) {
        status = tcn_applier_begin(&follower->applier, &follower->ops, follower);
        if (status != TCN_OK) {
            tcn_state_abort(follower->house->state);
        }
    }
    if (status != TCN_OK) {
        return status;
    }
    follower->is_open = true;
    follower->opened_ns = tcn_clock_monotonic_ns();
    follower->opened_count = follower->applier.fold.applied.event_count;
    return TCN_OK;
}

static enum tcn_status commit(struct follower *follower) {
    if (!follower->is_open) {
        return TCN_OK;
    }
    follower->is_open = false;
    if (follower->applier.fold.applied.event_count == follower->opened_count) {
        tcn_state_abort(follower->house->state);
        return TCN_OK;
    }
    const enum tcn_status status = tcn_state_commit(follower->house->state);
    if (status != TCN_OK) {
        return status;
    }
    follower->committed_ns = tcn_clock_monotonic_ns();
    return post_tail(follower, follower->applier.fold.applied.position);
}

/* Folds at most one slice; has_more says whether the log went on. */
static enum tcn_status fold_slice(struct follower *follower) {
    follower->has_more = true;
    for (uint32_t i = 0; i < TCN_SLICE_RECORDS_MAX; i++) {
        struct tcn_record record = {0};
        enum tcn_status status =
            tcn_log_read(follower->reader, follower->applier.fold.applied.position + 1, &record);
        if (status == TCN_ABSENT) {
            follower->has_more = false;
            break;
        }
        if (status == TCN_OK) {
            status = open_commit(follower, false);
        }
        if (status == TCN_OK) {
            status = tcn_applier_record(&follower->applier, &record);
        }
        if (status != TCN_OK) {
            return status;
        }
    }
    tcn_log_reader_reset(follower->reader);
    return follower->alert_count > 0 ? post_tail(follower, 0) : TCN_OK;
}

static bool is_commit_due(const struct follower *follower, int64_t now_ns) {
    if (!follower->is_open) {
        return false;
    }
    const uint64_t count = follower->applier.fold.applied.event_count - follower->opened_count;
    if (count >= TCN_STATE_COMMIT_EVENTS || tcn_state_is_due(follower->house->state) ||
        now_ns - follower->opened_ns >= COMMIT_AGE_NS) {
        return true;
    }
    return !follower->has_more && now_ns - follower->committed_ns >= COMMIT_QUIET_NS;
}

/* Until the next look at the log, or until the open commit is due. */
static int64_t timeout_of(const struct follower *follower, int64_t now_ns) {
    if (follower->has_more) {
        return 0;
    }
    if (!follower->is_open) {
        return TCN_POLLER_FOREVER;
    }
    const int64_t due_ns = follower->committed_ns + COMMIT_QUIET_NS;
    return due_ns > now_ns ? due_ns - now_ns : 0;
}

/* Any note of the writer means only: look at the log. */
static enum tcn_status take_notes(struct follower *follower) {
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = tcn_mailbox_take(follower->writer, &follower->parts);
        if (status == TCN_OK) {
            follower->has_more = true;
            tcn_parts_clear(&follower->parts);
        }
    }
    return status == TCN_AGAIN ? TCN_OK : status;
}

static enum tcn_status loop(struct follower *follower) {
    follower->has_more = true;
    while (!tcn_actor_is_stopping(follower->actor)) {
        enum tcn_status status = follower->has_more ? fold_slice(follower) : TCN_OK;
        if (status == TCN_OK && is_commit_due(follower, tcn_clock_monotonic_ns())) {
            status = commit(follower);
        }
        if (status != TCN_OK) {
            return status;
        }
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        status = tcn_poller_wait(&follower->poller, timeout_of(follower, tcn_clock_monotonic_ns()),
                                 ready, &count);
        if (status == TCN_OK) {
            status = take_notes(follower);
        }
        if (status != TCN_OK) {
            return status;
        }
    }
    return commit(follower);
}

static enum tcn_status open_follower(struct follower *follower) {
    tcn_parts_init(&follower->parts);
    tcn_poller_init(&follower->poller);
    fill_ops(&follower->ops);
    enum tcn_status status = tcn_house_mailbox(follower->house, TCN_HOUSE_WRITER_APPLY,
                                               TCN_MAILBOX_SECOND, &follower->writer);
    if (status == TCN_OK) {
        status = tcn_house_mailbox(follower->house, TCN_HOUSE_APPLY_SERVE, TCN_MAILBOX_FIRST,
                                   &follower->serve);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&follower->poller, tcn_actor_inner(follower->actor), TCN_POLL_IN,
                                TOKEN_STOP);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&follower->poller, follower->writer, TCN_POLL_IN, TOKEN_WRITER);
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open(follower->house->log, &follower->reader);
    }
    if (status == TCN_OK) {
        status = tcn_applier_init(&follower->applier, &follower->house->charter);
    }
    return status == TCN_OK ? open_commit(follower, true) : status;
}

static void close_follower(struct follower *follower) {
    if (follower->is_open) {
        tcn_state_abort(follower->house->state);
    }
    tcn_log_reader_close(&follower->reader);
    tcn_applier_fini(&follower->applier);
    tcn_parts_fini(&follower->parts);
    tcn_sock_close(&follower->writer);
    tcn_sock_close(&follower->serve);
}

enum tcn_status tcn_apply_run(struct tcn_actor *actor, void *argument) {
    struct follower *follower = calloc(1, sizeof(*follower));
    if (follower == NULL) {
        return TCN_NOMEM;
    }
    follower->actor = actor;
    follower->house = argument;
    enum tcn_status status = open_follower(follower);
    if (status == TCN_OK) {
        status = tcn_actor_ready(actor);
    }
    if (status == TCN_OK) {
        status = loop(follower);
        if (status != TCN_OK) {
            tcn_log(follower->house->logger, TCN_LOG_ERROR,
                    "the fold stopped at position %" PRIu64 ": because %s",
                    follower->applier.fold.applied.position + 1, tcn_status_sentence(status));
        }
    }
    close_follower(follower);
    free(follower);
    return status;
}
