/* SPDX-License-Identifier: Apache-2.0 */
#include "model/event.h"
#include "model/feed.h"
#include "model/message.h"
#include "model/procedure.h"
#include "model/registry.h"
#include "model/sealed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/** A number on the wire and its word, both for ever. */
struct golden {
    uint32_t number;
    const char *word;
};

static const struct golden acts[] = {
    {1, "reported"},
    {2, "accepted"},
    {3, "objected"},
    {4, "transferred"},
    {5, "replied"},
    {6, "extended"},
    {7, "closed"},
    {8, "reopened"},
    {9, "review_asked"},
    {10, "acknowledged"},
    {11, "called"},
    {12, "handed_over"},
    {13, "month_confirmed"},
    {14, "zero_report"},
    {15, "reclassified"},
    {16, "corrected"},
    {17, "petitioner_told"},
    {18, "legal_hold"},
    {19, "followed_up"},
    {20, "linked"},
    {21, "withdrawn"},
    {22, "released"},
    {23, "rewrapped"},
    {24, "on_duty"},
    {25, "unsealed"},
    {26, "epoch_allowed"},
    {27, "time_confirmed"},
    {28, "declined"},
    {29, "graded"},
    {30, "assigned"},
    {31, "submitted"},
    {32, "passed"},
    {33, "rejected"},
    {34, "listed"},
    {35, "suspended"},
    {36, "resumed"},
    {37, "people_withdrawn"},
    {38, "became_accident"},
    {39, "reported_up"},
    {40, "approved"},
    {41, "mediation_offered"},
    {42, "agreed"},
    {43, "not_agreed"},
    {44, "case_filed"},
    {45, "ordered"},
    {46, "paid"},
    {47, "pre_announced"},
    {48, "risk_assessed"},
    {49, "plan_announced"},
    {50, "hearing_held"},
    {51, "approval_announced"},
    {52, "path_set"},
    {53, "path_ended"},
    {54, "seen_safe"},
    {55, "seen_unsafe"},
    {56, "issued"},
    {57, "erased"},
    {58, "silenced"},
    {59, "silence_ended"},
    {62, "oral_zero"},
    {63, "checked_in"},
    {69, "hold_ended"},
    {70, "claimed"},
    {71, "drill_started"},
    {72, "drill_stopped"},
    {100, "void"},
    {101, "genesis"},
    {102, "epoch_opened"},
    {103, "policy_activated"},
    {104, "registry_changed"},
    {105, "delivered"},
    {106, "unreachable"},
    {107, "no_watcher"},
    {108, "tick"},
    {109, "feed_ended"},
    {110, "stopped"},
    {111, "signed_off"},
    {112, "generation"},
    {113, "heard"},
    {114, "epoch_waits"},
    {115, "chunk_fenced"},
    {116, "time_doubted"},
    {117, "share_erased"},
    {118, "not_fetched"},
};

static const struct golden kinds[] = {
    {1, "hello"},   {2, "welcome"},    {3, "chunk"},   {4, "ack"},           {5, "refuse"},
    {6, "again"},   {7, "bundle_ask"}, {8, "bundle"},  {20, "open"},         {21, "opened"},
    {22, "fetch"},  {23, "items"},     {24, "gap"},    {25, "reset"},        {26, "head"},
    {27, "move"},   {28, "close"},     {40, "replay"}, {41, "replay_fetch"}, {42, "replay_items"},
    {43, "end"},    {44, "cancel"},    {60, "ask"},    {61, "answer"},       {80, "error"},
    {100, "ready"}, {101, "gone"},
};

static const char *const severities[] = {"unknown", "routine", "serious", "urgent", "danger"};
static const char *const reasons[] = {"none",    "owner",     "co_recipient", "unknown",
                                      "answer",  "holder",    "transfer",     "outcome",
                                      "guarded", "collector", "clock",        "owed",
                                      "remind",  "urge",      "proposal",     "undeliverable"};
static const char *const roles[] = {"none",  "office", "bureau",    "watcher", "auditor",
                                    "admin", "broker", "collector", "feed"};
static const char *const compartments[] = {"none", "contact", "narrative", "accused", "informant"};

