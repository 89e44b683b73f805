/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/folder.h"

#include "base/clock.h"
#include "cli/place.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int tcn_folder_find(struct tcn_cli *cli, const char *given, char out_dir[TCN_CLI_PATH_BYTES]) {
    const char *dir = given != NULL ? given : getenv("TOCSIN_DIR");
    if (dir == NULL) {
        return tcn_cli_usage(cli, "log --help",
                             "say whose log: --dir D, the folder of `tocsin up` or of "
                             "the collector");
    }
    static const char *const places[] = {"", "/collector"};
    for (size_t index = 0; index < sizeof places / sizeof places[0]; index++) {
        char log[TCN_CLI_PATH_BYTES];
        int size = snprintf(out_dir, TCN_CLI_PATH_BYTES, "%s%s", dir, places[index]);
        if (size < 0 || size >= TCN_CLI_PATH_BYTES) {
            return tcn_cli_fail(cli, TCN_TOOBIG, NULL, "open the folder of --dir");
        }
        if (tcn_place_path(log, out_dir, "log") == TCN_OK && access(log, R_OK | X_OK) == 0) {
            return TCN_EXIT_OK;
        }
    }
    (void)fprintf(cli->err,
                  "tocsin: cannot read a log in %s: because there is none\ntry: --dir D, the "
                  "folder of `tocsin up` or of the collector\n",
                  dir);
    return TCN_EXIT_CONFIG;
}

/* Which format it is, who wrote it and what to do. */
static int fail_format(struct tcn_cli *cli, const char *what, const char *dir) {
    char path[TCN_CLI_PATH_BYTES];
    char text[TCN_FORMAT_TEXT_BYTES];
    char advice[TCN_FORMAT_TEXT_BYTES];
    if (tcn_place_path(path, dir, "%s", what) != TCN_OK) {
        return tcn_cli_fail(cli, TCN_TOOBIG, NULL, "open the %s in %s", what, dir);
    }
    tcn_store_format_explain(path, text, advice);
    (void)fprintf(cli->err, "tocsin: cannot open the %s in %s: because %s\ntry: %s\n", what, dir,
                  text, advice);
    return tcn_cli_exit_code(TCN_VERSION);
}

static int fail(struct tcn_cli *cli, enum tcn_status status, const char *what, const char *dir) {
    if (status == TCN_VERSION) {
        return fail_format(cli, what, dir);
    }
    const char *hint = status == TCN_LOCKED
                           ? "ask the collector that holds it: the same verb without --dir, or "
                             "tocsin log stats --running; or end the collector first"
                       : status == TCN_CORRUPT ? "tocsin log verify"
                                               : NULL;
    return tcn_cli_fail(cli, status, hint, "open the %s in %s", what, dir);
}

static int open_log(struct tcn_cli *cli, const char *dir, bool is_beside,
                    struct tcn_folder *folder) {
    char path[TCN_CLI_PATH_BYTES];
    const struct tcn_store_options options = {
        .dir = path, .is_reader_only = true, .is_guest = is_beside};
    enum tcn_status status = tcn_place_path(path, dir, "log");
    if (status == TCN_OK) {
        status = tcn_log_open(&options, &folder->log);
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open(folder->log, &folder->log_reader);
    }
    if (status == TCN_OK) {
        status = tcn_charter_init_log(&folder->charter, folder->log_reader);
    }
    struct tcn_record tail;
    if (status == TCN_OK) {
        status = tcn_log_tail(folder->log_reader, &tail);
    }
    if (status != TCN_OK) {
        return fail(cli, status, "log", dir);
    }
    folder->generation = tail.generation;
    tcn_log_reader_reset(folder->log_reader);
    return TCN_EXIT_OK;
}

static int load_rights(struct tcn_cli *cli, const char *dir, struct tcn_folder *folder) {
    enum tcn_status status = tcn_rights_init(&folder->rights, &folder->charter);
    if (status == TCN_OK) {
        status = tcn_rights_load(&folder->rights, folder->log_reader, UINT64_MAX);
    }
    return status == TCN_OK ? TCN_EXIT_OK : fail(cli, status, "log", dir);
}

/* The newest snapshot takes the place of the state. */
static int use_snapshot(struct tcn_cli *cli, const char *dir, struct tcn_folder *folder) {
    struct tcn_keyring ring;
    const struct tcn_snapshot_place place = {
        .dir = dir, .reader = folder->log_reader, .ring = &ring};
    enum tcn_status status = tcn_rights_load_ring(&folder->charter, folder->log_reader, &ring);
    if (status != TCN_OK) {
        return fail(cli, status, "log", dir);
    }
    status = tcn_snapshot_use(&place, &folder->snapshot_position);
    if (status == TCN_ABSENT) {
        (void)fprintf(cli->err,
                      "tocsin: cannot use a snapshot of %s: because there is none that fits its "
                      "log\ntry: tocsin log rebuild, without --from-snapshot\n",
                      dir);
        return TCN_EXIT_NOTHING;
    }
    return status == TCN_OK ? TCN_EXIT_OK : fail(cli, status, "state", dir);
}

