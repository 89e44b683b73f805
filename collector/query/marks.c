/* SPDX-License-Identifier: Apache-2.0 */
#include "query/marks.h"

#include "base/map.h"
#include "core/sequencer.h"
#include "query/walk.h"
#include "wire/chunk.h"
#include "wire/lane.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_FIRST 256
#define PAGE 64
#define OWN_SOURCE 0u /* the collector speaks of itself */

/* Values of the map point into the list, so both are made anew when they grow. */
struct tcn_marks {
    struct tcn_map *map;
    struct tcn_mark *list;
    size_t count;
    size_t count_max;
};

/* A lane as bytes: no padding, which a struct would have. */
struct lane_bytes {
    uint8_t bytes[16];
};

static struct lane_bytes bytes_of(const struct tcn_lane_key *lane) {
    struct lane_bytes made = {{0}};
    memcpy(made.bytes, &lane->source, sizeof(lane->source));
    memcpy(made.bytes + 4, &lane->epoch, sizeof(lane->epoch));
    made.bytes[12] = (uint8_t)lane->lane;
    return made;
}

static struct tcn_mark *find(const struct tcn_marks *marks, const struct tcn_lane_key *lane) {
    const struct lane_bytes key = bytes_of(lane);
    return tcn_map_peek(marks->map, tcn_slice_of(key.bytes, sizeof(key.bytes)));
}

static enum tcn_status enter(struct tcn_map *map, struct tcn_mark *mark) {
    const struct lane_bytes key = bytes_of(&mark->lane);
    return tcn_map_push(map, tcn_slice_of(key.bytes, sizeof(key.bytes)), mark);
}

static enum tcn_status grow(struct tcn_marks *marks) {
    const size_t count_max = marks->count_max == 0 ? COUNT_FIRST : 2 * marks->count_max;
    struct tcn_map *map = NULL;
    struct tcn_mark *list = calloc(count_max, sizeof(*list));
    enum tcn_status status = list == NULL ? TCN_NOMEM : tcn_map_create(count_max, &map);
    for (size_t i = 0; status == TCN_OK && i < marks->count; i++) {
        list[i] = marks->list[i];
        status = enter(map, &list[i]);
    }
    if (status != TCN_OK) {
        tcn_map_destroy(&map);
        free(list);
        return status;
    }
    tcn_map_destroy(&marks->map);
    free(marks->list);
    marks->map = map;
    marks->list = list;
    marks->count_max = count_max;
    return TCN_OK;
}

enum tcn_status tcn_marks_create(struct tcn_marks **out_marks) {
    struct tcn_marks *marks = calloc(1, sizeof(*marks));
    const enum tcn_status status = marks == NULL ? TCN_NOMEM : grow(marks);
    if (status != TCN_OK) {
        tcn_marks_destroy(&marks);
        return status;
    }
    *out_marks = marks;
    return TCN_OK;
}

void tcn_marks_destroy(struct tcn_marks **marks) {
    if (marks == NULL || *marks == NULL) {
        return;
    }
    tcn_map_destroy(&(*marks)->map);
    free((*marks)->list);
    free(*marks);
    *marks = NULL;
}

static enum tcn_status add(struct tcn_marks *marks, const struct tcn_mark *mark) {
    enum tcn_status status = marks->count == marks->count_max ? grow(marks) : TCN_OK;
    if (status != TCN_OK) {
        return status;
    }
    marks->list[marks->count] = *mark;
    status = enter(marks->map, &marks->list[marks->count]);
    marks->count += status == TCN_OK ? 1 : 0;
    return status;
}

/* What a source had open is closed by the epoch that begins. */
static void fence(struct tcn_marks *marks, uint32_t source, uint64_t successor) {
    for (size_t i = 0; i < marks->count; i++) {
        struct tcn_mark *mark = &marks->list[i];
        if (mark->lane.source == source && mark->lane.epoch != successor) {
            tcn_mark_fence(mark, successor);
        }
    }
}

enum tcn_status tcn_marks_open(struct tcn_marks *marks, const struct tcn_hello *hello,
                               uint64_t position) {
    static const enum tcn_lane lanes[] = {TCN_LANE_URGENT, TCN_LANE_ROUTINE};
    struct tcn_lane_key key = hello->lane;
    for (size_t i = 0; i < sizeof(lanes) / sizeof(lanes[0]); i++) {
        key.lane = lanes[i];
        if (find(marks, &key) != NULL) {
            return TCN_EXISTS;
        }
        struct tcn_mark mark;
        tcn_mark_open(&key, hello->predecessor, position, &mark);
        const enum tcn_status status = add(marks, &mark);
        if (status != TCN_OK) {
            return status;
        }
    }
    fence(marks, hello->lane.source, hello->lane.epoch);
    return TCN_OK;
}

enum tcn_status tcn_marks_take(struct tcn_marks *marks, const struct tcn_chunk_head *head,
                               const struct tcn_hash *chunk_hash,
                               const struct tcn_hash *next_previous, uint64_t position) {
    struct tcn_mark *mark = find(marks, &head->lane);
    if (mark == NULL && head->lane.source == OWN_SOURCE) {
        const struct tcn_mark first = {.lane = head->lane};
        const enum tcn_status status = add(marks, &first);
        if (status != TCN_OK) {
            return status;
        }
        mark = find(marks, &head->lane);
    }
    const struct tcn_sequencer_chunk question = {
        .log_id = &head->log_id,
        .mark = mark,
        .head = head,
        .chunk_hash = chunk_hash,
        .next_previous = next_previous,
        .next_position = position,
    };
    struct tcn_verdict verdict = {0};
    tcn_sequencer_chunk(&question, &verdict);
    if (verdict.kind != TCN_VERDICT_APPEND) {
        return TCN_SEQUENCE;
    }
    *mark = verdict.mark;
    return TCN_OK;
}

