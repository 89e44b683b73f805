/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frozen formats: every message, every signed or stored structure, byte for byte as it lies in
 * proto/golden, and the exchange that PROTOCOL.md shows. `TOCSIN_GOLDEN_WRITE=DIR` writes the files
 * to DIR, and the exchange into DIR/../PROTOCOL.md when that is there, instead of comparing.
 * ctest-uses: proto seal store client
 */
#include "golden.h"
#include "golden_journal.h"
#include "golden_store.h"
#include "golden_world.h"

#include "client/setup_file.h"
#include "seal/init.h"
#include "seal/told.h"

#include <sys/stat.h>
#include <unistd.h>

#define ROOM_BYTES (64 * 1024)
#define ARENA_BYTES (1024 * 1024)
#define FILES                                                                                      \
    "genesis", "bundle", "log_head", "checkpoint", "journal", "office_qinglong.key",               \
        "office_qinglong.pub"

/** What all tests of this file share. */
static struct {
    struct world world;
    struct golden_seen seen;
    char dir[64];
    uint8_t room[ROOM_BYTES];
    struct tcn_arena arena;
} shared;

/** A noun's message type and its place in the contract. */
struct type {
    const char *noun;
    const ProtobufCMessageDescriptor *descriptor;
    const char *file;
};

#define TYPE(noun_, message_, file_)                                                               \
    { #noun_, PB(message_), "proto/" file_ ".proto" }

static const struct type types[] = {
    TYPE(header, header, "frame"),
    TYPE(stamp, stamp, "frame"),
    TYPE(event, event, "event"),
    TYPE(open_part, open_part, "event"),
    TYPE(sealed, sealed, "event"),
    TYPE(chunk_head, chunk_head, "chunk"),
    TYPE(chunk_body, chunk_body, "chunk"),
    TYPE(shares, shares, "chunk"),
    TYPE(hello, hello, "chunk"),
    TYPE(welcome, welcome, "chunk"),
    TYPE(receipt_body, receipt_body, "chunk"),
    TYPE(receipt, receipt, "chunk"),
    TYPE(ack, ack, "chunk"),
    TYPE(refuse, refuse, "chunk"),
    TYPE(again, again, "chunk"),
    TYPE(session_ask, session_ask, "feed"),
    TYPE(session_given, session, "feed"),
    TYPE(open, open, "feed"),
    TYPE(opened, opened, "feed"),
    TYPE(fetch, fetch, "feed"),
    TYPE(gap, gap, "feed"),
    TYPE(reset, reset, "feed"),
    TYPE(head, head, "feed"),
    TYPE(replay, replay, "feed"),
    TYPE(end, end, "feed"),
    TYPE(alert, alert, "feed"),
    TYPE(item, item, "feed"),
    TYPE(items, items, "feed"),
    TYPE(query, ask, "query"),
    TYPE(answer, answer, "query"),
    TYPE(principal, principal, "regime"),
    TYPE(registry, registry, "regime"),
    TYPE(genesis, genesis, "regime"),
    TYPE(bundle, bundle, "regime"),
    TYPE(policy, policy, "regime"),
    TYPE(enrol, enrol, "regime"),
    TYPE(enrolled, enrolled, "regime"),
    TYPE(log_head, log_head, "chunk"),
    TYPE(checkpoint, checkpoint, "regime"),
    TYPE(keys, keys, "regime"),
    TYPE(activation, activation, "chunk"),
};

_Static_assert(sizeof(types) / sizeof(types[0]) == NOUN_COUNT, "a type for every noun");

static size_t noun_index(const char *name) {
    for (size_t i = 0; i < NOUN_COUNT; i++) {
        if (strcmp(nouns[i].name, name) == 0) {
            assert_string_equal(makers[i].name, name);
            assert_string_equal(types[i].noun, name);
            return i;
        }
    }
    fail_msg("no noun %s", name);
    return 0;
}

/** Genesis and bundle carry real tables here, where the samples have a word in their place. */
static enum tcn_status make_charter(bool is_genesis, struct tcn_writer *writer,
                                    struct tcn_slice *out_bytes) {
    struct tcn_registry registry = sample_registry();
    const struct tcn_policy policy = sample_policy();
    struct tcn_genesis genesis = sample_genesis();
    struct tcn_bundle bundle = sample_bundle();
    registry.keys = (struct tcn_keys){.count = 0}; /* a log begins with one key */
    enum tcn_status status = tcn_wire_registry_encode(&registry, writer, &genesis.registry);
    if (status == TCN_OK) {
        status = tcn_wire_policy_encode(&policy, writer, &genesis.policy);
    }
    if (status != TCN_OK) {
        return status;
    }
    bundle.policy = genesis.policy;
    genesis.root_key = shared.world.root.public_key;
    genesis.collector_key = shared.world.collector.public_key;
    bundle.collector_key = shared.world.collector.public_key;
    return is_genesis ? tcn_wire_genesis_encode(&genesis, writer, out_bytes)
                      : tcn_wire_bundle_encode(&bundle, writer, out_bytes);
}

/** Items and events carry the world's event here, where the samples have a word. */
static enum tcn_status make_real_items(struct tcn_writer *writer, uint32_t count,
                                       struct tcn_slice *out_bytes) {
    struct tcn_item item = sample_item(1);
    struct tcn_wire_items items = tcn_wire_items_begin(writer);
    item.open = shared.world.opens[0];
    item.sealed = shared.world.sealed;
    item.share = tcn_slice_of(shared.world.share.bytes, TCN_SHARE_BYTES);
    if (count == 1) {
        return tcn_wire_item_encode(&item, writer, out_bytes);
    }
    enum tcn_status status = tcn_wire_items_add(&items, &item);
    item = (struct tcn_item){.position = 2, .open = shared.world.opens[1]};
    if (status == TCN_OK) {
        status = tcn_wire_items_add(&items, &item);
    }
    item = sample_fired_item(3);
    if (status == TCN_OK) {
        status = tcn_wire_items_add(&items, &item);
    }
    *out_bytes = tcn_wire_items_finish(&items);
    return status;
}

/** The golden bytes of a noun. */
static struct tcn_slice make(const char *name, struct tcn_writer *writer) {
    const struct world *world = &shared.world;
    struct recoded made = {.status = TCN_OK};
    if (strcmp(name, "genesis") == 0 || strcmp(name, "bundle") == 0) {
        made.status = make_charter(strcmp(name, "genesis") == 0, writer, &made.bytes);
    } else if (strcmp(name, "item") == 0 || strcmp(name, "items") == 0) {
        made.status = make_real_items(writer, strcmp(name, "item") == 0 ? 1 : 2, &made.bytes);
    } else if (strcmp(name, "event") == 0) {
        made.status = tcn_wire_event_join(world->opens[0], world->sealed, writer, &made.bytes);
    } else if (strcmp(name, "chunk_body") == 0) {
        made.bytes = world->body;
    } else if (strcmp(name, "receipt") == 0) {
        made.status = tcn_wire_receipt_encode(&world->receipt, writer, &made.bytes);
    } else {
        makers[noun_index(name)].make(writer, &made);
    }
    if (made.status != TCN_OK) {
        fail_msg("%s: %s", name, tcn_status_name(made.status));
    }
    return made.bytes;
}

/** Decoded and encoded again, the bytes are the same. */
static void assert_same_again(const char *name, struct tcn_slice bytes) {
    static uint8_t room[ROOM_BYTES];
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    struct recoded again = {.status = TCN_OK};
    tcn_arena_reset(&shared.arena);
    nouns[noun_index(name)].recode(bytes, &shared.arena, &writer, &again);
    if (again.status != TCN_OK || !tcn_slice_equals(again.bytes, bytes)) {
        fail_msg("%s does not decode again to the same: %s", name, tcn_status_name(again.status));
    }
}

static void check_noun(const char *file, const char *noun, struct tcn_slice bytes) {
    static struct golden golden;
    const struct type *type = &types[noun_index(noun)];
    golden_add(golden_begin(&golden, type->file, "%s", file), noun, bytes, type->descriptor, NULL);
    golden_check(&golden, &shared.seen);
    assert_same_again(noun, bytes);
}

static void every_structure_is_as_it_was_frozen(void **state) {
    (void)state;
    for (size_t i = 0; i < NOUN_COUNT; i++) {
        struct tcn_writer writer = tcn_writer_init(shared.room, sizeof(shared.room));
        check_noun(nouns[i].name, nouns[i].name, make(nouns[i].name, &writer));
    }
    golden_verdict(&shared.seen);
}

static void an_open_part_with_each_body_is_as_it_was_frozen(void **state) {
    (void)state;
    static const struct {
        enum tcn_body_kind kind;
        const char *file;
    } bodies[] = {
        {TCN_BODY_NONE, "open_part.none"},         {TCN_BODY_REPORT, "open_part.report"},
        {TCN_BODY_VOID, "open_part.void"},         {TCN_BODY_DELIVERED, "open_part.delivered"},
        {TCN_BODY_EPOCH, "open_part.epoch"},       {TCN_BODY_REGISTRY, "open_part.registry"},
        {TCN_BODY_OBSERVED, "open_part.observed"}, {TCN_BODY_ZERO, "open_part.zero"},
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct tcn_writer writer = tcn_writer_init(shared.room, sizeof(shared.room));
        struct tcn_slice bytes;
        const struct tcn_event event = sample_event(bodies[i].kind);
        assert_int_equal(tcn_wire_open_part_encode(&event, &writer, &bytes), TCN_OK);
        check_noun(bodies[i].file, "open_part", bytes);
    }
    golden_verdict(&shared.seen);
}

/** A kind of message: the noun behind its header, and the context of its signature. */
struct message {
    enum tcn_kind kind;
    const char *noun;    /**< NULL: the header is all */
    const char *context; /**< NULL: not signed */
};

/* HELLO, WELCOME, CHUNK and ACK are those of the exchange. */
static const struct message messages[] = {
    {TCN_KIND_REFUSE, "refuse", TCN_CONTEXT_REFUSE},
    {TCN_KIND_AGAIN, "again", TCN_CONTEXT_AGAIN},
    {TCN_KIND_BUNDLE_ASK, NULL, NULL},
    {TCN_KIND_BUNDLE, "bundle", TCN_CONTEXT_BUNDLE},
    {TCN_KIND_ENROL, "enrol", NULL},
    {TCN_KIND_ENROLLED, "enrolled", TCN_CONTEXT_ENROLLED},
    {TCN_KIND_SESSION_ASK, "session_ask", NULL},
    {TCN_KIND_SESSION, "session_given", TCN_CONTEXT_SESSION},
    {TCN_KIND_OPEN, "open", TCN_CONTEXT_ASKED},
    {TCN_KIND_OPENED, "opened", TCN_CONTEXT_TOLD},
    {TCN_KIND_FETCH, "fetch", NULL},
    {TCN_KIND_ITEMS, "items", TCN_CONTEXT_TOLD},
    {TCN_KIND_GAP, "gap", TCN_CONTEXT_TOLD},
    {TCN_KIND_RESET, "reset", TCN_CONTEXT_TOLD},
    {TCN_KIND_HEAD, "head", TCN_CONTEXT_TOLD},
    {TCN_KIND_MOVE, "fetch", TCN_CONTEXT_ASKED},
    {TCN_KIND_CLOSE, NULL, NULL},
    {TCN_KIND_REPLAY, "replay", TCN_CONTEXT_ASKED},
    {TCN_KIND_REPLAY_FETCH, "fetch", NULL},
    {TCN_KIND_REPLAY_ITEMS, "items", TCN_CONTEXT_TOLD},
    {TCN_KIND_END, "end", TCN_CONTEXT_TOLD},
    {TCN_KIND_CANCEL, NULL, NULL},
    {TCN_KIND_ASK, "query", TCN_CONTEXT_ASKED},
    {TCN_KIND_ANSWER, "answer", TCN_CONTEXT_TOLD},
    {TCN_KIND_ERROR, "refuse", NULL},
    {TCN_KIND_READY, "registry", TCN_CONTEXT_REGISTRY},
    {TCN_KIND_GONE, NULL, NULL},
};

#define MESSAGE_RECIPE "proto/PROTOCOL.md section 3"

static void add_noun(struct golden *golden, const char *noun, struct tcn_slice bytes) {
    const struct type *type = &types[noun_index(noun)];
    golden_add(golden, noun, bytes, type->descriptor, NULL);
    assert_same_again(noun, bytes);
}

/** Only what is refused for ever is signed. */
static struct tcn_slice make_refusal_for_ever(struct tcn_writer *writer) {
    struct tcn_refuse refuse = sample_refuse();
    struct tcn_slice bytes;
    refuse.is_later = false;
    refuse.code = 0;
    assert_int_equal(tcn_wire_refuse_encode(&refuse, writer, &bytes), TCN_OK);
    return bytes;
}

/** The session in which all of these messages are: that of message.session. */
static struct tcn_hash session_hash(void) {
    static uint8_t room[256];
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    return tcn_hash_in_context(TCN_CONTEXT_SESSION, make("session_given", &writer));
}

/** Signs a message as its kind is signed: in its session, or for its body alone. */
static struct tcn_signature sign_message(const struct message *message, struct tcn_slice header,
                                         struct tcn_slice body) {
    const struct tcn_hash session = session_hash();
    const struct tcn_told told = {.session = &session, .header = header, .body = body};
    bool is_asked = tcn_kind_is_asked(message->kind);
    const struct tcn_signing_key *key =
        is_asked ? &shared.world.office.signing : &shared.world.collector;
    struct tcn_signature signature;
    if (is_asked || tcn_kind_is_told(message->kind)) {
        assert_int_equal(tcn_told_sign(key, message->context, &told, &signature), TCN_OK);
        assert_int_equal(tcn_told_verify(&key->public_key, message->context, &told,
                                         tcn_slice_of(signature.bytes, sizeof(signature.bytes))),
                         TCN_OK);
        return signature;
    }
    assert_int_equal(tcn_sign(key, message->context, body, &signature), TCN_OK);
    assert_int_equal(tcn_verify(&key->public_key, message->context, body, &signature), TCN_OK);
    return signature;
}

static void make_message(const struct message *message, struct tcn_writer *writer,
                         struct golden *out_golden) {
    const struct tcn_header header = {TCN_WIRE_VERSION, message->kind, WORLD_SESSION,
                                      UINT64_C(1) << 40, tcn_kind_is_told(message->kind) ? 3 : 0};
    struct tcn_slice head;
    struct tcn_slice bytes;
    (void)golden_begin(out_golden, MESSAGE_RECIPE, "message.%s", tcn_kind_name(message->kind));
    assert_int_equal(tcn_wire_header_encode(&header, writer, &head), TCN_OK);
    add_noun(out_golden, "header", head);
    if (message->noun == NULL) {
        return;
    }
    bytes = message->kind == TCN_KIND_REFUSE ? make_refusal_for_ever(writer)
                                             : make(message->noun, writer);
    add_noun(out_golden, message->noun, bytes);
    if (message->context != NULL) {
        const struct tcn_signature signature = sign_message(message, head, bytes);
        size_t start = writer->offset;
        tcn_write_bytes(writer, signature.bytes, sizeof(signature.bytes));
        golden_add(out_golden, "signature", tcn_slice_of(writer->data + start, 64), NULL, NULL);
    }
}

/** The four messages of the exchange. */
static void make_exchange(struct golden out_golden[4]) {
    const struct world *world = &shared.world;
    static const char *const words[] = {"hello", "welcome", "chunk", "ack"};
    for (size_t i = 0; i < 4; i++) {
        (void)golden_begin(&out_golden[i], MESSAGE_RECIPE, "message.%s", words[i]);
        add_noun(&out_golden[i], "header", world->headers[i]);
    }
    add_noun(&out_golden[0], "hello", world->hello);
    golden_add(&out_golden[0], "signature", world->hello_signature, NULL, NULL);
    add_noun(&out_golden[1], "welcome", world->welcome);
    golden_add(&out_golden[1], "signature", world->welcome_signature, NULL, NULL);
    add_noun(&out_golden[2], "chunk_head", world->head);
    golden_add(&out_golden[2], "signature", world->head_signature, NULL, NULL);
    add_noun(&out_golden[2], "chunk_body", world->body);
    add_noun(&out_golden[2], "shares", world->shares);
    add_noun(&out_golden[3], "ack", world->ack);
}

static void every_message_is_as_it_was_frozen(void **state) {
    (void)state;
    static struct golden golden;
    static struct golden exchange[4];
    uint32_t kind_count = 4;
    make_exchange(exchange);
    for (size_t i = 0; i < 4; i++) {
        golden_check(&exchange[i], &shared.seen);
    }
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        struct tcn_writer writer = tcn_writer_init(shared.room, sizeof(shared.room));
        make_message(&messages[i], &writer, &golden);
        golden_check(&golden, &shared.seen);
        kind_count++;
    }
#define COUNT_KIND(name, number, direction, word) -1
    assert_int_equal(kind_count TCN_KIND_LIST(COUNT_KIND), 0);
#undef COUNT_KIND
    golden_verdict(&shared.seen);
}

