/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the serve actor, shared by serve.c (the loop), admit.c (sessions of readers),
 * items.c (what an item holds), subs.c (subscriptions), replay.c, unwatched.c and ask.c. Nobody
 * else includes it. Invariants: V1  no read transaction is held while the actor waits; V2  nothing
 * is produced while an answer is held back (is_blocked), so an answer is never lost between being
 * made and being sent.
 */
#ifndef TCN_COLLECTOR_SERVE_INSIDE_H
#define TCN_COLLECTOR_SERVE_INSIDE_H

#include "base/arena.h"
#include "collector/house.h"
#include "collector/note.h"
#include "collector/roster.h"
#include "collector/sessions.h"
#include "collector/tail.h"
#include "core/unwatched.h"
#include "link/page.h"
#include "model/feed.h"
#include "model/query.h"
#include "query/walk.h"

/** Alerts looked up at once. */
#define TCN_SERVE_ALERTS_MAX 128

/** Room for one ITEMS body: closed when it passes the soft maximum, so one event more. */
#define TCN_SERVE_BODY_BYTES (TCN_ITEMS_BYTES_SOFT + TCN_EVENT_BYTES_MAX + 16 * 1024)

/** Room for one ANSWER. */
#define TCN_SERVE_ANSWER_BYTES (TCN_FRAME_BYTES_MAX)

/** A message of the network that serve answers. Open: lent for the call. */
struct tcn_serve_asked {
    struct tcn_stamp stamp;
    struct tcn_header header;
    struct tcn_slice header_frame; /**< as it was sent */
    struct tcn_slice body;
    struct tcn_slice signature;            /**< empty when there is none */
    const struct tcn_principal *principal; /**< valid now */
};

/** The way back to one request: who, in which session, and how much was told. Open: copied from
 * tcn_admit_check into whatever answers the request. */
struct tcn_serve_line {
    struct tcn_stamp stamp;
    struct tcn_hash session;      /**< hash of the SESSION */
    struct tcn_public_key signer; /**< of the principal: what signed the request */
    uint64_t number;              /**< of the last message told; 0 when none */
    uint32_t key_count; /**< successors of the collector's key that the reader was shown */
};

/** What serve counts. */
struct tcn_serve_counts {
    uint64_t open_count;   /**< subscriptions opened */
    uint64_t item_count;   /**< items sent to subscriptions */
    uint64_t replay_count; /**< replays begun */
    uint64_t ask_count;
    uint64_t denied_count;
    uint64_t error_count; /**< ERRORs for other reasons */
    uint64_t check_count; /**< requests that were admitted or refused by their session */
    uint64_t stale_count; /**< of these, refused: no such session */
    uint64_t lost_count;  /**< items that could not be read */
    uint64_t aside_count; /**< rows that the collector looked for on its own account */
};

struct tcn_subs;
struct tcn_replays;
struct tcn_asks;

/** The serve actor. */
struct tcn_server {
    struct tcn_collector *house; /**< lent */
    struct tcn_actor *actor;
    struct tcn_sock *net;
    struct tcn_sock *writer;
    struct tcn_sock *apply;
    struct tcn_sock *snapshots;
    struct tcn_roster roster;
    int64_t looked_ns; /**< wall clock: when it was last seen who may go on */
    int64_t ends_ns;   /**< wall clock: when the next key ends, and it is looked again */
    struct tcn_voice voice;
    struct tcn_log_reader *log_reader;
    struct tcn_state_reader *state_reader;
    struct tcn_shares_reader *shares_reader;
    struct tcn_tail *tail;
    struct tcn_sessions *sessions;
    struct tcn_subs *subs;
    struct tcn_replays *replays;
    struct tcn_asks *asks;
    struct tcn_arena arena;  /**< decoding of one message, or one event */
    struct tcn_parts in;     /**< the message in hand */
    struct tcn_parts out;    /**< the answer held back while is_blocked */
    bool is_blocked;         /**< V2 */
    uint64_t state_position; /**< the state on disk holds everything up to here */
    struct tcn_note_progress progress;
    struct tcn_standstill standstill; /**< why the state does not follow the log */
    bool is_state_lost;               /**< it could not be read, and that was logged */
    struct tcn_note_counts net_counts;
    struct tcn_note_snapshots snapshots_note; /**< what became of snapshots */
    struct tcn_page *page; /**< of the collector's numbers; NULL when there is none */
    int64_t started_ns;    /**< wall clock */
    struct tcn_unwatched unwatched;
    int64_t unwatched_ns; /**< when it is looked at again */
    uint32_t behind; /**< organs of the policy whose streams were looked through since the start */
    struct tcn_serve_counts counts;
    uint8_t *body;   /**< TCN_SERVE_BODY_BYTES */
    uint8_t *answer; /**< TCN_SERVE_ANSWER_BYTES */
    struct tcn_alert alerts[TCN_SERVE_ALERTS_MAX];
};

