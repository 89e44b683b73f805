/* SPDX-License-Identifier: Apache-2.0 */
#include "core/shift.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/due.h"
#include "core/duty.h"
#include "core/fold_due.h"
#include "core/guard.h"
#include "core/summons.h"

#include <string.h>

/** Who hears of a silence at most: two above the desk, or the lead and the co-recipients. */
#define HEARERS_MAX (1 + TCN_DOMAIN_RECIPIENTS_MAX)

/** Organs, each once. */
struct hearers {
    uint16_t organs[HEARERS_MAX];
    uint32_t count;
};

static void add(struct hearers *hearers, const struct tcn_policy *policy, uint16_t organ) {
    bool is_there = organ == 0 || tcn_policy_organ(policy, organ) == NULL;
    for (uint32_t i = 0; i < hearers->count; i++) {
        is_there = is_there || hearers->organs[i] == organ;
    }
    if (!is_there && hearers->count < HEARERS_MAX) {
        hearers->organs[hearers->count] = organ;
        hearers->count++;
    }
}

bool tcn_shift_is_on(const struct tcn_shift *shift, int64_t now_ns) {
    return shift->since_ns != 0 && shift->handed_ns == 0 &&
           (shift->until_ns == 0 || shift->until_ns > now_ns);
}

/** When the duty as it stands becomes a gap; 0: never by itself. */
static int64_t gap_of(const struct tcn_shift *shift) {
    if (shift->handed_ns == 0) {
        return shift->until_ns;
    }
    return tcn_time_plus(shift->handed_ns, TCN_SHIFT_HANDING_NS);
}

bool tcn_shift_is_post(const struct tcn_policy *policy, uint16_t number, struct tcn_slice post) {
    const struct tcn_organ *organ = tcn_policy_organ(policy, number);
    const struct tcn_slice id = tcn_slice_text(organ != NULL ? organ->id : "");
    const struct tcn_organ_posts *posts = tcn_plans_posts(policy->plans, id);
    const bool is_said = posts != NULL && posts->count > 0;
    return tcn_text_is_word(post) && (!is_said || tcn_plans_has_post(policy->plans, id, post));
}

enum tcn_status tcn_shift_said(struct tcn_fold *fold, const struct tcn_fold_input *in,
                               enum tcn_status *out_code, uint32_t *out_missing) {
    const struct tcn_act_body *body = &in->event->act_body;
    const bool is_taking = in->event->act == TCN_ACT_ON_DUTY;
    struct tcn_shift shift = {.organ = in->organ};
    *out_code = TCN_OK;
    *out_missing = 0;
    if (in->organ == 0) {
        *out_code = TCN_DENIED;
        return TCN_OK;
    }
    const bool has_post = body->post.size < sizeof(shift.post) &&
                          tcn_shift_is_post(fold->policy, in->organ, body->post);
    const bool is_past = is_taking && body->until_ns != 0 && body->until_ns <= in->log_time_ns;
    if (!has_post || is_past) {
        *out_code = TCN_BAD_VALUE;
        *out_missing = (has_post ? 0u : TCN_FACT_POST) | (is_past ? TCN_FACT_UNTIL : 0u);
        return TCN_OK;
    }
    if (in->event->mode != in->log_mode) { /* R5 */
        return TCN_OK;
    }
    enum tcn_status status = fold->ops->shift_get(fold->state, in->organ, &shift);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    memset(shift.post, 0, sizeof(shift.post));
    memcpy(shift.post, body->post.data, body->post.size);
    shift.source = in->lane.source;
    shift.position = in->position;
    shift.since_ns = is_taking ? in->log_time_ns : shift.since_ns;
    shift.until_ns = is_taking ? body->until_ns : shift.until_ns;
    shift.handed_ns = is_taking ? 0 : in->log_time_ns;
    status = fold->ops->shift_put(fold->state, &shift);
    const struct tcn_due_key key = {
        .kind = TCN_DUE_WAKE, .subject = in->organ, .rule = TCN_WAKE_SHIFT};
    if (status == TCN_OK) {
        status = tcn_due_set(fold->ops, fold->state, &key, gap_of(&shift), in->log_time_ns);
    }
    return status == TCN_OK ? tcn_due_first(fold->ops, fold->state, &fold->due_ns) : status;
}

enum tcn_status tcn_shift_desk_waits(struct tcn_fold *fold, uint64_t birth,
                                     enum tcn_severity severity, int64_t log_time_ns) {
    const bool is_urgent = (unsigned)severity >= TCN_SEVERITY_URGENT;
    const int64_t after_ns =
        severity == TCN_SEVERITY_DANGER ? TCN_SILENCE_DANGER_NS : TCN_SILENCE_URGENT_NS;
    const int64_t until_ns = tcn_time_plus(log_time_ns, after_ns);
    const struct tcn_due_key key = {.kind = TCN_DUE_WAKE, .subject = birth, .rule = TCN_WAKE_DESK};
    struct tcn_due before = {.until_ns = 0};
    enum tcn_status status = fold->ops->due_get(fold->state, &key, &before);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    if (is_urgent && status == TCN_OK && before.until_ns <= until_ns) {
        return TCN_OK; /* a second call does not give the desk more time */
    }
    if (!is_urgent && status == TCN_ABSENT) {
        return TCN_OK;
    }
    status = tcn_due_set(fold->ops, fold->state, &key, is_urgent ? until_ns : 0, log_time_ns);
    return status == TCN_OK ? tcn_due_first(fold->ops, fold->state, &fold->due_ns) : status;
}

