/* SPDX-License-Identifier: Apache-2.0 */
#include "model/expected.h"

const char *tcn_said_name(enum tcn_said said) {
    static const char *const names[] = {
        [TCN_SAID_NOT] = "not",
        [TCN_SAID_SIGNED] = "signed",
        [TCN_SAID_ORAL] = "oral",
        [TCN_SAID_ALIVE] = "alive",
    };
    const uint32_t number = (uint32_t)said;
    return number < sizeof(names) / sizeof(names[0]) ? names[number] : "not";
}

const char *tcn_expected_state_name(enum tcn_expected_state state) {
    static const char *const names[] = {
        [TCN_EXPECTED_NOT_ASKED] = "not_asked", [TCN_EXPECTED_SIGNED] = "signed",
        [TCN_EXPECTED_ORAL] = "oral",           [TCN_EXPECTED_ALIVE] = "alive",
        [TCN_EXPECTED_UNSAFE] = "unsafe",       [TCN_EXPECTED_CONTRADICTED] = "contradicted",
        [TCN_EXPECTED_CORRECTED] = "corrected", [TCN_EXPECTED_WAITED] = "waited",
        [TCN_EXPECTED_OVERDUE] = "overdue",
    };
    const uint32_t number = (uint32_t)state;
    return number < sizeof(names) / sizeof(names[0]) ? names[number] : "not_asked";
}
