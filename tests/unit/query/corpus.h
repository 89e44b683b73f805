/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log of a district's year under the policy that is shipped: reports of every domain, complaints
 * with a list and without, acts of every kind by whoever, most of them void, and ticks. The same
 * seed gives the same log. One event a chunk, so that each can be asked about as it is folded. An
 * exercise, so that one feed speaks for all organs; three agents speak beside it. Single-threaded.
 */
#ifndef TCN_TESTS_UNIT_QUERY_CORPUS_H
#define TCN_TESTS_UNIT_QUERY_CORPUS_H

#include "../policy/shipped.h"
#include "model/procedure.h"
#include "query/chain.h"
#include "query/charter.h"
#include "seal/hash.h"
#include "seal/init.h"
#include "seal/sign.h"
#include "seal/tree.h"
#include "store/log.h"
#include "store/state.h"
#include "testlib/forge.h"
#include "wire/activation.h"
#include "wire/lane.h"
#include "wire/policy.h"
#include "wire/registry.h"

#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#define CORPUS_PATH_BYTES 256
#define CORPUS_MAP_BYTES (UINT64_C(256) * 1024 * 1024)
#define CORPUS_BEGIN_NS INT64_C(1772326800000000000) /* 2026-03-01 09:00 in China */
#define CORPUS_MATTERS_MAX 8192u
#define CORPUS_GROUP 256u

/** The log in the making. Open: tests read it; large, so on the heap. */
struct corpus {
    char base[CORPUS_PATH_BYTES];
    char log_dir[CORPUS_PATH_BYTES];
    struct tcn_forge forge;
    struct tcn_forge_chunk chunk;
    struct tcn_policy_source *source; /**< of the policy that is shipped */
    struct tcn_charter charter;
    struct tcn_log *log;
    struct tcn_log_reader *reader;
    uint64_t random;
    uint64_t position; /**< the last */
    uint64_t sequences[TCN_FORGE_WHO_MAX + 1];
    struct tcn_hash chained[TCN_FORGE_WHO_MAX + 1];
    struct tcn_hash tail;
    int64_t now_ns;
    uint64_t group_first;
    struct tcn_log_group group; /**< of the open one: what its receipts are made of */
    struct tcn_tree tree;
    uint32_t matter_count;
    bool guarded[CORPUS_MATTERS_MAX]; /**< that have a list, or should, by number */
    uint32_t
        reported[TCN_DOMAINS_MAX + 1]; /**< in the open, by domain; [domain_count]: unheard of */
};

/** The next number below `limit`, by xorshift. */
static inline uint32_t corpus_pick(struct corpus *corpus, uint32_t limit) {
    corpus->random ^= corpus->random << 13;
    corpus->random ^= corpus->random >> 7;
    corpus->random ^= corpus->random << 17;
    return (uint32_t)(corpus->random >> 16) % limit;
}

static inline const struct tcn_policy *corpus_policy(const struct corpus *corpus) {
    return tcn_policy_tables(corpus->source);
}

/** The record's leaf among those of its group. */
static inline void corpus_add_leaf(struct corpus *corpus, const struct tcn_record *record) {
    const struct tcn_receipt_body body = {.format = TCN_RECEIPT_FORMAT,
                                          .log_id = corpus->forge.log_id,
                                          .generation = record->generation,
                                          .lane = record->lane,
                                          .first_sequence = record->first_sequence,
                                          .count = record->count,
                                          .first_position = record->first_position,
                                          .log_time_ns = record->log_time_ns,
                                          .chunk_hash = record->chunk_hash};
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice leaf;
    assert_int_equal(tcn_wire_receipt_body_encode(&body, &writer, &leaf), TCN_OK);
    corpus->group.leaves[corpus->group.leaf_count] = tcn_tree_leaf(leaf);
    corpus->group.leaf_count++;
}

