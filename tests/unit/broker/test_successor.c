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
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION, .kind = TCN_KIND_READY, .request = house->generation};
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

/* A collector offers a registry that lists these keys; gives the version that is answered. */
static uint64_t offer_keys(struct house *house, const struct tcn_successor *links, uint32_t count,
                           uint64_t version, const struct tcn_signing_key *key) {
    struct tcn_signature signature;
    const struct tcn_slice bytes = listing(house, links, count, version, key, &signature);
    const struct tcn_slice frames[] = {bytes, tcn_slice_of(signature.bytes, 64)};
    return offer(house, frames, 2);
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
        {NULL, 0, first, 3, 0}, /* the key before it, as if nothing had been */
        {&links[0], 1, first, 3, 0},
        {&links[0], 1, second, 3, 3},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(
            offer_keys(house, rows[i].links, rows[i].count, rows[i].version, rows[i].signer),
            rows[i].expected);
    }
}

/* How often the broker's log has the text. */
static int log_count(const struct house *house, const char *text) {
    char log[LOG_BYTES + 1] = {0};
    int count = 0;
    assert_true(pread(house->log_file, log, LOG_BYTES, 0) >= 0);
    for (const char *at = strstr(log, text); at != NULL; at = strstr(at + 1, text)) {
        count++;
    }
    return count;
}

/* A log that was restored to before the change of its collector's key, and that key's file is lost:
 * what a stolen older key with an old copy of the log looks like too. */
