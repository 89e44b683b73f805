/* SPDX-License-Identifier: Apache-2.0 */
/* Who is connected when another policy comes into force hears of it at once, by the way that it
 * has; who comes later hears of it then. */
/* ctest-uses: broker query core store wire link seal */
#include "activation_make.h"
#include "district.h"
#include "wire/policy.h"
#include "wire/registry.h"

/* Waits for the broker's word to all, which the other helpers pass over. */
static void await_wake(struct peer *peer) {
    do {
        enum tcn_status status = tcn_sock_recv(peer->sock, &peer->parts);
        while (status == TCN_AGAIN) {
            assert_true(wait_for(peer, TCN_POLL_IN, WAIT_NS));
            status = tcn_sock_recv(peer->sock, &peer->parts);
        }
        assert_int_equal(status, TCN_OK);
        assert_int_equal(tcn_wire_header_decode(tcn_parts_frame(&peer->parts, 0), &peer->header),
                         TCN_OK);
    } while (peer->header.kind != TCN_KIND_AGAIN || tcn_parts_frame(&peer->parts, 1).size > 0);
}

/* The version of the policy in the bundle that the collector signs for whoever asks. */
static uint64_t ask_bundle(struct district *district, struct peer *peer, uint64_t *out_bundle) {
    struct tcn_bundle bundle;
    struct tcn_policy policy;
    struct tcn_signature signature;
    send_frames(peer, TCN_KIND_BUNDLE_ASK, 0, NULL, 0);
    assert_int_equal(hear(peer), TCN_KIND_BUNDLE);
    memcpy(signature.bytes, tcn_parts_frame(&peer->parts, 2).data, sizeof(signature.bytes));
    assert_int_equal(
        tcn_verify(tcn_keyring_tip(&peer->ring), TCN_CONTEXT_BUNDLE, peer->body, &signature),
        TCN_OK);
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_bundle_decode(peer->body, &district->arena, &bundle), TCN_OK);
    assert_int_equal(tcn_wire_policy_decode(bundle.policy, &district->arena, &policy), TCN_OK);
    *out_bundle = bundle.version;
    return policy.version;
}

/* The version of the bundle that WELCOME names. */
static uint64_t welcomed(struct district *district, struct peer *peer) {
    struct tcn_welcome welcome;
    (void)greet(district, peer);
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_welcome_decode(peer->body, &district->arena, &welcome), TCN_OK);
    return welcome.bundle_version;
}

static void who_is_connected_and_who_comes_later_hear_of_it(void **state) {
    struct district *district = *state;
    struct peer *office = &district->office;
    struct peer *watcher = &district->watcher;
    struct other_policy other;
    make_other(&district->collector->charter.policy, &other);
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    const uint64_t before = welcomed(district, office);
    join_session(district, watcher);
    uint64_t bundle = 0;
    assert_int_equal(ask_bundle(district, office, &bundle), other.policy.version - 1);
    assert_int_equal(bundle, before);
    assert_int_equal(
        hand_over_to(district->place, district->collector, TCN_FORGE_ADMIN, &other.policy), TCN_OK);
    await_wake(office); /* on the connection that it has, without a word of its own */
    await_wake(watcher);
    assert_int_equal(ask_bundle(district, office, &bundle), other.policy.version);
    assert_int_equal(bundle, before + 1);
    assert_int_equal(welcomed(district, office), bundle);
    leave(office);
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    assert_int_equal(welcomed(district, office), bundle);
    /* A collector that starts again goes on with it. */
    leave(office);
    stop_collector(district);
    start_collector(district);
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    assert_int_equal(welcomed(district, office), bundle);
    assert_int_equal(ask_bundle(district, office, &bundle), other.policy.version);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_is_connected_and_who_comes_later_hear_of_it, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
