/* SPDX-License-Identifier: Apache-2.0 */
#include "core/signs.h"

#include "core/guard.h"
#include "core/procedure.h"

const struct tcn_line *tcn_sign_line_by_id(const struct tcn_policy *policy, struct tcn_slice id) {
    for (uint32_t i = 0; i < policy->line_count && id.size > 0; i++) {
        if (tcn_slice_is_text(id, policy->lines[i].id)) {
            return &policy->lines[i];
        }
    }
    return NULL;
}

bool tcn_sign_is_open(const struct tcn_matter *matter) {
    const struct tcn_procedure_stage *stage =
        tcn_procedure_stage_of(tcn_procedure_of(matter->kind), matter->stage);
    return matter->opened_ns != 0 && stage != NULL && !stage->is_final;
}

bool tcn_sign_is_untaken(const struct tcn_matter *matter) {
    const bool is_there = matter->stage == TCN_STAGE_OPEN || matter->stage == TCN_STAGE_HELD;
    return is_there && matter->opened_ns != 0 &&
           (unsigned)matter->severity >= (unsigned)TCN_SEVERITY_URGENT;
}

const struct tcn_line *tcn_sign_line(const struct tcn_policy *policy,
                                     const struct tcn_matter *matter) {
    if (tcn_guard_has(matter) || !tcn_sign_is_open(matter)) { /* N1, N4 */
        return NULL;
    }
    const struct tcn_domain *domain = tcn_policy_domain(policy, tcn_slice_text(matter->domain));
    return domain != NULL ? tcn_sign_line_by_id(policy, tcn_slice_text(domain->line)) : NULL;
}

/** True when a count is known to reach a number; 0: no number is asked for. */
static bool reaches(const struct tcn_count *count, uint64_t from) {
    return from > 0 && count->kind != TCN_COUNT_UNKNOWN && count->value >= from;
}

enum tcn_sign tcn_sign_of(const struct tcn_line *line, const struct tcn_matter *matter) {
    const bool is_level = line->breach_level > 0 && matter->toll.degree.rank >= line->breach_level;
    if (is_level || reaches(&matter->toll.deaths, line->breach_deaths) ||
        reaches(&matter->toll.serious_injuries, line->breach_injuries)) {
        return TCN_SIGN_BREACH;
    }
    const bool is_grave = line->warning_severity != TCN_SEVERITY_UNKNOWN &&
                          (unsigned)matter->severity >= (unsigned)line->warning_severity;
    return is_grave ? TCN_SIGN_WARNING : TCN_SIGN_NONE;
}

bool tcn_sign_is_late(const struct tcn_matter_clock *clock, int64_t now_ns) {
    return clock->end == TCN_CLOCK_RUNS && !clock->times.is_paused &&
           clock->terms.bound == TCN_CLOCK_AT_MOST && clock->terms.owes != TCN_CLOCK_OUTSIDE &&
           clock->times.limit_ns < now_ns && clock->times.missing_year == 0;
}

uint16_t tcn_sign_office(const struct tcn_policy *policy, const struct tcn_matter *matter) {
    return tcn_policy_office_of(policy, matter->division, matter->office);
}
