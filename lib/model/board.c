/* SPDX-License-Identifier: Apache-2.0 */
#include "model/board.h"

#define NAME(names, number)                                                                        \
    ((number) < sizeof(names) / sizeof((names)[0]) ? (names)[number] : (names)[0])

const char *tcn_board_state_name(enum tcn_board_state state) {
    static const char *const names[] = {"unknown", "known_safe", "warning", "breach"};
    return NAME(names, (uint32_t)state);
}

const char *tcn_board_cause_name(enum tcn_board_cause cause) {
    static const char *const names[] = {"heard", "no_program", "unreachable", "signed_off",
                                        "quiet"};
    return NAME(names, (uint32_t)cause);
}
