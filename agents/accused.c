/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/accused.h"

#include "base/text.h"
#include "policy/nearest.h"

#include <stdio.h>
#include <string.h>

static const char field_name[] = "accused_organs";

/** Says which organ the policy does not have; the word is one, or it is not repeated. */
static enum tcn_status fail_unknown(const struct tcn_policy *policy, struct tcn_slice id,
                                    struct tcn_agent_fault *fault) {
    const char *words[TCN_ORGANS_MAX];
    char wrong[TCN_WORD_BYTES_MAX + 1] = "";
    TCN_CHECK(policy->organ_count <= TCN_ORGANS_MAX);
    for (uint32_t i = 0; i < policy->organ_count; i++) {
        words[i] = policy->organs[i].id;
    }
    const bool is_word = tcn_text_is_word(id) && tcn_text_copy(id, wrong, sizeof(wrong)) == TCN_OK;
    const char *nearest = is_word ? tcn_nearest(wrong, words, policy->organ_count) : NULL;
    fault->field = field_name;
    (void)snprintf(fault->sentence, sizeof(fault->sentence),
                   nearest != NULL ? "unknown organ \"%s\"; the nearest valid word is \"%s\""
                                   : "unknown organ \"%s\"; tocsin policy show names them all",
                   is_word ? wrong : "?", nearest != NULL ? nearest : "");
    return TCN_BAD_VALUE;
}

static enum tcn_status fail_nobody(struct tcn_agent_fault *fault) {
    fault->field = field_name;
    (void)snprintf(fault->sentence, sizeof(fault->sentence),
                   "nobody in this district may hear it, and nothing of it is kept here; other "
                   "doors: 12345, and discipline inspection or the petition office one level up");
    return TCN_DENIED;
}

/** The organ that speaks is accused, or above or below who is: says where else to go. */
static enum tcn_status fail_speaker(const struct tcn_policy *policy,
                                    const struct tcn_accused *accused,
                                    struct tcn_agent_fault *fault) {
    const struct tcn_organ *discipline = tcn_policy_discipline(policy);
    const bool is_desk_free = !tcn_accused_excludes(accused, policy->desk);
    const bool is_other_free =
        discipline != NULL && !tcn_accused_excludes(accused, discipline->number);
    fault->field = field_name;
    (void)snprintf(fault->sentence, sizeof(fault->sentence),
                   "this organ is accused, or above or below who is, and may not take it in; "
                   "nothing is kept here; other doors: %s%s12345",
                   is_desk_free ? "the desk by phone, visit or letter (it enters with --channel), "
                                : "",
                   is_other_free ? "discipline inspection, " : "");
    return TCN_DENIED;
}

enum tcn_status tcn_agent_accused_find(const struct tcn_policy *policy,
                                       const struct tcn_draft *draft, struct tcn_slice speaker,
                                       struct tcn_agent_fault *out_fault,
                                       struct tcn_accused *out_accused) {
    uint16_t numbers[TCN_ACCUSED_ORGANS_MAX];
    TCN_CHECK(draft->accused_count <= TCN_ACCUSED_ORGANS_MAX);
    if (draft->event.concerns != TCN_CONCERNS_UNIT) {
        out_fault->field = field_name;
        (void)snprintf(out_fault->sentence, sizeof(out_fault->sentence),
                       "organs are accused only where it concerns a unit");
        return TCN_BAD_VALUE;
    }
    for (uint32_t i = 0; i < draft->accused_count; i++) {
        const struct tcn_organ *organ = tcn_policy_organ_by_id(policy, draft->accused_organs[i]);
        if (organ == NULL) {
            return fail_unknown(policy, draft->accused_organs[i], out_fault);
        }
        numbers[i] = organ->number;
    }
    struct tcn_accused accused;
    tcn_accused_find(policy, numbers, draft->accused_count, &accused);
    if (accused.list_count == 0) {
        return fail_nobody(out_fault);
    }
    const struct tcn_organ *organ = tcn_policy_organ_by_id(policy, speaker);
    if (organ != NULL && tcn_accused_excludes(&accused, organ->number)) {
        return fail_speaker(policy, &accused, out_fault);
    }
    *out_accused = accused;
    return TCN_OK;
}

enum tcn_status tcn_agent_accused_text(const struct tcn_draft *draft, struct tcn_slice text,
                                       struct tcn_arena *arena, struct tcn_slice *out_text) {
    const size_t size = TCN_ACCUSED_LINE_BYTES_MAX + text.size;
    uint8_t *data = tcn_arena_alloc(arena, size);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, size);
    tcn_write_bytes(&writer, TCN_ACCUSED_LABEL, sizeof(TCN_ACCUSED_LABEL) - 1);
    for (uint32_t i = 0; i < draft->accused_count; i++) {
        bool is_there = false;
        for (uint32_t k = 0; k < i && !is_there; k++) {
            is_there = tcn_slice_equals(draft->accused_organs[k], draft->accused_organs[i]);
        }
        if (!is_there) {
            tcn_write_bytes(&writer, ", ", i > 0 ? 2 : 0);
            tcn_write_bytes(&writer, draft->accused_organs[i].data, draft->accused_organs[i].size);
        }
    }
    if (text.size > 0) {
        tcn_write_u8(&writer, '\n');
        tcn_write_bytes(&writer, text.data, text.size);
    }
    if (writer.overflowed || writer.offset > TCN_TEXT_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    *out_text = tcn_writer_slice(&writer);
    return TCN_OK;
}
