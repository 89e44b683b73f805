/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invariants:
 *   S1  only the owner's thread touches a socket;
 *   S2  is_draining is set exactly while the next frame to be received belongs to a message that is
 *       being thrown away;
 *   S3  between two calls the transport is never in the middle of a message that we send.
 * D1 stands in dial.c.
 */
#include "link/sock.h"

#include "link/handle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libzmq is not instrumented, so the thread sanitizer cannot see that handing a message over orders
 * the writing of its bytes before their reading. It is told here, by the bytes' address, which a
 * message of any size that is not copied inside the handle keeps on its way. */
#if defined(__SANITIZE_THREAD__)
#define HAS_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HAS_THREAD_SANITIZER 1
#endif
#endif
#ifdef HAS_THREAD_SANITIZER
void __tsan_acquire(void *address);
void __tsan_release(void *address);
static void tell_sent(zmq_msg_t *message) {
    __tsan_release(zmq_msg_data(message));
}
static void tell_received(zmq_msg_t *message) {
    __tsan_acquire(zmq_msg_data(message));
}
#else
static void tell_sent(zmq_msg_t *message) {
    (void)message;
}
static void tell_received(zmq_msg_t *message) {
    (void)message;
}
#endif

/** The foreign type of a role. */
static int role_type(enum tcn_sock_role role) {
    switch (role) {
    case TCN_SOCK_ROUTER_SERVER:
    case TCN_SOCK_ROUTER_LOCAL:
        return ZMQ_ROUTER;
    case TCN_SOCK_DEALER_CLIENT:
    case TCN_SOCK_DEALER_LOCAL:
        return ZMQ_DEALER;
    case TCN_SOCK_PAIR:
        return ZMQ_PAIR;
    }
    TCN_UNREACHABLE();
}

bool tcn_sock_is_dealer(const struct tcn_sock *sock) {
    return role_type(sock->role) == ZMQ_DEALER;
}

void tcn_sock_check_owner(const struct tcn_sock *sock) {
    TCN_CHECK(pthread_equal(sock->owner, pthread_self()) != 0); /* S1 */
}

void tcn_sock_adopt(struct tcn_sock *sock) {
    sock->owner = pthread_self();
}

enum tcn_status tcn_handle_open(struct tcn_link *link, const struct tcn_sock_options *options,
                                void **out_handle) {
    void *handle = zmq_socket(link->context, role_type(options->role));
    if (handle == NULL) {
        return tcn_status_of_errno(errno);
    }
    enum tcn_status status = tcn_baseline_apply(handle, options);
    if (status != TCN_OK) {
        (void)zmq_close(handle);
        return status;
    }
    *out_handle = handle;
    return TCN_OK;
}

/** Keeps one key beyond the caller's; NULL stays NULL. */
static const uint8_t *key_keep(uint8_t place[TCN_CURVE_KEY_BYTES], const uint8_t *key) {
    return key == NULL ? NULL : memcpy(place, key, TCN_CURVE_KEY_BYTES);
}

/** Keeps the options of a dealer, which it needs again for every call. */
static void options_keep(struct tcn_sock *sock, const struct tcn_sock_options *options) {
    if (role_type(options->role) != ZMQ_DEALER) {
        return;
    }
    sock->options = *options;
    sock->options.public_key = key_keep(sock->keys[0], options->public_key);
    sock->options.secret_key = key_keep(sock->keys[1], options->secret_key);
    if (options->server_key != NULL) {
        tcn_sock_set_server_keys(sock, options->server_key,
                                 options->server_key_count == 0 ? 1 : options->server_key_count);
    }
}

void tcn_sock_set_server_keys(struct tcn_sock *sock, const uint8_t *keys, size_t count) {
    TCN_CHECK(sock->role == TCN_SOCK_DEALER_CLIENT && count > 0 && count <= TCN_SERVER_KEYS_MAX);
    uint8_t now[TCN_CURVE_KEY_BYTES];
    size_t index = 0;
    tcn_sock_check_owner(sock);
    memcpy(now, sock->server_keys[sock->dial.key_index], sizeof(now));
    memcpy(sock->server_keys, keys, count * TCN_CURVE_KEY_BYTES);
    for (size_t i = 0; i < count; i++) {
        if (memcmp(sock->server_keys[i], now, sizeof(now)) == 0) {
            index = i;
        }
    }
    sock->options.server_key_count = count;
    sock->options.server_key = sock->server_keys[index];
    sock->dial.key_index = index;
    sock->dial.tried_count = 0;
}

/** Takes one of the link's sockets, or gives it back. */
static bool sock_count_take(struct tcn_link *link) {
    if (atomic_fetch_add(&link->sock_count, 1) < link->sock_count_max) {
        return true;
    }
    (void)atomic_fetch_sub(&link->sock_count, 1);
    return false;
}

