/* SPDX-License-Identifier: Apache-2.0 */
/* The agent between a program of its PC and a collector that does as it is told. */
#include "base/uuid.h"
#include "bench.h"
#include "seal/hash.h"

#include <inttypes.h>

static void a_report_gets_its_position_when_the_collector_has_it(void **state) {
    struct bench *bench = *state;
    struct tcn_local_answer answer = office_ask(&bench->office, REPORT "}}");
    assert_int_equal(answer.code, TCN_OK);
    office_say(&bench->office,
               "{\"op\":\"wait\",\"receipts\":[{\"lane\":\"routine\",\"sequence\":1}],"
               "\"timeout_ms\":60000}",
               5);
    const struct got_chunk *chunk = ear_take(&bench->ear);
    assert_int_equal(chunk->head.first_sequence, 1);
    assert_int_equal(chunk->head.lane.source, 9);
    assert_true(tcn_hash_is_none(&chunk->head.previous_hash));
    assert_int_equal(chunk->session, bench->ear.sessions[TCN_LANE_ROUTINE]);
    answer = office_hear(&bench->office, 5);
    assert_int_equal(answer.code, TCN_OK);
    assert_int_equal(answer.outcome_count, 1);
    assert_int_equal(answer.outcomes[0].position, 1);
    assert_int_equal(answer.outcomes[0].code, TCN_OK);
    answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    assert_true(answer.outbox.is_connected);
    assert_int_equal(answer.outbox.lanes[1].acked_sequence, 1);
    assert_int_equal(answer.outbox.lanes[1].count, 0);
    answer = office_ask(&bench->office, REPORT "}}");
    chunk = ear_take(&bench->ear);
    struct tcn_event event = ear_event(&bench->ear, chunk, 0);
    assert_int_equal(event.seen_position, 1);
}

static void a_receipt_can_be_had_once_it_is_there(void **state) {
    struct bench *bench = *state;
    static const char question[] =
        "{\"op\":\"receipt\",\"receipts\":[{\"lane\":\"routine\",\"sequence\":1}]}";
    struct tcn_local_answer answer = office_ask(&bench->office, question);
    assert_int_equal(answer.code, TCN_ABSENT); /* no such event */
    (void)office_ask(&bench->office, REPORT "}}");
    answer = office_ask(&bench->office, question);
    assert_int_equal(answer.code, TCN_ABSENT); /* not acknowledged */
    assert_int_equal(answer.receipt.size, 0);
    (void)ear_take(&bench->ear);
    answer = office_ask(&bench->office,
                        "{\"op\":\"wait\",\"receipts\":[{\"lane\":\"routine\",\"sequence\":1}],"
                        "\"timeout_ms\":60000}");
    assert_int_equal(answer.outcomes[0].code, TCN_OK);
    answer = office_ask(&bench->office, question);
    assert_int_equal(answer.code, TCN_OK);
    assert_true(answer.receipt.size >= 128 &&
                answer.receipt.size % 2 == 0); /* a signature is in it */
    answer = office_ask(&bench->office,
                        "{\"op\":\"receipt\",\"receipts\":[{\"lane\":\"urgent\",\"sequence\":1}]}");
    assert_int_equal(answer.code, TCN_ABSENT);
}

static void a_chunk_is_sent_again_with_the_same_bytes(void **state) {
    struct bench *bench = *state;
    (void)office_ask(&bench->office, REPORT ",\"texts\":{\"narrative\":\"no water\"}}}");
    const struct got_chunk *first = ear_await_chunk(&bench->ear);
    ear_again(&bench->ear, first, TCN_STALE);
    ear_greet(&bench->ear, TCN_LANE_ROUTINE);
    const struct got_chunk *second = ear_await_chunk(&bench->ear);
    assert_int_equal(second->size, first->size);
    assert_memory_equal(second->bytes, first->bytes, first->size);
    assert_int_not_equal(second->session, first->session);
    start_again(bench); /* and by another process of the same outbox */
    const struct got_chunk *third = ear_take(&bench->ear);
    assert_int_equal(third->size, first->size);
    assert_memory_equal(third->bytes, first->bytes, first->size);
}

