/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector's tests share: a folder with a genesis file for one test, and a collector
 * opened in it.
 */
#ifndef TCN_TESTS_UNIT_COLLECTOR_PLACE_H
#define TCN_TESTS_UNIT_COLLECTOR_PLACE_H

#include "collector/collector.h"
#include "seal/init.h"
#include "testlib/forge.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PLACE_PATH_BYTES 128
#define PLACE_MAP_BYTES (UINT64_C(64) * 1024 * 1024)

/** A folder that one test has to itself. */
struct place {
    char base[PLACE_PATH_BYTES];
    char dir[PLACE_PATH_BYTES];     /**< the collector's, inside it */
    char genesis[PLACE_PATH_BYTES]; /**< the genesis file, inside it */
    struct tcn_forge forge;
    uint64_t map_bytes; /**< of each database */
    struct tcn_logger logger;
    struct tcn_link *link;
};

static inline void place_path(char out_path[PLACE_PATH_BYTES], const char *dir, const char *name) {
    (void)snprintf(out_path, PLACE_PATH_BYTES, "%.60s/%.60s", dir, name);
}

/** Makes the folder below the working one. */
static inline struct place *place_make(enum tcn_mode mode) {
    struct place *place = calloc(1, sizeof(*place));
    assert_non_null(place);
    assert_int_equal(tcn_seal_init(), TCN_OK);
    (void)snprintf(place->base, sizeof(place->base), "collector-test-XXXXXX");
    assert_non_null(mkdtemp(place->base));
    place_path(place->dir, place->base, "folder");
    place_path(place->genesis, place->base, "genesis");
    place->map_bytes = PLACE_MAP_BYTES;
    tcn_forge_init(&place->forge, mode);
    tcn_forge_genesis_write(&place->forge, place->genesis);
    place->logger = tcn_logger_init("collector-test", TCN_LOG_ERROR, STDERR_FILENO);
    assert_int_equal(tcn_link_open(1, 128, &place->link), TCN_OK);
    return place;
}

/** Removes the files of one directory, and the directory. */
static inline void place_remove_flat(const char *path) {
    DIR *stream = opendir(path);
    if (stream == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        char file[2 * PLACE_PATH_BYTES + 256];
        (void)snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        (void)unlink(file);
    }
    (void)closedir(stream);
    (void)rmdir(path);
}

static inline void place_remove(struct place *place) {
    static const char *const names[] = {"log", "shares", "state", "heads"};
    char path[PLACE_PATH_BYTES];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        place_path(path, place->dir, names[i]);
        place_remove_flat(path);
    }
    static const char *const others[] = {"again", "again2", "heads"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        place_path(path, place->base, others[i]);
        place_remove_flat(path);
    }
    place_remove_flat(place->dir);
    place_remove_flat(place->base);
    for (size_t i = 1; i <= TCN_FORGE_WHO_MAX; i++) {
        tcn_key_set_fini(&place->forge.keys[i]);
    }
    for (size_t i = 0; i < place->forge.crowd_count; i++) {
        tcn_key_set_fini(&place->forge.crowd_keys[i]);
    }
    tcn_link_close(&place->link);
    free(place);
}

static inline struct tcn_collector_options place_options(const struct place *place) {
    return (struct tcn_collector_options){
        .dir = place->dir,
        .broker_endpoint = "tcp://127.0.0.1:1",
        .keys = &place->forge.keys[TCN_FORGE_COLLECTOR],
        .genesis_file = place->genesis,
        .map_bytes = place->map_bytes,
        .link = place->link,
        .logger = &place->logger,
    };
}

#endif
