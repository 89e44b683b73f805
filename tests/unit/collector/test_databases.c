/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* Databases that were written by the first version with frozen formats, from tests/data/databases,
 * opened by this one: the same counts, the same hashes. `TOCSIN_GOLDEN_WRITE=DIR` makes them anew
 * in DIR; see the README there for when that is right. */
/* ctest-uses: query core store wire link seal */
/* ctest-wraps: tcn_random_bytes */
#include "../core/regime_log.h"
#include "bench.h"
#include "core/fold.h"
#include "query/audit.h"
#include "query/rebuild.h"
#include "store/outbox.h"

#include <inttypes.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 512
#define TEXT_BYTES 4096
#define CHUNKS 40
#define EVENTS 6
#define COPY_EPOCH UINT64_C(7777)
#define NEXT_EPOCH UINT64_C(4242)
#define DBS_MAX 16
#define VALUE_BYTES_MAX (256u * 1024)

/* `outbox` is of format 1 and was written by the first version; `outbox2` is as it is now. */
static const char *const stores[] = {"log", "shares", "outbox2", "outbox"};
#define WRITTEN 3

/* Bytes that follow from their number, so that all keys are the same each time. */
void __wrap_tcn_random_bytes(void *out_data, size_t size);

void __wrap_tcn_random_bytes(void *out_data, size_t size) {
    static uint8_t next;
    memset(out_data, ++next, size);
}

static void file_path(const char *name, const char *suffix, char out_path[PATH_BYTES]) {
    const char *target = getenv("TOCSIN_GOLDEN_WRITE");
    const char *source = getenv("TOCSIN_SRC");
    if (target != NULL) {
        (void)snprintf(out_path, PATH_BYTES, "%s/%s%s", target, name, suffix);
    } else {
        (void)snprintf(out_path, PATH_BYTES, "%s/tests/data/databases/%s%s",
                       source == NULL ? "." : source, name, suffix);
    }
}

static MDB_txn *raw_open(const char *dir, unsigned flags, MDB_env **out_mdb) {
    MDB_txn *txn = NULL;
    assert_int_equal(mdb_env_create(out_mdb), 0);
    assert_int_equal(mdb_env_set_maxdbs(*out_mdb, DBS_MAX), 0);
    assert_int_equal(mdb_env_set_mapsize(*out_mdb, PLACE_MAP_BYTES), 0);
    assert_int_equal(mdb_env_open(*out_mdb, dir, flags, 0600), 0);
    assert_int_equal(mdb_txn_begin(*out_mdb, NULL, flags, &txn), 0);
    return txn;
}

static void put_sized(FILE *file, MDB_val bytes) {
    const uint8_t size[4] = {(uint8_t)(bytes.mv_size >> 24), (uint8_t)(bytes.mv_size >> 16),
                             (uint8_t)(bytes.mv_size >> 8), (uint8_t)bytes.mv_size};
    assert_int_equal(fwrite(size, 1, sizeof(size), file), sizeof(size));
    assert_int_equal(fwrite(bytes.mv_data, 1, bytes.mv_size, file), bytes.mv_size);
}

/* Every row of a closed database: name, key and value, each behind its size. */
static void dump(const char *dir, const char *path) {
    MDB_env *mdb = NULL;
    MDB_txn *txn = raw_open(dir, MDB_RDONLY, &mdb);
    MDB_cursor *names = NULL;
    MDB_val name;
    MDB_val unused;
    MDB_dbi root = 0;
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(mdb_dbi_open(txn, NULL, 0, &root), 0);
    assert_int_equal(mdb_cursor_open(txn, root, &names), 0);
    while (mdb_cursor_get(names, &name, &unused, MDB_NEXT) == 0) {
        char text[64];
        MDB_dbi db = 0;
        MDB_cursor *rows = NULL;
        MDB_val key;
        MDB_val value;
        (void)snprintf(text, sizeof(text), "%.*s", (int)name.mv_size, (const char *)name.mv_data);
        assert_int_equal(mdb_dbi_open(txn, text, 0, &db), 0);
        assert_int_equal(mdb_cursor_open(txn, db, &rows), 0);
        while (mdb_cursor_get(rows, &key, &value, MDB_NEXT) == 0) {
            put_sized(file, (MDB_val){strlen(text), text});
            put_sized(file, key);
            put_sized(file, value);
        }
        mdb_cursor_close(rows);
    }
    mdb_cursor_close(names);
    mdb_txn_abort(txn);
    mdb_env_close(mdb);
    assert_int_equal(fclose(file), 0);
}

