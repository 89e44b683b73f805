/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading: alerts in numbered streams, the words of a subscription (OPEN, FETCH, ITEMS, GAP, RESET,
 * HEAD, MOVE), of a replay (REPLAY, ITEMS, END, CANCEL) and of a question (ASK, ANSWER).
 */
#ifndef TCN_MODEL_FEED_H
#define TCN_MODEL_FEED_H

#include "base/bytes.h"
#include "model/event.h"
#include "model/id.h"
#include "model/limits.h"
#include "model/procedure.h"
#include "model/registry.h"
#include "model/rules.h"

/** Why an organ is told. Numbers are on the wire and on disk. */
enum tcn_reason {
    TCN_REASON_NONE = 0,
    TCN_REASON_OWNER = 1,        /**< it owns the domain */
    TCN_REASON_CO_RECIPIENT = 2, /**< the policy names it beside the owner */
    TCN_REASON_UNKNOWN = 3,      /**< unknown domain or division: the desk */
    TCN_REASON_ANSWER = 4,       /**< an act on a matter, back to the office that reported it */
    TCN_REASON_HOLDER = 5,       /**< news of a matter, to its holder */
    TCN_REASON_TRANSFER = 6,     /**< the matter was handed to it */
    TCN_REASON_OUTCOME = 7,      /**< its own act was void */
    TCN_REASON_GUARDED = 8,      /**< on the allow-list of a guarded event */
    TCN_REASON_COLLECTOR = 9,    /**< something stands still until the desk has looked at it */
    TCN_REASON_CLOCK = 10,       /**< a time has come: `fired` says which; no event is told */
    TCN_REASON_OWED = 11,        /**< the next act on the matter is its to do */
    /* Of no event, as CLOCK; `fired` says what: */
    TCN_REASON_REMIND = 12,        /**< a step of a ladder: what is not in hand, or comes */
    TCN_REASON_URGE = 13,          /**< a harder one, also to those above */
    TCN_REASON_PROPOSAL = 14,      /**< to the desk: people may think of a measure; none is taken */
    TCN_REASON_UNDELIVERABLE = 15, /**< nobody fetches what an organ was told: nobody is late */
    TCN_REASON_CONTRADICTED = 16,  /**< a zero report had said that there was no such thing */
    TCN_REASON_SHIFT = 19,         /**< of its own duty: taken, handed over */
    TCN_REASON_BREACH = 20,        /**< it breaks rules of a program: `code` says which */
    TCN_REASON_UNSEALED = 25,      /**< to the desk: its post on duty opened an event, which the
                                        item carries; `position` is of the act that opened it */
};

/** What is waited for until its time comes. Numbers are on the wire and on disk. */
enum tcn_due_kind {
    TCN_DUE_NONE = 0,
    TCN_DUE_KEY_ENDS = 1,  /**< not_after of a row of the registry, whose id is the subject */
    TCN_DUE_CLOCK = 2,     /**< a clock of the matter whose birth position is the subject */
    TCN_DUE_CALENDAR = 3,  /**< clocks end in a year that the calendar lacks: the subject */
    TCN_DUE_POLICY = 4,    /**< never waited for: another policy comes into force, by the subject, a
                                principal */
    TCN_DUE_LADDER = 5,    /**< the next step of a ladder of the matter whose birth position is the
                                subject; rule: which of its ladders */
    TCN_DUE_EXPECTED = 6,  /**< an office, the subject, has not said what is expected of it */
    TCN_DUE_PLACEMENT = 7, /**< a month of the placement whose birth position is the subject */
    TCN_DUE_WAKE = 8,      /**< nobody is there: as the rule says (model/shift.h) */
    TCN_DUE_REWRAP = 9,    /**< sealed texts of the matter whose birth position is the subject were
                                not handed to who leads it (core/fold_rewrap) */
};

/* Stages of TCN_DUE_REWRAP: who is told. */
#define TCN_REWRAP_STAGE_SENDER 1u
#define TCN_REWRAP_STAGE_DESK 2u

/* Stages of TCN_DUE_EXPECTED. */
#define TCN_EXPECTED_STAGE_SILENT 1u /* nothing was heard of it */
#define TCN_EXPECTED_STAGE_OFF 2u    /* it has closed for the day: its duty telephone answers */

/* Stages of TCN_DUE_POLICY. */
#define TCN_POLICY_KEEPS 1u    /* running clocks keep their terms */
#define TCN_POLICY_RESTATES 2u /* they have those of the new policy */

/* Stages of TCN_DUE_PLACEMENT. */
#define TCN_PLACEMENT_UNPROVED                                                                     \
    1u                        /* the time to prove a month is over, and its paper is missing       \
                               */
#define TCN_PLACEMENT_LAST 2u /* the last month is near, and papers are missing */

