/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/house.h"

#include "base/clock.h"
#include "base/hash.h"
#include "collector/receipts.h"
#include "core/recall.h"
#include "query/chain.h"
#include "query/snapshot.h"
#include "query/walk.h"
#include "seal/init.h"
#include "seal/random.h"
#include "store/format.h"
#include "store/journal.h"
#include "wire/chunk.h"
#include "wire/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *mailbox_name(enum tcn_house_mailbox mailbox) {
    switch (mailbox) {
    case TCN_HOUSE_NET_WRITER:
        return "net-writer";
    case TCN_HOUSE_NET_SERVE:
        return "net-serve";
    case TCN_HOUSE_WRITER_APPLY:
        return "writer-apply";
    case TCN_HOUSE_WRITER_SERVE:
        return "writer-serve";
    case TCN_HOUSE_APPLY_SERVE:
        return "apply-serve";
    case TCN_HOUSE_SNAPSHOTS_SERVE:
        return "snapshots-serve";
    }
    TCN_UNREACHABLE();
}

enum tcn_status tcn_house_mailbox(const struct tcn_collector *house, enum tcn_house_mailbox mailbox,
                                  enum tcn_mailbox_end end, struct tcn_sock **out_sock) {
    char name[64];
    const int size =
        snprintf(name, sizeof(name), "%s-%016" PRIx64, mailbox_name(mailbox), house->tag);
    TCN_CHECK(size > 0 && (size_t)size < sizeof(name));
    return tcn_mailbox_open(house->link, name, end, house->mailbox_messages_max, out_sock);
}

/* "<dir>/<name>" */
static enum tcn_status path_of(const char *dir, const char *name,
                               char out_path[TCN_HOUSE_TEXT_BYTES]) {
    const int size = snprintf(out_path, TCN_HOUSE_TEXT_BYTES, "%s/%s", dir, name);
    return size > 0 && size < TCN_HOUSE_TEXT_BYTES ? TCN_OK : TCN_CONFIG;
}

/* Makes the folder, and its name durable: what is acknowledged in it must be found again. */
static enum tcn_status make_folder(const char *dir) {
    if (mkdir(dir, 0700) != 0) {
        return errno == EEXIST ? TCN_OK : TCN_CONFIG;
    }
    char path[TCN_HOUSE_TEXT_BYTES];
    const enum tcn_status status = path_of(dir, "..", path);
    if (status != TCN_OK) {
        return status;
    }
    const int parent = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0) {
        return TCN_IO;
    }
    const int synced = fsync(parent);
    (void)close(parent);
    return synced == 0 ? TCN_OK : TCN_IO;
}

/* Without it the fold works as well: only deaths within it are not counted. */
static void open_attempt(struct tcn_collector *house, const struct tcn_collector_options *options,
                         const char *dir) {
    const uint64_t build =
        tcn_checksum(tcn_slice_text(options->version == NULL ? "" : options->version));
    const enum tcn_status status = tcn_attempt_open(dir, build, &house->attempt);
    if (status != TCN_OK) {
        tcn_log(options->logger, TCN_LOG_WARNING,
                "it is not counted how often the program dies at an event: because %s",
                tcn_status_sentence(status));
    }
}

/* Which format it is, who wrote it and what to do. */
static void say_format(const struct tcn_logger *logger, const char *path) {
    char text[TCN_FORMAT_TEXT_BYTES];
    char advice[TCN_FORMAT_TEXT_BYTES];
    tcn_store_format_explain(path, text, advice);
    tcn_log(logger, TCN_LOG_ERROR, "cannot open %s: because %s", path, text);
    tcn_log(logger, TCN_LOG_ERROR, "try: %s", advice);
}

static enum tcn_status open_log_store(struct tcn_collector *house,
                                      const struct tcn_collector_options *options) {
    char path[TCN_HOUSE_TEXT_BYTES];
    const struct tcn_store_options store = {.dir = path, .map_bytes = options->map_bytes};
    enum tcn_status status = path_of(options->dir, "log", path);
    if (status == TCN_OK) {
        status = tcn_log_open(&store, &house->log);
    }
    if (status == TCN_VERSION) {
        say_format(options->logger, path);
    }
    return status;
}

