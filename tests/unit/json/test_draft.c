/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "model/registry.h"
#include "json/draft.h"

#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* What every good report has, to be followed by one more key or the end. */
#define REPORT "{\"domain\":\"petition\",\"division\":\"520502122000\",\"concerns\":\"nobody\""
#define ACT "{\"act\":\"replied\",\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\""
#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

#define CHANGE "{\"act\":\"registry_changed\""
#define REVOKE CHANGE ",\"registry\":{\"kind\":\"revoked\""
#define RIGHTS CHANGE ",\"registry\":{\"kind\":\"rights\",\"principal\":9"
#define ROW RIGHTS ",\"row\":{\"name\":\"office.a\",\"role\":\"office\""
#define INVITE                                                                                     \
    CHANGE ",\"registry\":{\"kind\":\"invited\",\"row\":{\"name\":\"pc\",\"role\":\"office\"}"
#define ROTATE                                                                                     \
    CHANGE ",\"registry\":{\"kind\":\"rotated\",\"principal\":9,\"transport_key\":\"" HASH         \
           "\",\"signing_key\":\"" HASH "\""
#define ORGAN CHANGE ",\"registry\":{\"kind\":\"organ_key\",\"organ_key\":"

static const char full_rights[] =
    ROW ",\"source\":4,\"organ\":200,\"divisions\":[\"520502122000\",\"020502122001\"],"
        "\"all_divisions\":true,\"streams\":[200,65535],\"all_streams\":false,"
        "\"not_before\":\"1970-01-01T00:00:00.000000001Z\",\"not_after\":\"2026-01-03T00:00:00Z\","
        "\"message_rate\":5,\"byte_rate\":6,\"acts\":[\"reported\",\"zero_report\"]},"
        "\"reason\":\"moved\"},\"key\":\"once\"}";

static const char full_rotation[] =
    ROTATE ",\"proof\":\"" HASH HASH "\",\"until\":\"2026-01-03T00:00:00Z\"}}";

/** A line that is refused, why, and where. */
struct refusal {
    const char *line;
    enum tcn_status status;
    const char *field;
    const char *expected; /**< is part of what the error expects */
};

static struct tcn_arena arena;
static uint8_t *buffer;

/** Reads a line. */
static enum tcn_status decode(const char *line, struct tcn_json_error *out_error,
                              struct tcn_draft *out_draft) {
    tcn_arena_reset(&arena);
    return tcn_json_decode_draft(tcn_slice_text(line), &arena, out_error, out_draft);
}

/** Fails unless each line is refused as its row says, and without repeating what it said. */
static void assert_refused(const struct refusal *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct tcn_json_error error = {.field = "none"};
        struct tcn_draft draft = {.is_act = true, .plain_count = 77};
        enum tcn_status status = decode(rows[i].line, &error, &draft);
        if (status != rows[i].status || strcmp(error.field, rows[i].field) != 0 ||
            strstr(error.expected, rows[i].expected) == NULL) {
            fail_msg("%s: %s, field \"%s\", expected \"%s\"", rows[i].line, tcn_status_name(status),
                     error.field, error.expected);
        }
        assert_null(strstr(error.expected, "SECRET"));
        assert_null(strstr(error.field, "SECRET"));
        assert_int_equal(draft.plain_count, 77);
    }
}

static void what_is_no_json_object_is_refused(void **state) {
    (void)state;
    static const struct refusal rows[] = {
        {"", TCN_MALFORMED, "", "one JSON object"},
        {" ", TCN_MALFORMED, "", "one JSON object"},
        {"SECRET", TCN_MALFORMED, "", "one JSON object"},
        {"[]", TCN_MALFORMED, "", "one JSON object"},
        {"[{}]", TCN_MALFORMED, "", "one JSON object"},
        {"\"SECRET\"", TCN_MALFORMED, "", "one JSON object"},
        {"{", TCN_MALFORMED, "", "one JSON object"},
        {"{\"domain\"", TCN_MALFORMED, "", "one JSON object"},
        {"{\"domain\":SECRET}", TCN_MALFORMED, "", "one JSON object"},
        {"{\"domain\":\"SECRET}", TCN_MALFORMED, "", "one JSON object"},
        {REPORT "}SECRET", TCN_MALFORMED, "", "nothing after"},
        {REPORT "} {}", TCN_MALFORMED, "", "nothing after"},
        {REPORT ",}", TCN_MALFORMED, "", "one JSON object"},
        {REPORT ",\"key\":\"a\xFF\"}", TCN_BAD_TEXT, "", "UTF-8"},
        {REPORT ",\"key\":\"\xED\xA0\x80\"}", TCN_BAD_TEXT, "", "UTF-8"},
        {REPORT ",\"key\":\"a\\u0000\"}", TCN_BAD_TEXT, "", "NUL"},
        {REPORT ",\"key\":\"\\ud800\"}", TCN_MALFORMED, "", "one JSON object"},
        {REPORT ",\"counts\":{\"deaths\":{\"exact\":9223372036854775808}}}", TCN_BAD_VALUE, "",
         "64 bits"},
        {REPORT ",\"domain\":\"SECRET\"}", TCN_MALFORMED, "domain", "only once"},
        {REPORT ",\"texts\":{\"contact\":\"SECRET\",\"contact\":\"\"}}", TCN_MALFORMED, "contact",
         "only once"},
        {REPORT ",\"A SECRET\":1,\"A SECRET\":1}", TCN_MALFORMED, "", "only once"},
        {"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}", TCN_TOOBIG, "", "levels"},
        {"{\"a\":[[[[[[", TCN_TOOBIG, "", "levels"},
        {"{\"\\\"\":[[[[[[", TCN_TOOBIG, "", "levels"},
    };
    assert_refused(rows, COUNT_OF(rows));
}

