/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a broker, it ends its ZAP handler at the moment at which the broker opens its
 * front: the handler has let the collector in, and hears no further request. That is the third
 * address that a broker binds besides its handler's own, after its back and a trial of its front.
 * tests/system/test_rights.py uses it.
 */
#include <dlfcn.h>
#include <string.h>

#define ZAP_ADDRESS "inproc://zeromq.zap.01"
#define FRONT_BIND 3

typedef int address_function(void *socket, const char *address);

__attribute__((visibility("default"))) int zmq_bind(void *socket, const char *address);

static int call(const char *name, void *socket, const char *address) {
    address_function *real = NULL;
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(&real, &found, sizeof(real)); /* POSIX has it so; ISO C does not convert it */
    return real != NULL ? real(socket, address) : -1;
}

int zmq_bind(void *socket, const char *address) {
    static void *handler;
    static int bind_count;
    if (strcmp(address, ZAP_ADDRESS) == 0) {
        handler = socket;
        return call("zmq_bind", socket, address);
    }
    bind_count++;
    if (bind_count == FRONT_BIND && call("zmq_unbind", handler, ZAP_ADDRESS) != 0) {
        return -1;
    }
    return call("zmq_bind", socket, address);
}
