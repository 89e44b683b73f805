/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/board.h"

#include "base/width.h"
#include "cli/item.h"
#include "client/open.h"
#include "client/replay.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Rows of one board at most: more than any policy has cells. */
#define ROWS_MAX ((size_t)32 * 1024)
#define TRIES_MAX 1 /* more, to have all pages of one state */
#define NOTE_ARENA_BYTES ((size_t)256 * 1024)

static const struct tcn_say states[] = {
    [TCN_BOARD_UNKNOWN] = {{"unknown", "未知"}},
    [TCN_BOARD_SAFE] = {{"known safe", "已知安全"}},
    [TCN_BOARD_WARNED] = {{"warning", "预警"}},
    [TCN_BOARD_BREACHED] = {{"breach", "已发生"}},
};

static const struct tcn_say causes[] = {
    [TCN_CAUSE_HEARD] = {{"heard", "有回音"}},
    [TCN_CAUSE_NO_PROGRAM] = {{"none of its programs is enrolled", "未注册任何程序"}},
    [TCN_CAUSE_UNREACHABLE] = {{"unreachable", "联系不上"}},
    [TCN_CAUSE_SIGNED_OFF] = {{"signed off, its duty telephone answers", "已下班，值班电话有人"}},
    [TCN_CAUSE_QUIET] = {{"heard, and has not said what was due", "在线，但未按时报告"}},
};

const char *tcn_board_state_said(enum tcn_language language, enum tcn_board_state state) {
    const uint32_t number = (uint32_t)state;
    return tcn_said(language, &states[number < sizeof states / sizeof states[0] ? number : 0]);
}

const char *tcn_board_cause_said(enum tcn_language language, const struct tcn_board_row *row) {
    static const struct tcn_say never = {
        {"none of its programs was ever heard", "其程序从未有回音"}};
    const uint32_t number = (uint32_t)row->cause;
    if (row->cause == TCN_CAUSE_UNREACHABLE && row->since_ns == 0) {
        return tcn_said(language, &never);
    }
    return tcn_said(language, &causes[number < sizeof causes / sizeof causes[0] ? number : 0]);
}

void tcn_board_silence_said(enum tcn_language language, const struct tcn_policy *policy,
                            const struct tcn_board_row *row, char out_text[TCN_SHOW_WORD_BYTES]) {
    static const struct tcn_say all = {{"all that it is told", "全部条目"}};
    static const struct tcn_say any = {{"of that place", "该地"}};
    static const struct tcn_say until = {{", until ", "，至 "}};
    char organ[TCN_SHOW_WORD_BYTES];
    char end[TCN_BOARD_TIME_BYTES];
    tcn_show_organ(policy, row->organ, organ);
    tcn_board_time(row->until_ns, end);
    (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%.24s: %.28s%s%s", organ,
                   row->domain[0] != '\0' ? row->domain
                                          : tcn_said(language, row->division != 0 ? &any : &all),
                   tcn_said(language, &until), end);
}

void tcn_board_silence_why(enum tcn_language language, const struct tcn_board_row *row,
                           char out_text[TCN_SHOW_WORD_BYTES]) {
    static const struct tcn_say position = {{"position", "位置"}};
    static const struct tcn_say suspended = {{"; suspended", "；暂停"}};
    char place[TCN_DIVISION_DIGITS + 11] = "";
    char post[TCN_SHOW_WORD_BYTES];
    tcn_show_text(tcn_slice_text(row->post), post, sizeof post);
    const size_t size = tcn_text_fit(tcn_slice_text(post), 18);
    if (row->division != 0) {
        (void)snprintf(place, sizeof place, "%012" PRIu64 ", ", row->division);
    }
    (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%s%.18s, %.*s, %s %" PRIu64 "%s", place,
                   row->rule, (int)size, post, tcn_said(language, &position), row->position,
                   row->is_suspended ? tcn_said(language, &suspended) : "");
}

void tcn_board_time(int64_t unix_ns, char out_text[TCN_BOARD_TIME_BYTES]) {
    char full[TCN_TIME_TEXT_BYTES];
    tcn_show_time(unix_ns, full);
    if (unix_ns == 0 || strlen(full) < 16) {
        (void)snprintf(out_text, TCN_BOARD_TIME_BYTES, "-");
        return;
    }
    (void)snprintf(out_text, TCN_BOARD_TIME_BYTES, "%.11s", full + 5); /* behind "2026-" */
}

/* What the hand-over says in the open, and where it stands. */
static void take_note(const struct tcn_answer *answer, struct tcn_board_rows *rows) {
    static const struct tcn_key_set none;
    struct tcn_arena arena = {0};
    struct tcn_reading reading;
    if (answer->event_count != 1 || tcn_arena_init(&arena, NOTE_ARENA_BYTES) != TCN_OK) {
        return;
    }
    const struct tcn_item item = {.open = answer->events[0].open};
    rows->note_position = answer->events[0].position;
    rows->is_note_sealed = !tcn_hash_is_none(&answer->events[0].hash);
    if (tcn_reading_make(&item, &none, &arena, &reading) == TCN_OK &&
        reading.event.body_kind == TCN_BODY_ACT) {
        tcn_show_text(reading.event.act_body.how, rows->note, sizeof rows->note);
        tcn_show_text(reading.event.act_body.post, rows->note_post, sizeof rows->note_post);
    }
    tcn_arena_fini(&arena);
}

