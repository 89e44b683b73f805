/* SPDX-License-Identifier: Apache-2.0 */
#include "query/copy.h"

#include "base/arena.h"
#include "query/chain.h"
#include "query/marks.h"
#include "wire/frame.h"

#include <stdlib.h>

/* One step reads at most this much in one snapshot. */
#define STEP_RECORDS 128
#define STEP_BYTES (4u * 1024 * 1024)

/* What is left when the last snapshot is taken: little, because it is held until all of it is
 * copied and synced. */
#define END_POSITIONS 4096

#define PAGE 64

struct tcn_copy {
    struct tcn_copy_options options;
    struct tcn_log_reader *reader; /* records; and, in the end, the standing words */
    struct tcn_log_reader *groups; /* groups and changes: one reader's record lends until its next
                                    * call */
    struct tcn_marks *marks;
    struct tcn_arena arena;
    struct tcn_log_group group;
    uint64_t change_position; /* of the last change of the registry that was noted */
    struct tcn_copy_report report;
};

enum tcn_status tcn_copy_find(struct tcn_log_reader *reader, uint64_t position,
                              uint64_t *out_position) {
    struct tcn_record record = {0};
    struct tcn_log_group group;
    enum tcn_status status = tcn_log_read(reader, position, &record);
    if (status != TCN_OK) {
        return status;
    }
    const uint64_t first = record.group_first;
    status = tcn_log_reader_group_get(reader, first, &group);
    uint64_t next = first;
    for (uint32_t i = 0; i < group.leaf_count && status == TCN_OK; i++) {
        status = tcn_log_read(reader, next, &record);
        next = status == TCN_OK ? record.first_position + record.count : next;
    }
    tcn_log_reader_reset(reader);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    *out_position = next - 1 <= position ? next - 1 : first - 1;
    return TCN_OK;
}

enum tcn_status tcn_copy_find_time(struct tcn_log_reader *reader, int64_t log_time_ns,
                                   uint64_t *out_position) {
    struct tcn_record record = {0};
    enum tcn_status status = tcn_log_tail(reader, &record);
    /* Log time never goes back, so the answer lies from `low` to just below `high`. */
    uint64_t low = 0;
    uint64_t high = status == TCN_OK ? record.first_position + record.count : 0;
    while (status == TCN_OK && low + 1 < high) {
        const uint64_t middle = low + (high - low) / 2;
        status = tcn_log_read(reader, middle, &record);
        if (status == TCN_OK && record.log_time_ns <= log_time_ns) {
            low = record.first_position + record.count - 1;
        } else if (status == TCN_OK) {
            high = record.first_position;
        }
    }
    tcn_log_reader_reset(reader);
    if (status != TCN_OK) {
        return status;
    }
    if (low == 0) {
        return TCN_ABSENT;
    }
    *out_position = low;
    return TCN_OK;
}

enum tcn_status tcn_copy_create(const struct tcn_copy_options *options,
                                struct tcn_copy **out_copy) {
    TCN_CHECK(options->from != NULL && options->to != NULL);
    if (tcn_log_last_position(options->to) != 0) {
        return TCN_EXISTS;
    }
    struct tcn_copy *copy = calloc(1, sizeof(*copy));
    if (copy == NULL) {
        return TCN_NOMEM;
    }
    copy->options = *options;
    enum tcn_status status =
        tcn_arena_init(&copy->arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_OPEN_BYTES_MAX));
    if (status == TCN_OK) {
        status = tcn_marks_create(&copy->marks);
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open(options->from, &copy->reader);
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open(options->from, &copy->groups);
    }
    if (status != TCN_OK) {
        tcn_copy_destroy(&copy);
        return status;
    }
    *out_copy = copy;
    return TCN_OK;
}

void tcn_copy_destroy(struct tcn_copy **copy) {
    if (copy == NULL || *copy == NULL) {
        return;
    }
    tcn_log_group_abort((*copy)->options.to);
    tcn_log_reader_close(&(*copy)->reader);
    tcn_log_reader_close(&(*copy)->groups);
    tcn_marks_destroy(&(*copy)->marks);
    tcn_arena_fini(&(*copy)->arena);
    free(*copy);
    *copy = NULL;
}

