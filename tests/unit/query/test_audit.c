/* SPDX-License-Identifier: Apache-2.0 */
/* What the verification of a whole log finds: records forged behind the collector's back. */
/* ctest-uses: collector core store wire link seal */
#include "query/audit.h"

#include "../collector/place.h"
#include "collector/house.h"
#include "collector/receipts.h"
#include "core/sequencer.h"
#include "query/chain.h"
#include "seal/hash.h"
#include "wire/chunk.h"
#include "wire/lane.h"

/* Behind genesis and the HELLO of an agent and the administrator. */
#define FIRST 4

/* A log with genesis, and one record that may be forged. */
struct bench {
    struct place *place;
    struct tcn_collector house;
    struct tcn_forge_chunk chunk;
    struct tcn_record record;
    struct tcn_receipts receipts;
    struct tcn_audit_report report;
    uint64_t missing_count; /* events that the mark does not know */
    uint8_t head[TCN_CHUNK_HEAD_BYTES_MAX];
};

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    free(*state);
    return 0;
}

static void seal_group(struct bench *bench, const struct tcn_record *receipted) {
    uint8_t data[TCN_RECEIPT_BODY_BYTES_MAX];
    struct tcn_slice body;
    tcn_receipts_begin(&bench->receipts, bench->record.first_position);
    tcn_receipts_body(receipted, &bench->place->forge.log_id, data, &body);
    tcn_receipts_add(&bench->receipts, body);
    assert_int_equal(
        tcn_receipts_seal(&bench->receipts, &bench->place->forge.keys[TCN_FORGE_COLLECTOR].signing),
        TCN_OK);
}

/* Both lanes of a principal begin, their marks with them. */
static void log_hello(struct bench *bench, enum tcn_forge_who who, uint64_t position) {
    const struct tcn_hello hello = tcn_forge_hello(&bench->place->forge, who, TCN_LANE_ROUTINE);
    tcn_forge_hello_seal(&bench->chunk, &bench->place->forge, who, &hello);
    bench->record = (struct tcn_record){
        .kind = TCN_RECORD_HELLO,
        .generation = 1,
        .first_position = position,
        .count = 1,
        .log_time_ns = bench->house.tail_time_ns + 1,
        .previous_hash = position == 2 ? bench->house.tail_hash : tcn_record_hash(&bench->record),
        .chunk_hash = tcn_record_content_hash(TCN_RECORD_HELLO, bench->chunk.chunk.head),
        .lane = hello.lane,
        .principal = (uint32_t)who,
        .group_first = position,
        .chunk = bench->chunk.chunk,
    };
    seal_group(bench, &bench->record);
    assert_int_equal(tcn_log_group_begin(bench->house.log), TCN_OK);
    assert_int_equal(tcn_log_append(bench->house.log, &bench->record, 0), TCN_OK);
    struct tcn_lane_key key = hello.lane;
    for (int lane = TCN_LANE_URGENT; lane <= TCN_LANE_ROUTINE; lane++) {
        struct tcn_mark mark;
        key.lane = (enum tcn_lane)lane;
        tcn_mark_open(&key, hello.predecessor, position, &mark);
        assert_int_equal(tcn_log_mark_put(bench->house.log, &mark), TCN_OK);
    }
    assert_int_equal(tcn_log_group_put(bench->house.log, &bench->receipts.row), TCN_OK);
    assert_int_equal(tcn_log_group_commit(bench->house.log), TCN_OK);
}