static void a_refused_event_becomes_a_dead_letter_and_a_void(void **state) {
    struct bench *bench = *state;
    (void)office_ask(&bench->office, REPORT ",\"key\":\"bad\"}}");
    const struct got_chunk *refused = ear_await_chunk(&bench->ear);
    (void)office_ask(&bench->office, REPORT "}}");
    const struct got_chunk *behind = ear_await_chunk(&bench->ear);
    ear_refuse(&bench->ear, refused, 1, TCN_BAD_VALUE, "severity");
    ear_greet(&bench->ear, TCN_LANE_ROUTINE);
    const struct got_chunk *recut = ear_await_chunk(&bench->ear);
    assert_int_equal(recut->head.first_sequence, 1);
    struct tcn_event event = ear_event(&bench->ear, recut, 0);
    assert_int_equal(event.act, TCN_ACT_VOID);
    assert_int_equal(event.void_body.code, TCN_BAD_VALUE);
    assert_int_equal(event.void_body.count, 1);
    assert_false(tcn_hash_is_none(&event.void_body.event_hash));
    /* What stood behind it is there too, in the same chunk or the next, under a new chain. */
    uint64_t last = recut->head.first_sequence + recut->head.count - 1;
    ear_ack(&bench->ear, recut, &bench->district->collector.signing);
    if (last == 1) {
        const struct got_chunk *next = ear_take(&bench->ear);
        assert_true(tcn_hash_equals(&next->head.previous_hash, &recut->hash));
    }
    assert_true(behind->head.first_sequence == 2);
    struct tcn_local_answer answer =
        office_ask(&bench->office, "{\"op\":\"wait\",\"receipts\":[{\"lane\":\"routine\","
                                   "\"sequence\":1},{\"lane\":\"routine\",\"sequence\":2}],"
                                   "\"timeout_ms\":20000}");
    assert_int_equal(answer.outcomes[0].code, TCN_BAD_VALUE);
    assert_int_equal(answer.outcomes[1].code, TCN_OK);
    assert_true(answer.outcomes[1].position > 0);
    answer = office_ask(&bench->office, "{\"op\":\"dead\",\"do\":\"list\",\"number\":2}");
    assert_int_equal(answer.code, TCN_OK);
    assert_int_equal(answer.dead_count, 0);
    answer = office_ask(&bench->office, "{\"op\":\"dead\",\"do\":\"list\",\"number\":1}");
    assert_int_equal(answer.dead_count, 1);
    answer = office_ask(&bench->office, "{\"op\":\"dead\",\"do\":\"list\"}");
    assert_int_equal(answer.dead_count, 1);
    assert_int_equal(answer.deads[0].number, 1);
    assert_int_equal(answer.deads[0].sequence, 1);
    assert_int_equal(answer.deads[0].code, TCN_BAD_VALUE);
    assert_int_equal(answer.deads[0].act, TCN_ACT_REPORTED);
    assert_true(tcn_slice_is_text(answer.deads[0].field, "severity"));
    answer = office_ask(&bench->office, "{\"op\":\"dead\",\"do\":\"resend\",\"number\":1}");
    assert_int_equal(answer.code, TCN_OK);
    assert_int_equal(answer.sequence, 3);
    const struct got_chunk *again = ear_take(&bench->ear);
    assert_int_equal(ear_event(&bench->ear, again, 0).act, TCN_ACT_REPORTED);
    answer = office_ask(&bench->office, "{\"op\":\"dead\",\"do\":\"list\"}");
    assert_int_equal(answer.dead_count, 0);
}

static void a_dead_letter_keeps_its_share_and_can_be_dropped(void **state) {
    struct bench *bench = *state;
    (void)office_ask(&bench->office, REPORT ",\"texts\":{\"narrative\":\"no water\"}}}");
    const struct got_chunk *first = ear_await_chunk(&bench->ear);
    ear_refuse(&bench->ear, first, 1, TCN_BAD_VALUE, "");
    ear_greet(&bench->ear, TCN_LANE_ROUTINE);
    (void)ear_take(&bench->ear);
    struct tcn_local_answer answer =
        office_ask(&bench->office, "{\"op\":\"dead\",\"do\":\"resend\",\"number\":1}");
    assert_int_equal(answer.code, TCN_OK);
    const struct got_chunk *again = ear_await_chunk(&bench->ear);
    assert_int_equal(again->shares.size, first->shares.size);
    assert_memory_equal(again->shares.data, first->shares.data, first->shares.size);
    assert_int_equal(again->body.size, first->body.size);
    assert_memory_equal(again->body.data, first->body.data, first->body.size);
    ear_refuse(&bench->ear, again, 2, TCN_BAD_VALUE, "");
    ear_greet(&bench->ear, TCN_LANE_ROUTINE);
    (void)ear_take(&bench->ear);
    answer = office_ask(&bench->office, "{\"op\":\"dead\",\"do\":\"show\",\"number\":2}");
    assert_int_equal(answer.dead_count, 1);
    answer = office_ask(&bench->office, "{\"op\":\"dead\",\"do\":\"drop\",\"number\":2}");
    assert_int_equal(answer.code, TCN_OK);
    answer = office_ask(&bench->office, "{\"op\":\"dead\",\"do\":\"list\"}");
    assert_int_equal(answer.dead_count, 0);
}

