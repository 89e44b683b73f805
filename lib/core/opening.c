/* SPDX-License-Identifier: Apache-2.0 */
#include "core/opening.h"

#include "core/duty.h"
#include "core/guard.h"
#include "core/shift.h"
#include "core/signs.h"

#include <string.h>

/** The openings of a matter that wait, the newest of them, and the first free place. */
struct waiting {
    struct tcn_expected rows[TCN_OPENING_EVENTS_MAX];
    uint32_t count;
    const struct tcn_expected *newest; /**< NULL: none waits */
    uint16_t free_slot;                /**< 0: none */
};

enum tcn_opening_word tcn_opening_word_of(const struct tcn_event *event) {
    const bool is_act = event->act == TCN_ACT_UNSEALED && event->body_kind == TCN_BODY_ACT;
    if (is_act && tcn_slice_is_text(event->act_body.reason, "break_glass")) {
        return TCN_OPENING_OPENS;
    }
    if (is_act && tcn_slice_is_text(event->act_body.reason, "second_approval")) {
        return TCN_OPENING_APPROVES;
    }
    return TCN_OPENING_NONE;
}

bool tcn_opening_is_fresh(int64_t opened_ns, int64_t now_ns) {
    return opened_ns > INT64_MAX - TCN_OPENING_READ_NS || now_ns < opened_ns + TCN_OPENING_READ_NS;
}

static struct tcn_expected_key key_of(uint64_t birth, uint16_t slot) {
    return (struct tcn_expected_key){
        .row = TCN_EXPECTED_ROW_OPENING, .organ = slot, .number = birth};
}

static void rule(struct tcn_fold_step *step, enum tcn_status code, uint32_t missing) {
    step->opening.code = code;
    step->opening.missing = code == TCN_BAD_VALUE ? missing : 0;
}

static enum tcn_status load(const struct tcn_fold *fold, uint64_t birth, struct waiting *waiting) {
    *waiting = (struct waiting){.count = 0};
    for (uint16_t slot = 1; slot <= TCN_OPENING_EVENTS_MAX; slot++) {
        const struct tcn_expected_key key = key_of(birth, slot);
        struct tcn_expected *row = &waiting->rows[waiting->count];
        const enum tcn_status status = fold->ops->expected_get(fold->state, &key, row);
        if (status == TCN_ABSENT) {
            waiting->free_slot = waiting->free_slot == 0 ? slot : waiting->free_slot;
            continue;
        }
        if (status != TCN_OK) {
            return status;
        }
        const bool is_newer = waiting->newest == NULL || row->position > waiting->newest->position;
        waiting->newest = is_newer ? row : waiting->newest;
        waiting->count++;
    }
    return TCN_OK;
}

/** True in `out_is` when no more may wait anywhere (O4); those of a drill take no room from real
 * ones, nor real ones from a drill's. */
static enum tcn_status is_full(const struct tcn_fold *fold, enum tcn_mode mode, bool *out_is) {
    struct tcn_expected_key key = key_of(0, 0);
    struct tcn_expected row;
    struct tcn_matter matter;
    uint32_t count = 0;
    for (uint32_t i = 0; i < 2 * TCN_OPENINGS_MAX; i++) {
        enum tcn_status status = fold->ops->expected_next(fold->state, &key, &row);
        if (status == TCN_ABSENT || (status == TCN_OK && row.key.row != TCN_EXPECTED_ROW_OPENING)) {
            break;
        }
        status =
            status == TCN_OK ? fold->ops->matter_get(fold->state, row.key.number, &matter) : status;
        if (status != TCN_OK) {
            return status == TCN_ABSENT ? TCN_CORRUPT : status;
        }
        count += matter.mode == mode ? 1 : 0;
        key = row.key;
        key.number++; /* a birth position is far from the last number */
    }
    *out_is = count >= TCN_OPENINGS_MAX;
    return TCN_OK;
}

/** True when the shell found what the act names by position and hash, or, without either, the
 * event by which the matter began: the desk need not have been told where that is. */
static bool is_found(const struct tcn_fold_step *step) {
    const struct tcn_fold_named *named = &step->in->named;
    const struct tcn_act_body *body = &step->event->act_body;
    if (body->position == 0) {
        return tcn_hash_is_none(&body->act_hash) && named->position == step->matter.birth_position;
    }
    return named->position == body->position && tcn_hash_equals(&named->hash, &body->act_hash);
}