static void a_word_that_is_not_in_the_list_is_absent(void **state) {
    (void)state;
    static const char *const words[] = {"", "none", "REPORTED", "reported ", "report", "unknown\n"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        enum tcn_act act = TCN_ACT_TICK;
        enum tcn_severity severity = TCN_SEVERITY_DANGER;
        enum tcn_compartment_kind kind = TCN_COMPARTMENT_ACCUSED;
        struct tcn_slice word = tcn_slice_text(words[i]);
        assert_int_equal(tcn_act_from_name(word, &act), TCN_ABSENT);
        assert_int_equal(tcn_severity_from_name(word, &severity), TCN_ABSENT);
        assert_int_equal(tcn_compartment_from_name(word, &kind), TCN_ABSENT);
        assert_int_equal(act, TCN_ACT_TICK);
        assert_int_equal(severity, TCN_SEVERITY_DANGER);
        assert_int_equal(kind, TCN_COMPARTMENT_ACCUSED);
    }
}

static void a_number_that_is_not_in_the_list_has_a_harmless_name(void **state) {
    (void)state;
    static const uint32_t numbers[] = {80, 99, 130, 1000, UINT32_MAX, 0x80000000u};
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        uint32_t number = numbers[i];
        assert_false(tcn_act_is_known(number));
        assert_false(tcn_act_is_human((enum tcn_act)number));
        assert_string_equal(tcn_act_name((enum tcn_act)number), "none");
        assert_string_equal(tcn_severity_name((enum tcn_severity)number), "unknown");
        assert_string_equal(tcn_lane_name((enum tcn_lane)number), "none");
        assert_string_equal(tcn_mode_name((enum tcn_mode)number), "none");
        assert_string_equal(tcn_role_name((enum tcn_role)number), "none");
        assert_string_equal(tcn_compartment_name((enum tcn_compartment_kind)number), "none");
    }
    assert_false(tcn_act_is_known(0));
    assert_string_equal(tcn_reason_name((enum tcn_reason)17), "none");
    assert_string_equal(tcn_reason_name((enum tcn_reason)24), "none");
    assert_string_equal(tcn_reason_name(TCN_REASON_UNSEALED), "unsealed");
    assert_string_equal(tcn_reason_name((enum tcn_reason)26), "none");
    assert_string_equal(tcn_due_kind_name(TCN_DUE_NONE), "none");
    assert_string_equal(tcn_due_kind_name(TCN_DUE_KEY_ENDS), "key_ends");
    assert_string_equal(tcn_due_kind_name(TCN_DUE_CLOCK), "clock");
    assert_string_equal(tcn_due_kind_name(TCN_DUE_CALENDAR), "calendar");
    assert_string_equal(tcn_due_kind_name(TCN_DUE_POLICY), "policy");
    assert_string_equal(tcn_due_kind_name(TCN_DUE_PLACEMENT), "placement");
    assert_string_equal(tcn_due_kind_name(TCN_DUE_REWRAP), "rewrap");
    assert_string_equal(tcn_due_kind_name(TCN_DUE_EXPECTED), "expected");
    assert_string_equal(tcn_due_kind_name((enum tcn_due_kind)10), "none");
    assert_string_equal(tcn_kind_name((enum tcn_kind)9), "none");
    assert_int_equal(tcn_kind_direction((enum tcn_kind)9), TCN_DIRECTION_NONE);
    assert_int_equal(tcn_kind_direction(TCN_KIND_NONE), TCN_DIRECTION_NONE);
}

static void facts_and_marks_keep_their_bits(void **state) {
    (void)state;
    static const char *const facts[32] = {
        "major",     "five",      "path",    "to_listed", NULL,      NULL,
        "purpose",   "in_danger", "grade",   "reason",    "how",     "post",
        "until",     "to_organ",  "domain",  "next_step", "amount",  "count",
        "villagers", "harm",      "second",  "held",      "guarded", "last_bounce",
        "all_out",   "event",     "on_duty", "claim",     "month",   "missing_items",
        "evidence"};
    static const char *const marks[32] = {"major",  "five",      "path",       NULL,       NULL,
                                          NULL,     NULL,        NULL,         "extended", "told",
                                          "listed", "suspended", "people_out", "reviewed", "kept"};
    for (uint32_t bit = 0; bit < 32; bit++) {
        const char *fact = facts[bit] != NULL ? facts[bit] : "none";
        const char *mark = marks[bit] != NULL ? marks[bit] : "none";
        assert_string_equal(tcn_fact_name(UINT32_C(1) << bit), fact);
        assert_string_equal(tcn_mark_name(UINT32_C(1) << bit), mark);
    }
    assert_string_equal(tcn_fact_name(0), "none");
    assert_string_equal(tcn_fact_name(TCN_FACT_MAJOR | TCN_FACT_FIVE), "none");
    assert_string_equal(tcn_mark_name(UINT32_MAX), "none");
}

