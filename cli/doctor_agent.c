/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the agents of this machine answer, and what they have not delivered. */
#include "base/clock.h"
#include "cli/doctor_judge.h"
#include "cli/folder.h"
#include "cli/place.h"
#include "cli/seat.h"
#include "cli/show.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define AGENT_NS (2 * TCN_SECOND_NS)
#define MEND_BYTES TCN_FINDING_MEND_BYTES

static void keep_outbox(struct tcn_doctor *doctor, const char *organ,
                        const struct tcn_local_outbox *outbox) {
    struct tcn_doctor_outbox *kept = &doctor->outboxes[doctor->outbox_count++];
    *kept = (struct tcn_doctor_outbox){.organ = organ,
                                       .dead_count = outbox->dead_count,
                                       .used_bytes = outbox->used_bytes,
                                       .size_bytes = outbox->size_bytes,
                                       .not_after_ns = outbox->not_after_ns,
                                       .is_connected = outbox->is_connected};
    for (size_t index = 0; index < 2; index++) {
        const struct tcn_local_lane *lane = &outbox->lanes[index];
        kept->waiting_count += lane->count;
        if (lane->oldest_ns != 0 && (kept->oldest_ns == 0 || lane->oldest_ns < kept->oldest_ns)) {
            kept->oldest_ns = lane->oldest_ns;
        }
        if (lane->lane == TCN_LANE_URGENT) {
            kept->oldest_urgent_ns = lane->oldest_ns;
        }
    }
    tcn_show_text(outbox->last_error, kept->last_error, sizeof kept->last_error);
}

/* An agent without a socket: it was never started here, or it does not run. */
static bool is_wanted(const struct tcn_doctor *doctor, const struct tcn_config_agent *agent) {
    return doctor->config_file != NULL || access(agent->dir, F_OK) == 0;
}

static void tell_mute(struct tcn_doctor *doctor, const struct tcn_config_agent *agent, int64_t pid,
                      enum tcn_status status) {
    char mend[MEND_BYTES];
    (void)snprintf(mend, sizeof mend,
                   "see that this user may open %s, and read what the agent says",
                   agent->local_endpoint);
    tcn_doctor_say(doctor, TCN_FINDING_BAD, mend,
                   "%s runs (pid %" PRId64 ") and does not answer: %s", agent->organ, pid,
                   tcn_status_sentence(status));
}

/* Names of agents that do not run, in one text, so that a stopped district is one line. */
struct absent {
    uint32_t count;
    char names[TCN_FINDING_BYTES / 2];
    const char *organ; /* the last of them */
};

static void add_absent(struct absent *absent, const char *organ) {
    const size_t used = strlen(absent->names);
    (void)snprintf(absent->names + used, sizeof absent->names - used, "%s%s",
                   absent->count == 0 ? "" : ", ", organ);
    absent->count++;
    absent->organ = organ;
}

static void tell_absent(struct tcn_doctor *doctor, const struct absent *absent) {
    char mend[MEND_BYTES];
    if (doctor->dir[0] == '\0') {
        (void)tcn_doctor_start_hint(doctor, "agent", mend, sizeof mend);
    } else if (absent->count == 1) {
        (void)snprintf(mend, sizeof mend, "tocsin-agent --config %s/etc/agent.%s.yaml", doctor->dir,
                       absent->organ);
    } else {
        (void)snprintf(mend, sizeof mend,
                       "tocsin up --dir %s, or start tocsin-agent by its service for each",
                       doctor->dir);
    }
    tcn_doctor_say(doctor, TCN_FINDING_BAD, mend,
                   "%s: no agent runs, so nothing can be handed in and no receipt comes",
                   absent->names);
}

static void ask_agent(struct tcn_doctor *doctor, const struct tcn_config_agent *agent,
                      int64_t pid) {
    struct tcn_local *local = NULL;
    struct tcn_local_answer answer;
    const struct tcn_local_request request = {.op = TCN_LOCAL_OUTBOX};
    enum tcn_status status = tcn_local_open(agent->local_endpoint, doctor->cli->signals, &local);
    if (status == TCN_OK) {
        status = tcn_local_ask(local, &request, tcn_clock_monotonic_ns() + AGENT_NS, &answer);
    }
    if (status == TCN_OK && answer.has_outbox) {
        keep_outbox(doctor, agent->organ, &answer.outbox);
    } else {
        tell_mute(doctor, agent, pid, status);
    }
    tcn_local_close(&local);
}

