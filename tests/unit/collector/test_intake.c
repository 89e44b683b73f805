/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* Each refusal of a bad chunk, by a chunk made by hand; and what must never be refused. */
/* ctest-uses: query wire seal */
#include "collector/intake.h"
#include "seal/hash.h"
#include "seal/init.h"
#include "testlib/forge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define NOW_NS INT64_C(1700000100000000000)

/* Everything that a case needs; on the heap because it is large. */
struct bench {
    struct tcn_forge forge;
    struct tcn_charter charter;
    struct tcn_intake intake;
    struct tcn_forge_chunk chunk;
    struct tcn_note_checked note;
    struct tcn_refuse refuse;
};

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    assert_int_equal(tcn_seal_init(), TCN_OK);
    tcn_forge_init(&bench->forge, TCN_MODE_ACTUAL);
    assert_int_equal(
        tcn_charter_init(&bench->charter, bench->forge.genesis, bench->forge.signature), TCN_OK);
    assert_int_equal(tcn_intake_init(&bench->intake, &bench->charter), TCN_OK);
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    tcn_intake_fini(&bench->intake);
    tcn_charter_fini(&bench->charter);
    free(bench);
    return 0;
}

static enum tcn_status judge(struct bench *bench, uint32_t principal) {
    return tcn_intake_chunk(&bench->intake, principal, &bench->chunk.chunk, NOW_NS, &bench->note,
                            &bench->refuse);
}

/* A chunk of one report of office-a, not yet sealed. */
static void begin(struct bench *bench) {
    const struct tcn_event event = tcn_forge_report(&bench->forge, 1);
    tcn_forge_chunk_begin(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_A, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
}

static void seal(struct bench *bench) {
    tcn_forge_chunk_seal(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_A);
}

/* Makes a whole chunk bad. */
typedef void spoil(struct bench *bench);

static void foreign_log(struct bench *bench) {
    begin(bench);
    bench->chunk.head.log_id.bytes[0] ^= 1;
    seal(bench);
}

static void foreign_source(struct bench *bench) {
    begin(bench);
    bench->chunk.head.lane.source = TCN_FORGE_AGENT_SAFETY;
    seal(bench);
}

static void other_key(struct bench *bench) {
    begin(bench);
    tcn_forge_chunk_seal(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_SAFETY);
}

static void other_key_id(struct bench *bench) {
    begin(bench);
    bench->chunk.head.key_id.bytes[0] ^= 1;
    seal(bench);
}

static void short_signature(struct bench *bench) {
    begin(bench);
    seal(bench);
    bench->chunk.chunk.signature.size = 63;
}

static void altered_body(struct bench *bench) {
    begin(bench);
    seal(bench);
    const struct tcn_slice body = bench->chunk.chunk.body;
    bench->chunk.bytes[(size_t)(body.data - bench->chunk.bytes) + body.size - 1] ^= 1;
}

static void cut_body(struct bench *bench) {
    begin(bench);
    seal(bench);
    bench->chunk.chunk.body.size--;
}

static void no_body(struct bench *bench) {
    begin(bench);
    seal(bench);
    bench->chunk.chunk.body = (struct tcn_slice){0};
}

static void no_mode(struct bench *bench) {
    begin(bench);
    bench->chunk.head.mode = TCN_MODE_NONE;
    seal(bench);
}

static void empty_head(struct bench *bench) {
    begin(bench);
    seal(bench);
    bench->chunk.chunk.head = (struct tcn_slice){0};
}

static void shares_not_named(struct bench *bench) {
    begin(bench);
    seal(bench);
    bench->chunk.chunk.shares = tcn_slice_text("something");
}

static void shares_missing(struct bench *bench) {
    const struct tcn_event event = tcn_forge_report(&bench->forge, 1);
    tcn_forge_chunk_begin(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_A, 1, NULL);
    tcn_forge_chunk_sealed(&bench->chunk, &bench->forge, &event, "smoke");
    seal(bench);
    bench->chunk.chunk.shares = (struct tcn_slice){0};
}

static void share_of_no_event(struct bench *bench) {
    const struct tcn_event event = tcn_forge_report(&bench->forge, 1);
    tcn_forge_chunk_begin(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_A, 1, NULL);
    tcn_forge_chunk_sealed(&bench->chunk, &bench->forge, &event, "smoke");
    bench->chunk.shares[0].index = 1;
    seal(bench);
}

static const struct {
    const char *what;
    spoil *spoil;
    enum tcn_status code;
} wholes[] = {
    {"made for another log", foreign_log, TCN_FOREIGN_LOG},
    {"of another source", foreign_source, TCN_FOREIGN_SOURCE},
    {"signed with another key", other_key, TCN_BAD_SIGNATURE},
    {"naming another key", other_key_id, TCN_BAD_SIGNATURE},
    {"with a short signature", short_signature, TCN_BAD_SIGNATURE},
    {"with an altered body", altered_body, TCN_BAD_SIGNATURE},
    {"with a body cut short", cut_body, TCN_MALFORMED},
    {"without a body", no_body, TCN_BAD_VALUE},
    {"of no mode", no_mode, TCN_BAD_VALUE},
    {"without a head", empty_head, TCN_BAD_VALUE},
    {"with shares that the head does not name", shares_not_named, TCN_BAD_SIGNATURE},
    {"without the shares that the head names", shares_missing, TCN_BAD_SIGNATURE},
    {"with a share of no event", share_of_no_event, TCN_BAD_VALUE},
};

static void a_bad_chunk_is_refused_as_a_whole(void **state) {
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++) {
        memset(&bench->refuse, 0xff, sizeof(bench->refuse));
        wholes[i].spoil(bench);
        const enum tcn_status status = judge(bench, TCN_FORGE_AGENT_A);
        if (status != wholes[i].code || bench->refuse.code != (uint32_t)wholes[i].code ||
            bench->refuse.refusal_count != 0 || bench->refuse.is_later) {
            fail_msg("a chunk %s: %s", wholes[i].what, tcn_status_name(status));
        }
    }
}

