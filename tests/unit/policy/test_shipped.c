/* SPDX-License-Identifier: Apache-2.0 */
/* The default policy as it is shipped, read from the source folder. */
#include "shipped.h"

/** An organ whose number must never change. */
struct golden_organ {
    const char *id;
    uint16_t number;
    enum tcn_organ_kind kind;
};

static const struct golden_organ golden[] = {
    {"district_desk", 1, TCN_ORGAN_DESK},          {"petition_bureau", 2, TCN_ORGAN_BUREAU},
    {"emergency_bureau", 3, TCN_ORGAN_BUREAU},     {"hr_bureau", 4, TCN_ORGAN_BUREAU},
    {"traffic_police", 5, TCN_ORGAN_BUREAU},       {"police", 6, TCN_ORGAN_BUREAU},
    {"housing_bureau", 7, TCN_ORGAN_BUREAU},       {"market_bureau", 8, TCN_ORGAN_BUREAU},
    {"agri_bureau", 9, TCN_ORGAN_BUREAU},          {"health_bureau", 10, TCN_ORGAN_BUREAU},
    {"land_bureau", 11, TCN_ORGAN_BUREAU},         {"forestry_bureau", 12, TCN_ORGAN_BUREAU},
    {"fire_rescue", 13, TCN_ORGAN_BUREAU},         {"civil_affairs", 14, TCN_ORGAN_BUREAU},
    {"education_bureau", 15, TCN_ORGAN_BUREAU},    {"cyber_office", 16, TCN_ORGAN_BUREAU},
    {"water_bureau", 17, TCN_ORGAN_BUREAU},        {"transport_bureau", 18, TCN_ORGAN_BUREAU},
    {"energy_bureau", 19, TCN_ORGAN_BUREAU},       {"env_bureau", 20, TCN_ORGAN_BUREAU},
    {"justice_bureau", 21, TCN_ORGAN_BUREAU},      {"finance_office", 22, TCN_ORGAN_BUREAU},
    {"disabled_federation", 23, TCN_ORGAN_BUREAU}, {"veterans_bureau", 24, TCN_ORGAN_BUREAU},
    {"discipline", 25, TCN_ORGAN_BUREAU},          {"data_bureau", 26, TCN_ORGAN_BUREAU},
    {"party_org", 27, TCN_ORGAN_BUREAU},           {"industry_park", 28, TCN_ORGAN_BUREAU},
    {"social_work_dept", 29, TCN_ORGAN_BUREAU},    {"office_qinglong", 200, TCN_ORGAN_OFFICE},
    {"office_lishu", 201, TCN_ORGAN_OFFICE},       {"office_chahe", 202, TCN_ORGAN_OFFICE},
    {"office_xiaoba", 203, TCN_ORGAN_OFFICE},      {"office_guihua", 204, TCN_ORGAN_OFFICE},
    {"office_shuangshan", 205, TCN_ORGAN_OFFICE},  {"office_zhuyuan", 206, TCN_ORGAN_OFFICE},
    {"office_xiangshui", 207, TCN_ORGAN_OFFICE},   {"office_wenge", 208, TCN_ORGAN_OFFICE},
};

/** The nine divisions of the New District, with their offices. */
static const struct {
    uint64_t code;
    uint16_t office;
} managed[] = {
    {520502012000, 200}, {520502101000, 201}, {520502102000, 202},
    {520502122000, 203}, {520521005000, 204}, {520521101000, 205},
    {520521201000, 206}, {520521202000, 207}, {520521203000, 208},
};

static void organ_numbers_never_change(void **state) {
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    assert_int_equal(policy->organ_count, COUNT_OF(golden));
    for (size_t i = 0; i < COUNT_OF(golden); i++) {
        const struct tcn_organ *organ = tcn_policy_organ(policy, golden[i].number);
        assert_non_null(organ);
        assert_string_equal(organ->id, golden[i].id);
        assert_int_equal(organ->kind, golden[i].kind);
        assert_true(organ == tcn_policy_organ_by_id(policy, tcn_slice_text(golden[i].id)));
        assert_true(organ->title_zh[0] != '\0' && organ->title_en[0] != '\0');
        assert_string_equal(organ->duty_phone, "");
    }
    assert_int_equal(policy->desk, 1);
    assert_true(policy->version >= 1);
    assert_true(policy->clock_ahead_ns > 0 && policy->clock_behind_ns > policy->clock_ahead_ns);
}

