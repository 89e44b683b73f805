/* SPDX-License-Identifier: Apache-2.0 */
#include "model/rules.h"

const struct tcn_domain_rules *tcn_rules_domain(const struct tcn_rules *rules,
                                                struct tcn_slice id) {
    for (uint32_t i = 0; i < rules->domain_count; i++) {
        if (tcn_slice_is_text(id, rules->domains[i].id)) {
            return &rules->domains[i];
        }
    }
    return NULL;
}
