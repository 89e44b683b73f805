/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value.h"

#include "base/text.h"
#include "model/limits.h"
#include "policy/nearest.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/** Longest wrong word that a fault repeats; a longer one is cut. */
#define SHOWN_BYTES 63

/** Valid words that a fault lists when none is near. */
#define WORDS_SHOWN 8

/** The place of a field. */
static struct tcn_policy_where where_of(const struct tcn_values *values, const char *field) {
    return (struct tcn_policy_where){
        .section = values->section, .entry = values->entry, .field = field};
}

void tcn_value_fault(const struct tcn_values *values, const char *field, const char *format, ...) {
    char text[sizeof(values->errors->items[0].text)];
    struct tcn_policy_where where = where_of(values, field);
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    tcn_policy_fault(values->errors, values->file, &where, "%s", written < 0 ? format : text);
}

/** Appends words with commas, "..." for those after the eighth; what does not fit is cut. */
static void list_words(char *text, size_t size, struct tcn_value_words words) {
    for (size_t i = 0; i < words.count && i <= WORDS_SHOWN; i++) {
        size_t used = strlen(text);
        const char *word = i < WORDS_SHOWN ? words.words[i] : "...";
        (void)snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", word);
    }
}

void tcn_value_unknown(const struct tcn_values *values, const char *field, const char *word,
                       const char *what, struct tcn_value_words words) {
    struct tcn_policy_where where = where_of(values, field);
    const char *nearest = tcn_nearest(word, words.words, words.count);
    where.word = word;
    if (nearest != NULL) {
        tcn_policy_fault(values->errors, values->file, &where,
                         "unknown %s \"%.*s\"; the nearest valid word is \"%s\"", what, SHOWN_BYTES,
                         word, nearest);
        return;
    }
    char list[192] = "";
    list_words(list, sizeof(list), words);
    tcn_policy_fault(values->errors, values->file, &where, "unknown %s \"%.*s\"; expected %s%s",
                     what, SHOWN_BYTES, word, words.count == 0 ? "none" : "one of ", list);
}

bool tcn_value_is_there(const struct tcn_values *values, const char *field, const char *raw,
                        const char *expected) {
    if (raw != NULL && raw[0] != '\0') {
        return true;
    }
    tcn_value_fault(values, field, "is missing: expected %s", expected);
    return false;
}

void tcn_value_text(const struct tcn_values *values, const char *field, const char *raw,
                    char *out_text, size_t size) {
    out_text[0] = '\0';
    if (raw == NULL) {
        return;
    }
    if (tcn_text_copy(tcn_slice_text(raw), out_text, size) != TCN_OK) {
        tcn_value_fault(values, field, "expected a text of at most %zu bytes, this has %zu",
                        size - 1, strlen(raw));
    }
}

void tcn_value_word(const struct tcn_values *values, const char *field, const char *raw,
                    char *out_word) {
    out_word[0] = '\0';
    if (!tcn_value_is_there(values, field, raw, "a word")) {
        return;
    }
    if (!tcn_text_is_word(tcn_slice_text(raw))) {
        tcn_value_fault(values, field,
                        "expected a word: a letter a-z, then up to 62 of a-z, 0-9, _ . -");
        return;
    }
    memcpy(out_word, raw, strlen(raw) + 1);
}

uint64_t tcn_value_number(const struct tcn_values *values, const char *field, const char *raw,
                          struct tcn_range range) {
    uint64_t number = 0;
    bool is_absent = raw == NULL || raw[0] == '\0';
    if (is_absent && range.fallback >= range.min) {
        return range.fallback;
    }
    if (is_absent) {
        tcn_value_fault(values, field, "is missing: expected a number from %" PRIu64 " to %" PRIu64,
                        range.min, range.max);
        return 0;
    }
    if (tcn_text_to_u64(tcn_slice_text(raw), &number) != TCN_OK || number < range.min ||
        number > range.max) {
        tcn_value_fault(values, field, "expected a number from %" PRIu64 " to %" PRIu64, range.min,
                        range.max);
        return 0;
    }
    return number;
}

bool tcn_value_flag(const struct tcn_values *values, const char *field, const char *raw,
                    bool fallback) {
    static const char *const words[] = {"false", "true"};
    if (raw == NULL || raw[0] == '\0') {
        return fallback;
    }
    size_t index = tcn_value_choice(values, field, raw, (struct tcn_value_words){words, 2});
    return index < 2 ? index == 1 : fallback;
}

size_t tcn_value_choice(const struct tcn_values *values, const char *field, const char *raw,
                        struct tcn_value_words words) {
    char list[192] = "one of ";
    list_words(list, sizeof(list), words);
    if (!tcn_value_is_there(values, field, raw, list)) {
        return words.count;
    }
    for (size_t i = 0; i < words.count; i++) {
        if (strcmp(raw, words.words[i]) == 0) {
            return i;
        }
    }
    tcn_value_unknown(values, field, raw, "value", words);
    return words.count;
}
