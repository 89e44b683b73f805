/* SPDX-License-Identifier: Apache-2.0 */
#include "core/regime.h"

#include "model/clock.h"

#include <string.h>

enum tcn_status tcn_regime_check(const struct tcn_policy *now, const struct tcn_policy *next,
                                 struct tcn_regime_verdict *out_verdict) {
    *out_verdict = (struct tcn_regime_verdict){.fault = TCN_REGIME_FITS};
    for (uint32_t i = 0; i < now->organ_count; i++) { /* A2 */
        const struct tcn_organ *organ = &now->organs[i];
        const struct tcn_organ *kept = tcn_policy_organ(next, organ->number);
        if (kept == NULL || strcmp(kept->id, organ->id) != 0) {
            *out_verdict =
                (struct tcn_regime_verdict){.fault = TCN_REGIME_ORGAN_GONE, .organ = organ};
            return TCN_NOT_ALLOWED;
        }
    }
    if (next->desk != now->desk) { /* A3 */
        out_verdict->fault = TCN_REGIME_OTHER_DESK;
        return TCN_NOT_ALLOWED;
    }
    if (next->version <= now->version) { /* A1 */
        out_verdict->fault = TCN_REGIME_NOT_NEWER;
        return TCN_NOT_ALLOWED;
    }
    return TCN_OK;
}

bool tcn_regime_owner_differs(const struct tcn_policy *now, const struct tcn_policy *next,
                              const struct tcn_domain *domain) {
    const struct tcn_slice id = tcn_slice_text(domain->id);
    const struct tcn_domain *before = tcn_policy_domain(now, id);
    const struct tcn_domain *after = tcn_policy_domain(next, id);
    const uint16_t owner_before = before != NULL ? before->owner : 0;
    const uint16_t owner_after = after != NULL ? after->owner : 0;
    return owner_before != owner_after;
}

/** True when a recipient stands among the domain's, of what is urgent alone or always as asked. */
static bool has_recipient(const struct tcn_domain *domain, uint16_t organ, bool is_urgent) {
    const uint32_t always = domain->recipient_count - domain->urgent_recipient_count;
    for (uint32_t i = 0; i < domain->recipient_count; i++) {
        if (domain->recipients[i] == organ && (i >= always) == is_urgent) {
            return true;
        }
    }
    return false;
}

bool tcn_regime_beside_differs(const struct tcn_policy *now, const struct tcn_policy *next,
                               const struct tcn_domain *domain) {
    const struct tcn_slice id = tcn_slice_text(domain->id);
    const struct tcn_domain *before = tcn_policy_domain(now, id);
    const struct tcn_domain *after = tcn_policy_domain(next, id);
    if (before == NULL || after == NULL) {
        return before != after;
    }
    const uint32_t always = before->recipient_count - before->urgent_recipient_count;
    bool is_same = before->recipient_count == after->recipient_count; /* each is there once */
    for (uint32_t i = 0; i < before->recipient_count && is_same; i++) {
        is_same = has_recipient(after, before->recipients[i], i >= always);
    }
    return !is_same;
}

bool tcn_regime_clock_differs(const struct tcn_policy *next, const struct tcn_clock_rule *rule) {
    const struct tcn_clock_table *table = next->clocks;
    for (uint32_t i = 0; table != NULL && i < table->rule_count; i++) {
        const struct tcn_clock_rule *other = &table->rules[i];
        if (strcmp(other->id, rule->id) == 0) {
            return other->is_enabled != rule->is_enabled || other->unit != rule->unit ||
                   other->amount != rule->amount || other->extend_max != rule->extend_max ||
                   other->bound != rule->bound || other->owes != rule->owes;
        }
    }
    return true;
}
