/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Silences in answers: which are in force, how much each kept quiet, and what one would have done.
 * Part of the query room's answers; query.c calls it. Thread: the readers'.
 */
#ifndef TCN_QUERY_SILENCES_H
#define TCN_QUERY_SILENCES_H

#include "query/query.h"

/** Items of a stream that are looked at for one silence, the newest. */
#define TCN_SILENCE_ITEMS_MAX 1024
/** And for a preview. */
#define TCN_SILENCE_PREVIEW_ITEMS_MAX 8192

/** Silences in force of both modes: each has room of its own. */
#define TCN_SILENCES_IN_FORCE_MAX (2 * TCN_SILENCES_MAX)

/** What is in force. Open: copied out of the state. */
struct tcn_silences {
    struct tcn_silence rows[TCN_SILENCES_IN_FORCE_MAX];
    uint32_t count;
    bool is_suspended; /**< a weather warning is in force */
};

/** Reads what is in force. Errors: as tcn_query_run. */
TCN_MUST_CHECK enum tcn_status tcn_silences_load(const struct tcn_query_view *view,
                                                 struct tcn_silences *out_silences);
/** True when one of them covers now what an organ was called to. */
bool tcn_silences_cover(const struct tcn_policy *policy, const struct tcn_silences *silences,
                        const struct tcn_summons *summons, const struct tcn_matter *matter);
/** One of them as the board has it. */
struct tcn_board_row tcn_silences_board_row(const struct tcn_silences *silences, uint32_t index);
/** Answers TCN_QUERY_SILENCES. Owns: rows lend from the arena. Errors: as tcn_query_run. */
TCN_MUST_CHECK enum tcn_status tcn_query_silences(const struct tcn_query_view *view,
                                                  const struct tcn_query *query,
                                                  struct tcn_arena *arena,
                                                  struct tcn_answer *answer);
/** Answers TCN_QUERY_SILENCE_PREVIEW, in one page. What it counts is of the organ's own stream, in
 * the log's own mode. Owns: rows lend from the arena. Errors: as tcn_query_run. */
TCN_MUST_CHECK enum tcn_status tcn_query_silence_preview(const struct tcn_query_view *view,
                                                         const struct tcn_query *query,
                                                         struct tcn_arena *arena,
                                                         struct tcn_answer *answer);

#endif