static int open_state(struct tcn_cli *cli, const char *dir, enum tcn_folder_part part,
                      struct tcn_folder *folder) {
    char path[TCN_CLI_PATH_BYTES];
    bool is_derived = part == TCN_FOLDER_DERIVE_STATE;
    bool is_written = is_derived || part == TCN_FOLDER_FOLLOW_STATE;
    const struct tcn_store_options options = {.dir = path, .is_reader_only = !is_written};
    enum tcn_status status = tcn_place_path(path, dir, "state");
    (void)snprintf(folder->state_dir, sizeof folder->state_dir, "%s", path);
    if (status == TCN_OK && is_derived) {
        status = tcn_state_wipe(path);
        status = status == TCN_ABSENT ? TCN_OK : status;
    }
    if (status == TCN_OK) {
        status = tcn_state_open(&options, &folder->state);
    }
    if (status == TCN_OK) {
        status = tcn_state_reader_open(folder->state, &folder->state_reader);
    }
    if (status == TCN_ABSENT || status == TCN_CORRUPT) {
        return tcn_cli_fail(cli, status, "tocsin log rebuild", "open the state in %s", dir);
    }
    return status == TCN_OK ? TCN_EXIT_OK : fail(cli, status, "state", dir);
}

int tcn_folder_open(struct tcn_cli *cli, const char *dir, enum tcn_folder_part part,
                    struct tcn_folder *out_folder) {
    memset(out_folder, 0, sizeof *out_folder);
    char found[TCN_CLI_PATH_BYTES];
    int code = tcn_folder_find(cli, dir, found);
    if (code == TCN_EXIT_OK) {
        code = open_log(cli, found, part == TCN_FOLDER_LOG_BESIDE, out_folder);
    }
    (void)snprintf(out_folder->dir, sizeof out_folder->dir, "%s", code == TCN_EXIT_OK ? found : "");
    if (code == TCN_EXIT_OK && part == TCN_FOLDER_FOLLOW_STATE) {
        code = use_snapshot(cli, found, out_folder);
    }
    if (code == TCN_EXIT_OK && part != TCN_FOLDER_LOG && part != TCN_FOLDER_LOG_BESIDE) {
        code = open_state(cli, found, part, out_folder);
    }
    if (code == TCN_EXIT_OK && part == TCN_FOLDER_READ_STATE) {
        code = load_rights(cli, found, out_folder);
    }
    return code;
}

bool tcn_folder_state_beside(struct tcn_folder *folder) {
    const struct tcn_store_options options = {
        .dir = folder->state_dir, .is_reader_only = true, .is_guest = true};
    const bool has_path = tcn_place_path(folder->state_dir, folder->dir, "state") == TCN_OK;
    return has_path && tcn_state_open(&options, &folder->state) == TCN_OK &&
           tcn_state_reader_open(folder->state, &folder->state_reader) == TCN_OK;
}

uint64_t tcn_folder_lag(const struct tcn_folder *folder) {
    struct tcn_applied applied;
    struct tcn_record tail;
    const bool is_known = tcn_state_applied(folder->state_reader, &applied) == TCN_OK &&
                          tcn_log_tail(folder->log_reader, &tail) == TCN_OK;
    tcn_log_reader_reset(folder->log_reader);
    if (!is_known) {
        return 0;
    }
    const uint64_t last = tail.first_position + tail.count - 1;
    return last > applied.position ? last - applied.position : 0;
}

void tcn_folder_close(struct tcn_folder *folder) {
    tcn_state_reader_close(&folder->state_reader);
    tcn_state_close(&folder->state);
    tcn_rights_fini(&folder->rights);
    tcn_charter_fini(&folder->charter);
    tcn_log_reader_close(&folder->log_reader);
    tcn_log_close(&folder->log);
}

struct tcn_query_view tcn_folder_view(const struct tcn_folder *folder) {
    const bool has_rights = folder->rights.roll != NULL;
    const bool is_exercise = folder->charter.genesis.mode == TCN_MODE_EXERCISE;
    return (struct tcn_query_view){.log = folder->log,
                                   .log_reader = folder->log_reader,
                                   .state_reader = folder->state_reader,
                                   .charter = &folder->charter,
                                   .registry =
                                       has_rights ? tcn_rights_registry(&folder->rights) : NULL,
                                   .policy = has_rights ? tcn_rights_policy(&folder->rights) : NULL,
                                   .generation = folder->generation,
                                   .now_ns = is_exercise ? 0 : tcn_clock_wall_ns()};
}
