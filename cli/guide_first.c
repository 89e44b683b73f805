/* SPDX-License-Identifier: Apache-2.0 */
/* The first questions of a guided report: what, is there danger, which domain, where, how bad. */
#include "cli/guide_inside.h"
#include "cli/slip.h"
#include "policy/propose.h"

#include <inttypes.h>
#include <string.h>

static bool always(const struct tcn_guide *guide) {
    (void)guide;
    return true;
}

static void ask_what(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    tcn_guide_tell(guide, &(struct tcn_say){{"What happened, in a few words? (sealed)",
                                             "发生了什么事？用几个字说。（密封）"}});
}

static bool take_what(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    if (text[0] == '\0') {
        return tcn_guide_expect(
            guide, &(struct tcn_say){{"a few words: what happened", "几个字：发生了什么事"}});
    }
    (void)snprintf(guide->answers.what, sizeof guide->answers.what, "%s", text);
    return true;
}

/* Yes, no, don't know; in the order of `truths`. */
static const struct tcn_choice yes_no[] = {
    {"yes|y|是|有", {{"yes", "是"}}},
    {"no|n|否|没有|不是|不", {{"no", "否"}}},
    {"?|unknown|don't know|不知道|不清楚", {{"don't know", "不知道"}}},
};
static const enum tcn_guide_truth truths[] = {TCN_GUIDE_YES, TCN_GUIDE_NO, TCN_GUIDE_UNKNOWN};

#define YES_NO_COUNT (sizeof yes_no / sizeof yes_no[0])

static void ask_danger(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    tcn_guide_tell(guide, &(struct tcn_say){{"Is somebody in danger now, this minute?",
                                             "现在，此刻，有人有生命危险吗？"}});
    tcn_guide_choices(guide, yes_no, YES_NO_COUNT);
}

static bool take_danger(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    uint32_t chosen = tcn_answer_choose(text, yes_no, YES_NO_COUNT);
    if (chosen == YES_NO_COUNT) {
        return tcn_guide_expect(
            guide, &(struct tcn_say){{"1 yes, 2 no or 3 don't know", "1 是、2 否 或 3 不知道"}});
    }
    if (truths[chosen] != guide->answers.danger) { /* an earlier answer was about another case */
        guide->answers.is_given[TCN_GUIDE_SEVERITY] = false;
    }
    guide->answers.danger = truths[chosen];
    if (guide->answers.danger == TCN_GUIDE_YES) {
        guide->answers.severity = TCN_SEVERITY_DANGER;
        tcn_slip_telephone(guide->screen, guide->language, guide->answers.severity);
        tcn_guide_tell(guide, &(struct tcn_say){{"   Then go on here: only what is needed now is "
                                                 "asked, the rest can follow.",
                                                 "   然后继续：现在只问必须的，其余以后补报。"}});
    }
    return true;
}

static void number_domain(struct tcn_guide *guide, uint32_t place) {
    const struct tcn_domain *domain = &guide->policy->domains[place];
    guide->domains[guide->domain_count++] = place;
    (void)fprintf(guide->screen, "  %2u  %s  (%s)\n", (unsigned)guide->domain_count,
                  tcn_guide_domain(guide, domain), domain->id);
}

/* Numbers those that fit the words; false when there are none. */
static bool propose(struct tcn_guide *guide, const char *words) {
    struct tcn_policy_proposals proposals;
    tcn_policy_propose(guide->policy, tcn_slice_text(words), &proposals);
    if (proposals.count == 0) {
        return false;
    }
    guide->domain_count = 0;
    for (uint32_t index = 0; index < proposals.count; index++) {
        number_domain(guide, proposals.domains[index]);
    }
    return true;
}

/* All of them, under the organ that owns them. */
static void list_all(struct tcn_guide *guide) {
    guide->domain_count = 0;
    for (uint32_t organ = 0; organ < guide->policy->organ_count; organ++) {
        const struct tcn_organ *owner = &guide->policy->organs[organ];
        bool is_told = false;
        for (uint32_t place = 0; place < guide->policy->domain_count; place++) {
            if (guide->policy->domains[place].owner != owner->number) {
                continue;
            }
            if (!is_told) {
                (void)fprintf(guide->screen, "  -- %s\n", tcn_guide_organ(guide, owner));
                is_told = true;
            }
            number_domain(guide, place);
        }
    }
}