/** Ends what is open, so that readers see it. */
static inline void corpus_commit(struct corpus *corpus) {
    if (corpus->group_first == 0) {
        return;
    }
    const struct tcn_signing_key *key = &corpus->forge.keys[TCN_FORGE_COLLECTOR].signing;
    tcn_tree_build(&corpus->tree, corpus->group.leaves, corpus->group.leaf_count);
    const struct tcn_hash root = tcn_tree_root(&corpus->tree);
    corpus->group.key_id = tcn_key_id_of(&key->public_key);
    assert_int_equal(tcn_sign(key, TCN_CONTEXT_ROOT, tcn_slice_of(root.bytes, sizeof(root.bytes)),
                              &corpus->group.signature),
                     TCN_OK);
    assert_int_equal(tcn_log_group_put(corpus->log, &corpus->group), TCN_OK);
    assert_int_equal(tcn_log_group_commit(corpus->log), TCN_OK);
    corpus->group_first = 0;
}

static inline void corpus_append(struct corpus *corpus, struct tcn_record *record,
                                 uint64_t sequence_count) {
    if (corpus->group_first == 0) {
        assert_int_equal(tcn_log_group_begin(corpus->log), TCN_OK);
        corpus->group_first = corpus->position + 1;
        corpus->group.first_position = corpus->group_first;
        corpus->group.leaf_count = 0;
    }
    record->generation = 1;
    record->first_position = corpus->position + 1;
    record->count = 1;
    record->previous_hash = corpus->tail;
    record->group_first = corpus->group_first;
    assert_int_equal(tcn_log_append(corpus->log, record, sequence_count), TCN_OK);
    corpus_add_leaf(corpus, record);
    corpus->tail = tcn_record_hash(record);
    corpus->position++;
    if (record->kind == TCN_RECORD_POLICY) {
        assert_int_equal(tcn_log_change_put(corpus->log, corpus->position), TCN_OK);
    }
    if (corpus->position - corpus->group_first >= CORPUS_GROUP) {
        corpus_commit(corpus);
    }
}

/** Genesis with the policy that is shipped and the registry of the forge. */
static inline void corpus_found(struct corpus *corpus) {
    const size_t size = TCN_GENESIS_BYTES_MAX;
    uint8_t *data = malloc(2 * size);
    assert_non_null(data);
    struct tcn_writer writer = tcn_writer_init(data, size);
    struct tcn_writer whole = tcn_writer_init(data + size, size);
    struct tcn_slice bytes;
    struct tcn_signature signature;
    const struct tcn_registry registry = {
        .version = 1, .principals = corpus->forge.principals, .principal_count = TCN_FORGE_WHO_MAX};
    struct tcn_genesis genesis = {
        .format = TCN_GENESIS_FORMAT,
        .log_id = corpus->forge.log_id,
        .created_ns = CORPUS_BEGIN_NS,
        .mode = TCN_MODE_EXERCISE,
        .root_key = corpus->forge.root.public_key,
        .collector_key = corpus->forge.keys[TCN_FORGE_COLLECTOR].signing.public_key,
        .fold_version = TCN_FOLD_VERSION,
    };
    assert_int_equal(tcn_wire_registry_encode(&registry, &writer, &genesis.registry), TCN_OK);
    assert_int_equal(tcn_wire_policy_encode(corpus_policy(corpus), &writer, &genesis.policy),
                     TCN_OK);
    assert_int_equal(tcn_wire_genesis_encode(&genesis, &whole, &bytes), TCN_OK);
    assert_int_equal(tcn_sign(&corpus->forge.root, TCN_CONTEXT_GENESIS, bytes, &signature), TCN_OK);
    assert_int_equal(tcn_charter_init(&corpus->charter, bytes,
                                      tcn_slice_of(signature.bytes, sizeof(signature.bytes))),
                     TCN_OK);
    struct tcn_record record = {
        .kind = TCN_RECORD_GENESIS,
        .log_time_ns = CORPUS_BEGIN_NS,
        .chunk_hash = corpus->charter.hash,
        .chunk = {.head = corpus->charter.bytes,
                  .signature = tcn_slice_of(corpus->charter.signature.bytes,
                                            sizeof(corpus->charter.signature.bytes))}};
    corpus_append(corpus, &record, 0);
    free(data);
}

