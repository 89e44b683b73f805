/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports for programs that listen for years. A port of the range from which the kernel takes one for
 * every connection that goes out (`ip_local_port_range`) may be somebody's the moment its program
 * is started again; and who knocks at it while nobody listens may be given that very port to knock
 * from, and is then connected to himself and holds it. So it is taken from below.
 *
 *     0 ─── 1023 ─────── 20000 ──────── low ────────────── high ─── 65535
 *      privileged   registered   ours        of connections
 */
#ifndef TCN_CLI_PORTS_H
#define TCN_CLI_PORTS_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Ports taken at once, at most. */
#define TCN_PORTS_MAX 8

/** The first port of connections that go out, as the kernel writes the range; 0 when the text is
 * none. Thread: any. */
uint16_t tcn_ports_low(const char *range);

/** True when the kernel may give the port to a connection that goes out: it lies in the range, as
 * the kernel writes it, and not among those that are reserved ("8080,9000-9100"). Thread: any.
 * Source: ip-sysctl, ip_local_port_range and ip_local_reserved_ports. */
bool tcn_ports_is_given(const char *range, const char *reserved, uint16_t port);

/** The same, as this machine has it. Thread: any. */
bool tcn_ports_is_given_here(uint16_t port);

/** Takes `count` ports of the loopback that differ and are free, at least now, from 20000 up to
 * `low`, not included; where that leaves too few, the kernel's choice. `chance` says where the
 * search begins, so that two who search at once do not meet.
 * Errors: TCN_TOOBIG more than TCN_PORTS_MAX; TCN_IO no port is free.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_ports_take(uint16_t low, uint64_t chance, size_t count,
                                              uint16_t *out_ports);

/** The same, with the range of this machine. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_ports_take_here(size_t count, uint16_t *out_ports);

#endif
