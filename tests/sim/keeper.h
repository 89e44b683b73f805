/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector: sequencer, log time, fold and feeds round a log that keeps what was synced, in
 * group commits. It can crash, start again, and be restored from a backup under a new generation.
 * Its node is 0. One thread.
 */
#ifndef TCN_TESTS_SIM_KEEPER_H
#define TCN_TESTS_SIM_KEEPER_H

#include "core/feed.h"
#include "core/fold.h"
#include "core/logtime.h"
#include "core/sequencer.h"
#include "core/words.h"
#include "net.h"

#include "testlib/checker.h"
#include "testlib/memstate.h"

#define SIM_RECORDS 4096
#define SIM_MARKS 128
#define SIM_FEEDS 8
#define SIM_REPLIES 512
#define SIM_GENERATIONS 4
#define SIM_DESK_SOURCE 5u /* of the desk's agent, which is part of the keeper */
#define SIM_GRANT_NS (20 * SIM_SECOND)

/** Rules that can be broken on purpose, to see that the checker finds it. */
enum sim_sabotage {
    SIM_HONEST = 0,
    SIM_ACK_BEFORE_SYNC,  /**< acknowledges what a crash can still take away */
    SIM_NO_DUPLICATES,    /**< takes a resend for something new */
    SIM_CURSOR_TOO_EARLY, /**< a watcher moves its cursor before it has the item */
    SIM_SKIP_ITEM,        /**< leaves one item of a stream out */
    SIM_LATEST_FIRST,     /**< logs a chunk in front of the one before it */
    SIM_INVENT,           /**< logs what nobody entered */
    SIM_RING_TWICE,       /**< forgets at a start which steps of clocks it has told */
    SIM_RING_EARLY,       /**< folds ticks by a clock that is ahead of the log's */
    /* A broker that lies (liar.h), and an office that does not check one thing: */
    SIM_TRUST_ACK,         /**< the signature of a receipt's root */
    SIM_TRUST_WELCOME,     /**< the signature of WELCOME */
    SIM_TRUST_REFUSE,      /**< the signature of a REFUSE for ever */
    SIM_TRUST_AGAIN,       /**< the signature of an AGAIN that ends the epoch */
    SIM_TRUST_OLD_WELCOME, /**< which HELLO a WELCOME answers */
    SIM_TRUST_OLD_ACK,     /**< of which generation a receipt is */
    SIM_SABOTAGE_COUNT,
};

/** One record of the log. */
struct sim_record {
    enum tcn_record_kind kind;
    struct tcn_lane_key lane;
    uint64_t first_sequence;
    uint32_t count; /**< events, each with its position */
    struct tcn_hash hash;
    uint64_t first_position;
    uint64_t generation;
    int64_t log_time_ns;
    struct sim_event events[SIM_CHUNK_EVENTS];
    enum tcn_act own_act;      /**< of an own record: DELIVERED, GENERATION, EPOCH_WAITS; and of the
                                  desk's, EPOCH_ALLOWED */
    struct tcn_lane_key about; /**< of the last two */
    uint32_t watcher;
    struct tcn_stream stream;
    uint64_t number;
};

/** The marks of all lanes. */
struct sim_marks {
    struct tcn_mark list[SIM_MARKS];
    uint64_t sessions[SIM_MARKS]; /**< 0: closed */
    uint32_t count;
};

/** A subscription. */
struct sim_feed {
    struct tcn_feed feed;
    uint32_t node; /**< 0: free */
    uint64_t session;
};

/** The stream heads when a generation began. */
struct sim_fork {
    uint64_t generation;
    uint64_t heads[16]; /**< by organ */
};

/** An epoch that the desk was told of, and when it will have looked into it. */
struct sim_grant {
    struct tcn_lane_key lane;
    int64_t at_ns;
};

/** The collector. */
struct sim_keeper {
    struct sim_net *net;
    struct tcn_checker *checker;
    enum sim_sabotage sabotage;
    bool is_up;
    struct sim_record *records;
    uint32_t count;
    uint32_t synced_count;
    uint64_t next_position;
    struct sim_marks marks;
    struct sim_marks synced_marks;
    struct tcn_memstate words; /**< the writer's rows of standing words; nothing else is used */
    struct tcn_memstate synced_words;
    struct tcn_memstate backup_words;
    struct sim_message *replies; /**< wait for the commit */
    uint32_t reply_count;
    int64_t commit_ns; /**< INT64_MAX when nothing waits */
    struct tcn_logtime logtime;
    uint64_t generation;
    struct tcn_memstate state;
    struct tcn_memstate image; /**< what a crash leaves of the state */
    struct tcn_fold fold;
    uint32_t folded; /**< records */
    struct sim_feed feeds[SIM_FEEDS];
    struct sim_fork forks[SIM_GENERATIONS];
    uint32_t fork_count;
    struct sim_grant grants[64];
    uint32_t grant_count;
    uint32_t backup_count; /**< records in the backup; 0 when there is none */
    uint64_t backup_next;
    struct sim_marks backup_marks;
    uint64_t registered_count; /**< epochs, since the backup */
    uint64_t verdict_counts[10];
};

