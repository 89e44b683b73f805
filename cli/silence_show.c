/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/silence_show.h"

#include "cli/board.h"
#include "json/rows.h"

#include <inttypes.h>
#include <string.h>

static const struct tcn_table_column preview_columns[] = {
    {"DOMAIN", false}, {"QUIET", true}, {"RINGS ALL THE SAME", true}};

static const struct tcn_table_column list_columns[] = {
    {"POSITION", true},   {"ORGAN", false},  {"DOMAIN", false}, {"DIVISION", false},
    {"POST", false},      {"REASON", false}, {"SINCE", false},  {"UNTIL", false},
    {"KEPT QUIET", true}, {"STATE", false}};

/* Of each domain that the organ is told of, whether its line is protected. */
static bool is_never(const struct tcn_policy *policy, const struct tcn_domain *domain,
                     uint16_t organ) {
    const bool is_told = tcn_policy_tells(policy, domain, organ);
    for (uint32_t i = 0; is_told && i < policy->line_count; i++) {
        if (strcmp(policy->lines[i].id, domain->line) == 0) {
            return policy->lines[i].is_protected;
        }
    }
    return false;
}

static const char *fault_word(uint32_t fault) {
    switch (fault) {
    case TCN_SILENCE_FINE:
        return NULL;
    case TCN_SILENCE_LONG:
        return "full";
    case TCN_SILENCE_IMMINENT:
        return "danger_open";
    default:
        return "protected";
    }
}

/* Why the policy or the hour does not allow it, and what would be. */
static void say_fault(FILE *out, const char *domain, uint32_t fault) {
    const bool has_domain = domain != NULL && domain[0] != '\0';
    if (fault == TCN_SILENCE_IMMINENT) {
        (void)fprintf(out,
                      "a matter in danger%s%s is open with you: once it is closed, the same is "
                      "allowed",
                      has_domain ? " of " : "", has_domain ? domain : "");
    } else if (fault == TCN_SILENCE_LONG) {
        (void)fprintf(out, "%d silences are in force: once one has ended, the same is allowed",
                      TCN_SILENCES_MAX);
    } else if (has_domain) {
        (void)fprintf(out,
                      "%s is of a protected line, or no domain of the policy: allowed are domains "
                      "of lines that are not protected",
                      domain);
    } else {
        (void)fprintf(out, "it would cover a protected line: allowed is --domain with a domain of "
                           "a line that is not protected");
    }
}

void tcn_silence_tell_refused(FILE *err, const struct tcn_silence_wish *wish,
                              const struct tcn_alert *told, enum tcn_silence_fault fault) {
    char facts[TCN_SHOW_WORD_BYTES];
    tcn_show_facts(told->facts, facts, sizeof facts);
    (void)fprintf(err, "tocsin: cannot %s the silence: because ", wish->is_end ? "end" : "begin");
    if (told->code == TCN_ABSENT) {
        (void)fprintf(err, "none of that position is in force: allowed is one of tocsin silence "
                           "ls\n");
        return;
    }
    if (told->code == TCN_DENIED) {
        (void)fprintf(err, "it is another organ's: its own organ ends it, or the desk\n");
        return;
    }
    if (told->code == TCN_BAD_VALUE) {
        (void)fprintf(err,
                      "it does not say %s: allowed is one with what it covers, a reason, a post "
                      "and an end",
                      facts[0] != '\0' ? facts : "what it must");
    } else if (told->code == TCN_LIMIT && fault != TCN_SILENCE_LONG) {
        (void)fprintf(err, "its end is past or too far away: allowed are 12 hours at most");
    } else if (wish->is_end) {
        (void)fprintf(err, "it is one of an exercise, and its own words end it\n");
        return;
    } else if (fault == TCN_SILENCE_FINE) {
        (void)fprintf(err, "it would cover what must ring");
    } else {
        say_fault(err, wish->domain, fault);
    }
    (void)fprintf(err, "; the attempt stands in the log, and the desk is shown it\n"
                       "try: tocsin silence begin --preview\n");
}

static void count_text(char out_text[32], uint32_t count, bool has_more) {
    (void)snprintf(out_text, 32, "%s%" PRIu32, has_more ? ">= " : "", count);
}

