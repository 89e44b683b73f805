/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-labels: threads */
#include "client/watch.h"

#include "fake.h"

/* What a script expects of an OPEN. */
struct opening {
    enum tcn_from from;
    uint64_t number;
};

static void say_opened(struct fake *fake, uint64_t head, uint64_t next) {
    uint8_t bytes[512];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    const struct tcn_head heads[1] = {{.stream = {TCN_MODE_ACTUAL, 2},
                                       .generation = 1,
                                       .number = head,
                                       .next = next,
                                       .log_time_ns = 1}};
    if (tcn_wire_opened_encode(heads, 1, &writer, &body) != TCN_OK) {
        fake_fault(fake, "OPENED does not encode");
        return;
    }
    fake_say(fake, TCN_KIND_OPENED, body, NULL);
}

static void say_gap(struct fake *fake, uint64_t first, uint64_t last) {
    uint8_t bytes[256];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    const struct tcn_gap gap = {
        .stream = {TCN_MODE_ACTUAL, 2}, .first = first, .last = last, .code = TCN_CORRUPT};
    if (tcn_wire_gap_encode(&gap, &writer, &body) != TCN_OK) {
        fake_fault(fake, "GAP does not encode");
        return;
    }
    fake_say(fake, TCN_KIND_GAP, body, NULL);
}

static void say_reset(struct fake *fake, uint64_t next) {
    uint8_t bytes[256];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    const struct tcn_reset reset = {.stream = {TCN_MODE_ACTUAL, 2}, .generation = 2, .next = next};
    if (tcn_wire_reset_encode(&reset, &writer, &body) != TCN_OK) {
        fake_fault(fake, "RESET does not encode");
        return;
    }
    fake_say(fake, TCN_KIND_RESET, body, NULL);
}

/* Hears OPEN and answers that the stream goes to `head`. */
static bool hear_open(struct fake *fake, uint64_t head, uint64_t next, struct opening *out) {
    struct tcn_open open;
    if (!fake_hear(fake, TCN_KIND_OPEN)) {
        return false;
    }
    if (tcn_wire_open_decode(fake_body(fake), &fake->arena, &open) != TCN_OK ||
        open.stream_count != 1) {
        fake_fault(fake, "OPEN does not decode");
        return false;
    }
    *out = (struct opening){open.streams[0].from, open.streams[0].number};
    say_opened(fake, head, next);
    return true;
}

static struct tcn_watch *open_watch(struct tcn_session *session) {
    const struct tcn_open open = {.name = tcn_slice_text("duty"),
                                  .streams = {{.stream = {TCN_MODE_ACTUAL, 2}}},
                                  .stream_count = 1};
    struct tcn_watch *watch = NULL;
    assert_int_equal(tcn_watch_open(session, &open, &watch), TCN_OK);
    return watch;
}

/* The next happening but CAUGHT_UP, within the patience. */
static struct tcn_watch_event next(struct tcn_watch *watch) {
    struct tcn_watch_event event = {0};
    do {
        assert_int_equal(tcn_watch_next(watch, tcn_clock_monotonic_ns() + PATIENCE_NS, &event),
                         TCN_OK);
    } while (event.kind == TCN_WATCH_CAUGHT_UP);
    return event;
}

static void expect_item(struct tcn_watch *watch, uint64_t number, bool is_taken) {
    struct tcn_watch_event event = next(watch);
    assert_int_equal(event.kind, TCN_WATCH_ITEM);
    assert_int_equal(event.item.alert.number, number);
    if (is_taken) {
        tcn_watch_taken(watch, event.item.alert.stream, number);
    }
}

static void script_gap(struct fake *fake) {
    struct opening opening;
    if (!hear_open(fake, 5, 1, &opening) || !fake_hear(fake, TCN_KIND_FETCH)) {
        return;
    }
    fake_say_items(fake, TCN_KIND_ITEMS, 1, 2, &fake->collector.signing);
    say_gap(fake, 3, 4);
    fake_say_items(fake, TCN_KIND_ITEMS, 5, 5, &fake->collector.signing);
    (void)fake_hear(fake, TCN_KIND_MOVE);
}

