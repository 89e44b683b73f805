/* SPDX-License-Identifier: Apache-2.0 */
#include "query/restore.h"

#include "core/recall.h"
#include "query/copy.h"
#include "query/rebuild.h"
#include "store/fresh.h"
#include "store/journal.h"
#include "store/shares.h"
#include "store/state.h"

#include <stdio.h>
#include <stdlib.h>

struct tcn_restore {
    bool is_dry;
    char to[TCN_FRESH_PATH_BYTES];
    char shares[TCN_FRESH_PATH_BYTES]; /* empty: none */
    struct tcn_log *log;               /* of the backup */
    struct tcn_log_reader *reader;
    struct tcn_charter charter;
    struct tcn_journal *journal; /* NULL: none */
    struct tcn_recall *recall;
    struct tcn_log *made;
    struct tcn_state *state;
    struct tcn_fresh fresh;
    uint64_t last_position;
    uint64_t generation;
};

static enum tcn_status path_of(const char *dir, const char *name,
                               char out_path[TCN_FRESH_PATH_BYTES]) {
    const int size = snprintf(out_path, TCN_FRESH_PATH_BYTES, "%s/%s", dir, name);
    return size > 0 && size < TCN_FRESH_PATH_BYTES ? TCN_OK : TCN_CONFIG;
}

static enum tcn_status text_copy(const char *text, char out_text[TCN_FRESH_PATH_BYTES]) {
    const int size = snprintf(out_text, TCN_FRESH_PATH_BYTES, "%s", text);
    return size >= 0 && size < TCN_FRESH_PATH_BYTES ? TCN_OK : TCN_CONFIG;
}

/* The manifest, and that the file is the one that it names. */
static enum tcn_status check_file(const char *dir, bool is_shares, struct tcn_manifest *manifest,
                                  const char **out_fault) {
    char path[TCN_FRESH_PATH_BYTES];
    uint64_t bytes = 0;
    struct tcn_hash hash = {0};
    enum tcn_status status = tcn_manifest_load(dir, manifest);
    if (status != TCN_OK) {
        *out_fault = status == TCN_ABSENT    ? "there is no MANIFEST: it is no backup"
                     : status == TCN_VERSION ? "a newer version of tocsin wrote it"
                                             : "its MANIFEST was changed or cut";
        return status == TCN_MALFORMED || status == TCN_TOOBIG ? TCN_CORRUPT : status;
    }
    if (manifest->is_shares != is_shares) {
        *out_fault = is_shares ? "it is the backup of a log, not of shares"
                               : "it is the backup of shares, not of a log";
        return TCN_CONFIG;
    }
    status = path_of(dir, is_shares ? "shares/data.mdb" : "log/data.mdb", path);
    if (status == TCN_OK) {
        status = tcn_manifest_file(path, &bytes, &hash);
    }
    if (status == TCN_ABSENT ||
        (status == TCN_OK &&
         (bytes != manifest->file_bytes || !tcn_hash_equals(&hash, &manifest->file_hash)))) {
        *out_fault = "its file is not the one that its MANIFEST names: it was cut or changed";
        return TCN_CORRUPT;
    }
    return status;
}

static enum tcn_status open_backup(struct tcn_restore *restore, const char *from) {
    char path[TCN_FRESH_PATH_BYTES];
    const struct tcn_store_options options = {.dir = path, .is_reader_only = true};
    enum tcn_status status = path_of(from, "log", path);
    if (status == TCN_OK) {
        status = tcn_log_open(&options, &restore->log);
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open(restore->log, &restore->reader);
    }
    if (status == TCN_OK) {
        status = tcn_charter_init_log(&restore->charter, restore->reader);
        tcn_log_reader_reset(restore->reader);
    }
    return status;
}

