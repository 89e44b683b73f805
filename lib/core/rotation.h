/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an agent changes the keys of its principal while it works. It has two key sets then: the
 * older one, that the log had, and the newer one, that it has made. Which of the two the log has as
 * the principal's own is told by every WELCOME (key_until_ns), so whatever an agent was killed at,
 * the next HELLO says where it stands; nothing is guessed.
 *
 *              asked: the newer are on disk        WELCOME: the key in use is an old one now
 *    ALONE ──────────────────────────────▶ SAYING ───────────────────────────────▶ SETTLED
 *      ▲                                    │  ▲ ▲                                  │   │
 *      │                       not said yet,│  │ │   the log was set back to before │   │
 *      │                       or void: SAY └──┘ └──────────────────────────────────┘   │
 *      └───────────────────── the older are over in log time: ERASE ────────────────────┘
 *
 *    state     on disk                     used         said in the log
 *    ALONE     NAME.key                    the only     –
 *    SAYING    NAME.key, NAME.key.next     the older    ROTATED waits, or is logged a moment ago
 *    SETTLED   NAME.key, NAME.key.old      the newer    ROTATED was applied
 *
 * Rules, each with a test by its number:
 *   R1  the older are used until a WELCOME says that they are old, the newer from then on;
 *   R2  the files are swapped after that, so NAME.key is at every moment a key that is let in;
 *   R3  ROTATED is said once; again only when a WELCOME after its receipt shows that it was void;
 *   R4  when nobody lets the agent in for a while it knocks with the other keys, briefly: it may
 *       have been off for longer than the keys overlap, or the log was restored to before;
 *   R5  the older are erased when log time has passed their end, and not before.
 *
 * Left to the shell: files, the outbox, the connections. One struct, one thread; every `now_ns` is
 * of the monotonic clock.
 */
#ifndef TCN_CORE_ROTATION_H
#define TCN_CORE_ROTATION_H

#include <stdbool.h>
#include <stdint.h>

/** Nobody lets the agent in for so long before it knocks with the other keys; twice as long each
 * time, up to TCN_ROTATION_LOST_MAX_NS. */
#define TCN_ROTATION_LOST_NS INT64_C(60000000000)
#define TCN_ROTATION_LOST_MAX_NS INT64_C(960000000000)
/** So long it knocks with the keys that should not be needed. */
#define TCN_ROTATION_KNOCK_NS INT64_C(5000000000)
/** What was void is said again so often. */
#define TCN_ROTATION_AGAIN_NS INT64_C(3600000000000)

/** Where it stands. */
enum tcn_rotation_state {
    TCN_ROTATION_ALONE = 0,
    TCN_ROTATION_SAYING,
    TCN_ROTATION_SETTLED,
};

/** What the shell has to do, at once and before the next step. */
enum tcn_rotation_action {
    TCN_ROTATION_NOTHING = 0,
    TCN_ROTATION_SAY,   /**< put ROTATED into the outbox, durably; then tcn_rotation_said */
    TCN_ROTATION_SWAP,  /**< swap the files unless they are, then as USE */
    TCN_ROTATION_USE,   /**< reconnect with the keys of uses_newer, and sign with them */
    TCN_ROTATION_ERASE, /**< erase the older keys */
};

/** A rotation. Open: embedded in the agent; read freely, written by the functions here only. Zeroed
 * is ALONE. */
struct tcn_rotation {
    enum tcn_rotation_state state;
    bool uses_newer;      /**< of two sets; true when ALONE */
    int64_t until_ns;     /**< log time: the older are good until then; 0 when not known */
    int64_t quiet_ns;     /**< since then nobody lets it in */
    int64_t say_ns;       /**< what was void is not said again before */
    uint32_t knock_count; /**< times that it knocked with the other keys since it was let in */
    uint64_t void_count;  /**< times that what was said had no effect */
};

/** What the agent knows now. */
struct tcn_rotation_input {
    bool is_open;         /**< a lane is welcome, with the keys in use */
    bool has_welcome;     /**< a WELCOME came since the last step: the three below */
    int64_t key_until_ns; /**< as it says */
    int64_t log_time_ns;  /**< as it says */
    bool is_after;        /**< it came on the lane of ROTATED, when that had its receipt */
    bool is_said;         /**< ROTATED of the newer keys is in the outbox, or was */
};

/** Starts from what is on disk: a NAME.key.next, else a NAME.key.old. `until_ns` is the end that
 * ROTATED gave the older ones; 0 when not known.
 * Thread: the agent's, as for all here. */
void tcn_rotation_init(struct tcn_rotation *rotation, bool has_next, bool has_old, int64_t until_ns,
                       int64_t now_ns);

/** Newer keys are on disk. Harmless while SAYING. The older ones of a rotation before are over with
 * this one's ROTATED. */
void tcn_rotation_ask(struct tcn_rotation *rotation, int64_t now_ns);

/** ROTATED is in the outbox; it says that the older are good until `until_ns` of log time. */
void tcn_rotation_said(struct tcn_rotation *rotation, int64_t until_ns, int64_t now_ns);

/** What to do now. */
enum tcn_rotation_action tcn_rotation_step(struct tcn_rotation *rotation,
                                           const struct tcn_rotation_input *in, int64_t now_ns);

/** When to step again if nothing comes; INT64_MAX when only an input changes anything. */
int64_t tcn_rotation_deadline(const struct tcn_rotation *rotation, bool is_open);

/** "alone", "saying", "settled"; "none" when unknown. Thread: any. */
const char *tcn_rotation_state_name(enum tcn_rotation_state state);

#endif
