/* SPDX-License-Identifier: Apache-2.0 */
#include "query/trail_inside.h"

#include "base/text.h"
#include "core/guard.h"
#include "wire/frame.h"

#include <stdlib.h>
#include <string.h>

bool tcn_trail_concerns(const struct tcn_trail_making *making, uint16_t organ) {
    return organ != 0 && (making->organs[organ / 8] & (1u << (organ % 8))) != 0;
}

void tcn_trail_add_organ(struct tcn_trail_making *making, uint16_t organ) {
    making->organs[organ / 8] = (uint8_t)(making->organs[organ / 8] | (1u << (organ % 8)));
}

struct tcn_trail_fact *tcn_trail_add_fact(struct tcn_trail *trail,
                                          const struct tcn_trail_fact *fact) {
    if (trail->fact_count == TCN_TRAIL_FACTS_MAX) {
        trail->lost_count++;
        return NULL;
    }
    struct tcn_trail_fact *row = &trail->facts[trail->fact_count];
    trail->fact_count++;
    *row = *fact;
    return row;
}

void tcn_trail_add_known(struct tcn_trail *trail, const struct tcn_trail_known *known) {
    if (trail->known_count == TCN_TRAIL_KNOWN_MAX) {
        trail->lost_count++;
        return;
    }
    trail->known[trail->known_count] = *known;
    trail->known_count++;
}

void tcn_trail_add_note(struct tcn_trail *trail, const struct tcn_trail_note *note) {
    if (trail->note_count == TCN_TRAIL_NOTES_MAX) {
        trail->lost_count++;
        return;
    }
    trail->notes[trail->note_count] = *note;
    trail->note_count++;
}

void tcn_trail_word(struct tcn_slice text, char out_word[TCN_WORD_BYTES_MAX + 1]) {
    const struct tcn_slice front = tcn_text_front(text, TCN_WORD_BYTES_MAX);
    memset(out_word, 0, TCN_WORD_BYTES_MAX + 1);
    if (front.size > 0) {
        memcpy(out_word, front.data, front.size);
    }
}

static bool is_end(const struct tcn_trail_fact *fact) {
    return fact->fired.kind != TCN_DUE_NONE;
}

/* Ends stand before the event with which they came. */
static int order_facts(const void *left, const void *right) {
    const struct tcn_trail_fact *a = left;
    const struct tcn_trail_fact *b = right;
    if (a->position != b->position) {
        return a->position < b->position ? -1 : 1;
    }
    if (is_end(a) != is_end(b)) {
        return is_end(a) ? -1 : 1;
    }
    if (a->fired.due_ns != b->fired.due_ns) {
        return a->fired.due_ns < b->fired.due_ns ? -1 : 1;
    }
    if (a->fired.rule != b->fired.rule) {
        return a->fired.rule < b->fired.rule ? -1 : 1;
    }
    return (a->fired.stage > b->fired.stage) - (a->fired.stage < b->fired.stage);
}

static int order_known(const void *left, const void *right) {
    const struct tcn_trail_known *a = left;
    const struct tcn_trail_known *b = right;
    if (a->fact != b->fact) {
        return a->fact < b->fact ? -1 : 1;
    }
    return (a->organ > b->organ) - (a->organ < b->organ);
}

/** Brings facts into the order of the log, and what names them by index along.
 * Errors: TCN_NOMEM. */
static enum tcn_status sort(struct tcn_trail *trail) {
    uint32_t *places = calloc((size_t)trail->fact_count + 1, sizeof(*places));
    uint64_t *subjects = calloc((size_t)trail->fact_count + 1, sizeof(*subjects));
    struct tcn_trail_fact *facts = trail->facts;
    if (places == NULL || subjects == NULL) {
        free(places);
        free(subjects);
        return TCN_NOMEM;
    }
    for (uint32_t i = 0; i < trail->fact_count; i++) {
        subjects[i] = facts[i].fired.subject;
        facts[i].fired.subject = i; /* its place so far, while it is sorted */
    }
    qsort(facts, trail->fact_count, sizeof(*facts), order_facts);
    for (uint32_t i = 0; i < trail->fact_count; i++) {
        const uint64_t place = facts[i].fired.subject;
        places[place] = i;
        facts[i].fired.subject = subjects[place];
    }
    free(subjects);
    for (uint32_t i = 0; i < trail->known_count; i++) {
        trail->known[i].fact = places[trail->known[i].fact];
    }
    qsort(trail->known, trail->known_count, sizeof(*trail->known), order_known);
    free(places);
    return TCN_OK;
}

