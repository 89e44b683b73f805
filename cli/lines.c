/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/lines.h"

#include "client/session.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum tcn_status tcn_lines_init(struct tcn_lines *lines, int descriptor, int stop_descriptor,
                               size_t size_max) {
    *lines = (struct tcn_lines){.descriptor = descriptor,
                                .stop_descriptor = stop_descriptor,
                                .size_max = size_max,
                                .data = malloc(size_max + 1)};
    return lines->data == NULL ? TCN_NOMEM : TCN_OK;
}

void tcn_lines_fini(struct tcn_lines *lines) {
    if (lines->data != NULL) {
        tcn_secret_wipe(lines->data, lines->size_max + 1);
    }
    free(lines->data);
    memset(lines, 0, sizeof *lines);
}

static enum tcn_status wait_for_input(const struct tcn_lines *lines, int timeout_ms) {
    struct pollfd items[2] = {{.fd = lines->descriptor, .events = POLLIN},
                              {.fd = lines->stop_descriptor, .events = POLLIN}};
    int ready = poll(items, 2, timeout_ms);
    if (ready < 0) {
        return errno == EINTR ? TCN_AGAIN : TCN_IO;
    }
    if (items[1].revents != 0) {
        return TCN_CANCELED;
    }
    return items[0].revents != 0 ? TCN_OK : TCN_AGAIN;
}

/* Moves what is left to the front and reads more behind it. */
static enum tcn_status fill(struct tcn_lines *lines, int timeout_ms) {
    enum tcn_status status = wait_for_input(lines, timeout_ms);
    if (status != TCN_OK) {
        return status;
    }
    memmove(lines->data, lines->data + lines->start, lines->end - lines->start);
    lines->end -= lines->start;
    lines->start = 0;
    ssize_t size =
        read(lines->descriptor, lines->data + lines->end, lines->size_max + 1 - lines->end);
    if (size < 0) {
        return errno == EINTR || errno == EAGAIN ? TCN_AGAIN : TCN_IO;
    }
    lines->is_ended = size == 0;
    lines->end += (size_t)size;
    lines->read_bytes += (uint64_t)size;
    return TCN_OK;
}

/* Takes a line out of the buffer; false when none is whole there. */
static bool take(struct tcn_lines *lines, struct tcn_slice *out_line) {
    uint8_t *start = lines->data + lines->start;
    size_t size = lines->end - lines->start;
    uint8_t *found = size == 0 ? NULL : memchr(start, '\n', size);
    if (found == NULL && !(lines->is_ended && size > 0)) {
        return false;
    }
    size_t line_size = found != NULL ? (size_t)(found - start) : size;
    lines->start += line_size + (found != NULL ? 1 : 0);
    if (line_size > 0 && start[line_size - 1] == '\r') {
        line_size--;
    }
    *out_line = tcn_slice_of(start, line_size);
    return true;
}

enum tcn_status tcn_lines_next(struct tcn_lines *lines, int timeout_ms,
                               struct tcn_slice *out_line) {
    for (;;) {
        struct tcn_slice line;
        if (take(lines, &line)) {
            bool was_skipping = lines->is_skipping;
            lines->is_skipping = false;
            if (was_skipping) {
                continue; /* the end of a line that was told as too long */
            }
            lines->number++;
            *out_line = line;
            return TCN_OK;
        }
        if (lines->is_ended) {
            return TCN_ABSENT;
        }
        bool is_full = lines->end - lines->start == lines->size_max + 1;
        if (is_full) {
            bool was_skipping = lines->is_skipping;
            lines->is_skipping = true;
            lines->start = lines->end;
            if (!was_skipping) {
                lines->number++;
                return TCN_TOOBIG;
            }
        }
        enum tcn_status status = fill(lines, timeout_ms);
        if (status != TCN_OK) {
            return status;
        }
    }
}
