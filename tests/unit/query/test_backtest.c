/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-labels: once_plain */
/* Another policy over a log: the same one makes no difference, and of another one exactly what it
 * changes is found, in the same order each time. */
/* ctest-uses: policy core store wire link seal */
#include "corpus.h"

#include "query/backtest.h"

#include <fcntl.h>

#define EVENTS 1500u

/** The log, a folder to work in, and what was told. */
struct world {
    struct corpus *corpus;
    char dir[CORPUS_PATH_BYTES];
    struct tcn_policy other; /**< a copy that a test changes */
    struct tcn_domain *domains;
    struct tcn_clock_rule *rules;
    struct tcn_clock_table clocks;
    struct tcn_backtest_options options;
    struct tcn_backtest_counts counts;
    struct tcn_backtest_progress progress;
    struct tcn_hasher told; /**< over all differences, in order */
    uint64_t count;
    uint64_t owner_count;    /**< of alerts to an owner that go elsewhere */
    struct tcn_hasher steps; /**< over how far it was after each step */
    uint64_t stop_at;        /**< the difference at which the teller gives up; 0: none */
    void (*check)(struct world *world, const struct tcn_backtest_row *row);
};

static int set_up(void **state) {
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->corpus = corpus_make(UINT64_C(0xbac1e57));
    corpus_fill(world->corpus, EVENTS - 1);
    (void)snprintf(world->dir, sizeof(world->dir), "%.100s/work", world->corpus->base);
    assert_int_equal(mkdir(world->dir, 0700), 0);
    const struct tcn_policy *policy = corpus_policy(world->corpus);
    world->domains = calloc(policy->domain_count, sizeof(*world->domains));
    world->rules = calloc(policy->clocks->rule_count, sizeof(*world->rules));
    assert_non_null(world->domains);
    assert_non_null(world->rules);
    *state = world;
    return 0;
}

static int tear_down(void **state) {
    struct world *world = *state;
    assert_int_equal(rmdir(world->dir), 0); /* every test has left it empty */
    free(world->domains);
    free(world->rules);
    corpus_remove(&world->corpus);
    free(world);
    return 0;
}

/** Each test begins with a copy of the policy that the log has. */
static int begin_test(void **state) {
    struct world *world = *state;
    const struct tcn_policy *policy = corpus_policy(world->corpus);
    memcpy(world->domains, policy->domains, policy->domain_count * sizeof(*world->domains));
    memcpy(world->rules, policy->clocks->rules, policy->clocks->rule_count * sizeof(*world->rules));
    world->clocks = *policy->clocks;
    world->clocks.rules = world->rules;
    world->other = *policy;
    world->other.domains = world->domains;
    world->other.clocks = &world->clocks;
    world->options = (struct tcn_backtest_options){
        .reader = world->corpus->reader,
        .charter = &world->corpus->charter,
        .hypothesis = {.policy = &world->other, .from_position = 1},
        .shows_guarded = true,
        .dir = world->dir,
        .map_bytes = CORPUS_MAP_BYTES,
    };
    world->stop_at = 0;
    world->owner_count = 0;
    world->check = NULL;
    return 0;
}

static enum tcn_status tell(void *context, const struct tcn_backtest_row *row) {
    struct world *world = context;
    world->count++;
    tcn_hasher_add(&world->told, tcn_slice_of(row, sizeof(*row)));
    if (world->check != NULL) {
        world->check(world, row);
    }
    return world->count == world->stop_at ? TCN_CANCELED : TCN_OK;
}

/** How far it is never falls, and is all of it before the first difference is told. */
static uint64_t note_step(struct world *world, const struct tcn_backtest *backtest, uint64_t done) {
    const struct tcn_backtest_progress progress = tcn_backtest_progress(backtest);
    assert_int_equal(progress.total, 2 * progress.last_position);
    assert_in_range(progress.done, done, progress.total);
    assert_true(progress.done == progress.total || (!progress.is_folded && world->count == 0));
    tcn_hasher_add(&world->steps, tcn_slice_of(&progress.done, sizeof(progress.done)));
    return progress.done;
}

