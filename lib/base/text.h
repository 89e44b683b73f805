/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks and conversions on text from outside: UTF-8, digits, RFC 3339 times. Nothing here knows a
 * locale.
 */
#ifndef TCN_BASE_TEXT_H
#define TCN_BASE_TEXT_H

#include "base/bytes.h"

/** True for well-formed UTF-8 without NUL, surrogates or overlong forms; true when empty.
 * Thread: any.
 * Source: RFC 3629 section 3. */
bool tcn_text_is_utf8(struct tcn_slice text);

/** True for one or more ASCII digits only. Thread: any. */
bool tcn_text_is_digits(struct tcn_slice text);

/** True for a policy word: 1 to 63 of a-z, 0-9, '_', '.', '-', beginning with a letter.
 * Thread: any. */
bool tcn_text_is_word(struct tcn_slice text);

/** Reads an unsigned decimal number.
 * Errors: TCN_MALFORMED empty, not digits or above 2^64-1.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_text_to_u64(struct tcn_slice text, uint64_t *out_value);

/** Reads an RFC 3339 time with offset into nanoseconds since 1970 UTC.
 * Errors: TCN_MALFORMED any other form, impossible dates, or a year outside 1900 to 2200.
 * Thread: any.
 * Source: RFC 3339 section 5.6. */
TCN_MUST_CHECK enum tcn_status tcn_text_to_time(struct tcn_slice text, int64_t *out_unix_ns);

/** Room for a time in text, its NUL included. */
#define TCN_TIME_TEXT_BYTES 40

/** Writes "2026-11-23T14:05:50.123Z" (milliseconds, always Z). Thread: any. */
void tcn_text_from_time(int64_t unix_ns, char out_text[TCN_TIME_TEXT_BYTES]);

/** Writes "2026-11-23 22:05:50 +08:00" for an offset in minutes east of UTC. Thread: any. */
void tcn_text_from_time_at(int64_t unix_ns, int offset_minutes, char out_text[TCN_TIME_TEXT_BYTES]);

/** Copies a slice into a fixed buffer with a NUL.
 * Errors: TCN_TOOBIG does not fit with its NUL.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_text_copy(struct tcn_slice text, char *out_text, size_t size);

#endif
