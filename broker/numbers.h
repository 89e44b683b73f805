/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The broker's numbers as a page: what docs/reference/metrics.md lists. It names no peer, no key
 * and no organ.
 */
#ifndef TCN_BROKER_NUMBERS_H
#define TCN_BROKER_NUMBERS_H

#include "broker/shell.h"

/** A tcn_page_write; the argument is the broker. Thread: the broker's. */
size_t tcn_broker_numbers(void *argument, char *out_text, size_t size_max);

#endif
