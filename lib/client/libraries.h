/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which libraries a program of ours runs with, and which it was tested with: packages may be
 * exchanged below a program that is installed. Only what is below this room; LMDB is told by the
 * store. Any thread.
 */
#ifndef TCN_CLIENT_LIBRARIES_H
#define TCN_CLIENT_LIBRARIES_H

#include "base/text.h"

/** Rows of tcn_client_libraries. */
#define TCN_CLIENT_LIBRARIES 3

/** One library. */
struct tcn_library {
    const char *name;
    char version[TCN_LIBRARY_VERSION_BYTES]; /**< the one that was loaded */
    const char *tested;                      /**< of Debian 12 */
};

/** libzmq, libsodium and protobuf-c. Thread: any. */
void tcn_client_libraries(struct tcn_library out_libraries[TCN_CLIENT_LIBRARIES]);

#endif
