/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The snapshots actor: looks every second how far the state is, and makes a snapshot of it when one
 * is due, beside the fold, at a bounded rate. What goes wrong with a snapshot ends nothing else: it
 * is told, what was made of it is removed, and it is tried again later.
 *
 *              due: begins                     stands: told, old ones removed
 *    resting ─────────────▶ making ──┐ a slice ──────────────────────────────▶ resting
 *       ▲                    ▲ │     │
 *       │                    └─┼─────┘
 *       └── it failed, paused ─┘
 */
#include "base/clock.h"
#include "collector/house.h"
#include "collector/note.h"
#include "link/poller.h"
#include "query/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>

#define LOOK_NS TCN_SECOND_NS
#define HOUR_NS (3600 * TCN_SECOND_NS)

/* Bytes a second that are copied: as a backup's default. */
#define RATE_BYTES ((int64_t)16 * 1024 * 1024)

/* After one that failed. */
#define PAUSE_NS (600 * TCN_SECOND_NS)

enum token {
    TOKEN_STOP,
    TOKEN_SERVE,
};

struct maker {
    struct tcn_collector *house;
    struct tcn_actor *actor;
    struct tcn_sock *serve;
    struct tcn_poller poller;
    struct tcn_log_reader *log_reader;
    struct tcn_state_reader *state_reader;
    struct tcn_rights rights;      /* as far as the log was looked at; for the two below */
    struct tcn_voice voice;        /* signs checkpoints */
    struct tcn_keyring ring;       /* says which are believed */
    struct tcn_snapshot *snapshot; /* in the making; NULL while it rests */
    int64_t began_ns;
    int64_t look_ns; /* when it looks again, or makes the next slice */
    int64_t made_ns; /* wall clock: of the last one; of genesis while there is none */
    struct tcn_note_snapshots note;
    bool is_note_owed;
};

static struct tcn_snapshot_place place_of(const struct maker *maker) {
    return (struct tcn_snapshot_place){
        .dir = maker->house->dir, .reader = maker->log_reader, .ring = &maker->ring};
}

/* The keys as the end of the log names them. */
static enum tcn_status load_keys(struct maker *maker) {
    enum tcn_status status = tcn_rights_load(&maker->rights, maker->log_reader, UINT64_MAX);
    if (status == TCN_OK) {
        tcn_rights_ring(&maker->rights, &maker->ring);
        status = tcn_voice_set(&maker->voice, &maker->house->key_files, &maker->rights);
    }
    return status;
}

static enum tcn_status tell(struct maker *maker) {
    const enum tcn_status status = tcn_note_post(maker->serve, &maker->note, sizeof(maker->note));
    maker->is_note_owed = status == TCN_AGAIN;
    return status == TCN_AGAIN ? TCN_OK : status;
}

static void fail(struct maker *maker, enum tcn_status status, const char *what) {
    tcn_log(maker->house->logger, TCN_LOG_WARNING,
            "cannot %s of the state: because %s; nothing else is touched by that, and it is tried "
            "again in ten minutes",
            what, tcn_status_sentence(status));
    tcn_snapshot_end(&maker->snapshot);
    maker->note.failed_count++;
    maker->look_ns = tcn_clock_monotonic_ns() + PAUSE_NS;
}

/* The newest that may be used; what dead programs left is removed. */
static void find_newest(struct maker *maker) {
    const struct tcn_snapshot_place place = place_of(maker);
    uint64_t positions[TCN_SNAPSHOTS_MAX];
    size_t count = 0;
    enum tcn_status status = tcn_snapshot_prune(&place);
    if (status == TCN_OK) {
        status = tcn_snapshot_list(place.dir, positions, &count);
    }
    if (status != TCN_OK) {
        fail(maker, status, "look for snapshots");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct tcn_checkpoint checkpoint;
        const char *fault = NULL;
        if (tcn_snapshot_check(&place, positions[i], &checkpoint, &fault) == TCN_OK) {
            maker->note.position = checkpoint.position;
            maker->note.made_ns = checkpoint.made_ns;
            maker->made_ns = checkpoint.made_ns;
            return;
        }
    }
}

static bool is_due(const struct maker *maker, uint64_t position) {
    const struct tcn_collector *house = maker->house;
    const uint64_t grown = position > maker->note.position ? position - maker->note.position : 0;
    const int64_t age_ns = tcn_clock_wall_ns() - maker->made_ns;
    const bool is_far = house->snapshot_positions != 0 && grown >= house->snapshot_positions;
    const bool is_old = house->snapshot_hours != 0 && grown > 0 &&
                        age_ns >= (int64_t)house->snapshot_hours * HOUR_NS;
    return is_far || is_old;
}

/* A look at the state, and the beginning when one is due. */
static void look(struct maker *maker, int64_t now_ns) {
    struct tcn_applied applied = {0};
    maker->look_ns = now_ns + LOOK_NS;
    enum tcn_status status = tcn_state_applied(maker->state_reader, &applied);
    tcn_state_reader_reset(maker->state_reader);
    if (status == TCN_OK && !is_due(maker, applied.position)) {
        return;
    }
    const struct tcn_snapshot_options options = {
        .place = place_of(maker),
        .state = maker->house->state,
        .key = &maker->voice.key,
        .map_bytes = maker->house->map_bytes,
        .now_ns = tcn_clock_wall_ns(),
    };
    if (status == TCN_OK) {
        status = tcn_snapshot_begin(&options, &maker->snapshot);
    }
    if (status == TCN_OK) { /* behind what is copied: no key that was succeeded there signs it */
        status = load_keys(maker);
    }
    if (status != TCN_OK) {
        fail(maker, status, "make a snapshot");
    }
    maker->began_ns = now_ns;
}

