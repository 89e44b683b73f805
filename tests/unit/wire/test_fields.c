/* SPDX-License-Identifier: Apache-2.0 */
/* Every field of every struct comes back in its own place: events, lanes and feeds. */
#include "pass.h"
#include "samples_activation.h"

static void header_and_stamp_keep_every_field(void **state) {
    (void)state;
    struct tcn_header in = {TCN_WIRE_VERSION, TCN_KIND_REPLAY_ITEMS, UINT64_C(1) << 63, 5, 6};
    struct tcn_header out;
    struct tcn_slice bytes = pass_begin();
    assert_int_equal(tcn_wire_header_encode(&in, &pass.writer, &bytes), TCN_OK);
    assert_int_equal(tcn_wire_header_decode(bytes, &out), TCN_OK);
    SAME(version);
    SAME(kind);
    SAME(session);
    SAME(request);
    SAME(number);
    struct tcn_stamp stamp = {.principal = 3, .connection = UINT64_MAX};
    struct tcn_stamp found;
    assert_int_equal(tcn_wire_stamp_encode(&stamp, &pass.writer, &bytes), TCN_OK);
    assert_int_equal(tcn_wire_stamp_decode(bytes, &found), TCN_OK);
    assert_int_equal(found.principal, 3);
    assert_int_equal(found.connection, UINT64_MAX);
    const struct tcn_stamp guest = {.connection = 4, .guest_key = sample_key(5)};
    assert_int_equal(tcn_wire_stamp_encode(&guest, &pass.writer, &bytes), TCN_OK);
    assert_int_equal(tcn_wire_stamp_decode(bytes, &found), TCN_OK);
    assert_int_equal(found.principal, 0);
    assert_int_equal(found.connection, 4);
    assert_memory_equal(&found.guest_key, &guest.guest_key, sizeof(guest.guest_key));
}

static struct tcn_event pass_event(enum tcn_body_kind kind) {
    struct tcn_event in = sample_event(kind);
    struct tcn_event out;
    PASS(open_part);
    SAME(format);
    SAME(act);
    SAME(mode);
    SAME(matter);
    SAME_SLICE(domain);
    SAME_SLICE(division);
    SAME_SLICE(office);
    SAME(occurred_ns);
    SAME(learned_ns);
    SAME(recorded_ns);
    SAME(seen_position);
    SAME(severity);
    SAME(concerns);
    SAME_SLICE(trace_parent);
    SAME(body_kind);
    return out;
}

static void event_counts_attributes_and_guard_keep_every_field(void **state) {
    (void)state;
    struct tcn_event in = sample_event(TCN_BODY_NONE);
    struct tcn_event out = pass_event(TCN_BODY_NONE);
    for (size_t i = 0; i < 6; i++) {
        const struct tcn_count *left = ((const struct tcn_count *)&in.counts) + i;
        const struct tcn_count *right = ((const struct tcn_count *)&out.counts) + i;
        assert_int_equal(left->kind, right->kind);
        assert_int_equal(left->value, right->value);
    }
    SAME(attribute_count);
    for (uint32_t i = 0; i < in.attribute_count; i++) {
        SAME_SLICE(attributes[i].name);
        SAME(attributes[i].kind);
        SAME(attributes[i].number);
        SAME_SLICE(attributes[i].text);
    }
    SAME(guard_organ_count);
    SAME(guard_organs);
}

static void event_bodies_keep_every_field(void **state) {
    (void)state;
    struct tcn_event in = sample_event(TCN_BODY_REPORT);
    struct tcn_event out = pass_event(TCN_BODY_REPORT);
    SAME_SLICE(report.category);
    SAME_SLICE(report.channel);
    in = sample_event(TCN_BODY_ACT);
    out = pass_event(TCN_BODY_ACT);
    SAME_SLICE(act_body.to_organ);
    SAME_SLICE(act_body.reason);
    SAME_SLICE(act_body.how);
    SAME_SLICE(act_body.post);
    SAME(act_body.until_ns);
    SAME(act_body.position);
    SAME(act_body.act_hash);
    SAME(act_body.linked);
    SAME(act_body.source);
    SAME(act_body.epoch);
    in = sample_event(TCN_BODY_VOID);
    out = pass_event(TCN_BODY_VOID);
    SAME(void_body.code);
    SAME(void_body.event_hash);
    SAME(void_body.count);
    SAME(void_body.next_previous);
    in = sample_event(TCN_BODY_DELIVERED);
    out = pass_event(TCN_BODY_DELIVERED);
    SAME_SLICE(delivered.name);
    SAME(delivered.principal);
    SAME_STREAM(delivered.stream);
    SAME(delivered.number);
    SAME(delivered.generation);
    in = sample_event(TCN_BODY_EPOCH);
    out = pass_event(TCN_BODY_EPOCH);
    SAME_LANE(epoch.lane);
    SAME(epoch.predecessor);
    in = sample_event(TCN_BODY_OBSERVED);
    out = pass_event(TCN_BODY_OBSERVED);
    SAME_LANE(observed.lane);
    SAME(observed.predecessor);
    SAME(observed.organ);
    SAME(observed.number);
    SAME(observed.since_ns);
    SAME(observed.hash);
}

