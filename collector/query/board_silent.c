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

enum tcn_status tcn_board_has_greeted(struct tcn_log_reader *reader,
                                      const struct tcn_registry *registry, uint16_t office,
                                      bool *out_has) {
    enum tcn_status status = TCN_OK;
    *out_has = false;
    for (uint32_t i = 0; i < registry->principal_count && status == TCN_OK && !*out_has; i++) {
        const struct tcn_principal *row = &registry->principals[i];
        const struct tcn_lane_key before = {.source = row->source}; /* no epoch is 0 */
        struct tcn_mark mark;
        size_t count = 0;
        if (is_program_of(row, office)) {
            status = tcn_log_reader_marks(reader, &before, &mark, 1, &count);
            *out_has = status == TCN_OK && count == 1 && mark.lane.source == row->source;
        }
    }
    return status;
}

int64_t tcn_board_silent_since(const struct tcn_board_silent *silent,
                               const struct tcn_registry *registry, uint16_t office) {
    int64_t since_ns = 0;
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        const struct tcn_principal *row = &registry->principals[i];
        bool is_silent = false;
        if (!is_program_of(row, office)) {
            continue;
        }
        for (size_t k = 0; k < silent->count; k++) {
            if (silent->sources[k] == row->source || silent->sources[k] == 0) { /* 0: of nobody */
                is_silent = true;
                since_ns = silent->since_ns[k] > since_ns ? silent->since_ns[k] : since_ns;
            }
        }
        if (!is_silent) {
            return 0;
        }
    }
    return since_ns;
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
