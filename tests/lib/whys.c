/* SPDX-License-Identifier: Apache-2.0 */
#include "testlib/whys.h"

#include "core/duty.h"

#include <string.h>

struct tcn_whys tcn_whys_before(const struct tcn_memstate *state, const struct tcn_event *event) {
    struct tcn_whys before = {
        .state = state, .alert_count = state->alerts.count, .thread_count = state->threads.count};
    const struct tcn_matter *matter = tcn_memstate_matter(state, &event->matter);
    if (matter != NULL) {
        before.matter = *matter;
    }
    return before;
}

/** The matter that the event went to; NULL when to none. */
static const struct tcn_matter *matter_after(const struct tcn_whys *before) {
    const struct tcn_memstate *state = before->state;
    const struct tcn_matter *matters = (const struct tcn_matter *)(const void *)state->matters.rows;
    const struct tcn_thread *threads = (const struct tcn_thread *)(const void *)state->threads.rows;
    if (state->threads.count == before->thread_count) {
        return NULL;
    }
    const uint64_t birth = threads[state->threads.count - 1].birth_position;
    for (size_t i = 0; i < state->matters.count; i++) {
        if (matters[i].birth_position == birth) {
            return &matters[i];
        }
    }
    return NULL;
}

static uint32_t count_of(const struct tcn_trace *trace, enum tcn_why why) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < trace->count; i++) {
        count += trace->notes[i].why == why ? 1 : 0;
    }
    return count;
}

static const char *check_verdict(const struct tcn_trace *trace, const struct tcn_outcome *outcome) {
    const enum tcn_why why = outcome->code == TCN_OK ? TCN_WHY_APPLIED : TCN_WHY_VOID;
    if (count_of(trace, TCN_WHY_APPLIED) + count_of(trace, TCN_WHY_VOID) != 1) {
        return "it has no verdict, or two";
    }
    for (uint32_t i = 0; i < trace->count; i++) {
        if (trace->notes[i].why == why) {
            return trace->notes[i].bits == outcome->code ? NULL : "it is void as something else";
        }
    }
    return "its verdict is another";
}

static const char *check_told(const struct tcn_whys *before, const struct tcn_trace *trace) {
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)before->state->alerts.rows;
    size_t next = before->alert_count;
    for (uint32_t i = 0; i < trace->count; i++) {
        const struct tcn_note *note = &trace->notes[i];
        if (note->why != TCN_WHY_TOLD) {
            continue;
        }
        if (next == before->state->alerts.count) {
            return "it tells more than there is";
        }
        if (alerts[next].stream.organ != note->organ || alerts[next].number != note->number ||
            (uint32_t)alerts[next].reason != note->bits) {
            return "another was told, or for another reason";
        }
        next++;
    }
    return next == before->state->alerts.count ? NULL : "somebody was told and it does not say so";
}

/** The matter's duties as they stand, one by one, in the order of the reasons. */
static const char *check_owes(const struct tcn_matter *matter, const struct tcn_policy *policy,
                              const struct tcn_trace *trace) {
    const struct tcn_duty_input in = tcn_duty_of(policy, matter);
    struct tcn_duty duties[TCN_DUTIES_MAX];
    const uint32_t count = tcn_duty_gather(&in, duties);
    uint32_t next = 0;
    for (uint32_t i = 0; i < trace->count; i++) {
        const struct tcn_note *note = &trace->notes[i];
        if (note->why != TCN_WHY_OWES && note->why != TCN_WHY_ANY_OWES) {
            continue;
        }
        if (next == count || duties[next].organ != note->organ || duties[next].owed != note->act) {
            return "another owes it, or another act";
        }
        next++;
    }
    return next == count && (count == 0) == (count_of(trace, TCN_WHY_NO_DUTY) == 1)
               ? NULL
               : "somebody owes an act and it does not say so";
}

