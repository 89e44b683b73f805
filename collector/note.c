/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/note.h"

#include <string.h>

bool tcn_note_read(struct tcn_slice frame, void *out_note, size_t size) {
    TCN_CHECK(out_note != NULL && size > 0);
    if (frame.size != size) {
        return false;
    }
    memcpy(out_note, frame.data, size);
    return true;
}

enum tcn_status tcn_note_post(struct tcn_sock *sock, const void *note, size_t size) {
    struct tcn_parts parts;
    tcn_parts_init(&parts);
    enum tcn_status status = tcn_parts_push(&parts, tcn_slice_of(note, size));
    if (status == TCN_OK) {
        status = tcn_mailbox_post(sock, &parts);
    }
    tcn_parts_fini(&parts);
    return status;
}
