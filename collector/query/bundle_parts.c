/* SPDX-License-Identifier: Apache-2.0 */
#include "query/bundle_parts.h"

#include <string.h>

static void write_sized(struct tcn_writer *writer, struct tcn_slice bytes) {
    tcn_write_u32(writer, (uint32_t)bytes.size);
    tcn_write_bytes(writer, bytes.data, bytes.size);
}

static struct tcn_slice read_sized(struct tcn_reader *reader) {
    const size_t size = tcn_read_u32(reader);
    return tcn_read_slice(reader, size);
}

static void write_hash(struct tcn_writer *writer, const struct tcn_hash *hash) {
    tcn_write_bytes(writer, hash->bytes, sizeof(hash->bytes));
}

/** False, and nothing, at the end of the bytes. */
static void read_fixed(struct tcn_reader *reader, void *out_bytes, size_t size) {
    const struct tcn_slice bytes = tcn_read_slice(reader, size);
    if (bytes.size == size) {
        memcpy(out_bytes, bytes.data, size);
    }
}

void tcn_bundle_write_statement(struct tcn_writer *writer,
                                const struct tcn_bundle_statement *statement) {
    tcn_write_u32(writer, TCN_BUNDLE_FORMAT);
    tcn_write_bytes(writer, statement->log_id.bytes, sizeof(statement->log_id.bytes));
    tcn_write_u64(writer, statement->generation);
    tcn_write_u64(writer, statement->position);
    tcn_write_i64(writer, statement->at_ns);
    tcn_write_bytes(writer, statement->matter.bytes, sizeof(statement->matter.bytes));
    tcn_write_u64(writer, statement->birth);
    write_sized(writer, statement->known_to);
    tcn_write_u64(writer, statement->policy_version);
    write_hash(writer, &statement->policy_hash);
    write_hash(writer, &statement->answer_hash);
    tcn_write_i64(writer, statement->made_ns);
    tcn_write_u32(writer, statement->item_count);
    tcn_write_bytes(writer, statement->item_hashes.data, statement->item_hashes.size);
}

enum tcn_status tcn_bundle_read_statement(struct tcn_slice bytes,
                                          struct tcn_bundle_statement *out_statement) {
    struct tcn_reader reader = tcn_reader_init(bytes);
    struct tcn_bundle_statement made = {.position = 0};
    const uint32_t format = tcn_read_u32(&reader);
    if (!reader.underflowed && format > TCN_BUNDLE_FORMAT) {
        return TCN_UPGRADE;
    }
    read_fixed(&reader, made.log_id.bytes, sizeof(made.log_id.bytes));
    made.generation = tcn_read_u64(&reader);
    made.position = tcn_read_u64(&reader);
    made.at_ns = tcn_read_i64(&reader);
    read_fixed(&reader, made.matter.bytes, sizeof(made.matter.bytes));
    made.birth = tcn_read_u64(&reader);
    made.known_to = read_sized(&reader);
    made.policy_version = tcn_read_u64(&reader);
    read_fixed(&reader, made.policy_hash.bytes, sizeof(made.policy_hash.bytes));
    read_fixed(&reader, made.answer_hash.bytes, sizeof(made.answer_hash.bytes));
    made.made_ns = tcn_read_i64(&reader);
    made.item_count = tcn_read_u32(&reader);
    made.item_hashes = tcn_read_slice(&reader, tcn_reader_rest(&reader));
    const bool fits = made.item_count <= TCN_BUNDLE_ITEMS_MAX &&
                      made.item_hashes.size == made.item_count * sizeof(struct tcn_hash) &&
                      made.known_to.size <= TCN_WORD_BYTES_MAX;
    if (reader.underflowed || format != TCN_BUNDLE_FORMAT || !fits) {
        return TCN_MALFORMED;
    }
    *out_statement = made;
    return TCN_OK;
}

void tcn_bundle_write_item(struct tcn_writer *writer, const struct tcn_bundle_item *item) {
    tcn_write_u8(writer, (uint8_t)item->kind);
    write_sized(writer, item->receipt);
    write_sized(writer, item->head);
    write_sized(writer, item->signature);
    tcn_write_bytes(writer, item->key.bytes, sizeof(item->key.bytes));
    tcn_write_u32(writer, item->count);
    tcn_write_bytes(writer, item->hashes.data, item->hashes.size);
    tcn_write_bytes(writer, item->shown.data, item->shown.size);
}

enum tcn_status tcn_bundle_read_item(struct tcn_slice bytes, struct tcn_bundle_item *out_item) {
    struct tcn_reader reader = tcn_reader_init(bytes);
    struct tcn_bundle_item made = {.kind = (enum tcn_record_kind)tcn_read_u8(&reader)};
    made.receipt = read_sized(&reader);
    made.head = read_sized(&reader);
    made.signature = read_sized(&reader);
    read_fixed(&reader, made.key.bytes, sizeof(made.key.bytes));
    made.count = tcn_read_u32(&reader);
    if (made.count > TCN_CHUNK_EVENTS_MAX) {
        return TCN_MALFORMED;
    }
    made.hashes = tcn_read_slice(&reader, made.count * sizeof(struct tcn_hash));
    made.shown = tcn_read_slice(&reader, tcn_reader_rest(&reader));
    const bool is_kind = made.kind == TCN_RECORD_CHUNK || made.kind == TCN_RECORD_OWN ||
                         made.kind == TCN_RECORD_POLICY;
    if (reader.underflowed || !is_kind) {
        return TCN_MALFORMED;
    }
    *out_item = made;
    return TCN_OK;
}
