/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include "base/clock.h"
#include "base/date.h"

#include <string.h>

#define YEAR_MIN 1900
#define YEAR_MAX 2200
#define DAY_SECONDS INT64_C(86400)
#define FRACTION_DIGITS 9

/** A date and time of day, no zone. */
struct civil {
    struct tcn_date date;
    int64_t hour;
    int64_t minute;
    int64_t second;
};

/** Continuation bytes after a lead byte and the range of the first of them; the rest are 80..BF. */
struct utf8_lead {
    size_t tail_count; /* 0 for ASCII */
    uint8_t low;
    uint8_t high;
    bool valid;
};

/** What may follow a lead byte. Source: RFC 3629 section 4, UTF8-1 to UTF8-4. */
static struct utf8_lead utf8_lead_of(uint8_t lead) {
    if (lead >= 0x01 && lead <= 0x7F) {
        return (struct utf8_lead){.valid = true};
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return (struct utf8_lead){.tail_count = 1, .low = 0x80, .high = 0xBF, .valid = true};
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return (struct utf8_lead){.tail_count = 2,
                                  .low = lead == 0xE0 ? 0xA0 : 0x80,
                                  .high = lead == 0xED ? 0x9F : 0xBF,
                                  .valid = true};
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        return (struct utf8_lead){.tail_count = 3,
                                  .low = lead == 0xF0 ? 0x90 : 0x80,
                                  .high = lead == 0xF4 ? 0x8F : 0xBF,
                                  .valid = true};
    }
    return (struct utf8_lead){0};
}

/** True when the 8 bytes are ASCII without a NUL: no high bit is set, and none of them borrows one
 * when 1 is taken off each. */
static bool are_ascii(const uint8_t *bytes) {
    uint64_t word = 0;
    memcpy(&word, bytes, sizeof(word));
    const uint64_t high = UINT64_C(0x8080808080808080);
    return ((word | (word - UINT64_C(0x0101010101010101))) & high) == 0;
}

bool tcn_text_is_utf8(struct tcn_slice text) {
    size_t i = 0;
    while (i < text.size) {
        if (text.size - i >= sizeof(uint64_t) && are_ascii(text.data + i)) {
            i += sizeof(uint64_t);
            continue;
        }
        struct utf8_lead lead = utf8_lead_of(text.data[i]);
        i++;
        if (!lead.valid || lead.tail_count > text.size - i) {
            return false;
        }
        for (size_t tail = 0; tail < lead.tail_count; tail++, i++) {
            uint8_t low = tail == 0 ? lead.low : 0x80;
            uint8_t high = tail == 0 ? lead.high : 0xBF;
            if (text.data[i] < low || text.data[i] > high) {
                return false;
            }
        }
    }
    return true;
}

struct tcn_slice tcn_text_front(struct tcn_slice text, size_t size) {
    size_t kept = text.size < size ? text.size : size;
    while (kept < text.size && kept > 0 && (text.data[kept] & 0xC0) == 0x80) {
        kept--; /* not within a character */
    }
    return tcn_slice_of(text.data, kept);
}

size_t tcn_text_obeyed(struct tcn_slice text) {
    const uint8_t *data = text.data;
    if (text.size >= 1 && (data[0] < 0x20 || data[0] == 0x7F)) {
        return 1;
    }
    if (text.size >= 2 && data[0] == 0xC2 && data[1] >= 0x80 && data[1] < 0xA0) {
        return 2;
    }
    if (text.size >= 3 && data[0] == 0xE2) {
        bool is_mark = data[1] == 0x80 && (data[2] == 0x8E || data[2] == 0x8F);
        bool is_turn = data[1] == 0x80 && data[2] >= 0xAA && data[2] <= 0xAE;
        bool is_isolate = data[1] == 0x81 && data[2] >= 0xA6 && data[2] <= 0xA9;
        return is_mark || is_turn || is_isolate ? 3 : 0;
    }
    return 0;
}

/** True for '0' to '9'. */
static bool is_digit(uint8_t byte) {
    return byte >= '0' && byte <= '9';
}

bool tcn_text_is_digits(struct tcn_slice text) {
    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i])) {
            return false;
        }
    }
    return text.size > 0;
}

bool tcn_text_is_word(struct tcn_slice text) {
    if (text.size < 1 || text.size > 63) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];
        bool letter = byte >= 'a' && byte <= 'z';
        bool other = is_digit(byte) || byte == '_' || byte == '.' || byte == '-';
        if (!letter && (!other || i == 0)) {
            return false;
        }
    }
    return true;
}

enum tcn_status tcn_text_to_u64(struct tcn_slice text, uint64_t *out_value) {
    if (!tcn_text_is_digits(text)) {
        return TCN_MALFORMED;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < text.size; i++) {
        uint64_t digit = (uint64_t)(text.data[i] - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return TCN_MALFORMED;
        }
        value = value * 10 + digit;
    }
    *out_value = value;
    return TCN_OK;
}