static void stand(struct maker *maker) {
    const struct tcn_checkpoint checkpoint = *tcn_snapshot_checkpoint(maker->snapshot);
    const struct tcn_snapshot_place place = place_of(maker);
    tcn_log(maker->house->logger, TCN_LOG_INFO,
            "snapshot of the state at position %" PRIu64 ", %" PRIu64 " bytes in %" PRId64 " ms",
            checkpoint.position, tcn_snapshot_bytes(maker->snapshot),
            (tcn_clock_monotonic_ns() - maker->began_ns) / TCN_MS_NS);
    tcn_snapshot_end(&maker->snapshot);
    maker->note.made_count++;
    maker->note.position = checkpoint.position;
    maker->note.made_ns = checkpoint.made_ns;
    maker->made_ns = checkpoint.made_ns;
    const enum tcn_status status = tcn_snapshot_prune(&place);
    if (status != TCN_OK) {
        fail(maker, status, "remove an old snapshot");
    }
}

/* A slice, and when the next one may come. */
static void make(struct maker *maker) {
    bool is_done = false;
    const enum tcn_status status = tcn_snapshot_step(maker->snapshot, &is_done);
    if (status != TCN_OK) {
        fail(maker, status, "make a snapshot");
    } else if (is_done) {
        stand(maker);
    } else {
        const int64_t bytes = (int64_t)tcn_snapshot_bytes(maker->snapshot);
        maker->look_ns = maker->began_ns + bytes * (TCN_SECOND_NS / 1024) / (RATE_BYTES / 1024);
    }
}

static enum tcn_status turn(struct maker *maker) {
    const int64_t now_ns = tcn_clock_monotonic_ns();
    const struct tcn_note_snapshots before = maker->note;
    if (now_ns < maker->look_ns) {
        return TCN_OK;
    }
    if (maker->snapshot == NULL) {
        look(maker, now_ns);
    } else {
        make(maker);
    }
    const bool is_told = before.made_count == maker->note.made_count &&
                         before.failed_count == maker->note.failed_count;
    return is_told ? TCN_OK : tell(maker);
}

static int64_t timeout_of(const struct maker *maker) {
    const struct tcn_collector *house = maker->house;
    if (house->snapshot_positions == 0 && house->snapshot_hours == 0) {
        return TCN_POLLER_FOREVER;
    }
    const int64_t now_ns = tcn_clock_monotonic_ns();
    return maker->look_ns > now_ns ? maker->look_ns - now_ns : 0;
}

static enum tcn_status loop(struct maker *maker) {
    enum tcn_status status = tell(maker);
    while (status == TCN_OK && !tcn_actor_is_stopping(maker->actor)) {
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        status =
            tcn_poller_set(&maker->poller, maker->serve, maker->is_note_owed ? TCN_POLL_OUT : 0);
        if (status == TCN_OK) {
            status = tcn_poller_wait(&maker->poller, timeout_of(maker), ready, &count);
        }
        if (status == TCN_OK && maker->is_note_owed) {
            status = tell(maker);
        }
        if (status == TCN_OK && !tcn_actor_is_stopping(maker->actor)) {
            status = turn(maker);
        }
    }
    return status;
}

static enum tcn_status open_maker(struct maker *maker) {
    enum tcn_status status = tcn_house_mailbox(maker->house, TCN_HOUSE_SNAPSHOTS_SERVE,
                                               TCN_MAILBOX_FIRST, &maker->serve);
    tcn_poller_init(&maker->poller);
    if (status == TCN_OK) {
        status =
            tcn_poller_add(&maker->poller, tcn_actor_inner(maker->actor), TCN_POLL_IN, TOKEN_STOP);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&maker->poller, maker->serve, 0, TOKEN_SERVE);
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open(maker->house->log, &maker->log_reader);
    }
    if (status == TCN_OK) {
        status = tcn_state_reader_open(maker->house->state, &maker->state_reader);
    }
    if (status == TCN_OK) {
        status = tcn_rights_init(&maker->rights, &maker->house->charter);
    }
    if (status == TCN_OK) {
        status = load_keys(maker);
    }
    if (status == TCN_OK) {
        maker->made_ns = maker->house->charter.genesis.created_ns;
        find_newest(maker);
    }
    return status;
}

enum tcn_status tcn_snapshots_run(struct tcn_actor *actor, void *argument) {
    struct maker *maker = calloc(1, sizeof(*maker));
    if (maker == NULL) {
        return TCN_NOMEM;
    }
    maker->actor = actor;
    maker->house = argument;
    enum tcn_status status = open_maker(maker);
    if (status == TCN_OK) {
        status = tcn_actor_ready(actor);
    }
    if (status == TCN_OK) {
        status = loop(maker);
    }
    tcn_snapshot_end(&maker->snapshot);
    tcn_voice_fini(&maker->voice);
    tcn_rights_fini(&maker->rights);
    tcn_log_reader_close(&maker->log_reader);
    tcn_state_reader_close(&maker->state_reader);
    tcn_sock_close(&maker->serve);
    free(maker);
    return status;
}
