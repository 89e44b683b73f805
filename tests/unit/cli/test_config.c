/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin config show`: what is refused, and that every value tells where it comes from. */
#include "desk.h"

#define PATH_BYTES 128
#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static const char file_text[] = "agent:\n"
                                "  dir: d\n"
                                "  broker_endpoint: tcp://127.0.0.1:7411\n"
                                "  broker_transport_key: " HEX "\n"
                                "  key_file: /keys/office.key\n"
                                "  bundle_file: b\n"
                                "  local_endpoint: ipc://l\n"
                                "  organ: office_xiaoba\n"
                                "  principal: 12\n"
                                "  source: 3\n"
                                "  lane_routine: false\n";

/* Runs `config WORDS FILE` on a file with this text. */
static int run_on(struct desk *desk, const char *text, const char *words, char *out_path) {
    char line[256];
    (void)snprintf(out_path, PATH_BYTES, "%s/tocsin.yaml", desk->dir);
    FILE *file = fopen(out_path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    (void)snprintf(line, sizeof line, "config %s %s", words, out_path);
    return desk_run(desk, line);
}

static void what_cannot_be_shown_is_refused(void **state) {
    (void)state;
    struct desk desk;
    char path[PATH_BYTES];
    desk_open(&desk);
    assert_int_equal(desk_run(&desk, "config show --origin"), TCN_EXIT_USAGE);
    assert_int_equal(run_on(&desk, file_text, "check --origin", path), TCN_EXIT_USAGE);
    assert_int_equal(run_on(&desk, file_text, "show --origin -o csv", path), TCN_EXIT_USAGE);
    assert_int_equal(run_on(&desk, "agent:\n  outbox: 3\n", "show --origin", path),
                     TCN_EXIT_CONFIG);
    assert_non_null(strstr(desk_err(&desk), "tocsin.yaml:2:3: agent.outbox: unknown key"));
    assert_string_equal(desk_out(&desk), "");
    desk_close(&desk);
}

static void every_value_tells_its_origin(void **state) {
    (void)state;
    static const char *const lines[] = {
        "  lane_routine: false                   # line 11\n",
        "  organ: office_xiaoba                  # line 8\n",
        "  outbox_mb: 512                        # default\n",
        "  lane_urgent: true                     # default\n",
        "  # drop_dir: is not set\n",
        "  key_file: /keys/office.key            # line 5\n",
    };
    struct desk desk;
    char path[PATH_BYTES];
    desk_open(&desk);
    assert_int_equal(run_on(&desk, file_text, "show --origin", path), TCN_EXIT_OK);
    for (size_t index = 0; index < COUNT_OF(lines); index++) {
        if (strstr(desk_out(&desk), lines[index]) == NULL) {
            fail_msg("no line %sin %s", lines[index], desk_out(&desk));
        }
    }
    desk_close(&desk);
}

static void a_file_that_the_environment_names_is_told(void **state) {
    (void)state;
    struct desk desk;
    char path[PATH_BYTES];
    desk_open(&desk);
    assert_int_equal(run_on(&desk, file_text, "check", path), TCN_EXIT_OK);
    assert_int_equal(setenv("TOCSIN_CONFIG", path, 1), 0);
    desk_wipe(&desk);
    assert_int_equal(desk_run(&desk, "config show --origin"), TCN_EXIT_OK);
    assert_non_null(strstr(desk_out(&desk), "from the environment's TOCSIN_CONFIG"));
    desk_wipe(&desk);
    assert_int_equal(desk_run(&desk, "config show --origin -o json"), TCN_EXIT_OK);
    assert_non_null(strstr(desk_out(&desk), "\"file_from\": \"TOCSIN_CONFIG\""));
    assert_non_null(strstr(desk_out(&desk), "\"value\": 3,\n      \"origin\": \"file\",\n"
                                            "      \"line\": 10\n"));
    assert_non_null(strstr(desk_out(&desk), "\"value\": null,\n      \"origin\": \"not_set\""));
    desk_close(&desk);
}

/* What is shown is a configuration: it can be checked as it is. */
static void what_is_shown_can_be_read_again(void **state) {
    (void)state;
    struct desk desk;
    char path[PATH_BYTES];
    desk_open(&desk);
    assert_int_equal(run_on(&desk, file_text, "show --origin", path), TCN_EXIT_OK);
    char *shown = strdup(desk_out(&desk));
    assert_non_null(shown);
    assert_int_equal(run_on(&desk, shown, "check", path), TCN_EXIT_OK);
    free(shown);
    desk_close(&desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_shown_is_refused),
        cmocka_unit_test(every_value_tells_its_origin),
        cmocka_unit_test(a_file_that_the_environment_names_is_told),
        cmocka_unit_test(what_is_shown_can_be_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
