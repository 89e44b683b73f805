/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin status CODE`: what a petitioner may know, for a clerk to read out. */
#include "base/clock.h"
#include "cli/language.h"
#include "cli/limits.h"
#include "cli/seat.h"
#include "cli/show.h"
#include "cli/slip.h"
#include "cli/status_words.h"
#include "cli/verbs.h"
#include "json/write.h"

#include <inttypes.h>
#include <string.h>

#define ANSWER_NS (10 * TCN_SECOND_NS)
#define CODE_CHARACTERS 10 /* of a slip, without its hyphen */

/* All that the verb takes. */
struct asking {
    struct tcn_cli *cli;
    struct tcn_seat_options options;
    const char *format_option;
    const char *language_option;
    enum tcn_format format;
    enum tcn_language language;
    struct tcn_seat seat;
};

static int parse(struct asking *asking, int argc, char **argv, int *out_first) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_OFFICE_OPTION(&asking->options),
        TCN_SEAT_BUREAU_OPTION(&asking->options),
        TCN_SEAT_DIR_OPTION(&asking->options),
        TCN_SEAT_CONFIG_OPTION(&asking->options),
        TCN_LANGUAGE_OPTION(&asking->language_option),
        {"output", 'o', "FORMAT", "table, json", NULL, &asking->format_option},
    };
    const struct tcn_cli_syntax syntax = {"status CODE --office O [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int code = tcn_cli_parse(asking->cli, &syntax, argc, argv, out_first);
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(asking->cli, asking->format_option,
                              1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &asking->format);
    }
    return code == TCN_EXIT_OK
               ? tcn_language_read(asking->cli, asking->language_option, &asking->language)
               : code;
}

/* Asks the agent. The answer lends from the seat's line. */
static int ask(struct asking *asking, const char *slip, struct tcn_local_answer *out_answer) {
    const struct tcn_local_request request = {.op = TCN_LOCAL_STATUS, .code = tcn_slice_text(slip)};
    int code = tcn_seat_init(asking->cli, &asking->options, NULL, &asking->seat);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_local(asking->cli, &asking->seat);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    int64_t deadline_ns = tcn_clock_monotonic_ns() + ANSWER_NS;
    enum tcn_status status = tcn_local_ask(asking->seat.local, &request, deadline_ns, out_answer);
    return status == TCN_OK ? tcn_seat_agent_answered(asking->cli, out_answer, "tell how it stands")
                            : tcn_seat_agent_failed(asking->cli, &asking->seat, status);
}

/* Seconds since the copy was known to be up to date; -1 when that is not known or lies ahead. */
static int64_t age_s(const struct tcn_local_progress *progress) {
    int64_t age_ns = tcn_clock_wall_ns() - progress->known_ns;
    return progress->known_ns == 0 || age_ns < 0 ? -1 : age_ns / TCN_SECOND_NS;
}

static void add_limits(struct tcn_json_writer *writer, const struct tcn_local_progress *progress) {
    tcn_json_array_begin(writer, "limits");
    for (uint32_t i = 0; i < progress->limit_count; i++) {
        const struct tcn_local_limit *limit = &progress->limits[i];
        char date[TCN_LIMIT_DATE_BYTES];
        tcn_limit_date(limit->due_ns, date);
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "state", tcn_limit_state_name(limit->state));
        tcn_json_add_text(writer, "title_zh", limit->title_zh);
        tcn_json_add_text(writer, "title_en", limit->title_en);
        tcn_json_add_text(writer, "article", limit->article);
        if (limit->confidence != 0) {
            tcn_json_add_word(writer, "confidence", tcn_clock_confidence_name(limit->confidence));
        }
        tcn_json_add_word(writer, "due_date", date);
        tcn_json_add_time(writer, "due", limit->due_ns);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

static int progress_json(struct asking *asking, const struct tcn_local_progress *progress) {
    struct tcn_json_writer writer;
    char date[TCN_LIMIT_DATE_BYTES];
    tcn_json_writer_init_document(&writer, "status");
    tcn_json_add_id(&writer, "matter", &progress->matter);
    tcn_json_add_bool(&writer, "is_opaque", progress->is_opaque);
    if (!progress->is_opaque) {
        tcn_json_add_word(&writer, "kind",
                          progress->kind != TCN_PROCEDURE_NONE ? tcn_procedure_name(progress->kind)
                                                               : NULL);
        tcn_json_add_word(&writer, "stage", tcn_show_stage((uint32_t)progress->stage));
        tcn_json_add_word(&writer, "last_act", tcn_act_name(progress->last_act));
        tcn_json_add_time(&writer, "last_time", progress->last_ns);
        tcn_json_add_text(&writer, "holder", progress->holder);
        tcn_json_add_text(&writer, "expected", progress->expected);
        tcn_json_add_time(&writer, "due", progress->due_ns);
        add_limits(&writer, progress);
    } else if (tcn_slip_news_date(tcn_seat_policy(&asking->seat), progress->learned_ns, date)) {
        tcn_json_add_word(&writer, "news_date", date);
    }
    tcn_json_add_time(&writer, "learned", progress->learned_ns);
    tcn_json_add_time(&writer, "known", progress->known_ns);
    if (age_s(progress) >= 0) {
        tcn_json_add_u64(&writer, "age_s", (uint64_t)age_s(progress));
    }
    enum tcn_status status = tcn_json_write_file(&writer, asking->cli->out, true);
    tcn_json_writer_fini(&writer);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(asking->cli, status, NULL, "print the answer");
}

/* A heading and what stands behind it. */
static void row(const struct asking *asking, const struct tcn_say *name, const char *text) {
    (void)fprintf(asking->cli->out, "%s%s\n", tcn_said(asking->language, name), text);
}

/* Who has it, by its title where the policy is at hand, else by its id. */
static void tell_holder(struct asking *asking, struct tcn_slice holder) {
    static const struct tcn_say name = {{"with      ", "经办      "}};
    static const struct tcn_say unknown = {{"not known here", "本单位不掌握"}};
    const struct tcn_policy *policy = tcn_seat_policy(&asking->seat);
    const struct tcn_organ *organ = policy == NULL ? NULL : tcn_policy_organ_by_id(policy, holder);
    char text[TCN_SHOW_WORD_BYTES];
    tcn_show_text(holder, text, sizeof text);
    row(asking, &name,
        organ != NULL && asking->language == TCN_LANGUAGE_ZH ? organ->title_zh
        : organ != NULL                                      ? organ->title_en
        : text[0] == '\0'                                    ? tcn_said(asking->language, &unknown)
                                                             : text);
}

/* What happened last, and when the log took it. */
static void tell_last(struct asking *asking, const struct tcn_local_progress *progress) {
    static const struct tcn_say name = {{"last      ", "最近      "}};
    char time[TCN_TIME_TEXT_BYTES] = "";
    char text[TCN_SHOW_TEXT_BYTES];
    if (progress->last_ns != 0) {
        tcn_show_time(progress->last_ns, time);
    }
    (void)snprintf(text, sizeof text, "%s%s%s",
                   tcn_status_act(asking->language, progress->last_act),
                   time[0] == '\0' ? "" : ", ", time);
    row(asking, &name, text);
}

/* What is owed next, and until when. A limit is shown only where one is known. */
static void tell_next(struct asking *asking, const struct tcn_local_progress *progress) {
    static const struct tcn_say name = {{"next      ", "下一步    "}};
    static const struct tcn_say limit = {{"limit     ", "期限      "}};
    static const struct tcn_say none = {
        {"no time limit is running, as far as this office knows", "此处没有正在计算的期限"}};
    row(asking, &name, tcn_status_next(asking->language, progress->stage));
    tcn_limits_show(asking->cli->out, asking->language, progress, tcn_clock_wall_ns());
    if (progress->due_ns == 0) {
        row(asking, &limit, tcn_said(asking->language, &none));
    }
}

/* How long ago, in the unit that a person would say it in. */
static void age_text(const struct asking *asking, int64_t age) {
    static const struct {
        int64_t seconds;
        struct tcn_say unit;
    } units[] = {{86400, {{" d ago", " 天前"}}},
                 {3600, {{" h ago", " 小时前"}}},
                 {60, {{" min ago", " 分钟前"}}},
                 {1, {{" s ago", " 秒前"}}}};
    for (size_t index = 0; age >= 0 && index < sizeof units / sizeof units[0]; index++) {
        if (age >= 2 * units[index].seconds || units[index].seconds == 1) {
            (void)fprintf(asking->cli->out, " (%" PRId64 "%s)", age / units[index].seconds,
                          tcn_said(asking->language, &units[index].unit));
            return;
        }
    }
}

static void progress_text(struct asking *asking, const struct tcn_local_progress *progress) {
    static const struct tcn_say stage = {{"stage     ", "进展      "}};
    static const struct tcn_say learned = {{"learned   ", "登记      "}};
    static const struct tcn_say known = {{"as of     ", "截至      "}};
    static const struct tcn_say copy = {{", from this office's own copy", "，依据本单位的副本"}};
    char time[TCN_TIME_TEXT_BYTES];
    if (progress->is_opaque) { /* a found slip betrays nobody */
        tcn_slip_opaque(asking->cli->out, asking->language, tcn_seat_policy(&asking->seat),
                        progress->learned_ns);
    } else {
        row(asking, &stage, tcn_status_stage(asking->language, progress->stage));
        tell_last(asking, progress);
        tell_holder(asking, progress->holder);
        tell_next(asking, progress);
    }
    tcn_show_time(progress->learned_ns, time);
    row(asking, &learned, time);
    tcn_show_time(progress->known_ns, time);
    (void)fprintf(asking->cli->out, "%s%s", tcn_said(asking->language, &known), time);
    age_text(asking, age_s(progress));
    (void)fprintf(asking->cli->out, "%s\n", tcn_said(asking->language, &copy));
}

/* As the agent reads it: blanks and hyphens do not count. */
static bool is_code(const char *text) {
    size_t count = 0;
    for (size_t index = 0; text[index] != '\0'; index++) {
        count += text[index] != '-' && text[index] != ' ' ? 1 : 0;
    }
    return count == CODE_CHARACTERS && strlen(text) <= TCN_SLIP_CODE_BYTES_MAX;
}

int tcn_verb_status(struct tcn_cli *cli, int argc, char **argv) {
    struct asking asking = {.cli = cli};
    int first = 0;
    int code = parse(&asking, argc, argv, &first);
    if (code == TCN_EXIT_OK && argc - first != 1) {
        return tcn_cli_usage(cli, "status --help", "status takes the code of one slip");
    }
    if (code == TCN_EXIT_OK && !is_code(argv[first])) {
        return tcn_cli_usage(cli, "status 7K3MQ-0WZ4T --office O",
                             "that is no code of a slip: it has ten letters and digits");
    }
    struct tcn_local_answer answer;
    if (code == TCN_EXIT_OK) {
        code = ask(&asking, argv[first], &answer);
    }
    if (code == TCN_EXIT_OK && answer.has_progress) {
        if (asking.format == TCN_FORMAT_JSON) {
            code = progress_json(&asking, &answer.progress);
        } else {
            progress_text(&asking, &answer.progress);
        }
    }
    tcn_seat_fini(&asking.seat);
    return code == -1 ? TCN_EXIT_OK : code;
}
