/* SPDX-License-Identifier: Apache-2.0 */
#include "query/bundle_parts.h"

#include "query/chain.h"
#include "seal/hash.h"
#include "seal/sign.h"
#include "seal/tree.h"
#include "wire/chunk.h"
#include "wire/event.h"
#include "wire/frame.h"
#include "wire/lane.h"
#include "wire/log_head.h"

#include <string.h>

#define BODY_BYTES 256u

/** A check under way. */
struct checking {
    struct tcn_keyring ring; /**< with what the head brought */
    struct tcn_reader reader;
    struct tcn_arena arena;
    struct tcn_root_memo memo;
    struct tcn_log_head head;     /**< without its keys, which are in the ring */
    uint64_t last_position;       /**< of the records so far; 0: none yet */
    enum tcn_bundle_word word;    /**< of the record in hand */
    struct tcn_public_key source; /**< its source's, as the collector names it; all zero: none */
    struct tcn_bundle_report *report;
    tcn_bundle_tell *tell;
    void *context;
};

static enum tcn_status bad(struct checking *checking, enum tcn_status status, const char *what) {
    checking->report->bad_what = what;
    return status;
}

/** What no foreign bytes can be to blame for passes; all else is what was found. */
static enum tcn_status judge(struct checking *checking, enum tcn_status status, const char *what) {
    if (status == TCN_OK || status == TCN_NOMEM || status == TCN_UPGRADE) {
        return status;
    }
    return bad(checking, status == TCN_FOREIGN_LOG ? status : TCN_BAD_SIGNATURE, what);
}

static struct tcn_slice next_part(struct checking *checking) {
    const size_t size = tcn_read_u32(&checking->reader);
    return tcn_read_slice(&checking->reader, size);
}

/** Splits a signature off the end. Errors: TCN_MALFORMED it is shorter. */
static enum tcn_status split(struct tcn_slice part, struct tcn_slice *out_bytes,
                             struct tcn_signature *out_signature) {
    if (part.size < sizeof(out_signature->bytes)) {
        return TCN_MALFORMED;
    }
    *out_bytes = tcn_slice_of(part.data, part.size - sizeof(out_signature->bytes));
    memcpy(out_signature->bytes, part.data + out_bytes->size, sizeof(out_signature->bytes));
    return TCN_OK;
}

/** The head's keys are the collector's, from the first one that is known beforehand on. */
static enum tcn_status take_head(struct checking *checking, struct tcn_slice bytes,
                                 const struct tcn_signature *signature,
                                 const struct tcn_public_key **out_key) {
    static const struct tcn_id none;
    const struct tcn_public_key *signer = NULL;
    struct tcn_keyring *ring = &checking->ring;
    struct tcn_log_head head;
    enum tcn_status status = tcn_wire_log_head_decode(bytes, &checking->arena, &head);
    if (status != TCN_OK) {
        return judge(checking, status, "the head is none");
    }
    if (!tcn_id_equals(&ring->log_id, &none) && !tcn_id_equals(&ring->log_id, &head.log_id)) {
        return bad(checking, TCN_FOREIGN_LOG, "it is of another log");
    }
    ring->log_id = head.log_id;
    status = tcn_keyring_signer(ring, TCN_CONTEXT_LOG_HEAD, bytes, signature, &signer);
    if (status == TCN_BAD_SIGNATURE) { /* by a key that is newer than those that are known */
        status = tcn_keyring_take(ring, &head.keys, TCN_CONTEXT_LOG_HEAD, bytes, signature);
        signer = tcn_keyring_tip(ring);
    }
    if (status == TCN_OK) {
        status = tcn_keyring_behind(ring, &head.key_id, head.generation, head.position, out_key);
    }
    if (status == TCN_OK && *out_key != signer) {
        return bad(checking, TCN_BAD_SIGNATURE, "another key than it names has signed the head");
    }
    checking->head = head;
    checking->head.keys = (struct tcn_keys){.count = 0};
    return judge(checking, status, "no key of the collector has signed its head");
}

