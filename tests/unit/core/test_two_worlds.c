/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a complaint accuses cannot tell that there is one. The same traffic is folded with
 * complaints among it and without; what the accused, those above it and the offices can come to
 * know must be the same. A world without them has zero reports in their place, and then everything
 * is equal, or nothing at all, and then positions are compared by their rank in what one sees.
 */
#include "clock_rules.h"
#include "core/guard.h"
#include "core/sight.h"
#include "fold_moves.h"

#include <stdlib.h>

#define STEPS 700
#define MATTERS 120   /* ids that anybody may name */
#define COMPLAINTS 40 /* ids that those who know have drawn */
#define SEEDS 20
#define HOUR_NS (3600 * SECOND_NS)
#define FIRST_NS (INT64_C(1717200000) * SECOND_NS) /* a day that the calendar knows */
#define FIELDS 24
#define POSITIONS 3 /* the first fields of a row */

/* What one world holds in place of what is kept from the accused. */
enum world_kind {
    COMPLAINED, /* the complaints themselves */
    FILLED,     /* zero reports of the same offices and posts */
    EMPTY,      /* nothing */
    WORLDS,
};

/* Who may learn what, and who tries. */
struct scene {
    const char *name;
    bool is_listed; /* complaints bring a list with the discipline organ alone; else the policy's */
    bool is_probed; /* the accused and those above it name the complaints' ids */
    uint16_t viewers[5];
};

/* One event, in every world that has it. */
struct step {
    struct tcn_event event;
    struct tcn_attribute attributes[MOVE_ATTRIBUTES];
    uint16_t organ;
    uint32_t source;
    bool is_secret;
};

struct plan {
    const struct scene *scene;
    uint64_t random;
    uint16_t reported[STEPS]; /* ids of matters that were reported */
    size_t reported_count;
    uint64_t complaints[STEPS]; /* ids of complaints */
    size_t complaint_count;
    bool is_tried[COMPLAINTS];
    struct step steps[STEPS];
};

struct world {
    struct tcn_memstate state;
    struct tcn_fold fold;
    uint64_t positions[STEPS]; /* of each step; 0: it is not there */
};

/* What one organ can come to know, row by row. */
struct row {
    uint64_t fields[FIELDS];
};

struct view {
    struct row *rows;
    size_t count;
    size_t capacity;
};

static const struct tcn_policy *policy_of_chain(void) {
    static struct tcn_policy policy;
    policy = regime;
    policy.organs = chain_organs;
    policy.organ_count = COUNT_OF(chain_organs);
    return &policy;
}

/* What happens. */

static uint64_t draw(struct plan *plan, uint64_t below) {
    plan->random ^= plan->random << 13;
    plan->random ^= plan->random >> 7;
    plan->random ^= plan->random << 17;
    return plan->random % below;
}

static struct tcn_id id_of(bool is_complaint, uint64_t number) {
    return (struct tcn_id){{0x01, 0x8f, is_complaint, (uint8_t)number, (uint8_t)(number >> 8)}};
}

static void guard(struct plan *plan, struct tcn_event *event) {
    event->domain = (struct tcn_slice){0};
    event->division = (struct tcn_slice){0};
    event->concerns = draw(plan, 2) == 0 ? TCN_CONCERNS_UNIT : TCN_CONCERNS_UNKNOWN;
    if (plan->scene->is_listed) {
        event->guard_organs[0] = DISCIPLINE;
        event->guard_organ_count = 1;
    }
}

/* The accused names an id that it cannot know. Once: who names one again finds either the stub that
 * it left there, or none (docs/reference/rights.md). */
static void try_id(struct plan *plan, struct tcn_event *event) {
    const uint64_t number = draw(plan, COMPLAINTS);
    if (!plan->is_tried[number]) {
        plan->is_tried[number] = true;
        event->matter = id_of(true, number);
    }
}

