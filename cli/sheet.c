/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sheet.h"

#include "base/width.h"
#include "cli/show.h"

#include <inttypes.h>
#include <string.h>

/* Steps up from one organ, at most: chains of a policy have no circles, and end. */
#define STEPS_MAX 8
#define TITLE_COLUMNS 34
#define WHY_COLUMNS 18

static void add(struct tcn_sheet *sheet, const struct tcn_policy *policy, uint16_t organ,
                enum tcn_sheet_why why) {
    if (organ == 0 || tcn_policy_organ(policy, organ) == NULL ||
        sheet->count == TCN_SHEET_ORGANS_MAX) {
        return;
    }
    for (uint32_t i = 0; i < sheet->count; i++) {
        if (sheet->entries[i].organ == organ) {
            return;
        }
    }
    sheet->entries[sheet->count++] = (struct tcn_sheet_entry){organ, why};
}

/* Those above an organ by its line or by its place, the next one first. */
static void add_above(struct tcn_sheet *sheet, const struct tcn_policy *policy, uint16_t organ,
                      enum tcn_sheet_why why) {
    const struct tcn_organ *at = tcn_policy_organ(policy, organ);
    for (int step = 0; step < STEPS_MAX && at != NULL; step++) {
        const uint16_t above = why == TCN_SHEET_ABOVE_LINE ? at->line_parent : at->place_parent;
        if (above == policy->desk) {
            return; /* it stands last, by its own name */
        }
        add(sheet, policy, above, why);
        at = above == 0 ? NULL : tcn_policy_organ(policy, above);
    }
}

static void make_guarded(const struct tcn_sheet_input *in, struct tcn_sheet *sheet) {
    for (uint32_t i = 0; i < in->listed_count; i++) {
        add(sheet, in->policy, in->listed[i], TCN_SHEET_LISTED);
    }
}

void tcn_sheet_make(const struct tcn_sheet_input *in, struct tcn_sheet *out_sheet) {
    const struct tcn_policy *policy = in->policy;
    const struct tcn_domain *domain = in->domain;
    *out_sheet = (struct tcn_sheet){.count = 0};
    if (in->is_guarded) {
        make_guarded(in, out_sheet);
        return;
    }
    uint16_t holder = in->holder;
    holder = holder == 0 && domain != NULL ? domain->owner : holder;
    if (holder != policy->desk) {
        add(out_sheet, policy, holder, TCN_SHEET_LEADS);
    }
    const enum tcn_severity severity =
        in->severity != TCN_SEVERITY_UNKNOWN ? in->severity : TCN_SEVERITY_DANGER;
    const uint16_t place_office = tcn_policy_office_of(policy, in->division, 0);
    const struct tcn_beside told = tcn_policy_beside(policy, domain, severity, place_office);
    for (uint32_t i = 0; i < told.count; i++) {
        if (told.organs[i] != policy->desk) {
            add(out_sheet, policy, told.organs[i], TCN_SHEET_BESIDE);
        }
    }
    add_above(out_sheet, policy, holder, TCN_SHEET_ABOVE_LINE);
    add_above(out_sheet, policy, holder, TCN_SHEET_ABOVE_PLACE);
    add(out_sheet, policy, place_office, TCN_SHEET_PLACE);
    add(out_sheet, policy, policy->desk, TCN_SHEET_DESK);
}

/* Writes a text and blanks up to a column; what is wider is cut. */
static void put_cell(FILE *out, const char *text, size_t columns) {
    const struct tcn_slice whole = tcn_slice_text(text);
    const size_t size = tcn_text_fit(whole, columns);
    const size_t width = tcn_text_width(tcn_slice_of(text, size));
    (void)fprintf(out, "%.*s%*s", (int)size, text, (int)(columns - width), "");
}

static const char *why_text(enum tcn_language language, enum tcn_sheet_why why) {
    static const struct tcn_say words[] = {
        [TCN_SHEET_LEADS] = {{"leads", "牵头"}},
        [TCN_SHEET_BESIDE] = {{"acts beside", "协同"}},
        [TCN_SHEET_ABOVE_LINE] = {{"above, by line", "上级（条线）"}},
        [TCN_SHEET_ABOVE_PLACE] = {{"above, by place", "上级（属地）"}},
        [TCN_SHEET_PLACE] = {{"on the spot", "属地乡镇"}},
        [TCN_SHEET_DESK] = {{"the desk", "值班室"}},
        [TCN_SHEET_LISTED] = {{"may know", "可知悉"}},
    };
    return tcn_said(language, &words[why]);
}

/* Where people work underground, the mine's own dispatch gets them out. */
static bool is_mine(const struct tcn_domain *domain) {
    for (uint32_t i = 0; domain != NULL && i < domain->keyword_count; i++) {
        if (strcmp(domain->keywords[i], "井下") == 0) {
            return true;
        }
    }
    return false;
}

