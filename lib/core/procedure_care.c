/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Service needs, guardianship of children, service for enterprises. A need is met or refused with
 * everything that is missing said at once (一次性告知) and the way that remains. Articles are of
 * the law on the protection of minors (未成年人保护法).
 */
#include "core/procedure_tables.h"

/* A service need (服务需求): of the old, the disabled, those who ask for aid.
 *
 *     NONE,STUB ─ reported ▶ OPEN ─ accepted ▶ ACCEPTED ─ replied ▶ REPLIED
 *     HELD ─ accepted ▶ ACCEPTED
 *     OPEN,HELD,ACCEPTED ─ declined ▶ DECLINED
 *     DECLINED,REPLIED ─ petitioner_told ▶ TOLD ─ closed ▶ CLOSED
 *     DECLINED,REPLIED,TOLD,CLOSED ─ reopened ▶ ACCEPTED
 */
static const struct tcn_procedure_stage service_stages[] = {
    {TCN_STAGE_NONE, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_STUB, false, TCN_ACT_TRANSFERRED, TCN_WHO_DESK},
    {TCN_STAGE_HELD, false, TCN_ACT_RELEASED, TCN_WHO_HOLDER},
    {TCN_STAGE_OPEN, false, TCN_ACT_ACCEPTED, TCN_WHO_HOLDER},
    {TCN_STAGE_DECLINED, false, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
    {TCN_STAGE_ACCEPTED, false, TCN_ACT_REPLIED, TCN_WHO_HOLDER},
    {TCN_STAGE_REPLIED, false, TCN_ACT_PETITIONER_TOLD, TCN_WHO_HOLDER},
    {TCN_STAGE_TOLD, false, TCN_ACT_CLOSED, TCN_WHO_HOLDER},
    {TCN_STAGE_CLOSED, true, TCN_ACT_NONE, 0},
};

static const struct tcn_procedure_row service_rows[] = {
    {.from = TCN_UNBORN,
     .act = TCN_ACT_REPORTED,
     .who = TCN_WHO_ANYONE,
     .next = TCN_STAGE_OPEN,
     .source = "L"},
    {.from = TCN_UNTAKEN,
     .act = TCN_ACT_ACCEPTED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_ACCEPTED,
     .source = "首问负责: the seed (H)"},
    {.from = TCN_UNTAKEN | TCN_AT(ACCEPTED),
     .act = TCN_ACT_DECLINED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_NEXT_STEP,
     .next = TCN_STAGE_DECLINED,
     .source = "一次性告知: all that is missing, once: the seed (H); the appeal: L"},
    {.from = TCN_AT(ACCEPTED),
     .act = TCN_ACT_EXTENDED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_UNTIL,
     .bars_marks = TCN_MARK_EXTENDED,
     .sets = TCN_MARK_EXTENDED,
     .source = "L"},
    {.from = TCN_AT(ACCEPTED),
     .act = TCN_ACT_REPLIED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_REPLIED,
     .source = "限时办结: the seed (H)"},
    {.from = TCN_AT(DECLINED) | TCN_AT(REPLIED),
     .act = TCN_ACT_PETITIONER_TOLD,
     .who = TCN_SIDES,
     .needs = TCN_FACT_HOW,
     .next = TCN_STAGE_TOLD,
     .source = "L"},
    {.from = TCN_AT(TOLD),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "L"},
    {.from = TCN_AT(DECLINED) | TCN_AT(REPLIED) | TCN_AT(TOLD) | TCN_AT(CLOSED),
     .act = TCN_ACT_REOPENED,
     .who = TCN_SIDES | TCN_WHO_HIGHER,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_ACCEPTED,
     .source = "\"not resolved\", by code (L)"},
};

const struct tcn_procedure tcn_procedure_service = {
    .kind = TCN_PROCEDURE_SERVICE,
    .stages = service_stages,
    .stage_count = sizeof(service_stages) / sizeof(service_stages[0]),
    .rows = service_rows,
    .row_count = sizeof(service_rows) / sizeof(service_rows[0]),
};

/* Guardianship of a child (儿童监护). A child is in exactly one of four paths, or in a gap; open
 * and accepted are the gap, and it raises. Closed only with a path and a visit that saw the child
 * safe.
 *
 *     NONE,STUB ─ reported ▶ OPEN ─ accepted ▶ ACCEPTED ─ path_set ▶ IN_PATH ─ seen_safe ▶ SAFE
 *     HELD ─ accepted ▶ ACCEPTED
 *     OPEN,SAFE ─ path_set ▶ IN_PATH
 *     IN_PATH,SAFE ─ path_ended ▶ ACCEPTED
 *     IN_PATH,SAFE ─ seen_unsafe ▶ ACCEPTED
 *     SAFE ─ closed ▶ CLOSED ─ reopened|seen_unsafe ▶ ACCEPTED
 */
static const struct tcn_procedure_stage guardianship_stages[] = {
    {TCN_STAGE_NONE, false, TCN_ACT_NONE, 0},
    {TCN_STAGE_STUB, false, TCN_ACT_TRANSFERRED, TCN_WHO_DESK},
    {TCN_STAGE_HELD, false, TCN_ACT_RELEASED, TCN_WHO_HOLDER},
    {TCN_STAGE_OPEN, false, TCN_ACT_ACCEPTED, TCN_WHO_HOLDER},
    {TCN_STAGE_ACCEPTED, false, TCN_ACT_PATH_SET, TCN_WHO_HOLDER},
    {TCN_STAGE_IN_PATH, false, TCN_ACT_SEEN_SAFE, TCN_WHO_HOLDER},
    {TCN_STAGE_SAFE, false, TCN_ACT_CLOSED, TCN_WHO_HOLDER},
    {TCN_STAGE_CLOSED, true, TCN_ACT_NONE, 0},
};

#define IN_GAP (TCN_AT(OPEN) | TCN_AT(HELD) | TCN_AT(ACCEPTED))
#define CARED (TCN_AT(IN_PATH) | TCN_AT(SAFE))

static const struct tcn_procedure_row guardianship_rows[] = {
    {.from = TCN_UNBORN,
     .act = TCN_ACT_REPORTED,
     .who = TCN_WHO_ANYONE,
     .next = TCN_STAGE_OPEN,
     .source = "未成年人保护法 11 ¶2 (H)"},
    {.from = TCN_UNTAKEN,
     .act = TCN_ACT_ACCEPTED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_ACCEPTED,
     .source = "police, civil affairs and education at once: 未成年人保护法 11 ¶2 (H)"},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED) | CARED,
     .act = TCN_ACT_PATH_SET,
     .who = TCN_ALL_SIDES,
     .needs = TCN_FACT_PATH,
     .mirrors = TCN_MARK_PATH,
     .next = TCN_STAGE_IN_PATH,
     .source = "四个解决一批: the seed (H); 未成年人保护法 21, 22 (H)"},
    {.from = CARED,
     .act = TCN_ACT_PATH_ENDED,
     .who = TCN_ALL_SIDES,
     .clears = TCN_MARK_PATH,
     .next = TCN_STAGE_ACCEPTED,
     .source = "gap raises (L)"},
    {.from = TCN_AT(IN_PATH),
     .act = TCN_ACT_SEEN_SAFE,
     .who = TCN_ALL_SIDES,
     .needs_marks = TCN_MARK_PATH,
     .next = TCN_STAGE_SAFE,
     .source = "L"},
    {.from = IN_GAP | TCN_AT(SAFE),
     .act = TCN_ACT_SEEN_SAFE,
     .who = TCN_ALL_SIDES,
     .source = "recorded; a gap stays one (L)"},
    {.from = CARED | TCN_AT(CLOSED),
     .act = TCN_ACT_SEEN_UNSAFE,
     .who = TCN_ALL_SIDES,
     .clears = TCN_MARK_PATH,
     .next = TCN_STAGE_ACCEPTED,
     .source = "未成年人保护法 11 ¶2 (H)"},
    {.from = IN_GAP,
     .act = TCN_ACT_SEEN_UNSAFE,
     .who = TCN_ALL_SIDES,
     .source = "未成年人保护法 11 ¶2 (H)"},
    {.from = TCN_AT(SAFE),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .needs_marks = TCN_MARK_PATH,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "a path and a visit that saw the child safe (L)"},
    {.from = TCN_AT(CLOSED),
     .act = TCN_ACT_REOPENED,
     .who = TCN_ALL_SIDES,
     .clears = TCN_MARK_PATH,
     .next = TCN_STAGE_ACCEPTED,
     .source = "L"},
};