/* A report, or an act that may say anything; most of what is said out of turn is void. */
static void make_plain(struct plan *plan, struct step *step) {
    static const uint16_t offices[] = {OFFICE_A, OFFICE_B};
    static const uint16_t actors[] = {SAFETY, SAFETY, SAFETY,   WATER,    CITY,
                                      DESK,   DESK,   OFFICE_A, OFFICE_B, DISCIPLINE};
    static const char *const domains[] = {"hazard", "claim", "danger", "pipe",  "pay",
                                          "child",  "care",  "storm",  "nobody"};
    static const char *const organs[] = {"water", "safety", "city", "desk", "discipline", "nobody"};
    const bool is_report = draw(plan, 4) == 0;
    struct move move = {.act = is_report ? TCN_ACT_REPORTED
                                         : (enum tcn_act)(TCN_ACT_ACCEPTED + draw(plan, 54))};
    const bool is_handed = move.act == TCN_ACT_TRANSFERRED;
    move.says = (uint32_t)draw(plan, UINT64_C(1) << 32);
    move.names =
        is_handed ? organs[draw(plan, COUNT_OF(organs))] : domains[draw(plan, COUNT_OF(domains))];
    step->organ = is_report ? offices[draw(plan, 2)] : actors[draw(plan, COUNT_OF(actors))];
    step->source = step->organ;
    step->event = event_of(&move, 0, step->attributes);
    step->event.severity = (enum tcn_severity)draw(plan, 5);
    const uint64_t number = draw(plan, MATTERS);
    step->event.matter = id_of(false, number);
    if (is_report) {
        plan->reported[plan->reported_count++] = (uint16_t)number;
    }
    const bool is_of_desk = move.act == TCN_ACT_EPOCH_ALLOWED || move.act == TCN_ACT_TIME_CONFIRMED;
    step->event.act = is_of_desk ? TCN_ACT_ACCEPTED : move.act;
    const bool is_above = step->organ == SAFETY || step->organ == CITY;
    if (plan->scene->is_probed && !is_report && is_above) {
        try_id(plan, &step->event);
    }
}

/* A complaint, or a word on a matter that the accused may hold. One that takes the id of a matter
 * that is still to be reported is seen by who reports it (docs/reference/rights.md). */
static void make_complaint(struct plan *plan, struct step *step) {
    const uint64_t kind = plan->reported_count > 0 ? draw(plan, 3) : 0;
    step->event = report_of(0, "");
    step->event.severity = (enum tcn_severity)draw(plan, 5);
    const uint64_t number = draw(plan, COMPLAINTS);
    step->organ = number % 2 == 0 ? OFFICE_A : OFFICE_B; /* an id is one office's */
    if (kind == 0) {
        step->event.matter = id_of(true, number);
        plan->complaints[plan->complaint_count++] = number;
    } else {
        step->event.matter = id_of(false, plan->reported[draw(plan, plan->reported_count)]);
    }
    if (kind == 2) {
        step->event.act = TCN_ACT_FOLLOWED_UP;
        step->event.body_kind = TCN_BODY_ACT;
    }
    guard(plan, &step->event);
}

/* What is done with a complaint by those who know; and by its office, which does not learn of it.
 */
static void make_known(struct plan *plan, struct step *step) {
    const uint64_t number = plan->complaints[draw(plan, plan->complaint_count)];
    const uint16_t office = number % 2 == 0 ? OFFICE_A : OFFICE_B;
    const uint16_t actors[] = {DISCIPLINE, DISCIPLINE, DISCIPLINE, WATER, office};
    static const char *const organs[] = {"water", "discipline"};
    static const char *const domains[] = {"pipe", "care", "land"}; /* the accused owns none */
    static const enum tcn_act acts[] = {
        TCN_ACT_ACCEPTED,    TCN_ACT_TRANSFERRED,  TCN_ACT_RELEASED, TCN_ACT_RECLASSIFIED,
        TCN_ACT_FOLLOWED_UP, TCN_ACT_REPLIED,      TCN_ACT_CLOSED,   TCN_ACT_REVIEW_ASKED,
        TCN_ACT_REOPENED,    TCN_ACT_ACKNOWLEDGED, TCN_ACT_OBJECTED, TCN_ACT_PETITIONER_TOLD,
        TCN_ACT_UNSEALED,    TCN_ACT_EXTENDED};
    struct move move = {.act = acts[draw(plan, COUNT_OF(acts))]};
    const bool is_handed = move.act == TCN_ACT_TRANSFERRED;
    move.says = (uint32_t)draw(plan, UINT64_C(1) << 32);
    move.names = is_handed ? organs[draw(plan, 2)] : domains[draw(plan, COUNT_OF(domains))];
    step->organ = actors[draw(plan, COUNT_OF(actors))];
    step->event = event_of(&move, 0, step->attributes);
    step->event.matter = id_of(true, number);
}

