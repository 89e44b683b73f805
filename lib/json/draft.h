/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports and acts as JSON, in both directions: what `report --from` reads line by line, and what
 * the CLI hands to the agent. Reading is strict: unknown and repeated keys are refused, everything
 * has a bound, and a report must say whom it concerns.
 */
#ifndef TCN_JSON_DRAFT_H
#define TCN_JSON_DRAFT_H

#include "base/arena.h"
#include "base/bytes.h"
#include "model/draft.h"
#include "json/error.h"
#include "json/write.h"

/** Reads one JSON object into a draft: an act when it has the key "act"; else a first
 * report, whose "matter" may be an id that the entering program minted; with "matter" and no
 * "domain" a follow-up. Times may carry any offset. What is not given stays 0, none or empty;
 * severity is then UNKNOWN. Owns: slices of out_draft lend from the arena; the line is only read.
 * Errors: TCN_MALFORMED it is no JSON, or a key stands twice; TCN_UNKNOWN_FIELD; TCN_BAD_VALUE;
 * TCN_BAD_DIVISION; TCN_BAD_TEXT; TCN_TOOBIG; TCN_NOMEM. On each of them out_error names the field
 * and what was expected.
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_json_decode_draft(struct tcn_slice line, struct tcn_arena *arena,
                                                     struct tcn_json_error *out_error,
                                                     struct tcn_draft *out_draft);

/** Writes the draft's keys into the open object, so that tcn_json_decode_draft reads the same draft
 * from it. What is 0, none or empty is left out. A report's texts are in it: do not log.
 * Thread: one per writer. */
void tcn_json_draft_fields(struct tcn_json_writer *writer, const struct tcn_draft *draft);

#endif
