/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* Halves of data keys that are handed to who leads a matter next. */
#include "client/open.h"
#include "client/rewrap.h"
#include "fake.h"
#include "seal/hash.h"

#define OWNER 2
#define BESIDE 3
#define NEXT 9
#define FORM "tocsin.rewrap.1\n"
#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define HALF "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"

/* Three organs, and an item of a matter: its narrative is the owner's, its contact for one beside.
 */
struct world {
    struct tcn_key_set keys[3]; /* owner, beside, next */
    struct tcn_arena arena;
    struct tcn_share share;
    uint8_t open_bytes[1024];
    uint8_t sealed_bytes[64 * 1024];
    struct tcn_item item;
    struct tcn_rewraps *gathered;
    struct tcn_rewraps *handed;
};

static int make_world(void **state) {
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_arena_init(&world->arena, 1024 * 1024), TCN_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(tcn_key_set_make(tcn_slice_text("one"), true, &world->keys[i]), TCN_OK);
    }
    assert_int_equal(tcn_rewraps_create(&world->gathered), TCN_OK);
    assert_int_equal(tcn_rewraps_create(&world->handed), TCN_OK);
    *state = world;
    return 0;
}

static int end_world(void **state) {
    struct world *world = *state;
    tcn_rewraps_destroy(&world->gathered);
    tcn_rewraps_destroy(&world->handed);
    assert_null(world->handed);
    tcn_rewraps_destroy(&world->handed);
    tcn_arena_fini(&world->arena);
    free(world);
    return 0;
}

/* Seals texts to an open part, as an agent does. */
static struct tcn_item make_item(struct world *world, const struct tcn_event *event,
                                 const struct tcn_seal_item *items, uint32_t count) {
    struct tcn_sealed sealed;
    struct tcn_slice open;
    struct tcn_slice bytes;
    struct tcn_writer writer = tcn_writer_init(world->open_bytes, sizeof world->open_bytes);
    assert_int_equal(tcn_wire_open_part_encode(event, &writer, &open), TCN_OK);
    assert_int_equal(tcn_seal(open, items, count, &world->arena, &sealed, &world->share), TCN_OK);
    writer = tcn_writer_init(world->sealed_bytes, sizeof world->sealed_bytes);
    assert_int_equal(tcn_wire_sealed_encode(&sealed, &writer, &bytes), TCN_OK);
    struct tcn_item item = fake_item(1, open);
    item.sealed = bytes;
    item.share = tcn_slice_of(world->share.bytes, sizeof world->share.bytes);
    return item;
}

static struct tcn_event event_of(enum tcn_act act) {
    return (struct tcn_event){.format = TCN_EVENT_FORMAT,
                              .act = act,
                              .mode = TCN_MODE_ACTUAL,
                              .matter = {{1, 2, 3}},
                              .office = tcn_slice_text("office_a"),
                              .learned_ns = 1,
                              .recorded_ns = 1,
                              .concerns = TCN_CONCERNS_NOBODY};
}

static struct tcn_item report_of(struct world *world) {
    struct tcn_event event = event_of(TCN_ACT_REPORTED);
    const struct tcn_seal_recipient readers[] = {{OWNER, world->keys[0].seal.public_key},
                                                 {BESIDE, world->keys[1].seal.public_key}};
    const struct tcn_seal_item items[] = {
        {{TCN_COMPARTMENT_NARRATIVE, tcn_slice_text("what happened")}, &readers[0], 1},
        {{TCN_COMPARTMENT_CONTACT, tcn_slice_text("whom to ask")}, &readers[1], 1}};
    return make_item(world, &event, items, 2);
}

/* Gathers what an organ with these keys hands to another. */
static struct tcn_rewrap_counts gather(struct world *world, int who, uint16_t organ, bool is_lost,
                                       const struct tcn_item *item) {
    struct tcn_rewrap_counts counts = {0};
    const struct tcn_rewrap_asked asked = {
        .keys = &world->keys[who], .handed = world->handed, .organ = organ, .is_key_lost = is_lost};
    assert_int_equal(tcn_rewraps_gather(world->gathered, &asked, item, &world->arena, &counts),
                     TCN_OK);
    return counts;
}

