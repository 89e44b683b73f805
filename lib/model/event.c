/* SPDX-License-Identifier: Apache-2.0 */
#include "model/event.h"

#include "base/text.h"

/** Acts below this number are published by people and their programs. */
#define FIRST_OWN_ACT 100u

/** One line of the list. */
struct act_row {
    const char *word;
    uint32_t number;
};

static const struct act_row acts[] = {
#define ACT_ROW(name_, number_, word_) {.word = (word_), .number = (number_)},
    TCN_ACT_LIST(ACT_ROW)
#undef ACT_ROW
};

#define ACT_COUNT (sizeof(acts) / sizeof(acts[0]))

static const char *const severities[] = {
    [TCN_SEVERITY_UNKNOWN] = "unknown", [TCN_SEVERITY_ROUTINE] = "routine",
    [TCN_SEVERITY_SERIOUS] = "serious", [TCN_SEVERITY_URGENT] = "urgent",
    [TCN_SEVERITY_DANGER] = "danger",
};

#define SEVERITY_COUNT (sizeof(severities) / sizeof(severities[0]))

/** The line of an act's number, or NULL. */
static const struct act_row *act_row_of(uint32_t number) {
    for (size_t i = 0; i < ACT_COUNT; i++) {
        if (acts[i].number == number) {
            return &acts[i];
        }
    }
    return NULL;
}

const char *tcn_act_name(enum tcn_act act) {
    const struct act_row *row = act_row_of((uint32_t)act);
    return row != NULL ? row->word : "none";
}

enum tcn_status tcn_act_from_name(struct tcn_slice word, enum tcn_act *out_act) {
    for (size_t i = 0; i < ACT_COUNT; i++) {
        if (tcn_slice_is_text(word, acts[i].word)) {
            *out_act = (enum tcn_act)acts[i].number;
            return TCN_OK;
        }
    }
    return TCN_ABSENT;
}

bool tcn_act_is_known(uint32_t number) {
    return act_row_of(number) != NULL;
}

/* Acts of matters above 63 have the bits of numbers that are of no matter. */
static const struct {
    enum tcn_act act;
    uint32_t bit;
} far_acts[] = {{TCN_ACT_CLAIMED, 0}, {TCN_ACT_HOLD_ENDED, 63}};

#define FAR_COUNT (sizeof(far_acts) / sizeof(far_acts[0]))

uint64_t tcn_act_bit(enum tcn_act act) {
    const uint32_t number = (uint32_t)act;
    bool is_taken = number == 0 || number > 63;
    for (size_t i = 0; i < FAR_COUNT; i++) {
        if (far_acts[i].act == act) {
            return UINT64_C(1) << far_acts[i].bit;
        }
        is_taken = is_taken || far_acts[i].bit == number;
    }
    return is_taken ? 0 : UINT64_C(1) << number;
}

enum tcn_act tcn_act_of_bit(uint32_t n) {
    for (size_t i = 0; i < FAR_COUNT; i++) {
        if (far_acts[i].bit == n) {
            return far_acts[i].act;
        }
    }
    return (enum tcn_act)n;
}

bool tcn_act_is_human(enum tcn_act act) {
    uint32_t number = (uint32_t)act;
    return number < FIRST_OWN_ACT && tcn_act_is_known(number);
}

bool tcn_act_is_of_agent(enum tcn_act act) {
    return act == TCN_ACT_SIGNED_OFF || act == TCN_ACT_STOPPED;
}

const char *tcn_severity_name(enum tcn_severity severity) {
    uint32_t number = (uint32_t)severity;
    return severities[number < SEVERITY_COUNT ? number : TCN_SEVERITY_UNKNOWN];
}

const char *tcn_count_kind_name(enum tcn_count_kind kind) {
    static const char *const names[] = {"unknown", "at_least", "estimate", "exact"};
    return names[(unsigned)kind <= TCN_COUNT_EXACT ? (unsigned)kind : TCN_COUNT_UNKNOWN];
}

enum tcn_status tcn_severity_from_name(struct tcn_slice word, enum tcn_severity *out_severity) {
    for (uint32_t number = 0; number < SEVERITY_COUNT; number++) {
        if (tcn_slice_is_text(word, severities[number])) {
            *out_severity = (enum tcn_severity)number;
            return TCN_OK;
        }
    }
    return TCN_ABSENT;
}

enum tcn_lane tcn_severity_lane(enum tcn_severity severity) {
    return (uint32_t)severity >= TCN_SEVERITY_URGENT ? TCN_LANE_URGENT : TCN_LANE_ROUTINE;
}

bool tcn_division_is_valid(struct tcn_slice division) {
    return division.size == TCN_DIVISION_DIGITS && tcn_text_is_digits(division);
}

const struct tcn_attribute *tcn_event_attribute(const struct tcn_event *event, const char *name) {
    for (uint32_t i = 0; i < event->attribute_count; i++) {
        if (tcn_slice_is_text(event->attributes[i].name, name)) {
            return &event->attributes[i];
        }
    }
    return NULL;
}
