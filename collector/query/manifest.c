/* SPDX-License-Identifier: Apache-2.0 */
#include "query/manifest.h"

#include "base/text.h"
#include "base/uuid.h"
#include "seal/hash.h"
#include "store/fresh.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAGIC "tocsin-backup "
#define HEX_BYTES (2 * sizeof(struct tcn_hash) + 1)
#define READ_BYTES ((size_t)16 * 1024)

/* The lines between the first and the checksum, in their order. */
enum line {
    LINE_PART,
    LINE_LOG_ID,
    LINE_GENERATION,
    LINE_LAST_POSITION,
    LINE_RECORD_COUNT,
    LINE_LOG_TIME,
    LINE_TAIL,
    LINE_MADE,
    LINE_STORE_FORMAT,
    LINE_FILE_BYTES,
    LINE_FILE_HASH,
    LINE_COUNT,
};

static const char *const keys[LINE_COUNT] = {
    "part", "log-id",  "generation",   "last-position", "record-count", "log-time-ns",
    "tail", "made-ns", "store-format", "file-bytes",    "file-hash",
};

size_t tcn_manifest_write(const struct tcn_manifest *manifest,
                          char out_text[TCN_MANIFEST_BYTES_MAX]) {
    char id[TCN_UUID_TEXT_BYTES];
    char tail[HEX_BYTES];
    char file[HEX_BYTES];
    char sum[HEX_BYTES];
    tcn_uuid_to_text(manifest->log_id.bytes, id);
    tcn_hex_encode(manifest->tail.bytes, sizeof(manifest->tail.bytes), tail);
    tcn_hex_encode(manifest->file_hash.bytes, sizeof(manifest->file_hash.bytes), file);
    int size = snprintf(
        out_text, TCN_MANIFEST_BYTES_MAX,
        MAGIC "%u\npart %s\nlog-id %s\ngeneration %" PRIu64 "\nlast-position %" PRIu64
              "\nrecord-count %" PRIu64 "\nlog-time-ns %" PRId64 "\ntail %s\nmade-ns %" PRId64
              "\nstore-format %" PRIu32 "\nfile-bytes %" PRIu64 "\nfile-hash %s\n",
        TCN_MANIFEST_FORMAT, manifest->is_shares ? "shares" : "log", id, manifest->generation,
        manifest->last_position, manifest->record_count, manifest->log_time_ns, tail,
        manifest->made_ns, manifest->store_format, manifest->file_bytes, file);
    TCN_CHECK(size > 0 && (size_t)size < TCN_MANIFEST_BYTES_MAX);
    const struct tcn_hash hash = tcn_hash_of(tcn_slice_of((const uint8_t *)out_text, (size_t)size));
    tcn_hex_encode(hash.bytes, sizeof(hash.bytes), sum);
    const int more =
        snprintf(out_text + size, TCN_MANIFEST_BYTES_MAX - (size_t)size, "checksum %s\n", sum);
    TCN_CHECK(more > 0 && (size_t)(size + more) < TCN_MANIFEST_BYTES_MAX);
    return (size_t)(size + more);
}

static enum tcn_status read_hash(struct tcn_slice text, struct tcn_hash *out_hash) {
    return text.size == 2 * sizeof(out_hash->bytes) &&
                   tcn_hex_decode(text, out_hash->bytes, sizeof(out_hash->bytes)) == TCN_OK
               ? TCN_OK
               : TCN_MALFORMED;
}

static enum tcn_status read_time(struct tcn_slice text, int64_t *out_ns) {
    uint64_t number = 0;
    const enum tcn_status status = tcn_text_to_u64(text, &number);
    if (status != TCN_OK || number > INT64_MAX) {
        return TCN_MALFORMED;
    }
    *out_ns = (int64_t)number;
    return TCN_OK;
}

static enum tcn_status read_value(enum line line, struct tcn_slice text,
                                  struct tcn_manifest *manifest) {
    uint64_t number = 0;
    switch (line) {
    case LINE_PART:
        manifest->is_shares = tcn_slice_equals(text, tcn_slice_text("shares"));
        return manifest->is_shares || tcn_slice_equals(text, tcn_slice_text("log")) ? TCN_OK
                                                                                    : TCN_MALFORMED;
    case LINE_LOG_ID:
        return tcn_uuid_from_text(text, manifest->log_id.bytes);
    case LINE_GENERATION:
        return tcn_text_to_u64(text, &manifest->generation);
    case LINE_LAST_POSITION:
        return tcn_text_to_u64(text, &manifest->last_position);
    case LINE_RECORD_COUNT:
        return tcn_text_to_u64(text, &manifest->record_count);
    case LINE_LOG_TIME:
        return read_time(text, &manifest->log_time_ns);
    case LINE_TAIL:
        return read_hash(text, &manifest->tail);
    case LINE_MADE:
        return read_time(text, &manifest->made_ns);
    case LINE_STORE_FORMAT: {
        const enum tcn_status status = tcn_text_to_u64(text, &number);
        manifest->store_format = (uint32_t)number;
        return status == TCN_OK && number <= UINT32_MAX ? TCN_OK : TCN_MALFORMED;
    }
    case LINE_FILE_BYTES:
        return tcn_text_to_u64(text, &manifest->file_bytes);
    case LINE_FILE_HASH:
        return read_hash(text, &manifest->file_hash);
    default:
        TCN_UNREACHABLE();
    }
}

