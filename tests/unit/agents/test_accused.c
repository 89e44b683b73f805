/* SPDX-License-Identifier: Apache-2.0 */
/* A complaint that names organs of the policy: who takes it in, who can read it, what is refused.
 */
#include "agents/accused.h"

#include "bench.h"
#include "wire/event.h"

#define WALL_NS INT64_C(1767225600000000000)
#define WORDS "the water people themselves"

/* Labour is above the office by its line; discipline inspection has somebody above it. */
static const struct tcn_organ chained[] = {
    {.number = DESK, .id = "desk", .kind = TCN_ORGAN_DESK},
    {.number = WATER, .id = "water_bureau", .kind = TCN_ORGAN_BUREAU, .place_parent = DESK},
    {.number = OFFICE, .id = "office_chahe", .kind = TCN_ORGAN_OFFICE, .line_parent = LABOUR},
    {.number = DISCIPLINE, .id = "discipline", .kind = TCN_ORGAN_BUREAU, .line_parent = KEYLESS},
    {.number = LABOUR, .id = "labour_bureau", .kind = TCN_ORGAN_BUREAU, .place_parent = DESK},
    {.number = KEYLESS, .id = "keyless_bureau", .kind = TCN_ORGAN_BUREAU},
};

/** A draft on its way and what came of it. */
struct desk_bench {
    struct district *district;
    struct tcn_policy policy;
    struct tcn_agent_office office;
    struct tcn_arena arena;
    struct tcn_draft draft;
    struct tcn_agent_fault fault;
    struct tcn_agent_entry entry;
    struct tcn_slice open;
    struct tcn_event event;
    struct tcn_sealed sealed;
};

static int setup_desk(void **state) {
    struct desk_bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->district = district_create(TCN_MODE_ACTUAL, "office_chahe");
    assert_int_equal(tcn_arena_init(&bench->arena, 4 * 1024 * 1024), TCN_OK);
    bench->policy = district_policy;
    bench->policy.organs = chained;
    bench->policy.organ_count = COUNT_OF(chained);
    bench->office = (struct tcn_agent_office){
        .policy = &bench->policy, .bundle = &bench->district->bundle, .principal = 7};
    *state = bench;
    return 0;
}

static int teardown_desk(void **state) {
    struct desk_bench *bench = *state;
    tcn_arena_fini(&bench->arena);
    district_destroy(bench->district);
    free(bench);
    return 0;
}

/** A complaint with words of its own, or without; `ids` with blanks between them. */
static enum tcn_status enter(struct desk_bench *bench, const char *speaker, const char *ids,
                             const char *words) {
    static char copy[128];
    const struct tcn_agent_moment moment = {.wall_ns = WALL_NS, .random = {1}};
    char *rest = NULL;
    memset(&bench->draft, 0, sizeof(bench->draft));
    bench->draft.event = (struct tcn_event){.act = TCN_ACT_REPORTED,
                                            .domain = text_of("rural_water"),
                                            .division = text_of(DIVISION),
                                            .concerns = TCN_CONCERNS_UNIT};
    (void)snprintf(copy, sizeof(copy), "%s", ids);
    for (char *id = strtok_r(copy, " ", &rest); id != NULL; id = strtok_r(NULL, " ", &rest)) {
        assert_true(bench->draft.accused_count < TCN_ACCUSED_ORGANS_MAX);
        bench->draft.accused_organs[bench->draft.accused_count] = text_of(id);
        bench->draft.accused_count++;
    }
    if (words != NULL) {
        bench->draft.plains[0] =
            (struct tcn_plain){.kind = TCN_COMPARTMENT_ACCUSED, .text = text_of(words)};
        bench->draft.plain_count = 1;
    }
    bench->office.organ_id = text_of(speaker);
    const struct tcn_organ *organ = tcn_policy_organ_by_id(&bench->policy, text_of(speaker));
    bench->office.organ = organ != NULL ? organ->number : 0;
    tcn_arena_reset(&bench->arena);
    return tcn_agent_enter(&bench->office, &moment, &bench->draft, &bench->arena, &bench->fault,
                           &bench->entry);
}

