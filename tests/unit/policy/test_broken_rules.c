/* SPDX-License-Identifier: Apache-2.0 */
/* Small policies that are wrong in one rule each, and everything that is said of it. */
#include "small.h"

#define ATTRIBUTE(id, more) "  - {id: " id ", title_zh: a, title_en: b" more "}\n"
#define BURNT ATTRIBUTE("burnt", ", kind: number, unit: m2")
#define CAUSE ATTRIBUTE("cause", ", kind: text, values: [rain, fire]")
#define TWO_LEVELS "levels:\n" LEVEL("ordinary", "accident", "1") LEVEL("major", "accident", "2")
#define SCALE "scales:\n  - {id: common, title_zh: a, title_en: b}\n"
#define THRESHOLD(measure, level, from)                                                            \
    "  - {scale: common, measure: " measure ", level: " level ", from: " from "}\n"
#define USES "    owner: desk\n    scale: common\n    attributes: [burnt, cause]\n"

static const struct row rows[] = {
    /* Attributes. */
    {ATTRIBUTES, NULL, "attributes.yaml: No such file or directory\n"},
    {ATTRIBUTES, "attributes:\n" BURNT CAUSE CAUSE,
     "attributes.yaml:4:10: attributes[3].id: \"cause\" is taken by attributes[2]\n"
     "attributes.yaml:4:10: attributes[3].id: expected to be used: no domain names this "
     "attribute\n"},
    {ATTRIBUTES, "attributes:\n" BURNT ATTRIBUTE("cause", ", kind: word"),
     "attributes.yaml:3:49: attributes[2].kind: unknown value \"word\"; expected one of number, "
     "text, flag\n"},
    {ATTRIBUTES, "attributes:\n" BURNT ATTRIBUTE("cause", ", kind: text, by: clerk"),
     "attributes.yaml:3:59: attributes[2].by: unknown value \"clerk\"; expected one of reporter, "
     "bureau\n"},
    {ATTRIBUTES, "attributes:\n" ATTRIBUTE("burnt", ", kind: number") CAUSE,
     "attributes.yaml:2:3: attributes[1].unit: is missing: expected a word\n"},
    {ATTRIBUTES, "attributes:\n" BURNT ATTRIBUTE("cause", ", kind: flag, unit: m, values: [a]"),
     "attributes.yaml:3:61: attributes[2].unit: expected none: only a number has a unit\n"
     "attributes.yaml:3:72: attributes[2].values: expected none: only a text has values to choose "
     "from\n"},
    {ATTRIBUTES,
     "attributes:\n" BURNT ATTRIBUTE("cause", ", kind: text, values: [rain, Fire, rain]"),
     "attributes.yaml:3:63: attributes[2].values: expected a word: a letter a-z, then up to 62 of "
     "a-z, 0-9, _ . -\n"
     "attributes.yaml:3:63: attributes[2].values: \"rain\" is there already\n"},
    {ATTRIBUTES, "attributes:\n" BURNT ATTRIBUTE("cause", ", kind: text, values: [\"\"]"),
     "attributes.yaml:3:63: attributes[2].values: expected a word, one is empty\n"},
    {ATTRIBUTES, "attributes:\n" BURNT CAUSE ATTRIBUTE("driver_phone", ", kind: text"),
     "attributes.yaml:4:10: attributes[3].id: expected nothing about a person; \"phone\" belongs "
     "into the sealed part\n"
     "attributes.yaml:4:10: attributes[3].id: expected to be used: no domain names this "
     "attribute\n"},
    {ATTRIBUTES, "attributes:\n" BURNT CAUSE ATTRIBUTE("owner_id_number", ", kind: text"),
     "attributes.yaml:4:10: attributes[3].id: expected nothing about a person; \"id_number\" "
     "belongs "
     "into the sealed part\n"
     "attributes.yaml:4:10: attributes[3].id: expected to be used: no domain names this "
     "attribute\n"},
    {ATTRIBUTES, "attributes:\n" BURNT CAUSE ATTRIBUTE("risk_score", ", kind: flag"),
     "attributes.yaml:4:10: attributes[3].id: expected nothing that lists or ranks persons; "
     "\"score\" belongs nowhere\n"
     "attributes.yaml:4:10: attributes[3].id: expected to be used: no domain names this "
     "attribute\n"},
    {ATTRIBUTES, "attributes:\n" BURNT CAUSE ATTRIBUTE("phones", ", kind: flag"),
     "attributes.yaml:4:10: attributes[3].id: expected to be used: no domain names this "
     "attribute\n"},
    {ATTRIBUTES, "attributes:\n  - {id: burnt, kind: number, unit: m2}\n" CAUSE,
     "attributes.yaml:2:3: attributes[1].title_zh: is missing: expected a title in Chinese\n"
     "attributes.yaml:2:3: attributes[1].title_en: is missing: expected a title in English\n"},
    /* Levels. */
    {LEVELS, "levels: []\n" SCALE "thresholds: {}\n",
     "levels.yaml:1:9: levels: expected a list with at least one entry\n"
     "levels.yaml:4:13: thresholds: expected a list, this is keys with values\n"},
    {LEVELS,
     TWO_LEVELS LEVEL("huge", "accident", "2") SCALE
     "thresholds:\n" THRESHOLD("deaths", "major", "10"),
     "levels.yaml:4:38: levels[3].rank: 2 is taken by levels[2] \"major\"\n"},
    {LEVELS,
     TWO_LEVELS LEVEL("huge", "accident", "4") LEVEL("red", "colour", "1") SCALE
     "thresholds:\n" THRESHOLD("deaths", "major", "10"),
     "levels.yaml:4:38: levels[3].rank: expected ranks without holes: from 1 to 3 for this kind\n"
     "levels.yaml:5:21: levels[4].kind: unknown value \"colour\"; expected one of accident, "
     "warning, response\n"},
    {LEVELS,
     TWO_LEVELS LEVEL("red", "warning", "1") SCALE "thresholds:\n" THRESHOLD("deaths", "red", "10")
         THRESHOLD("death", "mayor", "x") THRESHOLD("cause", "major", "0"),
     "levels.yaml:8:45: thresholds[1].level: expected a level of kind accident, \"red\" is none\n"
     "levels.yaml:9:30: thresholds[2].measure: unknown measure \"death\"; the nearest valid word "
     "is \"deaths\"\n"
     "levels.yaml:9:44: thresholds[2].level: unknown level \"mayor\"; the nearest valid word is "
     "\"major\"\n"
     "levels.yaml:9:57: thresholds[2].from: expected a number from 1 to 9223372036854775807\n"
     "levels.yaml:10:30: thresholds[3].measure: expected an attribute that is a number, \"cause\" "
     "is none\n"
     "levels.yaml:10:57: thresholds[3].from: expected a number from 1 to 9223372036854775807\n"},
    {LEVELS,
     TWO_LEVELS SCALE "thresholds:\n" THRESHOLD("deaths", "major", "10")
         THRESHOLD("deaths", "major", "12"),
     "levels.yaml:8:45: thresholds[2].level: \"major\" has this measure in thresholds[1]\n"},
    {LEVELS,
     TWO_LEVELS SCALE "thresholds:\n" THRESHOLD("deaths", "ordinary", "10")
         THRESHOLD("deaths", "major", "10"),
     "levels.yaml:7:61: thresholds[1].from: is never reached: \"major\" begins at 10 in "
     "thresholds[2]\n"},
    {LEVELS,
     TWO_LEVELS SCALE
     "  - {id: rare, title_zh: a, title_en: b}\nthresholds:\n" THRESHOLD("deaths", "major", "10"),
     "levels.yaml:6:10: scales[2].id: expected at least one threshold of this scale\n"
     "levels.yaml:6:10: scales[2].id: expected to be used: no domain names this scale\n"},
    {LEVELS, TWO_LEVELS "thresholds:\n" THRESHOLD("deaths", "major", "10"),
     "levels.yaml: scales: expected a list with at least one entry\n"},
    {LEVELS, TWO_LEVELS SCALE "thresholds:\n  - {scale: comon, level: major, from: 10}\n",
     "levels.yaml:5:10: scales[1].id: expected at least one threshold of this scale\n"
     "levels.yaml:7:3: thresholds[1].measure: is missing: expected deaths, serious_injuries, "
     "loss_fen or an attribute\n"
     "levels.yaml:7:13: thresholds[1].scale: unknown scale \"comon\"; the nearest valid word is "
     "\"common\"\n"},
    /* Domains. */
    {DOMAINS,
     "domains:\n" DOMAIN("a", "    owner: desk\n    scale: comon\n    attributes: [burned]\n")
         DOMAIN("b", USES),
     "domains.yaml:6:12: domains[1].scale: unknown scale \"comon\"; the nearest valid word is "
     "\"common\"\n"
     "domains.yaml:7:18: domains[1].attributes: unknown attribute \"burned\"; the nearest valid "
     "word is \"burnt\"\n"},
    {DOMAINS,
     "domains:\n" DOMAIN("a", "    owner: desk\n    attributes: [burnt, cause, burnt, \"\"]\n")
         DOMAIN("b", USES),
     "domains.yaml:6:17: domains[1].attributes: \"burnt\" is there already\n"
     "domains.yaml:6:17: domains[1].attributes: expected a word, one is empty\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    scale: common\n"),
     "domains.yaml:6:12: domains[1].scale: \"common\" looks at the attribute \"burnt\", which this "
     "domain does not declare\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n"),
     "attributes.yaml:2:10: attributes[1].id: expected to be used: no domain names this attribute\n"
     "attributes.yaml:3:10: attributes[2].id: expected to be used: no domain names this attribute\n"
     "levels.yaml:5:10: scales[1].id: expected to be used: no domain names this scale\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    scale: [common]\n"),
     "domains.yaml:6:12: domains[1].scale: expected a text, this is a list\n"},
};

