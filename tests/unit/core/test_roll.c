/* SPDX-License-Identifier: Apache-2.0 */
#include "core/roll.h"

#include "trace.h"

#include <string.h>

#define HOUR_NS (INT64_C(3600) * 1000000000)
#define NOW_NS (1000 * HOUR_NS)

/* Rows of every test. */
enum {
    ADMIN = 1,
    OFFICE = 2,
    BUREAU = 3,
    WATCHER = 4,
    INVITED = 5, /* an office's new PC; its token is hash_of(50) */
    REVOKED = 6, /* an office's old PC, of the source that INVITED takes over */
    COLLECTOR = 7,
    ADMIN_TWO = 8,
    BROKER = 9,
    ROW_COUNT = 9,
    NEXT = 10, /* the id that an invitation gets */
};

static struct tcn_hash hash_of(uint8_t number) {
    return (struct tcn_hash){{number}};
}

static struct tcn_public_key key_of(uint8_t number) {
    return (struct tcn_public_key){{number}};
}

static struct tcn_principal row_of(uint32_t id, enum tcn_role role, uint32_t source) {
    struct tcn_principal row = {
        .id = id,
        .name = "somebody",
        .role = role,
        .status = TCN_PRINCIPAL_ACTIVE,
        .source = source,
        .organ = (uint16_t)(10 * id),
        .transport_key = key_of((uint8_t)(100 + id)),
        .signing_key = key_of((uint8_t)(200 + id)),
    };
    return row;
}

struct fixture {
    struct tcn_principal rows[ROW_COUNT];
    struct tcn_registry registry;
    struct tcn_registry_change change;
    struct tcn_roll_input in;
    struct tcn_roll_verdict verdict;
};

static void start(struct fixture *fixture) {
    memset(fixture, 0, sizeof(*fixture));
    struct tcn_principal *rows = fixture->rows;
    rows[0] = row_of(ADMIN, TCN_ROLE_ADMIN, 1);
    rows[1] = row_of(OFFICE, TCN_ROLE_OFFICE, 2);
    rows[2] = row_of(BUREAU, TCN_ROLE_BUREAU, 3);
    rows[3] = row_of(WATCHER, TCN_ROLE_WATCHER, 0);
    rows[4] = row_of(INVITED, TCN_ROLE_OFFICE, 4);
    rows[4].status = TCN_PRINCIPAL_INVITED;
    rows[4].transport_key = rows[4].signing_key = (struct tcn_public_key){{0}};
    rows[4].token_hash = hash_of(50);
    rows[4].token_until_ns = NOW_NS + HOUR_NS;
    rows[5] = row_of(REVOKED, TCN_ROLE_OFFICE, 4);
    rows[5].status = TCN_PRINCIPAL_REVOKED;
    rows[6] = row_of(COLLECTOR, TCN_ROLE_COLLECTOR, 0);
    rows[7] = row_of(ADMIN_TWO, TCN_ROLE_ADMIN, 5);
    rows[8] = row_of(BROKER, TCN_ROLE_BROKER, 0);
    fixture->registry =
        (struct tcn_registry){.version = 1, .principals = rows, .principal_count = ROW_COUNT};
    fixture->in = (struct tcn_roll_input){.change = &fixture->change,
                                          .is_proven = true,
                                          .mode = TCN_MODE_ACTUAL,
                                          .log_time_ns = NOW_NS,
                                          .position = 40};
}