static bool get_sized(FILE *file, uint8_t *data, MDB_val *out_bytes) {
    uint8_t size[4];
    if (fread(size, 1, sizeof(size), file) != sizeof(size)) {
        return false;
    }
    const size_t wanted =
        (size_t)size[0] << 24 | (size_t)size[1] << 16 | (size_t)size[2] << 8 | (size_t)size[3];
    assert_in_range(wanted, 0, VALUE_BYTES_MAX);
    assert_int_equal(fread(data, 1, wanted, file), wanted);
    *out_bytes = (MDB_val){wanted, data};
    return true;
}

/* A directory without a database; what stood there is removed. */
static void make_room(const char *dir) {
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    (void)mkdir(dir, 0700);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[PATH_BYTES + 16];
        (void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
        (void)unlink(path);
    }
}

/* The rows of such a file, into a new database. One that is empty of rows is made too. */
static void load(const char *path, const char *dir, const char *const *names) {
    static uint8_t data[3][VALUE_BYTES_MAX];
    MDB_env *mdb = NULL;
    MDB_val name;
    MDB_val key;
    MDB_val value;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("no %s", path);
    }
    make_room(dir);
    MDB_txn *txn = raw_open(dir, 0, &mdb);
    for (size_t i = 0; names[i] != NULL; i++) {
        MDB_dbi db = 0;
        assert_int_equal(mdb_dbi_open(txn, names[i], MDB_CREATE, &db), 0);
    }
    while (get_sized(file, data[0], &name)) {
        char text[64];
        MDB_dbi db = 0;
        assert_true(get_sized(file, data[1], &key) && get_sized(file, data[2], &value));
        (void)snprintf(text, sizeof(text), "%.*s", (int)name.mv_size, (const char *)name.mv_data);
        assert_int_equal(mdb_dbi_open(txn, text, MDB_CREATE, &db), 0);
        assert_int_equal(mdb_put(txn, db, &key, &value, 0), 0);
    }
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(mdb);
    (void)fclose(file);
}

/* ---- made anew */

static void send(struct bench *bench, enum tcn_forge_who who) {
    begin(bench);
    put(bench, (uint32_t)who, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
}

static void make_void(struct bench *bench, uint64_t sequence, const struct tcn_hash *previous) {
    const struct tcn_event event = tcn_forge_void(&bench->place->forge, 3);
    tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, sequence,
                          previous);
    bench->chunk.head.void_count = 3;
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A);
    send(bench, TCN_FORGE_AGENT_A);
}

static void make_change(struct bench *bench) {
    const struct tcn_registry_change change = {.kind = TCN_CHANGE_REVOKED,
                                               .principal = TCN_FORGE_WATCH_SAFETY};
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .office = tcn_slice_text("desk"),
                                    .body_kind = TCN_BODY_REGISTRY,
                                    .registry = &change};
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_ADMIN, TCN_LANE_ROUTINE);
    hello(bench, &said);
    tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, TCN_FORGE_ADMIN, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_ADMIN);
    send(bench, TCN_FORGE_ADMIN);
}

/* Reports, a VOID range, a change of the registry, a copied outbox that waits for the desk, and
 * another epoch. */
static void make_log(struct bench *bench) {
    struct tcn_hash previous = {{0}};
    uint64_t sequence = 1;
    greet(bench);
    for (int i = 0; i < CHUNKS; i++) {
        if (i == CHUNKS / 2) {
            make_void(bench, sequence, &previous);
            sequence += 3;
            previous = bench->chunk.hash;
        }
        assert_int_equal(send_reports(bench, sequence, EVENTS, i == 0 ? NULL : &previous),
                         TCN_KIND_ACK);
        previous = bench->chunk.hash;
        sequence += EVENTS;
    }
    make_change(bench);
    struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    const uint64_t epoch = said.lane.epoch;
    said.lane.epoch = COPY_EPOCH;
    said.predecessor = 5;
    said.last_sequence = 12;
    said.last_hash = (struct tcn_hash){{9}};
    bench->place->logger.level = (enum tcn_log_level)0;
    hello(bench, &said);
    assert_true(bench->welcome.is_fenced);
    said = tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    said.predecessor = epoch;
    said.lane.epoch = NEXT_EPOCH;
    hello(bench, &said);
    assert_int_not_equal(bench->session, 0);
}