static void a_gap_is_told_before_the_item_after_it(void **state) {
    (void)state;
    struct fake fake;
    fake_start(&fake, script_gap);
    struct tcn_session *session = fake_session(&fake);
    struct tcn_watch *watch = open_watch(session);
    expect_item(watch, 1, true);
    expect_item(watch, 2, true);
    struct tcn_watch_event event = next(watch);
    assert_int_equal(event.kind, TCN_WATCH_GAP);
    assert_int_equal(event.gap.first, 3);
    assert_int_equal(event.gap.last, 4);
    assert_int_equal(event.gap.code, TCN_CORRUPT);
    expect_item(watch, 5, true);
    tcn_watch_close(&watch);
    fake_stop(&fake);
    tcn_session_close(&session);
}

static void say_head(struct fake *fake, uint64_t next_number, uint32_t standstill) {
    uint8_t bytes[256];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    const struct tcn_head head = {.stream = {TCN_MODE_ACTUAL, 2},
                                  .generation = 1,
                                  .number = 2,
                                  .next = next_number,
                                  .log_time_ns = 1,
                                  .standstill = standstill};
    if (tcn_wire_head_encode(&head, &writer, &body) != TCN_OK) {
        fake_fault(fake, "HEAD does not encode");
        return;
    }
    fake_say(fake, TCN_KIND_HEAD, body, NULL);
}

static void script_standstill(struct fake *fake) {
    struct opening opening;
    if (!hear_open(fake, 2, 1, &opening) || !fake_hear(fake, TCN_KIND_FETCH)) {
        return;
    }
    say_head(fake, 1, TCN_HALTED);
    say_head(fake, 1, TCN_HALTED);
    fake_say_items(fake, TCN_KIND_ITEMS, 1, 2, &fake->collector.signing);
    say_head(fake, 3, 0);
    (void)fake_hear(fake, TCN_KIND_MOVE);
}

static void a_standstill_is_told_once_and_so_is_its_end(void **state) {
    (void)state;
    struct fake fake;
    fake_start(&fake, script_standstill);
    struct tcn_session *session = fake_session(&fake);
    struct tcn_watch *watch = open_watch(session);
    struct tcn_watch_event event = next(watch);
    assert_int_equal(event.kind, TCN_WATCH_STANDSTILL);
    assert_int_equal(event.standstill, TCN_HALTED);
    expect_item(watch, 1, true); /* what was derived still comes */
    expect_item(watch, 2, true);
    event = next(watch);
    assert_int_equal(event.kind, TCN_WATCH_STANDSTILL);
    assert_int_equal(event.standstill, 0);
    tcn_watch_close(&watch);
    fake_stop(&fake);
    tcn_session_close(&session);
}

static void script_loss(struct fake *fake) {
    struct opening opening;
    if (!hear_open(fake, 4, 1, &opening) || !fake_hear(fake, TCN_KIND_FETCH)) {
        return;
    }
    fake_say_items(fake, TCN_KIND_ITEMS, 1, 3, &fake->collector.signing);
    fake_say_error(fake, TCN_STALE, true);
    fake->session++;
    if (!hear_open(fake, 4, 4, &opening) || !fake_hear(fake, TCN_KIND_FETCH)) {
        return;
    }
    if (opening.from != TCN_FROM_NUMBER || opening.number != 4) {
        fake_fault(fake, "OPEN does not go on after what was handed over");
    }
    /* More than was asked for: what was handed over does not come twice. */
    fake_say_items(fake, TCN_KIND_ITEMS, 3, 4, &fake->collector.signing);
}

static void after_a_loss_it_opens_again_and_goes_on_at_the_cursor(void **state) {
    (void)state;
    struct fake fake;
    fake_start(&fake, script_loss);
    struct tcn_session *session = fake_session(&fake);
    struct tcn_watch *watch = open_watch(session);
    expect_item(watch, 1, true);
    expect_item(watch, 2, true);
    expect_item(watch, 3, false); /* in hand, though not had for good yet */
    expect_item(watch, 4, true);
    tcn_watch_close(&watch);
    fake_stop(&fake);
    tcn_session_close(&session);
}

/* Opens, hears FETCH and says items 1 and 2: what a forger waits for. */
static bool say_two(struct fake *fake) {
    struct opening opening;
    if (!hear_open(fake, 4, 1, &opening) || !fake_hear(fake, TCN_KIND_FETCH)) {
        return false;
    }
    fake_say_items(fake, TCN_KIND_ITEMS, 1, 2, NULL);
    return true;
}