static void a_fault_of_syntax_names_its_column(void **state) {
    (void)state;
    struct tcn_json_error error;
    struct tcn_draft draft;
    assert_int_equal(decode("{\"domain\":\"petition\",}", &error, &draft), TCN_MALFORMED);
    assert_int_equal(error.column, 22);
    assert_int_equal(decode(REPORT ",\"severity\":\"bad\"}", &error, &draft), TCN_BAD_VALUE);
    assert_int_equal(error.column, 0);
}

static void brackets_within_texts_are_not_depth(void **state) {
    (void)state;
    struct tcn_json_error error;
    struct tcn_draft draft;
    assert_int_equal(decode(REPORT ",\"key\":\"[[[[[[[\\\"[{{{\\\\\"}", &error, &draft), TCN_OK);
    assert_true(tcn_slice_is_text(draft.retry_key, "[[[[[[[\"[{{{\\"));
}

static void unknown_keys_are_refused_and_the_nearest_is_named(void **state) {
    (void)state;
    static const struct refusal rows[] = {
        {REPORT ",\"severty\":\"urgent\"}", TCN_UNKNOWN_FIELD, "severty", "\"severity\""},
        {REPORT ",\"divison\":\"\"}", TCN_UNKNOWN_FIELD, "divison", "\"division\""},
        {REPORT ",\"chanel\":\"\"}", TCN_UNKNOWN_FIELD, "chanel", "\"channel\""},
        {REPORT ",\"counts\":{\"death\":1}}", TCN_UNKNOWN_FIELD, "counts.death", "\"deaths\""},
        {REPORT ",\"texts\":{\"naration\":\"SECRET\"}}", TCN_UNKNOWN_FIELD, "texts.naration",
         "\"narrative\""},
        {REPORT ",\"reason\":\"x\"}", TCN_UNKNOWN_FIELD, "reason", "known here"},
        {ACT ",\"resaon\":\"x\"}", TCN_UNKNOWN_FIELD, "resaon", "\"reason\""},
        {ACT ",\"category\":\"31.6\"}", TCN_UNKNOWN_FIELD, "category", "known here"},
        {REPORT ",\"\":1}", TCN_UNKNOWN_FIELD, "?", "known here"},
        {REPORT ",\"SECRET name\":1}", TCN_UNKNOWN_FIELD, "?", "known here"},
        {REPORT ",\"texts\":{\"SECRET\":\"\"}}", TCN_UNKNOWN_FIELD, "texts.?", "known here"},
        {REPORT ",\"a234567890123456789012345678901234567890123456789012345678901234567890\":1}",
         TCN_UNKNOWN_FIELD, "?", "known here"},
    };
    assert_refused(rows, COUNT_OF(rows));
}