/** A time that has come. */
struct tcn_fired {
    enum tcn_due_kind kind; /**< NONE in an alert that an event made */
    uint32_t stage;         /**< of its kind, from 1, the last is the end itself (core/due) */
    uint64_t subject;       /**< whom or what it is of, as its kind says */
    uint32_t rule;          /**< CLOCK: number of the rule's id (model/clock.h); POLICY: clocks that
                                 it changed; LADDER: number of the ladder's id; PLACEMENT: the
                                 month, as 202107, or how many lack their paper; EXPECTED: reports
                                 that are missing; else 0 */
    int64_t due_ns;         /**< log time at which it was due: the alert may be later */
    int64_t until_ns;       /**< log time of the end that it is about */
    /* LADDER, in an alert: stage is the step, from 1; subject the number of the clock's rule, 0
     * when it is of none; until_ns the clock's end, or when the ladder was set off. Of reason
     * UNDELIVERABLE: stage is 0, subject the number of the item that nobody fetches, and both times
     * are when that was told. With rule 0 and a stage it is of a silence, the position of which is
     * the subject: it is about to end (1), or over (2). */
};

/** Notable facts about an event that the log accepted. A bit set. */
enum tcn_flag {
    TCN_FLAG_CLOCK_AHEAD = 1, /**< recorded far ahead of log time */
    TCN_FLAG_CLOCK_BEHIND =
        2, /**< recorded far behind log time, or before what its agent had seen */
    TCN_FLAG_UNKNOWN_DOMAIN = 4,
    TCN_FLAG_UNKNOWN_DIVISION = 8, /**< well formed, not in the policy */
    TCN_FLAG_STUB = 16,            /**< an act that came before its report */
    TCN_FLAG_OTHER_DIVISION = 32,  /**< managed by another district */
    TCN_FLAG_GUARDED = 64,         /**< the matter has an allow-list: its office gets no answer */
    TCN_FLAG_NOT_THE_DESK = 128,   /**< guarded, and the desk is not on its list */
    /* Of one event and not of its matter: */
    TCN_FLAG_LACKING = 256, /**< it counts, and does not say all that it should: `facts` */
    TCN_FLAG_EARLY = 512,   /**< it counts, and comes out of its order */
    TCN_FLAG_WAITS = 1024,  /**< it counts once another post names it too */
    /* Of one item: */
    TCN_FLAG_SILENCED = 2048, /**< its organ wants not to be rung for it (model/silence.h) */
    TCN_FLAG_AGAIN = 4096, /**< one before it of the same matter is in nobody's hand yet: show one
                              line with a count. Never of danger */
};

/** How a limit stands. Numbers are on the wire and on disk. */
enum tcn_limit_state {
    TCN_LIMIT_NONE = 0,
    TCN_LIMIT_RUNS = 1,
    TCN_LIMIT_MET = 2,  /**< its act was done in time */
    TCN_LIMIT_LATE = 3, /**< its act was done late */
};

/** A limit of a matter, as the office that reported it may tell whoever asks. */
struct tcn_limit {
    uint32_t rule; /**< number of the rule's id (model/matter_clock.h) */
    enum tcn_limit_state state;
    int64_t due_ns; /**< last instant of the period as it is counted, not rolled over days off */
};

/** One item of a stream. */
struct tcn_alert {
    struct tcn_stream stream;
    uint64_t number; /**< from 1 without holes */
    uint64_t generation;
    uint64_t position;       /**< of the event that caused it */
    uint64_t birth_position; /**< of the matter; 0 when none */
    enum tcn_act act;
    enum tcn_reason reason;
    enum tcn_severity severity;
    uint32_t flags; /**< enum tcn_flag bits */
    uint32_t code;  /**< for OUTCOME: enum tcn_status number of the void; for BREACH: enum
                         tcn_breach bits */
    uint64_t policy_version;
    int64_t log_time_ns;
    /* How the matter stands after the event; zero when there is none, or the organ is not to know.
     */
    enum tcn_procedure_kind kind;
    enum tcn_stage stage;
    uint16_t holder;
    struct tcn_degree degree; /**< of an accident; none in an OUTCOME */
    uint32_t facts; /**< enum tcn_fact. For OUTCOME: that the act must name; else that it lacks */
    uint64_t allowed_acts;                         /**< for OUTCOME, as in its outcome */
    struct tcn_limit limits[TCN_ALERT_LIMITS_MAX]; /**< for its office: those that run after the
                                                      event, the next first, then those it ended */
    uint32_t limit_count;
    struct tcn_fired fired; /**< for a reason that is fired: what made it; `position` is then only
                               how far the log was, and that event is not this organ's to see.
                               `holder` of a step, and of what is undeliverable: whose it is */
};

/** SESSION_ASK: a reader wants a session. */
struct tcn_session_ask {
    struct tcn_id nonce; /**< random, another each time */
};

