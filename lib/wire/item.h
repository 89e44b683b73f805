/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts and items, and the body of ITEMS and REPLAY_ITEMS, which is written item by item. The
 * parts of an event inside an item are carried verbatim. Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_ITEM_H
#define TCN_WIRE_ITEM_H

#include "base/arena.h"
#include "model/feed.h"

/** Appends an alert. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_alert_encode(const struct tcn_alert *alert,
                                                     struct tcn_writer *writer,
                                                     struct tcn_slice *out_bytes);

/** Reads an alert.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_alert_decode(struct tcn_slice bytes, struct tcn_arena *arena, struct tcn_alert *out_alert);

/** Appends one item by itself. Errors: TCN_TOOBIG does not fit, or over TCN_EVENT_BYTES_MAX.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_item_encode(const struct tcn_item *item,
                                                    struct tcn_writer *writer,
                                                    struct tcn_slice *out_bytes);

/** Reads one item by itself. Open and sealed part and share lend from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_item_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                                    struct tcn_item *out_item);

/** An ITEMS body in the making. Open: lives on the stack; fields are its own. */
struct tcn_wire_items {
    struct tcn_writer *writer;
    size_t start;   /**< offset of the body's first byte in the writer */
    uint32_t count; /**< items added; 0 when empty */
};

/** Starts a body at the writer's present offset. Nobody else writes until it is finished.
 * Owns: lends the writer.
 * Thread: any. */
struct tcn_wire_items tcn_wire_items_begin(struct tcn_writer *writer);

/** Adds one item; on any error the body is as it was. Close the message once tcn_wire_items_size
 * passes TCN_ITEMS_BYTES_SOFT.
 * Errors: TCN_TOOBIG does not fit into the writer, or the event is over TCN_EVENT_BYTES_MAX;
 * TCN_LIMIT it holds TCN_ITEMS_MAX items.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_items_add(struct tcn_wire_items *items,
                                                  const struct tcn_item *item);

/** Bytes of the body so far; 0 when empty. Thread: any. */
size_t tcn_wire_items_size(const struct tcn_wire_items *items);

/** The finished body. Owns: lends from the writer's buffer. Thread: any. */
struct tcn_slice tcn_wire_items_finish(const struct tcn_wire_items *items);

/** Reads an ITEMS body of 1 to TCN_ITEMS_MAX items.
 * Owns: the array and its slices lend from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_items_decode(struct tcn_slice bytes,
                                                     struct tcn_arena *arena,
                                                     const struct tcn_item **out_items,
                                                     uint32_t *out_count);

#endif
