/* SPDX-License-Identifier: Apache-2.0 */
#include "query/snapshot.h"

#include "base/text.h"
#include "query/chain.h"
#include "query/rebuild.h"
#include "seal/hash.h"
#include "store/fresh.h"
#include "store/state_copy.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Room that a snapshot leaves on the disk: what the log keeps for itself and for acts. */
#define SPARE_BYTES (TCN_ENV_DISK_RESERVE_BYTES + TCN_ENV_ACT_RESERVE_BYTES + 8 * 1024 * 1024)

struct tcn_snapshot {
    struct tcn_snapshot_options options;
    struct tcn_fresh fresh;
    struct tcn_state_copy *copy;
    struct tcn_hasher hasher;
    struct tcn_checkpoint checkpoint;
    uint64_t bytes;
};

/* DIR/snapshots/POSITION */
static enum tcn_status dir_of(const char *dir, uint64_t position,
                              char out_path[TCN_FRESH_PATH_BYTES]) {
    const int size = snprintf(out_path, TCN_FRESH_PATH_BYTES, "%s/" TCN_SNAPSHOTS_NAME "/%" PRIu64,
                              dir, position);
    return size > 0 && size < TCN_FRESH_PATH_BYTES ? TCN_OK : TCN_CONFIG;
}

static enum tcn_status path_of(const char *dir, const char *name,
                               char out_path[TCN_FRESH_PATH_BYTES]) {
    const int size = snprintf(out_path, TCN_FRESH_PATH_BYTES, "%s/%s", dir, name);
    return size > 0 && size < TCN_FRESH_PATH_BYTES ? TCN_OK : TCN_CONFIG;
}

/* "123" or "123.partial", each position once. */
static bool position_of(const char *name, uint64_t *out_position) {
    const size_t size = strcspn(name, ".");
    const bool is_ours = name[size] == '\0' || strcmp(name + size, ".partial") == 0;
    return is_ours &&
           tcn_text_to_u64(tcn_slice_of((const uint8_t *)name, size), out_position) == TCN_OK &&
           *out_position != 0;
}

/* Into the list, largest first; beyond its end the smallest are left out. */
static void insert(uint64_t position, uint64_t positions[TCN_SNAPSHOTS_MAX], size_t *count) {
    size_t at = 0;
    while (at < *count && positions[at] > position) {
        at++;
    }
    if (at == TCN_SNAPSHOTS_MAX || (at < *count && positions[at] == position)) {
        return;
    }
    *count -= *count == TCN_SNAPSHOTS_MAX ? 1 : 0;
    memmove(&positions[at + 1], &positions[at], (*count - at) * sizeof(positions[0]));
    positions[at] = position;
    (*count)++;
}

enum tcn_status tcn_snapshot_list(const char *dir, uint64_t out_positions[TCN_SNAPSHOTS_MAX],
                                  size_t *out_count) {
    char path[TCN_FRESH_PATH_BYTES];
    const enum tcn_status status = path_of(dir, TCN_SNAPSHOTS_NAME, path);
    if (status != TCN_OK) {
        return status;
    }
    *out_count = 0;
    DIR *found = opendir(path);
    if (found == NULL) {
        return errno == ENOENT ? TCN_OK : TCN_IO;
    }
    for (struct dirent *entry = readdir(found); entry != NULL; entry = readdir(found)) {
        uint64_t position = 0;
        if (position_of(entry->d_name, &position)) {
            insert(position, out_positions, out_count);
        }
    }
    (void)closedir(found);
    return TCN_OK;
}

/* The record that ends at the checkpoint's position is the one that it names. */
static enum tcn_status check_record(const struct tcn_snapshot_place *place,
                                    const struct tcn_checkpoint *checkpoint,
                                    const char **out_fault) {
    struct tcn_record record = {0};
    enum tcn_status status = tcn_log_read(place->reader, checkpoint->position, &record);
    const struct tcn_hash hash =
        status == TCN_OK ? tcn_record_hash(&record) : (struct tcn_hash){{0}};
    tcn_log_reader_reset(place->reader);
    if (status == TCN_ABSENT) {
        *out_fault = "it is above the end of the log";
        return TCN_FOREIGN_LOG;
    }
    if (status != TCN_OK) {
        *out_fault = "the log cannot be read at its position";
        return status;
    }
    if (record.first_position + record.count - 1 != checkpoint->position ||
        record.generation != checkpoint->generation ||
        !tcn_hash_equals(&hash, &checkpoint->record_hash)) {
        *out_fault =
            "the log has another record at its position: it is of a fork that was given up";
        return TCN_FOREIGN_LOG;
    }
    return TCN_OK;
}

