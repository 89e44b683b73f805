/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may speak: principals with their keys and rights, and genesis, the log's first event.
 */
#ifndef TCN_MODEL_REGISTRY_H
#define TCN_MODEL_REGISTRY_H

#include "base/bytes.h"
#include "model/event.h"
#include "model/id.h"
#include "model/limits.h"

/** What a principal is. Numbers are on the wire. */
enum tcn_role {
    TCN_ROLE_NONE = 0,
    TCN_ROLE_OFFICE = 1,  /**< a township office's agent */
    TCN_ROLE_BUREAU = 2,  /**< a bureau's or desk's agent */
    TCN_ROLE_WATCHER = 3, /**< a program that subscribes for an organ */
    TCN_ROLE_AUDITOR = 4, /**< replays and asks, open parts only */
    TCN_ROLE_ADMIN = 5,   /**< administers; root-signed */
    TCN_ROLE_BROKER = 6,
    TCN_ROLE_COLLECTOR = 7,
    TCN_ROLE_FEED = 8, /**< exercise only: speaks for all offices and bureaus */
};

/** Where a principal stands. Numbers are on the wire. */
enum tcn_principal_status {
    TCN_PRINCIPAL_NONE = 0,
    TCN_PRINCIPAL_ACTIVE = 1,
    TCN_PRINCIPAL_REVOKED = 2,
    TCN_PRINCIPAL_INVITED = 3, /**< a row without keys, which a token can claim */
};

/** A row of the registry. */
struct tcn_principal {
    uint32_t id; /**< from 1, never reused */
    char name[TCN_WORD_BYTES_MAX + 1];
    enum tcn_role role;
    enum tcn_principal_status status;
    uint32_t source;                     /**< what it publishes as; 0 when it does not publish */
    uint16_t organ;                      /**< the organ it speaks for; 0 when none */
    struct tcn_public_key transport_key; /**< X25519 (CURVE) */
    struct tcn_public_key signing_key;   /**< Ed25519 */
    uint64_t divisions[TCN_PRINCIPAL_DIVISIONS_MAX]; /**< as numbers; it reports only for these */
    uint32_t division_count;                         /**< 0: none, except where `all_divisions` */
    bool all_divisions;
    uint16_t streams[TCN_PRINCIPAL_STREAMS_MAX]; /**< organs whose streams it may read */
    uint32_t stream_count;
    bool all_streams;
    int64_t not_before_ns;
    int64_t not_after_ns;                    /**< 0: no end */
    struct tcn_public_key old_transport_key; /**< before the last rotation; none when none */
    struct tcn_public_key old_signing_key;
    int64_t old_until_ns;       /**< the old keys are good until then; 0 when there are none */
    struct tcn_hash token_hash; /**< of an invitation; none else */
    int64_t token_until_ns;
    uint32_t message_rate;                 /**< messages a second; 0: the broker's own limit */
    uint32_t byte_rate;                    /**< bytes a second; 0: the broker's own limit */
    uint32_t acts[TCN_PRINCIPAL_ACTS_MAX]; /**< acts that it may publish */
    uint32_t act_count;                    /**< 0: all that its role may */
};

/** A new machine claims the row that it was invited to. */
struct tcn_enrol {
    uint32_t format;
    struct tcn_id log_id;
    struct tcn_id token;                 /**< the invitation's secret */
    struct tcn_public_key transport_key; /**< X25519; of the connection that brings it */
    struct tcn_public_key signing_key;   /**< Ed25519 */
    struct tcn_signature proof;          /**< by the signing key, context "tocsin.key.1" */
};

/** What it is answered. Signed by the collector, context "tocsin.enrolled.1". */
struct tcn_enrolled {
    struct tcn_hash enrol_hash; /**< of the claim, context "tocsin.enrol.1" */
    uint64_t position;          /**< of the enrolment in the log */
    struct tcn_principal row;
};

/** A sealing key of an organ, for the bundle. */
struct tcn_organ_key {
    uint16_t organ;
    struct tcn_public_key key; /**< X25519 */
};

/** A successor of the collector's signing key, and where it took over. Keys succeed one another in
 * a chain that begins with genesis' key; who knows one of them comes to all that are behind it. */