static enum tcn_status run(struct world *world) {
    struct tcn_backtest *backtest = NULL;
    bool is_done = false;
    world->count = 0;
    uint64_t done = 0;
    tcn_hasher_init(&world->told);
    tcn_hasher_init(&world->steps);
    enum tcn_status status = tcn_backtest_create(&world->options, &backtest);
    while (status == TCN_OK && !is_done) {
        status = tcn_backtest_step(backtest, tell, world, &is_done);
        done = note_step(world, backtest, done);
    }
    if (status == TCN_OK) {
        world->counts = tcn_backtest_counts(backtest);
        world->progress = tcn_backtest_progress(backtest);
    }
    tcn_backtest_destroy(&backtest);
    assert_null(backtest);
    return status;
}

static uint64_t sum(const struct world *world, enum tcn_backtest_what what) {
    uint64_t all = 0;
    for (unsigned how = 0; how < TCN_BACKTEST_HOW_COUNT; how++) {
        all += world->counts.counts[what][how];
    }
    return all;
}

static void what_the_log_does_not_have_is_not_compared(void **state) {
    struct world *world = *state;
    world->options.hypothesis.from_position = world->corpus->position + 1;
    assert_int_equal(run(world), TCN_ABSENT);
    world->options.hypothesis.from_position = 0;
    assert_int_equal(run(world), TCN_ABSENT);
}

static void a_folder_that_is_in_use_is_left_alone(void **state) {
    struct world *world = *state;
    char path[CORPUS_PATH_BYTES + 16];
    (void)snprintf(path, sizeof(path), "%s/rows", world->dir);
    const int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_true(run(world) != TCN_OK);
    assert_int_equal(close(file), 0);
    assert_int_equal(unlink(path), 0);
}

/* Wherever the room ends, in the first state, the second or the rows: it says so, and leaves
 * nothing. */
static void without_room_it_ends_and_leaves_nothing(void **state) {
    struct world *world = *state;
    uint32_t full_count = 0;
    for (uint64_t kib = 512; kib <= 16384; kib *= 2) {
        world->options.map_bytes = kib * 1024;
        const enum tcn_status status = run(world);
        assert_true(status == TCN_OK || status == TCN_FULL);
        full_count += status == TCN_FULL ? 1 : 0;
        assert_int_equal(rmdir(world->dir), 0);
        assert_int_equal(mkdir(world->dir, 0700), 0);
    }
    assert_in_range(full_count, 1, 5);
}

static void whoever_stops_listening_ends_it(void **state) {
    struct world *world = *state;
    world->domains[0].owner = world->domains[0].owner == 3 ? 4 : 3;
    world->stop_at = 1;
    assert_int_equal(run(world), TCN_CANCELED);
    assert_int_equal(world->count, 1);
}

static void the_same_policy_makes_no_difference(void **state) {
    struct world *world = *state;
    assert_int_equal(run(world), TCN_OK);
    assert_int_equal(world->count, 0);
    assert_int_equal(world->progress.done, 2 * EVENTS);
    assert_int_equal(world->progress.total, 2 * EVENTS);
    assert_int_equal(world->progress.last_position, EVENTS);
    world->options.hypothesis.from_position = EVENTS / 2;
    assert_int_equal(run(world), TCN_OK);
    assert_int_equal(world->count, 0);
}

static struct tcn_domain *domain_named(struct world *world, const char *id) {
    for (uint32_t i = 0; i < world->other.domain_count; i++) {
        if (strcmp(world->domains[i].id, id) == 0) {
            return &world->domains[i];
        }
    }
    fail_msg("the policy has no %s", id);
    return NULL;
}

#define DOMAIN "wage_arrears"
#define NEW_OWNER 22 /* the finance office, which owns nothing like it */

/* Nothing that has another domain on both sides is touched. */
static void check_owner(struct world *world, const struct tcn_backtest_row *row) {
    if (row->what == TCN_BACKTEST_MATTER) {
        assert_string_equal(row->recorded.word, DOMAIN);
        assert_string_equal(row->other.word, DOMAIN);
    }
    assert_true(row->birth != 0);
    assert_false(tcn_id_is_none(&row->matter));
    if (row->what == TCN_BACKTEST_ALERT && row->reason == TCN_REASON_OWNER) {
        assert_int_equal(row->how, TCN_BACKTEST_ELSEWHERE);
        assert_int_equal(row->other.organ, NEW_OWNER);
        world->owner_count++;
    }
}

