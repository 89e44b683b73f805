/* SPDX-License-Identifier: Apache-2.0 */
#include "core/placement.h"

#include "base/date.h"
#include "model/procedure.h"

#include <string.h>

void tcn_placement_set_metres(const struct tcn_program *program, uint32_t metres,
                              struct tcn_placement *placement) {
    struct tcn_claimed *pay = &placement->claims[TCN_CLAIM_PAY];
    placement->metres = metres;
    pay->min_fen = tcn_program_fen_min(program, TCN_CLAIM_PAY, metres);
    pay->max_fen = tcn_program_fen(program, TCN_CLAIM_PAY, metres);
}

void tcn_placement_begin(const struct tcn_program *program, uint32_t first_month, uint32_t metres,
                         struct tcn_placement *out_placement) {
    memset(out_placement, 0, sizeof(*out_placement));
    memcpy(out_placement->program, program->id, sizeof(out_placement->program));
    out_placement->first_month = first_month;
    out_placement->months_needed = program->months;
    out_placement->proof_days = program->proof_days;
    out_placement->remind_days = program->remind_days;
    for (uint32_t i = TCN_CLAIM_PAY; i <= (uint32_t)TCN_CLAIM_MAX; i++) { /* P6 */
        out_placement->claims[i].min_fen = tcn_program_fen_min(program, (enum tcn_claim)i, metres);
        out_placement->claims[i].max_fen = tcn_program_fen(program, (enum tcn_claim)i, metres);
    }
    out_placement->metres = metres;
    out_placement->month_count = program->months;
    TCN_CHECK(program->months <= TCN_PLACEMENT_MONTHS_MAX);
    for (uint32_t i = 0; i < program->months; i++) {
        out_placement->months[i].state = TCN_MONTH_OPEN;
    }
}

bool tcn_placement_set_first(uint32_t first_month, struct tcn_placement *placement) {
    for (uint32_t i = 0; i < placement->month_count; i++) {
        const struct tcn_month *month = &placement->months[i];
        if (month->state != TCN_MONTH_OPEN || month->marks != 0) {
            return false;
        }
    }
    placement->first_month = first_month;
    return true;
}

/** The last instant of a month, by its number. */
static int64_t month_end_ns(const struct tcn_calendar *calendar, uint32_t number,
                            uint32_t more_days) {
    const uint32_t next = number + 1;
    const struct tcn_date first = {.year = next / 12, .month = (int64_t)(next % 12) + 1, .day = 1};
    return tcn_calendar_day_end_ns(calendar, tcn_date_to_day(&first) - 1 + more_days);
}

int64_t tcn_placement_proof_ns(const struct tcn_placement *placement,
                               const struct tcn_calendar *calendar, uint32_t index) {
    return month_end_ns(calendar, placement->first_month + index, placement->proof_days);
}

/** Where the row of months that is needed may end at the earliest: behind the last interruption. */
static uint32_t last_needed(const struct tcn_placement *placement) {
    uint32_t start = 0;
    for (uint32_t i = 0; i < placement->month_count; i++) {
        if (placement->months[i].state == TCN_MONTH_INTERRUPTED) {
            start = i + 1;
        }
    }
    const uint32_t end = start + placement->months_needed;
    return end < TCN_PLACEMENT_MONTHS_MAX ? end : TCN_PLACEMENT_MONTHS_MAX;
}

int64_t tcn_placement_remind_ns(const struct tcn_placement *placement,
                                const struct tcn_calendar *calendar) {
    const uint32_t last = placement->first_month + last_needed(placement) - 1;
    const int64_t end_ns = month_end_ns(calendar, last, 0);
    const int64_t day = tcn_calendar_day(calendar, end_ns) - placement->remind_days;
    return tcn_calendar_day_start_ns(calendar, day);
}

bool tcn_placement_next(const struct tcn_placement *placement, uint32_t *out_index) {
    uint32_t end = 0;
    if (tcn_placement_run(placement, &end) >= placement->months_needed) {
        return false;
    }
    for (uint32_t i = 0; i < placement->month_count; i++) {
        if (placement->months[i].state == TCN_MONTH_OPEN) {
            *out_index = i;
            return true;
        }
    }
    return false;
}

uint32_t tcn_placement_lacking(const struct tcn_placement *placement) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < placement->month_count; i++) {
        count += placement->months[i].state == TCN_MONTH_UNCONFIRMED ? 1 : 0;
    }
    return count;
}

/** Months up to an index are known, at least as open ones. */
static void grow(struct tcn_placement *placement, uint32_t count) {
    for (uint32_t i = placement->month_count; i < count; i++) {
        placement->months[i] = (struct tcn_month){.state = TCN_MONTH_OPEN};
    }
    if (count > placement->month_count) {
        placement->month_count = count;
    }
}

