/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An item of a stream or of a replay as people and programs see it: one line of text with the
 * opened words under it, one line of NDJSON, or one row of CSV, all made of one reading. The texts
 * of people appear only where the reader's own key opened them. One thread, the program's.
 */
#ifndef TCN_CLI_ITEM_H
#define TCN_CLI_ITEM_H

#include "cli/cli.h"
#include "client/open.h"
#include "model/policy.h"

/** Bytes of arena that one item takes at most. */
#define TCN_ITEM_ARENA_BYTES ((size_t)2 * 1024 * 1024)

/** How items are shown. Open: filled by a verb; everything is lent. */
struct tcn_item_view {
    struct tcn_cli *cli;
    enum tcn_format format;           /**< table, ndjson or csv */
    const struct tcn_policy *policy;  /**< NULL: numbers instead of words */
    struct tcn_key_set *keys;         /**< of the reader; takes sealing keys that are new */
    const char *key_file;             /**< of the reader, looked at again; NULL: never */
    const struct tcn_rewraps *handed; /**< halves that were handed to the reader; NULL: none */
    struct tcn_arena *arena;          /**< reset for each item */
    bool has_kind;                    /**< ndjson: begins with "kind": "item" */
};

/** Prints the heading of CSV; nothing for other formats. */
void tcn_item_heading(const struct tcn_item_view *view);

/** Prints an item and wipes what was opened for it.
 * Errors: TCN_MALFORMED and the like: its open part does not decode; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_item_print(const struct tcn_item_view *view,
                                              const struct tcn_item *item);

/** Writes an item as one line of JSON into the arena, for a program that takes it in.
 * Owns: out_text lends from the view's arena, which is reset first; wipe it.
 * Errors: as tcn_item_print. */
TCN_MUST_CHECK enum tcn_status tcn_item_encode(const struct tcn_item_view *view,
                                               const struct tcn_item *item,
                                               struct tcn_slice *out_text);

#endif
