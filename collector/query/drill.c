/* SPDX-License-Identifier: Apache-2.0 */
#include "query/drill.h"

#include "query/trail.h"

#include <stdlib.h>
#include <string.h>

/* One event takes less. */
#define ARENA_BYTES ((size_t)2 * 1024 * 1024)

/** A walk over the log for a drill. */
struct drilling {
    struct tcn_log_reader *reader;
    struct tcn_state_reader *state;
    const struct tcn_policy *policy;
    struct tcn_slice name;
    struct tcn_drill *drill;
    struct tcn_arena arena;
};

/** What is looked for in each event. Errors: as the state's reader. */
typedef enum tcn_status look(struct drilling *drilling, const struct tcn_event *event,
                             uint64_t position, int64_t log_time_ns);

/** The last start of that name begins the drill anew, and a stop behind it ends it. */
static enum tcn_status look_for_drill(struct drilling *drilling, const struct tcn_event *event,
                                      uint64_t position, int64_t log_time_ns) {
    struct tcn_drill *drill = drilling->drill;
    const struct tcn_slice word = event->act_body.reason;
    const bool is_named = drilling->name.size == 0 || tcn_slice_equals(word, drilling->name);
    const bool is_word = word.size > 0 && word.size <= TCN_WORD_BYTES_MAX;
    if (event->act == TCN_ACT_DRILL_STARTED && is_named && is_word) {
        memset(drill->name, 0, sizeof(drill->name));
        memcpy(drill->name, word.data, word.size);
        drill->start_position = position;
        drill->start_ns = log_time_ns;
        drill->stop_position = 0;
        drill->stop_ns = 0;
    } else if (event->act == TCN_ACT_DRILL_STOPPED && drill->start_position != 0 &&
               drill->stop_position == 0 && tcn_slice_is_text(word, drill->name)) {
        drill->stop_position = position;
        drill->stop_ns = log_time_ns;
    }
    return TCN_OK;
}

/** A durable name of the organ's stream has items up to a number. */
static void take_delivered(struct tcn_drill *drill, const struct tcn_delivered_body *body,
                           int64_t log_time_ns) {
    for (uint32_t i = 0; i < drill->row_count; i++) {
        struct tcn_drill_row *row = &drill->rows[i];
        if (row->organ == body->stream.organ && row->number <= body->number &&
            row->delivered_ns == 0) {
            row->delivered_ns = log_time_ns;
        }
    }
}

/** An organ acts on a matter: it has in hand all that it was told of it before. */
static void take_act(struct tcn_drill *drill, uint16_t organ, const struct tcn_event *event,
                     uint64_t position, int64_t log_time_ns) {
    for (uint32_t i = 0; i < drill->row_count; i++) {
        struct tcn_drill_row *row = &drill->rows[i];
        const bool is_its = row->organ == organ && row->position < position &&
                            !tcn_id_is_none(&row->matter) &&
                            tcn_id_equals(&row->matter, &event->matter);
        if (!is_its) {
            continue;
        }
        if (row->acted_ns == 0) {
            row->acted_ns = log_time_ns;
            row->acted = event->act;
        }
        if (event->act == TCN_ACT_ACKNOWLEDGED && row->acknowledged_ns == 0) {
            row->acknowledged_ns = log_time_ns;
            tcn_trail_word(event->act_body.post, row->post);
        }
    }
}

/** True in `out_is` when the act had an effect: a void one has its outcome in the state. */
static enum tcn_status has_effect(struct tcn_state_reader *state, uint64_t position, bool *out_is) {
    struct tcn_outcome outcome = {0};
    const enum tcn_status status = tcn_state_outcome(state, position, &outcome);
    tcn_state_reader_reset(state);
    *out_is = status == TCN_ABSENT || (status == TCN_OK && outcome.code == TCN_OK);
    return status == TCN_ABSENT ? TCN_OK : status;
}

static enum tcn_status look_for_answers(struct drilling *drilling, const struct tcn_event *event,
                                        uint64_t position, int64_t log_time_ns) {
    const bool is_delivered = event->act == TCN_ACT_DELIVERED &&
                              event->body_kind == TCN_BODY_DELIVERED &&
                              event->delivered.stream.mode == TCN_MODE_EXERCISE;
    if (is_delivered) {
        take_delivered(drilling->drill, &event->delivered, log_time_ns);
        return TCN_OK;
    }
    const struct tcn_organ *organ = tcn_policy_organ_by_id(drilling->policy, event->office);
    if (event->mode != TCN_MODE_EXERCISE || !tcn_act_is_human(event->act) || organ == NULL) {
        return TCN_OK;
    }
    bool is_its = false;
    const enum tcn_status status = has_effect(drilling->state, position, &is_its);
    if (status == TCN_OK && is_its) {
        take_act(drilling->drill, organ->number, event, position, log_time_ns);
    }
    return status;
}