static enum tcn_status take_statement(struct checking *checking, struct tcn_slice part,
                                      const struct tcn_public_key *key) {
    struct tcn_bundle_statement *statement = &checking->report->statement;
    struct tcn_slice bytes;
    struct tcn_signature signature;
    enum tcn_status status = split(part, &bytes, &signature);
    if (status == TCN_OK) {
        status = tcn_verify(key, TCN_CONTEXT_AUDIT, bytes, &signature);
    }
    if (status == TCN_OK) {
        status = tcn_bundle_read_statement(bytes, statement);
    }
    if (status != TCN_OK) {
        return judge(checking, status, "the statement is not what the collector signed");
    }
    if (!tcn_id_equals(&statement->log_id, &checking->ring.log_id)) {
        return bad(checking, TCN_FOREIGN_LOG, "the statement is of another log");
    }
    const struct tcn_log_head *head = &checking->head;
    return statement->generation == head->generation && statement->position <= head->position
               ? TCN_OK
               : bad(checking, TCN_BAD_SIGNATURE,
                     "the statement is of another place than the head");
}

/** The three parts before the items. */
static enum tcn_status take_front(struct checking *checking) {
    struct tcn_bundle_report *report = checking->report;
    const struct tcn_public_key *key = NULL;
    struct tcn_slice bytes;
    struct tcn_signature signature;
    const struct tcn_slice head = next_part(checking);
    const struct tcn_slice statement = next_part(checking);
    const struct tcn_slice answer = next_part(checking);
    enum tcn_status status =
        checking->reader.underflowed ? TCN_MALFORMED : split(head, &bytes, &signature);
    if (status != TCN_OK) {
        return bad(checking, TCN_MALFORMED, "it is cut");
    }
    status = take_head(checking, bytes, &signature, &key);
    if (status == TCN_OK) {
        status = take_statement(checking, statement, key);
    }
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_hash hash = tcn_hash_of(answer);
    if (!tcn_hash_equals(&hash, &report->statement.answer_hash)) {
        return bad(checking, TCN_BAD_SIGNATURE, "the answer is not what the collector signed");
    }
    report->answer = answer;
    return TCN_OK;
}

/** What the receipt of an activation is of, made anew: it has no lane to be read by. */
static enum tcn_status make_body(const struct checking *checking,
                                 const struct tcn_bundle_item *item,
                                 const struct tcn_receipt *receipt,
                                 struct tcn_receipt_body *out_body) {
    uint8_t data[BODY_BYTES];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_reader place = tcn_reader_init(item->shown);
    struct tcn_slice bytes;
    struct tcn_receipt_body body = {.format = TCN_RECEIPT_FORMAT,
                                    .log_id = checking->ring.log_id,
                                    .count = 1,
                                    .chunk_hash = tcn_record_content_hash(item->kind, item->head)};
    body.generation = tcn_read_u64(&place);
    body.first_position = tcn_read_u64(&place);
    body.log_time_ns = tcn_read_i64(&place);
    const enum tcn_status status = tcn_wire_receipt_body_encode(&body, &writer, &bytes);
    *out_body = body;
    return status == TCN_OK && !place.underflowed && tcn_slice_equals(bytes, receipt->body)
               ? TCN_OK
               : TCN_BAD_SIGNATURE;
}

/** The place of an event: behind those before it, and not behind what was asked about. */
static enum tcn_status take_place(struct checking *checking, const struct tcn_receipt_body *body,
                                  uint64_t position) {
    const struct tcn_bundle_statement *statement = &checking->report->statement;
    if (position <= checking->last_position) {
        return bad(checking, TCN_BAD_SIGNATURE, "the events are not in the order of the log");
    }
    if (position > statement->position || body->generation > statement->generation) {
        return bad(checking, TCN_BAD_SIGNATURE, "an event is of after what was asked about");
    }
    checking->last_position = position;
    return TCN_OK;
}

/** Tells an event that is proven, and counts it. */
static enum tcn_status tell_event(struct checking *checking, const struct tcn_receipt_body *body,
                                  struct tcn_bundle_event *event) {
    const struct tcn_id *matter = &checking->report->statement.matter;
    const enum tcn_status status = take_place(checking, body, event->position);
    if (status != TCN_OK) {
        return status;
    }
    event->log_time_ns = body->log_time_ns;
    event->source = body->lane.source;
    event->is_of_matter = tcn_id_equals(&event->event.matter, matter);
    event->word = checking->word;
    event->key = checking->source;
    checking->report->event_count += event->is_of_matter ? 1 : 0;
    checking->report->beside_count += event->is_of_matter ? 0 : 1;
    return checking->tell(checking->context, event);
}