/* A change that its kind allows, by who may say it. */
static void fill(struct fixture *fixture, enum tcn_change_kind kind) {
    static const uint32_t actors[] = {
        [TCN_CHANGE_INVITED] = ADMIN,  [TCN_CHANGE_ENROLLED] = 0,
        [TCN_CHANGE_RIGHTS] = ADMIN,   [TCN_CHANGE_ROTATED] = OFFICE,
        [TCN_CHANGE_REVOKED] = ADMIN,  [TCN_CHANGE_ORGAN_KEY] = BUREAU,
        [TCN_CHANGE_COLLECTOR_KEY] = 0};
    struct tcn_registry_change *change = &fixture->change;
    fixture->in.actor = actors[kind];
    change->kind = kind;
    change->principal = OFFICE;
    switch (kind) {
    case TCN_CHANGE_INVITED:
        change->principal = 0;
        change->row =
            (struct tcn_principal){.name = "new pc", .role = TCN_ROLE_OFFICE, .organ = 70};
        change->token_hash = hash_of(60);
        change->until_ns = NOW_NS + 24 * HOUR_NS;
        break;
    case TCN_CHANGE_ENROLLED:
        change->principal = INVITED;
        change->token_hash = hash_of(50);
        change->transport_key = key_of(1);
        change->signing_key = key_of(2);
        break;
    case TCN_CHANGE_RIGHTS:
        change->row = (struct tcn_principal){.name = "less", .role = TCN_ROLE_OFFICE, .organ = 20};
        break;
    case TCN_CHANGE_ROTATED:
        change->transport_key = key_of(1);
        change->signing_key = key_of(2);
        change->until_ns = NOW_NS + HOUR_NS;
        break;
    case TCN_CHANGE_ORGAN_KEY:
        change->principal = 0;
        change->organ_key = (struct tcn_organ_key){.organ = 10 * BUREAU, .key = key_of(3)};
        break;
    case TCN_CHANGE_COLLECTOR_KEY:
        change->principal = 0;
        change->signing_key = key_of(4);
        break;
    case TCN_CHANGE_REVOKED:
    case TCN_CHANGE_NONE:
        break;
    }
}

static enum tcn_status decide(struct fixture *fixture) {
    tcn_roll_decide(&fixture->registry, &fixture->in, &fixture->verdict);
    return fixture->verdict.code;
}

