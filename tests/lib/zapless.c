/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a broker, it spoils its ZAP handler.
 *
 *   TOCSIN_ZAP_LATE=F   while the file F is there what the handler answers is held back; it is sent
 *                       when the broker next waits and F is gone. Without it the handler ends at
 *                       the moment at which the broker opens its front: it has let the collector
 *                       in, and hears no further request. That is the third address that a broker
 *                       binds besides its handler's own, after its back and a trial of its front.
 *
 * One thread has the handler and waits, so nothing here is locked.
 * tests/system/test_rights_sessions.py uses it.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#define ZAP_ADDRESS "inproc://zeromq.zap.01"
#define FRONT_BIND 3
#define HELD_MAX 1024

/* Frames that are late, in their order. */
struct held {
    zmq_msg_t message;
    int flags;
};

static void *handler;
static struct held held[HELD_MAX];
static size_t held_count;

/* The next function of this name; POSIX has a pointer to data for it, ISO C does not convert it. */
#define REAL(function, name)                                                                       \
    do {                                                                                           \
        void *found = dlsym(RTLD_NEXT, (name));                                                    \
        memcpy(&(function), &found, sizeof(found));                                                \
    } while (0)

__attribute__((visibility("default"))) int zmq_bind(void *socket, const char *address) {
    static int bind_count;
    int (*bind)(void *, const char *) = NULL;
    int (*unbind)(void *, const char *) = NULL;
    REAL(bind, "zmq_bind");
    REAL(unbind, "zmq_unbind");
    if (strcmp(address, ZAP_ADDRESS) == 0) {
        handler = socket;
        return bind(socket, address);
    }
    bind_count++;
    if (bind_count == FRONT_BIND && getenv("TOCSIN_ZAP_LATE") == NULL &&
        unbind(handler, ZAP_ADDRESS) != 0) {
        return -1;
    }
    return bind(socket, address);
}

static int is_late(void) {
    const char *path = getenv("TOCSIN_ZAP_LATE");
    return path != NULL && access(path, F_OK) == 0;
}

__attribute__((visibility("default"))) int zmq_msg_send(zmq_msg_t *message, void *socket,
                                                        int flags) {
    int (*send)(zmq_msg_t *, void *, int) = NULL;
    REAL(send, "zmq_msg_send");
    if (socket != handler || held_count == HELD_MAX || (held_count == 0 && !is_late())) {
        return send(message, socket, flags);
    }
    struct held *place = &held[held_count++];
    const int size = (int)zmq_msg_size(message);
    (void)zmq_msg_init(&place->message);
    (void)zmq_msg_move(&place->message, message);
    place->flags = flags;
    return size;
}

static void release(void) {
    int (*send)(zmq_msg_t *, void *, int) = NULL;
    REAL(send, "zmq_msg_send");
    for (size_t i = 0; i < held_count; i++) {
        if (send(&held[i].message, handler, held[i].flags) < 0) {
            (void)zmq_msg_close(&held[i].message); /* who asked is there no more */
        }
    }
    held_count = 0;
}

__attribute__((visibility("default"))) int zmq_poll(zmq_pollitem_t *items, int count,
                                                    long timeout_ms) {
    int (*poll)(zmq_pollitem_t *, int, long) = NULL;
    REAL(poll, "zmq_poll");
    if (held_count > 0 && !is_late()) {
        release();
    }
    return poll(items, count, timeout_ms);
}
