/* SPDX-License-Identifier: Apache-2.0 */
#include "client/accusing.h"

#include "base/check.h"
#include "core/accused.h"

static bool names_organ(enum tcn_act act, struct tcn_slice to) {
    return (act == TCN_ACT_TRANSFERRED || act == TCN_ACT_RELEASED) && to.size > 0;
}

struct tcn_slice tcn_handing_word(enum tcn_act act, struct tcn_slice to, struct tcn_slice domain) {
    if (names_organ(act, to)) {
        return to;
    }
    return act == TCN_ACT_RECLASSIFIED || act == TCN_ACT_RELEASED ? domain : (struct tcn_slice){0};
}

uint16_t tcn_handing_organ(const struct tcn_policy *policy, enum tcn_act act, struct tcn_slice to,
                           struct tcn_slice domain) {
    const struct tcn_slice word = tcn_handing_word(act, to, domain);
    if (names_organ(act, to)) {
        const struct tcn_organ *organ = tcn_policy_organ_by_id(policy, word);
        return organ != NULL ? organ->number : 0;
    }
    const struct tcn_domain *named = word.size > 0 ? tcn_policy_domain(policy, word) : NULL;
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
