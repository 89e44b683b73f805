/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pair of sockets carries one-byte signals: inward STOP; outward READY and, last of all, ENDED.
 * Both ends are made by the outer side, so that every failure shows before there is a thread; the
 * inner end changes hands across pthread_create, which is a full memory barrier.
 *   A1  `result` is written by the inner side before ENDED and read by the outer side after join.
 */
#include "link/actor.h"

#include "link/handle.h"
#include "link/poller.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define SIGNAL_HWM 4
#define SIGNAL_BYTES_MAX 16

/** What is said over the pair. */
enum actor_signal {
    SIGNAL_STOP = 1,
    SIGNAL_READY = 2,
    SIGNAL_ENDED = 3,
};

struct tcn_actor {
    struct tcn_sock *outer;
    struct tcn_sock *inner; /* used by the thread only, once it runs */
    tcn_actor_run *run;
    void *argument;
    pthread_t thread;
    enum tcn_status result; /* A1 */
    bool is_stopping;       /* inner side */
    bool is_ready;          /* outer side */
    bool has_ended;         /* outer side */
    char name[TCN_ACTOR_NAME_BYTES];
};

/** Says one signal to the other side. */
static enum tcn_status signal_send(struct tcn_sock *sock, enum actor_signal signal) {
    const uint8_t byte = (uint8_t)signal;
    const struct tcn_slice frame = tcn_slice_of(&byte, 1);
    return tcn_sock_send(sock, &frame, 1);
}

/** Takes the next signal. Errors: TCN_AGAIN there is none; TCN_CLOSED. */
static enum tcn_status signal_recv(struct tcn_sock *sock, enum actor_signal *out_signal) {
    struct tcn_parts parts;
    tcn_parts_init(&parts);
    enum tcn_status status = tcn_sock_recv(sock, &parts);
    if (status == TCN_OK) {
        struct tcn_slice frame = tcn_parts_frame(&parts, 0);
        TCN_CHECK(parts.count == 1 && frame.size == 1);
        *out_signal = (enum actor_signal)frame.data[0];
    }
    tcn_parts_fini(&parts);
    return status;
}

/** Notes every signal that the actor sent. Gives TCN_AGAIN, or why no more can come. */
static enum tcn_status outer_step(struct tcn_actor *actor) {
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) { /* an actor says at most two things */
        enum actor_signal signal = SIGNAL_ENDED;
        status = signal_recv(actor->outer, &signal);
        if (status == TCN_OK) {
            actor->is_ready = actor->is_ready || signal == SIGNAL_READY;
            actor->has_ended = actor->has_ended || signal == SIGNAL_ENDED;
        }
    }
    return status;
}

/** Waits until the actor is ready or has ended, or only until it has ended. A link that is shut
 * down ends the wait too, because the actor ends by itself then. */
static void outer_wait(struct tcn_actor *actor, bool ready_is_enough) {
    struct tcn_poller poller;
    tcn_poller_init(&poller);
    enum tcn_status status = tcn_poller_add(&poller, actor->outer, TCN_POLL_IN, 0);
    TCN_CHECK(status == TCN_OK);
    while (!actor->has_ended && !(ready_is_enough && actor->is_ready)) {
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        if (tcn_poller_wait(&poller, TCN_POLLER_FOREVER, ready, &count) != TCN_OK ||
            outer_step(actor) != TCN_AGAIN) {
            return;
        }
    }
}

/** The thread. */
static void *actor_main(void *argument) {
    struct tcn_actor *actor = argument;
    tcn_sock_adopt(actor->inner);
    (void)prctl(PR_SET_NAME, actor->name); /* only for people who look */
    actor->result = actor->run(actor, actor->argument);
    /* Fails only when the link is shut down, and then the outer side does not wait for it. */
    enum tcn_status status = signal_send(actor->inner, SIGNAL_ENDED);
    TCN_CHECK(status == TCN_OK || status == TCN_CLOSED);
    tcn_sock_close(&actor->inner);
    return NULL;
}