/* What is wrong with a checkpoint that was not believed. */
static const char *fault_of(enum tcn_status status) {
    switch ((int)status) {
    case TCN_ABSENT:
        return "it has no " TCN_CHECKPOINT_NAME ": it is not whole";
    case TCN_BAD_SIGNATURE:
        return "the collector did not sign its " TCN_CHECKPOINT_NAME;
    case TCN_VERSION:
        return "a newer version of tocsin made it";
    default:
        return "its " TCN_CHECKPOINT_NAME " cannot be read";
    }
}

enum tcn_status tcn_snapshot_check(const struct tcn_snapshot_place *place, uint64_t position,
                                   struct tcn_checkpoint *out_checkpoint, const char **out_fault) {
    char dir[TCN_FRESH_PATH_BYTES];
    struct tcn_checkpoint checkpoint = {0};
    *out_fault = NULL;
    enum tcn_status status = dir_of(place->dir, position, dir);
    if (status == TCN_OK) {
        status = tcn_checkpoint_load(dir, place->ring, &checkpoint);
    }
    if (status != TCN_OK) {
        *out_fault = fault_of(status);
        return status;
    }
    if (!tcn_id_equals(&checkpoint.log_id, &place->ring->log_id) ||
        checkpoint.position != position) {
        *out_fault = "it is of another log, or of another position than its directory says";
        return TCN_FOREIGN_LOG;
    }
    if (checkpoint.state_format != TCN_STATE_FORMAT ||
        checkpoint.fold_version != TCN_FOLD_VERSION) {
        *out_fault = "another version of tocsin made it";
        return TCN_VERSION;
    }
    status = check_record(place, &checkpoint, out_fault);
    if (status == TCN_OK) {
        *out_checkpoint = checkpoint;
    }
    return status;
}

/* Hashes the rows of a snapshot's state again. */
static enum tcn_status rehash(const char *dir, struct tcn_hash *out_hash, uint64_t *out_position) {
    char path[TCN_FRESH_PATH_BYTES];
    const struct tcn_store_options options = {.dir = path, .is_reader_only = true};
    struct tcn_state *state = NULL;
    struct tcn_state_reader *reader = NULL;
    struct tcn_applied applied = {0};
    enum tcn_status status = path_of(dir, "state", path);
    if (status == TCN_OK) {
        status = tcn_state_open(&options, &state);
    }
    if (status == TCN_OK) {
        status = tcn_state_reader_open(state, &reader);
    }
    if (status == TCN_OK) {
        status = tcn_state_applied(reader, &applied);
    }
    if (status == TCN_OK) {
        status = tcn_state_hash(reader, out_hash);
    }
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
    *out_position = applied.position;
    return status;
}

enum tcn_status tcn_snapshot_verify(const struct tcn_snapshot_place *place, uint64_t position,
                                    struct tcn_checkpoint *out_checkpoint, const char **out_fault) {
    char dir[TCN_FRESH_PATH_BYTES];
    struct tcn_checkpoint checkpoint = {0};
    struct tcn_hash hash = {{0}};
    uint64_t found = 0;
    enum tcn_status status = tcn_snapshot_check(place, position, &checkpoint, out_fault);
    if (status == TCN_OK) {
        status = dir_of(place->dir, position, dir);
    }
    if (status != TCN_OK) {
        return status;
    }
    status = rehash(dir, &hash, &found);
    if (status == TCN_LOCKED || status == TCN_NOMEM || status == TCN_IO || status == TCN_LIMIT) {
        *out_fault = tcn_status_sentence(status);
        return status;
    }
    if (status != TCN_OK || found != position || !tcn_hash_equals(&hash, &checkpoint.state_hash)) {
        *out_fault = "its rows are damaged: they are not those that were signed";
        return TCN_CORRUPT;
    }
    *out_checkpoint = checkpoint;
    return TCN_OK;
}

