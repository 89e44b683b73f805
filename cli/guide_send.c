/* SPDX-License-Identifier: Apache-2.0 */
/* The last question of a guided report: what goes open, what is sealed and for whom, who is told;
 * and then the sending and the slip. */
#include "cli/guide_inside.h"

#include "base/clock.h"
#include "cli/show.h"
#include "cli/slip.h"

#include <inttypes.h>
#include <string.h>

#define PREVIEW_NS (3 * TCN_SECOND_NS)

/* A text that begins with '@' would be taken for the name of a file. */
static const char *typed_text(const char *text, char *out_text, size_t size) {
    if (text[0] == '\0') {
        return NULL;
    }
    (void)snprintf(out_text, size, "%s%s", text[0] == '@' ? " " : "", text);
    return out_text;
}

static void type_narrative(struct tcn_guide *guide) {
    const struct tcn_guide_answers *answers = &guide->answers;
    bool has_more =
        tcn_guide_is_wanted(guide, TCN_GUIDE_NARRATIVE) && answers->narrative[0] != '\0';
    (void)snprintf(guide->narrative_text, sizeof guide->narrative_text, "%s%s%s%s",
                   answers->what[0] == '@' ? " " : "", answers->what, has_more ? "\n" : "",
                   has_more ? answers->narrative : "");
    guide->typed.narrative = guide->narrative_text;
}

/* What is stated of a count: what is unknown is not, and nobody harmed is three zeros. */
static bool is_counted(const struct tcn_guide *guide, uint32_t index, struct tcn_count *out_count) {
    enum tcn_guide_step step = (enum tcn_guide_step)(TCN_GUIDE_DEAD + index);
    bool is_unharmed = step <= TCN_GUIDE_MISSING && guide->answers.harm == TCN_GUIDE_NO &&
                       tcn_guide_is_wanted(guide, TCN_GUIDE_HARM);
    if (is_unharmed) {
        *out_count = (struct tcn_count){.kind = TCN_COUNT_EXACT};
        return true;
    }
    *out_count = guide->answers.counts[index];
    return tcn_guide_is_wanted(guide, step) && out_count->kind != TCN_COUNT_UNKNOWN;
}

/* "deaths=3,affected=at_least:12". */
static void type_counts(struct tcn_guide *guide) {
    size_t used = 0;
    struct tcn_count count;
    for (uint32_t index = 0; index < TCN_GUIDE_COUNTS; index++) {
        if (!is_counted(guide, index, &count)) {
            continue;
        }
        const char *kind = count.kind == TCN_COUNT_AT_LEAST   ? "at_least:"
                           : count.kind == TCN_COUNT_ESTIMATE ? "estimate:"
                                                              : "";
        used += (size_t)snprintf(guide->counts_text + used, sizeof guide->counts_text - used,
                                 "%s%s=%s%" PRIu64, used == 0 ? "" : ",",
                                 tcn_guide_count_names[index], kind, count.value);
        TCN_CHECK(used < sizeof guide->counts_text);
    }
    guide->typed.counts = used == 0 ? NULL : guide->counts_text;
}

static void type_attributes(struct tcn_guide *guide) {
    size_t used = 0;
    bool is_asked = tcn_guide_is_wanted(guide, TCN_GUIDE_ATTRIBUTE);
    const struct tcn_domain_rules *rules = is_asked ? tcn_guide_rules(guide) : NULL;
    for (uint32_t index = 0; rules != NULL && index < rules->attribute_count; index++) {
        const struct tcn_attribute_rule *rule = tcn_guide_attribute(guide, index);
        if (guide->answers.values[index][0] == '\0') {
            continue;
        }
        used += (size_t)snprintf(guide->attributes_text + used,
                                 sizeof guide->attributes_text - used, "%s%s=%s",
                                 used == 0 ? "" : ",", rule->id, guide->answers.values[index]);
        TCN_CHECK(used < sizeof guide->attributes_text);
    }
    guide->typed.attributes = used == 0 ? NULL : guide->attributes_text;
}

void tcn_guide_type(struct tcn_guide *guide) {
    struct tcn_guide_answers *answers = &guide->answers;
    bool is_danger = answers->danger == TCN_GUIDE_YES;
    bool is_of_unit = answers->concerns == TCN_CONCERNS_UNIT;
    (void)snprintf(guide->division_text, sizeof guide->division_text, "%012" PRIu64,
                   answers->division);
    guide->typed = (struct tcn_cli_draft){
        .domain = answers->domain == NULL ? "unknown" : answers->domain->id,
        .division = guide->division_text,
        .severity = tcn_severity_name(is_danger ? TCN_SEVERITY_DANGER : answers->severity),
        .concerns = is_of_unit                                 ? "unit"
                    : answers->concerns == TCN_CONCERNS_NOBODY ? "nobody"
                                                               : "unknown",
        .accused = is_of_unit
                       ? typed_text(answers->accused, guide->accused_text, TCN_ANSWER_BYTES + 1)
                       : NULL,
        .accused_organs = is_of_unit ? tcn_guide_type_organs(guide) : NULL,
        .informant =
            is_danger ? NULL
                      : typed_text(answers->informant, guide->informant_text, TCN_ANSWER_BYTES + 1),
        .contact = typed_text(answers->contact, guide->contact_text, TCN_ANSWER_BYTES + 1),
    };
    type_narrative(guide);
    type_counts(guide);
    type_attributes(guide);
}

