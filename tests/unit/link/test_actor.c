/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting, threads and what they pass each other. */
#include "fixture.h"

#include <pthread.h>
#include <signal.h>

static int link_setup(void **state) {
    struct tcn_link *link = NULL;
    assert_int_equal(tcn_link_open(1, 100, &link), TCN_OK);
    *state = link;
    return 0;
}

static int link_teardown(void **state) {
    struct tcn_link *link = *state;
    tcn_link_close(&link);
    return 0;
}

static void a_poller_refuses_a_seventeenth_thing_and_the_same_thing_twice(void **state) {
    struct tcn_link *link = *state;
    struct tcn_sock *socks[TCN_POLLER_MAX + 1];
    struct tcn_poller poller;
    tcn_poller_init(&poller);
    for (size_t i = 0; i < COUNT_OF(socks); i++) {
        socks[i] = open_role(link, TCN_SOCK_PAIR);
        assert_int_equal(tcn_poller_add(&poller, socks[i], TCN_POLL_IN, i),
                         i < TCN_POLLER_MAX ? TCN_OK : TCN_LIMIT);
    }
    assert_int_equal(tcn_poller_add(&poller, socks[0], TCN_POLL_IN, 0), TCN_EXISTS);
    assert_int_equal(tcn_poller_add_descriptor(&poller, 0, TCN_POLL_IN, 0), TCN_LIMIT);
    assert_int_equal(tcn_poller_set(&poller, socks[TCN_POLLER_MAX], TCN_POLL_IN), TCN_ABSENT);
    assert_int_equal(tcn_poller_set_descriptor(&poller, 0, TCN_POLL_IN), TCN_ABSENT);
    tcn_poller_remove_descriptor(&poller, 0);
    tcn_poller_remove(&poller, socks[3]);
    tcn_poller_remove(&poller, socks[3]);
    assert_int_equal(poller.count, TCN_POLLER_MAX - 1);
    assert_int_equal(tcn_poller_add(&poller, socks[TCN_POLLER_MAX], TCN_POLL_IN, 16), TCN_OK);
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 9;
    assert_int_equal(tcn_poller_wait(&poller, 0, ready, &count), TCN_OK);
    assert_int_equal(count, 0);
    for (size_t i = 0; i < COUNT_OF(socks); i++) {
        tcn_sock_close(&socks[i]);
    }
}

static void a_descriptor_that_is_not_open_is_an_io_error_or_reads_as_ready(void **state) {
    (void)state;
    int ends[2];
    struct tcn_poller poller;
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(close(ends[1]), 0);
    tcn_poller_init(&poller);
    assert_int_equal(tcn_poller_add_descriptor(&poller, ends[0], TCN_POLL_IN, 5), TCN_OK);
    assert_int_equal(tcn_poller_wait(&poller, PATIENCE_NS, ready, &count), TCN_OK);
    assert_int_equal(count, 1); /* hung up */
    assert_int_equal(close(ends[0]), 0);
}

static void a_wait_ends_when_its_time_is_over(void **state) {
    (void)state;
    struct tcn_poller poller;
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 9;
    tcn_poller_init(&poller);
    int64_t start_ns = tcn_clock_monotonic_ns();
    assert_int_equal(tcn_poller_wait(&poller, 20 * TCN_MS_NS + 1, ready, &count), TCN_OK);
    assert_int_equal(count, 0);
    assert_true(tcn_clock_monotonic_ns() - start_ns >= 20 * TCN_MS_NS);
}

