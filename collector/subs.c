/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/subs_inside.h"

#include "base/clock.h"
#include "base/text.h"
#include "seal/random.h"
#include "wire/feed.h"

#include <stdlib.h>
#include <string.h>

enum tcn_status tcn_subs_create(struct tcn_subs **out_subs) {
    struct tcn_subs *subs = calloc(1, sizeof(*subs));
    if (subs == NULL) {
        return TCN_NOMEM;
    }
    *out_subs = subs;
    return TCN_OK;
}

void tcn_subs_destroy(struct tcn_subs **subs) {
    if (subs == NULL || *subs == NULL) {
        return;
    }
    for (uint32_t i = 0; i < (*subs)->count; i++) {
        free((*subs)->rows[i]);
    }
    free(*subs);
    *subs = NULL;
}

static void close_sub(struct tcn_sub *sub) {
    if (!sub->is_closing) {
        sub->is_closing = true;
        tcn_feed_close(&sub->feed);
    }
}

static struct tcn_sub *find(const struct tcn_subs *subs, const struct tcn_serve_asked *asked) {
    for (uint32_t i = 0; i < subs->count; i++) {
        struct tcn_sub *sub = subs->rows[i];
        if (sub->session == asked->header.session && !sub->is_closing &&
            sub->line.stamp.connection == asked->stamp.connection &&
            sub->line.stamp.principal == asked->stamp.principal) {
            return sub;
        }
    }
    return NULL;
}

static bool is_same_cursor(const struct tcn_cursor *left, const struct tcn_cursor *right) {
    return left->principal == right->principal && strcmp(left->name, right->name) == 0 &&
           tcn_stream_equals(left->stream, right->stream);
}

static struct tcn_cursor *recall(struct tcn_subs *subs, const struct tcn_cursor *wanted) {
    for (uint32_t i = 0; i < subs->memory_count; i++) {
        if (is_same_cursor(&subs->memory[i], wanted)) {
            return &subs->memory[i];
        }
    }
    return NULL;
}

/* The oldest memory gives way: the state has had it long since, and if not, some items come twice,
 * which they may. */
void tcn_subs_remember(struct tcn_subs *subs, const struct tcn_cursor *cursor) {
    struct tcn_cursor *old = recall(subs, cursor);
    if (old != NULL) {
        *old = *cursor;
        return;
    }
    subs->memory[subs->memory_next] = *cursor;
    subs->memory_next = (subs->memory_next + 1) % TCN_SUBS_MEMORY_MAX;
    if (subs->memory_count < TCN_SUBS_MEMORY_MAX) {
        subs->memory_count++;
    }
}

/* The cursor of a subscription that is still open under the same name, when it is newer. */
static void recall_open(const struct tcn_subs *subs, struct tcn_cursor *cursor) {
    for (uint32_t i = 0; i < subs->count; i++) {
        const struct tcn_sub *sub = subs->rows[i];
        if (sub->line.stamp.principal != cursor->principal ||
            strcmp(sub->name, cursor->name) != 0) {
            continue;
        }
        for (uint32_t j = 0; j < sub->feed.stream_count; j++) {
            const struct tcn_feed_stream *stream = &sub->feed.streams[j];
            if (tcn_stream_equals(stream->stream, cursor->stream) &&
                (stream->generation > cursor->generation || stream->cursor > cursor->number)) {
                cursor->number = stream->cursor;
                cursor->generation = stream->generation;
            }
        }
    }
}

/* The newest of what the state has, what was stored since, and what is about to be. */
static enum tcn_status cursor_of(struct tcn_server *server, const struct tcn_sub *sub,
                                 struct tcn_stream stream, struct tcn_cursor *out_cursor) {
    struct tcn_cursor wanted = {.principal = sub->line.stamp.principal, .stream = stream};
    memcpy(wanted.name, sub->name, sizeof(wanted.name));
    *out_cursor = wanted;
    if (sub->name[0] == '\0') {
        return TCN_OK;
    }
    struct tcn_cursor stored = {0};
    const enum tcn_status status = tcn_state_cursor(server->state_reader, &wanted, &stored);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    if (status == TCN_OK) {
        *out_cursor = stored;
    }
    const struct tcn_cursor *memory = recall(server->subs, &wanted);
    if (memory != NULL &&
        (memory->generation > out_cursor->generation ||
         (memory->generation == out_cursor->generation && memory->number > out_cursor->number))) {
        *out_cursor = *memory;
    }
    recall_open(server->subs, out_cursor);
    return TCN_OK;
}

