/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/feed.h"

#include "proto/feed.pb-c.h"
#include "wire/pb.h"

#define STREAM_REQUIRED (TCN_RULE_BIT(1) | TCN_RULE_BIT(2))

static const struct tcn_scan_rule stream_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [2] = TCN_RULE_ORGAN,
    [3] = TCN_RULE_NUMBER(TCN_FROM_NOW),
    [4] = TCN_RULE_U64,
    [5] = TCN_RULE_U64,
};

static const struct tcn_scan_table stream_table = {
    .rules = stream_rules,
    .rule_count = TCN_RULE_COUNT(stream_rules),
    .required = STREAM_REQUIRED,
};

static const struct tcn_scan_rule open_rules[] = {
    [1] = TCN_RULE_TEXT(TCN_CURSOR_NAME_BYTES_MAX),
    [2] = TCN_RULE_INNERS(stream_table, TCN_OPEN_STREAMS_MAX),
};

static const struct tcn_scan_table open_table = {
    .rules = open_rules,
    .rule_count = TCN_RULE_COUNT(open_rules),
    .required = TCN_RULE_BIT(2),
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule head_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [2] = TCN_RULE_ORGAN,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_U64,
    [5] = TCN_RULE_U64,
    [6] = TCN_RULE_I64,
    [7] = TCN_RULE_U32,
};

