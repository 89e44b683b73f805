/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Placements and public posts. What its months are worth, core/placement says; here is who may say
 * it when. Numbers of the seed are those of the district's article.
 */
#include "core/procedure_tables.h"

/* A placement (就业安置和公益岗位): a post of a firm or of the public, month by month.
 *
 *     NONE,STUB ─ reported ▶ OPEN ─ accepted ▶ ACCEPTED
 *     HELD ─ accepted ▶ ACCEPTED
 *     OPEN,ACCEPTED,PAID,TOLD,DECLINED,REVIEWED ─ claimed ▶ CLAIMED
 *     CLAIMED,REVIEW,REVIEWED ─ paid ▶ PAID
 *     OPEN,HELD,ACCEPTED,CLAIMED ─ declined ▶ DECLINED
 *     REVIEW ─ declined|replied ▶ REVIEWED
 *     DECLINED,REVIEWED ─ petitioner_told ▶ TOLD
 *     DECLINED,TOLD ─ review_asked ▶ REVIEW
 *     ACCEPTED,PAID,TOLD ─ closed ▶ CLOSED ─ reopened ▶ ACCEPTED
 */
static const struct tcn_procedure_stage placement_stages[] = {
    {TCN_STAGE_NONE, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_STUB, false, TCN_ACT_TRANSFERRED, TCN_WHO_DESK},
    {TCN_STAGE_HELD, false, TCN_ACT_RELEASED, TCN_WHO_HOLDER},
    {TCN_STAGE_OPEN, false, TCN_ACT_ACCEPTED, TCN_WHO_HOLDER},
    {TCN_STAGE_ACCEPTED, false, TCN_ACT_NONE, 0}, /* months go by */
    {TCN_STAGE_CLAIMED, false, TCN_ACT_PAID, TCN_WHO_HOLDER},
    {TCN_STAGE_PAID, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_DECLINED, false, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
    {TCN_STAGE_TOLD, false, TCN_ACT_NONE, 0}, /* the firm's or the office's turn: claim or appeal */
    {TCN_STAGE_REVIEW, false, TCN_ACT_REPLIED, TCN_WHO_HOLDER},
    {TCN_STAGE_REVIEWED, false, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
    {TCN_STAGE_CLOSED, true, TCN_ACT_NONE, 0},
};

#define RUNNING                                                                                    \
    (TCN_AT(OPEN) | TCN_AT(HELD) | TCN_AT(ACCEPTED) | TCN_AT(CLAIMED) | TCN_AT(PAID) |             \
     TCN_AT(DECLINED) | TCN_AT(TOLD) | TCN_AT(REVIEW) | TCN_AT(REVIEWED))

static const struct tcn_procedure_row placement_rows[] = {
    {.from = TCN_UNBORN,
     .act = TCN_ACT_REPORTED,
     .who = TCN_WHO_ANYONE,
     .next = TCN_STAGE_OPEN,
     .source = "L"},
    {.from = TCN_UNTAKEN,
     .act = TCN_ACT_ACCEPTED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_ACCEPTED,
     .source = "L"},
    {.from = RUNNING,
     .act = TCN_ACT_MONTH_CONFIRMED,
     .who = TCN_ALL_SIDES,
     .needs = TCN_FACT_MONTH,
     .wants = TCN_FACT_EVIDENCE | TCN_FACT_POST,
     .source = "12 complete months: the seed (H); who recommended it alone confirms none (L)"},
    {.from = RUNNING,
     .act = TCN_ACT_SUBMITTED,
     .who = TCN_ALL_SIDES,
     .needs = TCN_FACT_MONTH | TCN_FACT_EVIDENCE,
     .source = "a proof that comes late (L)"},
    {.from = RUNNING,
     .act = TCN_ACT_APPROVED,
     .who = TCN_LEAD | TCN_WHO_PARTY | TCN_WHO_HIGHER,
     .needs = TCN_FACT_MONTH | TCN_FACT_POST,
     .source = "by another organ than brought it (L)"},
    {.from = RUNNING,
     .act = TCN_ACT_SUSPENDED,
     .who = TCN_ALL_SIDES,
     .needs = TCN_FACT_MONTH | TCN_FACT_REASON,
     .source = "interrupted, with its reason (L)"},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED) | TCN_AT(PAID) | TCN_AT(TOLD) | TCN_AT(DECLINED) |
             TCN_AT(REVIEWED),
     .act = TCN_ACT_CLAIMED,
     .who = TCN_ALL_SIDES,
     .needs = TCN_FACT_CLAIM | TCN_FACT_AMOUNT,
     .next = TCN_STAGE_CLAIMED,
     .source = "2,000 yuan and 500 yuan: the seed (H)"},
    {.from = TCN_AT(CLAIMED),
     .act = TCN_ACT_CLAIMED,
     .who = TCN_ALL_SIDES,
     .needs = TCN_FACT_CLAIM | TCN_FACT_AMOUNT,
     .source = "2,000 yuan and 500 yuan: the seed (H)"},
    {.from = TCN_AT(CLAIMED) | TCN_AT(REVIEW) | TCN_AT(REVIEWED),
     .act = TCN_ACT_PAID,
     .who = TCN_LEAD,
     .needs = TCN_FACT_CLAIM | TCN_FACT_AMOUNT,
     .next = TCN_STAGE_PAID,
     .source = "L"},
    {.from = TCN_AT(PAID),
     .act = TCN_ACT_PAID,
     .who = TCN_LEAD,
     .needs = TCN_FACT_CLAIM | TCN_FACT_AMOUNT,
     .source = "L"},
    {.from = TCN_UNTAKEN | TCN_AT(ACCEPTED) | TCN_AT(CLAIMED),
     .act = TCN_ACT_DECLINED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_MISSING | TCN_FACT_NEXT_STEP,
     .next = TCN_STAGE_DECLINED,
     .source = "一次性告知: all that is missing, once: the seed (H); the appeal: L"},
    {.from = TCN_AT(REVIEW),
     .act = TCN_ACT_DECLINED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_MISSING | TCN_FACT_NEXT_STEP,
     .next = TCN_STAGE_REVIEWED,
     .source = "L"},
    {.from = TCN_AT(DECLINED) | TCN_AT(REVIEWED),
     .act = TCN_ACT_PETITIONER_TOLD,
     .who = TCN_SIDES,
     .needs = TCN_FACT_HOW,
     .next = TCN_STAGE_TOLD,
     .source = "L"},
    {.from = TCN_AT(DECLINED) | TCN_AT(TOLD),
     .act = TCN_ACT_REVIEW_ASKED,
     .who = TCN_ALL_SIDES,
     .next = TCN_STAGE_REVIEW,
     .goes_up = true,
     .source = "the appeal, to the next higher organ (L)"},
    {.from = TCN_AT(REVIEW),
     .act = TCN_ACT_REPLIED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_REVIEWED,
     .source = "L"},
    {.from = TCN_AT(ACCEPTED) | TCN_AT(PAID) | TCN_AT(TOLD),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "L"},
    {.from = TCN_AT(CLOSED),
     .act = TCN_ACT_REOPENED,
     .who = TCN_SIDES | TCN_WHO_HIGHER,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_ACCEPTED,
     .source = "L"},
};

const struct tcn_procedure tcn_procedure_placement = {
    .kind = TCN_PROCEDURE_PLACEMENT,
    .stages = placement_stages,
    .stage_count = sizeof(placement_stages) / sizeof(placement_stages[0]),
    .rows = placement_rows,
    .row_count = sizeof(placement_rows) / sizeof(placement_rows[0]),
};