/* What was erased stays in free pages of the file until it is written anew: here, while nobody
 * reads it. A disk without room for that is no reason not to start. */
static enum tcn_status forget_erased(struct tcn_collector *house,
                                     const struct tcn_store_options *store,
                                     const struct tcn_logger *logger) {
    bool is_stale = false;
    enum tcn_status status = tcn_shares_is_stale(house->shares, &is_stale);
    if (status != TCN_OK || !is_stale) {
        return status;
    }
    status = tcn_shares_compact(&house->shares);
    if (status != TCN_FULL) {
        return status;
    }
    tcn_log(logger, TCN_LOG_WARNING,
            "there is no room to write the shares anew: free pages of %s/data.mdb still hold what "
            "was erased; try: make room, and start again",
            store->dir);
    return house->shares == NULL ? tcn_shares_open(store, &house->shares) : TCN_OK;
}

static enum tcn_status open_shares_store(struct tcn_collector *house,
                                         const struct tcn_collector_options *options) {
    char path[TCN_HOUSE_TEXT_BYTES];
    const struct tcn_store_options store = {.dir = path, .map_bytes = options->map_bytes};
    enum tcn_status status = path_of(options->dir, "shares", path);
    if (status == TCN_OK) {
        status = tcn_shares_open(&store, &house->shares);
    }
    if (status == TCN_OK) {
        status = forget_erased(house, &store, options->logger);
    }
    if (status == TCN_VERSION) {
        say_format(options->logger, path);
    }
    return status;
}

/* Whether the state in a directory is to be thrown away and derived again: damage to it costs time,
 * not data, and so does an older format. A newer one is not touched: its program may come back. */
static bool is_derived_again(enum tcn_status status, const struct tcn_logger *logger,
                             const char *path) {
    struct tcn_store_format format;
    if (status != TCN_VERSION) {
        return status == TCN_CORRUPT;
    }
    if (tcn_store_format_read(path, &format) == TCN_OK && tcn_store_format_is_newer(&format)) {
        say_format(logger, path);
        return false;
    }
    return true;
}

static enum tcn_status open_stores(struct tcn_collector *house,
                                   const struct tcn_collector_options *options) {
    char path[TCN_HOUSE_TEXT_BYTES];
    const struct tcn_store_options store = {.dir = path, .map_bytes = options->map_bytes};
    enum tcn_status status = make_folder(options->dir);
    if (status == TCN_OK) {
        status = open_log_store(house, options);
    }
    if (status == TCN_OK) {
        status = open_shares_store(house, options);
    }
    if (status == TCN_OK) {
        status = path_of(options->dir, "state", path);
    }
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_state_open(&store, &house->state);
    if (is_derived_again(status, options->logger, path)) {
        tcn_log(options->logger, TCN_LOG_WARNING,
                "the state is damaged or of an older version and "
                "is derived again");
        status = tcn_state_wipe(path);
        status = status == TCN_OK ? tcn_state_open(&store, &house->state) : status;
    }
    if (status == TCN_VERSION) {
        return status;
    }
    if (status != TCN_OK) {
        tcn_log(options->logger, TCN_LOG_ERROR,
                "the state %s does not open; it is derived from the log: it may be moved away",
                path);
        return status;
    }
    open_attempt(house, options, path);
    return TCN_OK;
}

