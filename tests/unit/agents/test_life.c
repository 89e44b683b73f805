/* SPDX-License-Identifier: Apache-2.0 */
/* The agent's sign of life: what it says of a gap at its next start, once, whenever it is killed;
 * and nothing where its times are not known. */
/* ctest-uses: policy core store wire link seal json */
/* ctest-wraps: tcn_outbox_begin */
#include "agents/cut.h"
#include "agents/inner.h"
#include "agents/life.h"
#include "bench.h"

#include <stdatomic.h>
#include <sys/stat.h>

#define HOUR_NS (INT64_C(3600) * TCN_SECOND_NS)
#define SIGN_BYTES 40

static atomic_bool is_full;

enum tcn_status __real_tcn_outbox_begin(struct tcn_outbox *outbox);
enum tcn_status __wrap_tcn_outbox_begin(struct tcn_outbox *outbox);

enum tcn_status __wrap_tcn_outbox_begin(struct tcn_outbox *outbox) {
    return atomic_load(&is_full) ? TCN_FULL : __real_tcn_outbox_begin(outbox);
}

/** What the outbox says of stops, in both lanes. */
struct told {
    uint32_t count; /* of STOPPED */
    uint32_t event_count;
    int64_t since_ns; /* of the last STOPPED */
    int64_t until_ns;
};

static void path_of(const struct bench *bench, char out_path[2 * PATH_BYTES]) {
    (void)snprintf(out_path, 2 * PATH_BYTES, "%s/" TCN_AGENT_LIFE_FILE, bench->district->outbox);
}

static void write_sign(const struct bench *bench, const char *text) {
    char path[2 * PATH_BYTES];
    path_of(bench, path);
    write_file(path, text_of(text));
}

/** The sign of an agent that was seen last so long ago; 0 is not known. Gives that time. */
static int64_t age(const struct bench *bench, int64_t age_ns) {
    char text[SIGN_BYTES + 1];
    const int64_t seen_ns = tcn_clock_wall_ns() - age_ns;
    (void)snprintf(text, sizeof(text), "%019lld %019lld\n", (long long)seen_ns,
                   (long long)(seen_ns - HOUR_NS));
    write_sign(bench, text);
    return seen_ns;
}

static void read_sign(const struct bench *bench, char out_text[SIGN_BYTES + 1]) {
    char path[2 * PATH_BYTES];
    path_of(bench, path);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t size = fread(out_text, 1, SIGN_BYTES + 1, file);
    assert_int_equal(size, SIGN_BYTES);
    out_text[SIGN_BYTES] = '\0';
    assert_int_equal(fclose(file), 0);
}

static void look_at_chunk(const struct tcn_outbox_chunk *chunk, struct told *told) {
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    struct tcn_arena arena;
    uint32_t count = 0;
    assert_int_equal(tcn_arena_init(&arena, TCN_WIRE_ARENA_BYTES((size_t)64 * 1024)), TCN_OK);
    assert_int_equal(tcn_wire_chunk_body_split(chunk->chunk.body, events, &count), TCN_OK);
    for (uint32_t i = 0; i < count; i++) {
        struct tcn_slice open;
        struct tcn_slice sealed;
        struct tcn_event event;
        const char *field = "";
        tcn_arena_reset(&arena);
        assert_int_equal(tcn_wire_event_split(events[i], &open, &sealed), TCN_OK);
        assert_int_equal(tcn_wire_open_part_decode(open, &arena, &event), TCN_OK);
        assert_int_equal(tcn_event_check(&event, &field), TCN_OK);
        told->event_count++;
        if (event.act == TCN_ACT_STOPPED) {
            told->count++;
            told->since_ns = event.occurred_ns;
            told->until_ns = event.recorded_ns;
            assert_true(tcn_slice_is_text(event.office, "office_chahe"));
            assert_true(tcn_id_is_none(&event.matter));
            assert_int_equal(event.act_body.until_ns, event.recorded_ns);
        }
    }
    tcn_arena_fini(&arena);
}

