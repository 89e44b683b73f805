/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin act`: a bureau's, the desk's or an office's act on a matter, through its agent. */
#include "base/clock.h"
#include "base/uuid.h"
#include "cli/await.h"
#include "cli/draft.h"
#include "cli/handing.h"
#include "cli/listed.h"
#include "cli/person.h"
#include "cli/verbs.h"

#include <inttypes.h>
#include <string.h>

/* All that the verb takes, and the words that were looked up. */
struct act {
    struct tcn_seat_options seat;
    struct tcn_cli_draft typed;
    struct tcn_await await;
    const char *text;
    bool is_exercise;
    bool is_said_not_accused;
    struct tcn_listed listed;
    char domain[TCN_WORD_BYTES_MAX + 1];
    char division[24];
};

static int read_options(struct tcn_cli *cli, struct act *act, int argc, char **argv) {
    struct tcn_cli_draft *typed = &act->typed;
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&act->seat),
        TCN_SEAT_OFFICE_OPTION(&act->seat),
        TCN_SEAT_DIR_OPTION(&act->seat),
        TCN_SEAT_CONFIG_OPTION(&act->seat),
        {"text", 't', "TEXT", "what is answered or noted, sealed; @FILE reads it", NULL,
         &act->text},
        {"narrative", 0, "TEXT", "the same as --text", NULL, &typed->narrative},
        {"contact", 0, "TEXT", "contact and exact place, sealed", NULL, &typed->contact},
        {"to", 0, "ORGAN", "transferred, handed over: to whom", NULL, &typed->to},
        {"reason", 'r', "WORD", "a reason of the policy", NULL, &typed->reason},
        {"how", 0, "TEXT", "petitioner told: by phone, letter, visit", NULL, &typed->how},
        {"post", 0, "POST", "the post, never the person, that acts", NULL, &typed->post},
        {"until", 0, "T", "extended until", NULL, &typed->until},
        {"position", 0, "N", "the event that it answers", NULL, &typed->position},
        {"linked", 0, "ID", "linked: the other matter", NULL, &typed->linked},
        {"occurred", 0, "T", "when it was done", NULL, &typed->occurred},
        {"learned", 0, "T", "when the organ got to know; else now", NULL, &typed->learned},
        {"severity", 0, "S", "routine, serious, urgent, danger", NULL, &typed->severity},
        {"domain", 0, "D", "of the matter; else it is looked up", NULL, &typed->domain},
        {"division", 0, "CODE", "of the matter; else it is looked up", NULL, &typed->division},
        {"count", 0, "N=3,…", "deaths=3, missing=at_least:2", NULL, &typed->counts},
        {"attribute", 0, "K=V,…", "what the policy declares", NULL, &typed->attributes},
        {"not-accused", 0, NULL, "handed on: to whom no text of the complaint clears",
         &act->is_said_not_accused, NULL},
        {"key", 0, "KEY", "retry key: entered once", NULL, &act->await.retry_key},
        {"exercise", 0, NULL, "of a drill, beside real work", &act->is_exercise, NULL},
        {"wait", 'w', NULL, "until the collector has it", &act->await.is_waiting, NULL},
        {"timeout", 0, "S", "seconds to wait; 60", NULL, &act->await.timeout},
        {"receipt", 0, "FILE", "wait, and write the receipt there, for tocsin receipt verify", NULL,
         &act->await.receipt},
        {"output", 'o', "FORMAT", "table, json, ndjson", NULL, &act->await.format},
    };
    const struct tcn_cli_syntax syntax = {"act MATTER ACT [--bureau B] [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (argc - first != 2) {
        return tcn_cli_usage(cli, "act --help",
                             "act needs a matter and an act: act MATTER acknowledged");
    }
    if (act->text != NULL && typed->narrative != NULL) {
        return tcn_cli_usage(cli, "act --help", "--text and --narrative are the same");
    }
    typed->narrative = act->text != NULL ? act->text : typed->narrative;
    typed->mode = act->is_exercise ? "exercise" : NULL;
    typed->matter = argv[first];
    typed->act = argv[first + 1];
    return TCN_EXIT_OK;
}

/* An act to which a domain is a hand-over: what was not typed is not said. */
static bool hands_by_domain(const struct act *act) {
    return strcmp(act->typed.act, tcn_act_name(TCN_ACT_RELEASED)) == 0 ||
           strcmp(act->typed.act, tcn_act_name(TCN_ACT_RECLASSIFIED)) == 0;
}

/* Fills in domain and division from the answer, as far as they were not typed. */
static void take_place(struct act *act, const struct tcn_matter *matter) {
    if (act->typed.domain == NULL && matter->domain[0] != '\0' && !hands_by_domain(act)) {
        (void)snprintf(act->domain, sizeof act->domain, "%s", matter->domain);
        act->typed.domain = act->domain;
    }
    if (act->typed.division == NULL && matter->division != 0) {
        (void)snprintf(act->division, sizeof act->division, "%012" PRIu64, matter->division);
        act->typed.division = act->division;
    }
}

/* Texts are sealed to those who must read them: of a matter without an allow-list its owner and the
 * office of its place, of a guarded one who is on its list. The agent learns all of it from the
 * act, so it is looked up, but for the domain of an act that would hand over by it; without that
 * the text is for the own organ and the organ of --to alone, but where an office has reported the
 * matter itself, and that is said. */
static void look_up(struct tcn_cli *cli, struct tcn_seat *seat, struct act *act) {
    const struct tcn_cli_draft *typed = &act->typed;
    struct tcn_id matter;
    bool has_text = typed->narrative != NULL || typed->contact != NULL;
    bool is_id = tcn_uuid_from_text(tcn_slice_text(typed->matter), matter.bytes) == TCN_OK;
    if (!has_text || !is_id || !seat->config->has_client) {
        return;
    }
    const bool has_session = seat->session != NULL || tcn_seat_session(cli, seat) == TCN_EXIT_OK;
    enum tcn_status status = has_session ? TCN_OK : TCN_CONFIG;
    if (status == TCN_OK) {
        status = tcn_listed_ask(seat->session, &matter, &act->listed);
    }
    if (status == TCN_OK && !tcn_listed_is_guarded(&act->listed)) {
        take_place(act, &act->listed.matter);
    }
    if (status == TCN_OK && hands_by_domain(act) && typed->domain == NULL) {
        (void)fprintf(cli->err, "-- without --domain its owner%s cannot read the text\n",
                      typed->to != NULL ? ", unless it is that of --to," : "");
    }
    if (status == TCN_OK) {
        return;
    }
    if (status == TCN_BAD_SIGNATURE) {
        (void)tcn_seat_fail(cli, status, NULL, "look the matter up");
    }
    (void)fprintf(cli->err,
                  "tocsin: the matter could not be looked up (%s); unless it was reported here, "
                  "only this organ%s can read the text\ntry: tocsin matter show %s\n",
                  tcn_status_sentence(status), typed->to != NULL ? " and that of --to" : "",
                  typed->matter);
}

/* What was sealed before is not the next holder's to read until it is handed over. */
static void tell_rewrap(const struct tcn_cli *cli, const struct act *act, int code) {
    const struct tcn_cli_draft *typed = &act->typed;
    const bool is_safe = code == TCN_EXIT_OK || code == TCN_EXIT_TIMEOUT;
    bool is_handed =
        is_safe && typed->to != NULL && strcmp(typed->act, tcn_act_name(TCN_ACT_TRANSFERRED)) == 0;
    if (is_handed) {
        (void)fprintf(cli->err,
                      "-- so that %s can read what was sealed before: tocsin rewrap %s --to %s\n",
                      typed->to, typed->matter, typed->to);
    }
}

/* Somebody has it in hand: a person says so, by the post that he or she holds. */
static int confirm(struct tcn_cli *cli, const struct act *act) {
    if (strcmp(act->typed.act, tcn_act_name(TCN_ACT_ACKNOWLEDGED)) != 0) {
        return TCN_EXIT_OK;
    }
    if (act->typed.post == NULL) {
        return tcn_cli_usage(cli, "policy show -o json",
                             "who has it in hand? --post POST, a post and never a person's name");
    }
    return tcn_person_confirm(cli, act->typed.post, act->typed.matter);
}

/* A complaint is not handed to whom it accuses. */
static int check_handing(struct tcn_cli *cli, struct tcn_seat *seat, const struct act *act) {
    const struct tcn_handing handing = {.act = act->typed.act,
                                        .matter = act->typed.matter,
                                        .to = act->typed.to,
                                        .domain = act->typed.domain,
                                        .is_said = act->is_said_not_accused};
    return tcn_handing_check(cli, seat, &handing);
}

static int enter(struct tcn_cli *cli, struct tcn_seat *seat, struct act *act) {
    look_up(cli, seat, act);
    struct tcn_arena arena = {0};
    enum tcn_status status = tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES);
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "take the act in");
    }
    struct tcn_draft draft;
    int code = tcn_cli_draft_read(cli, &act->typed, &arena, &draft);
    if (code == TCN_EXIT_OK) {
        tcn_listed_draft(&act->listed, tcn_seat_policy(seat), &draft.list);
        if (act->await.retry_key != NULL) {
            draft.retry_key = tcn_slice_text(act->await.retry_key);
        }
        act->await.is_act = true;
        code = tcn_await_run(cli, seat, &act->await, &draft);
        tell_rewrap(cli, act, code);
    }
    tcn_secret_wipe(arena.data, arena.offset_max);
    tcn_arena_fini(&arena);
    return code;
}

int tcn_verb_act(struct tcn_cli *cli, int argc, char **argv) {
    struct act act = {0};
    int code = read_options(cli, &act, argc, argv);
    struct tcn_seat seat = {0};
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_init(cli, &act.seat, NULL, &seat);
    }
    if (code == TCN_EXIT_OK) {
        code = confirm(cli, &act);
    }
    if (code == TCN_EXIT_OK) {
        code = check_handing(cli, &seat, &act);
    }
    if (code == TCN_EXIT_OK) {
        code = enter(cli, &seat, &act);
    }
    tcn_seat_fini(&seat);
    return code == -1 ? TCN_EXIT_OK : code;
}
