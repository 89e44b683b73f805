/* SPDX-License-Identifier: Apache-2.0 */
#include "query/applier.h"

#include "core/fold_due.h"
#include "core/opening.h"
#include "query/walk.h"
#include "seal/hash.h"
#include "wire/event.h"
#include "wire/frame.h"

/* One event is decoded at a time, its sealed part only when somebody asks; genesis carries the
 * largest. */
#define ARENA_BYTES                                                                                \
    (TCN_WIRE_ARENA_BYTES((size_t)TCN_OPEN_BYTES_MAX) + 2 * (size_t)TCN_EVENT_BYTES_MAX)

/* Bytes that one sealed part takes, decoded. */
#define SEALED_ARENA_BYTES TCN_WIRE_ARENA_BYTES((size_t)TCN_EVENT_BYTES_MAX)

enum tcn_status tcn_applier_init(struct tcn_applier *applier, const struct tcn_charter *charter) {
    TCN_CHECK(applier != NULL && charter != NULL);
    *applier = (struct tcn_applier){.charter = charter};
    size_t size = ARENA_BYTES;
    const size_t genesis_size = TCN_WIRE_ARENA_BYTES(charter->bytes.size);
    if (genesis_size > size) {
        size = genesis_size;
    }
    return tcn_arena_init(&applier->arena, size);
}

void tcn_applier_fini(struct tcn_applier *applier) {
    if (applier == NULL) {
        return;
    }
    tcn_rights_fini(&applier->rights);
    tcn_log_reader_close(&applier->named);
    tcn_arena_fini(&applier->arena);
    *applier = (struct tcn_applier){0};
}

/* The event at a position is folded under a policy that is only supposed. */
static bool is_behind(const struct tcn_applier *applier, uint64_t position) {
    return applier->hypothesis != NULL && position >= applier->hypothesis->from_position;
}

enum tcn_status tcn_applier_begin(struct tcn_applier *applier, const struct tcn_state_ops *ops,
                                  void *state, struct tcn_log_reader *reader) {
    enum tcn_status status = tcn_fold_init(&applier->fold, &applier->charter->policy, ops, state);
    tcn_rights_fini(&applier->rights);
    if (status == TCN_OK) {
        status = tcn_rights_init(&applier->rights, applier->charter);
    }
    if (status == TCN_OK) {
        status = tcn_rights_load(&applier->rights, reader, applier->fold.applied.position);
    }
    if (status == TCN_OK && applier->named == NULL) {
        status = tcn_log_reader_open_beside(reader, &applier->named);
    }
    if (status != TCN_OK) {
        return status;
    }
    const bool is_supposed = is_behind(applier, applier->fold.applied.position);
    const struct tcn_policy *policy =
        is_supposed ? applier->hypothesis->policy : tcn_rights_policy(&applier->rights);
    return tcn_fold_init(&applier->fold, policy, ops, state);
}

/* Who published a record; NULL for the collector itself. A copy of its row as it stands before the
 * record: a change in the record moves the registry's own, and holds from the next record on, as
 * with the log writer, which judges a chunk before it appends it. */
static const struct tcn_principal *speaker(const struct tcn_applier *applier,
                                           const struct tcn_record *record,
                                           struct tcn_principal *row) {
    const bool is_peer = record->kind == TCN_RECORD_CHUNK || record->kind == TCN_RECORD_HELLO;
    const struct tcn_principal *found =
        is_peer ? tcn_registry_find(tcn_rights_registry(&applier->rights), record->principal)
                : NULL;
    if (found == NULL) {
        return NULL;
    }
    *row = *found;
    return row;
}

/* Rows of the registry that the event put there: all of genesis', the one of a change. Invitations
 * and sealing keys name no row, and what they add has no keys yet, or no end. */
