/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fixed keys, and one exchange made with them: an office says HELLO, is welcomed, sends a chunk of
 * two events, one of them with a sealed part, and gets its receipt. The sealed part is made here
 * step by step from libsodium's own functions, as PROTOCOL.md section 6 says and with a fixed key
 * where crypto_box_seal would take a random one; that lib/seal opens it is a test. The keys are
 * everybody's and good for nothing else. Single-threaded.
 */
#ifndef TESTS_WIRE_GOLDEN_WORLD_H
#define TESTS_WIRE_GOLDEN_WORLD_H

#include "all.h"

#include "seal/box.h"
#include "seal/hash.h"
#include "seal/key.h"
#include "seal/sign.h"
#include "seal/tree.h"

#include <sodium.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define WORLD_BYTES (256 * 1024)
#define WORLD_SOURCE 30u
#define WORLD_EPOCH UINT64_C(0xe9e9e9e9e9e9e9e9)
#define WORLD_SESSION UINT64_C(0x5e5e5e5e5e5e5e5e)
#define WORLD_RECIPIENT 12u /* the organ that the sealed part is for */
#define WORLD_LEAVES 3u     /* of the group commit; ours is the second */

static const char world_text[] = "The wall of the village school leans over the path.";

/** Everything that was made. Slices lend from `room`. */
struct world {
    uint8_t room[WORLD_BYTES];
    struct tcn_writer writer;
    struct tcn_key_set office;
    struct tcn_signing_key collector;
    struct tcn_signing_key root;
    struct tcn_seal_key recipient;
    struct tcn_id log_id;
    struct tcn_share share;
    struct tcn_slice opens[2];
    struct tcn_slice sealed; /**< of the first event */
    struct tcn_slice hello;
    struct tcn_slice hello_signature;
    struct tcn_slice welcome;
    struct tcn_slice welcome_signature;
    struct tcn_slice head;
    struct tcn_slice head_signature;
    struct tcn_slice body;
    struct tcn_slice shares;
    struct tcn_hash chunk_hash;
    struct tcn_receipt receipt;
    struct tcn_slice ack;
    struct tcn_slice headers[4]; /**< of HELLO, WELCOME, CHUNK, ACK */
};

static inline struct tcn_lane_key world_lane(void) {
    return (struct tcn_lane_key){
        .source = WORLD_SOURCE, .epoch = WORLD_EPOCH, .lane = TCN_LANE_ROUTINE};
}

/** 32 bytes, all the same: secrets and seeds of this world. */
static inline void world_fill(uint8_t out_bytes[32], uint8_t byte) {
    memset(out_bytes, byte, 32);
}

static inline void world_signing_key(uint8_t byte, struct tcn_signing_key *out_key) {
    uint8_t seed[TCN_SIGNING_SEED_BYTES];
    world_fill(seed, byte);
    tcn_signing_key_from_seed(seed, out_key);
}

static inline void world_x25519(uint8_t byte, uint8_t out_secret[32],
                                struct tcn_public_key *out_public) {
    world_fill(out_secret, byte);
    assert_int_equal(crypto_scalarmult_base(out_public->bytes, out_secret), 0);
}

static inline void world_keys(struct world *world) {
    struct tcn_key_set *office = &world->office;
    *office =
        (struct tcn_key_set){.name = "office_qinglong", .has_secrets = true, .has_seal = true};
    world_x25519(0x21, office->transport.secret, &office->transport.public_key);
    world_signing_key(0x22, &office->signing);
    world_x25519(0x23, office->seal.secret, &office->seal.public_key);
    world_signing_key(0x11, &world->collector);
    world_signing_key(0x01, &world->root);
    world_x25519(0x33, world->recipient.secret, &world->recipient.public_key);
    memset(world->share.bytes, 0x44, sizeof(world->share.bytes));
    world->log_id = (struct tcn_id){{0x01, 0x9a, 0xb0, 0xc1, 0xd2, 0xe3, 0x70, 0x01, 0x80, 0x02,
                                     0x03, 0x04, 0x05, 0x06, 0x07, 0x08}};
}

/** The bytes between two places of the writer, kept. */
static inline struct tcn_slice world_keep(struct world *world, const void *data, size_t size) {
    size_t start = world->writer.offset;
    tcn_write_bytes(&world->writer, data, size);
    assert_false(world->writer.overflowed);
    return tcn_slice_of(world->room + start, size);
}

static inline struct tcn_slice world_sign(struct world *world, const struct tcn_signing_key *key,
                                          const char *context, struct tcn_slice bytes) {
    struct tcn_signature signature;
    assert_int_equal(tcn_sign(key, context, bytes, &signature), TCN_OK);
    return world_keep(world, signature.bytes, sizeof(signature.bytes));
}

/** crypto_box_seal with a fixed key instead of a random one: that key's public half, then a box
 * under the nonce BLAKE2b(that key ‖ the recipient's). */
