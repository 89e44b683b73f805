/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log writer's actor. A group closes when the commit before it has returned: what came
 * meanwhile is the next group, so groups are small when it is quiet and large when it is not, and
 * nothing ever waits for a timer. Answers of one group leave before the next group begins.
 */
#include "collector/ledger.h"

#include "base/clock.h"
#include "collector/post.h"
#include "link/poller.h"
#include "wire/frame.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define REPORT_NS (60 * TCN_SECOND_NS)

/* Readers that hold old pages are looked for this often; each may hold a snapshot for a slice, and
 * so lag by a few commits, but not by this many. */
#define READERS_NS (10 * TCN_SECOND_NS)
#define READERS_LAG_MAX 100000u

/* A new signing key is looked for this often. */
#define KEY_NS TCN_SECOND_NS

/* After a stop the last answers get this long to leave. */
#define FLUSH_NS TCN_SECOND_NS

enum token {
    TOKEN_STOP,
    TOKEN_NET,
    TOKEN_SERVE,
    TOKEN_APPLY,
};

struct scribe {
    struct tcn_collector *house;
    struct tcn_actor *actor;
    struct tcn_sock *net;
    struct tcn_sock *serve;
    struct tcn_sock *apply;
    struct tcn_poller poller;
    struct tcn_ledger *ledger;
    struct tcn_parts parts; /* the message in hand */
    uint32_t answered;      /* answers of the last group that have left */
    bool is_told;           /* apply and serve know of the last group */
    uint64_t net_version;   /* of the registry, as net was told */
    uint64_t serve_version;
    int64_t report_ns;  /* when the counters were last logged */
    int64_t readers_ns; /* when the readers were last looked at */
    int64_t head_day;   /* of log time: a head was kept for it, or could not be */
    int64_t key_ns;     /* when a successor of the signing key was last looked for */
    struct tcn_ledger_counts reported;
};

static enum tcn_status open_scribe(struct scribe *scribe) {
    tcn_parts_init(&scribe->parts);
    tcn_poller_init(&scribe->poller);
    enum tcn_status status =
        tcn_house_mailbox(scribe->house, TCN_HOUSE_NET_WRITER, TCN_MAILBOX_SECOND, &scribe->net);
    if (status == TCN_OK) {
        status = tcn_house_mailbox(scribe->house, TCN_HOUSE_WRITER_SERVE, TCN_MAILBOX_FIRST,
                                   &scribe->serve);
    }
    if (status == TCN_OK) {
        status = tcn_house_mailbox(scribe->house, TCN_HOUSE_WRITER_APPLY, TCN_MAILBOX_FIRST,
                                   &scribe->apply);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&scribe->poller, tcn_actor_inner(scribe->actor), TCN_POLL_IN,
                                TOKEN_STOP);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&scribe->poller, scribe->net, TCN_POLL_IN, TOKEN_NET);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&scribe->poller, scribe->serve, TCN_POLL_IN, TOKEN_SERVE);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&scribe->poller, scribe->apply, TCN_POLL_IN, TOKEN_APPLY);
    }
    if (status == TCN_OK) {
        status = tcn_ledger_open(scribe->house, &scribe->ledger);
    }
    if (status == TCN_OK) {
        scribe->net_version = tcn_ledger_registry_version(scribe->ledger);
        scribe->serve_version = scribe->net_version; /* they read the same log at their start */
    }
    return status;
}

static void close_scribe(struct scribe *scribe) {
    tcn_ledger_close(&scribe->ledger);
    tcn_parts_fini(&scribe->parts);
    tcn_sock_close(&scribe->net);
    tcn_sock_close(&scribe->serve);
    tcn_sock_close(&scribe->apply);
}

