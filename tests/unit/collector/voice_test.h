/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A collector whose signing key is followed by another: key files beside its folder, and one turn
 * of the writer with them.
 */
#ifndef TCN_TESTS_UNIT_COLLECTOR_VOICE_TEST_H
#define TCN_TESTS_UNIT_COLLECTOR_VOICE_TEST_H

#include "bench.h"

#include "collector/voice.h"
#include "seal/hash.h"
#include "seal/keyring.h"

#include <sys/stat.h>

static inline void beside(const struct place *place, const char *suffix, char out_path[256]) {
    (void)snprintf(out_path, 256, "%s/c.key%s", place->base, suffix);
}

static inline bool is_there(const struct place *place, const char *suffix) {
    char path[256];
    struct stat facts;
    beside(place, suffix, path);
    return stat(path, &facts) == 0;
}

/* Writes a key file, as `tocsin key rotate` does. */
static inline void write_key(const struct place *place, const char *suffix,
                             const struct tcn_key_set *keys) {
    char path[256];
    beside(place, suffix, path);
    (void)unlink(path);
    assert_int_equal(tcn_key_file_write(keys, path), TCN_OK);
}

static inline void suffix_of(const struct tcn_key_set *keys, char out_suffix[18]) {
    const struct tcn_key_id id = tcn_key_id_of(&keys->signing.public_key);
    out_suffix[0] = '.';
    tcn_hex_encode(id.bytes, sizeof(id.bytes), out_suffix + 1);
}

/* Three keys of a collector: the first, its successor, and another. */
struct trio {
    struct tcn_key_set first;
    struct tcn_key_set second;
    struct tcn_key_set third;
    char path[256];
    struct tcn_voice_keys files; /* the first was read at the start */
};

static inline void make_trio(const struct place *place, struct trio *trio) {
    trio->first = place->forge.keys[TCN_FORGE_COLLECTOR];
    assert_int_equal(tcn_key_set_make(tcn_slice_text("collector"), false, &trio->second), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("collector"), false, &trio->third), TCN_OK);
    beside(place, "", trio->path);
    trio->files = (struct tcn_voice_keys){.held = &trio->first, .path = trio->path};
    write_key(place, "", &trio->first);
}

static inline bool is_key(const struct tcn_signing_key *found, const struct tcn_key_set *wanted) {
    return memcmp(&found->public_key, &wanted->signing.public_key, 32) == 0;
}

/* Opens a closed bench with the key files beside the folder. */
static inline enum tcn_status start_with(struct bench *bench, const struct trio *trio) {
    struct tcn_collector_options options = place_options(bench->place);
    options.key_file = trio->path;
    const enum tcn_status status = tcn_house_open(&bench->house, &options);
    if (status != TCN_OK) {
        tcn_house_close(&bench->house);
        memset(&bench->house, 0, sizeof(bench->house));
        return status;
    }
    assert_int_equal(tcn_ledger_open(&bench->house, &bench->ledger), TCN_OK);
    assert_int_equal(tcn_intake_init(&bench->intake, &bench->house.charter), TCN_OK);
    return TCN_OK;
}

/* Closes the bench and opens it again. */
static inline enum tcn_status open_with(struct bench *bench, const struct trio *trio) {
    close_bench(bench);
    return start_with(bench, trio);
}

/* One group of what the writer finds to do; gives whether it was logged. */
static inline bool turn(struct bench *bench) {
    const uint64_t position = tcn_ledger_position(bench->ledger);
    (void)tcn_ledger_look_for_key(bench->ledger);
    begin(bench);
    commit(bench, 0);
    return tcn_ledger_position(bench->ledger) > position;
}

/* Says HELLO; the ring learns what comes with WELCOME. */
static inline enum tcn_status greet_ring(struct bench *bench, enum tcn_forge_who who,
                                         struct tcn_keyring *ring) {
    const struct tcn_hello said = tcn_forge_hello(&bench->place->forge, who, TCN_LANE_ROUTINE);
    struct tcn_signature signature;
    struct tcn_keys keys;
    tcn_forge_hello_seal(&bench->chunk, &bench->place->forge, who, &said);
    begin(bench);
    put(bench, (uint32_t)who, TCN_KIND_HELLO);
    commit(bench, 1);
    assert_int_equal(tcn_ledger_answer(bench->ledger, 0, bench->data, &bench->answer), TCN_OK);
    const struct tcn_slice *list = bench->answer.keys;
    tcn_arena_reset(&bench->arena);
    if (list[0].size > 0) {
        assert_int_equal(tcn_wire_keys_decode(list[0], &bench->arena, &keys), TCN_OK);
        memcpy(signature.bytes, list[1].data, sizeof(signature.bytes));
        assert_int_equal(tcn_keyring_take(ring, &keys, TCN_CONTEXT_KEYS, list[0], &signature),
                         TCN_OK);
    }
    memcpy(signature.bytes, bench->answer.signature.data, sizeof(signature.bytes));
    return tcn_verify(tcn_keyring_tip(ring), TCN_CONTEXT_WELCOME, bench->answer.body, &signature);
}

#endif
