/* SPDX-License-Identifier: Apache-2.0 */
#include "desk.h"

/* What is typed, the exit code, and part of what is said. */
static const struct {
    const char *line;
    int code;
    const char *err; /* part of what is said */
} wrong_lines[] = {
    {"", TCN_EXIT_USAGE, ""},
    {"repot", TCN_EXIT_USAGE, "there is no verb repot"},
    {"report", TCN_EXIT_USAGE, "say what to report"},
    {"report x", TCN_EXIT_USAGE, "takes no argument x"},
    {"report --frob", TCN_EXIT_USAGE, "--frob is not an option"},
    {"report --domain", TCN_EXIT_USAGE, "needs an argument"},
    {"report --strict --domain x", TCN_EXIT_USAGE, "need --from"},
    {"report --from - --domain x", TCN_EXIT_USAGE, "with --from the lines say everything"},
    {"report --from - --key x", TCN_EXIT_USAGE, "with --from the lines say everything"},
    {"report --text a --narrative b", TCN_EXIT_USAGE, "are the same"},
    {"report --domain x --office a --bureau b", TCN_EXIT_USAGE, "exclude each other"},
    {"report --domain x --office A/b", TCN_EXIT_USAGE, "is a word"},
    {"report --domain x", TCN_EXIT_CONFIG, "cannot find a district: because neither"},
    {"report --domain x --dir /nowhere --office a", TCN_EXIT_CONFIG,
     "cannot find a district in /nowhere"},
    {"report --domain x --dir /nowhere", TCN_EXIT_USAGE, "say who you are"},
    {"repot", TCN_EXIT_USAGE, "there is no verb repot\ntry: tocsin report"},
    {"help repot", TCN_EXIT_USAGE, "there is no verb repot"},
    {"up --dir /proc/nowhere", TCN_EXIT_NOTHING, "cannot find a policy"},
    {"up --offices 0", TCN_EXIT_USAGE, "--offices takes a number from 1 to"},
    {"up --clock moon", TCN_EXIT_USAGE, "--clock takes wall or feed"},
    {"act", TCN_EXIT_USAGE, "needs a matter and an act"},
    {"act 1", TCN_EXIT_USAGE, "needs a matter and an act"},
    {"act 1 2 3", TCN_EXIT_USAGE, "needs a matter and an act"},
    {"act 1 2 --text a --narrative b", TCN_EXIT_USAGE, "are the same"},
    {"rewrap", TCN_EXIT_USAGE, "needs a matter and an organ"},
    {"rewrap 1", TCN_EXIT_USAGE, "needs a matter and an organ"},
    {"rewrap 1 2 --to x", TCN_EXIT_USAGE, "needs a matter and an organ"},
    {"rewrap 1 --to x", TCN_EXIT_USAGE, "the id of a matter"},
    {"status", TCN_EXIT_USAGE, "takes the code of one slip"},
    {"status a b", TCN_EXIT_USAGE, "takes the code of one slip"},
    {"status 0123456789012345678901234567890123", TCN_EXIT_USAGE, "no code of a slip"},
    {"status 7K3MQ", TCN_EXIT_USAGE, "has ten letters and digits"},
    {"outbox frob", TCN_EXIT_USAGE, "outbox takes nothing, or"},
    {"outbox dead frob", TCN_EXIT_USAGE, "outbox takes nothing, or"},
    {"outbox dead show", TCN_EXIT_USAGE, "outbox takes nothing, or"},
    {"outbox dead list 3", TCN_EXIT_USAGE, "outbox takes nothing, or"},
    {"outbox dead drop 0", TCN_EXIT_USAGE, "has a number"},
    {"outbox dead drop x", TCN_EXIT_USAGE, "has a number"},
    {"outbox -o csv", TCN_EXIT_USAGE,
     "cannot write csv: because this verb writes table, json\ntry: -o json"},
    {"outbox -o xml", TCN_EXIT_USAGE, "cannot write xml: because this verb writes table, json\n"},
    {"status 7K3MQ-0W14T -o ndjson", TCN_EXIT_USAGE, "cannot write ndjson"},
    {"watch x", TCN_EXIT_USAGE, "takes no argument x"},
    {"watch --count 0", TCN_EXIT_USAGE, "--count takes a number"},
    {"watch --count many", TCN_EXIT_USAGE, "--count takes a number"},
    {"watch --name A.B", TCN_EXIT_USAGE, "--name takes a word"},
    {"watch --timeout soon", TCN_EXIT_USAGE, "--timeout expects seconds"},
    {"watch --timeout -1", TCN_EXIT_USAGE, "--timeout expects seconds"},
    {"watch --timeout nan", TCN_EXIT_USAGE, "--timeout expects seconds"},
    {"watch -o csv", TCN_EXIT_USAGE, "cannot write csv"},
    {"watch", TCN_EXIT_CONFIG, "cannot find a district: because neither"},
    {"replay x", TCN_EXIT_USAGE, "takes no argument x"},
    {"replay --since yesterday", TCN_EXIT_USAGE, "--since and --until take"},
    {"replay --until 2026-02-30", TCN_EXIT_USAGE, "--since and --until take"},
    {"replay --from-position x", TCN_EXIT_USAGE, "a position is a number"},
    {"replay --to-position -1", TCN_EXIT_USAGE, "a position is a number"},
    {"replay --speed 0", TCN_EXIT_USAGE, "--speed takes a number"},
    {"replay --speed fast", TCN_EXIT_USAGE, "--speed takes a number"},
    {"replay --division 5205", TCN_EXIT_USAGE, "12 digits"},
    {"replay --division 52050201200x", TCN_EXIT_USAGE, "12 digits"},
    {"replay --domain A", TCN_EXIT_USAGE, "a word of the policy"},
    {"replay --matter 1", TCN_EXIT_USAGE, "the id of a matter"},
    {"replay -o json", TCN_EXIT_USAGE, "cannot write json"},
    {"replay --digest -o csv", TCN_EXIT_USAGE, "cannot write csv"},
    {"matter", TCN_EXIT_USAGE, "matter takes ls"},
    {"matter show", TCN_EXIT_USAGE, "matter takes ls"},
    {"matter ls x", TCN_EXIT_USAGE, "matter takes ls"},
    {"matter ls --limit x", TCN_EXIT_USAGE, "--limit takes a number"},
    {"matter ls --stage done", TCN_EXIT_USAGE, "--stage takes"},
    {"matter ls --stopped", TCN_EXIT_USAGE, "say whose log"},
    {"matter ls --stopped --dir /nowhere", TCN_EXIT_CONFIG, "there is none"},
    {"sources x", TCN_EXIT_USAGE, "takes no argument x"},
    {"log", TCN_EXIT_USAGE, "log takes stats"},
    {"log frob", TCN_EXIT_USAGE, "log takes stats"},
    {"log verify --state-hash", TCN_EXIT_USAGE, "not an option of verify"},
    {"log stats", TCN_EXIT_USAGE, "say whose log"},
    {"log verify --dir /nowhere", TCN_EXIT_CONFIG, "there is none"},
    {"log stats -o ndjson --dir /nowhere", TCN_EXIT_USAGE, "cannot write ndjson"},
    {"receipt", TCN_EXIT_USAGE, "receipt takes verify"},
    {"receipt verify", TCN_EXIT_USAGE, "receipt takes verify"},
    {"receipt verify x --key 12", TCN_EXIT_USAGE, "64 hexadecimal"},
    {"key", TCN_EXIT_USAGE, "key takes one of ls, new, invite, enrol, rotate, revoke, rights"},
    {"key frob", TCN_EXIT_USAGE, "key takes one of"},
    {"key new", TCN_EXIT_USAGE, "takes one name"},
    {"key ls a b", TCN_EXIT_USAGE, "takes one folder at most"},
    {"key ls -o ndjson", TCN_EXIT_USAGE, "cannot write ndjson"},
    {"key ls /nowhere -o csv", TCN_EXIT_USAGE, "cannot write csv"},
    {"key ls --stopped --dir /nowhere", TCN_EXIT_CONFIG, "there is none"},
    {"key ls", TCN_EXIT_CONFIG, "cannot find a district"},
    {"key revoke", TCN_EXIT_USAGE, "takes one name"},
    {"key revoke a b", TCN_EXIT_USAGE, "takes one name"},
    {"key revoke a --reason", TCN_EXIT_USAGE, "needs an argument"},
    {"key revoke a --reason Zhang_San!", TCN_EXIT_USAGE, "a reason is a word"},
    {"key revoke a --timeout soon", TCN_EXIT_USAGE, "--timeout expects seconds"},
    {"key revoke a -o csv", TCN_EXIT_USAGE, "cannot write csv"},
    {"key revoke a", TCN_EXIT_CONFIG, "cannot find a district"},
    {"key rights a", TCN_EXIT_USAGE, "say what changes"},
    {"key rights --rate 5", TCN_EXIT_USAGE, "takes one name"},
    {"key rights a --not-after yesterday", TCN_EXIT_USAGE, "--not-after takes a time"},
    {"key rights a --not-before 2026-02-30", TCN_EXIT_USAGE, "--not-before takes a time"},
    {"key rights a --rate many", TCN_EXIT_USAGE, "--rate takes a number"},
    {"key rights a --byte-rate 4294967296", TCN_EXIT_USAGE, "--byte-rate takes a number"},
    {"key rights a --divisions 12", TCN_EXIT_USAGE, "12 digits"},
    {"key rights a --acts sing", TCN_EXIT_USAGE, "no act is called sing"},
    {"key rights a --rate 5", TCN_EXIT_CONFIG, "cannot find a district"},
    {"key rotate a", TCN_EXIT_USAGE, "no words but collector and organ"},
    {"key rotate --show collector", TCN_EXIT_USAGE, "before all options"},
    {"key rotate collector a", TCN_EXIT_USAGE, "takes no more words"},
    {"key rotate collector --office a", TCN_EXIT_USAGE, "--office"},
    {"key rotate collector", TCN_EXIT_CONFIG, "cannot find a district"},
    {"key rotate organ", TCN_EXIT_CONFIG, "cannot find a district"},
    {"key rotate organ --hold --tell", TCN_EXIT_USAGE, "exclude each other"},
    {"key rotate organ --from /nowhere", TCN_EXIT_USAGE, "needs the key files"},
    {"key rotate organ --from /nowhere /nowhere.key", TCN_EXIT_NOTHING, "read the sealing key"},
    {"key rotate organ --timeout x", TCN_EXIT_USAGE, "expects seconds"},
    {"key rotate organ 1 2 3 4 5 6 7 8 9", TCN_EXIT_USAGE, "at most 8 key files"},
    {"key rotate organ --bureau a", TCN_EXIT_CONFIG, "cannot find a district"},
    {"key new a", TCN_EXIT_USAGE, "needs --out"},
    {"key new A --out /nowhere", TCN_EXIT_USAGE, "a name is a word"},
    {"key new a --out /nowhere", TCN_EXIT_NOTHING, "make the keys of a"},
    {"key ls /nowhere", TCN_EXIT_FAILURE, "cannot read the folder"},
    {"config check", TCN_EXIT_USAGE, "config takes check"},
    {"config check /nowhere/x.yaml", TCN_EXIT_CONFIG, "/nowhere/x.yaml"},
    {"policy", TCN_EXIT_USAGE, "policy takes check"},
    {"policy check a b", TCN_EXIT_USAGE, "policy takes check"},
    {"policy check /nowhere", TCN_EXIT_CONFIG, "/nowhere"},
    {"policy show /nowhere -o json", TCN_EXIT_CONFIG, "/nowhere/lines.yaml: No such file"},
    {"policy check /nowhere -o csv", TCN_EXIT_USAGE, "csv"},
    {"version x", TCN_EXIT_USAGE, "takes no argument x"},
    {"version -o csv", TCN_EXIT_USAGE, "cannot write csv"},
};

