/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-timeout: 600
 *
 * Ladders and clocks through kills: a log writer and a fold that are killed at random points
 * (before the sync, before the fold, before the state's commit, behind it) and stay down for up to
 * six hours, people who fetch when they like, and some who acknowledge or accept. 100 kills
 * (TOCSIN_LONG=1: 1,000; or the seeds given as arguments). Judged: every step of a ladder, and both
 * warnings and the end of every clock, were told once to each, within a second of their time or of
 * the restart, and none was left out; a ladder's step in its distance from the delivery of the one
 * before; of the steps of one clock that came in one downtime the latest alone. A clock's times are
 * counted here from the log. And the log folds anew to the same state. Then each broken rule, until
 * its judge finds it. */
/* ctest-labels: long */
#include "night.h"

#include "core/ladder.h"
#include "testlib/regime.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KILLS_ALL 100u
#define KILLS_LONG 1000u
#define SABOTAGE_SEEDS 40u

/** When the steps of the clock come, behind its start: 70 %, 90 %, and behind its last instant. */
static const int64_t step_after_ns[TCN_CLOCK_STEP_COUNT] = {7 * HOUR, 9 * HOUR, 10 * HOUR + 1};

/** True when the collector could not have told it earlier: it was down when it was due, or about to
 * be, and told it within a second of its start. One start that was killed at once is as none. */
static bool was_down(const struct night *night, int64_t due_ns, int64_t told_ns) {
    int64_t down_ns = INT64_MIN;
    for (uint32_t i = 0; i < night->start_count; i++) {
        const bool is_on = i > 0 && night->kills[i] <= night->starts[i - 1] + SECOND;
        down_ns = is_on ? down_ns : night->kills[i];
        if (due_ns + SECOND >= down_ns && due_ns <= night->starts[i] &&
            told_ns >= night->starts[i] && told_ns <= night->starts[i] + SECOND) {
            return true;
        }
    }
    return false;
}

/** When an item was delivered first; INT64_MAX when it was not. */
static int64_t delivered_at(const struct night *night, struct tcn_stream stream, uint64_t number) {
    for (uint32_t i = 0; i < night->count; i++) {
        const struct tcn_event *event = &night->log[i].event;
        if (event->act == TCN_ACT_DELIVERED && event->delivered.number >= number &&
            tcn_stream_equals(event->delivered.stream, stream)) {
            return night->log[i].log_time_ns;
        }
    }
    return INT64_MAX;
}

/** True of the same step of the same ladder, set off by the same. */
static bool is_same(const struct tcn_alert *left, const struct tcn_alert *right) {
    return left->birth_position == right->birth_position && left->holder == right->holder &&
           left->fired.rule == right->fired.rule && left->fired.until_ns == right->fired.until_ns &&
           left->fired.subject == right->fired.subject;
}

/** What is wrong with one step that was told; NULL when nothing is. */
static const char *judge_step(const struct night *night, size_t index) {
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)night->state.alerts.rows;
    const struct tcn_alert *alert = &alerts[index];
    const struct tcn_escalation_step *step =
        tcn_ladder_numbered(night->policy.plans, alert->fired.rule, alert->fired.stage);
    const int64_t late_ns = alert->log_time_ns - alert->fired.due_ns;
    const struct tcn_alert *before = NULL;
    for (size_t i = 0; i < index; i++) {
        const bool is_its = alerts[i].fired.kind == TCN_DUE_LADDER && is_same(&alerts[i], alert);
        if (is_its && alerts[i].fired.stage == alert->fired.stage &&
            alerts[i].stream.organ == alert->stream.organ) {
            return "was told twice";
        }
        if (is_its && alerts[i].fired.stage + 1 == alert->fired.stage &&
            alerts[i].stream.organ == alert->holder) {
            before = &alerts[i];
        }
    }
    if (step == NULL || late_ns < 0) {
        return "was told before its time";
    }
    if (late_ns > SECOND && !was_down(night, alert->fired.due_ns, alert->log_time_ns)) {
        return "was told late";
    }
    if (before == NULL && alert->fired.stage > 1) {
        return "was told before the one before it";
    }
    if (before != NULL && alert->log_time_ns - delivered_at(night, before->stream, before->number) <
                              (int64_t)step->spacing_minutes * MINUTE) {
        return "was told too soon after the delivery of the one before";
    }
    return NULL;
}

