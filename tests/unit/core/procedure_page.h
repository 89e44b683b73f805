/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of the procedures as people read them, and the drawings over them as sets of moves.
 */
#ifndef TCN_TESTS_UNIT_CORE_PROCEDURE_PAGE_H
#define TCN_TESTS_UNIT_CORE_PROCEDURE_PAGE_H

#include "core/procedure.h"

#include "trace.h"

#include <stdlib.h>
#include <strings.h>

#define STAGES 64
#define ACTS 128
#define TARGETS 80 /* stages, then kinds */
#define LIVE_NOT                                                                                   \
    (1u << TCN_STAGE_NONE | 1u << TCN_STAGE_STUB | 1u << TCN_STAGE_CLOSED | 1u << TCN_STAGE_FINAL)

/** Moves: from, act, target. */
struct moves {
    bool is[STAGES][ACTS][TARGETS];
};

/** A text that grows within its room. */
struct page {
    char text[128 * 1024];
    size_t size;
};

__attribute__((format(printf, 2, 3))) static inline void page_add(struct page *page,
                                                                  const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int written =
        vsnprintf(page->text + page->size, sizeof(page->text) - page->size, format, arguments);
    va_end(arguments);
    assert_true(written >= 0 && (size_t)written < sizeof(page->text) - page->size);
    page->size += (size_t)written;
}

/** A file of the tree, to be freed. */
static inline char *page_read(const char *path) {
    const char *root = getenv("TOCSIN_SRC");
    char full[1024];
    assert_non_null(root);
    assert_true(snprintf(full, sizeof(full), "%s/%s", root, path) < (int)sizeof(full));
    FILE *file = fopen(full, "r");
    assert_non_null(file);
    char *text = calloc(1, sizeof(((struct page *)NULL)->text) + 1);
    assert_non_null(text);
    size_t size = fread(text, 1, sizeof(((struct page *)NULL)->text), file);
    assert_true(size > 0 && size < sizeof(((struct page *)NULL)->text));
    assert_int_equal(fclose(file), 0);
    return text;
}

static inline const char *page_file_of(enum tcn_procedure_kind kind) {
    static const char *const files[] = {
        [TCN_PROCEDURE_NONE] = "lib/core/procedure.c",
        [TCN_PROCEDURE_GENERAL] = "lib/core/procedure_petition.c",
        [TCN_PROCEDURE_PETITION] = "lib/core/procedure_petition.c",
        [TCN_PROCEDURE_HAZARD] = "lib/core/procedure_safety.c",
        [TCN_PROCEDURE_ACCIDENT] = "lib/core/procedure_safety.c",
        [TCN_PROCEDURE_DISPUTE] = "lib/core/procedure_claims.c",
        [TCN_PROCEDURE_WAGES] = "lib/core/procedure_claims.c",
        [TCN_PROCEDURE_REQUISITION] = "lib/core/procedure_claims.c",
        [TCN_PROCEDURE_SERVICE] = "lib/core/procedure_care.c",
        [TCN_PROCEDURE_GUARDIANSHIP] = "lib/core/procedure_care.c",
        [TCN_PROCEDURE_ENTERPRISE] = "lib/core/procedure_care.c",
        [TCN_PROCEDURE_WARNING] = "lib/core/procedure_safety.c",
        [TCN_PROCEDURE_PLACEMENT] = "lib/core/procedure_placement.c",
    };
    assert_true((size_t)kind < COUNT_OF(files));
    return files[kind];
}

/** The lines of the drawing over a kind's table (of NONE: over the shared rows), bare. */
static inline void page_drawing(enum tcn_procedure_kind kind, struct page *page) {
    char *source = page_read(page_file_of(kind));
    char title[128];
    bool is_shared = kind == TCN_PROCEDURE_NONE;
    (void)snprintf(title, sizeof(title), "(%s)", tcn_procedure_title_zh(kind));
    const char *at = strstr(source, is_shared ? "/* Of every kind;" : title);
    assert_non_null(at);
    const char *end = strstr(at, "*/");
    assert_non_null(end);
    while (at < end) {
        const char *next = strchr(at, '\n');
        static const char margin[] = " *     ";
        if (next != NULL && next < end && strncmp(at, margin, strlen(margin)) == 0) {
            page_add(page, "%.*s\n", (int)(next - at - (int)strlen(margin)), at + strlen(margin));
        }
        at = next + 1;
    }
    free(source);
    assert_true(page->size > 0);
}

/** The number of an upper-case word of a drawing: a stage, or a kind behind the stages. */
static inline size_t page_target(const char *word) {
    for (size_t i = 0; i < TARGETS; i++) {
        const char *name = i < STAGES ? tcn_stage_name((enum tcn_stage)i)
                                      : tcn_procedure_name((enum tcn_procedure_kind)(i - STAGES));
        bool is_known = i == 0 || strcmp(name, "none") != 0;
        if (is_known && strcasecmp(name, word) == 0) {
            return i;
        }
    }
    fail_msg("%s is no stage and no kind", word);
    return 0;
}

