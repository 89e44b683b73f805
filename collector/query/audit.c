/* SPDX-License-Identifier: Apache-2.0 */
#include "query/audit.h"

#include "query/chain.h"
#include "query/marks.h"
#include "query/rights.h"
#include "query/walk.h"
#include "seal/sign.h"
#include "seal/tree.h"
#include "wire/chunk.h"
#include "wire/frame.h"
#include "wire/lane.h"

#include <stdlib.h>
#include <string.h>

#define RECEIPT_BODY_BYTES 256

/* A walk in progress. On the heap: the group and its tree are large. */
struct audit {
    const struct tcn_charter *charter;
    struct tcn_rights rights;      /* as they stand before the record in hand */
    struct tcn_marks *marks;       /* likewise */
    struct tcn_log_reader *groups; /* beside the walk's own reader */
    struct tcn_arena arena;
    struct tcn_arena open_arena; /* one open part at a time */
    struct tcn_hasher hasher;
    struct tcn_hash previous; /* of the record before */
    struct tcn_log_group group;
    struct tcn_tree tree;
    bool has_group;
    uint32_t leaf_next; /* of the group: the next record's */
    struct tcn_head_claim *claims;
    size_t claim_count;
    uint64_t generation; /* of the last record */
    struct tcn_audit_report report;
};

static enum tcn_status bad(struct audit *audit, const char *what) {
    audit->report.bad_what = what;
    return TCN_CORRUPT;
}

/* Damage is told with what it is; a failure of memory or disk passes as it is. */
static enum tcn_status check(struct audit *audit, enum tcn_status status, const char *what) {
    if (status == TCN_OK || status == TCN_NOMEM || status == TCN_IO || status == TCN_LIMIT) {
        return status;
    }
    return bad(audit, what);
}

/* The keys that may have signed a record; out_old may be NULL. Dates are not judged: log time may
 * run ahead of the clock that the collector looked at. */
static void signers_of(const struct audit *audit, const struct tcn_record *record,
                       const struct tcn_public_key **out_key,
                       const struct tcn_public_key **out_old) {
    *out_key = NULL;
    *out_old = NULL;
    if (record->kind == TCN_RECORD_GENESIS) {
        *out_key = &audit->charter->genesis.root_key;
        return;
    }
    if (record->kind == TCN_RECORD_OWN) {
        *out_key = tcn_rights_collector_key(&audit->rights);
        return;
    }
    const struct tcn_principal *principal =
        tcn_registry_find(tcn_rights_registry(&audit->rights), record->principal);
    const bool is_speaker = principal != NULL && (record->kind == TCN_RECORD_POLICY
                                                      ? principal->role == TCN_ROLE_ADMIN
                                                      : principal->source == record->lane.source);
    if (is_speaker && principal->status == TCN_PRINCIPAL_ACTIVE) {
        *out_key = &principal->signing_key;
        *out_old = principal->old_until_ns != 0 ? &principal->old_signing_key : NULL;
    }
}

static enum tcn_status check_signature(struct audit *audit, const struct tcn_record *record) {
    const struct tcn_public_key *key = NULL;
    const struct tcn_public_key *old = NULL;
    const char *context = tcn_record_context(record->kind);
    struct tcn_signature signature;
    signers_of(audit, record, &key, &old);
    if (key == NULL || context == NULL) {
        return bad(audit, "the record is of nobody in the registry");
    }
    if (record->chunk.signature.size != sizeof(signature.bytes)) {
        return bad(audit, "the signature has another size");
    }
    memcpy(signature.bytes, record->chunk.signature.data, sizeof(signature.bytes));
    enum tcn_status status = tcn_verify(key, context, record->chunk.head, &signature);
    if (status == TCN_BAD_SIGNATURE && old != NULL) {
        status = tcn_verify(old, context, record->chunk.head, &signature);
    }
    return check(audit, status, "the signature does not fit");
}

/* A change of the registry is taken, and is noted exactly when it was applied. */
static enum tcn_status take_change(struct audit *audit, const struct tcn_record *record,
                                   const struct tcn_logged *logged) {
    struct tcn_event event = {0};
    tcn_arena_reset(&audit->open_arena);
    enum tcn_status status = tcn_walk_decode(record, logged, &audit->open_arena, &event);
    if (status != TCN_OK) {
        return check(audit, status, "an event does not decode");
    }
    if (event.act != TCN_ACT_REGISTRY_CHANGED) {
        return TCN_OK;
    }
    const enum tcn_status outcome =
        tcn_rights_take(&audit->rights, record, logged->position, &event);
    uint64_t found = 0;
    size_t count = 0;
    status = tcn_log_reader_changes(audit->groups, logged->position - 1, &found, 1, &count);
    tcn_log_reader_reset(audit->groups);
    if (status != TCN_OK) {
        return check(audit, status, "the list of registry changes is damaged");
    }
    const bool is_noted = count == 1 && found == logged->position;
    return is_noted == (outcome == TCN_OK)
               ? TCN_OK
               : bad(audit, "the list of registry changes is not what the log says");
}

