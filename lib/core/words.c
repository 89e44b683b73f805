/* SPDX-License-Identifier: Apache-2.0 */
#include "core/words.h"

bool tcn_words_is_of_desk(enum tcn_act act) {
    return act == TCN_ACT_EPOCH_ALLOWED || act == TCN_ACT_TIME_CONFIRMED;
}

bool tcn_words_knows(enum tcn_act act) {
    return tcn_words_is_of_desk(act) || act == TCN_ACT_EPOCH_OPENED || act == TCN_ACT_EPOCH_WAITS ||
           act == TCN_ACT_CHUNK_FENCED || act == TCN_ACT_UNREACHABLE || act == TCN_ACT_HEARD ||
           act == TCN_ACT_NO_WATCHER || act == TCN_ACT_DELIVERED || act == TCN_ACT_TIME_DOUBTED ||
           act == TCN_ACT_GENERATION;
}

bool tcn_words_may_say(uint16_t organ, enum tcn_role role, uint16_t desk) {
    return role == TCN_ROLE_ADMIN || (organ != 0 && organ == desk);
}

struct tcn_lane_key tcn_words_epoch(const struct tcn_event *event) {
    if (event->act == TCN_ACT_EPOCH_ALLOWED) {
        return (struct tcn_lane_key){.source = event->act_body.source,
                                     .epoch = event->act_body.epoch};
    }
    return event->act == TCN_ACT_EPOCH_WAITS ? event->observed.lane : (struct tcn_lane_key){0};
}

/** True of a mode that is a drill's beside real work. */
static bool is_drill(const struct tcn_words_input *in, enum tcn_mode mode) {
    return mode == TCN_MODE_EXERCISE && in->log_mode == TCN_MODE_ACTUAL;
}

