/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file: what is refused with which words, and that writing and reading agree. */
#include "policy/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define BROKER                                                                                     \
    "broker:\n  front: tcp://*:7411\n  back: ipc://back\n  key_file: k\n"                          \
    "  collector_transport_key: " HEX "\n  collector_signing_key: " HEX "\n"
#define COLLECTOR                                                                                  \
    "collector:\n  dir: d\n  broker_endpoint: ipc://back\n  broker_transport_key: " HEX "\n"       \
    "  key_file: k\n"
#define AGENT                                                                                      \
    "agent:\n  dir: d\n  broker_endpoint: tcp://127.0.0.1:7411\n"                                  \
    "  broker_transport_key: " HEX "\n  key_file: k\n  bundle_file: b\n"                           \
    "  local_endpoint: ipc://l\n  organ: office_xiaoba\n  principal: 12\n  source: 3\n"
#define CLIENT                                                                                     \
    "client:\n  broker_endpoint: tcp://[::1]:7411\n  broker_transport_key: " HEX "\n"              \
    "  collector_signing_key: " HEX "\n  key_file: k\n  organ: police\n  principal: 4294967295\n"

/** One wrong file and the first fault that it must give. */
struct row {
    const char *text;
    const char *field;
    uint32_t line;
    uint32_t column;
    const char *says;
};

static const struct row rows[] = {
    {"", "", 0, 0, "empty"},
    {"broker: 3\n", "broker", 1, 9, "expected keys with values, this is a text"},
    {"borker:\n  front: x\n", "borker", 1, 1, "\"broker\""},
    {"qqqqqqq:\n  front: x\n", "qqqqqqq", 1, 1, "one of broker, collector, agent, client"},
    {BROKER "  rssmax_mb: 3\n", "broker.rssmax_mb", 7, 3, "\"rss_max_mb\""},
    {BROKER "  door: ipc:///run/door\n", "broker.door", 7, 9, "tcp://host:port"},
    {BROKER "  rss_max_mb: 63\n", "broker.rss_max_mb", 7, 15, "from 64 to 65536"},
    {BROKER "  rss_max_mb: 512M\n", "broker.rss_max_mb", 7, 15, "from 64 to 65536"},
    {BROKER AGENT "  outbox_mb: 1\n", "agent.outbox_mb", 17, 14, "from 16 to 65536"},
    {AGENT "  lane_urgent: on\n", "agent.lane_urgent", 11, 16, "false, true"},
    {AGENT "  lane_routine: flase\n", "agent.lane_routine", 11, 17, "\"false\""},
    {COLLECTOR "  clock: fed\n", "collector.clock", 6, 10, "\"feed\""},
    {COLLECTOR "  map_gb: 0\n", "collector.map_gb", 6, 11, "from 1 to 1024"},
    {COLLECTOR "  snapshot_hours: 8785\n", "collector.snapshot_hours", 6, 19, "from 0 to 8784"},
    {COLLECTOR "  snapshot_positions: -1\n", "collector.snapshot_positions", 6, 23,
     "from 0 to 4294967295"},
    {COLLECTOR "  map_gb: 1025\n", "collector.map_gb", 6, 11, "from 1 to 1024"},
    {CLIENT "  agent_endpoint: /run/x\n", "client.agent_endpoint", 8, 19, "ipc://path"},
    {"collector:\n  dir: d\n", "collector.broker_endpoint", 1, 1, "missing"},
    {"broker:\n  front: 127.0.0.1:7411\n", "broker.front", 2, 10, "tcp://host:port"},
    {"broker:\n  front: tcp://127.0.0.1\n", "broker.front", 2, 10, "a port"},
    {"broker:\n  front: \"tcp://127.0.0.1:\"\n", "broker.front", 2, 10, "a port"},
    {"broker:\n  front: tcp://:7411\n", "broker.front", 2, 10, "a port"},
    {"broker:\n  front: tcp://a:74x\n", "broker.front", 2, 10, "a port"},
    {"broker:\n  front: ipc://\n", "broker.front", 2, 10, "ipc://path"},
    {"broker:\n  front: tcp://a:1\n  back: tcp://a:2\n  key_file: k\n"
     "  collector_transport_key: 00ff\n",
     "broker.collector_transport_key", 5, 28, "64 hexadecimal"},
    {"broker:\n  front: tcp://a:1\n  back: tcp://a:2\n  key_file: k\n"
     "  collector_transport_key: " HEX "\n  collector_transport_key_next: 00\n",
     "broker.collector_transport_key_next", 6, 33, "64 hexadecimal"},
};

