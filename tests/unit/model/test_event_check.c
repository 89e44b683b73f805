/* SPDX-License-Identifier: Apache-2.0 */
#include "model/event.h"
#include "model/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static uint8_t large[TCN_NOTE_BYTES_MAX + 1];
static struct tcn_attribute attributes[TCN_ATTRIBUTES_MAX];

/** A first report in which nothing is wrong. */
static struct tcn_event good_report(void) {
    memset(large, 'a', sizeof(large));
    memset(attributes, 0, sizeof(attributes));
    attributes[0] = (struct tcn_attribute){
        .name = tcn_slice_text("under_ground"), .kind = TCN_ATTRIBUTE_NUMBER, .number = -3};
    return (struct tcn_event){
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_REPORTED,
        .mode = TCN_MODE_ACTUAL,
        .matter = {{1}},
        .domain = tcn_slice_text("coal_mine_safety"),
        .division = tcn_slice_text("520502122000"),
        .office = tcn_slice_text("office_xiaoba"),
        .severity = TCN_SEVERITY_URGENT,
        .concerns = TCN_CONCERNS_NOBODY,
        .counts = {.missing = {.kind = TCN_COUNT_AT_LEAST, .value = 2}},
        .attributes = attributes,
        .attribute_count = 1,
        .body_kind = TCN_BODY_REPORT,
        .report = {.channel = tcn_slice_text("phone")},
    };
}

/* Each of these breaks one thing. */

static void no_format(struct tcn_event *event) {
    event->format = 0;
}
static void next_format(struct tcn_event *event) {
    event->format = TCN_EVENT_FORMAT + 1;
}
static void no_act(struct tcn_event *event) {
    event->act = TCN_ACT_NONE;
}
static void act_28(struct tcn_event *event) {
    event->act = (enum tcn_act)99;
}
static void no_mode(struct tcn_event *event) {
    event->mode = TCN_MODE_NONE;
}
static void mode_3(struct tcn_event *event) {
    event->mode = (enum tcn_mode)3;
}
static void no_matter(struct tcn_event *event) {
    memset(&event->matter, 0, sizeof(event->matter));
}
static void domain_large(struct tcn_event *event) {
    event->domain = tcn_slice_of(large, TCN_WORD_BYTES_MAX + 1);
}
static void domain_bytes(struct tcn_event *event) {
    event->domain = tcn_slice_text("\xFF");
}
static void domain_upper(struct tcn_event *event) {
    event->domain = tcn_slice_text("Coal");
}
static void division_11(struct tcn_event *event) {
    event->division = tcn_slice_text("52050212200");
}
static void office_space(struct tcn_event *event) {
    event->office = tcn_slice_text("office xiaoba");
}
static void severity_5(struct tcn_event *event) {
    event->severity = (enum tcn_severity)5;
}
static void concerns_4(struct tcn_event *event) {
    event->concerns = (enum tcn_concerns)4;
}
static void concerns_unstated(struct tcn_event *event) {
    event->concerns = TCN_CONCERNS_UNSTATED;
}
static void trace_large(struct tcn_event *event) {
    event->trace_parent = tcn_slice_of(large, TCN_WORD_BYTES_MAX + 1);
}
static void deaths_kind(struct tcn_event *event) {
    event->counts.deaths.kind = (enum tcn_count_kind)4;
}
static void loss_unknown_but_one(struct tcn_event *event) {
    event->counts.loss_fen.value = 1;
}
static void attributes_33(struct tcn_event *event) {
    event->attribute_count = TCN_ATTRIBUTES_MAX + 1;
}
static void attribute_nameless(struct tcn_event *event) {
    event->attribute_count = 2;
}
static void attribute_kind_4(struct tcn_event *event) {
    attributes[0].kind = (enum tcn_attribute_kind)4;
    (void)event;
}
static void attribute_text_large(struct tcn_event *event) {
    attributes[0].kind = TCN_ATTRIBUTE_TEXT;
    attributes[0].number = 0;
    attributes[0].text = tcn_slice_of(large, TCN_ATTRIBUTE_BYTES_MAX + 1);
    (void)event;
}
static void attribute_number_with_text(struct tcn_event *event) {
    attributes[0].text = tcn_slice_text("x");
    (void)event;
}
static void attribute_flag_2(struct tcn_event *event) {
    attributes[0].kind = TCN_ATTRIBUTE_FLAG;
    attributes[0].number = 2;
    (void)event;
}
static void guard_9(struct tcn_event *event) {
    event->guard_organ_count = TCN_GUARD_ORGANS_MAX + 1;
}
static void guard_zero(struct tcn_event *event) {
    event->guard_organ_count = 1;
}
static void unit_unguarded(struct tcn_event *event) {
    event->concerns = TCN_CONCERNS_UNIT;
}
static void guarded_with_domain(struct tcn_event *event) {
    event->guard_organs[0] = 25;
    event->guard_organ_count = 1;
}
static void guarded_with_division(struct tcn_event *event) {
    guarded_with_domain(event);
    event->domain = tcn_slice_of(NULL, 0);
}
static void report_with_act_body(struct tcn_event *event) {
    event->body_kind = TCN_BODY_ACT;
}
static void body_6(struct tcn_event *event) {
    event->body_kind = (enum tcn_body_kind)6;
}
static void channel_upper(struct tcn_event *event) {
    event->report.channel = tcn_slice_text("Phone");
}
static void category_large(struct tcn_event *event) {
    event->report.category = tcn_slice_of(large, TCN_WORD_BYTES_MAX + 1);
}

