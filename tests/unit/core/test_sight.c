/* SPDX-License-Identifier: Apache-2.0 */
/* The table of docs/reference/rights.md, for what may be read. */
#include "core/sight.h"

#include "trace.h"

enum {
    DESK = 1,
    SAFETY = 2,
    WATER = 3,
    OFFICE_A = 11,
    OFFICE_B = 12,
    NOBODY = 0
};

enum who {
    OFFICE,
    BUREAU,
    WATCHER,
    DESK_AGENT,
    ADMIN,
    AUDITOR,
    FEED,
    COLLECTOR,
    BLANK,
    WHO_COUNT
};

/* As a district is founded: an agent and a watcher read their own organ's stream. */
static const struct tcn_principal principals[WHO_COUNT] = {
    [OFFICE] = {.id = 1,
                .role = TCN_ROLE_OFFICE,
                .source = 21,
                .organ = OFFICE_A,
                .streams = {OFFICE_A},
                .stream_count = 1},
    [BUREAU] = {.id = 2,
                .role = TCN_ROLE_BUREAU,
                .source = 22,
                .organ = SAFETY,
                .streams = {SAFETY},
                .stream_count = 1},
    [WATCHER] = {.id = 3,
                 .role = TCN_ROLE_WATCHER,
                 .organ = SAFETY,
                 .streams = {SAFETY},
                 .stream_count = 1},
    [DESK_AGENT] = {.id = 4,
                    .role = TCN_ROLE_BUREAU,
                    .source = 23,
                    .organ = DESK,
                    .streams = {DESK},
                    .stream_count = 1},
    [ADMIN] = {.id = 5, .role = TCN_ROLE_ADMIN, .source = 24},
    [AUDITOR] = {.id = 6, .role = TCN_ROLE_AUDITOR, .all_streams = true},
    [FEED] = {.id = 7, .role = TCN_ROLE_FEED, .source = 25, .all_divisions = true},
    [COLLECTOR] = {.id = 8, .role = TCN_ROLE_COLLECTOR},
    [BLANK] = {.id = 9, .role = TCN_ROLE_NONE},
};

static const struct tcn_organ organs[] = {{.number = DESK, .id = "desk"},
                                          {.number = SAFETY, .id = "safety", .place_parent = DESK},
                                          {.number = WATER, .id = "water", .line_parent = SAFETY},
                                          {.number = OFFICE_A, .id = "office_a"},
                                          {.number = OFFICE_B, .id = "office_b"}};
static const struct tcn_domain domains[] = {
    {.id = "flood",
     .procedure = TCN_PROCEDURE_HAZARD,
     .owner = WATER,
     .recipients = {SAFETY},
     .recipient_count = 1},
    {.id = "mine", .procedure = TCN_PROCEDURE_HAZARD, .owner = SAFETY},
    {.id = "petition", .procedure = TCN_PROCEDURE_PETITION, .owner = SAFETY},
};
static const struct tcn_policy policy = {
    .desk = DESK, .organs = organs, .organ_count = 5, .domains = domains, .domain_count = 3};

#define YES TCN_OK
#define NO TCN_DENIED

