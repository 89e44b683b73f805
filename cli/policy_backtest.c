/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy_backtest.h"

#include "base/clock.h"
#include "cli/backtest_show.h"
#include "cli/folder.h"
#include "cli/policy_at.h"
#include "cli/policy_compile.h"
#include "cli/progress.h"
#include "cli/scratch.h"
#include "cli/show.h"
#include "query/activation.h"
#include "query/copy.h"

#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* Differences of one kind that are printed unless --all says otherwise. */
#define SHOWN_MAX 20u

/* All that the verb takes, and what it works on. */
struct backtesting {
    struct tcn_cli *cli;
    const char *dir;
    const char *path;
    const char *since;
    const char *format_option;
    bool restates;
    bool shows_guarded;
    bool is_all;
    enum tcn_format format;
    struct tcn_folder folder;
    struct tcn_rights rights;
    struct tcn_compiled compiled;
    struct tcn_scratch scratch;
    struct tcn_hypothesis hypothesis;
    int64_t from_ns; /* log time of the first position that is judged otherwise */
    struct tcn_backtest *made;
    struct tcn_progress bar;
    struct tcn_json_writer writer;
    uint64_t shown[TCN_BACKTEST_WHAT_COUNT];
};

static int parse(struct backtesting *made, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"policy", 'p', "DIR", "the other policy's folder", NULL, &made->path},
        {"dir", 'd', "DIR", "folder of `tocsin up` or of the collector; else TOCSIN_DIR", NULL,
         &made->dir},
        {"since", 0, "T", "from a log time or a position on; else from the first", NULL,
         &made->since},
        {"restate", 0, NULL, "clocks that run then follow the other policy too", &made->restates,
         NULL},
        {"guarded", 0, NULL, "matters with an allow-list too: for who may see them",
         &made->shows_guarded, NULL},
        {"all", 'a', NULL, "every difference, not the first 20 of each kind", &made->is_all, NULL},
        {"output", 'o', "FORMAT", "table, json, ndjson (every difference)", NULL,
         &made->format_option},
    };
    const struct tcn_cli_syntax syntax = {"policy backtest --policy DIR [--since T] [OPTIONS]",
                                          options, sizeof options / sizeof options[0]};
    int first = 0;
    const int code = tcn_cli_parse(made->cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (argc != first || made->path == NULL) {
        return tcn_cli_usage(made->cli, "policy backtest --help",
                             "policy backtest takes --policy DIR and options");
    }
    return tcn_cli_format(made->cli, made->format_option,
                          1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON | 1u << TCN_FORMAT_NDJSON,
                          &made->format);
}

/* A number is a position, anything else a time. */
static int read_since(struct backtesting *made) {
    struct tcn_log_reader *reader = made->folder.log_reader;
    uint64_t position = 1;
    int64_t since_ns = 0;
    enum tcn_status status = TCN_OK;
    if (made->since != NULL && tcn_text_to_u64(tcn_slice_text(made->since), &position) != TCN_OK) {
        if (tcn_show_read_time(made->since, &since_ns) != TCN_OK) {
            return tcn_cli_usage(made->cli, "policy backtest --help",
                                 "--since takes a position, 2026-11-23, \"2026-11-23 14:05\" or "
                                 "2026-11-23T14:05:00Z");
        }
        status = tcn_copy_find_time(reader, since_ns - 1, &position);
        position = status == TCN_OK ? position + 1 : 1; /* absent: the log begins later */
        status = status == TCN_ABSENT ? TCN_OK : status;
    }
    struct tcn_record record = {.log_time_ns = 0};
    if (status == TCN_OK) {
        status = position > 0 ? tcn_log_read(reader, position, &record) : TCN_ABSENT;
    }
    tcn_log_reader_reset(reader);
    if (status == TCN_ABSENT) {
        (void)fprintf(made->cli->err, "-- the log has nothing since then\n");
        return TCN_EXIT_NOTHING;
    }
    made->hypothesis.from_position = position;
    made->from_ns = record.log_time_ns;
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(made->cli, status, "tocsin log verify", "read the log");
}

/* Numbers of organs name streams and holders in the log, so the other policy must have them all;
 * that its version is no larger does not matter here. */
static int check_fits(struct backtesting *made) {
    const struct tcn_policy *next = made->compiled.policy;
    struct tcn_regime_verdict verdict;
    const enum tcn_status status =
        tcn_regime_check(tcn_rights_policy(&made->rights), next, &verdict);
    made->hypothesis.policy = next;
    if (status == TCN_OK || verdict.fault == TCN_REGIME_NOT_NEWER) {
        return TCN_EXIT_OK;
    }
    FILE *err = made->cli->err;
    (void)fprintf(err, "tocsin: cannot try the policy %s on this log: because ", made->path);
    if (verdict.fault == TCN_REGIME_ORGAN_GONE) {
        (void)fprintf(
            err,
            "organ %s, number %u, is in the log and not in it\ntry: keep every organ with "
            "its id and number in organs.yaml\n",
            verdict.organ->id, (unsigned)verdict.organ->number);
    } else {
        (void)fprintf(err, "its desk is another organ\ntry: keep the desk in regime.yaml\n");
    }
    return TCN_EXIT_REFUSED;
}

