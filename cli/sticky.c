/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sticky.h"

#include "base/clock.h"
#include "base/width.h"
#include "cli/show.h"
#include "client/ask.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TICK_NS TCN_SECOND_NS
#define OFTEN_NS (15 * TCN_SECOND_NS)
#define URGENT_NS (3 * TCN_SECOND_NS) /* while the bell rings */
#define ASK_NS TCN_SECOND_NS
#define PAGES_MAX (TCN_CALLED_MAX / TCN_ROWS_MAX)
#define CLOCK_LINE 1u

enum tcn_status tcn_sticky_init(struct tcn_sticky *sticky) {
    sticky->screen.file = sticky->cli->err;
    sticky->is_screen =
        sticky->is_shown && sticky->cli->is_out_terminal && tcn_screen_fits(&sticky->screen);
    if (!sticky->is_screen) {
        return TCN_OK;
    }
    sticky->lines = calloc(1, sizeof *sticky->lines);
    return sticky->lines == NULL ? TCN_NOMEM : TCN_OK;
}

void tcn_sticky_fini(struct tcn_sticky *sticky) {
    tcn_screen_close(&sticky->screen);
    tcn_session_close(&sticky->session);
    tcn_called_fini(&sticky->called);
    free(sticky->lines);
    sticky->lines = NULL;
}

static int64_t look_ns(const struct tcn_sticky *sticky) {
    const int64_t pause_ns = sticky->is_due             ? TICK_NS
                             : sticky->bell->is_ringing ? URGENT_NS
                                                        : OFTEN_NS;
    return sticky->looked_ns == 0 ? 0 : sticky->looked_ns + pause_ns;
}

int64_t tcn_sticky_deadline(const struct tcn_sticky *sticky, int64_t now_ns) {
    if (!sticky->is_asked) {
        return INT64_MAX;
    }
    int64_t deadline_ns = look_ns(sticky);
    const int64_t bell_ns = tcn_bell_deadline(sticky->bell);
    const int64_t tick_ns = sticky->is_screen ? sticky->ticked_ns + TICK_NS : INT64_MAX;
    deadline_ns = bell_ns < deadline_ns ? bell_ns : deadline_ns;
    deadline_ns = tick_ns < deadline_ns ? tick_ns : deadline_ns;
    return deadline_ns < now_ns ? now_ns : deadline_ns;
}

void tcn_sticky_spoil(struct tcn_sticky *sticky) {
    sticky->is_due = true;
}

void tcn_sticky_clear(struct tcn_sticky *sticky) {
    if (sticky->is_drawn) {
        (void)fputs("\r\033[K", sticky->cli->err);
        (void)fflush(sticky->cli->err);
        sticky->is_drawn = false;
    }
}

static void time_of_day(int64_t at_ns, char out_text[16]) {
    const time_t seconds = (time_t)(at_ns / TCN_SECOND_NS);
    struct tm local = {0};
    (void)localtime_r(&seconds, &local);
    (void)strftime(out_text, 16, "%H:%M:%S", &local);
}

/* One line more, cut to the width; `colour` may be empty. */
static void add_line(struct tcn_sticky *sticky, const char *colour, const char *text) {
    struct tcn_screen_lines *lines = sticky->lines;
    const struct tcn_slice whole = tcn_slice_text(text);
    if (lines->count == TCN_SCREEN_LINES_MAX) {
        return;
    }
    const size_t size = tcn_text_fit(whole, sticky->screen.columns);
    (void)snprintf(lines->text[lines->count], sizeof lines->text[0], "%s%.*s%s",
                   sticky->cli->has_colour ? colour : "", (int)size, text,
                   tcn_show_plain(sticky->cli));
    lines->count++;
}

