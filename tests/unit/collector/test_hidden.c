/* SPDX-License-Identifier: Apache-2.0 */
/* What one may not see cannot be told from what is not there: each way to ask, of something that
 * another has and of something that nobody has, is answered by the same bytes and looks for the
 * same number of rows. */
/* ctest-uses: broker query core store wire link seal */
#include "district.h"

#include <sys/socket.h>
#include <sys/un.h>

#define PAGE_BYTES ((size_t)64 * 1024)
#define NOBODY 99   /* no organ, no source and no principal of the district */
#define PIPE 50     /* the report whose matter water holds */
#define GUARDED 51  /* the one that only water may know of */
#define ABSENT 9000 /* a report that nobody made */

/* What is asked for: something of another's, or something that is nobody's. */
struct wanted {
    bool is_absent;
    uint64_t number; /* of the hidden report; or the kind of a question that names an organ */
};

/* One way to ask. `kind` is what answers it at first. */
struct row {
    const char *what;
    void (*say)(struct district *, struct peer *, const struct wanted *);
    enum tcn_kind kind;
    uint64_t number;
};

/* What it came to. */
struct cost {
    enum tcn_kind kind;
    uint64_t read_count;
    size_t size;
    uint8_t bytes[4096];
};

/* Rows looked for behind answers so far, as the collector's page of numbers has it. */
static uint64_t reads_of(const struct district *district) {
    static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";
    static const char name[] = "\ntocsin_collector_reads_total ";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char *page = calloc(1, PAGE_BYTES);
    assert_non_null(page);
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", district->metrics_path);
    const int sock = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(sock >= 0);
    assert_int_equal(connect(sock, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(write(sock, request, sizeof(request) - 1), sizeof(request) - 1);
    size_t size = 0;
    ssize_t got = read(sock, page, PAGE_BYTES - 1);
    for (; got > 0; got = read(sock, page + size, PAGE_BYTES - 1 - size)) {
        size += (size_t)got;
    }
    assert_int_equal(got, 0);
    assert_int_equal(close(sock), 0);
    const char *found = strstr(page, name);
    assert_non_null(found);
    const uint64_t count = strtoull(found + sizeof(name) - 1, NULL, 10);
    free(page);
    return count;
}

static struct tcn_id matter_wanted(const struct district *district, const struct wanted *wanted) {
    const uint64_t number = wanted->is_absent ? ABSENT : wanted->number;
    return tcn_forge_report(&district->place->forge, number).matter;
}

static void say_ask(struct district *district, struct peer *peer, const struct tcn_query *query) {
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    assert_int_equal(tcn_wire_query_encode(query, &writer, &body), TCN_OK);
    request(district, peer, TCN_KIND_ASK, body);
}

static void ask_matter(struct district *district, struct peer *peer, const struct wanted *wanted) {
    const struct tcn_query query = {.kind = TCN_QUERY_MATTER,
                                    .matter = matter_wanted(district, wanted)};
    say_ask(district, peer, &query);
}

static void ask_next_page(struct district *district, struct peer *peer,
                          const struct wanted *wanted) {
    const struct tcn_query query = {
        .kind = TCN_QUERY_MATTER, .matter = matter_wanted(district, wanted), .page = 1};
    say_ask(district, peer, &query);
}

static uint16_t organ_wanted(const struct wanted *wanted) {
    return wanted->is_absent ? NOBODY : TCN_FORGE_WATER;
}

static void ask_notices(struct district *district, struct peer *peer, const struct wanted *wanted) {
    const struct tcn_query query = {.kind = TCN_QUERY_NOTICES,
                                    .matter = matter_wanted(district, wanted)};
    say_ask(district, peer, &query);
}

static void ask_notices_of_organ(struct district *district, struct peer *peer,
                                 const struct wanted *wanted) {
    const struct tcn_query query = {
        .kind = TCN_QUERY_NOTICES, .organ = organ_wanted(wanted), .since_ns = 1};
    say_ask(district, peer, &query);
}

static void ask_of_organ(struct district *district, struct peer *peer,
                         const struct wanted *wanted) {
    const struct tcn_query query = {.kind = (enum tcn_query_kind)wanted->number,
                                    .organ = organ_wanted(wanted)};
    say_ask(district, peer, &query);
}

/* What `tocsin explain` asks of a stopped collector's folder is not asked over the wire but so. */
static void ask_position(struct district *district, struct peer *peer,
                         const struct wanted *wanted) {
    const struct tcn_query query = {.kind = TCN_QUERY_EVENT,
                                    .position = wanted->is_absent ? 100000 : 3};
    say_ask(district, peer, &query);
}

static void ask_lane(struct district *district, struct peer *peer, const struct wanted *wanted) {
    const struct tcn_query query = {
        .kind = TCN_QUERY_EVENT,
        .lane = {.source = wanted->is_absent ? NOBODY : TCN_FORGE_AGENT_A,
                 .epoch = 100 + TCN_FORGE_AGENT_A,
                 .lane = TCN_LANE_ROUTINE},
        .sequence = 1,
    };
    say_ask(district, peer, &query);
}

/* A receipt of one's own lane: what was never sent, and what it is on a hidden matter. */
static void ask_outcome(struct district *district, struct peer *peer, const struct wanted *wanted) {
    const struct tcn_query query = {.kind = TCN_QUERY_EVENT,
                                    .lane = {.source = TCN_FORGE_AGENT_SAFETY,
                                             .epoch = 100 + TCN_FORGE_AGENT_SAFETY,
                                             .lane = TCN_LANE_ROUTINE},
                                    .sequence = wanted->is_absent ? 2 : 1};
    say_ask(district, peer, &query);
}

static void ask_registry(struct district *district, struct peer *peer,
                         const struct wanted *wanted) {
    const struct tcn_query query = {.kind = TCN_QUERY_REGISTRY,
                                    .principal = wanted->is_absent ? NOBODY : TCN_FORGE_AGENT_A};
    say_ask(district, peer, &query);
}

static void open_organ(struct district *district, struct peer *peer, uint16_t organ) {
    uint8_t data[512];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_open open = {.name = tcn_slice_text("duty"), .stream_count = 1};
    open.streams[0] = (struct tcn_open_stream){.stream = {TCN_MODE_ACTUAL, organ}};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_open_encode(&open, &writer, &body), TCN_OK);
    request(district, peer, TCN_KIND_OPEN, body);
}

static void subscribe(struct district *district, struct peer *peer, const struct wanted *wanted) {
    open_organ(district, peer, organ_wanted(wanted));
}

static void fetch(struct district *district, struct peer *peer, const struct wanted *wanted) {
    const struct tcn_stream stream = {TCN_MODE_ACTUAL, organ_wanted(wanted)};
    open_organ(district, peer, TCN_FORGE_SAFETY);
    assert_int_equal(hear(peer), TCN_KIND_OPENED);
    say_place(peer, TCN_KIND_FETCH, stream, 1);
}

static void move(struct district *district, struct peer *peer, const struct wanted *wanted) {
    const struct tcn_stream stream = {TCN_MODE_ACTUAL, organ_wanted(wanted)};
    open_organ(district, peer, TCN_FORGE_SAFETY);
    assert_int_equal(hear(peer), TCN_KIND_OPENED);
    say_place(peer, TCN_KIND_MOVE, stream, 0);
}

static void say_replay(struct district *district, struct peer *peer,
                       const struct tcn_replay *replay) {
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    assert_int_equal(tcn_wire_replay_encode(replay, &writer, &body), TCN_OK);
    request(district, peer, TCN_KIND_REPLAY, body);
}

static void replay_organ(struct district *district, struct peer *peer,
                         const struct wanted *wanted) {
    const struct tcn_replay replay = {.credit_items = 9, .organ = organ_wanted(wanted)};
    say_replay(district, peer, &replay);
}

static void replay_matter(struct district *district, struct peer *peer,
                          const struct wanted *wanted) {
    const struct tcn_replay replay = {
        .credit_items = 9, .organ = TCN_FORGE_SAFETY, .matter = matter_wanted(district, wanted)};
    say_replay(district, peer, &replay);
}

static void replay_domain(struct district *district, struct peer *peer,
                          const struct wanted *wanted) {
    const struct tcn_replay replay = {.credit_items = 9,
                                      .organ = TCN_FORGE_SAFETY,
                                      .domain =
                                          tcn_slice_text(wanted->is_absent ? "none" : "pipe")};
    say_replay(district, peer, &replay);
}

static void replay_all(struct district *district, struct peer *peer, const struct wanted *wanted) {
    const struct tcn_replay replay = {.credit_items = 9, .matter = matter_wanted(district, wanted)};
    say_replay(district, peer, &replay);
}

/* Who asks is safety's agent, which reads a stream with items of its own. */
static const struct row rows[] = {
    {"a matter of another's", ask_matter, TCN_KIND_ANSWER, PIPE},
    {"its further events", ask_next_page, TCN_KIND_ANSWER, PIPE},
    {"a guarded matter", ask_matter, TCN_KIND_ANSWER, GUARDED},
    {"the further events of a guarded matter", ask_next_page, TCN_KIND_ANSWER, GUARDED},
    {"the matters of an organ", ask_of_organ, TCN_KIND_ERROR, TCN_QUERY_MATTERS},
    {"the stream of an organ", ask_of_organ, TCN_KIND_ERROR, TCN_QUERY_STREAMS},
    {"what an organ has not in hand", ask_of_organ, TCN_KIND_ERROR, TCN_QUERY_SUMMONSES},
    {"who has the duty of an organ", ask_of_organ, TCN_KIND_ERROR, TCN_QUERY_SHIFTS},
    {"the board of an organ", ask_of_organ, TCN_KIND_ERROR, TCN_QUERY_BOARD},
    {"the desk's screen", ask_of_organ, TCN_KIND_ERROR, TCN_QUERY_DESK},
    {"the silences of an organ", ask_of_organ, TCN_KIND_ERROR, TCN_QUERY_SILENCES},
    {"a silence of an organ's stream", ask_of_organ, TCN_KIND_ERROR, TCN_QUERY_SILENCE_PREVIEW},
    {"what waits for the desk", ask_of_organ, TCN_KIND_ERROR, TCN_QUERY_STANDINGS},
    {"every lane", ask_of_organ, TCN_KIND_ERROR, TCN_QUERY_SOURCES},
    {"the log in numbers", ask_of_organ, TCN_KIND_ERROR, TCN_QUERY_STATS},
    {"the head of the log", ask_of_organ, TCN_KIND_ERROR, TCN_QUERY_HEAD},
    {"what was told of another's matter", ask_notices, TCN_KIND_ANSWER, PIPE},
    {"what was told of a guarded matter", ask_notices, TCN_KIND_ANSWER, GUARDED},
    {"what an organ was told", ask_notices_of_organ, TCN_KIND_ERROR, 0},
    {"an event by its position", ask_position, TCN_KIND_ERROR, 0},
    {"an event of another's lane", ask_lane, TCN_KIND_ERROR, 0},
    {"somebody's row", ask_registry, TCN_KIND_ERROR, 0},
    {"a subscription to an organ's stream", subscribe, TCN_KIND_ERROR, 0},
    {"the items of an organ's stream", fetch, TCN_KIND_ERROR, 0},
    {"a cursor in an organ's stream", move, TCN_KIND_ERROR, 0},
    {"the history of an organ", replay_organ, TCN_KIND_ERROR, 0},
    {"the history of a matter", replay_matter, TCN_KIND_END, PIPE},
    {"the history of a guarded matter", replay_matter, TCN_KIND_END, GUARDED},
    {"the history of a domain", replay_domain, TCN_KIND_END, 0},
    {"all history of a matter", replay_all, TCN_KIND_ERROR, PIPE},
};

static void measure(struct district *district, struct peer *peer, const struct row *row,
                    bool is_absent, struct cost *out_cost) {
    const struct wanted wanted = {.is_absent = is_absent, .number = row->number};
    const uint64_t before = reads_of(district);
    memset(out_cost, 0, sizeof(*out_cost));
    row->say(district, peer, &wanted);
    out_cost->kind = hear(peer);
    out_cost->size = peer->body.size;
    assert_true(out_cost->size <= sizeof(out_cost->bytes));
    memcpy(out_cost->bytes, peer->body.data, out_cost->size);
    out_cost->read_count = reads_of(district) - before;
}

static void expect_alike(const char *what, const struct cost *hidden, const struct cost *absent) {
    if (hidden->kind != absent->kind || hidden->read_count != absent->read_count ||
        hidden->size != absent->size || memcmp(hidden->bytes, absent->bytes, hidden->size) != 0) {
        fail_msg("%s: kinds %d and %d, %llu and %llu rows, %zu and %zu bytes", what,
                 (int)hidden->kind, (int)absent->kind, (unsigned long long)hidden->read_count,
                 (unsigned long long)absent->read_count, hidden->size, absent->size);
    }
}

/* Reports of the office: three of safety's, one of water's, and one that is guarded. */
static void report_all(struct district *district) {
    struct peer *office = &district->office;
    struct tcn_forge *forge = &district->place->forge;
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    const uint64_t session = greet(district, office);
    const struct tcn_hash previous = report(district, office, session, 1, 3, NULL);
    struct tcn_event pipe = tcn_forge_report(forge, PIPE);
    struct tcn_event guarded = tcn_forge_report(forge, GUARDED);
    pipe.domain = tcn_slice_text("pipe");
    guarded.domain = (struct tcn_slice){0};
    guarded.division = (struct tcn_slice){0};
    guarded.concerns = TCN_CONCERNS_UNIT;
    guarded.guard_organs[0] = TCN_FORGE_WATER;
    guarded.guard_organ_count = 1;
    tcn_forge_chunk_begin(&district->chunk, forge, TCN_FORGE_AGENT_A, 4, &previous);
    tcn_forge_chunk_event(&district->chunk, &pipe, (struct tcn_slice){0});
    tcn_forge_chunk_event(&district->chunk, &guarded, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&district->chunk, forge, TCN_FORGE_AGENT_A);
    assert_int_equal(send_chunk(district, office, session), TCN_KIND_ACK);
}

/* Acts of safety's on a matter that is hidden from it and on one that is not there; and reports
 * that they are both without effect in the same words. */
static void act_on_both(struct district *district, struct peer *peer) {
    struct tcn_forge *forge = &district->place->forge;
    const struct tcn_hello hello = tcn_forge_hello(forge, TCN_FORGE_AGENT_SAFETY, TCN_LANE_ROUTINE);
    struct tcn_welcome welcome;
    tcn_forge_hello_seal(&district->chunk, forge, TCN_FORGE_AGENT_SAFETY, &hello);
    const struct tcn_slice bodies[] = {district->chunk.chunk.head, district->chunk.chunk.signature};
    send_frames(peer, TCN_KIND_HELLO, 0, bodies, 2);
    assert_int_equal(hear(peer), TCN_KIND_WELCOME);
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_welcome_decode(peer->body, &district->arena, &welcome), TCN_OK);
    tcn_forge_chunk_begin(&district->chunk, forge, TCN_FORGE_AGENT_SAFETY, 1, NULL);
    for (size_t i = 0; i < 2; i++) {
        const struct tcn_event act =
            tcn_forge_act(forge, i == 0 ? GUARDED : ABSENT + 1, TCN_ACT_ACCEPTED, "safety");
        tcn_forge_chunk_event(&district->chunk, &act, (struct tcn_slice){0});
    }
    tcn_forge_chunk_seal(&district->chunk, forge, TCN_FORGE_AGENT_SAFETY);
    assert_int_equal(send_chunk(district, peer, welcome.session), TCN_KIND_ACK);
}

