/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tocsin's client library: hand reports and acts to this PC's agent, follow a bureau's stream,
 * replay history. It is a thin layer: an agent keeps what is handed in, the collector keeps
 * everything else, so a program that uses it may die at any time.
 *
 *     struct tocsin_options options = {
 *         .broker_endpoint = "tcp://10.1.0.5:7601",
 *         .broker_key = "…64 hexadecimal digits…",
 *         .collector_key = "…64 hexadecimal digits…",
 *         .key_file = "/etc/tocsin/watch.energy_bureau.key",
 *     };
 *     struct tocsin *client = NULL;
 *     int status = tocsin_open(&options, &client);
 *     if (status == 0) {
 *         status = tocsin_watch(client, "night-desk", TOCSIN_MODE_ACTUAL, 4);
 *     }
 *     struct tocsin_item item;
 *     while (status == 0 && (status = tocsin_next(client, -1, &item)) == 0) {
 *         if (item.kind == TOCSIN_ITEM) {
 *             ring_the_bell(item.json);
 *             tocsin_taken(client, item.number); // now it is mine: the cursor may move
 *         }
 *     }
 *     tocsin_close(&client);
 *
 * Every function that can fail returns a status: 0 is success, other numbers are those of
 * PROTOCOL.md's error table; tocsin_status_text says each in a sentence. A client belongs to one
 * thread at a time. Texts are UTF-8.
 */
#ifndef TOCSIN_H
#define TOCSIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A line to this PC's agent and to the collector. Opaque. */
struct tocsin;

/** Whom to talk to and as whom. Texts are copied by tocsin_open. What a program does not use may be
 * NULL: only agent_endpoint is needed to hand in, all but it to watch and to replay. */
struct tocsin_options {
    const char *broker_endpoint; /**< the broker's front, "tcp://host:port" */
    const char *broker_key;     /**< its transport key, 64 hexadecimal digits; one that comes behind
                                     it is followed while the program runs, and then to be given */
    const char *collector_key;  /**< its signing key, 64 hexadecimal digits */
    const char *key_file;       /**< own keys, mode 0600 */
    const char *agent_endpoint; /**< this PC's agent, "ipc:///path" */
};

/** Real work, or a drill that reaches nobody real. */
enum tocsin_mode {
    TOCSIN_MODE_ACTUAL = 1,
    TOCSIN_MODE_EXERCISE = 2,
};

/** What tocsin_next brings. */
enum tocsin_kind {
    TOCSIN_ITEM = 1,   /**< an item; say tocsin_taken once it is yours */
    TOCSIN_GAP,        /**< `number` to `last` will not come */
    TOCSIN_RESET,      /**< the log was restored; numbering goes on from `number` */
    TOCSIN_SILENT,     /**< no word from the collector for 40 s: what is shown may be old */
    TOCSIN_BACK,       /**< the collector speaks again */
    TOCSIN_CAUGHT_UP,  /**< everything there is was brought */
    TOCSIN_STANDSTILL, /**< `last` is why the collector derives nothing new; 0: it does again */
};

/** What was entered. */
struct tocsin_entered {
    char slip[32];     /**< code for the petitioner; empty for an act */
    char matter[37];   /**< UUID; empty when it has none */
    uint64_t sequence; /**< in the outbox's lane */
    int is_urgent;     /**< 1: the urgent lane */
    int is_repeat;     /**< 1: the retry key was known, this is the first entry's answer */
};

/** One thing that tocsin_next or tocsin_replay brings. Texts are lent until the next call. */
struct tocsin_item {
    enum tocsin_kind kind;
    uint64_t number;   /**< in its stream; 0 in a replay */
    uint64_t last;     /**< for GAP; for STANDSTILL a code */
    uint64_t position; /**< in the log */
    const char
        *json; /**< the whole item in one line, opened texts included; NULL for other kinds */
};

/** What a replay covers. 0 and NULL do not filter. */
struct tocsin_filter {
    uint64_t first_position;
    uint64_t last_position;
    int64_t since_ns; /**< log time, nanoseconds since 1970 UTC */
    int64_t until_ns;
    const char *domain; /**< a policy word */
    uint64_t division;  /**< 12 digits as a number; a township covers its villages */
    const char *matter; /**< UUID */
    uint16_t organ;     /**< what this organ was told */
};

/** Takes an item of a replay; 0 goes on, anything else ends the replay with it. */
typedef int tocsin_take(void *context, const struct tocsin_item *item);

/** Opens a client; it connects in the background.
 * Owns: gives the client, ended by tocsin_close.
 * Errors: configuration (a text is not what it should be), what reading the key file gives, nomem.
 */
int tocsin_open(const struct tocsin_options *options, struct tocsin **out_client);

/** Ends it and wipes its keys; accepts NULL, leaves NULL. */
void tocsin_close(struct tocsin **client);

/** Hands in one report or act, a JSON object as in docs/reference/draft.md, and returns once the
 * agent's outbox is on disk: from then on it is not lost. `out_fault`, where not NULL, gets a
 * sentence that names the field at fault (lent until the next call), or NULL. Errors:
 * unreachable_peer no agent within 5 s; full; conflict the retry key with other content; what the
 * agent refuses. */
int tocsin_report(struct tocsin *client, const char *json, struct tocsin_entered *out_entered,
                  const char **out_fault);

/** Begins to follow the stream of an organ (its number in the policy) under a durable name: it
 * resumes after the last number that was taken, from 1 the first time. One subscription a client.
 * Errors: exists there is one already; too long a name; config no broker in the options. */
int tocsin_watch(struct tocsin *client, const char *name, enum tocsin_mode mode, uint16_t organ);

/** Waits for the next thing, `timeout_ms` at most, -1 without end.
 * Errors: timeout; denied; absent no subscription. */
int tocsin_next(struct tocsin *client, int timeout_ms, struct tocsin_item *out_item);

/** Everything up to this number is the program's for good: the cursor may move there. */
void tocsin_taken(struct tocsin *client, uint64_t number);

/** Replays history, item by item, and checks the collector's digest over it. Not while a
 * subscription stands. `out_count` may be NULL. Errors: corrupt the digests differ; exists a
 * subscription stands; denied; unreachable_peer; timeout; what `take` gives. Of an organ also, when
 * all that the collector's state has was brought: timeout or halted, that lacks the newest. */
int tocsin_replay(struct tocsin *client, const struct tocsin_filter *filter, tocsin_take *take,
                  void *context, uint64_t *out_count);

/** A sentence for a status, without a full stop. */
const char *tocsin_status_text(int status);

/** The library's version, "0.1.0". */
const char *tocsin_version(void);

#ifdef __cplusplus
}
#endif

#endif
