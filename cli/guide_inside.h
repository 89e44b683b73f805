/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the guided report share: the answers so far, the questions, and how they speak.
 *
 *   WHAT ─ DANGER ─ DOMAIN ─ PLACE ─┬─ SEVERITY ─ HARM ─┬────────────────────────┬─ AFFECTED ─┐
 *                                   │                   └─ DEAD ─ INJURED ─ MISSING ─┘         │
 *                                   └─ danger now: AT_RISK ────────────────────────────────────┤
 *   ┌──────────────────────────────────────────────────────────────────────────────────────────┘
 *   └─ CONCERNS ─ (ACCUSED ─ ORGANS) ─ ATTRIBUTE… ─ NARRATIVE ─ INFORMANT ─ CONTACT ─ SEND
 *                    of a unit         └────── left out while there is danger ──────┘
 *
 * "<" goes one question back, "q" ends everything, an answer goes on. Invariants:
 *   G1  which questions there are follows from the answers to earlier ones, and is computed anew at
 *       each step, so that a changed answer changes what is asked;
 *   G2  nothing leaves this program before SEND is answered with yes;
 *   G3  the retry key stays the same until it is known to be entered, so that sending again is
 *       harmless.
 */
#ifndef TCN_CLI_GUIDE_INSIDE_H
#define TCN_CLI_GUIDE_INSIDE_H

#include "base/arena.h"
#include "cli/draft.h"
#include "cli/guide.h"
#include "cli/guide_answer.h"
#include "cli/lines.h"
#include "cli/slip.h"
#include "model/rules.h"

/** The questions. */
enum tcn_guide_step {
    TCN_GUIDE_WHAT = 0,
    TCN_GUIDE_DANGER,
    TCN_GUIDE_DOMAIN,
    TCN_GUIDE_PLACE,
    TCN_GUIDE_SEVERITY,
    TCN_GUIDE_HARM,
    TCN_GUIDE_DEAD, /**< and the next four: in the order of tcn_guide_count_names */
    TCN_GUIDE_INJURED,
    TCN_GUIDE_MISSING,
    TCN_GUIDE_AFFECTED,
    TCN_GUIDE_AT_RISK,
    TCN_GUIDE_CONCERNS,
    TCN_GUIDE_ACCUSED,
    TCN_GUIDE_ORGANS,
    TCN_GUIDE_ATTRIBUTE, /**< once for each that the domain declares and who reports states */
    TCN_GUIDE_NARRATIVE,
    TCN_GUIDE_INFORMANT,
    TCN_GUIDE_CONTACT,
    TCN_GUIDE_SEND,
    TCN_GUIDE_STEP_COUNT,
};

#define TCN_GUIDE_COUNTS 5        /* dead, injured, missing, affected, at risk */
#define TCN_GUIDE_VALUE_BYTES 200 /* of one attribute, its NUL included */
#define TCN_GUIDE_PLACES_MAX 9    /* divisions to choose from at a time */
/* Room for all counts and for all attributes as options have them. */
#define TCN_GUIDE_COUNTS_BYTES 256
#define TCN_GUIDE_ORGANS_BYTES (TCN_ACCUSED_ORGANS_MAX * (TCN_WORD_BYTES_MAX + 1))
#define TCN_GUIDE_ATTRIBUTES_BYTES                                                                 \
    (TCN_DOMAIN_ATTRIBUTES_MAX * (TCN_WORD_BYTES_MAX + TCN_GUIDE_VALUE_BYTES + 2))

/** Yes, no, or not known. */
enum tcn_guide_truth {
    TCN_GUIDE_UNKNOWN = 0,
    TCN_GUIDE_YES,
    TCN_GUIDE_NO,
};

/** What was answered. All zero at the start. */
struct tcn_guide_answers {
    bool is_given[TCN_GUIDE_STEP_COUNT]; /**< Enter keeps it */
    char what[TCN_ANSWER_BYTES];
    enum tcn_guide_truth danger;
    const struct tcn_domain *domain; /**< NULL: not known */
    uint64_t division;
    enum tcn_severity severity;
    enum tcn_guide_truth harm;
    struct tcn_count counts[TCN_GUIDE_COUNTS];
    enum tcn_concerns concerns;
    char accused[TCN_ANSWER_BYTES];
    uint32_t organs[TCN_ACCUSED_ORGANS_MAX]; /**< that the unit is or belongs to: places in the
                                                  policy, each once */
    uint32_t organ_count;                    /**< 0: none of them */
    char values[TCN_DOMAIN_ATTRIBUTES_MAX][TCN_GUIDE_VALUE_BYTES]; /**< empty: not said */
    char narrative[TCN_TEXT_BYTES_MAX + 1];                        /**< beside `what` */
    char informant[TCN_ANSWER_BYTES];
    char contact[TCN_ANSWER_BYTES];
};

/** How far the report itself is. */
enum tcn_guide_sent {
    TCN_GUIDE_NOTHING = 0,
    TCN_GUIDE_MAYBE,   /**< the agent was asked and did not answer */
    TCN_GUIDE_ENTERED, /**< it is safe in the outbox */
};

