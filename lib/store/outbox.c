/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening an outbox, its groups, its lanes and how full it is.
 */
#include "store/outbox.h"

#include "store/outbox_rows.h"

#include <stdlib.h>
#include <string.h>

#define USAGE_KEY "usage"

/** From 1 to 2: a slip's row that has the id alone is read as it was, so nothing is written anew; a
 * program before this would find the new ones damaged, and refuses the file instead. */
static enum tcn_status keep_slips(struct tcn_env *env) {
    (void)env;
    return TCN_OK;
}

static tcn_env_migrate *const migrations[] = {keep_slips};

static const struct tcn_env_layout outbox_layout = {
    .kind = TCN_OUTBOX_KIND,
    .format = TCN_OUTBOX_FORMAT,
    .migrations = migrations,
    .map_bytes_default = TCN_OUTBOX_MAP_BYTES_DEFAULT,
    .reserve_bytes = TCN_ENV_DISK_RESERVE_BYTES,
    .db_count = TCN_OUTBOX_DB_COUNT,
    .db_names = {"chunks", "receipts", "lanes", "keys", "keyed", "dead", "slips", "answers",
                 "meta"},
};

/** The quota that the options ask for, below what the map can hold. */
static uint64_t quota_of(const struct tcn_store_options *options, uint64_t map_bytes) {
    uint64_t wanted = options->quota_bytes != 0 ? options->quota_bytes : TCN_OUTBOX_BYTES_DEFAULT;
    uint64_t ceiling = map_bytes / 4 * 3;
    return wanted < ceiling ? wanted : ceiling;
}

/** Reads the usage. */
static enum tcn_status usage_load(struct tcn_outbox *outbox) {
    struct tcn_slice payload;
    struct tcn_outbox_usage usage = {0};
    enum tcn_status status =
        tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_META, tcn_slice_text(USAGE_KEY), &payload);
    if (status == TCN_OK) {
        status = tcn_outbox_usage_decode(payload, &usage);
    }
    tcn_view_reset(&outbox->view);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    outbox->usage = usage;
    outbox->synced_usage = usage;
    return TCN_OK;
}

enum tcn_status tcn_outbox_open(const struct tcn_store_options *options,
                                struct tcn_outbox **out_outbox) {
    struct tcn_outbox *outbox = calloc(1, sizeof(*outbox));
    if (outbox == NULL) {
        return TCN_NOMEM;
    }
    /* The environment's own quota guards the map; ours counts bytes that are alive. */
    struct tcn_store_options env_options = *options;
    env_options.quota_bytes = 0;
    enum tcn_status status = tcn_env_open(&env_options, &outbox_layout, &outbox->env);
    if (status == TCN_OK) {
        outbox->quota_bytes = quota_of(options, outbox->env->map_bytes);
        status = tcn_view_open(outbox->env, &outbox->view);
    }
    if (status == TCN_OK) {
        status = usage_load(outbox);
    }
    if (status != TCN_OK) {
        tcn_outbox_close(&outbox);
        return status;
    }
    *out_outbox = outbox;
    return TCN_OK;
}

void tcn_outbox_close(struct tcn_outbox **outbox) {
    if (outbox == NULL || *outbox == NULL) {
        return;
    }
    tcn_view_close(&(*outbox)->view);
    tcn_env_close(&(*outbox)->env);
    free(*outbox);
    *outbox = NULL;
}

struct tcn_env *tcn_outbox_env(struct tcn_outbox *outbox) {
    return outbox->env;
}

enum tcn_status tcn_outbox_begin(struct tcn_outbox *outbox) {
    tcn_view_reset(&outbox->view);
    outbox->is_recutting = false;
    return tcn_env_begin(outbox->env);
}

