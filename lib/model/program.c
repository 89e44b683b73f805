/* SPDX-License-Identifier: Apache-2.0 */
#include "model/program.h"

#include <string.h>

const char *tcn_claim_name(enum tcn_claim claim) {
    static const char *const words[TCN_CLAIM_MAX + 1] = {
#define TCN_CLAIM_WORD(name, number, word) [number] = (word),
        TCN_CLAIM_LIST(TCN_CLAIM_WORD)
#undef TCN_CLAIM_WORD
    };
    const bool is_known = claim != TCN_CLAIM_NONE && (uint32_t)claim <= (uint32_t)TCN_CLAIM_MAX;
    return is_known ? words[claim] : "none";
}

enum tcn_claim tcn_claim_from_name(struct tcn_slice word) {
    for (uint32_t i = 1; i <= (uint32_t)TCN_CLAIM_MAX; i++) {
        if (tcn_slice_is_text(word, tcn_claim_name((enum tcn_claim)i))) {
            return (enum tcn_claim)i;
        }
    }
    return TCN_CLAIM_NONE;
}

/** Pay of a month by the amount of one post, or of so many metres. A road longer than one post may
 * keep is paid as the longest; rates are whole fen, and what is left of a fen is not paid. */
static uint64_t monthly_of(const struct tcn_program *program, uint64_t fen, uint64_t metres) {
    if (program->per_metres == 0) {
        return fen;
    }
    const uint64_t kept = metres < program->metres_max ? metres : program->metres_max;
    return fen * kept / program->per_metres; /* both bounded: no overflow */
}

_Static_assert(UINT64_MAX / TCN_PROGRAM_FEN_MAX > TCN_PROGRAM_METRES_MAX, "an amount fits");

uint64_t tcn_program_fen(const struct tcn_program *program, enum tcn_claim claim, uint64_t metres) {
    switch (claim) {
    case TCN_CLAIM_PAY:
        return monthly_of(program, program->monthly_max_fen, metres);
    case TCN_CLAIM_WORKER:
        return program->worker_fen;
    case TCN_CLAIM_FIRM:
        return program->firm_fen;
    case TCN_CLAIM_VILLAGE:
        return program->village_fen;
    default:
        return 0;
    }
}

uint64_t tcn_program_fen_min(const struct tcn_program *program, enum tcn_claim claim,
                             uint64_t metres) {
    return claim == TCN_CLAIM_PAY ? monthly_of(program, program->monthly_min_fen, metres)
                                  : tcn_program_fen(program, claim, metres);
}

bool tcn_program_confirms(const struct tcn_program *program, struct tcn_slice organ) {
    for (uint32_t i = 0; i < program->confirm_count && i < TCN_PROGRAM_ORGANS_MAX; i++) {
        if (tcn_slice_is_text(organ, program->confirms[i])) {
            return true;
        }
    }
    return false;
}

const struct tcn_program *tcn_program_of(const struct tcn_program *programs, uint32_t count,
                                         const char *domain) {
    for (uint32_t i = 0; domain[0] != '\0' && i < count; i++) {
        if (strcmp(programs[i].domain, domain) == 0) {
            return &programs[i];
        }
    }
    return NULL;
}
