/* SPDX-License-Identifier: Apache-2.0 */
#include "district.h"

#include "base/clock.h"
#include "base/text.h"
#include "cli/layout.h"
#include "cli/place.h"
#include "client/ask.h"
#include "policy/read.h"

#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define READY_NS (20 * TCN_SECOND_NS)
#define DRAIN_NS (20 * TCN_SECOND_NS)

static enum tcn_status say(enum tcn_status status, const char *what, const char *where) {
    if (status != TCN_OK) {
        (void)fprintf(stderr, "tocsin: cannot %s %s: because %s\n", what, where,
                      tcn_status_sentence(status));
    }
    return status;
}

void bench_wait_ms(int milliseconds) {
    (void)poll(NULL, 0, milliseconds);
}

static enum tcn_status make_folders(const struct bench_options *options, const char *name,
                                    struct bench_district *district) {
    char given[TCN_CLI_PATH_BYTES];
    enum tcn_status status = tcn_place_path(given, options->dir, "%s.XXXXXX", name);
    if (status == TCN_OK) {
        char *path = mkdtemp(given) == NULL ? NULL : realpath(given, NULL);
        status = path == NULL
                     ? TCN_IO
                     : tcn_text_copy(tcn_slice_text(path), district->dir, sizeof district->dir);
        free(path);
    }
    static const char *const folders[] = {"etc", "run", "logs", "agents", "collector"};
    for (size_t i = 0; status == TCN_OK && i < sizeof folders / sizeof folders[0]; i++) {
        char path[TCN_CLI_PATH_BYTES];
        status = tcn_place_path(path, district->dir, "%s", folders[i]);
        if (status == TCN_OK) {
            status = tcn_place_make(path);
        }
    }
    return status;
}

/* Keys, genesis, bundle and the programs' configurations. */
static enum tcn_status found(const struct bench_options *options, struct bench_district *district,
                             const struct tcn_policy *policy) {
    const struct tcn_setup_options setup = {.dir = district->dir,
                                            .policy = policy,
                                            .office_count = options->publishers,
                                            .now_ns = tcn_clock_wall_ns()};
    enum tcn_status status = tcn_setup_make(&setup);
    if (status == TCN_OK) {
        status = tcn_setup_load(district->dir, &district->setup);
    }
    struct tcn_layout layout = {.dir = district->dir, .setup = &district->setup};
    if (status == TCN_OK) {
        status = tcn_layout_ports(&layout);
    }
    return status == TCN_OK ? tcn_layout_write(&layout) : status;
}

static enum tcn_status read_policy_and_found(const struct bench_options *options,
                                             struct bench_district *district) {
    const struct tcn_cli cli = {.out = stdout, .err = stderr, .policy_dir = TCN_POLICY_DIR};
    char path[TCN_CLI_PATH_BYTES];
    enum tcn_status status = tcn_place_policy(&cli, options->policy, path);
    struct tcn_policy_errors *errors = calloc(1, sizeof *errors);
    struct tcn_policy_source *policy = NULL;
    if (status == TCN_OK) {
        status = errors == NULL ? TCN_NOMEM : tcn_policy_read(path, &policy, errors);
    }
    if (status == TCN_OK) {
        status = found(options, district, tcn_policy_tables(policy));
    }
    tcn_policy_destroy(&policy);
    free(errors);
    return status;
}

static enum tcn_status read_bundle(struct bench_district *district) {
    char path[TCN_CLI_PATH_BYTES];
    struct tcn_arena arena = {0};
    struct tcn_slice bytes = {0};
    struct tcn_keyring ring;
    tcn_keyring_init(&ring, NULL, &district->setup.genesis.collector_key);
    enum tcn_status status = tcn_place_path(path, district->dir, "bundle.bin");
    if (status == TCN_OK) {
        status = tcn_arena_init(&arena, (size_t)2 * TCN_AGENT_BUNDLE_BYTES_MAX);
    }
    if (status == TCN_OK) {
        status = tcn_agent_bundle_read(path, &arena, &bytes);
    }
    if (status == TCN_OK) {
        status = tcn_agent_bundle_init(bytes, &ring, &district->bundle);
    }
    tcn_arena_fini(&arena);
    return status;
}

static enum tcn_status add_agents(struct bench_district *district) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; status == TCN_OK; i++) {
        const struct tcn_principal *office = bench_district_office(district, i);
        if (office == NULL) {
            break;
        }
        char name[TCN_WORD_BYTES_MAX + 8];
        (void)snprintf(name, sizeof name, "agent.%s", office->name);
        status = tcn_children_add(&district->children, name, "tocsin-agent", district->dir, name);
    }
    return status;
}

static enum tcn_status start(struct bench_district *district, bool has_agents) {
    struct tcn_children *children = &district->children;
    enum tcn_status status =
        tcn_children_add(children, "broker", "tocsin-broker", district->dir, "broker");
    if (status == TCN_OK) {
        status =
            tcn_children_add(children, "collector", "tocsin-collector", district->dir, "collector");
    }
    if (status == TCN_OK && has_agents) {
        status = add_agents(district);
    }
    for (uint32_t i = 0; status == TCN_OK && i < children->count; i++) {
        status = tcn_child_start(&children->list[i], tcn_clock_monotonic_ns());
    }
    return status;
}

