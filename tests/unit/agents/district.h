/* SPDX-License-Identifier: Apache-2.0 */
/* A small district for the agents' tests: a policy, keys, a signed bundle, and one office's folder.
 */
#ifndef TEST_AGENTS_DISTRICT_H
#define TEST_AGENTS_DISTRICT_H

#include "agents/agent.h"
#include "agents/bundle.h"
#include "base/arena.h"
#include "link/sock.h"
#include "model/policy.h"
#include "model/registry.h"
#include "policy/config.h"
#include "seal/box.h"
#include "seal/init.h"
#include "seal/key.h"
#include "seal/random.h"
#include "wire/frame.h"
#include "wire/policy.h"
#include "wire/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define MAYBE_UNUSED __attribute__((unused))

#define DESK 1
#define WATER 2
#define OFFICE 3
#define DISCIPLINE 4
#define LABOUR 5
#define KEYLESS 6

#define DIVISION "520502102000"
#define PATH_BYTES 128

static const struct tcn_organ district_organs[] = {
    {.number = DESK, .id = "desk", .kind = TCN_ORGAN_DESK},
    {.number = WATER, .id = "water_bureau", .kind = TCN_ORGAN_BUREAU},
    {.number = OFFICE, .id = "office_chahe", .kind = TCN_ORGAN_OFFICE},
    {.number = DISCIPLINE, .id = "discipline", .kind = TCN_ORGAN_BUREAU},
    {.number = LABOUR, .id = "labour_bureau", .kind = TCN_ORGAN_BUREAU},
    {.number = KEYLESS, .id = "keyless_bureau", .kind = TCN_ORGAN_BUREAU},
};

static const struct tcn_domain district_domains[] = {
    {.id = "child", .owner = LABOUR, .has_opaque_slip = true},
    {.id = "coal_mine_safety", .procedure = TCN_PROCEDURE_HAZARD, .owner = WATER},
    {.id = "lost_keys", .owner = KEYLESS},
    {.id = "petition", .owner = LABOUR, .is_petition = true},
    {.id = "rural_water", .owner = WATER, .recipients = {LABOUR}, .recipient_count = 1},
    {.id = "weather", .procedure = TCN_PROCEDURE_WARNING, .owner = OFFICE},
};

static const struct tcn_division district_divisions[] = {
    {.code = UINT64_C(520502102000), .name = "Chahe", .office = OFFICE, .is_managed = true},
};

static const struct tcn_policy district_policy = {
    .version = 1,
    .title = "test",
    .organs = district_organs,
    .organ_count = COUNT_OF(district_organs),
    .domains = district_domains,
    .domain_count = COUNT_OF(district_domains),
    .divisions = district_divisions,
    .division_count = COUNT_OF(district_divisions),
    .desk = DESK,
};

/** Everything that one office's agent is configured with. */
struct district {
    char dir[PATH_BYTES];
    char outbox[PATH_BYTES];
    char key_file[PATH_BYTES];
    char bundle_file[PATH_BYTES];
    char local_endpoint[PATH_BYTES];
    char broker_endpoint[TCN_ADDRESS_BYTES];
    struct tcn_key_set broker;
    struct tcn_key_set collector;
    struct tcn_key_set office;
    struct tcn_seal_key seals[COUNT_OF(district_organs)]; /* of organ i + 1 */
    struct tcn_organ_key organ_keys[COUNT_OF(district_organs)];
    struct tcn_bundle bundle;
    struct tcn_arena arena; /* owns the bundle's policy bytes */
    struct tcn_config_agent config;
};

static MAYBE_UNUSED struct tcn_slice text_of(const char *text) {
    return tcn_slice_text(text);
}

/** True when the text stands somewhere in the bytes. */
static MAYBE_UNUSED bool holds(struct tcn_slice bytes, const char *text) {
    size_t size = strlen(text);
    for (size_t i = 0; i + size <= bytes.size; i++) {
        if (memcmp(bytes.data + i, text, size) == 0) {
            return true;
        }
    }
    return false;
}

/** Encodes and signs the bundle as it stands; the bytes are the arena's. */
static MAYBE_UNUSED struct tcn_slice bundle_bytes(struct district *district,
                                                  const struct tcn_signing_key *key) {
    size_t size = 64 * 1024;
    uint8_t *data = tcn_arena_alloc(&district->arena, size);
    assert_non_null(data);
    struct tcn_writer writer = tcn_writer_init(data, size);
    struct tcn_slice encoded;
    struct tcn_slice bytes;
    struct tcn_signature signature;
    assert_int_equal(tcn_wire_bundle_encode(&district->bundle, &writer, &encoded), TCN_OK);
    assert_int_equal(tcn_sign(key, TCN_CONTEXT_BUNDLE, encoded, &signature), TCN_OK);
    assert_int_equal(
        tcn_agent_bundle_join(encoded, tcn_slice_of(signature.bytes, 64), &writer, &bytes), TCN_OK);
    return bytes;
}

static MAYBE_UNUSED void write_file(const char *path, struct tcn_slice bytes) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    assert_int_equal(fclose(file), 0);
}