static void a_stranger_is_refused(void **state) {
    struct bench *bench = *state;
    begin(bench);
    seal(bench);
    assert_int_equal(judge(bench, 99), TCN_DENIED);
    assert_int_equal(judge(bench, TCN_FORGE_AUDITOR), TCN_FOREIGN_SOURCE);
}

static void an_expired_key_is_refused(void **state) {
    struct bench *bench = *state;
    const struct tcn_event event = tcn_forge_report(&bench->forge, 1);
    tcn_forge_chunk_begin(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_B, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_B);
    assert_int_equal(judge(bench, TCN_FORGE_AGENT_B), TCN_REVOKED);
}

/** A chunk of one report of a mode. */
static void begin_mode(struct bench *bench, enum tcn_mode mode) {
    struct tcn_event event = tcn_forge_report(&bench->forge, 1);
    event.mode = mode;
    tcn_forge_chunk_begin(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_A, 1, NULL);
    bench->chunk.head.mode = mode;
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    seal(bench);
}

static void a_drill_is_taken_beside_real_work_and_real_work_not_in_an_exercise(void **state) {
    struct bench *bench = *state;
    begin_mode(bench, TCN_MODE_EXERCISE);
    assert_int_equal(judge(bench, TCN_FORGE_AGENT_A), TCN_OK);
    bench->charter.genesis.mode = TCN_MODE_EXERCISE;
    begin_mode(bench, TCN_MODE_ACTUAL);
    assert_int_equal(judge(bench, TCN_FORGE_AGENT_A), TCN_BAD_VALUE);
}

static void a_feed_is_refused_where_work_is_real(void **state) {
    struct bench *bench = *state;
    const struct tcn_event event = tcn_forge_report(&bench->forge, 1);
    tcn_forge_chunk_begin(&bench->chunk, &bench->forge, TCN_FORGE_FEED, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, &bench->forge, TCN_FORGE_FEED);
    assert_int_equal(judge(bench, TCN_FORGE_FEED), TCN_DENIED);
}

/* The registry in force, with the row of office-a's agent as a case wants it. */
static struct tcn_principal *exchange(struct bench *bench) {
    static struct tcn_principal rows[TCN_FORGE_WHO_MAX];
    static struct tcn_registry registry;
    memcpy(rows, bench->charter.registry.principals, sizeof(rows));
    registry = bench->charter.registry;
    registry.principals = rows;
    bench->intake.registry = &registry;
    return &rows[TCN_FORGE_AGENT_A - 1];
}

static void the_registry_in_force_counts_and_not_that_of_genesis(void **state) {
    struct bench *bench = *state;
    begin(bench);
    seal(bench);
    assert_int_equal(judge(bench, TCN_FORGE_AGENT_A), TCN_OK);
    exchange(bench)->status = TCN_PRINCIPAL_REVOKED;
    assert_int_equal(judge(bench, TCN_FORGE_AGENT_A), TCN_REVOKED);
    exchange(bench)->status = TCN_PRINCIPAL_INVITED;
    assert_int_equal(judge(bench, TCN_FORGE_AGENT_A), TCN_REVOKED);
}

