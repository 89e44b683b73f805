/* SPDX-License-Identifier: Apache-2.0 */
/* The collector's numbers as a page: what docs/reference/metrics.md lists. Serve hears from the
 * other actors how they count, so it can tell for all. Nobody is named: no office, no organ. */
#include "base/metrics.h"
#include "collector/serve_inside.h"

enum number {
    POSITION,
    APPLIED,
    STANDSTILL,
    DOUBTED,
    NET_IN,
    NET_OUT,
    NET_PASSED,
    NET_REFUSED,
    NET_MALFORMED,
    NET_HELD,
    NET_BUSY,
    NET_LOST,
    GROUPS,
    RECORDS,
    EVENTS,
    DUPLICATES,
    REFUSED,
    AGAIN,
    DROPPED,
    ALARMS,
    FULL,
    SHORT,
    SAID,
    UNSAID,
    ERASED,
    ENROLLED,
    UNCLAIMED,
    OPENED,
    ITEMS,
    REPLAYS,
    QUESTIONS,
    DENIED,
    ERRORS,
    READS,
    LOST_ITEMS,
    LEFT,
    TAIL,
    SNAPSHOTS,
    SNAPSHOTS_FAILED,
    SNAPSHOT_POSITION,
};

#define NAME(rest) "tocsin_collector_" rest

static const struct tcn_metric numbers[] = {
    [POSITION] = {NAME("log_position"), TCN_METRIC_GAUGE, "Last position of the log"},
    [APPLIED] = {NAME("state_position"), TCN_METRIC_GAUGE,
                 "Position up to which the state is on disk"},
    [STANDSTILL] = {NAME("standstill"), TCN_METRIC_GAUGE,
                    "1 while the state does not follow the log: no alerts are derived"},
    [DOUBTED] = {NAME("clock_doubted"), TCN_METRIC_GAUGE,
                 "1 while the clock is doubted and log time creeps"},
    [NET_IN] = {NAME("net_in_total"), TCN_METRIC_COUNTER, "Messages from the broker"},
    [NET_OUT] = {NAME("net_out_total"), TCN_METRIC_COUNTER, "Messages to the broker"},
    [NET_PASSED] = {NAME("net_passed_total"), TCN_METRIC_COUNTER, "Chunks that intake let pass"},
    [NET_REFUSED] = {NAME("net_refused_total"), TCN_METRIC_COUNTER, "Chunks that intake refused"},
    [NET_MALFORMED] = {NAME("net_malformed_total"), TCN_METRIC_COUNTER,
                       "Messages that are not even an envelope"},
    [NET_HELD] = {NAME("net_held_total"), TCN_METRIC_COUNTER,
                  "Times that a message could not go on at once"},
    [NET_BUSY] = {NAME("net_busy_total"), TCN_METRIC_COUNTER,
                  "Questions that serve had no room for"},
    [NET_LOST] = {NAME("net_lost_total"), TCN_METRIC_COUNTER,
                  "Refusals that the broker had no room for"},
    [GROUPS] = {NAME("groups_total"), TCN_METRIC_COUNTER, "Group commits that synced"},
    [RECORDS] = {NAME("records_total"), TCN_METRIC_COUNTER, "Records logged"},
    [EVENTS] = {NAME("events_total"), TCN_METRIC_COUNTER, "Events logged, of all sources together"},
    [DUPLICATES] = {NAME("duplicates_total"), TCN_METRIC_COUNTER,
                    "Chunks that were in the log already"},
    [REFUSED] = {NAME("refused_total"), TCN_METRIC_COUNTER,
                 "Chunks refused in order of the log, or for want of room"},
    [AGAIN] = {NAME("again_total"), TCN_METRIC_COUNTER, "Sessions told to say HELLO again"},
    [DROPPED] = {NAME("dropped_total"), TCN_METRIC_COUNTER,
                 "Messages of dropped sessions, ignored"},
    [ALARMS] = {NAME("alarms_total"), TCN_METRIC_COUNTER,
                "Conflicts, copies and set-back outboxes, urgent chunks of closed epochs"},
    [FULL] = {NAME("full_total"), TCN_METRIC_COUNTER,
              "Groups given up because the storage was full"},
    [SHORT] = {NAME("short_total"), TCN_METRIC_COUNTER,
               "Routine reports told to wait, for room that is kept for acts"},
    [SAID] = {NAME("said_total"), TCN_METRIC_COUNTER, "What the collector said by itself"},
    [UNSAID] = {NAME("unsaid_total"), TCN_METRIC_COUNTER,
                "What it did not say: it stands already, or there is too much of its kind"},
    [ERASED] = {NAME("erased_total"), TCN_METRIC_COUNTER,
                "Shares destroyed, as two posts have said or the journal"},
    [ENROLLED] = {NAME("enrolled_total"), TCN_METRIC_COUNTER, "Claims of new machines granted"},
    [UNCLAIMED] = {NAME("unclaimed_total"), TCN_METRIC_COUNTER,
                   "Claims of new machines denied: no such token, used, too old, or a key in use"},
    [OPENED] = {NAME("subscriptions_total"), TCN_METRIC_COUNTER, "Subscriptions opened"},
    [ITEMS] = {NAME("items_total"), TCN_METRIC_COUNTER, "Items sent to subscriptions"},
    [REPLAYS] = {NAME("replays_total"), TCN_METRIC_COUNTER, "Replays begun"},
    [QUESTIONS] = {NAME("questions_total"), TCN_METRIC_COUNTER, "Questions asked"},
    [DENIED] = {NAME("denied_total"), TCN_METRIC_COUNTER, "Requests without the right to them"},
    [ERRORS] = {NAME("errors_total"), TCN_METRIC_COUNTER, "Requests refused for other reasons"},
    [READS] = {NAME("reads_total"), TCN_METRIC_COUNTER,
               "Rows of log and state that were looked for to answer them"},
    [LOST_ITEMS] = {NAME("lost_items_total"), TCN_METRIC_COUNTER, "Items that could not be read"},
    [LEFT] = {NAME("alerts_left_total"), TCN_METRIC_COUNTER,
              "Alerts left to the state because memory holds enough of them"},
    [TAIL] = {NAME("alerts_held"), TCN_METRIC_GAUGE,
              "Alerts in memory that their state commit does not hold yet"},
    [SNAPSHOTS] = {NAME("snapshots_total"), TCN_METRIC_COUNTER, "Snapshots of the state made"},
    [SNAPSHOTS_FAILED] = {NAME("snapshots_failed_total"), TCN_METRIC_COUNTER,
                          "Snapshots that were begun, or looked for, and came to nothing"},
    [SNAPSHOT_POSITION] =
        {NAME("snapshot_position"), TCN_METRIC_GAUGE,
         "Position of the newest snapshot that may be used; 0 when there is none"},
};