/** Logs one event of a principal, a minute to three hours behind the one before. */
static inline void corpus_log(struct corpus *corpus, enum tcn_forge_who who,
                              const struct tcn_event *event) {
    struct tcn_forge_chunk *chunk = &corpus->chunk;
    const uint64_t sequence = ++corpus->sequences[who];
    tcn_forge_chunk_begin(chunk, &corpus->forge, who, sequence,
                          sequence > 1 ? &corpus->chained[who] : NULL);
    tcn_forge_chunk_event(chunk, event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(chunk, &corpus->forge, who);
    corpus->chained[who] = chunk->hash;
    struct tcn_record record = {
        .kind = who == TCN_FORGE_COLLECTOR ? TCN_RECORD_OWN : TCN_RECORD_CHUNK,
        .log_time_ns = corpus->now_ns,
        .chunk_hash = chunk->hash,
        .lane = chunk->head.lane,
        .first_sequence = sequence,
        .principal = (uint32_t)who,
        .chunk = chunk->chunk,
    };
    if (who == TCN_FORGE_COLLECTOR) {
        record.lane.source = 0;
        record.principal = 0;
    }
    corpus_append(corpus, &record, 1);
}

/** Logs an activation. Nothing reads its signature. */
static inline void corpus_activate(struct corpus *corpus, uint64_t replaces,
                                   const struct tcn_policy *policy, bool restates) {
    uint8_t *data = malloc(TCN_POLICY_BYTES_MAX);
    uint8_t head_data[TCN_ACTIVATION_BYTES_MAX];
    struct tcn_slice body;
    struct tcn_slice head;
    assert_non_null(data);
    struct tcn_writer writer = tcn_writer_init(data, TCN_POLICY_BYTES_MAX);
    assert_int_equal(tcn_wire_policy_encode(policy, &writer, &body), TCN_OK);
    const struct tcn_activation word = {.format = TCN_ACTIVATION_FORMAT,
                                        .log_id = corpus->forge.log_id,
                                        .mode = TCN_MODE_EXERCISE,
                                        .principal = TCN_FORGE_ADMIN,
                                        .said_ns = corpus->now_ns,
                                        .replaces = replaces,
                                        .version = policy->version,
                                        .fold_version = TCN_FOLD_VERSION,
                                        .restates = restates,
                                        .policy_size = (uint32_t)body.size,
                                        .policy_hash = tcn_hash_of(body)};
    writer = tcn_writer_init(head_data, sizeof(head_data));
    assert_int_equal(tcn_wire_activation_encode(&word, &writer, &head), TCN_OK);
    struct tcn_record record = {.kind = TCN_RECORD_POLICY,
                                .log_time_ns = corpus->now_ns,
                                .principal = TCN_FORGE_ADMIN,
                                .chunk = {.head = head, .body = body}};
    record.chunk_hash = tcn_record_content_hash(record.kind, head);
    corpus_append(corpus, &record, 0);
    free(data);
}

static inline struct tcn_id corpus_matter(uint32_t number) {
    struct tcn_id id = {{0x01, 0x9c}};
    struct tcn_writer writer = tcn_writer_init(id.bytes + 8, 8);
    tcn_write_u64(&writer, (uint64_t)number + 1);
    return id;
}

/** Whether a matter of the corpus is kept apart. */
static inline bool corpus_is_guarded(const struct corpus *corpus, const struct tcn_id *id) {
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(id->bytes + 8, 8));
    const uint64_t number = tcn_read_u64(&reader);
    return number > 0 && number <= corpus->matter_count && corpus->guarded[number - 1];
}

