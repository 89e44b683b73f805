/* SPDX-License-Identifier: Apache-2.0 */
#include "json/rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/** A text; null when empty. */
static void add_string(struct tcn_json_writer *writer, const char *key, const char *text) {
    tcn_json_add_word(writer, key, text[0] != '\0' ? text : NULL);
}

/** An organ's id, or its number in text when the policy is not known; null when 0. */
static void add_organ(struct tcn_json_writer *writer, const char *key, uint16_t number,
                      const struct tcn_policy *policy) {
    const struct tcn_organ *organ = policy != NULL ? tcn_policy_organ(policy, number) : NULL;
    if (number != 0 && organ == NULL) {
        tcn_json_add_u64(writer, key, number);
    } else {
        tcn_json_add_word(writer, key, organ != NULL ? organ->id : NULL);
    }
}

/** Who told it: its office itself, or somebody found it; null when there is nothing. */
static void add_found(struct tcn_json_writer *writer, const char *key, int64_t when_ns,
                      bool is_self) {
    tcn_json_add_word(writer, key, when_ns == 0 ? NULL : is_self ? "self_reported" : "found");
}

static void add_cell(struct tcn_json_writer *writer, const struct tcn_board_row *row,
                     const struct tcn_policy *policy) {
    tcn_json_add_word(writer, "line", row->line);
    add_organ(writer, "office", row->office, policy);
    tcn_json_add_word(writer, "state", tcn_board_state_name(row->state));
    tcn_json_add_word(writer, "zero_report",
                      row->office != 0 ? tcn_expected_state_name(row->said) : NULL);
    tcn_json_add_time(writer, "said", row->said_ns);
    add_string(writer, "post", row->post);
    tcn_json_add_time(writer, "until", row->until_ns);
    tcn_json_add_time(writer, "overdue_since", row->due_ns);
    tcn_json_add_time(writer, "oldest_warning", row->since_ns);
    add_found(writer, "oldest_warning_by", row->since_ns, row->is_self);
    tcn_json_add_u64(writer, "signed", row->signed_count);
    tcn_json_add_u64(writer, "offices", row->office_count);
    tcn_json_add_time(writer, "last_breach", row->breach_ns);
    tcn_json_add_time(writer, "last_breach_known", row->breach_known_ns);
    add_found(writer, "last_breach_by", row->breach_ns, row->is_breach_self);
    tcn_json_add_time(writer, "last_contradicted", row->contradicted_ns);
    add_found(writer, "last_contradicted_by", row->contradicted_ns, row->is_contradicted_self);
}

static void add_office(struct tcn_json_writer *writer, const struct tcn_board_row *row,
                       const struct tcn_policy *policy) {
    add_organ(writer, "office", row->office, policy);
    tcn_json_add_word(writer, "cause", tcn_board_cause_name(row->cause));
    tcn_json_add_time(writer, "since", row->since_ns);
    tcn_json_add_time(writer, "last_word", row->said_ns);
    tcn_json_add_word(writer, "check_in", tcn_expected_state_name(row->said));
    tcn_json_add_time(writer, "overdue_since", row->due_ns);
    tcn_json_add_time(writer, "stopped_from", row->stopped_ns);
    tcn_json_add_time(writer, "stopped_until", row->back_ns);
}

static void add_matter(struct tcn_json_writer *writer, const struct tcn_board_row *row,
                       const struct tcn_policy *policy) {
    tcn_json_add_id(writer, "matter", &row->matter);
    tcn_json_add_bool(writer, "is_kept_apart", row->is_guarded);
    add_string(writer, "domain", row->domain);
    add_organ(writer, "office", row->office, policy);
    add_organ(writer, "organ", row->organ, policy);
    tcn_json_add_time(writer, "learned", row->since_ns);
    tcn_json_add_word(writer, "severity",
                      row->is_guarded ? NULL : tcn_severity_name(row->severity));
    tcn_json_add_word(writer, "stage", row->is_guarded ? NULL : tcn_stage_name(row->stage));
    add_string(writer, "rule", row->rule);
    tcn_json_add_time(writer, "until", row->until_ns);
}

/** A division's twelve digits; null for 0. */
static void add_division(struct tcn_json_writer *writer, uint64_t division) {
    char digits[TCN_DIVISION_DIGITS + 9] = "";
    if (division != 0) {
        (void)snprintf(digits, sizeof(digits), "%012" PRIu64, division);
    }
    add_string(writer, "division", digits);
}

/** A weather warning: its matter, and what was said of it. */
static void add_warning(struct tcn_json_writer *writer, const struct tcn_board_row *row,
                        const struct tcn_policy *policy) {
    add_matter(writer, row, policy);
    tcn_json_add_bool(writer, "is_in_force", row->stage == TCN_STAGE_IN_FORCE);
    add_string(writer, "category", row->category);
    add_string(writer, "colour", row->colour);
    add_division(writer, row->division);
    add_string(writer, "area", row->area);
    add_string(writer, "issuer", row->issuer);
    tcn_json_add_time(writer, "from", row->said_ns);
}

static void add_silence(struct tcn_json_writer *writer, const struct tcn_board_row *row,
                        const struct tcn_policy *policy) {
    struct tcn_silence_row whole = {.silence = {.position = row->position,
                                                .organ = row->organ,
                                                .division = row->division,
                                                .since_ns = row->since_ns,
                                                .until_ns = row->until_ns},
                                    .is_suspended = row->is_suspended};
    memcpy(whole.silence.domain, row->domain, sizeof(whole.silence.domain));
    memcpy(whole.silence.post, row->post, sizeof(whole.silence.post));
    memcpy(whole.silence.reason, row->rule, sizeof(whole.silence.reason));
    tcn_json_silence_fields(writer, &whole, policy);
}

void tcn_json_silence_fields(struct tcn_json_writer *writer, const struct tcn_silence_row *row,
                             const struct tcn_policy *policy) {
    const struct tcn_silence *silence = &row->silence;
    add_organ(writer, "organ", silence->organ, policy);
    tcn_json_add_u64(writer, "position", silence->position);
    add_string(writer, "domain", silence->domain);
    add_division(writer, silence->division);
    add_string(writer, "post", silence->post);
    add_string(writer, "reason", silence->reason);
    tcn_json_add_time(writer, "since", silence->since_ns);
    tcn_json_add_time(writer, "until", silence->until_ns);
    tcn_json_add_bool(writer, "is_suspended", row->is_suspended);
}

void tcn_json_board_fields(struct tcn_json_writer *writer, const struct tcn_board_row *row,
                           const struct tcn_policy *policy) {
    switch (row->kind) {
    case TCN_BOARD_CELL:
        add_cell(writer, row, policy);
        break;
    case TCN_BOARD_LATE:
        tcn_json_add_word(writer, "line", row->line);
        add_organ(writer, "office", row->office, policy);
        add_organ(writer, "organ", row->organ, policy);
        tcn_json_add_time(writer, "since", row->since_ns);
        break;
    case TCN_BOARD_OFFICE:
        add_office(writer, row, policy);
        break;
    case TCN_BOARD_WARNING:
        add_warning(writer, row, policy);
        break;
    case TCN_BOARD_UNTAKEN:
    case TCN_BOARD_DUE:
    case TCN_BOARD_HOLD:
        add_matter(writer, row, policy);
        break;
    case TCN_BOARD_SHIFT:
        tcn_json_add_time(writer, "since", row->since_ns);
        break;
    case TCN_BOARD_SILENCE:
        add_silence(writer, row, policy);
        break;
    case TCN_BOARD_NONE:
    default:
        break;
    }
}
