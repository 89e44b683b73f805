/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codec of the agent's local socket, both sides: a request and its answer are one JSON object
 * each, no newline. The CLI encodes requests and decodes answers, the agent the reverse. Reading is
 * strict for requests; an answer may hold keys that an older CLI does not know.
 *
 *   {"op":"report","draft":{…}}                 {"op":"act","draft":{"act":"replied",…}}
 *   {"op":"outbox"}                             {"op":"status","code":"…"}
 *   {"op":"dead","do":"list"}                   {"op":"dead","do":"show|resend|drop","number":3}
 *   {"op":"wait","receipts":[{"lane":"urgent","epoch":"…","sequence":7}],"timeout_ms":5000}
 *   {"op":"receipt","receipts":[{"lane":"urgent","epoch":"…","sequence":7}]}
 *   {"op":"preview","draft":{…}}
 */
#ifndef TCN_JSON_LOCAL_H
#define TCN_JSON_LOCAL_H

#include "base/arena.h"
#include "model/local.h"
#include "json/error.h"

/** Writes a request.
 * Owns: out_text lends from the arena. It holds the texts of a report: do not log.
 * Errors: TCN_BAD_TEXT; TCN_TOOBIG over TCN_JSON_BYTES_MAX; TCN_NOMEM.
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_json_encode_request(const struct tcn_local_request *request,
                                                       struct tcn_arena *arena,
                                                       struct tcn_slice *out_text);

/** Reads a request.
 * Owns: slices of out_request lend from the arena.
 * Errors: as tcn_json_decode_draft; fields within a draft are named "draft.…".
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_json_decode_request(struct tcn_slice text,
                                                       struct tcn_arena *arena,
                                                       struct tcn_json_error *out_error,
                                                       struct tcn_local_request *out_request);

/** Writes an answer.
 * Owns: out_text lends from the arena.
 * Errors: as tcn_json_encode_request.
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_json_encode_answer(const struct tcn_local_answer *answer,
                                                      struct tcn_arena *arena,
                                                      struct tcn_slice *out_text);

/** Reads an answer; keys that are not known are passed over.
 * Owns: slices and arrays of out_answer lend from the arena.
 * Errors: TCN_MALFORMED TCN_BAD_VALUE TCN_TOOBIG TCN_NOMEM; out_error says where.
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_json_decode_answer(struct tcn_slice text,
                                                      struct tcn_arena *arena,
                                                      struct tcn_json_error *out_error,
                                                      struct tcn_local_answer *out_answer);

/** "report", "act", "outbox", "dead", "wait", "status", "receipt", "rotate",
 * "preview" or "none". Thread: any. */
const char *tcn_json_local_op_name(enum tcn_local_op op);

#endif
