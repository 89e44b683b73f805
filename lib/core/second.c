/* SPDX-License-Identifier: Apache-2.0 */
#include "core/second.h"

#include <string.h>

/** Keeps a word of the event; one that is too long is no word of the policy, and kept as none. */
static void keep_word(struct tcn_slice word, char out_word[TCN_WORD_BYTES_MAX + 1]) {
    memset(out_word, 0, TCN_WORD_BYTES_MAX + 1);
    if (word.size > 0 && word.size <= TCN_WORD_BYTES_MAX) {
        memcpy(out_word, word.data, word.size);
    }
}

/** What two posts name besides the act, its hash and the organ that it goes to: of an erasure, and
 * of the end of the hold that kept it from being one, the reason; else the domain, which a
 * hand-over does not change. */
static struct tcn_slice word_of(const struct tcn_event *event) {
    if (event->act == TCN_ACT_TRANSFERRED) {
        return (struct tcn_slice){0};
    }
    const bool has_reason = event->act == TCN_ACT_ERASED || event->act == TCN_ACT_HOLD_ENDED;
    return has_reason ? event->act_body.reason : event->domain;
}

bool tcn_second_matches(const struct tcn_second *second, const struct tcn_event *event,
                        uint32_t source) {
    return second->act != TCN_ACT_NONE && second->act == event->act && second->source != source &&
           tcn_hash_equals(&second->hash, &event->act_body.act_hash) &&
           tcn_slice_equals(tcn_slice_text(second->domain), word_of(event)) &&
           tcn_slice_equals(tcn_slice_text(second->organ), event->act_body.to_organ);
}

void tcn_second_keep(struct tcn_second *second, const struct tcn_event *event, uint32_t source) {
    *second =
        (struct tcn_second){.act = event->act, .source = source, .hash = event->act_body.act_hash};
    keep_word(word_of(event), second->domain);
    keep_word(event->act_body.to_organ, second->organ);
}