static char folder[] = "tocsin-config-XXXXXX";
static char path[64];
static struct tcn_policy_errors errors;

static int make_folder(void **state) {
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    (void)snprintf(path, sizeof(path), "%s/tocsin.yaml", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static void put_text(const char *text) {
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(text, 1, strlen(text), stream), strlen(text));
    assert_int_equal(fclose(stream), 0);
}

static void a_wrong_configuration_is_refused_with_field_line_and_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_config *config = NULL;
        put_text(rows[i].text);
        assert_int_equal(tcn_config_read(path, &config, &errors), TCN_CONFIG);
        assert_null(config);
        assert_true(errors.count > 0);
        const struct tcn_policy_error *error = &errors.items[0];
        assert_string_equal(error->file, path);
        if (strcmp(error->field, rows[i].field) != 0 || error->line != rows[i].line ||
            error->column != rows[i].column || strstr(error->text, rows[i].says) == NULL) {
            char text[TCN_POLICY_ERROR_TEXT_BYTES];
            tcn_policy_error_text(error, text);
            fail_msg("row %zu: got %s", i, text);
        }
    }
}

static void every_field_that_is_missing_is_told_at_once(void **state) {
    (void)state;
    struct tcn_config *config = NULL;
    put_text("broker:\n  front: ''\ncollector: {}\nagent:\n  dir: d\nclient: {}\n");
    assert_int_equal(tcn_config_read(path, &config, &errors), TCN_CONFIG);
    assert_int_equal(errors.count, 5 + 4 + 8 + 6);
    for (uint32_t i = 0; i < errors.count; i++) {
        assert_non_null(strstr(errors.items[i].text, "missing"));
        assert_true(errors.items[i].line > 0);
    }
}

/** A value and the line that gives it; 0: the program's default. */
struct origin_row {
    const char *section;
    const char *key;
    uint32_t line;
};

static void every_value_knows_its_line_or_that_it_is_a_default(void **state) {
    (void)state;
    static const struct origin_row origins[] = {
        {"agent", "outbox_mb", 0}, /* not there */
        {"agent", "drop_dir", 0},  /* there, and empty */
        {"agent", "nothing", 0},   /* no such key */
        {"watcher", "dir", 0},     /* no such section */
        {"broker", "map_gb", 0},   /* another section's key */
        {"client", "key_file", 0}, /* the section is not there */
        {"agent", "lane_urgent", 11}, {"agent", "dir", 2},          {"agent", "source", 10},
        {"broker", "front", 15},      {"broker", "rss_max_mb", 20},
    };
    struct tcn_config *config = NULL;
    put_text(AGENT "  lane_urgent: true # rss_max_mb: 3\n  drop_dir: ''\n\n" BROKER
                   "  rss_max_mb: 512\n");
    assert_int_equal(tcn_config_read(path, &config, &errors), TCN_OK);
    for (size_t i = 0; i < COUNT_OF(origins); i++) {
        const uint32_t line = tcn_config_line(config, origins[i].section, origins[i].key);
        if (line != origins[i].line) {
            fail_msg("%s.%s: line %u", origins[i].section, origins[i].key, line);
        }
    }
    tcn_config_destroy(&config);
}

static void a_secret_in_a_key_field_is_not_repeated(void **state) {
    (void)state;
    struct tcn_config *config = NULL;
    put_text("client:\n  broker_transport_key: hunter2\n");
    assert_int_equal(tcn_config_read(path, &config, &errors), TCN_CONFIG);
    for (uint32_t i = 0; i < errors.count; i++) {
        assert_null(strstr(errors.items[i].text, "hunter2"));
    }
}

static void what_is_handed_in_never_leaves_the_pc(void **state) {
    (void)state;
    struct tcn_config *config = NULL;
    put_text("agent:\n  local_endpoint: tcp://*:1\n");
    assert_int_equal(tcn_config_read(path, &config, &errors), TCN_CONFIG);
    bool is_told = false;
    for (uint32_t i = 0; i < errors.count; i++) {
        is_told = is_told || strstr(errors.items[i].text, "never leaves this PC") != NULL;
    }
    assert_true(is_told);
}

static void a_file_that_is_not_there_or_too_large_is_refused(void **state) {
    (void)state;
    struct tcn_config *config = NULL;
    assert_int_equal(tcn_config_read("nonexistent/tocsin.yaml", &config, &errors), TCN_CONFIG);
    assert_non_null(strstr(errors.items[0].text, "No such file"));
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    for (size_t i = 0; i <= TCN_CONFIG_BYTES_MAX; i++) {
        assert_int_equal(fputc('#', stream), '#');
    }
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(tcn_config_read(path, &config, &errors), TCN_CONFIG);
    assert_non_null(strstr(errors.items[0].text, "larger"));
}

