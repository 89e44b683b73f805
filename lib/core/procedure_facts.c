/* SPDX-License-Identifier: Apache-2.0 */
#include "core/procedure.h"

/** True when an attribute says something: a text that is not empty, a flag that is set, a number
 * that is not 0. */
static bool is_said(const struct tcn_event *event, const char *name) {
    const struct tcn_attribute *attribute = tcn_event_attribute(event, name);
    if (attribute == NULL) {
        return false;
    }
    return attribute->kind == TCN_ATTRIBUTE_TEXT ? attribute->text.size > 0
                                                 : attribute->number != 0;
}

static bool is_text(const struct tcn_event *event, const char *name, const char *text) {
    const struct tcn_attribute *attribute = tcn_event_attribute(event, name);
    return attribute != NULL && attribute->kind == TCN_ATTRIBUTE_TEXT &&
           tcn_slice_is_text(attribute->text, text);
}

static bool has_five(const struct tcn_event *event) {
    return is_said(event, "responsibility") && is_said(event, "measures") &&
           is_said(event, "funds") && is_said(event, "time_limit") &&
           is_said(event, "contingency_plan");
}

static bool has_path(const struct tcn_event *event) {
    static const char *const paths[] = {"parent_returned", "taken_along", "entrusted_care",
                                        "institution_temp_care"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (is_text(event, "path", paths[i])) {
            return true;
        }
    }
    return false;
}

static bool is_some(struct tcn_count count) {
    return count.kind != TCN_COUNT_UNKNOWN && count.value > 0;
}

static uint32_t facts_of_counts(const struct tcn_counts *counts) {
    bool is_harm =
        is_some(counts->deaths) || is_some(counts->serious_injuries) || is_some(counts->missing);
    bool is_counted = counts->deaths.kind != TCN_COUNT_UNKNOWN ||
                      counts->serious_injuries.kind != TCN_COUNT_UNKNOWN ||
                      counts->missing.kind != TCN_COUNT_UNKNOWN ||
                      counts->affected.kind != TCN_COUNT_UNKNOWN ||
                      counts->at_risk.kind != TCN_COUNT_UNKNOWN;
    const bool is_all_out = counts->at_risk.kind == TCN_COUNT_EXACT && counts->at_risk.value == 0;
    return (is_harm ? TCN_FACT_HARM : 0u) | (is_all_out ? TCN_FACT_ALL_OUT : 0u) |
           (is_counted ? TCN_FACT_COUNT : 0u) | (is_some(counts->loss_fen) ? TCN_FACT_AMOUNT : 0u);
}

static uint32_t facts_of_body(const struct tcn_act_body *body) {
    return (body->reason.size > 0 ? TCN_FACT_REASON : 0u) |
           (body->how.size > 0 ? TCN_FACT_HOW : 0u) | (body->post.size > 0 ? TCN_FACT_POST : 0u) |
           (body->until_ns != 0 ? TCN_FACT_UNTIL : 0u) |
           (body->to_organ.size > 0 ? TCN_FACT_TO_ORGAN : 0u);
}

bool tcn_procedure_is_purpose(const struct tcn_event *event, const char *purpose) {
    return is_text(event, "purpose", purpose);
}

uint32_t tcn_procedure_facts(const struct tcn_event *event) {
    uint32_t facts = facts_of_counts(&event->counts);
    if (event->body_kind == TCN_BODY_ACT) {
        facts |= facts_of_body(&event->act_body);
    }
    facts |= event->domain.size > 0 ? TCN_FACT_DOMAIN : 0u;
    facts |= is_said(event, "grade") ? TCN_FACT_GRADE : 0u;
    facts |= is_text(event, "grade", "major") ? TCN_FACT_MAJOR : 0u;
    facts |= has_five(event) ? TCN_FACT_FIVE : 0u;
    facts |= has_path(event) ? TCN_FACT_PATH : 0u;
    facts |= is_said(event, "next_step") ? TCN_FACT_NEXT_STEP : 0u;
    facts |= is_said(event, "amount_fen") ? TCN_FACT_AMOUNT : 0u;
    facts |= is_said(event, "villagers") ? TCN_FACT_VILLAGERS : 0u;
    facts |= is_said(event, "claim") ? TCN_FACT_CLAIM : 0u;
    facts |= is_said(event, "month") ? TCN_FACT_MONTH : 0u;
    facts |= is_said(event, "missing_items") ? TCN_FACT_MISSING : 0u;
    facts |= is_said(event, "evidence") ? TCN_FACT_EVIDENCE : 0u;
    const bool is_purpose = tcn_procedure_is_purpose(event, "danger_to_life") ||
                            tcn_procedure_is_purpose(event, "danger_to_child");
    facts |= is_purpose ? TCN_FACT_PURPOSE : 0u;
    return facts;
}
