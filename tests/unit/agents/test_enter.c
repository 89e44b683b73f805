/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* From a draft to an event: what is filled in, what is refused, who can read what. */
#include "agents/enter.h"

#include "agents/wrap.h"
#include "district.h"
#include "wire/event.h"

#define WALL_NS INT64_C(1767225600000000000)
#define MARKER "the-words-of-a-person"
#define SELF 7u
#define SOMEBODY 8u

/** A draft on its way and what came of it. */
struct bench {
    struct district *district;
    struct tcn_agent_office office;
    struct tcn_agent_moment moment;
    struct tcn_arena arena;
    struct tcn_draft draft;
    struct tcn_agent_fault fault;
    struct tcn_agent_entry entry;
    struct tcn_event event; /* as decoded */
    struct tcn_sealed sealed;
    struct tcn_slice open;
};

static int setup_mode(void **state, enum tcn_mode mode, const char *organ) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->district = district_create(mode, organ);
    assert_int_equal(tcn_arena_init(&bench->arena, 8 * 1024 * 1024), TCN_OK);
    bench->office = (struct tcn_agent_office){
        .policy = &district_policy,
        .bundle = &bench->district->bundle,
        .organ_id = text_of(organ),
        .organ = OFFICE,
        .principal = SELF,
        .is_feed = strcmp(organ, TCN_AGENT_FEED_ORGAN) == 0,
    };
    bench->moment =
        (struct tcn_agent_moment){.wall_ns = WALL_NS, .seen_position = 11, .random = {1, 2, 3}};
    *state = bench;
    return 0;
}

static int setup(void **state) {
    return setup_mode(state, TCN_MODE_ACTUAL, "office_chahe");
}

static int setup_feed(void **state) {
    return setup_mode(state, TCN_MODE_EXERCISE, TCN_AGENT_FEED_ORGAN);
}

static int setup_admin(void **state) {
    (void)setup_mode(state, TCN_MODE_ACTUAL, "");
    struct bench *bench = *state;
    bench->office.organ_id = (struct tcn_slice){0};
    bench->office.organ = 0;
    bench->office.is_admin = true;
    return 0;
}

static int teardown(void **state) {
    struct bench *bench = *state;
    tcn_arena_fini(&bench->arena);
    district_destroy(bench->district);
    free(bench);
    return 0;
}

/** A good report, to be changed by tests. */
static void fill_report(struct bench *bench) {
    memset(&bench->draft, 0, sizeof(bench->draft));
    bench->draft.event = (struct tcn_event){
        .act = TCN_ACT_REPORTED,
        .domain = text_of("rural_water"),
        .division = text_of(DIVISION),
        .severity = TCN_SEVERITY_SERIOUS,
        .concerns = TCN_CONCERNS_NOBODY,
    };
}

static void add_text(struct bench *bench, enum tcn_compartment_kind kind, const char *text) {
    bench->draft.plains[bench->draft.plain_count] =
        (struct tcn_plain){.kind = kind, .text = text_of(text)};
    bench->draft.plain_count++;
}

static void fill_act(struct bench *bench, enum tcn_act act) {
    memset(&bench->draft, 0, sizeof(bench->draft));
    bench->draft.is_act = true;
    bench->draft.event = (struct tcn_event){.act = act, .matter = {{7}}, .body_kind = TCN_BODY_ACT};
}

static enum tcn_status enter(struct bench *bench) {
    tcn_arena_reset(&bench->arena);
    return tcn_agent_enter(&bench->office, &bench->moment, &bench->draft, &bench->arena,
                           &bench->fault, &bench->entry);
}

/** Enters and decodes again. */
static void enter_well(struct bench *bench) {
    struct tcn_slice sealed;
    assert_int_equal(enter(bench), TCN_OK);
    assert_int_equal(tcn_wire_event_split(bench->entry.piece.event, &bench->open, &sealed), TCN_OK);
    assert_int_equal(tcn_wire_open_part_decode(bench->open, &bench->arena, &bench->event), TCN_OK);
    memset(&bench->sealed, 0, sizeof(bench->sealed));
    assert_int_equal(sealed.size > 0, bench->entry.piece.has_share);
    if (sealed.size > 0) {
        assert_int_equal(tcn_wire_sealed_decode(sealed, &bench->arena, &bench->sealed), TCN_OK);
    }
}

