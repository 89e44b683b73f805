/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include "base/check.h"

#include <time.h>

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
