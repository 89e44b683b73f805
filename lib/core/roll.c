/* SPDX-License-Identifier: Apache-2.0 */
#include "core/roll.h"

#include "base/arena.h"
#include "base/clock.h"

#include <string.h>

/* Who may say a kind of change (K1). */
#define WHO_ADMIN 1u     /* an active administrator */
#define WHO_SELF 2u      /* the principal that the change names */
#define WHO_COLLECTOR 4u /* the log's own word */
#define WHO_ORGAN 8u     /* a program that speaks for the organ of the key */

struct tcn_roll {
    struct tcn_arena arena;       /* holds this */
    struct tcn_registry registry; /* its arrays are the two below */
    struct tcn_principal rows[TCN_PRINCIPALS_MAX];
    struct tcn_organ_key keys[TCN_ORGAN_KEYS_MAX];
    struct tcn_successor links[TCN_SUCCESSORS_MAX];
};

/* A change that is being judged. */
struct judged {
    const struct tcn_registry *registry;
    const struct tcn_roll_input *in;
    const struct tcn_registry_change *change;
    const struct tcn_principal *actor; /* NULL: the collector, or nobody */
    const struct tcn_principal *row;   /* the one that the change names; NULL when it names none */
    struct tcn_roll_verdict *verdict;
};

static const unsigned allowed[] = {
    [TCN_CHANGE_INVITED] = WHO_ADMIN,
    [TCN_CHANGE_ENROLLED] = WHO_COLLECTOR,
    [TCN_CHANGE_RIGHTS] = WHO_ADMIN | WHO_COLLECTOR, /* K9 */
    [TCN_CHANGE_ROTATED] = WHO_ADMIN | WHO_SELF,
    [TCN_CHANGE_REVOKED] = WHO_ADMIN | WHO_SELF | WHO_COLLECTOR,
    [TCN_CHANGE_ORGAN_KEY] = WHO_ADMIN | WHO_ORGAN,
    [TCN_CHANGE_COLLECTOR_KEY] = WHO_COLLECTOR,
};

enum tcn_status tcn_roll_create(const struct tcn_registry *registry, struct tcn_roll **out_roll) {
    TCN_CHECK(registry != NULL && out_roll != NULL);
    if (registry->principal_count > TCN_PRINCIPALS_MAX ||
        registry->organ_key_count > TCN_ORGAN_KEYS_MAX ||
        registry->keys.count > TCN_SUCCESSORS_MAX) {
        return TCN_LIMIT;
    }
    struct tcn_arena arena = {0};
    const enum tcn_status status = tcn_arena_init(&arena, sizeof(struct tcn_roll));
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_roll *roll = tcn_arena_alloc(&arena, sizeof(*roll));
    TCN_CHECK(roll != NULL);
    roll->arena = arena; /* from here on this copy is the one that counts */
    if (registry->principal_count > 0) {
        memcpy(roll->rows, registry->principals,
               registry->principal_count * sizeof(*registry->principals));
    }
    if (registry->organ_key_count > 0) {
        memcpy(roll->keys, registry->organ_keys,
               registry->organ_key_count * sizeof(*registry->organ_keys));
    }
    if (registry->keys.count > 0) {
        memcpy(roll->links, registry->keys.links,
               registry->keys.count * sizeof(*registry->keys.links));
    }
    roll->registry = (struct tcn_registry){
        .version = registry->version,
        .principals = roll->rows,
        .principal_count = registry->principal_count,
        .organ_keys = roll->keys,
        .organ_key_count = registry->organ_key_count,
        .keys = {.log_id = registry->keys.log_id,
                 .links = roll->links,
                 .count = registry->keys.count},
    };
    *out_roll = roll;
    return TCN_OK;
}

void tcn_roll_destroy(struct tcn_roll **roll) {
    if (roll != NULL && *roll != NULL) {
        struct tcn_arena arena = (*roll)->arena;
        tcn_arena_fini(&arena);
        *roll = NULL;
    }
}