/** Opens a compartment with an organ's key. */
static enum tcn_status open_as(struct bench *bench, uint16_t organ, enum tcn_compartment_kind kind,
                               struct tcn_slice *out_text) {
    const struct tcn_unseal unseal = {
        .open = bench->open,
        .sealed = &bench->sealed,
        .share = &bench->entry.piece.share,
        .keys = &bench->district->seals[organ - 1],
        .key_count = 1,
    };
    return tcn_unseal(&unseal, kind, &bench->arena, out_text);
}

static void spoil_office(struct bench *bench) {
    bench->draft.event.office = text_of("water_bureau");
}

static void spoil_division(struct bench *bench) {
    bench->draft.event.division = text_of("12");
}

static void spoil_concerns(struct bench *bench) {
    bench->draft.event.concerns = TCN_CONCERNS_UNSTATED;
}

static void spoil_act(struct bench *bench) {
    bench->draft.event.act = TCN_ACT_TICK;
}

static void spoil_key(struct bench *bench) {
    bench->draft.event.domain = text_of("lost_keys");
    add_text(bench, TCN_COMPARTMENT_NARRATIVE, MARKER);
}

static void spoil_texts(struct bench *bench) {
    add_text(bench, TCN_COMPARTMENT_NARRATIVE, MARKER);
    add_text(bench, TCN_COMPARTMENT_NARRATIVE, MARKER);
}

static void spoil_domain(struct bench *bench) {
    bench->draft.event.domain = text_of("No Word");
}

/* One attribute with this name. Owns: lent for good. */
static void say_attribute(struct bench *bench, const char *name) {
    static struct tcn_attribute said;
    said = (struct tcn_attribute){.name = text_of(name), .kind = TCN_ATTRIBUTE_FLAG, .number = 1};
    bench->draft.event.attributes = &said;
    bench->draft.event.attribute_count = 1;
}

static void what_a_bureau_states_an_office_does_not_report(void **state) {
    struct bench *bench = *state;
    static const struct {
        const char *organ;
        uint16_t number;
        bool is_feed;
        const char *domain;
        const char *attribute;
        enum tcn_status status;
    } rows[] = {
        {"office_chahe", OFFICE, false, "rural_water", "grade", TCN_DENIED},
        {"office_chahe", OFFICE, false, "rural_water", "depth", TCN_OK},
        {"office_chahe", OFFICE, false, "rural_water", "unheard_of", TCN_OK},
        {"office_chahe", OFFICE, false, "weather", "grade", TCN_OK}, /* who must act on it */
        {"office_chahe", OFFICE, true, "rural_water", "grade", TCN_OK},
        {"water_bureau", WATER, false, "rural_water", "grade", TCN_OK},
    };
    static const struct tcn_attribute_rule attributes[] = {
        {.id = "depth", .kind = TCN_ATTRIBUTE_NUMBER, .unit = "cm"},
        {.id = "grade", .kind = TCN_ATTRIBUTE_TEXT, .is_of_bureau = true},
    };
    static const struct tcn_rules rules = {.attributes = attributes,
                                           .attribute_count = COUNT_OF(attributes)};
    const struct tcn_agent_office before = bench->office;
    struct tcn_policy policy = *before.policy;
    policy.rules = &rules;
    bench->office.policy = &policy;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        fill_report(bench);
        bench->office.organ = rows[i].number;
        bench->office.organ_id = text_of(rows[i].organ);
        bench->office.is_feed = rows[i].is_feed;
        bench->draft.event.office = text_of(rows[i].organ);
        bench->draft.event.domain = text_of(rows[i].domain);
        say_attribute(bench, rows[i].attribute);
        assert_int_equal(enter(bench), rows[i].status);
        if (rows[i].status != TCN_OK) {
            assert_string_equal(bench->fault.field, "attributes");
            assert_string_equal(bench->fault.sentence,
                                "only the bureau that acts states grade: leave it out");
        }
    }
    bench->office = before;
}

