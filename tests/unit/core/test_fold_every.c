/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-labels: once_plain */
/* Every act at every stage of every kind, by real events and by everybody: from each place that a
 * matter of the kind can come to (stage and marks), each act is tried. What counts moves the matter
 * on, and where it leads is tried too; what does not changes nothing and names exactly the acts
 * that somebody could do there. Every row of the tables is met so. */
#include "fold_moves.h"

#include <stdlib.h>

#define ACTS 128
#define STAGES 64
#define PLACES_MAX 1024
#define PATH_MAX 40

/* What an act may say; harm has tests of its own: it makes a hazard another kind. */
#define SAYS_ALL                                                                                   \
    (TCN_FACT_MAJOR | TCN_FACT_FIVE | TCN_FACT_PATH | TCN_FACT_GRADE | TCN_FACT_REASON |           \
     TCN_FACT_HOW | TCN_FACT_POST | TCN_FACT_UNTIL | TCN_FACT_NEXT_STEP | TCN_FACT_AMOUNT |        \
     TCN_FACT_COUNT | TCN_FACT_VILLAGERS | TCN_FACT_CLAIM | TCN_FACT_MONTH | TCN_FACT_MISSING |    \
     TCN_FACT_EVIDENCE)
#define SAYS_LESS (SAYS_ALL & ~(uint32_t)(TCN_FACT_MAJOR | TCN_FACT_FIVE))

static const uint16_t actors[] = {SAFETY, WATER, OFFICE_A, CITY, DESK, OFFICE_B};

/** One act on the way to a place. */
struct leg {
    uint16_t organ;
    enum tcn_act act;
    uint32_t says;
    bool is_second; /**< by another post, of what the organ said before */
};

/** Where a matter of the kind can stand, and how it came there. */
struct place {
    enum tcn_stage stage;
    uint32_t marks;
    uint16_t holder;
    struct leg legs[PATH_MAX];
    size_t leg_count;
};

/** The places of one kind, and what was seen at its stages. */
struct atlas {
    enum tcn_procedure_kind kind;
    const char *domain;
    struct place *places;
    size_t place_count;
    bool is_met[STAGES][ACTS];
    size_t void_count;
    struct tcn_policy policy;
};

/** A domain of each kind, in the small regime. */
static const char *const domains[] = {
    [TCN_PROCEDURE_GENERAL] = "hazard",     [TCN_PROCEDURE_PETITION] = "claim",
    [TCN_PROCEDURE_HAZARD] = "danger",      [TCN_PROCEDURE_ACCIDENT] = "danger",
    [TCN_PROCEDURE_DISPUTE] = "quarrel",    [TCN_PROCEDURE_WAGES] = "pay",
    [TCN_PROCEDURE_REQUISITION] = "land",   [TCN_PROCEDURE_SERVICE] = "care",
    [TCN_PROCEDURE_GUARDIANSHIP] = "child", [TCN_PROCEDURE_ENTERPRISE] = "firm",
    [TCN_PROCEDURE_WARNING] = "storm",      [TCN_PROCEDURE_PLACEMENT] = "place",
};

/** Folds one act; returns its outcome. */
static struct tcn_outcome go(struct fixture *fixture, const struct atlas *atlas,
                             const struct leg *leg) {
    const bool hands_over = leg->act == TCN_ACT_TRANSFERRED;
    const struct move move = {leg->organ, leg->act, leg->says, hands_over ? "water" : atlas->domain,
                              NULL};
    struct tcn_attribute attributes[MOVE_ATTRIBUTES];
    const struct tcn_event event = event_of(&move, 1, attributes);
    struct tcn_fold_input in = input_of(fixture, leg->organ, &event);
    struct tcn_outcome outcome;
    in.lane.source = leg->is_second ? OTHER_POST : leg->organ;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    return outcome;
}

/** A fold whose matter has come to a place. */
static void come_to(struct fixture *fixture, struct atlas *atlas, const struct place *place) {
    start_chain(fixture, &atlas->policy);
    for (size_t i = 0; i < place->leg_count; i++) {
        assert_int_equal(go(fixture, atlas, &place->legs[i]).code, TCN_OK);
    }
    const struct tcn_matter *matter = walked(fixture, 1);
    assert_true(place->leg_count == 0 ||
                (matter != NULL && matter->stage == place->stage && matter->marks == place->marks));
}

/** Keeps a place that is new and of the kind. */
static void keep_place(struct atlas *atlas, const struct tcn_matter *matter,
                       const struct place *from, const struct leg *leg) {
    for (size_t i = 0; i < atlas->place_count; i++) {
        const struct place *place = &atlas->places[i];
        if (place->stage == matter->stage && place->marks == matter->marks &&
            place->holder == matter->holder) {
            return;
        }
    }
    /* Work that the desk itself submitted may have nobody who checks it: it checks no work of its
     * own, and the holder may have nobody else above. Then the matter is handed on. */
    if (matter->kind != atlas->kind || matter->submitter == DESK) {
        return;
    }
    if ((matter->marks & TCN_MARK_KEPT) != 0) { /* bars erasing, and nothing that leads anywhere */
        return;
    }
    assert_true(atlas->place_count < PLACES_MAX && from->leg_count < PATH_MAX);
    struct place *place = &atlas->places[atlas->place_count++];
    *place = *from;
    place->stage = matter->stage;
    place->marks = matter->marks;
    place->holder = matter->holder;
    place->legs[place->leg_count++] = *leg;
}

/** True when nothing of the matter but its newest event is another. */
static bool is_unmoved(const struct tcn_matter *left, const struct tcn_matter *right) {
    return left->kind == right->kind && left->stage == right->stage &&
           left->marks == right->marks && left->holder == right->holder &&
           left->event_count == right->event_count && left->last_act == right->last_act &&
           left->second.act == right->second.act && left->bounce_count == right->bounce_count &&
           left->learned_ns == right->learned_ns && left->submitter == right->submitter;
}

