/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The procedure of each kind of matter, as a table: at which stage an act is allowed, who may do
 * it, what it must say and where it leads. One function judges every act of every kind; nothing
 * else decides.
 *
 * Rules it keeps:
 *  1. it is total: every (kind, stage, act, actor) has a verdict, and the same one for ever;
 *  2. one row at most answers (stage, act, role, marks); a kind's own rows go before those that all
 *     kinds share, and hide them at the stages where they stand;
 *  3. an act that is not allowed changes nothing and names the acts that are, in the table's order;
 *  4. nothing here touches when a matter was learned: no act starts it anew;
 *  5. what is true is recorded: a milestone out of its order, or a grave hazard without its five
 *     fields, is applied and shown, not refused.
 *
 * A drawing of each kind stands over its table; a test holds the one against the other, and
 * docs/reference/matters.md against both. What an act starts, stops or pauses is said by the clocks
 * of the policy and nowhere here, but for an end that leaves none running.
 */
#ifndef TCN_CORE_PROCEDURE_H
#define TCN_CORE_PROCEDURE_H

#include "core/acts.h"
#include "model/event.h"
#include "model/procedure.h"

/** Acts that a verdict names, at most: every act of people. */
#define TCN_ALLOWED_ACTS_MAX 64

/** One row. Open: tables of them are written out. */
struct tcn_procedure_row {
    uint64_t from; /**< bit n: at stage n */
    enum tcn_act act;
    uint32_t who;   /**< enum tcn_act_who: one of these */
    uint32_t bars;  /**< and none of these: who found or did the work does not accept it */
    uint32_t needs; /**< enum tcn_fact: each of these, else it is void and they are named */
    uint32_t wants; /**< enum tcn_fact: where one lacks, the act counts and it is shown */
    uint32_t needs_marks;
    uint32_t bars_marks;
    uint32_t sets;       /**< enum tcn_matter_mark */
    uint32_t sets_if;    /**< enum tcn_fact: where one lacks, `sets` is cleared instead */
    uint32_t clears;     /**< enum tcn_matter_mark */
    uint32_t mirrors;    /**< marks that become what the facts of the same bits are */
    enum tcn_stage next; /**< NONE: stays */
    enum tcn_procedure_kind becomes; /**< NONE: stays of its kind */
    bool is_two_person;              /**< waits until another post names the same act */
    bool guards_by_two;              /**< the same, of a guarded matter */
    uint32_t
        one_if;     /**< enum tcn_fact: where each is so, a guarded one does not wait; 0: it does */
    bool is_early;  /**< out of order: counts, and is shown */
    bool is_bounce; /**< a hand-over not taken: back the first time, then to the desk */
    bool goes_up;   /**< the next higher organ leads from now on */
    bool stops_all; /**< no clock runs any longer */
    const char *source; /**< law and article, with how sure: H read, M known, L proposed */
};

/** A stage of a procedure: whose turn it is. */
struct tcn_procedure_stage {
    enum tcn_stage stage;
    bool is_final;         /**< only a way back leads out */
    enum tcn_act owed_act; /**< NONE: nobody owes one */
    enum tcn_act_who owed_by;
};

/** A procedure. */
struct tcn_procedure {
    enum tcn_procedure_kind kind;
    enum tcn_procedure_kind on_harm; /**< what it becomes when somebody comes to harm; or NONE */
    const struct tcn_procedure_stage *stages; /**< in the order of the way */
    size_t stage_count;
    const struct tcn_procedure_row *rows; /**< its own; those of every kind come behind */
    size_t row_count;
};

/** An act to be judged. */
struct tcn_procedure_input {
    enum tcn_procedure_kind kind; /**< not in the list: judged as a general matter */
    enum tcn_stage stage;         /**< NONE: nobody has said a word of it */
    uint32_t marks;               /**< enum tcn_matter_mark, as they stand */
    enum tcn_act act;
    uint32_t who;                  /**< enum tcn_act_who, all that the actor is */
    uint32_t facts;                /**< enum tcn_fact */
    enum tcn_procedure_kind named; /**< of the domain that a reclassification or release names */
};

/** What becomes of it. */
struct tcn_procedure_verdict {
    /** TCN_OK it counts; TCN_DENIED not for this actor; TCN_NOT_ALLOWED not at this stage;
     * TCN_BAD_VALUE it does not say what it must. */
    enum tcn_status code;
    uint32_t missing;             /**< BAD_VALUE: facts that it must name */
    uint32_t lacking;             /**< OK: facts that it should name; to be shown */
    bool needs_two;               /**< OK, and it is for two persons */
    bool is_waiting;              /**< OK, and waits for the second person: nothing moves yet */
    enum tcn_procedure_kind kind; /**< as after the act */
    enum tcn_stage stage;         /**< as after the act */
    uint32_t marks;               /**< as after the act */
    const struct tcn_procedure_row *row; /**< that it counts by; NULL unless OK */
    /** OK, and it became another kind: the row by which that kind is born. No clock of the old kind
     * runs any longer, and those that a report starts begin: where harm made it an accident, from
     * when that was learned (国务院令第493号 9); else from when the matter was. */
    const struct tcn_procedure_row *birth;
    enum tcn_act allowed[TCN_ALLOWED_ACTS_MAX]; /**< NOT_ALLOWED: what would be, in order */
    uint32_t allowed_count;
};

/** The procedure of a kind; that of a general matter for a number that is not in the list.
 * Thread: any. */
const struct tcn_procedure *tcn_procedure_of(enum tcn_procedure_kind kind);
/** The rows that every kind shares. Thread: any. */
const struct tcn_procedure_row *tcn_procedure_shared_rows(size_t *out_count);
/** The stage's line in a procedure; NULL when it does not pass it. Thread: any. */
const struct tcn_procedure_stage *tcn_procedure_stage_of(const struct tcn_procedure *procedure,
                                                         enum tcn_stage stage);
/** True when an act can ever count for a matter of a kind and leave it at a stage; NONE: at any.
 * Thread: any. */
bool tcn_procedure_can_happen(enum tcn_procedure_kind kind, enum tcn_act act, enum tcn_stage stage);
/** What a matter of a kind becomes when somebody comes to harm; NONE: it stays. Thread: any. */
enum tcn_procedure_kind tcn_procedure_harmed(enum tcn_procedure_kind kind);
/** Judges one act. Every input has a verdict. Thread: any. */
void tcn_procedure_judge(const struct tcn_procedure_input *in,
                         struct tcn_procedure_verdict *out_verdict);
/** Acts that are allowed at a stage with these marks, in the table's order, each once; returns how
 * many. Thread: any. */
uint32_t tcn_procedure_allowed(const struct tcn_procedure *procedure, enum tcn_stage stage,
                               uint32_t marks, enum tcn_act out_acts[TCN_ALLOWED_ACTS_MAX]);
/** True when the attribute `purpose` of an event is this word. Thread: any. */
bool tcn_procedure_is_purpose(const struct tcn_event *event, const char *purpose);
/** What an event says of the facts: those of its body, its counts and its attributes (grade,
 * responsibility, measures, funds, time_limit, contingency_plan, path, next_step, amount_fen,
 * villagers, purpose). What the state knows (SECOND, HELD, GUARDED, TO_LISTED, LAST_BOUNCE) the
 * caller adds. Thread: any. */
uint32_t tcn_procedure_facts(const struct tcn_event *event);

#endif
