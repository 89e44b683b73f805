/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event: an immutable fact, as it stands decoded in memory. An event on the wire is two byte
 * strings, the open part (this struct) and the sealed part (sealed.h); both are hashed, stored and
 * replayed verbatim. Slices in these structs lend from the frame or arena that they were decoded
 * from.
 */
#ifndef TCN_MODEL_EVENT_H
#define TCN_MODEL_EVENT_H

#include "base/bytes.h"
#include "model/id.h"
#include "model/limits.h"

/* What a person, a program or the log itself did. Numbers are on the wire: never reuse one, only
 * add. X(NAME, number, "word") */
#define TCN_ACT_LIST(X)                                                                            \
    X(REPORTED, 1, "reported")                                                                     \
    X(ACCEPTED, 2, "accepted")                                                                     \
    X(OBJECTED, 3, "objected")                                                                     \
    X(TRANSFERRED, 4, "transferred")                                                               \
    X(REPLIED, 5, "replied")                                                                       \
    X(EXTENDED, 6, "extended")                                                                     \
    X(CLOSED, 7, "closed")                                                                         \
    X(REOPENED, 8, "reopened")                                                                     \
    X(REVIEW_ASKED, 9, "review_asked")                                                             \
    X(ACKNOWLEDGED, 10, "acknowledged")                                                            \
    X(CALLED, 11, "called")                                                                        \
    X(HANDED_OVER, 12, "handed_over")                                                              \
    X(MONTH_CONFIRMED, 13, "month_confirmed")                                                      \
    X(ZERO_REPORT, 14, "zero_report")                                                              \
    X(RECLASSIFIED, 15, "reclassified")                                                            \
    X(CORRECTED, 16, "corrected")                                                                  \
    X(PETITIONER_TOLD, 17, "petitioner_told")                                                      \
    X(LEGAL_HOLD, 18, "legal_hold")                                                                \
    X(FOLLOWED_UP, 19, "followed_up")                                                              \
    X(LINKED, 20, "linked")                                                                        \
    X(WITHDRAWN, 21, "withdrawn")                                                                  \
    X(RELEASED, 22, "released")                                                                    \
    X(REWRAPPED, 23, "rewrapped")                                                                  \
    X(ON_DUTY, 24, "on_duty")                                                                      \
    X(UNSEALED, 25, "unsealed")                                                                    \
    X(EPOCH_ALLOWED, 26, "epoch_allowed")                                                          \
    X(TIME_CONFIRMED, 27, "time_confirmed")                                                        \
    X(DECLINED, 28, "declined")                                                                    \
    X(GRADED, 29, "graded")                                                                        \
    X(ASSIGNED, 30, "assigned")                                                                    \
    X(SUBMITTED, 31, "submitted")                                                                  \
    X(PASSED, 32, "passed")                                                                        \
    X(REJECTED, 33, "rejected")                                                                    \
    X(LISTED, 34, "listed")                                                                        \
    X(SUSPENDED, 35, "suspended")                                                                  \
    X(RESUMED, 36, "resumed")                                                                      \
    X(PEOPLE_WITHDRAWN, 37, "people_withdrawn")                                                    \
    X(BECAME_ACCIDENT, 38, "became_accident")                                                      \
    X(REPORTED_UP, 39, "reported_up")                                                              \
    X(APPROVED, 40, "approved")                                                                    \
    X(MEDIATION_OFFERED, 41, "mediation_offered")                                                  \
    X(AGREED, 42, "agreed")                                                                        \
    X(NOT_AGREED, 43, "not_agreed")                                                                \
    X(CASE_FILED, 44, "case_filed")                                                                \
    X(ORDERED, 45, "ordered")                                                                      \
    X(PAID, 46, "paid")                                                                            \
    X(PRE_ANNOUNCED, 47, "pre_announced")                                                          \
    X(RISK_ASSESSED, 48, "risk_assessed")                                                          \
    X(PLAN_ANNOUNCED, 49, "plan_announced")                                                        \
    X(HEARING_HELD, 50, "hearing_held")                                                            \
    X(APPROVAL_ANNOUNCED, 51, "approval_announced")                                                \
    X(PATH_SET, 52, "path_set")                                                                    \
    X(PATH_ENDED, 53, "path_ended")                                                                \
    X(SEEN_SAFE, 54, "seen_safe")                                                                  \
    X(SEEN_UNSAFE, 55, "seen_unsafe")                                                              \
    X(ISSUED, 56, "issued")                                                                        \
    X(ERASED, 57, "erased")                                                                        \
    X(SILENCED, 58, "silenced")                                                                    \
    X(SILENCE_ENDED, 59, "silence_ended")                                                          \
    X(ORAL_ZERO, 62, "oral_zero")                                                                  \
    X(CHECKED_IN, 63, "checked_in")                                                                \
    X(HOLD_ENDED, 69, "hold_ended")                                                                \
    X(CLAIMED, 70, "claimed")                                                                      \
    X(DRILL_STARTED, 71, "drill_started")                                                          \
    X(DRILL_STOPPED, 72, "drill_stopped")                                                          \
    X(VOID, 100, "void")                                                                           \
    X(GENESIS, 101, "genesis")                                                                     \
    X(EPOCH_OPENED, 102, "epoch_opened")                                                           \
    X(POLICY_ACTIVATED, 103, "policy_activated")                                                   \
    X(REGISTRY_CHANGED, 104, "registry_changed")                                                   \
    X(DELIVERED, 105, "delivered")                                                                 \
    X(UNREACHABLE, 106, "unreachable")                                                             \
    X(NO_WATCHER, 107, "no_watcher")                                                               \
    X(TICK, 108, "tick")                                                                           \
    X(FEED_ENDED, 109, "feed_ended")                                                               \
    X(STOPPED, 110, "stopped")                                                                     \
    X(SIGNED_OFF, 111, "signed_off")                                                               \
    X(GENERATION, 112, "generation")                                                               \
    X(HEARD, 113, "heard")                                                                         \
    X(EPOCH_WAITS, 114, "epoch_waits")                                                             \
    X(CHUNK_FENCED, 115, "chunk_fenced")                                                           \
    X(TIME_DOUBTED, 116, "time_doubted")                                                           \
    X(SHARE_ERASED, 117, "share_erased")                                                           \
    X(NOT_FETCHED, 118, "not_fetched")

