/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions. What may be asked and seen is core/sight's to say. A matter that is not the asker's
 * does not exist for it: the answer is the same, and costs the same, as for one that was never
 * reported.
 */
#include "collector/serve_inside.h"

#include "base/clock.h"
#include "core/broker_keys.h"
#include "core/sight.h"
#include "query/query.h"
#include "seal/sign.h"
#include "wire/query.h"
#include "wire/registry.h"

#include <stdlib.h>

#define WAIT_NS (10 * TCN_SECOND_NS)

struct waiting {
    struct tcn_serve_line line;
    struct tcn_header asked;
    const struct tcn_principal *principal;
    struct tcn_query query;
    int64_t until_ns;
};

struct tcn_asks {
    struct waiting rows[TCN_QUESTIONS_MAX];
    uint32_t count;
    struct tcn_arena arena;
};

enum tcn_status tcn_asks_create(struct tcn_asks **out_asks) {
    struct tcn_asks *asks = calloc(1, sizeof(*asks));
    if (asks == NULL) {
        return TCN_NOMEM;
    }
    const enum tcn_status status = tcn_arena_init(&asks->arena, TCN_QUERY_ARENA_BYTES);
    if (status != TCN_OK) {
        free(asks);
        return status;
    }
    *out_asks = asks;
    return TCN_OK;
}

void tcn_asks_destroy(struct tcn_asks **asks) {
    if (asks == NULL || *asks == NULL) {
        return;
    }
    tcn_arena_fini(&(*asks)->arena);
    free(*asks);
    *asks = NULL;
}

static void add_counts(const struct tcn_server *server, struct tcn_answer *answer) {
    answer->stats.refused_count =
        server->progress.counts.refused_count + server->net_counts.refused_count;
    answer->stats.duplicate_count = server->progress.counts.duplicate_count;
    answer->stats.group_count = server->progress.counts.group_count;
    answer->standstill = server->standstill;
}

static enum tcn_status say_answer(struct tcn_server *server, struct waiting *waiting,
                                  const struct tcn_answer *answer) {
    struct tcn_writer writer = tcn_writer_init(server->answer, TCN_SERVE_ANSWER_BYTES);
    struct tcn_slice body = {0};
    const enum tcn_status status = tcn_wire_answer_encode(answer, &writer, &body);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION,
        .kind = TCN_KIND_ANSWER,
        .session = waiting->asked.session,
        .request = waiting->asked.request,
    };
    return tcn_serve_tell(server, &waiting->line, &header, body);
}

static enum tcn_status run(struct tcn_server *server, struct waiting *waiting) {
    const struct tcn_query_view view = {
        .log = server->house->log,
        .log_reader = server->log_reader,
        .state_reader = server->state_reader,
        .charter = &server->house->charter,
        .registry = tcn_roster_registry(&server->roster),
        .policy = tcn_rights_policy(&server->roster.rights),
        .generation = server->house->generation,
        .key = &server->voice.key,
        .asker = waiting->principal,
        .now_ns = server->house->is_feed_clock ? 0 : tcn_clock_wall_ns(),
    };
    struct tcn_answer answer = {0};
    tcn_arena_reset(&server->asks->arena);
    const enum tcn_status status =
        tcn_query_run(&view, &waiting->query, &server->asks->arena, &answer);
    if (status != TCN_OK) {
        answer = (struct tcn_answer){.code = (uint32_t)status};
        tcn_log(server->house->logger, TCN_LOG_ERROR, "a question cannot be answered: because %s",
                tcn_status_sentence(status));
    }
    add_counts(server, &answer);
    return say_answer(server, waiting, &answer);
}

/* The state did not come so far in time, or does not move at all. */
static enum tcn_status say_late(struct tcn_server *server, struct waiting *waiting) {
    const struct tcn_answer late = {
        .code = TCN_TIMEOUT, .position = server->state_position, .standstill = server->standstill};
    return say_answer(server, waiting, &late);
}