static void kinds_of_matter_and_stages_keep_their_numbers(void **state) {
    (void)state;
    static const char *const matter_kinds[] = {
        "none",        "general", "petition",     "hazard",     "accident", "dispute",  "wages",
        "requisition", "service", "guardianship", "enterprise", "warning",  "placement"};
    static const char *const stages[] = {
        "none",          "stub",     "open",           "accepted",  "replied",   "closed",
        "held",          "declined", "told",           "review",    "reviewed",  "recheck",
        "final",         "graded",   "rectifying",     "submitted", "passed",    "approved",
        "offered",       "agreed",   "not_agreed",     "filed",     "ordered",   "paid",
        "pre_announced", "assessed", "plan_announced", "heard",     "published", "in_path",
        "safe",          "in_force", "claimed"};
    assert_int_equal(COUNT_OF(stages), TCN_STAGE_MAX + 1);
    for (uint32_t i = 0; i < COUNT_OF(matter_kinds); i++) {
        assert_string_equal(tcn_procedure_name((enum tcn_procedure_kind)i), matter_kinds[i]);
    }
    for (uint32_t i = 0; i < COUNT_OF(stages); i++) {
        enum tcn_stage stage = TCN_STAGE_NONE;
        assert_string_equal(tcn_stage_name((enum tcn_stage)i), stages[i]);
        assert_int_equal(tcn_stage_from_name(tcn_slice_text(stages[i]), &stage),
                         i > 0 ? TCN_OK : TCN_ABSENT);
        assert_int_equal(stage, i);
    }
}

static void acts_keep_their_numbers_and_words(void **state) {
    (void)state;
    size_t known = 0;
    for (uint32_t number = 0; number < 1000; number++) {
        known += tcn_act_is_known(number) ? 1 : 0;
    }
    assert_int_equal(known, COUNT_OF(acts));
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        enum tcn_act act = TCN_ACT_NONE;
        assert_string_equal(tcn_act_name((enum tcn_act)acts[i].number), acts[i].word);
        assert_int_equal(tcn_act_from_name(tcn_slice_text(acts[i].word), &act), TCN_OK);
        assert_int_equal(act, acts[i].number);
        assert_int_equal(tcn_act_is_human(act), acts[i].number < 100);
    }
}

static void kinds_keep_their_numbers_words_and_directions(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        assert_string_equal(tcn_kind_name((enum tcn_kind)kinds[i].number), kinds[i].word);
        assert_int_not_equal(tcn_kind_direction((enum tcn_kind)kinds[i].number),
                             TCN_DIRECTION_NONE);
    }
    assert_int_equal(tcn_kind_direction(TCN_KIND_CHUNK), TCN_DIRECTION_UP);
    assert_int_equal(tcn_kind_direction(TCN_KIND_ACK), TCN_DIRECTION_DOWN);
    assert_int_equal(tcn_kind_direction(TCN_KIND_READY), TCN_DIRECTION_COLLECTOR);
    assert_int_equal(tcn_kind_direction(TCN_KIND_GONE), TCN_DIRECTION_BROKER);
}

static void small_enums_keep_their_words(void **state) {
    (void)state;
    for (uint32_t i = 0; i < COUNT_OF(severities); i++) {
        enum tcn_severity severity = TCN_SEVERITY_UNKNOWN;
        assert_string_equal(tcn_severity_name((enum tcn_severity)i), severities[i]);
        assert_int_equal(tcn_severity_from_name(tcn_slice_text(severities[i]), &severity), TCN_OK);
        assert_int_equal(severity, i);
    }
    for (uint32_t i = 0; i < COUNT_OF(reasons); i++) {
        assert_string_equal(tcn_reason_name((enum tcn_reason)i), reasons[i]);
    }
    for (uint32_t i = 0; i < COUNT_OF(roles); i++) {
        assert_string_equal(tcn_role_name((enum tcn_role)i), roles[i]);
    }
    for (uint32_t i = 0; i < COUNT_OF(compartments); i++) {
        enum tcn_compartment_kind kind = TCN_COMPARTMENT_NONE;
        assert_string_equal(tcn_compartment_name((enum tcn_compartment_kind)i), compartments[i]);
        if (i > 0) {
            assert_int_equal(tcn_compartment_from_name(tcn_slice_text(compartments[i]), &kind),
                             TCN_OK);
            assert_int_equal(kind, i);
        }
    }
    assert_string_equal(tcn_lane_name(TCN_LANE_URGENT), "urgent");
    assert_string_equal(tcn_lane_name(TCN_LANE_ROUTINE), "routine");
    assert_string_equal(tcn_mode_name(TCN_MODE_ACTUAL), "actual");
    assert_string_equal(tcn_mode_name(TCN_MODE_EXERCISE), "exercise");
}

