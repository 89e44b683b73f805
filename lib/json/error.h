/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with JSON that came in, said so that the one who wrote it can mend it: the field
 * and what was expected there. The value at fault is never repeated: it may be about a person.
 */
#ifndef TCN_JSON_ERROR_H
#define TCN_JSON_ERROR_H

#include "base/status.h"

#define TCN_JSON_FIELD_BYTES_MAX 64
#define TCN_JSON_EXPECTED_BYTES_MAX 160

/** The first fault found. Open: lives with the caller, who passes it to a reader. */
struct tcn_json_error {
    char field[TCN_JSON_FIELD_BYTES_MAX]; /**< dotted path, "counts.deaths"; empty: the whole */
    char expected[TCN_JSON_EXPECTED_BYTES_MAX]; /**< half a sentence: "expected …" */
    int column; /**< character at which reading stopped, from 1; 0 when it is not a matter of place
                 */
};

#endif
