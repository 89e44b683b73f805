/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/guide_inside.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Questions at most: each step once, ATTRIBUTE as often as a domain may declare. */
#define SPOTS_MAX (TCN_GUIDE_STEP_COUNT + TCN_DOMAIN_ATTRIBUTES_MAX)
#define LINE_BYTES_MAX 8192

static const struct tcn_guide_question *question_of(enum tcn_guide_step step) {
    return step < TCN_GUIDE_HARM   ? &tcn_guide_first[step]
           : step < TCN_GUIDE_SEND ? &tcn_guide_second[step - TCN_GUIDE_HARM]
                                   : &tcn_guide_last;
}

bool tcn_guide_is_wanted(const struct tcn_guide *guide, enum tcn_guide_step step) {
    return question_of(step)->is_wanted(guide);
}

void tcn_guide_tell(struct tcn_guide *guide, const struct tcn_say *say) {
    (void)fprintf(guide->screen, "%s\n", tcn_said(guide->language, say));
}

bool tcn_guide_expect(struct tcn_guide *guide, const struct tcn_say *say) {
    static const struct tcn_say expected = {{"  expected: ", "  应填："}};
    (void)fprintf(guide->screen, "%s%s\n", tcn_said(guide->language, &expected),
                  tcn_said(guide->language, say));
    return false;
}

void tcn_guide_choices(struct tcn_guide *guide, const struct tcn_choice *choices, uint32_t count) {
    for (uint32_t index = 0; index < count; index++) {
        (void)fprintf(guide->screen, "  %2u  %s\n", (unsigned)index + 1,
                      tcn_said(guide->language, &choices[index].label));
    }
}

const char *tcn_guide_organ(const struct tcn_guide *guide, const struct tcn_organ *organ) {
    return guide->language == TCN_LANGUAGE_ZH ? organ->title_zh : organ->title_en;
}

const char *tcn_guide_domain(const struct tcn_guide *guide, const struct tcn_domain *domain) {
    return guide->language == TCN_LANGUAGE_ZH ? domain->title_zh : domain->title_en;
}

const struct tcn_attribute_rule *tcn_guide_attribute(const struct tcn_guide *guide,
                                                     uint32_t index) {
    const struct tcn_domain_rules *rules = tcn_guide_rules(guide);
    TCN_CHECK(rules != NULL && index < rules->attribute_count);
    return &guide->rules->attributes[rules->attributes[index] - 1];
}

const struct tcn_domain_rules *tcn_guide_rules(const struct tcn_guide *guide) {
    return guide->rules == NULL || guide->answers.domain == NULL
               ? NULL
               : tcn_rules_domain(guide->rules, tcn_slice_text(guide->answers.domain->id));
}

/* All questions as things stand (G1); how many. */
static uint32_t list_spots(const struct tcn_guide *guide, struct tcn_guide_spot spots[SPOTS_MAX]) {
    uint32_t count = 0;
    for (enum tcn_guide_step step = TCN_GUIDE_WHAT; step < TCN_GUIDE_STEP_COUNT; step++) {
        bool is_wanted = tcn_guide_is_wanted(guide, step);
        uint32_t times = !is_wanted                    ? 0
                         : step == TCN_GUIDE_ATTRIBUTE ? tcn_guide_rules(guide)->attribute_count
                                                       : 1;
        for (uint32_t index = 0; index < times; index++) {
            bool is_bureaus =
                step == TCN_GUIDE_ATTRIBUTE && tcn_guide_attribute(guide, index)->is_of_bureau;
            if (is_bureaus) {
                continue;
            }
            TCN_CHECK(count < SPOTS_MAX);
            spots[count++] = (struct tcn_guide_spot){step, index};
        }
    }
    return count;
}

/* Where the present question is among them. */
static uint32_t place_of(const struct tcn_guide *guide, const struct tcn_guide_spot *spots,
                         uint32_t count) {
    for (uint32_t place = 0; place < count; place++) {
        if (spots[place].step == guide->spot.step && spots[place].index == guide->spot.index) {
            return place;
        }
    }
    TCN_CHECK(false); /* a question is never asked while it is not wanted */
    return 0;
}

static void go_on(struct tcn_guide *guide) {
    struct tcn_guide_spot spots[SPOTS_MAX];
    uint32_t count = list_spots(guide, spots);
    uint32_t place = place_of(guide, spots, count);
    TCN_CHECK(place + 1 < count); /* SEND is the last one and ends the loop */
    guide->spot = spots[place + 1];
}

static void go_back(struct tcn_guide *guide) {
    struct tcn_guide_spot spots[SPOTS_MAX];
    uint32_t place = place_of(guide, spots, list_spots(guide, spots));
    guide->is_shown = false;
    if (place > 0) {
        guide->spot = spots[place - 1];
    }
}