enum tcn_status tcn_sock_open(struct tcn_link *link, const struct tcn_sock_options *options,
                              struct tcn_sock **out_sock) {
    struct tcn_sock *sock = calloc(1, sizeof(*sock));
    if (sock == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = sock_count_take(link) ? TCN_OK : TCN_LIMIT;
    if (status == TCN_OK) {
        status = tcn_handle_open(link, options, &sock->handle);
        if (status != TCN_OK) {
            (void)atomic_fetch_sub(&link->sock_count, 1);
        }
    }
    if (status != TCN_OK) {
        free(sock);
        return status;
    }
    sock->link = link;
    sock->owner = pthread_self();
    sock->role = options->role;
    sock->insecure_loopback = options->insecure_loopback;
    sock->message_bytes_max = options->message_bytes_max > 0
                                  ? options->message_bytes_max
                                  : TCN_PARTS_MAX * options->frame_bytes_max;
    sock->dial.monitor_descriptor = -1;
    options_keep(sock, options);
    *out_sock = sock;
    return TCN_OK;
}

void tcn_sock_close(struct tcn_sock **sock) {
    if (sock == NULL || *sock == NULL) {
        return;
    }
    tcn_sock_check_owner(*sock);
    /* A close happens later in another thread; this frees the name at once for who comes next. */
    if ((*sock)->inproc[0] != '\0') {
        (void)zmq_unbind((*sock)->handle, (*sock)->inproc);
    }
    tcn_dial_close(*sock);
    int result = zmq_close((*sock)->handle);
    TCN_CHECK(result == 0);
    size_t before = atomic_fetch_sub(&(*sock)->link->sock_count, 1);
    TCN_CHECK(before > 0);
    explicit_bzero((*sock)->keys, sizeof((*sock)->keys));
    free(*sock);
    *sock = NULL;
}

/** True when `text` begins with `prefix` and goes on. */
static bool begins_with(const char *text, const char *prefix) {
    size_t size = strlen(prefix);
    return strncmp(text, prefix, size) == 0 && text[size] != '\0';
}

/** True for tcp on this machine only. A ';' would name another source address. */
static bool is_loopback(const char *address) {
    return (begins_with(address, "tcp://127.0.0.1:") || begins_with(address, "tcp://[::1]:")) &&
           strpbrk(address, ";,@") == NULL;
}

enum tcn_status tcn_sock_check_address(enum tcn_sock_role role, bool insecure_loopback,
                                       const char *address) {
    if (strnlen(address, TCN_ADDRESS_BYTES) == TCN_ADDRESS_BYTES) {
        return TCN_CONFIG;
    }
    bool is_inproc = begins_with(address, "inproc://");
    /* An abstract name has no file permissions, which are what guards ipc. */
    bool is_ipc = begins_with(address, "ipc://") && !begins_with(address, "ipc://@") &&
                  strcmp(address, "ipc://@") != 0;
    bool is_allowed = false;
    switch (role) {
    case TCN_SOCK_ROUTER_SERVER:
    case TCN_SOCK_DEALER_CLIENT:
        /* Not inproc: libzmq makes no handshake there, so CURVE would silently be off. */
        is_allowed = is_ipc || begins_with(address, "tcp://");
        break;
    case TCN_SOCK_ROUTER_LOCAL:
    case TCN_SOCK_DEALER_LOCAL:
        is_allowed = is_inproc || is_ipc || (insecure_loopback && is_loopback(address));
        break;
    case TCN_SOCK_PAIR:
        is_allowed = is_inproc;
        break;
    }
    return is_allowed ? TCN_OK : TCN_CONFIG;
}

/** Checks the address for the role, as everything here that takes one. */
static enum tcn_status address_check(const struct tcn_sock *sock, const char *address) {
    tcn_sock_check_owner(sock);
    return tcn_sock_check_address(sock->role, sock->insecure_loopback, address);
}

enum tcn_status tcn_sock_bind(struct tcn_sock *sock, const char *address) {
    enum tcn_status status = address_check(sock, address);
    if (status != TCN_OK) {
        return status;
    }
    bool is_dealer = tcn_sock_is_dealer(sock);
    if (is_dealer && tcn_dial_is_calling(sock)) {
        return TCN_EXISTS;
    }
    if (zmq_bind(sock->handle, address) != 0) {
        return tcn_status_of_errno(errno);
    }
    if (is_dealer) {
        tcn_dial_stay(sock);
    }
    if (begins_with(address, "inproc://")) {
        (void)snprintf(sock->inproc, sizeof(sock->inproc), "%s", address);
    }
    return TCN_OK;
}

enum tcn_status tcn_sock_unbind(struct tcn_sock *sock, const char *address) {
    enum tcn_status status = address_check(sock, address);
    if (status != TCN_OK) {
        return status;
    }
    return zmq_unbind(sock->handle, address) == 0 ? TCN_OK : tcn_status_of_errno(errno);
}

enum tcn_status tcn_sock_connect(struct tcn_sock *sock, const char *address) {
    enum tcn_status status = address_check(sock, address);
    if (status != TCN_OK) {
        return status;
    }
    if (tcn_sock_is_dealer(sock)) {
        return tcn_dial_call(sock, address);
    }
    return zmq_connect(sock->handle, address) == 0 ? TCN_OK : tcn_status_of_errno(errno);
}

enum tcn_status tcn_sock_disconnect(struct tcn_sock *sock, const char *address) {
    enum tcn_status status = address_check(sock, address);
    if (status != TCN_OK) {
        return status;
    }
    if (tcn_sock_is_dealer(sock)) {
        return tcn_dial_hang_up(sock, address);
    }
    return zmq_disconnect(sock->handle, address) == 0 ? TCN_OK : tcn_status_of_errno(errno);
}

enum tcn_status tcn_sock_endpoint(struct tcn_sock *sock, char out_address[TCN_ADDRESS_BYTES]) {
    tcn_sock_check_owner(sock);
    char address[TCN_ADDRESS_BYTES] = {0};
    size_t size = sizeof(address);
    if (zmq_getsockopt(sock->handle, ZMQ_LAST_ENDPOINT, address, &size) != 0) {
        return tcn_status_of_errno(errno);
    }
    if (address[0] == '\0') {
        return TCN_ABSENT;
    }
    memcpy(out_address, address, sizeof(address));
    return TCN_OK;
}

/** Receives one frame into a message that is not initialised; on an error it is left so. */
static enum tcn_status frame_recv(struct tcn_sock *sock, zmq_msg_t *message, bool *out_more) {
    int result = zmq_msg_init(message);
    TCN_CHECK(result == 0);
    result = -1;
    for (int i = 0; i < TCN_INTERRUPT_MAX && result < 0; i++) {
        result = zmq_msg_recv(message, sock->handle, ZMQ_DONTWAIT);
        if (result < 0 && errno != EINTR) {
            break;
        }
    }
    if (result < 0) {
        enum tcn_status status = tcn_status_of_errno(errno);
        (void)zmq_msg_close(message);
        return status;
    }
    tell_received(message);
    *out_more = zmq_msg_more(message) != 0;
    return TCN_OK;
}

/** Throws frames of an oversized message away, at most `frame_count_max` (S2). TCN_OK at the
 * message's end, TCN_TOOBIG when there is more of it. */
static enum tcn_status message_drain(struct tcn_sock *sock, size_t frame_count_max) {
    for (size_t i = 0; i < frame_count_max; i++) {
        zmq_msg_t message;
        bool more = false;
        enum tcn_status status = frame_recv(sock, &message, &more);
        if (status != TCN_OK) {
            return status;
        }
        (void)zmq_msg_close(&message);
        if (!more) {
            sock->is_draining = false;
            return TCN_OK;
        }
    }
    return TCN_TOOBIG;
}

/** Empties what was received of a message over the limit and throws the rest away. */
static enum tcn_status message_refuse(struct tcn_sock *sock, struct tcn_parts *parts, bool more) {
    tcn_parts_clear(parts);
    sock->counts.toobig_count++;
    sock->is_draining = more;
    enum tcn_status status = more ? message_drain(sock, TCN_SOCK_DRAIN_MAX) : TCN_OK;
    /* What could not be drained now is drained by the next call, which also reports why. */
    return status == TCN_CLOSED ? status : TCN_TOOBIG;
}

enum tcn_status tcn_sock_recv(struct tcn_sock *sock, struct tcn_parts *parts) {
    tcn_sock_check_owner(sock);
    tcn_parts_clear(parts);
    if (sock->is_draining) {
        enum tcn_status status = message_drain(sock, TCN_SOCK_DRAIN_MAX);
        if (status != TCN_OK) {
            return status;
        }
    }
    bool more = true;
    while (more) { /* at most TCN_PARTS_MAX rounds */
        if (parts->count == TCN_PARTS_MAX) {
            return message_refuse(sock, parts, more);
        }
        zmq_msg_t *message = tcn_frame_message(&parts->frames[parts->count]);
        enum tcn_status status = frame_recv(sock, message, &more);
        if (status != TCN_OK) {
            tcn_parts_clear(parts);
            tcn_dial_step(sock);
            return status;
        }
        parts->count++;
        parts->bytes += zmq_msg_size(message);
        if (parts->bytes > sock->message_bytes_max) {
            return message_refuse(sock, parts, more);
        }
    }
    parts->is_from_curve_server = sock->role == TCN_SOCK_ROUTER_SERVER;
    sock->counts.recv_count++;
    return TCN_OK;
}

/** Counts a send by its outcome and gives the outcome back. */
static enum tcn_status send_count(struct tcn_sock *sock, enum tcn_status status) {
    if (status == TCN_OK) {
        sock->counts.send_count++;
    } else if (status == TCN_AGAIN) {
        sock->counts.full_count++;
    } else if (status == TCN_ABSENT) {
        sock->counts.absent_count++;
    }
    return status;
}

/** Sends one frame; the message is taken on TCN_OK and left to the caller otherwise. */
static enum tcn_status frame_send(struct tcn_sock *sock, zmq_msg_t *message, bool more) {
    int flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0);
    tell_sent(message);
    for (int i = 0; i < TCN_INTERRUPT_MAX; i++) {
        if (zmq_msg_send(message, sock->handle, flags) >= 0) {
            return TCN_OK;
        }
        if (errno != EINTR) {
            break;
        }
    }
    return tcn_status_of_errno(errno);
}

