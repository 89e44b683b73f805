/* SPDX-License-Identifier: Apache-2.0 */
/* The answer of an audit with its proofs: what was put into the file comes out again by the
 * collector's first key alone; a changed byte, a missing record, another log's id or key are found.
 */
/* ctest-uses: policy core store wire link seal */
#define _GNU_SOURCE /* memmem */
#include "corpus.h"

#include "query/bundle.h"
#include "query/rebuild.h"

#define ANSWER "{\"schema\":\"tocsin.audit/1\"}"
#define EVENTS 400u

/** The log, one trail of it, and the bundle as bytes. */
struct world {
    struct corpus *corpus;
    char state_dir[CORPUS_PATH_BYTES];
    char key_path[CORPUS_PATH_BYTES];
    char path[CORPUS_PATH_BYTES];
    struct tcn_state *state;
    struct tcn_state_reader *reader;
    struct tcn_rights rights;
    struct tcn_trail trail;
    struct tcn_bundle_options options;
    struct tcn_keyring ring; /**< the collector's first key and its log */
    uint8_t *data;
    size_t size;
    struct tcn_bundle_report report;
    uint64_t told;
    uint64_t told_of_matter;
    uint64_t told_by_key; /**< with the key that signed them */
};

/** A trail of the matter that has most events of the first hundred. */
static void find_matter(struct world *world) {
    struct tcn_trail_options options = {
        .reader = world->corpus->reader, .state_reader = world->reader, .rights = &world->rights};
    for (uint32_t number = 0; number < world->corpus->matter_count; number++) {
        struct tcn_trail trail;
        options.matter = corpus_matter(number);
        if (tcn_trail_make(&options, &trail) != TCN_OK) {
            continue; /* it has a list */
        }
        if (trail.fact_count > world->trail.fact_count) {
            tcn_trail_fini(&world->trail);
            world->trail = trail;
        } else {
            tcn_trail_fini(&trail);
        }
    }
    assert_true(world->trail.fact_count > 8);
}

static void read_bundle(struct world *world) {
    FILE *file = fopen(world->path, "rbe");
    assert_non_null(file);
    world->data = malloc(TCN_BUNDLE_BYTES_MAX);
    assert_non_null(world->data);
    world->size = fread(world->data, 1, TCN_BUNDLE_BYTES_MAX, file);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state) {
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    struct corpus *corpus = corpus_make(UINT64_C(0xb0d1e));
    world->corpus = corpus;
    corpus_fill(corpus, EVENTS / 2);
    struct tcn_policy next = *corpus_policy(corpus);
    next.version++;
    corpus_activate(corpus, next.version - 1, &next, false);
    corpus_fill(corpus, EVENTS / 2);
    (void)snprintf(world->state_dir, CORPUS_PATH_BYTES, "%.100s/state", corpus->base);
    (void)snprintf(world->key_path, CORPUS_PATH_BYTES, "%.100s/collector.key", corpus->base);
    (void)snprintf(world->path, CORPUS_PATH_BYTES, "%.100s/bundle", corpus->base);
    const struct tcn_store_options store = {.dir = world->state_dir, .map_bytes = CORPUS_MAP_BYTES};
    assert_int_equal(tcn_state_open(&store, &world->state), TCN_OK);
    assert_int_equal(tcn_rebuild_run(corpus->reader, &corpus->charter, world->state), TCN_OK);
    assert_int_equal(tcn_state_reader_open(world->state, &world->reader), TCN_OK);
    assert_int_equal(tcn_rights_init(&world->rights, &corpus->charter), TCN_OK);
    assert_int_equal(tcn_rights_load(&world->rights, corpus->reader, UINT64_MAX), TCN_OK);
    assert_int_equal(tcn_key_file_write(&corpus->forge.keys[TCN_FORGE_COLLECTOR], world->key_path),
                     TCN_OK);
    find_matter(world);
    world->options = (struct tcn_bundle_options){.charter = &corpus->charter,
                                                 .reader = corpus->reader,
                                                 .rights = &world->rights,
                                                 .trail = &world->trail,
                                                 .known_to = "energy_bureau",
                                                 .answer = tcn_slice_text(ANSWER),
                                                 .key_path = world->key_path,
                                                 .now_ns = corpus->now_ns};
    assert_int_equal(tcn_bundle_save(&world->options, world->path), TCN_OK);
    read_bundle(world);
    tcn_keyring_init(&world->ring, &corpus->forge.log_id,
                     &corpus->forge.keys[TCN_FORGE_COLLECTOR].signing.public_key);
    *state = world;
    return 0;
}

