/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Real events of a matter, one after the other, as rows of a table: who says what, and how the
 * matter stands then. For the tests of kinds of matter.
 */
#ifndef TCN_TEST_FOLD_MOVES_H
#define TCN_TEST_FOLD_MOVES_H

#include "fold_fixture.h"

#include "core/procedure.h"

/** Above SAFETY by its line; the desk is above it by its place. Nobody is above CITY. */
#define CITY 5

static const struct tcn_organ chain_organs[] = {
    {.number = DESK, .id = "desk", .kind = TCN_ORGAN_DESK},
    {.number = SAFETY,
     .id = "safety",
     .kind = TCN_ORGAN_BUREAU,
     .line_parent = CITY,
     .place_parent = DESK},
    {.number = WATER, .id = "water", .kind = TCN_ORGAN_BUREAU},
    {.number = DISCIPLINE, .id = "discipline", .kind = TCN_ORGAN_BUREAU},
    {.number = CITY, .id = "city", .kind = TCN_ORGAN_BUREAU},
    {.number = OFFICE_A, .id = "office-a", .kind = TCN_ORGAN_OFFICE},
    {.number = OFFICE_B, .id = "office-b", .kind = TCN_ORGAN_OFFICE},
};

/** One event: `says` are facts; of REPORTED, RECLASSIFIED and RELEASED `names` is the domain, of
 * TRANSFERRED the organ. */
struct move {
    uint16_t organ;
    enum tcn_act act;
    uint32_t says;
    const char *names;
    const char *stands; /**< stage, holder, and the kind where it is another; or why it is void */
};

/** Starts a fold whose organs stand in a chain. */
static inline void start_chain(struct fixture *fixture, struct tcn_policy *policy) {
    *policy = regime;
    policy->organs = chain_organs;
    policy->organ_count = COUNT_OF(chain_organs);
    start(fixture);
    fixture->fold.policy = policy;
}

static inline struct tcn_attribute text_attribute(const char *name, const char *text) {
    return (struct tcn_attribute){
        .name = tcn_slice_text(name), .kind = TCN_ATTRIBUTE_TEXT, .text = tcn_slice_text(text)};
}

/** Attributes that a move may have. */
#define MOVE_ATTRIBUTES 14

/** The event of a move. Owns: lends `attributes`, MOVE_ATTRIBUTES of them. */
static inline struct tcn_event event_of(const struct move *move, uint8_t matter,
                                        struct tcn_attribute *attributes) {
    static const char *const five[] = {"responsibility", "measures", "funds", "time_limit",
                                       "contingency_plan"};
    const uint32_t says = move->says;
    const char *names = move->names != NULL ? move->names : "";
    struct tcn_event event =
        move->act == TCN_ACT_REPORTED ? report_of(matter, names) : act_of(move->act, matter);
    uint32_t count = 0;
    if (move->act == TCN_ACT_RECLASSIFIED || move->act == TCN_ACT_RELEASED) {
        event.domain = tcn_slice_text(names);
    } else if (move->act == TCN_ACT_TRANSFERRED) {
        event.act_body.to_organ = tcn_slice_text(names);
    }
    event.act_body.reason = tcn_slice_text((says & TCN_FACT_REASON) != 0 ? "r" : "");
    event.act_body.how = tcn_slice_text((says & TCN_FACT_HOW) != 0 ? "visit" : "");
    event.act_body.post = tcn_slice_text((says & TCN_FACT_POST) != 0 ? "head" : "");
    event.act_body.until_ns = (says & TCN_FACT_UNTIL) != 0 ? 9 : 0;
    if ((says & (TCN_FACT_GRADE | TCN_FACT_MAJOR)) != 0) {
        attributes[count++] =
            text_attribute("grade", (says & TCN_FACT_MAJOR) != 0 ? "major" : "general");
    }
    if ((says & TCN_FACT_PATH) != 0) {
        attributes[count++] = text_attribute("path", "taken_along");
    }
    if ((says & TCN_FACT_NEXT_STEP) != 0) {
        attributes[count++] = text_attribute("next_step", "court");
    }
    if ((says & TCN_FACT_VILLAGERS) != 0) {
        attributes[count++] = text_attribute("villagers", "meeting");
    }
    if ((says & TCN_FACT_CLAIM) != 0) {
        attributes[count++] = text_attribute("claim", "worker");
    }
    if ((says & TCN_FACT_MONTH) != 0) {
        attributes[count++] = (struct tcn_attribute){
            .name = tcn_slice_text("month"), .kind = TCN_ATTRIBUTE_NUMBER, .number = 202107};
    }
    if ((says & TCN_FACT_MISSING) != 0) {
        attributes[count++] = text_attribute("missing_items", "a paper");
    }
    if ((says & TCN_FACT_EVIDENCE) != 0) {
        attributes[count++] = text_attribute("evidence", "payroll");
    }
    for (size_t i = 0; i < COUNT_OF(five) && (says & TCN_FACT_FIVE) != 0; i++) {
        attributes[count++] = text_attribute(five[i], "x");
    }
    event.attributes = attributes;
    event.attribute_count = count;
    if ((says & TCN_FACT_AMOUNT) != 0) {
        event.counts.loss_fen = (struct tcn_count){TCN_COUNT_EXACT, 100};
    }
    if ((says & TCN_FACT_COUNT) != 0) {
        event.counts.at_risk = (struct tcn_count){TCN_COUNT_EXACT, 0};
    }
    if ((says & TCN_FACT_HARM) != 0) {
        event.counts.deaths = (struct tcn_count){TCN_COUNT_AT_LEAST, 1};
    }
    return event;
}