static const struct tcn_scan_table head_table = {
    .rules = head_rules,
    .rule_count = TCN_RULE_COUNT(head_rules),
    .required = STREAM_REQUIRED,
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule opened_rules[] = {
    [1] = TCN_RULE_INNERS(head_table, TCN_OPEN_STREAMS_MAX),
};

static const struct tcn_scan_table opened_table = {
    .rules = opened_rules,
    .rule_count = TCN_RULE_COUNT(opened_rules),
    .required = TCN_RULE_BIT(1),
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule fetch_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [2] = TCN_RULE_ORGAN,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_U64,
};

static const struct tcn_scan_table fetch_table = {
    .rules = fetch_rules,
    .rule_count = TCN_RULE_COUNT(fetch_rules),
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule gap_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [2] = TCN_RULE_ORGAN,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_U64,
    [5] = TCN_RULE_U32,
};

static const struct tcn_scan_table gap_table = {
    .rules = gap_rules,
    .rule_count = TCN_RULE_COUNT(gap_rules),
    .required = STREAM_REQUIRED | TCN_RULE_BIT(3) | TCN_RULE_BIT(4),
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule reset_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [2] = TCN_RULE_ORGAN,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_U64,
};

static const struct tcn_scan_table reset_table = {
    .rules = reset_rules,
    .rule_count = TCN_RULE_COUNT(reset_rules),
    .required = STREAM_REQUIRED | TCN_RULE_BIT(4),
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule replay_rules[] = {
    [1] = TCN_RULE_U64,  [2] = TCN_RULE_U64,   [3] = TCN_RULE_I64,
    [4] = TCN_RULE_I64,  [5] = TCN_RULE_WORD,  [6] = TCN_RULE_NUMBER(UINT64_C(999999999999)),
    [7] = TCN_RULE_ID,   [8] = TCN_RULE_ORGAN, [9] = TCN_RULE_U32,
    [10] = TCN_RULE_U64, [11] = TCN_RULE_U64,
};

static const struct tcn_scan_table replay_table = {
    .rules = replay_rules,
    .rule_count = TCN_RULE_COUNT(replay_rules),
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule end_rules[] = {
    [1] = TCN_RULE_U64,
    [2] = TCN_RULE_HASH,
    [3] = TCN_RULE_U32,
    [4] = TCN_RULE_U64,
};

static const struct tcn_scan_table end_table = {
    .rules = end_rules,
    .rule_count = TCN_RULE_COUNT(end_rules),
    .size_max = TCN_FRAME_BYTES_MAX,
};

/** The stream that a message names. */
static struct tcn_stream take_stream(Tocsin__V1__Mode mode, uint32_t organ) {
    return (struct tcn_stream){.mode = (enum tcn_mode)mode, .organ = (uint16_t)organ};
}

enum tcn_status tcn_wire_open_encode(const struct tcn_open *open, struct tcn_writer *writer,
                                     struct tcn_slice *out_bytes) {
    if (open->stream_count > TCN_OPEN_STREAMS_MAX) {
        return TCN_TOOBIG;
    }
    Tocsin__V1__OpenStream stream[TCN_OPEN_STREAMS_MAX];
    Tocsin__V1__OpenStream *streams[TCN_OPEN_STREAMS_MAX];
    for (uint32_t i = 0; i < open->stream_count; i++) {
        const struct tcn_open_stream *from = &open->streams[i];
        tocsin__v1__open_stream__init(&stream[i]);
        stream[i].mode = (Tocsin__V1__Mode)from->stream.mode;
        stream[i].organ = from->stream.organ;
        stream[i].from = (Tocsin__V1__From)from->from;
        stream[i].number = from->number;
        stream[i].generation = from->generation;
        streams[i] = &stream[i];
    }
    struct tcn_pb_texts texts;
    tcn_pb_texts_begin(&texts);
    Tocsin__V1__Open message;
    tocsin__v1__open__init(&message);
    message.name = tcn_pb_text(&texts, open->name);
    message.streams = streams;
    message.n_streams = open->stream_count;
    if (texts.status != TCN_OK) {
        return texts.status;
    }
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_open_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                     struct tcn_open *out_open) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&open_table, &tocsin__v1__open__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Open *found = (const Tocsin__V1__Open *)message;
    struct tcn_open open = {.name = tcn_pb_take_text(found->name)};
    TCN_CHECK(found->n_streams <= TCN_OPEN_STREAMS_MAX);
    for (size_t i = 0; i < found->n_streams; i++) {
        const Tocsin__V1__OpenStream *stream = found->streams[i];
        open.streams[i] = (struct tcn_open_stream){
            .stream = take_stream(stream->mode, stream->organ),
            .from = (enum tcn_from)stream->from,
            .number = stream->number,
            .generation = stream->generation,
        };
    }
    open.stream_count = (uint32_t)found->n_streams;
    *out_open = open;
    return TCN_OK;
}

static void put_head(Tocsin__V1__Head *message, const struct tcn_head *head) {
    tocsin__v1__head__init(message);
    message->mode = (Tocsin__V1__Mode)head->stream.mode;
    message->organ = head->stream.organ;
    message->generation = head->generation;
    message->number = head->number;
    message->next = head->next;
    message->log_time_ns = head->log_time_ns;
    message->standstill = head->standstill;
}

static struct tcn_head take_head(const Tocsin__V1__Head *message) {
    return (struct tcn_head){
        .stream = take_stream(message->mode, message->organ),
        .generation = message->generation,
        .number = message->number,
        .next = message->next,
        .log_time_ns = message->log_time_ns,
        .standstill = message->standstill,
    };
}

enum tcn_status tcn_wire_opened_encode(const struct tcn_head *heads, uint32_t count,
                                       struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    if (count > TCN_OPEN_STREAMS_MAX) {
        return TCN_TOOBIG;
    }
    Tocsin__V1__Head head[TCN_OPEN_STREAMS_MAX];
    Tocsin__V1__Head *pointers[TCN_OPEN_STREAMS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        put_head(&head[i], &heads[i]);
        pointers[i] = &head[i];
    }
    Tocsin__V1__Opened message;
    tocsin__v1__opened__init(&message);
    message.heads = pointers;
    message.n_heads = count;
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_opened_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                       struct tcn_head out_heads[TCN_OPEN_STREAMS_MAX],
                                       uint32_t *out_count) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&opened_table, &tocsin__v1__opened__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Opened *found = (const Tocsin__V1__Opened *)message;
    TCN_CHECK(found->n_heads <= TCN_OPEN_STREAMS_MAX);
    for (size_t i = 0; i < found->n_heads; i++) {
        out_heads[i] = take_head(found->heads[i]);
    }
    *out_count = (uint32_t)found->n_heads;
    return TCN_OK;
}

enum tcn_status tcn_wire_head_encode(const struct tcn_head *head, struct tcn_writer *writer,
                                     struct tcn_slice *out_bytes) {
    Tocsin__V1__Head message;
    put_head(&message, head);
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_head_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                     struct tcn_head *out_head) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&head_table, &tocsin__v1__head__descriptor, bytes, arena, &message);
    if (status == TCN_OK) {
        *out_head = take_head((const Tocsin__V1__Head *)message);
    }
    return status;
}

/* MOVE has the fields of FETCH under the same numbers, so one codec serves both. */

enum tcn_status tcn_wire_fetch_encode(const struct tcn_fetch *fetch, struct tcn_writer *writer,
                                      struct tcn_slice *out_bytes) {
    Tocsin__V1__Fetch message;
    tocsin__v1__fetch__init(&message);
    message.mode = (Tocsin__V1__Mode)fetch->stream.mode;
    message.organ = fetch->stream.organ;
    message.number = fetch->number;
    message.generation = fetch->generation;
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_fetch_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                      struct tcn_fetch *out_fetch) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&fetch_table, &tocsin__v1__fetch__descriptor, bytes, arena, &message);
    if (status == TCN_OK) {
        const Tocsin__V1__Fetch *found = (const Tocsin__V1__Fetch *)message;
        *out_fetch = (struct tcn_fetch){
            .stream = take_stream(found->mode, found->organ),
            .number = found->number,
            .generation = found->generation,
        };
    }
    return status;
}

