/* SPDX-License-Identifier: Apache-2.0 */
#include "keeper.h"

#include "testlib/regime.h"
#include "testlib/whys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct tcn_id log_id = {{1}};
static const struct tcn_logtime_bounds bounds = {.jump_ns = 60 * SIM_SECOND,
                                                 .start_ns = 100000 * SIM_SECOND};

struct tcn_mark *sim_marks_find(struct sim_marks *marks, const struct tcn_lane_key *lane) {
    for (uint32_t i = 0; i < marks->count; i++) {
        if (tcn_lane_key_equals(&marks->list[i].lane, lane)) {
            return &marks->list[i];
        }
    }
    return NULL;
}

static struct tcn_mark *find_live(struct sim_marks *marks, const struct tcn_lane_key *lane) {
    for (uint32_t i = 0; i < marks->count; i++) {
        const struct tcn_mark *mark = &marks->list[i];
        if (mark->lane.source == lane->source && mark->lane.lane == lane->lane &&
            mark->successor == 0) {
            return &marks->list[i];
        }
    }
    return NULL;
}

/** The open session of a lane; NULL when the lane has no mark. */
static uint64_t *session_of(struct sim_keeper *keeper, const struct tcn_lane_key *lane) {
    const struct tcn_mark *mark = sim_marks_find(&keeper->marks, lane);
    return mark != NULL ? &keeper->marks.sessions[mark - keeper->marks.list] : NULL;
}

static void start_fold(struct sim_keeper *keeper) {
    enum tcn_status status =
        tcn_fold_init(&keeper->fold, &regime, &tcn_memstate_ops, &keeper->state);
    TCN_CHECK(status == TCN_OK);
    keeper->fold.clocks = sim_clock_table();
}

void sim_keeper_init(struct sim_keeper *keeper, struct sim_net *net, struct tcn_checker *checker) {
    memset(keeper, 0, sizeof(*keeper));
    keeper->net = net;
    keeper->checker = checker;
    keeper->is_up = true;
    keeper->records = calloc(SIM_RECORDS, sizeof(*keeper->records));
    keeper->replies = calloc(SIM_REPLIES, sizeof(*keeper->replies));
    if (keeper->records == NULL || keeper->replies == NULL) {
        abort();
    }
    keeper->next_position = 1;
    keeper->generation = 1;
    keeper->commit_ns = INT64_MAX;
    tcn_logtime_init(&keeper->logtime, &bounds, 0, false);
    tcn_memstate_init(&keeper->state);
    tcn_memstate_init(&keeper->image);
    tcn_memstate_init(&keeper->words);
    tcn_memstate_init(&keeper->synced_words);
    tcn_memstate_init(&keeper->backup_words);
    start_fold(keeper);
}

void sim_keeper_fini(struct sim_keeper *keeper) {
    free(keeper->records);
    free(keeper->replies);
    tcn_memstate_fini(&keeper->state);
    tcn_memstate_fini(&keeper->image);
    tcn_memstate_fini(&keeper->words);
    tcn_memstate_fini(&keeper->synced_words);
    tcn_memstate_fini(&keeper->backup_words);
}

static struct sim_record *append(struct sim_keeper *keeper, int64_t now_ns) {
    TCN_CHECK(keeper->count < SIM_RECORDS);
    struct sim_record *record = &keeper->records[keeper->count];
    memset(record, 0, sizeof(*record));
    record->first_position = keeper->next_position;
    record->generation = keeper->generation;
    record->log_time_ns = tcn_logtime_stamp(&keeper->logtime, SIM_SECOND + now_ns, now_ns);
    keeper->count++;
    if (keeper->commit_ns == INT64_MAX) {
        bool is_slow = sim_dice_hits(&keeper->net->dice, 150); /* a disk that takes its time */
        uint64_t most_ns = is_slow ? 2 * SIM_SECOND : 40 * SIM_MS;
        keeper->commit_ns = now_ns + (int64_t)sim_dice_below(&keeper->net->dice, most_ns);
    }
    return record;
}

