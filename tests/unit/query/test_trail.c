/* SPDX-License-Identifier: Apache-2.0 */
/* Who knew what when: a matter told from learning to the first act of each organ, with what kept
 * word from coming through, and nothing of another matter or of one that is kept apart. */
/* ctest-uses: policy core store wire link seal */
#include "corpus.h"

#include "query/rebuild.h"
#include "query/trail.h"

#define MINUTE_NS INT64_C(60000000000)
#define OWNER "energy_bureau"
#define OWNER_NUMBER 19
#define CO_RECIPIENT_NUMBER 3 /* the emergency bureau */
#define OFFICE "office_qinglong"
#define OFFICE_NUMBER 200

/** The log, a state of it, and the last trail. */
struct world {
    struct corpus *corpus;
    char state_dir[CORPUS_PATH_BYTES];
    struct tcn_state *state;
    struct tcn_state_reader *reader;
    struct tcn_rights rights;
    struct tcn_trail_options options;
    struct tcn_trail trail;
};

static int set_up(void **state) {
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->corpus = corpus_make(UINT64_C(0xa0d17));
    (void)snprintf(world->state_dir, CORPUS_PATH_BYTES, "%.100s/state", world->corpus->base);
    *state = world;
    return 0;
}

static void close_state(struct world *world) {
    tcn_trail_fini(&world->trail);
    tcn_rights_fini(&world->rights);
    tcn_state_reader_close(&world->reader);
    if (world->state != NULL) {
        tcn_state_close(&world->state);
        assert_int_equal(tcn_state_remove(world->state_dir), TCN_OK);
    }
}

static int tear_down(void **state) {
    struct world *world = *state;
    close_state(world);
    corpus_remove(&world->corpus);
    free(world);
    return 0;
}

/** Asks for a matter as of a position. */
static enum tcn_status ask(struct world *world, uint32_t number, uint16_t known_to, uint64_t last) {
    struct corpus *corpus = world->corpus;
    const struct tcn_store_options store = {.dir = world->state_dir, .map_bytes = CORPUS_MAP_BYTES};
    corpus_commit(corpus);
    close_state(world);
    assert_int_equal(tcn_state_open(&store, &world->state), TCN_OK);
    assert_int_equal(tcn_rebuild_upto(corpus->reader, &corpus->charter, world->state, last),
                     TCN_OK);
    assert_int_equal(tcn_state_reader_open(world->state, &world->reader), TCN_OK);
    assert_int_equal(tcn_rights_init(&world->rights, &corpus->charter), TCN_OK);
    assert_int_equal(tcn_rights_load(&world->rights, corpus->reader, last), TCN_OK);
    world->options.reader = corpus->reader;
    world->options.state_reader = world->reader;
    world->options.rights = &world->rights;
    world->options.matter = corpus_matter(number);
    world->options.known_to = known_to;
    return tcn_trail_make(&world->options, &world->trail);
}

static void pass(struct world *world, int64_t minutes) {
    world->corpus->now_ns += minutes * MINUTE_NS;
}

static struct tcn_event event_of(struct world *world, enum tcn_act act, uint32_t number,
                                 const char *organ) {
    return (struct tcn_event){.format = TCN_EVENT_FORMAT,
                              .act = act,
                              .mode = TCN_MODE_EXERCISE,
                              .matter = corpus_matter(number),
                              .office = tcn_slice_text(organ),
                              .learned_ns = world->corpus->now_ns - 30 * MINUTE_NS,
                              .recorded_ns = world->corpus->now_ns - 20 * MINUTE_NS,
                              .severity = TCN_SEVERITY_SERIOUS,
                              .body_kind = TCN_BODY_ACT,
                              .act_body = {.post = tcn_slice_text("duty_officer")}};
}

/** A report of a mine's hazard by an office, in the open or with a list. */
static void report(struct world *world, uint32_t number, bool is_guarded) {
    struct tcn_event event = event_of(world, TCN_ACT_REPORTED, number, OFFICE);
    event.body_kind = TCN_BODY_REPORT;
    event.concerns = is_guarded ? TCN_CONCERNS_UNIT : TCN_CONCERNS_NOBODY;
    if (is_guarded) {
        event.guard_organs[0] = 25; /* discipline */
        event.guard_organ_count = 1;
    } else {
        event.domain = tcn_slice_text("coal_mine_safety");
        event.division = tcn_slice_text("520502012000");
    }
    corpus_log(world->corpus, TCN_FORGE_FEED, &event);
}

