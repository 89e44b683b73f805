/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector: takes signed chunks from a broker, logs them for good, folds them into the state
 * and serves streams, replays and questions. It decides nothing that core can decide and keeps
 * nothing that store does not hold.
 *
 * Actors, each one thread with its own sockets and transactions, joined by mailboxes:
 *
 *   broker ══▶ net ──checked──▶ writer ──position──▶ apply
 *               ▲ │               │  ▲                │
 *               │ └──asked──▶ serve ◀─┘cursors        │
 *               └──answers────┘ ▲─────alerts──────────┘
 *
 * Promises: an acknowledgement leaves only after the commit that holds its chunk has synced;
 * nothing of a refused chunk is stored; after a failure of the log or the shares nothing is
 * acknowledged any more and the run ends with an error, because only a new process may try again.
 * A failure of the state, which is derived, ends nothing: see apply.c. Without room chunks are
 * refused for later, and everything else goes on.
 *
 * The caller owns link, keys and logger and lends them from open to close. One collector for one
 * folder; several may live in one process, each with its own folder.
 */
#ifndef TCN_COLLECTOR_COLLECTOR_H
#define TCN_COLLECTOR_COLLECTOR_H

#include "base/log.h"
#include "link/link.h"
#include "seal/key.h"

/** A collector. Opaque. */
struct tcn_collector;

/** How to open a collector. Open: filled by the caller, who may forget it when open returns; what
 * its pointers lead to is lent until the close. */
struct tcn_collector_options {
    const char *dir;             /**< folder of log, state and shares; made when absent */
    const char *broker_endpoint; /**< the broker's back */
    struct tcn_public_key broker_transport_key;
    const struct tcn_key_set *keys; /**< transport and signing keys, with secrets */
    const char *key_file;           /**< they were read from; beside it are its successor and those
                                         before it. NULL: the keys are never succeeded */
    const char *genesis_file;       /**< NULL: the log must hold its genesis already */
    const char *journal_path;       /**< NULL: "journal" in the folder */
    const char *metrics_path;       /**< of the socket that shows its numbers; NULL: none */
    const char *version;            /**< of the program, NULL as good as "" */
    uint64_t map_bytes;             /**< of each database; 0: the stores' defaults */
    /** A snapshot of the state is made when so many positions came since the last; 0: never. */
    uint64_t snapshot_positions;
    /** And when the last is so old and the state moved on; 0: never. */
    uint32_t snapshot_hours;
    bool is_feed_clock; /**< log time from the feed; only for an exercise log */
    struct tcn_link *link;
    const struct tcn_logger *logger;
};

/** Opens the folder, reads or writes genesis and checks the tail of the log. Nothing runs yet.
 * Owns: gives the collector.
 * Errors: TCN_FOREIGN_LOG the folder holds another log than the genesis file names; TCN_ABSENT no
 * genesis file for an empty log; TCN_BAD_SIGNATURE or TCN_MALFORMED the genesis file; TCN_DENIED
 * no key file holds the key that the log names; TCN_FENCED a later generation of the log has begun;
 * TCN_LOCKED TCN_CORRUPT TCN_VERSION TCN_CONFIG TCN_FULL TCN_IO TCN_NOMEM from the stores. One line
 * in the log says which. Thread: the program's first. */
TCN_MUST_CHECK enum tcn_status tcn_collector_open(const struct tcn_collector_options *options,
                                                  struct tcn_collector **out_collector);

/** Runs until `stop_descriptor` becomes readable, then drains: the group in hand is committed and
 * answered, the state committed. Ends within about 5 s.
 * Errors: what an actor ended with; the log holds everything that was acknowledged.
 * Thread: the one that opened it. */
TCN_MUST_CHECK enum tcn_status tcn_collector_run(struct tcn_collector *collector,
                                                 int stop_descriptor);

/** Closes the stores; accepts NULL, leaves NULL. Thread: the one that opened it. */
void tcn_collector_close(struct tcn_collector **collector);

#endif
