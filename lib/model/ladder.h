/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running ladder as the state has it: somebody has a matter to take in hand, or a clock's act to
 * do, was told so, and is told again until it is done. Rows are changed by core/ladder only; whom a
 * step is told to is core/fold_ladder's to say, by the steps of the policy (model/plans.h).
 */
#ifndef TCN_MODEL_LADDER_H
#define TCN_MODEL_LADDER_H

#include "model/event.h"
#include "model/id.h"
#include "model/limits.h"

/** What is waited for. Numbers are on disk. */
enum tcn_ladder_stage {
    TCN_LADDER_NONE = 0,
    TCN_LADDER_WAITS = 1,  /**< for the delivery of what was told last */
    TCN_LADDER_COUNTS = 2, /**< it was delivered: the next step has its time */
    TCN_LADDER_SPENT = 3,  /**< every step was told, and it still is in nobody's hand */
    TCN_LADDER_TAKEN = 4,  /**< who owes it has it in hand */
};

/** Counts of people that make an alert of danger ring again when they rise. Open: copied. */
struct tcn_ladder_counts {
    uint64_t deaths;
    uint64_t serious_injuries;
    uint64_t missing;
    uint64_t at_risk;
};

/** A running ladder: of one duty of an organ, or of one end of a clock. Open: a row of the state,
 * copied; changed by core/ladder only. */
struct tcn_ladder {
    uint64_t birth_position;         /**< the matter's */
    uint32_t slot;                   /**< which of the matter's, from 1 */
    char id[TCN_WORD_BYTES_MAX + 1]; /**< the ladder's word in the policy */
    uint16_t organ;                  /**< whose duty it is */
    uint32_t rule;                   /**< number of the clock's rule; 0: what organ must take */
    int64_t until_ns;                /**< of a clock: its end; else 0 */
    enum tcn_ladder_stage stage;
    uint32_t step_count; /**< steps that were told */
    int64_t since_ns;    /**< log time of what set it off */
    uint64_t position;   /**< of the event that set it off */
    /** What was told last to whom it waits for; number 0 when nobody was told. */
    struct tcn_stream stream;
    uint64_t number;
    int64_t delivered_ns;    /**< log time when that was delivered; 0: it was not */
    uint64_t taken_position; /**< of the event by which it was taken in hand; 0: it is not */
    struct tcn_ladder_counts counts; /**< as they stood when it was set off */
    /** Allow-list of a guarded matter, from the event that set it off: nobody else is told. */
    uint16_t guard_organs[TCN_GUARD_ORGANS_MAX];
    uint32_t guard_organ_count;
};

/** That a name had a stream's items up to a number, and when: what history tells. */
struct tcn_delivery {
    struct tcn_stream stream;
    uint64_t number;    /**< the last that it had */
    uint32_t principal; /**< whose name it is */
    char name[TCN_CURSOR_NAME_BYTES_MAX + 1];
    int64_t log_time_ns;
    uint64_t position; /**< of the collector's word */
};

/** "waits", "counts", "spent", "taken" or "none". Thread: any. */
const char *tcn_ladder_stage_name(enum tcn_ladder_stage stage);

#endif
