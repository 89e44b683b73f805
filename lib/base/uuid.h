/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UUIDs of version 7: their bytes sort roughly as they were made. Time and chance enter as
 * parameters, so the same inputs give the same id.
 */
#ifndef TCN_BASE_UUID_H
#define TCN_BASE_UUID_H

#include "base/bytes.h"

/** Bytes of a UUID. */
#define TCN_UUID_BYTES 16

/** Random bytes that one UUID needs. */
#define TCN_UUID_RANDOM_BYTES 10

/** Room for a UUID in text, its NUL included. */
#define TCN_UUID_TEXT_BYTES 37

/** Makes a version 7 UUID: 48 bits of milliseconds, then 74 of the 80 random bits. A time before
 * 1970 counts as 1970.
 * Thread: any.
 * Source: RFC 9562 section 5.7. */
void tcn_uuid7_make(int64_t unix_ns, const uint8_t random[TCN_UUID_RANDOM_BYTES],
                    uint8_t out_uuid[TCN_UUID_BYTES]);

/** Writes 36 characters, lower case, and a NUL. Thread: any. */
void tcn_uuid_to_text(const uint8_t uuid[TCN_UUID_BYTES], char out_text[TCN_UUID_TEXT_BYTES]);

/** Reads 36 characters of either case; any version and variant is taken.
 * Errors: TCN_MALFORMED another size, a hyphen missing, or not a hexadecimal digit.
 * Thread: any.
 * Source: RFC 9562 section 4. */
TCN_MUST_CHECK enum tcn_status tcn_uuid_from_text(struct tcn_slice text,
                                                  uint8_t out_uuid[TCN_UUID_BYTES]);

#endif
