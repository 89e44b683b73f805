/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/peer.h"

#include <string.h>

enum tcn_status tcn_agent_peer_read(const struct tcn_parts *parts,
                                    struct tcn_agent_peer *out_peer) {
    if (parts->count < 2 || parts->count > TCN_AGENT_PEER_FRAMES_MAX + 1) {
        return TCN_MALFORMED;
    }
    struct tcn_agent_peer peer;
    memset(&peer, 0, sizeof(peer));
    peer.count = (uint32_t)parts->count - 1;
    for (uint32_t i = 0; i < peer.count; i++) {
        struct tcn_slice frame = tcn_parts_frame(parts, i);
        if (frame.size > TCN_AGENT_PEER_FRAME_BYTES_MAX) {
            return TCN_MALFORMED;
        }
        if (frame.size > 0) {
            memcpy(peer.bytes[i], frame.data, frame.size);
        }
        peer.sizes[i] = (uint8_t)frame.size;
    }
    *out_peer = peer;
    return TCN_OK;
}

enum tcn_status tcn_agent_peer_send(const struct tcn_agent_peer *peer, struct tcn_sock *sock,
                                    struct tcn_slice answer) {
    struct tcn_slice frames[TCN_AGENT_PEER_FRAMES_MAX + 1];
    for (uint32_t i = 0; i < peer->count; i++) {
        frames[i] = tcn_slice_of(peer->bytes[i], peer->sizes[i]);
    }
    frames[peer->count] = answer;
    enum tcn_status status = tcn_sock_send(sock, frames, (size_t)peer->count + 1);
    return status == TCN_AGAIN || status == TCN_ABSENT ? TCN_OK : status;
}