/* [note][stamp][header][body...], as net made it. */
static enum tcn_status take_message(struct scribe *scribe) {
    const struct tcn_parts *parts = &scribe->parts;
    struct tcn_note_checked note;
    struct tcn_ledger_input in = {.note = &note};
    const bool is_whole = tcn_note_read(tcn_parts_frame(parts, 0), &note, sizeof(note)) &&
                          tcn_wire_stamp_decode(tcn_parts_frame(parts, 1), &in.stamp) == TCN_OK &&
                          tcn_wire_header_decode(tcn_parts_frame(parts, 2), &in.header) == TCN_OK;
    TCN_CHECK(is_whole); /* net has decoded these very frames */
    in.chunk.head = tcn_parts_frame(parts, 3);
    in.chunk.signature = tcn_parts_frame(parts, 4);
    in.chunk.body = tcn_parts_frame(parts, 5);
    in.chunk.shares = tcn_parts_frame(parts, 6);
    return tcn_ledger_take(scribe->ledger, &in);
}

/* A cursor, or that nobody watches. */
static enum tcn_status take_word(struct scribe *scribe) {
    struct tcn_cursor cursor;
    struct tcn_note_unwatched unwatched;
    if (tcn_note_read(tcn_parts_frame(&scribe->parts, 0), &unwatched, sizeof(unwatched))) {
        tcn_ledger_unwatched(scribe->ledger, &unwatched);
        return TCN_OK;
    }
    const bool is_whole =
        tcn_note_read(tcn_parts_frame(&scribe->parts, 0), &cursor, sizeof(cursor));
    TCN_CHECK(is_whole);
    return tcn_ledger_cursor(scribe->ledger, &cursor);
}

/* What falls due next, or an erasure that was asked. */
static void take_due(struct scribe *scribe) {
    struct tcn_note_due due;
    struct tcn_note_erase erase;
    const struct tcn_slice frame = tcn_parts_frame(&scribe->parts, 0);
    if (tcn_note_read(frame, &erase, sizeof(erase))) {
        tcn_ledger_erase(scribe->ledger, &erase);
        return;
    }
    const bool is_whole = tcn_note_read(frame, &due, sizeof(due));
    TCN_CHECK(is_whole);
    tcn_ledger_due(scribe->ledger, due.position, due.due_ns);
}

/* What falls due next is no work for the log, though the turn that it wakes looks for some. */
static enum tcn_status take_dues(struct scribe *scribe) {
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = tcn_mailbox_take(scribe->apply, &scribe->parts);
        if (status == TCN_OK) {
            take_due(scribe);
            tcn_parts_clear(&scribe->parts);
        }
    }
    return status == TCN_AGAIN ? TCN_OK : status;
}

