/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin duty take|hand-over`: a post takes the duty of its organ, or hands it over with a note
 * that only this organ reads. A post is named, never the person who holds it.
 */
#include "cli/await.h"
#include "cli/draft.h"
#include "cli/verbs.h"

#include <string.h>

/* All that the verb takes. */
struct duty {
    struct tcn_seat_options seat;
    struct tcn_cli_draft typed;
    struct tcn_await await;
    const char *note;
    bool is_taking;
};

static int parse(struct tcn_cli *cli, struct duty *duty, int argc, char **argv, int *out_first) {
    struct tcn_cli_draft *typed = &duty->typed;
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&duty->seat),
        TCN_SEAT_OFFICE_OPTION(&duty->seat),
        TCN_SEAT_DIR_OPTION(&duty->seat),
        TCN_SEAT_CONFIG_OPTION(&duty->seat),
        {"post", 'p', "POST", "the post, never the person", NULL, &typed->post},
        {"until", 0, "T", "take: until then; else until it is handed over", NULL, &typed->until},
        {"note", 0, "TEXT", "hand-over: for the next post of this organ, sealed; @FILE reads it",
         NULL, &duty->note},
        {"key", 0, "KEY", "retry key: entered once", NULL, &duty->await.retry_key},
        {"wait", 'w', NULL, "until the collector has it", &duty->await.is_waiting, NULL},
        {"timeout", 0, "S", "seconds to wait; 60", NULL, &duty->await.timeout},
        {"output", 'o', "FORMAT", "table, json, ndjson", NULL, &duty->await.format},
    };
    const struct tcn_cli_syntax syntax = {
        "duty take --post POST [--until T] | duty hand-over --post POST [--note TEXT]", options,
        sizeof options / sizeof options[0]};
    return tcn_cli_parse(cli, &syntax, argc, argv, out_first);
}

static int check(struct tcn_cli *cli, struct duty *duty, const char *word) {
    struct tcn_cli_draft *typed = &duty->typed;
    const bool is_handing = word != NULL && strcmp(word, "hand-over") == 0;
    duty->is_taking = word != NULL && strcmp(word, "take") == 0;
    if (!is_handing && !duty->is_taking) {
        return tcn_cli_usage(cli, "duty --help", "duty takes take or hand-over");
    }
    if (typed->post == NULL) {
        return tcn_cli_usage(cli, "policy show -o json",
                             "say which post: --post POST, a post and never a person's name");
    }
    if (!tcn_text_is_word(tcn_slice_text(typed->post))) {
        return tcn_cli_usage(cli, "duty --help",
                             "--post takes a word of the policy, such as duty_officer");
    }
    if (is_handing && typed->until != NULL) {
        return tcn_cli_usage(cli, "duty --help", "--until is for take");
    }
    if (duty->is_taking && duty->note != NULL) {
        return tcn_cli_usage(cli, "duty --help", "--note is for hand-over");
    }
    typed->act = duty->is_taking ? "on_duty" : "handed_over";
    typed->narrative = duty->note;
    return tcn_await_check(cli, &duty->await);
}

static int enter(struct tcn_cli *cli, struct tcn_seat *seat, struct duty *duty) {
    struct tcn_arena arena = {0};
    const enum tcn_status status = tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES);
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "take the word in");
    }
    struct tcn_draft draft;
    int code = tcn_cli_draft_read(cli, &duty->typed, &arena, &draft);
    if (code == TCN_EXIT_OK) {
        if (duty->await.retry_key != NULL) {
            draft.retry_key = tcn_slice_text(duty->await.retry_key);
        }
        duty->await.is_act = true;
        code = tcn_await_run(cli, seat, &duty->await, &draft);
    }
    tcn_secret_wipe(arena.data, arena.offset_max);
    tcn_arena_fini(&arena);
    return code;
}

int tcn_verb_duty(struct tcn_cli *cli, int argc, char **argv) {
    struct duty duty = {.is_taking = false};
    struct tcn_seat seat = {0};
    int first = 0;
    int code = parse(cli, &duty, argc, argv, &first);
    if (code == TCN_EXIT_OK && argc - first > 1) {
        return tcn_cli_usage(cli, "duty --help", "duty takes no argument %s", argv[first + 1]);
    }
    if (code == TCN_EXIT_OK) {
        code = check(cli, &duty, argc > first ? argv[first] : NULL);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_init(cli, &duty.seat, NULL, &seat);
    }
    if (code == TCN_EXIT_OK) {
        code = enter(cli, &seat, &duty);
    }
    if (code == TCN_EXIT_OK && !duty.is_taking) {
        (void)fprintf(cli->err, "-- unless a post takes it within 15 minutes, that is a gap, and "
                                "the desk is told\n");
    }
    tcn_seat_fini(&seat);
    return code == -1 ? TCN_EXIT_OK : code;
}
