/* SPDX-License-Identifier: Apache-2.0 */
#include "link/link.h"

#include "link/handle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* 4.3.4: the oldest version whose known faults this room works round. */
#define VERSION_MIN ZMQ_MAKE_VERSION(4, 3, 4)

/** True when the library that was loaded, not only the header, is good enough. */
static bool library_is_fit(void) {
    int major = 0;
    int minor = 0;
    int patch = 0;
    zmq_version(&major, &minor, &patch);
    return ZMQ_MAKE_VERSION(major, minor, patch) >= VERSION_MIN && zmq_has("curve") == 1;
}

/** Sets the context's bounds before its first socket starts its threads. */
static enum tcn_status context_set(void *context, size_t io_thread_count, size_t sock_count_max) {
    if (zmq_ctx_set(context, ZMQ_IO_THREADS, (int)io_thread_count) != 0 ||
        zmq_ctx_set(context, ZMQ_MAX_SOCKETS, (int)(sock_count_max * TCN_FOREIGN_PER_SOCK)) != 0 ||
        zmq_ctx_set(context, ZMQ_BLOCKY, 0) != 0) {
        return TCN_CONFIG;
    }
    return TCN_OK;
}

enum tcn_status tcn_link_open(size_t io_thread_count, size_t sock_count_max,
                              struct tcn_link **out_link) {
    if (io_thread_count < 1 || io_thread_count > TCN_LINK_IO_THREAD_COUNT_MAX ||
        sock_count_max < 1 || sock_count_max > TCN_LINK_SOCK_COUNT_MAX) {
        return TCN_CONFIG;
    }
    if (!library_is_fit()) {
        return TCN_VERSION;
    }
    struct tcn_link *link = calloc(1, sizeof(*link));
    if (link == NULL) {
        return TCN_NOMEM;
    }
    link->context = zmq_ctx_new();
    if (link->context == NULL) {
        enum tcn_status status = tcn_status_of_errno(errno);
        free(link);
        return status;
    }
    link->sock_count_max = sock_count_max;
    atomic_init(&link->sock_count, 0);
    atomic_init(&link->serial, 0);
    enum tcn_status status = context_set(link->context, io_thread_count, sock_count_max);
    if (status != TCN_OK) {
        tcn_link_close(&link);
        return status;
    }
    *out_link = link;
    return TCN_OK;
}

void tcn_link_shutdown(struct tcn_link *link) {
    /* Fails only for a pointer that is no context. */
    int result = zmq_ctx_shutdown(link->context);
    TCN_CHECK(result == 0);
}

void tcn_link_close(struct tcn_link **link) {
    if (link == NULL || *link == NULL) {
        return;
    }
    TCN_CHECK(tcn_link_sock_count(*link) == 0);
    /* Sockets linger for 0 ms, so this only waits for the I/O threads to put their things away. */
    int result = -1;
    for (int i = 0; i < TCN_INTERRUPT_MAX && result != 0; i++) {
        result = zmq_ctx_term((*link)->context);
        TCN_CHECK(result == 0 || errno == EINTR);
    }
    free(*link);
    *link = NULL;
}

size_t tcn_link_sock_count(const struct tcn_link *link) {
    return atomic_load(&link->sock_count);
}

enum tcn_status tcn_status_of_errno(int error) {
    switch (error) {
    case EAGAIN:
    case EINTR:
        return TCN_AGAIN;
    case EHOSTUNREACH:
    case ENOENT:
        return TCN_ABSENT;
    case ETERM:
        return TCN_CLOSED;
    case ENOMEM:
        return TCN_NOMEM;
    case EMFILE:
    case ENFILE:
        return TCN_LIMIT;
    case EADDRINUSE:
        return TCN_LOCKED;
    case EINVAL:
    case EPROTONOSUPPORT:
    case ENOCOMPATPROTO:
    case EADDRNOTAVAIL:
    case ENODEV:
        return TCN_CONFIG;
    default:
        return TCN_IO;
    }
}

void tcn_link_library_version(char out_version[TCN_LIBRARY_VERSION_BYTES]) {
    int major = 0;
    int minor = 0;
    int patch = 0;
    zmq_version(&major, &minor, &patch);
    (void)snprintf(out_version, TCN_LIBRARY_VERSION_BYTES, "%d.%d.%d", major, minor, patch);
}
