/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs of public posts and placements, as programs.yaml says them: who pays what, after how
 * many complete months, and whose word makes a month complete. A placement is a matter of a firm or
 * a post, a village and a program; nothing here, and nothing that is made of it, knows who works
 * there. Amounts are whole fen.
 */
#ifndef TCN_MODEL_PROGRAM_H
#define TCN_MODEL_PROGRAM_H

#include "base/bytes.h"
#include "model/limits.h"

/* What a claim may ask for. X(NAME, number, "word") */
#define TCN_CLAIM_LIST(X)                                                                          \
    X(PAY, 1, "pay")                                                                               \
    X(WORKER, 2, "worker")                                                                         \
    X(FIRM, 3, "firm")                                                                             \
    X(VILLAGE, 4, "village")

/** What is asked: a month's pay of a post, or one of the subsidies, to whom it goes. Numbers are on
 * disk and on the wire. */
enum tcn_claim {
    TCN_CLAIM_NONE = 0,
#define TCN_CLAIM_ENUM(name, number, word) TCN_CLAIM_##name = (number),
    TCN_CLAIM_LIST(TCN_CLAIM_ENUM)
#undef TCN_CLAIM_ENUM
};

/** The highest. */
#define TCN_CLAIM_MAX TCN_CLAIM_VILLAGE

/** A program. */
struct tcn_program {
    char id[TCN_WORD_BYTES_MAX + 1];
    char title_zh[128];
    char title_en[128];
    char domain[TCN_WORD_BYTES_MAX + 1]; /**< of procedure placement; no other program has it */
    char payer[TCN_WORD_BYTES_MAX + 1];  /**< the organ that pays, and is warned */
    uint64_t monthly_min_fen;            /**< pay of a month; 0: it pays by the month nothing */
    uint64_t monthly_max_fen;            /**< the same as min where one amount is said */
    uint32_t per_metres;                 /**< pay is for so many metres of road; 0: for the post */
    uint32_t metres_max;                 /**< that one post keeps; 0 unless per_metres */
    uint32_t months;                     /**< complete ones in a row before a subsidy is due */
    uint64_t worker_fen;                 /**< subsidies, once each; 0: none */
    uint64_t firm_fen;
    uint64_t village_fen;
    char confirms[TCN_PROGRAM_ORGANS_MAX][TCN_WORD_BYTES_MAX + 1]; /**< whose word counts */
    uint32_t confirm_count;
    char approves_late[TCN_WORD_BYTES_MAX + 1]; /**< the second, of a proof that came late */
    uint32_t proof_days;                        /**< after a month's end, to prove it in time */
    uint32_t remind_days;                       /**< before the last month's end */
    char article[256];
    uint32_t confidence; /**< enum tcn_plan_confidence */
};

/** "pay", "worker", "firm" or "village"; "none" when unknown. Thread: any. */
const char *tcn_claim_name(enum tcn_claim claim);
/** The claim of a word; NONE when it is no such. Thread: any. */
enum tcn_claim tcn_claim_from_name(struct tcn_slice word);
/** The most that the program gives for a claim of a post that keeps so many metres of road (0 where
 * roads are not what it pays for); 0: it gives no such. Thread: any. */
uint64_t tcn_program_fen(const struct tcn_program *program, enum tcn_claim claim, uint64_t metres);
/** The least, of a month's pay; the same as the most of everything else. Thread: any. */
uint64_t tcn_program_fen_min(const struct tcn_program *program, enum tcn_claim claim,
                             uint64_t metres);
/** The program of a domain's placements; NULL when there is none. Owns: lends from `programs`.
 * Thread: any. */
const struct tcn_program *tcn_program_of(const struct tcn_program *programs, uint32_t count,
                                         const char *domain);
/** True when the organ is one of those whose word makes a month complete. Thread: any. */
bool tcn_program_confirms(const struct tcn_program *program, struct tcn_slice organ);

#endif
