/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "model/registry.h"
#include "json/change.h"
#include "json/draft.h"
#include "json/rows.h"
#include "json/words.h"
#include "json/zero.h"

/** A text, left out when empty. */
static void add_text(struct tcn_json_writer *writer, const char *key, struct tcn_slice text) {
    if (text.size > 0) {
        tcn_json_add_text(writer, key, text);
    }
}

/** A time, left out when 0. */
static void add_time(struct tcn_json_writer *writer, const char *key, int64_t unix_ns) {
    if (unix_ns != 0) {
        tcn_json_add_time_exact(writer, key, unix_ns);
    }
}

/** An id, left out when none. */
static void add_id(struct tcn_json_writer *writer, const char *key, const struct tcn_id *id) {
    if (!tcn_id_is_none(id)) {
        tcn_json_add_id(writer, key, id);
    }
}

/** A hash, left out when none. */
static void add_hash(struct tcn_json_writer *writer, const char *key, const struct tcn_hash *hash) {
    if (!tcn_hash_is_none(hash)) {
        tcn_json_add_hash(writer, key, hash);
    }
}

/** A number, left out when 0. */
static void add_u64(struct tcn_json_writer *writer, const char *key, uint64_t value) {
    if (value != 0) {
        tcn_json_add_u64(writer, key, value);
    }
}

/** The object "counts" with what is known; nothing when nothing is. */
static void add_counts(struct tcn_json_writer *writer, const struct tcn_counts *counts) {
    const struct {
        const char *key;
        const struct tcn_count *count;
    } rows[] = {
        {"deaths", &counts->deaths},   {"serious_injuries", &counts->serious_injuries},
        {"missing", &counts->missing}, {"affected", &counts->affected},
        {"at_risk", &counts->at_risk}, {"loss_fen", &counts->loss_fen},
    };
    bool is_open = false;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *kind = tcn_json_word_of(tcn_json_counts, (uint32_t)rows[i].count->kind);
        if (kind == NULL) {
            continue; /* unknown */
        }
        if (!is_open) {
            tcn_json_object_begin(writer, "counts");
            is_open = true;
        }
        tcn_json_object_begin(writer, rows[i].key);
        tcn_json_add_u64(writer, kind, rows[i].count->value);
        tcn_json_object_end(writer);
    }
    if (is_open) {
        tcn_json_object_end(writer);
    }
}

/** One attribute under its name. A name that is no word came past no check; it is passed over. */
static void add_attribute(struct tcn_json_writer *writer, const struct tcn_attribute *attribute) {
    char name[TCN_WORD_BYTES_MAX + 1];
    if (!tcn_text_is_word(attribute->name) ||
        tcn_text_copy(attribute->name, name, sizeof name) != TCN_OK) {
        return;
    }
    if (attribute->kind == TCN_ATTRIBUTE_TEXT) {
        tcn_json_add_text(writer, name, attribute->text);
    } else if (attribute->kind == TCN_ATTRIBUTE_FLAG) {
        tcn_json_add_bool(writer, name, attribute->number != 0);
    } else {
        tcn_json_add_i64(writer, name, attribute->number);
    }
}

/** The object "attributes"; nothing when there is none. */
static void add_attributes(struct tcn_json_writer *writer, const struct tcn_event *event) {
    if (event->attribute_count == 0) {
        return;
    }
    tcn_json_object_begin(writer, "attributes");
    for (uint32_t i = 0; i < event->attribute_count; i++) {
        add_attribute(writer, &event->attributes[i]);
    }
    tcn_json_object_end(writer);
}

/** What reports and acts say alike, by the keys that a draft has. */
static void add_envelope(struct tcn_json_writer *writer, const struct tcn_event *event) {
    add_id(writer, "matter", &event->matter);
    add_text(writer, "domain", event->domain);
    add_text(writer, "division", event->division);
    add_text(writer, "office", event->office);
    add_time(writer, "occurred", event->occurred_ns);
    add_time(writer, "learned", event->learned_ns);
    add_time(writer, "recorded", event->recorded_ns);
    if (event->severity != TCN_SEVERITY_UNKNOWN) {
        tcn_json_add_word(writer, "severity", tcn_severity_name(event->severity));
    }
    if (event->concerns != TCN_CONCERNS_UNSTATED) {
        tcn_json_add_word(writer, "concerns",
                          tcn_json_word_of(tcn_json_concerns, (uint32_t)event->concerns));
    }
    add_counts(writer, &event->counts);
    add_attributes(writer, event);
    add_text(writer, "trace_parent", event->trace_parent);
}

