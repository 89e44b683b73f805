/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-timeout: 120
 *
 * Ladders and clocks through kills: a log writer and a fold that are killed at random points
 * (before the sync, before the fold, before the state's commit, behind it) and stay down for up to
 * six hours, people who fetch when they like, and some who acknowledge. 100 kills (TOCSIN_LONG=1:
 * 1,000; or the seeds given as arguments). Judged: every step was told once to each, within a
 * second of its time or of the restart, in its distance from the delivery of the one before, and
 * none was left out; and the log folds anew to the same state. Then each broken rule, until the
 * judge finds it. */
#include "core/fold.h"
#include "core/ladder.h"
#include "testlib/memstate.h"
#include "testlib/regime.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAWN (INT64_C(1798509600) * SECOND)
#define ENTRIES_MAX 4096u
#define KILLS 5u
#define KILLS_ALL 100u
#define KILLS_LONG 1000u
#define MATTERS 6u
#define DURATION (60 * HOUR)
#define SABOTAGE_SEEDS 40u

enum sabotage {
    HONEST,
    TELL_AGAIN,
    TELL_LATE,
    FORGET,
    SABOTAGE_COUNT
};

static const struct tcn_escalation_step steps[] = {
    {.id = "danger.remind",
     .ladder = "danger",
     .kind = TCN_ESCALATION_REMIND,
     .cause = TCN_ESCALATION_UNACKNOWLEDGED,
     .severity_min = TCN_SEVERITY_URGENT,
     .roles = TCN_PLAN_HOLDER | TCN_PLAN_DESK,
     .spacing_minutes = 5},
    {.id = "danger.urge",
     .ladder = "danger",
     .kind = TCN_ESCALATION_URGE,
     .cause = TCN_ESCALATION_UNACKNOWLEDGED,
     .severity_min = TCN_SEVERITY_URGENT,
     .roles = TCN_PLAN_HOLDER | TCN_PLAN_DESK,
     .spacing_minutes = 10},
    {.id = "overdue.remind",
     .ladder = "overdue",
     .kind = TCN_ESCALATION_REMIND,
     .cause = TCN_ESCALATION_OVERDUE,
     .roles = TCN_PLAN_HOLDER,
     .spacing_minutes = 1},
    {.id = "overdue.urge",
     .ladder = "overdue",
     .kind = TCN_ESCALATION_URGE,
     .cause = TCN_ESCALATION_OVERDUE,
     .roles = TCN_PLAN_HOLDER,
     .spacing_minutes = 60},
};

static const struct tcn_plans plans = {.steps = steps,
                                       .step_count = sizeof(steps) / sizeof(steps[0])};

static const struct tcn_clock_rule rules[] = {
    {.id = "accept",
     .unit = TCN_CLOCK_HOURS,
     .amount = 10,
     .bound = TCN_CLOCK_AT_MOST,
     .owes = TCN_CLOCK_HOLDER,
     .starts = {{.act = TCN_ACT_REPORTED}},
     .start_count = 1,
     .start_time = TCN_CLOCK_RECORDED,
     .stops = {{.act = TCN_ACT_ACCEPTED}},
     .stop_count = 1,
     .stop_time = TCN_CLOCK_RECORDED,
     .is_enabled = true},
};

static const struct tcn_clock_table table = {.rules = rules, .rule_count = 1};

static const uint16_t organs[] = {DESK, SAFETY, WATER};

/** One event of the log. */
struct entry {
    struct tcn_event event;
    uint16_t organ;
    int64_t log_time_ns;
};

/** A collector, its disk, and those who read. */
struct night {
    struct entry log[ENTRIES_MAX];
    uint32_t count; /**< synced: all that a kill leaves */
    struct tcn_memstate state;
    struct tcn_memstate disk; /**< the state's last commit */
    struct tcn_fold fold;
    struct tcn_policy policy;
    uint64_t random;
    int64_t now_ns;
    int64_t starts[KILLS + 1];
    uint32_t start_count;
    int64_t fetch_ns[3];
    enum sabotage sabotage;
    bool is_down; /**< killed within what it was doing */
};

static uint64_t draw(struct night *night, uint64_t below) {
    night->random ^= night->random << 13;
    night->random ^= night->random >> 7;
    night->random ^= night->random << 17;
    return night->random % below;
}

static void fold_one(struct tcn_fold *fold, const struct entry *entry, uint64_t position) {
    const struct tcn_fold_input in = {.position = position,
                                      .generation = 1,
                                      .log_time_ns = entry->log_time_ns,
                                      .lane = {.source = entry->organ,
                                               .epoch = entry->organ != 0 ? 7 : 0,
                                               .lane = TCN_LANE_ROUTINE},
                                      .sequence = position,
                                      .organ = entry->organ,
                                      .log_mode = TCN_MODE_ACTUAL,
                                      .event = &entry->event};
    struct tcn_outcome outcome;
    TCN_CHECK(tcn_fold_step(fold, &in, &outcome) == TCN_OK);
}

static void open_fold(struct night *night, struct tcn_memstate *state, struct tcn_fold *fold) {
    TCN_CHECK(tcn_fold_init(fold, &night->policy, &tcn_memstate_ops, state) == TCN_OK);
}

/** Folds what the log has and the state has not. */
static void follow(struct night *night) {
    while (night->fold.applied.position < night->count) {
        const uint64_t position = night->fold.applied.position + 1;
        fold_one(&night->fold, &night->log[position - 1], position);
    }
}

/** Appends an event and folds it; a kill that is to come may come within. */
static void append(struct night *night, struct entry entry, bool is_last) {
    const uint64_t when = is_last ? draw(night, 4) : 4;
    entry.log_time_ns = night->now_ns;
    night->is_down = is_last;
    if (when == 0) {
        return; /* before the sync: it never was */
    }
    TCN_CHECK(night->count < ENTRIES_MAX);
    night->log[night->count] = entry;
    night->count++;
    if (when == 1) {
        return; /* before the fold */
    }
    follow(night);
    if (when == 3 || (when == 4 && draw(night, 4) == 0)) { /* 2: before the commit */
        tcn_memstate_copy(&night->disk, &night->state);
    }
}

static struct entry entry_of(enum tcn_act act, uint16_t organ, uint64_t matter) {
    struct entry entry = {.event = {.format = TCN_EVENT_FORMAT,
                                    .act = act,
                                    .mode = TCN_MODE_ACTUAL,
                                    .matter = {{0, 0, 0, (uint8_t)matter}},
                                    .body_kind = TCN_BODY_ACT},
                          .organ = organ};
    entry.event.act_body.post = tcn_slice_text("duty");
    return entry;
}

static struct entry report_of(const struct night *night, uint64_t matter) {
    struct entry entry = entry_of(TCN_ACT_REPORTED, OFFICE_A, matter);
    entry.event.body_kind = TCN_BODY_REPORT;
    entry.event.domain = tcn_slice_text("danger");
    entry.event.division = tcn_slice_text("520502100001");
    entry.event.concerns = TCN_CONCERNS_NOBODY;
    entry.event.severity = matter % 3 == 0 ? TCN_SEVERITY_SERIOUS : TCN_SEVERITY_URGENT;
    entry.event.learned_ns = night->now_ns;
    entry.event.recorded_ns = night->now_ns;
    return entry;
}

static struct entry fetch_of(const struct night *night, uint16_t organ) {
    const struct tcn_stream stream = {TCN_MODE_ACTUAL, organ};
    return (struct entry){
        .event = {.format = TCN_EVENT_FORMAT,
                  .act = TCN_ACT_DELIVERED,
                  .body_kind = TCN_BODY_DELIVERED,
                  .delivered = {.name = tcn_slice_text("pc"),
                                .principal = organ,
                                .stream = stream,
                                .number = tcn_memstate_head(&night->state, stream),
                                .generation = 1}}};
}

/** What people do next: report, take in hand, or nothing. */
static struct entry something(struct night *night) {
    const uint64_t matter = 1 + draw(night, MATTERS);
    const uint16_t organ = organs[1 + draw(night, 2)];
    const uint64_t what = draw(night, 8);
    if (what < 3) {
        return report_of(night, matter);
    }
    struct entry entry =
        entry_of(what < 5 ? TCN_ACT_ACKNOWLEDGED : TCN_ACT_FOLLOWED_UP, organ, matter);
    entry.event.recorded_ns = night->now_ns;
    return entry;
}

/** Breaks a rule in the state that a restart finds. */
static void spoil(struct night *night) {
    struct tcn_ladder *rows = (struct tcn_ladder *)(void *)night->state.ladders.rows;
    for (size_t i = 0; i < night->state.ladders.count; i++) {
        const struct tcn_due_key key = {TCN_DUE_LADDER, rows[i].birth_position, rows[i].slot};
        const bool was_told = rows[i].step_count > 0 && rows[i].stage != TCN_LADDER_TAKEN;
        if (night->sabotage == TELL_AGAIN && was_told) {
            const struct tcn_due due = {
                .key = key, .stage = 1, .due_ns = night->now_ns, .until_ns = night->now_ns};
            rows[i].stage = TCN_LADDER_COUNTS;
            rows[i].step_count--;
            TCN_CHECK(tcn_memstate_ops.due_put(&night->state, &due) == TCN_OK);
        } else if (night->sabotage == FORGET && rows[i].stage == TCN_LADDER_COUNTS) {
            const enum tcn_status status = tcn_memstate_ops.due_del(&night->state, &key);
            TCN_CHECK(status == TCN_OK || status == TCN_ABSENT);
        }
    }
}

/** Down for up to six hours, and up again with what was on the disk. */
static void restart(struct night *night) {
    night->now_ns += (int64_t)draw(night, 6 * (uint64_t)HOUR);
    tcn_memstate_copy(&night->state, &night->disk);
    open_fold(night, &night->state, &night->fold);
    follow(night);
    spoil(night);
    open_fold(night, &night->state, &night->fold);
    night->starts[night->start_count] = night->now_ns;
    night->start_count++;
    night->is_down = false;
}

/** The time of what comes next, and which it is: 0 to 2 somebody fetches, 3 a tick, 4 people. */
static int64_t next_of(const struct night *night, int64_t people_ns, uint32_t *out_which) {
    const int64_t late_ns = night->sabotage == TELL_LATE ? 5 * SECOND : 0;
    int64_t next_ns = people_ns;
    *out_which = 4;
    for (uint32_t i = 0; i < 3; i++) {
        if (night->fetch_ns[i] < next_ns) {
            next_ns = night->fetch_ns[i];
            *out_which = i;
        }
    }
    if (night->fold.due_ns < INT64_MAX - late_ns && night->fold.due_ns + late_ns < next_ns) {
        next_ns = night->fold.due_ns + late_ns;
        *out_which = 3;
    }
    return next_ns > night->now_ns ? next_ns : night->now_ns;
}

static void live(struct night *night) {
    const struct entry tick = {.event = {.format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK}};
    int64_t people_ns = DAWN;
    int64_t kill_ns = DAWN + (int64_t)draw(night, DURATION / KILLS);
    uint32_t kill_count = 0;
    while (night->now_ns < DAWN + DURATION && night->count < ENTRIES_MAX - 1) {
        uint32_t which = 4;
        night->now_ns = next_of(night, people_ns, &which);
        const bool is_last = kill_count < KILLS && night->now_ns >= kill_ns;
        if (which < 3) {
            append(night, fetch_of(night, organs[which]), is_last);
            night->fetch_ns[which] = night->now_ns + (int64_t)draw(night, 40 * (uint64_t)MINUTE);
        } else if (which == 3) {
            append(night, tick, is_last);
        } else {
            append(night, something(night), is_last);
            people_ns = night->now_ns + (int64_t)draw(night, 90 * (uint64_t)MINUTE);
        }
        if (night->is_down) {
            kill_count++;
            restart(night);
            kill_ns = night->now_ns + (int64_t)draw(night, DURATION / KILLS);
        }
    }
}

/** True when the collector could not have told it earlier: it was down when it was due. */
static bool was_down(const struct night *night, int64_t due_ns, int64_t told_ns) {
    for (uint32_t i = 0; i < night->start_count; i++) {
        if (due_ns <= night->starts[i] && told_ns >= night->starts[i] &&
            told_ns <= night->starts[i] + SECOND) {
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
        tcn_ladder_numbered(&plans, alert->fired.rule, alert->fired.stage);
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

/** What is wrong; NULL when nothing is. */
static const char *judge(struct night *night) {
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
            tcn_ladder_step(&plans, rows[i].id, rows[i].step_count);
        const bool is_owed = rows[i].stage == TCN_LADDER_COUNTS && step != NULL &&
                             tcn_ladder_due_ns(&rows[i], step) + SECOND < night->now_ns;
        fault = is_owed ? "was never told" : NULL;
    }
    if (fault == NULL && night->sabotage == HONEST) {
        struct tcn_memstate again;
        struct tcn_fold fold;
        tcn_memstate_init(&again);
        open_fold(night, &again, &fold);
        for (uint32_t i = 0; i < night->count; i++) {
            fold_one(&fold, &night->log[i], i + 1);
        }
        fault = tcn_memstate_hash(&again) == tcn_memstate_hash(&night->state)
                    ? NULL
                    : "is another in a log that is folded anew";
        tcn_memstate_fini(&again);
    }
    return fault;
}

/** One night; false and said when something is wrong with it. */
static bool run(uint64_t seed, enum sabotage sabotage, uint64_t *steps_told) {
    struct night *night = calloc(1, sizeof(*night));
    TCN_CHECK(night != NULL);
    tcn_memstate_init(&night->state);
    tcn_memstate_init(&night->disk);
    night->policy = regime;
    night->policy.plans = &plans;
    night->policy.clocks = &table;
    night->policy.clock_ahead_ns = HOUR;
    night->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    night->sabotage = sabotage;
    night->now_ns = DAWN;
    open_fold(night, &night->state, &night->fold);
    live(night);
    const char *fault = judge(night);
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)night->state.alerts.rows;
    for (size_t i = 0; i < night->state.alerts.count; i++) {
        *steps_told += alerts[i].fired.kind == TCN_DUE_LADDER ? 1 : 0;
    }
    if (fault != NULL) {
        printf("seed %" PRIu64 "%s: a step %s\n", seed, sabotage != HONEST ? " spoilt" : " FAILED",
               fault);
    }
    tcn_memstate_fini(&night->state);
    tcn_memstate_fini(&night->disk);
    free(night);
    return fault == NULL;
}

int main(int count, char **arguments) {
    const char *is_long = getenv("TOCSIN_LONG");
    const uint32_t kills = is_long != NULL && strcmp(is_long, "1") == 0 ? KILLS_LONG : KILLS_ALL;
    uint64_t told = 0;
    bool is_good = true;
    for (int i = 1; i < count; i++) {
        is_good = run(strtoull(arguments[i], NULL, 10), HONEST, &told) && is_good;
    }
    if (count > 1) {
        return is_good ? 0 : 1;
    }
    for (uint64_t seed = 1; seed <= kills / KILLS; seed++) {
        is_good = run(seed, HONEST, &told) && is_good;
    }
    printf("%u kills, %" PRIu64 " steps told\n", kills, told);
    is_good = is_good && told > kills;
    for (int sabotage = TELL_AGAIN; sabotage < SABOTAGE_COUNT; sabotage++) {
        bool is_found = false;
        for (uint64_t seed = 1; seed <= SABOTAGE_SEEDS && !is_found; seed++) {
            is_found = !run(seed, (enum sabotage)sabotage, &told);
        }
        if (!is_found) {
            printf("sabotage %d NOT FOUND\n", sabotage);
        }
        is_good = is_good && is_found;
    }
    return is_good ? 0 : 1;
}
