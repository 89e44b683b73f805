/* SPDX-License-Identifier: Apache-2.0 */
/* The chain of the collector's keys: what is taken, what is not, and which key is good where. */
#include "seal/keyring.h"

#include "seal/hash.h"
#include "seal/init.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define KEYS 5
#define CONTEXT TCN_CONTEXT_KEYS

static struct tcn_signing_key keys[KEYS]; /* the last one belongs to somebody else */
static struct tcn_successor links[KEYS];  /* links[i] leads from key i to key i + 1 */
static const struct tcn_id log_id = {{1}};
static const struct tcn_slice bytes = {(const uint8_t *)"what is told", 12};

/* The list that leads up to key `count`. */
static struct tcn_keys list_of(uint32_t count) {
    return (struct tcn_keys){.log_id = log_id, .links = links, .count = count};
}

static enum tcn_status take(struct tcn_keyring *ring, const struct tcn_keys *list,
                            const struct tcn_signing_key *signer) {
    struct tcn_signature signature;
    assert_int_equal(tcn_sign(signer, CONTEXT, bytes, &signature), TCN_OK);
    return tcn_keyring_take(ring, list, CONTEXT, bytes, &signature);
}

/* A ring that was given key `first` and has learned up to key `tip`. */
static struct tcn_keyring ring_at(uint32_t first, uint32_t tip) {
    struct tcn_keyring ring;
    const struct tcn_keys list = list_of(tip);
    tcn_keyring_init(&ring, &log_id, &keys[first].public_key);
    assert_int_equal(take(&ring, &list, &keys[tip]), TCN_OK);
    assert_int_equal(ring.count, tip - first);
    return ring;
}

static void assert_tip(const struct tcn_keyring *ring, uint32_t tip) {
    assert_memory_equal(tcn_keyring_tip(ring), &keys[tip].public_key, sizeof(keys[tip].public_key));
}

static void a_list_that_is_not_a_longer_one_of_ours_changes_nothing(void **state) {
    (void)state;
    struct tcn_successor spoiled[KEYS];
    struct tcn_successor foreign;
    struct tcn_successor fork;
    const struct tcn_id other = {{2}};
    assert_int_equal(tcn_succession_sign(&other, &keys[1], &keys[2], &foreign), TCN_OK);
    assert_int_equal(tcn_succession_sign(&log_id, &keys[1], &keys[4], &fork), TCN_OK);
    const struct {
        const char *what;
        uint32_t known;       /* the ring knows up to this key */
        uint32_t count;       /* links of the list */
        uint32_t at;          /* this link is spoiled */
        const void *spoil;    /* takes its place; NULL: one bit of it is turned */
        size_t offset;        /* there */
        bool is_whole;        /* nothing is spoiled */
        uint32_t signer;      /* of the bytes */
        struct tcn_id log_id; /* of the list */
        enum tcn_status expected;
    } cases[] = {
        {"a successor that its predecessor did not sign", 0, 1, 0, NULL,
         offsetof(struct tcn_successor, signature), false, 1, log_id, TCN_BAD_SIGNATURE},
        {"a successor that does not hold its key", 0, 1, 0, NULL,
         offsetof(struct tcn_successor, proof), false, 1, log_id, TCN_BAD_SIGNATURE},
        {"another key under the same signatures", 0, 1, 0, NULL,
         offsetof(struct tcn_successor, key), false, 1, log_id, TCN_BAD_SIGNATURE},
        {"a successor of a successor, forged", 0, 2, 1, NULL,
         offsetof(struct tcn_successor, signature), false, 2, log_id, TCN_BAD_SIGNATURE},
        {"a link left out in the middle", 0, 2, 0, &links[1], 0, false, 2, log_id,
         TCN_BAD_SIGNATURE},
        {"a statement for another log", 1, 2, 1, &foreign, 0, false, 2, log_id, TCN_BAD_SIGNATURE},
        {"the list of another log", 1, 2, 0, NULL, 0, true, 2, other, TCN_FOREIGN_LOG},
        {"a list whose newest key did not sign what came with it", 0, 2, 0, NULL, 0, true, 1,
         log_id, TCN_BAD_SIGNATURE},
        {"an older list, played again", 2, 1, 0, NULL, 0, true, 1, log_id, TCN_STALE},
        {"no list at all, signed by the first key", 2, 0, 0, NULL, 0, true, 0, log_id, TCN_STALE},
        {"an old key that names another successor", 2, 2, 1, &fork, 0, false, 4, log_id,
         TCN_CONFLICT},
        {"more keys than a list may have", 0, TCN_SUCCESSORS_MAX + 1, 0, NULL, 0, true, 0, log_id,
         TCN_LIMIT},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_keyring ring = ring_at(0, cases[i].known);
        const struct tcn_keyring before = ring;
        memcpy(spoiled, links, sizeof(spoiled));
        if (cases[i].spoil != NULL) {
            memcpy(&spoiled[cases[i].at], cases[i].spoil, sizeof(spoiled[0]));
        } else if (!cases[i].is_whole) {
            ((uint8_t *)&spoiled[cases[i].at])[cases[i].offset] ^= 1;
        }
        const struct tcn_keys list = {
            .log_id = cases[i].log_id, .links = spoiled, .count = cases[i].count};
        const enum tcn_status status = take(&ring, &list, &keys[cases[i].signer]);
        if (status != cases[i].expected) {
            fail_msg("%s: %s", cases[i].what, tcn_status_name(status));
        }
        assert_memory_equal(&ring, &before, sizeof(ring));
    }
}

