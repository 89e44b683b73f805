/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a new machine gets in: it claims the row of its invitation at the door, with keys that it
 * made itself, and then asks for the bundle at the front, as the principal that it has become. Both
 * may be done again as often as it takes: the same claim by the same keys has the same answer.
 *
 *   keys made ──▶ claim at the door ──▶ ENROLLED, signed, of this very claim ──▶ bundle at the
 * front ▲        │ └────────┘ no answer, or "later": a new connection, the same claim
 *
 * Nothing that comes is believed but on the signature of the collector that the invitation names.
 */
#ifndef TCN_CLIENT_ENROL_H
#define TCN_CLIENT_ENROL_H

#include "client/invitation.h"
#include "model/registry.h"
#include "seal/key.h"

/** Who enrols. Open: filled by the caller; everything is lent for the call. */
struct tcn_enrolling {
    const struct tcn_invitation *invitation;
    const struct tcn_key_set *keys; /**< with secrets */
    int stop_descriptor;            /**< readable: end every wait; -1 when there is none */
    int64_t deadline_ns;            /**< of the monotonic clock */
};

/** Claims the row; says it again until it is answered.
 * Errors: TCN_DENIED the collector said so: the token is used, too old or another, or these keys
 * stand in another row; TCN_BAD_SIGNATURE an answer for ever that the collector of the invitation
 * did not sign; TCN_UNREACHABLE_PEER nobody with the broker's key was there in time; TCN_TIMEOUT
 * somebody was, and did not answer; what the collector said "later" with, when the time was over
 * meanwhile; TCN_CANCELED the stop descriptor; TCN_CONFIG the door's address; TCN_LIMIT; TCN_NOMEM;
 * TCN_CLOSED; TCN_IO. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_enrol_claim(const struct tcn_enrolling *enrolling,
                                               struct tcn_enrolled *out_enrolled);

/** Asks for the bundle and writes it to DIR/bundle.bin.
 * Errors: TCN_BAD_SIGNATURE, TCN_FOREIGN_LOG it is not of the collector or log of the invitation;
 * TCN_UNREACHABLE_PEER, TCN_TIMEOUT, TCN_CANCELED and the like as for a claim; as
 * tcn_setup_file_write. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_enrol_bundle(const struct tcn_enrolling *enrolling,
                                                const char *dir);

#endif