/** Reads a file of the test's folder into a golden frame. */
static void check_file(const char *file, const char *name, const char *recipe, const char *layout) {
    static struct golden golden;
    static struct text content;
    char path[GOLDEN_PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s/%s", shared.dir, file);
    assert_true(golden_read(path, &content));
    golden_add(golden_begin(&golden, recipe, "%s", name), "file",
               tcn_slice_of(content.data, content.size), NULL, layout);
    golden_check(&golden, &shared.seen);
}

static void a_key_file_is_as_it_was_frozen(void **state) {
    (void)state;
    static const char recipe[] = "lib/seal/key.h";
    char path[GOLDEN_PATH_BYTES];
    struct tcn_key_set found;
    (void)snprintf(path, sizeof(path), "%s/office_qinglong.key", shared.dir);
    assert_int_equal(tcn_key_file_write(&shared.world.office, path), TCN_OK);
    assert_int_equal(tcn_key_file_read(path, &found), TCN_OK);
    assert_memory_equal(&found.signing, &shared.world.office.signing, sizeof(found.signing));
    assert_memory_equal(&found.seal, &shared.world.office.seal, sizeof(found.seal));
    check_file("office_qinglong.key", "file.key", recipe, "text:t*");
    (void)snprintf(path, sizeof(path), "%s/office_qinglong.pub", shared.dir);
    assert_int_equal(tcn_key_file_write_public(&shared.world.office, path), TCN_OK);
    check_file("office_qinglong.pub", "file.public_key", recipe, "text:t*");
    golden_verdict(&shared.seen);
}

static void a_signed_file_is_as_it_was_frozen(void **state) {
    (void)state;
    static const struct {
        const char *noun;
        const char *context;
        const char *file;
        const char *recipe;
    } files[] = {
        {"genesis", TCN_CONTEXT_GENESIS, "file.genesis", "lib/client/setup.h"},
        {"bundle", TCN_CONTEXT_BUNDLE, "file.bundle", "lib/client/setup.h"},
        {"log_head", TCN_CONTEXT_LOG_HEAD, "file.log_head", "lib/client/setup.h"},
        {"checkpoint", TCN_CONTEXT_CHECKPOINT, "file.checkpoint", "collector/query/checkpoint.h"}};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct tcn_writer writer = tcn_writer_init(shared.room, sizeof(shared.room));
        const struct tcn_slice bytes = make(files[i].noun, &writer);
        const struct tcn_signing_key *key = i == 0 ? &shared.world.root : &shared.world.collector;
        uint8_t *data = NULL;
        struct tcn_slice found;
        struct tcn_signature signature;
        assert_int_equal(
            tcn_setup_file_write(shared.dir, files[i].noun, key, files[i].context, bytes), TCN_OK);
        assert_int_equal(tcn_setup_file_read(shared.dir, files[i].noun, &data, &found, &signature),
                         TCN_OK);
        assert_true(tcn_slice_equals(found, bytes));
        assert_int_equal(tcn_verify(&key->public_key, files[i].context, found, &signature), TCN_OK);
        free(data);
        check_file(files[i].noun, files[i].file, files[i].recipe,
                   "size:u4 content:b$size signature:b64");
    }
    golden_verdict(&shared.seen);
}

