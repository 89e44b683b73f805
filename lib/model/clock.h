/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clocks: the rule that a law or a practice gives (so many days from this act to that one), and a
 * clock that runs under it. Rules are built by lib/policy from clocks.yaml and carried with the
 * policy; running clocks are state. What both mean in instants is computed by core/clock.h, from
 * nothing else, so that nothing computed needs to be kept.
 */
#ifndef TCN_MODEL_CLOCK_H
#define TCN_MODEL_CLOCK_H

#include "model/calendar.h"
#include "model/event.h"
#include "model/procedure.h"

/** In what an amount is counted. Numbers are for the wire. */
enum tcn_clock_unit {
    TCN_CLOCK_UNIT_NONE = 0,
    TCN_CLOCK_AT_ONCE = 1, /**< "immediately", "promptly": the law gives no number, nor do we */
    TCN_CLOCK_MINUTES = 2,
    TCN_CLOCK_HOURS = 3,
    TCN_CLOCK_CALENDAR_DAYS = 4, /**< 日 */
    TCN_CLOCK_WORKING_DAYS = 5,  /**< 工作日 */
    TCN_CLOCK_MONTHS = 6,
    TCN_CLOCK_YEARS = 7,
    TCN_CLOCK_UNTIL = 8, /**< to the end of the day that the act tells: no number of ours */
};

/** True of a unit that has no amount. Thread: any. */
bool tcn_clock_is_bare(enum tcn_clock_unit unit);

/** What the period asks for. Numbers are for the wire. */
enum tcn_clock_bound {
    TCN_CLOCK_AT_MOST = 1,  /**< the act is due within it */
    TCN_CLOCK_AT_LEAST = 2, /**< it must have passed before the act */
    TCN_CLOCK_WINDOW = 3,   /**< a right, or a duty on occasion, that ends with it: never late */
};

/** Which of an act's times counts. Numbers are for the wire. */
enum tcn_clock_time {
    TCN_CLOCK_LEARNED = 1,  /**< when the organ got to know */
    TCN_CLOCK_RECORDED = 2, /**< when its agent recorded it */
    TCN_CLOCK_OCCURRED = 3, /**< when it happened, or, where nobody knows, when it was learned of;
                                 never for a report that is to be judged late */
    TCN_CLOCK_FIRST = 4,    /**< of a start: when the matter was learned of, whichever act it is; a
                                 clock that ran before goes on, with its pauses and extension */
};

/** Who owes the act. Numbers are for the wire. */
enum tcn_clock_owes {
    TCN_CLOCK_HOLDER = 1,  /**< the matter's lead organ */
    TCN_CLOCK_OFFICE = 2,  /**< the organ that reported it */
    TCN_CLOCK_DESK = 3,    /**< the district desk */
    TCN_CLOCK_OUTSIDE = 4, /**< a petitioner or an undertaking: shown, nobody of ours is late */
};

/** How sure the rule is. Numbers are for the wire. */
enum tcn_clock_confidence {
    TCN_CLOCK_READ = 1,      /**< H: read in the text of the law */
    TCN_CLOCK_SECONDARY = 2, /**< M: from a secondary source */
    TCN_CLOCK_PROPOSAL = 3,  /**< practice or a proposal, no law */
};

/** An act that starts, stops, pauses or resumes a clock. A report is that by which a matter begins,
 * or begins to be of its kind or domain; what joins it later is none. */
struct tcn_clock_trigger {
    enum tcn_act act;                    /**< TCN_ACT_NONE: there is none */
    char reason[TCN_WORD_BYTES_MAX + 1]; /**< the act's reason must be this; empty: any */
    enum tcn_stage stage; /**< where the matter stands after the act; TCN_STAGE_NONE: any */
};

/** A rule. Of one act, stops go before starts: an act that is among both ends what ran and starts
 * it anew. A start while the clock runs, and is not among its stops, changes nothing. */
struct tcn_clock_rule {
    char id[TCN_WORD_BYTES_MAX + 1];
    char title_zh[128];
    char title_en[128];
    enum tcn_clock_unit unit;
    uint32_t amount;     /**< 1 or more; 0 for TCN_CLOCK_AT_ONCE and TCN_CLOCK_UNTIL */
    uint32_t extend_max; /**< that may be added once, in the same unit; 0: no extension */
    enum tcn_clock_bound bound;
    enum tcn_clock_owes owes;
    struct tcn_clock_trigger starts[TCN_CLOCK_STARTS_MAX];
    uint32_t start_count; /**< 1 or more */
    enum tcn_clock_time start_time;
    struct tcn_clock_trigger stops[TCN_CLOCK_STOPS_MAX];
    uint32_t stop_count; /**< 1 or more */
    enum tcn_clock_time stop_time;
    struct tcn_clock_trigger pause;                              /**< with `resume`, or neither */
    struct tcn_clock_trigger resume;                             /**< with `pause` */
    char domains[TCN_CLOCK_DOMAINS_MAX][TCN_WORD_BYTES_MAX + 1]; /**< that it is for */
    uint32_t domain_count;                                       /**< 0: for every domain */
    enum tcn_procedure_kind procedure; /**< kind of the matter that it is for; NONE: any */
    char category[16];                 /**< its category: "31.6"; empty: any */
    enum tcn_severity severity_min;    /**< of the matter that it is for; unknown: any */
    uint32_t level_min; /**< rank of the accident that it is for, at least; 0: any matter */
    char unless[TCN_WORD_BYTES_MAX +
                1]; /**< a flag of attributes.yaml: not for a matter of which it
                         is said; the same in each rule that has one; or empty */
    char article[TCN_ARTICLE_BYTES_MAX + 1]; /**< law and article, or where the practice is from */
    enum tcn_clock_confidence confidence;
    bool is_hand_over; /**< whose period a matter that nobody took in hand goes on by */
    bool is_enabled;
};