/* serve.c */

/** Rows of log and state that were looked for so far, whatever for. */
uint64_t tcn_serve_reads(const struct tcn_server *server);

/** Sends an answer; must not be called while is_blocked. When the net has no room it is held, and
 * is_blocked is set.
 * Errors: TCN_CLOSED TCN_NOMEM TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_serve_post(struct tcn_server *server,
                                              const struct tcn_stamp *stamp,
                                              const struct tcn_header *header,
                                              const struct tcn_slice *bodies, size_t count);

/** Signs and sends one message of a session, with the line's next number in its header. As
 * tcn_serve_post, which it ends with. Errors: as that; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_serve_tell(struct tcn_server *server,
                                              struct tcn_serve_line *line,
                                              const struct tcn_header *header,
                                              struct tcn_slice body);

/** Answers a message with ERROR, which is not signed: a broker says it too.
 * Errors: as tcn_serve_post. */
TCN_MUST_CHECK enum tcn_status tcn_serve_error(struct tcn_server *server,
                                               const struct tcn_serve_asked *asked,
                                               enum tcn_status code);

/** The state could not be read: logged once. It is derived, so this ends nothing. */
void tcn_serve_state_lost(struct tcn_server *server, enum tcn_status status);

/* admit.c */

/** Takes SESSION_ASK. Errors: a failure that ends the actor. */
TCN_MUST_CHECK enum tcn_status tcn_admit_take(struct tcn_server *server,
                                              const struct tcn_serve_asked *asked);

/** The key by which a principal signed a message in a session: the one that it has now, or the one
 * before a rotation while that is good at `now_ns`; NULL when neither did. Owns: lends from the
 * row.
 */
const struct tcn_public_key *tcn_admit_signer(const struct tcn_serve_asked *asked,
                                              const struct tcn_hash *session, int64_t now_ns);

/** Whether what was asked on a line may go on: its principal may speak at `now_ns`, and the key
 * that asked is still one of its own. Needs no broker that would see to it. */
bool tcn_admit_may_go_on(const struct tcn_serve_line *line, const struct tcn_principal *principal,
                         int64_t now_ns);

/** Whether OPEN, REPLAY or ASK is what its principal asks now, in a session of its own. Gives the
 * line for the answers.
 * Errors: TCN_STALE no such session of this principal and connection; TCN_DENIED the principal did
 * not sign it, or the request's number does not rise: it was said before. */
TCN_MUST_CHECK enum tcn_status tcn_admit_check(struct tcn_server *server,
                                               const struct tcn_serve_asked *asked,
                                               struct tcn_serve_line *out_line);

/* numbers.c */

/** A tcn_page_write; the argument is the server. */
size_t tcn_serve_numbers(void *argument, char *out_text, size_t size_max);

/* items.c */

/** What a reader of an item may see beside the open part. */
struct tcn_item_right {
    bool has_sealed;
    bool has_share;
};

/** What a reader may see of an alert's event, who sees `right` of the stream: the share stays
 * behind when the event is only shown (core/sight). Errors: TCN_CORRUPT TCN_VERSION TCN_LIMIT
 * TCN_NOMEM TCN_IO the state cannot be read. */
TCN_MUST_CHECK enum tcn_status tcn_item_right_of(struct tcn_server *server,
                                                 const struct tcn_alert *alert,
                                                 struct tcn_item_right right,
                                                 struct tcn_item_right *out_right);

/** Fills an item from the event at `item->position`, and that of an opening from the event that was
 * opened, where it then stands: the rest of `item` is kept. When the principal
 * may have the share it is copied into out_share.
 * Owns: slices lend from the log reader until its next call, and from out_share.
 * Errors: TCN_ABSENT TCN_CORRUPT TCN_VERSION the event cannot be given; TCN_IO TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_item_fill(struct tcn_server *server, struct tcn_item_right right,
                                             struct tcn_item *item, struct tcn_share *out_share);

/** The same from an event of a record that was just read; `logged` stands at `item->position`. */
TCN_MUST_CHECK enum tcn_status
tcn_item_fill_from(struct tcn_server *server, const struct tcn_record *record,
                   const struct tcn_logged *logged, struct tcn_item_right right,
                   struct tcn_item *item, struct tcn_share *out_share);