static void reports_from_urgent_on_take_the_urgent_lane(void **state) {
    (void)state;
    assert_int_equal(tcn_severity_lane(TCN_SEVERITY_UNKNOWN), TCN_LANE_ROUTINE);
    assert_int_equal(tcn_severity_lane(TCN_SEVERITY_ROUTINE), TCN_LANE_ROUTINE);
    assert_int_equal(tcn_severity_lane(TCN_SEVERITY_SERIOUS), TCN_LANE_ROUTINE);
    assert_int_equal(tcn_severity_lane(TCN_SEVERITY_URGENT), TCN_LANE_URGENT);
    assert_int_equal(tcn_severity_lane(TCN_SEVERITY_DANGER), TCN_LANE_URGENT);
}

static void a_division_is_exactly_twelve_digits(void **state) {
    (void)state;
    static const char *const bad[] = {
        "", "52050212200", "5205021220000", "52050212200x", " 20502122000", "５２０５"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(tcn_division_is_valid(tcn_slice_text(bad[i])));
    }
    assert_true(tcn_division_is_valid(tcn_slice_text("520502122000")));
    assert_true(tcn_division_is_valid(tcn_slice_text("000000000000")));
}

static void ids_hashes_lanes_and_streams_are_compared_whole(void **state) {
    (void)state;
    struct tcn_id id = {0};
    struct tcn_hash hash = {0};
    assert_true(tcn_id_is_none(&id) && tcn_hash_is_none(&hash));
    for (size_t i = 0; i < sizeof(hash.bytes); i++) {
        struct tcn_hash other = {0};
        other.bytes[i] = 1;
        assert_false(tcn_hash_is_none(&other));
        assert_false(tcn_hash_equals(&hash, &other));
        struct tcn_id other_id = {0};
        other_id.bytes[i % sizeof(id.bytes)] = 0x80;
        assert_false(tcn_id_is_none(&other_id));
        assert_false(tcn_id_equals(&id, &other_id));
    }
    assert_true(tcn_id_equals(&id, &id) && tcn_hash_equals(&hash, &hash));
    struct tcn_lane_key lane = {.source = 1, .epoch = 2, .lane = TCN_LANE_URGENT};
    struct tcn_lane_key others[] = {lane, lane, lane};
    others[0].source = 9;
    others[1].epoch = 9;
    others[2].lane = TCN_LANE_ROUTINE;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_false(tcn_lane_key_equals(&lane, &others[i]));
    }
    assert_true(tcn_lane_key_equals(&lane, &lane));
    struct tcn_stream stream = {.mode = TCN_MODE_ACTUAL, .organ = 3};
    assert_true(tcn_stream_equals(stream, stream));
    assert_false(tcn_stream_equals(stream, (struct tcn_stream){TCN_MODE_EXERCISE, 3}));
    assert_false(tcn_stream_equals(stream, (struct tcn_stream){TCN_MODE_ACTUAL, 4}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_that_is_not_in_the_list_is_absent),
        cmocka_unit_test(a_number_that_is_not_in_the_list_has_a_harmless_name),
        cmocka_unit_test(acts_keep_their_numbers_and_words),
        cmocka_unit_test(kinds_of_matter_and_stages_keep_their_numbers),
        cmocka_unit_test(facts_and_marks_keep_their_bits),
        cmocka_unit_test(kinds_keep_their_numbers_words_and_directions),
        cmocka_unit_test(small_enums_keep_their_words),
        cmocka_unit_test(reports_from_urgent_on_take_the_urgent_lane),
        cmocka_unit_test(a_division_is_exactly_twelve_digits),
        cmocka_unit_test(ids_hashes_lanes_and_streams_are_compared_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