static int tear_down(void **state) {
    struct world *world = *state;
    tcn_trail_fini(&world->trail);
    tcn_rights_fini(&world->rights);
    tcn_state_reader_close(&world->reader);
    tcn_state_close(&world->state);
    assert_int_equal(tcn_state_remove(world->state_dir), TCN_OK);
    (void)unlink(world->key_path);
    (void)unlink(world->path);
    free(world->data);
    corpus_remove(&world->corpus);
    free(world);
    return 0;
}

static enum tcn_status tell(void *context, const struct tcn_bundle_event *event) {
    struct world *world = context;
    const struct tcn_trail *trail = &world->trail;
    bool is_known = event->event.act == TCN_ACT_POLICY_ACTIVATED ||
                    event->event.act == TCN_ACT_DELIVERED; /* that something was fetched */
    for (uint32_t i = 0; i < trail->fact_count && !is_known; i++) {
        const struct tcn_trail_fact *fact = &trail->facts[i];
        is_known = fact->position == event->position && fact->fired.kind == TCN_DUE_NONE &&
                   fact->act == event->event.act && fact->log_time_ns == event->log_time_ns &&
                   fact->learned_ns == event->event.learned_ns;
    }
    static const struct tcn_public_key none;
    const bool is_own =
        event->event.act == TCN_ACT_POLICY_ACTIVATED || event->event.act == TCN_ACT_DELIVERED;
    const bool is_signed = event->word == TCN_BUNDLE_WORD_KEY;
    world->told += is_known ? 1 : 0;
    world->told_of_matter += event->is_of_matter ? 1 : 0;
    world->told_by_key += is_signed ? 1 : 0;
    assert_true(!event->is_of_matter ||
                tcn_id_equals(&event->event.matter, &trail->matter.id)); /* and no other */
    assert_true(!is_own || event->word == TCN_BUNDLE_WORD_OWN);
    assert_int_equal(is_signed, memcmp(&event->key, &none, sizeof(none)) != 0);
    return TCN_OK;
}

static enum tcn_status check(struct world *world, struct tcn_slice data) {
    world->told = 0;
    world->told_of_matter = 0;
    world->told_by_key = 0;
    return tcn_bundle_check(data, &world->ring, tell, world, &world->report);
}

static struct tcn_slice whole(const struct world *world) {
    return tcn_slice_of(world->data, world->size);
}

static uint64_t event_facts(const struct world *world) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < world->trail.fact_count; i++) {
        count += world->trail.facts[i].fired.kind == TCN_DUE_NONE ? 1 : 0;
    }
    return count;
}

static void a_good_bundle_gives_what_was_put_in(void **state) {
    struct world *world = *state;
    assert_int_equal(check(world, whole(world)), TCN_OK);
    assert_null(world->report.bad_what);
    const struct tcn_bundle_statement *statement = &world->report.statement;
    assert_true(tcn_id_equals(&statement->log_id, &world->corpus->forge.log_id));
    assert_true(tcn_id_equals(&statement->matter, &world->trail.matter.id));
    assert_int_equal(statement->position, world->trail.last_position);
    assert_int_equal(statement->at_ns, world->trail.last_ns);
    assert_int_equal(statement->policy_version, world->trail.policy_version);
    assert_true(tcn_slice_is_text(statement->known_to, "energy_bureau"));
    assert_true(tcn_slice_is_text(world->report.answer, ANSWER));
    /* What was fetched and set in force is proven too; it is not of the matter. */
    assert_int_equal(world->told, world->report.event_count + world->report.beside_count);
    assert_int_equal(world->told_of_matter, world->report.event_count);
    assert_int_equal(world->report.event_count, event_facts(world));
    assert_true(world->report.beside_count > 0);
    assert_true(world->told_by_key > 0);
}