/** Fills an item that no event made: only the alert's own, what the subject is called now, and of a
 * clock its matter. Owns: names lend from the roster and the charter.
 * Errors: TCN_CORRUPT TCN_VERSION TCN_LIMIT TCN_NOMEM TCN_IO the state cannot be read. */
TCN_MUST_CHECK enum tcn_status tcn_item_fill_clock(struct tcn_server *server,
                                                   struct tcn_item *item);

/* subs.c */

/** Makes an empty table of subscriptions. Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_subs_create(struct tcn_subs **out_subs);

/** Frees it; accepts NULL, leaves NULL. */
void tcn_subs_destroy(struct tcn_subs **subs);

/** Takes OPEN, FETCH, MOVE or CLOSE. Errors: a failure that ends the actor. */
TCN_MUST_CHECK enum tcn_status tcn_subs_take(struct tcn_server *server,
                                             const struct tcn_serve_asked *asked);

/** A connection is gone: its subscriptions end. */
void tcn_subs_gone(struct tcn_server *server, uint64_t connection);

/** The registry changed: what a principal may no longer read ends. */
void tcn_subs_registry(struct tcn_server *server);

/** Streams of the tail have grown. */
void tcn_subs_grew(struct tcn_server *server);

/** The state on disk moved on: what waited for it may go on. */
void tcn_subs_committed(struct tcn_server *server);

/** The state stands still, or no longer does: each stream's HEAD is due. */
void tcn_subs_tell(struct tcn_server *server);

/** Gives every subscription its turn; out_deadline_ns is lowered to when the next turn is due, 0
 * for at once. Errors: a failure that ends the actor. */
TCN_MUST_CHECK enum tcn_status tcn_subs_turn(struct tcn_server *server, int64_t now_ns,
                                             int64_t *out_deadline_ns);

/* replay.c */

/** Makes an empty table of replays. Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_replays_create(struct tcn_replays **out_replays);

/** Frees it; accepts NULL, leaves NULL. */
void tcn_replays_destroy(struct tcn_replays **replays);

/** Takes REPLAY, REPLAY_FETCH or CANCEL. Errors: a failure that ends the actor. */
TCN_MUST_CHECK enum tcn_status tcn_replays_take(struct tcn_server *server,
                                                const struct tcn_serve_asked *asked);

/** A connection is gone: its replays end. */
void tcn_replays_gone(struct tcn_server *server, uint64_t connection);

/** The registry changed; as tcn_subs_registry. */
void tcn_replays_registry(struct tcn_server *server);

/** Gives every replay one slice; as tcn_subs_turn. */
TCN_MUST_CHECK enum tcn_status tcn_replays_turn(struct tcn_server *server, int64_t now_ns,
                                                int64_t *out_deadline_ns);

/* unwatched.c */

/** Has said which organs have urgent alerts that nobody fetches; as tcn_subs_turn. */
TCN_MUST_CHECK enum tcn_status tcn_unwatched_turn(struct tcn_server *server, int64_t now_ns,
                                                  int64_t *out_deadline_ns);

/* ask.c */

/** Makes an empty list of waiting questions. Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_asks_create(struct tcn_asks **out_asks);

/** Frees it; accepts NULL, leaves NULL. */
void tcn_asks_destroy(struct tcn_asks **asks);

/** Takes ASK or BUNDLE_ASK. Errors: a failure that ends the actor. */
TCN_MUST_CHECK enum tcn_status tcn_asks_take(struct tcn_server *server,
                                             const struct tcn_serve_asked *asked, int64_t now_ns);

/** A connection is gone: nobody waits for its answers. */
void tcn_asks_gone(struct tcn_server *server, uint64_t connection);

/** The registry changed; as tcn_subs_registry. */
void tcn_asks_registry(struct tcn_server *server);

/** Answers what waited for the state, or waited too long; as tcn_subs_turn. */
TCN_MUST_CHECK enum tcn_status tcn_asks_turn(struct tcn_server *server, int64_t now_ns,
                                             int64_t *out_deadline_ns);

#endif
