/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/numbers.h"

#include "base/metrics.h"

static const struct tcn_metric waiting = {"tocsin_agent_waiting_events", TCN_METRIC_GAUGE,
                                          "Events without a receipt, by lane"};
static const struct tcn_metric urgent_ns = {"tocsin_agent_oldest_urgent_time_seconds",
                                            TCN_METRIC_GAUGE,
                                            "When the oldest urgent one of them was recorded; 0 "
                                            "when none waits"};
static const struct tcn_metric routine_ns = {"tocsin_agent_oldest_routine_time_seconds",
                                             TCN_METRIC_GAUGE, "The same of the routine lane"};
static const struct tcn_metric connected = {"tocsin_agent_lane_connected", TCN_METRIC_GAUGE,
                                            "1 while the collector takes events, by lane"};
static const struct tcn_metric dead = {"tocsin_agent_dead_letters", TCN_METRIC_GAUGE,
                                       "Events that were refused for ever and wait for a person"};
static const struct tcn_metric used = {"tocsin_agent_outbox_used_bytes", TCN_METRIC_GAUGE,
                                       "Bytes of the outbox in use"};
static const struct tcn_metric size = {"tocsin_agent_outbox_size_bytes", TCN_METRIC_GAUGE,
                                       "Bytes that the outbox may use"};

size_t tcn_agent_numbers(void *argument, char *out_text, size_t size_max) {
    const struct tcn_agent *agent = argument;
    struct tcn_outbox_stat stat;
    if (tcn_outbox_stat(agent->outbox, &stat) != TCN_OK) {
        return 0;
    }
    struct tcn_metrics metrics = tcn_metrics_init(out_text, size_max);
    tcn_metrics_program(&metrics, "agent", agent->version, agent->started_ns);
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        const struct tcn_agent_lane *lane = &agent->lanes[i];
        tcn_metrics_add(&metrics, &waiting, "lane", tcn_lane_name(lane->number),
                        tcn_outlane_waiting(&lane->brain));
    }
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        const struct tcn_agent_lane *lane = &agent->lanes[i];
        tcn_metrics_add(&metrics, &connected, "lane", tcn_lane_name(lane->number),
                        lane->brain.state == TCN_OUTLANE_OPEN ? 1 : 0);
    }
    tcn_metrics_add_ns(&metrics, &urgent_ns, stat.urgent.oldest_recorded_ns);
    tcn_metrics_add_ns(&metrics, &routine_ns, stat.routine.oldest_recorded_ns);
    tcn_metrics_add(&metrics, &dead, NULL, NULL, stat.dead_count);
    tcn_metrics_add(&metrics, &used, NULL, NULL, stat.bytes);
    tcn_metrics_add(&metrics, &size, NULL, NULL, stat.quota_bytes);
    return metrics.overflowed ? 0 : metrics.size;
}
