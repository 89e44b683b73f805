/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/called.h"

#include "base/text.h"
#include "base/uuid.h"
#include "base/width.h"
#include "cli/show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND_NS INT64_C(1000000000)
#define MINUTE_NS (60 * SECOND_NS)
#define SEVERITY_COLUMNS 8

void tcn_called_fini(struct tcn_called *called) {
    free(called->rows);
    *called = (struct tcn_called){.rows = NULL};
}

enum tcn_status tcn_called_take(struct tcn_called *called, const struct tcn_answer *answer) {
    if (answer->summons_count != answer->matter_count) {
        return TCN_MALFORMED;
    }
    if (called->rows == NULL) {
        called->rows = calloc(TCN_CALLED_MAX, sizeof *called->rows);
    }
    if (called->rows == NULL) {
        return TCN_NOMEM;
    }
    for (uint32_t i = 0; i < answer->summons_count; i++) {
        const struct tcn_summons_row *from = &answer->summonses[i];
        if (called->count == TCN_CALLED_MAX) {
            called->has_more = true;
            return TCN_OK;
        }
        struct tcn_called_row *row = &called->rows[called->count];
        *row = (struct tcn_called_row){.summons = from->summons,
                                       .matter = answer->matters[i],
                                       .owed = from->owed,
                                       .due_ns = from->due_ns,
                                       .is_silenced = from->is_silenced};
        memcpy(row->clock_id, from->clock_id, sizeof row->clock_id);
        tcn_show_text(from->title_zh, row->title_zh, sizeof row->title_zh);
        tcn_show_text(from->title_en, row->title_en, sizeof row->title_en);
        called->count++;
    }
    return TCN_OK;
}

/* As bad as the call was, or as the matter is now, whichever is worse. */
static unsigned severity_of(const struct tcn_called_row *row) {
    const unsigned called = (unsigned)row->summons.severity;
    const unsigned now = (unsigned)row->matter.severity;
    return called > now ? called : now;
}

/* What is unknown is not routine: it stands before it. */
static int rank_of(const struct tcn_called_row *row) {
    static const int ranks[] = {[TCN_SEVERITY_UNKNOWN] = 1,
                                [TCN_SEVERITY_ROUTINE] = 0,
                                [TCN_SEVERITY_SERIOUS] = 2,
                                [TCN_SEVERITY_URGENT] = 3,
                                [TCN_SEVERITY_DANGER] = 4};
    return ranks[severity_of(row)];
}

static int64_t due_of(const struct tcn_called_row *row) {
    return row->due_ns == 0 ? INT64_MAX : row->due_ns;
}

static int compare(const void *left_row, const void *right_row) {
    const struct tcn_called_row *left = left_row;
    const struct tcn_called_row *right = right_row;
    if (rank_of(left) != rank_of(right)) {
        return rank_of(left) > rank_of(right) ? -1 : 1;
    }
    if (due_of(left) != due_of(right)) {
        return due_of(left) < due_of(right) ? -1 : 1;
    }
    if (left->summons.since_ns != right->summons.since_ns) {
        return left->summons.since_ns < right->summons.since_ns ? -1 : 1;
    }
    return left->summons.birth_position < right->summons.birth_position ? -1 : 1;
}

void tcn_called_sort(struct tcn_called *called) {
    if (called->count > 1) {
        qsort(called->rows, called->count, sizeof *called->rows, compare);
    }
}

uint32_t tcn_called_urgent(const struct tcn_called *called, uint32_t *out_danger) {
    uint32_t urgent = 0;
    *out_danger = 0;
    for (uint32_t i = 0; i < called->count; i++) {
        urgent += severity_of(&called->rows[i]) >= TCN_SEVERITY_URGENT ? 1 : 0;
        *out_danger += severity_of(&called->rows[i]) == TCN_SEVERITY_DANGER ? 1 : 0;
    }
    return urgent;
}