/* A HELLO's record, read. */
static enum tcn_status take_hello(struct tcn_marks *marks, const struct tcn_record *record,
                                  struct tcn_arena *arena) {
    struct tcn_hello hello = {0};
    const enum tcn_status status = tcn_wire_hello_decode(record->chunk.head, arena, &hello);
    return status == TCN_OK ? tcn_marks_open(marks, &hello, record->first_position) : status;
}

/* A chunk's record, read; of a VOID range its event, too. */
static enum tcn_status take_chunk(struct tcn_marks *marks, const struct tcn_record *record,
                                  struct tcn_arena *arena) {
    struct tcn_chunk_head head = {0};
    struct tcn_event event = {0};
    enum tcn_status status = tcn_wire_chunk_head_decode(record->chunk.head, arena, &head);
    if (status == TCN_OK && head.void_count > 0) {
        struct tcn_logged logged = {0};
        status = tcn_walk_find(record, record->first_position, &logged);
        if (status == TCN_OK) {
            status = tcn_walk_decode(record, &logged, arena, &event);
        }
    }
    const struct tcn_hash *next_previous =
        head.void_count > 0 ? &event.void_body.next_previous : NULL;
    return status == TCN_OK ? tcn_marks_take(marks, &head, &record->chunk_hash, next_previous,
                                             record->first_position)
                            : status;
}

enum tcn_status tcn_marks_record(struct tcn_marks *marks, const struct tcn_record *record,
                                 struct tcn_arena *arena) {
    if (record->kind == TCN_RECORD_GENESIS || record->kind == TCN_RECORD_POLICY) {
        return TCN_OK;
    }
    tcn_arena_reset(arena);
    const enum tcn_status status = record->kind == TCN_RECORD_HELLO
                                       ? take_hello(marks, record, arena)
                                       : take_chunk(marks, record, arena);
    const bool is_told =
        status == TCN_OK || status == TCN_NOMEM || status == TCN_EXISTS || status == TCN_SEQUENCE;
    return is_told ? status : TCN_CORRUPT;
}

enum tcn_status tcn_marks_put(const struct tcn_marks *marks, struct tcn_log *log) {
    enum tcn_status status = TCN_OK;
    for (size_t i = 0; i < marks->count && status == TCN_OK; i++) {
        status = tcn_log_mark_put(log, &marks->list[i]);
    }
    return status;
}

static bool agree(const struct tcn_mark *told, const struct tcn_mark *kept) {
    return told != NULL && told->sequence == kept->sequence && told->position == kept->position &&
           told->predecessor == kept->predecessor && tcn_hash_equals(&told->hash, &kept->hash);
}

/* The fence that a lane has: the one that the records say. One that they do not say is good when
 * the epoch that closed it began behind them, while they were being read. */
static enum tcn_status compare_fence(const struct tcn_mark *told, const struct tcn_mark *kept,
                                     struct tcn_log_reader *reader, uint64_t last_position) {
    if (told->successor == kept->successor) {
        return TCN_OK;
    }
    if (told->successor != 0) {
        return TCN_CORRUPT;
    }
    const struct tcn_lane_key before = {.source = kept->lane.source, .epoch = kept->successor};
    struct tcn_mark later = {0};
    size_t count = 0;
    const enum tcn_status status = tcn_log_reader_marks(reader, &before, &later, 1, &count);
    if (status != TCN_OK) {
        return status;
    }
    const bool is_later = count == 1 && later.lane.source == kept->lane.source &&
                          later.lane.epoch == kept->successor && later.position > last_position;
    return is_later ? TCN_OK : TCN_CORRUPT;
}

/* One row that the log keeps, beside what its records say. */
static enum tcn_status compare_one(const struct tcn_mark *told, const struct tcn_mark *kept,
                                   struct tcn_log_reader *reader, uint64_t last_position) {
    if (kept->position <= last_position && !agree(told, kept)) {
        return TCN_CORRUPT;
    }
    return told == NULL ? TCN_OK : compare_fence(told, kept, reader, last_position);
}

enum tcn_status tcn_marks_compare(const struct tcn_marks *marks, struct tcn_log_reader *reader,
                                  uint64_t last_position, uint64_t *out_position) {
    struct tcn_mark page[PAGE];
    struct tcn_lane_key after = {0};
    bool is_first = true;
    size_t count = 0;
    size_t kept_count = 0;
    do {
        const enum tcn_status status =
            tcn_log_reader_marks(reader, is_first ? NULL : &after, page, PAGE, &count);
        if (status != TCN_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            const struct tcn_mark *told = find(marks, &page[i].lane);
            const enum tcn_status found = compare_one(told, &page[i], reader, last_position);
            if (found != TCN_OK) {
                *out_position = page[i].position;
                return found;
            }
            kept_count += told != NULL;
        }
        after = count > 0 ? page[count - 1].lane : after;
        is_first = false;
    } while (count > 0);
    *out_position = last_position;
    return kept_count == marks->count ? TCN_OK : TCN_CORRUPT;
}
