/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/case.h"

#include "core/procedure.h"

#include <string.h>

/* Version 1 has no flags, version 2 no kind, version 3 no limits. */
#define CASE_VERSION 4u
#define CASE_FLAG_OPAQUE 1u
#define CASE_FLAG_GUARDED 2u
#define CASE_FLAG_URGENT 4u
#define GROUP_CHARACTERS 5u
#define CODE_CHARACTERS 10u
#define BITS_PER_CHARACTER 5u

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Ten characters with the hyphen between the groups. */
static void group(const char code[CODE_CHARACTERS], char out_slip[TCN_AGENT_SLIP_BYTES]) {
    memcpy(out_slip, code, GROUP_CHARACTERS);
    out_slip[GROUP_CHARACTERS] = '-';
    memcpy(out_slip + GROUP_CHARACTERS + 1, code + GROUP_CHARACTERS, GROUP_CHARACTERS);
    out_slip[TCN_AGENT_SLIP_CHARACTERS] = '\0';
}

void tcn_agent_slip_make(uint64_t random, char out_slip[TCN_AGENT_SLIP_BYTES]) {
    char code[CODE_CHARACTERS];
    for (size_t i = 0; i < CODE_CHARACTERS; i++) {
        code[i] = alphabet[random & 31u];
        random >>= BITS_PER_CHARACTER;
    }
    group(code, out_slip);
}

/** A character as it is stored; NUL when it is none of the alphabet. */
static char canonical(uint8_t read) {
    char upper = (char)(read >= 'a' && read <= 'z' ? read - 'a' + 'A' : read);
    if (upper == 'O') {
        return '0';
    }
    if (upper == 'I' || upper == 'L') {
        return '1';
    }
    return upper != '\0' && strchr(alphabet, upper) != NULL ? upper : '\0';
}

enum tcn_status tcn_agent_slip_read(struct tcn_slice text, char out_slip[TCN_AGENT_SLIP_BYTES]) {
    char code[CODE_CHARACTERS];
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '-' || text.data[i] == ' ') {
            continue;
        }
        char character = canonical(text.data[i]);
        if (character == '\0' || count == CODE_CHARACTERS) {
            return TCN_MALFORMED;
        }
        code[count] = character;
        count++;
    }
    if (count != CODE_CHARACTERS) {
        return TCN_MALFORMED;
    }
    group(code, out_slip);
    return TCN_OK;
}

void tcn_agent_case_place(struct tcn_agent_case *known, enum tcn_procedure_kind kind,
                          enum tcn_stage stage) {
    const struct tcn_procedure_stage *place = tcn_procedure_stage_of(tcn_procedure_of(kind), stage);
    const bool is_owed = place != NULL && place->owed_act != TCN_ACT_NONE;
    known->progress.kind = kind;
    known->progress.stage = stage;
    known->progress.expected =
        is_owed ? tcn_slice_text(tcn_act_name(place->owed_act)) : (struct tcn_slice){0};
}

void tcn_agent_case_limit(struct tcn_agent_case *known, const struct tcn_limit *limits,
                          uint32_t count) {
    struct tcn_limit rows[TCN_CASE_LIMITS_MAX];
    uint32_t row_count = 0;
    TCN_CHECK(count <= TCN_CASE_LIMITS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        rows[row_count] = limits[i];
        row_count++;
    }
    /* What ended before stays, the newest first, unless its rule has begun or ended anew. */
    for (uint32_t i = 0; i < known->limit_count && row_count < TCN_CASE_LIMITS_MAX; i++) {
        bool is_old = known->limits[i].state != TCN_LIMIT_RUNS;
        for (uint32_t j = 0; j < count && is_old; j++) {
            is_old = limits[j].rule != known->limits[i].rule;
        }
        if (is_old) {
            rows[row_count] = known->limits[i];
            row_count++;
        }
    }
    memcpy(known->limits, rows, row_count * sizeof(rows[0]));
    known->limit_count = row_count;
}

void tcn_agent_case_learn(struct tcn_agent_case *known, const struct tcn_agent_news *news) {
    struct tcn_local_progress *progress = &known->progress;
    const struct tcn_alert *alert = news->alert;
    if (!tcn_act_is_human(alert->act) || progress->is_opaque) {
        return;
    }
    if (alert->stage != TCN_STAGE_NONE) {
        tcn_agent_case_place(known, alert->kind, alert->stage);
    }
    if (news->holder.size > 0 && news->holder.size <= TCN_WORD_BYTES_MAX) {
        progress->holder = news->holder;
    }
    tcn_agent_case_limit(known, alert->limits, alert->limit_count);
    progress->last_act = alert->act;
    progress->last_ns = alert->log_time_ns;
    progress->known_ns = news->known_ns;
}

