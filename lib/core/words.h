/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Standing words: what the collector said by itself and has not taken back, and the two words of
 * the desk that answer them. The log writer keeps the rows in its log, in the transaction of the
 * record that changes them, and asks them what to say and what is allowed; the fold derives the
 * same rows in the state. Both call tcn_words_apply for every logged event, so they cannot differ.
 *
 *   WAITS      (none) ── epoch_waits ──▶ waits ── epoch_allowed ──▶ allowed ── its HELLO ──▶ (none)
 *                 └────────────── epoch_allowed ──────────────────────▲
 *   FENCED     (none) ── chunk_fenced ──▶ counted, one row a hash; never taken back
 *   SILENT     (none) ── unreachable ──▶ silent ── heard ──▶ (none)
 *   UNWATCHED  (none) ── no_watcher ──▶ unwatched ── delivered, up to its number ──▶ (none)
 *   DOUBT      (none) ── time_doubted ──▶ doubted ── time_confirmed, naming it ──▶ (none)
 *
 * A drill beside real work says none of it: the desk's words in mode exercise are void, and what
 * was delivered of a drill's stream watches nothing real.
 *
 * Bounds: TCN_EPOCH_WAITS_MAX rows of a source that wait and TCN_FENCED_CHUNKS_MAX hashes of an
 * epoch; what is above is not said (the writer counts it). The desk's word always finds room.
 */
#ifndef TCN_CORE_WORDS_H
#define TCN_CORE_WORDS_H

#include "model/registry.h"
#include "model/state.h"

/** Where the rows are. Open: the three functions answer as those of struct tcn_state_ops. */
struct tcn_words {
    enum tcn_status (*get)(void *store, const struct tcn_standing_key *key,
                           struct tcn_standing *out_standing);
    enum tcn_status (*put)(void *store, const struct tcn_standing *standing);
    enum tcn_status (*del)(void *store, const struct tcn_standing_key *key);
    void *store;
};

/** A logged event. Open: lent for the call. */
struct tcn_words_input {
    const struct tcn_event *event;
    uint64_t position;
    int64_t log_time_ns;
    uint16_t organ;     /**< that speaks; 0 when none */
    enum tcn_role role; /**< of its principal; NONE for the collector's own */
    uint16_t desk;      /**< the policy's */
    enum tcn_mode log_mode;
    bool is_registered; /**< the epoch that the event names is in the log already */
};

/** What a logged event came to. */
struct tcn_words_effect {
    enum tcn_status code; /**< TCN_OK: applied; else the void */
    bool tells_desk;      /**< the desk must look at it */
    bool confirms_time;   /**< log time may follow the wall clock again */
};

/** True when tcn_words_apply has something to do for this act. Thread: any. */
bool tcn_words_knows(enum tcn_act act);
/** True when the desk's word is only the desk's, or an administrator's, to say. Thread: any. */
bool tcn_words_is_of_desk(enum tcn_act act);
/** True when this organ, or this role, may say the desk's words. Thread: any. */
bool tcn_words_may_say(uint16_t organ, enum tcn_role role, uint16_t desk);
/** The epoch of which a logged event has to know whether it is registered; all zero when of none.
 * Thread: any. */
struct tcn_lane_key tcn_words_epoch(const struct tcn_event *event);
/** Applies a logged event to the rows. An act that it does not know is TCN_OK and nothing.
 * Errors: what the store gives. Thread: the store's. */
TCN_MUST_CHECK enum tcn_status tcn_words_apply(const struct tcn_words *words,
                                               const struct tcn_words_input *in,
                                               struct tcn_words_effect *out_effect);
/** Whether the collector should say this event of its own now: it was not said before, and is
 * within the bounds. Changes nothing. Errors: what the store gives. Thread: the store's. */
TCN_MUST_CHECK enum tcn_status tcn_words_wants(const struct tcn_words *words,
                                               const struct tcn_event *event, bool *out_wants);
/** Whether the desk has said that this epoch may go on. Errors: what the store gives. Thread: the
 * store's. */
TCN_MUST_CHECK enum tcn_status tcn_words_is_allowed(const struct tcn_words *words, uint32_t source,
                                                    uint64_t epoch, bool *out_is_allowed);

#endif
