/* SPDX-License-Identifier: Apache-2.0 */
#include "client/trust.h"

#include "wire/keys.h"

#include <string.h>

/* Frames of a signed message: header, body, signature; then the list and its signature. */
#define KEYS_FRAME 3
#define SIGNATURE_FRAME 4

void tcn_trust_take(struct tcn_keyring *ring, const struct tcn_parts *parts,
                    struct tcn_arena *arena) {
    const struct tcn_slice bytes = tcn_parts_frame(parts, KEYS_FRAME);
    const struct tcn_slice frame = tcn_parts_frame(parts, SIGNATURE_FRAME);
    struct tcn_keys keys;
    struct tcn_signature signature;
    if (frame.size != sizeof signature.bytes ||
        tcn_wire_keys_decode(bytes, arena, &keys) != TCN_OK) {
        return;
    }
    memcpy(signature.bytes, frame.data, sizeof signature.bytes);
    enum tcn_status ignored = tcn_keyring_take(ring, &keys, TCN_CONTEXT_KEYS, bytes, &signature);
    (void)ignored;
}