static struct tcn_slice a_head(uint8_t *bytes, size_t size) {
    struct tcn_writer writer = tcn_writer_init(bytes, size);
    struct tcn_slice body = {0};
    const struct tcn_head head = {
        .stream = {TCN_MODE_ACTUAL, 2}, .generation = 1, .number = 9, .next = 3};
    return tcn_wire_head_encode(&head, &writer, &body) == TCN_OK ? body : (struct tcn_slice){0};
}

static void forge_items(struct fake *fake) {
    if (say_two(fake)) {
        fake_say_items(fake, TCN_KIND_ITEMS, 3, 3, &fake->broker.signing);
    }
}

static void forge_without_signature(struct fake *fake) {
    uint8_t bytes[256];
    if (say_two(fake)) {
        fake_tell(fake, TCN_KIND_HEAD, a_head(bytes, sizeof bytes), fake_next_number(fake), NULL);
    }
}

static void forge_head(struct fake *fake) {
    uint8_t bytes[256];
    if (say_two(fake)) {
        fake_tell(fake, TCN_KIND_HEAD, a_head(bytes, sizeof bytes), fake_next_number(fake),
                  &fake->broker.signing);
    }
}

/* True words of the collector, in another session of the same reader. */
static void mix_sessions(struct fake *fake) {
    uint8_t bytes[256];
    if (say_two(fake)) {
        fake->session_hash.bytes[31] ^= 1;
        fake_tell(fake, TCN_KIND_HEAD, a_head(bytes, sizeof bytes), fake_next_number(fake),
                  &fake->collector.signing);
    }
}

static void forge_opened(struct fake *fake) {
    if (fake_hear(fake, TCN_KIND_OPEN)) {
        uint8_t bytes[512];
        struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
        struct tcn_slice body = {0};
        const struct tcn_head head = {
            .stream = {TCN_MODE_ACTUAL, 2}, .generation = 1, .number = 9, .next = 10};
        if (tcn_wire_opened_encode(&head, 1, &writer, &body) != TCN_OK) {
            fake_fault(fake, "OPENED does not encode");
        }
        fake_tell(fake, TCN_KIND_OPENED, body, 1, &fake->broker.signing);
    }
}

static void forge_session(struct fake *fake) {
    if (fake_hear(fake, TCN_KIND_SESSION_ASK)) {
        fake_give_session(fake, &fake->broker.signing);
    }
}

/* The collector's own SESSION, to an earlier SESSION_ASK. */
static void repeat_session(struct fake *fake) {
    uint8_t bytes[256];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    struct tcn_signature signature;
    const struct tcn_session_given old = {
        .session = 1, .log_id = {{1, 2, 3}}, .generation = 1, .principal = 7, .nonce = {{9}}};
    if (!fake_hear(fake, TCN_KIND_SESSION_ASK) ||
        tcn_wire_session_given_encode(&old, &writer, &body) != TCN_OK ||
        tcn_sign(&fake->collector.signing, TCN_CONTEXT_SESSION, body, &signature) != TCN_OK) {
        return;
    }
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION, .kind = TCN_KIND_SESSION, .request = fake->heard.request};
    fake_send(fake, &header, body, &signature);
}

/* After a restart of the collector somebody answers who has an older generation of the log. */
static void older_generation(struct fake *fake) {
    fake->generation = 2;
    if (say_two(fake)) {
        fake->generation = 1;
        fake_say_error(fake, TCN_STALE, true);
        if (fake_hear(fake, TCN_KIND_SESSION_ASK)) {
            fake_give_session(fake, &fake->collector.signing);
        }
    }
}

