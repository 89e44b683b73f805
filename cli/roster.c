/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin roster`: which posts have the duty of their organs, since when and until when, and where
 * nobody has. An organ sees its own; the desk sees all.
 */
#include "base/clock.h"
#include "cli/asker.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "json/rows.h"

/* All that the verb takes. */
struct roster {
    struct tcn_cli *cli;
    struct tcn_asker_options options;
    const char *organ;
    const char *format_option;
    enum tcn_format format;
    struct tcn_asker asker;
    struct tcn_shift shifts[TCN_ORGANS_MAX];
    uint32_t count;
    int64_t now_ns;
    uint32_t gap_count;
};

static const struct tcn_table_column columns[] = {
    {"ORGAN", false}, {"ON DUTY", false},   {"POST", false},  {"SINCE", false},
    {"UNTIL", false}, {"TELEPHONE", false}, {"TITLE", false},
};

static int parse(struct roster *roster, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&roster->options.seat),
        TCN_SEAT_OFFICE_OPTION(&roster->options.seat),
        TCN_SEAT_DIR_OPTION(&roster->options.seat),
        TCN_SEAT_CONFIG_OPTION(&roster->options.seat),
        TCN_ASKER_STOPPED_OPTION(&roster->options),
        {"organ", 0, "O", "of this organ alone", NULL, &roster->organ},
        {"output", 'o', "FORMAT", "table, json, csv", NULL, &roster->format_option},
    };
    const struct tcn_cli_syntax syntax = {"roster [--organ O] [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(roster->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        return tcn_cli_usage(roster->cli, "roster --help", "roster takes no argument %s",
                             argv[first]);
    }
    return code == TCN_EXIT_OK ? tcn_cli_format(roster->cli, roster->format_option,
                                                1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON |
                                                    1u << TCN_FORMAT_CSV,
                                                &roster->format)
                               : code;
}

/* Whose it is to be: the organ named, else all that the asker may see. */
static int find_organ(struct roster *roster, uint16_t *out_organ) {
    const struct tcn_policy *policy = roster->asker.policy;
    const struct tcn_organ *organ =
        policy == NULL || roster->organ == NULL
            ? NULL
            : tcn_policy_organ_by_id(policy, tcn_slice_text(roster->organ));
    if (policy == NULL) {
        return tcn_seat_need_names(roster->cli, &roster->asker.seat);
    }
    if (roster->organ != NULL && organ == NULL) {
        return tcn_cli_usage(roster->cli, "policy show -o json",
                             "no organ of this district is called so");
    }
    *out_organ = organ != NULL ? organ->number : 0;
    return TCN_EXIT_OK;
}

static const struct tcn_shift *shift_of(const struct roster *roster, uint16_t organ) {
    for (uint32_t i = 0; i < roster->count; i++) {
        if (roster->shifts[i].organ == organ) {
            return &roster->shifts[i];
        }
    }
    return NULL;
}

/* Whether an organ has a row: the one that was asked for, or all that the asker is told of. What is
 * not told must not look like a gap: an organ is told of itself, and all only to the desk and to
 * who sits at no organ (an auditor, a folder). */
static bool is_shown(const struct roster *roster, uint16_t organ, uint16_t wanted) {
    const struct tcn_policy *policy = roster->asker.policy;
    const char *seat = roster->asker.is_stopped ? NULL : roster->asker.seat.organ;
    const struct tcn_organ *own =
        seat != NULL ? tcn_policy_organ_by_id(policy, tcn_slice_text(seat)) : NULL;
    const bool is_told = own == NULL || own->number == policy->desk || own->number == organ;
    return wanted != 0 ? wanted == organ : is_told || shift_of(roster, organ) != NULL;
}

static int ask_all(struct roster *roster, uint16_t organ) {
    struct tcn_query query = {
        .kind = TCN_QUERY_SHIFTS, .organ = organ, .at_least_position = TCN_QUERY_LATEST};
    struct tcn_answer answer;
    do { /* ends with the organs */
        const int code = tcn_asker_ask(&roster->asker, &query, &answer);
        if (code != TCN_EXIT_OK) {
            return code;
        }
        for (uint32_t i = 0; i < answer.shift_count && roster->count < TCN_ORGANS_MAX; i++) {
            roster->shifts[roster->count++] = answer.shifts[i];
        }
        query.page = answer.next_page;
    } while (query.page != 0 && roster->count < TCN_ORGANS_MAX);
    return TCN_EXIT_OK;
}

static bool is_on(const struct roster *roster, const struct tcn_shift *shift) {
    return shift != NULL && shift->since_ns != 0 && shift->handed_ns == 0 &&
           (shift->until_ns == 0 || shift->until_ns > roster->now_ns);
}

/* "yes", or since when nobody is. */
static const char *word_of(const struct roster *roster, const struct tcn_shift *shift) {
    return is_on(roster, shift)    ? "yes"
           : shift == NULL         ? "NOBODY: never said"
           : shift->handed_ns != 0 ? "NOBODY: handed over, not taken"
                                   : "NOBODY: the time is over";
}

static enum tcn_status add_row(struct roster *roster, struct tcn_table *table,
                               const struct tcn_organ *organ) {
    const struct tcn_shift *shift = shift_of(roster, organ->number);
    char since[TCN_TIME_TEXT_BYTES] = "-";
    char until[TCN_TIME_TEXT_BYTES] = "-";
    char title[2 * TCN_SHOW_WORD_BYTES];
    if (shift != NULL) {
        tcn_show_time(shift->since_ns, since);
        tcn_show_time(shift->handed_ns != 0 ? shift->handed_ns : shift->until_ns, until);
    }
    (void)snprintf(title, sizeof title, "%s %s", organ->title_zh, organ->title_en);
    const char *const cells[] = {organ->id,
                                 word_of(roster, shift),
                                 shift != NULL ? shift->post : "-",
                                 since,
                                 until,
                                 organ->duty_phone[0] != '\0' ? organ->duty_phone : "-",
                                 title};
    return tcn_table_add(table, cells);
}

static enum tcn_status show_table(struct roster *roster, uint16_t wanted) {
    const struct tcn_policy *policy = roster->asker.policy;
    struct tcn_table *table = NULL;
    enum tcn_status status = tcn_table_create(roster->cli, roster->format, columns,
                                              sizeof columns / sizeof columns[0], &table);
    for (uint32_t i = 0; i < policy->organ_count && status == TCN_OK; i++) {
        const struct tcn_organ *organ = &policy->organs[i];
        if (is_shown(roster, organ->number, wanted)) {
            roster->gap_count += is_on(roster, shift_of(roster, organ->number)) ? 0 : 1;
            status = add_row(roster, table, organ);
        }
    }
    status = status == TCN_OK ? tcn_table_print(table) : status;
    tcn_table_destroy(&table);
    return status;
}

static enum tcn_status show_json(struct roster *roster, uint16_t wanted) {
    const struct tcn_policy *policy = roster->asker.policy;
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "roster");
    tcn_json_array_begin(&writer, "organs");
    for (uint32_t i = 0; i < policy->organ_count; i++) {
        const uint16_t organ = policy->organs[i].number;
        const struct tcn_shift *shift = shift_of(roster, organ);
        if (is_shown(roster, organ, wanted)) {
            tcn_json_object_begin(&writer, NULL);
            tcn_json_shift_fields(&writer, organ, shift, is_on(roster, shift), policy);
            tcn_json_object_end(&writer);
        }
    }
    tcn_json_array_end(&writer);
    const enum tcn_status status = tcn_json_write_file(&writer, roster->cli->out, true);
    tcn_json_writer_fini(&writer);
    return status;
}

int tcn_verb_roster(struct tcn_cli *cli, int argc, char **argv) {
    struct roster roster = {.cli = cli, .now_ns = tcn_clock_wall_ns()};
    uint16_t organ = 0;
    int code = parse(&roster, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = tcn_asker_init(cli, &roster.options, &roster.asker);
    }
    if (code == TCN_EXIT_OK) {
        code = find_organ(&roster, &organ);
    }
    if (code == TCN_EXIT_OK) {
        code = ask_all(&roster, organ);
    }
    if (code == TCN_EXIT_OK) {
        const enum tcn_status status = roster.format == TCN_FORMAT_JSON
                                           ? show_json(&roster, organ)
                                           : show_table(&roster, organ);
        code = status == TCN_OK ? TCN_EXIT_OK : tcn_cli_fail(cli, status, NULL, "show the roster");
    }
    if (code == TCN_EXIT_OK && roster.gap_count > 0) {
        (void)fprintf(cli->err, "-- %u without anybody on duty by the roster\n",
                      (unsigned)roster.gap_count);
    }
    tcn_asker_fini(&roster.asker);
    return code == -1 ? TCN_EXIT_OK : code;
}
