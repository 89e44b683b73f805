/* SPDX-License-Identifier: Apache-2.0 */
#include "client/local.h"

#include "base/clock.h"
#include "link/poller.h"
#include "link/sock.h"
#include "seal/init.h"
#include "json/local.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_NS (20 * TCN_SECOND_NS)

/* An agent that says what the test tells it to, in the test's own thread. */
struct agent {
    char dir[64];
    char endpoint[128];
    struct tcn_link *link;
    struct tcn_sock *sock;
    struct tcn_parts parts;
    struct tcn_arena arena;
    struct tcn_local *local;
};

static int start(void **state) {
    struct agent *agent = calloc(1, sizeof *agent);
    assert_non_null(agent);
    assert_int_equal(tcn_seal_init(), TCN_OK);
    (void)snprintf(agent->dir, sizeof agent->dir, P_tmpdir "/tocsin-local-XXXXXX");
    assert_non_null(mkdtemp(agent->dir));
    (void)snprintf(agent->endpoint, sizeof agent->endpoint, "ipc://%s/sock", agent->dir);
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_ROUTER_LOCAL, .frame_bytes_max = 1024 * 1024, .hwm = 1000};
    tcn_parts_init(&agent->parts);
    assert_int_equal(tcn_arena_init(&agent->arena, 4 * 1024 * 1024), TCN_OK);
    assert_int_equal(tcn_link_open(1, 16, &agent->link), TCN_OK);
    assert_int_equal(tcn_sock_open(agent->link, &options, &agent->sock), TCN_OK);
    assert_int_equal(tcn_sock_bind(agent->sock, agent->endpoint), TCN_OK);
    assert_int_equal(tcn_local_open(agent->endpoint, -1, &agent->local), TCN_OK);
    *state = agent;
    return 0;
}

static int stop(void **state) {
    struct agent *agent = *state;
    tcn_local_close(&agent->local);
    tcn_parts_fini(&agent->parts);
    tcn_sock_close(&agent->sock);
    tcn_link_close(&agent->link);
    tcn_arena_fini(&agent->arena);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/sock", agent->dir);
    (void)unlink(path);
    assert_int_equal(rmdir(agent->dir), 0);
    free(agent);
    return 0;
}

static int64_t soon(void) {
    return tcn_clock_monotonic_ns() + PATIENCE_NS;
}

static uint64_t post(struct agent *agent, const char *code) {
    const struct tcn_local_request request = {.op = TCN_LOCAL_STATUS, .code = tcn_slice_text(code)};
    uint64_t number = 0;
    assert_int_equal(tcn_local_post(agent->local, &request, soon(), &number), TCN_OK);
    assert_int_not_equal(number, 0);
    return number;
}

/* Receives a request into `parts`: routing id, number, JSON. */
static void hear(struct agent *agent, struct tcn_parts *parts, const char *code) {
    struct tcn_poller poller;
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    tcn_poller_init(&poller);
    assert_int_equal(tcn_poller_add(&poller, agent->sock, TCN_POLL_IN, 1), TCN_OK);
    enum tcn_status status = tcn_sock_recv(agent->sock, parts);
    if (status == TCN_AGAIN) {
        assert_int_equal(tcn_poller_wait(&poller, PATIENCE_NS, ready, &count), TCN_OK);
        status = tcn_sock_recv(agent->sock, parts);
    }
    assert_int_equal(status, TCN_OK);
    assert_int_equal(parts->count, 3);
    assert_int_equal(tcn_parts_frame(parts, 1).size, 8);
    struct tcn_json_error error;
    struct tcn_local_request request;
    tcn_arena_reset(&agent->arena);
    assert_int_equal(
        tcn_json_decode_request(tcn_parts_frame(parts, 2), &agent->arena, &error, &request),
        TCN_OK);
    assert_int_equal(request.op, TCN_LOCAL_STATUS);
    assert_true(tcn_slice_is_text(request.code, code));
}

