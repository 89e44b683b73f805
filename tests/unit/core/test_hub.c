/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hub.h"

#include "trace.h"

enum {
    COLLECTOR = 1,
    OFFICE = 2,
    WATCHER = 3,
    REVOKED = 4,
    AUDITOR = 5,
    STANDBY = 6,
    ROTATED = 7,
    KEYLESS = 8,
    INVITED = 9,
};

static const struct tcn_public_key home_key = {{0xc0}};

static const struct tcn_principal rows[] = {
    {.id = OFFICE, .role = TCN_ROLE_OFFICE, .status = TCN_PRINCIPAL_ACTIVE, .transport_key = {{2}}},
    {.id = WATCHER,
     .role = TCN_ROLE_WATCHER,
     .status = TCN_PRINCIPAL_ACTIVE,
     .transport_key = {{3}},
     .not_after_ns = 1000},
    {.id = REVOKED,
     .role = TCN_ROLE_OFFICE,
     .status = TCN_PRINCIPAL_REVOKED,
     .transport_key = {{4}}},
    {.id = AUDITOR,
     .role = TCN_ROLE_AUDITOR,
     .status = TCN_PRINCIPAL_ACTIVE,
     .transport_key = {{5}}},
    {.id = STANDBY,
     .role = TCN_ROLE_COLLECTOR,
     .status = TCN_PRINCIPAL_ACTIVE,
     .transport_key = {{6}}},
    {.id = ROTATED,
     .role = TCN_ROLE_OFFICE,
     .status = TCN_PRINCIPAL_ACTIVE,
     .transport_key = {{7}},
     .old_transport_key = {{17}},
     .old_until_ns = 1000,
     .message_rate = 2},
    {.id = KEYLESS, .role = TCN_ROLE_OFFICE, .status = TCN_PRINCIPAL_ACTIVE},
    {.id = INVITED, .role = TCN_ROLE_OFFICE, .status = TCN_PRINCIPAL_INVITED},
};

static const struct tcn_registry registry = {
    .version = 7, .principals = rows, .principal_count = COUNT_OF(rows)};

/** A hub, the time, and a number for each new connection. */
struct fixture {
    struct tcn_hub *hub;
    struct tcn_hub_verdict verdict;
    struct trace trace;
    int64_t now_ns;
    uint64_t random;
};

static void start_with(struct fixture *fixture, const struct tcn_hub_limits *limits) {
    memset(fixture, 0, sizeof(*fixture));
    assert_int_equal(tcn_hub_create(limits, &home_key, COLLECTOR, &fixture->hub), TCN_OK);
    assert_int_equal(tcn_hub_registry(fixture->hub, &registry), TCN_OK);
}

static void start(struct fixture *fixture) {
    const struct tcn_hub_limits limits = {0};
    start_with(fixture, &limits);
}

static void stop(struct fixture *fixture) {
    assert_true(tcn_hub_is_sound(fixture->hub));
    tcn_hub_destroy(&fixture->hub);
    assert_null(fixture->hub);
    tcn_hub_destroy(&fixture->hub);
    tcn_hub_destroy(NULL);
}

static struct tcn_hub_input input_of(struct fixture *fixture, const char *routing,
                                     uint32_t principal, enum tcn_kind kind) {
    fixture->random++;
    const struct tcn_public_key key = {{(uint8_t)principal}}; /* as in the rows */
    return (struct tcn_hub_input){.routing_id = tcn_slice_text(routing),
                                  .principal = principal,
                                  .key_tag =
                                      tcn_hub_key_tag(principal == COLLECTOR ? &home_key : &key),
                                  .kind = kind,
                                  .bytes = 100,
                                  .now_ns = fixture->now_ns,
                                  .wall_ns = 10,
                                  .random = fixture->random};
}