/* One line a question; the columns are the principals above. */
static const struct {
    struct tcn_query query;
    enum tcn_status expected[WHO_COUNT];
} questions[] = {
    {{.kind = TCN_QUERY_MATTERS}, {YES, YES, YES, YES, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_MATTERS, .organ = SAFETY}, {NO, YES, YES, NO, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_MATTERS, .organ = WATER}, {NO, NO, NO, NO, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_MATTERS, .organ = 999}, {NO, NO, NO, NO, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_STREAMS}, {YES, YES, YES, YES, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_STREAMS, .organ = WATER}, {NO, NO, NO, NO, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_MATTER}, {YES, YES, YES, YES, YES, YES, YES, YES, YES}},
    {{.kind = TCN_QUERY_EVENT, .position = 7}, {NO, NO, NO, NO, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_EVENT, .lane = {.source = 21}}, {YES, NO, NO, NO, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_EVENT, .position = 7, .lane = {.source = 21}},
     {NO, NO, NO, NO, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_EVENT}, {NO, NO, NO, NO, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_STANDINGS}, {NO, NO, NO, YES, YES, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_STATS}, {NO, NO, NO, NO, YES, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_HEAD}, {NO, NO, NO, NO, YES, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_SOURCES}, {NO, NO, NO, NO, NO, YES, NO, NO, NO}},
    /* A township's board is its own, the desk's is everybody's; of a bureau's there is none, and
     * that is collector/query's to say. */
    {{.kind = TCN_QUERY_BOARD}, {YES, YES, YES, YES, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_BOARD, .organ = OFFICE_A}, {YES, NO, NO, YES, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_BOARD, .organ = OFFICE_B}, {NO, NO, NO, YES, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_DESK}, {NO, NO, NO, YES, NO, YES, NO, NO, NO}},
    /* Of silences an organ sees its own, the desk all; what one would do is the own organ's. */
    {{.kind = TCN_QUERY_SILENCES}, {YES, YES, YES, YES, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_SILENCES, .organ = SAFETY}, {NO, YES, YES, YES, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_SILENCES, .organ = WATER}, {NO, NO, NO, YES, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_SILENCE_PREVIEW, .organ = SAFETY}, {NO, YES, YES, NO, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_SILENCE_PREVIEW, .organ = WATER}, {NO, NO, NO, NO, NO, YES, NO, NO, NO}},
    /* What was told: always to one organ, but of one matter, of which the desk is told the chain.
     * Whether it sees that matter is tcn_sight_sees' to say. */
    {{.kind = TCN_QUERY_NOTICES}, {YES, YES, YES, YES, NO, NO, NO, NO, NO}},
    {{.kind = TCN_QUERY_NOTICES, .organ = SAFETY}, {NO, YES, YES, NO, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_NOTICES, .organ = WATER}, {NO, NO, NO, NO, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_NOTICES, .matter = {{7}}}, {YES, YES, YES, YES, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_NOTICES, .matter = {{7}}, .organ = WATER},
     {NO, NO, NO, YES, NO, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_REGISTRY}, {YES, YES, YES, YES, YES, YES, YES, YES, YES}},
    {{.kind = TCN_QUERY_REGISTRY, .principal = 2}, {NO, YES, NO, NO, YES, YES, NO, NO, NO}},
    {{.kind = TCN_QUERY_REGISTRY, .principal = 99}, {NO, NO, NO, NO, YES, YES, NO, NO, NO}},
};

static void a_question_is_allowed_as_the_table_says(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        for (int who = 0; who < WHO_COUNT; who++) {
            struct tcn_query query = questions[i].query;
            const enum tcn_status status = tcn_sight_narrow(&principals[who], DESK, &query);
            if (status != questions[i].expected[who]) {
                fail_msg("question %zu of %d: %s", i, who, tcn_status_name(status));
            }
            const bool by_organ =
                query.kind == TCN_QUERY_MATTERS || query.kind == TCN_QUERY_STREAMS;
            if (query.kind == TCN_QUERY_REGISTRY && status == TCN_OK) {
                const bool sees_all = who == ADMIN || who == AUDITOR;
                assert_int_equal(query.principal,
                                 sees_all ? questions[i].query.principal : principals[who].id);
            }
            if (status != TCN_OK) { /* nothing was narrowed */
                assert_int_equal(query.principal, questions[i].query.principal);
                assert_int_equal(query.organ, questions[i].query.organ);
            } else if (query.kind == TCN_QUERY_BOARD && who != AUDITOR && who != DESK_AGENT) {
                assert_int_equal(query.organ, principals[who].organ);
            } else if (query.kind == TCN_QUERY_NOTICES && who != AUDITOR && who != DESK_AGENT) {
                assert_int_equal(query.organ, principals[who].organ);
            } else if (by_organ && who != AUDITOR) {
                assert_int_equal(query.organ, principals[who].organ);
            }
        }
    }
    struct tcn_query none = {.kind = TCN_QUERY_NONE};
    assert_int_equal(tcn_sight_narrow(&principals[AUDITOR], DESK, &none), TCN_BAD_VALUE);
    none.kind = (enum tcn_query_kind)99;
    assert_int_equal(tcn_sight_narrow(&principals[AUDITOR], DESK, &none), TCN_BAD_VALUE);
}

