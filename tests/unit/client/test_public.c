/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* Goal: the public library refuses what it cannot use, before any socket is opened. Method: tables
 * of options and calls; the library is linked as other programs link it, through tocsin.h alone. */
#include "base/status.h"
#include "tocsin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void options_that_do_not_do_are_refused(void **state) {
    (void)state;
    const struct {
        const char *why;
        struct tocsin_options options;
        int status;
    } rows[] = {
        {"a broker without keys", {.broker_endpoint = "tcp://127.0.0.1:1"}, TCN_CONFIG},
        {"a key that is too short",
         {.broker_endpoint = "tcp://127.0.0.1:1", .broker_key = "00", .collector_key = HEX},
         TCN_CONFIG},
        {"a key that is no number",
         {.broker_endpoint = "tcp://127.0.0.1:1", .broker_key = HEX, .collector_key = "zz"},
         TCN_CONFIG},
        {"no key file",
         {.broker_endpoint = "tcp://127.0.0.1:1", .broker_key = HEX, .collector_key = HEX},
         TCN_CONFIG},
        {"a key file that is not there",
         {.broker_endpoint = "tcp://127.0.0.1:1",
          .broker_key = HEX,
          .collector_key = HEX,
          .key_file = "no-such.key"},
         TCN_ABSENT},
    };
    for (size_t index = 0; index < sizeof rows / sizeof rows[0]; index++) {
        struct tocsin *client = NULL;
        int status = tocsin_open(&rows[index].options, &client);
        if (status != rows[index].status || client != NULL) {
            fail_msg("%s: %s", rows[index].why, tocsin_status_text(status));
        }
    }
}

static int take_none(void *context, const struct tocsin_item *item) {
    (void)context;
    (void)item;
    return 0;
}

static void calls_without_what_they_need_are_refused(void **state) {
    (void)state;
    const struct tocsin_options nothing = {0};
    struct tocsin *client = NULL;
    struct tocsin_entered entered;
    struct tocsin_item item;
    const struct tocsin_filter all = {0};
    const struct tocsin_filter bad = {.matter = "not a uuid"};
    assert_int_equal(tocsin_open(&nothing, &client), TCN_OK);
    assert_int_equal(tocsin_next(client, 0, &item), TCN_ABSENT);
    assert_int_equal(tocsin_watch(client, "name", TOCSIN_MODE_ACTUAL, 1), TCN_CONFIG);
    assert_int_equal(tocsin_replay(client, &all, take_none, NULL, NULL), TCN_CONFIG);
    assert_int_equal(tocsin_replay(client, &bad, take_none, NULL, NULL), TCN_MALFORMED);
    assert_int_equal(tocsin_report(client,
                                   "{\"domain\":\"petition\",\"division\":\"520502122000\","
                                   "\"concerns\":\"nobody\"}",
                                   &entered, NULL),
                     TCN_CONFIG);
    tocsin_taken(client, 7);
    tocsin_close(&client);
    assert_null(client);
    tocsin_close(&client);
}

static void a_fault_of_a_draft_names_its_field(void **state) {
    (void)state;
    const struct tocsin_options nothing = {0};
    struct tocsin *client = NULL;
    struct tocsin_entered entered;
    const char *fault = NULL;
    assert_int_equal(tocsin_open(&nothing, &client), TCN_OK);
    assert_int_equal(
        tocsin_report(client, "{\"domain\":\"petition\",\"division\":\"12\"}", &entered, &fault),
        TCN_BAD_DIVISION);
    assert_non_null(fault);
    assert_non_null(strstr(fault, "division"));
    tocsin_close(&client);
}

static void the_version_is_that_of_the_program(void **state) {
    (void)state;
    assert_true(strlen(tocsin_version()) > 0);
    assert_string_equal(tocsin_status_text(TCN_OK), "done");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_that_do_not_do_are_refused),
        cmocka_unit_test(calls_without_what_they_need_are_refused),
        cmocka_unit_test(a_fault_of_a_draft_names_its_field),
        cmocka_unit_test(the_version_is_that_of_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
