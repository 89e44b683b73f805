/* SPDX-License-Identifier: Apache-2.0 */
/* By which keys a collector comes in: configured ones, one or two of them, and no others (H5). */
#include "core/hub.h"

#include "trace.h"

#define COLLECTOR 1
#define STANDBY 2

static const struct tcn_public_key first = {{0xc0}};
static const struct tcn_public_key second = {{0xc1}};

static const struct tcn_principal rows[] = {
    {.id = COLLECTOR,
     .role = TCN_ROLE_COLLECTOR,
     .status = TCN_PRINCIPAL_ACTIVE,
     .transport_key = {{0xee}}, /* of its founding: it was changed since */
     .old_transport_key = {{0xef}},
     .old_until_ns = 1000},
    {.id = STANDBY,
     .role = TCN_ROLE_COLLECTOR,
     .status = TCN_PRINCIPAL_ACTIVE,
     .transport_key = {{0xdd}}},
};

static struct tcn_hub *open_hub(bool has_registry) {
    static const struct tcn_hub_limits limits = {0};
    static const struct tcn_registry registry = {
        .version = 3, .principals = rows, .principal_count = COUNT_OF(rows)};
    struct tcn_hub *hub = NULL;
    assert_int_equal(tcn_hub_create(&limits, &first, COLLECTOR, &hub), TCN_OK);
    if (has_registry) {
        assert_int_equal(tcn_hub_registry(hub, &registry), TCN_OK);
    }
    return hub;
}

static void a_collector_is_known_by_its_configured_keys_alone(void **state) {
    (void)state;
    static const struct {
        uint8_t key;
        bool has_second;
        bool has_registry;
        enum tcn_status status;
        uint32_t principal;
    } cases[] = {
        {0xee, false, true, TCN_DENIED, 0},    {0xef, false, true, TCN_DENIED, 0},
        {0xee, true, true, TCN_DENIED, 0},     {0xc1, false, true, TCN_DENIED, 0},
        {0xc1, false, false, TCN_DENIED, 0},   {0x00, false, true, TCN_DENIED, 0},
        {0x00, true, false, TCN_DENIED, 0},    {0xc0, false, false, TCN_OK, COLLECTOR},
        {0xc0, true, true, TCN_OK, COLLECTOR}, {0xc1, true, false, TCN_OK, COLLECTOR},
        {0xc1, true, true, TCN_OK, COLLECTOR}, {0xdd, false, true, TCN_OK, STANDBY},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_hub *hub = open_hub(cases[i].has_registry);
        const struct tcn_public_key key = {{cases[i].key}};
        uint32_t principal = 0;
        if (cases[i].has_second) {
            tcn_hub_also(hub, &second);
        }
        assert_int_equal(tcn_hub_admit(hub, &key, 10, &principal), cases[i].status);
        assert_int_equal(principal, cases[i].principal);
        assert_true(tcn_hub_is_sound(hub));
        tcn_hub_destroy(&hub);
    }
}

static void nothing_of_a_collector_passes_on_another_key(void **state) {
    (void)state;
    static const struct {
        uint8_t key;
        bool has_second;
        bool is_heard;
    } cases[] = {
        {0xee, false, false}, {0xef, true, false}, {0xc1, false, false}, {0x00, false, false},
        {0xc0, false, true},  {0xc0, true, true},  {0xc1, true, true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_hub *hub = open_hub(true);
        const struct tcn_public_key key = {{cases[i].key}};
        struct tcn_hub_verdict verdict;
        if (cases[i].has_second) {
            tcn_hub_also(hub, &second);
        }
        const struct tcn_hub_input in = {.routing_id = tcn_slice_text("home"),
                                         .principal = COLLECTOR,
                                         .key_tag = tcn_hub_key_tag(&key),
                                         .kind = TCN_KIND_READY,
                                         .bytes = 10,
                                         .wall_ns = 10,
                                         .random = 7};
        tcn_hub_up(hub, &in, &verdict);
        assert_true((verdict.kind == TCN_HUB_READY) == cases[i].is_heard);
        tcn_hub_destroy(&hub);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_collector_is_known_by_its_configured_keys_alone),
        cmocka_unit_test(nothing_of_a_collector_passes_on_another_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