/* The state has everything; and what one may see costs more, so the counter counts. */
static void await_state(struct district *district, struct peer *peer, const struct cost *hidden) {
    struct tcn_answer answer;
    const struct tcn_query query = {.kind = TCN_QUERY_MATTER,
                                    .at_least_position = TCN_QUERY_LATEST,
                                    .matter = tcn_forge_report(&district->place->forge, 2).matter};
    const uint64_t before = reads_of(district);
    ask(district, peer, &query, &answer);
    assert_int_equal(answer.code, TCN_OK);
    assert_int_equal(answer.event_count, 1);
    assert_true(hidden == NULL || reads_of(district) - before > hidden->read_count);
}

static void start_with_page(struct district *district, char path[256]) {
    (void)snprintf(path, 256, "%s/numbers", district->place->base);
    stop_collector(district);
    district->metrics_path = path;
    start_collector(district);
}

static void what_is_hidden_is_as_what_is_not_there(void **state) {
    struct district *district = *state;
    struct peer *peer = &district->watcher;
    static struct cost hidden;
    static struct cost absent;
    char path[256];
    start_with_page(district, path);
    report_all(district);
    connect_peer(district, peer, TCN_FORGE_AGENT_SAFETY);
    await_state(district, peer, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t turn = 0; turn < 2; turn++) { /* in either order */
            measure(district, peer, &rows[i], turn == 1, turn == 1 ? &absent : &hidden);
            measure(district, peer, &rows[i], turn == 0, turn == 0 ? &absent : &hidden);
            expect_alike(rows[i].what, &hidden, &absent);
        }
        assert_int_equal(hidden.kind, rows[i].kind);
    }
    const struct row matter = {"", ask_matter, TCN_KIND_ANSWER, PIPE};
    measure(district, peer, &matter, false, &hidden);
    await_state(district, peer, &hidden);
}

