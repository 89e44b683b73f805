/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the fold share: one event on its way through it (core/fold.c), the matter that
 * it belongs to (core/fold_matter.c), and the act that it is (core/fold_act.c). Part of core/fold;
 * nobody else includes it.
 */
#ifndef TCN_CORE_FOLD_INSIDE_H
#define TCN_CORE_FOLD_INSIDE_H

#include "core/acts.h"
#include "core/fold.h"
#include "core/route.h"

/** Which word of a break-glass an act is (core/opening). */
enum tcn_opening_word {
    TCN_OPENING_NONE = 0,
    TCN_OPENING_OPENS,
    TCN_OPENING_APPROVES,
};

/** How it is judged. */
struct tcn_opening {
    enum tcn_opening_word word;
    enum tcn_status code; /**< TCN_OK: it counts, as far as this goes */
    uint32_t missing;     /**< for BAD_VALUE: enum tcn_fact */
    uint16_t slot;        /**< of what opens: its place among those of the matter that wait */
};

/** What one event does, gathered first and written at the end, so that a void leaves nothing
 * behind. Open: lives on the stack. */
struct tcn_fold_step {
    struct tcn_fold *fold;
    const struct tcn_fold_input *in;
    const struct tcn_event *event;
    uint32_t flags;       /**< of the event: its clock, and how it was routed; its matter's too */
    uint32_t shown;       /**< of the event alone: LACKING, EARLY, WAITS */
    uint32_t facts;       /**< that it must say, when void, or should */
    enum tcn_status code; /**< TCN_OK: applied; else the void */
    uint64_t allowed_acts;
    bool stops_all; /**< no clock of the matter runs any longer */
    bool has_matter;
    bool is_birth;
    bool takes_back;          /**< ACCEPTED before time gave the matter to another */
    bool is_taken;            /**< the id that it names is of a matter that it is kept apart from */
    struct tcn_matter before; /**< as it was loaded; not of a birth */
    struct tcn_matter matter; /**< as it stands after the event */
    struct tcn_route notices; /**< who is told; only its recipients are used */
    uint64_t numbers[TCN_ROUTE_RECIPIENTS_MAX]; /**< of the items that told them, in their order */
    bool rings_anew;      /**< danger, and it counts more people than were known */
    bool contradicts;     /**< a zero report: the desk is told that too, beside what it is told */
    bool is_secret;       /**< a void that its actor must not learn of either */
    bool is_erased;       /**< ERASED: what it names was asked before */
    bool erases;          /**< what it names is to be erased */
    uint32_t named_facts; /**< ERASED: what it names well, enum tcn_fact */
    struct tcn_opening opening;
    bool has_placement;
    struct tcn_placement placement; /**< as it stands after the event */
    uint32_t breaches;              /**< enum tcn_breach of this event */
};

/** Makes the event void. Thread: the fold's, as for all here. */
void tcn_fold_void(struct tcn_fold_step *step, enum tcn_status code);

/** Says why, if anybody asks. */
static inline void tcn_fold_note(const struct tcn_fold_step *step, struct tcn_note note) {
    tcn_note(step->fold->trace, note);
}
/** Says why, of an organ or of none (0). */
static inline void tcn_fold_why(const struct tcn_fold_step *step, enum tcn_why why,
                                uint16_t organ) {
    tcn_note(step->fold->trace, (struct tcn_note){.why = why, .organ = organ});
}

/* The matter: core/fold_matter.c. */

/** Loads the matter that the event names. `out_is_known` is false when the log has none such.
 * Errors: what the ops give; TCN_CORRUPT an id without its matter. */
TCN_MUST_CHECK enum tcn_status tcn_fold_load(struct tcn_fold_step *step, bool *out_is_known);
/** Begins a matter as a stub that the desk holds. */
void tcn_fold_begin(struct tcn_fold_step *step);
/** A later list that leaves discipline inspection out takes it off the matter's; one that leaves
 * anybody out ends what waits for a second person. */
