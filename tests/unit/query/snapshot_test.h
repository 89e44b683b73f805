/* SPDX-License-Identifier: Apache-2.0 */
/* A bench whose state is folded, snapshots of it, and what they are compared by. Single-threaded.
 */
#ifndef TESTS_QUERY_SNAPSHOT_TEST_H
#define TESTS_QUERY_SNAPSHOT_TEST_H

#include "../collector/bench.h"
#include "query/rebuild.h"
#include "query/snapshot.h"
#include "store/fresh.h"
#include "store/state_copy.h"

#include <inttypes.h>
#include <sys/stat.h>

#define PATH_BYTES 512

static inline void snapshot_path(const struct bench *bench, uint64_t position, const char *name,
                                 char out_path[PATH_BYTES]) {
    (void)snprintf(out_path, PATH_BYTES, "%s/snapshots/%" PRIu64 "%s", bench->place->dir, position,
                   name);
}

/** Folds what the state lacks. */
static inline void fold(struct bench *bench) {
    struct tcn_log_reader *reader = NULL;
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_rebuild_run(reader, &bench->house.charter, bench->house.state), TCN_OK);
    tcn_log_reader_close(&reader);
}

static inline struct tcn_hash hash_of(struct tcn_state *state, uint64_t *out_position) {
    struct tcn_state_reader *reader = NULL;
    struct tcn_applied applied = {0};
    struct tcn_hash hash = {{0}};
    assert_int_equal(tcn_state_reader_open(state, &reader), TCN_OK);
    assert_int_equal(tcn_state_hash(reader, &hash), TCN_OK);
    assert_int_equal(tcn_state_applied(reader, &applied), TCN_OK);
    tcn_state_reader_close(&reader);
    *out_position = applied.position;
    return hash;
}

/** Whose snapshots, by the keys that the log names now; `reader` is opened here and closed by the
 * caller. */
static inline struct tcn_snapshot_place place_of(struct bench *bench) {
    struct tcn_snapshot_place place = {.dir = bench->place->dir, .ring = &bench->ring};
    assert_int_equal(tcn_log_reader_open(bench->house.log, &place.reader), TCN_OK);
    assert_int_equal(tcn_rights_load_ring(&bench->house.charter, place.reader, &bench->ring),
                     TCN_OK);
    return place;
}

/** Makes one that this key signs; gives what the first failure was. */
static inline enum tcn_status snap_by(struct bench *bench, const struct tcn_signing_key *key,
                                      uint64_t *out_position) {
    struct tcn_snapshot_options options = {
        .place = place_of(bench),
        .state = bench->house.state,
        .key = key,
        .map_bytes = PLACE_MAP_BYTES,
        .now_ns = NOW_NS,
    };
    struct tcn_snapshot *snapshot = NULL;
    bool is_done = false;
    enum tcn_status status = tcn_snapshot_begin(&options, &snapshot);
    while (status == TCN_OK && !is_done) {
        status = tcn_snapshot_step(snapshot, &is_done);
    }
    *out_position = status == TCN_OK ? tcn_snapshot_checkpoint(snapshot)->position : 0;
    tcn_snapshot_end(&snapshot);
    tcn_log_reader_close(&options.place.reader);
    return status;
}

static inline enum tcn_status snap(struct bench *bench, uint64_t *out_position) {
    return snap_by(bench, &bench->place->forge.keys[TCN_FORGE_COLLECTOR].signing, out_position);
}

/** Another checkpoint in place of the snapshot's, signed by whoever. */
static inline void sign_again(struct bench *bench, uint64_t position,
                              const struct tcn_checkpoint *checkpoint,
                              const struct tcn_signing_key *key) {
    char path[PATH_BYTES];
    snapshot_path(bench, position, "/" TCN_CHECKPOINT_NAME, path);
    assert_int_equal(unlink(path), 0);
    snapshot_path(bench, position, "", path);
    assert_int_equal(tcn_checkpoint_save(path, checkpoint, key), TCN_OK);
}

/** Whether one may be used, as far as its checkpoint tells. */
static inline enum tcn_status check(struct bench *bench, uint64_t position,
                                    struct tcn_checkpoint *out_checkpoint) {
    struct tcn_snapshot_place place = place_of(bench);
    const char *fault = NULL;
    const enum tcn_status status = tcn_snapshot_check(&place, position, out_checkpoint, &fault);
    assert_true((status == TCN_OK) == (fault == NULL));
    tcn_log_reader_close(&place.reader);
    return status;
}

static inline void prune(struct bench *bench) {
    struct tcn_snapshot_place place = place_of(bench);
    assert_int_equal(tcn_snapshot_prune(&place), TCN_OK);
    tcn_log_reader_close(&place.reader);
}

/** Puts the newest good one in the state's place, which is closed and opened for it. */
static inline enum tcn_status use(struct bench *bench, uint64_t *out_position) {
    struct tcn_snapshot_place place = place_of(bench);
    char path[PATH_BYTES];
    const struct tcn_store_options options = {.dir = path, .map_bytes = PLACE_MAP_BYTES};
    (void)snprintf(path, sizeof(path), "%s/state", bench->place->dir);
    tcn_state_close(&bench->house.state);
    const enum tcn_status status = tcn_snapshot_use(&place, out_position);
    tcn_log_reader_close(&place.reader);
    assert_int_equal(tcn_state_open(&options, &bench->house.state), TCN_OK);
    return status;
}

/** Removes every snapshot, and what should be one. */
static inline void remove_snapshots(const struct bench *bench) {
    uint64_t positions[TCN_SNAPSHOTS_MAX];
    size_t count = 0;
    char path[PATH_BYTES];
    assert_int_equal(tcn_snapshot_list(bench->place->dir, positions, &count), TCN_OK);
    for (size_t i = 0; i < count; i++) {
        snapshot_path(bench, positions[i], "", path);
        assert_int_equal(tcn_fresh_remove(path, TCN_CHECKPOINT_NAME), TCN_OK);
    }
    (void)snprintf(path, sizeof(path), "%s/snapshots", bench->place->dir);
    (void)rmdir(path);
}

static inline int snapshot_tear_down(void **state) {
    remove_snapshots(*state);
    return tear_down(state);
}

/** Chunks of `count` reports each, from *sequence on. */
static inline void log_chunks(struct bench *bench, uint64_t *sequence, struct tcn_hash *previous,
                              int chunk_count, uint32_t count) {
    for (int i = 0; i < chunk_count; i++) {
        assert_int_equal(send_reports(bench, *sequence, count, *sequence == 1 ? NULL : previous),
                         TCN_KIND_ACK);
        *previous = bench->chunk.hash;
        *sequence += count;
    }
}

#endif
