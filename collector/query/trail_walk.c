/* SPDX-License-Identifier: Apache-2.0 */
#include "query/trail_inside.h"

#include "core/guard.h"
#include "query/walk.h"
#include "wire/activation.h"

#include <string.h>

/** One event of the walk. */
struct step {
    const struct tcn_record *record;
    const struct tcn_logged *logged;
    const struct tcn_event *event;
    uint16_t organ; /**< that speaks; 0: the collector, or nobody of the policy */
};

/** The organ that a source speaks for. */
static uint16_t organ_of_source(const struct tcn_trail_making *making, uint32_t source) {
    const struct tcn_registry *registry = tcn_rights_registry(making->options->rights);
    for (uint32_t i = 0; i < registry->principal_count && source != 0; i++) {
        if (registry->principals[i].source == source) {
            return registry->principals[i].organ;
        }
    }
    return 0;
}

/** True when two words are about the same, so that the later one takes the earlier one's place. */
static bool is_same_subject(const struct tcn_trail_note *left, const struct tcn_trail_note *right) {
    const bool is_roster = left->act == TCN_ACT_ON_DUTY || left->act == TCN_ACT_HANDED_OVER;
    const bool is_roster_too = right->act == TCN_ACT_ON_DUTY || right->act == TCN_ACT_HANDED_OVER;
    return is_roster == is_roster_too && (is_roster || left->act == right->act) &&
           left->organ == right->organ && left->source == right->source;
}

static void drop_standing(struct tcn_trail_making *making, uint32_t index) {
    making->standing_count--;
    memmove(&making->standing[index], &making->standing[index + 1],
            (making->standing_count - index) * sizeof(making->standing[0]));
}

/** Before the matter was learned of only what stands then counts. */
static void keep_standing(struct tcn_trail_making *making, const struct tcn_trail_note *note) {
    const bool ends = note->act == TCN_ACT_HEARD || note->act == TCN_ACT_TIME_CONFIRMED;
    struct tcn_trail_note what = *note;
    what.act = note->act == TCN_ACT_HEARD            ? TCN_ACT_UNREACHABLE
               : note->act == TCN_ACT_TIME_CONFIRMED ? TCN_ACT_TIME_DOUBTED
                                                     : note->act;
    for (uint32_t i = 0; i < making->standing_count; i++) {
        if (is_same_subject(&making->standing[i], &what)) {
            drop_standing(making, i);
            break;
        }
    }
    if (ends || note->act == TCN_ACT_VOID || note->act == TCN_ACT_GENERATION) {
        return;
    }
    if (making->standing_count == TCN_TRAIL_STANDING_MAX) {
        making->trail->lost_count++;
        drop_standing(making, 0);
    }
    making->standing[making->standing_count] = *note;
    making->standing[making->standing_count].is_before = true;
    making->standing_count++;
}

static void add_note(struct tcn_trail_making *making, const struct tcn_trail_note *note) {
    if (making->is_begun) {
        tcn_trail_add_note(making->trail, note);
    } else {
        keep_standing(making, note);
    }
}

static void begin(struct tcn_trail_making *making) {
    if (making->is_begun) {
        return;
    }
    making->is_begun = true;
    for (uint32_t i = 0; i < making->standing_count; i++) {
        tcn_trail_add_note(making->trail, &making->standing[i]);
    }
}

static struct tcn_trail_note note_of(const struct step *step) {
    struct tcn_trail_note note = {.act = step->event->act,
                                  .position = step->logged->position,
                                  .log_time_ns = step->record->log_time_ns,
                                  .organ = step->organ,
                                  .source = step->record->lane.source};
    tcn_trail_word(step->event->act_body.post, note.post);
    return note;
}

/** What the collector noticed of a source, or of all; of one that the trail is not about: nothing.
 */
static void take_observed(struct tcn_trail_making *making, const struct step *step) {
    const struct tcn_observed_body *body = &step->event->observed;
    struct tcn_trail_note note = note_of(step);
    const bool is_of_organ = step->event->act == TCN_ACT_NO_WATCHER;
    note.source = is_of_organ ? 0 : body->lane.source;
    note.organ = is_of_organ ? body->organ : organ_of_source(making, body->lane.source);
    note.since_ns = body->since_ns;
    note.number = is_of_organ ? body->number : 0;
    const bool is_of_all = !is_of_organ && body->lane.source == 0;
    if (is_of_all || tcn_trail_concerns(making, note.organ)) {
        add_note(making, &note);
    }
}

