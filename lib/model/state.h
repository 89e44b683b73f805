/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fold derives, and the one table through which it reaches it. The store implements the
 * table in LMDB, the simulator in memory; both give the same answers, so the fold cannot tell them
 * apart.
 */
#ifndef TCN_MODEL_STATE_H
#define TCN_MODEL_STATE_H

#include "model/event.h"
#include "model/expected.h"
#include "model/feed.h"
#include "model/id.h"
#include "model/ladder.h"
#include "model/matter_clock.h"
#include "model/notice.h"
#include "model/placement.h"
#include "model/procedure.h"
#include "model/shift.h"
#include "model/silence.h"

/** An act that counts only once another post names it too. All zero when none waits. */
struct tcn_second {
    enum tcn_act act;     /**< NONE: none waits */
    uint32_t source;      /**< whose key named it first */
    struct tcn_hash hash; /**< that both name; none when the first named none */
    /** What else both name: with another domain or organ it is another act. */
    char domain[TCN_WORD_BYTES_MAX + 1];
    char organ[TCN_WORD_BYTES_MAX + 1];
};

/** What an accident has cost so far, and how grave it is by that. All zero of a matter that counted
 * nothing; the level only of an accident whose domain has a scale. */
struct tcn_toll {
    struct tcn_count deaths;
    struct tcn_count serious_injuries; /**< acute poisoning among them */
    struct tcn_count loss_fen;
    uint16_t attribute_rank;  /**< the worst level that a number among attributes has reached */
    struct tcn_degree degree; /**< by all of it */
};

/** One case, folded from its events. */
struct tcn_matter {
    uint64_t birth_position; /**< internal key: grows with the log */
    struct tcn_id id;
    enum tcn_mode mode;
    enum tcn_procedure_kind kind; /**< of its domain; general for a stub or a guarded matter */
    enum tcn_stage stage;
    uint32_t marks;                                  /**< enum tcn_matter_mark */
    char domain[TCN_WORD_BYTES_MAX + 1];             /**< empty for a stub or a guarded matter */
    char category[TCN_CLOCK_CATEGORY_BYTES_MAX + 1]; /**< as reported; empty when none, likewise */
    uint64_t division;                               /**< 12 digits as a number; 0 when not known */
    uint16_t office;    /**< organ that reported it; gets the answers */
    uint16_t holder;    /**< lead organ */
    uint16_t sender;    /**< that handed it over last, or had it until time moved it; 0: nobody */
    uint16_t submitter; /**< that submitted the work which is to be checked; 0 when none has */
    uint32_t bounce_count; /**< hand-overs that came back since it was last accepted */
    struct tcn_second second;
    struct tcn_toll toll;
    enum tcn_severity severity;
    uint32_t flags; /**< enum tcn_flag bits of its events */
    uint32_t event_count;
    int64_t learned_ns;     /**< the legal start */
    int64_t opened_ns;      /**< log time of the report */
    uint64_t last_position; /**< of its newest event: head of the thread */
    enum tcn_act last_act;
    int64_t last_ns; /**< log time of its newest event */
};

/** The newest-first chain of a matter's events: keys grow with the log. */
struct tcn_thread {
    uint64_t position;
    uint64_t birth_position;
    uint64_t previous_position; /**< 0 at the oldest */
};

/** What the fold decided about one event. Every logged event has one; only voids are stored. */
struct tcn_outcome {
    uint64_t position;
    uint32_t code;         /**< TCN_OK: applied; else enum tcn_status number of the void */
    uint64_t allowed_acts; /**< for NOT_ALLOWED: bit n set when act number n would be allowed */
    uint32_t missing;      /**< for BAD_VALUE: enum tcn_fact that the act must name */
};

/** A durable subscription's place, folded from DELIVERED events. */
struct tcn_cursor {
    char name[TCN_CURSOR_NAME_BYTES_MAX + 1];
    uint32_t principal; /**< who opened it */
    struct tcn_stream stream;
    uint64_t number; /**< the last delivered */
    uint64_t generation;
};

/** What is known of a source, for `tocsin sources`. */
struct tcn_source_state {
    struct tcn_lane_key lane;
    uint64_t sequence; /**< last applied */
    uint64_t position;
    int64_t log_time_ns; /**< of the last applied */
    uint64_t event_count;
    uint64_t void_count; /**< its events that had no effect */
};

