/* SPDX-License-Identifier: Apache-2.0 */
#include "core/door.h"

#include <string.h>

struct tcn_door tcn_door_init(void) {
    return (struct tcn_door){.free_ns = INT64_MIN};
}

enum tcn_status tcn_door_knock(struct tcn_door *door, int64_t now_ns) {
    if (door->knock_count == TCN_DOOR_KNOCKS_MAX) {
        door->busy_count++;
        return TCN_BUSY;
    }
    if (door->knock_count == 0) {
        door->first_ns = now_ns;
    }
    door->knock_count++;
    return TCN_OK;
}

/* D1: true when this routing id has spoken. */
static bool has_spoken(const struct tcn_door *door, struct tcn_slice routing_id) {
    for (uint32_t i = 0; i < door->guest_count; i++) {
        const struct tcn_door_guest *guest = &door->guests[i];
        if (tcn_slice_equals(tcn_slice_of(guest->routing, guest->routing_size), routing_id)) {
            return true;
        }
    }
    return false;
}

/* D3: takes the place of one claim, if one is free. */
static bool pay(struct tcn_door *door, int64_t now_ns) {
    const int64_t paid_ns = door->free_ns > now_ns ? door->free_ns : now_ns;
    if (paid_ns - now_ns > (TCN_DOOR_CLAIMS_MAX - 1) * TCN_DOOR_CLAIM_NS) {
        return false;
    }
    door->free_ns = paid_ns + TCN_DOOR_CLAIM_NS;
    return true;
}

enum tcn_status tcn_door_say(struct tcn_door *door, const struct tcn_door_input *in,
                             uint64_t *out_number) {
    TCN_CHECK(in->random != 0);
    const bool is_bounded = in->routing_id.size > 0 &&
                            in->routing_id.size <= TCN_ROUTING_BYTES_MAX &&
                            in->bytes <= TCN_DOOR_BYTES_MAX;
    if (!is_bounded || in->kind != TCN_KIND_ENROL || has_spoken(door, in->routing_id)) {
        door->drop_count++;
        return TCN_DENIED;
    }
    if (door->guest_count == TCN_DOOR_GUESTS_MAX || !pay(door, in->now_ns)) {
        door->busy_count++;
        return TCN_BUSY;
    }
    struct tcn_door_guest *guest = &door->guests[door->guest_count];
    *guest = (struct tcn_door_guest){.number = in->random, .routing_size = in->routing_id.size};
    memcpy(guest->routing, in->routing_id.data, in->routing_id.size);
    door->guest_count++;
    door->forward_count++;
    *out_number = guest->number;
    return TCN_OK;
}

struct tcn_slice tcn_door_answer(struct tcn_door *door, uint64_t number, enum tcn_kind kind) {
    const struct tcn_slice none = {0};
    if (kind != TCN_KIND_ENROLLED && kind != TCN_KIND_REFUSE && kind != TCN_KIND_ERROR) {
        return none;
    }
    for (uint32_t i = 0; i < door->guest_count; i++) {
        struct tcn_door_guest *guest = &door->guests[i];
        if (guest->number == number && !guest->is_answered) {
            guest->is_answered = true; /* D4 */
            return tcn_slice_of(guest->routing, guest->routing_size);
        }
    }
    return none;
}

bool tcn_door_is_over(const struct tcn_door *door, int64_t now_ns) {
    return door->knock_count > 0 && now_ns - door->first_ns >= TCN_DOOR_OPENING_NS;
}

void tcn_door_clear(struct tcn_door *door) {
    door->guest_count = 0;
    door->knock_count = 0;
}
