/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* The page on a unix socket: who is answered, who is dropped, and that nobody is waited for. */
#include "link/page.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define WAIT_MS 5000

static char folder[64];
static char path[96];

static int open_folder(void **state) {
    (void)state;
    (void)snprintf(folder, sizeof folder, P_tmpdir "/tocsin-page-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    (void)snprintf(path, sizeof path, "%s/a.metrics", folder);
    return 0;
}

static int close_folder(void **state) {
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

/** Writes as many bytes as it is told. */
static size_t write_text(void *argument, char *out_text, size_t size_max) {
    const size_t size = *(const size_t *)argument;
    assert_true(size <= size_max);
    memset(out_text, 'x', size);
    return size;
}

static int connect_page(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(client >= 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    return client;
}

static void say(int client, const char *text) {
    assert_int_equal(send(client, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/** Lets the page act until the client has its whole answer; gives its size. */
static size_t hear(struct tcn_page *page, int client, size_t text_size, char *out, size_t size) {
    size_t used = 0;
    for (unsigned turn = 0; turn < 10000; turn++) {
        struct pollfd items[] = {{.fd = tcn_page_descriptor(page), .events = POLLIN},
                                 {.fd = client, .events = POLLIN}};
        assert_true(poll(items, 2, WAIT_MS) > 0);
        if (items[0].revents != 0) {
            tcn_page_step(page, write_text, &text_size);
        }
        if (items[1].revents == 0) {
            continue;
        }
        char drain[8192];
        const ssize_t count = recv(client, drain, sizeof drain, 0);
        if (count <= 0) {
            out[used < size ? used : size - 1] = '\0';
            return used;
        }
        const size_t kept = used + (size_t)count < size ? (size_t)count : size - 1 - used;
        memcpy(out + used, drain, kept);
        used += (size_t)count < size - used ? (size_t)count : 0;
    }
    fail_msg("no end of the answer");
    return 0;
}

static void what_cannot_be_a_page_is_refused(void **state) {
    (void)state;
    struct tcn_page *page = NULL;
    char longer[300];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(tcn_page_open(longer, &page), TCN_TOOBIG);
    assert_int_equal(tcn_page_open("", &page), TCN_TOOBIG);
    assert_int_equal(tcn_page_open("/nowhere/a", &page), TCN_ABSENT);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(tcn_page_open(path, &page), TCN_EXISTS);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(tcn_page_open(path, &page), TCN_OK);
    struct tcn_page *other = NULL;
    assert_int_equal(tcn_page_open(path, &other), TCN_LOCKED);
    assert_null(other);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    tcn_page_close(&page);
    assert_int_equal(access(path, F_OK), -1);
    tcn_page_close(&page);
}

static void requests_get_the_answer_that_is_theirs(void **state) {
    (void)state;
    static const struct {
        const char *request;
        size_t text_size;
        const char *begins;
    } rows[] = {
        {"POST /metrics HTTP/1.1\r\n\r\n", 10, "HTTP/1.0 405 "},
        {"GET /secret HTTP/1.1\r\n\r\n", 10, "HTTP/1.0 404 "},
        {"GET /metricsx HTTP/1.1\r\n\r\n", 10, "HTTP/1.0 404 "},
        {"x\n\n", 10, "HTTP/1.0 405 "},
        {"GET /metrics HTTP/1.0\r\n\r\n", 0, "HTTP/1.0 500 "},
        {"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 10, "HTTP/1.0 200 OK\r\n"},
        {"GET / HTTP/1.0\n\n", 65536, "HTTP/1.0 200 OK\r\n"},
    };
    struct tcn_page *page = NULL;
    assert_int_equal(tcn_page_open(path, &page), TCN_OK);
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        static char answer[80000];
        int client = connect_page();
        say(client, rows[index].request);
        const size_t size = hear(page, client, rows[index].text_size, answer, sizeof answer);
        assert_memory_equal(answer, rows[index].begins, strlen(rows[index].begins));
        if (strstr(rows[index].begins, "200") != NULL) {
            const char *body = strstr(answer, "\r\n\r\n");
            assert_non_null(body);
            assert_int_equal(size - (size_t)(body + 4 - answer), rows[index].text_size);
        }
        (void)close(client);
    }
    assert_int_equal(tcn_page_dropped_count(page), 0);
    tcn_page_close(&page);
}

static void who_says_nothing_or_too_much_is_dropped_and_the_next_is_heard(void **state) {
    (void)state;
    struct tcn_page *page = NULL;
    static char answer[80000];
    char much[5000];
    assert_int_equal(tcn_page_open(path, &page), TCN_OK);
    int silent = connect_page();
    int next = connect_page();
    say(next, "GET /metrics HTTP/1.0\r\n\r\n");
    /* Behind the silent one, the next is answered when its second is over. */
    (void)hear(page, next, 5, answer, sizeof answer);
    assert_memory_equal(answer, "HTTP/1.0 200", 12);
    assert_int_equal(tcn_page_dropped_count(page), 1);
    assert_int_equal(recv(silent, much, sizeof much, 0), 0);
    memset(much, 'a', sizeof much - 1);
    much[sizeof much - 1] = '\0';
    int loud = connect_page();
    say(loud, much);
    assert_int_equal(hear(page, loud, 5, answer, sizeof answer), 0);
    assert_int_equal(tcn_page_dropped_count(page), 2);
    int hasty = connect_page(); /* goes before it is accepted */
    (void)close(hasty);
    int last = connect_page();
    say(last, "GET / HTTP/1.0\r\n\r\n");
    (void)hear(page, last, 5, answer, sizeof answer);
    assert_memory_equal(answer, "HTTP/1.0 200", 12);
    (void)close(silent);
    (void)close(next);
    (void)close(loud);
    (void)close(last);
    tcn_page_close(&page);
}

static void the_socket_of_a_program_that_died_is_replaced(void **state) {
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int dead = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(dead >= 0);
    assert_int_equal(bind(dead, (struct sockaddr *)&address, sizeof address), 0);
    (void)close(dead);
    struct tcn_page *page = NULL;
    assert_int_equal(tcn_page_open(path, &page), TCN_OK);
    tcn_page_close(&page);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_a_page_is_refused),
        cmocka_unit_test(requests_get_the_answer_that_is_theirs),
        cmocka_unit_test(who_says_nothing_or_too_much_is_dropped_and_the_next_is_heard),
        cmocka_unit_test(the_socket_of_a_program_that_died_is_replaced),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