uint32_t tcn_called_ringing(const struct tcn_called *called) {
    uint32_t ringing = 0;
    for (uint32_t i = 0; i < called->count; i++) {
        const struct tcn_called_row *row = &called->rows[i];
        ringing += severity_of(row) >= TCN_SEVERITY_URGENT && !row->is_silenced ? 1 : 0;
    }
    return ringing;
}

const char *tcn_called_severity(enum tcn_language language, enum tcn_severity severity) {
    static const struct tcn_say words[] = {
        [TCN_SEVERITY_UNKNOWN] = {{"unknown", "不明"}},
        [TCN_SEVERITY_ROUTINE] = {{"routine", "一般"}},
        [TCN_SEVERITY_SERIOUS] = {{"serious", "较重"}},
        [TCN_SEVERITY_URGENT] = {{"URGENT", "紧急"}},
        [TCN_SEVERITY_DANGER] = {{"DANGER", "危急"}},
    };
    return tcn_said(language, &words[severity]);
}

/* "02:41" of today, else "11-28 02:41". */
static void clock_text(int64_t at_ns, int64_t now_ns, char out_text[24]) {
    const time_t at = (time_t)(at_ns / SECOND_NS);
    const time_t now = (time_t)(now_ns / SECOND_NS);
    struct tm when = {0};
    struct tm today = {0};
    (void)localtime_r(&at, &when);
    (void)localtime_r(&now, &today);
    const bool is_today = when.tm_yday == today.tm_yday && when.tm_year == today.tm_year;
    const bool is_year = when.tm_year == today.tm_year;
    (void)strftime(out_text, 24, is_today ? "%H:%M" : is_year ? "%m-%d %H:%M" : "%Y-%m-%d", &when);
}

/* "6 min", "3 h", "2 days": how long ago. */
static void age_text(enum tcn_language language, int64_t age_ns, char out_text[32]) {
    static const struct tcn_say minute = {{" min", "分钟"}};
    static const struct tcn_say hour = {{" h", "小时"}};
    static const struct tcn_say day = {{" days", "天"}};
    const int64_t minutes = age_ns > 0 ? age_ns / MINUTE_NS : 0;
    const bool is_minutes = minutes < 120;
    const bool is_hours = !is_minutes && minutes < INT64_C(48) * 60;
    const int64_t count = is_minutes ? minutes : is_hours ? minutes / 60 : minutes / 1440;
    (void)snprintf(out_text, 32, "%" PRId64 "%s", count,
                   tcn_said(language, is_minutes ? &minute
                                      : is_hours ? &hour
                                                 : &day));
}

static const char *title_of(enum tcn_language language, const char *zh, const char *en) {
    const char *first = language == TCN_LANGUAGE_ZH ? zh : en;
    const char *second = language == TCN_LANGUAGE_ZH ? en : zh;
    return first[0] != '\0' ? first : second;
}

static void what_text(const struct tcn_called_view *view, const struct tcn_matter *matter,
                      char out_text[TCN_SHOW_WORD_BYTES]) {
    static const struct tcn_say guarded = {{"guarded", "受保护事项"}};
    static const struct tcn_say unknown = {{"not known what", "类别不明"}};
    const struct tcn_domain *domain =
        view->policy != NULL ? tcn_policy_domain(view->policy, tcn_slice_text(matter->domain))
                             : NULL;
    const char *text = matter->domain;
    if (domain != NULL) {
        text = title_of(view->language, domain->title_zh, domain->title_en);
    } else if (matter->domain[0] == '\0') {
        const bool is_guarded = (matter->flags & TCN_FLAG_GUARDED) != 0;
        text = tcn_said(view->language, is_guarded ? &guarded : &unknown);
    }
    tcn_show_text(tcn_slice_text(text), out_text, TCN_SHOW_WORD_BYTES);
}

