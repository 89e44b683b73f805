/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A collector whose fold dies: linked into tests/bin/tocsin-collector-crashing with
 * --wrap=tcn_fold_step, for system/test_standstill.py. It aborts at the event whose position is in
 * the file that TOCSIN_CRASH_AT names, as long as there is such a file.
 */
#include "core/fold.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/** The fold as it is. */
enum tcn_status __real_tcn_fold_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     struct tcn_outcome *out_outcome);
/** The fold as everybody else calls it. */
enum tcn_status __wrap_tcn_fold_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     struct tcn_outcome *out_outcome);

enum tcn_status __wrap_tcn_fold_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     struct tcn_outcome *out_outcome) {
    const char *path = getenv("TOCSIN_CRASH_AT");
    FILE *file = path == NULL ? NULL : fopen(path, "r");
    if (file != NULL) {
        uint64_t position = 0;
        if (fscanf(file, "%" SCNu64, &position) == 1 && position == in->position) {
            abort();
        }
        (void)fclose(file);
    }
    return __real_tcn_fold_step(fold, in, out_outcome);
}