/* How far a stream goes, as far as its items can be given out. */
static enum tcn_status head_of(struct tcn_server *server, struct tcn_stream stream,
                               uint64_t *out_head) {
    uint64_t stored = 0;
    const enum tcn_status status = tcn_state_stream(server->state_reader, stream, &stored);
    if (status != TCN_OK) {
        return status;
    }
    const uint64_t fresh = tcn_tail_head(server->tail, stream);
    *out_head = fresh > stored ? fresh : stored;
    return TCN_OK;
}

/* A restore cut the log, and with it every stream, behind a record of the older generation; what
 * came since is of a newer one. So the fork is the last alert that is not newer, and alerts never
 * go back in generation. */
enum tcn_status tcn_subs_fork(struct tcn_server *server, struct tcn_stream stream,
                              uint64_t generation, uint64_t *out_fork) {
    uint64_t low = 0;
    uint64_t high = 0;
    enum tcn_status status = tcn_state_stream(server->state_reader, stream, &high);
    high++;
    while (status == TCN_OK && low + 1 < high) {
        const uint64_t middle = low + (high - low) / 2;
        size_t count = 0;
        status = tcn_state_alerts(server->state_reader, stream, middle, server->alerts, 1, &count);
        if (status == TCN_OK && count == 1 && server->alerts[0].generation <= generation) {
            low = middle;
        } else {
            high = middle;
        }
    }
    if (status == TCN_OK) {
        *out_fork = low;
    }
    return status;
}

static enum tcn_status add_stream(struct tcn_server *server, struct tcn_sub *sub,
                                  const struct tcn_open_stream *wanted) {
    if (!tcn_charter_takes(&server->house->charter, wanted->stream.mode)) {
        return TCN_BAD_VALUE;
    }
    if (!tcn_principal_may_read(sub->principal, wanted->stream.organ)) {
        return TCN_DENIED;
    }
    struct tcn_cursor cursor = {0};
    enum tcn_status status = cursor_of(server, sub, wanted->stream, &cursor);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_feed_start start = {
        .wanted = *wanted,
        .generation = server->house->generation,
        .fork = UINT64_MAX,
        .cursor = cursor.number,
        .cursor_generation = cursor.generation,
    };
    status = head_of(server, wanted->stream, &start.head);
    const uint64_t generation =
        wanted->from == TCN_FROM_CURSOR ? cursor.generation : wanted->generation;
    if (status == TCN_OK && generation != 0 && generation != start.generation) {
        status = tcn_subs_fork(server, wanted->stream, generation, &start.fork);
    }
    return status == TCN_OK ? tcn_feed_add(&sub->feed, &start) : status;
}

static enum tcn_status make(struct tcn_server *server, const struct tcn_serve_asked *asked,
                            const struct tcn_serve_line *line, const struct tcn_open *open,
                            struct tcn_sub *sub) {
    *sub = (struct tcn_sub){
        .line = *line,
        .session = tcn_random_u64() | 1,
        .request = asked->header.request,
        .principal = asked->principal,
    };
    enum tcn_status status = tcn_text_copy(open->name, sub->name, sizeof(sub->name));
    if (status != TCN_OK) {
        return status;
    }
    tcn_feed_init(&sub->feed, sub->name[0] != '\0');
    for (uint32_t i = 0; i < open->stream_count && status == TCN_OK; i++) {
        status = add_stream(server, sub, &open->streams[i]);
    }
    return status;
}

