/* SPDX-License-Identifier: Apache-2.0 */
#include "model/chunk.h"
#include "proto/query.pb-c.h"
#include "wire/board_row.h"
#include "wire/clock_row.h"
#include "wire/event_row.h"
#include "wire/matter_row.h"
#include "wire/notice_row.h"
#include "wire/pb.h"
#include "wire/principal.h"
#include "wire/query.h"
#include "wire/shift_row.h"
#include "wire/silence_row.h"

/* Field numbers of the rows, which are appended one by one. */
#define FIELD_MATTERS 5u
#define FIELD_SOURCES 6u
#define FIELD_STREAMS 7u
#define FIELD_EVENTS 8u
#define FIELD_STANDINGS 9u
#define FIELD_PRINCIPALS 10u
#define FIELD_CLOCKS 19u
#define FIELD_BOARD_ROWS 24u

static const struct tcn_scan_rule source_rules[] = {
    [1] = TCN_RULE_U32, [2] = TCN_RULE_FIXED64, [3] = TCN_RULE_NUMBER(TCN_LANE_ROUTINE),
    [4] = TCN_RULE_U64, [5] = TCN_RULE_U64,     [6] = TCN_RULE_I64,
    [7] = TCN_RULE_U64, [8] = TCN_RULE_U64,
};

static const struct tcn_scan_table source_table = {
    .rules = source_rules,
    .rule_count = TCN_RULE_COUNT(source_rules),
};

static const struct tcn_scan_rule stream_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [2] = TCN_RULE_ORGAN,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_U64,
};

static const struct tcn_scan_table stream_table = {
    .rules = stream_rules,
    .rule_count = TCN_RULE_COUNT(stream_rules),
};

static const struct tcn_scan_rule applied_rules[] = {
    [1] = TCN_RULE_U64, [2] = TCN_RULE_I64, [3] = TCN_RULE_U64, [4] = TCN_RULE_U64,
    [5] = TCN_RULE_U64, [6] = TCN_RULE_U64, [7] = TCN_RULE_U32, [8] = TCN_RULE_U64,
};

static const struct tcn_scan_table applied_table = {
    .rules = applied_rules,
    .rule_count = TCN_RULE_COUNT(applied_rules),
};

static const struct tcn_scan_rule stats_rules[] = {
    [1] = TCN_RULE_ID,   [2] = TCN_RULE_U64, [3] = TCN_RULE_U64,
    [4] = TCN_RULE_U64,  [5] = TCN_RULE_U64, [6] = TCN_RULE_INNER(applied_table),
    [7] = TCN_RULE_U64,  [8] = TCN_RULE_U64, [9] = TCN_RULE_U64,
    [10] = TCN_RULE_U64,
};

static const struct tcn_scan_table stats_table = {
    .rules = stats_rules,
    .rule_count = TCN_RULE_COUNT(stats_rules),
};

static const struct tcn_scan_rule standing_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_STANDING_DOUBT),
    [2] = TCN_RULE_U32,
    [3] = TCN_RULE_FIXED64,
    [4] = TCN_RULE_ORGAN,
    [5] = TCN_RULE_HASH,
    [6] = TCN_RULE_U64,
    [7] = TCN_RULE_I64,
    [8] = TCN_RULE_U64,
    [9] = TCN_RULE_U64,
    [10] = TCN_RULE_U64,
};

static const struct tcn_scan_table standing_table = {
    .rules = standing_rules,
    .rule_count = TCN_RULE_COUNT(standing_rules),
    .required = TCN_RULE_BIT(1),
};

