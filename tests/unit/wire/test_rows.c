/* SPDX-License-Identifier: Apache-2.0 */
/* Every field of every struct comes back in its own place: questions, registry and policy. */
#include "pass.h"

static void query_keeps_every_field(void **state) {
    (void)state;
    struct tcn_query in = sample_query();
    struct tcn_query out;
    PASS(query);
    SAME(kind);
    SAME(at_least_position);
    SAME(page);
    SAME(matter);
    SAME(position);
    SAME_LANE(lane);
    SAME(sequence);
    SAME(organ);
    SAME(principal);
    SAME(mode);
    SAME(domain);
    SAME(division);
    SAME(since_ns);
    SAME(number);
    SAME(until_ns);
}

/* Row by row they are registry_and_principals_keep_every_field's. */
static void same_principal(const struct tcn_principal *in, const struct tcn_principal *out) {
    uint8_t data[2][1024];
    struct tcn_slice bytes[2];
    for (int i = 0; i < 2; i++) {
        struct tcn_writer writer = tcn_writer_init(data[i], sizeof(data[i]));
        assert_int_equal(tcn_wire_principal_encode(i == 0 ? in : out, &writer, &bytes[i]), TCN_OK);
    }
    assert_true(tcn_slice_equals(bytes[0], bytes[1]));
}

static void same_matters(struct tcn_answer in, struct tcn_answer out) {
    for (uint32_t i = 0; i < in.matter_count; i++) {
        SAME(matters[i].birth_position);
        SAME(matters[i].id);
        SAME(matters[i].mode);
        SAME(matters[i].stage);
        SAME(matters[i].domain);
        SAME(matters[i].division);
        SAME(matters[i].office);
        SAME(matters[i].holder);
        SAME(matters[i].severity);
        SAME(matters[i].flags);
        SAME(matters[i].event_count);
        SAME(matters[i].learned_ns);
        SAME(matters[i].opened_ns);
        SAME(matters[i].last_position);
        SAME(matters[i].last_act);
        SAME(matters[i].last_ns);
        SAME(matters[i].kind);
        SAME(matters[i].marks);
        SAME(matters[i].bounce_count);
        SAME(matters[i].second.act);
        SAME(matters[i].toll.degree.rank);
        SAME(matters[i].toll.degree.sure);
    }
}

static void answer_rows_keep_every_field(void **state) {
    (void)state;
    struct tcn_answer in = sample_answer();
    struct tcn_answer out;
    PASS(answer);
    SAME(code);
    SAME(next_page);
    SAME(position);
    SAME(matter_count);
    same_matters(in, out);
    SAME(source_count);
    SAME_LANE(sources[0].lane);
    SAME(sources[0].sequence);
    SAME(sources[0].position);
    SAME(sources[0].log_time_ns);
    SAME(sources[0].event_count);
    SAME(sources[0].void_count);
    SAME(stream_count);
    SAME_STREAM(streams[0].stream);
    SAME(streams[0].number);
    SAME(streams[0].generation);
    SAME(event_count);
    SAME(events[0].position);
    SAME(events[0].log_time_ns);
    SAME_LANE(events[0].lane);
    SAME(events[0].sequence);
    SAME(events[0].code);
    SAME(events[0].allowed_acts);
    SAME(events[0].missing);
    SAME_SLICE(events[0].open);
    SAME(standing_count);
    SAME(standings[0].key.kind);
    SAME(standings[0].key.source);
    SAME(standings[0].key.epoch);
    SAME(standings[0].key.organ);
    SAME(standings[0].key.hash);
    SAME(standings[0].position);
    SAME(standings[0].since_ns);
    SAME(standings[0].number);
    SAME(standings[0].other_number);
    SAME(standings[0].allowed_position);
    SAME(allowed_acts);
    SAME(owed_act);
    SAME(owed_organ);
    SAME(principal_count);
    for (uint32_t i = 0; i < in.principal_count; i++) {
        same_principal(&in.principals[i], &out.principals[i]);
    }
}

