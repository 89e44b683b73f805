/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the collector answers through the broker, and what it says of itself. */
#include "base/clock.h"
#include "cli/doctor_judge.h"
#include "cli/folder.h"
#include "cli/place.h"
#include "cli/seat.h"
#include "cli/show.h"

#include <inttypes.h>
#include <string.h>

#define COLLECTOR_NS (4 * TCN_SECOND_NS)
#define MEND_BYTES TCN_FINDING_MEND_BYTES

/* Who can ask the collector: the auditor, who may ask everything, else any client. */
static const struct tcn_config_client *find_client(const struct tcn_doctor *doctor) {
    const struct tcn_config_client *found = NULL;
    for (uint32_t index = 0; index < doctor->file_count; index++) {
        const struct tcn_config *config = doctor->files[index].config;
        bool is_auditor = config->has_client && strcmp(config->client.organ, "auditor") == 0;
        if (config->has_client && (found == NULL || is_auditor)) {
            found = &config->client;
        }
    }
    return found;
}

static enum tcn_status ask_stats(struct tcn_doctor *doctor,
                                 const struct tcn_config_client *client) {
    const struct tcn_session_options options = {
        .broker_endpoint = client->broker_endpoint,
        .broker_key = client->broker_transport_key,
        .collector_key = client->collector_signing_key,
        .told = &doctor->told,
        .keys = &doctor->session_keys,
        .stop_descriptor = doctor->cli->signals,
    };
    doctor->collector_key = client->collector_signing_key;
    enum tcn_status status = tcn_key_file_read(client->key_file, &doctor->session_keys);
    if (status == TCN_OK) {
        status = tcn_session_open(&options, &doctor->session);
    }
    const struct tcn_query query = {.kind = TCN_QUERY_STATS};
    struct tcn_answer answer;
    if (status == TCN_OK) {
        status = tcn_ask(doctor->session, &query, tcn_clock_monotonic_ns() + COLLECTOR_NS, &answer);
    }
    if (status == TCN_OK) {
        doctor->stats = answer.stats;
        doctor->standstill = answer.standstill;
        doctor->has_stats = true;
    }
    return status;
}

/* True when a collector's folder here is held by a program. */
static bool is_collector_up(const struct tcn_doctor *doctor, bool *out_is_here) {
    *out_is_here = false;
    for (uint32_t index = 0; index < doctor->file_count; index++) {
        const struct tcn_config *config = doctor->files[index].config;
        char store[TCN_CLI_PATH_BYTES];
        int64_t pid = 0;
        if (config->has_collector &&
            tcn_place_path(store, config->collector.dir, "log") == TCN_OK) {
            *out_is_here = true;
            return tcn_env_holder(store, &pid) == TCN_OK;
        }
    }
    return false;
}

const char *tcn_doctor_start_hint(const struct tcn_doctor *doctor, const char *program,
                                  char *out_mend, size_t size) {
    if (doctor->dir[0] != '\0') {
        (void)snprintf(out_mend, size,
                       "tocsin up --dir %s, or start tocsin-%s by its service; what it says is in "
                       "logs/%s.log",
                       doctor->dir, program, program);
    } else {
        (void)snprintf(out_mend, size, "tocsin-%s --config %s, or start its service", program,
                       doctor->config_file == NULL ? "FILE" : doctor->config_file);
    }
    return out_mend;
}

/* Nothing came from the broker: why, as far as that can be seen from here. */
static void tell_no_broker(struct tcn_doctor *doctor, const char *endpoint) {
    char mend[MEND_BYTES];
    bool is_collector_here = false;
    const bool is_collector = is_collector_up(doctor, &is_collector_here);
    const struct tcn_doctor_holder holder = tcn_doctor_holder(tcn_doctor_port(endpoint));
    if (!tcn_doctor_is_loopback(endpoint)) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD,
                       "see that the network reaches that address (nc -vz HOST PORT), that broker "
                       "and collector run there, and that this key is enrolled",
                       "no answer through the broker at %s", endpoint);
    } else if (holder.is_taken) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD,
                       is_collector ? "read logs/broker.log and logs/collector.log: one of them "
                                      "refuses a key"
                                    : "start the collector; the broker has nobody to ask",
                       "the broker listens at %s, and no answer comes through it", endpoint);
    } else {
        tcn_doctor_say(doctor, TCN_FINDING_BAD,
                       tcn_doctor_start_hint(doctor, "broker", mend, sizeof mend),
                       "nobody listens at %s: broker or collector does not run", endpoint);
    }
}