/** Stops the agent and counts. */
static struct told look(struct bench *bench) {
    struct tcn_outbox *outbox = look_inside(bench);
    struct told told = {.count = 0};
    for (int lane = TCN_LANE_URGENT; lane <= TCN_LANE_ROUTINE; lane++) {
        struct tcn_outbox_lane row;
        assert_int_equal(tcn_outbox_lane_get(outbox, (enum tcn_lane)lane, &row), TCN_OK);
        for (uint64_t sequence = 1; sequence < row.next_sequence;) {
            struct tcn_outbox_chunk chunk;
            assert_int_equal(tcn_outbox_chunk_find(outbox, &row.lane, sequence, &chunk), TCN_OK);
            look_at_chunk(&chunk, &told);
            sequence = chunk.first_sequence + chunk.sequence_count;
        }
    }
    tcn_outbox_close(&outbox);
    return told;
}

static void where_nothing_is_known_nothing_is_said(void **state) {
    struct bench *bench = *state;
    static const char *const signs[] = {"",
                                        "0",
                                        "1700000000000000000",
                                        "1700000000000000000\n",
                                        "1700000000000000000 1700000000000000000",
                                        "1700000000000000000 17000000000000000000\n",
                                        "1700000000000000000 1700000000000000000\n\n",
                                        "-700000000000000000 1700000000000000000\n",
                                        "0000000000000000000 0000000000000000000\n",
                                        "9223372036854775808 1700000000000000000\n",
                                        "9223372036854775807 1700000000000000000\n"};
    assert_int_equal(look(bench).event_count, 0); /* a new outbox */
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        char text[SIGN_BYTES + 1];
        write_sign(bench, signs[i]);
        start_again(bench);
        assert_int_equal(look(bench).event_count, 0);
        read_sign(bench, text); /* it is whole again */
    }
    char path[2 * PATH_BYTES];
    path_of(bench, path);
    assert_int_equal(unlink(path), 0);
    start_again(bench);
    assert_int_equal(look(bench).event_count, 0);
    (void)age(bench, 60 * TCN_SECOND_NS); /* not long enough */
    start_again(bench);
    assert_int_equal(look(bench).event_count, 0);
}

static void a_new_outbox_beside_an_old_sign_says_nothing(void **state) {
    struct bench *bench = *state;
    (void)look(bench);
    remove_file(bench->district->outbox, "data.mdb");
    remove_file(bench->district->outbox, "lock.mdb");
    (void)age(bench, HOUR_NS);
    start_again(bench);
    assert_int_equal(look(bench).event_count, 0);
}

/* Killed between the commit and the new sign: the old one is there again. */
static void a_gap_is_told_once(void **state) {
    struct bench *bench = *state;
    (void)look(bench);
    const int64_t before_ns = tcn_clock_wall_ns();
    const int64_t since_ns = age(bench, HOUR_NS);
    char old[SIGN_BYTES + 1];
    read_sign(bench, old);
    start_again(bench);
    struct told told = look(bench);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.event_count, 1);
    assert_true(told.since_ns == since_ns);
    assert_true(told.until_ns >= before_ns && told.until_ns <= tcn_clock_wall_ns());
    for (int i = 0; i < 2; i++) {
        write_sign(bench, old);
        start_again(bench);
        assert_int_equal(look(bench).event_count, 1);
    }
}

/** The agent of an outbox that nobody has open, in this thread. */
static struct tcn_agent *open_here(const struct bench *bench) {
    struct tcn_agent *agent = NULL;
    const struct tcn_agent_options options = {
        .link = bench->office.link,
        .logger = &bench->office.logger,
        .config = &bench->office.config,
        .stop_descriptor = bench->office.stop_pipe[0],
        .collector_key = bench->district->collector.signing.public_key,
        .map_bytes = bench->office.map_bytes,
    };
    assert_int_equal(tcn_agent_open(&options, &agent), TCN_OK);
    return agent;
}

/** The next turn, as if it were time for a sign. */
static void turn(struct tcn_agent *agent) {
    int64_t deadline_ns = INT64_MAX;
    agent->life.next_ns = 0;
    tcn_agent_life_turn(agent, &deadline_ns);
}

/* The sign that it reads is the only one that knows of the gap. */
static void what_cannot_be_told_is_told_at_the_next_start(void **state) {
    struct bench *bench = *state;
    (void)look(bench);
    struct tcn_agent *agent = open_here(bench);
    tcn_agent_life_close(agent);
    const int64_t since_ns = age(bench, HOUR_NS);
    tcn_arena_fini(&agent->scratch);
    assert_int_equal(tcn_arena_init(&agent->scratch, 1), TCN_OK);
    assert_int_equal(tcn_agent_life_open(agent, false), TCN_NOMEM);
    tcn_agent_close(&agent);
    start_again(bench);
    const struct told told = look(bench);
    assert_int_equal(told.count, 1);
    assert_true(told.since_ns == since_ns);
}