static void note(struct fixture *fixture) {
    static const char *const names[] = {"none", "forward", "drop", "answer", "gone", "ready"};
    const struct tcn_hub_verdict *verdict = &fixture->verdict;
    trace_add(&fixture->trace, "%s", names[verdict->kind]);
    if (verdict->reason != TCN_HUB_REASON_NONE) {
        trace_add(&fixture->trace, " %s", tcn_hub_reason_name(verdict->reason));
    }
    if (verdict->code != TCN_OK) {
        trace_add(&fixture->trace, " %s", tcn_status_name(verdict->code));
    }
    if (verdict->to.size > 0) {
        trace_add(&fixture->trace, " to %.*s", (int)verdict->to.size, verdict->to.data);
    }
    if (verdict->stamp.principal != 0) {
        trace_add(&fixture->trace, " stamp %u/%u", verdict->stamp.principal,
                  (unsigned)verdict->stamp.connection);
    }
    trace_add(&fixture->trace, "\n");
    assert_true(tcn_hub_is_sound(fixture->hub));
}

/* A collector is believed at once. */
static void up(struct fixture *fixture, const char *routing, uint32_t principal,
               enum tcn_kind kind) {
    const struct tcn_hub_input in = input_of(fixture, routing, principal, kind);
    tcn_hub_up(fixture->hub, &in, &fixture->verdict);
    if (fixture->verdict.comes) {
        tcn_hub_home_take(fixture->hub, &in);
    }
    note(fixture);
}

static void down(struct fixture *fixture, const char *routing, uint32_t principal,
                 uint32_t to_principal, uint64_t connection) {
    const struct tcn_hub_input in = input_of(fixture, routing, principal, TCN_KIND_ACK);
    const struct tcn_stamp stamp = {.principal = to_principal, .connection = connection};
    tcn_hub_down(fixture->hub, &in, &stamp, &fixture->verdict);
    note(fixture);
}

static void a_broker_without_a_registry_denies(void **state) {
    (void)state;
    struct fixture fixture = {.hub = NULL};
    const struct tcn_hub_limits limits = {0};
    uint32_t principal = 99;
    assert_int_equal(tcn_hub_create(&limits, &home_key, COLLECTOR, &fixture.hub), TCN_OK);
    assert_int_equal(tcn_hub_admit(fixture.hub, &rows[0].transport_key, 10, &principal),
                     TCN_DENIED);
    assert_int_equal(principal, 99);
    assert_int_equal(tcn_hub_admit(fixture.hub, &home_key, 10, &principal), TCN_OK);
    assert_int_equal(principal, COLLECTOR);
    up(&fixture, "aa", OFFICE, TCN_KIND_HELLO);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    trace_expect(&fixture.trace, "drop unknown_principal\nready\n");
    assert_int_equal(tcn_hub_registry_version(fixture.hub), 0);
    stop(&fixture);
}

static void a_collector_that_has_come_is_told_apart_and_its_peers_are_known(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    const struct tcn_slice none = {0};
    assert_int_equal(tcn_hub_next(fixture.hub, none).size, 0);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    assert_true(fixture.verdict.comes);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    assert_false(fixture.verdict.comes);
    up(&fixture, "aa", OFFICE, TCN_KIND_HELLO);
    up(&fixture, "bb", WATCHER, TCN_KIND_OPEN);
    tcn_hub_home_gone(fixture.hub);
    up(&fixture, "next", COLLECTOR, TCN_KIND_READY);
    assert_true(fixture.verdict.comes);
    const struct tcn_slice first = tcn_hub_next(fixture.hub, none);
    assert_true(tcn_slice_is_text(first, "aa"));
    const struct tcn_slice second = tcn_hub_next(fixture.hub, first);
    assert_true(tcn_slice_is_text(second, "bb"));
    assert_int_equal(tcn_hub_next(fixture.hub, second).size, 0);
    assert_int_equal(tcn_hub_next(fixture.hub, tcn_slice_text("zz")).size, 0);
    stop(&fixture);
}