static bool is_interrupted(const struct backtesting *made) {
    struct pollfd item = {.fd = made->cli->signals, .events = POLLIN};
    return poll(&item, 1, 0) > 0;
}

static enum tcn_status print_ndjson(struct backtesting *made, const struct tcn_backtest_row *row) {
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "policy_backtest_row");
    tcn_backtest_show_json(&writer, made->compiled.policy, row);
    const enum tcn_status status = tcn_json_write_file(&writer, made->cli->out, false);
    tcn_json_writer_fini(&writer);
    return status;
}

/* A tcn_backtest_tell. */
static enum tcn_status print_row(void *context, const struct tcn_backtest_row *row) {
    struct backtesting *made = context;
    const struct tcn_policy *policy = made->compiled.policy; /* it has every organ */
    tcn_progress_clear(&made->bar);
    if (made->format == TCN_FORMAT_NDJSON) {
        return print_ndjson(made, row);
    }
    if (made->shown[row->what] == SHOWN_MAX && !made->is_all) {
        return TCN_OK;
    }
    made->shown[row->what]++;
    if (made->format == TCN_FORMAT_JSON) {
        tcn_json_object_begin(&made->writer, NULL);
        tcn_backtest_show_json(&made->writer, policy, row);
        tcn_json_object_end(&made->writer);
        return TCN_OK;
    }
    tcn_backtest_show_line(made->cli->out, policy, row);
    return ferror(made->cli->out) ? TCN_IO : TCN_OK;
}

static enum tcn_status run_steps(struct backtesting *made) {
    const struct tcn_backtest_options options = {.reader = made->folder.log_reader,
                                                 .charter = &made->folder.charter,
                                                 .hypothesis = made->hypothesis,
                                                 .shows_guarded = made->shows_guarded,
                                                 .dir = made->scratch.dir};
    bool is_done = false;
    enum tcn_status status = tcn_backtest_create(&options, &made->made);
    while (status == TCN_OK && !is_done) { /* each step does a part of what there is */
        status = is_interrupted(made) ? TCN_CANCELED
                                      : tcn_backtest_step(made->made, print_row, made, &is_done);
        if (status == TCN_OK) {
            const struct tcn_backtest_progress progress = tcn_backtest_progress(made->made);
            tcn_progress_draw(&made->bar, progress.done, progress.total, "events folded",
                              tcn_clock_monotonic_ns());
        }
    }
    tcn_progress_clear(&made->bar);
    return status;
}

static uint64_t sum_of(const struct tcn_backtest_counts *counts, enum tcn_backtest_what what) {
    uint64_t sum = 0;
    for (unsigned how = 0; how < TCN_BACKTEST_HOW_COUNT; how++) {
        sum += counts->counts[what][how];
    }
    return sum;
}

static void print_sum(const struct backtesting *made, const struct tcn_backtest_counts *counts,
                      const struct tcn_backtest_progress *progress) {
    FILE *out = made->cli->out;
    char from[TCN_TIME_TEXT_BYTES];
    char until[TCN_TIME_TEXT_BYTES];
    uint64_t all = 0;
    const bool is_all = made->hypothesis.from_position == 1; /* genesis: of a feed, of no time */
    tcn_show_time(made->from_ns, from);
    tcn_show_time(progress->last_time_ns, until);
    (void)fprintf(out,
                  "version %" PRIu64 " of %s, from position %" PRIu64 "%s%s to %" PRIu64 ", %s\n",
                  made->hypothesis.policy->version, made->path, made->hypothesis.from_position,
                  is_all ? "" : ", ", is_all ? "" : from, progress->last_position, until);
    if (progress->ignored_count > 0) {
        (void)fprintf(out, "left out: %" PRIu64 " later activations that the log has\n",
                      progress->ignored_count);
    }
    for (unsigned what = TCN_BACKTEST_MATTER; what < TCN_BACKTEST_WHAT_COUNT; what++) {
        const uint64_t sum = sum_of(counts, (enum tcn_backtest_what)what);
        all += sum;
        if (sum == 0) {
            continue;
        }
        (void)fprintf(out, "%-7s", tcn_backtest_what_name((enum tcn_backtest_what)what));
        for (unsigned how = TCN_BACKTEST_ADDED; how < TCN_BACKTEST_HOW_COUNT; how++) {
            (void)fprintf(out, "  %s %" PRIu64, tcn_backtest_how_name((enum tcn_backtest_how)how),
                          counts->counts[what][how]);
        }
        (void)fputs(sum > made->shown[what] ? "  (the first are above; --all)\n" : "\n", out);
    }
    (void)fputs(all == 0 ? "no difference\n" : "", out);
    (void)fputs(made->shows_guarded ? "" : "matters with an allow-list are left out: --guarded\n",
                out);
}