const struct tcn_procedure tcn_procedure_guardianship = {
    .kind = TCN_PROCEDURE_GUARDIANSHIP,
    .stages = guardianship_stages,
    .stage_count = sizeof(guardianship_stages) / sizeof(guardianship_stages[0]),
    .rows = guardianship_rows,
    .row_count = sizeof(guardianship_rows) / sizeof(guardianship_rows[0]),
};

/* Service for an enterprise (企业服务).
 *
 *     NONE,STUB ─ reported ▶ OPEN ─ accepted ▶ ACCEPTED ─ replied ▶ REPLIED
 *     HELD ─ accepted ▶ ACCEPTED
 *     OPEN ─ replied ▶ REPLIED
 *     OPEN,HELD,ACCEPTED ─ declined ▶ DECLINED
 *     DECLINED,REPLIED ─ petitioner_told ▶ TOLD ─ closed ▶ CLOSED
 *     DECLINED,REPLIED,TOLD,CLOSED ─ reopened ▶ ACCEPTED
 */
static const struct tcn_procedure_row enterprise_rows[] = {
    {.from = TCN_UNBORN,
     .act = TCN_ACT_REPORTED,
     .who = TCN_WHO_ANYONE,
     .next = TCN_STAGE_OPEN,
     .source = "L"},
    {.from = TCN_UNTAKEN,
     .act = TCN_ACT_ACCEPTED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_ACCEPTED,
     .source = "首问负责: the seed (H)"},
    {.from = TCN_UNTAKEN | TCN_AT(ACCEPTED),
     .act = TCN_ACT_DECLINED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_NEXT_STEP,
     .next = TCN_STAGE_DECLINED,
     .source = "一次性告知, and only \"how\": the seed (H)"},
    {.from = TCN_AT(ACCEPTED),
     .act = TCN_ACT_EXTENDED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_UNTIL,
     .bars_marks = TCN_MARK_EXTENDED,
     .sets = TCN_MARK_EXTENDED,
     .source = "L"},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED),
     .act = TCN_ACT_REPLIED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_REPLIED,
     .source = "限时办结: the seed (H)"},
    {.from = TCN_AT(DECLINED) | TCN_AT(REPLIED),
     .act = TCN_ACT_PETITIONER_TOLD,
     .who = TCN_SIDES,
     .needs = TCN_FACT_HOW,
     .next = TCN_STAGE_TOLD,
     .source = "L"},
    {.from = TCN_AT(TOLD),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "L"},
    {.from = TCN_AT(DECLINED) | TCN_AT(REPLIED) | TCN_AT(TOLD) | TCN_AT(CLOSED),
     .act = TCN_ACT_REOPENED,
     .who = TCN_SIDES | TCN_WHO_HIGHER,
     .needs = TCN_FACT_REASON,
     .next = TCN_STAGE_ACCEPTED,
     .source = "L"},
};

const struct tcn_procedure tcn_procedure_enterprise = {
    .kind = TCN_PROCEDURE_ENTERPRISE,
    .stages = service_stages,
    .stage_count = sizeof(service_stages) / sizeof(service_stages[0]),
    .rows = enterprise_rows,
    .row_count = sizeof(enterprise_rows) / sizeof(enterprise_rows[0]),
};