struct tcn_successor {
    struct tcn_public_key key;      /**< Ed25519 */
    struct tcn_signature proof;     /**< by the key itself: who brings it has it */
    struct tcn_signature signature; /**< by the key before it, over the same statement */
    uint64_t generation;            /**< of the record that brought it */
    uint64_t position;              /**< of that event: what is logged behind its group is signed
                                         by this key */
};

/** The collector's keys behind the first, oldest first. All zero: there is none. */
struct tcn_keys {
    struct tcn_id log_id; /**< whose statements they sign; required when there are any */
    const struct tcn_successor *links;
    uint32_t count; /**< at most TCN_SUCCESSORS_MAX */
};

/** A transport key by which a broker is known. */
struct tcn_broker_key {
    struct tcn_public_key key; /**< X25519 */
    int64_t until_ns;          /**< good until then, by the wall clock; 0: without an end */
};

/** All of them, as peers are told. All zero: nothing is told, and configuration alone says it. */
struct tcn_broker_keys {
    struct tcn_broker_key list[TCN_BROKER_KEYS_MAX];
    uint32_t count;
};

/** What changes in the registry. Numbers are on the wire. */
enum tcn_change_kind {
    TCN_CHANGE_NONE = 0,
    TCN_CHANGE_INVITED = 1,   /**< by an administrator: a new row that a token can claim */
    TCN_CHANGE_ENROLLED = 2,  /**< by the collector: somebody had the token and brings keys */
    TCN_CHANGE_RIGHTS = 3,    /**< by an administrator: the row's rights and dates */
    TCN_CHANGE_ROTATED = 4,   /**< by the principal itself, or by an administrator for a row without
                                 a source and for a broker's: new keys, the old ones for a while */
    TCN_CHANGE_REVOKED = 5,   /**< by an administrator, or by the principal of itself */
    TCN_CHANGE_ORGAN_KEY = 6, /**< by a program of the organ or an administrator */
    TCN_CHANGE_COLLECTOR_KEY = 7, /**< by the collector: another signing key of its own */
};

/** One change of the registry: the body of TCN_ACT_REGISTRY_CHANGED. Fields that a kind does not
 * have are zero; which it has is in PROTOCOL.md, section 5. */
struct tcn_registry_change {
    enum tcn_change_kind kind;
    uint32_t principal;         /**< 0 for INVITED, ORGAN_KEY and COLLECTOR_KEY */
    struct tcn_principal row;   /**< INVITED, RIGHTS: as it shall be, without id, keys and token */
    struct tcn_hash token_hash; /**< INVITED, ENROLLED */
    struct tcn_public_key transport_key; /**< ENROLLED, ROTATED */
    struct tcn_public_key signing_key;   /**< and COLLECTOR_KEY */
    struct tcn_signature proof;          /**< by the new signing key: who brings a key has it */
    struct tcn_signature succession;     /**< COLLECTOR_KEY: by the key before it */
    int64_t until_ns;                    /**< INVITED: of the token; ROTATED: of the old keys */
    struct tcn_slice reason;             /**< REVOKED, RIGHTS: a word, or empty */
    struct tcn_organ_key organ_key;      /**< ORGAN_KEY */
};

/** The registry. Arrays lend from an arena or are owned by the room that holds it. */
struct tcn_registry {
    uint64_t version; /**< the log position of its last change; 1 at genesis */
    const struct tcn_principal *principals; /**< sorted by id */
    uint32_t principal_count;
    const struct tcn_organ_key *organ_keys; /**< newest last */
    uint32_t organ_key_count;
    struct tcn_keys keys;    /**< of the collector */
    uint64_t policy_version; /**< of the policy in force, as a broker is told it; else 0 */
};

/** What an agent needs to route and seal by itself. Signed by the collector, context
 * "tocsin.bundle.1". Its file is the size of the encoded bundle as four bytes (big-endian), the
 * bundle, and the 64 bytes of the signature. */
struct tcn_bundle {
    uint64_t version;                       /**< grows with each change; named in WELCOME */
    struct tcn_id log_id;                   /**< of the log that it was made for */
    enum tcn_mode mode;                     /**< of that log, as genesis states it */
    struct tcn_public_key collector_key;    /**< Ed25519, as genesis states it: signs receipts */
    struct tcn_slice policy;                /**< encoded struct tcn_policy */
    const struct tcn_organ_key *organ_keys; /**< newest last */
    uint32_t organ_key_count;
    struct tcn_keys keys; /**< of the collector, behind `collector_key`; the newest signs */
    struct tcn_broker_keys brokers;
};