/* Every signature, receipt and link, and that it ends where the manifest says. */
static enum tcn_status verify(struct tcn_restore *restore, struct tcn_restore_report *report) {
    const enum tcn_status status = tcn_audit_run(restore->log, &restore->charter, &report->audit);
    if (status != TCN_OK) {
        report->fault = report->audit.bad_what;
        return status;
    }
    if (report->audit.last_position != report->manifest.last_position ||
        !tcn_hash_equals(&report->audit.tail, &report->manifest.tail)) {
        report->fault = "the log in it does not end where its MANIFEST says";
        return TCN_CORRUPT;
    }
    return TCN_OK;
}

/* The end of the new log, at the end of a group. */
static enum tcn_status find_end(struct tcn_restore *restore,
                                const struct tcn_restore_options *options,
                                struct tcn_restore_report *report) {
    uint64_t position = options->position != 0 ? options->position : report->audit.last_position;
    enum tcn_status status = TCN_OK;
    if (options->at_ns != 0) {
        status = tcn_copy_find_time(restore->reader, options->at_ns, &position);
    }
    if (status == TCN_OK) {
        status = tcn_copy_find(restore->reader, position, &restore->last_position);
    }
    struct tcn_record record = {0};
    if (status == TCN_OK) {
        status = tcn_log_read(restore->reader, restore->last_position, &record);
    }
    tcn_log_reader_reset(restore->reader);
    report->last_position = restore->last_position;
    report->log_time_ns = record.log_time_ns;
    report->fault = status == TCN_ABSENT ? "the backup holds no such position or time" : NULL;
    return status;
}

static enum tcn_status check_shares(struct tcn_restore *restore,
                                    const struct tcn_restore_options *options,
                                    struct tcn_restore_report *report) {
    struct tcn_manifest manifest = {0};
    if (options->shares == NULL) {
        return TCN_OK;
    }
    enum tcn_status status = check_file(options->shares, true, &manifest, &report->fault);
    if (status == TCN_OK && !tcn_id_equals(&manifest.log_id, &report->manifest.log_id)) {
        report->fault = "the shares are those of another log";
        return TCN_FOREIGN_LOG;
    }
    report->has_shares = status == TCN_OK;
    return status == TCN_OK ? text_copy(options->shares, restore->shares) : status;
}

static enum tcn_status recall(void *context, const struct tcn_journal_entry *entry) {
    const enum tcn_status status = tcn_recall_take(context, entry);
    return status == TCN_BAD_VALUE ? TCN_CORRUPT : status;
}

/* What the journal holds beyond the new log, and which generation is free. */
static enum tcn_status open_journal(struct tcn_restore *restore,
                                    const struct tcn_restore_options *options,
                                    struct tcn_restore_report *report) {
    if (options->journal == NULL) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_recall_create(&restore->recall);
    const struct tcn_journal_options how = {.path = options->journal,
                                            .log_id = &report->manifest.log_id,
                                            .is_reader_only = options->is_dry,
                                            .visit = recall,
                                            .context = restore->recall};
    if (status == TCN_OK) {
        status = tcn_journal_open(&how, &restore->journal);
    }
    if (status != TCN_OK) {
        report->fault = status == TCN_ABSENT        ? "there is no such journal"
                        : status == TCN_LOCKED      ? "a collector that runs holds the journal"
                        : status == TCN_FOREIGN_LOG ? "the journal is that of another log"
                        : status == TCN_CORRUPT     ? "the journal is damaged"
                                                    : "the journal cannot be read";
        return status;
    }
    size_t count = 0;
    const struct tcn_journal_entry *entries = tcn_recall_entries(restore->recall, &count);
    for (size_t i = 0; i < count; i++) {
        const bool is_beyond = entries[i].position > restore->last_position;
        const bool is_epoch = entries[i].kind == TCN_JOURNAL_EPOCH;
        report->epoch_count += is_beyond && is_epoch ? 1 : 0;
        report->revoked_count +=
            is_beyond && !is_epoch && entries[i].kind != TCN_JOURNAL_GENERATION ? 1 : 0;
    }
    for (size_t i = 0; i < tcn_recall_erased_count(restore->recall); i++) {
        const struct tcn_journal_entry entry = tcn_recall_erased_at(restore->recall, i);
        report->erased_count += entry.position > restore->last_position ? 1 : 0;
    }
    report->has_journal = true;
    report->journal_from = tcn_journal_from(restore->journal);
    const uint64_t last = tcn_recall_last_generation(restore->recall);
    restore->generation = last + 1 > restore->generation ? last + 1 : restore->generation;
    return TCN_OK;
}