void tcn_doctor_broker(struct tcn_doctor *doctor) {
    const struct tcn_config_client *client = find_client(doctor);
    if (client == NULL) {
        tcn_doctor_skip(doctor, "no section client here has a key to ask with");
        return;
    }
    const uint16_t port = tcn_doctor_port(client->broker_endpoint);
    const bool is_here = tcn_doctor_is_loopback(client->broker_endpoint) && port != 0;
    if (is_here && !tcn_doctor_holder(port).is_taken) {
        tell_no_broker(doctor, client->broker_endpoint); /* asking would only take its time */
        return;
    }
    enum tcn_status status = ask_stats(doctor, client);
    if (status == TCN_UNREACHABLE_PEER || status == TCN_TIMEOUT) {
        tell_no_broker(doctor, client->broker_endpoint);
    } else if (status == TCN_UNTRUSTED) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD, TCN_CLI_UNTRUSTED_HINT,
                       "the broker at %s does not believe the collector's signing key: nothing "
                       "passes, reports wait in their outboxes",
                       client->broker_endpoint);
    } else if (status != TCN_OK && status != TCN_DENIED) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD, "see the lines about keys and addresses",
                       "%s cannot be asked: %s", client->broker_endpoint,
                       tcn_status_sentence(status));
    }
    tcn_doctor_fine(doctor, "lets in the key of %s at %s", client->organ, client->broker_endpoint);
}

void tcn_doctor_collector(struct tcn_doctor *doctor) {
    char mend[MEND_BYTES];
    bool is_here = false;
    const bool is_up = is_collector_up(doctor, &is_here);
    if (is_here && !is_up) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD,
                       tcn_doctor_start_hint(doctor, "collector", mend, sizeof mend),
                       "does not run: nobody holds its folder");
    } else if (!doctor->has_stats && is_here) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN, "see the line about the broker, and its log",
                       "runs, but no answer came");
    } else if (!doctor->has_stats) {
        tcn_doctor_skip(doctor, "the collector did not answer: see broker");
    }
    tcn_doctor_fine(doctor, "answers; its log ends at position %" PRIu64,
                    doctor->stats.last_position);
}

void tcn_doctor_state(struct tcn_doctor *doctor) {
    if (!doctor->has_stats) {
        tcn_doctor_skip(doctor, "the collector did not answer: see broker");
        return;
    }
    const struct tcn_standstill *standstill = &doctor->standstill;
    const uint64_t lag = doctor->stats.last_position - doctor->stats.applied.position;
    if (standstill->code != 0) {
        const uint32_t why = standstill->cause != 0 ? standstill->cause : standstill->code;
        tcn_doctor_say(
            doctor, TCN_FINDING_BAD,
            standstill->code == TCN_FULL
                ? "make room on the collector's disk; it goes on by itself"
                : "read the collector's log: it names what to do; reports are kept",
            "no alerts are derived from position %" PRIu64 " on: %s", standstill->position,
            why == TCN_CLOSED ? "programs died there" : tcn_status_sentence((enum tcn_status)why));
    } else if (tcn_doctor_judge_lag(lag) != TCN_FINDING_OK) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN,
                       "wait and look again; when it grows, the collector's disk or processor is "
                       "too slow",
                       "alerts are %" PRIu64 " events behind the log", lag);
    }
    tcn_doctor_fine(doctor, "%" PRIu64 " events behind the log", lag);
}

