/* SPDX-License-Identifier: Apache-2.0 */
#include "store/state_hot.h"

void tcn_state_hot_clear(struct tcn_state_hot *hot) {
    *hot = (struct tcn_state_hot){.source_count = 0};
}

static enum tcn_status put(struct tcn_env *env, enum tcn_state_db db, const struct tcn_key *key,
                           const struct tcn_state_payload *payload) {
    return tcn_row_put(env, db, TCN_PUT_REPLACE, tcn_key_slice(key),
                       tcn_state_payload_slice(payload));
}

static enum tcn_status flush_streams(struct tcn_state_hot *hot, struct tcn_env *env) {
    for (uint32_t i = 0; i < TCN_STATE_HOT_STREAMS_MAX; i++) {
        struct tcn_state_hot_stream *row = &hot->streams[i];
        if (!row->is_changed) {
            continue;
        }
        struct tcn_key key = tcn_state_key_stream(row->stream);
        struct tcn_state_payload payload;
        tcn_state_encode_u64(row->number, &payload);
        enum tcn_status status = put(env, TCN_STATE_DB_STREAMS, &key, &payload);
        if (status != TCN_OK) {
            return status;
        }
        row->is_changed = false;
    }
    return TCN_OK;
}

static enum tcn_status flush_sources(struct tcn_state_hot *hot, struct tcn_env *env) {
    for (uint32_t i = 0; i < hot->source_count; i++) {
        struct tcn_state_hot_source *row = &hot->sources[i];
        if (!row->is_changed) {
            continue;
        }
        struct tcn_key key = tcn_state_key_source(&row->source.lane);
        struct tcn_state_payload payload;
        tcn_state_encode_source(&row->source, &payload);
        enum tcn_status status = put(env, TCN_STATE_DB_SOURCES, &key, &payload);
        if (status != TCN_OK) {
            return status;
        }
        row->is_changed = false;
    }
    return TCN_OK;
}

static enum tcn_status flush_applied(struct tcn_state_hot *hot, struct tcn_env *env) {
    if (!hot->is_applied_changed) {
        return TCN_OK;
    }
    struct tcn_state_payload payload;
    tcn_state_encode_applied(&hot->applied, &payload);
    enum tcn_status status =
        tcn_row_put(env, TCN_STATE_DB_APPLIED, TCN_PUT_REPLACE,
                    tcn_slice_text(TCN_STATE_APPLIED_KEY), tcn_state_payload_slice(&payload));
    hot->is_applied_changed = status != TCN_OK;
    return status;
}

enum tcn_status tcn_state_hot_flush(struct tcn_state_hot *hot, struct tcn_env *env) {
    enum tcn_status status = flush_streams(hot, env);
    if (status == TCN_OK) {
        status = flush_sources(hot, env);
    }
    return status == TCN_OK ? flush_applied(hot, env) : status;
}

/** Where a stream stands or would stand. There is always a free place. */
static struct tcn_state_hot_stream *place_of(struct tcn_state_hot *hot, struct tcn_stream stream) {
    uint32_t at = (stream.organ * 2u + (uint32_t)stream.mode) % TCN_STATE_HOT_STREAMS_MAX;
    while (hot->streams[at].is_used && !tcn_stream_equals(hot->streams[at].stream, stream)) {
        at = (at + 1) % TCN_STATE_HOT_STREAMS_MAX;
    }
    return &hot->streams[at];
}

/** Makes room for one more stream. */
static enum tcn_status make_room(struct tcn_state_hot *hot, struct tcn_env *env) {
    if (hot->stream_count < TCN_STATE_HOT_STREAMS_MAX * 3 / 4) {
        return TCN_OK;
    }
    enum tcn_status status = flush_streams(hot, env);
    if (status == TCN_OK) {
        for (uint32_t i = 0; i < TCN_STATE_HOT_STREAMS_MAX; i++) {
            hot->streams[i].is_used = false;
        }
        hot->stream_count = 0;
    }
    return status;
}

