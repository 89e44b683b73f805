/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulator's dice, words and network. Everything that happens by chance comes from one seed.
 * The network loses, doubles, delays and so reorders messages, and parts nodes from each other.
 * Messages are structs copied by value; hashes are a checksum in a tcn_hash, so that only the core
 * is simulated. One thread.
 */
#ifndef TCN_TESTS_SIM_NET_H
#define TCN_TESTS_SIM_NET_H

#include "core/outbox.h"
#include "model/feed.h"
#include "model/message.h"

#include <stddef.h>

#define SIM_MS INT64_C(1000000)
#define SIM_SECOND INT64_C(1000000000)
#define SIM_CHUNK_EVENTS 4
#define SIM_ITEMS 16
#define SIM_NODES 16

/** Dice: the same seed gives the same throws. */
struct sim_dice {
    uint64_t state;
};

/** Domains that an office may name: one that the policy does not know, and one of each kind. */
#define SIM_DOMAINS 12

/** What an office enters. Its key is its number; a matter is one of a few. */
struct sim_event {
    uint32_t key;
    uint8_t act;    /**< enum tcn_act */
    uint8_t matter; /**< from 1 */
    uint8_t domain; /**< 0: none that the policy knows */
    uint16_t to_organ;
    bool is_bad;         /**< the collector refuses it for ever */
    uint64_t void_count; /**< VOID: sequences that it covers */
    struct tcn_hash next_previous;
};

/** A chunk as it is cut, stored and sent. */
struct sim_chunk {
    struct tcn_chunk_head head;
    struct tcn_hash hash;
    struct sim_event events[SIM_CHUNK_EVENTS];
};

/** Items of one stream. */
struct sim_items {
    struct tcn_stream stream;
    uint32_t count;
    uint64_t numbers[SIM_ITEMS];
    uint64_t positions[SIM_ITEMS];
};

/** A message of any kind. */
struct sim_message {
    enum tcn_kind kind;
    uint32_t from;
    uint32_t to;
    uint64_t session;
    uint64_t request;
    bool is_forged; /**< says that it is the collector's and has not its signature */
    union {
        struct tcn_hello hello;
        struct tcn_welcome welcome;
        struct sim_chunk chunk;
        struct {
            struct tcn_receipt_body receipt;
            struct tcn_ack ack;
        } ack;
        struct {
            uint64_t first_sequence;
            bool is_later;
            uint32_t code;
            uint32_t count;
            uint64_t sequences[SIM_CHUNK_EVENTS];
            struct tcn_hash asked_hash;
        } refuse;
        struct tcn_again again;
        struct tcn_open open;
        struct tcn_fetch fetch;
        struct sim_items items;
        struct tcn_head head;
        struct tcn_reset reset;
    } body;
};

/** What the network does to messages, in parts of 1,000. */
struct sim_weather {
    uint32_t loss;
    uint32_t doubling;
    uint32_t turning; /**< overtakes what was sent before it on the same way */
    int64_t delay_min_ns;
    int64_t delay_max_ns;
};

/** The network. Owned by the world. */
struct sim_net {
    struct sim_dice dice;
    struct sim_weather weather;
    bool is_parted[SIM_NODES];             /**< hears and reaches nobody */
    int64_t last_ns[SIM_NODES][SIM_NODES]; /**< when the last message of a way arrives */
    struct sim_flying *heap;               /**< by due time, then by order of sending */
    size_t count;
    size_t capacity;
    uint64_t sent;
    uint64_t trace; /**< checksum over everything that was delivered */
};

/** A throw. Thread: one. */
uint64_t sim_dice_throw(struct sim_dice *dice);
/** A number from 0 to bound - 1; 0 when the bound is 0. Thread: one. */
uint64_t sim_dice_below(struct sim_dice *dice, uint64_t bound);
/** True `parts` times in 1,000. Thread: one. */
bool sim_dice_hits(struct sim_dice *dice, uint32_t parts);
/** The hash of bytes, after another hash. Thread: one. */
struct tcn_hash sim_hash(const struct tcn_hash *before, const void *data, size_t size);
/** The hash that names a HELLO. Thread: one. */
struct tcn_hash sim_hello_hash(const struct tcn_hello *hello);
/** Takes a number into the trace. Thread: one. */
void sim_net_trace(struct sim_net *net, uint64_t value);
/** Starts with a seed and good weather. Thread: one. */
void sim_net_init(struct sim_net *net, uint64_t seed);
/** Gives the memory back. Thread: one. */
void sim_net_fini(struct sim_net *net);
/** Sends a message, which may be lost, doubled and delayed. Thread: one. */
void sim_net_send(struct sim_net *net, const struct sim_message *message, int64_t now_ns);
/** The next message that is due; false when there is none. Thread: one. */
bool sim_net_take(struct sim_net *net, int64_t now_ns, struct sim_message *out_message);
/** When the next message is due; INT64_MAX when none flies. Thread: one. */
int64_t sim_net_due(const struct sim_net *net);

#endif