static void a_broker_alone_cannot_have_an_event_dropped(void **state) {
    struct bench *bench = *state;
    (void)office_ask(&bench->office, REPORT "}}");
    const struct got_chunk *first = ear_await_chunk(&bench->ear);
    struct tcn_refuse refuse = {.first_sequence = 1, .refusal_count = 1};
    refuse.refusals[0] = (struct tcn_refusal){.sequence = 1, .code = TCN_DENIED};
    uint8_t data[512];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    assert_int_equal(tcn_wire_refuse_encode(&refuse, &writer, &body), TCN_OK);
    ear_send(&bench->ear, TCN_LANE_ROUTINE, TCN_KIND_ERROR, first->session, body,
             (struct tcn_slice){0});
    ear_greet(&bench->ear, TCN_LANE_ROUTINE);
    const struct got_chunk *second = ear_take(&bench->ear);
    assert_int_equal(second->size, first->size);
    assert_memory_equal(second->bytes, first->bytes, first->size);
    struct tcn_local_answer answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    assert_int_equal(answer.outbox.dead_count, 0);
    assert_true(answer.outbox.last_error.size > 0);
}

static void urgent_and_routine_go_their_own_ways(void **state) {
    struct bench *bench = *state;
    struct tcn_local_answer answer =
        office_ask(&bench->office, "{\"op\":\"report\",\"draft\":{\"domain\":\"rural_water\","
                                   "\"division\":\"" DIVISION "\",\"concerns\":\"nobody\","
                                   "\"severity\":\"urgent\"}}");
    assert_int_equal(answer.lane, TCN_LANE_URGENT);
    assert_int_equal(answer.sequence, 1);
    const struct got_chunk *chunk = ear_take(&bench->ear);
    assert_int_equal(chunk->head.lane.lane, TCN_LANE_URGENT);
    answer = office_ask(&bench->office, REPORT "}}");
    assert_int_equal(answer.sequence, 1);
    chunk = ear_take(&bench->ear);
    assert_int_equal(chunk->head.lane.lane, TCN_LANE_ROUTINE);
}

/* A report about a unit, or what comes later of it. */
static struct tcn_local_answer say_of_unit(struct bench *bench, const char *matter,
                                           const char *severity) {
    static const char report[] = "\"domain\":\"rural_water\",\"division\":\"" DIVISION
                                 "\",\"concerns\":\"unit\",\"texts\":{\"accused\":\"The "
                                 "station\"}";
    char text[512];
    const int size =
        matter == NULL
            ? snprintf(text, sizeof(text), "{\"op\":\"report\",\"draft\":{%s,\"severity\":\"%s\"}}",
                       report, severity)
            : snprintf(text, sizeof(text),
                       "{\"op\":\"report\",\"draft\":{\"matter\":\"%s\","
                       "\"concerns\":\"nobody\",\"severity\":\"%s\"}}",
                       matter, severity);
    assert_in_range(size, 1, (int)sizeof(text) - 1);
    const struct tcn_local_answer answer = office_ask(&bench->office, text);
    assert_int_equal(answer.code, TCN_OK);
    return answer;
}

static void await_receipt(struct bench *bench, const struct tcn_local_answer *answer) {
    char text[256];
    const int size = snprintf(text, sizeof(text),
                              "{\"op\":\"wait\",\"receipts\":[{\"lane\":\"%s\","
                              "\"sequence\":%" PRIu64 "}],\"timeout_ms\":10000}",
                              tcn_lane_name(answer->lane), answer->sequence);
    assert_in_range(size, 1, (int)sizeof(text) - 1);
    assert_int_equal(office_ask(&bench->office, text).code, TCN_OK);
}

