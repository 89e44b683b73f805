/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin config check|show FILE`. */
#include "cli/seat.h"
#include "cli/verbs.h"
#include "json/write.h"

#include <stdlib.h>
#include <string.h>

/* Where values go: lines of text, or a document. */
struct showing {
    FILE *out;
    struct tcn_json_writer *writer; /* NULL: text */
};

static void begin(const struct showing *showing, const char *section) {
    if (showing->writer != NULL) {
        tcn_json_object_begin(showing->writer, section);
    } else {
        (void)fprintf(showing->out, "%s:\n", section);
    }
}

static void end(const struct showing *showing) {
    if (showing->writer != NULL) {
        tcn_json_object_end(showing->writer);
    }
}

static void text(const struct showing *showing, const char *name, const char *value) {
    if (showing->writer != NULL) {
        tcn_json_add_word(showing->writer, name, value);
    } else if (value != NULL) {
        (void)fprintf(showing->out, "  %s: %s\n", name, value);
    }
}

static void number(const struct showing *showing, const char *name, uint32_t value) {
    if (showing->writer != NULL) {
        tcn_json_add_u64(showing->writer, name, value);
    } else {
        (void)fprintf(showing->out, "  %s: %u\n", name, (unsigned)value);
    }
}

static void flag(const struct showing *showing, const char *name, bool value) {
    if (showing->writer != NULL) {
        tcn_json_add_bool(showing->writer, name, value);
    } else {
        (void)fprintf(showing->out, "  %s: %s\n", name, value ? "true" : "false");
    }
}

static void key(const struct showing *showing, const char *name,
                const struct tcn_public_key *value) {
    char hex[2 * sizeof value->bytes + 1];
    tcn_hex_encode(value->bytes, sizeof value->bytes, hex);
    text(showing, name, hex);
}

static void show_services(const struct showing *showing, const struct tcn_config *config) {
    if (config->has_broker) {
        const struct tcn_config_broker *broker = &config->broker;
        begin(showing, "broker");
        text(showing, "front", broker->front);
        text(showing, "back", broker->back);
        text(showing, "key_file", broker->key_file);
        key(showing, "collector_transport_key", &broker->collector_transport_key);
        key(showing, "collector_signing_key", &broker->collector_signing_key);
        number(showing, "rss_max_mb", broker->rss_max_mb);
        end(showing);
    }
    if (config->has_collector) {
        const struct tcn_config_collector *collector = &config->collector;
        begin(showing, "collector");
        text(showing, "dir", collector->dir);
        text(showing, "broker_endpoint", collector->broker_endpoint);
        key(showing, "broker_transport_key", &collector->broker_transport_key);
        text(showing, "key_file", collector->key_file);
        text(showing, "genesis_file", collector->genesis_file);
        number(showing, "map_gb", collector->map_gb);
        text(showing, "clock", collector->clock == TCN_CONFIG_CLOCK_FEED ? "feed" : "wall");
        end(showing);
    }
}

static void show_persons(const struct showing *showing, const struct tcn_config *config) {
    if (config->has_agent) {
        const struct tcn_config_agent *agent = &config->agent;
        begin(showing, "agent");
        text(showing, "dir", agent->dir);
        text(showing, "broker_endpoint", agent->broker_endpoint);
        key(showing, "broker_transport_key", &agent->broker_transport_key);
        text(showing, "key_file", agent->key_file);
        text(showing, "bundle_file", agent->bundle_file);
        text(showing, "local_endpoint", agent->local_endpoint);
        if (agent->drop_dir != NULL) {
            text(showing, "drop_dir", agent->drop_dir);
        }
        text(showing, "organ", agent->organ);
        number(showing, "principal", agent->principal);
        number(showing, "source", agent->source);
        number(showing, "outbox_mb", agent->outbox_mb);
        flag(showing, "is_urgent_on", agent->is_urgent_on);
        flag(showing, "is_routine_on", agent->is_routine_on);
        end(showing);
    }
    if (config->has_client) {
        const struct tcn_config_client *client = &config->client;
        begin(showing, "client");
        text(showing, "broker_endpoint", client->broker_endpoint);
        key(showing, "broker_transport_key", &client->broker_transport_key);
        key(showing, "collector_signing_key", &client->collector_signing_key);
        text(showing, "key_file", client->key_file);
        text(showing, "organ", client->organ);
        text(showing, "agent_endpoint", client->agent_endpoint);
        number(showing, "principal", client->principal);
        end(showing);
    }
}

static int show(struct tcn_cli *cli, const struct tcn_config *config, enum tcn_format format) {
    struct tcn_json_writer writer;
    struct showing showing = {.out = cli->out,
                              .writer = format == TCN_FORMAT_JSON ? &writer : NULL};
    tcn_json_writer_init_document(&writer, "config");
    show_services(&showing, config);
    show_persons(&showing, config);
    enum tcn_status status =
        format == TCN_FORMAT_JSON ? tcn_json_write_file(&writer, cli->out, true) : TCN_OK;
    tcn_json_writer_fini(&writer);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(cli, status, NULL, "print the configuration");
}

/* Reads it, tells its faults, and that there are none. */
static int check_file(struct tcn_cli *cli, const char *path, struct tcn_config **out_config) {
    struct tcn_policy_errors *errors = calloc(1, sizeof *errors);
    if (errors == NULL) {
        return tcn_cli_fail(cli, TCN_NOMEM, NULL, "read %s", path);
    }
    enum tcn_status status = tcn_config_read(path, out_config, errors);
    if (status != TCN_OK) {
        tcn_cli_faults(cli, errors);
    }
    free(errors);
    return status == TCN_OK ? TCN_EXIT_OK : tcn_cli_exit_code(status);
}

int tcn_verb_config(struct tcn_cli *cli, int argc, char **argv) {
    const char *format_option = NULL;
    const struct tcn_cli_option options[] = {
        {"output", 'o', "FORMAT", "show: table, json", NULL, &format_option}};
    const struct tcn_cli_syntax syntax = {"config check|show FILE", options, 1};
    enum tcn_format format = TCN_FORMAT_TABLE;
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    bool is_two = code == TCN_EXIT_OK && argc - first == 2;
    bool is_check = is_two && strcmp(argv[first], "check") == 0;
    bool is_show = is_two && strcmp(argv[first], "show") == 0;
    if (code == TCN_EXIT_OK && !is_check && !is_show) {
        return tcn_cli_usage(cli, "config --help", "config takes check or show and a file");
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(cli, format_option, 1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON,
                              &format);
    }
    struct tcn_config *config = NULL;
    if (code == TCN_EXIT_OK) {
        code = check_file(cli, argv[first + 1], &config);
    }
    if (code == TCN_EXIT_OK && is_show) {
        code = show(cli, config, format);
    } else if (code == TCN_EXIT_OK) {
        (void)fprintf(cli->out, "%s is good\n", argv[first + 1]);
    }
    tcn_config_destroy(&config);
    return code == -1 ? TCN_EXIT_OK : code;
}