static void what_is_wrong_is_named_and_nothing_is_made(void **state) {
    struct bench *bench = *state;
    static const struct {
        void (*spoil)(struct bench *bench);
        enum tcn_status status;
        const char *field;
    } rows[] = {
        {spoil_office, TCN_DENIED, "office"},
        {spoil_division, TCN_BAD_DIVISION, "division"},
        {spoil_concerns, TCN_BAD_VALUE, "concerns"},
        {spoil_act, TCN_DENIED, "act"},
        {spoil_key, TCN_ABSENT, "texts"},
        {spoil_texts, TCN_BAD_VALUE, "texts"},
        {spoil_domain, TCN_BAD_VALUE, "domain"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        fill_report(bench);
        rows[i].spoil(bench);
        memset(&bench->entry, 0x5a, sizeof(bench->entry));
        struct tcn_agent_entry before = bench->entry;
        assert_int_equal(enter(bench), rows[i].status);
        assert_string_equal(bench->fault.field, rows[i].field);
        assert_true(strlen(bench->fault.sentence) > 0);
        assert_null(strstr(bench->fault.sentence, MARKER));
        assert_memory_equal(&before, &bench->entry, sizeof(before));
    }
}

static void a_spent_arena_is_no_crash(void **state) {
    struct bench *bench = *state;
    fill_report(bench);
    add_text(bench, TCN_COMPARTMENT_NARRATIVE, MARKER);
    bench->draft.event.concerns = TCN_CONCERNS_UNIT;
    enum tcn_status status = TCN_NOMEM;
    for (size_t size = 0; status == TCN_NOMEM; size += 512) {
        struct tcn_arena small;
        assert_int_equal(tcn_arena_init(&small, size), TCN_OK);
        status = tcn_agent_enter(&bench->office, &bench->moment, &bench->draft, &small,
                                 &bench->fault, &bench->entry);
        tcn_arena_fini(&small);
    }
    assert_int_equal(status, TCN_OK);
}

static void a_text_that_makes_the_event_too_large_is_refused(void **state) {
    struct bench *bench = *state;
    fill_report(bench);
    char *text = malloc(TCN_TEXT_BYTES_MAX + 2);
    assert_non_null(text);
    memset(text, 'w', TCN_TEXT_BYTES_MAX + 1);
    text[TCN_TEXT_BYTES_MAX + 1] = '\0';
    add_text(bench, TCN_COMPARTMENT_NARRATIVE, text);
    assert_int_equal(enter(bench), TCN_TOOBIG);
    text[TCN_TEXT_BYTES_MAX] = '\0';
    bench->draft.plain_count = 0;
    add_text(bench, TCN_COMPARTMENT_NARRATIVE, text);
    assert_int_equal(enter(bench), TCN_OK);
    add_text(bench, TCN_COMPARTMENT_CONTACT, text);
    add_text(bench, TCN_COMPARTMENT_INFORMANT, text);
    assert_int_equal(enter(bench), TCN_TOOBIG);
    /* A guarded one needs room beside the contact for what the envelope may not say. */
    fill_report(bench);
    bench->draft.event.concerns = TCN_CONCERNS_UNIT;
    add_text(bench, TCN_COMPARTMENT_CONTACT, text);
    assert_int_equal(enter(bench), TCN_TOOBIG);
    assert_string_equal(bench->fault.field, "contact");
    free(text);
}

static void what_a_draft_leaves_open_is_filled_in(void **state) {
    struct bench *bench = *state;
    fill_report(bench);
    bench->draft.event.recorded_ns = 5; /* an office's own clock is believed, not the draft */
    enter_well(bench);
    assert_true(bench->entry.is_report);
    assert_int_equal(bench->entry.lane, TCN_LANE_ROUTINE);
    assert_int_equal(bench->event.format, TCN_EVENT_FORMAT);
    assert_int_equal(bench->event.mode, TCN_MODE_ACTUAL);
    assert_int_equal(bench->event.recorded_ns, WALL_NS);
    assert_int_equal(bench->event.learned_ns, WALL_NS);
    assert_int_equal(bench->event.seen_position, 11);
    assert_true(tcn_slice_is_text(bench->event.office, "office_chahe"));
    assert_true(tcn_slice_is_text(bench->event.domain, "rural_water"));
    assert_false(tcn_id_is_none(&bench->event.matter));
    assert_int_equal(bench->event.matter.bytes[6] >> 4, 7);
    assert_true(tcn_id_equals(&bench->event.matter, &bench->entry.matter));
    bench->draft.event.learned_ns = 3;
    bench->draft.event.matter = (struct tcn_id){{9}};
    bench->draft.event.severity = TCN_SEVERITY_DANGER;
    bench->draft.event.mode = TCN_MODE_EXERCISE;
    enter_well(bench);
    assert_int_equal(bench->event.learned_ns, 3);
    assert_int_equal(bench->event.matter.bytes[0], 9);
    assert_int_equal(bench->entry.lane, TCN_LANE_URGENT);
    assert_int_equal(bench->entry.piece.mode, TCN_MODE_EXERCISE);
}

static void a_report_says_where_it_opens_its_matter(void **state) {
    struct bench *bench = *state;
    static const struct {
        const char *domain;
        uint64_t deaths;
        enum tcn_procedure_kind kind;
        enum tcn_stage stage;
    } rows[] = {
        {"rural_water", 0, TCN_PROCEDURE_GENERAL, TCN_STAGE_OPEN},
        {"unheard", 1, TCN_PROCEDURE_GENERAL, TCN_STAGE_HELD},
        {"coal_mine_safety", 0, TCN_PROCEDURE_HAZARD, TCN_STAGE_OPEN},
        {"coal_mine_safety", 1, TCN_PROCEDURE_ACCIDENT, TCN_STAGE_OPEN},
        {"weather", 0, TCN_PROCEDURE_WARNING, TCN_STAGE_IN_FORCE}, /* its own to issue */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        fill_report(bench);
        bench->draft.event.domain = text_of(rows[i].domain);
        if (rows[i].deaths > 0) {
            bench->draft.event.counts.deaths =
                (struct tcn_count){TCN_COUNT_AT_LEAST, rows[i].deaths};
        }
        enter_well(bench);
        assert_int_equal(bench->entry.kind, rows[i].kind);
        assert_int_equal(bench->entry.stage, rows[i].stage);
    }
    fill_report(bench);
    bench->draft.event.domain = text_of("coal_mine_safety");
    bench->draft.event.concerns = TCN_CONCERNS_UNIT;
    enter_well(bench);
    assert_int_equal(bench->entry.kind, TCN_PROCEDURE_GENERAL); /* its domain is told to nobody */
    assert_int_equal(bench->entry.stage, TCN_STAGE_HELD);
}

static void a_report_is_sealed_to_owner_and_co_recipients_only(void **state) {
    struct bench *bench = *state;
    fill_report(bench);
    add_text(bench, TCN_COMPARTMENT_NARRATIVE, MARKER);
    enter_well(bench);
    struct tcn_slice text;
    assert_int_equal(bench->sealed.compartments[0].wrap_count, 2);
    static const uint16_t readers[] = {WATER, LABOUR};
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        assert_int_equal(open_as(bench, readers[i], TCN_COMPARTMENT_NARRATIVE, &text), TCN_OK);
        assert_true(tcn_slice_is_text(text, MARKER));
    }
    static const uint16_t others[] = {DESK, OFFICE, DISCIPLINE};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_int_equal(open_as(bench, others[i], TCN_COMPARTMENT_NARRATIVE, &text), TCN_DENIED);
    }
    assert_false(holds(bench->entry.piece.event, MARKER));
}

