/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays: history in short slices, one for each replay in turn, so that no replay holds a read
 * transaction for long or keeps live items waiting. A replay is named by its connection and the
 * request number of its REPLAY.
 *
 *   REPLAY ─▶ running ──credit spent──▶ resting ──REPLAY_FETCH──▶ running ──▶ END
 *                └──────── CANCEL, end of the range, damage ───────────────────┘
 */
#include "collector/replay_inside.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/sight.h"
#include "wire/feed.h"

#include <stdlib.h>

#define SMALL_BYTES 512

/* A replay that nobody gives credit to for so long is ended. */
#define REST_NS (120 * TCN_SECOND_NS)

enum tcn_status tcn_replays_create(struct tcn_replays **out_replays) {
    struct tcn_replays *replays = calloc(1, sizeof(*replays));
    if (replays == NULL) {
        return TCN_NOMEM;
    }
    *out_replays = replays;
    return TCN_OK;
}

void tcn_replays_destroy(struct tcn_replays **replays) {
    if (replays == NULL || *replays == NULL) {
        return;
    }
    for (uint32_t i = 0; i < (*replays)->count; i++) {
        free((*replays)->rows[i]);
    }
    free(*replays);
    *replays = NULL;
}

static struct tcn_replay_run *find(const struct tcn_replays *replays,
                                   const struct tcn_serve_asked *asked) {
    for (uint32_t i = 0; i < replays->count; i++) {
        struct tcn_replay_run *replay = replays->rows[i];
        if (replay->line.stamp.connection == asked->stamp.connection &&
            replay->line.stamp.principal == asked->stamp.principal &&
            replay->asked.request == asked->header.request) {
            return replay;
        }
    }
    return NULL;
}

static void remove_at(struct tcn_replays *replays, uint32_t index) {
    free(replays->rows[index]);
    replays->count--;
    replays->rows[index] = replays->rows[replays->count];
    replays->rows[replays->count] = NULL;
}

/* What core/sight allows; sealed bytes go to every reader, who opens what it has a key for. */
static enum tcn_status rights(const struct tcn_principal *principal, uint16_t organ,
                              struct tcn_item_right *out_right) {
    if (!tcn_sight_replays(principal, organ)) {
        return TCN_DENIED;
    }
    *out_right = (struct tcn_item_right){
        .has_sealed = true,
        .has_share = tcn_sight_has_share(principal, organ),
    };
    return TCN_OK;
}

static uint64_t lower_of(uint64_t left, uint64_t right) {
    return left < right ? left : right;
}

/* The range ends at the log's end as it is now, and at what was known then; that of an organ where
 * the state on disk ends, so that END never speaks for alerts that were not looked at. */
static enum tcn_status set_range(struct tcn_server *server, struct tcn_replay_run *replay) {
    struct tcn_record record = {0};
    const enum tcn_status status = tcn_log_tail(server->log_reader, &record);
    if (status != TCN_OK) {
        return status;
    }
    uint64_t last = record.first_position + record.count - 1;
    if (replay->filter.last_position != 0) {
        last = lower_of(last, replay->filter.last_position);
    }
    if (replay->filter.as_known_at != 0) {
        last = lower_of(last, replay->filter.as_known_at);
    }
    if (replay->filter.organ != 0) {
        last = lower_of(last, server->state_position);
    }
    replay->last_position = last;
    replay->next_position = replay->filter.first_position == 0 ? 1 : replay->filter.first_position;
    replay->next_number = 1;
    return TCN_OK;
}

static enum tcn_status start(struct tcn_server *server, const struct tcn_serve_asked *asked,
                             const struct tcn_serve_line *line, struct tcn_replay_run *replay) {
    *replay = (struct tcn_replay_run){
        .line = *line, .asked = asked->header, .heard_ns = tcn_clock_monotonic_ns()};
    enum tcn_status status = tcn_wire_replay_decode(asked->body, &server->arena, &replay->filter);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_text_copy(replay->filter.domain, replay->domain, sizeof(replay->domain));
    if (status != TCN_OK) {
        return status;
    }
    replay->filter.domain = tcn_slice_text(replay->domain);
    status = rights(asked->principal, replay->filter.organ, &replay->right);
    if (status != TCN_OK) {
        return status;
    }
    replay->stream = (struct tcn_stream){.mode = server->house->charter.genesis.mode,
                                         .organ = replay->filter.organ};
    tcn_hasher_init(&replay->hasher);
    return set_range(server, replay);
}

static uint32_t count_of(const struct tcn_replays *replays, uint32_t principal) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < replays->count; i++) {
        count += replays->rows[i]->line.stamp.principal == principal;
    }
    return count;
}

static enum tcn_status take_replay(struct tcn_server *server, const struct tcn_serve_asked *asked) {
    struct tcn_serve_line line;
    enum tcn_status status = tcn_admit_check(server, asked, &line);
    if (status != TCN_OK) {
        return tcn_serve_error(server, asked, status);
    }
    if (find(server->replays, asked) != NULL) {
        return tcn_serve_error(server, asked, TCN_EXISTS);
    }
    if (server->replays->count == TCN_REPLAYS_MAX ||
        count_of(server->replays, asked->stamp.principal) >= TCN_PRINCIPAL_REPLAYS_MAX) {
        return tcn_serve_error(server, asked, TCN_LIMIT);
    }
    struct tcn_replay_run *replay = malloc(sizeof(*replay));
    if (replay == NULL) {
        return tcn_serve_error(server, asked, TCN_BUSY);
    }
    status = start(server, asked, &line, replay);
    if (status != TCN_OK) {
        free(replay);
        return tcn_status_class(status) == TCN_CLASS_LOCAL ? status
                                                           : tcn_serve_error(server, asked, status);
    }
    server->replays->rows[server->replays->count] = replay;
    server->replays->count++;
    server->counts.replay_count++;
    return TCN_OK;
}

