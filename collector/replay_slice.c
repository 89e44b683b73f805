/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/replay_inside.h"

#include "base/clock.h"
#include "base/text.h"
#include "query/walk.h"
#include "wire/event.h"
#include "wire/item.h"

/* Villages of a township share its first nine digits. */
#define TOWNSHIP UINT64_C(1000)

/* A slice of one replay in the making. */
struct slice {
    struct tcn_wire_items items;
    struct tcn_item_right right; /* to the event that is looked at */
    bool is_of_matter;           /* it is of the matter that is asked for, whatever it names */
    uint32_t looked;             /* records or alerts looked at */
    bool is_closed;              /* nothing more goes into it */
};

static uint64_t lower_of(uint64_t left, uint64_t right) {
    return left < right ? left : right;
}

/* A township's code covers its villages. */
static bool division_matches(uint64_t wanted, struct tcn_slice text) {
    uint64_t division = 0;
    if (tcn_text_to_u64(text, &division) != TCN_OK) {
        return false;
    }
    return division == wanted ||
           (wanted % TOWNSHIP == 0 && division / TOWNSHIP == wanted / TOWNSHIP);
}

/* The filters that need the open part. */
static enum tcn_status matches(struct tcn_server *server, const struct tcn_replay_run *replay,
                               const struct slice *slice, struct tcn_slice open,
                               bool *out_matches) {
    const struct tcn_replay *filter = &replay->filter;
    const bool is_any = slice->is_of_matter || tcn_id_is_none(&filter->matter);
    *out_matches = true;
    if (filter->domain.size == 0 && filter->division == 0 && is_any) {
        return TCN_OK;
    }
    struct tcn_event event = {0};
    tcn_arena_reset(&server->arena);
    const enum tcn_status status = tcn_wire_open_part_decode(open, &server->arena, &event);
    if (status != TCN_OK) {
        return status == TCN_NOMEM ? status : TCN_CORRUPT;
    }
    *out_matches = (filter->domain.size == 0 || tcn_slice_equals(filter->domain, event.domain)) &&
                   (filter->division == 0 || division_matches(filter->division, event.division)) &&
                   (is_any || tcn_id_equals(&filter->matter, &event.matter));
    return TCN_OK;
}

static bool is_in_time(const struct tcn_replay_run *replay, int64_t log_time_ns) {
    return (replay->filter.since_ns == 0 || log_time_ns >= replay->filter.since_ns) &&
           (replay->filter.until_ns == 0 || log_time_ns <= replay->filter.until_ns);
}

/* With a speed, an event waits until its time has come. */
static bool is_due(struct tcn_replay_run *replay, int64_t log_time_ns, int64_t now_ns) {
    if (replay->filter.speed_milli == 0) {
        return true;
    }
    if (!replay->is_paced) {
        replay->is_paced = true;
        replay->pace_start_ns = now_ns;
        replay->pace_log_ns = log_time_ns;
    }
    const int64_t since_ms = (log_time_ns - replay->pace_log_ns) / TCN_MS_NS;
    const int64_t wait_ms = since_ms * 1000 / (int64_t)replay->filter.speed_milli;
    /* Milliseconds are enough. At a speed near 0 an age would not fit: nobody waits for its end. */
    const int64_t most_ms = (INT64_MAX - replay->pace_start_ns) / TCN_MS_NS;
    replay->wait_until_ns =
        replay->pace_start_ns + (wait_ms < most_ms ? wait_ms : most_ms) * TCN_MS_NS;
    return replay->wait_until_ns <= now_ns;
}

/* Puts an event of a record into the slice, when the filters let it through. The slice is closed
 * when it must wait for the next turn; else *out_passed is true and the event is dealt with. */
static enum tcn_status add_event(struct tcn_server *server, struct tcn_replay_run *replay,
                                 const struct tcn_record *record, const struct tcn_logged *logged,
                                 struct slice *slice, bool *out_passed) {
    *out_passed = true;
    if (logged->open.size == 0 || !is_in_time(replay, record->log_time_ns)) {
        return TCN_OK;
    }
    bool is_match = false;
    enum tcn_status status = matches(server, replay, slice, logged->open, &is_match);
    if (status != TCN_OK || !is_match) {
        return status;
    }
    *out_passed = false;
    if (replay->sent_count >= replay->filter.credit_items ||
        !is_due(replay, record->log_time_ns, tcn_clock_monotonic_ns())) {
        slice->is_closed = true;
        return TCN_OK;
    }
    struct tcn_share share;
    struct tcn_item item = {.position = logged->position};
    status = tcn_item_fill_from(server, record, logged, slice->right, &item, &share);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_wire_items_add(&slice->items, &item);
    if (status == TCN_LIMIT) {
        slice->is_closed = true;
        return TCN_OK;
    }
    if (status != TCN_OK) {
        return status;
    }
    *out_passed = true;
    tcn_walk_digest(&replay->hasher, logged);
    replay->sent_count++;
    slice->is_closed = tcn_wire_items_size(&slice->items) >= TCN_ITEMS_BYTES_SOFT;
    return TCN_OK;
}

