/* SPDX-License-Identifier: Apache-2.0 */
/* Reasons as sentences: each has one in both languages, with the same fields, which are known. */
#include "cli/explain_words.h"

#include "base/text.h"
#include "desk.h"
#include "model/matter_clock.h"
#include "testlib/regime.h"

#include <string.h>

/* Names of the fields of a sentence, in the order of the alphabet of `all`. */
static unsigned fields_of(const char *text) {
    static const char *const all[] = {
        "{organ}", "{act}",     "{acts}",  "{facts}",   "{who}",    "{kind}",    "{stage}",
        "{time}",  "{word}",    "{clock}", "{source}",  "{number}", "{code}",    "{reason}",
        "{rule}",  "{article}", "{step}",  "{misfits}", "{sure}",   "{verdict}", "{breaches}"};
    unsigned bits = 0;
    size_t count = 0;
    size_t braces = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strstr(text, all[i]) != NULL) {
            bits |= 1u << i;
            count++;
        }
    }
    for (const char *at = strchr(text, '{'); at != NULL; at = strchr(at + 1, '{')) {
        braces++;
    }
    assert_int_equal(count, braces);
    return bits;
}

static void every_reason_has_a_sentence_in_both_languages(void **state) {
    (void)state;
    for (unsigned why = 1; why < TCN_WHY_COUNT; why++) {
        const struct tcn_say *say = tcn_explain_sentence((enum tcn_why)why);
        assert_true(say->texts[TCN_LANGUAGE_EN][0] != '\0');
        assert_true(say->texts[TCN_LANGUAGE_ZH][0] != '\0');
        if (fields_of(say->texts[TCN_LANGUAGE_EN]) != fields_of(say->texts[TCN_LANGUAGE_ZH])) {
            fail_msg("%s names other things in Chinese", tcn_why_name((enum tcn_why)why));
        }
    }
    assert_string_equal(tcn_explain_sentence(TCN_WHY_NONE)->texts[TCN_LANGUAGE_EN], "");
    assert_string_equal(tcn_explain_sentence(TCN_WHY_COUNT)->texts[TCN_LANGUAGE_EN], "");
}

static void a_sentence_is_filled_with_what_its_note_says(void **state) {
    (void)state;
    static const struct {
        struct tcn_note note;
        const char *wanted;
    } rows[] = {
        {{.why = TCN_WHY_OWNER, .organ = SAFETY}, "safety owns the domain: told"},
        {{.why = TCN_WHY_LISTED_UNKNOWN, .organ = 98},
         "the list names 98, which the policy does not know: not told"},
        {{.why = TCN_WHY_DOMAIN_UNKNOWN}, "domain - is not in the policy"},
        {{.why = TCN_WHY_VOID, .bits = TCN_DENIED}, "it is void: denied"},
        {{.why = TCN_WHY_TOLD, .organ = DESK, .bits = TCN_REASON_OWNER, .number = 7},
         "desk was told, as item 7 of its stream (owner)"},
        {{.why = TCN_WHY_OWES, .organ = WATER, .act = TCN_ACT_ACKNOWLEDGED},
         "water owes acknowledged next"},
        {{.why = TCN_WHY_ROW_NOT_NOW,
          .act = TCN_ACT_REOPENED,
          .number = UINT64_C(1) << TCN_ACT_REPORTED | UINT64_C(1) << TCN_ACT_ACCEPTED},
         "reopened is not allowed at this stage: void; allowed: reported, accepted"},
        {{.why = TCN_WHY_ACTOR, .organ = SAFETY, .bits = 1 | 16},
         "safety acts, and is to the matter: holder, anyone"},
    };
    char text[TCN_EXPLAIN_TEXT_BYTES];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tcn_explain_text(&regime, &rows[i].note, TCN_LANGUAGE_EN, text);
        assert_string_equal(text, rows[i].wanted);
    }
    const struct tcn_note hostile = {.why = TCN_WHY_DOMAIN_UNKNOWN,
                                     .word = tcn_slice_text("\x1b[2J{organ}")};
    tcn_explain_text(&regime, &hostile, TCN_LANGUAGE_EN, text);
    assert_string_equal(text, "domain ?[2J{organ} is not in the policy");
    const struct tcn_note judged = {.why = TCN_WHY_CLOCK_REJUDGED,
                                    .bits = TCN_VERDICT_LATE,
                                    .number = 7,
                                    .word = tcn_slice_text("reply")};
    tcn_explain_text(&regime, &judged, TCN_LANGUAGE_EN, text);
    assert_string_equal(text, "clock reply of the matter of position 7 had ended: judged anew, "
                              "it is late");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_has_a_sentence_in_both_languages),
        cmocka_unit_test(a_sentence_is_filled_with_what_its_note_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
