/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/config.h"

#include "base/text.h"
#include "policy/config_raw.h"
#include "policy/value.h"

#include <stdlib.h>
#include <string.h>

/** A configuration with the loaded file that its texts lend from. */
struct holder {
    struct tcn_config config; /* first: a pointer to it is a pointer to its holder */
    void *raw;                /* struct tcn_raw_config, libcyaml's */
    struct tcn_config_places places;
};

/** A text or NULL when absent. */
static const char *read_optional(const char *raw) {
    return raw != NULL && raw[0] != '\0' ? raw : NULL;
}

/** A path that must be there. */
static const char *read_path(const struct tcn_values *values, const char *field, const char *raw) {
    (void)tcn_value_is_there(values, field, raw, "a path");
    return raw;
}

/** True for "host:port" with a port of digits or "*". */
static bool is_tcp_address(const char *address) {
    const char *colon = strrchr(address, ':');
    if (colon == NULL || colon == address || colon[1] == '\0') {
        return false;
    }
    return strcmp(colon + 1, "*") == 0 || strspn(colon + 1, "0123456789") == strlen(colon + 1);
}

/** An endpoint, if it is there. */
static const char *check_endpoint(const struct tcn_values *values, const char *field,
                                  const char *raw) {
    bool is_tcp = strncmp(raw, "tcp://", 6) == 0;
    bool is_ipc = strncmp(raw, "ipc://", 6) == 0;
    if (is_tcp && !is_tcp_address(raw + 6)) {
        tcn_value_fault(values, field,
                        "expected a port, for example tcp://127.0.0.1:7411 or tcp://*:7411");
    } else if (!is_tcp && (!is_ipc || raw[6] == '\0')) {
        tcn_value_fault(values, field, "expected tcp://host:port or ipc://path");
    }
    return raw;
}

/** An endpoint that must be there. */
static const char *read_endpoint(const struct tcn_values *values, const char *field,
                                 const char *raw) {
    if (!tcn_value_is_there(values, field, raw, "tcp://host:port or ipc://path")) {
        return NULL;
    }
    return check_endpoint(values, field, raw);
}

/** A public key as 64 hexadecimal digits. The message never repeats it: it could be a secret one.
 */
static struct tcn_public_key read_key(const struct tcn_values *values, const char *field,
                                      const char *raw) {
    struct tcn_public_key key = {0};
    if (tcn_value_is_there(values, field, raw, "a public key of 64 hexadecimal digits") &&
        tcn_hex_decode(tcn_slice_text(raw), key.bytes, sizeof(key.bytes)) != TCN_OK) {
        tcn_value_fault(values, field, "expected a public key of 64 hexadecimal digits");
    }
    return key;
}

/** A policy word that must be there. */
static const char *read_word(const struct tcn_values *values, const char *field, const char *raw) {
    char word[64];
    tcn_value_word(values, field, raw, word);
    return raw;
}

/** A number of 32 bits; a fallback of 0 means that it must be there. */
static uint32_t read_number(const struct tcn_values *values, const char *field, const char *raw,
                            struct tcn_range range) {
    return (uint32_t)tcn_value_number(values, field, raw, range);
}

/** An id from 1 that must be there. */
static uint32_t read_id(const struct tcn_values *values, const char *field, const char *raw) {
    struct tcn_range range = {.min = 1, .max = UINT32_MAX, .fallback = 0};
    return read_number(values, field, raw, range);
}

