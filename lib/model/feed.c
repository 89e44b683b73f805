/* SPDX-License-Identifier: Apache-2.0 */
#include "model/feed.h"

const char *tcn_reason_name(enum tcn_reason reason) {
    static const char *const names[] = {
        [TCN_REASON_NONE] = "none",
        [TCN_REASON_OWNER] = "owner",
        [TCN_REASON_CO_RECIPIENT] = "co_recipient",
        [TCN_REASON_UNKNOWN] = "unknown",
        [TCN_REASON_ANSWER] = "answer",
        [TCN_REASON_HOLDER] = "holder",
        [TCN_REASON_TRANSFER] = "transfer",
        [TCN_REASON_OUTCOME] = "outcome",
        [TCN_REASON_GUARDED] = "guarded",
    };
    uint32_t number = (uint32_t)reason;
    return number < sizeof(names) / sizeof(names[0]) ? names[number] : "none";
}