static void what_cannot_be_meant_is_refused_with_a_hint(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    for (size_t index = 0; index < COUNT_OF(wrong_lines); index++) {
        desk_wipe(&desk);
        int code = desk_run(&desk, wrong_lines[index].line);
        if (code != wrong_lines[index].code ||
            strstr(desk_err(&desk), wrong_lines[index].err) == NULL) {
            fail_msg("tocsin %s: code %d, said: %s", wrong_lines[index].line, code,
                     desk_err(&desk));
        }
        /* A check names file, line and what was expected there: that is the way on. */
        bool is_check = strstr(wrong_lines[index].line, " check /") != NULL;
        bool says_way = strstr(desk_err(&desk), "\ntry: ") != NULL || is_check;
        if (wrong_lines[index].err[0] != 0 && !says_way) {
            fail_msg("tocsin %s says no way on: %s", wrong_lines[index].line, desk_err(&desk));
        }
    }
    desk_close(&desk);
}

static void every_verb_tells_its_options(void **state) {
    (void)state;
    static const char *const verbs[] = {"up",     "report", "act",     "status", "outbox",  "watch",
                                        "replay", "matter", "sources", "log",    "receipt", "key",
                                        "config", "policy", "version", "doctor"};
    struct desk desk;
    desk_open(&desk);
    for (size_t index = 0; index < COUNT_OF(verbs); index++) {
        char line[64];
        char usage[64];
        (void)snprintf(line, sizeof line, "%s --help", verbs[index]);
        (void)snprintf(usage, sizeof usage, "usage: tocsin %s", verbs[index]);
        desk_wipe(&desk);
        int code = desk_run(&desk, line);
        if (code != TCN_EXIT_OK || strstr(desk_out(&desk), usage) == NULL ||
            desk_err(&desk)[0] != '\0') {
            fail_msg("tocsin %s: code %d: %s", line, code, desk_out(&desk));
        }
    }
    desk_wipe(&desk);
    assert_int_equal(desk_run(&desk, "help act"), TCN_EXIT_OK);
    assert_non_null(strstr(desk_out(&desk), "usage: tocsin act MATTER ACT"));
    desk_wipe(&desk);
    assert_int_equal(desk_run(&desk, "help"), TCN_EXIT_OK);
    for (size_t index = 0; index < COUNT_OF(verbs); index++) {
        assert_non_null(strstr(desk_out(&desk), verbs[index]));
    }
    desk_close(&desk);
}