static void only_who_may_say_a_change_is_heard(void **state) {
    (void)state;
    static const struct {
        enum tcn_change_kind kind;
        uint32_t good[4]; /* of the rows, 99: nobody more */
    } cases[] = {
        {TCN_CHANGE_INVITED, {ADMIN, ADMIN_TWO, 99, 99}},
        {TCN_CHANGE_ENROLLED, {0, 99, 99, 99}},
        {TCN_CHANGE_RIGHTS, {ADMIN, ADMIN_TWO, 99, 99}},
        {TCN_CHANGE_ROTATED, {OFFICE, 99, 99, 99}},
        {TCN_CHANGE_REVOKED, {ADMIN, ADMIN_TWO, OFFICE, 0}},
        {TCN_CHANGE_ORGAN_KEY, {ADMIN, ADMIN_TWO, BUREAU, 99}},
        {TCN_CHANGE_COLLECTOR_KEY, {0, 99, 99, 99}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (uint32_t actor = 0; actor <= NEXT; actor++) {
            struct fixture fixture;
            start(&fixture);
            fill(&fixture, cases[i].kind);
            fixture.in.actor = actor;
            bool is_good = false;
            for (size_t j = 0; j < COUNT_OF(cases[i].good); j++) {
                is_good = is_good || cases[i].good[j] == actor;
            }
            const bool gives = actor == 0 && cases[i].kind == TCN_CHANGE_RIGHTS; /* K9 */
            assert_int_equal(decide(&fixture), is_good ? TCN_OK
                                               : gives ? TCN_NOT_ALLOWED
                                                       : TCN_DENIED);
        }
    }
}

/* ROTATED of each row, by each of them: a row that publishes says it itself, one that does not has
 * an administrator say it, and so does a broker's; nobody says it for a collector, and a broker not
 * for itself. */
static void a_row_without_a_lane_is_rotated_by_an_administrator(void **state) {
    (void)state;
    static const enum tcn_status codes[ROW_COUNT + 1][ROW_COUNT + 1] = {
        [ADMIN] = {[WATCHER] = TCN_OK, [BROKER] = TCN_OK, [COLLECTOR] = TCN_NOT_ALLOWED},
        [ADMIN_TWO] = {[WATCHER] = TCN_OK, [BROKER] = TCN_OK, [COLLECTOR] = TCN_NOT_ALLOWED},
        [OFFICE] = {[OFFICE] = TCN_OK},
        [BUREAU] = {[BUREAU] = TCN_OK},
        [WATCHER] = {[WATCHER] = TCN_OK}, /* it has no lane to say it in, but it might */
        [COLLECTOR] = {[COLLECTOR] = TCN_NOT_ALLOWED},
    };
    static const bool is_said[ROW_COUNT + 1][ROW_COUNT + 1] = {
        [ADMIN] = {[WATCHER] = true, [ADMIN] = true, [COLLECTOR] = true, [BROKER] = true},
        [ADMIN_TWO] = {[WATCHER] = true, [ADMIN_TWO] = true, [COLLECTOR] = true, [BROKER] = true},
        [OFFICE] = {[OFFICE] = true},
        [BUREAU] = {[BUREAU] = true},
        [WATCHER] = {[WATCHER] = true},
        [COLLECTOR] = {[COLLECTOR] = true},
    };
    for (uint32_t actor = 0; actor <= ROW_COUNT; actor++) {
        for (uint32_t row = 1; row <= ROW_COUNT; row++) {
            struct fixture fixture;
            start(&fixture);
            fill(&fixture, TCN_CHANGE_ROTATED);
            fixture.in.actor = actor;
            fixture.change.principal = row;
            const bool is_over = row == REVOKED && (actor == ADMIN || actor == ADMIN_TWO);
            const enum tcn_status other = is_over ? TCN_REVOKED : TCN_DENIED;
            assert_int_equal(decide(&fixture), is_said[actor][row] ? codes[actor][row] : other);
            fixture.in.is_proven = false;
            assert_int_not_equal(decide(&fixture), TCN_OK);
        }
    }
}

/* What is wrong with a change that would be good else. */
struct fault {
    const char *why;
    enum tcn_change_kind kind;
    enum tcn_status code;
    void (*spoil)(struct fixture *fixture);
};

static void no_kind(struct fixture *f) {
    f->change.kind = 8;
}
static void unknown_row(struct fixture *f) {
    f->change.principal = NEXT;
    f->in.actor = f->change.kind == TCN_CHANGE_ROTATED ? NEXT : f->in.actor;
}
static void revoked_row(struct fixture *f) {
    f->change.principal = REVOKED;
}
static void names_a_row(struct fixture *f) {
    f->change.principal = OFFICE;
}
static void no_token(struct fixture *f) {
    f->change.token_hash = (struct tcn_hash){{0}};
}
static void token_of_another(struct fixture *f) {
    f->change.token_hash = hash_of(f->change.kind == TCN_CHANGE_INVITED ? 50 : 51);
}
static void token_is_over(struct fixture *f) {
    f->rows[INVITED - 1].token_until_ns = NOW_NS;
}
static void ends_now(struct fixture *f) {
    f->change.until_ns = NOW_NS;
}
static void ended(struct fixture *f) {
    f->change.until_ns = NOW_NS - 1;
}
static void too_long_a_token(struct fixture *f) {
    f->change.until_ns = NOW_NS + TCN_ROLL_TOKEN_NS_MAX + 1;
}
static void too_long_an_overlap(struct fixture *f) {
    f->change.until_ns = NOW_NS + TCN_ROLL_OVERLAP_NS_MAX + 1;
}
static void no_role(struct fixture *f) {
    f->change.row.role = TCN_ROLE_NONE;
}
static void a_role_of_tomorrow(struct fixture *f) {
    f->change.row.role = 9;
}
static void a_collector(struct fixture *f) {
    f->change.row.role = TCN_ROLE_COLLECTOR;
}
static void a_broker(struct fixture *f) {
    f->change.row.role = TCN_ROLE_BROKER;
}
static void a_feed(struct fixture *f) {
    f->change.row.role = TCN_ROLE_FEED;
}
static void another_role(struct fixture *f) {
    f->change.row.role = TCN_ROLE_ADMIN;
}
static void another_source(struct fixture *f) {
    f->change.row.source = 3;
}
static void no_name(struct fixture *f) {
    f->change.row.name[0] = '\0';
}
static void ends_before_it_begins(struct fixture *f) {
    f->change.row.not_before_ns = 10;
    f->change.row.not_after_ns = 10;
}
static void too_many_divisions(struct fixture *f) {
    f->change.row.division_count = TCN_PRINCIPAL_DIVISIONS_MAX + 1;
}
static void its_own_rights(struct fixture *f) {
    f->change.principal = ADMIN;
    f->change.row.role = TCN_ROLE_ADMIN;
}
static void not_invited(struct fixture *f) {
    f->change.principal = OFFICE;
}
static void not_yet_enrolled(struct fixture *f) {
    f->rows[OFFICE - 1].status = TCN_PRINCIPAL_INVITED;
    f->in.actor = OFFICE;
}
static void no_transport_key(struct fixture *f) {
    f->change.transport_key = (struct tcn_public_key){{0}};
}
static void no_signing_key(struct fixture *f) {
    f->change.signing_key = (struct tcn_public_key){{0}};
}
static void not_proven(struct fixture *f) {
    f->in.is_proven = false;
}
static void one_key_for_both(struct fixture *f) {
    f->change.signing_key = f->change.transport_key;
}
static void a_key_in_use(struct fixture *f) {
    f->change.signing_key = f->rows[BUREAU - 1].transport_key;
}
static void a_key_of_a_revoked_row(struct fixture *f) {
    f->change.transport_key = f->rows[REVOKED - 1].transport_key;
}
static void a_key_before_a_rotation(struct fixture *f) {
    f->rows[BUREAU - 1].old_signing_key = f->change.signing_key;
}
static void another_speaks_for_the_source(struct fixture *f) {
    f->rows[REVOKED - 1].status = TCN_PRINCIPAL_ACTIVE;
}
static void the_collector(struct fixture *f) {
    f->change.principal = COLLECTOR;
}
static void the_last_admin(struct fixture *f) {
    f->rows[ADMIN_TWO - 1].not_after_ns = NOW_NS;
    f->change.principal = ADMIN;
}
static void no_organ(struct fixture *f) {
    f->in.actor = ADMIN;
    f->change.organ_key.organ = 0;
}
static void no_organ_key(struct fixture *f) {
    f->change.organ_key.key = (struct tcn_public_key){{0}};
}
static void a_signing_key_to_seal(struct fixture *f) {
    f->change.organ_key.key = f->rows[0].signing_key;
}
static void no_more_rows(struct fixture *f) {
    f->registry.principal_count = TCN_PRINCIPALS_MAX;
}
static void no_more_keys(struct fixture *f) {
    f->registry.organ_key_count = TCN_ORGAN_KEYS_MAX;
}

static void a_change_that_is_wrong_changes_nothing(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {"no such kind", TCN_CHANGE_REVOKED, TCN_BAD_VALUE, no_kind},
        {"invites a row", TCN_CHANGE_INVITED, TCN_BAD_VALUE, names_a_row},
        {"invites without a token", TCN_CHANGE_INVITED, TCN_BAD_VALUE, no_token},
        {"a token twice", TCN_CHANGE_INVITED, TCN_CONFLICT, token_of_another},
        {"a token that ends now", TCN_CHANGE_INVITED, TCN_BAD_VALUE, ends_now},
        {"a token for longer than a day", TCN_CHANGE_INVITED, TCN_BAD_VALUE, too_long_a_token},
        {"no role", TCN_CHANGE_INVITED, TCN_BAD_VALUE, no_role},
        {"a role of tomorrow", TCN_CHANGE_INVITED, TCN_BAD_VALUE, a_role_of_tomorrow},
        {"invites a collector", TCN_CHANGE_INVITED, TCN_NOT_ALLOWED, a_collector},
        {"invites a broker", TCN_CHANGE_INVITED, TCN_NOT_ALLOWED, a_broker},
        {"a feed in earnest", TCN_CHANGE_INVITED, TCN_NOT_ALLOWED, a_feed},
        {"no name", TCN_CHANGE_INVITED, TCN_BAD_VALUE, no_name},
        {"ends before it begins", TCN_CHANGE_INVITED, TCN_BAD_VALUE, ends_before_it_begins},
        {"too many divisions", TCN_CHANGE_INVITED, TCN_BAD_VALUE, too_many_divisions},
        {"nobody is invited there", TCN_CHANGE_ENROLLED, TCN_ABSENT, unknown_row},
        {"the token of another", TCN_CHANGE_ENROLLED, TCN_ABSENT, token_of_another},
        {"the token is over", TCN_CHANGE_ENROLLED, TCN_TIMEOUT, token_is_over},
        {"not invited", TCN_CHANGE_ENROLLED, TCN_NOT_ALLOWED, not_invited},
        {"invited and revoked", TCN_CHANGE_ENROLLED, TCN_REVOKED, revoked_row},
        {"no transport key", TCN_CHANGE_ENROLLED, TCN_BAD_VALUE, no_transport_key},
        {"no signing key", TCN_CHANGE_ENROLLED, TCN_BAD_VALUE, no_signing_key},
        {"not proven", TCN_CHANGE_ENROLLED, TCN_DENIED, not_proven},
        {"one key for both", TCN_CHANGE_ENROLLED, TCN_CONFLICT, one_key_for_both},
        {"a key in use", TCN_CHANGE_ENROLLED, TCN_CONFLICT, a_key_in_use},
        {"a key of a revoked row", TCN_CHANGE_ENROLLED, TCN_CONFLICT, a_key_of_a_revoked_row},
        {"a key before a rotation", TCN_CHANGE_ENROLLED, TCN_CONFLICT, a_key_before_a_rotation},
        {"two voices", TCN_CHANGE_ENROLLED, TCN_CONFLICT, another_speaks_for_the_source},
        {"rights of nobody", TCN_CHANGE_RIGHTS, TCN_ABSENT, unknown_row},
        {"rights of a revoked row", TCN_CHANGE_RIGHTS, TCN_REVOKED, revoked_row},
        {"its own rights", TCN_CHANGE_RIGHTS, TCN_DENIED, its_own_rights},
        {"another role", TCN_CHANGE_RIGHTS, TCN_NOT_ALLOWED, another_role},
        {"another source", TCN_CHANGE_RIGHTS, TCN_NOT_ALLOWED, another_source},
        {"old keys that ended", TCN_CHANGE_ROTATED, TCN_BAD_VALUE, ended},
        {"old keys for too long", TCN_CHANGE_ROTATED, TCN_BAD_VALUE, too_long_an_overlap},
        {"rotates without proof", TCN_CHANGE_ROTATED, TCN_DENIED, not_proven},
        {"rotates to a key in use", TCN_CHANGE_ROTATED, TCN_CONFLICT, a_key_in_use},
        {"rotates what has no keys", TCN_CHANGE_ROTATED, TCN_DENIED, not_yet_enrolled},
        {"revokes nobody", TCN_CHANGE_REVOKED, TCN_ABSENT, unknown_row},
        {"revokes twice", TCN_CHANGE_REVOKED, TCN_REVOKED, revoked_row},
        {"revokes the collector", TCN_CHANGE_REVOKED, TCN_NOT_ALLOWED, the_collector},
        {"revokes the last administrator", TCN_CHANGE_REVOKED, TCN_NOT_ALLOWED, the_last_admin},
        {"a key of no organ", TCN_CHANGE_ORGAN_KEY, TCN_BAD_VALUE, no_organ},
        {"no key for an organ", TCN_CHANGE_ORGAN_KEY, TCN_BAD_VALUE, no_organ_key},
        {"a signing key to seal with", TCN_CHANGE_ORGAN_KEY, TCN_CONFLICT, a_signing_key_to_seal},
    };
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct fixture fixture;
        start(&fixture);
        fill(&fixture, faults[i].kind);
        assert_int_equal(decide(&fixture), TCN_OK);
        faults[i].spoil(&fixture);
        const enum tcn_status code = decide(&fixture);
        if (code != faults[i].code) {
            fail_msg("%s: %s, not %s", faults[i].why, tcn_status_name(code),
                     tcn_status_name(faults[i].code));
        }
        assert_false(fixture.verdict.has_row);
        assert_false(fixture.verdict.has_key);
    }
}