static void print_danger(FILE *out, const struct tcn_sheet_print *print) {
    static const struct tcn_say mine = {
        {"!!  The mine's dispatch first: everybody out, now.     tel. ____________________",
         "!!  先打矿调度室：立即撤人。                         电话 ____________________"}};
    static const struct tcn_say all = {
        {"!!  119 fire and rescue      120 ambulance      110 police      people out first",
         "!!  119 消防救援      120 急救      110 公安      先撤人"}};
    if (!print->is_danger) {
        return;
    }
    if (is_mine(print->domain)) {
        (void)fprintf(out, "%s\n", tcn_said(print->language, &mine));
    }
    (void)fprintf(out, "%s\n\n", tcn_said(print->language, &all));
}

static void print_entry(FILE *out, const struct tcn_sheet_print *print,
                        const struct tcn_sheet_entry *entry, uint32_t number) {
    const struct tcn_organ *organ = tcn_policy_organ(print->policy, entry->organ);
    const bool is_zh = print->language == TCN_LANGUAGE_ZH;
    char title[TCN_SHOW_WORD_BYTES];
    char duty_phone[TCN_SHOW_WORD_BYTES];
    tcn_show_text(tcn_slice_text(is_zh ? organ->title_zh : organ->title_en), title, sizeof title);
    tcn_show_text(tcn_slice_text(organ->duty_phone), duty_phone, sizeof duty_phone);
    (void)fprintf(out, "%2u  ", (unsigned)number);
    put_cell(out, title, TITLE_COLUMNS);
    (void)fputs(" ", out);
    put_cell(out, why_text(print->language, entry->why), WHY_COLUMNS);
    (void)fprintf(out, " %s\n", duty_phone[0] != '\0' ? duty_phone : "____________________");
    (void)fputs(is_zh ? "    时间 __:__   岗位 ______________   "
                        "[ ]接通 [ ]无人接 [ ]占线   ____________\n"
                      : "    at __:__  post ______________  [ ] reached  [ ] no answer  [ ] busy  "
                        "_____\n",
                out);
    if (print->matter[0] != '\0') {
        (void)fprintf(out, "    tocsin call %s \\\n      --to %s%s --outcome reached\n",
                      print->matter, organ->id, print->place);
    }
    (void)fputc('\n', out);
}

static void print_head(FILE *out, const struct tcn_sheet_print *print) {
    const bool is_zh = print->language == TCN_LANGUAGE_ZH;
    const struct tcn_domain *domain = print->domain;
    char now[TCN_TIME_TEXT_BYTES];
    char written[TCN_TIME_TEXT_BYTES];
    char what[TCN_SHOW_WORD_BYTES] = "";
    char where[TCN_SHOW_WORD_BYTES] = "";
    tcn_show_time(print->now_ns, now);
    tcn_show_time(print->policy_ns, written);
    if (domain != NULL) {
        tcn_show_text(tcn_slice_text(is_zh ? domain->title_zh : domain->title_en), what,
                      sizeof what);
    }
    if (print->division != 0) {
        tcn_show_division(print->policy, print->division, where);
    }
    (void)fprintf(out, is_zh ? "呼叫单  %s\n" : "CALL SHEET  %s\n", now);
    if (print->matter[0] != '\0') {
        (void)fprintf(out, is_zh ? "事项    %s\n" : "matter  %s\n", print->matter);
    }
    if (what[0] != '\0' || where[0] != '\0') {
        (void)fprintf(out, is_zh ? "何事何地  %s  %s\n" : "what, where  %s  %s\n", what, where);
    }
    (void)fprintf(out,
                  is_zh ? "依据规则第 %" PRIu64 " 版，本机副本 %s\n"
                        : "by version %" PRIu64 " of the policy, as this PC has it since %s\n",
                  print->policy->version, written);
    if (print->is_unasked) {
        (void)fputs(is_zh ? "未能询问收集器：此事项是否受保护不明。切勿致电被反映单位及其上级。\n"
                          : "The collector was not asked: whether the matter is kept apart is not "
                            "known.\nNever telephone a unit that it accuses, nor those above it.\n",
                    out);
    }
    if (print->is_guarded) {
        (void)fputs(is_zh ? "受保护事项：只可致电下列单位，勿向他人提及。\n"
                          : "Guarded: telephone these and nobody else; tell nobody that it is.\n",
                    out);
    }
    (void)fputc('\n', out);
}

void tcn_sheet_print(FILE *out, const struct tcn_sheet_print *print,
                     const struct tcn_sheet *sheet) {
    const bool is_zh = print->language == TCN_LANGUAGE_ZH;
    bool is_any_empty = false;
    print_head(out, print);
    print_danger(out, print);
    for (uint32_t i = 0; i < sheet->count; i++) {
        const struct tcn_organ *organ = tcn_policy_organ(print->policy, sheet->entries[i].organ);
        is_any_empty = is_any_empty || organ->duty_phone[0] == '\0';
        print_entry(out, print, &sheet->entries[i], i + 1);
    }
    if (is_any_empty) {
        (void)fputs(is_zh ? "空白电话：规则中无值班电话（organs.yaml 的 duty_phone），请填写。\n"
                          : "A blank telephone: the policy has none (duty_phone in organs.yaml).\n",
                    out);
    }
}