static void make_shares(struct tcn_shares *shares) {
    assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
    for (uint64_t i = 1; i <= 8; i++) {
        uint8_t frame[96];
        memset(frame, (int)i, sizeof(frame));
        const struct tcn_shares_row row = {
            .lane = {TCN_FORGE_AGENT_A, 102, TCN_LANE_ROUTINE},
            .first_sequence = i * EVENTS,
            .chunk_hash = {{(uint8_t)i}},
            .frame = tcn_slice_of(frame, sizeof(frame)),
        };
        assert_int_equal(tcn_shares_put(shares, &row), TCN_OK);
    }
    assert_int_equal(tcn_shares_group_commit(shares), TCN_OK);
}

/* Three chunks, two of them acknowledged and kept, two dead letters, and a note of each kind. */
static void fill_outbox(struct tcn_outbox *outbox, struct bench *bench) {
    const struct tcn_forge *forge = &bench->place->forge;
    struct tcn_hash previous = {{0}};
    const struct tcn_outbox_facts facts = {forge->log_id, 1, 1, 0};
    struct tcn_outbox_lane lane = {.next_sequence = 1, .is_registered = true};
    uint64_t number = 0;
    lane.lane = tcn_forge_hello(forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE).lane;
    assert_int_equal(tcn_outbox_lane_put(outbox, &lane), TCN_OK);
    for (uint64_t i = 0; i < 3; i++) {
        tcn_forge_reports(&bench->chunk, forge, 1 + i * EVENTS, EVENTS, i == 0 ? NULL : &previous);
        previous = bench->chunk.hash;
        const struct tcn_outbox_chunk chunk = {.lane = lane.lane,
                                               .first_sequence = 1 + i * EVENTS,
                                               .count = EVENTS,
                                               .sequence_count = EVENTS,
                                               .recorded_ns = NOW_NS,
                                               .chunk_hash = bench->chunk.hash,
                                               .chunk = bench->chunk.chunk};
        assert_int_equal(tcn_outbox_chunk_append(outbox, &chunk), TCN_OK);
        if (i < 2) {
            assert_int_equal(
                tcn_outbox_receipt_put(outbox, &lane.lane, 1 + i * EVENTS,
                                       tcn_slice_text("a receipt, which the store does not read")),
                TCN_OK);
            assert_int_equal(
                tcn_outbox_ack(outbox, &lane.lane, (i + 1) * EVENTS, &previous, 3 + i * EVENTS),
                TCN_OK);
        }
        const struct tcn_outbox_dead dead = {.lane = lane.lane,
                                             .sequence = 19 + i,
                                             .code = TCN_DENIED,
                                             .refused_ns = NOW_NS,
                                             .field = tcn_slice_text("division"),
                                             .event = tcn_slice_text("an event")};
        if (i < 2) {
            assert_int_equal(tcn_outbox_dead_put(outbox, &dead, &number), TCN_OK);
        }
    }
    const struct tcn_outbox_key key = {lane.lane, 2, {1, 2, 3, 4, 5, 6, 7, 8}};
    assert_int_equal(tcn_outbox_key_put(outbox, tcn_slice_text("batch/1"), &key), TCN_OK);
    assert_int_equal(tcn_outbox_facts_put(outbox, &facts), TCN_OK);
    assert_int_equal(tcn_outbox_bundle_put(outbox, 1, tcn_slice_text("bundle")), TCN_OK);
    const struct tcn_outbox_slip slip = {.matter = forge->log_id, .learned_ns = NOW_NS};
    assert_int_equal(tcn_outbox_slip_put(outbox, tcn_slice_text("7K2M"), &slip), TCN_OK);
}

