/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector says by itself, and the desk's answers to it. The rows that core/words decides
 * on lie in the log, beside the marks, and change in the transaction of the record that changes
 * them; so after a crash they are what the log says. A word is only asked for here; whether it is
 * said is decided when the group ends, when all before it has changed the rows.
 */
#include "collector/ledger_inside.h"

#include "base/clock.h"
#include "wire/chunk.h"
#include "wire/event.h"

#include <inttypes.h>

#define STANDINGS_PAGE 64

/* While there is no room for a tick, or the clock is in doubt, its time is not looked at more often
 * than this. */
#define DUE_LOOK_NS (250 * TCN_MS_NS)

static enum tcn_status row_get(void *store, const struct tcn_standing_key *key,
                               struct tcn_standing *out_standing) {
    struct tcn_ledger *ledger = store;
    return tcn_log_standing_get(ledger->house->log, key, out_standing);
}

static enum tcn_status row_put(void *store, const struct tcn_standing *standing) {
    struct tcn_ledger *ledger = store;
    return tcn_log_standing_put(ledger->house->log, standing);
}

static enum tcn_status row_del(void *store, const struct tcn_standing_key *key) {
    struct tcn_ledger *ledger = store;
    return tcn_log_standing_del(ledger->house->log, key);
}

struct tcn_words tcn_ledger_words(struct tcn_ledger *ledger) {
    return (struct tcn_words){.get = row_get, .put = row_put, .del = row_del, .store = ledger};
}

enum tcn_status tcn_ledger_read_words(struct tcn_ledger *ledger, int64_t now_ns,
                                      bool *out_is_doubted) {
    struct tcn_standing rows[STANDINGS_PAGE];
    struct tcn_standing_key after = {0};
    const struct tcn_standing_key *from = NULL;
    size_t count = STANDINGS_PAGE;
    *out_is_doubted = false;
    while (count == STANDINGS_PAGE) {
        const enum tcn_status status =
            tcn_log_reader_standings(ledger->reader, from, rows, STANDINGS_PAGE, &count);
        if (status != TCN_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            after = rows[i].key;
            if (after.kind == TCN_STANDING_SILENT) {
                tcn_reach_expect(&ledger->reach, after.source, true, now_ns);
            }
            *out_is_doubted = *out_is_doubted || after.kind == TCN_STANDING_DOUBT;
        }
        from = &after;
    }
    return TCN_OK;
}

bool tcn_ledger_say(struct tcn_ledger *ledger, const struct tcn_event *event) {
    if (ledger->observed_count == TCN_OBSERVED_GROUP_MAX) {
        ledger->counts.unsaid_count++;
        return false;
    }
    struct tcn_event *said = &ledger->observed[ledger->observed_count];
    ledger->observed_count++;
    *said = *event;
    said->format = TCN_EVENT_FORMAT;
    said->mode = ledger->house->charter.genesis.mode;
    said->recorded_ns = ledger->wall_ns;
    const bool is_bare = event->act == TCN_ACT_TIME_DOUBTED || event->act == TCN_ACT_TICK ||
                         event->act == TCN_ACT_GENERATION;
    said->body_kind = is_bare ? TCN_BODY_NONE : TCN_BODY_OBSERVED;
    return true;
}

/* Says that a silence is over; what cannot be said now is said with its next word. */
static void say_heard(struct tcn_ledger *ledger, uint32_t source) {
    const struct tcn_event event = {.act = TCN_ACT_HEARD, .observed = {.lane = {.source = source}}};
    if (!tcn_ledger_say(ledger, &event)) {
        tcn_reach_expect(&ledger->reach, source, true, ledger->monotonic_ns);
    }
}

void tcn_ledger_due(struct tcn_ledger *ledger, uint64_t position, int64_t due_ns) {
    ledger->due_position = position;
    ledger->due_ns = due_ns;
}

/* What the fold has told is all that there is to know: it has come to the end of the log. */
static bool is_due_known(const struct tcn_ledger *ledger) {
    return ledger->due_position == ledger->committed_position && !ledger->house->is_feed_clock;
}

int64_t tcn_ledger_due_in(const struct tcn_ledger *ledger, int64_t most_ns) {
    if (!is_due_known(ledger) || ledger->due_ns >= ledger->group_time_ns + most_ns) {
        return most_ns;
    }
    const int64_t left_ns = ledger->due_ns - ledger->group_time_ns;
    return left_ns > DUE_LOOK_NS ? left_ns : DUE_LOOK_NS;
}

void tcn_ledger_tick(struct tcn_ledger *ledger) {
    const struct tcn_event event = {.act = TCN_ACT_TICK};
    if (is_due_known(ledger) && ledger->group_time_ns >= ledger->due_ns &&
        ledger->entry_count == 0 && ledger->cursor_count == 0 && ledger->observed_count == 0) {
        (void)tcn_ledger_say(ledger, &event); /* nothing else is to be said: there is room */
    }
}