static void a_full_registry_takes_no_more(void **state) {
    (void)state;
    static struct tcn_principal rows[TCN_PRINCIPALS_MAX];
    static struct tcn_organ_key keys[TCN_ORGAN_KEYS_MAX];
    struct fixture fixture;
    start(&fixture);
    memcpy(rows, fixture.rows, sizeof(fixture.rows));
    for (uint32_t i = ROW_COUNT; i < TCN_PRINCIPALS_MAX; i++) {
        rows[i] = (struct tcn_principal){.id = i + 1, .name = "x", .role = TCN_ROLE_WATCHER};
    }
    fixture.registry.principals = rows;
    fixture.registry.organ_keys = keys;
    fill(&fixture, TCN_CHANGE_INVITED);
    no_more_rows(&fixture);
    assert_int_equal(decide(&fixture), TCN_LIMIT);
    fill(&fixture, TCN_CHANGE_ORGAN_KEY);
    no_more_keys(&fixture);
    assert_int_equal(decide(&fixture), TCN_LIMIT);
}

/* It is told whole, in one frame: it ends there too, long before a row would not be heard of. */
static void a_registry_ends_where_its_frame_does(void **state) {
    (void)state;
    static struct tcn_principal rows[TCN_PRINCIPALS_MAX];
    struct fixture fixture;
    start(&fixture);
    memcpy(rows, fixture.rows, sizeof(fixture.rows));
    fixture.registry.principals = rows;
    struct tcn_principal wide = {.role = TCN_ROLE_WATCHER, .status = TCN_PRINCIPAL_REVOKED};
    wide.division_count = TCN_PRINCIPAL_DIVISIONS_MAX;
    memset(wide.name, 'x', sizeof(wide.name) - 1);
    uint32_t count = ROW_COUNT;
    while (tcn_registry_bytes_bound(&fixture.registry) + 2 * tcn_principal_bytes_bound(&wide) <=
           TCN_FRAME_BYTES_MAX) {
        wide.id = count + 1;
        rows[count++] = wide;
        fixture.registry.principal_count = count;
    }
    assert_true(count < TCN_PRINCIPALS_MAX);
    fill(&fixture, TCN_CHANGE_INVITED);
    fixture.change.row.division_count = TCN_PRINCIPAL_DIVISIONS_MAX;
    memset(fixture.change.row.name, 'y', sizeof(fixture.change.row.name) - 1);
    assert_int_equal(decide(&fixture), TCN_OK); /* as wide as the others: the last that fits */
    wide.id = count + 1;
    rows[count++] = wide;
    fixture.registry.principal_count = count;
    assert_int_equal(decide(&fixture), TCN_LIMIT);
    while (tcn_registry_bytes_bound(&fixture.registry) + TCN_ORGAN_KEY_BYTES_BOUND <=
           TCN_FRAME_BYTES_MAX) {
        static struct tcn_organ_key keys[TCN_ORGAN_KEYS_MAX];
        fixture.registry.organ_keys = keys;
        fixture.registry.organ_key_count++;
    }
    assert_int_equal(decide(&fixture), TCN_LIMIT);
    fill(&fixture, TCN_CHANGE_ORGAN_KEY);
    assert_int_equal(decide(&fixture), TCN_LIMIT);
    fill(&fixture, TCN_CHANGE_RIGHTS);
    fixture.change.row.division_count = TCN_PRINCIPAL_DIVISIONS_MAX;
    assert_int_equal(decide(&fixture), TCN_LIMIT);
    fixture.change.row.division_count = rows[1].division_count; /* OFFICE's own: nothing grows */
    assert_int_equal(decide(&fixture), TCN_OK);
}