static inline bool page_passes(const struct tcn_procedure *procedure, size_t stage) {
    return procedure == NULL || tcn_procedure_stage_of(procedure, (enum tcn_stage)stage) != NULL;
}

/** Enters the moves from each stage of a list ("OPEN,HELD") by each act of another ("a|b"). */
static inline void page_enter(const struct tcn_procedure *procedure, const char *from,
                              const char *acts, const char *to, struct moves *moves) {
    char froms[256];
    char *from_rest = NULL;
    (void)snprintf(froms, sizeof(froms), "%s", from);
    for (char *one = strtok_r(froms, ",", &from_rest); one != NULL;
         one = strtok_r(NULL, ",", &from_rest)) {
        bool is_live = strcmp(one, "LIVE") == 0;
        size_t first = is_live ? 0 : page_target(one);
        for (size_t stage = first; stage < (is_live ? STAGES : first + 1); stage++) {
            bool is_meant = !is_live || stage > 31 || (LIVE_NOT >> stage & 1u) == 0;
            char list[256];
            char *act_rest = NULL;
            (void)snprintf(list, sizeof(list), "%s", acts);
            for (char *word = strtok_r(list, "|", &act_rest);
                 word != NULL && is_meant && page_passes(procedure, stage);
                 word = strtok_r(NULL, "|", &act_rest)) {
                enum tcn_act act = TCN_ACT_NONE;
                assert_int_equal(tcn_act_from_name(tcn_slice_text(word), &act), TCN_OK);
                moves->is[stage][act][page_target(to)] = stage != page_target(to);
            }
        }
    }
}

/** The moves of a drawing. */
static inline void page_moves_drawn(const struct tcn_procedure *procedure, char *drawing,
                                    struct moves *moves) {
    char *line_rest = NULL;
    for (char *line = strtok_r(drawing, "\n", &line_rest); line != NULL;
         line = strtok_r(NULL, "\n", &line_rest)) {
        char *rest = NULL;
        const char *from = strtok_r(line, " ", &rest);
        for (const char *dash = strtok_r(NULL, " ", &rest); dash != NULL;
             dash = strtok_r(NULL, " ", &rest)) {
            const char *acts = strtok_r(NULL, " ", &rest);
            const char *arrow = strtok_r(NULL, " ", &rest);
            const char *to = strtok_r(NULL, " ", &rest);
            assert_string_equal(dash, "─");
            assert_non_null(to);
            assert_string_equal(arrow, "▶");
            page_enter(procedure, from, acts, to, moves);
            from = to;
        }
    }
}

/** The moves of rows. */
static inline void page_moves_of(const struct tcn_procedure *procedure,
                                 const struct tcn_procedure_row *rows, size_t count,
                                 struct moves *moves) {
    for (size_t i = 0; i < count; i++) {
        for (size_t stage = 0; stage < STAGES; stage++) {
            bool is_at = (rows[i].from >> stage & 1u) != 0 && page_passes(procedure, stage);
            size_t target = rows[i].becomes != TCN_PROCEDURE_NONE ? STAGES + rows[i].becomes
                                                                  : (size_t)rows[i].next;
            if (is_at && target != TCN_STAGE_NONE && target != stage) {
                moves->is[stage][rows[i].act][target] = true;
            }
        }
    }
}

static inline void page_add_bits(struct page *page, uint32_t bits,
                                 const char *(*name)(uint32_t bit)) {
    const char *gap = "";
    for (uint32_t bit = 0; bit < 32; bit++) {
        if ((bits >> bit & 1u) != 0) {
            page_add(page, "%s%s", gap, name(1u << bit));
            gap = ", ";
        }
    }
}

static inline const char *page_who(uint32_t bit) {
    static const struct {
        uint32_t bit;
        const char *word;
    } words[] = {{TCN_WHO_HOLDER, "holder"},           {TCN_WHO_DESK, "desk"},
                 {TCN_WHO_OFFICE, "office"},           {TCN_WHO_PARTY, "co-recipient"},
                 {TCN_WHO_ANYONE, "anyone"},           {TCN_WHO_HIGHER, "next higher"},
                 {TCN_WHO_SUBMITTER, "who submitted"}, {TCN_WHO_PLACE, "office of the place"}};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (words[i].bit == bit) {
            return words[i].word;
        }
    }
    return "nobody";
}

static inline const char *page_mark(uint32_t bit) {
    static const struct {
        uint32_t bit;
        const char *word;
    } words[] = {{TCN_MARK_MAJOR, "major"},         {TCN_MARK_FIVE, "five"},
                 {TCN_MARK_PATH, "path"},           {TCN_MARK_EXTENDED, "extended"},
                 {TCN_MARK_TOLD, "told"},           {TCN_MARK_LISTED, "listed"},
                 {TCN_MARK_SUSPENDED, "suspended"}, {TCN_MARK_PEOPLE_OUT, "people out"},
                 {TCN_MARK_REVIEWED, "reviewed"},   {TCN_MARK_KEPT, "kept"}};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (words[i].bit == bit) {
            return words[i].word;
        }
    }
    return "none";
}