static void sockets_and_descriptors_are_reported_with_their_tokens(void **state) {
    struct tcn_link *link = *state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct tcn_sock *left = NULL;
    struct tcn_sock *right = NULL;
    assert_int_equal(tcn_mailbox_open(link, "poll", TCN_MAILBOX_FIRST, 10, &left), TCN_OK);
    assert_int_equal(tcn_mailbox_open(link, "poll", TCN_MAILBOX_SECOND, 10, &right), TCN_OK);
    struct tcn_poller poller;
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    tcn_poller_init(&poller);
    assert_int_equal(tcn_poller_add(&poller, left, TCN_POLL_IN, 11), TCN_OK);
    assert_int_equal(tcn_poller_add_descriptor(&poller, ends[0], TCN_POLL_IN, 22), TCN_OK);
    assert_int_equal(tcn_poller_wait(&poller, 0, ready, &count), TCN_OK);
    assert_int_equal(count, 0);

    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(tcn_poller_wait(&poller, TCN_POLLER_FOREVER, ready, &count), TCN_OK);
    assert_int_equal(count, 1);
    assert_true(ready[0].token == 22 && ready[0].events == TCN_POLL_IN);

    assert_int_equal(send_text(NULL, right, "hello"), TCN_OK);
    assert_int_equal(tcn_poller_wait(&poller, TCN_POLLER_FOREVER, ready, &count), TCN_OK);
    assert_int_equal(count, 2);
    assert_true(ready[0].token == 11 && ready[1].token == 22);

    assert_int_equal(tcn_poller_set(&poller, left, TCN_POLL_OUT), TCN_OK);
    assert_int_equal(tcn_poller_set_descriptor(&poller, ends[0], 0), TCN_OK);
    assert_int_equal(tcn_poller_wait(&poller, TCN_POLLER_FOREVER, ready, &count), TCN_OK);
    assert_int_equal(count, 1);
    assert_true(ready[0].token == 11 && ready[0].events == TCN_POLL_OUT);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(close(ends[1]), 0);
    tcn_sock_close(&left);
    tcn_sock_close(&right);
}

static void a_mailbox_without_a_name_or_bound_is_a_wrong_configuration(void **state) {
    struct tcn_link *link = *state;
    char longest[TCN_ADDRESS_BYTES + 1];
    memset(longest, 'n', sizeof(longest));
    longest[TCN_ADDRESS_BYTES] = '\0';
    struct tcn_sock *sock = NULL;
    assert_int_equal(tcn_mailbox_open(link, "", TCN_MAILBOX_FIRST, 1, &sock), TCN_CONFIG);
    assert_int_equal(tcn_mailbox_open(link, longest, TCN_MAILBOX_FIRST, 1, &sock), TCN_CONFIG);
    assert_int_equal(tcn_mailbox_open(link, "n", TCN_MAILBOX_FIRST, 0, &sock), TCN_CONFIG);
    assert_int_equal(tcn_mailbox_open(link, "n", TCN_MAILBOX_FIRST, 100001, &sock), TCN_CONFIG);
    assert_null(sock);
    struct tcn_sock *other = NULL;
    assert_int_equal(tcn_mailbox_open(link, "n", TCN_MAILBOX_FIRST, 1, &sock), TCN_OK);
    assert_int_equal(tcn_mailbox_open(link, "n", TCN_MAILBOX_FIRST, 1, &other), TCN_LOCKED);
    tcn_sock_close(&sock);
}

static void a_full_mailbox_refuses_and_leaves_the_message_with_its_sender(void **state) {
    struct tcn_link *link = *state;
    struct tcn_sock *ends[2] = {0};
    struct tcn_parts parts;
    tcn_parts_init(&parts);
    /* The second end may be there before the first. */
    assert_int_equal(tcn_mailbox_open(link, "full", TCN_MAILBOX_SECOND, 8, &ends[1]), TCN_OK);
    assert_int_equal(tcn_mailbox_open(link, "full", TCN_MAILBOX_FIRST, 8, &ends[0]), TCN_OK);
    for (size_t from = 0; from < 2; from++) {
        size_t count = 0;
        enum tcn_status status = TCN_OK;
        while (status == TCN_OK && count < 1000) {
            const struct tcn_slice number = tcn_slice_of(&count, sizeof(count));
            assert_int_equal(tcn_parts_push(&parts, number), TCN_OK);
            assert_int_equal(tcn_parts_push(&parts, tcn_slice_text("tail")), TCN_OK);
            status = tcn_mailbox_post(ends[from], &parts);
            count += status == TCN_OK ? 1 : 0;
        }
        assert_int_equal(status, TCN_AGAIN);
        assert_int_equal(parts.count, 2);
        assert_true(count >= 8 && count <= 16);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(tcn_mailbox_take(ends[1 - from], &parts), TCN_OK);
            assert_int_equal(parts.count, 2);
            assert_memory_equal(tcn_parts_frame(&parts, 0).data, &i, sizeof(i));
        }
        assert_int_equal(tcn_mailbox_take(ends[1 - from], &parts), TCN_AGAIN);
    }
    tcn_parts_fini(&parts);
    tcn_sock_close(&ends[0]);
    tcn_sock_close(&ends[1]);
}