static void tell_more(struct tcn_guide *guide) {
    tcn_guide_tell(
        guide, &(struct tcn_say){{"  all  the whole list;   ?  don't know: the desk decides;   or "
                                  "other words",
                                  "  全部  看全部类别；   ?  不知道：由值班室定；   或换个说法"}});
}

static void ask_domain(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    tcn_guide_tell(guide, &(struct tcn_say){{"Which kind of matter is it?", "属于哪一类事项？"}});
    if (!propose(guide, guide->answers.what)) {
        guide->domain_count = 0;
        tcn_guide_tell(guide, &(struct tcn_say){{"  (no kind is known by these words)",
                                                 "  （这些字里没有认得的类别）"}});
    }
    tell_more(guide);
}

static void choose_domain(struct tcn_guide *guide, const struct tcn_domain *domain) {
    if (domain != guide->answers.domain) { /* what the other one's attributes said is not this's */
        memset(guide->answers.values, 0, sizeof guide->answers.values);
        guide->answers.is_given[TCN_GUIDE_CONCERNS] = false; /* a complaint must say it anew */
    }
    guide->answers.domain = domain;
    if (tcn_slip_care(guide->screen, guide->language, guide->policy, domain)) {
        tcn_guide_tell(guide, &(struct tcn_say){{"   Then go on here.", "   然后继续。"}});
    }
}

/* By its word or its title; NULL when none is called so. */
static const struct tcn_domain *find_domain(const struct tcn_guide *guide, const char *text) {
    for (uint32_t place = 0; place < guide->policy->domain_count; place++) {
        const struct tcn_domain *domain = &guide->policy->domains[place];
        if (tcn_answer_is(text, domain->id) || tcn_answer_is(text, domain->title_zh) ||
            tcn_answer_is(text, domain->title_en)) {
            return domain;
        }
    }
    return NULL;
}

static bool take_domain(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    static const struct tcn_say expected = {
        {"a number of the list, all, ?, or other words", "列表中的编号、全部、? 或换个说法"}};
    uint32_t number = tcn_answer_number(text, guide->domain_count);
    const struct tcn_domain *named = find_domain(guide, text);
    if (number > 0) {
        named = &guide->policy->domains[guide->domains[number - 1]];
    }
    if (named != NULL || tcn_answer_is(text, "?|unknown|don't know|不知道|不清楚")) {
        choose_domain(guide, named);
        return true;
    }
    if (tcn_answer_is(text, "all|list|全部|列表")) {
        list_all(guide);
        return tcn_guide_expect(guide, &expected);
    }
    if (text[0] != '\0' && propose(guide, text)) {
        tell_more(guide);
        return false;
    }
    return tcn_guide_expect(guide, &expected);
}

static void number_place(struct tcn_guide *guide, uint32_t place, const struct tcn_say *note) {
    const struct tcn_division *division = &guide->policy->divisions[place];
    guide->places[guide->place_count++] = place;
    (void)fprintf(guide->screen, "  %2u  %s  %012" PRIu64 "%s\n", (unsigned)guide->place_count,
                  division->name, division->code,
                  note == NULL ? "" : tcn_said(guide->language, note));
}

static void ask_place(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    static const struct tcn_say own = {{"  (this office's own)", "  （本单位辖区）"}};
    const struct tcn_organ *organ =
        tcn_policy_organ_by_id(guide->policy, tcn_slice_text(guide->seat->organ));
    tcn_guide_tell(guide, &(struct tcn_say){{"Where is it?", "在哪里？"}});
    guide->place_count = 0;
    for (uint32_t place = 0; organ != NULL && place < guide->policy->division_count; place++) {
        if (guide->policy->divisions[place].office == organ->number &&
            guide->place_count < TCN_GUIDE_PLACES_MAX) {
            number_place(guide, place, &own);
        }
    }
    tcn_guide_tell(guide, &(struct tcn_say){{"  or a part of another name, or a code of 12 digits",
                                             "  或别处名称的一部分，或 12 位代码"}});
}

