/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An invitation: what a new machine needs to get into a registry, as a file of text that somebody
 * carries to it by hand. It pins the broker's and the collector's keys, so nothing is learned on
 * first use, and holds a token that is good once. Whoever has it can be that machine until it is
 * used: its mode is 0600, and it is never overwritten.
 *
 *   tocsin-invitation 1
 *   name <word>                 of the row, and of the keys that the machine makes
 *   until <RFC 3339 time, Z>    the token is good before it
 *   door <address>              where the machine claims the row
 *   front <address>             where it works afterwards
 *   broker-key <64 hex>         X25519, the broker's
 *   log-id <32 hex>
 *   collector-key <64 hex>      Ed25519, the collector's
 *   token <32 hex>
 *   check <16 hex>              of all lines before it: a slip of the hand is found at once
 */
#ifndef TCN_CLIENT_INVITATION_H
#define TCN_CLIENT_INVITATION_H

#include "base/status.h"
#include "model/id.h"
#include "model/limits.h"

/** Room for an address, its NUL included. */
#define TCN_INVITATION_ADDRESS_BYTES 256

/** What it says. Open: filled by who invites, read by who is invited; holds a secret. */
struct tcn_invitation {
    char name[TCN_WORD_BYTES_MAX + 1];
    int64_t until_ns; /**< whole milliseconds */
    char door[TCN_INVITATION_ADDRESS_BYTES];
    char front[TCN_INVITATION_ADDRESS_BYTES];
    struct tcn_public_key broker_key;
    struct tcn_id log_id;
    struct tcn_public_key collector_key;
    struct tcn_id token;
};

/** Makes a token from the system's random bytes, and its hash, which is all that the log gets.
 * Thread: any. Source: PROTOCOL.md, section 5. */
void tcn_invitation_token(struct tcn_id *out_token, struct tcn_hash *out_hash);

/** Writes the file, mode 0600; it is there whole and synced, or not at all.
 * Errors: TCN_EXISTS there is one already; TCN_ABSENT no such folder; TCN_DENIED; TCN_FULL; TCN_IO;
 * TCN_TOOBIG the path. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_invitation_write(const struct tcn_invitation *invitation,
                                                    const char *path);

/** Reads the file.
 * Errors: TCN_ABSENT no such file; TCN_DENIED it may not be read; TCN_MALFORMED it is no
 * invitation; TCN_CORRUPT it is not as it was written; TCN_VERSION of a version that this program
 * does not know; TCN_IO. Its mode is not looked at: what it was carried on may know none. Thread:
 * any. */
TCN_MUST_CHECK enum tcn_status tcn_invitation_read(const char *path,
                                                   struct tcn_invitation *out_invitation);

/** Overwrites it with zeros. Thread: any. */
void tcn_invitation_fini(struct tcn_invitation *invitation);

#endif
