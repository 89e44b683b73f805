/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Foreign codes at the door: what LMDB and the system answer, said in our own words. Nothing above
 * this room ever sees one of their numbers.
 */
#ifndef TCN_STORE_CODE_H
#define TCN_STORE_CODE_H

#include "base/status.h"

#include <stddef.h>

/** One row of the table. Open: read by its test. */
struct tcn_store_code {
    int code; /**< LMDB's (negative) or errno's (positive); 0 is success */
    enum tcn_status status;
};

/** The status for a code of LMDB or errno; TCN_IO for one that has no row.
 * Thread: any.
 * Source: lmdb.h "Return Codes"; errno(3). */
TCN_MUST_CHECK enum tcn_status tcn_store_status(int code);

/** The table itself, for its test.
 * Thread: any. */
const struct tcn_store_code *tcn_store_codes(size_t *out_count);

#endif
