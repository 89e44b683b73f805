/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/event.pb-c.h"
#include "wire/event.h"
#include "wire/facts.h"
#include "wire/pb.h"
#include "wire/principal.h"
#include "wire/zero_body.h"

static const struct tcn_scan_rule report_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_WORD,
};

static const struct tcn_scan_table report_table = {
    .rules = report_rules,
    .rule_count = TCN_RULE_COUNT(report_rules),
};

static const struct tcn_scan_rule act_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_WORD,
    [3] = TCN_RULE_TEXT(TCN_NOTE_BYTES_MAX),
    [4] = TCN_RULE_TEXT(TCN_NOTE_BYTES_MAX),
    [5] = TCN_RULE_I64,
    [6] = TCN_RULE_U64,
    [7] = TCN_RULE_HASH,
    [8] = TCN_RULE_ID,
    [9] = TCN_RULE_U32,
    [10] = TCN_RULE_FIXED64,
};

static const struct tcn_scan_table act_table = {
    .rules = act_rules,
    .rule_count = TCN_RULE_COUNT(act_rules),
};

static const struct tcn_scan_rule void_rules[] = {
    [1] = TCN_RULE_U32,
    [2] = TCN_RULE_HASH,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_HASH,
};

static const struct tcn_scan_table void_table = {
    .rules = void_rules,
    .rule_count = TCN_RULE_COUNT(void_rules),
    .required = TCN_RULE_BIT(3),
};

static const struct tcn_scan_rule delivered_rules[] = {
    [1] = TCN_RULE_TEXT(TCN_CURSOR_NAME_BYTES_MAX),
    [2] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [3] = TCN_RULE_ORGAN,
    [4] = TCN_RULE_U64,
    [5] = TCN_RULE_U64,
    [6] = TCN_RULE_U32,
};

static const struct tcn_scan_table delivered_table = {
    .rules = delivered_rules,
    .rule_count = TCN_RULE_COUNT(delivered_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3) | TCN_RULE_BIT(6),
};

static const struct tcn_scan_rule epoch_rules[] = {
    [1] = TCN_RULE_U32,
    [2] = TCN_RULE_FIXED64,
    [3] = TCN_RULE_NUMBER(TCN_LANE_ROUTINE),
    [4] = TCN_RULE_FIXED64,
};

static const struct tcn_scan_table epoch_table = {
    .rules = epoch_rules,
    .rule_count = TCN_RULE_COUNT(epoch_rules),
    .required = TCN_RULE_BIT(2) | TCN_RULE_BIT(3),
};

static const struct tcn_scan_rule observed_rules[] = {
    [1] = TCN_RULE_U32,     [2] = TCN_RULE_FIXED64, [3] = TCN_RULE_NUMBER(TCN_LANE_ROUTINE),
    [4] = TCN_RULE_FIXED64, [5] = TCN_RULE_ORGAN,   [6] = TCN_RULE_U64,
    [7] = TCN_RULE_I64,     [8] = TCN_RULE_HASH,
};

static const struct tcn_scan_table observed_table = {
    .rules = observed_rules,
    .rule_count = TCN_RULE_COUNT(observed_rules),
};

static const struct tcn_scan_rule open_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_EVENT_FORMAT),
    [2] = TCN_RULE_NUMBER(INT32_MAX),
    [3] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [4] = TCN_RULE_ID,
    [5] = TCN_RULE_WORD,
    [6] = TCN_RULE_WORD, /* tcn_event_check says better what is wrong with a division */
    [7] = TCN_RULE_WORD,
    [8] = TCN_RULE_I64,
    [9] = TCN_RULE_I64,
    [10] = TCN_RULE_I64,
    [11] = TCN_RULE_U64,
    [12] = TCN_RULE_NUMBER(TCN_SEVERITY_DANGER),
    [13] = TCN_RULE_NUMBER(TCN_CONCERNS_UNKNOWN),
    [14] = TCN_RULE_INNER(tcn_wire_counts_table),
    [15] = TCN_RULE_INNERS(tcn_wire_attribute_table, TCN_ATTRIBUTES_MAX),
    [16] = {.kind = TCN_SCAN_PACKED,
            .count_max = TCN_GUARD_ORGANS_MAX,
            .min = 1,
            .max = UINT16_MAX},
    [17] = TCN_RULE_WORD,
    [20] = TCN_RULE_INNER(report_table),
    [21] = TCN_RULE_INNER(act_table),
    [22] = TCN_RULE_INNER(void_table),
    [23] = TCN_RULE_INNER(delivered_table),
    [24] = TCN_RULE_INNER(epoch_table),
    [28] = TCN_RULE_INNER(tcn_wire_change_table),
    [25] = TCN_RULE_INNER(observed_table),
    [26] = TCN_RULE_INNER(tcn_wire_zero_table),
};