/* The draft that the answers make, with its retry key. Gives an exit code. */
static int read_draft(struct tcn_guide *guide, struct tcn_arena *arena,
                      struct tcn_draft *out_draft) {
    enum tcn_status status = tcn_arena_init(arena, TCN_CLI_DRAFT_ARENA_BYTES);
    if (status != TCN_OK) {
        return tcn_cli_fail(guide->cli, status, NULL, "take the report in");
    }
    tcn_guide_type(guide);
    int code = tcn_cli_draft_read(guide->cli, &guide->typed, arena, out_draft);
    out_draft->retry_key = tcn_slice_text(guide->await->retry_key != NULL ? guide->await->retry_key
                                                                          : guide->retry_key);
    return code;
}

static void wipe_draft(struct tcn_arena *arena) {
    tcn_secret_wipe(arena->data, arena->offset_max);
    tcn_arena_fini(arena);
}

/* The titles of those of the preview that fit, with commas. */
static void tell_organs(struct tcn_guide *guide, const struct tcn_local_preview *preview,
                        bool is_reading) {
    bool is_first = true;
    for (uint32_t index = 0; index < preview->told_count; index++) {
        const struct tcn_local_told *told = &preview->told[index];
        if (is_reading ? !told->is_reading : told->reason == TCN_REASON_NONE) {
            continue;
        }
        char id[TCN_SHOW_WORD_BYTES];
        tcn_show_text(told->organ, id, sizeof id);
        const struct tcn_organ *organ = tcn_policy_organ_by_id(guide->policy, told->organ);
        (void)fprintf(guide->screen, "%s%s", is_first ? "" : ", ",
                      organ == NULL ? id : tcn_guide_organ(guide, organ));
        is_first = false;
    }
    (void)fputc('\n', guide->screen);
}

static void tell_severity(struct tcn_guide *guide) {
    static const struct tcn_say words[] = {
        [TCN_SEVERITY_UNKNOWN] = {{"how bad is not known", "严重程度不明"}},
        [TCN_SEVERITY_ROUTINE] = {{"routine", "一般"}},
        [TCN_SEVERITY_SERIOUS] = {{"serious", "较重"}},
        [TCN_SEVERITY_URGENT] = {{"urgent", "紧急"}},
        [TCN_SEVERITY_DANGER] = {{"danger to life now", "正有生命危险"}},
    };
    bool is_danger = guide->answers.danger == TCN_GUIDE_YES;
    enum tcn_severity severity = is_danger ? TCN_SEVERITY_DANGER : guide->answers.severity;
    (void)fputs(tcn_said(guide->language, &words[severity]), guide->screen);
}

static void tell_counts(struct tcn_guide *guide) {
    static const struct tcn_say names[TCN_GUIDE_COUNTS] = {{{"dead", "死亡"}},
                                                           {{"badly hurt", "重伤"}},
                                                           {{"missing", "失踪"}},
                                                           {{"affected", "涉及"}},
                                                           {{"in danger", "处于危险"}}};
    static const struct tcn_say least = {{"at least ", "至少 "}};
    static const struct tcn_say about = {{"about ", "约 "}};
    static const struct tcn_say exact = {{"", ""}};
    struct tcn_count count;
    for (uint32_t index = 0; index < TCN_GUIDE_COUNTS; index++) {
        if (is_counted(guide, index, &count)) {
            const struct tcn_say *kind = count.kind == TCN_COUNT_AT_LEAST   ? &least
                                         : count.kind == TCN_COUNT_ESTIMATE ? &about
                                                                            : &exact;
            (void)fprintf(guide->screen, "; %s %s%" PRIu64,
                          tcn_said(guide->language, &names[index]), tcn_said(guide->language, kind),
                          count.value);
        }
    }
}

