/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All rows of a board, gathered from the pages of its answer, for `tocsin board` and `tocsin desk`;
 * and the words that both say. One thread, the program's.
 */
#ifndef TCN_CLI_BOARD_H
#define TCN_CLI_BOARD_H

#include "cli/asker.h"
#include "cli/language.h"
#include "cli/show.h"
#include "json/rows.h"

/** Room for a time as a board shows it, "11-28 16:30", NUL included. */
#define TCN_BOARD_TIME_BYTES 16

/** A board. Open: verbs read it; end with tcn_board_rows_fini. */
struct tcn_board_rows {
    struct tcn_board_row *rows;
    size_t count;
    int64_t as_of_ns;
    uint64_t position;
    bool has_more;
    char note[TCN_NOTE_BYTES_MAX + 1]; /**< of the desk's hand-over: what it says in the open, or,
                                          once it was read, its sealed text; empty: none */
    bool is_note_sealed;               /**< it has a sealed text that was not read */
    uint64_t note_position;            /**< of the hand-over; 0: there is none */
    char note_post[TCN_NOTE_BYTES_MAX + 1];
};

/** Asks for all of it. What fails has been told. Gives an exit code.
 * Owns: gives the rows, to be freed with tcn_board_rows_fini, also after a failure. */
int tcn_board_rows_ask(struct tcn_asker *asker, enum tcn_query_kind kind, uint16_t organ,
                       struct tcn_board_rows *out_rows);
/** Reads the sealed note of the desk's hand-over into `rows`, when the asker has the desk's keys. A
 * collector that does not tell it costs the note and nothing else. Gives an exit code: another than
 * TCN_EXIT_OK when the broker forged, which has been told. */
int tcn_board_note_read(struct tcn_asker *asker, struct tcn_board_rows *rows);
/** Frees them; safe when zeroed. */
void tcn_board_rows_fini(struct tcn_board_rows *rows);
/** "11-28 16:30" in the zone of this machine; "-" for 0. */
void tcn_board_time(int64_t unix_ns, char out_text[TCN_BOARD_TIME_BYTES]);
/** Opens a document with what both say first: as of when, from which position, and whether that is
 * all. */
void tcn_board_document(struct tcn_json_writer *writer, const char *name,
                        const struct tcn_board_rows *rows);
/** Adds the array `key` of all rows of a kind. */
void tcn_board_array(struct tcn_json_writer *writer, const char *key, enum tcn_board_kind kind,
                     const struct tcn_board_rows *rows, const struct tcn_policy *policy);
/** A state in words: "known safe", "已知安全". */
const char *tcn_board_state_said(enum tcn_language language, enum tcn_board_state state);
/** Why the office of a row is silent: "signed off, its duty telephone answers". */
const char *tcn_board_cause_said(enum tcn_language language, const struct tcn_board_row *row);
/** Who is not rung for what, until when: "energy_bureau: road_maintenance, until 11-29 15:00". */
void tcn_board_silence_said(enum tcn_language language, const struct tcn_policy *policy,
                            const struct tcn_board_row *row, char out_text[TCN_SHOW_WORD_BYTES]);
/** Where, why, by whose word, its name, and whether it is suspended: "planned_work, duty_officer,
 * position 12"; at most 76 columns. */
void tcn_board_silence_why(enum tcn_language language, const struct tcn_board_row *row,
                           char out_text[TCN_SHOW_WORD_BYTES]);

#endif
