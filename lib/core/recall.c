/* SPDX-License-Identifier: Apache-2.0 */
#include "core/recall.h"

#include "base/arena.h"
#include "base/map.h"

#include <string.h>

/* An erasure: an entry without what only others have. */
struct erased {
    struct tcn_lane_key lane;
    uint64_t sequence;
    struct tcn_hash hash;
    uint64_t generation;
    uint64_t position;
};

struct tcn_recall {
    struct tcn_arena arena; /* holds this */
    struct tcn_map *hashes; /* of erased events -> struct erased */
    size_t erased_count;
    struct erased erased[TCN_RECALL_ERASED_MAX]; /* in no order */
    size_t count;
    size_t fork_count; /* of GENERATIONs, which stand first */
    struct tcn_journal_entry entries[TCN_RECALL_ENTRIES_MAX];
};

enum tcn_status tcn_recall_create(struct tcn_recall **out_recall) {
    struct tcn_arena arena = {0};
    const enum tcn_status status = tcn_arena_init(&arena, sizeof(struct tcn_recall));
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_recall *recall = tcn_arena_alloc(&arena, sizeof(*recall));
    TCN_CHECK(recall != NULL);
    recall->arena = arena; /* from here on this copy is the one that counts */
    recall->count = 0;
    recall->fork_count = 0;
    recall->erased_count = 0;
    recall->hashes = NULL;
    const enum tcn_status made = tcn_map_create(TCN_RECALL_ERASED_MAX, &recall->hashes);
    if (made != TCN_OK) {
        tcn_recall_destroy(&recall);
        return made;
    }
    *out_recall = recall;
    return TCN_OK;
}

void tcn_recall_destroy(struct tcn_recall **recall) {
    if (recall != NULL && *recall != NULL) {
        struct tcn_arena arena = (*recall)->arena;
        tcn_map_destroy(&(*recall)->hashes);
        tcn_arena_fini(&arena);
        *recall = NULL;
    }
}

/* One that is no GENERATION; their order is no matter. */
static void drop_at(struct tcn_recall *recall, size_t index) {
    recall->count--;
    recall->entries[index] = recall->entries[recall->count];
}

static void remove_oldest_fork(struct tcn_recall *recall) {
    memmove(&recall->entries[0], &recall->entries[1],
            (recall->count - 1) * sizeof(recall->entries[0]));
    recall->count--;
    recall->fork_count--;
}

/* True when both are about the same principal's rights, or the same source. */
static bool is_same_matter(const struct tcn_journal_entry *left,
                           const struct tcn_journal_entry *right) {
    const bool is_epoch = left->kind == TCN_JOURNAL_EPOCH;
    if (is_epoch != (right->kind == TCN_JOURNAL_EPOCH)) {
        return false;
    }
    return is_epoch ? left->lane.source == right->lane.source : left->principal == right->principal;
}

/* R1, R2: what comes takes the place of what was, at the end. */
static enum tcn_status put(struct tcn_recall *recall, const struct tcn_journal_entry *entry) {
    for (size_t i = recall->fork_count; i < recall->count; i++) {
        if (!is_same_matter(&recall->entries[i], entry)) {
            continue;
        }
        if (recall->entries[i].kind == TCN_JOURNAL_REVOKED && entry->kind == TCN_JOURNAL_ENDS) {
            return TCN_OK;
        }
        drop_at(recall, i);
        break;
    }
    if (recall->count == TCN_RECALL_ENTRIES_MAX) {
        return TCN_LIMIT;
    }
    recall->entries[recall->count] = *entry;
    recall->count++;
    return TCN_OK;
}

static struct tcn_slice hash_slice(const struct tcn_hash *hash) {
    return tcn_slice_of(hash->bytes, sizeof(hash->bytes));
}

static struct erased *find_erased(const struct tcn_recall *recall, const struct tcn_hash *hash) {
    return tcn_map_peek(recall->hashes, hash_slice(hash));
}