static void both_chains_of_every_organ_end(void **state) {
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    for (uint32_t i = 0; i < policy->organ_count; i++) {
        uint16_t line = policy->organs[i].line_parent;
        uint16_t place = policy->organs[i].place_parent;
        for (uint32_t steps = 0; steps < policy->organ_count && (line | place) != 0; steps++) {
            line = line == 0 ? 0 : tcn_policy_organ(policy, line)->line_parent;
            place = place == 0 ? 0 : tcn_policy_organ(policy, place)->place_parent;
        }
        assert_int_equal(line, 0);
        assert_int_equal(place, 0);
        if (policy->organs[i].kind == TCN_ORGAN_OFFICE) {
            assert_int_equal(policy->organs[i].place_parent, policy->desk);
        }
    }
}

static void every_domain_has_an_owner_that_must_act(void **state) {
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    assert_int_equal(policy->domain_count, 63);
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        const struct tcn_domain *domain = &policy->domains[i];
        const struct tcn_organ *owner = tcn_policy_organ(policy, domain->owner);
        assert_non_null(owner);
        assert_int_equal(owner->kind, TCN_ORGAN_BUREAU);
        for (uint32_t k = 0; k < domain->recipient_count; k++) {
            assert_true(domain->recipients[k] == TCN_ORGAN_OF_PLACE ||
                        tcn_policy_organ(policy, domain->recipients[k]) != NULL);
        }
        assert_true(domain == tcn_policy_domain(policy, tcn_slice_text(domain->id)));
        assert_true(i == 0 || strcmp(policy->domains[i - 1].id, domain->id) < 0);
    }
}

/* 未成年人保护法 Art. 11 ¶2: harm or danger to a minor is told to police, civil affairs and
 * education at once; of what is neither, police learn nothing. */
static void a_child_in_danger_is_told_to_police_civil_affairs_and_education(void **state) {
    static const char *const domains[] = {"left_behind_child", "child_in_difficulty"};
    static const char *const organs[] = {"police", "education_bureau"};
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    for (size_t i = 0; i < COUNT_OF(domains); i++) {
        const struct tcn_domain *domain = tcn_policy_domain(policy, tcn_slice_text(domains[i]));
        const struct tcn_beside always = tcn_policy_beside(policy, domain, TCN_SEVERITY_SERIOUS, 0);
        const struct tcn_beside urgent = tcn_policy_beside(policy, domain, TCN_SEVERITY_URGENT, 0);
        assert_string_equal(tcn_policy_organ(policy, domain->owner)->id, "civil_affairs");
        for (size_t k = 0; k < COUNT_OF(organs); k++) {
            const uint16_t organ =
                tcn_policy_organ_by_id(policy, tcn_slice_text(organs[k]))->number;
            assert_true(tcn_beside_has(&urgent, organ));
            assert_false(k == 0 && tcn_beside_has(&always, organ));
        }
    }
}

/* At night both bureaus, the desk and the township are told at once: none of them waits for
 * another.
 */
static void danger_in_a_coal_mine_is_told_to_the_desk_and_the_township(void **state) {
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    const struct tcn_domain *domain = tcn_policy_domain(policy, tcn_slice_text("coal_mine_safety"));
    const uint64_t place = 520502122000;
    const uint16_t office = tcn_policy_office_of(policy, place, 0);
    const struct tcn_beside always =
        tcn_policy_beside(policy, domain, TCN_SEVERITY_SERIOUS, office);
    const struct tcn_beside urgent = tcn_policy_beside(policy, domain, TCN_SEVERITY_DANGER, office);
    assert_int_equal(tcn_policy_organ(policy, office)->kind, TCN_ORGAN_OFFICE);
    assert_true(tcn_beside_has(&urgent, office) && tcn_beside_has(&urgent, policy->desk));
    assert_false(tcn_beside_has(&always, office) || tcn_beside_has(&always, policy->desk));
}

static void domains_that_others_name_are_there_with_their_owners(void **state) {
    static const struct {
        const char *domain;
        const char *owner;
    } rows[] = {
        {"coal_mine_safety", "energy_bureau"},   {"petition", "petition_bureau"},
        {"wage_arrears", "hr_bureau"},           {"tv_oversize", "transport_bureau"},
        {"tv_drug_driving", "traffic_police"},   {"kv_school_bus", "traffic_police"},
        {"geological_hazard", "land_bureau"},    {"flood_reservoir", "water_bureau"},
        {"weather_warning", "emergency_bureau"}, {"conduct_supervision", "discipline"},
        {"left_behind_child", "civil_affairs"},  {"employment_placement", "hr_bureau"},
        {"enterprise_service", "industry_park"}, {"drug_area_governance", "police"},
    };
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_domain *domain = tcn_policy_domain(policy, tcn_slice_text(rows[i].domain));
        assert_non_null(domain);
        assert_string_equal(tcn_policy_organ(policy, domain->owner)->id, rows[i].owner);
    }
}