static void values_out_of_bounds_are_refused(void **state) {
    (void)state;
    static const struct refusal rows[] = {
        {"{\"domain\":\"SECRET\"}", TCN_BAD_VALUE, "domain", "a word"},
        {"{\"domain\":\"\"}", TCN_BAD_VALUE, "domain", "a word"},
        {"{\"domain\":null}", TCN_BAD_VALUE, "domain", "a word"},
        {"{\"domain\":7}", TCN_BAD_VALUE, "domain", "a word"},
        {"{\"division\":\"52050212200\"}", TCN_BAD_DIVISION, "division", "12 digits"},
        {"{\"division\":\"52050212200x\"}", TCN_BAD_DIVISION, "division", "12 digits"},
        {"{\"division\":520502122000}", TCN_BAD_DIVISION, "division", "12 digits"},
        {REPORT ",\"occurred\":\"SECRET\"}", TCN_BAD_VALUE, "occurred", "a time"},
        {REPORT ",\"occurred\":\"2026-02-30T00:00:00Z\"}", TCN_BAD_VALUE, "occurred", "a time"},
        {REPORT ",\"learned\":\"2026-02-03T00:00:00\"}", TCN_BAD_VALUE, "learned", "offset"},
        {REPORT ",\"learned\":1767225600}", TCN_BAD_VALUE, "learned", "a time"},
        {REPORT ",\"severity\":\"SECRET\"}", TCN_BAD_VALUE, "severity",
         "one of \"routine\", \"serious\", \"urgent\", \"danger\", \"unknown\""},
        {REPORT ",\"severity\":3}", TCN_BAD_VALUE, "severity", "one of"},
        {REPORT ",\"category\":6}", TCN_BAD_VALUE, "category", "a text"},
        {REPORT ",\"category\":\"1234567890123456789012345678901234567890123456789012345678901234"
                "\"}",
         TCN_TOOBIG, "category", "at most 63 bytes"},
        {REPORT ",\"channel\":\"SECRET\"}", TCN_BAD_VALUE, "channel", "a word"},
        {REPORT ",\"matter\":\"SECRET\"}", TCN_BAD_VALUE, "matter", "UUID"},
        {REPORT ",\"counts\":[]}", TCN_BAD_VALUE, "counts", "an object"},
        {REPORT ",\"counts\":{\"deaths\":0}}", TCN_BAD_VALUE, "counts.deaths", "an object"},
        {REPORT ",\"counts\":{\"deaths\":{}}}", TCN_BAD_VALUE, "counts.deaths", "one of"},
        {REPORT ",\"counts\":{\"deaths\":{\"SECRET\":1}}}", TCN_BAD_VALUE, "counts.deaths",
         "one of"},
        {REPORT ",\"counts\":{\"deaths\":{\"exact\":1,\"estimate\":1}}}", TCN_BAD_VALUE,
         "counts.deaths", "one of"},
        {REPORT ",\"counts\":{\"deaths\":{\"exact\":-1}}}", TCN_BAD_VALUE, "counts.deaths",
         "a whole number from 0"},
        {REPORT ",\"counts\":{\"loss_fen\":{\"exact\":1.5}}}", TCN_BAD_VALUE, "counts.loss_fen",
         "a whole number from 0"},
        {REPORT ",\"counts\":{\"at_risk\":{\"exact\":\"SECRET\"}}}", TCN_BAD_VALUE,
         "counts.at_risk", "a whole number from 0"},
        {REPORT ",\"attributes\":7}", TCN_BAD_VALUE, "attributes", "an object"},
        {REPORT ",\"attributes\":{\"months\":1.5}}", TCN_BAD_VALUE, "attributes.months",
         "a whole number"},
        {REPORT ",\"attributes\":{\"months\":null}}", TCN_BAD_VALUE, "attributes.months",
         "true or false"},
        {REPORT ",\"attributes\":{\"months\":{}}}", TCN_BAD_VALUE, "attributes.months", "a text"},
        {REPORT ",\"attributes\":{\"SECRET\":1}}", TCN_BAD_VALUE, "attributes", "the policy"},
        {REPORT ",\"texts\":\"SECRET\"}", TCN_BAD_VALUE, "texts", "an object"},
        {REPORT ",\"texts\":{\"contact\":1}}", TCN_BAD_VALUE, "texts.contact", "a text"},
        {REPORT ",\"concerns\":null}", TCN_MALFORMED, "concerns", "only once"},
        {"{\"concerns\":\"SECRET\"}", TCN_BAD_VALUE, "concerns", "\"nobody\", \"unit\""},
        {"{\"concerns\":\"unstated\"}", TCN_BAD_VALUE, "concerns", "\"nobody\", \"unit\""},
        {ACT ",\"to\":\"SECRET\"}", TCN_BAD_VALUE, "to", "a word"},
        {ACT ",\"list\":[\"SECRET\"]}", TCN_BAD_VALUE, "list", "a word"},
        {ACT ",\"until\":\"tomorrow\"}", TCN_BAD_VALUE, "until", "a time"},
        {ACT ",\"position\":-1}", TCN_BAD_VALUE, "position", "from 0"},
        {ACT ",\"position\":\"7\"}", TCN_BAD_VALUE, "position", "from 0"},
        {ACT ",\"act_hash\":\"00\"}", TCN_BAD_VALUE, "act_hash", "64 hexadecimal"},
        {ACT ",\"linked\":\"SECRET\"}", TCN_BAD_VALUE, "linked", "UUID"},
        {"{\"act\":\"SECRET\"}", TCN_BAD_VALUE, "act", "\"replied\""},
        {"{\"act\":null}", TCN_BAD_VALUE, "act", "\"replied\""},
    };
    assert_refused(rows, COUNT_OF(rows));
}