/* The last one takes its place. */
static void forget_erased(struct tcn_recall *recall, struct erased *erased) {
    struct erased *last = &recall->erased[recall->erased_count - 1];
    (void)tcn_map_pop(recall->hashes, hash_slice(&erased->hash));
    if (erased != last) {
        *erased = *last;
        const enum tcn_status status =
            tcn_map_push(recall->hashes, hash_slice(&erased->hash), erased);
        TCN_CHECK(status == TCN_OK); /* it was there */
    }
    recall->erased_count--;
}

static struct erased *oldest_erased(struct tcn_recall *recall) {
    struct erased *oldest = &recall->erased[0];
    for (size_t i = 1; i < recall->erased_count; i++) {
        struct erased *erased = &recall->erased[i];
        const bool is_older = erased->generation != oldest->generation
                                  ? erased->generation < oldest->generation
                                  : erased->position < oldest->position;
        oldest = is_older ? erased : oldest;
    }
    return oldest;
}

/* R6 */
static enum tcn_status put_erased(struct tcn_recall *recall,
                                  const struct tcn_journal_entry *entry) {
    struct erased *erased = find_erased(recall, &entry->hash);
    if (erased == NULL) {
        if (recall->erased_count == TCN_RECALL_ERASED_MAX) {
            forget_erased(recall, oldest_erased(recall));
        }
        erased = &recall->erased[recall->erased_count];
        const enum tcn_status status =
            tcn_map_push(recall->hashes, hash_slice(&entry->hash), erased);
        if (status != TCN_OK) {
            return status;
        }
        recall->erased_count++;
    }
    *erased = (struct erased){.lane = entry->lane,
                              .sequence = entry->sequence,
                              .hash = entry->hash,
                              .generation = entry->generation,
                              .position = entry->position};
    return TCN_OK;
}

/* R3: a generation has begun behind a fork. */
static void give_up(struct tcn_recall *recall, const struct tcn_journal_entry *begun) {
    size_t index = recall->fork_count;
    while (index < recall->count) {
        const struct tcn_journal_entry *entry = &recall->entries[index];
        if (entry->generation < begun->generation && entry->position > begun->position) {
            drop_at(recall, index);
        } else {
            index++;
        }
    }
    index = 0;
    while (index < recall->erased_count) {
        struct erased *erased = &recall->erased[index];
        if (erased->generation < begun->generation && erased->position > begun->position) {
            forget_erased(recall, erased);
        } else {
            index++;
        }
    }
}

static enum tcn_status take_generation(struct tcn_recall *recall,
                                       const struct tcn_journal_entry *entry) {
    size_t index = 0;
    while (index < recall->fork_count && recall->entries[index].generation < entry->generation) {
        index++;
    }
    const bool is_there =
        index < recall->fork_count && recall->entries[index].generation == entry->generation;
    if (is_there && recall->entries[index].stage > entry->stage) {
        return TCN_OK;
    }
    if (!is_there) {
        if (recall->fork_count == TCN_RECALL_FORKS_MAX) { /* the oldest says nothing any more */
            remove_oldest_fork(recall);
            index -= index > 0 ? 1 : 0;
        }
        if (recall->count == TCN_RECALL_ENTRIES_MAX) {
            return TCN_LIMIT;
        }
        memmove(&recall->entries[index + 1], &recall->entries[index],
                (recall->count - index) * sizeof(recall->entries[0]));
        recall->count++;
        recall->fork_count++;
    }
    recall->entries[index] = *entry;
    if (entry->stage == TCN_JOURNAL_BEGUN) {
        give_up(recall, entry);
    }
    return TCN_OK;
}

