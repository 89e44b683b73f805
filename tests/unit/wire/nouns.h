/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every noun of the wire behind one signature: decode bytes and encode what came out. Unit tests
 * and the fuzzer walk this table, so a new noun is tested as soon as it has its row here.
 */
#ifndef TESTS_WIRE_NOUNS_H
#define TESTS_WIRE_NOUNS_H

#include "wire/activation.h"
#include "wire/checkpoint.h"
#include "wire/chunk.h"
#include "wire/enrol.h"
#include "wire/event.h"
#include "wire/feed.h"
#include "wire/frame.h"
#include "wire/item.h"
#include "wire/keys.h"
#include "wire/lane.h"
#include "wire/log_head.h"
#include "wire/policy.h"
#include "wire/query.h"
#include "wire/registry.h"
#include "wire/session.h"

/** What came of decoding and encoding again. */
struct recoded {
    enum tcn_status status;
    struct tcn_slice bytes; /**< in the writer; only when the status is TCN_OK */
};

/* A recoder for a noun with the common shape. */
#define RECODER(noun_, struct_)                                                                    \
    static inline void recode_##noun_(struct tcn_slice bytes, struct tcn_arena *arena,             \
                                      struct tcn_writer *writer, struct recoded *out) {            \
        static struct struct_ noun;                                                                \
        out->status = tcn_wire_##noun_##_decode(bytes, arena, &noun);                              \
        if (out->status == TCN_OK) {                                                               \
            out->status = tcn_wire_##noun_##_encode(&noun, writer, &out->bytes);                   \
        }                                                                                          \
    }

/* The same for nouns that need no arena. */
#define RECODER_IN_PLACE(noun_, struct_)                                                           \
    static inline void recode_##noun_(struct tcn_slice bytes, struct tcn_arena *arena,             \
                                      struct tcn_writer *writer, struct recoded *out) {            \
        (void)arena;                                                                               \
        struct struct_ noun;                                                                       \
        out->status = tcn_wire_##noun_##_decode(bytes, &noun);                                     \
        if (out->status == TCN_OK) {                                                               \
            out->status = tcn_wire_##noun_##_encode(&noun, writer, &out->bytes);                   \
        }                                                                                          \
    }

RECODER_IN_PLACE(header, tcn_header)
RECODER_IN_PLACE(stamp, tcn_stamp)
RECODER(open_part, tcn_event)
RECODER(sealed, tcn_sealed)
RECODER(chunk_head, tcn_chunk_head)
RECODER(hello, tcn_hello)
RECODER(welcome, tcn_welcome)
RECODER(receipt_body, tcn_receipt_body)
RECODER(receipt, tcn_receipt)
RECODER(log_head, tcn_log_head)
RECODER(ack, tcn_ack)
RECODER(refuse, tcn_refuse)
RECODER(again, tcn_again)
RECODER(session_ask, tcn_session_ask)
RECODER(session_given, tcn_session_given)
RECODER(open, tcn_open)
RECODER(fetch, tcn_fetch)
RECODER(gap, tcn_gap)
RECODER(reset, tcn_reset)
RECODER(head, tcn_head)
RECODER(replay, tcn_replay)
RECODER(end, tcn_end)
RECODER(alert, tcn_alert)
RECODER(item, tcn_item)
RECODER(query, tcn_query)
RECODER(answer, tcn_answer)
RECODER(principal, tcn_principal)
RECODER(registry, tcn_registry)
RECODER(genesis, tcn_genesis)
RECODER(bundle, tcn_bundle)
RECODER(keys, tcn_keys)
RECODER(policy, tcn_policy)
RECODER(enrol, tcn_enrol)
RECODER(activation, tcn_activation)
RECODER(enrolled, tcn_enrolled)
RECODER(checkpoint, tcn_checkpoint)

static inline void recode_event(struct tcn_slice bytes, struct tcn_arena *arena,
                                struct tcn_writer *writer, struct recoded *out) {
    struct tcn_slice open;
    struct tcn_slice sealed;
    (void)arena;
    out->status = tcn_wire_event_split(bytes, &open, &sealed);
    if (out->status == TCN_OK) {
        out->status = tcn_wire_event_join(open, sealed, writer, &out->bytes);
    }
}

