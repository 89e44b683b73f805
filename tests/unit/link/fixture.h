/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of this room share: three key pairs made for tests only, sockets on loopback, a
 * wait that answers the ZAP handler meanwhile, and a peer that speaks ZMTP 3.0 by hand (RFC 23) so
 * that it can misbehave.
 */
#ifndef TEST_LINK_FIXTURE_H
#define TEST_LINK_FIXTURE_H

#include "base/clock.h"
#include "link/actor.h"
#include "link/link.h"
#include "link/mailbox.h"
#include "link/poller.h"
#include "link/sock.h"
#include "link/zap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define DOMAIN "office"
#define PATIENCE_NS (20 * TCN_SECOND_NS)
#define RAW_BYTES_MAX 64

/** For tests only. */
static const uint8_t server_public[TCN_CURVE_KEY_BYTES] __attribute__((unused)) = {
    0x0E, 0xA7, 0x1C, 0x89, 0x39, 0x98, 0x45, 0xB4, 0x96, 0xA9, 0xCD, 0xB9, 0x17, 0xA8, 0x9F, 0x11,
    0x9B, 0x19, 0x43, 0x70, 0xCF, 0xCF, 0x2D, 0xA2, 0xDC, 0x24, 0x5D, 0x37, 0xF7, 0xC1, 0x6E, 0x69};
/** For tests only. */
static const uint8_t server_secret[TCN_CURVE_KEY_BYTES] __attribute__((unused)) = {
    0xD9, 0x47, 0x00, 0x69, 0xEF, 0x75, 0x06, 0xA6, 0x24, 0x72, 0x3B, 0x0F, 0x42, 0x72, 0xEC, 0x76,
    0xE8, 0xD2, 0x00, 0xF5, 0x84, 0xFB, 0x75, 0x7E, 0xD6, 0x7B, 0x40, 0xB4, 0x4F, 0x4A, 0xB5, 0x27};

/** For tests only. */
static const uint8_t office_public[TCN_CURVE_KEY_BYTES] __attribute__((unused)) = {
    0x6B, 0xCA, 0x58, 0x26, 0x29, 0xBE, 0x1A, 0xC5, 0x0B, 0x32, 0x56, 0xDD, 0x89, 0x8F, 0x17, 0x9E,
    0x2A, 0x7F, 0x66, 0x5E, 0xA9, 0x11, 0x47, 0x44, 0x27, 0xC6, 0x4C, 0xA3, 0x92, 0x77, 0xA4, 0x5B};
/** For tests only. */
static const uint8_t office_secret[TCN_CURVE_KEY_BYTES] __attribute__((unused)) = {
    0x6B, 0x21, 0xA2, 0xF0, 0xE5, 0xC5, 0x38, 0xAD, 0xED, 0x58, 0xAE, 0x71, 0x97, 0xD5, 0x10, 0xAB,
    0x9A, 0x2A, 0xE4, 0x66, 0x23, 0x86, 0x5C, 0x94, 0x7F, 0xA1, 0x2C, 0x60, 0xCC, 0x5A, 0xA8, 0x02};

/** For tests only. */
static const uint8_t stranger_public[TCN_CURVE_KEY_BYTES] __attribute__((unused)) = {
    0x42, 0xE4, 0x42, 0xBB, 0x38, 0x01, 0xB5, 0x6B, 0x1B, 0x5A, 0x44, 0x17, 0x70, 0xB9, 0xAD, 0x53,
    0x98, 0xBA, 0xC4, 0xE0, 0x02, 0xF4, 0xC2, 0x68, 0x55, 0x46, 0xFF, 0xC1, 0x39, 0x96, 0x4E, 0x16};
/** For tests only. */
static const uint8_t stranger_secret[TCN_CURVE_KEY_BYTES] __attribute__((unused)) = {
    0x40, 0xB6, 0x75, 0x58, 0xF8, 0x4B, 0xA9, 0xA1, 0xC2, 0xE8, 0x8A, 0x0A, 0x35, 0x0A, 0x7F, 0x11,
    0x56, 0x28, 0x7C, 0x9E, 0xC1, 0xB1, 0x7F, 0x47, 0x0E, 0x83, 0x88, 0xC9, 0xF3, 0x49, 0xEF, 0x2A};

