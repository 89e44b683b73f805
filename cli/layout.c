/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/layout.h"

#include "cli/machine.h"
#include "cli/place.h"
#include "cli/ports.h"

#include <string.h>

/* Texts that a configuration lends, for the time of one file. */
struct texts {
    char key_file[TCN_CLI_PATH_BYTES];
    char dir[TCN_CLI_PATH_BYTES];
    char genesis[TCN_CLI_PATH_BYTES];
    char front[64];
    char back[64];
    char door[64];
};

static enum tcn_status common_texts(const struct tcn_layout *layout, const char *name,
                                    struct texts *out_texts) {
    (void)snprintf(out_texts->front, sizeof out_texts->front, "tcp://127.0.0.1:%u",
                   (unsigned)layout->front_port);
    (void)snprintf(out_texts->back, sizeof out_texts->back, "tcp://127.0.0.1:%u",
                   (unsigned)layout->back_port);
    (void)snprintf(out_texts->door, sizeof out_texts->door, "tcp://127.0.0.1:%u",
                   (unsigned)layout->door_port);
    return tcn_place_path(out_texts->key_file, layout->dir, "keys/%s.key", name);
}

static enum tcn_status write_file(const struct tcn_layout *layout, const char *name,
                                  const struct tcn_config *config) {
    char path[TCN_CLI_PATH_BYTES];
    enum tcn_status status = tcn_place_path(path, layout->dir, "etc/%s.yaml", name);
    return status != TCN_OK ? status : tcn_config_write(path, config);
}

static enum tcn_status write_broker(const struct tcn_layout *layout,
                                    const struct tcn_principal *collector) {
    struct texts texts;
    enum tcn_status status = common_texts(layout, "broker", &texts);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_config config = {
        .has_broker = true,
        .broker = {.front = texts.front,
                   .back = texts.back,
                   .door = texts.door,
                   .key_file = texts.key_file,
                   .collector_transport_key = collector->transport_key,
                   .collector_signing_key = collector->signing_key,
                   .rss_max_mb = TCN_CONFIG_RSS_MAX_MB_DEFAULT},
    };
    return write_file(layout, "broker", &config);
}

static enum tcn_status write_collector(const struct tcn_layout *layout,
                                       const struct tcn_principal *broker) {
    struct texts texts;
    enum tcn_status status = common_texts(layout, "collector", &texts);
    if (status == TCN_OK) {
        status = tcn_place_path(texts.dir, layout->dir, "collector");
    }
    if (status == TCN_OK) {
        status = tcn_place_path(texts.genesis, layout->dir, "genesis.bin");
    }
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_config config = {
        .has_collector = true,
        .collector = {.dir = texts.dir,
                      .broker_endpoint = texts.back,
                      .broker_transport_key = broker->transport_key,
                      .key_file = texts.key_file,
                      .genesis_file = texts.genesis,
                      .map_gb = TCN_CONFIG_MAP_GB_DEFAULT,
                      .snapshot_positions = TCN_CONFIG_SNAPSHOT_POSITIONS_DEFAULT,
                      .snapshot_hours = TCN_CONFIG_SNAPSHOT_HOURS_DEFAULT,
                      .clock = layout->setup->genesis.mode == TCN_MODE_EXERCISE
                                   ? TCN_CONFIG_CLOCK_FEED
                                   : TCN_CONFIG_CLOCK_WALL},
    };
    return write_file(layout, "collector", &config);
}

/* The machine of a principal. `organ` is the word for what it speaks for or belongs to. */
static struct tcn_machine machine_of(const struct tcn_layout *layout, const struct texts *texts,
                                     const struct tcn_principal *principal, const char *organ) {
    const struct tcn_principal *broker = tcn_setup_find(layout->setup, "broker");
    TCN_CHECK(broker != NULL); /* tcn_layout_write has looked */
    return (struct tcn_machine){.dir = layout->dir,
                                .front = texts->front,
                                .broker_key = &broker->transport_key,
                                .collector_key = &layout->setup->genesis.collector_key,
                                .row = principal,
                                .organ = organ};
}

static enum tcn_status write_agent(const struct tcn_layout *layout,
                                   const struct tcn_principal *principal, const char *organ) {
    struct texts texts;
    char file[TCN_WORD_BYTES_MAX + 8];
    (void)snprintf(file, sizeof file, "agent.%s", principal->name);
    const enum tcn_status status = common_texts(layout, principal->name, &texts);
    const struct tcn_machine machine = machine_of(layout, &texts, principal, organ);
    return status == TCN_OK ? tcn_machine_agent(&machine, file, principal->name) : status;
}

/* A watcher, the auditor or an administrator. `agent` names the principal whose agent, if it has
 * one, takes its acts. */
static enum tcn_status write_client(const struct tcn_layout *layout,
                                    const struct tcn_principal *principal, const char *organ,
                                    const char *agent) {
    struct texts texts;
    const enum tcn_status status = common_texts(layout, principal->name, &texts);
    const struct tcn_machine machine = machine_of(layout, &texts, principal, organ);
    const struct tcn_principal *found = tcn_setup_find(layout->setup, agent);
    const bool has_agent = found != NULL && found->source != 0;
    return status == TCN_OK
               ? tcn_machine_client(&machine, principal->name, has_agent ? agent : NULL)
               : status;
}

/* An administrator speaks for no organ. Its agent and its programs have its one key. */
static enum tcn_status write_admin(const struct tcn_layout *layout,
                                   const struct tcn_principal *principal) {
    enum tcn_status status = write_agent(layout, principal, TCN_CONFIG_ORGAN_ADMIN);
    return status != TCN_OK
               ? status
               : write_client(layout, principal, TCN_CONFIG_ORGAN_ADMIN, principal->name);
}

static enum tcn_status write_principal(const struct tcn_layout *layout,
                                       const struct tcn_principal *principal) {
    const struct tcn_organ *organ = tcn_policy_organ(&layout->setup->policy, principal->organ);
    switch (principal->role) {
    case TCN_ROLE_OFFICE:
    case TCN_ROLE_BUREAU:
    case TCN_ROLE_FEED:
        return write_agent(layout, principal, principal->name);
    case TCN_ROLE_ADMIN:
        return write_admin(layout, principal);
    case TCN_ROLE_WATCHER:
        return organ == NULL ? TCN_ABSENT : write_client(layout, principal, organ->id, organ->id);
    case TCN_ROLE_AUDITOR:
        return write_client(layout, principal, "auditor", "auditor");
    default:
        return TCN_OK;
    }
}

enum tcn_status tcn_layout_write(const struct tcn_layout *layout) {
    const struct tcn_principal *collector = tcn_setup_find(layout->setup, "collector");
    const struct tcn_principal *broker = tcn_setup_find(layout->setup, "broker");
    if (collector == NULL || broker == NULL) {
        return TCN_ABSENT;
    }
    enum tcn_status status = write_broker(layout, collector);
    if (status == TCN_OK) {
        status = write_collector(layout, broker);
    }
    const struct tcn_registry *registry = &layout->setup->registry;
    for (uint32_t index = 0; status == TCN_OK && index < registry->principal_count; index++) {
        status = write_principal(layout, &registry->principals[index]);
    }
    return status;
}

enum tcn_status tcn_layout_ports(struct tcn_layout *layout) {
    uint16_t ports[3] = {0};
    const enum tcn_status status = tcn_ports_take_here(sizeof ports / sizeof ports[0], ports);
    if (status == TCN_OK) {
        layout->front_port = ports[0];
        layout->back_port = ports[1];
        layout->door_port = ports[2];
    }
    return status;
}