/* Answers with a position, so that answers can be told apart. */
static void say(struct agent *agent, const struct tcn_parts *parts, struct tcn_slice number,
                uint64_t position) {
    const struct tcn_local_answer answer = {.code = TCN_OK, .position = position};
    struct tcn_slice frames[3] = {tcn_parts_frame(parts, 0), number};
    tcn_arena_reset(&agent->arena);
    assert_int_equal(tcn_json_encode_answer(&answer, &agent->arena, &frames[2]), TCN_OK);
    assert_int_equal(tcn_sock_send(agent->sock, frames, 3), TCN_OK);
}

static void requests_ahead_get_their_own_answers_in_any_order(void **state) {
    struct agent *agent = *state;
    uint64_t first = post(agent, "a");
    uint64_t second = post(agent, "b");
    assert_int_not_equal(first, second);
    assert_int_equal(tcn_local_ahead(agent->local), 2);
    struct tcn_parts parts[2];
    tcn_parts_init(&parts[0]);
    tcn_parts_init(&parts[1]);
    hear(agent, &parts[0], "a");
    hear(agent, &parts[1], "b");
    say(agent, &parts[1], tcn_parts_frame(&parts[1], 1), 22);
    say(agent, &parts[0], tcn_parts_frame(&parts[0], 1), 11);
    uint64_t number = 0;
    struct tcn_local_answer answer;
    assert_int_equal(tcn_local_take(agent->local, soon(), &number, &answer), TCN_OK);
    assert_int_equal(number, second);
    assert_int_equal(answer.position, 22);
    assert_int_equal(tcn_local_take(agent->local, soon(), &number, &answer), TCN_OK);
    assert_int_equal(number, first);
    assert_int_equal(answer.position, 11);
    assert_int_equal(tcn_local_ahead(agent->local), 0);
    assert_int_equal(tcn_local_take(agent->local, soon(), &number, &answer), TCN_ABSENT);
    tcn_parts_fini(&parts[0]);
    tcn_parts_fini(&parts[1]);
}

static void what_nobody_asked_for_is_dropped(void **state) {
    struct agent *agent = *state;
    uint64_t wanted = post(agent, "a");
    hear(agent, &agent->parts, "a");
    struct tcn_slice peer = tcn_parts_frame(&agent->parts, 0);
    struct tcn_slice number = tcn_parts_frame(&agent->parts, 1);
    const struct {
        struct tcn_slice frames[4];
        size_t count;
    } strange[] = {
        {{peer, tcn_slice_text("12345678"), tcn_slice_text("{\"code\":0}")},
         3}, /* no such number */
        {{peer, tcn_slice_text("short"), tcn_slice_text("{\"code\":0}")}, 3},
        {{peer, number}, 2},
        {{peer, number, tcn_slice_text("{"), tcn_slice_text("x")}, 4},
        {{peer, number, tcn_slice_text("not json")}, 3},
        {{peer, tcn_slice_text("")}, 2},
    };
    for (size_t index = 0; index < sizeof strange / sizeof strange[0]; index++) {
        assert_int_equal(tcn_sock_send(agent->sock, strange[index].frames, strange[index].count),
                         TCN_OK);
    }
    say(agent, &agent->parts, number, 5);
    say(agent, &agent->parts, number, 6); /* once more: it was answered already */
    uint64_t answered = 0;
    struct tcn_local_answer answer;
    assert_int_equal(tcn_local_take(agent->local, soon(), &answered, &answer), TCN_OK);
    assert_int_equal(answered, wanted);
    assert_int_equal(answer.position, 5);
    uint64_t other = post(agent, "b");
    assert_int_not_equal(other, wanted);
    assert_int_equal(tcn_local_take(agent->local, tcn_clock_monotonic_ns() + TCN_SECOND_NS / 10,
                                    &answered, &answer),
                     TCN_TIMEOUT);
}

