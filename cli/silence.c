/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin silence begin|end|ls`: an organ has some of its own stream not ring, for a while and in a
 * post's name; `begin --preview` says what that would have done and publishes nothing.
 */
#include "cli/silence_show.h"

#include "base/clock.h"
#include "base/text.h"
#include "cli/draft.h"
#include "cli/verbs.h"
#include "client/ask.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ASK_NS (10 * TCN_SECOND_NS)
#define DAYS_MAX 366

/* All that the verb takes. */
struct silencing {
    struct tcn_cli *cli;
    struct tcn_asker_options options;
    struct tcn_cli_draft typed;
    struct tcn_await await;
    const char *action;
    const char *lasting; /* --for */
    const char *days;
    const char *organ;
    bool is_whole;
    bool is_preview;
    uint64_t division;
    int64_t since_ns;
    char until[TCN_TIME_TEXT_BYTES];
    enum tcn_format format;
    struct tcn_silence_wish wish;
    struct tcn_seat seat;
    struct tcn_asker asker;
};

static int parse(struct silencing *run, int argc, char **argv, int *out_first) {
    struct tcn_cli_draft *typed = &run->typed;
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&run->options.seat),
        TCN_SEAT_OFFICE_OPTION(&run->options.seat),
        TCN_SEAT_DIR_OPTION(&run->options.seat),
        TCN_SEAT_CONFIG_OPTION(&run->options.seat),
        TCN_ASKER_STOPPED_OPTION(&run->options),
        {"domain", 0, "WORD", "begin: matters of this domain", NULL, &typed->domain},
        {"division", 0, "N", "begin: of this place, 12 digits; a township has its villages", NULL,
         &typed->division},
        {"whole", 0, NULL, "begin: all that the own organ is told", &run->is_whole, NULL},
        {"for", 0, "TIME", "begin: so long, 45m or 2h; 12h at most", NULL, &run->lasting},
        {"until", 0, "T", "begin: until then", NULL, &typed->until},
        {"reason", 'r', "WORD", "begin: why, such as planned_work", NULL, &typed->reason},
        {"post", 'p', "POST", "begin, end: the post that wants it, never the person", NULL,
         &typed->post},
        {"preview", 0, NULL, "begin: what it would have kept quiet; nothing is published",
         &run->is_preview, NULL},
        {"days", 0, "N", "preview: of so many days; 7", NULL, &run->days},
        {"organ", 0, "O", "ls: of this organ alone", NULL, &run->organ},
        {"key", 0, "KEY", "retry key: entered once", NULL, &run->await.retry_key},
        {"timeout", 0, "S", "seconds to wait; 60", NULL, &run->await.timeout},
        {"output", 'o', "FORMAT", "table, json; of ls csv too", NULL, &run->await.format},
    };
    const struct tcn_cli_syntax syntax = {
        "silence begin --domain WORD --for TIME --reason WORD --post POST | silence end POSITION | "
        "silence ls",
        options, sizeof options / sizeof options[0]};
    return tcn_cli_parse(run->cli, &syntax, argc, argv, out_first);
}

/* "45m" or "2h". */
static bool read_lasting(const char *text, int64_t *out_ns) {
    char *end = NULL;
    const unsigned long number = strtoul(text, &end, 10);
    const bool is_hours = end != text && strcmp(end, "h") == 0;
    const bool is_minutes = end != text && strcmp(end, "m") == 0;
    if (text[0] < '0' || text[0] > '9' || (!is_hours && !is_minutes) || number > 100000) {
        return false;
    }
    *out_ns = (int64_t)number * (is_hours ? 3600 : 60) * TCN_SECOND_NS;
    return true;
}

/* What it covers is said once and by choice: never all of it by accident. */
static int check_breadth(struct silencing *run) {
    const char *division = run->typed.division;
    const bool has_part = run->typed.domain != NULL || division != NULL;
    if (division != NULL && (strlen(division) != TCN_DIVISION_DIGITS ||
                             tcn_text_to_u64(tcn_slice_text(division), &run->division) != TCN_OK)) {
        return tcn_cli_usage(run->cli, "silence --help", "--division takes 12 digits");
    }
    if (has_part == run->is_whole) {
        return tcn_cli_usage(run->cli, "silence --help",
                             "say what is to be quiet: --domain WORD, --division N or both, or "
                             "--whole for all that the own organ is told");
    }
    return TCN_EXIT_OK;
}

static int check_begin(struct silencing *run) {
    struct tcn_cli_draft *typed = &run->typed;
    int64_t lasting_ns = 0;
    int code = check_breadth(run);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (typed->reason == NULL || typed->post == NULL ||
        (typed->until == NULL) == (run->lasting == NULL)) {
        return tcn_cli_usage(
            run->cli, "silence --help",
            "a silence has a reason, a post and an end: --reason WORD --post POST, "
            "and --for TIME or --until T");
    }
    if (!tcn_text_is_word(tcn_slice_text(typed->post))) {
        return tcn_cli_usage(run->cli, "silence --help",
                             "--post takes a word of the policy, such as duty_officer");
    }
    if (run->lasting != NULL && !read_lasting(run->lasting, &lasting_ns)) {
        return tcn_cli_usage(run->cli, "silence --help", "--for takes minutes or hours: 45m, 2h");
    }
    if (run->lasting != NULL) {
        tcn_text_from_time(tcn_clock_wall_ns() + lasting_ns, run->until);
        typed->until = run->until;
    }
    typed->act = "silenced";
    return TCN_EXIT_OK;
}

static int check_preview(struct silencing *run) {
    uint64_t days = 7;
    int code = check_breadth(run);
    if (code == TCN_EXIT_OK && run->days != NULL &&
        (tcn_text_to_u64(tcn_slice_text(run->days), &days) != TCN_OK || days == 0 ||
         days > DAYS_MAX)) {
        code = tcn_cli_usage(run->cli, "silence --help", "--days takes a number from 1 to %d",
                             DAYS_MAX);
    }
    run->since_ns = tcn_clock_wall_ns() - (int64_t)days * TCN_DAY_NS;
    return code == TCN_EXIT_OK
               ? tcn_cli_format(run->cli, run->await.format,
                                1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &run->format)
               : code;
}

static int check_end(struct silencing *run, const char *position) {
    uint64_t number = 0;
    if (position == NULL || tcn_text_to_u64(tcn_slice_text(position), &number) != TCN_OK ||
        number == 0) {
        return tcn_cli_usage(run->cli, "silence ls",
                             "a silence is named by its position, as tocsin silence ls tells it");
    }
    run->typed.act = "silence_ended";
    run->typed.position = position;
    run->wish.is_end = true;
    return TCN_EXIT_OK;
}

static int check(struct silencing *run, int argc, char **argv) {
    const char *more = argc > 1 ? argv[1] : NULL;
    run->action = argc > 0 ? argv[0] : "";
    run->wish.domain = run->typed.domain;
    run->typed.verb = "silence --help";
    if (strcmp(run->action, "end") == 0 && argc <= 2) {
        return check_end(run, more);
    }
    if (argc > 1) {
        return tcn_cli_usage(run->cli, "silence --help", "silence %s takes no argument %s",
                             run->action, more);
    }
    if (strcmp(run->action, "begin") == 0) {
        return run->is_preview ? check_preview(run) : check_begin(run);
    }
    if (strcmp(run->action, "ls") == 0) {
        return tcn_cli_format(run->cli, run->await.format,
                              1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON | 1u << TCN_FORMAT_CSV,
                              &run->format);
    }
    return tcn_cli_usage(run->cli, "silence --help", "silence takes begin, end POSITION or ls");
}

/* What is asked for a preview, by an organ of the policy. */
static struct tcn_query preview_of(const struct silencing *run, uint16_t organ) {
    struct tcn_query query = {.kind = TCN_QUERY_SILENCE_PREVIEW,
                              .at_least_position = TCN_QUERY_LATEST,
                              .organ = organ,
                              .since_ns = run->since_ns};
    (void)snprintf(query.domain, sizeof query.domain, "%s",
                   run->typed.domain != NULL ? run->typed.domain : "");
    query.division = run->division;
    return query;
}

/* Why it was refused, asked of the collector: its answer names no cause beside the code. */
static void tell_refused(void *context, const struct tcn_entered *entered) {
    struct silencing *run = context;
    struct tcn_seat *seat = &run->seat;
    const struct tcn_organ *organ =
        tcn_policy_organ_by_id(&seat->names.policy, tcn_slice_text(seat->organ));
    const struct tcn_query query = preview_of(run, organ != NULL ? organ->number : 0);
    struct tcn_answer answer = {.code = TCN_OK};
    enum tcn_silence_fault fault = TCN_SILENCE_FINE;
    if (organ != NULL && seat->session != NULL && !run->wish.is_end &&
        tcn_ask(seat->session, &query, tcn_clock_monotonic_ns() + ASK_NS, &answer) == TCN_OK &&
        answer.silence_count > 0) {
        fault = (enum tcn_silence_fault)answer.silences[0].fault;
    }
    tcn_silence_tell_refused(run->cli->err, &run->wish, &entered->told, fault);
}

/* Through the agent, and waits for what came of it. */
static int enter(struct silencing *run, struct tcn_arena *arena) {
    struct tcn_cli *cli = run->cli;
    struct tcn_draft draft;
    struct tcn_entered entered;
    int code = tcn_cli_draft_read(cli, &run->typed, arena, &draft);
    if (code == TCN_EXIT_OK && run->await.retry_key != NULL) {
        draft.retry_key = tcn_slice_text(run->await.retry_key);
    }
    run->await.is_act = true;
    run->await.is_waiting = true;
    run->await.tell_void = tell_refused;
    run->await.context = run;
    code = code == TCN_EXIT_OK ? tcn_await_check(cli, &run->await) : code;
    code = code == TCN_EXIT_OK ? tcn_seat_local(cli, &run->seat) : code;
    code = code == TCN_EXIT_OK ? tcn_await_enter(cli, &run->seat, &run->await, &draft, &entered)
                               : code;
    code = code == TCN_EXIT_OK ? tcn_await_finish(cli, &run->seat, &run->await, &entered) : code;
    if (code == TCN_EXIT_OK && !run->wish.is_end) {
        (void)fprintf(cli->err,
                      "-- what it covers comes all the same and does not ring; danger and what is "
                      "protected or kept apart rings; tocsin silence end %" PRIu64 "\n",
                      entered.position);
    }
    return code;
}

static int say(struct silencing *run) {
    struct tcn_arena arena = {0};
    int code = tcn_seat_init(run->cli, &run->options.seat, NULL, &run->seat);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const enum tcn_status status = tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES);
    if (status != TCN_OK) {
        return tcn_cli_fail(run->cli, status, NULL, "take the word in");
    }
    run->typed.to = run->is_whole ? run->seat.organ : NULL;
    code = enter(run, &arena);
    tcn_arena_fini(&arena);
    return code;
}

/* Whose: named, else the own organ. */
static int find_organ(struct silencing *run, const char *word, uint16_t *out_organ) {
    const struct tcn_policy *policy = run->asker.policy;
    const struct tcn_organ *organ = policy == NULL || word == NULL
                                        ? NULL
                                        : tcn_policy_organ_by_id(policy, tcn_slice_text(word));
    if (policy == NULL) {
        return tcn_seat_need_names(run->cli, &run->asker.seat);
    }
    if (organ == NULL) {
        return tcn_cli_usage(run->cli, "policy show -o json",
                             "say whose: an organ of this district");
    }
    *out_organ = organ->number;
    return TCN_EXIT_OK;
}

static int show(struct silencing *run) {
    const struct tcn_asker *asker = &run->asker;
    const struct tcn_seat_options *seat = &run->options.seat;
    const char *own = !asker->is_stopped     ? asker->seat.organ
                      : seat->bureau != NULL ? seat->bureau
                                             : seat->office;
    struct tcn_answer answer;
    uint16_t organ = 0;
    int code = TCN_EXIT_OK;
    if (run->is_preview || run->organ != NULL) {
        code = find_organ(run, run->is_preview ? own : run->organ, &organ);
    }
    struct tcn_query query = {
        .kind = TCN_QUERY_SILENCES, .at_least_position = TCN_QUERY_LATEST, .organ = organ};
    if (run->is_preview) {
        query = preview_of(run, organ);
    }
    code = code == TCN_EXIT_OK ? tcn_asker_ask(&run->asker, &query, &answer) : code;
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const enum tcn_status status =
        run->is_preview ? tcn_silence_show_preview(run->cli, asker->policy, run->format, &answer)
                        : tcn_silence_show_list(run->cli, asker->policy, run->format, &answer);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(run->cli, status, NULL, "show the silences");
}

int tcn_verb_silence(struct tcn_cli *cli, int argc, char **argv) {
    struct silencing run = {.cli = cli};
    int first = 0;
    int code = parse(&run, argc, argv, &first);
    if (code == TCN_EXIT_OK) {
        code = check(&run, argc - first, argv + first);
    }
    const bool is_asking = run.is_preview || (code == TCN_EXIT_OK && run.typed.act == NULL);
    if (code == TCN_EXIT_OK && is_asking) {
        code = tcn_asker_init(cli, &run.options, &run.asker);
        code = code == TCN_EXIT_OK ? show(&run) : code;
    } else if (code == TCN_EXIT_OK) {
        code = say(&run);
    }
    tcn_asker_fini(&run.asker);
    tcn_seat_fini(&run.seat);
    return code == -1 ? TCN_EXIT_OK : code;
}
