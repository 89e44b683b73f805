/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A terminal of which the top stands still and the rest scrolls: a few lines that are always to be
 * seen, drawn anew in place, over a stream of text that knows nothing of them. It asks the terminal
 * for its size whenever it draws, so a window that changes is right a second later. It is left as
 * it was found, but for a program that is killed: `reset` mends that. One thread, the program's.
 */
#ifndef TCN_CLI_SCREEN_H
#define TCN_CLI_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** Lines that stand still, at most. */
#define TCN_SCREEN_LINES_MAX 64
/** Bytes of one of them, its colours included. */
#define TCN_SCREEN_LINE_BYTES 1280

/** Lines to be drawn. Open: filled by the caller. */
struct tcn_screen_lines {
    char text[TCN_SCREEN_LINES_MAX][TCN_SCREEN_LINE_BYTES];
    uint32_t count;
};

/** The terminal. Open: zeroed but for `file`. */
struct tcn_screen {
    FILE *file; /**< lent; of the terminal */
    bool is_open;
    uint32_t rows; /**< as drawn last */
    uint32_t columns;
    uint32_t top; /**< lines that stand still, as drawn last */
};

/** True when a terminal of this size has room for what stands still and what scrolls. */
bool tcn_screen_fits(const struct tcn_screen *screen);
/** Asks the terminal how big it is; false when it does not say. */
bool tcn_screen_size(const struct tcn_screen *screen, uint32_t *out_rows, uint32_t *out_columns);
/** Draws the lines at the top, as many as half of the terminal holds; what scrolls stays where it
 * is. The first draw takes the terminal. */
void tcn_screen_draw(struct tcn_screen *screen, const struct tcn_screen_lines *lines);
/** Draws one of the lines that are there already. */
void tcn_screen_draw_line(struct tcn_screen *screen, uint32_t line, const char *text);
/** Gives the terminal back; safe when it was never taken. */
void tcn_screen_close(struct tcn_screen *screen);

#endif