void sim_keeper_append_own(struct sim_keeper *keeper, const struct sim_record *own,
                           int64_t now_ns) {
    struct sim_record *record = append(keeper, now_ns);
    record->kind = TCN_RECORD_OWN;
    record->count = 1;
    record->own_act = own->own_act;
    record->watcher = own->watcher;
    record->stream = own->stream;
    record->number = own->number;
    record->about = own->about;
    record->lane.source = own->own_act == TCN_ACT_EPOCH_ALLOWED ? SIM_DESK_SOURCE : 0;
    keeper->next_position++;
    char name[16];
    (void)snprintf(name, sizeof(name), "w%u", record->watcher);
    sim_desk_apply(keeper, record, name);
}

/** An answer waits for the commit: what it says must be on disk. */
static void reply(struct sim_keeper *keeper, const struct sim_message *answer, int64_t now_ns) {
    if (keeper->sabotage == SIM_ACK_BEFORE_SYNC || keeper->reply_count == SIM_REPLIES) {
        sim_net_send(keeper->net, answer, now_ns);
        return;
    }
    keeper->replies[keeper->reply_count] = *answer;
    keeper->reply_count++;
    if (keeper->commit_ns == INT64_MAX) {
        keeper->commit_ns = now_ns;
    }
}

static struct sim_message answer_to(const struct sim_message *message, enum tcn_kind kind) {
    struct sim_message answer = {.kind = kind,
                                 .from = 0,
                                 .to = message->from,
                                 .session = message->session,
                                 .request = message->request};
    return answer;
}

/** Registers an epoch for both lanes and fences the one before. */
static void register_epoch(struct sim_keeper *keeper, const struct tcn_hello *hello,
                           uint64_t fences, int64_t now_ns) {
    struct sim_record *record = append(keeper, now_ns);
    record->kind = TCN_RECORD_HELLO;
    record->lane = hello->lane;
    record->count = 1;
    for (enum tcn_lane lane = TCN_LANE_URGENT; lane <= TCN_LANE_ROUTINE; lane++) {
        struct tcn_lane_key key = hello->lane;
        key.lane = lane;
        TCN_CHECK(keeper->marks.count < SIM_MARKS);
        tcn_mark_open(&key, hello->predecessor, keeper->next_position,
                      &keeper->marks.list[keeper->marks.count]);
        keeper->marks.sessions[keeper->marks.count] = 0;
        keeper->marks.count++;
        key.epoch = fences;
        struct tcn_mark *fenced = sim_marks_find(&keeper->marks, &key);
        if (fenced != NULL) {
            tcn_mark_fence(fenced, hello->lane.epoch);
        }
    }
    keeper->next_position++;
    keeper->registered_count++;
    sim_desk_apply(keeper, record, "");
}

static void take_hello(struct sim_keeper *keeper, const struct sim_message *message,
                       int64_t now_ns) {
    const struct tcn_hello *hello = &message->body.hello;
    const struct tcn_sequencer_hello in = {.log_id = &log_id,
                                           .hello = hello,
                                           .own = sim_marks_find(&keeper->marks, &hello->lane),
                                           .live = find_live(&keeper->marks, &hello->lane),
                                           .position = keeper->next_position,
                                           .is_allowed = sim_desk_allows(keeper, &hello->lane)};
    struct tcn_greeting greeting;
    tcn_sequencer_hello(&in, &greeting);
    TCN_CHECK(greeting.kind != TCN_GREETING_FOREIGN && greeting.kind != TCN_GREETING_BAD);
    if (greeting.kind == TCN_GREETING_REGISTER) {
        register_epoch(keeper, hello, greeting.fences, now_ns);
    } else if (greeting.kind == TCN_GREETING_NEEDS_DESK) {
        sim_desk_tell(keeper, hello, now_ns);
    }
    struct sim_message answer = answer_to(message, TCN_KIND_WELCOME);
    uint64_t *session = session_of(keeper, &hello->lane);
    if (session != NULL) {
        *session = sim_dice_throw(&keeper->net->dice) | 1;
    }
    answer.body.welcome =
        (struct tcn_welcome){.session = session != NULL ? *session : 0,
                             .log_id = log_id,
                             .generation = keeper->generation,
                             .mark_sequence = greeting.mark.sequence,
                             .mark_hash = greeting.mark.hash,
                             .credit_sequence = greeting.mark.sequence + 40,
                             .credit_bytes = 20000,
                             .is_fenced = greeting.kind == TCN_GREETING_FENCED ||
                                          greeting.kind == TCN_GREETING_NEEDS_DESK,
                             .hello_hash = sim_hello_hash(hello)};
    reply(keeper, &answer, now_ns);
}