static void answer_clocks_keep_every_field(void **state) {
    (void)state;
    struct tcn_answer in = sample_answer();
    struct tcn_answer out;
    PASS(answer);
    SAME(clock_count);
    SAME(clocks[0].clock.id);
    SAME(clocks[0].clock.rule);
    SAME(clocks[0].clock.terms.unit);
    SAME(clocks[0].clock.terms.amount);
    SAME(clocks[0].clock.terms.extend_max);
    SAME(clocks[0].clock.terms.bound);
    SAME(clocks[0].clock.terms.owes);
    SAME(clocks[0].clock.policy_version);
    SAME(clocks[0].clock.clock.start_ns);
    SAME(clocks[0].clock.clock.extended_until_ns);
    SAME(clocks[0].clock.clock.fired_steps);
    SAME(clocks[0].clock.times.due_ns);
    SAME(clocks[0].clock.times.limit_ns);
    SAME(clocks[0].clock.times.missing_year);
    SAME(clocks[0].clock.times.is_paused);
    SAME(clocks[0].clock.end);
    SAME(clocks[0].clock.verdict);
    SAME(clocks[0].clock.stop_ns);
    SAME(clocks[0].clock.stop_position);
    SAME(clocks[0].clock.run_count);
    SAME(clocks[0].clock.late_count);
    SAME_SLICE(clocks[0].title_zh);
    SAME_SLICE(clocks[0].title_en);
}

static void answer_summonses_and_shifts_keep_every_field(void **state) {
    (void)state;
    struct tcn_answer in = sample_answer();
    struct tcn_answer out;
    PASS(answer);
    SAME(summons_count);
    SAME(summonses[0].summons.organ);
    SAME(summonses[0].summons.birth_position);
    SAME(summonses[0].summons.mode);
    SAME(summonses[0].summons.reason);
    SAME(summonses[0].summons.severity);
    SAME(summonses[0].summons.since_ns);
    SAME(summonses[0].summons.last_ns);
    SAME(summonses[0].summons.number);
    SAME(summonses[0].summons.position);
    SAME(summonses[0].summons.count);
    SAME(summonses[0].owed);
    SAME(summonses[0].clock_id);
    SAME_SLICE(summonses[0].title_zh);
    SAME_SLICE(summonses[0].title_en);
    SAME(summonses[0].due_ns);
    SAME(summonses[0].is_silenced);
    SAME(shift_count);
    SAME(shifts[0].organ);
    SAME(shifts[0].post);
    SAME(shifts[0].source);
    SAME(shifts[0].since_ns);
    SAME(shifts[0].until_ns);
    SAME(shifts[0].handed_ns);
    SAME(shifts[0].position);
}

static void answer_silences_keep_every_field(void **state) {
    (void)state;
    struct tcn_answer in = sample_answer();
    struct tcn_answer out;
    PASS(answer);
    SAME(silence_count);
    SAME(silences[0].silence.position);
    SAME(silences[0].silence.organ);
    SAME(silences[0].silence.mode);
    SAME(silences[0].silence.domain);
    SAME(silences[0].silence.division);
    SAME(silences[0].silence.reason);
    SAME(silences[0].silence.post);
    SAME(silences[0].silence.since_ns);
    SAME(silences[0].silence.until_ns);
    SAME(silences[0].is_suspended);
    SAME(silences[0].quiet_count);
    SAME(silences[0].loud_count);
    SAME(silences[0].has_more);
    SAME(silences[0].fault);
}

static void answer_notices_keep_every_field(void **state) {
    (void)state;
    struct tcn_answer in = sample_answer();
    struct tcn_answer out;
    PASS(answer);
    SAME(notice_count);
    SAME(notices[0].stream.mode);
    SAME(notices[0].stream.organ);
    SAME(notices[0].number);
    SAME(notices[0].told);
    SAME(notices[0].reason);
    SAME(notices[0].severity);
    SAME(notices[0].act);
    SAME(notices[0].log_time_ns);
    SAME(notices[0].matter);
    SAME(notices[0].learned_ns);
    SAME(notices[0].delivered_ns);
    SAME(notices[0].program);
    SAME(notices[0].acknowledged_position);
    SAME(notices[0].acknowledged_ns);
    SAME(notices[0].acknowledged_post);
    SAME(notices[0].taken_position);
    SAME(notices[0].taken_ns);
    SAME(notices[0].taken_act);
    SAME(notices[0].taken_post);
}

