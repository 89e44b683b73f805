/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration file as it is written: every value a text, every key and section optional.
 * Absent texts and sections are NULL. Inside this room only; libcyaml owns what is loaded.
 */
#ifndef TCN_POLICY_CONFIG_RAW_H
#define TCN_POLICY_CONFIG_RAW_H

#include "policy/config.h"
#include "policy/yaml.h"

/** Section `broker`. */
struct tcn_raw_broker {
    char *front;
    char *back;
    char *door;
    char *key_file;
    char *collector_transport_key;
    char *collector_transport_key_next;
    char *collector_signing_key;
    char *rss_max_mb;
};

/** Section `collector`. */
struct tcn_raw_collector {
    char *dir;
    char *broker_endpoint;
    char *broker_transport_key;
    char *key_file;
    char *genesis_file;
    char *journal_file;
    char *map_gb;
    char *snapshot_positions;
    char *snapshot_hours;
    char *clock;
};

/** Section `agent`. */
struct tcn_raw_agent {
    char *dir;
    char *broker_endpoint;
    char *broker_transport_key;
    char *key_file;
    char *bundle_file;
    char *local_endpoint;
    char *drop_dir;
    char *organ;
    char *principal;
    char *source;
    char *outbox_mb;
    char *lane_urgent;
    char *lane_routine;
};

/** Section `client`. */
struct tcn_raw_client {
    char *broker_endpoint;
    char *broker_transport_key;
    char *collector_signing_key;
    char *key_file;
    char *organ;
    char *agent_endpoint;
    char *principal;
};

/** The file. */
struct tcn_raw_config {
    struct tcn_raw_broker *broker;
    struct tcn_raw_collector *collector;
    struct tcn_raw_agent *agent;
    struct tcn_raw_client *client;
};

extern const struct cyaml_schema_value tcn_schema_config;

/** Values that a file can give, of all sections together. */
#define TCN_CONFIG_VALUES_MAX 42

/** A value that the file gives, and where. Words are those of the schema. */
struct tcn_config_place {
    const char *section;
    const char *key;
    uint32_t line; /**< from 1 */
};

/** The values that a file gives, as they stand in the schema; empty ones are not given. */
struct tcn_config_places {
    struct tcn_config_place items[TCN_CONFIG_VALUES_MAX];
    uint32_t count;
};

/** Finds the line of every value that the file gives. `raw` is what was loaded from it.
 * Thread: any. */
void tcn_config_places_find(const struct tcn_policy_file *file, const struct tcn_raw_config *raw,
                            struct tcn_config_places *out_places);

/** The clocks by their words, in the order of enum tcn_config_clock. */
extern const char *const tcn_config_clock_words[2];

/** Parses a configuration from bytes in memory; faults go into `errors`.
 * Owns: gives the configuration.
 * Errors: TCN_CONFIG a fault was noted; TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_config_parse(const struct tcn_policy_file *file,
                                                struct tcn_config **out_config,
                                                struct tcn_policy_errors *errors);

#endif