static void an_unknown_domain_is_accepted_and_the_desk_reads_it(void **state) {
    struct bench *bench = *state;
    struct tcn_slice text;
    fill_report(bench);
    bench->draft.event.domain = text_of("nobody_knows");
    add_text(bench, TCN_COMPARTMENT_NARRATIVE, MARKER);
    enter_well(bench);
    assert_int_equal(open_as(bench, DESK, TCN_COMPARTMENT_NARRATIVE, &text), TCN_OK);
    assert_int_equal(open_as(bench, WATER, TCN_COMPARTMENT_NARRATIVE, &text), TCN_DENIED);
}

static void a_complaint_about_a_unit_tells_nothing_in_the_open(void **state) {
    struct bench *bench = *state;
    static const enum tcn_concerns kinds[] = {TCN_CONCERNS_UNIT, TCN_CONCERNS_UNKNOWN};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        const struct tcn_attribute attributes[] = {
            {.name = text_of("months_unpaid"), .kind = TCN_ATTRIBUTE_NUMBER, .number = 3},
            {.name = text_of("well"), .kind = TCN_ATTRIBUTE_TEXT, .text = text_of("deep one")}};
        fill_report(bench);
        bench->draft.event.concerns = kinds[i];
        bench->draft.event.body_kind = TCN_BODY_REPORT;
        bench->draft.event.report.category = text_of("31.6");
        bench->draft.event.attributes = attributes;
        bench->draft.event.attribute_count = 2;
        add_text(bench, TCN_COMPARTMENT_ACCUSED, "the water bureau itself");
        enter_well(bench);
        assert_int_equal(bench->event.guard_organ_count, 2);
        assert_int_equal(bench->event.guard_organs[0], DISCIPLINE);
        assert_int_equal(bench->event.guard_organs[1], DESK);
        static const char *const hidden[] = {"rural_water",   DIVISION,   "31.6",
                                             "months_unpaid", "deep one", "the water"};
        for (size_t k = 0; k < COUNT_OF(hidden); k++) {
            assert_false(holds(bench->entry.piece.event, hidden[k]));
        }
        struct tcn_slice text;
        assert_int_equal(open_as(bench, WATER, TCN_COMPARTMENT_ACCUSED, &text), TCN_DENIED);
        assert_int_equal(open_as(bench, OFFICE, TCN_COMPARTMENT_ACCUSED, &text), TCN_DENIED);
        assert_int_equal(open_as(bench, DISCIPLINE, TCN_COMPARTMENT_CONTACT, &text), TCN_OK);
        assert_true(tcn_slice_is_text(text, "domain: rural_water\ndivision: " DIVISION
                                            "\ncategory: 31.6\nattribute: months_unpaid 3\n"
                                            "attribute: well deep one"));
    }
}

