/* SPDX-License-Identifier: Apache-2.0 */
/* The other questions of a guided report: how many people, whom it concerns, what the policy asks
 * for the domain, and what is sealed. */
#include "cli/guide_inside.h"
#include "cli/show.h"

#include <string.h>

const char *const tcn_guide_count_names[TCN_GUIDE_COUNTS] = {"deaths", "serious_injuries",
                                                             "missing", "affected", "at_risk"};

static bool is_calm(const struct tcn_guide *guide) {
    return guide->answers.danger != TCN_GUIDE_YES;
}

static bool is_danger(const struct tcn_guide *guide) {
    return !is_calm(guide);
}

static bool always(const struct tcn_guide *guide) {
    (void)guide;
    return true;
}

static const struct tcn_choice harms[] = {
    {"no|n|否|没有", {{"no, nobody", "没有"}}},
    {"yes|y|是|有", {{"yes", "有"}}},
    {"?|unknown|don't know|不知道|不清楚", {{"don't know (as is Enter)", "不知道（回车同此）"}}},
};

#define HARM_COUNT (sizeof harms / sizeof harms[0])

static void ask_harm(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    tcn_guide_tell(guide, &(struct tcn_say){{"Was anybody killed or badly hurt, or is anybody "
                                             "missing?",
                                             "有人死亡、重伤或失踪吗？"}});
    tcn_guide_choices(guide, harms, HARM_COUNT);
}

static bool take_harm(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    static const enum tcn_guide_truth values[] = {TCN_GUIDE_NO, TCN_GUIDE_YES, TCN_GUIDE_UNKNOWN};
    uint32_t chosen = text[0] == '\0' ? HARM_COUNT - 1 : tcn_answer_choose(text, harms, HARM_COUNT);
    if (chosen == HARM_COUNT) {
        return tcn_guide_expect(
            guide, &(struct tcn_say){{"1 no, 2 yes or 3 don't know", "1 没有、2 有 或 3 不知道"}});
    }
    guide->answers.harm = values[chosen];
    return true;
}

static bool is_harmed(const struct tcn_guide *guide) {
    return is_calm(guide) && guide->answers.harm == TCN_GUIDE_YES;
}

static void ask_count(struct tcn_guide *guide, const struct tcn_say *question) {
    tcn_guide_tell(guide, question);
    tcn_guide_tell(guide,
                   &(struct tcn_say){{"  a number, \"at least 3\", \"about 30\"; ? or Enter: "
                                      "not known, which is not zero",
                                      "  数字、“至少3”、“约30”；? 或回车：不知道（不等于零）"}});
}

static void ask_dead(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    ask_count(guide, &(struct tcn_say){{"How many people are dead?", "死亡几人？"}});
}

static void ask_injured(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    ask_count(guide, &(struct tcn_say){{"How many are badly hurt?", "重伤几人？"}});
}

static void ask_missing(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    ask_count(guide, &(struct tcn_say){{"How many are missing?", "失踪几人？"}});
}

static void ask_affected(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    ask_count(guide,
              &(struct tcn_say){{"How many people does it affect in all?", "一共涉及多少人？"}});
}

static void ask_at_risk(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    ask_count(guide, &(struct tcn_say){{"How many people are in danger?", "多少人处于危险之中？"}});
}

static bool take_count(struct tcn_guide *guide, enum tcn_guide_step step, const char *text) {
    if (tcn_answer_count(text, &guide->answers.counts[step - TCN_GUIDE_DEAD]) == TCN_OK) {
        return true;
    }
    return tcn_guide_expect(guide, &(struct tcn_say){{"digits, \"at least 3\", \"about 30\", or ?",
                                                      "数字、“至少3”、“约30”，或 ?"}});
}

static bool take_dead(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    return take_count(guide, TCN_GUIDE_DEAD, text);
}

static bool take_injured(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    return take_count(guide, TCN_GUIDE_INJURED, text);
}

static bool take_missing(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    return take_count(guide, TCN_GUIDE_MISSING, text);
}

static bool take_affected(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    return take_count(guide, TCN_GUIDE_AFFECTED, text);
}

static bool take_at_risk(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    return take_count(guide, TCN_GUIDE_AT_RISK, text);
}

static const struct tcn_choice concerns[] = {
    {"nobody|没有|无", {{"nobody: no unit is complained about", "没有：不涉及任何单位"}}},
    {"unit|单位",
     {{"a unit or its staff: only discipline inspection and the desk's custodian learn of it, "
       "without whom it accuses",
       "某个单位或其人员：只有纪检监察和值班室专管人知道，被反映的单位除外"}}},
    {"?|unknown|don't know|不知道|不清楚",
     {{"don't know: the desk's custodian keeps it until that is clear",
       "不知道：由值班室专管人保管，弄清后再转"}}},
};
static const enum tcn_concerns concern_values[] = {TCN_CONCERNS_NOBODY, TCN_CONCERNS_UNIT,
                                                   TCN_CONCERNS_UNKNOWN};