static void an_old_key_signs_until_its_time_is_over(void **state) {
    struct bench *bench = *state;
    static const struct {
        int64_t until_ns;
        enum tcn_status status;
        bool is_over; /* only what is in the log already gets an answer: the writer sees to it */
    } cases[] = {
        {0, TCN_BAD_SIGNATURE, false}, {NOW_NS, TCN_OK, true}, {NOW_NS + 1, TCN_OK, false}};
    begin(bench);
    seal(bench);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_principal *row = exchange(bench);
        row->old_signing_key = row->signing_key;
        row->signing_key = bench->forge.keys[TCN_FORGE_AUDITOR].signing.public_key;
        row->old_until_ns = cases[i].until_ns;
        assert_int_equal(judge(bench, TCN_FORGE_AGENT_A), cases[i].status);
        assert_int_equal(bench->note.is_key_over, cases[i].is_over);
    }
}

static void a_row_may_allow_fewer_acts_than_its_role(void **state) {
    struct bench *bench = *state;
    begin(bench);
    seal(bench);
    struct tcn_principal *row = exchange(bench);
    row->acts[0] = TCN_ACT_FOLLOWED_UP;
    row->act_count = 1;
    assert_int_equal(judge(bench, TCN_FORGE_AGENT_A), TCN_DENIED);
    assert_string_equal(bench->refuse.refusals[0].field.data, "act");
    row->acts[1] = TCN_ACT_REPORTED;
    row->act_count = 2;
    assert_int_equal(judge(bench, TCN_FORGE_AGENT_A), TCN_OK);
}

/* Makes one event bad. */
typedef void spoil_event(struct tcn_event *event);

static void bad_division(struct tcn_event *event) {
    event->division = tcn_slice_text("5205021000");
}
static void division_of_another(struct tcn_event *event) {
    event->division = tcn_slice_text(TCN_FORGE_DIVISION_B);
}
static void office_of_another(struct tcn_event *event) {
    event->office = tcn_slice_text("office-b");
}
static void no_office(struct tcn_event *event) {
    event->office = (struct tcn_slice){0};
}
static void mode_of_another(struct tcn_event *event) {
    event->mode = TCN_MODE_EXERCISE;
}
static void act_of_the_log(struct tcn_event *event) {
    event->act = TCN_ACT_TICK;
    event->body_kind = TCN_BODY_NONE;
}
static void change_of_the_registry(struct tcn_event *event) {
    static const struct tcn_registry_change change = {.kind = TCN_CHANGE_REVOKED,
                                                      .principal = TCN_FORGE_AGENT_B};
    event->act = TCN_ACT_REGISTRY_CHANGED;
    event->body_kind = TCN_BODY_REGISTRY;
    event->registry = &change;
}
static void change_without_a_body(struct tcn_event *event) {
    event->act = TCN_ACT_REGISTRY_CHANGED;
    event->body_kind = TCN_BODY_NONE;
}
static void change_of_its_own_rights(struct tcn_event *event) {
    static const struct tcn_registry_change change = {
        .kind = TCN_CHANGE_RIGHTS,
        .principal = TCN_FORGE_AGENT_A,
        .row = {.name = "office-a", .role = TCN_ROLE_ADMIN, .all_divisions = true}};
    change_of_the_registry(event);
    event->registry = &change;
}
static void enrolment_by_an_agent(struct tcn_event *event) {
    static const struct tcn_registry_change change = {.kind = TCN_CHANGE_ENROLLED,
                                                      .principal = TCN_FORGE_AGENT_B,
                                                      .token_hash = {.bytes = {1}},
                                                      .transport_key = {.bytes = {2}},
                                                      .signing_key = {.bytes = {3}}};
    change_of_the_registry(event);
    event->registry = &change;
}
static void concerns_unstated(struct tcn_event *event) {
    event->concerns = TCN_CONCERNS_UNSTATED;
}
static void delivered_by_an_agent(struct tcn_event *event) {
    event->act = TCN_ACT_DELIVERED;
    event->body_kind = TCN_BODY_DELIVERED;
    event->delivered.name = tcn_slice_text("duty");
    event->delivered.principal = 4;
    event->delivered.stream = (struct tcn_stream){TCN_MODE_ACTUAL, TCN_FORGE_SAFETY};
    event->delivered.number = 1;
    event->delivered.generation = 1;
}

