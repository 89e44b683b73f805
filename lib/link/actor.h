/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An actor: a thread that shares nothing with the one that started it but a pair of sockets. All
 * its signals are blocked; the program's first thread takes them. Life:
 *
 *   start ──▶ starting ──ready──▶ running ──stop asked──▶ stopping ──run returns──▶ ended ──▶
 * joined └───────────── run returns ─────────────────────────────────────────┘
 */
#ifndef TCN_LINK_ACTOR_H
#define TCN_LINK_ACTOR_H

#include "link/sock.h"

/** Room for an actor's name, its NUL included; the kernel keeps no more. */
#define TCN_ACTOR_NAME_BYTES 16

/** The actor. Opaque: each function says on which of its two sides it is called. */
struct tcn_actor;

/** What an actor does. It opens its own sockets, calls tcn_actor_ready, then loops in a poller that
 * also watches tcn_actor_inner, until tcn_actor_is_stopping. Its result is given to who stops it.
 */
typedef enum tcn_status tcn_actor_run(struct tcn_actor *actor, void *argument);

/** Starts the thread and waits until it called tcn_actor_ready.
 * Owns: lends name during the call and argument until the stop; gives the actor.
 * Errors: what `run` returned before it was ready, TCN_CLOSED when that was TCN_OK; TCN_CONFIG the
 * name is empty or too long; TCN_LIMIT no more threads or sockets; TCN_CLOSED; TCN_NOMEM.
 * Thread: the caller becomes the outer side. */
TCN_MUST_CHECK enum tcn_status tcn_actor_start(struct tcn_link *link, const char *name,
                                               tcn_actor_run *run, void *argument,
                                               struct tcn_actor **out_actor);

/** Asks the actor to stop, waits until it has, joins it and gives back what `run` returned. Accepts
 * NULL, leaves NULL; TCN_OK when there was none.
 * Errors: the result of `run`.
 * Thread: outer side. */
TCN_MUST_CHECK enum tcn_status tcn_actor_stop(struct tcn_actor **actor);

/** The socket that becomes readable when the actor ended by itself.
 * Owns: lent until the stop.
 * Thread: outer side. */
struct tcn_sock *tcn_actor_outer(struct tcn_actor *actor);

/** True when the actor ended; it must still be stopped to be freed. Thread: outer side. */
bool tcn_actor_has_ended(struct tcn_actor *actor);

/** Says that the actor is set up; once.
 * Errors: TCN_CLOSED the link is shut down; TCN_NOMEM; TCN_IO. Return it from `run`.
 * Thread: inner side. */
TCN_MUST_CHECK enum tcn_status tcn_actor_ready(struct tcn_actor *actor);

/** The socket that becomes readable when the actor is asked to stop.
 * Owns: lent until `run` returns.
 * Thread: inner side. */
struct tcn_sock *tcn_actor_inner(struct tcn_actor *actor);

/** True once the actor was asked to stop or the link is shut down. Thread: inner side. */
bool tcn_actor_is_stopping(struct tcn_actor *actor);

#endif
