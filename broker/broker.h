/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The broker: a shell round core/hub. It authenticates every connection, stamps each message with
 * who sent it, forwards it as it came to the one collector, and brings answers back to the
 * connection they are for. It keeps nothing: kill it at any time, both sides say everything again.
 * It reads headers and never looks into a body.
 *
 * Frames at the front (peers):     [header][body...]
 * Frames at the door (guests):     [header][body], see broker/door.h
 * Frames at the back (collector):  [stamp][header][body...], and READY, which has no stamp because
 * it is for the broker itself.
 *
 * One thread runs it all: the sockets, the ZAP handler and the hub, so a handshake is never judged
 * by another registry than the messages are.
 */
#ifndef TCN_BROKER_BROKER_H
#define TCN_BROKER_BROKER_H

#include "base/log.h"
#include "model/id.h"
#include "seal/key.h"

/** What a broker needs. Open: filled by the caller, who keeps it until the close. */
struct tcn_broker_options {
    const char *front;              /**< tcp address that peers connect to */
    const char *back;               /**< tcp address that the collector connects to */
    const char *door;               /**< where new machines enrol; NULL: nowhere */
    const struct tcn_key_set *keys; /**< own transport pair; lent */
    struct tcn_public_key collector_transport_key; /**< lets the collector in, as no other does */
    struct tcn_public_key
        collector_transport_key_next; /**< and this one, while one follows the other; zero: none */
    struct tcn_public_key collector_signing_key; /**< signs the registry, or leads to who does */
    uint64_t rss_bytes_max;   /**< resident memory at which it ends itself to be started again */
    const char *metrics_path; /**< of the socket that shows its numbers; NULL: none */
    const char *version;      /**< of the program, for that page */
    const struct tcn_logger *logger; /**< lent */
};

/** The broker. Opaque. */
struct tcn_broker;

/** Opens the ZAP handler and both ends. The front is bound to see that it can be, and then again
 * by tcn_broker_run once the collector has said who may speak.
 * Owns: lends options until the close; gives the broker.
 * Errors: TCN_CONFIG an address or key does not do; TCN_LOCKED somebody listens there; TCN_NOMEM;
 * TCN_LIMIT. Thread: the caller's, which also runs and closes it. */
TCN_MUST_CHECK enum tcn_status tcn_broker_open(const struct tcn_broker_options *options,
                                               struct tcn_broker **out_broker);

/** The addresses of both ends, with the ports that were taken. Thread: the broker's.
 * Errors: TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_broker_endpoints(struct tcn_broker *broker, char *out_front,
                                                    char *out_back);

/** Runs until `stop_descriptor` becomes readable (a signalfd, an eventfd). There is nothing to
 * drain. Errors: TCN_LIMIT resident memory is over rss_bytes_max; TCN_CONFIG TCN_LOCKED the
 * front's address, as tcn_broker_open; TCN_CLOSED TCN_IO TCN_NOMEM.
 * Thread: the broker's. */
TCN_MUST_CHECK enum tcn_status tcn_broker_run(struct tcn_broker *broker, int stop_descriptor);

/** Closes everything; accepts NULL, leaves NULL. Thread: the broker's. */
void tcn_broker_close(struct tcn_broker **broker);

#endif
