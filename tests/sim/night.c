/* SPDX-License-Identifier: Apache-2.0 */
#include "night.h"

#include "core/clock.h"
#include "testlib/regime.h"

#include <string.h>

#define DAWN (INT64_C(1798509600) * SECOND)
#define MATTERS 6u /* at a time: later ones take their place */
#define MATTERS_EVERY (10 * HOUR)
#define DURATION (60 * HOUR)

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

static void open_fold(const struct night *night, struct tcn_memstate *state,
                      struct tcn_fold *fold) {
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
    const uint64_t matter =
        1 + (uint64_t)((night->now_ns - DAWN) / MATTERS_EVERY) * MATTERS / 2 + draw(night, MATTERS);
    const uint16_t organ = organs[1 + draw(night, 2)];
    const uint64_t what = draw(night, 8);
    if (what < 3) {
        return report_of(night, matter);
    }
    const enum tcn_act others[] = {TCN_ACT_ACKNOWLEDGED, TCN_ACT_ACKNOWLEDGED, TCN_ACT_ACCEPTED,
                                   TCN_ACT_FOLLOWED_UP, TCN_ACT_FOLLOWED_UP};
    struct entry entry = entry_of(others[what - 3], organ, matter);
    entry.event.recorded_ns = night->now_ns;
    return entry;
}

/** Lets something be due now. */
static void set_due(struct night *night, struct tcn_due_key key, uint32_t stage) {
    const struct tcn_due due = {
        .key = key, .stage = stage, .due_ns = night->now_ns, .until_ns = night->now_ns};
    TCN_CHECK(tcn_memstate_ops.due_put(&night->state, &due) == TCN_OK);
}

/** Lets something be due never. */
static void forget(struct night *night, struct tcn_due_key key) {
    const enum tcn_status status = tcn_memstate_ops.due_del(&night->state, &key);
    TCN_CHECK(status == TCN_OK || status == TCN_ABSENT);
}

static void spoil_ladders(struct night *night) {
    struct tcn_ladder *rows = (struct tcn_ladder *)(void *)night->state.ladders.rows;
    for (size_t i = 0; i < night->state.ladders.count; i++) {
        const struct tcn_due_key key = {TCN_DUE_LADDER, rows[i].birth_position, rows[i].slot};
        const bool was_told = rows[i].step_count > 0 && rows[i].stage != TCN_LADDER_TAKEN;
        if (night->sabotage == TELL_AGAIN && was_told) {
            rows[i].stage = TCN_LADDER_COUNTS;
            rows[i].step_count--;
            set_due(night, key, 1);
        } else if (night->sabotage == TELL_EARLY && rows[i].stage == TCN_LADDER_COUNTS) {
            set_due(night, key, 1);
        } else if (night->sabotage == FORGET && rows[i].stage == TCN_LADDER_COUNTS) {
            forget(night, key);
        }
    }
}

static void spoil_clocks(struct night *night) {
    struct tcn_matter_clock *rows = (struct tcn_matter_clock *)(void *)night->state.clocks.rows;
    for (size_t i = 0; i < night->state.clocks.count; i++) {
        const struct tcn_due_key key = {TCN_DUE_CLOCK, rows[i].birth_position, rows[i].rule};
        int64_t due_ns = 0;
        const uint32_t next = (uint32_t)tcn_clock_next(&rows[i].clock, &rows[i].times, &due_ns);
        const bool runs = rows[i].end == TCN_CLOCK_RUNS;
        if (night->sabotage == CLOCK_AGAIN && runs && next > 0) {
            rows[i].clock.fired_steps &= ~(1u << (next - 1));
            set_due(night, key, next);
        } else if (night->sabotage == CLOCK_EARLY && runs && next < TCN_CLOCK_STEP_COUNT) {
            set_due(night, key, next + 1);
        } else if (night->sabotage == CLOCK_FORGET && runs) {
            forget(night, key);
        }
    }
}

/** Down for up to six hours, and up again with what was on the disk. */
static void restart(struct night *night) {
    night->kills[night->start_count] = night->now_ns;
    night->now_ns += (int64_t)draw(night, 6 * (uint64_t)HOUR);
    tcn_memstate_copy(&night->state, &night->disk);
    open_fold(night, &night->state, &night->fold);
    follow(night);
    spoil_ladders(night); /* breaks a rule in the state that a restart finds */
    spoil_clocks(night);
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

void night_live(struct night *night) {
    const struct entry tick = {.event = {.format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK}};
    int64_t people_ns = DAWN;
    int64_t kill_ns = DAWN + (int64_t)draw(night, DURATION / KILLS);
    uint32_t kill_count = 0;
    while ((night->now_ns < DAWN + DURATION || night->fold.due_ns <= night->now_ns) &&
           night->count < ENTRIES_MAX - 1) {
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

void night_init(struct night *night, uint64_t seed, enum sabotage sabotage) {
    memset(night, 0, sizeof(*night));
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
}

void night_fini(struct night *night) {
    tcn_memstate_fini(&night->state);
    tcn_memstate_fini(&night->disk);
}

void night_fold_anew(const struct night *night, struct tcn_memstate *state) {
    struct tcn_fold fold;
    open_fold(night, state, &fold);
    for (uint32_t i = 0; i < night->count; i++) {
        fold_one(&fold, &night->log[i], i + 1);
    }
}
