/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What offices said though nothing had happened, and what the board shows of matters, as rows of
 * the state. The rows follow from the log alone (core/fold_expected, core/fold_signs); what a row
 * means at an instant is core/expected's and core/board's to say. No row counts matters, silent
 * days or persons.
 */
#ifndef TCN_MODEL_EXPECTED_H
#define TCN_MODEL_EXPECTED_H

#include "model/event.h"
#include "model/limits.h"

/** What a row is about. Numbers are on disk. */
enum tcn_expected_row {
    TCN_EXPECTED_ROW_NONE = 0,
    TCN_EXPECTED_ROW_SEAT = 1,   /**< a program of the office is in the registry: `number` is its
                                      principal */
    TCN_EXPECTED_ROW_OFFICE = 2, /**< from when it is expected to speak, its last sign-off and stop;
                                      `number` 0 */
    TCN_EXPECTED_ROW_LAST = 3,   /**< what it said last; `number` is the report's
                                      (tcn_expected_number) */
    TCN_EXPECTED_ROW_DAY = 4,    /**< what it said on one day: the report's number times 2^32 and
                                      the day */
    TCN_EXPECTED_ROW_WARNING = 5,  /**< a matter that calls for check-ins is open: `organ` is the
                                        office of its place or 0 of every one, `number` its birth */
    TCN_EXPECTED_ROW_SIGN = 6,     /**< a matter that the board shows: `organ` is the office of its
                                        place or 0 of none, `number` its birth */
    TCN_EXPECTED_ROW_BREACH = 7,   /**< the last harm on a line: the line's number */
    TCN_EXPECTED_ROW_SHIFT = 8,    /**< the last hand-over of an organ's shift; `number` 0 */
    TCN_EXPECTED_ROW_DANGER = 9,   /**< a matter in danger is open: `organ` 0, `number` its birth,
                                        `post` its domain; none of one that is kept apart */
    TCN_EXPECTED_ROW_OPENING = 40, /**< an opening by one officer that nobody approved yet
                                        (core/opening): `organ` counts those of a matter from 1,
                                        `number` is its birth */
};

/** Which row. */
struct tcn_expected_key {
    enum tcn_expected_row row;
    uint16_t organ;
    uint64_t number;
};

/** How it was said. Numbers are on disk and on the wire. */
enum tcn_said {
    TCN_SAID_NOT = 0,
    TCN_SAID_SIGNED = 1, /**< a zero report by the office's own key */
    TCN_SAID_ORAL = 2,   /**< by telephone, as the desk wrote down: weaker, and never safe */
    TCN_SAID_ALIVE = 3,  /**< a check-in, or another sign of life while one was asked for */
};

/** A row. Open: copied. Fields that its kind does not name are zero. */
struct tcn_expected {
    struct tcn_expected_key key;
    enum tcn_said said; /**< LAST, DAY */
    bool is_safe;       /**< LAST, DAY: known safe; a check-in never is */
    bool is_corrected;  /**< LAST, DAY: its office said in time by itself that it was not so */
    bool is_self;       /**< BREACH: its office reported it; LAST: likewise of what contradicted */
    int64_t period;     /**< LAST, DAY: the day, or the run of hours, that it is of */
    int64_t since_ns;   /**< LAST, DAY: as of when; OFFICE, SEAT: enrolled; SHIFT: handed over;
                           WARNING, SIGN, BREACH, DANGER: log time at which it became so */
    uint64_t position;  /**< of the event; BREACH: the matter's birth */
    uint32_t count;     /**< LAST, DAY: times said in the period, of which the last counts;
                             OPENING: whose key opened, a source */
    char post[TCN_WORD_BYTES_MAX + 1]; /**< LAST, DAY: who signed; OPENING: who opened */
    int64_t told_ns;                   /**< LAST: the due time that passed unsaid and was told */
    int64_t other_ns; /**< LAST: when what contradicts it was learned; BREACH: its harm was */
    uint64_t other_position; /**< LAST: birth of the matter that contradicts, 0 when none;
                                  OPENING: of the event that was opened */
    int64_t off_ns;          /**< OFFICE: signed off; 0: it has not */
    int64_t stopped_ns;      /**< OFFICE: its program stood still from then … */
    int64_t back_ns;         /**< … until then, as it says afterwards; both 0: it has not */
};

/** How a report of an office stands. Numbers are on the wire. */
enum tcn_expected_state {
    TCN_EXPECTED_NOT_ASKED = 0,    /**< it is not expected of the office now */
    TCN_EXPECTED_SIGNED = 1,       /**< signed, known safe, and it still holds */
    TCN_EXPECTED_ORAL = 2,         /**< said by telephone that it is safe */
    TCN_EXPECTED_ALIVE = 3,        /**< a sign of life came in time */
    TCN_EXPECTED_UNSAFE = 4,       /**< said to be known not safe */
    TCN_EXPECTED_CONTRADICTED = 5, /**< a matter shows that what was said was not so */
    TCN_EXPECTED_CORRECTED = 6,    /**< its office said so itself, in time */
    TCN_EXPECTED_WAITED = 7,       /**< nothing said yet, and none is overdue */
    TCN_EXPECTED_OVERDUE = 8,      /**< a time and its grace have passed in silence */
};

/** "signed", "oral", "alive" or "not". Thread: any. */
const char *tcn_said_name(enum tcn_said said);
/** "signed", "oral", "alive", "unsafe", "contradicted", "corrected", "waited", "overdue" or
 * "not_asked". Thread: any. */
const char *tcn_expected_state_name(enum tcn_expected_state state);

#endif
