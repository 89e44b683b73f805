/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why the fold did what it did with one event, as a list of reasons. They are written by the code
 * that decides (core/trace.h says how), so that an explanation cannot differ from the decision.
 */
#ifndef TCN_MODEL_TRACE_H
#define TCN_MODEL_TRACE_H

#include "model/event.h"
#include "model/feed.h"
#include "model/id.h"
#include "model/limits.h"

/** Reasons of one event that are kept; others are counted. */
#define TCN_TRACE_NOTES_MAX 1024

/* Reasons, in the order in which they may come. X(NAME, "word"). Words are stable. */
#define TCN_WHY_LIST(X)                                                                            \
    X(CLOCK_FIRES, "clock_fires")                                                                  \
    X(TAKEN_BEFORE, "taken_before")                                                                \
    X(NOT_TAKEN, "not_taken")                                                                      \
    X(LADDER_FIRES, "ladder_fires")                                                                \
    X(CLOCK_OWED, "clock_owed")                                                                    \
    X(CLOCK_OUTSIDE, "clock_outside")                                                              \
    X(DESK_LATER, "desk_later")                                                                    \
    X(END_FIRES, "end_fires")                                                                      \
    X(CLOCK_AHEAD, "clock_ahead")                                                                  \
    X(CLOCK_BEHIND, "clock_behind")                                                                \
    X(NO_MODE, "no_mode")                                                                          \
    X(ACT_UNKNOWN, "act_unknown")                                                                  \
    X(COLLECTORS_WORD, "collectors_word")                                                          \
    X(WORDS_VOID, "words_void")                                                                    \
    X(WORDS_TELL, "words_tell")                                                                    \
    X(ZERO_NOT_OWN, "zero_not_own")                                                                \
    X(OFFICE_SPOKE, "office_spoke")                                                                \
    X(ZERO_CONTRADICTED, "zero_contradicted")                                                      \
    X(ZERO_CORRECTED, "zero_corrected")                                                            \
    X(REGISTRY_RULED, "registry_ruled")                                                            \
    X(NEEDS_NO_MATTER, "needs_no_matter")                                                          \
    X(NAMES_NO_MATTER, "names_no_matter")                                                          \
    X(MATTER_FOUND, "matter_found")                                                                \
    X(MATTER_ABSENT, "matter_absent")                                                              \
    X(MATTER_HIDDEN, "matter_hidden")                                                              \
    X(MATTER_BEGINS, "matter_begins")                                                              \
    X(OPENS_STUB, "opens_stub")                                                                    \
    X(KEPT_APART, "kept_apart")                                                                    \
    X(JOINS_GUARDED, "joins_guarded")                                                              \
    X(LEAVES_STUB, "leaves_stub")                                                                  \
    X(LIST_CARRIED, "list_carried")                                                                \
    X(ACCUSES, "accuses")                                                                          \
    X(MAY_ACCUSE, "may_accuse")                                                                    \
    X(ACCUSES_NOBODY, "accuses_nobody")                                                            \
    X(LISTED, "listed")                                                                            \
    X(LISTED_UNKNOWN, "listed_unknown")                                                            \
    X(LIST_DEFAULT, "list_default")                                                                \
    X(LIST_EMPTY, "list_empty")                                                                    \
    X(DESK_UNLISTED, "desk_unlisted")                                                              \
    X(CUSTODIAN_HOLDS, "custodian_holds")                                                          \
    X(FIRST_LISTED_HOLDS, "first_listed_holds")                                                    \
    X(DIVISION_MANAGED, "division_managed")                                                        \
    X(DIVISION_UNKNOWN, "division_unknown")                                                        \
    X(DIVISION_NOT_THEN, "division_not_then")                                                      \
    X(DIVISION_OTHER, "division_other")                                                            \
    X(DOMAIN_KNOWN, "domain_known")                                                                \
    X(DOMAIN_UNKNOWN, "domain_unknown")                                                            \
    X(OWNER, "owner")                                                                              \
    X(OWNER_UNKNOWN, "owner_unknown")                                                              \
    X(CO_RECIPIENT, "co_recipient")                                                                \
    X(CO_RECIPIENT_UNKNOWN, "co_recipient_unknown")                                                \
    X(OWNER_LEADS, "owner_leads")                                                                  \
    X(DESK_LEADS, "desk_leads")                                                                    \
    X(MODE_OTHER, "mode_other")                                                                    \
    X(STANDS, "stands")                                                                            \
    X(ACTOR, "actor")                                                                              \
    X(ROW_ALLOWS, "row_allows")                                                                    \
    X(ROW_DENIES, "row_denies")                                                                    \
    X(ROW_NOT_NOW, "row_not_now")                                                                  \
    X(ROW_LACKS, "row_lacks")                                                                      \
    X(WAITS_FOR_SECOND, "waits_for_second")                                                        \
    X(WAITS_AS_GUARDED, "waits_as_guarded")                                                        \
    X(OTHER_GIVES_WAY, "other_gives_way")                                                          \
    X(SECOND_NAMED, "second_named")                                                                \
    X(VOID_UNSAID, "void_unsaid")                                                                  \
    X(VOID_AS_STUB, "void_as_stub")                                                                \
    X(NOT_AN_ORGAN, "not_an_organ")                                                                \
    X(NOT_A_DOMAIN, "not_a_domain")                                                                \
    X(NO_HIGHER, "no_higher")                                                                      \
    X(BOUNCE_STAYS, "bounce_stays")                                                                \
    X(MONTH_VOID, "month_void")                                                                    \
    X(MONTH_OWN_WORD, "month_own_word")                                                            \
    X(MONTH_OWN_PROOF, "month_own_proof")                                                          \
    X(RULE_BROKEN, "rule_broken")                                                                  \
    X(HANDED_TO, "handed_to")                                                                      \
    X(KIND_BECOMES, "kind_becomes")                                                                \
    X(DEGREE, "degree")                                                                            \
    X(COUNT_STAYS, "count_stays")                                                                  \
    X(SHOULD_SAY, "should_say")                                                                    \
    X(OUT_OF_ORDER, "out_of_order")                                                                \
    X(OFFICE_UNTOLD, "office_untold")                                                              \
    X(DESK_UNTOLD, "desk_untold")                                                                  \
    X(ACTOR_UNTOLD, "actor_untold")                                                                \
    X(UNKNOWN_UNTOLD, "unknown_untold")                                                            \
    X(TOLD_BEFORE, "told_before")                                                                  \
    X(NO_DUTY, "no_duty")                                                                          \
    X(DUTIES_STAND, "duties_stand")                                                                \
    X(OWES, "owes")                                                                                \
    X(ANY_OWES, "any_owes")                                                                        \
    X(CLOCK_STARTS, "clock_starts")                                                                \
    X(CLOCK_MOVED_IN, "clock_moved_in")                                                            \
    X(CLOCK_STOPS, "clock_stops")                                                                  \
    X(CLOCK_CLOSES, "clock_closes")                                                                \
    X(CLOCK_LEAVES, "clock_leaves")                                                                \
    X(CLOCK_PAUSES, "clock_pauses")                                                                \
    X(CLOCK_RESUMES, "clock_resumes")                                                              \
    X(CLOCK_EXTENDS, "clock_extends")                                                              \
    X(CLOCK_CORRECTED, "clock_corrected")                                                          \
    X(CLOCK_GOES_ON, "clock_goes_on")                                                              \
    X(CLOCK_NOT_EXTENDED, "clock_not_extended")                                                    \
    X(CLOCK_RUNS_ON, "clock_runs_on")                                                              \
    X(CLOCK_NO_ROOM, "clock_no_room")                                                              \
    X(CLOCK_NO_DATE, "clock_no_date")                                                              \
    X(CLOCK_NOT_FOR, "clock_not_for")                                                              \
    X(CLOCK_NOT_BY, "clock_not_by")                                                                \
    X(CLOCK_RESTATED, "clock_restated")                                                            \
    X(CLOCK_LET_GO, "clock_let_go")                                                                \
    X(CLOCK_REJUDGED, "clock_rejudged")                                                            \
    X(CLOCKS_SAME, "clocks_same")                                                                  \
    X(CLOCKS_MOVED, "clocks_moved")                                                                \
    X(CLOCKS_LEFT, "clocks_left")                                                                  \
    X(CLOCKS_REJUDGED, "clocks_rejudged")                                                          \
    X(POLICY_KEEPS, "policy_keeps")                                                                \
    X(POLICY_RESTATES, "policy_restates")                                                          \
    X(RINGS_ANEW, "rings_anew")                                                                    \
    X(LADDER_STARTS, "ladder_starts")                                                              \
    X(LADDER_COUNTS, "ladder_counts")                                                              \
    X(LADDER_TAKEN, "ladder_taken")                                                                \
    X(LADDER_ENDS, "ladder_ends")                                                                  \
    X(LADDER_NO_ROOM, "ladder_no_room")                                                            \
    X(UNHEARD, "unheard")                                                                          \
    X(LADDER_HELD, "ladder_held")                                                                  \
    X(SILENCED, "silenced")                                                                        \
    X(SILENCE_REFUSED, "silence_refused")                                                          \
    X(SILENCE_ENDS, "silence_ends")                                                                \
    X(APPLIED, "applied")                                                                          \
    X(VOID, "void")                                                                                \
    X(RECORDED_BEFORE_SEEN, "recorded_before_seen")                                                \
    X(ANSWER_BARE, "answer_bare")                                                                  \
    X(WAY_UNSHOWN, "way_unshown")                                                                  \
    X(TOLD, "told")