/* The test's program lies beside no tocsin-bench. */
static void a_missing_sibling_is_named_with_a_hint(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    assert_int_equal(desk_run(&desk, "bench --help"), TCN_EXIT_FAILURE);
    assert_non_null(strstr(desk_err(&desk), "cannot run tocsin-bench"));
    assert_non_null(strstr(desk_err(&desk), "try: install tocsin-bench beside tocsin"));
    desk_close(&desk);
}

static void the_version_is_told_in_text_and_in_json(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    assert_int_equal(desk_run(&desk, "--version"), TCN_EXIT_OK);
    assert_non_null(strstr(desk_out(&desk), "tocsin 9.9.9"));
    desk_wipe(&desk);
    assert_int_equal(desk_run(&desk, "version -o json"), TCN_EXIT_OK);
    assert_non_null(strstr(desk_out(&desk), "\"schema\": \"tocsin.version/1\""));
    desk_close(&desk);
}

static void keys_are_made_once_and_shown_without_secrets(void **state) {
    (void)state;
    struct desk desk;
    char line[256];
    desk_open(&desk);
    (void)snprintf(line, sizeof line, "key new post.one --out %s --seal", desk.dir);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_OK);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_FAILURE);
    assert_non_null(strstr(desk_err(&desk), "never overwritten"));
    desk_wipe(&desk);
    desk_write(&desk, "broken.pub", "no key");
    (void)snprintf(line, sizeof line, "key ls %s -o json", desk.dir);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_OK);
    assert_non_null(strstr(desk_out(&desk), "\"tocsin.keys/1\""));
    assert_non_null(strstr(desk_out(&desk), "\"post.one\""));
    assert_non_null(strstr(desk_err(&desk), "broken.pub"));
    assert_null(strstr(desk_out(&desk), "secret\""));
    desk_close(&desk);
}