static void keys_are_admitted_by_the_registry(void **state) {
    (void)state;
    static const struct {
        uint8_t key;
        int64_t wall_ns;
        enum tcn_status status;
        uint32_t principal;
    } cases[] = {
        {99, 10, TCN_DENIED, 0},    {4, 10, TCN_REVOKED, 0},    {3, 1000, TCN_REVOKED, 0},
        {3, 999, TCN_OK, WATCHER},  {2, 10, TCN_OK, OFFICE},    {0xc0, 10, TCN_OK, COLLECTOR},
        {0, 10, TCN_DENIED, 0}, /* of rows without a key, and a handshake that needs no secret */
        {17, 999, TCN_OK, ROTATED}, {17, 1000, TCN_REVOKED, 0}, {7, 1000, TCN_OK, ROTATED}};
    struct fixture fixture;
    start(&fixture);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct tcn_public_key key = {{cases[i].key}};
        uint32_t principal = 0;
        assert_int_equal(tcn_hub_admit(fixture.hub, &key, cases[i].wall_ns, &principal),
                         cases[i].status);
        assert_int_equal(principal, cases[i].principal);
    }
    stop(&fixture);
}

/* Says HELLO of ROTATED with a key at a time, and lets an answer come down to it. */
static void speak_with(struct fixture *fixture, uint8_t key, int64_t wall_ns) {
    const struct tcn_public_key transport_key = {{key}};
    struct tcn_hub_input in = input_of(fixture, "rr", ROTATED, TCN_KIND_HELLO);
    in.key_tag = tcn_hub_key_tag(&transport_key);
    in.wall_ns = wall_ns;
    tcn_hub_up(fixture->hub, &in, &fixture->verdict);
    note(fixture);
}

static void old_keys_pass_until_their_time_is_over(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    fixture.trace.size = 0;
    fixture.random = 50;
    speak_with(&fixture, 17, 999);
    speak_with(&fixture, 7, 999); /* on the same connection: another one than before */
    fixture.now_ns = 10 * INT64_C(1000000000);
    speak_with(&fixture, 17, 1000);
    speak_with(&fixture, 99, 999);
    trace_expect(&fixture.trace, "forward to home stamp 7/51\nforward to home stamp 7/52\n"
                                 "answer unknown_principal revoked\ndrop unknown_principal\n");
    stop(&fixture);
}

static void nothing_comes_down_on_a_key_that_is_over(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    fixture.random = 50;
    speak_with(&fixture, 17, 10);
    fixture.trace.size = 0;
    struct tcn_hub_input in = input_of(&fixture, "home", COLLECTOR, TCN_KIND_ACK);
    const struct tcn_stamp stamp = {.principal = ROTATED, .connection = 51};
    in.wall_ns = 999;
    tcn_hub_down(fixture.hub, &in, &stamp, &fixture.verdict);
    note(&fixture);
    in.wall_ns = 1000;
    tcn_hub_down(fixture.hub, &in, &stamp, &fixture.verdict);
    note(&fixture);
    trace_expect(&fixture.trace, "forward to rr stamp 7/51\ngone gone to home stamp 7/51\n");
    stop(&fixture);
}

static void a_row_can_have_a_narrower_rate_of_its_own(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    fixture.now_ns = 10 * INT64_C(1000000000);
    up(&fixture, "rr", ROTATED, TCN_KIND_HELLO);
    fixture.trace.size = 0;
    for (int i = 0; i < 5; i++) {
        up(&fixture, "rr", ROTATED, TCN_KIND_HELLO);
    }
    trace_expect(&fixture.trace, "forward to home stamp 7/2\nforward to home stamp 7/2\n"
                                 "forward to home stamp 7/2\nanswer message_rate limit\n"
                                 "drop message_rate\n");
    stop(&fixture);
}

