/* SPDX-License-Identifier: Apache-2.0 */
/* What the collector says when nobody watches a stream that has something urgent: from the alert
 * over the minute that passes to what its desk hears. The minute is given to core/unwatched, which
 * has it in its hand; everything else is as it runs. */
/* ctest-uses: broker query core store wire link seal */
/* ctest-wraps: tcn_unwatched_next */
#include "core/unwatched.h"
#include "district.h"

#include <stdatomic.h>

#define DESK_STREAM ((struct tcn_stream){TCN_MODE_ACTUAL, TCN_FORGE_DESK})
#define OFFICE_STREAM ((struct tcn_stream){TCN_MODE_ACTUAL, TCN_FORGE_OFFICE_A})
#define A_MINUTE (TCN_UNWATCHED_NS + TCN_SECOND_NS)

static atomic_llong passed_ns; /* beside the time that passes by itself */
static sem_t looked;           /* the collector has looked once more */

bool __real_tcn_unwatched_next(struct tcn_unwatched *unwatched, int64_t now_ns,
                               const struct tcn_unwatched_row **out_row);
bool __wrap_tcn_unwatched_next(struct tcn_unwatched *unwatched, int64_t now_ns,
                               const struct tcn_unwatched_row **out_row);

bool __wrap_tcn_unwatched_next(struct tcn_unwatched *unwatched, int64_t now_ns,
                               const struct tcn_unwatched_row **out_row) {
    const int64_t then_ns = now_ns + atomic_load(&passed_ns);
    const bool is_one = __real_tcn_unwatched_next(unwatched, then_ns, out_row);
    (void)sem_post(&looked);
    return is_one;
}

static void a_minute_passes(void) {
    (void)atomic_fetch_add(&passed_ns, A_MINUTE);
}

/* Until it has looked twice more: the first of them may have begun before. */
static void it_looks(void) {
    struct timespec limit;
    while (sem_trywait(&looked) == 0) {
    }
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &limit), 0);
    limit.tv_sec += WAIT_NS / TCN_SECOND_NS;
    assert_int_equal(sem_timedwait(&looked, &limit), 0);
    assert_int_equal(sem_timedwait(&looked, &limit), 0);
}

static int begin(void **state) {
    atomic_store(&passed_ns, 0);
    assert_int_equal(sem_init(&looked, 0, 0), 0);
    return set_up(state);
}

static int end(void **state) {
    const int result = tear_down(state);
    (void)sem_destroy(&looked);
    return result;
}

/* The office's next chunk: one matter of this domain, urgent. */
static struct tcn_hash urgent(struct district *district, uint64_t session, uint64_t number,
                              const char *domain, const struct tcn_hash *previous) {
    struct tcn_event event = tcn_forge_report(&district->place->forge, number);
    event.severity = TCN_SEVERITY_URGENT;
    event.domain = tcn_slice_text(domain);
    tcn_forge_chunk_begin(&district->chunk, &district->place->forge, TCN_FORGE_AGENT_A, number,
                          previous);
    tcn_forge_chunk_event(&district->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&district->chunk, &district->place->forge, TCN_FORGE_AGENT_A);
    assert_int_equal(send_chunk(district, &district->office, session), TCN_KIND_ACK);
    return district->chunk.hash;
}

static void watch(struct district *district, struct peer *peer, struct tcn_stream stream,
                  uint64_t credit) {
    assert_int_equal(open_stream(district, peer, stream, "night"), TCN_KIND_OPENED);
    if (credit > 0) {
        say_place(peer, TCN_KIND_FETCH, stream, credit);
    }
}

/* Closes it; that the collector has heard so is known by the answer to what is asked behind it. */
static void stop_watching(struct district *district, struct peer *peer) {
    const struct tcn_query query = {.kind = TCN_QUERY_MATTERS};
    struct tcn_answer answer;
    send_frames(peer, TCN_KIND_CLOSE, peer->header.session, NULL, 0);
    ask(district, peer, &query, &answer);
}

/* The next item of who watches. Owns: lent until the next. */
static const struct tcn_alert *take_one(struct district *district, struct peer *peer) {
    const struct tcn_item *items = NULL;
    uint32_t count = 0;
    assert_int_equal(hear(peer), TCN_KIND_ITEMS);
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_items_decode(peer->body, &district->arena, &items, &count), TCN_OK);
    assert_int_equal(count, 1);
    return &items[0].alert;
}

/* The desk hears of it too: the division is none of this policy's. */
static void expect_beside(struct district *district, struct peer *desk) {
    assert_int_equal(take_one(district, desk)->reason, TCN_REASON_UNKNOWN);
}