/** Makes frame `index` of an outgoing message: a copy of the prefix, or a reference to the parts.
 */
static enum tcn_status frame_make(zmq_msg_t *message, const struct tcn_slice *slice,
                                  const struct tcn_frame *frame) {
    if (slice != NULL) {
        if (zmq_msg_init_size(message, slice->size) != 0) {
            return tcn_status_of_errno(errno);
        }
        if (slice->size > 0) {
            memcpy(zmq_msg_data(message), slice->data, slice->size);
        }
        return TCN_OK;
    }
    int result = zmq_msg_init(message);
    TCN_CHECK(result == 0);
    result = zmq_msg_copy(message, tcn_frame_message(frame));
    return result == 0 ? TCN_OK : tcn_status_of_errno(errno);
}

/** Sends the frames in order. When the first goes, the others follow (S3): libzmq counts whole
 * messages, so only a connection that breaks in between can refuse a later one. A dealer then drops
 * what follows by itself, up to the frame that ends the message, and so must be given all of it. */
static enum tcn_status frames_send(struct tcn_sock *sock, zmq_msg_t *frames, size_t count) {
    enum tcn_status outcome = TCN_OK;
    for (size_t i = 0; i < count; i++) {
        enum tcn_status status = frame_send(sock, &frames[i], i + 1 < count);
        if (status == TCN_OK) {
            continue;
        }
        if (i == 0 || status == TCN_CLOSED) {
            return status;
        }
        if (sock->role == TCN_SOCK_PAIR) {
            return TCN_CLOSED;
        }
        outcome = TCN_ABSENT;
    }
    return outcome;
}

