/* SPDX-License-Identifier: Apache-2.0 */
/* One matter whose clocks run (core/clockwork): what happens to it as steps, what comes of it as
 * text. For the tests of clockwork's rules. */
#ifndef TCN_TESTS_UNIT_CORE_CLOCK_WORLD_H
#define TCN_TESTS_UNIT_CORE_CLOCK_WORLD_H

#include "core/clockwork.h"

#include "clock_rules.h"
#include "core/clock.h"
#include "core/due.h"
#include "testlib/memstate.h"

#define BIRTH 7

static struct tcn_calendar_span spans[COUNT_OF(named_days)];
static struct tcn_clock_table table;

/** One matter, and what happens to its clocks as text. */
struct world {
    struct tcn_memstate state;
    struct tcn_clockwork work;
    uint64_t position;
    int64_t log_time_ns;
    int64_t learned_ns;
    struct tcn_clock_traits traits; /**< as they stand */
    bool was_reported;
    char text[2048];
};

/** What happens at one time. Fields that are left out are not said. */
struct step {
    const char *when; /**< recorded and logged; learned and occurred unless they are said */
    enum tcn_act act; /**< NONE: only time passes */
    const char *reason;
    const char *recorded;
    const char *learned;
    const char *occurred;
    const char *until;
    const char *domain; /**< the matter's, from now on */
    const char *category;
    enum tcn_procedure_kind procedure;
    enum tcn_stage stage; /**< after the act */
    enum tcn_severity severity;
    bool is_released; /**< of a guarded matter */
    bool is_harm;     /**< what makes it an accident */
    bool stops_all;
    bool is_converted;
    const char *wanted; /**< what fires, then how the clocks stand; NULL: not looked at */
};

static int make(void **state) {
    (void)state;
    table = make_clock_table(spans);
    return 0;
}

static inline void begin(struct world *world) {
    memset(world, 0, sizeof(*world));
    tcn_memstate_init(&world->state);
    world->work =
        (struct tcn_clockwork){.ops = &tcn_memstate_ops, .state = &world->state, .table = &table};
    world->traits.is_none = true;
}

static inline void end(struct world *world) {
    tcn_memstate_fini(&world->state);
}

static inline void say(struct world *world, const char *text) {
    const size_t size = strlen(world->text);
    assert_true(size + strlen(text) + 2 < sizeof(world->text));
    (void)snprintf(world->text + size, sizeof(world->text) - size, "%s%s", size > 0 ? " " : "",
                   text);
}

/** The id of a rule by its number. */
static inline const char *id_of(uint32_t number) {
    const struct tcn_clock_rule *rule = tcn_clock_rule_numbered(&table, number);
    return rule != NULL ? rule->id : "?";
}

/** Fires all that is due. */
static inline void fire(struct world *world) {
    struct tcn_fired fired;
    enum tcn_status status = TCN_OK;
    for (int i = 0; i < 100 && status == TCN_OK; i++) {
        status = tcn_due_take(&tcn_memstate_ops, &world->state, world->log_time_ns, &fired);
        if (status == TCN_OK && fired.kind == TCN_DUE_CALENDAR) {
            char text[48];
            (void)snprintf(text, sizeof(text), "!%u", (unsigned)fired.subject);
            say(world, text);
        } else if (status == TCN_OK) {
            char text[96];
            assert_int_equal(fired.subject, BIRTH);
            assert_true(fired.due_ns <= world->log_time_ns && fired.due_ns <= fired.until_ns);
            (void)snprintf(text, sizeof(text), "!%s%u", id_of(fired.rule), (unsigned)fired.stage);
            say(world, text);
        }
    }
    assert_int_equal(status, TCN_ABSENT);
}