static void a_row_lives_from_invitation_to_revocation(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_roll *roll = NULL;
    start(&fixture);
    assert_int_equal(tcn_roll_create(&fixture.registry, &roll), TCN_OK);
    const struct tcn_registry *registry = tcn_roll_registry(roll);

    fill(&fixture, TCN_CHANGE_INVITED);
    tcn_roll_decide(registry, &fixture.in, &fixture.verdict);
    assert_int_equal(fixture.verdict.code, TCN_OK);
    tcn_roll_apply(roll, &fixture.verdict, 40);
    assert_int_equal(registry->version, 40);
    const struct tcn_principal *row = tcn_registry_find(registry, NEXT);
    assert_non_null(row);
    assert_int_equal(row->status, TCN_PRINCIPAL_INVITED);
    assert_int_equal(row->source, 6); /* one above all that were given */
    assert_false(tcn_principal_is_valid(row, NOW_NS));

    fill(&fixture, TCN_CHANGE_ENROLLED);
    fixture.change.principal = NEXT;
    fixture.change.token_hash = hash_of(60);
    tcn_roll_decide(registry, &fixture.in, &fixture.verdict);
    assert_int_equal(fixture.verdict.code, TCN_OK);
    tcn_roll_apply(roll, &fixture.verdict, 41);
    assert_true(tcn_principal_is_valid(row, NOW_NS));
    assert_true(tcn_hash_is_none(&row->token_hash));
    tcn_roll_decide(registry, &fixture.in, &fixture.verdict);
    assert_int_equal(fixture.verdict.code, TCN_NOT_ALLOWED); /* the token is used up */

    fill(&fixture, TCN_CHANGE_ROTATED);
    fixture.in.actor = fixture.change.principal = NEXT;
    fixture.change.transport_key = key_of(11);
    fixture.change.signing_key = key_of(12);
    tcn_roll_decide(registry, &fixture.in, &fixture.verdict);
    assert_int_equal(fixture.verdict.code, TCN_OK);
    tcn_roll_apply(roll, &fixture.verdict, 42);
    assert_int_equal(row->transport_key.bytes[0], 11);
    assert_int_equal(tcn_principal_old_transport_key(row, NOW_NS)->bytes[0], 1);
    assert_int_equal(tcn_principal_old_signing_key(row, NOW_NS + HOUR_NS - 1)->bytes[0], 2);
    assert_null(tcn_principal_old_signing_key(row, NOW_NS + HOUR_NS));

    fill(&fixture, TCN_CHANGE_REVOKED);
    fixture.change.principal = NEXT;
    tcn_roll_decide(registry, &fixture.in, &fixture.verdict);
    assert_int_equal(fixture.verdict.code, TCN_OK);
    tcn_roll_apply(roll, &fixture.verdict, 43);
    assert_false(tcn_principal_is_valid(row, NOW_NS));
    assert_int_equal(registry->principal_count, ROW_COUNT + 1);
    assert_int_equal(registry->version, 43);
    tcn_roll_destroy(&roll);
    assert_null(roll);
    tcn_roll_destroy(&roll);
}