const struct tcn_registry *tcn_roll_registry(const struct tcn_roll *roll) {
    return &roll->registry;
}

bool tcn_roll_may_say(const struct tcn_registry_change *change, const struct tcn_principal *actor) {
    const uint32_t kind = (uint32_t)change->kind;
    if (kind < TCN_CHANGE_INVITED || kind > TCN_CHANGE_COLLECTOR_KEY) {
        return false;
    }
    if (actor == NULL) {
        return (allowed[kind] & WHO_COLLECTOR) != 0;
    }
    if (actor->status != TCN_PRINCIPAL_ACTIVE) {
        return false;
    }
    unsigned who = 0;
    who |= actor->role == TCN_ROLE_ADMIN ? WHO_ADMIN : 0u;
    who |= change->principal == actor->id ? WHO_SELF : 0u;
    who |= actor->organ != 0 && actor->organ == change->organ_key.organ ? WHO_ORGAN : 0u;
    return (who & allowed[kind]) != 0;
}

/* K1. An actor that is not in the registry is nobody. */
static bool may_say(const struct judged *judged) {
    const bool is_nobody = judged->in->actor != 0 && judged->actor == NULL;
    return !is_nobody && tcn_roll_may_say(judged->change, judged->actor);
}

static bool key_is_none(const struct tcn_public_key *key) {
    static const struct tcn_public_key none;
    return memcmp(key, &none, sizeof(none)) == 0;
}

static bool key_equals(const struct tcn_public_key *left, const struct tcn_public_key *right) {
    return memcmp(left, right, sizeof(*left)) == 0;
}

/* K3: true when the key stands anywhere in the registry, as any kind of key. */
static bool key_is_taken(const struct tcn_registry *registry, const struct tcn_public_key *key) {
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        const struct tcn_principal *row = &registry->principals[i];
        if (key_equals(&row->transport_key, key) || key_equals(&row->signing_key, key) ||
            key_equals(&row->old_transport_key, key) || key_equals(&row->old_signing_key, key)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < registry->organ_key_count; i++) {
        if (key_equals(&registry->organ_keys[i].key, key)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < registry->keys.count; i++) {
        if (key_equals(&registry->keys.links[i].key, key)) {
            return true;
        }
    }
    return false;
}

/* K3 for the two keys that a change brings, and that they are proven to be whose they come from. */
static enum tcn_status check_keys(const struct judged *judged) {
    const struct tcn_registry_change *change = judged->change;
    if (key_is_none(&change->transport_key) || key_is_none(&change->signing_key)) {
        return TCN_BAD_VALUE;
    }
    if (!judged->in->is_proven) {
        return TCN_DENIED;
    }
    if (key_equals(&change->transport_key, &change->signing_key) ||
        key_is_taken(judged->registry, &change->transport_key) ||
        key_is_taken(judged->registry, &change->signing_key)) {
        return TCN_CONFLICT;
    }
    return TCN_OK;
}

/* K4: true when another row that is active publishes as this source. */
static bool source_is_taken(const struct tcn_registry *registry, uint32_t source, uint32_t but) {
    for (uint32_t i = 0; i < registry->principal_count && source != 0; i++) {
        const struct tcn_principal *row = &registry->principals[i];
        if (row->source == source && row->id != but && row->status == TCN_PRINCIPAL_ACTIVE) {
            return true;
        }
    }
    return false;
}

/* K5: true when an administrator other than this row is active now; `for_good`: and has no end. */
static bool has_other_admin(const struct judged *judged, uint32_t but, bool for_good) {
    for (uint32_t i = 0; i < judged->registry->principal_count; i++) {
        const struct tcn_principal *row = &judged->registry->principals[i];
        if (row->role == TCN_ROLE_ADMIN && row->id != but &&
            tcn_principal_is_valid(row, judged->in->log_time_ns) &&
            (!for_good || row->not_after_ns == 0)) {
            return true;
        }
    }
    return false;
}

/* K6: who is known by the configuration of others alone. */
static bool is_configured(enum tcn_role role) {
    return role == TCN_ROLE_COLLECTOR || role == TCN_ROLE_BROKER;
}

/* Rights that a row can have; K6. */
static enum tcn_status check_rights(const struct judged *judged) {
    const struct tcn_principal *row = &judged->change->row;
    const uint32_t role = (uint32_t)row->role;
    const bool is_counted = row->division_count <= TCN_PRINCIPAL_DIVISIONS_MAX &&
                            row->stream_count <= TCN_PRINCIPAL_STREAMS_MAX &&
                            row->act_count <= TCN_PRINCIPAL_ACTS_MAX;
    if (!is_counted || row->name[0] == '\0' || role == TCN_ROLE_NONE || role > TCN_ROLE_FEED ||
        (row->not_after_ns != 0 && row->not_after_ns <= row->not_before_ns)) {
        return TCN_BAD_VALUE;
    }
    if (is_configured(row->role) ||
        (role == TCN_ROLE_FEED && judged->in->mode != TCN_MODE_EXERCISE)) {
        return TCN_NOT_ALLOWED;
    }
    return TCN_OK;
}

static bool role_publishes(enum tcn_role role) {
    return role == TCN_ROLE_OFFICE || role == TCN_ROLE_BUREAU || role == TCN_ROLE_ADMIN ||
           role == TCN_ROLE_FEED;
}

/* One above every source that was ever given. */
static uint32_t next_source(const struct tcn_registry *registry) {
    uint32_t last = 0;
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        last = registry->principals[i].source > last ? registry->principals[i].source : last;
    }
    return last + 1;
}

