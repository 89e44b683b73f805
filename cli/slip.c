/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/slip.h"

#include "base/clock.h"
#include "client/accusing.h"

#include <inttypes.h>
#include <string.h>

void tcn_slip_doors_of(const struct tcn_policy *policy,
                       const struct tcn_organ *out_doors[TCN_SLIP_DOORS]) {
    out_doors[0] = policy == NULL ? NULL : tcn_policy_organ(policy, policy->desk);
    out_doors[1] = policy == NULL ? NULL : tcn_policy_discipline(policy);
}

void tcn_slip_shut(const struct tcn_policy *policy, const struct tcn_draft *draft,
                   bool out_shut[TCN_SLIP_DOORS]) {
    const struct tcn_organ *doors[TCN_SLIP_DOORS];
    struct tcn_handing_found found = {.count = 0};
    tcn_slip_doors_of(policy, doors);
    for (uint32_t i = 0; policy != NULL && i < draft->accused_count; i++) {
        const struct tcn_organ *organ = tcn_policy_organ_by_id(policy, draft->accused_organs[i]);
        if (organ != NULL) {
            found.organs[found.count] = organ->number;
            found.count++;
        }
    }
    for (size_t i = 0; i < TCN_SLIP_DOORS; i++) {
        out_shut[i] = doors[i] != NULL && tcn_handing_excludes(policy, &found, doors[i]->number);
    }
}

void tcn_slip_doors(FILE *out, enum tcn_language language, const struct tcn_policy *policy,
                    const bool is_shut[TCN_SLIP_DOORS]) {
    static const struct tcn_say name = {{"also      ", "其他渠道  "}};
    static const struct tcn_say line = {{"12345 hotline", "12345 热线"}};
    const struct tcn_organ *doors[TCN_SLIP_DOORS];
    tcn_slip_doors_of(policy, doors);
    (void)fputs(tcn_said(language, &name), out);
    for (size_t i = 0; i < TCN_SLIP_DOORS; i++) {
        if (doors[i] != NULL && !is_shut[i]) {
            const bool is_zh = language == TCN_LANGUAGE_ZH;
            (void)fprintf(out, "%s %s%s", is_zh ? doors[i]->title_zh : doors[i]->title_en,
                          doors[i]->duty_phone, doors[i]->duty_phone[0] == '\0' ? "· " : " · ");
        }
    }
    (void)fprintf(out, "%s\n", tcn_said(language, &line));
}

void tcn_slip_telephone(FILE *err, enum tcn_language language, enum tcn_severity severity) {
    static const struct tcn_say first = {
        {"!! First the telephone: 110 police, 119 fire and rescue, 120 ambulance. Get people out.",
         "!! 先打电话：110 公安、119 消防救援、120 急救；先撤人。"}};
    if (severity == TCN_SEVERITY_DANGER) {
        (void)fprintf(err, "%s\n", tcn_said(language, &first));
    }
}

/* Within what time, as the policy has it; nothing when it has no such hours. */
static void tell_care_hours(FILE *err, enum tcn_language language, const struct tcn_policy *policy,
                            const struct tcn_domain *domain) {
    const struct tcn_clock_rule *rule =
        policy == NULL || policy->clocks == NULL
            ? NULL
            : tcn_clock_rule_find(policy->clocks, tcn_slice_text("desk.temporary_care"));
    const struct tcn_clock_subject subject = {.domain = tcn_slice_text(domain->id),
                                              .procedure = domain->procedure};
    const bool is_zh = language == TCN_LANGUAGE_ZH;
    if (rule == NULL || rule->unit != TCN_CLOCK_HOURS || !tcn_clock_rule_fits(rule, &subject)) {
        return;
    }
    const bool is_proposal = rule->confidence == TCN_CLOCK_PROPOSAL;
    (void)fprintf(err, is_zh ? "   %s：%" PRIu32 " 小时内%s\n" : "   %s: within %" PRIu32 " h%s\n",
                  is_zh ? rule->title_zh : rule->title_en, rule->amount,
                  !is_proposal ? ""
                  : is_zh      ? "（建议时限，不是法定期限）"
                               : " (a proposal, not a limit of the law)");
}

