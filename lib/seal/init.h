/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to libsodium: every hash, signature, sealed text and random byte of the system is made
 * in this room. A process opens the door once, before anything else of the room; after that all
 * functions may be called from any thread. Nothing here holds state of its own.
 */
#ifndef TCN_SEAL_INIT_H
#define TCN_SEAL_INIT_H

#include "base/status.h"
#include "base/text.h"

#include <stddef.h>

/** Makes libsodium ready; harmless when called again.
 * Errors: TCN_IO the system gives no random bytes.
 * Thread: any; before the other functions of this room. */
TCN_MUST_CHECK enum tcn_status tcn_seal_init(void);

/** Overwrites `size` bytes with zeros in a way that no compiler removes; nothing when size is 0.
 * For texts that were unsealed and for keys. Thread: any. */
void tcn_secret_wipe(void *data, size_t size);

/** Writes the version of the libsodium that was loaded, "1.0.18". Thread: any. */
void tcn_seal_library_version(char out_version[TCN_LIBRARY_VERSION_BYTES]);

#endif
