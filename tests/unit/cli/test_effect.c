/* SPDX-License-Identifier: Apache-2.0 */
/* What an act did, by the collector's word at the end of the own stream. */
#include "cli/effect.h"

#include "client/ask.h"
#include "client/watch.h"
#include "desk.h"

/* ctest-wraps: tcn_ask tcn_watch_open tcn_watch_next tcn_watch_close tcn_seat_session */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define POSITION 5000

/* A stream: its item n is of the event at position `begin` + n, but for the word of a void. */
struct stream {
    enum tcn_mode mode;
    uint64_t number; /* its last; 0: the organ was never told anything */
    uint64_t begin;
    uint64_t word; /* the item that is the word; 0: none */
    enum tcn_status answer;
    bool breaks_off; /* the watch, before its first item */
    bool has_gap;    /* and what it says first */
    uint64_t next;   /* item of the open watch */
    uint32_t opens;
};

static struct stream stream;
static uint16_t own = 1;          /* by the seat's policy; 0: it does not know */
static uint32_t stream_count = 1; /* that the collector tells of */

enum tcn_status __wrap_tcn_ask(struct tcn_session *session, const struct tcn_query *query,
                               int64_t deadline_ns, struct tcn_answer *out_answer);
enum tcn_status __wrap_tcn_watch_open(struct tcn_session *session, const struct tcn_open *open,
                                      struct tcn_watch **out_watch);
enum tcn_status __wrap_tcn_watch_next(struct tcn_watch *watch, int64_t deadline_ns,
                                      struct tcn_watch_event *out_event);
void __wrap_tcn_watch_close(struct tcn_watch **watch);
int __wrap_tcn_seat_session(struct tcn_cli *cli, struct tcn_seat *seat);

enum tcn_status __wrap_tcn_ask(struct tcn_session *session, const struct tcn_query *query,
                               int64_t deadline_ns, struct tcn_answer *out_answer) {
    static struct tcn_stream_row rows[2];
    struct tcn_stream_row row;
    (void)session;
    (void)deadline_ns;
    assert_int_equal(query->kind, TCN_QUERY_STREAMS);
    assert_int_equal(query->at_least_position, POSITION);
    assert_int_equal(query->organ, own);
    row = (struct tcn_stream_row){
        .stream = {.mode = stream.mode, .organ = 1}, .number = stream.number, .generation = 1};
    rows[0] = rows[1] = row;
    *out_answer = (struct tcn_answer){.streams = rows, .stream_count = stream_count};
    return stream.answer;
}

enum tcn_status __wrap_tcn_watch_open(struct tcn_session *session, const struct tcn_open *open,
                                      struct tcn_watch **out_watch) {
    (void)session;
    stream.next = open->streams[0].number;
    stream.opens++;
    *out_watch = (struct tcn_watch *)&stream;
    return TCN_OK;
}

enum tcn_status __wrap_tcn_watch_next(struct tcn_watch *watch, int64_t deadline_ns,
                                      struct tcn_watch_event *out_event) {
    (void)watch;
    (void)deadline_ns;
    if (stream.next > stream.number) {
        *out_event = (struct tcn_watch_event){.kind = TCN_WATCH_CAUGHT_UP};
        return TCN_OK;
    }
    if (stream.breaks_off) {
        return TCN_TIMEOUT;
    }
    if (stream.has_gap) {
        *out_event = (struct tcn_watch_event){.kind = TCN_WATCH_GAP};
        return TCN_OK;
    }
    const bool is_word = stream.next == stream.word;
    *out_event = (struct tcn_watch_event){
        .kind = TCN_WATCH_ITEM,
        .item.alert = {.number = stream.next,
                       .position = is_word ? POSITION : stream.begin + stream.next,
                       .reason = is_word ? TCN_REASON_OUTCOME : TCN_REASON_OWNER,
                       .code = TCN_NOT_ALLOWED}};
    stream.next++;
    return TCN_OK;
}

void __wrap_tcn_watch_close(struct tcn_watch **watch) {
    *watch = NULL;
}

int __wrap_tcn_seat_session(struct tcn_cli *cli, struct tcn_seat *seat) {
    (void)cli;
    (void)seat;
    return TCN_EXIT_OK;
}

