/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever reads a log comes to the same registry, in order or from the middle. */
/* ctest-uses: collector core store wire link seal */
#include "query/rights.h"

#include "../collector/place.h"
#include "collector/house.h"
#include "seal/hash.h"
#include "seal/keyring.h"
#include "seal/sign.h"
#include "wire/enrol.h"

#define NOW_NS INT64_C(1800000000000000000)
#define HOUR_NS INT64_C(3600000000000)
#define NEWCOMER (TCN_FORGE_WHO_MAX + 1)

/* A log, and keys that somebody brings. */
struct bench {
    struct place *place;
    struct tcn_collector house;
    struct tcn_rights rights;
    struct tcn_log_reader *reader;
    struct tcn_forge_chunk chunk;
    struct tcn_key_set keys;
    struct tcn_hash token_hash;
    uint64_t position; /* the last that is logged */
};

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->place = place_make(TCN_MODE_ACTUAL);
    const struct tcn_collector_options options = place_options(bench->place);
    assert_int_equal(tcn_house_open(&bench->house, &options), TCN_OK);
    assert_int_equal(tcn_rights_init(&bench->rights, &bench->house.charter), TCN_OK);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &bench->reader), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("newcomer"), false, &bench->keys), TCN_OK);
    bench->token_hash = tcn_hash_of(tcn_slice_text("a token"));
    bench->position = 1;
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    tcn_rights_fini(&bench->rights);
    tcn_rights_fini(&bench->rights);
    tcn_rights_fini(NULL);
    tcn_log_reader_close(&bench->reader);
    tcn_house_close(&bench->house);
    tcn_key_set_fini(&bench->keys);
    place_remove(bench->place);
    free(bench);
    return 0;
}

static struct tcn_event event_of(const struct tcn_registry_change *change) {
    return (struct tcn_event){.format = TCN_EVENT_FORMAT,
                              .act = TCN_ACT_REGISTRY_CHANGED,
                              .mode = TCN_MODE_ACTUAL,
                              .office = tcn_slice_text("desk"),
                              .body_kind = TCN_BODY_REGISTRY,
                              .registry = change};
}

static struct tcn_record record_of(enum tcn_forge_who who) {
    return (struct tcn_record){
        .kind = who == TCN_FORGE_COLLECTOR ? TCN_RECORD_OWN : TCN_RECORD_CHUNK,
        .generation = 1,
        .count = 1,
        .log_time_ns = NOW_NS,
        .principal = who == TCN_FORGE_COLLECTOR ? 0 : (uint32_t)who,
    };
}

static struct tcn_registry_change invitation(const struct bench *bench) {
    return (struct tcn_registry_change){
        .kind = TCN_CHANGE_INVITED,
        .row = {.name = "newcomer", .role = TCN_ROLE_OFFICE, .organ = TCN_FORGE_OFFICE_B},
        .token_hash = bench->token_hash,
        .until_ns = NOW_NS + HOUR_NS,
    };
}

/* What the collector says when somebody came with the token: the keys, and their own proof. */
static struct tcn_registry_change enrolment(const struct bench *bench) {
    struct tcn_registry_change change = {
        .kind = TCN_CHANGE_ENROLLED,
        .principal = NEWCOMER,
        .token_hash = bench->token_hash,
        .transport_key = bench->keys.transport.public_key,
        .signing_key = bench->keys.signing.public_key,
    };
    uint8_t bytes[TCN_KEY_PROOF_BYTES];
    tcn_wire_key_proof(&bench->place->forge.log_id, &change, bytes);
    assert_int_equal(tcn_sign(&bench->keys.signing, TCN_CONTEXT_KEY,
                              tcn_slice_of(bytes, sizeof(bytes)), &change.proof),
                     TCN_OK);
    return change;
}

/* Logs a change as the writer would; its note only where it `is_noted`. */
static void log_change(struct bench *bench, enum tcn_forge_who who,
                       const struct tcn_registry_change *change, bool is_noted) {
    const struct tcn_event event = event_of(change);
    tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, who, bench->position, NULL);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, who);
    struct tcn_record record = record_of(who);
    record.first_position = bench->position + 1;
    record.chunk_hash = bench->chunk.hash;
    record.lane = bench->chunk.head.lane;
    record.first_sequence = bench->position;
    record.group_first = record.first_position;
    record.chunk = bench->chunk.chunk;
    assert_int_equal(tcn_log_group_begin(bench->house.log), TCN_OK);
    assert_int_equal(tcn_log_append(bench->house.log, &record, 1), TCN_OK);
    if (is_noted) {
        assert_int_equal(tcn_log_change_put(bench->house.log, record.first_position), TCN_OK);
    }
    assert_int_equal(tcn_log_group_commit(bench->house.log), TCN_OK);
    bench->position++;
}

