/* SPDX-License-Identifier: Apache-2.0 */
#include "keeper.h"

#include <stdio.h>
#include <string.h>

static struct sim_feed *feed_of(struct sim_keeper *keeper, uint32_t node) {
    for (uint32_t i = 0; i < SIM_FEEDS; i++) {
        if (keeper->feeds[i].node == node) {
            return &keeper->feeds[i];
        }
    }
    return NULL;
}

/** Where a cursor of another generation goes back to at most. */
static uint64_t fork_of(const struct sim_keeper *keeper, uint64_t generation, uint16_t organ) {
    uint64_t fork = UINT64_MAX;
    for (uint32_t i = 0; i < keeper->fork_count; i++) {
        if (keeper->forks[i].generation > generation && keeper->forks[i].heads[organ] < fork) {
            fork = keeper->forks[i].heads[organ];
        }
    }
    return fork;
}

/** The cursor that is stored for a watcher. */
static struct tcn_cursor cursor_of(struct sim_keeper *keeper, uint32_t node,
                                   struct tcn_stream stream) {
    struct tcn_cursor wanted = {.principal = node, .stream = stream};
    struct tcn_cursor cursor = {.number = 0};
    (void)snprintf(wanted.name, sizeof(wanted.name), "w%u", node);
    enum tcn_status status = tcn_memstate_ops.cursor_get(&keeper->state, &wanted, &cursor);
    TCN_CHECK(status == TCN_OK || status == TCN_ABSENT);
    return cursor;
}

/** Does the STOREs that a feed still owes. */
static void store(struct sim_keeper *keeper, struct sim_feed *slot,
                  const struct tcn_feed_want *want, int64_t now_ns) {
    const struct sim_record own = {.own_act = TCN_ACT_DELIVERED,
                                   .watcher = slot->node,
                                   .stream = want->stream,
                                   .number = want->last};
    char name[16];
    char stream[32];
    (void)snprintf(name, sizeof(name), "w%u", slot->node);
    sim_stream_text(want->stream, stream);
    tcn_checker_cursor(keeper->checker, name, stream, want->last);
    sim_keeper_append_own(keeper, &own, now_ns);
}

static void close_feed(struct sim_keeper *keeper, struct sim_feed *slot, int64_t now_ns) {
    tcn_feed_close(&slot->feed);
    for (int turn = 0; turn < TCN_OPEN_STREAMS_MAX; turn++) {
        struct tcn_feed_want want = tcn_feed_want(&slot->feed, now_ns);
        if (want.kind != TCN_FEED_WANT_STORE) {
            break;
        }
        store(keeper, slot, &want, now_ns);
        tcn_feed_done(&slot->feed, &want, now_ns);
    }
    memset(slot, 0, sizeof(*slot));
}

static void take_open(struct sim_keeper *keeper, const struct sim_message *message,
                      int64_t now_ns) {
    const struct tcn_open *open = &message->body.open;
    struct sim_feed *slot = feed_of(keeper, message->from);
    if (slot != NULL) {
        close_feed(keeper, slot, now_ns);
    }
    slot = feed_of(keeper, 0);
    TCN_CHECK(slot != NULL);
    slot->node = message->from;
    slot->session = sim_dice_throw(&keeper->net->dice) | 1;
    tcn_feed_init(&slot->feed, true);
    for (uint32_t i = 0; i < open->stream_count; i++) {
        struct tcn_stream stream = open->streams[i].stream;
        struct tcn_cursor cursor = cursor_of(keeper, message->from, stream);
        uint64_t generation = open->streams[i].from == TCN_FROM_CURSOR
                                  ? cursor.generation
                                  : open->streams[i].generation;
        const struct tcn_feed_start start = {.wanted = open->streams[i],
                                             .generation = keeper->generation,
                                             .fork = fork_of(keeper, generation, stream.organ),
                                             .head = tcn_memstate_head(&keeper->state, stream),
                                             .cursor = cursor.number,
                                             .cursor_generation = cursor.generation};
        enum tcn_status status = tcn_feed_add(&slot->feed, &start);
        TCN_CHECK(status == TCN_OK);
    }
    struct sim_message answer = {.kind = TCN_KIND_OPENED,
                                 .from = 0,
                                 .to = message->from,
                                 .session = slot->session,
                                 .request = message->request};
    sim_net_send(keeper->net, &answer, now_ns);
}

