/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/answer.h"

#include "agents/inner.h"
#include "agents/look.h"
#include "agents/mend.h"
#include "seal/tree.h"
#include "wire/lane.h"

#include <string.h>

/** Chunks that are looked at, at most, to say how many bytes wait. */
#define COUNTED_CHUNKS_MAX 4096

void tcn_agent_answer_code(enum tcn_status code, const char *field,
                           struct tcn_local_answer *out_answer) {
    memset(out_answer, 0, sizeof(*out_answer));
    out_answer->code = (uint32_t)code;
    if (code != TCN_OK) {
        out_answer->sentence = tcn_slice_text(tcn_status_sentence(code));
        out_answer->field = tcn_slice_text(field);
    }
}

void tcn_agent_answer_job(const struct tcn_agent_job *job, struct tcn_local_answer *out_answer) {
    tcn_agent_answer_code(job->status, job->fault.field, out_answer);
    if (job->status != TCN_OK) {
        out_answer->sentence = tcn_slice_text(job->fault.sentence);
        return;
    }
    out_answer->lane = job->key.lane;
    out_answer->epoch = job->key.epoch;
    out_answer->sequence = job->sequence;
    out_answer->position = job->position;
    out_answer->matter = job->entry.matter;
    out_answer->slip = tcn_slice_text(job->slip);
    out_answer->is_repeat = job->is_repeat;
}

/** Bytes of a lane that wait; of very many, of the first ones. */
static enum tcn_status waiting_bytes(struct tcn_agent *agent, const struct tcn_outlane_facts *facts,
                                     uint64_t *out_bytes) {
    uint64_t sequence = facts->acked_sequence + 1;
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < COUNTED_CHUNKS_MAX && sequence <= facts->cut_sequence; i++) {
        struct tcn_outbox_chunk chunk;
        enum tcn_status status =
            tcn_outbox_chunk_find(agent->outbox, &facts->key, sequence, &chunk);
        if (status == TCN_ABSENT) {
            break;
        }
        if (status != TCN_OK) {
            return status;
        }
        bytes += chunk.chunk.body.size + chunk.chunk.shares.size;
        sequence = chunk.first_sequence + chunk.sequence_count;
    }
    *out_bytes = bytes;
    return TCN_OK;
}

enum tcn_status tcn_agent_answer_outbox(struct tcn_agent *agent,
                                        struct tcn_local_answer *out_answer) {
    struct tcn_outbox_stat stat;
    enum tcn_status status = tcn_outbox_stat(agent->outbox, &stat);
    if (status != TCN_OK) {
        return status;
    }
    tcn_agent_answer_code(TCN_OK, "", out_answer);
    out_answer->has_outbox = true;
    struct tcn_local_outbox *outbox = &out_answer->outbox;
    outbox->epoch = agent->lanes[0].brain.facts.key.epoch;
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        const struct tcn_outlane_facts *facts = &agent->lanes[i].brain.facts;
        const struct tcn_outbox_lane_stat *lane = i == 0 ? &stat.urgent : &stat.routine;
        outbox->lanes[i] = (struct tcn_local_lane){
            .lane = agent->lanes[i].number,
            .count = tcn_outlane_waiting(&agent->lanes[i].brain),
            .oldest_ns = lane->oldest_recorded_ns,
            .last_sequence = facts->cut_sequence,
            .acked_sequence = facts->acked_sequence,
        };
        status = waiting_bytes(agent, facts, &outbox->lanes[i].bytes);
        if (status != TCN_OK) {
            return status;
        }
        enum tcn_outlane_state state = agent->lanes[i].brain.state;
        outbox->is_connected = outbox->is_connected || state == TCN_OUTLANE_OPEN;
    }
    outbox->dead_count = stat.dead_count;
    outbox->used_bytes = stat.bytes;
    outbox->size_bytes = stat.quota_bytes;
    outbox->connected_ns = agent->connected_ns;
    outbox->last_error = tcn_slice_text(agent->last_error);
    outbox->last_error_ns = agent->last_error_ns;
    outbox->not_after_ns = agent->rotate.not_after_ns;
    return TCN_OK;
}

