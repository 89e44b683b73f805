/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which format a database on disk has, for the sentence that tells a person why it is not opened
 * and what to do. A newer format is never opened and nothing is written to it; an older one is
 * brought forward at opening where a way is defined (docs/how-to/upgrade.md); of a state that way
 * is always to derive it anew.
 *
 * Thread: any.
 */
#ifndef TCN_STORE_FORMAT_H
#define TCN_STORE_FORMAT_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/** Room for a kind, "tocsin outbox", or a version of the program, NUL included. */
#define TCN_FORMAT_WORD_BYTES 32

/** Room for the sentence and for the advice, NUL included. */
#define TCN_FORMAT_TEXT_BYTES 256

/** What a database says of itself. Open: filled for the caller. */
struct tcn_store_format {
    char kind[TCN_FORMAT_WORD_BYTES];   /**< "tocsin log" and so on; "" when it is not ours */
    uint32_t number;                    /**< of its format */
    uint32_t known;                     /**< the newest of its kind that this program knows */
    char writer[TCN_FORMAT_WORD_BYTES]; /**< version that made it so; "" when it does not say */
};

/** Reads what the database in `dir` says. It must not be open in this process.
 * Errors: TCN_ABSENT there is none; TCN_VERSION what is there is not of LMDB's format; TCN_CORRUPT;
 * TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_store_format_read(const char *dir,
                                                     struct tcn_store_format *out_format);

/** True for one of a kind that this program knows, in a format that it does not know yet. */
bool tcn_store_format_is_newer(const struct tcn_store_format *format);

/** Why it is not opened: "it is of format 3, written by tocsin 1.4.0, and this program, 0.9.0,
 * knows format 2". `out_advice`: what to do. */
void tcn_store_format_tell(const struct tcn_store_format *format,
                           char out_text[TCN_FORMAT_TEXT_BYTES],
                           char out_advice[TCN_FORMAT_TEXT_BYTES]);

/** Both at once, for a store that did not open with TCN_VERSION: reads and tells, and says no more
 * than the status when it cannot be read. */
void tcn_store_format_explain(const char *dir, char out_text[TCN_FORMAT_TEXT_BYTES],
                              char out_advice[TCN_FORMAT_TEXT_BYTES]);

#endif