/* "All that is in the log now" becomes a position. */
static enum tcn_status fix_latest(struct tcn_server *server, struct tcn_query *query) {
    if (query->at_least_position != TCN_QUERY_LATEST) {
        return TCN_OK;
    }
    struct tcn_record record = {0};
    tcn_log_reader_reset(server->log_reader);
    const enum tcn_status status = tcn_log_tail(server->log_reader, &record);
    if (status == TCN_OK) {
        query->at_least_position = record.first_position + record.count - 1;
    }
    return status;
}

/* Registry and head follow the log and not the state, so they answer also while that stands still.
 */
static bool is_of_log(const struct tcn_query *query) {
    return query->kind == TCN_QUERY_REGISTRY || query->kind == TCN_QUERY_HEAD;
}

/* They are there once the log goes so far; the registry, when the last change that stands in it is
 * known here. */
static enum tcn_status log_reaches(struct tcn_server *server, const struct tcn_query *query,
                                   bool *out_reaches) {
    const uint64_t position = query->at_least_position;
    struct tcn_record record = {0};
    uint64_t change = 0;
    size_t count = 0;
    tcn_log_reader_reset(server->log_reader);
    enum tcn_status status = tcn_log_tail(server->log_reader, &record);
    if (status == TCN_OK && query->kind == TCN_QUERY_REGISTRY) {
        const uint64_t version = tcn_rights_version(&server->roster.rights);
        status = tcn_log_reader_changes(server->log_reader, version, &change, 1, &count);
    }
    tcn_log_reader_reset(server->log_reader);
    if (status == TCN_OK) {
        *out_reaches = count == 0 && position <= record.first_position + record.count - 1;
    }
    return status;
}

/* Whether what a question asks for has come as far as it demands. */
static enum tcn_status reaches(struct tcn_server *server, const struct tcn_query *query,
                               bool *out_reaches) {
    if (is_of_log(query)) {
        return log_reaches(server, query, out_reaches);
    }
    *out_reaches = query->at_least_position <= server->state_position;
    return TCN_OK;
}

/* True when waiting is of no use. */
static bool stands_still(const struct tcn_server *server, const struct tcn_query *query) {
    return server->standstill.code != 0 && !is_of_log(query);
}

static uint32_t count_of(const struct tcn_asks *asks, uint32_t principal) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < asks->count; i++) {
        count += asks->rows[i].line.stamp.principal == principal;
    }
    return count;
}

static enum tcn_status take_ask(struct tcn_server *server, const struct tcn_serve_asked *asked,
                                int64_t now_ns) {
    struct waiting waiting = {
        .asked = asked->header,
        .principal = asked->principal,
        .until_ns = now_ns + WAIT_NS,
    };
    enum tcn_status status = tcn_admit_check(server, asked, &waiting.line);
    if (status == TCN_OK) {
        status = tcn_wire_query_decode(asked->body, &server->arena, &waiting.query);
    }
    if (status == TCN_OK) {
        status = tcn_sight_narrow(asked->principal, tcn_rights_policy(&server->roster.rights)->desk,
                                  &waiting.query);
    }
    if (status != TCN_OK) {
        return tcn_serve_error(server, asked, status);
    }
    status = fix_latest(server, &waiting.query);
    if (status != TCN_OK) {
        return tcn_serve_error(server, asked, status);
    }
    server->counts.ask_count++;
    if (waiting.query.at_least_position == TCN_QUERY_LATEST) {
        waiting.query.at_least_position = server->progress.position;
    }
    bool is_there = false;
    status = reaches(server, &waiting.query, &is_there);
    if (status != TCN_OK) {
        return tcn_serve_error(server, asked, status);
    }
    if (is_there) {
        return run(server, &waiting);
    }
    if (stands_still(server, &waiting.query)) {
        return say_late(server, &waiting);
    }
    if (server->asks->count == TCN_QUESTIONS_MAX ||
        count_of(server->asks, asked->stamp.principal) >= TCN_PRINCIPAL_QUESTIONS_MAX) {
        return tcn_serve_error(server, asked, TCN_LIMIT);
    }
    server->asks->rows[server->asks->count] = waiting;
    server->asks->count++;
    return TCN_OK;
}