/** True when the same organs owe the same acts. */
static bool owe_the_same(const struct tcn_policy *policy, const struct tcn_matter *past,
                         const struct tcn_matter *after) {
    const struct tcn_duty_input in[] = {tcn_duty_of(policy, past), tcn_duty_of(policy, after)};
    struct tcn_duty duties[2][TCN_DUTIES_MAX];
    const uint32_t count = tcn_duty_gather(&in[0], duties[0]);
    bool is_same = tcn_duty_gather(&in[1], duties[1]) == count;
    for (uint32_t i = 0; i < count && is_same; i++) {
        is_same =
            duties[0][i].organ == duties[1][i].organ && duties[0][i].owed == duties[1][i].owed;
    }
    return is_same;
}

static const char *check_duties(const struct tcn_whys *before, const struct tcn_policy *policy,
                                const struct tcn_trace *trace) {
    const struct tcn_matter *after = matter_after(before);
    const struct tcn_matter *past = &before->matter;
    const uint32_t owes_count = count_of(trace, TCN_WHY_OWES) + count_of(trace, TCN_WHY_ANY_OWES) +
                                count_of(trace, TCN_WHY_NO_DUTY);
    const bool stand = count_of(trace, TCN_WHY_DUTIES_STAND) == 1;
    const bool waits =
        count_of(trace, TCN_WHY_WAITS_FOR_SECOND) + count_of(trace, TCN_WHY_WAITS_AS_GUARDED) == 1;
    if (after == NULL || waits) {
        return owes_count == 0 && !stand ? NULL : "it speaks of duties, and nothing moved";
    }
    const bool is_birth = past->birth_position != after->birth_position;
    const bool is_same = past->kind == after->kind && past->stage == after->stage &&
                         past->holder == after->holder && strcmp(past->domain, after->domain) == 0;
    if (stand) {
        const bool is_stub = is_birth && after->stage == TCN_STAGE_STUB;
        const bool owes_same = !is_birth && owe_the_same(policy, past, after);
        return owes_count == 0 && (owes_same || is_stub) ? NULL : "who owes what has changed";
    }
    return !is_birth && is_same ? "the matter did not move" : check_owes(after, policy, trace);
}

/** True when a clock's reason is the last of that clock, and says that it runs. */
static bool is_running(const struct tcn_trace *trace, uint32_t at) {
    const struct tcn_note *note = &trace->notes[at];
    if (note->why != TCN_WHY_CLOCK_STARTS && note->why != TCN_WHY_CLOCK_MOVED_IN &&
        note->why != TCN_WHY_CLOCK_EXTENDS && note->why != TCN_WHY_CLOCK_RESUMES &&
        note->why != TCN_WHY_CLOCK_PAUSES && note->why != TCN_WHY_CLOCK_GOES_ON) {
        return false;
    }
    for (uint32_t i = at + 1; i < trace->count; i++) {
        const struct tcn_note *later = &trace->notes[i];
        if (later->why != TCN_WHY_CLOCK_NOT_BY && later->why != TCN_WHY_CLOCK_NOT_FOR &&
            tcn_slice_equals(later->word, note->word)) {
            return false;
        }
    }
    return true;
}

static const char *check_clocks(const struct tcn_whys *before, const struct tcn_trace *trace) {
    const struct tcn_matter *after = matter_after(before);
    for (uint32_t i = 0; i < trace->count; i++) {
        const struct tcn_note *note = &trace->notes[i];
        if (!is_running(trace, i)) {
            continue;
        }
        char id[TCN_WORD_BYTES_MAX + 1] = {0};
        memcpy(id, note->word.data, note->word.size);
        const struct tcn_matter_clock *row =
            after != NULL ? tcn_memstate_clock(before->state, after->birth_position, id) : NULL;
        if (row == NULL || row->end != TCN_CLOCK_RUNS) {
            return "a clock that it says runs does not";
        }
        const int64_t due_ns = row->times.due_ns != TCN_CLOCK_NEVER ? row->times.due_ns : 0;
        if (note->time_ns != due_ns) {
            return "a clock is due at another time";
        }
    }
    return NULL;
}

const char *tcn_whys_agree(const struct tcn_whys *before, const struct tcn_policy *policy,
                           const struct tcn_trace *trace, const struct tcn_outcome *outcome) {
    const char *fault = check_verdict(trace, outcome);
    fault = fault == NULL ? check_told(before, trace) : fault;
    fault = fault == NULL ? check_duties(before, policy, trace) : fault;
    return fault == NULL ? check_clocks(before, trace) : fault;
}