/** Reads exactly `count` digits; marks the reader underflowed when there are fewer. */
static int64_t read_digits(struct tcn_reader *reader, size_t count) {
    int64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t byte = tcn_read_u8(reader);
        if (!is_digit(byte)) {
            reader->underflowed = true;
            return 0;
        }
        value = value * 10 + (byte - '0');
    }
    return value;
}

/** Reads one of two characters; marks the reader underflowed on any other. */
static uint8_t read_either(struct tcn_reader *reader, char first, char second) {
    uint8_t byte = tcn_read_u8(reader);
    if (byte != (uint8_t)first && byte != (uint8_t)second) {
        reader->underflowed = true;
    }
    return byte;
}

/** Reads ".123…" if it is there, into nanoseconds; digits after the ninth are dropped. */
static int64_t read_fraction(struct tcn_reader *reader) {
    if (tcn_reader_rest(reader) == 0 || reader->data[reader->offset] != '.') {
        return 0;
    }
    (void)tcn_read_u8(reader);
    int64_t value = 0;
    size_t count = 0;
    while (tcn_reader_rest(reader) > 0 && is_digit(reader->data[reader->offset])) {
        uint8_t digit = (uint8_t)(tcn_read_u8(reader) - '0');
        value = count < FRACTION_DIGITS ? value * 10 + digit : value;
        count++;
    }
    if (count == 0) {
        reader->underflowed = true;
    }
    for (; count < FRACTION_DIGITS; count++) {
        value *= 10;
    }
    return value;
}

/** Reads "Z" or "+08:00" into minutes east of UTC. */
static int64_t read_offset(struct tcn_reader *reader) {
    uint8_t sign = tcn_read_u8(reader);
    if (sign == 'Z' || sign == 'z') {
        return 0;
    }
    if (sign != '+' && sign != '-') {
        reader->underflowed = true;
        return 0;
    }
    int64_t hours = read_digits(reader, 2);
    (void)read_either(reader, ':', ':');
    int64_t minutes = read_digits(reader, 2);
    if (hours > 23 || minutes > 59) {
        reader->underflowed = true;
    }
    int64_t total = hours * 60 + minutes;
    return sign == '-' ? -total : total;
}

/** Reads "2026-11-23". */
static struct tcn_date read_date(struct tcn_reader *reader) {
    struct tcn_date date = {0};
    date.year = read_digits(reader, 4);
    (void)read_either(reader, '-', '-');
    date.month = read_digits(reader, 2);
    (void)read_either(reader, '-', '-');
    date.day = read_digits(reader, 2);
    return date;
}

/** Reads "2026-11-23T22:05:50". */
static struct civil read_civil(struct tcn_reader *reader) {
    struct civil civil = {.date = read_date(reader)};
    (void)read_either(reader, 'T', 't');
    civil.hour = read_digits(reader, 2);
    (void)read_either(reader, ':', ':');
    civil.minute = read_digits(reader, 2);
    (void)read_either(reader, ':', ':');
    civil.second = read_digits(reader, 2);
    return civil;
}

/** True for a date that exists and whose times fit into nanoseconds. */
static bool date_is_in_range(const struct tcn_date *date) {
    return date->year >= YEAR_MIN && date->year <= YEAR_MAX && tcn_date_is_possible(date);
}

/** True for a date and time that exists, leap second included. */
static bool civil_is_possible(const struct civil *civil) {
    return date_is_in_range(&civil->date) && civil->hour <= 23 && civil->minute <= 59 &&
           civil->second <= 60;
}

enum tcn_status tcn_text_to_date(struct tcn_slice text, int64_t *out_day) {
    struct tcn_reader reader = tcn_reader_init(text);
    struct tcn_date date = read_date(&reader);
    if (reader.underflowed || tcn_reader_rest(&reader) != 0 || !date_is_in_range(&date)) {
        return TCN_MALFORMED;
    }
    *out_day = tcn_date_to_day(&date);
    return TCN_OK;
}

enum tcn_status tcn_text_to_time(struct tcn_slice text, int64_t *out_unix_ns) {
    struct tcn_reader reader = tcn_reader_init(text);
    struct civil civil = read_civil(&reader);
    int64_t fraction_ns = read_fraction(&reader);
    int64_t offset_minutes = read_offset(&reader);
    if (reader.underflowed || tcn_reader_rest(&reader) != 0 || !civil_is_possible(&civil)) {
        return TCN_MALFORMED;
    }
    int64_t seconds = tcn_date_to_day(&civil.date) * DAY_SECONDS + civil.hour * 3600 +
                      civil.minute * 60 + civil.second - offset_minutes * 60;
    /* A leap second ends a UTC day; as in Unix time it counts as the next day's first. */
    if (civil.second == 60 && seconds % DAY_SECONDS != 0) {
        return TCN_MALFORMED;
    }
    *out_unix_ns = seconds * TCN_SECOND_NS + fraction_ns;
    return TCN_OK;
}

