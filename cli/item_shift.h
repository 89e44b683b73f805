/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Items about who is on duty, as people see them. Part of cli/item. One thread, the program's.
 */
#ifndef TCN_CLI_ITEM_SHIFT_H
#define TCN_CLI_ITEM_SHIFT_H

#include "model/event.h"
#include "model/feed.h"
#include "model/policy.h"

#include <stdio.h>

/** Prints where nobody is, and what to do about it. */
void tcn_item_print_wake(FILE *out, const struct tcn_policy *policy, const struct tcn_item *item);

/** Prints which post took the duty or handed it over; nothing for another event. */
void tcn_item_print_shift(FILE *out, const struct tcn_event *event);

#endif
