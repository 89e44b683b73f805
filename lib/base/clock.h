/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clocks. Only services, programs and the poller read them; everything below takes time as a
 * parameter, so that a simulator can turn it. And the sums of times that came from outside: a clock
 * that is wrong may say anything, and nothing overflows because of it.
 */
#ifndef TCN_BASE_CLOCK_H
#define TCN_BASE_CLOCK_H

#include <stdint.h>

#define TCN_US_NS INT64_C(1000)
#define TCN_MS_NS INT64_C(1000000)
#define TCN_SECOND_NS INT64_C(1000000000)
#define TCN_DAY_NS (INT64_C(86400) * TCN_SECOND_NS)
/** The civil day of the districts is that of UTC+8, all year. */
#define TCN_CIVIL_OFFSET_NS (8 * 3600 * TCN_SECOND_NS)

/** left + right, kept within the type: the greatest or the least time where it does not fit.
 * Thread: any. */
int64_t tcn_time_plus(int64_t left_ns, int64_t right_ns);

/** left - right, kept within the type in the same way. Thread: any. */
int64_t tcn_time_minus(int64_t left_ns, int64_t right_ns);

/** Nanoseconds since 1970 UTC by the wall clock, which may jump. Thread: any. */
int64_t tcn_clock_wall_ns(void);

/** Nanoseconds of a clock that never goes back; its zero means nothing. Thread: any. */
int64_t tcn_clock_monotonic_ns(void);

#endif