static void void_of_many(struct tcn_event *event) {
    event->act = TCN_ACT_VOID;
    event->body_kind = TCN_BODY_VOID;
    event->void_body = (struct tcn_void_body){.code = TCN_CORRUPT, .count = 1000};
}

static const struct {
    const char *what;
    spoil_event *spoil;
    enum tcn_status code;
    const char *field; /* NULL: any */
} events[] = {
    {"a division that is not 12 digits", bad_division, TCN_BAD_DIVISION, NULL},
    {"a division of another office", division_of_another, TCN_DENIED, "division"},
    {"the name of another office", office_of_another, TCN_DENIED, "office"},
    {"no office", no_office, TCN_DENIED, "office"},
    {"another mode than its chunk", mode_of_another, TCN_BAD_VALUE, "mode"},
    {"an act that only the log has", act_of_the_log, TCN_DENIED, "act"},
    {"a change of the registry", change_of_the_registry, TCN_DENIED, "act"},
    {"a change without a body", change_without_a_body, TCN_BAD_VALUE, NULL},
    {"a change of its own rights", change_of_its_own_rights, TCN_DENIED, "act"},
    {"the collector's enrolment", enrolment_by_an_agent, TCN_DENIED, "act"},
    {"no answer to whom it concerns", concerns_unstated, TCN_BAD_VALUE, NULL},
    {"the collector's own word", delivered_by_an_agent, TCN_DENIED, "act"},
    {"a VOID over more than its own place", void_of_many, TCN_BAD_VALUE, "void"},
};

static void a_bad_event_is_named_and_the_others_are_not(void **state) {
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        const struct tcn_event good = tcn_forge_report(&bench->forge, 7);
        struct tcn_event event = good;
        events[i].spoil(&event);
        tcn_forge_chunk_begin(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_A, 41, NULL);
        tcn_forge_chunk_event(&bench->chunk, &good, (struct tcn_slice){0});
        tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
        seal(bench);
        const enum tcn_status status = judge(bench, TCN_FORGE_AGENT_A);
        const struct tcn_refusal *refusal = &bench->refuse.refusals[0];
        if (status != events[i].code || bench->refuse.code != 0 ||
            bench->refuse.refusal_count != 1 || refusal->sequence != 42 ||
            refusal->code != (uint32_t)events[i].code ||
            (events[i].field != NULL && !tcn_slice_is_text(refusal->field, events[i].field))) {
            fail_msg("an event with %s: %s, %u refusals, field %.*s", events[i].what,
                     tcn_status_name(status), bench->refuse.refusal_count, (int)refusal->field.size,
                     (const char *)refusal->field.data);
        }
        assert_int_equal(bench->refuse.first_sequence, 41);
        assert_int_equal(bench->note.lane.source, TCN_FORGE_AGENT_A);
    }
}

static void bytes_that_do_not_decode_are_named(void **state) {
    struct bench *bench = *state;
    const struct tcn_slice junk = tcn_slice_of("\xff\xff\xff", 3);
    const struct tcn_event good = tcn_forge_report(&bench->forge, 7);
    tcn_forge_chunk_begin(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_A, 1, NULL);
    tcn_forge_chunk_bytes(&bench->chunk, junk, (struct tcn_slice){0});
    tcn_forge_chunk_event(&bench->chunk, &good, junk);
    seal(bench);
    assert_int_equal(judge(bench, TCN_FORGE_AGENT_A), TCN_MALFORMED);
    assert_int_equal(bench->refuse.refusal_count, 2);
    assert_true(tcn_slice_is_text(bench->refuse.refusals[0].field, "open"));
    assert_true(tcn_slice_is_text(bench->refuse.refusals[1].field, "sealed"));
}

static void a_void_range_says_how_much_it_covers(void **state) {
    struct bench *bench = *state;
    struct tcn_event event = tcn_forge_void(&bench->forge, 9);
    event.void_body.next_previous.bytes[0] = 5;
    for (uint64_t count = 8; count <= 9; count++) {
        tcn_forge_chunk_begin(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_A, 1, NULL);
        bench->chunk.head.void_count = count;
        tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
        seal(bench);
        const enum tcn_status status = judge(bench, TCN_FORGE_AGENT_A);
        assert_int_equal(status, count == 9 ? TCN_OK : TCN_BAD_VALUE);
    }
    assert_true(bench->note.is_void_range);
    assert_int_equal(bench->note.next_previous.bytes[0], 5);
}

