/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/listed.h"

#include "base/clock.h"
#include "client/ask.h"
#include "client/open.h"

#define LOOK_NS (3 * TCN_SECOND_NS)
#define ARENA_BYTES ((size_t)256 * 1024)

/* Keeps those that an event's list names too. */
static void narrow(struct tcn_listed *listed, const struct tcn_event *event) {
    const bool is_first = !listed->has_list;
    const uint32_t count = is_first ? event->guard_organ_count : listed->count;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint16_t organ = is_first ? event->guard_organs[i] : listed->organs[i];
        bool is_named = is_first;
        for (uint32_t j = 0; j < event->guard_organ_count && !is_named; j++) {
            is_named = event->guard_organs[j] == organ;
        }
        if (is_named) {
            listed->organs[kept++] = organ;
        }
    }
    listed->count = kept;
    listed->has_list = true;
}

void tcn_listed_take(struct tcn_listed *listed, const struct tcn_answer *answer,
                     struct tcn_arena *arena) {
    const struct tcn_key_set none = {0};
    if (answer->matter_count == 1) {
        listed->matter = answer->matters[0];
        listed->is_known = true;
    }
    for (uint32_t i = 0; i < answer->event_count; i++) {
        const struct tcn_item item = {.open = answer->events[i].open};
        struct tcn_reading reading;
        tcn_arena_reset(arena);
        if (tcn_reading_make(&item, &none, arena, &reading) == TCN_OK &&
            reading.event.guard_organ_count > 0) {
            narrow(listed, &reading.event);
        }
    }
}

bool tcn_listed_is_guarded(const struct tcn_listed *listed) {
    return listed->is_known && (listed->matter.flags & TCN_FLAG_GUARDED) != 0;
}

/* All pages of a guarded matter, the first of any other. */
static enum tcn_status ask_all(struct tcn_session *session, struct tcn_query *query,
                               struct tcn_arena *arena, struct tcn_listed *listed) {
    struct tcn_answer answer;
    enum tcn_status status = TCN_OK;
    bool is_first = true;
    while (status == TCN_OK && (is_first || (query->page != 0 && tcn_listed_is_guarded(listed)))) {
        status = tcn_ask(session, query, tcn_clock_monotonic_ns() + LOOK_NS, &answer);
        if (status == TCN_OK && answer.matter_count != 1) {
            status = TCN_ABSENT;
        }
        if (status == TCN_OK) {
            tcn_listed_take(listed, &answer, arena);
            query->page = answer.next_page;
        }
        is_first = false;
    }
    return status;
}

enum tcn_status tcn_listed_ask(struct tcn_session *session, const struct tcn_id *matter,
                               struct tcn_listed *out_listed) {
    struct tcn_query query = {
        .kind = TCN_QUERY_MATTER, .matter = *matter, .at_least_position = TCN_QUERY_LATEST};
    struct tcn_listed listed = {.is_known = false};
    struct tcn_arena arena = {0};
    enum tcn_status status = tcn_arena_init(&arena, ARENA_BYTES);
    if (status == TCN_OK) {
        status = ask_all(session, &query, &arena, &listed);
    }
    if (status == TCN_HALTED) {
        query.at_least_position = 0;
        query.page = 0;
        listed = (struct tcn_listed){.is_known = false};
        status = ask_all(session, &query, &arena, &listed);
    }
    tcn_arena_fini(&arena);
    *out_listed = status == TCN_OK ? listed : (struct tcn_listed){.is_known = false};
    return status;
}

void tcn_listed_draft(const struct tcn_listed *listed, const struct tcn_policy *policy,
                      struct tcn_draft_list *out_list) {
    const bool is_guarded = tcn_listed_is_guarded(listed);
    *out_list = (struct tcn_draft_list){.is_known = listed->is_known && !is_guarded};
    for (uint32_t i = 0; is_guarded && policy != NULL && i < listed->count; i++) {
        const struct tcn_organ *organ = tcn_policy_organ(policy, listed->organs[i]);
        if (organ != NULL) {
            out_list->organs[out_list->count++] = tcn_slice_text(organ->id);
            out_list->is_known = true;
        }
    }
}
