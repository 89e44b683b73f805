/* SPDX-License-Identifier: Apache-2.0 */
#include "store/journal.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "store/code.h"
#include "store/fresh.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "TCNJRNL1"
#define MAGIC_BYTES 8
#define CHECKSUM_BYTES 8
#define FIXED_BYTES (MAGIC_BYTES + 16 + 8 + CHECKSUM_BYTES)
#define SYNCED_BYTES (8 + CHECKSUM_BYTES)
#define SYNCED_COUNT 2
#define HEADER_BYTES (FIXED_BYTES + SYNCED_COUNT * SYNCED_BYTES)

/* A commit writes no more than this at once: 512 records, each with a HELLO or 64 changes. */
#define PENDING_BYTES_MAX ((size_t)2 * 1024 * 1024)
#define FILE_BYTES_MAX ((off_t)TCN_JOURNAL_BYTES_MAX + (off_t)PENDING_BYTES_MAX)

_Static_assert(TCN_JOURNAL_ENTRY_BYTES_MAX >=
                   4 + 1 + 8 + 8 + 4 + 21 + 2 + TCN_CHUNK_HEAD_BYTES_MAX + 64 + 8,
               "an EPOCH fits");

struct tcn_journal {
    int file;
    bool is_reader_only;
    char path[TCN_FRESH_PATH_BYTES];
    struct tcn_id log_id;
    uint64_t from_position;
    uint64_t bytes;
    uint64_t synced_bytes[SYNCED_COUNT]; /* as the file has them; 0: cannot be read */
    uint64_t cut_bytes;                  /* at the opening */
    uint8_t *pending;                    /* encoded entries */
    size_t pending_size;
};

static void put_synced(struct tcn_writer *writer, uint64_t bytes) {
    const size_t begin = writer->offset;
    tcn_write_u64(writer, bytes);
    tcn_write_u64(writer, tcn_checksum(tcn_slice_of(writer->data + begin, writer->offset - begin)));
}

/* Of a file of so many bytes, all of which are on disk before it has its name. */
static void put_header(struct tcn_writer *writer, const struct tcn_id *log_id,
                       uint64_t from_position, uint64_t bytes) {
    const size_t begin = writer->offset;
    tcn_write_bytes(writer, MAGIC, MAGIC_BYTES);
    tcn_write_bytes(writer, log_id->bytes, sizeof(log_id->bytes));
    tcn_write_u64(writer, from_position);
    tcn_write_u64(writer, tcn_checksum(tcn_slice_of(writer->data + begin, writer->offset - begin)));
    for (size_t i = 0; i < SYNCED_COUNT; i++) {
        put_synced(writer, bytes);
    }
}

static void put_body(struct tcn_writer *writer, const struct tcn_journal_entry *entry) {
    if (entry->kind == TCN_JOURNAL_ENDS) {
        tcn_write_i64(writer, entry->until_ns);
    }
    if (entry->kind == TCN_JOURNAL_GENERATION) {
        tcn_write_u8(writer, (uint8_t)entry->stage);
    }
    if (entry->kind == TCN_JOURNAL_ERASED) {
        tcn_write_u32(writer, entry->lane.source);
        tcn_write_u64(writer, entry->lane.epoch);
        tcn_write_u8(writer, (uint8_t)entry->lane.lane);
        tcn_write_u64(writer, entry->sequence);
        tcn_write_bytes(writer, entry->hash.bytes, sizeof(entry->hash.bytes));
    }
    if (entry->kind == TCN_JOURNAL_EPOCH) {
        tcn_write_u32(writer, entry->lane.source);
        tcn_write_u64(writer, entry->lane.epoch);
        tcn_write_u8(writer, (uint8_t)entry->lane.lane);
        tcn_write_u64(writer, entry->predecessor);
        tcn_write_u16(writer, (uint16_t)entry->head_size);
        tcn_write_bytes(writer, entry->head, entry->head_size);
        tcn_write_bytes(writer, entry->signature.bytes, sizeof(entry->signature.bytes));
    }
}