static void add_sum(struct tcn_json_writer *writer, const struct backtesting *made,
                    const struct tcn_backtest_counts *counts,
                    const struct tcn_backtest_progress *progress) {
    uint64_t all = 0;
    tcn_json_add_u64(writer, "policy_version", made->hypothesis.policy->version);
    tcn_json_add_u64(writer, "from_position", made->hypothesis.from_position);
    tcn_json_add_time(writer, "from", made->from_ns);
    tcn_json_add_u64(writer, "last_position", progress->last_position);
    tcn_json_add_time(writer, "last", progress->last_time_ns);
    tcn_json_add_bool(writer, "restates", made->restates);
    tcn_json_add_bool(writer, "shows_guarded", made->shows_guarded);
    tcn_json_add_u64(writer, "ignored_activations", progress->ignored_count);
    tcn_json_object_begin(writer, "counts");
    for (unsigned what = TCN_BACKTEST_MATTER; what < TCN_BACKTEST_WHAT_COUNT; what++) {
        tcn_json_object_begin(writer, tcn_backtest_what_name((enum tcn_backtest_what)what));
        for (unsigned how = TCN_BACKTEST_ADDED; how < TCN_BACKTEST_HOW_COUNT; how++) {
            tcn_json_add_u64(writer, tcn_backtest_how_name((enum tcn_backtest_how)how),
                             counts->counts[what][how]);
        }
        tcn_json_object_end(writer);
        all += sum_of(counts, (enum tcn_backtest_what)what);
    }
    tcn_json_object_end(writer);
    tcn_json_add_bool(writer, "is_same", all == 0);
}

static int finish(struct backtesting *made) {
    const struct tcn_backtest_counts counts = tcn_backtest_counts(made->made);
    const struct tcn_backtest_progress progress = tcn_backtest_progress(made->made);
    if (made->format == TCN_FORMAT_TABLE) {
        print_sum(made, &counts, &progress);
        return TCN_EXIT_OK;
    }
    if (made->format == TCN_FORMAT_JSON) {
        tcn_json_array_end(&made->writer);
    } else {
        tcn_json_writer_init_document(&made->writer, "policy_backtest");
    }
    add_sum(&made->writer, made, &counts, &progress);
    const enum tcn_status status =
        tcn_json_write_file(&made->writer, made->cli->out, made->format == TCN_FORMAT_JSON);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(made->cli, status, NULL, "print the answer");
}

static int backtest(struct backtesting *made) {
    int code = tcn_scratch_make(made->cli, "backtest", &made->scratch);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    made->hypothesis.restates = made->restates;
    made->bar = tcn_progress_init(made->cli, 0, false);
    if (made->format == TCN_FORMAT_JSON) {
        tcn_json_writer_init_document(&made->writer, "policy_backtest");
        tcn_json_array_begin(&made->writer, "differences");
    }
    const enum tcn_status status = run_steps(made);
    const char *hint = status == TCN_FULL ? "TMPDIR=D, a folder with more room for two states"
                                          : "tocsin log verify";
    code = status == TCN_OK ? finish(made) : tcn_cli_fail(made->cli, status, hint, "fold the log");
    tcn_backtest_destroy(&made->made);
    tcn_scratch_remove(made->cli, &made->scratch);
    return code;
}

int tcn_policy_backtest(struct tcn_cli *cli, int argc, char **argv) {
    struct backtesting *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return tcn_cli_fail(cli, TCN_NOMEM, NULL, "try a policy");
    }
    made->cli = cli;
    int code = parse(made, argc, argv);
    code = code == TCN_EXIT_OK
               ? tcn_policy_compile(cli, made->path, "try the policy", &made->compiled)
               : code;
    code = code == TCN_EXIT_OK
               ? tcn_policy_open_at(cli, made->dir, UINT64_MAX, &made->folder, &made->rights)
               : code;
    code = code == TCN_EXIT_OK ? check_fits(made) : code;
    code = code == TCN_EXIT_OK ? read_since(made) : code;
    code = code == TCN_EXIT_OK ? backtest(made) : code;
    tcn_json_writer_fini(&made->writer);
    tcn_compiled_fini(&made->compiled);
    tcn_rights_fini(&made->rights);
    tcn_folder_close(&made->folder);
    free(made);
    return code;
}
