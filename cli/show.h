/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How things look on a terminal: times in the local zone with their offset, text from outside made
 * harmless, severities as words with a colour where there is one, and tables whose columns fit
 * whatever the script. Tables and CSV are made of the same cells. One thread, the program's.
 */
#ifndef TCN_CLI_SHOW_H
#define TCN_CLI_SHOW_H

#include "base/bytes.h"
#include "base/text.h"
#include "cli/cli.h"
#include "model/event.h"
#include "model/id.h"
#include "model/policy.h"
#include "model/procedure.h"
#include "model/state.h"

/** Room for a word, a short text and a long one, NUL included. A longer text is cut at a character.
 */
#define TCN_SHOW_WORD_BYTES 128
#define TCN_SHOW_TEXT_BYTES 2048

/** Columns of one table at most. */
#define TCN_TABLE_COLUMNS_MAX 16

/** Writes "2026-11-23 22:05:50 +08:00" for the zone of this machine; "-" for 0. Thread: any. */
void tcn_show_time(int64_t unix_ns, char out_text[TCN_TIME_TEXT_BYTES]);

/** Copies a text from outside so that no terminal obeys it: control characters, also those of C1
 * and those that turn the writing direction, and bytes that are not UTF-8 become '?'; line breaks
 * and tabs become spaces. Cut at a character when it does not fit. Thread: any. */
void tcn_show_text(struct tcn_slice text, char *out_text, size_t size);

/** Prints a text from outside as tcn_show_text makes it, whatever its size, with its line breaks
 * kept and `indent` spaces before each line. Thread: the program's. */
void tcn_show_lines(FILE *file, struct tcn_slice text, int indent);

/** The escape sequence that begins the colour of a severity; empty when there is no colour. Thread:
 * any. */
const char *tcn_show_colour(const struct tcn_cli *cli, enum tcn_severity severity);

/** The escape sequence that ends a colour; empty when there is no colour. Thread: any. */
const char *tcn_show_plain(const struct tcn_cli *cli);

/** A stage's word: "stub", "open", "accepted", "replied", "closed", "held"; "none" when unknown.
 * Thread: any. */
const char *tcn_show_stage(uint32_t stage);

/** A stage as people are told it: its word and its title in Chinese, "replied 已答复". Thread: any.
 */
void tcn_show_stage_title(enum tcn_stage stage, char out_text[TCN_SHOW_WORD_BYTES]);

/** A kind of matter likewise: "petition 信访事项"; "-" when unknown. Thread: any. */
void tcn_show_kind(enum tcn_procedure_kind kind, char out_text[TCN_SHOW_WORD_BYTES]);
/** How grave an accident is: a level's word, its title, and how sure it is; "-" when it has none.
 */
void tcn_show_degree(const struct tcn_policy *policy, const struct tcn_degree *degree,
                     char out_text[TCN_SHOW_WORD_BYTES]);

/** Words of the acts whose bits are set, with commas between; to `file`. Thread: any. */
void tcn_show_acts(FILE *file, uint64_t acts);

/** Words of the facts whose bits are set, with commas between, as much as fits. Thread: any. */
void tcn_show_facts(uint32_t facts, char *out_text, size_t size);

/** An act that waits for a second person, with what that person must name too as `tocsin act` takes
 * it: "released --domain expropriation --to land_bureau, until another post says the same". Thread:
 * any. */
void tcn_show_second(FILE *file, const struct tcn_second *second);

/** An organ's id, or its number when there is no policy or no such organ, or "-" for 0. Thread:
 * any. */
void tcn_show_organ(const struct tcn_policy *policy, uint16_t number,
                    char out_text[TCN_SHOW_WORD_BYTES]);

/** A division's name and code, or its code, or "-" for 0. Thread: any. */
void tcn_show_division(const struct tcn_policy *policy, uint64_t code,
                       char out_text[TCN_SHOW_WORD_BYTES]);

/** Reads a time that a person typed: RFC 3339, or a day "2026-11-23" (its midnight in the zone of
 * this machine), or "2026-11-23 14:05" there.
 * Errors: TCN_MALFORMED. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_show_read_time(const char *text, int64_t *out_unix_ns);

/** One column. */
struct tcn_table_column {
    const char *name; /**< heading; also the key of a CSV's first line */
    bool is_right;    /**< numbers */
};

/** A table in the making. Opaque. */
struct tcn_table;

/** Starts a table; FORMAT_CSV prints its heading at once and every row as it comes.
 * Owns: gives the table; lends the program for its life.
 * Errors: TCN_NOMEM. Thread: the program's. */
TCN_MUST_CHECK enum tcn_status tcn_table_create(struct tcn_cli *cli, enum tcn_format format,
                                                const struct tcn_table_column *columns,
                                                size_t column_count, struct tcn_table **out_table);

/** Adds a row with as many cells as there are columns; cells are made harmless.
 * Owns: copies. Errors: TCN_NOMEM. Thread: the program's. */
TCN_MUST_CHECK enum tcn_status tcn_table_add(struct tcn_table *table, const char *const *cells);

/** Prints what was added; nothing for CSV, which is out already.
 * Errors: TCN_NOMEM; TCN_IO. Thread: the program's. */
TCN_MUST_CHECK enum tcn_status tcn_table_print(struct tcn_table *table);

/** Frees it; accepts NULL, leaves NULL. Thread: the program's. */
void tcn_table_destroy(struct tcn_table **table);

/** Prints a line of a list of facts: the name in 14 columns, then the number, or the hash in
 * hexadecimal digits. Thread: the program's. */
void tcn_show_number(FILE *file, const char *name, uint64_t number);
/** As tcn_show_number, a hash. */
void tcn_show_hash(FILE *file, const char *name, const struct tcn_hash *hash);

/** Writes one field of CSV as RFC 4180 has it; a field that a spreadsheet would take for a formula
 * gets an apostrophe. Thread: the program's. */
void tcn_show_csv_field(FILE *file, const char *text);

#endif