/** Turns the report into an act of a person. */
static void become_act(struct tcn_event *event) {
    event->act = TCN_ACT_TRANSFERRED;
    event->concerns = TCN_CONCERNS_UNSTATED;
    event->body_kind = TCN_BODY_ACT;
}
static void act_reason(struct tcn_event *event) {
    become_act(event);
    event->act_body.reason = tcn_slice_text("not a word");
}
static void act_to_organ(struct tcn_event *event) {
    become_act(event);
    event->act_body.to_organ = tcn_slice_text("9");
}
static void act_how_large(struct tcn_event *event) {
    become_act(event);
    event->act_body.how = tcn_slice_of(large, TCN_NOTE_BYTES_MAX + 1);
}
static void act_post_bytes(struct tcn_event *event) {
    become_act(event);
    event->act_body.post = tcn_slice_of("a\0b", 3);
}
static void act_with_void_body(struct tcn_event *event) {
    become_act(event);
    event->body_kind = TCN_BODY_VOID;
}
static void void_without_body(struct tcn_event *event) {
    become_act(event);
    event->act = TCN_ACT_VOID;
}
static void void_of_nothing(struct tcn_event *event) {
    void_without_body(event);
    event->body_kind = TCN_BODY_VOID;
}
static void delivered_nameless(struct tcn_event *event) {
    event->act = TCN_ACT_DELIVERED;
    event->body_kind = TCN_BODY_DELIVERED;
}
static void delivered_of_no_stream(struct tcn_event *event) {
    delivered_nameless(event);
    event->delivered.name = tcn_slice_text("night");
    event->delivered.stream.mode = TCN_MODE_ACTUAL;
}
static void epoch_of_no_lane(struct tcn_event *event) {
    event->act = TCN_ACT_EPOCH_OPENED;
    event->body_kind = TCN_BODY_EPOCH;
    event->epoch.lane.epoch = 1;
}
static void epoch_zero(struct tcn_event *event) {
    epoch_of_no_lane(event);
    event->epoch.lane = (struct tcn_lane_key){.source = 1, .lane = TCN_LANE_URGENT};
}

