/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sight.h"

#include "core/duty.h"

/** Reads a stream of an organ that there is. */
static bool may_read(const struct tcn_principal *asker, uint16_t organ) {
    return organ != 0 && tcn_principal_may_read(asker, organ);
}

/** Matters, streams and duties are asked for by organ; nobody but R1 asks for those of all. */
static enum tcn_status narrow_to_organ(const struct tcn_principal *asker, struct tcn_query *query) {
    const uint16_t organ = query->organ != 0 ? query->organ : asker->organ;
    if (!may_read(asker, organ)) {
        return TCN_DENIED;
    }
    query->organ = organ;
    return TCN_OK;
}

/** What was told of one matter is everybody's for who reads the desk's stream; else, as always what
 * was told at some time, one organ's. Whether the matter is there is tcn_sight_sees' to say. */
static enum tcn_status narrow_notices(const struct tcn_principal *asker, uint16_t desk,
                                      struct tcn_query *query) {
    const bool is_of_matter = !tcn_id_is_none(&query->matter);
    return is_of_matter && (asker->all_streams || may_read(asker, desk))
               ? TCN_OK
               : narrow_to_organ(asker, query);
}

/** R6: anybody but those who see all of the registry has its own row. */
static enum tcn_status narrow_to_self(const struct tcn_principal *asker, struct tcn_query *query) {
    if (query->principal != 0 && query->principal != asker->id) {
        return TCN_DENIED;
    }
    query->principal = asker->id;
    return TCN_OK;
}

static enum tcn_status allowed(bool is_allowed) {
    return is_allowed ? TCN_OK : TCN_DENIED;
}

enum tcn_status tcn_sight_narrow(const struct tcn_principal *asker, uint16_t desk,
                                 struct tcn_query *query) {
    const bool sees_all = asker->all_streams;
    const bool is_admin = asker->role == TCN_ROLE_ADMIN;
    switch (query->kind) {
    case TCN_QUERY_SUMMONSES:       /* always one organ's: nobody is called to all of them */
    case TCN_QUERY_SILENCE_PREVIEW: /* and an organ silences its own stream alone */
        return narrow_to_organ(asker, query);
    case TCN_QUERY_NOTICES:
        return narrow_notices(asker, desk, query);
    case TCN_QUERY_SHIFTS: /* the desk sees every organ's */
    case TCN_QUERY_SILENCES:
        return sees_all || may_read(asker, desk) ? TCN_OK : narrow_to_organ(asker, query);
    case TCN_QUERY_MATTERS:
    case TCN_QUERY_STREAMS:
        return sees_all ? TCN_OK : narrow_to_organ(asker, query);
    case TCN_QUERY_MATTER: /* which one is seen is tcn_sight_sees' to say */
        return TCN_OK;
    case TCN_QUERY_EVENT: /* by position it could be anybody's */
        return allowed(sees_all || (query->position == 0 && asker->source != 0 &&
                                    query->lane.source == asker->source));
    case TCN_QUERY_STANDINGS: /* what waits for the desk is the desk's to see */
        return allowed(sees_all || is_admin || may_read(asker, desk));
    case TCN_QUERY_STATS: /* R5 */
    case TCN_QUERY_HEAD:  /* that a log grows tells as much */
        return allowed(sees_all || is_admin);
    case TCN_QUERY_SOURCES:
        return allowed(sees_all);
    case TCN_QUERY_BOARD: /* a township's is its own; who reads the desk's stream sees all */
        return sees_all || may_read(asker, desk) ? TCN_OK : narrow_to_organ(asker, query);
    case TCN_QUERY_DESK: /* of the shift that keeps it */
        return allowed(sees_all || may_read(asker, desk));
    case TCN_QUERY_REGISTRY:
        return sees_all || is_admin ? TCN_OK : narrow_to_self(asker, query);
    case TCN_QUERY_NONE:
    default:
        return TCN_BAD_VALUE;
    }
}

/** The duties of a matter as it stands. */
static uint32_t duties_of(const struct tcn_policy *policy, const struct tcn_matter *matter,
                          struct tcn_duty out_duties[TCN_DUTIES_MAX]) {
    const struct tcn_duty_input in = tcn_duty_of(policy, matter);
    return tcn_duty_gather(&in, out_duties);
}

/** True when an organ whose stream it reads owes an act on the matter. */
static bool has_duty(const struct tcn_principal *asker, const struct tcn_policy *policy,
                     const struct tcn_matter *matter) {
    struct tcn_duty duties[TCN_DUTIES_MAX];
    const uint32_t count = duties_of(policy, matter, duties);
    for (uint32_t i = 0; i < count; i++) {
        if (may_read(asker, duties[i].organ)) {
            return true;
        }
    }
    return false;
}

bool tcn_sight_sees(const struct tcn_principal *asker, const struct tcn_policy *policy,
                    const struct tcn_matter *matter) {
    if (asker->all_streams || may_read(asker, matter->holder)) {
        return true;
    }
    if ((matter->flags & TCN_FLAG_GUARDED) != 0) {
        return false; /* whoever else is told of it is told by its list, in the own stream */
    }
    return (asker->organ != 0 && matter->office == asker->organ) || has_duty(asker, policy, matter);
}

bool tcn_sight_replays(const struct tcn_principal *asker, uint16_t organ) {
    return asker->all_streams || may_read(asker, organ);
}

bool tcn_sight_has_share(const struct tcn_principal *asker, uint16_t organ) {
    return organ != 0 && asker->organ == organ && tcn_principal_may_read(asker, organ);
}

/** True when the organ owes an act on the matter, or is a co-recipient of it while it is open. */
static bool owes(const struct tcn_policy *policy, const struct tcn_matter *matter, uint16_t organ) {
    struct tcn_duty duties[TCN_DUTIES_MAX];
    const uint32_t count = duties_of(policy, matter, duties);
    for (uint32_t i = 0; i < count; i++) {
        if (duties[i].organ == organ) {
            return true;
        }
    }
    return false;
}

bool tcn_sight_is_only_shown(const struct tcn_policy *policy, const struct tcn_alert *alert,
                             const struct tcn_matter *matter) {
    const uint16_t organ = alert->stream.organ;
    switch (alert->reason) {
    case TCN_REASON_OWNER:
    case TCN_REASON_CO_RECIPIENT:
    case TCN_REASON_ANSWER:
    case TCN_REASON_TRANSFER:
    case TCN_REASON_OUTCOME:
    case TCN_REASON_GUARDED:
    case TCN_REASON_OWED:
    case TCN_REASON_SHIFT: /* the note is for the own organ's next post */
    case TCN_REASON_UNSEALED:
        return false;
    case TCN_REASON_UNKNOWN:
    case TCN_REASON_HOLDER:
    case TCN_REASON_BREACH:
        break;
    case TCN_REASON_NONE:
    case TCN_REASON_COLLECTOR:
    case TCN_REASON_CLOCK:
    case TCN_REASON_REMIND:
    case TCN_REASON_URGE:
    case TCN_REASON_PROPOSAL:
    case TCN_REASON_UNDELIVERABLE:
    case TCN_REASON_CONTRADICTED:
    default: /* there is nothing to read */
        return true;
    }
    if (organ != 0 && alert->holder == organ) {
        return false;
    }
    /* A state that is behind the alert may still name who has just handed it over. */
    const bool is_there = organ != 0 && matter != NULL && matter->last_position >= alert->position;
    return !is_there || (matter->holder != organ && !owes(policy, matter, organ));
}
