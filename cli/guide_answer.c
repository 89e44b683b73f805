/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/guide_answer.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

/* Full-width forms of '!' to '~' stand from U+FF01 on: EF BC 81 to EF BC BF, EF BD 80 to EF BD 9E.
 */
#define WIDE_BYTES 3
#define DIGITS_PERSONAL 11

/* Words that stand for not knowing. */
#define UNKNOWN_WORDS "?|unknown|don't know|dont know|不知道|不清楚|未知"

static struct tcn_slice trim(struct tcn_slice text) {
    while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text = tcn_slice_of(text.data + 1, text.size - 1);
    }
    while (text.size > 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t')) {
        text.size--;
    }
    return text;
}

bool tcn_answer_is_tame(struct tcn_slice text) {
    bool is_tame = tcn_text_is_utf8(text);
    for (size_t at = 0; is_tame && at < text.size; at++) {
        is_tame = tcn_text_obeyed(tcn_slice_of(text.data + at, text.size - at)) == 0;
    }
    return is_tame;
}

enum tcn_status tcn_answer_text(struct tcn_slice line, char out_text[TCN_ANSWER_BYTES]) {
    struct tcn_slice text = trim(line);
    if (!tcn_answer_is_tame(text)) {
        return TCN_BAD_TEXT;
    }
    return tcn_text_copy(text, out_text, TCN_ANSWER_BYTES);
}

/* The plain sign of a full-width one, or of 《, which one key gives for '<'; NUL when it is none.
 */
static char narrow(const unsigned char *at) {
    if (at[0] == 0xE3 && at[1] == 0x80 && at[2] == 0x80) {
        return ' ';
    }
    if (at[0] == 0xE3 && at[1] == 0x80 && at[2] == 0x8A) {
        return '<';
    }
    if (at[0] == 0xEF && at[1] == 0xBC && at[2] >= 0x81) {
        return (char)(at[2] - 0x81 + '!');
    }
    if (at[0] == 0xEF && at[1] == 0xBD && at[2] >= 0x80 && at[2] <= 0x9E) {
        return (char)(at[2] - 0x80 + '`');
    }
    return '\0';
}

enum tcn_status tcn_answer_plain(struct tcn_slice line, char out_text[TCN_ANSWER_BYTES]) {
    char text[TCN_ANSWER_BYTES];
    enum tcn_status status = tcn_answer_text(line, text);
    if (status != TCN_OK) {
        return status;
    }
    size_t used = 0;
    for (size_t at = 0; text[at] != '\0'; used++) {
        const unsigned char *here = (const unsigned char *)text + at;
        char plain = here[0] >= 0xE0 && here[0] < 0xF0 ? narrow(here) : '\0';
        out_text[used] = plain != '\0' ? plain : text[at];
        at += plain != '\0' ? WIDE_BYTES : 1;
    }
    out_text[used] = '\0';
    struct tcn_slice plain = trim(tcn_slice_text(out_text));
    memmove(out_text, plain.data, plain.size);
    out_text[plain.size] = '\0';
    return TCN_OK;
}

bool tcn_answer_is(const char *text, const char *words) {
    size_t size = strlen(text);
    for (const char *word = words; size > 0 && word != NULL;) {
        const char *end = strchr(word, '|');
        size_t word_size = end == NULL ? strlen(word) : (size_t)(end - word);
        if (word_size == size && strncasecmp(word, text, size) == 0) {
            return true;
        }
        word = end == NULL ? NULL : end + 1;
    }
    return false;
}

enum tcn_answer_kind tcn_answer_kind(const char *text) {
    return tcn_answer_is(text, "<|back|返回|上一步") ? TCN_ANSWER_BACK
           : tcn_answer_is(text, "q|quit|退出|停止") ? TCN_ANSWER_STOP
                                                     : TCN_ANSWER_TEXT;
}

uint32_t tcn_answer_number(const char *text, uint32_t count) {
    uint64_t number = 0;
    if (tcn_text_to_u64(tcn_slice_text(text), &number) != TCN_OK || number > count) {
        return 0;
    }
    return (uint32_t)number;
}

uint32_t tcn_answer_choose(const char *text, const struct tcn_choice *choices, uint32_t count) {
    uint32_t number = tcn_answer_number(text, count);
    if (number > 0) {
        return number - 1;
    }
    for (uint32_t index = 0; index < count; index++) {
        if (tcn_answer_is(text, choices[index].words)) {
            return index;
        }
    }
    return count;
}

/* Behind one of the beginnings, or NULL. */
static const char *behind(const char *text, const char *const *beginnings, size_t count) {
    for (size_t index = 0; index < count; index++) {
        size_t size = strlen(beginnings[index]);
        if (strncasecmp(text, beginnings[index], size) == 0) {
            return text + size;
        }
    }
    return NULL;
}

/* The text without one of the endings. */
static struct tcn_slice before(const char *text, const char *const *endings, size_t count) {
    struct tcn_slice left = trim(tcn_slice_text(text));
    for (size_t index = 0; index < count; index++) {
        size_t size = strlen(endings[index]);
        if (left.size > size &&
            strncasecmp((const char *)left.data + left.size - size, endings[index], size) == 0) {
            left.size -= size;
            return trim(left);
        }
    }
    return left;
}

enum tcn_status tcn_answer_count(const char *text, struct tcn_count *out_count) {
    static const char *const least[] = {"at least", ">=", "至少", "不少于"};
    static const char *const about[] = {"about", "~", "大约", "约", "大概"};
    static const char *const people[] = {"people", "persons", "person", "人", "名", "个"};
    static const char *const more[] = {"+", "or more", "以上"};
    if (text[0] == '\0' || tcn_answer_is(text, UNKNOWN_WORDS)) {
        *out_count = (struct tcn_count){.kind = TCN_COUNT_UNKNOWN};
        return TCN_OK;
    }
    enum tcn_count_kind kind = TCN_COUNT_EXACT;
    const char *rest = behind(text, least, sizeof least / sizeof least[0]);
    kind = rest != NULL ? TCN_COUNT_AT_LEAST : kind;
    if (rest == NULL) {
        rest = behind(text, about, sizeof about / sizeof about[0]);
        kind = rest != NULL ? TCN_COUNT_ESTIMATE : kind;
    }
    char number[TCN_ANSWER_BYTES];
    struct tcn_slice left = before(rest == NULL ? text : rest, more, sizeof more / sizeof more[0]);
    if (left.size < trim(tcn_slice_text(rest == NULL ? text : rest)).size) {
        kind = TCN_COUNT_AT_LEAST;
    }
    uint64_t value = 0;
    if (tcn_text_copy(left, number, sizeof number) != TCN_OK ||
        tcn_text_to_u64(before(number, people, sizeof people / sizeof people[0]), &value) !=
            TCN_OK ||
        value > INT32_MAX) {
        return TCN_BAD_VALUE;
    }
    *out_count = (struct tcn_count){.kind = kind, .value = value};
    return TCN_OK;
}

bool tcn_answer_is_personal(const char *text) {
    uint32_t count = 0;
    for (const char *at = text; *at != '\0'; at++) {
        bool is_digit = *at >= '0' && *at <= '9';
        bool is_between = count > 0 && (*at == ' ' || *at == '-');
        count = is_digit ? count + 1 : is_between ? count : 0;
        if (count >= DIGITS_PERSONAL) {
            return true;
        }
    }
    return false;
}
