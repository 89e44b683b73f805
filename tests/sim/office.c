/* SPDX-License-Identifier: Apache-2.0 */
#include "office.h"

#include <stdio.h>
#include <string.h>

#define LANES 2u

/** Copies one lane, but only the chunks that it has. */
static void copy_lane(struct sim_disk_lane *target, const struct sim_disk_lane *source) {
    target->facts = source->facts;
    target->count = source->count;
    memcpy(target->chunks, source->chunks, source->count * sizeof(source->chunks[0]));
    memcpy(target->keys, source->keys, sizeof(source->keys));
}

static void copy_disk(struct sim_disk *target, const struct sim_disk *source) {
    for (uint32_t i = 0; i < LANES; i++) {
        copy_lane(&target->lanes[i], &source->lanes[i]);
    }
}

static void sync_disk(struct sim_office *office) {
    copy_disk(&office->synced, &office->disk);
}

static void key_text(uint32_t key, char text[16]) {
    (void)snprintf(text, 16, "e%u", key);
}

static struct tcn_hash hash_chunk(const struct sim_chunk *chunk) {
    const struct tcn_chunk_head *head = &chunk->head;
    uint64_t numbers[4 + 5 * SIM_CHUNK_EVENTS] = {head->lane.epoch, (uint64_t)head->lane.lane,
                                                  head->first_sequence, head->void_count};
    size_t count = 4;
    for (uint32_t i = 0; i < head->count; i++) {
        const struct sim_event *event = &chunk->events[i];
        numbers[count++] = event->key;
        numbers[count++] = event->act;
        numbers[count++] = event->matter;
        numbers[count++] = event->domain;
        numbers[count++] = event->to_organ;
    }
    return sim_hash(&head->previous_hash, numbers, count * sizeof(numbers[0]));
}

/** What the next chunk names as previous. */
static struct tcn_hash end_hash(const struct sim_chunk *chunk) {
    bool is_range =
        chunk->head.void_count > 0 && !tcn_hash_is_none(&chunk->events[0].next_previous);
    return is_range ? chunk->events[0].next_previous : chunk->hash;
}

static uint64_t last_sequence(const struct sim_chunk *chunk) {
    uint64_t count = chunk->head.void_count > 0 ? chunk->head.void_count : chunk->head.count;
    return chunk->head.first_sequence + count - 1;
}

/** Appends a chunk at the end of a lane. */
static void append_chunk(struct sim_disk_lane *lane, const struct sim_event *events,
                         uint32_t count) {
    TCN_CHECK(lane->count < SIM_CHUNKS && count <= SIM_CHUNK_EVENTS);
    struct sim_chunk *chunk = &lane->chunks[lane->count];
    memset(chunk, 0, sizeof(*chunk));
    chunk->head = (struct tcn_chunk_head){.format = TCN_CHUNK_FORMAT,
                                          .log_id = lane->facts.log_id,
                                          .lane = lane->facts.key,
                                          .first_sequence = lane->facts.cut_sequence + 1,
                                          .count = count,
                                          .mode = TCN_MODE_ACTUAL,
                                          .previous_hash = lane->facts.cut_hash};
    for (uint32_t i = 0; i < count; i++) {
        chunk->events[i] = events[i];
        TCN_CHECK(chunk->head.first_sequence + i < SIM_SEQUENCES);
        lane->keys[chunk->head.first_sequence + i] = events[i].key;
    }
    chunk->hash = hash_chunk(chunk);
    lane->count++;
    lane->facts.cut_sequence = last_sequence(chunk);
    lane->facts.cut_hash = chunk->hash;
}

/** Cuts a list of events into chunks of chance size. */
static void append_events(struct sim_office *office, struct sim_disk_lane *lane,
                          const struct sim_event *events, uint32_t count) {
    uint32_t done = 0;
    while (done < count) {
        uint32_t size = 1 + (uint32_t)sim_dice_below(&office->net->dice, SIM_CHUNK_EVENTS);
        size = size < count - done ? size : count - done;
        append_chunk(lane, &events[done], size);
        done += size;
    }
}

