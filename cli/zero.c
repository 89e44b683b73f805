/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin zero`, `tocsin check-in` and `tocsin sign-off`: what an office says though nothing has
 * happened, through its agent, so that its silence need not be read as anything. A zero report is
 * typed line by line: there is no word for all of them.
 */
#include "cli/await.h"
#include "cli/draft.h"
#include "cli/verbs.h"

#include <string.h>

/* All that the three verbs take. */
struct word {
    struct tcn_seat_options seat;
    struct tcn_cli_draft typed;
    struct tcn_await await;
};

/* Options that all three have. */
#define COMMON_OPTIONS(word)                                                                       \
    TCN_SEAT_OFFICE_OPTION(&(word)->seat), TCN_SEAT_BUREAU_OPTION(&(word)->seat),                  \
        TCN_SEAT_DIR_OPTION(&(word)->seat), TCN_SEAT_CONFIG_OPTION(&(word)->seat),                 \
        {"key", 0, "KEY", "retry key: entered once", NULL, &(word)->await.retry_key},              \
        {"wait", 'w', NULL, "until the collector has it", &(word)->await.is_waiting, NULL},        \
        {"timeout", 0, "S", "seconds to wait; 60", NULL, &(word)->await.timeout}, {                \
        "output", 'o', "FORMAT", "table, json, ndjson", NULL, &(word)->await.format                \
    }

/* Parses options; nothing stands beside them. */
static int parse(struct tcn_cli *cli, const struct word *word, const struct tcn_cli_syntax *syntax,
                 int argc, char **argv) {
    int first = 0;
    const int code = tcn_cli_parse(cli, syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first != argc) {
        return tcn_cli_usage(cli, word->typed.verb, "%s stands where nothing does", argv[first]);
    }
    return code;
}

static bool is_line(const struct tcn_policy *policy, const char *word, size_t size) {
    for (uint32_t i = 0; i < policy->line_count; i++) {
        if (strlen(policy->lines[i].id) == size && memcmp(policy->lines[i].id, word, size) == 0) {
            return true;
        }
    }
    return false;
}

/* A word that is no line would be logged for good and tick nothing: it is said before. */
static int check_lines(struct tcn_cli *cli, const struct tcn_policy *policy, const char *lines) {
    const char *rest = lines;
    while (policy != NULL && rest != NULL && *rest != '\0') {
        const size_t size = strcspn(rest, ",");
        if (!is_line(policy, rest, size)) {
            (void)fprintf(cli->err, "tocsin: the policy has no line %.*s\ntry:", (int)size, rest);
            for (uint32_t i = 0; i < policy->line_count; i++) {
                (void)fprintf(cli->err, " %s", policy->lines[i].id);
            }
            (void)fprintf(cli->err, "\n");
            return TCN_EXIT_USAGE;
        }
        rest += size + (rest[size] == ',' ? 1 : 0);
    }
    return TCN_EXIT_OK;
}

static int enter(struct word *word, struct tcn_cli *cli, struct tcn_seat *seat) {
    struct tcn_arena arena = {0};
    const enum tcn_status status = tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES);
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "take it in");
    }
    struct tcn_draft draft;
    int code = tcn_cli_draft_read(cli, &word->typed, &arena, &draft);
    if (code == TCN_EXIT_OK) {
        if (word->await.retry_key != NULL) {
            draft.retry_key = tcn_slice_text(word->await.retry_key);
        }
        word->await.is_act = true;
        code = tcn_await_run(cli, seat, &word->await, &draft);
    }
    tcn_arena_fini(&arena);
    return code;
}

static int run(struct word *word, struct tcn_cli *cli) {
    struct tcn_seat seat = {0};
    int code = tcn_seat_init(cli, &word->seat, NULL, &seat);
    if (code == TCN_EXIT_OK) {
        code = check_lines(cli, tcn_seat_policy(&seat), word->typed.safe);
    }
    if (code == TCN_EXIT_OK) {
        code = check_lines(cli, tcn_seat_policy(&seat), word->typed.not_safe);
    }
    if (code == TCN_EXIT_OK) {
        code = enter(word, cli, &seat);
    }
    tcn_seat_fini(&seat);
    return code;
}

/* True when both name the same line: one of the two is a slip of the hand. */
static bool names_twice(const char *lines, const char *others) {
    const char *rest = others;
    while (lines != NULL && rest != NULL && *rest != '\0') {
        const size_t size = strcspn(rest, ",");
        for (const char *line = lines; *line != '\0';) {
            const size_t line_size = strcspn(line, ",");
            if (line_size == size && memcmp(line, rest, size) == 0) {
                return true;
            }
            line += line_size + (line[line_size] == ',' ? 1 : 0);
        }
        rest += size + (rest[size] == ',' ? 1 : 0);
    }
    return false;
}

static int check_zero(struct tcn_cli *cli, const struct word *word) {
    const struct tcn_cli_draft *typed = &word->typed;
    const bool has_lines = typed->safe != NULL || typed->not_safe != NULL;
    if (!has_lines || typed->post == NULL || (typed->of_office == NULL && typed->places == NULL)) {
        return tcn_cli_usage(cli, "zero --help",
                             "zero needs the lines that are known safe, the post that looked and "
                             "the places that it looked at: zero --lines L,… --post POST "
                             "--places 'A,B'");
    }
    if (names_twice(typed->safe, typed->not_safe)) {
        return tcn_cli_usage(cli, "zero --help", "a line is known safe, or known not to be");
    }
    return TCN_EXIT_OK;
}

int tcn_verb_zero(struct tcn_cli *cli, int argc, char **argv) {
    struct word word = {0};
    const struct tcn_cli_option options[] = {
        {"lines", 'l', "L,…", "lines that are known safe", NULL, &word.typed.safe},
        {"not-safe", 0, "L,…", "lines that are known not to be", NULL, &word.typed.not_safe},
        {"post", 0, "POST", "the post, never the person, that looked", NULL, &word.typed.post},
        {"places", 0, "A,B", "places that were checked, never persons", NULL, &word.typed.places},
        {"oral", 0, "OFFICE", "at the desk: what that office said by telephone", NULL,
         &word.typed.of_office},
        COMMON_OPTIONS(&word),
    };
    const struct tcn_cli_syntax syntax = {"zero --lines L,… --post POST --places A,B [--office O]",
                                          options, sizeof options / sizeof options[0]};
    word.typed.verb = "zero --help";
    int code = parse(cli, &word, &syntax, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = check_zero(cli, &word);
    }
    word.typed.act =
        tcn_act_name(word.typed.of_office != NULL ? TCN_ACT_ORAL_ZERO : TCN_ACT_ZERO_REPORT);
    if (code == TCN_EXIT_OK) {
        code = run(&word, cli);
    }
    return code == -1 ? TCN_EXIT_OK : code;
}

/* Both say one thing, and which post says it. */
static int say(struct tcn_cli *cli, struct word *word, const char *usage, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"post", 0, "POST", "the post, never the person, that says it", NULL, &word->typed.post},
        COMMON_OPTIONS(word),
    };
    const struct tcn_cli_syntax syntax = {usage, options, sizeof options / sizeof options[0]};
    int code = parse(cli, word, &syntax, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = run(word, cli);
    }
    return code == -1 ? TCN_EXIT_OK : code;
}

int tcn_verb_check_in(struct tcn_cli *cli, int argc, char **argv) {
    struct word word = {
        .typed = {.act = tcn_act_name(TCN_ACT_CHECKED_IN), .verb = "check-in --help"}};
    return say(cli, &word, "check-in [--post POST] [--office O]", argc, argv);
}

int tcn_verb_sign_off(struct tcn_cli *cli, int argc, char **argv) {
    struct word word = {
        .typed = {.act = tcn_act_name(TCN_ACT_SIGNED_OFF), .verb = "sign-off --help"}};
    return say(cli, &word, "sign-off [--post POST] [--office O]", argc, argv);
}