/* How many texts the next holder reads of an item, with what it was handed. */
static uint32_t reads(struct world *world, const struct tcn_rewraps *handed,
                      const struct tcn_item *item) {
    struct tcn_reading reading;
    const struct tcn_reader_keys reader = {.keys = &world->keys[2], .handed = handed};
    assert_int_equal(tcn_reading_make_with(item, &reader, &world->arena, &reading), TCN_OK);
    return reading.text_count;
}

static void what_is_no_line_hands_over_nothing(void **state) {
    struct world *world = *state;
    static const char *const texts[] = {
        "",
        "tocsin.rewrap.1",
        "tocsin.rewrap.2\n" HASH " 2 " HALF "\n",
        HASH " 2 " HALF "\n",
        FORM,
        FORM HASH " 2 " HALF,
        FORM HASH " 2 " HALF " ",
        FORM HASH " 0 " HALF "\n",
        FORM HASH " 5 " HALF "\n",
        FORM HASH "  2" HALF "\n",
        FORM HASH "x2 " HALF "\n",
        FORM HASH " 2x" HALF "\n",
        FORM "g" HASH " 2 " HALF "\n",
        FORM "g0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff 2 " HALF "\n",
        FORM HASH " 2 gfeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (tcn_rewraps_take(world->handed, tcn_slice_text(texts[i])) != 0) {
            fail_msg("row %zu handed something over", i);
        }
    }
    assert_int_equal(tcn_rewraps_count(world->handed), 0);
    /* One bad line stands in no good one's way, and the same is kept once. */
    const struct tcn_slice good = tcn_slice_text(FORM HASH " 9 " HALF "\n" HASH " 2 " HALF "\n");
    assert_int_equal(tcn_rewraps_take(world->handed, good), 1);
    assert_int_equal(tcn_rewraps_take(world->handed, good), 1);
    assert_int_equal(tcn_rewraps_count(world->handed), 1);
    assert_int_equal(tcn_rewraps_at(world->handed, 0)->kind, TCN_COMPARTMENT_NARRATIVE);
}

static void more_than_one_act_holds_are_written_in_several(void **state) {
    struct world *world = *state;
    static uint8_t bytes[TCN_REWRAP_TEXT_BYTES];
    const uint32_t count = 2 * TCN_REWRAP_LINES_MAX + 1;
    for (uint32_t i = 0; i < count; i++) {
        struct tcn_rewrap rewrap = {.kind = TCN_COMPARTMENT_CONTACT};
        memcpy(rewrap.event_hash.bytes, &i, sizeof i);
        assert_int_equal(tcn_rewraps_add(world->gathered, &rewrap), TCN_OK);
    }
    static const uint32_t expected[] = {TCN_REWRAP_LINES_MAX, TCN_REWRAP_LINES_MAX, 1};
    for (uint32_t act = 0; act < 3; act++) {
        struct tcn_slice text;
        tcn_rewraps_write(world->gathered, act * TCN_REWRAP_LINES_MAX, bytes, &text);
        assert_true(text.size <= TCN_TEXT_BYTES_MAX);
        assert_int_equal(tcn_rewraps_take(world->handed, text), expected[act]);
    }
    assert_int_equal(tcn_rewraps_count(world->handed), count);
    assert_memory_equal(tcn_rewraps_at(world->handed, count - 1),
                        tcn_rewraps_at(world->gathered, count - 1), sizeof(struct tcn_rewrap));
}

static void the_same_act_has_the_same_retry_key(void **state) {
    (void)state;
    const struct tcn_id ids[] = {{{1}}, {{2}}};
    char first[TCN_REWRAP_KEY_BYTES];
    char other[TCN_REWRAP_KEY_BYTES];
    tcn_rewraps_key(&ids[0], tcn_slice_text("water"), tcn_slice_text(FORM "a"), first);
    tcn_rewraps_key(&ids[0], tcn_slice_text("water"), tcn_slice_text(FORM "a"), other);
    assert_string_equal(first, other);
    tcn_rewraps_key(&ids[1], tcn_slice_text("water"), tcn_slice_text(FORM "a"), other);
    assert_string_not_equal(first, other);
    tcn_rewraps_key(&ids[0], tcn_slice_text("safety"), tcn_slice_text(FORM "a"), other);
    assert_string_not_equal(first, other);
    tcn_rewraps_key(&ids[0], tcn_slice_text("water"), tcn_slice_text(FORM "b"), other);
    assert_string_not_equal(first, other);
}