/* Position 1: genesis, its receipt group, and whose log it is. */
static enum tcn_status write_genesis(struct tcn_collector *house,
                                     const struct tcn_signing_key *key) {
    const struct tcn_charter *charter = &house->charter;
    const struct tcn_record record = {
        .kind = TCN_RECORD_GENESIS,
        .generation = 1,
        .first_position = 1,
        .count = 1,
        .log_time_ns = charter->genesis.created_ns,
        .chunk_hash = charter->hash,
        .group_first = 1,
        .chunk = {.head = charter->bytes,
                  .signature =
                      tcn_slice_of(charter->signature.bytes, sizeof(charter->signature.bytes))},
    };
    const struct tcn_log_identity identity = {.log_id = charter->genesis.log_id, .generation = 1};
    struct tcn_receipts receipts = {0};
    uint8_t data[TCN_RECEIPT_BODY_BYTES_MAX];
    struct tcn_slice body = {0};
    tcn_receipts_begin(&receipts, 1);
    tcn_receipts_body(&record, &charter->genesis.log_id, data, &body);
    tcn_receipts_add(&receipts, body);
    enum tcn_status status = tcn_receipts_seal(&receipts, key);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_log_group_begin(house->log);
    if (status == TCN_OK) {
        status = tcn_log_append(house->log, &record, 0);
    }
    if (status == TCN_OK) {
        status = tcn_log_identity_put(house->log, &identity);
    }
    if (status == TCN_OK) {
        status = tcn_log_group_put(house->log, &receipts.row);
    }
    if (status != TCN_OK) {
        tcn_log_group_abort(house->log);
        return status;
    }
    return tcn_log_group_commit(house->log);
}

/* An empty log takes its charter from the genesis file; any other has it, and the file, when it is
 * there, must be the same. */
static enum tcn_status open_charter(struct tcn_collector *house,
                                    const struct tcn_collector_options *options,
                                    struct tcn_log_reader *reader) {
    enum tcn_status status = tcn_charter_init_log(&house->charter, reader);
    tcn_log_reader_reset(reader);
    if (status == TCN_ABSENT) {
        status = options->genesis_file == NULL
                     ? TCN_ABSENT
                     : tcn_charter_init_file(&house->charter, options->genesis_file);
        return status;
    }
    if (status != TCN_OK || options->genesis_file == NULL) {
        return status;
    }
    struct tcn_charter other = {0};
    status = tcn_charter_init_file(&other, options->genesis_file);
    if (status == TCN_ABSENT) {
        return TCN_OK; /* it has served its purpose */
    }
    if (status == TCN_OK && !tcn_hash_equals(&other.hash, &house->charter.hash)) {
        status = TCN_FOREIGN_LOG;
    }
    tcn_charter_fini(&other);
    return status;
}

/* The hash that the lane's mark holds behind a record: the chunk's, and behind a VOID range the one
 * that its event names for the next chunk. */
static enum tcn_status next_previous(const struct tcn_record *record, struct tcn_hash *out_hash) {
    struct tcn_arena arena;
    enum tcn_status status =
        tcn_arena_init(&arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_OPEN_BYTES_MAX));
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_hash hash = record->chunk_hash;
    struct tcn_chunk_head head = {0};
    struct tcn_logged logged = {0};
    struct tcn_event event = {0};
    status = tcn_wire_chunk_head_decode(record->chunk.head, &arena, &head);
    if (status == TCN_OK && head.void_count > 0) {
        status = tcn_walk_find(record, record->first_position, &logged);
        if (status == TCN_OK) {
            status = tcn_walk_decode(record, &logged, &arena, &event);
        }
        if (status == TCN_OK && !tcn_hash_is_none(&event.void_body.next_previous)) {
            hash = event.void_body.next_previous;
        }
    }
    tcn_arena_fini(&arena);
    if (status == TCN_OK) {
        *out_hash = hash;
    }
    return status == TCN_OK || status == TCN_NOMEM ? status : TCN_CORRUPT;
}

