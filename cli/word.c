/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/word.h"

int tcn_word_enter(struct tcn_cli *cli, struct tcn_seat *seat, const struct tcn_event *event,
                   const char *why) {
    const struct tcn_await await = {.is_act = true, .is_waiting = true};
    struct tcn_draft draft = {.event = *event, .is_act = true};
    if (why == NULL || why[0] == '\0') {
        return tcn_cli_usage(cli, NULL,
                             "say why, for who reads the log later: --why 'new disk, rang them'");
    }
    draft.event.format = TCN_EVENT_FORMAT;
    draft.event.body_kind = TCN_BODY_ACT;
    draft.event.act_body.how = tcn_slice_text(why);
    draft.event.severity = TCN_SEVERITY_URGENT; /* it travels before the desk's routine */
    return tcn_await_run(cli, seat, &await, &draft);
}
