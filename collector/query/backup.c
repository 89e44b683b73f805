/* SPDX-License-Identifier: Apache-2.0 */
#include "query/backup.h"

#include "base/clock.h"
#include "query/copy.h"
#include "store/fresh.h"
#include "store/shares.h"

#include <stdio.h>
#include <stdlib.h>

struct tcn_backup {
    char dir[TCN_FRESH_PATH_BYTES]; /* of the collector */
    struct tcn_log *log;            /* of the collector */
    struct tcn_log *copied;
    struct tcn_copy *copy;
    struct tcn_fresh fresh;
    struct tcn_manifest manifest;
    uint64_t bytes;
};

static enum tcn_status path_of(const char *dir, const char *name,
                               char out_path[TCN_FRESH_PATH_BYTES]) {
    const int size = snprintf(out_path, TCN_FRESH_PATH_BYTES, "%s/%s", dir, name);
    return size > 0 && size < TCN_FRESH_PATH_BYTES ? TCN_OK : TCN_CONFIG;
}

/* The copy is never larger than its source by more than a little. */
static enum tcn_status check_room(const struct tcn_backup *backup, const char *to) {
    struct tcn_log_stat stat;
    uint64_t room = 0;
    enum tcn_status status = tcn_log_stat(backup->log, &stat);
    if (status == TCN_OK) {
        status = tcn_fresh_room(to, &room);
    }
    if (status != TCN_OK) {
        return status;
    }
    return room > stat.env.used_bytes + TCN_ENV_DISK_RESERVE_BYTES ? TCN_OK : TCN_FULL;
}

static enum tcn_status open_logs(struct tcn_backup *backup, const char *to_dir) {
    char path[TCN_FRESH_PATH_BYTES];
    const struct tcn_store_options from = {.dir = path, .is_guest = true};
    const struct tcn_store_options to = {.dir = path};
    enum tcn_status status = path_of(backup->dir, "log", path);
    if (status == TCN_OK) {
        status = tcn_log_open(&from, &backup->log);
    }
    if (status == TCN_OK) {
        status = check_room(backup, to_dir);
    }
    if (status == TCN_OK) {
        status = tcn_fresh_begin(&backup->fresh, to_dir);
    }
    if (status == TCN_OK) {
        status = path_of(backup->fresh.partial, "log", path);
    }
    return status == TCN_OK ? tcn_log_open(&to, &backup->copied) : status;
}

enum tcn_status tcn_backup_begin(const char *dir, const char *to, struct tcn_backup **out_backup) {
    struct tcn_backup *backup = calloc(1, sizeof(*backup));
    if (backup == NULL) {
        return TCN_NOMEM;
    }
    backup->fresh.lock_file = -1;
    const int size = snprintf(backup->dir, sizeof(backup->dir), "%s", dir);
    enum tcn_status status = size > 0 && size < TCN_FRESH_PATH_BYTES ? TCN_OK : TCN_CONFIG;
    if (status == TCN_OK) {
        status = open_logs(backup, to);
    }
    if (status == TCN_OK) {
        const struct tcn_copy_options options = {.from = backup->log, .to = backup->copied};
        status = tcn_copy_create(&options, &backup->copy);
    }
    if (status != TCN_OK) {
        tcn_backup_end(&backup);
        return status;
    }
    *out_backup = backup;
    return TCN_OK;
}

/* What the manifest says of the copy. The file is hashed when nobody has it open any more. */
static enum tcn_status describe(struct tcn_backup *backup) {
    const struct tcn_copy_report report = tcn_copy_report(backup->copy);
    struct tcn_log_identity identity = {0};
    char path[TCN_FRESH_PATH_BYTES];
    enum tcn_status status = tcn_log_identity_get(backup->copied, &identity);
    tcn_copy_destroy(&backup->copy);
    tcn_log_close(&backup->copied);
    if (status == TCN_OK) {
        status = path_of(backup->fresh.partial, "log/data.mdb", path);
    }
    struct tcn_manifest *manifest = &backup->manifest;
    *manifest = (struct tcn_manifest){
        .log_id = identity.log_id,
        .generation = identity.generation,
        .last_position = report.last_position,
        .record_count = report.record_count,
        .log_time_ns = report.log_time_ns,
        .tail = report.tail,
        .made_ns = tcn_clock_wall_ns(),
        .store_format = TCN_LOG_FORMAT,
    };
    if (status == TCN_OK) {
        status = tcn_manifest_file(path, &manifest->file_bytes, &manifest->file_hash);
    }
    if (status == TCN_OK) {
        status = tcn_manifest_save(backup->fresh.partial, manifest);
    }
    return status == TCN_OK ? tcn_fresh_commit(&backup->fresh) : status;
}

enum tcn_status tcn_backup_step(struct tcn_backup *backup, bool *out_is_done) {
    bool is_done = false;
    enum tcn_status status = tcn_copy_step(backup->copy, &is_done);
    backup->bytes = tcn_copy_report(backup->copy).bytes;
    if (status == TCN_OK && is_done) {
        status = describe(backup);
    }
    if (status == TCN_OK) {
        *out_is_done = is_done;
    }
    return status;
}

uint64_t tcn_backup_bytes(const struct tcn_backup *backup) {
    return backup->bytes;
}

enum tcn_status tcn_backup_shares(struct tcn_backup *backup, const char *to) {
    char path[TCN_FRESH_PATH_BYTES];
    const struct tcn_store_options from = {.dir = path, .is_guest = true};
    struct tcn_shares *shares = NULL;
    struct tcn_manifest manifest = backup->manifest;
    enum tcn_status status = path_of(backup->dir, "shares", path);
    if (status == TCN_OK) {
        status = tcn_shares_open(&from, &shares);
    }
    if (status == TCN_OK) {
        status = tcn_fresh_begin(&backup->fresh, to);
    }
    if (status == TCN_OK) {
        status = path_of(backup->fresh.partial, "shares", path);
    }
    if (status == TCN_OK) {
        status = tcn_shares_backup(shares, path);
    }
    tcn_shares_close(&shares);
    if (status == TCN_OK) {
        status = path_of(backup->fresh.partial, "shares/data.mdb", path);
    }
    manifest.is_shares = true;
    manifest.generation = 0;
    manifest.record_count = 0;
    manifest.tail = (struct tcn_hash){{0}};
    manifest.made_ns = tcn_clock_wall_ns();
    if (status == TCN_OK) {
        status = tcn_manifest_file(path, &manifest.file_bytes, &manifest.file_hash);
    }
    if (status == TCN_OK) {
        status = tcn_manifest_save(backup->fresh.partial, &manifest);
    }
    return status == TCN_OK ? tcn_fresh_commit(&backup->fresh) : status;
}

const struct tcn_manifest *tcn_backup_manifest(const struct tcn_backup *backup) {
    return &backup->manifest;
}

void tcn_backup_end(struct tcn_backup **backup) {
    if (backup == NULL || *backup == NULL) {
        return;
    }
    tcn_copy_destroy(&(*backup)->copy);
    tcn_log_close(&(*backup)->copied);
    tcn_log_close(&(*backup)->log);
    tcn_fresh_drop(&(*backup)->fresh);
    free(*backup);
    *backup = NULL;
}
