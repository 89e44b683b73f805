/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an item of a placement says to people: which rules a claim breaks, and which papers are
 * missing. Part of cli/item. One thread, the program's.
 */
#ifndef TCN_CLI_ITEM_PLACEMENT_H
#define TCN_CLI_ITEM_PLACEMENT_H

#include "model/feed.h"

#include <stdio.h>

/** One line, indented, with the rules that are broken (enum tcn_breach bits), in English and
 * Chinese. */
void tcn_item_placement_breaches(FILE *out, int indent, uint32_t breaches);
/** What has come for an item whose `fired` is a placement's, and what to do about it. */
void tcn_item_placement_fired(FILE *out, int indent, const struct tcn_item *item);

#endif