static enum tcn_status say_opened(struct tcn_server *server, const struct tcn_serve_asked *asked,
                                  struct tcn_sub *sub) {
    struct tcn_head heads[TCN_OPEN_STREAMS_MAX];
    for (uint32_t i = 0; i < sub->feed.stream_count; i++) {
        const struct tcn_feed_stream *stream = &sub->feed.streams[i];
        heads[i] = (struct tcn_head){
            .stream = stream->stream,
            .generation = stream->generation,
            .number = stream->head,
            .next = stream->next,
            .log_time_ns = server->progress.log_time_ns,
            .standstill = server->standstill.code,
        };
    }
    uint8_t data[TCN_SUBS_SMALL_BYTES];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body = {0};
    const enum tcn_status status =
        tcn_wire_opened_encode(heads, sub->feed.stream_count, &writer, &body);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION,
        .kind = TCN_KIND_OPENED,
        .session = sub->session,
        .request = asked->header.request,
    };
    return tcn_serve_tell(server, &sub->line, &header, body);
}

/* A name is held once: who opens it again takes it over, as after a lost connection. Without a name
 * there is one subscription for a connection. */
static void take_over(struct tcn_subs *subs, const struct tcn_sub *newer) {
    for (uint32_t i = 0; i < subs->count; i++) {
        struct tcn_sub *sub = subs->rows[i];
        const bool is_same_name = strcmp(sub->name, newer->name) == 0;
        const bool is_reachable =
            newer->name[0] != '\0' || sub->line.stamp.connection == newer->line.stamp.connection;
        if (sub->line.stamp.principal == newer->line.stamp.principal && is_same_name &&
            is_reachable) {
            close_sub(sub);
        }
    }
}

/* Whether there is room for one more. Rows that are closing are free as soon as their last cursor
 * is stored, so who only waits for them is told to come again. */
static enum tcn_status check_room(const struct tcn_subs *subs, uint32_t principal) {
    uint32_t own_count = 0;
    uint32_t closing_count = 0;
    for (uint32_t i = 0; i < subs->count; i++) {
        const struct tcn_sub *sub = subs->rows[i];
        closing_count += sub->is_closing;
        own_count += !sub->is_closing && sub->line.stamp.principal == principal;
    }
    if (own_count >= TCN_PRINCIPAL_SUBSCRIPTIONS_MAX) {
        return TCN_LIMIT;
    }
    if (subs->count < TCN_SUBSCRIPTIONS_MAX) {
        return TCN_OK;
    }
    return closing_count > 0 ? TCN_BUSY : TCN_LIMIT;
}

static enum tcn_status take_open(struct tcn_server *server, const struct tcn_serve_asked *asked) {
    struct tcn_open open;
    struct tcn_serve_line line;
    enum tcn_status status = tcn_admit_check(server, asked, &line);
    if (status == TCN_OK) {
        status = tcn_wire_open_decode(asked->body, &server->arena, &open);
    }
    if (status != TCN_OK) {
        return tcn_serve_error(server, asked, status);
    }
    struct tcn_sub *sub = malloc(sizeof(*sub));
    if (sub == NULL) {
        return tcn_serve_error(server, asked, TCN_BUSY);
    }
    status = make(server, asked, &line, &open, sub);
    if (status == TCN_OK) {
        status = tcn_subs_check_name(server, sub->line.stamp.principal, sub->name);
    }
    if (status != TCN_OK) {
        free(sub);
        if (tcn_status_class(status) == TCN_CLASS_LOCAL) {
            tcn_serve_state_lost(server, status);
        }
        return tcn_serve_error(server, asked, status);
    }
    take_over(server->subs, sub);
    status = check_room(server->subs, sub->line.stamp.principal);
    if (status != TCN_OK) {
        free(sub);
        return tcn_serve_error(server, asked, status);
    }
    server->subs->rows[server->subs->count] = sub;
    server->subs->count++;
    server->counts.open_count++;
    return say_opened(server, asked, sub);
}