enum tcn_status tcn_replays_take(struct tcn_server *server, const struct tcn_serve_asked *asked) {
    if (asked->header.kind == TCN_KIND_REPLAY) {
        return take_replay(server, asked);
    }
    struct tcn_replay_run *replay = find(server->replays, asked);
    if (replay == NULL) {
        return tcn_serve_error(server, asked, TCN_ABSENT);
    }
    if (asked->header.kind == TCN_KIND_CANCEL) {
        replay->is_over = true;
        replay->code = TCN_CANCELED;
        return TCN_OK;
    }
    struct tcn_fetch fetch;
    const enum tcn_status status = tcn_wire_fetch_decode(asked->body, &server->arena, &fetch);
    if (status != TCN_OK) {
        return tcn_serve_error(server, asked, status);
    }
    replay->heard_ns = tcn_clock_monotonic_ns();
    if (fetch.number > replay->filter.credit_items) {
        replay->filter.credit_items = fetch.number;
    }
    return TCN_OK;
}

void tcn_replays_registry(struct tcn_server *server) {
    const struct tcn_registry *registry = tcn_roster_registry(&server->roster);
    const int64_t now_ns = tcn_clock_wall_ns();
    for (uint32_t i = server->replays->count; i > 0; i--) {
        struct tcn_replay_run *replay = server->replays->rows[i - 1];
        const struct tcn_principal *principal =
            tcn_registry_find(registry, replay->line.stamp.principal);
        if (principal == NULL || !tcn_admit_may_go_on(&replay->line, principal, now_ns) ||
            rights(principal, replay->filter.organ, &replay->right) != TCN_OK) {
            remove_at(server->replays, i - 1);
        }
    }
}

void tcn_replays_gone(struct tcn_server *server, uint64_t connection) {
    for (uint32_t i = server->replays->count; i > 0; i--) {
        if (server->replays->rows[i - 1]->line.stamp.connection == connection) {
            remove_at(server->replays, i - 1);
        }
    }
}

struct tcn_header tcn_replay_header(const struct tcn_replay_run *replay, enum tcn_kind kind) {
    return (struct tcn_header){
        .version = TCN_WIRE_VERSION,
        .kind = kind,
        .session = replay->asked.session,
        .request = replay->asked.request,
    };
}

static enum tcn_status say_end(struct tcn_server *server, struct tcn_replay_run *replay) {
    const uint64_t looked_to = replay->stream.organ != 0 && replay->code == TCN_OK
                                   ? replay->last_position
                                   : replay->next_position - 1;
    const struct tcn_end end = {
        .count = replay->sent_count,
        .digest = tcn_hasher_finish(&replay->hasher),
        .code = (uint32_t)replay->code,
        .last_position = looked_to,
    };
    uint8_t data[SMALL_BYTES];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body = {0};
    const enum tcn_status status = tcn_wire_end_encode(&end, &writer, &body);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_header header = tcn_replay_header(replay, TCN_KIND_END);
    return tcn_serve_tell(server, &replay->line, &header, body);
}

static bool is_ready(const struct tcn_replay_run *replay, int64_t now_ns) {
    return !replay->is_over && replay->sent_count < replay->filter.credit_items &&
           replay->wait_until_ns <= now_ns;
}

/* True when it waits for credit; after a while nobody is thought to be there. */
static bool is_resting(struct tcn_replay_run *replay, int64_t now_ns, int64_t *out_deadline_ns) {
    if (replay->is_over || replay->sent_count < replay->filter.credit_items) {
        return false;
    }
    const int64_t until_ns = replay->heard_ns + REST_NS;
    if (until_ns <= now_ns) {
        replay->is_over = true;
        replay->code = TCN_TIMEOUT;
    } else if (until_ns < *out_deadline_ns) {
        *out_deadline_ns = until_ns;
    }
    return !replay->is_over;
}

enum tcn_status tcn_replays_turn(struct tcn_server *server, int64_t now_ns,
                                 int64_t *out_deadline_ns) {
    struct tcn_replays *replays = server->replays;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = replays->count; i > 0 && !server->is_blocked && status == TCN_OK; i--) {
        struct tcn_replay_run *replay = replays->rows[i - 1];
        if (is_resting(replay, now_ns, out_deadline_ns)) {
            continue;
        }
        if (is_ready(replay, now_ns)) {
            status = tcn_replay_slice(server, replay);
        }
        if (status == TCN_OK && replay->is_over && !server->is_blocked) {
            status = say_end(server, replay);
            remove_at(replays, i - 1);
            continue;
        }
        if (is_ready(replay, now_ns) || replay->is_over) {
            *out_deadline_ns = 0;
        } else if (replay->wait_until_ns > now_ns && replay->wait_until_ns < *out_deadline_ns) {
            *out_deadline_ns = replay->wait_until_ns;
        }
    }
    return status;
}
