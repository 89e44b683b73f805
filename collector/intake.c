/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/intake.h"

#include "base/text.h"
#include "core/roll.h"
#include "core/words.h"
#include "query/rights.h"
#include "seal/hash.h"
#include "seal/sign.h"
#include "wire/chunk.h"
#include "wire/enrol.h"
#include "wire/event.h"
#include "wire/frame.h"
#include "wire/lane.h"

#include <string.h>

/* One open or sealed part is decoded at a time. */
#define ARENA_BYTES TCN_WIRE_ARENA_BYTES((size_t)TCN_EVENT_BYTES_MAX)

/* A chunk that is being judged. */
struct judged {
    const struct tcn_chunk *chunk;
    const struct tcn_principal *principal;
    struct tcn_chunk_head head;
    struct tcn_note_checked note;
    struct tcn_refuse refuse;
    bool is_newer; /* an event has a higher format: the whole waits for our upgrade */
};

enum tcn_status tcn_intake_init(struct tcn_intake *intake, const struct tcn_charter *charter) {
    TCN_CHECK(intake != NULL && charter != NULL);
    *intake = (struct tcn_intake){
        .charter = charter, .registry = &charter->registry, .policy = &charter->policy};
    return tcn_arena_init(&intake->arena, ARENA_BYTES);
}

void tcn_intake_fini(struct tcn_intake *intake) {
    if (intake == NULL) {
        return;
    }
    tcn_arena_fini(&intake->arena);
    *intake = (struct tcn_intake){0};
}

/* Who sent it, and whether it may speak at all and for this source. */
static enum tcn_status check_speaker(const struct tcn_intake *intake, uint32_t id,
                                     const struct tcn_lane_key *lane, int64_t now_ns,
                                     const struct tcn_principal **out_principal) {
    const struct tcn_principal *principal = tcn_registry_find(intake->registry, id);
    if (principal == NULL) {
        return TCN_DENIED;
    }
    if (!tcn_principal_is_valid(principal, now_ns)) {
        return TCN_REVOKED;
    }
    if (principal->source == 0 || principal->source != lane->source) {
        return TCN_FOREIGN_SOURCE;
    }
    /* A feed speaks for everybody, which is only ever true in an exercise. */
    if (principal->role == TCN_ROLE_FEED && intake->charter->genesis.mode != TCN_MODE_EXERCISE) {
        return TCN_DENIED;
    }
    *out_principal = principal;
    return TCN_OK;
}

/* The key of the principal that an id names, present or old and still good; NULL when none. */
static const struct tcn_public_key *key_named(const struct tcn_principal *principal,
                                              const struct tcn_key_id *key_id, int64_t now_ns) {
    const struct tcn_public_key *const keys[] = {&principal->signing_key,
                                                 tcn_principal_old_signing_key(principal, now_ns)};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && keys[i] != NULL; i++) {
        const struct tcn_key_id own = tcn_key_id_of(keys[i]);
        if (tcn_key_id_equals(&own, key_id)) {
            return keys[i];
        }
    }
    return NULL;
}

/* The same for a chunk. A key that a rotation has ended still proves who signed: what is in the log
 * already gets its receipt, so that an agent which was off for longer than its keys overlapped does
 * not wait for it for ever. Nothing new is taken under it: the note says so. */
static const struct tcn_public_key *key_of_chunk(struct judged *judged, int64_t now_ns) {
    const struct tcn_public_key *key = key_named(judged->principal, &judged->head.key_id, now_ns);
    const struct tcn_key_id ended = tcn_key_id_of(&judged->principal->old_signing_key);
    if (key == NULL && judged->principal->old_until_ns != 0 &&
        tcn_key_id_equals(&ended, &judged->head.key_id)) {
        judged->note.is_key_over = true;
        key = &judged->principal->old_signing_key;
    }
    return key;
}

static enum tcn_status check_signature(const struct tcn_public_key *key, const char *context,
                                       const struct tcn_chunk *chunk) {
    struct tcn_signature signature;
    if (key == NULL || chunk->signature.size != sizeof(signature.bytes)) {
        return TCN_BAD_SIGNATURE;
    }
    memcpy(signature.bytes, chunk->signature.data, sizeof(signature.bytes));
    return tcn_verify(key, context, chunk->head, &signature);
}