static void where_text(const struct tcn_called_view *view, uint64_t code,
                       char out_text[TCN_SHOW_WORD_BYTES]) {
    const struct tcn_division *division =
        view->policy == NULL || code == 0 ? NULL : tcn_policy_division(view->policy, code);
    if (division != NULL) {
        tcn_show_text(tcn_slice_text(division->name), out_text, TCN_SHOW_WORD_BYTES);
    } else if (code != 0) {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%012" PRIu64, code);
    } else {
        out_text[0] = '\0';
    }
}

/* What comes next, as a person is told to do it. */
static const char *next_text(enum tcn_language language, enum tcn_act owed) {
    static const struct tcn_say acknowledge = {{"acknowledge", "请签收"}};
    static const struct tcn_say accept = {{"acknowledge, then accept", "请签收并受理"}};
    switch (owed) {
    case TCN_ACT_NONE:
    case TCN_ACT_ACKNOWLEDGED:
        return tcn_said(language, &acknowledge);
    case TCN_ACT_ACCEPTED:
        return tcn_said(language, &accept);
    default:
        return NULL;
    }
}

static void by_text(const struct tcn_called_view *view, const struct tcn_called_row *row,
                    char out_text[TCN_SHOW_WORD_BYTES]) {
    static const struct tcn_say ahead = {{" by ", "，期限 "}};
    static const struct tcn_say past = {{": WAS DUE ", "：已过期限 "}};
    static const struct tcn_say then = {{"acknowledge, then ", "请签收，再 "}};
    const char *known = next_text(view->language, row->owed);
    char next[TCN_SHOW_WORD_BYTES / 2];
    (void)snprintf(next, sizeof next, "%s%s", known != NULL ? "" : tcn_said(view->language, &then),
                   known != NULL ? known : tcn_act_name(row->owed));
    char due[24];
    if (row->due_ns == 0) {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%s", next);
        return;
    }
    clock_text(row->due_ns, view->now_ns, due);
    (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%s%s%s", next,
                   tcn_said(view->language, row->due_ns < view->now_ns ? &past : &ahead), due);
}

/* How many alerts the line stands for; what is in danger stands by itself. */
static void many_text(enum tcn_language language, const struct tcn_called_row *row,
                      char out_text[32]) {
    const bool is_many = row->summons.count > 1 && severity_of(row) != TCN_SEVERITY_DANGER;
    out_text[0] = '\0';
    if (is_many) {
        (void)snprintf(out_text, 32, language == TCN_LANGUAGE_ZH ? "，%u 条" : ", %u alerts",
                       (unsigned)row->summons.count);
    }
}

void tcn_called_line(const struct tcn_called_view *view, const struct tcn_called_row *row,
                     char out_line[TCN_CALLED_LINE_BYTES]) {
    static const struct tcn_say silenced = {{"  (silenced)", "  （静默）"}};
    const enum tcn_severity severity = (enum tcn_severity)severity_of(row);
    const char *word = tcn_called_severity(view->language, severity);
    const size_t pad = tcn_text_width(tcn_slice_text(word));
    char since[24];
    char age[32];
    char many[32];
    char what[TCN_SHOW_WORD_BYTES];
    char where[TCN_SHOW_WORD_BYTES];
    char next[TCN_SHOW_WORD_BYTES];
    char rest[TCN_CALLED_LINE_BYTES / 2];
    clock_text(row->summons.since_ns, view->now_ns, since);
    age_text(view->language, view->now_ns - row->summons.since_ns, age);
    many_text(view->language, row, many);
    what_text(view, &row->matter, what);
    where_text(view, row->matter.division, where);
    by_text(view, row, next);
    (void)snprintf(rest, sizeof rest, "  %s (%s%s)  %s%s%s  %s%s%s", since, age, many, what,
                   where[0] != '\0' ? "  " : "", where, next,
                   row->is_silenced ? tcn_said(view->language, &silenced) : "",
                   row->summons.mode == TCN_MODE_EXERCISE ? "  EXERCISE 演练" : "");
    const size_t columns = view->columns == 0 ? SIZE_MAX : view->columns;
    const size_t room = columns > SEVERITY_COLUMNS ? columns - SEVERITY_COLUMNS : 0;
    const size_t size = tcn_text_fit(tcn_slice_text(rest), room);
    (void)snprintf(out_line, TCN_CALLED_LINE_BYTES, "%s%s%*s%s%.*s",
                   tcn_show_colour(view->cli, severity), word,
                   (int)(pad < SEVERITY_COLUMNS ? SEVERITY_COLUMNS - pad : 0), "",
                   tcn_show_plain(view->cli), (int)size, rest);
}

