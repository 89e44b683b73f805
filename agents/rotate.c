/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/rotate.h"

#include "agents/answer.h"
#include "agents/inner.h"
#include "base/clock.h"
#include "base/text.h"
#include "seal/hash.h"
#include "seal/init.h"
#include "seal/sign.h"
#include "wire/enrol.h"
#include "wire/event.h"
#include "wire/frame.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/** What begins the retry key of ROTATED; the newer signing key's id follows. */
#define RETRY_KEY "tocsin key rotation "
#define RETRY_KEY_BYTES (sizeof(RETRY_KEY) + 2 * sizeof(struct tcn_key_id))

/** Days that the older keys are good, unless somebody says otherwise. */
#define OVERLAP_NS (TCN_ROTATE_DAYS_DEFAULT * TCN_DAY_NS)

/** Where ROTATED went. */
struct said {
    bool is_said;
    bool is_logged; /* it has its receipt */
    enum tcn_lane lane;
};

/** The newer of two sets. */
static const struct tcn_key_set *newer(const struct tcn_agent *agent) {
    return agent->rotate.brain.uses_newer ? &agent->keys : &agent->rotate.other;
}

static void make_retry_key(const struct tcn_agent *agent, char out_key[RETRY_KEY_BYTES]) {
    const struct tcn_key_id id = tcn_key_id_of(&newer(agent)->signing.public_key);
    memcpy(out_key, RETRY_KEY, sizeof(RETRY_KEY) - 1);
    tcn_hex_encode(id.bytes, sizeof(id.bytes), out_key + sizeof(RETRY_KEY) - 1);
}

/** Reads a file beside the key file, when there is one. */
static enum tcn_status read_beside(struct tcn_agent *agent, const char *ending,
                                   struct tcn_key_set *out_set, bool *out_has) {
    char path[PATH_MAX];
    *out_has = false;
    enum tcn_status status =
        tcn_key_file_beside(agent->config->key_file, ending, path, sizeof(path));
    if (status == TCN_OK) {
        status = tcn_key_file_read(path, out_set);
    }
    if (status == TCN_ABSENT) {
        return TCN_OK;
    }
    *out_has = status == TCN_OK;
    if (status != TCN_OK) {
        tcn_log(agent->logger, TCN_LOG_ERROR, "cannot use the key file %s%s: %s",
                agent->config->key_file, ending, tcn_status_sentence(status));
        return TCN_CONFIG;
    }
    return TCN_OK;
}

enum tcn_status tcn_agent_rotate_open(struct tcn_agent *agent) {
    struct tcn_agent_rotate *rotate = &agent->rotate;
    bool has_next = false;
    bool has_old = false;
    int64_t until_ns = 0;
    rotate->overlap_ns = OVERLAP_NS;
    enum tcn_status status = read_beside(agent, TCN_KEY_FILE_NEXT, &rotate->other, &has_next);
    if (status == TCN_OK && !has_next) {
        status = read_beside(agent, TCN_KEY_FILE_OLD, &rotate->other, &has_old);
    }
    if (status == TCN_OK && (has_next || has_old)) {
        status = tcn_outbox_old_keys_get(agent->outbox, &until_ns);
        status = status == TCN_ABSENT ? TCN_OK : status;
    }
    if (status != TCN_OK) {
        return status;
    }
    tcn_rotation_init(&rotate->brain, has_next, has_old, until_ns, tcn_clock_monotonic_ns());
    if (has_old) {
        /* Killed behind the swap, perhaps: what waits was signed by the older key. */
        for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
            tcn_outlane_resign(&agent->lanes[i].brain);
        }
    }
    return TCN_OK;
}

void tcn_agent_rotate_close(struct tcn_agent *agent) {
    tcn_key_set_fini(&agent->rotate.other);
}

