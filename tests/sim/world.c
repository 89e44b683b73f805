/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include "testlib/regime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TROUBLE_NS (90 * SIM_SECOND)
/** An idle lane notices a restored collector at its next HELLO only. */
#define REST_NS (2 * TCN_OUTLANE_IDLE_NS)
#define PATIENCE_NS (4000 * SIM_SECOND)
#define STEPS_MAX 4000000
/** Of what people enter, the acts that every kind of matter has. */
#define COMMON_ACTS 11

/** Nodes: 0 the collector, then offices, then watchers. */
#define FIRST_WATCHER (1 + SIM_OFFICES)

/** The district. */
struct world {
    struct sim_net net;
    struct tcn_checker *checker;
    struct sim_keeper keeper;
    struct sim_office offices[SIM_OFFICES];
    uint32_t office_count;
    struct sim_watcher watchers[SIM_WATCHERS];
    struct sim_liar liar;
    struct sim_fate fate;
    int64_t now_ns;
    int64_t act_ns;              /**< when the next thing happens */
    int64_t start_ns[SIM_NODES]; /**< when a crashed node starts again; INT64_MAX */
    int64_t heal_ns[SIM_NODES];  /**< when a parted node is back */
    uint32_t key_count;
    uint64_t restore_count;
    uint64_t backup_epochs;
    bool is_over; /**< nothing breaks any more */
};

static uint64_t below(struct world *world, uint64_t bound) {
    return sim_dice_below(&world->net.dice, bound);
}

static bool hits(struct world *world, uint32_t parts) {
    return sim_dice_hits(&world->net.dice, parts);
}

/** The broker lies in some runs, and always to an office that believes one thing. */
static void init_liar(struct world *world, enum sim_sabotage sabotage) {
    bool is_trusting = sabotage >= SIM_TRUST_ACK;
    if (sabotage == SIM_TRUST_OLD_ACK) {
        world->fate.has_restore = true;
        world->fate.has_clone = false;
    }
    world->fate.has_liar = world->fate.has_liar || is_trusting;
    world->liar.net = &world->net;
    world->liar.is_on = world->fate.has_liar;
    world->liar.favourite = is_trusting ? (enum sim_lie)(sabotage - SIM_TRUST_ACK) : SIM_LIE_COUNT;
}

static void init_world(struct world *world, uint64_t seed, enum sim_sabotage sabotage) {
    static const uint16_t organs[SIM_WATCHERS][2] = {
        {SAFETY, 0}, {WATER, DESK}, {OFFICE_A, OFFICE_B}};
    memset(world, 0, sizeof(*world));
    sim_net_init(&world->net, seed);
    enum tcn_status status = tcn_checker_create(&world->checker);
    TCN_CHECK(status == TCN_OK);
    sim_keeper_init(&world->keeper, &world->net, world->checker);
    world->keeper.sabotage = sabotage;
    world->fate = (struct sim_fate){.has_rollback = hits(world, 300),
                                    .has_clone = hits(world, 200),
                                    .has_restore = hits(world, 300),
                                    .has_short_memory = hits(world, 300),
                                    .has_liar = hits(world, 300)};
    init_liar(world, sabotage);
    /* A clone and a restore together destroy what neither outbox can know of. */
    world->fate.has_restore = world->fate.has_restore && !world->fate.has_clone;
    world->office_count = SIM_OFFICES - 1;
    for (uint32_t i = 0; i < world->office_count; i++) {
        sim_office_init(&world->offices[i], &world->net, world->checker, 1 + i, 1 + i);
        world->offices[i].retain_chunks = world->fate.has_short_memory ? 2 : 60;
        world->offices[i].trust = sabotage;
        world->offices[i].keeper = &world->keeper;
    }
    for (uint32_t i = 0; i < SIM_WATCHERS; i++) {
        sim_watcher_init(&world->watchers[i], &world->net, world->checker, FIRST_WATCHER + i,
                         organs[i]);
        world->watchers[i].is_hasty = sabotage == SIM_CURSOR_TOO_EARLY;
    }
    for (uint32_t i = 0; i < SIM_NODES; i++) {
        world->start_ns[i] = INT64_MAX;
        world->heal_ns[i] = INT64_MAX;
    }
}