/** The collector's receipt: it had this record at this place and time. */
static enum tcn_status take_receipt(struct checking *checking, const struct tcn_bundle_item *item,
                                    struct tcn_receipt_body *out_body) {
    struct tcn_receipt receipt;
    enum tcn_status status = tcn_wire_receipt_decode(item->receipt, &checking->arena, &receipt);
    if (status == TCN_OK) {
        status = item->kind == TCN_RECORD_POLICY
                     ? make_body(checking, item, &receipt, out_body)
                     : tcn_wire_receipt_body_decode(receipt.body, &checking->arena, out_body);
    }
    if (status == TCN_OK && !tcn_id_equals(&out_body->log_id, &checking->ring.log_id)) {
        return bad(checking, TCN_FOREIGN_LOG, "a receipt is of another log");
    }
    if (status == TCN_OK) {
        status = tcn_keyring_receipt(&checking->ring, &receipt, out_body, &checking->memo);
    }
    if (status != TCN_OK) {
        return judge(checking, status, "a receipt is not signed by the collector");
    }
    const struct tcn_hash content = tcn_record_content_hash(item->kind, item->head);
    return tcn_hash_equals(&content, &out_body->chunk_hash)
               ? TCN_OK
               : bad(checking, TCN_BAD_SIGNATURE, "a head is not the one of its receipt");
}

/** By whom the head is signed: of the collector's own records by it, else by the key in the file,
 * when there is one. That it is the source's is the collector's word. */
static enum tcn_status check_source(struct checking *checking, const struct tcn_bundle_item *item,
                                    const struct tcn_receipt_body *body,
                                    const struct tcn_key_id *id) {
    static const struct tcn_public_key none;
    const struct tcn_public_key *key = &item->key;
    const struct tcn_key_id own = tcn_key_id_of(key);
    struct tcn_signature signature;
    enum tcn_status status = TCN_OK;
    const bool has_key = memcmp(key, &none, sizeof(none)) != 0;
    checking->word = has_key ? TCN_BUNDLE_WORD_KEY : TCN_BUNDLE_WORD_NONE;
    checking->source = *key;
    if (item->kind == TCN_RECORD_OWN) {
        checking->word = TCN_BUNDLE_WORD_OWN;
        checking->source = none;
        status = tcn_keyring_at(&checking->ring, id, body->generation, body->first_position, &key);
    } else if (has_key && !tcn_key_id_equals(&own, id)) {
        status = TCN_BAD_SIGNATURE;
    }
    const bool is_signed = checking->word != TCN_BUNDLE_WORD_NONE;
    if (status == TCN_OK && is_signed) {
        status = item->signature.size == sizeof(signature.bytes) ? TCN_OK : TCN_BAD_SIGNATURE;
    }
    if (status == TCN_OK && is_signed) {
        memcpy(signature.bytes, item->signature.data, sizeof(signature.bytes));
        status = tcn_verify(key, tcn_record_context(item->kind), item->head, &signature);
    }
    return judge(checking, status, "a source has not signed its events");
}

/** One event that is shown: its hash is among those of its record. */
static enum tcn_status take_shown(struct checking *checking, const struct tcn_bundle_item *item,
                                  const struct tcn_receipt_body *body, struct tcn_reader *shown) {
    struct tcn_hash parts[2];
    const uint32_t index = tcn_read_u16(shown);
    const struct tcn_slice sealed = tcn_read_slice(shown, sizeof(parts[1].bytes));
    const size_t size = tcn_read_u32(shown);
    const struct tcn_slice open = tcn_read_slice(shown, size);
    if (shown->underflowed || index >= item->count) {
        return bad(checking, TCN_BAD_SIGNATURE, "an event is cut");
    }
    parts[0] = tcn_hash_of(open);
    memcpy(parts[1].bytes, sealed.data, sealed.size);
    const struct tcn_hash made = tcn_hash_body(parts, 2);
    if (memcmp(made.bytes, item->hashes.data + index * sizeof(made.bytes), sizeof(made.bytes)) !=
        0) {
        return bad(checking, TCN_BAD_SIGNATURE, "an event is not the one of its record");
    }
    struct tcn_bundle_event event = {.position = body->first_position + index};
    tcn_arena_reset(&checking->arena); /* nothing is lent from it here */
    const enum tcn_status status = tcn_wire_open_part_decode(open, &checking->arena, &event.event);
    if (status != TCN_OK) {
        return judge(checking, status, "an event does not decode");
    }
    return tell_event(checking, body, &event);
}

