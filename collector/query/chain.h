/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hash chain over the log's records. The log writer makes it, verification makes it again; both
 * call these two functions and nothing else, so they cannot differ.
 */
#ifndef TCN_QUERY_CHAIN_H
#define TCN_QUERY_CHAIN_H

#include "model/chunk.h"

/** What the next record names as its previous hash: BLAKE2b-256 over "tocsin.record.1", a NUL and
 * the record's encoded header, which itself names the previous record and the content by hash.
 * Thread: any. */
struct tcn_hash tcn_record_hash(const struct tcn_record *record);

/** The hash of what a record holds: of its head, in the context that the head was signed in. None
 * for an unknown kind.
 * Thread: any. */
struct tcn_hash tcn_record_content_hash(enum tcn_record_kind kind, struct tcn_slice head);

/** The context that a record's head is signed in, NULL for an unknown kind. Thread: any. */
const char *tcn_record_context(enum tcn_record_kind kind);

#endif