static void what_does_not_fit_is_counted(void **state) {
    struct world *world = *state;
    struct tcn_rewrap rewrap = {.kind = TCN_COMPARTMENT_CONTACT};
    for (uint32_t i = 0; i < TCN_REWRAPS_MAX; i++) {
        memcpy(rewrap.event_hash.bytes, &i, sizeof i);
        assert_int_equal(tcn_rewraps_add(world->gathered, &rewrap), TCN_OK);
    }
    assert_int_equal(tcn_rewraps_add(world->gathered, &rewrap), TCN_OK); /* is there */
    rewrap.kind = TCN_COMPARTMENT_NARRATIVE;
    assert_int_equal(tcn_rewraps_add(world->gathered, &rewrap), TCN_LIMIT);
    const struct tcn_item item = report_of(world);
    assert_int_equal(gather(world, 0, NEXT, false, &item).left, 1);
}

static void who_has_a_wrap_hands_over_the_half_without_the_share(void **state) {
    struct world *world = *state;
    const struct tcn_item item = report_of(world);
    struct tcn_item unshared = item;
    unshared.share = (struct tcn_slice){0};
    assert_int_equal(reads(world, NULL, &item), 0);
    const struct tcn_rewrap_counts counts = gather(world, 0, NEXT, false, &unshared);
    assert_int_equal(counts.closed, 1); /* the contact is another's */
    assert_int_equal(tcn_rewraps_count(world->gathered), 1);
    assert_int_equal(reads(world, world->gathered, &item), 1);
    assert_int_equal(reads(world, world->gathered, &unshared), 0); /* only who gets the share */
    (void)gather(world, 1, NEXT, false, &unshared);
    assert_int_equal(reads(world, world->gathered, &item), 2);
}

static void a_half_of_another_text_opens_nothing(void **state) {
    struct world *world = *state;
    const struct tcn_item first = report_of(world);
    (void)gather(world, 0, NEXT, false, &first);
    struct tcn_rewrap wrong = *tcn_rewraps_at(world->gathered, 0);
    const struct tcn_item second = report_of(world); /* the same words under other keys */
    assert_int_equal(reads(world, world->gathered, &second), 0);
    wrong.event_hash = tcn_hash_event(second.open, second.sealed);
    assert_int_equal(tcn_rewraps_add(world->handed, &wrong), TCN_OK);
    assert_int_equal(reads(world, world->handed, &second), 0);
    (void)gather(world, 0, NEXT, false, &second); /* and stands in no right one's way */
    assert_int_equal(tcn_rewraps_add(world->handed, tcn_rewraps_at(world->gathered, 1)), TCN_OK);
    assert_int_equal(reads(world, world->handed, &second), 1);
}

static void what_the_organ_can_open_is_not_handed_over_unless_its_key_is_lost(void **state) {
    struct world *world = *state;
    const struct tcn_item item = report_of(world);
    struct tcn_rewrap_counts counts = gather(world, 0, OWNER, false, &item);
    assert_int_equal(counts.wrapped, 1);
    assert_int_equal(counts.closed, 1);
    assert_int_equal(tcn_rewraps_count(world->gathered), 0);
    counts = gather(world, 0, OWNER, true, &item);
    assert_int_equal(counts.wrapped, 0);
    assert_int_equal(tcn_rewraps_count(world->gathered), 1);
}

static void what_has_an_allow_list_stays_behind_it(void **state) {
    struct world *world = *state;
    struct tcn_event event = event_of(TCN_ACT_REPORTED);
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = OWNER;
    event.guard_organs[1] = BESIDE;
    event.guard_organ_count = 2;
    const struct tcn_seal_recipient reader = {OWNER, world->keys[0].seal.public_key};
    const struct tcn_seal_item text = {
        {TCN_COMPARTMENT_ACCUSED, tcn_slice_text("the land office")}, &reader, 1};
    const struct tcn_item item = make_item(world, &event, &text, 1);
    assert_int_equal(gather(world, 0, NEXT, true, &item).guarded, 1);
    assert_int_equal(tcn_rewraps_count(world->gathered), 0);
    assert_int_equal(gather(world, 0, BESIDE, false, &item).guarded, 0);
    assert_int_equal(tcn_rewraps_count(world->gathered), 1);
}

