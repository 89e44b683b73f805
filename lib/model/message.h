/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The envelope of every message between processes: the header that a broker reads, the stamp that a
 * broker adds, and the kinds of messages.
 */
#ifndef TCN_MODEL_MESSAGE_H
#define TCN_MODEL_MESSAGE_H

#include "model/id.h"

/* Kinds, with who sends them. Numbers are on the wire: never reuse one, only add. Up is towards the
 * collector. X(NAME, number, direction, "word") */
#define TCN_KIND_LIST(X)                                                                           \
    X(HELLO, 1, UP, "hello")                                                                       \
    X(WELCOME, 2, DOWN, "welcome")                                                                 \
    X(CHUNK, 3, UP, "chunk")                                                                       \
    X(ACK, 4, DOWN, "ack")                                                                         \
    X(REFUSE, 5, DOWN, "refuse")                                                                   \
    X(AGAIN, 6, DOWN, "again")                                                                     \
    X(BUNDLE_ASK, 7, UP, "bundle_ask")                                                             \
    X(BUNDLE, 8, DOWN, "bundle")                                                                   \
    X(ENROL, 10, UP, "enrol")                                                                      \
    X(ENROLLED, 11, DOWN, "enrolled")                                                              \
    X(SESSION_ASK, 16, UP, "session_ask")                                                          \
    X(SESSION, 17, DOWN, "session")                                                                \
    X(OPEN, 20, UP, "open")                                                                        \
    X(OPENED, 21, DOWN, "opened")                                                                  \
    X(FETCH, 22, UP, "fetch")                                                                      \
    X(ITEMS, 23, DOWN, "items")                                                                    \
    X(GAP, 24, DOWN, "gap")                                                                        \
    X(RESET, 25, DOWN, "reset")                                                                    \
    X(HEAD, 26, DOWN, "head")                                                                      \
    X(MOVE, 27, UP, "move")                                                                        \
    X(CLOSE, 28, UP, "close")                                                                      \
    X(REPLAY, 40, UP, "replay")                                                                    \
    X(REPLAY_FETCH, 41, UP, "replay_fetch")                                                        \
    X(REPLAY_ITEMS, 42, DOWN, "replay_items")                                                      \
    X(END, 43, DOWN, "end")                                                                        \
    X(CANCEL, 44, UP, "cancel")                                                                    \
    X(ASK, 60, UP, "ask")                                                                          \
    X(ANSWER, 61, DOWN, "answer")                                                                  \
    X(ERROR, 80, DOWN, "error")                                                                    \
    X(READY, 100, COLLECTOR, "ready")                                                              \
    X(GONE, 101, BROKER, "gone")

/** What a message is. */
enum tcn_kind {
    TCN_KIND_NONE = 0,
#define TCN_KIND_ENUM(name, number, direction, word) TCN_KIND_##name = (number),
    TCN_KIND_LIST(TCN_KIND_ENUM)
#undef TCN_KIND_ENUM
};

/** Who may send a kind. */
enum tcn_direction {
    TCN_DIRECTION_NONE = 0,
    TCN_DIRECTION_UP,        /**< a peer, through the broker, to the collector */
    TCN_DIRECTION_DOWN,      /**< the collector, through the broker, to a peer */
    TCN_DIRECTION_COLLECTOR, /**< the collector to the broker itself */
    TCN_DIRECTION_BROKER,    /**< the broker itself to the collector */
};

#define TCN_WIRE_VERSION 1u

/** First frame of every message. */
struct tcn_header {
    uint32_t version; /**< TCN_WIRE_VERSION */
    enum tcn_kind kind;
    uint64_t session; /**< the collector's, from WELCOME, SESSION or OPENED; 0 before */
    uint64_t request; /**< chosen by who asks, echoed in every answer */
    uint64_t number;  /**< of what the collector tells a request, from 1; 0 in all else */
};

/** Put before the header by the broker on the way up, and by the collector on the way down. */
struct tcn_stamp {
    uint32_t principal;              /**< authenticated by its transport key; 0: a guest */
    uint64_t connection;             /**< random, made by the broker for each connection */
    struct tcn_public_key guest_key; /**< transport key of a guest; none for a principal */
};

/** The kind's word, "none" when unknown. Thread: any. */
const char *tcn_kind_name(enum tcn_kind kind);
/** Who sends it; NONE when unknown. Thread: any. */
enum tcn_direction tcn_kind_direction(enum tcn_kind kind);
/** True for what a reader asks in its session: OPEN, MOVE, REPLAY and ASK have its signature.
 * Thread: any. */
bool tcn_kind_is_asked(enum tcn_kind kind);
/** True for what the collector tells a reader: each such message has its number and its signature.
 * Thread: any. */
bool tcn_kind_is_told(enum tcn_kind kind);

#endif
