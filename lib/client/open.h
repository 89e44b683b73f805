/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading an item: its open part, and the sealed texts as far as the reader's keys open them.
 */
#ifndef TCN_CLIENT_OPEN_H
#define TCN_CLIENT_OPEN_H

#include "base/arena.h"
#include "model/event.h"
#include "model/feed.h"
#include "model/sealed.h"
#include "seal/init.h" /* for wiping what was read */
#include "seal/key.h"

struct tcn_rewraps;

/** An item, read. Everything lends from the arena or the item. */
struct tcn_reading {
    struct tcn_event event;
    struct tcn_plain texts[TCN_COMPARTMENTS_MAX];
    uint32_t text_count; /**< compartments that these keys opened */
    enum tcn_compartment_kind closed[TCN_COMPARTMENTS_MAX];
    uint32_t closed_count;   /**< compartments that they did not */
    bool is_sealed_unread;   /**< there is a sealed part, and it does not decode: whether it has
                                texts, and which, is not known */
    struct tcn_slice handed; /**< halves that the act hands to its reader (client/rewrap.h), which
                                are no text; else empty */
};

/** Who reads. Open: made by the caller; everything is lent. */
struct tcn_reader_keys {
    const struct tcn_key_set *keys;
    const struct tcn_rewraps *handed; /**< halves that were handed to it; NULL: none */
};

/** As tcn_reading_make, with halves that were handed to the reader. Owns, Errors, Thread: as there.
 */
TCN_MUST_CHECK enum tcn_status tcn_reading_make_with(const struct tcn_item *item,
                                                     const struct tcn_reader_keys *reader,
                                                     struct tcn_arena *arena,
                                                     struct tcn_reading *out_reading);

/** Reads an item; of one that no event made, the event has its act and mode and nothing else. A
 * text that cannot be opened is named, and a sealed part that does not decode is said, neither is
 * an error: the reader may not be entitled. Owns: out_reading lends from arena and item; wipe
 * opened texts with tcn_secret_wipe when done. Errors: TCN_MALFORMED and the like: the open part
 * does not decode; TCN_NOMEM the arena is spent. Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_reading_make(const struct tcn_item *item,
                                                const struct tcn_key_set *keys,
                                                struct tcn_arena *arena,
                                                struct tcn_reading *out_reading);

/** The same for a program that goes on for long. When a text stays closed to a reader that has
 * sealing keys, those that its key file has by now are taken into `keys` and tried: its organ may
 * have got another one since. A file that cannot be read teaches nothing. `key_file` and `handed`
 * may be NULL. Owns: as tcn_reading_make; `keys` takes copies. Errors: as tcn_reading_make. Thread:
 * as there, and one for the keys. */
TCN_MUST_CHECK enum tcn_status tcn_reading_make_anew(const struct tcn_item *item,
                                                     struct tcn_key_set *keys, const char *key_file,
                                                     const struct tcn_rewraps *handed,
                                                     struct tcn_arena *arena,
                                                     struct tcn_reading *out_reading);

/** The hash of an item's event, as an act names it; of an item that no event made it names nothing.
 * Thread: any. */
struct tcn_hash tcn_item_hash(const struct tcn_item *item);

#endif
