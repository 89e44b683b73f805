/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the ledger, shared by ledger.c (group and commit), ledger_take.c (what becomes of
 * chunks), ledger_hello.c (and of HELLOs), ledger_enrol.c (and of claims), ledger_rights.c (who may
 * speak), ledger_key.c (which key signs), ledger_policy.c (which policy is in force),
 * ledger_words.c (what the collector has to say), ledger_own.c (its own events), ledger_erase.c
 * (shares that are destroyed) and ledger_answer.c. Nobody else includes it.
 */
#ifndef TCN_COLLECTOR_LEDGER_INSIDE_H
#define TCN_COLLECTOR_LEDGER_INSIDE_H

#include "base/arena.h"
#include "collector/lanes.h"
#include "collector/ledger.h"
#include "collector/receipts.h"
#include "collector/voice.h"
#include "core/logtime.h"
#include "core/reach.h"
#include "core/recall.h"
#include "core/words.h"
#include "query/activation.h"
#include "query/rights.h"
#include "store/journal.h"

/** Messages that one group takes: each gets one answer at most. */
#define TCN_LEDGER_ANSWERS_MAX TCN_GROUP_RECORDS_MAX

/** Room for the encoded refusals of one group. */
#define TCN_LEDGER_REFUSALS_BYTES (256 * 1024)

/** What an answer says. */
enum tcn_ledger_reply_kind {
    TCN_LEDGER_REPLY_ACK = 1, /**< the record at `position` is on disk: its receipt */
    TCN_LEDGER_REPLY_WELCOME,
    TCN_LEDGER_REPLY_AGAIN,
    TCN_LEDGER_REPLY_REFUSE,   /**< the whole, with a code */
    TCN_LEDGER_REPLY_ENCODED,  /**< a REFUSE that intake has encoded */
    TCN_LEDGER_REPLY_ENROLLED, /**< the claim was granted at `position` */
};

/** Records that the end of a group may add to what was taken: the collector's own chunk, and the
 * activation of a policy. */
#define TCN_LEDGER_ENDING_MAX 2

/** What lies where an activation would, cannot be taken, and was told of: it is not judged again
 * until something else lies there. All zero: nothing. */
struct tcn_policy_left {
    bool is_told;
    enum tcn_status load;    /**< of tcn_activation_load */
    struct tcn_hash content; /**< with TCN_OK: of a file that could not be moved away */
};

/** An answer that waits for the commit. */
struct tcn_ledger_reply {
    enum tcn_ledger_reply_kind kind;
    struct tcn_stamp stamp;
    struct tcn_header asked;
    uint64_t position;       /**< ACK: first position of the record; ENROLLED: of the event */
    uint32_t enrolled;       /**< ENROLLED: the row's principal */
    uint64_t first_sequence; /**< REFUSE */
    enum tcn_status code;    /**< REFUSE */
    bool is_of_group;        /**< it speaks of something that this group stores */
    struct tcn_again again;
    struct tcn_welcome welcome;
    struct tcn_slice encoded;   /**< lent from the ledger's arena */
    bool is_for_ever;           /**< ENCODED: it is to be signed */
    struct tcn_hash asked_hash; /**< of the chunk, HELLO or claim that it answers */
};

/** A record of the open group. */
struct tcn_ledger_entry {
    uint64_t first_position;
    uint64_t mark_sequence; /**< of its lane when it was appended: credit counts from it */
    struct tcn_hash content_hash;
    uint8_t body[TCN_RECEIPT_BODY_BYTES_MAX];
    struct tcn_slice receipt_body; /**< in `body` */
};