#define CONCERN_COUNT (sizeof concerns / sizeof concerns[0])

/* A complaint must say; so must what nobody can name, which may be one. */
static bool must_say(const struct tcn_guide *guide) {
    return guide->answers.domain == NULL || guide->answers.domain->is_petition;
}

static void ask_concerns(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    tcn_guide_tell(guide, &(struct tcn_say){{"Whom does it concern? Is a unit complained about?",
                                             "反映的是谁？是否涉及某个单位？"}});
    tcn_guide_choices(guide, concerns, CONCERN_COUNT);
    if (!must_say(guide)) {
        tcn_guide_tell(guide, &(struct tcn_say){{"  Enter: nobody", "  回车：没有"}});
    }
}

static bool take_concerns(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    uint32_t chosen =
        text[0] == '\0' && !must_say(guide) ? 0 : tcn_answer_choose(text, concerns, CONCERN_COUNT);
    if (chosen == CONCERN_COUNT) {
        return tcn_guide_expect(guide, &(struct tcn_say){{"1 nobody, 2 a unit or 3 don't know",
                                                          "1 没有、2 单位 或 3 不知道"}});
    }
    guide->answers.concerns = concern_values[chosen];
    return true;
}

static bool is_of_unit(const struct tcn_guide *guide) {
    return guide->answers.concerns == TCN_CONCERNS_UNIT;
}

static void ask_accused(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    tcn_guide_tell(guide, &(struct tcn_say){{"Which unit? (sealed; Enter: not said)",
                                             "哪个单位？（密封；回车：不说）"}});
}

/* A sealed text; "-" empties it. */
static bool keep_text(char out_text[TCN_ANSWER_BYTES], const char *text) {
    (void)snprintf(out_text, TCN_ANSWER_BYTES, "%s", strcmp(text, "-") == 0 ? "" : text);
    return true;
}

static bool take_accused(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    return keep_text(guide->answers.accused, text);
}

static void ask_attribute(struct tcn_guide *guide, uint32_t index) {
    const struct tcn_attribute_rule *rule = tcn_guide_attribute(guide, index);
    bool is_chinese = guide->language == TCN_LANGUAGE_ZH;
    (void)fprintf(guide->screen, "%s%s%s%s%s", is_chinese ? rule->title_zh : rule->title_en,
                  rule->unit[0] == '\0' ? "" : " (", rule->unit, rule->unit[0] == '\0' ? "" : ")",
                  is_chinese ? "？" : "?");
    tcn_guide_tell(guide, &(struct tcn_say){{" (open; Enter: not said)", "（公开；回车：不说）"}});
    if (guide->answers.values[index][0] != '\0') {
        (void)fprintf(guide->screen, "  = %s\n", guide->answers.values[index]);
    }
    for (uint32_t value = 0; value < rule->value_count; value++) {
        (void)fprintf(guide->screen, "  %2u  %s\n", (unsigned)value + 1, rule->values[value]);
    }
    if (rule->kind == TCN_ATTRIBUTE_FLAG) {
        tcn_guide_tell(guide, &(struct tcn_say){{"  yes or no", "  是 或 否"}});
    }
}

static bool keep_value(struct tcn_guide *guide, uint32_t index, const char *value) {
    (void)snprintf(guide->answers.values[index], TCN_GUIDE_VALUE_BYTES, "%s", value);
    return true;
}

static bool take_text_value(struct tcn_guide *guide, uint32_t index, const char *text) {
    if (tcn_answer_is_personal(text)) {
        return tcn_guide_expect(
            guide, &(struct tcn_say){{"nothing like a telephone or identity number: this "
                                      "stands open; the sealed texts come later",
                                      "不得含电话或证件号码：此项公开；密封内容稍后填写"}});
    }
    if (strchr(text, '=') != NULL || strlen(text) >= TCN_GUIDE_VALUE_BYTES) {
        return tcn_guide_expect(
            guide, &(struct tcn_say){{"at most 199 bytes, without =", "最多 199 字节，不含 ="}});
    }
    return keep_value(guide, index, text);
}

