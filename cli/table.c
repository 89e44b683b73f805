/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/show.h"

#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

/* Columns between two columns of a table. */
#define GAP_COLUMNS 2u

struct tcn_table {
    struct tcn_cli *cli;
    enum tcn_format format;
    size_t column_count;
    struct libscols_table *lines;         /* NULL for CSV */
    size_t widths[TCN_TABLE_COLUMNS_MAX]; /* of the widest cell so far, its heading included */
};

void tcn_show_csv_field(FILE *file, const char *text) {
    bool is_formula = text[0] != '\0' && strchr("=+-@", text[0]) != NULL && text[1] != '\0' &&
                      strspn(text + 1, "0123456789.") != strlen(text + 1);
    bool is_quoted = strpbrk(text, ",\"\r\n") != NULL;
    if (is_quoted) {
        (void)fputc('"', file);
    }
    if (is_formula) {
        (void)fputc('\'', file);
    }
    for (const char *next = text; *next != '\0'; next++) {
        if (*next == '"') {
            (void)fputc('"', file);
        }
        (void)fputc(*next, file);
    }
    if (is_quoted) {
        (void)fputc('"', file);
    }
}

static void print_csv(FILE *file, const char *const *cells, size_t count) {
    for (size_t index = 0; index < count; index++) {
        if (index > 0) {
            (void)fputc(',', file);
        }
        tcn_show_csv_field(file, cells[index]);
    }
    (void)fputs("\r\n", file);
}

/* How many columns of a terminal a text takes, near enough to choose a layout by: what UTF-8 needs
 * three bytes for is mostly wide. */
static size_t width_of(const char *text) {
    size_t width = 0;
    for (const char *next = text; *next != '\0'; next++) {
        unsigned char byte = (unsigned char)*next;
        width += byte >= 0xE0 ? 2 : byte >= 0xC0 || byte < 0x80 ? 1 : 0;
    }
    return width;
}

static void note_widths(struct tcn_table *table, const char *const *cells) {
    for (size_t index = 0; index < table->column_count; index++) {
        size_t width = width_of(cells[index]);
        if (width > table->widths[index]) {
            table->widths[index] = width;
        }
    }
}

/* True when a row would not fit into a line of the terminal. */
static bool is_too_wide(const struct tcn_table *table) {
    size_t width = 0;
    for (size_t index = 0; index < table->column_count; index++) {
        width += table->widths[index] + GAP_COLUMNS;
    }
    return table->cli->out_columns > 0 && width > table->cli->out_columns + GAP_COLUMNS;
}

/* Each row as lines of heading and cell, as `matter show` prints one. */
static enum tcn_status print_records(struct tcn_table *table) {
    struct libscols_iter *rows = scols_new_iter(SCOLS_ITER_FORWARD);
    struct libscols_line *line = NULL;
    FILE *out = table->cli->out;
    bool is_first = true;
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    while (scols_table_next_line(table->lines, rows, &line) == 0) {
        (void)fputs(is_first ? "" : "\n", out);
        is_first = false;
        for (size_t index = 0; index < table->column_count; index++) {
            struct libscols_column *column = scols_table_get_column(table->lines, index);
            const char *name = scols_cell_get_data(scols_column_get_header(column));
            const char *text = scols_cell_get_data(scols_line_get_cell(line, index));
            (void)fprintf(out, "%-9s %s\n", name, text == NULL ? "" : text);
        }
    }
    scols_free_iter(rows);
    return TCN_OK;
}

static enum tcn_status begin_lines(struct tcn_table *table,
                                   const struct tcn_table_column *columns) {
    table->lines = scols_new_table();
    if (table->lines == NULL) {
        return TCN_NOMEM;
    }
    (void)scols_table_set_stream(table->lines, table->cli->out);
    (void)scols_table_set_column_separator(table->lines, "  ");
    if (!table->cli->is_out_terminal) {
        /* A file or a pipe has no width: nothing is cut there. */
        (void)scols_table_set_termforce(table->lines, SCOLS_TERMFORCE_NEVER);
    }
    for (size_t index = 0; index < table->column_count; index++) {
        int flags = columns[index].is_right ? SCOLS_FL_RIGHT : 0;
        if (scols_table_new_column(table->lines, columns[index].name, 0, flags) == NULL) {
            return TCN_NOMEM;
        }
        table->widths[index] = strlen(columns[index].name);
    }
    return TCN_OK;
}

enum tcn_status tcn_table_create(struct tcn_cli *cli, enum tcn_format format,
                                 const struct tcn_table_column *columns, size_t column_count,
                                 struct tcn_table **out_table) {
    TCN_CHECK(column_count > 0 && column_count <= TCN_TABLE_COLUMNS_MAX);
    struct tcn_table *table = calloc(1, sizeof *table);
    if (table == NULL) {
        return TCN_NOMEM;
    }
    *table = (struct tcn_table){.cli = cli, .format = format, .column_count = column_count};
    enum tcn_status status = TCN_OK;
    if (format == TCN_FORMAT_CSV) {
        const char *names[TCN_TABLE_COLUMNS_MAX];
        for (size_t index = 0; index < column_count; index++) {
            names[index] = columns[index].name;
        }
        print_csv(cli->out, names, column_count);
    } else {
        status = begin_lines(table, columns);
    }
    if (status != TCN_OK) {
        tcn_table_destroy(&table);
        return status;
    }
    *out_table = table;
    return TCN_OK;
}

enum tcn_status tcn_table_add(struct tcn_table *table, const char *const *cells) {
    char safe[TCN_TABLE_COLUMNS_MAX][TCN_SHOW_WORD_BYTES * 2];
    const char *shown[TCN_TABLE_COLUMNS_MAX];
    for (size_t index = 0; index < table->column_count; index++) {
        tcn_show_text(tcn_slice_text(cells[index]), safe[index], sizeof safe[index]);
        shown[index] = safe[index];
    }
    if (table->lines == NULL) {
        print_csv(table->cli->out, shown, table->column_count);
        return TCN_OK;
    }
    note_widths(table, shown);
    struct libscols_line *line = scols_table_new_line(table->lines, NULL);
    if (line == NULL) {
        return TCN_NOMEM;
    }
    for (size_t index = 0; index < table->column_count; index++) {
        if (scols_line_set_data(line, index, shown[index]) != 0) {
            return TCN_NOMEM;
        }
    }
    return TCN_OK;
}

enum tcn_status tcn_table_print(struct tcn_table *table) {
    if (table->lines != NULL && is_too_wide(table)) {
        enum tcn_status status = print_records(table);
        return status == TCN_OK && ferror(table->cli->out) ? TCN_IO : status;
    }
    if (table->lines != NULL && scols_print_table(table->lines) != 0) {
        return TCN_NOMEM;
    }
    return ferror(table->cli->out) ? TCN_IO : TCN_OK;
}

void tcn_table_destroy(struct tcn_table **table) {
    if (table == NULL || *table == NULL) {
        return;
    }
    if ((*table)->lines != NULL) {
        scols_unref_table((*table)->lines);
    }
    free(*table);
    *table = NULL;
}