enum tcn_status tcn_snapshot_use(const struct tcn_snapshot_place *place, uint64_t *out_position) {
    uint64_t positions[TCN_SNAPSHOTS_MAX];
    size_t count = 0;
    enum tcn_status status = tcn_snapshot_list(place->dir, positions, &count);
    if (status != TCN_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        struct tcn_checkpoint checkpoint;
        const char *fault = NULL;
        char dir[TCN_FRESH_PATH_BYTES];
        char from[TCN_FRESH_PATH_BYTES];
        char to[TCN_FRESH_PATH_BYTES];
        if (tcn_snapshot_verify(place, positions[i], &checkpoint, &fault) != TCN_OK) {
            continue;
        }
        status = dir_of(place->dir, positions[i], dir);
        if (status == TCN_OK) {
            status = path_of(dir, "state", from);
        }
        if (status == TCN_OK) {
            status = path_of(place->dir, "state", to);
        }
        if (status == TCN_OK) {
            status = tcn_state_place(from, to);
        }
        if (status == TCN_OK) {
            *out_position = positions[i];
        }
        return status;
    }
    return TCN_ABSENT;
}

/* As much as the state takes now, and what the log keeps for itself. */
static enum tcn_status check_room(const struct tcn_snapshot *snapshot, uint64_t bytes) {
    uint64_t room = 0;
    const enum tcn_status status = tcn_fresh_room(snapshot->fresh.dir, &room);
    if (status != TCN_OK) {
        return status;
    }
    return room > bytes + SPARE_BYTES ? TCN_OK : TCN_FULL;
}

/* The checkpoint of the moment that is copied. */
static enum tcn_status describe(struct tcn_snapshot *snapshot) {
    const struct tcn_snapshot_place *place = &snapshot->options.place;
    const struct tcn_applied *applied = tcn_state_copy_applied(snapshot->copy);
    struct tcn_record record = {0};
    if (applied->position == 0) {
        return TCN_ABSENT;
    }
    const enum tcn_status status = tcn_log_read(place->reader, applied->position, &record);
    if (status == TCN_OK) {
        snapshot->checkpoint = (struct tcn_checkpoint){
            .format = TCN_CHECKPOINT_FORMAT,
            .log_id = place->ring->log_id,
            .generation = record.generation,
            .position = applied->position,
            .record_hash = tcn_record_hash(&record),
            .log_time_ns = record.log_time_ns,
            .fold_version = applied->fold_version,
            .state_format = TCN_STATE_FORMAT,
            .made_ns = snapshot->options.now_ns,
        };
    }
    const bool is_end =
        status == TCN_OK && record.first_position + record.count - 1 == applied->position;
    tcn_log_reader_reset(place->reader);
    return status == TCN_OK && !is_end ? TCN_CORRUPT : status;
}

/* The directory of all snapshots, and in it one in the making. */
static enum tcn_status open_fresh(struct tcn_snapshot *snapshot, uint64_t position) {
    const char *dir = snapshot->options.place.dir;
    char path[TCN_FRESH_PATH_BYTES];
    enum tcn_status status = path_of(dir, TCN_SNAPSHOTS_NAME, path);
    if (status != TCN_OK) {
        return status;
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return errno == ENOSPC ? TCN_FULL : TCN_IO;
    }
    status = dir_of(dir, position, path);
    return status == TCN_OK ? tcn_fresh_begin(&snapshot->fresh, path) : status;
}

static enum tcn_status begin(struct tcn_snapshot *snapshot) {
    const struct tcn_snapshot_options *options = &snapshot->options;
    char path[TCN_FRESH_PATH_BYTES];
    struct tcn_env_stat stat = {0};
    enum tcn_status status = tcn_state_copy_begin(options->state, &snapshot->copy);
    if (status == TCN_OK) {
        status = describe(snapshot);
    }
    if (status == TCN_OK) {
        status = open_fresh(snapshot, snapshot->checkpoint.position);
    }
    if (status == TCN_OK) {
        status = tcn_env_stat(tcn_state_env(options->state), &stat);
    }
    if (status == TCN_OK) {
        status = check_room(snapshot, stat.used_bytes);
    }
    if (status == TCN_OK) {
        status = path_of(snapshot->fresh.partial, "state", path);
    }
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_store_options to = {.dir = path, .map_bytes = options->map_bytes};
    return tcn_state_copy_open(snapshot->copy, &to);
}