static void tell_attributes(struct tcn_guide *guide) {
    bool is_asked = tcn_guide_is_wanted(guide, TCN_GUIDE_ATTRIBUTE);
    const struct tcn_domain_rules *rules = is_asked ? tcn_guide_rules(guide) : NULL;
    for (uint32_t index = 0; rules != NULL && index < rules->attribute_count; index++) {
        const struct tcn_attribute_rule *rule = tcn_guide_attribute(guide, index);
        if (guide->answers.values[index][0] != '\0') {
            (void)fprintf(guide->screen, "; %s %s",
                          guide->language == TCN_LANGUAGE_ZH ? rule->title_zh : rule->title_en,
                          guide->answers.values[index]);
        }
    }
}

/* What stands in the envelope. */
static void tell_open(struct tcn_guide *guide, bool is_guarded) {
    static const struct tcn_say hidden = {
        {"no kind of matter, no place, no particulars; ", "不含类别、地点和细目；"}};
    static const struct tcn_say unknown = {{"kind not known", "类别不明"}};
    const struct tcn_domain *domain = guide->answers.domain;
    if (is_guarded) {
        (void)fputs(tcn_said(guide->language, &hidden), guide->screen);
    } else {
        char place[TCN_SHOW_WORD_BYTES];
        tcn_show_division(guide->policy, guide->answers.division, place);
        (void)fprintf(guide->screen, "%s; %s; ",
                      domain == NULL ? tcn_said(guide->language, &unknown)
                                     : tcn_guide_domain(guide, domain),
                      place);
    }
    tell_severity(guide);
    tell_counts(guide);
    if (!is_guarded) {
        tell_attributes(guide);
    }
    (void)fputc('\n', guide->screen);
}

/* Which texts are sealed. */
static void tell_sealed(struct tcn_guide *guide, bool is_guarded) {
    static const struct tcn_say what = {{"what happened", "事情经过"}};
    static const struct tcn_say contact = {{", exact place and contact", "、具体地点和联系方式"}};
    static const struct tcn_say accused = {{", the unit", "、被反映的单位"}};
    static const struct tcn_say informant = {{", who reported it", "、反映人"}};
    static const struct tcn_say hidden = {
        {", kind of matter, place and particulars", "、类别、地点和细目"}};
    FILE *screen = guide->screen;
    (void)fputs(tcn_said(guide->language, &what), screen);
    (void)fputs(guide->typed.contact == NULL ? "" : tcn_said(guide->language, &contact), screen);
    (void)fputs(guide->typed.accused == NULL ? "" : tcn_said(guide->language, &accused), screen);
    (void)fputs(guide->typed.informant == NULL ? "" : tcn_said(guide->language, &informant),
                screen);
    (void)fputs(is_guarded ? tcn_said(guide->language, &hidden) : "", screen);
    (void)fputc('\n', screen);
}

static void tell_preview(struct tcn_guide *guide, const struct tcn_local_answer *answer) {
    static const struct tcn_say open = {{"  open      ", "  公开      "}};
    static const struct tcn_say sealed = {{"  sealed    ", "  密封      "}};
    static const struct tcn_say readers = {
        {"            can be read by: ", "            能读的单位："}};
    static const struct tcn_say told = {{"  is told   ", "  通知      "}};
    static const struct tcn_say guarded = {
        {"  guarded   only those named learn of it; this office hears \"received\" and no more",
         "  保护      只有上述单位知道；本单位只会收到“已收到”"}};
    static const struct tcn_say held = {
        {"  held      a person at the desk looks at it first", "  待定      先由值班室人员核看"}};
    static const struct tcn_say urgent = {
        {"  goes      before everything else", "  发送      最优先"}};
    const struct tcn_local_preview *preview = &answer->preview;
    (void)fputs(tcn_said(guide->language, &open), guide->screen);
    tell_open(guide, preview->is_guarded);
    (void)fputs(tcn_said(guide->language, &sealed), guide->screen);
    tell_sealed(guide, preview->is_guarded);
    (void)fputs(tcn_said(guide->language, &readers), guide->screen);
    tell_organs(guide, preview, true);
    (void)fputs(tcn_said(guide->language, &told), guide->screen);
    tell_organs(guide, preview, false);
    tcn_guide_tell_kept(guide, preview);
    if (preview->is_guarded) {
        tcn_guide_tell(guide, &guarded);
    } else if (preview->is_held) {
        tcn_guide_tell(guide, &held);
    }
    if (answer->lane == TCN_LANE_URGENT) {
        tcn_guide_tell(guide, &urgent);
    }
}

/* Asks the agent what would become of the draft, and shows it. Gives an exit code. */
static int preview(struct tcn_guide *guide, const struct tcn_draft *draft) {
    struct tcn_local_request request = {.op = TCN_LOCAL_PREVIEW, .draft = *draft};
    struct tcn_local_answer answer;
    tcn_local_forget(guide->seat->local);
    enum tcn_status status =
        tcn_local_ask(guide->seat->local, &request, tcn_clock_monotonic_ns() + PREVIEW_NS, &answer);
    if (status != TCN_OK) {
        return tcn_seat_agent_failed(guide->cli, guide->seat, status);
    }
    int code = tcn_seat_agent_answered(guide->cli, &answer, "take the report");
    if (code == TCN_EXIT_OK && answer.has_preview) {
        tell_preview(guide, &answer);
    }
    tcn_guide_tell_denied(guide, &answer);
    return code;
}

