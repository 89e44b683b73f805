/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to ZeroMQ: one context per process. This room promises whole bounded messages, deny by
 * default on every network socket, and that nothing but the poller waits. It leaves to others what
 * the frames mean. The link belongs to the program that opened it and is lent to every thread.
 *
 * What no option of libzmq 4.3.4 bounds: the frames of a message that a peer never ends. They are
 * kept by the I/O thread until the last one comes. So a tcp socket speaks only to keys that the ZAP
 * handler knows, and a program runs under a memory limit of its service manager.
 */
#ifndef TCN_LINK_LINK_H
#define TCN_LINK_LINK_H

#include "base/status.h"
#include "base/text.h"

#include <stddef.h>

/** I/O threads at most. */
#define TCN_LINK_IO_THREAD_COUNT_MAX 16

/** Sockets at most, in one link. A dealer counts as one here, and takes three of libzmq's. */
#define TCN_LINK_SOCK_COUNT_MAX 65000

/** One ZeroMQ context. Opaque: holds foreign handles. */
struct tcn_link;

/** Opens the context. Open it before any thread starts and never fork after.
 * Owns: gives the link.
 * Errors: TCN_CONFIG io_thread_count is not 1 to TCN_LINK_IO_THREAD_COUNT_MAX or sock_count_max
 * not 1 to TCN_LINK_SOCK_COUNT_MAX; TCN_VERSION libzmq is older than 4.3.4 or has no CURVE;
 * TCN_NOMEM; TCN_LIMIT the process has no descriptors left.
 * Thread: the program's first. */
TCN_MUST_CHECK enum tcn_status tcn_link_open(size_t io_thread_count, size_t sock_count_max,
                                             struct tcn_link **out_link);

/** Ends every wait and makes every later call on a socket of this link answer TCN_CLOSED; sockets
 * must still be closed by their threads.
 * Thread: any. */
void tcn_link_shutdown(struct tcn_link *link);

/** Closes the context; it is a bug when a socket is still open. Accepts NULL, leaves NULL.
 * Thread: the one that opened it. */
void tcn_link_close(struct tcn_link **link);

/** Sockets now open, by all threads; 0 at the start and before the close. Thread: any. */
size_t tcn_link_sock_count(const struct tcn_link *link);

/** Writes the version of the libzmq that was loaded, "4.3.4". Thread: any. */
void tcn_link_library_version(char out_version[TCN_LIBRARY_VERSION_BYTES]);

#endif