static const struct tcn_scan_table open_table = {
    .rules = open_rules,
    .rule_count = TCN_RULE_COUNT(open_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3),
    .one_of = TCN_RULE_BIT(20) | TCN_RULE_BIT(21) | TCN_RULE_BIT(22) | TCN_RULE_BIT(23) |
              TCN_RULE_BIT(24) | TCN_RULE_BIT(25) | TCN_RULE_BIT(26) | TCN_RULE_BIT(28),
    .format_field = 1,
    .size_max = TCN_OPEN_BYTES_MAX,
};

/** What protobuf-c is pointed at while an open part is packed. */
struct open_parts {
    Tocsin__V1__OpenPart open;
    struct tcn_wire_facts_parts facts;
    uint32_t guard_organs[TCN_GUARD_ORGANS_MAX];
    Tocsin__V1__ReportBody report;
    Tocsin__V1__ActBody act;
    Tocsin__V1__VoidBody voids;
    Tocsin__V1__DeliveredBody delivered;
    Tocsin__V1__EpochBody epoch;
    struct tcn_wire_change_parts registry;
    Tocsin__V1__ObservedBody observed;
    struct tcn_wire_zero_parts zero;
    struct tcn_pb_texts texts;
};

static void put_report(struct open_parts *parts, const struct tcn_report_body *body) {
    tocsin__v1__report_body__init(&parts->report);
    parts->report.category = tcn_pb_text(&parts->texts, body->category);
    parts->report.channel = tcn_pb_text(&parts->texts, body->channel);
    parts->open.body_case = TOCSIN__V1__OPEN_PART__BODY_REPORT;
    parts->open.report = &parts->report;
}

static void take_report(const Tocsin__V1__ReportBody *message, struct tcn_event *event) {
    event->body_kind = TCN_BODY_REPORT;
    event->report.category = tcn_pb_take_text(message->category);
    event->report.channel = tcn_pb_take_text(message->channel);
}

static void put_act(struct open_parts *parts, const struct tcn_act_body *body) {
    Tocsin__V1__ActBody *message = &parts->act;
    tocsin__v1__act_body__init(message);
    message->to_organ = tcn_pb_text(&parts->texts, body->to_organ);
    message->reason = tcn_pb_text(&parts->texts, body->reason);
    message->how = tcn_pb_text(&parts->texts, body->how);
    message->post = tcn_pb_text(&parts->texts, body->post);
    message->until_ns = body->until_ns;
    message->position = body->position;
    message->act_hash = tcn_pb_fixed(body->act_hash.bytes, sizeof(body->act_hash.bytes));
    message->linked = tcn_pb_fixed(body->linked.bytes, sizeof(body->linked.bytes));
    message->source = body->source;
    message->epoch = body->epoch;
    parts->open.body_case = TOCSIN__V1__OPEN_PART__BODY_ACT_BODY;
    parts->open.act_body = message;
}