static void allowing_no_source(struct tcn_event *event) {
    become_act(event);
    event->act = TCN_ACT_EPOCH_ALLOWED;
    event->act_body.epoch = 7;
}
static void allowing_no_epoch(struct tcn_event *event) {
    allowing_no_source(event);
    event->act_body = (struct tcn_act_body){.source = 7};
}
static void transfer_of_an_epoch(struct tcn_event *event) {
    become_act(event);
    event->act_body.epoch = 7;
}
static void confirming_no_doubt(struct tcn_event *event) {
    become_act(event);
    event->act = TCN_ACT_TIME_CONFIRMED;
}
static void waiting_of_nobody(struct tcn_event *event) {
    event->act = TCN_ACT_EPOCH_WAITS;
    event->body_kind = TCN_BODY_OBSERVED;
    event->observed.lane = (struct tcn_lane_key){0, 7, TCN_LANE_URGENT};
}
static void waiting_of_no_lane(struct tcn_event *event) {
    waiting_of_nobody(event);
    event->observed.lane = (struct tcn_lane_key){.source = 7, .epoch = 7};
}
static void fenced_without_a_hash(struct tcn_event *event) {
    waiting_of_nobody(event);
    event->act = TCN_ACT_CHUNK_FENCED;
    event->observed.lane.source = 7;
}
static void erased_of_nobody(struct tcn_event *event) {
    waiting_of_nobody(event);
    event->act = TCN_ACT_SHARE_ERASED;
}
static void erased_without_a_sequence(struct tcn_event *event) {
    fenced_without_a_hash(event);
    event->act = TCN_ACT_SHARE_ERASED;
    event->observed.hash.bytes[0] = 1;
}
static void erased_without_a_hash(struct tcn_event *event) {
    fenced_without_a_hash(event);
    event->act = TCN_ACT_SHARE_ERASED;
    event->observed.number = 1;
}
static void unreachable_epoch(struct tcn_event *event) {
    waiting_of_nobody(event);
    event->act = TCN_ACT_UNREACHABLE;
}
static void nobody_watches_nothing(struct tcn_event *event) {
    event->act = TCN_ACT_NO_WATCHER;
    event->body_kind = TCN_BODY_OBSERVED;
}

static struct tcn_registry_change a_change;
static void change_of_no_kind(struct tcn_event *event) {
    a_change = (struct tcn_registry_change){.kind = TCN_CHANGE_NONE};
    event->act = TCN_ACT_REGISTRY_CHANGED;
    event->body_kind = TCN_BODY_REGISTRY;
    event->registry = &a_change;
}
static void change_of_kind_8(struct tcn_event *event) {
    change_of_no_kind(event);
    a_change.kind = (enum tcn_change_kind)8;
}
static void change_for_two_words(struct tcn_event *event) {
    change_of_no_kind(event);
    a_change.kind = TCN_CHANGE_REVOKED;
    a_change.reason = tcn_slice_text("pc stolen");
}
static void change_to_bytes(struct tcn_event *event) {
    change_of_no_kind(event);
    a_change.kind = TCN_CHANGE_INVITED;
    a_change.row.name[0] = (char)0xff;
}

