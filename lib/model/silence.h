/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A silence as the state has it: an organ wants not to be rung for some of what it is told, for a
 * while. What is told is told all the same, with its number; the item only says that it need not
 * ring. Judged by core/silence.
 */
#ifndef TCN_MODEL_SILENCE_H
#define TCN_MODEL_SILENCE_H

#include "model/id.h"
#include "model/limits.h"

/** Why a silence is refused beside what it does not say. Numbers are on the wire. */
enum tcn_silence_fault {
    TCN_SILENCE_FINE = 0,
    TCN_SILENCE_LACKS,     /**< a reason, a post, a time, or how far it reaches */
    TCN_SILENCE_LONG,      /**< past, or too far away */
    TCN_SILENCE_DANGER,    /**< it says that it wants to cover danger */
    TCN_SILENCE_PROTECTED, /**< it would cover a protected line */
    TCN_SILENCE_IMMINENT,  /**< a matter in danger of its domain is open there (S7) */
};

/** A silence in force. Open: a row of the state, copied. The row of position 0 is none: it counts
 * the weather warnings that are in force. */
struct tcn_silence {
    uint64_t position; /**< of the event that said it: its name */
    uint16_t organ;    /**< whose own stream it is of */
    enum tcn_mode mode;
    char domain[TCN_WORD_BYTES_MAX + 1]; /**< of matters that it covers; empty: any */
    uint64_t division;                   /**< likewise, a township its villages; 0: any */
    char reason[TCN_WORD_BYTES_MAX + 1];
    char post[TCN_WORD_BYTES_MAX + 1]; /**< who said it, never a person */
    int64_t since_ns;                  /**< log time */
    int64_t until_ns;
    uint64_t warning_count; /**< of the row of position 0; else 0 */
};

#endif