static const struct row {
    const char *what;
    struct stream stream;
    enum tcn_mode mode;
    enum tcn_effect effect;
    uint32_t opens;
} rows[] = {
    {"halted", {.answer = TCN_HALTED}, TCN_MODE_NONE, TCN_EFFECT_UNKNOWN, 0},
    {"late", {.answer = TCN_TIMEOUT}, TCN_MODE_NONE, TCN_EFFECT_UNKNOWN, 0},
    {"breaks off",
     {.number = 9, .begin = 4900, .word = 9, .breaks_off = true},
     TCN_MODE_NONE,
     TCN_EFFECT_UNKNOWN,
     1},
    {"a gap",
     {.number = 9, .begin = 4900, .word = 9, .has_gap = true},
     TCN_MODE_NONE,
     TCN_EFFECT_UNKNOWN,
     1},
    {"never told", {.number = 0}, TCN_MODE_NONE, TCN_EFFECT_APPLIED, 0},
    {"another mode's stream",
     {.mode = TCN_MODE_ACTUAL, .number = 9, .begin = 4900},
     TCN_MODE_EXERCISE,
     TCN_EFFECT_UNKNOWN,
     0},
    {"the drill's",
     {.mode = TCN_MODE_EXERCISE, .number = 9, .begin = 4900, .word = 9},
     TCN_MODE_EXERCISE,
     TCN_EFFECT_VOID,
     1},
    {"the last", {.number = 200, .begin = 4800, .word = 200}, TCN_MODE_NONE, TCN_EFFECT_VOID, 1},
    {"no word", {.number = 200, .begin = 4800}, TCN_MODE_NONE, TCN_EFFECT_APPLIED, 1},
    {"65 came behind it",
     {.number = 200, .begin = 4866, .word = 135},
     TCN_MODE_NONE,
     TCN_EFFECT_VOID,
     2},
    {"5,000 came behind it",
     {.number = 9000, .begin = 1001, .word = 4000},
     TCN_MODE_NONE,
     TCN_EFFECT_VOID,
     3},
    {"5,000 came and none is of it",
     {.number = 9000, .begin = 1001},
     TCN_MODE_NONE,
     TCN_EFFECT_APPLIED,
     3},
    {"all came behind it", {.number = 100, .begin = 6000}, TCN_MODE_NONE, TCN_EFFECT_APPLIED, 2},
};

static void the_word_is_found_however_much_came_behind_it(void **state) {
    (void)state;
    struct desk desk;
    struct tcn_config config = {.has_client = true};
    static const struct tcn_organ organs[] = {{.number = 1, .id = "desk", .kind = TCN_ORGAN_DESK}};
    struct tcn_seat seat = {.config = &config, .has_names = true, .organ = "desk"};
    seat.names.policy = (struct tcn_policy){.organs = organs, .organ_count = 1, .desk = 1};
    desk_open(&desk);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_alert told = {.code = 0};
        stream = rows[i].stream;
        const enum tcn_effect effect =
            tcn_effect_ask(&desk.cli, &seat, rows[i].mode, POSITION, 1, &told);
        if (effect != rows[i].effect || stream.opens != rows[i].opens) {
            fail_msg("%s: %d after %u looks", rows[i].what, (int)effect, stream.opens);
        }
        assert_int_equal(told.code, effect == TCN_EFFECT_VOID ? TCN_NOT_ALLOWED : 0);
    }
    seat.has_names = false;
    own = 0;
    stream = (struct stream){.number = 9, .begin = 4900, .word = 9};
    struct tcn_alert word;
    assert_int_equal(tcn_effect_ask(&desk.cli, &seat, TCN_MODE_NONE, POSITION, 1, &word),
                     TCN_EFFECT_VOID);
    stream_count = 2; /* which is the own one? */
    assert_int_equal(tcn_effect_ask(&desk.cli, &seat, TCN_MODE_NONE, POSITION, 1, &word),
                     TCN_EFFECT_UNKNOWN);
    config.has_client = false;
    struct tcn_alert told;
    assert_int_equal(tcn_effect_ask(&desk.cli, &seat, TCN_MODE_NONE, POSITION, 1, &told),
                     TCN_EFFECT_UNASKED);
    desk_close(&desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_word_is_found_however_much_came_behind_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