static void add_act_body(struct tcn_json_writer *writer, const struct tcn_act_body *body) {
    add_text(writer, "to", body->to_organ);
    add_text(writer, "reason", body->reason);
    add_text(writer, "how", body->how);
    add_text(writer, "post", body->post);
    add_time(writer, "until", body->until_ns);
    add_u64(writer, "position", body->position);
    add_hash(writer, "act_hash", &body->act_hash);
    add_id(writer, "linked", &body->linked);
    add_u64(writer, "source", body->source);
    if (body->epoch != 0) {
        tcn_json_add_hex64(writer, "epoch", body->epoch);
    }
}

static void add_void_body(struct tcn_json_writer *writer, const struct tcn_void_body *body) {
    tcn_json_object_begin(writer, "void");
    tcn_json_add_word(writer, "status", tcn_status_name((enum tcn_status)body->code));
    tcn_json_add_u64(writer, "count", body->count);
    add_hash(writer, "event_hash", &body->event_hash);
    add_hash(writer, "next_previous", &body->next_previous);
    tcn_json_object_end(writer);
}

static void add_delivered_body(struct tcn_json_writer *writer,
                               const struct tcn_delivered_body *body) {
    tcn_json_object_begin(writer, "delivered");
    tcn_json_add_text(writer, "name", body->name);
    tcn_json_add_word(writer, "mode", tcn_mode_name(body->stream.mode));
    tcn_json_add_u64(writer, "organ", body->stream.organ);
    tcn_json_add_u64(writer, "number", body->number);
    tcn_json_add_u64(writer, "generation", body->generation);
    tcn_json_object_end(writer);
}

static void add_epoch_body(struct tcn_json_writer *writer, const struct tcn_epoch_body *body) {
    tcn_json_object_begin(writer, "epoch");
    tcn_json_add_u64(writer, "source", body->lane.source);
    tcn_json_add_hex64(writer, "epoch", body->lane.epoch);
    tcn_json_add_word(writer, "lane", tcn_lane_name(body->lane.lane));
    tcn_json_add_hex64(writer, "predecessor", body->predecessor);
    tcn_json_object_end(writer);
}

/* What changed and for whom; rights and keys are in the registry's own listing. */
static void add_change(struct tcn_json_writer *writer, const struct tcn_registry_change *change) {
    tcn_json_object_begin(writer, "registry");
    tcn_json_add_word(writer, "kind", tcn_change_name(change->kind));
    add_u64(writer, "principal", change->principal);
    if (change->row.role != TCN_ROLE_NONE) {
        tcn_json_add_text(writer, "name", tcn_slice_text(change->row.name));
        tcn_json_add_word(writer, "role", tcn_role_name(change->row.role));
        add_u64(writer, "organ", change->row.organ);
    }
    add_u64(writer, "organ_key", change->organ_key.organ);
    add_time(writer, "until", change->until_ns);
    add_text(writer, "reason", change->reason);
    tcn_json_object_end(writer);
}

static void add_observed_body(struct tcn_json_writer *writer,
                              const struct tcn_observed_body *body) {
    tcn_json_object_begin(writer, "observed");
    tcn_json_add_u64(writer, "source", body->lane.source);
    if (body->lane.epoch != 0) {
        tcn_json_add_hex64(writer, "epoch", body->lane.epoch);
        tcn_json_add_word(writer, "lane", tcn_lane_name(body->lane.lane));
        tcn_json_add_hex64(writer, "predecessor", body->predecessor);
    }
    add_u64(writer, "organ", body->organ);
    tcn_json_add_u64(writer, "number", body->number);
    add_time(writer, "since", body->since_ns);
    add_hash(writer, "hash", &body->hash);
    tcn_json_object_end(writer);
}

