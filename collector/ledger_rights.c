/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may speak at the writer's own place in the log. Intake has judged a message by the registry
 * that it had; here it is judged again by the one in force at its position, when that is another.
 * Changes take effect at their position, within the group that carries them.
 */
#include "collector/ledger_inside.h"

#include "seal/hash.h"
#include "wire/chunk.h"
#include "wire/event.h"

enum tcn_status tcn_ledger_load_rights(struct tcn_ledger *ledger) {
    tcn_rights_fini(&ledger->rights);
    enum tcn_status status = tcn_rights_init(&ledger->rights, &ledger->house->charter);
    if (status == TCN_OK) {
        status = tcn_rights_load(&ledger->rights, ledger->reader, ledger->committed_position);
    }
    ledger->is_registry_changed = false;
    return status;
}

const struct tcn_principal *tcn_ledger_principal(const struct tcn_ledger *ledger, uint32_t id) {
    return tcn_registry_find(tcn_rights_registry(&ledger->rights), id);
}

/* True when the key with this id is one of the principal's that are good now. */
static bool has_key(const struct tcn_principal *principal, const struct tcn_key_id *key_id,
                    int64_t now_ns) {
    const struct tcn_public_key *const keys[] = {&principal->signing_key,
                                                 tcn_principal_old_signing_key(principal, now_ns)};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && keys[i] != NULL; i++) {
        const struct tcn_key_id own = tcn_key_id_of(keys[i]);
        if (tcn_key_id_equals(&own, key_id)) {
            return true;
        }
    }
    return false;
}

void tcn_ledger_tell_keys(const struct tcn_ledger *ledger, uint32_t id,
                          const struct tcn_key_id *key_id, struct tcn_welcome *out_welcome) {
    const struct tcn_principal *principal = tcn_ledger_principal(ledger, id);
    TCN_CHECK(principal != NULL); /* its HELLO was believed */
    const struct tcn_key_id own = tcn_key_id_of(&principal->signing_key);
    out_welcome->not_after_ns = principal->not_after_ns;
    out_welcome->key_until_ns = tcn_key_id_equals(&own, key_id) ? 0 : principal->old_until_ns;
}

enum tcn_status tcn_ledger_check_speaker(const struct tcn_ledger *ledger,
                                         const struct tcn_ledger_input *in,
                                         const struct tcn_key_id *key_id) {
    const struct tcn_registry *registry = tcn_rights_registry(&ledger->rights);
    if (in->note->registry_version == registry->version) {
        return TCN_OK;
    }
    const struct tcn_principal *principal = tcn_registry_find(registry, in->stamp.principal);
    if (principal == NULL || !tcn_principal_is_valid(principal, ledger->wall_ns) ||
        !has_key(principal, key_id, ledger->wall_ns)) {
        return TCN_REVOKED;
    }
    return TCN_OK;
}

/* One event of the record that was just appended. */
static enum tcn_status take_change(struct tcn_ledger *ledger, const struct tcn_record *record,
                                   uint64_t position, struct tcn_slice bytes) {
    struct tcn_slice open = {0};
    struct tcn_slice sealed = {0};
    struct tcn_event event = {0};
    tcn_arena_reset(&ledger->arena);
    enum tcn_status status = tcn_wire_event_split(bytes, &open, &sealed);
    TCN_CHECK(status == TCN_OK);
    status = tcn_wire_open_part_decode(open, &ledger->arena, &event);
    TCN_CHECK(status == TCN_OK); /* intake has decoded these very bytes, or we have made them */
    if (event.act != TCN_ACT_REGISTRY_CHANGED ||
        tcn_rights_take(&ledger->rights, record, position, &event) != TCN_OK) {
        return TCN_OK;
    }
    ledger->is_registry_changed = true;
    status = tcn_ledger_note_change(ledger, event.registry, position);
    return status == TCN_OK ? tcn_log_change_put(ledger->house->log, position) : status;
}

enum tcn_status tcn_ledger_take_changes(struct tcn_ledger *ledger,
                                        const struct tcn_ledger_record *made) {
    const uint64_t last = tcn_log_last_position(ledger->house->log);
    const struct tcn_record record = {
        .kind = made->kind,
        .generation = ledger->house->generation,
        .principal = made->principal,
        .log_time_ns = ledger->group_time_ns,
    };
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    enum tcn_status status = tcn_wire_chunk_body_split(made->chunk.body, events, &count);
    TCN_CHECK(status == TCN_OK && count == made->position_count);
    for (uint32_t i = 0; i < count && status == TCN_OK; i++) {
        status = take_change(ledger, &record, last - count + 1 + i, events[i]);
    }
    return status;
}

uint64_t tcn_ledger_registry_version(const struct tcn_ledger *ledger) {
    return ledger->registry_version;
}
