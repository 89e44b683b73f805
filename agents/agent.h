/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent of one office, bureau or exercise feed: takes reports and acts from the programs of its
 * PC, puts them into the outbox and hands them to the collector until it has the receipts. What it
 * answered "accepted" is on disk. Decisions about a lane are core/outbox's, decisions about who is
 * told are core/route's; this room carries them out.
 *
 * One thread, one poller: the agent belongs to the thread that opened it. It stops by a descriptor
 * (a signalfd in the program, a pipe in a test): it then takes nothing more, waits a moment for
 * receipts and returns.
 *
 * An agent whose organ is the word TCN_CONFIG_ORGAN_ADMIN is an administrator's: it speaks for no
 * organ, reports nothing and follows no stream. What it may change the collector knows, by its key.
 *
 * An agent whose organ is the word TCN_AGENT_FEED_ORGAN is an exercise's feed: it speaks for all
 * offices and bureaus, keeps the times that it is given, and uses the routine lane alone, so that
 * its events stay in the order of their times.
 */
#ifndef TCN_AGENTS_AGENT_H
#define TCN_AGENTS_AGENT_H

#include "base/log.h"
#include "link/link.h"
#include "model/id.h"
#include "policy/config.h"

/** The organ of a feed; only a log in mode exercise takes one. */
#define TCN_AGENT_FEED_ORGAN "feed"

/** How long a stopping agent waits for receipts, unless its opener says otherwise. */
#define TCN_AGENT_DRAIN_NS INT64_C(3000000000)

/** How to open an agent. Open: filled by the caller; what it points to is lent until the close. */
struct tcn_agent_options {
    struct tcn_link *link;
    const struct tcn_logger *logger;
    const struct tcn_config_agent *config;
    int stop_descriptor;                 /**< run ends when it becomes readable; never read */
    struct tcn_public_key collector_key; /**< signs bundles and receipts; all zero: the key that
                                            the bundle file names is believed */
    const char *metrics_path;            /**< of the socket that shows its numbers; NULL: none */
    const char *version;                 /**< of the program, for that page */
    uint64_t map_bytes;                  /**< address space of the outbox; 0: the store's default */
    int64_t drain_ns;                    /**< 0: TCN_AGENT_DRAIN_NS */
};

/** An agent. Opaque. */
struct tcn_agent;

/** Reads key and bundle, opens the outbox (makes it, with its first epoch, when it is absent), both
 * lanes' connections and the local socket. Returns at once, also when no broker is there.
 * Owns: gives the agent.
 * Errors: TCN_CONFIG the configuration, the key file or the bundle cannot be used: the log says
 * why; TCN_FOREIGN_LOG the outbox belongs to another log than the bundle; TCN_LOCKED another agent
 * has the outbox or the local socket; TCN_FULL; TCN_CORRUPT; TCN_VERSION; TCN_LIMIT; TCN_IO;
 * TCN_NOMEM.
 * Thread: the caller becomes the owner. */
TCN_MUST_CHECK enum tcn_status tcn_agent_open(const struct tcn_agent_options *options,
                                              struct tcn_agent **out_agent);

/** Works until the stop descriptor becomes readable, then drains for at most the options' drain_ns.
 * Errors: TCN_IO, TCN_CORRUPT or TCN_NOMEM the outbox cannot be trusted or used any more: close,
 * open again; TCN_CLOSED the link was shut down.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_agent_run(struct tcn_agent *agent);

/** Closes everything; what was accepted is on disk. Accepts NULL and a half-opened agent, leaves
 * NULL.
 * Thread: owner. */
void tcn_agent_close(struct tcn_agent **agent);

#endif
