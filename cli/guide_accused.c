/* SPDX-License-Identifier: Apache-2.0 */
/* Which organs of the district a complaint is about, and who is kept from it because of them. */
#include "cli/guide_inside.h"

#include "base/width.h"

#include <string.h>

/* Columns of the list of organs. */
#define LIST_COLUMNS 96
/* Titles in one sentence, at most. */
#define KEPT_TITLES_MAX 12

/* All organs with their numbers, as many on a line as have room. */
static void list_organs(struct tcn_guide *guide) {
    size_t used = 0;
    for (uint32_t place = 0; place < guide->policy->organ_count; place++) {
        char cell[160];
        (void)snprintf(cell, sizeof cell, "%2u %s", (unsigned)place + 1,
                       tcn_guide_organ(guide, &guide->policy->organs[place]));
        const size_t width = tcn_text_width(tcn_slice_text(cell)) + 3;
        if (used > 0 && used + width > LIST_COLUMNS) {
            (void)fputc('\n', guide->screen);
            used = 0;
        }
        (void)fprintf(guide->screen, "  %s%s", used > 0 ? " " : "", cell);
        used += width;
    }
    (void)fputc('\n', guide->screen);
}

void tcn_guide_ask_organs(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    tcn_guide_tell(guide, &(struct tcn_say){{"Which of these is it, or does it belong to? They and "
                                             "those above and below them never hear of it.",
                                             "它是下列哪个单位，或属于哪个单位？"
                                             "这些单位及其上下级一概不会知道。"}});
    list_organs(guide);
    tcn_guide_tell(guide, &(struct tcn_say){{"  numbers, names or ids, with commas;   none  none "
                                             "of them (a company, say)",
                                             "  编号、名称或代号，用逗号隔开；   "
                                             "都不是  不属于其中任何一个（如企业）"}});
}

/* The place of the organ that a word names; the count when none. */
static uint32_t find_organ(const struct tcn_guide *guide, const char *word) {
    const uint32_t count = guide->policy->organ_count;
    const uint32_t number = tcn_answer_number(word, count);
    for (uint32_t place = 0; place < count && number == 0; place++) {
        const struct tcn_organ *organ = &guide->policy->organs[place];
        if (tcn_answer_is(word, organ->id) || tcn_answer_is(word, organ->title_zh) ||
            tcn_answer_is(word, organ->title_en)) {
            return place;
        }
    }
    return number > 0 ? number - 1 : count;
}

/* The text with a comma in the place of each sign that stands between two organs. */
static void part(const char *text, char out_parted[TCN_ANSWER_BYTES]) {
    static const char list_comma[] = "、";
    size_t used = 0;
    for (size_t at = 0; text[at] != '\0' && used + 1 < TCN_ANSWER_BYTES; used++) {
        const bool is_wide = strncmp(text + at, list_comma, sizeof list_comma - 1) == 0;
        out_parted[used] = is_wide || text[at] == ';' ? ',' : text[at];
        at += is_wide ? sizeof list_comma - 1 : 1;
    }
    out_parted[used] = '\0';
}

/* Adds an organ that a word names; false when none is called so, or they are too many. */
static bool add_organ(const struct tcn_guide *guide, const char *word,
                      struct tcn_guide_answers *answers) {
    char plain[TCN_ANSWER_BYTES];
    if (tcn_answer_plain(tcn_slice_text(word), plain) != TCN_OK) {
        return false;
    }
    const uint32_t place = find_organ(guide, plain);
    for (uint32_t i = 0; i < answers->organ_count; i++) {
        if (answers->organs[i] == place) {
            return true;
        }
    }
    if (place == guide->policy->organ_count || answers->organ_count == TCN_ACCUSED_ORGANS_MAX) {
        return false;
    }
    answers->organs[answers->organ_count++] = place;
    return true;
}