static enum tcn_status preview_table(struct tcn_cli *cli, const struct tcn_answer *answer) {
    struct tcn_table *table = NULL;
    enum tcn_status status =
        tcn_table_create(cli, TCN_FORMAT_TABLE, preview_columns,
                         sizeof preview_columns / sizeof preview_columns[0], &table);
    for (uint32_t i = 1; i <= answer->silence_count && status == TCN_OK; i++) {
        const bool is_sum = i == answer->silence_count;
        const struct tcn_silence_row *row = &answer->silences[is_sum ? 0 : i];
        const char *domain = row->silence.domain;
        char quiet[32];
        char loud[32];
        count_text(quiet, row->quiet_count, is_sum && row->has_more);
        count_text(loud, row->loud_count, is_sum && row->has_more);
        const char *const cells[] = {is_sum              ? "(all)"
                                     : domain[0] == '\0' ? "(of no matter)"
                                                         : domain,
                                     quiet, loud};
        status = tcn_table_add(table, cells);
    }
    status = status == TCN_OK ? tcn_table_print(table) : status;
    tcn_table_destroy(&table);
    return status;
}

static void say_never(FILE *out, const struct tcn_policy *policy, uint16_t organ) {
    (void)fprintf(
        out, "\nnever quiet: danger, matters that are kept apart, what nobody fetches, what the "
             "collector says, answers to your own acts\n");
    bool is_first = true;
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        if (is_never(policy, &policy->domains[i], organ)) {
            (void)fprintf(out, "%s%s", is_first ? "never quiet, of protected lines: " : ", ",
                          policy->domains[i].id);
            is_first = false;
        }
    }
    (void)fprintf(out, "%s", is_first ? "" : "\n");
}

static enum tcn_status preview_text(struct tcn_cli *cli, const struct tcn_policy *policy,
                                    const struct tcn_answer *answer) {
    const struct tcn_silence_row *first = &answer->silences[0];
    char organ[TCN_SHOW_WORD_BYTES];
    char since[TCN_TIME_TEXT_BYTES];
    tcn_show_organ(policy, first->silence.organ, organ);
    tcn_show_time(first->silence.since_ns, since);
    (void)fprintf(cli->out, "%s was told since %s, as far as it would reach:\n\n", organ, since);
    const enum tcn_status status = preview_table(cli, answer);
    if (status != TCN_OK) {
        return status;
    }
    say_never(cli->out, policy, first->silence.organ);
    if (first->is_suspended) {
        (void)fputs("a weather warning is in force: until it ends every silence is suspended\n",
                    cli->out);
    }
    if (first->fault != TCN_SILENCE_FINE) {
        (void)fputs("it would be refused now: ", cli->out);
        say_fault(cli->out, first->silence.domain, first->fault);
        (void)fputc('\n', cli->out);
    }
    (void)fputs("-- nothing was published\n", cli->err);
    return ferror(cli->out) == 0 ? TCN_OK : TCN_IO;
}

/* The domains that the organ is told of and may never silence. */
static void add_never(struct tcn_json_writer *writer, const struct tcn_policy *policy,
                      uint16_t organ) {
    tcn_json_array_begin(writer, "never");
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        if (is_never(policy, &policy->domains[i], organ)) {
            tcn_json_add_word(writer, NULL, policy->domains[i].id);
        }
    }
    tcn_json_array_end(writer);
}

static enum tcn_status preview_json(struct tcn_cli *cli, const struct tcn_policy *policy,
                                    const struct tcn_answer *answer) {
    const struct tcn_silence_row *first = &answer->silences[0];
    char organ[TCN_SHOW_WORD_BYTES];
    struct tcn_json_writer writer;
    tcn_show_organ(policy, first->silence.organ, organ);
    tcn_json_writer_init_document(&writer, "silence_preview");
    tcn_json_add_word(&writer, "organ", organ);
    tcn_json_add_word(&writer, "domain",
                      first->silence.domain[0] != '\0' ? first->silence.domain : NULL);
    tcn_json_add_time(&writer, "since", first->silence.since_ns);
    tcn_json_add_u64(&writer, "quiet", first->quiet_count);
    tcn_json_add_u64(&writer, "rings", first->loud_count);
    tcn_json_add_bool(&writer, "is_whole", !first->has_more);
    tcn_json_add_bool(&writer, "is_suspended", first->is_suspended);
    tcn_json_add_word(&writer, "refused", fault_word(first->fault));
    add_never(&writer, policy, first->silence.organ);
    tcn_json_array_begin(&writer, "domains");
    for (uint32_t i = 1; i < answer->silence_count; i++) {
        const struct tcn_silence_row *row = &answer->silences[i];
        tcn_json_object_begin(&writer, NULL);
        tcn_json_add_word(&writer, "domain",
                          row->silence.domain[0] != '\0' ? row->silence.domain : NULL);
        tcn_json_add_u64(&writer, "quiet", row->quiet_count);
        tcn_json_add_u64(&writer, "rings", row->loud_count);
        tcn_json_object_end(&writer);
    }
    tcn_json_array_end(&writer);
    const enum tcn_status status = tcn_json_write_file(&writer, cli->out, true);
    tcn_json_writer_fini(&writer);
    return status;
}