/** Where a question stands. */
struct tcn_guide_spot {
    enum tcn_guide_step step;
    uint32_t index; /**< of ATTRIBUTE; else 0 */
};

/** A report in the making. */
struct tcn_guide {
    struct tcn_cli *cli;
    struct tcn_seat *seat;
    const struct tcn_await *await;
    const struct tcn_policy *policy;
    const struct tcn_rules *rules; /**< NULL: no attribute is asked for */
    enum tcn_language language;
    FILE *screen; /**< the error stream: the output is the slip's */
    struct tcn_lines lines;
    struct tcn_guide_answers answers;
    struct tcn_guide_spot spot;
    uint32_t domains[TCN_DOMAINS_MAX]; /**< as numbered on the screen, places in the policy */
    uint32_t domain_count;
    uint32_t places[TCN_GUIDE_PLACES_MAX]; /**< as numbered on the screen */
    uint32_t place_count;
    char retry_key[40];
    enum tcn_guide_sent sent;
    bool is_door_shut[TCN_SLIP_DOORS]; /**< they may not hear of it */
    bool is_shown;                     /**< SEND: the agent said what would become of it */
    bool is_agreed;                    /**< SEND was answered with yes */
    /* What `typed` lends from. */
    struct tcn_cli_draft typed;
    char division_text[16];
    char counts_text[TCN_GUIDE_COUNTS_BYTES];
    char attributes_text[TCN_GUIDE_ATTRIBUTES_BYTES];
    char narrative_text[TCN_ANSWER_BYTES + TCN_TEXT_BYTES_MAX + 2];
    char accused_text[TCN_ANSWER_BYTES + 1];
    char organs_text[TCN_GUIDE_ORGANS_BYTES];
    char informant_text[TCN_ANSWER_BYTES + 1];
    char contact_text[TCN_ANSWER_BYTES + 1];
};

/** One question. Open: constant table of guide.c. */
struct tcn_guide_question {
    bool (*is_wanted)(const struct tcn_guide *guide);
    void (*ask)(struct tcn_guide *guide, uint32_t index);
    /** Takes a short answer; false when it is none, which has been told. */
    bool (*take)(struct tcn_guide *guide, uint32_t index, const char *text);
    bool is_text; /**< letters and signs stay as they were typed */
    bool is_long; /**< lines until an empty one */
};

/** Prints a sentence and a line break. */
void tcn_guide_tell(struct tcn_guide *guide, const struct tcn_say *say);

/** Prints what was expected of an answer; gives false, for `return`. */
bool tcn_guide_expect(struct tcn_guide *guide, const struct tcn_say *say);

/** Prints choices with their numbers. */
void tcn_guide_choices(struct tcn_guide *guide, const struct tcn_choice *choices, uint32_t count);

/** The title of an organ in the guide's language. */
const char *tcn_guide_organ(const struct tcn_guide *guide, const struct tcn_organ *organ);

/** The title of a domain in the guide's language. */
const char *tcn_guide_domain(const struct tcn_guide *guide, const struct tcn_domain *domain);

/** The rule of the chosen domain's attribute at a place below its count. */
const struct tcn_attribute_rule *tcn_guide_attribute(const struct tcn_guide *guide, uint32_t index);

/** The attributes of the chosen domain, NULL when none are known. */
const struct tcn_domain_rules *tcn_guide_rules(const struct tcn_guide *guide);

/** True when the question is asked as things stand (G1). */
bool tcn_guide_is_wanted(const struct tcn_guide *guide, enum tcn_guide_step step);

/** The words of options for the counts. */
extern const char *const tcn_guide_count_names[TCN_GUIDE_COUNTS];

/** The first questions: what, how bad, which domain, where. */
extern const struct tcn_guide_question tcn_guide_first[TCN_GUIDE_HARM];

/** The others, from HARM on, but SEND. */
extern const struct tcn_guide_question tcn_guide_second[TCN_GUIDE_SEND - TCN_GUIDE_HARM];

/** The last one. */
extern const struct tcn_guide_question tcn_guide_last;

/** Asks which organs of the district the unit is, or belongs to. */
void tcn_guide_ask_organs(struct tcn_guide *guide, uint32_t index);

/** Takes them, by number, name or id, with commas between them, or that it is none. */
bool tcn_guide_take_organs(struct tcn_guide *guide, uint32_t index, const char *text);

/** Writes them as an option states them; NULL when there are none. */
const char *tcn_guide_type_organs(struct tcn_guide *guide);

/** Tells from whom it is kept, and notes which of the slip's doors that shuts. */
void tcn_guide_tell_kept(struct tcn_guide *guide, const struct tcn_local_preview *preview);

/** Tells in Chinese that it may not be entered here, where the agent said so. */
void tcn_guide_tell_denied(struct tcn_guide *guide, const struct tcn_local_answer *answer);

/** Writes the answers as options would state them, into `typed`. */
void tcn_guide_type(struct tcn_guide *guide);

/** Hands the report in, prints the slip and waits. Gives an exit code; when it was not entered the
 * guide may ask SEND again. */
int tcn_guide_send(struct tcn_guide *guide);

#endif
