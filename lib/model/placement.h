/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A placement, or a public post, as the state keeps it beside its matter: how each month stands,
 * and what was asked and paid. Months are numbered as year * 12 + month - 1. There is no field for
 * who works there; whoever may know it finds it in the sealed parts of the matter's events.
 *
 * A month:
 *
 *     OPEN ─ confirmed in time ▶ CONFIRMED
 *     OPEN ─ its time is over ▶ UNCONFIRMED         a paper that is missing, not a worker that
 * failed OPEN,UNCONFIRMED ─ proof, approved by another organ ▶ LATE any ─ interrupted ▶ INTERRUPTED
 * the row of complete months starts anew behind it
 */
#ifndef TCN_MODEL_PLACEMENT_H
#define TCN_MODEL_PLACEMENT_H

#include "base/bytes.h"
#include "model/limits.h"
#include "model/program.h"

/* How a month stands. X(NAME, number, "word", "title in Chinese", "title in English") */
#define TCN_MONTH_LIST(X)                                                                          \
    X(OPEN, 1, "open", "未到期", "not due yet")                                                    \
    X(CONFIRMED, 2, "confirmed", "已证明", "confirmed")                                            \
    X(LATE, 3, "late", "补证通过", "proved late, approved")                                        \
    X(UNCONFIRMED, 4, "unconfirmed", "缺证明材料", "paper missing")                                \
    X(INTERRUPTED, 5, "interrupted", "中断", "interrupted")

/** How a month stands. Numbers are on disk and on the wire. */
enum tcn_month_state {
    TCN_MONTH_NONE = 0,
#define TCN_MONTH_ENUM(name, number, word, zh, en) TCN_MONTH_##name = (number),
    TCN_MONTH_LIST(TCN_MONTH_ENUM)
#undef TCN_MONTH_ENUM
};

/** The highest. */
#define TCN_MONTH_STATE_MAX TCN_MONTH_INTERRUPTED

/** What is known of a month beside its state. Bits, on disk and on the wire. */
enum tcn_month_mark {
    TCN_MONTH_OWN_WORD = 1, /**< said by who recommended it: alone that completes no month */
    TCN_MONTH_PROVED = 2,   /**< a proof came late and waits for the second organ */
    TCN_MONTH_ASKED = 4,    /**< its pay is asked */
    TCN_MONTH_PAID = 8,     /**< its pay is paid */
    TCN_MONTH_REFUSED = 16, /**< its pay was refused once */
};

/** All of them. */
#define TCN_MONTH_MARKS 31u

/** One month. */
struct tcn_month {
    enum tcn_month_state state;
    uint32_t marks;  /**< enum tcn_month_mark */
    uint16_t prover; /**< organ whose word or proof stands last; 0: none */
};

/** How a subsidy stands. Numbers are on disk and on the wire. */
enum tcn_claim_state {
    TCN_CLAIM_STATE_NONE = 0,
    TCN_CLAIM_STATE_ASKED = 1,
    TCN_CLAIM_STATE_PAID = 2,
    TCN_CLAIM_STATE_REFUSED = 3,
};

/** What was asked of one kind. Of PAY, which the months keep, only the terms. */
struct tcn_claimed {
    uint64_t min_fen; /**< terms, as the program had them when the placement began */
    uint64_t max_fen;
    enum tcn_claim_state state;
    uint64_t fen;           /**< last asked or paid */
    uint32_t refusal_count; /**< a second notice of what is missing is a fault of who refuses */
};

/* Rules that a claim, a payment or a refusal breaks. It is recorded all the same, and the payer and
 * the desk are warned. X(NAME, bit, "word", "title in Chinese", "title in English") */
#define TCN_BREACH_LIST(X)                                                                         \
    X(INCOMPLETE, 1, "incomplete", "未满规定的连续完整月数", "not the complete months in a row")   \
    X(OWN_WORD, 2, "own_word", "仅有推荐方一方证明", "confirmed by who recommended it alone")      \
    X(OVER, 4, "over", "超过规定金额", "more than the program gives")                              \
    X(UNDER, 8, "under", "低于规定金额", "less than the program gives")                            \
    X(TWICE, 16, "twice", "重复申领", "asked or paid before")                                      \
    X(NO_SUCH, 32, "no_such", "该项目无此补贴", "the program gives no such")                       \
    X(UNASKED, 64, "unasked", "未经申领", "nobody has asked for it")                               \
    X(REFUSED_AGAIN, 128, "refused_again", "再次退回补件", "refused a second time")

/** What is broken. Bits, on disk and on the wire. */
enum tcn_breach {
#define TCN_BREACH_ENUM(name, bit, word, zh, en) TCN_BREACH_##name = (bit),
    TCN_BREACH_LIST(TCN_BREACH_ENUM)
#undef TCN_BREACH_ENUM
};

/** All of them. */
#define TCN_BREACHES 255u

/** A placement. */
struct tcn_placement {
    uint64_t birth_position; /**< of its matter */
    char program[TCN_WORD_BYTES_MAX + 1];
    uint32_t first_month;
    uint32_t months_needed; /**< terms, like the amounts */
    uint32_t proof_days;
    uint32_t remind_days;
    uint32_t metres;      /**< of road that it keeps; 0: none said */
    uint32_t month_count; /**< of `months` that have a state */
    struct tcn_month months[TCN_PLACEMENT_MONTHS_MAX];
    struct tcn_claimed claims[TCN_CLAIM_MAX + 1];
    uint32_t breaches; /**< enum tcn_breach, of all its acts so far */
};

/** "open", "confirmed", …; "none" when unknown. Thread: any. */
const char *tcn_month_state_name(enum tcn_month_state state);
/** The state in Chinese; empty when unknown. Thread: any. */
const char *tcn_month_state_title_zh(enum tcn_month_state state);
/** The state in English; empty when unknown. Thread: any. */
const char *tcn_month_state_title_en(enum tcn_month_state state);
/** "asked", "paid", "refused" or "none". Thread: any. */
const char *tcn_claim_state_name(enum tcn_claim_state state);
/** The word of one breach; "none" for what is no single one. Thread: any. */
const char *tcn_breach_name(uint32_t breach);
/** The breach in Chinese; empty for what is no single one. Thread: any. */
const char *tcn_breach_title_zh(uint32_t breach);
/** The breach in English; empty for what is no single one. Thread: any. */
const char *tcn_breach_title_en(uint32_t breach);
/** The number of a month that is written 202107; 0 when it is none. Thread: any. */
uint32_t tcn_month_number(int64_t yyyymm);
/** How a month's number is written: 202107. Thread: any. */
uint32_t tcn_month_written(uint32_t number);
/** True for a month that counts: CONFIRMED or LATE. Thread: any. */
bool tcn_month_is_complete(const struct tcn_month *month);
/** The longest row of complete months; `out_end` is the index behind it. Thread: any. */
uint32_t tcn_placement_run(const struct tcn_placement *placement, uint32_t *out_end);

#endif
