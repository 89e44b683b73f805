/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CUT_MARK "..."

/** A level and its name in configuration. */
struct level_row {
    const char *name;
    const char *plain_prefix; /* between program name and text */
    enum tcn_log_level level;
};

/* An error's text begins with "cannot …" and needs no word before it (CONVENTIONS 17). */
static const struct level_row levels[] = {
    {"error", "", TCN_LOG_ERROR},
    {"warning", "warning: ", TCN_LOG_WARNING},
    {"info", "", TCN_LOG_INFO},
    {"debug", "debug: ", TCN_LOG_DEBUG},
};

#define LEVEL_COUNT (sizeof(levels) / sizeof(levels[0]))

struct tcn_logger tcn_logger_init(const char *program, enum tcn_log_level level, int descriptor) {
    TCN_CHECK(program != NULL);
    bool is_journal = isatty(descriptor) == 0 && getenv("JOURNAL_STREAM") != NULL;
    return (struct tcn_logger){
        .program = program, .descriptor = descriptor, .level = level, .is_journal = is_journal};
}

/** What stands between the program's name and the text. */
static const char *plain_prefix_of(enum tcn_log_level level) {
    for (size_t i = 0; i < LEVEL_COUNT; i++) {
        if (levels[i].level == level) {
            return levels[i].plain_prefix;
        }
    }
    TCN_UNREACHABLE();
}

/** Replaces what could steer a terminal or break the line: C0, DEL, C1, and bytes that are no
 * UTF-8. */
static void line_tame(char *line, size_t size) {
    bool is_utf8 = tcn_text_is_utf8(tcn_slice_of(line, size));
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)line[i];
        uint8_t next = i + 1 < size ? (uint8_t)line[i + 1] : 0;
        bool c1 = byte == 0xC2 && next >= 0x80 && next <= 0x9F;
        if (c1) {
            line[i + 1] = '?';
        }
        if (byte < 0x20 || byte == 0x7F || c1 || (byte >= 0x80 && !is_utf8)) {
            line[i] = '?';
        }
    }
}

/** The largest cut at or below `size` that does not split a UTF-8 character. */
static size_t line_cut(const char *line, size_t size) {
    while (size > 0 && ((uint8_t)line[size] & 0xC0U) == 0x80U) {
        size--;
    }
    return size;
}

/** Writes it all, or gives up at the first error that is not an interruption. */
static void descriptor_write(int descriptor, const char *data, size_t size) {
    size_t offset = 0;
    for (int attempt = 0; offset < size && attempt < 16; attempt++) {
        ssize_t written = write(descriptor, data + offset, size - offset);
        if (written < 0 && errno != EINTR) {
            return;
        }
        offset += written > 0 ? (size_t)written : 0;
    }
}

void tcn_log(const struct tcn_logger *logger, enum tcn_log_level level, const char *format, ...) {
    if (level > logger->level) {
        return;
    }
    char line[TCN_LOG_LINE_BYTES_MAX];
    int head = logger->is_journal ? snprintf(line, sizeof(line), "<%d>", (int)level)
                                  : snprintf(line, sizeof(line), "%s: %s", logger->program,
                                             plain_prefix_of(level));
    if (head < 0 || (size_t)head >= sizeof(line) - sizeof(CUT_MARK)) {
        return;
    }
    size_t room = sizeof(line) - (size_t)head;
    va_list arguments;
    va_start(arguments, format);
    int text = vsnprintf(line + head, room, format, arguments);
    va_end(arguments);
    if (text < 0) {
        return;
    }
    size_t size = (size_t)head + (size_t)text;
    if (size >= sizeof(line)) {
        size = line_cut(line, sizeof(line) - sizeof(CUT_MARK));
        memcpy(line + size, CUT_MARK, sizeof(CUT_MARK) - 1);
        size += sizeof(CUT_MARK) - 1;
    }
    line_tame(line, size);
    line[size] = '\n'; /* in place of the NUL */
    descriptor_write(logger->descriptor, line, size + 1);
}

enum tcn_status tcn_log_level_from_text(struct tcn_slice text, enum tcn_log_level *out_level) {
    for (size_t i = 0; i < LEVEL_COUNT; i++) {
        if (tcn_slice_is_text(text, levels[i].name)) {
            *out_level = levels[i].level;
            return TCN_OK;
        }
    }
    return TCN_MALFORMED;
}