/* A ring that does not know which log it is learns it; the key is what is believed. */
static void the_first_key_alone_is_enough(void **state) {
    struct world *world = *state;
    const struct tcn_keyring kept = world->ring;
    tcn_keyring_init(&world->ring, NULL, &kept.first);
    assert_int_equal(check(world, whole(world)), TCN_OK);
    world->ring = kept;
}

static void what_is_no_bundle_is_malformed(void **state) {
    struct world *world = *state;
    assert_int_equal(check(world, tcn_slice_text("")), TCN_MALFORMED);
    assert_int_equal(check(world, tcn_slice_text("tocsin.audit.2\n\nwhatever")), TCN_MALFORMED);
    assert_false(tcn_bundle_is(tcn_slice_text("tocsin.audit.1\n")));
    assert_true(tcn_bundle_is(whole(world)));
}

static void a_changed_byte_is_found_wherever_it_is(void **state) {
    struct world *world = *state;
    const size_t step = world->size / 1500 + 1;
    for (size_t i = 0; i < world->size; i += step) {
        world->data[i] ^= 0x20;
        const enum tcn_status status = check(world, whole(world));
        assert_true(status == TCN_BAD_SIGNATURE || status == TCN_MALFORMED ||
                    status == TCN_UPGRADE || status == TCN_FOREIGN_LOG);
        assert_true(world->report.bad_what != NULL || status == TCN_UPGRADE);
        world->data[i] ^= 0x20;
    }
    assert_int_equal(check(world, whole(world)), TCN_OK);
}

static void a_bundle_that_is_cut_anywhere_is_not_believed(void **state) {
    struct world *world = *state;
    const size_t step = world->size / 500 + 1;
    for (size_t size = 0; size < world->size; size += step) {
        assert_true(check(world, tcn_slice_of(world->data, size)) != TCN_OK);
        assert_non_null(world->report.bad_what);
    }
    /* Nor one that goes on behind its end. */
    world->data[world->size] = 0;
    assert_int_equal(check(world, tcn_slice_of(world->data, world->size + 1)), TCN_BAD_SIGNATURE);
}

/** Where the items begin, and each part before them. */
static size_t items_at(const struct world *world) {
    size_t at = TCN_BUNDLE_MAGIC_BYTES;
    for (int part = 0; part < 3; part++) {
        struct tcn_reader reader = tcn_reader_init(tcn_slice_of(world->data + at, 4));
        at += 4 + tcn_read_u32(&reader);
    }
    return at;
}

/* Who has the file and not the key takes one event of the matter out of it. */
static void a_missing_record_is_found_and_named(void **state) {
    struct world *world = *state;
    const size_t at = items_at(world);
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(world->data + at, 4));
    const size_t item = 4 + tcn_read_u32(&reader);
    uint8_t *cut = malloc(world->size);
    assert_non_null(cut);
    memcpy(cut, world->data, at);
    memcpy(cut + at, world->data + at + item, world->size - at - item);
    assert_int_equal(check(world, tcn_slice_of(cut, world->size - item)), TCN_BAD_SIGNATURE);
    assert_int_equal(world->report.bad_item, 1);
    assert_non_null(world->report.bad_what);
    /* And the last one. */
    size_t last = at;
    for (size_t next = at; next < world->size;) {
        reader = tcn_reader_init(tcn_slice_of(world->data + next, 4));
        last = next;
        next += 4 + tcn_read_u32(&reader);
    }
    assert_int_equal(check(world, tcn_slice_of(world->data, last)), TCN_BAD_SIGNATURE);
    assert_int_equal(world->report.bad_item, world->report.statement.item_count);
    free(cut);
}

/** Parts of an item, in their order. */
enum part {
    RECEIPT,
    HEAD,
    SOURCE_SIGNATURE,
    KEY,
    HASHES,
    SHOWN
};