static void who_is_accused_or_near_them_takes_nothing_in(void **state) {
    struct desk_bench *bench = *state;
    static const struct {
        const char *speaker;
        const char *accused;
        enum tcn_status status;
        const char *says;     /* is part of the sentence */
        const char *says_not; /* is none of it */
    } rows[] = {
        {"office_chahe", "water_burea", TCN_BAD_VALUE, "\"water_bureau\"", "\"desk\""},
        {"office_chahe", "desk water_burea", TCN_BAD_VALUE, "\"water_bureau\"", "\"desk\""},
        {"office_chahe", "zzzzzzzzzzzz", TCN_BAD_VALUE, "\"zzzzzzzzzzzz\"", "nearest"},
        {"office_chahe", "A-SECRET", TCN_BAD_VALUE, "\"?\"", "SECRET"},
        {"office_chahe", "office_chahe", TCN_DENIED, "the desk by phone", "one level up"},
        {"office_chahe", "office_chahe", TCN_DENIED, "discipline inspection, 12345", "keyless"},
        {"office_chahe", "labour_bureau", TCN_DENIED, "the desk by phone", "labour"}, /* above */
        {"office_chahe", "desk", TCN_DENIED, "discipline inspection, 12345", "the desk"},
        {"office_chahe", "labour_bureau discipline", TCN_DENIED, "the desk by phone",
         "discipline inspection"},
        {"labour_bureau", "office_chahe", TCN_DENIED, "12345", "level up"}, /* below */
        {"keyless_bureau", "discipline", TCN_DENIED, "the desk by phone", "discipline"},
        {"desk", "desk", TCN_DENIED, "discipline inspection, 12345", "the desk"},
        {"desk", "water_bureau desk", TCN_DENIED, "discipline inspection, 12345", "the desk"},
        {"discipline", "discipline", TCN_DENIED, "the desk by phone", "discipline inspection"},
        {"office_chahe", "desk discipline", TCN_DENIED, "nobody in this district", "the desk"},
        {"discipline", "discipline desk", TCN_DENIED, "12345", "the desk"},
        {"desk", "keyless_bureau desk", TCN_DENIED, "one level up", "the desk"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        memset(&bench->entry, 0, sizeof(bench->entry));
        assert_int_equal(enter(bench, rows[i].speaker, rows[i].accused, WORDS), rows[i].status);
        assert_string_equal(bench->fault.field, "accused_organs");
        if (strstr(bench->fault.sentence, rows[i].says) == NULL ||
            strstr(bench->fault.sentence, rows[i].says_not) != NULL) {
            fail_msg("row %zu: %s", i, bench->fault.sentence);
        }
        assert_int_equal(bench->entry.piece.event.size, 0);
    }
}

static void organs_are_accused_of_a_unit_only(void **state) {
    struct desk_bench *bench = *state;
    static const enum tcn_concerns kinds[] = {TCN_CONCERNS_NOBODY, TCN_CONCERNS_UNKNOWN};
    const struct tcn_agent_moment moment = {.wall_ns = WALL_NS, .random = {1}};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        assert_int_equal(enter(bench, "office_chahe", "water_bureau", WORDS), TCN_OK);
        bench->draft.event.concerns = kinds[i];
        tcn_arena_reset(&bench->arena);
        assert_int_equal(tcn_agent_enter(&bench->office, &moment, &bench->draft, &bench->arena,
                                         &bench->fault, &bench->entry),
                         TCN_BAD_VALUE);
        assert_string_equal(bench->fault.field, "accused_organs");
    }
}

static void a_text_that_the_organs_make_too_long_is_refused(void **state) {
    struct desk_bench *bench = *state;
    static char words[TCN_TEXT_BYTES_MAX + 1];
    memset(words, 'w', TCN_TEXT_BYTES_MAX);
    assert_int_equal(enter(bench, "office_chahe", "water_bureau", words), TCN_TOOBIG);
    assert_string_equal(bench->fault.field, "accused");
    words[TCN_TEXT_BYTES_MAX - sizeof("accused_organs: water_bureau")] = '\0';
    assert_int_equal(enter(bench, "office_chahe", "water_bureau", words), TCN_OK);
}