/** SESSION: the reader's session. Its hash is in all that is signed in it. */
struct tcn_session_given {
    uint64_t session; /**< random; every OPEN, REPLAY and ASK names it */
    struct tcn_id log_id;
    uint64_t generation;
    uint32_t principal;  /**< who asked, as the broker's stamp has it */
    struct tcn_id nonce; /**< of the SESSION_ASK */
    struct tcn_broker_keys brokers;
    uint64_t bundle_version; /**< in force; 0 when that is not said */
};

/** Bytes of an encoded session at most. */
#define TCN_SESSION_GIVEN_BYTES_MAX 512

/** Where a subscription starts. Numbers are on the wire. */
enum tcn_from {
    TCN_FROM_CURSOR = 0, /**< after the stored cursor; from 1 when there is none */
    TCN_FROM_NUMBER = 1,
    TCN_FROM_NOW = 2,
};

/** One stream of an OPEN. */
struct tcn_open_stream {
    struct tcn_stream stream;
    enum tcn_from from;
    uint64_t number;     /**< for NUMBER: the first wanted */
    uint64_t generation; /**< that the number belongs to; 0 when not known */
};

/** OPEN: a durable subscription under a name. */
struct tcn_open {
    struct tcn_slice name; /**< a policy word; empty: not durable */
    struct tcn_open_stream streams[TCN_OPEN_STREAMS_MAX];
    uint32_t stream_count;
};

/** HEAD: how far a stream goes. Sent after OPEN, as a hint when it grew, and as a heartbeat. */
struct tcn_head {
    struct tcn_stream stream;
    uint64_t generation;
    uint64_t number; /**< the last; 0 when empty */
    uint64_t next;   /**< the next number that this subscription will get */
    int64_t log_time_ns;
    uint32_t standstill; /**< why nothing new is derived now; 0 while it is */
};

/** FETCH: absolute credit of one stream: "send me items up to this number". MOVE: the cursor stands
 * here. */
struct tcn_fetch {
    struct tcn_stream stream;
    uint64_t number;
    uint64_t generation;
};

/** GAP: these numbers will not come, and why. */
struct tcn_gap {
    struct tcn_stream stream;
    uint64_t first;
    uint64_t last;
    uint32_t code;
};

/** RESET: the cursor belonged to another generation; go on from here. */
struct tcn_reset {
    struct tcn_stream stream;
    uint64_t generation;
    uint64_t next;
};

/** An event with all that the log knows about it, as delivered. `alert.stream` is empty in a
 * replay. One whose reason is fired carries no event: lane, sequence, hash and open part are empty,
 * and matter is that of a clock's. */
struct tcn_item {
    struct tcn_alert alert;
    struct tcn_id matter;
    uint64_t position;
    int64_t log_time_ns;
    struct tcn_lane_key lane;
    uint64_t sequence;
    struct tcn_hash chunk_hash;
    struct tcn_slice open;   /**< verbatim open part */
    struct tcn_slice sealed; /**< verbatim sealed part; empty when not entitled or none */
    struct tcn_slice share;  /**< TCN_SHARE_BYTES, or empty */
    bool is_erased;          /**< entitled, and the share was destroyed: nobody opens it any more */
    struct tcn_slice subject;  /**< for CLOCK: the subject's name now, as it is typed: of a key's
                                  row;  of a clock the rule's id; empty when it has none */
    struct tcn_slice title_zh; /**< of a clock: the rule's title now; else empty */
    struct tcn_slice title_en;
};

/** REPLAY: history. Empty fields do not filter. */
struct tcn_replay {
    uint64_t first_position; /**< 0: from the beginning */
    uint64_t last_position;  /**< 0: to the end as it is now */
    int64_t since_ns;        /**< log time; 0: any */
    int64_t until_ns;
    struct tcn_slice domain;
    uint64_t division; /**< 0: any; a township covers its villages */
    struct tcn_id matter;
    uint16_t organ;        /**< events that this organ was told; 0: any */
    uint32_t speed_milli;  /**< 1000 = as it happened; 0 = as fast as possible */
    uint64_t as_known_at;  /**< position; 0: now */
    uint64_t credit_items; /**< absolute: items that may be sent before the next FETCH */
};

/** END: the replay is over. The digest is BLAKE2b-256 over (position as 8 bytes big-endian, event
 * bytes) of every item in order, where event bytes are the open part followed by the sealed part.
 */
struct tcn_end {
    uint64_t count;
    struct tcn_hash digest;
    uint32_t code;          /**< TCN_OK, or why it ended early */
    uint64_t last_position; /**< looked at */
};

/** "runs", "met" or "late"; "none" when unknown. Thread: any. */
const char *tcn_limit_state_name(enum tcn_limit_state state);
/** "owner", "answer", …; "none" when unknown. Thread: any. */
const char *tcn_reason_name(enum tcn_reason reason);
/** True of a reason whose items carry no event, but say in `fired` what has come. Thread: any. */
bool tcn_reason_is_fired(enum tcn_reason reason);
/** "key_ends", "clock", "calendar", …; "none" when unknown. Thread: any. */
const char *tcn_due_kind_name(enum tcn_due_kind kind);

#endif