static void messages_without_a_right_do_not_pass(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    up(&fixture, "aa", OFFICE, TCN_KIND_HELLO);
    trace_expect(&fixture.trace, "answer no_collector unreachable_peer\n");
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    up(&fixture, "", OFFICE, TCN_KIND_HELLO);
    up(&fixture, "0123456789012345678901234567890123", OFFICE, TCN_KIND_HELLO);
    up(&fixture, "bb", WATCHER, TCN_KIND_CHUNK);
    up(&fixture, "cc", REVOKED, TCN_KIND_HELLO);
    up(&fixture, "dd", AUDITOR, TCN_KIND_OPEN);
    up(&fixture, "dd", AUDITOR, TCN_KIND_OPEN); /* within the second: no second explanation */
    up(&fixture, "ee", COLLECTOR, TCN_KIND_HELLO);
    up(&fixture, "ff", 55, TCN_KIND_HELLO);
    up(&fixture, "aa", OFFICE, TCN_KIND_ACK);
    up(&fixture, "aa", OFFICE, TCN_KIND_READY);
    trace_expect(&fixture.trace,
                 "ready\ndrop size\ndrop size\nanswer kind denied\n"
                 "answer unknown_principal revoked\nanswer kind denied\ndrop kind\n"
                 "answer kind denied\ndrop unknown_principal\ndrop kind\ndrop kind\n");
    fixture.now_ns += TCN_HUB_ANSWER_NS;
    struct tcn_hub_input big = input_of(&fixture, "aa", OFFICE, TCN_KIND_CHUNK);
    big.bytes = (size_t)64 * 1024 * 1024;
    tcn_hub_up(fixture.hub, &big, &fixture.verdict);
    note(&fixture);
    trace_expect(&fixture.trace, "answer size toobig\n");
    assert_int_equal(tcn_hub_count(fixture.hub, TCN_HUB_REASON_KIND), 6);
    assert_int_equal(tcn_hub_count(fixture.hub, (enum tcn_hub_reason)99), 0);
    assert_int_equal(tcn_hub_connection_count(fixture.hub), 0);
    stop(&fixture);
}

static void what_comes_down_reaches_only_its_principal_and_connection(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY); /* random 1 */
    up(&fixture, "aa", OFFICE, TCN_KIND_HELLO);      /* 2 */
    up(&fixture, "aa", OFFICE, TCN_KIND_CHUNK);
    trace_expect(&fixture.trace, "ready\nforward to home stamp 2/2\nforward to home stamp 2/2\n");
    down(&fixture, "home", COLLECTOR, OFFICE, 2);
    down(&fixture, "home", COLLECTOR, WATCHER, 2); /* another principal */
    down(&fixture, "home", COLLECTOR, OFFICE, 77); /* another connection */
    down(&fixture, "aa", OFFICE, OFFICE, 2);       /* a peer plays the collector */
    trace_expect(&fixture.trace, "forward to aa stamp 2/2\ngone gone to home stamp 3/2\n"
                                 "gone gone to home stamp 2/77\ndrop old_collector\n");
    struct tcn_hub_input wrong = input_of(&fixture, "home", COLLECTOR, TCN_KIND_HELLO);
    const struct tcn_stamp stamp = {.principal = OFFICE, .connection = 2};
    tcn_hub_down(fixture.hub, &wrong, &stamp, &fixture.verdict);
    note(&fixture);
    trace_expect(&fixture.trace, "drop kind\n");
    stop(&fixture);
}

static void a_routing_id_that_changes_hands_is_a_new_connection(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    up(&fixture, "aa", OFFICE, TCN_KIND_HELLO);
    up(&fixture, "aa", WATCHER, TCN_KIND_ASK);
    down(&fixture, "home", COLLECTOR, OFFICE, 2);
    down(&fixture, "home", COLLECTOR, WATCHER, 3);
    trace_expect(&fixture.trace, "ready\nforward to home stamp 2/2\nforward to home stamp 3/3\n"
                                 "gone gone to home stamp 2/2\nforward to aa stamp 3/3\n");
    tcn_hub_gone(fixture.hub, tcn_slice_text("aa"), &fixture.verdict);
    note(&fixture);
    tcn_hub_gone(fixture.hub, tcn_slice_text("aa"), &fixture.verdict);
    note(&fixture);
    trace_expect(&fixture.trace, "gone gone to home stamp 3/3\ndrop gone\n");
    stop(&fixture);
}

static void a_collector_that_is_silent_makes_room(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    up(&fixture, "aa", OFFICE, TCN_KIND_HELLO);
    fixture.now_ns += TCN_HOME_SILENCE_NS;
    up(&fixture, "next", STANDBY, TCN_KIND_READY);
    up(&fixture, "aa", OFFICE, TCN_KIND_HELLO);
    down(&fixture, "home", COLLECTOR, OFFICE, 2);
    down(&fixture, "next", STANDBY, OFFICE, 2);
    trace_expect(&fixture.trace,
                 "ready\nforward to home stamp 2/2\nready\n"
                 "forward to next stamp 2/2\ndrop old_collector\nforward to aa stamp 2/2\n");
    stop(&fixture);
}