/* A post's word on where a guarded matter goes. */
struct say {
    uint32_t source;
    enum tcn_act act;
    const char *to;
    const char *domain;
    bool is_void; /* to its own actor */
};

static const struct tcn_organ organs[] = {{.number = OWNER, .id = "owner"},
                                          {.number = NEXT, .id = "next"}};
static const struct tcn_domain domains[] = {{.id = "land", .owner = OWNER},
                                            {.id = "pipe", .owner = NEXT}};
static const struct tcn_policy policy = {
    .organs = organs, .organ_count = 2, .domains = domains, .domain_count = 2};

#define LISTED "*" /* no organ: the word comes with a list */

/* What posts say, in the log's order, and whether they let it go to `next` by it. */
static const struct {
    struct say says[3];
    bool is_let;
} lets[] = {
    {{{0}}, false},
    {{{1, TCN_ACT_RELEASED, "next", "", false}}, false},
    {{{1, TCN_ACT_RELEASED, "next", "", false}, {1, TCN_ACT_RELEASED, "next", "", false}}, false},
    {{{1, TCN_ACT_RELEASED, "next", "", false}, {2, TCN_ACT_TRANSFERRED, "next", "", false}},
     false},
    {{{1, TCN_ACT_RELEASED, "next", "", false}, {2, TCN_ACT_RELEASED, "owner", "", false}}, false},
    {{{1, TCN_ACT_RELEASED, "next", "", false}, {2, TCN_ACT_RELEASED, "", "land", false}}, false},
    {{{1, TCN_ACT_REPLIED, "next", "", false}, {2, TCN_ACT_REPLIED, "next", "", false}}, false},
    {{{1, TCN_ACT_TRANSFERRED, "", "pipe", false}, {2, TCN_ACT_TRANSFERRED, "", "pipe", false}},
     false},
    {{{1, TCN_ACT_RELEASED, "next", "", false},
      {1, TCN_ACT_RELEASED, "owner", "", false},
      {2, TCN_ACT_RELEASED, "next", "", false}},
     false}, /* the first word gave way */
    {{{1, TCN_ACT_RELEASED, "next", "", false},
      {1, TCN_ACT_TRANSFERRED, "owner", "", false},
      {2, TCN_ACT_RELEASED, "next", "", false}},
     false},
    {{{1, TCN_ACT_RELEASED, "next", "", false},
      {3, TCN_ACT_HOLD_ENDED, "", "", false},
      {2, TCN_ACT_RELEASED, "next", "", false}},
     false},
    {{{1, TCN_ACT_TRANSFERRED, "next", "", false},
      {3, TCN_ACT_ACCEPTED, "", "", false}, /* the matter moved: the log has forgotten it */
      {2, TCN_ACT_TRANSFERRED, "next", "", false}},
     false},
    {{{1, TCN_ACT_TRANSFERRED, "next", "", false},
      {3, TCN_ACT_FOLLOWED_UP, LISTED, "", false}, /* its list got shorter */
      {2, TCN_ACT_TRANSFERRED, "next", "", false}},
     false},
    {{{1, TCN_ACT_RELEASED, "next", "", false},
      {3, TCN_ACT_OBJECTED, "", "", false},
      {2, TCN_ACT_RELEASED, "next", "", false}},
     false},
    {{{1, TCN_ACT_RELEASED, "next", "land", false}, {2, TCN_ACT_RELEASED, "next", "pipe", false}},
     false},
    {{{1, TCN_ACT_RELEASED, "next", "", false}, {2, TCN_ACT_RELEASED, "next", "pipe", false}},
     false},
    {{{1, TCN_ACT_RELEASED, "next", "", true}, {2, TCN_ACT_RELEASED, "next", "", true}}, false},
    {{{1, TCN_ACT_RELEASED, "next", "", true}, {2, TCN_ACT_RELEASED, "next", "", false}}, false},
    {{{1, TCN_ACT_RELEASED, "next", "", false}, {2, TCN_ACT_RELEASED, "next", "", true}}, false},
    {{{1, TCN_ACT_RELEASED, "next", "", false},
      {1, TCN_ACT_RELEASED, "owner", "", true},
      {2, TCN_ACT_RELEASED, "next", "", false}},
     true}, /* what was void takes no place */
    {{{1, TCN_ACT_TRANSFERRED, "next", "", false},
      {3, TCN_ACT_ACKNOWLEDGED, "", "", false},
      {2, TCN_ACT_TRANSFERRED, "next", "", false}},
     true}, /* nor what moves nothing */
    {{{1, TCN_ACT_TRANSFERRED, "next", "", false},
      {3, TCN_ACT_FOLLOWED_UP, "", "", false},
      {2, TCN_ACT_TRANSFERRED, "next", "", false}},
     true},
    {{{1, TCN_ACT_RELEASED, "next", "", false}, {2, TCN_ACT_RELEASED, "next", "", false}}, true},
    {{{1, TCN_ACT_TRANSFERRED, "next", "", false}, {2, TCN_ACT_TRANSFERRED, "next", "", false}},
     true},
    {{{1, TCN_ACT_RECLASSIFIED, "", "pipe", false}, {2, TCN_ACT_RECLASSIFIED, "", "pipe", false}},
     true},
    {{{1, TCN_ACT_RELEASED, "owner", "", false},
      {2, TCN_ACT_RELEASED, "next", "", false},
      {1, TCN_ACT_RELEASED, "next", "", false}},
     true},
};