/** Whether the act names an event of the matter before it. */
static enum tcn_status look_at_named(const struct tcn_fold_step *step, bool *out_is_its) {
    const struct tcn_fold_named *named = &step->in->named;
    struct tcn_thread thread = {.position = 0};
    *out_is_its = false;
    if (named->position == 0 || !is_found(step)) {
        return TCN_OK;
    }
    const enum tcn_status status =
        step->fold->ops->thread_get(step->fold->state, named->position, &thread);
    *out_is_its = status == TCN_OK && thread.birth_position == step->matter.birth_position;
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** What the act says of its purpose: the fact, and whether the matter is in that danger (O2). */
static uint32_t danger_facts(const struct tcn_fold_step *step, bool is_known) {
    const struct tcn_matter *matter = &step->matter;
    const uint32_t facts = tcn_procedure_facts(step->event) & TCN_FACT_PURPOSE;
    const unsigned severity = (unsigned)matter->severity;
    bool is_in_danger = severity >= TCN_SEVERITY_DANGER;
    if (tcn_procedure_is_purpose(step->event, "danger_to_child")) {
        is_in_danger =
            matter->kind == TCN_PROCEDURE_GUARDIANSHIP && severity >= TCN_SEVERITY_URGENT;
    }
    const bool is_it = is_known && facts != 0 && tcn_sign_is_open(matter) && is_in_danger;
    return facts | (is_it ? TCN_FACT_IN_DANGER : 0u);
}

/** The post that the act names, when it is one that fits, and whether it has the desk's duty by
 * this very key (O1). */
static enum tcn_status duty_facts(const struct tcn_fold_step *step, uint32_t *out_facts) {
    const struct tcn_fold_input *in = step->in;
    const struct tcn_slice post = step->event->act_body.post;
    struct tcn_shift shift = {.organ = 0};
    *out_facts = 0;
    if (post.size == 0 || post.size > TCN_WORD_BYTES_MAX) {
        return TCN_OK;
    }
    const enum tcn_status status = step->fold->ops->shift_get(step->fold->state, in->organ, &shift);
    const bool has_it = status == TCN_OK && tcn_shift_is_on(&shift, in->log_time_ns) &&
                        shift.source == in->lane.source && tcn_slice_is_text(post, shift.post);
    *out_facts = TCN_FACT_POST | (has_it ? TCN_FACT_ON_DUTY : 0u);
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** O4. */
static enum tcn_status judge_room(struct tcn_fold_step *step) {
    struct waiting waiting;
    bool is_over = false;
    enum tcn_status status = load(step->fold, step->matter.birth_position, &waiting);
    if (status == TCN_OK) {
        status = is_full(step->fold, step->matter.mode, &is_over);
    }
    if (status != TCN_OK) {
        return status;
    }
    step->opening.slot = waiting.free_slot;
    bool is_twice = false;
    for (uint32_t i = 0; i < waiting.count; i++) {
        is_twice = is_twice || waiting.rows[i].other_position == step->in->named.position;
    }
    const bool is_others = waiting.newest != NULL &&
                           (waiting.newest->count != step->in->lane.source ||
                            !tcn_slice_is_text(step->event->act_body.post, waiting.newest->post));
    if (is_twice) {
        rule(step, TCN_EXISTS, 0);
    } else if (is_others) {
        rule(step, TCN_CONFLICT, 0);
    } else if (waiting.free_slot == 0 || is_over) {
        rule(step, TCN_LIMIT, 0);
    }
    return TCN_OK;
}

static enum tcn_status judge_opening(struct tcn_fold_step *step, bool is_known) {
    const uint32_t needs = TCN_FACT_EVENT | TCN_FACT_PURPOSE | TCN_FACT_IN_DANGER | TCN_FACT_HOW |
                           TCN_FACT_POST | TCN_FACT_ON_DUTY;
    const uint16_t desk = step->fold->policy->desk;
    uint32_t facts = 0;
    bool is_its = false;
    if (desk == 0 || step->in->organ != desk) {
        rule(step, TCN_DENIED, 0);
        return TCN_OK;
    }
    enum tcn_status status = duty_facts(step, &facts);
    if (status == TCN_OK && is_known) {
        status = look_at_named(step, &is_its);
    }
    if (status != TCN_OK) {
        return status;
    }
    is_its = is_its && step->in->named.is_sealed;
    facts |= danger_facts(step, is_known) | (is_its ? TCN_FACT_EVENT : 0u);
    facts |= step->event->act_body.how.size > 0 ? TCN_FACT_HOW : 0u;
    if (is_known && (tcn_guard_has(&step->matter) || (is_its && step->in->named.has_accused))) {
        rule(step, TCN_DENIED, 0); /* O3 */
    } else if (is_known && step->matter.holder == desk) {
        rule(step, TCN_EXISTS, 0);
    } else if ((needs & ~facts) != 0) {
        rule(step, TCN_BAD_VALUE, needs & ~facts);
    } else {
        status = judge_room(step);
    }
    return status;
}

/** True for the desk, and those above it (O6). */
static bool is_desks(const struct tcn_fold_step *step) {
    const struct tcn_policy *policy = step->fold->policy;
    const struct tcn_organ *desk = tcn_policy_organ(policy, policy->desk);
    const uint16_t organ = step->in->organ;
    return organ != 0 && desk != NULL &&
           (organ == policy->desk || organ == desk->line_parent || organ == desk->place_parent);
}

/** An approval of nothing: whoever may say one hears what it lacks. */
static void rule_nothing(struct tcn_fold_step *step) {
    const uint32_t post = step->event->act_body.post.size == 0 ? TCN_FACT_POST : 0u;
    rule(step, is_desks(step) ? TCN_BAD_VALUE : TCN_DENIED, TCN_FACT_EVENT | post);
}

static enum tcn_status judge_approval(struct tcn_fold_step *step, bool is_known) {
    const struct tcn_matter *matter = &step->matter;
    const struct tcn_slice post = step->event->act_body.post;
    struct waiting waiting;
    bool is_its = false;
    const bool may = is_desks(step) || matter->holder == step->in->organ;
    if (!is_known || tcn_guard_has(matter) || !may) {
        rule_nothing(step);
        return TCN_OK;
    }
    enum tcn_status status = look_at_named(step, &is_its);
    if (status == TCN_OK) {
        status = load(step->fold, matter->birth_position, &waiting);
    }
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_expected *newest = waiting.newest;
    is_its = is_its && newest != NULL && newest->position == step->event->act_body.position;
    const bool is_post = tcn_shift_is_post(step->fold->policy, step->in->organ, post);
    const uint32_t missing = (is_its ? 0u : TCN_FACT_EVENT) | (is_post ? 0u : TCN_FACT_POST);
    if (missing != 0) {
        rule(step, TCN_BAD_VALUE, missing);
        return TCN_OK;
    }
    const bool is_same_post =
        step->in->organ == step->fold->policy->desk && tcn_slice_is_text(post, newest->post);
    if (newest->count == step->in->lane.source || is_same_post) {
        rule(step, TCN_DENIED, 0);
    }
    return TCN_OK;
}

enum tcn_status tcn_opening_look(struct tcn_fold_step *step, bool is_known) {
    rule(step, TCN_OK, 0);
    switch (step->opening.word) {
    case TCN_OPENING_OPENS:
        return judge_opening(step, is_known);
    case TCN_OPENING_APPROVES:
        return judge_approval(step, is_known);
    case TCN_OPENING_NONE:
    default:
        return TCN_OK;
    }
}

void tcn_opening_hide(struct tcn_fold_step *step) {
    if (step->opening.word == TCN_OPENING_OPENS) {
        rule(step, TCN_DENIED, 0); /* the desk that may open there is never hidden from */
    } else {
        rule_nothing(step);
    }
}

static void tell(struct tcn_fold_step *step, uint16_t organ) {
    if (organ != step->in->organ && tcn_policy_organ(step->fold->policy, organ) != NULL) {
        tcn_route_add(&step->notices, organ, TCN_REASON_HOLDER);
    }
}

void tcn_opening_tell(struct tcn_fold_step *step) {
    const struct tcn_policy *policy = step->fold->policy;
    const struct tcn_organ *desk = tcn_policy_organ(policy, policy->desk);
    const struct tcn_beside beside = tcn_duty_of(policy, &step->matter).beside;
    if (step->opening.word == TCN_OPENING_OPENS) {
        tcn_route_add(&step->notices, policy->desk, TCN_REASON_UNSEALED);
    }
    tell(step, policy->desk);
    tell(step, step->matter.holder);
    tell(step, desk != NULL ? desk->line_parent : 0);
    tell(step, desk != NULL ? desk->place_parent : 0);
    for (uint32_t i = 0; i < beside.count; i++) {
        tell(step, beside.organs[i]);
    }
}

/** Everything that waits of the matter is approved. */
static enum tcn_status approve(const struct tcn_fold_step *step) {
    const struct tcn_fold *fold = step->fold;
    enum tcn_status status = TCN_OK;
    for (uint16_t slot = 1; slot <= TCN_OPENING_EVENTS_MAX && status == TCN_OK; slot++) {
        const struct tcn_expected_key key = key_of(step->matter.birth_position, slot);
        status = fold->ops->expected_del(fold->state, &key);
        status = status == TCN_ABSENT ? TCN_OK : status;
    }
    return status;
}

enum tcn_status tcn_opening_write(const struct tcn_fold_step *step) {
    const struct tcn_act_body *body = &step->event->act_body;
    if (step->opening.word == TCN_OPENING_APPROVES) {
        return approve(step);
    }
    struct tcn_expected row;
    TCN_CHECK(step->opening.slot != 0 && body->post.size <= TCN_WORD_BYTES_MAX);
    memset(&row, 0, sizeof(row));
    row.key = key_of(step->matter.birth_position, step->opening.slot);
    row.since_ns = step->in->log_time_ns;
    row.position = step->in->position;
    row.other_position = step->in->named.position;
    row.count = step->in->lane.source;
    memcpy(row.post, body->post.data, body->post.size);
    return step->fold->ops->expected_put(step->fold->state, &row);
}
