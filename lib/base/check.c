/* SPDX-License-Identifier: Apache-2.0 */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void tcn_check_failed(const char *condition, const char *file, int line) {
    /* The process dies here, so a short write to standard error has nobody left to tell. */
    (void)fprintf(stderr, "tocsin: bug: %s:%d: check failed: %s\n", file, line, condition);
    (void)fflush(stderr);
    abort();
}
