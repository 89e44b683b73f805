/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/agent.h"
#include "agents/inner.h"
#include "agents/numbers.h"
#include "base/clock.h"

/** Stops taking anything in, and answers who still waits as things stand. */
static enum tcn_status begin_stop(struct tcn_agent *agent) {
    int64_t now_ns = tcn_clock_monotonic_ns();
    int64_t deadline_ns = 0;
    enum tcn_status status = TCN_OK;
    agent->is_stopping = true;
    agent->stop_deadline_ns = now_ns + agent->drain_ns;
    tcn_poller_remove_descriptor(&agent->poller, agent->stop_descriptor);
    for (uint32_t i = 0; i < TCN_AGENT_WAYS; i++) {
        struct tcn_agent_door *door = &agent->doors[i];
        if (door->way == NULL) {
            continue;
        }
        status = status == TCN_OK ? door->ops->ready(door->way) : status; /* what came before */
        if (status == TCN_OK) {
            status = door->ops->turn(door->way, now_ns, true, &deadline_ns);
        }
        door->ops->close(&door->way);
    }
    return status;
}

/** Handles one thing that is ready. */
static enum tcn_status handle(struct tcn_agent *agent, const struct tcn_poller_ready *ready) {
    if (ready->token == TCN_AGENT_TOKEN_STOP) {
        return begin_stop(agent);
    }
    if (ready->token == TCN_AGENT_TOKEN_LOCAL || ready->token == TCN_AGENT_TOKEN_FOLDER) {
        struct tcn_agent_door *door = &agent->doors[ready->token - TCN_AGENT_TOKEN_LOCAL];
        return door->way == NULL ? TCN_OK : door->ops->ready(door->way);
    }
    if (ready->token == TCN_AGENT_TOKEN_FOLLOW) {
        return agent->follow.sock == NULL ? TCN_OK : tcn_agent_follow_ready(agent);
    }
    if (ready->token == TCN_AGENT_TOKEN_PAGE) {
        tcn_page_step(agent->page, tcn_agent_numbers, agent);
        return TCN_OK;
    }
    struct tcn_agent_lane *lane = &agent->lanes[ready->token];
    if ((ready->events & TCN_POLL_OUT) != 0) {
        tcn_outlane_connected(&lane->brain, tcn_clock_monotonic_ns());
    }
    return (ready->events & TCN_POLL_IN) != 0 ? tcn_agent_lane_ready(agent, lane) : TCN_OK;
}

/** Lets everybody act who has something to do, and gives when the next one will. */
static enum tcn_status act(struct tcn_agent *agent, int64_t *out_deadline_ns) {
    int64_t deadline_ns = INT64_MAX;
    tcn_agent_callee_turn(agent);
    enum tcn_status status = tcn_agent_rotate_turn(agent, &deadline_ns);
    tcn_agent_life_turn(agent, &deadline_ns);
    for (uint32_t i = 0; i < TCN_AGENT_LANES && status == TCN_OK; i++) {
        if (agent->lanes[i].sock != NULL) {
            int64_t lane_ns = INT64_MAX;
            status = tcn_agent_lane_pump(agent, &agent->lanes[i], &lane_ns);
            deadline_ns = lane_ns < deadline_ns ? lane_ns : deadline_ns;
        }
    }
    for (uint32_t i = 0; i < TCN_AGENT_WAYS && status == TCN_OK; i++) {
        struct tcn_agent_door *door = &agent->doors[i];
        int64_t way_ns = INT64_MAX;
        if (door->way != NULL) {
            status = door->ops->turn(door->way, tcn_clock_monotonic_ns(), false, &way_ns);
        }
        deadline_ns = way_ns < deadline_ns ? way_ns : deadline_ns;
    }
    if (status == TCN_OK) {
        int64_t follow_ns = INT64_MAX;
        status = tcn_agent_follow_pump(agent, &follow_ns);
        deadline_ns = follow_ns < deadline_ns ? follow_ns : deadline_ns;
    }
    *out_deadline_ns = deadline_ns;
    return status;
}

/** True when a stopping agent need not wait any longer: everything has its receipt, nobody is there
 * to give one, or the time is over. */
static bool is_drained(const struct tcn_agent *agent) {
    if (tcn_clock_monotonic_ns() >= agent->stop_deadline_ns) {
        return true;
    }
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        const struct tcn_outlane *brain = &agent->lanes[i].brain;
        bool is_there = agent->lanes[i].sock != NULL && brain->is_connected;
        if (is_there && tcn_outlane_waiting(brain) > 0) {
            return false;
        }
    }
    return true;
}

/** How long to wait in the poller. */
static int64_t wait_ns(const struct tcn_agent *agent, int64_t deadline_ns) {
    if (agent->is_stopping && agent->stop_deadline_ns < deadline_ns) {
        deadline_ns = agent->stop_deadline_ns;
    }
    if (deadline_ns == INT64_MAX) {
        return TCN_POLLER_FOREVER;
    }
    int64_t now_ns = tcn_clock_monotonic_ns();
    return deadline_ns > now_ns ? deadline_ns - now_ns : 0;
}

/** One turn: act, wait, handle what is ready. */
static enum tcn_status turn(struct tcn_agent *agent) {
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    int64_t deadline_ns = INT64_MAX;
    enum tcn_status status = act(agent, &deadline_ns);
    TCN_CHECK(status != TCN_OK || !agent->is_writing); /* A3 */
    if (status == TCN_OK) {
        status = tcn_poller_wait(&agent->poller, wait_ns(agent, deadline_ns), ready, &count);
    }
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        status = handle(agent, &ready[i]);
    }
    return status;
}

enum tcn_status tcn_agent_run(struct tcn_agent *agent) {
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && !(agent->is_stopping && is_drained(agent))) {
        status = turn(agent);
    }
    tcn_agent_abort(agent);
    if (status != TCN_OK) {
        tcn_log(agent->logger, TCN_LOG_ERROR, "the agent stops: %s", tcn_status_sentence(status));
    }
    return status;
}