static bool take_attribute(struct tcn_guide *guide, uint32_t index, const char *text) {
    const struct tcn_attribute_rule *rule = tcn_guide_attribute(guide, index);
    uint64_t number = 0;
    if (text[0] == '\0') {
        return true; /* as it was: not said, or what was said before */
    }
    if (tcn_answer_is(text, "-|?|unknown|不知道|不清楚")) {
        return keep_value(guide, index, "");
    }
    if (rule->kind == TCN_ATTRIBUTE_FLAG) {
        bool is_yes = tcn_answer_is(text, "yes|y|是|有|true");
        return is_yes || tcn_answer_is(text, "no|n|否|没有|无|false")
                   ? keep_value(guide, index, is_yes ? "true" : "false")
                   : tcn_guide_expect(guide, &(struct tcn_say){{"yes or no", "是 或 否"}});
    }
    if (rule->kind == TCN_ATTRIBUTE_NUMBER) {
        return tcn_text_to_u64(tcn_slice_text(text), &number) == TCN_OK && number <= INT64_MAX
                   ? keep_value(guide, index, text)
                   : tcn_guide_expect(
                         guide, &(struct tcn_say){{"a whole number, or Enter", "整数，或回车"}});
    }
    uint32_t chosen = tcn_answer_number(text, rule->value_count);
    for (uint32_t value = 0; value < rule->value_count && chosen == 0; value++) {
        chosen = strcmp(text, rule->values[value]) == 0 ? value + 1 : 0;
    }
    if (chosen > 0) {
        return keep_value(guide, index, rule->values[chosen - 1]);
    }
    return rule->value_count > 0
               ? tcn_guide_expect(guide, &(struct tcn_say){{"a number of the list, or Enter",
                                                            "列表中的编号，或回车"}})
               : take_text_value(guide, index, text);
}

static bool has_attributes(const struct tcn_guide *guide) {
    const struct tcn_domain_rules *rules = is_calm(guide) ? tcn_guide_rules(guide) : NULL;
    for (uint32_t index = 0; rules != NULL && index < rules->attribute_count; index++) {
        if (!tcn_guide_attribute(guide, index)->is_of_bureau) {
            return true;
        }
    }
    return false;
}

static void ask_narrative(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    tcn_guide_tell(
        guide, &(struct tcn_say){{"What more is to be told? (sealed; as many lines as you like, an "
                                  "empty line ends it)",
                                  "还有什么要说的？（密封；可写多行，空行结束）"}});
}

static void ask_informant(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    tcn_guide_tell(guide, &(struct tcn_say){{"Who reported it? (sealed; Enter: stays unnamed)",
                                             "谁反映的？（密封；回车：不留姓名）"}});
}

static bool take_informant(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    return keep_text(guide->answers.informant, text);
}

static void ask_contact(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    tcn_guide_tell(guide, &(struct tcn_say){{"The exact place, and how to reach somebody? (sealed; "
                                             "Enter: not said)",
                                             "具体地点，以及怎样联系？（密封；回车：不说）"}});
}

static bool take_contact(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    return keep_text(guide->answers.contact, text);
}

#define AT(step) [(step)-TCN_GUIDE_HARM]

const struct tcn_guide_question tcn_guide_second[TCN_GUIDE_SEND - TCN_GUIDE_HARM] = {
    AT(TCN_GUIDE_HARM) = {is_calm, ask_harm, take_harm, false, false},
    AT(TCN_GUIDE_DEAD) = {is_harmed, ask_dead, take_dead, false, false},
    AT(TCN_GUIDE_INJURED) = {is_harmed, ask_injured, take_injured, false, false},
    AT(TCN_GUIDE_MISSING) = {is_harmed, ask_missing, take_missing, false, false},
    AT(TCN_GUIDE_AFFECTED) = {is_calm, ask_affected, take_affected, false, false},
    AT(TCN_GUIDE_AT_RISK) = {is_danger, ask_at_risk, take_at_risk, false, false},
    AT(TCN_GUIDE_CONCERNS) = {always, ask_concerns, take_concerns, false, false},
    AT(TCN_GUIDE_ACCUSED) = {is_of_unit, ask_accused, take_accused, true, false},
    AT(TCN_GUIDE_ORGANS) = {is_of_unit, tcn_guide_ask_organs, tcn_guide_take_organs, false, false},
    AT(TCN_GUIDE_ATTRIBUTE) = {has_attributes, ask_attribute, take_attribute, false, false},
    AT(TCN_GUIDE_NARRATIVE) = {is_calm, ask_narrative, NULL, true, true},
    AT(TCN_GUIDE_INFORMANT) = {is_calm, ask_informant, take_informant, true, false},
    AT(TCN_GUIDE_CONTACT) = {always, ask_contact, take_contact, true, false},
};