static inline void recode_chunk_body(struct tcn_slice bytes, struct tcn_arena *arena,
                                     struct tcn_writer *writer, struct recoded *out) {
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    (void)arena;
    out->status = tcn_wire_chunk_body_split(bytes, events, &count);
    if (out->status == TCN_OK) {
        out->status = tcn_wire_chunk_body_join(events, count, writer, &out->bytes);
    }
}

static inline void recode_shares(struct tcn_slice bytes, struct tcn_arena *arena,
                                 struct tcn_writer *writer, struct recoded *out) {
    struct tcn_share_entry entries[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    (void)arena;
    out->status = tcn_wire_shares_split(bytes, entries, &count);
    if (out->status == TCN_OK) {
        out->status = tcn_wire_shares_join(entries, count, writer, &out->bytes);
    }
}

static inline void recode_opened(struct tcn_slice bytes, struct tcn_arena *arena,
                                 struct tcn_writer *writer, struct recoded *out) {
    struct tcn_head heads[TCN_OPEN_STREAMS_MAX];
    uint32_t count = 0;
    out->status = tcn_wire_opened_decode(bytes, arena, heads, &count);
    if (out->status == TCN_OK) {
        out->status = tcn_wire_opened_encode(heads, count, writer, &out->bytes);
    }
}

static inline void recode_items(struct tcn_slice bytes, struct tcn_arena *arena,
                                struct tcn_writer *writer, struct recoded *out) {
    const struct tcn_item *items = NULL;
    uint32_t count = 0;
    struct tcn_wire_items made = tcn_wire_items_begin(writer);
    out->status = tcn_wire_items_decode(bytes, arena, &items, &count);
    for (uint32_t i = 0; i < count && out->status == TCN_OK; i++) {
        out->status = tcn_wire_items_add(&made, &items[i]);
    }
    out->bytes = tcn_wire_items_finish(&made);
}

/** A noun's row. */
struct noun {
    const char *name;
    void (*recode)(struct tcn_slice bytes, struct tcn_arena *arena, struct tcn_writer *writer,
                   struct recoded *out);
    bool has_format; /**< field 1 is its format */
    bool has_arena;
};

#define NOUN(noun_, has_format_, has_arena_)                                                       \
    {                                                                                              \
        .name = #noun_, .recode = recode_##noun_, .has_format = (has_format_),                     \
        .has_arena = (has_arena_)                                                                  \
    }

static const struct noun nouns[] = {
    NOUN(header, true, false),      NOUN(stamp, false, false),        NOUN(event, false, false),
    NOUN(open_part, true, true),    NOUN(sealed, true, true),         NOUN(chunk_head, true, true),
    NOUN(chunk_body, false, false), NOUN(shares, false, false),       NOUN(hello, true, true),
    NOUN(welcome, false, true),     NOUN(receipt_body, true, true),   NOUN(receipt, false, true),
    NOUN(ack, false, true),         NOUN(refuse, false, true),        NOUN(again, false, true),
    NOUN(session_ask, false, true), NOUN(session_given, false, true), NOUN(open, false, true),
    NOUN(opened, false, true),      NOUN(fetch, false, true),         NOUN(gap, false, true),
    NOUN(reset, false, true),       NOUN(head, false, true),          NOUN(replay, false, true),
    NOUN(end, false, true),         NOUN(alert, false, true),         NOUN(item, false, true),
    NOUN(items, false, true),       NOUN(query, false, true),         NOUN(answer, false, true),
    NOUN(principal, false, true),   NOUN(registry, false, true),      NOUN(genesis, true, true),
    NOUN(bundle, false, true),      NOUN(policy, false, true),        NOUN(enrol, true, true),
    NOUN(enrolled, false, true),    NOUN(log_head, true, true),       NOUN(checkpoint, true, true),
    NOUN(keys, false, true),        NOUN(activation, true, true),
};

#define NOUN_COUNT (sizeof(nouns) / sizeof(nouns[0]))

#endif
