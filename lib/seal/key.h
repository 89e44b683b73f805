/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of one principal and their files. A key file is text of mode 0600, made where it is
 * used, never overwritten and never sent; the public file beside it is what goes to enrolment:
 *
 *   tocsin-key 1
 *   name <word>
 *   transport-public <64 hex>   X25519 (CURVE)
 *   transport-secret <64 hex>
 *   signing-public <64 hex>     Ed25519
 *   signing-seed <64 hex>
 *   seal-public <64 hex>        X25519, only for organs that read sealed parts
 *   seal-secret <64 hex>
 *   seal-old-public <64 hex>    and its secret, for each of those before it, newest first: what
 *   seal-old-secret <64 hex>    was sealed to them must stay readable
 *
 * Lines stand in this order; a public file lacks the secret ones, and those of older sealing keys.
 * Errors say nothing of the content.
 */
#ifndef TCN_SEAL_KEY_H
#define TCN_SEAL_KEY_H

#include "model/limits.h"
#include "seal/box.h"
#include "seal/sign.h"

/** Bytes of a key file at most, and of another secret that is carried as a file. */
#define TCN_KEY_FILE_BYTES_MAX 2048

/** An X25519 pair for CURVE. Open: embedded. */
struct tcn_transport_key {
    struct tcn_public_key public_key;
    uint8_t secret[32];
};

/** All keys of one principal. Open: lives in its owner, who calls tcn_key_set_fini. */
struct tcn_key_set {
    char name[TCN_WORD_BYTES_MAX + 1];
    bool has_secrets; /**< false: read from a public file, all secrets are zero */
    bool has_seal;    /**< false: `seal` is zero */
    struct tcn_transport_key transport;
    struct tcn_signing_key signing;
    struct tcn_seal_key seal;                         /**< the newest */
    struct tcn_seal_key seals_old[TCN_SEALS_OLD_MAX]; /**< those before it, newest first */
    uint8_t seal_old_count;
};

/** Makes new keys from the system's random bytes.
 * Owns: gives secrets in out_set; end with tcn_key_set_fini.
 * Errors: TCN_BAD_VALUE the name is not a policy word.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_key_set_make(struct tcn_slice name, bool has_seal,
                                                struct tcn_key_set *out_set);

/** Overwrites all keys with zeros; accepts NULL and a zeroed set. Thread: any. */
void tcn_key_set_fini(struct tcn_key_set *set);

/** Writes the key file, mode 0600. It is there whole or not at all, and synced when this succeeds.
 * Errors: TCN_EXISTS there is one already; TCN_ABSENT no such folder; TCN_DENIED no right to write
 * there; TCN_FULL; TCN_IO; TCN_TOOBIG the path is longer than the system allows.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_key_file_write(const struct tcn_key_set *set, const char *path);

/** Writes the public file, mode 0644, in the same way. Errors: as tcn_key_file_write. Thread: any.
 */
TCN_MUST_CHECK enum tcn_status tcn_key_file_write_public(const struct tcn_key_set *set,
                                                         const char *path);

/** Reads a key file with its secrets.
 * Owns: gives secrets in out_set; end with tcn_key_set_fini.
 * Errors: TCN_ABSENT no such file; TCN_DENIED it may not be read, or others than its owner may read
 * or write it; TCN_MALFORMED it is no key file; TCN_VERSION a version that this program does not
 * know; TCN_CORRUPT a public key does not belong to its secret; TCN_IO.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_key_file_read(const char *path, struct tcn_key_set *out_set);

/** Reads a public file, whatever its mode; has_secrets is false.
 * Errors: as tcn_key_file_read; TCN_MALFORMED also for a file that holds secrets.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_key_file_read_public(const char *path,
                                                        struct tcn_key_set *out_set);

/** Makes another sealing key. Owns: gives a secret. Thread: any. */
void tcn_seal_key_make(struct tcn_seal_key *out_key);

/** The sealing keys of a set, newest first; gives how many, 0 to TCN_SEALS_MAX.
 * Owns: gives secrets in out_keys; wipe them. Thread: any. */
uint32_t tcn_key_set_seals(const struct tcn_key_set *set,
                           struct tcn_seal_key out_keys[TCN_SEALS_MAX]);

/** Puts these sealing keys, newest first, before those that a set has. One that it has already is
 * moved, not doubled.
 * Owns: copies secrets.
 * Errors: TCN_LIMIT it would have more than TCN_SEALS_MAX; the set is as it was.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_key_set_take_seals(struct tcn_key_set *set, const struct tcn_seal_key *keys, uint32_t count);

/** The same with a key file, and the public file beside it, when there is one. At every moment the
 * file is whole, and synced when this succeeds. Errors: TCN_BUSY its keys are being changed:
 * PATH.next is there; TCN_LIMIT; else as tcn_key_file_read and tcn_key_file_write. Thread: one for
 * each path.
 * Source: rename(2), fsync(2). */
TCN_MUST_CHECK enum tcn_status
tcn_key_file_take_seals(const char *path, const struct tcn_seal_key *keys, uint32_t count);

/** What is written beside a key file while its keys are changed, and how its name ends. */
#define TCN_KEY_FILE_NEXT ".next" /**< the newer keys, until the log has them */
#define TCN_KEY_FILE_OLD ".old"   /**< the older keys, until they are no longer good */

/** The name of a file beside a key file, in at most `size` bytes.
 * Errors: TCN_TOOBIG it does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_key_file_beside(const char *path, const char *ending,
                                                   char *out_path, size_t size);

/** Makes PATH.next the key file and keeps the one so far as PATH.old; the public file, when there
 * is one, goes along. At every moment PATH is a whole key file, and a call that was cut short is
 * simply made again.
 * Errors: TCN_ABSENT there is no PATH.next; else as tcn_key_file_write and tcn_key_file_read.
 * Thread: one for each path.
 * Source: link(2), rename(2), fsync(2). */
TCN_MUST_CHECK enum tcn_status tcn_key_file_swap(const char *path);

/** Overwrites a key file with zeros and removes it, with the temporary name that a writer who was
 * killed can have left of it; one that has another name too is in use by it and only loses this
 * one. What a disk keeps of what was overwritten is the disk's.
 * Errors: TCN_ABSENT there is none; else as tcn_key_file_write. Thread: one for each path. */
TCN_MUST_CHECK enum tcn_status tcn_key_file_erase(const char *path);

#endif