static void a_zero_report_keeps_every_field(void **state) {
    (void)state;
    const struct tcn_event in = sample_event(TCN_BODY_ZERO);
    const struct tcn_event out = pass_event(TCN_BODY_ZERO);
    SAME(zero.tick_count);
    for (uint32_t i = 0; i < in.zero.tick_count; i++) {
        SAME_SLICE(zero.ticks[i].line);
        SAME(zero.ticks[i].is_safe);
    }
    SAME_SLICE(zero.post);
    SAME(zero.place_count);
    for (uint32_t i = 0; i < in.zero.place_count; i++) {
        SAME_SLICE(zero.places[i]);
    }
    SAME_SLICE(zero.of_office);
}

static void a_change_of_the_registry_keeps_every_field(void **state) {
    (void)state;
    struct tcn_event in = sample_event(TCN_BODY_REGISTRY);
    const struct tcn_event out = pass_event(TCN_BODY_REGISTRY);
    SAME(registry->kind);
    SAME(registry->principal);
    SAME(registry->row.id);
    SAME(registry->row.name);
    SAME(registry->row.role);
    SAME(registry->row.status);
    SAME(registry->row.divisions);
    SAME(registry->row.acts);
    SAME(registry->row.token_until_ns);
    SAME(registry->token_hash);
    SAME(registry->transport_key);
    SAME(registry->signing_key);
    SAME(registry->proof);
    SAME(registry->succession);
    SAME(registry->until_ns);
    SAME_SLICE(registry->reason);
    SAME(registry->organ_key.organ);
    SAME(registry->organ_key.key);
}

static void a_change_leaves_out_the_row_and_the_key_that_it_has_not(void **state) {
    (void)state;
    struct tcn_event in = sample_event(TCN_BODY_REGISTRY);
    struct tcn_registry_change change = *in.registry;
    struct tcn_event out;
    change.row = (struct tcn_principal){.id = 0};
    change.organ_key = (struct tcn_organ_key){.organ = 0};
    in.registry = &change;
    PASS(open_part);
    SAME(registry->row.role);
    SAME(registry->organ_key.organ);
    SAME(registry->principal);
}

static void sealed_keeps_every_field(void **state) {
    (void)state;
    struct tcn_sealed in = sample_sealed();
    struct tcn_sealed out;
    PASS(sealed);
    SAME(format);
    SAME(commitment);
    SAME(compartment_count);
    for (uint32_t i = 0; i < in.compartment_count; i++) {
        SAME(compartments[i].kind);
        SAME_SLICE(compartments[i].nonce);
        SAME_SLICE(compartments[i].ciphertext);
        SAME(compartments[i].wrap_count);
        for (uint32_t k = 0; k < in.compartments[i].wrap_count; k++) {
            SAME(compartments[i].wraps[k].organ);
            SAME(compartments[i].wraps[k].key_id);
            SAME_SLICE(compartments[i].wraps[k].sealed);
        }
    }
}

static void chunk_head_keeps_every_field(void **state) {
    (void)state;
    struct tcn_chunk_head in = sample_chunk_head();
    struct tcn_chunk_head out;
    PASS(chunk_head);
    SAME(format);
    SAME(log_id);
    SAME_LANE(lane);
    SAME(first_sequence);
    SAME(count);
    SAME(void_count);
    SAME(mode);
    SAME(codec);
    SAME(key_id);
    SAME(previous_hash);
    SAME(body_hash);
    SAME(shares_hash);
}