static void a_payload_passes_a_mailbox_without_being_copied(void **state) {
    struct tcn_link *link = *state;
    struct tcn_sock *ends[2] = {0};
    struct tcn_parts parts;
    static const uint8_t zeros[10000];
    tcn_parts_init(&parts);
    assert_int_equal(tcn_mailbox_open(link, "moved", TCN_MAILBOX_FIRST, 8, &ends[0]), TCN_OK);
    assert_int_equal(tcn_mailbox_open(link, "moved", TCN_MAILBOX_SECOND, 8, &ends[1]), TCN_OK);
    assert_int_equal(tcn_parts_push(&parts, tcn_slice_of(zeros, sizeof(zeros))), TCN_OK);
    const uint8_t *payload = tcn_parts_frame(&parts, 0).data;
    assert_int_equal(tcn_mailbox_post(ends[0], &parts), TCN_OK);
    assert_int_equal(parts.count, 0);
    assert_int_equal(tcn_mailbox_take(ends[1], &parts), TCN_OK);
    assert_ptr_equal(tcn_parts_frame(&parts, 0).data, payload);
    tcn_parts_fini(&parts);
    tcn_sock_close(&ends[0]);
    tcn_sock_close(&ends[1]);
}

/** What an actor of the tests is told and what it tells back. */
struct task {
    struct tcn_link *link;
    enum tcn_status result;
    sigset_t blocked;
    size_t echo_count;
};

/** Fails, or ends without having been ready. */
static enum tcn_status run_never_ready(struct tcn_actor *actor, void *argument) {
    (void)actor;
    const struct task *task = argument;
    return task->result;
}

/** Is ready and ends by itself. */
static enum tcn_status run_and_end(struct tcn_actor *actor, void *argument) {
    const struct task *task = argument;
    enum tcn_status status = tcn_actor_ready(actor);
    return status == TCN_OK ? task->result : status;
}

/** Sends everything that comes to its mailbox back until it is stopped. */
static enum tcn_status run_echo(struct tcn_actor *actor, void *argument) {
    struct task *task = argument;
    struct tcn_sock *mailbox = NULL;
    struct tcn_poller poller;
    struct tcn_parts parts;
    tcn_parts_init(&parts);
    tcn_poller_init(&poller);
    enum tcn_status status =
        tcn_mailbox_open(task->link, "echo", TCN_MAILBOX_SECOND, 100, &mailbox);
    if (status != TCN_OK) {
        return status;
    }
    (void)pthread_sigmask(SIG_SETMASK, NULL, &task->blocked);
    status = tcn_poller_add(&poller, mailbox, TCN_POLL_IN, 1);
    if (status == TCN_OK) {
        status = tcn_poller_add(&poller, tcn_actor_inner(actor), TCN_POLL_IN, 2);
    }
    if (status == TCN_OK) {
        status = tcn_actor_ready(actor);
    }
    while (status == TCN_OK && !tcn_actor_is_stopping(actor)) {
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        status = tcn_poller_wait(&poller, TCN_POLLER_FOREVER, ready, &count);
        while (tcn_mailbox_take(mailbox, &parts) == TCN_OK &&
               tcn_mailbox_post(mailbox, &parts) == TCN_OK) {
            task->echo_count++;
        }
    }
    tcn_parts_fini(&parts);
    tcn_sock_close(&mailbox);
    return status == TCN_OK ? task->result : status;
}

static void an_actor_that_is_never_ready_gives_its_reason_and_leaves_nothing(void **state) {
    static const struct {
        enum tcn_status result;
        enum tcn_status seen;
    } rows[] = {{TCN_CORRUPT, TCN_CORRUPT}, {TCN_CONFIG, TCN_CONFIG}, {TCN_OK, TCN_CLOSED}};
    struct tcn_link *link = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct task task = {.link = link, .result = rows[i].result};
        struct tcn_actor *actor = NULL;
        assert_int_equal(tcn_actor_start(link, "failing", run_never_ready, &task, &actor),
                         rows[i].seen);
        assert_null(actor);
        assert_int_equal(tcn_link_sock_count(link), 0);
    }
}

static void an_actor_without_a_short_name_is_a_wrong_configuration(void **state) {
    struct tcn_link *link = *state;
    struct tcn_actor *actor = NULL;
    assert_int_equal(tcn_actor_start(link, "", run_and_end, NULL, &actor), TCN_CONFIG);
    assert_int_equal(tcn_actor_start(link, "sixteen-letters-", run_and_end, NULL, &actor),
                     TCN_CONFIG);
    assert_int_equal(tcn_actor_stop(&actor), TCN_OK);
    assert_int_equal(tcn_actor_stop(NULL), TCN_OK);
}