/* One entry; its size is known when it is written, so it goes through a buffer. */
static enum tcn_status put_entry(struct tcn_writer *writer, const struct tcn_journal_entry *entry) {
    uint8_t data[TCN_JOURNAL_ENTRY_BYTES_MAX];
    struct tcn_writer made = tcn_writer_init(data, sizeof(data));
    if (entry->head_size > TCN_CHUNK_HEAD_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    tcn_write_u8(&made, (uint8_t)entry->kind);
    tcn_write_u64(&made, entry->generation);
    tcn_write_u64(&made, entry->position);
    tcn_write_u32(&made, entry->principal);
    put_body(&made, entry);
    TCN_CHECK(!made.overflowed);
    const size_t begin = writer->offset;
    tcn_write_u32(writer, (uint32_t)(4 + made.offset + CHECKSUM_BYTES));
    tcn_write_bytes(writer, data, made.offset);
    tcn_write_u64(writer, tcn_checksum(tcn_slice_of(writer->data + begin, writer->offset - begin)));
    return writer->overflowed ? TCN_NOMEM : TCN_OK;
}

static void read_body(struct tcn_reader *reader, struct tcn_journal_entry *entry) {
    if (entry->kind == TCN_JOURNAL_ENDS) {
        entry->until_ns = tcn_read_i64(reader);
    }
    if (entry->kind == TCN_JOURNAL_GENERATION) {
        entry->stage = (enum tcn_journal_stage)tcn_read_u8(reader);
    }
    if (entry->kind == TCN_JOURNAL_ERASED) {
        entry->lane.source = tcn_read_u32(reader);
        entry->lane.epoch = tcn_read_u64(reader);
        entry->lane.lane = (enum tcn_lane)tcn_read_u8(reader);
        entry->sequence = tcn_read_u64(reader);
        tcn_read_bytes(reader, entry->hash.bytes, sizeof(entry->hash.bytes));
    }
    if (entry->kind == TCN_JOURNAL_EPOCH) {
        entry->lane.source = tcn_read_u32(reader);
        entry->lane.epoch = tcn_read_u64(reader);
        entry->lane.lane = (enum tcn_lane)tcn_read_u8(reader);
        entry->predecessor = tcn_read_u64(reader);
        const struct tcn_slice head = tcn_read_slice16(reader);
        if (head.size > TCN_CHUNK_HEAD_BYTES_MAX) {
            reader->underflowed = true;
            return;
        }
        entry->head_size = (uint32_t)head.size;
        if (head.size > 0) {
            memcpy(entry->head, head.data, head.size);
        }
        tcn_read_bytes(reader, entry->signature.bytes, sizeof(entry->signature.bytes));
    }
}

/* An entry whose checksum fits. */
static enum tcn_status read_entry(struct tcn_slice bytes, struct tcn_journal_entry *out_entry) {
    struct tcn_reader reader = tcn_reader_init(bytes);
    struct tcn_journal_entry entry = {.kind = (enum tcn_journal_kind)tcn_read_u8(&reader)};
    entry.generation = tcn_read_u64(&reader);
    entry.position = tcn_read_u64(&reader);
    entry.principal = tcn_read_u32(&reader);
    if ((unsigned)entry.kind > TCN_JOURNAL_ERASED || entry.kind == TCN_JOURNAL_NONE) {
        return TCN_VERSION;
    }
    read_body(&reader, &entry);
    if (reader.underflowed || tcn_reader_rest(&reader) > 0) {
        return TCN_CORRUPT;
    }
    *out_entry = entry;
    return TCN_OK;
}

/* Bytes of the whole entry at the front; 0 when there is none that its checksum fits. */
static size_t entry_size(struct tcn_slice rest) {
    struct tcn_reader reader = tcn_reader_init(rest);
    const size_t size = tcn_read_u32(&reader);
    if (reader.underflowed || size > rest.size || size < 4 + CHECKSUM_BYTES ||
        size > TCN_JOURNAL_ENTRY_BYTES_MAX) {
        return 0;
    }
    const size_t covered = size - CHECKSUM_BYTES;
    struct tcn_reader tail = tcn_reader_init(tcn_slice_of(rest.data + covered, CHECKSUM_BYTES));
    return tcn_read_u64(&tail) == tcn_checksum(tcn_slice_of(rest.data, covered)) ? size : 0;
}

/* 0 when it cannot be read: no file is that small. */
static uint64_t read_synced(struct tcn_slice bytes) {
    struct tcn_reader reader = tcn_reader_init(bytes);
    const uint64_t synced = tcn_read_u64(&reader);
    const uint64_t sum = tcn_read_u64(&reader);
    return sum == tcn_checksum(tcn_slice_of(bytes.data, 8)) ? synced : 0;
}

static enum tcn_status read_header(struct tcn_journal *journal, struct tcn_slice bytes,
                                   const struct tcn_id *log_id) {
    struct tcn_reader reader = tcn_reader_init(bytes);
    const struct tcn_slice magic = tcn_read_slice(&reader, MAGIC_BYTES);
    tcn_read_bytes(&reader, journal->log_id.bytes, sizeof(journal->log_id.bytes));
    journal->from_position = tcn_read_u64(&reader);
    const uint64_t sum = tcn_read_u64(&reader);
    if (reader.underflowed || memcmp(magic.data, MAGIC, MAGIC_BYTES - 1) != 0) {
        return TCN_CORRUPT;
    }
    if (magic.data[MAGIC_BYTES - 1] != MAGIC[MAGIC_BYTES - 1]) {
        return TCN_VERSION;
    }
    if (sum != tcn_checksum(tcn_slice_of(bytes.data, FIXED_BYTES - CHECKSUM_BYTES)) ||
        bytes.size < HEADER_BYTES) {
        return TCN_CORRUPT;
    }
    for (size_t i = 0; i < SYNCED_COUNT; i++) {
        journal->synced_bytes[i] =
            read_synced(tcn_slice_of(bytes.data + FIXED_BYTES + i * SYNCED_BYTES, SYNCED_BYTES));
    }
    return tcn_id_equals(&journal->log_id, log_id) ? TCN_OK : TCN_FOREIGN_LOG;
}

/* The newest of the two, and whether both can be read. */
static uint64_t synced_of(const struct tcn_journal *journal, bool *out_is_sure) {
    const uint64_t *synced = journal->synced_bytes;
    *out_is_sure = synced[0] != 0 && synced[1] != 0;
    return synced[0] > synced[1] ? synced[0] : synced[1];
}

/* J2, J4: what becomes of a file whose whole entries end here. */
static enum tcn_status judge_end(const struct tcn_journal *journal, size_t whole, size_t size) {
    bool is_sure = false;
    const uint64_t synced = synced_of(journal, &is_sure);
    const bool is_torn = whole < size;
    if (synced == 0 || whole < synced || (is_torn && !is_sure)) {
        return TCN_CORRUPT;
    }
    return size - whole > PENDING_BYTES_MAX ? TCN_CORRUPT : TCN_OK;
}

/* All entries; out_size is where the last whole one ends. */
static enum tcn_status walk(struct tcn_journal *journal, struct tcn_slice bytes,
                            const struct tcn_journal_options *options, size_t *out_size) {
    enum tcn_status status = read_header(journal, bytes, options->log_id);
    size_t offset = HEADER_BYTES;
    while (status == TCN_OK && offset < bytes.size) {
        const struct tcn_slice rest = tcn_slice_of(bytes.data + offset, bytes.size - offset);
        const size_t size = entry_size(rest);
        struct tcn_journal_entry entry;
        if (size == 0) {
            break;
        }
        status = read_entry(tcn_slice_of(rest.data + 4, size - 4 - CHECKSUM_BYTES), &entry);
        if (status == TCN_OK && options->visit != NULL) {
            status = options->visit(options->context, &entry);
        }
        offset += size;
    }
    *out_size = offset;
    return status == TCN_OK ? judge_end(journal, offset, bytes.size) : status;
}

/* J1: the file says that all of it is on disk, when it is. The place that is written is not the one
 * that counts until then. */
static enum tcn_status mark_synced(struct tcn_journal *journal) {
    const size_t turn = journal->synced_bytes[0] <= journal->synced_bytes[1] ? 0 : 1;
    uint8_t data[SYNCED_BYTES];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    put_synced(&writer, journal->bytes);
    const off_t place = (off_t)(FIXED_BYTES + turn * SYNCED_BYTES);
    if (pwrite(journal->file, data, sizeof(data), place) != (ssize_t)sizeof(data) ||
        fdatasync(journal->file) != 0) {
        return TCN_IO;
    }
    journal->synced_bytes[turn] = journal->bytes;
    return TCN_OK;
}

/* A file that is whole, and says so in both places. */
static enum tcn_status mend(struct tcn_journal *journal, size_t size) {
    bool is_sure = false;
    const bool is_torn = journal->bytes < size;
    enum tcn_status status = TCN_OK;
    if (synced_of(journal, &is_sure) == journal->bytes && is_sure && !is_torn) {
        return TCN_OK;
    }
    if ((is_torn && ftruncate(journal->file, (off_t)journal->bytes) != 0) ||
        fdatasync(journal->file) != 0) {
        return tcn_store_status(errno);
    }
    for (size_t i = 0; i < SYNCED_COUNT && status == TCN_OK; i++) {
        status = mark_synced(journal);
    }
    return status;
}

/* Reads the whole file; what a power cut tore off its end is cut off, unless it is only read. */
static enum tcn_status load(struct tcn_journal *journal,
                            const struct tcn_journal_options *options) {
    struct stat about;
    if (fstat(journal->file, &about) != 0) {
        return tcn_store_status(errno);
    }
    if (!S_ISREG(about.st_mode) || about.st_size > FILE_BYTES_MAX) {
        return TCN_CORRUPT;
    }
    const size_t size = (size_t)about.st_size;
    uint8_t *data = malloc(size + 1);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    size_t whole = 0;
    enum tcn_status status = pread(journal->file, data, size, 0) == (ssize_t)size ? TCN_OK : TCN_IO;
    if (status == TCN_OK) {
        status = walk(journal, tcn_slice_of(data, size), options, &whole);
    }
    free(data);
    journal->bytes = whole;
    journal->cut_bytes = size - whole;
    return status == TCN_OK && !options->is_reader_only ? mend(journal, size) : status;
}

/* A whole file of these entries, in the place of the one that may be there. */
static enum tcn_status replace(const char *path, const struct tcn_id *log_id,
                               uint64_t from_position, const struct tcn_journal_entries *entries,
                               uint64_t *out_bytes) {
    const size_t room = HEADER_BYTES + entries->count * TCN_JOURNAL_ENTRY_BYTES_MAX;
    uint8_t *data = malloc(room);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, room);
    struct tcn_writer header = writer;
    enum tcn_status status = TCN_OK;
    writer.offset = HEADER_BYTES;
    for (size_t i = 0; i < entries->count && status == TCN_OK; i++) {
        status = put_entry(&writer, entries->at(entries->context, i));
    }
    if (status == TCN_OK) {
        put_header(&header, log_id, from_position, writer.offset);
        status = tcn_fresh_replace(path, data, writer.offset);
    }
    free(data);
    *out_bytes = writer.offset;
    return status;
}