/** The ledger. */
struct tcn_ledger {
    struct tcn_collector *house; /**< lent */
    struct tcn_log_reader *reader;
    struct tcn_lanes *lanes;
    struct tcn_logtime logtime;
    struct tcn_rights rights;     /**< at the last record, the open group's included */
    struct tcn_arena arena;       /**< decoding of one message */
    struct tcn_arena group_arena; /**< what answers hold until they are read */
    struct tcn_ledger_counts counts;
    struct tcn_voice voice;                /**< of the last commit: it signs the open group */
    struct tcn_signing_key successor;      /**< the key that is to be logged; all zero: none */
    struct tcn_registry_change change;     /**< that says so, while its group is open */
    bool is_succession_said;               /**< and it is in the open group */
    bool is_wish_told;                     /**< that a wish cannot be fulfilled was logged */
    struct tcn_activation_file activation; /**< that waits to be logged; all zero: none */
    bool is_policy_said;                   /**< and it is in the open group */
    bool is_policy_short_told;             /**< that it waits for room was logged */
    int64_t policy_after_ns; /**< it found no room: not to be tried before this, monotonic */
    struct tcn_policy_left policy_left; /**< what lies there and was told of */
    struct tcn_hash tail_hash;          /**< of the last record, the open group's included */
    struct tcn_hash begin_hash;         /**< of the last record when the group began */
    uint64_t committed_position;
    uint64_t registry_version; /**< of the rights at committed_position, the policy's included */
    bool is_recalling;      /**< what the journal holds is being said again: nobody else is heard */
    uint64_t fork_position; /**< the last of the generation before, when this start begins one */

    /* The open group. */
    bool is_open;         /**< begun and not committed */
    bool has_log;         /**< the log has a group open */
    bool has_shares;      /**< the share store has a group open */
    bool is_storage_full; /**< nothing more can be stored in this group */
    bool is_full_told;    /**< and that was logged */
    bool is_short_told;   /**< that routine reports wait was logged */
    int64_t group_time_ns;
    int64_t wall_ns;
    int64_t monotonic_ns;
    bool is_registry_changed; /**< the rights are newer than the log on disk */
    bool is_confirmed;        /**< an event of the group ends the doubt about the wall clock */
    size_t bytes;             /**< appended so far */
    uint32_t entry_count;     /**< records appended so far */
    uint32_t reply_count;
    struct tcn_ledger_entry entries[TCN_GROUP_RECORDS_MAX];
    struct tcn_ledger_reply replies[TCN_LEDGER_ANSWERS_MAX];
    struct tcn_receipts receipts; /**< of the open, later the last group */

    /* The group that the last old receipt came from. */
    struct tcn_receipts old;
    uint64_t old_first; /**< its first position; 0 when none is loaded */

    /* What the collector's own chunk of this group may say. */
    struct tcn_cursor cursors[TCN_CHUNK_EVENTS_MAX];
    uint32_t cursor_count;
    struct tcn_event observed[TCN_OBSERVED_GROUP_MAX];
    uint32_t observed_count;
    int64_t due_ns;        /**< log time at which something falls due; INT64_MAX for nothing */
    uint64_t due_position; /**< of the event after which that is so */
    struct tcn_note_erase
        erasing[TCN_ERASING_MAX]; /**< erasures that were asked and are not done */
    uint32_t erasing_count;
    uint32_t erased_count;      /**< of them, those of the open group */
    struct tcn_reach reach;     /**< whom it hears */
    struct tcn_arena own_arena; /**< encoding of the collector's own chunk */
};

/** A record to append, as far as its maker knows it. Open: lent for the call. */
struct tcn_ledger_record {
    enum tcn_record_kind kind;
    struct tcn_lane_key lane;
    uint64_t first_sequence;
    uint32_t position_count;
    uint64_t sequence_count; /**< entered in the index; 0 for HELLO */
    uint32_t principal;
    struct tcn_hash content_hash;
    struct tcn_chunk chunk;
    int64_t feed_ns; /**< for a log that a feed's clock drives */
};

/** Appends a record, its shares not included.
 * Errors: TCN_FULL: end the group with tcn_ledger_give_up; else a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_append(struct tcn_ledger *ledger,
                                                 const struct tcn_ledger_record *made);

/** The storage is full: drops the group, tells all that waited for it "later" and ends all
 * sessions.
 * Errors: a store's failure other than TCN_FULL. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_give_up(struct tcn_ledger *ledger);

/* ledger_recall.c */