static void add_body(struct tcn_json_writer *writer, const struct tcn_event *event) {
    switch (event->body_kind) {
    case TCN_BODY_NONE:
        break;
    case TCN_BODY_REPORT:
        add_text(writer, "category", event->report.category);
        add_text(writer, "channel", event->report.channel);
        break;
    case TCN_BODY_ACT:
        add_act_body(writer, &event->act_body);
        break;
    case TCN_BODY_VOID:
        add_void_body(writer, &event->void_body);
        break;
    case TCN_BODY_DELIVERED:
        add_delivered_body(writer, &event->delivered);
        break;
    case TCN_BODY_EPOCH:
        add_epoch_body(writer, &event->epoch);
        break;
    case TCN_BODY_REGISTRY:
        add_change(writer, event->registry);
        break;
    case TCN_BODY_OBSERVED:
        add_observed_body(writer, &event->observed);
        break;
    case TCN_BODY_ZERO:
        tcn_json_add_zero(writer, &event->zero);
        break;
    }
}

void tcn_json_event_fields(struct tcn_json_writer *writer, const struct tcn_event *event) {
    tcn_json_add_word(writer, "act", tcn_act_name(event->act));
    tcn_json_add_word(writer, "mode", tcn_mode_name(event->mode));
    add_envelope(writer, event);
    add_u64(writer, "seen_position", event->seen_position);
    if (event->guard_organ_count > 0) {
        tcn_json_array_begin(writer, "guard_organs");
        for (uint32_t i = 0; i < event->guard_organ_count; i++) {
            tcn_json_add_u64(writer, NULL, event->guard_organs[i]);
        }
        tcn_json_array_end(writer);
    }
    add_body(writer, event);
}

void tcn_json_texts(struct tcn_json_writer *writer, const struct tcn_plain *plains,
                    uint32_t plain_count) {
    if (plain_count == 0) {
        return;
    }
    tcn_json_object_begin(writer, "texts");
    for (uint32_t i = 0; i < plain_count; i++) {
        tcn_json_add_text(writer, tcn_compartment_name(plains[i].kind), plains[i].text);
    }
    tcn_json_object_end(writer);
}

void tcn_json_closed(struct tcn_json_writer *writer, const enum tcn_compartment_kind *kinds,
                     uint32_t kind_count) {
    if (kind_count == 0) {
        return;
    }
    tcn_json_array_begin(writer, "closed");
    for (uint32_t i = 0; i < kind_count; i++) {
        tcn_json_add_word(writer, NULL, tcn_compartment_name(kinds[i]));
    }
    tcn_json_array_end(writer);
}

void tcn_json_draft_fields(struct tcn_json_writer *writer, const struct tcn_draft *draft) {
    if (draft->is_act) {
        tcn_json_add_word(writer, "act", tcn_act_name(draft->event.act));
    }
    if (draft->event.mode == TCN_MODE_EXERCISE) {
        tcn_json_add_word(writer, "mode", tcn_mode_name(draft->event.mode));
    }
    add_envelope(writer, &draft->event);
    if (draft->event.body_kind == TCN_BODY_REGISTRY) {
        tcn_json_add_change(writer, draft->event.registry);
    } else {
        add_body(writer, &draft->event);
    }
    if (draft->is_act && draft->list.is_known) {
        tcn_json_array_begin(writer, "list");
        for (uint32_t i = 0; i < draft->list.count; i++) {
            tcn_json_add_text(writer, NULL, draft->list.organs[i]);
        }
        tcn_json_array_end(writer);
    }
    tcn_json_texts(writer, draft->plains, draft->plain_count);
    if (draft->accused_count > 0) {
        tcn_json_array_begin(writer, "accused_organs");
        for (uint32_t i = 0; i < draft->accused_count; i++) {
            tcn_json_add_text(writer, NULL, draft->accused_organs[i]);
        }
        tcn_json_array_end(writer);
    }
    add_text(writer, "key", draft->retry_key);
}
