/* SPDX-License-Identifier: Apache-2.0 */
#include "core/procedure.h"

#include "core/procedure_tables.h"

#include <string.h>

#define ALL_STAGES (~TCN_AT(NONE))
#define RECORDED (ALL_STAGES & ~TCN_AT(STUB))
#define LIVE (RECORDED & ~(TCN_AT(CLOSED) | TCN_AT(FINAL)))

/* Of every kind; LIVE is each of its stages but NONE, STUB, CLOSED and FINAL. At the stages where a
 * kind has rows of its own for an act, these do not count.
 *
 *     NONE,STUB ─ reported ▶ OPEN
 *     OPEN,ACCEPTED ─ objected ▶ HELD ─ released ▶ OPEN
 *     LIVE,STUB ─ transferred ▶ OPEN
 *     LIVE ─ reclassified ▶ OPEN
 *     LIVE,STUB ─ withdrawn ▶ CLOSED
 *     STUB,HELD ─ closed ▶ CLOSED
 */
static const struct tcn_procedure_row shared[] = {
    {.from = TCN_UNBORN, .act = TCN_ACT_REPORTED, .who = TCN_WHO_ANYONE, .next = TCN_STAGE_OPEN},
    {.from = RECORDED, .act = TCN_ACT_REPORTED, .who = TCN_WHO_ANYONE},
    {.from = TCN_AT(OPEN) | TCN_AT(ACCEPTED),
     .act = TCN_ACT_OBJECTED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_HELD,
     .is_bounce = true,
     .source = "信访工作条例 23, 24 (H); other kinds: L"},
    {.from = LIVE | TCN_AT(STUB),
     .act = TCN_ACT_TRANSFERRED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_TO_ORGAN,
     .next = TCN_STAGE_OPEN,
     .guards_by_two = true,
     .one_if = TCN_FACT_TO_LISTED,
     .source = "a guarded one: two persons (L)"},
    {.from = LIVE,
     .act = TCN_ACT_RECLASSIFIED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_DOMAIN,
     .clears = TCN_MARK_REVIEWED,
     .next = TCN_STAGE_OPEN,
     .guards_by_two = true,
     .source = "a guarded one, which it gives to an owner: two persons (L)"},
    {.from = TCN_AT(HELD),
     .act = TCN_ACT_RELEASED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_OPEN,
     .guards_by_two = true,
     .source = "a guarded one: two persons (L)"},
    {.from = TCN_AT(STUB) | TCN_AT(HELD),
     .act = TCN_ACT_CLOSED,
     .who = TCN_LEAD,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true},
    {.from = LIVE | TCN_AT(STUB),
     .act = TCN_ACT_WITHDRAWN,
     .who = TCN_WHO_OFFICE | TCN_WHO_DESK,
     .bars = TCN_WHO_HOLDER,
     .next = TCN_STAGE_CLOSED,
     .stops_all = true,
     .source = "recorded by another than the holder (L)"},
    {.from = ALL_STAGES, .act = TCN_ACT_PETITIONER_TOLD, .who = TCN_SIDES, .needs = TCN_FACT_HOW},
    {.from = ALL_STAGES, .act = TCN_ACT_FOLLOWED_UP, .who = TCN_SIDES | TCN_WHO_PLACE},
    {.from = ALL_STAGES, .act = TCN_ACT_CORRECTED, .who = TCN_SIDES},
    {.from = ALL_STAGES, .act = TCN_ACT_LINKED, .who = TCN_SIDES},
    {.from = ALL_STAGES,
     .act = TCN_ACT_ACKNOWLEDGED,
     .who = TCN_ALL_SIDES | TCN_WHO_PLACE,
     .needs = TCN_FACT_POST,
     .source = "by a person on duty, never by a program (L)"},
    {.from = ALL_STAGES, .act = TCN_ACT_CALLED, .who = TCN_ALL_SIDES | TCN_WHO_PLACE},
    {.from = ALL_STAGES, .act = TCN_ACT_HANDED_OVER, .who = TCN_LEAD},
    {.from = ALL_STAGES, .act = TCN_ACT_MONTH_CONFIRMED, .who = TCN_LEAD},
    {.from = ALL_STAGES, .act = TCN_ACT_LEGAL_HOLD, .who = TCN_LEAD, .sets = TCN_MARK_KEPT},
    {.from = ALL_STAGES, .act = TCN_ACT_ZERO_REPORT, .who = TCN_WHO_ANYONE},
    {.from = ALL_STAGES, .act = TCN_ACT_ON_DUTY, .who = TCN_WHO_ANYONE},
    {.from = ALL_STAGES, .act = TCN_ACT_REWRAPPED, .who = TCN_WHO_ANYONE},
    {.from = ALL_STAGES, .act = TCN_ACT_UNSEALED, .who = TCN_WHO_ANYONE},
    {.from = ALL_STAGES,
     .act = TCN_ACT_ERASED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_POST | TCN_FACT_EVENT,
     .bars_marks = TCN_MARK_KEPT,
     .is_two_person = true,
     .source = "个人信息保护法 47 (H); two persons: L"},
    {.from = ALL_STAGES,
     .act = TCN_ACT_HOLD_ENDED,
     .who = TCN_LEAD,
     .needs = TCN_FACT_REASON | TCN_FACT_POST,
     .needs_marks = TCN_MARK_KEPT,
     .clears = TCN_MARK_KEPT,
     .is_two_person = true,
     .source = "two persons, as what it allows again (L)"},
};

