/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/group.h"

#include "agents/inner.h"
#include "agents/look.h"
#include "base/clock.h"
#include "seal/hash.h"
#include "seal/random.h"
#include "json/draft.h"

#include <stdio.h>
#include <string.h>

/** Tries of finding a slip's code that is not taken. */
#define SLIP_TRIES 4

enum tcn_status tcn_agent_group_init(struct tcn_agent_group *group) {
    group->count = 0;
    return tcn_arena_init(&group->arena, TCN_AGENT_GROUP_BYTES_MAX);
}

void tcn_agent_group_fini(struct tcn_agent_group *group) {
    tcn_arena_fini(&group->arena);
    group->count = 0;
}

bool tcn_agent_group_has_room(const struct tcn_agent_group *group) {
    size_t need = TCN_EVENT_BYTES_MAX + (size_t)TCN_RETRY_KEY_BYTES_MAX + 64;
    return group->count < TCN_AGENT_GROUP_MAX && group->arena.size - group->arena.offset >= need;
}

void tcn_agent_group_reset(struct tcn_agent_group *group) {
    group->count = 0;
    tcn_arena_reset(&group->arena);
}

/** Says what is wrong with a job. */
static void fail(struct tcn_agent_job *job, enum tcn_status status, const char *field,
                 const char *sentence) {
    job->status = status;
    job->fault.field = field;
    (void)snprintf(job->fault.sentence, sizeof(job->fault.sentence), "%s", sentence);
}

/** The hash of a draft's content in the one way that JSON writes it, without what was known of the
 * matter's list: that is not what it says. */
static enum tcn_status content_of(const struct tcn_draft *draft, struct tcn_arena *arena,
                                  uint8_t out_content[TCN_AGENT_CONTENT_BYTES]) {
    struct tcn_json_writer writer;
    struct tcn_draft said = *draft;
    said.list = (struct tcn_draft_list){.is_known = false};
    tcn_json_writer_init(&writer);
    tcn_json_draft_fields(&writer, &said);
    struct tcn_slice text;
    enum tcn_status status = tcn_json_write_arena(&writer, arena, &text);
    tcn_json_writer_fini(&writer);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_hash hash = tcn_hash_of(text);
    memcpy(out_content, hash.bytes, TCN_AGENT_CONTENT_BYTES);
    return TCN_OK;
}