/* The last record names its content rightly, and a lane's mark stands where the record ends. */
static enum tcn_status check_tail(struct tcn_collector *house, struct tcn_log_reader *reader) {
    struct tcn_record record = {0};
    enum tcn_status status = tcn_log_tail(reader, &record);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    const struct tcn_hash content = tcn_record_content_hash(record.kind, record.chunk.head);
    const uint64_t last = record.first_position + record.count - 1;
    if (!tcn_hash_equals(&content, &record.chunk_hash) ||
        last != tcn_log_last_position(house->log)) {
        return TCN_CORRUPT;
    }
    house->tail_hash = tcn_record_hash(&record);
    house->tail_time_ns = record.log_time_ns;
    struct tcn_log_identity identity = {0};
    status = tcn_log_identity_get(house->log, &identity);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    if (identity.generation < record.generation) {
        return TCN_CORRUPT;
    }
    house->generation = identity.generation;
    house->tail_generation = record.generation;
    if (record.kind != TCN_RECORD_CHUNK && record.kind != TCN_RECORD_OWN) {
        return TCN_OK;
    }
    const struct tcn_lane_key lane = record.lane;
    struct tcn_hash hash = {0};
    status = next_previous(&record, &hash);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_mark mark = {0};
    status = tcn_log_mark_get(house->log, &lane, &mark);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    return mark.position == last && tcn_hash_equals(&mark.hash, &hash) ? TCN_OK : TCN_CORRUPT;
}

/* The signing key that the log names, in one of the files. What a crash left of a succession is
 * ended here: the log has the new key in force, and its file the name of the old one. */
static enum tcn_status find_key(const struct tcn_collector *house, struct tcn_log_reader *reader,
                                struct tcn_signing_key *out_key) {
    struct tcn_rights rights = {0};
    enum tcn_status status = tcn_rights_init(&rights, &house->charter);
    if (status == TCN_OK) {
        status = tcn_rights_load(&rights, reader, UINT64_MAX);
    }
    if (status == TCN_OK) {
        const struct tcn_public_key *named = tcn_rights_collector_key(&rights);
        status = tcn_voice_find(&house->key_files, named, out_key);
        if (status == TCN_OK && tcn_voice_install(&house->key_files, named) != TCN_OK) {
            tcn_log(house->logger, TCN_LOG_WARNING,
                    "the new key keeps the name %s.next: because the file cannot be renamed",
                    house->key_files.path);
        }
    }
    tcn_rights_fini(&rights);
    return status;
}

static enum tcn_status open_log(struct tcn_collector *house,
                                const struct tcn_collector_options *options) {
    struct tcn_log_reader *reader = NULL;
    struct tcn_signing_key key = {.secret = {0}};
    enum tcn_status status = tcn_log_reader_open(house->log, &reader);
    if (status != TCN_OK) {
        return status;
    }
    status = open_charter(house, options, reader);
    if (status == TCN_OK) {
        status = find_key(house, reader, &key);
    }
    if (status != TCN_OK) {
        goto out;
    }
    if (options->is_feed_clock && house->charter.genesis.mode != TCN_MODE_EXERCISE) {
        status = TCN_CONFIG;
        goto out;
    }
    if (tcn_log_last_position(house->log) == 0) {
        status = write_genesis(house, &key);
        if (status != TCN_OK) {
            goto out;
        }
    }
    status = check_tail(house, reader);
out:
    tcn_secret_wipe(&key, sizeof(key));
    tcn_log_reader_close(&reader);
    return status;
}

static enum tcn_status state_position(struct tcn_collector *house, uint64_t *out_position) {
    struct tcn_state_reader *reader = NULL;
    struct tcn_applied applied = {0};
    enum tcn_status status = tcn_state_reader_open(house->state, &reader);
    if (status == TCN_OK) {
        status = tcn_state_applied(reader, &applied);
    }
    tcn_state_reader_close(&reader);
    *out_position = applied.position;
    return status;
}

static enum tcn_status reopen_state(struct tcn_collector *house, bool is_wiped) {
    char path[TCN_HOUSE_TEXT_BYTES];
    const struct tcn_store_options store = {.dir = path, .map_bytes = house->map_bytes};
    enum tcn_status status = path_of(house->dir, "state", path);
    tcn_state_close(&house->state);
    if (status == TCN_OK && is_wiped) {
        status = tcn_state_wipe(path);
    }
    return status == TCN_OK ? tcn_state_open(&store, &house->state) : status;
}