/* The policy is the one that was signed, it follows the one before, and is noted as a change. */
static enum tcn_status take_policy(struct audit *audit, const struct tcn_record *record) {
    const uint64_t position = record->first_position;
    struct tcn_activated *activated = NULL;
    enum tcn_status status = tcn_rights_judge(&audit->rights, record, position, &activated);
    if (status != TCN_OK) {
        return check(audit, status, "the policy does not fit the word that activates it");
    }
    tcn_rights_activate(&audit->rights, &activated);
    uint64_t found = 0;
    size_t count = 0;
    status = tcn_log_reader_changes(audit->groups, position - 1, &found, 1, &count);
    tcn_log_reader_reset(audit->groups);
    if (status != TCN_OK) {
        return check(audit, status, "the list of registry changes is damaged");
    }
    return count == 1 && found == position
               ? TCN_OK
               : bad(audit, "the list of registry changes lacks an activation");
}

/* A chunk is the one that its lane waits for. */
static enum tcn_status check_lane(struct audit *audit, const struct tcn_record *record,
                                  const struct tcn_chunk_head *head) {
    struct tcn_event event = {0};
    if (head->void_count > 0) {
        struct tcn_logged logged = {0};
        tcn_arena_reset(&audit->open_arena);
        enum tcn_status status = tcn_walk_find(record, record->first_position, &logged);
        if (status == TCN_OK) {
            status = tcn_walk_decode(record, &logged, &audit->open_arena, &event);
        }
        if (status != TCN_OK) {
            return check(audit, status, "a VOID does not decode");
        }
    }
    return check(audit,
                 tcn_marks_take(audit->marks, head, &record->chunk_hash,
                                head->void_count > 0 ? &event.void_body.next_previous : NULL,
                                record->first_position),
                 "its lane waits for another chunk");
}

static enum tcn_status take_hello(struct audit *audit, const struct tcn_record *record) {
    struct tcn_hello hello = {0};
    tcn_arena_reset(&audit->arena);
    enum tcn_status status = tcn_wire_hello_decode(record->chunk.head, &audit->arena, &hello);
    if (status == TCN_OK) {
        status = tcn_marks_open(audit->marks, &hello, record->first_position);
    }
    return check(audit, status, "the HELLO does not decode, or its epoch was there before");
}

/* The body is the one that the signed head names. */
static enum tcn_status check_body(struct audit *audit, const struct tcn_record *record) {
    struct tcn_chunk_head head = {0};
    struct tcn_hash hashes[TCN_CHUNK_EVENTS_MAX];
    struct tcn_walk walk;
    tcn_arena_reset(&audit->arena);
    enum tcn_status status = tcn_wire_chunk_head_decode(record->chunk.head, &audit->arena, &head);
    if (status != TCN_OK) {
        return check(audit, status, "the head does not decode");
    }
    if (!tcn_lane_key_equals(&head.lane, &record->lane) ||
        head.first_sequence != record->first_sequence || head.count != record->count) {
        return bad(audit, "the record stands under another lane or sequence than its head");
    }
    status = tcn_walk_init(&walk, record);
    for (uint32_t i = 0; i < record->count && status == TCN_OK; i++) {
        struct tcn_logged logged = {0};
        status = tcn_walk_next(&walk, &logged);
        if (status == TCN_OK) {
            hashes[i] = tcn_hash_event(logged.open, logged.sealed);
            tcn_walk_digest(&audit->hasher, &logged);
            audit->report.event_count++;
        }
    }
    if (status != TCN_OK) {
        return bad(audit, "the body does not split");
    }
    const struct tcn_hash body_hash = tcn_hash_body(hashes, record->count);
    if (!tcn_hash_equals(&body_hash, &head.body_hash)) {
        return bad(audit, "the body is not the one that was signed");
    }
    return check_lane(audit, record, &head);
}

static enum tcn_status take_changes(struct audit *audit, const struct tcn_record *record) {
    struct tcn_walk walk;
    enum tcn_status status = tcn_walk_init(&walk, record);
    for (uint32_t i = 0; i < record->count && status == TCN_OK; i++) {
        struct tcn_logged logged = {0};
        status = tcn_walk_next(&walk, &logged);
        if (status == TCN_OK) {
            status = take_change(audit, record, &logged);
        }
    }
    return status;
}

