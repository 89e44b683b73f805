/* SPDX-License-Identifier: Apache-2.0 */
/*
 * escalation.yaml: who is told when nobody moves. A ladder reminds, then urges; to admonish is a
 * measure on people, so it is proposed to the desk and to nobody else.
 */
#include "policy/compile_plans.h"

#include <string.h>

/** One entry as it is written. */
struct tcn_raw_step {
    char *id;
    char *ladder;
    char *kind;
    char *cause;
    char *clock;
    char *severity;
    char **tell;
    uint32_t tell_count;
    char *spacing_minutes;
    char *article;
    char *confidence;
};

/** escalation.yaml. */
struct tcn_raw_escalation {
    struct tcn_raw_step *steps;
    uint32_t steps_count;
};

static const cyaml_schema_field_t step_fields[] = {
    TCN_RAW_TEXT(tcn_raw_step, id),
    TCN_RAW_TEXT(tcn_raw_step, ladder),
    TCN_RAW_TEXT(tcn_raw_step, kind),
    TCN_RAW_TEXT(tcn_raw_step, cause),
    TCN_RAW_TEXT(tcn_raw_step, clock),
    TCN_RAW_TEXT(tcn_raw_step, severity),
    TCN_RAW_LIST(tcn_raw_step, tell, &tcn_schema_word, TCN_PLAN_ROLES_MAX),
    TCN_RAW_TEXT(tcn_raw_step, spacing_minutes),
    TCN_RAW_TEXT(tcn_raw_step, article),
    TCN_RAW_TEXT(tcn_raw_step, confidence),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t step_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_step, step_fields)};

static const cyaml_schema_field_t escalation_fields[] = {
    TCN_RAW_LIST(tcn_raw_escalation, steps, &step_value, TCN_ESCALATION_STEPS_MAX),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t tcn_schema_escalation = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_escalation, escalation_fields)};

static const char *const kind_words[] = {"remind", "urge", "admonish"};
static const char *const cause_words[] = {"unacknowledged", "due_soon", "overdue"};
static const char *const severity_words[] = {"routine", "serious", "urgent", "danger"};
static const char *const role_words[] = {"holder", "office", "line_parent", "place_parent", "desk"};

/** What the steps of one ladder have in common, and their order. */
static void check_ladder(const struct tcn_plan_entry *entry, const struct tcn_escalation_step *rows,
                         uint32_t index) {
    const struct tcn_escalation_step *step = &rows[index];
    const struct tcn_escalation_step *before = index > 0 ? &rows[index - 1] : NULL;
    bool goes_on = before != NULL && strcmp(before->ladder, step->ladder) == 0;
    for (uint32_t i = 0; !goes_on && i < index; i++) {
        if (step->ladder[0] != '\0' && strcmp(rows[i].ladder, step->ladder) == 0) {
            tcn_value_fault(&entry->values, "ladder",
                            "expected the steps of \"%s\" one behind the other", step->ladder);
            return;
        }
    }
    if (step->kind == TCN_ESCALATION_NONE || (goes_on && before->kind == TCN_ESCALATION_NONE)) {
        return;
    }
    if (!goes_on && step->kind != TCN_ESCALATION_REMIND) {
        tcn_value_fault(&entry->values, "kind", "expected remind: a ladder begins with it");
    }
    if (goes_on && step->kind < before->kind) {
        tcn_value_fault(&entry->values, "kind", "expected no milder step behind a harder one");
    }
    if (goes_on && step->cause != before->cause && step->cause != 0 && before->cause != 0) {
        tcn_value_fault(&entry->values, "cause",
                        "expected the ladder's own, that of its first step");
    }
}

static bool is_same(const char *left, const char *right) {
    return strcmp(left != NULL ? left : "", right != NULL ? right : "") == 0;
}

/** Of two ladders that fit as well the first is chosen (core/ladder), so the other never is. */
static void check_chosen(const struct tcn_plan_entry *entry, const struct tcn_escalation_step *rows,
                         const struct tcn_raw_step *raws, uint32_t index) {
    const struct tcn_escalation_step *step = &rows[index];
    for (uint32_t i = 0; i < index && step->cause != 0; i++) {
        const bool is_first = i == 0 || strcmp(rows[i - 1].ladder, rows[i].ladder) != 0;
        if (strcmp(rows[i].ladder, step->ladder) == 0) {
            return; /* it began before, which is told already */
        }
        if (is_first && rows[i].cause == step->cause &&
            rows[i].severity_min == step->severity_min &&
            is_same(raws[i].clock, raws[index].clock)) {
            tcn_value_fault(&entry->values, "ladder",
                            "expected another cause, clock or severity than that of \"%s\", which "
                            "is chosen first: \"%s\" would never begin",
                            rows[i].ladder, step->ladder);
            return;
        }
    }
}

