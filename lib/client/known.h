/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program that reads has heard of its broker's keys, kept in the folder of its bundle as
 * DIR/session.bin: the last SESSION that told something new, as the collector signed it. It was
 * checked when it came; read back it is believed like the configuration beside it. Without it a
 * program would know again what it was configured with, and a broker that has changed its key
 * meanwhile would be a stranger to it.
 */
#ifndef TCN_CLIENT_KNOWN_H
#define TCN_CLIENT_KNOWN_H

#include "model/registry.h"
#include "seal/sign.h"

/** Keeps a SESSION frame and its signature. Errors: as tcn_setup_file_put. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_known_save(const char *dir, struct tcn_slice session,
                                              const struct tcn_signature *signature);

/** What was kept. Errors: TCN_ABSENT nothing was; as tcn_setup_file_read, and as decoding a SESSION
 * is. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_known_load(const char *dir, struct tcn_broker_keys *out_keys);

/** True when who was told these keys, and is configured with `configured`, would try this one.
 * Thread: any. Source: core/broker_keys.h. */
bool tcn_known_is_tried(const struct tcn_broker_keys *told, const struct tcn_public_key *configured,
                        int64_t wall_ns, const struct tcn_public_key *key);

/** The key that would be tried first: the one that stays when others are over. Thread: any. */
struct tcn_public_key tcn_known_newest(const struct tcn_broker_keys *told,
                                       const struct tcn_public_key *configured, int64_t wall_ns);

#endif