/** Fills in keys for all organs but the last, who has none. */
static void make_organ_keys(struct district *district) {
    for (size_t i = 0; i + 1 < COUNT_OF(district_organs); i++) {
        struct tcn_key_set made;
        assert_int_equal(tcn_key_set_make(text_of("organ"), true, &made), TCN_OK);
        district->seals[i] = made.seal;
        district->organ_keys[i] =
            (struct tcn_organ_key){.organ = (uint16_t)(i + 1), .key = made.seal.public_key};
    }
}

static void make_bundle(struct district *district, enum tcn_mode mode) {
    size_t size = 16 * 1024;
    uint8_t *data = tcn_arena_alloc(&district->arena, size);
    assert_non_null(data);
    struct tcn_writer writer = tcn_writer_init(data, size);
    district->bundle = (struct tcn_bundle){
        .version = 1,
        .log_id = {{1, 2, 3}},
        .mode = mode,
        .collector_key = district->collector.signing.public_key,
        .organ_keys = district->organ_keys,
        .organ_key_count = COUNT_OF(district_organs) - 1,
    };
    assert_int_equal(tcn_wire_policy_encode(&district_policy, &writer, &district->bundle.policy),
                     TCN_OK);
}

static void make_paths(struct district *district) {
    const char *base = getenv("TMPDIR");
    (void)snprintf(district->dir, sizeof(district->dir), "%s/tcn-agent-XXXXXX",
                   base == NULL ? P_tmpdir : base);
    assert_non_null(mkdtemp(district->dir));
    (void)snprintf(district->outbox, PATH_BYTES, "%.90s/outbox", district->dir);
    (void)snprintf(district->key_file, PATH_BYTES, "%.90s/office.key", district->dir);
    (void)snprintf(district->bundle_file, PATH_BYTES, "%.90s/bundle", district->dir);
    (void)snprintf(district->local_endpoint, PATH_BYTES, "ipc://%.90s/agent.sock", district->dir);
}

/** Makes the folder with key file and bundle, and the configuration that names them. */
static MAYBE_UNUSED struct district *district_create(enum tcn_mode mode, const char *organ) {
    struct district *district = calloc(1, sizeof(*district));
    assert_non_null(district);
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_arena_init(&district->arena, 1024 * 1024), TCN_OK);
    make_paths(district);
    assert_int_equal(tcn_key_set_make(text_of("broker"), false, &district->broker), TCN_OK);
    assert_int_equal(tcn_key_set_make(text_of("collector"), false, &district->collector), TCN_OK);
    assert_int_equal(tcn_key_set_make(text_of("office"), false, &district->office), TCN_OK);
    assert_int_equal(tcn_key_file_write(&district->office, district->key_file), TCN_OK);
    make_organ_keys(district);
    make_bundle(district, mode);
    write_file(district->bundle_file, bundle_bytes(district, &district->collector.signing));
    (void)snprintf(district->broker_endpoint, sizeof(district->broker_endpoint),
                   "ipc://%.90s/no-broker", district->dir);
    district->config = (struct tcn_config_agent){
        .dir = district->outbox,
        .broker_endpoint = district->broker_endpoint,
        .broker_transport_key = district->broker.transport.public_key,
        .key_file = district->key_file,
        .bundle_file = district->bundle_file,
        .local_endpoint = district->local_endpoint,
        .organ = organ,
        .principal = 7,
        .source = 9,
        .outbox_mb = 64,
        .is_urgent_on = true,
        .is_routine_on = true,
    };
    return district;
}

static MAYBE_UNUSED void remove_file(const char *dir, const char *name) {
    char path[2 * PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    (void)unlink(path);
}

static MAYBE_UNUSED void district_destroy(struct district *district) {
    static const char *const names[] = {"office.key", "office.key.next", "office.key.old",
                                        "bundle",     "agent.sock",      "no-broker"};
    static const char *const outbox_names[] = {"data.mdb", "lock.mdb", "LOCK", "alive"};
    for (size_t i = 0; i < COUNT_OF(outbox_names); i++) {
        remove_file(district->outbox, outbox_names[i]);
    }
    (void)rmdir(district->outbox);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        remove_file(district->dir, names[i]);
    }
    (void)rmdir(district->dir);
    tcn_key_set_fini(&district->broker);
    tcn_key_set_fini(&district->collector);
    tcn_key_set_fini(&district->office);
    tcn_arena_fini(&district->arena);
    free(district);
}

/** The agent in a process of its own. The fork comes before any link. */
static MAYBE_UNUSED pid_t district_fork(struct district *district) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child > 0) {
        return child;
    }
    int stop_pipe[2];
    struct tcn_link *link = NULL;
    struct tcn_agent *agent = NULL;
    struct tcn_logger logger = tcn_logger_init("agent", TCN_LOG_ERROR, STDERR_FILENO);
    if (pipe(stop_pipe) != 0 || tcn_link_open(1, 16, &link) != TCN_OK) {
        _exit(1);
    }
    const struct tcn_agent_options options = {.link = link,
                                              .logger = &logger,
                                              .config = &district->config,
                                              .stop_descriptor = stop_pipe[0],
                                              .map_bytes = UINT64_C(256) * 1024 * 1024};
    if (tcn_agent_open(&options, &agent) != TCN_OK) {
        _exit(1);
    }
    _exit(tcn_agent_run(agent) == TCN_OK ? 0 : 1);
}

#endif