/** Tries one act at a place; true when it counts. `fixture` is at the place before and after. */
static bool try_act(struct fixture *fixture, struct atlas *atlas, size_t at, struct leg leg,
                    uint64_t *io_allowed) {
    const struct place place = atlas->places[at];
    const struct tcn_matter before = *walked(fixture, 1);
    struct tcn_outcome outcome = go(fixture, atlas, &leg);
    const struct tcn_matter *after = walked(fixture, 1);
    if (outcome.code != TCN_OK) {
        atlas->void_count++;
        assert_true(is_unmoved(&before, after));
        assert_int_equal(outcome.missing != 0, outcome.code == TCN_BAD_VALUE);
        assert_int_equal(outcome.allowed_acts != 0, outcome.code == TCN_NOT_ALLOWED);
        *io_allowed |= outcome.allowed_acts;
        return false;
    }
    if (after->second.act == leg.act) { /* it waits for another post */
        assert_int_equal(after->stage, before.stage);
        struct place waits = place;
        assert_true(waits.leg_count < PATH_MAX);
        waits.legs[waits.leg_count++] = leg;
        leg.is_second = true;
        assert_int_equal(go(fixture, atlas, &leg).code, TCN_OK);
        keep_place(atlas, walked(fixture, 1), &waits, &leg);
    } else {
        keep_place(atlas, after, &place, &leg);
    }
    stop(fixture);
    come_to(fixture, atlas, &place);
    return true;
}

/** True for an act about a matter. */
static bool is_of_people(unsigned act) {
    return tcn_act_rule_of((enum tcn_act)act) != NULL;
}

/** Tries every act of everybody at a place, and holds what the voids name against what counts. */
static void try_all(struct atlas *atlas, size_t at) {
    const enum tcn_stage stage = atlas->places[at].stage;
    struct fixture fixture;
    uint64_t can_be_done = 0;
    uint64_t named = 0;
    come_to(&fixture, atlas, &atlas->places[at]);
    for (unsigned act = 1; act < ACTS; act++) {
        for (size_t i = 0; i < COUNT_OF(actors) * 2 && is_of_people(act); i++) {
            const struct leg leg = {.organ = actors[i / 2],
                                    .act = (enum tcn_act)act,
                                    .says = i % 2 == 0 ? SAYS_ALL : SAYS_LESS};
            if (try_act(&fixture, atlas, at, leg, &named)) {
                can_be_done |= tcn_act_is_apart(leg.act) ? 0 : tcn_act_bit(leg.act);
                atlas->is_met[stage][act] = true;
            }
        }
    }
    stop(&fixture);
    if (named != 0 && named != can_be_done) {
        fail_msg("%s at %s, marks %u: named %llx, can be done %llx",
                 tcn_procedure_name(atlas->kind), tcn_stage_name(stage),
                 (unsigned)atlas->places[at].marks, (unsigned long long)named,
                 (unsigned long long)can_be_done);
    }
}

/** The matter is reported; what harms somebody is an accident from the start. */
static void begin_atlas(struct atlas *atlas, enum tcn_procedure_kind kind) {
    memset(atlas, 0, sizeof(*atlas));
    atlas->kind = kind;
    atlas->domain = domains[kind];
    atlas->places = calloc(PLACES_MAX, sizeof(*atlas->places));
    assert_non_null(atlas->places);
    const struct leg leg = {.organ = OFFICE_A,
                            .act = TCN_ACT_REPORTED,
                            .says = kind == TCN_PROCEDURE_ACCIDENT ? TCN_FACT_HARM : 0};
    const struct place nowhere = {.stage = TCN_STAGE_NONE};
    struct fixture fixture;
    come_to(&fixture, atlas, &nowhere);
    assert_int_equal(go(&fixture, atlas, &leg).code, TCN_OK);
    keep_place(atlas, walked(&fixture, 1), &nowhere, &leg);
    assert_int_equal(atlas->place_count, 1);
    stop(&fixture);
}

/** Every row of the kind's own table was met at each of its stages. A matter before its report, and
 * one that waits for the desk to place it, are no places of a walk: they have tests of their own.
 */
static void check_met(const struct atlas *atlas) {
    const struct tcn_procedure *procedure = tcn_procedure_of(atlas->kind);
    const uint64_t apart = UINT64_C(1) << TCN_STAGE_NONE | UINT64_C(1) << TCN_STAGE_STUB;
    for (size_t i = 0; i < procedure->row_count; i++) {
        const struct tcn_procedure_row *row = &procedure->rows[i];
        for (unsigned stage = 0; stage < STAGES; stage++) {
            const bool is_looked_at = ((row->from & ~apart) >> stage & 1u) != 0;
            if (is_looked_at && !atlas->is_met[stage][row->act]) {
                fail_msg("%s: %s was never done at %s", tcn_procedure_name(atlas->kind),
                         tcn_act_name(row->act), tcn_stage_name((enum tcn_stage)stage));
            }
        }
    }
}

static void every_act_at_every_stage_counts_or_names_those_that_would(void **state) {
    (void)state;
    static struct atlas atlas;
    for (unsigned kind = 1; kind <= TCN_PROCEDURE_MAX; kind++) {
        begin_atlas(&atlas, (enum tcn_procedure_kind)kind);
        for (size_t at = 0; at < atlas.place_count; at++) { /* grows while it is walked */
            try_all(&atlas, at);
        }
        check_met(&atlas);
        assert_true(atlas.void_count > 500);
        free(atlas.places);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_act_at_every_stage_counts_or_names_those_that_would),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
