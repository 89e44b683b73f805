/* SPDX-License-Identifier: Apache-2.0 */
/* An office's outbox destroys its copy of a share when the collector says that it is erased, and
 * does not send it to a collector that was restored. */
#include "bench.h"

#define SEALED REPORT ",\"texts\":{\"narrative\":\"no water\"}}}"

/* What WELCOME says of one erased event. */
struct told {
    uint64_t sequence;
    bool is_other; /* its hash is another event's */
    bool is_erased;
};

static struct tcn_hash hash_of(const struct got_chunk *chunk) {
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    struct tcn_slice open;
    struct tcn_slice sealed;
    uint32_t count = 0;
    assert_int_equal(tcn_wire_chunk_body_split(chunk->body, events, &count), TCN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(tcn_wire_event_split(events[0], &open, &sealed), TCN_OK);
    assert_true(sealed.size > 0);
    return tcn_hash_event(open, sealed);
}

/* Two sealed reports that are acknowledged, and a third whose session is over. */
static void report_three(struct bench *bench, const struct got_chunk *chunks[3]) {
    for (size_t i = 0; i < 3; i++) {
        (void)office_ask(&bench->office, SEALED);
        chunks[i] = i < 2 ? ear_take(&bench->ear) : ear_await_chunk(&bench->ear);
        assert_true(chunks[i]->shares.size > 0);
    }
    ear_again(&bench->ear, chunks[2], TCN_STALE);
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
}

/* Answers the HELLO with what is erased, and takes the chunk that comes then. */
static const struct got_chunk *welcome_with(struct bench *bench, const struct told *told,
                                            const struct got_chunk *chunks[3]) {
    uint8_t data[TCN_ERASED_BYTES];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_hash hash = hash_of(chunks[told->sequence <= 3 ? told->sequence - 1 : 0]);
    hash.bytes[7] ^= told->is_other ? 1 : 0;
    tcn_write_u64(&writer, told->sequence);
    tcn_write_bytes(&writer, hash.bytes, sizeof(data) - 8);
    struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
    welcome.erased = tcn_writer_slice(&writer);
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &welcome);
    return ear_take(&bench->ear);
}

/* Which chunks of the outbox, of these three, have shares: bit 0 the first. */
static unsigned shares_in(struct tcn_outbox *outbox, const struct tcn_lane_key *lane) {
    unsigned bits = 0;
    for (unsigned i = 0; i < 3; i++) {
        struct tcn_outbox_chunk chunk;
        assert_int_equal(tcn_outbox_chunk_find(outbox, lane, i + 1, &chunk), TCN_OK);
        assert_int_equal(chunk.first_sequence, i + 1);
        bits |= chunk.chunk.shares.size > 0 ? 1u << i : 0u;
    }
    return bits;
}

static void only_what_is_named_and_acknowledged_is_erased(void **state) {
    static const struct told rows[] = {
        {1, true, false},                    /* another event's hash */
        {3, false, false},                   /* not acknowledged: it has to be sent as it was cut */
        {9, false, false},                   /* nothing stands there */
        {1, false, true},  {1, false, true}, /* said again */
    };
    struct bench *bench = *state;
    const struct got_chunk *chunks[3];
    report_three(bench, chunks);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct got_chunk *again = welcome_with(bench, &rows[i], chunks);
        assert_int_equal(again->shares.size, chunks[2]->shares.size);
        const struct tcn_lane_key lane = chunks[0]->head.lane;
        struct tcn_outbox *outbox = look_inside(bench);
        assert_int_equal(shares_in(outbox, &lane), rows[i].is_erased ? 6 : 7);
        struct tcn_outbox_lane row;
        assert_int_equal(tcn_outbox_lane_get(outbox, TCN_LANE_ROUTINE, &row), TCN_OK);
        row.acked_sequence = 2; /* the third is on its way again */
        row.acked_hash = chunks[1]->hash;
        assert_int_equal(tcn_outbox_begin(outbox), TCN_OK);
        assert_int_equal(tcn_outbox_lane_put(outbox, &row), TCN_OK);
        assert_int_equal(tcn_outbox_commit(outbox), TCN_OK);
        tcn_outbox_close(&outbox);
        start_again(bench);
        ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    }
    bench->ear.may_leave = true;
}

static void a_restored_collector_gets_the_event_without_its_share(void **state) {
    struct bench *bench = *state;
    const struct told told = {1, false, true};
    const struct got_chunk *chunks[3];
    report_three(bench, chunks);
    const struct tcn_hash hashes[] = {hash_of(chunks[0]), hash_of(chunks[1]), hash_of(chunks[2])};
    (void)welcome_with(bench, &told, chunks);
    struct tcn_outbox *outbox = look_inside(bench); /* the receipts are in */
    tcn_outbox_close(&outbox);
    start_again(bench);
    /* Restored from a backup of before: the agent finds its first chunk short of a share, says
     * HELLO once more and cuts all of it anew. */
    for (unsigned i = 0; i < 2; i++) {
        ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
        struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
        welcome.mark_sequence = 0;
        welcome.mark_hash = (struct tcn_hash){{0}};
        ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &welcome);
    }
    uint32_t event_count = 0;
    struct tcn_hash previous = {{0}};
    while (event_count < 3) {
        const struct got_chunk *got = ear_take(&bench->ear);
        struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
        struct tcn_share_entry entries[TCN_CHUNK_EVENTS_MAX];
        uint32_t count = 0;
        uint32_t share_count = 0;
        assert_true(tcn_hash_equals(&got->head.previous_hash, &previous));
        previous = got->hash;
        assert_int_equal(tcn_wire_chunk_body_split(got->body, events, &count), TCN_OK);
        if (got->shares.size > 0) { /* and they are what the head commits to */
            const struct tcn_hash hash = tcn_hash_of(got->shares);
            assert_true(tcn_hash_equals(&hash, &got->head.shares_hash));
            assert_int_equal(tcn_wire_shares_split(got->shares, entries, &share_count), TCN_OK);
        }
        for (uint32_t i = 0; i < count; i++, event_count++) {
            struct tcn_slice open;
            struct tcn_slice sealed;
            bool has_share = false;
            assert_int_equal(tcn_wire_event_split(events[i], &open, &sealed), TCN_OK);
            const struct tcn_hash hash = tcn_hash_event(open, sealed);
            assert_true(tcn_hash_equals(&hash, &hashes[event_count])); /* the very event */
            for (uint32_t j = 0; j < share_count; j++) {
                has_share = has_share || entries[j].index == i;
            }
            assert_int_equal(has_share, event_count != 0);
        }
    }
    assert_int_equal(event_count, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(only_what_is_named_and_acknowledged_is_erased),
        TEST(a_restored_collector_gets_the_event_without_its_share),
    };
    return cmocka_run_group_tests_name("erase", tests, NULL, NULL);
}
