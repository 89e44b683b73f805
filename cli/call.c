/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin call MATTER --to ORGAN --outcome WORD`: that an organ was telephoned, and what came of
 * it. A post and a number of the policy, never a person and never what was said: the act's open
 * part holds an outcome of a closed list. It acknowledges nothing for anybody.
 */
#include "cli/await.h"
#include "cli/draft.h"
#include "cli/verbs.h"

#include <ctype.h>
#include <string.h>

/* All that the verb takes. */
struct call {
    struct tcn_seat_options seat;
    struct tcn_cli_draft typed;
    struct tcn_await await;
};

static const char *const outcomes[] = {"reached", "no_answer", "busy", "unreachable",
                                       "wrong_number"};

static int parse(struct tcn_cli *cli, struct call *call, int argc, char **argv) {
    struct tcn_cli_draft *typed = &call->typed;
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&call->seat),
        TCN_SEAT_OFFICE_OPTION(&call->seat),
        TCN_SEAT_DIR_OPTION(&call->seat),
        TCN_SEAT_CONFIG_OPTION(&call->seat),
        {"to", 0, "ORGAN", "who was telephoned", NULL, &typed->to},
        {"outcome", 0, "WORD", "reached, no_answer, busy, unreachable, wrong_number", NULL,
         &typed->reason},
        {"number", 0, "N", "which number; else the duty telephone of the policy", NULL,
         &typed->how},
        {"post", 0, "POST", "the post that answered, never the person", NULL, &typed->post},
        {"occurred", 0, "T", "when; else now", NULL, &typed->occurred},
        {"key", 0, "KEY", "retry key: entered once", NULL, &call->await.retry_key},
        {"wait", 'w', NULL, "until the collector has it", &call->await.is_waiting, NULL},
        {"timeout", 0, "S", "seconds to wait; 60", NULL, &call->await.timeout},
        {"output", 'o', "FORMAT", "table, json, ndjson", NULL, &call->await.format},
    };
    const struct tcn_cli_syntax syntax = {"call MATTER --to ORGAN --outcome WORD [OPTIONS]",
                                          options, sizeof options / sizeof options[0]};
    int first = 0;
    const int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && argc - first != 1) {
        return tcn_cli_usage(cli, "call --help", "call needs one matter");
    }
    typed->matter = code == TCN_EXIT_OK ? argv[first] : NULL;
    typed->act = "called";
    return code;
}

static bool is_outcome(const char *word) {
    for (size_t i = 0; word != NULL && i < sizeof outcomes / sizeof outcomes[0]; i++) {
        if (strcmp(word, outcomes[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Digits, and what stands between them. */
static bool is_number(const char *text) {
    size_t digits = 0;
    for (const char *next = text; *next != '\0'; next++) {
        if (isdigit((unsigned char)*next) == 0 && strchr("+- ", *next) == NULL) {
            return false;
        }
        digits += isdigit((unsigned char)*next) != 0 ? 1 : 0;
    }
    return digits >= 3 && strlen(text) < 32;
}

static int check(struct tcn_cli *cli, struct call *call, const struct tcn_seat *seat) {
    struct tcn_cli_draft *typed = &call->typed;
    const struct tcn_policy *policy = tcn_seat_policy(seat);
    if (typed->to == NULL) {
        return tcn_cli_usage(cli, "callsheet", "say who was telephoned: --to ORGAN");
    }
    const struct tcn_organ *organ =
        policy != NULL ? tcn_policy_organ_by_id(policy, tcn_slice_text(typed->to)) : NULL;
    if (policy != NULL && organ == NULL) {
        return tcn_cli_usage(cli, "policy show -o json", "no organ of this district is called so");
    }
    if (!is_outcome(typed->reason)) {
        return tcn_cli_usage(cli, "call --help",
                             "--outcome takes reached, no_answer, busy, unreachable or "
                             "wrong_number");
    }
    if (typed->how != NULL && !is_number(typed->how)) {
        return tcn_cli_usage(cli, "call --help", "--number takes a telephone number and no words");
    }
    if (typed->post != NULL && !tcn_text_is_word(tcn_slice_text(typed->post))) {
        return tcn_cli_usage(cli, "call --help",
                             "--post takes a word of the policy, such as duty_officer");
    }
    if (typed->how == NULL && organ != NULL && organ->duty_phone[0] != '\0') {
        typed->how = organ->duty_phone;
    }
    return tcn_await_check(cli, &call->await);
}

static int enter(struct tcn_cli *cli, struct tcn_seat *seat, struct call *call) {
    struct tcn_arena arena = {0};
    const enum tcn_status status = tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES);
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "take the word in");
    }
    struct tcn_draft draft;
    int code = tcn_cli_draft_read(cli, &call->typed, &arena, &draft);
    if (code == TCN_EXIT_OK) {
        if (call->await.retry_key != NULL) {
            draft.retry_key = tcn_slice_text(call->await.retry_key);
        }
        call->await.is_act = true;
        code = tcn_await_run(cli, seat, &call->await, &draft);
    }
    tcn_arena_fini(&arena);
    return code;
}

int tcn_verb_call(struct tcn_cli *cli, int argc, char **argv) {
    struct call call = {.await = {.is_act = true}};
    struct tcn_seat seat = {0};
    int code = parse(cli, &call, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_init(cli, &call.seat, NULL, &seat);
    }
    if (code == TCN_EXIT_OK) {
        code = check(cli, &call, &seat);
    }
    if (code == TCN_EXIT_OK) {
        code = enter(cli, &seat, &call);
    }
    tcn_seat_fini(&seat);
    return code == -1 ? TCN_EXIT_OK : code;
}