static void a_key_without_its_proof_is_not_taken(void **state) {
    struct bench *bench = *state;
    const struct tcn_registry_change invited = invitation(bench);
    struct tcn_event event = event_of(&invited);
    struct tcn_record record = record_of(TCN_FORGE_ADMIN);
    assert_int_equal(tcn_rights_take(&bench->rights, &record, 2, &event), TCN_OK);
    const struct tcn_registry_change good = enrolment(bench);
    record = record_of(TCN_FORGE_COLLECTOR);
    event.registry = &good;
    assert_int_equal(tcn_rights_check(&bench->rights, &record, 3, &event), TCN_OK);
    for (size_t i = 0; i < 5; i++) {
        struct tcn_registry_change bad = good;
        switch (i) {
        case 0:
            bad.proof.bytes[7] ^= 1;
            break;
        case 1:
            bad.transport_key.bytes[0] ^= 1; /* signed for another transport key */
            break;
        case 2:
            bad.signing_key = bench->place->forge.keys[TCN_FORGE_AUDITOR].signing.public_key;
            break;
        case 3:
            bad.proof = (struct tcn_signature){{0}};
            break;
        default:
            bad.signing_key = (struct tcn_public_key){{1}}; /* no point of the curve */
            break;
        }
        event.registry = &bad;
        assert_int_equal(tcn_rights_check(&bench->rights, &record, 3, &event), TCN_DENIED);
    }
}

/* What the collector says of its next key: signed by this key and by that one. */
static struct tcn_registry_change succession(const struct tcn_id *log_id,
                                             const struct tcn_signing_key *before,
                                             const struct tcn_signing_key *key) {
    struct tcn_successor made;
    assert_int_equal(tcn_succession_sign(log_id, before, key, &made), TCN_OK);
    return (struct tcn_registry_change){.kind = TCN_CHANGE_COLLECTOR_KEY,
                                        .signing_key = made.key,
                                        .proof = made.proof,
                                        .succession = made.signature};
}

static void a_successor_is_signed_by_the_key_before_it(void **state) {
    struct bench *bench = *state;
    const struct tcn_forge *forge = &bench->place->forge;
    const struct tcn_signing_key *first = &forge->keys[TCN_FORGE_COLLECTOR].signing;
    struct tcn_key_set third;
    struct tcn_id other_log = forge->log_id;
    other_log.bytes[0] ^= 1;
    assert_int_equal(tcn_key_set_make(tcn_slice_text("third"), false, &third), TCN_OK);
    const struct tcn_signing_key *second = &bench->keys.signing;
    const struct tcn_record record = record_of(TCN_FORGE_COLLECTOR);
    const struct tcn_registry_change good = succession(&forge->log_id, first, second);
    struct tcn_registry_change bad[] = {
        good,
        good,
        good,
        succession(&other_log, first, second),              /* of another log */
        succession(&forge->log_id, &third.signing, second), /* by nobody */
    };
    bad[0].proof.bytes[3] ^= 1;
    bad[1].succession.bytes[3] ^= 1;
    bad[2].signing_key = third.signing.public_key;
    struct tcn_event event = event_of(NULL);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        event.registry = &bad[i];
        assert_int_equal(tcn_rights_check(&bench->rights, &record, 2, &event), TCN_DENIED);
    }
    event.registry = &good;
    assert_int_equal(tcn_rights_take(&bench->rights, &record, 2, &event), TCN_OK);
    assert_memory_equal(tcn_rights_collector_key(&bench->rights), &second->public_key, 32);
    assert_int_equal(tcn_rights_registry(&bench->rights)->keys.links[0].position, 2);
    /* The key that was succeeded names no other one, and does not come back. */
    const struct tcn_registry_change fork = succession(&forge->log_id, first, &third.signing);
    const struct tcn_registry_change back = succession(&forge->log_id, second, first);
    event.registry = &fork;
    assert_int_equal(tcn_rights_check(&bench->rights, &record, 3, &event), TCN_DENIED);
    event.registry = &back;
    assert_int_equal(tcn_rights_check(&bench->rights, &record, 3, &event), TCN_CONFLICT);
}

