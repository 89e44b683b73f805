/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions and their answers, from a log and a state: the collector answers ASK with it, and the
 * tools answer from a stopped collector's folder. Who may ask what is core/sight's to decide, and
 * the caller's to ask it; here an asker's matter that it may not see is one that is not there. It
 * holds no snapshot between two calls.
 */
#ifndef TCN_QUERY_QUERY_H
#define TCN_QUERY_QUERY_H

#include "base/arena.h"
#include "model/query.h"
#include "query/charter.h"
#include "seal/sign.h"
#include "store/format.h"
#include "store/log.h"
#include "store/state.h"

/** Bytes of arena that one answer takes at most. */
#define TCN_QUERY_ARENA_BYTES ((size_t)2 * 1024 * 1024)

/** Events of one matter that can be shown; older ones are cut. */
#define TCN_QUERY_THREAD_MAX 16384

/** What is asked. Open: filled by the caller, all lent. */
struct tcn_query_view {
    struct tcn_log *log;
    struct tcn_log_reader *log_reader;
    struct tcn_state_reader *state_reader;
    const struct tcn_charter *charter;
    const struct tcn_registry *registry; /**< as it stands; NULL: as genesis has it */
    const struct tcn_policy *policy;     /**< in force; NULL: as genesis has it */
    uint64_t generation;
    const struct tcn_signing_key *key; /**< the collector's; NULL: nobody signs a head */
    const struct tcn_principal *asker; /**< NULL: who has the files sees all that is in them */
    int64_t now_ns; /**< by which a board is judged; the state's log time when that is later. 0: by
                       the log alone, as of a feed, whose time is another */
    uint32_t notices_max; /**< items of one matter that are looked at, of all organs together; 0:
                             TCN_QUERY_NOTICES_MAX */
};

/** The policy that answers go by. Owns: lends from the view. Thread: any. */
static inline const struct tcn_policy *tcn_query_policy(const struct tcn_query_view *view) {
    return view->policy != NULL ? view->policy : &view->charter->policy;
}

/** Answers one page. What is not found is an answer with code TCN_ABSENT, what makes no sense one
 * with TCN_BAD_VALUE. `at_least_position` is left to the caller. The counters since the start in a
 * stats row are 0. Both readers are reset at the end.
 * Owns: rows lend from the arena.
 * Errors: TCN_CORRUPT TCN_VERSION TCN_LIMIT TCN_IO from the stores; TCN_NOMEM the arena is spent.
 * Thread: the readers'. */
TCN_MUST_CHECK enum tcn_status tcn_query_run(const struct tcn_query_view *view,
                                             const struct tcn_query *query, struct tcn_arena *arena,
                                             struct tcn_answer *out_answer);

/** Whether a stopped collector of a program version would stand still behind `position`, because
 * its programs died at one event again and again; all zero when not, or when it is not known. */
struct tcn_standstill tcn_query_deaths(const char *state_dir, const char *version,
                                       uint64_t position);

#endif
