/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration file of the programs, tocsin.yaml: one section for each program, all optional,
 * so that one file may serve one machine or one program. Reading gives a complete configuration
 * with its defaults filled in, or a list of faults. Paths are given as they stand in the file;
 * opening what they name, and every secret, is left to the programs: the file holds public keys
 * only.
 */
#ifndef TCN_POLICY_CONFIG_H
#define TCN_POLICY_CONFIG_H

#include "model/id.h"
#include "policy/errors.h"

#define TCN_CONFIG_BYTES_MAX (64 * 1024)   /* of the file */
#define TCN_CONFIG_PATH_BYTES_MAX 1023     /* of a path or an endpoint in it */
#define TCN_CONFIG_MAP_GB_DEFAULT 8u       /* of the collector's databases */
#define TCN_CONFIG_RSS_MAX_MB_DEFAULT 512u /* of a broker */
#define TCN_CONFIG_OUTBOX_MB_DEFAULT 512u
#define TCN_CONFIG_SNAPSHOT_POSITIONS_DEFAULT 1000000u
#define TCN_CONFIG_SNAPSHOT_HOURS_DEFAULT 24u

/** What stands for an organ in the sections of an administrator, who speaks for none. */
#define TCN_CONFIG_ORGAN_ADMIN "admin"

/** What stamps log time. */
enum tcn_config_clock {
    TCN_CONFIG_CLOCK_WALL = 0, /**< the wall clock */
    TCN_CONFIG_CLOCK_FEED = 1, /**< the times of an exercise's feed */
};

/** Section `broker`. Texts are lent by whoever made the configuration. */
struct tcn_config_broker {
    const char *front;    /**< endpoint that agents and watchers connect to */
    const char *back;     /**< endpoint that the collector connects to */
    const char *door;     /**< tcp endpoint where new machines enrol; NULL when there is none */
    const char *key_file; /**< its transport key */
    struct tcn_public_key collector_transport_key;      /**< lets the collector in at the back */
    struct tcn_public_key collector_transport_key_next; /**< so does this one, if there is one */
    bool has_next_collector_key;
    struct tcn_public_key collector_signing_key; /**< signs the registry it believes */
    uint32_t rss_max_mb; /**< resident memory at which it refuses connections; 64 to 65536 */
};

/** Section `collector`. Texts are lent by whoever made the configuration. */
struct tcn_config_collector {
    const char *dir;             /**< folder of its databases */
    const char *broker_endpoint; /**< the broker's back */
    struct tcn_public_key broker_transport_key;
    const char *key_file;     /**< its transport and signing keys */
    const char *genesis_file; /**< read when `dir` holds no log yet; NULL when not given */
    const char *journal_file; /**< beside the log, outside its backup; NULL: `dir`/journal */
    uint32_t map_gb;          /**< map size of its databases in GiB; 1 to 1024 */
    /** A snapshot of the state is made when so many positions came since the last; 0: never. */
    uint32_t snapshot_positions;
    /** And when the last is so old and the state moved on; 0: never; to 8784, a year. */
    uint32_t snapshot_hours;
    enum tcn_config_clock clock;
};

/** Section `agent`. Texts are lent by whoever made the configuration. */
struct tcn_config_agent {
    const char *dir;             /**< folder of its outbox */
    const char *broker_endpoint; /**< the broker's front */
    struct tcn_public_key broker_transport_key;
    const char *key_file;       /**< its transport and signing keys */
    const char *bundle_file;    /**< signed bundle of policy and organ keys */
    const char *local_endpoint; /**< where this PC's programs hand in: ipc */
    const char *drop_dir;       /**< folder that is watched for drafts; NULL when none is */
    const char *organ;          /**< id of the organ it speaks for, a policy word, or see above */
    uint32_t principal;         /**< its id in the registry, from 1 */
    uint32_t source;            /**< what it publishes as, from 1 */
    uint32_t outbox_mb;         /**< bytes of the outbox in MiB; 16 to 65536 */
    bool is_urgent_on;          /**< sends its urgent lane */
    bool is_routine_on; /**< sends its routine lane; off on a link kept for urgent reports */
};

/** Section `client`: a person's programs. Texts are lent by whoever made the configuration. */
struct tcn_config_client {
    const char *broker_endpoint; /**< the broker's front */
    struct tcn_public_key broker_transport_key;
    struct tcn_public_key collector_signing_key; /**< checks items and receipts */
    const char *key_file;
    const char *organ;          /**< id of the organ it belongs to, a policy word */
    const char *agent_endpoint; /**< this PC's agent; NULL when it has none */
    uint32_t principal;         /**< its id in the registry, from 1 */
};

/** The whole file. Open: `tocsin up` fills one in to write it. */
struct tcn_config {
    bool has_broker;
    bool has_collector;
    bool has_agent;
    bool has_client;
    struct tcn_config_broker broker; /**< meaningless without has_broker, and so on */
    struct tcn_config_collector collector;
    struct tcn_config_agent agent;
    struct tcn_config_client client;
};

/** Reads a file. Empties `errors` first; on TCN_CONFIG it holds at least one fault.
 * Owns: gives the configuration, to be destroyed by tcn_config_destroy.
 * Errors: TCN_CONFIG it is missing, does not parse or is wrong; TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_config_read(const char *path, struct tcn_config **out_config,
                                               struct tcn_policy_errors *errors);

/** The line of the file that gives a value, from 1; 0 when the value is the program's default or is
 * not set. `section` and `key` are as the file spells them: "agent", "outbox_mb". Nothing but the
 * file gives values: no environment variable changes one.
 * `config` is one that tcn_config_read gave. Thread: any. */
uint32_t tcn_config_line(const struct tcn_config *config, const char *section, const char *key);

/** Frees what tcn_config_read gave; accepts NULL, leaves NULL. Thread: any. */
void tcn_config_destroy(struct tcn_config **config);

/** Writes the sections present so that tcn_config_read gives the same back, a map_gb, rss_max_mb or
 * outbox_mb of 0 as its default. The old file, if any, stays whole until the new one is on disk in
 * full; mode 0644 less the umask, it holds no secret.
 * Errors: TCN_IO the folder or disk refuses; TCN_BAD_VALUE a value that reading would refuse, or
 * one that must be there and is NULL or 0; TCN_NOMEM.
 * Thread: one for each path. */
TCN_MUST_CHECK enum tcn_status tcn_config_write(const char *path, const struct tcn_config *config);

#endif
