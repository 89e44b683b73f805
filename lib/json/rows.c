/* SPDX-License-Identifier: Apache-2.0 */
#include "json/rows.h"

#include "json/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/** A text; null when empty. */
static void add_string(struct tcn_json_writer *writer, const char *key, const char *text) {
    tcn_json_add_word(writer, key, text[0] != '\0' ? text : NULL);
}

/** A title; null when empty. */
static void add_title(struct tcn_json_writer *writer, const char *key, struct tcn_slice title) {
    if (title.size > 0) {
        tcn_json_add_text(writer, key, title);
    } else {
        tcn_json_add_null(writer, key);
    }
}

/** An organ's number as "<key>" and its id as "<key>_id"; both null when 0. */
static void add_organ(struct tcn_json_writer *writer, const char *key, uint16_t number,
                      const struct tcn_policy *policy) {
    char id_key[32];
    (void)snprintf(id_key, sizeof id_key, "%s_id", key);
    if (number == 0) {
        tcn_json_add_null(writer, key);
        tcn_json_add_null(writer, id_key);
        return;
    }
    const struct tcn_organ *organ = policy != NULL ? tcn_policy_organ(policy, number) : NULL;
    tcn_json_add_u64(writer, key, number);
    tcn_json_add_word(writer, id_key, organ != NULL ? organ->id : NULL);
}

/** The words of the bits that are set. */
static void add_flags(struct tcn_json_writer *writer, uint32_t flags) {
    tcn_json_array_begin(writer, "flags");
    for (size_t i = 0; tcn_json_flags[i].word != NULL; i++) {
        if ((flags & tcn_json_flags[i].number) != 0) {
            tcn_json_add_word(writer, NULL, tcn_json_flags[i].word);
        }
    }
    tcn_json_array_end(writer);
}

/** The words of the acts whose bits are set. */
static void add_acts(struct tcn_json_writer *writer, const char *key, uint64_t acts) {
    tcn_json_array_begin(writer, key);
    for (uint32_t bit = 0; bit < 64; bit++) {
        if ((acts >> bit & 1U) != 0) {
            tcn_json_add_word(writer, NULL, tcn_act_name(tcn_act_of_bit(bit)));
        }
    }
    tcn_json_array_end(writer);
}

/** The words of what an act does not say, as the array "missing". */
static void add_facts(struct tcn_json_writer *writer, uint32_t facts) {
    tcn_json_array_begin(writer, "missing");
    for (uint32_t bit = 0; bit < 32; bit++) {
        if ((facts >> bit & 1U) != 0) {
            tcn_json_add_word(writer, NULL, tcn_fact_name(UINT32_C(1) << bit));
        }
    }
    tcn_json_array_end(writer);
}

/** The words of what is remembered with a matter; what the fold keeps for itself has none. */
static void add_marks(struct tcn_json_writer *writer, uint32_t all) {
    const uint32_t marks = all & ~TCN_MARKS_OWN;
    tcn_json_array_begin(writer, "marks");
    for (uint32_t bit = 0; bit < 32; bit++) {
        if ((marks >> bit & 1U) != 0) {
            tcn_json_add_word(writer, NULL, tcn_mark_name(UINT32_C(1) << bit));
        }
    }
    tcn_json_array_end(writer);
}

/** How grave an accident is, and how sure that is; both null when it has no level. A level that the
 * policy at hand lacks is shown by its rank. */
static void add_degree(struct tcn_json_writer *writer, const struct tcn_degree *degree,
                       const struct tcn_policy *policy) {
    const struct tcn_level *level =
        tcn_rules_accident_level(policy != NULL ? policy->rules : NULL, degree->rank);
    char rank[16];
    (void)snprintf(rank, sizeof rank, "%u", (unsigned)degree->rank);
    const char *word = level != NULL ? level->id : rank;
    const bool has_level = degree->rank != 0;
    tcn_json_add_word(writer, "level", has_level ? word : NULL);
    tcn_json_add_word(writer, "level_sure", has_level ? tcn_count_kind_name(degree->sure) : NULL);
}