static void name_rows(const struct tcn_applier *applier, struct tcn_fold_input *in) {
    const struct tcn_registry *registry = tcn_rights_registry(&applier->rights);
    if (in->position == 1) {
        in->rows = applier->charter->registry.principals;
        in->row_count = applier->charter->registry.principal_count;
    } else if (in->event->act == TCN_ACT_REGISTRY_CHANGED && in->ruling == TCN_OK) {
        in->rows = tcn_registry_find(registry, in->event->registry->principal);
        in->row_count = in->rows != NULL ? 1 : 0;
    }
}

/* Whether a sealed part says whom it accuses; one that does not decode may. */
static enum tcn_status look_for_accused(struct tcn_slice bytes, bool *out_has) {
    struct tcn_arena arena = {0};
    struct tcn_sealed sealed = {.compartment_count = 0};
    *out_has = false;
    if (bytes.size == 0) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_arena_init(&arena, SEALED_ARENA_BYTES);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_wire_sealed_decode(bytes, &arena, &sealed);
    *out_has = status != TCN_OK;
    for (uint32_t i = 0; status == TCN_OK && i < sealed.compartment_count; i++) {
        *out_has = *out_has || sealed.compartments[i].kind == TCN_COMPARTMENT_ACCUSED;
    }
    tcn_arena_fini(&arena);
    return TCN_OK;
}

/* Where the matter of an opening began that names no event; 0 when there is none. */
static enum tcn_status find_birth(struct tcn_applier *applier, const struct tcn_event *event,
                                  uint64_t *out_position) {
    const struct tcn_fold *fold = &applier->fold;
    const bool is_opening = tcn_opening_word_of(event) == TCN_OPENING_OPENS;
    const enum tcn_status status =
        is_opening ? fold->ops->matter_find(fold->state, &event->matter, out_position) : TCN_OK;
    return status == TCN_ABSENT ? TCN_OK : status;
}

/* What an ERASED or UNSEALED act names, as the log has it before the act. */
static enum tcn_status name_event(struct tcn_applier *applier, struct tcn_fold_input *in) {
    uint64_t position = in->event->act_body.position;
    struct tcn_record record = {0};
    struct tcn_logged logged = {0};
    const bool names = in->event->act == TCN_ACT_ERASED || in->event->act == TCN_ACT_UNSEALED;
    if (in->event->act == TCN_ACT_UNSEALED && position == 0) {
        const enum tcn_status found = find_birth(applier, in->event, &position);
        if (found != TCN_OK) {
            return found;
        }
    }
    if (!names || position == 0 || position >= in->position) {
        return TCN_OK;
    }
    bool has_accused = false;
    enum tcn_status status = tcn_log_read(applier->named, position, &record);
    if (status == TCN_OK) {
        status = tcn_walk_find(&record, position, &logged);
    }
    if (status == TCN_OK) {
        status = look_for_accused(logged.sealed, &has_accused);
    }
    if (status == TCN_OK && logged.open.size > 0) {
        in->named = (struct tcn_fold_named){
            .position = position,
            .lane = record.lane,
            .sequence = logged.sequence,
            .hash = tcn_hash_event(logged.open, logged.sealed),
            .is_sealed = logged.sealed.size > 0,
            .has_accused = has_accused,
        };
    }
    tcn_log_reader_reset(applier->named);
    return status;
}

/* Folds what changes no policy, which is nearly all. */
static enum tcn_status step(struct tcn_applier *applier, const struct tcn_fold_input *in) {
    struct tcn_outcome outcome = {0};
    enum tcn_status status = applier->is_awake ? tcn_fold_due_until(&applier->fold, in) : TCN_OK;
    if (status == TCN_OK) {
        status = tcn_fold_step(&applier->fold, in, &outcome);
    }
    applier->void_count += status == TCN_OK && outcome.code != TCN_OK;
    return status;
}

