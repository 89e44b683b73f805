/* SPDX-License-Identifier: Apache-2.0 */
#include "query/backtest_inside.h"

#include <stdio.h>
#include <stdlib.h>

#define PATH_BYTES 1200
#define ROWS_NAME "rows"

static const char *const state_names[TCN_BACKTEST_SIDES] = {"recorded", "supposed"};

/** Errors: TCN_CONFIG it is too long. */
static enum tcn_status path_of(const struct tcn_backtest *backtest, const char *name,
                               char out_path[PATH_BYTES]) {
    const int size = snprintf(out_path, PATH_BYTES, "%s/%s", backtest->options.dir, name);
    return size > 0 && size < PATH_BYTES ? TCN_OK : TCN_CONFIG;
}

/** Removes a closed store; one that is not there is as good. */
static void wipe(const struct tcn_backtest *backtest, const char *name) {
    char path[PATH_BYTES];
    if (path_of(backtest, name, path) == TCN_OK) {
        const enum tcn_status status = tcn_state_remove(path);
        (void)status; /* what stays is seen by whoever lent the folder */
    }
}

static void close_side(struct tcn_backtest *backtest) {
    tcn_state_reader_close(&backtest->reader);
    tcn_state_close(&backtest->state);
    tcn_applier_fini(&backtest->applier);
    wipe(backtest, state_names[backtest->side]);
}

static enum tcn_status open_side(struct tcn_backtest *backtest,
                                 enum tcn_backtest_side_number side) {
    char path[PATH_BYTES];
    const struct tcn_store_options options = {.dir = path,
                                              .map_bytes = backtest->options.map_bytes};
    backtest->side = side;
    enum tcn_status status = path_of(backtest, state_names[side], path);
    if (status == TCN_OK) {
        status = tcn_state_open(&options, &backtest->state);
    }
    if (status == TCN_OK) {
        status = tcn_state_reader_open(backtest->state, &backtest->reader);
    }
    if (status == TCN_OK) {
        status = tcn_applier_init(&backtest->applier, backtest->options.charter);
    }
    if (status == TCN_OK) {
        backtest->applier.is_awake = true;
        backtest->applier.hypothesis =
            side == TCN_BACKTEST_SUPPOSED ? &backtest->options.hypothesis : NULL;
    }
    return status;
}

static enum tcn_status look_at_log(struct tcn_backtest *backtest) {
    struct tcn_record tail;
    enum tcn_status status = tcn_log_tail(backtest->options.reader, &tail);
    if (status == TCN_OK) {
        backtest->progress.last_position = tail.first_position + tail.count - 1;
        backtest->progress.last_time_ns = tail.log_time_ns;
        backtest->progress.total = TCN_BACKTEST_SIDES * backtest->progress.last_position;
        const bool is_in =
            backtest->options.hypothesis.from_position >= 1 &&
            backtest->options.hypothesis.from_position <= backtest->progress.last_position;
        status = is_in ? TCN_OK : TCN_ABSENT;
    }
    tcn_log_reader_reset(backtest->options.reader);
    return status;
}

static enum tcn_status begin(struct tcn_backtest *backtest) {
    char path[PATH_BYTES];
    const struct tcn_store_options options = {.dir = path,
                                              .map_bytes = backtest->options.map_bytes};
    backtest->page = malloc(tcn_backtest_page_bytes());
    enum tcn_status status = backtest->page != NULL ? TCN_OK : TCN_NOMEM;
    if (status == TCN_OK) {
        status = look_at_log(backtest);
    }
    if (status == TCN_OK) {
        status = path_of(backtest, ROWS_NAME, path);
    }
    if (status == TCN_OK) {
        status = tcn_sorted_open(&options, &backtest->sorted);
    }
    return status == TCN_OK ? open_side(backtest, TCN_BACKTEST_RECORDED) : status;
}

enum tcn_status tcn_backtest_create(const struct tcn_backtest_options *options,
                                    struct tcn_backtest **out_backtest) {
    TCN_CHECK(options->reader != NULL && options->hypothesis.policy != NULL);
    struct tcn_backtest *backtest = calloc(1, sizeof(*backtest));
    if (backtest == NULL) {
        return TCN_NOMEM;
    }
    backtest->options = *options;
    const enum tcn_status status = begin(backtest);
    if (status != TCN_OK) {
        tcn_backtest_destroy(&backtest);
        return status;
    }
    *out_backtest = backtest;
    return TCN_OK;
}

void tcn_backtest_destroy(struct tcn_backtest **backtest) {
    if (backtest == NULL || *backtest == NULL) {
        return;
    }
    close_side(*backtest);
    tcn_sorted_close(&(*backtest)->sorted);
    wipe(*backtest, ROWS_NAME);
    free((*backtest)->page);
    free(*backtest);
    *backtest = NULL;
}

