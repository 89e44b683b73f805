/* SPDX-License-Identifier: Apache-2.0 */
#include "query/board_silent.h"

#include <string.h>

#define SLICE 64

/* True for a program of the office that may speak. */
static bool is_program_of(const struct tcn_principal *row, uint16_t office) {
    return row->organ == office && row->role == TCN_ROLE_OFFICE &&
           row->status == TCN_PRINCIPAL_ACTIVE;
}

bool tcn_board_has_program(const struct tcn_registry *registry, uint16_t office) {
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        if (is_program_of(&registry->principals[i], office)) {
            return true;
        }
    }
    return false;
}

/* Since when there is no word of a source; 0 when there is, or never was one. */
static int64_t silent_since(const struct tcn_board_silent *silent, uint32_t source) {
    int64_t since_ns = 0;
    for (size_t i = 0; i < silent->count; i++) {
        if (silent->sources[i] == source || silent->sources[i] == 0) { /* 0: of nobody */
            since_ns = silent->since_ns[i] > since_ns ? silent->since_ns[i] : since_ns;
        }
    }
    return since_ns;
}

static enum tcn_status has_greeted(struct tcn_log_reader *reader, uint32_t source, bool *out_has) {
    const struct tcn_lane_key before = {.source = source}; /* no epoch is 0 */
    struct tcn_mark mark;
    size_t count = 0;
    const enum tcn_status status = tcn_log_reader_marks(reader, &before, &mark, 1, &count);
    *out_has = status == TCN_OK && count == 1 && mark.lane.source == source;
    return status;
}

enum tcn_status tcn_board_hears(const struct tcn_board_silent *silent,
                                struct tcn_log_reader *reader, const struct tcn_registry *registry,
                                uint16_t office, bool *out_hears, int64_t *out_since_ns) {
    enum tcn_status status = TCN_OK;
    *out_hears = false;
    *out_since_ns = 0;
    for (uint32_t i = 0; i < registry->principal_count && status == TCN_OK && !*out_hears; i++) {
        const struct tcn_principal *row = &registry->principals[i];
        bool has = false;
        if (is_program_of(row, office)) {
            status = has_greeted(reader, row->source, &has);
        }
        if (status == TCN_OK && has) { /* one that never came makes nobody heard */
            const int64_t since_ns = silent_since(silent, row->source);
            *out_hears = since_ns == 0;
            *out_since_ns = since_ns > *out_since_ns ? since_ns : *out_since_ns;
        }
    }
    return status;
}

enum tcn_status tcn_board_silent_find(struct tcn_state_reader *reader,
                                      struct tcn_board_silent *out_silent) {
    struct tcn_standing_key after = {.kind = TCN_STANDING_FENCED,
                                     .source = UINT32_MAX,
                                     .epoch = UINT64_MAX,
                                     .organ = UINT16_MAX};
    struct tcn_standing rows[SLICE];
    size_t count = SLICE;
    memset(after.hash.bytes, 0xff, sizeof(after.hash.bytes));
    while (count == SLICE) {
        const enum tcn_status status = tcn_state_standings(reader, &after, rows, SLICE, &count);
        if (status != TCN_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            if (rows[i].key.kind != TCN_STANDING_SILENT ||
                out_silent->count == TCN_PRINCIPALS_MAX) {
                return TCN_OK;
            }
            out_silent->sources[out_silent->count] = rows[i].key.source;
            out_silent->since_ns[out_silent->count] = rows[i].since_ns;
            out_silent->count++;
            after = rows[i].key;
        }
    }
    return TCN_OK;
}
