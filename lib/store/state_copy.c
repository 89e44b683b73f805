/* SPDX-License-Identifier: Apache-2.0 */
#include "store/state_copy.h"

#include "store/state_rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* One step copies about so many bytes of rows, and syncs them. */
#define STEP_BYTES (4u * 1024 * 1024)

/* Where a state is put together before it takes its place. */
#define PLACE_NAME "placed"

struct tcn_state_copy {
    struct tcn_view view; /* of the source, pinned */
    struct tcn_state *to;
    uint32_t db;   /* that is being copied */
    bool is_in_db; /* the source's cursor stands in it */
    uint64_t bytes;
    struct tcn_applied applied;
};

/** How far the pinned snapshot is. */
static enum tcn_status applied_load(struct tcn_state_copy *copy) {
    struct tcn_slice payload;
    enum tcn_status status =
        tcn_row_get((struct tcn_row_from){.view = &copy->view}, TCN_STATE_DB_APPLIED,
                    tcn_slice_text(TCN_STATE_APPLIED_KEY), &payload);
    if (status == TCN_ABSENT) {
        return TCN_OK;
    }
    return status == TCN_OK ? tcn_state_decode_applied(payload, &copy->applied) : status;
}

/** Nothing was ever folded into it. */
static enum tcn_status empty_check(struct tcn_state *state) {
    struct tcn_state_reader *reader = NULL;
    struct tcn_applied applied = {0};
    enum tcn_status status = tcn_state_reader_open(state, &reader);
    if (status == TCN_OK) {
        status = tcn_state_applied(reader, &applied);
    }
    tcn_state_reader_close(&reader);
    if (status != TCN_OK) {
        return status;
    }
    return applied.position == 0 ? TCN_OK : TCN_EXISTS;
}