static void act(struct world *world, enum tcn_act what, uint32_t number, const char *organ) {
    const struct tcn_event event = event_of(world, what, number, organ);
    corpus_log(world->corpus, TCN_FORGE_FEED, &event);
}

/** The collector's word of what a watcher of the owner has. */
static void deliver(struct world *world, uint64_t number) {
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_DELIVERED,
        .mode = TCN_MODE_EXERCISE,
        .body_kind = TCN_BODY_DELIVERED,
        .delivered = {.name = tcn_slice_text("day"),
                      .principal = TCN_FORGE_WATCH_SAFETY,
                      .stream = {.mode = TCN_MODE_EXERCISE, .organ = OWNER_NUMBER},
                      .number = number,
                      .generation = 1}};
    corpus_log(world->corpus, TCN_FORGE_COLLECTOR, &event);
}

static void observe(struct world *world, enum tcn_act what, uint16_t organ, uint32_t source) {
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = what,
        .mode = TCN_MODE_EXERCISE,
        .body_kind = TCN_BODY_OBSERVED,
        .observed = {.lane = {.source = source},
                     .organ = organ,
                     .number = organ != 0 ? 1 : 0,
                     .since_ns = source != 0 ? world->corpus->now_ns - 5 * MINUTE_NS : 0}};
    corpus_log(world->corpus, TCN_FORGE_COLLECTOR, &event);
}

static const struct tcn_trail_known *known_of(const struct world *world, uint32_t fact,
                                              uint16_t organ) {
    for (uint32_t i = 0; i < world->trail.known_count; i++) {
        if (world->trail.known[i].fact == fact && world->trail.known[i].organ == organ) {
            return &world->trail.known[i];
        }
    }
    return NULL;
}

static void what_is_not_there_is_absent(void **state) {
    struct world *world = *state;
    report(world, 1, false);
    assert_int_equal(ask(world, 2, 0, UINT64_MAX), TCN_ABSENT);
    assert_int_equal(ask(world, 1, 0, 1), TCN_ABSENT); /* not yet */
    assert_int_equal(ask(world, 1, 0, 2), TCN_OK);
}

static void a_matter_with_a_list_is_not_there_unless_it_is_asked_for(void **state) {
    struct world *world = *state;
    report(world, 1, true);
    report(world, 2, false);
    assert_int_equal(ask(world, 1, 0, UINT64_MAX), TCN_ABSENT);
    assert_int_equal(ask(world, 2, 0, UINT64_MAX), TCN_OK);
    world->options.shows_guarded = true;
    assert_int_equal(ask(world, 1, 0, UINT64_MAX), TCN_OK);
    assert_int_equal(world->trail.fact_count, 1);
    assert_non_null(known_of(world, 0, 25));
    assert_null(known_of(world, 0, OWNER_NUMBER));
}

/* What an office says of another unit under the id of an open matter is kept apart from it, and an
 * audit of the open one must not tell. */
static void what_was_kept_apart_is_in_no_other_trail(void **state) {
    struct world *world = *state;
    report(world, 1, false);
    report(world, 1, true);
    assert_int_equal(ask(world, 1, 0, UINT64_MAX), TCN_OK);
    assert_int_equal(world->trail.fact_count, 1);
    assert_int_equal(world->trail.facts[0].position, 2);
}