/* Where a note is read to. */
struct note_reading {
    struct tcn_board_rows *rows;
    const struct tcn_key_set *keys;
    struct tcn_arena arena;
};

/* The text that the desk's keys open. */
static enum tcn_status take_sealed(void *context, const struct tcn_item *item) {
    struct note_reading *note = context;
    struct tcn_reading reading;
    if (item->position != note->rows->note_position ||
        tcn_reading_make(item, note->keys, &note->arena, &reading) != TCN_OK) {
        return TCN_OK;
    }
    for (uint32_t i = 0; i < reading.text_count; i++) {
        if (reading.texts[i].kind == TCN_COMPARTMENT_NARRATIVE) {
            tcn_show_text(reading.texts[i].text, note->rows->note, sizeof note->rows->note);
            note->rows->is_note_sealed = false;
        }
    }
    return TCN_OK;
}

int tcn_board_note_read(struct tcn_asker *asker, struct tcn_board_rows *rows) {
    struct note_reading note = {.rows = rows, .keys = &asker->seat.keys};
    const struct tcn_replay replay = {.first_position = rows->note_position,
                                      .last_position = rows->note_position,
                                      .organ = asker->policy != NULL ? asker->policy->desk : 0};
    struct tcn_replay_result result;
    if (asker->is_stopped || !rows->is_note_sealed || replay.organ == 0 ||
        tcn_arena_init(&note.arena, TCN_ITEM_ARENA_BYTES) != TCN_OK) {
        return TCN_EXIT_OK;
    }
    const enum tcn_status status =
        tcn_replay_run(asker->seat.session, &replay, take_sealed, &note, &result);
    tcn_secret_wipe(note.arena.data, note.arena.offset_max);
    tcn_arena_fini(&note.arena);
    return status == TCN_BAD_SIGNATURE || status == TCN_FOREIGN_LOG
               ? tcn_seat_fail(asker->cli, status, NULL, "read the note of the shift before")
               : TCN_EXIT_OK;
}

static int take_page(struct tcn_asker *asker, const struct tcn_answer *answer,
                     struct tcn_board_rows *rows) {
    const size_t count = rows->count + answer->board_row_count;
    struct tcn_board_row *more =
        count > ROWS_MAX ? NULL : realloc(rows->rows, (count + 1) * sizeof *more);
    if (more == NULL) {
        return tcn_cli_fail(asker->cli, TCN_NOMEM, NULL, "show the board");
    }
    rows->rows = more;
    if (answer->board_row_count > 0) {
        memcpy(more + rows->count, answer->board_rows,
               answer->board_row_count * sizeof *answer->board_rows);
    }
    rows->count = count;
    rows->as_of_ns = answer->board_ns;
    rows->position = answer->position;
    rows->has_more = rows->has_more || answer->board_has_more;
    take_note(answer, rows);
    return TCN_EXIT_OK;
}

int tcn_board_rows_ask(struct tcn_asker *asker, enum tcn_query_kind kind, uint16_t organ,
                       struct tcn_board_rows *out_rows) {
    struct tcn_query query = {.kind = kind, .at_least_position = TCN_QUERY_LATEST, .organ = organ};
    struct tcn_answer answer;
    int code = TCN_EXIT_OK;
    bool is_first = true;
    uint32_t tries = 0;
    *out_rows = (struct tcn_board_rows){.count = 0};
    while (code == TCN_EXIT_OK && (is_first || query.page != 0)) {
        const uint64_t before = out_rows->position;
        code = tcn_asker_ask(asker, &query, &answer);
        /* Pages of two states may lack a row between them. */
        const bool has_moved = code == TCN_EXIT_OK && !is_first && answer.position != before;
        if (has_moved && tries < TRIES_MAX) {
            tries++;
            out_rows->count = 0;
            out_rows->has_more = false;
            query.page = 0;
            is_first = true;
            continue;
        }
        if (code == TCN_EXIT_OK) {
            code = take_page(asker, &answer, out_rows);
            out_rows->has_more = out_rows->has_more || has_moved;
            query.page = answer.next_page;
        }
        is_first = false;
    }
    return code;
}

void tcn_board_rows_fini(struct tcn_board_rows *rows) {
    free(rows->rows);
    *rows = (struct tcn_board_rows){.count = 0};
}

void tcn_board_document(struct tcn_json_writer *writer, const char *name,
                        const struct tcn_board_rows *rows) {
    tcn_json_writer_init_document(writer, name);
    tcn_json_add_time(writer, "as_of", rows->as_of_ns);
    tcn_json_add_u64(writer, "position", rows->position);
    tcn_json_add_bool(writer, "is_whole", !rows->has_more);
}

void tcn_board_array(struct tcn_json_writer *writer, const char *key, enum tcn_board_kind kind,
                     const struct tcn_board_rows *rows, const struct tcn_policy *policy) {
    tcn_json_array_begin(writer, key);
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->rows[i].kind == kind) {
            tcn_json_object_begin(writer, NULL);
            tcn_json_board_fields(writer, &rows->rows[i], policy);
            tcn_json_object_end(writer);
        }
    }
    tcn_json_array_end(writer);
}
