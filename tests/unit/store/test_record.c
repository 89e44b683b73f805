/* SPDX-License-Identifier: Apache-2.0 */
#include "store_test.h"

#include "base/hash.h"
#include "store/record.h"

/** A record with a value in every field. */
static struct tcn_record full_record(void) {
    struct tcn_record record = {
        .kind = TCN_RECORD_CHUNK,
        .generation = 2,
        .first_position = 0x0102030405060708,
        .count = 3,
        .log_time_ns = 1795442400123456789,
        .previous_hash = test_hash(1),
        .chunk_hash = test_hash(2),
        .lane = {.source = 0xA1A2A3A4, .epoch = 0xB1B2B3B4B5B6B7B8, .lane = TCN_LANE_ROUTINE},
        .first_sequence = 0xC1C2C3C4C5C6C7C8,
        .principal = 0xD1D2D3D4,
        .group_first = 0x0102030405060700,
    };
    record.chunk.head = tcn_slice_text("head");
    record.chunk.signature = tcn_slice_text("sig");
    record.chunk.body = tcn_slice_text("the body");
    return record;
}

/** Compares every field. */
static void assert_same(const struct tcn_record *left, const struct tcn_record *right) {
    assert_int_equal(left->kind, right->kind);
    assert_int_equal(left->generation, right->generation);
    assert_int_equal(left->first_position, right->first_position);
    assert_int_equal(left->count, right->count);
    assert_true(left->log_time_ns == right->log_time_ns);
    assert_true(tcn_hash_equals(&left->previous_hash, &right->previous_hash));
    assert_true(tcn_hash_equals(&left->chunk_hash, &right->chunk_hash));
    assert_true(tcn_lane_key_equals(&left->lane, &right->lane));
    assert_int_equal(left->first_sequence, right->first_sequence);
    assert_int_equal(left->principal, right->principal);
    assert_int_equal(left->group_first, right->group_first);
    assert_true(tcn_slice_equals(left->chunk.head, right->chunk.head));
    assert_true(tcn_slice_equals(left->chunk.signature, right->chunk.signature));
    assert_true(tcn_slice_equals(left->chunk.body, right->chunk.body));
    assert_int_equal(right->chunk.shares.size, 0);
}

/** Puts the right checksum behind changed bytes. */
static void seal(uint8_t *data, size_t size) {
    struct tcn_writer writer = tcn_writer_init(data + size - 8, 8);
    tcn_write_u64(&writer, tcn_checksum(tcn_slice_of(data, size - 8)));
}

static void every_flipped_bit_is_damage(void **state) {
    (void)state;
    struct tcn_record record = full_record();
    struct tcn_record out;
    uint8_t data[256];
    size_t size = tcn_record_size(&record);
    assert_int_equal(tcn_record_encode(&record, data, size), TCN_OK);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(tcn_record_decode(tcn_slice_of(data, size), &out), TCN_CORRUPT);
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(tcn_record_decode(tcn_slice_of(data, size), &out), TCN_OK);
}

static void every_shorter_or_longer_value_is_damage(void **state) {
    (void)state;
    struct tcn_record record = full_record();
    struct tcn_record out;
    uint8_t data[256] = {0};
    size_t size = tcn_record_size(&record);
    assert_int_equal(tcn_record_encode(&record, data, size), TCN_OK);
    for (size_t i = 0; i <= sizeof(data); i++) {
        enum tcn_status wanted = i == size ? TCN_OK : TCN_CORRUPT;
        assert_int_equal(tcn_record_decode(tcn_slice_of(data, i), &out), wanted);
    }
}

/** One byte that a right checksum does not excuse. */
struct field_case {
    size_t offset;
    uint8_t value;
    enum tcn_status wanted;
};

static void fields_that_make_no_sense_are_refused_under_a_right_checksum(void **state) {
    (void)state;
    static const struct field_case cases[] = {
        {0, 0, TCN_VERSION},   {0, 2, TCN_VERSION},   {1, 0, TCN_CORRUPT},   {1, 6, TCN_CORRUPT},
        {2, 3, TCN_CORRUPT},   {3, 1, TCN_CORRUPT},   {7, 0, TCN_CORRUPT},   {131, 9, TCN_CORRUPT},
        {128, 9, TCN_CORRUPT}, {135, 9, TCN_CORRUPT}, {137, 9, TCN_CORRUPT}, {139, 1, TCN_CORRUPT},
        {143, 1, TCN_CORRUPT},
    };
    struct tcn_record record = full_record();
    struct tcn_record out = {.count = 77};
    uint8_t data[256];
    size_t size = tcn_record_size(&record);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(tcn_record_encode(&record, data, size), TCN_OK);
        data[cases[i].offset] = cases[i].value;
        seal(data, size);
        assert_int_equal(tcn_record_decode(tcn_slice_of(data, size), &out), cases[i].wanted);
        assert_int_equal(out.count, 77);
    }
}

static void a_range_beyond_the_last_position_is_refused(void **state) {
    (void)state;
    static const uint64_t positions[] = {0, UINT64_MAX, UINT64_MAX - 2};
    struct tcn_record record = full_record();
    struct tcn_record out;
    uint8_t data[256];
    size_t size = tcn_record_size(&record);
    for (size_t i = 0; i < 3; i++) {
        record.first_position = positions[i];
        assert_int_equal(tcn_record_encode(&record, data, size), TCN_OK);
        assert_int_equal(tcn_record_decode(tcn_slice_of(data, size), &out), TCN_CORRUPT);
    }
    record.first_position = UINT64_MAX - 3;
    assert_int_equal(tcn_record_encode(&record, data, size), TCN_OK);
    assert_int_equal(tcn_record_decode(tcn_slice_of(data, size), &out), TCN_OK);
}

