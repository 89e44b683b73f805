/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/board.h"

#include "cli/show.h"
#include "client/open.h"

#include <stdlib.h>
#include <string.h>

/* Rows of one board at most: more than any policy has cells. */
#define ROWS_MAX ((size_t)32 * 1024)
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

const char *tcn_board_cause_said(enum tcn_language language, enum tcn_board_cause cause) {
    const uint32_t number = (uint32_t)cause;
    return tcn_said(language, &causes[number < sizeof causes / sizeof causes[0] ? number : 0]);
}

const char *tcn_board_line_title(enum tcn_language language, const struct tcn_policy *policy,
                                 const struct tcn_board_row *row) {
    for (uint32_t i = 0; policy != NULL && i < policy->line_count; i++) {
        const struct tcn_line *line = &policy->lines[i];
        if (strcmp(line->id, row->line) == 0) {
            const char *title = language == TCN_LANGUAGE_ZH ? line->title_zh : line->title_en;
            return title[0] != '\0' ? title : line->id;
        }
    }
    return row->line;
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

/* What the hand-over says in the open. What it sealed, `tocsin watch` opens. */
static void take_note(const struct tcn_answer *answer, struct tcn_board_rows *rows) {
    static const struct tcn_key_set none;
    struct tcn_arena arena = {0};
    struct tcn_reading reading;
    if (answer->event_count != 1 || tcn_arena_init(&arena, NOTE_ARENA_BYTES) != TCN_OK) {
        return;
    }
    const struct tcn_item item = {.open = answer->events[0].open};
    if (tcn_reading_make(&item, &none, &arena, &reading) == TCN_OK &&
        reading.event.body_kind == TCN_BODY_ACT) {
        tcn_show_text(reading.event.act_body.how, rows->note, sizeof rows->note);
        tcn_show_text(reading.event.act_body.post, rows->note_post, sizeof rows->note_post);
    }
    tcn_arena_fini(&arena);
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
    *out_rows = (struct tcn_board_rows){.count = 0};
    while (code == TCN_EXIT_OK && (is_first || query.page != 0)) {
        code = tcn_asker_ask(asker, &query, &answer);
        if (code == TCN_EXIT_OK) {
            code = take_page(asker, &answer, out_rows);
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
