/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another policy over a log: what would be otherwise. The log is folded twice into states that are
 * nobody's, once by the policies that it names itself and once by the other one in their place, and
 * what the two came to is compared row by row. Nothing is sent, and nothing is written but below
 * the folder that is lent for it, which is left empty.
 *
 *   fold as recorded ──▶ rows ─┐
 *                              ├──▶ sorted on disk ──▶ differences, one at a time
 *   fold as supposed ──▶ rows ─┘
 *
 * Both are folded as by a collector that was awake all along: what falls due between two events is
 * told at its own time, for the log has no tick where only the other policy has something due, and
 * a delivery is of all that its stream has by then, for numbers of streams differ. So two policies
 * are compared, and not where a collector slept, or a watcher.
 *
 * What is compared, by what it is known again, and what of it may be otherwise:
 *
 *   matter   its birth                                      holder; kind, stage, domain, level
 *   alert    event, or end and stage of it; matter; reason  organ; when due; how pressing; code
 *   clock    rule and matter                                limit; how it stands; who owes
 *   duty     act owed and matter                            who owes it
 *
 * Of a matter that has an allow-list in one of the two states nothing is compared, counted or told
 * unless the caller asks for it: neither is there a sum that it is in.
 *
 * The same log and the same policies give the same differences in the same order. Memory is bounded
 * by pages, whatever the log's size. One backtest, one thread.
 */
#ifndef TCN_QUERY_BACKTEST_H
#define TCN_QUERY_BACKTEST_H

#include "model/state.h"
#include "query/applier.h"
#include "store/log.h"

/** What differs. */
enum tcn_backtest_what {
    TCN_BACKTEST_MATTER = 1,
    TCN_BACKTEST_ALERT = 2,
    TCN_BACKTEST_CLOCK = 3,
    TCN_BACKTEST_DUTY = 4,
    TCN_BACKTEST_WHAT_COUNT,
};

/** How it differs, as seen from what was recorded. */
enum tcn_backtest_how {
    TCN_BACKTEST_SAME = 0,
    TCN_BACKTEST_ADDED,     /**< only under the other policy */
    TCN_BACKTEST_LOST,      /**< only as recorded */
    TCN_BACKTEST_EARLIER,   /**< an alert is told, a clock ends, earlier under the other policy */
    TCN_BACKTEST_LATER,     /**< or later */
    TCN_BACKTEST_ELSEWHERE, /**< with another organ */
    TCN_BACKTEST_CHANGED,   /**< otherwise: both sides say how */
    TCN_BACKTEST_HOW_COUNT,
};

/** How a clock stands at the end of the log: what core/tally counts it among. */
enum tcn_backtest_standing {
    TCN_BACKTEST_NO_CLOCK = 0,
    TCN_BACKTEST_MET,
    TCN_BACKTEST_MISSED,
    TCN_BACKTEST_RUNNING,
    TCN_BACKTEST_PAUSED,
    TCN_BACKTEST_OVER,
    TCN_BACKTEST_CANCELLED,
    TCN_BACKTEST_UNMEASURED,
    TCN_BACKTEST_UNKNOWN,
};

/** One side of a difference. What is not of its kind is zero. Open: copied. */
struct tcn_backtest_side {
    bool is_there;
    uint16_t organ;  /**< that holds the matter, is told, or owes the act; 0: none */
    int64_t time_ns; /**< alert: when it was due, or log time of its event; clock: its limit, or
                      * TCN_CLOCK_NEVER; matter: log time of its last event, not compared */
    char word[TCN_WORD_BYTES_MAX + 1];   /**< matter: domain; clock: id of its rule */
    enum tcn_procedure_kind kind;        /**< matter */
    enum tcn_stage stage;                /**< matter */
    uint16_t level;                      /**< matter: rank of an accident's level; 0: none */
    bool is_guarded;                     /**< matter */
    enum tcn_severity severity;          /**< alert */
    uint32_t code;                       /**< alert of a void: why */
    enum tcn_backtest_standing standing; /**< clock */
    enum tcn_clock_owes owes;            /**< clock */
    uint32_t run_count;                  /**< clock */
    uint32_t late_count;                 /**< clock: of the runs before the newest */
};

