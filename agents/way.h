/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A way in: how events reach the agent from its PC. Each is one file that ends in an ops table. A
 * way adds itself to the agent's poller when it opens, hands drafts to the group, and answers after
 * the group's commit. It lives in the agent's thread.
 */
#ifndef TCN_AGENTS_WAY_H
#define TCN_AGENTS_WAY_H

#include "base/status.h"

struct tcn_agent;

/** What a way can do. Every function is called from the agent's thread. */
struct tcn_agent_way_ops {
    /** For logs. */
    const char *name;
    /** Opens it and watches it under its token. Gives the way, NULL when the configuration has none
     * of this kind. */
    enum tcn_status (*open)(struct tcn_agent *agent, void **out_way);
    /** Takes what waits, as one group: enters, commits, answers. An error stops the agent. */
    enum tcn_status (*ready)(void *way);
    /** Answers what was waiting for something else, once a turn; gives when to be called again
     * (monotonic; INT64_MAX: only after something happened). `is_last`: whatever still waits is
     * answered as it stands. */
    enum tcn_status (*turn)(void *way, int64_t now_ns, bool is_last, int64_t *out_deadline_ns);
    /** Takes it off the poller and frees it; accepts NULL, leaves NULL. */
    void (*close)(void **way);
};

/** The local socket: an ipc ROUTER that speaks json/local.h. A request is its last frame; up to two
 * frames before it are given back before the answer, for programs that have many under way. */
extern const struct tcn_agent_way_ops tcn_agent_way_local;

/** The watched folder: drafts as files; docs/how-to/watched-folder.md. */
extern const struct tcn_agent_way_ops tcn_agent_way_folder;

#endif