static void each_organ_is_followed_from_told_to_its_first_act(void **state) {
    struct world *world = *state;
    report(world, 1, false); /* position 2 */
    pass(world, 1);
    deliver(world, 1); /* 3 */
    pass(world, 4);
    act(world, TCN_ACT_ACKNOWLEDGED, 1, OWNER); /* 4 */
    pass(world, 10);
    act(world, TCN_ACT_ACCEPTED, 1, OWNER); /* 5 */
    assert_int_equal(ask(world, 1, 0, UINT64_MAX), TCN_OK);
    const struct tcn_trail *trail = &world->trail;
    assert_int_equal(trail->fact_count, 3);
    assert_int_equal(trail->lost_count, 0);
    const struct tcn_trail_fact *first = &trail->facts[0];
    assert_int_equal(first->act, TCN_ACT_REPORTED);
    assert_int_equal(first->position, 2);
    assert_int_equal(first->organ, OFFICE_NUMBER);
    assert_int_equal(first->log_time_ns, CORPUS_BEGIN_NS);
    assert_int_equal(first->learned_ns, CORPUS_BEGIN_NS - 30 * MINUTE_NS);
    assert_int_equal(first->recorded_ns, CORPUS_BEGIN_NS - 20 * MINUTE_NS);
    assert_int_equal(first->policy_version, corpus_policy(world->corpus)->version);
    assert_true(known_of(world, 0, OFFICE_NUMBER)->is_own);
    const struct tcn_trail_known *owner = known_of(world, 0, OWNER_NUMBER);
    assert_non_null(owner);
    assert_int_equal(owner->reason, TCN_REASON_OWNER);
    assert_int_equal(owner->number, 1);
    assert_int_equal(owner->told_ns, CORPUS_BEGIN_NS);
    assert_int_equal(owner->fetched_position, 3);
    assert_int_equal(owner->fetched_ns, CORPUS_BEGIN_NS + MINUTE_NS);
    assert_int_equal(owner->fetched_by, TCN_FORGE_WATCH_SAFETY);
    assert_string_equal(owner->fetched_name, "day");
    assert_int_equal(owner->acted, TCN_ACT_ACKNOWLEDGED);
    assert_int_equal(owner->acted_ns, CORPUS_BEGIN_NS + 5 * MINUTE_NS);
    assert_string_equal(owner->acted_post, "duty_officer");
    const struct tcn_trail_known *beside = known_of(world, 0, CO_RECIPIENT_NUMBER);
    assert_non_null(beside);
    assert_int_equal(beside->fetched_position, 0);
    assert_int_equal(beside->acted_position, 0);
}

/* A watcher has what it was told up to a number, and nothing behind it. */
static void what_comes_behind_the_delivered_number_is_not_fetched(void **state) {
    struct world *world = *state;
    report(world, 1, false);
    report(world, 2, false);
    deliver(world, 1);
    assert_int_equal(ask(world, 2, 0, UINT64_MAX), TCN_OK);
    assert_int_equal(known_of(world, 0, OWNER_NUMBER)->number, 2);
    assert_int_equal(known_of(world, 0, OWNER_NUMBER)->fetched_position, 0);
    deliver(world, 2);
    assert_int_equal(ask(world, 2, 0, UINT64_MAX), TCN_OK);
    assert_int_equal(known_of(world, 0, OWNER_NUMBER)->fetched_position, 5);
}

static void of_one_organ_only_what_it_knew_is_told(void **state) {
    struct world *world = *state;
    report(world, 1, false);
    act(world, TCN_ACT_ACCEPTED, 1, OWNER);
    deliver(world, 1);
    assert_int_equal(ask(world, 1, CO_RECIPIENT_NUMBER, UINT64_MAX), TCN_OK);
    assert_true(world->trail.fact_count >= 2);
    for (uint32_t i = 0; i < world->trail.known_count; i++) {
        assert_int_equal(world->trail.known[i].organ, CO_RECIPIENT_NUMBER);
    }
    assert_non_null(known_of(world, 0, CO_RECIPIENT_NUMBER));
    assert_null(known_of(world, 0, OWNER_NUMBER));
}

static void at_a_time_nothing_later_is_known(void **state) {
    struct world *world = *state;
    report(world, 1, false);                /* 2 */
    deliver(world, 1);                      /* 3 */
    act(world, TCN_ACT_ACCEPTED, 1, OWNER); /* 4 */
    assert_int_equal(ask(world, 1, 0, 2), TCN_OK);
    assert_int_equal(world->trail.fact_count, 1);
    assert_int_equal(world->trail.last_position, 2);
    assert_int_equal(world->trail.matter.stage, TCN_STAGE_OPEN);
    assert_int_equal(known_of(world, 0, OWNER_NUMBER)->fetched_position, 0);
    assert_int_equal(ask(world, 1, 0, 3), TCN_OK);
    assert_int_equal(known_of(world, 0, OWNER_NUMBER)->fetched_position, 3);
    assert_int_equal(known_of(world, 0, OWNER_NUMBER)->acted_position, 0);
}

