/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/facts.h"

static const struct tcn_scan_rule count_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_COUNT_EXACT),
    [2] = TCN_RULE_U64,
};

static const struct tcn_scan_table count_table = {
    .rules = count_rules,
    .rule_count = TCN_RULE_COUNT(count_rules),
};

static const struct tcn_scan_rule counts_rules[] = {
    [1] = TCN_RULE_INNER(count_table), [2] = TCN_RULE_INNER(count_table),
    [3] = TCN_RULE_INNER(count_table), [4] = TCN_RULE_INNER(count_table),
    [5] = TCN_RULE_INNER(count_table), [6] = TCN_RULE_INNER(count_table),
};

const struct tcn_scan_table tcn_wire_counts_table = {
    .rules = counts_rules,
    .rule_count = TCN_RULE_COUNT(counts_rules),
};

static const struct tcn_scan_rule attribute_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_I64,
    [3] = TCN_RULE_TEXT(TCN_ATTRIBUTE_BYTES_MAX),
    [4] = TCN_RULE_FLAG,
};

const struct tcn_scan_table tcn_wire_attribute_table = {
    .rules = attribute_rules,
    .rule_count = TCN_RULE_COUNT(attribute_rules),
    .required = TCN_RULE_BIT(1),
    .one_of = TCN_RULE_BIT(2) | TCN_RULE_BIT(3) | TCN_RULE_BIT(4),
};

/** One count, or NULL when it is unknown. */
static Tocsin__V1__Count *put_count(Tocsin__V1__Count *message, const struct tcn_count *count) {
    if (count->kind == TCN_COUNT_UNKNOWN && count->value == 0) {
        return NULL;
    }
    tocsin__v1__count__init(message);
    message->kind = (Tocsin__V1__CountKind)count->kind;
    message->value = count->value;
    return message;
}

static void take_count(const Tocsin__V1__Count *message, struct tcn_count *out_count) {
    if (message != NULL) {
        out_count->kind = (enum tcn_count_kind)message->kind;
        out_count->value = message->value;
    }
}

/** Counts are left out when all are unknown. */
static void put_counts(struct tcn_wire_facts_parts *parts, const struct tcn_counts *counts,
                       Tocsin__V1__OpenPart *open) {
    Tocsin__V1__Counts *message = &parts->counts;
    tocsin__v1__counts__init(message);
    message->deaths = put_count(&parts->count[0], &counts->deaths);
    message->serious_injuries = put_count(&parts->count[1], &counts->serious_injuries);
    message->missing = put_count(&parts->count[2], &counts->missing);
    message->affected = put_count(&parts->count[3], &counts->affected);
    message->at_risk = put_count(&parts->count[4], &counts->at_risk);
    message->loss_fen = put_count(&parts->count[5], &counts->loss_fen);
    bool is_known = message->deaths != NULL || message->serious_injuries != NULL ||
                    message->missing != NULL || message->affected != NULL ||
                    message->at_risk != NULL || message->loss_fen != NULL;
    open->counts = is_known ? message : NULL;
}

static void take_counts(const Tocsin__V1__Counts *message, struct tcn_counts *out_counts) {
    if (message != NULL) {
        take_count(message->deaths, &out_counts->deaths);
        take_count(message->serious_injuries, &out_counts->serious_injuries);
        take_count(message->missing, &out_counts->missing);
        take_count(message->affected, &out_counts->affected);
        take_count(message->at_risk, &out_counts->at_risk);
        take_count(message->loss_fen, &out_counts->loss_fen);
    }
}

static void put_attributes(struct tcn_wire_facts_parts *parts, struct tcn_pb_texts *texts,
                           const struct tcn_event *event, Tocsin__V1__OpenPart *open) {
    for (uint32_t i = 0; i < event->attribute_count; i++) {
        const struct tcn_attribute *attribute = &event->attributes[i];
        Tocsin__V1__Attribute *message = &parts->attribute[i];
        tocsin__v1__attribute__init(message);
        message->name = tcn_pb_text(texts, attribute->name);
        switch (attribute->kind) {
        case TCN_ATTRIBUTE_NUMBER:
            message->value_case = TOCSIN__V1__ATTRIBUTE__VALUE_NUMBER;
            message->number = attribute->number;
            break;
        case TCN_ATTRIBUTE_TEXT:
            message->value_case = TOCSIN__V1__ATTRIBUTE__VALUE_TEXT;
            message->text = tcn_pb_text(texts, attribute->text);
            break;
        case TCN_ATTRIBUTE_FLAG:
            message->value_case = TOCSIN__V1__ATTRIBUTE__VALUE_FLAG;
            message->flag = attribute->number != 0;
            break;
        }
        parts->attributes[i] = message;
    }
    open->attributes = parts->attributes;
    open->n_attributes = event->attribute_count;
}

static enum tcn_status take_attribute(const Tocsin__V1__Attribute *message,
                                      struct tcn_attribute *out_attribute) {
    struct tcn_attribute attribute = {.name = tcn_pb_take_text(message->name)};
    switch ((int)message->value_case) {
    case TOCSIN__V1__ATTRIBUTE__VALUE_NUMBER:
        attribute.kind = TCN_ATTRIBUTE_NUMBER;
        attribute.number = message->number;
        break;
    case TOCSIN__V1__ATTRIBUTE__VALUE_TEXT:
        attribute.kind = TCN_ATTRIBUTE_TEXT;
        attribute.text = tcn_pb_take_text(message->text);
        break;
    case TOCSIN__V1__ATTRIBUTE__VALUE_FLAG:
        attribute.kind = TCN_ATTRIBUTE_FLAG;
        attribute.number = message->flag ? 1 : 0;
        break;
    default:
        return TCN_BAD_VALUE;
    }
    *out_attribute = attribute;
    return TCN_OK;
}

static enum tcn_status take_attributes(const Tocsin__V1__OpenPart *open, struct tcn_arena *arena,
                                       struct tcn_event *event) {
    if (open->n_attributes == 0) {
        return TCN_OK;
    }
    struct tcn_attribute *attributes =
        tcn_arena_alloc(arena, open->n_attributes * sizeof(*attributes));
    if (attributes == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < open->n_attributes; i++) {
        enum tcn_status status = take_attribute(open->attributes[i], &attributes[i]);
        if (status != TCN_OK) {
            return status;
        }
    }
    event->attributes = attributes;
    event->attribute_count = (uint32_t)open->n_attributes;
    return TCN_OK;
}

void tcn_wire_facts_put(struct tcn_wire_facts_parts *parts, struct tcn_pb_texts *texts,
                        const struct tcn_event *event, Tocsin__V1__OpenPart *open) {
    put_counts(parts, &event->counts, open);
    put_attributes(parts, texts, event, open);
}

enum tcn_status tcn_wire_facts_take(const Tocsin__V1__OpenPart *open, struct tcn_arena *arena,
                                    struct tcn_event *event) {
    take_counts(open->counts, &event->counts);
    return take_attributes(open, arena, event);
}
