/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin config check|show [FILE]`. */
#include "cli/seat.h"
#include "cli/verbs.h"
#include "json/write.h"

#include <stdlib.h>
#include <string.h>

/* Where values go: lines of text, which are a configuration again, or a document. */
struct showing {
    FILE *out;
    struct tcn_json_writer *writer; /* NULL: text */
    const struct tcn_config *config;
    const char *section; /* of the value in hand */
    bool has_origin;     /* each value with where it comes from */
};

/* Column of the origin behind a value, so that they stand below each other. */
#define ORIGIN_COLUMN 40

static void begin(struct showing *showing, const char *section) {
    showing->section = section;
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

/* One line of text: the value and, as a comment, its origin. NULL is a value that is not set. */
static void print(const struct showing *showing, const char *name, const char *value) {
    const uint32_t line = tcn_config_line(showing->config, showing->section, name);
    if (value == NULL && !showing->has_origin) {
        return;
    }
    if (!showing->has_origin) {
        (void)fprintf(showing->out, "  %s: %s\n", name, value);
    } else if (value == NULL) {
        (void)fprintf(showing->out, "  # %s: is not set\n", name);
    } else {
        const int size = fprintf(showing->out, "  %s: %s", name, value);
        const int pad = size < ORIGIN_COLUMN ? ORIGIN_COLUMN - size : 1;
        (void)fprintf(showing->out, line == 0 ? "%*s# default\n" : "%*s# line %u\n", pad, "",
                      (unsigned)line);
    }
}

/* The name under which the document's value comes: its own, or "value" beside its origin. */
static const char *name_in(const struct showing *showing, const char *name) {
    if (!showing->has_origin) {
        return name;
    }
    tcn_json_object_begin(showing->writer, name);
    return "value";
}

static void name_out(const struct showing *showing, const char *name, bool is_set) {
    if (!showing->has_origin) {
        return;
    }
    const uint32_t line = tcn_config_line(showing->config, showing->section, name);
    tcn_json_add_word(showing->writer, "origin",
                      line != 0 ? "file"
                      : is_set  ? "default"
                                : "not_set");
    if (line != 0) {
        tcn_json_add_u64(showing->writer, "line", line);
    }
    tcn_json_object_end(showing->writer);
}

static void text(const struct showing *showing, const char *name, const char *value) {
    if (showing->writer == NULL) {
        print(showing, name, value);
        return;
    }
    tcn_json_add_word(showing->writer, name_in(showing, name), value);
    name_out(showing, name, value != NULL);
}

static void number(const struct showing *showing, const char *name, uint32_t value) {
    if (showing->writer == NULL) {
        char digits[16];
        (void)snprintf(digits, sizeof digits, "%u", (unsigned)value);
        print(showing, name, digits);
        return;
    }
    tcn_json_add_u64(showing->writer, name_in(showing, name), value);
    name_out(showing, name, true);
}

static void flag(const struct showing *showing, const char *name, bool value) {
    if (showing->writer == NULL) {
        print(showing, name, value ? "true" : "false");
        return;
    }
    tcn_json_add_bool(showing->writer, name_in(showing, name), value);
    name_out(showing, name, true);
}

static void key(const struct showing *showing, const char *name,
                const struct tcn_public_key *value) {
    char hex[2 * sizeof value->bytes + 1];
    tcn_hex_encode(value->bytes, sizeof value->bytes, hex);
    text(showing, name, hex);
}

static void show_services(struct showing *showing, const struct tcn_config *config) {
    if (config->has_broker) {
        const struct tcn_config_broker *broker = &config->broker;
        begin(showing, "broker");
        text(showing, "front", broker->front);
        text(showing, "back", broker->back);
        text(showing, "door", broker->door);
        text(showing, "key_file", broker->key_file);
        key(showing, "collector_transport_key", &broker->collector_transport_key);
        if (broker->has_next_collector_key) {
            key(showing, "collector_transport_key_next", &broker->collector_transport_key_next);
        }
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
        text(showing, "journal_file", collector->journal_file);
        number(showing, "map_gb", collector->map_gb);
        number(showing, "snapshot_positions", collector->snapshot_positions);
        number(showing, "snapshot_hours", collector->snapshot_hours);
        text(showing, "clock", collector->clock == TCN_CONFIG_CLOCK_FEED ? "feed" : "wall");
        end(showing);
    }
}

static void show_persons(struct showing *showing, const struct tcn_config *config) {
    if (config->has_agent) {
        const struct tcn_config_agent *agent = &config->agent;
        begin(showing, "agent");
        text(showing, "dir", agent->dir);
        text(showing, "broker_endpoint", agent->broker_endpoint);
        key(showing, "broker_transport_key", &agent->broker_transport_key);
        text(showing, "key_file", agent->key_file);
        text(showing, "bundle_file", agent->bundle_file);
        text(showing, "local_endpoint", agent->local_endpoint);
        text(showing, "drop_dir", agent->drop_dir);
        text(showing, "organ", agent->organ);
        number(showing, "principal", agent->principal);
        number(showing, "source", agent->source);
        number(showing, "outbox_mb", agent->outbox_mb);
        flag(showing, "lane_urgent", agent->is_urgent_on);
        flag(showing, "lane_routine", agent->is_routine_on);
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

/* What the verb was told. */
struct telling {
    enum tcn_format format;
    const char *path;
    bool is_path_given; /* by the command line; else by TOCSIN_CONFIG */
    bool has_origin;
};

static int show(struct tcn_cli *cli, const struct tcn_config *config,
                const struct telling *telling) {
    const bool is_json = telling->format == TCN_FORMAT_JSON;
    struct tcn_json_writer writer;
    struct showing showing = {.out = cli->out,
                              .writer = is_json ? &writer : NULL,
                              .config = config,
                              .has_origin = telling->has_origin};
    tcn_json_writer_init_document(&writer, telling->has_origin ? "config_origin" : "config");
    if (telling->has_origin && is_json) {
        tcn_json_add_text(&writer, "file", tcn_slice_text(telling->path));
        tcn_json_add_word(&writer, "file_from",
                          telling->is_path_given ? "argument" : "TOCSIN_CONFIG");
    } else if (telling->has_origin) {
        (void)fprintf(cli->out, "# %s%s; \"line\" is of this file\n", telling->path,
                      telling->is_path_given ? "" : ", from the environment's TOCSIN_CONFIG");
    }
    show_services(&showing, config);
    show_persons(&showing, config);
    enum tcn_status status = is_json ? tcn_json_write_file(&writer, cli->out, true) : TCN_OK;
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
    struct telling telling = {.path = getenv("TOCSIN_CONFIG")};
    const struct tcn_cli_option options[] = {
        {"origin", 0, NULL, "show: each value with where it comes from", &telling.has_origin, NULL},
        {"output", 'o', "FORMAT", "show: table, json", NULL, &format_option}};
    const struct tcn_cli_syntax syntax = {"config check|show [FILE]", options, 2};
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    const int count = argc - first;
    telling.is_path_given = count == 2;
    telling.path = code == TCN_EXIT_OK && count == 2 ? argv[first + 1] : telling.path;
    bool is_right = code == TCN_EXIT_OK && (count == 1 || count == 2) && telling.path != NULL;
    bool is_check = is_right && strcmp(argv[first], "check") == 0;
    bool is_show = is_right && strcmp(argv[first], "show") == 0;
    if (code == TCN_EXIT_OK && !is_check && !is_show) {
        return tcn_cli_usage(cli, "config show DIR/etc/collector.yaml",
                             "config takes check or show and a file, which TOCSIN_CONFIG may name; "
                             "those of a district lie in its folder etc");
    }
    if (is_check && telling.has_origin) {
        return tcn_cli_usage(cli, "config show --origin FILE", "config check takes no --origin");
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(cli, format_option, 1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON,
                              &telling.format);
    }
    struct tcn_config *config = NULL;
    if (code == TCN_EXIT_OK) {
        code = check_file(cli, telling.path, &config);
    }
    if (code == TCN_EXIT_OK && is_show) {
        code = show(cli, config, &telling);
    } else if (code == TCN_EXIT_OK) {
        (void)fprintf(cli->out, "%s is good\n", telling.path);
    }
    tcn_config_destroy(&config);
    return code == -1 ? TCN_EXIT_OK : code;
}
