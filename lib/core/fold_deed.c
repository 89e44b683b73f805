/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_deed.h"

#include "base/text.h"
#include "core/acts.h"

#include <string.h>

enum tcn_status tcn_fold_deed(const struct tcn_fold_step *step) {
    const struct tcn_event *event = step->event;
    struct tcn_deed deed = {.birth_position = step->matter.birth_position,
                            .organ = step->in->organ,
                            .act = event->act,
                            .position = step->in->position,
                            .log_time_ns = step->in->log_time_ns};
    const bool waits = (step->shown & TCN_FLAG_WAITS) != 0;
    if (deed.organ == 0 || waits || !tcn_act_is_taking(event->act)) {
        return TCN_OK;
    }
    if (event->body_kind == TCN_BODY_ACT) {
        const struct tcn_slice post = tcn_text_front(event->act_body.post, TCN_WORD_BYTES_MAX);
        if (post.size > 0) {
            memcpy(deed.post, post.data, post.size);
        }
    }
    return step->fold->ops->deed_put(step->fold->state, &deed);
}
