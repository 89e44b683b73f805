/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hazards, accidents and weather warnings. Articles are of the law on work safety (安全生产法,
 * 2021), the regulation on accidents (国务院令第493号) and the law on emergencies (突发事件应对法,
 * 2024).
 */
#include "core/procedure_tables.h"

#define FINDS_DANGER (TCN_ALL_SIDES | TCN_WHO_PLACE)

/* A hazard (事故隐患). Graded, assigned with the five implementations (五落实), rectified, accepted
 * by somebody else (验收) and taken off the list (销号). Listed supervision (挂牌督办), stopped
 * work and withdrawn people are marks beside the stage. Harm makes it an accident, whichever act
 * tells of it.
 *
 *     NONE,STUB ─ reported ▶ OPEN ─ accepted ▶ ACCEPTED ─ graded ▶ GRADED ─ assigned ▶ RECTIFYING
 *     OPEN ─ graded ▶ GRADED
 *     HELD ─ accepted ▶ ACCEPTED
 *     RECTIFYING ─ submitted ▶ SUBMITTED ─ passed ▶ PASSED ─ closed ▶ CLOSED ─ reopened ▶ GRADED
 *     SUBMITTED ─ rejected ▶ RECTIFYING
 *     PASSED ─ reopened ▶ GRADED
 *     OPEN,HELD,ACCEPTED,GRADED ─ became_accident ▶ ACCIDENT
 *     RECTIFYING,SUBMITTED,PASSED ─ became_accident ▶ ACCIDENT
 */
static const struct tcn_procedure_stage hazard_stages[] = {
    {TCN_STAGE_NONE, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_STUB, false, TCN_ACT_TRANSFERRED, TCN_WHO_DESK},
    {TCN_STAGE_HELD, false, TCN_ACT_RELEASED, TCN_WHO_HOLDER},
    {TCN_STAGE_OPEN, false, TCN_ACT_ACCEPTED, TCN_WHO_HOLDER},
    {TCN_STAGE_ACCEPTED, false, TCN_ACT_GRADED, TCN_WHO_HOLDER},
    {TCN_STAGE_GRADED, false, TCN_ACT_ASSIGNED, TCN_WHO_HOLDER},
    {TCN_STAGE_RECTIFYING, false, TCN_ACT_SUBMITTED, TCN_WHO_HOLDER},
    {TCN_STAGE_SUBMITTED, false, TCN_ACT_PASSED, TCN_WHO_PARTY},
    {TCN_STAGE_PASSED, false, TCN_ACT_CLOSED, TCN_WHO_HOLDER},
    {TCN_STAGE_CLOSED, true, TCN_ACT_NONE, 0},
};

#define HAZARD_LIVE                                                                                \
    (TCN_UNTAKEN | TCN_AT(ACCEPTED) | TCN_AT(GRADED) | TCN_AT(RECTIFYING) | TCN_AT(SUBMITTED) |    \
     TCN_AT(PASSED))
#define REGRADED (TCN_AT(GRADED) | TCN_AT(RECTIFYING) | TCN_AT(SUBMITTED))