static void start_brains(struct sim_office *office, int64_t now_ns) {
    office->is_up = true;
    for (uint32_t i = 0; i < LANES; i++) {
        tcn_outlane_init(&office->lanes[i], &office->disk.lanes[i].facts);
        office->is_settled[i] = false;
        if (office->is_connected) {
            tcn_outlane_connected(&office->lanes[i], now_ns);
        }
    }
}

void sim_office_init(struct sim_office *office, struct sim_net *net, struct tcn_checker *checker,
                     uint32_t node, uint32_t source) {
    memset(office, 0, sizeof(*office));
    office->node = node;
    office->source = source;
    office->net = net;
    office->checker = checker;
    office->retain_chunks = 30;
    office->is_connected = true;
    (void)snprintf(office->name, sizeof(office->name), "pc%u", node);
    uint64_t epoch = sim_dice_throw(&net->dice) | 1;
    for (uint32_t i = 0; i < LANES; i++) {
        office->disk.lanes[i].facts = (struct tcn_outlane_facts){
            .log_id = {{1}},
            .key = {.source = source,
                    .epoch = epoch,
                    .lane = i == 0 ? TCN_LANE_URGENT : TCN_LANE_ROUTINE}};
    }
    sync_disk(office);
    start_brains(office, 0);
}

/** Forgets the oldest acknowledged chunks. */
static void trim(struct sim_office *office, struct sim_disk_lane *lane) {
    uint32_t acked = 0;
    while (acked < lane->count &&
           last_sequence(&lane->chunks[acked]) <= lane->facts.acked_sequence) {
        acked++;
    }
    if (acked > office->retain_chunks) {
        uint32_t gone = acked - office->retain_chunks;
        memmove(&lane->chunks[0], &lane->chunks[gone],
                (lane->count - gone) * sizeof(lane->chunks[0]));
        lane->count -= gone;
    }
}

bool sim_office_enter(struct sim_office *office, const struct sim_event *events, uint32_t count,
                      uint32_t lane_index, int64_t now_ns) {
    struct sim_disk_lane *lane = &office->disk.lanes[lane_index];
    (void)now_ns;
    trim(office, lane);
    bool is_full = lane->count + 2 >= SIM_CHUNKS ||
                   lane->facts.cut_sequence + count + SIM_CHUNK_EVENTS >= SIM_SEQUENCES;
    if (!office->is_up || is_full) {
        return false;
    }
    append_chunk(lane, events, count);
    if (sim_dice_hits(&office->net->dice, 10)) {
        sim_office_crash(office);
        return false;
    }
    sync_disk(office);
    for (uint32_t i = 0; i < count; i++) {
        char key[16];
        key_text(events[i].key, key);
        tcn_checker_enter(office->checker, office->name, lane_index == 0 ? "urgent" : "routine",
                          key);
    }
    tcn_outlane_cut(&office->lanes[lane_index], lane->facts.cut_sequence, &lane->facts.cut_hash);
    return true;
}

void sim_office_crash(struct sim_office *office) {
    office->is_up = false;
    copy_disk(&office->disk, &office->synced);
}

void sim_office_start(struct sim_office *office, int64_t now_ns) {
    if (!office->is_up) {
        start_brains(office, now_ns);
    }
}

void sim_office_connect(struct sim_office *office, bool is_connected, int64_t now_ns) {
    office->is_connected = is_connected;
    for (uint32_t i = 0; i < LANES && office->is_up; i++) {
        if (is_connected) {
            tcn_outlane_connected(&office->lanes[i], now_ns);
        } else {
            tcn_outlane_lost(&office->lanes[i]);
        }
    }
}

void sim_office_keep_image(struct sim_office *office) {
    copy_disk(&office->image, &office->synced);
    office->image_recut_count = office->recut_count;
    office->image_void_count = office->void_count;
    office->has_image = true;
}

/** Tells the checker of each event of a lane above a sequence. */
static void tell_above(const struct sim_office *office, const struct sim_disk_lane *lane,
                       uint64_t sequence, void (*tell)(struct tcn_checker *, const char *)) {
    for (uint32_t i = 0; i < lane->count; i++) {
        const struct sim_chunk *chunk = &lane->chunks[i];
        for (uint32_t j = 0; j < chunk->head.count; j++) {
            const struct sim_event *event = &chunk->events[j];
            if (event->key != 0 && chunk->head.first_sequence + j > sequence) {
                char key[16];
                key_text(event->key, key);
                tell(office->checker, key);
            }
        }
    }
}