/** Begins to say again what the journal holds, when a restore has begun a generation: notes where
 * it forked. Errors: as tcn_journal_commit. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_recall_begin(struct tcn_ledger *ledger);

/** Says it again in the open group, as far as there is room; when nothing is left, notes that the
 * generation has begun. Errors: TCN_FULL; a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_recall(struct tcn_ledger *ledger);

/** Writes down beside the log what a change of the registry takes away. Errors: as
 * tcn_journal_add. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_note_change(struct tcn_ledger *ledger,
                                                      const struct tcn_registry_change *change,
                                                      uint64_t position);

/** Writes down beside the log that a HELLO began an epoch. Errors: as tcn_journal_add. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_note_epoch(struct tcn_ledger *ledger,
                                                     const struct tcn_ledger_input *in,
                                                     const struct tcn_hello *hello,
                                                     uint64_t position);

/** Writes the journal anew with what still counts, once it is too long. Errors: as
 * tcn_journal_rewrite, TCN_FULL excepted. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_trim_journal(struct tcn_ledger *ledger);

/** Logs a HELLO of the journal again, unless its epoch is there. Errors: TCN_EXISTS it is there;
 * TCN_DENIED the registry knows no key that signed it; TCN_FULL; a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_repeat_hello(struct tcn_ledger *ledger,
                                                       const struct tcn_journal_entry *entry);

/* ledger_erase.c */

/** Opens the share store's group, if it is not open. Errors: as tcn_shares_group_begin. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_begin_shares(struct tcn_ledger *ledger);

/** Puts the shares of a chunk with this body in the open group, but for those of erased events.
 * Errors: as tcn_shares_put. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_put_shares(struct tcn_ledger *ledger,
                                                     const struct tcn_shares_row *row,
                                                     struct tcn_slice body);

/** Carries out in the open group what was asked, as far as there is room.
 * Errors: as tcn_ledger_append; a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_erase_asked(struct tcn_ledger *ledger);

/** Behind a commit: what was carried out waits no more. */
void tcn_ledger_erased(struct tcn_ledger *ledger);

/** Destroys what the journal says is erased, in the open group, and says again what the log has
 * lost of it, as far as there is room. Adds to `said` how many.
 * Errors: as tcn_ledger_append; a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_repeat_erasures(struct tcn_ledger *ledger,
                                                          uint32_t *said);

/** The sequences of a lane's erased events, as WELCOME tells them; none when the group has no room
 * for them: the next HELLO asks again. Owns: lends from the group's arena. */
struct tcn_slice tcn_ledger_tell_erased(struct tcn_ledger *ledger, const struct tcn_lane_key *lane);

/** Writes down beside the log that the share of an event is destroyed. Errors: as
 * tcn_journal_add. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_note_erasure(struct tcn_ledger *ledger,
                                                       const struct tcn_note_erase *erasure,
                                                       uint64_t position);

/* ledger_rights.c */

/** Takes the rights anew as the committed log has them: at the start, and when a group that changed
 * them was given up. Errors: as tcn_rights_load. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_load_rights(struct tcn_ledger *ledger);

/** The row of a principal as the last record left it, or NULL. */
const struct tcn_principal *tcn_ledger_principal(const struct tcn_ledger *ledger, uint32_t id);

/** Fills in what a WELCOME says of its principal's row, and of the key that signed its HELLO. */
void tcn_ledger_tell_keys(const struct tcn_ledger *ledger, uint32_t id,
                          const struct tcn_key_id *key_id, struct tcn_welcome *out_welcome);

/** Judges the key of a message again, when the registry is another than intake's.
 * Errors: TCN_REVOKED it is no longer good. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_check_speaker(const struct tcn_ledger *ledger,
                                                        const struct tcn_ledger_input *in,
                                                        const struct tcn_key_id *key_id);

/** Takes the changes of the registry in from the record that was just appended.
 * Errors: a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_take_changes(struct tcn_ledger *ledger,
                                                       const struct tcn_ledger_record *made);

/** A new answer for a message. */
struct tcn_ledger_reply *tcn_ledger_reply(struct tcn_ledger *ledger,
                                          const struct tcn_ledger_input *in,
                                          enum tcn_ledger_reply_kind kind);

/** The mark of a lane as the open group has it; out_has is false when there is none.
 * Errors: a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_mark(struct tcn_ledger *ledger,
                                               const struct tcn_lane_key *lane,
                                               struct tcn_mark *out_mark, bool *out_has);

/** Where a message came from, for the table of sessions. */
struct tcn_lane_place tcn_ledger_place(const struct tcn_ledger_input *in,
                                       const struct tcn_lane_key *lane);

