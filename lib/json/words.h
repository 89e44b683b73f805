/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words for the numbers of enums that have no words of their own in the model, for this room only.
 * All tables are constant and end with a row whose word is NULL.
 */
#ifndef TCN_JSON_WORDS_H
#define TCN_JSON_WORDS_H

#include <stdint.h>

/** A word and its number. */
struct tcn_json_word {
    const char *word;
    uint32_t number;
};

extern const struct tcn_json_word tcn_json_acts[];         /* enum tcn_act */
extern const struct tcn_json_word tcn_json_severities[];   /* enum tcn_severity */
extern const struct tcn_json_word tcn_json_concerns[];     /* enum tcn_concerns, but UNSTATED */
extern const struct tcn_json_word tcn_json_modes[];        /* enum tcn_mode, but NONE */
extern const struct tcn_json_word tcn_json_counts[];       /* enum tcn_count_kind, but UNKNOWN */
extern const struct tcn_json_word tcn_json_lanes[];        /* enum tcn_lane */
extern const struct tcn_json_word tcn_json_kinds[];        /* enum tcn_procedure_kind */
extern const struct tcn_json_word tcn_json_stages[];       /* enum tcn_stage */
extern const struct tcn_json_word tcn_json_flags[];        /* enum tcn_flag: single bits */
extern const struct tcn_json_word tcn_json_ops[];          /* enum tcn_local_op */
extern const struct tcn_json_word tcn_json_changes[];      /* enum tcn_change_kind of people */
extern const struct tcn_json_word tcn_json_roles[];        /* enum tcn_role */
extern const struct tcn_json_word tcn_json_dead_dos[];     /* enum tcn_dead_do */
extern const struct tcn_json_word tcn_json_key_changes[];  /* enum tcn_key_change */
extern const struct tcn_json_word tcn_json_limit_states[]; /* enum tcn_limit_state */
extern const struct tcn_json_word tcn_json_confidences[];  /* enum tcn_clock_confidence */
extern const struct tcn_json_word tcn_json_tellings[];     /* enum tcn_reason, of a report */

/** The word of a number, or NULL. Thread: any. */
const char *tcn_json_word_of(const struct tcn_json_word *words, uint32_t number);

#endif
