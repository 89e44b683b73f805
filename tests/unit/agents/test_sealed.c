/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* What an office seals by the policy that is shipped: every wrap of every compartment.
 * ctest-uses: policy */
#include "agents/enter.h"

#include "../policy/shipped.h"
#include "core/wraps.h"
#include "seal/box.h"
#include "seal/hash.h"
#include "seal/init.h"
#include "seal/key.h"
#include "wire/event.h"

#define WALL_NS INT64_C(1767225600000000000)
#define SECRET "the-words-of-a-person"
#define DIVISION "520502012000"

/** An office, a bundle with a key for every organ, and what came of the last draft. */
struct bench {
    struct tcn_policy_source *source;
    const struct tcn_policy *policy;
    struct tcn_organ_key keys[TCN_ORGANS_MAX];
    struct tcn_bundle bundle;
    struct tcn_agent_office office;
    struct tcn_arena arena;
    struct tcn_agent_entry entry;
    struct tcn_sealed sealed;
    char accused[128]; /* what the ids of the next draft lend from */
    struct tcn_slice accused_organs[TCN_ACCUSED_ORGANS_MAX];
    uint32_t accused_count;
};

static struct bench bench;

static int setup(void **state) {
    if (shipped_read(state) != 0 || tcn_seal_init() != TCN_OK ||
        tcn_arena_init(&bench.arena, TCN_AGENT_ENTER_ARENA_BYTES * 2) != TCN_OK) {
        return -1;
    }
    bench.source = *state;
    bench.policy = tcn_policy_tables(bench.source);
    for (uint32_t i = 0; i < bench.policy->organ_count; i++) {
        struct tcn_key_set made;
        if (tcn_key_set_make(tcn_slice_text("organ"), true, &made) != TCN_OK) {
            return -1;
        }
        bench.keys[i] = (struct tcn_organ_key){.organ = bench.policy->organs[i].number,
                                               .key = made.seal.public_key};
    }
    bench.bundle = (struct tcn_bundle){.mode = TCN_MODE_ACTUAL,
                                       .organ_keys = bench.keys,
                                       .organ_key_count = bench.policy->organ_count};
    bench.office = (struct tcn_agent_office){.policy = bench.policy,
                                             .bundle = &bench.bundle,
                                             .organ_id = tcn_slice_text("office_qinglong"),
                                             .principal = 7};
    return 0;
}

static int teardown(void **state) {
    tcn_arena_fini(&bench.arena);
    return shipped_destroy(state);
}

/** Who enters what comes, and whom it accuses: ids, with blanks between them. */
static void accuse(const char *speaker, const char *accused) {
    char *rest = NULL;
    bench.office.organ_id = tcn_slice_text(speaker);
    bench.accused_count = 0;
    (void)snprintf(bench.accused, sizeof(bench.accused), "%s", accused);
    for (char *id = strtok_r(bench.accused, " ", &rest); id != NULL;
         id = strtok_r(NULL, " ", &rest)) {
        assert_true(bench.accused_count < TCN_ACCUSED_ORGANS_MAX);
        bench.accused_organs[bench.accused_count] = tcn_slice_text(id);
        bench.accused_count++;
    }
}

/** Enters a report with a text of every kind. */
static enum tcn_status try_enter(const char *domain, enum tcn_concerns concerns,
                                 enum tcn_severity severity, struct tcn_agent_fault *out_fault) {
    static const struct tcn_attribute attribute = {
        .name = {(const uint8_t *)"need_class", 10}, .kind = TCN_ATTRIBUTE_NUMBER, .number = 1};
    struct tcn_draft draft;
    memset(&draft, 0, sizeof(draft));
    draft.event = (struct tcn_event){.act = TCN_ACT_REPORTED,
                                     .domain = tcn_slice_text(domain),
                                     .division = tcn_slice_text(DIVISION),
                                     .severity = severity,
                                     .concerns = concerns,
                                     .attributes = &attribute,
                                     .attribute_count = 1};
    for (uint32_t i = 0; i < TCN_COMPARTMENTS_MAX; i++) {
        draft.plains[i] =
            (struct tcn_plain){(enum tcn_compartment_kind)(i + 1), tcn_slice_text(SECRET)};
    }
    draft.plain_count = TCN_COMPARTMENTS_MAX;
    memcpy(draft.accused_organs, bench.accused_organs, sizeof(draft.accused_organs));
    draft.accused_count = bench.accused_count;
    const struct tcn_agent_moment moment = {.wall_ns = WALL_NS, .random = {1}};
    tcn_arena_reset(&bench.arena);
    return tcn_agent_enter(&bench.office, &moment, &draft, &bench.arena, out_fault, &bench.entry);
}

