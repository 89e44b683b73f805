/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-labels: threads */
/* A program that reads learns its broker's next key in a session, keeps it, and finds the broker by
 * it in its next life. */
#include "client/known.h"

#include "fake.h"

#include <sys/stat.h>

#define FAR_NS (INT64_C(9000000000) * TCN_SECOND_NS) /* year 2255 */

static char folder[] = P_tmpdir "/tocsin-known-XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state) {
    char path[sizeof(folder) + 32];
    (void)state;
    (void)snprintf(path, sizeof(path), "%s/session.bin", folder);
    (void)unlink(path);
    return rmdir(folder);
}

/* Answers one question. */
static void script_answer(struct fake *fake) {
    if (fake_hear(fake, TCN_KIND_ASK)) {
        fake_say_error(fake, TCN_ABSENT, false);
    }
}

/* Nobody comes. */
static void script_nothing(struct fake *fake) {
    (void)fake;
}

/* A session with `fake`, by a program that is configured with another key of its broker. */
static struct tcn_session *open_session(const struct fake *fake,
                                        const struct tcn_public_key *configured, const char *dir) {
    const struct tcn_session_options options = {
        .broker_endpoint = fake->address,
        .broker_key = *configured,
        .collector_key = fake->collector.signing.public_key,
        .known_dir = dir,
        .keys = &fake->client,
        .stop_descriptor = -1,
    };
    struct tcn_session *session = NULL;
    assert_int_equal(tcn_session_open(&options, &session), TCN_OK);
    return session;
}

/* One question; gives what became of it. */
static enum tcn_status ask(struct tcn_session *session, int64_t patience_ns) {
    const int64_t deadline_ns = tcn_clock_monotonic_ns() + patience_ns;
    struct tcn_session_message message;
    uint64_t request = 0;
    enum tcn_status status =
        tcn_session_ask(session, TCN_KIND_ASK, tcn_slice_text("?"), false, deadline_ns, &request);
    if (status == TCN_OK) {
        status = tcn_session_recv(session, deadline_ns, &message);
    }
    return status;
}

static void the_next_key_is_learned_kept_and_used(void **state) {
    (void)state;
    struct fake before;
    struct fake behind;
    struct tcn_broker_keys kept;
    fake_make(&behind, script_answer);
    fake_make(&before, script_answer);
    const struct tcn_public_key old = before.broker.transport.public_key;
    before.brokers = behind.brokers = (struct tcn_broker_keys){
        .list = {{.key = behind.broker.transport.public_key}, {old, FAR_NS}}, .count = 2};
    fake_begin(&behind);
    fake_begin(&before);
    assert_int_equal(tcn_known_load(folder, &kept), TCN_ABSENT);
    struct tcn_session *session = open_session(&before, &old, folder);
    assert_int_equal(ask(session, PATIENCE_NS), TCN_OK);
    tcn_session_close(&session);
    assert_int_equal(tcn_known_load(folder, &kept), TCN_OK);
    assert_int_equal(kept.count, before.brokers.count);
    assert_memory_equal(kept.list, before.brokers.list, sizeof(kept.list));
    session = open_session(&behind, &old, folder);
    assert_int_equal(ask(session, PATIENCE_NS), TCN_OK);
    tcn_session_close(&session);
    fake_stop(&before);
    fake_stop(&behind);
}

static void who_was_told_nothing_does_not_find_it(void **state) {
    (void)state;
    struct fake before;
    struct fake behind;
    fake_start(&behind, script_nothing);
    fake_start(&before, script_nothing);
    struct tcn_session *session = open_session(&behind, &before.broker.transport.public_key, NULL);
    assert_int_equal(ask(session, TCN_SECOND_NS), TCN_UNREACHABLE_PEER);
    tcn_session_close(&session);
    fake_stop(&before);
    fake_stop(&behind);
}

static void a_file_that_is_damaged_tells_nothing(void **state) {
    (void)state;
    char path[sizeof(folder) + 32];
    struct tcn_broker_keys kept = {.count = 5};
    (void)snprintf(path, sizeof(path), "%s/session.bin", folder);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite("\0\0\0\4abcd", 1, 8, file), 8);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(tcn_known_load(folder, &kept), TCN_MALFORMED);
    struct tcn_signature signature = {{0}};
    assert_int_equal(tcn_known_save(folder, tcn_slice_text("no session"), &signature), TCN_OK);
    assert_int_not_equal(tcn_known_load(folder, &kept), TCN_OK);
    assert_int_equal(kept.count, 5);
}

static void the_newest_key_stays_when_the_others_are_over(void **state) {
    (void)state;
    const struct tcn_public_key configured = {{1}};
    const struct tcn_public_key next = {{2}};
    const struct tcn_broker_keys told = {.list = {{next, 0}, {configured, 100}}, .count = 2};
    const struct tcn_public_key newest = tcn_known_newest(&told, &configured, 50);
    assert_memory_equal(&newest, &next, sizeof(next));
    assert_true(tcn_known_is_tried(&told, &configured, 50, &configured));
    assert_false(tcn_known_is_tried(&told, &configured, 100, &configured));
    assert_true(tcn_known_is_tried(&told, &configured, 100, &next));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_key_is_learned_kept_and_used),
        cmocka_unit_test(who_was_told_nothing_does_not_find_it),
        cmocka_unit_test(a_file_that_is_damaged_tells_nothing),
        cmocka_unit_test(the_newest_key_stays_when_the_others_are_over),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
