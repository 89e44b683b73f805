/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log writer with a real store in a folder of its own, and shorthand for what agents send it.
 */
#ifndef TCN_TESTS_UNIT_COLLECTOR_BENCH_H
#define TCN_TESTS_UNIT_COLLECTOR_BENCH_H

#include "collector/house.h"
#include "collector/intake.h"
#include "collector/ledger.h"
#include "place.h"
#include "seal/keyring.h"
#include "seal/sign.h"
#include "wire/enrol.h"
#include "wire/frame.h"
#include "wire/lane.h"

#define NOW_NS INT64_C(1700000100000000000)
#define CONNECTION 900

/* A ledger on an open house, and the answers of its last group. */
struct bench {
    struct place *place;
    struct tcn_collector house;
    struct tcn_ledger *ledger;
    struct tcn_intake intake;
    struct tcn_arena arena;
    struct tcn_forge_chunk chunk;
    struct tcn_note_checked note;
    struct tcn_refuse refuse;
    uint64_t session;
    int64_t now_ns;
    uint8_t data[TCN_LEDGER_ANSWER_BYTES];
    struct tcn_ledger_answer answer;
    struct tcn_ack ack;
    struct tcn_again again;
    struct tcn_welcome welcome;
    struct tcn_enrolled enrolled;
    struct tcn_keyring ring; /* of the collector's keys, for who looks at what it signed */
};

static inline void open_bench(struct bench *bench, bool is_feed_clock) {
    struct tcn_collector_options options = place_options(bench->place);
    options.is_feed_clock = is_feed_clock;
    memset(&bench->house, 0, sizeof(bench->house));
    assert_int_equal(tcn_house_open(&bench->house, &options), TCN_OK);
    assert_int_equal(tcn_ledger_open(&bench->house, &bench->ledger), TCN_OK);
    assert_int_equal(tcn_intake_init(&bench->intake, &bench->house.charter), TCN_OK);
}

static inline void close_bench(struct bench *bench) {
    tcn_intake_fini(&bench->intake);
    tcn_ledger_close(&bench->ledger);
    tcn_house_close(&bench->house);
}

static inline int set_up_mode(void **state, enum tcn_mode mode) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->place = place_make(mode);
    bench->now_ns = NOW_NS;
    assert_int_equal(tcn_arena_init(&bench->arena, 256 * 1024), TCN_OK);
    open_bench(bench, mode == TCN_MODE_EXERCISE);
    *state = bench;
    return 0;
}

static inline int set_up(void **state) {
    return set_up_mode(state, TCN_MODE_ACTUAL);
}

static inline int set_up_exercise(void **state) {
    return set_up_mode(state, TCN_MODE_EXERCISE);
}

static inline int tear_down(void **state) {
    struct bench *bench = *state;
    close_bench(bench);
    tcn_arena_fini(&bench->arena);
    place_remove(bench->place);
    free(bench);
    return 0;
}

static inline void begin(struct bench *bench) {
    bench->now_ns += 1000000;
    assert_int_equal(tcn_ledger_begin(bench->ledger, bench->now_ns, bench->now_ns), TCN_OK);
}

/* Puts the forge's chunk or HELLO, as intake passes it, into the open group. */
static inline void put(struct bench *bench, uint32_t principal, enum tcn_kind kind) {
    const enum tcn_status status =
        kind == TCN_KIND_HELLO ? tcn_intake_hello(&bench->intake, principal, &bench->chunk.chunk,
                                                  bench->now_ns, &bench->note, &bench->refuse)
                               : tcn_intake_chunk(&bench->intake, principal, &bench->chunk.chunk,
                                                  bench->now_ns, &bench->note, &bench->refuse);
    assert_int_equal(status, TCN_OK);
    const struct tcn_ledger_input in = {
        .stamp = {.principal = principal, .connection = CONNECTION},
        .header = {.version = TCN_WIRE_VERSION,
                   .kind = kind,
                   .session = kind == TCN_KIND_HELLO ? 0 : bench->session,
                   .request = 5},
        .note = &bench->note,
        .chunk = bench->chunk.chunk,
    };
    assert_int_equal(tcn_ledger_take(bench->ledger, &in), TCN_OK);
}