static void a_new_pc_takes_over_the_source_of_one_that_is_over(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    fill(&fixture, TCN_CHANGE_ENROLLED); /* of source 4, whose old PC is revoked */
    assert_int_equal(decide(&fixture), TCN_OK);
    assert_int_equal(fixture.verdict.row.source, 4);
    assert_int_equal(fixture.verdict.row.status, TCN_PRINCIPAL_ACTIVE);
}

static void rights_leave_identity_and_keys_as_they_are(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    fill(&fixture, TCN_CHANGE_RIGHTS);
    fixture.change.row.transport_key = key_of(99);
    fixture.change.row.id = 77;
    fixture.change.row.status = TCN_PRINCIPAL_REVOKED;
    fixture.change.row.all_streams = true;
    fixture.change.row.acts[0] = TCN_ACT_REPORTED;
    fixture.change.row.act_count = 1;
    assert_int_equal(decide(&fixture), TCN_OK);
    const struct tcn_principal *row = &fixture.verdict.row;
    assert_int_equal(row->id, OFFICE);
    assert_int_equal(row->source, 2);
    assert_int_equal(row->status, TCN_PRINCIPAL_ACTIVE);
    assert_int_equal(row->transport_key.bytes[0], 100 + OFFICE);
    assert_string_equal(row->name, "less");
    assert_true(row->all_streams);
    assert_true(tcn_principal_may_act(row, TCN_ACT_REPORTED));
    assert_false(tcn_principal_may_act(row, TCN_ACT_CLOSED));
    assert_true(tcn_principal_may_act(&fixture.rows[OFFICE - 1], TCN_ACT_CLOSED));
}

