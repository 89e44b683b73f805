/* SPDX-License-Identifier: Apache-2.0 */
/* The broker was given one key of the collector, and follows it to the next; and what it does when
 * its own is to be followed by another. */
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

/* A registry with a broker's row behind the others', signed by the collector. */
static void announce(struct house *house, uint64_t version, const struct tcn_broker_key *keys,
                     uint32_t organ_key_count) {
    static const struct tcn_organ_key organ_keys[2] = {{.organ = 1, .key = {{1}}},
                                                       {.organ = 1, .key = {{2}}}};
    struct tcn_principal rows[TCN_FORGE_WHO_MAX + 1];
    memcpy(rows, house->forge->principals, sizeof(house->forge->principals));
    rows[TCN_FORGE_WHO_MAX] = (struct tcn_principal){.id = TCN_FORGE_WHO_MAX + 1,
                                                     .name = "broker",
                                                     .role = TCN_ROLE_BROKER,
                                                     .status = TCN_PRINCIPAL_ACTIVE,
                                                     .transport_key = keys[0].key,
                                                     .signing_key = {{77}},
                                                     .old_transport_key = keys[1].key,
                                                     .old_signing_key = {{78}},
                                                     .old_until_ns = keys[1].until_ns};
    const struct tcn_registry registry = {.version = version,
                                          .principals = rows,
                                          .principal_count = COUNT_OF(rows),
                                          .organ_keys = organ_keys,
                                          .organ_key_count = organ_key_count};
    struct tcn_writer writer = tcn_writer_init(house->registry_data, sizeof(house->registry_data));
    assert_int_equal(tcn_wire_registry_encode(&registry, &writer, &house->registry), TCN_OK);
    assert_int_equal(tcn_sign(&house->forge->keys[TCN_FORGE_COLLECTOR].signing,
                              TCN_CONTEXT_REGISTRY, house->registry, &house->signature),
                     TCN_OK);
    house->registry_version = version;
    send_ready(house, house->collector, true);
    assert_int_equal(recv_version(house, house->collector), version);
}

static void peers_are_woken_for_what_all_of_them_must_hear(void **state) {
    struct house *house = *state;
    const struct tcn_public_key own = house->broker_keys.transport.public_key;
    const struct tcn_broker_key alone[2] = {{.key = own}};
    const struct tcn_broker_key followed[2] = {{.key = {{9}}}, {own, INT64_MAX}};
    house_open_for_peers(house);
    struct tcn_sock *office = house_peer(house, TCN_FORGE_AGENT_A);
    introduce(house, office, "hello");
    const struct {
        const struct tcn_broker_key *keys;
        uint32_t organ_key_count;
        bool is_woken;
    } rows[] = {{alone, 0, true},     {alone, 0, false},   {followed, 0, true},
                {followed, 0, false}, {followed, 1, true}, {followed, 1, false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        announce(house, i + 2, rows[i].keys, rows[i].organ_key_count);
        if (rows[i].is_woken) {
            assert_int_equal(recv_peer(house, office), TCN_KIND_AGAIN);
        }
        introduce(house, office, "still there");
        send_down(house->collector, house->stamp, TCN_KIND_ANSWER, "no second AGAIN");
        assert_int_equal(recv_peer(house, office), TCN_KIND_ANSWER);
        assert_true(log_has(house, "a new transport key is announced") == (i >= 2));
    }
    const struct tcn_broker_key others[2] = {{.key = {{9}}}};
    assert_false(log_has(house, "another transport key than the one in use"));
    announce(house, 20, others, 1);
    assert_true(log_has(house, "another transport key than the one in use"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_collectors_next_key_is_followed_and_the_one_before_it_no_more, house_setup,
            house_teardown),
        cmocka_unit_test_setup_teardown(peers_are_woken_for_what_all_of_them_must_hear, house_setup,
                                        house_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
