/* SPDX-License-Identifier: Apache-2.0 */
/*
 * General matters and petitions. A petition's numbers are articles of the regulation on petitions
 * (信访工作条例, in force since 2022-05-01).
 */
#include "core/procedure_tables.h"

/* A general matter (一般事项): of any domain that names no other kind.
 *
 *     NONE,STUB ─ reported ▶ OPEN ─ accepted ▶ ACCEPTED ─ replied ▶ REPLIED ─ closed ▶ CLOSED
 *     OPEN ─ replied ▶ REPLIED ─ reopened ▶ ACCEPTED
 *     OPEN,ACCEPTED ─ closed ▶ CLOSED ─ reopened ▶ ACCEPTED
 *     HELD ─ accepted ▶ ACCEPTED
 *     HELD ─ closed ▶ CLOSED
 */
static const struct tcn_procedure_stage general_stages[] = {
    {TCN_STAGE_NONE, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_STUB, false, TCN_ACT_TRANSFERRED, TCN_WHO_DESK},
    {TCN_STAGE_HELD, false, TCN_ACT_RELEASED, TCN_WHO_HOLDER},
    {TCN_STAGE_OPEN, false, TCN_ACT_ACCEPTED, TCN_WHO_HOLDER},
    {TCN_STAGE_ACCEPTED, false, TCN_ACT_REPLIED, TCN_WHO_HOLDER},
    {TCN_STAGE_REPLIED, false, TCN_ACT_CLOSED, TCN_WHO_HOLDER},
    {TCN_STAGE_CLOSED, true, TCN_ACT_NONE, 0},
};

static const struct tcn_procedure_row general_rows[] = {
    {.from = TCN_UNBORN, .act = TCN_ACT_REPORTED, .who = TCN_WHO_ANYONE, .next = TCN_STAGE_OPEN},
    {.from = TCN_UNTAKEN, .act = TCN_ACT_ACCEPTED, .who = TCN_LEAD, .next = TCN_STAGE_ACCEPTED},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED) | TCN_AT(REPLIED),
     .act = TCN_ACT_REPLIED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_REPLIED},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED), .act = TCN_ACT_EXTENDED, .who = TCN_LEAD},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED) | TCN_AT(REPLIED) | TCN_AT(HELD),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true},
    {.from = TCN_AT(REPLIED) | TCN_AT(CLOSED),
     .act = TCN_ACT_REOPENED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_ACCEPTED},
    {.from = TCN_AT(REPLIED) | TCN_AT(CLOSED), .act = TCN_ACT_REVIEW_ASKED, .who = TCN_SIDES},
};

const struct tcn_procedure tcn_procedure_general = {
    .kind = TCN_PROCEDURE_GENERAL,
    .stages = general_stages,
    .stage_count = sizeof(general_stages) / sizeof(general_stages[0]),
    .rows = general_rows,
    .row_count = sizeof(general_rows) / sizeof(general_rows[0]),
};

/* A petition (信访事项). Closed is not the end: within its limits the petitioner may ask for a
 * review (复查), then a recheck (复核); what is final then (终结) is not accepted again on the same
 * facts and grounds. That a review was answered is a mark beside the stage: from then on, closed or
 * not, what is asked for is the recheck, until the matter is taken up anew.
 *
 *     NONE,STUB ─ reported ▶ OPEN ─ accepted ▶ ACCEPTED ─ replied ▶ REPLIED
 *     REPLIED ─ petitioner_told ▶ TOLD ─ closed ▶ CLOSED
 *     OPEN ─ replied ▶ REPLIED
 *     OPEN,HELD,ACCEPTED ─ declined ▶ DECLINED ─ petitioner_told ▶ TOLD
 *     OPEN ─ objected ▶ HELD ─ accepted ▶ ACCEPTED
 *     STUB,HELD,ACCEPTED,DECLINED,REPLIED,TOLD,REVIEWED ─ transferred ▶ OPEN
 *     TOLD,CLOSED ─ review_asked ▶ REVIEW ─ replied ▶ REVIEWED ─ review_asked ▶ RECHECK
 *     RECHECK ─ replied ▶ FINAL ─ reopened ▶ ACCEPTED
 *     REVIEWED ─ closed ▶ CLOSED ─ review_asked ▶ RECHECK
 *     DECLINED,REPLIED,TOLD,REVIEWED,CLOSED ─ reopened ▶ ACCEPTED
 */
