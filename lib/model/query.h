/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions and answers: what `tocsin matter`, `sources`, `log stats` and the like show, as rows.
 * The same structs are filled from a running collector (ASK) and from a stopped collector's folder
 * (--dir).
 */
#ifndef TCN_MODEL_QUERY_H
#define TCN_MODEL_QUERY_H

#include "model/board.h"
#include "model/registry.h"
#include "model/silence.h"
#include "model/state.h"

/** What is asked. Numbers are on the wire. */
enum tcn_query_kind {
    TCN_QUERY_NONE = 0,
    TCN_QUERY_MATTERS = 1, /**< matters, newest first → matter rows */
    TCN_QUERY_MATTER = 2,  /**< one matter → one matter row, then its events oldest first */
    TCN_QUERY_SOURCES = 3, /**< lanes → source rows */
    TCN_QUERY_STREAMS = 4, /**< streams → stream rows */
    TCN_QUERY_STATS = 5,   /**< one stats row */
    TCN_QUERY_EVENT =
        6, /**< one event by (source, epoch, lane, sequence) or position → event row */
    TCN_QUERY_STANDINGS = 7, /**< what the collector said and has not taken back → standing rows */
    TCN_QUERY_REGISTRY = 8,  /**< who may speak, by number → principals */
    TCN_QUERY_HEAD = 9,      /**< how far the log goes → a head, signed by the collector */
    TCN_QUERY_BOARD = 44,    /**< the five lines: of `organ`, or of the district → board rows */
    TCN_QUERY_DESK = 45,     /**< the desk's one screen → board rows, and its hand-over's event */
    TCN_QUERY_SUMMONSES = 48, /**< what an organ has not in hand → summons rows, and as many matters
                                 in the same order */
    TCN_QUERY_SHIFTS = 49,    /**< which posts have the duty → shift rows, by organ */
    TCN_QUERY_SILENCES = 54, /**< what organs are not rung for now → silence rows, by position */
    TCN_QUERY_SILENCE_PREVIEW = 55, /**< what a silence of `organ` would have kept quiet since
                                       `since_ns` → a silence row of it all, then one a domain */
    TCN_QUERY_NOTICES = 56, /**< what was told and what became of it: of one matter, or of one organ
                               (a number, or a span of log time) → notice rows, oldest first */
};

#define TCN_QUERY_LATEST UINT64_MAX

/** ASK. Empty fields do not filter. */
struct tcn_query {
    enum tcn_query_kind kind;
    uint64_t at_least_position; /**< answer only once the state is there; TCN_QUERY_LATEST: at all
                                  that was in the log when the question came */
    uint64_t page;              /**< opaque: 0 first, then `next_page` of the answer */
    struct tcn_id matter;
    uint64_t position;
    struct tcn_lane_key lane;
    uint64_t sequence;
    uint16_t organ;     /**< matters held by it; streams of it; its board; what it was told */
    uint32_t principal; /**< one row of the registry */
    enum tcn_mode mode; /**< SUMMONSES: of matters of this mode; NONE: of both. NOTICES, STREAMS: of
                           the streams of this mode; NONE: of the log's */
    char domain[TCN_WORD_BYTES_MAX + 1]; /**< SILENCE_PREVIEW: that it names; empty: none */
    uint64_t division;                   /**< likewise; 0: none */
    int64_t since_ns; /**< SILENCE_PREVIEW, NOTICES: log time from here on; 0: from the first */
    uint64_t number;  /**< NOTICES: one item of a stream */
    int64_t until_ns; /**< NOTICES: log time before; 0: to the last */
};

/** An event of a matter, or one that was asked for. */
struct tcn_event_row {
    uint64_t position;
    int64_t log_time_ns;
    struct tcn_lane_key lane;
    uint64_t sequence;
    uint32_t code; /**< outcome */
    uint64_t allowed_acts;
    uint32_t missing;      /**< enum tcn_fact that it must name */
    struct tcn_slice open; /**< verbatim open part; lent */
    struct tcn_hash hash;  /**< of an event with a sealed part: what an erasure names; else none */
    enum tcn_erasure_stage erasure;
};

/** A clock of a matter, with what its rule is called now. What happened to it in between (pauses,
 * the steps' instants) is not told. */
struct tcn_clock_row {
    struct tcn_matter_clock clock;
    struct tcn_slice title_zh; /**< both empty when the policy has no such rule; lent */
    struct tcn_slice title_en;
};

/** What an organ was called to, and what comes next there. */
struct tcn_summons_row {
    struct tcn_summons summons;
    enum tcn_act owed;                     /**< that the organ owes now; NONE: to say it knows */
    char clock_id[TCN_WORD_BYTES_MAX + 1]; /**< of the matter's clock that ends next; empty: none */
    struct tcn_slice title_zh;             /**< of its rule; empty when it has none; lent */
    struct tcn_slice title_en;
    int64_t due_ns;   /**< last instant of its period; 0 when none runs */
    bool is_silenced; /**< a silence of the organ covers the matter now: it need not ring */
};