/** Divides rounding down; the divisor is positive. */
static int64_t divide_down(int64_t value, int64_t divisor) {
    int64_t quotient = value / divisor;
    return value % divisor < 0 ? quotient - 1 : quotient;
}

/** Writes `count` decimal digits. */
static void write_digits(struct tcn_writer *writer, int64_t value, size_t count) {
    int64_t scale = 1;
    for (size_t i = 1; i < count; i++) {
        scale *= 10;
    }
    for (; scale > 0; scale /= 10) {
        tcn_write_u8(writer, (uint8_t)('0' + value / scale % 10));
    }
}

/** Writes "2026-11-23". */
static void write_date(struct tcn_writer *writer, int64_t day) {
    struct tcn_date date = tcn_date_from_day(day);
    write_digits(writer, date.year, 4);
    tcn_write_u8(writer, '-');
    write_digits(writer, date.month, 2);
    tcn_write_u8(writer, '-');
    write_digits(writer, date.day, 2);
}

/** Writes "2026-11-23T22:05:50" with the given character between date and time. */
static void write_civil(struct tcn_writer *writer, int64_t unix_seconds, char between) {
    int64_t days = divide_down(unix_seconds, DAY_SECONDS);
    int64_t rest = unix_seconds - days * DAY_SECONDS;
    write_date(writer, days);
    tcn_write_u8(writer, (uint8_t)between);
    write_digits(writer, rest / 3600, 2);
    tcn_write_u8(writer, ':');
    write_digits(writer, rest / 60 % 60, 2);
    tcn_write_u8(writer, ':');
    write_digits(writer, rest % 60, 2);
}

void tcn_text_from_time(int64_t unix_ns, char out_text[TCN_TIME_TEXT_BYTES]) {
    struct tcn_writer writer = tcn_writer_init(out_text, TCN_TIME_TEXT_BYTES);
    int64_t seconds = divide_down(unix_ns, TCN_SECOND_NS);
    int64_t rest_ns = (int64_t)((uint64_t)unix_ns - (uint64_t)seconds * (uint64_t)TCN_SECOND_NS);
    write_civil(&writer, seconds, 'T');
    tcn_write_u8(&writer, '.');
    write_digits(&writer, rest_ns / TCN_MS_NS, 3);
    tcn_write_bytes(&writer, "Z", 2); /* with its NUL */
    TCN_CHECK(!writer.overflowed);
}

void tcn_text_from_time_at(int64_t unix_ns, int offset_minutes,
                           char out_text[TCN_TIME_TEXT_BYTES]) {
    TCN_CHECK(offset_minutes > -1440 && offset_minutes < 1440);
    struct tcn_writer writer = tcn_writer_init(out_text, TCN_TIME_TEXT_BYTES);
    int64_t seconds = divide_down(unix_ns, TCN_SECOND_NS);
    int64_t minutes = offset_minutes < 0 ? -(int64_t)offset_minutes : offset_minutes;
    write_civil(&writer, seconds + (int64_t)offset_minutes * 60, ' ');
    tcn_write_u8(&writer, ' ');
    tcn_write_u8(&writer, offset_minutes < 0 ? '-' : '+');
    write_digits(&writer, minutes / 60, 2);
    tcn_write_u8(&writer, ':');
    write_digits(&writer, minutes % 60, 2);
    tcn_write_u8(&writer, '\0');
    TCN_CHECK(!writer.overflowed);
}

enum tcn_status tcn_text_copy(struct tcn_slice text, char *out_text, size_t size) {
    if (text.size >= size) {
        return TCN_TOOBIG;
    }
    if (text.size > 0) {
        memcpy(out_text, text.data, text.size);
    }
    out_text[text.size] = '\0';
    return TCN_OK;
}

struct tcn_slice tcn_read_line(struct tcn_reader *reader) {
    size_t rest = tcn_reader_rest(reader);
    const uint8_t *start = reader->data + reader->offset;
    const uint8_t *end = rest > 0 ? memchr(start, '\n', rest) : NULL;
    if (end == NULL) {
        reader->underflowed = true;
        return tcn_slice_of(NULL, 0);
    }
    struct tcn_slice line = tcn_read_slice(reader, (size_t)(end - start));
    (void)tcn_read_u8(reader);
    return line;
}

struct tcn_slice tcn_read_labelled(struct tcn_reader *reader, const char *label) {
    struct tcn_slice line = tcn_read_line(reader);
    size_t label_size = strlen(label);
    if (line.size <= label_size + 1 || memcmp(line.data, label, label_size) != 0 ||
        line.data[label_size] != ' ') {
        reader->underflowed = true;
        return tcn_slice_of(NULL, 0);
    }
    return tcn_slice_of(line.data + label_size + 1, line.size - label_size - 1);
}
