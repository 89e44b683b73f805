/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a complaint is handed to when the look through it breaks off. */
#include "cli/handing.h"

#include "client/ask.h"
#include "client/replay.h"
#include "desk.h"
#include "seal/box.h"
#include "wire/event.h"

/* ctest-wraps: tcn_replay_run tcn_seat_session tcn_ask_level tcn_seat_renew tcn_seat_is_behind */

static const struct tcn_organ organs[] = {
    {.number = 1, .id = "desk", .kind = TCN_ORGAN_DESK},
    {.number = 2, .id = "police", .kind = TCN_ORGAN_BUREAU, .place_parent = 1},
    {.number = 3, .id = "traffic", .kind = TCN_ORGAN_BUREAU, .line_parent = 2},
    {.number = 4, .id = "housing", .kind = TCN_ORGAN_BUREAU, .place_parent = 1},
};

/* The collector of one complaint. */
struct replays {
    const struct tcn_item *item; /* that it tells each time; NULL: nothing */
    uint32_t good_count;         /* replays that come to their end */
    enum tcn_status status;      /* what the next one ends with */
    enum tcn_status level;       /* whether they had all that is logged */
};

static struct replays replays;

enum tcn_status __wrap_tcn_replay_run(struct tcn_session *session, const struct tcn_replay *replay,
                                      tcn_replay_item *item, void *context,
                                      struct tcn_replay_result *out_result);
int __wrap_tcn_seat_session(struct tcn_cli *cli, struct tcn_seat *seat);

enum tcn_status __wrap_tcn_replay_run(struct tcn_session *session, const struct tcn_replay *replay,
                                      tcn_replay_item *item, void *context,
                                      struct tcn_replay_result *out_result) {
    (void)session;
    assert_int_equal(replay->organ, 1);
    const enum tcn_status status = replays.item != NULL ? item(context, replays.item) : TCN_OK;
    if (status != TCN_OK || replays.good_count == 0) {
        return status != TCN_OK ? status : replays.status;
    }
    replays.good_count--;
    *out_result = (struct tcn_replay_result){.count = 1, .level = replays.level};
    return TCN_OK;
}

/* How the collector answers, and whether its bundle is a later one after the seat has renewed. */
static enum tcn_status answer;
static bool is_behind;
static uint32_t asks;
static uint32_t renewals;

enum tcn_status __wrap_tcn_ask_level(struct tcn_session *session, uint16_t organ, uint64_t position,
                                     int64_t deadline_ns);
void __wrap_tcn_seat_renew(struct tcn_seat *seat, struct tcn_session *line);
bool __wrap_tcn_seat_is_behind(const struct tcn_seat *seat);

enum tcn_status __wrap_tcn_ask_level(struct tcn_session *session, uint16_t organ, uint64_t position,
                                     int64_t deadline_ns) {
    (void)session;
    (void)deadline_ns;
    assert_true(organ == 0 && position == 0);
    asks++;
    return answer;
}

void __wrap_tcn_seat_renew(struct tcn_seat *seat, struct tcn_session *line) {
    (void)seat;
    (void)line;
    renewals++;
    assert_int_equal(asks, renewals); /* before the first answer nothing is known to be later */
}

bool __wrap_tcn_seat_is_behind(const struct tcn_seat *seat) {
    (void)seat;
    return is_behind;
}

int __wrap_tcn_seat_session(struct tcn_cli *cli, struct tcn_seat *seat) {
    (void)cli;
    (void)seat;
    return TCN_EXIT_OK;
}

/* A complaint against the traffic bureau, for the desk's keys. */
struct complaint {
    struct tcn_arena arena;
    struct tcn_share share;
    struct tcn_item item;
    uint8_t open_bytes[1024];
    uint8_t sealed_bytes[8192];
};

static void make_complaint(struct complaint *made, const struct tcn_key_set *keys) {
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REPORTED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .matter = {{1, 2, 3}},
                                    .domain = tcn_slice_text("petition"),
                                    .division = tcn_slice_text("520502012000"),
                                    .office = tcn_slice_text("office_a"),
                                    .learned_ns = 1,
                                    .recorded_ns = 1,
                                    .severity = TCN_SEVERITY_ROUTINE,
                                    .concerns = TCN_CONCERNS_UNIT,
                                    .guard_organs = {1},
                                    .guard_organ_count = 1};
    const struct tcn_seal_recipient reader = {1, keys->seal.public_key};
    const struct tcn_seal_item text = {
        {TCN_COMPARTMENT_ACCUSED, tcn_slice_text("accused_organs: traffic\nits head")}, &reader, 1};
    struct tcn_sealed sealed;
    memset(made, 0, sizeof *made);
    assert_int_equal(tcn_arena_init(&made->arena, (size_t)256 * 1024), TCN_OK);
    made->item.alert = (struct tcn_alert){.stream = {TCN_MODE_ACTUAL, 1},
                                          .number = 1,
                                          .position = 101,
                                          .act = TCN_ACT_REPORTED,
                                          .reason = TCN_REASON_OWNER};
    made->item.position = 101;
    struct tcn_writer writer = tcn_writer_init(made->open_bytes, sizeof made->open_bytes);
    assert_int_equal(tcn_wire_open_part_encode(&event, &writer, &made->item.open), TCN_OK);
    assert_int_equal(tcn_seal(made->item.open, &text, 1, &made->arena, &sealed, &made->share),
                     TCN_OK);
    writer = tcn_writer_init(made->sealed_bytes, sizeof made->sealed_bytes);
    assert_int_equal(tcn_wire_sealed_encode(&sealed, &writer, &made->item.sealed), TCN_OK);
    made->item.share = tcn_slice_of(made->share.bytes, sizeof made->share.bytes);
}

