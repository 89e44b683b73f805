/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lane in a test: the time, the transcript, and the collector's words said to it. Every chunk is
 * one event of 1,000 bytes.
 */
#ifndef TCN_TESTS_UNIT_CORE_LANE_H
#define TCN_TESTS_UNIT_CORE_LANE_H

#include "core/outbox.h"

#include "trace.h"

#define EPOCH 7u

/** A lane with the world around it: the time, and what it was told to do. */
struct fixture {
    struct tcn_outlane lane;
    struct trace trace;
    int64_t now_ns;
    uint8_t hello_count; /**< HELLOs said so far; numbers their hashes */
};

static inline struct tcn_hash hash_of(uint64_t sequence) {
    struct tcn_hash hash = {{0}};
    if (sequence > 0) {
        hash.bytes[0] = (uint8_t)sequence;
        hash.bytes[1] = 0xc0;
    }
    return hash;
}

/** The hash of the last HELLO. */
static inline struct tcn_hash hello_hash(const struct fixture *fixture) {
    return (struct tcn_hash){{fixture->hello_count, 0xe1}};
}

static inline struct tcn_outlane_facts facts_of(uint64_t cut, uint64_t acked) {
    return (struct tcn_outlane_facts){
        .log_id = {{1}},
        .key = {.source = 3, .epoch = EPOCH, .lane = TCN_LANE_ROUTINE},
        .is_registered = acked > 0,
        .cut_sequence = cut,
        .cut_hash = hash_of(cut),
        .acked_sequence = acked,
        .acked_hash = hash_of(acked),
    };
}

static inline void start(struct fixture *fixture, uint64_t cut, uint64_t acked) {
    memset(fixture, 0, sizeof(*fixture));
    struct tcn_outlane_facts facts = facts_of(cut, acked);
    fixture->now_ns = SECOND_NS;
    tcn_outlane_init(&fixture->lane, &facts);
}

static inline const char *action_name(enum tcn_outlane_action_kind kind) {
    static const char *const names[] = {"none",  "registered", "acked", "resend",
                                        "recut", "renew",      "alarm"};
    return names[kind];
}

/** Writes down what was ordered and where the lane stands now. */
static inline void note(struct fixture *fixture, const char *input,
                        const struct tcn_outlane_actions *actions) {
    trace_add(&fixture->trace, "%s:", input);
    for (uint32_t i = 0; actions != NULL && i < actions->count; i++) {
        const struct tcn_outlane_action *action = &actions->list[i];
        trace_add(&fixture->trace, " %s", action_name(action->kind));
        if (action->sequence != 0) {
            trace_add(&fixture->trace, " %u", (unsigned)action->sequence);
        }
        if (action->position != 0) {
            trace_add(&fixture->trace, "@%u", (unsigned)action->position);
        }
        if (action->code != TCN_OK) {
            trace_add(&fixture->trace, " %s", tcn_status_name(action->code));
        }
    }
    trace_add(&fixture->trace, " [%s]\n", tcn_outlane_state_name(fixture->lane.state));
    assert_true(tcn_outlane_is_sound(&fixture->lane));
}

/** Sends whatever is wanted now, each chunk one event of 1,000 bytes. */
static inline void pump(struct fixture *fixture) {
    struct tcn_outlane *lane = &fixture->lane;
    for (int turn = 0; turn < 1000; turn++) {
        tcn_outlane_tick(lane, fixture->now_ns, 0);
        struct tcn_outlane_want want = tcn_outlane_want(lane, fixture->now_ns);
        if (want.kind == TCN_OUTLANE_WANT_NOTHING) {
            return;
        }
        if (want.kind == TCN_OUTLANE_WANT_HELLO) {
            fixture->hello_count++;
            struct tcn_hash hello = hello_hash(fixture);
            tcn_outlane_said(lane, &hello, fixture->now_ns, 0);
            note(fixture, "-> hello", NULL);
            continue;
        }
        struct tcn_outlane_chunk chunk = {.first_sequence = want.first_sequence,
                                          .last_sequence = want.first_sequence,
                                          .hash = hash_of(want.first_sequence),
                                          .end_hash = hash_of(want.first_sequence),
                                          .bytes = 1000};
        tcn_outlane_sent(lane, &chunk, fixture->now_ns);
        trace_add(&fixture->trace, "-> chunk %u\n", (unsigned)want.first_sequence);
        assert_true(tcn_outlane_is_sound(lane));
    }
    fail_msg("the lane never has enough");
}