static void what_a_draft_must_say_is_asked_for(void **state) {
    (void)state;
    static const struct refusal rows[] = {
        {"{}", TCN_BAD_VALUE, "concerns", "nobody"},
        {"{\"domain\":\"petition\",\"division\":\"520502122000\"}", TCN_BAD_VALUE, "concerns",
         "whom it concerns"},
        {"{\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\"}", TCN_BAD_VALUE, "concerns",
         "whom it concerns"},
        {"{\"concerns\":\"unit\",\"division\":\"520502122000\"}", TCN_BAD_VALUE, "domain",
         "the policy"},
        {"{\"concerns\":\"unit\",\"domain\":\"petition\"}", TCN_BAD_VALUE, "division", "12 digits"},
        {"{\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"concerns\":\"nobody\","
         "\"category\":\"1\"}",
         TCN_BAD_VALUE, "category", "follow-up"},
        {"{\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"concerns\":\"nobody\","
         "\"channel\":\"phone\"}",
         TCN_BAD_VALUE, "channel", "follow-up"},
        {"{\"act\":\"reported\"}", TCN_BAD_VALUE, "act", "a person"},
        {"{\"act\":\"tick\"}", TCN_BAD_VALUE, "act", "a person"},
        {"{\"act\":\"genesis\"}", TCN_BAD_VALUE, "act", "a person"},
        {"{\"act\":\"void\"}", TCN_BAD_VALUE, "act", "a person"},
    };
    assert_refused(rows, COUNT_OF(rows));
}

/** Makes a report whose retry key has `size` characters. */
static struct tcn_slice report_with_key(size_t size) {
    static const char head[] = REPORT ",\"key\":\"";
    memcpy(buffer, head, sizeof head - 1);
    memset(buffer + sizeof head - 1, 'k', size);
    memcpy(buffer + sizeof head - 1 + size, "\"}", 2);
    return tcn_slice_of(buffer, sizeof head - 1 + size + 2);
}

