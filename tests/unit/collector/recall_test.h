/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log that takes something away after a backup of it could have been made, and the question
 * whether that is so in the log in hand. Single-threaded.
 */
#ifndef TCN_TESTS_UNIT_COLLECTOR_RECALL_TEST_H
#define TCN_TESTS_UNIT_COLLECTOR_RECALL_TEST_H

#include "bench.h"
#include "collector/ledger_inside.h"
#include "core/recall.h"
#include "query/audit.h"
#include "store/journal.h"

#define END_NS (NOW_NS + INT64_C(86400000000000))

static inline void file_copy(const char *from, const char *to) {
    static uint8_t data[1024 * 1024];
    FILE *source = fopen(from, "rb");
    FILE *sink = fopen(to, "wb");
    assert_non_null(source);
    assert_non_null(sink);
    for (size_t size = fread(data, 1, sizeof(data), source); size > 0;
         size = fread(data, 1, sizeof(data), source)) {
        assert_int_equal(fwrite(data, 1, size, sink), size);
    }
    assert_int_equal(fclose(source), 0);
    assert_int_equal(fclose(sink), 0);
}

/** A change of the registry by the administrator, in a group of its own. */
static inline void say_change(struct bench *bench, const struct tcn_registry_change *change,
                              uint64_t sequence, const struct tcn_hash *previous) {
    const struct tcn_forge *forge = &bench->place->forge;
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .office = tcn_slice_text("desk"),
                                    .body_kind = TCN_BODY_REGISTRY,
                                    .registry = change};
    tcn_forge_chunk_begin(&bench->chunk, forge, TCN_FORGE_ADMIN, sequence, previous);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, forge, TCN_FORGE_ADMIN);
    begin(bench);
    put(bench, TCN_FORGE_ADMIN, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
}

static inline const struct tcn_principal *row_of(const struct bench *bench, uint32_t principal) {
    return tcn_registry_find(tcn_rights_registry(&bench->ledger->rights), principal);
}

/** The rights of a row as an administrator states them. */
static inline struct tcn_principal rights_of(const struct bench *bench, uint32_t principal) {
    static const struct tcn_public_key none;
    struct tcn_principal row = *row_of(bench, principal);
    row.id = 0;
    row.status = TCN_PRINCIPAL_NONE;
    row.transport_key = row.signing_key = row.old_transport_key = row.old_signing_key = none;
    row.old_until_ns = 0;
    return row;
}

static inline struct tcn_hello second_epoch(const struct bench *bench) {
    struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    said.predecessor = said.lane.epoch;
    said.lane.epoch++;
    return said;
}

/** What the backup has: an epoch of one source and two reports. Leaves the bench closed. */
static inline void live(struct bench *bench) {
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 2, NULL), TCN_KIND_ACK);
    close_bench(bench);
}

/** Behind it a revocation, an end, and an epoch that closes another. Leaves the bench closed. */
static inline void take_away(struct bench *bench) {
    open_bench(bench, false);
    const struct tcn_hello desk =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_ADMIN, TCN_LANE_ROUTINE);
    hello(bench, &desk);
    struct tcn_registry_change change = {.kind = TCN_CHANGE_REVOKED,
                                         .principal = TCN_FORGE_AGENT_B};
    say_change(bench, &change, 1, NULL);
    const struct tcn_hash previous = bench->chunk.hash;
    change = (struct tcn_registry_change){.kind = TCN_CHANGE_RIGHTS,
                                          .principal = TCN_FORGE_AUDITOR,
                                          .row = rights_of(bench, TCN_FORGE_AUDITOR)};
    change.row.not_after_ns = END_NS;
    say_change(bench, &change, 2, &previous);
    assert_int_equal(row_of(bench, TCN_FORGE_AUDITOR)->not_after_ns, END_NS);
    const struct tcn_hello said = second_epoch(bench);
    hello(bench, &said);
    close_bench(bench);
}

static inline void expect_taken_away(struct bench *bench, bool is_so) {
    struct tcn_mark mark = {0};
    const struct tcn_hello said = second_epoch(bench);
    struct tcn_lane_key lane = said.lane;
    lane.epoch--;
    assert_int_equal(row_of(bench, TCN_FORGE_AGENT_B)->status,
                     is_so ? TCN_PRINCIPAL_REVOKED : TCN_PRINCIPAL_ACTIVE);
    assert_int_equal(row_of(bench, TCN_FORGE_AUDITOR)->not_after_ns, is_so ? END_NS : 0);
    assert_int_equal(tcn_log_mark_get(bench->house.log, &lane, &mark), TCN_OK);
    assert_int_equal(mark.successor, is_so ? said.lane.epoch : 0);
    struct tcn_audit_report report;
    const enum tcn_status status = tcn_audit_run(bench->house.log, &bench->house.charter, &report);
    if (status != TCN_OK) {
        fail_msg("%s at %u", report.bad_what, (unsigned)report.bad_position);
    }
}

/** Groups until nothing is left to be said again. */
static inline unsigned recall_all(struct bench *bench) {
    unsigned groups = 0;
    while (tcn_ledger_is_recalling(bench->ledger)) {
        assert_true(groups < 10);
        assert_true(tcn_ledger_is_full(bench->ledger)); /* nobody is heard */
        begin(bench);
        commit(bench, 0);
        groups++;
    }
    return groups;
}

#endif