/** The kind of a matter; null when it is none of the list. */
static void add_kind(struct tcn_json_writer *writer, enum tcn_procedure_kind kind) {
    tcn_json_add_word(writer, "kind", tcn_json_word_of(tcn_json_kinds, (uint32_t)kind));
}

/** Which outbox's lane. */
static void add_lane(struct tcn_json_writer *writer, const struct tcn_lane_key *lane) {
    tcn_json_add_u64(writer, "source", lane->source);
    tcn_json_add_hex64(writer, "epoch", lane->epoch);
    tcn_json_add_word(writer, "lane", tcn_lane_name(lane->lane));
}

/** A position; null when 0. */
static void add_position(struct tcn_json_writer *writer, const char *key, uint64_t position) {
    if (position == 0) {
        tcn_json_add_null(writer, key);
    } else {
        tcn_json_add_u64(writer, key, position);
    }
}

/** The words of rules of a program that are broken, as the array "breaches". */
static void add_breaches(struct tcn_json_writer *writer, uint32_t breaches) {
    tcn_json_array_begin(writer, "breaches");
    for (uint32_t bit = 1; bit <= TCN_BREACHES; bit <<= 1) {
        if ((breaches & bit) != 0) {
            tcn_json_add_word(writer, NULL, tcn_breach_name(bit));
        }
    }
    tcn_json_array_end(writer);
}

/** The alert that made an item one of a stream. */
static void add_alert(struct tcn_json_writer *writer, const struct tcn_alert *alert,
                      const struct tcn_policy *policy) {
    if (alert->stream.organ == 0) {
        tcn_json_add_null(writer, "alert");
        return;
    }
    tcn_json_object_begin(writer, "alert");
    tcn_json_add_word(writer, "mode", tcn_mode_name(alert->stream.mode));
    add_organ(writer, "organ", alert->stream.organ, policy);
    tcn_json_add_u64(writer, "number", alert->number);
    tcn_json_add_u64(writer, "generation", alert->generation);
    add_position(writer, "birth_position", alert->birth_position);
    tcn_json_add_word(writer, "act", tcn_act_name(alert->act));
    tcn_json_add_word(writer, "reason", tcn_reason_name(alert->reason));
    tcn_json_add_word(writer, "severity", tcn_severity_name(alert->severity));
    add_flags(writer, alert->flags);
    const bool is_breach = alert->reason == TCN_REASON_BREACH;
    tcn_json_add_word(writer, "outcome",
                      tcn_status_name(is_breach ? TCN_OK : (enum tcn_status)alert->code));
    if (is_breach) {
        add_breaches(writer, alert->code);
    }
    add_acts(writer, "allowed_acts", alert->allowed_acts);
    add_facts(writer, alert->facts);
    add_kind(writer, alert->kind);
    tcn_json_add_word(writer, "stage", tcn_json_word_of(tcn_json_stages, (uint32_t)alert->stage));
    add_organ(writer, "holder", alert->holder, policy);
    add_degree(writer, &alert->degree, policy);
    tcn_json_add_u64(writer, "policy_version", alert->policy_version);
    tcn_json_object_end(writer);
}

/** The object "fired"; null for an item that an event made. */
static void add_fired(struct tcn_json_writer *writer, const struct tcn_item *item) {
    const struct tcn_fired *fired = &item->alert.fired;
    if (!tcn_reason_is_fired(item->alert.reason)) {
        tcn_json_add_null(writer, "fired");
        return;
    }
    tcn_json_object_begin(writer, "fired");
    tcn_json_add_word(writer, "kind", tcn_due_kind_name(fired->kind));
    tcn_json_add_u64(writer, "stage", fired->stage);
    tcn_json_add_u64(writer, "subject", fired->subject);
    tcn_json_add_u64(writer, "rule", fired->rule);
    tcn_json_add_text(writer, "name", item->subject);
    add_title(writer, "title_zh", item->title_zh);
    add_title(writer, "title_en", item->title_en);
    tcn_json_add_time(writer, "due", fired->due_ns);
    tcn_json_add_time(writer, "until", fired->until_ns);
    tcn_json_object_end(writer);
}