/** The events of a chunk, or of the collector itself. */
static enum tcn_status take_events(struct checking *checking, const struct tcn_bundle_item *item,
                                   const struct tcn_receipt_body *body) {
    struct tcn_hash hashes[TCN_CHUNK_EVENTS_MAX];
    struct tcn_chunk_head head;
    struct tcn_reader shown = tcn_reader_init(item->shown);
    enum tcn_status status = tcn_wire_chunk_head_decode(item->head, &checking->arena, &head);
    if (status != TCN_OK) {
        return judge(checking, status, "a head does not decode");
    }
    memcpy(hashes, item->hashes.data, item->hashes.size);
    const struct tcn_hash whole = tcn_hash_body(hashes, item->count);
    if (item->count != head.count || !tcn_hash_equals(&whole, &head.body_hash)) {
        return bad(checking, TCN_BAD_SIGNATURE, "the events are not those of their head");
    }
    status = check_source(checking, item, body, &head.key_id);
    while (status == TCN_OK && tcn_reader_rest(&shown) > 0) { /* each turn reads at least 38 */
        status = take_shown(checking, item, body, &shown);
    }
    return status;
}

static enum tcn_status take_activation(struct checking *checking,
                                       const struct tcn_receipt_body *body) {
    struct tcn_bundle_event event = {.position = body->first_position,
                                     .event = {.act = TCN_ACT_POLICY_ACTIVATED}};
    checking->word = TCN_BUNDLE_WORD_OWN;
    checking->source = (struct tcn_public_key){{0}};
    return tell_event(checking, body, &event);
}

static enum tcn_status take_item(struct checking *checking, uint32_t index) {
    const struct tcn_slice hashes = checking->report->statement.item_hashes;
    const struct tcn_slice bytes = next_part(checking);
    struct tcn_bundle_item item;
    struct tcn_receipt_body body;
    checking->report->bad_item = index + 1;
    tcn_arena_reset(&checking->arena);
    if (checking->reader.underflowed) {
        return bad(checking, TCN_BAD_SIGNATURE, "a record is missing");
    }
    const struct tcn_hash hash = tcn_hash_of(bytes);
    if (memcmp(hash.bytes, hashes.data + index * sizeof(hash.bytes), sizeof(hash.bytes)) != 0) {
        return bad(checking, TCN_BAD_SIGNATURE, "a record was changed, taken out or put in");
    }
    enum tcn_status status = tcn_bundle_read_item(bytes, &item);
    if (status != TCN_OK) {
        return judge(checking, status, "a record does not decode");
    }
    status = take_receipt(checking, &item, &body);
    if (status != TCN_OK) {
        return status;
    }
    return item.kind == TCN_RECORD_POLICY ? take_activation(checking, &body)
                                          : take_events(checking, &item, &body);
}

static enum tcn_status check(struct checking *checking) {
    enum tcn_status status = take_front(checking);
    const uint32_t count = checking->report->statement.item_count;
    for (uint32_t i = 0; i < count && status == TCN_OK; i++) {
        status = take_item(checking, i);
    }
    if (status == TCN_OK && tcn_reader_rest(&checking->reader) > 0) {
        return bad(checking, TCN_BAD_SIGNATURE, "something was put behind its end");
    }
    checking->report->bad_item = status == TCN_OK ? 0 : checking->report->bad_item;
    return status;
}

bool tcn_bundle_is(struct tcn_slice data) {
    return data.size >= TCN_BUNDLE_MAGIC_BYTES &&
           memcmp(data.data, TCN_BUNDLE_MAGIC, TCN_BUNDLE_MAGIC_BYTES) == 0;
}

enum tcn_status tcn_bundle_check(struct tcn_slice data, const struct tcn_keyring *ring,
                                 tcn_bundle_tell *tell, void *context,
                                 struct tcn_bundle_report *out_report) {
    struct checking checking = {
        .ring = *ring, .report = out_report, .tell = tell, .context = context};
    *out_report = (struct tcn_bundle_report){.event_count = 0};
    if (!tcn_bundle_is(data)) {
        return bad(&checking, TCN_MALFORMED, "it is no bundle");
    }
    checking.reader = tcn_reader_init(
        tcn_slice_of(data.data + TCN_BUNDLE_MAGIC_BYTES, data.size - TCN_BUNDLE_MAGIC_BYTES));
    enum tcn_status status =
        tcn_arena_init(&checking.arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_OPEN_BYTES_MAX));
    if (status == TCN_OK) {
        status = check(&checking);
    }
    tcn_arena_fini(&checking.arena);
    return status;
}
