/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/config_raw.h"

#include <string.h>

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
    TEXT(tcn_raw_broker, door),
    TEXT(tcn_raw_broker, key_file),
    TEXT(tcn_raw_broker, collector_transport_key),
    TEXT(tcn_raw_broker, collector_transport_key_next),
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
    TEXT(tcn_raw_collector, journal_file),
    TEXT(tcn_raw_collector, map_gb),
    TEXT(tcn_raw_collector, snapshot_positions),
    TEXT(tcn_raw_collector, snapshot_hours),
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

/** A pointer member of a raw struct, by its offset in the schema. */
static const char *member(const void *raw, uint32_t offset) {
    const char *pointer = NULL;
    memcpy(&pointer, (const char *)raw + offset, sizeof(pointer));
    return pointer;
}

static void find_section(const struct tcn_policy_file *file,
                         const struct cyaml_schema_field *section, const void *raw,
                         struct tcn_config_places *places) {
    const struct cyaml_schema_field *field = section->value.mapping.fields;
    for (; field->key != NULL; field++) {
        const char *text = member(raw, field->data_offset);
        if (text == NULL || text[0] == '\0') {
            continue;
        }
        const struct tcn_policy_where where = {.section = section->key, .field = field->key};
        TCN_CHECK(places->count < TCN_CONFIG_VALUES_MAX);
        struct tcn_config_place *place = &places->items[places->count++];
        uint32_t column = 0;
        *place = (struct tcn_config_place){.section = section->key, .key = field->key};
        tcn_policy_file_find(file, &where, &place->line, &column);
    }
}

void tcn_config_places_find(const struct tcn_policy_file *file, const struct tcn_raw_config *raw,
                            struct tcn_config_places *out_places) {
    out_places->count = 0;
    for (const struct cyaml_schema_field *section = config_fields; section->key != NULL;
         section++) {
        const char *loaded = member(raw, section->data_offset);
        if (loaded != NULL) {
            find_section(file, section, loaded, out_places);
        }
    }
}