static uint8_t flags_of(const struct tcn_agent_case *known) {
    return (uint8_t)((known->progress.is_opaque ? CASE_FLAG_OPAQUE : 0u) |
                     (known->is_guarded ? CASE_FLAG_GUARDED : 0u) |
                     (known->is_urgent ? CASE_FLAG_URGENT : 0u));
}

enum tcn_status tcn_agent_case_encode(const struct tcn_agent_case *known, struct tcn_writer *writer,
                                      struct tcn_slice *out_bytes) {
    size_t before = writer->offset;
    const struct tcn_local_progress *progress = &known->progress;
    tcn_write_u8(writer, CASE_VERSION);
    tcn_write_bytes(writer, known->slip, TCN_AGENT_SLIP_CHARACTERS);
    tcn_write_u8(writer, flags_of(known));
    tcn_write_u8(writer, (uint8_t)progress->kind);
    tcn_write_u8(writer, (uint8_t)progress->stage);
    tcn_write_u16(writer, (uint16_t)progress->last_act);
    tcn_write_i64(writer, progress->last_ns);
    tcn_write_slice16(writer, progress->holder);
    tcn_write_slice16(writer, progress->expected);
    tcn_write_i64(writer, progress->due_ns);
    tcn_write_i64(writer, progress->learned_ns);
    tcn_write_i64(writer, progress->known_ns);
    tcn_write_u8(writer, (uint8_t)known->limit_count);
    for (uint32_t i = 0; i < known->limit_count; i++) {
        tcn_write_u32(writer, known->limits[i].rule);
        tcn_write_u8(writer, (uint8_t)known->limits[i].state);
        tcn_write_i64(writer, known->limits[i].due_ns);
    }
    if (writer->overflowed) {
        return TCN_TOOBIG;
    }
    *out_bytes = tcn_slice_of(writer->data + before, writer->offset - before);
    return TCN_OK;
}

/** More than a case keeps are not read, and then something is left over. */
static void read_limits(struct tcn_reader *reader, struct tcn_agent_case *known) {
    const uint32_t count = tcn_read_u8(reader);
    known->limit_count = count <= TCN_CASE_LIMITS_MAX ? count : 0;
    for (uint32_t i = 0; i < known->limit_count; i++) {
        known->limits[i].rule = tcn_read_u32(reader);
        known->limits[i].state = (enum tcn_limit_state)tcn_read_u8(reader);
        known->limits[i].due_ns = tcn_read_i64(reader);
    }
}

enum tcn_status tcn_agent_case_decode(struct tcn_slice bytes, struct tcn_agent_case *out_known) {
    struct tcn_reader reader = tcn_reader_init(bytes);
    struct tcn_agent_case known;
    memset(&known, 0, sizeof(known));
    uint8_t version = tcn_read_u8(&reader);
    if (!reader.underflowed && (version == 0 || version > CASE_VERSION)) {
        return TCN_VERSION;
    }
    struct tcn_local_progress *progress = &known.progress;
    tcn_read_bytes(&reader, known.slip, TCN_AGENT_SLIP_CHARACTERS);
    uint8_t flags = version > 1 ? tcn_read_u8(&reader) : 0;
    progress->is_opaque = (flags & CASE_FLAG_OPAQUE) != 0;
    known.is_guarded = (flags & CASE_FLAG_GUARDED) != 0;
    known.is_urgent = (flags & CASE_FLAG_URGENT) != 0;
    progress->kind =
        version > 2 ? (enum tcn_procedure_kind)tcn_read_u8(&reader) : TCN_PROCEDURE_NONE;
    progress->stage = (enum tcn_stage)tcn_read_u8(&reader);
    progress->last_act = (enum tcn_act)tcn_read_u16(&reader);
    progress->last_ns = tcn_read_i64(&reader);
    progress->holder = tcn_read_slice16(&reader);
    progress->expected = tcn_read_slice16(&reader);
    progress->due_ns = tcn_read_i64(&reader);
    progress->learned_ns = tcn_read_i64(&reader);
    progress->known_ns = tcn_read_i64(&reader);
    if (version > 3) {
        read_limits(&reader, &known);
    }
    if (reader.underflowed || tcn_reader_rest(&reader) > 0) {
        return TCN_CORRUPT;
    }
    *out_known = known;
    return TCN_OK;
}
