/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The states of a lane, their drawing, the table of moves, and what holds in each.
 *
 *        connected            said                 WELCOME
 *   DOWN ────────▶ GREETING ───────▶ HELLO_SAID ──────┬────▶ OPEN ◀── recut ── RECUTTING
 *    ▲              ▲ ▲ ▲ ▲              │  │         ├────▶ RECUTTING  (refusals wait)
 *    │ lost, from   │ │ │ └─ timeout ────┘  │ REFUSE  ├────▶ SETTLING   (receipts are owed)
 *    │ nearly       │ │ └─── AGAIN, timeout,│ ◀─ OPEN ├────▶ SETTLED    (nothing is owed)
 *    │ everywhere   │ │      forged         ▼         ├────▶ FENCED     (the desk must speak)
 *                   │ └──── deadline ──── HELD        └────▶ ORPHAN     (another log)
 *                   └────── epoch ─────── SETTLED, FENCED; SETTLING ends in SETTLED
 *
 * HELD and FENCED say HELLO when their deadline comes. RECUTTING and SETTLED belong to the shell; a
 * lost connection does not end them. An answer that the collector did not sign moves nothing but
 * OPEN and SETTLING, back to GREETING: WELCOME tells what is true.
 */
#include "core/outbox.h"

#define STATE_COUNT 10u
#define BIT(state) (1u << (unsigned)(state))

static const uint32_t moves[STATE_COUNT] = {
    [TCN_OUTLANE_DOWN] = BIT(TCN_OUTLANE_GREETING),
    [TCN_OUTLANE_GREETING] = BIT(TCN_OUTLANE_HELLO_SAID) | BIT(TCN_OUTLANE_DOWN),
    [TCN_OUTLANE_HELLO_SAID] =
        BIT(TCN_OUTLANE_OPEN) | BIT(TCN_OUTLANE_GREETING) | BIT(TCN_OUTLANE_HELD) |
        BIT(TCN_OUTLANE_RECUTTING) | BIT(TCN_OUTLANE_SETTLING) | BIT(TCN_OUTLANE_SETTLED) |
        BIT(TCN_OUTLANE_FENCED) | BIT(TCN_OUTLANE_ORPHAN) | BIT(TCN_OUTLANE_DOWN),
    [TCN_OUTLANE_OPEN] = BIT(TCN_OUTLANE_GREETING) | BIT(TCN_OUTLANE_HELD) | BIT(TCN_OUTLANE_DOWN),
    [TCN_OUTLANE_HELD] =
        BIT(TCN_OUTLANE_HELLO_SAID) | BIT(TCN_OUTLANE_GREETING) | BIT(TCN_OUTLANE_DOWN),
    [TCN_OUTLANE_RECUTTING] =
        BIT(TCN_OUTLANE_OPEN) | BIT(TCN_OUTLANE_GREETING) | BIT(TCN_OUTLANE_DOWN),
    [TCN_OUTLANE_SETTLING] = BIT(TCN_OUTLANE_SETTLED) | BIT(TCN_OUTLANE_GREETING) |
                             BIT(TCN_OUTLANE_HELD) | BIT(TCN_OUTLANE_DOWN),
    [TCN_OUTLANE_SETTLED] = BIT(TCN_OUTLANE_GREETING) | BIT(TCN_OUTLANE_DOWN),
    [TCN_OUTLANE_FENCED] =
        BIT(TCN_OUTLANE_HELLO_SAID) | BIT(TCN_OUTLANE_GREETING) | BIT(TCN_OUTLANE_DOWN),
    [TCN_OUTLANE_ORPHAN] = BIT(TCN_OUTLANE_DOWN),
};

static const char *const state_names[STATE_COUNT] = {
    "down",      "greeting", "hello_said", "open",   "held",
    "recutting", "settling", "settled",    "fenced", "orphan",
};

const char *tcn_outlane_state_name(enum tcn_outlane_state state) {
    return (unsigned)state < STATE_COUNT ? state_names[state] : "none";
}

bool tcn_outlane_may_move(enum tcn_outlane_state from, enum tcn_outlane_state to) {
    if ((unsigned)from >= STATE_COUNT || (unsigned)to >= STATE_COUNT) {
        return false;
    }
    return (moves[from] & BIT(to)) != 0;
}

void tcn_outlane_put_off(struct tcn_outlane *lane, const struct tcn_outlane_facts *facts,
                         int64_t at_ns) {
    const bool is_connected = lane->is_connected;
    const uint64_t stray_count = lane->stray_count;
    const uint64_t forged_count = lane->forged_count;
    const uint64_t timeout_count = lane->timeout_count;
    tcn_outlane_init(lane, facts);
    lane->stray_count = stray_count;
    lane->forged_count = forged_count;
    lane->timeout_count = timeout_count;
    lane->is_connected = is_connected;
    if (is_connected) {
        lane->state = TCN_OUTLANE_GREETING; /* as from DOWN, and later */
        lane->deadline_ns = at_ns;
    }
    TCN_CHECK_SLOW(tcn_outlane_is_sound(lane));
}

bool tcn_outlane_is_sound(const struct tcn_outlane *lane) {
    const struct tcn_flights *flights = &lane->flights;
    if (!tcn_flights_are_sound(flights) || flights->base != lane->facts.acked_sequence) {
        return false; /* O2 */
    }
    if (tcn_flights_last_sequence(flights) > lane->facts.cut_sequence) {
        return false; /* O1 */
    }
    const bool is_sending = lane->state == TCN_OUTLANE_OPEN || lane->state == TCN_OUTLANE_SETTLING;
    if (!is_sending && flights->next > 0) {
        return false; /* O3 */
    }
    return lane->state != TCN_OUTLANE_OPEN ||
           (!lane->is_conflicted && !lane->must_settle && lane->is_connected); /* O4 */
}