/** What became of one event, as a row states it. */
static inline void add_stands(struct trace *trace, const struct fixture *fixture, uint8_t matter,
                              const struct tcn_outcome *outcome, enum tcn_procedure_kind before) {
    if (outcome->code != TCN_OK) {
        trace_add(trace, "%s", tcn_status_name((enum tcn_status)outcome->code));
        for (uint32_t bit = 0; bit < 32; bit++) {
            if ((outcome->missing >> bit & 1u) != 0) {
                trace_add(trace, " %s", tcn_fact_name(UINT32_C(1) << bit));
            }
        }
        return;
    }
    const struct tcn_id id = matter_id(matter);
    const struct tcn_matter *now = tcn_memstate_matter(&fixture->state, &id);
    assert_non_null(now);
    trace_add(trace, "%s %u", tcn_stage_name(now->stage), now->holder);
    if (before != TCN_PROCEDURE_NONE && now->kind != before) {
        trace_add(trace, " %s", tcn_procedure_name(now->kind));
    }
}

/** Folds one move by a source and compares how the matter stands, which a row says behind a + when
 * another post of the organ makes it. */
static inline void make_move(struct fixture *fixture, uint8_t matter, const struct move *move,
                             uint32_t source) {
    struct tcn_attribute attributes[MOVE_ATTRIBUTES];
    const struct tcn_event event = event_of(move, matter, attributes);
    const struct tcn_matter *found = tcn_memstate_matter(&fixture->state, &event.matter);
    const enum tcn_procedure_kind before = found != NULL ? found->kind : TCN_PROCEDURE_NONE;
    struct tcn_fold_input in = input_of(fixture, move->organ, &event);
    struct tcn_outcome outcome;
    struct trace trace = {.size = 0};
    const bool is_other = move->stands[0] == '+';
    const char *stands = move->stands + is_other;
    in.lane.source = is_other ? OTHER_POST : source;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    add_stands(&trace, fixture, matter, &outcome, before);
    if (strcmp(trace.text, stands) != 0) {
        fail_msg("%u %s of %u: %s, and not %s", move->organ, tcn_act_name(move->act), matter,
                 trace.text, stands);
    }
}

/** Folds moves of one matter, each organ by a source of its own. */
static inline void walk(struct fixture *fixture, uint8_t matter, const struct move *moves,
                        size_t count) {
    for (size_t i = 0; i < count; i++) {
        make_move(fixture, matter, &moves[i], moves[i].organ);
    }
}

#define WALK(fixture_, matter_, moves_) walk((fixture_), (matter_), (moves_), COUNT_OF(moves_))

/** The matter of a walk. */
static inline const struct tcn_matter *walked(const struct fixture *fixture, uint8_t matter) {
    const struct tcn_id id = matter_id(matter);
    return tcn_memstate_matter(&fixture->state, &id);
}

/** Who was told since some alert, as "organ reason", with the flags of the event alone. */
static inline void tell_since(struct trace *trace, const struct fixture *fixture, size_t before) {
    const uint32_t shown = TCN_FLAG_LACKING | TCN_FLAG_EARLY | TCN_FLAG_WAITS;
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)fixture->state.alerts.rows;
    for (size_t i = before; i < fixture->state.alerts.count; i++) {
        trace_add(trace, "%s%u %s", i > before ? ", " : "", alerts[i].stream.organ,
                  tcn_reason_name(alerts[i].reason));
        if ((alerts[i].flags & shown) != 0) {
            trace_add(trace, "(%u)", alerts[i].flags & shown);
        }
    }
}

#endif