/** Fills a row from a letter; its field is copied into the arena. */
static enum tcn_status fill_row(struct tcn_agent *agent, const struct tcn_outbox_dead *dead,
                                struct tcn_arena *arena, struct tcn_dead_row *out_row) {
    struct tcn_agent_piece piece;
    struct tcn_agent_sight sight;
    *out_row = (struct tcn_dead_row){
        .number = dead->number,
        .lane = dead->lane.lane,
        .epoch = dead->lane.epoch,
        .sequence = dead->sequence,
        .code = dead->code,
    };
    const void *field = tcn_arena_copy(arena, dead->field.data, dead->field.size);
    if (field == NULL) {
        return TCN_NOMEM;
    }
    out_row->field = tcn_slice_of(field, dead->field.size);
    enum tcn_status status = tcn_agent_mend_dead_piece(agent, dead, &piece);
    if (status == TCN_OK) {
        status = tcn_agent_look_at(agent, piece.event, &sight);
    }
    if (status != TCN_OK) {
        return status;
    }
    out_row->bytes = piece.event.size;
    out_row->act = sight.act;
    out_row->matter = sight.matter;
    out_row->recorded_ns = sight.recorded_ns;
    return TCN_OK;
}

/** Rows of the letters from `number` on, at most `count_max`. */
static enum tcn_status list(struct tcn_agent *agent, uint64_t number, uint32_t count_max,
                            struct tcn_arena *arena, struct tcn_local_answer *out_answer) {
    struct tcn_dead_row *rows = tcn_arena_alloc(arena, count_max * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    uint32_t count = 0;
    enum tcn_status status = TCN_OK;
    while (count < count_max && status == TCN_OK) {
        struct tcn_outbox_dead dead;
        status = tcn_outbox_dead_next(agent->outbox, number, &dead);
        if (status == TCN_OK) {
            number = dead.number + 1;
            status = fill_row(agent, &dead, arena, &rows[count]);
            count++;
        }
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    tcn_agent_answer_code(TCN_OK, "", out_answer);
    out_answer->deads = rows;
    out_answer->dead_count = count;
    return TCN_OK;
}

/** Copies a letter's event into the arena, for it is going to be written. */
static enum tcn_status keep_piece(struct tcn_agent *agent, const struct tcn_outbox_dead *dead,
                                  struct tcn_arena *arena, struct tcn_agent_piece *out_piece) {
    enum tcn_status status = tcn_agent_mend_dead_piece(agent, dead, out_piece);
    if (status != TCN_OK) {
        return status;
    }
    const void *event = tcn_arena_copy(arena, out_piece->event.data, out_piece->event.size);
    out_piece->event.data = event;
    return event == NULL ? TCN_NOMEM : TCN_OK;
}

/** Cuts a letter's event into its lane again and drops the letter, in one group. */
static enum tcn_status send_again(struct tcn_agent *agent, const struct tcn_outbox_dead *dead,
                                  const struct tcn_agent_piece *piece,
                                  struct tcn_local_answer *out_answer) {
    struct tcn_agent_lane *lane = &agent->lanes[dead->lane.lane == TCN_LANE_URGENT ? 0 : 1];
    struct tcn_outbox_lane row;
    uint32_t done = 0;
    enum tcn_status status = tcn_outbox_lane_get(agent->outbox, lane->number, &row);
    if (status == TCN_OK) {
        status = tcn_agent_cut(&agent->cutter, agent->outbox, &row, &piece, 1, &done);
    }
    if (status == TCN_OK) {
        status = tcn_outbox_dead_del(agent->outbox, dead->number);
    }
    if (status == TCN_OK) {
        status = tcn_agent_commit(agent);
    }
    if (status != TCN_OK) {
        return status;
    }
    tcn_outlane_cut(&lane->brain, row.next_sequence - 1, &row.last_hash);
    out_answer->lane = lane->number;
    out_answer->epoch = row.lane.epoch;
    out_answer->sequence = row.next_sequence - 1;
    return TCN_OK;
}

/** Does with one letter what was asked. TCN_FULL changes nothing. */
static enum tcn_status change(struct tcn_agent *agent, const struct tcn_outbox_dead *dead,
                              const struct tcn_agent_piece *piece,
                              struct tcn_local_answer *out_answer) {
    enum tcn_status status = tcn_agent_begin(agent);
    agent->must_commit = true;
    if (status == TCN_OK && piece != NULL) {
        status = send_again(agent, dead, piece, out_answer);
    } else if (status == TCN_OK) {
        status = tcn_outbox_dead_del(agent->outbox, dead->number);
        status = status == TCN_OK ? tcn_agent_commit(agent) : status;
    }
    if (status == TCN_FULL) {
        tcn_agent_abort(agent);
        tcn_agent_answer_code(TCN_FULL, "", out_answer);
        return TCN_OK;
    }
    return status;
}

enum tcn_status tcn_agent_answer_dead(struct tcn_agent *agent, enum tcn_dead_do what,
                                      uint64_t number, struct tcn_arena *arena,
                                      struct tcn_local_answer *out_answer) {
    if (what == TCN_DEAD_LIST) {
        return list(agent, number, TCN_DEAD_ROWS_MAX, arena, out_answer);
    }
    struct tcn_outbox_dead dead;
    enum tcn_status status = tcn_outbox_dead_next(agent->outbox, number, &dead);
    if (status == TCN_ABSENT || (status == TCN_OK && dead.number != number)) {
        tcn_agent_answer_code(TCN_ABSENT, "number", out_answer);
        return TCN_OK;
    }
    if (status != TCN_OK || what == TCN_DEAD_SHOW) {
        return status == TCN_OK ? list(agent, number, 1, arena, out_answer) : status;
    }
    tcn_agent_answer_code(TCN_OK, "", out_answer);
    if (what == TCN_DEAD_DROP) {
        return change(agent, &dead, NULL, out_answer);
    }
    struct tcn_agent_piece piece;
    status = keep_piece(agent, &dead, arena, &piece);
    return status == TCN_OK ? change(agent, &dead, &piece, out_answer) : status;
}

/** The limits of a case, called as the policy in use calls them. */
static enum tcn_status name_limits(const struct tcn_agent *agent,
                                   const struct tcn_agent_case *known, struct tcn_arena *arena,
                                   struct tcn_local_progress *progress) {
    const struct tcn_clock_table *table = agent->office.policy->clocks;
    struct tcn_local_limit *rows = tcn_arena_alloc(arena, TCN_CASE_LIMITS_MAX * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    progress->due_ns = 0;
    for (uint32_t i = 0; i < known->limit_count; i++) {
        const struct tcn_limit *limit = &known->limits[i];
        const struct tcn_clock_rule *rule =
            table != NULL ? tcn_clock_rule_numbered(table, limit->rule) : NULL;
        rows[i] = (struct tcn_local_limit){
            .state = limit->state,
            .title_zh = tcn_slice_text(rule != NULL ? rule->title_zh : ""),
            .title_en = tcn_slice_text(rule != NULL ? rule->title_en : ""),
            .article = tcn_slice_text(rule != NULL ? rule->article : ""),
            .confidence = rule != NULL ? rule->confidence : (enum tcn_clock_confidence)0,
            .due_ns = limit->due_ns,
        };
        if (limit->state == TCN_LIMIT_RUNS && progress->due_ns == 0) {
            progress->due_ns = limit->due_ns;
        }
    }
    progress->limits = rows;
    progress->limit_count = known->limit_count;
    return TCN_OK;
}

enum tcn_status tcn_agent_answer_status(struct tcn_agent *agent, struct tcn_slice code,
                                        struct tcn_arena *arena,
                                        struct tcn_local_answer *out_answer) {
    char text[TCN_AGENT_SLIP_BYTES];
    if (tcn_agent_slip_read(code, text) != TCN_OK) {
        tcn_agent_answer_code(TCN_BAD_VALUE, "code", out_answer);
        return TCN_OK;
    }
    struct tcn_outbox_slip slip;
    struct tcn_slice bytes;
    enum tcn_status status = tcn_outbox_slip_get(agent->outbox, tcn_slice_text(text), &slip);
    if (status == TCN_OK) {
        status = tcn_outbox_answer_get(agent->outbox, &slip.matter, &bytes);
    }
    if (status == TCN_ABSENT) {
        tcn_agent_answer_code(TCN_ABSENT, "code", out_answer);
        out_answer->sentence = tcn_slice_text("no slip with this code was given out here");
        return TCN_OK;
    }
    if (status != TCN_OK) {
        return status;
    }
    bytes.data = tcn_arena_copy(arena, bytes.data, bytes.size);
    if (bytes.data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_agent_case known;
    status = tcn_agent_case_decode(bytes, &known);
    if (status != TCN_OK) {
        return status;
    }
    tcn_agent_answer_code(TCN_OK, "", out_answer);
    out_answer->has_progress = true;
    out_answer->progress = known.progress;
    int64_t heard_ns = agent->follow.place.heard_ns;
    if (heard_ns > known.progress.known_ns) { /* nothing newer was in the stream then */
        out_answer->progress.known_ns = heard_ns;
    }
    if (!known.progress.is_opaque) {
        status = name_limits(agent, &known, arena, &out_answer->progress);
    } else { /* a found slip betrays nobody */
        out_answer->progress.kind = TCN_PROCEDURE_NONE;
        out_answer->progress.stage = (enum tcn_stage)0;
        out_answer->progress.expected = (struct tcn_slice){0};
        out_answer->progress.last_act = TCN_ACT_NONE;
        out_answer->progress.holder = (struct tcn_slice){0};
        out_answer->progress.due_ns = 0;
    }
    if (slip.learned_ns != 0) { /* the matter's case has that of the last one given out */
        out_answer->progress.learned_ns = slip.learned_ns;
    }
    out_answer->progress.matter = slip.matter;
    out_answer->matter = slip.matter;
    return status;
}

/** Whether the collector signed a receipt as it is stored. What is stored was checked when it came;
 * a program that gives out proofs looks again. */
static enum tcn_status check_receipt(struct tcn_agent *agent, struct tcn_slice bytes) {
    struct tcn_receipt receipt;
    tcn_arena_reset(&agent->look);
    enum tcn_status status = tcn_wire_receipt_decode(bytes, &agent->look, &receipt);
    struct tcn_receipt_body body = {0};
    struct tcn_root_memo memo = {0};
    if (status == TCN_OK) {
        status = tcn_wire_receipt_body_decode(receipt.body, &agent->look, &body);
    }
    return status == TCN_OK ? tcn_keyring_receipt(&agent->ring, &receipt, &body, &memo) : status;
}

/** The receipt of the chunk that holds the event. */
static enum tcn_status find_receipt(struct tcn_agent *agent, const struct tcn_local_receipt *asked,
                                    struct tcn_slice *out_bytes) {
    struct tcn_lane_key key = {0};
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        if (agent->lanes[i].number == asked->lane) {
            key = agent->lanes[i].brain.facts.key;
        }
    }
    key.epoch = asked->epoch != 0 ? asked->epoch : key.epoch;
    struct tcn_outbox_chunk chunk;
    enum tcn_status status = tcn_outbox_chunk_find(agent->outbox, &key, asked->sequence, &chunk);
    return status == TCN_OK
               ? tcn_outbox_receipt_get(agent->outbox, &key, chunk.first_sequence, out_bytes)
               : status;
}

enum tcn_status tcn_agent_answer_receipt(struct tcn_agent *agent,
                                         const struct tcn_local_receipt *asked,
                                         struct tcn_arena *arena,
                                         struct tcn_local_answer *out_answer) {
    struct tcn_slice bytes;
    enum tcn_status status = find_receipt(agent, asked, &bytes);
    if (status == TCN_OK && bytes.size > TCN_RECEIPT_BYTES_MAX) {
        status = TCN_CORRUPT;
    }
    if (status == TCN_OK) {
        status = check_receipt(agent, bytes);
    }
    if (status != TCN_OK) {
        bool is_told = status == TCN_ABSENT || status == TCN_BAD_SIGNATURE;
        tcn_agent_answer_code(status, "receipts", out_answer);
        return is_told ? TCN_OK : status;
    }
    char *text = tcn_arena_alloc(arena, 2 * bytes.size + 1);
    if (text == NULL) {
        return TCN_NOMEM;
    }
    tcn_hex_encode(bytes.data, bytes.size, text);
    tcn_agent_answer_code(TCN_OK, "", out_answer);
    out_answer->receipt = tcn_slice_of(text, 2 * bytes.size);
    return TCN_OK;
}