/* The fold goes on by the policy that the record brings; the one before is let go behind it. */
static enum tcn_status step_policy(struct tcn_applier *applier, const struct tcn_record *record,
                                   struct tcn_fold_input *in) {
    struct tcn_activated *activated = NULL;
    enum tcn_status status = tcn_rights_judge(&applier->rights, record, in->position, &activated);
    if (status != TCN_OK) {
        return status == TCN_NOMEM || status == TCN_VERSION ? status : TCN_CORRUPT;
    }
    const struct tcn_policy *policy = applier->fold.policy;
    const struct tcn_clock_table *clocks = applier->fold.clocks;
    if (is_behind(applier, in->position)) {
        applier->ignored_count++;
    } else {
        in->policy = &activated->policy;
        in->restates = activated->word.restates;
        in->activator = activated->word.principal;
    }
    status = step(applier, in);
    if (status == TCN_OK) {
        tcn_rights_activate(&applier->rights, &activated);
    } else {
        applier->fold.policy = policy; /* nothing of the fold points into what goes */
        applier->fold.clocks = clocks;
        tcn_activated_destroy(&activated);
    }
    return status;
}

/* True when a text of the event at hand has a wrap for an organ. The log holds none that does not
 * decode; one that did not would be nobody's to hand over. */
static bool has_wrap(void *context, uint16_t organ) {
    struct tcn_applier *applier = context;
    struct tcn_sealed sealed = {0};
    bool has = tcn_wire_sealed_decode(applier->sealed, &applier->arena, &sealed) != TCN_OK;
    for (uint32_t i = 0; i < sealed.compartment_count; i++) {
        for (uint32_t j = 0; j < sealed.compartments[i].wrap_count; j++) {
            has = has || sealed.compartments[i].wraps[j].organ == organ;
        }
    }
    return has;
}

/* Numbers of streams differ between policies: a collector that is only supposed delivers all that a
 * stream has when the one of then delivered something of it. */
static enum tcn_status deliver_all(const struct tcn_applier *applier, struct tcn_event *event) {
    if (!applier->is_awake || event->act != TCN_ACT_DELIVERED) {
        return TCN_OK;
    }
    return applier->fold.ops->stream_get(applier->fold.state, event->delivered.stream,
                                         &event->delivered.number);
}

static enum tcn_status fold_one(struct tcn_applier *applier, const struct tcn_record *record,
                                const struct tcn_principal *principal,
                                const struct tcn_logged *logged) {
    tcn_arena_reset(&applier->arena);
    struct tcn_event event = {0};
    enum tcn_status status = tcn_walk_decode(record, logged, &applier->arena, &event);
    if (status == TCN_OK) {
        status = deliver_all(applier, &event);
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_fold_input in = {
        .position = logged->position,
        .generation = record->generation,
        .log_time_ns = record->log_time_ns,
        .lane = record->lane,
        .sequence = logged->sequence,
        .organ = tcn_charter_organ(applier->fold.policy, principal, &event),
        .role = principal == NULL ? TCN_ROLE_NONE : principal->role,
        .event = &event,
        .log_mode = applier->charter->genesis.mode,
        .is_sealed = logged->sealed.size > 0,
        .has_wrap = has_wrap,
        .wrap_context = applier,
    };
    applier->sealed = logged->sealed;
    if (event.act == TCN_ACT_REGISTRY_CHANGED) {
        in.ruling = tcn_rights_take(&applier->rights, record, logged->position, &event);
    }
    if (applier->hypothesis != NULL && in.position == applier->hypothesis->from_position) {
        in.supposed = applier->hypothesis->policy;
        in.restates = applier->hypothesis->restates;
    }
    name_rows(applier, &in);
    status = name_event(applier, &in);
    if (status != TCN_OK) {
        return status;
    }
    return record->kind == TCN_RECORD_POLICY ? step_policy(applier, record, &in)
                                             : step(applier, &in);
}

enum tcn_status tcn_applier_record(struct tcn_applier *applier, const struct tcn_record *record) {
    struct tcn_walk walk;
    enum tcn_status status = tcn_walk_init(&walk, record);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_logged logged = {0};
    struct tcn_principal row;
    const struct tcn_principal *principal = speaker(applier, record, &row);
    for (uint32_t i = 0; i < record->count; i++) {
        status = tcn_walk_next(&walk, &logged);
        if (status != TCN_OK) {
            return status;
        }
        status = fold_one(applier, record, principal, &logged);
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}
