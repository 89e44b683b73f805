/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/phones.h"

#include <stdio.h>
#include <string.h>

#define NAMED_MAX 2

uint32_t tcn_phones_lacking(const struct tcn_policy *policy, char out_text[TCN_DUTY_PHONES_BYTES]) {
    uint32_t count = 0;
    size_t used = 0;
    out_text[0] = '\0';
    for (uint32_t i = 0; i < policy->organ_count; i++) {
        if (policy->organs[i].duty_phone[0] != '\0') {
            continue;
        }
        count++;
        if (count <= NAMED_MAX) {
            (void)snprintf(out_text + used, TCN_DUTY_PHONES_BYTES - used, "%s%.48s",
                           count > 1 ? ", " : "", policy->organs[i].id);
            used = strlen(out_text);
        }
    }
    if (count > NAMED_MAX) {
        (void)snprintf(out_text + used, TCN_DUTY_PHONES_BYTES - used, " and %u more",
                       (unsigned)(count - NAMED_MAX));
    }
    return count;
}