static void a_collector_that_was_set_back_is_refused_aloud(void **state) {
    struct house *house = *state;
    const struct tcn_signing_key *first = &house->forge->keys[TCN_FORGE_COLLECTOR].signing;
    const struct tcn_signing_key *stranger = &house->forge->keys[TCN_FORGE_AGENT_A].signing;
    struct tcn_key_set made[2];
    struct tcn_successor links[2]; /* each follows the first */
    for (size_t i = 0; i < COUNT_OF(made); i++) {
        assert_int_equal(tcn_key_set_make(tcn_slice_text("collector"), false, &made[i]), TCN_OK);
        assert_int_equal(
            tcn_succession_sign(&house->forge->log_id, first, &made[i].signing, &links[i]), TCN_OK);
        links[i].generation = links[i].position = 1;
    }
    const struct tcn_signing_key *second = &made[0].signing;
    house_open_for_peers(house);
    assert_int_equal(offer_keys(house, &links[0], 1, 2, second), 2);
    struct tcn_sock *office = house_peer(house, TCN_FORGE_AGENT_A);
    introduce(house, office, "before");
    const struct {
        const struct tcn_successor *links;
        uint32_t count;
        const struct tcn_signing_key *signer;
        const char *why;
    } rows[] = {
        {NULL, 0, first, "its log ends before a change of its signing key"},
        {&links[1], 1, &made[1].signing, "its log names another signing key"},
        {&links[0], 1, stranger, "it signs neither"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        house->generation++;
        for (int turn = 0; turn < 3; turn++) { /* it comes again every second */
            assert_int_equal(offer_keys(house, rows[i].links, rows[i].count, 2 + i, rows[i].signer),
                             0);
        }
        assert_int_equal(log_count(house, rows[i].why), 1);
        assert_int_equal(log_count(house, "is refused"), 0);
    }
    send_kind(office, TCN_KIND_ASK, 1, "to nobody");
    assert_int_equal(recv_error(house, office), TCN_UNTRUSTED);
    send_down(house->collector, house->stamp, TCN_KIND_ANSWER, "of nobody");
    /* Its key file is there again: the same succession, in the log anew. */
    links[0].generation = house->generation;
    assert_int_equal(offer_keys(house, &links[0], 1, 2, second), 2);
    assert_int_equal(log_count(house, "is believed again"), 1);
    assert_int_equal(recv_peer(house, office), TCN_KIND_AGAIN);
    introduce(house, office, "after");
    send_down(house->collector, house->stamp, TCN_KIND_ANSWER, "heard");
    assert_int_equal(recv_peer(house, office), TCN_KIND_ANSWER);
    assert_true(is_body(house, "heard"));
    assert_int_equal(house_stop(house), TCN_OK);
    assert_int_equal(house->reasons[TCN_HUB_REASON_NO_COLLECTOR], 1);
    assert_int_equal(house->counts.lost_down, 1);
    for (size_t i = 0; i < COUNT_OF(made); i++) {
        tcn_key_set_fini(&made[i]);
    }
}

/* A collector with a log of a higher generation connects beside the live one. */
static struct tcn_sock *newcomer(struct house *house) {
    house->generation++;
    return house_connect(house, &house->forge->keys[TCN_FORGE_COLLECTOR], house->back);
}

/* Whoever has the transport key alone, or has not said yet which keys its log names. */
static void a_collector_takes_no_place_before_its_registry_was_judged(void **state) {
    struct house *house = *state;
    house_open_for_peers(house);
    struct tcn_sock *office = house_peer(house, TCN_FORGE_AGENT_A);
    introduce(house, office, "before");
    const struct tcn_stamp stamp = house->stamp;
    struct tcn_sock *thief = newcomer(house);
    for (int turn = 0; turn < 3; turn++) {
        send_ready(house, thief, false);
        assert_int_equal(recv_version(house, thief), 0);
        introduce(house, office, "to the live one");
        send_down(thief, stamp, TCN_KIND_ANSWER, "forged");
    }
    send_down(house->collector, stamp, TCN_KIND_ANSWER, "genuine");
    assert_int_equal(recv_peer(house, office), TCN_KIND_ANSWER);
    assert_true(is_body(house, "genuine"));
    /* Nor when nobody is there any more: what comes up waits. */
    house_leave(house, house->collector);
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    do { /* what was sent before the broker noticed is lost without a word */
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        send_kind(office, TCN_KIND_ASK, 1, "is anybody there");
    } while (!await_events(office, TCN_POLL_IN, 20 * TCN_MS_NS));
    assert_int_equal(recv_error(house, office), TCN_UNREACHABLE_PEER);
    send_ready(house, thief, false);
    assert_int_equal(recv_version(house, thief), 0);
    assert_false(await_events(thief, TCN_POLL_IN, 200 * TCN_MS_NS));
    house->collector = thief; /* it was an honest one: its registry comes */
    send_ready(house, thief, true);
    assert_int_equal(recv_version(house, thief), house->registry_version);
    assert_int_equal(recv_peer(house, office), TCN_KIND_AGAIN);
    introduce(house, office, "to the next one");
    assert_int_equal(house_stop(house), TCN_OK);
    assert_int_equal(house->reasons[TCN_HUB_REASON_OLD_COLLECTOR], 3);
}

/* The same restored from a backup that is older than its key's change, while the live one lives. */
static void a_collector_that_was_set_back_does_not_end_the_live_one(void **state) {
    struct house *house = *state;
    const struct tcn_signing_key *first = &house->forge->keys[TCN_FORGE_COLLECTOR].signing;
    struct tcn_key_set made;
    struct tcn_successor link;
    assert_int_equal(tcn_key_set_make(tcn_slice_text("collector"), false, &made), TCN_OK);
    assert_int_equal(tcn_succession_sign(&house->forge->log_id, first, &made.signing, &link),
                     TCN_OK);
    link.generation = link.position = 1;
    house_open_for_peers(house);
    assert_int_equal(offer_keys(house, &link, 1, 2, &made.signing), 2);
    struct tcn_sock *office = house_peer(house, TCN_FORGE_AGENT_A);
    introduce(house, office, "before");
    struct tcn_sock *live = house->collector;
    const uint64_t generation = house->generation;
    struct tcn_sock *set_back = newcomer(house);
    for (int turn = 0; turn < 3; turn++) {
        house->collector = set_back;
        house->generation = generation + 1;
        assert_int_equal(offer_keys(house, NULL, 0, 7, first), 0);
        house->collector = live;
        house->generation = generation;
        introduce(house, office, "to the live one");
        send_ready(house, live, false); /* nobody tells it to end */
        do {
            assert_int_equal(recv_version(house, live), 2);
        } while (house->header.request != generation || await_events(live, TCN_POLL_IN, 0));
    }
    assert_int_equal(log_count(house, "the live one, which stays"), 1);
    assert_false(log_has(house, "passes nothing"));
    /* The live one goes: now its is what offices are told of. */
    house_leave(house, live);
    house->collector = set_back;
    house->generation = generation + 1;
    const int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    enum tcn_status code = TCN_OK;
    while (code != TCN_UNTRUSTED) {
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        assert_int_equal(offer_keys(house, NULL, 0, 7, first), 0);
        send_kind(office, TCN_KIND_ASK, 1, "is anybody there");
        code =
            await_events(office, TCN_POLL_IN, 100 * TCN_MS_NS) ? recv_error(house, office) : code;
    }
    tcn_key_set_fini(&made);
}

/* A registry with a broker's row behind the others', signed by the collector. */
static void announce(struct house *house, uint64_t version, const struct tcn_broker_key *keys,
                     uint32_t organ_key_count, uint64_t policy_version) {
    static const struct tcn_organ_key organ_keys[2] = {{.organ = 1, .key = {{1}}},
                                                       {.organ = 1, .key = {{2}}}};
    struct tcn_principal rows[TCN_FORGE_WHO_MAX + 1];
    memcpy(rows, house->forge->principals, TCN_FORGE_WHO_MAX * sizeof(rows[0]));
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
                                          .organ_key_count = organ_key_count,
                                          .policy_version = policy_version};
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
        uint64_t policy_version;
        bool is_woken;
    } rows[] = {
        {alone, 0, 1, true},     {alone, 0, 1, false},    {followed, 0, 1, true},
        {followed, 0, 1, false}, {followed, 1, 1, true},  {followed, 1, 1, false},
        {followed, 1, 2, true},  {followed, 1, 2, false}, {followed, 1, 1, true}, /* set back */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        announce(house, i + 2, rows[i].keys, rows[i].organ_key_count, rows[i].policy_version);
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
    announce(house, 20, others, 1, 1);
    assert_true(log_has(house, "another transport key than the one in use"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_collectors_next_key_is_followed_and_the_one_before_it_no_more, house_setup,
            house_teardown),
        cmocka_unit_test_setup_teardown(a_collector_that_was_set_back_is_refused_aloud, house_setup,
                                        house_teardown),
        cmocka_unit_test_setup_teardown(a_collector_takes_no_place_before_its_registry_was_judged,
                                        house_setup, house_teardown),
        cmocka_unit_test_setup_teardown(a_collector_that_was_set_back_does_not_end_the_live_one,
                                        house_setup, house_teardown),
        cmocka_unit_test_setup_teardown(peers_are_woken_for_what_all_of_them_must_hear, house_setup,
                                        house_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