bool tcn_slip_care(FILE *err, enum tcn_language language, const struct tcn_policy *policy,
                   const struct tcn_domain *domain) {
    static const struct tcn_say first = {
        {"!! A child under eight with nobody: telephone civil affairs at once, and somebody stays "
         "with it.",
         "!! 不满八周岁无人照料：立即电话通知民政，并有人在场看护。"}};
    if (domain == NULL || domain->procedure != TCN_PROCEDURE_GUARDIANSHIP) {
        return false;
    }
    (void)fprintf(err, "%s\n", tcn_said(language, &first));
    tell_care_hours(err, language, policy, domain);
    return true;
}

void tcn_slip_advise(FILE *err, enum tcn_language language, const struct tcn_policy *policy,
                     const struct tcn_draft *draft) {
    static const struct tcn_say advice = {
        {"-- advice: at most 5 representatives speak for all who complain (信访工作条例 Art. 20); "
         "the report goes whatever they do, and lists nobody",
         "—— 建议：多人反映的，推选代表不超过 5 人（信访工作条例第20条）；"
         "无论是否推选，均照常上报，不列名单"}};
    const struct tcn_event *event = &draft->event;
    const struct tcn_domain *domain =
        policy == NULL ? NULL : tcn_policy_domain(policy, event->domain);
    const bool is_complaint = (domain != NULL && domain->is_petition) ||
                              event->concerns == TCN_CONCERNS_UNIT ||
                              event->concerns == TCN_CONCERNS_UNKNOWN;
    const struct tcn_count *count = &event->counts.affected;
    if (is_complaint && count->kind != TCN_COUNT_UNKNOWN &&
        count->value > TCN_SLIP_REPRESENTATIVES_MAX) {
        (void)fprintf(err, "%s\n", tcn_said(language, &advice));
    }
}

/* The last instant by which such a slip has news; 0 when the policy does not say. */
static int64_t news_ns(const struct tcn_policy *policy, int64_t learned_ns) {
    const struct tcn_clock_rule *rule =
        policy == NULL || policy->clocks == NULL
            ? NULL
            : tcn_clock_rule_find(policy->clocks, tcn_slice_text("xf.direct_notice"));
    const bool is_known = rule != NULL && rule->is_enabled &&
                          rule->unit == TCN_CLOCK_CALENDAR_DAYS && learned_ns > 0 &&
                          learned_ns < INT64_MAX / 2;
    if (!is_known) {
        return 0;
    }
    const int64_t day = (learned_ns + TCN_CIVIL_OFFSET_NS) / TCN_DAY_NS + (int64_t)rule->amount;
    return (day + 1) * TCN_DAY_NS - TCN_CIVIL_OFFSET_NS - 1;
}

bool tcn_slip_news_date(const struct tcn_policy *policy, int64_t learned_ns,
                        char out_date[TCN_LIMIT_DATE_BYTES]) {
    const int64_t due_ns = news_ns(policy, learned_ns);
    out_date[0] = '\0';
    if (due_ns != 0) {
        tcn_limit_date(due_ns, out_date);
    }
    return due_ns != 0;
}

void tcn_slip_opaque(FILE *out, enum tcn_language language, const struct tcn_policy *policy,
                     int64_t learned_ns) {
    static const struct tcn_say stage = {{"stage     ", "进展      "}};
    static const struct tcn_say opaque = {{"received and being handled; this code tells no more",
                                           "已收到，正在办理；凭此编号不提供更多信息"}};
    static const struct tcn_say news = {{"; next news by ", "；下次消息最迟："}};
    char date[TCN_LIMIT_DATE_BYTES];
    const bool has_date = tcn_slip_news_date(policy, learned_ns, date);
    (void)fprintf(out, "%s%s%s%s\n", tcn_said(language, &stage), tcn_said(language, &opaque),
                  has_date ? tcn_said(language, &news) : "", date);
}