struct tcn_copy_report tcn_copy_report(const struct tcn_copy *copy) {
    return copy->report;
}

/* The receipts of the group that a record begins. */
static enum tcn_status copy_group(struct tcn_copy *copy, const struct tcn_record *record) {
    if (record->first_position != record->group_first) {
        return TCN_OK;
    }
    const enum tcn_status status =
        tcn_log_reader_group_get(copy->groups, record->group_first, &copy->group);
    return status == TCN_OK ? tcn_log_group_put(copy->options.to, &copy->group) : status;
}

/* How many sequences a record covers: more than its events for a VOID range, whose mark says. */
static enum tcn_status sequences_of(struct tcn_copy *copy, const struct tcn_record *record,
                                    uint64_t *out_count) {
    struct tcn_log_place place = {0};
    *out_count = 0;
    if (record->kind != TCN_RECORD_CHUNK && record->kind != TCN_RECORD_OWN) {
        return TCN_OK;
    }
    const enum tcn_status status =
        tcn_log_reader_index_find(copy->groups, &record->lane, record->first_sequence, &place);
    *out_count = place.sequence_count;
    return status == TCN_ABSENT ? TCN_CORRUPT : status;
}

static enum tcn_status copy_record(struct tcn_copy *copy, const struct tcn_record *record) {
    struct tcn_copy_report *report = &copy->report;
    const struct tcn_hash content = tcn_record_content_hash(record->kind, record->chunk.head);
    if (!tcn_hash_equals(&content, &record->chunk_hash) ||
        !tcn_hash_equals(&report->tail, &record->previous_hash)) {
        return TCN_CORRUPT;
    }
    uint64_t sequence_count = 0;
    enum tcn_status status = tcn_marks_record(copy->marks, record, &copy->arena);
    if (status == TCN_OK) {
        status = sequences_of(copy, record, &sequence_count);
    }
    if (status == TCN_OK) {
        status = copy_group(copy, record);
    }
    if (status == TCN_OK) {
        status = tcn_log_append(copy->options.to, record, sequence_count);
    }
    if (status != TCN_OK) {
        return status == TCN_SEQUENCE || status == TCN_EXISTS || status == TCN_ABSENT ? TCN_CORRUPT
                                                                                      : status;
    }
    report->tail = tcn_record_hash(record);
    report->last_position = record->first_position + record->count - 1;
    report->log_time_ns = record->log_time_ns;
    report->generation = record->generation;
    report->bytes += record->chunk.head.size + record->chunk.body.size;
    report->record_count++;
    return TCN_OK;
}

/* Records up to `last`, and in one step no more than it may read. */
static enum tcn_status copy_records(struct tcn_copy *copy, uint64_t last, bool is_bounded) {
    const struct tcn_copy_report begun = copy->report;
    while (copy->report.last_position < last) {
        struct tcn_record record = {0};
        const bool is_spent = copy->report.record_count - begun.record_count >= STEP_RECORDS ||
                              copy->report.bytes - begun.bytes >= STEP_BYTES;
        if (is_bounded && is_spent) {
            return TCN_OK;
        }
        enum tcn_status status =
            tcn_log_read(copy->reader, copy->report.last_position + 1, &record);
        if (status == TCN_OK) {
            status = copy_record(copy, &record);
        }
        if (status != TCN_OK) {
            copy->report.bad_position =
                status == TCN_CORRUPT || status == TCN_ABSENT ? copy->report.last_position + 1 : 0;
            return status == TCN_ABSENT ? TCN_CORRUPT : status;
        }
    }
    return TCN_OK;
}