bool tcn_placement_over(struct tcn_placement *placement, uint32_t index) {
    if (index >= placement->month_count || placement->months[index].state != TCN_MONTH_OPEN) {
        return false;
    }
    placement->months[index].state = TCN_MONTH_UNCONFIRMED;
    return true;
}

/** The month that an act names; NULL when it is none of this placement's. */
static struct tcn_month *month_of(const struct tcn_placement_act *act,
                                  struct tcn_placement *placement) {
    if (act->month < placement->first_month ||
        act->month - placement->first_month >= TCN_PLACEMENT_MONTHS_MAX) {
        return NULL;
    }
    const uint32_t index = act->month - placement->first_month;
    grow(placement, index + 1);
    return &placement->months[index];
}

static void confirm(const struct tcn_placement_act *act, const struct tcn_placement *placement,
                    struct tcn_month *month, struct tcn_placement_verdict *verdict) {
    const uint32_t index = act->month - placement->first_month;
    const bool is_in_time =
        act->recorded_ns <= tcn_placement_proof_ns(placement, act->calendar, index);
    verdict->is_early = act->recorded_ns < month_end_ns(act->calendar, act->month, 0);
    if (month->state == TCN_MONTH_INTERRUPTED) {
        verdict->code = TCN_NOT_ALLOWED;
    } else if (!act->is_confirmer) {
        month->marks |= act->is_recommender ? TCN_MONTH_OWN_WORD : 0u; /* P1 */
    } else if (tcn_month_is_complete(month)) {
        return;
    } else if (is_in_time) { /* P4 */
        month->state = TCN_MONTH_CONFIRMED;
        month->prover = act->organ;
    } else {
        month->marks |= TCN_MONTH_PROVED; /* P2 */
        month->prover = act->organ;
    }
}

static void prove_late(const struct tcn_placement_act *act, struct tcn_month *month,
                       struct tcn_placement_verdict *verdict) {
    if (month->state == TCN_MONTH_INTERRUPTED || tcn_month_is_complete(month)) {
        verdict->code = TCN_NOT_ALLOWED;
        return;
    }
    month->marks |= TCN_MONTH_PROVED | (act->is_recommender ? TCN_MONTH_OWN_WORD : 0u);
    month->prover = act->organ;
}

static void approve(const struct tcn_placement_act *act, struct tcn_month *month,
                    struct tcn_placement_verdict *verdict) {
    if ((month->marks & TCN_MONTH_PROVED) == 0) {
        verdict->code = TCN_NOT_ALLOWED;
    } else if (!act->is_approver || act->is_recommender || act->organ == month->prover) {
        verdict->code = TCN_DENIED; /* P2 */
    } else {
        month->state = TCN_MONTH_LATE;
        month->marks &= ~(uint32_t)TCN_MONTH_PROVED;
    }
}

/** What is not so of one month whose pay is asked. */
static uint32_t month_breaches(const struct tcn_month *month) {
    if (tcn_month_is_complete(month)) {
        return 0;
    }
    const bool is_own = (month->marks & TCN_MONTH_OWN_WORD) != 0;
    return TCN_BREACH_INCOMPLETE | (is_own ? TCN_BREACH_OWN_WORD : 0u);
}

/** What is not so of the months in a row. */
static uint32_t run_breaches(const struct tcn_placement *placement) {
    uint32_t end = 0;
    uint32_t breaches = 0;
    if (tcn_placement_run(placement, &end) >= placement->months_needed) {
        return 0;
    }
    for (uint32_t i = 0; i < placement->month_count; i++) {
        breaches |= month_breaches(&placement->months[i]) & TCN_BREACH_OWN_WORD;
    }
    return TCN_BREACH_INCOMPLETE | breaches;
}

static uint32_t amount_breaches(const struct tcn_claimed *claimed, uint64_t fen) {
    if (claimed->max_fen == 0) {
        return TCN_BREACH_NO_SUCH;
    }
    return (fen > claimed->max_fen ? TCN_BREACH_OVER : 0u) |
           (fen < claimed->min_fen ? TCN_BREACH_UNDER : 0u);
}

/** A month's pay is asked, paid or refused. */
static uint32_t claim_pay(enum tcn_act act, struct tcn_month *month) {
    const uint32_t done = month->marks & (TCN_MONTH_ASKED | TCN_MONTH_PAID);
    uint32_t breaches = 0;
    if (act == TCN_ACT_CLAIMED) {
        breaches = done != 0 ? TCN_BREACH_TWICE : 0u;
        month->marks |= TCN_MONTH_ASKED;
    } else if (act == TCN_ACT_PAID) {
        breaches = (done & TCN_MONTH_PAID) != 0 ? TCN_BREACH_TWICE : 0u;
        breaches |= done == 0 ? TCN_BREACH_UNASKED : 0u;
        month->marks |= TCN_MONTH_PAID;
        month->marks &= ~(uint32_t)TCN_MONTH_ASKED;
    } else {
        breaches = (month->marks & TCN_MONTH_REFUSED) != 0 ? TCN_BREACH_REFUSED_AGAIN : 0u;
        month->marks |= TCN_MONTH_REFUSED;
        month->marks &= ~(uint32_t)TCN_MONTH_ASKED;
    }
    return breaches;
}

