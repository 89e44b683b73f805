/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the policy in force says whom to telephone at night. */
#include "base/clock.h"
#include "cli/doctor.h"
#include "cli/phones.h"

#include <string.h>

#define ASK_NS (4 * TCN_SECOND_NS)

void tcn_doctor_phones(struct tcn_doctor *doctor) {
    struct tcn_names names = {0};
    if (!doctor->has_stats) {
        tcn_doctor_skip(doctor, "the collector did not answer: see broker");
        return;
    }
    const enum tcn_status status = tcn_names_ask(doctor->session, &doctor->collector_key,
                                                 tcn_clock_monotonic_ns() + ASK_NS, &names);
    if (status != TCN_OK) {
        tcn_doctor_skip(doctor, "the collector did not tell the policy in force");
        return;
    }
    char organs[TCN_DUTY_PHONES_BYTES];
    const uint32_t count = tcn_phones_lacking(&names.policy, organs);
    if (count > 0) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN,
                       "write duty_phone of each into organs.yaml (a post's number, never a "
                       "person's), then: tocsin policy activate",
                       "%u of %u organs have no duty telephone: %s", (unsigned)count,
                       (unsigned)names.policy.organ_count, organs);
    }
    tcn_doctor_fine(doctor, "every organ has a duty telephone");
    tcn_names_fini(&names);
}