/* By the other lane it could come before the complaint, and the desk would be told of it. */
static void what_is_said_of_a_complaint_stays_behind_it(void **state) {
    static const struct {
        const char *complaint, *later;
        enum tcn_lane behind, free;
    } rows[] = {
        {"routine", "urgent", TCN_LANE_ROUTINE, TCN_LANE_URGENT},
        {"routine", "routine", TCN_LANE_ROUTINE, TCN_LANE_ROUTINE},
        {"urgent", "routine", TCN_LANE_URGENT, TCN_LANE_ROUTINE},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_local_answer first = say_of_unit(bench, NULL, rows[i].complaint);
        char matter[TCN_UUID_TEXT_BYTES];
        tcn_uuid_to_text(first.matter.bytes, matter);
        struct tcn_local_answer later = say_of_unit(bench, matter, rows[i].later);
        assert_int_equal(later.lane, rows[i].behind);
        assert_int_equal(later.sequence, first.sequence + 1);
        const struct got_chunk *chunk = ear_take(&bench->ear);
        if (chunk->head.first_sequence + chunk->head.count <= later.sequence) {
            (void)ear_take(&bench->ear);
        }
        await_receipt(bench, &later);
        later = say_of_unit(bench, matter, rows[i].later);
        assert_int_equal(later.lane, rows[i].free);
        (void)ear_take(&bench->ear);
        await_receipt(bench, &later);
    }
}

/* Enters a report that accuses nobody, waits for its receipt, and gives what it told of the log. */
static uint64_t seen_by_the_next(struct bench *bench) {
    const struct tcn_local_answer made = office_ask(&bench->office, REPORT "}}");
    assert_int_equal(made.code, TCN_OK);
    const struct tcn_event event = ear_event(&bench->ear, ear_take(&bench->ear), 0);
    await_receipt(bench, &made);
    return event.seen_position;
}

/* What is entered next goes in the open to whom the complaint may accuse. */
static void nobody_is_told_where_in_the_log_a_complaint_is(void **state) {
    struct bench *bench = *state;
    (void)seen_by_the_next(bench);
    const uint64_t first = seen_by_the_next(bench);
    assert_int_not_equal(first, 0);
    const struct tcn_local_answer complaint = say_of_unit(bench, NULL, "routine");
    (void)ear_take(&bench->ear);
    await_receipt(bench, &complaint);
    const uint64_t before = seen_by_the_next(bench);
    assert_true(before > first);
    char matter[TCN_UUID_TEXT_BYTES];
    tcn_uuid_to_text(complaint.matter.bytes, matter);
    const uint64_t after = seen_by_the_next(bench);
    assert_true(after > before + 1); /* the complaint was between them */
    const char *const severities[] = {"routine", "urgent"};
    for (size_t i = 0; i < COUNT_OF(severities); i++) {
        const struct tcn_local_answer later = say_of_unit(bench, matter, severities[i]);
        (void)ear_take(&bench->ear);
        await_receipt(bench, &later);
    }
    assert_int_equal(seen_by_the_next(bench), after + 1);
    assert_true(seen_by_the_next(bench) > after + 2);
}

static void a_restored_collector_gets_the_retained_chunks_again(void **state) {
    struct bench *bench = *state;
    (void)office_ask(&bench->office, REPORT "}}");
    const struct got_chunk *first = ear_take(&bench->ear);
    (void)office_ask(&bench->office, REPORT "}}");
    const struct got_chunk *second = ear_take(&bench->ear);
    (void)office_ask(&bench->office, REPORT "}}");
    const struct got_chunk *third = ear_await_chunk(&bench->ear);
    ear_again(&bench->ear, third, TCN_STALE);
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
    welcome.mark_sequence = 0; /* restored from a backup of before */
    welcome.mark_hash = (struct tcn_hash){{0}};
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &welcome);
    const struct got_chunk *expected[] = {first, second, third};
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        const struct got_chunk *got = ear_take(&bench->ear);
        assert_int_equal(got->size, expected[i]->size);
        assert_memory_equal(got->bytes, expected[i]->bytes, got->size);
    }
}

/* Three acknowledged reports of which the agent still keeps the last, a fourth, and a collector
 * that has forgotten them all. */
