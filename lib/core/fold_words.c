/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_words.h"

#include "base/text.h"

/** True in `out_is` when one of the epoch's lanes has had an event: its HELLO, at least. */
static enum tcn_status is_registered(const struct tcn_fold *fold, struct tcn_lane_key lane,
                                     bool *out_is) {
    static const enum tcn_lane lanes[] = {TCN_LANE_URGENT, TCN_LANE_ROUTINE};
    struct tcn_source_state source;
    enum tcn_status status = TCN_ABSENT;
    for (size_t i = 0; lane.epoch != 0 && i < 2 && status == TCN_ABSENT; i++) {
        lane.lane = lanes[i];
        status = fold->ops->source_get(fold->state, &lane, &source);
    }
    *out_is = status == TCN_OK;
    return status == TCN_ABSENT ? TCN_OK : status;
}

enum tcn_status tcn_fold_words(const struct tcn_fold *fold, const struct tcn_fold_input *in,
                               struct tcn_words_effect *out_effect) {
    const struct tcn_words words = {.get = fold->ops->standing_get,
                                    .put = fold->ops->standing_put,
                                    .del = fold->ops->standing_del,
                                    .store = fold->state};
    struct tcn_words_input words_in = {.event = in->event,
                                       .position = in->position,
                                       .log_time_ns = in->log_time_ns,
                                       .organ = in->organ,
                                       .role = in->role,
                                       .desk = fold->policy->desk,
                                       .log_mode = in->log_mode};
    const struct tcn_lane_key lane = tcn_words_epoch(in->event);
    const enum tcn_status status = is_registered(fold, lane, &words_in.is_registered);
    return status == TCN_OK ? tcn_words_apply(&words, &words_in, out_effect) : status;
}

enum tcn_status tcn_fold_delivered(const struct tcn_fold *fold, const struct tcn_event *event,
                                   enum tcn_status *out_code) {
    const struct tcn_delivered_body *body = &event->delivered;
    struct tcn_cursor cursor = {.principal = body->principal,
                                .stream = body->stream,
                                .number = body->number,
                                .generation = body->generation};
    bool is_good = event->body_kind == TCN_BODY_DELIVERED && body->name.size > 0 &&
                   tcn_text_copy(body->name, cursor.name, sizeof(cursor.name)) == TCN_OK;
    if (!is_good) {
        *out_code = TCN_BAD_VALUE;
        return TCN_OK;
    }
    *out_code = TCN_OK;
    struct tcn_cursor before = {.number = 0};
    enum tcn_status status = TCN_ABSENT;
    if (fold->ops->cursor_get != NULL) {
        status = fold->ops->cursor_get(fold->state, &cursor, &before);
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    bool is_back = status == TCN_OK &&
                   (before.generation > cursor.generation ||
                    (before.generation == cursor.generation && before.number > cursor.number));
    return is_back ? TCN_OK : fold->ops->cursor_put(fold->state, &cursor);
}
