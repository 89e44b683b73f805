/* SPDX-License-Identifier: Apache-2.0 */
/* Which key of the collector may speak of a log: heads and snapshots around a succession. */
/* ctest-uses: collector core store wire link seal */
#include "query/audit.h"
#include "seal/hash.h"
#include "snapshot_test.h"
#include "wire/checkpoint.h"
#include "wire/log_head.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A collector with its key in a file, and the key that comes behind it. */
struct pair {
    const struct tcn_signing_key *first;
    struct tcn_key_set second;
    char path[PATH_BYTES];
};

static void begin_with(struct bench *bench, struct pair *pair) {
    close_bench(bench);
    struct tcn_collector_options options = place_options(bench->place);
    const struct tcn_key_set *held = &bench->place->forge.keys[TCN_FORGE_COLLECTOR];
    pair->first = &held->signing;
    (void)snprintf(pair->path, sizeof(pair->path), "%s/c.key", bench->place->base);
    assert_int_equal(tcn_key_file_write(held, pair->path), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("collector"), false, &pair->second), TCN_OK);
    options.key_file = pair->path;
    memset(&bench->house, 0, sizeof(bench->house));
    assert_int_equal(tcn_house_open(&bench->house, &options), TCN_OK);
    assert_int_equal(tcn_ledger_open(&bench->house, &bench->ledger), TCN_OK);
    assert_int_equal(tcn_intake_init(&bench->intake, &bench->house.charter), TCN_OK);
}

/* The second key is logged, in a group of its own; gives its position. */
static uint64_t succeed(struct bench *bench, const struct pair *pair) {
    char next[PATH_BYTES + 8];
    (void)snprintf(next, sizeof(next), "%s.next", pair->path);
    assert_int_equal(tcn_key_file_write(&pair->second, next), TCN_OK);
    assert_true(tcn_ledger_look_for_key(bench->ledger));
    begin(bench);
    commit(bench, 0);
    return tcn_ledger_position(bench->ledger);
}

static enum tcn_status make_head(const struct bench *bench, const struct tcn_signing_key *key,
                                 struct tcn_head_claim *out_claim) {
    struct tcn_log_reader *reader = NULL;
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    const enum tcn_status status = tcn_head_make(&bench->house.charter, reader, key, out_claim);
    tcn_log_reader_close(&reader);
    return status;
}

/* The same head from another hand, under the key id that is given. */
static struct tcn_head_claim by(const struct tcn_head_claim *claim,
                                const struct tcn_signing_key *signer,
                                const struct tcn_public_key *named) {
    struct tcn_head_claim made = *claim;
    struct tcn_writer writer = tcn_writer_init(made.bytes, sizeof(made.bytes));
    struct tcn_slice bytes = {0};
    made.head.key_id = tcn_key_id_of(named);
    assert_int_equal(tcn_wire_log_head_encode(&made.head, &writer, &bytes), TCN_OK);
    made.size = bytes.size;
    assert_int_equal(tcn_sign(signer, TCN_CONTEXT_LOG_HEAD, bytes, &made.signature), TCN_OK);
    return made;
}

static void a_head_behind_the_succession_is_the_successors(void **state) {
    struct bench *bench = *state;
    struct pair pair;
    struct tcn_head_claim before;
    struct tcn_head_claim behind = {.size = 77};
    begin_with(bench, &pair);
    const struct tcn_signing_key *second = &pair.second.signing;
    greet(bench);
    assert_int_equal(make_head(bench, second, &before), TCN_DENIED);
    assert_int_equal(make_head(bench, pair.first, &before), TCN_OK);
    const uint64_t position = succeed(bench, &pair);
    assert_int_equal(make_head(bench, pair.first, &behind), TCN_DENIED);
    assert_int_equal(behind.size, 77);
    assert_int_equal(make_head(bench, second, &behind), TCN_OK);
    assert_int_equal(behind.head.position, position);
    struct tcn_head_claim claims[] = {
        before,
        behind,
        by(&before, second, &second->public_key), /* as it was when the successor looked back */
        by(&behind, pair.first, &pair.first->public_key),
        by(&behind, pair.first, &second->public_key),
        by(&behind, second, &pair.first->public_key),
        by(&before, pair.first, &second->public_key),
    };
    static const enum tcn_head_verdict verdicts[] = {
        TCN_HEAD_HOLDS,  TCN_HEAD_HOLDS,  TCN_HEAD_HOLDS,  TCN_HEAD_FORGED,
        TCN_HEAD_FORGED, TCN_HEAD_FORGED, TCN_HEAD_FORGED,
    };
    struct tcn_audit_report report;
    assert_int_equal(tcn_audit_against(bench->house.log, &bench->house.charter, claims,
                                       COUNT_OF(claims), &report),
                     TCN_OK);
    for (size_t i = 0; i < COUNT_OF(claims); i++) {
        if (claims[i].verdict != verdicts[i]) {
            fail_msg("%zu: %s", i, tcn_head_verdict_name(claims[i].verdict));
        }
    }
}