/** A silence in force, or, with position 0, a part of a preview: what one would have done. Matters
 * that are kept apart are in none of its numbers. */
struct tcn_silence_row {
    struct tcn_silence silence;
    bool is_suspended;    /**< a weather warning is in force */
    uint32_t quiet_count; /**< items that it kept quiet, or would have */
    uint32_t loud_count;  /**< preview: items in its reach that it can never cover */
    bool has_more;        /**< older ones were not looked at: the numbers are the least */
    uint32_t fault;       /**< preview, first row: why it would be refused now
                               (enum tcn_silence_fault); 0: it would not */
};

/** An item of a stream, and what became of it. Posts are named as they were said, nobody else. */
struct tcn_notice {
    struct tcn_stream stream;
    uint64_t number;
    enum tcn_notice_kind told;
    enum tcn_reason reason;
    enum tcn_severity severity;
    enum tcn_act act;      /**< of the event that made it; TICK: none did */
    int64_t log_time_ns;   /**< when it was told */
    struct tcn_id matter;  /**< none when the item names none */
    int64_t learned_ns;    /**< of the matter, if the asker may see it; else 0 */
    int64_t delivered_ns;  /**< when the first program had it; 0: none has */
    enum tcn_role program; /**< of which kind that program is; NONE: not known any more */
    uint64_t
        acknowledged_position; /**< of the organ's first word behind it that it knows; 0: none */
    int64_t acknowledged_ns;
    char acknowledged_post[TCN_WORD_BYTES_MAX + 1];
    uint64_t taken_position; /**< of the organ's first act behind it; 0: none */
    int64_t taken_ns;
    enum tcn_act taken_act;
    char taken_post[TCN_WORD_BYTES_MAX + 1];
};

/** The clocks of one rule, counted over all matters. */
struct tcn_tally_row {
    const struct tcn_clock_rule *rule; /**< NULL: of rules that the policy has no more; lent */
    struct tcn_clock_tally tally;
};

/** The state of one stream. */
struct tcn_stream_row {
    struct tcn_stream stream;
    uint64_t number;
    uint64_t generation;
};

/** The log in numbers. */
struct tcn_stats_row {
    struct tcn_id log_id;
    uint64_t generation;
    uint64_t last_position; /**< in the log */
    uint64_t record_count;
    uint64_t log_bytes; /**< pages in use */
    struct tcn_applied applied;
    uint64_t stream_count;
    uint64_t refused_count; /**< since the collector started */
    uint64_t duplicate_count;
    uint64_t group_count;
};

/** One page of an ANSWER. Arrays lend from an arena. */
struct tcn_answer {
    uint32_t code;      /**< TCN_OK, TCN_ABSENT, TCN_DENIED, … */
    uint64_t next_page; /**< 0 at the end */
    uint64_t position;  /**< the state that answered; REGISTRY: its last change; HEAD: the head's */
    const struct tcn_matter *matters;
    uint32_t matter_count;
    const struct tcn_source_state *sources;
    uint32_t source_count;
    const struct tcn_stream_row *streams;
    uint32_t stream_count;
    const struct tcn_event_row *events;
    uint32_t event_count;
    const struct tcn_standing *standings;
    uint32_t standing_count;
    const struct tcn_principal *principals; /**< without the hashes of tokens */
    uint32_t principal_count;
    const struct tcn_board_row *board_rows; /**< BOARD, DESK */
    uint32_t board_row_count;
    int64_t board_ns;    /**< BOARD, DESK: as of when */
    bool board_has_more; /**< BOARD, DESK, NOTICES: there was more than is looked at */
    /* MATTER, of the one matter: */
    uint64_t allowed_acts;              /**< bit n: act number n is allowed as it stands */
    enum tcn_act owed_act;              /**< the next one; NONE when nobody owes one */
    uint16_t owed_organ;                /**< whose it is; 0: any that is concerned */
    const struct tcn_clock_row *clocks; /**< MATTER: of the one matter, with its first page */
    uint32_t clock_count;
    const struct tcn_summons_row *summonses;
    uint32_t summons_count;
    const struct tcn_shift *shifts;
    uint32_t shift_count;
    const struct tcn_silence_row *silences; /**< SILENCES, SILENCE_PREVIEW */
    uint32_t silence_count;
    const struct tcn_notice *notices;
    uint32_t notice_count;
    struct tcn_slice log_head;           /**< HEAD: the bytes that are signed; else empty */
    struct tcn_slice log_head_signature; /**< of them, in the context of a head's file */
    bool has_stats;
    struct tcn_stats_row stats;
    struct tcn_standstill standstill;
};

#endif