/** What a standing word is about. Numbers are on disk and on the wire. */
enum tcn_standing_kind {
    TCN_STANDING_NONE = 0,
    TCN_STANDING_WAITS = 1,     /**< an outbox that is not the source's live one asks to go on */
    TCN_STANDING_FENCED = 2,    /**< urgent chunks of a closed epoch came, and were not logged */
    TCN_STANDING_SILENT = 3,    /**< the collector has no word of a source; source 0: of nobody */
    TCN_STANDING_UNWATCHED = 4, /**< an organ has urgent alerts that nobody fetches */
    TCN_STANDING_DOUBT = 5,     /**< the wall clock jumped: log time creeps */
};

/** What a standing word is named by. Fields that its kind does not name are zero. */
struct tcn_standing_key {
    enum tcn_standing_kind kind;
    uint32_t source;      /**< WAITS, FENCED, SILENT */
    uint64_t epoch;       /**< WAITS, FENCED; 0: the count of the source's rows of WAITS */
    uint16_t organ;       /**< UNWATCHED */
    struct tcn_hash hash; /**< FENCED: of one chunk; none: the count of the epoch's */
};

/** Something that the collector said and has not taken back: it stands until what it names is over.
 * The log writer keeps these beside its marks, to say each once, and the fold derives the very same
 * from the log, to be asked for. */
struct tcn_standing {
    struct tcn_standing_key key;
    uint64_t position; /**< of the event that said it first */
    int64_t since_ns;  /**< log time: of that event, or, SILENT, when it was last heard */
    uint64_t number; /**< WAITS: urgent events that wait, or how many epochs do; FENCED: the chunk's
                        first sequence, or how many chunks; UNWATCHED: of the oldest alert */
    uint64_t other_number;     /**< WAITS: routine events that wait */
    uint64_t allowed_position; /**< WAITS: of the desk's word that it may go on; 0 when none */
};

/** "waits", "fenced", "silent", "unwatched", "doubt" or "none". Thread: any. */
const char *tcn_standing_name(enum tcn_standing_kind kind);

/** What a due time is named by. */
struct tcn_due_key {
    enum tcn_due_kind kind;
    uint64_t subject; /**< KEY_ENDS: the principal; CLOCK, LADDER, PLACEMENT: the matter's birth;
                         CALENDAR: the year */
    uint32_t rule;    /**< of several of one subject, which: CLOCK, the rule's number; LADDER, the
                         slot; PLACEMENT, the stage; else 0 */
};

/** Something that falls due: one at most for each key, the next of its stages. */
struct tcn_due {
    struct tcn_due_key key;
    uint32_t stage;   /**< of its kind, from 1 */
    int64_t due_ns;   /**< log time of the stage */
    int64_t until_ns; /**< log time of the end that the stages lead up to */
    bool is_kept;     /**< CLOCK: of a guarded matter */
};

/** How far an erasure has come. Numbers are on the wire. */
enum tcn_erasure_stage {
    TCN_ERASURE_NONE = 0,
    TCN_ERASURE_ASKED = 1, /**< two posts have asked: the collector is about to destroy the share */
    TCN_ERASURE_DONE = 2,  /**< the share is destroyed */
};

/** The erasure of one event's sealed part, named by the event's place in its lane, which no restore
 * changes. */
struct tcn_erasure {
    struct tcn_lane_key lane;
    uint64_t sequence;
    struct tcn_hash hash;    /**< of the event */
    uint64_t position;       /**< of the event; 0 when this log did not have it */
    uint64_t asked_position; /**< of the second post's word; 0: the journal says it alone */
    uint64_t done_position;  /**< of the collector's word that the share is gone; 0: not yet */
};

/** How far the state got. */
struct tcn_applied {
    uint64_t position; /**< 0 before genesis */
    int64_t log_time_ns;
    uint64_t generation;
    uint64_t event_count;
    uint64_t matter_count;
    uint64_t alert_count;
    uint32_t fold_version;
    uint64_t policy_version;
};

/** Why the state does not follow the log now. Open: copied. All zero while it does. */
struct tcn_standstill {
    uint32_t code;     /**< TCN_FULL, TCN_NOMEM: it waits for room; TCN_HALTED: it is stopped */
    uint64_t position; /**< of the event that it stands at */
    uint32_t cause;    /**< for TCN_HALTED: TCN_CLOSED programs died at that event; TCN_CORRUPT,
                        * TCN_VERSION, TCN_SEQUENCE, TCN_IO what was met there */
};