/* An empty state begins with the newest snapshot that verifies; without one, or without room for
 * it, with position 1. */
static enum tcn_status begin_state(struct tcn_collector *house) {
    struct tcn_log_reader *reader = NULL;
    uint64_t position = 0;
    enum tcn_status status = tcn_log_reader_open(house->log, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_keyring ring;
    const struct tcn_snapshot_place place = {.dir = house->dir, .reader = reader, .ring = &ring};
    tcn_state_close(&house->state);
    status = tcn_rights_load_ring(&house->charter, reader, &ring);
    if (status == TCN_OK) {
        status = tcn_snapshot_use(&place, &position);
    }
    tcn_log_reader_close(&reader);
    if (status == TCN_OK) {
        tcn_log(house->logger, TCN_LOG_INFO,
                "the state begins with the snapshot at position %" PRIu64, position);
    } else if (status != TCN_ABSENT) {
        tcn_log(house->logger, TCN_LOG_WARNING,
                "no snapshot is used: because %s; the state is derived from position 1",
                tcn_status_sentence(status));
    }
    return reopen_state(house, status != TCN_OK && status != TCN_ABSENT);
}

/* A state that does not say how far it got is damaged; one that is ahead of its log belongs to
 * another one. */
static enum tcn_status check_state(struct tcn_collector *house) {
    uint64_t position = 0;
    const uint64_t last = tcn_log_last_position(house->log);
    enum tcn_status status = state_position(house, &position);
    const bool is_damaged = status == TCN_CORRUPT || status == TCN_VERSION;
    if (status != TCN_OK && !is_damaged) {
        return status;
    }
    if (is_damaged || position > last) {
        tcn_log(house->logger, TCN_LOG_WARNING, "the state of %s is %s and is derived again",
                house->dir, is_damaged ? "damaged" : "ahead of the log");
        status = reopen_state(house, true);
        position = 0;
    }
    return status == TCN_OK && position == 0 && last > 1 ? begin_state(house) : status;
}

enum tcn_status tcn_house_open(struct tcn_collector *house,
                               const struct tcn_collector_options *options) {
    TCN_CHECK(house != NULL && options->keys != NULL && options->link != NULL);
    house->transport = &options->keys->transport;
    house->key_files = (struct tcn_voice_keys){.held = options->keys, .path = options->key_file};
    house->broker_key = options->broker_transport_key;
    house->link = options->link;
    house->logger = options->logger;
    house->metrics_path = options->metrics_path;
    house->version = options->version;
    house->is_feed_clock = options->is_feed_clock;
    house->map_bytes = options->map_bytes;
    house->snapshot_positions = options->snapshot_positions;
    house->snapshot_hours = options->snapshot_hours;
    house->mailbox_messages_max = TCN_MAILBOX_MESSAGES_MAX;
    house->tag = tcn_random_u64();
    const int size =
        snprintf(house->endpoint, sizeof(house->endpoint), "%s", options->broker_endpoint);
    const int dir_size = snprintf(house->dir, sizeof(house->dir), "%s", options->dir);
    if (size <= 0 || (size_t)size >= sizeof(house->endpoint) || dir_size <= 0 ||
        (size_t)dir_size >= sizeof(house->dir)) {
        return TCN_CONFIG;
    }
    enum tcn_status status = open_stores(house, options);
    if (status == TCN_OK) {
        status = open_log(house, options);
    }
    if (status == TCN_OK) {
        status = tcn_house_open_journal(house, options->journal_path);
    }
    return status == TCN_OK ? check_state(house) : status;
}

void tcn_house_close(struct tcn_collector *house) {
    tcn_attempt_close(&house->attempt);
    tcn_state_close(&house->state);
    tcn_shares_close(&house->shares);
    tcn_log_close(&house->log);
    tcn_journal_close(&house->journal);
    tcn_recall_destroy(&house->recall);
    tcn_charter_fini(&house->charter);
}