/** The first act of an organ behind what it was told: from then on somebody had it in hand. */
static void find_acts(struct tcn_trail *trail) {
    for (uint32_t i = 0; i < trail->known_count; i++) {
        struct tcn_trail_known *known = &trail->known[i];
        bool is_found = known->is_own;
        for (uint32_t j = known->fact + 1; j < trail->fact_count && !is_found; j++) {
            const struct tcn_trail_fact *fact = &trail->facts[j];
            is_found = !is_end(fact) && fact->organ == known->organ && fact->code == TCN_OK;
            if (is_found) {
                known->acted_position = fact->position;
                known->acted_ns = fact->log_time_ns;
                known->acted = fact->act;
                memcpy(known->acted_post, fact->post, sizeof(known->acted_post));
            }
        }
    }
}

/** Which matter it is, as the state has it. */
static enum tcn_status find_matter(const struct tcn_trail_options *options,
                                   struct tcn_trail *trail) {
    struct tcn_applied applied;
    enum tcn_status status =
        tcn_state_matter_by_id(options->state_reader, &options->matter, &trail->matter);
    if (status == TCN_OK && tcn_guard_has(&trail->matter) && !options->shows_guarded) {
        return TCN_ABSENT;
    }
    if (status == TCN_OK) {
        status = tcn_state_applied(options->state_reader, &applied);
    }
    if (status == TCN_OK) {
        trail->last_position = applied.position;
        trail->last_ns = applied.log_time_ns;
        trail->policy_version = applied.policy_version;
    }
    return status;
}

static enum tcn_status gather(struct tcn_trail_making *making) {
    struct tcn_trail *trail = making->trail;
    const struct tcn_trail_options *options = making->options;
    trail->facts = calloc(TCN_TRAIL_FACTS_MAX, sizeof(*trail->facts));
    trail->known = calloc(TCN_TRAIL_KNOWN_MAX, sizeof(*trail->known));
    trail->notes = calloc(TCN_TRAIL_NOTES_MAX, sizeof(*trail->notes));
    if (trail->facts == NULL || trail->known == NULL || trail->notes == NULL) {
        return TCN_NOMEM;
    }
    if (options->known_to != 0) {
        tcn_trail_add_organ(making, options->known_to);
    } else {
        tcn_trail_add_organ(making, trail->matter.office);
        tcn_trail_add_organ(making, trail->matter.holder);
    }
    enum tcn_status status = tcn_trail_alerts(making);
    if (status == TCN_OK) {
        status = tcn_trail_walk(making);
    }
    if (status == TCN_OK) {
        status = sort(trail);
    }
    if (status == TCN_OK) {
        find_acts(trail);
    }
    return status;
}

enum tcn_status tcn_trail_make(const struct tcn_trail_options *options,
                               struct tcn_trail *out_trail) {
    struct tcn_trail trail = {.facts = NULL};
    struct tcn_trail_making *making = calloc(1, sizeof(*making));
    enum tcn_status status = making != NULL ? find_matter(options, &trail) : TCN_NOMEM;
    if (status == TCN_OK) {
        making->options = options;
        making->trail = &trail;
        making->policy_version = options->rights->charter->policy.version;
        status = tcn_arena_init(&making->arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_OPEN_BYTES_MAX));
    }
    if (status == TCN_OK) {
        status = gather(making);
    }
    if (making != NULL) {
        tcn_arena_fini(&making->arena);
    }
    free(making);
    tcn_log_reader_reset(options->reader);
    tcn_state_reader_reset(options->state_reader);
    if (status != TCN_OK) {
        tcn_trail_fini(&trail);
        return status;
    }
    *out_trail = trail;
    return TCN_OK;
}

void tcn_trail_fini(struct tcn_trail *trail) {
    free(trail->facts);
    free(trail->known);
    free(trail->notes);
    *trail = (struct tcn_trail){.facts = NULL};
}