/** As try_enter, and decodes what is sealed of it. */
static void enter_as(const char *domain, enum tcn_concerns concerns, enum tcn_severity severity) {
    struct tcn_agent_fault fault;
    struct tcn_slice open;
    struct tcn_slice sealed;
    enum tcn_status status = try_enter(domain, concerns, severity, &fault);
    if (status != TCN_OK) {
        fail_msg("%s: %s: %s", domain, fault.field, fault.sentence);
    }
    assert_int_equal(tcn_wire_event_split(bench.entry.piece.event, &open, &sealed), TCN_OK);
    assert_int_equal(tcn_wire_sealed_decode(sealed, &bench.arena, &bench.sealed), TCN_OK);
    assert_int_equal(bench.sealed.compartment_count, TCN_COMPARTMENTS_MAX);
}

static void enter(const char *domain, enum tcn_concerns concerns) {
    enter_as(domain, concerns, TCN_SEVERITY_SERIOUS);
}

static bool has_wrap(const struct tcn_compartment *compartment, uint16_t organ) {
    for (uint32_t i = 0; i < compartment->wrap_count; i++) {
        if (compartment->wraps[i].organ == organ) {
            return true;
        }
    }
    return false;
}

/** True when steps up by line or by place lead from one organ to another; both chains are walked
 * here once more, for the test must not ask what it tests. */
static bool leads_up(uint16_t from, uint16_t to) {
    uint16_t reached[TCN_ORGANS_MAX] = {from};
    uint32_t count = 1;
    for (uint32_t i = 0; i < count; i++) {
        const struct tcn_organ *organ = tcn_policy_organ(bench.policy, reached[i]);
        assert_non_null(organ);
        const uint16_t parents[] = {organ->line_parent, organ->place_parent};
        for (size_t k = 0; k < COUNT_OF(parents); k++) {
            if (parents[k] == to) {
                return true;
            }
            if (parents[k] != 0 && count < TCN_ORGANS_MAX) {
                reached[count] = parents[k];
                count++;
            }
        }
    }
    return false;
}

/** Whom a report accuses, who enters it, and who may read it: ids, with blanks between them. */
struct cell {
    const char *accused;
    const char *speaker;
    const char *list;
};

static bool is_among(const char *ids, uint16_t number) {
    const char *id = tcn_policy_organ(bench.policy, number)->id;
    const char *found = strstr(ids, id);
    const char end = found != NULL ? found[strlen(id)] : 'x';
    return found != NULL && (found == ids || found[-1] == ' ') && (end == '\0' || end == ' ');
}

/** True when the cell accuses the organ, one above it or one below it. */
static bool is_near(const struct cell *cell, uint16_t number) {
    for (uint32_t i = 0; i < bench.policy->organ_count; i++) {
        const uint16_t accused = bench.policy->organs[i].number;
        if (is_among(cell->accused, accused) &&
            (accused == number || leads_up(accused, number) || leads_up(number, accused))) {
            return true;
        }
    }
    return false;
}

/** Every compartment has a wrap for each of the list and for nobody else; and of those whom the
 * cell accuses, and their chains, only the desk is on a list: for its office, when it is not
 * accused itself. */
static void expect_wraps(const struct cell *cell) {
    for (uint32_t k = 0; k < TCN_COMPARTMENTS_MAX; k++) {
        for (uint32_t i = 0; i < bench.policy->organ_count; i++) {
            const uint16_t number = bench.policy->organs[i].number;
            const bool is_read = has_wrap(&bench.sealed.compartments[k], number);
            const bool is_custodian =
                number == bench.policy->desk && !is_among(cell->accused, number);
            assert_int_equal(is_read, is_among(cell->list, number));
            assert_false(is_read && is_near(cell, number) && !is_custodian);
        }
    }
}

