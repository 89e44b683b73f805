/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "raw.h"
#include "samples.h"

#define ARENA_BYTES (256 * 1024)

/** Decodes an open part with an arena of its own. */
static enum tcn_status decode(struct tcn_slice bytes, struct tcn_event *out_event) {
    static _Alignas(16) uint8_t memory[ARENA_BYTES];
    struct tcn_arena arena = {.data = memory, .size = sizeof(memory)};
    return tcn_wire_open_part_decode(bytes, &arena, out_event);
}

/** The least open part that is good: a format, an act and a mode. */
static struct raw least(void) {
    struct raw raw = {.size = 0};
    raw_number(&raw, 1, TCN_EVENT_FORMAT);
    raw_number(&raw, 2, TCN_ACT_TICK);
    raw_number(&raw, 3, TCN_MODE_ACTUAL);
    return raw;
}

static void an_open_part_out_of_bounds_is_refused_and_writes_nothing(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        enum tcn_status status;
        const char *why;
    } cases[] = {
#define CASE(bytes_, status_, why_) {(bytes_), sizeof(bytes_) - 1, (status_), (why_)}
        CASE("\x22\x0f"
             "0123456789abcde",
             TCN_BAD_VALUE, "matter of 15 bytes"),
        CASE("\x2a\x02"
             "a\0",
             TCN_BAD_TEXT, "NUL in a domain"),
        CASE("\x3a\x02\xff\xfe", TCN_BAD_TEXT, "office is not UTF-8"),
        CASE("\x60\x05", TCN_BAD_VALUE, "severity 5"),
        CASE("\x60\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", TCN_BAD_VALUE, "severity -1"),
        CASE("\x68\x04", TCN_BAD_VALUE, "concerns 4"),
        CASE("\x72\x04\x0a\x02\x08\x04", TCN_BAD_VALUE, "count kind 4"),
        CASE("\x72\x02\x38\x01", TCN_UNKNOWN_FIELD, "a seventh count"),
        CASE("\x7a\x02\x10\x01", TCN_BAD_VALUE, "attribute without a name"),
        CASE("\x7a\x03\x0a\x01"
             "a",
             TCN_BAD_VALUE, "attribute without a value"),
        CASE("\x7a\x07\x0a\x01"
             "a\x10\x01\x20\x01",
             TCN_MALFORMED, "attribute with two values"),
        CASE("\x82\x01\x01\x00", TCN_BAD_VALUE, "guard organ 0"),
        CASE("\x82\x01\x03\x80\x80\x04", TCN_BAD_VALUE, "guard organ 65536"),
        CASE("\x82\x01\x09\x01\x01\x01\x01\x01\x01\x01\x01\x01", TCN_TOOBIG, "nine guard organs"),
        CASE("\xa2\x01\x00\xaa\x01\x00", TCN_MALFORMED, "two bodies"),
        CASE("\xb2\x01\x00", TCN_BAD_VALUE, "void over nothing"),
        CASE("\xba\x01\x00", TCN_BAD_VALUE, "delivered without name and stream"),
        CASE("\xc2\x01\x00", TCN_BAD_VALUE, "epoch without epoch and lane"),
        CASE("\xe2\x01\x00", TCN_BAD_VALUE, "change of no kind"),
        CASE("\xe2\x01\x02\x08\x08", TCN_BAD_VALUE, "change of kind 8"),
        CASE("\xe2\x01\x04\x08\x01\x1a\x00", TCN_BAD_VALUE,
             "change to a row without name and role"),
        CASE("\xe2\x01\x05\x08\x01\x3a\x01\x01", TCN_BAD_VALUE, "proof of one byte"),
        CASE("\xe2\x01\x04\x08\x06\x52\x00", TCN_BAD_VALUE, "organ key of no organ"),
        CASE("\xe2\x01\x05\x08\x07\x5a\x01\x01", TCN_BAD_VALUE, "succession of one byte"),
        CASE("\xe2\x01\x04\x08\x01\x60\x01", TCN_UNKNOWN_FIELD, "change with field 12"),
        CASE("\xaa\x01\x03\x3a\x01\x01", TCN_BAD_VALUE, "act hash of one byte"),
        CASE("\x90\x01\x01", TCN_UNKNOWN_FIELD, "reserved field 18"),
        CASE("\x08\x01", TCN_MALFORMED, "format twice"),
#undef CASE
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct raw raw = least();
        struct tcn_event event = {.act = TCN_ACT_VOID};
        raw_append(&raw, tcn_slice_of(cases[i].bytes, cases[i].size));
        enum tcn_status status = decode(raw_slice(&raw), &event);
        if (status != cases[i].status) {
            fail_msg("%s: %s", cases[i].why, tcn_status_name(status));
        }
        assert_int_equal(event.act, TCN_ACT_VOID);
    }
}