static void make_plan(struct plan *plan, const struct scene *scene, uint64_t seed) {
    memset(plan, 0, sizeof(*plan));
    plan->scene = scene;
    plan->random = seed * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < STEPS; i++) {
        struct step *step = &plan->steps[i];
        const uint64_t kind = draw(plan, 10);
        step->is_secret = kind < 4;
        if (kind == 0 || (kind < 4 && plan->complaint_count == 0)) {
            make_complaint(plan, step);
        } else if (kind < 4) {
            make_known(plan, step);
        } else {
            make_plain(plan, step);
        }
        step->source = step->organ;
        if (step->is_secret && step->organ == DISCIPLINE && draw(plan, 2) == 0) {
            step->source = OTHER_POST;
        }
        step->event.learned_ns = FIRST_NS + (int64_t)i * HOUR_NS;
        step->event.recorded_ns = step->event.learned_ns;
    }
}

/* The worlds. */

static void fold_plan(struct world *world, const struct plan *plan, enum world_kind kind,
                      const struct tcn_clock_table *clocks) {
    const struct tcn_event nothing = {.format = TCN_EVENT_FORMAT,
                                      .act = TCN_ACT_ZERO_REPORT,
                                      .mode = TCN_MODE_ACTUAL,
                                      .body_kind = TCN_BODY_ACT};
    memset(world, 0, sizeof(*world));
    tcn_memstate_init(&world->state);
    assert_int_equal(
        tcn_fold_init(&world->fold, policy_of_chain(), &tcn_memstate_ops, &world->state), TCN_OK);
    world->fold.clocks = clocks;
    for (size_t i = 0; i < STEPS; i++) {
        const struct step *step = &plan->steps[i];
        if (step->is_secret && kind == EMPTY) {
            continue;
        }
        const uint64_t position = world->fold.applied.position + 1;
        const struct tcn_fold_input in = {
            .position = position,
            .generation = 1,
            .log_time_ns = FIRST_NS + (int64_t)i * HOUR_NS,
            .lane = {.source = step->source, .epoch = 7, .lane = TCN_LANE_ROUTINE},
            .sequence = position,
            .organ = step->organ,
            .role = TCN_ROLE_BUREAU,
            .log_mode = TCN_MODE_ACTUAL,
            .event = step->is_secret && kind == FILLED ? &nothing : &step->event};
        struct tcn_outcome outcome;
        assert_int_equal(tcn_fold_step(&world->fold, &in, &outcome), TCN_OK);
        world->positions[i] = position;
    }
}

/* What is seen of them. */

static void view_add(struct view *view, const struct row *row) {
    if (view->count == view->capacity) {
        view->capacity = view->capacity == 0 ? 256 : 2 * view->capacity;
        view->rows = realloc(view->rows, view->capacity * sizeof(*view->rows));
        assert_non_null(view->rows);
    }
    view->rows[view->count] = *row;
    view->count++;
}

/* The position in an id that the log gave; else 0. */
static uint64_t position_of(const struct tcn_id *id) {
    uint64_t position = 0;
    for (size_t i = 8; i < 16; i++) {
        position = position << 8 | id->bytes[i];
    }
    return tcn_guard_is_own_id(id) ? position : 0;
}

/* What has come is told with whatever event is next, whosever that is: where events are left out,
 * that moves. A collector ticks when something falls due, so there it does not. */
static void view_alerts(struct view *view, const struct world *world, uint16_t organ,
                        bool is_ranked) {
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)world->state.alerts.rows;
    for (size_t i = 0; i < world->state.alerts.count; i++) {
        const struct tcn_alert *alert = &alerts[i];
        const struct tcn_fired *fired = &alert->fired;
        const bool is_wake = fired->kind == TCN_DUE_WAKE;
        const bool is_clock = fired->kind == TCN_DUE_CLOCK ||
                              (is_wake && fired->rule == TCN_WAKE_DESK); /* of a matter */
        const struct row row = {{
            alert->position,
            alert->birth_position,
            is_clock ? fired->subject : 0,
            (uint64_t)alert->log_time_ns,
            (uint64_t)alert->stream.mode,
            alert->number,
            alert->generation,
            (uint64_t)alert->act,
            (uint64_t)alert->reason,
            (uint64_t)alert->severity,
            alert->flags,
            alert->code,
            alert->policy_version,
            (uint64_t)alert->kind,
            (uint64_t)alert->stage,
            alert->holder,
            alert->facts,
            alert->allowed_acts,
            (uint64_t)fired->kind,
            fired->stage,
            is_clock ? 0 : fired->subject,
            fired->rule,
            (uint64_t)fired->due_ns,
            (uint64_t)fired->until_ns,
        }};
        if (alert->stream.organ == organ && !(is_ranked && is_wake)) {
            view_add(view, &row);
        }
    }
}

