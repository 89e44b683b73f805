/* SPDX-License-Identifier: Apache-2.0 */
#include "model/plans.h"

const struct tcn_organ_posts *tcn_plans_posts(const struct tcn_plans *plans,
                                              struct tcn_slice organ) {
    for (uint32_t i = 0; plans != NULL && i < plans->organ_count; i++) {
        if (tcn_slice_is_text(organ, plans->organs[i].organ)) {
            return &plans->organs[i];
        }
    }
    return NULL;
}

bool tcn_plans_has_post(const struct tcn_plans *plans, struct tcn_slice organ,
                        struct tcn_slice post) {
    const struct tcn_organ_posts *row = tcn_plans_posts(plans, organ);
    bool is_found = false;
    for (uint32_t i = 0; row != NULL && !is_found && i < row->count; i++) {
        is_found = tcn_slice_is_text(post, row->posts[i]);
    }
    return is_found;
}