/** The object "event"; null when it was not decoded. */
static void add_event(struct tcn_json_writer *writer, const struct tcn_event *event) {
    if (event == NULL) {
        tcn_json_add_null(writer, "event");
        return;
    }
    tcn_json_object_begin(writer, "event");
    tcn_json_event_fields(writer, event);
    tcn_json_object_end(writer);
}

void tcn_json_item_fields(struct tcn_json_writer *writer, const struct tcn_item *item,
                          const struct tcn_event *event, const struct tcn_policy *policy) {
    tcn_json_add_u64(writer, "position", item->position);
    tcn_json_add_time(writer, "log_time", item->log_time_ns);
    tcn_json_add_id(writer, "matter", &item->matter);
    add_lane(writer, &item->lane);
    tcn_json_add_u64(writer, "sequence", item->sequence);
    tcn_json_add_hash(writer, "chunk_hash", &item->chunk_hash);
    tcn_json_add_bool(writer, "has_sealed", item->sealed.size > 0);
    tcn_json_add_bool(writer, "has_share", item->share.size > 0);
    tcn_json_add_bool(writer, "is_erased", item->is_erased);
    add_alert(writer, &item->alert, policy);
    add_fired(writer, item);
    add_event(writer, tcn_reason_is_fired(item->alert.reason) ? NULL : event);
}

void tcn_json_matter_fields(struct tcn_json_writer *writer, const struct tcn_matter *matter,
                            const struct tcn_policy *policy) {
    char division[TCN_DIVISION_DIGITS + 9];
    (void)snprintf(division, sizeof division, "%012llu", (unsigned long long)matter->division);
    tcn_json_add_id(writer, "matter", &matter->id);
    tcn_json_add_u64(writer, "birth_position", matter->birth_position);
    tcn_json_add_word(writer, "mode", tcn_mode_name(matter->mode));
    add_kind(writer, matter->kind);
    tcn_json_add_word(writer, "stage", tcn_json_word_of(tcn_json_stages, (uint32_t)matter->stage));
    add_marks(writer, matter->marks);
    add_degree(writer, &matter->toll.degree, policy);
    add_string(writer, "domain", matter->domain);
    tcn_json_add_word(writer, "division", matter->division != 0 ? division : NULL);
    add_organ(writer, "office", matter->office, policy);
    add_organ(writer, "holder", matter->holder, policy);
    tcn_json_add_word(writer, "severity", tcn_severity_name(matter->severity));
    add_flags(writer, matter->flags);
    tcn_json_add_u64(writer, "bounce_count", matter->bounce_count);
    tcn_json_add_word(writer, "second_act",
                      matter->second.act != TCN_ACT_NONE ? tcn_act_name(matter->second.act) : NULL);
    add_string(writer, "second_domain", matter->second.domain);
    add_string(writer, "second_organ", matter->second.organ);
    tcn_json_add_u64(writer, "event_count", matter->event_count);
    tcn_json_add_time(writer, "learned", matter->learned_ns);
    tcn_json_add_time(writer, "opened", matter->opened_ns);
    tcn_json_add_u64(writer, "last_position", matter->last_position);
    tcn_json_add_word(writer, "last_act", tcn_act_name(matter->last_act));
    tcn_json_add_time(writer, "last_time", matter->last_ns);
}

void tcn_json_void_fields(struct tcn_json_writer *writer, const struct tcn_alert *alert) {
    tcn_json_add_word(writer, "cause", tcn_status_name((enum tcn_status)alert->code));
    add_facts(writer, alert->facts);
    add_acts(writer, "allowed_acts", alert->allowed_acts);
    add_kind(writer, alert->kind);
    tcn_json_add_word(writer, "stage", tcn_json_word_of(tcn_json_stages, (uint32_t)alert->stage));
}

