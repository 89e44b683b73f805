/* SPDX-License-Identifier: Apache-2.0 */
#include "core/logtime.h"

#include "base/check.h"
#include "base/clock.h"

#define BIT(state) (1u << (unsigned)(state))
#define STATE_COUNT 3u

static const uint32_t moves[STATE_COUNT] = {
    [TCN_LOGTIME_START] = BIT(TCN_LOGTIME_FOLLOWING) | BIT(TCN_LOGTIME_CREEPING),
    [TCN_LOGTIME_FOLLOWING] = BIT(TCN_LOGTIME_CREEPING),
    [TCN_LOGTIME_CREEPING] = BIT(TCN_LOGTIME_FOLLOWING),
};

const char *tcn_logtime_state_name(enum tcn_logtime_state state) {
    static const char *const names[STATE_COUNT] = {"start", "following", "creeping"};
    return (unsigned)state < STATE_COUNT ? names[state] : "none";
}

bool tcn_logtime_may_move(enum tcn_logtime_state from, enum tcn_logtime_state to) {
    if ((unsigned)from >= STATE_COUNT || (unsigned)to >= STATE_COUNT) {
        return false;
    }
    return (moves[from] & BIT(to)) != 0;
}

static void move_to(struct tcn_logtime *logtime, enum tcn_logtime_state state) {
    TCN_CHECK(tcn_logtime_may_move(logtime->state, state));
    logtime->state = state;
}

void tcn_logtime_init(struct tcn_logtime *logtime, const struct tcn_logtime_bounds *bounds,
                      int64_t last_ns, bool is_doubted) {
    TCN_CHECK(bounds->jump_ns > 0 && bounds->start_ns > 0);
    *logtime = (struct tcn_logtime){.state = is_doubted ? TCN_LOGTIME_CREEPING : TCN_LOGTIME_START,
                                    .bounds = *bounds,
                                    .last_ns = last_ns};
}

/** True when the wall clock went where the monotonic clock says; at start, when it is not before
 * the log's last time (by more than a jump) and not further after it than a downtime may be. */
static bool is_plausible(const struct tcn_logtime *logtime, int64_t wall_ns, int64_t monotonic_ns) {
    if (logtime->state == TCN_LOGTIME_START) {
        int64_t ahead_ns = tcn_time_minus(wall_ns, logtime->last_ns);
        return logtime->last_ns == 0 ||
               (ahead_ns >= -logtime->bounds.jump_ns && ahead_ns <= logtime->bounds.start_ns);
    }
    int64_t walked_ns = tcn_time_minus(wall_ns, logtime->wall_ns);
    int64_t passed_ns = tcn_time_minus(monotonic_ns, logtime->monotonic_ns);
    int64_t jump_ns = tcn_time_minus(walked_ns, passed_ns);
    return jump_ns >= -logtime->bounds.jump_ns && jump_ns <= logtime->bounds.jump_ns;
}

static void remember(struct tcn_logtime *logtime, int64_t wall_ns, int64_t monotonic_ns) {
    logtime->wall_ns = wall_ns;
    logtime->monotonic_ns = monotonic_ns;
}

int64_t tcn_logtime_stamp(struct tcn_logtime *logtime, int64_t wall_ns, int64_t monotonic_ns) {
    int64_t before_ns = logtime->last_ns;
    if (logtime->state != TCN_LOGTIME_CREEPING) {
        if (!is_plausible(logtime, wall_ns, monotonic_ns)) {
            logtime->jump_count++;
            move_to(logtime, TCN_LOGTIME_CREEPING);
        } else if (logtime->state == TCN_LOGTIME_START) {
            move_to(logtime, TCN_LOGTIME_FOLLOWING);
        }
    }
    remember(logtime, wall_ns, monotonic_ns);
    if (logtime->state == TCN_LOGTIME_CREEPING) {
        logtime->last_ns += logtime->last_ns < INT64_MAX ? 1 : 0;
    } else if (wall_ns > logtime->last_ns) {
        logtime->last_ns = wall_ns;
    }
    TCN_CHECK(logtime->last_ns >= before_ns);
    return logtime->last_ns;
}

int64_t tcn_logtime_feed(struct tcn_logtime *logtime, int64_t feed_ns) {
    if (feed_ns > logtime->last_ns) {
        logtime->last_ns = feed_ns;
    }
    return logtime->last_ns;
}

void tcn_logtime_confirm(struct tcn_logtime *logtime, int64_t wall_ns, int64_t monotonic_ns) {
    if (logtime->state == TCN_LOGTIME_CREEPING) {
        move_to(logtime, TCN_LOGTIME_FOLLOWING);
        remember(logtime, wall_ns, monotonic_ns);
    }
}

bool tcn_logtime_is_alarmed(const struct tcn_logtime *logtime) {
    return logtime->state == TCN_LOGTIME_CREEPING;
}
