/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds that a single field does not show: chunks, refusals, streams, receipts, tables, items. */
#include "pass.h"
#include "raw.h"

/** Decodes with the shared arena, fresh. */
#define DECODE(noun_, raw_, out_)                                                                  \
    (tcn_arena_reset(&pass.arena), tcn_wire_##noun_##_decode(raw_slice(raw_), &pass.arena, (out_)))

/** Encodes with the shared writer, fresh, and decodes. */
#define ROUND(noun_, in_, out_, status_)                                                           \
    do {                                                                                           \
        struct tcn_slice round_bytes = pass_begin();                                               \
        assert_int_equal(tcn_wire_##noun_##_encode((in_), &pass.writer, &round_bytes), TCN_OK);    \
        assert_int_equal(tcn_wire_##noun_##_decode(round_bytes, &pass.arena, (out_)), (status_));  \
    } while (false)

static void a_chunk_head_that_contradicts_itself_is_a_bad_value(void **state) {
    (void)state;
    struct tcn_chunk_head out;
    struct tcn_chunk_head head = sample_chunk_head();
    head.count = 0;
    ROUND(chunk_head, &head, &out, TCN_BAD_VALUE);
    head.count = TCN_CHUNK_EVENTS_MAX + 1;
    ROUND(chunk_head, &head, &out, TCN_BAD_VALUE);
    head.count = 2; /* with a void range */
    ROUND(chunk_head, &head, &out, TCN_BAD_VALUE);
    head.void_count = 0;
    head.first_sequence = UINT64_MAX; /* and one more */
    ROUND(chunk_head, &head, &out, TCN_BAD_VALUE);
    head.first_sequence = UINT64_MAX - 1;
    ROUND(chunk_head, &head, &out, TCN_OK);
    head = sample_chunk_head();
    head.void_count = UINT64_MAX;
    ROUND(chunk_head, &head, &out, TCN_BAD_VALUE);
    head = sample_chunk_head();
    head.lane.lane = TCN_LANE_NONE;
    ROUND(chunk_head, &head, &out, TCN_BAD_VALUE);
    head = sample_chunk_head();
    head.body_hash = (struct tcn_hash){{0}};
    ROUND(chunk_head, &head, &out, TCN_BAD_VALUE);
    head = sample_chunk_head();
    head.format = TCN_CHUNK_FORMAT + 1;
    ROUND(chunk_head, &head, &out, TCN_UPGRADE);
}

/* More bytes than it may have are not even looked at; as many are. */
static void what_is_over_its_bytes_is_too_big(void **state) {
    (void)state;
    static uint8_t bytes[TCN_FRAME_BYTES_MAX + 1]; /* no field has the number 0 */
    struct tcn_header header;
    struct tcn_chunk_head head;
    struct tcn_hello hello;
    struct tcn_answer answer;
    (void)pass_begin();
    assert_int_equal(tcn_wire_header_decode(tcn_slice_of(bytes, TCN_HEADER_BYTES_MAX + 1), &header),
                     TCN_TOOBIG);
    assert_int_equal(tcn_wire_header_decode(tcn_slice_of(bytes, TCN_HEADER_BYTES_MAX), &header),
                     TCN_MALFORMED);
    const struct tcn_slice over = tcn_slice_of(bytes, TCN_CHUNK_HEAD_BYTES_MAX + 1);
    const struct tcn_slice most = tcn_slice_of(bytes, TCN_CHUNK_HEAD_BYTES_MAX);
    assert_int_equal(tcn_wire_chunk_head_decode(over, &pass.arena, &head), TCN_TOOBIG);
    assert_int_equal(tcn_wire_chunk_head_decode(most, &pass.arena, &head), TCN_MALFORMED);
    assert_int_equal(tcn_wire_hello_decode(over, &pass.arena, &hello), TCN_TOOBIG);
    assert_int_equal(tcn_wire_hello_decode(most, &pass.arena, &hello), TCN_MALFORMED);
    assert_int_equal(
        tcn_wire_answer_decode(tcn_slice_of(bytes, sizeof(bytes)), &pass.arena, &answer),
        TCN_TOOBIG);
}

static void a_body_holds_1_to_64_events_none_of_them_empty(void **state) {
    (void)state;
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX + 1];
    struct tcn_slice found[TCN_CHUNK_EVENTS_MAX];
    struct tcn_slice bytes = pass_begin();
    uint32_t count = 7;
    for (size_t i = 0; i < TCN_CHUNK_EVENTS_MAX + 1; i++) {
        events[i] = tcn_slice_text("event");
    }
    assert_int_equal(tcn_wire_chunk_body_split(bytes, found, &count), TCN_BAD_VALUE);
    assert_int_equal(tcn_wire_chunk_body_split(tcn_slice_of("\x0a\x00", 2), found, &count),
                     TCN_BAD_VALUE);
    assert_int_equal(
        tcn_wire_chunk_body_join(events, TCN_CHUNK_EVENTS_MAX + 1, &pass.writer, &bytes),
        TCN_TOOBIG);
    assert_int_equal(pass.writer.offset, 0);
    assert_int_equal(count, 7);
    assert_int_equal(tcn_wire_chunk_body_join(events, TCN_CHUNK_EVENTS_MAX, &pass.writer, &bytes),
                     TCN_OK);
    assert_int_equal(bytes.size, TCN_CHUNK_EVENTS_MAX * tcn_wire_chunk_body_size(5));
    assert_int_equal(tcn_wire_chunk_body_split(bytes, found, &count), TCN_OK);
    assert_int_equal(count, TCN_CHUNK_EVENTS_MAX);
    assert_ptr_equal(found[63].data, bytes.data + 63 * 7 + 2);
    struct raw raw = {.size = 0};
    raw_append(&raw, bytes);
    raw_text(&raw, 1, "one more");
    assert_int_equal(tcn_wire_chunk_body_split(raw_slice(&raw), found, &count), TCN_TOOBIG);
}

static void a_body_over_its_bytes_is_too_big(void **state) {
    (void)state;
    static uint8_t big[TCN_EVENT_BYTES_MAX];
    static uint8_t room[2 * TCN_EVENT_BYTES_MAX];
    struct tcn_slice events[] = {tcn_slice_of(big, sizeof(big)), tcn_slice_of(big, 1100)};
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    struct tcn_slice bytes;
    assert_int_equal(tcn_wire_chunk_body_join(events, 2, &writer, &bytes), TCN_TOOBIG);
    assert_int_equal(writer.offset, 0);
    assert_int_equal(tcn_wire_chunk_body_join(events, 1, &writer, &bytes), TCN_OK);
    assert_int_equal(bytes.size, tcn_wire_chunk_body_size(sizeof(big)));
    struct tcn_slice over = tcn_slice_of(room, TCN_CHUNK_BODY_BYTES_MAX + 1);
    struct tcn_slice found[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    assert_int_equal(tcn_wire_chunk_body_split(over, found, &count), TCN_TOOBIG);
}

static void shares_rise_and_lie_within_the_chunk(void **state) {
    (void)state;
    static const struct {
        uint32_t first;
        uint32_t second;
    } cases[] = {{1, 1}, {2, 1}, {0, TCN_CHUNK_EVENTS_MAX}};
    struct tcn_share_entry found[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_share_entry entries[] = {{.index = cases[i].first, .share = {{1}}},
                                            {.index = cases[i].second, .share = {{1}}}};
        struct raw raw = {.size = 0};
        struct tcn_slice bytes = pass_begin();
        assert_int_equal(tcn_wire_shares_join(entries, 2, &pass.writer, &bytes), TCN_BAD_VALUE);
        assert_int_equal(pass.writer.offset, 0);
        for (size_t k = 0; k < 2; k++) {
            struct raw entry = {.size = 0};
            raw_number(&entry, 1, entries[k].index);
            raw_bytes(&entry, 2, entries[k].share.bytes, TCN_SHARE_BYTES);
            raw_bytes(&raw, 1, entry.data, entry.size);
        }
        assert_int_equal(tcn_wire_shares_split(raw_slice(&raw), found, &count), TCN_BAD_VALUE);
    }
    struct tcn_share_entry good[] = {{.index = 0, .share = {{9}}}, {.index = 63, .share = {{8}}}};
    struct tcn_slice bytes = pass_begin();
    assert_int_equal(tcn_wire_shares_join(good, 2, &pass.writer, &bytes), TCN_OK);
    assert_int_equal(tcn_wire_shares_split(bytes, found, &count), TCN_OK);
    assert_int_equal(count, 2);
    assert_int_equal(found[0].share.bytes[0], 9);
    assert_int_equal(found[1].index, 63);
    assert_int_equal(found[1].share.bytes[0], 8);
}

static void a_hello_names_its_source_epoch_and_lane(void **state) {
    (void)state;
    struct tcn_hello out;
    struct tcn_hello hello = sample_hello();
    hello.lane.source = 0;
    ROUND(hello, &hello, &out, TCN_BAD_VALUE);
    hello = sample_hello();
    hello.lane.epoch = 0;
    ROUND(hello, &hello, &out, TCN_BAD_VALUE);
    hello = sample_hello();
    hello.lane.lane = TCN_LANE_NONE;
    ROUND(hello, &hello, &out, TCN_BAD_VALUE);
    hello = sample_hello();
    hello.log_id = (struct tcn_id){{0}};
    hello.said_ns = -1;
    ROUND(hello, &hello, &out, TCN_OK);
    assert_int_equal(out.said_ns, -1);
}

static void a_receipt_lies_within_its_group(void **state) {
    (void)state;
    struct tcn_receipt out;
    struct tcn_receipt receipt = sample_receipt();
    receipt.leaf_index = receipt.leaf_count;
    ROUND(receipt, &receipt, &out, TCN_BAD_VALUE);
    receipt = sample_receipt();
    receipt.leaf_count = TCN_GROUP_RECORDS_MAX + 1;
    ROUND(receipt, &receipt, &out, TCN_BAD_VALUE);
    receipt = sample_receipt();
    receipt.path_count = TCN_PATH_MAX + 1;
    struct tcn_slice bytes = pass_begin();
    assert_int_equal(tcn_wire_receipt_encode(&receipt, &pass.writer, &bytes), TCN_TOOBIG);
    struct tcn_ack ack = {.receipt = receipt};
    assert_int_equal(tcn_wire_ack_encode(&ack, &pass.writer, &bytes), TCN_TOOBIG);
    receipt = sample_receipt();
    receipt.path_count = 0;
    receipt.leaf_index = 0;
    receipt.leaf_count = 1;
    ROUND(receipt, &receipt, &out, TCN_OK);
    assert_int_equal(out.path_count, 0);
}

static void a_refusal_says_why(void **state) {
    (void)state;
    static struct tcn_refuse out;
    struct tcn_refuse refuse = {.first_sequence = 1};
    ROUND(refuse, &refuse, &out, TCN_BAD_VALUE);
    refuse.code = TCN_FULL;
    ROUND(refuse, &refuse, &out, TCN_OK);
    refuse.refusal_count = 1; /* sequence 0, code 0 */
    ROUND(refuse, &refuse, &out, TCN_BAD_VALUE);
    refuse.refusal_count = TCN_CHUNK_EVENTS_MAX + 1;
    struct tcn_slice bytes = pass_begin();
    assert_int_equal(tcn_wire_refuse_encode(&refuse, &pass.writer, &bytes), TCN_TOOBIG);
    refuse = sample_refuse();
    refuse.refusals[0].field = tcn_slice_of("a\0", 2);
    assert_int_equal(tcn_wire_refuse_encode(&refuse, &pass.writer, &bytes), TCN_BAD_TEXT);
}

static void streams_are_named_and_counted(void **state) {
    (void)state;
    struct tcn_open out;
    struct tcn_open open = {.name = tcn_slice_text("desk")};
    ROUND(open, &open, &out, TCN_BAD_VALUE);
    open = sample_open();
    open.streams[0].stream.organ = 0;
    ROUND(open, &open, &out, TCN_BAD_VALUE);
    open = sample_open();
    open.stream_count = TCN_OPEN_STREAMS_MAX + 1;
    struct tcn_slice bytes = pass_begin();
    assert_int_equal(tcn_wire_open_encode(&open, &pass.writer, &bytes), TCN_TOOBIG);
    struct tcn_head head = sample_head(1);
    assert_int_equal(tcn_wire_opened_encode(&head, TCN_OPEN_STREAMS_MAX + 1, &pass.writer, &bytes),
                     TCN_TOOBIG);
    struct tcn_gap gap = sample_gap();
    gap.first = gap.last + 1;
    ROUND(gap, &gap, &gap, TCN_BAD_VALUE);
    struct tcn_reset reset = sample_reset();
    reset.next = 0;
    ROUND(reset, &reset, &reset, TCN_BAD_VALUE);
    struct tcn_fetch fetch = {.number = 9}; /* REPLAY_FETCH names no stream */
    ROUND(fetch, &fetch, &fetch, TCN_OK);
}

static void an_item_has_an_event_or_a_time_that_has_come(void **state) {
    (void)state;
    struct tcn_item item = sample_fired_item(1);
    ROUND(item, &item, &item, TCN_OK);
    item.open = tcn_slice_text("open part"); /* not of whoever is told of the time */
    ROUND(item, &item, &item, TCN_BAD_VALUE);
    item = sample_fired_item(1);
    item.alert.reason = TCN_REASON_HOLDER;
    ROUND(item, &item, &item, TCN_BAD_VALUE);
    item = sample_item(1);
    item.open = (struct tcn_slice){.size = 0};
    ROUND(item, &item, &item, TCN_BAD_VALUE);
    item = sample_item(1);
    item.alert.reason = TCN_REASON_CLOCK;
    ROUND(item, &item, &item, TCN_BAD_VALUE);
    for (uint32_t reason = TCN_REASON_OWNER; reason < TCN_REASON_CLOCK; reason++) {
        item.alert.reason = (enum tcn_reason)reason;
        ROUND(item, &item, &item, TCN_OK);
    }
    item = sample_fired_item(1);
    item.alert.fired.stage = 0;
    ROUND(item, &item, &item, TCN_BAD_VALUE);
    item.alert.fired.stage = 1;
    item.alert.fired.subject = 0;
    ROUND(item, &item, &item, TCN_BAD_VALUE);
}

static void items_end_at_256_and_at_the_writer(void **state) {
    (void)state;
    static uint8_t room[256 * 1024];
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    struct tcn_wire_items items = tcn_wire_items_begin(&writer);
    struct tcn_item item = sample_item(1);
    assert_int_equal(tcn_wire_items_size(&items), 0);
    item.open = tcn_slice_of(room, TCN_OPEN_BYTES_MAX + 1);
    assert_int_equal(tcn_wire_items_add(&items, &item), TCN_TOOBIG);
    item = sample_item(1);
    for (uint32_t i = 0; i < TCN_ITEMS_MAX; i++) {
        item.position = i + 1;
        assert_int_equal(tcn_wire_items_add(&items, &item), TCN_OK);
    }
    size_t size = tcn_wire_items_size(&items);
    assert_int_equal(tcn_wire_items_add(&items, &item), TCN_LIMIT);
    assert_int_equal(tcn_wire_items_size(&items), size);
    struct tcn_arena arena;
    const struct tcn_item *found = NULL;
    uint32_t count = 0;
    assert_int_equal(tcn_arena_init(&arena, TCN_WIRE_ARENA_BYTES(size)), TCN_OK);
    assert_int_equal(tcn_wire_items_decode(tcn_wire_items_finish(&items), &arena, &found, &count),
                     TCN_OK);
    assert_int_equal(count, TCN_ITEMS_MAX);
    assert_int_equal(found[255].position, 256);
    tcn_arena_fini(&arena);
}

static void an_item_needs_a_position_and_an_open_part_but_no_alert(void **state) {
    (void)state;
    struct tcn_item out;
    struct raw raw = {.size = 0};
    raw_number(&raw, 3, 5);
    assert_int_equal(DECODE(item, &raw, &out), TCN_BAD_VALUE);
    raw_text(&raw, 10, "open");
    assert_int_equal(DECODE(item, &raw, &out), TCN_OK);
    assert_int_equal(out.alert.number, 0);
    raw_bytes(&raw, 1, "\x38\x50", 2); /* an act that nobody knows */
    assert_int_equal(DECODE(item, &raw, &out), TCN_BAD_VALUE);
}

static void tables_that_are_not_sorted_are_refused_both_ways(void **state) {
    (void)state;
    struct tcn_slice bytes = pass_begin();
    struct tcn_organ organs[3] = {sample_organs[1], sample_organs[0], sample_organs[2]};
    struct tcn_domain domains[2] = {sample_domains[1], sample_domains[0]};
    struct tcn_division divisions[2] = {sample_divisions[0], sample_divisions[0]};
    struct tcn_policy policy = sample_policy();
    policy.organs = organs;
    assert_int_equal(tcn_wire_policy_encode(&policy, &pass.writer, &bytes), TCN_BAD_VALUE);
    policy = sample_policy();
    policy.domains = domains;
    assert_int_equal(tcn_wire_policy_encode(&policy, &pass.writer, &bytes), TCN_BAD_VALUE);
    policy = sample_policy();
    policy.divisions = divisions;
    assert_int_equal(tcn_wire_policy_encode(&policy, &pass.writer, &bytes), TCN_BAD_VALUE);
    assert_int_equal(pass.writer.offset, 0);
    struct tcn_policy out;
    struct raw raw = {.size = 0};
    raw_number(&raw, 1, 1);
    raw_bytes(&raw, 8, "\x08\x02", 2);
    raw_bytes(&raw, 8, "\x08\x02", 2);
    assert_int_equal(DECODE(policy, &raw, &out), TCN_BAD_VALUE);
    struct tcn_principal principals[2] = {sample_principal(2), sample_principal(2)};
    struct tcn_registry registry = {.principals = principals, .principal_count = 2};
    assert_int_equal(tcn_wire_registry_encode(&registry, &pass.writer, &bytes), TCN_BAD_VALUE);
    assert_int_equal(pass.writer.offset, 0);
    struct raw twice = {.size = 0};
    assert_int_equal(tcn_wire_principal_encode(&principals[0], &pass.writer, &bytes), TCN_OK);
    raw_bytes(&twice, 2, bytes.data, bytes.size);
    raw_bytes(&twice, 2, bytes.data, bytes.size);
    struct tcn_registry found;
    assert_int_equal(DECODE(registry, &twice, &found), TCN_BAD_VALUE);
}

static void a_required_key_of_zeros_is_a_bad_value(void **state) {
    (void)state;
    static const uint8_t zeros[32] = {0};
    struct tcn_registry out;
    struct raw key = {.size = 0};
    struct raw raw = {.size = 0};
    raw_number(&key, 1, 5);
    raw_bytes(&key, 2, zeros, sizeof(zeros));
    raw_bytes(&raw, 3, key.data, key.size);
    assert_int_equal(DECODE(registry, &raw, &out), TCN_BAD_VALUE);
    raw.data[raw.size - 1] = 1;
    assert_int_equal(DECODE(registry, &raw, &out), TCN_OK);
}

static void rows_over_their_maximum_are_too_big(void **state) {
    (void)state;
    struct tcn_slice bytes = pass_begin();
    struct tcn_policy policy = sample_policy();
    policy.line_count = TCN_LINES_MAX + 1;
    assert_int_equal(tcn_wire_policy_encode(&policy, &pass.writer, &bytes), TCN_TOOBIG);
    struct tcn_answer answer = sample_answer();
    answer.event_count = TCN_ROWS_MAX + 1;
    assert_int_equal(tcn_wire_answer_encode(&answer, &pass.writer, &bytes), TCN_TOOBIG);
    answer = sample_answer();
    answer.principal_count = TCN_ROWS_MAX + 1;
    assert_int_equal(tcn_wire_answer_encode(&answer, &pass.writer, &bytes), TCN_TOOBIG);
    answer = sample_answer();
    answer.notice_count = TCN_ROWS_MAX + 1;
    assert_int_equal(tcn_wire_answer_encode(&answer, &pass.writer, &bytes), TCN_TOOBIG);
    struct tcn_principal principal = sample_principal(1);
    principal.division_count = TCN_PRINCIPAL_DIVISIONS_MAX + 1;
    assert_int_equal(tcn_wire_principal_encode(&principal, &pass.writer, &bytes), TCN_TOOBIG);
    principal = sample_principal(1);
    principal.stream_count = TCN_PRINCIPAL_STREAMS_MAX + 1;
    assert_int_equal(tcn_wire_principal_encode(&principal, &pass.writer, &bytes), TCN_TOOBIG);
    struct tcn_bundle bundle = sample_bundle();
    bundle.organ_key_count = TCN_ORGAN_KEYS_MAX + 1;
    assert_int_equal(tcn_wire_bundle_encode(&bundle, &pass.writer, &bytes), TCN_TOOBIG);
    assert_int_equal(pass.writer.offset, 0);
}

static void the_same_policy_gives_the_same_bytes_after_a_round(void **state) {
    (void)state;
    struct tcn_policy policy = sample_policy();
    struct tcn_policy found;
    struct tcn_slice bytes = pass_begin();
    struct tcn_slice again;
    assert_int_equal(tcn_wire_policy_encode(&policy, &pass.writer, &bytes), TCN_OK);
    assert_int_equal(tcn_wire_policy_decode(bytes, &pass.arena, &found), TCN_OK);
    assert_int_equal(tcn_wire_policy_encode(&found, &pass.writer, &again), TCN_OK);
    assert_true(tcn_slice_equals(bytes, again));
}

static void a_header_of_an_unknown_kind_or_a_higher_version_is_told_apart(void **state) {
    (void)state;
    struct tcn_header header;
    struct tcn_stamp stamp;
    assert_int_equal(tcn_wire_header_decode(tcn_slice_of("\x08\x01\x10\x09", 4), &header),
                     TCN_BAD_VALUE);
    assert_int_equal(tcn_wire_header_decode(tcn_slice_of("\x08\x01", 2), &header), TCN_BAD_VALUE);
    assert_int_equal(tcn_wire_header_decode(tcn_slice_of("\x08\x02\x10\x09", 4), &header),
                     TCN_UPGRADE);
    assert_int_equal(tcn_wire_stamp_decode(tcn_slice_of("\x08\x01", 2), &stamp), TCN_BAD_VALUE);
}

static void a_stamp_is_of_a_principal_or_of_a_guest(void **state) {
    (void)state;
    const struct tcn_public_key key = sample_key(1);
    const struct tcn_stamp stamps[] = {
        {.connection = 1},                                    /* of nobody */
        {.principal = 2, .connection = 1, .guest_key = key},  /* of both */
        {.principal = 0, .connection = 0, .guest_key = key}}; /* of no connection */
    for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++) {
        struct tcn_stamp found = {.principal = 7};
        struct tcn_slice bytes = pass_begin();
        assert_int_equal(tcn_wire_stamp_encode(&stamps[i], &pass.writer, &bytes), TCN_OK);
        assert_int_equal(tcn_wire_stamp_decode(bytes, &found), TCN_BAD_VALUE);
        assert_int_equal(found.principal, 7);
    }
}

static void a_claim_lacks_nothing(void **state) {
    (void)state;
    for (int i = 0; i < 6; i++) {
        struct tcn_enrol out;
        struct tcn_enrol enrol = sample_enrol();
        switch (i) {
        case 0:
            enrol.log_id = (struct tcn_id){{0}};
            break;
        case 1:
            enrol.token = (struct tcn_id){{0}};
            break;
        case 2:
            enrol.transport_key = (struct tcn_public_key){{0}};
            break;
        case 3:
            enrol.signing_key = (struct tcn_public_key){{0}};
            break;
        case 4:
            enrol.proof = (struct tcn_signature){{0}};
            break;
        default:
            enrol.format = 0;
            break;
        }
        ROUND(enrol, &enrol, &out, TCN_BAD_VALUE);
    }
}

static void a_proof_is_of_one_log_token_or_principal_and_both_keys(void **state) {
    (void)state;
    const struct tcn_id log_id = sample_id(1);
    const struct tcn_id other_log = sample_id(2);
    const struct tcn_registry_change base = {.kind = TCN_CHANGE_ENROLLED,
                                             .principal = 3,
                                             .token_hash = sample_hash(4),
                                             .transport_key = sample_key(5),
                                             .signing_key = sample_key(6)};
    uint8_t bytes[6][TCN_KEY_PROOF_BYTES];
    struct tcn_registry_change change = base;
    tcn_wire_key_proof(&log_id, &change, bytes[0]);
    tcn_wire_key_proof(&other_log, &change, bytes[1]);
    change.token_hash = sample_hash(7);
    tcn_wire_key_proof(&log_id, &change, bytes[2]);
    change = base;
    change.transport_key = sample_key(8);
    tcn_wire_key_proof(&log_id, &change, bytes[3]);
    change = base;
    change.signing_key = sample_key(9);
    tcn_wire_key_proof(&log_id, &change, bytes[4]);
    change = base;
    change.kind = TCN_CHANGE_ROTATED;
    tcn_wire_key_proof(&log_id, &change, bytes[5]);
    for (size_t i = 0; i < 6; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(bytes[i], bytes[j], TCN_KEY_PROOF_BYTES);
        }
    }
    change = base;
    change.principal = 10; /* not known yet to who enrols */
    tcn_wire_key_proof(&log_id, &change, bytes[1]);
    assert_memory_equal(bytes[0], bytes[1], TCN_KEY_PROOF_BYTES);
}

/* A row with everything in it, each number as large as it gets. */
static struct tcn_principal widest_row(uint32_t id) {
    struct tcn_principal row;
    memset(&row, 0xFF, sizeof(row));
    row.id = id;
    memset(row.name, 'x', sizeof(row.name) - 1);
    row.name[sizeof(row.name) - 1] = '\0';
    row.role = TCN_ROLE_FEED;
    row.status = TCN_PRINCIPAL_INVITED;
    row.all_divisions = row.all_streams = true;
    row.division_count = TCN_PRINCIPAL_DIVISIONS_MAX;
    row.stream_count = TCN_PRINCIPAL_STREAMS_MAX;
    row.act_count = TCN_PRINCIPAL_ACTS_MAX;
    for (uint32_t i = 0; i < TCN_PRINCIPAL_DIVISIONS_MAX; i++) {
        row.divisions[i] = 999999999999u;
    }
    for (uint32_t i = 0; i < TCN_PRINCIPAL_ACTS_MAX; i++) {
        row.acts[i] = UINT32_MAX;
    }
    return row;
}

static void a_registry_is_never_larger_than_its_bound(void **state) {
    (void)state;
    static uint8_t room[16 * 1024];
    static struct tcn_successor links[TCN_SUCCESSORS_MAX]; /* all of them are reckoned with */
    struct tcn_principal rows[3];
    struct tcn_organ_key keys[2];
    for (uint32_t i = 0; i < 3; i++) {
        rows[i] = widest_row(UINT32_MAX - 3 + i);
    }
    memset(keys, 0xFF, sizeof(keys));
    memset(links, 0xFF, sizeof(links));
    for (uint32_t count = 0; count <= 3; count++) {
        struct tcn_registry registry = {.version = UINT64_MAX, .principals = rows};
        registry.keys =
            (struct tcn_keys){.log_id = {{1}}, .links = links, .count = TCN_SUCCESSORS_MAX};
        registry.principal_count = count;
        registry.organ_keys = keys;
        registry.organ_key_count = count < 2 ? count : 2;
        struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
        struct tcn_slice bytes;
        assert_int_equal(tcn_wire_registry_encode(&registry, &writer, &bytes), TCN_OK);
        const size_t bound = tcn_registry_bytes_bound(&registry);
        assert_true(bytes.size <= bound);
        assert_true(bound - bytes.size <= 64 * (count + 1)); /* and not far from it */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_registry_is_never_larger_than_its_bound),
        cmocka_unit_test(a_chunk_head_that_contradicts_itself_is_a_bad_value),
        cmocka_unit_test(what_is_over_its_bytes_is_too_big),
        cmocka_unit_test(a_body_holds_1_to_64_events_none_of_them_empty),
        cmocka_unit_test(a_body_over_its_bytes_is_too_big),
        cmocka_unit_test(shares_rise_and_lie_within_the_chunk),
        cmocka_unit_test(a_hello_names_its_source_epoch_and_lane),
        cmocka_unit_test(a_receipt_lies_within_its_group),
        cmocka_unit_test(a_refusal_says_why),
        cmocka_unit_test(streams_are_named_and_counted),
        cmocka_unit_test(an_item_has_an_event_or_a_time_that_has_come),
        cmocka_unit_test(items_end_at_256_and_at_the_writer),
        cmocka_unit_test(an_item_needs_a_position_and_an_open_part_but_no_alert),
        cmocka_unit_test(tables_that_are_not_sorted_are_refused_both_ways),
        cmocka_unit_test(a_required_key_of_zeros_is_a_bad_value),
        cmocka_unit_test(rows_over_their_maximum_are_too_big),
        cmocka_unit_test(the_same_policy_gives_the_same_bytes_after_a_round),
        cmocka_unit_test(a_header_of_an_unknown_kind_or_a_higher_version_is_told_apart),
        cmocka_unit_test(a_stamp_is_of_a_principal_or_of_a_guest),
        cmocka_unit_test(a_claim_lacks_nothing),
        cmocka_unit_test(a_proof_is_of_one_log_token_or_principal_and_both_keys),
    };
    return cmocka_run_group_tests(tests, pass_open, pass_close);
}
