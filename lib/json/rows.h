/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nouns as JSON. Each function writes the keys of one noun into the open object, so the same
 * keys stand in a line of NDJSON and in a row of a document. Keys are snake_case and stable: they
 * are only ever added. Rows always have all their keys, null where nothing is known; an event's
 * open part leaves out what it does not state. Times are RFC 3339 with Z, ids UUIDs, hashes and
 * epochs hexadecimal, enums their words. A policy, where one is given, adds the ids of organs
 * beside their numbers; without it they are null. Nothing is kept: everything is lent for the call.
 */
#ifndef TCN_JSON_ROWS_H
#define TCN_JSON_ROWS_H

#include "model/chunk.h"
#include "model/feed.h"
#include "model/policy.h"
#include "model/query.h"
#include "model/sealed.h"
#include "json/write.h"

/** An open part: act, mode, matter, domain, division, office, times, severity, concerns, counts,
 * attributes and the body that it has. Thread: one per writer. */
void tcn_json_event_fields(struct tcn_json_writer *writer, const struct tcn_event *event);

/** Opened texts as the object "texts", keyed by compartment; nothing when there is none.
 * Thread: one per writer. */
void tcn_json_texts(struct tcn_json_writer *writer, const struct tcn_plain *plains,
                    uint32_t plain_count);

/** Compartments that the reader has no key for, as the array "closed" of their names; nothing when
 * there is none. Thread: one per writer. */
void tcn_json_closed(struct tcn_json_writer *writer, const enum tcn_compartment_kind *kinds,
                     uint32_t kind_count);

/** An item: its alert (null in a replay), where it stands in the log, the object "fired" when a
 * time has come, else null, and, when `event` (its open part, decoded) is not NULL and it has one,
 * the object "event". Thread: one per writer. */
void tcn_json_item_fields(struct tcn_json_writer *writer, const struct tcn_item *item,
                          const struct tcn_event *event, const struct tcn_policy *policy);

/** A matter. `policy` may be NULL. Thread: one per writer. */
void tcn_json_matter_fields(struct tcn_json_writer *writer, const struct tcn_matter *matter,
                            const struct tcn_policy *policy);

/** Why an act changed nothing, from the alert of its outcome: "cause", "missing", "allowed_acts",
 * "kind" and "stage". Thread: one per writer. */
void tcn_json_void_fields(struct tcn_json_writer *writer, const struct tcn_alert *alert);

/** What comes next for the one matter of an answer: "allowed_acts", "owed_act", "owed", "owed_id".
 * `policy` may be NULL. Thread: one per writer. */
void tcn_json_next_fields(struct tcn_json_writer *writer, const struct tcn_answer *answer,
                          const struct tcn_policy *policy);

/** A clock of a matter; null for an instant that there is not. Thread: one per writer. */
void tcn_json_clock_fields(struct tcn_json_writer *writer, const struct tcn_clock_row *row);

/** What an organ was called to and has not in hand, with its matter. `policy` may be NULL.
 * Thread: one per writer. */
void tcn_json_summons_fields(struct tcn_json_writer *writer, const struct tcn_summons_row *row,
                             const struct tcn_matter *matter, const struct tcn_policy *policy);

/** Who has the duty of an organ; `shift` is NULL where nobody ever said so, `policy` may be NULL.
 * Thread: one per writer. */
void tcn_json_shift_fields(struct tcn_json_writer *writer, uint16_t organ,
                           const struct tcn_shift *shift, bool is_on,
                           const struct tcn_policy *policy);

/** An item of a stream, and what became of it; null where it did not. `policy` may be NULL.
 * Thread: one per writer. */
void tcn_json_notice_fields(struct tcn_json_writer *writer, const struct tcn_notice *row,
                            const struct tcn_policy *policy);

/** The clocks of one rule, counted: what the rule is called, what it asks for and of whom (null
 * where the policy has it no more), "started", and the counts that add up to it.
 * Thread: one per writer. */
void tcn_json_tally_fields(struct tcn_json_writer *writer, const struct tcn_tally_row *row);

/** An event of a matter with its outcome and, when `event` (its open part, decoded) is not NULL,
 * the object "event". Thread: one per writer. */
void tcn_json_event_row_fields(struct tcn_json_writer *writer, const struct tcn_event_row *row,
                               const struct tcn_event *event);

/** A lane of a source. Thread: one per writer. */
void tcn_json_source_fields(struct tcn_json_writer *writer, const struct tcn_source_state *source);

/** A silence in force; not how much it kept quiet, which the board does not say. `policy` may be
 * NULL. Thread: one per writer. */
void tcn_json_silence_fields(struct tcn_json_writer *writer, const struct tcn_silence_row *row,
                             const struct tcn_policy *policy);

/** A row of the board: the keys of its kind. `policy` may be NULL. Thread: one per writer. */
void tcn_json_board_fields(struct tcn_json_writer *writer, const struct tcn_board_row *row,
                           const struct tcn_policy *policy);

/** A standing word. Thread: one per writer. */
void tcn_json_standing_fields(struct tcn_json_writer *writer, const struct tcn_standing *standing,
                              const struct tcn_policy *policy);

/** What a row of the registry may: divisions, streams, acts and rates. */
void tcn_json_add_rights(struct tcn_json_writer *writer, const struct tcn_principal *row);

/** A row of the registry: who it is, what it may, how long, and its public keys; nothing of a token
 * but how long it is good. `policy` may be NULL. Thread: one per writer. */
void tcn_json_principal_fields(struct tcn_json_writer *writer,
                               const struct tcn_principal *principal,
                               const struct tcn_policy *policy);

/** A stream. `policy` may be NULL. Thread: one per writer. */
void tcn_json_stream_fields(struct tcn_json_writer *writer, const struct tcn_stream_row *row,
                            const struct tcn_policy *policy);

/** The log in numbers. Thread: one per writer. */
void tcn_json_stats_fields(struct tcn_json_writer *writer, const struct tcn_stats_row *row);

/** What a receipt states. Thread: one per writer. */
void tcn_json_receipt_fields(struct tcn_json_writer *writer,
                             const struct tcn_receipt_body *receipt);

#endif