/** The logged chunk of a lane that begins at a sequence, or NULL. */
static const struct sim_record *find_record(const struct sim_keeper *keeper,
                                            const struct tcn_lane_key *lane, uint64_t first) {
    for (uint32_t i = keeper->count; i > 0; i--) {
        const struct sim_record *record = &keeper->records[i - 1];
        if (record->kind == TCN_RECORD_CHUNK && record->first_sequence == first &&
            tcn_lane_key_equals(&record->lane, lane)) {
            return record;
        }
    }
    return NULL;
}

static void say_ack(struct sim_keeper *keeper, const struct sim_message *message,
                    const struct sim_record *record, int64_t now_ns) {
    struct sim_message answer = answer_to(message, TCN_KIND_ACK);
    const struct tcn_mark *mark = sim_marks_find(&keeper->marks, &record->lane);
    answer.body.ack.receipt = (struct tcn_receipt_body){.format = TCN_RECEIPT_FORMAT,
                                                        .log_id = log_id,
                                                        .generation = record->generation,
                                                        .lane = record->lane,
                                                        .first_sequence = record->first_sequence,
                                                        .count = record->count,
                                                        .first_position = record->first_position,
                                                        .log_time_ns = record->log_time_ns,
                                                        .chunk_hash = record->hash};
    answer.body.ack.ack.credit_sequence = mark->sequence + 40;
    answer.body.ack.ack.credit_bytes = 20000;
    reply(keeper, &answer, now_ns);
}

static void say_again(struct sim_keeper *keeper, const struct sim_message *message,
                      enum tcn_status code, int64_t now_ns) {
    struct sim_message answer = answer_to(message, TCN_KIND_AGAIN);
    answer.body.again.code = (uint32_t)code;
    answer.body.again.asked_hash = message->body.chunk.hash;
    sim_net_send(keeper->net, &answer, now_ns);
}

/** Intake: what is refused for ever, and now and then for later. True when it was answered. */
static bool refuses(struct sim_keeper *keeper, const struct sim_message *message, int64_t now_ns) {
    const struct sim_chunk *chunk = &message->body.chunk;
    struct sim_message answer = answer_to(message, TCN_KIND_REFUSE);
    memset(&answer.body.refuse, 0, sizeof(answer.body.refuse));
    answer.body.refuse.first_sequence = chunk->head.first_sequence;
    answer.body.refuse.asked_hash = chunk->hash;
    for (uint32_t i = 0; i < chunk->head.count; i++) {
        if (chunk->events[i].is_bad) {
            answer.body.refuse.sequences[answer.body.refuse.count] = chunk->head.first_sequence + i;
            answer.body.refuse.count++;
        }
    }
    if (answer.body.refuse.count == 0) {
        if (!sim_dice_hits(&keeper->net->dice, 5)) {
            return false;
        }
        answer.body.refuse.is_later = true;
        answer.body.refuse.code = TCN_BUSY;
    }
    sim_net_send(keeper->net, &answer, now_ns);
    return true;
}

/** Breaks a rule, if it is the time for it. */
static void sabotage(struct sim_keeper *keeper, struct sim_record *record) {
    bool is_now = sim_dice_hits(&keeper->net->dice, 100);
    if (keeper->sabotage == SIM_INVENT && is_now) {
        record->events[0].key = 1000000 + record->events[0].key;
    }
    if (keeper->sabotage == SIM_LATEST_FIRST && is_now && record->count > 1) {
        struct sim_event first = record->events[0];
        record->events[0] = record->events[1];
        record->events[1] = first;
    }
}