/* What it has not in hand. */
static void view_summonses(struct view *view, const struct world *world, uint16_t organ,
                           bool is_ranked) {
    const struct tcn_summons *rows =
        (const struct tcn_summons *)(const void *)world->state.summonses.rows;
    for (size_t i = 0; i < world->state.summonses.count; i++) {
        const struct tcn_summons *summons = &rows[i];
        const bool is_wake = summons->reason == TCN_REASON_CLOCK;
        const struct row row = {
            {is_ranked && is_wake ? 0 : summons->position, summons->birth_position, 0,
             is_ranked && is_wake ? 0 : (uint64_t)summons->last_ns, (uint64_t)summons->mode,
             summons->number, (uint64_t)summons->reason, (uint64_t)summons->severity,
             is_ranked && is_wake ? 0 : (uint64_t)summons->since_ns, summons->count}};
        if (summons->organ == organ) {
            view_add(view, &row);
        }
    }
}

static uint64_t word_hash(const char *word) {
    uint64_t hash = 5381;
    for (size_t i = 0; word[i] != '\0'; i++) {
        hash = hash * 33 + (uint8_t)word[i];
    }
    return hash;
}

static void view_matters(struct view *view, const struct world *world, uint16_t organ) {
    const struct tcn_principal asker = {
        .organ = organ, .role = TCN_ROLE_BUREAU, .streams = {organ}, .stream_count = 1};
    const struct tcn_matter *matters =
        (const struct tcn_matter *)(const void *)world->state.matters.rows;
    for (size_t i = 0; i < world->state.matters.count; i++) {
        const struct tcn_matter *matter = &matters[i];
        const struct row row = {{
            matter->birth_position,
            matter->last_position,
            position_of(&matter->id),
            position_of(&matter->id) != 0 ? 0 : matter->id.bytes[3] + 1U,
            (uint64_t)matter->opened_ns,
            (uint64_t)matter->last_ns,
            (uint64_t)matter->stage,
            matter->division,
            matter->office,
            matter->holder,
            (uint64_t)matter->severity,
            matter->flags,
            matter->event_count,
            (uint64_t)matter->learned_ns,
            (uint64_t)matter->last_act,
            (uint64_t)matter->kind,
            matter->marks,
            matter->bounce_count,
            (uint64_t)matter->second.act,
            word_hash(matter->domain),
            word_hash(matter->second.domain),
            word_hash(matter->second.organ),
        }};
        if (tcn_sight_sees(&asker, world->fold.policy, matter)) {
            view_add(view, &row);
        }
    }
}

/* What became of its own events, as it may ask. */
static void view_outcomes(struct view *view, const struct world *world, const struct plan *plan,
                          uint16_t organ) {
    const struct tcn_outcome *outcomes =
        (const struct tcn_outcome *)(const void *)world->state.outcomes.rows;
    size_t next = 0;
    for (size_t i = 0; i < STEPS; i++) {
        const struct step *step = &plan->steps[i];
        if (step->organ != organ || step->is_secret) {
            continue;
        }
        while (next < world->state.outcomes.count &&
               outcomes[next].position < world->positions[i]) {
            next++;
        }
        struct row row = {{world->positions[i]}};
        if (next < world->state.outcomes.count && outcomes[next].position == world->positions[i]) {
            row.fields[6] = outcomes[next].code;
            row.fields[7] = outcomes[next].allowed_acts;
            row.fields[8] = outcomes[next].missing;
        }
        view_add(view, &row);
    }
}

static int compare_u64(const void *left, const void *right) {
    const uint64_t one = *(const uint64_t *)left;
    const uint64_t other = *(const uint64_t *)right;
    return (one > other) - (one < other);
}

/* Replaces positions by their rank among all that are there. */
static void view_rank(struct view *view) {
    const size_t all = view->count * POSITIONS;
    uint64_t *values = calloc(all + 1, sizeof(*values)); /* the first is 0, which is none */
    size_t kept = 1;
    assert_non_null(values);
    for (size_t i = 0; i < all; i++) {
        values[i + 1] = view->rows[i / POSITIONS].fields[i % POSITIONS];
    }
    qsort(values, all + 1, sizeof(*values), compare_u64);
    for (size_t i = 1; i <= all; i++) {
        if (values[i] != values[kept - 1]) {
            values[kept++] = values[i];
        }
    }
    for (size_t i = 0; i < all; i++) {
        uint64_t *field = &view->rows[i / POSITIONS].fields[i % POSITIONS];
        const uint64_t *found = bsearch(field, values, kept, sizeof(*values), compare_u64);
        assert_non_null(found);
        *field = (uint64_t)(found - values);
    }
    free(values);
}