static inline void connect_lane(struct fixture *fixture) {
    tcn_outlane_connected(&fixture->lane, fixture->now_ns);
    pump(fixture);
}

static inline struct tcn_welcome welcome_of(uint64_t mark, uint64_t credit) {
    return (struct tcn_welcome){.session = 100,
                                .log_id = {{1}},
                                .generation = 1,
                                .mark_sequence = mark,
                                .mark_hash = hash_of(mark),
                                .credit_sequence = credit,
                                .credit_bytes = TCN_CREDIT_BYTES};
}

/** WELCOME arrives as it stands. */
static inline void take_any_welcome(struct fixture *fixture, const struct tcn_welcome *welcome) {
    struct tcn_outlane_actions actions;
    tcn_outlane_welcome(&fixture->lane, welcome, fixture->now_ns, &actions);
    note(fixture, "welcome", &actions);
}

/** WELCOME arrives as the answer to the last HELLO. */
static inline void take_welcome(struct fixture *fixture, const struct tcn_welcome *welcome) {
    struct tcn_welcome answer = *welcome;
    answer.hello_hash = hello_hash(fixture);
    take_any_welcome(fixture, &answer);
}

static inline void take_mark(struct fixture *fixture, uint64_t mark) {
    struct tcn_welcome welcome = welcome_of(mark, 1000);
    take_welcome(fixture, &welcome);
    pump(fixture);
}

static inline struct tcn_receipt_body receipt_of(const struct fixture *fixture, uint64_t sequence) {
    return (struct tcn_receipt_body){.log_id = {{1}},
                                     .generation = 1,
                                     .lane = fixture->lane.facts.key,
                                     .first_sequence = sequence,
                                     .count = 1,
                                     .first_position = 500 + sequence,
                                     .chunk_hash = hash_of(sequence)};
}

static inline void take_receipt(struct fixture *fixture, const struct tcn_receipt_body *receipt) {
    struct tcn_ack ack = {.credit_sequence = 1000, .credit_bytes = TCN_CREDIT_BYTES};
    struct tcn_outlane_actions actions;
    tcn_outlane_ack(&fixture->lane, receipt, &ack, fixture->now_ns, &actions);
    note(fixture, "ack", &actions);
}

static inline void take_ack(struct fixture *fixture, uint64_t sequence) {
    struct tcn_receipt_body receipt = receipt_of(fixture, sequence);
    take_receipt(fixture, &receipt);
}

/** The hash of the oldest chunk that was sent in this session; of the HELLO when none was. */
static inline struct tcn_hash asked_hash(const struct fixture *fixture) {
    const struct tcn_flights *flights = &fixture->lane.flights;
    return flights->next > 0 ? flights->list[flights->first].chunk.hash : hello_hash(fixture);
}

static inline void take_again(struct fixture *fixture, uint64_t session, enum tcn_status code) {
    struct tcn_again again = {.code = (uint32_t)code, .asked_hash = asked_hash(fixture)};
    struct tcn_outlane_actions actions;
    tcn_outlane_again(&fixture->lane, session, &again, fixture->now_ns, &actions);
    note(fixture, "again", &actions);
}

static inline void take_refuse(struct fixture *fixture, uint64_t session,
                               const struct tcn_refuse *refuse) {
    struct tcn_outlane_actions actions;
    struct tcn_refuse answer = *refuse;
    if (tcn_hash_is_none(&answer.asked_hash)) {
        answer.asked_hash = asked_hash(fixture);
    }
    tcn_outlane_refuse(&fixture->lane, session, &answer, fixture->now_ns, &actions);
    note(fixture, "refuse", &actions);
}

#endif
