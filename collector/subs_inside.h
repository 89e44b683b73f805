/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the subscriptions, shared by subs.c (opening, words of the subscriber, cursors) and
 * subs_turn.c (what goes out). Nobody else includes it.
 */
#ifndef TCN_COLLECTOR_SUBS_INSIDE_H
#define TCN_COLLECTOR_SUBS_INSIDE_H

#include "collector/serve_inside.h"
#include "core/feed.h"

/** Cursors stored since the start that the state may not have yet. */
#define TCN_SUBS_MEMORY_MAX 1024

/** Room for a message that is not items. */
#define TCN_SUBS_SMALL_BYTES 1024

/** One subscription. */
struct tcn_sub {
    struct tcn_serve_line line;
    uint64_t session; /**< of the subscription, as OPENED names it */
    uint64_t request; /**< of the OPEN: every answer names it */
    const struct tcn_principal *principal;
    char name[TCN_CURSOR_NAME_BYTES_MAX + 1]; /**< empty: not durable */
    struct tcn_feed feed;
    bool is_closing;
    bool is_waiting; /**< for alerts that only the state will have */
};

/** All of them. */
struct tcn_subs {
    struct tcn_sub *rows[TCN_SUBSCRIPTIONS_MAX];
    uint32_t count;
    struct tcn_cursor memory[TCN_SUBS_MEMORY_MAX];
    uint32_t memory_count; /**< used of them */
    uint32_t memory_next;  /**< the next to be overwritten */
};

/** The last number of a stream that is of a generation or of an older one: where a cursor of that
 * generation goes back to at most. 0 when none is. Uses the server's room for alerts.
 * Errors: as tcn_state_alerts. */
TCN_MUST_CHECK enum tcn_status tcn_subs_fork(struct tcn_server *server, struct tcn_stream stream,
                                             uint64_t generation, uint64_t *out_fork);

/** Keeps a cursor that went to the writer until the state has it. The oldest memory gives way. */
void tcn_subs_remember(struct tcn_subs *subs, const struct tcn_cursor *cursor);

/** Whether a principal may subscribe under this name. A name that it has used has cursors, which
 * stay for good, so there may not be any number of them.
 * Errors: TCN_LIMIT the name is new and TCN_PRINCIPAL_NAMES_MAX others have cursors; as
 * tcn_state_cursors. */
TCN_MUST_CHECK enum tcn_status tcn_subs_check_name(struct tcn_server *server, uint32_t principal,
                                                   const char *name);

#endif