static const struct tcn_choice ways_on[] = {
    {"send|yes|y|发送|是", {{"send it", "发送"}}},
};
static const struct tcn_choice ways_again[] = {
    {"again|r|重试", {{"try again; nothing was sent", "重试；尚未发送"}}},
};

static void ask_send(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    tcn_guide_tell(guide, &(struct tcn_say){{"This would be sent:", "将要发送："}});
    struct tcn_arena arena = {0};
    struct tcn_draft draft;
    int code = read_draft(guide, &arena, &draft);
    if (code == TCN_EXIT_OK) {
        code = preview(guide, &draft);
    }
    wipe_draft(&arena);
    guide->is_shown = code == TCN_EXIT_OK;
    tcn_guide_choices(guide, guide->is_shown ? ways_on : ways_again, 1);
    tcn_guide_tell(guide, &(struct tcn_say){{"   <  back    q  stop, nothing sent",
                                             "   <  返回    q  停止，不发送"}});
}

static bool take_send(struct tcn_guide *guide, uint32_t index, const char *text) {
    if (!guide->is_shown && tcn_answer_choose(text, ways_again, 1) == 0) {
        ask_send(guide, index);
        return false;
    }
    if (guide->is_shown && tcn_answer_choose(text, ways_on, 1) == 0) {
        guide->is_agreed = true;
        return true;
    }
    return tcn_guide_expect(guide, guide->is_shown
                                       ? &(struct tcn_say){{"1 send, < or q", "1 发送、< 或 q"}}
                                       : &(struct tcn_say){{"1 again, < or q", "1 重试、< 或 q"}});
}

static bool always(const struct tcn_guide *guide) {
    (void)guide;
    return true;
}

const struct tcn_guide_question tcn_guide_last = {always, ask_send, take_send, false, false};

/* What a petitioner is given. */
static void print_slip(struct tcn_guide *guide, const struct tcn_entered *entered) {
    static const struct tcn_say head = {
        {"---- slip: hand it over ----", "---- 回执：请交给反映人 ----"}};
    static const struct tcn_say code = {{"code      ", "编号      "}};
    static const struct tcn_say learned = {{"learned   ", "登记时间  "}};
    static const struct tcn_say asks = {{"ask       with this code, at this office: how it stands",
                                         "查询      凭编号到本单位查询办理情况"}};
    FILE *out = guide->cli->out;
    char time[TCN_TIME_TEXT_BYTES];
    tcn_show_time(tcn_clock_wall_ns(), time);
    (void)fprintf(out, "%s\n%s%s\n%s%s\n%s\n", tcn_said(guide->language, &head),
                  tcn_said(guide->language, &code), entered->slip,
                  tcn_said(guide->language, &learned), time, tcn_said(guide->language, &asks));
    tcn_await_limits(guide->seat, entered->slip, guide->language, out);
    tcn_slip_doors(out, guide->language, guide->policy, guide->is_door_shut);
    (void)fputc('\n', out);
    (void)fflush(out);
}

/* Whether an attempt that failed may have entered it all the same. */
static bool is_in_doubt(int code) {
    return code == TCN_EXIT_TIMEOUT || code == TCN_EXIT_INTERRUPTED || code == TCN_EXIT_FAILURE;
}

int tcn_guide_send(struct tcn_guide *guide) {
    struct tcn_arena arena = {0};
    struct tcn_draft draft;
    struct tcn_entered entered;
    struct tcn_await await = *guide->await;
    int code = read_draft(guide, &arena, &draft);
    if (code == TCN_EXIT_OK) {
        tcn_slip_advise(guide->screen, guide->language, guide->policy, &draft);
        tcn_guide_tell(guide, &(struct tcn_say){{"Sending …", "正在发送……"}});
        tcn_local_forget(guide->seat->local);
        code = tcn_await_enter(guide->cli, guide->seat, &await, &draft, &entered);
        if (code != TCN_EXIT_OK && is_in_doubt(code)) {
            guide->sent = TCN_GUIDE_MAYBE;
        }
    }
    wipe_draft(&arena);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    guide->sent = TCN_GUIDE_ENTERED;
    bool is_table = await.format == NULL || strcmp(await.format, "table") == 0;
    if (is_table && entered.slip[0] != '\0') {
        print_slip(guide, &entered);
        await.is_slip_told = true;
    }
    return tcn_await_finish(guide->cli, guide->seat, &await, &entered);
}