static const struct tcn_procedure_row hazard_rows[] = {
    {.from = TCN_UNBORN,
     .act = TCN_ACT_REPORTED,
     .who = TCN_WHO_ANYONE,
     .next = TCN_STAGE_OPEN,
     .source = "安全生产法 74, 75; 突发事件应对法 60 (H)"},
    {.from = TCN_UNTAKEN, .act = TCN_ACT_ACCEPTED, .who = TCN_LEAD, .next = TCN_STAGE_ACCEPTED},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED),
     .act = TCN_ACT_GRADED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_GRADE,
     .mirrors = TCN_MARK_MAJOR,
     .next = TCN_STAGE_GRADED,
     .source = "安全生产法 41 (H)"},
    {.from = REGRADED,
     .act = TCN_ACT_GRADED,
     .who = TCN_WHO_HOLDER,
     .needs = TCN_FACT_GRADE | TCN_FACT_REASON,
     .mirrors = TCN_MARK_MAJOR,
     .source = "up or down by the regulator, with a reason (L)"},
    {.from = TCN_AT(GRADED),
     .act = TCN_ACT_ASSIGNED,
     .who = TCN_LEAD,
     .wants = TCN_FACT_FIVE,
     .mirrors = TCN_MARK_FIVE,
     .next = TCN_STAGE_RECTIFYING,
     .source = "五落实 (M); an empty field is shown, never refused (L)"},
    {.from = TCN_AT(RECTIFYING),
     .act = TCN_ACT_ASSIGNED,
     .who = TCN_LEAD,
     .wants = TCN_FACT_FIVE,
     .mirrors = TCN_MARK_FIVE,
     .source = "as above, anew (M)"},
    {.from = HAZARD_LIVE,
     .act = TCN_ACT_PEOPLE_WITHDRAWN,
     .who = FINDS_DANGER,
     .needs = TCN_FACT_COUNT,
     .sets = TCN_MARK_PEOPLE_OUT,
     .sets_if = TCN_FACT_ALL_OUT,
     .source = "安全生产法 65(3) (H)"},
    {.from = HAZARD_LIVE,
     .act = TCN_ACT_SUSPENDED,
     .who = TCN_LEAD,
     .bars_marks = TCN_MARK_SUSPENDED,
     .sets = TCN_MARK_SUSPENDED,
     .source = "安全生产法 65(3) (H)"},
    {.from = TCN_AT(PASSED),
     .act = TCN_ACT_RESUMED,
     .who = TCN_LEAD,
     .needs_marks = TCN_MARK_SUSPENDED,
     .clears = TCN_MARK_SUSPENDED | TCN_MARK_PEOPLE_OUT,
     .source = "resumed only after review: 安全生产法 65(3) (H)"},
    {.from = REGRADED,
     .act = TCN_ACT_LISTED,
     .who = TCN_WHO_DESK | TCN_WHO_HIGHER,
     .needs_marks = TCN_MARK_MAJOR,
     .bars_marks = TCN_MARK_LISTED,
     .sets = TCN_MARK_LISTED,
     .source = "挂牌督办: 安全生产法 41 (H), the steps (M)"},
    {.from = TCN_AT(RECTIFYING),
     .act = TCN_ACT_SUBMITTED,
     .who = TCN_LEAD | TCN_WHO_PARTY,
     .bars = TCN_WHO_OFFICE,
     .next = TCN_STAGE_SUBMITTED,
     .source = "finder, rectifier and acceptor are three (M)"},
    {.from = TCN_AT(SUBMITTED),
     .act = TCN_ACT_PASSED,
     .who = TCN_CHECKERS,
     .bars = TCN_CHECKED,
     .needs = TCN_FACT_POST,
     .next = TCN_STAGE_PASSED,
     .source = "验收; finder, rectifier and acceptor are three (M)"},
    {.from = TCN_AT(SUBMITTED),
     .act = TCN_ACT_REJECTED,
     .who = TCN_CHECKERS,
     .bars = TCN_CHECKED,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_RECTIFYING,
     .source = "failed or overdue stays listed (M)"},
    {.from = TCN_AT(PASSED),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD | TCN_WHO_HIGHER,
     .bars_marks = TCN_MARK_SUSPENDED,
     .clears = TCN_MARK_LISTED,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "销号 (M)"},
    {.from = TCN_AT(PASSED) | TCN_AT(CLOSED),
     .act = TCN_ACT_REOPENED,
     .who = TCN_LEAD | TCN_WHO_HIGHER,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_GRADED,
     .source = "L"},
    {.from = HAZARD_LIVE,
     .act = TCN_ACT_BECAME_ACCIDENT,
     .who = FINDS_DANGER,
     .becomes = TCN_PROCEDURE_ACCIDENT,
     .next = TCN_STAGE_OPEN,
     .source = "国务院令第493号 9, 10 (H)"},
};

const struct tcn_procedure tcn_procedure_hazard = {
    .kind = TCN_PROCEDURE_HAZARD,
    .on_harm = TCN_PROCEDURE_ACCIDENT,
    .stages = hazard_stages,
    .stage_count = sizeof(hazard_stages) / sizeof(hazard_stages[0]),
    .rows = hazard_rows,
    .row_count = sizeof(hazard_rows) / sizeof(hazard_rows[0]),
};

/* An accident (生产安全事故): reported up level by level, supplemented as counts change,
 * investigated, the report approved by government, its measures evaluated. Its level follows from
 * its counts (core/accident.h) and is never a stage.
 *
 *     NONE,STUB ─ reported ▶ OPEN ─ accepted ▶ ACCEPTED ─ submitted ▶ SUBMITTED
 *     HELD ─ accepted ▶ ACCEPTED
 *     SUBMITTED ─ approved ▶ APPROVED ─ passed ▶ PASSED ─ closed ▶ CLOSED ─ reopened ▶ ACCEPTED
 *     SUBMITTED ─ rejected ▶ ACCEPTED
 *     APPROVED,PASSED ─ reopened ▶ ACCEPTED
 */