/** What happened. */
enum tcn_act {
    TCN_ACT_NONE = 0,
#define TCN_ACT_ENUM(name, number, word) TCN_ACT_##name = (number),
    TCN_ACT_LIST(TCN_ACT_ENUM)
#undef TCN_ACT_ENUM
};

/** How bad, as the reporter sees it. Unknown is not routine. Numbers are on the wire. */
enum tcn_severity {
    TCN_SEVERITY_UNKNOWN = 0,
    TCN_SEVERITY_ROUTINE = 1,
    TCN_SEVERITY_SERIOUS = 2,
    TCN_SEVERITY_URGENT = 3,
    TCN_SEVERITY_DANGER = 4, /**< life in danger now: `imminent` hazards, `danger` to a person */
};

/** "Whom does it concern?", asked of every complaint. Numbers are on the wire. */
enum tcn_concerns {
    TCN_CONCERNS_UNSTATED = 0, /**< only acts and machine events may leave it open */
    TCN_CONCERNS_NOBODY = 1,
    TCN_CONCERNS_UNIT = 2,    /**< guarded: the unit is named in the accused compartment only */
    TCN_CONCERNS_UNKNOWN = 3, /**< don't know: held by the desk custodian */
};

/** How sure a count is. Numbers are on the wire. */
enum tcn_count_kind {
    TCN_COUNT_UNKNOWN = 0, /**< never zero */
    TCN_COUNT_AT_LEAST = 1,
    TCN_COUNT_ESTIMATE = 2,
    TCN_COUNT_EXACT = 3,
};

/** A number of people or an amount, with how sure it is. */
struct tcn_count {
    enum tcn_count_kind kind;
    uint64_t value; /**< 0 when unknown */
};

/** "at_least", "estimate", "exact" or "unknown". Thread: any. */
const char *tcn_count_kind_name(enum tcn_count_kind kind);

/** What an event counts. All unknown by default. */
struct tcn_counts {
    struct tcn_count deaths;
    struct tcn_count serious_injuries;
    struct tcn_count missing;
    struct tcn_count affected;
    struct tcn_count at_risk;
    struct tcn_count loss_fen; /**< 1/100 yuan */
};

/** The type of an attribute's value. */
enum tcn_attribute_kind {
    TCN_ATTRIBUTE_NUMBER = 1,
    TCN_ATTRIBUTE_TEXT = 2,
    TCN_ATTRIBUTE_FLAG = 3,
};

/** A value that the policy declares for a domain; never about a person. */
struct tcn_attribute {
    struct tcn_slice name; /**< a policy word */
    enum tcn_attribute_kind kind;
    int64_t number;        /**< for NUMBER; 0 or 1 for FLAG */
    struct tcn_slice text; /**< for TEXT */
};