static const struct tcn_scan_rule answer_rules[] = {
    [1] = TCN_RULE_U32,
    [2] = TCN_RULE_U64,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_INNER(stats_table),
    [FIELD_MATTERS] = TCN_RULE_INNERS(tcn_wire_matter_table, TCN_ROWS_MAX),
    [FIELD_SOURCES] = TCN_RULE_INNERS(source_table, TCN_ROWS_MAX),
    [FIELD_STREAMS] = TCN_RULE_INNERS(stream_table, TCN_ROWS_MAX),
    [FIELD_EVENTS] = TCN_RULE_INNERS(tcn_wire_event_row_table, TCN_ROWS_MAX),
    [FIELD_STANDINGS] = TCN_RULE_INNERS(standing_table, TCN_ROWS_MAX),
    [FIELD_PRINCIPALS] = TCN_RULE_INNERS(tcn_wire_principal_table, TCN_ROWS_MAX),
    [11] = TCN_RULE_BYTES(TCN_LOG_HEAD_BYTES_MAX),
    [12] = TCN_RULE_EXACT(sizeof(struct tcn_signature)),
    [13] = TCN_RULE_U64,
    [14] = TCN_RULE_NUMBER(INT32_MAX),
    [15] = TCN_RULE_ORGAN,
    [16] = TCN_RULE_U32,
    [17] = TCN_RULE_U64,
    [18] = TCN_RULE_U32,
    [FIELD_CLOCKS] = TCN_RULE_INNERS(tcn_wire_clock_table, TCN_MATTER_CLOCKS_MAX),
    [FIELD_BOARD_ROWS] = TCN_RULE_INNERS(tcn_wire_board_table, TCN_ROWS_MAX),
    [25] = TCN_RULE_I64,
    [26] = TCN_RULE_FLAG,
    [TCN_WIRE_SUMMONSES] = TCN_RULE_INNERS(tcn_wire_summons_table, TCN_ROWS_MAX),
    [TCN_WIRE_SHIFTS] = TCN_RULE_INNERS(tcn_wire_shift_table, TCN_ROWS_MAX),
    [TCN_WIRE_SILENCES] = TCN_RULE_INNERS(tcn_wire_silence_table, TCN_ROWS_MAX),
    [TCN_WIRE_NOTICES] = TCN_RULE_INNERS(tcn_wire_notice_table, TCN_ROWS_MAX),
};

static const struct tcn_scan_table answer_table = {
    .rules = answer_rules,
    .rule_count = TCN_RULE_COUNT(answer_rules),
    .size_max = TCN_FRAME_BYTES_MAX,
};

/** True for no act, and for one of the list. */
static bool is_act(uint32_t number) {
    return number == 0 || tcn_act_is_known(number);
}

static enum tcn_status put_source(const struct tcn_source_state *source,
                                  struct tcn_writer *writer) {
    Tocsin__V1__SourceRow message;
    tocsin__v1__source_row__init(&message);
    message.source = source->lane.source;
    message.epoch = source->lane.epoch;
    message.lane = (Tocsin__V1__Lane)source->lane.lane;
    message.sequence = source->sequence;
    message.position = source->position;
    message.log_time_ns = source->log_time_ns;
    message.event_count = source->event_count;
    message.void_count = source->void_count;
    return tcn_pb_put_message(FIELD_SOURCES, &message.base, writer);
}

static struct tcn_source_state take_source(const Tocsin__V1__SourceRow *message) {
    return (struct tcn_source_state){
        .lane = {message->source, message->epoch, (enum tcn_lane)message->lane},
        .sequence = message->sequence,
        .position = message->position,
        .log_time_ns = message->log_time_ns,
        .event_count = message->event_count,
        .void_count = message->void_count,
    };
}

static enum tcn_status put_stream(const struct tcn_stream_row *row, struct tcn_writer *writer) {
    Tocsin__V1__StreamRow message;
    tocsin__v1__stream_row__init(&message);
    message.mode = (Tocsin__V1__Mode)row->stream.mode;
    message.organ = row->stream.organ;
    message.number = row->number;
    message.generation = row->generation;
    return tcn_pb_put_message(FIELD_STREAMS, &message.base, writer);
}

static struct tcn_stream_row take_stream(const Tocsin__V1__StreamRow *message) {
    return (struct tcn_stream_row){
        .stream = {.mode = (enum tcn_mode)message->mode, .organ = (uint16_t)message->organ},
        .number = message->number,
        .generation = message->generation,
    };
}

static enum tcn_status put_standing(const struct tcn_standing *standing,
                                    struct tcn_writer *writer) {
    Tocsin__V1__StandingRow message;
    tocsin__v1__standing_row__init(&message);
    message.kind = (Tocsin__V1__StandingKind)standing->key.kind;
    message.source = standing->key.source;
    message.epoch = standing->key.epoch;
    message.organ = standing->key.organ;
    message.hash = tcn_pb_fixed(standing->key.hash.bytes, sizeof(standing->key.hash.bytes));
    message.position = standing->position;
    message.since_ns = standing->since_ns;
    message.number = standing->number;
    message.other_number = standing->other_number;
    message.allowed_position = standing->allowed_position;
    return tcn_pb_put_message(FIELD_STANDINGS, &message.base, writer);
}