static void who_knows_any_key_comes_to_the_newest(void **state) {
    (void)state;
    for (uint32_t first = 0; first < KEYS - 1; first++) {
        for (uint32_t tip = first; tip < KEYS - 1; tip++) {
            for (uint32_t next = tip; next < KEYS - 1; next++) {
                struct tcn_keyring ring = ring_at(first, tip);
                const struct tcn_keys list = list_of(next);
                assert_int_equal(take(&ring, &list, &keys[next]), TCN_OK);
                assert_tip(&ring, next);
            }
        }
    }
}

static void a_ring_without_a_log_takes_that_of_its_first_list(void **state) {
    (void)state;
    struct tcn_keyring ring;
    struct tcn_keys list = list_of(1);
    tcn_keyring_init(&ring, NULL, &keys[0].public_key);
    assert_int_equal(take(&ring, &list, &keys[1]), TCN_OK);
    list.log_id.bytes[0] ^= 1;
    assert_int_equal(take(&ring, &list, &keys[1]), TCN_FOREIGN_LOG);
}

static void a_restore_moves_the_places_on_and_never_back(void **state) {
    (void)state;
    struct tcn_keyring ring = ring_at(0, 1);
    struct tcn_successor later = links[0];
    const struct tcn_keys list = {.log_id = log_id, .links = &later, .count = 1};
    later.generation = 2;
    later.position = 40;
    assert_int_equal(take(&ring, &list, &keys[1]), TCN_OK);
    assert_int_equal(ring.links[0].position, 40);
    const struct tcn_keys older = list_of(1);
    assert_int_equal(take(&ring, &older, &keys[1]), TCN_OK);
    assert_int_equal(ring.links[0].position, 40);
}

static void a_key_is_good_up_to_its_successor_and_no_further(void **state) {
    (void)state;
    const struct tcn_keyring ring = ring_at(0, 2); /* taken over at (1, 10) and (1, 20) */
    const struct {
        uint32_t key;
        uint64_t generation;
        uint64_t position;
        enum tcn_status expected;
    } cases[] = {
        {0, 1, 1, TCN_OK},       {0, 1, 10, TCN_OK}, {0, 1, 11, TCN_REVOKED},
        {0, 2, 1, TCN_REVOKED},  {1, 1, 11, TCN_OK}, {1, 1, 20, TCN_OK},
        {1, 1, 21, TCN_REVOKED}, {2, 1, 21, TCN_OK}, {2, 9, UINT64_MAX, TCN_OK},
        {3, 1, 1, TCN_ABSENT},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct tcn_key_id id = tcn_key_id_of(&keys[cases[i].key].public_key);
        const struct tcn_public_key *found = NULL;
        assert_int_equal(tcn_keyring_at(&ring, &id, cases[i].generation, cases[i].position, &found),
                         cases[i].expected);
        assert_true((found != NULL) == (cases[i].expected == TCN_OK));
    }
}