static void fini_world(struct world *world) {
    sim_net_fini(&world->net);
    sim_keeper_fini(&world->keeper);
    tcn_checker_destroy(&world->checker);
}

/** People enter something at an office. */
static void enter(struct world *world) {
    static const enum tcn_act acts[] = {
        TCN_ACT_REPORTED, TCN_ACT_REPORTED, TCN_ACT_REPORTED, TCN_ACT_FOLLOWED_UP, TCN_ACT_ACCEPTED,
        TCN_ACT_REPLIED, TCN_ACT_CLOSED, TCN_ACT_TRANSFERRED, TCN_ACT_ACKNOWLEDGED,
        TCN_ACT_OBJECTED, TCN_ACT_WITHDRAWN,
        /* and those of one kind of matter or another */
        TCN_ACT_RELEASED, TCN_ACT_RECLASSIFIED, TCN_ACT_REOPENED, TCN_ACT_EXTENDED,
        TCN_ACT_PETITIONER_TOLD, TCN_ACT_REVIEW_ASKED, TCN_ACT_DECLINED, TCN_ACT_GRADED,
        TCN_ACT_ASSIGNED, TCN_ACT_SUBMITTED, TCN_ACT_PASSED, TCN_ACT_PEOPLE_WITHDRAWN,
        TCN_ACT_BECAME_ACCIDENT, TCN_ACT_REPORTED_UP, TCN_ACT_CASE_FILED, TCN_ACT_ORDERED,
        TCN_ACT_PAID, TCN_ACT_PATH_SET, TCN_ACT_SEEN_SAFE, TCN_ACT_ISSUED};
    static const uint16_t targets[] = {SAFETY, WATER, DESK, 77};
    struct sim_event events[SIM_CHUNK_EVENTS];
    uint32_t count = 1 + (uint32_t)below(world, SIM_CHUNK_EVENTS);
    memset(events, 0, sizeof(events));
    for (uint32_t i = 0; i < count; i++) {
        world->key_count++;
        events[i].key = world->key_count;
        /* Half of what is entered is of every kind, so that matters do go on. */
        const size_t act_count = hits(world, 500) ? COMMON_ACTS : sizeof(acts) / sizeof(acts[0]);
        events[i].act = (uint8_t)acts[below(world, act_count)];
        events[i].matter = (uint8_t)(1 + below(world, 40));
        events[i].domain = (uint8_t)below(world, SIM_DOMAINS);
        events[i].to_organ = targets[below(world, 4)];
        events[i].is_bad = hits(world, 15);
    }
    struct sim_office *office = &world->offices[below(world, world->office_count)];
    bool was_up = office->is_up;
    (void)sim_office_enter(office, events, count, hits(world, 300) ? 0 : 1, world->now_ns);
    if (was_up && !office->is_up) {
        world->start_ns[office->node] = world->now_ns + (int64_t)below(world, 5 * SIM_SECOND);
    }
}

static void crash(struct world *world, uint32_t node) {
    if (node == 0) {
        sim_keeper_crash(&world->keeper);
    } else if (node <= world->office_count) {
        sim_office_crash(&world->offices[node - 1]);
    } else if (node >= FIRST_WATCHER && node < FIRST_WATCHER + SIM_WATCHERS) {
        sim_watcher_crash(&world->watchers[node - FIRST_WATCHER]);
    }
    world->start_ns[node] = world->now_ns + (int64_t)below(world, 15 * SIM_SECOND);
}

static void start(struct world *world, uint32_t node) {
    world->start_ns[node] = INT64_MAX;
    if (node == 0) {
        sim_keeper_start(&world->keeper, world->now_ns);
    } else if (node <= world->office_count) {
        sim_office_start(&world->offices[node - 1], world->now_ns);
    } else if (node >= FIRST_WATCHER && node < FIRST_WATCHER + SIM_WATCHERS) {
        sim_watcher_start(&world->watchers[node - FIRST_WATCHER], world->now_ns);
    }
}