/* The first, as the only one. */
static const struct tcn_journal_entry *first_at(void *context, size_t index) {
    const struct tcn_journal_options *options = context;
    TCN_CHECK(index == 0);
    return options->first;
}

static enum tcn_status make(const struct tcn_journal_options *options) {
    uint64_t bytes = 0;
    struct tcn_journal_options copy = *options;
    const struct tcn_journal_entries entries = {.at = first_at, .context = &copy, .count = 1};
    return replace(options->path, options->log_id, options->from_position, &entries, &bytes);
}

static enum tcn_status hold(const char *path, int mode, int *out_file) {
    const int file = open(path, mode | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return tcn_store_status(errno);
    }
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        const enum tcn_status status = tcn_store_status(errno);
        (void)close(file);
        return status;
    }
    *out_file = file;
    return TCN_OK;
}

enum tcn_status tcn_journal_open(const struct tcn_journal_options *options,
                                 struct tcn_journal **out_journal) {
    struct tcn_journal *journal = calloc(1, sizeof(*journal));
    if (journal == NULL) {
        return TCN_NOMEM;
    }
    const int mode = options->is_reader_only ? O_RDONLY : O_RDWR;
    journal->file = -1;
    journal->is_reader_only = options->is_reader_only;
    journal->pending = malloc(PENDING_BYTES_MAX);
    const int size = snprintf(journal->path, sizeof(journal->path), "%s", options->path);
    enum tcn_status status = journal->pending == NULL                            ? TCN_NOMEM
                             : size < 0 || (size_t)size >= sizeof(journal->path) ? TCN_CONFIG
                                                                                 : TCN_OK;
    if (status == TCN_OK) {
        status = hold(options->path, mode, &journal->file);
    }
    if (status == TCN_ABSENT && options->first != NULL) {
        status = make(options);
        status = status == TCN_OK ? hold(options->path, mode, &journal->file) : status;
    }
    if (status == TCN_OK) {
        status = load(journal, options);
    }
    if (status != TCN_OK) {
        tcn_journal_close(&journal);
        return status;
    }
    *out_journal = journal;
    return TCN_OK;
}

