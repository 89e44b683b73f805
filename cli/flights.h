/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is under way to the agent during an intake: lines whose answer has not come, and the lines
 * entered whose outcome is waited for. Bounded in count and bytes, so a slow agent slows the
 * reading down. It keeps a line's bytes until its answer, to hand it in again when the agent went
 * away meanwhile. One thread.
 */
#ifndef TCN_CLI_FLIGHTS_H
#define TCN_CLI_FLIGHTS_H

#include "model/local.h"

/** Lines under way at most. */
#define TCN_FLIGHT_MAX 128

/** Bytes of lines under way at most, beyond the first line. */
#define TCN_FLIGHT_BYTES_MAX ((size_t)8 * 1024 * 1024)

/** Questions for outcomes at a time, each for up to TCN_LOCAL_RECEIPTS_MAX lines. */
#define TCN_FLIGHT_WAIT_MAX 4

/** A line under way. */
struct tcn_flight {
    uint64_t number; /**< of the request; 0 when it must be handed in again */
    uint64_t line;   /**< in its file, from 1 */
    uint8_t *text;   /**< owned; NULL when the place is free */
    size_t size;
};

/** A question for outcomes. */
struct tcn_flight_wait {
    uint64_t number; /**< of the request; 0 when it is not under way */
    uint32_t count;  /**< 0 when the place is free */
    struct tcn_local_receipt receipts[TCN_LOCAL_RECEIPTS_MAX];
    uint64_t lines[TCN_LOCAL_RECEIPTS_MAX];
};

/** All of it. Open: about 40 KiB, on its owner's heap; empty when zeroed. */
struct tcn_flights {
    struct tcn_flight list[TCN_FLIGHT_MAX];
    uint32_t count;
    size_t bytes;
    struct tcn_flight_wait waits[TCN_FLIGHT_WAIT_MAX];
};

/** Wipes and frees all lines; safe when zeroed. Thread: owner, as for all here. */
void tcn_flights_fini(struct tcn_flights *flights);

/** True when one more line may go out: also the outcomes that are waited for leave room. */
bool tcn_flights_has_room(const struct tcn_flights *flights);

/** Keeps a line that is about to be handed in.
 * Owns: copies the text; lends the flight until it is removed.
 * Errors: TCN_LIMIT no room; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_flights_add(struct tcn_flights *flights, uint64_t line,
                                               struct tcn_slice text,
                                               struct tcn_flight **out_flight);

/** The line of an answer, or NULL. Owns: lent until it is removed. */
struct tcn_flight *tcn_flights_find(struct tcn_flights *flights, uint64_t number);

/** Forgets a line that was answered. */
void tcn_flights_remove(struct tcn_flights *flights, struct tcn_flight *flight);

/** The first line, in the order of the file, that must be handed in again, or NULL. */
struct tcn_flight *tcn_flights_grounded(struct tcn_flights *flights);

/** The agent went away: everything must be handed in and asked again. */
void tcn_flights_ground(struct tcn_flights *flights);

/** Notes an entered line whose outcome is waited for; there is room for it when
 * tcn_flights_has_room was true before its line went out. */
void tcn_flights_await(struct tcn_flights *flights, const struct tcn_local_receipt *receipt,
                       uint64_t line);

/** A question that should go out now, or NULL: a full one, or with `is_last` any that leaves room
 * for the lines under way. */
struct tcn_flight_wait *tcn_flights_question(struct tcn_flights *flights, bool is_last);

/** The question of an answer, or NULL. */
struct tcn_flight_wait *tcn_flights_find_wait(struct tcn_flights *flights, uint64_t number);

/** Lines whose outcome is waited for. */
uint32_t tcn_flights_awaited(const struct tcn_flights *flights);

#endif
