/* SPDX-License-Identifier: Apache-2.0 */
#include "model/notice.h"

enum tcn_notice_kind tcn_notice_kind_of(const struct tcn_alert *alert) {
    const bool is_own = alert->holder == alert->stream.organ;
    switch (alert->reason) {
    case TCN_REASON_REMIND:
        return is_own ? TCN_NOTICE_REMIND : TCN_NOTICE_UP;
    case TCN_REASON_URGE:
        return is_own ? TCN_NOTICE_URGE : TCN_NOTICE_UP;
    case TCN_REASON_PROPOSAL:
        return TCN_NOTICE_UP;
    case TCN_REASON_UNDELIVERABLE:
        return TCN_NOTICE_UNDELIVERABLE;
    case TCN_REASON_NONE:
    case TCN_REASON_OWNER:
    case TCN_REASON_CO_RECIPIENT:
    case TCN_REASON_UNKNOWN:
    case TCN_REASON_ANSWER:
    case TCN_REASON_HOLDER:
    case TCN_REASON_TRANSFER:
    case TCN_REASON_OUTCOME:
    case TCN_REASON_GUARDED:
    case TCN_REASON_COLLECTOR:
    case TCN_REASON_CLOCK:
    case TCN_REASON_OWED:
    case TCN_REASON_CONTRADICTED:
    case TCN_REASON_SHIFT:
    case TCN_REASON_BREACH:
    case TCN_REASON_UNSEALED:
    default:
        return (alert->flags & TCN_FLAG_AGAIN) != 0 ? TCN_NOTICE_AGAIN : TCN_NOTICE_NEW;
    }
}

const char *tcn_notice_kind_name(enum tcn_notice_kind told) {
    static const char *const names[] = {"none", "new", "again",        "remind",
                                        "urge", "up",  "undeliverable"};
    const uint32_t number = (uint32_t)told;
    return number < sizeof(names) / sizeof(names[0]) ? names[number] : "none";
}