/** Where a part of an item begins, behind its size. */
static size_t part_at(const uint8_t *item, size_t size, enum part part) {
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(item, size));
    (void)tcn_read_u8(&reader);
    for (int i = RECEIPT; i <= SOURCE_SIGNATURE; i++) {
        const size_t bytes = tcn_read_u32(&reader);
        if (i == (int)part) {
            return reader.offset;
        }
        (void)tcn_read_slice(&reader, bytes);
    }
    if (part == KEY) {
        return reader.offset;
    }
    (void)tcn_read_slice(&reader, 32);
    const size_t count = tcn_read_u32(&reader);
    const size_t hashes = reader.offset;
    return part == HASHES ? hashes : hashes + count * sizeof(struct tcn_hash);
}

/** Signs the statement again, with what the first item hashes to now: as a collector would that
 * wants its own records to have been others. */
static void sign_again(struct world *world, size_t item, size_t item_size) {
    size_t at = TCN_BUNDLE_MAGIC_BYTES;
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(world->data + at, 4));
    at += 4 + tcn_read_u32(&reader);
    reader = tcn_reader_init(tcn_slice_of(world->data + at, 4));
    const size_t size = tcn_read_u32(&reader) - sizeof(struct tcn_signature);
    uint8_t *statement = world->data + at + 4;
    const size_t list = size - world->report.statement.item_count * sizeof(struct tcn_hash);
    const struct tcn_hash hash = tcn_hash_of(tcn_slice_of(world->data + item, item_size));
    struct tcn_signature signature;
    memcpy(statement + list, hash.bytes, sizeof(hash.bytes));
    assert_int_equal(tcn_sign(&world->corpus->forge.keys[TCN_FORGE_COLLECTOR].signing,
                              TCN_CONTEXT_AUDIT, tcn_slice_of(statement, size), &signature),
                     TCN_OK);
    memcpy(statement + size, signature.bytes, sizeof(signature.bytes));
}

/** Signs a part before the items again with another key: its last 64 bytes are the signature. */
static void sign_part(struct world *world, int part, uint32_t signer, const char *context) {
    size_t at = TCN_BUNDLE_MAGIC_BYTES;
    for (int i = 0; i < part; i++) {
        struct tcn_reader reader = tcn_reader_init(tcn_slice_of(world->data + at, 4));
        at += 4 + tcn_read_u32(&reader);
    }
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(world->data + at, 4));
    const size_t size = tcn_read_u32(&reader) - sizeof(struct tcn_signature);
    struct tcn_signature signature;
    assert_int_equal(tcn_sign(&world->corpus->forge.keys[signer].signing, context,
                              tcn_slice_of(world->data + at + 4, size), &signature),
                     TCN_OK);
    memcpy(world->data + at + 4 + size, signature.bytes, sizeof(signature.bytes));
}

/** Where the statement begins, behind its size. */
static uint8_t *statement_of(const struct world *world) {
    uint8_t *head = world->data + TCN_BUNDLE_MAGIC_BYTES;
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(head, 4));
    return head + 4 + tcn_read_u32(&reader) + 4;
}

static void put_u64(uint8_t *data, uint64_t value) {
    struct tcn_writer writer = tcn_writer_init(data, 8);
    tcn_write_u64(&writer, value);
}

/* What the collector states is of the log whose head stands before it, up to there and no further.
 */
static void a_statement_of_another_place_is_not_believed(void **state) {
    struct world *world = *state;
    enum {
        GENERATION = 20,
        POSITION = 28
    };
    uint64_t last = 0; /* of the matter; an end follows from the log and is in no bundle */
    for (uint32_t i = 0; i < world->trail.fact_count; i++) {
        const struct tcn_trail_fact *fact = &world->trail.facts[i];
        last = fact->fired.kind == TCN_DUE_NONE && fact->position > last ? fact->position : last;
    }
    assert_int_equal(check(world, whole(world)), TCN_OK);
    const struct tcn_bundle_statement good = world->report.statement;
    const struct {
        size_t at;
        uint64_t value;
        uint64_t kept;
        const char *what;
    } lies[] = {
        {GENERATION, good.generation + 1, good.generation,
         "the statement is of another place than the head"},
        {GENERATION, good.generation - 1, good.generation,
         "the statement is of another place than the head"},
        {POSITION, UINT64_MAX, good.position, "the statement is of another place than the head"},
        {POSITION, good.position + UINT32_MAX, good.position,
         "the statement is of another place than the head"},
        {POSITION, 1, good.position, "an event is of after what was asked about"},
        {POSITION, last - 1, good.position, "an event is of after what was asked about"},
    };
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        put_u64(statement_of(world) + lies[i].at, lies[i].value);
        sign_part(world, 1, TCN_FORGE_COLLECTOR, TCN_CONTEXT_AUDIT);
        assert_int_equal(check(world, whole(world)), TCN_BAD_SIGNATURE);
        assert_string_equal(world->report.bad_what, lies[i].what);
        put_u64(statement_of(world) + lies[i].at, lies[i].kept);
        sign_part(world, 1, TCN_FORGE_COLLECTOR, TCN_CONTEXT_AUDIT);
    }
    assert_int_equal(check(world, whole(world)), TCN_OK);
}