/* Whose screen it is, how much waits there, and who has the duty. */
static void head_text(const struct tcn_sticky *sticky, char *out_text, size_t size) {
    const bool is_zh = sticky->language == TCN_LANGUAGE_ZH;
    const struct tcn_organ *organ =
        tcn_policy_organ_by_id(&sticky->seat->names.policy, tcn_slice_text(sticky->seat->organ));
    const char *title = organ == NULL ? sticky->seat->organ
                        : is_zh       ? organ->title_zh
                                      : organ->title_en;
    const struct tcn_called_head head = {
        .language = sticky->language,
        .title = title,
        .is_exercise = sticky->mode == TCN_MODE_EXERCISE,
        .called = &sticky->called,
        .known_ns = sticky->known_ns,
        .is_old = sticky->is_old,
        .shift = &sticky->shift,
        .is_shift_known = sticky->is_shift_known,
        .now_ns = tcn_clock_wall_ns(),
    };
    tcn_called_head(&head, out_text, size);
}

/* The clock that tells a live screen from a dead one, and how old what stands here is. */
static void clock_text(const struct tcn_sticky *sticky, char *out_text, size_t size) {
    const bool is_zh = sticky->language == TCN_LANGUAGE_ZH;
    char now[16];
    char heard[16] = "--:--:--";
    time_of_day(tcn_clock_wall_ns(), now);
    if (sticky->heard_ns != 0) {
        time_of_day(sticky->heard_ns, heard);
    }
    (void)snprintf(out_text, size,
                   is_zh ? "%s 屏幕正常。此时钟停住，即程序已停，请重新启动。收集器音讯 %s"
                         : "%s alive. If this clock stops, the program is dead. Last word: %s",
                   now, heard);
}

static const char *clock_colour(const struct tcn_sticky *sticky) {
    return sticky->is_silent || sticky->standstill != 0 ? "\033[1;37;41m" : "\033[7m";
}

static struct tcn_called_view view_of(const struct tcn_sticky *sticky) {
    return (struct tcn_called_view){
        .cli = sticky->cli,
        .policy = tcn_seat_policy(sticky->seat),
        .language = sticky->language,
        .columns = sticky->screen.columns,
        .place = sticky->place,
        .post = sticky->shift.post,
        .now_ns = tcn_clock_wall_ns(),
    };
}

/* The whole command: what does not fit goes on in a second line, as a shell takes it. */
static void add_command(struct tcn_sticky *sticky, const struct tcn_called_view *view,
                        const struct tcn_called_row *row) {
    char text[TCN_CALLED_LINE_BYTES + 8] = "  ";
    tcn_called_command(view, row, text + 2);
    const char *more = strstr(text, " acknowledged");
    const bool fits = tcn_text_width(tcn_slice_text(text)) <= sticky->screen.columns;
    if (fits || more == NULL) {
        add_line(sticky, "", text);
        return;
    }
    char first[TCN_CALLED_LINE_BYTES];
    (void)snprintf(first, sizeof first, "%.*s \\", (int)(more - text), text);
    add_line(sticky, "", first);
    (void)snprintf(first, sizeof first, "   %s", more);
    add_line(sticky, "", first);
}

static void add_rows(struct tcn_sticky *sticky, uint32_t room) {
    const bool is_zh = sticky->language == TCN_LANGUAGE_ZH;
    const struct tcn_called_view view = view_of(sticky);
    struct tcn_screen_lines *lines = sticky->lines;
    char text[TCN_CALLED_LINE_BYTES + 8];
    uint32_t shown = 0;
    for (; shown < sticky->called.count && lines->count + 4 <= room; shown++) {
        const struct tcn_called_row *row = &sticky->called.rows[shown];
        tcn_called_line(&view, row, text);
        (void)snprintf(lines->text[lines->count++], sizeof lines->text[0], "%s", text);
        add_command(sticky, &view, row);
    }
    if (shown < sticky->called.count) {
        (void)snprintf(text, sizeof text,
                       is_zh ? "  另有 %u 件：tocsin matter waiting%s%s"
                             : "  and %u more: tocsin matter waiting%s%s",
                       (unsigned)(sticky->called.count - shown), sticky->place,
                       sticky->mode == TCN_MODE_EXERCISE ? " --exercise" : "");
        add_line(sticky, "", text);
    }
}

