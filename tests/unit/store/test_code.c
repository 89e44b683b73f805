/* SPDX-License-Identifier: Apache-2.0 */
#include "store/code.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <lmdb.h>

/** True when the table has a row for this code. */
static bool has_row(int code) {
    size_t count = 0;
    const struct tcn_store_code *rows = tcn_store_codes(&count);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].code == code) {
            return true;
        }
    }
    return false;
}

static void every_code_of_lmdb_has_a_row(void **state) {
    (void)state;
    assert_true(has_row(MDB_SUCCESS));
    for (int code = MDB_KEYEXIST; code <= MDB_LAST_ERRCODE; code++) {
        assert_true(has_row(code));
    }
}

static void every_errno_that_file_calls_document_has_a_row(void **state) {
    (void)state;
    /* open(2), fsync(2), pwrite(2), mmap(2), flock(2), ftruncate(2), rename(2), pthread_mutex. */
    static const int codes[] = {
        EACCES,    EAGAIN,          EBADF,       EBUSY,        EDEADLK,   EDQUOT,
        EEXIST,    EFAULT,          EFBIG,       EINTR,        EINVAL,    EIO,
        EISDIR,    ELOOP,           EMFILE,      ENAMETOOLONG, ENFILE,    ENODEV,
        ENOENT,    ENOLCK,          ENOMEM,      ENOSPC,       ENOSYS,    ENOTDIR,
        ENOTEMPTY, ENOTRECOVERABLE, ENXIO,       EOPNOTSUPP,   EOVERFLOW, EOWNERDEAD,
        EPERM,     EPIPE,           EROFS,       ESPIPE,       ESTALE,    ETIMEDOUT,
        ETXTBSY,   EXDEV,           EWOULDBLOCK,
    };
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        assert_true(has_row(codes[i]));
    }
}

static void no_code_but_success_is_ok_and_a_strange_one_is_io(void **state) {
    (void)state;
    assert_int_equal(tcn_store_status(0), TCN_OK);
    for (int code = 1; code < 200; code++) {
        assert_int_not_equal(tcn_store_status(code), TCN_OK);
    }
    assert_int_equal(tcn_store_status(199), TCN_IO);
    assert_int_equal(tcn_store_status(MDB_LAST_ERRCODE + 1), TCN_IO);
    assert_int_equal(tcn_store_status(MDB_KEYEXIST - 1), TCN_IO);
}

static void no_row_stands_twice(void **state) {
    (void)state;
    size_t count = 0;
    const struct tcn_store_code *rows = tcn_store_codes(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            assert_int_not_equal(rows[i].code, rows[j].code);
        }
    }
}

static void codes_mean_what_callers_act_on(void **state) {
    (void)state;
    static const struct tcn_store_code wanted[] = {
        {MDB_MAP_FULL, TCN_FULL},      {ENOSPC, TCN_FULL},
        {MDB_NOTFOUND, TCN_ABSENT},    {MDB_CORRUPTED, TCN_CORRUPT},
        {MDB_READERS_FULL, TCN_LIMIT}, {EIO, TCN_IO},
        {MDB_PANIC, TCN_IO},           {ENOMEM, TCN_NOMEM},
        {EWOULDBLOCK, TCN_LOCKED},     {MDB_VERSION_MISMATCH, TCN_VERSION},
    };
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        assert_int_equal(tcn_store_status(wanted[i].code), wanted[i].status);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_of_lmdb_has_a_row),
        cmocka_unit_test(every_errno_that_file_calls_document_has_a_row),
        cmocka_unit_test(no_code_but_success_is_ok_and_a_strange_one_is_io),
        cmocka_unit_test(no_row_stands_twice),
        cmocka_unit_test(codes_mean_what_callers_act_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