static void hello_keeps_every_field(void **state) {
    (void)state;
    struct tcn_hello in = sample_hello();
    struct tcn_hello out;
    PASS(hello);
    SAME(format);
    SAME(log_id);
    SAME_LANE(lane);
    SAME(predecessor);
    SAME(last_sequence);
    SAME(last_hash);
    SAME(acked_sequence);
    SAME(acked_hash);
    SAME(key_id);
    SAME(bundle_version);
    SAME(said_ns);
    SAME(nonce);
}

static void welcome_keeps_every_field(void **state) {
    (void)state;
    struct tcn_welcome in = sample_welcome();
    struct tcn_welcome out;
    PASS(welcome);
    SAME(session);
    SAME(log_id);
    SAME(generation);
    SAME(mark_sequence);
    SAME(mark_hash);
    SAME(credit_sequence);
    SAME(credit_bytes);
    SAME(bundle_version);
    SAME(log_time_ns);
    SAME(is_fenced);
    SAME(hello_hash);
    SAME(not_after_ns);
    SAME(key_until_ns);
    SAME_SLICE(erased);
}

static void a_session_keeps_every_field(void **state) {
    (void)state;
    struct tcn_session_given in = sample_session_given();
    struct tcn_session_given out;
    PASS(session_given);
    SAME(session);
    SAME(log_id);
    SAME(generation);
    SAME(principal);
    SAME(nonce);
    SAME(brokers.count);
    SAME(brokers.list);
    SAME(bundle_version);
}

static void a_checkpoint_keeps_every_field(void **state) {
    (void)state;
    struct tcn_checkpoint in = sample_checkpoint();
    struct tcn_checkpoint out;
    PASS(checkpoint);
    SAME(format);
    SAME(log_id);
    SAME(generation);
    SAME(position);
    SAME(record_hash);
    SAME(log_time_ns);
    SAME(fold_version);
    SAME(state_format);
    SAME(state_hash);
    SAME(made_ns);
    SAME(key_id);
}

static void receipt_body_keeps_every_field(void **state) {
    (void)state;
    struct tcn_receipt_body in = sample_receipt_body();
    struct tcn_receipt_body out;
    PASS(receipt_body);
    SAME(format);
    SAME(log_id);
    SAME(generation);
    SAME_LANE(lane);
    SAME(first_sequence);
    SAME(count);
    SAME(first_position);
    SAME(log_time_ns);
    SAME(chunk_hash);
}

static void log_head_keeps_every_field(void **state) {
    (void)state;
    struct tcn_log_head in = sample_log_head();
    struct tcn_log_head out;
    PASS(log_head);
    SAME(format);
    SAME(log_id);
    SAME(generation);
    SAME(position);
    SAME(tail);
    SAME(log_time_ns);
    SAME(key_id);
    SAME(keys.log_id);
    SAME(keys.count);
    SAME(keys.links[0]);
    SAME(keys.links[1]);
}

static void receipt_and_ack_keep_every_field(void **state) {
    (void)state;
    struct tcn_ack in = sample_ack();
    struct tcn_ack out;
    PASS(ack);
    SAME_SLICE(receipt.body);
    SAME(receipt.path);
    SAME(receipt.path_count);
    SAME(receipt.leaf_index);
    SAME(receipt.leaf_count);
    SAME(receipt.signature);
    SAME(receipt.key_id);
    SAME(credit_sequence);
    SAME(credit_bytes);
}

static void refuse_and_again_keep_every_field(void **state) {
    (void)state;
    struct tcn_refuse in = sample_refuse();
    static struct tcn_refuse out;
    PASS(refuse);
    SAME(first_sequence);
    SAME(is_later);
    SAME(code);
    SAME(refusal_count);
    for (uint32_t i = 0; i < in.refusal_count; i++) {
        SAME(refusals[i].sequence);
        SAME(refusals[i].code);
        SAME_SLICE(refusals[i].field);
    }
    SAME(asked_hash);
    struct tcn_again again = sample_again();
    struct tcn_again found;
    assert_int_equal(tcn_wire_again_encode(&again, &pass.writer, &bytes), TCN_OK);
    assert_int_equal(tcn_wire_again_decode(bytes, &pass.arena, &found), TCN_OK);
    assert_int_equal(found.code, again.code);
    assert_int_equal(found.expected_sequence, again.expected_sequence);
    assert_true(tcn_hash_equals(&found.asked_hash, &again.asked_hash));
}