static void ask(struct tcn_guide *guide) {
    static const struct tcn_say keep = {
        {"  (answered before: Enter keeps it, - empties it)", "  （已填过：回车保留，- 清空）"}};
    struct tcn_guide_spot spots[SPOTS_MAX];
    uint32_t count = list_spots(guide, spots);
    (void)fprintf(guide->screen, "\n[%u/%u] ", (unsigned)place_of(guide, spots, count) + 1,
                  (unsigned)count);
    question_of(guide->spot.step)->ask(guide, guide->spot.index);
    if (guide->answers.is_given[guide->spot.step]) {
        tcn_guide_tell(guide, &keep);
    }
}

/* The next line that was typed, after a sign that it is awaited. */
static enum tcn_status read_line(struct tcn_guide *guide, struct tcn_slice *out_line) {
    (void)fputs("> ", guide->screen);
    (void)fflush(guide->screen);
    enum tcn_status status = TCN_AGAIN;
    while (status == TCN_AGAIN) {
        status = tcn_lines_next(&guide->lines, -1, out_line);
    }
    return status;
}

/* A text that is too long, or no text, is asked for again. */
static bool is_told_fault(struct tcn_guide *guide, enum tcn_status status) {
    if (status == TCN_TOOBIG) {
        return !tcn_guide_expect(guide, &(struct tcn_say){{"something shorter", "短一些的内容"}});
    }
    if (status == TCN_BAD_TEXT) {
        return !tcn_guide_expect(guide, &(struct tcn_say){{"plain text in UTF-8, without keys that "
                                                           "steer a terminal",
                                                           "UTF-8 纯文字，不含控制字符"}});
    }
    return false;
}

/* Adds a line to the narrative unless it cannot be taken, which is told: the others stay. */
static size_t add_line(struct tcn_guide *guide, size_t used, struct tcn_slice line) {
    static const struct tcn_say left_out = {
        {"  (this line is left out: it is no plain text)", "  （此行不是纯文字，已略去）"}};
    static const struct tcn_say full = {
        {"  (this line is left out: the text would be too long)", "  （文字过长，此行已略去）"}};
    char *text = guide->answers.narrative;
    if (!tcn_answer_is_tame(line)) {
        tcn_guide_tell(guide, &left_out);
        return used;
    }
    if (used + line.size + 1 >= TCN_TEXT_BYTES_MAX - TCN_ANSWER_BYTES) {
        tcn_guide_tell(guide, &full);
        return used;
    }
    memcpy(text + used, line.data, line.size);
    text[used + line.size] = '\n';
    return used + line.size + 1;
}

/* Reads lines until an empty one. */
static enum tcn_status read_long(struct tcn_guide *guide, struct tcn_slice first) {
    size_t used = 0;
    struct tcn_slice line = first;
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && line.size > 0) {
        used = add_line(guide, used, line);
        do {
            status = read_line(guide, &line);
        } while (status == TCN_TOOBIG && is_told_fault(guide, status));
    }
    guide->answers.narrative[used > 0 ? used - 1 : 0] = '\0';
    return status;
}

/* Takes the answer to the present question. TCN_AGAIN: it was none. */
static enum tcn_status take(struct tcn_guide *guide, struct tcn_slice line, const char *text) {
    const struct tcn_guide_question *question = question_of(guide->spot.step);
    bool is_kept = text[0] == '\0' && guide->answers.is_given[guide->spot.step];
    if (is_kept) {
        return TCN_OK;
    }
    if (question->is_long && tcn_slice_is_text(line, "-")) {
        guide->answers.narrative[0] = '\0';
        return TCN_OK;
    }
    if (question->is_long) {
        return read_long(guide, line);
    }
    return question->take(guide, guide->spot.index, text) ? TCN_OK : TCN_AGAIN;
}

/* One question and its answer. TCN_AGAIN: the same one, whose answer was none; TCN_CLOSED: to be
 * stopped; TCN_ABSENT: the input ended. */
static enum tcn_status step(struct tcn_guide *guide) {
    struct tcn_slice line = {0};
    char text[TCN_ANSWER_BYTES];
    enum tcn_status status = read_line(guide, &line);
    if (status == TCN_OK) {
        const struct tcn_guide_question *question = question_of(guide->spot.step);
        status = question->is_text ? tcn_answer_text(line, text) : tcn_answer_plain(line, text);
        bool is_long_line = question->is_long && status == TCN_TOOBIG;
        if (is_long_line) {
            (void)snprintf(text, sizeof text, "-"); /* the line itself is taken */
            status = TCN_OK;
        }
    }
    char plain[TCN_ANSWER_BYTES] = "";
    if (status == TCN_OK) {
        status = tcn_answer_plain(tcn_slice_text(text), plain);
    }
    if (status == TCN_OK) {
        enum tcn_answer_kind kind = tcn_answer_kind(plain);
        if (kind == TCN_ANSWER_STOP) {
            return TCN_CLOSED;
        }
        if (kind == TCN_ANSWER_BACK) {
            go_back(guide);
            ask(guide);
            return TCN_AGAIN;
        }
        status = take(guide, line, text);
    }
    return is_told_fault(guide, status) ? TCN_AGAIN : status;
}

