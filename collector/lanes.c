/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/lanes.h"

#include "base/map.h"

#include <stdlib.h>

#define KEY_BYTES 13 /* source 4, epoch 8, lane 1 */
#define SOURCE_KEY_BYTES 4

struct tcn_lanes {
    struct tcn_map *sessions; /* lane key -> struct session */
    struct tcn_map *sources;  /* source -> struct source */
};

struct session {
    struct tcn_lane_place place;
    bool is_open;   /* else dropped */
    bool is_fenced; /* of a closed epoch: it gives way */
};

struct source {
    uint32_t number;
    uint64_t live_epoch;
};

static struct tcn_slice lane_key(const struct tcn_lane_key *lane, uint8_t out_key[KEY_BYTES]) {
    struct tcn_writer writer = tcn_writer_init(out_key, KEY_BYTES);
    tcn_write_u32(&writer, lane->source);
    tcn_write_u64(&writer, lane->epoch);
    tcn_write_u8(&writer, (uint8_t)lane->lane);
    TCN_CHECK(!writer.overflowed);
    return tcn_writer_slice(&writer);
}

static struct tcn_slice source_key(uint32_t source, uint8_t out_key[SOURCE_KEY_BYTES]) {
    struct tcn_writer writer = tcn_writer_init(out_key, SOURCE_KEY_BYTES);
    tcn_write_u32(&writer, source);
    return tcn_writer_slice(&writer);
}

static struct session *find(const struct tcn_lanes *lanes, const struct tcn_lane_key *lane) {
    uint8_t key[KEY_BYTES];
    return tcn_map_peek(lanes->sessions, lane_key(lane, key));
}