static void a_journal_is_as_it_was_frozen(void **state) {
    (void)state;
    store_journal_check(shared.dir, &shared.seen);
    golden_verdict(&shared.seen);
}

static void what_the_stores_lay_down_is_as_it_was_frozen(void **state) {
    (void)state;
    struct tcn_writer writer = tcn_writer_init(shared.room, sizeof(shared.room));
    char dirs[4][80];
    static const char *const names[] = {"log", "shares", "outbox", "state"};
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(dirs[i], sizeof(dirs[i]), "%s/%s", shared.dir, names[i]);
    }
    const struct tcn_slice receipt = make("receipt", &writer);
    store_log_check(dirs[0], &shared.world, &shared.seen);
    store_shares_check(dirs[1], &shared.world, &shared.seen);
    store_outbox_check(dirs[2], &shared.world, receipt, &shared.seen);
    store_state_check(dirs[3], &shared.seen);
    golden_verdict(&shared.seen);
}

/* The sealed part of the exchange was made step by step from libsodium; our own code opens it. */
static void the_sealed_part_opens(void **state) {
    (void)state;
    const struct world *world = &shared.world;
    struct tcn_sealed sealed;
    struct tcn_slice text;
    tcn_arena_reset(&shared.arena);
    assert_int_equal(tcn_wire_sealed_decode(world->sealed, &shared.arena, &sealed), TCN_OK);
    const struct tcn_unseal unseal = {.open = world->opens[0],
                                      .sealed = &sealed,
                                      .share = &world->share,
                                      .keys = &world->recipient,
                                      .key_count = 1};
    assert_int_equal(tcn_unseal(&unseal, TCN_COMPARTMENT_NARRATIVE, &shared.arena, &text), TCN_OK);
    assert_true(tcn_slice_is_text(text, world_text));
    static struct golden golden;
    (void)golden_begin(&golden, "proto/PROTOCOL.md section 6", "sealed_box");
    golden_add(&golden, "open", world->opens[0], PB(open_part), NULL);
    golden_add(&golden, "sealed", world->sealed, PB(sealed), NULL);
    golden_add(&golden, "share", tcn_slice_of(world->share.bytes, TCN_SHARE_BYTES), NULL, NULL);
    golden_add(&golden, "secret", tcn_slice_of(world->recipient.secret, 32), NULL, NULL);
    golden_add(&golden, "text", tcn_slice_text(world_text), NULL, "text:t*");
    golden_check(&golden, &shared.seen);
    golden_verdict(&shared.seen);
}