static void add_trouble(struct tcn_sticky *sticky) {
    const bool is_zh = sticky->language == TCN_LANGUAGE_ZH;
    char text[TCN_CALLED_LINE_BYTES];
    if (sticky->is_silent) {
        char heard[16];
        time_of_day(sticky->heard_ns, heard);
        (void)snprintf(text, sizeof text,
                       is_zh
                           ? "收集器自 %s 起无音讯：以下可能已过时，请电话联系值班室"
                           : "NO WORD FROM THE COLLECTOR since %s: this may be old; telephone the "
                             "desk",
                       heard);
        add_line(sticky, "\033[1;37;41m", text);
    }
    if (sticky->standstill != 0) {
        (void)snprintf(text, sizeof text,
                       is_zh ? "收集器暂不产生新告警（%s）：请电话询问各单位，并通知运维"
                             : "NO NEW ALERTS come (%s): telephone the offices, call the operator",
                       tcn_status_sentence((enum tcn_status)sticky->standstill));
        add_line(sticky, "\033[1;37;41m", text);
    }
    if (sticky->failed_count > 0) {
        (void)snprintf(text, sizeof text,
                       is_zh ? "--exec 命令失败 %u 次：见下方"
                             : "--exec failed %u times: see below",
                       (unsigned)sticky->failed_count);
        add_line(sticky, "\033[1;31m", text);
    }
}

static void draw_screen(struct tcn_sticky *sticky) {
    struct tcn_screen_lines *lines = sticky->lines;
    uint32_t rows = 0;
    char text[TCN_CALLED_LINE_BYTES];
    if (!tcn_screen_size(&sticky->screen, &rows, &sticky->screen.columns)) {
        return;
    }
    lines->count = 0;
    head_text(sticky, text, sizeof text);
    add_line(sticky, "\033[1m", text);
    clock_text(sticky, text, sizeof text);
    add_line(sticky, clock_colour(sticky), text);
    add_trouble(sticky);
    add_rows(sticky, rows / 2 < TCN_SCREEN_LINES_MAX ? rows / 2 : TCN_SCREEN_LINES_MAX);
    memset(text, '-', sizeof text);
    text[sticky->screen.columns < sizeof text ? sticky->screen.columns : sizeof text - 1] = '\0';
    add_line(sticky, "", text);
    tcn_screen_draw(&sticky->screen, lines);
}

static void tick(struct tcn_sticky *sticky) {
    struct tcn_screen_lines *lines = sticky->lines;
    uint32_t rows = 0;
    uint32_t columns = 0;
    const bool is_same = sticky->screen.is_open &&
                         tcn_screen_size(&sticky->screen, &rows, &columns) &&
                         rows == sticky->screen.rows && columns == sticky->screen.columns;
    if (!is_same) {
        draw_screen(sticky);
        return;
    }
    char text[TCN_CALLED_LINE_BYTES];
    clock_text(sticky, text, sizeof text);
    lines->count = CLOCK_LINE;
    add_line(sticky, clock_colour(sticky), text);
    tcn_screen_draw_line(&sticky->screen, CLOCK_LINE, lines->text[CLOCK_LINE]);
}

/* Where there is no room for more: how much waits, and since when. */
static void draw_foot(struct tcn_sticky *sticky) {
    const bool is_zh = sticky->language == TCN_LANGUAGE_ZH;
    FILE *err = sticky->cli->err;
    char now[16];
    uint32_t danger = 0;
    const uint32_t urgent = tcn_called_urgent(&sticky->called, &danger);
    tcn_sticky_clear(sticky);
    time_of_day(tcn_clock_wall_ns(), now);
    if (sticky->known_ns == 0) {
        (void)fprintf(err, is_zh ? "%s 待签收情况尚不清楚" : "%s  what waits is not known yet",
                      now);
    } else {
        (void)fprintf(err, is_zh ? "%s 待签收 %u%s 件，紧急 %u" : "%s  %u%s not in hand, %u urgent",
                      now, (unsigned)sticky->called.count, sticky->called.has_more ? "+" : "",
                      (unsigned)urgent);
    }
    (void)fflush(err);
    sticky->is_drawn = true;
}

static enum tcn_status ask(struct tcn_sticky *sticky, struct tcn_query *query,
                           struct tcn_answer *out_answer) {
    return tcn_ask(sticky->session, query, tcn_clock_monotonic_ns() + ASK_NS, out_answer);
}