static void an_answer_that_was_given_up_does_not_come(void **state) {
    struct agent *agent = *state;
    (void)post(agent, "a");
    tcn_local_forget(agent->local);
    assert_int_equal(tcn_local_ahead(agent->local), 0);
    hear(agent, &agent->parts, "a");
    say(agent, &agent->parts, tcn_parts_frame(&agent->parts, 1), 1);
    uint64_t wanted = post(agent, "b");
    hear(agent, &agent->parts, "b");
    say(agent, &agent->parts, tcn_parts_frame(&agent->parts, 1), 2);
    uint64_t number = 0;
    struct tcn_local_answer answer;
    assert_int_equal(tcn_local_take(agent->local, soon(), &number, &answer), TCN_OK);
    assert_int_equal(number, wanted);
    assert_int_equal(answer.position, 2);
}

static void only_so_many_may_be_ahead(void **state) {
    struct agent *agent = *state;
    const struct tcn_local_request request = {.op = TCN_LOCAL_OUTBOX};
    uint64_t number = 0;
    for (uint32_t index = 0; index < TCN_LOCAL_AHEAD_MAX; index++) {
        assert_int_equal(tcn_local_post(agent->local, &request, soon(), &number), TCN_OK);
    }
    uint64_t last = number;
    assert_int_equal(tcn_local_post(agent->local, &request, soon(), &number), TCN_LIMIT);
    assert_int_equal(number, last);
}

static void what_cannot_be_said_is_not_sent(void **state) {
    struct agent *agent = *state;
    const struct tcn_local_request request = {.op = TCN_LOCAL_STATUS,
                                              .code = tcn_slice_text("\xFF")};
    uint64_t number = 0;
    assert_int_equal(tcn_local_post(agent->local, &request, soon(), &number), TCN_BAD_TEXT);
    assert_int_equal(number, 0);
    assert_int_equal(tcn_local_ahead(agent->local), 0);
}

static void a_stop_ends_every_wait(void **state) {
    struct agent *agent = *state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct tcn_local *local = NULL;
    assert_int_equal(tcn_local_open(agent->endpoint, ends[0], &local), TCN_OK);
    const struct tcn_local_request request = {.op = TCN_LOCAL_OUTBOX};
    struct tcn_local_answer answer;
    assert_int_equal(write(ends[1], "!", 1), 1);
    assert_int_equal(tcn_local_ask(local, &request, soon(), &answer), TCN_CANCELED);
    tcn_local_close(&local);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void an_agent_that_is_not_there_is_told(void **state) {
    (void)state;
    assert_int_equal(tcn_seal_init(), TCN_OK);
    struct tcn_local *local = NULL;
    const struct tcn_local_request request = {.op = TCN_LOCAL_OUTBOX};
    struct tcn_local_answer answer;
    assert_int_equal(tcn_local_open("tcp://127.0.0.1:9", -1, &local), TCN_CONFIG);
    assert_int_equal(tcn_local_open("nonsense", -1, &local), TCN_CONFIG);
    assert_null(local);
    assert_int_equal(tcn_local_open("ipc:///nowhere/at/all", -1, &local), TCN_OK);
    assert_int_equal(
        tcn_local_ask(local, &request, tcn_clock_monotonic_ns() + TCN_SECOND_NS / 10, &answer),
        TCN_UNREACHABLE_PEER);
    assert_int_equal(tcn_local_ahead(local), 0);
    tcn_local_close(&local);
    tcn_local_close(&local);
    tcn_local_close(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_agent_that_is_not_there_is_told),
        cmocka_unit_test_setup_teardown(what_nobody_asked_for_is_dropped, start, stop),
        cmocka_unit_test_setup_teardown(what_cannot_be_said_is_not_sent, start, stop),
        cmocka_unit_test_setup_teardown(only_so_many_may_be_ahead, start, stop),
        cmocka_unit_test_setup_teardown(a_stop_ends_every_wait, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_that_was_given_up_does_not_come, start, stop),
        cmocka_unit_test_setup_teardown(requests_ahead_get_their_own_answers_in_any_order, start,
                                        stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
