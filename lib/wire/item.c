/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/item.h"

#include "base/text.h"
#include "proto/feed.pb-c.h"
#include "wire/pb.h"

static const struct tcn_scan_rule fired_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_DUE_REWRAP),
    [2] = TCN_RULE_U32,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_I64,
    [5] = TCN_RULE_I64,
    [6] = TCN_RULE_WORD,
    [7] = TCN_RULE_U32,
    [8] = TCN_RULE_TEXT(TCN_TITLE_BYTES_MAX),
    [9] = TCN_RULE_TEXT(TCN_TITLE_BYTES_MAX),
};

static const struct tcn_scan_table fired_table = {
    .rules = fired_rules,
    .rule_count = TCN_RULE_COUNT(fired_rules),
    .required = TCN_RULE_BIT(1), /* and 2 and 3 but of a ladder: take_alert */
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule limit_rules[] = {
    [1] = TCN_RULE_U32,
    [2] = TCN_RULE_NUMBER(TCN_LIMIT_LATE),
    [3] = TCN_RULE_I64,
};

static const struct tcn_scan_table limit_table = {
    .rules = limit_rules,
    .rule_count = TCN_RULE_COUNT(limit_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2),
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule alert_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [2] = TCN_RULE_ORGAN,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_U64,
    [5] = TCN_RULE_U64,
    [6] = TCN_RULE_U64,
    [7] = TCN_RULE_NUMBER(INT32_MAX),
    [8] = TCN_RULE_NUMBER(TCN_REASON_UNSEALED),
    [9] = TCN_RULE_NUMBER(TCN_SEVERITY_DANGER),
    [10] = TCN_RULE_U32,
    [11] = TCN_RULE_U32,
    [12] = TCN_RULE_U64,
    [13] = TCN_RULE_I64,
    [14] = TCN_RULE_INNER(fired_table),
    [15] = TCN_RULE_NUMBER(TCN_PROCEDURE_MAX),
    [16] = TCN_RULE_NUMBER(TCN_STAGE_MAX),
    [17] = TCN_RULE_ORGAN,
    [18] = TCN_RULE_U32,
    [19] = TCN_RULE_U64,
    [20] = TCN_RULE_INNERS(limit_table, TCN_ALERT_LIMITS_MAX),
    [24] = TCN_RULE_NUMBER(TCN_LEVELS_MAX),
    [25] = TCN_RULE_NUMBER(TCN_COUNT_EXACT),
};

static const struct tcn_scan_table alert_table = {
    .rules = alert_rules,
    .rule_count = TCN_RULE_COUNT(alert_rules),
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule item_rules[] = {
    [1] = TCN_RULE_INNER(alert_table),
    [2] = TCN_RULE_ID,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_I64,
    [5] = TCN_RULE_U32,
    [6] = TCN_RULE_FIXED64,
    [7] = TCN_RULE_NUMBER(TCN_LANE_ROUTINE),
    [8] = TCN_RULE_U64,
    [9] = TCN_RULE_HASH,
    [10] = TCN_RULE_BYTES(TCN_OPEN_BYTES_MAX),
    [11] = TCN_RULE_BYTES(TCN_EVENT_BYTES_MAX),
    [12] = TCN_RULE_EXACT(TCN_SHARE_BYTES),
    [13] = TCN_RULE_FLAG,
};

static const struct tcn_scan_table item_table = {
    .rules = item_rules,
    .rule_count = TCN_RULE_COUNT(item_rules),
    .required = TCN_RULE_BIT(3), /* and 10, but of an item that no event made: take_item */
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule items_rules[] = {
    [1] = TCN_RULE_INNERS(item_table, TCN_ITEMS_MAX),
};

static const struct tcn_scan_table items_table = {
    .rules = items_rules,
    .rule_count = TCN_RULE_COUNT(items_rules),
    .required = TCN_RULE_BIT(1),
    .size_max = TCN_FRAME_BYTES_MAX,
};

/** What protobuf-c is pointed at while an alert is packed. */
struct alert_parts {
    Tocsin__V1__Alert alert;
    Tocsin__V1__Fired fired;
    Tocsin__V1__Limit limits[TCN_ALERT_LIMITS_MAX];
    Tocsin__V1__Limit *limit_places[TCN_ALERT_LIMITS_MAX];
};

/** What a time that has come is called, with its end. */
struct names {
    char name[TCN_WORD_BYTES_MAX + 1];
    char title_zh[TCN_TITLE_BYTES_MAX + 1];
    char title_en[TCN_TITLE_BYTES_MAX + 1];
};

static void put_limits(struct alert_parts *parts, const struct tcn_alert *alert) {
    TCN_CHECK(alert->limit_count <= TCN_ALERT_LIMITS_MAX);
    for (uint32_t i = 0; i < alert->limit_count; i++) {
        Tocsin__V1__Limit *limit = &parts->limits[i];
        tocsin__v1__limit__init(limit);
        limit->rule = alert->limits[i].rule;
        limit->state = (Tocsin__V1__LimitState)alert->limits[i].state;
        limit->due_ns = alert->limits[i].due_ns;
        parts->limit_places[i] = limit;
    }
    parts->alert.n_limits = alert->limit_count;
    parts->alert.limits = parts->limit_places;
}

/** `names` is NULL when it is not told. */
static void put_alert(struct alert_parts *parts, const struct tcn_alert *alert,
                      struct names *names) {
    Tocsin__V1__Alert *message = &parts->alert;
    tocsin__v1__alert__init(message);
    message->mode = (Tocsin__V1__Mode)alert->stream.mode;
    message->organ = alert->stream.organ;
    message->number = alert->number;
    message->generation = alert->generation;
    message->position = alert->position;
    message->birth_position = alert->birth_position;
    message->act = (Tocsin__V1__Act)alert->act;
    message->reason = (Tocsin__V1__Reason)alert->reason;
    message->severity = (Tocsin__V1__Severity)alert->severity;
    message->flags = alert->flags;
    message->code = alert->code;
    message->policy_version = alert->policy_version;
    message->log_time_ns = alert->log_time_ns;
    message->kind = (Tocsin__V1__ProcedureKind)alert->kind;
    message->stage = (Tocsin__V1__Stage)alert->stage;
    message->holder = alert->holder;
    message->level = alert->degree.rank;
    message->level_sure = (Tocsin__V1__CountKind)alert->degree.sure;
    message->facts = alert->facts;
    message->allowed_acts = alert->allowed_acts;
    put_limits(parts, alert);
    if (alert->fired.kind == TCN_DUE_NONE) {
        return;
    }
    Tocsin__V1__Fired *fired = &parts->fired;
    tocsin__v1__fired__init(fired);
    fired->kind = (Tocsin__V1__DueKind)alert->fired.kind;
    fired->stage = alert->fired.stage;
    fired->subject = alert->fired.subject;
    fired->due_ns = alert->fired.due_ns;
    fired->until_ns = alert->fired.until_ns;
    fired->rule = alert->fired.rule;
    if (names != NULL) {
        fired->name = names->name;
        fired->title_zh = names->title_zh;
        fired->title_en = names->title_en;
    }
    message->fired = fired;
}

static enum tcn_status take_alert(const Tocsin__V1__Alert *message, struct tcn_alert *out_alert) {
    const bool is_fired = tcn_reason_is_fired((enum tcn_reason)message->reason);
    if ((message->act != 0 && !tcn_act_is_known((uint32_t)message->act)) ||
        is_fired != (message->fired != NULL)) {
        return TCN_BAD_VALUE;
    }
    const bool is_ladder = is_fired && message->reason != TOCSIN__V1__REASON__REASON_CLOCK;
    if (is_fired &&
        (is_ladder != (message->fired->kind == TOCSIN__V1__DUE_KIND__DUE_LADDER) ||
         (!is_ladder && (message->fired->stage == 0 || message->fired->subject == 0)))) {
        return TCN_BAD_VALUE;
    }
    *out_alert = (struct tcn_alert){
        .stream = {.mode = (enum tcn_mode)message->mode, .organ = (uint16_t)message->organ},
        .number = message->number,
        .generation = message->generation,
        .position = message->position,
        .birth_position = message->birth_position,
        .act = (enum tcn_act)message->act,
        .reason = (enum tcn_reason)message->reason,
        .severity = (enum tcn_severity)message->severity,
        .flags = message->flags,
        .code = message->code,
        .policy_version = message->policy_version,
        .log_time_ns = message->log_time_ns,
        .kind = (enum tcn_procedure_kind)message->kind,
        .stage = (enum tcn_stage)message->stage,
        .holder = (uint16_t)message->holder,
        .degree = {.rank = (uint16_t)message->level,
                   .sure = (enum tcn_count_kind)message->level_sure},
        .facts = message->facts,
        .allowed_acts = message->allowed_acts,
        .limit_count = (uint32_t)message->n_limits,
    };
    for (size_t i = 0; i < message->n_limits; i++) {
        out_alert->limits[i] =
            (struct tcn_limit){.rule = message->limits[i]->rule,
                               .state = (enum tcn_limit_state)message->limits[i]->state,
                               .due_ns = message->limits[i]->due_ns};
    }
    if (is_fired) {
        out_alert->fired = (struct tcn_fired){.kind = (enum tcn_due_kind)message->fired->kind,
                                              .stage = message->fired->stage,
                                              .subject = message->fired->subject,
                                              .rule = message->fired->rule,
                                              .due_ns = message->fired->due_ns,
                                              .until_ns = message->fired->until_ns};
    }
    return TCN_OK;
}

enum tcn_status tcn_wire_alert_encode(const struct tcn_alert *alert, struct tcn_writer *writer,
                                      struct tcn_slice *out_bytes) {
    struct alert_parts parts;
    put_alert(&parts, alert, NULL);
    return tcn_pb_pack(&parts.alert.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_alert_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                      struct tcn_alert *out_alert) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&alert_table, &tocsin__v1__alert__descriptor, bytes, arena, &message);
    return status == TCN_OK ? take_alert((const Tocsin__V1__Alert *)message, out_alert) : status;
}

/** What protobuf-c is pointed at while an item is packed. */
struct item_parts {
    Tocsin__V1__Item item;
    struct alert_parts alert;
    struct names names;
};

static enum tcn_status put_names(struct names *names, const struct tcn_item *item) {
    enum tcn_status status = tcn_text_copy(item->subject, names->name, sizeof(names->name));
    if (status == TCN_OK) {
        status = tcn_text_copy(item->title_zh, names->title_zh, sizeof(names->title_zh));
    }
    if (status == TCN_OK) {
        status = tcn_text_copy(item->title_en, names->title_en, sizeof(names->title_en));
    }
    return status;
}

static enum tcn_status put_item(struct item_parts *parts, const struct tcn_item *item) {
    if (item->open.size > TCN_OPEN_BYTES_MAX || item->sealed.size > TCN_EVENT_BYTES_MAX ||
        put_names(&parts->names, item) != TCN_OK) {
        return TCN_TOOBIG;
    }
    Tocsin__V1__Item *message = &parts->item;
    tocsin__v1__item__init(message);
    put_alert(&parts->alert, &item->alert, &parts->names);
    message->alert = &parts->alert.alert;
    message->matter = tcn_pb_fixed(item->matter.bytes, sizeof(item->matter.bytes));
    message->position = item->position;
    message->log_time_ns = item->log_time_ns;
    message->source = item->lane.source;
    message->epoch = item->lane.epoch;
    message->lane = (Tocsin__V1__Lane)item->lane.lane;
    message->sequence = item->sequence;
    message->chunk_hash = tcn_pb_fixed(item->chunk_hash.bytes, sizeof(item->chunk_hash.bytes));
    message->open = tcn_pb_bytes(item->open);
    message->sealed = tcn_pb_bytes(item->sealed);
    message->share = tcn_pb_bytes(item->share);
    message->is_erased = item->is_erased;
    return TCN_OK;
}

static enum tcn_status take_item(const Tocsin__V1__Item *message, struct tcn_item *out_item) {
    struct tcn_item item = {
        .position = message->position,
        .log_time_ns = message->log_time_ns,
        .lane = {.source = message->source,
                 .epoch = message->epoch,
                 .lane = (enum tcn_lane)message->lane},
        .sequence = message->sequence,
        .open = tcn_pb_take_bytes(&message->open),
        .sealed = tcn_pb_take_bytes(&message->sealed),
        .share = tcn_pb_take_bytes(&message->share),
        .is_erased = message->is_erased,
    };
    tcn_pb_take_fixed(&message->matter, item.matter.bytes, sizeof(item.matter.bytes));
    tcn_pb_take_fixed(&message->chunk_hash, item.chunk_hash.bytes, sizeof(item.chunk_hash.bytes));
    enum tcn_status status =
        message->alert == NULL ? TCN_OK : take_alert(message->alert, &item.alert);
    const bool is_fired = tcn_reason_is_fired(item.alert.reason);
    if (status == TCN_OK && is_fired != (item.open.size == 0)) {
        status = TCN_BAD_VALUE;
    }
    if (status == TCN_OK && is_fired) {
        item.subject = tcn_pb_take_text(message->alert->fired->name);
        item.title_zh = tcn_pb_take_text(message->alert->fired->title_zh);
        item.title_en = tcn_pb_take_text(message->alert->fired->title_en);
    }
    if (status == TCN_OK) {
        *out_item = item;
    }
    return status;
}

enum tcn_status tcn_wire_item_encode(const struct tcn_item *item, struct tcn_writer *writer,
                                     struct tcn_slice *out_bytes) {
    struct item_parts parts;
    enum tcn_status status = put_item(&parts, item);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_pb_pack(&parts.item.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_item_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                     struct tcn_item *out_item) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&item_table, &tocsin__v1__item__descriptor, bytes, arena, &message);
    return status == TCN_OK ? take_item((const Tocsin__V1__Item *)message, out_item) : status;
}

struct tcn_wire_items tcn_wire_items_begin(struct tcn_writer *writer) {
    return (struct tcn_wire_items){.writer = writer, .start = writer->offset};
}

enum tcn_status tcn_wire_items_add(struct tcn_wire_items *items, const struct tcn_item *item) {
    if (items->count == TCN_ITEMS_MAX) {
        return TCN_LIMIT;
    }
    struct item_parts parts;
    enum tcn_status status = put_item(&parts, item);
    if (status == TCN_OK) {
        status = tcn_pb_put_message(1, &parts.item.base, items->writer);
    }
    if (status == TCN_OK) {
        items->count++;
    }
    return status;
}

size_t tcn_wire_items_size(const struct tcn_wire_items *items) {
    TCN_CHECK(items->writer->offset >= items->start);
    return items->writer->offset - items->start;
}

struct tcn_slice tcn_wire_items_finish(const struct tcn_wire_items *items) {
    return tcn_pb_since(items->writer, items->start);
}

enum tcn_status tcn_wire_items_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                      const struct tcn_item **out_items, uint32_t *out_count) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&items_table, &tocsin__v1__items__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Items *found = (const Tocsin__V1__Items *)message;
    struct tcn_item *items = tcn_arena_alloc(arena, found->n_items * sizeof(*items));
    if (items == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_items; i++) {
        status = take_item(found->items[i], &items[i]);
        if (status != TCN_OK) {
            return status;
        }
    }
    *out_items = items;
    *out_count = (uint32_t)found->n_items;
    return TCN_OK;
}