static struct tcn_standing take_standing(const Tocsin__V1__StandingRow *message) {
    struct tcn_standing standing = {
        .key = {.kind = (enum tcn_standing_kind)message->kind,
                .source = message->source,
                .epoch = message->epoch,
                .organ = (uint16_t)message->organ},
        .position = message->position,
        .since_ns = message->since_ns,
        .number = message->number,
        .other_number = message->other_number,
        .allowed_position = message->allowed_position,
    };
    tcn_pb_take_fixed(&message->hash, standing.key.hash.bytes, sizeof(standing.key.hash.bytes));
    return standing;
}

static enum tcn_status put_principal(const struct tcn_principal *principal,
                                     struct tcn_writer *writer) {
    struct tcn_wire_principal_parts parts;
    const enum tcn_status status = tcn_wire_principal_put(&parts, principal);
    return status == TCN_OK ? tcn_pb_put_message(FIELD_PRINCIPALS, &parts.principal.base, writer)
                            : status;
}

static void put_stats(const struct tcn_stats_row *stats, Tocsin__V1__StatsRow *message,
                      Tocsin__V1__Applied *applied) {
    tocsin__v1__stats_row__init(message);
    tocsin__v1__applied__init(applied);
    message->log_id = tcn_pb_fixed(stats->log_id.bytes, sizeof(stats->log_id.bytes));
    message->generation = stats->generation;
    message->last_position = stats->last_position;
    message->record_count = stats->record_count;
    message->log_bytes = stats->log_bytes;
    message->applied = applied;
    message->stream_count = stats->stream_count;
    message->refused_count = stats->refused_count;
    message->duplicate_count = stats->duplicate_count;
    message->group_count = stats->group_count;
    applied->position = stats->applied.position;
    applied->log_time_ns = stats->applied.log_time_ns;
    applied->generation = stats->applied.generation;
    applied->event_count = stats->applied.event_count;
    applied->matter_count = stats->applied.matter_count;
    applied->alert_count = stats->applied.alert_count;
    applied->fold_version = stats->applied.fold_version;
    applied->policy_version = stats->applied.policy_version;
}

static void take_applied(const Tocsin__V1__Applied *message, struct tcn_applied *out_applied) {
    *out_applied = (struct tcn_applied){
        .position = message->position,
        .log_time_ns = message->log_time_ns,
        .generation = message->generation,
        .event_count = message->event_count,
        .matter_count = message->matter_count,
        .alert_count = message->alert_count,
        .fold_version = message->fold_version,
        .policy_version = message->policy_version,
    };
}

static void take_stats(const Tocsin__V1__StatsRow *message, struct tcn_answer *answer) {
    if (message == NULL) {
        return;
    }
    answer->has_stats = true;
    answer->stats = (struct tcn_stats_row){
        .generation = message->generation,
        .last_position = message->last_position,
        .record_count = message->record_count,
        .log_bytes = message->log_bytes,
        .stream_count = message->stream_count,
        .refused_count = message->refused_count,
        .duplicate_count = message->duplicate_count,
        .group_count = message->group_count,
    };
    tcn_pb_take_fixed(&message->log_id, answer->stats.log_id.bytes,
                      sizeof(answer->stats.log_id.bytes));
    if (message->applied != NULL) {
        take_applied(message->applied, &answer->stats.applied);
    }
}

/** Appends all rows, of which an answer usually has one kind. */
static enum tcn_status put_rows(const struct tcn_answer *answer, struct tcn_writer *writer) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < answer->matter_count && status == TCN_OK; i++) {
        status = tcn_wire_matter_put(FIELD_MATTERS, &answer->matters[i], writer);
    }
    for (uint32_t i = 0; i < answer->source_count && status == TCN_OK; i++) {
        status = put_source(&answer->sources[i], writer);
    }
    for (uint32_t i = 0; i < answer->stream_count && status == TCN_OK; i++) {
        status = put_stream(&answer->streams[i], writer);
    }
    for (uint32_t i = 0; i < answer->event_count && status == TCN_OK; i++) {
        status = tcn_wire_event_row_put(FIELD_EVENTS, &answer->events[i], writer);
    }
    for (uint32_t i = 0; i < answer->standing_count && status == TCN_OK; i++) {
        status = put_standing(&answer->standings[i], writer);
    }
    for (uint32_t i = 0; i < answer->principal_count && status == TCN_OK; i++) {
        status = put_principal(&answer->principals[i], writer);
    }
    return status;
}

