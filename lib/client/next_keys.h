/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New keys for a program that publishes nothing, and so cannot tell the log of them itself: they
 * are made beside its key file, an administrator enters the change, and then the file is swapped.
 * Until then the program goes on with the keys that it has. Nothing is kept between calls.
 */
#ifndef TCN_CLIENT_NEXT_KEYS_H
#define TCN_CLIENT_NEXT_KEYS_H

#include "model/registry.h"

/** Makes PATH.next, unless it is there, and what the log is to be told: ROTATED of this principal,
 * with the proof by the new signing key. The old keys are to be good until `until_ns`. A sealing
 * key stays as it is.
 * Errors: as tcn_key_file_read and tcn_key_file_write.
 * Thread: one for each path. */
TCN_MUST_CHECK enum tcn_status tcn_next_keys_make(const char *path, const struct tcn_id *log_id,
                                                  uint32_t principal, int64_t until_ns,
                                                  struct tcn_registry_change *out_change);

/** Makes PATH.next the key file, once the log has it; the one so far stays as PATH.old.
 * Errors: as tcn_key_file_swap.
 * Thread: one for each path. */
TCN_MUST_CHECK enum tcn_status tcn_next_keys_use(const char *path);

#endif
