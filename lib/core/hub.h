/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The broker's brain: who may connect, which messages pass, where they go. It holds no message and
 * no socket. A broker without a registry admits the configured collector and nobody else; that one
 * it knows by its configured keys alone, with a registry too. Principals come from the
 * authenticated transport key, never from a routing id. Everything downstream needs principal and
 * connection to match, so an answer cannot reach the next user of a routing id.
 *
 * Limits: TCN_CONNECTIONS_MAX connections (when all are taken, the one that has been idle longest
 * makes room, if it was idle for TCN_HUB_IDLE_NS), and per principal: connections, messages a
 * second, bytes a second, and questions a second: messages that cost the collector much more than
 * they carry. Over a limit the peer gets a reason, at most once a second; the rest is
 * dropped and counted. One hub, one thread. Memory is taken at its making only.
 */
#ifndef TCN_CORE_HUB_H
#define TCN_CORE_HUB_H

#include "core/home.h"
#include "core/peers.h"
#include "model/message.h"
#include "model/registry.h"

/* Shorter than what a script of verbs, each with its own connection, takes for connections_max. */
#define TCN_HUB_IDLE_NS INT64_C(5000000000)
#define TCN_HUB_ANSWER_NS                                                                          \
    INT64_C(1000000000) /* a limit is explained to a principal so often at most */

/** The hub. Opaque: tables of several MiB. */
struct tcn_hub;

/** Limits of one principal; 0 takes the default. */
struct tcn_hub_limits {
    uint32_t connections_max; /**< TCN_PRINCIPAL_CONNECTIONS_MAX */
    uint64_t messages_per_s;  /**< TCN_PRINCIPAL_MESSAGES_PER_S; twice that may come at once */
    uint64_t questions_per_s; /**< TCN_PRINCIPAL_QUESTIONS_PER_S; twice that may come at once */
    uint64_t bytes_per_s;     /**< TCN_PRINCIPAL_BYTES_PER_S; twice that may come at once */
};

/** What to do with a message. */
enum tcn_hub_verdict_kind {
    TCN_HUB_FORWARD = 1, /**< up: put `stamp` before it, send to `to`; down: send to `to` */
    TCN_HUB_DROP,        /**< counted under `reason` */
    TCN_HUB_ANSWER,      /**< send ERROR(code) back to the sender; counted too. READY: FENCED, or
                          * LOCKED: tell it by GONE with the live generation */
    TCN_HUB_GONE,  /**< down: the connection is gone: send GONE with `stamp` to `to`, the collector
                    */
    TCN_HUB_READY, /**< a collector announced itself; its body may carry a registry: check its
                    * signature, then tcn_hub_home_take when it `comes`, then tcn_hub_registry */
};

/** Why something was dropped or answered; also the counters' index. */
enum tcn_hub_reason {
    TCN_HUB_REASON_NONE = 0,
    TCN_HUB_REASON_UNKNOWN_PRINCIPAL,
    TCN_HUB_REASON_KIND, /**< its role may not send that kind */
    TCN_HUB_REASON_MESSAGE_RATE,
    TCN_HUB_REASON_BYTE_RATE,
    TCN_HUB_REASON_SIZE,
    TCN_HUB_REASON_CONNECTIONS, /**< of the principal */
    TCN_HUB_REASON_TABLE_FULL,  /**< of the broker */
    TCN_HUB_REASON_NO_COLLECTOR,
    TCN_HUB_REASON_OLD_COLLECTOR, /**< speaks, but another one is live, see home.h */
    TCN_HUB_REASON_GONE,
    TCN_HUB_REASON_QUESTION_RATE,
    TCN_HUB_REASON_COUNT,
};

/** A message that arrived. */
struct tcn_hub_input {
    struct tcn_slice routing_id; /**< 1 to TCN_ROUTING_BYTES_MAX bytes */
    uint32_t principal;          /**< that tcn_hub_admit gave for the connection's key */
    uint64_t key_tag;            /**< of that key, by tcn_hub_key_tag */
    enum tcn_kind kind;
    size_t bytes;        /**< all frames */
    int64_t now_ns;      /**< monotonic */
    int64_t wall_ns;     /**< for the validity of keys */
    uint64_t generation; /**< READY: of the collector's log */
    uint64_t random;     /**< becomes the connection's number when it is new; never 0 */
};

/** What to do with it. */
struct tcn_hub_verdict {
    enum tcn_hub_verdict_kind kind;
    enum tcn_hub_reason reason;
    enum tcn_status code; /**< for ANSWER */
    struct tcn_stamp stamp;
    struct tcn_slice to; /**< routing id; lent until the next call */
    bool comes;          /**< for READY: it is not the live one and would be it, were it believed */
};

/** Makes a hub. `collector_key` is the configured collector's transport key, `collector` the
 * principal that it is admitted as while no registry says otherwise. Owns: gives the hub. Errors:
 * TCN_NOMEM. Thread: the hub's. */