/* Of one's own acts, the receipt's event and its outcome: what differs is where they stand. */
static void an_act_on_what_is_hidden_ends_as_on_what_is_not_there(void **state) {
    struct district *district = *state;
    struct peer *peer = &district->watcher;
    struct tcn_event_row found[2];
    uint64_t read_counts[2];
    char path[256];
    start_with_page(district, path);
    report_all(district);
    connect_peer(district, peer, TCN_FORGE_AGENT_SAFETY);
    act_on_both(district, peer);
    await_state(district, peer, NULL);
    for (size_t i = 0; i < 2; i++) {
        const struct wanted wanted = {.is_absent = i == 1};
        struct tcn_answer answer;
        const uint64_t before = reads_of(district);
        ask_outcome(district, peer, &wanted);
        assert_int_equal(hear(peer), TCN_KIND_ANSWER);
        tcn_arena_reset(&district->arena);
        assert_int_equal(tcn_wire_answer_decode(peer->body, &district->arena, &answer), TCN_OK);
        assert_int_equal(answer.code, TCN_OK);
        assert_int_equal(answer.event_count, 1);
        found[i] = answer.events[0];
        read_counts[i] = reads_of(district) - before;
    }
    assert_int_equal(found[1].sequence, found[0].sequence + 1);
    assert_int_equal(found[1].position, found[0].position + 1);
    assert_int_equal(found[1].code, found[0].code);
    assert_int_equal(found[1].allowed_acts, found[0].allowed_acts);
    assert_int_equal(found[1].missing, found[0].missing);
    assert_int_equal(read_counts[1], read_counts[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_hidden_is_as_what_is_not_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_act_on_what_is_hidden_ends_as_on_what_is_not_there,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests_name("hidden", tests, NULL, NULL);
}
