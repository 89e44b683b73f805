/* SPDX-License-Identifier: Apache-2.0 */
#include "core/guard.h"

#include <string.h>

bool tcn_guard_is_due(const struct tcn_event *event) {
    return event->guard_organ_count > 0 || event->concerns == TCN_CONCERNS_UNIT ||
           event->concerns == TCN_CONCERNS_UNKNOWN;
}

bool tcn_guard_tells(const struct tcn_event *event, uint16_t organ) {
    for (uint32_t i = 0; i < event->guard_organ_count && i < TCN_GUARD_ORGANS_MAX; i++) {
        if (event->guard_organs[i] == organ) {
            return true;
        }
    }
    return event->guard_organ_count == 0;
}

bool tcn_guard_has(const struct tcn_matter *matter) {
    return (matter->flags & TCN_FLAG_GUARDED) != 0;
}

bool tcn_guard_tells_desk(const struct tcn_matter *matter, uint16_t desk) {
    return (matter->flags & TCN_FLAG_NOT_THE_DESK) == 0 || matter->holder == desk;
}

bool tcn_guard_lists(const struct tcn_policy *policy, const struct tcn_matter *matter,
                     uint16_t organ) {
    const struct tcn_organ *discipline = tcn_policy_discipline(policy);
    if (!tcn_guard_has(matter) || organ == 0) {
        return false;
    }
    if (organ == policy->desk) {
        return (matter->flags & TCN_FLAG_NOT_THE_DESK) == 0;
    }
    return discipline != NULL && organ == discipline->number &&
           (matter->marks & TCN_MARK_LISTS_DISCIPLINE) != 0;
}

struct tcn_id tcn_guard_own_id(uint64_t birth_position) {
    struct tcn_id id;
    memset(&id, 0xff, sizeof(id));
    for (unsigned i = 0; i < 8; i++) {
        id.bytes[15 - i] = (uint8_t)(birth_position >> (8 * i));
    }
    return id;
}

bool tcn_guard_is_own_id(const struct tcn_id *id) {
    const struct tcn_id form = tcn_guard_own_id(0);
    return memcmp(id->bytes, form.bytes, 8) == 0;
}

bool tcn_guard_routes_to(const struct tcn_route *route, uint16_t organ) {
    for (uint32_t i = 0; i < route->recipient_count; i++) {
        if (route->recipients[i].organ == organ) {
            return true;
        }
    }
    return false;
}
