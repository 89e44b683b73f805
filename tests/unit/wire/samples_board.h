/* SPDX-License-Identifier: Apache-2.0 */
/* A row of the board with a value in every field, which no single kind has. */
#ifndef TESTS_WIRE_SAMPLES_BOARD_H
#define TESTS_WIRE_SAMPLES_BOARD_H

#include "model/board.h"

static const struct tcn_board_row sample_board_rows[] = {
    {.kind = TCN_BOARD_SILENCE,
     .line = "no_flood",
     .office = 401,
     .organ = 402,
     .state = TCN_BOARD_BREACHED,
     .said = TCN_EXPECTED_OVERDUE,
     .cause = TCN_CAUSE_QUIET,
     .post = "duty_post",
     .said_ns = 403,
     .until_ns = 404,
     .due_ns = 405,
     .since_ns = 406,
     .is_self = true,
     .signed_count = 407,
     .office_count = 408,
     .breach_ns = 409,
     .breach_known_ns = 410,
     .is_breach_self = true,
     .contradicted_ns = 411,
     .is_contradicted_self = true,
     .stopped_ns = 412,
     .back_ns = 413,
     .matter = {{0, 41, 42}},
     .domain = "flood_reservoir",
     .division = 520502102000,
     .severity = TCN_SEVERITY_DANGER,
     .stage = TCN_STAGE_IN_FORCE,
     .is_guarded = true,
     .rule = "flood.answer",
     .is_suspended = true,
     .position = 415,
     .category = "rainstorm",
     .colour = "orange",
     .area = "the upper valley",
     .issuer = "district_meteorology"},
};

#endif