/* Adds one event to the list of those at fault. */
static void refuse_event(struct judged *judged, uint32_t index, enum tcn_status code,
                         const char *field) {
    TCN_CHECK(judged->refuse.refusal_count < TCN_CHUNK_EVENTS_MAX);
    judged->refuse.refusals[judged->refuse.refusal_count] = (struct tcn_refusal){
        .sequence = judged->head.first_sequence + index,
        .code = (uint32_t)code,
        .field = tcn_slice_text(field),
    };
    judged->refuse.refusal_count++;
}

/* The organ that an event names as speaking is the one that its sender speaks for. A VOID may leave
 * it open, which says nothing but that a number will never come, and so may an administrator, who
 * speaks for none. */
static bool office_fits(const struct tcn_intake *intake, const struct tcn_principal *principal,
                        const struct tcn_event *event) {
    if (principal->role == TCN_ROLE_FEED) {
        return true;
    }
    const bool may_be_nobody = event->act == TCN_ACT_VOID || principal->role == TCN_ROLE_ADMIN;
    if (may_be_nobody && event->office.size == 0) {
        return true;
    }
    const struct tcn_organ *organ = tcn_policy_organ(intake->policy, principal->organ);
    return organ != NULL && tcn_slice_is_text(event->office, organ->id);
}

/* tcn_event_check has seen to it that a division is 12 digits or empty. One that the policy does
 * not know is nobody else's: it may be new, and is flagged and shown to the desk (promise 5). */
static bool division_fits(const struct tcn_intake *intake, const struct tcn_principal *principal,
                          const struct tcn_event *event) {
    if (event->act != TCN_ACT_REPORTED || event->division.size == 0) {
        return true;
    }
    uint64_t division = 0;
    return tcn_text_to_u64(event->division, &division) == TCN_OK &&
           (tcn_principal_may_report(principal, division) ||
            tcn_policy_division(intake->policy, division) == NULL);
}

/* Acts of people, and what an agent says of its office, as far as the principal's row allows them;
 * a VOID always, since a lane must be able to say what will never come, and so changes of the
 * registry, of which core/roll says who may make them when they have their place in the log. */
static bool may_act(const struct tcn_principal *principal, enum tcn_act act) {
    return act == TCN_ACT_VOID || act == TCN_ACT_REGISTRY_CHANGED ||
           ((tcn_act_is_human(act) || tcn_act_is_of_agent(act)) &&
            tcn_principal_may_act(principal, act));
}

/* A change of the registry that its kind denies to this principal is refused at the door; all else
 * about it is judged at its place in the log. */
static bool change_fits(const struct tcn_intake *intake, const struct tcn_principal *principal,
                        const struct tcn_event *event) {
    if (event->act != TCN_ACT_REGISTRY_CHANGED) {
        return true;
    }
    const struct tcn_roll_input in = {
        .change = event->registry,
        .actor = principal->id,
        .is_proven = true,
        .mode = intake->charter->genesis.mode,
        .position = intake->registry->version + 1,
    };
    struct tcn_roll_verdict verdict;
    tcn_roll_decide(intake->registry, &in, &verdict);
    return verdict.code != TCN_DENIED;
}

/* Only the desk, or an administrator, may say what ends a standstill. */
static bool word_fits(const struct tcn_intake *intake, const struct tcn_principal *principal,
                      const struct tcn_event *event) {
    const uint16_t organ = tcn_charter_organ(intake->policy, principal, event);
    return !tcn_words_is_of_desk(event->act) ||
           tcn_words_may_say(organ, principal->role, intake->policy->desk);
}