/* The wanted rights on a row whose identity stays: id, keys and token. */
static struct tcn_principal with_rights(const struct tcn_principal *row,
                                        const struct tcn_principal *wanted) {
    struct tcn_principal made = *wanted;
    made.id = row->id;
    made.status = row->status;
    made.source = row->source;
    made.transport_key = row->transport_key;
    made.signing_key = row->signing_key;
    made.old_transport_key = row->old_transport_key;
    made.old_signing_key = row->old_signing_key;
    made.old_until_ns = row->old_until_ns;
    made.token_hash = row->token_hash;
    made.token_until_ns = row->token_until_ns;
    return made;
}

/* Whether the registry still fits one frame when a row grows, or a new one or a key comes. */
static enum tcn_status check_size(const struct judged *judged, size_t more) {
    const size_t size = tcn_registry_bytes_bound(judged->registry);
    return size + more <= TCN_FRAME_BYTES_MAX ? TCN_OK : TCN_LIMIT;
}

static void give(struct judged *judged, const struct tcn_principal *row) {
    judged->verdict->has_row = true;
    judged->verdict->row = *row;
}

/* INVITED: a row with the log's next id; who publishes gets a source of its own unless it is to
 * take over that of a row that is over. */
static enum tcn_status invite(struct judged *judged) {
    const struct tcn_registry *registry = judged->registry;
    const struct tcn_registry_change *change = judged->change;
    const int64_t now_ns = judged->in->log_time_ns;
    enum tcn_status status = check_rights(judged);
    if (status != TCN_OK) {
        return status;
    }
    if (change->principal != 0 || tcn_hash_is_none(&change->token_hash) ||
        change->until_ns <= now_ns ||
        tcn_time_minus(change->until_ns, now_ns) > TCN_ROLL_TOKEN_NS_MAX) {
        return TCN_BAD_VALUE;
    }
    if (registry->principal_count == TCN_PRINCIPALS_MAX) {
        return TCN_LIMIT;
    }
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        if (tcn_hash_equals(&registry->principals[i].token_hash, &change->token_hash)) {
            return TCN_CONFLICT;
        }
    }
    const uint32_t last_id =
        registry->principal_count == 0 ? 0 : registry->principals[registry->principal_count - 1].id;
    struct tcn_principal row =
        with_rights(&(struct tcn_principal){.id = last_id + 1,
                                            .status = TCN_PRINCIPAL_INVITED,
                                            .token_hash = change->token_hash,
                                            .token_until_ns = change->until_ns},
                    &change->row);
    if (role_publishes(row.role)) {
        row.source = change->row.source != 0 ? change->row.source : next_source(registry);
    }
    status = check_size(judged, tcn_principal_bytes_bound(&row));
    if (status != TCN_OK) {
        return status;
    }
    give(judged, &row);
    return TCN_OK;
}