static void another_owner_gets_the_domains_matters_and_nothing_else(void **state) {
    struct world *world = *state;
    struct tcn_domain *domain = domain_named(world, DOMAIN);
    const uint16_t owner = domain->owner;
    domain->owner = NEW_OWNER;
    world->check = check_owner;
    assert_int_equal(run(world), TCN_OK);
    const uint64_t *matters = world->counts.counts[TCN_BACKTEST_MATTER];
    const uint64_t *alerts = world->counts.counts[TCN_BACKTEST_ALERT];
    assert_true(owner != NEW_OWNER && matters[TCN_BACKTEST_ELSEWHERE] > 0);
    assert_true(alerts[TCN_BACKTEST_ELSEWHERE] > 0);
    assert_int_equal(matters[TCN_BACKTEST_ADDED] + matters[TCN_BACKTEST_LOST], 0);
    assert_true(world->counts.counts[TCN_BACKTEST_DUTY][TCN_BACKTEST_ELSEWHERE] > 0);
    /* One for each report of it, as the log was made, and none beside. */
    assert_int_equal(world->owner_count, world->corpus->reported[domain - world->domains]);
    const struct tcn_hash once[] = {tcn_hasher_finish(&world->told),
                                    tcn_hasher_finish(&world->steps)};
    assert_int_equal(run(world), TCN_OK); /* the same in the same order, by the same steps */
    const struct tcn_hash twice[] = {tcn_hasher_finish(&world->told),
                                     tcn_hasher_finish(&world->steps)};
    assert_memory_equal(once, twice, sizeof(once));
}

static void from_half_way_on_only_what_comes_then_goes_elsewhere(void **state) {
    struct world *world = *state;
    domain_named(world, DOMAIN)->owner = NEW_OWNER;
    assert_int_equal(run(world), TCN_OK);
    const uint64_t all = sum(world, TCN_BACKTEST_ALERT);
    world->options.hypothesis.from_position = EVENTS / 2;
    assert_int_equal(run(world), TCN_OK);
    assert_in_range(sum(world, TCN_BACKTEST_ALERT), 1, all - 1);
}

static void check_gone(struct world *world, const struct tcn_backtest_row *row) {
    (void)world;
    if (row->what == TCN_BACKTEST_MATTER) {
        assert_string_equal(row->recorded.word, DOMAIN);
    }
}

static void a_domain_that_is_gone_goes_to_the_desk(void **state) {
    struct world *world = *state;
    struct tcn_domain *domain = domain_named(world, DOMAIN);
    const size_t behind = world->other.domain_count - 1 - (size_t)(domain - world->domains);
    memmove(domain, domain + 1, behind * sizeof(*domain));
    world->other.domain_count--;
    world->check = check_gone;
    assert_int_equal(run(world), TCN_OK);
    assert_true(world->counts.counts[TCN_BACKTEST_ALERT][TCN_BACKTEST_LOST] > 0);
    assert_true(sum(world, TCN_BACKTEST_MATTER) > 0);
}

static void one_more_beside_the_owner_is_told_and_owes_and_one_less_is_not(void **state) {
    struct world *world = *state;
    struct tcn_domain *domain = domain_named(world, DOMAIN);
    const uint64_t *alerts = world->counts.counts[TCN_BACKTEST_ALERT];
    const uint64_t *duties = world->counts.counts[TCN_BACKTEST_DUTY];
    const uint32_t before = domain->recipient_count;
    assert_int_equal(before, 1);
    domain->recipients[domain->recipient_count++] = NEW_OWNER;
    assert_int_equal(run(world), TCN_OK);
    assert_true(alerts[TCN_BACKTEST_ADDED] >= world->corpus->reported[domain - world->domains]);
    assert_true(duties[TCN_BACKTEST_ADDED] > 0);
    domain->recipient_count = 0;
    assert_int_equal(run(world), TCN_OK);
    assert_true(alerts[TCN_BACKTEST_LOST] >= world->corpus->reported[domain - world->domains]);
    assert_true(duties[TCN_BACKTEST_LOST] > 0);
}

static void a_domain_of_another_kind_changes_its_matters(void **state) {
    struct world *world = *state;
    const uint64_t *matters = world->counts.counts[TCN_BACKTEST_MATTER];
    domain_named(world, DOMAIN)->procedure = TCN_PROCEDURE_NONE;
    world->check = check_gone;
    assert_int_equal(run(world), TCN_OK);
    assert_true(matters[TCN_BACKTEST_CHANGED] > 0);
    assert_int_equal(matters[TCN_BACKTEST_ADDED] + matters[TCN_BACKTEST_LOST], 0);
}

