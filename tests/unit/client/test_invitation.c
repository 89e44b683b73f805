/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* The file that somebody carries to a new machine. */
#include "client/invitation.h"

#include "base/bytes.h"
#include "seal/hash.h"
#include "seal/init.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define TEXT_BYTES 2048

static const char text_of_it[] =
    "tocsin-invitation 1\n"
    "name office_qinglong\n"
    "until 2026-11-29T08:00:00.500Z\n"
    "door tcp://192.0.2.7:7003\n"
    "front tcp://192.0.2.7:7001\n"
    "broker-key 0101010101010101010101010101010101010101010101010101010101010101\n"
    "log-id 02020202020202020202020202020202\n"
    "collector-key 0303030303030303030303030303030303030303030303030303030303030303\n"
    "token 04040404040404040404040404040404\n"
    "check ";

/* A folder, and the invitation in it. */
struct place {
    char dir[32];
    char path[64];
    struct tcn_invitation invitation;
};

static int make(void **state) {
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    assert_int_equal(tcn_seal_init(), TCN_OK);
    (void)snprintf(place->dir, sizeof place->dir, "invitation-XXXXXX");
    assert_non_null(mkdtemp(place->dir));
    (void)snprintf(place->path, sizeof place->path, "%s/it", place->dir);
    struct tcn_invitation *made = &place->invitation;
    *made = (struct tcn_invitation){.name = "office_qinglong",
                                    .until_ns = INT64_C(1795939200500000000),
                                    .door = "tcp://192.0.2.7:7003",
                                    .front = "tcp://192.0.2.7:7001"};
    memset(made->broker_key.bytes, 1, sizeof made->broker_key.bytes);
    memset(made->log_id.bytes, 2, sizeof made->log_id.bytes);
    memset(made->collector_key.bytes, 3, sizeof made->collector_key.bytes);
    memset(made->token.bytes, 4, sizeof made->token.bytes);
    *state = place;
    return 0;
}

static int take_away(void **state) {
    struct place *place = *state;
    (void)unlink(place->path);
    (void)rmdir(place->dir);
    free(place);
    return 0;
}

static size_t load(const struct place *place, char out_text[TEXT_BYTES]) {
    FILE *file = fopen(place->path, "re");
    assert_non_null(file);
    const size_t size = fread(out_text, 1, TEXT_BYTES, file);
    (void)fclose(file);
    return size;
}

static void put(const struct place *place, const char *text, size_t size) {
    FILE *file = fopen(place->path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static enum tcn_status read_it(const struct place *place) {
    struct tcn_invitation found = {.until_ns = 1};
    const enum tcn_status status = tcn_invitation_read(place->path, &found);
    assert_true(status == TCN_OK || found.until_ns == 1);
    return status;
}

static void what_is_no_invitation_is_told_so(void **state) {
    const struct place *place = *state;
    static const struct {
        const char *text;
        enum tcn_status status;
    } cases[] = {
        {"", TCN_MALFORMED},
        {"tocsin-key 1\nname a\n", TCN_MALFORMED},
        {"tocsin-invitation 1", TCN_MALFORMED},
        {"tocsin-invitation \n", TCN_MALFORMED},
        {"tocsin-invitation 2\nwhatever\n", TCN_VERSION},
        {"tocsin-invitation 1\n", TCN_CORRUPT},
    };
    assert_int_equal(read_it(place), TCN_ABSENT);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put(place, cases[i].text, strlen(cases[i].text));
        assert_int_equal(read_it(place), cases[i].status);
    }
}

static void a_byte_that_was_changed_or_cut_is_found(void **state) {
    const struct place *place = *state;
    char text[TEXT_BYTES];
    assert_int_equal(tcn_invitation_write(&place->invitation, place->path), TCN_OK);
    const size_t size = load(place, text);
    assert_int_equal(read_it(place), TCN_OK);
    for (size_t i = 0; i < size; i++) {
        put(place, text, i);
        assert_int_not_equal(read_it(place), TCN_OK);
        text[i] ^= 1;
        put(place, text, size);
        assert_int_not_equal(read_it(place), TCN_OK);
        text[i] ^= 1;
    }
    text[size] = '\n';
    put(place, text, size + 1);
    assert_int_equal(read_it(place), TCN_CORRUPT);
}

static void it_is_text_and_nobody_else_reads_it(void **state) {
    const struct place *place = *state;
    char text[TEXT_BYTES];
    char check[2 * 8 + 2];
    struct stat about;
    assert_int_equal(tcn_invitation_write(&place->invitation, place->path), TCN_OK);
    assert_int_equal(stat(place->path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    const size_t size = load(place, text);
    const size_t head = sizeof text_of_it - 1;
    assert_int_equal(size, head + 17);
    assert_memory_equal(text, text_of_it, head);
    const struct tcn_hash hash = tcn_hash_of(tcn_slice_of(text, head - strlen("check ")));
    tcn_hex_encode(hash.bytes, 8, check);
    check[16] = '\n';
    assert_memory_equal(text + head, check, 17);
    struct tcn_invitation found;
    assert_int_equal(tcn_invitation_read(place->path, &found), TCN_OK);
    assert_string_equal(found.name, place->invitation.name);
    assert_int_equal(found.until_ns, place->invitation.until_ns);
    assert_string_equal(found.door, place->invitation.door);
    assert_string_equal(found.front, place->invitation.front);
    assert_memory_equal(&found.token, &place->invitation.token, sizeof found.token);
    assert_memory_equal(&found.log_id, &place->invitation.log_id, sizeof found.log_id);
    assert_memory_equal(&found.broker_key, &place->invitation.broker_key, 32);
    assert_memory_equal(&found.collector_key, &place->invitation.collector_key, 32);
    assert_int_equal(tcn_invitation_write(&place->invitation, place->path), TCN_EXISTS);
    tcn_invitation_fini(&found);
    assert_int_equal(found.token.bytes[0], 0);
}

static void the_longest_one_fits(void **state) {
    struct place *place = *state;
    memset(place->invitation.door, 'd', sizeof place->invitation.door - 1);
    memset(place->invitation.front, 'f', sizeof place->invitation.front - 1);
    memset(place->invitation.name, 'n', sizeof place->invitation.name - 1);
    assert_int_equal(tcn_invitation_write(&place->invitation, place->path), TCN_OK);
    assert_int_equal(read_it(place), TCN_OK);
}

static void a_token_is_told_by_its_hash_only(void **state) {
    (void)state;
    struct tcn_id first;
    struct tcn_id second;
    struct tcn_hash hash;
    tcn_invitation_token(&second, &hash);
    tcn_invitation_token(&first, &hash);
    const struct tcn_hash again = tcn_hash_of(tcn_slice_of(first.bytes, sizeof first.bytes));
    assert_true(tcn_hash_equals(&hash, &again));
    assert_false(tcn_id_equals(&first, &second));
    assert_false(tcn_id_is_none(&first));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, take_away)
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_invitation_is_told_so),    TEST(a_byte_that_was_changed_or_cut_is_found),
        TEST(it_is_text_and_nobody_else_reads_it), TEST(the_longest_one_fits),
        TEST(a_token_is_told_by_its_hash_only),
    };
#undef TEST
    return cmocka_run_group_tests_name("invitation", tests, NULL, NULL);
}