static const struct tcn_procedure_stage petition_stages[] = {
    {TCN_STAGE_NONE, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_STUB, false, TCN_ACT_TRANSFERRED, TCN_WHO_DESK},
    {TCN_STAGE_HELD, false, TCN_ACT_RELEASED, TCN_WHO_HOLDER},
    {TCN_STAGE_OPEN, false, TCN_ACT_ACCEPTED, TCN_WHO_HOLDER},
    {TCN_STAGE_DECLINED, false, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
    {TCN_STAGE_ACCEPTED, false, TCN_ACT_REPLIED, TCN_WHO_HOLDER},
    {TCN_STAGE_REPLIED, false, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
    {TCN_STAGE_TOLD, false, TCN_ACT_CLOSED, TCN_WHO_HOLDER},
    {TCN_STAGE_CLOSED, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_REVIEW, false, TCN_ACT_REPLIED, TCN_WHO_HOLDER},
    {TCN_STAGE_REVIEWED, false, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
    {TCN_STAGE_RECHECK, false, TCN_ACT_REPLIED, TCN_WHO_HOLDER},
    {TCN_STAGE_FINAL, true, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
};

#define PETITION_LIVE                                                                              \
    (TCN_AT(OPEN) | TCN_AT(HELD) | TCN_AT(ACCEPTED) | TCN_AT(DECLINED) | TCN_AT(REPLIED) |         \
     TCN_AT(TOLD) | TCN_AT(REVIEWED))
#define ASKS_FOR_REVIEW (TCN_SIDES | TCN_WHO_HIGHER)

static const struct tcn_procedure_row petition_rows[] = {
    {.from = TCN_UNBORN,
     .act = TCN_ACT_REPORTED,
     .who = TCN_WHO_ANYONE,
     .next = TCN_STAGE_OPEN,
     .source = "信访工作条例 22, 23 ¶2, 25 (H)"},
    {.from = TCN_UNTAKEN,
     .act = TCN_ACT_ACCEPTED,
     .who = TCN_LEAD,
     .clears = TCN_MARK_TOLD,
     .next = TCN_STAGE_ACCEPTED,
     .source = "信访工作条例 22, 23, 34 (H); 受理 is the organ's word, no number in the text"},
    {.from = TCN_UNTAKEN | TCN_AT(ACCEPTED),
     .act = TCN_ACT_DECLINED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_NEXT_STEP,
     .clears = TCN_MARK_TOLD,
     .next = TCN_STAGE_DECLINED,
     .source = "信访工作条例 23, 31 (H); the way that remains: L"},
    {.from = TCN_AT(OPEN),
     .act = TCN_ACT_OBJECTED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_HELD,
     .is_bounce = true,
     .source = "信访工作条例 23 ¶3, 24 (H)"},
    {.from = PETITION_LIVE | TCN_AT(STUB),
     .act = TCN_ACT_TRANSFERRED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_TO_ORGAN,
     .clears = TCN_MARK_REVIEWED,
     .next = TCN_STAGE_OPEN,
     .guards_by_two = true,
     .one_if = TCN_FACT_TO_LISTED,
     .source = "信访工作条例 22, 23 ¶3 (H); a guarded one: two persons (L)"},
    {.from = TCN_AT(REVIEW) | TCN_AT(RECHECK),
     .act = TCN_ACT_TRANSFERRED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_TO_ORGAN,
     .guards_by_two = true,
     .one_if = TCN_FACT_TO_LISTED,
     .source =
         "to the organ that reviews: 信访工作条例 35, 36 (H); a guarded one: two persons (L)"},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED),
     .act = TCN_ACT_REPLIED,
     .who = TCN_LEAD,
     .clears = TCN_MARK_TOLD,
     .next = TCN_STAGE_REPLIED,
     .source = "信访工作条例 34 (H)"},
    {.from = PETITION_LIVE,
     .act = TCN_ACT_REPORTED_UP,
     .who = TCN_ALL_SIDES,
     .source = "major or urgent, promptly, no number: 信访工作条例 25 (H)"},
    {.from = TCN_AT(ACCEPTED),
     .act = TCN_ACT_EXTENDED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_POST | TCN_FACT_UNTIL,
     .bars_marks = TCN_MARK_EXTENDED,
     .sets = TCN_MARK_EXTENDED,
     .source = "信访工作条例 34 (H); once, the petitioner told why"},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED),
     .act = TCN_ACT_PETITIONER_TOLD,
     .who = TCN_SIDES,
     .needs = TCN_FACT_HOW,
     .sets = TCN_MARK_TOLD,
     .source = "信访工作条例 23 ¶2, ¶3 (H)"},
    {.from = TCN_AT(DECLINED) | TCN_AT(REPLIED),
     .act = TCN_ACT_PETITIONER_TOLD,
     .who = TCN_SIDES,
     .needs = TCN_FACT_HOW,
     .sets = TCN_MARK_TOLD,
     .next = TCN_STAGE_TOLD,
     .source = "信访工作条例 23, 35 (H)"},
    {.from = TCN_AT(REVIEWED) | TCN_AT(FINAL),
     .act = TCN_ACT_PETITIONER_TOLD,
     .who = TCN_SIDES,
     .needs = TCN_FACT_HOW,
     .sets = TCN_MARK_TOLD,
     .source = "信访工作条例 35, 36 (H)"},
    {.from = TCN_AT(TOLD),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_CLOSED,
     .source = "closed needs the reply and the telling (L); the petitioner's limits run on"},
    {.from = TCN_AT(REVIEWED),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .needs_marks = TCN_MARK_TOLD,
     .next = TCN_STAGE_CLOSED,
     .source = "as above (L)"},
    {.from = TCN_AT(TOLD) | TCN_AT(CLOSED),
     .act = TCN_ACT_REVIEW_ASKED,
     .who = ASKS_FOR_REVIEW,
     .bars_marks = TCN_MARK_REVIEWED,
     .next = TCN_STAGE_REVIEW,
     .goes_up = true,
     .source = "信访工作条例 35 (H)"},
    {.from = TCN_AT(REVIEW),
     .act = TCN_ACT_REPLIED,
     .who = TCN_LEAD,
     .sets = TCN_MARK_REVIEWED,
     .clears = TCN_MARK_TOLD,
     .next = TCN_STAGE_REVIEWED,
     .source = "信访工作条例 35, 36 (H)"},
    {.from = TCN_AT(REVIEWED) | TCN_AT(CLOSED),
     .act = TCN_ACT_REVIEW_ASKED,
     .who = ASKS_FOR_REVIEW,
     .needs_marks = TCN_MARK_REVIEWED,
     .next = TCN_STAGE_RECHECK,
     .goes_up = true,
     .source = "信访工作条例 36 (H)"},
    {.from = TCN_AT(RECHECK),
     .act = TCN_ACT_REPLIED,
     .who = TCN_LEAD,
     .clears = TCN_MARK_TOLD,
     .next = TCN_STAGE_FINAL,
     .stops_all = true,
     .source = "信访工作条例 36 ¶3, xf.final (H)"},
    {.from = TCN_AT(DECLINED) | TCN_AT(REPLIED) | TCN_AT(TOLD) | TCN_AT(REVIEWED) | TCN_AT(CLOSED),
     .act = TCN_ACT_REOPENED,
     .who = TCN_LEAD | TCN_WHO_HIGHER,
     .needs = TCN_FACT_REASON,
     .clears = TCN_MARK_TOLD | TCN_MARK_REVIEWED,
     .next = TCN_STAGE_ACCEPTED,
     .source = "\"not resolved\", by code (L)"},
    {.from = TCN_AT(FINAL),
     .act = TCN_ACT_REOPENED,
     .who = TCN_WHO_DESK | TCN_WHO_HIGHER,
     .needs = TCN_FACT_REASON,
     .clears = TCN_MARK_TOLD | TCN_MARK_REVIEWED,
     .next = TCN_STAGE_ACCEPTED,
     .is_two_person = true,
     .source = "other facts or grounds only: 信访工作条例 36 ¶3 (H); two persons: L"},
};

const struct tcn_procedure tcn_procedure_petition = {
    .kind = TCN_PROCEDURE_PETITION,
    .stages = petition_stages,
    .stage_count = sizeof(petition_stages) / sizeof(petition_stages[0]),
    .rows = petition_rows,
    .row_count = sizeof(petition_rows) / sizeof(petition_rows[0]),
};