static void change_weather(struct world *world) {
    static const struct sim_weather weathers[] = {
        {.delay_min_ns = SIM_MS, .delay_max_ns = 20 * SIM_MS},
        {.loss = 50, .doubling = 50, .delay_min_ns = SIM_MS, .delay_max_ns = 200 * SIM_MS},
        {.loss = 300,
         .doubling = 100,
         .turning = 300,
         .delay_min_ns = SIM_MS,
         .delay_max_ns = 2000 * SIM_MS},
        {.doubling = 300,
         .turning = 50,
         .delay_min_ns = 500 * SIM_MS,
         .delay_max_ns = 6000 * SIM_MS},
    };
    world->net.weather = weathers[below(world, 4)];
}

/** True while an outbox ends its epoch: it collects the last receipts, or has them. */
static bool is_leaving(const struct sim_office *office) {
    for (uint32_t i = 0; i < 2; i++) {
        const struct tcn_outlane *lane = &office->lanes[i];
        if (office->is_settled[i] || lane->must_settle || lane->is_conflicted ||
            lane->state == TCN_OUTLANE_SETTLING) {
            return true;
        }
    }
    return false;
}

/** Epochs that outboxes have left behind; UINT64_MAX while one is leaving. What was acknowledged
 * under one of them is not sent again, so a backup from before is never restored here. */
static uint64_t left_epochs(const struct world *world) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < world->office_count; i++) {
        if (is_leaving(&world->offices[i])) {
            return UINT64_MAX;
        }
        count += world->offices[i].epoch_count;
    }
    return count;
}

/** What happens to outboxes and logs as a whole, rarely. */
static void strike(struct world *world) {
    struct sim_office *office = &world->offices[below(world, SIM_OFFICES - 1)];
    uint64_t what = below(world, 5);
    if (what == 0) {
        sim_office_keep_image(office);
    } else if (what == 1) {
        if (world->keeper.is_up) {
            sim_keeper_back_up(&world->keeper);
            world->backup_epochs = left_epochs(world);
        }
    } else if (what == 2 && world->fate.has_rollback && office->has_image) {
        world->start_ns[office->node] = INT64_MAX;
        sim_office_roll_back(office, world->now_ns);
        office->has_image = false;
    } else if (what == 3 && world->fate.has_clone && world->office_count < SIM_OFFICES) {
        uint32_t node = world->office_count + 1;
        sim_office_clone(office, &world->offices[world->office_count], node, world->now_ns);
        world->office_count++;
    } else if (what == 4 && world->fate.has_restore && world->backup_epochs != UINT64_MAX &&
               world->backup_epochs == left_epochs(world)) {
        if (sim_keeper_restore(&world->keeper, world->now_ns)) {
            world->start_ns[0] = INT64_MAX;
            world->restore_count++;
        }
    }
}

/** The next thing that happens. */
static void happen(struct world *world) {
    uint64_t what = below(world, 100);
    uint32_t node = (uint32_t)below(world, FIRST_WATCHER + SIM_WATCHERS);
    if (what < 62) {
        enter(world);
    } else if (what < 72) {
        crash(world, node);
    } else if (what < 80) {
        world->net.is_parted[node] = true;
        world->heal_ns[node] = world->now_ns + (int64_t)below(world, 30 * SIM_SECOND);
    } else if (what < 86) {
        struct sim_office *office = &world->offices[below(world, world->office_count)];
        sim_office_connect(office, hits(world, 500), world->now_ns);
    } else if (what < 90) {
        change_weather(world);
    } else {
        strike(world);
    }
    world->act_ns = world->now_ns + (int64_t)below(world, 700 * SIM_MS);
}

