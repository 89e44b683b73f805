/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include "base/check.h"

#include <time.h>

int64_t tcn_time_plus(int64_t left_ns, int64_t right_ns) {
    int64_t sum_ns = 0;
    if (__builtin_add_overflow(left_ns, right_ns, &sum_ns)) {
        return right_ns > 0 ? INT64_MAX : INT64_MIN;
    }
    return sum_ns;
}

int64_t tcn_time_minus(int64_t left_ns, int64_t right_ns) {
    int64_t rest_ns = 0;
    if (__builtin_sub_overflow(left_ns, right_ns, &rest_ns)) {
        return left_ns > right_ns ? INT64_MAX : INT64_MIN;
    }
    return rest_ns;
}

/** One clock in nanoseconds. */
static int64_t clock_ns(clockid_t id) {
    struct timespec now;
    /* Fails only for a clock that the kernel does not have, and every kernel has these two. */
    int result = clock_gettime(id, &now);
    TCN_CHECK(result == 0);
    return (int64_t)now.tv_sec * TCN_SECOND_NS + (int64_t)now.tv_nsec;
}

int64_t tcn_clock_wall_ns(void) {
    return clock_ns(CLOCK_REALTIME);
}

int64_t tcn_clock_monotonic_ns(void) {
    return clock_ns(CLOCK_MONOTONIC);
}