/** What is wrong with the ladders; NULL when nothing is. */
static const char *judge_ladders(const struct night *night) {
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)night->state.alerts.rows;
    const struct tcn_ladder *rows =
        (const struct tcn_ladder *)(const void *)night->state.ladders.rows;
    const char *fault = NULL;
    for (size_t i = 0; i < night->state.alerts.count && fault == NULL; i++) {
        fault = alerts[i].fired.kind == TCN_DUE_LADDER ? judge_step(night, i) : NULL;
    }
    for (size_t i = 0; i < night->state.ladders.count && fault == NULL; i++) {
        const struct tcn_escalation_step *step =
            tcn_ladder_step(night->policy.plans, rows[i].id, rows[i].step_count);
        const bool is_owed = rows[i].stage == TCN_LADDER_COUNTS && step != NULL &&
                             tcn_ladder_due_ns(&rows[i], step) + SECOND < night->now_ns;
        fault = is_owed ? "was never told" : NULL;
    }
    return fault;
}

/** A matter's clock as the log has it. */
struct run {
    uint64_t birth;
    int64_t start_ns; /**< when it was reported first; INT64_MAX: never */
    int64_t stop_ns;  /**< when it was accepted first; INT64_MAX: never */
};

static struct run run_of(const struct night *night, uint64_t number) {
    const struct tcn_id id = {{0, 0, 0, (uint8_t)number}};
    const struct tcn_matter *matter = tcn_memstate_matter(&night->state, &id);
    struct run run = {.birth = matter != NULL ? matter->birth_position : 0,
                      .start_ns = INT64_MAX,
                      .stop_ns = INT64_MAX};
    for (uint32_t i = 0; i < night->count; i++) {
        const struct entry *entry = &night->log[i];
        const bool is_its = memcmp(&entry->event.matter, &id, sizeof(id)) == 0;
        const bool is_first = run.start_ns == INT64_MAX;
        if (is_its && entry->event.act == TCN_ACT_REPORTED && is_first) {
            run.start_ns = entry->event.recorded_ns;
        } else if (is_its && entry->event.act == TCN_ACT_ACCEPTED && entry->organ == SAFETY &&
                   !is_first && run.stop_ns == INT64_MAX) {
            run.stop_ns = entry->log_time_ns;
        }
    }
    return run;
}

/** What is wrong with how a step of a clock (from 1) was told to an organ; NULL when nothing is.
 * Writes when it was told; INT64_MAX: it was not. */
static const char *judge_told(const struct night *night, const struct run *run, uint16_t organ,
                              uint32_t stage, int64_t *out_told_ns) {
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)night->state.alerts.rows;
    const int64_t due_ns = run->start_ns + step_after_ns[stage - 1];
    *out_told_ns = INT64_MAX;
    for (size_t i = 0; i < night->state.alerts.count; i++) {
        const struct tcn_alert *alert = &alerts[i];
        if (alert->fired.kind != TCN_DUE_CLOCK || alert->birth_position != run->birth ||
            alert->fired.stage != stage || alert->stream.organ != organ) {
            continue;
        }
        const int64_t told_ns = alert->log_time_ns;
        if (*out_told_ns != INT64_MAX) {
            return "was told twice";
        }
        if (told_ns < due_ns || due_ns > run->stop_ns) {
            return "was told before its time, or when it was over";
        }
        if (told_ns > due_ns + SECOND && !was_down(night, due_ns, told_ns)) {
            return "was told late";
        }
        *out_told_ns = told_ns;
    }
    return NULL;
}

/** What is wrong with one clock; NULL when nothing is. */
static const char *judge_clock(const struct night *night, const struct run *run, uint16_t organ,
                               uint32_t first_stage) {
    int64_t later_ns = INT64_MAX; /* when a later step was told */
    for (uint32_t stage = TCN_CLOCK_STEP_COUNT; stage >= first_stage; stage--) {
        const int64_t due_ns = run->start_ns + step_after_ns[stage - 1];
        int64_t told_ns = INT64_MAX;
        const char *fault = judge_told(night, run, organ, stage, &told_ns);
        if (fault != NULL) {
            return fault;
        }
        const bool is_owed = due_ns + SECOND < night->now_ns && due_ns <= run->stop_ns;
        const bool is_in_later = later_ns != INT64_MAX && was_down(night, due_ns, later_ns);
        if (told_ns == INT64_MAX && is_owed && !is_in_later) {
            return "was never told";
        }
        if (told_ns != INT64_MAX && told_ns >= later_ns) {
            return "was told beside a later one";
        }
        later_ns = told_ns != INT64_MAX ? told_ns : later_ns;
    }
    return NULL;
}