/* The desk's place, with the district's words; ends with the test. */
static struct tcn_seat seat_of(struct tcn_config *config) {
    config->has_client = true;
    struct tcn_seat seat = {.config = config, .has_names = true, .organ = "desk"};
    seat.names.policy = (struct tcn_policy){.organs = organs, .organ_count = 4, .desk = 1};
    assert_int_equal(tcn_key_set_make(tcn_slice_text("desk"), true, &seat.keys), TCN_OK);
    return seat;
}

static void what_was_found_counts_when_the_look_breaks_off(void **state) {
    (void)state;
    static const struct {
        uint32_t good_count;
        enum tcn_status status;
        const char *to;
        bool is_said;
        int code;
        const char *told;
    } rows[] = {
        {1, TCN_CORRUPT, "traffic", true, TCN_EXIT_REFUSED, "accuses that organ"},
        {1, TCN_TIMEOUT, "traffic", true, TCN_EXIT_REFUSED, "accuses that organ"},
        {1, TCN_NOMEM, "traffic", true, TCN_EXIT_REFUSED, "accuses that organ"},
        {1, TCN_TIMEOUT, "police", true, TCN_EXIT_REFUSED, "accuses that organ"},
        {0, TCN_CORRUPT, "traffic", true, TCN_EXIT_REFUSED, "accuses that organ"},
        {0, TCN_TIMEOUT, "traffic", false, TCN_EXIT_REFUSED, "accuses that organ"},
        {1, TCN_TIMEOUT, "housing", false, TCN_EXIT_REFUSED, "--not-accused"},
        {1, TCN_TIMEOUT, "housing", false, TCN_EXIT_REFUSED,
         "could not be read to its end (no answer came in time)"},
        {0, TCN_CORRUPT, "housing", false, TCN_EXIT_REFUSED, "could not be read to its end"},
        {1, TCN_TIMEOUT, "housing", true, TCN_EXIT_OK, ""},
        {2, TCN_OK, "traffic", true, TCN_EXIT_REFUSED, "accuses that organ"},
        {2, TCN_OK, "housing", false, TCN_EXIT_OK, ""},
    };
    struct desk desk;
    struct complaint made;
    struct tcn_config config = {0};
    desk_open(&desk);
    struct tcn_seat seat = seat_of(&config);
    make_complaint(&made, &seat.keys);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_handing handing = {.act = "transferred",
                                            .matter = "01020300-0000-7000-8000-000000000000",
                                            .to = rows[i].to,
                                            .is_said = rows[i].is_said};
        replays = (struct replays){&made.item, rows[i].good_count, rows[i].status, TCN_OK};
        const int code = tcn_handing_check(&desk.cli, &seat, &handing);
        if (code != rows[i].code || strstr(desk_err(&desk), rows[i].told) == NULL) {
            fail_msg("row %zu: %d, %s", i, code, desk_err(&desk));
        }
        assert_null(strstr(desk_err(&desk), "could not be asked"));
        desk_wipe(&desk);
    }
    tcn_key_set_fini(&seat.keys);
    tcn_arena_fini(&made.arena);
    desk_close(&desk);
}

/* A state that lags, or stands still, may not have the complaint yet, or not who it accuses. */
static void what_is_not_seen_yet_is_not_what_anybody_may_have(void **state) {
    (void)state;
    static const struct {
        bool is_told;
        enum tcn_status level;
        const char *to;
        const char *told;
    } rows[] = {
        {true, TCN_TIMEOUT, "housing", "could not be read to its end (no answer came in time)"},
        {true, TCN_HALTED, "housing", "could not be read to its end"},
        {true, TCN_HALTED, "traffic", "accuses that organ"},
        {false, TCN_TIMEOUT, "housing", "could not be read to its end"},
        {false, TCN_OK, "housing", "desk was told nothing of that matter"},
    };
    struct desk desk;
    struct complaint made;
    struct tcn_config config = {0};
    desk_open(&desk);
    struct tcn_seat seat = seat_of(&config);
    make_complaint(&made, &seat.keys);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_handing handing = {.act = "transferred",
                                      .matter = "01020300-0000-7000-8000-000000000000",
                                      .to = rows[i].to};
        replays = (struct replays){rows[i].is_told ? &made.item : NULL, 2, TCN_OK, rows[i].level};
        assert_int_equal(tcn_handing_check(&desk.cli, &seat, &handing), TCN_EXIT_REFUSED);
        if (strstr(desk_err(&desk), rows[i].told) == NULL) {
            fail_msg("row %zu: %s", i, desk_err(&desk));
        }
        desk_wipe(&desk);
        replays.good_count = 2;
        handing.is_said = true;
        const bool is_accused = strcmp(rows[i].to, "traffic") == 0;
        assert_int_equal(tcn_handing_check(&desk.cli, &seat, &handing),
                         is_accused ? TCN_EXIT_REFUSED : TCN_EXIT_OK);
        desk_wipe(&desk);
    }
    tcn_key_set_fini(&seat.keys);
    tcn_arena_fini(&made.arena);
    desk_close(&desk);
}