static void a_record_over_the_maximum_is_too_big(void **state) {
    (void)state;
    uint8_t *body = calloc(1, TCN_RECORD_BYTES_MAX + 1);
    uint8_t *data = calloc(1, TCN_RECORD_BYTES_MAX);
    assert_true(body != NULL && data != NULL);
    size_t room = TCN_RECORD_BYTES_MAX - TCN_RECORD_HEADER_BYTES - TCN_RECORD_CHECKSUM_BYTES;
    struct tcn_record record = {.kind = TCN_RECORD_GENESIS, .first_position = 1, .count = 1};
    struct tcn_record out;
    record.chunk.head = tcn_slice_of(body, room + 1);
    assert_int_equal(tcn_record_encode(&record, data, tcn_record_size(&record)), TCN_TOOBIG);
    record.chunk.head = tcn_slice_of(body, SIZE_MAX - 100);
    assert_int_equal(tcn_record_encode(&record, data, 0), TCN_TOOBIG);
    record.chunk.head = tcn_slice_of(body, 0);
    record.chunk.signature = tcn_slice_of(body, 65536);
    assert_int_equal(tcn_record_encode(&record, data, 0), TCN_TOOBIG);
    record.chunk.signature = tcn_slice_of(body, 0);
    record.chunk.head = tcn_slice_of(body, room);
    assert_int_equal(tcn_record_encode(&record, data, TCN_RECORD_BYTES_MAX), TCN_OK);
    assert_int_equal(tcn_record_decode(tcn_slice_of(data, TCN_RECORD_BYTES_MAX), &out), TCN_OK);
    assert_int_equal(out.chunk.head.size, room);
    free(body);
    free(data);
}

static void what_goes_in_comes_out(void **state) {
    (void)state;
    struct tcn_record records[4] = {full_record(), full_record(), full_record(), full_record()};
    records[1].log_time_ns = INT64_MIN;
    records[1].generation = UINT64_MAX;
    records[2].log_time_ns = INT64_MAX;
    records[2].kind = TCN_RECORD_HELLO;
    records[3] = (struct tcn_record){.kind = TCN_RECORD_GENESIS, .first_position = 1, .count = 1};
    records[0].chunk.shares = tcn_slice_text("never stored");
    for (size_t i = 0; i < 4; i++) {
        struct tcn_record out;
        uint8_t data[256];
        size_t size = tcn_record_size(&records[i]);
        assert_int_equal(tcn_record_encode(&records[i], data, size), TCN_OK);
        assert_int_equal(tcn_record_decode(tcn_slice_of(data, size), &out), TCN_OK);
        assert_same(&records[i], &out);
    }
}

/* Version 1 as it was first written: never change these bytes. */
static const char golden[] = "01020200000000030000000000000002010203040506070898eab159aa088d15"
                             "1f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8"
                             "3e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb02091017"
                             "a1a2a3a4d1d2d3d4b1b2b3b4b5b6b7b8c1c2c3c4c5c6c7c80102030405060700"
                             "0000000400000008000300000000000068656164736967746865206"
                             "26f6479";

static void the_bytes_are_the_documented_ones(void **state) {
    (void)state;
    struct tcn_record record = full_record();
    uint8_t data[256];
    char text[2 * sizeof(data) + 1];
    size_t size = tcn_record_size(&record);
    assert_int_equal(size, 144 + 4 + 3 + 8 + 8);
    assert_int_equal(tcn_record_encode(&record, data, size), TCN_OK);
    tcn_hex_encode(data, size - 8, text);
    assert_string_equal(text, golden);
    uint8_t header[TCN_RECORD_HEADER_BYTES];
    tcn_record_header_encode(&record, header);
    assert_memory_equal(header, data, sizeof(header));
}

static void lanes_sort_by_source_epoch_and_lane(void **state) {
    (void)state;
    static const struct tcn_lane_key lanes[] = {
        {0, 0, TCN_LANE_NONE},
        {0, 0, TCN_LANE_URGENT},
        {0, 1, TCN_LANE_URGENT},
        {1, 0, TCN_LANE_NONE},
        {1, UINT64_MAX, TCN_LANE_URGENT},
        {1, UINT64_MAX, TCN_LANE_ROUTINE},
        {2, 5, TCN_LANE_URGENT},
        {UINT32_MAX, 0, TCN_LANE_NONE},
    };
    uint8_t before[TCN_LANE_KEY_BYTES] = {0};
    for (size_t i = 0; i < sizeof(lanes) / sizeof(lanes[0]); i++) {
        uint8_t key[TCN_LANE_KEY_BYTES];
        struct tcn_writer writer = tcn_writer_init(key, sizeof(key));
        tcn_lane_key_write(&writer, &lanes[i]);
        assert_int_equal(writer.offset, sizeof(key));
        assert_true(i == 0 || memcmp(before, key, sizeof(key)) < 0);
        struct tcn_reader reader = tcn_reader_init(tcn_slice_of(key, sizeof(key)));
        struct tcn_lane_key out = tcn_lane_key_read(&reader);
        assert_true(tcn_lane_key_equals(&out, &lanes[i]));
        memcpy(before, key, sizeof(key));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_flipped_bit_is_damage),
        cmocka_unit_test(every_shorter_or_longer_value_is_damage),
        cmocka_unit_test(fields_that_make_no_sense_are_refused_under_a_right_checksum),
        cmocka_unit_test(a_range_beyond_the_last_position_is_refused),
        cmocka_unit_test(a_record_over_the_maximum_is_too_big),
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(the_bytes_are_the_documented_ones),
        cmocka_unit_test(lanes_sort_by_source_epoch_and_lane),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
