/* SPDX-License-Identifier: Apache-2.0 */
#include "core/home.h"

#include <string.h>

struct tcn_slice tcn_home_routing(const struct tcn_home *home) {
    return tcn_slice_of(home->routing, home->size);
}

void tcn_home_gone(struct tcn_home *home) {
    home->size = 0; /* H1: the generation stays */
}

enum tcn_home_verdict tcn_home_ready(struct tcn_home *home, struct tcn_slice routing_id,
                                     uint64_t generation, int64_t now_ns) {
    TCN_CHECK(routing_id.size > 0 && routing_id.size <= sizeof(home->routing));
    const bool is_same = home->size > 0 && tcn_slice_equals(tcn_home_routing(home), routing_id);
    if (generation < home->generation) {
        return TCN_HOME_FENCED;
    }
    if (is_same && generation == home->generation) {
        home->heard_ns = now_ns;
        return TCN_HOME_SAME;
    }
    const bool is_live = home->size > 0 && now_ns - home->heard_ns < TCN_HOME_SILENCE_NS;
    if (!is_same && is_live && generation == home->generation) {
        return TCN_HOME_STANDBY; /* H2 */
    }
    if (is_same || !is_live) {
        tcn_home_gone(home);
    }
    return TCN_HOME_COMES; /* H3 */
}

void tcn_home_take(struct tcn_home *home, struct tcn_slice routing_id, uint32_t principal,
                   uint64_t generation, int64_t now_ns) {
    TCN_CHECK(routing_id.size > 0 && routing_id.size <= sizeof(home->routing));
    TCN_CHECK(generation >= home->generation); /* H1 */
    memcpy(home->routing, routing_id.data, routing_id.size);
    home->size = routing_id.size;
    home->principal = principal;
    home->generation = generation;
    home->heard_ns = now_ns;
}