static void open_and_fetch_keep_every_field(void **state) {
    (void)state;
    struct tcn_open in = sample_open();
    struct tcn_open out;
    PASS(open);
    SAME_SLICE(name);
    SAME(stream_count);
    for (uint32_t i = 0; i < in.stream_count; i++) {
        SAME_STREAM(streams[i].stream);
        SAME(streams[i].from);
        SAME(streams[i].number);
        SAME(streams[i].generation);
    }
    struct tcn_fetch fetch = sample_fetch();
    struct tcn_fetch found;
    assert_int_equal(tcn_wire_fetch_encode(&fetch, &pass.writer, &bytes), TCN_OK);
    assert_int_equal(tcn_wire_fetch_decode(bytes, &pass.arena, &found), TCN_OK);
    assert_true(tcn_stream_equals(found.stream, fetch.stream));
    assert_int_equal(found.number, fetch.number);
    assert_int_equal(found.generation, fetch.generation);
}

static void head_and_opened_keep_every_field(void **state) {
    (void)state;
    struct tcn_head in = sample_head(71);
    struct tcn_head out;
    PASS(head);
    SAME_STREAM(stream);
    SAME(generation);
    SAME(number);
    SAME(next);
    SAME(log_time_ns);
    SAME(standstill);
    struct tcn_head heads[2] = {sample_head(5), sample_head(6)};
    struct tcn_head found[TCN_OPEN_STREAMS_MAX];
    uint32_t count = 0;
    assert_int_equal(tcn_wire_opened_encode(heads, 2, &pass.writer, &bytes), TCN_OK);
    assert_int_equal(tcn_wire_opened_decode(bytes, &pass.arena, found, &count), TCN_OK);
    assert_int_equal(count, 2);
    assert_int_equal(found[1].stream.organ, 6);
    assert_int_equal(found[1].next, heads[1].next);
}

static void gap_and_reset_keep_every_field(void **state) {
    (void)state;
    struct tcn_gap in = sample_gap();
    struct tcn_gap out;
    PASS(gap);
    SAME_STREAM(stream);
    SAME(first);
    SAME(last);
    SAME(code);
    struct tcn_reset reset = sample_reset();
    struct tcn_reset found;
    assert_int_equal(tcn_wire_reset_encode(&reset, &pass.writer, &bytes), TCN_OK);
    assert_int_equal(tcn_wire_reset_decode(bytes, &pass.arena, &found), TCN_OK);
    assert_true(tcn_stream_equals(found.stream, reset.stream));
    assert_int_equal(found.generation, reset.generation);
    assert_int_equal(found.next, reset.next);
}

static void replay_and_end_keep_every_field(void **state) {
    (void)state;
    struct tcn_replay in = sample_replay();
    struct tcn_replay out;
    PASS(replay);
    SAME(first_position);
    SAME(last_position);
    SAME(since_ns);
    SAME(until_ns);
    SAME_SLICE(domain);
    SAME(division);
    SAME(matter);
    SAME(organ);
    SAME(speed_milli);
    SAME(as_known_at);
    SAME(credit_items);
    struct tcn_end end = sample_end();
    struct tcn_end found;
    assert_int_equal(tcn_wire_end_encode(&end, &pass.writer, &bytes), TCN_OK);
    assert_int_equal(tcn_wire_end_decode(bytes, &pass.arena, &found), TCN_OK);
    assert_int_equal(found.count, end.count);
    assert_true(tcn_hash_equals(&found.digest, &end.digest));
    assert_int_equal(found.code, end.code);
    assert_int_equal(found.last_position, end.last_position);
}

