/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SESSION_ASK and SESSION: how a reader comes to its session. Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_SESSION_H
#define TCN_WIRE_SESSION_H

#include "base/arena.h"
#include "model/feed.h"

/** Appends a SESSION_ASK. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_session_ask_encode(const struct tcn_session_ask *ask,
                                                           struct tcn_writer *writer,
                                                           struct tcn_slice *out_bytes);

/** Reads a SESSION_ASK; its nonce is not none.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_session_ask_decode(struct tcn_slice bytes,
                                                           struct tcn_arena *arena,
                                                           struct tcn_session_ask *out_ask);

/** Appends a SESSION. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_session_given_encode(const struct tcn_session_given *given,
                                                             struct tcn_writer *writer,
                                                             struct tcn_slice *out_bytes);

/** Reads a SESSION.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_session_given_decode(struct tcn_slice bytes,
                                                             struct tcn_arena *arena,
                                                             struct tcn_session_given *out_given);

#endif