bool tcn_guide_take_organs(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    struct tcn_guide_answers *answers = &guide->answers;
    char parted[TCN_ANSWER_BYTES];
    char *rest = NULL;
    bool is_taken = text[0] != '\0';
    answers->organ_count = 0;
    if (tcn_answer_is(text, "none|none of them|-|都不是|无|没有|不是")) {
        return true;
    }
    part(text, parted);
    for (char *word = strtok_r(parted, ",", &rest); word != NULL && is_taken;
         word = strtok_r(NULL, ",", &rest)) {
        is_taken = add_organ(guide, word, answers);
    }
    if (is_taken && answers->organ_count > 0) {
        return true;
    }
    answers->organ_count = 0;
    return tcn_guide_expect(
        guide, &(struct tcn_say){{"1 to 8 numbers, names or ids of the list, or none",
                                  "列表中的编号、名称或代号（1 至 8 个），或 都不是"}});
}

const char *tcn_guide_type_organs(struct tcn_guide *guide) {
    size_t used = 0;
    for (uint32_t i = 0; i < guide->answers.organ_count; i++) {
        used += (size_t)snprintf(guide->organs_text + used, sizeof guide->organs_text - used,
                                 "%s%s", used == 0 ? "" : ",",
                                 guide->policy->organs[guide->answers.organs[i]].id);
        TCN_CHECK(used < sizeof guide->organs_text);
    }
    return used == 0 ? NULL : guide->organs_text;
}

static bool is_told(const struct tcn_local_preview *preview, const struct tcn_organ *organ) {
    for (uint32_t i = 0; organ != NULL && i < preview->told_count; i++) {
        if (tcn_slice_is_text(preview->told[i].organ, organ->id)) {
            return true;
        }
    }
    return false;
}

void tcn_guide_tell_kept(struct tcn_guide *guide, const struct tcn_local_preview *preview) {
    static const struct tcn_say kept = {{"  kept from ", "  不告知    "}};
    const struct tcn_policy *policy = guide->policy;
    const struct tcn_organ *doors[TCN_SLIP_DOORS];
    const bool is_any = preview->kept_count > 0;
    tcn_slip_doors_of(policy, doors);
    for (size_t i = 0; i < TCN_SLIP_DOORS; i++) {
        guide->is_door_shut[i] = is_any && !is_told(preview, doors[i]);
    }
    if (!is_any) {
        return;
    }
    uint32_t count = preview->kept_count;
    count = count < KEPT_TITLES_MAX ? count : KEPT_TITLES_MAX;
    (void)fputs(tcn_said(guide->language, &kept), guide->screen);
    for (uint32_t i = 0; i < count; i++) {
        const struct tcn_organ *organ = tcn_policy_organ_by_id(policy, preview->kept[i]);
        (void)fprintf(guide->screen, "%s%s", i == 0 ? "" : ", ",
                      organ == NULL ? "?" : tcn_guide_organ(guide, organ));
    }
    if (preview->kept_total > count) {
        const bool is_chinese = guide->language == TCN_LANGUAGE_ZH;
        (void)fprintf(guide->screen, is_chinese ? " 等，另有 %u 个单位" : " and %u more",
                      (unsigned)(preview->kept_total - count));
    }
    (void)fputc('\n', guide->screen);
}

void tcn_guide_tell_denied(struct tcn_guide *guide, const struct tcn_local_answer *answer) {
    if (answer->code == (uint32_t)TCN_DENIED && guide->language == TCN_LANGUAGE_ZH &&
        tcn_slice_is_text(answer->field, "accused_organs")) {
        (void)fputs("此件不能在这里登记，这里也没有留下任何内容：被反映的是本单位或其上下级，"
                    "或本区没有单位可以受理。\n"
                    "其他渠道：区总值班室（电话、来访、来信）、纪检监察、12345；"
                    "这两家也被反映的：12345，或上一级纪检监察、信访部门。\n",
                    guide->screen);
    }
}
