/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Re-wrapping: how who has the half of a data key hands it to who leads the matter next. The halves
 * travel as the sealed text of an act `rewrapped`, which is for that organ alone; a half without
 * the event's share opens nothing, and the collector gives the share only to who leads. Whoever
 * re-wraps needs no share, so the desk re-wraps what it has in escrow and never reads it.
 *
 * The text is for programs: a first line that names the form, then one line for each text, at most
 * TCN_REWRAP_LINES_MAX: the event's hash, the compartment, the half, in hexadecimal. It is never
 * shown. Lines that are none are passed over; halves of strangers open nothing.
 */
#ifndef TCN_CLIENT_REWRAP_H
#define TCN_CLIENT_REWRAP_H

#include "model/feed.h"
#include "model/policy.h"
#include "model/sealed.h"
#include "model/state.h"
#include "seal/box.h"
#include "seal/key.h"

/** Lines of one act at most: they fit into one text. */
#define TCN_REWRAP_LINES_MAX 256

/** Bytes of such a text at most. */
#define TCN_REWRAP_TEXT_BYTES ((size_t)40 * 1024)

/** Halves that are kept at most; what comes behind them is not. */
#define TCN_REWRAPS_MAX 4096

/** One half, of one text of one event. */
struct tcn_rewrap {
    struct tcn_hash event_hash;
    enum tcn_compartment_kind kind;
    struct tcn_half half;
};

/** Halves that were handed over. Opaque: 300 KiB, made on the heap and wiped when it goes. */
struct tcn_rewraps;

/** Makes an empty one. Owns: given; end with tcn_rewraps_destroy. Errors: TCN_NOMEM. Thread: any.
 */
TCN_MUST_CHECK enum tcn_status tcn_rewraps_create(struct tcn_rewraps **out_rewraps);

/** Wipes and frees; accepts NULL, leaves NULL. Thread: owner. */
void tcn_rewraps_destroy(struct tcn_rewraps **rewraps);

/** Adds one unless it is there already. Errors: TCN_LIMIT there are TCN_REWRAPS_MAX. Thread: owner.
 */
TCN_MUST_CHECK enum tcn_status tcn_rewraps_add(struct tcn_rewraps *rewraps,
                                               const struct tcn_rewrap *rewrap);

/** How many there are. Thread: owner. */
uint32_t tcn_rewraps_count(const struct tcn_rewraps *rewraps);

/** The one at an index below the count. Owns: lent until the next add. Thread: owner. */
const struct tcn_rewrap *tcn_rewraps_at(const struct tcn_rewraps *rewraps, uint32_t index);

/** The next half for a text at or behind `*index`, which is moved behind it; NULL when there is
 * none. `rewraps` may be NULL. Owns: lent until the next add. Thread: owner. */
const struct tcn_half *tcn_rewraps_next(const struct tcn_rewraps *rewraps,
                                        const struct tcn_hash *event_hash,
                                        enum tcn_compartment_kind kind, uint32_t *index);

/** True for a text of the form. Thread: any. */
bool tcn_rewraps_is_text(struct tcn_slice text);

/** Takes the halves of a text; what is not of the form, or does not fit any more, is passed over.
 * Gives how many it took. Thread: owner. */
uint32_t tcn_rewraps_take(struct tcn_rewraps *rewraps, struct tcn_slice text);

/** Writes those from `first` on, TCN_REWRAP_LINES_MAX at most, as a text.
 * Owns: out_text lends `bytes`, which are TCN_REWRAP_TEXT_BYTES; wipe them. Thread: owner. */
void tcn_rewraps_write(const struct tcn_rewraps *rewraps, uint32_t first, uint8_t *bytes,
                       struct tcn_slice *out_text);

/** Digits of a retry key, with its NUL. */
#define TCN_REWRAP_KEY_BYTES (2 * sizeof(struct tcn_hash) + 1)

/** The retry key of an act: it follows from what the act says, so that the same said twice is
 * entered once. Thread: any. */
void tcn_rewraps_key(const struct tcn_id *matter, struct tcn_slice organ, struct tcn_slice text,
                     char out_key[TCN_REWRAP_KEY_BYTES]);

/** Takes the halves that an item hands to its reader: nothing of an item that is no `rewrapped`, or
 * that these keys do not open.
 * Errors: TCN_NOMEM the arena is spent. Thread: owner, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_rewraps_collect(struct tcn_rewraps *rewraps,
                                                   const struct tcn_item *item,
                                                   const struct tcn_key_set *keys,
                                                   struct tcn_arena *arena);

/** Whether two posts, by keys of their own, named an organ as who is to lead a guarded matter next:
 * then it may read what its list keeps from it. One post's word is none, nor one of another act;
 * the same has to be named as the log asks for (core/second), and a word that gave way to another,
 * was void, or behind which the matter may have moved or its list become shorter, is none.
 * Open: `policy`, lent, and `organ` are the caller's; the rest begins with zero. */
struct tcn_rewrap_let {
    const struct tcn_policy *policy;
    uint16_t organ;
    bool is_let;
    struct tcn_second waits; /**< the word that waits for another post */
};

/** Looks at an item of the matter, in the log's order: of its transfers and releases, the organ
 * that they name, else the owner of their domain. An item that does not decode says nothing.
 * Thread: owner, one per arena. */
void tcn_rewrap_let_look(struct tcn_rewrap_let *let, const struct tcn_item *item,
                         struct tcn_arena *arena);

/** What of an item is to be re-wrapped for an organ. */
struct tcn_rewrap_asked {
    const struct tcn_key_set *keys;   /**< of who re-wraps */
    const struct tcn_rewraps *handed; /**< to who re-wraps; NULL: nothing */
    uint16_t organ;                   /**< for whom */
    bool is_key_lost;                 /**< its own wraps open nothing any more: those texts too */
    bool is_let;                      /**< two posts let a guarded matter go to it */
};

/** What became of an item's texts. Open: counts up. */
struct tcn_rewrap_counts {
    uint32_t wrapped; /**< are the organ's already */
    uint32_t closed;  /**< no key or half here opens their wraps */
    uint32_t guarded; /**< have an allow-list without the organ, and it was not let go to it */
    uint32_t left;    /**< did not fit any more */
};

/** Adds the halves of an item's texts that the organ has no wrap of, or of all of them when its key
 * is lost. Needs no share.
 * Errors: TCN_MALFORMED and the like: the open part does not decode; TCN_NOMEM the arena is spent.
 * Thread: owner, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_rewraps_gather(struct tcn_rewraps *rewraps,
                                                  const struct tcn_rewrap_asked *asked,
                                                  const struct tcn_item *item,
                                                  struct tcn_arena *arena,
                                                  struct tcn_rewrap_counts *counts);

#endif