static void a_path_over_its_limit_is_refused_and_not_repeated(void **state) {
    (void)state;
    struct tcn_config *config = NULL;
    char text[TCN_CONFIG_PATH_BYTES_MAX + 64] = "agent:\n  dir: ";
    memset(text + strlen(text), 'z', TCN_CONFIG_PATH_BYTES_MAX + 1);
    put_text(text);
    assert_int_equal(tcn_config_read(path, &config, &errors), TCN_CONFIG);
    assert_int_equal(errors.count, 1);
    assert_string_equal(errors.items[0].field, "agent.dir");
    assert_non_null(strstr(errors.items[0].text, "at most 1023 bytes"));
    assert_null(strstr(errors.items[0].text, "zzz"));
}

static void sections_are_optional_and_defaults_are_filled_in(void **state) {
    (void)state;
    struct tcn_config *config = NULL;
    put_text(BROKER COLLECTOR AGENT CLIENT);
    assert_int_equal(tcn_config_read(path, &config, &errors), TCN_OK);
    assert_true(config->has_broker && config->has_collector && config->has_agent);
    assert_true(config->has_client);
    assert_int_equal(config->broker.rss_max_mb, TCN_CONFIG_RSS_MAX_MB_DEFAULT);
    assert_int_equal(config->broker.collector_signing_key.bytes[31], 31);
    assert_null(config->broker.door);
    assert_null(config->collector.genesis_file);
    assert_null(config->collector.journal_file);
    assert_int_equal(config->collector.map_gb, TCN_CONFIG_MAP_GB_DEFAULT);
    assert_int_equal(config->collector.snapshot_positions, TCN_CONFIG_SNAPSHOT_POSITIONS_DEFAULT);
    assert_int_equal(config->collector.snapshot_hours, TCN_CONFIG_SNAPSHOT_HOURS_DEFAULT);
    assert_int_equal(config->collector.clock, TCN_CONFIG_CLOCK_WALL);
    assert_int_equal(config->agent.outbox_mb, TCN_CONFIG_OUTBOX_MB_DEFAULT);
    assert_true(config->agent.is_urgent_on && config->agent.is_routine_on);
    assert_null(config->client.agent_endpoint);
    assert_true(config->client.principal == UINT32_MAX);
    tcn_config_destroy(&config);
    assert_null(config);
    put_text(COLLECTOR "  clock: feed\n");
    assert_int_equal(tcn_config_read(path, &config, &errors), TCN_OK);
    assert_false(config->has_broker || config->has_agent || config->has_client);
    assert_int_equal(config->collector.clock, TCN_CONFIG_CLOCK_FEED);
    tcn_config_destroy(&config);
    tcn_config_destroy(&config);
    tcn_config_destroy(NULL);
}

/** A configuration with a value in every field, some of them hard to quote. */
static struct tcn_config full_config(void) {
    struct tcn_config config = {
        .has_broker = true,
        .has_collector = true,
        .has_agent = true,
        .has_client = true,
        .broker = {.front = "tcp://*:7411",
                   .back = "ipc://back end",
                   .key_file = "a: b #c 'd' \"e\\"},
        .collector = {.dir = "- x",
                      .broker_endpoint = "ipc://b",
                      .key_file = "\xE5\xAF\x86\xE9\x92\xA5",
                      .genesis_file = "true",
                      .journal_file = "/mnt/other/journal",
                      .map_gb = 2,
                      .snapshot_positions = 500, /* and by age never */
                      .clock = TCN_CONFIG_CLOCK_FEED},
        .agent = {.dir = "{d}",
                  .broker_endpoint = "tcp://a:1",
                  .key_file = "null",
                  .bundle_file = "~",
                  .local_endpoint = "ipc://l",
                  .drop_dir = "drop #1",
                  .organ = "office_xiaoba",
                  .principal = 1,
                  .source = UINT32_MAX,
                  .outbox_mb = 64,
                  .is_routine_on = true},
        .client = {.broker_endpoint = "tcp://a:1",
                   .key_file = " lead",
                   .organ = "police",
                   .agent_endpoint = "ipc://l",
                   .principal = 7},
    };
    memset(&config.client.broker_transport_key, 0xAB, sizeof(config.client.broker_transport_key));
    config.broker.has_next_collector_key = true;
    memset(&config.broker.collector_transport_key_next, 0xCD, sizeof(struct tcn_public_key));
    return config;
}

