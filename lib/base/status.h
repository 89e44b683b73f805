/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can go wrong, named by cause and never by place. One list gives the enum, the number on the
 * wire, the class and the sentence; PROTOCOL.md's error table is the same list. Foreign codes
 * (errno, LMDB, libzmq, protobuf-c, libsodium) are translated at their door and never travel
 * further.
 */
#ifndef TCN_BASE_STATUS_H
#define TCN_BASE_STATUS_H

#include "base/check.h"

#include <stdbool.h>
#include <stdint.h>

/** Who is at fault, and so what to do about it. */
enum tcn_class {
    TCN_CLASS_NONE,  /**< nothing went wrong, or the answer is simply "no such thing" */
    TCN_CLASS_AGAIN, /**< later: the same call may succeed when repeated */
    TCN_CLASS_PEER,  /**< their fault, for ever: answer and go on */
    TCN_CLASS_LOCAL, /**< our fault: shed load or stop */
};

/* Numbers are on the wire and in logs: never reuse one, only add. */
#define TCN_STATUS_LIST(X)                                                                         \
    X(TCN_OK, 0, NONE, "done")                                                                     \
    X(TCN_ABSENT, 1, NONE, "there is no such thing")                                               \
    X(TCN_EXISTS, 2, NONE, "it exists already")                                                    \
    X(TCN_CANCELED, 3, NONE, "the request was withdrawn")                                          \
    X(TCN_AGAIN, 10, AGAIN, "nothing is ready yet")                                                \
    X(TCN_BUSY, 11, AGAIN, "the receiver is busy")                                                 \
    X(TCN_FULL, 12, AGAIN, "the storage is full")                                                  \
    X(TCN_TIMEOUT, 13, AGAIN, "no answer came in time")                                            \
    X(TCN_UPGRADE, 14, AGAIN, "the format is newer than this program knows")                       \
    X(TCN_LIMIT, 15, AGAIN, "a stated limit is reached")                                           \
    X(TCN_UNREACHABLE_PEER, 16, AGAIN, "the other side cannot be reached")                         \
    X(TCN_STALE, 17, AGAIN, "the session is over, say HELLO again")                                \
    X(TCN_UNTRUSTED, 18, AGAIN, "the broker does not believe the collector's signing key")         \
    X(TCN_MALFORMED, 30, PEER, "the bytes do not decode")                                          \
    X(TCN_TOOBIG, 31, PEER, "it is larger than the stated maximum")                                \
    X(TCN_BAD_TEXT, 32, PEER, "text is not UTF-8 or holds a NUL")                                  \
    X(TCN_UNKNOWN_FIELD, 33, PEER, "a field is unknown at this format")                            \
    X(TCN_BAD_DIVISION, 34, PEER, "a division is not 12 digits")                                   \
    X(TCN_BAD_VALUE, 35, PEER, "a value is outside its stated range")                              \
    X(TCN_DENIED, 36, PEER, "this principal may not do that")                                      \
    X(TCN_BAD_SIGNATURE, 37, PEER, "the signature does not fit the content")                       \
    X(TCN_FOREIGN_LOG, 38, PEER, "it was made for another log")                                    \
    X(TCN_FOREIGN_SOURCE, 39, PEER, "this key may not speak for that office")                      \
    X(TCN_FENCED, 40, PEER, "this epoch was closed by a newer one")                                \
    X(TCN_CONFLICT, 41, PEER, "another content already stands there")                              \
    X(TCN_SEQUENCE, 42, PEER, "the sequence does not continue the lane")                           \
    X(TCN_REVOKED, 43, PEER, "the key is revoked or expired")                                      \
    X(TCN_NOT_ALLOWED, 44, PEER, "the act is not allowed at this stage")                           \
    X(TCN_GIVEN_UP, 45, PEER, "a later generation of the log has taken its place")                 \
    X(TCN_NOMEM, 60, LOCAL, "memory is exhausted")                                                 \
    X(TCN_IO, 61, LOCAL, "the disk or the network failed")                                         \
    X(TCN_CORRUPT, 62, LOCAL, "stored bytes are damaged")                                          \
    X(TCN_LOCKED, 63, LOCAL, "another process holds it")                                           \
    X(TCN_CLOSED, 64, LOCAL, "it is closed")                                                       \
    X(TCN_CONFIG, 65, LOCAL, "the configuration is invalid")                                       \
    X(TCN_VERSION, 66, LOCAL, "the stored format is not known to this program")                    \
    X(TCN_HALTED, 67, LOCAL, "the state stands still behind the log")

/** The outcome of everything that can fail. Zero is success. */
enum tcn_status {
#define TCN_STATUS_ENUM(name, number, class_, sentence) name = (number),
    TCN_STATUS_LIST(TCN_STATUS_ENUM)
#undef TCN_STATUS_ENUM
};

/** The status's name without prefix in lower case, for example "bad_division"; "unknown" for a
 * number that is not in the list.
 * Thread: any. */
const char *tcn_status_name(enum tcn_status status);

/** One sentence for people, without a full stop. Thread: any. */
const char *tcn_status_sentence(enum tcn_status status);

/** The class of a status; TCN_CLASS_LOCAL for a number that is not in the list. Thread: any. */
enum tcn_class tcn_status_class(enum tcn_status status);

/** True when the number, as read from the wire, is one of the list. Thread: any. */
bool tcn_status_is_known(uint32_t number);

#endif
