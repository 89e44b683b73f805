/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/effect.h"

#include "client/ask.h"
#include "client/watch.h"

/* Items before the end of the stream among which the word is looked for first, then so many times
 * as many, until they begin before the event: what came behind it while it was waited for. */
#define ITEMS_FIRST UINT64_C(64)

/* The end of the own stream once the state has the position. */
static enum tcn_status find_end(struct tcn_seat *seat, uint16_t own, enum tcn_mode mode,
                                uint64_t position, int64_t deadline_ns,
                                struct tcn_stream_row *out_row) {
    const struct tcn_query query = {
        .kind = TCN_QUERY_STREAMS, .organ = own, .mode = mode, .at_least_position = position};
    struct tcn_answer answer;
    enum tcn_status status = tcn_ask(seat->session, &query, deadline_ns, &answer);
    if (status != TCN_OK) {
        return status;
    }
    if (own == 0 && answer.stream_count > 1) {
        return TCN_CONFLICT; /* which of them is the own one */
    }
    for (uint32_t index = 0; index < answer.stream_count; index++) {
        if (answer.streams[index].number > 0) {
            *out_row = answer.streams[index];
            return TCN_OK;
        }
    }
    return TCN_ABSENT; /* an organ that was never told anything was told of no void */
}

/* What a look through the end of the own stream comes to. */
struct looked {
    enum tcn_effect effect;
    bool is_short; /* it began behind the event: the word may stand before it */
};

/* Looks through the items from `first` up to `last`. */
static struct looked look(struct tcn_watch *watch, uint64_t last, uint64_t position,
                          int64_t deadline_ns, struct tcn_alert *out_alert) {
    struct looked looked = {.effect = TCN_EFFECT_UNKNOWN, .is_short = true};
    struct tcn_watch_event event = {.kind = TCN_WATCH_BACK};
    while (tcn_watch_next(watch, deadline_ns, &event) == TCN_OK) {
        if (event.kind == TCN_WATCH_CAUGHT_UP) {
            looked.effect = TCN_EFFECT_APPLIED;
            return looked;
        }
        if (event.kind == TCN_WATCH_GAP || event.kind == TCN_WATCH_RESET) {
            return (struct looked){.effect = TCN_EFFECT_UNKNOWN}; /* it may have stood there */
        }
        if (event.kind != TCN_WATCH_ITEM) {
            continue;
        }
        const struct tcn_alert *alert = &event.item.alert;
        looked.is_short = looked.is_short && alert->position > position;
        if (alert->reason == TCN_REASON_OUTCOME && alert->position == position) {
            *out_alert = *alert;
            looked.effect = TCN_EFFECT_VOID;
            return looked;
        }
        if (alert->number >= last) {
            looked.effect = TCN_EFFECT_APPLIED;
            return looked;
        }
    }
    return looked;
}

/* From so many items before the end on. */
static struct looked look_back(struct tcn_seat *seat, const struct tcn_stream_row *row,
                               uint64_t count, uint64_t position, int64_t deadline_ns,
                               struct tcn_alert *out_alert) {
    struct tcn_watch *watch = NULL;
    struct looked looked = {.effect = TCN_EFFECT_UNKNOWN};
    struct tcn_open open = {.stream_count = 1};
    const uint64_t first = row->number > count ? row->number - count + 1 : 1;
    open.streams[0] = (struct tcn_open_stream){.stream = row->stream,
                                               .from = TCN_FROM_NUMBER,
                                               .number = first,
                                               .generation = row->generation};
    if (tcn_watch_open(seat->session, &open, &watch) != TCN_OK) {
        return looked;
    }
    looked = look(watch, row->number, position, deadline_ns, out_alert);
    looked.is_short = looked.is_short && first > 1;
    tcn_watch_close(&watch);
    return looked;
}

enum tcn_effect tcn_effect_ask(struct tcn_cli *cli, struct tcn_seat *seat, enum tcn_mode mode,
                               uint64_t position, int64_t deadline_ns,
                               struct tcn_alert *out_alert) {
    struct tcn_stream_row row = {.number = 0};
    if (!seat->config->has_client) {
        return TCN_EFFECT_UNASKED;
    }
    if (seat->session == NULL && tcn_seat_session(cli, seat) != TCN_EXIT_OK) {
        return TCN_EFFECT_UNKNOWN;
    }
    const struct tcn_policy *policy = tcn_seat_policy(seat);
    const struct tcn_organ *organ =
        policy != NULL ? tcn_policy_organ_by_id(policy, tcn_slice_text(seat->organ)) : NULL;
    const uint16_t own = organ != NULL ? organ->number : 0; /* 0: this PC does not know it yet */
    enum tcn_status status = find_end(seat, own, mode, position, deadline_ns, &row);
    if (status == TCN_ABSENT) {
        return TCN_EFFECT_APPLIED;
    }
    if (status != TCN_OK || (mode != TCN_MODE_NONE && row.stream.mode != mode)) {
        return TCN_EFFECT_UNKNOWN; /* a collector of before tells of no other mode's streams */
    }
    struct looked looked = {.is_short = true};
    for (uint64_t count = ITEMS_FIRST; looked.is_short; count *= ITEMS_FIRST) {
        looked = look_back(seat, &row, count, position, deadline_ns, out_alert);
    }
    return looked.effect;
}