static void a_follow_up_to_a_complaint_is_guarded_like_the_complaint(void **state) {
    struct bench *bench = *state;
    struct tcn_slice text;
    fill_act(bench, TCN_ACT_FOLLOWED_UP);
    bench->draft.event.concerns = TCN_CONCERNS_UNIT;
    bench->draft.event.domain = text_of("rural_water");
    add_text(bench, TCN_COMPARTMENT_CONTACT, "behind the mill");
    enter_well(bench);
    assert_int_equal(bench->event.guard_organ_count, 2);
    assert_int_equal(open_as(bench, WATER, TCN_COMPARTMENT_CONTACT, &text), TCN_DENIED);
    assert_int_equal(open_as(bench, OFFICE, TCN_COMPARTMENT_CONTACT, &text), TCN_DENIED);
    assert_int_equal(open_as(bench, DESK, TCN_COMPARTMENT_CONTACT, &text), TCN_OK);
    assert_true(tcn_slice_is_text(text, "behind the mill\ndomain: rural_water"));
}

static void an_act_is_sealed_to_those_it_names_and_to_its_own_organ(void **state) {
    struct bench *bench = *state;
    struct tcn_slice text;
    fill_act(bench, TCN_ACT_REPLIED);
    bench->draft.event.domain = text_of("rural_water");
    bench->draft.event.act_body.to_organ = text_of("labour_bureau");
    bench->draft.list.is_known = true; /* the matter has none */
    add_text(bench, TCN_COMPARTMENT_NARRATIVE, MARKER);
    enter_well(bench);
    assert_false(bench->entry.is_report);
    assert_int_equal(bench->event.domain.size, 0);
    static const uint16_t readers[] = {WATER, LABOUR, OFFICE};
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        assert_int_equal(open_as(bench, readers[i], TCN_COMPARTMENT_NARRATIVE, &text), TCN_OK);
    }
    assert_int_equal(open_as(bench, DESK, TCN_COMPARTMENT_NARRATIVE, &text), TCN_DENIED);
    fill_act(bench, TCN_ACT_RECLASSIFIED);
    bench->draft.event.domain = text_of("rural_water");
    enter_well(bench);
    assert_true(tcn_slice_is_text(bench->event.domain, "rural_water"));
}

