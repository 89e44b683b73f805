/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ladder.h"

const char *tcn_ladder_stage_name(enum tcn_ladder_stage stage) {
    static const char *const names[] = {"none", "waits", "counts", "spent", "taken"};
    const uint32_t number = (uint32_t)stage;
    return number < sizeof(names) / sizeof(names[0]) ? names[number] : "none";
}
