/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of claims. Intake has found that a claim is made for this log and that its bringer
 * holds both keys; here its token opens the row that was invited, or it does not:
 *
 *   the token is that of an invited row, and core/roll lets it ──▶ ENROLLED is logged, and answered
 *   it was granted before, to both these keys, and the row is active ──▶ answered again
 *   whatever else ──▶ REFUSE denied, which does not tell why
 */
#include "collector/ledger_inside.h"

#include "wire/enrol.h"

#include <inttypes.h>
#include <string.h>

static void deny(struct tcn_ledger *ledger, const struct tcn_ledger_input *in) {
    ledger->counts.unclaimed_count++;
    tcn_ledger_refuse(ledger, in, 0, TCN_DENIED);
}

static void answer_enrolled(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                            uint32_t principal, uint64_t position) {
    struct tcn_ledger_reply *reply = tcn_ledger_reply(ledger, in, TCN_LEDGER_REPLY_ENROLLED);
    reply->enrolled = principal;
    reply->position = position;
    reply->is_of_group = ledger->entry_count > 0 && position >= ledger->entries[0].first_position;
}

/* The row that waits for this token; NULL when none does. */
static const struct tcn_principal *find_invited(const struct tcn_registry *registry,
                                                const struct tcn_hash *token_hash) {
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        const struct tcn_principal *row = &registry->principals[i];
        if (row->status == TCN_PRINCIPAL_INVITED && tcn_hash_equals(&row->token_hash, token_hash)) {
            return row;
        }
    }
    return NULL;
}

/* The active row that has both keys; NULL when none has. */
static const struct tcn_principal *find_enrolled(const struct tcn_registry *registry,
                                                 const struct tcn_registry_change *claimed) {
    const struct tcn_principal *row = tcn_registry_find_key(registry, &claimed->transport_key);
    const bool is_it =
        row != NULL && row->status == TCN_PRINCIPAL_ACTIVE &&
        memcmp(&row->signing_key, &claimed->signing_key, sizeof(row->signing_key)) == 0;
    return is_it ? row : NULL;
}

/* Where this group grants what is claimed again; 0 when it does not. */
static uint64_t granted_in_group(const struct tcn_ledger *ledger, uint32_t principal) {
    for (uint32_t i = 0; i < ledger->reply_count; i++) {
        const struct tcn_ledger_reply *reply = &ledger->replies[i];
        if (reply->kind == TCN_LEDGER_REPLY_ENROLLED && reply->enrolled == principal) {
            return reply->position;
        }
    }
    return 0;
}

/* A claim whose token opens nothing now: it may be one that was granted, whose answer was lost. */
static enum tcn_status answer_again(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                                    const struct tcn_enrol *enrol) {
    struct tcn_registry_change claimed = tcn_rights_enrolment(enrol, 0);
    const struct tcn_principal *row = find_enrolled(tcn_rights_registry(&ledger->rights), &claimed);
    if (row == NULL) {
        deny(ledger, in);
        return TCN_OK;
    }
    claimed.principal = row->id;
    uint64_t position = 0;
    const enum tcn_status status =
        tcn_rights_find_enrolment(&ledger->rights, ledger->reader, &claimed, &position);
    if (status != TCN_OK) {
        return status;
    }
    position = position != 0 ? position : granted_in_group(ledger, row->id);
    if (position == 0) {
        deny(ledger, in);
        return TCN_OK;
    }
    ledger->counts.duplicate_count++;
    answer_enrolled(ledger, in, row->id, position);
    return TCN_OK;
}

/* Logs the enrolment, when core/roll lets it at this very place. */
static enum tcn_status grant(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                             const struct tcn_registry_change *change) {
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_REGISTRY_CHANGED,
        .mode = ledger->house->charter.genesis.mode,
        .recorded_ns = ledger->wall_ns,
        .body_kind = TCN_BODY_REGISTRY,
        .registry = change,
    };
    const struct tcn_record record = {.kind = TCN_RECORD_OWN, .log_time_ns = ledger->group_time_ns};
    const uint64_t position = tcn_log_last_position(ledger->house->log) + 1;
    if (tcn_rights_check(&ledger->rights, &record, position, &event) != TCN_OK) {
        deny(ledger, in);
        return TCN_OK;
    }
    const enum tcn_status status = tcn_ledger_own_event(ledger, &event);
    if (status == TCN_FULL) {
        tcn_ledger_refuse(ledger, in, 0, TCN_FULL);
        return tcn_ledger_give_up(ledger);
    }
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_principal *row = tcn_ledger_principal(ledger, change->principal);
    TCN_CHECK(row != NULL && row->status == TCN_PRINCIPAL_ACTIVE); /* as it was just judged */
    ledger->counts.enrolled_count++;
    tcn_log(ledger->house->logger, TCN_LOG_INFO,
            "principal %" PRIu32 " %s enrolls at position %" PRIu64, row->id, row->name, position);
    answer_enrolled(ledger, in, row->id, position);
    return TCN_OK;
}

enum tcn_status tcn_ledger_take_enrol(struct tcn_ledger *ledger,
                                      const struct tcn_ledger_input *in) {
    struct tcn_enrol enrol = {0};
    tcn_arena_reset(&ledger->arena);
    const enum tcn_status status = tcn_wire_enrol_decode(in->chunk.head, &ledger->arena, &enrol);
    TCN_CHECK(status == TCN_OK); /* intake has decoded these very bytes */
    if (ledger->is_storage_full) {
        tcn_ledger_refuse(ledger, in, 0, TCN_FULL);
        return TCN_OK;
    }
    struct tcn_registry_change change = tcn_rights_enrolment(&enrol, 0);
    const struct tcn_principal *row =
        find_invited(tcn_rights_registry(&ledger->rights), &change.token_hash);
    if (row == NULL) {
        return answer_again(ledger, in, &enrol);
    }
    change.principal = row->id;
    return grant(ledger, in, &change);
}