/** What a rule looks at in a matter. */
struct tcn_clock_subject {
    struct tcn_slice domain;
    enum tcn_procedure_kind procedure; /**< as it is now: a hazard may have become an accident */
    struct tcn_slice category;
    enum tcn_severity severity;
    uint32_t level;   /**< rank of an accident by its counts so far; 0: it has none */
    bool is_excepted; /**< what the rules name in `unless` is said of it */
};

/** Rules and the calendar they are counted by. Arrays are owned as the policy's are. */
struct tcn_clock_table {
    const struct tcn_clock_rule *rules; /**< sorted by id, byte by byte */
    uint32_t rule_count;
    struct tcn_calendar calendar;
};

/** Behind every instant: a step that does not fire, a pause that lasts. */
#define TCN_CLOCK_NEVER INT64_MAX

/** What fires, in this order. */
enum tcn_clock_step {
    TCN_CLOCK_FIRST_WARNING = 0,  /**< 70 % have passed */
    TCN_CLOCK_SECOND_WARNING = 1, /**< 90 % have passed */
    TCN_CLOCK_DUE = 2,            /**< the period is over */
    TCN_CLOCK_STEP_COUNT = 3,
};

/** A time in which a clock stood still. */
struct tcn_clock_pause {
    int64_t from_ns;
    int64_t to_ns; /**< TCN_CLOCK_NEVER while it lasts */
};

/** A running clock. Open: a row of the state; started and changed by core/clock.h only. */
struct tcn_clock {
    int64_t start_ns;
    int64_t extended_until_ns; /**< the end of what was told; 0 when not extended */
    struct tcn_clock_pause pauses[TCN_CLOCK_PAUSES_MAX]; /**< ascending, none within another */
    uint32_t pause_count;
    uint32_t fired_steps; /**< bit n: step n has fired, or is not to fire */
};

/** The rule with this id, or NULL. Thread: any. */
const struct tcn_clock_rule *tcn_clock_rule_find(const struct tcn_clock_table *table,
                                                 struct tcn_slice id);
/** Why a rule is not for a matter, as bits. */
enum tcn_clock_misfit {
    TCN_MISFIT_DISABLED = 1, /**< the rule is not in use */
    TCN_MISFIT_DOMAIN = 2,
    TCN_MISFIT_KIND = 4,
    TCN_MISFIT_CATEGORY = 8,
    TCN_MISFIT_SEVERITY = 16, /**< less grave */
    TCN_MISFIT_LEVEL = 64,    /**< no accident so grave */
    TCN_MISFIT_GUARDED = 32,  /**< its office, which would owe the act, is told nothing */
    TCN_MISFIT_UNLESS = 128,  /**< what it names in `unless` is said of the matter */
};

/** Everything by which the rule is not for this matter, TCN_MISFIT_GUARDED apart; 0 when it is in
 * use and for it. Thread: any. */
uint32_t tcn_clock_rule_misfits(const struct tcn_clock_rule *rule,
                                const struct tcn_clock_subject *subject);
/** True when the rule is in use and for this matter. Thread: any. */
bool tcn_clock_rule_fits(const struct tcn_clock_rule *rule,
                         const struct tcn_clock_subject *subject);
/** The flag that rules of the table name in `unless`; empty when none does. Thread: any. */
const char *tcn_clock_table_unless(const struct tcn_clock_table *table);
/** True when one of the triggers is this act, by its reason (empty when it has none) and the stage
 * at which it leaves the matter. Thread: any. */
bool tcn_clock_is_triggered(const struct tcn_clock_trigger *triggers, uint32_t count,
                            enum tcn_act act, struct tcn_slice reason, enum tcn_stage stage);
/** "at_once", "minutes", "hours", "calendar_days", "working_days", "months", "years", "until" or
 * "none". Thread: any. */
const char *tcn_clock_unit_name(enum tcn_clock_unit unit);
/** "at_most", "at_least", "window" or "none". Thread: any. */
const char *tcn_clock_bound_name(enum tcn_clock_bound bound);
/** "learned", "recorded", "occurred", "first" or "none". Thread: any. */
const char *tcn_clock_time_name(enum tcn_clock_time time);
/** "holder", "office", "desk", "outside" or "none". Thread: any. */
const char *tcn_clock_owes_name(enum tcn_clock_owes owes);
/** "H", "M", "proposal" or "none", as clocks.yaml has them. Thread: any. */
const char *tcn_clock_confidence_name(enum tcn_clock_confidence confidence);
/** The largest amount of a unit, its extension included; 0 for a bare one. Thread: any. */
uint32_t tcn_clock_amount_max(enum tcn_clock_unit unit);

#endif