/** What a person says with an act other than a first report. Empty fields are absent. */
struct tcn_act_body {
    struct tcn_slice to_organ; /**< transferred, handed over: the receiving organ's id */
    struct tcn_slice reason;   /**< code of the policy */
    struct tcn_slice how;      /**< petitioner told by phone, letter, visit; called with outcome */
    struct tcn_slice post;     /**< the post (never the person) that acts or approves */
    int64_t until_ns;          /**< extended until; 0 when absent */
    uint64_t position;         /**< the event or alert that it answers; 0 when absent */
    struct tcn_hash act_hash;  /**< two-person acts: the act both name; erased: the event's hash */
    struct tcn_id linked;      /**< linked: the other matter */
    uint32_t source;           /**< epoch allowed: whose outbox; 0 when absent */
    uint64_t epoch;            /**< epoch allowed: which may go on; 0 when absent */
};

/** A hole that will never be filled, signed by the lane's own source. */
struct tcn_void_body {
    uint32_t code;              /**< enum tcn_status number of the cause */
    struct tcn_hash event_hash; /**< what stood there; none when lost */
    uint64_t count;             /**< sequences covered; 1 for a refused event */
    struct tcn_hash
        next_previous; /**< for a lost range: the previous hash that the next chunk names */
};

/** The collector's own word that a name has items of a stream up to a number. */
struct tcn_delivered_body {
    struct tcn_slice name; /**< the durable subscription's name */
    uint32_t principal;    /**< whose name it is: names are each principal's own */
    struct tcn_stream stream;
    uint64_t number;
    uint64_t generation;
};

/** An epoch of a source as its signed HELLO registered it. */
struct tcn_epoch_body {
    struct tcn_lane_key lane;
    uint64_t predecessor; /**< the epoch it follows and fences; 0 for the first */
};

struct tcn_registry_change; /* model/registry.h */

/** What the collector noticed by itself. Fields that its act does not name are zero. */
struct tcn_observed_body {
    struct tcn_lane_key lane; /**< whose: source alone, or an epoch, or a lane of it; a source of 0
                                 where one belongs: nobody at all is heard; share erased: of the
                                 event whose share was destroyed */
    uint64_t predecessor;     /**< epoch waits: as its HELLO names it */
    uint16_t organ;           /**< no watcher, not fetched: whose stream */
    uint64_t number;          /**< epoch waits: events of this lane that wait; chunk fenced: its
                                 first sequence; no watcher, not fetched: of the oldest urgent
                                 alert; share erased: the event's sequence */
    int64_t since_ns;         /**< unreachable: log time when it was last heard; 0 when not known */
    struct tcn_hash hash;     /**< chunk fenced: of it; epoch waits: of the lane's last chunk; share
                                 erased: of the event */
};

/** What a zero report says of one line. */
struct tcn_tick {
    struct tcn_slice line; /**< of the policy: a word */
    bool is_safe;          /**< known safe; false: known not to be */
};

/** A zero report: what a post knows of the lines after it has looked, or, ORAL_ZERO, what an
 * office's post has said to the desk by telephone. A line that is not ticked is not spoken of. */
struct tcn_zero_body {
    const struct tcn_tick *ticks;   /**< lent; each line once */
    uint32_t tick_count;            /**< 1 to TCN_ZERO_TICKS_MAX */
    struct tcn_slice post;          /**< that looked, a word; never a person */
    const struct tcn_slice *places; /**< lent; places that were checked, never persons */
    uint32_t place_count;           /**< up to TCN_ZERO_PLACES_MAX; of a ZERO_REPORT 1 or more */
    struct tcn_slice of_office;     /**< ORAL_ZERO: the office that said it; empty else */
};

/** Which of the bodies an event has. */
enum tcn_body_kind {
    TCN_BODY_NONE = 0,
    TCN_BODY_REPORT = 1,
    TCN_BODY_ACT = 2,
    TCN_BODY_VOID = 3,
    TCN_BODY_DELIVERED = 4,
    TCN_BODY_EPOCH = 5,
    TCN_BODY_REGISTRY = 9,
    TCN_BODY_OBSERVED = 6,
    TCN_BODY_ZERO = 7,
};

/** What a first report adds in the open. */
struct tcn_report_body {
    struct tcn_slice
        category;             /**< a petition's legal category, "31.6"; empty when not a petition */
    struct tcn_slice channel; /**< counter, phone, visit, letter, machine */
};