/** What the disk had and its image has not is gone, unless the log has it. */
static void excuse_lost(const struct sim_office *office, const struct sim_disk_lane *lost,
                        const struct sim_disk_lane *image) {
    for (uint64_t i = 1; i <= lost->facts.cut_sequence; i++) {
        bool is_kept = false;
        for (uint64_t j = 1; j <= image->facts.cut_sequence && !is_kept; j++) {
            is_kept = image->keys[j] == lost->keys[i];
        }
        if (!is_kept) {
            char key[16];
            key_text(lost->keys[i], key);
            tcn_checker_excuse(office->checker, key);
        }
    }
}

void sim_office_roll_back(struct sim_office *office, int64_t now_ns) {
    if (!office->has_image) {
        return;
    }
    for (uint32_t i = 0; i < LANES; i++) {
        const struct sim_disk_lane *image = &office->image.lanes[i];
        const struct sim_disk_lane *lost = &office->synced.lanes[i];
        excuse_lost(office, lost, image);
        /* Under another epoch, or cut anew after a refusal, the log holds the same events in chunks
         * that the image does not know: nothing can tell that they are the same. */
        bool is_other = image->facts.key.epoch != lost->facts.key.epoch ||
                        office->recut_count != office->image_recut_count ||
                        office->void_count != office->image_void_count;
        if (is_other) {
            tell_above(office, image, image->facts.acked_sequence, tcn_checker_twice);
        }
    }
    copy_disk(&office->disk, &office->image);
    sync_disk(office);
    start_brains(office, now_ns);
}

void sim_office_clone(const struct sim_office *office, struct sim_office *twin, uint32_t node,
                      int64_t now_ns) {
    *twin = *office;
    twin->node = node;
    twin->has_image = false;
    (void)snprintf(twin->name, sizeof(twin->name), "pc%u", node);
    copy_disk(&twin->disk, &office->synced);
    sync_disk(twin);
    for (uint32_t i = 0; i < LANES; i++) {
        const struct sim_disk_lane *lane = &twin->disk.lanes[i];
        tell_above(twin, lane, lane->facts.acked_sequence, tcn_checker_twice);
    }
    start_brains(twin, now_ns);
}

/** RESEND: what is no longer retained becomes one signed VOID range. */
static void carry_resend(struct sim_office *office, uint32_t index, uint64_t first,
                         const struct tcn_hash *mark_hash) {
    struct sim_disk_lane *lane = &office->disk.lanes[index];
    office->resend_count++;
    lane->facts.acked_sequence = first - 1;
    lane->facts.acked_hash = *mark_hash;
    uint64_t kept =
        lane->count > 0 ? lane->chunks[0].head.first_sequence : lane->facts.cut_sequence + 1;
    if (kept <= first) {
        return;
    }
    TCN_CHECK(lane->count < SIM_CHUNKS);
    struct sim_chunk range;
    memset(&range, 0, sizeof(range));
    range.head = (struct tcn_chunk_head){.format = TCN_CHUNK_FORMAT,
                                         .log_id = lane->facts.log_id,
                                         .lane = lane->facts.key,
                                         .first_sequence = first,
                                         .count = 1,
                                         .void_count = kept - first,
                                         .mode = TCN_MODE_ACTUAL,
                                         .previous_hash = *mark_hash};
    range.events[0].act = TCN_ACT_VOID;
    range.events[0].void_count = kept - first;
    range.events[0].next_previous =
        lane->count > 0 ? lane->chunks[0].head.previous_hash : lane->facts.cut_hash;
    range.hash = hash_chunk(&range);
    memmove(&lane->chunks[1], &lane->chunks[0], lane->count * sizeof(lane->chunks[0]));
    lane->chunks[0] = range;
    lane->count++;
    office->void_count++;
    for (uint64_t sequence = first; sequence < kept; sequence++) {
        char key[16];
        key_text(lane->keys[sequence], key);
        tcn_checker_excuse(office->checker, key);
    }
}

/** Takes the events above a sequence out of a lane, each with the sequence that it had; gives how
 * many. A VOID range is one event, though it stood for many sequences: cut anew it takes one. */
