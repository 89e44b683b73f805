/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the actors of one collector have in common: the folder's stores, the charter, and the names
 * of their mailboxes. Everything here is made before the first actor starts and ends after the last
 * one; no field changes in between. Of the stores each actor uses its own side only: the writer
 * the log and the shares, apply the state, everybody readers of its own.
 */
#ifndef TCN_COLLECTOR_HOUSE_H
#define TCN_COLLECTOR_HOUSE_H

#include "collector/collector.h"
#include "collector/voice.h"
#include "link/actor.h"
#include "link/mailbox.h"
#include "query/charter.h"
#include "store/attempt.h"
#include "store/shares.h"
#include "store/shares_reader.h"
#include "store/state.h"

/** Room for an endpoint, a path below the folder, or a mailbox name, NUL included. */
#define TCN_HOUSE_TEXT_BYTES 1100

/** The collector as its actors see it. Open: read-only while they run. */
struct tcn_collector {
    struct tcn_charter charter;
    struct tcn_log *log;         /**< the writer's */
    struct tcn_shares *shares;   /**< the writer's */
    struct tcn_state *state;     /**< apply's */
    struct tcn_journal *journal; /**< the writer's */
    struct tcn_recall *recall;   /**< the writer's: what of the journal still counts */
    struct tcn_attempt *attempt; /**< apply's; NULL when there was no room for it */
    uint64_t generation;         /**< that is written now: one more than before after a restore */
    uint64_t tail_generation;    /**< of the last record at open */
    struct tcn_hash tail_hash;   /**< of the last record at open */
    int64_t tail_time_ns;        /**< its log time */
    bool is_feed_clock;
    char dir[TCN_HOUSE_TEXT_BYTES];            /**< the folder */
    uint64_t map_bytes;                        /**< of each database, as the options say */
    uint64_t snapshot_positions;               /**< as the options say */
    uint32_t snapshot_hours;                   /**< as the options say */
    const struct tcn_transport_key *transport; /**< lent */
    struct tcn_voice_keys key_files;           /**< where signing keys are: who signs has a voice */
    struct tcn_public_key broker_key;
    char endpoint[TCN_HOUSE_TEXT_BYTES];
    struct tcn_link *link;           /**< lent */
    const struct tcn_logger *logger; /**< lent */
    const char *metrics_path;        /**< lent; NULL: no numbers are shown */
    const char *version;             /**< lent; may be NULL */
    size_t mailbox_messages_max;     /**< TCN_MAILBOX_MESSAGES_MAX; tests make it small */
    uint64_t tag;                    /**< makes the mailboxes' names unique in the link */
};

/** The mailboxes, named by who opens the first end and who the second. */
enum tcn_house_mailbox {
    TCN_HOUSE_NET_WRITER,
    TCN_HOUSE_NET_SERVE,
    TCN_HOUSE_WRITER_APPLY,
    TCN_HOUSE_WRITER_SERVE,
    TCN_HOUSE_APPLY_SERVE,
    TCN_HOUSE_SNAPSHOTS_SERVE,
};

/** Opens one end of one mailbox.
 * Owns: gives the socket.
 * Errors: as tcn_mailbox_open.
 * Thread: the actor that owns this end. */
TCN_MUST_CHECK enum tcn_status tcn_house_mailbox(const struct tcn_collector *house,
                                                 enum tcn_house_mailbox mailbox,
                                                 enum tcn_mailbox_end end,
                                                 struct tcn_sock **out_sock);

/** Opens stores and charter below the folder; see tcn_collector_open for the errors. What was
 * opened before a failure is closed by tcn_house_close.
 * Thread: the program's first. */
TCN_MUST_CHECK enum tcn_status tcn_house_open(struct tcn_collector *house,
                                              const struct tcn_collector_options *options);

/** Opens the journal, makes it when it is absent, and reads it; the log is open. What fails has
 * been told. Errors: TCN_FENCED a later generation of this log has begun elsewhere; as
 * tcn_journal_open. Thread: the program's first. */
TCN_MUST_CHECK enum tcn_status tcn_house_open_journal(struct tcn_collector *house,
                                                      const char *path);

/** Closes everything; safe on a half-opened or zeroed house. Thread: the program's first. */
void tcn_house_close(struct tcn_collector *house);

/** What the actors run; the argument is a struct tcn_collector.
 * Errors: what made it end; TCN_OK after a stop.
 * Thread: each its own. */
TCN_MUST_CHECK enum tcn_status tcn_net_run(struct tcn_actor *actor, void *argument);

/** The log writer; see tcn_net_run. */
TCN_MUST_CHECK enum tcn_status tcn_writer_run(struct tcn_actor *actor, void *argument);

/** The fold; see tcn_net_run. */
TCN_MUST_CHECK enum tcn_status tcn_apply_run(struct tcn_actor *actor, void *argument);

/** Snapshots of the state; see tcn_net_run. */
TCN_MUST_CHECK enum tcn_status tcn_snapshots_run(struct tcn_actor *actor, void *argument);

/** Streams, replays and questions; see tcn_net_run. */
TCN_MUST_CHECK enum tcn_status tcn_serve_run(struct tcn_actor *actor, void *argument);

#endif