void tcn_ledger_unwatched(struct tcn_ledger *ledger, const struct tcn_note_unwatched *note) {
    const struct tcn_event event = {.act =
                                        note->is_secret ? TCN_ACT_NOT_FETCHED : TCN_ACT_NO_WATCHER,
                                    .observed = {.organ = note->organ, .number = note->number}};
    (void)tcn_ledger_say(ledger, &event); /* when there is no room it comes after the next start */
}

void tcn_ledger_heard(struct tcn_ledger *ledger, uint32_t source) {
    if (ledger->house->is_feed_clock || source == 0) {
        return;
    }
    const uint32_t news =
        tcn_reach_heard(&ledger->reach, source, ledger->monotonic_ns, ledger->group_time_ns);
    if ((news & TCN_REACH_EVERYBODY) != 0) {
        say_heard(ledger, 0);
    }
    if ((news & TCN_REACH_SOURCE) != 0) {
        say_heard(ledger, source);
    }
}

void tcn_ledger_miss(struct tcn_ledger *ledger) {
    const struct tcn_reach_source *missed = NULL;
    /* Some room stays for what comes with the group's messages; the rest waits for the next one. */
    while (!ledger->house->is_feed_clock && ledger->observed_count < TCN_OBSERVED_GROUP_MAX / 2 &&
           tcn_reach_next(&ledger->reach, ledger->monotonic_ns, &missed)) {
        const struct tcn_event event = {
            .act = TCN_ACT_UNREACHABLE,
            .observed = {.lane = {.source = missed->source}, .since_ns = missed->heard_log_ns}};
        (void)tcn_ledger_say(ledger, &event); /* there is room: see above */
        tcn_log(ledger->house->logger, TCN_LOG_WARNING, "no word of %s%" PRIu32,
                missed->source == 0 ? "anybody, source " : "source ", missed->source);
    }
}

enum tcn_status tcn_ledger_wants(struct tcn_ledger *ledger, const struct tcn_event *event,
                                 bool *out_wants) {
    const struct tcn_words words = tcn_ledger_words(ledger);
    const enum tcn_status status = tcn_words_wants(&words, event, out_wants);
    if (status == TCN_OK && !*out_wants) {
        ledger->counts.unsaid_count++;
    }
    return status;
}

/* True in out_is when an epoch has its marks. */
static enum tcn_status is_registered(struct tcn_ledger *ledger, struct tcn_lane_key lane,
                                     bool *out_is) {
    struct tcn_mark mark = {0};
    lane.lane = TCN_LANE_ROUTINE; /* a HELLO opens both */
    *out_is = false;
    return lane.epoch == 0 ? TCN_OK : tcn_ledger_mark(ledger, &lane, &mark, out_is);
}

enum tcn_status tcn_ledger_apply_word(struct tcn_ledger *ledger, const struct tcn_event *event,
                                      uint64_t position, const struct tcn_principal *principal) {
    const struct tcn_words words = tcn_ledger_words(ledger);
    struct tcn_words_input in = {
        .event = event,
        .position = position,
        .log_time_ns = ledger->group_time_ns,
        .desk = tcn_rights_policy(&ledger->rights)->desk,
        .log_mode = ledger->house->charter.genesis.mode,
    };
    if (principal != NULL) {
        in.role = principal->role;
        in.organ = tcn_charter_organ(tcn_rights_policy(&ledger->rights), principal, event);
    }
    struct tcn_words_effect effect = {.code = TCN_OK};
    enum tcn_status status = is_registered(ledger, tcn_words_epoch(event), &in.is_registered);
    if (status == TCN_OK) {
        status = tcn_words_apply(&words, &in, &effect);
    }
    ledger->is_confirmed = ledger->is_confirmed || (status == TCN_OK && effect.confirms_time);
    return status;
}

enum tcn_status tcn_ledger_apply_words(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                                       const struct tcn_chunk_head *head, uint64_t position) {
    const struct tcn_principal *principal = tcn_ledger_principal(ledger, in->stamp.principal);
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    enum tcn_status status = tcn_wire_chunk_body_split(in->chunk.body, events, &count);
    TCN_CHECK(status == TCN_OK && count == head->count); /* intake has split these very bytes */
    for (uint32_t i = 0; i < count && status == TCN_OK; i++) {
        struct tcn_slice open = {0};
        struct tcn_slice sealed = {0};
        struct tcn_event event = {0};
        tcn_arena_reset(&ledger->arena);
        status = tcn_wire_event_split(events[i], &open, &sealed);
        TCN_CHECK(status == TCN_OK);
        status = tcn_wire_open_part_decode(open, &ledger->arena, &event);
        TCN_CHECK(status == TCN_OK);
        if (tcn_words_is_of_desk(event.act)) {
            status = tcn_ledger_apply_word(ledger, &event, position + i, principal);
        }
    }
    return status;
}