static void log_chunk(struct sim_keeper *keeper, const struct sim_message *message,
                      const struct tcn_verdict *verdict, int64_t now_ns) {
    const struct sim_chunk *chunk = &message->body.chunk;
    struct sim_record *record = append(keeper, now_ns);
    record->kind = TCN_RECORD_CHUNK;
    record->lane = chunk->head.lane;
    record->first_sequence = chunk->head.first_sequence;
    record->count = chunk->head.count;
    record->hash = chunk->hash;
    memcpy(record->events, chunk->events, sizeof(record->events));
    keeper->next_position += record->count;
    if (verdict != NULL) {
        *sim_marks_find(&keeper->marks, &chunk->head.lane) = verdict->mark;
    }
    sabotage(keeper, record);
    say_ack(keeper, message, record, now_ns);
}

static void take_chunk(struct sim_keeper *keeper, const struct sim_message *message,
                       int64_t now_ns) {
    const struct sim_chunk *chunk = &message->body.chunk;
    const struct tcn_mark *mark = sim_marks_find(&keeper->marks, &chunk->head.lane);
    uint64_t *session = session_of(keeper, &chunk->head.lane);
    if (session == NULL || *session == 0 || *session != message->session) {
        say_again(keeper, message, TCN_STALE, now_ns);
        return;
    }
    if (refuses(keeper, message, now_ns)) {
        *session = 0;
        return;
    }
    const struct sim_record *held = NULL;
    if (tcn_sequencer_needs_held(mark, chunk->head.first_sequence)) {
        held = find_record(keeper, &chunk->head.lane, chunk->head.first_sequence);
    }
    const struct tcn_sequencer_chunk in = {
        .log_id = &log_id,
        .mark = mark,
        .head = &chunk->head,
        .chunk_hash = &chunk->hash,
        .next_previous = chunk->head.void_count > 0 ? &chunk->events[0].next_previous : NULL,
        .held_hash = held != NULL ? &held->hash : NULL,
        .next_position = keeper->next_position};
    struct tcn_verdict verdict;
    tcn_sequencer_chunk(&in, &verdict);
    keeper->verdict_counts[verdict.kind]++;
    sim_net_trace(keeper->net, (uint64_t)verdict.kind);
    if (verdict.kind == TCN_VERDICT_APPEND) {
        log_chunk(keeper, message, &verdict, now_ns);
    } else if (verdict.kind == TCN_VERDICT_DUPLICATE && keeper->sabotage == SIM_NO_DUPLICATES) {
        log_chunk(keeper, message, NULL, now_ns);
    } else if (verdict.kind == TCN_VERDICT_DUPLICATE) {
        say_ack(keeper, message, held, now_ns);
    } else {
        *session = 0;
        say_again(keeper, message, verdict.code, now_ns);
    }
}

void sim_keeper_take(struct sim_keeper *keeper, const struct sim_message *message, int64_t now_ns) {
    if (!keeper->is_up) {
        return;
    }
    if (message->kind == TCN_KIND_HELLO) {
        take_hello(keeper, message, now_ns);
    } else if (message->kind == TCN_KIND_CHUNK) {
        take_chunk(keeper, message, now_ns);
    } else {
        sim_serve_take(keeper, message, now_ns);
    }
}

/** Gives what of its reasons is not so, when they are asked for; else NULL. */
static const char *fold_record(struct tcn_fold *fold, const struct sim_record *record,
                               int64_t ahead_ns) {
    const char *fault = NULL;
    char name[16];
    (void)snprintf(name, sizeof(name), "w%u", record->watcher);
    for (uint32_t i = 0; i < record->count; i++) {
        struct tcn_event event = sim_event_of(record, i, name);
        const struct tcn_fold_input in = {.position = record->first_position + i,
                                          .generation = record->generation,
                                          .log_time_ns = record->log_time_ns + ahead_ns,
                                          .lane = record->lane,
                                          .sequence = record->first_sequence + i,
                                          .organ = sim_organ_of(record->lane.source),
                                          .event = &event,
                                          .log_mode = TCN_MODE_ACTUAL};
        struct tcn_whys before = {.state = NULL};
        if (fold->trace != NULL) {
            before = tcn_whys_before(fold->state, &event);
        }
        struct tcn_outcome outcome;
        enum tcn_status status = tcn_fold_step(fold, &in, &outcome);
        TCN_CHECK(status == TCN_OK);
        if (fold->trace != NULL && fault == NULL) {
            fault = tcn_whys_agree(&before, &regime, fold->trace, &outcome);
        }
    }
    return fault;
}