enum tcn_status tcn_snapshot_begin(const struct tcn_snapshot_options *options,
                                   struct tcn_snapshot **out_snapshot) {
    struct tcn_snapshot *snapshot = calloc(1, sizeof(*snapshot));
    if (snapshot == NULL) {
        return TCN_NOMEM;
    }
    snapshot->options = *options;
    snapshot->fresh.lock_file = -1;
    tcn_hasher_init(&snapshot->hasher);
    const enum tcn_status status = begin(snapshot);
    if (status != TCN_OK) {
        tcn_snapshot_end(&snapshot);
        return status;
    }
    *out_snapshot = snapshot;
    return TCN_OK;
}

/* All rows are there: the copy is closed, its checkpoint written, and it gets its name. */
static enum tcn_status finish(struct tcn_snapshot *snapshot) {
    tcn_state_copy_end(&snapshot->copy);
    snapshot->checkpoint.state_hash = tcn_hasher_finish(&snapshot->hasher);
    const enum tcn_status status =
        tcn_checkpoint_save(snapshot->fresh.partial, &snapshot->checkpoint, snapshot->options.key);
    return status == TCN_OK ? tcn_fresh_commit(&snapshot->fresh) : status;
}

enum tcn_status tcn_snapshot_step(struct tcn_snapshot *snapshot, bool *out_is_done) {
    bool is_done = false;
    enum tcn_status status = check_room(snapshot, 0);
    if (status == TCN_OK) {
        status =
            tcn_state_copy_step(snapshot->copy, tcn_state_hash_row, &snapshot->hasher, &is_done);
    }
    snapshot->bytes = tcn_state_copy_bytes(snapshot->copy);
    if (status == TCN_OK && is_done) {
        status = finish(snapshot);
    }
    if (status == TCN_OK) {
        *out_is_done = is_done;
    }
    return status;
}

uint64_t tcn_snapshot_bytes(const struct tcn_snapshot *snapshot) {
    return snapshot->bytes;
}

const struct tcn_checkpoint *tcn_snapshot_checkpoint(const struct tcn_snapshot *snapshot) {
    return &snapshot->checkpoint;
}

void tcn_snapshot_end(struct tcn_snapshot **snapshot) {
    if (snapshot == NULL || *snapshot == NULL) {
        return;
    }
    tcn_state_copy_end(&(*snapshot)->copy);
    tcn_fresh_drop(&(*snapshot)->fresh);
    free(*snapshot);
    *snapshot = NULL;
}

/* Whether one stays: a good one while there are not enough, and what is not ours to judge. */
static bool is_kept(const struct tcn_snapshot_place *place, uint64_t position, size_t *good_count) {
    struct tcn_checkpoint checkpoint;
    const char *fault = NULL;
    const enum tcn_status status = tcn_snapshot_check(place, position, &checkpoint, &fault);
    if (status == TCN_OK) {
        (*good_count)++;
        return *good_count <= TCN_SNAPSHOTS_KEPT;
    }
    const bool is_bad = status == TCN_ABSENT || status == TCN_FOREIGN_LOG ||
                        status == TCN_BAD_SIGNATURE || status == TCN_MALFORMED;
    return !is_bad;
}

enum tcn_status tcn_snapshot_prune(const struct tcn_snapshot_place *place) {
    uint64_t positions[TCN_SNAPSHOTS_MAX];
    size_t count = 0;
    size_t good_count = 0;
    enum tcn_status first = tcn_snapshot_list(place->dir, positions, &count);
    for (size_t i = 0; i < count; i++) {
        char dir[TCN_FRESH_PATH_BYTES];
        enum tcn_status status = dir_of(place->dir, positions[i], dir);
        if (status == TCN_OK && !is_kept(place, positions[i], &good_count)) {
            status = tcn_fresh_remove(dir, TCN_CHECKPOINT_NAME);
        }
        first = first == TCN_OK && status != TCN_LOCKED ? status : first;
    }
    return first;
}
