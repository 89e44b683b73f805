/* SPDX-License-Identifier: Apache-2.0 */
/* What each role may send up. Source: PROTOCOL.md, who talks to whom. */
#include "core/hub.h"

#define UP_PUBLISH(kind)                                                                           \
    ((kind) == TCN_KIND_HELLO || (kind) == TCN_KIND_CHUNK || (kind) == TCN_KIND_BUNDLE_ASK)
#define UP_SUBSCRIBE(kind)                                                                         \
    ((kind) == TCN_KIND_OPEN || (kind) == TCN_KIND_FETCH || (kind) == TCN_KIND_MOVE ||             \
     (kind) == TCN_KIND_CLOSE)
#define UP_READ(kind)                                                                              \
    ((kind) == TCN_KIND_SESSION_ASK || (kind) == TCN_KIND_REPLAY ||                                \
     (kind) == TCN_KIND_REPLAY_FETCH || (kind) == TCN_KIND_CANCEL || (kind) == TCN_KIND_ASK)

bool tcn_hub_may_send(enum tcn_role role, enum tcn_kind kind) {
    switch (role) {
    case TCN_ROLE_OFFICE:
    case TCN_ROLE_BUREAU:
    case TCN_ROLE_ADMIN:
    case TCN_ROLE_FEED:
        return UP_PUBLISH(kind) || UP_SUBSCRIBE(kind) || UP_READ(kind);
    case TCN_ROLE_WATCHER:
        return kind == TCN_KIND_BUNDLE_ASK || UP_SUBSCRIBE(kind) || UP_READ(kind);
    case TCN_ROLE_AUDITOR:
        return kind == TCN_KIND_BUNDLE_ASK || UP_READ(kind);
    case TCN_ROLE_COLLECTOR:
        return kind == TCN_KIND_READY;
    case TCN_ROLE_BROKER:
    case TCN_ROLE_NONE:
        return false;
    }
    return false;
}

const char *tcn_hub_reason_name(enum tcn_hub_reason reason) {
    static const char *const names[TCN_HUB_REASON_COUNT] = {
        "none", "unknown_principal", "kind",       "message_rate", "byte_rate",
        "size", "connections",       "table_full", "no_collector", "old_collector",
        "gone", "question_rate"};
    return (unsigned)reason < TCN_HUB_REASON_COUNT ? names[reason] : "none";
}