static void take_act(const Tocsin__V1__ActBody *message, struct tcn_event *event) {
    struct tcn_act_body *body = &event->act_body;
    event->body_kind = TCN_BODY_ACT;
    body->to_organ = tcn_pb_take_text(message->to_organ);
    body->reason = tcn_pb_take_text(message->reason);
    body->how = tcn_pb_take_text(message->how);
    body->post = tcn_pb_take_text(message->post);
    body->until_ns = message->until_ns;
    body->position = message->position;
    tcn_pb_take_fixed(&message->act_hash, body->act_hash.bytes, sizeof(body->act_hash.bytes));
    tcn_pb_take_fixed(&message->linked, body->linked.bytes, sizeof(body->linked.bytes));
    body->source = message->source;
    body->epoch = message->epoch;
}

static void put_void(struct open_parts *parts, const struct tcn_void_body *body) {
    Tocsin__V1__VoidBody *message = &parts->voids;
    tocsin__v1__void_body__init(message);
    message->code = body->code;
    message->event_hash = tcn_pb_fixed(body->event_hash.bytes, sizeof(body->event_hash.bytes));
    message->count = body->count;
    message->next_previous =
        tcn_pb_fixed(body->next_previous.bytes, sizeof(body->next_previous.bytes));
    parts->open.body_case = TOCSIN__V1__OPEN_PART__BODY_VOID_BODY;
    parts->open.void_body = message;
}

static void take_void(const Tocsin__V1__VoidBody *message, struct tcn_event *event) {
    struct tcn_void_body *body = &event->void_body;
    event->body_kind = TCN_BODY_VOID;
    body->code = message->code;
    body->count = message->count;
    tcn_pb_take_fixed(&message->event_hash, body->event_hash.bytes, sizeof(body->event_hash.bytes));
    tcn_pb_take_fixed(&message->next_previous, body->next_previous.bytes,
                      sizeof(body->next_previous.bytes));
}

static void put_delivered(struct open_parts *parts, const struct tcn_delivered_body *body) {
    Tocsin__V1__DeliveredBody *message = &parts->delivered;
    tocsin__v1__delivered_body__init(message);
    message->name = tcn_pb_text(&parts->texts, body->name);
    message->mode = (Tocsin__V1__Mode)body->stream.mode;
    message->organ = body->stream.organ;
    message->number = body->number;
    message->generation = body->generation;
    message->principal = body->principal;
    parts->open.body_case = TOCSIN__V1__OPEN_PART__BODY_DELIVERED;
    parts->open.delivered = message;
}

static void take_delivered(const Tocsin__V1__DeliveredBody *message, struct tcn_event *event) {
    struct tcn_delivered_body *body = &event->delivered;
    event->body_kind = TCN_BODY_DELIVERED;
    body->name = tcn_pb_take_text(message->name);
    body->stream.mode = (enum tcn_mode)message->mode;
    body->stream.organ = (uint16_t)message->organ;
    body->number = message->number;
    body->generation = message->generation;
    body->principal = message->principal;
}

static void put_epoch(struct open_parts *parts, const struct tcn_epoch_body *body) {
    Tocsin__V1__EpochBody *message = &parts->epoch;
    tocsin__v1__epoch_body__init(message);
    message->source = body->lane.source;
    message->epoch = body->lane.epoch;
    message->lane = (Tocsin__V1__Lane)body->lane.lane;
    message->predecessor = body->predecessor;
    parts->open.body_case = TOCSIN__V1__OPEN_PART__BODY_EPOCH;
    parts->open.epoch = message;
}

static void take_epoch(const Tocsin__V1__EpochBody *message, struct tcn_event *event) {
    struct tcn_epoch_body *body = &event->epoch;
    event->body_kind = TCN_BODY_EPOCH;
    body->lane.source = message->source;
    body->lane.epoch = message->epoch;
    body->lane.lane = (enum tcn_lane)message->lane;
    body->predecessor = message->predecessor;
}

static enum tcn_status put_registry(struct open_parts *parts,
                                    const struct tcn_registry_change *change) {
    parts->open.body_case = TOCSIN__V1__OPEN_PART__BODY_REGISTRY;
    parts->open.registry = &parts->registry.change;
    return tcn_wire_change_put(&parts->registry, &parts->texts, change);
}