static void an_act_that_nobody_knows_or_a_missing_mode_is_a_bad_value(void **state) {
    (void)state;
    static const struct {
        uint64_t act;
        uint64_t mode;
    } cases[] = {{0, 1}, {80, 1}, {99, 1}, {130, 1}, {UINT64_C(1) << 31, 1}, {1, 0}, {1, 3}};
    struct tcn_event event;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct raw raw = {.size = 0};
        raw_number(&raw, 1, 1);
        raw_number(&raw, 2, cases[i].act);
        raw_number(&raw, 3, cases[i].mode);
        assert_int_equal(decode(raw_slice(&raw), &event), TCN_BAD_VALUE);
    }
}

static void attributes_end_at_their_maximum(void **state) {
    (void)state;
    struct raw raw = least();
    struct tcn_event event;
    for (uint32_t i = 0; i < TCN_ATTRIBUTES_MAX; i++) {
        raw_bytes(&raw, 15,
                  "\x0a\x01"
                  "a\x10\x01",
                  5);
    }
    assert_int_equal(decode(raw_slice(&raw), &event), TCN_OK);
    assert_int_equal(event.attribute_count, TCN_ATTRIBUTES_MAX);
    raw_bytes(&raw, 15,
              "\x0a\x01"
              "a\x10\x01",
              5);
    assert_int_equal(decode(raw_slice(&raw), &event), TCN_TOOBIG);
}

static void an_open_part_over_its_maximum_is_too_big_both_ways(void **state) {
    (void)state;
    static char text[TCN_ATTRIBUTE_BYTES_MAX];
    static uint8_t room[16384];
    memset(text, 'x', sizeof(text));
    struct tcn_attribute attributes[8];
    for (size_t i = 0; i < 8; i++) {
        attributes[i] = (struct tcn_attribute){.name = tcn_slice_text("a"),
                                               .kind = TCN_ATTRIBUTE_TEXT,
                                               .text = tcn_slice_of(text, sizeof(text))};
    }
    struct tcn_event event = {.format = 1, .act = TCN_ACT_REPORTED, .mode = TCN_MODE_ACTUAL};
    event.attributes = attributes;
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    struct tcn_slice bytes;
    event.attribute_count = 7;
    assert_int_equal(tcn_wire_open_part_encode(&event, &writer, &bytes), TCN_OK);
    event.attribute_count = 8;
    assert_int_equal(tcn_wire_open_part_encode(&event, &writer, &bytes), TCN_TOOBIG);
    memset(room, 0, sizeof(room));
    assert_int_equal(decode(tcn_slice_of(room, TCN_OPEN_BYTES_MAX + 1), &event), TCN_TOOBIG);
}

