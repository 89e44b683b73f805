/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fast checksum against damage (not against malice) for stored records. The door to xxhash.
 */
#ifndef TCN_BASE_HASH_H
#define TCN_BASE_HASH_H

#include "base/bytes.h"

/** XXH3-64 of the bytes.
 * Thread: any.
 * Source: xxhash 0.8.1 XXH3_64bits. */
uint64_t tcn_checksum(struct tcn_slice bytes);

/** XXH3-64 of two pieces one after the other. Thread: any. */
uint64_t tcn_checksum_pair(struct tcn_slice first, struct tcn_slice second);

#endif