static const struct tcn_metric log_time = {NAME("log_time_seconds"), TCN_METRIC_GAUGE,
                                           "Log time of the last event, in seconds since 1970"};
static const struct tcn_metric snapshot_time = {
    NAME("snapshot_time_seconds"), TCN_METRIC_GAUGE,
    "When it was made, in seconds since 1970; 0 when there is none"};
static const struct tcn_metric used = {NAME("database_used_bytes"), TCN_METRIC_GAUGE,
                                       "Bytes of a database up to its last page in use"};
static const struct tcn_metric quota = {NAME("database_size_bytes"), TCN_METRIC_GAUGE,
                                        "Bytes at which a database takes no more"};

static void add_databases(struct tcn_metrics *metrics, const struct tcn_collector *house) {
    const char *const names[] = {"log", "state", "shares"};
    const struct tcn_env *const envs[] = {tcn_log_env(house->log), tcn_state_env(house->state),
                                          tcn_shares_env(house->shares)};
    struct tcn_env_stat stats[3] = {0};
    for (size_t i = 0; i < 3; i++) {
        if (tcn_env_stat(envs[i], &stats[i]) == TCN_OK) {
            tcn_metrics_add(metrics, &used, "database", names[i], stats[i].used_bytes);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        tcn_metrics_add(metrics, &quota, "database", names[i], stats[i].quota_bytes);
    }
}

size_t tcn_serve_numbers(void *argument, char *out_text, size_t size_max) {
    const struct tcn_server *server = argument;
    const struct tcn_note_counts *net = &server->net_counts;
    const struct tcn_ledger_counts *ledger = &server->progress.counts;
    const struct tcn_serve_counts *serve = &server->counts;
    const uint64_t values[] = {
        /* The writer tells how far the log goes with its first group. */
        [POSITION] = server->progress.position > server->state_position ? server->progress.position
                                                                        : server->state_position,
        [APPLIED] = server->state_position,
        [STANDSTILL] = server->standstill.code != 0 ? 1 : 0,
        [DOUBTED] = server->progress.is_doubted ? 1 : 0,
        [NET_IN] = net->in_count,
        [NET_OUT] = net->out_count,
        [NET_PASSED] = net->pass_count,
        [NET_REFUSED] = net->refused_count,
        [NET_MALFORMED] = net->malformed_count,
        [NET_HELD] = net->held_count,
        [NET_BUSY] = net->busy_count,
        [NET_LOST] = net->lost_count,
        [GROUPS] = ledger->group_count,
        [RECORDS] = ledger->record_count,
        [EVENTS] = ledger->event_count,
        [DUPLICATES] = ledger->duplicate_count,
        [REFUSED] = ledger->refused_count,
        [AGAIN] = ledger->again_count,
        [DROPPED] = ledger->dropped_count,
        [ALARMS] = ledger->alarm_count,
        [FULL] = ledger->full_count,
        [SHORT] = ledger->short_count,
        [SAID] = ledger->said_count,
        [UNSAID] = ledger->unsaid_count,
        [ERASED] = ledger->erased_count,
        [ENROLLED] = ledger->enrolled_count,
        [UNCLAIMED] = ledger->unclaimed_count,
        [OPENED] = serve->open_count,
        [ITEMS] = serve->item_count,
        [REPLAYS] = serve->replay_count,
        [QUESTIONS] = serve->ask_count,
        [DENIED] = serve->denied_count,
        [ERRORS] = serve->error_count,
        [READS] = tcn_serve_reads(server) - serve->aside_count,
        [LOST_ITEMS] = serve->lost_count,
        [LEFT] = tcn_tail_dropped(server->tail),
        [TAIL] = tcn_tail_count(server->tail),
        [SNAPSHOTS] = server->snapshots_note.made_count,
        [SNAPSHOTS_FAILED] = server->snapshots_note.failed_count,
        [SNAPSHOT_POSITION] = server->snapshots_note.position,
    };
    struct tcn_metrics metrics = tcn_metrics_init(out_text, size_max);
    tcn_metrics_program(&metrics, "collector", server->house->version, server->started_ns);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        tcn_metrics_add(&metrics, &numbers[i], NULL, NULL, values[i]);
    }
    tcn_metrics_add_ns(&metrics, &log_time, server->progress.log_time_ns);
    tcn_metrics_add_ns(&metrics, &snapshot_time, server->snapshots_note.made_ns);
    add_databases(&metrics, server->house);
    return metrics.overflowed ? 0 : metrics.size;
}
