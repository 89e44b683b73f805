/* SPDX-License-Identifier: Apache-2.0 */
#include "core/flight.h"

#include "base/check.h"

#include <string.h>

#define WINDOW_MIN_BYTES ((uint64_t)TCN_WINDOW_BYTES_MIN)
#define WINDOW_FIRST_BYTES (2 * WINDOW_MIN_BYTES)
#define WINDOW_MAX_BYTES ((uint64_t)TCN_CREDIT_BYTES)
#define WINDOW_SHARES 16 /* the window is narrowed in steps of one sixteenth of the target */

static uint32_t slot(const struct tcn_flights *flights, uint32_t index) {
    return (flights->first + index) % TCN_FLIGHTS_MAX;
}

static const struct tcn_flight *flight_at(const struct tcn_flights *flights, uint32_t index) {
    return &flights->list[slot(flights, index)];
}

void tcn_flights_init(struct tcn_flights *flights, uint64_t base) {
    memset(flights, 0, sizeof(*flights));
    flights->base = base;
    flights->window_bytes = WINDOW_FIRST_BYTES;
}

void tcn_flights_clear(struct tcn_flights *flights, uint64_t base) {
    flights->first = 0;
    flights->count = 0;
    flights->next = 0;
    flights->bytes = 0;
    flights->base = base;
}

void tcn_flights_rewind(struct tcn_flights *flights) {
    flights->next = 0;
    flights->bytes = 0;
}

void tcn_flights_truncate(struct tcn_flights *flights, uint64_t sequence) {
    uint32_t count = 0;
    while (count < flights->count && flight_at(flights, count)->chunk.last_sequence <= sequence) {
        count++;
    }
    TCN_CHECK(count >= flights->next);
    flights->count = count;
}

bool tcn_flights_straddle(const struct tcn_flights *flights, uint64_t sequence) {
    for (uint32_t i = 0; i < flights->count; i++) {
        const struct tcn_outlane_chunk *chunk = &flight_at(flights, i)->chunk;
        if (chunk->first_sequence <= sequence && chunk->last_sequence > sequence) {
            return true;
        }
    }
    return false;
}

bool tcn_flights_have(const struct tcn_flights *flights, const struct tcn_hash *hash) {
    for (uint32_t i = 0; i < flights->next; i++) {
        if (tcn_hash_equals(&flight_at(flights, i)->chunk.hash, hash)) {
            return true;
        }
    }
    return false;
}

uint64_t tcn_flights_next_sequence(const struct tcn_flights *flights) {
    if (flights->next < flights->count) {
        return flight_at(flights, flights->next)->chunk.first_sequence;
    }
    return tcn_flights_last_sequence(flights) + 1;
}

uint64_t tcn_flights_last_sequence(const struct tcn_flights *flights) {
    if (flights->count == 0) {
        return flights->base;
    }
    return flight_at(flights, flights->count - 1)->chunk.last_sequence;
}

void tcn_flights_push(struct tcn_flights *flights, const struct tcn_outlane_chunk *chunk,
                      int64_t now_ns) {
    uint32_t index = flights->next;
    TCN_CHECK(index < TCN_FLIGHTS_MAX);
    TCN_CHECK(chunk->first_sequence == tcn_flights_next_sequence(flights));
    TCN_CHECK(chunk->last_sequence >= chunk->first_sequence);
    struct tcn_flight *flight = &flights->list[slot(flights, index)];
    if (index < flights->count && flight->chunk.last_sequence != chunk->last_sequence) {
        flights->count = index; /* it was cut differently: those behind it are gone too */
    }
    if (index == flights->count) {
        flight->tries = 0;
        flights->count++;
    }
    flight->chunk = *chunk;
    flight->sent_ns = now_ns;
    flight->tries++;
    flights->next++;
    flights->bytes += chunk->bytes;
}

/** Widens the routine window while acknowledgements take less than the target, narrows it in
 * proportion when they take longer: what stands in the queues before us is then about one second of
 * bytes. */