static void a_change_of_the_registry_has_the_keys_of_its_kind_and_no_others(void **state) {
    (void)state;
    static const struct refusal rows[] = {
        {CHANGE "}", TCN_BAD_VALUE, "registry", "what changes"},
        {CHANGE ",\"registry\":[]}", TCN_BAD_VALUE, "registry", "an object"},
        {CHANGE ",\"registry\":{}}", TCN_BAD_VALUE, "registry.kind", "what changes"},
        {CHANGE ",\"registry\":{\"kind\":\"enrolled\"}}", TCN_BAD_VALUE, "registry.kind",
         "\"rights\""},
        {CHANGE ",\"registry\":{\"kind\":7}}", TCN_BAD_VALUE, "registry.kind", "\"revoked\""},
        {CHANGE ",\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\"}", TCN_UNKNOWN_FIELD,
         "matter", "known here"},
        {CHANGE ",\"texts\":{\"narrative\":\"SECRET\"}}", TCN_UNKNOWN_FIELD, "texts", "known"},
        {CHANGE ",\"office\":\"office.a\"}", TCN_UNKNOWN_FIELD, "office", "known here"},
        {ACT ",\"registry\":{}}", TCN_UNKNOWN_FIELD, "registry", "known here"},
        {REPORT ",\"registry\":{}}", TCN_UNKNOWN_FIELD, "registry", "known here"},
        {REVOKE "}}", TCN_BAD_VALUE, "registry.principal", "\"revoked\""},
        {REVOKE ",\"principal\":0}}", TCN_BAD_VALUE, "registry.principal", "from 1"},
        {REVOKE ",\"principal\":-1}}", TCN_BAD_VALUE, "registry.principal", "whole number"},
        {REVOKE ",\"principal\":4294967296}}", TCN_BAD_VALUE, "registry.principal", "whole"},
        {REVOKE ",\"principle\":3}}", TCN_UNKNOWN_FIELD, "registry.principle", "\"principal\""},
        {REVOKE ",\"principal\":3,\"reason\":\"A SECRET\"}}", TCN_BAD_VALUE, "registry.reason",
         "a word"},
        {REVOKE ",\"principal\":3,\"row\":{}}}", TCN_BAD_VALUE, "registry.row", "no \"row\""},
        {REVOKE ",\"principal\":3,\"until\":\"2026-01-03T00:00:00Z\"}}", TCN_BAD_VALUE,
         "registry.until", "no \"until\""},
        {RIGHTS "}}", TCN_BAD_VALUE, "registry.row", "\"row\""},
        {RIGHTS ",\"row\":7}}", TCN_BAD_VALUE, "registry.row", "an object"},
        {RIGHTS ",\"row\":{}}}", TCN_BAD_VALUE, "registry.row.name", "a name"},
        {RIGHTS ",\"row\":{\"name\":\"\",\"role\":\"office\"}}}", TCN_BAD_VALUE,
         "registry.row.name", "a name"},
        {RIGHTS ",\"row\":{\"name\":\"pc\"}}}", TCN_BAD_VALUE, "registry.row.role", "a role"},
        {RIGHTS ",\"row\":{\"name\":\"pc\",\"role\":\"boss\"}}}", TCN_BAD_VALUE,
         "registry.row.role", "\"office\""},
        {ROW ",\"id\":3}}}", TCN_UNKNOWN_FIELD, "registry.row.id", "known here"},
        {ROW ",\"status\":\"active\"}}}", TCN_UNKNOWN_FIELD, "registry.row.status", "known"},
        {ROW ",\"organ\":65536}}}", TCN_BAD_VALUE, "registry.row.organ", "to 65535"},
        {ROW ",\"divisions\":[\"12\"]}}}", TCN_BAD_DIVISION, "registry.row.divisions", "12"},
        {ROW ",\"divisions\":[520502122000]}}}", TCN_BAD_DIVISION, "registry.row.divisions",
         "12 digits"},
        {ROW ",\"streams\":[0]}}}", TCN_BAD_VALUE, "registry.row.streams", "from 1"},
        {ROW ",\"streams\":[1,2,3,4,5,6,7,8,9]}}}", TCN_TOOBIG, "registry.row.streams",
         "at most 8"},
        {ROW ",\"acts\":[\"sings\"]}}}", TCN_BAD_VALUE, "registry.row.acts", "\"reported\""},
        {ROW ",\"all_streams\":1}}}", TCN_BAD_VALUE, "registry.row.all_streams", "true or false"},
        {ROW ",\"not_after\":\"tomorrow\"}}}", TCN_BAD_VALUE, "registry.row.not_after", "a time"},
        {INVITE "}}", TCN_BAD_VALUE, "registry.token_hash", "\"token_hash\""},
        {INVITE ",\"token_hash\":\"" HASH "\"}}", TCN_BAD_VALUE, "registry.until", "until"},
        {INVITE ",\"token_hash\":\"00\"}}", TCN_BAD_VALUE, "registry.token_hash", "64"},
        {INVITE ",\"principal\":3}}", TCN_BAD_VALUE, "registry.principal", "no \"principal\""},
        {ROTATE ",\"until\":\"2026-01-03T00:00:00Z\"}}", TCN_BAD_VALUE, "registry.proof",
         "\"proof\""},
        {ROTATE ",\"proof\":\"00\",\"until\":\"2026-01-03T00:00:00Z\"}}", TCN_BAD_VALUE,
         "registry.proof", "128 hexadecimal"},
        {ROTATE ",\"proof\":\"" HASH HASH "00\"}}", TCN_TOOBIG, "registry.proof", "128"},
        {ORGAN "{}}}", TCN_BAD_VALUE, "registry.organ_key", "its key"},
        {ORGAN "{\"organ\":3}}}", TCN_BAD_VALUE, "registry.organ_key", "its key"},
        {ORGAN "{\"organ\":0,\"key\":\"" HASH "\"}}}", TCN_BAD_VALUE, "registry.organ_key",
         "an organ's number"},
        {ORGAN "{\"organ\":3,\"key\":\"SECRET\"}}}", TCN_BAD_VALUE, "registry.organ_key.key",
         "64 hexadecimal"},
    };
    assert_refused(rows, COUNT_OF(rows));
}

static void a_full_change_of_the_registry_is_read(void **state) {
    (void)state;
    struct tcn_json_error error;
    struct tcn_draft draft;
    assert_int_equal(decode(full_rights, &error, &draft), TCN_OK);
    const struct tcn_registry_change *change = draft.event.registry;
    assert_true(draft.is_act);
    assert_int_equal(draft.event.act, TCN_ACT_REGISTRY_CHANGED);
    assert_int_equal(draft.event.body_kind, TCN_BODY_REGISTRY);
    assert_int_equal(change->kind, TCN_CHANGE_RIGHTS);
    assert_int_equal(change->principal, 9);
    assert_true(tcn_slice_is_text(change->reason, "moved"));
    const struct tcn_principal *row = &change->row;
    assert_string_equal(row->name, "office.a");
    assert_int_equal(row->role, TCN_ROLE_OFFICE);
    assert_int_equal(row->source, 4);
    assert_int_equal(row->organ, 200);
    assert_int_equal(row->division_count, 2);
    assert_true(row->divisions[1] == UINT64_C(20502122001));
    assert_int_equal(row->stream_count, 2);
    assert_int_equal(row->streams[1], 65535);
    assert_true(row->all_divisions && !row->all_streams);
    assert_true(row->not_before_ns == 1 && row->not_after_ns == INT64_C(1767398400000000000));
    assert_int_equal(row->message_rate, 5);
    assert_int_equal(row->byte_rate, 6);
    assert_int_equal(row->act_count, 2);
    assert_int_equal(row->acts[1], TCN_ACT_ZERO_REPORT);
    assert_int_equal(row->id, 0);
    assert_int_equal(row->status, TCN_PRINCIPAL_NONE);
    assert_int_equal(decode(full_rotation, &error, &draft), TCN_OK);
    change = draft.event.registry;
    assert_int_equal(change->transport_key.bytes[1], 0x11);
    assert_int_equal(change->signing_key.bytes[31], 0xff);
    assert_int_equal(change->proof.bytes[63], 0xff);
    assert_true(change->until_ns == INT64_C(1767398400000000000));
}

