/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rotation.h"

#include "base/check.h"

#include <string.h>

void tcn_rotation_init(struct tcn_rotation *rotation, bool has_next, bool has_old, int64_t until_ns,
                       int64_t now_ns) {
    memset(rotation, 0, sizeof(*rotation));
    rotation->state = has_next  ? TCN_ROTATION_SAYING
                      : has_old ? TCN_ROTATION_SETTLED
                                : TCN_ROTATION_ALONE;
    rotation->uses_newer = !has_next;
    rotation->until_ns = until_ns;
    rotation->quiet_ns = now_ns;
}

void tcn_rotation_ask(struct tcn_rotation *rotation, int64_t now_ns) {
    if (rotation->state == TCN_ROTATION_SAYING) {
        return;
    }
    *rotation = (struct tcn_rotation){.state = TCN_ROTATION_SAYING, .quiet_ns = now_ns};
}

void tcn_rotation_said(struct tcn_rotation *rotation, int64_t until_ns, int64_t now_ns) {
    TCN_CHECK(rotation->state == TCN_ROTATION_SAYING);
    rotation->until_ns = until_ns;
    rotation->say_ns = now_ns + TCN_ROTATION_AGAIN_NS;
}

/** The log has the newer as the principal's own. */
static enum tcn_rotation_action settle(struct tcn_rotation *rotation, int64_t key_until_ns) {
    rotation->state = TCN_ROTATION_SETTLED;
    rotation->until_ns = key_until_ns != 0 ? key_until_ns : rotation->until_ns;
    rotation->uses_newer = true; /* R1 */
    return TCN_ROTATION_SWAP;    /* R2 */
}

/** WELCOME while the log is not known to have the newer. */
static enum tcn_rotation_action take_saying(struct tcn_rotation *rotation,
                                            const struct tcn_rotation_input *in, int64_t now_ns) {
    if (rotation->uses_newer || in->key_until_ns != 0) {
        return settle(rotation, in->key_until_ns);
    }
    if (!in->is_said) {
        return TCN_ROTATION_SAY;
    }
    if (!in->is_after || now_ns < rotation->say_ns) {
        return TCN_ROTATION_NOTHING; /* R3 */
    }
    rotation->void_count++;
    return TCN_ROTATION_SAY;
}

/** WELCOME when the log had the newer. */
static enum tcn_rotation_action take_settled(struct tcn_rotation *rotation,
                                             const struct tcn_rotation_input *in, int64_t now_ns) {
    if (!rotation->uses_newer && in->key_until_ns == 0) {
        rotation->state = TCN_ROTATION_SAYING; /* the log was set back: it has the older again */
        return take_saying(rotation, in, now_ns);
    }
    if (!rotation->uses_newer) {
        rotation->uses_newer = true; /* R1 */
        return TCN_ROTATION_USE;
    }
    if (in->log_time_ns < rotation->until_ns) {
        return TCN_ROTATION_NOTHING;
    }
    rotation->state = TCN_ROTATION_ALONE; /* R5 */
    return TCN_ROTATION_ERASE;
}

/** True while the keys in use are those that should be let in. */
static bool is_expected(const struct tcn_rotation *rotation) {
    return rotation->uses_newer == (rotation->state == TCN_ROTATION_SETTLED);
}

/** How long the keys in use are tried before the others are. */
static int64_t patience_ns(const struct tcn_rotation *rotation) {
    int64_t wait_ns = TCN_ROTATION_LOST_NS;
    for (uint32_t i = 0; i < rotation->knock_count && wait_ns < TCN_ROTATION_LOST_MAX_NS; i++) {
        wait_ns *= 2;
    }
    return is_expected(rotation) ? wait_ns : TCN_ROTATION_KNOCK_NS;
}

enum tcn_rotation_action tcn_rotation_step(struct tcn_rotation *rotation,
                                           const struct tcn_rotation_input *in, int64_t now_ns) {
    if (rotation->state == TCN_ROTATION_ALONE) {
        return TCN_ROTATION_NOTHING;
    }
    if (in->is_open || in->has_welcome) {
        rotation->quiet_ns = now_ns;
        rotation->knock_count = 0;
    }
    if (in->has_welcome) {
        return rotation->state == TCN_ROTATION_SAYING ? take_saying(rotation, in, now_ns)
                                                      : take_settled(rotation, in, now_ns);
    }
    if (in->is_open || now_ns < rotation->quiet_ns + patience_ns(rotation)) {
        return TCN_ROTATION_NOTHING;
    }
    rotation->knock_count += is_expected(rotation) ? 1 : 0;
    rotation->uses_newer = !rotation->uses_newer; /* R4 */
    rotation->quiet_ns = now_ns;
    return TCN_ROTATION_USE;
}

int64_t tcn_rotation_deadline(const struct tcn_rotation *rotation, bool is_open) {
    return rotation->state == TCN_ROTATION_ALONE || is_open
               ? INT64_MAX
               : rotation->quiet_ns + patience_ns(rotation);
}

const char *tcn_rotation_state_name(enum tcn_rotation_state state) {
    static const char *const names[] = {"alone", "saying", "settled"};
    return (unsigned)state < sizeof(names) / sizeof(names[0]) ? names[state] : "none";
}