/** A first report in a domain of the policy, or in none; some have a list, some should have. */
static inline struct tcn_event corpus_report(struct corpus *corpus, char division[16]) {
    const struct tcn_policy *policy = corpus_policy(corpus);
    const uint32_t domain = corpus_pick(corpus, policy->domain_count + 1);
    const struct tcn_division *place =
        &policy->divisions[corpus_pick(corpus, policy->division_count)];
    const struct tcn_organ *office = tcn_policy_organ(policy, place->office);
    const uint32_t concerns = corpus_pick(corpus, 20);
    struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_REPORTED,
        .mode = TCN_MODE_EXERCISE,
        .matter = corpus_matter(corpus->matter_count),
        .office = tcn_slice_text(office != NULL ? office->id : "office_qinglong"),
        .learned_ns = corpus->now_ns - INT64_C(600000000000),
        .recorded_ns = corpus->now_ns - INT64_C(60000000000),
        .severity = (enum tcn_severity)(1 + corpus_pick(corpus, 4)),
        .concerns = TCN_CONCERNS_NOBODY,
        .body_kind = TCN_BODY_REPORT,
    };
    corpus->matter_count++;
    (void)snprintf(division, 16, "%012" PRIu64, place->code);
    event.domain =
        tcn_slice_text(domain < policy->domain_count ? policy->domains[domain].id : "unheard_of");
    event.division = tcn_slice_of(division, 12);
    if (concerns < 2) { /* of a unit, or nobody knows: it names neither domain nor place */
        event.concerns = concerns == 0 ? TCN_CONCERNS_UNIT : TCN_CONCERNS_UNKNOWN;
        event.domain = (struct tcn_slice){0};
        event.division = (struct tcn_slice){0};
        event.guard_organs[0] = 25; /* discipline */
        event.guard_organ_count = concerns == 0 ? 1 : 0;
    }
    corpus->reported[domain] += concerns < 2 ? 0 : 1;
    corpus->guarded[corpus->matter_count - 1] = concerns < 2;
    if (corpus_pick(corpus, 6) == 0) {
        event.counts.deaths = (struct tcn_count){TCN_COUNT_EXACT, (int64_t)corpus_pick(corpus, 4)};
    }
    return event;
}

/** An act on an earlier matter, by an organ of the policy. */
static inline struct tcn_event corpus_act(struct corpus *corpus) {
    static const enum tcn_act acts[] = {
        TCN_ACT_ACCEPTED,     TCN_ACT_ACCEPTED, TCN_ACT_ACCEPTED,        TCN_ACT_ACKNOWLEDGED,
        TCN_ACT_REPLIED,      TCN_ACT_REPLIED,  TCN_ACT_CLOSED,          TCN_ACT_TRANSFERRED,
        TCN_ACT_OBJECTED,     TCN_ACT_EXTENDED, TCN_ACT_PETITIONER_TOLD, TCN_ACT_REOPENED,
        TCN_ACT_RECLASSIFIED, TCN_ACT_RELEASED, TCN_ACT_FOLLOWED_UP,     TCN_ACT_LEGAL_HOLD,
        TCN_ACT_REVIEW_ASKED, TCN_ACT_CORRECTED};
    const struct tcn_policy *policy = corpus_policy(corpus);
    const uint32_t back =
        corpus_pick(corpus, corpus->matter_count < 200 ? corpus->matter_count : 200);
    const struct tcn_organ *actor = &policy->organs[corpus_pick(corpus, policy->organ_count)];
    const struct tcn_organ *to = &policy->organs[corpus_pick(corpus, policy->organ_count)];
    const uint32_t domain = corpus_pick(corpus, policy->domain_count);
    struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = acts[corpus_pick(corpus, COUNT_OF(acts))],
        .mode = TCN_MODE_EXERCISE,
        .matter = corpus_matter(corpus->matter_count - 1 - back),
        .office = tcn_slice_text(actor->id),
        .learned_ns = corpus->now_ns,
        .recorded_ns = corpus->now_ns,
        .severity = TCN_SEVERITY_ROUTINE,
        .body_kind = TCN_BODY_ACT,
        .act_body = {.to_organ = tcn_slice_text(to->id),
                     .reason = tcn_slice_text("reason"),
                     .how = tcn_slice_text("phone"),
                     .post = tcn_slice_text("duty_officer"),
                     .until_ns = corpus->now_ns + INT64_C(2592000000000000)},
    };
    if (event.act == TCN_ACT_RECLASSIFIED || event.act == TCN_ACT_RELEASED) {
        event.domain = tcn_slice_text(policy->domains[domain].id);
    }
    return event;
}

