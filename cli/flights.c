/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/flights.h"

#include "client/session.h"

#include <stdlib.h>
#include <string.h>

void tcn_flights_remove(struct tcn_flights *flights, struct tcn_flight *flight) {
    TCN_CHECK(flight->text != NULL && flights->count > 0);
    tcn_secret_wipe(flight->text, flight->size);
    free(flight->text);
    flights->count--;
    flights->bytes -= flight->size;
    *flight = (struct tcn_flight){0};
}

void tcn_flights_fini(struct tcn_flights *flights) {
    for (uint32_t index = 0; index < TCN_FLIGHT_MAX; index++) {
        if (flights->list[index].text != NULL) {
            tcn_flights_remove(flights, &flights->list[index]);
        }
    }
}

/* Outcomes that one more line could need a place for. */
static uint32_t wait_room(const struct tcn_flights *flights) {
    uint32_t room = 0;
    for (uint32_t index = 0; index < TCN_FLIGHT_WAIT_MAX; index++) {
        const struct tcn_flight_wait *wait = &flights->waits[index];
        room += wait->number != 0 ? 0 : TCN_LOCAL_RECEIPTS_MAX - wait->count;
    }
    return room;
}

bool tcn_flights_has_room(const struct tcn_flights *flights) {
    return flights->count < TCN_FLIGHT_MAX && flights->bytes < TCN_FLIGHT_BYTES_MAX &&
           flights->count < wait_room(flights);
}

enum tcn_status tcn_flights_add(struct tcn_flights *flights, uint64_t line, struct tcn_slice text,
                                struct tcn_flight **out_flight) {
    if (!tcn_flights_has_room(flights)) {
        return TCN_LIMIT;
    }
    struct tcn_flight *flight = flights->list;
    while (flight->text != NULL) {
        flight++; /* one is free: count is below the maximum */
    }
    uint8_t *copy = malloc(text.size + 1);
    if (copy == NULL) {
        return TCN_NOMEM;
    }
    memcpy(copy, text.data, text.size);
    *flight = (struct tcn_flight){.line = line, .text = copy, .size = text.size};
    flights->count++;
    flights->bytes += text.size;
    *out_flight = flight;
    return TCN_OK;
}

struct tcn_flight *tcn_flights_find(struct tcn_flights *flights, uint64_t number) {
    for (uint32_t index = 0; index < TCN_FLIGHT_MAX; index++) {
        if (flights->list[index].text != NULL && flights->list[index].number == number) {
            return &flights->list[index];
        }
    }
    return NULL;
}

struct tcn_flight *tcn_flights_grounded(struct tcn_flights *flights) {
    struct tcn_flight *first = NULL;
    for (uint32_t index = 0; index < TCN_FLIGHT_MAX; index++) {
        struct tcn_flight *flight = &flights->list[index];
        bool is_grounded = flight->text != NULL && flight->number == 0;
        if (is_grounded && (first == NULL || flight->line < first->line)) {
            first = flight;
        }
    }
    return first;
}

void tcn_flights_ground(struct tcn_flights *flights) {
    for (uint32_t index = 0; index < TCN_FLIGHT_MAX; index++) {
        flights->list[index].number = 0;
    }
    for (uint32_t index = 0; index < TCN_FLIGHT_WAIT_MAX; index++) {
        flights->waits[index].number = 0;
    }
}

void tcn_flights_await(struct tcn_flights *flights, const struct tcn_local_receipt *receipt,
                       uint64_t line) {
    struct tcn_flight_wait *wait = NULL;
    for (uint32_t index = 0; index < TCN_FLIGHT_WAIT_MAX; index++) {
        struct tcn_flight_wait *other = &flights->waits[index];
        bool is_open = other->number == 0 && other->count < TCN_LOCAL_RECEIPTS_MAX;
        /* The fullest first, so that questions are for many lines. */
        if (is_open && (wait == NULL || other->count > wait->count)) {
            wait = other;
        }
    }
    TCN_CHECK(wait != NULL);
    wait->receipts[wait->count] = *receipt;
    wait->lines[wait->count] = line;
    wait->count++;
}

struct tcn_flight_wait *tcn_flights_question(struct tcn_flights *flights, bool is_last) {
    for (uint32_t index = 0; index < TCN_FLIGHT_WAIT_MAX; index++) {
        struct tcn_flight_wait *wait = &flights->waits[index];
        bool is_full = wait->count == TCN_LOCAL_RECEIPTS_MAX;
        uint32_t left = wait_room(flights) - (TCN_LOCAL_RECEIPTS_MAX - wait->count);
        /* One that goes out takes its free places with it; lines under way may need them. */
        bool is_spare = is_last && wait->count > 0 && left >= flights->count;
        if (wait->number == 0 && (is_full || is_spare)) {
            return wait;
        }
    }
    return NULL;
}

struct tcn_flight_wait *tcn_flights_find_wait(struct tcn_flights *flights, uint64_t number) {
    for (uint32_t index = 0; index < TCN_FLIGHT_WAIT_MAX; index++) {
        if (flights->waits[index].number == number) {
            return &flights->waits[index];
        }
    }
    return NULL;
}

uint32_t tcn_flights_awaited(const struct tcn_flights *flights) {
    uint32_t count = 0;
    for (uint32_t index = 0; index < TCN_FLIGHT_WAIT_MAX; index++) {
        count += flights->waits[index].count;
    }
    return count;
}