enum tcn_status tcn_sock_forward(struct tcn_sock *sock, const struct tcn_slice *prefix,
                                 size_t prefix_count, struct tcn_parts *parts, size_t first) {
    tcn_sock_check_owner(sock);
    size_t rest_count = parts != NULL && first < parts->count ? parts->count - first : 0;
    size_t count = prefix_count + rest_count;
    bool is_router = role_type(sock->role) == ZMQ_ROUTER;
    if (count > TCN_PARTS_MAX) {
        return TCN_TOOBIG;
    }
    if (count < (is_router ? 2U : 1U)) {
        return TCN_MALFORMED;
    }

    /* All frames are made before the first is sent, so that no memory can be missing in between. */
    zmq_msg_t frames[TCN_PARTS_MAX];
    size_t made_count = 0;
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && made_count < count) {
        size_t i = made_count;
        bool is_prefix = i < prefix_count;
        status = frame_make(&frames[i], is_prefix ? &prefix[i] : NULL,
                            is_prefix ? NULL : &parts->frames[first + i - prefix_count]);
        made_count += status == TCN_OK ? 1 : 0;
    }
    if (status == TCN_OK) {
        status = tcn_dial_check(sock); /* D1 */
    }
    if (status == TCN_OK) {
        status = frames_send(sock, frames, count);
    }
    if (status == TCN_AGAIN) {
        tcn_dial_step(sock);
    }
    for (size_t i = 0; i < made_count; i++) {
        (void)zmq_msg_close(&frames[i]); /* empty when it was sent */
    }
    return send_count(sock, status);
}

enum tcn_status tcn_sock_send(struct tcn_sock *sock, const struct tcn_slice *frames, size_t count) {
    return tcn_sock_forward(sock, frames, count, NULL, 0);
}

enum tcn_status tcn_parts_send(struct tcn_sock *sock, struct tcn_parts *parts, size_t first) {
    enum tcn_status status = tcn_sock_forward(sock, NULL, 0, parts, first);
    if (status == TCN_OK) {
        tcn_parts_clear(parts);
    }
    return status;
}

struct tcn_sock_counts tcn_sock_counts(const struct tcn_sock *sock) {
    tcn_sock_check_owner(sock);
    return sock->counts;
}
