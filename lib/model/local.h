/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words between the programs of one PC and its agent, over the agent's local socket: one
 * request, one answer. Slices and arrays lend from the arena that a message was read into, or from
 * whoever fills in an answer. Neither side trusts the other's bounds: both are checked at reading.
 */
#ifndef TCN_MODEL_LOCAL_H
#define TCN_MODEL_LOCAL_H

#include "model/clock.h"
#include "model/draft.h"
#include "model/feed.h"
#include "model/state.h"

/** What is asked of the agent. */
enum tcn_local_op {
    TCN_LOCAL_NONE = 0,
    TCN_LOCAL_REPORT,  /**< enter a report: `draft` */
    TCN_LOCAL_ACT,     /**< enter an act: `draft` */
    TCN_LOCAL_OUTBOX,  /**< how the outbox stands */
    TCN_LOCAL_DEAD,    /**< dead letters: `dead_do`, `dead_number` */
    TCN_LOCAL_WAIT,    /**< until `receipts` have outcomes, or `timeout_ms` is over */
    TCN_LOCAL_STATUS,  /**< what a petitioner may know of slip `code` */
    TCN_LOCAL_RECEIPT, /**< the receipt for the event that `receipts` names */
    TCN_LOCAL_ROTATE,  /**< to change the agent's own keys: `days`; how that stands */
    TCN_LOCAL_PREVIEW, /**< what would become of the report `draft`; nothing is entered */
};

/** What to do with dead letters. */
enum tcn_dead_do {
    TCN_DEAD_LIST = 0, /**< those from a number on, TCN_DEAD_ROWS_MAX at a time; 0 is the first */
    TCN_DEAD_SHOW,
    TCN_DEAD_RESEND,
    TCN_DEAD_DROP,
};

/** An entered event whose outcome is waited for. */
struct tcn_local_receipt {
    enum tcn_lane lane;
    uint64_t epoch; /**< 0: the outbox's present one */
    uint64_t sequence;
};

/** How a change of the agent's keys stands. */
enum tcn_key_change {
    TCN_KEY_CHANGE_NONE = 0,  /**< there is one set of keys */
    TCN_KEY_CHANGE_UNDER_WAY, /**< the log does not have the new ones yet */
    TCN_KEY_CHANGE_DONE,      /**< the new ones are used, the old ones are still good */
};

/** A request. Fields of other operations are zero. */
struct tcn_local_request {
    enum tcn_local_op op;
    struct tcn_draft draft;
    enum tcn_dead_do dead_do;
    uint64_t dead_number; /**< from 1; LIST: also 0 */
    struct tcn_local_receipt receipts[TCN_LOCAL_RECEIPTS_MAX];
    uint32_t receipt_count;
    uint32_t timeout_ms;   /**< 0: answer at once; at most TCN_LOCAL_TIMEOUT_MS_MAX */
    struct tcn_slice code; /**< slip code */
    uint32_t days;         /**< ROTATE: begin, the old keys being good for so long, at most
                              TCN_ROTATE_DAYS_MAX; 0: only tell */
};

/** One lane of the outbox. */
struct tcn_local_lane {
    enum tcn_lane lane;
    uint64_t count;          /**< events not yet acknowledged */
    uint64_t bytes;          /**< theirs */
    int64_t oldest_ns;       /**< recorded time of the oldest of them; 0 when none */
    uint64_t last_sequence;  /**< entered; 0 when none */
    uint64_t acked_sequence; /**< with a receipt; 0 when none */
};

/** How the outbox stands. */
struct tcn_local_outbox {
    uint64_t epoch;
    struct tcn_local_lane lanes[2]; /**< urgent, routine */
    uint64_t dead_count;
    uint64_t used_bytes;
    uint64_t size_bytes; /**< the most that it may use */
    bool is_connected;
    int64_t connected_ns;        /**< since when, or when last; 0 when never */
    struct tcn_slice last_error; /**< a sentence; empty when none */
    int64_t last_error_ns;       /**< 0 when none */
    int64_t not_after_ns;        /**< when the principal's row ends; 0: never, or not known yet */
};

/** An event that was refused for ever. */
struct tcn_dead_row {
    uint64_t number; /**< from 1, in this outbox */
    enum tcn_lane lane;
    uint64_t epoch;
    uint64_t sequence;
    uint32_t code;          /**< enum tcn_status number of the refusal */
    struct tcn_slice field; /**< at fault; empty when it is the whole */
    enum tcn_act act;
    struct tcn_id matter; /**< none when it has none */
    int64_t recorded_ns;
    uint64_t bytes;
};