/** Makes an empty log and starts. Thread: one. */
void sim_keeper_init(struct sim_keeper *keeper, struct sim_net *net, struct tcn_checker *checker);
/** Gives the memory back. Thread: one. */
void sim_keeper_fini(struct sim_keeper *keeper);
/** Loses what was not synced. Thread: one. */
void sim_keeper_crash(struct sim_keeper *keeper);
/** Starts on what the disk holds. Thread: one. */
void sim_keeper_start(struct sim_keeper *keeper, int64_t now_ns);
/** Takes a backup of the log. Thread: one. */
void sim_keeper_back_up(struct sim_keeper *keeper);
/** Restores the backup under a new generation; false when there is none, or an epoch was registered
 * since. Thread: one. */
bool sim_keeper_restore(struct sim_keeper *keeper, int64_t now_ns);
/** A message for it. Thread: one. */
void sim_keeper_take(struct sim_keeper *keeper, const struct sim_message *message, int64_t now_ns);
/** Commits and serves what is due; gives the time when it must be asked again. Thread: one. */
int64_t sim_keeper_pump(struct sim_keeper *keeper, int64_t now_ns);
/** True when nothing waits for a commit. Thread: one. */
bool sim_keeper_is_quiet(const struct sim_keeper *keeper);
/** Folds the whole log anew, with the reasons of every event: NULL when that gives the same state,
 * the same standing words as the writer keeps, and reasons that are what was done; else what is not
 * so. Thread: one. */
const char *sim_keeper_rebuild(const struct sim_keeper *keeper);
/** Tells the checker what the log holds and which alerts there are. Thread: one. */
void sim_keeper_testify(const struct sim_keeper *keeper);
/** The text of a stream for the checker. Thread: one. */
void sim_stream_text(struct tcn_stream stream, char text[32]);

/* desk.c */

/** The organ that a source's principal speaks for; 0 when none. Thread: any. */
uint16_t sim_organ_of(uint32_t source);
/** The event of a record as the fold reads it. Owns: lends the name. Thread: one. */
struct tcn_event sim_event_of(const struct sim_record *record, uint32_t index,
                              const char *watcher_name);
/** Lets a record that was just appended change the writer's rows. Thread: one. */
void sim_desk_apply(struct sim_keeper *keeper, const struct sim_record *record, const char *name);
/** True when the desk has said that the epoch may go on. Thread: one. */
bool sim_desk_allows(struct sim_keeper *keeper, const struct tcn_lane_key *lane);
/** Says that an epoch waits, when that is to be said; the desk looks into it then. Thread: one. */
void sim_desk_tell(struct sim_keeper *keeper, const struct tcn_hello *hello, int64_t now_ns);
/** The desk lets go on what it has looked into; what a crash took away it says again. Gives the
 * time of the next. Thread: one. */
int64_t sim_desk_pump(struct sim_keeper *keeper, int64_t now_ns);
/** True when the writer's rows, as synced, are those of a folded state. Thread: one. */
bool sim_desk_agrees(const struct sim_keeper *keeper, const struct tcn_memstate *state);

/* clocks.c */

/** The rules by which clocks run. Thread: any. */
const struct tcn_clock_table *sim_clock_table(void);
/** Logs a tick when something is due and nothing else brings the time; gives the time of the next.
 * Thread: one. */
int64_t sim_clocks_pump(struct sim_keeper *keeper, int64_t now_ns);
/** Breaks a rule: no step of a running clock was told. Thread: one. */
void sim_clocks_forget(struct sim_keeper *keeper);
/** True when every step was told once, in order, not before its time, and none is missing; else why
 * not. Thread: one. */
bool sim_clocks_judge(const struct sim_keeper *keeper, char why[256]);

/* Shared between keeper.c and serve.c only. */

/** The mark of a lane, or NULL. Thread: one. */
struct tcn_mark *sim_marks_find(struct sim_marks *marks, const struct tcn_lane_key *lane);
/** Appends a record of the collector's own source. Thread: one. */
void sim_keeper_append_own(struct sim_keeper *keeper, const struct sim_record *own, int64_t now_ns);
/** Folds the records that are synced and not yet folded, and tells the feeds. Thread: one. */
void sim_keeper_fold(struct sim_keeper *keeper);
/** A subscriber's word. Thread: one. */
void sim_serve_take(struct sim_keeper *keeper, const struct sim_message *message, int64_t now_ns);
/** Sends what the feeds want; gives their next deadline. Thread: one. */
int64_t sim_serve_pump(struct sim_keeper *keeper, int64_t now_ns);

#endif
