/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call sheet: whom to telephone about a matter, in which order, with room to write down when and
 * what came of it, and the command that records it. Made of the policy alone, so it is there when
 * the collector is not. Of a guarded matter only those stand on it who are on its list: neither the
 * unit that it accuses, nor anybody above that. It never names a person. One thread, the program's.
 */
#ifndef TCN_CLI_SHEET_H
#define TCN_CLI_SHEET_H

#include "cli/language.h"
#include "model/event.h"
#include "model/policy.h"

/** Columns of paper: no line is wider. */
#define TCN_SHEET_COLUMNS 80

/** Organs on one sheet, at most. */
#define TCN_SHEET_ORGANS_MAX 32

/** Why an organ is called. */
enum tcn_sheet_why {
    TCN_SHEET_LEADS = 1,
    TCN_SHEET_BESIDE, /**< a mandatory co-recipient */
    TCN_SHEET_ABOVE_LINE,
    TCN_SHEET_ABOVE_PLACE,
    TCN_SHEET_PLACE, /**< the office of the place */
    TCN_SHEET_DESK,
    TCN_SHEET_LISTED, /**< on the list of a guarded matter */
};

/** What is known of the matter. Open: filled by the verb. */
struct tcn_sheet_input {
    const struct tcn_policy *policy;
    const struct tcn_domain *domain; /**< NULL: not known, or guarded */
    uint64_t division;               /**< 0: not known */
    uint16_t holder;                 /**< 0: as the policy routes its domain */
    enum tcn_severity severity;      /**< UNKNOWN: as grave as can be */
    bool is_guarded;
    const uint16_t *listed; /**< of a guarded one: who is on its list */
    uint32_t listed_count;
};

/** One organ to call. */
struct tcn_sheet_entry {
    uint16_t organ;
    enum tcn_sheet_why why;
};

/** The order. */
struct tcn_sheet {
    struct tcn_sheet_entry entries[TCN_SHEET_ORGANS_MAX];
    uint32_t count;
};

/** How it is printed. Open: lent. */
struct tcn_sheet_print {
    enum tcn_language language;
    const struct tcn_policy *policy;
    const struct tcn_domain *domain;
    uint64_t division;
    const char *matter; /**< its id; empty: of no matter */
    const char *place;  /**< options that name this seat; empty: none */
    bool is_danger;     /**< life may be in danger, or that is not known */
    bool is_guarded;
    bool is_unasked;   /**< the collector could not be asked */
    int64_t policy_ns; /**< when the copy of the policy was written; 0: not known */
    int64_t now_ns;
};

/** Whom to call, in order, each once. Thread: any. */
void tcn_sheet_make(const struct tcn_sheet_input *in, struct tcn_sheet *out_sheet);
/** Prints it. Thread: the program's. */
void tcn_sheet_print(FILE *out, const struct tcn_sheet_print *print, const struct tcn_sheet *sheet);

#endif
