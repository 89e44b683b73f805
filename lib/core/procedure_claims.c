/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Disputes, wage arrears, requisition of land. Articles are of the law on people's mediation
 * (人民调解法), the regulations on wages of migrant workers (保障农民工工资支付条例) and on labour
 * inspection (劳动保障监察条例), and the regulation for the law on land (土地管理法实施条例).
 */
#include "core/procedure_tables.h"

/* A dispute (矛盾纠纷). Mediation is offered, never required: an answer without it is in order, and
 * whoever does not agree is told the ways that remain.
 *
 *     NONE,STUB ─ reported ▶ OPEN ─ accepted ▶ ACCEPTED ─ mediation_offered ▶ OFFERED
 *     HELD ─ accepted ▶ ACCEPTED
 *     OPEN ─ mediation_offered ▶ OFFERED
 *     ACCEPTED,OFFERED,NOT_AGREED ─ agreed ▶ AGREED ─ closed ▶ CLOSED ─ reopened ▶ ACCEPTED
 *     ACCEPTED,OFFERED,AGREED ─ not_agreed ▶ NOT_AGREED ─ petitioner_told ▶ TOLD
 *     ACCEPTED,NOT_AGREED ─ replied ▶ REPLIED ─ petitioner_told ▶ TOLD ─ closed ▶ CLOSED
 *     AGREED,TOLD ─ reopened ▶ ACCEPTED
 */
static const struct tcn_procedure_stage dispute_stages[] = {
    {TCN_STAGE_NONE, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_STUB, false, TCN_ACT_TRANSFERRED, TCN_WHO_DESK},
    {TCN_STAGE_HELD, false, TCN_ACT_RELEASED, TCN_WHO_HOLDER},
    {TCN_STAGE_OPEN, false, TCN_ACT_ACCEPTED, TCN_WHO_HOLDER},
    {TCN_STAGE_ACCEPTED, false, TCN_ACT_MEDIATION_OFFERED, TCN_WHO_HOLDER},
    {TCN_STAGE_OFFERED, false, TCN_ACT_AGREED, TCN_WHO_HOLDER},
    {TCN_STAGE_AGREED, false, TCN_ACT_CLOSED, TCN_WHO_HOLDER},
    {TCN_STAGE_NOT_AGREED, false, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
    {TCN_STAGE_REPLIED, false, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
    {TCN_STAGE_TOLD, false, TCN_ACT_CLOSED, TCN_WHO_HOLDER},
    {TCN_STAGE_CLOSED, true, TCN_ACT_NONE, 0},
};

static const struct tcn_procedure_row dispute_rows[] = {
    {.from = TCN_UNBORN,
     .act = TCN_ACT_REPORTED,
     .who = TCN_WHO_ANYONE,
     .next = TCN_STAGE_OPEN,
     .source = "矛盾纠纷 collected, reported, analysed, assessed: the seed (H)"},
    {.from = TCN_UNTAKEN, .act = TCN_ACT_ACCEPTED, .who = TCN_LEAD, .next = TCN_STAGE_ACCEPTED},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED),
     .act = TCN_ACT_MEDIATION_OFFERED,
     .who = TCN_ALL_SIDES,
     .next = TCN_STAGE_OFFERED,
     .source = "人民调解法 17 (M); offered, never required (L)"},
    {.from = TCN_AT(ACCEPTED) | TCN_AT(OFFERED) | TCN_AT(NOT_AGREED),
     .act = TCN_ACT_AGREED,
     .who = TCN_ALL_SIDES,
     .next = TCN_STAGE_AGREED,
     .source = "人民调解法 28, 33: confirmed by a court, if both ask (M)"},
    {.from = TCN_AT(ACCEPTED) | TCN_AT(OFFERED) | TCN_AT(AGREED),
     .act = TCN_ACT_NOT_AGREED,
     .who = TCN_ALL_SIDES,
     .needs = TCN_FACT_NEXT_STEP,
     .next = TCN_STAGE_NOT_AGREED,
     .source = "人民调解法 26: told of arbitration, administration, court (M)"},
    {.from = TCN_AT(ACCEPTED) | TCN_AT(NOT_AGREED),
     .act = TCN_ACT_REPLIED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_REPLIED,
     .source = "L"},
    {.from = TCN_AT(NOT_AGREED) | TCN_AT(REPLIED),
     .act = TCN_ACT_PETITIONER_TOLD,
     .who = TCN_SIDES,
     .needs = TCN_FACT_HOW,
     .next = TCN_STAGE_TOLD,
     .source = "L"},
    {.from = TCN_AT(AGREED) | TCN_AT(TOLD),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "L"},
    {.from = TCN_AT(AGREED) | TCN_AT(TOLD) | TCN_AT(CLOSED),
     .act = TCN_ACT_REOPENED,
     .who = TCN_SIDES,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_ACCEPTED,
     .source = "the agreement is not kept, or it flares up (L)"},
};

