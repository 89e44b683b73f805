/* SPDX-License-Identifier: Apache-2.0 */
#include "client/accusing.h"

#include "base/check.h"
#include "core/accused.h"

uint16_t tcn_handing_organ(const struct tcn_policy *policy, enum tcn_act act, struct tcn_slice to,
                           struct tcn_slice domain) {
    const bool may_name_organ = act == TCN_ACT_TRANSFERRED || act == TCN_ACT_RELEASED;
    const bool may_name_domain = act == TCN_ACT_RECLASSIFIED || act == TCN_ACT_RELEASED;
    if (may_name_organ && to.size > 0) {
        const struct tcn_organ *organ = tcn_policy_organ_by_id(policy, to);
        return organ != NULL ? organ->number : 0;
    }
    const struct tcn_domain *named = may_name_domain ? tcn_policy_domain(policy, domain) : NULL;
    return named != NULL ? named->owner : 0;
}

static bool is_found(const struct tcn_handing_found *found, uint16_t organ) {
    for (uint32_t i = 0; i < found->count; i++) {
        if (found->organs[i] == organ) {
            return true;
        }
    }
    return false;
}

void tcn_handing_read(const struct tcn_policy *policy, struct tcn_slice text,
                      struct tcn_handing_found *found) {
    struct tcn_accused_named named;
    tcn_accused_read(policy, text, &named);
    found->has_text = true;
    found->names_nobody = found->names_nobody || named.count == 0 || named.strange.size > 0;
    for (uint32_t i = 0; i < named.count; i++) {
        if (!is_found(found, named.organs[i])) {
            TCN_CHECK(found->count < TCN_ORGANS_MAX); /* a policy has no more */
            found->organs[found->count] = named.organs[i];
            found->count++;
        }
    }
}

bool tcn_handing_excludes(const struct tcn_policy *policy, const struct tcn_handing_found *found,
                          uint16_t organ) {
    struct tcn_accused accused;
    tcn_accused_find(policy, found->organs, found->count, &accused);
    return tcn_accused_excludes(&accused, organ);
}

enum tcn_handing_answer tcn_handing_judge(const struct tcn_policy *policy,
                                          const struct tcn_handing_found *found, uint16_t organ) {
    if (!found->is_guarded || organ == 0) {
        return TCN_HANDING_GOES;
    }
    if (tcn_handing_excludes(policy, found, organ)) {
        return TCN_HANDING_EXCLUDED;
    }
    if (found->is_closed) {
        return TCN_HANDING_CLOSED;
    }
    return !found->has_text || found->names_nobody ? TCN_HANDING_ASKS : TCN_HANDING_GOES;
}