void sim_keeper_fold(struct sim_keeper *keeper) {
    while (keeper->folded < keeper->synced_count) {
        const struct sim_record *record = &keeper->records[keeper->folded];
        const bool is_early = keeper->sabotage == SIM_RING_EARLY && record->own_act == TCN_ACT_TICK;
        (void)fold_record(&keeper->fold, record, is_early ? 9 * SIM_SECOND : 0);
        keeper->folded++;
    }
    for (uint32_t i = 0; i < SIM_FEEDS; i++) {
        struct tcn_feed *feed = &keeper->feeds[i].feed;
        for (uint32_t j = 0; j < feed->stream_count; j++) {
            tcn_feed_grew(feed, feed->streams[j].stream,
                          tcn_memstate_head(&keeper->state, feed->streams[j].stream));
        }
    }
}

static void commit(struct sim_keeper *keeper, int64_t now_ns) {
    keeper->commit_ns = INT64_MAX;
    keeper->synced_count = keeper->count;
    keeper->synced_marks = keeper->marks;
    tcn_memstate_copy(&keeper->synced_words, &keeper->words);
    for (uint32_t i = 0; i < keeper->reply_count; i++) {
        sim_net_send(keeper->net, &keeper->replies[i], now_ns);
    }
    keeper->reply_count = 0;
    sim_keeper_fold(keeper);
    if (sim_dice_hits(&keeper->net->dice, 50)) {
        tcn_memstate_copy(&keeper->image, &keeper->state);
    }
}

int64_t sim_keeper_pump(struct sim_keeper *keeper, int64_t now_ns) {
    if (!keeper->is_up) {
        return INT64_MAX;
    }
    int64_t allow_ns = sim_desk_pump(keeper, now_ns);
    int64_t deadline_ns = sim_serve_pump(keeper, now_ns);
    if (now_ns >= keeper->commit_ns) {
        commit(keeper, now_ns);
        deadline_ns = sim_serve_pump(keeper, now_ns);
    }
    const int64_t due_ns = sim_clocks_pump(keeper, now_ns);
    deadline_ns = allow_ns < deadline_ns ? allow_ns : deadline_ns;
    deadline_ns = due_ns < deadline_ns ? due_ns : deadline_ns;
    return keeper->commit_ns < deadline_ns ? keeper->commit_ns : deadline_ns;
}

bool sim_keeper_is_quiet(const struct sim_keeper *keeper) {
    return keeper->is_up && keeper->commit_ns == INT64_MAX && keeper->synced_count == keeper->count;
}

void sim_keeper_crash(struct sim_keeper *keeper) {
    keeper->is_up = false;
    keeper->count = keeper->synced_count;
    keeper->marks = keeper->synced_marks;
    tcn_memstate_copy(&keeper->words, &keeper->synced_words);
    keeper->reply_count = 0;
    keeper->commit_ns = INT64_MAX;
    memset(keeper->feeds, 0, sizeof(keeper->feeds));
}

/** Brings positions, state and log time in line with the log as it is on disk. */
static void reopen(struct sim_keeper *keeper) {
    const struct sim_record *last = keeper->count > 0 ? &keeper->records[keeper->count - 1] : NULL;
    memset(keeper->marks.sessions, 0, sizeof(keeper->marks.sessions));
    keeper->next_position = last != NULL ? last->first_position + last->count : 1;
    tcn_logtime_init(&keeper->logtime, &bounds, last != NULL ? last->log_time_ns : 0, false);
    tcn_memstate_copy(&keeper->state, &keeper->image);
    if (keeper->sabotage == SIM_RING_TWICE) {
        sim_clocks_forget(keeper);
    }
    start_fold(keeper);
    keeper->folded = 0;
    while (keeper->folded < keeper->count &&
           keeper->records[keeper->folded].first_position <= keeper->fold.applied.position) {
        keeper->folded++;
    }
    sim_keeper_fold(keeper);
}

