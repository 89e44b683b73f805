/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many columns of a terminal a text takes. Chinese characters take two; marks that stand on the
 * character before them take none. What Unicode calls ambiguous is narrow here, and nothing that we
 * draw uses it. Nothing here knows a locale.
 */
#ifndef TCN_BASE_WIDTH_H
#define TCN_BASE_WIDTH_H

#include "base/bytes.h"

/** Columns of a text; a byte that is not UTF-8 counts one. Thread: any.
 * Source: Unicode Standard Annex 11, East Asian Width: W and F. */
size_t tcn_text_width(struct tcn_slice text);

/** Bytes of the longest beginning that takes `columns` at most: it ends between two characters.
 * Thread: any. */
size_t tcn_text_fit(struct tcn_slice text, size_t columns);

#endif
