/* SPDX-License-Identifier: Apache-2.0 */
#include "query/notices.h"

#include "core/sight.h"
#include "model/limits.h"

#include <string.h>

/* Items of one read. */
#define SLICE 64u

/* Of which kind the program is that had it first. */
static enum tcn_role role_of(const struct tcn_query_view *view, uint32_t principal) {
    const struct tcn_registry *registry =
        view->registry != NULL ? view->registry : &view->charter->registry;
    const struct tcn_principal *row = tcn_registry_find(registry, principal);
    return row != NULL ? row->role : TCN_ROLE_NONE;
}

static enum tcn_status fill_delivered(const struct tcn_query_view *view, struct tcn_notice *row) {
    struct tcn_delivery delivery;
    const enum tcn_status status =
        tcn_state_delivered(view->state_reader, row->stream, row->number, &delivery);
    if (status == TCN_OK) {
        row->delivered_ns = delivery.log_time_ns;
        row->program = role_of(view, delivery.principal);
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

/* The organ's first words and acts on the matter behind the item. An item that a time made stands
 * at the last event before it, so what came with the next event is behind it too. */
static enum tcn_status fill_deeds(const struct tcn_query_view *view, const struct tcn_alert *alert,
                                  struct tcn_notice *row) {
    struct tcn_deed wanted = {.birth_position = alert->birth_position,
                              .organ = alert->stream.organ,
                              .act = TCN_ACT_ACKNOWLEDGED,
                              .position = alert->position};
    struct tcn_deed deed;
    enum tcn_status status = tcn_state_deed(view->state_reader, &wanted, &deed);
    if (status == TCN_OK) {
        row->acknowledged_position = deed.position;
        row->acknowledged_ns = deed.log_time_ns;
        memcpy(row->acknowledged_post, deed.post, sizeof(row->acknowledged_post));
    } else if (status != TCN_ABSENT) {
        return status;
    }
    wanted.act = TCN_ACT_NONE;
    status = tcn_state_deed(view->state_reader, &wanted, &deed);
    if (status == TCN_OK) {
        row->taken_position = deed.position;
        row->taken_ns = deed.log_time_ns;
        row->taken_act = deed.act;
        memcpy(row->taken_post, deed.post, sizeof(row->taken_post));
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

static enum tcn_status fill(const struct tcn_query_view *view, const struct tcn_alert *alert,
                            struct tcn_notice *out_row) {
    struct tcn_matter matter;
    *out_row = (struct tcn_notice){.stream = alert->stream,
                                   .number = alert->number,
                                   .told = tcn_notice_kind_of(alert),
                                   .reason = alert->reason,
                                   .severity = alert->severity,
                                   .act = alert->act,
                                   .log_time_ns = alert->log_time_ns};
    enum tcn_status status = fill_delivered(view, out_row);
    if (status != TCN_OK || alert->birth_position == 0) {
        return status;
    }
    status = tcn_state_matter(view->state_reader, alert->birth_position, &matter);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    out_row->matter = matter.id;
    if (view->asker == NULL || tcn_sight_sees(view->asker, tcn_query_policy(view), &matter)) {
        out_row->learned_ns = matter.learned_ns;
    }
    return fill_deeds(view, alert, out_row);
}

/* The item that told of a matter. Both are put in one commit: one without the other is damage. */
static enum tcn_status item_of(const struct tcn_query_view *view, const struct tcn_telling *telling,
                               struct tcn_alert *out_alert) {
    size_t count = 0;
    const enum tcn_status status = tcn_state_alerts(view->state_reader, telling->stream,
                                                    telling->number, out_alert, 1, &count);
    const bool is_it = count == 1 && out_alert->number == telling->number;
    return status == TCN_OK && !is_it ? TCN_CORRUPT : status;
}

/* Pages of a matter: what was walked so far, and the rows of the one that is wanted. */
struct chain {
    const struct tcn_query *query;
    struct tcn_notice *rows;
    uint32_t row_count;
    uint64_t seen; /* that are wanted, of all pages */
    bool has_more;
    bool is_cut; /* there are more than are looked at */
};

static enum tcn_status take(const struct tcn_query_view *view, const struct tcn_telling *telling,
                            struct chain *chain) {
    struct tcn_alert alert;
    const uint16_t organ = chain->query->organ;
    if (organ != 0 && organ != telling->stream.organ) {
        return TCN_OK;
    }
    chain->seen++;
    if (chain->seen <= chain->query->page) {
        return TCN_OK;
    }
    chain->has_more = chain->row_count == TCN_ROWS_MAX;
    if (chain->has_more) {
        return TCN_OK;
    }
    enum tcn_status status = item_of(view, telling, &alert);
    if (status == TCN_OK) {
        status = fill(view, &alert, &chain->rows[chain->row_count]);
    }
    chain->row_count += status == TCN_OK ? 1u : 0u;
    return status;
}

/* Looks at no more than the bound, whatever organ is wanted; one behind it tells that it cut. */
static enum tcn_status walk(const struct tcn_query_view *view, uint64_t birth,
                            struct chain *chain) {
    const uint32_t max = view->notices_max != 0 ? view->notices_max : TCN_QUERY_NOTICES_MAX;
    struct tcn_telling tellings[SLICE];
    struct tcn_telling last;
    const struct tcn_telling *after = NULL;
    size_t count = 1;
    enum tcn_status status = TCN_OK;
    for (uint32_t walked = 0; status == TCN_OK && count > 0 && !chain->has_more && walked < max;
         walked += (uint32_t)count) {
        const uint32_t rest = max - walked;
        status = tcn_state_tellings(view->state_reader, birth, after, tellings,
                                    rest < SLICE ? rest : SLICE, &count);
        for (size_t i = 0; status == TCN_OK && i < count && !chain->has_more; i++) {
            status = take(view, &tellings[i], chain);
        }
        if (status == TCN_OK && count > 0) {
            last = tellings[count - 1];
            after = &last;
        }
    }
    if (status == TCN_OK && count > 0 && !chain->has_more) {
        status = tcn_state_tellings(view->state_reader, birth, after, tellings, 1, &count);
        chain->is_cut = status == TCN_OK && count > 0;
    }
    return status;
}

static enum tcn_status of_matter(const struct tcn_query_view *view, const struct tcn_query *query,
                                 struct tcn_notice *rows, struct tcn_answer *answer) {
    struct chain chain = {.query = query, .rows = rows};
    struct tcn_matter matter;
    if (query->number != 0 || query->since_ns != 0 || query->until_ns != 0 ||
        query->mode != TCN_MODE_NONE) {
        return TCN_BAD_VALUE;
    }
    enum tcn_status status = tcn_state_matter_by_id(view->state_reader, &query->matter, &matter);
    if (status != TCN_OK) {
        return status;
    }
    /* Before a single item of it is read: what is hidden costs what is absent costs. */
    if (view->asker != NULL && !tcn_sight_sees(view->asker, tcn_query_policy(view), &matter)) {
        return TCN_ABSENT;
    }
    status = walk(view, matter.birth_position, &chain);
    if (status == TCN_OK) {
        answer->notice_count = chain.row_count;
        answer->next_page = chain.has_more ? query->page + chain.row_count : 0;
        answer->board_has_more = chain.is_cut;
    }
    return status;
}

/* The number of the first item at or behind a log time, which never falls along a stream; one more
 * than the last number when there is none. */
static enum tcn_status find_since(const struct tcn_query_view *view, struct tcn_stream stream,
                                  int64_t since_ns, uint64_t *out_number) {
    uint64_t low = 1;
    uint64_t high = 0;
    enum tcn_status status = tcn_state_stream(view->state_reader, stream, &high);
    high++;
    while (status == TCN_OK && low < high) { /* at most 64 times */
        const uint64_t middle = low + (high - low) / 2;
        const struct tcn_telling wanted = {.stream = stream, .number = middle};
        struct tcn_alert alert;
        status = item_of(view, &wanted, &alert);
        if (status == TCN_OK && alert.log_time_ns < since_ns) {
            low = middle + 1;
        } else if (status == TCN_OK) {
            high = middle;
        }
    }
    *out_number = low;
    return status;
}

/* Where the page begins. */
static enum tcn_status find_first(const struct tcn_query_view *view, const struct tcn_query *query,
                                  struct tcn_stream stream, uint64_t *out_number) {
    const uint64_t named = query->number != 0 ? query->number : query->page;
    if (named != 0 || query->since_ns == 0) {
        *out_number = named != 0 ? named : 1;
        return TCN_OK;
    }
    return find_since(view, stream, query->since_ns, out_number);
}

/* True when the item is one that is asked for: what is behind it is not, once one is not. */
static bool is_wanted(const struct tcn_query *query, const struct tcn_alert *alert) {
    return query->number != 0 ? alert->number == query->number
                              : query->until_ns == 0 || alert->log_time_ns < query->until_ns;
}

static enum tcn_status of_stream(const struct tcn_query_view *view, const struct tcn_query *query,
                                 struct tcn_notice *rows, struct tcn_answer *answer) {
    const struct tcn_stream stream = {
        .mode = query->mode != TCN_MODE_NONE ? query->mode : view->charter->genesis.mode,
        .organ = query->organ};
    struct tcn_alert alerts[SLICE];
    uint64_t number = 0;
    uint32_t row_count = 0;
    size_t count = SLICE;
    bool is_end = false;
    enum tcn_status status = find_first(view, query, stream, &number);
    while (status == TCN_OK && count == SLICE && row_count < TCN_ROWS_MAX && !is_end) {
        status = tcn_state_alerts(view->state_reader, stream, number, alerts, SLICE, &count);
        for (size_t i = 0; status == TCN_OK && i < count && !is_end; i++) {
            is_end = !is_wanted(query, &alerts[i]);
            if (!is_end) {
                status = fill(view, &alerts[i], &rows[row_count]);
                row_count += status == TCN_OK ? 1u : 0u;
                number = alerts[i].number + 1;
            }
        }
    }
    const bool has_more = row_count == TCN_ROWS_MAX && !is_end && query->number == 0;
    if (status == TCN_OK && query->number != 0 && row_count == 0) {
        return TCN_ABSENT;
    }
    answer->notice_count = row_count;
    answer->next_page = has_more ? number : 0;
    return status;
}

enum tcn_status tcn_query_notices(const struct tcn_query_view *view, const struct tcn_query *query,
                                  struct tcn_arena *arena, struct tcn_answer *answer) {
    struct tcn_notice *rows = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*rows));
    const bool is_of_matter = !tcn_id_is_none(&query->matter);
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    if (!is_of_matter && query->organ == 0) {
        return TCN_BAD_VALUE; /* whose? */
    }
    answer->notices = rows;
    return is_of_matter ? of_matter(view, query, rows, answer)
                        : of_stream(view, query, rows, answer);
}