static void what_cannot_be_encoded_says_why(void **state) {
    (void)state;
    uint8_t room[1024];
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    struct tcn_slice bytes;
    struct tcn_event event = sample_event(TCN_BODY_ACT);
    event.act_body.how = tcn_slice_of("a\0b", 3);
    assert_int_equal(tcn_wire_open_part_encode(&event, &writer, &bytes), TCN_BAD_TEXT);
    event = sample_event(TCN_BODY_NONE);
    event.attribute_count = TCN_ATTRIBUTES_MAX + 1;
    assert_int_equal(tcn_wire_open_part_encode(&event, &writer, &bytes), TCN_TOOBIG);
    event = sample_event(TCN_BODY_NONE);
    event.guard_organ_count = TCN_GUARD_ORGANS_MAX + 1;
    assert_int_equal(tcn_wire_open_part_encode(&event, &writer, &bytes), TCN_TOOBIG);
    static char text[20000];
    memset(text, 'x', sizeof(text));
    event = sample_event(TCN_BODY_NONE);
    event.domain = tcn_slice_of(text, sizeof(text));
    assert_int_equal(tcn_wire_open_part_encode(&event, &writer, &bytes), TCN_TOOBIG);
    assert_int_equal(writer.offset, 0);
}

static void the_least_open_part_leaves_everything_else_empty(void **state) {
    (void)state;
    struct raw raw = least();
    struct tcn_event event;
    assert_int_equal(decode(raw_slice(&raw), &event), TCN_OK);
    assert_int_equal(event.act, TCN_ACT_TICK);
    assert_true(tcn_id_is_none(&event.matter));
    assert_int_equal(event.domain.size, 0);
    assert_int_equal(event.counts.deaths.kind, TCN_COUNT_UNKNOWN);
    assert_int_equal(event.attribute_count, 0);
    assert_int_equal(event.body_kind, TCN_BODY_NONE);
}

static void an_event_splits_into_its_very_bytes(void **state) {
    (void)state;
    uint8_t room[64];
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    struct tcn_slice bytes;
    struct tcn_slice open;
    struct tcn_slice sealed;
    assert_int_equal(
        tcn_wire_event_join(tcn_slice_text("open"), (struct tcn_slice){.size = 0}, &writer, &bytes),
        TCN_OK);
    assert_int_equal(tcn_wire_event_split(bytes, &open, &sealed), TCN_OK);
    assert_ptr_equal(open.data, room + 2);
    assert_int_equal(open.size, 4);
    assert_int_equal(sealed.size, 0);
    /* The other order is good too: what counts are the parts' own bytes. */
    static const char turned[] = "\x12\x01S\x0a\x01O";
    assert_int_equal(tcn_wire_event_split(tcn_slice_of(turned, 6), &open, &sealed), TCN_OK);
    assert_true(tcn_slice_is_text(open, "O"));
    assert_true(tcn_slice_is_text(sealed, "S"));
}

static void an_event_without_or_with_a_too_large_open_part_is_refused(void **state) {
    (void)state;
    struct tcn_slice open;
    struct tcn_slice sealed;
    static uint8_t big[TCN_EVENT_BYTES_MAX + 1];
    static uint8_t room[TCN_EVENT_BYTES_MAX + 64];
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    struct tcn_slice bytes;
    assert_int_equal(tcn_wire_event_split(tcn_slice_of("", 0), &open, &sealed), TCN_BAD_VALUE);
    assert_int_equal(tcn_wire_event_split(tcn_slice_of("\x12\x01S", 3), &open, &sealed),
                     TCN_BAD_VALUE);
    assert_int_equal(tcn_wire_event_split(tcn_slice_of(big, sizeof(big)), &open, &sealed),
                     TCN_TOOBIG);
    struct tcn_slice over = tcn_slice_of(big, TCN_OPEN_BYTES_MAX + 1);
    assert_int_equal(tcn_wire_event_join(over, (struct tcn_slice){.size = 0}, &writer, &bytes),
                     TCN_TOOBIG);
    struct tcn_slice most = tcn_slice_of(big, TCN_EVENT_BYTES_MAX - 7);
    struct tcn_slice more = tcn_slice_of(big, TCN_EVENT_BYTES_MAX - 6);
    assert_int_equal(tcn_wire_event_join(tcn_slice_text("o"), more, &writer, &bytes), TCN_TOOBIG);
    assert_int_equal(tcn_wire_event_join(tcn_slice_text("o"), most, &writer, &bytes), TCN_OK);
    assert_int_equal(bytes.size, TCN_EVENT_BYTES_MAX);
    assert_int_equal(tcn_wire_event_split(bytes, &open, &sealed), TCN_OK);
}

