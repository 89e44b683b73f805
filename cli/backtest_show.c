/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/backtest_show.h"

#include "base/uuid.h"
#include "cli/show.h"
#include "model/feed.h"

#include <inttypes.h>

#define SIDE_BYTES 384

static void show_limit(int64_t time_ns, char out_text[TCN_TIME_TEXT_BYTES]) {
    tcn_show_time(time_ns == TCN_CLOCK_NEVER ? 0 : time_ns, out_text);
}

/* "safety_bureau, accepted, hazard workplace_safety". */
static void matter_side(const struct tcn_backtest_side *side, const char *organ,
                        char out_text[SIDE_BYTES]) {
    char word[TCN_SHOW_WORD_BYTES];
    tcn_show_text(tcn_slice_text(side->word), word, sizeof word);
    const int size =
        snprintf(out_text, SIDE_BYTES, "%s, %s, %s %s%s", organ, tcn_stage_name(side->stage),
                 tcn_procedure_name(side->kind), word, side->is_guarded ? ", guarded" : "");
    if (side->level != 0 && size > 0 && size < SIDE_BYTES) {
        (void)snprintf(out_text + size, SIDE_BYTES - (size_t)size, ", level %u",
                       (unsigned)side->level);
    }
}

static void clock_side(const struct tcn_backtest_side *side, char out_text[SIDE_BYTES]) {
    char time[TCN_TIME_TEXT_BYTES];
    show_limit(side->time_ns, time);
    const int size =
        snprintf(out_text, SIDE_BYTES, "%s, until %s, owed by %s",
                 tcn_backtest_standing_name(side->standing), time, tcn_clock_owes_name(side->owes));
    if (side->run_count > 1 && size > 0 && size < SIDE_BYTES) {
        (void)snprintf(out_text + size, SIDE_BYTES - (size_t)size,
                       ", run %" PRIu32 ", %" PRIu32 " late before", side->run_count,
                       side->late_count);
    }
}

static void alert_side(const struct tcn_backtest_side *side, const char *organ,
                       char out_text[SIDE_BYTES]) {
    char time[TCN_TIME_TEXT_BYTES];
    tcn_show_time(side->time_ns, time);
    (void)snprintf(out_text, SIDE_BYTES, "%s, %s, %s%s%s", organ, time,
                   tcn_severity_name(side->severity), side->code != 0 ? ", void: " : "",
                   side->code != 0 ? tcn_status_name((enum tcn_status)side->code) : "");
}

/* One side, or "–" when it is not there. */
static void side_text(const struct tcn_policy *policy, enum tcn_backtest_what what,
                      const struct tcn_backtest_side *side, char out_text[SIDE_BYTES]) {
    char organ[TCN_SHOW_WORD_BYTES];
    tcn_show_organ(policy, side->organ, organ);
    if (!side->is_there) {
        (void)snprintf(out_text, SIDE_BYTES, "–");
    } else if (what == TCN_BACKTEST_MATTER) {
        matter_side(side, organ, out_text);
    } else if (what == TCN_BACKTEST_CLOCK) {
        clock_side(side, out_text);
    } else if (what == TCN_BACKTEST_ALERT) {
        alert_side(side, organ, out_text);
    } else {
        (void)snprintf(out_text, SIDE_BYTES, "%s", side->organ != 0 ? organ : "any of them");
    }
}

/* What it is of, beside its matter. */
static void print_about(FILE *out, const struct tcn_backtest_row *row) {
    char id[TCN_SHOW_WORD_BYTES];
    tcn_show_text(tcn_slice_text(row->id), id, sizeof id);
    if (row->what == TCN_BACKTEST_CLOCK) {
        (void)fprintf(out, " %s", id);
    } else if (row->what == TCN_BACKTEST_DUTY) {
        (void)fprintf(out, " %s", tcn_act_name(row->act));
    } else if (row->what == TCN_BACKTEST_ALERT && row->due_kind == TCN_DUE_NONE) {
        (void)fprintf(out, " as %s, of event %" PRIu64, tcn_reason_name(row->reason),
                      row->position);
    } else if (row->what == TCN_BACKTEST_ALERT) {
        (void)fprintf(out, " as %s, of %s %s", tcn_reason_name(row->reason),
                      tcn_due_kind_name(row->due_kind), id);
        const bool is_clock = row->due_kind == TCN_DUE_CLOCK && row->stage > 0;
        (void)fprintf(out, " %s",
                      is_clock ? tcn_clock_step_name((enum tcn_clock_step)(row->stage - 1)) : "");
    }
}