static void read_broker(const struct tcn_values *values, const struct tcn_raw_broker *raw,
                        struct tcn_config_broker *broker) {
    struct tcn_range rss = {.min = 64, .max = 65536, .fallback = TCN_CONFIG_RSS_MAX_MB_DEFAULT};
    broker->front = read_endpoint(values, "front", raw->front);
    broker->back = read_endpoint(values, "back", raw->back);
    broker->door = raw->door == NULL ? NULL : check_endpoint(values, "door", raw->door);
    if (broker->door != NULL && strncmp(broker->door, "tcp://", 6) != 0) {
        tcn_value_fault(values, "door", "expected tcp://host:port");
    }
    broker->key_file = read_path(values, "key_file", raw->key_file);
    broker->collector_transport_key =
        read_key(values, "collector_transport_key", raw->collector_transport_key);
    broker->has_next_collector_key = raw->collector_transport_key_next != NULL;
    if (broker->has_next_collector_key) {
        broker->collector_transport_key_next =
            read_key(values, "collector_transport_key_next", raw->collector_transport_key_next);
    }
    broker->collector_signing_key =
        read_key(values, "collector_signing_key", raw->collector_signing_key);
    broker->rss_max_mb = read_number(values, "rss_max_mb", raw->rss_max_mb, rss);
}

static void read_collector(const struct tcn_values *values, const struct tcn_raw_collector *raw,
                           struct tcn_config_collector *collector) {
    struct tcn_range map = {.min = 1, .max = 1024, .fallback = TCN_CONFIG_MAP_GB_DEFAULT};
    struct tcn_range positions = {
        .min = 0, .max = UINT32_MAX, .fallback = TCN_CONFIG_SNAPSHOT_POSITIONS_DEFAULT};
    struct tcn_range hours = {.min = 0, .max = 8784, .fallback = TCN_CONFIG_SNAPSHOT_HOURS_DEFAULT};
    struct tcn_value_words clocks = {tcn_config_clock_words, 2};
    collector->dir = read_path(values, "dir", raw->dir);
    collector->broker_endpoint = read_endpoint(values, "broker_endpoint", raw->broker_endpoint);
    collector->broker_transport_key =
        read_key(values, "broker_transport_key", raw->broker_transport_key);
    collector->key_file = read_path(values, "key_file", raw->key_file);
    collector->genesis_file = read_optional(raw->genesis_file);
    collector->journal_file = read_optional(raw->journal_file);
    collector->map_gb = read_number(values, "map_gb", raw->map_gb, map);
    collector->snapshot_positions =
        read_number(values, "snapshot_positions", raw->snapshot_positions, positions);
    collector->snapshot_hours = read_number(values, "snapshot_hours", raw->snapshot_hours, hours);
    if (read_optional(raw->clock) != NULL) {
        size_t index = tcn_value_choice(values, "clock", raw->clock, clocks);
        collector->clock =
            index == TCN_CONFIG_CLOCK_FEED ? TCN_CONFIG_CLOCK_FEED : TCN_CONFIG_CLOCK_WALL;
    }
}

static void read_agent(const struct tcn_values *values, const struct tcn_raw_agent *raw,
                       struct tcn_config_agent *agent) {
    struct tcn_range outbox = {.min = 16, .max = 65536, .fallback = TCN_CONFIG_OUTBOX_MB_DEFAULT};
    agent->dir = read_path(values, "dir", raw->dir);
    agent->broker_endpoint = read_endpoint(values, "broker_endpoint", raw->broker_endpoint);
    agent->broker_transport_key =
        read_key(values, "broker_transport_key", raw->broker_transport_key);
    agent->key_file = read_path(values, "key_file", raw->key_file);
    agent->bundle_file = read_path(values, "bundle_file", raw->bundle_file);
    agent->local_endpoint = read_endpoint(values, "local_endpoint", raw->local_endpoint);
    if (agent->local_endpoint != NULL && strncmp(agent->local_endpoint, "tcp://", 6) == 0) {
        tcn_value_fault(values, "local_endpoint",
                        "expected ipc://path: what is handed in never leaves this PC unsealed");
    }
    agent->drop_dir = read_optional(raw->drop_dir);
    agent->organ = read_word(values, "organ", raw->organ);
    agent->principal = read_id(values, "principal", raw->principal);
    agent->source = read_id(values, "source", raw->source);
    agent->outbox_mb = read_number(values, "outbox_mb", raw->outbox_mb, outbox);
    agent->is_urgent_on = tcn_value_flag(values, "lane_urgent", raw->lane_urgent, true);
    agent->is_routine_on = tcn_value_flag(values, "lane_routine", raw->lane_routine, true);
}

