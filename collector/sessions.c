/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/sessions.h"

#include "model/limits.h"

#include <stdlib.h>

#define NONE UINT32_MAX

/*
 * Invariants:
 *  S1  rows 0 to count - 1 are used; numbers[i] is row i's, never 0 and never twice;
 *  S2  a connection has one row at most.
 * Numbers lie apart, so that looking for one reads 64 KiB at most: a few microseconds, less than
 * the check of the signature that follows.
 */
struct tcn_sessions {
    uint64_t numbers[TCN_SESSIONS_MAX];
    uint64_t used[TCN_SESSIONS_MAX]; /* rises with each use */
    struct tcn_session_row rows[TCN_SESSIONS_MAX];
    uint32_t count;
    uint64_t use_count;
    uint64_t evicted_count;
};

enum tcn_status tcn_sessions_create(struct tcn_sessions **out_sessions) {
    struct tcn_sessions *sessions = calloc(1, sizeof(*sessions));
    if (sessions == NULL) {
        return TCN_NOMEM;
    }
    *out_sessions = sessions;
    return TCN_OK;
}

void tcn_sessions_destroy(struct tcn_sessions **sessions) {
    if (sessions != NULL) {
        free(*sessions);
        *sessions = NULL;
    }
}

static bool is_of(const struct tcn_session_row *row, const struct tcn_stamp *stamp) {
    return row->stamp.connection == stamp->connection && row->stamp.principal == stamp->principal;
}

static uint32_t index_of(const struct tcn_sessions *sessions, uint64_t number) {
    for (uint32_t i = 0; i < sessions->count; i++) {
        if (sessions->numbers[i] == number) {
            return i;
        }
    }
    return NONE;
}

static void remove_at(struct tcn_sessions *sessions, uint32_t index) {
    const uint32_t last = --sessions->count;
    sessions->numbers[index] = sessions->numbers[last];
    sessions->used[index] = sessions->used[last];
    sessions->rows[index] = sessions->rows[last];
}

/* The row that was not used for longest: of one principal, or of all when that is 0. */
static uint32_t oldest(const struct tcn_sessions *sessions, uint32_t principal) {
    uint32_t found = NONE;
    for (uint32_t i = 0; i < sessions->count; i++) {
        const bool is_meant = principal == 0 || sessions->rows[i].stamp.principal == principal;
        if (is_meant && (found == NONE || sessions->used[i] < sessions->used[found])) {
            found = i;
        }
    }
    return found;
}

/* Makes room for one more session of a principal. */
static void make_room(struct tcn_sessions *sessions, uint32_t principal) {
    uint32_t own_count = 0;
    for (uint32_t i = 0; i < sessions->count; i++) {
        own_count += sessions->rows[i].stamp.principal == principal;
    }
    uint32_t index = NONE;
    if (own_count >= TCN_PRINCIPAL_SESSIONS_MAX) {
        index = oldest(sessions, principal);
    } else if (sessions->count == TCN_SESSIONS_MAX) {
        index = oldest(sessions, 0);
    }
    if (index != NONE) {
        remove_at(sessions, index);
        sessions->evicted_count++;
    }
}

static struct tcn_session_row *use(struct tcn_sessions *sessions, uint32_t index) {
    sessions->used[index] = ++sessions->use_count;
    return &sessions->rows[index];
}

struct tcn_session_row *tcn_sessions_get(struct tcn_sessions *sessions,
                                         const struct tcn_stamp *stamp, const struct tcn_id *nonce,
                                         uint64_t random, uint64_t *out_number) {
    TCN_CHECK(random != 0 && stamp->principal != 0);
    for (uint32_t i = 0; i < sessions->count; i++) {
        if (is_of(&sessions->rows[i], stamp) && tcn_id_equals(&sessions->rows[i].nonce, nonce)) {
            *out_number = sessions->numbers[i];
            return use(sessions, i);
        }
    }
    tcn_sessions_gone(sessions, stamp->connection);
    make_room(sessions, stamp->principal);
    TCN_CHECK(sessions->count < TCN_SESSIONS_MAX && index_of(sessions, random) == NONE);
    const uint32_t index = sessions->count++;
    sessions->numbers[index] = random;
    sessions->rows[index] = (struct tcn_session_row){.stamp = *stamp, .nonce = *nonce};
    *out_number = random;
    return use(sessions, index);
}

struct tcn_session_row *tcn_sessions_find(struct tcn_sessions *sessions,
                                          const struct tcn_stamp *stamp, uint64_t number) {
    const uint32_t index = index_of(sessions, number);
    return index != NONE && is_of(&sessions->rows[index], stamp) ? use(sessions, index) : NULL;
}

void tcn_sessions_gone(struct tcn_sessions *sessions, uint64_t connection) {
    for (uint32_t i = sessions->count; i > 0; i--) {
        if (sessions->rows[i - 1].stamp.connection == connection) {
            remove_at(sessions, i - 1);
        }
    }
}

uint32_t tcn_sessions_count(const struct tcn_sessions *sessions) {
    return sessions->count;
}

uint64_t tcn_sessions_evicted(const struct tcn_sessions *sessions) {
    return sessions->evicted_count;
}