/** What came of one event. */
struct tcn_local_outcome {
    enum tcn_lane lane;
    uint64_t epoch;
    uint64_t sequence;
    uint64_t position;      /**< in the log; 0 until acknowledged */
    uint32_t code;          /**< TCN_OK, TCN_AGAIN while it waits, or why it was refused */
    struct tcn_slice field; /**< at fault; empty when none */
};

/** A limit of a case, for people. */
struct tcn_local_limit {
    enum tcn_limit_state state;
    struct tcn_slice title_zh; /**< the rule's now; both empty when the policy has it no more */
    struct tcn_slice title_en;
    struct tcn_slice article; /**< law and article, or where a practice is from; empty likewise */
    enum tcn_clock_confidence confidence; /**< 0 likewise */
    int64_t due_ns; /**< last instant of the period as it is counted: people are told its date */
};

/** What a petitioner may know of the own case, from the office's own copy. */
struct tcn_local_progress {
    struct tcn_id matter;
    bool is_opaque; /**< guarded, or of a domain whose slips are opaque: it is being handled, and
                         nothing else is told */
    enum tcn_procedure_kind kind; /**< NONE when not known */
    enum tcn_stage stage;
    enum tcn_act last_act;
    int64_t last_ns;           /**< log time of the last act; 0 while nothing came back */
    struct tcn_slice holder;   /**< organ that owes the next step; empty when not known */
    struct tcn_slice expected; /**< the next step, a policy word; empty when not known */
    int64_t due_ns;            /**< the first of the limits that run; 0 when none is known */
    const struct tcn_local_limit *limits; /**< those that run, the next first, then those kept */
    uint32_t limit_count;                 /**< at most TCN_CASE_LIMITS_MAX */
    int64_t learned_ns;                   /**< the legal start */
    int64_t known_ns; /**< how old this knowledge is: there was no other at that time */
};

/** The agent's keys. */
struct tcn_local_rotation {
    enum tcn_key_change state;
    struct tcn_slice key; /**< the public signing key in use, in hexadecimal */
    int64_t until_ns;     /**< DONE: the old ones are good until then */
    int64_t not_after_ns; /**< when the principal's row ends; 0: never, or not known yet */
};

/** An organ that would be told of a report. */
struct tcn_local_told {
    struct tcn_slice organ; /**< id */
    enum tcn_reason reason; /**< NONE: it only reads what is sealed */
    bool is_reading;        /**< the texts are sealed to it */
};

/** What would become of a report, as the agent routes and seals it. */
struct tcn_local_preview {
    bool is_guarded; /**< the envelope names no domain, no place and no attribute */
    bool is_held;    /**< it waits for a person at the desk, or the custodian */
    const struct tcn_local_told *told;
    uint32_t told_count;          /**< at most TCN_LOCAL_TOLD_MAX */
    const struct tcn_slice *kept; /**< ids of organs that may not hear of it, because of whom it
                                       accuses: these first; more may be than are listed */
    uint32_t kept_count;          /**< at most TCN_LOCAL_KEPT_MAX; 0: no organ is accused */
    uint32_t kept_total;          /**< of how many */
};

/** An answer. */
struct tcn_local_answer {
    uint32_t code;             /**< enum tcn_status number; TCN_OK: done */
    struct tcn_slice sentence; /**< for people; empty when done */
    struct tcn_slice field;    /**< at fault; empty when it is the whole */
    enum tcn_lane lane;        /**< for REPORT and ACT: where it was entered; NONE otherwise */
    uint64_t epoch;
    uint64_t sequence;
    uint64_t position;        /**< 0 until acknowledged */
    struct tcn_id matter;     /**< none when it has none */
    struct tcn_slice slip;    /**< code for the petitioner; empty when none */
    bool is_repeat;           /**< the retry key was known: this is the first entry's answer */
    struct tcn_slice receipt; /**< for RECEIPT: its bytes in hexadecimal; else empty */
    bool has_outbox;
    struct tcn_local_outbox outbox;
    const struct tcn_dead_row *deads;
    uint32_t dead_count; /**< at most TCN_DEAD_ROWS_MAX */
    const struct tcn_local_outcome *outcomes;
    uint32_t outcome_count; /**< at most TCN_LOCAL_RECEIPTS_MAX */
    bool has_progress;
    struct tcn_local_progress progress;
    bool has_rotation;
    struct tcn_local_rotation rotation;
    bool has_preview; /**< for PREVIEW: `lane` is set too, nothing else of an entry */
    struct tcn_local_preview preview;
};

#endif