/** Puts the usage row; its own size is not counted. */
static enum tcn_status usage_store(struct tcn_outbox *outbox) {
    struct tcn_outbox_payload payload;
    tcn_outbox_usage_encode(&outbox->usage, &payload);
    return tcn_row_put(outbox->env, TCN_OUTBOX_DB_META, TCN_PUT_REPLACE, tcn_slice_text(USAGE_KEY),
                       tcn_outbox_slice(&payload));
}

enum tcn_status tcn_outbox_commit(struct tcn_outbox *outbox) {
    TCN_CHECK(outbox->env->txn != NULL);
    /* A failure is remembered by the environment and answered by its commit. */
    enum tcn_status ignored = usage_store(outbox);
    (void)ignored;
    enum tcn_status status = tcn_env_commit(outbox->env);
    if (status == TCN_OK) {
        outbox->synced_usage = outbox->usage;
    } else {
        outbox->usage = outbox->synced_usage;
    }
    return status;
}

void tcn_outbox_abort(struct tcn_outbox *outbox) {
    tcn_env_abort(outbox->env);
    outbox->usage = outbox->synced_usage;
}

enum tcn_status tcn_outbox_lane_put(struct tcn_outbox *outbox, const struct tcn_outbox_lane *lane) {
    TCN_CHECK(lane->lane.lane == TCN_LANE_URGENT || lane->lane.lane == TCN_LANE_ROUTINE);
    TCN_CHECK(lane->next_sequence >= 1 && lane->acked_sequence < lane->next_sequence);
    uint8_t number = (uint8_t)lane->lane.lane;
    struct tcn_outbox_payload payload;
    tcn_outbox_lane_encode(lane, &payload);
    return tcn_outbox_row_put(outbox, TCN_OUTBOX_DB_LANES, tcn_slice_of(&number, 1),
                              tcn_outbox_slice(&payload));
}

enum tcn_status tcn_outbox_lane_get(struct tcn_outbox *outbox, enum tcn_lane lane,
                                    struct tcn_outbox_lane *out_lane) {
    uint8_t number = (uint8_t)lane;
    struct tcn_slice payload;
    enum tcn_status status =
        tcn_outbox_row_get(outbox, TCN_OUTBOX_DB_LANES, tcn_slice_of(&number, 1), &payload);
    return status == TCN_OK ? tcn_outbox_lane_decode(payload, out_lane) : status;
}

/** What waits in one lane; nothing in a lane that was never put. */
static enum tcn_status lane_stat(struct tcn_outbox *outbox, enum tcn_lane number,
                                 struct tcn_outbox_lane_stat *out_stat) {
    struct tcn_outbox_lane lane;
    struct tcn_outbox_lane_stat stat = {0};
    enum tcn_status status = tcn_outbox_lane_get(outbox, number, &lane);
    if (status == TCN_OK) {
        stat.waiting_count = lane.next_sequence - 1 - lane.acked_sequence;
    }
    if (status == TCN_OK && stat.waiting_count > 0) {
        struct tcn_outbox_chunk chunk = {0};
        status = tcn_outbox_chunk_find(outbox, &lane.lane, lane.acked_sequence + 1, &chunk);
        stat.oldest_recorded_ns = chunk.recorded_ns;
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    *out_stat = stat;
    return TCN_OK;
}

enum tcn_status tcn_outbox_stat(struct tcn_outbox *outbox, struct tcn_outbox_stat *out_stat) {
    struct tcn_outbox_stat stat = {
        .chunk_count = outbox->usage.chunk_count,
        .event_count = outbox->usage.event_count,
        .dead_count = outbox->usage.dead_count,
        .bytes = outbox->usage.bytes,
        .quota_bytes = outbox->quota_bytes,
    };
    enum tcn_status status = lane_stat(outbox, TCN_LANE_URGENT, &stat.urgent);
    if (status == TCN_OK) {
        status = lane_stat(outbox, TCN_LANE_ROUTINE, &stat.routine);
    }
    if (status == TCN_OK) {
        *out_stat = stat;
    }
    return status;
}
