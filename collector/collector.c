/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/collector.h"

#include "base/text.h"
#include "collector/house.h"
#include "link/poller.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* In the order in which they start; they stop in another, see stop_all. */
enum actor {
    ACTOR_SERVE,
    ACTOR_APPLY,
    ACTOR_SNAPSHOTS,
    ACTOR_WRITER,
    ACTOR_NET,
    ACTOR_COUNT,
};

#define TOKEN_STOP ACTOR_COUNT

static const char *actor_name(size_t actor) {
    static const char *const names[ACTOR_COUNT] = {"serve", "apply", "snapshots", "writer", "net"};
    TCN_CHECK(actor < ACTOR_COUNT);
    return names[actor];
}

static tcn_actor_run *actor_run(size_t actor) {
    static tcn_actor_run *const runs[ACTOR_COUNT] = {
        tcn_serve_run, tcn_apply_run, tcn_snapshots_run, tcn_writer_run, tcn_net_run};
    TCN_CHECK(actor < ACTOR_COUNT);
    return runs[actor];
}

static const char *open_advice(enum tcn_status status) {
    switch ((int)status) {
    case TCN_FOREIGN_LOG:
        return "the folder holds the log of another genesis";
    case TCN_ABSENT:
        return "the log is empty and there is no genesis file";
    case TCN_FENCED:
        return "its journal says that the log was restored since, to a later generation";
    case TCN_DENIED:
        return "neither the key file nor one beside it holds the key that the log names";
    default:
        return tcn_status_sentence(status);
    }
}

/* Which collector is live already: its process, its machine, since when. */
static void tell_holder(const struct tcn_collector_options *options) {
    char path[TCN_HOUSE_TEXT_BYTES];
    char since[TCN_TIME_TEXT_BYTES];
    struct tcn_env_hold hold = {.pid = 0};
    const int size = snprintf(path, sizeof(path), "%s/log", options->dir);
    if (size < 0 || (size_t)size >= sizeof(path) ||
        tcn_env_hold_look(path, &hold) != TCN_OK) { /* it has ended meanwhile */
        tcn_log(options->logger, TCN_LOG_ERROR,
                "cannot open %s: because another program holds the folder; try: start again",
                options->dir);
        return;
    }
    tcn_text_from_time(hold.since_ns, since);
    tcn_log(
        options->logger, TCN_LOG_ERROR,
        "cannot open %s: because process %" PRId64 " on %s holds it since %s, and one collector "
        "serves a log; try: ps -p %" PRId64 ", and end it if this one is to be the one",
        options->dir, hold.pid, hold.host[0] == '\0' ? "this machine" : hold.host, since, hold.pid);
}

enum tcn_status tcn_collector_open(const struct tcn_collector_options *options,
                                   struct tcn_collector **out_collector) {
    TCN_CHECK(options != NULL && out_collector != NULL);
    struct tcn_collector *house = calloc(1, sizeof(*house));
    if (house == NULL) {
        return TCN_NOMEM;
    }
    const enum tcn_status status = tcn_house_open(house, options);
    if (status != TCN_OK) {
        if (status == TCN_LOCKED) {
            tell_holder(options);
        } else {
            tcn_log(options->logger, TCN_LOG_ERROR, "cannot open %s: because %s", options->dir,
                    open_advice(status));
        }
        tcn_house_close(house);
        free(house);
        return status;
    }
    *out_collector = house;
    return TCN_OK;
}

void tcn_collector_close(struct tcn_collector **collector) {
    if (collector == NULL || *collector == NULL) {
        return;
    }
    tcn_house_close(*collector);
    free(*collector);
    *collector = NULL;
}

/* The writer goes first: it finishes its group, and what still comes is not acknowledged and so
 * comes again. The net goes last, because it carries the last answers. */
static enum tcn_status stop_all(const struct tcn_collector *house,
                                struct tcn_actor *actors[ACTOR_COUNT]) {
    static const size_t order[ACTOR_COUNT] = {ACTOR_WRITER, ACTOR_SNAPSHOTS, ACTOR_APPLY,
                                              ACTOR_SERVE, ACTOR_NET};
    enum tcn_status first = TCN_OK;
    for (size_t i = 0; i < ACTOR_COUNT; i++) {
        const enum tcn_status status = tcn_actor_stop(&actors[order[i]]);
        if (status != TCN_OK) {
            tcn_log(house->logger, TCN_LOG_ERROR, "%s stopped: %s", actor_name(order[i]),
                    tcn_status_sentence(status));
            first = first == TCN_OK ? status : first;
        }
    }
    return first;
}

static enum tcn_status watch(struct tcn_poller *poller, struct tcn_actor *actors[ACTOR_COUNT],
                             int stop_descriptor) {
    tcn_poller_init(poller);
    enum tcn_status status =
        tcn_poller_add_descriptor(poller, stop_descriptor, TCN_POLL_IN, TOKEN_STOP);
    for (size_t i = 0; i < ACTOR_COUNT && status == TCN_OK; i++) {
        status = tcn_poller_add(poller, tcn_actor_outer(actors[i]), TCN_POLL_IN, i);
    }
    return status;
}

/* Waits until it is time to stop: by the descriptor, or because an actor ended by itself. */
static enum tcn_status wait_for_end(struct tcn_actor *actors[ACTOR_COUNT], int stop_descriptor) {
    struct tcn_poller poller;
    enum tcn_status status = watch(&poller, actors, stop_descriptor);
    while (status == TCN_OK) {
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        status = tcn_poller_wait(&poller, TCN_POLLER_FOREVER, ready, &count);
        if (status != TCN_OK || count > 0) {
            break;
        }
    }
    return status;
}

enum tcn_status tcn_collector_run(struct tcn_collector *collector, int stop_descriptor) {
    TCN_CHECK(collector != NULL && stop_descriptor >= 0);
    struct tcn_actor *actors[ACTOR_COUNT] = {0};
    enum tcn_status status = TCN_OK;
    for (size_t i = 0; i < ACTOR_COUNT && status == TCN_OK; i++) {
        status =
            tcn_actor_start(collector->link, actor_name(i), actor_run(i), collector, &actors[i]);
    }
    if (status == TCN_OK) {
        tcn_log(collector->logger, TCN_LOG_INFO, "collector is running");
        status = wait_for_end(actors, stop_descriptor);
    }
    const enum tcn_status ended = stop_all(collector, actors);
    return status == TCN_OK ? ended : status;
}