enum tcn_status tcn_recall_take(struct tcn_recall *recall, const struct tcn_journal_entry *entry) {
    TCN_CHECK(recall != NULL && entry != NULL);
    switch (entry->kind) {
    case TCN_JOURNAL_GENERATION:
        return entry->generation == 0 || entry->stage < TCN_JOURNAL_RESERVED ||
                       entry->stage > TCN_JOURNAL_BEGUN
                   ? TCN_BAD_VALUE
                   : take_generation(recall, entry);
    case TCN_JOURNAL_REVOKED:
    case TCN_JOURNAL_ENDS:
        return entry->principal == 0 ? TCN_BAD_VALUE : put(recall, entry);
    case TCN_JOURNAL_EPOCH:
        return entry->lane.source == 0 || entry->lane.epoch == 0 ? TCN_BAD_VALUE
                                                                 : put(recall, entry);
    case TCN_JOURNAL_ERASED:
        return entry->lane.epoch == 0 || entry->sequence == 0 ? TCN_BAD_VALUE
                                                              : put_erased(recall, entry);
    case TCN_JOURNAL_NONE:
    default:
        return TCN_BAD_VALUE;
    }
}

const struct tcn_journal_entry *tcn_recall_entries(const struct tcn_recall *recall,
                                                   size_t *out_count) {
    *out_count = recall->count;
    return recall->entries;
}

size_t tcn_recall_erased_count(const struct tcn_recall *recall) {
    return recall->erased_count;
}

struct tcn_journal_entry tcn_recall_erased_at(const struct tcn_recall *recall, size_t index) {
    TCN_CHECK(index < recall->erased_count);
    const struct erased *erased = &recall->erased[index];
    return (struct tcn_journal_entry){.kind = TCN_JOURNAL_ERASED,
                                      .generation = erased->generation,
                                      .position = erased->position,
                                      .lane = erased->lane,
                                      .sequence = erased->sequence,
                                      .hash = erased->hash};
}

bool tcn_recall_is_erased(const struct tcn_recall *recall, const struct tcn_hash *hash) {
    return find_erased(recall, hash) != NULL;
}

size_t tcn_recall_erased_of(const struct tcn_recall *recall, const struct tcn_lane_key *lane,
                            struct tcn_erased out_erased[TCN_WELCOME_ERASED_MAX]) {
    size_t count = 0;
    for (size_t i = 0; i < recall->erased_count; i++) {
        const struct tcn_erased next = {.sequence = recall->erased[i].sequence,
                                        .hash = recall->erased[i].hash};
        size_t at = count;
        if (!tcn_lane_key_equals(&recall->erased[i].lane, lane)) {
            continue;
        }
        while (at > 0 && out_erased[at - 1].sequence > next.sequence) {
            at--;
        }
        if (count < TCN_WELCOME_ERASED_MAX) {
            memmove(&out_erased[at + 1], &out_erased[at], (count - at) * sizeof(out_erased[0]));
            count++;
        } else if (at == 0) { /* lower than all that there is room for */
            continue;
        } else {
            at--;
            memmove(&out_erased[0], &out_erased[1], at * sizeof(out_erased[0]));
        }
        out_erased[at] = next;
    }
    return count;
}

static uint64_t highest(const struct tcn_recall *recall, enum tcn_journal_stage stage) {
    for (size_t i = recall->fork_count; i > 0; i--) {
        if (recall->entries[i - 1].stage >= stage) {
            return recall->entries[i - 1].generation;
        }
    }
    return 0;
}

uint64_t tcn_recall_last_generation(const struct tcn_recall *recall) {
    return highest(recall, TCN_JOURNAL_RESERVED);
}

uint64_t tcn_recall_begun_generation(const struct tcn_recall *recall) {
    return highest(recall, TCN_JOURNAL_BEGUN);
}

bool tcn_recall_fork(const struct tcn_recall *recall, uint64_t generation, uint64_t *out_position) {
    for (size_t i = 0; i < recall->fork_count; i++) {
        const struct tcn_journal_entry *entry = &recall->entries[i];
        if (entry->generation == generation && entry->stage >= TCN_JOURNAL_FORKED) {
            *out_position = entry->position;
            return true;
        }
    }
    return false;
}