/** Appends the board, which stands behind all else. */
static enum tcn_status put_board(const struct tcn_answer *answer, struct tcn_writer *writer) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < answer->board_row_count && status == TCN_OK; i++) {
        status = tcn_wire_board_put(FIELD_BOARD_ROWS, &answer->board_rows[i], writer);
    }
    Tocsin__V1__Answer message;
    tocsin__v1__answer__init(&message);
    message.board_ns = answer->board_ns;
    message.board_has_more = answer->board_has_more;
    struct tcn_slice last;
    return status == TCN_OK ? tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, &last)
                            : status;
}

/** Appends what stands behind the rows: fields go in the order of their numbers. */
static enum tcn_status put_last(const struct tcn_answer *answer, struct tcn_writer *writer) {
    const struct tcn_standstill *standstill = &answer->standstill;
    Tocsin__V1__Answer message;
    tocsin__v1__answer__init(&message);
    message.log_head = tcn_pb_bytes(answer->log_head);
    message.log_head_signature = tcn_pb_bytes(answer->log_head_signature);
    message.allowed_acts = answer->allowed_acts;
    message.owed_act = (Tocsin__V1__Act)answer->owed_act;
    message.owed_organ = answer->owed_organ;
    message.standstill = standstill->code;
    message.standstill_position = standstill->position;
    message.standstill_cause = standstill->cause;
    struct tcn_slice last;
    enum tcn_status status = tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, &last);
    for (uint32_t i = 0; i < answer->clock_count && status == TCN_OK; i++) {
        status = tcn_wire_clock_put(FIELD_CLOCKS, &answer->clocks[i], writer);
    }
    if (status == TCN_OK) {
        status = put_board(answer, writer);
    }
    if (status == TCN_OK) {
        status = tcn_wire_shift_rows_put(answer, writer);
    }
    if (status == TCN_OK) {
        status = tcn_wire_notices_put(answer, writer);
    }
    return status == TCN_OK ? tcn_wire_silences_put(answer, writer) : status;
}

enum tcn_status tcn_wire_answer_encode(const struct tcn_answer *answer, struct tcn_writer *writer,
                                       struct tcn_slice *out_bytes) {
    if (answer->matter_count > TCN_ROWS_MAX || answer->source_count > TCN_ROWS_MAX ||
        answer->stream_count > TCN_ROWS_MAX || answer->event_count > TCN_ROWS_MAX ||
        answer->standing_count > TCN_ROWS_MAX || answer->principal_count > TCN_ROWS_MAX ||
        answer->clock_count > TCN_MATTER_CLOCKS_MAX || answer->summons_count > TCN_ROWS_MAX ||
        answer->shift_count > TCN_ROWS_MAX || answer->board_row_count > TCN_ROWS_MAX ||
        answer->silence_count > TCN_ROWS_MAX || answer->notice_count > TCN_ROWS_MAX) {
        return TCN_TOOBIG;
    }
    size_t start = writer->offset;
    Tocsin__V1__StatsRow stats;
    Tocsin__V1__Applied applied;
    Tocsin__V1__Answer message;
    tocsin__v1__answer__init(&message);
    message.code = answer->code;
    message.next_page = answer->next_page;
    message.position = answer->position;
    if (answer->has_stats) {
        put_stats(&answer->stats, &stats, &applied);
        message.stats = &stats;
    }
    struct tcn_slice first;
    enum tcn_status status = tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, &first);
    if (status == TCN_OK) {
        status = put_rows(answer, writer);
    }
    if (status == TCN_OK) {
        status = put_last(answer, writer);
    }
    if (status != TCN_OK) {
        writer->offset = start;
        return status;
    }
    *out_bytes = tcn_pb_since(writer, start);
    return TCN_OK;
}

static enum tcn_status take_matters(const Tocsin__V1__Answer *found, struct tcn_arena *arena,
                                    struct tcn_answer *answer) {
    struct tcn_matter *rows = tcn_arena_alloc(arena, found->n_matters * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_matters; i++) {
        enum tcn_status status = tcn_wire_matter_take(found->matters[i], &rows[i]);
        if (status != TCN_OK) {
            return status;
        }
    }
    answer->matters = rows;
    answer->matter_count = (uint32_t)found->n_matters;
    return TCN_OK;
}

