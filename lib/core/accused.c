/* SPDX-License-Identifier: Apache-2.0 */
#include "core/accused.h"

#include "core/route.h"

#include <string.h>

/** Two on the list at first, and one for each of them that is struck. */
_Static_assert(2 <= TCN_GUARD_ORGANS_MAX, "the list fits");

/** Some of the policy's organs, by their places in it. */
struct marks {
    bool is_set[TCN_ORGANS_MAX];
};

/** The place of an organ in the policy; the count when it is none of it. */
static uint32_t place_of(const struct tcn_policy *policy, uint16_t number) {
    const struct tcn_organ *organ = number != 0 ? tcn_policy_organ(policy, number) : NULL;
    return organ != NULL ? (uint32_t)(organ - policy->organs) : policy->organ_count;
}

static bool is_marked(const struct tcn_policy *policy, const struct marks *marks, uint16_t number) {
    const uint32_t place = place_of(policy, number);
    return place < policy->organ_count && marks->is_set[place];
}

/** Marks an organ; true when it was not marked before. */
static bool mark(const struct tcn_policy *policy, struct marks *marks, uint16_t number) {
    const uint32_t place = place_of(policy, number);
    const bool is_new = place < policy->organ_count && !marks->is_set[place];
    if (is_new) {
        marks->is_set[place] = true;
    }
    return is_new;
}

/** Marks what is below the marked, or above them, until nothing is new: each round marks one organ
 * at least, so there are no more rounds than organs, whatever circles a policy has. */
static void spread(const struct tcn_policy *policy, struct marks *marks, bool is_upward) {
    bool is_new = true;
    for (uint32_t round = 0; is_new && round < policy->organ_count; round++) {
        is_new = false;
        for (uint32_t i = 0; i < policy->organ_count; i++) {
            const struct tcn_organ *organ = &policy->organs[i];
            if (is_upward && marks->is_set[i]) {
                is_new = mark(policy, marks, organ->line_parent) || is_new;
                is_new = mark(policy, marks, organ->place_parent) || is_new;
            }
            if (!is_upward && !marks->is_set[i] &&
                (is_marked(policy, marks, organ->line_parent) ||
                 is_marked(policy, marks, organ->place_parent))) {
                marks->is_set[i] = true;
                is_new = true;
            }
        }
    }
}

bool tcn_accused_excludes(const struct tcn_accused *accused, uint16_t organ) {
    for (uint32_t i = 0; i < accused->excluded_count; i++) {
        if (accused->excluded[i] == organ) {
            return true;
        }
    }
    return false;
}

/** Adds an organ unless it is there already, or 0. */
static void add(struct tcn_accused *accused, uint16_t organ) {
    bool is_there = organ == 0 || accused->list_count == TCN_GUARD_ORGANS_MAX;
    for (uint32_t i = 0; i < accused->list_count && !is_there; i++) {
        is_there = accused->list[i] == organ;
    }
    if (!is_there) {
        accused->list[accused->list_count] = organ;
        accused->list_count++;
    }
}

/** The first organ up one chain that may hear of it; 0 when there is none. */
static uint16_t next_free(const struct tcn_policy *policy, const struct tcn_accused *accused,
                          const struct tcn_organ *from, bool is_line) {
    const struct tcn_organ *at = from;
    for (uint32_t step = 0; at != NULL && step < policy->organ_count; step++) {
        at = tcn_policy_organ(policy, is_line ? at->line_parent : at->place_parent);
        if (at != NULL && at->number != 0 && !tcn_accused_excludes(accused, at->number)) {
            return at->number;
        }
    }
    return 0;
}

/** Adds an organ of the list, or who comes in its place (X4). */
static void add_or_next(const struct tcn_policy *policy, uint16_t organ,
                        struct tcn_accused *accused) {
    if (organ == 0 || !tcn_accused_excludes(accused, organ)) {
        add(accused, organ);
        return;
    }
    const struct tcn_organ *struck = tcn_policy_organ(policy, organ);
    const uint16_t by_line = next_free(policy, accused, struck, true);
    add(accused, by_line != 0 ? by_line : next_free(policy, accused, struck, false));
}

void tcn_accused_find(const struct tcn_policy *policy, const uint16_t *organs, uint32_t count,
                      struct tcn_accused *out_accused) {
    TCN_CHECK(policy->organ_count <= TCN_ORGANS_MAX);
    const struct tcn_organ *found = tcn_policy_discipline(policy);
    const uint16_t discipline = found != NULL ? found->number : 0;
    struct marks below = {.is_set = {false}};
    for (uint32_t i = 0; i < count; i++) {
        (void)mark(policy, &below, organs[i]);
    }
    struct marks above = below;
    spread(policy, &below, false);
    spread(policy, &above, true);
    memset(out_accused, 0, sizeof(*out_accused));
    for (uint32_t i = 0; i < policy->organ_count; i++) {
        const uint16_t number = policy->organs[i].number;
        const bool is_above =
            above.is_set[i] && number != policy->desk && number != discipline; /* X3 */
        if (below.is_set[i] || is_above) {
            out_accused->excluded[out_accused->excluded_count] = number;
            out_accused->excluded_count++;
        }
    }
    add_or_next(policy, discipline, out_accused);
    add_or_next(policy, policy->desk, out_accused);
}

/** The text up to a byte, or the whole of it; `rest` becomes what stands behind that byte. */
static struct tcn_slice cut(struct tcn_slice *rest, uint8_t at) {
    if (rest->size == 0) {
        return *rest;
    }
    const uint8_t *end = memchr(rest->data, at, rest->size);
    const size_t size = end != NULL ? (size_t)(end - rest->data) : rest->size;
    const struct tcn_slice front = tcn_slice_of(rest->data, size);
    const size_t taken = end != NULL ? size + 1 : size;
    *rest = tcn_slice_of(rest->data + taken, rest->size - taken);
    return front;
}

/** Keeps one named organ. */
static void keep(const struct tcn_policy *policy, struct tcn_slice id,
                 struct tcn_accused_named *named) {
    const struct tcn_organ *organ = tcn_policy_organ_by_id(policy, id);
    bool is_there = false;
    for (uint32_t i = 0; organ != NULL && i < named->count && !is_there; i++) {
        is_there = named->organs[i] == organ->number;
    }
    const bool is_kept = organ != NULL && !is_there && named->count < TCN_ACCUSED_ORGANS_MAX;
    if (is_kept) {
        named->organs[named->count] = organ->number;
        named->count++;
    } else if (!is_there && named->strange.size == 0) {
        named->strange = id;
    }
}

void tcn_accused_read(const struct tcn_policy *policy, struct tcn_slice text,
                      struct tcn_accused_named *out_named) {
    const size_t label_size = sizeof(TCN_ACCUSED_LABEL) - 1;
    struct tcn_slice line = cut(&text, '\n');
    memset(out_named, 0, sizeof(*out_named));
    if (line.size < label_size || memcmp(line.data, TCN_ACCUSED_LABEL, label_size) != 0) {
        return;
    }
    line = tcn_slice_of(line.data + label_size, line.size - label_size);
    while (line.size > 0) { /* each round takes a byte at least */
        struct tcn_slice id = cut(&line, ',');
        while (id.size > 0 && id.data[0] == ' ') {
            id = tcn_slice_of(id.data + 1, id.size - 1);
        }
        if (id.size > 0) {
            keep(policy, id, out_named);
        }
    }
}