static void a_feed_speaks_for_any_office_and_keeps_its_times(void **state) {
    struct bench *bench = *state;
    struct tcn_slice text;
    fill_report(bench);
    assert_int_equal(enter(bench), TCN_BAD_VALUE);
    assert_string_equal(bench->fault.field, "office");
    bench->draft.event.office = text_of("office_chahe");
    bench->draft.event.mode = TCN_MODE_ACTUAL;
    assert_int_equal(enter(bench), TCN_BAD_VALUE);
    assert_string_equal(bench->fault.field, "mode");
    bench->draft.event.mode = TCN_MODE_NONE;
    bench->draft.event.recorded_ns = 1234;
    bench->draft.event.severity = TCN_SEVERITY_DANGER;
    add_text(bench, TCN_COMPARTMENT_NARRATIVE, MARKER);
    enter_well(bench);
    assert_int_equal(bench->event.recorded_ns, 1234);
    assert_int_equal(bench->event.learned_ns, 1234);
    assert_int_equal(bench->event.mode, TCN_MODE_EXERCISE);
    assert_int_equal(bench->entry.lane, TCN_LANE_ROUTINE);
    assert_int_equal(bench->sealed.compartments[0].wrap_count, 1);
    assert_int_equal(open_as(bench, WATER, TCN_COMPARTMENT_NARRATIVE, &text), TCN_OK);
    fill_act(bench, TCN_ACT_FEED_ENDED);
    bench->draft.event.office = text_of("desk");
    enter_well(bench);
}

/** A change of the registry that says as much as its kind needs here. */
static void fill_change(struct bench *bench, struct tcn_registry_change *change) {
    memset(&bench->draft, 0, sizeof(bench->draft));
    bench->draft.is_act = true;
    bench->draft.event = (struct tcn_event){
        .act = TCN_ACT_REGISTRY_CHANGED, .body_kind = TCN_BODY_REGISTRY, .registry = change};
    if (change->kind == TCN_CHANGE_ORGAN_KEY) {
        change->organ_key.key.bytes[0] = 1;
    }
    if (change->kind == TCN_CHANGE_INVITED || change->kind == TCN_CHANGE_RIGHTS) {
        change->row = (struct tcn_principal){.name = "somebody", .role = TCN_ROLE_WATCHER};
    }
}

