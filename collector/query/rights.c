/* SPDX-License-Identifier: Apache-2.0 */
#include "query/rights.h"

#include "core/regime.h"
#include "seal/hash.h"
#include "seal/sign.h"
#include "wire/enrol.h"
#include "wire/frame.h"

#include <string.h>

#define CHANGES_AT_ONCE 64

enum tcn_status tcn_rights_init(struct tcn_rights *rights, const struct tcn_charter *charter) {
    TCN_CHECK(rights != NULL && charter != NULL);
    struct tcn_rights made = {.charter = charter};
    enum tcn_status status = tcn_roll_create(&charter->registry, &made.roll);
    if (status == TCN_OK) {
        status = tcn_arena_init(&made.arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_OPEN_BYTES_MAX));
    }
    if (status != TCN_OK) {
        tcn_rights_fini(&made);
        return status;
    }
    *rights = made;
    return TCN_OK;
}

void tcn_rights_fini(struct tcn_rights *rights) {
    if (rights == NULL) {
        return;
    }
    tcn_roll_destroy(&rights->roll);
    tcn_activated_destroy(&rights->activated);
    tcn_arena_fini(&rights->arena);
    *rights = (struct tcn_rights){.charter = NULL};
}

const struct tcn_registry *tcn_rights_registry(const struct tcn_rights *rights) {
    return tcn_roll_registry(rights->roll);
}

const struct tcn_policy *tcn_rights_policy(const struct tcn_rights *rights) {
    return rights->activated != NULL ? &rights->activated->policy : &rights->charter->policy;
}

struct tcn_slice tcn_rights_policy_bytes(const struct tcn_rights *rights) {
    return rights->activated != NULL ? rights->activated->bytes : rights->charter->genesis.policy;
}

uint64_t tcn_rights_version(const struct tcn_rights *rights) {
    const uint64_t changed = tcn_rights_registry(rights)->version;
    const uint64_t activated = rights->activated != NULL ? rights->activated->position : 0;
    return activated > changed ? activated : changed;
}

enum tcn_status tcn_rights_judge(const struct tcn_rights *rights, const struct tcn_record *record,
                                 uint64_t position, struct tcn_activated **out_activated) {
    const struct tcn_policy *now = tcn_rights_policy(rights);
    struct tcn_activated *made = NULL;
    struct tcn_regime_verdict verdict;
    enum tcn_status status = tcn_activated_create(record, position, &made);
    if (status != TCN_OK) {
        return status;
    }
    if (made->word.fold_version != TCN_FOLD_VERSION) {
        status = TCN_VERSION;
    } else if (made->word.replaces != now->version) {
        status = TCN_CONFLICT;
    } else {
        status = tcn_regime_check(now, &made->policy, &verdict);
    }
    if (status != TCN_OK) {
        tcn_activated_destroy(&made);
        return status;
    }
    *out_activated = made;
    return TCN_OK;
}

void tcn_rights_activate(struct tcn_rights *rights, struct tcn_activated **activated) {
    TCN_CHECK(*activated != NULL);
    tcn_activated_destroy(&rights->activated);
    rights->activated = *activated;
    *activated = NULL;
}

const struct tcn_public_key *tcn_rights_collector_key(const struct tcn_rights *rights) {
    const struct tcn_keys *keys = &tcn_rights_registry(rights)->keys;
    return keys->count == 0 ? &rights->charter->genesis.collector_key
                            : &keys->links[keys->count - 1].key;
}

/* K10: the key that signs now and the one that is to sign next have both said so. */
static bool is_succession(const struct tcn_rights *rights,
                          const struct tcn_registry_change *change) {
    const struct tcn_successor successor = {
        .key = change->signing_key, .proof = change->proof, .signature = change->succession};
    return tcn_succession_verify(&rights->charter->genesis.log_id, tcn_rights_collector_key(rights),
                                 &successor) == TCN_OK;
}

struct tcn_registry_change tcn_rights_enrolment(const struct tcn_enrol *enrol, uint32_t principal) {
    return (struct tcn_registry_change){
        .kind = TCN_CHANGE_ENROLLED,
        .principal = principal,
        .token_hash = tcn_hash_of(tcn_slice_of(enrol->token.bytes, sizeof(enrol->token.bytes))),
        .transport_key = enrol->transport_key,
        .signing_key = enrol->signing_key,
        .proof = enrol->proof,
    };
}

