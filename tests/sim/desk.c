/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the keeper says by itself of outboxes that are copies, and the desk that answers it: its
 * words are records of the log like any other, and a crash may take them away.
 */
#include "keeper.h"

#include "testlib/regime.h"

#include <stdio.h>

uint16_t sim_organ_of(uint32_t source) {
    static const uint16_t organs[] = {0, OFFICE_A, OFFICE_B, SAFETY, WATER, DESK};
    return source < sizeof(organs) / sizeof(organs[0]) ? organs[source] : 0;
}

static struct tcn_slice domain_of(const struct sim_event *event) {
    static const char *const domains[SIM_DOMAINS] = {"unheard", "hazard", "pipe",    "care",
                                                     "child",   "claim",  "danger",  "firm",
                                                     "land",    "pay",    "quarrel", "storm"};
    return tcn_slice_text(domains[event->domain % SIM_DOMAINS]);
}

/** What an act says: mostly all that one may have to, at times nothing, and now and then that
 * somebody came to harm. */
static void say(const struct sim_event *event, struct tcn_event *result) {
    static const struct tcn_attribute attributes[] = {
        {.name = {(const uint8_t *)"grade", 5},
         .kind = TCN_ATTRIBUTE_TEXT,
         .text = {(const uint8_t *)"major", 5}},
        {.name = {(const uint8_t *)"path", 4},
         .kind = TCN_ATTRIBUTE_TEXT,
         .text = {(const uint8_t *)"taken_along", 11}},
        {.name = {(const uint8_t *)"next_step", 9},
         .kind = TCN_ATTRIBUTE_TEXT,
         .text = {(const uint8_t *)"court", 5}},
        {.name = {(const uint8_t *)"amount_fen", 10}, .kind = TCN_ATTRIBUTE_NUMBER, .number = 9},
    };
    result->body_kind = TCN_BODY_ACT;
    if (result->act == TCN_ACT_RECLASSIFIED || result->act == TCN_ACT_RELEASED) {
        result->domain = domain_of(event);
    }
    if (event->key % 16 == 3) {
        result->counts.deaths = (struct tcn_count){TCN_COUNT_AT_LEAST, 1};
    }
    if (event->key % 8 == 5) {
        return;
    }
    result->act_body.reason = tcn_slice_text("r");
    result->act_body.how = tcn_slice_text("visit");
    result->act_body.post = tcn_slice_text("head");
    result->act_body.until_ns = 9;
    result->counts.at_risk = (struct tcn_count){TCN_COUNT_EXACT, 1};
    result->attributes = attributes;
    result->attribute_count = sizeof(attributes) / sizeof(attributes[0]);
}

struct tcn_event sim_event_of(const struct sim_record *record, uint32_t index,
                              const char *watcher_name) {
    const struct sim_event *event = &record->events[index];
    struct tcn_event result = {.format = TCN_EVENT_FORMAT, .mode = TCN_MODE_ACTUAL};
    if (record->kind == TCN_RECORD_HELLO) {
        result.act = TCN_ACT_EPOCH_OPENED;
        result.body_kind = TCN_BODY_EPOCH;
        result.epoch.lane = record->lane;
        return result;
    }
    if (record->kind == TCN_RECORD_OWN) {
        result.act = record->own_act;
        if (record->own_act == TCN_ACT_EPOCH_WAITS) {
            result.body_kind = TCN_BODY_OBSERVED;
            result.observed.lane = record->about;
            result.observed.number = record->number;
            return result;
        }
        if (record->own_act == TCN_ACT_EPOCH_ALLOWED) {
            result.body_kind = TCN_BODY_ACT;
            result.act_body.source = record->about.source;
            result.act_body.epoch = record->about.epoch;
            return result;
        }
        if (record->own_act == TCN_ACT_TICK) {
            return result;
        }
        result.body_kind = TCN_BODY_DELIVERED;
        result.delivered = (struct tcn_delivered_body){.name = tcn_slice_text(watcher_name),
                                                       .principal = record->watcher,
                                                       .stream = record->stream,
                                                       .number = record->number,
                                                       .generation = record->generation};
        return result;
    }
    result.act = (enum tcn_act)event->act;
    result.severity = TCN_SEVERITY_SERIOUS;
    if (result.act == TCN_ACT_VOID) {
        result.body_kind = TCN_BODY_VOID;
        result.void_body.count = event->void_count;
        return result;
    }
    result.matter.bytes[15] = event->matter;
    if (result.act == TCN_ACT_REPORTED) {
        result.concerns = TCN_CONCERNS_NOBODY;
        result.domain = domain_of(event);
        result.division = tcn_slice_text("520502100001");
    } else {
        say(event, &result);
    }
    const struct tcn_organ *organ = tcn_policy_organ(&regime, event->to_organ);
    result.act_body.to_organ = tcn_slice_text(organ != NULL ? organ->id : "nobody");
    return result;
}