static enum tcn_status read_number(struct tcn_env *env, struct tcn_stream stream,
                                   uint64_t *out_number) {
    struct tcn_key key = tcn_state_key_stream(stream);
    struct tcn_slice payload;
    enum tcn_status status = tcn_row_get((struct tcn_row_from){.env = env}, TCN_STATE_DB_STREAMS,
                                         tcn_key_slice(&key), &payload);
    if (status == TCN_ABSENT) {
        *out_number = 0;
        return TCN_OK;
    }
    return status == TCN_OK ? tcn_state_decode_u64(payload, out_number) : status;
}

enum tcn_status tcn_state_hot_stream_find(struct tcn_state_hot *hot, struct tcn_env *env,
                                          struct tcn_stream stream,
                                          struct tcn_state_hot_stream **out_row) {
    struct tcn_state_hot_stream *row = place_of(hot, stream);
    if (row->is_used) {
        *out_row = row;
        return TCN_OK;
    }
    enum tcn_status status = make_room(hot, env);
    uint64_t number = 0;
    if (status == TCN_OK) {
        status = read_number(env, stream, &number);
    }
    if (status != TCN_OK) {
        return status;
    }
    row = place_of(hot, stream);
    *row = (struct tcn_state_hot_stream){.stream = stream, .is_used = true, .number = number};
    hot->stream_count++;
    *out_row = row;
    return TCN_OK;
}

/** The lane's place among those remembered, or NULL. */
static struct tcn_state_hot_source *source_at(struct tcn_state_hot *hot,
                                              const struct tcn_lane_key *lane) {
    if (hot->source_last < hot->source_count &&
        tcn_lane_key_equals(&hot->sources[hot->source_last].source.lane, lane)) {
        return &hot->sources[hot->source_last];
    }
    for (uint32_t i = 0; i < hot->source_count; i++) {
        if (tcn_lane_key_equals(&hot->sources[i].source.lane, lane)) {
            hot->source_last = i;
            return &hot->sources[i];
        }
    }
    return NULL;
}

/** Remembers one more lane. */
static enum tcn_status source_add(struct tcn_state_hot *hot, struct tcn_env *env,
                                  const struct tcn_state_hot_source *added,
                                  struct tcn_state_hot_source **out_row) {
    if (hot->source_count == TCN_STATE_HOT_SOURCES_MAX) {
        enum tcn_status status = flush_sources(hot, env);
        if (status != TCN_OK) {
            return status;
        }
        hot->source_count = 0;
    }
    hot->source_last = hot->source_count++;
    hot->sources[hot->source_last] = *added;
    *out_row = &hot->sources[hot->source_last];
    return TCN_OK;
}

enum tcn_status tcn_state_hot_source_find(struct tcn_state_hot *hot, struct tcn_env *env,
                                          const struct tcn_lane_key *lane,
                                          struct tcn_state_hot_source **out_row) {
    struct tcn_state_hot_source *row = source_at(hot, lane);
    if (row != NULL) {
        *out_row = row;
        return TCN_OK;
    }
    struct tcn_key key = tcn_state_key_source(lane);
    struct tcn_env_row found = {.key = tcn_key_slice(&key)};
    struct tcn_state_hot_source read = {.is_changed = false};
    enum tcn_status status = tcn_row_get((struct tcn_row_from){.env = env}, TCN_STATE_DB_SOURCES,
                                         found.key, &found.value);
    if (status == TCN_OK) {
        status = tcn_state_decode_source(&found, &read.source);
    }
    return status == TCN_OK ? source_add(hot, env, &read, out_row) : status;
}

enum tcn_status tcn_state_hot_source_set(struct tcn_state_hot *hot, struct tcn_env *env,
                                         const struct tcn_source_state *source) {
    const struct tcn_state_hot_source changed = {.is_changed = true, .source = *source};
    struct tcn_state_hot_source *row = source_at(hot, &source->lane);
    if (row == NULL) {
        return source_add(hot, env, &changed, &row);
    }
    *row = changed;
    return TCN_OK;
}