static void exactly_the_grievance_domains_ask_whom_they_concern(void **state) {
    static const char *const petitions[] = {
        "conduct_supervision", "dispute",  "economic_finance", "expropriation",
        "legacy_issue",        "petition", "wage_arrears"};
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    size_t count = 0;
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        if (policy->domains[i].is_petition) {
            assert_true(count < COUNT_OF(petitions));
            assert_string_equal(policy->domains[i].id, petitions[count]);
            count++;
        }
    }
    assert_int_equal(count, COUNT_OF(petitions));
}

static void each_procedure_has_its_domains(void **state) {
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    uint32_t counts[TCN_PROCEDURE_MAX + 1] = {0};
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        const struct tcn_domain *domain = &policy->domains[i];
        counts[domain->procedure]++;
        /* Whoever complains is answered: a grievance never takes a way without a reply. */
        bool is_answered = domain->procedure != TCN_PROCEDURE_HAZARD &&
                           domain->procedure != TCN_PROCEDURE_REQUISITION &&
                           domain->procedure != TCN_PROCEDURE_WARNING;
        assert_true(!domain->is_petition || is_answered);
    }
    assert_int_equal(counts[TCN_PROCEDURE_NONE], 0);
    assert_int_equal(counts[TCN_PROCEDURE_ACCIDENT], 0); /* what a hazard becomes */
    for (uint32_t kind = 1; kind <= TCN_PROCEDURE_MAX; kind++) {
        assert_true(counts[kind] > 0 || kind == TCN_PROCEDURE_ACCIDENT);
    }
}

static void there_are_five_lines_and_none_counts_petitions(void **state) {
    static const char *const ids[] = {"no_major_accident", "no_serious_harm_to_vulnerable",
                                      "no_unanswered_grievance", "no_mass_harm_escalation",
                                      "no_major_public_health_env"};
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    assert_int_equal(policy->line_count, COUNT_OF(ids));
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        assert_string_equal(policy->lines[i].id, ids[i]);
    }
}

static void the_managed_divisions_are_the_nine(void **state) {
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    size_t count = 0;
    assert_int_equal(policy->division_count, 88);
    for (uint32_t i = 0; i < policy->division_count; i++) {
        const struct tcn_division *division = &policy->divisions[i];
        assert_int_equal(division->is_managed, division->office != 0);
        if (division->is_managed) {
            assert_true(count < COUNT_OF(managed));
            assert_true(division->code == managed[count].code);
            assert_int_equal(division->office, managed[count].office);
            count++;
        }
    }
    assert_int_equal(count, COUNT_OF(managed));
}

static void a_village_belongs_to_its_township_and_not_to_its_county(void **state) {
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    assert_int_equal(tcn_policy_division(policy, 520502122201)->office, 203);
    assert_false(tcn_policy_division(policy, 520502121000)->is_managed);
    assert_null(tcn_policy_division(policy, 520502999000));
    assert_null(tcn_policy_division(policy, 110101001000));
}

static void domains_declare_what_their_events_may_say(void **state) {
    const struct tcn_rules *rules = tcn_policy_tables(*state)->rules;
    const struct tcn_domain_rules *wages = tcn_rules_domain(rules, tcn_slice_text("wage_arrears"));
    bool has_owed = false;
    for (uint32_t i = 0; i < wages->attribute_count; i++) {
        const struct tcn_attribute_rule *rule = &rules->attributes[wages->attributes[i] - 1];
        has_owed =
            has_owed || (strcmp(rule->id, "owed") == 0 && rule->kind == TCN_ATTRIBUTE_NUMBER &&
                         strcmp(rule->unit, "fen") == 0);
    }
    assert_true(has_owed);
    assert_int_equal(rules->domain_count, tcn_policy_tables(*state)->domain_count);
    for (uint32_t i = 1; i < rules->domain_count; i++) {
        assert_true(strcmp(rules->domains[i - 1].id, rules->domains[i].id) < 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(organ_numbers_never_change),
        cmocka_unit_test(both_chains_of_every_organ_end),
        cmocka_unit_test(every_domain_has_an_owner_that_must_act),
        cmocka_unit_test(a_child_in_danger_is_told_to_police_civil_affairs_and_education),
        cmocka_unit_test(danger_in_a_coal_mine_is_told_to_the_desk_and_the_township),
        cmocka_unit_test(domains_that_others_name_are_there_with_their_owners),
        cmocka_unit_test(exactly_the_grievance_domains_ask_whom_they_concern),
        cmocka_unit_test(each_procedure_has_its_domains),
        cmocka_unit_test(there_are_five_lines_and_none_counts_petitions),
        cmocka_unit_test(the_managed_divisions_are_the_nine),
        cmocka_unit_test(domains_declare_what_their_events_may_say),
        cmocka_unit_test(a_village_belongs_to_its_township_and_not_to_its_county),
    };
    return cmocka_run_group_tests(tests, shipped_read, shipped_destroy);
}