static void to_a_collector_that_is_not_believed_nothing_goes(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    const struct tcn_hub_input in = input_of(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    tcn_hub_up(fixture.hub, &in, &fixture.verdict);
    assert_true(fixture.verdict.comes);
    note(&fixture);
    up(&fixture, "aa", OFFICE, TCN_KIND_HELLO);
    down(&fixture, "home", COLLECTOR, OFFICE, 2);
    trace_expect(&fixture.trace,
                 "ready\nanswer no_collector unreachable_peer\ndrop old_collector\n");
    stop(&fixture);
}

static void a_new_registry_ends_the_rights_of_those_who_left(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    up(&fixture, "aa", OFFICE, TCN_KIND_HELLO);
    up(&fixture, "bb", WATCHER, TCN_KIND_ASK);
    fixture.trace.size = 0;
    struct tcn_principal left[] = {rows[1]};
    left[0].status = TCN_PRINCIPAL_REVOKED;
    struct tcn_registry next = {.version = 6, .principals = left, .principal_count = 1};
    assert_int_equal(tcn_hub_registry(fixture.hub, &next), TCN_STALE);
    next.version = 8;
    assert_int_equal(tcn_hub_registry(fixture.hub, &next), TCN_OK);
    up(&fixture, "aa", OFFICE, TCN_KIND_HELLO);
    down(&fixture, "home", COLLECTOR, OFFICE, 2);
    up(&fixture, "bb", WATCHER, TCN_KIND_ASK);
    down(&fixture, "home", COLLECTOR, WATCHER, 3);
    trace_expect(&fixture.trace, "drop unknown_principal\ngone gone to home stamp 2/2\n"
                                 "answer unknown_principal revoked\ngone gone to home stamp 3/3\n");
    struct tcn_principal unsorted[] = {rows[1], rows[0]};
    next = (struct tcn_registry){.version = 9, .principals = unsorted, .principal_count = 2};
    assert_int_equal(tcn_hub_registry(fixture.hub, &next), TCN_MALFORMED);
    next.principal_count = TCN_PRINCIPALS_MAX + 1;
    assert_int_equal(tcn_hub_registry(fixture.hub, &next), TCN_LIMIT);
    assert_int_equal(tcn_hub_registry_version(fixture.hub), 8);
    stop(&fixture);
}

/* A collector says READY and is believed. */
static void ready(struct fixture *fixture, const char *routing, uint64_t generation) {
    struct tcn_hub_input in = input_of(fixture, routing, COLLECTOR, TCN_KIND_READY);
    in.generation = generation;
    tcn_hub_up(fixture->hub, &in, &fixture->verdict);
    assert_true(fixture->verdict.comes);
    tcn_hub_home_take(fixture->hub, &in);
}

static void the_registry_of_a_log_before_a_restore_gives_way(void **state) {
    struct fixture fixture;
    struct tcn_registry next = {.version = 90, .principals = rows, .principal_count = 1};
    (void)state;
    start(&fixture);
    ready(&fixture, "home", 1);
    assert_int_equal(tcn_hub_registry(fixture.hub, &next), TCN_OK);
    ready(&fixture, "next", 2);
    assert_int_equal(tcn_hub_registry_live(fixture.hub), 0);
    next.version = 40;
    assert_int_equal(tcn_hub_registry(fixture.hub, &next), TCN_OK);
    assert_int_equal(tcn_hub_registry_live(fixture.hub), 40);
    stop(&fixture);
}

static void rates_have_a_limit_and_a_reason(void **state) {
    (void)state;
    struct fixture fixture;
    const struct tcn_hub_limits limits = {.messages_per_s = 2, .bytes_per_s = 1000};
    start_with(&fixture, &limits);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    fixture.trace.size = 0;
    for (int i = 0; i < 6; i++) {
        up(&fixture, "aa", OFFICE, TCN_KIND_CHUNK);
    }
    fixture.now_ns += SECOND_NS / 2;
    up(&fixture, "aa", OFFICE, TCN_KIND_CHUNK);
    up(&fixture, "aa", OFFICE, TCN_KIND_CHUNK);
    trace_expect(&fixture.trace,
                 "forward to home stamp 2/2\nforward to home stamp 2/2\nforward to home stamp 2/2\n"
                 "forward to home stamp 2/2\nanswer message_rate limit\ndrop message_rate\n"
                 "forward to home stamp 2/2\ndrop message_rate\n");
    fixture.now_ns += 100 * SECOND_NS;
    struct tcn_hub_input big = input_of(&fixture, "aa", OFFICE, TCN_KIND_CHUNK);
    big.bytes = 5000; /* overdraws once */
    tcn_hub_up(fixture.hub, &big, &fixture.verdict);
    note(&fixture);
    up(&fixture, "aa", OFFICE, TCN_KIND_CHUNK);
    trace_expect(&fixture.trace, "forward to home stamp 2/2\nanswer byte_rate limit\n");
    stop(&fixture);
}

static void questions_have_a_rate_of_their_own(void **state) {
    (void)state;
    static const enum tcn_kind kinds[] = {TCN_KIND_ASK,        TCN_KIND_OPEN,
                                          TCN_KIND_REPLAY,     TCN_KIND_HELLO,
                                          TCN_KIND_BUNDLE_ASK, TCN_KIND_SESSION_ASK};
    struct fixture fixture;
    const struct tcn_hub_limits limits = {.questions_per_s = 2};
    start_with(&fixture, &limits);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    fixture.trace.size = 0;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        up(&fixture, "aa", OFFICE, kinds[i]);
    }
    /* What carries something goes on: reports, credit, cursors. */
    up(&fixture, "aa", OFFICE, TCN_KIND_CHUNK);
    up(&fixture, "aa", OFFICE, TCN_KIND_FETCH);
    up(&fixture, "aa", OFFICE, TCN_KIND_ASK);
    fixture.now_ns += SECOND_NS / 2;
    up(&fixture, "aa", OFFICE, TCN_KIND_ASK);
    trace_expect(&fixture.trace,
                 "forward to home stamp 2/2\nforward to home stamp 2/2\nforward to home stamp 2/2\n"
                 "forward to home stamp 2/2\nanswer question_rate limit\ndrop question_rate\n"
                 "forward to home stamp 2/2\nforward to home stamp 2/2\ndrop question_rate\n"
                 "forward to home stamp 2/2\n");
    assert_int_equal(tcn_hub_count(fixture.hub, TCN_HUB_REASON_QUESTION_RATE), 3);
    stop(&fixture);
}