static enum tcn_status take_fetch(struct tcn_server *server, const struct tcn_serve_asked *asked) {
    struct tcn_sub *sub = find(server->subs, asked);
    if (sub == NULL) {
        return tcn_serve_error(server, asked, TCN_STALE);
    }
    struct tcn_fetch fetch;
    enum tcn_status status = TCN_OK;
    if (asked->header.kind == TCN_KIND_MOVE &&
        tcn_admit_signer(asked, &sub->line.session, tcn_clock_wall_ns()) == NULL) {
        status = TCN_DENIED; /* else what a broker keeps back is passed over for good */
    }
    if (status == TCN_OK) {
        status = tcn_wire_fetch_decode(asked->body, &server->arena, &fetch);
    }
    if (status == TCN_OK) {
        status = asked->header.kind == TCN_KIND_FETCH ? tcn_feed_fetch(&sub->feed, &fetch)
                                                      : tcn_feed_move(&sub->feed, &fetch);
    }
    return status == TCN_OK ? TCN_OK : tcn_serve_error(server, asked, status);
}

enum tcn_status tcn_subs_take(struct tcn_server *server, const struct tcn_serve_asked *asked) {
    if (asked->header.kind == TCN_KIND_OPEN) {
        return take_open(server, asked);
    }
    if (asked->header.kind != TCN_KIND_CLOSE) {
        return take_fetch(server, asked);
    }
    struct tcn_sub *sub = find(server->subs, asked);
    if (sub != NULL) {
        close_sub(sub);
    }
    return TCN_OK;
}

void tcn_subs_gone(struct tcn_server *server, uint64_t connection) {
    for (uint32_t i = 0; i < server->subs->count; i++) {
        if (server->subs->rows[i]->line.stamp.connection == connection) {
            close_sub(server->subs->rows[i]);
        }
    }
}

/* Whether a subscription may go on as it is. */
static bool may_go_on(const struct tcn_sub *sub, int64_t now_ns) {
    bool may = tcn_admit_may_go_on(&sub->line, sub->principal, now_ns);
    for (uint32_t i = 0; may && i < sub->feed.stream_count; i++) {
        may = tcn_principal_may_read(sub->principal, sub->feed.streams[i].stream.organ);
    }
    return may;
}

/* Who is cut off hears no more HEAD, opens again, and is told why. */
void tcn_subs_registry(struct tcn_server *server) {
    const struct tcn_registry *registry = tcn_roster_registry(&server->roster);
    const int64_t now_ns = tcn_clock_wall_ns();
    for (uint32_t i = 0; i < server->subs->count; i++) {
        struct tcn_sub *sub = server->subs->rows[i];
        sub->principal = tcn_registry_find(registry, sub->line.stamp.principal);
        TCN_CHECK(sub->principal != NULL); /* no row is ever removed */
        if (!may_go_on(sub, now_ns)) {
            close_sub(sub);
        }
    }
}

void tcn_subs_grew(struct tcn_server *server) {
    struct tcn_stream stream;
    uint64_t head = 0;
    while (tcn_tail_grown(server->tail, &stream, &head)) {
        for (uint32_t i = 0; i < server->subs->count; i++) {
            tcn_feed_grew(&server->subs->rows[i]->feed, stream, head);
        }
    }
}

void tcn_subs_committed(struct tcn_server *server) {
    const uint64_t before = tcn_serve_reads(server);
    for (uint32_t i = 0; i < server->subs->count; i++) {
        struct tcn_sub *sub = server->subs->rows[i];
        sub->is_waiting = false;
        for (uint32_t j = 0; j < sub->feed.stream_count; j++) {
            uint64_t head = 0;
            const struct tcn_stream stream = sub->feed.streams[j].stream;
            const enum tcn_status status = head_of(server, stream, &head);
            if (status == TCN_OK) {
                tcn_feed_grew(&sub->feed, stream, head);
            } else {
                tcn_serve_state_lost(server, status);
            }
        }
    }
    server->counts.aside_count += tcn_serve_reads(server) - before;
}

void tcn_subs_tell(struct tcn_server *server) {
    for (uint32_t i = 0; i < server->subs->count; i++) {
        tcn_feed_tell(&server->subs->rows[i]->feed);
    }
}
