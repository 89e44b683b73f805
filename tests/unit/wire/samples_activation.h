/* SPDX-License-Identifier: Apache-2.0 */
/* The word that puts another policy in force, with every field set. */
#ifndef TCN_TESTS_UNIT_WIRE_SAMPLES_ACTIVATION_H
#define TCN_TESTS_UNIT_WIRE_SAMPLES_ACTIVATION_H

#include "model/activation.h"
#include "samples.h"

static inline struct tcn_activation sample_activation(void) {
    return (struct tcn_activation){
        .format = TCN_ACTIVATION_FORMAT,
        .log_id = sample_id(231),
        .mode = TCN_MODE_EXERCISE,
        .principal = 232,
        .said_ns = 233,
        .replaces = 234,
        .version = 235,
        .policy_hash = sample_hash(236),
        .fold_version = 237,
        .restates = true,
        .policy_size = 238,
        .text_hash = sample_hash(239),
    };
}

#endif
