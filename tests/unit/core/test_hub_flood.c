/* SPDX-License-Identifier: Apache-2.0 */
/* A listed key that says OPEN a million times: what passes is its rate's, once a second it is told
 * so, and the hub takes no memory for it; its neighbour is heard as before. */
#include "core/hub.h"

#include "trace.h"

#include <malloc.h>

#define COLLECTOR 1
#define FLOOD 2
#define HONEST 3
#define OPENS 1000000u
#define SECONDS 50
#define PER_SECOND (OPENS / SECONDS) /* as many as the rate of messages lets through */

static const struct tcn_public_key home_key = {{0xc0}};

static const struct tcn_principal rows[] = {
    {.id = FLOOD, .role = TCN_ROLE_WATCHER, .status = TCN_PRINCIPAL_ACTIVE, .transport_key = {{2}}},
    {.id = HONEST,
     .role = TCN_ROLE_WATCHER,
     .status = TCN_PRINCIPAL_ACTIVE,
     .transport_key = {{3}}},
};

static const struct tcn_registry registry = {
    .version = 7, .principals = rows, .principal_count = COUNT_OF(rows)};

static struct tcn_hub_input input_of(const uint8_t *principal, enum tcn_kind kind, int64_t now_ns) {
    const struct tcn_public_key key = {{*principal}};
    return (struct tcn_hub_input){
        .routing_id = tcn_slice_of(principal, 1),
        .principal = *principal,
        .key_tag = tcn_hub_key_tag(*principal == COLLECTOR ? &home_key : &key),
        .kind = kind,
        .bytes = 100,
        .now_ns = now_ns,
        .wall_ns = 10,
        .random = *principal,
    };
}

static struct tcn_hub_verdict say(struct tcn_hub *hub, uint8_t principal, int64_t now_ns) {
    const struct tcn_hub_input in = input_of(&principal, TCN_KIND_OPEN, now_ns);
    struct tcn_hub_verdict verdict;
    tcn_hub_up(hub, &in, &verdict);
    return verdict;
}

/* The collector comes and is believed. */
static void come(struct tcn_hub *hub) {
    const uint8_t principal = COLLECTOR;
    const struct tcn_hub_input in = input_of(&principal, TCN_KIND_READY, 1);
    struct tcn_hub_verdict verdict;
    tcn_hub_up(hub, &in, &verdict);
    assert_int_equal(verdict.kind, TCN_HUB_READY);
    assert_true(verdict.comes);
    tcn_hub_home_take(hub, &in);
}

static void a_million_opens_pass_at_the_rate_of_questions(void **state) {
    (void)state;
    static const struct tcn_hub_limits limits = {0};
    struct tcn_hub *hub = NULL;
    uint64_t forward_count = 0;
    uint64_t told_count = 0;
    assert_int_equal(tcn_hub_create(&limits, &home_key, COLLECTOR, &hub), TCN_OK);
    assert_int_equal(tcn_hub_registry(hub, &registry), TCN_OK);
    come(hub);
    const size_t before = mallinfo2().uordblks;
    for (uint32_t i = 0; i < OPENS; i++) {
        const int64_t now_ns = 1 + (int64_t)i * (1000000000 / PER_SECOND);
        const struct tcn_hub_verdict verdict = say(hub, FLOOD, now_ns);
        forward_count += verdict.kind == TCN_HUB_FORWARD;
        told_count += verdict.kind == TCN_HUB_ANSWER;
        assert_true(verdict.kind != TCN_HUB_ANSWER || verdict.code == TCN_LIMIT);
        if (i % PER_SECOND == 0) {
            assert_int_equal(say(hub, HONEST, now_ns).kind, TCN_HUB_FORWARD);
        }
    }
    assert_int_equal(mallinfo2().uordblks, before);
    assert_in_range(forward_count, (SECONDS + 1) * TCN_PRINCIPAL_QUESTIONS_PER_S,
                    (SECONDS + 2) * TCN_PRINCIPAL_QUESTIONS_PER_S);
    assert_in_range(told_count, SECONDS - 1, SECONDS);
    assert_int_equal(tcn_hub_count(hub, TCN_HUB_REASON_QUESTION_RATE), OPENS - forward_count);
    assert_true(tcn_hub_is_sound(hub));
    tcn_hub_destroy(&hub);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_opens_pass_at_the_rate_of_questions),
    };
    return cmocka_run_group_tests_name("hub_flood", tests, NULL, NULL);
}