static void open_bench(struct bench *bench) {
    memset(bench, 0, sizeof(*bench));
    bench->place = place_make(TCN_MODE_ACTUAL);
    const struct tcn_collector_options options = place_options(bench->place);
    assert_int_equal(tcn_house_open(&bench->house, &options), TCN_OK);
    log_hello(bench, TCN_FORGE_AGENT_A, 2);
    log_hello(bench, TCN_FORGE_ADMIN, 3);
    const struct tcn_hash previous = tcn_record_hash(&bench->record);
    tcn_forge_reports(&bench->chunk, &bench->place->forge, 1, 3, NULL);
    bench->record = (struct tcn_record){
        .kind = TCN_RECORD_CHUNK,
        .generation = 1,
        .first_position = FIRST,
        .count = 3,
        .log_time_ns = bench->house.tail_time_ns + 1,
        .previous_hash = previous,
        .chunk_hash = bench->chunk.hash,
        .lane = bench->chunk.head.lane,
        .first_sequence = 1,
        .principal = TCN_FORGE_AGENT_A,
        .group_first = FIRST,
        .chunk = bench->chunk.chunk,
    };
}

static void close_bench(struct bench *bench) {
    tcn_house_close(&bench->house);
    place_remove(bench->place);
}

/* Logs the record with the receipt of another one, which usually is the same; `change` is the
 * position of a change of the registry to be noted with it, 0 when none. */
static void log_record_and_note(struct bench *bench, const struct tcn_record *receipted,
                                uint64_t change) {
    seal_group(bench, receipted);
    assert_int_equal(tcn_log_group_begin(bench->house.log), TCN_OK);
    assert_int_equal(tcn_log_append(bench->house.log, &bench->record, bench->record.count), TCN_OK);
    const struct tcn_mark mark = {
        .lane = bench->record.lane,
        .sequence = bench->record.first_sequence + bench->record.count - 1 - bench->missing_count,
        .hash = bench->record.chunk_hash,
        .position = bench->record.first_position + bench->record.count - 1,
    };
    assert_int_equal(tcn_log_mark_put(bench->house.log, &mark), TCN_OK);
    if (change != 0) {
        assert_int_equal(tcn_log_change_put(bench->house.log, change), TCN_OK);
    }
    assert_int_equal(tcn_log_group_put(bench->house.log, &bench->receipts.row), TCN_OK);
    assert_int_equal(tcn_log_group_commit(bench->house.log), TCN_OK);
}

static void log_record(struct bench *bench, const struct tcn_record *receipted) {
    log_record_and_note(bench, receipted, 0);
}

/* The record of the next position: one event of the administrator, that revokes a principal. */
static void put_revocation(struct bench *bench, uint32_t principal) {
    const struct tcn_registry_change change = {.kind = TCN_CHANGE_REVOKED, .principal = principal};
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .office = tcn_slice_text("desk"),
                                    .body_kind = TCN_BODY_REGISTRY,
                                    .registry = &change};
    tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, TCN_FORGE_ADMIN, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_ADMIN);
    bench->record.count = 1;
    bench->record.chunk_hash = bench->chunk.hash;
    bench->record.lane = bench->chunk.head.lane;
    bench->record.principal = TCN_FORGE_ADMIN;
    bench->record.chunk = bench->chunk.chunk;
}

/* Goes to the position behind the record that was logged. */
static void next(struct bench *bench) {
    bench->record.previous_hash = tcn_record_hash(&bench->record);
    bench->record.first_position += bench->record.count;
    bench->record.group_first = bench->record.first_position;
}

static enum tcn_status audit(struct bench *bench) {
    return tcn_audit_run(bench->house.log, &bench->house.charter, &bench->report);
}

/* Forges the record; its receipt fits it all the same unless the case says otherwise. */
typedef void forge(struct bench *bench);

static void other_previous(struct bench *bench) {
    bench->record.previous_hash.bytes[0] ^= 1;
}

static void other_content_hash(struct bench *bench) {
    bench->record.chunk_hash.bytes[0] ^= 1;
}

static void other_principal(struct bench *bench) {
    bench->record.principal = TCN_FORGE_AUDITOR;
}

static void unknown_principal(struct bench *bench) {
    bench->record.principal = 99;
}

