/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin callsheet [MATTER]`: whom to telephone, on paper. It asks the collector for the matter,
 * and does without where nobody answers.
 */
#include "base/clock.h"
#include "base/uuid.h"
#include "cli/listed.h"
#include "cli/seat.h"
#include "cli/sheet.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "client/ask.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_NS (2 * TCN_SECOND_NS)
#define ARENA_BYTES ((size_t)256 * 1024)

/* All that the verb takes, and what was found out. */
struct calling {
    struct tcn_cli *cli;
    struct tcn_seat_options options;
    const char *matter;
    const char *domain;
    const char *division;
    const char *severity;
    const char *language_option;
    enum tcn_language language;
    struct tcn_seat seat;
    struct tcn_sheet_input input;
    struct tcn_sheet_print print;
    struct tcn_listed listed;
    char place[TCN_CLI_PATH_BYTES];
};

static int parse(struct calling *calling, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&calling->options),
        TCN_SEAT_OFFICE_OPTION(&calling->options),
        TCN_SEAT_DIR_OPTION(&calling->options),
        TCN_SEAT_CONFIG_OPTION(&calling->options),
        {"domain", 0, "D", "what it is about, where no matter tells", NULL, &calling->domain},
        {"division", 0, "CODE", "where it is, likewise", NULL, &calling->division},
        {"severity", 0, "S", "how bad, likewise; danger when not said", NULL, &calling->severity},
        TCN_LANGUAGE_OPTION(&calling->language_option),
    };
    const struct tcn_cli_syntax syntax = {"callsheet [MATTER] --bureau B [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(calling->cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (argc - first > 1) {
        return tcn_cli_usage(calling->cli, "callsheet --help", "callsheet takes one matter");
    }
    calling->matter = argc > first ? argv[first] : NULL;
    return tcn_language_read(calling->cli, calling->language_option, &calling->language);
}

/* What was typed, where no matter says it. */
static int take_typed(struct calling *calling) {
    const struct tcn_policy *policy = calling->input.policy;
    enum tcn_severity severity = TCN_SEVERITY_DANGER;
    if (calling->domain != NULL) {
        calling->input.domain = tcn_policy_domain(policy, tcn_slice_text(calling->domain));
        if (calling->input.domain == NULL) {
            return tcn_cli_usage(calling->cli, "policy show -o json",
                                 "--domain takes a domain of this district");
        }
    }
    if (calling->division != NULL &&
        (!tcn_division_is_valid(tcn_slice_text(calling->division)) ||
         tcn_text_to_u64(tcn_slice_text(calling->division), &calling->input.division) != TCN_OK)) {
        return tcn_cli_usage(calling->cli, "callsheet --help", "--division takes 12 digits");
    }
    if (calling->severity != NULL &&
        tcn_severity_from_name(tcn_slice_text(calling->severity), &severity) != TCN_OK) {
        return tcn_cli_usage(calling->cli, "callsheet --help",
                             "--severity takes routine, serious, urgent or danger");
    }
    calling->print.is_danger = severity == TCN_SEVERITY_DANGER || severity == TCN_SEVERITY_UNKNOWN;
    calling->input.severity = severity;
    return TCN_EXIT_OK;
}

static void take_matter(struct calling *calling, const struct tcn_answer *answer,
                        struct tcn_arena *arena) {
    const struct tcn_matter *matter = &answer->matters[0];
    struct tcn_sheet_input *input = &calling->input;
    input->is_guarded = (matter->flags & TCN_FLAG_GUARDED) != 0;
    input->severity = matter->severity;
    calling->print.is_danger =
        matter->severity == TCN_SEVERITY_DANGER || matter->severity == TCN_SEVERITY_UNKNOWN;
    if (input->is_guarded) {
        tcn_listed_take(&calling->listed, answer, arena);
        input->listed = calling->listed.organs;
        input->listed_count = calling->listed.count;
        input->domain = NULL;
        input->division = 0;
        return;
    }
    input->domain = tcn_policy_domain(input->policy, tcn_slice_text(matter->domain));
    input->division = matter->division;
    input->holder = matter->holder;
}

/* The matter by the state up to a position, and of a guarded one all of its events. */
static enum tcn_status look_at(struct calling *calling, struct tcn_query *query,
                               struct tcn_arena *arena) {
    struct tcn_answer answer;
    enum tcn_status status = TCN_OK;
    bool is_first = true;
    while (status == TCN_OK && (is_first || (query->page != 0 && calling->input.is_guarded))) {
        status = tcn_ask(calling->seat.session, query, tcn_clock_monotonic_ns() + LOOK_NS, &answer);
        if (status == TCN_OK && answer.matter_count != 1) {
            return TCN_ABSENT;
        }
        if (status == TCN_OK) {
            take_matter(calling, &answer, arena);
            query->page = answer.next_page;
        }
        is_first = false;
    }
    return status;
}

/* By all that is in the log, since it may have been reported just now; where the state cannot say
 * so in time, as it was before. Of a matter that is not in an old state nothing is known. */
static enum tcn_status look(struct calling *calling, struct tcn_query *query,
                            struct tcn_arena *arena) {
    query->at_least_position = TCN_QUERY_LATEST;
    const enum tcn_status status = look_at(calling, query, arena);
    if (!tcn_ask_may_be_older(status)) {
        return status;
    }
    query->at_least_position = 0;
    query->page = 0;
    calling->listed = (struct tcn_listed){.is_known = false};
    const enum tcn_status older = look_at(calling, query, arena);
    return older == TCN_ABSENT ? status : older;
}

/* Without the collector the sheet says that it was not asked. */
static int ask(struct calling *calling) {
    struct tcn_query query = {.kind = TCN_QUERY_MATTER};
    struct tcn_arena arena = {0};
    if (tcn_uuid_from_text(tcn_slice_text(calling->matter), query.matter.bytes) != TCN_OK) {
        return tcn_cli_usage(calling->cli, "matter waiting", "a matter's id has 36 characters");
    }
    const int code = tcn_seat_session(calling->cli, &calling->seat);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    enum tcn_status status = tcn_arena_init(&arena, ARENA_BYTES);
    status = status == TCN_OK ? look(calling, &query, &arena) : status;
    tcn_arena_fini(&arena);
    if (status == TCN_OK) {
        return TCN_EXIT_OK;
    }
    if (status == TCN_BAD_SIGNATURE || status == TCN_ABSENT || status == TCN_CANCELED ||
        calling->input.is_guarded) { /* half a list is no list */
        return tcn_seat_fail(calling->cli, status, "tocsin matter waiting",
                             "make a call sheet of that matter");
    }
    (void)fprintf(calling->cli->err,
                  "tocsin: the collector could not be asked for the matter (%s)\n"
                  "try: --domain D --division CODE, as far as you know them\n",
                  tcn_status_sentence(status));
    calling->print.is_unasked = true;
    return TCN_EXIT_OK;
}

/* The options by which this seat was found, for the commands that are printed. */
static void name_place(struct calling *calling) {
    const struct tcn_seat_options *options = &calling->options;
    const char *organ = options->bureau != NULL ? options->bureau : options->office;
    if (organ != NULL) {
        (void)snprintf(calling->place, sizeof calling->place, " --%s %s",
                       options->bureau != NULL ? "bureau" : "office", organ);
    }
}

static void print_sheet(struct calling *calling) {
    struct tcn_sheet sheet;
    struct tcn_sheet_print *print = &calling->print;
    char path[TCN_CLI_PATH_BYTES + 16];
    struct stat found;
    (void)snprintf(path, sizeof path, "%s/bundle.bin", calling->seat.dir);
    if (stat(path, &found) == 0) {
        print->policy_ns = (int64_t)found.st_mtime * TCN_SECOND_NS;
    }
    name_place(calling);
    print->language = calling->language;
    print->policy = calling->input.policy;
    print->domain = calling->input.domain;
    print->division = calling->input.division;
    print->matter = calling->matter != NULL ? calling->matter : "";
    print->place = calling->place;
    print->is_guarded = calling->input.is_guarded;
    print->now_ns = tcn_clock_wall_ns();
    tcn_sheet_make(&calling->input, &sheet);
    tcn_sheet_print(calling->cli->out, print, &sheet);
}

int tcn_verb_callsheet(struct tcn_cli *cli, int argc, char **argv) {
    struct calling calling = {.cli = cli};
    int code = parse(&calling, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_init(cli, &calling.options, NULL, &calling.seat);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_need_names(cli, &calling.seat);
    }
    if (code == TCN_EXIT_OK) {
        calling.input.policy = tcn_seat_policy(&calling.seat);
        code = take_typed(&calling);
    }
    if (code == TCN_EXIT_OK && calling.matter != NULL) {
        code = ask(&calling);
    }
    if (code == TCN_EXIT_OK) {
        print_sheet(&calling);
    }
    tcn_seat_fini(&calling.seat);
    return code == -1 ? TCN_EXIT_OK : code;
}
