/* SPDX-License-Identifier: Apache-2.0 */
#include "client/known.h"

#include "base/arena.h"
#include "client/setup_file.h"
#include "core/broker_keys.h"
#include "wire/frame.h"
#include "wire/session.h"

#include <stdlib.h>
#include <string.h>

#define NAME "session.bin"

enum tcn_status tcn_known_save(const char *dir, struct tcn_slice session,
                               const struct tcn_signature *signature) {
    return tcn_setup_file_put(dir, NAME, session, signature);
}

enum tcn_status tcn_known_load(const char *dir, struct tcn_broker_keys *out_keys) {
    uint8_t *data = NULL;
    struct tcn_slice bytes;
    struct tcn_signature ignored;
    struct tcn_session_given given;
    struct tcn_arena arena = {0};
    enum tcn_status status = tcn_setup_file_read(dir, NAME, &data, &bytes, &ignored);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_arena_init(&arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_SESSION_GIVEN_BYTES_MAX));
    if (status == TCN_OK) {
        status = tcn_wire_session_given_decode(bytes, &arena, &given);
    }
    if (status == TCN_OK) {
        *out_keys = given.brokers;
    }
    tcn_arena_fini(&arena);
    free(data);
    return status;
}

bool tcn_known_is_tried(const struct tcn_broker_keys *told, const struct tcn_public_key *configured,
                        int64_t wall_ns, const struct tcn_public_key *key) {
    struct tcn_broker_pick pick;
    bool is_tried = false;
    tcn_broker_keys_pick(told, configured, wall_ns, &pick);
    for (uint32_t i = 0; i < pick.count; i++) {
        is_tried = is_tried || memcmp(key, &pick.keys[i], sizeof *key) == 0;
    }
    return is_tried;
}

struct tcn_public_key tcn_known_newest(const struct tcn_broker_keys *told,
                                       const struct tcn_public_key *configured, int64_t wall_ns) {
    struct tcn_broker_pick pick;
    tcn_broker_keys_pick(told, configured, wall_ns, &pick);
    return pick.keys[0];
}