static struct view look(const struct world *world, const struct plan *plan, uint16_t organ,
                        bool is_ranked) {
    struct view view = {.rows = NULL};
    view_alerts(&view, world, organ, is_ranked);
    view_summonses(&view, world, organ, is_ranked);
    view_matters(&view, world, organ);
    view_outcomes(&view, world, plan, organ);
    if (is_ranked) {
        view_rank(&view);
    }
    return view;
}

/* Where two views differ first; SIZE_MAX when they do not. */
static size_t difference(const struct view *one, const struct view *other) {
    const size_t count = one->count < other->count ? one->count : other->count;
    for (size_t i = 0; i < count; i++) {
        if (memcmp(&one->rows[i], &other->rows[i], sizeof(one->rows[i])) != 0) {
            return i;
        }
    }
    return one->count == other->count ? SIZE_MAX : count;
}

static void print_row(const struct view *view, size_t index) {
    for (size_t i = 0; i < FIELDS && index < view->count; i++) {
        print_error(" %llu", (unsigned long long)view->rows[index].fields[i]);
    }
    print_error("\n");
}

/* Whether an organ can tell one world from the other. */
static bool can_tell(const struct world *one, const struct world *other, const struct plan *plan,
                     uint16_t organ, bool is_ranked) {
    struct view left = look(one, plan, organ, is_ranked);
    struct view right = look(other, plan, organ, is_ranked);
    const size_t at = difference(&left, &right);
    const bool is_viewer = organ != DISCIPLINE;
    if (at != SIZE_MAX && is_viewer) {
        print_error("%s: %u can tell, row %zu of %zu and %zu\n", plan->scene->name, organ, at,
                    left.count, right.count);
        print_row(&left, at);
        print_row(&right, at);
    }
    assert_true(left.count > 20); /* else nothing was looked at */
    free(left.rows);
    free(right.rows);
    return at != SIZE_MAX;
}

static void play(const struct scene *scene, uint64_t seed) {
    static struct plan plan;
    static struct world worlds[WORLDS];
    static struct tcn_calendar_span spans[COUNT_OF(named_days)];
    const struct tcn_clock_table clocks = make_clock_table(spans);
    make_plan(&plan, scene, seed);
    for (int is_ranked = 0; is_ranked < 2; is_ranked++) {
        /* A clock fires at whatever event comes next, whosever that is. */
        const struct tcn_clock_table *running = is_ranked == 0 ? &clocks : NULL;
        const enum world_kind without = is_ranked == 0 ? FILLED : EMPTY;
        fold_plan(&worlds[COMPLAINED], &plan, COMPLAINED, running);
        fold_plan(&worlds[without], &plan, without, running);
        for (size_t i = 0; i < COUNT_OF(scene->viewers) && scene->viewers[i] != 0; i++) {
            if (can_tell(&worlds[COMPLAINED], &worlds[without], &plan, scene->viewers[i],
                         is_ranked != 0)) {
                fail_msg("seed %llu", (unsigned long long)seed);
            }
        }
        assert_true(
            can_tell(&worlds[COMPLAINED], &worlds[without], &plan, DISCIPLINE, is_ranked != 0));
        tcn_memstate_fini(&worlds[COMPLAINED].state);
        tcn_memstate_fini(&worlds[without].state);
    }
}

static void play_seeds(const struct scene *scene) {
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        play(scene, seed);
    }
}

static void nobody_outside_the_list_can_tell(void **state) {
    (void)state;
    static const struct scene scene = {
        .name = "listed", .is_listed = true, .viewers = {SAFETY, CITY, DESK, OFFICE_A, OFFICE_B}};
    play_seeds(&scene);
}

/* The policy's list has the desk on it. */
static void a_complaint_without_a_list_reaches_nobody_else(void **state) {
    (void)state;
    static const struct scene scene = {.name = "without a list",
                                       .viewers = {SAFETY, CITY, OFFICE_A, OFFICE_B}};
    play_seeds(&scene);
}

/* Its act on an id that is taken is answered as one on an id that nobody used. */
static void who_tries_ids_can_tell_as_little(void **state) {
    (void)state;
    static const struct scene scene = {
        .name = "probed", .is_listed = true, .is_probed = true, .viewers = {SAFETY, CITY}};
    play_seeds(&scene);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_outside_the_list_can_tell),
        cmocka_unit_test(a_complaint_without_a_list_reaches_nobody_else),
        cmocka_unit_test(who_tries_ids_can_tell_as_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