static void other_head(struct bench *bench) {
    const struct tcn_slice head = bench->record.chunk.head;
    memcpy(bench->head, head.data, head.size);
    bench->head[head.size - 1] ^= 1;
    bench->record.chunk.head = tcn_slice_of(bench->head, head.size);
    bench->record.chunk_hash = tcn_record_content_hash(TCN_RECORD_CHUNK, bench->record.chunk.head);
}

static void other_body(struct bench *bench) {
    const struct tcn_slice body = bench->record.chunk.body;
    bench->chunk.bytes[(size_t)(body.data - bench->chunk.bytes) + body.size - 1] ^= 1;
}

static void other_sequence(struct bench *bench) {
    bench->record.first_sequence = 7;
}

static void as_own(struct bench *bench) {
    bench->record.kind = TCN_RECORD_OWN;
}

static const struct {
    const char *what;
    forge *forge;
} forgeries[] = {
    {"a broken chain", other_previous},     {"another content hash", other_content_hash},
    {"another principal", other_principal}, {"a principal that nobody knows", unknown_principal},
    {"an altered head", other_head},        {"an altered body", other_body},
    {"another sequence", other_sequence},   {"an agent's chunk as the collector's own", as_own},
};

static void every_forgery_is_found_with_its_place(void **state) {
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++) {
        open_bench(bench);
        forgeries[i].forge(bench);
        log_record(bench, &bench->record);
        const enum tcn_status status = audit(bench);
        if (status != TCN_CORRUPT || bench->report.bad_position != FIRST ||
            bench->report.bad_what == NULL || bench->report.record_count != FIRST - 1) {
            fail_msg("%s: %s at %u", forgeries[i].what, tcn_status_name(status),
                     (unsigned)bench->report.bad_position);
        }
        close_bench(bench);
    }
}

static void what_a_revoked_key_signed_later_is_found(void **state) {
    struct bench *bench = *state;
    for (int is_revoked = 0; is_revoked < 2; is_revoked++) {
        open_bench(bench);
        put_revocation(bench, is_revoked ? TCN_FORGE_AGENT_A : TCN_FORGE_AGENT_B);
        log_record_and_note(bench, &bench->record, FIRST);
        next(bench);
        tcn_forge_reports(&bench->chunk, &bench->place->forge, 1, 3, NULL);
        bench->record.count = 3;
        bench->record.chunk_hash = bench->chunk.hash;
        bench->record.lane = bench->chunk.head.lane;
        bench->record.principal = TCN_FORGE_AGENT_A;
        bench->record.chunk = bench->chunk.chunk;
        log_record(bench, &bench->record);
        assert_int_equal(audit(bench), is_revoked ? TCN_CORRUPT : TCN_OK);
        assert_int_equal(bench->report.bad_position, is_revoked ? FIRST + 1 : 0);
        close_bench(bench);
    }
}

static void a_list_of_changes_that_lies_is_found(void **state) {
    struct bench *bench = *state;
    static const struct {
        uint32_t revoked; /* 99 is nobody, so the change is void */
        uint64_t noted;
        enum tcn_status status;
    } cases[] = {
        {TCN_FORGE_AGENT_A, 0, TCN_CORRUPT},
        {TCN_FORGE_AGENT_A, FIRST + 3, TCN_CORRUPT},
        {99, FIRST, TCN_CORRUPT},
        {99, 0, TCN_OK},
        {TCN_FORGE_AGENT_A, FIRST, TCN_OK},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        open_bench(bench);
        put_revocation(bench, cases[i].revoked);
        log_record_and_note(bench, &bench->record, cases[i].noted);
        assert_int_equal(audit(bench), cases[i].status);
        assert_int_equal(bench->report.bad_position, cases[i].status == TCN_OK ? 0 : FIRST);
        close_bench(bench);
    }
}

static void a_record_that_its_receipt_does_not_name_is_found(void **state) {
    struct bench *bench = *state;
    open_bench(bench);
    struct tcn_record other = bench->record;
    other.log_time_ns++;
    log_record(bench, &other);
    assert_int_equal(audit(bench), TCN_CORRUPT);
    assert_int_equal(bench->report.bad_position, FIRST);
    close_bench(bench);
}