/* It works meanwhile, and writes no sign: the old one is the only witness. */
static void a_full_outbox_does_not_swallow_the_gap(void **state) {
    struct bench *bench = *state;
    char old[SIGN_BYTES + 1];
    char now[SIGN_BYTES + 1];
    (void)look(bench);
    const int64_t since_ns = age(bench, HOUR_NS);
    read_sign(bench, old);
    for (int i = 0; i < 2; i++) {
        atomic_store(&is_full, true);
        start_again(bench);
        assert_int_equal(office_ask(&bench->office, REPORT "}}").code, TCN_FULL);
        read_sign(bench, now);
        assert_string_equal(now, old);
        office_stop(&bench->office);
        atomic_store(&is_full, false);
        read_sign(bench, now);
        assert_string_equal(now, old);
    }
    start_again(bench);
    const struct told told = look(bench);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.event_count, 1);
    assert_true(told.since_ns == since_ns);
}

static void it_is_told_as_soon_as_there_is_room(void **state) {
    struct bench *bench = *state;
    char old[SIGN_BYTES + 1];
    char now[SIGN_BYTES + 1];
    (void)look(bench);
    const int64_t since_ns = age(bench, HOUR_NS);
    read_sign(bench, old);
    atomic_store(&is_full, true);
    struct tcn_agent *agent = open_here(bench);
    const int64_t started_ns = agent->started_ns;
    turn(agent);
    read_sign(bench, now);
    assert_string_equal(now, old);
    atomic_store(&is_full, false);
    turn(agent);
    turn(agent); /* once */
    read_sign(bench, now);
    assert_string_not_equal(now, old);
    const struct tcn_agent_lane *lane = &agent->lanes[1];
    assert_int_equal(lane->number, TCN_LANE_ROUTINE);
    assert_int_equal(tcn_outlane_waiting(&lane->brain), 1); /* it is sent without a start anew */
    tcn_agent_close(&agent);
    const struct told told = look(bench);
    assert_int_equal(told.count, 1);
    assert_true(told.since_ns == since_ns);
    assert_true(told.until_ns == started_ns);
}

/** Spoils every place of the stopped agent's database where the text stands. */
static void damage(const struct bench *bench, const char *text) {
    char path[2 * PATH_BYTES];
    const size_t room = (size_t)64 * 1024 * 1024;
    const size_t text_size = strlen(text);
    uint8_t *data = malloc(room);
    uint32_t count = 0;
    assert_non_null(data);
    (void)snprintf(path, sizeof(path), "%s/data.mdb", bench->district->outbox);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    const size_t size = fread(data, 1, room, file);
    for (size_t i = 0; i + text_size <= size; i++) {
        if (memcmp(data + i, text, text_size) == 0) {
            assert_int_equal(fseek(file, (long)i, SEEK_SET), 0);
            assert_int_equal(fputc('X', file), 'X');
            count++;
        }
    }
    assert_int_equal(fclose(file), 0);
    assert_true(count > 0);
    free(data);
}

/* A word for the board must not cost the office its reporting. */
static void a_chunk_that_cannot_be_read_costs_the_word_alone(void **state) {
    struct bench *bench = *state;
    assert_int_equal(
        office_ask(&bench->office, REPORT ",\"trace_parent\":\"the-trace-marker\"}}").code, TCN_OK);
    (void)look(bench);
    damage(bench, "the-trace-marker");
    (void)age(bench, HOUR_NS);
    struct tcn_agent *agent = open_here(bench);
    assert_non_null(strstr(agent->last_error, "stopped"));
    tcn_agent_close(&agent);
    start_again(bench);
    const struct tcn_local_answer answer = office_ask(&bench->office, REPORT "}}");
    assert_int_equal(answer.code, TCN_OK);
    assert_int_equal(answer.sequence, 2); /* of stops nothing was said */
}