static void sizes_are_bounded_at_their_stated_maximum(void **state) {
    (void)state;
    struct tcn_json_error error;
    struct tcn_draft draft;
    tcn_arena_reset(&arena);
    struct tcn_slice line = report_with_key(TCN_RETRY_KEY_BYTES_MAX);
    assert_int_equal(tcn_json_decode_draft(line, &arena, &error, &draft), TCN_OK);
    line = report_with_key(TCN_RETRY_KEY_BYTES_MAX + 1);
    assert_int_equal(tcn_json_decode_draft(line, &arena, &error, &draft), TCN_TOOBIG);
    assert_string_equal(error.field, "key");
    line = report_with_key(TCN_JSON_BYTES_MAX);
    assert_int_equal(tcn_json_decode_draft(line, &arena, &error, &draft), TCN_TOOBIG);
    assert_string_equal(error.field, "");
    assert_string_equal(error.expected, "at most 512 KiB");
}

static void a_text_may_have_its_maximum_and_not_a_byte_more(void **state) {
    (void)state;
    static const char head[] = REPORT ",\"texts\":{\"narrative\":\"";
    for (size_t more = 0; more < 2; more++) {
        size_t size = TCN_TEXT_BYTES_MAX + more;
        memcpy(buffer, head, sizeof head - 1);
        memset(buffer + sizeof head - 1, 'n', size);
        memcpy(buffer + sizeof head - 1 + size, "\"}}", 3);
        struct tcn_slice line = tcn_slice_of(buffer, sizeof head - 1 + size + 3);
        struct tcn_json_error error;
        struct tcn_draft draft;
        tcn_arena_reset(&arena);
        assert_int_equal(tcn_json_decode_draft(line, &arena, &error, &draft),
                         more == 0 ? TCN_OK : TCN_TOOBIG);
    }
}

static void attributes_are_bounded_in_number(void **state) {
    (void)state;
    for (int count = TCN_ATTRIBUTES_MAX; count <= TCN_ATTRIBUTES_MAX + 1; count++) {
        char line[1024] = REPORT ",\"attributes\":{";
        for (int i = 0; i < count; i++) {
            (void)snprintf(line + strlen(line), 32, "%s\"a%d\":%d", i > 0 ? "," : "", i, i);
        }
        (void)snprintf(line + strlen(line), 3, "}}");
        struct tcn_json_error error = {.field = "none"};
        struct tcn_draft draft;
        bool fits = count == TCN_ATTRIBUTES_MAX;
        assert_int_equal(decode(line, &error, &draft), fits ? TCN_OK : TCN_TOOBIG);
        assert_string_equal(error.field, fits ? "none" : "attributes");
    }
}

static const char full_report[] =
    "{\"domain\":\"petition\",\"division\":\"520502122000\",\"office\":\"office.a\","
    "\"occurred\":\"2026-01-02T03:04:05+08:00\",\"learned\":\"2026-01-02T03:04:05.123456789Z\","
    "\"recorded\":\"2026-01-03T00:00:00Z\",\"severity\":\"serious\",\"concerns\":\"unit\","
    "\"category\":\"31.6\",\"channel\":\"counter\",\"counts\":{\"deaths\":{\"exact\":0},"
    "\"affected\":{\"at_least\":12},\"loss_fen\":{\"estimate\":100000}},"
    "\"attributes\":{\"months\":-3,\"project\":\"P-7\",\"stop_work\":true,\"other\":false},"
    "\"texts\":{\"informant\":\"\",\"contact\":\"c\",\"narrative\":\"\xe4\xbf\xa1 n\","
    "\"accused\":\"a\"},\"trace_parent\":\"00-01-02-03\",\"key\":\"batch 7\"}";

static const char full_act[] =
    "{\"act\":\"replied\",\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\","
    "\"office\":\"petition_bureau\",\"to\":\"organ\",\"reason\":\"code\",\"how\":\"phone\","
    "\"post\":\"duty officer\",\"until\":\"2026-03-01T00:00:00Z\",\"position\":7,"
    "\"linked\":\"01890a5d-ac96-774b-bcce-b302099a8058\",\"act_hash\":\"" HASH "\","
    "\"counts\":{\"at_risk\":{\"exact\":9}},\"attributes\":{\"grade\":\"major\"},"
    "\"texts\":{\"narrative\":\"the reply\"}}";

