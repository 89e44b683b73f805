/* SPDX-License-Identifier: Apache-2.0 */
#include "model/message.h"

#include <stddef.h>

/** One line of the list. */
struct kind_row {
    const char *word;
    uint32_t number;
    enum tcn_direction direction;
};

static const struct kind_row rows[] = {
#define KIND_ROW(name_, number_, direction_, word_)                                                \
    {.word = (word_), .number = (number_), .direction = TCN_DIRECTION_##direction_},
    TCN_KIND_LIST(KIND_ROW)
#undef KIND_ROW
};

/** The line of a kind, or NULL. */
static const struct kind_row *row_of(enum tcn_kind kind) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].number == (uint32_t)kind) {
            return &rows[i];
        }
    }
    return NULL;
}

const char *tcn_kind_name(enum tcn_kind kind) {
    const struct kind_row *row = row_of(kind);
    return row != NULL ? row->word : "none";
}

enum tcn_direction tcn_kind_direction(enum tcn_kind kind) {
    const struct kind_row *row = row_of(kind);
    return row != NULL ? row->direction : TCN_DIRECTION_NONE;
}

bool tcn_kind_is_asked(enum tcn_kind kind) {
    return kind == TCN_KIND_OPEN || kind == TCN_KIND_MOVE || kind == TCN_KIND_REPLAY ||
           kind == TCN_KIND_ASK;
}

bool tcn_kind_is_told(enum tcn_kind kind) {
    switch ((unsigned)kind) {
    case TCN_KIND_OPENED:
    case TCN_KIND_ITEMS:
    case TCN_KIND_GAP:
    case TCN_KIND_RESET:
    case TCN_KIND_HEAD:
    case TCN_KIND_REPLAY_ITEMS:
    case TCN_KIND_END:
    case TCN_KIND_ANSWER:
        return true;
    default:
        return false;
    }
}