static void a_key_says_nothing_of_a_log_that_has_its_successor(void **state) {
    (void)state;
    const struct tcn_keyring ring = ring_at(0, 2); /* taken over at (1, 10) and (1, 20) */
    const struct {
        uint32_t key;
        uint64_t generation;
        uint64_t position;
        enum tcn_status expected;
    } cases[] = {
        {0, 1, 10, TCN_REVOKED}, {0, 1, 11, TCN_REVOKED}, {0, 1, UINT64_MAX, TCN_REVOKED},
        {0, 2, 1, TCN_REVOKED},  {1, 1, 20, TCN_REVOKED}, {3, 1, 1, TCN_ABSENT},
        {0, 1, 9, TCN_OK},       {1, 1, 10, TCN_OK},      {1, 1, 19, TCN_OK},
        {2, 1, 20, TCN_OK},      {2, 1, 5, TCN_OK},       {2, 9, UINT64_MAX, TCN_OK},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct tcn_key_id id = tcn_key_id_of(&keys[cases[i].key].public_key);
        const struct tcn_public_key *found = NULL;
        assert_int_equal(
            tcn_keyring_behind(&ring, &id, cases[i].generation, cases[i].position, &found),
            cases[i].expected);
        assert_true((found != NULL) == (cases[i].expected == TCN_OK));
    }
}

static void the_signer_is_found_among_all_keys(void **state) {
    (void)state;
    const struct tcn_keyring ring = ring_at(0, 2);
    for (uint32_t i = 0; i < KEYS; i++) {
        struct tcn_signature signature;
        const struct tcn_public_key *found = NULL;
        assert_int_equal(tcn_sign(&keys[i], CONTEXT, bytes, &signature), TCN_OK);
        assert_int_equal(tcn_keyring_signer(&ring, CONTEXT, bytes, &signature, &found),
                         i <= 2 ? TCN_OK : TCN_BAD_SIGNATURE);
        assert_true((found != NULL) == (i <= 2));
        assert_true(i > 2 || memcmp(found, &keys[i].public_key, sizeof(*found)) == 0);
        assert_int_equal(tcn_keyring_signer(&ring, TCN_CONTEXT_BUNDLE, bytes, &signature, &found),
                         TCN_BAD_SIGNATURE);
    }
}

static void a_key_does_not_succeed_itself(void **state) {
    (void)state;
    struct tcn_successor same;
    assert_int_equal(tcn_succession_sign(&log_id, &keys[0], &keys[0], &same), TCN_OK);
    assert_int_equal(tcn_succession_verify(&log_id, &keys[0].public_key, &same), TCN_BAD_SIGNATURE);
}

static int set_up(void **state) {
    (void)state;
    for (uint32_t i = 0; i < KEYS; i++) {
        uint8_t seed[TCN_SIGNING_SEED_BYTES];
        memset(seed, (int)(0x40 + i), sizeof(seed));
        tcn_signing_key_from_seed(seed, &keys[i]);
    }
    for (uint32_t i = 0; i + 1 < KEYS; i++) {
        if (tcn_succession_sign(&log_id, &keys[i], &keys[i + 1], &links[i]) != TCN_OK) {
            return -1;
        }
        links[i].generation = 1;
        links[i].position = (i + 1) * UINT64_C(10);
    }
    return tcn_seal_init() == TCN_OK ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_that_is_not_a_longer_one_of_ours_changes_nothing),
        cmocka_unit_test(who_knows_any_key_comes_to_the_newest),
        cmocka_unit_test(a_ring_without_a_log_takes_that_of_its_first_list),
        cmocka_unit_test(a_restore_moves_the_places_on_and_never_back),
        cmocka_unit_test(a_key_is_good_up_to_its_successor_and_no_further),
        cmocka_unit_test(a_key_says_nothing_of_a_log_that_has_its_successor),
        cmocka_unit_test(the_signer_is_found_among_all_keys),
        cmocka_unit_test(a_key_does_not_succeed_itself),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
