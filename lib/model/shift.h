/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an organ was called to and has not in hand, and which post of it is on duty. Both are
 * folded from the log (core/summons, core/shift); a post is named, never the person who holds it.
 */
#ifndef TCN_MODEL_SHIFT_H
#define TCN_MODEL_SHIFT_H

#include "model/feed.h"
#include "model/id.h"
#include "model/limits.h"

/** An organ was called to a matter, and nobody of it has acted since. One at most for each organ
 * and matter: it stands from the first alert that calls until an act of the organ, or until the
 * matter is none of its concern. */
struct tcn_summons {
    bool is_kept; /**< the matter is guarded: its rows stand apart, so that who leaves them out does
                     not go through them either */
    uint16_t organ;
    uint64_t birth_position;    /**< of the matter */
    enum tcn_mode mode;         /**< of its stream */
    enum tcn_reason reason;     /**< of the newest alert that calls */
    enum tcn_severity severity; /**< the worst of those alerts, and of the matter when it called */
    int64_t since_ns;           /**< log time of the first of them */
    int64_t last_ns;            /**< log time of the newest */
    uint64_t number;            /**< of the newest, in the organ's stream */
    uint64_t position;          /**< of the event that made it */
    uint32_t count;             /**< of them */
};

/** Who is on duty at an organ: a post. The newest word of each organ stands. */
struct tcn_shift {
    uint16_t organ;
    char post[TCN_WORD_BYTES_MAX + 1]; /**< that has it, or that handed it over */
    uint32_t source;                   /**< whose key said so */
    int64_t since_ns;                  /**< log time of its taking; 0: it was never taken */
    int64_t until_ns;                  /**< as it was said; 0: until it is handed over */
    int64_t handed_ns;                 /**< log time of the handing over; 0: it was not */
    uint64_t position;                 /**< of the newest word */
};

/* What falls due under TCN_DUE_WAKE, as its key's rule says. */
#define TCN_WAKE_SHIFT 0u /* the subject is an organ: nobody has its duty any more */
#define TCN_WAKE_DESK 1u  /* the subject is a matter's birth: the desk has it not in hand */

#endif