/* Two posts let it go to an organ by the same act: then, and no sooner, it is handed over. */
static void a_guarded_text_goes_to_whom_two_posts_name(void **state) {
    struct world *world = *state;
    const struct tcn_seal_recipient reader = {OWNER, world->keys[0].seal.public_key};
    const struct tcn_seal_item text = {
        {TCN_COMPARTMENT_ACCUSED, tcn_slice_text("the land office")}, &reader, 1};
    for (size_t i = 0; i < sizeof lets / sizeof lets[0]; i++) {
        struct tcn_rewrap_let let = {.policy = &policy, .organ = NEXT};
        for (size_t k = 0; k < 3 && lets[i].says[k].source != 0; k++) {
            struct tcn_event said = event_of(lets[i].says[k].act);
            said.body_kind = TCN_BODY_ACT;
            said.domain = tcn_slice_text(lets[i].says[k].domain);
            if (strcmp(lets[i].says[k].to, LISTED) == 0) {
                said.guard_organs[0] = OWNER;
                said.guard_organ_count = 1;
            } else {
                said.act_body.to_organ = tcn_slice_text(lets[i].says[k].to);
            }
            struct tcn_item item = make_item(world, &said, &text, 1);
            item.lane.source = lets[i].says[k].source;
            if (lets[i].says[k].is_void) {
                item.alert.reason = TCN_REASON_OUTCOME;
                item.alert.code = TCN_NOT_ALLOWED;
            }
            tcn_rewrap_let_look(&let, &item, &world->arena);
        }
        if (let.is_let != lets[i].is_let) {
            fail_msg("row %zu: %d", i, (int)let.is_let);
        }
        struct tcn_event event = event_of(TCN_ACT_REPORTED);
        event.concerns = TCN_CONCERNS_UNIT;
        event.guard_organs[0] = OWNER;
        event.guard_organ_count = 1;
        const struct tcn_item item = make_item(world, &event, &text, 1);
        const struct tcn_rewrap_asked asked = {
            .keys = &world->keys[0], .handed = world->handed, .organ = NEXT, .is_let = let.is_let};
        struct tcn_rewrap_counts counts = {0};
        assert_int_equal(tcn_rewraps_gather(world->gathered, &asked, &item, &world->arena, &counts),
                         TCN_OK);
        assert_int_equal(counts.guarded, lets[i].is_let ? 0 : 1);
        tcn_arena_reset(&world->arena);
    }
    assert_int_equal(tcn_rewraps_count(world->gathered), 7);
}