/* What the answer in hand must be signed for; NULL when it needs no signature. */
static inline const char *context_due(const struct bench *bench) {
    switch ((int)bench->answer.header.kind) {
    case TCN_KIND_WELCOME:
        return TCN_CONTEXT_WELCOME;
    case TCN_KIND_ENROLLED:
        return TCN_CONTEXT_ENROLLED;
    case TCN_KIND_AGAIN:
        return tcn_again_is_over(&bench->again) ? TCN_CONTEXT_AGAIN : NULL;
    case TCN_KIND_REFUSE:
        return bench->refuse.is_later ? NULL : TCN_CONTEXT_REFUSE;
    default:
        return NULL;
    }
}

/* What moves a mark, or costs an event its place, is signed; nothing else is. */
static inline void check_signature(const struct bench *bench) {
    const char *context = context_due(bench);
    const struct tcn_slice given = bench->answer.signature;
    struct tcn_signature signature;
    assert_int_equal(given.size, context == NULL ? 0 : sizeof(signature.bytes));
    if (context != NULL) {
        memcpy(signature.bytes, given.data, given.size);
        assert_int_equal(tcn_verify(&bench->house.key_files.held->signing.public_key, context,
                                    bench->answer.body, &signature),
                         TCN_OK);
    }
}

/* Reads one answer of the committed group. */
static inline enum tcn_kind answer(struct bench *bench, uint32_t index) {
    assert_int_equal(tcn_ledger_answer(bench->ledger, index, bench->data, &bench->answer), TCN_OK);
    assert_int_equal(bench->answer.stamp.connection, CONNECTION);
    tcn_arena_reset(&bench->arena);
    const struct tcn_slice body = bench->answer.body;
    if (bench->answer.header.kind == TCN_KIND_ACK) {
        assert_int_equal(tcn_wire_ack_decode(body, &bench->arena, &bench->ack), TCN_OK);
    } else if (bench->answer.header.kind == TCN_KIND_AGAIN) {
        assert_int_equal(tcn_wire_again_decode(body, &bench->arena, &bench->again), TCN_OK);
    } else if (bench->answer.header.kind == TCN_KIND_ENROLLED) {
        assert_int_equal(tcn_wire_enrolled_decode(body, &bench->arena, &bench->enrolled), TCN_OK);
    } else if (bench->answer.header.kind == TCN_KIND_WELCOME) {
        assert_int_equal(tcn_wire_welcome_decode(body, &bench->arena, &bench->welcome), TCN_OK);
    } else {
        assert_int_equal(tcn_wire_refuse_decode(body, &bench->arena, &bench->refuse), TCN_OK);
    }
    check_signature(bench);
    return bench->answer.header.kind;
}

static inline void commit(struct bench *bench, uint32_t answer_count) {
    assert_int_equal(tcn_ledger_answer_count(bench->ledger), 0); /* G1 */
    assert_int_equal(tcn_ledger_commit(bench->ledger), TCN_OK);
    assert_int_equal(tcn_ledger_answer_count(bench->ledger), answer_count);
}

/* Says HELLO in a group of its own and keeps the session. */
static inline void hello(struct bench *bench, const struct tcn_hello *said) {
    const enum tcn_forge_who who = (enum tcn_forge_who)said->lane.source;
    tcn_forge_hello_seal(&bench->chunk, &bench->place->forge, who, said);
    begin(bench);
    put(bench, (uint32_t)who, TCN_KIND_HELLO);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_WELCOME);
    assert_true(tcn_hash_equals(&bench->welcome.hello_hash, &bench->note.content_hash));
    bench->session = bench->welcome.session;
}

static inline void greet(struct bench *bench) {
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    hello(bench, &said);
}

/* Sends `count` reports from `first` on in a group of its own. */
static inline enum tcn_kind send_reports(struct bench *bench, uint64_t first, uint32_t count,
                                         const struct tcn_hash *previous) {
    tcn_forge_reports(&bench->chunk, &bench->place->forge, first, count, previous);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    return answer(bench, 0);
}

#endif
