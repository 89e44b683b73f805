/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program's line to the agent of its PC: requests and answers of json/local.h over the agent's
 * local socket. Requests may be under way ahead of their answers; every message begins with the
 * request's number (8 bytes, big-endian), which the agent gives back before its answer. A request
 * whose answer never came may or may not have been done: a draft with a retry key can be handed in
 * again without harm. Not thread-safe: one thread owns it.
 */
#ifndef TCN_CLIENT_LOCAL_H
#define TCN_CLIENT_LOCAL_H

#include "model/local.h"

/** Requests that may be under way at a time. */
#define TCN_LOCAL_AHEAD_MAX 256

/** The line. Opaque. */
struct tcn_local;

/** Opens a line to an ipc endpoint; it connects in the background. `stop_descriptor` ends every
 * wait when it is readable; -1 when there is none.
 * Owns: gives the line; copies the endpoint.
 * Errors: TCN_CONFIG the endpoint; TCN_LIMIT no descriptors; TCN_NOMEM.
 * Thread: the caller becomes its owner. */
TCN_MUST_CHECK enum tcn_status tcn_local_open(const char *endpoint, int stop_descriptor,
                                              struct tcn_local **out_local);

/** Closes it; accepts NULL, leaves NULL. Thread: owner. */
void tcn_local_close(struct tcn_local **local);

/** Sends a request; waits for the agent until `deadline_ns` of the monotonic clock. out_number is
 * never 0 and never the same twice.
 * Errors: TCN_LIMIT TCN_LOCAL_AHEAD_MAX requests are under way; TCN_UNREACHABLE_PEER nobody was
 * there in time; TCN_CANCELED the stop descriptor; TCN_BAD_TEXT TCN_TOOBIG the request; TCN_NOMEM;
 * TCN_CLOSED; TCN_IO. Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_local_post(struct tcn_local *local,
                                              const struct tcn_local_request *request,
                                              int64_t deadline_ns, uint64_t *out_number);

/** Takes the next answer, in the order of their coming, waiting until `deadline_ns` at most. What
 * is not an answer is dropped.
 * Owns: out_answer lends until the next call.
 * Errors: TCN_ABSENT no request is under way; TCN_TIMEOUT; TCN_CANCELED the stop descriptor;
 * TCN_NOMEM; TCN_CLOSED; TCN_IO. Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_local_take(struct tcn_local *local, int64_t deadline_ns,
                                              uint64_t *out_number,
                                              struct tcn_local_answer *out_answer);

/** Gives up all requests under way: their answers, should they still come, are dropped. Thread:
 * owner. */
void tcn_local_forget(struct tcn_local *local);

/** Requests under way; 0 when all were answered. Thread: owner. */
uint32_t tcn_local_ahead(const struct tcn_local *local);

/** One request and its answer, nothing else being under way.
 * Owns: out_answer lends until the next call.
 * Errors: as tcn_local_post and tcn_local_take. What the agent refuses is TCN_OK with the answer's
 * code. Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_local_ask(struct tcn_local *local,
                                             const struct tcn_local_request *request,
                                             int64_t deadline_ns,
                                             struct tcn_local_answer *out_answer);

#endif