/** A reason. What a note of it says beside it stands in cli/explain_words.c. */
enum tcn_why {
    TCN_WHY_NONE = 0,
#define TCN_WHY_ENUM(name, word) TCN_WHY_##name,
    TCN_WHY_LIST(TCN_WHY_ENUM)
#undef TCN_WHY_ENUM
    TCN_WHY_COUNT,
};

/** A reason with what it is about. Open: written by who decides; what it does not say is zero. */
struct tcn_note {
    enum tcn_why why;
    uint16_t organ;
    enum tcn_act act;
    uint32_t bits;         /**< facts, what the actor is, a kind, a status, why one is told, rules
                                that a claim breaks */
    uint64_t number;       /**< a position, a stage, an alert's number, acts as bits */
    int64_t time_ns;       /**< when a clock is due */
    struct tcn_slice word; /**< a word of the policy; of a note that is kept, the trace's own */
    const char *source;    /**< law and article of a procedure's row: the program's own; or NULL */
};

/** The event that a trace is of. */
struct tcn_traced {
    uint64_t position;
    struct tcn_lane_key lane;
    uint64_t sequence;
    uint16_t organ; /**< that its source speaks for; 0 when none */
    enum tcn_act act;
    enum tcn_mode mode;
    int64_t log_time_ns;
    uint64_t policy_version; /**< by which it was judged */
    uint32_t fold_version;
};

/** The reasons of one event. Open: about 130 KiB, made by who asks; not to be moved, for its words
 * are within. */
struct tcn_trace {
    uint64_t wanted_position; /**< one of these three is asked for */
    struct tcn_lane_key wanted_lane;
    uint64_t wanted_sequence; /**< 0: not by its lane */
    struct tcn_stream wanted_stream;
    uint64_t wanted_number;  /**< 0: not by an alert */
    bool is_found;           /**< what is kept is what was asked for */
    bool is_closed;          /**< and the fold is behind it */
    struct tcn_traced event; /**< that the notes are of */
    struct tcn_note notes[TCN_TRACE_NOTES_MAX];
    char words[TCN_TRACE_NOTES_MAX][TCN_WORD_BYTES_MAX + 1];
    uint32_t count;
    uint32_t lost_count; /**< for which there was no room */
    uint32_t own_first;  /**< notes before it are of clocks that came before the event */
};

/** A reason's word; "none" when unknown. Thread: any. */
const char *tcn_why_name(enum tcn_why why);

#endif