static void the_receipt_holds(void **state) {
    (void)state;
    const struct tcn_public_key *key = &shared.world.collector.public_key;
    struct tcn_receipt receipt = shared.world.receipt;
    assert_int_equal(receipt.path_count, 2);
    assert_int_equal(tcn_receipt_verify(&receipt, key), TCN_OK);
    receipt.path[1].bytes[0] ^= 1;
    assert_int_equal(tcn_receipt_verify(&receipt, key), TCN_BAD_SIGNATURE);
}

static void no_file_is_left_that_nobody_makes(void **state) {
    (void)state;
    golden_none_is_left(&shared.seen);
}

#include "golden_page.h"

static void the_document_shows_this_exchange(void **state) {
    (void)state;
    static struct golden exchange[4];
    static struct text block;
    make_exchange(exchange);
    block.size = 0;
    page_block(&block, &shared.world, exchange);
    page_check(&block);
}

static int open_all(void **state) {
    (void)state;
    (void)snprintf(shared.dir, sizeof(shared.dir), "golden-XXXXXX");
    if (tcn_seal_init() != TCN_OK || mkdtemp(shared.dir) == NULL ||
        tcn_arena_init(&shared.arena, ARENA_BYTES) != TCN_OK) {
        return -1;
    }
    world_make(&shared.world);
    return 0;
}