/** Fills a job whose retry key is known with what the first entry's answer said. */
static enum tcn_status recall(struct tcn_agent *agent, const struct tcn_outbox_key *known,
                              struct tcn_agent_job *job) {
    const struct tcn_local_receipt receipt = {
        .lane = known->lane.lane, .epoch = known->lane.epoch, .sequence = known->sequence};
    struct tcn_agent_sight sight;
    enum tcn_status status = tcn_agent_look(agent, &receipt, &sight);
    if (status != TCN_OK) {
        return status;
    }
    job->is_repeat = true;
    job->key = known->lane;
    job->sequence = known->sequence;
    job->position = sight.position;
    job->entry.lane = known->lane.lane;
    job->entry.matter = sight.matter;
    struct tcn_slice bytes;
    struct tcn_agent_case case_known;
    status = tcn_outbox_answer_get(agent->outbox, &sight.matter, &bytes);
    if (status == TCN_OK && sight.act == TCN_ACT_REPORTED) {
        status = tcn_agent_case_decode(bytes, &case_known);
        if (status == TCN_OK) {
            memcpy(job->slip, case_known.slip, sizeof(job->slip));
        }
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** Looks among the jobs of this very group. True when the job's key stands there already. */
static bool recall_here(const struct tcn_agent_group *group, const struct tcn_agent_piece *piece,
                        struct tcn_agent_job *job) {
    for (uint32_t i = 0; i < group->count; i++) {
        const struct tcn_agent_job *other = &group->jobs[i];
        if (other->status != TCN_OK || other->first != 0 || other->is_repeat ||
            !tcn_slice_equals(other->entry.piece.retry_key, piece->retry_key)) {
            continue;
        }
        if (memcmp(other->entry.piece.content, piece->content, sizeof(piece->content)) != 0) {
            fail(job, TCN_CONFLICT, "key", tcn_status_sentence(TCN_CONFLICT));
        } else {
            job->first = i + 1;
        }
        return true;
    }
    return false;
}

/** Settles a job by its retry key. `out_is_new` is true when it must be entered. */
static enum tcn_status check_key(struct tcn_agent *agent, const struct tcn_draft *draft,
                                 struct tcn_arena *arena, struct tcn_agent_piece *piece,
                                 struct tcn_agent_job *job) {
    enum tcn_status status = draft->retry_key.size > TCN_RETRY_KEY_BYTES_MAX
                                 ? TCN_TOOBIG
                                 : content_of(draft, arena, piece->content);
    if (status != TCN_OK) {
        fail(job, status, "key", tcn_status_sentence(status));
        return TCN_OK;
    }
    piece->retry_key = draft->retry_key;
    if (recall_here(&agent->group, piece, job)) {
        return TCN_OK;
    }
    struct tcn_outbox_key known;
    status = tcn_outbox_key_check(agent->outbox, draft->retry_key, piece->content, &known);
    if (status == TCN_OK) {
        return recall(agent, &known, job);
    }
    if (status == TCN_CONFLICT || status == TCN_TOOBIG) {
        fail(job, status, "key", tcn_status_sentence(status));
        return TCN_OK;
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** What the agent itself knows of a matter. */
enum own {
    OWN_NOT,    /**< it was not reported here */
    OWN_OPEN,   /**< it was, and is not kept apart */
    OWN_GUARDED /**< it was, and is kept apart, or its case cannot be read */
};

static enum own own_of(struct tcn_agent *agent, const struct tcn_id *matter) {
    const struct tcn_agent_group *group = &agent->group;
    struct tcn_slice bytes;
    struct tcn_agent_case known;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct tcn_agent_entry *entry = &group->jobs[i].entry;
        if (entry->is_report && tcn_id_equals(&entry->matter, matter)) {
            return group->jobs[i].status != TCN_OK ? OWN_NOT
                   : entry->is_guarded             ? OWN_GUARDED
                                                   : OWN_OPEN;
        }
    }
    enum tcn_status status = tcn_outbox_answer_get(agent->outbox, matter, &bytes);
    if (status == TCN_ABSENT) {
        return OWN_NOT;
    }
    status = status == TCN_OK ? tcn_agent_case_decode(bytes, &known) : status;
    return status == TCN_OK && !known.is_guarded ? OWN_OPEN : OWN_GUARDED;
}

/** Makes the event and copies it to where it lives until the commit. */
static void enter(struct tcn_agent *agent, const struct tcn_draft *draft, struct tcn_arena *arena,
                  const struct tcn_agent_piece *keyed, struct tcn_agent_job *job) {
    struct tcn_agent_moment moment = {.wall_ns = tcn_clock_wall_ns(),
                                      .seen_position = agent->facts.seen_position};
    struct tcn_draft told = *draft;
    tcn_random_bytes(moment.random, sizeof(moment.random));
    if (!tcn_id_is_none(&told.event.matter)) {
        const enum own own = own_of(agent, &told.event.matter);
        if (told.list.count == 0) {
            told.list.is_known = own == OWN_OPEN || (told.list.is_known && own == OWN_NOT);
        }
        if (own == OWN_GUARDED && !told.is_act && told.event.concerns == TCN_CONCERNS_NOBODY) {
            told.event.concerns = TCN_CONCERNS_UNIT; /* it is guarded like what it follows */
        }
    }
    job->status = tcn_agent_enter(&agent->office, &moment, &told, arena, &job->fault, &job->entry);
    if (job->status != TCN_OK) {
        return;
    }
    struct tcn_agent_piece *piece = &job->entry.piece;
    struct tcn_arena *kept = &agent->group.arena;
    const void *event = tcn_arena_copy(kept, piece->event.data, piece->event.size);
    const void *key = tcn_arena_copy(kept, keyed->retry_key.data, keyed->retry_key.size);
    if (event == NULL || key == NULL) {
        fail(job, TCN_BUSY, "", tcn_status_sentence(TCN_BUSY));
        return;
    }
    piece->event.data = event;
    piece->retry_key = tcn_slice_of(key, keyed->retry_key.size);
    memcpy(piece->content, keyed->content, sizeof(piece->content));
    if (job->entry.is_report) {
        tcn_agent_slip_make(tcn_random_u64(), job->slip);
    }
}

/** True when the job has an event that is to be written. */
static bool is_new(const struct tcn_agent_job *job) {
    return job->status == TCN_OK && !job->is_repeat && job->first == 0;
}

/** Whether an event is about a complaint that is kept apart, and that one's lane when it may not be
 * in the log yet. */
static enum tcn_status find_complaint(struct tcn_agent *agent, const struct tcn_id *matter,
                                      bool *out_is_apart, enum tcn_lane *out_lane) {
    const struct tcn_agent_group *group = &agent->group;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct tcn_agent_entry *entry = &group->jobs[i].entry;
        if (is_new(&group->jobs[i]) && entry->is_report && entry->is_guarded &&
            tcn_id_equals(&entry->matter, matter)) {
            *out_is_apart = true;
            *out_lane = entry->lane;
            return TCN_OK;
        }
    }
    struct tcn_slice bytes;
    struct tcn_agent_case known;
    enum tcn_status status = tcn_outbox_answer_get(agent->outbox, matter, &bytes);
    if (status == TCN_ABSENT) {
        return TCN_OK; /* another office's, or none: its id is nobody's to know */
    }
    status = status == TCN_OK ? tcn_agent_case_decode(bytes, &known) : status;
    if (status != TCN_OK) {
        return status;
    }
    *out_is_apart = known.is_guarded;
    if (known.is_guarded && tcn_outlane_waiting(&agent->lanes[known.is_urgent ? 0 : 1].brain) > 0) {
        *out_lane = known.is_urgent ? TCN_LANE_URGENT : TCN_LANE_ROUTINE;
    }
    return TCN_OK;
}

/** What is said of a complaint that is kept apart goes behind it: by the other lane it could come
 * first, and what is alone in the log is told to the desk, which the complaint may accuse. */
static enum tcn_status keep_behind(struct tcn_agent *agent, struct tcn_agent_job *job) {
    enum tcn_lane lane = job->entry.lane;
    bool is_apart = false;
    enum tcn_status status = TCN_OK;
    if (!job->entry.is_report && !tcn_id_is_none(&job->entry.matter)) {
        status = find_complaint(agent, &job->entry.matter, &is_apart, &lane);
    }
    job->entry.lane = lane;
    job->is_apart = is_apart || job->entry.is_guarded;
    return status;
}

enum tcn_status tcn_agent_group_add(struct tcn_agent *agent, const struct tcn_draft *draft,
                                    struct tcn_arena *arena, uint32_t *out_index) {
    struct tcn_agent_group *group = &agent->group;
    TCN_CHECK(tcn_agent_group_has_room(group));
    struct tcn_agent_job *job = &group->jobs[group->count];
    memset(job, 0, sizeof(*job));
    job->fault.field = "";
    struct tcn_agent_piece keyed;
    memset(&keyed, 0, sizeof(keyed));
    if (draft->retry_key.size > 0) {
        enum tcn_status status = check_key(agent, draft, arena, &keyed, job);
        if (status != TCN_OK) {
            return status;
        }
    }
    if (job->status == TCN_OK && !job->is_repeat && job->first == 0) {
        enter(agent, draft, arena, &keyed, job);
    }
    if (is_new(job)) {
        enum tcn_status status = keep_behind(agent, job);
        if (status != TCN_OK) {
            return status;
        }
    }
    *out_index = group->count;
    group->count++;
    return TCN_OK;
}

/** Nothing of the group was written for want of room. */
static void fail_all(struct tcn_agent_group *group) {
    for (uint32_t i = 0; i < group->count; i++) {
        if (is_new(&group->jobs[i])) {
            fail(&group->jobs[i], TCN_FULL, "", tcn_status_sentence(TCN_FULL));
        }
    }
}

/** Cuts the events of one lane; those that find no room are told so. */
static enum tcn_status cut_lane(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                struct tcn_outbox_lane *row) {
    struct tcn_agent_group *group = &agent->group;
    const struct tcn_agent_piece *pieces[TCN_AGENT_GROUP_MAX];
    struct tcn_agent_job *jobs[TCN_AGENT_GROUP_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        if (is_new(&group->jobs[i]) && group->jobs[i].entry.lane == lane->number) {
            jobs[count] = &group->jobs[i];
            pieces[count] = &group->jobs[i].entry.piece;
            count++;
        }
    }
    enum tcn_status status = tcn_outbox_lane_get(agent->outbox, lane->number, row);
    if (status != TCN_OK || count == 0) {
        return status;
    }
    uint64_t first_sequence = row->next_sequence;
    uint32_t done = 0;
    status = tcn_agent_cut(&agent->cutter, agent->outbox, row, pieces, count, &done);
    if (status != TCN_OK && status != TCN_FULL) {
        return status;
    }
    for (uint32_t i = 0; i < count; i++) {
        jobs[i]->key = row->lane;
        jobs[i]->sequence = first_sequence + i;
        if (i >= done) {
            fail(jobs[i], TCN_FULL, "", tcn_status_sentence(TCN_FULL));
        } else if (jobs[i]->is_apart) {
            tcn_agent_lane_apart(lane, jobs[i]->sequence, jobs[i]->sequence);
        }
    }
    return TCN_OK;
}

/** Puts a slip's code and the case behind it. */
static enum tcn_status put_case(struct tcn_agent *agent, struct tcn_agent_job *job) {
    const struct tcn_outbox_slip slip = {.matter = job->entry.matter,
                                         .learned_ns = job->entry.learned_ns};
    enum tcn_status status = TCN_EXISTS;
    for (uint32_t i = 0; i < SLIP_TRIES && status == TCN_EXISTS; i++) {
        if (i > 0) {
            tcn_agent_slip_make(tcn_random_u64(), job->slip);
        }
        status = tcn_outbox_slip_put(agent->outbox, tcn_slice_text(job->slip), &slip);
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_agent_case known;
    memset(&known, 0, sizeof(known));
    memcpy(known.slip, job->slip, sizeof(known.slip));
    const struct tcn_organ *holder = tcn_policy_organ(agent->office.policy, job->entry.holder);
    known.progress.is_opaque = job->entry.has_opaque_slip;
    known.is_guarded = job->entry.is_guarded;
    known.is_urgent = job->entry.lane == TCN_LANE_URGENT;
    tcn_agent_case_place(&known, job->entry.kind, job->entry.stage);
    if (holder != NULL) {
        known.progress.holder = tcn_slice_text(holder->id);
    }
    if (!known.progress.is_opaque) {
        tcn_agent_case_limit(&known, job->entry.limits.rows, job->entry.limits.count);
    }
    known.progress.last_act = TCN_ACT_REPORTED;
    known.progress.learned_ns = job->entry.learned_ns;
    known.progress.known_ns = job->entry.piece.recorded_ns;
    uint8_t data[TCN_AGENT_CASE_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice bytes;
    status = tcn_agent_case_encode(&known, &writer, &bytes);
    TCN_CHECK(status == TCN_OK);
    status = tcn_outbox_answer_put(agent->outbox, &job->entry.matter, bytes);
    return status == TCN_OK ? tcn_agent_follow_need(agent) : status;
}

/** Puts what goes with the events that are in: retry keys, slips and cases. */
static enum tcn_status put_rest(struct tcn_agent *agent) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < agent->group.count && status == TCN_OK; i++) {
        struct tcn_agent_job *job = &agent->group.jobs[i];
        if (!is_new(job)) {
            continue;
        }
        const struct tcn_agent_piece *piece = &job->entry.piece;
        struct tcn_outbox_key key = {.lane = job->key, .sequence = job->sequence};
        memcpy(key.content, piece->content, sizeof(key.content));
        if (piece->retry_key.size > 0) {
            status = tcn_outbox_key_put(agent->outbox, piece->retry_key, &key);
        }
        if (status == TCN_OK && job->entry.is_report) {
            status = put_case(agent, job);
        }
    }
    return status;
}

/** Writes everything with one commit. */
static enum tcn_status write_all(struct tcn_agent *agent,
                                 struct tcn_outbox_lane rows[TCN_AGENT_LANES]) {
    enum tcn_status status = tcn_agent_begin(agent);
    agent->must_commit = true;
    for (uint32_t i = 0; i < TCN_AGENT_LANES && status == TCN_OK; i++) {
        status = cut_lane(agent, &agent->lanes[i], &rows[i]);
    }
    if (status == TCN_OK) {
        status = put_rest(agent);
    }
    return status == TCN_OK ? tcn_agent_commit(agent) : status;
}

/** Gives jobs that repeat one of this group what that one got. */
static void resolve_repeats(struct tcn_agent_group *group) {
    for (uint32_t i = 0; i < group->count; i++) {
        uint32_t first = group->jobs[i].first;
        if (first != 0) {
            group->jobs[i] = group->jobs[first - 1];
            group->jobs[i].first = first;
            group->jobs[i].is_repeat = true;
        }
    }
}

enum tcn_status tcn_agent_group_commit(struct tcn_agent *agent) {
    struct tcn_agent_group *group = &agent->group;
    uint32_t new_count = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        new_count += is_new(&group->jobs[i]) ? 1 : 0;
    }
    if (new_count > 0) {
        struct tcn_outbox_lane rows[TCN_AGENT_LANES];
        enum tcn_status status = write_all(agent, rows);
        if (status == TCN_FULL) {
            tcn_agent_abort(agent);
            fail_all(group);
            tcn_agent_note(agent, "the outbox is full");
        } else if (status != TCN_OK) {
            return status;
        } else {
            for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
                tcn_outlane_cut(&agent->lanes[i].brain, rows[i].next_sequence - 1,
                                &rows[i].last_hash);
            }
        }
    }
    resolve_repeats(group);
    return TCN_OK;
}