/* One line a matter; the columns are the principals above. */
static const struct {
    const char *what;
    struct tcn_matter matter;
    bool is_seen[WHO_COUNT];
} matters[] = {
    {"held by it, reported by it",
     {.holder = OFFICE_A, .office = OFFICE_A},
     {1, 0, 0, 0, 0, 1, 0, 0, 0}},
    {"of an office, held by a bureau",
     {.holder = SAFETY, .office = OFFICE_A},
     {1, 1, 1, 0, 0, 1, 0, 0, 0}},
    {"handed over by that bureau to another",
     {.holder = WATER, .office = OFFICE_A},
     {1, 0, 0, 0, 0, 1, 0, 0, 0}},
    {"handed over to the desk", {.holder = DESK, .office = OFFICE_A}, {1, 0, 0, 1, 0, 1, 0, 0, 0}},
    {"of another office", {.holder = WATER, .office = OFFICE_B}, {0, 0, 0, 0, 0, 1, 0, 0, 0}},
    {"guarded, of an office, held by a bureau",
     {.holder = SAFETY, .office = OFFICE_A, .flags = TCN_FLAG_GUARDED},
     {0, 1, 1, 0, 0, 1, 0, 0, 0}},
    {"guarded, held by another",
     {.holder = WATER, .office = OFFICE_A, .flags = TCN_FLAG_GUARDED},
     {0, 0, 0, 0, 0, 1, 0, 0, 0}},
    {"guarded, released to a bureau and open now",
     {.holder = SAFETY, .office = OFFICE_A, .flags = TCN_FLAG_GUARDED, .stage = TCN_STAGE_OPEN},
     {0, 1, 1, 0, 0, 1, 0, 0, 0}},
    {"held by another, and it is a co-recipient of the domain",
     {.holder = WATER,
      .office = OFFICE_B,
      .kind = TCN_PROCEDURE_HAZARD,
      .stage = TCN_STAGE_OPEN,
      .domain = "flood"},
     {0, 1, 1, 0, 0, 1, 0, 0, 0}},
    {"as before, closed: nobody owes anything any more",
     {.holder = WATER,
      .office = OFFICE_B,
      .kind = TCN_PROCEDURE_HAZARD,
      .stage = TCN_STAGE_CLOSED,
      .domain = "flood"},
     {0, 0, 0, 0, 0, 1, 0, 0, 0}},
    {"as before, guarded: the co-recipient may be whom it accuses",
     {.holder = WATER,
      .office = OFFICE_B,
      .kind = TCN_PROCEDURE_HAZARD,
      .stage = TCN_STAGE_OPEN,
      .domain = "flood",
      .flags = TCN_FLAG_GUARDED},
     {0, 0, 0, 0, 0, 1, 0, 0, 0}},
    {"as before, and its report has not come: the desk owes its transfer",
     {.holder = WATER, .office = OFFICE_B, .stage = TCN_STAGE_STUB, .domain = "flood"},
     {0, 0, 0, 1, 0, 1, 0, 0, 0}},
    {"handed to another by the owner of its domain, who held it",
     {.holder = WATER,
      .office = OFFICE_B,
      .kind = TCN_PROCEDURE_HAZARD,
      .stage = TCN_STAGE_OPEN,
      .domain = "mine"},
     {0, 0, 0, 0, 0, 1, 0, 0, 0}},
    {"reclassified: the co-recipient of what it was is none of what it is",
     {.holder = WATER,
      .office = OFFICE_B,
      .kind = TCN_PROCEDURE_PETITION,
      .stage = TCN_STAGE_OPEN,
      .domain = "petition"},
     {0, 0, 0, 0, 0, 1, 0, 0, 0}},
    {"under a kind of no known domain",
     {.holder = WATER, .office = OFFICE_B, .stage = TCN_STAGE_OPEN, .domain = "nothing"},
     {0, 0, 0, 0, 0, 1, 0, 0, 0}},
    {"a stub of nobody, at the desk", {.holder = DESK}, {0, 0, 0, 1, 0, 1, 0, 0, 0}},
    {"of nobody, where there is no desk", {.holder = NOBODY}, {0, 0, 0, 0, 0, 1, 0, 0, 0}},
};

static void a_matter_is_seen_as_the_table_says(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(matters) / sizeof(matters[0]); i++) {
        for (int who = 0; who < WHO_COUNT; who++) {
            if (tcn_sight_sees(&principals[who], &policy, &matters[i].matter) !=
                matters[i].is_seen[who]) {
                fail_msg("%s: seen by %d?", matters[i].what, who);
            }
        }
    }
}