/* ENROLLED: the token is used up, so K7 holds without a memory of tokens. */
static enum tcn_status enrol(struct judged *judged) {
    const struct tcn_principal *row = judged->row;
    const struct tcn_registry_change *change = judged->change;
    if (row->status != TCN_PRINCIPAL_INVITED) {
        return TCN_NOT_ALLOWED;
    }
    if (!tcn_hash_equals(&row->token_hash, &change->token_hash)) {
        return TCN_ABSENT;
    }
    if (judged->in->log_time_ns >= row->token_until_ns) {
        return TCN_TIMEOUT;
    }
    enum tcn_status status = check_keys(judged);
    if (status == TCN_OK && source_is_taken(judged->registry, row->source, row->id)) {
        status = TCN_CONFLICT;
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_principal made = *row;
    made.status = TCN_PRINCIPAL_ACTIVE;
    made.transport_key = change->transport_key;
    made.signing_key = change->signing_key;
    made.token_hash = (struct tcn_hash){{0}};
    made.token_until_ns = 0;
    give(judged, &made);
    return TCN_OK;
}

static bool same_numbers(const void *left, uint32_t left_count, const void *right,
                         uint32_t right_count, size_t size) {
    return left_count == right_count && memcmp(left, right, left_count * size) == 0;
}

/* K9: `made` has the rights of `row`, for a shorter time. */
static bool only_ends_sooner(const struct tcn_principal *row, const struct tcn_principal *made) {
    const bool is_sooner = made->not_after_ns != 0 &&
                           (row->not_after_ns == 0 || made->not_after_ns < row->not_after_ns);
    return is_sooner && strcmp(row->name, made->name) == 0 && row->organ == made->organ &&
           row->all_divisions == made->all_divisions && row->all_streams == made->all_streams &&
           row->not_before_ns == made->not_before_ns && row->byte_rate == made->byte_rate &&
           row->message_rate == made->message_rate &&
           same_numbers(row->divisions, row->division_count, made->divisions, made->division_count,
                        sizeof(row->divisions[0])) &&
           same_numbers(row->streams, row->stream_count, made->streams, made->stream_count,
                        sizeof(row->streams[0])) &&
           same_numbers(row->acts, row->act_count, made->acts, made->act_count,
                        sizeof(row->acts[0]));
}

/* RIGHTS: the role and the source stay: another role is another row. */
static enum tcn_status change_rights(struct judged *judged) {
    const struct tcn_principal *row = judged->row;
    const struct tcn_principal *wanted = &judged->change->row;
    enum tcn_status status = check_rights(judged);
    if (status != TCN_OK) {
        return status;
    }
    if (judged->in->actor == row->id) {
        return TCN_DENIED; /* K8 */
    }
    if (wanted->role != row->role || (wanted->source != 0 && wanted->source != row->source)) {
        return TCN_NOT_ALLOWED;
    }
    const struct tcn_principal made = with_rights(row, wanted);
    if (judged->in->actor == 0 && !only_ends_sooner(row, &made)) {
        return TCN_NOT_ALLOWED; /* K9 */
    }
    if (judged->in->actor != 0 && made.role == TCN_ROLE_ADMIN && made.not_after_ns != 0 &&
        !has_other_admin(judged, row->id, true)) {
        return TCN_NOT_ALLOWED; /* K5 */
    }
    const size_t before = tcn_principal_bytes_bound(row);
    const size_t after = tcn_principal_bytes_bound(&made);
    status = after > before ? check_size(judged, after - before) : TCN_OK;
    if (status == TCN_OK) {
        give(judged, &made);
    }
    return status;
}

/* ROTATED: the keys so far live on for a while; those before them are over at once. */
static enum tcn_status rotate(struct judged *judged) {
    const struct tcn_principal *row = judged->row;
    const struct tcn_registry_change *change = judged->change;
    const int64_t now_ns = judged->in->log_time_ns;
    if (judged->in->actor != row->id && row->source != 0) {
        return TCN_DENIED; /* K1: who publishes says it itself */
    }
    if (row->status != TCN_PRINCIPAL_ACTIVE || row->role == TCN_ROLE_COLLECTOR) {
        return TCN_NOT_ALLOWED; /* K6 */
    }
    if (row->role == TCN_ROLE_BROKER && judged->in->actor == row->id) {
        return TCN_DENIED; /* K11 */
    }
    if (change->until_ns < now_ns ||
        tcn_time_minus(change->until_ns, now_ns) > TCN_ROLL_OVERLAP_NS_MAX) {
        return TCN_BAD_VALUE;
    }
    const enum tcn_status status = check_keys(judged);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_principal made = *row;
    made.old_transport_key = row->transport_key;
    made.old_signing_key = row->signing_key;
    made.old_until_ns = change->until_ns;
    made.transport_key = change->transport_key;
    made.signing_key = change->signing_key;
    give(judged, &made);
    return TCN_OK;
}

static enum tcn_status revoke(struct judged *judged) {
    const struct tcn_principal *row = judged->row;
    if (is_configured(row->role)) {
        return TCN_NOT_ALLOWED; /* K6 */
    }
    if (row->role == TCN_ROLE_ADMIN && row->status == TCN_PRINCIPAL_ACTIVE &&
        judged->in->actor != 0 && !has_other_admin(judged, row->id, false)) {
        return TCN_NOT_ALLOWED; /* K5; K9 goes before it */
    }
    struct tcn_principal made = *row;
    made.status = TCN_PRINCIPAL_REVOKED;
    made.token_hash = (struct tcn_hash){{0}};
    made.token_until_ns = 0;
    give(judged, &made);
    return TCN_OK;
}

static enum tcn_status add_organ_key(struct judged *judged) {
    const struct tcn_organ_key *key = &judged->change->organ_key;
    if (key->organ == 0 || key_is_none(&key->key) || judged->change->principal != 0) {
        return TCN_BAD_VALUE;
    }
    if (judged->registry->organ_key_count == TCN_ORGAN_KEYS_MAX) {
        return TCN_LIMIT;
    }
    if (key_is_taken(judged->registry, &key->key)) {
        return TCN_CONFLICT;
    }
    const enum tcn_status status = check_size(judged, TCN_ORGAN_KEY_BYTES_BOUND);
    if (status != TCN_OK) {
        return status;
    }
    judged->verdict->has_key = true;
    judged->verdict->organ_key = *key;
    return TCN_OK;
}

/* COLLECTOR_KEY (K10). The collector's row goes on to show its first key, so K3 never forgets it.
 */
static enum tcn_status succeed(struct judged *judged) {
    const struct tcn_registry *registry = judged->registry;
    const struct tcn_registry_change *change = judged->change;
    if (change->principal != 0 || key_is_none(&change->signing_key)) {
        return TCN_BAD_VALUE;
    }
    if (registry->keys.count == TCN_SUCCESSORS_MAX) {
        return TCN_LIMIT;
    }
    if (!judged->in->is_proven) {
        return TCN_DENIED;
    }
    if (key_is_taken(registry, &change->signing_key)) {
        return TCN_CONFLICT;
    }
    judged->verdict->has_successor = true;
    judged->verdict->log_id = judged->in->log_id;
    judged->verdict->successor = (struct tcn_successor){.key = change->signing_key,
                                                        .proof = change->proof,
                                                        .signature = change->succession,
                                                        .generation = judged->in->generation,
                                                        .position = judged->in->position};
    return TCN_OK;
}

/* A kind that names a row: it is there, and not revoked (K2). */
static enum tcn_status find_row(struct judged *judged) {
    judged->row = tcn_registry_find(judged->registry, judged->change->principal);
    if (judged->row == NULL) {
        return TCN_ABSENT;
    }
    return judged->row->status == TCN_PRINCIPAL_REVOKED ? TCN_REVOKED : TCN_OK;
}

static enum tcn_status judge(struct judged *judged) {
    const uint32_t kind = (uint32_t)judged->change->kind;
    if (kind < TCN_CHANGE_INVITED || kind > TCN_CHANGE_COLLECTOR_KEY) {
        return TCN_BAD_VALUE;
    }
    if (!may_say(judged)) {
        return TCN_DENIED;
    }
    if (kind == TCN_CHANGE_INVITED) {
        return invite(judged);
    }
    if (kind == TCN_CHANGE_ORGAN_KEY) {
        return add_organ_key(judged);
    }
    if (kind == TCN_CHANGE_COLLECTOR_KEY) {
        return succeed(judged);
    }
    const enum tcn_status status = find_row(judged);
    if (status != TCN_OK) {
        return status;
    }
    switch (kind) {
    case TCN_CHANGE_ENROLLED:
        return enrol(judged);
    case TCN_CHANGE_RIGHTS:
        return change_rights(judged);
    case TCN_CHANGE_ROTATED:
        return rotate(judged);
    default:
        return revoke(judged);
    }
}

void tcn_roll_decide(const struct tcn_registry *registry, const struct tcn_roll_input *in,
                     struct tcn_roll_verdict *out_verdict) {
    TCN_CHECK(registry != NULL && in != NULL && in->change != NULL && in->position > 0);
    *out_verdict = (struct tcn_roll_verdict){.code = TCN_OK};
    struct judged judged = {
        .registry = registry,
        .in = in,
        .change = in->change,
        .actor = in->actor == 0 ? NULL : tcn_registry_find(registry, in->actor),
        .verdict = out_verdict,
    };
    out_verdict->code = judge(&judged);
    TCN_CHECK(out_verdict->code == TCN_OK || (!out_verdict->has_row && !out_verdict->has_key));
}

void tcn_roll_apply(struct tcn_roll *roll, const struct tcn_roll_verdict *verdict,
                    uint64_t position) {
    struct tcn_registry *registry = &roll->registry;
    TCN_CHECK(verdict->code == TCN_OK && position > registry->version);
    if (verdict->has_row) {
        const struct tcn_principal *found = tcn_registry_find(registry, verdict->row.id);
        uint32_t index = registry->principal_count;
        if (found != NULL) {
            index = (uint32_t)(found - registry->principals);
        } else {
            TCN_CHECK(index < TCN_PRINCIPALS_MAX);
            registry->principal_count++;
        }
        TCN_CHECK(index == 0 || roll->rows[index - 1].id < verdict->row.id);
        roll->rows[index] = verdict->row;
    }
    if (verdict->has_key) {
        TCN_CHECK(registry->organ_key_count < TCN_ORGAN_KEYS_MAX);
        roll->keys[registry->organ_key_count] = verdict->organ_key;
        registry->organ_key_count++;
    }
    if (verdict->has_successor) {
        TCN_CHECK(registry->keys.count < TCN_SUCCESSORS_MAX);
        roll->links[registry->keys.count] = verdict->successor;
        registry->keys.count++;
        registry->keys.log_id = verdict->log_id;
    }
    registry->version = position;
}
