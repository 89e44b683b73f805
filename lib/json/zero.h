/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a zero report says, as keys of a draft: "lines" with true (known safe) or false under the
 * word of each line, "places", "post" and "of_office". For this room only.
 */
#ifndef TCN_JSON_ZERO_H
#define TCN_JSON_ZERO_H

#include "model/event.h"
#include "json/read.h"
#include "json/write.h"

/** Reads "lines" and "places" into a body; NULL is what was not there. What a body must have is
 * tcn_event_check's to say.
 * Owns: the body lends from the reader's arena.
 * Errors: TCN_BAD_VALUE TCN_BAD_TEXT TCN_TOOBIG TCN_NOMEM; the reader's error says which and why.
 */
TCN_MUST_CHECK enum tcn_status tcn_json_read_zero(struct tcn_json_reader *reader, json_t *lines,
                                                  json_t *places, struct tcn_zero_body *body);
/** Adds a body under the keys that it is read from. */
void tcn_json_add_zero(struct tcn_json_writer *writer, const struct tcn_zero_body *body);

#endif
