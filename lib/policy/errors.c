/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/errors.h"

#include <stdio.h>

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