static void an_actor_that_ends_by_itself_is_noticed_and_its_result_is_kept(void **state) {
    struct tcn_link *link = *state;
    struct task task = {.link = link, .result = TCN_IO};
    struct tcn_actor *actor = NULL;
    assert_int_equal(tcn_actor_start(link, "ending", run_and_end, &task, &actor), TCN_OK);
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    while (!tcn_actor_has_ended(actor)) {
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        (void)wait_events(NULL, tcn_actor_outer(actor), TCN_POLL_IN, PATIENCE_NS);
    }
    assert_true(tcn_actor_has_ended(actor));
    assert_int_equal(tcn_actor_stop(&actor), TCN_IO);
    assert_null(actor);
    /* The same when nobody looked before the stop. */
    assert_int_equal(tcn_actor_start(link, "ending", run_and_end, &task, &actor), TCN_OK);
    assert_int_equal(tcn_actor_stop(&actor), TCN_IO);
    assert_int_equal(tcn_link_sock_count(link), 0);
}

static void an_actor_answers_until_it_is_stopped_with_all_signals_blocked(void **state) {
    struct tcn_link *link = *state;
    for (int round = 0; round < 20; round++) {
        struct task task = {.link = link, .result = TCN_CANCELED};
        struct tcn_actor *actor = NULL;
        struct tcn_sock *mailbox = NULL;
        struct tcn_parts parts;
        tcn_parts_init(&parts);
        assert_int_equal(tcn_mailbox_open(link, "echo", TCN_MAILBOX_FIRST, 100, &mailbox), TCN_OK);
        assert_int_equal(tcn_actor_start(link, "echo", run_echo, &task, &actor), TCN_OK);
        assert_false(tcn_actor_has_ended(actor));
        for (int i = 0; i < 50; i++) {
            assert_int_equal(send_text(NULL, mailbox, "ping"), TCN_OK);
        }
        for (int i = 0; i < 50; i++) {
            expect_text(NULL, mailbox, &parts, "ping");
        }
        assert_int_equal(tcn_actor_stop(&actor), TCN_CANCELED);
        assert_int_equal(task.echo_count, 50);
        assert_true(sigismember(&task.blocked, SIGTERM) == 1);
        assert_true(sigismember(&task.blocked, SIGINT) == 1);
        assert_true(sigismember(&task.blocked, SIGSEGV) == 0);
        tcn_parts_fini(&parts);
        tcn_sock_close(&mailbox);
        assert_int_equal(tcn_link_sock_count(link), 0);
    }
}

static void a_link_that_is_shut_down_ends_its_actors(void **state) {
    (void)state;
    struct tcn_link *link = NULL;
    assert_int_equal(tcn_link_open(1, 10, &link), TCN_OK);
    struct task task = {.link = link, .result = TCN_OK};
    struct tcn_actor *actor = NULL;
    assert_int_equal(tcn_actor_start(link, "echo", run_echo, &task, &actor), TCN_OK);
    tcn_link_shutdown(link);
    assert_true(tcn_actor_has_ended(actor));
    enum tcn_status status = tcn_actor_stop(&actor);
    assert_true(status == TCN_CLOSED || status == TCN_OK);
    assert_int_equal(tcn_actor_start(link, "echo", run_echo, &task, &actor), TCN_CLOSED);
    tcn_link_close(&link);
}

#define LINK_TEST(name) cmocka_unit_test_setup_teardown(name, link_setup, link_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        LINK_TEST(a_poller_refuses_a_seventeenth_thing_and_the_same_thing_twice),
        LINK_TEST(a_descriptor_that_is_not_open_is_an_io_error_or_reads_as_ready),
        LINK_TEST(a_wait_ends_when_its_time_is_over),
        LINK_TEST(sockets_and_descriptors_are_reported_with_their_tokens),
        LINK_TEST(a_mailbox_without_a_name_or_bound_is_a_wrong_configuration),
        LINK_TEST(a_full_mailbox_refuses_and_leaves_the_message_with_its_sender),
        LINK_TEST(a_payload_passes_a_mailbox_without_being_copied),
        LINK_TEST(an_actor_that_is_never_ready_gives_its_reason_and_leaves_nothing),
        LINK_TEST(an_actor_without_a_short_name_is_a_wrong_configuration),
        LINK_TEST(an_actor_that_ends_by_itself_is_noticed_and_its_result_is_kept),
        LINK_TEST(an_actor_answers_until_it_is_stopped_with_all_signals_blocked),
        LINK_TEST(a_link_that_is_shut_down_ends_its_actors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
