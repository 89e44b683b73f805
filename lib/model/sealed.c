/* SPDX-License-Identifier: Apache-2.0 */
#include "model/sealed.h"

static const char *const names[] = {
    [TCN_COMPARTMENT_NONE] = "none",           [TCN_COMPARTMENT_CONTACT] = "contact",
    [TCN_COMPARTMENT_NARRATIVE] = "narrative", [TCN_COMPARTMENT_ACCUSED] = "accused",
    [TCN_COMPARTMENT_INFORMANT] = "informant",
};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

_Static_assert(NAME_COUNT == TCN_COMPARTMENTS_MAX + 1, "each compartment at most once an event");

const char *tcn_compartment_name(enum tcn_compartment_kind kind) {
    uint32_t number = (uint32_t)kind;
    return number < NAME_COUNT ? names[number] : names[TCN_COMPARTMENT_NONE];
}

enum tcn_status tcn_compartment_from_name(struct tcn_slice word,
                                          enum tcn_compartment_kind *out_kind) {
    for (uint32_t number = TCN_COMPARTMENT_NONE + 1; number < NAME_COUNT; number++) {
        if (tcn_slice_is_text(word, names[number])) {
            *out_kind = (enum tcn_compartment_kind)number;
            return TCN_OK;
        }
    }
    return TCN_ABSENT;
}
