/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the four stores lay down, as it lies in their files: each row is put through the store's own
 * functions, committed, read raw and told by the recipe that its source states. Rows of the state,
 * log records, marks, chunks, shares and dead letters are decoded again as well; what else the
 * store's own tests read. A value ends in XXH3-64 over key and payload. Single-threaded.
 */
#ifndef TESTS_WIRE_GOLDEN_STORE_H
#define TESTS_WIRE_GOLDEN_STORE_H

#include "golden.h"
#include "golden_layouts.h"
#include "golden_shifts.h"
#include "golden_state.h"
#include "golden_world.h"

#include "store/log_rows.h"
#include "store/outbox_rows.h"
#include "store/record.h"
#include "store/shares.h"
#include "store/standing.h"
#include "store/state_rows.h"

#define STORE_MAP_BYTES (64u * 1024 * 1024)
#define STORE_ROWS_MAX 64

/** A store as the golden files name it. */
struct store_kind {
    const char *name;
    const char *recipe;
    const struct store_layout *layouts;
    size_t layout_count;
};

#define STORE_KIND(name_, recipe_)                                                                 \
    {                                                                                              \
        .name = #name_, .recipe = recipe_, .layouts = name_##_layouts,                             \
        .layout_count = sizeof(name_##_layouts) / sizeof(name_##_layouts[0])                       \
    }

static const struct store_kind store_log =
    STORE_KIND(log, "lib/store/log.h, lib/store/record.h and lib/store/log_rows.c");
static const struct store_kind store_outbox =
    STORE_KIND(outbox, "lib/store/outbox.h, lib/store/outbox_rows.c and outbox_notes.c");
static const struct store_kind store_shares =
    STORE_KIND(shares, "lib/store/shares.h and lib/store/shares.c");
static const struct store_kind store_state =
    STORE_KIND(state, "lib/store/state.h and lib/store/state_rows.c");

static inline struct tcn_store_options store_options(const char *dir) {
    /* Not this program's version, which is another one tomorrow. */
    return (struct tcn_store_options){.dir = dir, .map_bytes = STORE_MAP_BYTES, .writer = "0.9.0"};
}

static inline const struct store_layout *
store_layout_of(const struct store_kind *kind, const char *database, struct tcn_slice key) {
    for (size_t i = 0; i < kind->layout_count; i++) {
        const struct store_layout *layout = &kind->layouts[i];
        bool is_key = layout->only == NULL || tcn_slice_is_text(key, layout->only);
        if (strcmp(layout->database, database) == 0 && is_key) {
            return layout;
        }
    }
    fail_msg("%s.%s: no recipe for this database", kind->name, database);
    return NULL;
}

#define STATE_AGAIN(noun_, struct_)                                                                \
    do {                                                                                           \
        struct struct_ noun;                                                                       \
        assert_int_equal(tcn_state_decode_##noun_(row, &noun), TCN_OK);                            \
        tcn_state_encode_##noun_(&noun, &again);                                                   \
        assert_true(tcn_slice_equals(tcn_state_payload_slice(&again), row->value));                \
    } while (false)

/** A row of the state, without its checksum, decodes and encodes again to the same. */
static inline void state_row_again(uint32_t db, const struct tcn_env_row *row) {
    struct tcn_state_payload again;
    struct tcn_applied applied;
    struct tcn_standing standing;
    struct tcn_due time;
    uint64_t number = 0;
    uint16_t holder = 0;
    memset(&standing, 0, sizeof(standing));
    if (state_more_again(db, row)) {
        return;
    }
    switch ((enum tcn_state_db)db) {
    case TCN_STATE_DB_MATTERS:
        STATE_AGAIN(matter, tcn_matter);
        break;
    case TCN_STATE_DB_THREADS:
        STATE_AGAIN(thread, tcn_thread);
        break;
    case TCN_STATE_DB_ALERTS:
        STATE_AGAIN(alert, tcn_alert);
        break;
    case TCN_STATE_DB_OUTCOMES:
        STATE_AGAIN(outcome, tcn_outcome);
        break;
    case TCN_STATE_DB_CURSORS:
        STATE_AGAIN(cursor, tcn_cursor);
        break;
    case TCN_STATE_DB_SOURCES:
        STATE_AGAIN(source, tcn_source_state);
        break;
    case TCN_STATE_DB_APPLIED:
        assert_int_equal(tcn_state_decode_applied(row->value, &applied), TCN_OK);
        tcn_state_encode_applied(&applied, &again);
        assert_true(tcn_slice_equals(tcn_state_payload_slice(&again), row->value));
        break;
    case TCN_STATE_DB_STANDINGS:
        assert_int_equal(tcn_standing_row_decode(row, &standing), TCN_OK);
        assert_memory_equal(&standing, &sample_standings[0], sizeof(standing));
        break;
    case TCN_STATE_DB_HOLDINGS:
        assert_int_equal(tcn_state_decode_holding(row, &holder, &number), TCN_OK);
        assert_true(holder == sample_matters[0].holder &&
                    number == sample_matters[0].birth_position);
        break;
    case TCN_STATE_DB_DUES:
        STATE_AGAIN(due, tcn_due);
        break;
    case TCN_STATE_DB_DUE_TIMES:
        assert_int_equal(tcn_state_decode_due_time(row, &time), TCN_OK);
        assert_true(time.due_ns == sample_due().due_ns);
        assert_int_equal(time.key.rule, sample_due().key.rule);
        break;
    case TCN_STATE_DB_CLOCKS:
        STATE_AGAIN(clock, tcn_matter_clock);
        break;
    case TCN_STATE_DB_ERASURES:
        STATE_AGAIN(erasure, tcn_erasure);
        break;
    case TCN_STATE_DB_PLACEMENTS:
    case TCN_STATE_DB_SUMMONSES:
    case TCN_STATE_DB_SHIFTS:
    case TCN_STATE_DB_EXPECTED:
        state_shift_row_again(db, row, &again);
        break;
    default: /* ids and streams; meta never comes here */
        assert_int_equal(tcn_state_decode_u64(row->value, &number), TCN_OK);
        tcn_state_encode_u64(number, &again);
        assert_true(tcn_slice_equals(tcn_state_payload_slice(&again), row->value));
    }
}

/** A row's checksum holds; a log record has its own, and the rows of the format none: the one is
 * compared, the other is for people. */
static inline void store_row_holds(const struct store_kind *kind, const char *database, uint32_t db,
                                   const struct tcn_env_row *row) {
    struct tcn_slice payload = {.size = 0};
    struct tcn_record record;
    if (strcmp(database, "meta") == 0 &&
        (tcn_slice_is_text(row->key, "format") || tcn_slice_is_text(row->key, "writer"))) {
        return;
    }
    bool is_record = kind == &store_log && strcmp(database, "records") == 0;
    assert_int_equal(is_record ? tcn_record_decode(row->value, &record)
                               : tcn_row_open(row->key, row->value, &payload),
                     TCN_OK);
    if (kind == &store_state) {
        const struct tcn_env_row bare = {.key = row->key, .value = payload};
        state_row_again(db, &bare);
    }
}

/** All rows of one database as one golden file: lines are key, value, key, value … */
static inline void store_database(const struct store_kind *kind, struct tcn_env *env, uint32_t db,
                                  struct golden_seen *seen) {
    const char *database = env->layout->db_names[db];
    static struct golden golden;
    struct tcn_env_row row;
    struct tcn_slice key = {.size = 0};
    enum tcn_env_step step = TCN_STEP_FIRST;
    uint8_t after[TCN_ENV_KEY_BYTES_MAX + 1];
    (void)golden_begin(&golden, kind->recipe, "%s.%s", kind->name, database);
    while (tcn_env_seek(env, db, step, key, &row) == TCN_OK) {
        const struct store_layout *layout = store_layout_of(kind, database, row.key);
        store_row_holds(kind, database, db, &row);
        golden_add(&golden, "key", row.key, NULL, layout->key);
        golden_add(&golden, "value", row.value, NULL, layout->value);
        assert_true(row.key.size < sizeof(after));
        memcpy(after, row.key.data, row.key.size);
        after[row.key.size] = 0;
        key = tcn_slice_of(after, row.key.size + 1);
        step = TCN_STEP_FROM;
    }
    if (golden.count == 0) {
        fail_msg("%s.%s: no sample row", kind->name, database);
    }
    golden_check(&golden, seen);
}

/** Every database of the open group. */
static inline void store_rows(const struct store_kind *kind, struct tcn_env *env,
                              struct golden_seen *seen) {
    for (uint32_t db = 0; db < env->layout->db_count; db++) {
        store_database(kind, env, db, seen);
    }
}

/** Genesis, a HELLO, an agent's chunk and the collector's own word, as the collector appends. */
static inline void store_append(struct tcn_log *log, const struct world *world) {
    struct tcn_record record = {
        .generation = 1,
        .count = 1,
        .log_time_ns = NOW_NS,
        .group_first = 1,
        .chunk_hash = sample_hash(0x31),
        .chunk = {.head = tcn_slice_text("genesis"), .signature = world->hello_signature},
    };
    static const enum tcn_record_kind kinds[] = {TCN_RECORD_GENESIS, TCN_RECORD_HELLO,
                                                 TCN_RECORD_CHUNK, TCN_RECORD_OWN};
    for (size_t i = 0; i < 4; i++) {
        record.kind = kinds[i];
        record.first_position = i + 1;
        if (record.kind == TCN_RECORD_HELLO || record.kind == TCN_RECORD_CHUNK) {
            record.lane = world_lane();
            record.principal = 62;
            record.chunk.head = world->hello;
        }
        if (record.kind == TCN_RECORD_CHUNK) {
            record.count = 2;
            record.first_sequence = 1;
            record.chunk_hash = world->chunk_hash;
            record.chunk =
                (struct tcn_chunk){.head = world->head,
                                   .signature = world->head_signature,
                                   .body = world->body,
                                   .shares = world->shares /* which the log must leave out */};
        }
        if (record.kind == TCN_RECORD_OWN) {
            record.first_position = 5;
            record.count = 1;
            record.lane = (struct tcn_lane_key){0, 0, TCN_LANE_ROUTINE};
            record.principal = 0;
            record.group_first = 3;
        }
        assert_int_equal(
            tcn_log_append(log, &record, record.first_sequence == 0 ? 0 : record.count), TCN_OK);
        record.previous_hash = sample_hash((uint8_t)(0x41 + i));
    }
}

static inline void store_log_check(const char *dir, const struct world *world,
                                   struct golden_seen *seen) {
    const struct tcn_store_options options = store_options(dir);
    struct tcn_log *log = NULL;
    struct tcn_mark mark = {.lane = world_lane(),
                            .sequence = 2,
                            .hash = world->chunk_hash,
                            .position = 4,
                            .predecessor = 11,
                            .successor = 12};
    static struct tcn_log_group group;
    struct tcn_log_identity identity = {world->log_id, 1};
    group = (struct tcn_log_group){.first_position = 3,
                                   .leaf_count = 2,
                                   .leaves = {sample_hash(0xa0), sample_hash(0xa1)},
                                   .signature = world->receipt.signature,
                                   .key_id = world->receipt.key_id};
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    store_append(log, world);
    assert_int_equal(tcn_log_identity_put(log, &identity), TCN_OK);
    assert_int_equal(tcn_log_group_put(log, &group), TCN_OK);
    assert_int_equal(tcn_log_change_put(log, 7), TCN_OK);
    assert_int_equal(tcn_log_mark_put(log, &mark), TCN_OK);
    assert_int_equal(tcn_log_standing_put(log, &sample_standings[0]), TCN_OK);
    assert_int_equal(tcn_log_group_commit(log), TCN_OK); /* which puts the tail row */
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    store_rows(&store_log, tcn_log_env(log), seen);
    struct tcn_mark found;
    struct tcn_log_identity found_identity;
    assert_int_equal(tcn_log_mark_get(log, &mark.lane, &found), TCN_OK);
    assert_int_equal(found.position, mark.position);
    assert_int_equal(found.successor, mark.successor);
    assert_true(tcn_hash_equals(&found.hash, &mark.hash));
    assert_int_equal(tcn_log_identity_get(log, &found_identity), TCN_OK);
    assert_true(tcn_id_equals(&found_identity.log_id, &identity.log_id));
    assert_int_equal(tcn_log_group_get(log, 3, &group), TCN_OK);
    assert_int_equal(group.leaf_count, 2);
    tcn_log_close(&log);
}

static inline void store_shares_check(const char *dir, const struct world *world,
                                      struct golden_seen *seen) {
    const struct tcn_store_options options = store_options(dir);
    const struct tcn_shares_row row = {.lane = world_lane(),
                                       .first_sequence = 1,
                                       .chunk_hash = world->chunk_hash,
                                       .frame = world->shares};
    struct tcn_shares_row found;
    struct tcn_shares *shares = NULL;
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
    assert_int_equal(tcn_shares_put(shares, &row), TCN_OK);
    assert_int_equal(tcn_shares_group_commit(shares), TCN_OK);
    assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
    store_rows(&store_shares, tcn_shares_env(shares), seen);
    assert_int_equal(tcn_shares_get(shares, &row.lane, 1, &found), TCN_OK);
    assert_true(tcn_slice_equals(found.frame, row.frame));
    tcn_shares_close(&shares);
}

/** A chunk with its receipt, and each of the notes beside it. */
static inline void store_outbox_fill(struct tcn_outbox *outbox, const struct world *world,
                                     struct tcn_slice receipt) {
    const struct tcn_outbox_lane lane = {
        .lane = world_lane(), .predecessor = 11, .next_sequence = 1, .is_registered = true};
    const struct tcn_outbox_chunk chunk = {
        .lane = world_lane(),
        .first_sequence = 1,
        .count = 2,
        .sequence_count = 2,
        .recorded_ns = NOW_NS,
        .chunk_hash = world->chunk_hash,
        .chunk = {world->head, world->head_signature, world->body, world->shares}};
    const struct tcn_outbox_key key = {world_lane(), 2, {1, 2, 3, 4, 5, 6, 7, 8}};
    const struct tcn_outbox_dead dead = {.lane = world_lane(),
                                         .sequence = 3,
                                         .code = TCN_DENIED,
                                         .refused_ns = NOW_NS,
                                         .field = tcn_slice_text("division"),
                                         .event = tcn_slice_text("an event")};
    const struct tcn_outbox_facts facts = {world->log_id, 1, 7, 0};
    uint64_t number = 0;
    assert_int_equal(tcn_outbox_lane_put(outbox, &lane), TCN_OK);
    assert_int_equal(tcn_outbox_chunk_append(outbox, &chunk), TCN_OK);
    assert_int_equal(tcn_outbox_receipt_put(outbox, &lane.lane, 1, receipt), TCN_OK);
    assert_int_equal(tcn_outbox_ack(outbox, &lane.lane, 2, &chunk.chunk_hash, 7), TCN_OK);
    assert_int_equal(tcn_outbox_key_put(outbox, tcn_slice_text("batch/1"), &key), TCN_OK);
    assert_int_equal(tcn_outbox_dead_put(outbox, &dead, &number), TCN_OK);
    assert_int_equal(tcn_outbox_facts_put(outbox, &facts), TCN_OK);
    assert_int_equal(tcn_outbox_bundle_put(outbox, 1, tcn_slice_text("bundle")), TCN_OK);
    assert_int_equal(tcn_outbox_old_keys_put(outbox, NOW_NS), TCN_OK);
    const struct tcn_outbox_slip old = {.matter = world->log_id};
    const struct tcn_outbox_slip slip = {.matter = world->log_id, .learned_ns = NOW_NS};
    assert_int_equal(tcn_outbox_slip_put(outbox, tcn_slice_text("7K2M"), &old), TCN_OK);
    assert_int_equal(tcn_outbox_slip_put(outbox, tcn_slice_text("8K2M"), &slip), TCN_OK);
    assert_int_equal(
        tcn_outbox_answer_put(outbox, &world->log_id, tcn_slice_text("where it stands")), TCN_OK);
}

static inline void store_outbox_check(const char *dir, const struct world *world,
                                      struct tcn_slice receipt, struct golden_seen *seen) {
    const struct tcn_store_options options = store_options(dir);
    struct tcn_outbox *outbox = NULL;
    struct tcn_outbox_chunk found;
    struct tcn_outbox_dead dead;
    struct tcn_lane_key lane = world_lane();
    assert_int_equal(tcn_outbox_open(&options, &outbox), TCN_OK);
    assert_int_equal(tcn_outbox_begin(outbox), TCN_OK);
    store_outbox_fill(outbox, world, receipt);
    assert_int_equal(tcn_outbox_commit(outbox), TCN_OK); /* which puts the usage row */
    assert_int_equal(tcn_outbox_begin(outbox), TCN_OK);
    store_rows(&store_outbox, tcn_outbox_env(outbox), seen);
    assert_int_equal(tcn_outbox_chunk_find(outbox, &lane, 1, &found), TCN_OK);
    assert_true(tcn_slice_equals(found.chunk.body, world->body));
    assert_true(tcn_slice_equals(found.chunk.shares, world->shares));
    assert_int_equal(tcn_outbox_dead_next(outbox, 1, &dead), TCN_OK);
    assert_true(tcn_slice_is_text(dead.event, "an event"));
    tcn_outbox_close(&outbox);
}

static inline void store_state_check(const char *dir, struct golden_seen *seen) {
    const struct tcn_store_options options = store_options(dir);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_alert alert = sample_alert();
    alert.number = 1;
    struct tcn_alert fired = sample_fired();
    fired.number = 1;
    const struct tcn_due due = sample_due();
    const struct tcn_thread thread = {158, 151, 157};
    const struct tcn_outcome outcome = {160, TCN_NOT_ALLOWED, 6, 7};
    struct tcn_alert told = sample_outcome();
    told.number = 1;
    struct tcn_matter whole = sample_matters[0];
    whole.sender = 162;
    whole.submitter = 163;
    whole.second.source = 164;
    whole.second.hash = sample_hash(165);
    memcpy(whole.second.domain, "mine", sizeof("mine"));
    memcpy(whole.second.organ, "water", sizeof("water"));
    const struct tcn_cursor cursor = {"duty-desk", 57, {TCN_MODE_ACTUAL, 61}, 63, 64};
    const struct tcn_applied applied = {198, 199, 200, 201, 202, 203, 204, 205};
    struct tcn_state *state = NULL;
    assert_int_equal(tcn_state_open(&options, &state), TCN_OK);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->matter_put(state, &whole, true), TCN_OK);
    assert_int_equal(ops->thread_append(state, &thread), TCN_OK);
    assert_int_equal(ops->alert_append(state, &alert), TCN_OK);
    assert_int_equal(ops->alert_append(state, &fired), TCN_OK);
    assert_int_equal(ops->alert_append(state, &told), TCN_OK);
    assert_int_equal(ops->due_put(state, &due), TCN_OK);
    assert_int_equal(ops->clock_put(state, &sample_clock_rows[0].clock), TCN_OK);
    const struct tcn_erasure erasure = sample_erasure();
    assert_int_equal(ops->erasure_put(state, &erasure), TCN_OK);
    const struct tcn_placement placement = sample_placement();
    assert_int_equal(ops->placement_put(state, &placement), TCN_OK);
    state_shifts_put(ops, state);
    state_more_fill(ops, state);
    const struct tcn_expected expected = {.key = {TCN_EXPECTED_ROW_LAST, 211, 212},
                                          .said = TCN_SAID_ORAL,
                                          .is_safe = true,
                                          .is_self = true,
                                          .period = 213,
                                          .since_ns = 214,
                                          .position = 215,
                                          .count = 216,
                                          .post = "duty_post",
                                          .told_ns = 217,
                                          .other_ns = 218,
                                          .other_position = 219,
                                          .off_ns = 220,
                                          .stopped_ns = 221,
                                          .back_ns = 222};
    assert_int_equal(ops->expected_put(state, &expected), TCN_OK);
    assert_int_equal(ops->outcome_put(state, &outcome), TCN_OK);
    assert_int_equal(ops->cursor_put(state, &cursor), TCN_OK);
    assert_int_equal(ops->source_put(state, &sample_sources[0]), TCN_OK);
    assert_int_equal(ops->standing_put(state, &sample_standings[0]), TCN_OK);
    assert_int_equal(ops->applied_put(state, &applied), TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK); /* rows may wait for it */
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    store_rows(&store_state, tcn_state_env(state), seen);
    struct tcn_matter matter;
    struct tcn_applied found;
    assert_int_equal(ops->matter_get(state, 151, &matter), TCN_OK);
    assert_string_equal(matter.domain, sample_matters[0].domain);
    assert_int_equal(ops->applied_get(state, &found), TCN_OK);
    assert_int_equal(found.policy_version, applied.policy_version);
    tcn_state_close(&state);
}

#endif
