/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The judge: is told what offices accepted, what the log holds, which alerts the fold made and what
 * watchers got, and says what was lost, invented, doubled, turned round or promised too early. It
 * shares no code with what it judges. Facts come by calls or as lines of a transcript, so that a
 * test of real programs can be judged too:
 *
 *   enter WRITER LANE KEY        an outbox has accepted an event (keys are unique)
 *   excuse KEY                   its only copy was destroyed on purpose: it may be missing
 *   twice KEY                    several outboxes hold it: it may be there more than once
 *   log POSITION KEY             the log holds it; in order of positions
 *   alert STREAM NUMBER POSITION the fold made it; in order of numbers
 *   watch WATCHER STREAM         a watcher wants all of it
 *   item WATCHER STREAM NUMBER POSITION   a watcher has it for good
 *   reset WATCHER STREAM NEXT    a watcher was told to go on at NEXT
 *   cursor WATCHER STREAM NUMBER the cursor that is stored
 *
 * Words are 1 to 63 bytes without spaces. One checker, one thread.
 */
#ifndef TCN_TESTS_CHECKER_H
#define TCN_TESTS_CHECKER_H

#include "base/status.h"

#include <stddef.h>

/** What was found. All zero is good. */
struct tcn_checker_report {
    uint32_t lost;         /**< accepted, and not in the log */
    uint32_t phantom;      /**< in the log, accepted by nobody */
    uint32_t duplicate;    /**< in the log more often than it may be */
    uint32_t reordered;    /**< in the log before an earlier one of its writer's lane */
    uint32_t unsent;       /**< alerts that a watcher does not have in the end */
    uint32_t hole;         /**< a watcher has a number without the one before it */
    uint32_t other_item;   /**< a watcher has another event under an alert's number */
    uint32_t stale_cursor; /**< a stored cursor that is further than what its watcher has */
    char first[192];       /**< the first fault in words; empty when none */
};

/** The judge. Opaque. */
struct tcn_checker;

/** Makes a judge that knows nothing. Owns: gives it. Errors: TCN_NOMEM. Thread: one. */
TCN_MUST_CHECK enum tcn_status tcn_checker_create(struct tcn_checker **out_checker);
/** Frees it; accepts NULL, leaves NULL. Thread: one. */
void tcn_checker_destroy(struct tcn_checker **checker);
/** `enter`. Thread: one. */
void tcn_checker_enter(struct tcn_checker *checker, const char *writer, const char *lane,
                       const char *key);
/** `excuse`. Thread: one. */
void tcn_checker_excuse(struct tcn_checker *checker, const char *key);
/** `twice`. Thread: one. */
void tcn_checker_twice(struct tcn_checker *checker, const char *key);
/** `log`. Thread: one. */
void tcn_checker_log(struct tcn_checker *checker, uint64_t position, const char *key);
/** `alert`. Thread: one. */
void tcn_checker_alert(struct tcn_checker *checker, const char *stream, uint64_t number,
                       uint64_t position);
/** `watch`. Thread: one. */
void tcn_checker_watch(struct tcn_checker *checker, const char *watcher, const char *stream);
/** `item`. Thread: one. */
void tcn_checker_item(struct tcn_checker *checker, const char *watcher, const char *stream,
                      uint64_t number, uint64_t position);
/** `reset`. Thread: one. */
void tcn_checker_reset(struct tcn_checker *checker, const char *watcher, const char *stream,
                       uint64_t next);
/** `cursor`. Thread: one. */
void tcn_checker_cursor(struct tcn_checker *checker, const char *watcher, const char *stream,
                        uint64_t number);
/** Takes one line of a transcript; an empty one and one that begins with '#' is passed over.
 * Errors: TCN_MALFORMED another form. Thread: one. */
TCN_MUST_CHECK enum tcn_status tcn_checker_line(struct tcn_checker *checker, const char *line);
/** Judges what it was told so far. `must_be_complete`: what is not there yet counts as lost or
 * unsent. Gives true when nothing was found. Thread: one. */
bool tcn_checker_judge(struct tcn_checker *checker, bool must_be_complete,
                       struct tcn_checker_report *out_report);

#endif