/** The collector's word that a subscription has all up to a number. */
static void take_delivered(struct tcn_trail_making *making, const struct step *step) {
    const struct tcn_delivered_body *body = &step->event->delivered;
    struct tcn_trail *trail = making->trail;
    for (uint32_t i = 0; i < trail->known_count; i++) {
        struct tcn_trail_known *known = &trail->known[i];
        if (known->is_own || known->organ != body->stream.organ ||
            body->stream.mode != trail->matter.mode || known->number > body->number ||
            known->fetched_position != 0) {
            continue;
        }
        known->fetched_position = step->logged->position;
        known->fetched_ns = step->record->log_time_ns;
        known->fetched_by = body->principal;
        tcn_trail_word(body->name, known->fetched_name);
    }
}

/** Whether the event is of the matter, and what became of it. An act that was void names the matter
 * and is in no thread; one that was kept apart from it is another's. */
static enum tcn_status belongs(const struct tcn_trail_making *making, const struct step *step,
                               bool *out_belongs, uint32_t *out_code) {
    struct tcn_state_reader *reader = making->options->state_reader;
    const struct tcn_matter *matter = &making->trail->matter;
    const bool is_hidden = tcn_guard_is_due(step->event) && !making->options->shows_guarded;
    struct tcn_thread thread;
    struct tcn_outcome outcome;
    *out_belongs = false;
    *out_code = TCN_OK;
    enum tcn_status status = tcn_state_thread(reader, step->logged->position, &thread);
    if (status != TCN_ABSENT) {
        *out_belongs = status == TCN_OK && thread.birth_position == matter->birth_position;
        return status;
    }
    if (is_hidden || !tcn_id_equals(&step->event->matter, &matter->id)) {
        return TCN_OK;
    }
    status = tcn_state_outcome(reader, step->logged->position, &outcome);
    if (status == TCN_OK) {
        *out_belongs = true;
        *out_code = outcome.code;
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

static enum tcn_status erasure_of(const struct tcn_trail_making *making, const struct step *step,
                                  struct tcn_trail_fact *fact) {
    struct tcn_erasure erasure;
    const enum tcn_status status = tcn_state_erasure(
        making->options->state_reader, &step->record->lane, step->logged->sequence, &erasure);
    if (status == TCN_OK) {
        fact->erasure = erasure.done_position != 0 ? TCN_ERASURE_DONE : TCN_ERASURE_ASKED;
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** The row of an event: one that an alert has made already, or a new one. */
static void put_fact(struct tcn_trail_making *making, const struct tcn_trail_fact *made) {
    struct tcn_trail *trail = making->trail;
    uint32_t index = 0;
    while (index < trail->fact_count && (trail->facts[index].position != made->position ||
                                         trail->facts[index].fired.kind != TCN_DUE_NONE)) {
        index++;
    }
    if (index < trail->fact_count) {
        trail->facts[index] = *made;
    } else if (tcn_trail_add_fact(trail, made) == NULL) {
        return;
    }
    const uint16_t known_to = making->options->known_to;
    const struct tcn_trail_known own = {.fact = index, .organ = made->organ, .is_own = true};
    if (made->organ != 0 && (known_to == 0 || known_to == made->organ)) {
        tcn_trail_add_known(trail, &own);
        tcn_trail_add_organ(making, made->organ);
    }
}

static enum tcn_status take_event(struct tcn_trail_making *making, const struct step *step) {
    const struct tcn_event *event = step->event;
    bool is_its = false;
    uint32_t code = TCN_OK;
    enum tcn_status status = belongs(making, step, &is_its, &code);
    if (status != TCN_OK || !is_its) {
        return status;
    }
    struct tcn_trail_fact fact = {.position = step->logged->position,
                                  .log_time_ns = step->record->log_time_ns,
                                  .act = event->act,
                                  .organ = step->organ,
                                  .source = step->record->lane.source,
                                  .sequence = step->logged->sequence,
                                  .occurred_ns = event->occurred_ns,
                                  .learned_ns = event->learned_ns,
                                  .recorded_ns = event->recorded_ns,
                                  .severity = event->severity,
                                  .code = code,
                                  .policy_version = making->policy_version,
                                  .is_sealed = step->logged->sealed.size > 0};
    tcn_trail_word(event->act_body.post, fact.post);
    tcn_trail_word(event->act_body.to_organ, fact.to);
    tcn_trail_word(event->act_body.how, fact.how);
    tcn_trail_word(event->act_body.reason, fact.reason);
    status = fact.is_sealed ? erasure_of(making, step, &fact) : TCN_OK;
    if (status == TCN_OK) {
        put_fact(making, &fact);
    }
    return status;
}

static enum tcn_status take(struct tcn_trail_making *making, const struct step *step) {
    struct tcn_trail_note note = note_of(step);
    switch (step->event->act) {
    case TCN_ACT_UNREACHABLE:
    case TCN_ACT_HEARD:
    case TCN_ACT_NO_WATCHER:
        take_observed(making, step);
        return TCN_OK;
    case TCN_ACT_DELIVERED:
        take_delivered(making, step);
        return TCN_OK;
    case TCN_ACT_TIME_DOUBTED:
    case TCN_ACT_TIME_CONFIRMED:
        note.organ = 0;
        note.source = 0;
        add_note(making, &note);
        return TCN_OK;
    case TCN_ACT_GENERATION:
        note.number = step->record->generation;
        add_note(making, &note);
        return TCN_OK;
    case TCN_ACT_VOID:
        note.number = step->event->void_body.count;
        if (tcn_trail_concerns(making, step->organ)) {
            add_note(making, &note);
        }
        return TCN_OK;
    case TCN_ACT_STOPPED:
    case TCN_ACT_SIGNED_OFF:
        if (making->is_begun && tcn_trail_concerns(making, step->organ)) {
            tcn_trail_add_note(making->trail, &note);
        }
        return TCN_OK;
    case TCN_ACT_ON_DUTY:
    case TCN_ACT_HANDED_OVER:
        if (tcn_trail_concerns(making, step->organ)) {
            add_note(making, &note);
        }
        return take_event(making, step);
    default:
        return making->is_begun ? take_event(making, step) : TCN_OK;
    }
}

/** Another policy comes into force; which was in force when the matter was learned of stands in its
 * facts. */
static enum tcn_status take_policy(struct tcn_trail_making *making,
                                   const struct tcn_record *record) {
    struct tcn_activation word;
    tcn_arena_reset(&making->arena);
    const enum tcn_status status =
        tcn_wire_activation_decode(record->chunk.head, &making->arena, &word);
    if (status != TCN_OK) {
        return status == TCN_NOMEM ? status : TCN_CORRUPT;
    }
    making->policy_version = word.version;
    const struct tcn_trail_note note = {.act = TCN_ACT_POLICY_ACTIVATED,
                                        .position = record->first_position,
                                        .log_time_ns = record->log_time_ns,
                                        .number = word.version};
    if (making->is_begun) {
        tcn_trail_add_note(making->trail, &note);
    }
    return TCN_OK;
}

/** Before the matter was learned of only the collector's own words count, and who was on duty. */
static bool is_looked_at(const struct tcn_trail_making *making, const struct tcn_record *record,
                         const struct tcn_principal *principal) {
    if (record->kind != TCN_RECORD_CHUNK && record->kind != TCN_RECORD_OWN) {
        return false;
    }
    const bool speaks_for_it =
        principal != NULL && (principal->role == TCN_ROLE_FEED || /* it speaks for everybody */
                              tcn_trail_concerns(making, principal->organ));
    return making->is_begun || record->kind == TCN_RECORD_OWN || speaks_for_it;
}

static enum tcn_status take_record(struct tcn_trail_making *making,
                                   const struct tcn_record *record) {
    const struct tcn_rights *rights = making->options->rights;
    const struct tcn_matter *matter = &making->trail->matter;
    const struct tcn_principal *principal =
        tcn_registry_find(tcn_rights_registry(rights), record->principal);
    struct tcn_logged logged;
    struct tcn_walk walk;
    if (record->log_time_ns >= matter->learned_ns ||
        record->first_position + record->count > matter->birth_position) {
        begin(making);
    }
    if (record->kind == TCN_RECORD_POLICY) {
        return take_policy(making, record);
    }
    if (!is_looked_at(making, record, principal)) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_walk_init(&walk, record);
    for (uint32_t i = 0; i < record->count && status == TCN_OK; i++) {
        struct tcn_event event;
        tcn_arena_reset(&making->arena);
        status = tcn_walk_next(&walk, &logged);
        if (status == TCN_OK) {
            status = tcn_walk_decode(record, &logged, &making->arena, &event);
        }
        if (status == TCN_OK) {
            const bool is_own = record->kind == TCN_RECORD_OWN;
            const uint16_t organ =
                is_own ? 0 : tcn_charter_organ(tcn_rights_policy(rights), principal, &event);
            const struct step step = {record, &logged, &event, organ};
            status = take(making, &step);
        }
    }
    return status;
}

enum tcn_status tcn_trail_walk(struct tcn_trail_making *making) {
    uint64_t position = 1;
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && position <= making->trail->last_position) {
        struct tcn_record record;
        status = tcn_log_read(making->options->reader, position, &record);
        if (status == TCN_OK) {
            status = take_record(making, &record);
            position = record.first_position + record.count;
        }
    }
    begin(making); /* one that has not been learned of yet, by its own word */
    return status == TCN_ABSENT ? TCN_CORRUPT : status;
}