static void a_full_report_is_read(void **state) {
    (void)state;
    struct tcn_json_error error;
    struct tcn_draft draft;
    assert_int_equal(decode(full_report, &error, &draft), TCN_OK);
    const struct tcn_event *event = &draft.event;
    assert_false(draft.is_act);
    assert_int_equal(event->format, TCN_EVENT_FORMAT);
    assert_int_equal(event->act, TCN_ACT_REPORTED);
    assert_int_equal(event->mode, TCN_MODE_NONE);
    assert_int_equal(event->body_kind, TCN_BODY_REPORT);
    assert_true(tcn_slice_is_text(event->domain, "petition"));
    assert_true(tcn_slice_is_text(event->division, "520502122000"));
    assert_true(tcn_slice_is_text(event->office, "office.a"));
    assert_int_equal(event->learned_ns % 1000000000, 123456789);
    assert_int_equal(event->learned_ns / 1000000000 - event->occurred_ns / 1000000000, 8 * 3600);
    assert_int_equal(event->severity, TCN_SEVERITY_SERIOUS);
    assert_int_equal(event->concerns, TCN_CONCERNS_UNIT);
    assert_true(tcn_slice_is_text(event->report.category, "31.6"));
    assert_int_equal(event->counts.deaths.kind, TCN_COUNT_EXACT);
    assert_int_equal(event->counts.deaths.value, 0);
    assert_int_equal(event->counts.affected.kind, TCN_COUNT_AT_LEAST);
    assert_int_equal(event->counts.affected.value, 12);
    assert_int_equal(event->counts.loss_fen.kind, TCN_COUNT_ESTIMATE);
    assert_int_equal(event->counts.missing.kind, TCN_COUNT_UNKNOWN);
    assert_int_equal(event->attribute_count, 4);
    assert_int_equal(event->attributes[0].number, -3);
    assert_true(tcn_slice_is_text(event->attributes[1].text, "P-7"));
    assert_int_equal(event->attributes[2].kind, TCN_ATTRIBUTE_FLAG);
    assert_int_equal(event->attributes[2].number, 1);
    assert_int_equal(draft.plain_count, 3); /* the empty one is none */
    assert_int_equal(draft.plains[0].kind, TCN_COMPARTMENT_CONTACT);
    assert_true(tcn_slice_is_text(draft.plains[1].text, "\xe4\xbf\xa1 n"));
    assert_int_equal(draft.plains[2].kind, TCN_COMPARTMENT_ACCUSED);
    assert_true(tcn_slice_is_text(draft.retry_key, "batch 7"));
}

static void a_full_act_is_read(void **state) {
    (void)state;
    struct tcn_json_error error;
    struct tcn_draft draft;
    assert_int_equal(decode(full_act, &error, &draft), TCN_OK);
    const struct tcn_act_body *body = &draft.event.act_body;
    assert_true(draft.is_act);
    assert_int_equal(draft.event.act, TCN_ACT_REPLIED);
    assert_int_equal(draft.event.body_kind, TCN_BODY_ACT);
    assert_int_equal(draft.event.matter.bytes[0], 0x01);
    assert_true(tcn_slice_is_text(body->to_organ, "organ"));
    assert_true(tcn_slice_is_text(body->reason, "code"));
    assert_true(tcn_slice_is_text(body->how, "phone"));
    assert_true(tcn_slice_is_text(body->post, "duty officer"));
    assert_int_equal(body->position, 7);
    assert_int_equal(body->act_hash.bytes[31], 0xFF);
    assert_int_equal(body->linked.bytes[15], 0x58);
    assert_true(body->until_ns > 0);
    assert_int_equal(draft.event.counts.at_risk.value, 9);
    assert_int_equal(draft.event.attribute_count, 1);
    assert_true(tcn_slice_is_text(draft.event.attributes[0].text, "major"));
}

static void a_report_that_names_a_matter_is_a_follow_up(void **state) {
    (void)state;
    struct tcn_json_error error;
    struct tcn_draft draft;
    assert_int_equal(decode("{\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\","
                            "\"concerns\":\"nobody\",\"texts\":{\"narrative\":\"more\"}}",
                            &error, &draft),
                     TCN_OK);
    assert_false(draft.is_act);
    assert_int_equal(draft.event.act, TCN_ACT_FOLLOWED_UP);
    assert_int_equal(draft.event.body_kind, TCN_BODY_ACT);
}

static void a_report_may_bring_the_id_of_its_new_matter(void **state) {
    (void)state;
    struct tcn_json_error error;
    struct tcn_draft draft;
    assert_int_equal(decode("{\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"domain\":"
                            "\"petition\",\"division\":\"520502122000\",\"concerns\":\"nobody\"}",
                            &error, &draft),
                     TCN_OK);
    assert_int_equal(draft.event.act, TCN_ACT_REPORTED);
    assert_int_equal(draft.event.matter.bytes[15], 0x57);
}