static void answer_stats_keep_every_field(void **state) {
    (void)state;
    struct tcn_answer in = sample_answer();
    struct tcn_answer out;
    PASS(answer);
    SAME(has_stats);
    SAME(stats.log_id);
    SAME(stats.generation);
    SAME(stats.last_position);
    SAME(stats.record_count);
    SAME(stats.log_bytes);
    SAME(stats.applied.position);
    SAME(stats.applied.log_time_ns);
    SAME(stats.applied.generation);
    SAME(stats.applied.event_count);
    SAME(stats.applied.matter_count);
    SAME(stats.applied.alert_count);
    SAME(stats.applied.fold_version);
    SAME(stats.applied.policy_version);
    SAME(stats.stream_count);
    SAME(stats.refused_count);
    SAME(stats.duplicate_count);
    SAME(stats.group_count);
}

static void registry_and_principals_keep_every_field(void **state) {
    (void)state;
    struct tcn_registry in = sample_registry();
    struct tcn_registry out;
    PASS(registry);
    SAME(version);
    SAME(principal_count);
    for (uint32_t i = 0; i < in.principal_count; i++) {
        SAME(principals[i].id);
        SAME(principals[i].name);
        SAME(principals[i].role);
        SAME(principals[i].status);
        SAME(principals[i].source);
        SAME(principals[i].organ);
        SAME(principals[i].transport_key);
        SAME(principals[i].signing_key);
        SAME(principals[i].divisions);
        SAME(principals[i].division_count);
        SAME(principals[i].all_divisions);
        SAME(principals[i].streams);
        SAME(principals[i].stream_count);
        SAME(principals[i].all_streams);
        SAME(principals[i].not_before_ns);
        SAME(principals[i].not_after_ns);
        SAME(principals[i].old_transport_key);
        SAME(principals[i].old_signing_key);
        SAME(principals[i].old_until_ns);
        SAME(principals[i].token_hash);
        SAME(principals[i].token_until_ns);
        SAME(principals[i].message_rate);
        SAME(principals[i].byte_rate);
        SAME(principals[i].acts);
        SAME(principals[i].act_count);
    }
    SAME(organ_key_count);
    SAME(organ_keys[0].organ);
    SAME(organ_keys[0].key);
    SAME(organ_keys[1].key);
    SAME(keys.log_id);
    SAME(keys.count);
    SAME(keys.links[1]);
    SAME(policy_version);
}

static void genesis_keeps_every_field(void **state) {
    (void)state;
    struct tcn_genesis in = sample_genesis();
    struct tcn_genesis out;
    PASS(genesis);
    SAME(format);
    SAME(log_id);
    SAME(created_ns);
    SAME(mode);
    SAME(root_key);
    SAME(collector_key);
    SAME(fold_version);
    SAME_SLICE(registry);
    SAME_SLICE(policy);
}

static void bundle_keeps_every_field(void **state) {
    (void)state;
    struct tcn_bundle in = sample_bundle();
    struct tcn_bundle out;
    PASS(bundle);
    SAME(version);
    SAME(log_id);
    SAME(mode);
    SAME(collector_key);
    SAME_SLICE(policy);
    SAME(organ_key_count);
    SAME(organ_keys[1].organ);
    SAME(organ_keys[1].key);
    SAME(brokers.count);
    SAME(brokers.list);
    SAME(keys.log_id);
    SAME(keys.count);
    SAME(keys.links[0].key);
    SAME(keys.links[0].proof);
    SAME(keys.links[0].signature);
    SAME(keys.links[1].generation);
    SAME(keys.links[1].position);
}

static void policy_head_and_organs_keep_every_field(void **state) {
    (void)state;
    struct tcn_policy in = sample_policy();
    struct tcn_policy out;
    PASS(policy);
    SAME(version);
    SAME(title);
    SAME(desk);
    SAME(clock_ahead_ns);
    SAME(clock_behind_ns);
    SAME(organ_count);
    for (uint32_t i = 0; i < in.organ_count; i++) {
        SAME(organs[i].number);
        SAME(organs[i].id);
        SAME(organs[i].kind);
        SAME(organs[i].title_zh);
        SAME(organs[i].title_en);
        SAME(organs[i].line_parent);
        SAME(organs[i].place_parent);
        SAME(organs[i].duty_phone);
    }
}