static const struct {
    void (*breaks)(struct tcn_event *event);
    enum tcn_status status;
    const char *field;
} rows[] = {
    {no_format, TCN_BAD_VALUE, "format"},
    {next_format, TCN_UPGRADE, "format"},
    {no_act, TCN_BAD_VALUE, "act"},
    {act_28, TCN_BAD_VALUE, "act"},
    {no_mode, TCN_BAD_VALUE, "mode"},
    {mode_3, TCN_BAD_VALUE, "mode"},
    {no_matter, TCN_BAD_VALUE, "matter"},
    {domain_large, TCN_TOOBIG, "domain"},
    {domain_bytes, TCN_BAD_TEXT, "domain"},
    {domain_upper, TCN_BAD_VALUE, "domain"},
    {division_11, TCN_BAD_DIVISION, "division"},
    {office_space, TCN_BAD_VALUE, "office"},
    {severity_5, TCN_BAD_VALUE, "severity"},
    {concerns_4, TCN_BAD_VALUE, "concerns"},
    {concerns_unstated, TCN_BAD_VALUE, "concerns"},
    {trace_large, TCN_TOOBIG, "trace_parent"},
    {deaths_kind, TCN_BAD_VALUE, "deaths"},
    {loss_unknown_but_one, TCN_BAD_VALUE, "loss_fen"},
    {attributes_33, TCN_TOOBIG, "attributes"},
    {attribute_nameless, TCN_BAD_VALUE, "attributes.name"},
    {attribute_kind_4, TCN_BAD_VALUE, "attributes.kind"},
    {attribute_text_large, TCN_TOOBIG, "attributes.text"},
    {attribute_number_with_text, TCN_BAD_VALUE, "attributes.text"},
    {attribute_flag_2, TCN_BAD_VALUE, "attributes.number"},
    {guard_9, TCN_TOOBIG, "guard_organs"},
    {guard_zero, TCN_BAD_VALUE, "guard_organs"},
    {unit_unguarded, TCN_BAD_VALUE, "guard_organs"},
    {guarded_with_domain, TCN_BAD_VALUE, "domain"},
    {guarded_with_division, TCN_BAD_VALUE, "division"},
    {report_with_act_body, TCN_BAD_VALUE, "body"},
    {body_6, TCN_BAD_VALUE, "body"},
    {channel_upper, TCN_BAD_VALUE, "report.channel"},
    {category_large, TCN_TOOBIG, "report.category"},
    {act_reason, TCN_BAD_VALUE, "act.reason"},
    {act_to_organ, TCN_BAD_VALUE, "act.to_organ"},
    {act_how_large, TCN_TOOBIG, "act.how"},
    {act_post_bytes, TCN_BAD_TEXT, "act.post"},
    {act_with_void_body, TCN_BAD_VALUE, "body"},
    {void_without_body, TCN_BAD_VALUE, "body"},
    {void_of_nothing, TCN_BAD_VALUE, "void.count"},
    {delivered_nameless, TCN_BAD_VALUE, "delivered.name"},
    {delivered_of_no_stream, TCN_BAD_VALUE, "delivered.stream"},
    {change_of_no_kind, TCN_BAD_VALUE, "registry.kind"},
    {change_of_kind_8, TCN_BAD_VALUE, "registry.kind"},
    {change_for_two_words, TCN_BAD_VALUE, "registry.reason"},
    {change_to_bytes, TCN_BAD_TEXT, "registry.row.name"},
    {epoch_of_no_lane, TCN_BAD_VALUE, "epoch.lane"},
    {epoch_zero, TCN_BAD_VALUE, "epoch.epoch"},
    {allowing_no_source, TCN_BAD_VALUE, "act.source"},
    {allowing_no_epoch, TCN_BAD_VALUE, "act.epoch"},
    {transfer_of_an_epoch, TCN_BAD_VALUE, "act.epoch"},
    {confirming_no_doubt, TCN_BAD_VALUE, "act.position"},
    {waiting_of_nobody, TCN_BAD_VALUE, "observed.source"},
    {waiting_of_no_lane, TCN_BAD_VALUE, "observed.lane"},
    {fenced_without_a_hash, TCN_BAD_VALUE, "observed.hash"},
    {erased_of_nobody, TCN_BAD_VALUE, "observed.source"},
    {erased_without_a_sequence, TCN_BAD_VALUE, "observed.number"},
    {erased_without_a_hash, TCN_BAD_VALUE, "observed.hash"},
    {unreachable_epoch, TCN_BAD_VALUE, "observed.epoch"},
    {nobody_watches_nothing, TCN_BAD_VALUE, "observed.organ"},
};

static void what_is_wrong_is_told_with_its_field(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_event event = good_report();
        const char *field = "untouched";
        rows[i].breaks(&event);
        assert_int_equal(tcn_event_check(&event, &field), rows[i].status);
        assert_string_equal(field, rows[i].field);
    }
}

static void expect_good(const struct tcn_event *event) {
    const char *field = "untouched";
    enum tcn_status status = tcn_event_check(event, &field);
    assert_string_equal(field, "untouched");
    assert_int_equal(status, TCN_OK);
}

static void a_report_within_its_bounds_is_good(void **state) {
    (void)state;
    struct tcn_event event = good_report();
    expect_good(&event);
    event.domain = tcn_slice_of(large, TCN_WORD_BYTES_MAX);
    event.attribute_count = TCN_ATTRIBUTES_MAX;
    for (size_t i = 0; i < TCN_ATTRIBUTES_MAX; i++) {
        attributes[i] =
            (struct tcn_attribute){.name = tcn_slice_text("a"),
                                   .kind = TCN_ATTRIBUTE_TEXT,
                                   .text = tcn_slice_of(large, TCN_ATTRIBUTE_BYTES_MAX)};
    }
    expect_good(&event);
}

static void nothing_true_is_refused_for_form(void **state) {
    (void)state;
    struct tcn_event event = good_report();
    event.domain = tcn_slice_text("never_heard_of");
    event.division = tcn_slice_text("999999999999");
    event.recorded_ns = INT64_MIN;
    event.learned_ns = INT64_MAX;
    expect_good(&event);
    event.domain = tcn_slice_of(NULL, 0);
    event.division = tcn_slice_of(NULL, 0);
    event.concerns = TCN_CONCERNS_UNKNOWN;
    event.body_kind = TCN_BODY_NONE;
    expect_good(&event);
}

