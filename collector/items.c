/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/serve_inside.h"

#include "core/fold_clocks.h"
#include "core/ladder.h"
#include "core/opening.h"
#include "core/sight.h"
#include "query/walk.h"
#include "seal/hash.h"
#include "wire/chunk.h"

/* What an officer opened is given for a while, by the log's time, which goes on when the approval
 * falls due; then it is opened again, or not read (core/opening). */
static enum tcn_status right_of_opened(struct tcn_server *server, const struct tcn_alert *alert,
                                       struct tcn_item_right *right) {
    struct tcn_applied applied = {.log_time_ns = 0};
    const enum tcn_status status = tcn_state_applied(server->state_reader, &applied);
    right->has_share = right->has_share && status == TCN_OK &&
                       tcn_opening_is_fresh(alert->log_time_ns, applied.log_time_ns);
    return status;
}

enum tcn_status tcn_item_right_of(struct tcn_server *server, const struct tcn_alert *alert,
                                  struct tcn_item_right right, struct tcn_item_right *out_right) {
    const struct tcn_policy *policy = tcn_rights_policy(&server->roster.rights);
    if (alert->reason == TCN_REASON_UNSEALED) {
        const enum tcn_status status = right_of_opened(server, alert, &right);
        *out_right = right;
        return status;
    }
    if (!right.has_share || !tcn_sight_is_only_shown(policy, alert, NULL)) {
        *out_right = right;
        return TCN_OK;
    }
    struct tcn_matter matter;
    const enum tcn_status status =
        tcn_state_matter(server->state_reader, alert->birth_position, &matter);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    const struct tcn_matter *found = status == TCN_OK ? &matter : NULL;
    right.has_share = !tcn_sight_is_only_shown(policy, alert, found);
    *out_right = right;
    return TCN_OK;
}

/* The share of one event of a chunk, when the store still has it. */
static enum tcn_status share_of(struct tcn_server *server, const struct tcn_record *record,
                                uint32_t index, struct tcn_share *out_share, bool *out_has) {
    struct tcn_shares_row row = {0};
    enum tcn_status status =
        tcn_shares_reader_get(server->shares_reader, &record->lane, record->first_sequence, &row);
    *out_has = false;
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_OK : status;
    }
    /* A share of another chunk that once stood there opens nothing of this one. */
    if (!tcn_hash_equals(&row.chunk_hash, &record->chunk_hash)) {
        return TCN_OK;
    }
    struct tcn_share_entry entries[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    status = tcn_wire_shares_split(row.frame, entries, &count);
    if (status != TCN_OK) {
        return TCN_CORRUPT;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].index == index) {
            *out_share = entries[i].share;
            *out_has = true;
        }
    }
    return TCN_OK;
}

/* Whether the share that is not there was destroyed; until the state says so it is simply not
 * there. */