static struct tcn_alert alert_of(const struct tcn_fold *fold, const struct tcn_fold_input *in,
                                 const struct tcn_fired *fired) {
    return (struct tcn_alert){.stream = {.mode = in->log_mode},
                              .generation = in->generation,
                              .position = in->position,
                              .act = TCN_ACT_TICK,
                              .reason = TCN_REASON_CLOCK,
                              .severity = TCN_SEVERITY_SERIOUS,
                              .policy_version = fold->policy->version,
                              .log_time_ns = in->log_time_ns,
                              .fired = *fired};
}

/** R2. */
static enum tcn_status tell_gap(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                const struct tcn_fired *fired) {
    struct hearers hearers = {.count = 0};
    struct tcn_alert alert = alert_of(fold, in, fired);
    enum tcn_status status = TCN_OK;
    add(&hearers, fold->policy, fired->subject <= UINT16_MAX ? (uint16_t)fired->subject : 0);
    add(&hearers, fold->policy, fold->policy->desk);
    for (uint32_t i = 0; i < hearers.count && status == TCN_OK; i++) {
        alert.stream.organ = hearers.organs[i];
        status = tcn_fold_tell(fold, &alert);
    }
    return status;
}

/** Of several, those that are on duty by their word; all when none is. */
static enum tcn_status keep_those_on_duty(const struct tcn_fold *fold, int64_t now_ns,
                                          struct hearers *hearers) {
    struct hearers there = {.count = 0};
    for (uint32_t i = 0; i < hearers->count; i++) {
        struct tcn_shift shift;
        const enum tcn_status status =
            fold->ops->shift_get(fold->state, hearers->organs[i], &shift);
        if (status != TCN_OK && status != TCN_ABSENT) {
            return status;
        }
        if (status == TCN_OK && tcn_shift_is_on(&shift, now_ns)) {
            add(&there, fold->policy, hearers->organs[i]);
        }
    }
    *hearers = there.count > 0 ? there : *hearers;
    return TCN_OK;
}

/** Those above the desk, else who leads and every co-recipient. */
static enum tcn_status gather(const struct tcn_fold *fold, const struct tcn_matter *matter,
                              int64_t now_ns, struct hearers *out_hearers) {
    const struct tcn_policy *policy = fold->policy;
    const struct tcn_organ *desk = tcn_policy_organ(policy, policy->desk);
    struct hearers hearers = {.count = 0};
    enum tcn_status status = TCN_OK;
    if (desk != NULL) {
        add(&hearers, policy, desk->line_parent);
        add(&hearers, policy, desk->place_parent);
    }
    if (hearers.count == 0) {
        const struct tcn_beside beside = tcn_duty_of(policy, matter).beside;
        add(&hearers, policy, matter->holder != policy->desk ? matter->holder : 0);
        for (uint32_t i = 0; i < beside.count; i++) {
            add(&hearers, policy, beside.organs[i] != policy->desk ? beside.organs[i] : 0);
        }
        status = keep_those_on_duty(fold, now_ns, &hearers);
    }
    *out_hearers = hearers;
    return status;
}

/** R4. */
static enum tcn_status tell_silence(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                    const struct tcn_fired *fired) {
    struct hearers hearers = {.count = 0};
    struct tcn_matter matter;
    struct tcn_alert alert = alert_of(fold, in, fired);
    enum tcn_status status = fold->ops->matter_get(fold->state, fired->subject, &matter);
    if (status != TCN_OK || tcn_guard_has(&matter)) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    status = gather(fold, &matter, in->log_time_ns, &hearers);
    alert.stream.mode = matter.mode;
    alert.birth_position = matter.birth_position;
    alert.severity = matter.severity;
    alert.kind = matter.kind;
    alert.stage = matter.stage;
    alert.flags = matter.flags;
    for (uint32_t i = 0; i < hearers.count && status == TCN_OK; i++) {
        alert.stream.organ = hearers.organs[i];
        status = tcn_fold_tell(fold, &alert);
        status = status == TCN_OK ? tcn_summons_told(fold, &alert, &matter) : status;
    }
    return status;
}

enum tcn_status tcn_shift_tell(struct tcn_fold *fold, const struct tcn_fold_input *in,
                               const struct tcn_fired *fired) {
    return fired->rule == TCN_WAKE_DESK ? tell_silence(fold, in, fired) : tell_gap(fold, in, fired);
}
