/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the broker, shared by its files. One thread.
 */
#ifndef TCN_BROKER_SHELL_H
#define TCN_BROKER_SHELL_H

#include "base/arena.h"
#include "broker/broker.h"
#include "core/broker_keys.h"
#include "core/door.h"
#include "core/hub.h"
#include "link/page.h"
#include "link/parts.h"
#include "link/poller.h"
#include "link/zap.h"
#include "seal/keyring.h"

#include <string.h>

#define TCN_BROKER_ZAP_DOMAIN "tocsin"
#define TCN_BROKER_DOOR_DOMAIN "tocsin.door"
/* Room for an encoded stamp. */
#define TCN_BROKER_STAMP_BYTES 64
/* A registry of TCN_PRINCIPALS_MAX rows, decoded. */
#define TCN_BROKER_ARENA_BYTES ((size_t)8 * 1024 * 1024)

/* Slots for when a principal was last told that the collector cannot be reached. */
#define TCN_BROKER_TOLD_SLOTS 256

/** What the broker counts beside the hub. */
struct tcn_broker_counts {
    uint64_t up;        /**< messages forwarded to the collector */
    uint64_t down;      /**< messages forwarded to peers */
    uint64_t lost_up;   /**< not forwarded: the collector's queue is full, or it left */
    uint64_t lost_down; /**< not forwarded: the peer's queue is full or it left, or the collector is
                             not believed */
    uint64_t malformed; /**< no header, wrong direction, too large */
    uint64_t untold;    /**< answers of our own that could not be sent */
    uint64_t shut;      /**< openings of the door that were shut with who was in it */
};

/** The broker. Open to the files of this room only. */
struct tcn_broker {
    struct tcn_broker_options options;
    struct tcn_link *link;
    struct tcn_zap *zap;
    struct tcn_sock *front;
    struct tcn_sock *back;
    char front_address[TCN_ADDRESS_BYTES]; /**< with its port */
    bool is_front_open;                    /**< bound, as soon as there is a registry */
    uint32_t front_try_count;              /**< times that it was not free */
    struct tcn_sock *door;                 /**< NULL while it is shut */
    char door_address[TCN_ADDRESS_BYTES];  /**< with its port, once it was open; else empty */
    int64_t door_try_ns;                   /**< when it was last tried to open it */
    struct tcn_door guests;
    struct tcn_poller poller;
    struct tcn_parts parts; /**< the message in hand */
    struct tcn_hub *hub;
    struct tcn_keyring ring;     /**< the collector's signing keys, from the configured one on */
    enum tcn_status distrust;    /**< why the collector that is here is not believed, while none is
                                      live; TCN_OK else */
    struct tcn_home doubted;     /**< who was last not believed, as the log tells */
    enum tcn_status doubt;       /**< and why */
    struct tcn_broker_keys told; /**< to peers, by the registry in force */
    uint32_t organ_key_count;    /**< in it */
    uint64_t policy_version;     /**< that goes with it */
    bool is_wake_due;            /**< peers are to ask the collector what is new */
    struct tcn_arena arena;      /**< for one registry at a time */
    struct tcn_broker_counts counts;
    struct tcn_page *page;                  /**< of its numbers; NULL when there is none */
    int64_t started_ns;                     /**< wall clock */
    int64_t tell_ns;                        /**< when the counts were logged last */
    uint64_t told_sum;                      /**< of the counts that were logged */
    int64_t told_ns[TCN_BROKER_TOLD_SLOTS]; /**< by principal; 0 when never */
};

#endif
