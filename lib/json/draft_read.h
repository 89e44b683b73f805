/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a draft that stands within another document, for this room only.
 */
#ifndef TCN_JSON_DRAFT_READ_H
#define TCN_JSON_DRAFT_READ_H

#include "model/draft.h"
#include "json/read.h"

/** Reads a draft out of a tree. Errors: as tcn_json_decode_draft. */
TCN_MUST_CHECK enum tcn_status tcn_json_read_draft(struct tcn_json_reader *reader, json_t *object,
                                                   struct tcn_draft *out_draft);

#endif
