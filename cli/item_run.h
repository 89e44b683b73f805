/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command gets of an item: its line of JSON, and a few words of it as variables. The words
 * are of closed lists, ids and digits, never free text. One thread, the program's.
 */
#ifndef TCN_CLI_ITEM_RUN_H
#define TCN_CLI_ITEM_RUN_H

#include "cli/item.h"
#include "cli/runs.h"

/** Fills in what the command of an item is to get. Owns: the input lends from the view's arena;
 * wipe it. Errors: as tcn_item_encode. */
TCN_MUST_CHECK enum tcn_status tcn_item_run_want(const struct tcn_item_view *view,
                                                 const struct tcn_item *item, const char *organ,
                                                 struct tcn_run_want *out_want);

#endif