/** The options of each role, small enough that limits can be reached. */
static inline struct tcn_sock_options options_of(enum tcn_sock_role role) {
    struct tcn_sock_options options = {.role = role, .frame_bytes_max = 65536, .hwm = 1000};
    if (role == TCN_SOCK_ROUTER_SERVER) {
        options.secret_key = server_secret;
        options.zap_domain = DOMAIN;
    }
    if (role == TCN_SOCK_DEALER_CLIENT) {
        options.public_key = office_public;
        options.secret_key = office_secret;
        options.server_key = server_public;
    }
    return options;
}

/** Opens a socket that must open. */
static inline struct tcn_sock *open_with(struct tcn_link *link, struct tcn_sock_options options) {
    struct tcn_sock *sock = NULL;
    assert_int_equal(tcn_sock_open(link, &options, &sock), TCN_OK);
    return sock;
}

/** Opens a socket with the usual options of its role. */
static inline struct tcn_sock *open_role(struct tcn_link *link, enum tcn_sock_role role) {
    return open_with(link, options_of(role));
}

/** Opens and binds to a free place; writes the address where others connect. */
static inline struct tcn_sock *open_bound(struct tcn_link *link, struct tcn_sock_options options,
                                          const char *address,
                                          char out_address[TCN_ADDRESS_BYTES]) {
    struct tcn_sock *sock = open_with(link, options);
    assert_int_equal(tcn_sock_bind(sock, address), TCN_OK);
    assert_int_equal(tcn_sock_endpoint(sock, out_address), TCN_OK);
    return sock;
}

/** Whom the ZAP handler of a test knows. */
struct keeper {
    struct tcn_zap *zap; /* NULL when no handler lives */
    enum tcn_status stranger_answer;
};

/** Knows the office as "office-7"; the stranger's answer is the keeper's. */
static inline enum tcn_status keeper_lookup(void *context, const char *domain,
                                            const uint8_t key[TCN_CURVE_KEY_BYTES],
                                            char out_user_id[TCN_USER_ID_BYTES]) {
    const struct keeper *keeper = context;
    assert_string_equal(domain, DOMAIN);
    if (memcmp(key, office_public, TCN_CURVE_KEY_BYTES) == 0) {
        (void)snprintf(out_user_id, TCN_USER_ID_BYTES, "office-7");
        return TCN_OK;
    }
    if (keeper->stranger_answer == TCN_OK) {
        (void)snprintf(out_user_id, TCN_USER_ID_BYTES, "stranger");
    }
    return keeper->stranger_answer;
}

/** Waits once, at most `timeout_ns`, for `events` on a socket; answers the ZAP handler. */
static inline bool wait_events(struct keeper *keeper, struct tcn_sock *sock, unsigned events,
                               int64_t timeout_ns) {
    struct tcn_poller poller;
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    tcn_poller_init(&poller);
    assert_int_equal(tcn_poller_add(&poller, sock, events, 1), TCN_OK);
    if (keeper != NULL && keeper->zap != NULL) {
        assert_int_equal(tcn_poller_add(&poller, tcn_zap_sock(keeper->zap), TCN_POLL_IN, 2),
                         TCN_OK);
    }
    assert_int_equal(tcn_poller_wait(&poller, timeout_ns, ready, &count), TCN_OK);
    bool is_ready = false;
    for (size_t i = 0; i < count; i++) {
        if (ready[i].token == 1) {
            is_ready = true;
        } else {
            assert_int_equal(tcn_zap_step(keeper->zap, keeper_lookup, keeper), TCN_OK);
        }
    }
    return is_ready;
}

/** Receives the next message within `patience_ns`, or gives TCN_TIMEOUT. */
static inline enum tcn_status recv_within(struct keeper *keeper, struct tcn_sock *sock,
                                          struct tcn_parts *parts, int64_t patience_ns) {
    int64_t end_ns = tcn_clock_monotonic_ns() + patience_ns;
    enum tcn_status status = tcn_sock_recv(sock, parts);
    while (status == TCN_AGAIN) {
        int64_t rest_ns = end_ns - tcn_clock_monotonic_ns();
        if (rest_ns <= 0) {
            return TCN_TIMEOUT;
        }
        (void)wait_events(keeper, sock, TCN_POLL_IN, rest_ns);
        status = tcn_sock_recv(sock, parts);
    }
    return status;
}