void tcn_journal_close(struct tcn_journal **journal) {
    if (journal == NULL || *journal == NULL) {
        return;
    }
    if ((*journal)->file >= 0) {
        (void)close((*journal)->file);
    }
    free((*journal)->pending);
    free(*journal);
    *journal = NULL;
}

enum tcn_status tcn_journal_add(struct tcn_journal *journal,
                                const struct tcn_journal_entry *entry) {
    TCN_CHECK(!journal->is_reader_only);
    struct tcn_writer writer = tcn_writer_init(journal->pending + journal->pending_size,
                                               PENDING_BYTES_MAX - journal->pending_size);
    const enum tcn_status status = put_entry(&writer, entry);
    journal->pending_size += status == TCN_OK ? writer.offset : 0;
    return status;
}

void tcn_journal_drop(struct tcn_journal *journal) {
    journal->pending_size = 0;
}

enum tcn_status tcn_journal_commit(struct tcn_journal *journal) {
    if (journal->pending_size == 0) {
        return TCN_OK;
    }
    const size_t size = journal->pending_size;
    const ssize_t done = pwrite(journal->file, journal->pending, size, (off_t)journal->bytes);
    journal->pending_size = 0;
    if (done != (ssize_t)size) {
        const enum tcn_status status = done < 0 ? tcn_store_status(errno) : TCN_FULL;
        /* What was written of it is no entry; a later append begins where this one did. */
        const bool is_undone = ftruncate(journal->file, (off_t)journal->bytes) == 0;
        return status == TCN_FULL && is_undone ? TCN_FULL : TCN_IO;
    }
    if (fdatasync(journal->file) != 0) {
        return TCN_IO;
    }
    journal->bytes += size;
    return mark_synced(journal);
}