/** Position 1 of every log. Signed by the root key, context "tocsin.genesis.1". */
struct tcn_genesis {
    uint32_t format;
    struct tcn_id log_id;
    int64_t created_ns;
    enum tcn_mode mode;             /**< EXERCISE for a log that a feed's clock drives */
    struct tcn_public_key root_key; /**< Ed25519 */
    struct tcn_public_key
        collector_key; /**< Ed25519, signs receipts, items and registry snapshots */
    uint32_t fold_version;
    struct tcn_slice registry; /**< encoded struct tcn_registry */
    struct tcn_slice policy;   /**< encoded struct tcn_policy */
};

#define TCN_GENESIS_FORMAT 1u
#define TCN_ENROL_FORMAT 1u
/* The collector's own row of every registry: brokers admit its configured key as this one before
 * any registry has come. */
#define TCN_COLLECTOR_PRINCIPAL 1u
#define TCN_FOLD_VERSION 1u

/** The principal with this id, or NULL. Thread: any. */
const struct tcn_principal *tcn_registry_find(const struct tcn_registry *registry, uint32_t id);
/** The first principal with this transport key, or NULL; NULL for an all-zero key. Thread: any. */
const struct tcn_principal *tcn_registry_find_key(const struct tcn_registry *registry,
                                                  const struct tcn_public_key *transport_key);
/** The principal that publishes as this source: the active row if there is one, else the first row;
 * NULL when there is none and for source 0, the collector's own. Thread: any. */
const struct tcn_principal *tcn_registry_find_source(const struct tcn_registry *registry,
                                                     uint32_t source);
/** True when the principal is active and not_before_ns <= now_ns < not_after_ns. Thread: any. */
bool tcn_principal_is_valid(const struct tcn_principal *principal, int64_t now_ns);
/** The next time behind `after_ns` at which a key of an active row ends, its not_after_ns or that
 * of the keys before a rotation; INT64_MAX when none does. Thread: any. */
int64_t tcn_registry_next_end(const struct tcn_registry *registry, int64_t after_ns);
/** True when it may read the stream of this organ. Thread: any. */
bool tcn_principal_may_read(const struct tcn_principal *principal, uint16_t organ);
/** True when it may report for this division (as a number). A right for a township (…000) covers
 * its villages. Thread: any. */
bool tcn_principal_may_report(const struct tcn_principal *principal, uint64_t division);
/** The transport key that is good besides the present one, or NULL: the one before a rotation whose
 * overlap lasts at `now_ns`. Owns: lends from the row. Thread: any. */
const struct tcn_public_key *tcn_principal_old_transport_key(const struct tcn_principal *principal,
                                                             int64_t now_ns);
/** The same for the signing key. Owns: lends from the row. Thread: any. */
const struct tcn_public_key *tcn_principal_old_signing_key(const struct tcn_principal *principal,
                                                           int64_t now_ns);
/** True when it may publish this act, its role set apart. Thread: any. */
bool tcn_principal_may_act(const struct tcn_principal *principal, enum tcn_act act);
/** Bytes that the registry's frame has at most, also after every row has rotated its keys, so that
 * a registry that fits once fits for good. Thread: any. Source: PROTOCOL.md, section 5. */
size_t tcn_registry_bytes_bound(const struct tcn_registry *registry);
/** What a row adds to it. Thread: any. */
size_t tcn_principal_bytes_bound(const struct tcn_principal *principal);
/** What a sealing key adds to it. */
#define TCN_ORGAN_KEY_BYTES_BOUND 48u
/** "invited", "enrolled", "rights", "rotated", "revoked", "organ_key", "collector_key"; "none" when
 * unknown. Thread: any. */
const char *tcn_change_name(enum tcn_change_kind kind);
/** "active", "revoked", "invited"; "none" when unknown. Thread: any. */
const char *tcn_principal_status_name(enum tcn_principal_status status);
/** "office", "bureau", "watcher", … ; "none" when unknown. Thread: any. */
const char *tcn_role_name(enum tcn_role role);

#endif