void tcn_agent_rotate_welcome(struct tcn_agent *agent, const struct tcn_agent_lane *lane,
                              const struct tcn_welcome *welcome) {
    struct tcn_agent_rotate *rotate = &agent->rotate;
    rotate->not_after_ns = welcome->not_after_ns;
    rotate->log_time_ns = welcome->log_time_ns;
    rotate->heard[lane - agent->lanes] = (struct tcn_agent_key_news){
        .has_welcome = true,
        .key_until_ns = welcome->key_until_ns,
        .log_time_ns = welcome->log_time_ns,
    };
}

/** Finds ROTATED in the outbox. */
static enum tcn_status find_said(struct tcn_agent *agent, struct said *out_said) {
    static const uint8_t any[TCN_AGENT_CONTENT_BYTES] = {0};
    char text[RETRY_KEY_BYTES];
    struct tcn_outbox_key key;
    struct tcn_outbox_lane row;
    *out_said = (struct said){.is_said = false};
    make_retry_key(agent, text);
    enum tcn_status status = tcn_outbox_key_check(agent->outbox, tcn_slice_text(text), any, &key);
    if (status == TCN_ABSENT) {
        return TCN_OK;
    }
    if (status == TCN_OK) {
        status = tcn_outbox_lane_get(agent->outbox, key.lane.lane, &row);
    }
    if (status != TCN_OK) {
        return status;
    }
    /* What an epoch that is over did not deliver was entered anew, with its retry key. */
    *out_said = (struct said){.is_said = true,
                              .is_logged = key.lane.epoch != row.lane.epoch ||
                                           row.acked_sequence >= key.sequence,
                              .lane = key.lane.lane};
    return TCN_OK;
}

/** The change of the registry, with the proof that the newer signing key is here. */
static enum tcn_status make_change(const struct tcn_agent *agent, int64_t until_ns,
                                   struct tcn_registry_change *out_change) {
    const struct tcn_key_set *set = newer(agent);
    struct tcn_registry_change change = {
        .kind = TCN_CHANGE_ROTATED,
        .principal = agent->config->principal,
        .transport_key = set->transport.public_key,
        .signing_key = set->signing.public_key,
        .until_ns = until_ns,
    };
    uint8_t bytes[TCN_KEY_PROOF_BYTES];
    tcn_wire_key_proof(&agent->facts.log_id, &change, bytes);
    const enum tcn_status status =
        tcn_sign(&set->signing, TCN_CONTEXT_KEY, tcn_slice_of(bytes, sizeof(bytes)), &change.proof);
    if (status == TCN_OK) {
        *out_change = change;
    }
    return status;
}

/** The event, encoded in the scratch arena. */
static enum tcn_status make_piece(struct tcn_agent *agent, int64_t until_ns,
                                  struct tcn_agent_piece *out_piece) {
    struct tcn_registry_change change;
    enum tcn_status status = make_change(agent, until_ns, &change);
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_REGISTRY_CHANGED,
        .mode = agent->bundle.bundle.mode,
        .office = agent->office.is_feed ? (struct tcn_slice){0} : agent->office.organ_id,
        .recorded_ns = tcn_clock_wall_ns(),
        .body_kind = TCN_BODY_REGISTRY,
        .registry = &change,
    };
    tcn_arena_reset(&agent->scratch);
    const size_t size = (size_t)2 * TCN_OPEN_BYTES_MAX;
    uint8_t *data = status == TCN_OK ? tcn_arena_alloc(&agent->scratch, size) : NULL;
    if (data == NULL) {
        return status == TCN_OK ? TCN_NOMEM : status;
    }
    struct tcn_writer writer = tcn_writer_init(data, size);
    const struct tcn_slice none = {0};
    struct tcn_slice open;
    struct tcn_agent_piece piece = {.mode = event.mode, .recorded_ns = event.recorded_ns};
    status = tcn_wire_open_part_encode(&event, &writer, &open);
    if (status == TCN_OK) {
        piece.hash = tcn_hash_event(open, none);
        status = tcn_wire_event_join(open, none, &writer, &piece.event);
    }
    if (status == TCN_OK) {
        *out_piece = piece;
    }
    return status;
}