static void alert_and_item_keep_every_field(void **state) {
    (void)state;
    struct tcn_item in = sample_item(130);
    struct tcn_item out;
    PASS(item);
    SAME_STREAM(alert.stream);
    SAME(alert.number);
    SAME(alert.generation);
    SAME(alert.position);
    SAME(alert.birth_position);
    SAME(alert.act);
    SAME(alert.reason);
    SAME(alert.severity);
    SAME(alert.flags);
    SAME(alert.code);
    SAME(alert.policy_version);
    SAME(alert.log_time_ns);
    SAME(alert.kind);
    SAME(alert.stage);
    SAME(alert.holder);
    SAME(alert.degree.rank);
    SAME(alert.degree.sure);
    SAME(alert.facts);
    SAME(alert.allowed_acts);
    SAME(alert.limits);
    SAME(alert.limit_count);
    SAME(matter);
    SAME(position);
    SAME(log_time_ns);
    SAME_LANE(lane);
    SAME(sequence);
    SAME(chunk_hash);
    SAME_SLICE(open);
    SAME_SLICE(sealed);
    SAME_SLICE(share);
    SAME(is_erased);
}

static void an_item_of_a_clock_keeps_every_field(void **state) {
    (void)state;
    struct tcn_item in = sample_fired_item(130);
    struct tcn_item out;
    PASS(item);
    SAME_STREAM(alert.stream);
    SAME(alert.reason);
    SAME(alert.fired.kind);
    SAME(alert.fired.stage);
    SAME(alert.fired.subject);
    SAME(alert.fired.rule);
    SAME(alert.fired.due_ns);
    SAME(alert.fired.until_ns);
    SAME(position);
    SAME(log_time_ns);
    SAME(matter);
    SAME_SLICE(subject);
    SAME_SLICE(title_zh);
    SAME_SLICE(title_en);
    assert_int_equal(out.open.size, 0);
}

static void an_activation_keeps_every_field(void **state) {
    (void)state;
    struct tcn_activation in = sample_activation();
    struct tcn_activation out;
    PASS(activation);
    SAME(format);
    SAME(log_id);
    SAME(mode);
    SAME(principal);
    SAME(said_ns);
    SAME(replaces);
    SAME(version);
    SAME(policy_hash);
    SAME(policy_size);
    SAME(text_hash);
    SAME(fold_version);
    SAME(restates);
}

static void a_claim_and_its_answer_keep_every_field(void **state) {
    (void)state;
    {
        struct tcn_enrol in = sample_enrol();
        struct tcn_enrol out;
        PASS(enrol);
        SAME(format);
        SAME(log_id);
        SAME(token);
        SAME(transport_key);
        SAME(signing_key);
        SAME(proof);
    }
    struct tcn_enrolled in = sample_enrolled();
    struct tcn_enrolled out;
    PASS(enrolled);
    SAME(enrol_hash);
    SAME(position);
    SAME(row.id);
    SAME(row.role);
    SAME(row.source);
    SAME(row.organ);
    SAME(row.transport_key);
    SAME(row.not_after_ns);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_and_stamp_keep_every_field),
        cmocka_unit_test(an_activation_keeps_every_field),
        cmocka_unit_test(a_claim_and_its_answer_keep_every_field),
        cmocka_unit_test(event_counts_attributes_and_guard_keep_every_field),
        cmocka_unit_test(event_bodies_keep_every_field),
        cmocka_unit_test(a_zero_report_keeps_every_field),
        cmocka_unit_test(a_change_of_the_registry_keeps_every_field),
        cmocka_unit_test(a_change_leaves_out_the_row_and_the_key_that_it_has_not),
        cmocka_unit_test(sealed_keeps_every_field),
        cmocka_unit_test(chunk_head_keeps_every_field),
        cmocka_unit_test(hello_keeps_every_field),
        cmocka_unit_test(welcome_keeps_every_field),
        cmocka_unit_test(a_session_keeps_every_field),
        cmocka_unit_test(a_checkpoint_keeps_every_field),
        cmocka_unit_test(receipt_body_keeps_every_field),
        cmocka_unit_test(log_head_keeps_every_field),
        cmocka_unit_test(receipt_and_ack_keep_every_field),
        cmocka_unit_test(refuse_and_again_keep_every_field),
        cmocka_unit_test(open_and_fetch_keep_every_field),
        cmocka_unit_test(head_and_opened_keep_every_field),
        cmocka_unit_test(gap_and_reset_keep_every_field),
        cmocka_unit_test(replay_and_end_keep_every_field),
        cmocka_unit_test(alert_and_item_keep_every_field),
        cmocka_unit_test(an_item_of_a_clock_keeps_every_field),
    };
    return cmocka_run_group_tests(tests, pass_open, pass_close);
}