/* Whether the file that is held is the one that has the name. */
static bool is_named(const struct tcn_journal *journal) {
    struct stat held;
    struct stat named;
    return fstat(journal->file, &held) == 0 && lstat(journal->path, &named) == 0 &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

enum tcn_status tcn_journal_rewrite(struct tcn_journal *journal,
                                    const struct tcn_journal_entries *entries) {
    TCN_CHECK(journal->pending_size == 0 && !journal->is_reader_only);
    uint64_t bytes = 0;
    enum tcn_status status =
        replace(journal->path, &journal->log_id, journal->from_position, entries, &bytes);
    int file = -1;
    if (status == TCN_OK) {
        status = hold(journal->path, O_RDWR, &file);
    }
    if (status == TCN_OK) {
        (void)close(journal->file);
        journal->file = file;
        journal->bytes = bytes;
        journal->synced_bytes[0] = journal->synced_bytes[1] = bytes;
    } else if (!is_named(journal)) {
        /* What is written to a file without a name is lost with it: nothing more is. */
        (void)close(journal->file);
        journal->file = -1;
        status = TCN_IO;
    }
    return status;
}

enum tcn_status tcn_journal_copy(struct tcn_journal *journal, const char *path) {
    const size_t size = (size_t)journal->bytes;
    uint8_t *data = malloc(size + 1);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = pread(journal->file, data, size, 0) == (ssize_t)size ? TCN_OK : TCN_IO;
    if (status == TCN_OK) {
        status = tcn_fresh_file(path, data, size);
    }
    free(data);
    return status;
}

uint64_t tcn_journal_bytes(const struct tcn_journal *journal) {
    return journal->bytes;
}

uint64_t tcn_journal_cut_bytes(const struct tcn_journal *journal) {
    return journal->cut_bytes;
}

uint64_t tcn_journal_from(const struct tcn_journal *journal) {
    return journal->from_position;
}
