/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/bell.h"

void tcn_bell_strike(struct tcn_bell *bell) {
    bell->is_struck = true;
}

void tcn_bell_know(struct tcn_bell *bell, uint32_t urgent_count) {
    const bool is_new = urgent_count > 0 && !bell->is_ringing;
    bell->is_ringing = urgent_count > 0;
    bell->is_struck = bell->is_struck || is_new;
}

bool tcn_bell_is_due(struct tcn_bell *bell, int64_t now_ns) {
    const bool is_again = bell->is_ringing && now_ns - bell->rung_ns >= bell->every_ns;
    const bool is_due = bell->is_struck || is_again;
    bell->is_struck = false;
    if (is_due) {
        bell->rung_ns = now_ns;
    }
    return is_due && !bell->is_off;
}

int64_t tcn_bell_deadline(const struct tcn_bell *bell) {
    if (bell->is_struck) {
        return 0;
    }
    return bell->is_ringing && !bell->is_off ? bell->rung_ns + bell->every_ns : INT64_MAX;
}