static void an_accused_organ_and_its_chain_get_no_wrap_in_any_domain(void **state) {
    (void)state;
    static const struct cell cells[] = {
        {"land_bureau", "office_qinglong", "discipline district_desk"},
        {"police", "office_qinglong", "discipline district_desk"},
        {"traffic_police", "office_qinglong", "discipline district_desk"},
        {"office_lishu", "office_qinglong", "discipline district_desk"},
        {"office_qinglong", "district_desk", "discipline district_desk"},
        {"discipline", "office_qinglong", "district_desk"},
        {"district_desk", "discipline", "discipline"},
        {"district_desk land_bureau", "discipline", "discipline"},
    };
    for (size_t c = 0; c < COUNT_OF(cells); c++) {
        for (uint32_t i = 0; i < bench.policy->domain_count; i++) {
            accuse(cells[c].speaker, cells[c].accused);
            enter(bench.policy->domains[i].id, TCN_CONCERNS_UNIT);
            assert_true(bench.entry.is_guarded);
            expect_wraps(&cells[c]);
        }
    }
    accuse("office_qinglong", "");
}

static void nobody_reads_what_nobody_may_hear(void **state) {
    (void)state;
    static const struct cell cells[] = {
        {"district_desk discipline", "discipline", ""},
        {"district_desk discipline", "office_qinglong", ""},
        {"district_desk", "office_qinglong", ""}, /* it stands below the accused */
        {"police", "traffic_police", ""},
    };
    for (size_t c = 0; c < COUNT_OF(cells); c++) {
        struct tcn_agent_fault fault;
        accuse(cells[c].speaker, cells[c].accused);
        assert_int_equal(
            try_enter("expropriation", TCN_CONCERNS_UNIT, TCN_SEVERITY_SERIOUS, &fault),
            TCN_DENIED);
        assert_string_equal(fault.field, "accused_organs");
    }
    accuse("office_qinglong", "");
}

static void a_unit_that_is_no_organ_goes_to_discipline_and_desk(void **state) {
    (void)state;
    static const enum tcn_concerns kinds[] = {TCN_CONCERNS_UNIT, TCN_CONCERNS_UNKNOWN};
    const struct cell cell = {"", "office_qinglong", "discipline district_desk"};
    for (uint32_t i = 0; i < 2 * bench.policy->domain_count; i++) {
        enter(bench.policy->domains[i / 2].id, kinds[i % 2]);
        assert_true(bench.entry.is_guarded);
        expect_wraps(&cell);
    }
}

static void every_text_of_every_domain_opens_for_its_owner_and_for_escrow(void **state) {
    (void)state;
    for (uint32_t i = 0; i < bench.policy->domain_count; i++) {
        const struct tcn_domain *domain = &bench.policy->domains[i];
        enter(domain->id, TCN_CONCERNS_NOBODY);
        assert_false(bench.entry.is_guarded);
        for (uint32_t k = 0; k < TCN_COMPARTMENTS_MAX; k++) {
            const struct tcn_compartment *compartment = &bench.sealed.compartments[k];
            assert_true(has_wrap(compartment, domain->owner));
            assert_true(has_wrap(compartment, bench.policy->desk));
            assert_true(compartment->wrap_count <= 2 + domain->recipient_count);
        }
    }
}