/* Each record is good by itself, and so is the chain of all records. */
static void a_lane_that_was_bent_is_found(void **state) {
    struct bench *bench = *state;
    const struct tcn_hash other = {.bytes = {1}};
    static const struct {
        const char *what;
        uint64_t first_sequence;
        bool is_other_previous;
        bool is_other_epoch;
        uint64_t missing_count; /* from the mark */
    } cases[] = {
        {"a hole", 2, false, false, 0},
        {"a first chunk that follows another", 1, true, false, 0},
        {"a lane that never said HELLO", 1, false, true, 0},
        {"a mark that is behind", 1, false, false, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        open_bench(bench);
        const struct tcn_forge *made = &bench->place->forge;
        tcn_forge_chunk_begin(&bench->chunk, made, TCN_FORGE_AGENT_A, cases[i].first_sequence,
                              cases[i].is_other_previous ? &other : NULL);
        bench->chunk.head.lane.epoch += cases[i].is_other_epoch ? 1 : 0;
        const struct tcn_event event = tcn_forge_report(made, 1);
        tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
        tcn_forge_chunk_seal(&bench->chunk, made, TCN_FORGE_AGENT_A);
        bench->record.count = 1;
        bench->record.first_sequence = cases[i].first_sequence;
        bench->record.lane = bench->chunk.head.lane;
        bench->record.chunk_hash = bench->chunk.hash;
        bench->record.chunk = bench->chunk.chunk;
        bench->missing_count = cases[i].missing_count;
        log_record(bench, &bench->record);
        const enum tcn_status status = audit(bench);
        if (status != TCN_CORRUPT || bench->report.bad_position != FIRST) {
            fail_msg("%s: %s at %u", cases[i].what, tcn_status_name(status),
                     (unsigned)bench->report.bad_position);
        }
        close_bench(bench);
    }
}

/* The record of the next position: the office's outbox was made anew. */
static struct tcn_lane_key put_epoch(struct bench *bench) {
    struct tcn_hello hello =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    hello.predecessor = hello.lane.epoch;
    hello.lane.epoch++;
    tcn_forge_hello_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, &hello);
    bench->record.kind = TCN_RECORD_HELLO;
    bench->record.count = 1;
    bench->record.first_sequence = 0;
    bench->record.lane = hello.lane;
    bench->record.chunk = bench->chunk.chunk;
    bench->record.chunk_hash = tcn_record_content_hash(TCN_RECORD_HELLO, bench->chunk.chunk.head);
    return hello.lane;
}

/* Logs it with marks of both epochs; the old ones name `successor`. */
static void log_epoch(struct bench *bench, const struct tcn_lane_key *lane, uint64_t successor) {
    seal_group(bench, &bench->record);
    assert_int_equal(tcn_log_group_begin(bench->house.log), TCN_OK);
    assert_int_equal(tcn_log_append(bench->house.log, &bench->record, 0), TCN_OK);
    struct tcn_lane_key key = *lane;
    for (int which = TCN_LANE_URGENT; which <= TCN_LANE_ROUTINE; which++) {
        struct tcn_mark mark;
        key.lane = (enum tcn_lane)which;
        key.epoch = lane->epoch;
        tcn_mark_open(&key, lane->epoch - 1, FIRST, &mark);
        assert_int_equal(tcn_log_mark_put(bench->house.log, &mark), TCN_OK);
        key.epoch--;
        tcn_mark_open(&key, 0, 2, &mark);
        mark.successor = successor;
        assert_int_equal(tcn_log_mark_put(bench->house.log, &mark), TCN_OK);
    }
    assert_int_equal(tcn_log_group_put(bench->house.log, &bench->receipts.row), TCN_OK);
    assert_int_equal(tcn_log_group_commit(bench->house.log), TCN_OK);
}

