/* SPDX-License-Identifier: Apache-2.0 */
/* Which domains a few words are about: what is found, what is not, and how often the right one is
 * among the first five of the shipped policy. The sentences are made up. */
#include "policy/propose.h"
#include "policy/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A policy of three domains. */
static const struct tcn_domain few[] = {
    {.id = "a", .keywords = {"滑坡", "bus", "gas leak"}, .keyword_count = 3},
    {.id = "b", .keywords = {"山体滑坡", "mine"}, .keyword_count = 2},
    {.id = "c", .title_zh = "滑坡", .title_en = "Mine", .keyword_count = 0},
};

static const struct {
    const char *words;
    const char *found; /* ids in their order */
} small_rows[] = {
    {"", ""},
    {"nothing of it", ""},
    {"business as usual", ""}, /* no word of its own */
    {"a submine", ""},
    {"the bus", "a"},
    {"two BUSES", "a"},
    {"gas and a leak", ""},
    {"a Gas Leak!", "a"},
    {"mines", "bc"},
    {"\xFF\xFE", ""},
    {"滑", ""},
    {"屋后滑坡了", "ac"},
    {"屋后山体滑坡了", "bac"}, /* the longer one counts more */
};

static void what_is_found_is_in_a_known_order(void **state) {
    (void)state;
    const struct tcn_policy policy = {.domains = few, .domain_count = COUNT_OF(few)};
    for (size_t i = 0; i < COUNT_OF(small_rows); i++) {
        struct tcn_policy_proposals proposals;
        char found[8] = "";
        tcn_policy_propose(&policy, tcn_slice_text(small_rows[i].words), &proposals);
        for (uint32_t k = 0; k < proposals.count; k++) {
            found[k] = few[proposals.domains[k]].id[0];
        }
        if (strcmp(found, small_rows[i].found) != 0) {
            print_error("\"%s\"\n", small_rows[i].words);
        }
        assert_string_equal(found, small_rows[i].found);
    }
}

static void the_best_five_of_many_are_kept(void **state) {
    (void)state;
    static struct tcn_domain many[40];
    for (uint32_t i = 0; i < COUNT_OF(many); i++) {
        many[i].keyword_count = 2;
        memcpy(many[i].keywords[0], "car", 4);
        memcpy(many[i].keywords[1], i >= 35 ? "red" : "xyz", 4);
    }
    const struct tcn_policy policy = {.domains = many, .domain_count = COUNT_OF(many)};
    struct tcn_policy_proposals proposals;
    tcn_policy_propose(&policy, tcn_slice_text("a red car"), &proposals);
    assert_int_equal(proposals.count, TCN_POLICY_PROPOSALS_MAX);
    for (uint32_t i = 0; i < TCN_POLICY_PROPOSALS_MAX; i++) {
        assert_int_equal(proposals.domains[i], 35 + i);
    }
}

/* What a clerk might type, and the domain that it belongs to. */
static const struct {
    const char *words;
    const char *domain;
} sentences[] = {
    {"村口煤矿井下冒水，有人没上来", "coal_mine_safety"},
    {"后山石场放炮，石头飞到院子里", "non_coal_mine"},
    {"工地的脚手架歪了没人管", "construction_safety"},
    {"加油站闻到很浓的汽油味，怕是泄漏", "hazardous_chemicals"},
    {"三岔路口又撞车了", "road_traffic"},
    {"拉煤的大车把桥压坏了，严重超限", "tv_oversize"},
    {"晚上有年轻人在公路上飙车", "tv_speeding"},
    {"面包车超员，一车挤满人", "tv_overload"},
    {"长途司机连续开车打瞌睡", "tv_fatigue"},
    {"有个三轮车没有驾照天天上路", "tv_unlicensed"},
    {"赶场天有人酒后开车", "tv_drunk"},
    {"有人吸毒后开车", "tv_drug_driving"},
    {"客运站的班车不按站停", "kv_passenger_coach"},
    {"旅行社的包车刹车不好", "kv_tour_charter"},
    {"油罐车停在学校门口", "kv_hazmat"},
    {"接送学生的车没有安全带", "kv_school_bus"},
    {"村道坑洼，路灯全坏了", "road_maintenance"},
    {"集市太拥挤，安全出口锁着", "crowded_place"},
    {"小区消防通道被堵住了", "fire_safety"},
    {"上坟烧纸引起山火", "forest_fire"},
    {"木房子里私拉电线", "rural_fire_electricity"},
    {"学校食堂吃了以后好多人拉肚子", "food_safety"},
    {"药店卖假药给老人", "drug_product_safety"},
    {"买到假种子，一亩都没出苗", "agri_product_quality"},
    {"幼儿园好几个孩子得了手足口病", "public_health"},
    {"寨子里死了几头猪，怕是猪瘟", "animal_disease"},
    {"养猪场排污，臭味熏人", "environment"},
    {"停水三天了，没有饮用水", "rural_water"},
    {"有人半夜在河里采砂", "river_patrol"},
    {"垃圾堆了半个月没人清运", "village_sanitation"},
    {"村委会的网站被黑客改了", "network_security"},
    {"屋后山坡有裂缝，怕滑坡", "geological_hazard"},
    {"水库涨水快要漫坝", "flood_reservoir"},
    {"气象局发了暴雨预警", "weather_warning"},
    {"需要应急避难的地方和救援", "emergency_response"},
    {"反映问题三个月没有答复，来上访", "petition"},
    {"两家为宅基地地界吵架", "dispute"},
    {"包工头拖欠工资，十二个农民工", "wage_arrears"},
    {"买的房子八年办不了证，历史遗留", "legacy_issue"},
    {"征地补偿款没发下来", "expropriation"},
    {"征地公告要开听证会", "requisition_project"},
    {"投资公司高息集资跑路了", "economic_finance"},
    {"办事的干部吃拿卡要", "conduct_supervision"},
    {"父母在外打工，孩子独自在家", "left_behind_child"},
    {"小孩被打，怀疑虐待", "child_in_difficulty"},
    {"初二学生辍学去打工", "school_retention"},
    {"独居老人没人照顾，想去敬老院", "elder_care"},
    {"残疾证办不下来", "disability_support"},
    {"桥下有流浪的人过夜", "homeless_assistance"},
    {"得了大病，医疗费付不起", "medical_aid"},
    {"低保被取消了", "social_assistance"},
    {"贫困户的扶贫款没到", "livelihood_aid"},
    {"想找工作，有没有招工", "employment_placement"},
    {"社保缴费断了，养老金领不到", "pension_enrolment"},
    {"雨露计划的助学金没发", "education_aid"},
    {"易地搬迁的房子漏雨", "relocation"},
    {"白菜滞销，卖不出去", "produce_six_channels"},
    {"大棚的棚膜被风吹破", "greenhouse"},
    {"企业的营业执照审批太慢", "enterprise_service"},
    {"废屋里有人贩毒", "drug_area_governance"},
    {"water is coming into the coal mine, people underground", "coal_mine_safety"},
    {"the slope behind the school slides, a landslide", "geological_hazard"},
    {"twelve workers with unpaid wages", "wage_arrears"},
    {"a child is home alone, parents away", "left_behind_child"},
    {"no water from the tap for a week, no drinking water", "rural_water"},
    {"the road has potholes", "road_maintenance"},
    {"an official asked for a bribe", "conduct_supervision"},
    {"our land was taken, no compensation", "expropriation"},
    {"a pharmacy sells fake drugs", "drug_product_safety"},
    {"neighbours quarrel about a boundary", "dispute"},
};

