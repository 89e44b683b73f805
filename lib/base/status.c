/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <stddef.h>

/** One line of the list. */
struct status_row {
    const char *sentence;
    uint32_t number;
    enum tcn_class class;
};

static const struct status_row rows[] = {
#define STATUS_ROW(name_, number_, class_, sentence_)                                              \
    {.sentence = (sentence_), .number = (number_), .class = TCN_CLASS_##class_},
    TCN_STATUS_LIST(STATUS_ROW)
#undef STATUS_ROW
};

/* In the order of the list. Written out, because the preprocessor cannot fold case; a test compares
 * each with its enumerator. */
static const char *const names[] = {
    "ok",
    "absent",
    "exists",
    "canceled",
    "again",
    "busy",
    "full",
    "timeout",
    "upgrade",
    "limit",
    "unreachable_peer",
    "stale",
    "untrusted",
    "malformed",
    "toobig",
    "bad_text",
    "unknown_field",
    "bad_division",
    "bad_value",
    "denied",
    "bad_signature",
    "foreign_log",
    "foreign_source",
    "fenced",
    "conflict",
    "sequence",
    "revoked",
    "not_allowed",
    "given_up",
    "nomem",
    "io",
    "corrupt",
    "locked",
    "closed",
    "config",
    "version",
    "halted",
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

_Static_assert(sizeof(names) / sizeof(names[0]) == ROW_COUNT, "every status has a name");

/** The place of a number in the list, ROW_COUNT when it is not there. */
static size_t row_of(uint32_t number) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].number == number) {
            return i;
        }
    }
    return ROW_COUNT;
}

const char *tcn_status_name(enum tcn_status status) {
    size_t row = row_of((uint32_t)status);
    return row < ROW_COUNT ? names[row] : "unknown";
}

const char *tcn_status_sentence(enum tcn_status status) {
    size_t row = row_of((uint32_t)status);
    return row < ROW_COUNT ? rows[row].sentence : "this status is not known to this program";
}

enum tcn_class tcn_status_class(enum tcn_status status) {
    size_t row = row_of((uint32_t)status);
    return row < ROW_COUNT ? rows[row].class : TCN_CLASS_LOCAL;
}

bool tcn_status_is_known(uint32_t number) {
    return row_of(number) < ROW_COUNT;
}