void tcn_json_next_fields(struct tcn_json_writer *writer, const struct tcn_answer *answer,
                          const struct tcn_policy *policy) {
    add_acts(writer, "allowed_acts", answer->allowed_acts);
    tcn_json_add_word(writer, "owed_act",
                      answer->owed_act != TCN_ACT_NONE ? tcn_act_name(answer->owed_act) : NULL);
    add_organ(writer, "owed", answer->owed_organ, policy);
}

void tcn_json_event_row_fields(struct tcn_json_writer *writer, const struct tcn_event_row *row,
                               const struct tcn_event *event) {
    tcn_json_add_u64(writer, "position", row->position);
    tcn_json_add_time(writer, "log_time", row->log_time_ns);
    add_lane(writer, &row->lane);
    tcn_json_add_u64(writer, "sequence", row->sequence);
    tcn_json_add_word(writer, "outcome", tcn_status_name((enum tcn_status)row->code));
    add_acts(writer, "allowed_acts", row->allowed_acts);
    add_facts(writer, row->missing);
    if (!tcn_hash_is_none(&row->hash)) {
        static const char *const stages[] = {"none", "asked", "erased"};
        tcn_json_add_hash(writer, "hash", &row->hash);
        tcn_json_add_word(writer, "erasure", stages[row->erasure]);
    }
    add_event(writer, event);
}

void tcn_json_source_fields(struct tcn_json_writer *writer, const struct tcn_source_state *source) {
    add_lane(writer, &source->lane);
    tcn_json_add_u64(writer, "sequence", source->sequence);
    add_position(writer, "position", source->position);
    tcn_json_add_time(writer, "log_time", source->log_time_ns);
    tcn_json_add_u64(writer, "event_count", source->event_count);
    tcn_json_add_u64(writer, "void_count", source->void_count);
}

void tcn_json_standing_fields(struct tcn_json_writer *writer, const struct tcn_standing *standing,
                              const struct tcn_policy *policy) {
    const struct tcn_standing_key *key = &standing->key;
    tcn_json_add_word(writer, "kind", tcn_standing_name(key->kind));
    tcn_json_add_u64(writer, "source", key->source);
    tcn_json_add_hex64(writer, "epoch", key->epoch);
    add_organ(writer, "organ", key->organ, policy);
    tcn_json_add_hash(writer, "hash", &key->hash);
    tcn_json_add_u64(writer, "position", standing->position);
    tcn_json_add_time(writer, "since", standing->since_ns);
    tcn_json_add_u64(writer, "number", standing->number);
    tcn_json_add_u64(writer, "other_number", standing->other_number);
    add_position(writer, "allowed_position", standing->allowed_position);
}

/** A public key as hexadecimal digits; null when there is none. */
static void add_key(struct tcn_json_writer *writer, const char *name,
                    const struct tcn_public_key *key) {
    struct tcn_hash digits;
    memcpy(digits.bytes, key->bytes, sizeof digits.bytes);
    tcn_json_add_hash(writer, name, &digits);
}

void tcn_json_add_rights(struct tcn_json_writer *writer, const struct tcn_principal *row) {
    tcn_json_array_begin(writer, "divisions");
    for (uint32_t i = 0; i < row->division_count; i++) {
        char division[24];
        (void)snprintf(division, sizeof division, "%012" PRIu64, row->divisions[i]);
        tcn_json_add_word(writer, NULL, division);
    }
    tcn_json_array_end(writer);
    tcn_json_add_bool(writer, "all_divisions", row->all_divisions);
    tcn_json_array_begin(writer, "streams");
    for (uint32_t i = 0; i < row->stream_count; i++) {
        tcn_json_add_u64(writer, NULL, row->streams[i]);
    }
    tcn_json_array_end(writer);
    tcn_json_add_bool(writer, "all_streams", row->all_streams);
    tcn_json_array_begin(writer, "acts");
    for (uint32_t i = 0; i < row->act_count; i++) {
        tcn_json_add_word(writer, NULL, tcn_act_name((enum tcn_act)row->acts[i]));
    }
    tcn_json_array_end(writer);
    tcn_json_add_u64(writer, "message_rate", row->message_rate);
    tcn_json_add_u64(writer, "byte_rate", row->byte_rate);
}