/** Takes the rows that cannot be wrong any more once the scan has passed. */
static enum tcn_status take_plain_rows(const Tocsin__V1__Answer *found, struct tcn_arena *arena,
                                       struct tcn_answer *answer) {
    struct tcn_source_state *sources = tcn_arena_alloc(arena, found->n_sources * sizeof(*sources));
    struct tcn_stream_row *streams = tcn_arena_alloc(arena, found->n_streams * sizeof(*streams));
    struct tcn_event_row *events = tcn_arena_alloc(arena, found->n_events * sizeof(*events));
    struct tcn_standing *standings =
        tcn_arena_alloc(arena, found->n_standings * sizeof(*standings));
    if (sources == NULL || streams == NULL || events == NULL || standings == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_sources; i++) {
        sources[i] = take_source(found->sources[i]);
    }
    for (size_t i = 0; i < found->n_streams; i++) {
        streams[i] = take_stream(found->streams[i]);
    }
    for (size_t i = 0; i < found->n_events; i++) {
        events[i] = tcn_wire_event_row_take(found->events[i]);
    }
    for (size_t i = 0; i < found->n_standings; i++) {
        standings[i] = take_standing(found->standings[i]);
    }
    answer->standings = standings;
    answer->standing_count = (uint32_t)found->n_standings;
    answer->sources = sources;
    answer->source_count = (uint32_t)found->n_sources;
    answer->streams = streams;
    answer->stream_count = (uint32_t)found->n_streams;
    answer->events = events;
    answer->event_count = (uint32_t)found->n_events;
    return TCN_OK;
}

static enum tcn_status take_principals(const Tocsin__V1__Answer *found, struct tcn_arena *arena,
                                       struct tcn_answer *answer) {
    struct tcn_principal *rows = tcn_arena_alloc(arena, found->n_principals * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_principals; i++) {
        tcn_wire_principal_take(found->principals[i], &rows[i]);
    }
    answer->principals = rows;
    answer->principal_count = (uint32_t)found->n_principals;
    return TCN_OK;
}

static enum tcn_status take_clocks(const Tocsin__V1__Answer *found, struct tcn_arena *arena,
                                   struct tcn_answer *answer) {
    struct tcn_clock_row *rows = tcn_arena_alloc(arena, found->n_clocks * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_clocks; i++) {
        tcn_wire_clock_take(found->clocks[i], &rows[i]);
    }
    answer->clocks = rows;
    answer->clock_count = (uint32_t)found->n_clocks;
    return TCN_OK;
}

static enum tcn_status take_board(const Tocsin__V1__Answer *found, struct tcn_arena *arena,
                                  struct tcn_answer *answer) {
    struct tcn_board_row *rows = tcn_arena_alloc(arena, found->n_board_rows * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_board_rows; i++) {
        tcn_wire_board_take(found->board_rows[i], &rows[i]);
    }
    answer->board_rows = rows;
    answer->board_row_count = (uint32_t)found->n_board_rows;
    answer->board_ns = found->board_ns;
    answer->board_has_more = found->board_has_more;
    return TCN_OK;
}

enum tcn_status tcn_wire_answer_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                       struct tcn_answer *out_answer) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&answer_table, &tocsin__v1__answer__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Answer *found = (const Tocsin__V1__Answer *)message;
    if (!is_act((uint32_t)found->owed_act)) {
        return TCN_BAD_VALUE;
    }
    struct tcn_answer answer = {
        .code = found->code,
        .next_page = found->next_page,
        .position = found->position,
        .log_head = tcn_slice_of(found->log_head.data, found->log_head.len),
        .log_head_signature =
            tcn_slice_of(found->log_head_signature.data, found->log_head_signature.len),
        .allowed_acts = found->allowed_acts,
        .owed_act = (enum tcn_act)found->owed_act,
        .owed_organ = (uint16_t)found->owed_organ,
        .standstill = {.code = found->standstill,
                       .position = found->standstill_position,
                       .cause = found->standstill_cause},
    };
    take_stats(found->stats, &answer);
    status = take_matters(found, arena, &answer);
    if (status == TCN_OK) {
        status = take_plain_rows(found, arena, &answer);
    }
    if (status == TCN_OK) {
        status = take_principals(found, arena, &answer);
    }
    if (status == TCN_OK) {
        status = take_clocks(found, arena, &answer);
    }
    if (status == TCN_OK) {
        status = take_board(found, arena, &answer);
    }
    if (status == TCN_OK) {
        status = tcn_wire_shift_rows_take(found, arena, &answer);
    }
    if (status == TCN_OK) {
        status = tcn_wire_silences_take(found, arena, &answer);
    }
    if (status == TCN_OK) {
        status = tcn_wire_notices_take(found, arena, &answer);
    }
    if (status == TCN_OK) {
        *out_answer = answer;
    }
    return status;
}