static void what_a_reporter_may_get_wrong(struct tcn_event *event, int what) {
    switch (what) {
    case 0:
        event->recorded_ns = 1; /* a clock in 1970 */
        break;
    case 1:
        event->recorded_ns = INT64_C(7000000000000000000);
        break;
    case 2:
        event->domain = tcn_slice_text("unheard-of");
        break;
    case 3: {
        struct tcn_forge forge = {.mode = TCN_MODE_ACTUAL};
        *event = tcn_forge_act(&forge, 12345, TCN_ACT_FOLLOWED_UP, "office-a");
        break; /* a follow-up before its report */
    }
    case 4:
        event->division = tcn_slice_text(TCN_FORGE_DIVISION_UNKNOWN);
        break; /* well formed, and nobody's in the policy */
    default:
        event->occurred_ns = event->learned_ns + INT64_C(1000000000);
        break;
    }
}

static void nothing_true_is_refused_for_form(void **state) {
    struct bench *bench = *state;
    for (int what = 0; what < 6; what++) {
        struct tcn_event event = tcn_forge_report(&bench->forge, 3);
        what_a_reporter_may_get_wrong(&event, what);
        tcn_forge_chunk_begin(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_A, 1, NULL);
        tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
        seal(bench);
        if (judge(bench, TCN_FORGE_AGENT_A) != TCN_OK) {
            fail_msg("case %d is refused", what);
        }
    }
}

static void a_good_chunk_passes_with_its_hash(void **state) {
    struct bench *bench = *state;
    const struct tcn_event event = tcn_forge_report(&bench->forge, 1);
    tcn_forge_chunk_begin(&bench->chunk, &bench->forge, TCN_FORGE_AGENT_A, 1, NULL);
    tcn_forge_chunk_sealed(&bench->chunk, &bench->forge, &event, "smoke from the kiln");
    seal(bench);
    assert_int_equal(judge(bench, TCN_FORGE_AGENT_A), TCN_OK);
    assert_true(tcn_hash_equals(&bench->note.content_hash, &bench->chunk.hash));
    assert_true(bench->note.feed_ns == INT64_MIN); /* it is no feed */
    assert_int_equal(bench->intake.pass_count, 1);
}

static void a_hello_is_judged_by_log_source_and_signature(void **state) {
    struct bench *bench = *state;
    const struct {
        enum tcn_status code;
        int spoil;
    } cases[] = {{TCN_FOREIGN_LOG, 1},
                 {TCN_FOREIGN_SOURCE, 2},
                 {TCN_BAD_SIGNATURE, 3},
                 {TCN_OK, 4},
                 {TCN_OK, 5}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_hello hello = tcn_forge_hello(&bench->forge, TCN_FORGE_AGENT_A, TCN_LANE_URGENT);
        enum tcn_forge_who who = TCN_FORGE_AGENT_A;
        if (cases[i].spoil == 1) {
            hello.log_id.bytes[3] ^= 1;
        } else if (cases[i].spoil == 2) {
            hello.lane.source = TCN_FORGE_AGENT_SAFETY;
        } else if (cases[i].spoil == 3) {
            who = TCN_FORGE_AGENT_SAFETY;
        } else if (cases[i].spoil == 4) {
            memset(&hello.log_id, 0, sizeof(hello.log_id)); /* never welcomed before */
        }
        tcn_forge_hello_seal(&bench->chunk, &bench->forge, who, &hello);
        assert_int_equal(tcn_intake_hello(&bench->intake, TCN_FORGE_AGENT_A, &bench->chunk.chunk,
                                          NOW_NS, &bench->note, &bench->refuse),
                         cases[i].code);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_bad_chunk_is_refused_as_a_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stranger_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_expired_key_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_registry_in_force_counts_and_not_that_of_genesis,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_old_key_signs_until_its_time_is_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_row_may_allow_fewer_acts_than_its_role, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_feed_is_refused_where_work_is_real, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_drill_is_taken_beside_real_work_and_real_work_not_in_an_exercise, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_event_is_named_and_the_others_are_not, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(bytes_that_do_not_decode_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_void_range_says_how_much_it_covers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_true_is_refused_for_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_good_chunk_passes_with_its_hash, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hello_is_judged_by_log_source_and_signature, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