static void heal_everything(struct world *world) {
    world->is_over = true;
    world->liar.is_on = false;
    world->act_ns = INT64_MAX;
    world->net.weather = (struct sim_weather){.delay_min_ns = SIM_MS, .delay_max_ns = 20 * SIM_MS};
    for (uint32_t node = 0; node < SIM_NODES; node++) {
        world->net.is_parted[node] = false;
        world->heal_ns[node] = INT64_MAX;
        start(world, node);
    }
    for (uint32_t i = 0; i < world->office_count; i++) {
        sim_office_connect(&world->offices[i], true, world->now_ns);
    }
}

static void deliver(struct world *world, const struct sim_message *message) {
    uint32_t to = message->to;
    if (sim_liar_take(&world->liar, message, world->now_ns)) {
        return;
    }
    if (to == 0) {
        sim_keeper_take(&world->keeper, message, world->now_ns);
    } else if (to <= world->office_count) {
        sim_office_take(&world->offices[to - 1], message, world->now_ns);
    } else if (to >= FIRST_WATCHER) {
        sim_watcher_take(&world->watchers[to - FIRST_WATCHER], message, world->now_ns);
    }
}

static int64_t earlier(int64_t left, int64_t right) {
    return left < right ? left : right;
}

/** Lets everybody do what is due now; gives the time of what comes next. */
static int64_t step(struct world *world) {
    struct sim_message message;
    int64_t next_ns = world->act_ns;
    while (sim_net_take(&world->net, world->now_ns, &message)) {
        deliver(world, &message);
    }
    for (uint32_t node = 0; node < SIM_NODES; node++) {
        if (world->now_ns >= world->start_ns[node]) {
            start(world, node);
        }
        if (world->now_ns >= world->heal_ns[node]) {
            world->net.is_parted[node] = false;
            world->heal_ns[node] = INT64_MAX;
        }
        next_ns = earlier(next_ns, earlier(world->start_ns[node], world->heal_ns[node]));
    }
    for (uint32_t i = 0; i < world->office_count; i++) {
        next_ns = earlier(next_ns, sim_office_pump(&world->offices[i], world->now_ns));
    }
    for (uint32_t i = 0; i < SIM_WATCHERS; i++) {
        next_ns = earlier(next_ns, sim_watcher_pump(&world->watchers[i], world->now_ns));
    }
    next_ns = earlier(next_ns, sim_keeper_pump(&world->keeper, world->now_ns));
    return earlier(next_ns, sim_net_due(&world->net));
}