enum tcn_status tcn_wire_gap_encode(const struct tcn_gap *gap, struct tcn_writer *writer,
                                    struct tcn_slice *out_bytes) {
    Tocsin__V1__Gap message;
    tocsin__v1__gap__init(&message);
    message.mode = (Tocsin__V1__Mode)gap->stream.mode;
    message.organ = gap->stream.organ;
    message.first = gap->first;
    message.last = gap->last;
    message.code = gap->code;
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_gap_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                    struct tcn_gap *out_gap) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&gap_table, &tocsin__v1__gap__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Gap *found = (const Tocsin__V1__Gap *)message;
    if (found->first > found->last) {
        return TCN_BAD_VALUE;
    }
    *out_gap = (struct tcn_gap){
        .stream = take_stream(found->mode, found->organ),
        .first = found->first,
        .last = found->last,
        .code = found->code,
    };
    return TCN_OK;
}

enum tcn_status tcn_wire_reset_encode(const struct tcn_reset *reset, struct tcn_writer *writer,
                                      struct tcn_slice *out_bytes) {
    Tocsin__V1__Reset message;
    tocsin__v1__reset__init(&message);
    message.mode = (Tocsin__V1__Mode)reset->stream.mode;
    message.organ = reset->stream.organ;
    message.generation = reset->generation;
    message.next = reset->next;
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_reset_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                      struct tcn_reset *out_reset) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&reset_table, &tocsin__v1__reset__descriptor, bytes, arena, &message);
    if (status == TCN_OK) {
        const Tocsin__V1__Reset *found = (const Tocsin__V1__Reset *)message;
        *out_reset = (struct tcn_reset){
            .stream = take_stream(found->mode, found->organ),
            .generation = found->generation,
            .next = found->next,
        };
    }
    return status;
}

enum tcn_status tcn_wire_replay_encode(const struct tcn_replay *replay, struct tcn_writer *writer,
                                       struct tcn_slice *out_bytes) {
    struct tcn_pb_texts texts;
    tcn_pb_texts_begin(&texts);
    Tocsin__V1__Replay message;
    tocsin__v1__replay__init(&message);
    message.first_position = replay->first_position;
    message.last_position = replay->last_position;
    message.since_ns = replay->since_ns;
    message.until_ns = replay->until_ns;
    message.domain = tcn_pb_text(&texts, replay->domain);
    message.division = replay->division;
    message.matter = tcn_pb_fixed(replay->matter.bytes, sizeof(replay->matter.bytes));
    message.organ = replay->organ;
    message.speed_milli = replay->speed_milli;
    message.as_known_at = replay->as_known_at;
    message.credit_items = replay->credit_items;
    if (texts.status != TCN_OK) {
        return texts.status;
    }
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_replay_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                       struct tcn_replay *out_replay) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&replay_table, &tocsin__v1__replay__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Replay *found = (const Tocsin__V1__Replay *)message;
    struct tcn_replay replay = {
        .first_position = found->first_position,
        .last_position = found->last_position,
        .since_ns = found->since_ns,
        .until_ns = found->until_ns,
        .domain = tcn_pb_take_text(found->domain),
        .division = found->division,
        .organ = (uint16_t)found->organ,
        .speed_milli = found->speed_milli,
        .as_known_at = found->as_known_at,
        .credit_items = found->credit_items,
    };
    tcn_pb_take_fixed(&found->matter, replay.matter.bytes, sizeof(replay.matter.bytes));
    *out_replay = replay;
    return TCN_OK;
}

enum tcn_status tcn_wire_end_encode(const struct tcn_end *end, struct tcn_writer *writer,
                                    struct tcn_slice *out_bytes) {
    Tocsin__V1__End message;
    tocsin__v1__end__init(&message);
    message.count = end->count;
    message.digest = tcn_pb_fixed(end->digest.bytes, sizeof(end->digest.bytes));
    message.code = end->code;
    message.last_position = end->last_position;
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_end_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                    struct tcn_end *out_end) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&end_table, &tocsin__v1__end__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__End *found = (const Tocsin__V1__End *)message;
    struct tcn_end end = {
        .count = found->count, .code = found->code, .last_position = found->last_position};
    tcn_pb_take_fixed(&found->digest, end.digest.bytes, sizeof(end.digest.bytes));
    *out_end = end;
    return TCN_OK;
}
