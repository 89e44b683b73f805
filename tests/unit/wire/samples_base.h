/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the samples are made of, hashes, ids and keys from a seed, and the samples of an act's body,
 * of what the collector says and of an OPEN. Part of samples.h.
 */
#ifndef TESTS_WIRE_SAMPLES_BASE_H
#define TESTS_WIRE_SAMPLES_BASE_H

#include "model/query.h"
#include "nouns.h"

#include <string.h>

#define MINUS_ONE_YEAR_NS (-INT64_C(31536000) * 1000000000)
#define NOW_NS (INT64_C(1795449600) * 1000000000)

/* What an accident has cost so far. */
#define SAMPLE_TOLL                                                                                \
    {                                                                                              \
        .deaths = {TCN_COUNT_EXACT, 162}, .serious_injuries = {TCN_COUNT_AT_LEAST, 163},           \
        .loss_fen = {TCN_COUNT_ESTIMATE, 164}, .attribute_rank = 2, .degree = {                    \
            3,                                                                                     \
            TCN_COUNT_AT_LEAST                                                                     \
        }                                                                                          \
    }

static inline struct tcn_hash sample_hash(uint8_t seed) {
    struct tcn_hash hash;
    memset(hash.bytes, seed, sizeof(hash.bytes));
    hash.bytes[31] = 0;
    return hash;
}

static inline struct tcn_id sample_id(uint8_t seed) {
    struct tcn_id id;
    memset(id.bytes, seed, sizeof(id.bytes));
    id.bytes[0] = 0;
    return id;
}

static inline struct tcn_public_key sample_key(uint8_t seed) {
    struct tcn_public_key key;
    memset(key.bytes, seed, sizeof(key.bytes));
    return key;
}

static inline struct tcn_key_id sample_key_id(uint8_t seed) {
    struct tcn_key_id key_id;
    memset(key_id.bytes, seed, sizeof(key_id.bytes));
    return key_id;
}

static inline struct tcn_lane_key sample_lane(void) {
    return (struct tcn_lane_key){
        .source = 70001, .epoch = UINT64_C(0xfedcba9876543210), .lane = TCN_LANE_ROUTINE};
}

static inline struct tcn_observed_body sample_observed_body(void) {
    return (struct tcn_observed_body){.lane = sample_lane(),
                                      .predecessor = UINT64_C(1) << 61,
                                      .organ = 513,
                                      .number = 78,
                                      .since_ns = NOW_NS + 4,
                                      .hash = sample_hash(10)};
}

static inline struct tcn_zero_body sample_zero_body(void) {
    static struct tcn_tick ticks[2];
    static struct tcn_slice places[2];
    ticks[0] = (struct tcn_tick){tcn_slice_text("no_flood"), true};
    ticks[1] = (struct tcn_tick){tcn_slice_text("no_fire"), false};
    places[0] = tcn_slice_text("upper dam");
    places[1] = tcn_slice_text("school road");
    return (struct tcn_zero_body){.ticks = ticks,
                                  .tick_count = 2,
                                  .post = tcn_slice_text("duty_post"),
                                  .places = places,
                                  .place_count = 2,
                                  .of_office = tcn_slice_text("office-west")};
}

static inline struct tcn_act_body sample_act_body(void) {
    return (struct tcn_act_body){
        .to_organ = tcn_slice_text("bureau-roads"),
        .reason = tcn_slice_text("not_ours"),
        .how = tcn_slice_text("by phone"),
        .post = tcn_slice_text("duty officer"),
        .until_ns = NOW_NS + 3,
        .position = 77,
        .act_hash = sample_hash(8),
        .linked = sample_id(9),
        .source = 30,
        .epoch = UINT64_C(1) << 62,
    };
}

static const struct tcn_standing sample_standings[] = {
    {.key = {.kind = TCN_STANDING_WAITS,
             .source = 231,
             .epoch = UINT64_C(1) << 60,
             .organ = 232,
             .hash = {{233}}},
     .position = 234,
     .since_ns = NOW_NS + 235,
     .number = 236,
     .other_number = 237,
     .allowed_position = 238},
};

static inline struct tcn_checkpoint sample_checkpoint(void) {
    return (struct tcn_checkpoint){
        .format = TCN_CHECKPOINT_FORMAT,
        .log_id = sample_id(61),
        .generation = 62,
        .position = 63,
        .record_hash = sample_hash(64),
        .log_time_ns = 65,
        .fold_version = 66,
        .state_format = 67,
        .state_hash = sample_hash(68),
        .made_ns = 69,
        .key_id = {{70, 71, 72, 73, 74, 75, 76, 77}},
    };
}

/* What peers are told of their broker. */
static inline struct tcn_broker_keys sample_brokers(void) {
    return (struct tcn_broker_keys){
        .list = {{.key = sample_key(47)}, {.key = sample_key(48), .until_ns = NOW_NS + 3}},
        .count = 2,
    };
}

/* The collector's keys behind its first. */
static inline struct tcn_keys sample_successors(void) {
    static struct tcn_successor links[2];
    for (uint32_t i = 0; i < 2; i++) {
        links[i] = (struct tcn_successor){.key = sample_key((uint8_t)(62 + i)),
                                          .generation = i + 1,
                                          .position = UINT64_C(1) << (40 + i)};
        memset(links[i].proof.bytes, (int)(64 + i), sizeof(links[i].proof.bytes));
        memset(links[i].signature.bytes, (int)(66 + i), sizeof(links[i].signature.bytes));
    }
    return (struct tcn_keys){.log_id = sample_id(68), .links = links, .count = 2};
}

static inline struct tcn_open sample_open(void) {
    return (struct tcn_open){
        .name = tcn_slice_text("duty-desk"),
        .streams = {{.stream = {TCN_MODE_ACTUAL, 61}},
                    {.stream = {TCN_MODE_EXERCISE, 62},
                     .from = TCN_FROM_NUMBER,
                     .number = 63,
                     .generation = 64},
                    {.stream = {TCN_MODE_ACTUAL, 65}, .from = TCN_FROM_NOW}},
        .stream_count = 3,
    };
}

static const struct tcn_attribute sample_attributes[] = {
    {.name = {(const uint8_t *)"hazard.kind", 11},
     .kind = TCN_ATTRIBUTE_TEXT,
     .text = {(const uint8_t *)"\xe8\xb7\xaf\xe9\x9d\xa2", 6}},
    {.name = {(const uint8_t *)"depth_cm", 8}, .kind = TCN_ATTRIBUTE_NUMBER, .number = -12},
    {.name = {(const uint8_t *)"zero", 4}, .kind = TCN_ATTRIBUTE_NUMBER},
    {.name = {(const uint8_t *)"imminent", 8}, .kind = TCN_ATTRIBUTE_FLAG, .number = 1},
    {.name = {(const uint8_t *)"fenced_off", 10}, .kind = TCN_ATTRIBUTE_FLAG},
    {.name = {(const uint8_t *)"empty", 5}, .kind = TCN_ATTRIBUTE_TEXT},
};

static inline struct tcn_query sample_query(void) {
    return (struct tcn_query){
        .kind = TCN_QUERY_EVENT,
        .at_least_position = 141,
        .page = 142,
        .matter = sample_id(143),
        .position = 144,
        .lane = sample_lane(),
        .sequence = 145,
        .organ = 146,
        .principal = 147,
        .mode = TCN_MODE_EXERCISE,
        .domain = "road_traffic",
        .division = 520502102001,
        .since_ns = 148,
        .number = 149,
        .until_ns = 150,
    };
}

#endif