static void a_guarded_report_tells_only_who_may_have_it(void **state) {
    (void)state;
    struct tcn_event event = good_report();
    event.domain = tcn_slice_of(NULL, 0);
    event.division = tcn_slice_of(NULL, 0);
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organ_count = TCN_GUARD_ORGANS_MAX;
    for (uint16_t i = 0; i < TCN_GUARD_ORGANS_MAX; i++) {
        event.guard_organs[i] = (uint16_t)(i + 1);
    }
    expect_good(&event);
}

/** What the desk or the collector says of a standstill: one kind of body each. */
static bool is_word(enum tcn_act act) {
    return act == TCN_ACT_EPOCH_ALLOWED || act == TCN_ACT_TIME_CONFIRMED ||
           act == TCN_ACT_UNREACHABLE || act == TCN_ACT_HEARD || act == TCN_ACT_NO_WATCHER ||
           act == TCN_ACT_EPOCH_WAITS || act == TCN_ACT_CHUNK_FENCED ||
           act == TCN_ACT_SHARE_ERASED || act == TCN_ACT_NOT_FETCHED;
}

/** Fills in what the words need, each its own. */
static void fill_words(struct tcn_event *event) {
    if (event->act == TCN_ACT_EPOCH_ALLOWED) {
        event->act_body.source = 1;
        event->act_body.epoch = 2;
    }
    event->act_body.position = 3;
    if (event->act == TCN_ACT_EPOCH_WAITS || event->act == TCN_ACT_CHUNK_FENCED ||
        event->act == TCN_ACT_SHARE_ERASED) {
        event->observed.number = 6;
        event->observed.lane = (struct tcn_lane_key){1, 2, TCN_LANE_URGENT};
        event->observed.hash.bytes[0] = 4;
    } else if (event->act == TCN_ACT_NO_WATCHER || event->act == TCN_ACT_NOT_FETCHED) {
        event->observed.organ = 5;
    }
}

static void every_act_has_a_body_that_fits(void **state) {
    (void)state;
    const struct tcn_registry_change change = {.kind = TCN_CHANGE_REVOKED, .principal = 3};
    const struct tcn_tick tick = {tcn_slice_text("no_flood"), true};
    const struct tcn_slice place = tcn_slice_text("dam");
    for (uint32_t number = 0; number < 200; number++) {
        struct tcn_event event = good_report();
        event.act = (enum tcn_act)number;
        event.void_body.count = 1;
        event.delivered.name = tcn_slice_text("night");
        event.delivered.stream = (struct tcn_stream){TCN_MODE_EXERCISE, 7};
        event.epoch.lane = (struct tcn_lane_key){1, 2, TCN_LANE_ROUTINE};
        event.registry = &change;
        event.zero = (struct tcn_zero_body){.ticks = &tick,
                                            .tick_count = 1,
                                            .post = tcn_slice_text("duty"),
                                            .places = &place,
                                            .place_count = 1};
        bool is_zero = number == TCN_ACT_ZERO_REPORT || number == TCN_ACT_ORAL_ZERO;
        if (is_zero) {
            event.matter = (struct tcn_id){{0}};
        }
        if (number == TCN_ACT_ORAL_ZERO) {
            event.zero.of_office = tcn_slice_text("office_lishu");
        }
        fill_words(&event);
        uint32_t count = 0;
        for (uint32_t kind = TCN_BODY_NONE; kind <= TCN_BODY_REGISTRY + 1u; kind++) {
            const char *field = "";
            event.body_kind = (enum tcn_body_kind)kind;
            count += tcn_event_check(&event, &field) == TCN_OK ? 1u : 0u;
        }
        bool has_own_body = number == TCN_ACT_VOID || number == TCN_ACT_DELIVERED ||
                            number == TCN_ACT_EPOCH_OPENED || number == TCN_ACT_REGISTRY_CHANGED ||
                            number == TCN_ACT_ORAL_ZERO || is_word(event.act);
        uint32_t expected = has_own_body ? 1u : number == TCN_ACT_ZERO_REPORT ? 3u : 2u;
        assert_int_equal(count, tcn_act_is_known(number) ? expected : 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_told_with_its_field),
        cmocka_unit_test(a_report_within_its_bounds_is_good),
        cmocka_unit_test(nothing_true_is_refused_for_form),
        cmocka_unit_test(a_guarded_report_tells_only_who_may_have_it),
        cmocka_unit_test(every_act_has_a_body_that_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
