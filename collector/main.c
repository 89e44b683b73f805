/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/collector.h"
#include "policy/config.h"
#include "seal/init.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define PROGRAM "tocsin-collector"
#define EXIT_USAGE 2
#define EXIT_CONFIG 6

static int usage(FILE *out, int code) {
    (void)fputs("usage: " PROGRAM " --config FILE [--metrics PATH]\n"
                "       " PROGRAM " --version | --help\n"
                "\n"
                "Takes signed reports from a broker, keeps them for good and serves them.\n",
                out);
    return code;
}

/* SIGINT and SIGTERM become readable here, and nowhere else; threads inherit the mask. */
static int open_signals(void) {
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static enum tcn_status run(const struct tcn_config_collector *config, const char *metrics_path,
                           int signals, const struct tcn_logger *logger) {
    struct tcn_key_set keys = {0};
    struct tcn_link *link = NULL;
    struct tcn_collector *collector = NULL;
    enum tcn_status status = tcn_key_file_read(config->key_file, &keys);
    if (status != TCN_OK) {
        tcn_log(logger, TCN_LOG_ERROR, "cannot read the keys %s: because %s", config->key_file,
                tcn_status_sentence(status));
        return status;
    }
    status = tcn_link_open(2, 1024, &link);
    const struct tcn_collector_options options = {
        .dir = config->dir,
        .broker_endpoint = config->broker_endpoint,
        .broker_transport_key = config->broker_transport_key,
        .keys = &keys,
        .key_file = config->key_file,
        .genesis_file = config->genesis_file,
        .journal_path = config->journal_file,
        .metrics_path = metrics_path,
        .version = TCN_PROGRAM_VERSION,
        .map_bytes = (uint64_t)config->map_gb << 30,
        .snapshot_positions = config->snapshot_positions,
        .snapshot_hours = config->snapshot_hours,
        .is_feed_clock = config->clock == TCN_CONFIG_CLOCK_FEED,
        .link = link,
        .logger = logger,
    };
    status = status == TCN_OK ? tcn_collector_open(&options, &collector) : status;
    if (status == TCN_OK) {
        status = tcn_collector_run(collector, signals);
    }
    tcn_collector_close(&collector);
    tcn_link_close(&link);
    tcn_key_set_fini(&keys);
    return status;
}

static int start(const char *path, const char *metrics_path) {
    const struct tcn_logger logger = tcn_logger_init(PROGRAM, TCN_LOG_INFO, STDERR_FILENO);
    struct tcn_policy_errors errors;
    struct tcn_config *config = NULL;
    enum tcn_status status = tcn_config_read(path, &config, &errors);
    for (uint32_t i = 0; status != TCN_OK && i < errors.count; i++) {
        char text[TCN_POLICY_ERROR_TEXT_BYTES];
        tcn_policy_error_text(&errors.items[i], text);
        (void)fprintf(stderr, PROGRAM ": %s\n", text);
    }
    if (status != TCN_OK || !config->has_collector) {
        tcn_log(&logger, TCN_LOG_ERROR, "%s has no section collector to use", path);
        tcn_config_destroy(&config);
        return EXIT_CONFIG;
    }
    const int signals = open_signals();
    status = signals < 0 ? TCN_IO : tcn_seal_init();
    if (status == TCN_OK) {
        status = run(&config->collector, metrics_path, signals, &logger);
    }
    tcn_config_destroy(&config);
    return status == TCN_OK ? EXIT_SUCCESS : status == TCN_VERSION ? EXIT_CONFIG : EXIT_FAILURE;
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"metrics", required_argument, NULL, 'm'},
                                            {"version", no_argument, NULL, 'V'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    const char *path = NULL;
    const char *metrics_path = NULL;
    for (int c = 0; (c = getopt_long(argc, argv, "c:m:Vh", options, NULL)) != -1;) {
        if (c == 'V') {
            (void)puts(PROGRAM " " TCN_PROGRAM_VERSION);
            return EXIT_SUCCESS;
        }
        if (c != 'c' && c != 'm') {
            return usage(c == 'h' ? stdout : stderr, c == 'h' ? EXIT_SUCCESS : EXIT_USAGE);
        }
        *(c == 'c' ? &path : &metrics_path) = optarg;
    }
    return path == NULL || optind != argc ? usage(stderr, EXIT_USAGE) : start(path, metrics_path);
}
