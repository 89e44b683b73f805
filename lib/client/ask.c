/* SPDX-License-Identifier: Apache-2.0 */
#include "client/ask.h"

#include "wire/lane.h"
#include "wire/query.h"

#define BODY_BYTES_MAX 1024

static enum tcn_status status_of_code(uint32_t code) {
    return tcn_status_is_known(code) ? (enum tcn_status)code : TCN_MALFORMED;
}

static enum tcn_status take(struct tcn_session *session, const struct tcn_session_message *message,
                            struct tcn_answer *out_answer) {
    struct tcn_arena *arena = tcn_session_arena(session);
    if (message->header.kind == TCN_KIND_ERROR) {
        struct tcn_refuse refuse;
        enum tcn_status status = tcn_wire_refuse_decode(message->body, arena, &refuse);
        return status != TCN_OK ? status : status_of_code(refuse.code);
    }
    struct tcn_answer answer;
    enum tcn_status status = tcn_wire_answer_decode(message->body, arena, &answer);
    if (status == TCN_OK) {
        status = status_of_code(answer.code);
    }
    if (status == TCN_OK) {
        *out_answer = answer;
    }
    return status;
}

enum tcn_status tcn_ask(struct tcn_session *session, const struct tcn_query *query,
                        int64_t deadline_ns, struct tcn_answer *out_answer) {
    uint8_t bytes[BODY_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    enum tcn_status status = tcn_wire_query_encode(query, &writer, &body);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION, .kind = TCN_KIND_ASK, .request = tcn_session_request(session)};
    status = tcn_session_send(session, &header, body, deadline_ns);
    while (status == TCN_OK) {
        struct tcn_session_message message;
        status = tcn_session_recv(session, deadline_ns, &message);
        bool is_ours =
            status == TCN_OK && message.header.request == header.request &&
            (message.header.kind == TCN_KIND_ANSWER || message.header.kind == TCN_KIND_ERROR);
        if (is_ours) {
            return take(session, &message, out_answer);
        }
    }
    return status;
}
