/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions of readers: SESSION_ASK is answered here, and every OPEN, REPLAY and ASK passes here
 * before anything of it is read. Who is refused is told the same, whatever is wrong.
 */
#include "collector/serve_inside.h"

#include "base/clock.h"
#include "core/broker_keys.h"
#include "seal/hash.h"
#include "seal/random.h"
#include "seal/sign.h"
#include "seal/told.h"
#include "wire/session.h"

#include <string.h>

#define SESSION_BYTES TCN_SESSION_GIVEN_BYTES_MAX

static enum tcn_status say_session(struct tcn_server *server, const struct tcn_serve_asked *asked,
                                   struct tcn_slice body) {
    struct tcn_signature signature = {0};
    const enum tcn_status status =
        tcn_sign(&server->voice.key, TCN_CONTEXT_SESSION, body, &signature);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_slice bodies[] = {body, tcn_slice_of(signature.bytes, sizeof(signature.bytes)),
                                       server->voice.frames[0], server->voice.frames[1]};
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION,
        .kind = TCN_KIND_SESSION,
        .request = asked->header.request,
    };
    return tcn_serve_post(server, &asked->stamp, &header, bodies, server->voice.count > 0 ? 4 : 2);
}

enum tcn_status tcn_admit_take(struct tcn_server *server, const struct tcn_serve_asked *asked) {
    struct tcn_session_ask ask;
    enum tcn_status status = tcn_wire_session_ask_decode(asked->body, &server->arena, &ask);
    server->counts.check_count++;
    if (status != TCN_OK) {
        return tcn_serve_error(server, asked, status);
    }
    const struct tcn_registry *registry = tcn_roster_registry(&server->roster);
    struct tcn_session_given given = {
        .log_id = server->house->charter.genesis.log_id,
        .generation = server->house->generation,
        .principal = asked->stamp.principal,
        .nonce = ask.nonce,
        .bundle_version = tcn_charter_bundle_version(
            &server->house->charter, tcn_rights_policy(&server->roster.rights), registry),
    };
    tcn_broker_keys_of(registry, &given.brokers);
    struct tcn_session_row *row = tcn_sessions_get(server->sessions, &asked->stamp, &ask.nonce,
                                                   tcn_random_u64() | 1, &given.session);
    uint8_t data[SESSION_BYTES];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body = {0};
    status = tcn_wire_session_given_encode(&given, &writer, &body);
    TCN_CHECK(status == TCN_OK);
    row->key_count = server->voice.count;
    row->hash = tcn_hash_in_context(TCN_CONTEXT_SESSION, body);
    return say_session(server, asked, body);
}

const struct tcn_public_key *tcn_admit_signer(const struct tcn_serve_asked *asked,
                                              const struct tcn_hash *session, int64_t now_ns) {
    const struct tcn_told told = {
        .session = session, .header = asked->header_frame, .body = asked->body};
    const struct tcn_public_key *const keys[] = {
        &asked->principal->signing_key, tcn_principal_old_signing_key(asked->principal, now_ns)};
    for (size_t i = 0; i < 2; i++) {
        if (keys[i] != NULL &&
            tcn_told_verify(keys[i], TCN_CONTEXT_ASKED, &told, asked->signature) == TCN_OK) {
            return keys[i];
        }
    }
    return NULL;
}

static bool is_same_key(const struct tcn_public_key *left, const struct tcn_public_key *right) {
    return right != NULL && memcmp(left->bytes, right->bytes, sizeof(left->bytes)) == 0;
}

bool tcn_admit_may_go_on(const struct tcn_serve_line *line, const struct tcn_principal *principal,
                         int64_t now_ns) {
    return tcn_principal_is_valid(principal, now_ns) &&
           (is_same_key(&line->signer, &principal->signing_key) ||
            is_same_key(&line->signer, tcn_principal_old_signing_key(principal, now_ns)));
}

enum tcn_status tcn_admit_check(struct tcn_server *server, const struct tcn_serve_asked *asked,
                                struct tcn_serve_line *out_line) {
    struct tcn_session_row *row =
        tcn_sessions_find(server->sessions, &asked->stamp, asked->header.session);
    server->counts.check_count++;
    if (row == NULL) {
        server->counts.stale_count++;
        return TCN_STALE;
    }
    const struct tcn_public_key *signer =
        asked->header.request > row->last_request
            ? tcn_admit_signer(asked, &row->hash, tcn_clock_wall_ns())
            : NULL;
    if (signer == NULL) {
        return TCN_DENIED;
    }
    row->last_request = asked->header.request;
    *out_line = (struct tcn_serve_line){
        .stamp = asked->stamp,
        .session = row->hash,
        .signer = *signer,
        .key_count = row->key_count,
    };
    return TCN_OK;
}
