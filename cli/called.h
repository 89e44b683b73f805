/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an organ was called to and has not in hand, as people see it at a glance: danger first, then
 * by what ends next; one line a matter that says what, where, since when, and what is to be done by
 * when, and under it the command that says "I have it". Whatever the width, the first words are the
 * ones that matter. One thread, the program's.
 */
#ifndef TCN_CLI_CALLED_H
#define TCN_CLI_CALLED_H

#include "cli/language.h"
#include "model/policy.h"
#include "model/query.h"

/** Matters of one list at most; more are told as a number. */
#define TCN_CALLED_MAX 512

/** Room for one line, its colour included. */
#define TCN_CALLED_LINE_BYTES 1024

/** A matter that waits. Open: a copy. */
struct tcn_called_row {
    struct tcn_summons summons;
    struct tcn_matter matter;
    enum tcn_act owed;
    char clock_id[TCN_WORD_BYTES_MAX + 1];
    char title_zh[TCN_TITLE_BYTES_MAX + 1];
    char title_en[TCN_TITLE_BYTES_MAX + 1];
    int64_t due_ns;   /**< 0: no clock runs */
    bool is_silenced; /**< its organ has silenced it: it stands here, and does not ring */
};

/** The list. Open: zeroed at the start; ends with tcn_called_fini. */
struct tcn_called {
    struct tcn_called_row *rows; /**< owned */
    uint32_t count;
    bool has_more; /**< than there is room for */
};

/** How it is shown. Open: lent. */
struct tcn_called_view {
    const struct tcn_cli *cli; /**< its colour */
    const struct tcn_policy *policy;
    enum tcn_language language;
    size_t columns;    /**< of a line; 0: no bound */
    const char *place; /**< options that name this seat, " --bureau B"; empty: none */
    const char *post;  /**< that has the duty, for the command; empty: not known */
    int64_t now_ns;    /**< wall clock */
};

/** Over the list: whose it is, how much waits, and who has the duty. Open: lent. */
struct tcn_called_head {
    enum tcn_language language;
    const char *title; /**< of the organ */
    bool is_exercise;  /**< a drill's list */
    const struct tcn_called *called;
    int64_t known_ns; /**< wall clock of what is known; 0: nothing was ever answered */
    bool is_old;      /**< the last question was not answered */
    const struct tcn_shift *shift;
    bool is_shift_known;
    int64_t now_ns; /**< wall clock */
};

/** Frees it; safe when zeroed. */
void tcn_called_fini(struct tcn_called *called);
/** Takes a page of an answer in. Errors: TCN_NOMEM; TCN_MALFORMED rows without their matters. */
TCN_MUST_CHECK enum tcn_status tcn_called_take(struct tcn_called *called,
                                               const struct tcn_answer *answer);
/** Puts it in the order in which it is looked at. */
void tcn_called_sort(struct tcn_called *called);
/** How many are urgent, and of them how many danger. */
uint32_t tcn_called_urgent(const struct tcn_called *called, uint32_t *out_danger);
/** How many of the urgent ones ring: those that their organ has not silenced. */
uint32_t tcn_called_ringing(const struct tcn_called *called);
/** Writes the line of a matter: "DANGER  02:41 (6 min)  Gas  Dongling  acknowledge by 02:46"; of
 * one that called more than once how often, "(6 min, 3 alerts)", but never in danger. */
void tcn_called_line(const struct tcn_called_view *view, const struct tcn_called_row *row,
                     char out_line[TCN_CALLED_LINE_BYTES]);
/** Writes what stands over the list. What was never answered is said to be unknown, and what could
 * not be asked again since when it is known: neither looks like a quiet night. */
void tcn_called_head(const struct tcn_called_head *head, char *out_text, size_t size);
/** Writes the command under it, "tocsin act … acknowledged …"; never cut. Of a drill's matter it
 * says so; a post that is no word is not repeated. */
void tcn_called_command(const struct tcn_called_view *view, const struct tcn_called_row *row,
                        char out_line[TCN_CALLED_LINE_BYTES]);
/** A severity in a word of five columns at least that is never told by colour alone. */
const char *tcn_called_severity(enum tcn_language language, enum tcn_severity severity);

#endif