static void forget_all(struct bench *bench, const struct got_chunk *chunks[3]) {
    for (size_t i = 0; i < 3; i++) {
        (void)office_ask(&bench->office, REPORT "}}");
        chunks[i] = ear_take(&bench->ear);
    }
    (void)office_ask(&bench->office,
                     "{\"op\":\"wait\",\"receipts\":[{\"lane\":\"routine\",\"sequence\":3}],"
                     "\"timeout_ms\":20000}");
    struct tcn_outbox *outbox = look_inside(bench);
    size_t trimmed = 0;
    assert_int_equal(tcn_outbox_begin(outbox), TCN_OK);
    assert_int_equal(tcn_outbox_trim(outbox, &chunks[0]->head.lane, 1, UINT64_MAX, &trimmed),
                     TCN_OK);
    assert_int_equal(trimmed, 2);
    assert_int_equal(tcn_outbox_commit(outbox), TCN_OK);
    tcn_outbox_close(&outbox);
    start_again(bench);
    (void)office_ask(&bench->office, REPORT "}}");
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
    welcome.mark_sequence = 0;
    welcome.mark_hash = (struct tcn_hash){{0}};
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &welcome);
}

static void what_is_no_longer_retained_is_said_to_a_restored_collector(void **state) {
    struct bench *bench = *state;
    const struct got_chunk *chunks[3];
    forget_all(bench, chunks);
    const struct got_chunk *hole = ear_take(&bench->ear);
    assert_int_equal(hole->head.first_sequence, 1);
    assert_int_equal(hole->head.void_count, 2);
    struct tcn_event event = ear_event(&bench->ear, hole, 0);
    assert_int_equal(event.act, TCN_ACT_VOID);
    assert_int_equal(event.void_body.count, 2);
    assert_true(tcn_hash_equals(&event.void_body.next_previous, &chunks[1]->hash));
    const struct got_chunk *third = ear_take(&bench->ear);
    assert_int_equal(third->size, chunks[2]->size);
    assert_memory_equal(third->bytes, chunks[2]->bytes, third->size);
    const struct got_chunk *fourth = ear_take(&bench->ear);
    assert_true(tcn_hash_equals(&fourth->head.previous_hash, &third->hash));
}

static struct tcn_hash ear_event_hash(const struct got_chunk *chunk, uint32_t index) {
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    struct tcn_slice open = {0};
    struct tcn_slice sealed = {0};
    assert_int_equal(tcn_wire_chunk_body_split(chunk->body, events, &count), TCN_OK);
    assert_true(index < count);
    assert_int_equal(tcn_wire_event_split(events[index], &open, &sealed), TCN_OK);
    return tcn_hash_event(open, sealed);
}

/* The range takes two sequences and is one event: what is refused behind it is the event that the
 * collector names, and no other. */
static void behind_a_range_the_refused_event_is_the_one_that_is_named(void **state) {
    struct bench *bench = *state;
    const struct got_chunk *chunks[3];
    forget_all(bench, chunks);
    assert_int_equal(ear_await_chunk(&bench->ear)->head.void_count, 2);
    const struct got_chunk *third = ear_await_chunk(&bench->ear);
    assert_int_equal(third->head.first_sequence, 3);
    const struct tcn_hash good = ear_event_hash(third, 0);
    const struct got_chunk *fourth = ear_await_chunk(&bench->ear);
    assert_int_equal(fourth->head.first_sequence, 4);
    /* Refused at the door, before anything of it stands in the log. */
    ear_refuse(&bench->ear, fourth, 4, TCN_BAD_VALUE, "severity");
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
    welcome.mark_sequence = 0;
    welcome.mark_hash = (struct tcn_hash){{0}};
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &welcome);
    /* Cut anew from 1 on: that two are lost, the good one, and that one was refused. */
    enum tcn_act acts[3] = {TCN_ACT_NONE};
    struct tcn_hash second = {0};
    for (uint32_t count = 0; count < COUNT_OF(acts);) {
        const struct got_chunk *chunk = ear_await_chunk(&bench->ear);
        assert_int_equal(chunk->head.first_sequence, count + 1);
        assert_int_equal(chunk->head.void_count, 0);
        for (uint32_t i = 0; i < chunk->head.count && count < COUNT_OF(acts); i++, count++) {
            const struct tcn_event event = ear_event(&bench->ear, chunk, i);
            acts[count] = event.act;
            second = count == 1 ? ear_event_hash(chunk, i) : second;
            assert_true(event.act != TCN_ACT_VOID || event.void_body.count == 1);
        }
    }
    assert_int_equal(acts[0], TCN_ACT_VOID);
    assert_int_equal(acts[1], TCN_ACT_REPORTED);
    assert_int_equal(acts[2], TCN_ACT_VOID);
    assert_true(tcn_hash_equals(&second, &good));
    const struct tcn_local_answer answer =
        office_ask(&bench->office, "{\"op\":\"dead\",\"do\":\"list\"}");
    assert_int_equal(answer.dead_count, 1);
    assert_int_equal(answer.deads[0].sequence, 4);
}

