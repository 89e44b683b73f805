/* SPDX-License-Identifier: Apache-2.0 */
#include "query/heads.h"

#include "base/text.h"
#include "query/chain.h"
#include "query/rights.h"
#include "seal/hash.h"
#include "seal/key.h"
#include "store/fresh.h"
#include "wire/frame.h"
#include "wire/log_head.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".head"
#define NAME_BYTES 64
#define DAY_TEXT_BYTES 10 /* "2026-03-02" */

bool tcn_head_is_good(enum tcn_head_verdict verdict) {
    return verdict == TCN_HEAD_HOLDS || verdict == TCN_HEAD_GIVEN_UP;
}

const char *tcn_head_verdict_name(enum tcn_head_verdict verdict) {
    static const char *const names[] = {"unjudged", "holds", "given_up", "foreign",
                                        "forged",   "other", "later",    "cut"};
    return (unsigned)verdict < sizeof(names) / sizeof(names[0]) ? names[verdict] : names[0];
}

static enum tcn_status seal_head(const struct tcn_signing_key *key, struct tcn_head_claim *claim) {
    struct tcn_writer writer = tcn_writer_init(claim->bytes, sizeof(claim->bytes));
    struct tcn_slice bytes = {0};
    const enum tcn_status status = tcn_wire_log_head_encode(&claim->head, &writer, &bytes);
    claim->size = bytes.size;
    return status == TCN_OK ? tcn_sign(key, TCN_CONTEXT_LOG_HEAD, bytes, &claim->signature)
                            : status;
}

/* The keys of a ring up to the one that signs, for who has a log that does not know them any more.
 */
static struct tcn_keys keys_up_to(const struct tcn_keyring *ring, const struct tcn_key_id *id) {
    struct tcn_keys keys = {.log_id = ring->log_id, .links = ring->links};
    for (uint32_t i = 0; i < ring->count; i++) {
        const struct tcn_key_id own = tcn_key_id_of(&ring->links[i].key);
        if (tcn_key_id_equals(&own, id)) {
            keys.count = i + 1;
        }
    }
    return keys.count > 0 ? keys : (struct tcn_keys){.count = 0};
}

enum tcn_status tcn_head_make(const struct tcn_charter *charter, struct tcn_log_reader *reader,
                              const struct tcn_signing_key *key, struct tcn_head_claim *out_claim) {
    struct tcn_record record = {0};
    enum tcn_status status = tcn_log_tail(reader, &record);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_head_claim claim = {
        .head = {.format = TCN_LOG_HEAD_FORMAT,
                 .log_id = charter->genesis.log_id,
                 .generation = record.generation,
                 .position = record.first_position + record.count - 1,
                 .tail = tcn_record_hash(&record),
                 .log_time_ns = record.log_time_ns,
                 .key_id = tcn_key_id_of(&key->public_key)},
    };
    tcn_log_reader_reset(reader);
    /* Behind the tail: a key that took over meanwhile, beside a reader, may speak of it too. */
    struct tcn_keyring ring;
    const struct tcn_public_key *named = NULL;
    status = tcn_rights_load_ring(charter, reader, &ring);
    if (status != TCN_OK) {
        return status;
    }
    if (tcn_keyring_behind(&ring, &claim.head.key_id, claim.head.generation, claim.head.position,
                           &named) != TCN_OK) {
        return TCN_DENIED;
    }
    claim.head.keys = keys_up_to(&ring, &claim.head.key_id);
    status = seal_head(key, &claim);
    claim.head.keys = (struct tcn_keys){.count = 0};
    if (status == TCN_OK) {
        *out_claim = claim;
    }
    return status;
}

enum tcn_status tcn_head_make_with(const struct tcn_charter *charter, struct tcn_log_reader *reader,
                                   const char *key_path, struct tcn_head_claim *out_claim) {
    struct tcn_key_set keys = {0};
    enum tcn_status status = tcn_key_file_read(key_path, &keys);
    if (status == TCN_OK) {
        status = tcn_head_make(charter, reader, &keys.signing, out_claim);
    }
    tcn_key_set_fini(&keys);
    return status;
}

enum tcn_status tcn_head_save(const struct tcn_head_claim *claim, const char *path) {
    uint8_t data[TCN_HEAD_FILE_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    tcn_write_u32(&writer, (uint32_t)claim->size);
    tcn_write_bytes(&writer, claim->bytes, claim->size);
    tcn_write_bytes(&writer, claim->signature.bytes, sizeof(claim->signature.bytes));
    TCN_CHECK(!writer.overflowed);
    return tcn_fresh_replace(path, data, writer.offset);
}

static enum tcn_status read_file(const char *path, uint8_t *data, size_t size_max,
                                 size_t *out_size) {
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return errno == ENOENT ? TCN_ABSENT : TCN_IO;
    }
    *out_size = fread(data, 1, size_max, file);
    const bool is_failed = ferror(file) != 0;
    (void)fclose(file);
    return is_failed ? TCN_IO : TCN_OK;
}