#define SHARED_COUNT (sizeof(shared) / sizeof(shared[0]))

const struct tcn_procedure_row *tcn_procedure_shared_rows(size_t *out_count) {
    *out_count = SHARED_COUNT;
    return shared;
}

const struct tcn_procedure *tcn_procedure_of(enum tcn_procedure_kind kind) {
    static const struct tcn_procedure *const procedures[] = {
        [TCN_PROCEDURE_NONE] = &tcn_procedure_general,
        [TCN_PROCEDURE_GENERAL] = &tcn_procedure_general,
        [TCN_PROCEDURE_PETITION] = &tcn_procedure_petition,
        [TCN_PROCEDURE_HAZARD] = &tcn_procedure_hazard,
        [TCN_PROCEDURE_ACCIDENT] = &tcn_procedure_accident,
        [TCN_PROCEDURE_DISPUTE] = &tcn_procedure_dispute,
        [TCN_PROCEDURE_WAGES] = &tcn_procedure_wages,
        [TCN_PROCEDURE_REQUISITION] = &tcn_procedure_requisition,
        [TCN_PROCEDURE_SERVICE] = &tcn_procedure_service,
        [TCN_PROCEDURE_GUARDIANSHIP] = &tcn_procedure_guardianship,
        [TCN_PROCEDURE_ENTERPRISE] = &tcn_procedure_enterprise,
        [TCN_PROCEDURE_WARNING] = &tcn_procedure_warning,
        [TCN_PROCEDURE_PLACEMENT] = &tcn_procedure_placement,
    };
    bool is_known = (unsigned)kind < sizeof(procedures) / sizeof(procedures[0]);
    return is_known ? procedures[kind] : &tcn_procedure_general;
}

const struct tcn_procedure_stage *tcn_procedure_stage_of(const struct tcn_procedure *procedure,
                                                         enum tcn_stage stage) {
    for (size_t i = 0; i < procedure->stage_count; i++) {
        if (procedure->stages[i].stage == stage) {
            return &procedure->stages[i];
        }
    }
    return NULL;
}

/** True when one of the rows lets the act be done and leaves the matter at the stage. */
static bool leads_to(const struct tcn_procedure_row *rows, size_t count, enum tcn_act act,
                     enum tcn_stage stage) {
    for (size_t i = 0; i < count; i++) {
        const bool stays = rows[i].next == TCN_STAGE_NONE && (unsigned)stage < 64 &&
                           (rows[i].from >> (unsigned)stage & 1u) != 0;
        if (rows[i].act == act && (stage == TCN_STAGE_NONE || rows[i].next == stage || stays)) {
            return true;
        }
    }
    return false;
}

bool tcn_procedure_can_happen(enum tcn_procedure_kind kind, enum tcn_act act,
                              enum tcn_stage stage) {
    const struct tcn_procedure *procedure = tcn_procedure_of(kind);
    const bool passes = stage == TCN_STAGE_NONE || tcn_procedure_stage_of(procedure, stage) != NULL;
    return passes && (leads_to(procedure->rows, procedure->row_count, act, stage) ||
                      leads_to(shared, SHARED_COUNT, act, stage));
}

enum tcn_procedure_kind tcn_procedure_harmed(enum tcn_procedure_kind kind) {
    return tcn_procedure_of(kind)->on_harm;
}

static bool is_at(const struct tcn_procedure_row *row, enum tcn_stage stage) {
    return (unsigned)stage < 64 && (row->from >> (unsigned)stage & 1u) != 0;
}