static void make_outbox(struct bench *bench, const char *dir) {
    const struct tcn_store_options options = {.dir = dir, .map_bytes = PLACE_MAP_BYTES};
    struct tcn_outbox *outbox = NULL;
    assert_int_equal(tcn_outbox_open(&options, &outbox), TCN_OK);
    assert_int_equal(tcn_outbox_begin(outbox), TCN_OK);
    fill_outbox(outbox, bench);
    assert_int_equal(tcn_outbox_commit(outbox), TCN_OK);
    tcn_outbox_close(&outbox);
}

/* ---- what is in them */

static int add_hash(char *text, int size, const char *what, const struct tcn_hash *hash) {
    size += snprintf(text + size, (size_t)(TEXT_BYTES - size), "%s ", what);
    for (size_t i = 0; i < sizeof(hash->bytes); i++) {
        size += snprintf(text + size, (size_t)(TEXT_BYTES - size), "%02x", hash->bytes[i]);
    }
    return size + snprintf(text + size, (size_t)(TEXT_BYTES - size), "\n");
}

static int add_number(char *text, int size, const char *what, uint64_t number) {
    return size +
           snprintf(text + size, (size_t)(TEXT_BYTES - size), "%s %" PRIu64 "\n", what, number);
}

static int describe_log(struct bench *bench, char *text, int size) {
    struct tcn_audit_report report = {0};
    struct tcn_log_reader *reader = NULL;
    uint64_t changes[8];
    struct tcn_standing words[8];
    size_t count = 0;
    assert_int_equal(tcn_audit_run(bench->house.log, &bench->house.charter, &report), TCN_OK);
    size = add_number(text, size, "log.last_position", report.last_position);
    size = add_number(text, size, "log.records", report.record_count);
    size = add_number(text, size, "log.groups", report.group_count);
    size = add_number(text, size, "log.events", report.event_count);
    size = add_hash(text, size, "log.tail", &report.tail);
    size = add_hash(text, size, "log.digest", &report.digest);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_log_reader_changes(reader, 0, changes, 8, &count), TCN_OK);
    size = add_number(text, size, "log.changes", count);
    assert_int_equal(tcn_log_reader_standings(reader, NULL, words, 8, &count), TCN_OK);
    size = add_number(text, size, "log.standings", count);
    assert_int_equal(tcn_rebuild_run(reader, &bench->house.charter, bench->house.state), TCN_OK);
    tcn_log_reader_close(&reader);
    return size;
}

static int describe_state(struct bench *bench, char *text, int size) {
    struct tcn_state_reader *reader = NULL;
    struct tcn_applied applied = {0};
    struct tcn_hash hash = {{0}};
    assert_int_equal(tcn_state_reader_open(bench->house.state, &reader), TCN_OK);
    assert_int_equal(tcn_state_applied(reader, &applied), TCN_OK);
    assert_int_equal(tcn_state_hash(reader, &hash), TCN_OK);
    tcn_state_reader_close(&reader);
    size = add_number(text, size, "state.position", applied.position);
    size = add_number(text, size, "state.events", applied.event_count);
    size = add_number(text, size, "state.matters", applied.matter_count);
    size = add_number(text, size, "state.alerts", applied.alert_count);
    size = add_number(text, size, "state.format", TCN_STATE_FORMAT);
    return add_hash(text, size, "state.hash", &hash);
}

/** Folds the regime's log from where the state stands, at most `most` events, in one commit; false
 * when there are no more. */
static bool fold_regime(struct tcn_state *state, uint64_t most) {
    static struct tcn_calendar_span spans[COUNT_OF(named_days)];
    const struct tcn_clock_table table = make_clock_table(spans);
    const struct tcn_policy policy = make_regime_policy();
    struct tcn_fold fold;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(tcn_fold_init(&fold, &policy, tcn_state_table(), state), TCN_OK);
    fold.clocks = &table;
    for (uint64_t i = 0; i < most && fold.applied.position < COUNT_OF(regime_log); i++) {
        const struct regime_line *line = &regime_log[fold.applied.position];
        const struct tcn_event event = regime_event(line);
        struct tcn_outcome outcome;
        const struct tcn_fold_input in = {
            .position = fold.applied.position + 1,
            .generation = 1,
            .log_time_ns = at(line->when),
            .lane = {regime_source(line), line->organ != 0 ? 7 : 0, TCN_LANE_ROUTINE},
            .sequence = fold.applied.position + 1,
            .organ = line->organ,
            .role = TCN_ROLE_BUREAU,
            .event = &event,
            .log_mode = TCN_MODE_ACTUAL,
        };
        assert_int_equal(tcn_fold_step(&fold, &in, &outcome), TCN_OK);
    }
    const bool has_more = fold.applied.position < COUNT_OF(regime_log);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    return has_more;
}