void tcn_backtest_show_line(FILE *out, const struct tcn_policy *policy,
                            const struct tcn_backtest_row *row) {
    char matter[TCN_UUID_TEXT_BYTES];
    char recorded[SIDE_BYTES];
    char other[SIDE_BYTES];
    tcn_uuid_to_text(row->matter.bytes, matter);
    side_text(policy, row->what, &row->recorded, recorded);
    side_text(policy, row->what, &row->other, other);
    (void)fprintf(out, "%-9s %s %s", tcn_backtest_how_name(row->how),
                  tcn_backtest_what_name(row->what), row->birth != 0 ? matter : "of no matter");
    print_about(out, row);
    (void)fprintf(out, "\n          %s → %s\n", recorded, other);
}

static void add_side(struct tcn_json_writer *writer, const struct tcn_policy *policy,
                     enum tcn_backtest_what what, const char *name,
                     const struct tcn_backtest_side *side) {
    char organ[TCN_SHOW_WORD_BYTES];
    tcn_show_organ(policy, side->organ, organ);
    if (!side->is_there) {
        tcn_json_add_null(writer, name);
        return;
    }
    tcn_json_object_begin(writer, name);
    if (what != TCN_BACKTEST_CLOCK) {
        tcn_json_add_word(writer, "organ", side->organ != 0 ? organ : NULL);
    }
    if (what == TCN_BACKTEST_MATTER) {
        tcn_json_add_word(writer, "domain", side->word[0] != '\0' ? side->word : NULL);
        tcn_json_add_word(writer, "kind", tcn_procedure_name(side->kind));
        tcn_json_add_word(writer, "stage", tcn_stage_name(side->stage));
        tcn_json_add_u64(writer, "level", side->level);
        tcn_json_add_bool(writer, "is_guarded", side->is_guarded);
        tcn_json_add_time(writer, "last", side->time_ns);
    } else if (what == TCN_BACKTEST_CLOCK) {
        tcn_json_add_time(writer, "limit", side->time_ns == TCN_CLOCK_NEVER ? 0 : side->time_ns);
        tcn_json_add_word(writer, "standing", tcn_backtest_standing_name(side->standing));
        tcn_json_add_word(writer, "owes", tcn_clock_owes_name(side->owes));
        tcn_json_add_u64(writer, "runs", side->run_count);
        tcn_json_add_u64(writer, "late_before", side->late_count);
    } else if (what == TCN_BACKTEST_ALERT) {
        tcn_json_add_time(writer, "time", side->time_ns);
        tcn_json_add_word(writer, "severity", tcn_severity_name(side->severity));
        tcn_json_add_word(writer, "void",
                          side->code != 0 ? tcn_status_name((enum tcn_status)side->code) : NULL);
    }
    tcn_json_object_end(writer);
}

/* Of an alert: the event or the end that it tells of. */
static void add_alert(struct tcn_json_writer *writer, const struct tcn_backtest_row *row) {
    tcn_json_add_word(writer, "mode", tcn_mode_name(row->mode));
    tcn_json_add_word(writer, "reason", tcn_reason_name(row->reason));
    if (row->due_kind == TCN_DUE_NONE) {
        tcn_json_add_u64(writer, "event", row->position);
        tcn_json_add_null(writer, "due");
        return;
    }
    tcn_json_add_null(writer, "event");
    tcn_json_object_begin(writer, "due");
    tcn_json_add_word(writer, "kind", tcn_due_kind_name(row->due_kind));
    tcn_json_add_u64(writer, "stage", row->stage);
    tcn_json_add_u64(writer, "subject", row->subject);
    tcn_json_add_word(writer, "rule", row->id[0] != '\0' ? row->id : NULL);
    tcn_json_object_end(writer);
}

void tcn_backtest_show_json(struct tcn_json_writer *writer, const struct tcn_policy *policy,
                            const struct tcn_backtest_row *row) {
    tcn_json_add_word(writer, "what", tcn_backtest_what_name(row->what));
    tcn_json_add_word(writer, "how", tcn_backtest_how_name(row->how));
    tcn_json_add_id(writer, "matter", &row->matter);
    tcn_json_add_u64(writer, "birth", row->birth);
    if (row->what == TCN_BACKTEST_ALERT) {
        add_alert(writer, row);
    } else if (row->what == TCN_BACKTEST_CLOCK) {
        tcn_json_add_word(writer, "rule", row->id);
    } else if (row->what == TCN_BACKTEST_DUTY) {
        tcn_json_add_word(writer, "act", tcn_act_name(row->act));
    }
    add_side(writer, policy, row->what, "recorded", &row->recorded);
    add_side(writer, policy, row->what, "other", &row->other);
}
