/* SPDX-License-Identifier: Apache-2.0 */
#include "link/parts.h"

#include "link/handle.h"

#include <errno.h>
#include <string.h>

_Static_assert(sizeof(zmq_msg_t) <= TCN_FRAME_OPAQUE_BYTES, "a message handle fits a frame");
_Static_assert(alignof(zmq_msg_t) <= alignof(struct tcn_frame), "a message handle lies well");

zmq_msg_t *tcn_frame_message(const struct tcn_frame *frame) {
    /* Reading a message is const in meaning but not in libzmq's signatures. */
    return (zmq_msg_t *)(uintptr_t)frame->opaque;
}

void tcn_parts_init(struct tcn_parts *parts) {
    parts->count = 0;
    parts->bytes = 0;
    parts->is_from_curve_server = false;
}

void tcn_parts_clear(struct tcn_parts *parts) {
    TCN_CHECK(parts->count <= TCN_PARTS_MAX);
    for (size_t i = 0; i < parts->count; i++) {
        int result = zmq_msg_close(tcn_frame_message(&parts->frames[i]));
        TCN_CHECK(result == 0);
    }
    tcn_parts_init(parts);
}

void tcn_parts_fini(struct tcn_parts *parts) {
    if (parts != NULL) {
        tcn_parts_clear(parts);
    }
}

enum tcn_status tcn_parts_push(struct tcn_parts *parts, struct tcn_slice frame) {
    if (parts->count == TCN_PARTS_MAX) {
        return TCN_LIMIT;
    }
    zmq_msg_t *message = tcn_frame_message(&parts->frames[parts->count]);
    if (zmq_msg_init_size(message, frame.size) != 0) {
        return tcn_status_of_errno(errno);
    }
    if (frame.size > 0) {
        memcpy(zmq_msg_data(message), frame.data, frame.size);
    }
    parts->count++;
    parts->bytes += frame.size;
    return TCN_OK;
}

struct tcn_slice tcn_parts_frame(const struct tcn_parts *parts, size_t index) {
    if (index >= parts->count) {
        return tcn_slice_of(NULL, 0);
    }
    zmq_msg_t *message = tcn_frame_message(&parts->frames[index]);
    return tcn_slice_of(zmq_msg_data(message), zmq_msg_size(message));
}

/** A property of the last frame, NULL when it has none or an empty one. */
static const char *last_property(const struct tcn_parts *parts, const char *name) {
    if (parts->count == 0) {
        return NULL;
    }
    const char *text = zmq_msg_gets(tcn_frame_message(&parts->frames[parts->count - 1]), name);
    return text != NULL && text[0] != '\0' ? text : NULL;
}

const char *tcn_parts_user_id(const struct tcn_parts *parts) {
    return parts->is_from_curve_server ? last_property(parts, "User-Id") : NULL;
}

const char *tcn_parts_peer_address(const struct tcn_parts *parts) {
    return last_property(parts, "Peer-Address");
}