/* A later one than is free by what is known here: offices may have heard of it. */
static enum tcn_status choose_generation(struct tcn_restore *restore, uint64_t wanted,
                                         struct tcn_restore_report *report) {
    if (wanted - restore->generation > TCN_RESTORE_GENERATION_STEP_MAX) {
        report->fault = "that generation is far above the backup's, and offices never go back";
        return TCN_BAD_VALUE;
    }
    restore->generation = wanted;
    return TCN_OK;
}

static enum tcn_status plan(struct tcn_restore *restore, const struct tcn_restore_options *options,
                            struct tcn_restore_report *report) {
    struct tcn_log_identity identity = {0};
    enum tcn_status status = text_copy(options->to, restore->to);
    restore->is_dry = options->is_dry;
    if (status == TCN_OK) {
        status = check_file(options->from, false, &report->manifest, &report->fault);
    }
    if (status == TCN_OK) {
        status = open_backup(restore, options->from);
    }
    if (status == TCN_OK) {
        status = verify(restore, report);
    }
    if (status == TCN_OK) {
        status = check_shares(restore, options, report);
    }
    if (status == TCN_OK) {
        status = tcn_log_identity_get(restore->log, &identity);
    }
    restore->generation = identity.generation + 1;
    if (status == TCN_OK) {
        status = find_end(restore, options, report);
    }
    if (status == TCN_OK) {
        status = open_journal(restore, options, report);
    }
    if (status == TCN_OK && options->generation > restore->generation) {
        status = choose_generation(restore, options->generation, report);
    }
    report->generation = restore->generation;
    return status;
}

enum tcn_status tcn_restore_plan(const struct tcn_restore_options *options,
                                 struct tcn_restore **out_restore,
                                 struct tcn_restore_report *out_report) {
    *out_report = (struct tcn_restore_report){.generation = 0};
    struct tcn_restore *restore = calloc(1, sizeof(*restore));
    if (restore == NULL) {
        return TCN_NOMEM;
    }
    restore->fresh.lock_file = -1;
    const enum tcn_status status = plan(restore, options, out_report);
    if (status != TCN_OK) {
        tcn_restore_end(&restore);
        return status;
    }
    *out_restore = restore;
    return TCN_OK;
}

void tcn_restore_end(struct tcn_restore **restore) {
    if (restore == NULL || *restore == NULL) {
        return;
    }
    tcn_state_close(&(*restore)->state);
    tcn_log_close(&(*restore)->made);
    tcn_journal_close(&(*restore)->journal);
    tcn_recall_destroy(&(*restore)->recall);
    tcn_charter_fini(&(*restore)->charter);
    tcn_log_reader_close(&(*restore)->reader);
    tcn_log_close(&(*restore)->log);
    tcn_fresh_drop(&(*restore)->fresh);
    free(*restore);
    *restore = NULL;
}

static enum tcn_status make_log(struct tcn_restore *restore) {
    char path[TCN_FRESH_PATH_BYTES];
    const struct tcn_store_options options = {.dir = path};
    struct tcn_copy *copy = NULL;
    bool is_done = false;
    enum tcn_status status = path_of(restore->fresh.partial, "log", path);
    if (status == TCN_OK) {
        status = tcn_log_open(&options, &restore->made);
    }
    if (status == TCN_OK) {
        const struct tcn_copy_options what = {.from = restore->log,
                                              .to = restore->made,
                                              .last_position = restore->last_position,
                                              .generation = restore->generation};
        status = tcn_copy_create(&what, &copy);
    }
    while (status == TCN_OK && !is_done) {
        status = tcn_copy_step(copy, &is_done);
    }
    tcn_copy_destroy(&copy);
    return status;
}