static void a_principal_has_so_many_connections_and_idle_ones_make_room(void **state) {
    (void)state;
    struct fixture fixture;
    const struct tcn_hub_limits limits = {.connections_max = 2};
    start_with(&fixture, &limits);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    up(&fixture, "aa", OFFICE, TCN_KIND_HELLO);
    up(&fixture, "bb", OFFICE, TCN_KIND_HELLO);
    fixture.now_ns += TCN_HUB_IDLE_NS - 1;
    up(&fixture, "cc", OFFICE, TCN_KIND_HELLO);
    down(&fixture, "home", COLLECTOR, OFFICE, 2); /* keeps the first in use */
    fixture.now_ns += 1;
    up(&fixture, "cc", OFFICE, TCN_KIND_HELLO);
    down(&fixture, "home", COLLECTOR, OFFICE, 3);
    down(&fixture, "home", COLLECTOR, OFFICE, 2);
    trace_expect(&fixture.trace,
                 "ready\nforward to home stamp 2/2\nforward to home stamp 2/3\n"
                 "answer connections limit\nforward to aa stamp 2/2\nforward to home stamp 2/6\n"
                 "gone gone to home stamp 2/3\nforward to aa stamp 2/2\n");
    stop(&fixture);
}

static void a_full_table_makes_room_for_the_idle_only(void **state) {
    (void)state;
    struct fixture fixture;
    const struct tcn_hub_limits limits = {.connections_max = 2 * TCN_CONNECTIONS_MAX,
                                          .questions_per_s = 2 * TCN_CONNECTIONS_MAX};
    start_with(&fixture, &limits);
    up(&fixture, "home", COLLECTOR, TCN_KIND_READY);
    for (int i = 0; i <= TCN_CONNECTIONS_MAX; i++) {
        char routing[16];
        (void)snprintf(routing, sizeof(routing), "r%d", i);
        const struct tcn_hub_input in = input_of(&fixture, routing, OFFICE, TCN_KIND_HELLO);
        tcn_hub_up(fixture.hub, &in, &fixture.verdict);
    }
    fixture.trace.size = 0;
    note(&fixture);
    fixture.now_ns += TCN_HUB_IDLE_NS;
    up(&fixture, "late", WATCHER, TCN_KIND_ASK);
    assert_int_equal(tcn_hub_connection_count(fixture.hub), TCN_CONNECTIONS_MAX);
    assert_int_equal(tcn_hub_count(fixture.hub, TCN_HUB_REASON_TABLE_FULL), 1);
    assert_non_null(strstr(fixture.trace.text, "answer table_full busy\nforward to home stamp 3/"));
    stop(&fixture);
}