/* The way of an act: who is handed halves by it is shown no text, and hands them on. */
static void halves_come_as_an_act_and_go_on(void **state) {
    struct world *world = *state;
    static uint8_t bytes[TCN_REWRAP_TEXT_BYTES];
    struct world other = *world;
    const struct tcn_item item = report_of(&other);
    (void)gather(world, 0, NEXT, false, &item);
    struct tcn_event event = event_of(TCN_ACT_REWRAPPED);
    const struct tcn_seal_recipient reader = {NEXT, world->keys[2].seal.public_key};
    struct tcn_seal_item text = {{.kind = TCN_COMPARTMENT_NARRATIVE}, &reader, 1};
    tcn_rewraps_write(world->gathered, 0, bytes, &text.plain.text);
    const struct tcn_item act = make_item(world, &event, &text, 1);

    struct tcn_reading reading;
    assert_int_equal(tcn_reading_make(&act, &world->keys[2], &world->arena, &reading), TCN_OK);
    assert_int_equal(reading.text_count, 0);
    assert_int_equal(reading.closed_count, 0);
    assert_true(reading.handed.size > 0);
    assert_int_equal(tcn_reading_make(&act, &world->keys[1], &world->arena, &reading), TCN_OK);
    assert_int_equal(reading.closed_count, 1);
    assert_int_equal(reading.handed.size, 0);

    assert_int_equal(tcn_rewraps_collect(world->handed, &item, &world->keys[2], &world->arena),
                     TCN_OK);
    assert_int_equal(tcn_rewraps_collect(world->handed, &act, &world->keys[1], &world->arena),
                     TCN_OK);
    assert_int_equal(tcn_rewraps_count(world->handed), 0);
    assert_int_equal(tcn_rewraps_collect(world->handed, &act, &world->keys[2], &world->arena),
                     TCN_OK);
    assert_int_equal(tcn_rewraps_count(world->handed), 1);
    assert_int_equal(reads(world, world->handed, &item), 1);

    struct tcn_rewraps *further = world->gathered;
    assert_int_equal(tcn_rewraps_create(&world->gathered), TCN_OK);
    assert_int_equal(gather(world, 2, 10, false, &item).closed, 1);
    assert_int_equal(tcn_rewraps_count(world->gathered), 1);
    (void)gather(world, 2, 10, false, &act); /* is gathered with what it opens */
    assert_int_equal(tcn_rewraps_count(world->gathered), 1);
    tcn_rewraps_destroy(&further);
}

/* A person's note with the act is one. */
static void a_note_with_the_act_is_a_text(void **state) {
    struct world *world = *state;
    struct tcn_event event = event_of(TCN_ACT_REWRAPPED);
    const struct tcn_seal_recipient reader = {NEXT, world->keys[2].seal.public_key};
    const struct tcn_seal_item text = {
        {TCN_COMPARTMENT_NARRATIVE, tcn_slice_text("the rest comes by post")}, &reader, 1};
    const struct tcn_item act = make_item(world, &event, &text, 1);
    assert_int_equal(reads(world, NULL, &act), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_no_line_hands_over_nothing, make_world, end_world),
        cmocka_unit_test_setup_teardown(more_than_one_act_holds_are_written_in_several, make_world,
                                        end_world),
        cmocka_unit_test(the_same_act_has_the_same_retry_key),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_counted, make_world, end_world),
        cmocka_unit_test_setup_teardown(who_has_a_wrap_hands_over_the_half_without_the_share,
                                        make_world, end_world),
        cmocka_unit_test_setup_teardown(a_half_of_another_text_opens_nothing, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(
            what_the_organ_can_open_is_not_handed_over_unless_its_key_is_lost, make_world,
            end_world),
        cmocka_unit_test_setup_teardown(what_has_an_allow_list_stays_behind_it, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(a_guarded_text_goes_to_whom_two_posts_name, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(halves_come_as_an_act_and_go_on, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_note_with_the_act_is_a_text, make_world, end_world),
    };
    return cmocka_run_group_tests_name("rewrap", tests, NULL, NULL);
}
