/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who knew what, when: everything that a log has of one matter up to a place, in its order, and of
 * each organ when it was told, when its watcher had fetched what it was told, and what it did
 * first. Beside it stands what kept word from coming through meanwhile: an office that was not
 * heard of, a stream that nobody fetched, a clock in doubt, a restore; who was on duty; which
 * policy was in force.
 *
 *   log ──fold up to the place──▶ a state that is nobody's ──▶ alerts of the matter ─┐
 *    └──────────── its events, deliveries, gaps, roster, activations ────────────────┴──▶ trail
 *
 * An event becomes known to an organ when the organ says it, or when it is told of it. That it was
 * told is not that it was fetched, and neither is that a person has seen it: the first act behind
 * it is.
 *
 * It says what the log's open parts say. A matter that has an allow-list is not there unless the
 * caller asks for it. One thread.
 */
#ifndef TCN_QUERY_TRAIL_H
#define TCN_QUERY_TRAIL_H

#include "model/state.h"
#include "query/rights.h"
#include "store/log.h"
#include "store/state.h"

/** Something that happened in the matter: an event, or an end that came. Open: copied. */
struct tcn_trail_fact {
    uint64_t position; /**< of the event; of an end, how far the log was */
    int64_t log_time_ns;
    enum tcn_act act;       /**< NONE of an end */
    struct tcn_fired fired; /**< of an end; kind NONE of an event */
    uint16_t organ;         /**< that said it; 0: the collector, or nobody of the policy */
    uint32_t source;        /**< whose outbox it came from */
    uint64_t sequence;      /**< in its lane */
    int64_t occurred_ns;
    int64_t learned_ns;
    int64_t recorded_ns;
    enum tcn_severity severity;
    uint32_t code;           /**< TCN_OK; else why it had no effect */
    uint64_t policy_version; /**< by which it was judged */
    bool is_sealed;          /**< it has a sealed part */
    enum tcn_erasure_stage erasure;
    char post[TCN_WORD_BYTES_MAX + 1];   /**< that acts, as it was said; cut; empty when not said */
    char to[TCN_WORD_BYTES_MAX + 1];     /**< organ that it hands over to; likewise */
    char how[TCN_WORD_BYTES_MAX + 1];    /**< told how, or what came of a call; likewise */
    char reason[TCN_WORD_BYTES_MAX + 1]; /**< likewise */
};

/** How an organ came to know of a fact. Open: copied. */
struct tcn_trail_known {
    uint32_t fact; /**< index */
    uint16_t organ;
    bool is_own;     /**< it said it itself: what follows is zero */
    uint64_t number; /**< of the alert in its stream */
    enum tcn_reason reason;
    int64_t told_ns;           /**< log time of the alert */
    uint64_t fetched_position; /**< of the collector's word that it was delivered; 0: not so far */
    int64_t fetched_ns;
    uint32_t fetched_by;                              /**< principal */
    char fetched_name[TCN_CURSOR_NAME_BYTES_MAX + 1]; /**< of its subscription */
    uint64_t
        acted_position; /**< of the organ's first act on the matter behind it; 0: none so far */
    int64_t acted_ns;
    enum tcn_act acted;
    char acted_post[TCN_WORD_BYTES_MAX + 1]; /**< that acted, as it was said */
};

/** What stood beside. Open: copied. */
struct tcn_trail_note {
    enum tcn_act act; /**< UNREACHABLE, HEARD, NO_WATCHER, TIME_DOUBTED, TIME_CONFIRMED, GENERATION,
                       * POLICY_ACTIVATED, ON_DUTY, HANDED_OVER, STOPPED, SIGNED_OFF, VOID: a hole
                       * in its lane */
    bool is_before;   /**< it was said before the matter was learned of, and stood then */
    uint64_t position;
    int64_t log_time_ns;
    int64_t since_ns; /**< UNREACHABLE: when it was last heard */
    uint16_t organ;
    uint32_t source;
    uint64_t number; /**< NO_WATCHER: of the oldest alert; POLICY_ACTIVATED: version; GENERATION:
                      * it; VOID: sequences */
    char post[TCN_WORD_BYTES_MAX + 1];
};

/** What is asked. Open: filled by the caller, all lent. */
struct tcn_trail_options {
    struct tcn_log_reader *reader;
    struct tcn_state_reader *state_reader; /**< of a state that was folded up to the place */
    const struct tcn_rights *rights;       /**< at the place */
    struct tcn_id matter;
    uint16_t known_to; /**< only of this organ is told what it knew; 0: of all */
    bool shows_guarded;
};

/** The trail. Open: read by whoever made it; end with tcn_trail_fini. */
struct tcn_trail {
    struct tcn_matter matter; /**< as it stood at the place */
    uint64_t last_position;   /**< the place */
    int64_t last_ns;
    uint64_t policy_version;      /**< in force there */
    struct tcn_trail_fact *facts; /**< in the order of the log */
    uint32_t fact_count;
    struct tcn_trail_known *known; /**< by fact, then by organ */
    uint32_t known_count;
    struct tcn_trail_note *notes; /**< in the order of the log */
    uint32_t note_count;
    uint64_t lost_count; /**< rows for which there was no room */
};

/** Makes it.
 * Owns: gives what is to be ended with tcn_trail_fini, on TCN_OK only.
 * Errors: TCN_ABSENT there is no such matter, or it has an allow-list that was not asked for;
 * TCN_CORRUPT; TCN_NOMEM; TCN_VERSION; TCN_IO. Thread: the readers'. */
TCN_MUST_CHECK enum tcn_status tcn_trail_make(const struct tcn_trail_options *options,
                                              struct tcn_trail *out_trail);

/** Ends it; safe when zeroed. */
void tcn_trail_fini(struct tcn_trail *trail);

/** Copies a word from outside, cut between two characters where it does not fit. Thread: any. */
void tcn_trail_word(struct tcn_slice text, char out_word[TCN_WORD_BYTES_MAX + 1]);

#endif
