/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a policy plans beside domains and clocks: who is reminded when nobody moves, which reports
 * are expected of whom, what is sealed for whom, and how long anything is kept. Built by lib/policy
 * from files of their own and carried with the tables of policy.h, so that the fold acts by what
 * the log says.
 */
#ifndef TCN_MODEL_PLANS_H
#define TCN_MODEL_PLANS_H

#include "model/event.h"
#include "model/limits.h"
#include "model/program.h"
#include "model/sealing.h"

/** How sure an entry is. */
enum tcn_plan_confidence {
    TCN_PLAN_READ = 1,      /**< H: read in the text of the law */
    TCN_PLAN_SECONDARY = 2, /**< M: from a secondary source */
    TCN_PLAN_PROPOSAL = 3,  /**< practice or a proposal, no law */
};

/** Where an entry is from. */
struct tcn_plan_origin {
    char article[256]; /**< law and article, or where the practice is from */
    enum tcn_plan_confidence confidence;
};

/** The three steps, in this order; never a measure on a person. Source: 三问责. */
enum tcn_escalation_kind {
    TCN_ESCALATION_NONE = 0,
    TCN_ESCALATION_REMIND = 1,
    TCN_ESCALATION_URGE = 2,
    TCN_ESCALATION_ADMONISH = 3, /**< only ever proposed to the desk, never fired */
};

/** What sets a ladder off. */
enum tcn_escalation_cause {
    TCN_ESCALATION_UNACKNOWLEDGED = 1, /**< delivered, and nobody has it in hand */
    TCN_ESCALATION_DUE_SOON = 2,       /**< a clock's warning */
    TCN_ESCALATION_OVERDUE = 3,        /**< a clock's end */
};

/** Who is told, as seen from a matter: posts and organs, never persons. Bits. */
enum tcn_plan_role {
    TCN_PLAN_HOLDER = 1,
    TCN_PLAN_OFFICE = 2,
    TCN_PLAN_LINE_PARENT = 4,  /**< of the holder */
    TCN_PLAN_PLACE_PARENT = 8, /**< of the holder */
    TCN_PLAN_DESK = 16,
};

/** All of them. */
#define TCN_PLAN_ROLES 31u

/** One step of a ladder. */
struct tcn_escalation_step {
    char id[TCN_WORD_BYTES_MAX + 1];
    char ladder[TCN_WORD_BYTES_MAX + 1]; /**< steps of one ladder follow each other in the file */
    enum tcn_escalation_kind kind;
    enum tcn_escalation_cause cause;    /**< the same within a ladder */
    char clock[TCN_WORD_BYTES_MAX + 1]; /**< of DUE_SOON and OVERDUE; empty: any clock */
    enum tcn_severity severity_min;     /**< of the matter; UNKNOWN: any */
    uint32_t roles;                     /**< who is told: bits of tcn_plan_role */
    uint32_t spacing_minutes;           /**< at least, from the delivery of the step before, or of
                                           what set the ladder off */
    struct tcn_plan_origin origin;
};

/** What is expected of an office. */
enum tcn_expected_kind {
    TCN_EXPECTED_ZERO_REPORT = 1, /**< lines ticked by a post: known safe, or not */
    TCN_EXPECTED_CHECK_IN = 2,    /**< a sign of life */
};

/** How often. */
enum tcn_expected_every {
    TCN_EXPECTED_DAY = 1,
    TCN_EXPECTED_WORKING_DAY = 2,
    TCN_EXPECTED_HOURS = 3,
};

/** A report that is expected. */
struct tcn_expected_report {
    char id[TCN_WORD_BYTES_MAX + 1];
    enum tcn_expected_kind kind;
    char line[TCN_WORD_BYTES_MAX + 1]; /**< of a zero report: that it ticks; empty else */
    char offices[TCN_PLAN_OFFICES_MAX][TCN_WORD_BYTES_MAX + 1];
    uint32_t office_count; /**< 0: of every office */
    enum tcn_expected_every every;
    uint32_t hours;         /**< of HOURS, 1 to 24; 0 else */
    uint32_t by_minute;     /**< of the day, in the calendar's zone; 0 for HOURS */
    uint32_t grace_minutes; /**< after which silence is shown as unknown, never as safety */
    char
        while_domain[TCN_WORD_BYTES_MAX + 1]; /**< only while a matter of it is open; empty: ever */
    struct tcn_plan_origin origin;
};

/** What is kept. */
enum tcn_retention_what {
    TCN_RETENTION_SEALED = 1, /**< the keys: destroying them erases the texts */
    TCN_RETENTION_OPEN = 2,   /**< envelopes, counts and acts */
};

/** From when its time counts. */
enum tcn_retention_from {
    TCN_RETENTION_CLOSED = 1,
    TCN_RETENTION_FINAL = 2, /**< nothing can be asked for any more */
    TCN_RETENTION_APPROVED = 3,
    TCN_RETENTION_RECORDED = 4,
};

/** In what it is counted. */
enum tcn_retention_unit {
    TCN_RETENTION_DAYS = 1,
    TCN_RETENTION_MONTHS = 2,
    TCN_RETENTION_YEARS = 3,
};

/** How long something is kept. A legal hold beats it. */
struct tcn_retention_rule {
    char id[TCN_WORD_BYTES_MAX + 1];
    struct tcn_plan_domains domains;
    bool is_guarded;
    enum tcn_retention_what what;
    enum tcn_retention_from from;
    enum tcn_retention_unit unit;
    uint32_t amount; /**< 1 or more */
    struct tcn_plan_origin origin;
};

/** The posts of an organ, by which people act: a post, never the person who holds it. */
struct tcn_organ_posts {
    char organ[TCN_WORD_BYTES_MAX + 1];
    char posts[TCN_ORGAN_POSTS_MAX][TCN_WORD_BYTES_MAX + 1];
    uint32_t count; /**< 0: not said */
};

struct tcn_plans;

/** The posts of an organ; NULL when the policy says none, as when `plans` is NULL. Owns: lends from
 * `plans`. Thread: any. */
const struct tcn_organ_posts *tcn_plans_posts(const struct tcn_plans *plans,
                                              struct tcn_slice organ);
/** True when the organ has that post. Thread: any. */
bool tcn_plans_has_post(const struct tcn_plans *plans, struct tcn_slice organ,
                        struct tcn_slice post);

/** All of it, in the order of the files. Arrays are owned by who compiled them. */
struct tcn_plans {
    const struct tcn_escalation_step *steps;
    uint32_t step_count;
    const struct tcn_expected_report *reports;
    uint32_t report_count;
    const struct tcn_seal_rule *seals;
    uint32_t seal_count;
    const struct tcn_retention_rule *retentions;
    uint32_t retention_count;
    const struct tcn_organ_posts *organs; /**< those that have posts, and maybe others */
    uint32_t organ_count;                 /**< 0 when the organs did not load whole */
    const struct tcn_program *programs;
    uint32_t program_count;
};

#endif