static void a_watch_ends_at_what_the_collector_did_not_say_to_it(void **state) {
    (void)state;
    const struct {
        const char *what;
        fake_script *script;
        uint64_t item_count; /* handed out before */
        enum tcn_status wanted;
    } rows[] = {
        {"items", forge_items, 2, TCN_BAD_SIGNATURE},
        {"no signature", forge_without_signature, 2, TCN_BAD_SIGNATURE},
        {"a head", forge_head, 2, TCN_BAD_SIGNATURE},
        {"another session", mix_sessions, 2, TCN_BAD_SIGNATURE},
        {"OPENED", forge_opened, 0, TCN_BAD_SIGNATURE},
        {"SESSION", forge_session, 0, TCN_BAD_SIGNATURE},
        {"an old SESSION", repeat_session, 0, TCN_BAD_SIGNATURE},
        {"an older generation", older_generation, 2, TCN_FOREIGN_LOG},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct fake fake;
        fake_start(&fake, rows[row].script);
        struct tcn_session *session = fake_session(&fake);
        struct tcn_watch *watch = open_watch(session);
        struct tcn_watch_event event = {0};
        uint64_t item_count = 0;
        enum tcn_status status = TCN_OK;
        while (status == TCN_OK) {
            item_count += event.kind == TCN_WATCH_ITEM;
            status = tcn_watch_next(watch, tcn_clock_monotonic_ns() + PATIENCE_NS, &event);
        }
        if (status != rows[row].wanted || item_count != rows[row].item_count) {
            fail_msg("%s: %s after %u items", rows[row].what, tcn_status_name(status),
                     (unsigned)item_count);
        }
        fake_stop(&fake); /* with the script's fault, if it saw one */
        tcn_session_close(&session);
        free(watch); /* closing it would ask who lies */
    }
}

/* A broker that drops a message, and one that says one twice. */
static void script_dropped(struct fake *fake) {
    struct opening opening;
    if (!say_two(fake)) {
        return;
    }
    fake->told_number--;
    fake_say_items(fake, TCN_KIND_ITEMS, 1, 2, NULL); /* the same once more */
    (void)fake_next_number(fake);                     /* this one is lost */
    uint8_t bytes[256];
    fake_say(fake, TCN_KIND_HEAD, a_head(bytes, sizeof bytes), NULL);
    if (!hear_open(fake, 4, 3, &opening) || !fake_hear(fake, TCN_KIND_FETCH)) {
        return;
    }
    if (opening.from != TCN_FROM_NUMBER || opening.number != 3) {
        fake_fault(fake, "OPEN does not go on after what was handed over");
    }
    fake_say_items(fake, TCN_KIND_ITEMS, 3, 4, NULL);
}

static void what_is_dropped_on_the_way_is_seen_and_asked_for_again(void **state) {
    (void)state;
    struct fake fake;
    fake_start(&fake, script_dropped);
    struct tcn_session *session = fake_session(&fake);
    struct tcn_watch *watch = open_watch(session);
    expect_item(watch, 1, true);
    expect_item(watch, 2, true);
    expect_item(watch, 3, true);
    assert_int_equal(tcn_session_dropped_count(session), 1); /* what came twice */
    expect_item(watch, 4, true);
    tcn_watch_close(&watch);
    fake_stop(&fake);
    tcn_session_close(&session);
}

static void script_reset(struct fake *fake) {
    struct opening opening;
    if (!hear_open(fake, 1, 1, &opening) || !fake_hear(fake, TCN_KIND_FETCH)) {
        return;
    }
    fake_say_items(fake, TCN_KIND_ITEMS, 1, 1, &fake->collector.signing);
    say_reset(fake, 1);
    (void)fake_hear(fake, TCN_KIND_FETCH);
}

static void a_restored_log_is_told(void **state) {
    (void)state;
    struct fake fake;
    fake_start(&fake, script_reset);
    struct tcn_session *session = fake_session(&fake);
    struct tcn_watch *watch = open_watch(session);
    expect_item(watch, 1, true);
    struct tcn_watch_event event = next(watch);
    assert_int_equal(event.kind, TCN_WATCH_RESET);
    assert_int_equal(event.reset.generation, 2);
    assert_int_equal(event.reset.next, 1);
    /* It asks for what follows. */
    assert_int_equal(tcn_watch_next(watch, tcn_clock_monotonic_ns() + TCN_SECOND_NS, &event),
                     TCN_TIMEOUT);
    tcn_watch_close(&watch);
    fake_stop(&fake);
    tcn_session_close(&session);
}

static void script_denied(struct fake *fake) {
    if (fake_hear(fake, TCN_KIND_OPEN)) {
        fake_say_error(fake, TCN_DENIED, false);
    }
}

