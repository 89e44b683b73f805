/* SPDX-License-Identifier: Apache-2.0 */
#include "core/trace.h"

#include <string.h>

void tcn_trace_begin(struct tcn_trace *trace, const struct tcn_traced *event) {
    if (trace->is_found) {
        trace->is_closed = true;
        return;
    }
    const bool is_at = trace->wanted_position != 0 && event->position == trace->wanted_position;
    const bool is_in_lane = trace->wanted_sequence != 0 &&
                            event->sequence == trace->wanted_sequence &&
                            tcn_lane_key_equals(&event->lane, &trace->wanted_lane);
    trace->count = 0;
    trace->lost_count = 0;
    trace->own_first = 0;
    trace->event = *event;
    trace->is_found = is_at || is_in_lane;
}

void tcn_trace_add(struct tcn_trace *trace, const struct tcn_note *note) {
    if (trace->is_closed) {
        return;
    }
    if (trace->count == TCN_TRACE_NOTES_MAX) {
        trace->lost_count++;
        return;
    }
    struct tcn_note *kept = &trace->notes[trace->count];
    char *word = trace->words[trace->count];
    const size_t size =
        note->word.size <= TCN_WORD_BYTES_MAX ? note->word.size : TCN_WORD_BYTES_MAX;
    *kept = *note;
    if (size > 0) {
        memcpy(word, note->word.data, size);
    }
    kept->word = tcn_slice_of(word, size);
    trace->count++;
}

void tcn_trace_own(struct tcn_trace *trace) {
    if (!trace->is_closed) {
        trace->own_first = trace->count;
    }
}

bool tcn_trace_has(const struct tcn_trace *trace, enum tcn_why why, uint16_t organ) {
    for (uint32_t i = trace->own_first; i < trace->count; i++) {
        if (trace->notes[i].why == why && trace->notes[i].organ == organ) {
            return true;
        }
    }
    return false;
}

void tcn_trace_told(struct tcn_trace *trace, const struct tcn_alert *alert) {
    if (trace->is_closed) {
        return;
    }
    tcn_trace_add(trace, &(struct tcn_note){.why = TCN_WHY_TOLD,
                                            .organ = alert->stream.organ,
                                            .bits = (uint32_t)alert->reason,
                                            .number = alert->number});
    if (trace->wanted_number != 0 && alert->number == trace->wanted_number &&
        tcn_stream_equals(alert->stream, trace->wanted_stream)) {
        trace->is_found = true;
    }
}