/* Takes what waits in one mailbox, while the group has room. */
static enum tcn_status take_all(struct scribe *scribe, struct tcn_sock *sock,
                                enum tcn_status (*take)(struct scribe *), bool *out_took) {
    while (!tcn_ledger_is_full(scribe->ledger)) {
        enum tcn_status status = tcn_mailbox_take(sock, &scribe->parts);
        if (status == TCN_AGAIN) {
            return TCN_OK;
        }
        if (status == TCN_OK) {
            *out_took = true;
            status = take(scribe);
            tcn_parts_clear(&scribe->parts);
        }
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}

/* One group from what waits. */
static enum tcn_status write_group(struct scribe *scribe, bool *out_took) {
    enum tcn_status status =
        tcn_ledger_begin(scribe->ledger, tcn_clock_wall_ns(), tcn_clock_monotonic_ns());
    if (status != TCN_OK) {
        return status;
    }
    bool took = false;
    status = take_all(scribe, scribe->net, take_message, &took);
    if (status == TCN_OK) {
        status = take_all(scribe, scribe->serve, take_word, &took);
    }
    if (status == TCN_OK) {
        status = take_dues(scribe);
    }
    if (status == TCN_OK) {
        status = tcn_ledger_commit(scribe->ledger);
    }
    if (status != TCN_OK) {
        tcn_log(scribe->house->logger, TCN_LOG_ERROR,
                "the log cannot be written: because %s; nothing more is acknowledged",
                tcn_status_sentence(status));
        return status;
    }
    scribe->answered = 0;
    scribe->is_told = false;
    *out_took = took;
    return TCN_OK;
}

/* Tells how far the log goes. A mailbox that is full holds older news, which wake the reader just
 * as well. */
static enum tcn_status tell(struct scribe *scribe) {
    const struct tcn_note_progress note = {
        .position = tcn_ledger_position(scribe->ledger),
        .log_time_ns = tcn_ledger_time(scribe->ledger),
        .is_doubted = tcn_ledger_is_doubted(scribe->ledger),
        .counts = tcn_ledger_counts(scribe->ledger),
    };
    enum tcn_status status = tcn_note_post(scribe->apply, &note, sizeof(note));
    if (status == TCN_OK || status == TCN_AGAIN) {
        status = tcn_note_post(scribe->serve, &note, sizeof(note));
    }
    scribe->is_told = true;
    return status == TCN_AGAIN ? TCN_OK : status;
}

/* Sends the answers of the last group; TCN_AGAIN when the net's mailbox is full. */
static enum tcn_status answer(struct scribe *scribe) {
    uint8_t data[TCN_LEDGER_ANSWER_BYTES];
    const uint32_t count = tcn_ledger_answer_count(scribe->ledger);
    while (scribe->answered < count) {
        struct tcn_ledger_answer answer;
        enum tcn_status status = tcn_ledger_answer(scribe->ledger, scribe->answered, data, &answer);
        if (status == TCN_OK) {
            const struct tcn_slice bodies[] = {answer.body, answer.signature, answer.keys[0],
                                               answer.keys[1]};
            const size_t body_count = answer.keys[0].size > 0     ? 4
                                      : answer.signature.size > 0 ? 2
                                                                  : 1;
            status = tcn_post(scribe->net, &answer.stamp, &answer.header, bodies, body_count);
        }
        if (status != TCN_OK) {
            return status;
        }
        scribe->answered++;
    }
    return TCN_OK;
}

/* Tells one actor of a change of the registry; TCN_AGAIN when its mailbox is full. */
static enum tcn_status tell_version(struct tcn_sock *sock, uint64_t version, uint64_t *told) {
    if (*told == version) {
        return TCN_OK;
    }
    const struct tcn_note_registry note = {.version = version};
    const enum tcn_status status = tcn_note_post(sock, &note, sizeof(note));
    *told = status == TCN_OK ? version : *told;
    return status;
}

/* Both know of a change before anybody is answered, and before anything more is logged. */
static enum tcn_status tell_registry(struct scribe *scribe) {
    const uint64_t version = tcn_ledger_registry_version(scribe->ledger);
    /* Serve first: the broker wakes peers for some changes, and they ask serve at once. */
    const enum tcn_status serve = tell_version(scribe->serve, version, &scribe->serve_version);
    if (serve != TCN_OK && serve != TCN_AGAIN) {
        return serve;
    }
    const enum tcn_status net = tell_version(scribe->net, version, &scribe->net_version);
    return net == TCN_OK ? serve : net;
}

static bool is_registry_known(const struct scribe *scribe) {
    const uint64_t version = tcn_ledger_registry_version(scribe->ledger);
    return scribe->net_version == version && scribe->serve_version == version;
}

static void report(struct scribe *scribe, int64_t now_ns) {
    if (now_ns - scribe->report_ns < REPORT_NS) {
        return;
    }
    scribe->report_ns = now_ns;
    if (tcn_ledger_is_doubted(scribe->ledger)) {
        tcn_log(scribe->house->logger, TCN_LOG_ERROR,
                "log time creeps: look at this machine's clock, then tocsin log confirm-time");
    }
    const struct tcn_ledger_counts counts = tcn_ledger_counts(scribe->ledger);
    if (memcmp(&counts, &scribe->reported, sizeof(counts)) == 0) {
        return;
    }
    scribe->reported = counts;
    tcn_log(scribe->house->logger, TCN_LOG_INFO,
            "writer: %" PRIu64 " groups, %" PRIu64 " records, %" PRIu64 " events, %" PRIu64
            " duplicates, %" PRIu64 " refused, %" PRIu64 " again, %" PRIu64 " dropped, %" PRIu64
            " alarms, %" PRIu64 " times full, %" PRIu64 " short of room, %" PRIu64 " said, %" PRIu64
            " not said, %" PRIu64 " shares erased, %" PRIu64 " enrolled, %" PRIu64 " claims denied",
            counts.group_count, counts.record_count, counts.event_count, counts.duplicate_count,
            counts.refused_count, counts.again_count, counts.dropped_count, counts.alarm_count,
            counts.full_count, counts.short_count, counts.said_count, counts.unsaid_count,
            counts.erased_count, counts.enrolled_count, counts.unclaimed_count);
}

/* Clears readers of dead processes, and tells of one that holds a snapshot for too long: the file
 * grows as long as it does. */
static enum tcn_status check_readers(struct scribe *scribe, int64_t now_ns) {
    if (now_ns - scribe->readers_ns < READERS_NS) {
        return TCN_OK;
    }
    scribe->readers_ns = now_ns;
    struct tcn_env *const envs[] = {
        tcn_log_env(scribe->house->log),
        tcn_shares_env(scribe->house->shares),
        tcn_state_env(scribe->house->state),
    };
    for (size_t i = 0; i < sizeof(envs) / sizeof(envs[0]); i++) {
        struct tcn_env_readers readers = {0};
        const enum tcn_status status = tcn_env_readers_check(envs[i], &readers);
        if (status != TCN_OK) {
            return status;
        }
        if (readers.lag > READERS_LAG_MAX) {
            tcn_log(scribe->house->logger, TCN_LOG_WARNING,
                    "a reader holds a snapshot %" PRIu64 " commits old", readers.lag);
        }
    }
    return TCN_OK;
}

/* Once a day of log time the log's head is signed and kept, to be copied away. */
static enum tcn_status keep_head(struct scribe *scribe) {
    const int64_t day = tcn_ledger_time(scribe->ledger) / TCN_DAY_NS;
    if (day == scribe->head_day || tcn_ledger_position(scribe->ledger) == 0) {
        return TCN_OK;
    }
    scribe->head_day = day;
    const enum tcn_status status = tcn_ledger_keep_head(scribe->ledger);
    if (status != TCN_OK && status != TCN_EXISTS) {
        tcn_log(scribe->house->logger, TCN_LOG_WARNING,
                "no signed head was kept in %s/heads: because %s; try: tocsin log head",
                scribe->house->dir, tcn_status_sentence(status));
    }
    return status == TCN_NOMEM ? status : TCN_OK;
}

/* What it finds is logged with the next group, which this turn begins. */
static void look_for_files(struct scribe *scribe, int64_t now_ns) {
    if (scribe->key_ns == 0 || now_ns - scribe->key_ns >= KEY_NS) {
        scribe->key_ns = now_ns;
        (void)tcn_ledger_look_for_key(scribe->ledger);
        tcn_ledger_look_for_policy(scribe->ledger);
    }
}

/* Answers what can be answered; then either waits for room in the net's mailbox or for work. */
static enum tcn_status wait(struct scribe *scribe, int64_t timeout_ns) {
    enum tcn_status status = scribe->is_told ? TCN_OK : tell(scribe);
    if (status != TCN_OK) {
        return status;
    }
    status = tell_registry(scribe);
    status = status == TCN_OK ? answer(scribe) : status;
    const bool is_blocked = status == TCN_AGAIN;
    if (status != TCN_OK && !is_blocked) {
        return status;
    }
    const uint64_t version = tcn_ledger_registry_version(scribe->ledger);
    const bool is_serve_full = is_blocked && scribe->serve_version != version;
    const unsigned serve = is_serve_full ? TCN_POLL_OUT : is_blocked ? 0 : TCN_POLL_IN;
    const bool is_net_full = is_blocked && (!is_serve_full || scribe->net_version != version);
    const unsigned net = is_net_full ? TCN_POLL_OUT : is_blocked ? 0 : TCN_POLL_IN;
    status = tcn_poller_set(&scribe->poller, scribe->net, net);
    if (status == TCN_OK) {
        status = tcn_poller_set(&scribe->poller, scribe->serve, serve);
    }
    if (status == TCN_OK) {
        status = tcn_poller_set(&scribe->poller, scribe->apply, is_blocked ? 0 : TCN_POLL_IN);
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    return tcn_poller_wait(&scribe->poller, timeout_ns, ready, &count);
}

static bool is_answered(const struct scribe *scribe) {
    return is_registry_known(scribe) && scribe->answered == tcn_ledger_answer_count(scribe->ledger);
}

/* The last group, of what waits now, and its answers. */
static enum tcn_status drain(struct scribe *scribe) {
    bool took = false;
    enum tcn_status status = TCN_OK;
    if (is_answered(scribe)) {
        status = write_group(scribe, &took);
    }
    status = status == TCN_OK ? tell(scribe) : status;
    /* Who cannot be told of a change now answers nobody: what is not answered comes again. */
    status = status == TCN_OK ? tell_registry(scribe) : status;
    const int64_t until_ns = tcn_clock_monotonic_ns() + FLUSH_NS;
    while (status == TCN_OK) {
        status = answer(scribe);
        if (status != TCN_AGAIN || tcn_clock_monotonic_ns() >= until_ns) {
            break;
        }
        /* The stop socket stays readable, so only the mailbox is watched here. */
        struct tcn_poller poller;
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        tcn_poller_init(&poller);
        status = tcn_poller_add(&poller, scribe->net, TCN_POLL_OUT, TOKEN_NET);
        if (status == TCN_OK) {
            status = tcn_poller_wait(&poller, FLUSH_NS, ready, &count);
        }
    }
    return status == TCN_AGAIN ? TCN_OK : status;
}

/* A log that was set back names a key which was succeeded, and everybody knows its successor: that
 * comes into force again before anybody is answered. Net has not started yet; serve is told. */
static enum tcn_status begin_with_key(struct scribe *scribe) {
    bool took = false;
    if (!tcn_ledger_look_for_key(scribe->ledger)) {
        return TCN_OK;
    }
    const enum tcn_status status = write_group(scribe, &took);
    return status == TCN_OK ? tell_registry(scribe) : status;
}

static enum tcn_status loop(struct scribe *scribe) {
    enum tcn_status status = TCN_OK;
    bool took = false;
    while (status == TCN_OK && !tcn_actor_is_stopping(scribe->actor)) {
        const int64_t now_ns = tcn_clock_monotonic_ns();
        report(scribe, now_ns);
        status = check_readers(scribe, now_ns);
        status = status == TCN_OK ? keep_head(scribe) : status;
        if (status != TCN_OK) {
            break;
        }
        look_for_files(scribe, now_ns);
        const bool is_pressed = took || tcn_ledger_is_recalling(scribe->ledger) ||
                                tcn_ledger_is_erasing(scribe->ledger);
        const int64_t most_ns = tcn_ledger_due_in(scribe->ledger, KEY_NS);
        status = wait(scribe, is_pressed && is_answered(scribe) ? 0 : most_ns);
        took = false;
        if (status == TCN_OK && is_answered(scribe)) {
            status = write_group(scribe, &took);
        }
    }
    return status == TCN_OK ? drain(scribe) : status;
}

enum tcn_status tcn_writer_run(struct tcn_actor *actor, void *argument) {
    struct scribe *scribe = calloc(1, sizeof(*scribe));
    if (scribe == NULL) {
        return TCN_NOMEM;
    }
    scribe->actor = actor;
    scribe->house = argument;
    scribe->is_told = true;
    scribe->report_ns = tcn_clock_monotonic_ns();
    enum tcn_status status = open_scribe(scribe);
    if (status == TCN_OK) {
        status = begin_with_key(scribe);
    }
    if (status == TCN_OK) {
        status = tcn_actor_ready(actor);
    }
    if (status == TCN_OK) {
        status = loop(scribe);
    }
    close_scribe(scribe);
    free(scribe);
    return status;
}