/** Removes what the tests made; a store has files, the folder has files and stores. */
static int close_all(void **state) {
    (void)state;
    static const char *const names[] = {
        "log/data.mdb",
        "log/lock.mdb",
        "log/LOCK",
        "log",
        "shares/data.mdb",
        "shares/lock.mdb",
        "shares/LOCK",
        "shares",
        "outbox/data.mdb",
        "outbox/lock.mdb",
        "outbox/LOCK",
        "outbox",
        "state/data.mdb",
        "state/lock.mdb",
        "state/LOCK",
        "state",
        FILES,
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[GOLDEN_PATH_BYTES];
        (void)snprintf(path, sizeof(path), "%s/%s", shared.dir, names[i]);
        (void)remove(path);
    }
    tcn_arena_fini(&shared.arena);
    return rmdir(shared.dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_structure_is_as_it_was_frozen),
        cmocka_unit_test(an_open_part_with_each_body_is_as_it_was_frozen),
        cmocka_unit_test(every_message_is_as_it_was_frozen),
        cmocka_unit_test(a_key_file_is_as_it_was_frozen),
        cmocka_unit_test(a_signed_file_is_as_it_was_frozen),
        cmocka_unit_test(a_journal_is_as_it_was_frozen),
        cmocka_unit_test(what_the_stores_lay_down_is_as_it_was_frozen),
        cmocka_unit_test(the_sealed_part_opens),
        cmocka_unit_test(the_receipt_holds),
        cmocka_unit_test(no_file_is_left_that_nobody_makes),
        cmocka_unit_test(the_document_shows_this_exchange),
    };
    return cmocka_run_group_tests_name("golden", tests, open_all, close_all);
}