/** Opens both ends of the pair under a name that the link uses once. */
static enum tcn_status pair_open(struct tcn_link *link, struct tcn_actor *actor) {
    char address[TCN_ADDRESS_BYTES];
    (void)snprintf(address, sizeof(address), "inproc://actor/%" PRIu64,
                   (uint64_t)atomic_fetch_add(&link->serial, 1));
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_PAIR, .frame_bytes_max = SIGNAL_BYTES_MAX, .hwm = SIGNAL_HWM};
    enum tcn_status status = tcn_sock_open(link, &options, &actor->outer);
    if (status == TCN_OK) {
        status = tcn_sock_bind(actor->outer, address);
    }
    if (status == TCN_OK) {
        status = tcn_sock_open(link, &options, &actor->inner);
    }
    if (status == TCN_OK) {
        status = tcn_sock_connect(actor->inner, address);
    }
    return status;
}

/** Creates the thread with every signal blocked that somebody else may send. */
static enum tcn_status thread_create(struct tcn_actor *actor) {
    sigset_t blocked;
    sigset_t before;
    (void)sigfillset(&blocked);
    const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        (void)sigdelset(&blocked, own[i]);
    }
    int result = pthread_sigmask(SIG_SETMASK, &blocked, &before);
    TCN_CHECK(result == 0);
    int created = pthread_create(&actor->thread, NULL, actor_main, actor);
    result = pthread_sigmask(SIG_SETMASK, &before, NULL);
    TCN_CHECK(result == 0);
    return created == 0 ? TCN_OK : TCN_LIMIT;
}

/** Frees an actor that has no thread. */
static void actor_free(struct tcn_actor *actor) {
    tcn_sock_close(&actor->inner);
    tcn_sock_close(&actor->outer);
    free(actor);
}

/** Joins the thread, frees the actor and gives back its result. */
static enum tcn_status actor_join(struct tcn_actor *actor) {
    int joined = pthread_join(actor->thread, NULL);
    TCN_CHECK(joined == 0);
    enum tcn_status result = actor->result;
    actor_free(actor);
    return result;
}

enum tcn_status tcn_actor_start(struct tcn_link *link, const char *name, tcn_actor_run *run,
                                void *argument, struct tcn_actor **out_actor) {
    size_t size = strnlen(name, TCN_ACTOR_NAME_BYTES);
    if (size == 0 || size == TCN_ACTOR_NAME_BYTES) {
        return TCN_CONFIG;
    }
    struct tcn_actor *actor = calloc(1, sizeof(*actor));
    if (actor == NULL) {
        return TCN_NOMEM;
    }
    actor->run = run;
    actor->argument = argument;
    memcpy(actor->name, name, size);
    enum tcn_status status = pair_open(link, actor);
    if (status == TCN_OK) {
        status = thread_create(actor);
    }
    if (status != TCN_OK) {
        actor_free(actor);
        return status;
    }
    outer_wait(actor, true);
    if (!actor->is_ready) {
        status = actor_join(actor);
        return status != TCN_OK ? status : TCN_CLOSED;
    }
    *out_actor = actor;
    return TCN_OK;
}

enum tcn_status tcn_actor_stop(struct tcn_actor **actor) {
    if (actor == NULL || *actor == NULL) {
        return TCN_OK;
    }
    struct tcn_actor *taken = *actor;
    *actor = NULL;
    if (!taken->has_ended) {
        /* TCN_AGAIN: it ended by itself just now; TCN_CLOSED: the link is shut down. */
        enum tcn_status status = signal_send(taken->outer, SIGNAL_STOP);
        TCN_CHECK(status == TCN_OK || status == TCN_AGAIN || status == TCN_CLOSED);
        outer_wait(taken, false);
    }
    return actor_join(taken);
}

struct tcn_sock *tcn_actor_outer(struct tcn_actor *actor) {
    return actor->outer;
}

bool tcn_actor_has_ended(struct tcn_actor *actor) {
    return outer_step(actor) == TCN_CLOSED || actor->has_ended;
}

enum tcn_status tcn_actor_ready(struct tcn_actor *actor) {
    return signal_send(actor->inner, SIGNAL_READY);
}

struct tcn_sock *tcn_actor_inner(struct tcn_actor *actor) {
    return actor->inner;
}

bool tcn_actor_is_stopping(struct tcn_actor *actor) {
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) { /* the outer side says one thing */
        enum actor_signal signal = SIGNAL_STOP;
        status = signal_recv(actor->inner, &signal);
        actor->is_stopping = actor->is_stopping || status == TCN_OK;
    }
    actor->is_stopping = actor->is_stopping || status == TCN_CLOSED;
    return actor->is_stopping;
}
