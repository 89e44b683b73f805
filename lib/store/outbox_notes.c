/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an outbox notes beside its chunks: retry keys, dead letters, facts, the bundle, slips and
 * answers. A dead letter's payload: 1, source 4, epoch 8, lane 1, sequence 8, code 4, refused 8,
 * field: size 2 and bytes, event: the rest.
 */
#include "store/outbox.h"

#include "store/outbox_rows.h"

#include <string.h>

#define DEAD_VERSION 1u
#define DEAD_FIXED_BYTES (1u + TCN_LANE_KEY_BYTES + 8u + 4u + 8u + 2u)
#define FACTS_KEY "facts"
#define BUNDLE_KEY "bundle"
#define PLACE_KEY "place"
#define OLD_KEYS_KEY "old keys"
#define SLIP_BYTES_MAX 24u /* matter 16, learned 8 */

/** Refuses an empty key and one over `size_max`. */
static enum tcn_status key_size_check(struct tcn_slice key, size_t size_max) {
    return key.size >= 1 && key.size <= size_max ? TCN_OK : TCN_TOOBIG;
}

/** Where a retry key's event went. */
static enum tcn_status key_get(struct tcn_outbox *outbox, struct tcn_slice key,
                               struct tcn_outbox_key *out_key) {
    struct tcn_slice payload;
    enum tcn_status status = tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_KEYS, key, &payload);
    return status == TCN_OK ? tcn_outbox_key_decode(payload, out_key) : status;
}

enum tcn_status tcn_outbox_key_check(struct tcn_outbox *outbox, struct tcn_slice key,
                                     const uint8_t content[8], struct tcn_outbox_key *out_key) {
    enum tcn_status status = key_size_check(key, TCN_RETRY_KEY_BYTES_MAX);
    if (status == TCN_OK) {
        status = key_get(outbox, key, out_key);
    }
    if (status == TCN_OK && memcmp(out_key->content, content, sizeof(out_key->content)) != 0) {
        status = TCN_CONFLICT;
    }
    return status;
}

enum tcn_status tcn_outbox_key_of(struct tcn_outbox *outbox, const struct tcn_lane_key *lane,
                                  uint64_t sequence, struct tcn_slice *out_key) {
    struct tcn_key key = tcn_key_lane(lane, sequence);
    return tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_KEYED, tcn_key_slice(&key), out_key);
}