static const struct tcn_clock_rule *rule_of(const struct world *world, uint32_t number) {
    return tcn_clock_rule_numbered(&world->clocks, number);
}

static const char *shortened; /* id of the rule that the test has changed */

static void check_clock(struct world *world, const struct tcn_backtest_row *row) {
    if (row->what == TCN_BACKTEST_CLOCK) {
        assert_string_equal(row->id, shortened);
        assert_int_not_equal(row->how, TCN_BACKTEST_LATER);
    }
    if (row->what == TCN_BACKTEST_ALERT && row->due_kind == TCN_DUE_CLOCK) {
        const struct tcn_clock_rule *rule = rule_of(world, row->rule);
        assert_non_null(rule);
        assert_string_equal(rule->id, shortened);
        assert_string_equal(row->id, shortened);
    }
}

/** The first rule that counts in days, is on, and has started clocks here: any will do. */
static struct tcn_clock_rule *a_rule_in_days(struct world *world) {
    struct tcn_clock_rule *found = NULL;
    for (uint32_t i = 0; i < world->clocks.rule_count && found == NULL; i++) {
        struct tcn_clock_rule *rule = &world->rules[i];
        const bool is_days =
            rule->unit == TCN_CLOCK_WORKING_DAYS || rule->unit == TCN_CLOCK_CALENDAR_DAYS;
        const uint32_t amount = rule->amount;
        if (!is_days || !rule->is_enabled || amount < 4 || rule->bound != TCN_CLOCK_AT_MOST) {
            continue;
        }
        rule->amount = 1;
        shortened = rule->id;
        assert_int_equal(run(world), TCN_OK);
        found = world->counts.counts[TCN_BACKTEST_CLOCK][TCN_BACKTEST_EARLIER] > 3 ? rule : NULL;
        rule->amount = found != NULL ? 1 : amount;
    }
    assert_non_null(found);
    return found;
}

static void a_shorter_clock_ends_earlier_and_no_other_one_does(void **state) {
    struct world *world = *state;
    struct tcn_clock_rule *rule = a_rule_in_days(world);
    shortened = rule->id;
    world->check = check_clock;
    assert_int_equal(run(world), TCN_OK);
    assert_true(world->counts.counts[TCN_BACKTEST_ALERT][TCN_BACKTEST_EARLIER] > 0);
    /* Turned off, it is lost. */
    rule->amount = 15;
    rule->is_enabled = false;
    assert_int_equal(run(world), TCN_OK);
    const uint64_t *clocks = world->counts.counts[TCN_BACKTEST_CLOCK];
    assert_true(clocks[TCN_BACKTEST_LOST] > 0);
    assert_int_equal(sum(world, TCN_BACKTEST_CLOCK), clocks[TCN_BACKTEST_LOST]);
}

/* With two days more its limit is later, and so is what is told of it. */
static void a_longer_clock_ends_later(void **state) {
    struct world *world = *state;
    struct tcn_clock_rule *rule = a_rule_in_days(world);
    const uint64_t *clocks = world->counts.counts[TCN_BACKTEST_CLOCK];
    rule->amount = corpus_policy(world->corpus)->clocks->rules[rule - world->rules].amount + 2;
    assert_int_equal(run(world), TCN_OK);
    assert_true(clocks[TCN_BACKTEST_LATER] > 0);
    assert_int_equal(sum(world, TCN_BACKTEST_CLOCK), clocks[TCN_BACKTEST_LATER]);
    assert_true(world->counts.counts[TCN_BACKTEST_ALERT][TCN_BACKTEST_LATER] > 0);
    assert_int_equal(world->counts.counts[TCN_BACKTEST_ALERT][TCN_BACKTEST_EARLIER], 0);
}

/* A rule that is off in the policy that is shipped is turned on: its clocks are there, and no other
 * one is otherwise. */
static void a_rule_that_is_turned_on_adds_its_clocks(void **state) {
    struct world *world = *state;
    const uint64_t *clocks = world->counts.counts[TCN_BACKTEST_CLOCK];
    uint64_t added = 0;
    for (uint32_t i = 0; i < world->clocks.rule_count && added == 0; i++) {
        struct tcn_clock_rule *rule = &world->rules[i];
        if (rule->is_enabled) {
            continue;
        }
        rule->is_enabled = true;
        shortened = rule->id;
        world->check = check_clock;
        assert_int_equal(run(world), TCN_OK);
        added = clocks[TCN_BACKTEST_ADDED];
        assert_int_equal(sum(world, TCN_BACKTEST_CLOCK), added);
        rule->is_enabled = false;
    }
    assert_true(added > 0);
}