/** The collector's word that a watcher of some organ has its alerts up to a number. */
static inline struct tcn_event corpus_delivery(struct corpus *corpus) {
    const struct tcn_policy *policy = corpus_policy(corpus);
    const uint16_t organ = policy->organs[corpus_pick(corpus, policy->organ_count)].number;
    return (struct tcn_event){.format = TCN_EVENT_FORMAT,
                              .act = TCN_ACT_DELIVERED,
                              .mode = TCN_MODE_EXERCISE,
                              .body_kind = TCN_BODY_DELIVERED,
                              .delivered = {.name = tcn_slice_text("day"),
                                            .principal = TCN_FORGE_AUDITOR,
                                            .stream = {TCN_MODE_EXERCISE, organ},
                                            .number = 1 + corpus_pick(corpus, 400),
                                            .generation = 1}};
}

/** Logs so many events more. */
static inline void corpus_fill(struct corpus *corpus, uint32_t count) {
    static const enum tcn_forge_who agents[] = {TCN_FORGE_AGENT_A, TCN_FORGE_AGENT_SAFETY,
                                                TCN_FORGE_AGENT_DESK};
    const uint64_t until = corpus->position + count;
    while (corpus->position < until) {
        char division[16];
        const uint32_t what = corpus_pick(corpus, 100);
        const bool is_report =
            corpus->matter_count == 0 || (what < 35 && corpus->matter_count < CORPUS_MATTERS_MAX);
        enum tcn_forge_who who = TCN_FORGE_FEED;
        struct tcn_event event;
        corpus->now_ns += INT64_C(60000000000) * (1 + corpus_pick(corpus, 120));
        if (is_report) {
            event = corpus_report(corpus, division);
        } else if (what >= 97) {
            event = corpus_delivery(corpus);
            who = TCN_FORGE_COLLECTOR;
        } else if (what < 95) {
            event = corpus_act(corpus);
            who = what < 55 ? agents[corpus_pick(corpus, 3)] : who;
        } else {
            event = (struct tcn_event){.format = TCN_EVENT_FORMAT,
                                       .act = TCN_ACT_TICK,
                                       .mode = TCN_MODE_EXERCISE,
                                       .body_kind = TCN_BODY_NONE};
            who = TCN_FORGE_COLLECTOR;
        }
        corpus_log(corpus, who, &event);
    }
    corpus_commit(corpus);
}

/** A log with genesis alone. */
static inline struct corpus *corpus_make(uint64_t seed) {
    struct corpus *corpus = calloc(1, sizeof(*corpus));
    assert_non_null(corpus);
    void *source = NULL;
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(shipped_read(&source), 0);
    corpus->source = source;
    corpus->random = seed;
    corpus->now_ns = CORPUS_BEGIN_NS;
    (void)snprintf(corpus->base, sizeof(corpus->base), "corpus-XXXXXX");
    assert_non_null(mkdtemp(corpus->base));
    (void)snprintf(corpus->log_dir, sizeof(corpus->log_dir), "%.100s/log", corpus->base);
    tcn_forge_init(&corpus->forge, TCN_MODE_EXERCISE);
    const struct tcn_store_options options = {.dir = corpus->log_dir,
                                              .map_bytes = CORPUS_MAP_BYTES};
    assert_int_equal(tcn_log_open(&options, &corpus->log), TCN_OK);
    corpus_found(corpus);
    assert_int_equal(tcn_log_reader_open(corpus->log, &corpus->reader), TCN_OK);
    return corpus;
}

static inline void corpus_remove(struct corpus **corpus) {
    char path[CORPUS_PATH_BYTES + 16];
    static const char *const files[] = {"data.mdb", "lock.mdb", "LOCK"};
    tcn_log_reader_close(&(*corpus)->reader);
    tcn_log_close(&(*corpus)->log);
    tcn_charter_fini(&(*corpus)->charter);
    tcn_policy_destroy(&(*corpus)->source);
    for (size_t i = 1; i <= TCN_FORGE_WHO_MAX; i++) {
        tcn_key_set_fini(&(*corpus)->forge.keys[i]);
    }
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", (*corpus)->log_dir, files[i]);
        (void)unlink(path);
    }
    (void)rmdir((*corpus)->log_dir);
    assert_int_equal(rmdir((*corpus)->base), 0);
    free(*corpus);
    *corpus = NULL;
}

#endif
