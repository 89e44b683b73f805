/* SPDX-License-Identifier: Apache-2.0 */
#include "json/rows.h"

/** An instant; null where there is none. */
static void add_instant(struct tcn_json_writer *writer, const char *key, int64_t instant_ns) {
    if (instant_ns == TCN_CLOCK_NEVER || instant_ns == 0) {
        tcn_json_add_null(writer, key);
    } else {
        tcn_json_add_time(writer, key, instant_ns);
    }
}

/** A title; null when empty. */
static void add_title(struct tcn_json_writer *writer, const char *key, struct tcn_slice title) {
    if (title.size > 0) {
        tcn_json_add_text(writer, key, title);
    } else {
        tcn_json_add_null(writer, key);
    }
}

/** "runs", "paused", or how it ended. */
static const char *state_word(const struct tcn_matter_clock *clock) {
    const bool is_paused = clock->end == TCN_CLOCK_RUNS && clock->times.is_paused;
    return is_paused ? "paused" : tcn_clock_end_name(clock->end);
}

void tcn_json_clock_fields(struct tcn_json_writer *writer, const struct tcn_clock_row *row) {
    const struct tcn_matter_clock *clock = &row->clock;
    const bool is_over = clock->end != TCN_CLOCK_RUNS;
    tcn_json_add_word(writer, "clock", clock->id);
    add_title(writer, "title_zh", row->title_zh);
    add_title(writer, "title_en", row->title_en);
    tcn_json_add_word(writer, "state", state_word(clock));
    tcn_json_add_word(writer, "verdict", is_over ? tcn_clock_verdict_name(clock->verdict) : NULL);
    tcn_json_add_word(writer, "unit", tcn_clock_unit_name(clock->terms.unit));
    tcn_json_add_u64(writer, "amount", clock->terms.amount);
    tcn_json_add_word(writer, "bound", tcn_clock_bound_name(clock->terms.bound));
    tcn_json_add_word(writer, "owes", tcn_clock_owes_name(clock->terms.owes));
    tcn_json_add_u64(writer, "policy_version", clock->policy_version);
    add_instant(writer, "start", clock->clock.start_ns);
    add_instant(writer, "extended_until", clock->clock.extended_until_ns);
    add_instant(writer, "due", clock->times.due_ns);
    add_instant(writer, "limit", clock->times.limit_ns);
    if (clock->times.missing_year == 0) {
        tcn_json_add_null(writer, "missing_year");
    } else {
        tcn_json_add_u64(writer, "missing_year", (uint64_t)clock->times.missing_year);
    }
    add_instant(writer, "stopped", clock->stop_ns);
    tcn_json_add_u64(writer, "run_count", clock->run_count);
    tcn_json_add_u64(writer, "late_count", clock->late_count);
}

void tcn_json_tally_fields(struct tcn_json_writer *writer, const struct tcn_tally_row *row) {
    const struct tcn_clock_rule *rule = row->rule;
    const struct tcn_clock_tally *tally = &row->tally;
    tcn_json_add_word(writer, "rule", rule != NULL ? rule->id : NULL);
    tcn_json_add_word(writer, "title_zh", rule != NULL ? rule->title_zh : NULL);
    tcn_json_add_word(writer, "title_en", rule != NULL ? rule->title_en : NULL);
    tcn_json_add_word(writer, "bound", rule != NULL ? tcn_clock_bound_name(rule->bound) : NULL);
    tcn_json_add_word(writer, "owes", rule != NULL ? tcn_clock_owes_name(rule->owes) : NULL);
    tcn_json_add_u64(writer, "started", tcn_clock_tally_started(tally));
    tcn_json_add_u64(writer, "met", tally->met);
    tcn_json_add_u64(writer, "missed", tally->missed);
    tcn_json_add_u64(writer, "running", tally->running);
    tcn_json_add_u64(writer, "paused", tally->paused);
    tcn_json_add_u64(writer, "over", tally->over);
    tcn_json_add_u64(writer, "cancelled", tally->cancelled);
    tcn_json_add_u64(writer, "unmeasured", tally->unmeasured);
    tcn_json_add_u64(writer, "unknown", tally->unknown);
    tcn_json_add_u64(writer, "earlier", tally->earlier);
}