const struct tcn_procedure tcn_procedure_dispute = {
    .kind = TCN_PROCEDURE_DISPUTE,
    .stages = dispute_stages,
    .stage_count = sizeof(dispute_stages) / sizeof(dispute_stages[0]),
    .rows = dispute_rows,
    .row_count = sizeof(dispute_rows) / sizeof(dispute_rows[0]),
};

/* Wage arrears (欠薪). Whoever is asked first takes it or hands it on at once (首问负责), and the
 * complainant hears the result.
 *
 *     NONE,STUB ─ reported ▶ OPEN ─ accepted ▶ ACCEPTED ─ case_filed ▶ FILED ─ ordered ▶ ORDERED
 *     HELD ─ accepted ▶ ACCEPTED
 *     OPEN ─ case_filed ▶ FILED
 *     OPEN,HELD,ACCEPTED ─ declined ▶ DECLINED ─ petitioner_told ▶ TOLD
 *     ACCEPTED,FILED,ORDERED,REPLIED,TOLD ─ paid ▶ PAID ─ petitioner_told ▶ TOLD
 *     ACCEPTED,FILED,ORDERED ─ replied ▶ REPLIED ─ petitioner_told ▶ TOLD ─ closed ▶ CLOSED
 *     DECLINED,REPLIED,PAID,TOLD,CLOSED ─ reopened ▶ ACCEPTED
 */