/* Reports until several stand in one acknowledged chunk. */
static const struct got_chunk *report_together(struct bench *bench) {
    for (int turn = 0; turn < 50; turn++) {
        const struct got_chunk *found = NULL;
        for (uint64_t number = 1; number <= 8; number++) {
            office_say(&bench->office, REPORT "}}", number);
        }
        for (uint64_t number = 1; number <= 8; number++) {
            (void)office_hear(&bench->office, number);
        }
        for (uint32_t count = 0; count < 8;) {
            const struct got_chunk *chunk = ear_take(&bench->ear);
            count += chunk->head.count;
            found = chunk->head.count >= 2 ? chunk : found;
        }
        if (found != NULL) {
            return found;
        }
    }
    fail_msg("each report stands in a chunk of its own");
    return NULL;
}

static void a_mark_inside_a_chunk_ends_the_epoch(void **state) {
    struct bench *bench = *state;
    const struct got_chunk *chunk = report_together(bench);
    const uint64_t epoch = chunk->head.lane.epoch;
    (void)office_ask(&bench->office, REPORT "}}");
    ear_again(&bench->ear, ear_await_chunk(&bench->ear), TCN_STALE);
    /* A log that was restored, and that then got other chunks under this epoch. */
    uint64_t mark = chunk->head.first_sequence;
    bool is_renewed = false;
    while (!is_renewed) {
        const enum tcn_kind kind = ear_next(&bench->ear, PATIENCE_NS);
        assert_int_not_equal(kind, TCN_KIND_NONE);
        if (kind != TCN_KIND_HELLO) {
            continue;
        }
        const struct tcn_hello *hello = &bench->ear.hello;
        is_renewed = hello->lane.epoch != epoch;
        if (is_renewed) {
            assert_int_equal(hello->predecessor, epoch);
            break;
        }
        struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
        if (hello->lane.lane == TCN_LANE_ROUTINE) {
            welcome.mark_sequence = mark;
            welcome.mark_hash = (struct tcn_hash){{9}};
            mark = chunk->head.first_sequence + 1;
        }
        ear_send_welcome(&bench->ear, hello->lane.lane, &welcome);
    }
}

static void a_fenced_epoch_is_settled_and_the_rest_enters_anew(void **state) {
    struct bench *bench = *state;
    (void)office_ask(&bench->office, REPORT ",\"key\":\"one\"}}");
    const struct got_chunk *first = ear_take(&bench->ear);
    struct tcn_local_answer answer = office_ask(&bench->office, REPORT ",\"key\":\"two\"}}");
    struct tcn_id matter = answer.matter;
    const struct got_chunk *second = ear_await_chunk(&bench->ear);
    uint64_t epoch = second->head.lane.epoch;
    ear_again(&bench->ear, second, TCN_STALE);
    /* The log is told of a clone: both lanes are settled, then a new epoch names the old one. */
    bool has_renewed[3] = {false, false, false};
    while (!has_renewed[TCN_LANE_URGENT] || !has_renewed[TCN_LANE_ROUTINE]) {
        enum tcn_kind kind = ear_next(&bench->ear, PATIENCE_NS);
        assert_int_not_equal(kind, TCN_KIND_NONE);
        if (kind != TCN_KIND_HELLO) {
            continue;
        }
        struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
        enum tcn_lane lane = bench->ear.hello.lane.lane;
        if (bench->ear.hello.lane.epoch == epoch) {
            welcome.is_fenced = true;
        } else {
            assert_int_equal(bench->ear.hello.predecessor, epoch);
            has_renewed[lane] = true;
        }
        ear_send_welcome(&bench->ear, lane, &welcome);
    }
    const struct got_chunk *again = ear_take(&bench->ear);
    assert_int_not_equal(again->head.lane.epoch, epoch);
    assert_int_equal(again->head.first_sequence, 1);
    assert_int_equal(again->head.count, 1);
    assert_true(tcn_hash_is_none(&again->head.previous_hash));
    struct tcn_event event = ear_event(&bench->ear, again, 0);
    assert_true(tcn_id_equals(&event.matter, &matter));
    assert_int_equal(again->body.size, second->body.size);
    assert_memory_equal(again->body.data, second->body.data, second->body.size);
    /* Retry keys moved along, the old ones are still known. */
    answer = office_ask(&bench->office, REPORT ",\"key\":\"two\"}}");
    assert_true(answer.is_repeat);
    assert_int_equal(answer.sequence, 1);
    assert_int_equal(answer.epoch, again->head.lane.epoch);
    answer = office_ask(&bench->office, REPORT ",\"key\":\"one\"}}");
    assert_true(answer.is_repeat);
    assert_int_equal(answer.epoch, first->head.lane.epoch);
}