/* A later key speaks in its own name: it does not sign what names the key before it. */
static void a_head_is_signed_by_the_key_that_it_names(void **state) {
    struct world *world = *state;
    const struct tcn_keyring kept = world->ring;
    world->ring.links[0] =
        (struct tcn_successor){.key = world->corpus->forge.keys[TCN_FORGE_ADMIN].signing.public_key,
                               .generation = UINT64_MAX,
                               .position = UINT64_MAX};
    world->ring.count = 1;
    assert_int_equal(check(world, whole(world)), TCN_OK);
    sign_part(world, 0, TCN_FORGE_ADMIN, TCN_CONTEXT_LOG_HEAD);
    assert_int_equal(check(world, whole(world)), TCN_BAD_SIGNATURE);
    assert_string_equal(world->report.bad_what, "another key than it names has signed the head");
    sign_part(world, 0, TCN_FORGE_COLLECTOR, TCN_CONTEXT_LOG_HEAD);
    assert_int_equal(check(world, whole(world)), TCN_OK);
    world->ring = kept;
}

/* The records stand in the order of the log, each once: also when the collector signs another. */
static void records_out_of_their_order_are_not_believed(void **state) {
    struct world *world = *state;
    const size_t at = items_at(world);
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(world->data + at, 4));
    const size_t first = 4 + tcn_read_u32(&reader);
    reader = tcn_reader_init(tcn_slice_of(world->data + at + first, 4));
    const size_t second = 4 + tcn_read_u32(&reader);
    assert_int_equal(check(world, whole(world)), TCN_OK);
    uint8_t *kept = malloc(world->size);
    assert_non_null(kept);
    memcpy(kept, world->data, world->size);
    uint8_t *list = world->data + (world->report.statement.item_hashes.data - world->data);
    memcpy(world->data + at, kept + at + first, second);
    memcpy(world->data + at + second, kept + at, first);
    memcpy(list, kept + (list - world->data) + sizeof(struct tcn_hash), sizeof(struct tcn_hash));
    memcpy(list + sizeof(struct tcn_hash), kept + (list - world->data), sizeof(struct tcn_hash));
    sign_part(world, 1, TCN_FORGE_COLLECTOR, TCN_CONTEXT_AUDIT);
    assert_int_equal(check(world, whole(world)), TCN_BAD_SIGNATURE);
    assert_string_equal(world->report.bad_what, "the events are not in the order of the log");
    assert_int_equal(world->report.bad_item, 2);
    memcpy(world->data, kept, world->size);
    assert_int_equal(check(world, whole(world)), TCN_OK);
    free(kept);
}

/* The collector's key alone does not make another past: each record was signed by its source, and
 * the root of its group when it was taken. */