static void read_client(const struct tcn_values *values, const struct tcn_raw_client *raw,
                        struct tcn_config_client *client) {
    client->broker_endpoint = read_endpoint(values, "broker_endpoint", raw->broker_endpoint);
    client->broker_transport_key =
        read_key(values, "broker_transport_key", raw->broker_transport_key);
    client->collector_signing_key =
        read_key(values, "collector_signing_key", raw->collector_signing_key);
    client->key_file = read_path(values, "key_file", raw->key_file);
    client->organ = read_word(values, "organ", raw->organ);
    client->agent_endpoint = read_optional(raw->agent_endpoint);
    if (client->agent_endpoint != NULL) {
        (void)check_endpoint(values, "agent_endpoint", client->agent_endpoint);
    }
    client->principal = read_id(values, "principal", raw->principal);
}

/** Every section that is there. */
static void read_sections(struct tcn_values values, const struct tcn_raw_config *raw,
                          struct tcn_config *config) {
    config->has_broker = raw->broker != NULL;
    config->has_collector = raw->collector != NULL;
    config->has_agent = raw->agent != NULL;
    config->has_client = raw->client != NULL;
    if (raw->broker != NULL) {
        values.section = "broker";
        read_broker(&values, raw->broker, &config->broker);
    }
    if (raw->collector != NULL) {
        values.section = "collector";
        read_collector(&values, raw->collector, &config->collector);
    }
    if (raw->agent != NULL) {
        values.section = "agent";
        read_agent(&values, raw->agent, &config->agent);
    }
    if (raw->client != NULL) {
        values.section = "client";
        read_client(&values, raw->client, &config->client);
    }
}

enum tcn_status tcn_config_parse(const struct tcn_policy_file *file, struct tcn_config **out_config,
                                 struct tcn_policy_errors *errors) {
    struct holder *holder = calloc(1, sizeof(*holder));
    if (holder == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_config *config = &holder->config;
    enum tcn_status status = tcn_yaml_load(file, &tcn_schema_config, &holder->raw, errors);
    if (status == TCN_OK) {
        struct tcn_values values = {.file = file, .errors = errors};
        read_sections(values, holder->raw, config);
        tcn_config_places_find(file, holder->raw, &holder->places);
        status = errors->count > 0 ? TCN_CONFIG : TCN_OK;
    }
    if (status == TCN_OK) {
        *out_config = config;
        config = NULL;
    }
    tcn_config_destroy(&config);
    return status;
}

enum tcn_status tcn_config_read(const char *path, struct tcn_config **out_config,
                                struct tcn_policy_errors *errors) {
    struct tcn_policy_file file;
    memset(errors, 0, sizeof(*errors));
    enum tcn_status status = tcn_policy_file_init(&file, path, TCN_CONFIG_BYTES_MAX, errors);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_config_parse(&file, out_config, errors);
    tcn_policy_file_fini(&file);
    return status;
}

uint32_t tcn_config_line(const struct tcn_config *config, const char *section, const char *key) {
    const struct holder *holder = (const struct holder *)(const void *)config;
    for (uint32_t i = 0; i < holder->places.count; i++) {
        const struct tcn_config_place *place = &holder->places.items[i];
        if (strcmp(place->section, section) == 0 && strcmp(place->key, key) == 0) {
            return place->line;
        }
    }
    return 0;
}

void tcn_config_destroy(struct tcn_config **config) {
    if (config == NULL || *config == NULL) {
        return;
    }
    struct holder *holder = (struct holder *)(void *)*config;
    tcn_yaml_destroy(&tcn_schema_config, &holder->raw);
    free(holder);
    *config = NULL;
}
