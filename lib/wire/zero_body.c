/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/zero_body.h"

static const struct tcn_scan_rule tick_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_FLAG,
};

static const struct tcn_scan_table tick_table = {
    .rules = tick_rules,
    .rule_count = TCN_RULE_COUNT(tick_rules),
    .required = TCN_RULE_BIT(1),
};

static const struct tcn_scan_rule zero_rules[] = {
    [1] = TCN_RULE_INNERS(tick_table, TCN_ZERO_TICKS_MAX),
    [2] = TCN_RULE_WORD,
    [3] = {.kind = TCN_SCAN_TEXT,
           .count_max = TCN_ZERO_PLACES_MAX,
           .min = 1,
           .max = TCN_PLACE_BYTES_MAX},
    [4] = TCN_RULE_WORD,
};

const struct tcn_scan_table tcn_wire_zero_table = {
    .rules = zero_rules,
    .rule_count = TCN_RULE_COUNT(zero_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2),
};

enum tcn_status tcn_wire_zero_put(struct tcn_wire_zero_parts *parts, struct tcn_pb_texts *texts,
                                  const struct tcn_zero_body *body) {
    if (body->tick_count > TCN_ZERO_TICKS_MAX || body->place_count > TCN_ZERO_PLACES_MAX) {
        return TCN_TOOBIG;
    }
    tocsin__v1__zero_body__init(&parts->zero);
    for (uint32_t i = 0; i < body->tick_count; i++) {
        tocsin__v1__tick__init(&parts->tick[i]);
        parts->tick[i].line = tcn_pb_text(texts, body->ticks[i].line);
        parts->tick[i].is_safe = body->ticks[i].is_safe;
        parts->ticks[i] = &parts->tick[i];
    }
    for (uint32_t i = 0; i < body->place_count; i++) {
        parts->places[i] = tcn_pb_text(texts, body->places[i]);
    }
    parts->zero.ticks = parts->ticks;
    parts->zero.n_ticks = body->tick_count;
    parts->zero.post = tcn_pb_text(texts, body->post);
    parts->zero.places = parts->places;
    parts->zero.n_places = body->place_count;
    parts->zero.of_office = tcn_pb_text(texts, body->of_office);
    return TCN_OK;
}

enum tcn_status tcn_wire_zero_take(const Tocsin__V1__ZeroBody *message, struct tcn_arena *arena,
                                   struct tcn_zero_body *out_body) {
    TCN_CHECK(message->n_ticks <= TCN_ZERO_TICKS_MAX);
    TCN_CHECK(message->n_places <= TCN_ZERO_PLACES_MAX);
    struct tcn_tick *ticks = tcn_arena_alloc(arena, message->n_ticks * sizeof(*ticks));
    struct tcn_slice *places = tcn_arena_alloc(arena, message->n_places * sizeof(*places));
    if (ticks == NULL || places == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < message->n_ticks; i++) {
        ticks[i] = (struct tcn_tick){.line = tcn_pb_take_text(message->ticks[i]->line),
                                     .is_safe = message->ticks[i]->is_safe};
    }
    for (size_t i = 0; i < message->n_places; i++) {
        places[i] = tcn_pb_take_text(message->places[i]);
    }
    *out_body = (struct tcn_zero_body){.ticks = ticks,
                                       .tick_count = (uint32_t)message->n_ticks,
                                       .post = tcn_pb_take_text(message->post),
                                       .places = places,
                                       .place_count = (uint32_t)message->n_places,
                                       .of_office = tcn_pb_take_text(message->of_office)};
    return TCN_OK;
}
