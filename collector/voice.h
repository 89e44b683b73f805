/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's voice: the signing key that is in force at a position of the log, and the list of
 * keys that leads to it. Each actor that signs has one of its own and sets it anew when the writer
 * says that the registry changed. The secret comes from the key files beside the configured one:
 *
 *   collector.key        what the collector was started with
 *   collector.key.next   made by `tocsin key rotate collector`: the successor that is wanted
 *   collector.key.<id>   a key that was succeeded, by its id: kept for a restore to before that
 *
 *   [ next is there ] ──its succession is logged──▶ [ signs ] ──link, rename──▶ [ collector.key ]
 *
 * The log alone says which key is in force. A crash before the commit leaves the old key in force
 * and the wish where it was; a crash behind it leaves only the renaming, which the next start does.
 *
 * Thread: one voice, one thread; the files are moved by the program's first thread and the writer.
 */
#ifndef TCN_COLLECTOR_VOICE_H
#define TCN_COLLECTOR_VOICE_H

#include "query/rights.h"
#include "seal/key.h"
#include "wire/keys.h"

/** A voice. Open: embedded in its actor and not moved; all zero has none. */
struct tcn_voice {
    struct tcn_signing_key key;
    struct tcn_key_id key_id;
    uint32_t count; /**< keys that the key is behind; 0 for the log's first */
    /** The list and its signature, two frames; both empty while there is one key. */
    struct tcn_slice frames[2];
    uint8_t data[TCN_KEYS_BYTES_MAX];
    struct tcn_signature signature;
};

/** Where the keys are. Open: lent for the call. */
struct tcn_voice_keys {
    const struct tcn_key_set *held; /**< read at the start */
    const char *path;               /**< of that file; NULL: there are no others */
};

/** Takes the voice that the rights name.
 * Errors: TCN_DENIED no key file holds that key; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_voice_set(struct tcn_voice *voice,
                                             const struct tcn_voice_keys *keys,
                                             const struct tcn_rights *rights);

/** Wipes it; safe on a zeroed one. */
void tcn_voice_fini(struct tcn_voice *voice);

/** The signing key with this public key.
 * Owns: gives a secret; wipe it.
 * Errors: TCN_DENIED no key file holds it. */
TCN_MUST_CHECK enum tcn_status tcn_voice_find(const struct tcn_voice_keys *keys,
                                              const struct tcn_public_key *wanted,
                                              struct tcn_signing_key *out_key);

/** The key that is wanted behind the one in force: that of collector.key.next, else that of
 * collector.key itself, which is another one after a restore.
 * Owns: gives a secret; wipe it.
 * Errors: TCN_ABSENT none is wanted; as tcn_key_file_read, of a file that is there. */
TCN_MUST_CHECK enum tcn_status tcn_voice_wanted(const struct tcn_voice_keys *keys,
                                                const struct tcn_public_key *now,
                                                struct tcn_signing_key *out_key);

/** Makes collector.key.next, if it holds the key in force, collector.key, and keeps that under its
 * id. Does nothing when that is done or there is no such file.
 * Errors: TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_voice_install(const struct tcn_voice_keys *keys,
                                                 const struct tcn_public_key *now);

#endif
