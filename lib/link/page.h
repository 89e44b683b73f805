/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One page of text on a unix socket, for `curl --unix-socket PATH http://localhost/metrics` and for
 * what collects numbers. It speaks as much HTTP/1.0 as that takes. One request at a time: whoever
 * connects meanwhile waits in a queue of four. A client that does not say what it wants, or does
 * not read its answer, within a second is dropped. Nothing here waits, so the loop that owns the
 * page is never held up: everything it watches is behind one descriptor.
 *
 *   idle ──connect──▶ asked ──whole request──▶ answering ──all sent──▶ idle
 *                       └────── 1 s, hang-up, 4 KiB without an end ──────┘
 */
#ifndef TCN_LINK_PAGE_H
#define TCN_LINK_PAGE_H

#include "base/status.h"

#include <stddef.h>

/** The page. Opaque. */
struct tcn_page;

/** Writes the page's text, of at most `size_max` bytes without a NUL, and gives its size; 0 when it
 * cannot. Called for each request, by tcn_page_step. */
typedef size_t tcn_page_write(void *argument, char *out_text, size_t size_max);

/** Opens a page at a path. A socket that nobody listens at any more is replaced; mode 0600.
 * Owns: copies the path; gives the page.
 * Errors: TCN_TOOBIG the path does not fit a unix socket; TCN_LOCKED somebody listens there;
 * TCN_EXISTS the path is no socket; TCN_ABSENT TCN_DENIED its folder; TCN_LIMIT no descriptors;
 * TCN_NOMEM; TCN_IO.
 * Thread: the caller becomes its owner. */
TCN_MUST_CHECK enum tcn_status tcn_page_open(const char *path, struct tcn_page **out_page);

/** Closes it and removes the socket; accepts NULL, leaves NULL. Thread: owner. */
void tcn_page_close(struct tcn_page **page);

/** What to watch for reading, the same for the page's life. Owns: lends. Thread: owner. */
int tcn_page_descriptor(const struct tcn_page *page);

/** Does what can be done without waiting. Thread: owner. */
void tcn_page_step(struct tcn_page *page, tcn_page_write *write, void *argument);

/** Clients that were dropped because they did not ask or read in time. Thread: owner. */
unsigned tcn_page_dropped_count(const struct tcn_page *page);

#endif