/* The value of the next line, when it begins with this key; the rest stays in `rest`. */
static bool next_line(struct tcn_slice *rest, const char *key, struct tcn_slice *out_value) {
    const size_t key_size = strlen(key);
    const uint8_t *end = rest->size == 0 ? NULL : memchr(rest->data, '\n', rest->size);
    if (end == NULL) {
        return false;
    }
    const size_t size = (size_t)(end - rest->data);
    if (size <= key_size || memcmp(rest->data, key, key_size) != 0 || rest->data[key_size] != ' ') {
        return false;
    }
    *out_value = tcn_slice_of(rest->data + key_size + 1, size - key_size - 1);
    *rest = tcn_slice_of(rest->data + size + 1, rest->size - size - 1);
    return true;
}

enum tcn_status tcn_manifest_read(const char *text, size_t size,
                                  struct tcn_manifest *out_manifest) {
    struct tcn_manifest manifest = {0};
    struct tcn_slice rest = tcn_slice_of((const uint8_t *)text, size);
    struct tcn_slice value = {0};
    uint64_t format = 0;
    if (!next_line(&rest, "tocsin-backup", &value) || tcn_text_to_u64(value, &format) != TCN_OK) {
        return TCN_MALFORMED;
    }
    if (format != TCN_MANIFEST_FORMAT) {
        return TCN_VERSION;
    }
    for (size_t line = 0; line < LINE_COUNT; line++) {
        if (!next_line(&rest, keys[line], &value) ||
            read_value((enum line)line, value, &manifest) != TCN_OK) {
            return TCN_MALFORMED;
        }
    }
    struct tcn_hash sum = {0};
    const size_t summed_size = size - rest.size;
    if (!next_line(&rest, "checksum", &value) || rest.size != 0 ||
        read_hash(value, &sum) != TCN_OK) {
        return TCN_MALFORMED;
    }
    const struct tcn_hash hash = tcn_hash_of(tcn_slice_of((const uint8_t *)text, summed_size));
    if (!tcn_hash_equals(&hash, &sum)) {
        return TCN_CORRUPT;
    }
    *out_manifest = manifest;
    return TCN_OK;
}

static enum tcn_status path_of(const char *dir, char out_path[TCN_FRESH_PATH_BYTES]) {
    const int size = snprintf(out_path, TCN_FRESH_PATH_BYTES, "%s/" TCN_MANIFEST_NAME, dir);
    return size > 0 && size < TCN_FRESH_PATH_BYTES ? TCN_OK : TCN_CONFIG;
}

enum tcn_status tcn_manifest_load(const char *dir, struct tcn_manifest *out_manifest) {
    char path[TCN_FRESH_PATH_BYTES];
    char text[TCN_MANIFEST_BYTES_MAX + 1];
    enum tcn_status status = path_of(dir, path);
    if (status != TCN_OK) {
        return status;
    }
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return TCN_ABSENT;
    }
    const size_t size = fread(text, 1, sizeof(text), file);
    const bool is_read = ferror(file) == 0;
    (void)fclose(file);
    if (!is_read) {
        return TCN_IO;
    }
    return size > TCN_MANIFEST_BYTES_MAX ? TCN_TOOBIG : tcn_manifest_read(text, size, out_manifest);
}

enum tcn_status tcn_manifest_save(const char *dir, const struct tcn_manifest *manifest) {
    char path[TCN_FRESH_PATH_BYTES];
    char text[TCN_MANIFEST_BYTES_MAX];
    const enum tcn_status status = path_of(dir, path);
    return status == TCN_OK ? tcn_fresh_file(path, text, tcn_manifest_write(manifest, text))
                            : status;
}

enum tcn_status tcn_manifest_file(const char *path, uint64_t *out_bytes,
                                  struct tcn_hash *out_hash) {
    uint8_t bytes[READ_BYTES];
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return TCN_ABSENT;
    }
    struct tcn_hasher hasher;
    uint64_t total = 0;
    size_t size = READ_BYTES;
    tcn_hasher_init(&hasher);
    while (size == READ_BYTES) {
        size = fread(bytes, 1, READ_BYTES, file);
        tcn_hasher_add(&hasher, tcn_slice_of(bytes, size));
        total += size;
    }
    const bool is_read = ferror(file) == 0;
    (void)fclose(file);
    if (!is_read) {
        return TCN_IO;
    }
    *out_bytes = total;
    *out_hash = tcn_hasher_finish(&hasher);
    return TCN_OK;
}
