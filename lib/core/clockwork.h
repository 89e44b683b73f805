/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clocks of matters: which of them an event starts, ends, extends, pauses and resumes once it
 * was applied, and what fires when a time has come. What a clock means in instants is core/clock's
 * to say, what falls due next stands in the table of core/due.
 *
 *                  start                       pause
 *     (no row) ──────────────▶ [ runs ] ────────────────────▶ [ runs, paused ]
 *                               │  ▲  ▲                          │    │
 *              extend, restate  └──┘  └──────────────────────────┘    │
 *                               │            resume                   │
 *                               │                                     │
 *      its act is there         ├────────────▶ [ stopped ] ◀──────────┤
 *      closed, or another kind  ├────────────▶ [ closed  ] ◀──────────┤
 *      not for it any more      └────────────▶ [ left    ] ◀──────────┘
 *
 *     [ stopped ], [ closed ], [ left ] ── start ──▶ [ runs ]: the next run, in the same row
 *
 * Rules, each with a test by its number:
 *
 *   M1  a matter has one row for each rule, and the row one run: an act that would start a clock
 *       does not touch one that runs;
 *
 *   M2  the due table has the next step of a clock that runs, and nothing of one that is paused,
 *       has ended, or has no step ahead;
 *
 *   M3  an event first ends clocks, then extends, pauses and resumes, then starts: what one act
 *       stops and starts begins anew. A report is that by which the matter begins: one that joins
 *       it later starts and stops nothing by being one;
 *
 *   M4  a matter that is moved (another domain, category, severity, or kind, another word on what
 *       rules name in `unless`, or a guarded one that is released) ends the clocks that fitted it
 *       and do not fit it now, and starts those that did not fit it and do now, when a report
 *       starts them: from when the matter was learned, or, where harm made it an accident or a
 *       count made it graver, from when that was. Not one that its act stopped while the matter
 *       was of this kind, nor one that this very act would stop, nor one of another stage than the
 *       matter stands at;
 *
 *   M5  firing follows log time, the verdict the event's own time; a stopping act that comes later
 *       and has an earlier time corrects the verdict and un-fires nothing;
 *
 *   M6  a clock keeps the terms that it started under, and the instants that were told, until
 *       something happens to it (then the calendar in force counts) or it is restated;
 *
 *   M7  a start that is further ahead of the log than agents' clocks may be is the log's time: a
 *       wrong clock puts nothing off;
 *
 *   M8  a matter has TCN_MATTER_CLOCKS_MAX rows: the one that ended first makes room for the next;
 *       when all run, the next does not start;
 *
 *   M9  a year that the calendar lacks is told to the desk once, however many clocks end in it;
 *
 *   M10 of a guarded matter that was not released only clocks for every domain run, and none that
 *       its office owes;
 *
 *   M11 a clock that counts from the first (TCN_CLOCK_FIRST) and starts again goes on: from its
 *       first start, with its pauses and its extension;
 *
 *   M12 a clock that ends with a date that an act tells (TCN_CLOCK_UNTIL) is started by an act
 *       that tells one, and not touched by one of its starts that does not: the date that was told
 *       before stands;
 *
 *   M13 a clock that nothing starts but acts about a key or a duty (tcn_act_is_apart) is of no
 *       matter's way: it ends with its own act, and with no matter.
 *
 * D3 of core/due is a clock's own here: of the steps that are past when it starts, resumes, is
 * extended or restated, the latest is told with the next event, unless it was. A report that comes
 * late has a limit that is near, or over, and somebody must hear of it.
 *
 * Pure: reaches its rows through model/state.h. Thread: the state's.
 */
#ifndef TCN_CORE_CLOCKWORK_H
#define TCN_CORE_CLOCKWORK_H

#include "core/trace.h"
#include "model/state.h"

/** Where clocks are kept and by what they run. Open: filled by the caller, all lent. */
struct tcn_clockwork {
    const struct tcn_state_ops *ops;
    void *state;
    const struct tcn_clock_table *table; /**< in force */
    struct tcn_trace *trace;             /**< NULL: nobody asks why */
};

/** What of a matter says which rules are for it. Open: filled by the caller; slices lend. */
struct tcn_clock_traits {
    bool is_none; /**< there was no such matter, or none of this kind: no rule is for it */
    struct tcn_clock_subject subject;
    bool is_held_back; /**< guarded, and not released (M10) */
    bool is_kept;      /**< guarded, released or not */
};

/** An event that was applied to a matter. Open: filled by the caller, all lent. */
struct tcn_clockwork_event {
    uint64_t birth_position; /**< the matter's */
    const struct tcn_event *event;
    uint64_t position;
    int64_t log_time_ns;
    int64_t start_max_ns; /**< the latest start that is believed (M7) */
    uint64_t policy_version;
    struct tcn_clock_traits before; /**< the matter, before the event and after it */
    struct tcn_clock_traits after;
    enum tcn_stage stage; /**< after it */
    bool is_birth;        /**< the matter's first event: it has no clocks yet */
    bool is_opening;      /**< the matter begins by it as by a report, whichever act it is */
    bool was_reported;    /**< its report was in the log before */
    bool stops_all;       /**< the matter is at an end, or becomes another kind: no clock runs on */
    int64_t learned_ns;   /**< when the matter was learned of; 0 when not known */
    int64_t moved_ns;     /**< from when the clocks count that a move starts; 0: from the event */
};

/** Lets an event change the clocks of its matter. `out_changed`: a row or a due time was written.
 * Errors: what the ops give; TCN_CORRUPT rows that cannot be. */
TCN_MUST_CHECK enum tcn_status tcn_clockwork_apply(const struct tcn_clockwork *work,
                                                   const struct tcn_clockwork_event *in,
                                                   bool *out_changed);

/** Takes what is due of a clock or a missing year, whose time has come (D1, D2 of core/due), moves
 * its row on, and says what is to be told. `work->table` is not used.
 * Errors: what the ops give; TCN_CORRUPT a time without its clock. */
TCN_MUST_CHECK enum tcn_status tcn_clockwork_take(const struct tcn_clockwork *work,
                                                  const struct tcn_due *due, int64_t log_time_ns,
                                                  struct tcn_fired *out_fired);

#endif