TCN_MUST_CHECK enum tcn_status tcn_hub_create(const struct tcn_hub_limits *limits,
                                              const struct tcn_public_key *collector_key,
                                              uint32_t collector, struct tcn_hub **out_hub);
/** A second key of the collector, which lets it in as well while one takes the place of the other;
 * the zero key is none. Thread: the hub's. */
void tcn_hub_also(struct tcn_hub *hub, const struct tcn_public_key *collector_key);
/** Frees it; accepts NULL, leaves NULL. Thread: the hub's. */
void tcn_hub_destroy(struct tcn_hub **hub);
/** The collector whose READY tcn_hub_up has just let in, and which `comes`, is believed: it is the
 * live one now. Thread: the hub's. */
void tcn_hub_home_take(struct tcn_hub *hub, const struct tcn_hub_input *in);
/** Takes a verified registry in, from the READY of the live collector. An older version
 * than the one in force changes nothing, unless that one is of an older generation: a log that was
 * restored counts its versions anew from where it was set back to. Principals that are gone or
 * revoked are refused from their next message on. Owns: copies what it needs.
 * Errors: TCN_LIMIT more than TCN_PRINCIPALS_MAX; TCN_MALFORMED not sorted by id; TCN_STALE older.
 * Nothing was changed then. Thread: the hub's. */
TCN_MUST_CHECK enum tcn_status tcn_hub_registry(struct tcn_hub *hub,
                                                const struct tcn_registry *registry);
/** The version in force; 0 before the first. Thread: the hub's. */
uint64_t tcn_hub_registry_version(const struct tcn_hub *hub);
/** The same as the live log counts: 0 while the one in force is of another generation. Thread: the
 * hub's. */
uint64_t tcn_hub_registry_live(const struct tcn_hub *hub);
/** Who a transport key is, for ZAP.
 * Errors: TCN_DENIED not listed, or no registry yet; TCN_REVOKED listed, not valid at `wall_ns`.
 * Thread: the hub's. */
TCN_MUST_CHECK enum tcn_status tcn_hub_admit(const struct tcn_hub *hub,
                                             const struct tcn_public_key *transport_key,
                                             int64_t wall_ns, uint32_t *out_principal);
/** Decides on a message from any peer but one that the collector sends down. READY comes here.
 * Thread: the hub's. */
void tcn_hub_up(struct tcn_hub *hub, const struct tcn_hub_input *in,
                struct tcn_hub_verdict *out_verdict);
/** Decides on a message that a collector sends down to `stamp`. Thread: the hub's. */
void tcn_hub_down(struct tcn_hub *hub, const struct tcn_hub_input *in,
                  const struct tcn_stamp *stamp, struct tcn_hub_verdict *out_verdict);
/** A send to this routing id failed for good (the peer left): forgets the connection.
 * Gives GONE when the collector must be told, else DROP. Thread: the hub's. */
void tcn_hub_gone(struct tcn_hub *hub, struct tcn_slice routing_id,
                  struct tcn_hub_verdict *out_verdict);
/** The routing id of the live collector, empty while there is none, and its generation, which never
 * falls; 0 before the first. Owns: lent until the next call that changes the hub. Thread: the
 * hub's. */
struct tcn_slice tcn_hub_home(const struct tcn_hub *hub, uint64_t *out_generation);
/** The live collector cannot be reached: another one of its generation may take its place.
 * Thread: the hub's. */
void tcn_hub_home_gone(struct tcn_hub *hub);
/** The routing id of the connection used after the one with `routing_id`; the oldest for an empty
 * one; empty at the end, or when that one is not there. Owns: lent until the next call that changes
 * the hub. Thread: the hub's. */
struct tcn_slice tcn_hub_next(const struct tcn_hub *hub, struct tcn_slice routing_id);
/** What tells a principal's keys apart: the first 8 bytes, big-endian. It is no secret and proves
 * nothing by itself; CURVE has proven the whole key. Thread: any. */
uint64_t tcn_hub_key_tag(const struct tcn_public_key *transport_key);
/** True when a message of this routing id and principal is the live collector's. Thread: the hub's.
 */
bool tcn_hub_is_home(const struct tcn_hub *hub, struct tcn_slice routing_id, uint32_t principal);
/** Connections now in the table. Thread: the hub's. */
uint32_t tcn_hub_connection_count(const struct tcn_hub *hub);
/** Messages counted under a reason since the start. Thread: the hub's. */
uint64_t tcn_hub_count(const struct tcn_hub *hub, enum tcn_hub_reason reason);
/** True when a role may send a kind up. Thread: any. */
bool tcn_hub_may_send(enum tcn_role role, enum tcn_kind kind);
/** True when the tables hold together; for tests. Thread: the hub's. */
bool tcn_hub_is_sound(const struct tcn_hub *hub);
/** "unknown_principal", "kind", … Thread: any. */
const char *tcn_hub_reason_name(enum tcn_hub_reason reason);

#endif