void tcn_called_command(const struct tcn_called_view *view, const struct tcn_called_row *row,
                        char out_line[TCN_CALLED_LINE_BYTES]) {
    char id[TCN_UUID_TEXT_BYTES];
    tcn_uuid_to_text(row->matter.id.bytes, id);
    /* A post comes from the log: it may hold what a shell or a terminal would obey. */
    const bool is_post = tcn_text_is_word(tcn_slice_text(view->post));
    (void)snprintf(out_line, TCN_CALLED_LINE_BYTES, "tocsin act %s acknowledged%s%s --post %s", id,
                   view->place, row->summons.mode == TCN_MODE_EXERCISE ? " --exercise" : "",
                   is_post ? view->post : "POST");
}

static void waits_text(const struct tcn_called_head *head, char *out_text, size_t size) {
    const bool is_zh = head->language == TCN_LANGUAGE_ZH;
    char since[24];
    char old[64] = "";
    uint32_t danger = 0;
    const uint32_t urgent = tcn_called_urgent(head->called, &danger);
    if (head->known_ns == 0) {
        (void)snprintf(out_text, size, "%s",
                       is_zh ? "待签收情况尚不清楚" : "what is not in hand is not known yet");
        return;
    }
    if (head->is_old) {
        clock_text(head->known_ns, head->now_ns, since);
        (void)snprintf(old, sizeof old, is_zh ? "（截至 %s）" : " (as known at %s)", since);
    }
    (void)snprintf(out_text, size,
                   is_zh ? "待签收 %u%s 件，紧急 %u，危急 %u%s"
                         : "%u%s not in hand, %u urgent, %u danger%s",
                   (unsigned)head->called->count, head->called->has_more ? "+" : "",
                   (unsigned)urgent, (unsigned)danger, old);
}

static void duty_text(const struct tcn_called_head *head, char *out_text, size_t size) {
    static const struct tcn_say unknown = {{"who is on duty is not known yet", "值班情况尚不清楚"}};
    static const struct tcn_say nobody = {{"NOBODY IS ON DUTY: tocsin duty take --post POST",
                                           "无人登记值班：tocsin duty take --post 岗位"}};
    static const struct tcn_say on = {{"on duty: ", "值班岗位 "}};
    const struct tcn_shift *shift = head->shift;
    const bool is_on = head->is_shift_known && shift->organ != 0 && shift->handed_ns == 0 &&
                       (shift->until_ns == 0 || shift->until_ns > head->now_ns);
    char post[TCN_SHOW_WORD_BYTES] = "";
    if (is_on) {
        tcn_show_text(tcn_slice_text(shift->post), post, sizeof post);
    }
    (void)snprintf(out_text, size, "%s%s",
                   tcn_said(head->language, !head->is_shift_known ? &unknown
                                            : is_on               ? &on
                                                                  : &nobody),
                   post);
}

void tcn_called_head(const struct tcn_called_head *head, char *out_text, size_t size) {
    const bool is_zh = head->language == TCN_LANGUAGE_ZH;
    char waits[2 * TCN_SHOW_WORD_BYTES];
    char duty[2 * TCN_SHOW_WORD_BYTES];
    waits_text(head, waits, sizeof waits);
    duty_text(head, duty, sizeof duty);
    (void)snprintf(out_text, size, is_zh ? "%s%s：%s。%s" : "%s%s: %s. %s",
                   head->is_exercise ? "EXERCISE 演练 " : "", head->title, waits, duty);
}