static void an_act_that_was_void_is_told_with_its_code(void **state) {
    struct world *world = *state;
    report(world, 1, false);
    act(world, TCN_ACT_PAID, 1, OWNER); /* no wages here */
    assert_int_equal(ask(world, 1, 0, UINT64_MAX), TCN_OK);
    assert_int_equal(world->trail.fact_count, 2);
    assert_int_equal(world->trail.facts[1].act, TCN_ACT_PAID);
    assert_int_not_equal(world->trail.facts[1].code, TCN_OK);
    assert_int_equal(known_of(world, 0, OWNER_NUMBER)->acted_position, 0);
}

static const struct tcn_trail_note *note_at(const struct world *world, uint32_t index) {
    assert_in_range(index, 0, world->trail.note_count - 1);
    return &world->trail.notes[index];
}

static void gaps_that_matter_stand_beside_and_no_others(void **state) {
    struct world *world = *state;
    const uint32_t agent = TCN_FORGE_AGENT_SAFETY; /* of organ 2, here the petition bureau */
    const uint16_t its_organ = 2;
    observe(world, TCN_ACT_UNREACHABLE, 0, agent); /* 2: over before it was learned of */
    observe(world, TCN_ACT_HEARD, 0, agent);       /* 3 */
    observe(world, TCN_ACT_UNREACHABLE, 0, 0);     /* 4: of all, and it stands */
    pass(world, 120);
    report(world, 1, false);                             /* 5 */
    observe(world, TCN_ACT_NO_WATCHER, OWNER_NUMBER, 0); /* 6 */
    observe(world, TCN_ACT_NO_WATCHER, 24, 0);           /* 7: nobody who has to do with it */
    observe(world, TCN_ACT_HEARD, 0, 0);                 /* 8 */
    observe(world, TCN_ACT_UNREACHABLE, 0, agent);       /* 9: nor that one */
    assert_int_equal(ask(world, 1, 0, UINT64_MAX), TCN_OK);
    assert_int_equal(world->trail.note_count, 3);
    assert_int_equal(note_at(world, 0)->position, 4);
    assert_true(note_at(world, 0)->is_before);
    assert_int_equal(note_at(world, 1)->act, TCN_ACT_NO_WATCHER);
    assert_int_equal(note_at(world, 1)->organ, OWNER_NUMBER);
    assert_false(note_at(world, 1)->is_before);
    assert_int_equal(note_at(world, 2)->act, TCN_ACT_HEARD);
    /* Asked of that organ, it is the other way round. */
    assert_int_equal(ask(world, 1, its_organ, UINT64_MAX), TCN_OK);
    assert_int_equal(world->trail.note_count, 3);
    assert_int_equal(note_at(world, 2)->position, 9);
    assert_int_equal(note_at(world, 2)->source, agent);
    assert_int_not_equal(note_at(world, 2)->since_ns, 0);
}

/* A call names its post and what came of it; an office that closed for the day says so. */
static void calls_and_closing_hours_are_told(void **state) {
    struct world *world = *state;
    report(world, 1, false); /* 2 */
    struct tcn_event call = event_of(world, TCN_ACT_CALLED, 1, OWNER);
    call.act_body.how = tcn_slice_text("no_answer");
    call.act_body.reason = tcn_slice_text("urgent");
    corpus_log(world->corpus, TCN_FORGE_FEED, &call); /* 3 */
    struct tcn_event closing = event_of(world, TCN_ACT_SIGNED_OFF, 1, OFFICE);
    closing.matter = (struct tcn_id){{0}};
    closing.body_kind = TCN_BODY_NONE;
    corpus_log(world->corpus, TCN_FORGE_FEED, &closing); /* 4 */
    closing.office = tcn_slice_text("veterans_bureau");
    corpus_log(world->corpus, TCN_FORGE_FEED, &closing); /* 5: nobody's who has to do with it */
    assert_int_equal(ask(world, 1, 0, UINT64_MAX), TCN_OK);
    assert_int_equal(world->trail.fact_count, 2);
    assert_int_equal(world->trail.facts[1].act, TCN_ACT_CALLED);
    assert_string_equal(world->trail.facts[1].how, "no_answer");
    assert_string_equal(world->trail.facts[1].reason, "urgent");
    assert_string_equal(world->trail.facts[1].post, "duty_officer");
    assert_int_equal(world->trail.note_count, 1);
    assert_int_equal(note_at(world, 0)->act, TCN_ACT_SIGNED_OFF);
    assert_int_equal(note_at(world, 0)->organ, OFFICE_NUMBER);
}