static enum tcn_status take_registry(const Tocsin__V1__RegistryBody *message,
                                     struct tcn_arena *arena, struct tcn_event *event) {
    event->body_kind = TCN_BODY_REGISTRY;
    return tcn_wire_change_take(message, arena, &event->registry);
}

static void put_observed(struct open_parts *parts, const struct tcn_observed_body *body) {
    Tocsin__V1__ObservedBody *message = &parts->observed;
    tocsin__v1__observed_body__init(message);
    message->source = body->lane.source;
    message->epoch = body->lane.epoch;
    message->lane = (Tocsin__V1__Lane)body->lane.lane;
    message->predecessor = body->predecessor;
    message->organ = body->organ;
    message->number = body->number;
    message->since_ns = body->since_ns;
    message->hash = tcn_pb_fixed(body->hash.bytes, sizeof(body->hash.bytes));
    parts->open.body_case = TOCSIN__V1__OPEN_PART__BODY_OBSERVED;
    parts->open.observed = message;
}

static void take_observed(const Tocsin__V1__ObservedBody *message, struct tcn_event *event) {
    struct tcn_observed_body *body = &event->observed;
    event->body_kind = TCN_BODY_OBSERVED;
    body->lane.source = message->source;
    body->lane.epoch = message->epoch;
    body->lane.lane = (enum tcn_lane)message->lane;
    body->predecessor = message->predecessor;
    body->organ = (uint16_t)message->organ;
    body->number = message->number;
    body->since_ns = message->since_ns;
    tcn_pb_take_fixed(&message->hash, body->hash.bytes, sizeof(body->hash.bytes));
}

static enum tcn_status put_body(struct open_parts *parts, const struct tcn_event *event) {
    switch (event->body_kind) {
    case TCN_BODY_REPORT:
        put_report(parts, &event->report);
        break;
    case TCN_BODY_ACT:
        put_act(parts, &event->act_body);
        break;
    case TCN_BODY_VOID:
        put_void(parts, &event->void_body);
        break;
    case TCN_BODY_DELIVERED:
        put_delivered(parts, &event->delivered);
        break;
    case TCN_BODY_EPOCH:
        put_epoch(parts, &event->epoch);
        break;
    case TCN_BODY_REGISTRY:
        return put_registry(parts, event->registry);
    case TCN_BODY_OBSERVED:
        put_observed(parts, &event->observed);
        break;
    case TCN_BODY_ZERO:
        parts->open.body_case = TOCSIN__V1__OPEN_PART__BODY_ZERO;
        parts->open.zero = &parts->zero.zero;
        return tcn_wire_zero_put(&parts->zero, &parts->texts, &event->zero);
    case TCN_BODY_NONE:
        break;
    }
    return TCN_OK;
}

static enum tcn_status take_body(const Tocsin__V1__OpenPart *open, struct tcn_arena *arena,
                                 struct tcn_event *event) {
    switch ((int)open->body_case) {
    case TOCSIN__V1__OPEN_PART__BODY_REPORT:
        take_report(open->report, event);
        break;
    case TOCSIN__V1__OPEN_PART__BODY_ACT_BODY:
        take_act(open->act_body, event);
        break;
    case TOCSIN__V1__OPEN_PART__BODY_VOID_BODY:
        take_void(open->void_body, event);
        break;
    case TOCSIN__V1__OPEN_PART__BODY_DELIVERED:
        take_delivered(open->delivered, event);
        break;
    case TOCSIN__V1__OPEN_PART__BODY_EPOCH:
        take_epoch(open->epoch, event);
        break;
    case TOCSIN__V1__OPEN_PART__BODY_REGISTRY:
        return take_registry(open->registry, arena, event);
    case TOCSIN__V1__OPEN_PART__BODY_OBSERVED:
        take_observed(open->observed, event);
        break;
    case TOCSIN__V1__OPEN_PART__BODY_ZERO:
        event->body_kind = TCN_BODY_ZERO;
        return tcn_wire_zero_take(open->zero, arena, &event->zero);
    default:
        break;
    }
    return TCN_OK;
}

