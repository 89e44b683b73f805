/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin audit`: who knew what of a matter, when; from the log alone, folded anew up to the time
 * that is asked about, into a folder of its own that is thrown away. */
#include "base/clock.h"
#include "base/uuid.h"
#include "cli/audit_show.h"
#include "cli/folder.h"
#include "cli/place.h"
#include "cli/policy_at.h"
#include "cli/progress.h"
#include "cli/scratch.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "query/bundle.h"
#include "query/copy.h"
#include "query/rebuild.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* Events folded before somebody looks whether they should go on. */
#define PART_EVENTS 65536u

/* Of the answer in a bundle: more than TCN_TRAIL_KNOWN_MAX rows have. */
#define ANSWER_BYTES ((size_t)24 * 1024 * 1024)

/* All that the verb takes, and what it works on. */
struct auditing {
    struct tcn_cli *cli;
    const char *dir;
    const char *known_to;
    const char *at;
    const char *format_option;
    const char *bundle;
    const char *key;
    bool shows_guarded;
    enum tcn_format format;
    struct tcn_folder folder;
    struct tcn_rights rights; /* at the place */
    uint64_t last_position;   /* the place */
    struct tcn_trail_options options;
    struct tcn_trail trail;
    struct tcn_scratch scratch;
};

static int parse(struct auditing *auditing, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"known-to", 0, "ORGAN", "only what this organ knew; else every organ", NULL,
         &auditing->known_to},
        {"at", 0, "T", "as of a log time, or of a position; else of the end", NULL, &auditing->at},
        {"guarded", 0, NULL, "a matter with an allow-list too: for who may see it",
         &auditing->shows_guarded, NULL},
        {"bundle", 0, "FILE", "and the answer with its proofs, signed, for receipt verify", NULL,
         &auditing->bundle},
        {"key", 'k', "FILE", "to sign with: the collector's key file; DIR/keys/collector.key", NULL,
         &auditing->key},
        {"dir", 'd', "D", "folder of `tocsin up` or of the collector", NULL, &auditing->dir},
        {"output", 'o', "FORMAT", "table, json", NULL, &auditing->format_option},
    };
    const struct tcn_cli_syntax syntax = {"audit MATTER [--known-to ORGAN] [--at T] --dir D",
                                          options, sizeof options / sizeof options[0]};
    int first = 0;
    const int code = tcn_cli_parse(auditing->cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (argc - first != 1 ||
        tcn_uuid_from_text(tcn_slice_text(argv[first]), auditing->options.matter.bytes) != TCN_OK) {
        return tcn_cli_usage(auditing->cli, "audit --help", "audit takes the id of one matter");
    }
    return tcn_cli_format(auditing->cli, auditing->format_option,
                          1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &auditing->format);
}

static int say_nothing(const struct auditing *auditing, const char *what) {
    (void)fprintf(auditing->cli->err, "-- %s\n", what);
    return TCN_EXIT_NOTHING;
}

/* The last position that counts: of a time, of a position, or of all. */
static int find_place(struct auditing *auditing) {
    struct tcn_log_reader *reader = auditing->folder.log_reader;
    struct tcn_record tail;
    uint64_t position = 0;
    int64_t at_ns = 0;
    enum tcn_status status = tcn_log_tail(reader, &tail);
    const uint64_t end = status == TCN_OK ? tail.first_position + tail.count - 1 : 0;
    auditing->last_position = end;
    if (status == TCN_OK && auditing->at != NULL &&
        tcn_text_to_u64(tcn_slice_text(auditing->at), &position) == TCN_OK) {
        auditing->last_position = position < end ? position : end;
    } else if (status == TCN_OK && auditing->at != NULL) {
        if (tcn_show_read_time(auditing->at, &at_ns) != TCN_OK) {
            return tcn_cli_usage(auditing->cli, "audit --help",
                                 "--at takes a position, 2026-11-23, \"2026-11-23 14:05\" or "
                                 "2026-11-23T14:05:00Z");
        }
        status = tcn_copy_find_time(reader, at_ns, &auditing->last_position);
    }
    tcn_log_reader_reset(reader);
    if (status == TCN_ABSENT || (status == TCN_OK && auditing->last_position == 0)) {
        return say_nothing(auditing, "the log begins later");
    }
    return status == TCN_OK
               ? TCN_EXIT_OK
               : tcn_cli_fail(auditing->cli, status, "tocsin log verify", "read the log");
}

/* Keys, organs and the policy as they were then. */
static int load_rights(struct auditing *auditing) {
    struct tcn_folder *folder = &auditing->folder;
    enum tcn_status status = tcn_rights_init(&auditing->rights, &folder->charter);
    if (status == TCN_OK) {
        status = tcn_rights_load(&auditing->rights, folder->log_reader, auditing->last_position);
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(auditing->cli, status, "tocsin log verify", "read the log");
    }
    if (auditing->known_to == NULL) {
        return TCN_EXIT_OK;
    }
    const struct tcn_organ *organ = tcn_policy_organ_by_id(tcn_rights_policy(&auditing->rights),
                                                           tcn_slice_text(auditing->known_to));
    if (organ == NULL) {
        return tcn_cli_usage(auditing->cli, "audit --help",
                             "--known-to takes an organ of the policy that was in force then");
    }
    auditing->options.known_to = organ->number;
    return TCN_EXIT_OK;
}

/* Up to the place, in parts, between which Ctrl-C is heard. */
static enum tcn_status fold_all(struct auditing *auditing, struct tcn_state *state) {
    const struct tcn_folder *folder = &auditing->folder;
    struct tcn_progress bar = tcn_progress_init(auditing->cli, 0, false);
    struct pollfd signals = {.fd = auditing->cli->signals, .events = POLLIN};
    enum tcn_status status = TCN_OK;
    uint64_t done = 0;
    while (status == TCN_OK && done < auditing->last_position) {
        const uint64_t left = auditing->last_position - done;
        done += left < PART_EVENTS ? left : PART_EVENTS;
        status = poll(&signals, 1, 0) > 0
                     ? TCN_CANCELED
                     : tcn_rebuild_upto(folder->log_reader, &folder->charter, state, done);
        tcn_progress_draw(&bar, done, auditing->last_position, "events folded",
                          tcn_clock_monotonic_ns());
    }
    tcn_progress_clear(&bar);
    return status;
}

static enum tcn_status fold_in(struct auditing *auditing, const char *dir) {
    struct tcn_folder *folder = &auditing->folder;
    struct tcn_trail_options *options = &auditing->options;
    struct tcn_state *state = NULL;
    struct tcn_state_reader *reader = NULL;
    const struct tcn_store_options store = {.dir = dir};
    enum tcn_status status = tcn_state_open(&store, &state);
    if (status == TCN_OK) {
        status = fold_all(auditing, state);
    }
    if (status == TCN_OK) {
        status = tcn_state_reader_open(state, &reader);
    }
    if (status == TCN_OK) {
        options->reader = folder->log_reader;
        options->state_reader = reader;
        options->rights = &auditing->rights;
        options->shows_guarded = auditing->shows_guarded;
        status = tcn_trail_make(options, &auditing->trail);
    }
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
    return status;
}

static int fold(struct auditing *auditing) {
    char dir[TCN_CLI_PATH_BYTES];
    int code = tcn_scratch_make(auditing->cli, "audit", &auditing->scratch);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    enum tcn_status status = tcn_place_path(dir, auditing->scratch.dir, "state");
    if (status == TCN_OK) {
        status = fold_in(auditing, dir);
        const enum tcn_status removed = tcn_state_remove(dir);
        (void)removed; /* what stays is told with the folder */
    }
    tcn_scratch_remove(auditing->cli, &auditing->scratch);
    if (status == TCN_ABSENT) {
        return say_nothing(auditing, "the log had no such matter then");
    }
    const char *hint = status == TCN_FULL ? "TMPDIR=D, a folder with more room for the state"
                                          : "tocsin log verify";
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(auditing->cli, status, hint, "fold the log");
}

static int print(struct auditing *auditing) {
    const struct tcn_audit_view view = {
        .trail = &auditing->trail, .rights = &auditing->rights, .known_to = auditing->known_to};
    enum tcn_status status = TCN_OK;
    if (auditing->format == TCN_FORMAT_JSON) {
        struct tcn_json_writer writer;
        tcn_audit_show_json(&writer, &view);
        status = tcn_json_write_file(&writer, auditing->cli->out, true);
        tcn_json_writer_fini(&writer);
    } else {
        tcn_audit_show_text(auditing->cli->out, &view);
        status = ferror(auditing->cli->out) ? TCN_IO : TCN_OK;
    }
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(auditing->cli, status, NULL, "print the answer");
}

/* The answer and its proofs. */
static int save(struct auditing *auditing) {
    const struct tcn_audit_view view = {
        .trail = &auditing->trail, .rights = &auditing->rights, .known_to = auditing->known_to};
    const char *dir = auditing->dir != NULL ? auditing->dir : getenv("TOCSIN_DIR");
    char key[TCN_CLI_PATH_BYTES];
    struct tcn_json_writer writer;
    struct tcn_arena arena = {0};
    struct tcn_bundle_options options = {.charter = &auditing->folder.charter,
                                         .reader = auditing->folder.log_reader,
                                         .rights = &auditing->rights,
                                         .trail = &auditing->trail,
                                         .known_to = auditing->known_to,
                                         .key_path = auditing->key,
                                         .now_ns = tcn_clock_wall_ns()};
    tcn_audit_show_json(&writer, &view);
    enum tcn_status status = tcn_arena_init(&arena, ANSWER_BYTES);
    if (status == TCN_OK) {
        status = tcn_json_write_arena(&writer, &arena, &options.answer);
    }
    if (status == TCN_OK && auditing->key == NULL) {
        status = tcn_place_path(key, dir, "keys/collector.key");
        options.key_path = key;
    }
    if (status == TCN_OK) {
        status = tcn_bundle_save(&options, auditing->bundle);
    }
    tcn_json_writer_fini(&writer);
    tcn_arena_fini(&arena);
    const char *hint = status == TCN_TOOBIG
                           ? "--at T, an earlier time, or --known-to ORGAN: there is too much of it"
                           : "--key FILE, the collector's key file, as the collector's user";
    return status == TCN_OK
               ? TCN_EXIT_OK
               : tcn_cli_fail(auditing->cli, status, hint, "write the bundle %s", auditing->bundle);
}

int tcn_verb_audit(struct tcn_cli *cli, int argc, char **argv) {
    struct auditing *auditing = calloc(1, sizeof *auditing);
    if (auditing == NULL) {
        return tcn_cli_fail(cli, TCN_NOMEM, NULL, "audit a matter");
    }
    auditing->cli = cli;
    int code = parse(auditing, argc, argv);
    code = code == TCN_EXIT_OK
               ? tcn_folder_open(cli, auditing->dir, TCN_FOLDER_LOG_BESIDE, &auditing->folder)
               : code;
    code = code == TCN_EXIT_OK ? find_place(auditing) : code;
    code = code == TCN_EXIT_OK ? load_rights(auditing) : code;
    code = code == TCN_EXIT_OK ? fold(auditing) : code;
    code = code == TCN_EXIT_OK && auditing->bundle != NULL ? save(auditing) : code;
    code = code == TCN_EXIT_OK ? print(auditing) : code;
    tcn_trail_fini(&auditing->trail);
    tcn_rights_fini(&auditing->rights);
    tcn_folder_close(&auditing->folder);
    free(auditing);
    return code == -1 ? TCN_EXIT_OK : code;
}
