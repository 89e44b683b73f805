/* SPDX-License-Identifier: Apache-2.0 */
#include "liar.h"

#include <string.h>

/** An answer in the collector's name. */
static struct sim_message answer_to(const struct sim_message *message, enum tcn_kind kind) {
    struct sim_message answer = {.kind = kind,
                                 .from = 0,
                                 .to = message->from,
                                 .session = message->session,
                                 .request = message->request,
                                 .is_forged = true};
    return answer;
}

static void tell(struct sim_liar *liar, enum sim_lie lie, const struct sim_message *answer,
                 int64_t now_ns) {
    liar->counts[lie]++;
    sim_net_send(liar->net, answer, now_ns);
}

/** A mark as low or as high as it likes, of an epoch that is over or not. */
static void forge_welcome(struct sim_liar *liar, const struct sim_message *message,
                          int64_t now_ns) {
    const struct tcn_hello *hello = &message->body.hello;
    struct sim_message answer = answer_to(message, TCN_KIND_WELCOME);
    struct tcn_welcome welcome = {.session = sim_dice_throw(&liar->net->dice) | 1,
                                  .log_id = hello->log_id,
                                  .generation = 1,
                                  .credit_sequence = UINT64_MAX / 2,
                                  .credit_bytes = 20000,
                                  .is_fenced = sim_dice_hits(&liar->net->dice, 500),
                                  .hello_hash = sim_hello_hash(hello)};
    uint64_t what = sim_dice_below(&liar->net->dice, 4);
    if (what == 1) {
        welcome.mark_sequence = hello->last_sequence;
        welcome.mark_hash = hello->last_hash;
    } else if (what == 2) {
        welcome.mark_sequence = hello->acked_sequence;
        welcome.mark_hash = hello->acked_hash;
    } else if (what == 3) {
        welcome.mark_sequence = hello->last_sequence + 7;
        welcome.mark_hash = hello->last_hash;
    }
    answer.body.welcome = welcome;
    tell(liar, SIM_LIE_WELCOME, &answer, now_ns);
}

static void forge_ack(struct sim_liar *liar, const struct sim_message *message, int64_t now_ns) {
    const struct sim_chunk *chunk = &message->body.chunk;
    struct sim_message answer = answer_to(message, TCN_KIND_ACK);
    answer.body.ack.receipt =
        (struct tcn_receipt_body){.format = TCN_RECEIPT_FORMAT,
                                  .log_id = chunk->head.log_id,
                                  .generation = 1,
                                  .lane = chunk->head.lane,
                                  .first_sequence = chunk->head.first_sequence,
                                  .count = chunk->head.count,
                                  .first_position = 1 + sim_dice_below(&liar->net->dice, 1000),
                                  .chunk_hash = chunk->hash};
    answer.body.ack.ack.credit_sequence = UINT64_MAX / 2;
    answer.body.ack.ack.credit_bytes = 20000;
    tell(liar, SIM_LIE_ACK, &answer, now_ns);
}

static void forge_refuse(struct sim_liar *liar, const struct sim_message *message, int64_t now_ns) {
    const struct sim_chunk *chunk = &message->body.chunk;
    struct sim_message answer = answer_to(message, TCN_KIND_REFUSE);
    memset(&answer.body.refuse, 0, sizeof(answer.body.refuse));
    answer.body.refuse.first_sequence = chunk->head.first_sequence;
    answer.body.refuse.count = 1;
    answer.body.refuse.sequences[0] = chunk->head.first_sequence;
    answer.body.refuse.asked_hash = chunk->hash;
    tell(liar, SIM_LIE_REFUSE, &answer, now_ns);
}

static void forge_again(struct sim_liar *liar, const struct sim_message *message, int64_t now_ns) {
    struct sim_message answer = answer_to(message, TCN_KIND_AGAIN);
    answer.body.again =
        (struct tcn_again){.code = TCN_CONFLICT, .asked_hash = message->body.chunk.hash};
    tell(liar, SIM_LIE_AGAIN, &answer, now_ns);
}

/** True when a kept answer would fit what is asked now. */
static bool fits(const struct sim_message *kept, const struct sim_message *message) {
    if (kept->to != message->from || (kept->request & 1) != (message->request & 1)) {
        return false;
    }
    if (message->kind == TCN_KIND_HELLO) {
        return kept->kind == TCN_KIND_WELCOME;
    }
    return kept->kind == TCN_KIND_ACK &&
           tcn_hash_equals(&kept->body.ack.receipt.chunk_hash, &message->body.chunk.hash);
}

/** Answers with something genuine and old; false when it has nothing that fits. */
static bool say_again(struct sim_liar *liar, const struct sim_message *message, int64_t now_ns) {
    uint64_t count = liar->kept_count < SIM_LIAR_KEPT ? liar->kept_count : SIM_LIAR_KEPT;
    uint64_t start = sim_dice_below(&liar->net->dice, count);
    for (uint64_t i = 0; i < count; i++) {
        struct sim_message answer = liar->kept[(start + i) % count];
        if (fits(&answer, message)) {
            bool is_welcome = answer.kind == TCN_KIND_WELCOME;
            answer.request = message->request;
            answer.session = is_welcome ? answer.session : message->session;
            tell(liar, is_welcome ? SIM_LIE_OLD_WELCOME : SIM_LIE_OLD_ACK, &answer, now_ns);
            return true;
        }
    }
    return false;
}

/** What it tells now. */
static enum sim_lie choose(struct sim_liar *liar) {
    if (liar->favourite != SIM_LIE_COUNT && sim_dice_hits(&liar->net->dice, 500)) {
        return liar->favourite;
    }
    return (enum sim_lie)sim_dice_below(&liar->net->dice, SIM_LIE_COUNT);
}

bool sim_liar_take(struct sim_liar *liar, const struct sim_message *message, int64_t now_ns) {
    bool is_up = message->to == 0;
    if (!liar->is_on || message->is_forged) {
        return false;
    }
    if (!is_up && (message->kind == TCN_KIND_WELCOME || message->kind == TCN_KIND_ACK)) {
        liar->kept[liar->kept_count % SIM_LIAR_KEPT] = *message;
        liar->kept_count++;
        return sim_dice_hits(&liar->net->dice, 50);
    }
    bool is_lane = message->kind == TCN_KIND_HELLO || message->kind == TCN_KIND_CHUNK;
    if (!is_up || !is_lane || !sim_dice_hits(&liar->net->dice, 200)) {
        return false;
    }
    enum sim_lie lie = choose(liar);
    bool is_old = lie == SIM_LIE_OLD_WELCOME || lie == SIM_LIE_OLD_ACK;
    if (is_old && say_again(liar, message, now_ns)) {
        return true;
    }
    if (message->kind == TCN_KIND_HELLO) {
        forge_welcome(liar, message, now_ns);
    } else if (lie == SIM_LIE_REFUSE) {
        forge_refuse(liar, message, now_ns);
    } else if (lie == SIM_LIE_AGAIN) {
        forge_again(liar, message, now_ns);
    } else {
        forge_ack(liar, message, now_ns);
    }
    return sim_dice_hits(&liar->net->dice, 700); /* else the collector gets it, too */
}
