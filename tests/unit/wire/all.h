/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sample of any noun, encoded, by the noun's name.
 */
#ifndef TESTS_WIRE_ALL_H
#define TESTS_WIRE_ALL_H

#include "samples.h"
#include "samples_activation.h"

#define MAKER(noun_, struct_, sample_)                                                             \
    static inline void make_##noun_(struct tcn_writer *writer, struct recoded *out) {              \
        struct struct_ noun = sample_;                                                             \
        out->status = tcn_wire_##noun_##_encode(&noun, writer, &out->bytes);                       \
    }

MAKER(header, tcn_header,
      ((struct tcn_header){TCN_WIRE_VERSION, TCN_KIND_GONE, UINT64_MAX, UINT64_MAX, UINT64_MAX}))
MAKER(stamp, tcn_stamp,
      ((struct tcn_stamp){.principal = UINT32_MAX, .connection = UINT64_C(1) << 40}))
MAKER(open_part, tcn_event, sample_event(TCN_BODY_ACT))
MAKER(sealed, tcn_sealed, sample_sealed())
MAKER(chunk_head, tcn_chunk_head, sample_chunk_head())
MAKER(hello, tcn_hello, sample_hello())
MAKER(welcome, tcn_welcome, sample_welcome())
MAKER(receipt_body, tcn_receipt_body, sample_receipt_body())
MAKER(receipt, tcn_receipt, sample_receipt())
MAKER(log_head, tcn_log_head, sample_log_head())
MAKER(ack, tcn_ack, sample_ack())
MAKER(refuse, tcn_refuse, sample_refuse())
MAKER(again, tcn_again, sample_again())
MAKER(session_ask, tcn_session_ask, ((struct tcn_session_ask){.nonce = sample_id(41)}))
MAKER(session_given, tcn_session_given, sample_session_given())
MAKER(open, tcn_open, sample_open())
MAKER(fetch, tcn_fetch, sample_fetch())
MAKER(gap, tcn_gap, sample_gap())
MAKER(reset, tcn_reset, sample_reset())
MAKER(head, tcn_head, sample_head(71))
MAKER(replay, tcn_replay, sample_replay())
MAKER(end, tcn_end, sample_end())
MAKER(alert, tcn_alert, sample_alert())
MAKER(item, tcn_item, sample_item(1))
MAKER(query, tcn_query, sample_query())
MAKER(answer, tcn_answer, sample_answer())
MAKER(principal, tcn_principal, sample_principal(210))
MAKER(registry, tcn_registry, sample_registry())
MAKER(genesis, tcn_genesis, sample_genesis())
MAKER(bundle, tcn_bundle, sample_bundle())
MAKER(policy, tcn_policy, sample_policy())
MAKER(enrol, tcn_enrol, sample_enrol())
MAKER(enrolled, tcn_enrolled, sample_enrolled())
MAKER(checkpoint, tcn_checkpoint, sample_checkpoint())
MAKER(keys, tcn_keys, sample_successors())
MAKER(activation, tcn_activation, sample_activation())

static inline void make_event(struct tcn_writer *writer, struct recoded *out) {
    out->status =
        tcn_wire_event_join(tcn_slice_text("open"), tcn_slice_text("sealed"), writer, &out->bytes);
}

static inline void make_chunk_body(struct tcn_writer *writer, struct recoded *out) {
    struct tcn_slice events[] = {tcn_slice_text("one"), tcn_slice_text("two")};
    out->status = tcn_wire_chunk_body_join(events, 2, writer, &out->bytes);
}

static inline void make_shares(struct tcn_writer *writer, struct recoded *out) {
    struct tcn_share_entry entries[] = {{.index = 0, .share = {{2}}},
                                        {.index = 63, .share = {{1}}}};
    out->status = tcn_wire_shares_join(entries, 2, writer, &out->bytes);
}

static inline void make_opened(struct tcn_writer *writer, struct recoded *out) {
    struct tcn_head heads[] = {sample_head(1), sample_head(2)};
    out->status = tcn_wire_opened_encode(heads, 2, writer, &out->bytes);
}

static inline void make_items(struct tcn_writer *writer, struct recoded *out) {
    struct tcn_item items[] = {sample_item(1), sample_item(2)};
    size_t start = writer->offset;
    struct tcn_wire_items made = tcn_wire_items_begin(writer);
    out->status = tcn_wire_items_add(&made, &items[0]);
    if (out->status == TCN_OK) {
        out->status = tcn_wire_items_add(&made, &items[1]);
    }
    if (out->status == TCN_OK) {
        out->bytes = tcn_wire_items_finish(&made);
    } else {
        writer->offset = start; /* a single item that fits stays: take it back */
    }
}

/** A maker's row, in the order of the table of nouns. */
struct maker {
    const char *name;
    void (*make)(struct tcn_writer *writer, struct recoded *out);
};

#define MAKER_ROW(noun_)                                                                           \
    { .name = #noun_, .make = make_##noun_ }

static const struct maker makers[] = {
    MAKER_ROW(header),      MAKER_ROW(stamp),         MAKER_ROW(event),
    MAKER_ROW(open_part),   MAKER_ROW(sealed),        MAKER_ROW(chunk_head),
    MAKER_ROW(chunk_body),  MAKER_ROW(shares),        MAKER_ROW(hello),
    MAKER_ROW(welcome),     MAKER_ROW(receipt_body),  MAKER_ROW(receipt),
    MAKER_ROW(ack),         MAKER_ROW(refuse),        MAKER_ROW(again),
    MAKER_ROW(session_ask), MAKER_ROW(session_given), MAKER_ROW(open),
    MAKER_ROW(opened),      MAKER_ROW(fetch),         MAKER_ROW(gap),
    MAKER_ROW(reset),       MAKER_ROW(head),          MAKER_ROW(replay),
    MAKER_ROW(end),         MAKER_ROW(alert),         MAKER_ROW(item),
    MAKER_ROW(items),       MAKER_ROW(query),         MAKER_ROW(answer),
    MAKER_ROW(principal),   MAKER_ROW(registry),      MAKER_ROW(genesis),
    MAKER_ROW(bundle),      MAKER_ROW(policy),        MAKER_ROW(enrol),
    MAKER_ROW(enrolled),    MAKER_ROW(log_head),      MAKER_ROW(checkpoint),
    MAKER_ROW(keys),        MAKER_ROW(activation),
};

#endif
