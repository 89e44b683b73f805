/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-timeout: 1200
 * ctest-labels: long
 *
 * Runs seeds 1 to 200 (TOCSIN_LONG=1: to 20,000; or the seeds given as arguments), each twice where
 * that shows whether the same seed gives the same trace, and then each broken rule until the
 * checker finds it. A seed that fails is printed: run `test_sim_district SEED` to see it alone. */
#include "world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS 200
#define SEEDS_LONG 20000
#define SABOTAGE_SEEDS 200

static const char *const sabotage_names[SIM_SABOTAGE_COUNT] = {
    "honest",        "ack before sync", "no duplicates", "cursor too early",  "skip item",
    "latest first",  "invent",          "ring twice",    "ring early",        "trust ack",
    "trust welcome", "trust refuse",    "trust again",   "trust old welcome", "trust old ack"};

/** Sums over all runs, to see that everything did happen. */
struct totals {
    uint64_t events, records, alerts, fired, messages, epochs, recuts, voids, duplicates, conflicts,
        restores, forged;
    uint64_t lies[SIM_LIE_COUNT];
    int64_t quiet_max_ns;
};

static void add(struct totals *totals, const struct sim_result *result) {
    totals->events += result->event_count;
    totals->records += result->record_count;
    totals->alerts += result->alert_count;
    totals->fired += result->fired_count;
    totals->messages += result->message_count;
    totals->epochs += result->epoch_count;
    totals->recuts += result->recut_count;
    totals->voids += result->void_count;
    totals->duplicates += result->duplicate_count;
    totals->conflicts += result->conflict_count;
    totals->restores += result->restore_count;
    totals->forged += result->forged_count;
    for (int lie = 0; lie < SIM_LIE_COUNT; lie++) {
        totals->lies[lie] += result->lie_counts[lie];
    }
    if (result->quiet_ns > totals->quiet_max_ns) {
        totals->quiet_max_ns = result->quiet_ns;
    }
}

static bool run_seed(uint64_t seed, struct totals *totals) {
    struct sim_result result;
    sim_run(seed, SIM_HONEST, &result);
    add(totals, &result);
    if (!result.is_good) {
        printf("seed %" PRIu64 " FAILED: %s\n", seed, result.why);
    }
    if (seed % 20 != 1) {
        return result.is_good;
    }
    struct sim_result again;
    sim_run(seed, SIM_HONEST, &again);
    if (again.trace != result.trace) {
        printf("seed %" PRIu64 " FAILED: another trace the second time\n", seed);
        return false;
    }
    return result.is_good;
}

/** True when the checker finds the broken rule within some seeds. */
static bool finds(enum sim_sabotage sabotage) {
    for (uint64_t seed = 1; seed <= SABOTAGE_SEEDS; seed++) {
        struct sim_result result;
        sim_run(seed, sabotage, &result);
        if (!result.is_good) {
            printf("%-16s found at seed %" PRIu64 ": %s\n", sabotage_names[sabotage], seed,
                   result.why);
            return true;
        }
    }
    printf("%-16s NOT FOUND\n", sabotage_names[sabotage]);
    return false;
}

static void print_totals(const struct totals *totals, uint64_t seeds) {
    printf("%" PRIu64 " seeds: %" PRIu64 " events, %" PRIu64 " records, %" PRIu64
           " alerts, %" PRIu64 " of them of clocks, %" PRIu64 " messages\n",
           seeds, totals->events, totals->records, totals->alerts, totals->fired, totals->messages);
    printf("%" PRIu64 " duplicates, %" PRIu64 " conflicts, %" PRIu64 " epochs, %" PRIu64
           " recuts, %" PRIu64 " void ranges, %" PRIu64 " restores; slowest rest %" PRId64 " s\n",
           totals->duplicates, totals->conflicts, totals->epochs, totals->recuts, totals->voids,
           totals->restores, totals->quiet_max_ns / SIM_SECOND);
    printf("the broker forged %" PRIu64 " ACK, %" PRIu64 " WELCOME, %" PRIu64 " REFUSE, %" PRIu64
           " AGAIN and said %" PRIu64 " old WELCOME, %" PRIu64 " old ACK; %" PRIu64 " found out\n",
           totals->lies[SIM_LIE_ACK], totals->lies[SIM_LIE_WELCOME], totals->lies[SIM_LIE_REFUSE],
           totals->lies[SIM_LIE_AGAIN], totals->lies[SIM_LIE_OLD_WELCOME],
           totals->lies[SIM_LIE_OLD_ACK], totals->forged);
}

/** True when every kind of trouble did happen: a simulator that breaks nothing proves nothing. */
static bool is_lively(const struct totals *totals) {
    for (int lie = 0; lie < SIM_LIE_COUNT; lie++) {
        if (totals->lies[lie] == 0) {
            return false;
        }
    }
    return totals->duplicates > 0 && totals->conflicts > 0 && totals->epochs > 0 &&
           totals->recuts > 0 && totals->fired > 0 && totals->voids > 0 && totals->restores > 0;
}

int main(int count, char **arguments) {
    struct totals totals;
    memset(&totals, 0, sizeof(totals));
    bool is_good = true;
    for (int i = 1; i < count; i++) {
        is_good = run_seed(strtoull(arguments[i], NULL, 10), &totals) && is_good;
    }
    if (count > 1) {
        print_totals(&totals, (uint64_t)(count - 1));
        return is_good ? 0 : 1;
    }
    const char *is_long = getenv("TOCSIN_LONG");
    uint64_t seeds = is_long != NULL && strcmp(is_long, "1") == 0 ? SEEDS_LONG : SEEDS;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        is_good = run_seed(seed, &totals) && is_good;
    }
    print_totals(&totals, seeds);
    is_good = is_lively(&totals) && is_good;
    for (int sabotage = SIM_ACK_BEFORE_SYNC; sabotage < SIM_SABOTAGE_COUNT; sabotage++) {
        is_good = finds((enum sim_sabotage)sabotage) && is_good;
    }
    return is_good ? 0 : 1;
}
