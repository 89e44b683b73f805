/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

/* What must be there for a part that stands still and one that scrolls. */
#define ROWS_MIN 10u
#define COLUMNS_MIN 40u

bool tcn_screen_size(const struct tcn_screen *screen, uint32_t *out_rows, uint32_t *out_columns) {
    struct winsize size;
    if (ioctl(fileno(screen->file), TIOCGWINSZ, &size) != 0 || size.ws_row == 0) {
        return false;
    }
    *out_rows = size.ws_row;
    *out_columns = size.ws_col;
    return true;
}

bool tcn_screen_fits(const struct tcn_screen *screen) {
    uint32_t rows = 0;
    uint32_t columns = 0;
    const char *term = getenv("TERM");
    const bool is_able = term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
    return is_able && tcn_screen_size(screen, &rows, &columns) && rows >= ROWS_MIN &&
           columns >= COLUMNS_MIN;
}

/* What stands on the screen goes up into the terminal's own history first. */
static void take(struct tcn_screen *screen) {
    for (uint32_t row = 0; row < screen->rows; row++) {
        (void)fputc('\n', screen->file);
    }
    screen->is_open = true;
}

/* The lower part scrolls from now on, and writing goes on at its end. */
static void set_parts(const struct tcn_screen *screen) {
    (void)fprintf(screen->file, "\033[%u;%ur\033[%u;1H", screen->top + 1, screen->rows,
                  screen->rows);
}

static void put_line(const struct tcn_screen *screen, uint32_t line, const char *text) {
    (void)fprintf(screen->file, "\033[%u;1H\033[2K%s\033[0m", line + 1, text);
}

void tcn_screen_draw(struct tcn_screen *screen, const struct tcn_screen_lines *lines) {
    uint32_t rows = 0;
    uint32_t columns = 0;
    if (!tcn_screen_size(screen, &rows, &columns) || rows < ROWS_MIN) {
        return; /* too small to show both: what scrolls is all there is */
    }
    const uint32_t top = lines->count < rows / 2 ? lines->count : rows / 2;
    const bool is_other = rows != screen->rows || columns != screen->columns || top != screen->top;
    const bool is_first = !screen->is_open;
    screen->rows = rows;
    screen->columns = columns;
    screen->top = top;
    if (is_first) {
        take(screen);
    }
    if (is_other || is_first) {
        set_parts(screen);
    }
    (void)fputs("\0337", screen->file);
    for (uint32_t line = 0; line < top; line++) {
        put_line(screen, line, lines->text[line]);
    }
    (void)fputs("\0338", screen->file);
    (void)fflush(screen->file);
}

void tcn_screen_draw_line(struct tcn_screen *screen, uint32_t line, const char *text) {
    if (!screen->is_open || line >= screen->top) {
        return;
    }
    (void)fputs("\0337", screen->file);
    put_line(screen, line, text);
    (void)fputs("\0338", screen->file);
    (void)fflush(screen->file);
}

void tcn_screen_close(struct tcn_screen *screen) {
    if (screen->is_open) {
        (void)fprintf(screen->file, "\033[r\033[%u;1H", screen->rows);
        (void)fflush(screen->file);
        screen->is_open = false;
    }
}