static struct tcn_words words_of(struct sim_keeper *keeper) {
    return (struct tcn_words){.get = tcn_memstate_ops.standing_get,
                              .put = tcn_memstate_ops.standing_put,
                              .del = tcn_memstate_ops.standing_del,
                              .store = &keeper->words};
}

void sim_desk_apply(struct sim_keeper *keeper, const struct sim_record *record, const char *name) {
    const struct tcn_event event = sim_event_of(record, 0, name);
    struct tcn_lane_key lane = tcn_words_epoch(&event);
    lane.lane = TCN_LANE_ROUTINE;
    const struct tcn_words words = words_of(keeper);
    const struct tcn_words_input in = {.event = &event,
                                       .position = record->first_position,
                                       .log_time_ns = record->log_time_ns,
                                       .organ = sim_organ_of(record->lane.source),
                                       .desk = regime.desk,
                                       .log_mode = TCN_MODE_ACTUAL,
                                       .is_registered =
                                           sim_marks_find(&keeper->marks, &lane) != NULL};
    struct tcn_words_effect effect;
    TCN_CHECK(tcn_words_apply(&words, &in, &effect) == TCN_OK);
}

bool sim_desk_allows(struct sim_keeper *keeper, const struct tcn_lane_key *lane) {
    const struct tcn_words words = words_of(keeper);
    bool is = false;
    TCN_CHECK(tcn_words_is_allowed(&words, lane->source, lane->epoch, &is) == TCN_OK);
    return is;
}

void sim_desk_tell(struct sim_keeper *keeper, const struct tcn_hello *hello, int64_t now_ns) {
    const struct sim_record own = {.own_act = TCN_ACT_EPOCH_WAITS,
                                   .about = hello->lane,
                                   .number = hello->last_sequence - hello->acked_sequence,
                                   .kind = TCN_RECORD_OWN};
    const struct tcn_event event = sim_event_of(&own, 0, "");
    const struct tcn_words words = words_of(keeper);
    bool is_wanted = false;
    TCN_CHECK(tcn_words_wants(&words, &event, &is_wanted) == TCN_OK);
    if (!is_wanted) {
        return;
    }
    sim_keeper_append_own(keeper, &own, now_ns);
    TCN_CHECK(keeper->grant_count < sizeof(keeper->grants) / sizeof(keeper->grants[0]));
    keeper->grants[keeper->grant_count] =
        (struct sim_grant){.lane = hello->lane, .at_ns = now_ns + SIM_GRANT_NS};
    keeper->grant_count++;
}

int64_t sim_desk_pump(struct sim_keeper *keeper, int64_t now_ns) {
    int64_t next_ns = INT64_MAX;
    for (uint32_t i = 0; i < keeper->grant_count; i++) {
        const struct sim_grant *grant = &keeper->grants[i];
        const bool is_over = sim_marks_find(&keeper->marks, &grant->lane) != NULL;
        if (!is_over && now_ns >= grant->at_ns && !sim_desk_allows(keeper, &grant->lane)) {
            const struct sim_record own = {.own_act = TCN_ACT_EPOCH_ALLOWED, .about = grant->lane};
            sim_keeper_append_own(keeper, &own, now_ns);
        } else if (now_ns < grant->at_ns && grant->at_ns < next_ns) {
            next_ns = grant->at_ns;
        }
    }
    return next_ns;
}

bool sim_desk_agrees(const struct sim_keeper *keeper, const struct tcn_memstate *state) {
    const struct tcn_memtable *table = &keeper->synced_words.standings;
    bool is_same = table->count == state->standings.count;
    for (size_t i = 0; is_same && i < table->count; i++) {
        const struct tcn_standing *row = (const struct tcn_standing *)(const void *)table->rows + i;
        const struct tcn_standing *other = tcn_memstate_standing(state, &row->key);
        is_same = other != NULL && other->position == row->position &&
                  other->number == row->number && other->other_number == row->other_number &&
                  other->allowed_position == row->allowed_position;
    }
    return is_same;
}