/** Folds records into the open commit, until it is full or the log ends where it ended. */
static enum tcn_status fold_some(struct tcn_backtest *backtest) {
    struct tcn_log_reader *reader = backtest->options.reader;
    struct tcn_applier *applier = &backtest->applier;
    const uint64_t start = applier->fold.applied.event_count;
    while (applier->fold.applied.position < backtest->progress.last_position &&
           applier->fold.applied.event_count - start < TCN_STATE_COMMIT_EVENTS &&
           !tcn_state_is_due(backtest->state)) {
        struct tcn_record record = {0};
        enum tcn_status status = tcn_log_read(reader, applier->fold.applied.position + 1, &record);
        if (status == TCN_OK) {
            status = tcn_applier_record(applier, &record);
        }
        if (status != TCN_OK) {
            return status == TCN_SEQUENCE || status == TCN_ABSENT ? TCN_CORRUPT : status;
        }
    }
    return TCN_OK;
}

static void tell_progress(struct tcn_backtest *backtest) {
    const uint64_t before =
        backtest->side == TCN_BACKTEST_SUPPOSED ? backtest->progress.last_position : 0;
    backtest->progress.done = before + backtest->applier.fold.applied.position;
    if (backtest->side == TCN_BACKTEST_SUPPOSED) {
        backtest->progress.ignored_count = backtest->applier.ignored_count;
    }
}

/** One commit. */
static enum tcn_status fold(struct tcn_backtest *backtest, bool *out_is_done) {
    enum tcn_status status = tcn_state_begin(backtest->state);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_applier_begin(&backtest->applier, tcn_state_table(), backtest->state,
                               backtest->options.reader);
    if (status == TCN_OK) {
        status = fold_some(backtest);
    }
    tcn_log_reader_reset(backtest->options.reader);
    if (status != TCN_OK) {
        tcn_state_abort(backtest->state);
        return status;
    }
    tell_progress(backtest);
    *out_is_done = backtest->applier.fold.applied.position == backtest->progress.last_position;
    return tcn_state_commit(backtest->state);
}

/** What comes when a phase is over. */
static enum tcn_status go_on(struct tcn_backtest *backtest) {
    backtest->place = (struct tcn_backtest_place){.from_number = 1};
    switch (backtest->phase) {
    case TCN_BACKTEST_FOLDS:
        backtest->place.birth = UINT64_MAX; /* newest first */
        backtest->phase = TCN_BACKTEST_PUTS_MATTERS;
        return TCN_OK;
    case TCN_BACKTEST_PUTS_MATTERS:
        backtest->phase = TCN_BACKTEST_PUTS_CLOCKS;
        return TCN_OK;
    case TCN_BACKTEST_PUTS_CLOCKS:
        backtest->phase = TCN_BACKTEST_PUTS_ALERTS;
        return TCN_OK;
    case TCN_BACKTEST_PUTS_ALERTS:
        close_side(backtest);
        if (backtest->side == TCN_BACKTEST_RECORDED) {
            backtest->phase = TCN_BACKTEST_FOLDS;
            return open_side(backtest, TCN_BACKTEST_SUPPOSED);
        }
        backtest->phase = TCN_BACKTEST_COMPARES;
        backtest->progress.is_folded = true;
        return tcn_sorted_seal(backtest->sorted);
    case TCN_BACKTEST_COMPARES:
    case TCN_BACKTEST_DONE:
    default:
        backtest->phase = TCN_BACKTEST_DONE;
        return TCN_OK;
    }
}

enum tcn_status tcn_backtest_step(struct tcn_backtest *backtest, tcn_backtest_tell *tell,
                                  void *context, bool *out_is_done) {
    bool is_done = backtest->phase == TCN_BACKTEST_DONE;
    enum tcn_status status = TCN_OK;
    if (backtest->phase == TCN_BACKTEST_FOLDS) {
        status = fold(backtest, &is_done);
    } else if (backtest->phase == TCN_BACKTEST_COMPARES) {
        status = tcn_backtest_compare_some(backtest, tell, context, &is_done);
    } else if (!is_done) {
        status = tcn_backtest_put_some(backtest, &is_done);
        tcn_state_reader_reset(backtest->reader);
    }
    if (status == TCN_OK && is_done) {
        status = go_on(backtest);
    }
    *out_is_done = backtest->phase == TCN_BACKTEST_DONE;
    return status;
}

struct tcn_backtest_progress tcn_backtest_progress(const struct tcn_backtest *backtest) {
    return backtest->progress;
}

struct tcn_backtest_counts tcn_backtest_counts(const struct tcn_backtest *backtest) {
    return backtest->counts;
}

const char *tcn_backtest_what_name(enum tcn_backtest_what what) {
    static const char *const names[TCN_BACKTEST_WHAT_COUNT] = {"none", "matter", "alert", "clock",
                                                               "duty"};
    return what < TCN_BACKTEST_WHAT_COUNT ? names[what] : names[0];
}

const char *tcn_backtest_how_name(enum tcn_backtest_how how) {
    static const char *const names[TCN_BACKTEST_HOW_COUNT] = {
        "same", "added", "lost", "earlier", "later", "elsewhere", "changed"};
    return how < TCN_BACKTEST_HOW_COUNT ? names[how] : names[0];
}

const char *tcn_backtest_standing_name(enum tcn_backtest_standing standing) {
    static const char *const names[] = {"none", "met",       "missed",     "running", "paused",
                                        "over", "cancelled", "unmeasured", "unknown"};
    const size_t count = sizeof(names) / sizeof(names[0]);
    return standing < count ? names[standing] : names[0];
}
