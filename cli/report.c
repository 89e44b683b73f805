/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin report`: by options here, by questions in cli/guide.c, from JSON lines in cli/intake.c.
 */
#include "cli/await.h"
#include "cli/draft.h"
#include "cli/guide.h"
#include "cli/intake.h"
#include "cli/slip.h"
#include "cli/verbs.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* All that the verb takes. */
struct report {
    struct tcn_seat_options seat;
    struct tcn_cli_draft typed;
    struct tcn_await await;
    struct tcn_intake intake;
    const char *text; /* the same as --narrative */
    char division[24];
    bool is_exercise;
    bool is_guided;       /* asked for, or because there is a terminal and nothing was said */
    const char *language; /* of the questions */
};

static int read_options(struct tcn_cli *cli, struct report *report, int argc, char **argv) {
    struct tcn_cli_draft *typed = &report->typed;
    const struct tcn_cli_option options[] = {
        TCN_SEAT_OFFICE_OPTION(&report->seat),
        TCN_SEAT_BUREAU_OPTION(&report->seat),
        TCN_SEAT_DIR_OPTION(&report->seat),
        TCN_SEAT_CONFIG_OPTION(&report->seat),
        {"domain", 0, "D", "kind of matter, a word of the policy", NULL, &typed->domain},
        {"division", 0, "CODE", "place, 12 digits; else the office's own", NULL, &typed->division},
        {"severity", 0, "S", "routine, serious, urgent, danger", NULL, &typed->severity},
        {"concerns", 0, "WHOM", "nobody, unit, unknown", NULL, &typed->concerns},
        {"text", 't', "TEXT", "what happened, sealed; @FILE reads it", NULL, &report->text},
        {"narrative", 0, "TEXT", "the same as --text", NULL, &typed->narrative},
        {"contact", 0, "TEXT", "contact and exact place, sealed", NULL, &typed->contact},
        {"accused", 0, "TEXT", "the unit it concerns, sealed", NULL, &typed->accused},
        {"accused-organs", 0, "ID,…",
         "organs that the unit is, or belongs to; they never hear of it", NULL,
         &typed->accused_organs},
        {"informant", 0, "TEXT", "who told it, sealed", NULL, &typed->informant},
        {"occurred", 0, "T", "when it happened", NULL, &typed->occurred},
        {"learned", 0, "T", "when the office got to know; else now", NULL, &typed->learned},
        {"category", 0, "C", "a petition's legal category, 31.6", NULL, &typed->category},
        {"channel", 0, "C", "counter, phone, visit, letter", NULL, &typed->channel},
        {"count", 0, "N=3,…", "deaths=3, missing=at_least:2, affected=estimate:9", NULL,
         &typed->counts},
        {"attribute", 0, "K=V,…", "what the policy declares for the domain", NULL,
         &typed->attributes},
        {"matter", 0, "ID", "follow up on this matter", NULL, &typed->matter},
        {"key", 0, "KEY", "retry key: entered once, however often it is said", NULL,
         &report->await.retry_key},
        {"exercise", 0, NULL, "of a drill, beside real work", &report->is_exercise, NULL},
        {"wait", 'w', NULL, "until the collector has it", &report->await.is_waiting, NULL},
        {"timeout", 0, "S", "seconds to wait; 60", NULL, &report->await.timeout},
        {"receipt", 0, "FILE", "wait, and write the receipt there, for tocsin receipt verify", NULL,
         &report->await.receipt},
        {"guided", 'g', NULL, "ask one thing after the other; the default on a terminal",
         &report->is_guided, NULL},
        TCN_LANGUAGE_OPTION(&report->language),
        {"from", 'f', "FILE", "JSON lines of a file; - is the standard input", NULL,
         &report->intake.from},
        {"strict", 0, NULL, "with --from: stop at the first faulty line", &report->intake.is_strict,
         NULL},
        {"batch", 0, "NAME", "with --from: lines of this batch are entered once", NULL,
         &report->intake.batch},
        {"rate", 0, "N", "with --from: at most N lines a second", NULL, &report->intake.rate},
        {"output", 'o', "FORMAT", "table, json, ndjson", NULL, &report->await.format},
    };
    const struct tcn_cli_syntax syntax = {
        "report [--office O] [--guided | --domain D --concerns WHOM | --from FILE] [OPTIONS]",
        options, sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        return tcn_cli_usage(cli, "report --help", "report takes no argument %s", argv[first]);
    }
    typed->mode = report->is_exercise ? "exercise" : NULL;
    return code;
}

static bool is_typed(const struct tcn_cli_draft *typed) {
    const struct tcn_cli_draft none = {0};
    return memcmp(typed, &none, sizeof none) != 0;
}

/* What excludes what. */
static int check_options(struct tcn_cli *cli, struct report *report) {
    const struct tcn_intake *intake = &report->intake;
    if (report->text != NULL && report->typed.narrative != NULL) {
        return tcn_cli_usage(cli, "report --help", "--text and --narrative are the same");
    }
    if (report->text != NULL) {
        report->typed.narrative = report->text;
    }
    bool has_from_option = intake->is_strict || intake->batch != NULL || intake->rate != NULL;
    if (intake->from == NULL && has_from_option) {
        return tcn_cli_usage(cli, "report --help", "--strict, --batch and --rate need --from");
    }
    if (intake->from != NULL && (is_typed(&report->typed) || report->await.retry_key != NULL ||
                                 report->await.receipt != NULL)) {
        return tcn_cli_usage(cli, "report --help",
                             "with --from the lines say everything, not options");
    }
    if (report->is_guided && (intake->from != NULL || is_typed(&report->typed))) {
        return tcn_cli_usage(cli, "report --guided",
                             "with --guided the answers say everything, not options or a file");
    }
    if (intake->from == NULL && !is_typed(&report->typed) && isatty(STDIN_FILENO) == 1) {
        report->is_guided = true;
    }
    if (report->language != NULL && !report->is_guided) {
        return tcn_cli_usage(cli, "report --guided", "--language is for --guided");
    }
    if (intake->from == NULL && !is_typed(&report->typed) && !report->is_guided) {
        return tcn_cli_usage(cli, "report --help",
                             "say what to report: --domain D --concerns nobody …, --guided, or "
                             "--from FILE");
    }
    return TCN_EXIT_OK;
}

/* Before anything else, also before what may be wrong with the rest. */
static void tell_first(struct tcn_cli *cli, const struct report *report) {
    const char *severity = report->typed.severity;
    if (severity != NULL && strcmp(severity, tcn_severity_name(TCN_SEVERITY_DANGER)) == 0) {
        tcn_slip_telephone(cli->err, report->await.language, TCN_SEVERITY_DANGER);
        (void)fflush(cli->err);
    }
}

/* An office that manages one division reports for that one unless it says otherwise. */
static void fill_division(const struct tcn_seat *seat, struct report *report) {
    const struct tcn_policy *policy = tcn_seat_policy(seat);
    const struct tcn_organ *organ =
        policy == NULL ? NULL : tcn_policy_organ_by_id(policy, tcn_slice_text(seat->organ));
    if (organ == NULL || report->typed.division != NULL || report->typed.matter != NULL) {
        return;
    }
    uint32_t count = 0;
    for (uint32_t index = 0; index < policy->division_count; index++) {
        const struct tcn_division *division = &policy->divisions[index];
        if (division->office == organ->number) {
            count++;
            (void)snprintf(report->division, sizeof report->division, "%012" PRIu64,
                           division->code);
        }
    }
    report->typed.division = count == 1 ? report->division : NULL;
}

/* What the clerk is told beside it, and which doors its slip names. */
static void advise(struct tcn_cli *cli, const struct tcn_seat *seat, struct report *report,
                   const struct tcn_draft *draft) {
    const struct tcn_policy *policy = tcn_seat_policy(seat);
    const enum tcn_language language = report->await.language;
    tcn_slip_shut(policy, draft, report->await.is_door_shut);
    if (policy != NULL) {
        (void)tcn_slip_care(cli->err, language, policy,
                            tcn_policy_domain(policy, draft->event.domain));
    }
    tcn_slip_advise(cli->err, language, policy, draft);
}

static int enter_typed(struct tcn_cli *cli, struct tcn_seat *seat, struct report *report) {
    fill_division(seat, report);
    if (report->typed.division == NULL && report->typed.matter == NULL && seat->has_names) {
        return tcn_cli_usage(cli, "report … --division CODE, 12 digits",
                             "say where it is: %s has no place of its own", seat->organ);
    }
    if (report->typed.narrative == NULL) {
        (void)fprintf(cli->err, "tocsin: this report says nothing of what happened\n"
                                "try: --text next time; a follow-up now with --matter ID --text\n");
    }
    struct tcn_arena arena = {0};
    enum tcn_status status = tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES);
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "take the report in");
    }
    struct tcn_draft draft;
    int code = tcn_cli_draft_read(cli, &report->typed, &arena, &draft);
    if (code == TCN_EXIT_OK) {
        if (report->await.retry_key != NULL) {
            draft.retry_key = tcn_slice_text(report->await.retry_key);
        }
        advise(cli, seat, report, &draft);
        code = tcn_await_run(cli, seat, &report->await, &draft);
    }
    tcn_secret_wipe(arena.data, arena.offset_max);
    tcn_arena_fini(&arena);
    return code;
}

static int guide(struct tcn_cli *cli, struct tcn_seat *seat, const struct report *report) {
    const struct tcn_guide_options options = {.descriptor = STDIN_FILENO,
                                              .language = report->await.language};
    return tcn_guide_run(cli, seat, &options, &report->await);
}

int tcn_verb_report(struct tcn_cli *cli, int argc, char **argv) {
    struct report report = {0};
    int code = read_options(cli, &report, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = check_options(cli, &report);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_language_read(cli, report.language, &report.await.language);
    }
    struct tcn_seat seat = {0};
    if (code == TCN_EXIT_OK) {
        tell_first(cli, &report);
        code = tcn_seat_init(cli, &report.seat, NULL, &seat);
    }
    if (code == TCN_EXIT_OK) {
        report.intake.is_waiting = report.await.is_waiting;
        report.intake.timeout = report.await.timeout;
        report.intake.format = report.await.format;
        code = report.intake.from != NULL ? tcn_intake_run(cli, &seat, &report.intake)
               : report.is_guided         ? guide(cli, &seat, &report)
                                          : enter_typed(cli, &seat, &report);
    }
    tcn_seat_fini(&seat);
    return code == -1 ? TCN_EXIT_OK : code;
}
