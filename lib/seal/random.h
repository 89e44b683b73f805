/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chance, from the operating system. Only services and programs call these; everything below takes
 * chance as a parameter, so that a simulator can repeat it. (Sealing and key making are the
 * exceptions: their randomness is a secret that nobody else may hold.)
 */
#ifndef TCN_SEAL_RANDOM_H
#define TCN_SEAL_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/** Fills `size` bytes that nobody can predict; nothing when size is 0. Thread: any.
 * Source: getrandom(2). */
void tcn_random_bytes(void *out_data, size_t size);

/** A random number out of all 2^64. Thread: any. */
uint64_t tcn_random_u64(void);

/** A random number below `bound`, each equally likely; 0 when the bound is 0 or 1. Thread: any. */
uint32_t tcn_random_below(uint32_t bound);

#endif