/** True when everything has arrived everywhere. */
static bool is_settled(const struct world *world) {
    for (uint32_t i = 0; i < world->office_count; i++) {
        if (!sim_office_is_drained(&world->offices[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < SIM_WATCHERS; i++) {
        const struct sim_watcher *watcher = &world->watchers[i];
        for (uint32_t j = 0; j < watcher->kept_count; j++) {
            uint64_t head = tcn_memstate_head(&world->keeper.state, watcher->kept[j].stream);
            if (watcher->kept[j].synced != head) {
                return false;
            }
        }
    }
    return sim_keeper_is_quiet(&world->keeper);
}

static void complain(struct sim_result *result, const char *why) {
    if (result->why[0] == '\0') {
        (void)snprintf(result->why, sizeof(result->why), "%s", why);
    }
}

static void judge(struct world *world, struct sim_result *result) {
    struct tcn_checker_report report;
    sim_keeper_testify(&world->keeper);
    if (!tcn_checker_judge(world->checker, true, &report)) {
        complain(result, report.first);
    }
    for (uint32_t i = 0; i < world->office_count; i++) {
        if (world->offices[i].fooled_count > 0) {
            complain(result, "an office believed that the log holds what it does not");
        }
    }
    for (uint32_t i = 0; i < world->office_count && world->restore_count == 0; i++) {
        if (world->offices[i].resend_count > 0) {
            complain(result, "what was acknowledged was not on disk");
        }
    }
    char why[256];
    if (!sim_clocks_judge(&world->keeper, why)) {
        complain(result, why);
    }
    const char *fault = sim_keeper_rebuild(&world->keeper);
    if (fault != NULL) {
        complain(result, fault);
    }
    result->is_good = result->why[0] == '\0';
}

static void count(const struct world *world, struct sim_result *result) {
    result->trace = world->net.trace;
    result->event_count = world->key_count;
    result->record_count = world->keeper.count;
    result->alert_count = world->keeper.state.alerts.count;
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)world->keeper.state.alerts.rows;
    for (uint64_t i = 0; i < result->alert_count; i++) {
        result->fired_count += alerts[i].reason == TCN_REASON_CLOCK ? 1 : 0;
    }
    result->message_count = world->net.sent;
    result->restore_count = world->restore_count;
    result->duplicate_count = world->keeper.verdict_counts[TCN_VERDICT_DUPLICATE];
    result->conflict_count = world->keeper.verdict_counts[TCN_VERDICT_CONFLICT];
    for (uint32_t i = 0; i < world->office_count; i++) {
        result->epoch_count += world->offices[i].epoch_count;
        result->recut_count += world->offices[i].recut_count;
        result->void_count += world->offices[i].void_count;
        result->forged_count += world->offices[i].forged_count;
    }
    memcpy(result->lie_counts, world->liar.counts, sizeof(result->lie_counts));
}

/** Says who is not at rest, for whoever looks into a seed. */
static void explain(const struct world *world) {
    for (uint32_t i = 0; i < world->office_count; i++) {
        const struct sim_office *office = &world->offices[i];
        for (uint32_t j = 0; j < 2; j++) {
            const struct tcn_outlane *lane = &office->lanes[j];
            printf("  %s lane %u: %s, cut %u, acked %u, credit %u, in flight %u\n", office->name, j,
                   tcn_outlane_state_name(lane->state), (unsigned)lane->facts.cut_sequence,
                   (unsigned)lane->facts.acked_sequence, (unsigned)lane->credit_sequence,
                   lane->flights.next);
        }
    }
    for (uint32_t i = 0; i < SIM_WATCHERS; i++) {
        const struct sim_watcher *watcher = &world->watchers[i];
        for (uint32_t j = 0; j < watcher->kept_count; j++) {
            uint64_t head = tcn_memstate_head(&world->keeper.state, watcher->kept[j].stream);
            printf("  %s: %s, has %u of %u\n", watcher->name,
                   tcn_subscriber_state_name(watcher->subscriber.state),
                   (unsigned)watcher->kept[j].synced, (unsigned)head);
        }
    }
    printf("  collector: %u of %u records synced, at %u s\n", world->keeper.synced_count,
           world->keeper.count, (unsigned)(world->now_ns / SIM_SECOND));
}

/** Runs until all has arrived, or patience ends. */
static void run(struct world *world, struct sim_result *result) {
    for (uint64_t steps = 0; steps < STEPS_MAX; steps++) {
        int64_t next_ns = step(world);
        bool is_rested = world->is_over && world->now_ns >= TROUBLE_NS + REST_NS;
        if (is_rested && is_settled(world)) {
            result->quiet_ns = world->now_ns - TROUBLE_NS;
            return;
        }
        if (next_ns == INT64_MAX || world->now_ns > PATIENCE_NS) {
            explain(world);
            complain(result, "it never came to rest");
            return;
        }
        world->now_ns = next_ns > world->now_ns ? next_ns : world->now_ns + 1;
        if (!world->is_over && world->now_ns >= TROUBLE_NS) {
            heal_everything(world);
        } else if (world->now_ns >= world->act_ns) {
            happen(world);
        }
    }
    explain(world);
    complain(result, "it never came to rest: too many steps");
}

void sim_run(uint64_t seed, enum sim_sabotage sabotage, struct sim_result *out_result) {
    struct world *world = malloc(sizeof(*world));
    if (world == NULL) {
        abort();
    }
    memset(out_result, 0, sizeof(*out_result));
    init_world(world, seed, sabotage);
    run(world, out_result);
    judge(world, out_result);
    count(world, out_result);
    fini_world(world);
    free(world);
}