#define SENTENCE_COUNT COUNT_OF(sentences)
/* As measured; it may only grow. */
#define AMONG_FIVE_MIN 68
#define FIRST_MIN 60

static struct tcn_policy_source *read_shipped(void) {
    char path[1024];
    const char *source = getenv("TOCSIN_SRC");
    static struct tcn_policy_errors errors;
    struct tcn_policy_source *policy = NULL;
    (void)snprintf(path, sizeof(path), "%s/policy", source != NULL ? source : ".");
    assert_int_equal(tcn_policy_read(path, &policy, &errors), TCN_OK);
    return policy;
}

/** The place of a domain among the proposals, from 1; 0 when it is not there. */
static uint32_t place_of(const struct tcn_policy *policy,
                         const struct tcn_policy_proposals *proposals, const char *domain) {
    for (uint32_t i = 0; i < proposals->count; i++) {
        if (strcmp(policy->domains[proposals->domains[i]].id, domain) == 0) {
            return i + 1;
        }
    }
    return 0;
}

static void the_right_domain_is_nearly_always_among_the_first_five(void **state) {
    (void)state;
    struct tcn_policy_source *source = read_shipped();
    const struct tcn_policy *policy = tcn_policy_tables(source);
    uint32_t first_count = 0;
    uint32_t five_count = 0;
    for (size_t i = 0; i < SENTENCE_COUNT; i++) {
        struct tcn_policy_proposals proposals;
        assert_non_null(tcn_policy_domain(policy, tcn_slice_text(sentences[i].domain)));
        tcn_policy_propose(policy, tcn_slice_text(sentences[i].words), &proposals);
        uint32_t place = place_of(policy, &proposals, sentences[i].domain);
        first_count += place == 1 ? 1 : 0;
        five_count += place > 0 ? 1 : 0;
        if (place != 1) {
            print_message("%u: %s: %s\n", place, sentences[i].words, sentences[i].domain);
        }
    }
    print_message("first %u, among five %u, of %zu\n", first_count, five_count, SENTENCE_COUNT);
    assert_true(five_count >= AMONG_FIVE_MIN);
    assert_true(first_count >= FIRST_MIN);
    tcn_policy_destroy(&source);
}

static void every_domain_of_the_shipped_policy_has_keywords_in_both_languages(void **state) {
    (void)state;
    struct tcn_policy_source *source = read_shipped();
    const struct tcn_policy *policy = tcn_policy_tables(source);
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        uint32_t chinese_count = 0;
        for (uint32_t k = 0; k < policy->domains[i].keyword_count; k++) {
            chinese_count += ((uint8_t)policy->domains[i].keywords[k][0] & 0x80) != 0 ? 1 : 0;
        }
        assert_true(chinese_count >= 3);
        assert_true(policy->domains[i].keyword_count - chinese_count >= 2);
    }
    tcn_policy_destroy(&source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_found_is_in_a_known_order),
        cmocka_unit_test(the_best_five_of_many_are_kept),
        cmocka_unit_test(the_right_domain_is_nearly_always_among_the_first_five),
        cmocka_unit_test(every_domain_of_the_shipped_policy_has_keywords_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