/** Deletes a row that may be missing. */
static enum tcn_status row_drop(struct tcn_outbox *outbox, enum tcn_outbox_db db,
                                struct tcn_slice key) {
    enum tcn_status status = tcn_outbox_row_del(outbox, db, key);
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** Takes back where the key stood before, and the key that stood for this event before. */
static enum tcn_status key_clear(struct tcn_outbox *outbox, struct tcn_slice key,
                                 const struct tcn_outbox_key *value) {
    struct tcn_outbox_key before;
    enum tcn_status status = key_get(outbox, key, &before);
    if (status == TCN_OK) {
        struct tcn_key place = tcn_key_lane(&before.lane, before.sequence);
        status = row_drop(outbox, TCN_OUTBOX_DB_KEYED, tcn_key_slice(&place));
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    struct tcn_slice other;
    status = tcn_outbox_key_of(outbox, &value->lane, value->sequence, &other);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_OK : status;
    }
    struct tcn_key copy;
    if (other.size > sizeof(copy.bytes)) {
        return TCN_CORRUPT;
    }
    /* Copied: the delete may move the page that it lends from. */
    memcpy(copy.bytes, other.data, other.size);
    copy.size = other.size;
    return row_drop(outbox, TCN_OUTBOX_DB_KEYS, tcn_key_slice(&copy));
}

enum tcn_status tcn_outbox_key_put(struct tcn_outbox *outbox, struct tcn_slice key,
                                   const struct tcn_outbox_key *value) {
    TCN_CHECK(outbox->env->txn != NULL);
    enum tcn_status status = key_size_check(key, TCN_RETRY_KEY_BYTES_MAX);
    if (status != TCN_OK) {
        return status;
    }
    status = key_clear(outbox, key, value);
    if (status != TCN_OK) {
        return tcn_env_spoil(outbox->env, status);
    }
    struct tcn_outbox_payload payload;
    tcn_outbox_key_encode(value, &payload);
    status = tcn_outbox_row_put(outbox, TCN_OUTBOX_DB_KEYS, key, tcn_outbox_slice(&payload));
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_key place = tcn_key_lane(&value->lane, value->sequence);
    return tcn_outbox_row_put(outbox, TCN_OUTBOX_DB_KEYED, tcn_key_slice(&place), key);
}

enum tcn_status tcn_outbox_dead_put(struct tcn_outbox *outbox, const struct tcn_outbox_dead *dead,
                                    uint64_t *out_number) {
    TCN_CHECK(outbox->env->txn != NULL);
    if (dead->event.size > TCN_OUTBOX_VALUE_BYTES_MAX || dead->field.size > UINT16_MAX) {
        return TCN_TOOBIG;
    }
    uint64_t number = outbox->usage.dead_last + 1;
    struct tcn_key key = tcn_key_u64(number);
    size_t size = DEAD_FIXED_BYTES + dead->field.size + dead->event.size;
    uint8_t *data = NULL;
    enum tcn_status status = tcn_row_claim(outbox->env, TCN_OUTBOX_DB_DEAD, TCN_PUT_LAST,
                                           tcn_key_slice(&key), size, &data);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_writer writer = tcn_writer_init(data, size);
    tcn_write_u8(&writer, DEAD_VERSION);
    tcn_lane_key_write(&writer, &dead->lane);
    tcn_write_u64(&writer, dead->sequence);
    tcn_write_u32(&writer, dead->code);
    tcn_write_i64(&writer, dead->refused_ns);
    tcn_write_slice16(&writer, dead->field);
    tcn_write_bytes(&writer, dead->event.data, dead->event.size);
    TCN_CHECK(!writer.overflowed && writer.offset == size);
    tcn_row_seal(tcn_key_slice(&key), data, size);
    outbox->usage.bytes += tcn_env_row_cost(key.size, size + TCN_ROW_CHECKSUM_BYTES);
    outbox->usage.dead_count++;
    outbox->usage.dead_last = number;
    *out_number = number;
    return TCN_OK;
}

enum tcn_status tcn_outbox_dead_next(struct tcn_outbox *outbox, uint64_t number,
                                     struct tcn_outbox_dead *out_dead) {
    struct tcn_key from = tcn_key_u64(number);
    struct tcn_env_row row;
    enum tcn_status status =
        tcn_outbox_row_seek(outbox, TCN_OUTBOX_DB_DEAD, TCN_STEP_FROM, tcn_key_slice(&from), &row);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_reader key = tcn_reader_init(row.key);
    struct tcn_reader reader = tcn_reader_init(row.value);
    if (tcn_read_u8(&reader) != DEAD_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_outbox_dead dead = {.number = tcn_read_u64(&key)};
    dead.lane = tcn_lane_key_read(&reader);
    dead.sequence = tcn_read_u64(&reader);
    dead.code = tcn_read_u32(&reader);
    dead.refused_ns = tcn_read_i64(&reader);
    dead.field = tcn_read_slice16(&reader);
    dead.event = tcn_read_slice(&reader, tcn_reader_rest(&reader));
    if (reader.underflowed || !tcn_read_is_whole(&key)) {
        return TCN_CORRUPT;
    }
    *out_dead = dead;
    return TCN_OK;
}

enum tcn_status tcn_outbox_dead_del(struct tcn_outbox *outbox, uint64_t number) {
    TCN_CHECK(outbox->env->txn != NULL);
    struct tcn_key key = tcn_key_u64(number);
    enum tcn_status status = tcn_outbox_row_del(outbox, TCN_OUTBOX_DB_DEAD, tcn_key_slice(&key));
    if (status == TCN_OK) {
        outbox->usage.dead_count -= outbox->usage.dead_count > 0 ? 1 : 0;
    }
    return status;
}

enum tcn_status tcn_outbox_facts_get(struct tcn_outbox *outbox,
                                     struct tcn_outbox_facts *out_facts) {
    struct tcn_slice payload;
    enum tcn_status status =
        tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_META, tcn_slice_text(FACTS_KEY), &payload);
    if (status == TCN_ABSENT) {
        *out_facts = (struct tcn_outbox_facts){0};
        return TCN_OK;
    }
    return status == TCN_OK ? tcn_outbox_facts_decode(payload, out_facts) : status;
}

/** Puts the facts, bundle version included. */
static enum tcn_status facts_store(struct tcn_outbox *outbox,
                                   const struct tcn_outbox_facts *facts) {
    struct tcn_outbox_payload payload;
    tcn_outbox_facts_encode(facts, &payload);
    return tcn_outbox_row_put(outbox, TCN_OUTBOX_DB_META, tcn_slice_text(FACTS_KEY),
                              tcn_outbox_slice(&payload));
}

enum tcn_status tcn_outbox_facts_put(struct tcn_outbox *outbox,
                                     const struct tcn_outbox_facts *facts) {
    TCN_CHECK(outbox->env->txn != NULL);
    struct tcn_outbox_facts stored;
    enum tcn_status status = tcn_outbox_facts_get(outbox, &stored);
    if (status != TCN_OK) {
        return status;
    }
    uint64_t bundle_version = stored.bundle_version;
    stored = *facts;
    stored.bundle_version = bundle_version;
    return facts_store(outbox, &stored);
}

enum tcn_status tcn_outbox_bundle_put(struct tcn_outbox *outbox, uint64_t version,
                                      struct tcn_slice bundle) {
    TCN_CHECK(outbox->env->txn != NULL);
    if (bundle.size > TCN_OUTBOX_VALUE_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    struct tcn_outbox_facts facts;
    enum tcn_status status = tcn_outbox_facts_get(outbox, &facts);
    if (status != TCN_OK) {
        return status;
    }
    facts.bundle_version = version;
    status = tcn_outbox_row_put(outbox, TCN_OUTBOX_DB_META, tcn_slice_text(BUNDLE_KEY), bundle);
    return status == TCN_OK ? facts_store(outbox, &facts) : status;
}

enum tcn_status tcn_outbox_bundle_get(struct tcn_outbox *outbox, struct tcn_slice *out_bundle) {
    return tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_META, tcn_slice_text(BUNDLE_KEY), out_bundle);
}

enum tcn_status tcn_outbox_slip_get(struct tcn_outbox *outbox, struct tcn_slice code,
                                    struct tcn_outbox_slip *out_slip) {
    enum tcn_status status = key_size_check(code, TCN_WORD_BYTES_MAX);
    struct tcn_slice payload;
    if (status == TCN_OK) {
        status = tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_SLIPS, code, &payload);
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_outbox_slip slip = {.learned_ns = 0};
    struct tcn_reader reader = tcn_reader_init(payload);
    tcn_read_bytes(&reader, slip.matter.bytes, sizeof(slip.matter.bytes));
    if (!reader.underflowed && tcn_reader_rest(&reader) > 0) {
        slip.learned_ns = tcn_read_i64(&reader);
    }
    if (reader.underflowed || tcn_reader_rest(&reader) > 0) {
        return TCN_CORRUPT;
    }
    *out_slip = slip;
    return TCN_OK;
}

enum tcn_status tcn_outbox_slip_put(struct tcn_outbox *outbox, struct tcn_slice code,
                                    const struct tcn_outbox_slip *slip) {
    TCN_CHECK(outbox->env->txn != NULL);
    struct tcn_outbox_slip stored;
    uint8_t data[SLIP_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    enum tcn_status status = tcn_outbox_slip_get(outbox, code, &stored);
    if (status == TCN_OK) {
        return tcn_id_equals(&stored.matter, &slip->matter) ? TCN_OK : TCN_EXISTS;
    }
    if (status != TCN_ABSENT) {
        return status;
    }
    tcn_write_bytes(&writer, slip->matter.bytes, sizeof(slip->matter.bytes));
    if (slip->learned_ns != 0) {
        tcn_write_i64(&writer, slip->learned_ns);
    }
    TCN_CHECK(!writer.overflowed);
    return tcn_outbox_row_put(outbox, TCN_OUTBOX_DB_SLIPS, code, tcn_slice_of(data, writer.offset));
}

enum tcn_status tcn_outbox_answer_put(struct tcn_outbox *outbox, const struct tcn_id *matter,
                                      struct tcn_slice answer) {
    TCN_CHECK(outbox->env->txn != NULL);
    if (answer.size > TCN_OUTBOX_VALUE_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    return tcn_outbox_row_put(outbox, TCN_OUTBOX_DB_ANSWERS,
                              tcn_slice_of(matter->bytes, sizeof(matter->bytes)), answer);
}

enum tcn_status tcn_outbox_answer_get(struct tcn_outbox *outbox, const struct tcn_id *matter,
                                      struct tcn_slice *out_answer) {
    return tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_ANSWERS,
                              tcn_slice_of(matter->bytes, sizeof(matter->bytes)), out_answer);
}

enum tcn_status tcn_outbox_place_put(struct tcn_outbox *outbox,
                                     const struct tcn_outbox_place *place) {
    TCN_CHECK(outbox->env->txn != NULL);
    struct tcn_outbox_payload payload;
    tcn_outbox_place_encode(place, &payload);
    return tcn_outbox_row_put(outbox, TCN_OUTBOX_DB_META, tcn_slice_text(PLACE_KEY),
                              tcn_outbox_slice(&payload));
}

enum tcn_status tcn_outbox_place_get(struct tcn_outbox *outbox,
                                     struct tcn_outbox_place *out_place) {
    struct tcn_slice payload;
    enum tcn_status status =
        tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_META, tcn_slice_text(PLACE_KEY), &payload);
    return status == TCN_OK ? tcn_outbox_place_decode(payload, out_place) : status;
}

enum tcn_status tcn_outbox_old_keys_put(struct tcn_outbox *outbox, int64_t until_ns) {
    TCN_CHECK(outbox->env->txn != NULL);
    struct tcn_outbox_payload payload;
    tcn_outbox_old_keys_encode(until_ns, &payload);
    return tcn_outbox_row_put(outbox, TCN_OUTBOX_DB_META, tcn_slice_text(OLD_KEYS_KEY),
                              tcn_outbox_slice(&payload));
}

enum tcn_status tcn_outbox_old_keys_get(struct tcn_outbox *outbox, int64_t *out_until_ns) {
    struct tcn_slice payload;
    enum tcn_status status =
        tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_META, tcn_slice_text(OLD_KEYS_KEY), &payload);
    return status == TCN_OK ? tcn_outbox_old_keys_decode(payload, out_until_ns) : status;
}
