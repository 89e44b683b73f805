/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/limits.h"

#include "base/clock.h"
#include "base/date.h"
#include "cli/show.h"

#include <inttypes.h>
#include <string.h>

#define MINUTE_NS (60 * TCN_SECOND_NS)
#define TITLE_BYTES (TCN_TITLE_BYTES_MAX + 1)

void tcn_limit_date(int64_t due_ns, char out_text[TCN_LIMIT_DATE_BYTES]) {
    const int64_t limit_ns = INT64_C(7289654400) * TCN_SECOND_NS; /* 2200 */
    const int64_t kept_ns = due_ns < 0 ? 0 : due_ns < limit_ns ? due_ns : limit_ns;
    const int64_t civil_ns = kept_ns + TCN_CIVIL_OFFSET_NS;
    const int64_t of_day_ns = civil_ns % TCN_DAY_NS;
    const struct tcn_date date = tcn_date_from_day(civil_ns / TCN_DAY_NS);
    int used = snprintf(out_text, TCN_LIMIT_DATE_BYTES, "%04" PRId64 "-%02" PRId64 "-%02" PRId64,
                        date.year, date.month, date.day);
    if (used > 0 && of_day_ns < TCN_DAY_NS - 1) {
        (void)snprintf(out_text + used, TCN_LIMIT_DATE_BYTES - (size_t)used,
                       " %02" PRId64 ":%02" PRId64, of_day_ns / (60 * MINUTE_NS),
                       of_day_ns / MINUTE_NS % 60);
    }
}

/* An article's numbers as a Chinese text has them: " Art. 23 ¶2" becomes "第23条第2款". */
static size_t put_numbers(const char *text, char *out_text, size_t size, size_t *out_used) {
    static const char paragraph[] = " ¶";
    const size_t number_count = strspn(text, "0123456789, ");
    size_t count = number_count;
    while (count > 0 && (text[count - 1] == ' ' || text[count - 1] == ',')) {
        count--;
    }
    int used = snprintf(out_text, size, "第%.*s条", (int)count, text);
    bool has_paragraph = strncmp(text + count, paragraph, sizeof paragraph - 1) == 0;
    if (has_paragraph) {
        const char *behind = text + count + sizeof paragraph - 1;
        const size_t digit_count = strspn(behind, "0123456789");
        used = snprintf(out_text, size, "第%.*s条第%.*s款", (int)count, text, (int)digit_count,
                        behind);
        count += sizeof paragraph - 1 + digit_count;
    }
    *out_used = used < 0 ? 0 : (size_t)used < size ? (size_t)used : size - 1;
    return count;
}

/* The law as a Chinese reader cites it; what is no article stays as the policy has it. */
static void cite(const char *article, char out_text[TCN_LIMIT_LAW_BYTES]) {
    static const char mark[] = " Art. ";
    size_t used = 0;
    out_text[0] = '\0';
    while (*article != '\0' && used < TCN_LIMIT_LAW_BYTES - 1) {
        if (strncmp(article, mark, sizeof mark - 1) == 0) {
            size_t added = 0;
            article += sizeof mark - 1;
            article += put_numbers(article, out_text + used, TCN_LIMIT_LAW_BYTES - used, &added);
            used += added;
        } else {
            out_text[used] = *article;
            used++;
            out_text[used] = '\0';
            article++;
        }
    }
}

void tcn_limit_law(const struct tcn_local_limit *limit, enum tcn_language language,
                   char out_text[TCN_LIMIT_LAW_BYTES]) {
    bool is_zh = language == TCN_LANGUAGE_ZH;
    char article[TCN_ARTICLE_BYTES_MAX + 1];
    char cited[TCN_LIMIT_LAW_BYTES];
    tcn_show_text(limit->article, article, sizeof article);
    (void)snprintf(cited, sizeof cited, "%s", article);
    if (is_zh) {
        cite(article, cited);
    }
    if (limit->confidence == TCN_CLOCK_PROPOSAL) {
        (void)snprintf(out_text, TCN_LIMIT_LAW_BYTES,
                       is_zh ? "（建议时限，不是法定期限）"
                             : " (a proposal, not a limit of the law: %.300s)",
                       article);
    } else if (article[0] == '\0') {
        out_text[0] = '\0';
    } else {
        bool is_second_hand = limit->confidence == TCN_CLOCK_SECONDARY;
        const char *doubt = !is_second_hand ? ""
                            : is_zh         ? "；据二手资料"
                                            : "; from a secondary source";
        (void)snprintf(out_text, TCN_LIMIT_LAW_BYTES, "%s%.400s%s%s", is_zh ? "（" : " (", cited,
                       doubt, is_zh ? "）" : ")");
    }
}

/* What is said round the date. */
struct limit_words {
    struct tcn_say before;
    struct tcn_say behind;
};

static const struct limit_words *words_of(const struct tcn_local_limit *limit, int64_t now_ns) {
    static const struct limit_words ahead = {{{"by ", "最迟 "}}, {{"", ""}}};
    static const struct limit_words over = {
        {{"was due by ", "最迟应于 "}},
        {{", and is not done as far as is known here", " 完成，此处未见办理记录"}}};
    static const struct limit_words met = {{{"done in time; it was due by ", "已按期办理，期限 "}},
                                           {{"", ""}}};
    static const struct limit_words late = {{{"done late; it was due by ", "已办理但超期，期限 "}},
                                            {{"", ""}}};
    return limit->state == TCN_LIMIT_MET    ? &met
           : limit->state == TCN_LIMIT_LATE ? &late
           : limit->due_ns < now_ns         ? &over
                                            : &ahead;
}

void tcn_limits_show(FILE *out, enum tcn_language language,
                     const struct tcn_local_progress *progress, int64_t now_ns) {
    static const struct tcn_say name = {{"limit     ", "期限      "}};
    static const struct tcn_say nameless = {{"a limit of a policy before", "原制度的期限"}};
    static const struct tcn_say colon = {{": ", "："}};
    for (uint32_t i = 0; i < progress->limit_count; i++) {
        const struct tcn_local_limit *limit = &progress->limits[i];
        const struct limit_words *words = words_of(limit, now_ns);
        char title[TITLE_BYTES];
        char date[TCN_LIMIT_DATE_BYTES];
        char law[TCN_LIMIT_LAW_BYTES];
        tcn_show_text(language == TCN_LANGUAGE_ZH ? limit->title_zh : limit->title_en, title,
                      sizeof title);
        tcn_limit_date(limit->due_ns, date);
        tcn_limit_law(limit, language, law);
        (void)fprintf(out, "%s%s%s%s%s%s%s\n", tcn_said(language, &name),
                      title[0] == '\0' ? tcn_said(language, &nameless) : title,
                      tcn_said(language, &colon), tcn_said(language, &words->before), date,
                      tcn_said(language, &words->behind), law);
    }
}
