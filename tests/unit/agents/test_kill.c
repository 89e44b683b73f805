/* SPDX-License-Identifier: Apache-2.0 */
/* An agent that is killed at any moment has on disk whatever it said it accepted. */
#include "agents/cut.h"
#include "collector.h"
#include "store/outbox.h"

#include <signal.h>
#include <sys/wait.h>

#define ROUNDS 5
#define AHEAD 40

#define REPORT                                                                                     \
    "{\"op\":\"report\",\"draft\":{\"domain\":\"rural_water\",\"division\":\"" DIVISION            \
    "\",\"concerns\":\"nobody\",\"severity\":\"serious\",\"key\":\"%u-%u\","                       \
    "\"texts\":{\"narrative\":\"no water\"}}}"

static int setup(void **state) {
    *state = district_create(TCN_MODE_ACTUAL, "office_chahe");
    return 0;
}

static int teardown(void **state) {
    district_destroy(*state);
    return 0;
}

/** Sends many reports, reads some answers, kills. Gives how many were accepted. */
static uint32_t accept_and_kill(struct district *district, uint32_t round) {
    pid_t child = district_fork(district);
    struct office office;
    memset(&office, 0, sizeof(office));
    tcn_parts_init(&office.parts);
    assert_int_equal(tcn_arena_init(&office.arena, (size_t)4 * 1024 * 1024), TCN_OK);
    assert_int_equal(tcn_link_open(1, 16, &office.link), TCN_OK);
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_DEALER_LOCAL, .frame_bytes_max = (size_t)2 * 1024 * 1024, .hwm = 1000};
    assert_int_equal(tcn_sock_open(office.link, &options, &office.client), TCN_OK);
    assert_int_equal(tcn_sock_connect(office.client, district->local_endpoint), TCN_OK);
    for (uint32_t i = 0; i < AHEAD; i++) {
        char ask[512];
        (void)snprintf(ask, sizeof(ask), REPORT, round, i);
        office_say(&office, ask, i);
    }
    uint32_t heard = 1 + round * 7;
    for (uint32_t i = 0; i < heard; i++) {
        assert_int_equal(office_hear(&office, i).code, TCN_OK);
    }
    assert_int_equal(kill(child, SIGKILL), 0);
    int ended = 0;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFSIGNALED(ended));
    tcn_sock_close(&office.client);
    tcn_parts_fini(&office.parts);
    tcn_arena_fini(&office.arena);
    tcn_link_close(&office.link);
    return heard;
}

/** Counts the routine lane's events and checks that their chunks are a chain without holes. */
static uint64_t count_events(struct tcn_outbox *outbox) {
    struct tcn_outbox_lane row;
    struct tcn_arena arena;
    assert_int_equal(tcn_arena_init(&arena, TCN_WIRE_ARENA_BYTES((size_t)1024)), TCN_OK);
    assert_int_equal(tcn_outbox_lane_get(outbox, TCN_LANE_ROUTINE, &row), TCN_OK);
    struct tcn_hash previous = {{0}};
    uint64_t sequence = 1;
    while (sequence < row.next_sequence) {
        struct tcn_outbox_chunk chunk;
        struct tcn_chunk_head head;
        assert_int_equal(tcn_outbox_chunk_find(outbox, &row.lane, sequence, &chunk), TCN_OK);
        assert_int_equal(chunk.first_sequence, sequence);
        tcn_arena_reset(&arena);
        assert_int_equal(tcn_agent_cut_head(&chunk, &arena, &head), TCN_OK);
        assert_true(tcn_hash_equals(&head.previous_hash, &previous));
        previous = chunk.chunk_hash;
        sequence += chunk.sequence_count;
    }
    assert_true(tcn_hash_equals(&previous, &row.last_hash));
    tcn_arena_fini(&arena);
    return sequence - 1;
}

static void what_was_accepted_survives_a_kill(void **state) {
    struct district *district = *state;
    uint64_t accepted = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        accepted += accept_and_kill(district, round);
        struct tcn_outbox *outbox = NULL;
        const struct tcn_store_options options = {.dir = district->outbox,
                                                  .map_bytes = UINT64_C(256) * 1024 * 1024};
        assert_int_equal(tcn_outbox_open(&options, &outbox), TCN_OK);
        uint64_t found = count_events(outbox);
        assert_true(found >= accepted);
        for (uint32_t i = 0; i < 1 + round * 7; i++) {
            char key[32];
            struct tcn_outbox_key known;
            (void)snprintf(key, sizeof(key), "%u-%u", round, i);
            const uint8_t any[8] = {0};
            assert_int_equal(tcn_outbox_key_check(outbox, text_of(key), any, &known),
                             TCN_CONFLICT); /* there, under its own content */
        }
        tcn_outbox_close(&outbox);
        accepted = found;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_accepted_survives_a_kill, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