/** The table. `state` is the implementer's own. Every function returns TCN_OK, TCN_ABSENT from a
 * get that finds nothing, or a local failure, which stops the fold where it is. */
struct tcn_state_ops {
    /** The birth position of a matter id. */
    enum tcn_status (*matter_find)(void *state, const struct tcn_id *id, uint64_t *out_birth);
    /** A matter by birth position. */
    enum tcn_status (*matter_get)(void *state, uint64_t birth, struct tcn_matter *out_matter);
    /** Puts a matter; the first put of a birth position also enters its id. */
    enum tcn_status (*matter_put)(void *state, const struct tcn_matter *matter, bool is_birth);
    /** Appends to the thread table. */
    enum tcn_status (*thread_append)(void *state, const struct tcn_thread *thread);
    /** The matter of the event at a position. */
    enum tcn_status (*thread_get)(void *state, uint64_t position, struct tcn_thread *out_thread);
    /** The last number of a stream; 0 when it is empty (never TCN_ABSENT). */
    enum tcn_status (*stream_get)(void *state, struct tcn_stream stream, uint64_t *out_number);
    /** Appends an alert whose number is the stream's last plus 1, and moves the stream. */
    enum tcn_status (*alert_append)(void *state, const struct tcn_alert *alert);
    /** Stores a void outcome. */
    enum tcn_status (*outcome_put)(void *state, const struct tcn_outcome *outcome);
    /** A cursor by principal, name and stream of `wanted`; TCN_ABSENT when there is none. */
    enum tcn_status (*cursor_get)(void *state, const struct tcn_cursor *wanted,
                                  struct tcn_cursor *out_cursor);
    /** Puts a cursor under (principal, name, stream). */
    enum tcn_status (*cursor_put)(void *state, const struct tcn_cursor *cursor);
    /** What is known of a lane. */
    enum tcn_status (*source_get)(void *state, const struct tcn_lane_key *lane,
                                  struct tcn_source_state *out_source);
    /** Puts what is known of a lane. */
    enum tcn_status (*source_put)(void *state, const struct tcn_source_state *source);
    /** A standing word. */
    enum tcn_status (*standing_get)(void *state, const struct tcn_standing_key *key,
                                    struct tcn_standing *out_standing);
    /** Puts one. */
    enum tcn_status (*standing_put)(void *state, const struct tcn_standing *standing);
    /** Takes one back; TCN_ABSENT when there is none. */
    enum tcn_status (*standing_del)(void *state, const struct tcn_standing_key *key);
    /** What falls due under a key. */
    enum tcn_status (*due_get)(void *state, const struct tcn_due_key *key, struct tcn_due *out_due);
    /** Puts it in the place of the one of the same key, and in the order of due times. */
    enum tcn_status (*due_put)(void *state, const struct tcn_due *due);
    /** Takes it away; TCN_ABSENT when there is none. */
    enum tcn_status (*due_del)(void *state, const struct tcn_due_key *key);
    /** The first of all in the order (due_ns, kind, subject, rule); TCN_ABSENT when there is none.
     */
    enum tcn_status (*due_first)(void *state, struct tcn_due *out_due);
    /** The clock of a matter under a rule's number. */
    enum tcn_status (*clock_get)(void *state, uint64_t birth, uint32_t rule,
                                 struct tcn_matter_clock *out_clock);
    /** Puts it under (birth position, rule). */
    enum tcn_status (*clock_put)(void *state, const struct tcn_matter_clock *clock);
    /** Takes it away; TCN_ABSENT when there is none. */
    enum tcn_status (*clock_del)(void *state, uint64_t birth, uint32_t rule);
    /** The first at or behind a place in the order (birth position, rule), whosever it is;
     * TCN_ABSENT behind the last. */
    enum tcn_status (*clock_next)(void *state, uint64_t birth, uint32_t rule,
                                  struct tcn_matter_clock *out_clock);
    /** The erasure of an event. */
    enum tcn_status (*erasure_get)(void *state, const struct tcn_lane_key *lane, uint64_t sequence,
                                   struct tcn_erasure *out_erasure);
    /** Puts it under (lane, sequence), and among those that are not done as long as it is not. */
    enum tcn_status (*erasure_put)(void *state, const struct tcn_erasure *erasure);
    /** The placement of a matter, by its birth position. */
    enum tcn_status (*placement_get)(void *state, uint64_t birth,
                                     struct tcn_placement *out_placement);
    /** Puts it under its birth position. */
    enum tcn_status (*placement_put)(void *state, const struct tcn_placement *placement);
    /** What an organ was called to and has not in hand; `is_kept` as the matter is guarded. */
    enum tcn_status (*summons_get)(void *state, bool is_kept, uint16_t organ, uint64_t birth,
                                   struct tcn_summons *out_summons);
    /** Puts it under (is_kept, organ, birth position). */
    enum tcn_status (*summons_put)(void *state, const struct tcn_summons *summons);
    /** Takes it away; TCN_ABSENT when there is none. */
    enum tcn_status (*summons_del)(void *state, bool is_kept, uint16_t organ, uint64_t birth);
    /** Which post of an organ has the duty. */
    enum tcn_status (*shift_get)(void *state, uint16_t organ, struct tcn_shift *out_shift);
    /** Puts it under the organ. */
    enum tcn_status (*shift_put)(void *state, const struct tcn_shift *shift);
    /** An item of a stream. */
    enum tcn_status (*alert_get)(void *state, struct tcn_stream stream, uint64_t number,
                                 struct tcn_alert *out_alert);
    /** A ladder of a matter. */
    enum tcn_status (*ladder_get)(void *state, uint64_t birth, uint32_t slot,
                                  struct tcn_ladder *out_ladder);
    /** Puts it under (birth position, slot), and, if it WAITS, among those that wait for an item.
     */
    enum tcn_status (*ladder_put)(void *state, const struct tcn_ladder *ladder);
    /** Takes it away; TCN_ABSENT when there is none. */
    enum tcn_status (*ladder_del)(void *state, uint64_t birth, uint32_t slot);
    /** The first at or behind a place in the order (birth position, slot), whosever it is;
     * TCN_ABSENT behind the last. */
    enum tcn_status (*ladder_next)(void *state, uint64_t birth, uint32_t slot,
                                   struct tcn_ladder *out_ladder);
    /** The first that waits for an item of the stream up to this number, in the order (number,
     * birth position, slot); TCN_ABSENT when none does. */
    enum tcn_status (*ladder_waiting)(void *state, struct tcn_stream stream, uint64_t number,
                                      struct tcn_ladder *out_ladder);
    /** Keeps that a name had a stream's items up to a number; does nothing when its principal had
     * them already. */
    enum tcn_status (*delivery_put)(void *state, const struct tcn_delivery *delivery);
    /** Keeps that an organ acted on a matter. */
    enum tcn_status (*deed_put)(void *state, const struct tcn_deed *deed);
    /** A row of what offices said (model/expected.h). */
    enum tcn_status (*expected_get)(void *state, const struct tcn_expected_key *key,
                                    struct tcn_expected *out_expected);
    /** Puts it under its key. */
    enum tcn_status (*expected_put)(void *state, const struct tcn_expected *expected);
    /** Takes it away; TCN_ABSENT when there is none. */
    enum tcn_status (*expected_del)(void *state, const struct tcn_expected_key *key);
    /** The first at or behind a key in the order (row, organ, number); TCN_ABSENT behind the last.
     */
    enum tcn_status (*expected_next)(void *state, const struct tcn_expected_key *key,
                                     struct tcn_expected *out_expected);
    /** A silence by its position. */
    enum tcn_status (*silence_get)(void *state, uint64_t position, struct tcn_silence *out_silence);
    /** Puts it under its position. */
    enum tcn_status (*silence_put)(void *state, const struct tcn_silence *silence);
    /** Takes it away; TCN_ABSENT when there is none. */
    enum tcn_status (*silence_del)(void *state, uint64_t position);
    /** The first at or behind a position; TCN_ABSENT behind the last. */
    enum tcn_status (*silence_next)(void *state, uint64_t position,
                                    struct tcn_silence *out_silence);
    /** How far the state got; all zero before the first event. */
    enum tcn_status (*applied_get)(void *state, struct tcn_applied *out_applied);
    /** Moves it on. */
    enum tcn_status (*applied_put)(void *state, const struct tcn_applied *applied);
};

#endif