/** A row that need not be there: `out_has` is false when it is not. */
static enum tcn_status look(const struct tcn_words *words, const struct tcn_standing_key *key,
                            struct tcn_standing *out_standing, bool *out_has) {
    const enum tcn_status status = words->get(words->store, key, out_standing);
    *out_has = status == TCN_OK;
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** Takes a row back; one that is not there is as good. `out_had` may be NULL. */
static enum tcn_status take_back(const struct tcn_words *words, const struct tcn_standing_key *key,
                                 bool *out_had) {
    const enum tcn_status status = words->del(words->store, key);
    if (out_had != NULL) {
        *out_had = status == TCN_OK;
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

static struct tcn_standing_key epoch_key(uint32_t source, uint64_t epoch) {
    return (struct tcn_standing_key){.kind = TCN_STANDING_WAITS, .source = source, .epoch = epoch};
}

/** The row that a word of the collector's own opens or closes. */
static struct tcn_standing_key key_of(const struct tcn_event *event) {
    const struct tcn_observed_body *body = &event->observed;
    switch ((int)event->act) {
    case TCN_ACT_EPOCH_WAITS:
        return epoch_key(body->lane.source, body->lane.epoch);
    case TCN_ACT_CHUNK_FENCED:
        return (struct tcn_standing_key){.kind = TCN_STANDING_FENCED,
                                         .source = body->lane.source,
                                         .epoch = body->lane.epoch,
                                         .hash = body->hash};
    case TCN_ACT_UNREACHABLE:
    case TCN_ACT_HEARD:
        return (struct tcn_standing_key){.kind = TCN_STANDING_SILENT, .source = body->lane.source};
    case TCN_ACT_NO_WATCHER:
        return (struct tcn_standing_key){.kind = TCN_STANDING_UNWATCHED, .organ = body->organ};
    case TCN_ACT_TIME_DOUBTED:
        return (struct tcn_standing_key){.kind = TCN_STANDING_DOUBT};
    default: /* what stands nowhere, a tick */
        return (struct tcn_standing_key){.kind = TCN_STANDING_NONE};
    }
}

/** The row that counts others of its kind: an epoch of none, a chunk of none. */
static struct tcn_standing_key counter_of(const struct tcn_standing_key *key) {
    struct tcn_standing_key counter = *key;
    if (key->kind == TCN_STANDING_WAITS) {
        counter.epoch = 0;
    }
    counter.hash = (struct tcn_hash){{0}};
    return counter;
}

/** Moves a counter by one; a counter of nothing is no row. */
static enum tcn_status count(const struct tcn_words *words, const struct tcn_words_input *in,
                             const struct tcn_standing_key *key, bool is_more) {
    const struct tcn_standing_key counter = counter_of(key);
    struct tcn_standing row = {.position = in->position, .since_ns = in->log_time_ns};
    bool has = false;
    const enum tcn_status status = look(words, &counter, &row, &has);
    if (status != TCN_OK) {
        return status;
    }
    row.key = counter;
    if (!is_more && row.number <= 1) {
        return take_back(words, &counter, NULL);
    }
    row.number += is_more ? 1 : UINT64_MAX;
    return words->put(words->store, &row);
}

/** The row under a key as it stands, or a new one that begins with this event. */
static enum tcn_status open_row(const struct tcn_words *words, const struct tcn_words_input *in,
                                const struct tcn_standing_key *key, struct tcn_standing *out_row) {
    bool has = false;
    enum tcn_status status = look(words, key, out_row, &has);
    if (status == TCN_OK && !has) {
        *out_row = (struct tcn_standing){
            .key = *key, .position = in->position, .since_ns = in->log_time_ns};
        bool is_counted = key->kind == TCN_STANDING_WAITS || key->kind == TCN_STANDING_FENCED;
        status = is_counted ? count(words, in, key, true) : TCN_OK;
    }
    return status;
}

/** A word of the collector's own that opens a row, or brings it up to date. */
static enum tcn_status observe(const struct tcn_words *words, const struct tcn_words_input *in) {
    const struct tcn_observed_body *body = &in->event->observed;
    const struct tcn_standing_key key = key_of(in->event);
    struct tcn_standing row = {.number = 0};
    if (in->event->act == TCN_ACT_EPOCH_WAITS && in->is_registered) {
        return TCN_OK; /* it went on before this was logged */
    }
    const enum tcn_status status = open_row(words, in, &key, &row);
    if (status != TCN_OK) {
        return status;
    }
    if (in->event->act == TCN_ACT_EPOCH_WAITS && body->lane.lane == TCN_LANE_ROUTINE) {
        row.other_number = body->number;
    } else {
        row.number = body->number;
    }
    if (in->event->act == TCN_ACT_UNREACHABLE && body->since_ns != 0) {
        row.since_ns = body->since_ns;
    }
    return words->put(words->store, &row);
}

/** EPOCH_ALLOWED: this outbox may go on, whatever it names as its predecessor. */
static enum tcn_status allow(const struct tcn_words *words, const struct tcn_words_input *in,
                             struct tcn_words_effect *effect) {
    const struct tcn_act_body *body = &in->event->act_body;
    if (in->event->body_kind != TCN_BODY_ACT || body->source == 0 || body->epoch == 0) {
        effect->code = TCN_BAD_VALUE;
        return TCN_OK;
    }
    if (in->is_registered) { /* it is live, or was and will never be again */
        effect->code = TCN_EXISTS;
        return TCN_OK;
    }
    const struct tcn_standing_key key = epoch_key(body->source, body->epoch);
    struct tcn_standing row = {.number = 0};
    const enum tcn_status status = open_row(words, in, &key, &row);
    if (status != TCN_OK) {
        return status;
    }
    row.allowed_position = in->position;
    return words->put(words->store, &row);
}

/** TIME_CONFIRMED: names the doubt that it ends, so that a word which was long on its way cannot
 * end another one. */
static enum tcn_status confirm(const struct tcn_words *words, const struct tcn_words_input *in,
                               struct tcn_words_effect *effect) {
    const struct tcn_standing_key key = {.kind = TCN_STANDING_DOUBT};
    struct tcn_standing row = {.position = 0};
    bool has = false;
    const enum tcn_status status = look(words, &key, &row, &has);
    if (status != TCN_OK) {
        return status;
    }
    if (!has || in->event->body_kind != TCN_BODY_ACT ||
        in->event->act_body.position != row.position) {
        effect->code = has ? TCN_BAD_VALUE : TCN_ABSENT;
        return TCN_OK;
    }
    effect->confirms_time = true;
    return take_back(words, &key, NULL);
}

/** EPOCH_OPENED: what waited goes on. */
static enum tcn_status end_waiting(const struct tcn_words *words,
                                   const struct tcn_words_input *in) {
    const struct tcn_lane_key *lane = &in->event->epoch.lane;
    const struct tcn_standing_key key = epoch_key(lane->source, lane->epoch);
    bool had = false;
    if (in->event->body_kind != TCN_BODY_EPOCH || lane->epoch == 0) {
        return TCN_OK;
    }
    const enum tcn_status status = take_back(words, &key, &had);
    return status == TCN_OK && had ? count(words, in, &key, false) : status;
}

/** DELIVERED: somebody has what nobody had. */
static enum tcn_status end_unwatched(const struct tcn_words *words,
                                     const struct tcn_words_input *in) {
    const struct tcn_delivered_body *body = &in->event->delivered;
    const struct tcn_standing_key key = {.kind = TCN_STANDING_UNWATCHED,
                                         .organ = body->stream.organ};
    struct tcn_standing row = {.number = 0};
    bool has = false;
    if (is_drill(in, body->stream.mode)) {
        return TCN_OK;
    }
    const enum tcn_status status = look(words, &key, &row, &has);
    return status == TCN_OK && has && body->number >= row.number ? take_back(words, &key, NULL)
                                                                 : status;
}

static enum tcn_status apply_desk(const struct tcn_words *words, const struct tcn_words_input *in,
                                  struct tcn_words_effect *effect) {
    if (!tcn_words_may_say(in->organ, in->role, in->desk)) {
        effect->code = TCN_DENIED;
        return TCN_OK;
    }
    if (is_drill(in, in->event->mode)) {
        effect->code = TCN_NOT_ALLOWED;
        return TCN_OK;
    }
    return in->event->act == TCN_ACT_EPOCH_ALLOWED ? allow(words, in, effect)
                                                   : confirm(words, in, effect);
}

enum tcn_status tcn_words_apply(const struct tcn_words *words, const struct tcn_words_input *in,
                                struct tcn_words_effect *out_effect) {
    struct tcn_words_effect effect = {.code = TCN_OK};
    enum tcn_status status = TCN_OK;
    switch ((int)in->event->act) {
    case TCN_ACT_EPOCH_ALLOWED:
    case TCN_ACT_TIME_CONFIRMED:
        status = apply_desk(words, in, &effect);
        break;
    case TCN_ACT_EPOCH_WAITS:
    case TCN_ACT_CHUNK_FENCED:
    case TCN_ACT_TIME_DOUBTED:
        effect.tells_desk = true;
        status = observe(words, in);
        break;
    case TCN_ACT_GENERATION: /* stands nowhere: the log was restored, once */
        effect.tells_desk = true;
        break;
    case TCN_ACT_UNREACHABLE:
    case TCN_ACT_NO_WATCHER:
        status = observe(words, in);
        break;
    case TCN_ACT_HEARD: {
        const struct tcn_standing_key key = key_of(in->event);
        status = take_back(words, &key, NULL);
        break;
    }
    case TCN_ACT_EPOCH_OPENED:
        status = end_waiting(words, in);
        break;
    case TCN_ACT_DELIVERED:
        status = end_unwatched(words, in);
        break;
    default:
        break;
    }
    if (status == TCN_OK) {
        *out_effect = effect;
    }
    return status;
}

/** An epoch that waits is said once for each lane, and again whenever what waits has doubled, so
 * that a lane is said 64 times at most. */
static bool has_grown(const struct tcn_standing *row, const struct tcn_observed_body *body) {
    const uint64_t said = body->lane.lane == TCN_LANE_ROUTINE ? row->other_number : row->number;
    return row->allowed_position == 0 && body->number > said && body->number / 2 >= said;
}

enum tcn_status tcn_words_wants(const struct tcn_words *words, const struct tcn_event *event,
                                bool *out_wants) {
    const struct tcn_standing_key key = key_of(event);
    struct tcn_standing row = {.number = 0};
    bool has = false;
    enum tcn_status status = look(words, &key, &row, &has);
    if (status != TCN_OK) {
        return status;
    }
    bool is_counted = key.kind == TCN_STANDING_WAITS || key.kind == TCN_STANDING_FENCED;
    if (event->act == TCN_ACT_HEARD) {
        *out_wants = has;
    } else if (has) {
        *out_wants = event->act == TCN_ACT_EPOCH_WAITS && has_grown(&row, &event->observed);
    } else if (is_counted) {
        const struct tcn_standing_key counter = counter_of(&key);
        const uint64_t max =
            key.kind == TCN_STANDING_WAITS ? TCN_EPOCH_WAITS_MAX : TCN_FENCED_CHUNKS_MAX;
        row.number = 0;
        status = look(words, &counter, &row, &has);
        *out_wants = status == TCN_OK && (!has || row.number < max);
    } else {
        *out_wants = true;
    }
    return status;
}

enum tcn_status tcn_words_is_allowed(const struct tcn_words *words, uint32_t source, uint64_t epoch,
                                     bool *out_is_allowed) {
    const struct tcn_standing_key key = epoch_key(source, epoch);
    struct tcn_standing row = {.number = 0};
    bool has = false;
    const enum tcn_status status = epoch != 0 ? look(words, &key, &row, &has) : TCN_OK;
    *out_is_allowed = status == TCN_OK && has && row.allowed_position != 0;
    return status;
}