static const struct tcn_procedure_stage accident_stages[] = {
    {TCN_STAGE_NONE, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_STUB, false, TCN_ACT_TRANSFERRED, TCN_WHO_DESK},
    {TCN_STAGE_HELD, false, TCN_ACT_RELEASED, TCN_WHO_HOLDER},
    {TCN_STAGE_OPEN, false, TCN_ACT_REPORTED_UP, TCN_WHO_HOLDER},
    {TCN_STAGE_ACCEPTED, false, TCN_ACT_SUBMITTED, TCN_WHO_HOLDER},
    {TCN_STAGE_SUBMITTED, false, TCN_ACT_APPROVED, TCN_WHO_HIGHER},
    {TCN_STAGE_APPROVED, false, TCN_ACT_PASSED, TCN_WHO_HIGHER},
    {TCN_STAGE_PASSED, false, TCN_ACT_CLOSED, TCN_WHO_HOLDER},
    {TCN_STAGE_CLOSED, true, TCN_ACT_NONE, 0},
};

#define ACCIDENT_LIVE                                                                              \
    (TCN_UNTAKEN | TCN_AT(ACCEPTED) | TCN_AT(SUBMITTED) | TCN_AT(APPROVED) | TCN_AT(PASSED))

static const struct tcn_procedure_row accident_rows[] = {
    {.from = TCN_UNBORN,
     .act = TCN_ACT_REPORTED,
     .who = TCN_WHO_ANYONE,
     .wants = TCN_FACT_COUNT,
     .next = TCN_STAGE_OPEN,
     .source = "国务院令第493号 9, 10, 13, 29 (H)"},
    {.from = TCN_UNTAKEN, .act = TCN_ACT_ACCEPTED, .who = TCN_LEAD, .next = TCN_STAGE_ACCEPTED},
    {.from = ACCIDENT_LIVE,
     .act = TCN_ACT_REPORTED_UP,
     .who = TCN_ALL_SIDES | TCN_WHO_HIGHER,
     .source = "level by level: 国务院令第493号 10, 11 (H)"},
    {.from = ACCIDENT_LIVE,
     .act = TCN_ACT_FOLLOWED_UP,
     .who = FINDS_DANGER,
     .source = "a supplement when counts change: 国务院令第493号 13 (H)"},
    {.from = ACCIDENT_LIVE,
     .act = TCN_ACT_PEOPLE_WITHDRAWN,
     .who = FINDS_DANGER,
     .needs = TCN_FACT_COUNT,
     .sets = TCN_MARK_PEOPLE_OUT,
     .sets_if = TCN_FACT_ALL_OUT,
     .source = "安全生产法 65(3) (H)"},
    {.from = ACCIDENT_LIVE,
     .act = TCN_ACT_SUSPENDED,
     .who = TCN_LEAD,
     .bars_marks = TCN_MARK_SUSPENDED,
     .sets = TCN_MARK_SUSPENDED,
     .source = "安全生产法 65(3) (H)"},
    {.from = TCN_AT(PASSED),
     .act = TCN_ACT_RESUMED,
     .who = TCN_LEAD,
     .needs_marks = TCN_MARK_SUSPENDED,
     .clears = TCN_MARK_SUSPENDED | TCN_MARK_PEOPLE_OUT,
     .source = "安全生产法 65(3) (H)"},
    {.from = TCN_AT(ACCEPTED),
     .act = TCN_ACT_EXTENDED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_POST | TCN_FACT_UNTIL,
     .bars_marks = TCN_MARK_EXTENDED,
     .sets = TCN_MARK_EXTENDED,
     .source = "国务院令第493号 29 (H); once: L"},
    {.from = TCN_AT(ACCEPTED),
     .act = TCN_ACT_SUBMITTED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_SUBMITTED,
     .source = "国务院令第493号 29, 32 (H)"},
    {.from = TCN_AT(SUBMITTED),
     .act = TCN_ACT_APPROVED,
     .who = TCN_WHO_DESK | TCN_WHO_HIGHER,
     .bars = TCN_WHO_SUBMITTER,
     .needs = TCN_FACT_POST,
     .next = TCN_STAGE_APPROVED,
     .source = "国务院令第493号 32 (H)"},
    {.from = TCN_AT(SUBMITTED),
     .act = TCN_ACT_REJECTED,
     .who = TCN_WHO_DESK | TCN_WHO_HIGHER,
     .bars = TCN_WHO_SUBMITTER,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_ACCEPTED,
     .source = "M"},
    {.from = TCN_AT(APPROVED),
     .act = TCN_ACT_PASSED,
     .who = TCN_CHECKERS,
     .bars = TCN_WHO_SUBMITTER,
     .needs = TCN_FACT_POST,
     .next = TCN_STAGE_PASSED,
     .source = "evaluated and published: 安全生产法 86 (H)"},
    {.from = TCN_AT(PASSED),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .bars_marks = TCN_MARK_SUSPENDED,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "M"},
    {.from = TCN_AT(APPROVED) | TCN_AT(PASSED) | TCN_AT(CLOSED),
     .act = TCN_ACT_REOPENED,
     .who = TCN_WHO_DESK | TCN_WHO_HIGHER,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_ACCEPTED,
     .source = "L"},
};