static void replays_and_shares_are_as_the_table_says(void **state) {
    (void)state;
    static const struct {
        uint16_t organ;
        bool replays[WHO_COUNT];
        bool has_share[WHO_COUNT];
    } rows[] = {
        {NOBODY, {0, 0, 0, 0, 0, 1, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
        {OFFICE_A, {1, 0, 0, 0, 0, 1, 0, 0, 0}, {1, 0, 0, 0, 0, 0, 0, 0, 0}},
        {SAFETY, {0, 1, 1, 0, 0, 1, 0, 0, 0}, {0, 1, 1, 0, 0, 0, 0, 0, 0}},
        {DESK, {0, 0, 0, 1, 0, 1, 0, 0, 0}, {0, 0, 0, 1, 0, 0, 0, 0, 0}},
        {WATER, {0, 0, 0, 0, 0, 1, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (int who = 0; who < WHO_COUNT; who++) {
            const struct tcn_principal *asker = &principals[who];
            assert_int_equal(tcn_sight_replays(asker, rows[i].organ), rows[i].replays[who]);
            assert_int_equal(tcn_sight_has_share(asker, rows[i].organ), rows[i].has_share[who]);
        }
    }
}

/* A watcher of two organs has the shares of its own only. */
static void a_second_stream_gives_items_and_no_shares(void **state) {
    (void)state;
    const struct tcn_principal two = {
        .role = TCN_ROLE_WATCHER, .organ = SAFETY, .streams = {SAFETY, WATER}, .stream_count = 2};
    assert_true(tcn_sight_replays(&two, WATER));
    assert_false(tcn_sight_has_share(&two, WATER));
    assert_true(tcn_sight_has_share(&two, SAFETY));
}

/* How the matter stands when the item is asked for: of WATER's "flood", in which SAFETY is beside.
 */
static const struct tcn_matter flood = {.holder = WATER,
                                        .office = OFFICE_A,
                                        .kind = TCN_PROCEDURE_HAZARD,
                                        .stage = TCN_STAGE_OPEN,
                                        .domain = "flood",
                                        .last_position = 20};
static const struct tcn_matter at_desk = {
    .holder = DESK, .stage = TCN_STAGE_OPEN, .domain = "flood", .last_position = 20};
static const struct tcn_matter before_it = {
    .holder = DESK, .stage = TCN_STAGE_OPEN, .domain = "flood", .last_position = 6};
static const struct tcn_matter stub = {
    .holder = WATER, .stage = TCN_STAGE_STUB, .last_position = 20};

/* One line an item: whose stream, why it is there, who led after the event; the matter now. */
static const struct {
    const char *what;
    uint16_t organ;
    enum tcn_reason reason;
    uint16_t holder;
    const struct tcn_matter *matter;
    bool is_only_shown;
} shown[] = {
    {"odd, and another organ leads", DESK, TCN_REASON_UNKNOWN, WATER, &flood, true},
    {"lacking, and another organ leads", DESK, TCN_REASON_HOLDER, WATER, &flood, true},
    {"odd, and nothing is known of its matter", DESK, TCN_REASON_UNKNOWN, WATER, NULL, true},
    {"how it stands is kept from it", DESK, TCN_REASON_HOLDER, NOBODY, NULL, true},
    {"it was taken from it", SAFETY, TCN_REASON_HOLDER, WATER, NULL, true},
    {"it was taken from it, and the state is not there yet", DESK, TCN_REASON_HOLDER, WATER,
     &before_it, true},
    {"odd, and it leads", DESK, TCN_REASON_UNKNOWN, DESK, NULL, false},
    {"odd, and it led then", DESK, TCN_REASON_UNKNOWN, DESK, &flood, false},
    {"odd, and it leads now", DESK, TCN_REASON_UNKNOWN, WATER, &at_desk, false},
    {"news of what it led", WATER, TCN_REASON_HOLDER, WATER, &at_desk, false},
    {"news, and it owes an act now", DESK, TCN_REASON_HOLDER, WATER, &stub, false},
    {"news, and it is a co-recipient", SAFETY, TCN_REASON_HOLDER, WATER, &flood, false},
    {"told as owner, who led", WATER, TCN_REASON_OWNER, WATER, &at_desk, false},
    {"told as owner, where the desk leads", WATER, TCN_REASON_OWNER, DESK, &at_desk, false},
    {"told as co-recipient", SAFETY, TCN_REASON_CO_RECIPIENT, WATER, NULL, false},
    {"handed to it", SAFETY, TCN_REASON_TRANSFER, SAFETY, &flood, false},
    {"owes the next act", DESK, TCN_REASON_OWED, WATER, &flood, false},
    {"the answer", OFFICE_A, TCN_REASON_ANSWER, WATER, &flood, false},
    {"its own void", SAFETY, TCN_REASON_OUTCOME, NOBODY, NULL, false},
    {"of its allow-list", DESK, TCN_REASON_GUARDED, SAFETY, NULL, false},
    {"a time has come", WATER, TCN_REASON_CLOCK, WATER, &flood, true},
    {"the collector's word", DESK, TCN_REASON_COLLECTOR, NOBODY, NULL, true},
    {"for no reason", WATER, TCN_REASON_NONE, WATER, &flood, true},
    {"for a reason that nobody knows", WATER, (enum tcn_reason)99, WATER, &flood, true},
    {"of no organ", NOBODY, TCN_REASON_HOLDER, NOBODY, &at_desk, true},
};

static void an_item_is_read_by_who_acts_and_shown_to_who_only_knows(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
        const struct tcn_alert alert = {.stream = {.organ = shown[i].organ},
                                        .reason = shown[i].reason,
                                        .holder = shown[i].holder,
                                        .position = 7};
        if (tcn_sight_is_only_shown(&policy, &alert, shown[i].matter) != shown[i].is_only_shown) {
            fail_msg("%s: only shown?", shown[i].what);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_allowed_as_the_table_says),
        cmocka_unit_test(a_matter_is_seen_as_the_table_says),
        cmocka_unit_test(replays_and_shares_are_as_the_table_says),
        cmocka_unit_test(a_second_stream_gives_items_and_no_shares),
        cmocka_unit_test(an_item_is_read_by_who_acts_and_shown_to_who_only_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
