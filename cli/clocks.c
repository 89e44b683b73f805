/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/clocks.h"

#include "cli/show.h"

#include <inttypes.h>

/* Room for a title of a policy, shown. */
#define TITLE_BYTES (TCN_TITLE_BYTES_MAX + 1)

#define DUE_BIT (1u << (unsigned)TCN_CLOCK_DUE)

void tcn_clocks_show_title(FILE *out, struct tcn_slice id, struct tcn_slice title_zh,
                           struct tcn_slice title_en) {
    char word[TCN_SHOW_WORD_BYTES];
    char zh[TITLE_BYTES];
    char en[TITLE_BYTES];
    tcn_show_text(id, word, sizeof word);
    tcn_show_text(title_zh, zh, sizeof zh);
    tcn_show_text(title_en, en, sizeof en);
    if (zh[0] == '\0' && en[0] == '\0') {
        (void)fputs(word[0] != '\0' ? word : "a clock of no rule in force", out);
        return;
    }
    (void)fprintf(out, "%s%s%s (%s)", zh, zh[0] != '\0' && en[0] != '\0' ? " " : "", en, word);
}

/* "due A", and "in time until B" where the verdict has another date than the bell. */
static void show_dates(FILE *out, const struct tcn_matter_clock *clock) {
    const struct tcn_clock_times *times = &clock->times;
    const bool is_due = (clock->clock.fired_steps & DUE_BIT) != 0 && clock->end == TCN_CLOCK_RUNS;
    char due[TCN_TIME_TEXT_BYTES];
    char limit[TCN_TIME_TEXT_BYTES];
    if (times->due_ns == TCN_CLOCK_NEVER) {
        return;
    }
    tcn_show_time(times->due_ns, due);
    tcn_show_time(times->limit_ns, limit);
    if (clock->terms.bound == TCN_CLOCK_AT_LEAST) {
        (void)fprintf(out, ", not before %s", limit);
    } else {
        (void)fprintf(out, ", %s %s", is_due ? "was due" : "due", due);
        if (times->limit_ns != times->due_ns) {
            (void)fprintf(out, ", in time until %s", limit);
        }
    }
    if (times->missing_year != 0) {
        (void)fprintf(out, " at the earliest: the calendar of %" PRId32 " is missing",
                      times->missing_year);
    }
}

static const char *running_word(const struct tcn_matter_clock *clock) {
    if (clock->times.is_paused) {
        return "paused";
    }
    return clock->terms.unit == TCN_CLOCK_AT_ONCE ? "owed at once" : "runs";
}

/* How one ended, and when. */
static void show_end(FILE *out, const struct tcn_matter_clock *clock) {
    static const char *const words[] = {
        [TCN_VERDICT_UNKNOWN] = "stopped, in time or late is not known",
        [TCN_VERDICT_IN_TIME] = "stopped in time",
        [TCN_VERDICT_LATE] = "stopped late",
        [TCN_VERDICT_EARLY] = "stopped too early",
        [TCN_VERDICT_OVER] = "over before its act",
        [TCN_VERDICT_UNMEASURED] = "done",
    };
    const bool is_late = clock->verdict == TCN_VERDICT_LATE;
    char stop[TCN_TIME_TEXT_BYTES];
    tcn_show_time(clock->stop_ns, stop);
    if (clock->end == TCN_CLOCK_STOPPED) {
        const unsigned verdict = (unsigned)clock->verdict;
        (void)fputs(words[verdict < sizeof words / sizeof words[0] ? verdict : 0], out);
    } else {
        (void)fprintf(out, "%s%s",
                      clock->end == TCN_CLOCK_CLOSED ? "ended with the matter"
                                                     : "not for this matter any more",
                      is_late ? ", late" : "");
    }
    (void)fprintf(out, " %s", stop);
}

void tcn_clocks_show(FILE *out, const struct tcn_clock_row *rows, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const struct tcn_matter_clock *clock = &rows[i].clock;
        (void)fputs("clock     ", out);
        tcn_clocks_show_title(out, tcn_slice_text(clock->id), rows[i].title_zh, rows[i].title_en);
        (void)fputs(": ", out);
        if (clock->end == TCN_CLOCK_RUNS) {
            (void)fputs(running_word(clock), out);
        } else {
            show_end(out, clock);
        }
        show_dates(out, clock);
        if (clock->run_count > 1) {
            (void)fprintf(out, "; run %" PRIu32 ", late before: %" PRIu32, clock->run_count,
                          clock->late_count);
        }
        (void)fputc('\n', out);
    }
    if (count > 0) {
        (void)fputc('\n', out);
    }
}
