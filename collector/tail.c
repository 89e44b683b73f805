/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One ring of alerts in log order; the alerts of one stream are linked by slot. Invariants:
 *   T1  slots from `first` on, `count` of them, are in use, positions rising;
 *   T2  a stream's chain, when it has one, holds numbers without a hole and ends at its newest.
 */
#include "collector/tail.h"

#include "base/map.h"

#include <stdlib.h>

#define NO_SLOT UINT32_MAX
#define STREAM_KEY_BYTES 3
/* Every organ in both modes. */
#define STREAMS_MAX (2 * TCN_ORGANS_MAX)

struct slot {
    struct tcn_alert alert;
    uint32_t next; /* the stream's next slot, or NO_SLOT */
};

struct chain {
    struct tcn_stream stream;
    uint32_t first; /* NO_SLOT when nothing of it is in the ring */
    uint32_t last;
    uint64_t head; /* highest number ever */
    bool is_grown;
    struct chain *next_grown;
};

struct tcn_tail {
    struct slot *slots; /* TCN_ALERT_TAIL_MAX */
    uint32_t first;
    uint32_t count;
    struct tcn_map *chains;
    struct chain *grown; /* list of those with is_grown */
    uint64_t dropped_count;
};

static struct tcn_slice stream_key(struct tcn_stream stream, uint8_t out_key[STREAM_KEY_BYTES]) {
    struct tcn_writer writer = tcn_writer_init(out_key, STREAM_KEY_BYTES);
    tcn_write_u8(&writer, (uint8_t)stream.mode);
    tcn_write_u16(&writer, stream.organ);
    return tcn_writer_slice(&writer);
}

static struct chain *find(const struct tcn_tail *tail, struct tcn_stream stream) {
    uint8_t key[STREAM_KEY_BYTES];
    return tcn_map_peek(tail->chains, stream_key(stream, key));
}

enum tcn_status tcn_tail_create(struct tcn_tail **out_tail) {
    struct tcn_tail *tail = calloc(1, sizeof(*tail));
    if (tail == NULL) {
        return TCN_NOMEM;
    }
    tail->slots = calloc(TCN_ALERT_TAIL_MAX, sizeof(*tail->slots));
    enum tcn_status status = tail->slots == NULL ? TCN_NOMEM : TCN_OK;
    if (status == TCN_OK) {
        status = tcn_map_create(STREAMS_MAX, &tail->chains);
    }
    if (status != TCN_OK) {
        tcn_tail_destroy(&tail);
        return status;
    }
    *out_tail = tail;
    return TCN_OK;
}

void tcn_tail_destroy(struct tcn_tail **tail) {
    if (tail == NULL || *tail == NULL) {
        return;
    }
    size_t cursor = 0;
    void *chain = (*tail)->chains == NULL ? NULL : tcn_map_next((*tail)->chains, &cursor);
    while (chain != NULL) {
        free(chain);
        chain = tcn_map_next((*tail)->chains, &cursor);
    }
    tcn_map_destroy(&(*tail)->chains);
    free((*tail)->slots);
    free(*tail);
    *tail = NULL;
}

/* The stream's chain, made when it is new; NULL when there is no room for it. */
static struct chain *chain_of(struct tcn_tail *tail, struct tcn_stream stream) {
    struct chain *chain = find(tail, stream);
    if (chain != NULL) {
        return chain;
    }
    chain = malloc(sizeof(*chain));
    if (chain == NULL) {
        return NULL;
    }
    *chain = (struct chain){.stream = stream, .first = NO_SLOT, .last = NO_SLOT};
    uint8_t key[STREAM_KEY_BYTES];
    if (tcn_map_push(tail->chains, stream_key(stream, key), chain) != TCN_OK) {
        free(chain);
        return NULL;
    }
    return chain;
}

void tcn_tail_push(struct tcn_tail *tail, const struct tcn_alert *alert) {
    struct chain *chain = chain_of(tail, alert->stream);
    if (chain == NULL || tail->count == TCN_ALERT_TAIL_MAX) {
        tail->dropped_count++;
        return;
    }
    const uint32_t index = (tail->first + tail->count) % TCN_ALERT_TAIL_MAX;
    tail->count++;
    tail->slots[index] = (struct slot){.alert = *alert, .next = NO_SLOT};
    const bool follows =
        chain->first != NO_SLOT && tail->slots[chain->last].alert.number + 1 == alert->number;
    if (follows) {
        tail->slots[chain->last].next = index;
    } else {
        chain->first = index; /* a number was lost before this one: T2 */
    }
    chain->last = index;
    if (alert->number > chain->head) {
        chain->head = alert->number;
    }
    if (!chain->is_grown) {
        chain->is_grown = true;
        chain->next_grown = tail->grown;
        tail->grown = chain;
    }
}

void tcn_tail_commit(struct tcn_tail *tail, uint64_t position) {
    while (tail->count > 0 && tail->slots[tail->first].alert.position <= position) {
        struct chain *chain = find(tail, tail->slots[tail->first].alert.stream);
        TCN_CHECK(chain != NULL);
        if (chain->first == tail->first) {
            chain->first = tail->slots[tail->first].next;
        }
        tail->first = (tail->first + 1) % TCN_ALERT_TAIL_MAX;
        tail->count--;
    }
}

size_t tcn_tail_get(const struct tcn_tail *tail, struct tcn_stream stream, uint64_t number,
                    struct tcn_alert *out_alerts, size_t count_max) {
    const struct chain *chain = find(tail, stream);
    uint32_t index = chain == NULL ? NO_SLOT : chain->first;
    size_t count = 0;
    while (index != NO_SLOT && count < count_max) {
        const struct tcn_alert *alert = &tail->slots[index].alert;
        if (alert->number > number && count == 0) {
            return 0;
        }
        if (alert->number >= number) {
            out_alerts[count] = *alert;
            count++;
        }
        index = tail->slots[index].next;
    }
    return count;
}

uint64_t tcn_tail_head(const struct tcn_tail *tail, struct tcn_stream stream) {
    const struct chain *chain = find(tail, stream);
    return chain == NULL ? 0 : chain->head;
}

bool tcn_tail_grown(struct tcn_tail *tail, struct tcn_stream *out_stream, uint64_t *out_head) {
    struct chain *chain = tail->grown;
    if (chain == NULL) {
        return false;
    }
    tail->grown = chain->next_grown;
    chain->is_grown = false;
    chain->next_grown = NULL;
    *out_stream = chain->stream;
    *out_head = chain->head;
    return true;
}

size_t tcn_tail_count(const struct tcn_tail *tail) {
    return tail->count;
}

uint64_t tcn_tail_dropped(const struct tcn_tail *tail) {
    return tail->dropped_count;
}