const struct tcn_procedure tcn_procedure_accident = {
    .kind = TCN_PROCEDURE_ACCIDENT,
    .stages = accident_stages,
    .stage_count = sizeof(accident_stages) / sizeof(accident_stages[0]),
    .rows = accident_rows,
    .row_count = sizeof(accident_rows) / sizeof(accident_rows[0]),
};

/* A weather warning (气象预警). A township's report is a proposal: only government of the county
 * and above warns the public. While it is in force every office of its area checks in.
 *
 *     NONE,STUB ─ reported ▶ OPEN ─ issued ▶ IN_FORCE ─ closed ▶ CLOSED ─ reopened ▶ ACCEPTED
 *     NONE,STUB ─ reported ▶ IN_FORCE
 *     OPEN,HELD ─ accepted ▶ ACCEPTED ─ issued ▶ IN_FORCE
 *     OPEN,ACCEPTED ─ closed ▶ CLOSED
 */
static const struct tcn_procedure_stage warning_stages[] = {
    {TCN_STAGE_NONE, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_STUB, false, TCN_ACT_TRANSFERRED, TCN_WHO_DESK},
    {TCN_STAGE_HELD, false, TCN_ACT_RELEASED, TCN_WHO_HOLDER},
    {TCN_STAGE_OPEN, false, TCN_ACT_ISSUED, TCN_WHO_HOLDER},
    {TCN_STAGE_ACCEPTED, false, TCN_ACT_ISSUED, TCN_WHO_HOLDER},
    {TCN_STAGE_IN_FORCE, false, TCN_ACT_FOLLOWED_UP, TCN_WHO_ANYONE},
    {TCN_STAGE_CLOSED, true, TCN_ACT_NONE, 0},
};

static const struct tcn_procedure_row warning_rows[] = {
    {.from = TCN_UNBORN,
     .act = TCN_ACT_REPORTED,
     .who = TCN_LEAD,
     .wants = TCN_FACT_GRADE | TCN_FACT_UNTIL,
     .next = TCN_STAGE_IN_FORCE,
     .source = "突发事件应对法 63, 64 (H)"},
    {.from = TCN_UNBORN,
     .act = TCN_ACT_REPORTED,
     .who = TCN_WHO_ANYONE,
     .next = TCN_STAGE_OPEN,
     .source = "a proposal only: 突发事件应对法 63, 64 (H)"},
    {.from = TCN_UNTAKEN, .act = TCN_ACT_ACCEPTED, .who = TCN_LEAD, .next = TCN_STAGE_ACCEPTED},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED),
     .act = TCN_ACT_ISSUED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_GRADE | TCN_FACT_UNTIL,
     .next = TCN_STAGE_IN_FORCE,
     .source = "突发事件应对法 63, 64 (H)"},
    {.from = TCN_AT(IN_FORCE),
     .act = TCN_ACT_GRADED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_GRADE,
     .source = "another colour: 突发事件应对法 70 (H)"},
    {.from = TCN_AT(IN_FORCE),
     .act = TCN_ACT_EXTENDED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_UNTIL,
     .source = "突发事件应对法 70 (H)"},
    {.from = TCN_AT(IN_FORCE),
     .act = TCN_ACT_FOLLOWED_UP,
     .who = TCN_WHO_ANYONE,
     .source = "an office's check-in (L)"},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "the proposal is not taken up (L)"},
    {.from = TCN_AT(IN_FORCE),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "cancelled when the danger is over: 突发事件应对法 70 (H)"},
    {.from = TCN_AT(CLOSED),
     .act = TCN_ACT_REOPENED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_ACCEPTED,
     .source = "L"},
};

const struct tcn_procedure tcn_procedure_warning = {
    .kind = TCN_PROCEDURE_WARNING,
    .stages = warning_stages,
    .stage_count = sizeof(warning_stages) / sizeof(warning_stages[0]),
    .rows = warning_rows,
    .row_count = sizeof(warning_rows) / sizeof(warning_rows[0]),
};