static void a_refusal_for_ever_ends_the_watch(void **state) {
    (void)state;
    struct fake fake;
    fake_start(&fake, script_denied);
    struct tcn_session *session = fake_session(&fake);
    struct tcn_watch *watch = open_watch(session);
    struct tcn_watch_event event;
    assert_int_equal(tcn_watch_next(watch, tcn_clock_monotonic_ns() + PATIENCE_NS, &event),
                     TCN_DENIED);
    tcn_watch_close(&watch);
    fake_stop(&fake);
    tcn_session_close(&session);
}

static void script_caught_up(struct fake *fake) {
    struct opening opening;
    if (!hear_open(fake, 1, 1, &opening) || !fake_hear(fake, TCN_KIND_FETCH)) {
        return;
    }
    fake_say_items(fake, TCN_KIND_ITEMS, 1, 1, &fake->collector.signing);
    (void)fake_hear(fake, TCN_KIND_MOVE);
}

static void having_everything_is_told_once(void **state) {
    (void)state;
    struct fake fake;
    fake_start(&fake, script_caught_up);
    struct tcn_session *session = fake_session(&fake);
    struct tcn_watch *watch = open_watch(session);
    struct tcn_watch_event event;
    expect_item(watch, 1, true);
    assert_int_equal(tcn_watch_next(watch, tcn_clock_monotonic_ns() + PATIENCE_NS, &event), TCN_OK);
    assert_int_equal(event.kind, TCN_WATCH_CAUGHT_UP);
    assert_int_equal(tcn_watch_next(watch, tcn_clock_monotonic_ns() + 2 * TCN_SECOND_NS, &event),
                     TCN_TIMEOUT);
    tcn_watch_close(&watch);
    fake_stop(&fake);
    tcn_session_close(&session);
}

static void nobody_there_is_a_timeout_not_an_end(void **state) {
    (void)state;
    struct fake fake = {.address = "tcp://127.0.0.1:9"};
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("watch"), true, &fake.client), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("broker"), true, &fake.broker), TCN_OK);
    struct tcn_session *session = fake_session(&fake);
    struct tcn_watch *watch = open_watch(session);
    struct tcn_watch_event event;
    assert_int_equal(tcn_watch_next(watch, tcn_clock_monotonic_ns() + TCN_SECOND_NS / 10, &event),
                     TCN_TIMEOUT);
    tcn_watch_close(&watch);
    tcn_session_close(&session);
    tcn_key_set_fini(&fake.client);
    tcn_key_set_fini(&fake.broker);
}

static void what_is_opened_wrongly_is_refused(void **state) {
    (void)state;
    struct tcn_watch *watch = NULL;
    struct tcn_open open = {
        .stream_count = 2,
        .streams = {{.stream = {TCN_MODE_ACTUAL, 2}}, {.stream = {TCN_MODE_ACTUAL, 2}}}};
    assert_int_equal(tcn_watch_open(NULL, &open, &watch), TCN_EXISTS);
    char name[TCN_CURSOR_NAME_BYTES_MAX + 2];
    memset(name, 'n', sizeof name);
    open = (struct tcn_open){.name = tcn_slice_of(name, TCN_CURSOR_NAME_BYTES_MAX)};
    assert_int_equal(tcn_watch_open(NULL, &open, &watch), TCN_OK);
    tcn_watch_close(&watch); /* nothing was taken, so there is nothing to say */
    open.name.size++;
    assert_int_equal(tcn_watch_open(NULL, &open, &watch), TCN_TOOBIG);
    assert_null(watch);
    tcn_watch_close(&watch);
    tcn_watch_close(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_opened_wrongly_is_refused),
        cmocka_unit_test(a_watch_ends_at_what_the_collector_did_not_say_to_it),
        cmocka_unit_test(what_is_dropped_on_the_way_is_seen_and_asked_for_again),
        cmocka_unit_test(a_refusal_for_ever_ends_the_watch),
        cmocka_unit_test(nobody_there_is_a_timeout_not_an_end),
        cmocka_unit_test(a_gap_is_told_before_the_item_after_it),
        cmocka_unit_test(a_standstill_is_told_once_and_so_is_its_end),
        cmocka_unit_test(after_a_loss_it_opens_again_and_goes_on_at_the_cursor),
        cmocka_unit_test(a_restored_log_is_told),
        cmocka_unit_test(having_everything_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