static void steer(struct tcn_flights *flights, int64_t took_ns, uint64_t bytes, int64_t now_ns) {
    if (took_ns <= TCN_FLIGHTS_TARGET_NS) {
        flights->window_bytes += bytes;
    } else if (now_ns >= flights->window_until_ns) {
        int64_t shares = took_ns / (TCN_FLIGHTS_TARGET_NS / WINDOW_SHARES);
        int64_t shares_max = 4 * WINDOW_SHARES;
        uint64_t divisor = (uint64_t)(shares > shares_max ? shares_max : shares);
        flights->window_bytes = flights->window_bytes * WINDOW_SHARES / divisor;
        flights->window_until_ns = now_ns + took_ns;
    }
    if (flights->window_bytes < WINDOW_MIN_BYTES) {
        flights->window_bytes = WINDOW_MIN_BYTES;
    }
    if (flights->window_bytes > WINDOW_MAX_BYTES) {
        flights->window_bytes = WINDOW_MAX_BYTES;
    }
}

/** Takes a measured ack time in. Source: RFC 6298 section 2; only chunks that were sent once
 * (Karn). */
static void measure(struct tcn_flights *flights, const struct tcn_flight *flight, int64_t now_ns) {
    int64_t took_ns = now_ns - flight->sent_ns;
    if (flight->tries != 1 || took_ns <= 0) {
        return;
    }
    if (flights->ack_ns == 0) {
        flights->ack_ns = took_ns;
        flights->ack_deviation_ns = took_ns / 2;
    } else {
        int64_t error_ns = took_ns - flights->ack_ns;
        int64_t distance_ns = error_ns < 0 ? -error_ns : error_ns;
        flights->ack_deviation_ns += (distance_ns - flights->ack_deviation_ns) / 4;
        flights->ack_ns += error_ns / 8;
    }
    steer(flights, took_ns, flight->chunk.bytes, now_ns);
}

/** The index of the flight that begins so and has this hash, or count when there is none. */
static uint32_t find(const struct tcn_flights *flights, uint64_t first_sequence,
                     const struct tcn_hash *hash) {
    for (uint32_t i = 0; i < flights->count; i++) {
        const struct tcn_outlane_chunk *chunk = &flight_at(flights, i)->chunk;
        if (chunk->first_sequence == first_sequence) {
            return tcn_hash_equals(&chunk->hash, hash) ? i : flights->count;
        }
    }
    return flights->count;
}

const struct tcn_outlane_chunk *tcn_flights_land(struct tcn_flights *flights,
                                                 uint64_t first_sequence,
                                                 const struct tcn_hash *hash, int64_t now_ns) {
    uint32_t index = find(flights, first_sequence, hash);
    if (index == flights->count) {
        return NULL;
    }
    const struct tcn_flight *landed = flight_at(flights, index);
    measure(flights, landed, now_ns);
    for (uint32_t i = 0; i <= index; i++) {
        const struct tcn_flight *flight = flight_at(flights, 0);
        if (flights->next > 0) {
            flights->next--;
            flights->bytes -= flight->chunk.bytes;
        }
        flights->base = flight->chunk.last_sequence;
        flights->first = slot(flights, 1);
        flights->count--;
    }
    return &landed->chunk;
}

void tcn_flights_narrow(struct tcn_flights *flights) {
    flights->window_bytes /= 2;
    if (flights->window_bytes < WINDOW_MIN_BYTES) {
        flights->window_bytes = WINDOW_MIN_BYTES;
    }
}

int64_t tcn_flights_timeout_ns(const struct tcn_flights *flights) {
    if (flights->ack_ns == 0) {
        return TCN_FLIGHTS_TIMEOUT_FIRST_NS;
    }
    int64_t timeout_ns = flights->ack_ns + 4 * flights->ack_deviation_ns;
    return timeout_ns < TCN_FLIGHTS_TIMEOUT_MIN_NS ? TCN_FLIGHTS_TIMEOUT_MIN_NS : timeout_ns;
}

bool tcn_flights_are_sound(const struct tcn_flights *flights) {
    uint64_t end = flights->base;
    uint64_t bytes = 0;
    if (flights->next > flights->count || flights->count > TCN_FLIGHTS_MAX) {
        return false; /* F2 */
    }
    for (uint32_t i = 0; i < flights->count; i++) {
        const struct tcn_outlane_chunk *chunk = &flight_at(flights, i)->chunk;
        if (chunk->first_sequence != end + 1 || chunk->last_sequence < chunk->first_sequence) {
            return false; /* F1 */
        }
        end = chunk->last_sequence;
        bytes += i < flights->next ? chunk->bytes : 0;
    }
    return bytes == flights->bytes; /* F2 */
}