/** An event's open part. */
struct tcn_event {
    uint32_t format; /**< TCN_EVENT_FORMAT when made here */
    enum tcn_act act;
    enum tcn_mode mode;
    struct tcn_id matter;      /**< minted by the first agent; none for events of no matter */
    struct tcn_slice domain;   /**< policy word; empty when guarded or not a report */
    struct tcn_slice division; /**< 12 digits; empty when guarded or not a report */
    struct tcn_slice office;   /**< the organ that speaks, a policy word */
    int64_t occurred_ns;       /**< 0 when unknown */
    int64_t learned_ns;        /**< when the organ got to know: the legal start */
    int64_t recorded_ns;       /**< by the agent's clock */
    uint64_t seen_position;    /**< the last log position that the agent had seen; 0 when none */
    enum tcn_severity severity;
    enum tcn_concerns concerns;
    struct tcn_counts counts;
    const struct tcn_attribute *attributes; /**< lent */
    uint32_t attribute_count;
    uint16_t
        guard_organs[TCN_GUARD_ORGANS_MAX]; /**< allow-list of a guarded event, organ numbers */
    uint32_t guard_organ_count;             /**< 0 when not guarded */
    struct tcn_slice trace_parent;          /**< W3C trace context, carried untouched */
    enum tcn_body_kind body_kind;
    struct tcn_report_body report;
    struct tcn_act_body act_body;
    struct tcn_void_body void_body;
    struct tcn_delivered_body delivered;
    struct tcn_epoch_body epoch;
    const struct tcn_registry_change *registry; /**< lent; NULL but for TCN_BODY_REGISTRY */
    struct tcn_observed_body observed;
    struct tcn_zero_body zero;
};

/** The format number of open parts that this program writes. */
#define TCN_EVENT_FORMAT 1u

/** The act's word, for example "petitioner_told"; "none" for a number that is not in the list.
 * Thread: any. */
const char *tcn_act_name(enum tcn_act act);
/** The act of a word. Errors: TCN_ABSENT no such word. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_act_from_name(struct tcn_slice word, enum tcn_act *out_act);
/** True when the number is in the list. Thread: any. */
bool tcn_act_is_known(uint32_t number);
/** The bit of an act in a set of acts of 64 bits, 0 for one that has none. Bit n is act number n;
 * the bit of number 0, which is no act, is that of CLAIMED. Thread: any. */
uint64_t tcn_act_bit(enum tcn_act act);
/** The act of bit n, 0 to 63; its word is "none" where no act has it. Thread: any. */
enum tcn_act tcn_act_of_bit(uint32_t n);
/** True for acts below 100, which people and their programs publish. Thread: any. */
bool tcn_act_is_human(enum tcn_act act);
/** True for what an agent says of its own office beside acts of people: that it has closed for the
 * day, and that it was stopped. Thread: any. */
bool tcn_act_is_of_agent(enum tcn_act act);
/** "unknown", "routine", "serious", "urgent" or "danger". Thread: any. */
const char *tcn_severity_name(enum tcn_severity severity);
/** The severity of a word. Errors: TCN_ABSENT no such word. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_severity_from_name(struct tcn_slice word,
                                                      enum tcn_severity *out_severity);
/** The lane that an event of this severity takes: urgent from URGENT on. Thread: any. */
enum tcn_lane tcn_severity_lane(enum tcn_severity severity);
/** True when the text is exactly 12 ASCII digits. Thread: any. Source: GB/T 2260 and the NBS codes.
 */
bool tcn_division_is_valid(struct tcn_slice division);

/** Checks every bound of an open part that does not need the policy: texts are UTF-8 and within
 * their maxima, words are words, the division is 12 digits or empty, enums are known, an unknown
 * count has no value, a report names its matter and states its concerns, a report about a unit has
 * an allow-list, what has an allow-list names no domain and no division, the body fits the act (a
 * report has a report body or none, other acts of people an act body or none), a zero report ticks
 * each line once and names post and places. Times are not judged. `out_field` is written only on a
 * fault and names the first field at fault (static text). Errors: TCN_BAD_TEXT TCN_TOOBIG
 * TCN_BAD_DIVISION TCN_BAD_VALUE; TCN_UPGRADE a higher format. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_event_check(const struct tcn_event *event,
                                               const char **out_field);

/** The attribute of this name, or NULL. Owns: lends from the event. Thread: any. */
const struct tcn_attribute *tcn_event_attribute(const struct tcn_event *event, const char *name);

#endif