static void policy_domains_divisions_and_lines_keep_every_field(void **state) {
    (void)state;
    struct tcn_policy in = sample_policy();
    struct tcn_policy out;
    PASS(policy);
    SAME(domain_count);
    for (uint32_t i = 0; i < in.domain_count; i++) {
        SAME(domains[i].id);
        SAME(domains[i].procedure);
        SAME(domains[i].title_zh);
        SAME(domains[i].title_en);
        SAME(domains[i].owner);
        SAME(domains[i].recipients);
        SAME(domains[i].recipient_count);
        SAME(domains[i].line);
        SAME(domains[i].is_petition);
        SAME(domains[i].has_opaque_slip);
        SAME(domains[i].keywords);
        SAME(domains[i].keyword_count);
    }
    SAME(division_count);
    for (uint32_t i = 0; i < in.division_count; i++) {
        SAME(divisions[i].code);
        SAME(divisions[i].name);
        SAME(divisions[i].office);
        SAME(divisions[i].is_managed);
        SAME(divisions[i].valid_from_ns);
        SAME(divisions[i].valid_to_ns);
    }
    SAME(line_count);
    for (uint32_t i = 0; i < in.line_count; i++) {
        SAME(lines[i].id);
        SAME(lines[i].title_zh);
        SAME(lines[i].title_en);
        SAME(lines[i].warning_severity);
        SAME(lines[i].breach_level);
        SAME(lines[i].breach_deaths);
        SAME(lines[i].breach_injuries);
        SAME(lines[i].breach_silent_days);
    }
}

static void answer_board_rows_keep_every_field(void **state) {
    (void)state;
    struct tcn_answer in = sample_answer();
    struct tcn_answer out;
    PASS(answer);
    SAME(board_row_count);
    for (uint32_t i = 0; i < in.board_row_count; i++) {
        SAME(board_rows[i].kind);
        SAME(board_rows[i].line);
        SAME(board_rows[i].office);
        SAME(board_rows[i].organ);
        SAME(board_rows[i].state);
        SAME(board_rows[i].said);
        SAME(board_rows[i].cause);
        SAME(board_rows[i].post);
        SAME(board_rows[i].said_ns);
        SAME(board_rows[i].until_ns);
        SAME(board_rows[i].due_ns);
        SAME(board_rows[i].since_ns);
        SAME(board_rows[i].is_self);
        SAME(board_rows[i].signed_count);
        SAME(board_rows[i].office_count);
        SAME(board_rows[i].breach_ns);
        SAME(board_rows[i].breach_known_ns);
        SAME(board_rows[i].is_breach_self);
        SAME(board_rows[i].contradicted_ns);
        SAME(board_rows[i].is_contradicted_self);
        SAME(board_rows[i].stopped_ns);
        SAME(board_rows[i].back_ns);
        SAME(board_rows[i].matter);
        SAME(board_rows[i].domain);
        SAME(board_rows[i].division);
        SAME(board_rows[i].severity);
        SAME(board_rows[i].stage);
        SAME(board_rows[i].is_guarded);
        SAME(board_rows[i].rule);
        SAME(board_rows[i].is_suspended);
        SAME(board_rows[i].position);
        SAME(board_rows[i].category);
        SAME(board_rows[i].colour);
        SAME(board_rows[i].area);
        SAME(board_rows[i].issuer);
    }
    SAME(board_ns);
    SAME(board_has_more);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(query_keeps_every_field),
        cmocka_unit_test(answer_rows_keep_every_field),
        cmocka_unit_test(answer_clocks_keep_every_field),
        cmocka_unit_test(answer_summonses_and_shifts_keep_every_field),
        cmocka_unit_test(answer_silences_keep_every_field),
        cmocka_unit_test(answer_notices_keep_every_field),
        cmocka_unit_test(answer_board_rows_keep_every_field),
        cmocka_unit_test(answer_stats_keep_every_field),
        cmocka_unit_test(registry_and_principals_keep_every_field),
        cmocka_unit_test(genesis_keeps_every_field),
        cmocka_unit_test(bundle_keeps_every_field),
        cmocka_unit_test(policy_head_and_organs_keep_every_field),
        cmocka_unit_test(policy_domains_divisions_and_lines_keep_every_field),
    };
    return cmocka_run_group_tests(tests, pass_open, pass_close);
}
