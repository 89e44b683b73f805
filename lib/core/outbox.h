/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The brain of one lane of an agent's outbox: what to say to the collector next, and what an answer
 * means for the outbox. It knows numbers and hashes only; events, chunks and signatures stay in the
 * shell, which pulls: `want` names the next thing to send, `said` and `sent` report that it went
 * out, and every answer gives a short list of actions that the shell carries out at once, in order,
 * before the next call.
 *
 * Promises: a chunk is asked for again until it is acknowledged; never more than the credit, and
 * for the routine lane about one second of bytes, is in flight; an acknowledgement for something
 * that was not sent changes nothing; an outbox that was rolled back, cloned or fenced is settled
 * first (what the log already holds is acknowledged under the old epoch) and only the rest
 * re-enters under a new epoch, so nothing is logged twice.
 *
 * Left to the shell: durability (an epoch, a cut and an acknowledgement are synced before the next
 * call), signing, checking signatures, and the clock: every `now_ns` is of the monotonic clock.
 * What the collector signs (a receipt's root, WELCOME, REFUSE for ever, AGAIN that ends an epoch)
 * is handed over only when its signature was checked; for what fails there is tcn_outlane_forged.
 * So the mark is what the collector vouches for, at every moment, and nothing that a broker makes
 * up or has kept moves it. One lane, one thread; the struct is plain and owned by whoever embeds
 * it.
 */
#ifndef TCN_CORE_OUTBOX_H
#define TCN_CORE_OUTBOX_H

#include "core/flight.h"
#include "model/chunk.h"

#define TCN_OUTLANE_ACTIONS_MAX 4
#define TCN_OUTLANE_TIMEOUT_MAX_NS INT64_C(60000000000) /* where backing off ends */
/* An idle lane says HELLO so often: nothing else would tell it that the collector was restored, or
 * has a new bundle. */
#define TCN_OUTLANE_IDLE_NS INT64_C(60000000000)
#define TCN_OUTLANE_FENCED_RETRY_NS INT64_C(60000000000) /* asks for the desk's word so often */
/* Forged answers give one alarm in so long a time, however many come. */
#define TCN_OUTLANE_FORGED_TELL_NS INT64_C(3600000000000)

/** Where a lane stands. The drawing and the table of moves are in outbox_moves.c. */
enum tcn_outlane_state {
    TCN_OUTLANE_DOWN = 0,   /**< no connection */
    TCN_OUTLANE_GREETING,   /**< connected; HELLO is due at the deadline */
    TCN_OUTLANE_HELLO_SAID, /**< waits for WELCOME */
    TCN_OUTLANE_OPEN,       /**< sends chunks */
    TCN_OUTLANE_HELD,       /**< refused; HELLO is due at the deadline */
    TCN_OUTLANE_RECUTTING,  /**< the shell cuts anew above the mark, then calls tcn_outlane_recut */
    TCN_OUTLANE_SETTLING,   /**< asks for the receipts that the log owes under an epoch that is over
                             */
    TCN_OUTLANE_SETTLED,    /**< nothing more under this epoch; waits for tcn_outlane_epoch */
    TCN_OUTLANE_FENCED,     /**< waits for the desk's word, asks by HELLO now and then */
    TCN_OUTLANE_ORPHAN,     /**< the collector keeps another log: a person must look */
};

/** What the shell has to do. */
enum tcn_outlane_action_kind {
    TCN_OUTLANE_REGISTERED = 1, /**< the collector knows the epoch: remember it (is_registered) */
    TCN_OUTLANE_ACKED,  /**< everything up to `sequence` is in the log: `hash`, `position` of the
                           last */
    TCN_OUTLANE_RESEND, /**< the collector was restored: it is asked for again from `sequence` on;
                         * what of it is no longer retained must be put as one signed VOID range,
                         * durably, first */
    TCN_OUTLANE_RECUT, /**< the lane's `refusals` go to the dead letters, each leaves a signed VOID,
                        * and everything above `sequence` is cut anew; then tcn_outlane_recut */
    TCN_OUTLANE_RENEW, /**< the epoch is over and this lane settled: what is above `sequence`
                        * re-enters under a new epoch that names this one. Settle the other lane too
                        * (tcn_outlane_settle), then open the epoch and call tcn_outlane_epoch on
                        * both */
    TCN_OUTLANE_ALARM, /**< tell people: `code` TCN_FENCED, TCN_FOREIGN_LOG, TCN_CONFLICT,
                        * TCN_BAD_SIGNATURE (an answer was forged), TCN_GIVEN_UP (a collector speaks
                        * for a generation that is over) or the refusal */
};

/** One action. Fields that its kind does not name are zero. */
struct tcn_outlane_action {
    enum tcn_outlane_action_kind kind;
    uint64_t sequence;
    uint64_t position; /**< 0 when not known */
    struct tcn_hash hash;
    enum tcn_status code;
};

/** The actions of one step, in the order in which they are carried out. */
struct tcn_outlane_actions {
    struct tcn_outlane_action list[TCN_OUTLANE_ACTIONS_MAX];
    uint32_t count;
};

/** A refused event, kept until the WELCOME that says where to cut. */
struct tcn_outlane_refusal {
    uint64_t sequence;
    uint32_t code; /**< enum tcn_status number */
};

/** What the outbox says about a lane when it is opened, and after a new epoch was made. */
struct tcn_outlane_facts {
    struct tcn_id log_id;
    uint64_t generation; /**< of the log: the highest that the collector has told; 0 when none */
    struct tcn_lane_key key;
    uint64_t predecessor;       /**< 0 for the first outbox ever */
    bool is_registered;         /**< the collector has welcomed this epoch before */
    uint64_t cut_sequence;      /**< the last cut durably; 0 when none */
    struct tcn_hash cut_hash;   /**< of the chunk that ends there */
    uint64_t acked_sequence;    /**< the last with a receipt, or covered by one; 0 when none */
    struct tcn_hash acked_hash; /**< of the chunk that ends there */
    uint64_t acked_position;
};

/** The lane. Open: embedded in the agent; read freely, written by the functions here only. */
struct tcn_outlane {
    enum tcn_outlane_state state;
    struct tcn_outlane_facts facts;
    uint64_t session;           /**< of the last WELCOME; 0 when none */
    uint64_t generation;        /**< of the last WELCOME */
    uint64_t mark_sequence;     /**< of the last WELCOME */
    struct tcn_hash hello_hash; /**< of the last HELLO: names its WELCOME */
    uint64_t credit_sequence;   /**< absolute */
    uint64_t credit_bytes;
    uint64_t settle_sequence; /**< SETTLING: the log owes receipts up to here */
    bool is_conflicted;       /**< an AGAIN said that another content stands there */
    bool must_settle;         /**< the shell asked for it */
    bool must_recut;
    struct tcn_outlane_refusal refusals[TCN_CHUNK_EVENTS_MAX];
    uint32_t refusal_count;
    struct tcn_flights flights;
    uint32_t backoff_count; /**< timeouts in a row */
    uint32_t hold_count;    /**< refusals and AGAINs since the last acknowledgement */
    uint64_t random;        /**< the last one given */
    bool is_connected;
    bool is_fence_told;     /**< the alarm was given */
    int64_t deadline_ns;    /**< of the state: say HELLO, or give up waiting; INT64_MAX when none */
    int64_t refresh_ns;     /**< OPEN and idle: says HELLO then */
    int64_t forged_tell_ns; /**< no alarm about a forged answer before */
    uint64_t given_up;      /**< the generation that was turned down last; 0 when none */
    int64_t given_up_tell_ns; /**< no alarm about a generation that is over before */
    uint64_t stray_count;     /**< answers to nothing that was said: late ones, and old ones */
    uint64_t forged_count;    /**< answers that the collector did not sign */
    uint64_t timeout_count;
};

/** What `want` wants. */
enum tcn_outlane_want_kind {
    TCN_OUTLANE_WANT_NOTHING = 0,
    TCN_OUTLANE_WANT_HELLO, /**< make it with tcn_outlane_hello, send it, call tcn_outlane_said */
    TCN_OUTLANE_WANT_CHUNK, /**< load the chunk that begins at first_sequence, send, call
                               tcn_outlane_sent */
};

/** The next thing to send. */
struct tcn_outlane_want {
    enum tcn_outlane_want_kind kind;
    uint64_t first_sequence; /**< for CHUNK */
    int64_t deadline_ns; /**< for NOTHING: ask again, by tcn_outlane_tick, then; INT64_MAX when only
                          * an input can change anything */
};

/** Starts a lane in DOWN. Thread: the lane's. */
void tcn_outlane_init(struct tcn_outlane *lane, const struct tcn_outlane_facts *facts);
/** What to send now. Changes nothing. Thread: the lane's. */
struct tcn_outlane_want tcn_outlane_want(const struct tcn_outlane *lane, int64_t now_ns);
/** Lets deadlines pass: an answer that is overdue leads to a new HELLO, later each time. `random`
 * spreads the agents of a district; any value. Call it when `want`'s deadline has come, or at any
 * time before. Thread: the lane's. */
void tcn_outlane_tick(struct tcn_outlane *lane, int64_t now_ns, uint64_t random);
/** The connection stands. Harmless when it stood already. Thread: the lane's. */
void tcn_outlane_connected(struct tcn_outlane *lane, int64_t now_ns);
/** The connection is gone. What was in flight will be sent again. Thread: the lane's. */
void tcn_outlane_lost(struct tcn_outlane *lane);
/** Fills a HELLO but for key_id, bundle_version and nonce, which it leaves zero. Thread: the
 * lane's.
 */
void tcn_outlane_hello(const struct tcn_outlane *lane, int64_t wall_ns,
                       struct tcn_hello *out_hello);
/** The HELLO that was wanted went out; its hash in its context names the WELCOME that answers it.
 * Thread: the lane's. */
void tcn_outlane_said(struct tcn_outlane *lane, const struct tcn_hash *hello_hash, int64_t now_ns,
                      uint64_t random);
/** The chunk that was wanted went out. Thread: the lane's. */
void tcn_outlane_sent(struct tcn_outlane *lane, const struct tcn_outlane_chunk *chunk,
                      int64_t now_ns);
/** A new chunk was cut and synced; it ends at `sequence`. A number at or below the cut changes
 * nothing. Thread: the lane's. */
void tcn_outlane_cut(struct tcn_outlane *lane, uint64_t sequence, const struct tcn_hash *hash);
/** WELCOME arrived, signed by the collector. One that answers another HELLO than the last changes
 * nothing but a counter. Nor does one of a generation that a restore gave up: its collector runs on
 * a log that nobody reads any more, and what it acknowledged would be lost. Thread: the lane's.
 * Source: PROTOCOL.md, publish. */
void tcn_outlane_welcome(struct tcn_outlane *lane, const struct tcn_welcome *welcome,
                         int64_t now_ns, struct tcn_outlane_actions *out_actions);
/** Another lane heard of this generation of the log. A session with a collector of a lower one is
 * over: HELLO is said again. Thread: the lane's. */
void tcn_outlane_generation(struct tcn_outlane *lane, uint64_t generation, int64_t now_ns);
/** ACK arrived: the decoded body of a receipt whose root the collector signed, and the credit
 * beside it. Acks are cumulative. Acks for another lane, another hash, nothing in flight, or from a
 * generation before WELCOME's above its mark, change nothing but a counter. Thread: the lane's. */
void tcn_outlane_ack(struct tcn_outlane *lane, const struct tcn_receipt_body *receipt,
                     const struct tcn_ack *ack, int64_t now_ns,
                     struct tcn_outlane_actions *out_actions);
/** REFUSE arrived, signed by the collector unless it is_later. `session` is its header's: the one
 * that the refused chunk or HELLO named; an older one is ignored, and so is one for ever that is
 * about nothing that was said. Thread: the lane's. */
void tcn_outlane_refuse(struct tcn_outlane *lane, uint64_t session, const struct tcn_refuse *refuse,
                        int64_t now_ns, struct tcn_outlane_actions *out_actions);
/** AGAIN without a session and a body arrived, the broker's own word: a collector has come. Says
 * HELLO soon, whatever was waited for; it was said to another one. Thread: the lane's. */
void tcn_outlane_wake(struct tcn_outlane *lane, int64_t now_ns);
/** AGAIN arrived, signed by the collector if tcn_again_is_over. `session` as for REFUSE. Thread:
 * the lane's. */
void tcn_outlane_again(struct tcn_outlane *lane, uint64_t session, const struct tcn_again *again,
                       int64_t now_ns, struct tcn_outlane_actions *out_actions);
/** The chunk that was wanted does not begin where the collector wants it: the mark lies inside one
 * of ours, so log and outbox tell different stories. As an AGAIN with TCN_CONFLICT. Thread: the
 * lane's. */
void tcn_outlane_differ(struct tcn_outlane *lane, int64_t now_ns,
                        struct tcn_outlane_actions *out_actions);
/** An answer came that the collector should have signed and did not: nothing of it counts. Gives an
 * alarm, if there was none for a while, and says HELLO again, for the true answer may have been
 * kept back. Thread: the lane's. */
void tcn_outlane_forged(struct tcn_outlane *lane, int64_t now_ns,
                        struct tcn_outlane_actions *out_actions);
/** The shell has cut anew, as RECUT said; the last cut is now `sequence`. Thread: the lane's. */
void tcn_outlane_recut(struct tcn_outlane *lane, uint64_t sequence, const struct tcn_hash *hash,
                       int64_t now_ns);
/** The shell signs with another key from now on: what is not acknowledged is cut anew above the
 * mark of the next WELCOME. Nothing changes when nothing waits. Thread: the lane's. */
void tcn_outlane_resign(struct tcn_outlane *lane);
/** The other lane ended the epoch: settle this one. RENEW comes with the next WELCOME or a little
 * later. Harmless in SETTLED. Thread: the lane's. */
void tcn_outlane_settle(struct tcn_outlane *lane, int64_t now_ns);
/** A new epoch was made durably. The lane says HELLO under it (or waits in DOWN for a connection).
 * Thread: the lane's. */
void tcn_outlane_epoch(struct tcn_outlane *lane, const struct tcn_outlane_facts *facts,
                       int64_t now_ns);
/** What it was to carry out found no room, and nothing of it was stored: begins anew from what is
 * on disk, and says HELLO from `at_ns` on; the collector then says again what there is to do.
 * Thread: the lane's. */
void tcn_outlane_put_off(struct tcn_outlane *lane, const struct tcn_outlane_facts *facts,
                         int64_t at_ns);
/** Sequences that wait for their acknowledgement; 0 when all is done. Thread: the lane's. */
uint64_t tcn_outlane_waiting(const struct tcn_outlane *lane);
/** True when the lane's numbers hold together; for tests and TCN_CHECK_SLOW. Thread: the lane's. */
bool tcn_outlane_is_sound(const struct tcn_outlane *lane);
/** True when the table of moves has it. Thread: any. */
bool tcn_outlane_may_move(enum tcn_outlane_state from, enum tcn_outlane_state to);
/** "down", "greeting", … Thread: any. */
const char *tcn_outlane_state_name(enum tcn_outlane_state state);

#endif