/** A clock that is off sets off nothing. */
static void check_clock(const struct tcn_compile_plans *compile, const struct tcn_plan_entry *entry,
                        const struct tcn_escalation_step *step) {
    for (size_t i = 0; i < compile->clocks_off.count && step->clock[0] != '\0'; i++) {
        if (strcmp(compile->clocks_off.words[i], step->clock) == 0) {
            tcn_value_fault(&entry->values, "clock",
                            "expected a clock that is on: \"%s\" is not enabled, so the ladder "
                            "would never begin",
                            step->clock);
        }
    }
}

static void check_admonish(const struct tcn_plan_entry *entry,
                           const struct tcn_escalation_step *step) {
    if (step->kind == TCN_ESCALATION_ADMONISH && step->roles != 0 && step->roles != TCN_PLAN_DESK) {
        tcn_value_fault(&entry->values, "tell",
                        "expected [desk]: to admonish is only proposed, to people at the desk");
    }
}

static void compile_step(struct tcn_compile_plans *compile, const struct tcn_raw_step *raw,
                         uint32_t index) {
    struct tcn_escalation_step *rows = compile->tables->steps;
    struct tcn_escalation_step *step = &rows[index];
    struct tcn_plan_entry entry = tcn_plan_entry_at(compile, TCN_PLAN_ESCALATION, "steps", index);
    const struct tcn_range minutes = {.min = 1, .max = TCN_PLAN_MINUTES_MAX, .fallback = 0};
    tcn_plan_id(&entry, raw->id, (struct tcn_plan_rows){rows, sizeof(*rows), index}, step->id);
    tcn_value_word(&entry.values, "ladder", raw->ladder, step->ladder);
    step->kind = (enum tcn_escalation_kind)tcn_plan_choose(&entry, "kind", raw->kind,
                                                           (struct tcn_value_words){kind_words, 3});
    step->cause = (enum tcn_escalation_cause)tcn_plan_choose(
        &entry, "cause", raw->cause, (struct tcn_value_words){cause_words, 3});
    tcn_plan_word(&entry, "clock", raw->clock, "clock", &compile->clocks, step->clock);
    if (step->clock[0] != '\0' && step->cause == TCN_ESCALATION_UNACKNOWLEDGED) {
        tcn_value_fault(&entry.values, "clock", "expected none: unacknowledged has no clock");
    }
    if (raw->severity != NULL && raw->severity[0] != '\0') {
        step->severity_min = (enum tcn_severity)tcn_plan_choose(
            &entry, "severity", raw->severity, (struct tcn_value_words){severity_words, 4});
    }
    step->roles = tcn_plan_bits(&entry, (struct tcn_plan_list){"tell", raw->tell, raw->tell_count},
                                (struct tcn_value_words){role_words, TCN_PLAN_ROLES_MAX});
    step->spacing_minutes =
        (uint32_t)tcn_value_number(&entry.values, "spacing_minutes", raw->spacing_minutes, minutes);
    tcn_plan_origin(&entry, raw->article, raw->confidence, &step->origin);
    check_ladder(&entry, rows, index);
    if (index == 0 || strcmp(rows[index - 1].ladder, step->ladder) != 0) {
        const struct tcn_raw_escalation *file = compile->raws[TCN_PLAN_ESCALATION];
        check_chosen(&entry, rows, file->steps, index);
    }
    check_clock(compile, &entry, step);
    check_admonish(&entry, step);
}

enum tcn_status tcn_compile_escalation(struct tcn_compile_plans *compile) {
    const struct tcn_raw_escalation *raw = compile->raws[TCN_PLAN_ESCALATION];
    void *made = NULL;
    if (raw == NULL) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_plan_make(compile, TCN_PLAN_ESCALATION, "steps", raw->steps_count,
                                           sizeof(*compile->tables->steps), &made);
    compile->tables->steps = made;
    for (uint32_t i = 0; made != NULL && i < raw->steps_count; i++) {
        compile_step(compile, &raw->steps[i], i);
    }
    compile->tables->plans.steps = made;
    compile->tables->plans.step_count = made != NULL ? raw->steps_count : 0;
    return status;
}