enum tcn_status tcn_head_take(struct tcn_slice bytes, struct tcn_slice signature,
                              struct tcn_head_claim *out_claim) {
    struct tcn_head_claim claim = {.verdict = TCN_HEAD_UNJUDGED, .size = bytes.size};
    struct tcn_arena arena;
    if (bytes.size > sizeof(claim.bytes) || signature.size != sizeof(claim.signature.bytes)) {
        return TCN_MALFORMED;
    }
    memcpy(claim.signature.bytes, signature.data, signature.size);
    if (bytes.size > 0) {
        memcpy(claim.bytes, bytes.data, bytes.size);
    }
    enum tcn_status status =
        tcn_arena_init(&arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_LOG_HEAD_BYTES_MAX));
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_wire_log_head_decode(tcn_slice_of(claim.bytes, claim.size), &arena, &claim.head);
    claim.head.keys = (struct tcn_keys){.count = 0};
    tcn_arena_fini(&arena);
    if (status == TCN_OK) {
        *out_claim = claim;
    }
    return status == TCN_OK || status == TCN_NOMEM || status == TCN_UPGRADE ? status
                                                                            : TCN_MALFORMED;
}

enum tcn_status tcn_head_load(const char *path, struct tcn_head_claim *out_claim) {
    uint8_t data[TCN_HEAD_FILE_BYTES_MAX + 1];
    size_t size = 0;
    const enum tcn_status status = read_file(path, data, sizeof(data), &size);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(data, size));
    const size_t bytes_size = tcn_read_u32(&reader);
    const struct tcn_slice bytes = tcn_read_slice(&reader, bytes_size);
    const struct tcn_slice signature = tcn_read_slice(&reader, tcn_reader_rest(&reader));
    return reader.underflowed ? TCN_MALFORMED : tcn_head_take(bytes, signature, out_claim);
}

enum tcn_status tcn_head_check(const struct tcn_head_claim *claim,
                               const struct tcn_public_key *key) {
    const struct tcn_slice bytes = tcn_slice_of(claim->bytes, claim->size);
    struct tcn_keyring ring;
    struct tcn_log_head found;
    struct tcn_arena arena = {0};
    enum tcn_status status =
        tcn_arena_init(&arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_LOG_HEAD_BYTES_MAX));
    if (status == TCN_OK) {
        status = tcn_wire_log_head_decode(bytes, &arena, &found);
    }
    if (status == TCN_OK) {
        tcn_keyring_init(&ring, &found.log_id, key);
        status =
            tcn_keyring_take(&ring, &found.keys, TCN_CONTEXT_LOG_HEAD, bytes, &claim->signature);
    }
    if (status == TCN_OK) {
        const struct tcn_key_id tip = tcn_key_id_of(tcn_keyring_tip(&ring));
        status = tcn_key_id_equals(&tip, &found.key_id) ? TCN_OK : TCN_BAD_SIGNATURE;
    }
    tcn_arena_fini(&arena);
    return status == TCN_OK || status == TCN_NOMEM ? status : TCN_BAD_SIGNATURE;
}

void tcn_heads_begin(const struct tcn_id *log_id, struct tcn_head_claim *claims, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct tcn_head_claim *claim = &claims[i];
        claim->fork = 0;
        claim->where = 0;
        claim->verdict =
            tcn_id_equals(&claim->head.log_id, log_id) ? TCN_HEAD_UNJUDGED : TCN_HEAD_FOREIGN;
    }
}

/* What the record that covers a head's position says of it. */
static enum tcn_head_verdict compare(const struct tcn_log_head *head,
                                     const struct tcn_record *record, const struct tcn_hash *hash) {
    if (record->generation < head->generation) {
        return TCN_HEAD_LATER; /* as it looks so far */
    }
    const bool is_same = record->generation == head->generation &&
                         record->first_position + record->count - 1 == head->position &&
                         tcn_hash_equals(hash, &head->tail);
    return is_same ? TCN_HEAD_HOLDS : TCN_HEAD_OTHER;
}

void tcn_heads_meet(struct tcn_head_claim *claims, size_t count, const struct tcn_record *record,
                    const struct tcn_hash *hash) {
    for (size_t i = 0; i < count; i++) {
        struct tcn_head_claim *claim = &claims[i];
        const struct tcn_log_head *head = &claim->head;
        if (record->generation > head->generation && claim->fork == 0) {
            claim->fork = record->first_position;
        }
        const bool is_at = head->position >= record->first_position &&
                           head->position - record->first_position < record->count;
        if (claim->verdict != TCN_HEAD_UNJUDGED || !is_at) {
            continue;
        }
        claim->verdict = claim->fork == 0 ? compare(head, record, hash) : TCN_HEAD_GIVEN_UP;
        claim->where = claim->fork == 0 ? head->position : claim->fork;
    }
}