static inline struct tcn_slice world_wrap(struct world *world, const uint8_t half[32]) {
    uint8_t secret[32];
    struct tcn_public_key once;
    world_x25519(0x77, secret, &once);
    uint8_t nonce[crypto_box_NONCEBYTES];
    crypto_generichash_state hasher;
    (void)crypto_generichash_init(&hasher, NULL, 0, sizeof(nonce));
    (void)crypto_generichash_update(&hasher, once.bytes, sizeof(once.bytes));
    (void)crypto_generichash_update(&hasher, world->recipient.public_key.bytes, 32);
    (void)crypto_generichash_final(&hasher, nonce, sizeof(nonce));
    uint8_t wrap[TCN_WRAP_BYTES];
    memcpy(wrap, once.bytes, sizeof(once.bytes));
    assert_int_equal(
        crypto_box_easy(wrap + 32, half, 32, nonce, world->recipient.public_key.bytes, secret), 0);
    return world_keep(world, wrap, sizeof(wrap));
}

/** The text of world_text, sealed for the recipient and bound to an open part. */
static inline void world_seal(struct world *world, struct tcn_slice open) {
    uint8_t half[32];
    uint8_t key[32];
    uint8_t plain[TCN_PAD_BYTES] = {0};
    uint8_t cipher[TCN_PAD_BYTES + TCN_TAG_BYTES];
    uint8_t nonce[TCN_NONCE_BYTES];
    uint8_t input[14 + 32 + 1] = "tocsin.seal.1";
    uint8_t bound[32 + 1];
    world_fill(half, 0x55);
    memset(nonce, 0x66, sizeof(nonce));
    memcpy(input + 14, world->share.bytes, 32);
    input[46] = TCN_COMPARTMENT_NARRATIVE;
    (void)crypto_generichash(key, sizeof(key), input, sizeof(input), half, sizeof(half));
    memcpy(plain, world_text, sizeof(world_text) - 1);
    plain[sizeof(world_text) - 1] = 0x80;
    struct tcn_hash open_hash = tcn_hash_of(open);
    memcpy(bound, open_hash.bytes, 32);
    bound[32] = TCN_COMPARTMENT_NARRATIVE;
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(cipher, NULL, plain, sizeof(plain), bound,
                                                     sizeof(bound), NULL, nonce, key);
    struct tcn_sealed sealed = {
        .format = TCN_SEALED_FORMAT,
        .commitment = tcn_share_commitment(&world->share),
        .compartments = {{.kind = TCN_COMPARTMENT_NARRATIVE,
                          .nonce = tcn_slice_of(nonce, sizeof(nonce)),
                          .ciphertext = tcn_slice_of(cipher, sizeof(cipher)),
                          .wraps = {{.organ = WORLD_RECIPIENT,
                                     .key_id = tcn_key_id_of(&world->recipient.public_key),
                                     .sealed = world_wrap(world, half)}},
                          .wrap_count = 1}},
        .compartment_count = 1,
    };
    assert_int_equal(tcn_wire_sealed_encode(&sealed, &world->writer, &world->sealed), TCN_OK);
}

/** Two reports, the first of a petition, the second of a road with a count and an attribute. */
static inline void world_events(struct world *world) {
    static const struct tcn_attribute depth = {
        .name = {(const uint8_t *)"depth_cm", 8}, .kind = TCN_ATTRIBUTE_NUMBER, .number = 40};
    struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_REPORTED,
        .mode = TCN_MODE_ACTUAL,
        .matter = world->log_id,
        .domain = tcn_slice_text("petition"),
        .division = tcn_slice_text("520502012000"),
        .office = tcn_slice_text("office_qinglong"),
        .occurred_ns = NOW_NS - INT64_C(3600000000000),
        .learned_ns = NOW_NS,
        .recorded_ns = NOW_NS + 1,
        .seen_position = 4,
        .severity = TCN_SEVERITY_SERIOUS,
        .concerns = TCN_CONCERNS_NOBODY,
        .body_kind = TCN_BODY_REPORT,
        .report = {.category = tcn_slice_text("31.6"), .channel = tcn_slice_text("counter")},
    };
    event.matter.bytes[15] = 0x11;
    assert_int_equal(tcn_wire_open_part_encode(&event, &world->writer, &world->opens[0]), TCN_OK);
    event.matter.bytes[15] = 0x12;
    event.domain = tcn_slice_text("road_traffic");
    event.severity = TCN_SEVERITY_ROUTINE;
    event.counts.at_risk = (struct tcn_count){TCN_COUNT_AT_LEAST, 20};
    event.attributes = &depth;
    event.attribute_count = 1;
    event.report.category = (struct tcn_slice){0};
    assert_int_equal(tcn_wire_open_part_encode(&event, &world->writer, &world->opens[1]), TCN_OK);
    world_seal(world, world->opens[0]);
}

