/* SPDX-License-Identifier: Apache-2.0 */
#include "net.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

/** A message on its way. */
struct sim_flying {
    int64_t due_ns;
    uint64_t order;
    struct sim_message message;
};

/* Source: Vigna's splitmix64. */
uint64_t sim_dice_throw(struct sim_dice *dice) {
    dice->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t value = dice->state;
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

uint64_t sim_dice_below(struct sim_dice *dice, uint64_t bound) {
    return bound == 0 ? 0 : sim_dice_throw(dice) % bound;
}

bool sim_dice_hits(struct sim_dice *dice, uint32_t parts) {
    return sim_dice_below(dice, 1000) < parts;
}

struct tcn_hash sim_hash(const struct tcn_hash *before, const void *data, size_t size) {
    struct tcn_hash hash = {{0}};
    struct tcn_slice first = tcn_slice_of(before->bytes, sizeof(before->bytes));
    uint64_t sum = tcn_checksum_pair(first, tcn_slice_of(data, size));
    sum = sum == 0 ? 1 : sum;
    memcpy(hash.bytes, &sum, sizeof(sum));
    return hash;
}

struct tcn_hash sim_hello_hash(const struct tcn_hello *hello) {
    return sim_hash(&hello->last_hash, &hello->nonce, sizeof(hello->nonce));
}

void sim_net_trace(struct sim_net *net, uint64_t value) {
    net->trace = tcn_checksum_pair(tcn_slice_of(&net->trace, sizeof(net->trace)),
                                   tcn_slice_of(&value, sizeof(value)));
}

void sim_net_init(struct sim_net *net, uint64_t seed) {
    memset(net, 0, sizeof(*net));
    net->dice.state = seed;
    net->weather = (struct sim_weather){.delay_min_ns = SIM_MS, .delay_max_ns = 20 * SIM_MS};
}

void sim_net_fini(struct sim_net *net) {
    free(net->heap);
    net->heap = NULL;
}

static bool is_before(const struct sim_flying *left, const struct sim_flying *right) {
    return left->due_ns != right->due_ns ? left->due_ns < right->due_ns
                                         : left->order < right->order;
}

static void swap(struct sim_flying *left, struct sim_flying *right) {
    struct sim_flying kept = *left;
    *left = *right;
    *right = kept;
}

static void push(struct sim_net *net, const struct sim_message *message, int64_t due_ns) {
    if (net->count == net->capacity) {
        size_t capacity = net->capacity == 0 ? 64 : net->capacity * 2;
        struct sim_flying *heap = realloc(net->heap, capacity * sizeof(*heap));
        if (heap == NULL) {
            abort();
        }
        net->heap = heap;
        net->capacity = capacity;
    }
    size_t index = net->count;
    net->sent++;
    net->heap[index] =
        (struct sim_flying){.due_ns = due_ns, .order = net->sent, .message = *message};
    net->count++;
    while (index > 0 && is_before(&net->heap[index], &net->heap[(index - 1) / 2])) {
        swap(&net->heap[index], &net->heap[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
}

static void pop(struct sim_net *net) {
    size_t index = 0;
    net->count--;
    net->heap[0] = net->heap[net->count];
    for (;;) {
        size_t least = index;
        for (size_t child = 2 * index + 1; child <= 2 * index + 2; child++) {
            if (child < net->count && is_before(&net->heap[child], &net->heap[least])) {
                least = child;
            }
        }
        if (least == index) {
            return;
        }
        swap(&net->heap[index], &net->heap[least]);
        index = least;
    }
}

void sim_net_send(struct sim_net *net, const struct sim_message *message, int64_t now_ns) {
    uint32_t copies = sim_dice_hits(&net->dice, net->weather.doubling) ? 2 : 1;
    for (uint32_t i = 0; i < copies; i++) {
        if (sim_dice_hits(&net->dice, net->weather.loss)) {
            continue;
        }
        int64_t span_ns = net->weather.delay_max_ns - net->weather.delay_min_ns + 1;
        int64_t delay_ns =
            net->weather.delay_min_ns + (int64_t)sim_dice_below(&net->dice, (uint64_t)span_ns);
        int64_t due_ns = now_ns + delay_ns;
        int64_t *last_ns = &net->last_ns[message->from][message->to];
        if (!sim_dice_hits(&net->dice, net->weather.turning) && due_ns < *last_ns) {
            due_ns = *last_ns; /* a connection keeps its order */
        }
        *last_ns = due_ns > *last_ns ? due_ns : *last_ns;
        push(net, message, due_ns);
    }
}

bool sim_net_take(struct sim_net *net, int64_t now_ns, struct sim_message *out_message) {
    while (net->count > 0 && net->heap[0].due_ns <= now_ns) {
        *out_message = net->heap[0].message;
        uint64_t due_ns = (uint64_t)net->heap[0].due_ns;
        pop(net);
        if (!net->is_parted[out_message->from] && !net->is_parted[out_message->to]) {
            sim_net_trace(net, due_ns);
            sim_net_trace(net, ((uint64_t)out_message->kind << 32) | (out_message->from << 8) |
                                   out_message->to);
            return true;
        }
    }
    return false;
}

int64_t sim_net_due(const struct sim_net *net) {
    return net->count > 0 ? net->heap[0].due_ns : INT64_MAX;
}