static enum tcn_status tell_erased(struct tcn_server *server, const struct tcn_logged *logged,
                                   struct tcn_item *item) {
    struct tcn_erasure erasure;
    const enum tcn_status status =
        tcn_state_erasure(server->state_reader, &item->lane, item->sequence, &erasure);
    if (status == TCN_OK) {
        const struct tcn_hash hash = tcn_hash_event(logged->open, logged->sealed);
        item->is_erased = tcn_hash_equals(&hash, &erasure.hash);
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

enum tcn_status tcn_item_fill_from(struct tcn_server *server, const struct tcn_record *record,
                                   const struct tcn_logged *logged, struct tcn_item_right right,
                                   struct tcn_item *item, struct tcn_share *out_share) {
    tcn_arena_reset(&server->arena);
    struct tcn_event event = {0};
    enum tcn_status status = tcn_walk_decode(record, logged, &server->arena, &event);
    if (status != TCN_OK) {
        return status;
    }
    item->matter = event.matter;
    item->log_time_ns = record->log_time_ns;
    item->lane = record->lane;
    item->sequence = logged->sequence;
    item->chunk_hash = record->chunk_hash;
    item->open = logged->open;
    item->sealed = right.has_sealed ? logged->sealed : (struct tcn_slice){0};
    item->share = (struct tcn_slice){0};
    item->is_erased = false;
    if (!right.has_share || logged->sealed.size == 0) {
        return TCN_OK;
    }
    bool has = false;
    const uint32_t index = (uint32_t)(item->position - record->first_position);
    status = share_of(server, record, index, out_share, &has);
    if (status == TCN_OK && has) {
        item->share = tcn_slice_of(out_share->bytes, sizeof(out_share->bytes));
    } else if (status == TCN_OK) {
        status = tell_erased(server, logged, item);
    }
    return status;
}

/* The item of an opening carries what was opened in place of the act that opened it. */
static enum tcn_status go_to_opened(struct tcn_server *server, const struct tcn_record *record,
                                    const struct tcn_logged *logged, struct tcn_item *item) {
    struct tcn_event event = {0};
    tcn_arena_reset(&server->arena);
    const enum tcn_status status = tcn_walk_decode(record, logged, &server->arena, &event);
    if (status != TCN_OK) {
        return status;
    }
    const uint64_t named = event.act_body.position;
    const uint64_t position = named != 0 ? named : item->alert.birth_position;
    if (event.body_kind != TCN_BODY_ACT || position == 0 || position >= item->position) {
        return TCN_CORRUPT; /* the fold has judged it */
    }
    item->position = position;
    return TCN_OK;
}

enum tcn_status tcn_item_fill(struct tcn_server *server, struct tcn_item_right right,
                              struct tcn_item *item, struct tcn_share *out_share) {
    struct tcn_record record = {0};
    struct tcn_logged logged = {0};
    enum tcn_status status = tcn_log_read(server->log_reader, item->position, &record);
    if (status == TCN_OK) {
        status = tcn_walk_find(&record, item->position, &logged);
    }
    if (status == TCN_OK && item->alert.reason == TCN_REASON_UNSEALED) {
        status = go_to_opened(server, &record, &logged, item);
        status =
            status == TCN_OK ? tcn_log_read(server->log_reader, item->position, &record) : status;
        status = status == TCN_OK ? tcn_walk_find(&record, item->position, &logged) : status;
    }
    return status == TCN_OK ? tcn_item_fill_from(server, &record, &logged, right, item, out_share)
                            : status;
}

/* A clock is named by its rule, as it is called now. */
static void name_rule(const struct tcn_server *server, struct tcn_item *item) {
    const struct tcn_clock_table *table =
        tcn_fold_clock_table(tcn_rights_policy(&server->roster.rights));
    const struct tcn_clock_rule *rule =
        table != NULL ? tcn_clock_rule_numbered(table, item->alert.fired.rule) : NULL;
    if (rule != NULL) {
        item->subject = tcn_slice_text(rule->id);
        item->title_zh = tcn_slice_text(rule->title_zh);
        item->title_en = tcn_slice_text(rule->title_en);
    }
}

/* A placement is named by its program, as it is called now. */
static void name_program(const struct tcn_server *server, const struct tcn_matter *matter,
                         struct tcn_item *item) {
    const struct tcn_plans *plans = tcn_rights_policy(&server->roster.rights)->plans;
    const struct tcn_program *program =
        plans != NULL ? tcn_program_of(plans->programs, plans->program_count, matter->domain)
                      : NULL;
    if (program != NULL) {
        item->subject = tcn_slice_text(program->id);
        item->title_zh = tcn_slice_text(program->title_zh);
        item->title_en = tcn_slice_text(program->title_en);
    }
}

/* The matter of a clock or a placement, and what it is called. */
static enum tcn_status name_matter(struct tcn_server *server, struct tcn_item *item) {
    struct tcn_matter matter;
    const enum tcn_status status =
        tcn_state_matter(server->state_reader, item->alert.birth_position, &matter);
    if (item->alert.fired.kind == TCN_DUE_CLOCK) {
        name_rule(server, item);
    } else if (status == TCN_OK) {
        name_program(server, &matter, item);
    }
    if (status == TCN_OK) {
        item->matter = matter.id;
    }
    /* One that is not in a commit yet is not named: the alert goes all the same. */
    return status == TCN_ABSENT ? TCN_OK : status;
}

/* Where nobody is, and the matter of what waits there. */
static enum tcn_status name_wake(struct tcn_server *server, struct tcn_item *item) {
    const struct tcn_policy *policy = tcn_rights_policy(&server->roster.rights);
    const struct tcn_fired *fired = &item->alert.fired;
    const bool is_desk = fired->rule == TCN_WAKE_DESK;
    const uint64_t number = is_desk ? policy->desk : fired->subject;
    const struct tcn_organ *organ =
        number <= UINT16_MAX ? tcn_policy_organ(policy, (uint16_t)number) : NULL;
    struct tcn_matter matter;
    enum tcn_status status = TCN_ABSENT;
    item->subject = tcn_slice_text(organ != NULL ? organ->id : "");
    item->title_zh = tcn_slice_text(organ != NULL ? organ->title_zh : "");
    item->title_en = tcn_slice_text(organ != NULL ? organ->title_en : "");
    if (is_desk) {
        status = tcn_state_matter(server->state_reader, item->alert.birth_position, &matter);
    }
    if (status == TCN_OK) {
        item->matter = matter.id;
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

/* The matter of a ladder, what its step is called now, and its clock. */
static enum tcn_status name_ladder(struct tcn_server *server, struct tcn_item *item) {
    const struct tcn_policy *policy = tcn_rights_policy(&server->roster.rights);
    const struct tcn_fired *fired = &item->alert.fired;
    const struct tcn_escalation_step *step =
        tcn_ladder_numbered(policy->plans, fired->rule, fired->stage);
    const struct tcn_clock_table *table = tcn_fold_clock_table(policy);
    const bool has_clock = fired->stage != 0 && fired->subject != 0 && table != NULL;
    const struct tcn_clock_rule *rule =
        has_clock ? tcn_clock_rule_numbered(table, (uint32_t)fired->subject) : NULL;
    struct tcn_matter matter;
    const enum tcn_status status =
        item->alert.birth_position != 0
            ? tcn_state_matter(server->state_reader, item->alert.birth_position, &matter)
            : TCN_ABSENT;
    item->subject = tcn_slice_text(step != NULL ? step->id : "");
    item->title_zh = tcn_slice_text(rule != NULL ? rule->title_zh : "");
    item->title_en = tcn_slice_text(rule != NULL ? rule->title_en : "");
    if (status == TCN_OK) {
        item->matter = matter.id;
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

enum tcn_status tcn_item_fill_clock(struct tcn_server *server, struct tcn_item *item) {
    const struct tcn_fired *fired = &item->alert.fired;
    item->log_time_ns = item->alert.log_time_ns;
    if (fired->kind == TCN_DUE_CLOCK || fired->kind == TCN_DUE_PLACEMENT ||
        fired->kind == TCN_DUE_REWRAP) {
        return name_matter(server, item);
    }
    if (fired->kind == TCN_DUE_WAKE) {
        return name_wake(server, item);
    }
    if (fired->kind == TCN_DUE_LADDER) {
        return name_ladder(server, item);
    }
    if (fired->kind == TCN_DUE_EXPECTED) {
        const struct tcn_organ *organ =
            tcn_policy_organ(tcn_rights_policy(&server->roster.rights), (uint16_t)fired->subject);
        item->subject = tcn_slice_text(organ != NULL ? organ->id : "");
        return TCN_OK;
    }
    const struct tcn_registry *registry = tcn_roster_registry(&server->roster);
    const struct tcn_principal *row =
        fired->kind != TCN_DUE_CALENDAR && fired->subject <= UINT32_MAX
            ? tcn_registry_find(registry, (uint32_t)fired->subject)
            : NULL;
    item->subject = tcn_slice_text(row != NULL ? row->name : "");
    return TCN_OK;
}