/* A clock that lost its battery: what it signed would be a gap of many years at the next start. */
static void a_clock_that_is_behind_the_sign_leaves_it(void **state) {
    struct bench *bench = *state;
    char old[SIGN_BYTES + 1];
    char now[SIGN_BYTES + 1];
    (void)look(bench);
    (void)age(bench, -HOUR_NS);
    read_sign(bench, old);
    struct tcn_agent *agent = open_here(bench);
    turn(agent);
    tcn_agent_close(&agent);
    read_sign(bench, now);
    assert_string_equal(now, old);
    agent = open_here(bench);
    agent->life.behind_ns = 0; /* for so long it is the sign that was wrong */
    turn(agent);
    read_sign(bench, now);
    assert_string_not_equal(now, old);
    tcn_agent_close(&agent);
    (void)age(bench, TCN_SECOND_NS);
    read_sign(bench, old);
    agent = open_here(bench);
    read_sign(bench, now);
    assert_string_not_equal(now, old); /* from the start, where the clock is not behind */
    tcn_agent_close(&agent);
    assert_int_equal(look(bench).event_count, 0);
}

/** Puts something that is no file in the sign's place, or takes it away. */
static void put_strange(const struct bench *bench, int kind, bool is_there) {
    char path[2 * PATH_BYTES];
    char target[2 * PATH_BYTES];
    path_of(bench, path);
    (void)snprintf(target, sizeof(target), "%s/bundle", bench->district->dir);
    if (!is_there) {
        assert_int_equal(kind == 0 ? rmdir(path) : unlink(path), 0);
        return;
    }
    (void)unlink(path);
    const int made = kind == 0   ? mkdir(path, 0700)
                     : kind == 1 ? mkfifo(path, 0600)
                                 : symlink(target, path);
    assert_int_equal(made, 0);
}

static void what_is_no_file_costs_the_word_and_is_noted_once(void **state) {
    struct bench *bench = *state;
    (void)look(bench);
    for (int kind = 0; kind < 3; kind++) {
        put_strange(bench, kind, true);
        struct tcn_agent *agent = open_here(bench);
        assert_non_null(strstr(agent->last_error, "sign of life"));
        agent->last_error[0] = '\0';
        turn(agent);
        turn(agent);
        assert_string_equal(agent->last_error, "");
        tcn_agent_close(&agent);
        start_again(bench); /* the bundle behind the link is still whole */
        assert_int_equal(office_ask(&bench->office, REPORT "}}").code, TCN_OK);
        assert_int_equal(look(bench).event_count, kind + 1);
        put_strange(bench, kind, false);
    }
}

static void what_cannot_be_written_is_noted_once(void **state) {
    struct bench *bench = *state;
    char path[2 * PATH_BYTES];
    (void)look(bench);
    path_of(bench, path);
    struct tcn_agent *agent = open_here(bench);
    const int written = agent->life.descriptor;
    const int read_only = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(read_only >= 0);
    agent->life.descriptor = read_only;
    turn(agent);
    assert_non_null(strstr(agent->last_error, "sign of life"));
    agent->last_error[0] = '\0';
    turn(agent);
    assert_string_equal(agent->last_error, "");
    agent->life.descriptor = written;
    turn(agent); /* it can again, and says so the next time that it cannot */
    agent->life.descriptor = read_only;
    turn(agent);
    assert_non_null(strstr(agent->last_error, "sign of life"));
    agent->life.descriptor = written;
    assert_int_equal(close(read_only), 0);
    tcn_agent_close(&agent);
}

/* What it entered since is a sign of life too. */
static void an_entry_behind_the_sign_counts(void **state) {
    struct bench *bench = *state;
    office_say(&bench->office, REPORT ",\"texts\":{\"narrative\":\"no water\"}}}", 1);
    assert_int_equal(office_hear(&bench->office, 1).code, TCN_OK);
    assert_int_equal(look(bench).event_count, 1);
    (void)age(bench, HOUR_NS);
    start_again(bench);
    assert_int_equal(look(bench).event_count, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(where_nothing_is_known_nothing_is_said, setup_offline,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_new_outbox_beside_an_old_sign_says_nothing, setup_offline,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_gap_is_told_once, setup_offline, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_told_is_told_at_the_next_start,
                                        setup_offline, teardown),
        cmocka_unit_test_setup_teardown(a_full_outbox_does_not_swallow_the_gap, setup_offline,
                                        teardown),
        cmocka_unit_test_setup_teardown(it_is_told_as_soon_as_there_is_room, setup_offline,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_chunk_that_cannot_be_read_costs_the_word_alone,
                                        setup_offline, teardown),
        cmocka_unit_test_setup_teardown(a_clock_that_is_behind_the_sign_leaves_it, setup_offline,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_is_no_file_costs_the_word_and_is_noted_once,
                                        setup_offline, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_written_is_noted_once, setup_offline,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_entry_behind_the_sign_counts, setup_offline, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