/* The events of one record from the next position on; its body is split once for all of them. */
static enum tcn_status add_record(struct tcn_server *server, struct tcn_replay_run *replay,
                                  const struct tcn_record *record, struct slice *slice) {
    struct tcn_walk walk;
    enum tcn_status status = tcn_walk_init(&walk, record);
    if (status != TCN_OK) {
        return status;
    }
    tcn_walk_seek(&walk, replay->next_position);
    const uint64_t end =
        lower_of(record->first_position + record->count - 1, replay->last_position);
    while (replay->next_position <= end && !slice->is_closed) {
        struct tcn_logged logged = {0};
        bool passed = false;
        status = tcn_walk_next(&walk, &logged);
        if (status == TCN_OK) {
            status = add_event(server, replay, record, &logged, slice, &passed);
        }
        if (status != TCN_OK) {
            return status;
        }
        replay->next_position += passed;
    }
    return TCN_OK;
}

/* A slice of the whole log. */
static enum tcn_status slice_log(struct tcn_server *server, struct tcn_replay_run *replay,
                                 struct slice *slice) {
    while (!slice->is_closed && slice->looked < TCN_SLICE_RECORDS_MAX) {
        if (replay->next_position > replay->last_position) {
            replay->is_over = true;
            return TCN_OK;
        }
        struct tcn_record record = {0};
        enum tcn_status status = tcn_log_read(server->log_reader, replay->next_position, &record);
        if (status != TCN_OK) {
            return status;
        }
        slice->looked++;
        status = add_record(server, replay, &record, slice);
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}

/* One alert of a stream, as an event of its history. */
static enum tcn_status add_alert(struct tcn_server *server, struct tcn_replay_run *replay,
                                 const struct tcn_alert *alert, struct slice *slice) {
    bool passed = true;
    if (alert->position > replay->last_position) {
        replay->is_over = true;
        slice->is_closed = true;
        return TCN_OK;
    }
    /* The event at a clock's position is whatever brought the time, and not this organ's to see. */
    if (alert->position >= replay->next_position && !tcn_reason_is_fired(alert->reason)) {
        struct tcn_record record = {0};
        struct tcn_logged logged = {0};
        /* A complaint that named another matter got one of its own, and names that one still. */
        slice->is_of_matter = replay->birth != 0 && alert->birth_position == replay->birth;
        enum tcn_status status = tcn_log_read(server->log_reader, alert->position, &record);
        if (status == TCN_OK) {
            status = tcn_walk_find(&record, alert->position, &logged);
        }
        if (status == TCN_OK) {
            status = tcn_item_right_of(server, alert, replay->right, &slice->right);
        }
        if (status == TCN_OK) {
            status = add_event(server, replay, &record, &logged, slice, &passed);
        }
        if (status != TCN_OK) {
            return status;
        }
    }
    replay->next_number += passed;
    return TCN_OK;
}

/* A slice of what one organ was told; what the state on disk does not have yet is not history. */
static enum tcn_status slice_stream(struct tcn_server *server, struct tcn_replay_run *replay,
                                    struct slice *slice) {
    while (!slice->is_closed && slice->looked < TCN_SLICE_RECORDS_MAX) {
        size_t count = 0;
        enum tcn_status status =
            tcn_state_alerts(server->state_reader, replay->stream, replay->next_number,
                             server->alerts, TCN_SERVE_ALERTS_MAX, &count);
        if (status != TCN_OK) {
            return status;
        }
        if (count == 0) {
            replay->is_over = true;
            return TCN_OK;
        }
        for (size_t i = 0; i < count && !slice->is_closed; i++) {
            slice->looked++;
            status = add_alert(server, replay, &server->alerts[i], slice);
            if (status != TCN_OK) {
                return status;
            }
        }
    }
    return TCN_OK;
}

/* Positions of a matter's events that are still to be looked at, the oldest first: as many as one
 * slice takes. */
struct ahead {
    uint64_t positions[TCN_SLICE_RECORDS_MAX];
    uint32_t count;
};

/* The thread is newest first, so what is walked over is kept in a ring, whose last are the oldest.
 */
static enum tcn_status look_ahead(struct tcn_server *server, const struct tcn_replay_run *replay,
                                  const struct tcn_matter *matter, struct ahead *ahead) {
    uint64_t ring[TCN_SLICE_RECORDS_MAX];
    uint64_t count = 0;
    uint64_t position = matter->last_position;
    while (position != 0 && position >= replay->next_position) {
        struct tcn_thread thread = {0};
        const enum tcn_status status = tcn_state_thread(server->state_reader, position, &thread);
        if (status != TCN_OK) {
            return status == TCN_ABSENT ? TCN_CORRUPT : status;
        }
        /* Positions fall along a thread, so a damaged one cannot lead round in circles. */
        if (thread.previous_position >= position) {
            return TCN_CORRUPT;
        }
        if (position <= replay->last_position) {
            ring[count % TCN_SLICE_RECORDS_MAX] = position;
            count++;
        }
        position = thread.previous_position;
    }
    ahead->count = (uint32_t)lower_of(count, TCN_SLICE_RECORDS_MAX);
    for (uint32_t i = 0; i < ahead->count; i++) {
        ahead->positions[i] = ring[(count - 1 - i) % TCN_SLICE_RECORDS_MAX];
    }
    return TCN_OK;
}

/* A slice of all that was ever logged of one matter, for the organ that leads it. */
static enum tcn_status slice_matter(struct tcn_server *server, struct tcn_replay_run *replay,
                                    const struct tcn_matter *matter, struct slice *slice) {
    struct ahead ahead = {.count = 0};
    enum tcn_status status = look_ahead(server, replay, matter, &ahead);
    slice->is_of_matter = true;
    for (uint32_t i = 0; status == TCN_OK && i < ahead.count && !slice->is_closed; i++) {
        struct tcn_record record = {0};
        struct tcn_logged logged = {0};
        bool passed = false;
        status = tcn_log_read(server->log_reader, ahead.positions[i], &record);
        if (status == TCN_OK) {
            status = tcn_walk_find(&record, ahead.positions[i], &logged);
        }
        if (status == TCN_OK) {
            status = add_event(server, replay, &record, &logged, slice, &passed);
        }
        if (status == TCN_OK && passed) {
            replay->next_position = ahead.positions[i] + 1;
        }
    }
    replay->is_over = status == TCN_OK && !slice->is_closed && ahead.count < TCN_SLICE_RECORDS_MAX;
    return status;
}

/* What the replay is of: the whole log; a matter, for the organ that leads it; or what the organ
 * was told. Who leads is asked for each slice: a hand-over ends the sight of the rest. */
static enum tcn_status slice_any(struct tcn_server *server, struct tcn_replay_run *replay,
                                 struct slice *slice) {
    struct tcn_matter matter;
    if (replay->stream.organ == 0) {
        return slice_log(server, replay, slice);
    }
    if (tcn_id_is_none(&replay->filter.matter)) {
        return slice_stream(server, replay, slice);
    }
    const enum tcn_status status =
        tcn_state_matter_by_id(server->state_reader, &replay->filter.matter, &matter);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    if (status == TCN_OK) {
        replay->stream.mode = matter.mode; /* of a drill's, what the organ was told in the drill */
        replay->birth = matter.birth_position;
    }
    const bool leads = status == TCN_OK && matter.holder == replay->stream.organ;
    return leads ? slice_matter(server, replay, &matter, slice)
                 : slice_stream(server, replay, slice);
}

/* One slice. Damage ends the replay with its code; it is never passed over in silence. */
enum tcn_status tcn_replay_slice(struct tcn_server *server, struct tcn_replay_run *replay) {
    struct tcn_writer writer = tcn_writer_init(server->body, TCN_SERVE_BODY_BYTES);
    struct slice slice = {.items = tcn_wire_items_begin(&writer), .right = replay->right};
    enum tcn_status status = slice_any(server, replay, &slice);
    if (status == TCN_CORRUPT || status == TCN_ABSENT || status == TCN_VERSION ||
        status == TCN_TOOBIG) {
        tcn_log(server->house->logger, TCN_LOG_ERROR, "a replay ended early: %s",
                tcn_status_sentence(status));
        replay->is_over = true;
        replay->code = status;
        status = TCN_OK;
    }
    if (status != TCN_OK || slice.items.count == 0) {
        return status;
    }
    const struct tcn_header header = tcn_replay_header(replay, TCN_KIND_REPLAY_ITEMS);
    return tcn_serve_tell(server, &replay->line, &header, tcn_wire_items_finish(&slice.items));
}
