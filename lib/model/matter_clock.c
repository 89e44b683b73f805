/* SPDX-License-Identifier: Apache-2.0 */
#include "model/matter_clock.h"

#include "base/hash.h"

uint32_t tcn_clock_rule_number(struct tcn_slice id) {
    const uint32_t number = (uint32_t)tcn_checksum(id);
    return number != 0 ? number : 1;
}

const struct tcn_clock_rule *tcn_clock_rule_numbered(const struct tcn_clock_table *table,
                                                     uint32_t number) {
    for (uint32_t i = 0; i < table->rule_count; i++) {
        if (tcn_clock_rule_number(tcn_slice_text(table->rules[i].id)) == number) {
            return &table->rules[i];
        }
    }
    return NULL;
}

uint64_t tcn_clock_tally_started(const struct tcn_clock_tally *tally) {
    return tally->met + tally->missed + tally->running + tally->paused + tally->over +
           tally->cancelled + tally->unmeasured + tally->unknown + tally->earlier;
}

const char *tcn_clock_end_name(enum tcn_clock_end end) {
    static const char *const names[] = {"runs", "stopped", "closed", "left"};
    const uint32_t number = (uint32_t)end;
    return number < sizeof(names) / sizeof(names[0]) ? names[number] : "none";
}

const char *tcn_clock_verdict_name(enum tcn_clock_verdict verdict) {
    static const char *const names[] = {"unknown", "in_time", "late",
                                        "early",   "over",    "unmeasured"};
    return (unsigned)verdict < sizeof(names) / sizeof(names[0]) ? names[verdict] : "unknown";
}

const char *tcn_clock_step_name(enum tcn_clock_step step) {
    static const char *const names[] = {"first_warning", "second_warning", "due"};
    return (unsigned)step < sizeof(names) / sizeof(names[0]) ? names[step] : "none";
}
