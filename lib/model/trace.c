/* SPDX-License-Identifier: Apache-2.0 */
#include "model/trace.h"

const char *tcn_why_name(enum tcn_why why) {
    static const char *const names[] = {
#define TCN_WHY_WORD(name, word) [TCN_WHY_##name] = (word),
        TCN_WHY_LIST(TCN_WHY_WORD)
#undef TCN_WHY_WORD
    };
    const bool is_known = why > TCN_WHY_NONE && why < TCN_WHY_COUNT;
    return is_known ? names[why] : "none";
}