void tcn_heads_end(struct tcn_head_claim *claims, size_t count, uint64_t last_position,
                   uint64_t generation) {
    for (size_t i = 0; i < count; i++) {
        struct tcn_head_claim *claim = &claims[i];
        const struct tcn_log_head *head = &claim->head;
        if (claim->verdict != TCN_HEAD_LATER && claim->verdict != TCN_HEAD_UNJUDGED) {
            continue;
        }
        if (claim->fork != 0) { /* also when its own generation was restored over as a whole */
            claim->verdict = TCN_HEAD_GIVEN_UP;
            claim->where = claim->fork;
        } else if (head->generation > generation) {
            claim->verdict = TCN_HEAD_LATER;
        } else if (head->position > last_position) {
            claim->verdict = TCN_HEAD_CUT;
            claim->where = head->position - last_position;
        } else {
            claim->verdict = TCN_HEAD_OTHER;
        }
    }
}

/* Whether a key signed that counted at the head's place. A head may know keys that the log does not
 * name, because it was cut, or set back, to before them: they come after one that it does name. */
static enum tcn_status check_signer(const struct tcn_keyring *ring,
                                    const struct tcn_head_claim *claim, struct tcn_arena *arena) {
    const struct tcn_log_head *head = &claim->head;
    const struct tcn_slice bytes = tcn_slice_of(claim->bytes, claim->size);
    struct tcn_keyring known = *ring;
    struct tcn_log_head found;
    const struct tcn_public_key *key = NULL;
    enum tcn_status status = tcn_wire_log_head_decode(bytes, arena, &found);
    if (status == TCN_OK && found.keys.count > ring->count) {
        status =
            tcn_keyring_take(&known, &found.keys, TCN_CONTEXT_LOG_HEAD, bytes, &claim->signature);
    }
    if (status == TCN_OK) {
        status = tcn_keyring_behind(&known, &head->key_id, head->generation, head->position, &key);
    }
    if (status == TCN_OK) {
        status = tcn_verify(key, TCN_CONTEXT_LOG_HEAD, bytes, &claim->signature);
    }
    return status == TCN_OK && head->position == 0 ? TCN_BAD_VALUE : status;
}

enum tcn_status tcn_heads_sign_off(const struct tcn_keyring *ring, struct tcn_head_claim *claims,
                                   size_t count) {
    struct tcn_arena arena = {0};
    enum tcn_status status =
        tcn_arena_init(&arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_LOG_HEAD_BYTES_MAX));
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        struct tcn_head_claim *claim = &claims[i];
        if (claim->verdict == TCN_HEAD_FOREIGN) {
            continue;
        }
        tcn_arena_reset(&arena);
        const enum tcn_status met = check_signer(ring, claim, &arena);
        if (met == TCN_NOMEM) {
            status = met;
        } else if (met != TCN_OK) {
            claim->verdict = TCN_HEAD_FORGED;
            claim->where = 0;
        }
    }
    tcn_arena_fini(&arena);
    return status;
}

/* Names of heads that are kept sort by age: "2026-03-02-g0001.head". */
static int is_head(const struct dirent *entry) {
    const size_t size = strlen(entry->d_name);
    return size > sizeof(SUFFIX) && size < NAME_BYTES &&
           strcmp(entry->d_name + size - (sizeof(SUFFIX) - 1), SUFFIX) == 0;
}

static enum tcn_status remove_oldest(const char *dir) {
    struct dirent **entries = NULL;
    const int count = scandir(dir, &entries, is_head, alphasort);
    if (count < 0) {
        return errno == ENOMEM ? TCN_NOMEM : TCN_IO;
    }
    for (int i = 0; i < count; i++) {
        char path[TCN_FRESH_PATH_BYTES];
        const int size = snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
        if (count - i > TCN_HEADS_KEPT_MAX && size > 0 && (size_t)size < sizeof(path)) {
            (void)unlink(path); /* one that stays is removed the next day */
        }
        free(entries[i]);
    }
    free(entries);
    return TCN_OK;
}

enum tcn_status tcn_heads_keep(const struct tcn_head_claim *claim, const char *dir) {
    char folder[TCN_FRESH_PATH_BYTES];
    char path[TCN_FRESH_PATH_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    tcn_text_from_time(claim->head.log_time_ns, time);
    int size = snprintf(folder, sizeof(folder), "%s/heads", dir);
    if (size < 0 || (size_t)size >= sizeof(folder)) {
        return TCN_CONFIG;
    }
    size = snprintf(path, sizeof(path), "%s/%.*s-g%04" PRIu64 SUFFIX, folder, DAY_TEXT_BYTES, time,
                    claim->head.generation);
    if (size < 0 || (size_t)size >= sizeof(path)) {
        return TCN_CONFIG;
    }
    if (access(path, F_OK) == 0) {
        return TCN_EXISTS;
    }
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        return errno == ENOSPC ? TCN_FULL : TCN_IO;
    }
    const enum tcn_status status = tcn_head_save(claim, path);
    return status == TCN_OK ? remove_oldest(folder) : status;
}