/** The lane that carries it: the urgent one, unless it is off or this is a feed. */
static struct tcn_agent_lane *carrier(struct tcn_agent *agent) {
    const bool is_urgent = agent->config->is_urgent_on && !agent->office.is_feed;
    return &agent->lanes[is_urgent ? 0 : 1];
}

/** Cuts ROTATED and remembers where it went, in the open group. */
static enum tcn_status enter(struct tcn_agent *agent, const struct tcn_agent_piece *piece,
                             struct tcn_outbox_lane *row) {
    const struct tcn_agent_piece *const pieces[1] = {piece};
    char text[RETRY_KEY_BYTES];
    uint32_t count = 0;
    enum tcn_status status = tcn_outbox_lane_get(agent->outbox, carrier(agent)->number, row);
    struct tcn_outbox_key key = {.lane = row->lane, .sequence = row->next_sequence};
    if (status == TCN_OK) {
        status = tcn_agent_cut(&agent->cutter, agent->outbox, row, pieces, 1, &count);
    }
    if (status == TCN_OK) {
        make_retry_key(agent, text);
        status = tcn_outbox_key_put(agent->outbox, tcn_slice_text(text), &key);
    }
    return status;
}

/** SAY: durably, in a group of its own. A full outbox says it with a later WELCOME. */
static enum tcn_status say(struct tcn_agent *agent) {
    struct tcn_agent_rotate *rotate = &agent->rotate;
    const int64_t until_ns = rotate->log_time_ns + rotate->overlap_ns;
    struct tcn_agent_piece piece;
    struct tcn_outbox_lane row;
    enum tcn_status status = make_piece(agent, until_ns, &piece);
    if (status == TCN_OK) {
        status = tcn_agent_begin(agent);
    }
    if (status == TCN_OK) {
        agent->must_commit = true;
        status = enter(agent, &piece, &row);
    }
    if (status == TCN_OK) {
        status = tcn_outbox_old_keys_put(agent->outbox, until_ns);
    }
    status = status == TCN_OK ? tcn_agent_commit(agent) : status;
    if (status == TCN_FULL) {
        tcn_agent_abort(agent);
        tcn_agent_note(agent, "the new keys cannot be told to the log: the outbox is full");
        return TCN_OK;
    }
    if (status != TCN_OK) {
        return status;
    }
    if (rotate->brain.void_count > 0) {
        tcn_agent_note(agent, "the log did not take the new keys; they are told again");
    }
    rotate->is_greeted = false;
    tcn_rotation_said(&rotate->brain, until_ns, tcn_clock_monotonic_ns());
    tcn_outlane_cut(&carrier(agent)->brain, row.next_sequence - 1, &row.last_hash);
    return TCN_OK;
}

/** Puts the other set in use, or leaves the one in use if it is the right one already, and makes
 * every connection anew. */
static enum tcn_status use(struct tcn_agent *agent) {
    struct tcn_agent_rotate *rotate = &agent->rotate;
    struct tcn_key_set before = agent->keys;
    agent->keys = rotate->other;
    rotate->other = before;
    tcn_key_set_fini(&before);
    agent->cutter.key_id = tcn_key_id_of(&agent->keys.signing.public_key);
    memset(rotate->heard, 0, sizeof(rotate->heard)); /* they were of the other keys */
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < TCN_AGENT_LANES && status == TCN_OK; i++) {
        tcn_outlane_resign(&agent->lanes[i].brain);
        status = tcn_agent_lane_reconnect(agent, &agent->lanes[i]);
    }
    tcn_agent_follow_close(agent); /* its next turn connects */
    return status;
}

/** SWAP: what is on disk follows what the log says. A disk that refuses is tried with the next
 * WELCOME that says so; until then a restart finds the older key, and learns it again. */
