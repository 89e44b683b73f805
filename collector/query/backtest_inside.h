/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the backtest share: the rows that both sides put into one sorted table. A key
 * is
 *
 *   matter  1, birth 8                                           | organ 2, n 4, side 1
 *   alert   2, birth 8, mode 1, due kind 1, then of an event position 8, of what fell due subject
 * 8, rule 4, stage 4; reason 1                            | … clock   3, birth 8, rule 4 | … duty
 * 4, birth 8, act 4                                    | …
 *
 * so that whatever is the same on both sides stands together, recorded before supposed. Numbers are
 * big-endian. `n` counts what has the rest of the key in common. Values are this program's own
 * memory, for nobody reads them but it. Part of query/backtest; nobody else includes it.
 */
#ifndef TCN_QUERY_BACKTEST_INSIDE_H
#define TCN_QUERY_BACKTEST_INSIDE_H

#include "query/backtest.h"
#include "store/sorted.h"
#include "store/state.h"

/** Bytes behind the part of a key that says what it is of. */
#define TCN_BACKTEST_TAIL_BYTES 7u

/** Differences of one thing that are matched with each other; of more the rest stays unmatched. */
#define TCN_BACKTEST_UNMATCHED_MAX 32u

/** The two sides, in the order in which they are folded. */
enum tcn_backtest_side_number {
    TCN_BACKTEST_RECORDED = 0,
    TCN_BACKTEST_SUPPOSED = 1,
    TCN_BACKTEST_SIDES = 2,
};

/** What a row of the table holds. */
struct tcn_backtest_value {
    struct tcn_id matter; /**< of a matter's row alone */
    bool is_guarded;      /**< the alert itself says so; of a matter's row its side does */
    struct tcn_backtest_side side;
};

/** What is done now. */
enum tcn_backtest_phase {
    TCN_BACKTEST_FOLDS,
    TCN_BACKTEST_PUTS_MATTERS,
    TCN_BACKTEST_PUTS_CLOCKS,
    TCN_BACKTEST_PUTS_ALERTS,
    TCN_BACKTEST_COMPARES,
    TCN_BACKTEST_DONE,
};

/** Where the putting of a side's rows is. */
struct tcn_backtest_place {
    uint64_t birth; /**< of the matters: before it; of the clocks: from it on */
    uint32_t rule;
    uint32_t stream;      /**< index of organ and mode */
    uint64_t from_number; /**< of that stream */
};

/** The rows that have the first part of their keys in common. */
struct tcn_backtest_group {
    uint8_t prefix[TCN_SORTED_KEY_BYTES_MAX];
    size_t prefix_size; /**< 0: none yet */
    bool is_held;       /**< a recorded row waits for the supposed one of its key */
    uint16_t held_organ;
    uint32_t held_n;
    struct tcn_backtest_value held;
    struct tcn_backtest_side lost[TCN_BACKTEST_UNMATCHED_MAX];
    uint32_t lost_count;
    struct tcn_backtest_side added[TCN_BACKTEST_UNMATCHED_MAX];
    uint32_t added_count;
};

/** Of the matter that was looked at last. */
struct tcn_backtest_matter {
    uint64_t birth;
    bool is_known;
    bool is_hidden; /**< it has an allow-list, which the caller did not ask for */
    struct tcn_id id;
};

/** The backtest. Open to its own files. */
struct tcn_backtest {
    struct tcn_backtest_options options;
    enum tcn_backtest_phase phase;
    enum tcn_backtest_side_number side;
    struct tcn_applier applier; /**< of the side */
    struct tcn_state *state;    /**< likewise */
    struct tcn_state_reader *reader;
    struct tcn_sorted *sorted;
    struct tcn_backtest_place place;
    void *page; /**< rows of the state */
    struct tcn_backtest_progress progress;
    struct tcn_backtest_counts counts;
    struct tcn_backtest_group group;
    struct tcn_backtest_matter matter;
    bool is_begun; /**< the first row was read */
};

/** Puts one page of the rows of the side's state; `out_is_done`: they are all put, of the phase.
 * Errors: as tcn_sorted_put and the state's reader. Thread: the backtest's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_backtest_put_some(struct tcn_backtest *backtest,
                                                     bool *out_is_done);

/** Bytes of the page that it needs. */
size_t tcn_backtest_page_bytes(void);

/** Compares one page of rows. Errors: what `tell` gives; as tcn_sorted_step. */
TCN_MUST_CHECK enum tcn_status tcn_backtest_compare_some(struct tcn_backtest *backtest,
                                                         tcn_backtest_tell *tell, void *context,
                                                         bool *out_is_done);

/** The key of a matter's row of one side: how the others find what they are of. */
size_t tcn_backtest_matter_key(uint64_t birth, enum tcn_backtest_side_number side,
                               uint8_t out_key[TCN_SORTED_KEY_BYTES_MAX]);

/** The key of a clock's row likewise. */
size_t tcn_backtest_clock_key(uint64_t birth, uint32_t rule, enum tcn_backtest_side_number side,
                              uint8_t out_key[TCN_SORTED_KEY_BYTES_MAX]);

#endif