static void a_head_of_before_a_restore_is_of_any_key_that_counted_there(void **state) {
    struct bench *bench = *state;
    struct tcn_head_claim head;
    struct tcn_key_set second;
    struct tcn_key_set third;
    const struct tcn_signing_key *first = &bench->place->forge.keys[TCN_FORGE_COLLECTOR].signing;
    assert_int_equal(make_head(bench, first, &head), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("second"), false, &second), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("third"), false, &third), TCN_OK);
    const struct tcn_signing_key *keys[] = {first, &second.signing, &third.signing};
    /* The log was set back, and the second key came into force again at (2, 8). */
    struct tcn_keyring ring;
    tcn_keyring_init(&ring, &bench->house.charter.genesis.log_id, &first->public_key);
    ring.links[0] =
        (struct tcn_successor){.key = second.signing.public_key, .generation = 2, .position = 8};
    ring.count = 1;
    static const struct {
        uint32_t key;
        uint64_t generation;
        uint64_t position;
        enum tcn_head_verdict verdict;
    } cases[] = {
        {0, 2, 8, TCN_HEAD_FORGED}, {0, 2, 9, TCN_HEAD_FORGED}, {0, 3, 1, TCN_HEAD_FORGED},
        {2, 1, 5, TCN_HEAD_FORGED}, {0, 1, 0, TCN_HEAD_FORGED}, {0, 2, UINT64_MAX, TCN_HEAD_FORGED},
        {0, 1, 99, TCN_HEAD_HOLDS}, {1, 1, 99, TCN_HEAD_HOLDS}, {0, 2, 7, TCN_HEAD_HOLDS},
        {1, 2, 8, TCN_HEAD_HOLDS},  {1, 3, 1, TCN_HEAD_HOLDS},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_head_claim claim = head;
        claim.head.generation = cases[i].generation;
        claim.head.position = cases[i].position;
        claim = by(&claim, keys[cases[i].key], &keys[cases[i].key]->public_key);
        claim.verdict = TCN_HEAD_HOLDS; /* as the walk left it */
        assert_int_equal(tcn_heads_sign_off(&ring, &claim, 1), TCN_OK);
        if (claim.verdict != cases[i].verdict) {
            fail_msg("%zu: %s", i, tcn_head_verdict_name(claim.verdict));
        }
    }
}

/* A head by a key that the log in hand does not name: it was cut, or set back, to before it. */
static void a_cut_log_does_not_make_its_heads_forgeries(void **state) {
    struct bench *bench = *state;
    struct pair pair;
    struct tcn_head_claim head;
    struct tcn_key_set thief;
    begin_with(bench, &pair);
    greet(bench);
    succeed(bench, &pair);
    assert_int_equal(make_head(bench, &pair.second.signing, &head), TCN_OK);
    assert_int_equal(head.head.keys.count, 0);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("thief"), false, &thief), TCN_OK);
    const struct tcn_id *log_id = &bench->house.charter.genesis.log_id;
    struct tcn_keyring cut;
    struct tcn_keyring other;
    tcn_keyring_init(&cut, log_id, &pair.first->public_key);
    other = cut;
    other.count = 1; /* who had the first key, and the disk, has named one of his own */
    assert_int_equal(tcn_succession_sign(log_id, pair.first, &thief.signing, &other.links[0]),
                     TCN_OK);
    struct tcn_keyring foreign;
    tcn_keyring_init(&foreign, log_id, &thief.signing.public_key);
    const struct tcn_head_claim no_list =
        by(&head, &pair.second.signing, &pair.second.signing.public_key);
    struct tcn_head_claim old_name = head;
    old_name.head.key_id = tcn_key_id_of(&pair.first->public_key);
    struct tcn_head_claim touched = head;
    touched.signature.bytes[7] ^= 1;
    /* Who was given either key believes it, and nobody with another, as it came or without its
     * list. */
    assert_int_equal(tcn_head_check(&head, &pair.first->public_key), TCN_OK);
    assert_int_equal(tcn_head_check(&head, &pair.second.signing.public_key), TCN_OK);
    assert_int_equal(tcn_head_check(&head, &thief.signing.public_key), TCN_BAD_SIGNATURE);
    assert_int_equal(tcn_head_check(&no_list, &pair.first->public_key), TCN_BAD_SIGNATURE);
    assert_int_equal(tcn_head_check(&touched, &pair.first->public_key), TCN_BAD_SIGNATURE);
    const struct {
        const struct tcn_keyring *ring;
        const struct tcn_head_claim *claim;
        enum tcn_head_verdict verdict;
    } cases[] = {
        {&cut, &no_list, TCN_HEAD_FORGED},  {&cut, &touched, TCN_HEAD_FORGED},
        {&cut, &old_name, TCN_HEAD_FORGED}, {&other, &head, TCN_HEAD_FORGED},
        {&foreign, &head, TCN_HEAD_FORGED}, {&cut, &head, TCN_HEAD_CUT},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_head_claim claim = *cases[i].claim;
        claim.verdict = TCN_HEAD_CUT; /* as the walk left it */
        assert_int_equal(tcn_heads_sign_off(cases[i].ring, &claim, 1), TCN_OK);
        if (claim.verdict != cases[i].verdict) {
            fail_msg("%zu: %s", i, tcn_head_verdict_name(claim.verdict));
        }
    }
    tcn_key_set_fini(&thief);
}