void sim_serve_take(struct sim_keeper *keeper, const struct sim_message *message, int64_t now_ns) {
    struct sim_feed *slot = feed_of(keeper, message->from);
    if (message->kind == TCN_KIND_OPEN) {
        take_open(keeper, message, now_ns);
        return;
    }
    if (slot == NULL || slot->session != message->session) {
        struct sim_message answer = {
            .kind = TCN_KIND_ERROR, .from = 0, .to = message->from, .session = message->session};
        sim_net_send(keeper->net, &answer, now_ns);
        return;
    }
    enum tcn_status status = TCN_OK;
    if (message->kind == TCN_KIND_FETCH) {
        status = tcn_feed_fetch(&slot->feed, &message->body.fetch);
    } else if (message->kind == TCN_KIND_MOVE) {
        status = tcn_feed_move(&slot->feed, &message->body.fetch);
    }
    TCN_CHECK(status == TCN_OK || status == TCN_STALE || status == TCN_BAD_VALUE);
}

static void send_items(struct sim_keeper *keeper, struct sim_message *message,
                       struct tcn_feed_want *want) {
    struct sim_items *items = &message->body.items;
    memset(items, 0, sizeof(*items));
    items->stream = want->stream;
    uint64_t number = want->first;
    while (number <= want->last && items->count < SIM_ITEMS) {
        const struct tcn_alert *alert = tcn_memstate_alert(&keeper->state, want->stream, number);
        TCN_CHECK(alert != NULL);
        bool is_skipped =
            keeper->sabotage == SIM_SKIP_ITEM && sim_dice_hits(&keeper->net->dice, 20);
        items->numbers[items->count] = number;
        items->positions[items->count] = is_skipped ? alert->position + 1 : alert->position;
        items->count++;
        number++;
    }
    want->last = number - 1;
}

static void serve(struct sim_keeper *keeper, struct sim_feed *slot, struct tcn_feed_want *want,
                  int64_t now_ns) {
    struct sim_message message = {.from = 0, .to = slot->node, .session = slot->session};
    switch (want->kind) {
    case TCN_FEED_WANT_RESET:
        message.kind = TCN_KIND_RESET;
        message.body.reset = (struct tcn_reset){
            .stream = want->stream, .generation = want->generation, .next = want->first};
        break;
    case TCN_FEED_WANT_HEAD:
        message.kind = TCN_KIND_HEAD;
        message.body.head = (struct tcn_head){.stream = want->stream,
                                              .generation = want->generation,
                                              .number = want->last,
                                              .next = want->first};
        break;
    case TCN_FEED_WANT_SEND:
        message.kind = TCN_KIND_ITEMS;
        send_items(keeper, &message, want);
        break;
    case TCN_FEED_WANT_STORE:
        store(keeper, slot, want, now_ns);
        return;
    case TCN_FEED_WANT_GAP:
    case TCN_FEED_WANT_NOTHING:
        TCN_UNREACHABLE();
    }
    sim_net_send(keeper->net, &message, now_ns);
}

int64_t sim_serve_pump(struct sim_keeper *keeper, int64_t now_ns) {
    int64_t deadline_ns = INT64_MAX;
    for (uint32_t i = 0; i < SIM_FEEDS; i++) {
        struct sim_feed *slot = &keeper->feeds[i];
        for (int turn = 0; slot->node != 0; turn++) {
            struct tcn_feed_want want = tcn_feed_want(&slot->feed, now_ns);
            if (want.kind == TCN_FEED_WANT_NOTHING) {
                deadline_ns = want.deadline_ns < deadline_ns ? want.deadline_ns : deadline_ns;
                break;
            }
            serve(keeper, slot, &want, now_ns);
            tcn_feed_done(&slot->feed, &want, now_ns);
            TCN_CHECK(turn < 1000);
        }
    }
    return deadline_ns;
}
