/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/callee.h"

#include "agents/inner.h"
#include "base/clock.h"

#include <string.h>

_Static_assert(TCN_BROKER_KEYS_MAX + 1 <= TCN_SERVER_KEYS_MAX, "a socket takes all that are told");
_Static_assert(sizeof(struct tcn_public_key) == TCN_CURVE_KEY_BYTES, "keys lie one behind another");

static void pick(struct tcn_agent *agent) {
    tcn_broker_keys_pick(&agent->bundle.bundle.brokers, &agent->config->broker_transport_key,
                         tcn_clock_wall_ns(), &agent->callee);
}

void tcn_agent_callee_options(struct tcn_agent *agent, struct tcn_sock_options *options) {
    pick(agent);
    options->server_key = agent->callee.keys[0].bytes;
    options->server_key_count = agent->callee.count;
}

void tcn_agent_callee_told(struct tcn_agent *agent) {
    agent->callee.change_ns = INT64_MIN;
}

void tcn_agent_callee_turn(struct tcn_agent *agent) {
    if (tcn_clock_wall_ns() < agent->callee.change_ns) {
        return;
    }
    struct tcn_sock *const socks[] = {agent->lanes[0].sock, agent->lanes[1].sock,
                                      agent->follow.sock};
    const struct tcn_public_key before = agent->callee.keys[0];
    pick(agent);
    if (agent->callee.change_ns != INT64_MAX &&
        memcmp(&before, agent->callee.keys, sizeof before)) {
        tcn_log(agent->logger, TCN_LOG_INFO,
                "the collector told of the broker's next transport key: it is tried beside the one "
                "before it, until that one's time is over");
    }
    for (size_t i = 0; i < sizeof(socks) / sizeof(socks[0]); i++) {
        if (socks[i] != NULL) {
            tcn_sock_set_server_keys(socks[i], agent->callee.keys[0].bytes, agent->callee.count);
        }
    }
}
