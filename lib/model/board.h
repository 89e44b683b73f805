/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board of the five lines and the desk's one screen, as rows of an answer. Nothing here counts
 * petitions, silent days or persons, and nothing is safe by default: a cell is only as safe as what
 * a post has signed.
 */
#ifndef TCN_MODEL_BOARD_H
#define TCN_MODEL_BOARD_H

#include "model/event.h"
#include "model/expected.h"
#include "model/limits.h"
#include "model/procedure.h"

/** What a row is. Numbers are on the wire. */
enum tcn_board_kind {
    TCN_BOARD_NONE = 0,
    TCN_BOARD_CELL = 1,    /**< a line at an office; of the district: office 0 */
    TCN_BOARD_LATE = 2,    /**< an organ owes an act of the line whose limit has passed */
    TCN_BOARD_OFFICE = 3,  /**< whether an office is heard, and why not */
    TCN_BOARD_WARNING = 4, /**< a matter that calls for check-ins is open: a weather warning */
    TCN_BOARD_SILENCE = 9, /**< an organ is not rung for some of what it is told */
    /* Of the desk alone: */
    TCN_BOARD_UNTAKEN = 5, /**< an organ was called to something urgent and has not acknowledged */
    TCN_BOARD_DUE = 6,     /**< a limit that ends today */
    TCN_BOARD_HOLD = 7,    /**< a matter that waits for the desk's word */
    TCN_BOARD_SHIFT = 8,   /**< where the desk's shift began: the event is among the answer's */
};

/** What is known of a line. Numbers are on the wire. The worst stands. */
enum tcn_board_state {
    TCN_BOARD_UNKNOWN = 0, /**< nobody has signed for it, or not for now */
    TCN_BOARD_SAFE = 1,    /**< known safe: signed, by when; of the district: by every office */
    TCN_BOARD_WARNED = 2,  /**< an early warning is open, or its office says that it is not safe */
    TCN_BOARD_BREACHED = 3,
};

/** Why an office is silent. Numbers are on the wire. */
enum tcn_board_cause {
    TCN_CAUSE_HEARD = 0,       /**< it is not */
    TCN_CAUSE_NO_PROGRAM = 1,  /**< none of its programs is in the registry */
    TCN_CAUSE_UNREACHABLE = 2, /**< the collector has no word of it */
    TCN_CAUSE_SIGNED_OFF = 3,  /**< closed for the day: its duty telephone answers */
    TCN_CAUSE_QUIET = 4,       /**< it is heard, and has not said what was due */
};

/** A row. Open: copied. Fields that its kind does not name are zero. */
struct tcn_board_row {
    enum tcn_board_kind kind;
    char line[TCN_WORD_BYTES_MAX + 1]; /**< CELL, LATE */
    uint16_t office;                   /**< of the place; 0: of none, or the district */
    uint16_t organ;                    /**< LATE, DUE: who owes; UNTAKEN: who has not acknowledged;
                                          HOLD: who leads; SILENCE: whose */
    enum tcn_board_state state;        /**< CELL */
    enum tcn_expected_state said;      /**< CELL: its zero report; OFFICE: its check-in */
    enum tcn_board_cause cause;        /**< OFFICE */
    char post[TCN_WORD_BYTES_MAX + 1]; /**< CELL: that signed; SILENCE: that wants it */
    int64_t said_ns;                   /**< CELL: as of when; OFFICE: of its last sign of life;
                                            WARNING: in force from then; 0: only proposed */
    int64_t until_ns;                  /**< CELL: what was said holds until then; DUE: the limit;
                                            SILENCE: its end; WARNING: as it was issued, or
                                            extended; 0: nobody has said */
    int64_t due_ns;                    /**< CELL, OFFICE: the newest time that passed in silence */
    int64_t since_ns;        /**< CELL: the oldest open early warning was learned; LATE: the oldest
                                  limit passed; OFFICE: silent since; of a matter: learned;
                                  SILENCE: said */
    bool is_self;            /**< CELL: its office reported that one itself; else it was found */
    uint32_t signed_count;   /**< CELL of the district: offices that have signed it safe … */
    uint32_t office_count;   /**< … of so many */
    int64_t breach_ns;       /**< CELL: the last harm of the line's level was learned */
    int64_t breach_known_ns; /**< CELL: and known here */
    bool is_breach_self;     /**< CELL: its office reported it itself */
    int64_t contradicted_ns; /**< CELL: what last contradicted a zero report was learned */
    bool is_contradicted_self;           /**< CELL: its office told it itself, later than it may */
    int64_t stopped_ns;                  /**< OFFICE: its program stood still from then … */
    int64_t back_ns;                     /**< … until then, as it said afterwards */
    struct tcn_id matter;                /**< WARNING, UNTAKEN, DUE, HOLD */
    char domain[TCN_WORD_BYTES_MAX + 1]; /**< of it; empty when it is kept apart; SILENCE: that it
                                            names; empty: none */
    uint64_t division;                   /**< of it; likewise */
    enum tcn_severity severity;
    enum tcn_stage stage;
    bool is_guarded;                       /**< HOLD: kept apart: nothing else is told */
    char rule[TCN_WORD_BYTES_MAX + 1];     /**< DUE: the clock's rule; SILENCE: its reason */
    bool is_suspended;                     /**< SILENCE: a weather warning is in force */
    uint64_t position;                     /**< SILENCE: of the event that said it: its name */
    char category[TCN_WORD_BYTES_MAX + 1]; /**< WARNING: of what weather; this and the next three as
                                                was said last, the front of it; empty: not said */
    char colour[TCN_WORD_BYTES_MAX + 1];   /**< WARNING */
    char area[TCN_WORD_BYTES_MAX + 1];     /**< WARNING: what goes beyond its division */
    char issuer[TCN_WORD_BYTES_MAX + 1];   /**< WARNING */
};

/** "unknown", "known_safe", "warning" or "breach". Thread: any. */
const char *tcn_board_state_name(enum tcn_board_state state);
/** "heard", "no_program", "unreachable", "signed_off" or "quiet". Thread: any. */
const char *tcn_board_cause_name(enum tcn_board_cause cause);

#endif
