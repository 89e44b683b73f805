/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/errors.h"

#include <stdio.h>
#include <string.h>

void tcn_policy_error_text(const struct tcn_policy_error *error,
                           char out_text[TCN_POLICY_ERROR_TEXT_BYTES]) {
    char place[32] = "";
    if (error->line > 0 && error->column > 0) {
        (void)snprintf(place, sizeof(place), ":%u:%u", error->line, error->column);
    } else if (error->line > 0) {
        (void)snprintf(place, sizeof(place), ":%u", error->line);
    }
    const char *colon = error->field[0] != '\0' ? ": " : "";
    (void)snprintf(out_text, TCN_POLICY_ERROR_TEXT_BYTES, "%s%s%s%s: %s", error->file, place, colon,
                   error->field, error->text);
}

/** True when the first belongs behind the second. */
static bool is_behind(const struct tcn_policy_error *first, const struct tcn_policy_error *second) {
    int order = strcmp(first->file, second->file);
    if (order != 0) {
        return order > 0;
    }
    return first->line != second->line ? first->line > second->line
                                       : first->column > second->column;
}

void tcn_policy_errors_sort(struct tcn_policy_errors *errors) {
    for (uint32_t i = 1; i < errors->count; i++) { /* few, and mostly in order */
        struct tcn_policy_error moved = errors->items[i];
        uint32_t at = i;
        for (; at > 0 && is_behind(&errors->items[at - 1], &moved); at--) {
            errors->items[at] = errors->items[at - 1];
        }
        errors->items[at] = moved;
    }
}

/** True when the list says that already, of the same place. */
static bool is_told(const struct tcn_policy_errors *errors, const struct tcn_policy_error *error) {
    for (uint32_t i = 0; i < errors->count; i++) {
        const struct tcn_policy_error *other = &errors->items[i];
        if (other->line == error->line && other->column == error->column &&
            strcmp(other->file, error->file) == 0 && strcmp(other->field, error->field) == 0 &&
            strcmp(other->text, error->text) == 0) {
            return true;
        }
    }
    return false;
}

void tcn_policy_errors_append(struct tcn_policy_errors *errors,
                              const struct tcn_policy_errors *more) {
    for (uint32_t i = 0; i < more->count; i++) {
        if (is_told(errors, &more->items[i])) {
            continue;
        }
        if (errors->count < TCN_POLICY_ERRORS_MAX) {
            errors->items[errors->count++] = more->items[i];
        } else {
            errors->dropped_count++;
        }
    }
    errors->dropped_count += more->dropped_count;
}
