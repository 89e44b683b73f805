/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the configuration files of a district that was founded in one folder (cli/place.h): what
 * `tocsin up` runs with, and what an installation on several machines starts from.
 */
#ifndef TCN_CLI_LAYOUT_H
#define TCN_CLI_LAYOUT_H

#include "cli/cli.h"
#include "client/setup.h"
#include "model/policy.h"

/** What to write for. Open: filled by the caller. */
struct tcn_layout {
    const char *dir; /**< absolute */
    const struct tcn_setup *setup;
    uint16_t front_port; /**< on 127.0.0.1 */
    uint16_t back_port;
    uint16_t door_port; /**< where new machines enrol */
};

/** Writes all files of DIR/etc; existing ones are replaced whole.
 * Errors: TCN_IO TCN_TOOBIG TCN_ABSENT a principal or organ that must be there is not; TCN_NOMEM.
 * Thread: the program's. */
TCN_MUST_CHECK enum tcn_status tcn_layout_write(const struct tcn_layout *layout);

/** Takes free ports of the loopback for a layout, free at least now. Errors: TCN_IO. Thread: any.
 */
TCN_MUST_CHECK enum tcn_status tcn_layout_ports(struct tcn_layout *layout);

#endif
