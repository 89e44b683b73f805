/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/numbers.h"

#include "base/metrics.h"
#include "broker/health.h"

enum number {
    CONNECTIONS,
    REGISTRY,
    DISTRUST,
    UP,
    DOWN,
    LOST_UP,
    LOST_DOWN,
    MALFORMED,
    UNTOLD,
    DOOR_CLAIMS,
    DOOR_BUSY,
    DOOR_DROPPED,
    DOOR_SHUT,
    KEYS_ACCEPTED,
    KEYS_LATER,
    KEYS_DENIED,
    KEYS_MALFORMED,
    RESIDENT,
    RESIDENT_MAX,
};

static const struct tcn_metric numbers[] = {
    [CONNECTIONS] = {"tocsin_broker_connections", TCN_METRIC_GAUGE, "Connections that are known"},
    [REGISTRY] = {"tocsin_broker_registry_version", TCN_METRIC_GAUGE,
                  "Log position of the registry in force; 0 before a collector has come"},
    [DISTRUST] = {"tocsin_broker_collector_distrusted", TCN_METRIC_GAUGE,
                  "1 while the collector's signing key is not believed: nothing passes"},
    [UP] = {"tocsin_broker_messages_up_total", TCN_METRIC_COUNTER,
            "Messages forwarded to the collector"},
    [DOWN] = {"tocsin_broker_messages_down_total", TCN_METRIC_COUNTER,
              "Messages forwarded to peers"},
    [LOST_UP] = {"tocsin_broker_lost_up_total", TCN_METRIC_COUNTER,
                 "Messages for a collector that had no room or had left"},
    [LOST_DOWN] =
        {"tocsin_broker_lost_down_total", TCN_METRIC_COUNTER,
         "Messages for a peer that had no room or had left, or of a collector not believed"},
    [MALFORMED] = {"tocsin_broker_malformed_total", TCN_METRIC_COUNTER,
                   "Messages without a header, of the wrong direction, or too large"},
    [UNTOLD] = {"tocsin_broker_untold_total", TCN_METRIC_COUNTER,
                "Answers of the broker's own that could not be sent"},
    [DOOR_CLAIMS] = {"tocsin_broker_door_claims_total", TCN_METRIC_COUNTER,
                     "Claims of new machines passed on from the door"},
    [DOOR_BUSY] = {"tocsin_broker_door_busy_total", TCN_METRIC_COUNTER,
                   "Guests and claims over the door's limits"},
    [DOOR_DROPPED] = {"tocsin_broker_door_dropped_total", TCN_METRIC_COUNTER,
                      "What guests said at the door that was no first claim"},
    [DOOR_SHUT] = {"tocsin_broker_door_shut_total", TCN_METRIC_COUNTER,
                   "Times that the door was shut with who was in it"},
    [KEYS_ACCEPTED] = {"tocsin_broker_keys_accepted_total", TCN_METRIC_COUNTER,
                       "Handshakes of listed keys, and of guests at the door"},
    [KEYS_LATER] = {"tocsin_broker_keys_later_total", TCN_METRIC_COUNTER,
                    "Handshakes put off because there was no registry or no room"},
    [KEYS_DENIED] = {"tocsin_broker_keys_denied_total", TCN_METRIC_COUNTER,
                     "Handshakes of keys that are not listed"},
    [KEYS_MALFORMED] = {"tocsin_broker_keys_malformed_total", TCN_METRIC_COUNTER,
                        "Handshakes that did not decode"},
    [RESIDENT] = {"tocsin_broker_resident_bytes", TCN_METRIC_GAUGE, "Resident memory"},
    [RESIDENT_MAX] = {"tocsin_broker_resident_max_bytes", TCN_METRIC_GAUGE,
                      "Resident memory at which the broker ends itself"},
};

static const struct tcn_metric turned = {"tocsin_broker_turned_away_total", TCN_METRIC_COUNTER,
                                         "Messages turned away, by reason"};

size_t tcn_broker_numbers(void *argument, char *out_text, size_t size_max) {
    const struct tcn_broker *broker = argument;
    const struct tcn_broker_counts *counts = &broker->counts;
    const struct tcn_zap_counts keys = tcn_zap_counts(broker->zap);
    const uint64_t values[] = {
        [CONNECTIONS] = tcn_hub_connection_count(broker->hub),
        [REGISTRY] = tcn_hub_registry_version(broker->hub),
        [DISTRUST] = broker->distrust != TCN_OK,
        [UP] = counts->up,
        [DOWN] = counts->down,
        [LOST_UP] = counts->lost_up,
        [LOST_DOWN] = counts->lost_down,
        [MALFORMED] = counts->malformed,
        [UNTOLD] = counts->untold,
        [DOOR_CLAIMS] = broker->guests.forward_count,
        [DOOR_BUSY] = broker->guests.busy_count,
        [DOOR_DROPPED] = broker->guests.drop_count,
        [DOOR_SHUT] = counts->shut,
        [KEYS_ACCEPTED] = keys.accept_count,
        [KEYS_LATER] = keys.later_count,
        [KEYS_DENIED] = keys.deny_count,
        [KEYS_MALFORMED] = keys.malformed_count,
        [RESIDENT] = tcn_broker_resident_bytes(),
        [RESIDENT_MAX] = broker->options.rss_bytes_max,
    };
    struct tcn_metrics metrics = tcn_metrics_init(out_text, size_max);
    tcn_metrics_program(&metrics, "broker", broker->options.version, broker->started_ns);
    for (size_t index = 0; index < sizeof values / sizeof values[0]; index++) {
        tcn_metrics_add(&metrics, &numbers[index], NULL, NULL, values[index]);
    }
    for (int index = TCN_HUB_REASON_NONE + 1; index < TCN_HUB_REASON_COUNT; index++) {
        const enum tcn_hub_reason reason = (enum tcn_hub_reason)index;
        tcn_metrics_add(&metrics, &turned, "reason", tcn_hub_reason_name(reason),
                        tcn_hub_count(broker->hub, reason));
    }
    return metrics.overflowed ? 0 : metrics.size;
}
