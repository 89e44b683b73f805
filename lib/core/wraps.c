/* SPDX-License-Identifier: Apache-2.0 */
#include "core/wraps.h"

#include <string.h>

_Static_assert(1 + TCN_DOMAIN_RECIPIENTS_MAX + 1 <= TCN_WRAPS_MAX,
               "owner, every co-recipient and the desk get a wrap");
_Static_assert(TCN_GUARD_ORGANS_MAX <= TCN_WRAPS_MAX, "so does a whole allow-list");

/** For whom a text is that no rule of the policy names: as few as can be. */
#define UNNAMED_WRAPS ((uint32_t)TCN_SEAL_OWNER | (uint32_t)TCN_SEAL_ESCROW)

bool tcn_wraps_add(struct tcn_wraps *wraps, uint16_t organ) {
    bool is_there = organ == 0;
    for (uint32_t i = 0; i < wraps->count; i++) {
        is_there = is_there || wraps->organs[i] == organ;
    }
    if (!is_there && wraps->count < TCN_WRAPS_MAX) {
        wraps->organs[wraps->count] = organ;
        wraps->count++;
        is_there = true;
    }
    return is_there;
}

/** Adds those of the route whom the bits let read. Who is told because nobody knows better stands
 * in for the owner. */
static void add_told(const struct tcn_route *route, uint32_t bits, struct tcn_wraps *wraps) {
    for (uint32_t i = 0; i < route->recipient_count; i++) {
        const bool is_beside = route->recipients[i].reason == TCN_REASON_CO_RECIPIENT;
        const uint32_t bit = is_beside ? TCN_SEAL_CO_RECIPIENTS : TCN_SEAL_OWNER;
        (void)tcn_wraps_add(wraps, (bits & bit) != 0 ? route->recipients[i].organ : 0);
    }
}

/** The bits of the text's rule. */
static uint32_t bits_of(const struct tcn_wraps_asked *asked) {
    const struct tcn_sealing *sealing = asked->policy->sealing;
    if (asked->route->is_guarded || sealing == NULL) {
        return (uint32_t)TCN_SEAL_OWNER | (uint32_t)TCN_SEAL_CO_RECIPIENTS;
    }
    const struct tcn_seal_rule *rule = tcn_sealing_rule(
        sealing, asked->domain, false, (enum tcn_seal_field)tcn_seal_field_of(asked->kind));
    return rule != NULL ? rule->wraps : UNNAMED_WRAPS;
}

void tcn_wraps_of(const struct tcn_wraps_asked *asked, struct tcn_wraps *out) {
    const uint32_t bits = bits_of(asked);
    memset(out, 0, sizeof(*out));
    add_told(asked->route, bits, out);
    if (out->count == 0) {
        (void)tcn_wraps_add(out, asked->policy->desk);
    }
    if ((bits & TCN_SEAL_ESCROW) != 0) {
        const uint32_t before_count = out->count;
        (void)tcn_wraps_add(out, asked->policy->desk);
        out->has_escrow = out->count > before_count;
    }
}
