/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds of a zero report's body. */
#include "model/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static uint8_t large[TCN_PLACE_BYTES_MAX + 1];
/** Lines and places by the room of their maximum and one more. */
static struct tcn_tick ticks[TCN_ZERO_TICKS_MAX + 1];
static struct tcn_slice places[TCN_ZERO_PLACES_MAX + 1];
static char line_words[TCN_ZERO_TICKS_MAX + 1][8];

/** A zero report in which nothing is wrong. */
static struct tcn_event good_zero(void) {
    memset(large, 'a', sizeof(large));
    for (uint32_t i = 0; i < COUNT_OF(ticks); i++) {
        (void)snprintf(line_words[i], sizeof(line_words[i]), "line%u", i);
        ticks[i] = (struct tcn_tick){tcn_slice_text(line_words[i]), i % 2 == 0};
    }
    for (uint32_t i = 0; i < COUNT_OF(places); i++) {
        places[i] = tcn_slice_text("upper dam");
    }
    return (struct tcn_event){
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_ZERO_REPORT,
        .mode = TCN_MODE_ACTUAL,
        .office = tcn_slice_text("office_xiaoba"),
        .body_kind = TCN_BODY_ZERO,
        .zero = {.ticks = ticks,
                 .tick_count = 1,
                 .post = tcn_slice_text("duty_officer"),
                 .places = places,
                 .place_count = 1},
    };
}

static void no_line(struct tcn_event *event) {
    event->zero.tick_count = 0;
}
static void lines_17(struct tcn_event *event) {
    event->zero.tick_count = TCN_ZERO_TICKS_MAX + 1;
}
static void line_nameless(struct tcn_event *event) {
    event->zero.tick_count = 2;
    ticks[1].line = (struct tcn_slice){0};
}
static void line_upper(struct tcn_event *event) {
    ticks[0].line = tcn_slice_text("Flood");
    (void)event;
}
static void line_twice(struct tcn_event *event) {
    event->zero.tick_count = 3;
    ticks[2].line = ticks[0].line; /* once safe, and once not */
}
static void no_post(struct tcn_event *event) {
    event->zero.post = (struct tcn_slice){0};
}
static void post_with_a_name(struct tcn_event *event) {
    event->zero.post = tcn_slice_text("Zhang San");
}
static void no_place(struct tcn_event *event) {
    event->zero.place_count = 0;
}
static void places_17(struct tcn_event *event) {
    event->zero.place_count = TCN_ZERO_PLACES_MAX + 1;
}
static void place_empty(struct tcn_event *event) {
    places[0] = (struct tcn_slice){0};
    (void)event;
}
static void place_large(struct tcn_event *event) {
    places[0] = tcn_slice_of(large, TCN_PLACE_BYTES_MAX + 1);
    (void)event;
}
static void of_office_signed(struct tcn_event *event) {
    event->zero.of_office = tcn_slice_text("office_lishu");
}
static void oral_of_nobody(struct tcn_event *event) {
    event->act = TCN_ACT_ORAL_ZERO;
}
static void of_a_matter(struct tcn_event *event) {
    event->matter.bytes[0] = 1;
}

static void a_zero_report_says_who_looked_and_where(void **state) {
    (void)state;
    static const struct {
        void (*breaks)(struct tcn_event *event);
        enum tcn_status status;
        const char *field;
    } cases[] = {
        {no_line, TCN_BAD_VALUE, "zero.lines"},
        {lines_17, TCN_TOOBIG, "zero.lines"},
        {line_nameless, TCN_BAD_VALUE, "zero.lines"},
        {line_upper, TCN_BAD_VALUE, "zero.lines"},
        {line_twice, TCN_BAD_VALUE, "zero.lines"},
        {no_post, TCN_BAD_VALUE, "zero.post"},
        {post_with_a_name, TCN_BAD_VALUE, "zero.post"},
        {no_place, TCN_BAD_VALUE, "zero.places"},
        {places_17, TCN_TOOBIG, "zero.places"},
        {place_empty, TCN_BAD_VALUE, "zero.places"},
        {place_large, TCN_TOOBIG, "zero.places"},
        {of_office_signed, TCN_BAD_VALUE, "zero.of_office"},
        {oral_of_nobody, TCN_BAD_VALUE, "zero.of_office"},
        {of_a_matter, TCN_BAD_VALUE, "zero.matter"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *field = "none";
        struct tcn_event event = good_zero();
        cases[i].breaks(&event);
        assert_int_equal(tcn_event_check(&event, &field), cases[i].status);
        assert_string_equal(field, cases[i].field);
    }
}

static void a_zero_report_within_its_bounds_is_good(void **state) {
    (void)state;
    const char *field = "none";
    struct tcn_event event = good_zero();
    assert_int_equal(tcn_event_check(&event, &field), TCN_OK);
    event.zero.tick_count = TCN_ZERO_TICKS_MAX;
    event.zero.place_count = TCN_ZERO_PLACES_MAX;
    places[0] = tcn_slice_of(large, TCN_PLACE_BYTES_MAX);
    assert_int_equal(tcn_event_check(&event, &field), TCN_OK);
    event.act = TCN_ACT_ORAL_ZERO; /* by telephone, the places may stay open */
    event.zero.of_office = tcn_slice_text("office_lishu");
    event.zero.place_count = 0;
    assert_int_equal(tcn_event_check(&event, &field), TCN_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zero_report_says_who_looked_and_where),
        cmocka_unit_test(a_zero_report_within_its_bounds_is_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