static inline void world_hello(struct world *world) {
    const struct tcn_hello hello = {
        .format = TCN_HELLO_FORMAT,
        .log_id = world->log_id,
        .lane = world_lane(),
        .key_id = tcn_key_id_of(&world->office.signing.public_key),
        .bundle_version = 1,
        .said_ns = NOW_NS,
        .nonce = UINT64_C(0x4e4e4e4e4e4e4e4e),
    };
    struct tcn_welcome welcome = {
        .session = WORLD_SESSION,
        .log_id = world->log_id,
        .generation = 1,
        .credit_sequence = TCN_CREDIT_EVENTS,
        .credit_bytes = TCN_CREDIT_BYTES,
        .bundle_version = 1,
        .log_time_ns = NOW_NS + 1000,
    };
    assert_int_equal(tcn_wire_hello_encode(&hello, &world->writer, &world->hello), TCN_OK);
    world->hello_signature =
        world_sign(world, &world->office.signing, TCN_CONTEXT_HELLO, world->hello);
    welcome.hello_hash = tcn_hash_in_context(TCN_CONTEXT_HELLO, world->hello);
    assert_int_equal(tcn_wire_welcome_encode(&welcome, &world->writer, &world->welcome), TCN_OK);
    world->welcome_signature =
        world_sign(world, &world->collector, TCN_CONTEXT_WELCOME, world->welcome);
}

static inline void world_chunk(struct world *world) {
    struct tcn_slice events[2];
    const struct tcn_slice sealed[2] = {world->sealed, {0}};
    struct tcn_hash hashes[2];
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(
            tcn_wire_event_join(world->opens[i], sealed[i], &world->writer, &events[i]), TCN_OK);
        hashes[i] = tcn_hash_event(world->opens[i], sealed[i]);
    }
    const struct tcn_share_entry share = {.index = 0, .share = world->share};
    assert_int_equal(tcn_wire_chunk_body_join(events, 2, &world->writer, &world->body), TCN_OK);
    assert_int_equal(tcn_wire_shares_join(&share, 1, &world->writer, &world->shares), TCN_OK);
    const struct tcn_chunk_head head = {
        .format = TCN_CHUNK_FORMAT,
        .log_id = world->log_id,
        .lane = world_lane(),
        .first_sequence = 1,
        .count = 2,
        .mode = TCN_MODE_ACTUAL,
        .key_id = tcn_key_id_of(&world->office.signing.public_key),
        .body_hash = tcn_hash_body(hashes, 2),
        .shares_hash = tcn_hash_of(world->shares),
    };
    assert_int_equal(tcn_wire_chunk_head_encode(&head, &world->writer, &world->head), TCN_OK);
    world->head_signature =
        world_sign(world, &world->office.signing, TCN_CONTEXT_CHUNK, world->head);
    world->chunk_hash = tcn_hash_in_context(TCN_CONTEXT_CHUNK, world->head);
}

static inline void world_ack(struct world *world) {
    const struct tcn_receipt_body body = {
        .format = TCN_RECEIPT_FORMAT,
        .log_id = world->log_id,
        .generation = 1,
        .lane = world_lane(),
        .first_sequence = 1,
        .count = 2,
        .first_position = 6,
        .log_time_ns = NOW_NS + 2000,
        .chunk_hash = world->chunk_hash,
    };
    struct tcn_ack ack = {.receipt = {.leaf_index = 1, .leaf_count = WORLD_LEAVES},
                          .credit_sequence = 2 + TCN_CREDIT_EVENTS,
                          .credit_bytes = TCN_CREDIT_BYTES};
    assert_int_equal(tcn_wire_receipt_body_encode(&body, &world->writer, &ack.receipt.body),
                     TCN_OK);
    static struct tcn_tree tree;
    const struct tcn_hash leaves[WORLD_LEAVES] = {
        sample_hash(0xa0), tcn_tree_leaf(ack.receipt.body), sample_hash(0xa2)};
    tcn_tree_build(&tree, leaves, WORLD_LEAVES);
    const struct tcn_hash root = tcn_tree_root(&tree);
    ack.receipt.path_count = tcn_tree_path(&tree, 1, ack.receipt.path);
    ack.receipt.key_id = tcn_key_id_of(&world->collector.public_key);
    assert_int_equal(tcn_sign(&world->collector, TCN_CONTEXT_ROOT,
                              tcn_slice_of(root.bytes, sizeof(root.bytes)), &ack.receipt.signature),
                     TCN_OK);
    world->receipt = ack.receipt;
    assert_int_equal(tcn_wire_ack_encode(&ack, &world->writer, &world->ack), TCN_OK);
}

static inline void world_make(struct world *world) {
    static const struct tcn_header headers[] = {
        {TCN_WIRE_VERSION, TCN_KIND_HELLO, 0, 1, 0},
        {TCN_WIRE_VERSION, TCN_KIND_WELCOME, WORLD_SESSION, 1, 0},
        {TCN_WIRE_VERSION, TCN_KIND_CHUNK, WORLD_SESSION, 2, 0},
        {TCN_WIRE_VERSION, TCN_KIND_ACK, WORLD_SESSION, 2, 0},
    };
    memset(world, 0, sizeof(*world));
    world->writer = tcn_writer_init(world->room, sizeof(world->room));
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(tcn_wire_header_encode(&headers[i], &world->writer, &world->headers[i]),
                         TCN_OK);
    }
    world_keys(world);
    world_events(world);
    world_hello(world);
    world_chunk(world);
    world_ack(world);
}

#endif