static void what_is_wrong_with_a_policy_is_told_in_json(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    assert_int_equal(desk_run(&desk, "policy check /nowhere -o json"), TCN_EXIT_CONFIG);
    assert_string_equal(desk_err(&desk), "");
    assert_non_null(strstr(desk_out(&desk), "\"tocsin.policy_check/1\""));
    assert_non_null(strstr(desk_out(&desk), "\"is_good\": false"));
    assert_non_null(strstr(desk_out(&desk), "\"file\": \"/nowhere/lines.yaml\""));
    desk_close(&desk);
}

static void a_bad_policy_founds_nothing(void **state) {
    (void)state;
    char line[512];
    char path[128];
    struct desk desk;
    desk_open(&desk);
    (void)snprintf(path, sizeof path, "%s/new", desk.dir);
    (void)snprintf(line, sizeof line, "up --dir %s --policy /nowhere", path);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_CONFIG);
    assert_non_null(strstr(desk_err(&desk), "/nowhere/regime.yaml"));
    assert_int_equal(access(path, F_OK), -1);
    desk_close(&desk);
}

/* A founded folder, and what a second run leaves of it: everything but the ports. */
static void a_district_is_founded_and_not_started(void **state) {
    (void)state;
    static const char *const made[] = {"genesis.bin",
                                       "bundle.bin",
                                       "keys/root.key",
                                       "keys/admin.spare.key",
                                       "etc/broker.yaml",
                                       "etc/collector.yaml",
                                       "etc/auditor.yaml",
                                       "etc/agent.admin.yaml",
                                       "keys/broker.key",
                                       "keys/collector.key",
                                       "etc/agent.petition_bureau.yaml"};
    const char *source = getenv("TOCSIN_SRC");
    char line[512];
    char path[256];
    struct desk desk;
    if (source == NULL) {
        skip();
    }
    desk_open(&desk);
    (void)snprintf(line, sizeof line,
                   "up --found-only --offices 1 --bureaus nobody --dir %s/new --policy %s/policy",
                   desk.dir, source);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_USAGE);
    assert_non_null(strstr(desk_err(&desk), "has no bureau nobody"));
    desk_wipe(&desk);
    (void)snprintf(line, sizeof line, "up --found-only --dir %s/new", desk.dir);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_OK);
    assert_non_null(strstr(desk_out(&desk), "was founded before in "));
    assert_null(strstr(desk_out(&desk), "safes"));
    desk_wipe(&desk);
    (void)snprintf(line, sizeof line,
                   "up --found-only --offices 1 --dir %s/other --policy %s/policy", desk.dir,
                   source);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_OK);
    assert_non_null(strstr(desk_out(&desk), "is founded in "));
    assert_non_null(strstr(desk_out(&desk), "nothing was started"));
    assert_non_null(strstr(desk_out(&desk), "keys/root.key           founded it"));
    for (size_t index = 0; index < sizeof made / sizeof made[0]; index++) {
        (void)snprintf(path, sizeof path, "%s/other/%s", desk.dir, made[index]);
        assert_int_equal(access(path, F_OK), 0);
    }
    (void)snprintf(path, sizeof path, "%s/other/collector/log", desk.dir);
    assert_int_equal(access(path, F_OK), -1);
    desk_wipe(&desk);
    (void)snprintf(line, sizeof line, "up --found-only --quiet --dir %s/other", desk.dir);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_OK);
    (void)snprintf(path, sizeof path, "%s/other\n", desk.dir);
    assert_non_null(strstr(desk_out(&desk), path));
    desk_close(&desk);
}

