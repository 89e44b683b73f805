/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent's numbers as a page: how its transport is, as docs/reference/metrics.md lists it. How
 * much was reported is not among them: it would rank offices.
 */
#ifndef TCN_AGENTS_NUMBERS_H
#define TCN_AGENTS_NUMBERS_H

#include "agents/inner.h"

/** A tcn_page_write; the argument is the agent. Thread: the agent's. */
size_t tcn_agent_numbers(void *argument, char *out_text, size_t size_max);

#endif
