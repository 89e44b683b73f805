/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin explain`: why the fold did what it did with one event, or why an alert went where it
 * went; from the log alone, folded anew into a folder of its own that is thrown away. */
#include "query/explain.h"
#include "cli/explain_words.h"
#include "cli/folder.h"
#include "cli/place.h"
#include "cli/scratch.h"
#include "cli/show.h"
#include "cli/verbs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* All that the verb takes. */
struct explaining {
    struct tcn_cli *cli;
    const char *dir;
    const char *language_option;
    const char *format_option;
    bool is_exercise;
    enum tcn_language language;
    enum tcn_format format;
    struct tcn_folder folder;
    struct tcn_trace *trace;         /* on the heap: it is large */
    struct tcn_rights rights;        /* where the event stands */
    const struct tcn_policy *policy; /* by which it was judged */
};

static int parse(struct explaining *explaining, int argc, char **argv, int *out_first) {
    const struct tcn_cli_option options[] = {
        {"dir", 'd', "D", "folder of `tocsin up` or of the collector", NULL, &explaining->dir},
        {"exercise", 'x', NULL, "an alert of the exercise", &explaining->is_exercise, NULL},
        TCN_LANGUAGE_OPTION(&explaining->language_option),
        {"output", 'o', "FORMAT", "table, json", NULL, &explaining->format_option},
    };
    const struct tcn_cli_syntax syntax = {
        "explain POSITION | ORGAN/NUMBER | SOURCE/EPOCH/LANE/SEQUENCE --dir D", options,
        sizeof options / sizeof options[0]};
    return tcn_cli_parse(explaining->cli, &syntax, argc, argv, out_first);
}

/* Cuts a text at its slashes; more parts than there is room for are counted too. */
static uint32_t split(const char *text, struct tcn_slice *parts, uint32_t part_max) {
    uint32_t count = 0;
    while (text != NULL) {
        const char *slash = strchr(text, '/');
        const size_t size = slash != NULL ? (size_t)(slash - text) : strlen(text);
        if (count < part_max) {
            parts[count] = tcn_slice_of(text, size);
        }
        count++;
        text = slash != NULL ? slash + 1 : NULL;
    }
    return count;
}

/* ORGAN/NUMBER: an item of a stream. */
static bool read_alert(const struct explaining *explaining, const struct tcn_slice *parts,
                       struct tcn_trace *trace) {
    const struct tcn_policy *policy = tcn_rights_policy(&explaining->rights);
    const struct tcn_organ *organ = tcn_policy_organ_by_id(policy, parts[0]);
    trace->wanted_stream.mode =
        explaining->is_exercise ? TCN_MODE_EXERCISE : explaining->folder.charter.genesis.mode;
    trace->wanted_stream.organ = organ != NULL ? organ->number : 0;
    return organ != NULL && tcn_text_to_u64(parts[1], &trace->wanted_number) == TCN_OK &&
           trace->wanted_number != 0;
}

/* SOURCE/EPOCH/LANE/SEQUENCE: an event of an outbox; the epoch in 16 hexadecimal digits. */
static bool read_lane(const struct tcn_slice *parts, struct tcn_trace *trace) {
    static const enum tcn_lane lanes[] = {TCN_LANE_URGENT, TCN_LANE_ROUTINE};
    uint8_t epoch[8];
    uint64_t source = 0;
    struct tcn_lane_key *wanted = &trace->wanted_lane;
    if (tcn_text_to_u64(parts[0], &source) != TCN_OK || source > UINT32_MAX ||
        tcn_hex_decode(parts[1], epoch, sizeof epoch) != TCN_OK ||
        tcn_text_to_u64(parts[3], &trace->wanted_sequence) != TCN_OK) {
        return false;
    }
    wanted->source = (uint32_t)source;
    for (size_t i = 0; i < sizeof epoch; i++) {
        wanted->epoch = wanted->epoch << 8 | epoch[i];
    }
    for (size_t i = 0; i < sizeof lanes / sizeof lanes[0]; i++) {
        if (tcn_slice_equals(parts[2], tcn_slice_text(tcn_lane_name(lanes[i])))) {
            wanted->lane = lanes[i];
        }
    }
    return wanted->lane != (enum tcn_lane)0 && trace->wanted_sequence != 0;
}

static int read_wanted(struct explaining *explaining, const char *text) {
    struct tcn_slice parts[4];
    struct tcn_trace *trace = explaining->trace;
    const uint32_t count = split(text, parts, 4);
    bool is_read = false;
    if (count == 1) {
        is_read = tcn_text_to_u64(parts[0], &trace->wanted_position) == TCN_OK &&
                  trace->wanted_position != 0;
    } else if (count == 2) {
        is_read = read_alert(explaining, parts, trace);
    } else if (count == 4) {
        is_read = read_lane(parts, trace);
    }
    return is_read ? TCN_EXIT_OK
                   : tcn_cli_usage(explaining->cli, "explain --help",
                                   "explain takes a position, ORGAN/NUMBER of an alert, or "
                                   "SOURCE/EPOCH/LANE/SEQUENCE");
}

static int say_nothing(struct explaining *explaining) {
    (void)fprintf(explaining->cli->err, "-- the log has no such event or alert\n");
    return TCN_EXIT_NOTHING;
}

/* Folds into an empty state in a folder, which is left closed. */
static int fold_in(struct explaining *explaining, const char *dir) {
    struct tcn_folder *folder = &explaining->folder;
    struct tcn_state *state = NULL;
    const struct tcn_store_options options = {.dir = dir};
    enum tcn_status status = tcn_state_open(&options, &state);
    if (status == TCN_OK) {
        status = tcn_explain_run(folder->log_reader, &folder->charter, state, explaining->trace);
    }
    tcn_state_close(&state);
    if (status == TCN_ABSENT) {
        return say_nothing(explaining);
    }
    const char *hint = status == TCN_FULL ? "TMPDIR=D, a folder with more room for the state"
                                          : "tocsin log verify";
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(explaining->cli, status, hint, "fold the log");
}

/* A position behind the log is not there, however long the log is. */
static int check_tail(struct explaining *explaining) {
    struct tcn_log_reader *reader = explaining->folder.log_reader;
    struct tcn_record tail;
    const enum tcn_status status = tcn_log_tail(reader, &tail);
    const bool is_behind =
        status == TCN_OK && explaining->trace->wanted_position >= tail.first_position + tail.count;
    tcn_log_reader_reset(reader);
    if (status != TCN_OK) {
        return tcn_cli_fail(explaining->cli, status, "tocsin log verify", "read the log");
    }
    return is_behind ? say_nothing(explaining) : TCN_EXIT_OK;
}

static int fold(struct explaining *explaining) {
    struct tcn_scratch scratch;
    char dir[TCN_CLI_PATH_BYTES];
    int code = tcn_scratch_make(explaining->cli, "explain", &scratch);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    code = TCN_EXIT_FAILURE;
    if (tcn_place_path(dir, scratch.dir, "state") == TCN_OK) {
        code = fold_in(explaining, dir);
        const enum tcn_status status = tcn_state_remove(dir);
        if (status != TCN_OK && status != TCN_ABSENT) {
            (void)fprintf(explaining->cli->err, "-- %s stays: %s\n", dir,
                          tcn_status_sentence(status));
        }
    }
    tcn_scratch_remove(explaining->cli, &scratch);
    return code;
}

/* The policy in force at a position: at the end of the log, which names every organ that there ever
 * was (core/regime, A2), for what is asked; behind the event for the words of its reasons. */
static int load_policy(struct explaining *explaining, uint64_t position) {
    struct tcn_folder *folder = &explaining->folder;
    tcn_rights_fini(&explaining->rights);
    enum tcn_status status = tcn_rights_init(&explaining->rights, &folder->charter);
    if (status == TCN_OK) {
        status = tcn_rights_load(&explaining->rights, folder->log_reader, position);
        tcn_log_reader_reset(folder->log_reader);
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(explaining->cli, status, "tocsin log verify", "read the policy");
    }
    explaining->policy = tcn_rights_policy(&explaining->rights);
    return TCN_EXIT_OK;
}

static int print_json(struct explaining *explaining) {
    const struct tcn_policy *policy = explaining->policy;
    const struct tcn_trace *trace = explaining->trace;
    const struct tcn_traced *event = &trace->event;
    char organ[TCN_SHOW_WORD_BYTES];
    struct tcn_json_writer writer;
    tcn_show_organ(policy, event->organ, organ);
    tcn_json_writer_init_document(&writer, "explain");
    tcn_json_add_u64(&writer, "position", event->position);
    tcn_json_add_u64(&writer, "source", event->lane.source);
    tcn_json_add_hex64(&writer, "epoch", event->lane.epoch);
    tcn_json_add_word(&writer, "lane", tcn_lane_name(event->lane.lane));
    tcn_json_add_u64(&writer, "sequence", event->sequence);
    tcn_json_add_word(&writer, "organ", event->organ != 0 ? organ : NULL);
    tcn_json_add_word(&writer, "act", tcn_act_name(event->act));
    tcn_json_add_word(&writer, "mode", tcn_mode_name(event->mode));
    tcn_json_add_time(&writer, "log_time", event->log_time_ns);
    tcn_json_add_u64(&writer, "policy_version", event->policy_version);
    tcn_json_add_u64(&writer, "fold_version", event->fold_version);
    if (trace->wanted_number != 0) {
        tcn_show_organ(policy, trace->wanted_stream.organ, organ);
        tcn_json_object_begin(&writer, "alert");
        tcn_json_add_word(&writer, "organ", organ);
        tcn_json_add_word(&writer, "mode", tcn_mode_name(trace->wanted_stream.mode));
        tcn_json_add_u64(&writer, "number", trace->wanted_number);
        tcn_json_object_end(&writer);
    }
    tcn_json_add_u64(&writer, "lost_count", trace->lost_count);
    tcn_json_array_begin(&writer, "reasons");
    for (uint32_t i = 0; i < trace->count; i++) {
        tcn_explain_json(&writer, policy, &trace->notes[i], explaining->language);
    }
    tcn_json_array_end(&writer);
    const enum tcn_status status = tcn_json_write_file(&writer, explaining->cli->out, true);
    tcn_json_writer_fini(&writer);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(explaining->cli, status, NULL, "print the answer");
}

static void print_head(const struct explaining *explaining) {
    const struct tcn_traced *event = &explaining->trace->event;
    const bool is_own = event->lane.source == 0;
    FILE *out = explaining->cli->out;
    const char *act = tcn_act_name(event->act);
    char organ[TCN_SHOW_WORD_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    tcn_show_organ(explaining->policy, event->organ, organ);
    tcn_show_time(event->log_time_ns, time);
    if (explaining->language == TCN_LANGUAGE_ZH) {
        (void)fprintf(out,
                      "%s，位置 %" PRIu64 "，%s，来自 %s；依据制度版本 %" PRIu64
                      "，折叠版本 %" PRIu32 "\n",
                      act, event->position, time, is_own ? "收集器" : organ, event->policy_version,
                      event->fold_version);
        return;
    }
    (void)fprintf(out,
                  "%s at position %" PRIu64 ", %s, by %s; judged by policy version %" PRIu64
                  ", fold version %" PRIu32 "\n",
                  act, event->position, time, is_own ? "the collector" : organ,
                  event->policy_version, event->fold_version);
}

/* True for the note of the alert that was asked for. */
static bool is_asked(const struct tcn_trace *trace, const struct tcn_note *note) {
    return trace->wanted_number != 0 && note->why == TCN_WHY_TOLD &&
           note->organ == trace->wanted_stream.organ && note->number == trace->wanted_number;
}

/* A line with a number, unless that is 0. */
static void print_count(const struct explaining *explaining, const struct tcn_say *what,
                        uint32_t count) {
    if (count > 0) {
        (void)fprintf(explaining->cli->out, "  %s: %" PRIu32 "\n",
                      tcn_said(explaining->language, what), count);
    }
}

/* One reason a line; rules that are about other acts are counted, for they are most. */
static int print(struct explaining *explaining) {
    static const struct tcn_say lost = {
        {"reasons for which there was no room", "因篇幅未列出的理由"}};
    static const struct tcn_say others = {{"clocks that other acts start (-o json names them)",
                                           "由其他行为开始的时限（-o json 列出）"}};
    const struct tcn_trace *trace = explaining->trace;
    char text[TCN_EXPLAIN_TEXT_BYTES];
    uint32_t other_count = 0;
    if (explaining->format == TCN_FORMAT_JSON) {
        return print_json(explaining);
    }
    print_head(explaining);
    for (uint32_t i = 0; i < trace->count; i++) {
        const struct tcn_note *note = &trace->notes[i];
        if (note->why == TCN_WHY_CLOCK_NOT_BY) {
            other_count++;
            continue;
        }
        tcn_explain_text(explaining->policy, note, explaining->language, text);
        (void)fprintf(explaining->cli->out, "%s%s\n", is_asked(trace, note) ? "> " : "  ", text);
    }
    print_count(explaining, &others, other_count);
    print_count(explaining, &lost, trace->lost_count);
    return TCN_EXIT_OK;
}

/* The folder may be a running collector's: only its log is read. */
static int run(struct explaining *explaining, const char *wanted) {
    int code = tcn_folder_open(explaining->cli, explaining->dir, TCN_FOLDER_LOG_BESIDE,
                               &explaining->folder);
    code = code == TCN_EXIT_OK ? load_policy(explaining, UINT64_MAX) : code;
    code = code == TCN_EXIT_OK ? read_wanted(explaining, wanted) : code;
    code = code == TCN_EXIT_OK ? check_tail(explaining) : code;
    code = code == TCN_EXIT_OK ? fold(explaining) : code;
    code = code == TCN_EXIT_OK ? load_policy(explaining, explaining->trace->event.position) : code;
    code = code == TCN_EXIT_OK ? print(explaining) : code;
    tcn_rights_fini(&explaining->rights);
    tcn_folder_close(&explaining->folder);
    return code;
}

int tcn_verb_explain(struct tcn_cli *cli, int argc, char **argv) {
    struct explaining explaining = {.cli = cli};
    int first = 0;
    int code = parse(&explaining, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code < 0 ? TCN_EXIT_OK : code;
    }
    if (argc - first != 1) {
        return tcn_cli_usage(cli, "explain --help", "explain takes one event or alert");
    }
    code = tcn_cli_format(cli, explaining.format_option,
                          1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &explaining.format);
    if (code == TCN_EXIT_OK) {
        code = tcn_language_read(cli, explaining.language_option, &explaining.language);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    explaining.trace = calloc(1, sizeof *explaining.trace);
    if (explaining.trace == NULL) {
        return tcn_cli_fail(cli, TCN_NOMEM, NULL, "fold the log");
    }
    code = run(&explaining, argv[first]);
    free(explaining.trace);
    return code;
}