bool tcn_rights_is_proven(const struct tcn_id *log_id, const struct tcn_registry_change *change) {
    if (change->kind != TCN_CHANGE_ENROLLED && change->kind != TCN_CHANGE_ROTATED) {
        return false;
    }
    uint8_t bytes[TCN_KEY_PROOF_BYTES];
    tcn_wire_key_proof(log_id, change, bytes);
    return tcn_verify(&change->signing_key, TCN_CONTEXT_KEY, tcn_slice_of(bytes, sizeof(bytes)),
                      &change->proof) == TCN_OK;
}

static void decide(const struct tcn_rights *rights, const struct tcn_record *record,
                   uint64_t position, const struct tcn_event *event,
                   struct tcn_roll_verdict *out_verdict) {
    TCN_CHECK(event->act == TCN_ACT_REGISTRY_CHANGED);
    /* A body of another kind under this act is refused at the door; in a log it is void. */
    if (event->body_kind != TCN_BODY_REGISTRY) {
        *out_verdict = (struct tcn_roll_verdict){.code = TCN_BAD_VALUE};
        return;
    }
    const struct tcn_roll_input in = {
        .change = event->registry,
        .actor = record->kind == TCN_RECORD_OWN ? 0 : record->principal,
        .is_proven = event->registry->kind == TCN_CHANGE_COLLECTOR_KEY
                         ? is_succession(rights, event->registry)
                         : tcn_rights_is_proven(&rights->charter->genesis.log_id, event->registry),
        .mode = rights->charter->genesis.mode,
        .log_time_ns = record->log_time_ns,
        .position = position,
        .generation = record->generation,
        .log_id = rights->charter->genesis.log_id,
    };
    tcn_roll_decide(tcn_roll_registry(rights->roll), &in, out_verdict);
}

enum tcn_status tcn_rights_check(const struct tcn_rights *rights, const struct tcn_record *record,
                                 uint64_t position, const struct tcn_event *event) {
    struct tcn_roll_verdict verdict;
    decide(rights, record, position, event, &verdict);
    return verdict.code;
}

enum tcn_status tcn_rights_take(struct tcn_rights *rights, const struct tcn_record *record,
                                uint64_t position, const struct tcn_event *event) {
    struct tcn_roll_verdict verdict;
    decide(rights, record, position, event, &verdict);
    if (verdict.code == TCN_OK) {
        tcn_roll_apply(rights->roll, &verdict, position);
    }
    return verdict.code;
}

/* Reads one noted change, which lends from the rights' arena. */
static enum tcn_status read_one(struct tcn_rights *rights, struct tcn_log_reader *reader,
                                uint64_t position, struct tcn_record *out_record,
                                struct tcn_event *out_event) {
    struct tcn_record record = {0};
    struct tcn_logged logged = {0};
    struct tcn_event event = {0};
    enum tcn_status status = tcn_log_read(reader, position, &record);
    if (status == TCN_OK) {
        status = tcn_walk_find(&record, position, &logged);
    }
    if (status == TCN_OK) {
        tcn_arena_reset(&rights->arena);
        status = tcn_walk_decode(&record, &logged, &rights->arena, &event);
    }
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    if (event.act != TCN_ACT_REGISTRY_CHANGED && record.kind != TCN_RECORD_POLICY) {
        return TCN_CORRUPT;
    }
    *out_record = record;
    *out_event = event;
    return TCN_OK;
}

/* The log writer has judged it: that it does not fit is damage. */
static enum tcn_status load_policy(struct tcn_rights *rights, const struct tcn_record *record,
                                   uint64_t position) {
    struct tcn_activated *activated = NULL;
    const enum tcn_status status = tcn_rights_judge(rights, record, position, &activated);
    if (status != TCN_OK) {
        return status == TCN_NOMEM || status == TCN_VERSION ? status : TCN_CORRUPT;
    }
    tcn_rights_activate(rights, &activated);
    return TCN_OK;
}

