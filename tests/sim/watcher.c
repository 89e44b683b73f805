/* SPDX-License-Identifier: Apache-2.0 */
#include "watcher.h"

#include "keeper.h"

#include <stdio.h>
#include <string.h>

static void start_subscriber(struct sim_watcher *watcher, int64_t now_ns) {
    tcn_subscriber_init(&watcher->subscriber, 32, now_ns);
    watcher->session = 0;
    for (uint32_t i = 0; i < watcher->kept_count; i++) {
        const struct tcn_open_stream stream = {.stream = watcher->kept[i].stream,
                                               .from = TCN_FROM_CURSOR};
        enum tcn_status status = tcn_subscriber_add(&watcher->subscriber, &stream);
        TCN_CHECK(status == TCN_OK);
        watcher->kept[i].received = 0;
    }
    watcher->is_up = true;
}

void sim_watcher_init(struct sim_watcher *watcher, struct sim_net *net, struct tcn_checker *checker,
                      uint32_t node, const uint16_t organs[2]) {
    memset(watcher, 0, sizeof(*watcher));
    watcher->node = node;
    watcher->net = net;
    watcher->checker = checker;
    watcher->sync_ns = INT64_MAX;
    (void)snprintf(watcher->name, sizeof(watcher->name), "w%u", node);
    for (uint32_t i = 0; i < 2; i++) {
        if (organs[i] != 0) {
            struct sim_kept *kept = &watcher->kept[watcher->kept_count];
            kept->stream = (struct tcn_stream){.mode = TCN_MODE_ACTUAL, .organ = organs[i]};
            watcher->kept_count++;
            char stream[32];
            sim_stream_text(kept->stream, stream);
            tcn_checker_watch(checker, watcher->name, stream);
        }
    }
    start_subscriber(watcher, 0);
}

void sim_watcher_crash(struct sim_watcher *watcher) {
    watcher->is_up = false;
    watcher->sync_ns = INT64_MAX;
    for (uint32_t i = 0; i < watcher->kept_count; i++) {
        watcher->kept[i].count = watcher->kept[i].synced;
    }
}

void sim_watcher_start(struct sim_watcher *watcher, int64_t now_ns) {
    if (!watcher->is_up) {
        start_subscriber(watcher, now_ns);
    }
}

static struct sim_kept *kept_of(struct sim_watcher *watcher, struct tcn_stream stream) {
    for (uint32_t i = 0; i < watcher->kept_count; i++) {
        if (tcn_stream_equals(watcher->kept[i].stream, stream)) {
            return &watcher->kept[i];
        }
    }
    return NULL;
}

/** The stream goes on at `next` under another generation: what lies from there on is not what it
 * was. */
static void turn_back(struct sim_watcher *watcher, struct sim_kept *kept, uint64_t generation,
                      uint64_t next) {
    char stream[32];
    sim_stream_text(kept->stream, stream);
    kept->generation = generation;
    if (kept->received >= next) {
        kept->received = next - 1;
    }
    if (kept->count >= next) {
        kept->count = next - 1;
    }
    if (kept->synced > kept->count) {
        kept->synced = kept->count;
    }
    watcher->reset_count++;
    tcn_checker_reset(watcher->checker, watcher->name, stream, next);
}

static void take_items(struct sim_watcher *watcher, const struct sim_items *items, int64_t now_ns) {
    struct sim_kept *kept = kept_of(watcher, items->stream);
    for (uint32_t i = 0; i < items->count; i++) {
        const struct tcn_alert alert = {.stream = items->stream, .number = items->numbers[i]};
        enum tcn_subscriber_verdict verdict =
            tcn_subscriber_item(&watcher->subscriber, &alert, now_ns);
        if (verdict != TCN_SUBSCRIBER_TAKE) {
            continue;
        }
        kept->received = items->numbers[i];
        if (items->numbers[i] > kept->count) {
            TCN_CHECK(items->numbers[i] <= SIM_ITEMS_KEPT);
            kept->count = items->numbers[i];
            kept->positions[kept->count - 1] = items->positions[i];
        }
        if (watcher->is_hasty) {
            tcn_subscriber_taken(&watcher->subscriber, items->stream, kept->received);
        }
        if (watcher->sync_ns == INT64_MAX) {
            watcher->sync_ns = now_ns + (int64_t)sim_dice_below(&watcher->net->dice, 2000 * SIM_MS);
        }
    }
}

