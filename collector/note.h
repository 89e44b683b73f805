/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What actors tell each other beside the messages that they pass on. A note is a plain struct that
 * is copied as it is into one frame of a mailbox: both ends are this very program, so there is no
 * encoding. A message of the network is passed on with its stamp and header frames; one that is
 * only a note has a single frame.
 */
#ifndef TCN_COLLECTOR_NOTE_H
#define TCN_COLLECTOR_NOTE_H

#include "link/mailbox.h"
#include "model/chunk.h"
#include "model/message.h"
#include "model/state.h"

/** net → writer, before stamp and header: what intake found out. */
struct tcn_note_checked {
    enum tcn_kind kind;       /**< CHUNK, HELLO, ENROL, GONE; REFUSE for a chunk that was refused:
                               * the body frames are then the encoded answer and, when it is
                               * for ever, its signature */
    struct tcn_lane_key lane; /**< for REFUSE */
    uint32_t principal;
    struct tcn_hash content_hash;  /**< of the chunk head, HELLO or claim */
    struct tcn_hash next_previous; /**< of a VOID range; none else */
    bool is_void_range;
    bool has_words;   /**< one of its events is a word that only the desk may say */
    bool is_key_over; /**< CHUNK: signed by a key that a rotation has ended: only a resend passes */
    bool has_changes; /**< one of its events changes the registry */
    uint64_t registry_version; /**< that it was judged by */
    bool has_acts;             /**< one of its events is more than a report */
    int64_t feed_ns; /**< largest recorded time in the chunk; INT64_MIN when there is none */
};

/** What the ledger did since it was created. Open: plain numbers. */
struct tcn_ledger_counts {
    uint64_t group_count;
    uint64_t record_count;
    uint64_t event_count;
    uint64_t duplicate_count;
    uint64_t refused_count; /**< by the sequencer or for want of room; intake counts its own */
    uint64_t again_count;
    uint64_t dropped_count;   /**< messages of dropped sessions, ignored */
    uint64_t alarm_count;     /**< conflicts, clones, rolled-back outboxes, fenced urgent chunks */
    uint64_t full_count;      /**< groups given up because the storage is full */
    uint64_t short_count;     /**< routine reports told to wait, for room that is kept for acts */
    uint64_t said_count;      /**< events of the collector's own but cursors */
    uint64_t unsaid_count;    /**< not said: it stands already, or there are too many of its kind */
    uint64_t erased_count;    /**< shares destroyed, as two posts have asked or the journal says */
    uint64_t enrolled_count;  /**< claims granted */
    uint64_t unclaimed_count; /**< claims with a proof that were denied: no such token, too old */
};

/** writer → apply and serve, alone: the log has grown. Only the newest matters. */
struct tcn_note_progress {
    uint64_t position; /**< the last that is committed */
    int64_t log_time_ns;
    bool is_doubted; /**< the wall clock jumped: log time creeps */
    struct tcn_ledger_counts counts;
};

/** writer → net and serve, alone: the registry changed. The writer logs nothing more before both
 * have the note. */
struct tcn_note_registry {
    uint64_t version; /**< position of its last change, which is committed */
};

/** apply → serve, followed by a frame of alerts, which may be empty. */
struct tcn_note_tail {
    uint64_t committed_position; /**< the state on disk holds everything up to here */
    int64_t log_time_ns;         /**< of the last event folded */
    uint32_t alert_count;
    struct tcn_standstill standstill; /**< why the state does not follow the log */
};

/** apply → writer, alone: what falls due next, as the state on disk has it. */
struct tcn_note_due {
    uint64_t position; /**< of that state */
    int64_t due_ns;    /**< log time; INT64_MAX: nothing */
};

/** apply → writer, alone: two posts have asked for the erasure of an event. */
struct tcn_note_erase {
    struct tcn_lane_key lane; /**< of the event */
    uint64_t sequence;
    uint64_t position;
    struct tcn_hash hash; /**< of the event */
};

/** Erasures that are under way at once; more wait in the state. */
#define TCN_ERASING_MAX 64

/** serve → writer, alone, as a cursor is: nobody watches for an organ. */
struct tcn_note_unwatched {
    uint64_t number; /**< of its oldest urgent alert */
    uint16_t organ;
    bool is_secret; /**< the desk must not learn of that alert */
};

/** net → serve, alone: what it counts. */
struct tcn_note_counts {
    uint64_t in_count;
    uint64_t out_count;
    uint64_t pass_count;
    uint64_t refused_count;
    uint64_t malformed_count; /**< messages that are not even an envelope */
    uint64_t held_count;      /**< times that a message could not go on at once */
    uint64_t busy_count;      /**< questions dropped because serve had no room */
    uint64_t lost_count;      /**< refusals that the broker had no room for */
};

/** snapshots → serve, alone: what became of snapshots. */
struct tcn_note_snapshots {
    uint64_t made_count;   /**< since the start */
    uint64_t failed_count; /**< that were begun, or looked for, and came to nothing */
    uint64_t position;     /**< of the newest that may be used; 0 when there is none */
    int64_t made_ns;       /**< when that was made, by the wall clock */
};

/** Alerts that one message of apply carries at most. */
#define TCN_NOTE_ALERTS_MAX 512

/** Copies a note out of a frame; false, and nothing written, when the frame has another size.
 * Thread: any. */
bool tcn_note_read(struct tcn_slice frame, void *out_note, size_t size);

/** Posts a note alone.
 * Errors: TCN_AGAIN the mailbox is full; as tcn_mailbox_post.
 * Thread: the socket's owner. */
TCN_MUST_CHECK enum tcn_status tcn_note_post(struct tcn_sock *sock, const void *note, size_t size);

#endif