static void a_wrong_rule_is_refused_with_file_line_column_field_and_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row(&rows[i], i);
    }
}

/** A list of a file that has a maximum. */
struct list {
    int file;
    const char *head;  /**< what stands before it, and its key */
    const char *begin; /**< of an entry, before its number */
    const char *end;   /**< behind it */
    unsigned count_max;
    const char *told; /**< in the first fault about the list */
};

static const struct list lists[] = {
    {ATTRIBUTES, "attributes:\n", "  - {id: a", "}\n", TCN_POLICY_ATTRIBUTES_MAX,
     "attributes[257]: expected at most 256 entries"},
    {LEVELS, "levels:\n", "  - {id: a", "}\n", TCN_LEVELS_MAX,
     "levels[33]: expected at most 32 entries"},
    {LEVELS, "scales:\n", "  - {id: a", "}\n", TCN_SCALES_MAX,
     "scales[17]: expected at most 16 entries"},
    {LEVELS, "thresholds:\n", "  - {from: ", "}\n", TCN_THRESHOLDS_MAX,
     "thresholds[257]: expected at most 256 entries"},
    {DOMAINS, "domains:\n  - id: a\n    attributes:\n", "      - a", "\n",
     TCN_DOMAIN_ATTRIBUTES_MAX, "domains[1].attributes[17]: expected at most 16 entries"},
    {ATTRIBUTES, "attributes:\n  - id: a\n    values:\n", "      - a", "\n",
     TCN_ATTRIBUTE_VALUES_MAX, "attributes[1].values[17]: expected at most 16 entries"},
    {DOMAINS, "domains:\n", "  - {id: a", "}\n", TCN_DOMAINS_MAX,
     "domains[257]: expected at most 256 entries"},
    {ORGANS, "organs:\n", "  - {id: a", "}\n", TCN_ORGANS_MAX,
     "organs[513]: expected at most 512 entries"},
    {LINES, "lines:\n", "  - {id: a", "}\n", TCN_LINES_MAX,
     "lines[17]: expected at most 16 entries"},
};

static void lists_are_taken_up_to_their_limits(void **state) {
    (void)state;
    static char text[64 * 1024];
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        for (unsigned more = 0; more < 2; more++) {
            struct tcn_policy_source *source = NULL;
            size_t size = (size_t)snprintf(text, sizeof(text), "%s", lists[i].head);
            for (unsigned k = 0; k < lists[i].count_max + more; k++) {
                size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%u%s", lists[i].begin,
                                         k, lists[i].end);
            }
            put_good();
            put_file(lists[i].file, text, size);
            assert_int_equal(tcn_policy_read(folder, &source, &errors), TCN_CONFIG);
            bool is_told = strstr(all_told(), lists[i].told) != NULL;
            if (is_told != (more == 1) && errors.dropped_count == 0) {
                fail_msg("list %zu, %u more than its limit: %s", i, more, all_told());
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_rule_is_refused_with_file_line_column_field_and_reason),
        cmocka_unit_test(lists_are_taken_up_to_their_limits),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