static const struct {
    bool has_client;
    bool has_names;
    bool is_behind;
    enum tcn_status answer;
    struct tcn_handing handing;
    int code;
    const char *told;
} blind_rows[] = {
    {false, true, false, 0, {"transferred", NULL, "traffic", NULL, false}, 7, "because the coll"},
    {true, false, false, 0, {"transferred", NULL, "traffic", NULL, false}, 7, "policy in force c"},
    {true, true, true, 0, {"transferred", NULL, "traffic", NULL, false}, 7, "policy in force co"},
    {true, true, false, TCN_TIMEOUT, {"released", NULL, "traffic", NULL, false}, 7, "be asked"},
    {true, true, false, TCN_LIMIT, {"released", NULL, "traffic", NULL, false}, 7, "be asked"},
    {true, true, false, 0, {"transferred", NULL, "nobody", NULL, false}, 7, "knows no such organ"},
    {true, true, false, 0, {"released", NULL, NULL, "no_domain", false}, 7, "knows no such organ"},
    {false, false, false, 0, {"reclassified", NULL, NULL, "petition", false}, 7, "--not-accused"},
    {false, false, false, 0, {"transferred", NULL, "traffic", NULL, true}, 0, ""},
    {false, false, false, 0, {"accepted", NULL, "traffic", "petition", false}, 0, ""},
    {false, false, false, 0, {"transferred", NULL, NULL, "petition", false}, 0, ""},
    {false, false, false, 0, {"reclassified", NULL, "traffic", NULL, false}, 0, ""},
};

/* Without a collector, or the policy in force, nobody knows whether it is a complaint. */
static void where_nothing_can_be_looked_at_it_goes_by_the_option_alone(void **state) {
    (void)state;
    struct desk desk;
    struct tcn_config config = {0};
    desk_open(&desk);
    struct tcn_seat seat = seat_of(&config);
    for (size_t i = 0; i < COUNT_OF(blind_rows); i++) {
        struct tcn_handing handing = blind_rows[i].handing;
        handing.matter = "01020300-0000-7000-8000-000000000000";
        config.has_client = blind_rows[i].has_client;
        answer = blind_rows[i].answer;
        is_behind = blind_rows[i].is_behind;
        asks = renewals = 0;
        seat.has_names = blind_rows[i].has_names;
        const int code = tcn_handing_check(&desk.cli, &seat, &handing);
        if (code != blind_rows[i].code || strstr(desk_err(&desk), blind_rows[i].told) == NULL) {
            fail_msg("row %zu: %d, %s", i, code, desk_err(&desk));
        }
        desk_wipe(&desk);
    }
    answer = TCN_OK;
    is_behind = false;
    asks = renewals = 0;
    tcn_key_set_fini(&seat.keys);
    desk_close(&desk);
}

/* Whether it says whom it accuses is not known. */
static void a_complaint_whose_sealed_part_is_damaged_goes_by_the_option_alone(void **state) {
    (void)state;
    struct desk desk;
    struct complaint made;
    struct tcn_config config = {0};
    desk_open(&desk);
    struct tcn_seat seat = seat_of(&config);
    make_complaint(&made, &seat.keys);
    made.item.sealed.size--;
    struct tcn_handing handing = {
        .act = "transferred", .matter = "01020300-0000-7000-8000-000000000000", .to = "housing"};
    replays = (struct replays){&made.item, 2, TCN_OK, TCN_OK};
    assert_int_equal(tcn_handing_check(&desk.cli, &seat, &handing), TCN_EXIT_REFUSED);
    assert_non_null(strstr(desk_err(&desk), "cannot be read here"));
    handing.is_said = true;
    replays.good_count = 2;
    assert_int_equal(tcn_handing_check(&desk.cli, &seat, &handing), TCN_EXIT_OK);
    tcn_key_set_fini(&seat.keys);
    tcn_arena_fini(&made.arena);
    desk_close(&desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_found_counts_when_the_look_breaks_off),
        cmocka_unit_test(what_is_not_seen_yet_is_not_what_anybody_may_have),
        cmocka_unit_test(where_nothing_can_be_looked_at_it_goes_by_the_option_alone),
        cmocka_unit_test(a_complaint_whose_sealed_part_is_damaged_goes_by_the_option_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
