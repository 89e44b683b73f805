/* SPDX-License-Identifier: Apache-2.0 */
#include "model/feed.h"

#include "model/state.h"

const char *tcn_standing_name(enum tcn_standing_kind kind) {
    static const char *const names[] = {"none", "waits", "fenced", "silent", "unwatched", "doubt"};
    const uint32_t number = (uint32_t)kind;
    return number < sizeof(names) / sizeof(names[0]) ? names[number] : "none";
}

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
        [TCN_REASON_COLLECTOR] = "collector",
        [TCN_REASON_CLOCK] = "clock",
        [TCN_REASON_OWED] = "owed",
        [TCN_REASON_REMIND] = "remind",
        [TCN_REASON_URGE] = "urge",
        [TCN_REASON_PROPOSAL] = "proposal",
        [TCN_REASON_UNDELIVERABLE] = "undeliverable",
        [TCN_REASON_CONTRADICTED] = "contradicted",
        [TCN_REASON_SHIFT] = "shift",
        [TCN_REASON_BREACH] = "breach",
        [TCN_REASON_UNSEALED] = "unsealed",
    };
    const uint32_t number = (uint32_t)reason;
    const bool is_known = number < sizeof(names) / sizeof(names[0]) && names[number] != NULL;
    return is_known ? names[number] : "none";
}

const char *tcn_limit_state_name(enum tcn_limit_state state) {
    static const char *const names[] = {"none", "runs", "met", "late"};
    const uint32_t number = (uint32_t)state;
    return number < sizeof(names) / sizeof(names[0]) ? names[number] : "none";
}

const char *tcn_due_kind_name(enum tcn_due_kind kind) {
    static const char *const names[] = {
        [TCN_DUE_NONE] = "none",         [TCN_DUE_KEY_ENDS] = "key_ends",
        [TCN_DUE_CLOCK] = "clock",       [TCN_DUE_CALENDAR] = "calendar",
        [TCN_DUE_POLICY] = "policy",     [TCN_DUE_LADDER] = "ladder",
        [TCN_DUE_EXPECTED] = "expected", [TCN_DUE_PLACEMENT] = "placement",
        [TCN_DUE_REWRAP] = "rewrap",     [TCN_DUE_WAKE] = "nobody_there",
    };
    const uint32_t number = (uint32_t)kind;
    const bool is_known = number < sizeof(names) / sizeof(names[0]) && names[number] != NULL;
    return is_known ? names[number] : "none";
}

bool tcn_reason_is_fired(enum tcn_reason reason) {
    return reason == TCN_REASON_CLOCK ||
           ((unsigned)reason >= TCN_REASON_REMIND && (unsigned)reason <= TCN_REASON_UNDELIVERABLE);
}