/* Numbers the divisions whose name holds the text; how many there are in all. */
static uint32_t find_places(struct tcn_guide *guide, const char *text) {
    uint32_t found = 0;
    uint32_t only = 0;
    for (uint32_t place = 0; place < guide->policy->division_count; place++) {
        if (strstr(guide->policy->divisions[place].name, text) != NULL) {
            only = place;
            found++;
        }
    }
    guide->place_count = found == 0 ? guide->place_count : 0;
    if (found == 1) {
        guide->answers.division = guide->policy->divisions[only].code;
        return 1;
    }
    for (uint32_t place = 0; found > 1 && place < guide->policy->division_count; place++) {
        if (guide->place_count < TCN_GUIDE_PLACES_MAX &&
            strstr(guide->policy->divisions[place].name, text) != NULL) {
            number_place(guide, place, NULL);
        }
    }
    return found;
}

static bool take_place(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    bool is_own = text[0] == '\0' && guide->place_count == 1;
    uint32_t number = is_own ? 1 : tcn_answer_number(text, guide->place_count);
    uint64_t code = 0;
    if (number > 0) {
        guide->answers.division = guide->policy->divisions[guide->places[number - 1]].code;
        return true;
    }
    if (tcn_division_is_valid(tcn_slice_text(text)) &&
        tcn_text_to_u64(tcn_slice_text(text), &code) == TCN_OK && code > 0) {
        guide->answers.division = code;
        if (tcn_policy_division(guide->policy, code) == NULL) {
            tcn_guide_tell(guide, &(struct tcn_say){{"  (the policy does not know this code: the "
                                                     "desk will look at it)",
                                                     "  （制度中没有这个代码：由值班室核定）"}});
        }
        return true;
    }
    uint32_t found = text[0] == '\0' ? 0 : find_places(guide, text);
    if (found == 1) {
        (void)fprintf(guide->screen, "  -> %s\n",
                      tcn_policy_division(guide->policy, guide->answers.division)->name);
        return true;
    }
    if (found > TCN_GUIDE_PLACES_MAX) {
        tcn_guide_tell(guide, &(struct tcn_say){{"  and more", "  还有更多"}});
    }
    return tcn_guide_expect(guide, &(struct tcn_say){{"a number, a part of a name, or 12 digits",
                                                      "编号、名称的一部分，或 12 位代码"}});
}

static bool is_calm(const struct tcn_guide *guide) {
    return guide->answers.danger != TCN_GUIDE_YES;
}

static const struct tcn_choice severities[] = {
    {"urgent|紧急", {{"urgent: somebody must act today", "紧急：今天必须有人处理"}}},
    {"serious|较重", {{"serious: within days, it may get worse", "较重：几天之内，可能变坏"}}},
    {"routine|一般", {{"routine: in the usual way", "一般：按常规办理"}}},
    {"?|unknown|don't know|不知道|不清楚", {{"don't know", "不知道"}}},
};
static const enum tcn_severity severity_values[] = {TCN_SEVERITY_URGENT, TCN_SEVERITY_SERIOUS,
                                                    TCN_SEVERITY_ROUTINE, TCN_SEVERITY_UNKNOWN};

#define SEVERITY_COUNT (sizeof severities / sizeof severities[0])

static void ask_severity(struct tcn_guide *guide, uint32_t index) {
    (void)index;
    tcn_guide_tell(guide, &(struct tcn_say){{"How bad is it?", "有多严重？"}});
    tcn_guide_choices(guide, severities, SEVERITY_COUNT);
}

static bool take_severity(struct tcn_guide *guide, uint32_t index, const char *text) {
    (void)index;
    uint32_t chosen = tcn_answer_choose(text, severities, SEVERITY_COUNT);
    if (chosen == SEVERITY_COUNT) {
        return tcn_guide_expect(guide, &(struct tcn_say){{"a number from 1 to 4, or its word",
                                                          "1 到 4 的编号，或相应的词"}});
    }
    guide->answers.severity = severity_values[chosen];
    return true;
}

const struct tcn_guide_question tcn_guide_first[TCN_GUIDE_HARM] = {
    [TCN_GUIDE_WHAT] = {always, ask_what, take_what, true, false},
    [TCN_GUIDE_DANGER] = {always, ask_danger, take_danger, false, false},
    [TCN_GUIDE_DOMAIN] = {always, ask_domain, take_domain, false, false},
    [TCN_GUIDE_PLACE] = {always, ask_place, take_place, false, false},
    [TCN_GUIDE_SEVERITY] = {is_calm, ask_severity, take_severity, false, false},
};