/** Sends one text as soon as the socket takes it, within PATIENCE_NS. */
static inline enum tcn_status send_text(struct keeper *keeper, struct tcn_sock *sock,
                                        const char *text) {
    const struct tcn_slice frame = tcn_slice_text(text);
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    enum tcn_status status = tcn_sock_send(sock, &frame, 1);
    while (status == TCN_AGAIN) {
        int64_t rest_ns = end_ns - tcn_clock_monotonic_ns();
        if (rest_ns <= 0) {
            return TCN_TIMEOUT;
        }
        (void)wait_events(keeper, sock, TCN_POLL_OUT, rest_ns);
        status = tcn_sock_send(sock, &frame, 1);
    }
    return status;
}

/** Receives a message that must come and whose last frame must be this text. */
static inline void expect_text(struct keeper *keeper, struct tcn_sock *sock,
                               struct tcn_parts *parts, const char *text) {
    assert_int_equal(recv_within(keeper, sock, parts, PATIENCE_NS), TCN_OK);
    assert_true(tcn_slice_is_text(tcn_parts_frame(parts, parts->count - 1), text));
}

/** A connected descriptor whose calls give up after the patience. */
static inline int raw_with_patience(int descriptor) {
    const struct timeval patience = {.tv_sec = 20};
    assert_true(descriptor >= 0);
    assert_int_equal(setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)),
                     0);
    assert_int_equal(setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)),
                     0);
    return descriptor;
}

/** Connects a plain descriptor to "tcp://127.0.0.1:PORT" or "ipc://PATH". */
static inline int raw_connect(const char *address) {
    int port = 0;
    if (sscanf(address, "tcp://127.0.0.1:%d", &port) == 1) {
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int descriptor = raw_with_patience(socket(AF_INET, SOCK_STREAM, 0));
        assert_int_equal(connect(descriptor, (const struct sockaddr *)&to, sizeof(to)), 0);
        return descriptor;
    }
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    (void)snprintf(to.sun_path, sizeof(to.sun_path), "%s", address + strlen("ipc://"));
    int descriptor = raw_with_patience(socket(AF_UNIX, SOCK_STREAM, 0));
    assert_int_equal(connect(descriptor, (const struct sockaddr *)&to, sizeof(to)), 0);
    return descriptor;
}

/** Writes all bytes; false when the other side hung up. */
static inline bool raw_write(int descriptor, const void *data, size_t size) {
    const uint8_t *bytes = data;
    while (size > 0) {
        ssize_t sent = send(descriptor, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

/** Reads exactly `size` bytes; false when the other side hung up. */
static inline bool raw_read(int descriptor, void *out_data, size_t size) {
    return recv(descriptor, out_data, size, MSG_WAITALL) == (ssize_t)size;
}

/** Says hello as a DEALER of the NULL mechanism that claims to be "mallory", and hears the other
 * side out; false when it hung up. */
static inline bool raw_greet(int descriptor) {
    const uint8_t greeting[64] = {0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0, 'N', 'U', 'L', 'L'};
    static const char ready[] = "\x04\x2F"
                                "\x05READY"
                                "\x0BSocket-Type\0\0\0\x06"
                                "DEALER"
                                "\x07User-Id\0\0\0\x07"
                                "mallory";
    _Static_assert(sizeof(ready) - 1 == 2 + 0x2F, "the size byte is right");
    uint8_t answer[256] = {0};
    return raw_write(descriptor, greeting, sizeof(greeting)) && raw_read(descriptor, answer, 64) &&
           raw_write(descriptor, ready, sizeof(ready) - 1) && raw_read(descriptor, answer, 2) &&
           raw_read(descriptor, answer, answer[1]);
}

/** Sends one short frame. */
static inline bool raw_frame(int descriptor, const char *text, bool more) {
    uint8_t frame[2 + RAW_BYTES_MAX] = {more ? 1 : 0, (uint8_t)strlen(text)};
    assert_true(strlen(text) <= RAW_BYTES_MAX);
    memcpy(frame + 2, text, strlen(text));
    return raw_write(descriptor, frame, 2 + strlen(text));
}

/** Reads until the other side hangs up; false when it does not. */
static inline bool raw_is_hung_up(int descriptor) {
    uint8_t bytes[4096];
    ssize_t size = 1;
    while (size > 0) {
        size = recv(descriptor, bytes, sizeof(bytes), 0);
    }
    return size == 0 || (size < 0 && errno == ECONNRESET);
}

/** The most memory that this process ever used, in KiB. */
static inline long memory_max_kib(void) {
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

#endif
