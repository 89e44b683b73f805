/* SPDX-License-Identifier: Apache-2.0 */
#include "query/reachable.h"

#include "core/procedure.h"

enum tcn_status tcn_query_check_reach(struct tcn_policy_source **source,
                                      struct tcn_policy_errors *errors) {
    static const struct tcn_policy_reach reach = {.can_happen = tcn_procedure_can_happen,
                                                  .harmed = tcn_procedure_harmed};
    tcn_policy_check_triggers(*source, &reach, errors);
    if (errors->count == 0) {
        return TCN_OK;
    }
    tcn_policy_destroy(source);
    return TCN_CONFIG;
}
