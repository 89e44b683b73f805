/* SPDX-License-Identifier: Apache-2.0 */
#include "json/rows.h"

#include "base/text.h"

/** An instant; null where there is none. */
static void add_instant(struct tcn_json_writer *writer, const char *key, int64_t instant_ns) {
    if (instant_ns == 0) {
        tcn_json_add_null(writer, key);
    } else {
        tcn_json_add_time(writer, key, instant_ns);
    }
}

/** A text; null when empty. */
static void add_some(struct tcn_json_writer *writer, const char *key, struct tcn_slice text) {
    if (text.size > 0) {
        tcn_json_add_text(writer, key, text);
    } else {
        tcn_json_add_null(writer, key);
    }
}

static void add_organ(struct tcn_json_writer *writer, uint16_t number,
                      const struct tcn_policy *policy) {
    const struct tcn_organ *organ = policy != NULL ? tcn_policy_organ(policy, number) : NULL;
    tcn_json_add_u64(writer, "organ", number);
    tcn_json_add_word(writer, "organ_id", organ != NULL ? organ->id : NULL);
}

void tcn_json_summons_fields(struct tcn_json_writer *writer, const struct tcn_summons_row *row,
                             const struct tcn_matter *matter, const struct tcn_policy *policy) {
    const struct tcn_summons *summons = &row->summons;
    add_organ(writer, summons->organ, policy);
    tcn_json_add_word(writer, "reason", tcn_reason_name(summons->reason));
    tcn_json_add_word(writer, "called_severity", tcn_severity_name(summons->severity));
    tcn_json_add_time(writer, "since", summons->since_ns);
    tcn_json_add_time(writer, "called_last", summons->last_ns);
    tcn_json_add_u64(writer, "number", summons->number);
    tcn_json_add_u64(writer, "call_count", summons->count);
    tcn_json_add_word(writer, "owed_act",
                      row->owed != TCN_ACT_NONE ? tcn_act_name(row->owed) : NULL);
    add_some(writer, "clock", tcn_slice_text(row->clock_id));
    add_some(writer, "title_zh", row->title_zh);
    add_some(writer, "title_en", row->title_en);
    add_instant(writer, "due", row->due_ns);
    tcn_json_add_bool(writer, "is_silenced", row->is_silenced);
    tcn_json_matter_fields(writer, matter, policy);
}

void tcn_json_shift_fields(struct tcn_json_writer *writer, uint16_t organ,
                           const struct tcn_shift *shift, bool is_on,
                           const struct tcn_policy *policy) {
    const struct tcn_organ *found = policy != NULL ? tcn_policy_organ(policy, organ) : NULL;
    add_organ(writer, organ, policy);
    tcn_json_add_bool(writer, "is_on_duty", is_on);
    add_some(writer, "post", tcn_slice_text(shift != NULL ? shift->post : ""));
    add_instant(writer, "since", shift != NULL ? shift->since_ns : 0);
    add_instant(writer, "until", shift != NULL ? shift->until_ns : 0);
    add_instant(writer, "handed_over", shift != NULL ? shift->handed_ns : 0);
    add_some(writer, "duty_phone", tcn_slice_text(found != NULL ? found->duty_phone : ""));
}

void tcn_json_notice_fields(struct tcn_json_writer *writer, const struct tcn_notice *row,
                            const struct tcn_policy *policy) {
    const bool is_delivered = row->delivered_ns != 0;
    const bool is_acknowledged = row->acknowledged_position != 0;
    const bool is_taken = row->taken_position != 0;
    add_organ(writer, row->stream.organ, policy);
    tcn_json_add_u64(writer, "number", row->number);
    tcn_json_add_word(writer, "told", tcn_notice_kind_name(row->told));
    tcn_json_add_word(writer, "reason", tcn_reason_name(row->reason));
    tcn_json_add_word(writer, "severity", tcn_severity_name(row->severity));
    tcn_json_add_word(writer, "act", tcn_act_name(row->act));
    add_instant(writer, "log_time", row->log_time_ns);
    if (tcn_id_is_none(&row->matter)) {
        tcn_json_add_null(writer, "matter");
    } else {
        tcn_json_add_id(writer, "matter", &row->matter);
    }
    add_instant(writer, "learned", row->learned_ns);
    add_instant(writer, "delivered", row->delivered_ns);
    tcn_json_add_word(writer, "program",
                      is_delivered && row->program != TCN_ROLE_NONE ? tcn_role_name(row->program)
                                                                    : NULL);
    add_instant(writer, "acknowledged", is_acknowledged ? row->acknowledged_ns : 0);
    add_some(writer, "acknowledged_post", tcn_slice_text(row->acknowledged_post));
    add_instant(writer, "taken", is_taken ? row->taken_ns : 0);
    tcn_json_add_word(writer, "taken_act", is_taken ? tcn_act_name(row->taken_act) : NULL);
    add_some(writer, "taken_post", tcn_slice_text(row->taken_post));
}
