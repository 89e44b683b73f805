/* SPDX-License-Identifier: Apache-2.0 */
#include "model/placement.h"

#define MONTHS_OF_YEAR 12u
#define YEAR_MIN 1970
#define YEAR_MAX 9998

/** A word with its titles. */
struct named {
    uint32_t number;
    const char *word;
    const char *title_zh;
    const char *title_en;
};

static const struct named months[] = {
#define TCN_MONTH_ROW(name, number, word, zh, en) {(number), (word), (zh), (en)},
    TCN_MONTH_LIST(TCN_MONTH_ROW)
#undef TCN_MONTH_ROW
};

static const struct named breaches[] = {
#define TCN_BREACH_ROW(name, bit, word, zh, en) {(bit), (word), (zh), (en)},
    TCN_BREACH_LIST(TCN_BREACH_ROW)
#undef TCN_BREACH_ROW
};

/** The row of a number, or one that says that it is none. */
static const struct named *named_of(const struct named *rows, size_t count, uint32_t number) {
    static const struct named none = {0, "none", "", ""};
    for (size_t i = 0; i < count; i++) {
        if (rows[i].number == number) {
            return &rows[i];
        }
    }
    return &none;
}

static const struct named *month_of(enum tcn_month_state state) {
    return named_of(months, sizeof(months) / sizeof(months[0]), (uint32_t)state);
}

static const struct named *breach_of(uint32_t breach) {
    return named_of(breaches, sizeof(breaches) / sizeof(breaches[0]), breach);
}

const char *tcn_month_state_name(enum tcn_month_state state) {
    return month_of(state)->word;
}

const char *tcn_month_state_title_zh(enum tcn_month_state state) {
    return month_of(state)->title_zh;
}

const char *tcn_month_state_title_en(enum tcn_month_state state) {
    return month_of(state)->title_en;
}

const char *tcn_claim_state_name(enum tcn_claim_state state) {
    static const char *const names[] = {"none", "asked", "paid", "refused"};
    const uint32_t number = (uint32_t)state;
    return number < sizeof(names) / sizeof(names[0]) ? names[number] : "none";
}

const char *tcn_breach_name(uint32_t breach) {
    return breach_of(breach)->word;
}

const char *tcn_breach_title_zh(uint32_t breach) {
    return breach_of(breach)->title_zh;
}

const char *tcn_breach_title_en(uint32_t breach) {
    return breach_of(breach)->title_en;
}

uint32_t tcn_month_number(int64_t yyyymm) {
    const int64_t year = yyyymm / 100;
    const int64_t month = yyyymm % 100;
    const bool is_month = year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= 12;
    return is_month ? (uint32_t)year * MONTHS_OF_YEAR + (uint32_t)month - 1 : 0;
}

uint32_t tcn_month_written(uint32_t number) {
    return number / MONTHS_OF_YEAR * 100 + number % MONTHS_OF_YEAR + 1;
}

bool tcn_month_is_complete(const struct tcn_month *month) {
    return month->state == TCN_MONTH_CONFIRMED || month->state == TCN_MONTH_LATE;
}

uint32_t tcn_placement_run(const struct tcn_placement *placement, uint32_t *out_end) {
    uint32_t best = 0;
    uint32_t run = 0;
    *out_end = 0;
    for (uint32_t i = 0; i < placement->month_count && i < TCN_PLACEMENT_MONTHS_MAX; i++) {
        run = tcn_month_is_complete(&placement->months[i]) ? run + 1 : 0;
        if (run > best) {
            best = run;
            *out_end = i + 1;
        }
    }
    return best;
}
