/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transcript: what a machine did, as text, one line a step, to be compared as a whole.
 */
#ifndef TCN_TESTS_UNIT_CORE_TRACE_H
#define TCN_TESTS_UNIT_CORE_TRACE_H

#include "model/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define SECOND_NS INT64_C(1000000000)
#define MS_NS INT64_C(1000000)

/** The transcript. Empty when zeroed. */
struct trace {
    char text[16384];
    size_t size;
};

/** True of reasons that another test reaches: of ladders unit.core.fold_ladder, of silences
 * unit.core.silence. */
static inline bool is_seen_elsewhere(enum tcn_why why) {
    return why == TCN_WHY_LADDER_FIRES || why == TCN_WHY_UNHEARD ||
           why == TCN_WHY_RECORDED_BEFORE_SEEN || why == TCN_WHY_MONTH_OWN_WORD ||
           why == TCN_WHY_MONTH_OWN_PROOF ||
           (why >= TCN_WHY_RINGS_ANEW && why <= TCN_WHY_SILENCE_ENDS);
}

/** Appends formatted text; a test whose transcript does not fit fails. */
__attribute__((format(printf, 2, 3))) static inline void trace_add(struct trace *trace,
                                                                   const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int written =
        vsnprintf(trace->text + trace->size, sizeof(trace->text) - trace->size, format, arguments);
    va_end(arguments);
    assert_true(written >= 0 && (size_t)written < sizeof(trace->text) - trace->size);
    trace->size += (size_t)written;
}

/** Compares, then starts anew. */
static inline void trace_expect(struct trace *trace, const char *expected) {
    assert_string_equal(trace->text, expected);
    trace->size = 0;
    trace->text[0] = '\0';
}

#endif