static void running_clocks_keep_their_terms_unless_it_says_restate(void **state) {
    struct world *world = *state;
    struct tcn_clock_rule *rule = a_rule_in_days(world);
    shortened = rule->id;
    world->options.hypothesis.from_position = EVENTS; /* no clock starts behind it */
    assert_int_equal(run(world), TCN_OK);
    assert_int_equal(sum(world, TCN_BACKTEST_CLOCK), 0);
    world->options.hypothesis.restates = true;
    world->check = check_clock;
    assert_int_equal(run(world), TCN_OK);
    assert_true(sum(world, TCN_BACKTEST_CLOCK) > 0);
}

static void count_guarded(struct world *world, const struct tcn_backtest_row *row) {
    const bool is_clock = row->what == TCN_BACKTEST_CLOCK;
    world->owner_count += is_clock && corpus_is_guarded(world->corpus, &row->matter) ? 1 : 0;
}

static void check_public(struct world *world, const struct tcn_backtest_row *row) {
    assert_false(row->recorded.is_guarded || row->other.is_guarded);
    assert_false(corpus_is_guarded(world->corpus, &row->matter));
    assert_int_not_equal(row->reason, TCN_REASON_GUARDED);
}

/* A complaint that is kept apart is in no line and in no sum: what differs of it alone makes no
 * difference at all. */
static void what_is_guarded_is_nowhere_unless_it_is_asked_for(void **state) {
    struct world *world = *state;
    world->other.clocks = NULL; /* no clock runs: those of guarded matters are gone too */
    world->options.shows_guarded = true;
    world->check = count_guarded;
    assert_int_equal(run(world), TCN_OK);
    const uint64_t with = world->count;
    assert_true(world->owner_count > 0); /* there are clocks of theirs to be kept back */
    world->options.shows_guarded = false;
    world->check = check_public;
    assert_int_equal(run(world), TCN_OK);
    assert_in_range(world->count, 1, with - 1);
}

static void later_activations_are_left_out_and_counted(void **state) {
    struct world *world = *state;
    struct corpus *corpus = world->corpus;
    struct tcn_domain *domain = domain_named(world, DOMAIN);
    const uint64_t version = world->other.version;
    const uint64_t begin = corpus->position + 1;
    domain->owner = NEW_OWNER;
    world->other.version = version + 1;
    corpus_activate(corpus, version, &world->other, false);
    corpus_fill(corpus, 2000); /* enough that the domain is among them */
    /* The policy that it brought, from where it brought it: the same. */
    world->options.hypothesis.from_position = begin;
    assert_int_equal(run(world), TCN_OK);
    assert_int_equal(world->count, 0);
    assert_int_equal(world->progress.ignored_count, 1);
    /* The one before, for ever: what came behind the activation is with the old owner. */
    begin_test(state);
    assert_int_equal(run(world), TCN_OK);
    assert_int_equal(world->progress.ignored_count, 1);
    /* Who leads in the end is no sign of it: what nobody takes goes up to the desk under both. */
    assert_true(world->counts.counts[TCN_BACKTEST_ALERT][TCN_BACKTEST_ELSEWHERE] > 0);
    world->check = NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_test, NULL)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_the_log_does_not_have_is_not_compared),
        TEST(a_folder_that_is_in_use_is_left_alone),
        TEST(without_room_it_ends_and_leaves_nothing),
        TEST(whoever_stops_listening_ends_it),
        TEST(the_same_policy_makes_no_difference),
        TEST(another_owner_gets_the_domains_matters_and_nothing_else),
        TEST(from_half_way_on_only_what_comes_then_goes_elsewhere),
        TEST(a_domain_that_is_gone_goes_to_the_desk),
        TEST(one_more_beside_the_owner_is_told_and_owes_and_one_less_is_not),
        TEST(a_domain_of_another_kind_changes_its_matters),
        TEST(a_shorter_clock_ends_earlier_and_no_other_one_does),
        TEST(a_longer_clock_ends_later),
        TEST(a_rule_that_is_turned_on_adds_its_clocks),
        TEST(running_clocks_keep_their_terms_unless_it_says_restate),
        TEST(what_is_guarded_is_nowhere_unless_it_is_asked_for),
        TEST(later_activations_are_left_out_and_counted), /* last: the log is another then */
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
