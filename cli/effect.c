/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/effect.h"

#include "client/ask.h"
#include "client/watch.h"

/* Items before the end of the stream among which the word is looked for. */
#define ITEMS_MAX 64

/* The end of the own stream once the state has the position. */
static enum tcn_status find_end(struct tcn_seat *seat, enum tcn_mode mode, uint64_t position,
                                int64_t deadline_ns, struct tcn_stream_row *out_row) {
    const struct tcn_query query = {
        .kind = TCN_QUERY_STREAMS, .mode = mode, .at_least_position = position};
    struct tcn_answer answer;
    enum tcn_status status = tcn_ask(seat->session, &query, deadline_ns, &answer);
    if (status != TCN_OK) {
        return status;
    }
    for (uint32_t index = 0; index < answer.stream_count; index++) {
        if (answer.streams[index].number > 0) {
            *out_row = answer.streams[index];
            return TCN_OK;
        }
    }
    return TCN_ABSENT; /* an organ that was never told anything was told of no void */
}

/* Looks through the last items up to `last`. */
static enum tcn_effect look(struct tcn_watch *watch, uint64_t last, uint64_t position,
                            int64_t deadline_ns, struct tcn_alert *out_alert) {
    struct tcn_watch_event event = {.kind = TCN_WATCH_BACK};
    while (tcn_watch_next(watch, deadline_ns, &event) == TCN_OK) {
        if (event.kind == TCN_WATCH_CAUGHT_UP) {
            return TCN_EFFECT_APPLIED;
        }
        if (event.kind != TCN_WATCH_ITEM) {
            continue;
        }
        const struct tcn_alert *alert = &event.item.alert;
        if (alert->reason == TCN_REASON_OUTCOME && alert->position == position) {
            *out_alert = *alert;
            return TCN_EFFECT_VOID;
        }
        if (alert->number >= last) {
            return TCN_EFFECT_APPLIED;
        }
    }
    return TCN_EFFECT_UNKNOWN;
}

enum tcn_effect tcn_effect_ask(struct tcn_cli *cli, struct tcn_seat *seat, enum tcn_mode mode,
                               uint64_t position, int64_t deadline_ns,
                               struct tcn_alert *out_alert) {
    struct tcn_stream_row row = {.number = 0};
    struct tcn_watch *watch = NULL;
    if (!seat->config->has_client ||
        (seat->session == NULL && tcn_seat_session(cli, seat) != TCN_EXIT_OK)) {
        return TCN_EFFECT_UNKNOWN;
    }
    enum tcn_status status = find_end(seat, mode, position, deadline_ns, &row);
    if (status == TCN_ABSENT) {
        return TCN_EFFECT_APPLIED;
    }
    if (status != TCN_OK) {
        return TCN_EFFECT_UNKNOWN;
    }
    struct tcn_open open = {.stream_count = 1};
    open.streams[0] =
        (struct tcn_open_stream){.stream = row.stream,
                                 .from = TCN_FROM_NUMBER,
                                 .number = row.number > ITEMS_MAX ? row.number - ITEMS_MAX + 1 : 1,
                                 .generation = row.generation};
    if (tcn_watch_open(seat->session, &open, &watch) != TCN_OK) {
        return TCN_EFFECT_UNKNOWN;
    }
    enum tcn_effect effect = look(watch, row.number, position, deadline_ns, out_alert);
    tcn_watch_close(&watch);
    return effect;
}