/** What the regime's log folds to, in commits of so many events, each by a program of its own. */
static struct tcn_hash hash_regime(const char *dir, uint64_t most, struct tcn_applied *applied) {
    const struct tcn_store_options options = {.dir = dir, .map_bytes = PLACE_MAP_BYTES};
    struct tcn_state_reader *reader = NULL;
    struct tcn_hash hash = {{0}};
    bool has_more = true;
    while (has_more) {
        struct tcn_state *state = NULL;
        assert_int_equal(tcn_state_open(&options, &state), TCN_OK);
        has_more = fold_regime(state, most);
        assert_int_equal(tcn_state_reader_open(state, &reader), TCN_OK);
        assert_int_equal(tcn_state_applied(reader, applied), TCN_OK);
        assert_int_equal(tcn_state_hash(reader, &hash), TCN_OK);
        tcn_state_reader_close(&reader);
        tcn_state_close(&state);
    }
    char lock[PATH_BYTES + 8];
    (void)snprintf(lock, sizeof(lock), "%s/LOCK", dir);
    assert_int_equal(tcn_state_wipe(dir), TCN_OK);
    assert_int_equal(unlink(lock), 0);
    assert_int_equal(rmdir(dir), 0);
    return hash;
}

/* Clocks, hand-overs, complaints: what the log of the first version does not have. */
static int describe_regime(const struct bench *bench, char *text, int size) {
    char dir[PATH_BYTES];
    struct tcn_applied applied = {0};
    (void)snprintf(dir, sizeof(dir), "%s/regime", bench->place->base);
    const struct tcn_hash hash = hash_regime(dir, COUNT_OF(regime_log), &applied);
    const struct tcn_hash again = hash_regime(dir, 1, &applied);
    assert_true(tcn_hash_equals(&hash, &again));
    size = add_number(text, size, "regime.events", applied.event_count);
    size = add_number(text, size, "regime.matters", applied.matter_count);
    size = add_number(text, size, "regime.alerts", applied.alert_count);
    return add_hash(text, size, "regime.hash", &hash);
}

static int describe_shares(struct bench *bench, char *text, int size) {
    const struct tcn_lane_key lane = {TCN_FORGE_AGENT_A, 102, TCN_LANE_ROUTINE};
    uint64_t count = 0;
    for (uint64_t i = 1; i <= 8; i++) {
        struct tcn_shares_row row;
        assert_int_equal(tcn_shares_get(bench->house.shares, &lane, i * EVENTS, &row), TCN_OK);
        assert_int_equal(row.chunk_hash.bytes[0], i);
        count += row.frame.size == 96 && row.frame.data[95] == i ? 1 : 0;
    }
    return add_number(text, size, "shares.frames", count);
}

static int describe_outbox(const char *dir, char *text, int size) {
    const struct tcn_store_options options = {.dir = dir, .map_bytes = PLACE_MAP_BYTES};
    struct tcn_outbox *outbox = NULL;
    struct tcn_outbox_stat stat = {0};
    struct tcn_outbox_lane lane;
    struct tcn_outbox_dead dead;
    struct tcn_slice receipt;
    assert_int_equal(tcn_outbox_open(&options, &outbox), TCN_OK);
    assert_int_equal(tcn_outbox_stat(outbox, &stat), TCN_OK);
    assert_int_equal(tcn_outbox_lane_get(outbox, TCN_LANE_ROUTINE, &lane), TCN_OK);
    assert_int_equal(tcn_outbox_dead_next(outbox, 2, &dead), TCN_OK);
    size = add_number(text, size, "outbox.dead.last_sequence", dead.sequence);
    assert_int_equal(tcn_outbox_receipt_get(outbox, &lane.lane, 7, &receipt), TCN_OK);
    size = add_number(text, size, "outbox.receipt_bytes", receipt.size);
    size = add_number(text, size, "outbox.chunks", stat.chunk_count);
    size = add_number(text, size, "outbox.events", stat.event_count);
    size = add_number(text, size, "outbox.dead", stat.dead_count);
    size = add_number(text, size, "outbox.next_sequence", lane.next_sequence);
    size = add_number(text, size, "outbox.acked", lane.acked_sequence);
    struct tcn_outbox_slip slip;
    assert_int_equal(tcn_outbox_slip_get(outbox, tcn_slice_text("7K2M"), &slip), TCN_OK);
    size = add_number(text, size, "outbox.slip.learned", (uint64_t)slip.learned_ns);
    tcn_outbox_close(&outbox);
    return size;
}