static enum tcn_status swap(struct tcn_agent *agent, bool was_newer) {
    enum tcn_status status = tcn_key_file_swap(agent->config->key_file);
    if (status != TCN_OK && status != TCN_ABSENT) { /* ABSENT: it was swapped before */
        tcn_agent_note(agent, "the new keys are used, but the key file cannot be written: %s",
                       tcn_status_sentence(status));
    }
    tcn_log(agent->logger, TCN_LOG_INFO, "the log has this agent's new keys: they are used now");
    return was_newer ? TCN_OK : use(agent);
}

static void erase(struct tcn_agent *agent) {
    char path[PATH_MAX];
    enum tcn_status status =
        tcn_key_file_beside(agent->config->key_file, TCN_KEY_FILE_OLD, path, sizeof(path));
    status = status == TCN_OK ? tcn_key_file_erase(path) : status;
    if (status != TCN_OK && status != TCN_ABSENT) {
        tcn_agent_note(agent, "the old keys are over, but cannot be erased: %s",
                       tcn_status_sentence(status));
    }
    tcn_key_set_fini(&agent->rotate.other);
}

/** Carries the brain's action out. */
static enum tcn_status carry(struct tcn_agent *agent, enum tcn_rotation_action action,
                             bool was_newer) {
    switch (action) {
    case TCN_ROTATION_SAY:
        return say(agent);
    case TCN_ROTATION_SWAP:
        return swap(agent, was_newer);
    case TCN_ROTATION_USE:
        return use(agent);
    case TCN_ROTATION_ERASE:
        erase(agent);
        break;
    case TCN_ROTATION_NOTHING:
        break;
    }
    return TCN_OK;
}

/** True while the collector takes events with the keys in use. */
static bool is_open(const struct tcn_agent *agent) {
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        const enum tcn_outlane_state state = agent->lanes[i].brain.state;
        if (state == TCN_OUTLANE_OPEN || state == TCN_OUTLANE_SETTLING ||
            state == TCN_OUTLANE_FENCED) {
            return true;
        }
    }
    return false;
}

/** Once ROTATED has its receipt, HELLO tells what came of it. */
static void greet(struct tcn_agent *agent, const struct said *said) {
    struct tcn_agent_rotate *rotate = &agent->rotate;
    if (rotate->brain.state == TCN_ROTATION_SAYING && said->is_logged && !rotate->is_greeted) {
        const uint32_t index = said->lane == TCN_LANE_URGENT ? 0 : 1;
        rotate->is_greeted = true;
        tcn_outlane_wake(&agent->lanes[index].brain, tcn_clock_monotonic_ns());
    }
}

/** One step: with what a lane heard, or nothing. */
static enum tcn_status step(struct tcn_agent *agent, const struct tcn_agent_key_news *heard,
                            enum tcn_lane lane) {
    struct tcn_agent_rotate *rotate = &agent->rotate;
    const bool was_newer = rotate->brain.uses_newer;
    struct said said = {.is_said = false};
    enum tcn_status status = TCN_OK;
    if (rotate->brain.state == TCN_ROTATION_SAYING || heard->has_welcome) {
        status = find_said(agent, &said);
    }
    if (status != TCN_OK) {
        return status;
    }
    greet(agent, &said);
    const struct tcn_rotation_input in = {
        .is_open = is_open(agent),
        .has_welcome = heard->has_welcome,
        .key_until_ns = heard->key_until_ns,
        .log_time_ns = heard->log_time_ns,
        .is_after = said.is_logged && said.lane == lane,
        .is_said = said.is_said,
    };
    const enum tcn_rotation_action action =
        tcn_rotation_step(&rotate->brain, &in, tcn_clock_monotonic_ns());
    return carry(agent, action, was_newer);
}