static uint32_t gather(struct sim_disk_lane *lane, uint64_t sequence,
                       struct sim_event events[SIM_SEQUENCES], uint64_t at[SIM_SEQUENCES]) {
    uint32_t count = 0;
    uint32_t kept = 0;
    while (kept < lane->count && last_sequence(&lane->chunks[kept]) <= sequence) {
        kept++;
    }
    for (uint32_t i = kept; i < lane->count; i++) {
        for (uint32_t j = 0; j < lane->chunks[i].head.count; j++) {
            TCN_CHECK(count < SIM_SEQUENCES);
            events[count] = lane->chunks[i].events[j];
            events[count].void_count = events[count].void_count > 0 ? 1 : 0;
            at[count] = lane->chunks[i].head.first_sequence + j;
            count++;
        }
    }
    lane->count = kept;
    return count;
}

/** RECUT: refused events leave a VOID, all above the mark is cut anew. */
static void carry_recut(struct sim_office *office, uint32_t index, uint64_t mark, int64_t now_ns) {
    struct sim_disk_lane *lane = &office->disk.lanes[index];
    const struct tcn_outlane *brain = &office->lanes[index];
    struct sim_event events[SIM_SEQUENCES];
    uint64_t at[SIM_SEQUENCES];
    uint32_t count = gather(lane, mark, events, at);
    for (uint32_t i = 0; i < brain->refusal_count; i++) {
        uint32_t offset = 0;
        while (offset < count && at[offset] != brain->refusals[i].sequence) {
            offset++;
        }
        if (offset == count) { /* an office that believes lies has let go what was refused */
            TCN_CHECK(office->trust >= SIM_TRUST_ACK);
            continue;
        }
        if (events[offset].is_bad) { /* what is good and was refused is missed in the log */
            char key[16];
            key_text(events[offset].key, key);
            tcn_checker_excuse(office->checker, key);
        }
        events[offset] = (struct sim_event){.act = TCN_ACT_VOID, .void_count = 1};
    }
    lane->facts.cut_sequence = mark;
    lane->facts.cut_hash = lane->facts.acked_hash;
    if (lane->count > 0) {
        lane->facts.cut_hash = end_hash(&lane->chunks[lane->count - 1]);
    }
    append_events(office, lane, events, count);
    sync_disk(office);
    office->recut_count++;
    tcn_outlane_recut(&office->lanes[index], lane->facts.cut_sequence, &lane->facts.cut_hash,
                      now_ns);
}

/** Opens a new epoch for both lanes; what the log does not have re-enters under it. */
static void renew(struct sim_office *office, int64_t now_ns) {
    uint64_t epoch = sim_dice_throw(&office->net->dice) | 1;
    for (uint32_t i = 0; i < LANES; i++) {
        struct sim_disk_lane *lane = &office->disk.lanes[i];
        struct sim_event events[SIM_SEQUENCES];
        uint64_t at[SIM_SEQUENCES];
        uint32_t count = gather(lane, office->lanes[i].facts.acked_sequence, events, at);
        uint32_t kept = 0;
        for (uint32_t j = 0; j < count; j++) {
            if (events[j].key != 0) { /* a VOID speaks of the old epoch's sequences */
                events[kept] = events[j];
                kept++;
            }
        }
        uint64_t before = lane->facts.key.epoch;
        struct tcn_lane_key key = lane->facts.key;
        key.epoch = epoch;
        lane->facts = (struct tcn_outlane_facts){
            .log_id = lane->facts.log_id, .key = key, .predecessor = before};
        lane->count = 0;
        append_events(office, lane, events, kept);
    }
    sync_disk(office);
    office->epoch_count++;
    for (uint32_t i = 0; i < LANES; i++) {
        office->is_settled[i] = false;
        tcn_outlane_epoch(&office->lanes[i], &office->disk.lanes[i].facts, now_ns);
    }
}

/** Sees whether the log holds what is acknowledged now. An acknowledgement that crosses a restore
 * on its way is nobody's lie: the next WELCOME takes it back. */
static void see_acked(struct sim_office *office, uint32_t index, uint64_t sequence) {
    const struct tcn_outlane *lane = &office->lanes[index];
    const struct tcn_mark *mark = sim_marks_find(&office->keeper->marks, &lane->facts.key);
    bool is_held = mark != NULL && mark->sequence >= sequence;
    if (!is_held && lane->generation == office->keeper->generation) {
        office->fooled_count++;
    }
}

