/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duty telephones that a policy lacks: at night they are all that there is beside the screen. Pure.
 */
#ifndef TCN_CLI_PHONES_H
#define TCN_CLI_PHONES_H

#include "model/policy.h"

/** Room for the names of a few organs. */
#define TCN_DUTY_PHONES_BYTES 128

/** How many organs have no duty telephone; the first of them by their ids, "a, b and 7 more".
 * Thread: any. */
uint32_t tcn_phones_lacking(const struct tcn_policy *policy, char out_text[TCN_DUTY_PHONES_BYTES]);

#endif