/** What is wrong with the clocks; NULL when nothing is. */
static const char *judge_clocks(const struct night *night) {
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)night->state.alerts.rows;
    const char *fault = NULL;
    for (size_t i = 0; i < night->state.alerts.count; i++) {
        const bool is_end = alerts[i].fired.stage == TCN_CLOCK_DUE + 1;
        const uint16_t organ = alerts[i].stream.organ;
        if (alerts[i].fired.kind == TCN_DUE_CLOCK && organ != SAFETY &&
            !(organ == DESK && is_end)) {
            return "was told to who does not owe it";
        }
    }
    for (uint64_t matter = 1; matter <= MATTERS_MAX && fault == NULL; matter++) {
        const struct run run = run_of(night, matter);
        if (run.start_ns != INT64_MAX) {
            fault = judge_clock(night, &run, SAFETY, 1);
            fault = fault != NULL ? fault : judge_clock(night, &run, DESK, TCN_CLOCK_DUE + 1);
        }
    }
    return fault;
}

/** What is wrong with the state that went through it all; NULL when nothing is. */
static const char *judge_state(const struct night *night) {
    struct tcn_memstate again;
    tcn_memstate_init(&again);
    night_fold_anew(night, &again);
    const bool is_same = tcn_memstate_hash(&again) == tcn_memstate_hash(&night->state);
    tcn_memstate_fini(&again);
    return is_same ? NULL : "is another in a log that is folded anew";
}

/** Says what is wrong with one night. */
typedef const char *judge(const struct night *night);

/** Steps that were told in all nights. */
struct told {
    uint64_t ladders;
    uint64_t clocks;
};

/** One night; false and said when this judge finds something wrong with it. */
static bool run(uint64_t seed, enum sabotage sabotage, judge *const *judges, struct told *told) {
    struct night *night = malloc(sizeof(*night));
    TCN_CHECK(night != NULL);
    night_init(night, seed, sabotage);
    night_live(night);
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)night->state.alerts.rows;
    for (size_t i = 0; i < night->state.alerts.count; i++) {
        told->ladders += alerts[i].fired.kind == TCN_DUE_LADDER ? 1 : 0;
        told->clocks += alerts[i].fired.kind == TCN_DUE_CLOCK ? 1 : 0;
    }
    const char *fault = NULL;
    for (size_t i = 0; judges[i] != NULL && fault == NULL; i++) {
        fault = judges[i](night);
    }
    if (fault != NULL) {
        printf("seed %" PRIu64 "%s: a step %s\n", seed, sabotage != HONEST ? " spoilt" : " FAILED",
               fault);
    }
    night_fini(night);
    free(night);
    return fault == NULL;
}

/** Each broken rule is found by the judge of it. */
static bool find_all(void) {
    static const struct {
        enum sabotage sabotage;
        judge *judges[2];
        const char *what;
    } cases[] = {
        {TELL_LATE, {judge_ladders}, "a ladder's step that is late"},
        {TELL_AGAIN, {judge_ladders}, "a ladder's step that is told twice"},
        {TELL_EARLY, {judge_ladders}, "a ladder's step that is early"},
        {FORGET, {judge_ladders}, "a ladder's step that is left out"},
        {TELL_LATE, {judge_clocks}, "a clock's step that is late"},
        {CLOCK_AGAIN, {judge_clocks}, "a clock's step that is told twice"},
        {CLOCK_EARLY, {judge_clocks}, "a clock's step that is early"},
        {CLOCK_FORGET, {judge_clocks}, "a clock's step that is left out"},
    };
    struct told told = {0};
    bool is_good = true;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool is_found = false;
        printf("%s: ", cases[i].what);
        for (uint64_t seed = 1; seed <= SABOTAGE_SEEDS && !is_found; seed++) {
            is_found = !run(seed, cases[i].sabotage, cases[i].judges, &told);
        }
        if (!is_found) {
            printf("NOT FOUND\n");
        }
        is_good = is_good && is_found;
    }
    return is_good;
}

int main(int count, char **arguments) {
    static judge *const all[] = {judge_ladders, judge_clocks, judge_state, NULL};
    const char *is_long = getenv("TOCSIN_LONG");
    const uint32_t kills = is_long != NULL && strcmp(is_long, "1") == 0 ? KILLS_LONG : KILLS_ALL;
    struct told told = {0};
    bool is_good = true;
    for (int i = 1; i < count; i++) {
        is_good = run(strtoull(arguments[i], NULL, 10), HONEST, all, &told) && is_good;
    }
    if (count > 1) {
        return is_good ? 0 : 1;
    }
    for (uint64_t seed = 1; seed <= kills / KILLS; seed++) {
        is_good = run(seed, HONEST, all, &told) && is_good;
    }
    printf("%u kills, %" PRIu64 " steps of ladders and %" PRIu64 " of clocks told\n", kills,
           told.ladders, told.clocks);
    is_good = is_good && told.ladders > kills && told.clocks > kills;
    return find_all() && is_good ? 0 : 1;
}
