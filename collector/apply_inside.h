/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the apply actor, shared by apply.c (its states and its loop), apply_fold.c (one
 * commit of the state, record by record) and apply_ops.c (the fold's table). Nobody else includes
 * it.
 */
#ifndef TCN_COLLECTOR_APPLY_INSIDE_H
#define TCN_COLLECTOR_APPLY_INSIDE_H

#include "collector/house.h"
#include "collector/note.h"
#include "link/poller.h"
#include "query/applier.h"

/** What the fold met. */
enum tcn_apply_met {
    TCN_APPLY_WENT,  /**< it went on, or there was nothing to fold */
    TCN_APPLY_ROOM,  /**< no room on the disk or in memory: later it may go */
    TCN_APPLY_EVENT, /**< an event that it cannot take */
    TCN_APPLY_LOG,   /**< the log cannot be read */
    TCN_APPLY_STATE, /**< the state is damaged, or its disk failed */
    TCN_APPLY_MET_COUNT,
};

/** Where an event stops the fold. */
struct tcn_apply_stop {
    uint64_t position;     /**< the first of its record; 0: nowhere */
    uint64_t at;           /**< its own position, as far as it is known */
    enum tcn_status cause; /**< what was met there */
};

/** The fold and the commit that it works in. */
struct tcn_follower {
    struct tcn_collector *house;
    struct tcn_sock *serve;
    struct tcn_sock *writer;
    struct tcn_log_reader *reader;
    struct tcn_log_reader *rights_reader; /**< beside it, since a record in hand lends from it */
    struct tcn_applier applier;
    struct tcn_state_ops ops; /**< the store's, with our alert_append */
    struct tcn_parts parts;

    bool is_open;                /**< a state commit is open */
    bool is_begun;               /**< the fold's memory is that of the state */
    int64_t opened_ns;           /**< when it was opened */
    int64_t committed_ns;        /**< when the last one ended */
    uint64_t position;           /**< folded, committed or not */
    uint64_t committed_position; /**< on disk */
    uint64_t opened_count;       /**< events folded when it was opened */
    bool has_more;               /**< the log goes on beyond the last slice */
    enum tcn_status met;         /**< the status behind what was met */
    enum tcn_status state_met;   /**< the first failure of the state in the open commit */
    struct tcn_apply_stop stop;
    struct tcn_attempt_suspect suspect;
    struct tcn_standstill standstill; /**< as serve is told */

    struct tcn_alert alerts[TCN_NOTE_ALERTS_MAX];
    uint32_t alert_count;
    uint64_t told_position; /**< alerts up to here were told, also of commits given up since */
    bool is_note_owed;      /**< serve had no room for the last note */
    int64_t due_ns;   /**< log time at which something falls due, as committed_position has it;
                       * INT64_MAX for nothing */
    bool is_due_owed; /**< the log writer does not know of it yet */
    bool
        are_erasures_asked; /**< the state may have erasures that the log writer does not know of */
    uint32_t erasing_count; /**< that it knows of, and whose end has not been folded */
    uint64_t dropped_count; /**< alerts that serve had no room for: it finds them in the state */
};

/* apply_ladders.c: operations of the fold's table; errors as model/state.h says. */

/** ops.alert_get */
TCN_MUST_CHECK enum tcn_status tcn_apply_alert_get(void *context, struct tcn_stream stream,
                                                   uint64_t number, struct tcn_alert *out_alert);
/** ops.ladder_get */
TCN_MUST_CHECK enum tcn_status tcn_apply_ladder_get(void *context, uint64_t birth, uint32_t slot,
                                                    struct tcn_ladder *out_ladder);
/** ops.ladder_put */
TCN_MUST_CHECK enum tcn_status tcn_apply_ladder_put(void *context, const struct tcn_ladder *ladder);
/** ops.ladder_del */
TCN_MUST_CHECK enum tcn_status tcn_apply_ladder_del(void *context, uint64_t birth, uint32_t slot);
/** ops.ladder_next */
TCN_MUST_CHECK enum tcn_status tcn_apply_ladder_next(void *context, uint64_t birth, uint32_t slot,
                                                     struct tcn_ladder *out_ladder);
/** ops.ladder_waiting */
TCN_MUST_CHECK enum tcn_status tcn_apply_ladder_waiting(void *context, struct tcn_stream stream,
                                                        uint64_t number,
                                                        struct tcn_ladder *out_ladder);
/** ops.delivery_put */
TCN_MUST_CHECK enum tcn_status tcn_apply_delivery_put(void *context,
                                                      const struct tcn_delivery *delivery);
/** ops.deed_put */
TCN_MUST_CHECK enum tcn_status tcn_apply_deed_put(void *context, const struct tcn_deed *deed);
/** ops.silence_get */
TCN_MUST_CHECK enum tcn_status tcn_apply_silence_get(void *context, uint64_t position,
                                                     struct tcn_silence *out_silence);
/** ops.silence_put */
TCN_MUST_CHECK enum tcn_status tcn_apply_silence_put(void *context,
                                                     const struct tcn_silence *silence);
/** ops.silence_del */
TCN_MUST_CHECK enum tcn_status tcn_apply_silence_del(void *context, uint64_t position);
/** ops.silence_next */
TCN_MUST_CHECK enum tcn_status tcn_apply_silence_next(void *context, uint64_t position,
                                                      struct tcn_silence *out_silence);

/* apply_ops.c */

/** Remembers the first failure of the store. Returns the status. */
TCN_MUST_CHECK enum tcn_status tcn_apply_met(struct tcn_follower *follower, enum tcn_status status);

/** Fills the fold's table. */
void tcn_apply_ops_init(struct tcn_state_ops *out_ops);

/** Tells serve what there is to tell: collected alerts, how far the state on disk is, and whether
 * it stands still. When serve has no room the alerts are dropped, and the note is owed.
 * Errors: as tcn_mailbox_post, never TCN_AGAIN. */
TCN_MUST_CHECK enum tcn_status tcn_apply_tell(struct tcn_follower *follower);

/** Tells the log writer what falls due next, if it does not know; when it has no room that is owed.
 * Errors: as tcn_mailbox_post, never TCN_AGAIN. */
TCN_MUST_CHECK enum tcn_status tcn_apply_tell_due(struct tcn_follower *follower);

/** Tells the log writer which erasures are asked and not done, once all that is logged is in the
 * state on disk: what is done by then is not told again. When it has no room, later.
 * Errors: as tcn_mailbox_post, never TCN_AGAIN; as tcn_state_reader_open. */
TCN_MUST_CHECK enum tcn_status tcn_apply_tell_erasures(struct tcn_follower *follower);

/* apply_fold.c */

/** Folds at most one slice of records; has_more says whether the log went on.
 * Errors: those of telling serve. What the fold itself met is in out_met. */
TCN_MUST_CHECK enum tcn_status tcn_apply_slice(struct tcn_follower *follower,
                                               enum tcn_apply_met *out_met);

/** Ends the open commit, if any.
 * Errors: as tcn_apply_slice. */
TCN_MUST_CHECK enum tcn_status tcn_apply_commit(struct tcn_follower *follower,
                                                enum tcn_apply_met *out_met);

/** Drops the open commit and goes back to what is on disk. Whole events that were folded keep their
 * alerts: their numbers are certain.
 * Errors: those of telling serve. */
TCN_MUST_CHECK enum tcn_status tcn_apply_give_up(struct tcn_follower *follower);

/** Whether the open commit should end now. */
bool tcn_apply_is_due(const struct tcn_follower *follower, int64_t now_ns);

/** Until the open commit is due: TCN_POLLER_FOREVER when there is none. */
int64_t tcn_apply_due_in(const struct tcn_follower *follower, int64_t now_ns);

#endif
