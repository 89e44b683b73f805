/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One commit of the state: opened when there is a record to fold, ended when it is due, given up
 * when the fold meets something. Invariants:
 *   A1  is_begun: the fold's memory is the state's, on disk or in the open commit;
 *   A2  committed_position <= position; they are equal when no commit is open.
 */
#include "collector/apply_inside.h"

#include "base/clock.h"

/* When nothing waits the state is committed at once, but not more often than this. */
#define COMMIT_QUIET_NS (100 * TCN_MS_NS)
/* However much waits, a state commit is not older than this. */
#define COMMIT_AGE_NS TCN_SECOND_NS

/* Remembers what was behind it. */
static enum tcn_apply_met met(struct tcn_follower *follower, enum tcn_apply_met met,
                              enum tcn_status status) {
    follower->met = status;
    return met;
}

/* What may pass by itself: the disk's room, memory, readers' slots. */
static bool is_room(enum tcn_status status) {
    return status == TCN_FULL || status == TCN_NOMEM || status == TCN_LIMIT;
}

static enum tcn_apply_met met_state(struct tcn_follower *follower, enum tcn_status status) {
    return met(follower, is_room(status) ? TCN_APPLY_ROOM : TCN_APPLY_STATE, status);
}

/* Opens a commit unless one is open; the fold begins where the state stands. */
static enum tcn_status open_commit(struct tcn_follower *follower) {
    if (follower->is_open) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_state_begin(follower->house->state);
    if (status == TCN_OK && !follower->is_begun) {
        status = tcn_applier_begin(&follower->applier, &follower->ops, follower,
                                   follower->rights_reader);
        if (status != TCN_OK) {
            tcn_state_abort(follower->house->state);
        }
    }
    if (status != TCN_OK) {
        return status;
    }
    follower->is_begun = true; /* A1 */
    follower->is_open = true;
    follower->state_met = TCN_OK;
    follower->opened_ns = tcn_clock_monotonic_ns();
    follower->opened_count = follower->applier.fold.applied.event_count;
    return TCN_OK;
}

enum tcn_status tcn_apply_commit(struct tcn_follower *follower, enum tcn_apply_met *out_met) {
    *out_met = TCN_APPLY_WENT;
    if (!follower->is_open) {
        return TCN_OK;
    }
    const enum tcn_status status = tcn_state_commit(follower->house->state);
    follower->is_open = false;
    if (status != TCN_OK) {
        *out_met = met_state(follower, status);
        return TCN_OK;
    }
    follower->committed_ns = tcn_clock_monotonic_ns();
    follower->committed_position = follower->position; /* A2 */
    /* Nothing that is due is nothing to say: the writer's last word is for an older position. */
    follower->due_ns = follower->applier.fold.due_ns;
    follower->is_due_owed = follower->due_ns != INT64_MAX;
    if (follower->suspect.position != 0 && follower->suspect.position <= follower->position) {
        follower->suspect = (struct tcn_attempt_suspect){0};
        tcn_attempt_pass(follower->house->attempt);
    }
    return tcn_apply_tell(follower);
}

enum tcn_status tcn_apply_give_up(struct tcn_follower *follower) {
    if (follower->is_open) {
        tcn_state_abort(follower->house->state);
        follower->is_open = false;
    }
    const uint64_t whole = follower->is_begun ? follower->applier.fold.applied.position : 0;
    uint32_t count = follower->alert_count;
    while (count > 0 && follower->alerts[count - 1].position > whole) {
        count--;
    }
    follower->alert_count = count;
    follower->is_begun = false;
    follower->position = follower->committed_position;
    tcn_log_reader_reset(follower->reader);
    return count > 0 ? tcn_apply_tell(follower) : TCN_OK;
}

/* Folds a record, with its position where the next process would find it. */
static enum tcn_apply_met fold_record(struct tcn_follower *follower,
                                      const struct tcn_record *record) {
    enum tcn_status status = open_commit(follower);
    if (status != TCN_OK) {
        return met_state(follower, status);
    }
    tcn_attempt_begin(follower->house->attempt, record->first_position);
    status = tcn_applier_record(&follower->applier, record);
    tcn_attempt_end(follower->house->attempt);
    if (status == TCN_OK) {
        follower->position = follower->applier.fold.applied.position;
        return TCN_APPLY_WENT;
    }
    if (follower->state_met != TCN_OK) {
        return met_state(follower, follower->state_met);
    }
    if (is_room(status)) {
        return met(follower, TCN_APPLY_ROOM, status);
    }
    follower->stop = (struct tcn_apply_stop){
        .position = record->first_position,
        .at = follower->applier.fold.applied.position + 1,
        .cause = status,
    };
    return met(follower, TCN_APPLY_EVENT, status);
}

/* The record after the last one. A suspect is folded alone: what is before it is on disk when it
 * begins, and so is itself before the next one. */
static enum tcn_status next_record(struct tcn_follower *follower, enum tcn_apply_met *out_met) {
    const uint64_t next = follower->position + 1;
    const bool is_alone = next == follower->suspect.position;
    enum tcn_status status = TCN_OK;
    *out_met = TCN_APPLY_WENT;
    if ((is_alone || next == follower->stop.position) && follower->is_open) {
        status = tcn_apply_commit(follower, out_met);
    }
    if (status != TCN_OK || *out_met != TCN_APPLY_WENT) {
        return status;
    }
    if (next == follower->stop.position) {
        *out_met = met(follower, TCN_APPLY_EVENT, follower->stop.cause);
        return TCN_OK;
    }
    struct tcn_record record = {0};
    const enum tcn_status read = tcn_log_read(follower->reader, next, &record);
    if (read == TCN_ABSENT) {
        follower->has_more = false;
        return TCN_OK;
    }
    if (read != TCN_OK) {
        *out_met = met(follower, is_room(read) ? TCN_APPLY_ROOM : TCN_APPLY_LOG, read);
        return TCN_OK;
    }
    *out_met = fold_record(follower, &record);
    return is_alone && *out_met == TCN_APPLY_WENT ? tcn_apply_commit(follower, out_met) : TCN_OK;
}

enum tcn_status tcn_apply_slice(struct tcn_follower *follower, enum tcn_apply_met *out_met) {
    enum tcn_status status = TCN_OK;
    follower->has_more = true;
    *out_met = TCN_APPLY_WENT;
    for (uint32_t i = 0; i < TCN_SLICE_RECORDS_MAX; i++) {
        status = next_record(follower, out_met);
        if (status != TCN_OK || *out_met != TCN_APPLY_WENT || !follower->has_more ||
            (follower->is_open && tcn_state_is_due(follower->house->state))) {
            break;
        }
    }
    tcn_log_reader_reset(follower->reader);
    if (status != TCN_OK || *out_met != TCN_APPLY_WENT) {
        return status;
    }
    return follower->alert_count > 0 ? tcn_apply_tell(follower) : TCN_OK;
}

bool tcn_apply_is_due(const struct tcn_follower *follower, int64_t now_ns) {
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

int64_t tcn_apply_due_in(const struct tcn_follower *follower, int64_t now_ns) {
    if (!follower->is_open) {
        return TCN_POLLER_FOREVER;
    }
    const int64_t due_ns = follower->committed_ns + COMMIT_QUIET_NS;
    return due_ns > now_ns ? due_ns - now_ns : 0;
}