/** Writes a draft as a line. */
static struct tcn_slice encode(const struct tcn_draft *draft) {
    struct tcn_json_writer writer;
    struct tcn_slice text = {0};
    tcn_json_writer_init(&writer);
    tcn_json_draft_fields(&writer, draft);
    assert_int_equal(tcn_json_write_arena(&writer, &arena, &text), TCN_OK);
    tcn_json_writer_fini(&writer);
    return text;
}

static void what_is_written_is_read_again_as_the_same(void **state) {
    (void)state;
    static const char *const lines[] = {
        full_report,
        full_act,
        REPORT "}",
        "{\"act\":\"zero_report\",\"office\":\"office.a\"}",
        ACT ",\"list\":[]}",
        ACT ",\"list\":[\"discipline\",\"desk\"]}",
        "{\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"concerns\":\"unknown\"}",
        full_rights,
        full_rotation,
        REVOKE ",\"principal\":3,\"reason\":\"pc_stolen\"}}",
        INVITE ",\"token_hash\":\"" HASH "\",\"until\":\"2026-01-03T00:00:00Z\"}}",
        ORGAN "{\"organ\":3,\"key\":\"" HASH "\"}}}"};
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct tcn_json_error error;
        struct tcn_draft first;
        struct tcn_draft second;
        assert_int_equal(decode(lines[i], &error, &first), TCN_OK);
        struct tcn_slice text = encode(&first);
        assert_int_equal(tcn_json_decode_draft(text, &arena, &error, &second), TCN_OK);
        assert_true(tcn_slice_equals(encode(&second), text));
        assert_int_equal(second.event.occurred_ns, first.event.occurred_ns);
        assert_int_equal(second.event.learned_ns, first.event.learned_ns);
        assert_int_equal(second.is_act, first.is_act);
        assert_int_equal(second.plain_count, first.plain_count);
        assert_int_equal(second.list.count, strstr(lines[i], "discipline") != NULL ? 2 : 0);
    }
}

static void an_arena_of_any_size_gives_nomem_until_it_is_enough(void **state) {
    (void)state;
    static const char *const lines[] = {full_report, full_rights};
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        enum tcn_status status = TCN_NOMEM;
        for (size_t size = 0; size < 8192 && status == TCN_NOMEM; size += 16) {
            struct tcn_arena small;
            struct tcn_json_error error;
            struct tcn_draft draft;
            assert_int_equal(tcn_arena_init(&small, size), TCN_OK);
            status = tcn_json_decode_draft(tcn_slice_text(lines[i]), &small, &error, &draft);
            assert_true(status == TCN_OK || status == TCN_NOMEM);
            tcn_arena_fini(&small);
        }
        assert_int_equal(status, TCN_OK);
    }
}

static void a_line_cut_anywhere_is_refused(void **state) {
    (void)state;
    for (size_t size = 0; size < sizeof full_report - 1; size++) {
        struct tcn_json_error error;
        struct tcn_draft draft;
        tcn_arena_reset(&arena);
        assert_int_not_equal(
            tcn_json_decode_draft(tcn_slice_of(full_report, size), &arena, &error, &draft), TCN_OK);
    }
}

int main(void) {
    buffer = malloc(TCN_JSON_BYTES_MAX + 1024);
    if (buffer == NULL || tcn_arena_init(&arena, 1024 * 1024) != TCN_OK) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_json_object_is_refused),
        cmocka_unit_test(a_fault_of_syntax_names_its_column),
        cmocka_unit_test(unknown_keys_are_refused_and_the_nearest_is_named),
        cmocka_unit_test(values_out_of_bounds_are_refused),
        cmocka_unit_test(what_a_draft_must_say_is_asked_for),
        cmocka_unit_test(a_change_of_the_registry_has_the_keys_of_its_kind_and_no_others),
        cmocka_unit_test(a_full_change_of_the_registry_is_read),
        cmocka_unit_test(sizes_are_bounded_at_their_stated_maximum),
        cmocka_unit_test(a_text_may_have_its_maximum_and_not_a_byte_more),
        cmocka_unit_test(attributes_are_bounded_in_number),
        cmocka_unit_test(an_arena_of_any_size_gives_nomem_until_it_is_enough),
        cmocka_unit_test(a_line_cut_anywhere_is_refused),
        cmocka_unit_test(brackets_within_texts_are_not_depth),
        cmocka_unit_test(a_full_report_is_read),
        cmocka_unit_test(a_full_act_is_read),
        cmocka_unit_test(a_report_that_names_a_matter_is_a_follow_up),
        cmocka_unit_test(a_report_may_bring_the_id_of_its_new_matter),
        cmocka_unit_test(what_is_written_is_read_again_as_the_same),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tcn_arena_fini(&arena);
    free(buffer);
    return failed;
}