/* A checkpoint that names another key than the one that signed it. */
static void sign_in_the_name_of(const struct bench *bench, const struct tcn_checkpoint *checkpoint,
                                const struct tcn_signing_key *signer,
                                const struct tcn_public_key *named) {
    struct tcn_checkpoint made = *checkpoint;
    uint8_t data[4 + TCN_CHECKPOINT_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice bytes = {0};
    struct tcn_signature signature;
    char path[PATH_BYTES];
    made.key_id = tcn_key_id_of(named);
    tcn_write_u32(&writer, 0);
    assert_int_equal(tcn_wire_checkpoint_encode(&made, &writer, &bytes), TCN_OK);
    data[2] = (uint8_t)(bytes.size >> 8);
    data[3] = (uint8_t)bytes.size;
    assert_int_equal(tcn_sign(signer, TCN_CONTEXT_CHECKPOINT, bytes, &signature), TCN_OK);
    snapshot_path(bench, checkpoint->position, "/" TCN_CHECKPOINT_NAME, path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, 4 + bytes.size, file), 4 + bytes.size);
    assert_int_equal(fwrite(&signature, 1, sizeof(signature), file), sizeof(signature));
    assert_int_equal(fclose(file), 0);
}

static void a_snapshot_behind_the_succession_is_the_successors(void **state) {
    struct bench *bench = *state;
    struct pair pair;
    struct tcn_checkpoint before = {0};
    struct tcn_checkpoint behind = {0};
    uint64_t first = 0;
    uint64_t second = 0;
    uint64_t used = 0;
    begin_with(bench, &pair);
    greet(bench);
    fold(bench);
    assert_int_equal(snap_by(bench, pair.first, &first), TCN_OK);
    const uint64_t position = succeed(bench, &pair);
    fold(bench);
    assert_int_equal(snap_by(bench, &pair.second.signing, &second), TCN_OK);
    assert_int_equal(second, position);
    assert_int_equal(check(bench, first, &before), TCN_OK);
    assert_int_equal(check(bench, second, &behind), TCN_OK);
    assert_int_equal(use(bench, &used), TCN_OK);
    assert_int_equal(used, second);
    /* The new one's name does not help the old key. */
    sign_in_the_name_of(bench, &behind, &pair.second.signing, &pair.second.signing.public_key);
    assert_int_equal(check(bench, second, &behind), TCN_OK);
    sign_in_the_name_of(bench, &behind, pair.first, &pair.second.signing.public_key);
    assert_int_equal(check(bench, second, &behind), TCN_BAD_SIGNATURE);
    /* The old key speaks no more of a log that has its successor. */
    sign_again(bench, second, &behind, pair.first);
    assert_int_equal(check(bench, second, &behind), TCN_BAD_SIGNATURE);
    assert_int_equal(use(bench, &used), TCN_OK);
    assert_int_equal(used, first);
    /* One that was begun before a succession stands behind it. */
    sign_again(bench, first, &before, &pair.second.signing);
    assert_int_equal(check(bench, first, &before), TCN_OK);
    prune(bench);
    assert_int_equal(check(bench, second, &behind), TCN_ABSENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, snapshot_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_head_behind_the_succession_is_the_successors),
        TEST(a_head_of_before_a_restore_is_of_any_key_that_counted_there),
        TEST(a_cut_log_does_not_make_its_heads_forgeries),
        TEST(a_snapshot_behind_the_succession_is_the_successors),
    };
    return cmocka_run_group_tests_name("signers", tests, NULL, NULL);
}