/* What waits. What was known stays when it cannot be asked. */
static enum tcn_status ask_called(struct tcn_sticky *sticky, uint16_t organ) {
    struct tcn_called fresh = {.rows = NULL};
    struct tcn_query query = {.kind = TCN_QUERY_SUMMONSES, .organ = organ, .mode = sticky->mode};
    struct tcn_answer answer = {.next_page = 0};
    enum tcn_status status = TCN_OK;
    for (uint32_t page = 0; page < PAGES_MAX && status == TCN_OK; page++) {
        status = ask(sticky, &query, &answer);
        status = status == TCN_OK ? tcn_called_take(&fresh, &answer) : status;
        query.page = status == TCN_OK ? answer.next_page : 0;
        if (query.page == 0) {
            break;
        }
    }
    if (status != TCN_OK) {
        tcn_called_fini(&fresh);
        return status;
    }
    fresh.has_more = fresh.has_more || query.page != 0;
    tcn_called_sort(&fresh);
    tcn_called_fini(&sticky->called);
    sticky->called = fresh;
    sticky->known_ns = tcn_clock_wall_ns();
    return TCN_OK;
}

static enum tcn_status ask_shift(struct tcn_sticky *sticky, uint16_t organ) {
    struct tcn_query query = {.kind = TCN_QUERY_SHIFTS, .organ = organ};
    struct tcn_answer answer;
    const enum tcn_status status = ask(sticky, &query, &answer);
    if (status == TCN_OK) {
        sticky->shift = answer.shift_count == 1 ? answer.shifts[0] : (struct tcn_shift){.organ = 0};
        sticky->is_shift_known = true;
    }
    return status;
}

static int look(struct tcn_sticky *sticky, struct tcn_cli *cli, int64_t now_ns) {
    const struct tcn_organ *organ =
        tcn_policy_organ_by_id(&sticky->seat->names.policy, tcn_slice_text(sticky->seat->organ));
    const uint16_t number = organ == NULL ? 0 : organ->number;
    sticky->looked_ns = now_ns;
    sticky->is_due = false;
    if (number == 0) {
        sticky->is_asked = false; /* the policy knows no such organ: there is nothing to ask */
        return TCN_EXIT_OK;
    }
    if (sticky->session == NULL) {
        tcn_sticky_clear(sticky); /* it may have to say why not */
    }
    if (sticky->session == NULL &&
        tcn_seat_extra_session(cli, sticky->seat, &sticky->session) != TCN_EXIT_OK) {
        sticky->is_old = true; /* it is tried again at the next look; the bell goes on */
        return TCN_EXIT_OK;
    }
    enum tcn_status status = ask_called(sticky, number);
    sticky->is_old = status != TCN_OK;
    status = status == TCN_OK ? ask_shift(sticky, number) : status;
    if (status == TCN_BAD_SIGNATURE) {
        return tcn_seat_fail(cli, status, NULL, "look at what is open");
    }
    tcn_bell_know(sticky->bell, tcn_called_ringing(&sticky->called));
    return TCN_EXIT_OK;
}

int tcn_sticky_look(struct tcn_sticky *sticky, struct tcn_cli *cli, int64_t now_ns) {
    if (!sticky->is_asked) {
        return TCN_EXIT_OK;
    }
    const bool is_look = now_ns >= look_ns(sticky);
    const int code = is_look ? look(sticky, cli, now_ns) : TCN_EXIT_OK;
    if (tcn_bell_is_due(sticky->bell, now_ns) && cli->is_err_terminal) {
        (void)fputc('\a', cli->err);
        (void)fflush(cli->err);
    }
    if (sticky->is_screen && (is_look || now_ns - sticky->ticked_ns >= TICK_NS)) {
        if (is_look) {
            draw_screen(sticky);
        } else {
            tick(sticky);
        }
        sticky->ticked_ns = now_ns;
    } else if (sticky->is_shown && !sticky->is_screen && is_look) {
        draw_foot(sticky);
    }
    return code;
}