static void a_shipped_policy_is_good_and_shown(void **state) {
    (void)state;
    const char *source = getenv("TOCSIN_SRC");
    char line[512];
    struct desk desk;
    if (source == NULL) {
        skip();
    }
    desk_open(&desk);
    (void)snprintf(line, sizeof line, "policy check %s/policy", source);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_OK);
    assert_non_null(strstr(desk_out(&desk), "is good"));
    desk_wipe(&desk);
    (void)snprintf(line, sizeof line, "policy check %s/policy -o json", source);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_OK);
    assert_non_null(strstr(desk_out(&desk), "\"is_good\": true"));
    assert_non_null(strstr(desk_out(&desk), "\"faults\": []"));
    desk_wipe(&desk);
    (void)snprintf(line, sizeof line, "up --dir /proc/nowhere --policy %s/policy", source);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_FAILURE);
    assert_non_null(strstr(desk_err(&desk), "cannot make the folder /proc/nowhere"));
    desk_wipe(&desk);
    (void)snprintf(line, sizeof line, "up --dir /dev/null --policy %s/policy", source);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_FAILURE);
    assert_non_null(strstr(desk_err(&desk), "cannot make the folder /dev/null: because Not a"));
    desk_wipe(&desk);
    (void)snprintf(line, sizeof line, "policy show %s/policy -o json", source);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_OK);
    static const char *const said[] = {"\"petition_bureau\"", "\"clocks\": [",   "\"xf.resolve\"",
                                       "\"replied>final\"",   "\"calendar\": {", "2026",
                                       "\"thresholds\": [",   "\"burnt_area\"",  "\"amount_fen\""};
    for (size_t index = 0; index < sizeof said / sizeof said[0]; index++) {
        assert_non_null(strstr(desk_out(&desk), said[index]));
    }
    desk_wipe(&desk);
    (void)snprintf(line, sizeof line, "policy show %s/policy", source);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_OK);
    static const char *const printed[] = {
        "petition_bureau",      "60 calendar_days + 30",
        "review_asked>recheck", "Calendar, 480 minutes east of UTC, years: 2007",
        "accident: deaths 30",  "contingency_plan"};
    for (size_t index = 0; index < sizeof printed / sizeof printed[0]; index++) {
        assert_non_null(strstr(desk_out(&desk), printed[index]));
    }
    desk_close(&desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_meant_is_refused_with_a_hint),
        cmocka_unit_test(every_verb_tells_its_options),
        cmocka_unit_test(a_missing_sibling_is_named_with_a_hint),
        cmocka_unit_test(the_version_is_told_in_text_and_in_json),
        cmocka_unit_test(keys_are_made_once_and_shown_without_secrets),
        cmocka_unit_test(what_is_wrong_with_a_policy_is_told_in_json),
        cmocka_unit_test(a_bad_policy_founds_nothing),
        cmocka_unit_test(a_district_is_founded_and_not_started),
        cmocka_unit_test(a_shipped_policy_is_good_and_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