/** A subsidy is asked, paid or refused. */
static uint32_t claim_subsidy(enum tcn_act act, struct tcn_claimed *claimed) {
    const enum tcn_claim_state before = claimed->state;
    const bool is_paid = before == TCN_CLAIM_STATE_PAID;
    if (act == TCN_ACT_CLAIMED) {
        claimed->state = is_paid ? before : TCN_CLAIM_STATE_ASKED;
        return is_paid || before == TCN_CLAIM_STATE_ASKED ? TCN_BREACH_TWICE : 0u;
    }
    if (act == TCN_ACT_PAID) {
        claimed->state = TCN_CLAIM_STATE_PAID;
        return (is_paid ? TCN_BREACH_TWICE : 0u) |
               (!is_paid && before != TCN_CLAIM_STATE_ASKED ? TCN_BREACH_UNASKED : 0u);
    }
    claimed->state = is_paid ? before : TCN_CLAIM_STATE_REFUSED;
    claimed->refusal_count++;
    return claimed->refusal_count > 1 ? TCN_BREACH_REFUSED_AGAIN : 0u;
}

/** P5. A refusal says nothing of months and amounts: that is why it is one. */
static void claim(const struct tcn_placement_act *act, struct tcn_placement *placement,
                  struct tcn_placement_verdict *verdict) {
    struct tcn_claimed *claimed = &placement->claims[act->claim];
    const bool is_pay = act->claim == TCN_CLAIM_PAY;
    const bool is_refusal = act->act == TCN_ACT_DECLINED;
    struct tcn_month *month = is_pay ? month_of(act, placement) : NULL;
    if (is_pay && month == NULL) {
        verdict->code = TCN_BAD_VALUE;
        verdict->missing = TCN_FACT_MONTH;
        return;
    }
    if (!is_refusal) {
        verdict->breaches = is_pay ? month_breaches(month) : run_breaches(placement);
        verdict->breaches |= amount_breaches(claimed, act->fen);
        claimed->fen = act->fen;
    }
    verdict->breaches |= is_pay ? claim_pay(act->act, month) : claim_subsidy(act->act, claimed);
    placement->breaches |= verdict->breaches;
}

static bool is_claim_act(enum tcn_act act) {
    return act == TCN_ACT_CLAIMED || act == TCN_ACT_PAID || act == TCN_ACT_DECLINED;
}

static bool is_month_act(enum tcn_act act) {
    return act == TCN_ACT_MONTH_CONFIRMED || act == TCN_ACT_SUBMITTED || act == TCN_ACT_APPROVED ||
           act == TCN_ACT_SUSPENDED;
}

/** An act that names a month. */
static void apply_month(const struct tcn_placement_act *act, struct tcn_placement *placement,
                        struct tcn_placement_verdict *verdict) {
    struct tcn_month *month = month_of(act, placement);
    if (month == NULL) {
        verdict->code = TCN_BAD_VALUE;
        verdict->missing = TCN_FACT_MONTH;
    } else if (act->act == TCN_ACT_MONTH_CONFIRMED) {
        confirm(act, placement, month, verdict);
    } else if (act->act == TCN_ACT_SUBMITTED) {
        prove_late(act, month, verdict);
    } else if (act->act == TCN_ACT_APPROVED) {
        approve(act, month, verdict);
    } else {
        month->state = TCN_MONTH_INTERRUPTED;
        month->marks &= ~(uint32_t)TCN_MONTH_PROVED;
        grow(placement, last_needed(placement));
    }
}

void tcn_placement_apply(const struct tcn_placement_act *act, struct tcn_placement *placement,
                         struct tcn_placement_verdict *out_verdict) {
    struct tcn_placement made = *placement;
    struct tcn_placement_verdict verdict = {.code = TCN_OK};
    if (is_month_act(act->act)) {
        apply_month(act, &made, &verdict);
    } else if (is_claim_act(act->act) && act->claim != TCN_CLAIM_NONE) {
        claim(act, &made, &verdict);
    } else if (is_claim_act(act->act) && act->act != TCN_ACT_DECLINED) {
        verdict.code = TCN_BAD_VALUE; /* only the placement itself may be declined without one */
        verdict.missing = TCN_FACT_CLAIM;
    }
    if (verdict.code == TCN_OK) {
        *placement = made;
    }
    *out_verdict = verdict;
}