static void what_was_written_reads_the_same(void **state) {
    (void)state;
    struct tcn_config config = full_config();
    struct tcn_config *again = NULL;
    put_text("old");
    assert_int_equal(tcn_config_write(path, &config), TCN_OK);
    assert_int_equal(tcn_config_read(path, &again, &errors), TCN_OK);
    assert_string_equal(again->broker.back, config.broker.back);
    assert_string_equal(again->broker.key_file, config.broker.key_file);
    assert_int_equal(again->broker.rss_max_mb, TCN_CONFIG_RSS_MAX_MB_DEFAULT);
    assert_true(again->broker.has_next_collector_key);
    assert_memory_equal(&again->broker.collector_transport_key_next,
                        &config.broker.collector_transport_key_next, sizeof(struct tcn_public_key));
    assert_string_equal(again->collector.dir, config.collector.dir);
    assert_string_equal(again->collector.key_file, config.collector.key_file);
    assert_string_equal(again->collector.genesis_file, config.collector.genesis_file);
    assert_string_equal(again->collector.journal_file, config.collector.journal_file);
    assert_int_equal(again->collector.map_gb, 2);
    assert_int_equal(again->collector.snapshot_positions, 500);
    assert_int_equal(again->collector.snapshot_hours, 0);
    assert_int_equal(again->collector.clock, TCN_CONFIG_CLOCK_FEED);
    assert_string_equal(again->agent.dir, config.agent.dir);
    assert_string_equal(again->agent.key_file, config.agent.key_file);
    assert_string_equal(again->agent.bundle_file, config.agent.bundle_file);
    assert_string_equal(again->agent.drop_dir, config.agent.drop_dir);
    assert_string_equal(again->agent.organ, config.agent.organ);
    assert_true(again->agent.source == UINT32_MAX);
    assert_int_equal(again->agent.outbox_mb, 64);
    assert_false(again->agent.is_urgent_on);
    assert_true(again->agent.is_routine_on);
    assert_string_equal(again->client.key_file, config.client.key_file);
    assert_string_equal(again->client.agent_endpoint, config.client.agent_endpoint);
    assert_memory_equal(&again->client.broker_transport_key, &config.client.broker_transport_key,
                        sizeof(struct tcn_public_key));
    tcn_config_destroy(&again);
}

static void what_reading_would_refuse_is_not_written_and_the_old_file_stays(void **state) {
    (void)state;
    struct tcn_config config = {.has_agent = true};
    char text[8] = "";
    put_text("old");
    assert_int_equal(tcn_config_write(path, &config), TCN_BAD_VALUE);
    config = full_config();
    config.agent.organ = "No Word";
    assert_int_equal(tcn_config_write(path, &config), TCN_BAD_VALUE);
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    assert_int_equal(fread(text, 1, sizeof(text), stream), 3);
    assert_string_equal(text, "old");
    assert_int_equal(fclose(stream), 0);
}

static void a_folder_that_refuses_is_an_input_output_failure(void **state) {
    (void)state;
    struct tcn_config config = full_config();
    char name[2048];
    assert_int_equal(tcn_config_write("nonexistent/tocsin.yaml", &config), TCN_IO);
    assert_int_equal(tcn_config_write(folder, &config), TCN_IO); /* a folder stands there */
    (void)snprintf(name, sizeof(name), "%s.new", folder);
    assert_int_equal(access(name, F_OK), -1);
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(tcn_config_write(name, &config), TCN_BAD_VALUE);
    (void)snprintf(name, sizeof(name), "%s/tocsin.yaml.new", folder);
    assert_int_equal(mkdir(name, 0700), 0);
    assert_int_equal(tcn_config_write(path, &config), TCN_IO);
    assert_int_equal(rmdir(name), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_configuration_is_refused_with_field_line_and_reason),
        cmocka_unit_test(every_field_that_is_missing_is_told_at_once),
        cmocka_unit_test(every_value_knows_its_line_or_that_it_is_a_default),
        cmocka_unit_test(a_secret_in_a_key_field_is_not_repeated),
        cmocka_unit_test(what_is_handed_in_never_leaves_the_pc),
        cmocka_unit_test(a_file_that_is_not_there_or_too_large_is_refused),
        cmocka_unit_test(a_path_over_its_limit_is_refused_and_not_repeated),
        cmocka_unit_test(sections_are_optional_and_defaults_are_filled_in),
        cmocka_unit_test(what_was_written_reads_the_same),
        cmocka_unit_test(what_reading_would_refuse_is_not_written_and_the_old_file_stays),
        cmocka_unit_test(a_folder_that_refuses_is_an_input_output_failure),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