static void store_path(const struct bench *bench, const char *store, char out_path[PATH_BYTES]) {
    const bool is_outbox = strncmp(store, "outbox", 6) == 0;
    (void)snprintf(out_path, PATH_BYTES, "%s/%s",
                   is_outbox ? bench->place->base : bench->place->dir,
                   !is_outbox                     ? store
                   : strcmp(store, "outbox") == 0 ? "again"
                                                  : "again2");
}

/* The databases that a format had, which a dump of rows does not tell when they are empty. */
static const char *const databases[][DBS_MAX] = {
    {"records", "index", "marks", "groups", "changes", "standings", "meta", NULL},
    {"shares", "meta", NULL},
    {"chunks", "receipts", "lanes", "keys", "keyed", "dead", "slips", "answers", "meta", NULL},
    {"chunks", "receipts", "lanes", "keys", "keyed", "dead", "slips", "answers", "meta", NULL},
};

static void describe(struct bench *bench, char text[TEXT_BYTES]) {
    char dir[PATH_BYTES];
    int size = describe_log(bench, text, 0);
    size = describe_state(bench, text, size);
    size = describe_regime(bench, text, size);
    size = describe_shares(bench, text, size);
    store_path(bench, "outbox", dir); /* of format 1: it goes through its migration */
    size = describe_outbox(dir, text, size);
    store_path(bench, "outbox2", dir);
    size = describe_outbox(dir, text, size);
    assert_in_range(size, 1, TEXT_BYTES - 1);
}

/* ---- the test */

static void write_all(struct bench *bench) {
    char dir[PATH_BYTES];
    char path[PATH_BYTES];
    char text[TEXT_BYTES];
    make_log(bench);
    make_shares(bench->house.shares);
    store_path(bench, "outbox2", dir);
    make_outbox(bench, dir);
    store_path(bench, "outbox", dir);
    file_path("outbox", ".rows", path);
    load(path, dir, databases[WRITTEN]);
    describe(bench, text);
    close_bench(bench);
    for (size_t i = 0; i < WRITTEN; i++) {
        store_path(bench, stores[i], dir);
        file_path(stores[i], ".rows", path);
        dump(dir, path);
    }
    open_bench(bench, false);
    file_path("expected", ".txt", path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void databases_of_the_first_version_hold_the_same_today(void **state) {
    struct bench *bench = *state;
    char dir[PATH_BYTES];
    char path[PATH_BYTES];
    char text[TEXT_BYTES];
    char wanted[TEXT_BYTES];
    if (getenv("TOCSIN_GOLDEN_WRITE") != NULL) {
        write_all(bench);
        return;
    }
    close_bench(bench);
    for (size_t i = 0; i < COUNT_OF(stores); i++) {
        store_path(bench, stores[i], dir);
        file_path(stores[i], ".rows", path);
        load(path, dir, databases[i]);
    }
    store_path(bench, "state", dir);
    assert_int_equal(tcn_state_wipe(dir), TCN_OK);
    open_bench(bench, false);
    describe(bench, text);
    file_path("expected", ".txt", path);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t size = fread(wanted, 1, sizeof(wanted) - 1, file);
    (void)fclose(file);
    wanted[size] = '\0';
    assert_string_equal(text, wanted);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(databases_of_the_first_version_hold_the_same_today, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
