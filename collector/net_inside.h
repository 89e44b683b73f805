/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the net actor, shared by net.c (socket and loop) and net_in.c (what becomes of each
 * message from the broker). Nobody else includes it.
 */
#ifndef TCN_COLLECTOR_NET_INSIDE_H
#define TCN_COLLECTOR_NET_INSIDE_H

#include "collector/house.h"
#include "collector/intake.h"
#include "collector/roster.h"
#include "core/broker_keys.h"
#include "link/poller.h"

/** Connections that are gone of which serve, full, was not told yet. */
#define TCN_NET_GONE_MAX 1024

/** The net actor. */
struct tcn_net {
    struct tcn_collector *house;
    struct tcn_actor *actor;
    struct tcn_sock *broker;
    struct tcn_sock *writer;
    struct tcn_sock *serve;
    struct tcn_poller poller;
    struct tcn_intake intake;
    struct tcn_parts in;                     /**< from the broker; held while `in_to` is not NULL */
    struct tcn_sock *in_to;                  /**< the mailbox that had no room for it */
    struct tcn_stamp gone[TCN_NET_GONE_MAX]; /**< serve is still to be told of them */
    uint32_t gone_count;
    struct tcn_note_checked note; /**< goes before `in` to the writer */
    bool has_note;
    struct tcn_parts out; /**< from a mailbox; held while `is_out_held` */
    bool is_out_held;
    bool is_full_due;              /**< READY is due at once, and carries the registry */
    bool is_full_asked;            /**< the next READY carries it: the broker lacks it */
    bool is_full_said;             /**< the last one carried it */
    struct tcn_broker_pick callee; /**< the broker's keys, as the socket has them */
    bool is_ready_held; /**< READY waits for a connection: a restarted broker lets nobody in before
                         */
    struct tcn_roster roster;
    struct tcn_voice voice;
    uint8_t *registry_data;    /**< TCN_FRAME_BYTES_MAX */
    struct tcn_slice registry; /**< encoded, in there */
    uint64_t registry_version; /**< of that */
    struct tcn_signature registry_signature;
    int64_t standby_ns; /**< when it was last said that another one is live; 0: never */
    int64_t ready_ns;
    int64_t report_ns;
    struct tcn_note_counts counts;
    struct tcn_note_counts reported;
    struct tcn_note_counts told; /**< to serve */
    int64_t tell_ns;
};

/** Passes the message in hand on, or holds it when the mailbox has no room.
 * Errors: as tcn_mailbox_post, never TCN_AGAIN. */
TCN_MUST_CHECK enum tcn_status tcn_net_pass_on(struct tcn_net *net, struct tcn_sock *to);

/** Tells serve of the connections that were gone while it had no room.
 * Errors: as tcn_mailbox_post, never TCN_AGAIN. */
TCN_MUST_CHECK enum tcn_status tcn_net_tell_gone(struct tcn_net *net);

/** Deals with the message in hand.
 * Errors: a failure that ends the actor. */
TCN_MUST_CHECK enum tcn_status tcn_net_dispatch(struct tcn_net *net);

#endif