static bool is_for(const struct tcn_procedure_row *row, uint32_t who) {
    return (row->who & who) != 0 && (row->bars & who) == 0;
}

static bool fits_marks(const struct tcn_procedure_row *row, uint32_t marks) {
    return (row->needs_marks & ~marks) == 0 && (row->bars_marks & marks) == 0;
}

/** Some rows of a table. */
struct rows {
    const struct tcn_procedure_row *rows;
    size_t count;
};

/** True when a row stands for the act at the stage, whoever asks. */
static bool stands(struct rows rows, enum tcn_stage stage, enum tcn_act act) {
    for (size_t i = 0; i < rows.count; i++) {
        if (rows.rows[i].act == act && is_at(&rows.rows[i], stage)) {
            return true;
        }
    }
    return false;
}

/** The row for the act at the stage that is for this actor: the one that fits the marks, else the
 * first that they bar; NULL when there is none. */
static const struct tcn_procedure_row *row_for(struct rows rows,
                                               const struct tcn_procedure_input *in) {
    const struct tcn_procedure_row *barred = NULL;
    for (size_t i = 0; i < rows.count; i++) {
        const struct tcn_procedure_row *row = &rows.rows[i];
        if (row->act != in->act || !is_at(row, in->stage) || !is_for(row, in->who)) {
            continue;
        }
        if (fits_marks(row, in->marks)) {
            return row;
        }
        barred = barred == NULL ? row : barred;
    }
    return barred;
}

/** True when the actor may do the act at some stage. */
static bool may_ever(struct rows rows, enum tcn_act act, uint32_t who) {
    for (size_t i = 0; i < rows.count; i++) {
        if (rows.rows[i].act == act && is_for(&rows.rows[i], who)) {
            return true;
        }
    }
    return false;
}

/** Adds an act once. */
static uint32_t add_act(enum tcn_act acts[TCN_ALLOWED_ACTS_MAX], uint32_t count, enum tcn_act act) {
    for (uint32_t i = 0; i < count; i++) {
        if (acts[i] == act) {
            return count;
        }
    }
    TCN_CHECK(count < TCN_ALLOWED_ACTS_MAX);
    acts[count] = act;
    return count + 1;
}

uint32_t tcn_procedure_allowed(const struct tcn_procedure *procedure, enum tcn_stage stage,
                               uint32_t marks, enum tcn_act out_acts[TCN_ALLOWED_ACTS_MAX]) {
    const struct rows own = {procedure->rows, procedure->row_count};
    uint32_t count = 0;
    for (size_t i = 0; i < own.count; i++) {
        if (is_at(&own.rows[i], stage) && fits_marks(&own.rows[i], marks)) {
            count = add_act(out_acts, count, own.rows[i].act);
        }
    }
    for (size_t i = 0; i < SHARED_COUNT; i++) {
        bool is_its = !tcn_act_is_apart(shared[i].act) && !stands(own, stage, shared[i].act);
        if (is_at(&shared[i], stage) && is_its) {
            count = add_act(out_acts, count, shared[i].act);
        }
    }
    return count;
}

/** The stage that a row leads to from where the matter is. A stub stays one until its report comes
 * or it is closed, and a guarded matter stays held until it is released. */
static enum tcn_stage stage_after(const struct tcn_procedure_row *row,
                                  const struct tcn_procedure_input *in) {
    enum tcn_stage next = row->next != TCN_STAGE_NONE ? row->next : in->stage;
    if (row->is_bounce && (in->facts & TCN_FACT_LAST_BOUNCE) == 0) {
        next = TCN_STAGE_OPEN;
    }
    if (row->act == TCN_ACT_REPORTED) {
        bool is_placed = (in->facts & TCN_FACT_HELD) == 0 || row->next == TCN_STAGE_NONE;
        return is_placed ? next : TCN_STAGE_HELD;
    }
    bool stays_stub = in->stage == TCN_STAGE_STUB && next != TCN_STAGE_CLOSED;
    bool stays_held = in->stage == TCN_STAGE_HELD && (in->facts & TCN_FACT_GUARDED) != 0 &&
                      next == TCN_STAGE_OPEN && row->act != TCN_ACT_RELEASED;
    return stays_stub || stays_held ? in->stage : next;
}

/** The row by which a report of anybody opens a matter of the kind. */
static const struct tcn_procedure_row *birth_row(enum tcn_procedure_kind kind) {
    const struct tcn_procedure *procedure = tcn_procedure_of(kind);
    const struct tcn_procedure_input in = {
        .stage = TCN_STAGE_NONE, .act = TCN_ACT_REPORTED, .who = TCN_WHO_ANYONE};
    return row_for((struct rows){procedure->rows, procedure->row_count}, &in);
}

