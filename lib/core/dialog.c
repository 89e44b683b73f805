/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dialog.h"

/*
 * Invariants:
 *  R1  a session number and a hash are only there when JOINED;
 *  R2  first <= last, and numbers are counted for `last` alone;
 *  R3  log_id, once known, stays, and the generation never falls.
 */

#define STATE_COUNT 3u
#define BIT(state) (1u << (unsigned)(state))

static const uint32_t moves[STATE_COUNT] = {
    [TCN_DIALOG_NONE] = BIT(TCN_DIALOG_ASKED),
    [TCN_DIALOG_ASKED] = BIT(TCN_DIALOG_JOINED) | BIT(TCN_DIALOG_NONE),
    [TCN_DIALOG_JOINED] = BIT(TCN_DIALOG_NONE),
};

const char *tcn_dialog_state_name(enum tcn_dialog_state state) {
    static const char *const names[STATE_COUNT] = {"none", "asked", "joined"};
    return (unsigned)state < STATE_COUNT ? names[state] : "none";
}

bool tcn_dialog_may_move(enum tcn_dialog_state from, enum tcn_dialog_state to) {
    return (unsigned)from < STATE_COUNT && (unsigned)to < STATE_COUNT &&
           (moves[from] & BIT(to)) != 0;
}

static void move_to(struct tcn_dialog *dialog, enum tcn_dialog_state state) {
    TCN_CHECK(dialog->state == state || tcn_dialog_may_move(dialog->state, state));
    dialog->state = state;
}

void tcn_dialog_begin(struct tcn_dialog *dialog, const struct tcn_id *nonce, uint64_t request) {
    TCN_CHECK(dialog->state != TCN_DIALOG_JOINED && request != 0);
    if (dialog->state == TCN_DIALOG_NONE) {
        dialog->nonce = *nonce;
        dialog->ask_request = request;
        move_to(dialog, TCN_DIALOG_ASKED);
    }
}

bool tcn_dialog_is_awaited(const struct tcn_dialog *dialog, const struct tcn_header *header) {
    return dialog->state == TCN_DIALOG_ASKED && header->request == dialog->ask_request;
}

enum tcn_status tcn_dialog_join(struct tcn_dialog *dialog, const struct tcn_session_given *given,
                                const struct tcn_hash *hash) {
    TCN_CHECK(dialog->state == TCN_DIALOG_ASKED);
    if (!tcn_id_equals(&given->nonce, &dialog->nonce)) {
        return TCN_BAD_SIGNATURE;
    }
    bool is_other_log =
        !tcn_id_is_none(&dialog->log_id) && !tcn_id_equals(&given->log_id, &dialog->log_id);
    if (is_other_log || given->generation < dialog->generation) {
        return TCN_FOREIGN_LOG; /* R3 */
    }
    move_to(dialog, TCN_DIALOG_JOINED);
    dialog->session = given->session;
    dialog->hash = *hash;
    dialog->log_id = given->log_id;
    dialog->generation = given->generation;
    return TCN_OK;
}

void tcn_dialog_expect(struct tcn_dialog *dialog, uint64_t request, bool is_again) {
    TCN_CHECK(request > dialog->last);
    if (!is_again || dialog->first > dialog->last || dialog->last == 0) {
        dialog->first = request;
    }
    dialog->last = request;
    dialog->number = 0;
}

bool tcn_dialog_is_due(const struct tcn_dialog *dialog, const struct tcn_header *header) {
    return dialog->state == TCN_DIALOG_JOINED && tcn_kind_is_told(header->kind) &&
           header->request >= dialog->first && header->request <= dialog->last;
}

enum tcn_dialog_verdict tcn_dialog_take(struct tcn_dialog *dialog,
                                        const struct tcn_header *header) {
    TCN_CHECK(tcn_dialog_is_due(dialog, header));
    uint64_t expected = header->request == dialog->last ? dialog->number + 1 : 1;
    if (header->number < expected) {
        dialog->repeat_count++;
        return TCN_DIALOG_REPEAT;
    }
    if (header->number > expected) {
        dialog->hole_count++;
        dialog->first = dialog->last + 1; /* due is nothing before the next request: R2 */
        return TCN_DIALOG_HOLE;
    }
    if (header->request == dialog->last) {
        dialog->number = header->number;
    }
    return TCN_DIALOG_TAKE;
}

void tcn_dialog_leave(struct tcn_dialog *dialog) {
    if (dialog->state == TCN_DIALOG_JOINED) {
        dialog->first = dialog->last + 1;
    }
    move_to(dialog, TCN_DIALOG_NONE);
    dialog->session = 0; /* R1 */
    dialog->hash = (struct tcn_hash){{0}};
}