/** How every clock of the matter stands, in the order of the rules' ids. */
static inline void tell_rows(struct world *world) {
    for (uint32_t i = 0; i < table.rule_count; i++) {
        const char *id = table.rules[i].id;
        const struct tcn_matter_clock *row = tcn_memstate_clock(&world->state, BIRTH, id);
        const struct tcn_due_key key = {TCN_DUE_CLOCK, BIRTH,
                                        tcn_clock_rule_number(tcn_slice_text(id))};
        struct tcn_due due;
        const bool has_due = tcn_memstate_ops.due_get(&world->state, &key, &due) == TCN_OK;
        char text[128];
        if (row == NULL) {
            assert_false(has_due);
            continue;
        }
        assert_true(!has_due || (row->end == TCN_CLOCK_RUNS && !row->times.is_paused)); /* M2 */
        const bool is_over = row->end != TCN_CLOCK_RUNS;
        (void)snprintf(text, sizeof(text), "%s:%s%s%s", id,
                       row->times.is_paused && !is_over ? "paused" : tcn_clock_end_name(row->end),
                       is_over ? "/" : "", is_over ? tcn_clock_verdict_name(row->verdict) : "");
        say(world, text);
        if (row->run_count > 1) {
            (void)snprintf(text, sizeof(text), "(%u,%u)", row->run_count, row->late_count);
            say(world, text);
        }
    }
}

static inline int64_t at_or(const char *text, int64_t other_ns) {
    return text != NULL ? at(text) : other_ns;
}

static inline struct tcn_event event_of(const struct world *world, const struct step *step) {
    struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                              .act = step->act,
                              .mode = TCN_MODE_ACTUAL,
                              .body_kind =
                                  step->act == TCN_ACT_REPORTED ? TCN_BODY_REPORT : TCN_BODY_ACT};
    event.recorded_ns = at_or(step->recorded, world->log_time_ns);
    event.learned_ns = at_or(step->learned, event.recorded_ns);
    event.occurred_ns = at_or(step->occurred, 0);
    event.act_body.reason = tcn_slice_text(step->reason != NULL ? step->reason : "");
    event.act_body.until_ns = at_or(step->until, 0);
    return event;
}

static inline void apply(struct world *world, const struct step *step) {
    const bool is_birth = world->traits.is_none;
    const struct tcn_event event = event_of(world, step);
    struct tcn_clock_traits before = world->traits;
    struct tcn_clock_traits *after = &world->traits;
    bool is_changed = false;
    const bool was_reported = world->was_reported;
    world->was_reported = was_reported || step->act == TCN_ACT_REPORTED;
    world->learned_ns =
        step->act == TCN_ACT_REPORTED && !was_reported ? event.learned_ns : world->learned_ns;
    after->is_none = false;
    after->is_held_back = after->is_held_back && !step->is_released;
    struct tcn_clock_subject *subject = &after->subject;
    subject->domain = step->domain != NULL ? tcn_slice_text(step->domain) : subject->domain;
    subject->category = step->category != NULL ? tcn_slice_text(step->category) : subject->category;
    subject->procedure = step->procedure != 0 ? step->procedure : subject->procedure;
    subject->severity = step->severity != 0 ? step->severity : subject->severity;
    before.is_none = is_birth || step->is_converted;
    world->position++;
    const struct tcn_clockwork_event in = {.birth_position = BIRTH,
                                           .event = &event,
                                           .position = world->position,
                                           .log_time_ns = world->log_time_ns,
                                           .start_max_ns =
                                               world->log_time_ns + 60 * INT64_C(1000000000),
                                           .policy_version = 5,
                                           .before = before,
                                           .after = *after,
                                           .stage = step->stage,
                                           .is_birth = is_birth,
                                           .was_reported = was_reported,
                                           .stops_all = step->stops_all || step->is_converted,
                                           .learned_ns = world->learned_ns,
                                           .moved_ns = step->is_harm ? 0 : world->learned_ns};
    assert_int_equal(tcn_clockwork_apply(&world->work, &in, &is_changed), TCN_OK);
}

/** Lets the steps happen and compares what each was to give. */
static inline void run(struct world *world, const struct step *steps, size_t count) {
    for (size_t i = 0; i < count; i++) {
        world->text[0] = '\0';
        world->log_time_ns = at(steps[i].when);
        fire(world);
        if (steps[i].act != TCN_ACT_NONE) {
            apply(world, &steps[i]);
            fire(world);
        }
        tell_rows(world);
        if (steps[i].wanted != NULL && strcmp(world->text, steps[i].wanted) != 0) {
            fail_msg("at %s: wanted \"%s\", got \"%s\"", steps[i].when, steps[i].wanted,
                     world->text);
        }
    }
}

#define TELL(steps)                                                                                \
    do {                                                                                           \
        struct world world;                                                                        \
        begin(&world);                                                                             \
        run(&world, steps, COUNT_OF(steps));                                                       \
        end(&world);                                                                               \
    } while (0)

#endif