static void carry(struct sim_office *office, uint32_t index,
                  const struct tcn_outlane_action *action, int64_t now_ns) {
    struct sim_disk_lane *lane = &office->disk.lanes[index];
    switch (action->kind) {
    case TCN_OUTLANE_REGISTERED:
        lane->facts.is_registered = true;
        sync_disk(office);
        break;
    case TCN_OUTLANE_ACKED: /* synced with whatever is synced next */
        see_acked(office, index, action->sequence);
        lane->facts.acked_sequence = action->sequence;
        lane->facts.acked_hash = action->hash;
        lane->facts.acked_position = action->position;
        break;
    case TCN_OUTLANE_RESEND:
        carry_resend(office, index, action->sequence, &action->hash);
        sync_disk(office);
        break;
    case TCN_OUTLANE_RECUT:
        carry_recut(office, index, action->sequence, now_ns);
        break;
    case TCN_OUTLANE_RENEW:
        office->is_settled[index] = true;
        tcn_outlane_settle(&office->lanes[1 - index], now_ns);
        if (office->is_settled[0] && office->is_settled[1]) {
            renew(office, now_ns);
        }
        break;
    case TCN_OUTLANE_ALARM:
        break;
    }
}

static void take_refuse(struct tcn_outlane *lane, const struct sim_message *message, int64_t now_ns,
                        struct tcn_outlane_actions *actions) {
    static struct tcn_refuse empty;
    struct tcn_refuse refuse = empty;
    refuse.first_sequence = message->body.refuse.first_sequence;
    refuse.is_later = message->body.refuse.is_later;
    refuse.code = message->body.refuse.code;
    refuse.asked_hash = message->body.refuse.asked_hash;
    refuse.refusal_count = message->body.refuse.count;
    for (uint32_t i = 0; i < message->body.refuse.count; i++) {
        refuse.refusals[i].sequence = message->body.refuse.sequences[i];
        refuse.refusals[i].code = TCN_BAD_VALUE;
    }
    tcn_outlane_refuse(lane, message->session, &refuse, now_ns, actions);
}

/** True when the answer should have the collector's signature and has not, and the office looks. */
static bool is_caught(const struct sim_office *office, const struct sim_message *message) {
    enum sim_sabotage trust = office->trust;
    switch ((int)message->kind) {
    case TCN_KIND_WELCOME:
        return message->is_forged && trust != SIM_TRUST_WELCOME;
    case TCN_KIND_ACK:
        return message->is_forged && trust != SIM_TRUST_ACK;
    case TCN_KIND_REFUSE:
        return message->is_forged && !message->body.refuse.is_later && trust != SIM_TRUST_REFUSE;
    case TCN_KIND_AGAIN:
        return message->is_forged && tcn_again_is_over(&message->body.again) &&
               trust != SIM_TRUST_AGAIN;
    default:
        return false;
    }
}

/** What the core would find out by itself, made to look right. */
static void overlook(const struct sim_office *office, const struct tcn_outlane *lane,
                     struct sim_message *message) {
    if (office->trust == SIM_TRUST_OLD_WELCOME && message->kind == TCN_KIND_WELCOME) {
        message->body.welcome.hello_hash = lane->hello_hash;
    }
    if (office->trust == SIM_TRUST_OLD_ACK && message->kind == TCN_KIND_ACK) {
        message->body.ack.receipt.generation = lane->generation;
    }
}

/** Hands an answer to the brain. */
static void hear(struct sim_office *office, struct tcn_outlane *lane,
                 const struct sim_message *message, int64_t now_ns,
                 struct tcn_outlane_actions *actions) {
    if (is_caught(office, message)) {
        office->forged_count++;
        tcn_outlane_forged(lane, now_ns, actions);
    } else if (message->kind == TCN_KIND_WELCOME) {
        tcn_outlane_welcome(lane, &message->body.welcome, now_ns, actions);
    } else if (message->kind == TCN_KIND_ACK) {
        tcn_outlane_ack(lane, &message->body.ack.receipt, &message->body.ack.ack, now_ns, actions);
    } else if (message->kind == TCN_KIND_AGAIN) {
        tcn_outlane_again(lane, message->session, &message->body.again, now_ns, actions);
    } else if (message->kind == TCN_KIND_REFUSE) {
        take_refuse(lane, message, now_ns, actions);
    }
}