/** "open, held"; "any" and "any live" for the sets of the shared rows. */
static inline void page_add_stages(struct page *page, const struct tcn_procedure *procedure,
                                   uint64_t from) {
    const char *gap = "";
    if (procedure == NULL && (from >> 63 & 1u) != 0) {
        bool is_live = (from >> TCN_STAGE_CLOSED & 1u) == 0;
        bool has_stub = (from >> TCN_STAGE_STUB & 1u) != 0;
        page_add(page, "%s",
                 is_live ? (has_stub ? "stub, any live" : "any live")
                         : (has_stub ? "any" : "any but stub"));
        return;
    }
    for (size_t stage = 0; stage < STAGES; stage++) {
        if ((from >> stage & 1u) != 0) {
            page_add(page, "%s%s", gap, stage == 0 ? "–" : tcn_stage_name((enum tcn_stage)stage));
            gap = ", ";
        }
    }
}

static inline void page_add_says(struct page *page, const struct tcn_procedure_row *row) {
    size_t before = page->size;
    page_add_bits(page, row->needs, tcn_fact_name);
    if (row->wants != 0) {
        page_add(page, "%sshould: ", page->size > before ? "; " : "");
        page_add_bits(page, row->wants, tcn_fact_name);
    }
    if (row->needs_marks != 0) {
        page_add(page, "%sonly if ", page->size > before ? "; " : "");
        page_add_bits(page, row->needs_marks, page_mark);
    }
    if (row->bars_marks != 0) {
        page_add(page, "%snot if ", page->size > before ? "; " : "");
        page_add_bits(page, row->bars_marks, page_mark);
    }
    page_add(page, "%s", page->size > before ? "" : "–");
}

static inline void page_add_row(struct page *page, const struct tcn_procedure *procedure,
                                const struct tcn_procedure_row *row) {
    page_add(page, "| ");
    page_add_stages(page, procedure, row->from);
    page_add(page, " | `%s` | ", tcn_act_name(row->act));
    page_add_bits(page, row->who, page_who);
    page_add(page, "%s", row->bars != 0 ? "; not " : "");
    page_add_bits(page, row->bars, page_who);
    page_add(page, "%s%s | ", row->is_two_person ? "; two persons" : "",
             !row->guards_by_two ? ""
             : row->one_if != 0  ? "; of a guarded one two persons, unless to who is on its list"
                                 : "; of a guarded one two persons");
    page_add_says(page, row);
    page_add(page, " | %s%s%s%s%s | ",
             row->becomes != TCN_PROCEDURE_NONE ? tcn_procedure_name(row->becomes)
             : row->next != TCN_STAGE_NONE      ? tcn_stage_name(row->next)
                                                : "stays",
             row->is_early ? ", early" : "", row->is_bounce ? "; the first time open" : "",
             row->goes_up ? ", next higher leads" : "", row->stops_all ? "; no clock runs on" : "");
    page_add(page, "%s |\n", row->source != NULL ? row->source : "–");
}

/** A kind's part of docs/reference/matters.md; of NONE: what all share. */
static inline void page_add_kind(struct page *page, enum tcn_procedure_kind kind) {
    const struct tcn_procedure *procedure =
        kind != TCN_PROCEDURE_NONE ? tcn_procedure_of(kind) : NULL;
    size_t count = 0;
    const struct tcn_procedure_row *rows = tcn_procedure_shared_rows(&count);
    if (procedure == NULL) {
        page_add(page, "\n## Every kind: what all share (各类通用)\n\n```\n");
    } else {
        rows = procedure->rows;
        count = procedure->row_count;
        page_add(page, "\n## %s: `%s` (%s)\n\n```\n", tcn_procedure_title_en(kind),
                 tcn_procedure_name(kind), tcn_procedure_title_zh(kind));
    }
    struct page *drawing = calloc(1, sizeof(*drawing));
    assert_non_null(drawing);
    page_drawing(kind, drawing);
    page_add(page, "%s```\n\n", drawing->text);
    free(drawing);
    if (procedure != NULL) {
        page_add(page, "| Stage | 阶段 | Owed there |\n|---|---|---|\n");
    }
    for (size_t i = 1; procedure != NULL && i < procedure->stage_count; i++) {
        const struct tcn_procedure_stage *stage = &procedure->stages[i];
        page_add(page, "| %s%s | %s | ", tcn_stage_name(stage->stage),
                 stage->is_final ? ", the end" : "", tcn_stage_title_zh(stage->stage));
        if (stage->owed_act != TCN_ACT_NONE) {
            page_add(page, "`%s` by %s |\n", tcn_act_name(stage->owed_act),
                     page_who((uint32_t)stage->owed_by));
        } else {
            page_add(page, "– |\n");
        }
    }
    page_add(page,
             "%s| At | Act | Who | Must say | Leads to | Source |\n"
             "|---|---|---|---|---|---|\n",
             procedure != NULL ? "\n" : "");
    for (size_t i = 0; i < count; i++) {
        page_add_row(page, procedure, &rows[i]);
    }
}

#endif