static const struct tcn_procedure_stage wages_stages[] = {
    {TCN_STAGE_NONE, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_STUB, false, TCN_ACT_TRANSFERRED, TCN_WHO_DESK},
    {TCN_STAGE_HELD, false, TCN_ACT_RELEASED, TCN_WHO_HOLDER},
    {TCN_STAGE_OPEN, false, TCN_ACT_ACCEPTED, TCN_WHO_HOLDER},
    {TCN_STAGE_DECLINED, false, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
    {TCN_STAGE_ACCEPTED, false, TCN_ACT_CASE_FILED, TCN_WHO_HOLDER},
    {TCN_STAGE_FILED, false, TCN_ACT_ORDERED, TCN_WHO_HOLDER},
    {TCN_STAGE_ORDERED, false, TCN_ACT_PAID, TCN_WHO_HOLDER},
    {TCN_STAGE_REPLIED, false, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
    {TCN_STAGE_PAID, false, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
    {TCN_STAGE_TOLD, false, TCN_ACT_CLOSED, TCN_WHO_HOLDER},
    {TCN_STAGE_CLOSED, true, TCN_ACT_NONE, 0},
};

static const struct tcn_procedure_row wages_rows[] = {
    {.from = TCN_UNBORN,
     .act = TCN_ACT_REPORTED,
     .who = TCN_WHO_ANYONE,
     .next = TCN_STAGE_OPEN,
     .source = "保障农民工工资支付条例 10 (H)"},
    {.from = TCN_UNTAKEN,
     .act = TCN_ACT_ACCEPTED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_ACCEPTED,
     .source = "保障农民工工资支付条例 10 (H)"},
    {.from = TCN_UNTAKEN | TCN_AT(ACCEPTED),
     .act = TCN_ACT_DECLINED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_NEXT_STEP,
     .next = TCN_STAGE_DECLINED,
     .source = "labour arbitration, court (L)"},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED),
     .act = TCN_ACT_CASE_FILED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_FILED,
     .source = "劳动保障监察条例 17 (H)"},
    {.from = TCN_AT(FILED),
     .act = TCN_ACT_EXTENDED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_POST | TCN_FACT_UNTIL,
     .bars_marks = TCN_MARK_EXTENDED,
     .sets = TCN_MARK_EXTENDED,
     .source = "劳动保障监察条例 17 (H)"},
    {.from = TCN_AT(FILED),
     .act = TCN_ACT_ORDERED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_UNTIL,
     .next = TCN_STAGE_ORDERED,
     .source = "责令支付 (M)"},
    {.from = TCN_AT(ACCEPTED) | TCN_AT(FILED) | TCN_AT(ORDERED) | TCN_AT(REPLIED) | TCN_AT(TOLD),
     .act = TCN_ACT_PAID,
     .who = TCN_SIDES,
     .needs = TCN_FACT_AMOUNT,
     .next = TCN_STAGE_PAID,
     .source = "all of it; a part is a followed_up (L)"},
    {.from = TCN_AT(ACCEPTED) | TCN_AT(FILED) | TCN_AT(ORDERED),
     .act = TCN_ACT_REPLIED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_NEXT_STEP,
     .next = TCN_STAGE_REPLIED,
     .source = "not paid: court, penalty (L)"},
    {.from = TCN_AT(DECLINED) | TCN_AT(REPLIED) | TCN_AT(PAID),
     .act = TCN_ACT_PETITIONER_TOLD,
     .who = TCN_SIDES,
     .needs = TCN_FACT_HOW,
     .next = TCN_STAGE_TOLD,
     .source = "the complainant is told the result: 保障农民工工资支付条例 10 (H)"},
    {.from = TCN_AT(TOLD),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "L"},
    {.from = TCN_AT(DECLINED) | TCN_AT(REPLIED) | TCN_AT(PAID) | TCN_AT(TOLD) | TCN_AT(CLOSED),
     .act = TCN_ACT_REOPENED,
     .who = TCN_SIDES | TCN_WHO_HIGHER,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_ACCEPTED,
     .source = "\"not resolved\", by code (L)"},
};

const struct tcn_procedure tcn_procedure_wages = {
    .kind = TCN_PROCEDURE_WAGES,
    .stages = wages_stages,
    .stage_count = sizeof(wages_stages) / sizeof(wages_stages[0]),
    .rows = wages_rows,
    .row_count = sizeof(wages_rows) / sizeof(wages_rows[0]),
};

/* Requisition of land (征地拆迁): what government announces, step by step. A step out of its order
 * is recorded and shown, and one before the last's time is over is early: it is the office that is
 * supervised.
 *
 *     NONE,STUB ─ reported ▶ OPEN ─ accepted ▶ ACCEPTED ─ pre_announced ▶ PRE_ANNOUNCED
 *     HELD ─ accepted ▶ ACCEPTED
 *     OPEN ─ pre_announced ▶ PRE_ANNOUNCED ─ risk_assessed ▶ ASSESSED
 *     ASSESSED ─ plan_announced ▶ PLAN_ANNOUNCED ─ hearing_held ▶ HEARD
 *     PLAN_ANNOUNCED,HEARD ─ agreed ▶ AGREED ─ approved ▶ APPROVED
 *     HEARD ─ plan_announced ▶ PLAN_ANNOUNCED
 *     APPROVED ─ approval_announced ▶ PUBLISHED ─ paid ▶ PAID ─ closed ▶ CLOSED
 *     OPEN,ACCEPTED,PRE_ANNOUNCED,ASSESSED ─ closed ▶ CLOSED ─ reopened ▶ ACCEPTED
 *     PLAN_ANNOUNCED,HEARD,AGREED ─ closed ▶ CLOSED
 *     OPEN,ACCEPTED ─ risk_assessed ▶ ASSESSED
 *     OPEN,ACCEPTED,PRE_ANNOUNCED ─ plan_announced ▶ PLAN_ANNOUNCED
 *     OPEN,ACCEPTED,PRE_ANNOUNCED,ASSESSED ─ agreed ▶ AGREED
 *     OPEN,ACCEPTED,PRE_ANNOUNCED,ASSESSED,PLAN_ANNOUNCED,HEARD ─ approved ▶ APPROVED
 *     OPEN,ACCEPTED,PRE_ANNOUNCED,ASSESSED ─ approval_announced ▶ PUBLISHED
 *     PLAN_ANNOUNCED,HEARD,AGREED ─ approval_announced ▶ PUBLISHED
 */
static const struct tcn_procedure_stage requisition_stages[] = {
    {TCN_STAGE_NONE, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_STUB, false, TCN_ACT_TRANSFERRED, TCN_WHO_DESK},
    {TCN_STAGE_HELD, false, TCN_ACT_RELEASED, TCN_WHO_HOLDER},
    {TCN_STAGE_OPEN, false, TCN_ACT_PRE_ANNOUNCED, TCN_WHO_HOLDER},
    {TCN_STAGE_ACCEPTED, false, TCN_ACT_PRE_ANNOUNCED, TCN_WHO_HOLDER},
    {TCN_STAGE_PRE_ANNOUNCED, false, TCN_ACT_RISK_ASSESSED, TCN_WHO_HOLDER},
    {TCN_STAGE_ASSESSED, false, TCN_ACT_PLAN_ANNOUNCED, TCN_WHO_HOLDER},
    {TCN_STAGE_PLAN_ANNOUNCED, false, TCN_ACT_AGREED, TCN_WHO_HOLDER},
    {TCN_STAGE_HEARD, false, TCN_ACT_AGREED, TCN_WHO_HOLDER},
    {TCN_STAGE_AGREED, false, TCN_ACT_APPROVED, TCN_WHO_HOLDER},
    {TCN_STAGE_APPROVED, false, TCN_ACT_APPROVAL_ANNOUNCED, TCN_WHO_HOLDER},
    {TCN_STAGE_PUBLISHED, false, TCN_ACT_PAID, TCN_WHO_HOLDER},
    {TCN_STAGE_PAID, false, TCN_ACT_CLOSED, TCN_WHO_HOLDER},
    {TCN_STAGE_CLOSED, true, TCN_ACT_NONE, 0},
};

#define AT_START (TCN_AT(OPEN) | TCN_AT(ACCEPTED))
#define BEFORE_PLAN (AT_START | TCN_AT(PRE_ANNOUNCED))
#define BEFORE_CONSENT (BEFORE_PLAN | TCN_AT(ASSESSED))
#define PLANNED (TCN_AT(PLAN_ANNOUNCED) | TCN_AT(HEARD))

static const struct tcn_procedure_row requisition_rows[] = {
    {.from = TCN_UNBORN, .act = TCN_ACT_REPORTED, .who = TCN_WHO_ANYONE, .next = TCN_STAGE_OPEN},
    {.from = TCN_UNTAKEN, .act = TCN_ACT_ACCEPTED, .who = TCN_LEAD, .next = TCN_STAGE_ACCEPTED},
    {.from = AT_START,
     .act = TCN_ACT_PRE_ANNOUNCED,
     .who = TCN_SIDES,
     .next = TCN_STAGE_PRE_ANNOUNCED,
     .source = "土地管理法实施条例 26 (H)"},
    {.from = TCN_AT(PRE_ANNOUNCED),
     .act = TCN_ACT_RISK_ASSESSED,
     .who = TCN_SIDES,
     .wants = TCN_FACT_VILLAGERS,
     .next = TCN_STAGE_ASSESSED,
     .source = "villagers take part: 土地管理法实施条例 26 (H)"},
    {.from = AT_START,
     .act = TCN_ACT_RISK_ASSESSED,
     .who = TCN_SIDES,
     .wants = TCN_FACT_VILLAGERS,
     .next = TCN_STAGE_ASSESSED,
     .is_early = true,
     .source = "土地管理法实施条例 26 (H)"},
    {.from = TCN_AT(ASSESSED),
     .act = TCN_ACT_PLAN_ANNOUNCED,
     .who = TCN_SIDES,
     .next = TCN_STAGE_PLAN_ANNOUNCED,
     .source = "土地管理法实施条例 28; 土地管理法 47 (H)"},
    {.from = TCN_AT(HEARD),
     .act = TCN_ACT_PLAN_ANNOUNCED,
     .who = TCN_SIDES,
     .next = TCN_STAGE_PLAN_ANNOUNCED,
     .source = "changed after the hearing: 土地管理法实施条例 28 (H)"},
    {.from = BEFORE_PLAN,
     .act = TCN_ACT_PLAN_ANNOUNCED,
     .who = TCN_SIDES,
     .next = TCN_STAGE_PLAN_ANNOUNCED,
     .is_early = true,
     .source = "土地管理法实施条例 28 (H)"},
    {.from = TCN_AT(PLAN_ANNOUNCED),
     .act = TCN_ACT_HEARING_HELD,
     .who = TCN_SIDES,
     .next = TCN_STAGE_HEARD,
     .source = "when most members say that the plan is unlawful: 土地管理法实施条例 28 (H)"},
    {.from = PLANNED,
     .act = TCN_ACT_AGREED,
     .who = TCN_SIDES,
     .next = TCN_STAGE_AGREED,
     .source = "土地管理法 47 (M)"},
    {.from = BEFORE_CONSENT,
     .act = TCN_ACT_AGREED,
     .who = TCN_SIDES,
     .next = TCN_STAGE_AGREED,
     .is_early = true,
     .source = "土地管理法 47 (M)"},
    {.from = TCN_AT(AGREED),
     .act = TCN_ACT_APPROVED,
     .who = TCN_SIDES | TCN_WHO_HIGHER,
     .next = TCN_STAGE_APPROVED,
     .source = "土地管理法实施条例 31 (H)"},
    {.from = BEFORE_CONSENT | PLANNED,
     .act = TCN_ACT_APPROVED,
     .who = TCN_SIDES | TCN_WHO_HIGHER,
     .next = TCN_STAGE_APPROVED,
     .is_early = true,
     .source = "土地管理法实施条例 31 (H)"},
    {.from = TCN_AT(APPROVED),
     .act = TCN_ACT_APPROVAL_ANNOUNCED,
     .who = TCN_SIDES,
     .next = TCN_STAGE_PUBLISHED,
     .source = "土地管理法实施条例 31 (H)"},
    {.from = BEFORE_CONSENT | PLANNED | TCN_AT(AGREED),
     .act = TCN_ACT_APPROVAL_ANNOUNCED,
     .who = TCN_SIDES,
     .next = TCN_STAGE_PUBLISHED,
     .is_early = true,
     .source = "土地管理法实施条例 31 (H)"},
    {.from = TCN_AT(PUBLISHED),
     .act = TCN_ACT_PAID,
     .who = TCN_SIDES,
     .needs = TCN_FACT_AMOUNT,
     .next = TCN_STAGE_PAID,
     .source = "土地管理法 48 (H)"},
    {.from = TCN_AT(PAID),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "L"},
    {.from = BEFORE_CONSENT | PLANNED | TCN_AT(AGREED),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "given up before its approval (L)"},
    {.from = TCN_AT(CLOSED),
     .act = TCN_ACT_REOPENED,
     .who = TCN_LEAD | TCN_WHO_HIGHER,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_ACCEPTED,
     .source = "L"},
};

const struct tcn_procedure tcn_procedure_requisition = {
    .kind = TCN_PROCEDURE_REQUISITION,
    .stages = requisition_stages,
    .stage_count = sizeof(requisition_stages) / sizeof(requisition_stages[0]),
    .rows = requisition_rows,
    .row_count = sizeof(requisition_rows) / sizeof(requisition_rows[0]),
};