static enum tcn_status check_open(const struct tcn_intake *intake, const struct judged *judged,
                                  const struct tcn_event *event, const char **out_field) {
    const enum tcn_status status = tcn_event_check(event, out_field);
    if (status != TCN_OK) {
        return status;
    }
    if (event->mode != judged->head.mode) {
        *out_field = "mode";
        return TCN_BAD_VALUE;
    }
    if (!may_act(judged->principal, event->act)) {
        *out_field = "act";
        return TCN_DENIED;
    }
    /* The fold counts the sequences that a VOID says it covers, so it covers what its chunk does.
     */
    bool is_range = judged->note.is_void_range;
    bool is_void = event->act == TCN_ACT_VOID;
    uint64_t covered = is_range ? judged->head.void_count : 1;
    if ((is_range && !is_void) || (is_void && event->void_body.count != covered)) {
        *out_field = "void";
        return TCN_BAD_VALUE;
    }
    if (!office_fits(intake, judged->principal, event)) {
        *out_field = "office";
        return TCN_DENIED;
    }
    if (!division_fits(intake, judged->principal, event)) {
        *out_field = "division";
        return TCN_DENIED;
    }
    if (!word_fits(intake, judged->principal, event) ||
        !change_fits(intake, judged->principal, event)) {
        *out_field = "act";
        return TCN_DENIED;
    }
    return TCN_OK;
}

static enum tcn_status check_sealed(struct tcn_intake *intake, struct tcn_slice sealed) {
    if (sealed.size == 0) {
        return TCN_OK;
    }
    tcn_arena_reset(&intake->arena);
    struct tcn_sealed decoded;
    return tcn_wire_sealed_decode(sealed, &intake->arena, &decoded);
}

/* Judges one event and adds it to the list when it is at fault. */
static void check_event(struct tcn_intake *intake, struct judged *judged, struct tcn_slice bytes,
                        uint32_t index) {
    struct tcn_slice open = {0};
    struct tcn_slice sealed = {0};
    const char *field = "open";
    struct tcn_event event = {0};
    enum tcn_status status = tcn_wire_event_split(bytes, &open, &sealed);
    if (status == TCN_OK) {
        tcn_arena_reset(&intake->arena);
        status = tcn_wire_open_part_decode(open, &intake->arena, &event);
    }
    if (status == TCN_OK) {
        status = check_open(intake, judged, &event, &field);
    }
    if (status == TCN_OK) {
        judged->note.next_previous = event.void_body.next_previous;
        judged->note.has_words = judged->note.has_words || tcn_words_is_of_desk(event.act);
        judged->note.has_changes =
            judged->note.has_changes || event.act == TCN_ACT_REGISTRY_CHANGED;
        judged->note.has_acts = judged->note.has_acts || event.act != TCN_ACT_REPORTED;
        /* Nobody else's times are the log's, where a feed's are: one that lies ahead would stay. */
        if (judged->principal->role == TCN_ROLE_FEED && event.recorded_ns > judged->note.feed_ns) {
            judged->note.feed_ns = event.recorded_ns;
        }
        field = "sealed";
        status = check_sealed(intake, sealed);
    }
    if (status == TCN_UPGRADE) {
        judged->is_newer = true;
    } else if (status != TCN_OK) {
        /* An honest event fits the arena, so a spent one means too much, and for ever. */
        refuse_event(judged, index, status == TCN_NOMEM ? TCN_TOOBIG : status, field);
    }
}