/* Takes one noted change. That it is void after all would mean that the note lies. */
static enum tcn_status load_one(struct tcn_rights *rights, struct tcn_log_reader *reader,
                                uint64_t position) {
    struct tcn_record record = {0};
    struct tcn_event event = {0};
    const enum tcn_status status = read_one(rights, reader, position, &record, &event);
    if (status != TCN_OK) {
        return status;
    }
    if (record.kind == TCN_RECORD_POLICY) {
        return load_policy(rights, &record, position);
    }
    return tcn_rights_take(rights, &record, position, &event) == TCN_OK ? TCN_OK : TCN_CORRUPT;
}

enum tcn_status tcn_rights_load(struct tcn_rights *rights, struct tcn_log_reader *reader,
                                uint64_t last) {
    size_t count = CHANGES_AT_ONCE;
    while (count == CHANGES_AT_ONCE) {
        uint64_t positions[CHANGES_AT_ONCE];
        const uint64_t after = tcn_rights_version(rights);
        enum tcn_status status =
            tcn_log_reader_changes(reader, after, positions, CHANGES_AT_ONCE, &count);
        for (size_t i = 0; status == TCN_OK && i < count; i++) {
            if (positions[i] > last) {
                count = 0;
                break;
            }
            status = load_one(rights, reader, positions[i]);
        }
        tcn_log_reader_reset(reader);
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}

void tcn_rights_ring(const struct tcn_rights *rights, struct tcn_keyring *out_ring) {
    const struct tcn_genesis *genesis = &rights->charter->genesis;
    const struct tcn_keys *keys = &tcn_rights_registry(rights)->keys;
    TCN_CHECK(keys->count <= TCN_SUCCESSORS_MAX);
    tcn_keyring_init(out_ring, &genesis->log_id, &genesis->collector_key);
    for (uint32_t i = 0; i < keys->count; i++) {
        out_ring->links[i] = keys->links[i];
    }
    out_ring->count = keys->count;
}

enum tcn_status tcn_rights_load_ring(const struct tcn_charter *charter,
                                     struct tcn_log_reader *reader, struct tcn_keyring *out_ring) {
    struct tcn_rights rights = {0};
    enum tcn_status status = tcn_rights_init(&rights, charter);
    if (status == TCN_OK) {
        status = tcn_rights_load(&rights, reader, UINT64_MAX);
    }
    if (status == TCN_OK) {
        tcn_rights_ring(&rights, out_ring);
    }
    tcn_rights_fini(&rights);
    return status;
}

static bool is_same_enrolment(const struct tcn_registry_change *left,
                              const struct tcn_registry_change *right) {
    return left->kind == right->kind && left->principal == right->principal &&
           tcn_hash_equals(&left->token_hash, &right->token_hash) &&
           memcmp(&left->transport_key, &right->transport_key, sizeof(left->transport_key)) == 0 &&
           memcmp(&left->signing_key, &right->signing_key, sizeof(left->signing_key)) == 0;
}

enum tcn_status tcn_rights_find_enrolment(struct tcn_rights *rights, struct tcn_log_reader *reader,
                                          const struct tcn_registry_change *enrolment,
                                          uint64_t *out_position) {
    TCN_CHECK(enrolment->kind == TCN_CHANGE_ENROLLED);
    enum tcn_status status = TCN_OK;
    uint64_t found = 0;
    uint64_t after = 0;
    size_t count = CHANGES_AT_ONCE;
    while (status == TCN_OK && found == 0 && count == CHANGES_AT_ONCE) {
        uint64_t positions[CHANGES_AT_ONCE];
        status = tcn_log_reader_changes(reader, after, positions, CHANGES_AT_ONCE, &count);
        for (size_t i = 0; status == TCN_OK && found == 0 && i < count; i++) {
            struct tcn_record record = {0};
            struct tcn_event event = {0};
            after = positions[i];
            status = read_one(rights, reader, after, &record, &event);
            if (status == TCN_OK && event.body_kind == TCN_BODY_REGISTRY &&
                is_same_enrolment(event.registry, enrolment)) {
                found = after;
            }
        }
        tcn_log_reader_reset(reader);
    }
    if (status == TCN_OK) {
        *out_position = found;
    }
    return status;
}