/** One difference. Open: lent to who is told. */
struct tcn_backtest_row {
    enum tcn_backtest_what what;
    enum tcn_backtest_how how;
    uint64_t birth;       /**< of its matter; 0: of none */
    struct tcn_id matter; /**< none likewise */
    enum tcn_act act;     /**< duty: that is owed */
    /* Of an alert: */
    enum tcn_mode mode;
    enum tcn_reason reason;
    uint64_t position;          /**< of its event; 0: of what has fallen due */
    enum tcn_due_kind due_kind; /**< of what has fallen due; NONE else */
    uint64_t subject;
    uint32_t stage;
    uint32_t rule;                   /**< number of the rule; clock: likewise */
    char id[TCN_WORD_BYTES_MAX + 1]; /**< of the clock's rule; empty when it has none */
    struct tcn_backtest_side recorded;
    struct tcn_backtest_side other;
};

/** What to compare. Open: filled by the caller, all lent until the destroy. */
struct tcn_backtest_options {
    struct tcn_log_reader *reader;
    const struct tcn_charter *charter;
    struct tcn_hypothesis hypothesis;
    bool shows_guarded; /**< for who may see matters that have an allow-list */
    const char *dir;    /**< an empty folder to work in */
    uint64_t map_bytes; /**< of each store in it; 0: the stores' own */
};

/** How far it got. Open: filled for the caller. */
struct tcn_backtest_progress {
    uint64_t done;          /**< positions folded, of both sides */
    uint64_t total;         /**< of those; how many rows are compared is not known before */
    uint64_t last_position; /**< of the log, when it began: what comes later is left out */
    int64_t last_time_ns;
    uint64_t ignored_count; /**< activations that the other side let have no effect */
    bool is_folded;         /**< differences come next */
};

/** Differences by what and how. */
struct tcn_backtest_counts {
    uint64_t counts[TCN_BACKTEST_WHAT_COUNT][TCN_BACKTEST_HOW_COUNT];
};

/** Is told one difference; anything but TCN_OK ends the step and is returned by it. */
typedef enum tcn_status tcn_backtest_tell(void *context, const struct tcn_backtest_row *row);

/** A backtest. Opaque. */
struct tcn_backtest;

/** Begins. Whether the other policy has every organ that the log names is the caller's to ask
 * (core/regime A2, A3). Owns: gives the backtest.
 * Errors: TCN_ABSENT the log is empty, or ends before the hypothesis begins; TCN_NOMEM; as
 * tcn_log_tail, tcn_state_open. */
TCN_MUST_CHECK enum tcn_status tcn_backtest_create(const struct tcn_backtest_options *options,
                                                   struct tcn_backtest **out_backtest);

/** Does a part of the work: one commit of a fold, a page of rows, or a page of the comparison, of
 * which each difference is told. `out_is_done` is true behind the last.
 * Errors: what `tell` gave; TCN_CORRUPT a record does not decode; TCN_FULL TCN_NOMEM TCN_VERSION
 * TCN_IO. Nothing but tcn_backtest_destroy is left then. */
TCN_MUST_CHECK enum tcn_status tcn_backtest_step(struct tcn_backtest *backtest,
                                                 tcn_backtest_tell *tell, void *context,
                                                 bool *out_is_done);

/** How far it got. */
struct tcn_backtest_progress tcn_backtest_progress(const struct tcn_backtest *backtest);

/** What was told so far. */
struct tcn_backtest_counts tcn_backtest_counts(const struct tcn_backtest *backtest);

/** Ends it and empties its folder; accepts NULL, leaves NULL. */
void tcn_backtest_destroy(struct tcn_backtest **backtest);

/** "matter", "alert", "clock" or "duty"; "none" when unknown. Thread: any. */
const char *tcn_backtest_what_name(enum tcn_backtest_what what);
/** "added", "lost", "earlier", "later", "elsewhere", "changed" or "same". Thread: any. */
const char *tcn_backtest_how_name(enum tcn_backtest_how how);
/** "met", "missed", "running", …, "unknown"; "none" of no clock. Thread: any. */
const char *tcn_backtest_standing_name(enum tcn_backtest_standing standing);

#endif