static void take_head(struct sim_watcher *watcher, const struct tcn_head *head, int64_t now_ns) {
    struct sim_kept *kept = kept_of(watcher, head->stream);
    tcn_subscriber_head(&watcher->subscriber, head, now_ns);
    const struct tcn_subscriber_stream *stream = &watcher->subscriber.streams[kept - watcher->kept];
    bool is_known = watcher->subscriber.state == TCN_SUBSCRIBER_OPEN && stream->next != 0;
    if (is_known && stream->generation != kept->generation) {
        if (kept->generation != 0) { /* its RESET was lost, and nothing was asked by number */
            turn_back(watcher, kept, stream->generation, stream->next);
        }
        kept->generation = stream->generation;
    }
}

void sim_watcher_take(struct sim_watcher *watcher, const struct sim_message *message,
                      int64_t now_ns) {
    if (!watcher->is_up) {
        return;
    }
    if (message->kind == TCN_KIND_OPENED) {
        if (message->request == watcher->request) {
            watcher->session = message->session;
            tcn_subscriber_opened(&watcher->subscriber, now_ns);
        }
        return;
    }
    if (message->session != watcher->session) {
        return;
    }
    if (message->kind == TCN_KIND_ITEMS) {
        take_items(watcher, &message->body.items, now_ns);
    } else if (message->kind == TCN_KIND_HEAD) {
        take_head(watcher, &message->body.head, now_ns);
    } else if (message->kind == TCN_KIND_RESET) {
        const struct tcn_reset *reset = &message->body.reset;
        if (tcn_subscriber_reset(&watcher->subscriber, reset, now_ns)) {
            turn_back(watcher, kept_of(watcher, reset->stream), reset->generation, reset->next);
        }
    } else if (message->kind == TCN_KIND_ERROR) {
        watcher->session = 0;
        tcn_subscriber_lost(&watcher->subscriber);
    }
}

/** Keeps what was received, and only then says so. */
static void keep(struct sim_watcher *watcher) {
    watcher->sync_ns = INT64_MAX;
    for (uint32_t i = 0; i < watcher->kept_count; i++) {
        struct sim_kept *kept = &watcher->kept[i];
        char stream[32];
        sim_stream_text(kept->stream, stream);
        for (uint64_t number = kept->synced + 1; number <= kept->count; number++) {
            tcn_checker_item(watcher->checker, watcher->name, stream, number,
                             kept->positions[number - 1]);
        }
        kept->synced = kept->count;
        tcn_subscriber_taken(&watcher->subscriber, kept->stream, kept->received);
    }
}

static void say(struct sim_watcher *watcher, const struct tcn_subscriber_want *want,
                int64_t now_ns) {
    struct sim_message message = {.from = watcher->node, .to = 0, .session = watcher->session};
    if (want->kind == TCN_SUBSCRIBER_WANT_OPEN) {
        watcher->request++;
        message.kind = TCN_KIND_OPEN;
        message.request = watcher->request;
        memset(&message.body.open, 0, sizeof(message.body.open));
        message.body.open.stream_count = watcher->subscriber.stream_count;
        for (uint32_t i = 0; i < watcher->subscriber.stream_count; i++) {
            message.body.open.streams[i] = watcher->subscriber.streams[i].wanted;
        }
    } else {
        message.kind = want->kind == TCN_SUBSCRIBER_WANT_MOVE ? TCN_KIND_MOVE : TCN_KIND_FETCH;
        message.body.fetch = want->fetch;
    }
    sim_net_send(watcher->net, &message, now_ns);
}

int64_t sim_watcher_pump(struct sim_watcher *watcher, int64_t now_ns) {
    if (!watcher->is_up) {
        return INT64_MAX;
    }
    if (now_ns >= watcher->sync_ns) {
        keep(watcher);
    }
    for (int turn = 0;; turn++) {
        tcn_subscriber_tick(&watcher->subscriber, now_ns);
        struct tcn_subscriber_want want = tcn_subscriber_want(&watcher->subscriber, now_ns);
        if (want.kind == TCN_SUBSCRIBER_WANT_NOTHING) {
            return want.deadline_ns < watcher->sync_ns ? want.deadline_ns : watcher->sync_ns;
        }
        say(watcher, &want, now_ns);
        tcn_subscriber_done(&watcher->subscriber, &want, now_ns);
        TCN_CHECK(tcn_subscriber_is_sound(&watcher->subscriber) && turn < 100);
    }
}
