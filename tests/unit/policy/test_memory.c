/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that runs out at the n-th request, n = 1, 2, 3 and on, until everything passes untouched.
 * The program's own malloc stands before libc's for libcyaml and libyaml too. */
#include "policy/config.h"
#include "policy/read.h"
#include "policy/read_clocks.h"
#include "testlib/sanitized.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/** Requests that are still granted; negative: all. */
static long granted = -1;

/** Blocks not given back yet. */
static long held;

/** True when this request is the one that fails. */
static bool is_refused(void) {
    if (granted > 0) {
        granted--;
        return false;
    }
    if (granted == 0) {
        errno = ENOMEM;
    }
    return granted == 0;
}

#if defined(__GLIBC__) && !defined(IS_SANITIZED)
#define CAN_REFUSE 1

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *old);

__attribute__((visibility("default"))) void *malloc(size_t size) {
    void *made = is_refused() ? NULL : __libc_malloc(size);
    held += made != NULL ? 1 : 0;
    return made;
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t size) {
    void *made = is_refused() ? NULL : __libc_calloc(count, size);
    held += made != NULL ? 1 : 0;
    return made;
}

__attribute__((visibility("default"))) void *realloc(void *old, size_t size) {
    void *made = is_refused() ? NULL : __libc_realloc(old, size);
    held += made != NULL && old == NULL ? 1 : 0;
    return made;
}

__attribute__((visibility("default"))) void free(void *old) {
    held -= old != NULL ? 1 : 0;
    __libc_free(old);
}
#else
#define CAN_REFUSE 0
#endif

static struct tcn_policy_errors errors;

static void a_policy_read_without_memory_fails_cleanly_at_every_request(void **state) {
    (void)state;
    if (!CAN_REFUSE) {
        (void)is_refused();
        skip();
    }
    char dir[1024];
    const char *root = getenv("TOCSIN_SRC");
    (void)snprintf(dir, sizeof(dir), "%s/policy", root != NULL ? root : ".");
    enum tcn_status status = TCN_NOMEM;
    long count = 0;
    /* Every request of the small first files and then ever larger steps into the large ones. */
    for (; status != TCN_OK; count += 1 + count / 100) {
        struct tcn_policy_source *source = NULL;
        long before = held;
        granted = count;
        status = tcn_policy_read(dir, &source, &errors);
        granted = -1;
        if (status != TCN_OK && status != TCN_NOMEM) {
            char text[TCN_POLICY_ERROR_TEXT_BYTES];
            tcn_policy_error_text(&errors.items[0], text);
            fail_msg("request %ld: %s", count, text);
        }
        assert_true((status == TCN_OK) == (source != NULL));
        tcn_policy_destroy(&source);
        assert_int_equal(held, before);
    }
    assert_true(count > 100);
}

static void clocks_read_without_memory_fail_cleanly_at_every_request(void **state) {
    (void)state;
    if (!CAN_REFUSE) {
        skip();
    }
    char dir[1024];
    const char *root = getenv("TOCSIN_SRC");
    (void)snprintf(dir, sizeof(dir), "%s/policy", root != NULL ? root : ".");
    enum tcn_status status = TCN_NOMEM;
    long count = 0;
    for (; status != TCN_OK; count += 1 + count / 100) {
        struct tcn_clock_source *source = NULL;
        long before = held;
        granted = count;
        status = tcn_policy_read_clocks(dir, &source, &errors);
        granted = -1;
        assert_true(status == TCN_OK || status == TCN_NOMEM);
        assert_true((status == TCN_OK) == (source != NULL));
        tcn_clock_source_destroy(&source);
        assert_int_equal(held, before);
    }
    assert_true(count > 100);
}

static void a_configuration_without_memory_fails_cleanly_at_every_request(void **state) {
    (void)state;
    if (!CAN_REFUSE) {
        skip();
    }
    static const char path[] = "tocsin-memory.yaml";
    struct tcn_config config = {
        .has_client = true,
        .client = {
            .broker_endpoint = "tcp://a:1", .key_file = "k", .organ = "police", .principal = 7}};
    enum tcn_status status = TCN_NOMEM;
    for (long count = 0; status != TCN_OK; count++) {
        long before = held;
        granted = count;
        status = tcn_config_write(path, &config);
        granted = -1;
        assert_true(status == TCN_OK || status == TCN_NOMEM || status == TCN_BAD_VALUE);
        assert_int_equal(held, before);
    }
    status = TCN_NOMEM;
    for (long count = 0; status != TCN_OK; count++) {
        struct tcn_config *again = NULL;
        long before = held;
        granted = count;
        status = tcn_config_read(path, &again, &errors);
        granted = -1;
        assert_true(status == TCN_OK || status == TCN_NOMEM);
        assert_true((status == TCN_OK) == (again != NULL));
        tcn_config_destroy(&again);
        assert_int_equal(held, before);
    }
    assert_int_equal(unlink(path), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_read_without_memory_fails_cleanly_at_every_request),
        cmocka_unit_test(clocks_read_without_memory_fail_cleanly_at_every_request),
        cmocka_unit_test(a_configuration_without_memory_fails_cleanly_at_every_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