/** True when the row is for two persons, of itself or because the matter is guarded. */
static bool is_for_two(const struct tcn_procedure_row *row, uint32_t facts) {
    const bool is_excused = row->one_if != 0 && (row->one_if & ~facts) == 0;
    return row->is_two_person ||
           (row->guards_by_two && (facts & TCN_FACT_GUARDED) != 0 && !is_excused);
}

/** What a row does, when nothing stands against it. */
static void apply_row(const struct tcn_procedure_row *row, const struct tcn_procedure *procedure,
                      const struct tcn_procedure_input *in, struct tcn_procedure_verdict *verdict) {
    bool renames = row->act == TCN_ACT_RECLASSIFIED || row->act == TCN_ACT_RELEASED;
    verdict->row = row;
    verdict->lacking = row->wants & ~in->facts;
    verdict->needs_two = is_for_two(row, in->facts);
    verdict->is_waiting = verdict->needs_two && (in->facts & TCN_FACT_SECOND) == 0;
    if (verdict->is_waiting) {
        return;
    }
    verdict->stage = stage_after(row, in);
    const bool is_set = (row->sets_if & ~in->facts) == 0;
    verdict->marks = (in->marks & ~row->clears & ~row->mirrors & ~row->sets) |
                     (is_set ? row->sets : 0u) | (in->facts & row->mirrors);
    if (row->becomes != TCN_PROCEDURE_NONE) {
        verdict->kind = row->becomes;
    } else if (renames && in->named != TCN_PROCEDURE_NONE) {
        verdict->kind = in->named;
    } else if (procedure->on_harm != TCN_PROCEDURE_NONE && (in->facts & TCN_FACT_HARM) != 0 &&
               verdict->stage != TCN_STAGE_STUB) {
        verdict->kind = procedure->on_harm; /* nobody has to know the word for it at 3 a.m. */
        const bool is_kept = (in->facts & (TCN_FACT_GUARDED | TCN_FACT_HELD)) != 0;
        if (verdict->stage != TCN_STAGE_HELD || !is_kept) {
            verdict->stage = TCN_STAGE_OPEN; /* but harm releases nothing */
        }
    }
    if (verdict->kind != in->kind) { /* what was remembered was of the other procedure */
        verdict->marks &= TCN_MARK_SUSPENDED | TCN_MARK_PEOPLE_OUT | TCN_MARK_KEPT;
        verdict->birth = birth_row(verdict->kind);
    }
}

void tcn_procedure_judge(const struct tcn_procedure_input *in,
                         struct tcn_procedure_verdict *out_verdict) {
    const struct tcn_procedure *procedure = tcn_procedure_of(in->kind);
    const struct rows own = {procedure->rows, procedure->row_count};
    const struct rows common = {shared, SHARED_COUNT};
    struct tcn_procedure_input at = *in;
    at.kind = procedure->kind;
    if (at.stage == TCN_STAGE_NONE && at.act != TCN_ACT_REPORTED) {
        at.stage = TCN_STAGE_STUB; /* an act before its report leaves a stub */
    }
    bool is_own = stands(own, at.stage, at.act);
    const struct tcn_procedure_row *row = row_for(is_own ? own : common, &at);
    memset(out_verdict, 0, sizeof(*out_verdict));
    out_verdict->kind = procedure->kind;
    out_verdict->stage = in->stage;
    out_verdict->marks = in->marks;
    if (!may_ever(own, at.act, at.who) && !may_ever(common, at.act, at.who)) {
        out_verdict->code = TCN_DENIED;
    } else if (row == NULL && (is_own || stands(common, at.stage, at.act))) {
        out_verdict->code = TCN_DENIED;
    } else if (row == NULL || !fits_marks(row, at.marks)) {
        out_verdict->code = TCN_NOT_ALLOWED;
        out_verdict->allowed_count =
            tcn_procedure_allowed(procedure, at.stage, at.marks, out_verdict->allowed);
    } else if ((row->needs & ~at.facts) != 0) {
        out_verdict->code = TCN_BAD_VALUE;
        out_verdict->missing = row->needs & ~at.facts;
    } else {
        out_verdict->code = TCN_OK;
        out_verdict->stage = at.stage;
        apply_row(row, procedure, &at, out_verdict);
    }
}
