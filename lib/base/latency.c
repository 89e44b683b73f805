/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A value below 2^8 is its own bucket. A value v with its highest bit at e >= 8 falls into row e -
 * 8 of 128 buckets by its next 7 bits. Source: the log-linear idea of HdrHistogram, G. Tene.
 */
#include "base/latency.h"

#define EXACT_COUNT 256
#define EXACT_BITS 8
#define ROW_BITS 7
#define ROW_COUNT 128

/** The place of the highest bit that is set; the value is not 0. */
static unsigned high_bit(uint64_t value) {
    return 63U - (unsigned)__builtin_clzll(value);
}

/** The bucket of a duration from 0 to one hour. */
static size_t bucket_of(uint64_t duration_ns) {
    if (duration_ns < EXACT_COUNT) {
        return (size_t)duration_ns;
    }
    unsigned bit = high_bit(duration_ns);
    size_t row = bit - EXACT_BITS;
    size_t column = (size_t)(duration_ns >> (bit - ROW_BITS)) - ROW_COUNT;
    return EXACT_COUNT + row * ROW_COUNT + column;
}

/** The longest duration that falls into a bucket. */
static uint64_t bucket_end(size_t bucket) {
    if (bucket < EXACT_COUNT) {
        return bucket;
    }
    size_t row = (bucket - EXACT_COUNT) / ROW_COUNT;
    size_t column = (bucket - EXACT_COUNT) % ROW_COUNT;
    unsigned shift = (unsigned)row + EXACT_BITS - ROW_BITS;
    return ((ROW_COUNT + column + 1) << shift) - 1;
}

void tcn_latency_record(struct tcn_latency *latency, int64_t duration_ns) {
    int64_t value = duration_ns > 0 ? duration_ns : 0;
    int64_t bounded = value < TCN_LATENCY_MAX_NS ? value : TCN_LATENCY_MAX_NS;
    size_t bucket = bucket_of((uint64_t)bounded);
    TCN_CHECK(bucket < TCN_LATENCY_BUCKET_COUNT);
    if (latency->count == 0 || value < latency->min_ns) {
        latency->min_ns = value;
    }
    if (value > latency->max_ns) {
        latency->max_ns = value;
    }
    latency->buckets[bucket]++;
    latency->count++;
    latency->sum_ns += (uint64_t)bounded;
}

int64_t tcn_latency_percentile(const struct tcn_latency *latency, double percent) {
    TCN_CHECK(percent >= 0 && percent <= 100);
    if (latency->count == 0 || percent <= 0) {
        return latency->min_ns;
    }
    double exact = percent / 100 * (double)latency->count;
    uint64_t rank = (uint64_t)exact;
    rank = (double)rank < exact ? rank + 1 : rank;
    if (rank >= latency->count) {
        return latency->max_ns;
    }
    uint64_t seen = 0;
    size_t bucket = 0;
    for (; bucket < TCN_LATENCY_BUCKET_COUNT - 1; bucket++) {
        seen += latency->buckets[bucket];
        if (seen >= rank) {
            break;
        }
    }
    int64_t end_ns = (int64_t)bucket_end(bucket);
    return end_ns < latency->max_ns ? end_ns : latency->max_ns;
}

void tcn_latency_merge(struct tcn_latency *latency, const struct tcn_latency *other) {
    if (other->count == 0) {
        return;
    }
    if (latency->count == 0 || other->min_ns < latency->min_ns) {
        latency->min_ns = other->min_ns;
    }
    if (other->max_ns > latency->max_ns) {
        latency->max_ns = other->max_ns;
    }
    for (size_t i = 0; i < TCN_LATENCY_BUCKET_COUNT; i++) {
        latency->buckets[i] += other->buckets[i];
    }
    latency->count += other->count;
    latency->sum_ns += other->sum_ns;
}