enum tcn_status tcn_lanes_create(struct tcn_lanes **out_lanes) {
    struct tcn_lanes *lanes = calloc(1, sizeof(*lanes));
    if (lanes == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_map_create(TCN_LANES_MAX, &lanes->sessions);
    if (status == TCN_OK) {
        status = tcn_map_create(TCN_PRINCIPALS_MAX, &lanes->sources);
    }
    if (status != TCN_OK) {
        tcn_lanes_destroy(&lanes);
        return status;
    }
    *out_lanes = lanes;
    return TCN_OK;
}

static void free_values(const struct tcn_map *map) {
    size_t cursor = 0;
    void *value = map == NULL ? NULL : tcn_map_next(map, &cursor);
    while (value != NULL) {
        free(value);
        value = tcn_map_next(map, &cursor);
    }
}

void tcn_lanes_destroy(struct tcn_lanes **lanes) {
    if (lanes == NULL || *lanes == NULL) {
        return;
    }
    free_values((*lanes)->sessions);
    free_values((*lanes)->sources);
    tcn_map_destroy(&(*lanes)->sessions);
    tcn_map_destroy(&(*lanes)->sources);
    free(*lanes);
    *lanes = NULL;
}

/* A forgotten session keeps its row until the table is full: removing rows moves others, so it is
 * done only when a row is needed. */
static void forget(struct session *session) {
    session->place.connection = 0;
    session->place.session = 0;
    session->is_open = false;
}

/* Makes room for one: the first row that no open session of a live epoch holds. */
static void evict(struct tcn_lanes *lanes) {
    size_t cursor = 0;
    struct session *session = tcn_map_next(lanes->sessions, &cursor);
    while (session != NULL && session->is_open && !session->is_fenced) {
        session = tcn_map_next(lanes->sessions, &cursor);
    }
    if (session != NULL) {
        uint8_t key[KEY_BYTES];
        (void)tcn_map_pop(lanes->sessions, lane_key(&session->place.lane, key));
        free(session);
    }
}

static enum tcn_status put(struct tcn_lanes *lanes, const struct tcn_lane_place *place,
                           bool is_open) {
    struct session *session = find(lanes, &place->lane);
    if (session != NULL) {
        *session = (struct session){.place = *place, .is_open = is_open};
        return TCN_OK;
    }
    if (tcn_map_count(lanes->sessions) == TCN_LANES_MAX) {
        evict(lanes);
    }
    session = malloc(sizeof(*session));
    if (session == NULL) {
        return TCN_NOMEM;
    }
    *session = (struct session){.place = *place, .is_open = is_open};
    uint8_t key[KEY_BYTES];
    const enum tcn_status status =
        tcn_map_push(lanes->sessions, lane_key(&place->lane, key), session);
    if (status != TCN_OK) {
        free(session);
    }
    return status;
}

enum tcn_status tcn_lanes_open(struct tcn_lanes *lanes, const struct tcn_lane_place *place) {
    TCN_CHECK(place->session != 0);
    return put(lanes, place, true);
}

static bool is_same(const struct session *session, const struct tcn_lane_place *place) {
    return session->place.connection == place->connection &&
           session->place.session == place->session;
}

enum tcn_lane_gate tcn_lanes_gate(const struct tcn_lanes *lanes,
                                  const struct tcn_lane_place *place) {
    const struct session *session = find(lanes, &place->lane);
    if (session == NULL || !is_same(session, place)) {
        return TCN_LANE_STALE;
    }
    return session->is_open ? TCN_LANE_OPEN : TCN_LANE_DROPPED;
}

void tcn_lanes_drop(struct tcn_lanes *lanes, const struct tcn_lane_place *place) {
    struct session *session = find(lanes, &place->lane);
    if (session != NULL && session->is_open && !is_same(session, place)) {
        return;
    }
    /* Not remembering a dropped session only means one AGAIN more for each of its chunks. */
    const enum tcn_status status = put(lanes, place, false);
    (void)status;
}

void tcn_lanes_fence(struct tcn_lanes *lanes, const struct tcn_lane_key *lane) {
    struct session *session = find(lanes, lane);
    if (session != NULL) {
        session->is_fenced = true;
    }
}

void tcn_lanes_forget(struct tcn_lanes *lanes, const struct tcn_lane_key *lane) {
    struct session *session = find(lanes, lane);
    if (session != NULL) {
        forget(session);
    }
}

void tcn_lanes_gone(struct tcn_lanes *lanes, uint64_t connection) {
    size_t cursor = 0;
    struct session *session = tcn_map_next(lanes->sessions, &cursor);
    while (session != NULL) {
        if (session->place.connection == connection) {
            forget(session);
        }
        session = tcn_map_next(lanes->sessions, &cursor);
    }
}

void tcn_lanes_clear(struct tcn_lanes *lanes) {
    size_t cursor = 0;
    struct session *session = tcn_map_next(lanes->sessions, &cursor);
    while (session != NULL) {
        forget(session);
        session = tcn_map_next(lanes->sessions, &cursor);
    }
    cursor = 0;
    struct source *source = tcn_map_next(lanes->sources, &cursor);
    while (source != NULL) {
        source->live_epoch = 0;
        source = tcn_map_next(lanes->sources, &cursor);
    }
}

size_t tcn_lanes_count(const struct tcn_lanes *lanes) {
    return tcn_map_count(lanes->sessions);
}

uint64_t tcn_lanes_live(const struct tcn_lanes *lanes, uint32_t source) {
    uint8_t key[SOURCE_KEY_BYTES];
    const struct source *found = tcn_map_peek(lanes->sources, source_key(source, key));
    return found == NULL ? 0 : found->live_epoch;
}

enum tcn_status tcn_lanes_set_live(struct tcn_lanes *lanes, uint32_t source, uint64_t epoch) {
    uint8_t key[SOURCE_KEY_BYTES];
    struct source *found = tcn_map_peek(lanes->sources, source_key(source, key));
    if (found != NULL) {
        found->live_epoch = epoch;
        return TCN_OK;
    }
    found = malloc(sizeof(*found));
    if (found == NULL) {
        return TCN_NOMEM;
    }
    *found = (struct source){.number = source, .live_epoch = epoch};
    const enum tcn_status status = tcn_map_push(lanes->sources, source_key(source, key), found);
    if (status != TCN_OK) {
        free(found);
    }
    return status;
}
