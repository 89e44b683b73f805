/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The change of the agent's own keys, while it works: the shell round core/rotation. The newer keys
 * are on disk, synced, before anything is said; ROTATED goes out in a lane like any event, signed
 * by the older; when a WELCOME says that the log has the newer, the files are swapped, the
 * connections are made anew and what is not acknowledged is signed again. A sealing key stays as it
 * is.
 *
 * Where ROTATED went is remembered by a retry key that names the newer signing key: it moves along
 * when the lane is cut anew, and a restart finds it, so it is entered once.
 */
#ifndef TCN_AGENTS_ROTATE_H
#define TCN_AGENTS_ROTATE_H

#include "agents/lane.h"
#include "core/rotation.h"
#include "model/chunk.h"
#include "model/local.h"
#include "seal/key.h"

struct tcn_agent;
struct tcn_agent_lane;

/** The last WELCOME of a lane since the last turn. Two lanes' may come in one turn, and the one
 * that was made before the log had ROTATED must not hide the other. */
struct tcn_agent_key_news {
    bool has_welcome;
    int64_t key_until_ns;
    int64_t log_time_ns;
};

/** Where it stands. Open: embedded in the agent; `agent->keys` are those in use. */
struct tcn_agent_rotate {
    struct tcn_rotation brain;
    struct tcn_key_set other; /**< the set that is not in use; zeroed when there is one alone */
    int64_t overlap_ns;       /**< that was asked for */
    int64_t not_after_ns;     /**< of the principal's row, as the last WELCOME said; 0: no end */
    int64_t log_time_ns;      /**< as the last WELCOME said; 0 before the first */
    struct tcn_agent_key_news heard[TCN_AGENT_LANES];     /**< since the last turn, by lane */
    char key_text[2 * sizeof(struct tcn_public_key) + 1]; /**< of the last answer */
    bool is_greeted; /**< HELLO was wanted since ROTATED had its receipt */
};

/** Finds out which key sets there are; `agent->keys` are those of the key file.
 * Errors: TCN_CONFIG a file beside the key file cannot be used: the log says why; what the outbox
 * gives.
 * Thread: the agent's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_agent_rotate_open(struct tcn_agent *agent);

/** Wipes what it has. */
void tcn_agent_rotate_close(struct tcn_agent *agent);

/** Takes note of a WELCOME that the collector signed. */
void tcn_agent_rotate_welcome(struct tcn_agent *agent, const struct tcn_agent_lane *lane,
                              const struct tcn_welcome *welcome);

/** Does what is to be done, no group being open, and gives the time at which to be asked again
 * (monotonic).
 * Errors: TCN_IO, TCN_CORRUPT, TCN_NOMEM the outbox cannot be used any more; TCN_CLOSED. */
TCN_MUST_CHECK enum tcn_status tcn_agent_rotate_turn(struct tcn_agent *agent,
                                                     int64_t *out_deadline_ns);

/** Answers ROTATE: makes the newer keys and begins, when `days` is not 0; a rotation that is under
 * way just goes on. Says how it stands.
 * Owns: out_answer lends from the agent and from static text. */
void tcn_agent_rotate_answer(struct tcn_agent *agent, uint32_t days,
                             struct tcn_local_answer *out_answer);

#endif