enum tcn_status tcn_agent_rotate_turn(struct tcn_agent *agent, int64_t *out_deadline_ns) {
    struct tcn_agent_rotate *rotate = &agent->rotate;
    *out_deadline_ns = INT64_MAX;
    if (rotate->brain.state == TCN_ROTATION_ALONE || agent->is_stopping) {
        memset(rotate->heard, 0, sizeof(rotate->heard));
        return TCN_OK;
    }
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < TCN_AGENT_LANES && status == TCN_OK; i++) {
        const struct tcn_agent_key_news heard = rotate->heard[i];
        rotate->heard[i].has_welcome = false;
        status = step(agent, &heard, agent->lanes[i].number);
    }
    *out_deadline_ns = tcn_rotation_deadline(&rotate->brain, is_open(agent));
    return status;
}

/** The sealing keys go on to the newer file: those that stand in the file now, because a person may
 * have put another there since the agent read it. */
static enum tcn_status take_seals(const struct tcn_agent *agent, struct tcn_key_set *made) {
    struct tcn_key_set now = {0};
    struct tcn_seal_key seals[TCN_SEALS_MAX];
    enum tcn_status status = tcn_key_file_read(agent->config->key_file, &now);
    if (status == TCN_OK) {
        status = tcn_key_set_take_seals(made, seals, tcn_key_set_seals(&now, seals));
    }
    tcn_secret_wipe(seals, sizeof(seals));
    tcn_key_set_fini(&now);
    return status;
}

/** Makes the newer keys, on disk before anything else; the sealing keys stay. */
static enum tcn_status begin(struct tcn_agent *agent) {
    struct tcn_agent_rotate *rotate = &agent->rotate;
    char path[PATH_MAX];
    struct tcn_key_set made;
    enum tcn_status status =
        tcn_key_file_beside(agent->config->key_file, TCN_KEY_FILE_NEXT, path, sizeof(path));
    if (status == TCN_OK) {
        status = tcn_key_set_make(tcn_slice_text(agent->keys.name), false, &made);
    }
    if (status != TCN_OK) {
        return status;
    }
    status = take_seals(agent, &made);
    if (status == TCN_OK) {
        status = tcn_key_file_write(&made, path);
    }
    if (status == TCN_OK) {
        tcn_key_set_fini(&rotate->other);
        rotate->other = made;
        rotate->is_greeted = false;
        tcn_rotation_ask(&rotate->brain, tcn_clock_monotonic_ns());
        for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) { /* the next WELCOME starts it */
            tcn_outlane_wake(&agent->lanes[i].brain, tcn_clock_monotonic_ns());
        }
    }
    tcn_key_set_fini(&made);
    return status;
}

void tcn_agent_rotate_answer(struct tcn_agent *agent, uint32_t days,
                             struct tcn_local_answer *out_answer) {
    static const enum tcn_key_change states[] = {
        [TCN_ROTATION_ALONE] = TCN_KEY_CHANGE_NONE,
        [TCN_ROTATION_SAYING] = TCN_KEY_CHANGE_UNDER_WAY,
        [TCN_ROTATION_SETTLED] = TCN_KEY_CHANGE_DONE,
    };
    struct tcn_agent_rotate *rotate = &agent->rotate;
    enum tcn_status status = TCN_OK;
    if (days != 0 && !rotate->brain.uses_newer && rotate->brain.state == TCN_ROTATION_SETTLED) {
        status = TCN_BUSY; /* the older keys are knocking: which are good is not known now */
    } else if (days != 0) {
        rotate->overlap_ns = (int64_t)days * TCN_DAY_NS;
        status = rotate->brain.state == TCN_ROTATION_SAYING ? TCN_OK : begin(agent);
    }
    tcn_agent_answer_code(status, status == TCN_OK ? "" : "key", out_answer);
    tcn_hex_encode(agent->keys.signing.public_key.bytes, sizeof(struct tcn_public_key),
                   rotate->key_text);
    out_answer->has_rotation = true;
    out_answer->rotation = (struct tcn_local_rotation){
        .state = states[rotate->brain.state],
        .key = tcn_slice_text(rotate->key_text),
        .until_ns = rotate->brain.state == TCN_ROTATION_SETTLED ? rotate->brain.until_ns : 0,
        .not_after_ns = rotate->not_after_ns,
    };
}