/* A group begins; it is another key's than the one before when the collector's was succeeded. */
static void note_signer(struct tcn_audit_report *report, const struct tcn_public_key *key,
                        uint64_t first_position) {
    const uint32_t count = report->signer_count;
    const bool is_same =
        count > 0 && memcmp(&report->signers[count - 1].key, key, sizeof(*key)) == 0;
    if (!is_same && count < sizeof(report->signers) / sizeof(report->signers[0])) {
        report->signers[count] =
            (struct tcn_audit_signer){.key = *key, .first_position = first_position};
        report->signer_count++;
    }
}

static enum tcn_status load_group(struct audit *audit, uint64_t first_position) {
    enum tcn_status status = tcn_log_reader_group_get(audit->groups, first_position, &audit->group);
    tcn_log_reader_reset(audit->groups);
    if (status != TCN_OK) {
        return check(audit, status, "the receipts of the group are missing");
    }
    tcn_tree_build(&audit->tree, audit->group.leaves, audit->group.leaf_count);
    const struct tcn_hash root = tcn_tree_root(&audit->tree);
    const struct tcn_public_key *key = tcn_rights_collector_key(&audit->rights);
    const struct tcn_key_id key_id = tcn_key_id_of(key);
    if (!tcn_key_id_equals(&key_id, &audit->group.key_id)) {
        return bad(audit,
                   "the receipts of the group name another key than the collector had there");
    }
    status = tcn_verify(key, TCN_CONTEXT_ROOT, tcn_slice_of(root.bytes, sizeof(root.bytes)),
                        &audit->group.signature);
    if (status == TCN_OK) {
        note_signer(&audit->report, key, first_position);
    }
    audit->leaf_next = 0;
    audit->has_group = true;
    audit->report.group_count++;
    return check(audit, status, "the root of the receipts is not signed by the collector");
}

/* The record's receipt is the next leaf of its group. */
static enum tcn_status check_receipt(struct audit *audit, const struct tcn_record *record) {
    if (!audit->has_group || audit->group.first_position != record->group_first) {
        if (audit->has_group && audit->leaf_next != audit->group.leaf_count) {
            return bad(audit, "a group has receipts without records");
        }
        const enum tcn_status status = load_group(audit, record->group_first);
        if (status != TCN_OK) {
            return status;
        }
    }
    const struct tcn_receipt_body receipt = {
        .format = TCN_RECEIPT_FORMAT,
        .log_id = audit->charter->genesis.log_id,
        .generation = record->generation,
        .lane = record->lane,
        .first_sequence = record->first_sequence,
        .count = record->count,
        .first_position = record->first_position,
        .log_time_ns = record->log_time_ns,
        .chunk_hash = record->chunk_hash,
    };
    uint8_t data[RECEIPT_BODY_BYTES];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body = {0};
    const enum tcn_status status = tcn_wire_receipt_body_encode(&receipt, &writer, &body);
    if (status != TCN_OK || audit->leaf_next >= audit->group.leaf_count) {
        return bad(audit, "the record has no receipt");
    }
    const struct tcn_hash leaf = tcn_tree_leaf(body);
    if (!tcn_hash_equals(&leaf, &audit->group.leaves[audit->leaf_next])) {
        return bad(audit, "the record is not the one that its receipt names");
    }
    audit->leaf_next++;
    return TCN_OK;
}

static enum tcn_status visit(void *context, const struct tcn_record *record) {
    struct audit *audit = context;
    const bool has_body = record->kind == TCN_RECORD_CHUNK || record->kind == TCN_RECORD_OWN;
    audit->report.bad_position = record->first_position;
    const struct tcn_hash content = tcn_record_content_hash(record->kind, record->chunk.head);
    if (!tcn_hash_equals(&content, &record->chunk_hash)) {
        return bad(audit, "the content is not the one that the record names");
    }
    if (!tcn_hash_equals(&audit->previous, &record->previous_hash)) {
        return bad(audit, "the chain is broken before this record");
    }
    if (record->first_position == 1 &&
        !tcn_hash_equals(&record->chunk_hash, &audit->charter->hash)) {
        return bad(audit, "position 1 is another genesis");
    }
    enum tcn_status status = check_signature(audit, record);
    if (status == TCN_OK && has_body) {
        status = check_body(audit, record);
    }
    if (status == TCN_OK && record->kind == TCN_RECORD_HELLO) {
        status = take_hello(audit, record);
    }
    if (status == TCN_OK && record->kind == TCN_RECORD_POLICY) {
        status = take_policy(audit, record);
    }
    if (status == TCN_OK) {
        status = check_receipt(audit, record);
    }
    if (status == TCN_OK && has_body) {
        status = take_changes(audit, record);
    }
    if (status != TCN_OK) {
        return status;
    }
    audit->previous = tcn_record_hash(record);
    audit->generation = record->generation;
    tcn_heads_meet(audit->claims, audit->claim_count, record, &audit->previous);
    audit->report.bad_position = 0;
    audit->report.record_count++;
    audit->report.last_position = record->first_position + record->count - 1;
    return TCN_OK;
}