/* What one standing word means. */
static void tell_standing(struct tcn_doctor *doctor, const struct tcn_standing *row) {
    const struct tcn_principal *principal =
        doctor->has_setup ? tcn_registry_find_source(&doctor->setup.registry, row->key.source)
                          : NULL;
    char name[TCN_WORD_BYTES_MAX + 1];
    char since[TCN_TIME_TEXT_BYTES];
    tcn_show_time(row->since_ns, since);
    (void)snprintf(name, sizeof name, "source %u", (unsigned)row->key.source);
    const char *who = principal == NULL ? name : principal->name;
    switch (row->key.kind) {
    case TCN_STANDING_DOUBT:
        tcn_doctor_say(doctor, TCN_FINDING_BAD,
                       "look at the collector's clock, then: tocsin log confirm-time "
                       "(docs/how-to/clock-jumped.md)",
                       "the collector's clock jumped; log time creeps since %s", since);
        break;
    case TCN_STANDING_WAITS:
        if (row->key.epoch != 0 && row->allowed_position == 0) {
            tcn_doctor_say(doctor, TCN_FINDING_WARN,
                           "tocsin epoch ls (docs/how-to/copied-outbox.md)",
                           "%s: an outbox that was copied or set back waits for the desk", who);
        }
        break;
    case TCN_STANDING_FENCED:
        tcn_doctor_say(doctor, TCN_FINDING_WARN, "tocsin epoch ls (docs/how-to/copied-outbox.md)",
                       "%s: urgent reports of a closed outbox came and were not taken", who);
        break;
    case TCN_STANDING_SILENT:
        tcn_doctor_say(doctor, TCN_FINDING_WARN,
                       "telephone; then see its power, its link and its agent: tocsin sources",
                       "%s: no word since %s", row->key.source == 0 ? "of anybody" : who, since);
        break;
    case TCN_STANDING_UNWATCHED:
        tcn_doctor_say(doctor, TCN_FINDING_WARN,
                       "telephone that bureau; start there: tocsin watch --bureau B",
                       "an organ has urgent alerts and nobody watches: number %u of the policy",
                       (unsigned)row->key.organ);
        break;
    case TCN_STANDING_NONE:
        break;
    }
}

void tcn_doctor_said(struct tcn_doctor *doctor) {
    struct tcn_query query = {.kind = TCN_QUERY_STANDINGS};
    enum tcn_status status = TCN_OK;
    if (!doctor->has_stats) {
        tcn_doctor_skip(doctor, "the collector did not answer: see broker");
        return;
    }
    do {
        struct tcn_answer answer;
        status = tcn_ask(doctor->session, &query, tcn_clock_monotonic_ns() + COLLECTOR_NS, &answer);
        for (uint32_t index = 0; status == TCN_OK && index < answer.standing_count; index++) {
            tell_standing(doctor, &answer.standings[index]);
        }
        query.page = status == TCN_OK ? answer.next_page : 0;
    } while (query.page != 0);
    if (status == TCN_DENIED) {
        tcn_doctor_skip(doctor, "this key may not ask what the collector says");
    } else if (status != TCN_OK) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN, "look again", "not told: %s",
                       tcn_status_sentence(status));
    }
    tcn_doctor_fine(doctor, "nothing: no outbox waits, nobody is silent, the clock is trusted");
}

void tcn_doctor_clock(struct tcn_doctor *doctor) {
    if (!doctor->has_stats) {
        tcn_doctor_skip(doctor, "the collector did not answer: see broker");
        return;
    }
    const int64_t log_ns = doctor->stats.applied.log_time_ns;
    const int64_t now_ns = tcn_clock_wall_ns();
    char last[TCN_TIME_TEXT_BYTES];
    tcn_show_time(log_ns, last);
    const bool is_feed = doctor->has_setup && doctor->setup.genesis.mode == TCN_MODE_EXERCISE;
    if (!is_feed && tcn_doctor_judge_clock(log_ns, now_ns) != TCN_FINDING_OK) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD,
                       "set this machine's clock: timedatectl; or the collector's, if that one is "
                       "wrong",
                       "this clock is %" PRId64 " s behind the last log time, %s",
                       (log_ns - now_ns) / TCN_SECOND_NS, last);
    }
    tcn_doctor_fine(doctor, "not behind the last log time, %s", last);
}
