/* SPDX-License-Identifier: Apache-2.0 */
#include "core/stopped.h"

int64_t tcn_stopped_since(const struct tcn_stopped_input *in) {
    const int64_t alive_ns = in->entered_ns > in->seen_ns ? in->entered_ns : in->seen_ns; /* P2 */
    const bool is_known = in->seen_ns > 0 && alive_ns < in->now_ns;                       /* P3 */
    const bool is_off = in->entered == TCN_ACT_SIGNED_OFF && in->entered_ns >= in->started_ns;
    if (!is_known || is_off) { /* P4 */
        return 0;
    }
    return in->now_ns - alive_ns > TCN_STOPPED_GAP_NS ? alive_ns : 0; /* P1 */
}
