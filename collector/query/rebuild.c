/* SPDX-License-Identifier: Apache-2.0 */
#include "query/rebuild.h"

#include "query/applier.h"
#include "seal/hash.h"

/* Folds records into the open commit until it is full or the log ends, or the place has come. */
static enum tcn_status fold_some(struct tcn_log_reader *reader, struct tcn_applier *applier,
                                 struct tcn_state *state, uint64_t last, bool *out_end) {
    const uint64_t start = applier->fold.applied.event_count;
    *out_end = applier->fold.applied.position >= last;
    while (!*out_end && applier->fold.applied.event_count - start < TCN_STATE_COMMIT_EVENTS &&
           !tcn_state_is_due(state)) {
        struct tcn_record record = {0};
        enum tcn_status status = tcn_log_read(reader, applier->fold.applied.position + 1, &record);
        if (status == TCN_ABSENT) {
            *out_end = true;
            return TCN_OK;
        }
        if (status == TCN_OK) {
            status = tcn_applier_record(applier, &record);
        }
        if (status != TCN_OK) {
            return status == TCN_SEQUENCE ? TCN_CORRUPT : status;
        }
        *out_end = applier->fold.applied.position >= last;
    }
    return TCN_OK;
}

static enum tcn_status run(struct tcn_log_reader *reader, struct tcn_applier *applier,
                           struct tcn_state *state, uint64_t last) {
    bool is_end = false;
    while (!is_end) {
        enum tcn_status status = tcn_state_begin(state);
        if (status != TCN_OK) {
            return status;
        }
        status = tcn_applier_begin(applier, tcn_state_table(), state, reader);
        if (status == TCN_OK) {
            status = fold_some(reader, applier, state, last, &is_end);
        }
        tcn_log_reader_reset(reader);
        if (status != TCN_OK) {
            tcn_state_abort(state);
            return status;
        }
        status = tcn_state_commit(state);
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}

enum tcn_status tcn_rebuild_run(struct tcn_log_reader *reader, const struct tcn_charter *charter,
                                struct tcn_state *state) {
    return tcn_rebuild_upto(reader, charter, state, UINT64_MAX);
}

enum tcn_status tcn_rebuild_upto(struct tcn_log_reader *reader, const struct tcn_charter *charter,
                                 struct tcn_state *state, uint64_t last) {
    struct tcn_applier applier;
    enum tcn_status status = tcn_applier_init(&applier, charter);
    if (status == TCN_OK) {
        status = run(reader, &applier, state, last);
    }
    tcn_applier_fini(&applier);
    return status;
}

static void add_sized(struct tcn_hasher *hasher, struct tcn_slice bytes) {
    tcn_hasher_add_u64(hasher, bytes.size);
    tcn_hasher_add(hasher, bytes);
}

enum tcn_status tcn_state_hash_row(void *context, struct tcn_slice database, struct tcn_slice key,
                                   struct tcn_slice value) {
    struct tcn_hasher *hasher = context;
    add_sized(hasher, database);
    add_sized(hasher, key);
    add_sized(hasher, value);
    return TCN_OK;
}

enum tcn_status tcn_state_hash(struct tcn_state_reader *reader, struct tcn_hash *out_hash) {
    struct tcn_hasher hasher;
    tcn_hasher_init(&hasher);
    const enum tcn_status status = tcn_state_hash_walk(reader, tcn_state_hash_row, &hasher);
    if (status != TCN_OK) {
        return status;
    }
    *out_hash = tcn_hasher_finish(&hasher);
    return TCN_OK;
}
