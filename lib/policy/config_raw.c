/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/config_raw.h"

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

/* A text of a raw struct; the key is the member's name. */
#define TEXT(struct_name, member)                                                                  \
    CYAML_FIELD_STRING_PTR(#member, OPTIONAL, struct struct_name, member, 0,                       \
                           TCN_CONFIG_PATH_BYTES_MAX)

/* A section of the file. */
#define SECTION(member, fields)                                                                    \
    CYAML_FIELD_MAPPING_PTR(#member, OPTIONAL, struct tcn_raw_config, member, fields)

const char *const tcn_config_clock_words[2] = {"wall", "feed"};

static const cyaml_schema_field_t broker_fields[] = {
    TEXT(tcn_raw_broker, front),
    TEXT(tcn_raw_broker, back),
    TEXT(tcn_raw_broker, key_file),
    TEXT(tcn_raw_broker, collector_transport_key),
    TEXT(tcn_raw_broker, collector_signing_key),
    TEXT(tcn_raw_broker, rss_max_mb),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t collector_fields[] = {
    TEXT(tcn_raw_collector, dir),
    TEXT(tcn_raw_collector, broker_endpoint),
    TEXT(tcn_raw_collector, broker_transport_key),
    TEXT(tcn_raw_collector, key_file),
    TEXT(tcn_raw_collector, genesis_file),
    TEXT(tcn_raw_collector, map_gb),
    TEXT(tcn_raw_collector, clock),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t agent_fields[] = {
    TEXT(tcn_raw_agent, dir),
    TEXT(tcn_raw_agent, broker_endpoint),
    TEXT(tcn_raw_agent, broker_transport_key),
    TEXT(tcn_raw_agent, key_file),
    TEXT(tcn_raw_agent, bundle_file),
    TEXT(tcn_raw_agent, local_endpoint),
    TEXT(tcn_raw_agent, drop_dir),
    TEXT(tcn_raw_agent, organ),
    TEXT(tcn_raw_agent, principal),
    TEXT(tcn_raw_agent, source),
    TEXT(tcn_raw_agent, outbox_mb),
    TEXT(tcn_raw_agent, lane_urgent),
    TEXT(tcn_raw_agent, lane_routine),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t client_fields[] = {
    TEXT(tcn_raw_client, broker_endpoint),
    TEXT(tcn_raw_client, broker_transport_key),
    TEXT(tcn_raw_client, collector_signing_key),
    TEXT(tcn_raw_client, key_file),
    TEXT(tcn_raw_client, organ),
    TEXT(tcn_raw_client, agent_endpoint),
    TEXT(tcn_raw_client, principal),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t config_fields[] = {
    SECTION(broker, broker_fields),
    SECTION(collector, collector_fields),
    SECTION(agent, agent_fields),
    SECTION(client, client_fields),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t tcn_schema_config = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_config, config_fields)};