/* Asks until SEND is answered with yes. */
static enum tcn_status ask_all(struct tcn_guide *guide) {
    enum tcn_status status = TCN_OK;
    ask(guide);
    while (status == TCN_OK || status == TCN_AGAIN) {
        status = step(guide);
        if (status == TCN_OK && guide->is_agreed) {
            return TCN_OK;
        }
        if (status == TCN_OK) {
            guide->answers.is_given[guide->spot.step] =
                guide->spot.step != TCN_GUIDE_SEND && guide->spot.step != TCN_GUIDE_ATTRIBUTE;
            go_on(guide);
            ask(guide);
        }
    }
    return status;
}

/* Says what was sent and what was not. */
static int stop(struct tcn_guide *guide, enum tcn_status status) {
    static const struct tcn_say ended = {{"The input ended.", "输入已结束。"}};
    static const struct tcn_say stopped = {{"Stopped.", "已停止。"}};
    static const struct tcn_say nothing = {
        {"Nothing was sent, and nothing of what was typed is kept.",
         "没有发送任何内容，所填内容也未保存。"}};
    static const struct tcn_say maybe = {
        {"The agent was asked to take it and did not answer: it may be entered or not. Look with "
         "tocsin outbox.",
         "已交给本机代理但没有回音：可能已登记，也可能没有。请用 tocsin outbox 查看。"}};
    static const struct tcn_say entered = {
        {"It is entered and safe in this PC's outbox; it goes on by itself.",
         "已登记，安全存于本机发件箱，会自动送出。"}};
    const struct tcn_say *const sent[] = {&nothing, &maybe, &entered};
    (void)fputc('\n', guide->screen);
    if (status != TCN_OK) {
        tcn_guide_tell(guide, status == TCN_ABSENT ? &ended : &stopped);
    }
    tcn_guide_tell(guide, sent[guide->sent]);
    return TCN_EXIT_INTERRUPTED;
}

/* Until it is entered, or ended. */
static int lead(struct tcn_guide *guide) {
    for (;;) {
        enum tcn_status status = ask_all(guide);
        if (status == TCN_IO || status == TCN_NOMEM) {
            (void)stop(guide, TCN_OK);
            return tcn_cli_fail(guide->cli, status, NULL, "read the answers");
        }
        if (status != TCN_OK) {
            return stop(guide, status);
        }
        int code = tcn_guide_send(guide);
        if (guide->sent == TCN_GUIDE_ENTERED) {
            return code == TCN_EXIT_INTERRUPTED ? stop(guide, TCN_OK) : code;
        }
        if (code == TCN_EXIT_INTERRUPTED) {
            return stop(guide, TCN_OK);
        }
        guide->is_agreed = false;
        guide->is_shown = false;
    }
}

static void greet(struct tcn_guide *guide) {
    tcn_guide_tell(
        guide,
        &(struct tcn_say){{"A report. Answer by number or word; < goes back, q stops. Nothing is "
                           "sent before you say so at the end.",
                           "填写报告。用编号或文字回答；< 返回上一步，q 停止。"
                           "最后确认之前，不会发送任何内容。"}});
}

int tcn_guide_run(struct tcn_cli *cli, struct tcn_seat *seat,
                  const struct tcn_guide_options *options, const struct tcn_await *await) {
    int code = tcn_await_check(cli, await);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_need_names(cli, seat);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_local(cli, seat);
    }
    struct tcn_guide *guide = code == TCN_EXIT_OK ? calloc(1, sizeof *guide) : NULL;
    if (guide == NULL) {
        return code == TCN_EXIT_OK ? tcn_cli_fail(cli, TCN_NOMEM, NULL, "begin") : code;
    }
    guide->cli = cli;
    guide->seat = seat;
    guide->await = await;
    guide->policy = tcn_seat_policy(seat);
    guide->language = options->language;
    guide->screen = cli->err;
    (void)snprintf(guide->retry_key, sizeof guide->retry_key, "guide@%" PRId64 ".%ld",
                   tcn_clock_wall_ns(), (long)getpid());
    guide->rules = guide->policy->rules;
    enum tcn_status status =
        tcn_lines_init(&guide->lines, options->descriptor, cli->signals, LINE_BYTES_MAX);
    if (status == TCN_OK) {
        greet(guide);
        code = lead(guide);
    } else {
        code = tcn_cli_fail(cli, status, NULL, "begin");
    }
    tcn_lines_fini(&guide->lines);
    tcn_secret_wipe(guide, sizeof *guide);
    free(guide);
    return code;
}