static enum tcn_status open_session(struct bench_district *district) {
    char path[TCN_CLI_PATH_BYTES];
    struct tcn_policy_errors *errors = calloc(1, sizeof *errors);
    enum tcn_status status =
        errors == NULL ? TCN_NOMEM : tcn_place_path(path, district->dir, "etc/auditor.yaml");
    if (status == TCN_OK) {
        status = tcn_config_read(path, &district->auditor, errors);
    }
    free(errors);
    if (status == TCN_OK) {
        status = tcn_key_file_read(district->auditor->client.key_file, &district->auditor_keys);
    }
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_config_client *client = &district->auditor->client;
    const struct tcn_session_options session = {.broker_endpoint = client->broker_endpoint,
                                                .broker_key = client->broker_transport_key,
                                                .collector_key = client->collector_signing_key,
                                                .keys = &district->auditor_keys,
                                                .stop_descriptor = -1};
    return tcn_session_open(&session, &district->session);
}

static enum tcn_status await_ready(struct bench_district *district) {
    const struct tcn_query query = {.kind = TCN_QUERY_STATS};
    int64_t deadline_ns = tcn_clock_monotonic_ns() + READY_NS;
    enum tcn_status status = TCN_TIMEOUT;
    while (status != TCN_OK && tcn_clock_monotonic_ns() < deadline_ns) {
        struct tcn_answer answer;
        status = tcn_ask(district->session, &query, tcn_clock_monotonic_ns() + TCN_SECOND_NS / 2,
                         &answer);
    }
    return status;
}

enum tcn_status bench_district_open(const struct bench_options *options, const char *name,
                                    bool has_agents, struct bench_district *out_district) {
    struct bench_district *district = out_district;
    *district = (struct bench_district){.options = options};
    enum tcn_status status =
        say(make_folders(options, name, district), "make folders in", options->dir);
    if (status == TCN_OK) {
        status = say(read_policy_and_found(options, district), "found", district->dir);
    }
    if (status == TCN_OK) {
        status = say(read_bundle(district), "read the bundle of", district->dir);
    }
    if (status == TCN_OK) {
        status = say(start(district, has_agents), "start the programs of", district->dir);
    }
    if (status == TCN_OK) {
        status = say(open_session(district), "connect to", district->dir);
    }
    return status == TCN_OK ? say(await_ready(district), "reach", district->dir) : status;
}

static int remove_one(const char *path, const struct stat *file, int kind, struct FTW *walk) {
    (void)file;
    (void)kind;
    (void)walk;
    return remove(path);
}

static bool has_lost(const struct bench_district *district) {
    for (uint32_t i = 0; i < district->children.count; i++) {
        if (district->children.list[i].lost_count > 0) {
            return true;
        }
    }
    return false;
}

bool bench_district_close(struct bench_district *district) {
    tcn_session_close(&district->session);
    int64_t deadline_ns = tcn_clock_monotonic_ns() + DRAIN_NS;
    bool is_clean = tcn_children_end(&district->children, "agent.", deadline_ns);
    is_clean = tcn_children_end(&district->children, "collector", deadline_ns) && is_clean;
    is_clean = tcn_children_end(&district->children, "", deadline_ns) && is_clean;
    if (!is_clean) {
        (void)fprintf(stderr, "tocsin: a program did not end in time and was killed\n");
    }
    tcn_key_set_fini(&district->auditor_keys);
    tcn_config_destroy(&district->auditor);
    tcn_agent_bundle_fini(&district->bundle);
    tcn_setup_fini(&district->setup);
    if (district->options->is_kept) {
        (void)fprintf(stderr, "tocsin: kept %s\n", district->dir);
    } else if (district->dir[0] != '\0') {
        (void)nftw(district->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    district->dir[0] = '\0';
    return !has_lost(district);
}

const struct tcn_principal *bench_district_office(const struct bench_district *district,
                                                  uint32_t index) {
    const struct tcn_registry *registry = &district->setup.registry;
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        if (registry->principals[i].role == TCN_ROLE_OFFICE && index-- == 0) {
            return &registry->principals[i];
        }
    }
    return NULL;
}

bool bench_district_is_whole(struct bench_district *district) {
    int64_t wait_ns = 0;
    const enum tcn_status status =
        tcn_children_tend(&district->children, stderr, tcn_clock_monotonic_ns(), &wait_ns);
    return status == TCN_OK && !has_lost(district);
}

uint64_t bench_district_bytes(const struct bench_district *district, const char *database) {
    char path[TCN_CLI_PATH_BYTES];
    return tcn_place_path(path, district->dir, "collector/%s", database) == TCN_OK
               ? bench_folder_bytes(path)
               : 0;
}