void tcn_fold_narrow(struct tcn_fold_step *step);
/** How grave the matter is with the event: what anybody may say beside a matter's way, and nobody
 * is told of, does not make it graver, and nothing makes it less. */
enum tcn_severity tcn_fold_severity(const struct tcn_fold_step *step);
/** Makes the matter as grave as that, and tells who is told of what is urgent only. `told`: how
 * grave it was when the others were told. */
void tcn_fold_raise(struct tcn_fold_step *step, enum tcn_severity told);
/** Calls the office of the place: also where its own clerk says it, for the head may be asleep, and
 * where it hears the act as an answer, which calls nobody. */
void tcn_fold_call_place(struct tcn_fold_step *step, uint16_t organ);
/** A first report: fills a new matter, or the stub that an act left before it. */
void tcn_fold_report(struct tcn_fold_step *step);
/** True when a report may open the stub that acts left before it: a guarded one only when the
 * stub's holder is on its list. Whoever holds it may be whom it accuses, and would see its stub go.
 */
bool tcn_fold_may_open(const struct tcn_fold_step *step);
/** True when the allow-list of a guarded event has the matter's holder on it: its own list, or that
 * of the policy when it brought none. */
bool tcn_fold_lists_holder(const struct tcn_fold_step *step);
/** Rule 4, for a guarded event that names a matter whose holder is not on its list, or which is not
 * guarded: the holder may be whom it accuses, so it becomes a matter of its own, which only its
 * allow-list is told of. Who may read it sees in its sealed part what it belongs to. */
void tcn_fold_apart(struct tcn_fold_step *step, bool is_known);
/** True when the actor is a desk that must not learn of the matter. To it, and it alone acts on
 * what it does not hold, the id is of a matter that nobody reported. */
bool tcn_fold_is_shut_out(const struct tcn_fold_step *step);
/** What the actor is to the matter: enum tcn_act_who bits. Of a guarded matter nobody is anything
 * by the policy alone: no co-recipient, and no organ above its holder (rule 4). */
uint32_t tcn_fold_who(const struct tcn_fold_step *step);
/** The next higher organ of the holder, of its line or else of its place; 0 when there is none, or
 * the matter is guarded. */
uint16_t tcn_fold_higher(const struct tcn_fold_step *step);
/** An organ that exists, or the desk: a matter always has a holder that is one. */
uint16_t tcn_fold_holder_or_desk(const struct tcn_fold_step *step, uint16_t organ);
/** True when neither the matter nor the event is kept from the desk (rule 4). */
bool tcn_fold_may_tell_desk(const struct tcn_fold_step *step);
/** Copies a domain's word; one that does not fit was never a word and stays out. */
void tcn_fold_set_domain(struct tcn_matter *matter, struct tcn_slice domain);
/** The kind of a domain's matters; general when there is no such domain. */
enum tcn_procedure_kind tcn_fold_kind_of(const struct tcn_domain *domain);

/* The act: core/fold_act.c. */

/** An act on a matter that is there, or on the stub that it would leave. */
void tcn_fold_act(struct tcn_fold_step *step, const struct tcn_act_rule *rule);
/** An act whose matter the log does not know: it leaves a stub with the desk, which is told. */
void tcn_fold_to_stub(struct tcn_fold_step *step, const struct tcn_act_rule *rule);
/** Lets the event, which counts, change what the matter has cost so far and how grave it is; says
 * why. Returns the facts that it should say and does not, to lower a count: who leads, by a
 * correction with its reason and the post that approves, and nobody else. Of another's word nothing
 * lacks: it stays with the event, for who leads to correct. */
uint32_t tcn_fold_count(struct tcn_fold_step *step);
/** Lets a first report, whose matter has its kind and its holder, open the matter. */
void tcn_fold_open(struct tcn_fold_step *step, bool is_held);

#endif