/** Tells of a lane that somebody must look at, and counts it. */
void tcn_ledger_alarm(struct tcn_ledger *ledger, const struct tcn_lane_key *lane, const char *what);

/** Answers a message with REFUSE of the whole. */
void tcn_ledger_refuse(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                       uint64_t first_sequence, enum tcn_status code);

/** Takes a HELLO.
 * Errors: a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_take_hello(struct tcn_ledger *ledger,
                                                     const struct tcn_ledger_input *in);

/** Appends the waiting cursors, and what else is to be said, as one chunk of the collector's own
 * source; nothing when nothing is.
 * Errors: as tcn_ledger_append; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_own(struct tcn_ledger *ledger);

/** Takes a claim of a new machine.
 * Errors: a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_take_enrol(struct tcn_ledger *ledger,
                                                     const struct tcn_ledger_input *in);

/** Appends one event as a chunk of the collector's own source, at once; a change of the registry
 * takes effect with it.
 * Errors: as tcn_ledger_append; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_own_event(struct tcn_ledger *ledger,
                                                    const struct tcn_event *event);

/* ledger_key.c */

/** The voice of the rights that were just loaded.
 * Errors: as tcn_voice_set. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_load_voice(struct tcn_ledger *ledger);

/** True when a successor waits to be logged. */
bool tcn_ledger_has_successor(const struct tcn_ledger *ledger);

/** The event that names the successor, when one is wanted and the registry would take it at this
 * position. Owns: it lends from the ledger until the group ends.
 * Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_succession(struct tcn_ledger *ledger, uint64_t position,
                                                     struct tcn_event *out_event, bool *out_is_due);

/** Behind a commit that has logged the succession: the new key signs, all sessions of lanes end,
 * and the files are moved. Errors: as tcn_voice_set; a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_succeeded(struct tcn_ledger *ledger);

/* ledger_policy.c */

/** Logs the activation that waits, when it fits, in the open group; one that does not is put aside.
 * It waits while there is no more room than is kept for acts and urgent reports.
 * Errors: as tcn_ledger_append; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_activate(struct tcn_ledger *ledger);

/** The open group found no room with the activation in it: others go first for a while. */
void tcn_ledger_put_policy_off(struct tcn_ledger *ledger);

/** Behind a commit that has logged an activation: tells, and removes its file. */
void tcn_ledger_activated(struct tcn_ledger *ledger);

/** Live epochs as the log has them: behind tcn_lanes_clear.
 * Errors: a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_read_live(struct tcn_ledger *ledger);

/** The rows of standing words, in the open group. */
struct tcn_words tcn_ledger_words(struct tcn_ledger *ledger);

/** Reads what was said and stands: of whom there is no word, and whether the clock is in doubt.
 * Errors: TCN_CORRUPT TCN_VERSION TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_read_words(struct tcn_ledger *ledger, int64_t now_ns,
                                                     bool *out_is_doubted);

/** Has something said at the end of the group, unless it stands already or a bound forbids it; what
 * could not be stored is kept for the next group. Of the event only act, severity and `observed`
 * are looked at. False when there is no room for more: it is counted. */
bool tcn_ledger_say(struct tcn_ledger *ledger, const struct tcn_event *event);

/** A word of a source came. */
void tcn_ledger_heard(struct tcn_ledger *ledger, uint32_t source);

/** Has said of whom there has been no word for too long. */
void tcn_ledger_miss(struct tcn_ledger *ledger);

/** Has a tick said when something has fallen due and nothing else is in the group. */
void tcn_ledger_tick(struct tcn_ledger *ledger);

/** Whether an event that was to be said is to be said still, counted when not.
 * Errors: a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_wants(struct tcn_ledger *ledger,
                                                const struct tcn_event *event, bool *out_wants);

/** Lets an event that was just appended change the rows. `principal` is NULL for our own.
 * Errors: a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_apply_word(struct tcn_ledger *ledger,
                                                     const struct tcn_event *event,
                                                     uint64_t position,
                                                     const struct tcn_principal *principal);

/** The same for the desk's words in a chunk that was just appended at this position.
 * Errors: a store's failure. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_apply_words(struct tcn_ledger *ledger,
                                                      const struct tcn_ledger_input *in,
                                                      const struct tcn_chunk_head *head,
                                                      uint64_t position);

#endif