static void not_even_the_collector_changes_what_it_took(void **state) {
    struct world *world = *state;
    static const struct {
        enum part part;
        size_t offset; /**< in it */
        const char *what;
    } lies[] = {
        {RECEIPT, 12, "a receipt is of another log"},
        {RECEIPT, 90, "a receipt is not signed by the collector"},
        {HEAD, 12, "a head is not the one of its receipt"},
        {SOURCE_SIGNATURE, 0, "a source has not signed its events"},
        {KEY, 0, "a source has not signed its events"},
        {HASHES, 0, "the events are not those of their head"},
        {SHOWN, 2, "an event is not the one of its record"},  /* the hash of its sealed part */
        {SHOWN, 60, "an event is not the one of its record"}, /* its open part */
    };
    assert_int_equal(check(world, whole(world)), TCN_OK);
    const size_t at = items_at(world);
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(world->data + at, 4));
    const size_t size = tcn_read_u32(&reader);
    uint8_t *item = world->data + at + 4;
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        uint8_t *byte = item + part_at(item, size, lies[i].part) + lies[i].offset;
        *byte ^= 1;
        sign_again(world, at + 4, size);
        assert_int_not_equal(check(world, whole(world)), TCN_OK);
        assert_string_equal(world->report.bad_what, lies[i].what);
        assert_int_equal(world->report.bad_item, 1);
        *byte ^= 1;
        sign_again(world, at + 4, size);
        assert_int_equal(check(world, whole(world)), TCN_OK);
    }
}

static void of_another_log_or_key_nothing_is_believed(void **state) {
    struct world *world = *state;
    const struct tcn_keyring kept = world->ring;
    world->ring.log_id.bytes[0] ^= 1;
    assert_int_equal(check(world, whole(world)), TCN_FOREIGN_LOG);
    assert_non_null(world->report.bad_what);
    world->ring = kept;
    world->ring.first = world->corpus->forge.keys[TCN_FORGE_ADMIN].signing.public_key;
    assert_int_equal(check(world, whole(world)), TCN_BAD_SIGNATURE);
    assert_int_equal(world->told, 0);
    world->ring = kept;
}

static void nobody_but_the_collector_makes_one(void **state) {
    struct world *world = *state;
    char path[CORPUS_PATH_BYTES];
    char other[CORPUS_PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%.100s/other.key", world->corpus->base);
    (void)snprintf(other, sizeof(other), "%.100s/other", world->corpus->base);
    assert_int_equal(tcn_key_file_write(&world->corpus->forge.keys[TCN_FORGE_ADMIN], path), TCN_OK);
    world->options.key_path = path;
    assert_int_equal(tcn_bundle_save(&world->options, other), TCN_DENIED);
    assert_int_equal(access(other, F_OK), -1);
    world->options.key_path = world->key_path;
    assert_int_equal(unlink(path), 0);
    /* Nor one of a trail that does not hold everything. */
    world->trail.lost_count = 1;
    assert_int_equal(tcn_bundle_save(&world->options, other), TCN_TOOBIG);
    world->trail.lost_count = 0;
}

/* Neighbours in the same chunk, and anything else of the log, are not in the file. */
static void nothing_of_another_matter_is_in_it(void **state) {
    struct world *world = *state;
    const struct tcn_id *own = &world->trail.matter.id;
    for (uint32_t number = 0; number < world->corpus->matter_count; number++) {
        const struct tcn_id id = corpus_matter(number);
        if (!tcn_id_equals(&id, own)) {
            assert_null(memmem(world->data, world->size, id.bytes, sizeof(id.bytes)));
        }
    }
    assert_non_null(memmem(world->data, world->size, own->bytes, sizeof(own->bytes)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_bundle_is_malformed),
        cmocka_unit_test(a_changed_byte_is_found_wherever_it_is),
        cmocka_unit_test(a_bundle_that_is_cut_anywhere_is_not_believed),
        cmocka_unit_test(a_missing_record_is_found_and_named),
        cmocka_unit_test(a_statement_of_another_place_is_not_believed),
        cmocka_unit_test(a_head_is_signed_by_the_key_that_it_names),
        cmocka_unit_test(records_out_of_their_order_are_not_believed),
        cmocka_unit_test(not_even_the_collector_changes_what_it_took),
        cmocka_unit_test(of_another_log_or_key_nothing_is_believed),
        cmocka_unit_test(nobody_but_the_collector_makes_one),
        cmocka_unit_test(nothing_of_another_matter_is_in_it),
        cmocka_unit_test(a_good_bundle_gives_what_was_put_in),
        cmocka_unit_test(the_first_key_alone_is_enough),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