/* The changes of the registry among what was copied. */
static enum tcn_status copy_changes(struct tcn_copy *copy) {
    uint64_t page[PAGE];
    size_t count = PAGE;
    while (count == PAGE) {
        enum tcn_status status =
            tcn_log_reader_changes(copy->groups, copy->change_position, page, PAGE, &count);
        for (size_t i = 0; i < count && status == TCN_OK; i++) {
            if (page[i] > copy->report.last_position) {
                return TCN_OK;
            }
            copy->change_position = page[i];
            status = tcn_log_change_put(copy->options.to, page[i]);
        }
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}

/* The standing words as the snapshot has them in which the last record was read. */
static enum tcn_status copy_words(struct tcn_copy *copy) {
    struct tcn_standing page[PAGE];
    struct tcn_standing_key after = {0};
    size_t count = PAGE;
    for (bool is_first = true; count == PAGE; is_first = false) {
        enum tcn_status status =
            tcn_log_reader_standings(copy->reader, is_first ? NULL : &after, page, PAGE, &count);
        for (size_t i = 0; i < count && status == TCN_OK; i++) {
            status = tcn_log_standing_put(copy->options.to, &page[i]);
        }
        if (status != TCN_OK) {
            return status;
        }
        after = count > 0 ? page[count - 1].key : after;
    }
    return TCN_OK;
}

/* What belongs to the log as a whole. */
static enum tcn_status copy_end(struct tcn_copy *copy) {
    struct tcn_log_identity identity = {0};
    enum tcn_status status = tcn_marks_put(copy->marks, copy->options.to);
    if (status == TCN_OK && copy->options.last_position == 0) {
        status = copy_words(copy);
    }
    if (status == TCN_OK) {
        status = tcn_log_identity_get(copy->options.from, &identity);
    }
    if (status != TCN_OK) {
        return status;
    }
    if (copy->options.generation != 0) {
        identity.generation = copy->options.generation;
    }
    return tcn_log_identity_put(copy->options.to, &identity);
}

/* How far this step may go, and whether it is the last one. A source that grows is followed until
 * little is left, and the rest is read in one snapshot. */
static enum tcn_status aim(struct tcn_copy *copy, uint64_t *out_last, bool *out_is_last) {
    struct tcn_record tail = {0};
    *out_last = copy->options.last_position;
    *out_is_last = false;
    if (copy->options.last_position != 0) {
        return TCN_OK;
    }
    for (int turn = 0; turn < 2; turn++) {
        const enum tcn_status status = tcn_log_tail(copy->reader, &tail);
        if (status != TCN_OK) {
            return status == TCN_ABSENT ? TCN_CORRUPT : status;
        }
        *out_last = tail.first_position + tail.count - 1;
        if (turn == 1 || *out_last - copy->report.last_position > END_POSITIONS) {
            return TCN_OK;
        }
        const enum tcn_status pinned = tcn_log_reader_pin(copy->reader);
        if (pinned != TCN_OK) {
            return pinned;
        }
        *out_is_last = true;
    }
    return TCN_OK;
}

static enum tcn_status step(struct tcn_copy *copy, bool *out_is_done) {
    uint64_t last = 0;
    bool is_last = false;
    enum tcn_status status = aim(copy, &last, &is_last);
    if (status == TCN_OK) {
        status = tcn_log_group_begin(copy->options.to);
    }
    if (status == TCN_OK) {
        status = copy_records(copy, last, !is_last);
    }
    if (status == TCN_OK) {
        status = copy_changes(copy);
    }
    const bool is_done =
        copy->report.last_position == last && (is_last || copy->options.last_position != 0);
    if (status == TCN_OK && is_done) {
        status = copy_end(copy);
    }
    if (status == TCN_OK) {
        status = tcn_log_group_commit(copy->options.to);
    }
    if (status == TCN_OK) {
        *out_is_done = is_done;
    }
    return status;
}

enum tcn_status tcn_copy_step(struct tcn_copy *copy, bool *out_is_done) {
    const enum tcn_status status = step(copy, out_is_done);
    tcn_log_reader_reset(copy->reader);
    tcn_log_reader_reset(copy->groups);
    return status;
}

enum tcn_status tcn_copy_standings(struct tcn_state_reader *from, struct tcn_log *to) {
    struct tcn_standing page[PAGE];
    struct tcn_standing_key after = {0};
    size_t count = PAGE;
    enum tcn_status status = tcn_log_group_begin(to);
    for (bool is_first = true; status == TCN_OK && count == PAGE; is_first = false) {
        status = tcn_state_standings(from, is_first ? NULL : &after, page, PAGE, &count);
        for (size_t i = 0; i < count && status == TCN_OK; i++) {
            status = tcn_log_standing_put(to, &page[i]);
        }
        after = status == TCN_OK && count > 0 ? page[count - 1].key : after;
    }
    if (status != TCN_OK) {
        tcn_log_group_abort(to);
        return status;
    }
    return tcn_log_group_commit(to);
}
