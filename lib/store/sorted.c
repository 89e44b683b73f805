/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sorted.h"

#include "store/row.h"

#include <stdlib.h>

/* Rows of one commit. Each may dirty a page of its own, and some more of the tree above it. */
#define GROUP_ROWS 20000u

/** The table's databases, in the order of its layout. */
enum sorted_db {
    SORTED_DB_ROWS,
    SORTED_DB_META,
    SORTED_DB_COUNT,
};

static const struct tcn_env_layout sorted_layout = {
    .kind = "tocsin rows",
    .format = 1,
    .map_bytes_default = 64ULL * 1024 * 1024 * 1024,
    .reserve_bytes = TCN_ENV_DISK_RESERVE_BYTES,
    .db_count = SORTED_DB_COUNT,
    .db_names = {"rows", "meta"},
};

struct tcn_sorted {
    struct tcn_env *env;
    uint32_t group_count; /* rows since the begin of the open commit; 0: none is open */
    bool is_sealed;
    struct tcn_view walk; /* in order */
    struct tcn_view look; /* by key: one view has one cursor */
};

/** No row may be there yet. */
static enum tcn_status check_empty(struct tcn_env *env) {
    struct tcn_view view = {0};
    uint64_t count = 0;
    enum tcn_status status = tcn_view_open(env, &view);
    if (status == TCN_OK) {
        status = tcn_view_use(&view);
    }
    if (status == TCN_OK) {
        status = tcn_view_count(&view, SORTED_DB_ROWS, &count);
    }
    tcn_view_close(&view);
    return status == TCN_OK && count > 0 ? TCN_EXISTS : status;
}

enum tcn_status tcn_sorted_open(const struct tcn_store_options *options,
                                struct tcn_sorted **out_sorted) {
    struct tcn_sorted *sorted = calloc(1, sizeof(*sorted));
    if (sorted == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_env_open(options, &sorted_layout, &sorted->env);
    if (status == TCN_OK) {
        status = check_empty(sorted->env);
    }
    if (status != TCN_OK) {
        tcn_sorted_close(&sorted);
        return status;
    }
    *out_sorted = sorted;
    return TCN_OK;
}

void tcn_sorted_close(struct tcn_sorted **sorted) {
    if (sorted == NULL || *sorted == NULL) {
        return;
    }
    tcn_view_close(&(*sorted)->walk);
    tcn_view_close(&(*sorted)->look);
    tcn_env_close(&(*sorted)->env);
    free(*sorted);
    *sorted = NULL;
}

static enum tcn_status commit(struct tcn_sorted *sorted) {
    sorted->group_count = 0;
    return tcn_env_commit(sorted->env);
}

/** One row into the open commit. */
static enum tcn_status put_row(struct tcn_sorted *sorted, struct tcn_slice key,
                               struct tcn_slice value) {
    struct tcn_slice there;
    const struct tcn_row_from from = {.env = sorted->env};
    const enum tcn_status found = tcn_row_get(from, SORTED_DB_ROWS, key, &there);
    if (found != TCN_ABSENT) {
        return found == TCN_OK ? TCN_EXISTS : found;
    }
    return tcn_row_put(sorted->env, SORTED_DB_ROWS, TCN_PUT_NEW, key, value);
}

enum tcn_status tcn_sorted_put(struct tcn_sorted *sorted, struct tcn_slice key,
                               struct tcn_slice value) {
    TCN_CHECK(!sorted->is_sealed);
    TCN_CHECK(key.size > 0 && key.size <= TCN_SORTED_KEY_BYTES_MAX);
    TCN_CHECK(value.size <= TCN_SORTED_VALUE_BYTES_MAX);
    if (sorted->group_count == 0) {
        const enum tcn_status status = tcn_env_begin(sorted->env);
        if (status != TCN_OK) {
            return status;
        }
    }
    const enum tcn_status status = put_row(sorted, key, value);
    sorted->group_count++;
    if (status == TCN_OK && sorted->group_count < GROUP_ROWS) {
        return TCN_OK;
    }
    if (status == TCN_OK || status == TCN_EXISTS) {
        const enum tcn_status committed =
            sorted->group_count < GROUP_ROWS ? TCN_OK : commit(sorted);
        return committed == TCN_OK ? status : committed;
    }
    tcn_env_abort(sorted->env);
    sorted->group_count = 0;
    return status;
}

enum tcn_status tcn_sorted_seal(struct tcn_sorted *sorted) {
    enum tcn_status status = sorted->group_count > 0 ? commit(sorted) : TCN_OK;
    TCN_CHECK(!sorted->is_sealed);
    if (status == TCN_OK) {
        status = tcn_view_open(sorted->env, &sorted->walk);
    }
    if (status == TCN_OK) {
        status = tcn_view_open(sorted->env, &sorted->look);
    }
    if (status == TCN_OK) {
        status = tcn_view_pin(&sorted->walk); /* nobody writes any more: no page is held up */
    }
    if (status == TCN_OK) {
        status = tcn_view_pin(&sorted->look);
    }
    sorted->is_sealed = status == TCN_OK;
    return status;
}

enum tcn_status tcn_sorted_step(struct tcn_sorted *sorted, bool is_next,
                                struct tcn_sorted_row *out_row) {
    const enum tcn_env_step step = is_next ? TCN_STEP_NEXT : TCN_STEP_FIRST;
    const struct tcn_row_from from = {.view = &sorted->walk};
    struct tcn_env_row row;
    TCN_CHECK(sorted->is_sealed);
    const enum tcn_status status =
        tcn_row_seek(from, SORTED_DB_ROWS, step, tcn_slice_of(NULL, 0), &row);
    if (status == TCN_OK) {
        *out_row = (struct tcn_sorted_row){.key = row.key, .value = row.value};
    }
    return status;
}

enum tcn_status tcn_sorted_get(struct tcn_sorted *sorted, struct tcn_slice key,
                               struct tcn_slice *out_value) {
    TCN_CHECK(sorted->is_sealed);
    return tcn_row_get((struct tcn_row_from){.view = &sorted->look}, SORTED_DB_ROWS, key,
                       out_value);
}