static void who_was_on_duty_and_which_policy_stand_beside(void **state) {
    struct world *world = *state;
    struct tcn_policy next = *corpus_policy(world->corpus);
    struct tcn_event duty = event_of(world, TCN_ACT_ON_DUTY, 1, OWNER);
    duty.matter = (struct tcn_id){{0}};
    corpus_log(world->corpus, TCN_FORGE_FEED, &duty); /* 2 */
    pass(world, 60);
    report(world, 1, false); /* 3 */
    next.version++;
    corpus_activate(world->corpus, next.version - 1, &next, false); /* 4 */
    act(world, TCN_ACT_ACCEPTED, 1, OWNER);                         /* 5 */
    assert_int_equal(ask(world, 1, 0, UINT64_MAX), TCN_OK);
    assert_int_equal(world->trail.policy_version, next.version);
    assert_int_equal(world->trail.facts[0].policy_version, next.version - 1);
    assert_int_equal(world->trail.facts[1].policy_version, next.version);
    assert_int_equal(world->trail.note_count, 2);
    assert_int_equal(note_at(world, 0)->act, TCN_ACT_ON_DUTY);
    assert_true(note_at(world, 0)->is_before);
    assert_int_equal(note_at(world, 0)->organ, OWNER_NUMBER);
    assert_string_equal(note_at(world, 0)->post, "duty_officer");
    assert_int_equal(note_at(world, 1)->act, TCN_ACT_POLICY_ACTIVATED);
    assert_int_equal(note_at(world, 1)->number, next.version);
}

static void a_trail_that_is_too_long_says_how_much_is_left_out(void **state) {
    struct world *world = *state;
    report(world, 1, false);
    for (uint32_t i = 0; i < TCN_TRAIL_FACTS_MAX + 5; i++) {
        act(world, TCN_ACT_FOLLOWED_UP, 1, OFFICE);
    }
    assert_int_equal(ask(world, 1, OFFICE_NUMBER, UINT64_MAX), TCN_OK);
    assert_int_equal(world->trail.fact_count, TCN_TRAIL_FACTS_MAX);
    assert_true(world->trail.lost_count >= 6);
}

/* Everything of a district's year, by whoever: nothing fails, and all is in order. */
static void every_matter_of_the_corpus_has_a_trail_in_order(void **state) {
    struct world *world = *state;
    corpus_fill(world->corpus, 1200);
    world->options.shows_guarded = true;
    assert_int_equal(ask(world, 0, 0, UINT64_MAX), TCN_OK);
    for (uint32_t number = 0; number < world->corpus->matter_count; number += 37) {
        tcn_trail_fini(&world->trail);
        world->options.matter = corpus_matter(number);
        const enum tcn_status status = tcn_trail_make(&world->options, &world->trail);
        assert_int_equal(status, TCN_OK);
        assert_true(world->trail.fact_count > 0);
        for (uint32_t i = 1; i < world->trail.fact_count; i++) {
            assert_true(world->trail.facts[i].position >= world->trail.facts[i - 1].position);
        }
        for (uint32_t i = 0; i < world->trail.known_count; i++) {
            assert_in_range(world->trail.known[i].fact, 0, world->trail.fact_count - 1);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_not_there_is_absent),
        TEST(a_matter_with_a_list_is_not_there_unless_it_is_asked_for),
        TEST(what_was_kept_apart_is_in_no_other_trail),
        TEST(at_a_time_nothing_later_is_known),
        TEST(an_act_that_was_void_is_told_with_its_code),
        TEST(each_organ_is_followed_from_told_to_its_first_act),
        TEST(what_comes_behind_the_delivered_number_is_not_fetched),
        TEST(of_one_organ_only_what_it_knew_is_told),
        TEST(gaps_that_matter_stand_beside_and_no_others),
        TEST(calls_and_closing_hours_are_told),
        TEST(who_was_on_duty_and_which_policy_stand_beside),
        TEST(a_trail_that_is_too_long_says_how_much_is_left_out),
        TEST(every_matter_of_the_corpus_has_a_trail_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
