/* SPDX-License-Identifier: Apache-2.0 */
/* tocsin-broker: reads the section `broker` of tocsin.yaml, runs a broker until a signal. */
#include "broker/broker.h"
#include "policy/config.h"
#include "seal/init.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const char usage[] = "usage: tocsin-broker --config FILE [--metrics PATH]\n"
                            "  -c, --config FILE   the configuration, section `broker`\n"
                            "  -m, --metrics PATH  show numbers on a unix socket there\n"
                            "  -V, --version       print the version\n"
                            "  -h, --help          print this\n";

/* Exit codes of docs/reference/exit-codes.md. */
enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_CONFIGURATION = 6
};

static int open_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int run(const struct tcn_config_broker *config, const struct tcn_key_set *keys,
               const char *metrics_path) {
    const struct tcn_logger logger = tcn_logger_init("tocsin-broker", TCN_LOG_INFO, STDERR_FILENO);
    const struct tcn_broker_options options = {
        .front = config->front,
        .back = config->back,
        .door = config->door,
        .keys = keys,
        .collector_transport_key = config->collector_transport_key,
        .collector_transport_key_next = config->collector_transport_key_next,
        .collector_signing_key = config->collector_signing_key,
        .rss_bytes_max = (uint64_t)config->rss_max_mb << 20,
        .metrics_path = metrics_path,
        .version = TCN_PROGRAM_VERSION,
        .logger = &logger,
    };
    int signals = open_signals();
    struct tcn_broker *broker = NULL;
    enum tcn_status status = signals < 0 ? TCN_IO : tcn_broker_open(&options, &broker);
    if (status == TCN_OK) {
        tcn_log(&logger, TCN_LOG_INFO, "listens: front %s, back %s", config->front, config->back);
        status = tcn_broker_run(broker, signals);
    }
    if (status != TCN_OK) {
        tcn_log(&logger, TCN_LOG_ERROR, "cannot go on: %s", tcn_status_sentence(status));
    }
    tcn_broker_close(&broker);
    return status == TCN_OK ? EXIT_DONE : EXIT_FAILED;
}

static int start(const char *path, const char *metrics_path) {
    struct tcn_config *config = NULL;
    struct tcn_policy_errors errors;
    if (tcn_config_read(path, &config, &errors) != TCN_OK) {
        for (uint32_t index = 0; index < errors.count; index++) {
            char text[TCN_POLICY_ERROR_TEXT_BYTES];
            tcn_policy_error_text(&errors.items[index], text);
            (void)fprintf(stderr, "tocsin-broker: %s\n", text);
        }
        return EXIT_CONFIGURATION;
    }
    int code = EXIT_CONFIGURATION;
    struct tcn_key_set keys = {0};
    enum tcn_status status = tcn_seal_init();
    if (!config->has_broker) {
        (void)fprintf(stderr, "tocsin-broker: %s has no section broker\n", path);
    } else if (status != TCN_OK ||
               (status = tcn_key_file_read(config->broker.key_file, &keys)) != TCN_OK) {
        (void)fprintf(stderr, "tocsin-broker: cannot read the key file %s: %s\n",
                      config->broker.key_file, tcn_status_sentence(status));
    } else {
        code = run(&config->broker, &keys, metrics_path);
    }
    tcn_key_set_fini(&keys);
    tcn_config_destroy(&config);
    return code;
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"metrics", required_argument, NULL, 'm'},
                                            {"version", no_argument, NULL, 'V'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    const char *path = NULL, *metrics_path = NULL;
    for (int option = 0; (option = getopt_long(argc, argv, "c:m:Vh", options, NULL)) != -1;) {
        if (option == 'V') {
            (void)printf("tocsin-broker %s\n", TCN_PROGRAM_VERSION);
            return EXIT_DONE;
        }
        if (option != 'c' && option != 'm') {
            (void)fputs(usage, option == 'h' ? stdout : stderr);
            return option == 'h' ? EXIT_DONE : EXIT_USAGE;
        }
        *(option == 'c' ? &path : &metrics_path) = optarg;
    }
    if (path == NULL || optind < argc) {
        (void)fputs(usage, stderr);
        return EXIT_USAGE;
    }
    return start(path, metrics_path);
}