/* The body is what the head says: so many events, and their hashes. */
static enum tcn_status check_body(struct tcn_intake *intake, struct judged *judged) {
    const struct tcn_chunk *chunk = judged->chunk;
    if (judged->head.codec != TCN_CODEC_PLAIN) {
        return TCN_UPGRADE;
    }
    if (chunk->body.size > TCN_CHUNK_BODY_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    struct tcn_hash hashes[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    enum tcn_status status = tcn_wire_chunk_body_split(chunk->body, events, &count);
    if (status != TCN_OK) {
        return status;
    }
    if (count != judged->head.count) {
        return TCN_BAD_VALUE;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct tcn_slice open = {0};
        struct tcn_slice sealed = {0};
        status = tcn_wire_event_split(events[i], &open, &sealed);
        if (status != TCN_OK) {
            return status;
        }
        hashes[i] = tcn_hash_event(open, sealed);
    }
    const struct tcn_hash body_hash = tcn_hash_body(hashes, count);
    if (!tcn_hash_equals(&body_hash, &judged->head.body_hash)) {
        return TCN_BAD_SIGNATURE;
    }
    for (uint32_t i = 0; i < count; i++) {
        check_event(intake, judged, events[i], i);
    }
    if (judged->is_newer) {
        judged->refuse.refusal_count = 0; /* nothing is dropped for what we cannot read yet */
        return TCN_UPGRADE;
    }
    return TCN_OK;
}

/* The shares are those that the head commits to, and belong to events of this chunk. */
static enum tcn_status check_shares(const struct judged *judged) {
    const struct tcn_slice shares = judged->chunk->shares;
    if (shares.size == 0) {
        return tcn_hash_is_none(&judged->head.shares_hash) ? TCN_OK : TCN_BAD_SIGNATURE;
    }
    const struct tcn_hash hash = tcn_hash_of(shares);
    if (!tcn_hash_equals(&hash, &judged->head.shares_hash)) {
        return TCN_BAD_SIGNATURE;
    }
    struct tcn_share_entry entries[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    const enum tcn_status status = tcn_wire_shares_split(shares, entries, &count);
    if (status != TCN_OK) {
        return status;
    }
    return entries[count - 1].index < judged->head.count ? TCN_OK : TCN_BAD_VALUE;
}

static enum tcn_status judge_chunk(struct tcn_intake *intake, struct judged *judged,
                                   uint32_t principal, int64_t now_ns) {
    struct tcn_chunk_head *head = &judged->head;
    tcn_arena_reset(&intake->arena);
    enum tcn_status status = tcn_wire_chunk_head_decode(judged->chunk->head, &intake->arena, head);
    if (status != TCN_OK) {
        return status;
    }
    judged->refuse.first_sequence = head->first_sequence;
    if (!tcn_id_equals(&head->log_id, &intake->charter->genesis.log_id)) {
        return TCN_FOREIGN_LOG;
    }
    status = check_speaker(intake, principal, &head->lane, now_ns, &judged->principal);
    if (status != TCN_OK) {
        return status;
    }
    status = check_signature(key_of_chunk(judged, now_ns), TCN_CONTEXT_CHUNK, judged->chunk);
    if (status != TCN_OK) {
        return status;
    }
    if (!tcn_charter_takes(intake->charter, head->mode)) {
        return TCN_BAD_VALUE;
    }
    judged->note.is_void_range = head->void_count != 0;
    status = check_shares(judged);
    if (status != TCN_OK) {
        return status;
    }
    status = check_body(intake, judged);
    if (status != TCN_OK) {
        return status;
    }
    return judged->refuse.refusal_count == 0 ? TCN_OK
                                             : (enum tcn_status)judged->refuse.refusals[0].code;
}

/* Writes the answer for a whole that is refused; a list of events says it already. */
static enum tcn_status finish(struct tcn_intake *intake, struct judged *judged,
                              enum tcn_status status, struct tcn_note_checked *out_note,
                              struct tcn_refuse *out_refuse) {
    if (status == TCN_OK) {
        intake->pass_count++;
        *out_note = judged->note;
        return TCN_OK;
    }
    intake->refuse_count++;
    *out_note = judged->note;
    if (judged->refuse.refusal_count == 0) {
        judged->refuse.code = (uint32_t)status;
        judged->refuse.is_later = tcn_status_class(status) == TCN_CLASS_AGAIN ||
                                  tcn_status_class(status) == TCN_CLASS_LOCAL;
    }
    *out_refuse = judged->refuse;
    return status;
}

enum tcn_status tcn_intake_chunk(struct tcn_intake *intake, uint32_t principal,
                                 const struct tcn_chunk *chunk, int64_t now_ns,
                                 struct tcn_note_checked *out_note, struct tcn_refuse *out_refuse) {
    TCN_CHECK(chunk != NULL && out_note != NULL && out_refuse != NULL);
    struct judged judged = {
        .chunk = chunk,
        .note = {.kind = TCN_KIND_CHUNK,
                 .principal = principal,
                 .registry_version = intake->registry->version,
                 .feed_ns = INT64_MIN},
    };
    const enum tcn_status status = judge_chunk(intake, &judged, principal, now_ns);
    judged.note.lane = judged.head.lane;
    judged.note.content_hash = tcn_hash_in_context(TCN_CONTEXT_CHUNK, chunk->head);
    return finish(intake, &judged, status, out_note, out_refuse);
}

static enum tcn_status judge_hello(struct tcn_intake *intake, const struct tcn_chunk *chunk,
                                   uint32_t principal, int64_t now_ns) {
    struct tcn_hello hello = {0};
    tcn_arena_reset(&intake->arena);
    enum tcn_status status = tcn_wire_hello_decode(chunk->head, &intake->arena, &hello);
    if (status != TCN_OK) {
        return status;
    }
    /* An outbox that was never welcomed does not know its log yet. */
    if (!tcn_id_is_none(&hello.log_id) &&
        !tcn_id_equals(&hello.log_id, &intake->charter->genesis.log_id)) {
        return TCN_FOREIGN_LOG;
    }
    const struct tcn_principal *speaker = NULL;
    status = check_speaker(intake, principal, &hello.lane, now_ns, &speaker);
    if (status != TCN_OK) {
        return status;
    }
    return check_signature(key_named(speaker, &hello.key_id, now_ns), TCN_CONTEXT_HELLO, chunk);
}

enum tcn_status tcn_intake_hello(struct tcn_intake *intake, uint32_t principal,
                                 const struct tcn_chunk *hello, int64_t now_ns,
                                 struct tcn_note_checked *out_note, struct tcn_refuse *out_refuse) {
    TCN_CHECK(hello != NULL && out_note != NULL && out_refuse != NULL);
    struct judged judged = {
        .chunk = hello,
        .note = {.kind = TCN_KIND_HELLO,
                 .principal = principal,
                 .registry_version = intake->registry->version,
                 .feed_ns = INT64_MIN},
    };
    const enum tcn_status status = judge_hello(intake, hello, principal, now_ns);
    judged.note.content_hash = tcn_hash_in_context(TCN_CONTEXT_HELLO, hello->head);
    return finish(intake, &judged, status, out_note, out_refuse);
}

/* A claim is made for this log, brought by who holds the transport key and signed by who holds the
 * signing key. Whether its token opens a row is judged at its place in the log. */
static enum tcn_status judge_claim(struct tcn_intake *intake,
                                   const struct tcn_public_key *guest_key, struct tcn_slice claim) {
    struct tcn_enrol enrol = {0};
    tcn_arena_reset(&intake->arena);
    const enum tcn_status status = tcn_wire_enrol_decode(claim, &intake->arena, &enrol);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_id *log_id = &intake->charter->genesis.log_id;
    const struct tcn_registry_change change = tcn_rights_enrolment(&enrol, 0);
    const bool is_good =
        tcn_id_equals(&enrol.log_id, log_id) &&
        memcmp(guest_key, &enrol.transport_key, sizeof(enrol.transport_key)) == 0 &&
        tcn_rights_is_proven(log_id, &change);
    return is_good ? TCN_OK : TCN_DENIED;
}

enum tcn_status tcn_intake_enrol(struct tcn_intake *intake, const struct tcn_public_key *guest_key,
                                 const struct tcn_chunk *claim, struct tcn_note_checked *out_note,
                                 struct tcn_refuse *out_refuse) {
    TCN_CHECK(guest_key != NULL && claim != NULL && out_note != NULL && out_refuse != NULL);
    struct judged judged = {
        .chunk = claim,
        .note = {.kind = TCN_KIND_ENROL,
                 .registry_version = intake->registry->version,
                 .feed_ns = INT64_MIN},
    };
    const enum tcn_status status = judge_claim(intake, guest_key, claim->head);
    judged.note.content_hash = tcn_hash_in_context(TCN_CONTEXT_ENROL, claim->head);
    return finish(intake, &judged, status, out_note, out_refuse);
}