static void a_co_recipient_reads_what_the_policy_gives_it_and_no_more(void **state) {
    (void)state;
    static const struct {
        const char *domain;
        enum tcn_compartment_kind kind;
        bool is_read;
    } rows[] = {
        {"road_traffic", TCN_COMPARTMENT_NARRATIVE, true},
        {"road_traffic", TCN_COMPARTMENT_CONTACT, false},
        {"road_traffic", TCN_COMPARTMENT_INFORMANT, false},
        {"road_traffic", TCN_COMPARTMENT_ACCUSED, false},
        {"left_behind_child", TCN_COMPARTMENT_NARRATIVE, false},
        {"left_behind_child", TCN_COMPARTMENT_CONTACT, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_domain *domain =
            tcn_policy_domain(bench.policy, tcn_slice_text(rows[i].domain));
        assert_true(domain != NULL && domain->recipient_count > 0);
        enter(rows[i].domain, TCN_CONCERNS_NOBODY);
        for (uint32_t k = 0; k < TCN_COMPARTMENTS_MAX; k++) {
            const struct tcn_compartment *compartment = &bench.sealed.compartments[k];
            if (compartment->kind == rows[i].kind) {
                assert_int_equal(has_wrap(compartment, domain->recipients[0]), rows[i].is_read);
            }
        }
    }
}

/** Enters an act with a text on a matter whose list is `list`, NULL at its end; of none it is not
 * known. */
static enum tcn_status enter_act(enum tcn_act act, const char *domain, const char *to,
                                 const char *const list[], struct tcn_agent_fault *fault) {
    struct tcn_draft draft;
    const struct tcn_agent_moment moment = {.wall_ns = WALL_NS, .random = {1}};
    memset(&draft, 0, sizeof(draft));
    draft.is_act = true;
    draft.event = (struct tcn_event){.act = act,
                                     .matter = {{7}},
                                     .body_kind = TCN_BODY_ACT,
                                     .domain = tcn_slice_text(domain),
                                     .division = tcn_slice_text(DIVISION)};
    draft.event.act_body.to_organ = tcn_slice_text(to);
    draft.plains[0] = (struct tcn_plain){TCN_COMPARTMENT_NARRATIVE, tcn_slice_text(SECRET)};
    draft.plain_count = 1;
    for (; list[draft.list.count] != NULL; draft.list.count++) {
        draft.list.is_known = true;
        draft.list.organs[draft.list.count] = tcn_slice_text(list[draft.list.count]);
    }
    tcn_arena_reset(&bench.arena);
    return tcn_agent_enter(&bench.office, &moment, &draft, &bench.arena, fault, &bench.entry);
}

/** Nor by what is said of it later: an act names the domain, and its owner gets no wrap. */
static void an_act_on_a_guarded_matter_is_sealed_within_its_list(void **state) {
    (void)state;
    static const struct {
        const char *list[3]; /* NULL at first: not known, and taken for guarded */
        const char *to;
        const char *readers[5];
    } rows[] = {
        {{NULL}, "", {"office_qinglong"}},
        {{NULL}, "housing_bureau", {"housing_bureau", "office_qinglong"}},
        {{"discipline", "district_desk"}, "", {"office_qinglong", "discipline", "district_desk"}},
        {{"discipline"}, "housing_bureau", {"housing_bureau", "office_qinglong", "discipline"}},
        {{"office_qinglong"}, "", {"office_qinglong"}},
    };
    static const enum tcn_act acts[] = {TCN_ACT_RELEASED, TCN_ACT_REPLIED, TCN_ACT_TRANSFERRED};
    for (uint32_t i = 0; i < COUNT_OF(rows) * COUNT_OF(acts) * bench.policy->domain_count; i++) {
        const size_t row = i % COUNT_OF(rows);
        struct tcn_agent_fault fault;
        struct tcn_slice open;
        struct tcn_slice sealed;
        const char *domain = bench.policy->domains[i / (COUNT_OF(rows) * COUNT_OF(acts))].id;
        assert_int_equal(enter_act(acts[i / COUNT_OF(rows) % COUNT_OF(acts)], domain, rows[row].to,
                                   rows[row].list, &fault),
                         TCN_OK);
        assert_int_equal(tcn_wire_event_split(bench.entry.piece.event, &open, &sealed), TCN_OK);
        assert_int_equal(tcn_wire_sealed_decode(sealed, &bench.arena, &bench.sealed), TCN_OK);
        uint32_t count = 0;
        for (; count < 5 && rows[row].readers[count] != NULL; count++) {
            const struct tcn_organ *organ =
                tcn_policy_organ_by_id(bench.policy, tcn_slice_text(rows[row].readers[count]));
            assert_true(has_wrap(&bench.sealed.compartments[0], organ->number));
        }
        assert_int_equal(bench.sealed.compartments[0].wrap_count, count);
        assert_int_equal(bench.entry.reader_count, count);
    }
}

static void a_list_by_which_nobody_can_read_is_refused(void **state) {
    (void)state;
    static const char *const strange[] = {"no_organ", NULL};
    static const char *const list[] = {"discipline", NULL};
    struct tcn_agent_fault fault;
    assert_int_equal(enter_act(TCN_ACT_REPLIED, "", "", strange, &fault), TCN_BAD_VALUE);
    assert_string_equal(fault.field, "list");
    bench.bundle.organ_key_count = 0;
    assert_int_equal(enter_act(TCN_ACT_REPLIED, "", "", list, &fault), TCN_ABSENT);
    assert_string_equal(fault.field, "texts"); /* and not the desk in its place */
    bench.bundle.organ_key_count = bench.policy->organ_count;
}

/* A reader who is left out in silence is one who was promised the text. */
static void an_act_that_more_must_read_than_can_is_refused(void **state) {
    (void)state;
    static const char *const lists[][TCN_GUARD_ORGANS_MAX + 1] = {
        {"discipline", "district_desk", "police", "housing_bureau", "emergency_bureau",
         "energy_bureau", "water_bureau", "office_qinglong", NULL},
        {"discipline", "district_desk", "police", "housing_bureau", "emergency_bureau",
         "energy_bureau", "water_bureau", "health_bureau", NULL},
        {"discipline", "district_desk", "police", "housing_bureau", "emergency_bureau",
         "energy_bureau", "water_bureau", NULL},
    };
    static const struct {
        size_t list;
        const char *to;
        enum tcn_status status;
    } rows[] = {
        {0, "", TCN_OK},       /* the own organ is on it */
        {0, "police", TCN_OK}, /* and so is whom it goes to */
        {0, "health_bureau", TCN_TOOBIG},
        {1, "", TCN_TOOBIG}, /* the own organ is the ninth */
        {2, "", TCN_OK},
        {2, "health_bureau", TCN_TOOBIG},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_agent_fault fault;
        const enum tcn_status status =
            enter_act(TCN_ACT_REPLIED, "", rows[i].to, lists[rows[i].list], &fault);
        if (status != rows[i].status) {
            fail_msg("row %zu: %s: %s", i, fault.field, fault.sentence);
        }
        if (status != TCN_OK) {
            assert_string_equal(fault.field, "list");
            assert_non_null(strstr(fault.sentence, "at most 8"));
        } else {
            assert_int_equal(bench.entry.reader_count, 8);
        }
    }
}

/* 未成年人保护法 Art. 11 ¶2, 103: police read where a child in danger is, and nothing of one that
 * needs something else. */
static void police_read_where_a_child_in_danger_is_and_of_no_other(void **state) {
    (void)state;
    static const char *const domains[] = {"left_behind_child", "child_in_difficulty"};
    const struct tcn_organ *police = tcn_policy_organ_by_id(bench.policy, tcn_slice_text("police"));
    assert_non_null(police);
    for (unsigned i = 0; i < 2 * (TCN_SEVERITY_DANGER + 1u); i++) {
        const enum tcn_severity severity = (enum tcn_severity)(i / 2);
        enter_as(domains[i % 2], TCN_CONCERNS_NOBODY, severity);
        for (uint32_t k = 0; k < TCN_COMPARTMENTS_MAX; k++) {
            const struct tcn_compartment *compartment = &bench.sealed.compartments[k];
            assert_int_equal(has_wrap(compartment, police->number),
                             severity >= TCN_SEVERITY_URGENT &&
                                 compartment->kind == TCN_COMPARTMENT_CONTACT);
        }
    }
}

static void a_wrap_is_for_the_newest_key(void **state) {
    (void)state;
    const struct tcn_domain *domain =
        tcn_policy_domain(bench.policy, tcn_slice_text("road_traffic"));
    struct tcn_key_set made;
    assert_int_equal(tcn_key_set_make(tcn_slice_text("organ"), true, &made), TCN_OK);
    TCN_CHECK(bench.bundle.organ_key_count < TCN_ORGANS_MAX);
    bench.keys[bench.bundle.organ_key_count] =
        (struct tcn_organ_key){.organ = domain->owner, .key = made.seal.public_key};
    bench.bundle.organ_key_count++;
    enter(domain->id, TCN_CONCERNS_NOBODY);
    const struct tcn_key_id newest = tcn_key_id_of(&made.seal.public_key);
    for (uint32_t k = 0; k < TCN_COMPARTMENTS_MAX; k++) {
        const struct tcn_wrap *wrap = &bench.sealed.compartments[k].wraps[0];
        assert_int_equal(wrap->organ, domain->owner);
        assert_memory_equal(&wrap->key_id, &newest, sizeof(newest));
    }
    bench.bundle.organ_key_count--;
}

/** Nobody can seal for this organ; 0: for everybody there is a key again. */
static void lose_key(uint16_t organ) {
    static struct tcn_organ_key others[TCN_ORGANS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < bench.policy->organ_count; i++) {
        others[count] = bench.keys[i];
        count += bench.keys[i].organ != organ ? 1 : 0;
    }
    bench.bundle.organ_keys = others;
    bench.bundle.organ_key_count = count;
}

/* The desk is escrow of the first, and stands beside the owner in the second, as does the office of
 * the place. */
static void nothing_is_refused_because_who_is_not_the_owner_has_no_key(void **state) {
    (void)state;
    static const struct {
        const char *domain;
        const char *organ;
        bool is_owner;
    } cases[] = {
        {"road_traffic", "district_desk", false},
        {"coal_mine_safety", "district_desk", false},
        {"coal_mine_safety", "office_qinglong", false},
        {"coal_mine_safety", "emergency_bureau", false},
        {"coal_mine_safety", "energy_bureau", true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const uint16_t organ =
            tcn_policy_organ_by_id(bench.policy, tcn_slice_text(cases[i].organ))->number;
        struct tcn_agent_fault fault;
        lose_key(organ);
        if (cases[i].is_owner) {
            assert_int_equal(
                try_enter(cases[i].domain, TCN_CONCERNS_NOBODY, TCN_SEVERITY_DANGER, &fault),
                TCN_ABSENT);
            assert_non_null(strstr(fault.sentence, cases[i].organ));
            continue;
        }
        enter_as(cases[i].domain, TCN_CONCERNS_NOBODY, TCN_SEVERITY_DANGER);
        for (uint32_t k = 0; k < TCN_COMPARTMENTS_MAX; k++) {
            assert_true(bench.sealed.compartments[k].wrap_count > 0);
            assert_false(has_wrap(&bench.sealed.compartments[k], organ));
        }
        for (uint32_t k = 0; k < bench.entry.reader_count; k++) {
            assert_int_not_equal(bench.entry.readers[k], organ); /* nor is it said to read */
        }
    }
    lose_key(0);
}

/* At night the township's head reads what its clerk reported: of what is urgent, and of that alone.
 */
static void the_office_of_the_place_reads_what_is_urgent_in_a_mine(void **state) {
    (void)state;
    const uint16_t office =
        tcn_policy_organ_by_id(bench.policy, tcn_slice_text("office_qinglong"))->number;
    for (unsigned severity = 0; severity <= TCN_SEVERITY_DANGER; severity++) {
        enter_as("coal_mine_safety", TCN_CONCERNS_NOBODY, (enum tcn_severity)severity);
        bool is_there = false;
        for (uint32_t k = 0; k < TCN_COMPARTMENTS_MAX; k++) {
            const struct tcn_compartment *compartment = &bench.sealed.compartments[k];
            is_there = is_there || has_wrap(compartment, office);
            assert_true(compartment->kind != TCN_COMPARTMENT_INFORMANT ||
                        !has_wrap(compartment, office));
        }
        assert_int_equal(is_there, severity >= TCN_SEVERITY_URGENT);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_reads_what_nobody_may_hear),
        cmocka_unit_test(an_accused_organ_and_its_chain_get_no_wrap_in_any_domain),
        cmocka_unit_test(a_unit_that_is_no_organ_goes_to_discipline_and_desk),
        cmocka_unit_test(every_text_of_every_domain_opens_for_its_owner_and_for_escrow),
        cmocka_unit_test(a_co_recipient_reads_what_the_policy_gives_it_and_no_more),
        cmocka_unit_test(an_act_on_a_guarded_matter_is_sealed_within_its_list),
        cmocka_unit_test(a_list_by_which_nobody_can_read_is_refused),
        cmocka_unit_test(an_act_that_more_must_read_than_can_is_refused),
        cmocka_unit_test(police_read_where_a_child_in_danger_is_and_of_no_other),
        cmocka_unit_test(a_wrap_is_for_the_newest_key),
        cmocka_unit_test(nothing_is_refused_because_who_is_not_the_owner_has_no_key),
        cmocka_unit_test(the_office_of_the_place_reads_what_is_urgent_in_a_mine),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