static void a_body_of_another_kind_is_void(void **state) {
    struct bench *bench = *state;
    const struct tcn_record record = record_of(TCN_FORGE_ADMIN);
    struct tcn_event event = event_of(NULL);
    event.body_kind = TCN_BODY_ACT;
    assert_int_equal(tcn_rights_take(&bench->rights, &record, 2, &event), TCN_BAD_VALUE);
    assert_int_equal(tcn_rights_registry(&bench->rights)->version, 1);
}

static void who_begins_in_the_middle_comes_to_the_same_registry(void **state) {
    struct bench *bench = *state;
    const struct tcn_registry_change invited = invitation(bench);
    const struct tcn_registry_change enrolled = enrolment(bench);
    const struct tcn_registry_change revoked = {.kind = TCN_CHANGE_REVOKED, .principal = NEWCOMER};
    log_change(bench, TCN_FORGE_ADMIN, &invited, true);      /* 2 */
    log_change(bench, TCN_FORGE_AUDITOR, &revoked, false);   /* 3: void, so it is not noted */
    log_change(bench, TCN_FORGE_COLLECTOR, &enrolled, true); /* 4 */
    log_change(bench, TCN_FORGE_ADMIN, &revoked, true);      /* 5 */
    static const struct {
        uint64_t last;
        uint64_t version;
        enum tcn_principal_status status;
    } cases[] = {
        {1, 1, TCN_PRINCIPAL_NONE},   {2, 2, TCN_PRINCIPAL_INVITED}, {3, 2, TCN_PRINCIPAL_INVITED},
        {4, 4, TCN_PRINCIPAL_ACTIVE}, {5, 5, TCN_PRINCIPAL_REVOKED}, {99, 5, TCN_PRINCIPAL_REVOKED},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_rights rights;
        assert_int_equal(tcn_rights_init(&rights, &bench->house.charter), TCN_OK);
        for (int again = 0; again < 2; again++) { /* the second time finds nothing new */
            assert_int_equal(tcn_rights_load(&rights, bench->reader, cases[i].last), TCN_OK);
            const struct tcn_registry *registry = tcn_rights_registry(&rights);
            const struct tcn_principal *row = tcn_registry_find(registry, NEWCOMER);
            assert_int_equal(registry->version, cases[i].version);
            assert_int_equal(row == NULL ? TCN_PRINCIPAL_NONE : row->status, cases[i].status);
        }
        tcn_rights_fini(&rights);
    }
}

static void many_changes_are_loaded_in_pieces(void **state) {
    struct bench *bench = *state;
    struct tcn_registry_change rights = {
        .kind = TCN_CHANGE_RIGHTS,
        .principal = TCN_FORGE_AUDITOR,
        .row = {.name = "auditor", .role = TCN_ROLE_AUDITOR, .all_streams = true},
    };
    for (uint32_t i = 0; i < 150; i++) {
        rights.row.message_rate = i;
        log_change(bench, TCN_FORGE_ADMIN, &rights, true);
    }
    assert_int_equal(tcn_rights_load(&bench->rights, bench->reader, bench->position), TCN_OK);
    const struct tcn_registry *registry = tcn_rights_registry(&bench->rights);
    assert_int_equal(registry->version, 151);
    assert_int_equal(tcn_registry_find(registry, TCN_FORGE_AUDITOR)->message_rate, 149);
}

static void a_note_that_lies_is_damage(void **state) {
    struct bench *bench = *state;
    const struct tcn_registry_change revoked = {.kind = TCN_CHANGE_REVOKED, .principal = NEWCOMER};
    log_change(bench, TCN_FORGE_ADMIN, &revoked,
               true); /* of nobody: void, and noted all the same */
    assert_int_equal(tcn_rights_load(&bench->rights, bench->reader, 9), TCN_CORRUPT);
    assert_int_equal(tcn_log_group_begin(bench->house.log), TCN_OK);
    assert_int_equal(tcn_log_change_put(bench->house.log, 77), TCN_OK);
    assert_int_equal(tcn_log_group_commit(bench->house.log), TCN_OK);
    assert_int_equal(tcn_rights_load(&bench->rights, bench->reader, 99), TCN_CORRUPT);
}

#define LOG_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        LOG_TEST(a_key_without_its_proof_is_not_taken),
        LOG_TEST(a_successor_is_signed_by_the_key_before_it),
        LOG_TEST(a_body_of_another_kind_is_void),
        LOG_TEST(who_begins_in_the_middle_comes_to_the_same_registry),
        LOG_TEST(many_changes_are_loaded_in_pieces),
        LOG_TEST(a_note_that_lies_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