void sim_office_take(struct sim_office *office, const struct sim_message *message, int64_t now_ns) {
    uint32_t index = (uint32_t)(message->request & 1); /* each lane has its own connection */
    struct tcn_outlane *lane = &office->lanes[index];
    struct tcn_outlane_actions actions = {.count = 0};
    if (!office->is_up || !office->is_connected) {
        return;
    }
    struct sim_message heard = *message;
    overlook(office, lane, &heard);
    hear(office, lane, &heard, now_ns, &actions);
    for (uint32_t i = 0; i < actions.count; i++) {
        carry(office, index, &actions.list[i], now_ns);
    }
    TCN_CHECK(tcn_outlane_is_sound(&office->lanes[0]) && tcn_outlane_is_sound(&office->lanes[1]));
}

static void send_hello(struct sim_office *office, uint32_t index, int64_t now_ns) {
    struct tcn_outlane *lane = &office->lanes[index];
    struct sim_message message = {.kind = TCN_KIND_HELLO, .from = office->node, .to = 0};
    message.request = index; /* each lane has its own connection */
    tcn_outlane_hello(lane, now_ns, &message.body.hello);
    message.body.hello.nonce = sim_dice_throw(&office->net->dice);
    struct tcn_hash hash = sim_hello_hash(&message.body.hello);
    sim_net_send(office->net, &message, now_ns);
    tcn_outlane_said(lane, &hash, now_ns, sim_dice_throw(&office->net->dice));
}

static void send_chunk(struct sim_office *office, uint32_t index, uint64_t first, int64_t now_ns) {
    struct tcn_outlane *lane = &office->lanes[index];
    const struct sim_disk_lane *disk = &office->disk.lanes[index];
    const struct sim_chunk *chunk = NULL;
    for (uint32_t i = 0; i < disk->count; i++) {
        if (disk->chunks[i].head.first_sequence == first) {
            chunk = &disk->chunks[i];
        }
    }
    if (chunk == NULL) { /* the collector's mark lies within one of ours: another story */
        struct tcn_outlane_actions actions;
        tcn_outlane_differ(lane, now_ns, &actions);
        for (uint32_t i = 0; i < actions.count; i++) {
            carry(office, index, &actions.list[i], now_ns);
        }
        return;
    }
    struct sim_message message = {.kind = TCN_KIND_CHUNK,
                                  .from = office->node,
                                  .to = 0,
                                  .session = lane->session,
                                  .request = index};
    message.body.chunk = *chunk;
    const struct tcn_outlane_chunk sent = {.first_sequence = first,
                                           .last_sequence = last_sequence(chunk),
                                           .hash = chunk->hash,
                                           .end_hash = end_hash(chunk),
                                           .bytes = 700 * chunk->head.count};
    sim_net_send(office->net, &message, now_ns);
    tcn_outlane_sent(lane, &sent, now_ns);
}

int64_t sim_office_pump(struct sim_office *office, int64_t now_ns) {
    int64_t deadline_ns = INT64_MAX;
    for (uint32_t i = 0; i < LANES && office->is_up; i++) {
        for (int turn = 0; turn < 1000; turn++) {
            struct tcn_outlane_want want = tcn_outlane_want(&office->lanes[i], now_ns);
            if (want.kind == TCN_OUTLANE_WANT_HELLO) {
                send_hello(office, i, now_ns);
            } else if (want.kind == TCN_OUTLANE_WANT_CHUNK) {
                send_chunk(office, i, want.first_sequence, now_ns);
            } else if (want.deadline_ns <= now_ns) {
                tcn_outlane_tick(&office->lanes[i], now_ns, sim_dice_throw(&office->net->dice));
            } else {
                deadline_ns = want.deadline_ns < deadline_ns ? want.deadline_ns : deadline_ns;
                break;
            }
            TCN_CHECK(turn < 999);
        }
    }
    return deadline_ns;
}

bool sim_office_is_drained(const struct sim_office *office) {
    return office->is_up && tcn_outlane_waiting(&office->lanes[0]) == 0 &&
           tcn_outlane_waiting(&office->lanes[1]) == 0;
}
