/* SPDX-License-Identifier: Apache-2.0 */
/* The broker was given one key of the collector, and follows it to the next. */
/* ctest-uses: link wire seal core */
#include "house.h"

#include "seal/keyring.h"

/** Says READY with these frames after the header; gives the version that is answered. */
static uint64_t offer(struct house *house, const struct tcn_slice *more, size_t count) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_READY};
    struct tcn_slice frames[6] = {{0}};
    assert_int_equal(tcn_wire_header_encode(&header, &writer, &frames[0]), TCN_OK);
    assert_true(count < COUNT_OF(frames));
    for (size_t i = 0; i < count; i++) {
        frames[i + 1] = more[i];
    }
    send_frames(house->collector, frames, count + 1);
    return recv_version(house, house->collector);
}

/* A registry that lists `count` of these keys, signed by one. */
static struct tcn_slice listing(struct house *house, const struct tcn_successor *links,
                                uint32_t count, uint64_t version, const struct tcn_signing_key *key,
                                struct tcn_signature *out_signature) {
    const struct tcn_registry registry = {
        .version = version,
        .principals = house->forge->principals,
        .principal_count = TCN_FORGE_WHO_MAX,
        .keys = {.log_id = house->forge->log_id, .links = links, .count = count},
    };
    struct tcn_writer writer = tcn_writer_init(house->registry_data, sizeof(house->registry_data));
    assert_int_equal(tcn_wire_registry_encode(&registry, &writer, &house->registry), TCN_OK);
    assert_int_equal(tcn_sign(key, TCN_CONTEXT_REGISTRY, house->registry, out_signature), TCN_OK);
    return house->registry;
}

static void a_collectors_next_key_is_followed_and_the_one_before_it_no_more(void **state) {
    struct house *house = *state;
    const struct tcn_signing_key *first = &house->forge->keys[TCN_FORGE_COLLECTOR].signing;
    struct tcn_key_set made;
    struct tcn_successor links[2];
    assert_int_equal(tcn_key_set_make(tcn_slice_text("collector"), false, &made), TCN_OK);
    const struct tcn_signing_key *second = &made.signing;
    const struct tcn_signing_key *forger = &house->forge->keys[TCN_FORGE_AGENT_A].signing;
    const struct tcn_id *log_id = &house->forge->log_id;
    assert_int_equal(tcn_succession_sign(log_id, first, second, &links[0]), TCN_OK);
    assert_int_equal(tcn_succession_sign(log_id, forger, forger, &links[1]), TCN_OK);
    links[0].generation = links[0].position = 1;
    links[1].generation = links[1].position = 1;
    house->collector = house_connect(house, &house->forge->keys[TCN_FORGE_COLLECTOR], house->back);
    const struct {
        const struct tcn_successor *links;
        uint32_t count;
        const struct tcn_signing_key *signer;
        uint64_t version; /* that is offered */
        uint64_t expected;
    } rows[] = {
        {NULL, 0, second, 1, 0},      /* a key that nobody has named */
        {&links[1], 1, forger, 1, 0}, /* one that names itself */
        {&links[0], 1, first, 1, 0},  /* the newest signs, no other */
        {&links[0], 1, second, 2, 2},
        {NULL, 0, first, 3, 2}, /* the key before it, as if nothing had been */
        {&links[0], 1, first, 3, 2},
        {&links[0], 1, second, 3, 3},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_signature signature;
        const struct tcn_slice bytes = listing(house, rows[i].links, rows[i].count, rows[i].version,
                                               rows[i].signer, &signature);
        const struct tcn_slice frames[] = {bytes, tcn_slice_of(signature.bytes, 64)};
        assert_int_equal(offer(house, frames, 2), rows[i].expected);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_collectors_next_key_is_followed_and_the_one_before_it_no_more, house_setup,
            house_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