/* The state as of the end, and from it the words that stand there. */
static enum tcn_status make_state(struct tcn_restore *restore) {
    char path[TCN_FRESH_PATH_BYTES];
    const struct tcn_store_options options = {.dir = path};
    struct tcn_log_reader *reader = NULL;
    struct tcn_state_reader *states = NULL;
    enum tcn_status status = path_of(restore->fresh.partial, "state", path);
    if (status == TCN_OK) {
        status = tcn_state_open(&options, &restore->state);
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open(restore->made, &reader);
    }
    if (status == TCN_OK) {
        status = tcn_rebuild_run(reader, &restore->charter, restore->state);
    }
    if (status == TCN_OK) {
        status = tcn_state_reader_open(restore->state, &states);
    }
    if (status == TCN_OK) {
        status = tcn_copy_standings(states, restore->made);
    }
    tcn_state_reader_close(&states);
    tcn_log_reader_close(&reader);
    return status;
}

static enum tcn_status make_shares(struct tcn_restore *restore) {
    char path[TCN_FRESH_PATH_BYTES];
    const struct tcn_store_options options = {.dir = path, .is_reader_only = true};
    struct tcn_shares *shares = NULL;
    if (restore->shares[0] == '\0') {
        return TCN_OK;
    }
    enum tcn_status status = path_of(restore->shares, "shares", path);
    if (status == TCN_OK) {
        status = tcn_shares_open(&options, &shares);
    }
    if (status == TCN_OK) {
        status = path_of(restore->fresh.partial, "shares", path);
    }
    if (status == TCN_OK) {
        status = tcn_shares_backup(shares, path);
    }
    tcn_shares_close(&shares);
    return status;
}

/* R4: the number is taken before anything is made with it. */
static enum tcn_status reserve(struct tcn_restore *restore) {
    const struct tcn_journal_entry entry = {.kind = TCN_JOURNAL_GENERATION,
                                            .generation = restore->generation,
                                            .stage = TCN_JOURNAL_RESERVED};
    if (restore->journal == NULL) {
        return TCN_OK;
    }
    const enum tcn_status status = tcn_journal_add(restore->journal, &entry);
    return status == TCN_OK ? tcn_journal_commit(restore->journal) : status;
}

static enum tcn_status make_journal(struct tcn_restore *restore) {
    char path[TCN_FRESH_PATH_BYTES];
    if (restore->journal == NULL) {
        return TCN_OK;
    }
    const enum tcn_status status = path_of(restore->fresh.partial, "journal", path);
    return status == TCN_OK ? tcn_journal_copy(restore->journal, path) : status;
}

enum tcn_status tcn_restore_run(struct tcn_restore *restore) {
    struct tcn_audit_report report = {0};
    TCN_CHECK(!restore->is_dry);
    enum tcn_status status = tcn_fresh_begin(&restore->fresh, restore->to);
    if (status == TCN_OK) {
        status = reserve(restore);
    }
    if (status == TCN_OK) {
        status = make_journal(restore);
    }
    if (status == TCN_OK) {
        status = make_log(restore);
    }
    if (status == TCN_OK) {
        status = make_state(restore);
    }
    if (status == TCN_OK) {
        status = tcn_audit_run(restore->made, &restore->charter, &report);
    }
    if (status == TCN_OK) {
        status = make_shares(restore);
    }
    tcn_state_close(&restore->state);
    tcn_log_close(&restore->made);
    return status == TCN_OK ? tcn_fresh_commit(&restore->fresh) : status;
}