static void a_change_of_the_registry_is_entered_by_who_may_say_it(void **state) {
    struct bench *bench = *state;
    static const struct {
        struct tcn_registry_change change;
        const char *office_field; /* what is refused at an office's agent; NULL: entered */
        const char *admin_field;
    } rows[] = {
        {{.kind = TCN_CHANGE_NONE}, "registry.kind", "registry.kind"},
        {{.kind = TCN_CHANGE_INVITED}, "registry.kind", NULL},
        {{.kind = TCN_CHANGE_ENROLLED, .principal = SELF}, "registry.kind", "registry.kind"},
        {{.kind = TCN_CHANGE_RIGHTS, .principal = SOMEBODY}, "registry.kind", NULL},
        {{.kind = TCN_CHANGE_RIGHTS, .principal = SELF}, "registry.kind", "registry.principal"},
        {{.kind = TCN_CHANGE_ROTATED, .principal = SELF}, NULL, NULL},
        {{.kind = TCN_CHANGE_ROTATED, .principal = SOMEBODY}, "registry.kind", NULL}, /* no lane */
        {{.kind = TCN_CHANGE_REVOKED, .principal = SELF}, NULL, NULL},
        {{.kind = TCN_CHANGE_REVOKED, .principal = SOMEBODY}, "registry.kind", NULL},
        {{.kind = TCN_CHANGE_ORGAN_KEY, .organ_key = {.organ = OFFICE}}, NULL, NULL},
        {{.kind = TCN_CHANGE_ORGAN_KEY, .organ_key = {.organ = WATER}}, "registry.kind", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_registry_change change = rows[i].change;
        const char *field = bench->office.is_admin ? rows[i].admin_field : rows[i].office_field;
        fill_change(bench, &change);
        if (field != NULL) {
            enum tcn_status wanted = change.kind == TCN_CHANGE_NONE ? TCN_BAD_VALUE : TCN_DENIED;
            assert_int_equal(enter(bench), wanted);
            assert_string_equal(bench->fault.field, field);
            assert_true(strlen(bench->fault.sentence) > 0);
            continue;
        }
        enter_well(bench);
        assert_int_equal(bench->entry.lane, TCN_LANE_URGENT);
        assert_int_equal(bench->event.registry->kind, change.kind);
        assert_int_equal(bench->event.registry->principal, change.principal);
        assert_true(tcn_slice_equals(bench->event.office, bench->office.organ_id));
    }
}

static void an_administrator_says_nothing_for_an_organ(void **state) {
    struct bench *bench = *state;
    static const struct {
        enum tcn_act act;
        const char *office;
        const char *field; /* NULL: entered */
    } rows[] = {
        {TCN_ACT_REPORTED, "", "act"},      {TCN_ACT_ACCEPTED, "", "act"},
        {TCN_ACT_ZERO_REPORT, "", "act"},   {TCN_ACT_VOID, "", "act"},
        {TCN_ACT_TIME_CONFIRMED, "", NULL}, {TCN_ACT_TIME_CONFIRMED, "desk", "office"},
        {TCN_ACT_EPOCH_ALLOWED, "", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        fill_act(bench, rows[i].act);
        bench->draft.event.office = text_of(rows[i].office);
        bench->draft.event.act_body.position = 9;
        if (rows[i].act == TCN_ACT_EPOCH_ALLOWED) {
            bench->draft.event.act_body.source = 2;
            bench->draft.event.act_body.epoch = 3;
        }
        if (rows[i].act == TCN_ACT_REPORTED) {
            fill_report(bench);
        }
        if (rows[i].act == TCN_ACT_VOID) {
            bench->draft.event.body_kind = TCN_BODY_VOID;
            bench->draft.event.void_body.count = 1;
        }
        if (rows[i].field == NULL) {
            enter_well(bench);
            assert_int_equal(bench->event.office.size, 0);
            continue;
        }
        assert_int_equal(enter(bench), TCN_DENIED);
        assert_string_equal(bench->fault.field, rows[i].field);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_bureau_states_an_office_does_not_report, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_named_and_nothing_is_made, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_spent_arena_is_no_crash, setup, teardown),
        cmocka_unit_test_setup_teardown(a_text_that_makes_the_event_too_large_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_a_draft_leaves_open_is_filled_in, setup, teardown),
        cmocka_unit_test_setup_teardown(a_report_says_where_it_opens_its_matter, setup, teardown),
        cmocka_unit_test_setup_teardown(a_report_is_sealed_to_owner_and_co_recipients_only, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_unknown_domain_is_accepted_and_the_desk_reads_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_complaint_about_a_unit_tells_nothing_in_the_open, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_follow_up_to_a_complaint_is_guarded_like_the_complaint,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(an_act_is_sealed_to_those_it_names_and_to_its_own_organ,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_feed_speaks_for_any_office_and_keeps_its_times,
                                        setup_feed, teardown),
        cmocka_unit_test_setup_teardown(a_change_of_the_registry_is_entered_by_who_may_say_it,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_change_of_the_registry_is_entered_by_who_may_say_it,
                                        setup_admin, teardown),
        cmocka_unit_test_setup_teardown(an_administrator_says_nothing_for_an_organ, setup_admin,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
