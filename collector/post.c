/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/post.h"

#include "model/chunk.h"
#include "wire/frame.h"
#include "wire/lane.h"

#define STAMP_BYTES 64

enum tcn_status tcn_post(struct tcn_sock *net, const struct tcn_stamp *stamp,
                         const struct tcn_header *header, const struct tcn_slice *bodies,
                         size_t count) {
    TCN_CHECK(count + 2 <= TCN_PARTS_MAX);
    uint8_t data[STAMP_BYTES + TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice stamp_frame = {0};
    struct tcn_slice header_frame = {0};
    enum tcn_status status = tcn_wire_stamp_encode(stamp, &writer, &stamp_frame);
    TCN_CHECK(status == TCN_OK);
    status = tcn_wire_header_encode(header, &writer, &header_frame);
    TCN_CHECK(status == TCN_OK);
    struct tcn_parts parts;
    tcn_parts_init(&parts);
    status = tcn_parts_push(&parts, stamp_frame);
    if (status == TCN_OK) {
        status = tcn_parts_push(&parts, header_frame);
    }
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        status = tcn_parts_push(&parts, bodies[i]);
    }
    if (status == TCN_OK) {
        status = tcn_mailbox_post(net, &parts);
    }
    tcn_parts_fini(&parts);
    return status;
}

enum tcn_status tcn_post_error(struct tcn_sock *net, const struct tcn_stamp *stamp,
                               const struct tcn_header *asked, enum tcn_status code) {
    const struct tcn_refuse refuse = {
        .code = (uint32_t)code,
        .is_later = tcn_status_class(code) == TCN_CLASS_AGAIN,
    };
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION,
        .kind = TCN_KIND_ERROR,
        .session = asked->session,
        .request = asked->request,
    };
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body = {0};
    const enum tcn_status status = tcn_wire_refuse_encode(&refuse, &writer, &body);
    TCN_CHECK(status == TCN_OK);
    return tcn_post(net, stamp, &header, &body, 1);
}