static void put_envelope(struct open_parts *parts, const struct tcn_event *event) {
    Tocsin__V1__OpenPart *open = &parts->open;
    open->format = event->format;
    open->act = (Tocsin__V1__Act)event->act;
    open->mode = (Tocsin__V1__Mode)event->mode;
    open->matter = tcn_pb_fixed(event->matter.bytes, sizeof(event->matter.bytes));
    open->domain = tcn_pb_text(&parts->texts, event->domain);
    open->division = tcn_pb_text(&parts->texts, event->division);
    open->office = tcn_pb_text(&parts->texts, event->office);
    open->occurred_ns = event->occurred_ns;
    open->learned_ns = event->learned_ns;
    open->recorded_ns = event->recorded_ns;
    open->seen_position = event->seen_position;
    open->severity = (Tocsin__V1__Severity)event->severity;
    open->concerns = (Tocsin__V1__Concerns)event->concerns;
    open->trace_parent = tcn_pb_text(&parts->texts, event->trace_parent);
    for (uint32_t i = 0; i < event->guard_organ_count; i++) {
        parts->guard_organs[i] = event->guard_organs[i];
    }
    open->guard_organs = parts->guard_organs;
    open->n_guard_organs = event->guard_organ_count;
}

static void take_envelope(const Tocsin__V1__OpenPart *open, struct tcn_event *event) {
    event->format = open->format;
    event->act = (enum tcn_act)open->act;
    event->mode = (enum tcn_mode)open->mode;
    tcn_pb_take_fixed(&open->matter, event->matter.bytes, sizeof(event->matter.bytes));
    event->domain = tcn_pb_take_text(open->domain);
    event->division = tcn_pb_take_text(open->division);
    event->office = tcn_pb_take_text(open->office);
    event->occurred_ns = open->occurred_ns;
    event->learned_ns = open->learned_ns;
    event->recorded_ns = open->recorded_ns;
    event->seen_position = open->seen_position;
    event->severity = (enum tcn_severity)open->severity;
    event->concerns = (enum tcn_concerns)open->concerns;
    event->trace_parent = tcn_pb_take_text(open->trace_parent);
    TCN_CHECK(open->n_guard_organs <= TCN_GUARD_ORGANS_MAX);
    for (size_t i = 0; i < open->n_guard_organs; i++) {
        event->guard_organs[i] = (uint16_t)open->guard_organs[i];
    }
    event->guard_organ_count = (uint32_t)open->n_guard_organs;
}

enum tcn_status tcn_wire_open_part_encode(const struct tcn_event *event, struct tcn_writer *writer,
                                          struct tcn_slice *out_bytes) {
    if (event->attribute_count > TCN_ATTRIBUTES_MAX ||
        event->guard_organ_count > TCN_GUARD_ORGANS_MAX) {
        return TCN_TOOBIG;
    }
    struct open_parts parts;
    tocsin__v1__open_part__init(&parts.open);
    tcn_pb_texts_begin(&parts.texts);
    put_envelope(&parts, event);
    tcn_wire_facts_put(&parts.facts, &parts.texts, event, &parts.open);
    enum tcn_status status = put_body(&parts, event);
    status = status == TCN_OK ? parts.texts.status : status;
    if (status != TCN_OK) {
        return status;
    }
    return tcn_pb_pack(&parts.open.base, TCN_OPEN_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_open_part_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                          struct tcn_event *out_event) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&open_table, &tocsin__v1__open_part__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__OpenPart *open = (const Tocsin__V1__OpenPart *)message;
    if (!tcn_act_is_known((uint32_t)open->act)) {
        return TCN_BAD_VALUE;
    }
    struct tcn_event event = {.format = 0};
    take_envelope(open, &event);
    status = take_body(open, arena, &event);
    if (status == TCN_OK) {
        status = tcn_wire_facts_take(open, arena, &event);
    }
    if (status != TCN_OK) {
        return status;
    }
    *out_event = event;
    return TCN_OK;
}