static void a_fence_that_was_lost_or_made_up_is_found(void **state) {
    struct bench *bench = *state;
    static const struct {
        const char *what;
        uint64_t above; /* the epoch that the mark names: so much above the one that was closed */
        enum tcn_status status;
    } cases[] = {
        {"lost", 0, TCN_CORRUPT},
        {"another one", 2, TCN_CORRUPT},
        {"the right one", 1, TCN_OK},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        open_bench(bench);
        const struct tcn_lane_key lane = put_epoch(bench);
        log_epoch(bench, &lane, cases[i].above == 0 ? 0 : lane.epoch - 1 + cases[i].above);
        const enum tcn_status status = audit(bench);
        if (status != cases[i].status) {
            fail_msg("%s: %s, %s", cases[i].what, tcn_status_name(status), bench->report.bad_what);
        }
        close_bench(bench);
    }
    open_bench(bench); /* no epoch began, but a mark says so */
    struct tcn_lane_key lane = bench->record.lane;
    log_record(bench, &bench->record);
    struct tcn_mark mark = {0};
    assert_int_equal(tcn_log_group_begin(bench->house.log), TCN_OK);
    assert_int_equal(tcn_log_mark_get(bench->house.log, &lane, &mark), TCN_OK);
    mark.successor = 99;
    assert_int_equal(tcn_log_mark_put(bench->house.log, &mark), TCN_OK);
    assert_int_equal(tcn_log_group_commit(bench->house.log), TCN_OK);
    assert_int_equal(audit(bench), TCN_CORRUPT);
    close_bench(bench);
}

static void a_good_log_is_good_and_names_itself(void **state) {
    struct bench *bench = *state;
    open_bench(bench);
    log_record(bench, &bench->record);
    assert_int_equal(audit(bench), TCN_OK);
    assert_null(bench->report.bad_what);
    assert_int_equal(bench->report.bad_position, 0);
    assert_int_equal(bench->report.record_count, FIRST);
    assert_int_equal(bench->report.event_count, 3);
    assert_int_equal(bench->report.group_count, FIRST);
    const struct tcn_hash tail = tcn_record_hash(&bench->record);
    assert_true(tcn_hash_equals(&tail, &bench->report.tail));
    close_bench(bench);
}

static void a_genesis_file_is_taken_whole_or_not_at_all(void **state) {
    struct bench *bench = *state;
    open_bench(bench);
    const struct tcn_forge *made = &bench->place->forge;
    struct tcn_charter charter = {0};
    char path[PLACE_PATH_BYTES];
    place_path(path, bench->place->base, "other");
    assert_int_equal(tcn_charter_init_file(&charter, path), TCN_ABSENT);
    for (size_t size = 0; size < made->genesis_file.size; size += 97) {
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(made->genesis_file.data, 1, size, file), size);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(tcn_charter_init_file(&charter, path), TCN_MALFORMED);
    }
    uint8_t signature[64];
    memcpy(signature, made->signature.data, sizeof(signature));
    signature[5] ^= 1;
    assert_int_equal(
        tcn_charter_init(&charter, made->genesis, tcn_slice_of(signature, sizeof(signature))),
        TCN_BAD_SIGNATURE);
    assert_int_equal(tcn_charter_init_file(&charter, bench->place->genesis), TCN_OK);
    assert_int_equal(charter.policy.domain_count, 2);
    assert_int_equal(charter.registry.principal_count, TCN_FORGE_WHO_MAX);
    tcn_charter_fini(&charter);
    tcn_charter_fini(&charter);
    tcn_charter_fini(NULL);
    close_bench(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_forgery_is_found_with_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_record_that_its_receipt_does_not_name_is_found, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_a_revoked_key_signed_later_is_found, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_list_of_changes_that_lies_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lane_that_was_bent_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fence_that_was_lost_or_made_up_is_found, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_good_log_is_good_and_names_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_genesis_file_is_taken_whole_or_not_at_all, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