static void every_role_sends_its_kinds_only(void **state) {
    (void)state;
    struct trace trace = {.size = 0};
    for (int role = TCN_ROLE_NONE; role <= TCN_ROLE_FEED + 1; role++) {
        trace_add(&trace, "%s:", tcn_role_name((enum tcn_role)role));
        for (int kind = 0; kind <= 120; kind++) {
            if (tcn_hub_may_send((enum tcn_role)role, (enum tcn_kind)kind)) {
                trace_add(&trace, " %d", kind);
            }
        }
        trace_add(&trace, "\n");
    }
    trace_expect(&trace, "none:\n"
                         "office: 1 3 7 16 20 22 27 28 40 41 44 60\n"
                         "bureau: 1 3 7 16 20 22 27 28 40 41 44 60\n"
                         "watcher: 7 16 20 22 27 28 40 41 44 60\n"
                         "auditor: 7 16 40 41 44 60\n"
                         "admin: 1 3 7 16 20 22 27 28 40 41 44 60\n"
                         "broker:\n"
                         "collector: 100\n"
                         "feed: 1 3 7 16 20 22 27 28 40 41 44 60\n"
                         "none:\n");
    assert_string_equal(tcn_hub_reason_name((enum tcn_hub_reason)99), "none");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broker_without_a_registry_denies),
        cmocka_unit_test(a_collector_that_has_come_is_told_apart_and_its_peers_are_known),
        cmocka_unit_test(keys_are_admitted_by_the_registry),
        cmocka_unit_test(old_keys_pass_until_their_time_is_over),
        cmocka_unit_test(nothing_comes_down_on_a_key_that_is_over),
        cmocka_unit_test(a_row_can_have_a_narrower_rate_of_its_own),
        cmocka_unit_test(messages_without_a_right_do_not_pass),
        cmocka_unit_test(what_comes_down_reaches_only_its_principal_and_connection),
        cmocka_unit_test(a_routing_id_that_changes_hands_is_a_new_connection),
        cmocka_unit_test(a_collector_that_is_silent_makes_room),
        cmocka_unit_test(to_a_collector_that_is_not_believed_nothing_goes),
        cmocka_unit_test(a_new_registry_ends_the_rights_of_those_who_left),
        cmocka_unit_test(the_registry_of_a_log_before_a_restore_gives_way),
        cmocka_unit_test(rates_have_a_limit_and_a_reason),
        cmocka_unit_test(questions_have_a_rate_of_their_own),
        cmocka_unit_test(a_principal_has_so_many_connections_and_idle_ones_make_room),
        cmocka_unit_test(a_full_table_makes_room_for_the_idle_only),
        cmocka_unit_test(every_role_sends_its_kinds_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