void tcn_doctor_agent(struct tcn_doctor *doctor) {
    struct absent absent = {0};
    uint32_t agent_count = 0;
    uint32_t rest_count = 0;
    for (uint32_t index = 0; index < doctor->file_count; index++) {
        const struct tcn_config_agent *agent = &doctor->files[index].config->agent;
        int64_t pid = 0;
        if (!doctor->files[index].config->has_agent) {
            continue;
        }
        agent_count++;
        if (tcn_env_holder(agent->dir, &pid) == TCN_OK) {
            ask_agent(doctor, agent, pid);
        } else if (is_wanted(doctor, agent)) {
            add_absent(&absent, agent->organ);
        } else {
            rest_count++;
        }
    }
    if (absent.count > 0) {
        tell_absent(doctor, &absent);
    }
    if (agent_count == rest_count) {
        tcn_doctor_skip(doctor, "no agent was ever started here");
    }
    tcn_doctor_fine(doctor, "%u answer; %u others were never started here",
                    (unsigned)doctor->outbox_count, (unsigned)rest_count);
}

/* The end of the agent's row, told early enough to do something about it. */
static void look_at_end(struct tcn_doctor *doctor, const struct tcn_doctor_outbox *outbox) {
    char end[TCN_TIME_TEXT_BYTES];
    const enum tcn_finding_state state = tcn_doctor_judge_end(outbox->not_after_ns, doctor->now_ns);
    if (state != TCN_FINDING_OK) {
        tcn_show_time(outbox->not_after_ns, end);
        tcn_doctor_say(doctor, state, "an administrator gives the row another end",
                       "%s: its row in the registry ends %s, and with it all that it may do",
                       outbox->organ, end);
    }
}

static void look_at_outbox(struct tcn_doctor *doctor, const struct tcn_doctor_outbox *outbox) {
    char mend[MEND_BYTES];
    char oldest[TCN_TIME_TEXT_BYTES];
    tcn_show_time(outbox->oldest_ns, oldest);
    if (outbox->dead_count > 0) {
        (void)snprintf(mend, sizeof mend, "tocsin outbox dead list --office %s", outbox->organ);
        tcn_doctor_say(doctor, TCN_FINDING_WARN, mend,
                       "%s: %" PRIu64 " dead letters, refused for ever and looked at by nobody",
                       outbox->organ, outbox->dead_count);
    }
    if (!outbox->is_connected) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN,
                       "see the lines broker and collector; reports are safe meanwhile",
                       "%s: no connection%s%s", outbox->organ,
                       outbox->last_error[0] == '\0' ? "" : "; last error: ", outbox->last_error);
    }
    if (tcn_doctor_judge_wait(outbox->oldest_ns, outbox->oldest_urgent_ns, doctor->now_ns) !=
        TCN_FINDING_OK) {
        (void)snprintf(mend, sizeof mend,
                       "tocsin outbox --office %s; if it is urgent, telephone the bureau now",
                       outbox->organ);
        tcn_doctor_say(doctor, TCN_FINDING_WARN, mend,
                       "%s: %" PRIu64 " not delivered, the oldest of %s", outbox->organ,
                       outbox->waiting_count, oldest);
    }
    look_at_end(doctor, outbox);
    enum tcn_finding_state fill = tcn_doctor_judge_fill(outbox->used_bytes, outbox->size_bytes);
    if (fill != TCN_FINDING_OK) {
        tcn_doctor_say(doctor, fill,
                       "set a larger outbox_mb in the agent's file and start it again",
                       "%s: %" PRIu64 " of %" PRIu64 " MiB are used", outbox->organ,
                       outbox->used_bytes >> 20, outbox->size_bytes >> 20);
    }
}

void tcn_doctor_outbox(struct tcn_doctor *doctor) {
    uint64_t waiting_count = 0;
    for (uint32_t index = 0; index < doctor->outbox_count; index++) {
        waiting_count += doctor->outboxes[index].waiting_count;
        look_at_outbox(doctor, &doctor->outboxes[index]);
    }
    if (doctor->outbox_count == 0) {
        tcn_doctor_skip(doctor, "no agent answered");
    }
    tcn_doctor_fine(doctor, "%" PRIu64 " on their way in %u outboxes; no dead letters",
                    waiting_count, (unsigned)doctor->outbox_count);
}