void sim_keeper_start(struct sim_keeper *keeper, int64_t now_ns) {
    (void)now_ns;
    if (!keeper->is_up) {
        keeper->is_up = true;
        reopen(keeper);
    }
}

void sim_keeper_back_up(struct sim_keeper *keeper) {
    keeper->backup_count = keeper->synced_count;
    keeper->backup_marks = keeper->synced_marks;
    tcn_memstate_copy(&keeper->backup_words, &keeper->synced_words);
    keeper->registered_count = 0;
}

bool sim_keeper_restore(struct sim_keeper *keeper, int64_t now_ns) {
    bool can = keeper->backup_count > 0 && keeper->registered_count == 0 &&
               keeper->fork_count < SIM_GENERATIONS;
    if (!can) {
        return false;
    }
    sim_keeper_crash(keeper);
    keeper->count = keeper->backup_count;
    keeper->synced_count = keeper->backup_count;
    keeper->marks = keeper->backup_marks;
    keeper->synced_marks = keeper->backup_marks;
    tcn_memstate_copy(&keeper->words, &keeper->backup_words);
    tcn_memstate_copy(&keeper->synced_words, &keeper->backup_words);
    keeper->generation++;
    tcn_memstate_fini(&keeper->image);
    tcn_memstate_init(&keeper->image);
    keeper->is_up = true;
    reopen(keeper);
    struct sim_fork *fork = &keeper->forks[keeper->fork_count];
    keeper->fork_count++;
    fork->generation = keeper->generation;
    for (uint16_t organ = 0; organ < sizeof(fork->heads) / sizeof(fork->heads[0]); organ++) {
        struct tcn_stream stream = {.mode = TCN_MODE_ACTUAL, .organ = organ};
        fork->heads[organ] = tcn_memstate_head(&keeper->state, stream);
    }
    const struct sim_record own = {.own_act = TCN_ACT_GENERATION};
    sim_keeper_append_own(keeper, &own, now_ns);
    return true;
}

const char *sim_keeper_rebuild(const struct sim_keeper *keeper) {
    const char *fault = NULL;
    struct tcn_trace trace = {.wanted_position = 0};
    struct tcn_memstate state;
    struct tcn_fold fold;
    tcn_memstate_init(&state);
    enum tcn_status status = tcn_fold_init(&fold, &regime, &tcn_memstate_ops, &state);
    TCN_CHECK(status == TCN_OK);
    fold.clocks = sim_clock_table();
    fold.trace = &trace;
    for (uint32_t i = 0; i < keeper->folded && fault == NULL; i++) {
        fault = fold_record(&fold, &keeper->records[i], 0);
    }
    if (fault == NULL && (tcn_memstate_hash(&state) != tcn_memstate_hash(&keeper->state) ||
                          !sim_desk_agrees(keeper, &state))) {
        fault = "another state when the log is folded anew";
    }
    tcn_memstate_fini(&state);
    return fault;
}

void sim_stream_text(struct tcn_stream stream, char text[32]) {
    (void)snprintf(text, 32, "%s-%u", tcn_mode_name(stream.mode), stream.organ);
}

void sim_keeper_testify(const struct sim_keeper *keeper) {
    for (uint32_t i = 0; i < keeper->synced_count; i++) {
        const struct sim_record *record = &keeper->records[i];
        for (uint32_t j = 0; record->kind == TCN_RECORD_CHUNK && j < record->count; j++) {
            char key[16];
            (void)snprintf(key, sizeof(key), "e%u", record->events[j].key);
            if (record->events[j].act != TCN_ACT_VOID) {
                tcn_checker_log(keeper->checker, record->first_position + j, key);
            }
        }
    }
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)keeper->state.alerts.rows;
    for (size_t i = 0; i < keeper->state.alerts.count; i++) {
        char stream[32];
        sim_stream_text(alerts[i].stream, stream);
        tcn_checker_alert(keeper->checker, stream, alerts[i].number, alerts[i].position);
    }
}