static void a_new_bundle_is_fetched_verified_and_kept(void **state) {
    struct bench *bench = *state;
    struct district *district = bench->district;
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    assert_int_equal(bench->ear.hello.bundle_version, 1);
    struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
    welcome.bundle_version = 2;
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &welcome);
    while (bench->ear.bundle_ask_count == 0) {
        assert_int_not_equal(ear_next(&bench->ear, PATIENCE_NS), TCN_KIND_NONE);
    }
    /* What it asked for is lost on the way: the lane that asked asks again when it is woken. */
    ear_send(&bench->ear, TCN_LANE_ROUTINE, TCN_KIND_AGAIN, 0, (struct tcn_slice){0},
             (struct tcn_slice){0});
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    welcome = ear_welcome_of(&bench->ear);
    welcome.bundle_version = 2;
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &welcome);
    while (bench->ear.bundle_ask_count == 1) {
        assert_int_not_equal(ear_next(&bench->ear, PATIENCE_NS), TCN_KIND_NONE);
    }
    district->bundle.version = 2;
    struct tcn_slice forged = bundle_bytes(district, &district->office.signing);
    struct tcn_slice good = bundle_bytes(district, &district->collector.signing);
    struct tcn_slice both[2] = {forged, good};
    for (size_t i = 0; i < 2; i++) {
        ear_send(&bench->ear, TCN_LANE_ROUTINE, TCN_KIND_BUNDLE, welcome.session,
                 tcn_slice_of(both[i].data + 4, both[i].size - 68),
                 tcn_slice_of(both[i].data + both[i].size - 64, 64));
    }
    (void)office_ask(&bench->office, REPORT "}}"); /* the chunk comes after the bundle went */
    (void)ear_take(&bench->ear);
    (void)office_ask(&bench->office,
                     "{\"op\":\"wait\",\"receipts\":[{\"lane\":\"routine\",\"sequence\":1}],"
                     "\"timeout_ms\":20000}");
    struct tcn_outbox *outbox = look_inside(bench);
    struct tcn_outbox_facts facts;
    assert_int_equal(tcn_outbox_facts_get(outbox, &facts), TCN_OK);
    assert_int_equal(facts.bundle_version, 2);
    assert_int_equal(facts.seen_position, 1);
    tcn_outbox_close(&outbox);
    start_again(bench);
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    assert_int_equal(bench->ear.hello.bundle_version, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_report_gets_its_position_when_the_collector_has_it),
        TEST(a_receipt_can_be_had_once_it_is_there),
        TEST(a_chunk_is_sent_again_with_the_same_bytes),
        TEST(a_refused_event_becomes_a_dead_letter_and_a_void),
        TEST(a_dead_letter_keeps_its_share_and_can_be_dropped),
        TEST(a_broker_alone_cannot_have_an_event_dropped),
        TEST(urgent_and_routine_go_their_own_ways),
        TEST(what_is_said_of_a_complaint_stays_behind_it),
        TEST(nobody_is_told_where_in_the_log_a_complaint_is),
        TEST(a_restored_collector_gets_the_retained_chunks_again),
        TEST(what_is_no_longer_retained_is_said_to_a_restored_collector),
        TEST(behind_a_range_the_refused_event_is_the_one_that_is_named),
        TEST(a_mark_inside_a_chunk_ends_the_epoch),
        TEST(a_fenced_epoch_is_settled_and_the_rest_enters_anew),
        TEST(a_new_bundle_is_fetched_verified_and_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