void tcn_json_principal_fields(struct tcn_json_writer *writer,
                               const struct tcn_principal *principal,
                               const struct tcn_policy *policy) {
    tcn_json_add_u64(writer, "principal", principal->id);
    add_string(writer, "name", principal->name);
    tcn_json_add_word(writer, "role", tcn_role_name(principal->role));
    tcn_json_add_word(writer, "status", tcn_principal_status_name(principal->status));
    tcn_json_add_u64(writer, "source", principal->source);
    add_organ(writer, "organ", principal->organ, policy);
    tcn_json_add_time(writer, "not_before", principal->not_before_ns);
    tcn_json_add_time(writer, "not_after", principal->not_after_ns);
    tcn_json_add_time(writer, "old_until", principal->old_until_ns);
    tcn_json_add_time(writer, "token_until", principal->token_until_ns);
    tcn_json_add_rights(writer, principal);
    add_key(writer, "transport", &principal->transport_key);
    add_key(writer, "signing", &principal->signing_key);
}

void tcn_json_stream_fields(struct tcn_json_writer *writer, const struct tcn_stream_row *row,
                            const struct tcn_policy *policy) {
    tcn_json_add_word(writer, "mode", tcn_mode_name(row->stream.mode));
    add_organ(writer, "organ", row->stream.organ, policy);
    tcn_json_add_u64(writer, "number", row->number);
    tcn_json_add_u64(writer, "generation", row->generation);
}

void tcn_json_stats_fields(struct tcn_json_writer *writer, const struct tcn_stats_row *row) {
    tcn_json_add_id(writer, "log_id", &row->log_id);
    tcn_json_add_u64(writer, "generation", row->generation);
    tcn_json_add_u64(writer, "last_position", row->last_position);
    tcn_json_add_u64(writer, "record_count", row->record_count);
    tcn_json_add_u64(writer, "log_bytes", row->log_bytes);
    tcn_json_add_u64(writer, "group_count", row->group_count);
    tcn_json_add_u64(writer, "refused_count", row->refused_count);
    tcn_json_add_u64(writer, "duplicate_count", row->duplicate_count);
    tcn_json_add_u64(writer, "stream_count", row->stream_count);
    tcn_json_object_begin(writer, "applied");
    tcn_json_add_u64(writer, "position", row->applied.position);
    tcn_json_add_time(writer, "log_time", row->applied.log_time_ns);
    tcn_json_add_u64(writer, "generation", row->applied.generation);
    tcn_json_add_u64(writer, "event_count", row->applied.event_count);
    tcn_json_add_u64(writer, "matter_count", row->applied.matter_count);
    tcn_json_add_u64(writer, "alert_count", row->applied.alert_count);
    tcn_json_add_u64(writer, "fold_version", row->applied.fold_version);
    tcn_json_add_u64(writer, "policy_version", row->applied.policy_version);
    tcn_json_object_end(writer);
}

void tcn_json_receipt_fields(struct tcn_json_writer *writer,
                             const struct tcn_receipt_body *receipt) {
    tcn_json_add_id(writer, "log_id", &receipt->log_id);
    tcn_json_add_u64(writer, "generation", receipt->generation);
    add_lane(writer, &receipt->lane);
    tcn_json_add_u64(writer, "first_sequence", receipt->first_sequence);
    tcn_json_add_u64(writer, "count", receipt->count);
    tcn_json_add_u64(writer, "first_position", receipt->first_position);
    tcn_json_add_time(writer, "log_time", receipt->log_time_ns);
    tcn_json_add_hash(writer, "chunk_hash", &receipt->chunk_hash);
}