/* Who is above hears next that nobody fetches this alert of that organ. */
static void expect_undeliverable(struct district *district, struct peer *above, uint16_t organ,
                                 uint64_t number) {
    const struct tcn_alert *told = take_one(district, above);
    assert_int_equal(told->reason, TCN_REASON_UNDELIVERABLE);
    assert_int_equal(told->severity, TCN_SEVERITY_URGENT);
    assert_int_equal(told->holder, organ);
    assert_int_equal(told->fired.subject, number);
}

/* Until the log has it that what waited was delivered: nothing of what was said stands any more. */
static void await_watched(struct district *district, struct peer *desk) {
    const struct tcn_query query = {.kind = TCN_QUERY_STANDINGS,
                                    .at_least_position = TCN_QUERY_LATEST};
    struct tcn_answer answer = {.standing_count = 1};
    for (int i = 0; i < 10 && answer.standing_count > 0; i++) {
        it_looks();
        ask(district, desk, &query, &answer);
        assert_int_equal(answer.code, TCN_OK);
    }
    assert_int_equal(answer.standing_count, 0);
}

static void a_desk_hears_of_a_stream_that_nobody_watches(void **state) {
    struct district *district = *state;
    struct peer *desk = &district->auditor;
    struct peer *safety = &district->watcher;
    connect_peer(district, &district->office, TCN_FORGE_AGENT_A);
    const uint64_t session = greet(district, &district->office);
    connect_peer(district, desk, TCN_FORGE_AGENT_DESK);
    watch(district, desk, DESK_STREAM, 10);
    connect_peer(district, safety, TCN_FORGE_WATCH_SAFETY);
    watch(district, safety, SAFETY_STREAM, 0); /* is there, and takes nothing yet */
    const struct tcn_hash hash = urgent(district, session, 1, "hazard", NULL);
    expect_beside(district, desk);
    a_minute_passes();
    it_looks();
    assert_int_equal(hear_within(desk, 0), TCN_KIND_NONE);
    stop_watching(district, safety);
    a_minute_passes();
    expect_undeliverable(district, desk, TCN_FORGE_SAFETY, 1);
    it_looks(); /* said once */
    assert_int_equal(hear_within(desk, 0), TCN_KIND_NONE);
    watch(district, safety, SAFETY_STREAM, 10); /* somebody comes, takes it, and goes */
    assert_int_equal(take_one(district, safety)->number, 1);
    say_place(safety, TCN_KIND_MOVE, SAFETY_STREAM, 1);
    await_watched(district, desk);
    stop_watching(district, safety);
    (void)urgent(district, session, 2, "hazard", &hash);
    expect_beside(district, desk);
    a_minute_passes();
    expect_undeliverable(district, desk, TCN_FORGE_SAFETY, 2);
    leave(safety);
    leave(desk);
    leave(&district->office);
}

static void what_waited_before_a_start_is_said_behind_it(void **state) {
    struct district *district = *state;
    struct peer *desk = &district->auditor;
    const struct tcn_query query = {.kind = TCN_QUERY_MATTERS,
                                    .at_least_position = TCN_QUERY_LATEST};
    struct tcn_answer answer;
    connect_peer(district, &district->office, TCN_FORGE_AGENT_A);
    const uint64_t session = greet(district, &district->office);
    (void)urgent(district, session, 1, "hazard", NULL);
    connect_peer(district, desk, TCN_FORGE_AGENT_DESK);
    ask(district, desk, &query, &answer); /* the state has it: it is not folded again */
    leave(desk);
    stop_collector(district);
    start_collector(district);
    connect_peer(district, desk, TCN_FORGE_AGENT_DESK);
    watch(district, desk, DESK_STREAM, 10);
    expect_beside(district, desk);
    a_minute_passes();
    expect_undeliverable(district, desk, TCN_FORGE_SAFETY, 1);
    leave(desk);
    leave(&district->office);
}

static void a_desk_that_nobody_sits_at_is_told_to_the_office(void **state) {
    struct district *district = *state;
    struct peer *office = &district->auditor;
    connect_peer(district, &district->office, TCN_FORGE_AGENT_A);
    const uint64_t session = greet(district, &district->office);
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    watch(district, office, OFFICE_STREAM, 10);
    (void)urgent(district, session, 1, "no-such-domain", NULL); /* the desk itself holds it */
    a_minute_passes();
    expect_undeliverable(district, office, TCN_FORGE_DESK, 1);
    leave(office);
    leave(&district->office);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_desk_hears_of_a_stream_that_nobody_watches, begin, end),
        cmocka_unit_test_setup_teardown(what_waited_before_a_start_is_said_behind_it, begin, end),
        cmocka_unit_test_setup_teardown(a_desk_that_nobody_sits_at_is_told_to_the_office, begin,
                                        end),
    };
    return cmocka_run_group_tests_name("unwatched", tests, NULL, NULL);
}