/** Encodes a sealed part and decodes it. */
static enum tcn_status pass_sealed(const struct tcn_sealed *in) {
    static _Alignas(16) uint8_t memory[ARENA_BYTES];
    static uint8_t room[8192];
    struct tcn_arena arena = {.data = memory, .size = sizeof(memory)};
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    struct tcn_slice bytes;
    struct tcn_sealed out;
    enum tcn_status status = tcn_wire_sealed_encode(in, &writer, &bytes);
    return status == TCN_OK ? tcn_wire_sealed_decode(bytes, &arena, &out) : status;
}

static void a_sealed_part_out_of_bounds_is_refused(void **state) {
    (void)state;
    struct tcn_sealed sealed = sample_sealed();
    sealed.compartments[2].kind = TCN_COMPARTMENT_CONTACT;
    assert_int_equal(pass_sealed(&sealed), TCN_BAD_VALUE);
    sealed = sample_sealed();
    sealed.compartments[1].kind = TCN_COMPARTMENT_NONE;
    assert_int_equal(pass_sealed(&sealed), TCN_BAD_VALUE);
    sealed = sample_sealed();
    sealed.compartment_count = 0;
    assert_int_equal(pass_sealed(&sealed), TCN_BAD_VALUE);
    sealed = sample_sealed();
    sealed.compartment_count = TCN_COMPARTMENTS_MAX + 1;
    assert_int_equal(pass_sealed(&sealed), TCN_TOOBIG);
    sealed = sample_sealed();
    sealed.compartments[0].wrap_count = 0;
    assert_int_equal(pass_sealed(&sealed), TCN_BAD_VALUE);
    sealed = sample_sealed();
    sealed.compartments[0].wrap_count = TCN_WRAPS_MAX + 1;
    assert_int_equal(pass_sealed(&sealed), TCN_TOOBIG);
    sealed = sample_sealed();
    sealed.compartments[0].nonce.size = 23;
    assert_int_equal(pass_sealed(&sealed), TCN_BAD_VALUE);
    sealed = sample_sealed();
    sealed.compartments[0].ciphertext.size = 271;
    assert_int_equal(pass_sealed(&sealed), TCN_BAD_VALUE);
    sealed = sample_sealed();
    sealed.compartments[0].wraps[0].sealed.size = 79;
    assert_int_equal(pass_sealed(&sealed), TCN_BAD_VALUE);
    sealed = sample_sealed();
    sealed.commitment = (struct tcn_hash){{0}};
    assert_int_equal(pass_sealed(&sealed), TCN_BAD_VALUE);
    sealed = sample_sealed();
    sealed.format = TCN_SEALED_FORMAT + 1;
    assert_int_equal(pass_sealed(&sealed), TCN_UPGRADE);
    sealed = sample_sealed();
    assert_int_equal(pass_sealed(&sealed), TCN_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_part_out_of_bounds_is_refused_and_writes_nothing),
        cmocka_unit_test(an_act_that_nobody_knows_or_a_missing_mode_is_a_bad_value),
        cmocka_unit_test(attributes_end_at_their_maximum),
        cmocka_unit_test(an_open_part_over_its_maximum_is_too_big_both_ways),
        cmocka_unit_test(what_cannot_be_encoded_says_why),
        cmocka_unit_test(the_least_open_part_leaves_everything_else_empty),
        cmocka_unit_test(an_event_splits_into_its_very_bytes),
        cmocka_unit_test(an_event_without_or_with_a_too_large_open_part_is_refused),
        cmocka_unit_test(a_sealed_part_out_of_bounds_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