static void a_feed_may_come_to_an_exercise(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    fill(&fixture, TCN_CHANGE_INVITED);
    fixture.change.row.role = TCN_ROLE_FEED;
    fixture.in.mode = TCN_MODE_EXERCISE;
    assert_int_equal(decide(&fixture), TCN_OK);
}

static void whose_a_kind_is_can_be_asked_without_a_registry(void **state) {
    (void)state;
    struct fixture fixture;
    for (uint32_t kind = TCN_CHANGE_NONE; kind <= TCN_CHANGE_COLLECTOR_KEY + 1; kind++) {
        for (uint32_t actor = 0; actor <= ROW_COUNT; actor++) {
            start(&fixture);
            if (kind > TCN_CHANGE_NONE && kind <= TCN_CHANGE_COLLECTOR_KEY) {
                fill(&fixture, (enum tcn_change_kind)kind);
            }
            fixture.change.kind = (enum tcn_change_kind)kind;
            fixture.in.actor = actor;
            const enum tcn_status code = decide(&fixture);
            const bool is_said =
                tcn_roll_may_say(&fixture.change, actor == 0 ? NULL : &fixture.rows[actor - 1]);
            const bool is_heard =
                code != TCN_DENIED && kind > TCN_CHANGE_NONE && kind <= TCN_CHANGE_COLLECTOR_KEY;
            /* Whether a row has a lane to rotate in is seen in the registry only. */
            const bool is_anothers =
                kind == TCN_CHANGE_ROTATED && (actor == ADMIN || actor == ADMIN_TWO);
            assert_int_equal(is_said, is_heard || is_anothers);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_who_may_say_a_change_is_heard),
        cmocka_unit_test(a_row_without_a_lane_is_rotated_by_an_administrator),
        cmocka_unit_test(whose_a_kind_is_can_be_asked_without_a_registry),
        cmocka_unit_test(a_change_that_is_wrong_changes_nothing),
        cmocka_unit_test(a_full_registry_takes_no_more),
        cmocka_unit_test(a_registry_ends_where_its_frame_does),
        cmocka_unit_test(a_row_lives_from_invitation_to_revocation),
        cmocka_unit_test(a_new_pc_takes_over_the_source_of_one_that_is_over),
        cmocka_unit_test(rights_leave_identity_and_keys_as_they_are),
        cmocka_unit_test(a_feed_may_come_to_an_exercise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