enum tcn_status tcn_silence_show_preview(struct tcn_cli *cli, const struct tcn_policy *policy,
                                         enum tcn_format format, const struct tcn_answer *answer) {
    if (answer->silence_count == 0) {
        return TCN_MALFORMED;
    }
    return format == TCN_FORMAT_JSON ? preview_json(cli, policy, answer)
                                     : preview_text(cli, policy, answer);
}

static enum tcn_status add_silence(struct tcn_table *table, const struct tcn_policy *policy,
                                   const struct tcn_silence_row *row) {
    const struct tcn_silence *silence = &row->silence;
    char position[24];
    char organ[TCN_SHOW_WORD_BYTES];
    char division[TCN_DIVISION_DIGITS + 9] = "-";
    char times[2][TCN_TIME_TEXT_BYTES];
    char quiet[32];
    (void)snprintf(position, sizeof position, "%" PRIu64, silence->position);
    tcn_show_organ(policy, silence->organ, organ);
    if (silence->division != 0) {
        (void)snprintf(division, sizeof division, "%012" PRIu64, silence->division);
    }
    tcn_show_time(silence->since_ns, times[0]);
    tcn_show_time(silence->until_ns, times[1]);
    count_text(quiet, row->quiet_count, row->has_more);
    const char *const cells[] = {position,
                                 organ,
                                 silence->domain[0] != '\0' ? silence->domain : "-",
                                 division,
                                 silence->post,
                                 silence->reason,
                                 times[0],
                                 times[1],
                                 quiet,
                                 row->is_suspended ? "suspended by a warning" : "in force"};
    return tcn_table_add(table, cells);
}

static enum tcn_status list_table(struct tcn_cli *cli, const struct tcn_policy *policy,
                                  enum tcn_format format, const struct tcn_answer *answer) {
    struct tcn_table *table = NULL;
    enum tcn_status status = tcn_table_create(cli, format, list_columns,
                                              sizeof list_columns / sizeof list_columns[0], &table);
    for (uint32_t i = 0; i < answer->silence_count && status == TCN_OK; i++) {
        status = add_silence(table, policy, &answer->silences[i]);
    }
    status = status == TCN_OK ? tcn_table_print(table) : status;
    tcn_table_destroy(&table);
    return status;
}

enum tcn_status tcn_silence_show_list(struct tcn_cli *cli, const struct tcn_policy *policy,
                                      enum tcn_format format, const struct tcn_answer *answer) {
    struct tcn_json_writer writer;
    if (format != TCN_FORMAT_JSON) {
        return list_table(cli, policy, format, answer);
    }
    tcn_json_writer_init_document(&writer, "silences");
    tcn_json_array_begin(&writer, "silences");
    for (uint32_t i = 0; i < answer->silence_count; i++) {
        const struct tcn_silence_row *row = &answer->silences[i];
        tcn_json_object_begin(&writer, NULL);
        tcn_json_silence_fields(&writer, row, policy);
        tcn_json_add_u64(&writer, "kept_quiet", row->quiet_count);
        tcn_json_add_bool(&writer, "is_whole", !row->has_more);
        tcn_json_object_end(&writer);
    }
    tcn_json_array_end(&writer);
    const enum tcn_status status = tcn_json_write_file(&writer, cli->out, true);
    tcn_json_writer_fini(&writer);
    return status;
}