enum tcn_status tcn_state_copy_begin(struct tcn_state *from, struct tcn_state_copy **out_copy) {
    struct tcn_state_copy *copy = calloc(1, sizeof(*copy));
    if (copy == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_view_open(tcn_state_env(from), &copy->view);
    if (status == TCN_OK) {
        status = tcn_view_pin(&copy->view);
    }
    if (status == TCN_OK) {
        status = applied_load(copy);
    }
    if (status != TCN_OK) {
        tcn_state_copy_end(&copy);
        return status;
    }
    *out_copy = copy;
    return TCN_OK;
}

enum tcn_status tcn_state_copy_open(struct tcn_state_copy *copy,
                                    const struct tcn_store_options *to) {
    TCN_CHECK(copy->to == NULL);
    const enum tcn_status status = tcn_state_open(to, &copy->to);
    return status == TCN_OK ? empty_check(copy->to) : status;
}

const struct tcn_applied *tcn_state_copy_applied(const struct tcn_state_copy *copy) {
    return &copy->applied;
}

uint64_t tcn_state_copy_bytes(const struct tcn_state_copy *copy) {
    return copy->bytes;
}

/** The source's next row; TCN_ABSENT behind the last one of the last database. */
static enum tcn_status next_row(struct tcn_state_copy *copy, struct tcn_env_row *out_row) {
    enum tcn_status status = TCN_ABSENT;
    while (status == TCN_ABSENT && copy->db < TCN_STATE_DB_COUNT) {
        const enum tcn_env_step step = copy->is_in_db ? TCN_STEP_NEXT : TCN_STEP_FIRST;
        status = tcn_view_seek(&copy->view, copy->db, step, tcn_slice_of(NULL, 0), out_row);
        copy->is_in_db = status == TCN_OK;
        copy->db += status == TCN_ABSENT ? 1 : 0;
    }
    return status;
}

/** Rows into the open commit, until the step is full or there are no more. */
static enum tcn_status copy_rows(struct tcn_state_copy *copy, tcn_state_visit *visit, void *context,
                                 bool *out_is_done) {
    struct tcn_env *to = tcn_state_env(copy->to);
    const uint64_t start = copy->bytes;
    while (copy->bytes - start < STEP_BYTES) {
        struct tcn_env_row row;
        struct tcn_slice payload;
        enum tcn_status status = next_row(copy, &row);
        if (status == TCN_ABSENT) {
            *out_is_done = true;
            return TCN_OK;
        }
        if (status == TCN_OK) {
            status = tcn_row_open(row.key, row.value, &payload);
        }
        if (status == TCN_OK) {
            status =
                visit(context, tcn_slice_text(to->layout->db_names[copy->db]), row.key, payload);
        }
        if (status == TCN_OK) {
            status = tcn_env_put(to, copy->db, TCN_PUT_LAST, row.key, row.value);
        }
        if (status != TCN_OK) {
            return status;
        }
        copy->bytes += row.key.size + row.value.size;
    }
    return TCN_OK;
}

enum tcn_status tcn_state_copy_step(struct tcn_state_copy *copy, tcn_state_visit *visit,
                                    void *context, bool *out_is_done) {
    bool is_done = false;
    enum tcn_status status = tcn_state_begin(copy->to);
    if (status != TCN_OK) {
        return status;
    }
    status = copy_rows(copy, visit, context, &is_done);
    if (status != TCN_OK) {
        tcn_state_abort(copy->to);
        return status;
    }
    status = tcn_state_commit(copy->to);
    if (status == TCN_OK) {
        *out_is_done = is_done;
    }
    return status;
}

void tcn_state_copy_end(struct tcn_state_copy **copy) {
    if (copy == NULL || *copy == NULL) {
        return;
    }
    tcn_view_close(&(*copy)->view);
    tcn_state_close(&(*copy)->to);
    free(*copy);
    *copy = NULL;
}

/** Removes what a program that died in here left. */
static enum tcn_status leftover_remove(const char *place) {
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *path = tcn_env_path(place, names[i]);
        if (path == NULL) {
            return TCN_NOMEM;
        }
        const bool is_gone = unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR;
        const enum tcn_status status = is_gone ? TCN_OK : tcn_store_status(errno);
        free(path);
        if (status != TCN_OK) {
            return status;
        }
    }
    return rmdir(place) == 0 || errno == ENOENT ? TCN_OK : tcn_store_status(errno);
}

/** A synced copy of `from` at `place`. */
static enum tcn_status copy_make(const char *from, const char *place) {
    const struct tcn_store_options options = {.dir = from, .is_reader_only = true};
    struct tcn_state *state = NULL;
    enum tcn_status status = leftover_remove(place);
    if (status == TCN_OK) {
        status = tcn_state_open(&options, &state);
    }
    if (status == TCN_OK) {
        status = tcn_env_copy(tcn_state_env(state), place, false);
    }
    tcn_state_close(&state);
    return status;
}

/** Gives the copy its name, and syncs that. The old state is gone by now. */
static enum tcn_status copy_name(const char *place, const char *dir) {
    char *made = tcn_env_path(place, "data.mdb");
    char *name = tcn_env_path(dir, "data.mdb");
    enum tcn_status status = made == NULL || name == NULL ? TCN_NOMEM : TCN_OK;
    if (status == TCN_OK && rename(made, name) != 0) {
        status = tcn_store_status(errno);
    }
    if (status == TCN_OK) {
        status = tcn_env_dir_sync(dir);
    }
    free(made);
    free(name);
    return status == TCN_OK ? leftover_remove(place) : status;
}

enum tcn_status tcn_state_place(const char *from, const char *dir) {
    char *place = tcn_env_path(dir, PLACE_NAME);
    enum tcn_status status = place == NULL ? TCN_NOMEM : tcn_env_dir_make(dir, false);
    if (status == TCN_OK) {
        status = copy_make(from, place);
    }
    if (status == TCN_OK) {
        status = tcn_state_wipe(dir);
    }
    if (status == TCN_OK) {
        status = copy_name(place, dir);
    }
    free(place);
    return status;
}