static enum tcn_status run(struct audit *audit, struct tcn_log_reader *reader) {
    struct tcn_log_report stored = {0};
    enum tcn_status status = tcn_log_verify(reader, visit, audit, &stored);
    tcn_log_reader_reset(reader);
    if (status == TCN_OK) {
        tcn_heads_end(audit->claims, audit->claim_count, audit->report.last_position,
                      audit->generation);
    }
    if (status == TCN_CORRUPT && audit->report.bad_what == NULL) {
        audit->report.bad_position = stored.bad_position;
        audit->report.bad_what = "the stored bytes are damaged";
    }
    if (status == TCN_OK && audit->has_group && audit->leaf_next != audit->group.leaf_count) {
        audit->report.bad_position = audit->report.last_position;
        return bad(audit, "a group has receipts without records");
    }
    if (status == TCN_OK) {
        uint64_t position = 0;
        status =
            tcn_marks_compare(audit->marks, audit->groups, audit->report.last_position, &position);
        tcn_log_reader_reset(audit->groups);
        audit->report.bad_position = status == TCN_CORRUPT ? position : 0;
        return check(audit, status, "the mark of a lane is not what the log says");
    }
    return status;
}

enum tcn_status tcn_audit_run(struct tcn_log *log, const struct tcn_charter *charter,
                              struct tcn_audit_report *out_report) {
    return tcn_audit_against(log, charter, NULL, 0, out_report);
}

enum tcn_status tcn_audit_against(struct tcn_log *log, const struct tcn_charter *charter,
                                  struct tcn_head_claim *claims, size_t count,
                                  struct tcn_audit_report *out_report) {
    TCN_CHECK(log != NULL && charter != NULL && out_report != NULL);
    TCN_CHECK(claims != NULL || count == 0);
    struct audit *audit = calloc(1, sizeof(*audit));
    if (audit == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_log_reader *reader = NULL;
    audit->charter = charter;
    audit->claims = claims;
    audit->claim_count = count;
    tcn_heads_begin(&charter->genesis.log_id, claims, count);
    tcn_hasher_init(&audit->hasher);
    enum tcn_status status =
        tcn_arena_init(&audit->arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_CHUNK_HEAD_BYTES_MAX));
    if (status == TCN_OK) {
        status =
            tcn_arena_init(&audit->open_arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_OPEN_BYTES_MAX));
    }
    if (status == TCN_OK) {
        status = tcn_marks_create(&audit->marks);
    }
    if (status == TCN_OK) {
        status = tcn_rights_init(&audit->rights, charter);
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open(log, &audit->groups);
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open(log, &reader);
    }
    if (status == TCN_OK) {
        struct tcn_keyring ring;
        status = run(audit, reader);
        tcn_rights_ring(&audit->rights, &ring);
        const enum tcn_status met = tcn_heads_sign_off(&ring, claims, count);
        status = status == TCN_OK ? met : status;
        audit->report.digest = tcn_hasher_finish(&audit->hasher);
        audit->report.tail = audit->previous;
        *out_report = audit->report;
    }
    tcn_log_reader_close(&reader);
    tcn_log_reader_close(&audit->groups);
    tcn_rights_fini(&audit->rights);
    tcn_marks_destroy(&audit->marks);
    tcn_arena_fini(&audit->open_arena);
    tcn_arena_fini(&audit->arena);
    free(audit);
    return status;
}

enum tcn_status tcn_audit_digest(struct tcn_log_reader *reader, uint64_t first_position,
                                 uint64_t last_position, struct tcn_hash *out_digest,
                                 uint64_t *out_count) {
    struct tcn_hasher hasher;
    uint64_t count = 0;
    uint64_t position = first_position == 0 ? 1 : first_position;
    enum tcn_status status = TCN_OK;
    tcn_hasher_init(&hasher);
    while (last_position == 0 || position <= last_position) {
        struct tcn_record record = {0};
        struct tcn_logged logged = {0};
        status = tcn_log_read(reader, position, &record);
        if (status != TCN_OK) {
            break;
        }
        const uint64_t end = record.first_position + record.count;
        for (; position < end && (last_position == 0 || position <= last_position); position++) {
            status = tcn_walk_find(&record, position, &logged);
            if (status != TCN_OK) {
                return status;
            }
            tcn_walk_digest(&hasher, &logged);
            count += logged.open.size > 0;
        }
    }
    tcn_log_reader_reset(reader);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    *out_digest = tcn_hasher_finish(&hasher);
    *out_count = count;
    return TCN_OK;
}
