/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What organs were told, and what became of it: when it was delivered to which kind of program,
 * when the organ said that it knows and which act took the matter in hand, by which post. Part of
 * the query room's answers; query.c calls it. Thread: the readers'.
 */
#ifndef TCN_QUERY_NOTICES_H
#define TCN_QUERY_NOTICES_H

#include "query/query.h"

/** Items of one matter that can be told of, of all organs together; the newest are cut, and the
 * answer's `board_has_more` says so. */
#define TCN_QUERY_NOTICES_MAX 16384u

/** Answers TCN_QUERY_NOTICES, oldest first. Of a matter (with `matter`): what every organ was told,
 * or `organ` alone; a page is the number of rows before it; TCN_ABSENT also when the asker may not
 * see it. Else of the stream of `organ`: its item `number`, or those of a span of log time; a page
 * is the number of its first item. What an organ was told stays in its stream whatever became of
 * the matter, and its own deliveries and acts are its own to see; when the matter was learned of is
 * told to who may see it. Owns: rows lend from the arena.
 * Errors: as tcn_query_run; TCN_ABSENT; TCN_BAD_VALUE neither a matter nor an organ, or both a
 * matter and what is asked of a stream. */
TCN_MUST_CHECK enum tcn_status tcn_query_notices(const struct tcn_query_view *view,
                                                 const struct tcn_query *query,
                                                 struct tcn_arena *arena,
                                                 struct tcn_answer *answer);

#endif
