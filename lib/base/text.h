/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks and conversions on text from outside: UTF-8, digits, RFC 3339 times. Nothing here knows a
 * locale.
 */
#ifndef TCN_BASE_TEXT_H
#define TCN_BASE_TEXT_H

#include "base/bytes.h"

/** Room for the version of a foreign library, "4.3.4" and a NUL. */
#define TCN_LIBRARY_VERSION_BYTES 32

/** True for well-formed UTF-8 without NUL, surrogates or overlong forms; true when empty.
 * Thread: any.
 * Source: RFC 3629 section 3. */
bool tcn_text_is_utf8(struct tcn_slice text);

/** Bytes of the character at the front when a terminal obeys it, else 0: C0, DEL, C1 (U+0080 to
 * U+009F), and those that turn or hide the writing direction (U+200E, U+200F, U+202A to U+202E,
 * U+2066 to U+2069). The text is UTF-8 from its front on.
 * Thread: any. */
size_t tcn_text_obeyed(struct tcn_slice text);

/** The front of a text: at most so many bytes, and not a part of a character. Owns: lends.
 * Thread: any. */
struct tcn_slice tcn_text_front(struct tcn_slice text, size_t size);

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

/** Reads a date, "2026-11-23", into days since 1970-01-01.
 * Errors: TCN_MALFORMED any other form, an impossible date, or a year outside 1900 to 2200.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_text_to_date(struct tcn_slice text, int64_t *out_day);

/** Room for a time in text, its NUL included. */
#define TCN_TIME_TEXT_BYTES 40

/** Writes "2026-11-23T14:05:50.123Z" (milliseconds, always Z). Thread: any. */
void tcn_text_from_time(int64_t unix_ns, char out_text[TCN_TIME_TEXT_BYTES]);

/** Writes "2026-11-23 22:05:50 +08:00" for an offset in minutes east of UTC. Thread: any. */
void tcn_text_from_time_at(int64_t unix_ns, int offset_minutes, char out_text[TCN_TIME_TEXT_BYTES]);

/** Takes the next line of a reader without its newline; the reader underflows when there is none.
 * Owns: lends from the reader's bytes. Thread: the reader's. */
struct tcn_slice tcn_read_line(struct tcn_reader *reader);

/** Takes the next line, which begins with `label` and a space, and gives the rest of it, one byte
 * at least; the reader underflows when it is another line.
 * Owns: lends from the reader's bytes. Thread: the reader's. */
struct tcn_slice tcn_read_labelled(struct tcn_reader *reader, const char *label);

/** Copies a slice into a fixed buffer with a NUL.
 * Errors: TCN_TOOBIG does not fit with its NUL.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_text_copy(struct tcn_slice text, char *out_text, size_t size);

#endif