/** Every event of a record. */
static enum tcn_status look_at_record(struct drilling *drilling, const struct tcn_record *record,
                                      look *what) {
    struct tcn_walk walk;
    enum tcn_status status = tcn_walk_init(&walk, record);
    while (status == TCN_OK) { /* ends with the record: TCN_ABSENT */
        struct tcn_logged logged = {0};
        struct tcn_event event;
        status = tcn_walk_next(&walk, &logged);
        if (status == TCN_OK) {
            tcn_arena_reset(&drilling->arena);
            status = tcn_walk_decode(record, &logged, &drilling->arena, &event);
        }
        if (status == TCN_OK) {
            status = what(drilling, &event, logged.position, record->log_time_ns);
        }
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** Every event from a position to the end of the log. */
static enum tcn_status look_through(struct drilling *drilling, uint64_t from, look *what) {
    uint64_t position = from;
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) { /* ends with the log: TCN_ABSENT */
        struct tcn_record record = {0};
        status = tcn_log_read(drilling->reader, position, &record);
        if (status == TCN_OK) {
            position = record.first_position + record.count;
            status = look_at_record(drilling, &record, what);
        }
        tcn_log_reader_reset(drilling->reader);
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** True for an alert that is of the drill and may be shown. */
static bool is_of_drill(const struct tcn_drill *drill, const struct tcn_alert *alert) {
    const bool is_in = alert->position > drill->start_position &&
                       (drill->stop_position == 0 || alert->position < drill->stop_position);
    const uint32_t guarded = TCN_FLAG_GUARDED | TCN_FLAG_NOT_THE_DESK;
    return is_in && alert->reason != TCN_REASON_OUTCOME && (alert->flags & guarded) == 0;
}

static void add_row(struct tcn_drill *drill, const struct tcn_alert *alert) {
    if (drill->row_count == TCN_DRILL_ROWS_MAX) {
        drill->left_count++;
        return;
    }
    drill->rows[drill->row_count] = (struct tcn_drill_row){
        .organ = alert->stream.organ,
        .number = alert->number,
        .position = alert->position,
        .birth_position = alert->birth_position,
        .act = alert->act,
        .reason = alert->reason,
        .severity = alert->severity,
        .log_time_ns = alert->log_time_ns,
    };
    drill->row_count++;
}

/** The alerts of one organ's exercise, page by page; each page begins behind the one before. */
static enum tcn_status add_stream(struct tcn_state_reader *state, uint16_t organ,
                                  struct tcn_alert *page, struct tcn_drill *drill) {
    const struct tcn_stream stream = {.mode = TCN_MODE_EXERCISE, .organ = organ};
    uint64_t number = 1;
    size_t count = TCN_SLICE_RECORDS_MAX;
    while (count == TCN_SLICE_RECORDS_MAX) {
        const enum tcn_status status =
            tcn_state_alerts(state, stream, number, page, TCN_SLICE_RECORDS_MAX, &count);
        if (status != TCN_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            if (is_of_drill(drill, &page[i])) {
                add_row(drill, &page[i]);
            }
        }
        number = count > 0 ? page[count - 1].number + 1 : number;
        tcn_state_reader_reset(state);
    }
    return TCN_OK;
}

/** The matters of the rows, by their births. */
static enum tcn_status name_matters(struct tcn_state_reader *state, struct tcn_drill *drill) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < drill->row_count && status == TCN_OK; i++) {
        struct tcn_drill_row *row = &drill->rows[i];
        struct tcn_matter matter;
        if (row->birth_position == 0) {
            continue;
        }
        status = tcn_state_matter(state, row->birth_position, &matter);
        if (status == TCN_OK) {
            row->matter = matter.id;
        }
        status = status == TCN_ABSENT ? TCN_OK : status;
    }
    tcn_state_reader_reset(state);
    return status;
}

static enum tcn_status add_rows(struct tcn_state_reader *state, const struct tcn_policy *policy,
                                struct tcn_drill *drill) {
    struct tcn_alert *page = calloc(TCN_SLICE_RECORDS_MAX, sizeof(*page));
    drill->rows = calloc(TCN_DRILL_ROWS_MAX, sizeof(*drill->rows));
    enum tcn_status status = page == NULL || drill->rows == NULL ? TCN_NOMEM : TCN_OK;
    for (uint32_t i = 0; i < policy->organ_count && status == TCN_OK; i++) {
        status = add_stream(state, policy->organs[i].number, page, drill);
    }
    free(page);
    return status == TCN_OK ? name_matters(state, drill) : status;
}

enum tcn_status tcn_drill_run(struct tcn_log_reader *reader, struct tcn_state_reader *state,
                              const struct tcn_policy *policy, struct tcn_slice name,
                              struct tcn_drill *out_drill) {
    struct drilling drilling = {
        .reader = reader, .state = state, .policy = policy, .name = name, .drill = out_drill};
    enum tcn_status status = tcn_arena_init(&drilling.arena, ARENA_BYTES);
    if (status == TCN_OK) {
        status = look_through(&drilling, 1, look_for_drill);
    }
    if (status == TCN_OK && out_drill->start_position == 0) {
        status = TCN_ABSENT;
    }
    if (status == TCN_OK) {
        status = add_rows(state, policy, out_drill);
    }
    if (status == TCN_OK) {
        status = look_through(&drilling, out_drill->start_position, look_for_answers);
    }
    tcn_arena_fini(&drilling.arena);
    return status;
}

void tcn_drill_fini(struct tcn_drill *drill) {
    free(drill->rows);
    memset(drill, 0, sizeof(*drill));
}