/** Decodes what was entered. */
static void decode(struct desk_bench *bench) {
    struct tcn_slice sealed;
    assert_int_equal(tcn_wire_event_split(bench->entry.piece.event, &bench->open, &sealed), TCN_OK);
    assert_int_equal(tcn_wire_open_part_decode(bench->open, &bench->arena, &bench->event), TCN_OK);
    assert_int_equal(tcn_wire_sealed_decode(sealed, &bench->arena, &bench->sealed), TCN_OK);
}

/** Opens what is said of the accused with an organ's key. */
static enum tcn_status open_as(struct desk_bench *bench, uint16_t organ,
                               struct tcn_slice *out_text) {
    const struct tcn_unseal unseal = {
        .open = bench->open,
        .sealed = &bench->sealed,
        .share = &bench->entry.piece.share,
        .keys = &bench->district->seals[organ - 1],
        .key_count = 1,
    };
    return tcn_unseal(&unseal, TCN_COMPARTMENT_ACCUSED, &bench->arena, out_text);
}

static bool is_listed(const struct tcn_event *event, uint16_t organ) {
    for (uint32_t i = 0; i < event->guard_organ_count; i++) {
        if (event->guard_organs[i] == organ) {
            return true;
        }
    }
    return false;
}

static void a_complaint_reaches_its_list_and_nobody_it_accuses(void **state) {
    struct desk_bench *bench = *state;
    static const struct {
        const char *speaker;
        const char *accused;
        uint16_t list[2];
        const char *words; /* NULL: none of its own */
        const char *text;
    } rows[] = {
        {"office_chahe",
         "water_bureau",
         {DISCIPLINE, DESK},
         WORDS,
         "accused_organs: water_bureau\n" WORDS},
        {"office_chahe", "water_bureau", {DISCIPLINE, DESK}, NULL, "accused_organs: water_bureau"},
        {"office_chahe", "discipline", {DESK}, WORDS, "accused_organs: discipline\n" WORDS},
        {"desk",
         "discipline water_bureau discipline",
         {DESK},
         NULL,
         "accused_organs: discipline, water_bureau"},
        {"desk",
         "office_chahe labour_bureau",
         {DISCIPLINE, DESK},
         NULL,
         "accused_organs: office_chahe, labour_bureau"},
        {"discipline", "desk", {DISCIPLINE}, WORDS, "accused_organs: desk\n" WORDS},
        {"discipline",
         "office_chahe desk",
         {DISCIPLINE},
         NULL,
         "accused_organs: office_chahe, desk"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(enter(bench, rows[i].speaker, rows[i].accused, rows[i].words), TCN_OK);
        decode(bench);
        const uint32_t count = rows[i].list[1] != 0 ? 2 : 1;
        assert_int_equal(bench->event.guard_organ_count, count);
        assert_int_equal(bench->entry.reader_count, count);
        for (uint16_t organ = DESK; organ < KEYLESS; organ++) {
            struct tcn_slice text;
            const bool is_on = organ == rows[i].list[0] || organ == rows[i].list[1];
            assert_int_equal(is_listed(&bench->event, organ), is_on);
            assert_int_equal(open_as(bench, organ, &text), is_on ? TCN_OK : TCN_DENIED);
            assert_true(!is_on || tcn_slice_is_text(text, rows[i].text));
        }
        static const char *const hidden[] = {"accused_organs", "water_bureau", "labour_bureau",
                                             "rural_water", WORDS};
        for (size_t k = 0; k < COUNT_OF(hidden); k++) {
            assert_false(holds(bench->entry.piece.event, hidden[k]));
        }
    }
}

static void a_struck_desk_gives_way_to_the_next_higher_and_its_key(void **state) {
    struct desk_bench *bench = *state;
    struct tcn_organ organs[COUNT_OF(chained)];
    struct tcn_slice text;
    memcpy(organs, chained, sizeof(organs));
    organs[DESK - 1].line_parent = LABOUR; /* and by its place it is below the water bureau */
    organs[DESK - 1].place_parent = WATER;
    organs[WATER - 1].place_parent = 0;
    organs[LABOUR - 1].place_parent = 0;
    bench->policy.organs = organs;
    assert_int_equal(enter(bench, "discipline", "water_bureau", WORDS), TCN_OK);
    decode(bench);
    assert_int_equal(bench->event.guard_organ_count, 2);
    assert_int_equal(bench->event.guard_organs[1], LABOUR);
    assert_int_equal(open_as(bench, LABOUR, &text), TCN_OK);
    assert_int_equal(open_as(bench, DESK, &text), TCN_DENIED);
    assert_int_equal(open_as(bench, WATER, &text), TCN_DENIED);
    /* Who comes next has no key: it is refused, and not sealed to the desk instead. */
    organs[DESK - 1].line_parent = KEYLESS;
    assert_int_equal(enter(bench, "discipline", "water_bureau", WORDS), TCN_ABSENT);
    assert_non_null(strstr(bench->fault.sentence, "keyless_bureau"));
}

#define COMPLAINT(op, accused)                                                                     \
    "{\"op\":\"" op "\",\"draft\":{\"domain\":\"rural_water\",\"division\":\"" DIVISION            \
    "\",\"concerns\":\"unit\",\"key\":\"k9\",\"texts\":{\"narrative\":\"the-narrative-marker\"},"  \
    "\"accused_organs\":[\"" accused "\"]}}"

static void what_is_refused_was_never_on_disk(void **state) {
    struct bench *bench = *state;
    struct tcn_local_answer answer =
        office_ask(&bench->office, COMPLAINT("report", "office_chahe"));
    assert_int_equal(answer.code, TCN_DENIED);
    assert_true(tcn_slice_is_text(answer.field, "accused_organs"));
    assert_true(answer.sentence.size > 0);
    answer = office_ask(&bench->office, COMPLAINT("report", "nobody"));
    assert_int_equal(answer.code, TCN_BAD_VALUE);
    answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    assert_int_equal(answer.outbox.lanes[0].last_sequence, 0);
    assert_int_equal(answer.outbox.lanes[1].last_sequence, 0);
    assert_int_equal(answer.outbox.dead_count, 0);
    /* Nor is its retry key: the same is asked again and nothing is recalled. */
    answer = office_ask(&bench->office, COMPLAINT("report", "water_bureau"));
    assert_int_equal(answer.code, TCN_OK);
    assert_false(answer.is_repeat);
    /* The same key for whom it accuses besides is another content. */
    answer = office_ask(&bench->office, COMPLAINT("report", "labour_bureau"));
    assert_int_equal(answer.code, TCN_CONFLICT);
}

static void a_preview_tells_from_whom_it_is_kept(void **state) {
    struct bench *bench = *state;
    struct tcn_local_answer answer =
        office_ask(&bench->office, COMPLAINT("preview", "labour_bureau\",\"water_bureau"));
    assert_int_equal(answer.code, TCN_OK);
    assert_int_equal(answer.preview.told_count, 2);
    assert_int_equal(answer.preview.kept_count, 2);
    assert_int_equal(answer.preview.kept_total, 2);
    assert_true(tcn_slice_is_text(answer.preview.kept[0], "labour_bureau"));
    assert_true(tcn_slice_is_text(answer.preview.kept[1], "water_bureau"));
    answer = office_ask(&bench->office, COMPLAINT("preview", "discipline"));
    assert_int_equal(answer.preview.told_count, 1);
    assert_true(tcn_slice_is_text(answer.preview.told[0].organ, "desk"));
    answer = office_ask(&bench->office, COMPLAINT("preview", "office_chahe"));
    assert_int_equal(answer.code, TCN_DENIED);
    assert_false(answer.has_preview);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_is_accused_or_near_them_takes_nothing_in, setup_desk,
                                        teardown_desk),
        cmocka_unit_test_setup_teardown(organs_are_accused_of_a_unit_only, setup_desk,
                                        teardown_desk),
        cmocka_unit_test_setup_teardown(a_text_that_the_organs_make_too_long_is_refused, setup_desk,
                                        teardown_desk),
        cmocka_unit_test_setup_teardown(a_complaint_reaches_its_list_and_nobody_it_accuses,
                                        setup_desk, teardown_desk),
        cmocka_unit_test_setup_teardown(a_struck_desk_gives_way_to_the_next_higher_and_its_key,
                                        setup_desk, teardown_desk),
        cmocka_unit_test_setup_teardown(what_is_refused_was_never_on_disk, setup_offline, teardown),
        cmocka_unit_test_setup_teardown(a_preview_tells_from_whom_it_is_kept, setup_offline,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