/* The bundle: what agents need to route and seal by themselves. */
static enum tcn_status say_bundle(struct tcn_server *server, const struct tcn_serve_asked *asked) {
    const struct tcn_charter *charter = &server->house->charter;
    const struct tcn_rights *rights = &server->roster.rights;
    const struct tcn_registry *registry = tcn_rights_registry(rights);
    struct tcn_bundle bundle = {
        .version = tcn_charter_bundle_version(charter, tcn_rights_policy(rights), registry),
        .log_id = charter->genesis.log_id,
        .mode = charter->genesis.mode,
        .collector_key = charter->genesis.collector_key,
        .policy = tcn_rights_policy_bytes(rights),
        .organ_keys = registry->organ_keys,
        .organ_key_count = registry->organ_key_count,
        .keys = registry->keys,
    };
    tcn_broker_keys_of(registry, &bundle.brokers);
    struct tcn_writer writer = tcn_writer_init(server->answer, TCN_SERVE_ANSWER_BYTES);
    struct tcn_slice body = {0};
    enum tcn_status status = tcn_wire_bundle_encode(&bundle, &writer, &body);
    if (status != TCN_OK) {
        return tcn_serve_error(server, asked, TCN_LIMIT);
    }
    struct tcn_signature signature = {0};
    status = tcn_sign(&server->voice.key, TCN_CONTEXT_BUNDLE, body, &signature);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_slice bodies[] = {body,
                                       tcn_slice_of(signature.bytes, sizeof(signature.bytes))};
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION,
        .kind = TCN_KIND_BUNDLE,
        .session = asked->header.session,
        .request = asked->header.request,
    };
    return tcn_serve_post(server, &asked->stamp, &header, bodies, 2);
}

enum tcn_status tcn_asks_take(struct tcn_server *server, const struct tcn_serve_asked *asked,
                              int64_t now_ns) {
    return asked->header.kind == TCN_KIND_ASK ? take_ask(server, asked, now_ns)
                                              : say_bundle(server, asked);
}

static void remove_at(struct tcn_asks *asks, uint32_t index) {
    asks->count--;
    asks->rows[index] = asks->rows[asks->count];
}

void tcn_asks_registry(struct tcn_server *server) {
    const struct tcn_registry *registry = tcn_roster_registry(&server->roster);
    struct tcn_asks *asks = server->asks;
    const int64_t now_ns = tcn_clock_wall_ns();
    for (uint32_t i = asks->count; i > 0; i--) {
        struct waiting *waiting = &asks->rows[i - 1];
        waiting->principal = tcn_registry_find(registry, waiting->line.stamp.principal);
        if (waiting->principal == NULL ||
            !tcn_admit_may_go_on(&waiting->line, waiting->principal, now_ns) ||
            tcn_sight_narrow(waiting->principal, tcn_rights_policy(&server->roster.rights)->desk,
                             &waiting->query) != TCN_OK) {
            remove_at(asks, i - 1);
        }
    }
}

void tcn_asks_gone(struct tcn_server *server, uint64_t connection) {
    for (uint32_t i = server->asks->count; i > 0; i--) {
        if (server->asks->rows[i - 1].line.stamp.connection == connection) {
            remove_at(server->asks, i - 1);
        }
    }
}

enum tcn_status tcn_asks_turn(struct tcn_server *server, int64_t now_ns, int64_t *out_deadline_ns) {
    struct tcn_asks *asks = server->asks;
    for (uint32_t i = asks->count; i > 0 && !server->is_blocked; i--) {
        struct waiting waiting = asks->rows[i - 1];
        bool is_there = false;
        enum tcn_status status = reaches(server, &waiting.query, &is_there);
        if (status == TCN_OK && is_there) {
            status = run(server, &waiting);
        } else if (status != TCN_OK || waiting.until_ns <= now_ns ||
                   stands_still(server, &waiting.query)) {
            status = say_late(server, &waiting);
        } else {
            if (waiting.until_ns < *out_deadline_ns) {
                *out_deadline_ns = waiting.until_ns;
            }
            continue;
        }
        remove_at(asks, i - 1);
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}
