/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an organ was called to and has not in hand, with its matters, and who is on duty. Part of
 * the query room's answers; query.c calls it. Thread: the readers'.
 */
#ifndef TCN_QUERY_SUMMONSES_H
#define TCN_QUERY_SUMMONSES_H

#include "query/query.h"

/** Answers TCN_QUERY_SUMMONSES. Of a guarded matter that the asker does not lead it says only what
 * the alert said: no stage, no holder, no domain. Where it names a mode, of matters of that mode
 * alone: a page may then have few rows, or none, and not be the last. Owns: rows lend from the
 * arena. Errors: as tcn_query_run. */
TCN_MUST_CHECK enum tcn_status tcn_query_summonses(const struct tcn_query_view *view,
                                                   const struct tcn_query *query,
                                                   struct tcn_arena *arena,
                                                   struct tcn_answer *answer);
/** Answers TCN_QUERY_SHIFTS. Owns: rows lend from the arena. Errors: as tcn_query_run. */
TCN_MUST_CHECK enum tcn_status tcn_query_shifts(const struct tcn_query_view *view,
                                                const struct tcn_query *query,
                                                struct tcn_arena *arena, struct tcn_answer *answer);

#endif
