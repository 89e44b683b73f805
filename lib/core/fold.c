/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold.h"

#include "core/acts.h"
#include "core/due.h"
#include "core/fold_due.h"
#include "core/fold_words.h"
#include "core/guard.h"
#include "core/route.h"

#include <string.h>

/** What one event does, gathered first and written at the end, so that a void leaves nothing
 * behind. */
struct step {
    struct tcn_fold *fold;
    const struct tcn_fold_input *in;
    const struct tcn_event *event;
    uint32_t flags;       /**< of the event: its clock, and how it was routed */
    enum tcn_status code; /**< TCN_OK: applied; else the void */
    uint64_t allowed_acts;
    bool has_matter;
    bool is_birth;
    bool is_taken;            /**< the id that it names is of a matter that it is kept apart from */
    struct tcn_matter matter; /**< as it stands after the event */
    struct tcn_route notices; /**< who is told; only its recipients are used */
    bool is_secret;           /**< a void that its actor must not learn of either */
};

enum tcn_status tcn_fold_init(struct tcn_fold *fold, const struct tcn_policy *policy,
                              const struct tcn_state_ops *ops, void *state) {
    struct tcn_applied applied;
    memset(&applied, 0, sizeof(applied));
    enum tcn_status status = ops->applied_get(state, &applied);
    if (status != TCN_OK) {
        return status;
    }
    *fold = (struct tcn_fold){.policy = policy, .ops = ops, .state = state, .applied = applied};
    return tcn_due_first(ops, state, &fold->due_ns);
}

/** left - right, kept within the type: clocks of agents may say anything. */
static int64_t difference(int64_t left, int64_t right) {
    int64_t result = 0;
    if (__builtin_sub_overflow(left, right, &result)) {
        return left > right ? INT64_MAX : INT64_MIN;
    }
    return result;
}

static uint32_t clock_flags(const struct step *step) {
    const struct tcn_policy *policy = step->fold->policy;
    int64_t ahead_ns = difference(step->event->recorded_ns, step->in->log_time_ns);
    bool is_judged = step->in->lane.source != 0 && step->in->role != TCN_ROLE_FEED;
    if (step->event->recorded_ns == 0 || !is_judged) {
        return 0;
    }
    if (policy->clock_ahead_ns > 0 && ahead_ns > policy->clock_ahead_ns) {
        return TCN_FLAG_CLOCK_AHEAD;
    }
    bool is_behind = policy->clock_behind_ns > 0 && ahead_ns < -policy->clock_behind_ns;
    return is_behind ? TCN_FLAG_CLOCK_BEHIND : 0;
}

static void make_void(struct step *step, enum tcn_status code, uint64_t allowed_acts) {
    step->code = code;
    step->allowed_acts = allowed_acts;
}

/** An organ that exists, or the desk: a matter always has a holder that is one. */
static uint16_t holder_or_desk(const struct step *step, uint16_t organ) {
    bool is_known = tcn_policy_organ(step->fold->policy, organ) != NULL;
    return is_known ? organ : step->fold->policy->desk;
}

static void begin_matter(struct step *step, enum tcn_stage stage) {
    const struct tcn_id *named = &step->event->matter;
    bool is_minted = !tcn_id_is_none(named) && !tcn_guard_is_own_id(named) && !step->is_taken;
    step->has_matter = true;
    step->is_birth = true;
    memset(&step->matter, 0, sizeof(step->matter));
    step->matter.birth_position = step->in->position;
    step->matter.id = is_minted ? *named : tcn_guard_own_id(step->in->position);
    step->matter.mode = step->event->mode;
    step->matter.stage = stage;
    step->matter.holder = step->fold->policy->desk;
}

static void raise_severity(struct step *step) {
    if ((unsigned)step->event->severity > (unsigned)step->matter.severity) {
        step->matter.severity = step->event->severity;
    }
}

/** Copies a domain's word; one that does not fit was never a word and stays out. */
static void set_domain(struct tcn_matter *matter, struct tcn_slice domain) {
    if (domain.size <= TCN_WORD_BYTES_MAX) {
        memset(matter->domain, 0, sizeof(matter->domain));
        if (domain.size > 0) {
            memcpy(matter->domain, domain.data, domain.size);
        }
    }
}

/** A first report: fills a new matter, or the stub that an act left before it. */
static void apply_first_report(struct step *step) {
    struct tcn_route *route = &step->notices;
    struct tcn_matter *matter = &step->matter;
    uint16_t desk = step->fold->policy->desk;
    tcn_route(step->fold->policy, step->event, route);
    step->flags |= route->flags;
    if (step->flags != 0 && !route->is_guarded) {
        tcn_route_add(route, desk, TCN_REASON_UNKNOWN); /* what is odd is shown to the desk */
    }
    if (!route->is_guarded) {
        set_domain(matter, step->event->domain);
        matter->division = route->division;
    }
    matter->office = step->in->organ;
    matter->learned_ns = step->event->learned_ns;
    matter->opened_ns = step->in->log_time_ns;
    if (matter->stage == TCN_STAGE_STUB) {
        matter->stage = route->is_held ? TCN_STAGE_HELD : TCN_STAGE_OPEN;
    }
    if (matter->holder == desk || route->is_guarded) {
        matter->holder = holder_or_desk(step, route->holder);
    } else { /* the desk has handed the stub on already */
        tcn_route_add(route, matter->holder, TCN_REASON_HOLDER);
    }
}

static bool is_party(const struct step *step, uint16_t organ) {
    const struct tcn_domain *domain =
        tcn_policy_domain(step->fold->policy, tcn_slice_text(step->matter.domain));
    if (domain == NULL || tcn_guard_has(&step->matter)) {
        return false;
    }
    for (uint32_t i = 0; i < domain->recipient_count && i < TCN_DOMAIN_RECIPIENTS_MAX; i++) {
        if (domain->recipients[i] == organ) {
            return true;
        }
    }
    return domain->owner == organ;
}

/** What the actor is to the matter: enum tcn_act_who bits. */
static uint32_t who_is(const struct step *step) {
    uint16_t organ = step->in->organ;
    const struct tcn_matter *matter = &step->matter;
    uint32_t who = TCN_WHO_ANYONE;
    who |= organ != 0 && organ == matter->holder ? TCN_WHO_HOLDER : 0u;
    bool is_desk = organ == step->fold->policy->desk && tcn_guard_tells_desk(matter, organ);
    who |= organ != 0 && is_desk ? TCN_WHO_DESK : 0u;
    bool is_unclaimed = matter->opened_ns == 0; /* a stub: its reporter is not known yet */
    who |= organ != 0 && (organ == matter->office || is_unclaimed) ? TCN_WHO_OFFICE : 0u;
    who |= organ != 0 && is_party(step, organ) ? TCN_WHO_PARTY : 0u;
    return who;
}

/** Gives the matter another holder, who is told, as is the one who had it. */
static void hand_to(struct step *step, uint16_t organ) {
    uint16_t before = step->matter.holder;
    if (before != step->in->organ && before != organ && tcn_guard_tells(step->event, before)) {
        tcn_route_add(&step->notices, before, TCN_REASON_HOLDER);
    }
    step->matter.holder = organ;
    tcn_route_add(&step->notices, organ, TCN_REASON_TRANSFER);
}

/** TRANSFERRED: to an organ that the policy knows, and that the event's own list lets know. */
static void apply_transfer(struct step *step) {
    const struct tcn_organ *organ =
        tcn_policy_organ_by_id(step->fold->policy, step->event->act_body.to_organ);
    if (organ == NULL || !tcn_guard_tells(step->event, organ->number)) {
        make_void(step, TCN_BAD_VALUE, 0);
        return;
    }
    hand_to(step, organ->number);
}

/** RECLASSIFIED: another domain of the policy, and its owner leads. */
static void apply_reclassify(struct step *step) {
    const struct tcn_domain *domain = tcn_policy_domain(step->fold->policy, step->event->domain);
    uint16_t owner = domain != NULL ? holder_or_desk(step, domain->owner) : 0;
    if (domain == NULL || !tcn_guard_tells(step->event, owner)) {
        make_void(step, TCN_BAD_VALUE, 0);
        return;
    }
    set_domain(&step->matter, step->event->domain);
    hand_to(step, owner);
}

/** RELEASED: the hold ends; it names the organ, or the domain, or leaves it with whom it is. */
static void apply_release(struct step *step) {
    if (step->event->act_body.to_organ.size > 0) {
        apply_transfer(step);
    } else if (step->event->domain.size > 0) {
        apply_reclassify(step);
    }
}

/** True when neither the matter nor the event is kept from the desk (rule 4). */
static bool may_tell_desk(const struct step *step) {
    uint16_t desk = step->fold->policy->desk;
    return tcn_guard_tells_desk(&step->matter, desk) && tcn_guard_tells(step->event, desk);
}

static void apply_effect(struct step *step) {
    if (step->event->act == TCN_ACT_TRANSFERRED) {
        apply_transfer(step);
    } else if (step->event->act == TCN_ACT_RECLASSIFIED) {
        apply_reclassify(step);
    } else if (step->event->act == TCN_ACT_RELEASED) {
        apply_release(step);
    } else if (step->event->act == TCN_ACT_OBJECTED && may_tell_desk(step)) {
        hand_to(step, step->fold->policy->desk);
    }
}

/** Moves the stage. A stub stays one until its report comes or it is closed, and a guarded matter
 * stays held until it is released. */
static void move_stage(struct step *step, const struct tcn_act_rule *rule) {
    bool stays_stub = step->matter.stage == TCN_STAGE_STUB && rule->next != TCN_STAGE_CLOSED;
    bool stays_held = step->matter.stage == TCN_STAGE_HELD && tcn_guard_has(&step->matter) &&
                      rule->next == TCN_STAGE_OPEN && rule->act != TCN_ACT_RELEASED;
    if (rule->next != 0 && !stays_stub && !stays_held) {
        step->matter.stage = (enum tcn_stage)rule->next;
    }
}

/** Adds those that the rule wants told, but for the actor and, of a guarded matter, its office
 * (rule 4). */
static void gather_notices(struct step *step, const struct tcn_act_rule *rule) {
    const struct tcn_matter *matter = &step->matter;
    uint16_t actor = step->in->organ;
    if ((rule->tells & TCN_TELLS_HOLDER) != 0 && matter->holder != actor) {
        tcn_route_add(&step->notices, matter->holder, TCN_REASON_HOLDER);
    }
    uint16_t desk = step->fold->policy->desk;
    if ((rule->tells & TCN_TELLS_DESK) != 0 && desk != actor && may_tell_desk(step)) {
        tcn_route_add(&step->notices, desk, TCN_REASON_HOLDER);
    }
    if ((rule->tells & TCN_TELLS_OFFICE) != 0 && matter->office != actor &&
        !tcn_guard_has(matter)) {
        tcn_route_add(&step->notices, matter->office, TCN_REASON_ANSWER);
    }
}

/** The void of an act on a guarded matter, whose actor must learn nothing of it (rule 4). Its
 * office hears nothing at all: it knows that it reported, but not what became of it. Anybody else
 * hears what the stub of a matter that nobody reported would have answered: silence would tell the
 * two apart. */
static void make_secret_void(struct step *step, const struct tcn_act_rule *rule) {
    step->is_secret = true;
    if (step->in->organ == step->matter.office) {
        return;
    }
    make_void(step, TCN_DENIED, 0);
    bool is_theirs = (rule->who & (TCN_WHO_ANYONE | TCN_WHO_OFFICE)) != 0;
    bool is_allowed = tcn_act_rule_allows(rule, TCN_STAGE_STUB);
    if (!is_theirs || !is_allowed) {
        step->is_secret = false;
        step->has_matter = false;
        step->flags |= TCN_FLAG_STUB;
    }
    if (is_theirs && !is_allowed) {
        make_void(step, TCN_NOT_ALLOWED, tcn_fold_allowed_acts(TCN_STAGE_STUB));
    }
}

/** Whether the act is void, and as what. */
static void judge_act(struct step *step, const struct tcn_act_rule *rule) {
    uint32_t who = who_is(step);
    if (step->event->mode != step->matter.mode) { /* rule 2 */
        make_void(step, TCN_NOT_ALLOWED, 0);
    } else if ((who & rule->who) == 0) {
        make_void(step, TCN_DENIED, 0);
    } else if (!tcn_act_rule_allows(rule, step->matter.stage)) {
        make_void(step, TCN_NOT_ALLOWED, tcn_fold_allowed_acts(step->matter.stage));
    }
    bool is_insider = (who & (TCN_WHO_HOLDER | TCN_WHO_DESK)) != 0;
    if (step->code != TCN_OK && tcn_guard_has(&step->matter) && !is_insider) {
        make_secret_void(step, rule);
    }
}

/** An act on a matter that is there, or on the stub that it would leave. */
static void apply_act(struct step *step, const struct tcn_act_rule *rule) {
    judge_act(step, rule);
    if (step->code != TCN_OK) {
        return;
    }
    apply_effect(step);
    if (step->code != TCN_OK) {
        return;
    }
    move_stage(step, rule);
    gather_notices(step, rule);
}

/** An act whose matter the log does not know: it leaves a stub with the desk, which is told. */
static void apply_to_stub(struct step *step, const struct tcn_act_rule *rule) {
    begin_matter(step, TCN_STAGE_STUB);
    step->flags |= TCN_FLAG_STUB;
    apply_act(step, rule);
    tcn_route_add(&step->notices, step->fold->policy->desk, TCN_REASON_UNKNOWN);
}

/** Loads the matter that the event names. `out_is_known` is false when the log has no such matter.
 */
static enum tcn_status load_matter(struct step *step, bool *out_is_known) {
    const struct tcn_fold *fold = step->fold;
    uint64_t birth = 0;
    enum tcn_status status = TCN_ABSENT;
    if (!tcn_id_is_none(&step->event->matter)) {
        status = fold->ops->matter_find(fold->state, &step->event->matter, &birth);
    }
    if (status == TCN_ABSENT) {
        *out_is_known = false;
        return TCN_OK;
    }
    if (status == TCN_OK) {
        status = fold->ops->matter_get(fold->state, birth, &step->matter);
    }
    if (status == TCN_ABSENT) {
        status = TCN_CORRUPT; /* an id without its matter */
    }
    if (status == TCN_OK) {
        step->has_matter = true;
        *out_is_known = true;
    }
    return status;
}

/** Rule 4, for a guarded event that names a matter whose holder is not on its list, or which is not
 * guarded: the holder may be whom it accuses, so it becomes a matter of its own, which only its
 * allow-list is told of. Who may read it sees in its sealed part what it belongs to. */
static void apply_apart(struct step *step, bool is_known) {
    step->is_taken = is_known || step->event->act != TCN_ACT_REPORTED;
    begin_matter(step, TCN_STAGE_STUB);
    apply_first_report(step);
}

/** True when a report may open the stub that acts left before it: a guarded one only when the
 * stub's holder is on its list. Whoever holds it may be whom it accuses, and would see its stub go.
 */
static bool may_open(const struct step *step) {
    struct tcn_route route;
    tcn_route(step->fold->policy, step->event, &route);
    return !route.is_guarded || tcn_guard_routes_to(&route, step->matter.holder);
}

/** True when the actor is a desk that must not learn of the matter. To it, and it alone acts on
 * what it does not hold, the id is of a matter that nobody reported. */
static bool is_shut_out(const struct step *step) {
    uint16_t desk = step->fold->policy->desk;
    return step->in->organ == desk && desk != step->matter.office &&
           !tcn_guard_tells_desk(&step->matter, desk);
}

static enum tcn_status apply_human(struct step *step) {
    const struct tcn_act_rule *rule = tcn_act_rule_of(step->event->act);
    bool is_report = step->event->act == TCN_ACT_REPORTED;
    bool is_known = false;
    if (rule == NULL) {
        make_void(step, TCN_BAD_VALUE, 0);
        return TCN_OK;
    }
    if (tcn_id_is_none(&step->event->matter) && !is_report) {
        if (!rule->is_free) {
            make_void(step, TCN_BAD_VALUE, 0);
        }
        return TCN_OK;
    }
    enum tcn_status status = load_matter(step, &is_known);
    if (status != TCN_OK) {
        return status;
    }
    step->is_taken = is_known && is_shut_out(step);
    is_known = is_known && !step->is_taken;
    bool is_opening = is_known && is_report && step->matter.opened_ns == 0 &&
                      step->matter.mode == step->event->mode;
    /* Whoever holds it may be whom the new word accuses, though the matter is guarded. */
    bool is_in_guard = is_known && tcn_guard_has(&step->matter) &&
                       tcn_guard_tells(step->event, step->matter.holder);
    bool is_listed = step->event->guard_organ_count > 0;
    if (is_opening && may_open(step)) {
        apply_first_report(step);
    } else if (is_opening || (is_listed && !is_in_guard)) {
        apply_apart(step, is_known || step->is_taken);
    } else if (is_known) {
        bool is_desk_off = is_listed && !tcn_guard_tells(step->event, step->fold->policy->desk);
        step->flags |= is_desk_off ? TCN_FLAG_NOT_THE_DESK : 0u;
        apply_act(step, rule);
    } else if (is_report) {
        begin_matter(step, TCN_STAGE_STUB);
        apply_first_report(step);
    } else {
        apply_to_stub(step, rule);
    }
    return TCN_OK;
}

/** True for what only the collector observes. */
static bool is_own_act(enum tcn_act act) {
    return act == TCN_ACT_DELIVERED || act == TCN_ACT_UNREACHABLE || act == TCN_ACT_NO_WATCHER ||
           act == TCN_ACT_TICK || act == TCN_ACT_GENERATION || act == TCN_ACT_HEARD ||
           act == TCN_ACT_EPOCH_WAITS || act == TCN_ACT_CHUNK_FENCED || act == TCN_ACT_TIME_DOUBTED;
}

/** What the collector said by itself, and what the desk answers. */
static enum tcn_status apply_words(struct step *step) {
    struct tcn_words_effect effect = {.code = TCN_OK};
    enum tcn_status status = tcn_fold_words(step->fold, step->in, &effect);
    if (status == TCN_OK && effect.code != TCN_OK) {
        make_void(step, effect.code, 0);
    }
    if (status == TCN_OK && effect.tells_desk) {
        tcn_route_add(&step->notices, step->fold->policy->desk, TCN_REASON_COLLECTOR);
    }
    return status;
}

static enum tcn_status apply_event(struct step *step) {
    enum tcn_act act = step->event->act;
    bool has_mode = step->event->mode == TCN_MODE_ACTUAL || step->event->mode == TCN_MODE_EXERCISE;
    if (tcn_act_is_human(act) && !has_mode) {
        step->is_secret = true; /* it has no stream to be told in */
        make_void(step, TCN_BAD_VALUE, 0);
        return TCN_OK;
    }
    if (act == TCN_ACT_REGISTRY_CHANGED && step->in->ruling != TCN_OK) {
        make_void(step, step->in->ruling, 0);
        return TCN_OK;
    }
    if (act == TCN_ACT_REGISTRY_CHANGED || act == TCN_ACT_GENESIS) {
        return tcn_fold_due_rows(step->fold, step->in);
    }
    if (is_own_act(act) && step->in->lane.source != 0) {
        make_void(step, TCN_DENIED, 0);
        return TCN_OK;
    }
    enum tcn_status status = tcn_words_knows(act) ? apply_words(step) : TCN_OK;
    if (status != TCN_OK || tcn_words_is_of_desk(act)) {
        return status;
    }
    if (tcn_act_is_human(act) || !tcn_act_is_known((uint32_t)act)) {
        return apply_human(step);
    }
    enum tcn_status code = TCN_OK;
    status = act == TCN_ACT_DELIVERED ? tcn_fold_delivered(step->fold, step->event, &code) : TCN_OK;
    if (status == TCN_OK && code != TCN_OK) {
        make_void(step, code, 0);
    }
    return status;
}

static enum tcn_status append_alert(struct step *step, uint16_t organ, enum tcn_reason reason) {
    struct tcn_fold *fold = step->fold;
    bool is_outcome = reason == TCN_REASON_OUTCOME;
    /* Who is nothing to the matter, as one who held it once, hears of its act and no more. */
    const uint32_t sides = TCN_WHO_HOLDER | TCN_WHO_DESK | TCN_WHO_OFFICE;
    bool is_told = !is_outcome || (!step->is_birth && (who_is(step) & sides) != 0);
    bool names_matter = step->has_matter && is_told;
    struct tcn_alert alert = {
        .stream = {.mode = step->event->mode, .organ = organ},
        .generation = step->in->generation,
        .position = step->in->position,
        .birth_position = names_matter ? step->matter.birth_position : 0,
        .act = step->event->act,
        .reason = reason,
        .severity = step->event->severity,
        .flags = step->flags | (names_matter ? step->matter.flags : 0),
        .code = (uint32_t)step->code,
        .policy_version = fold->policy->version,
        .log_time_ns = step->in->log_time_ns,
    };
    return tcn_fold_tell(fold, &alert);
}

/** Writes a void: its outcome, and a word to its actor. A secret one leaves neither: whoever asked
 * for it would learn from the difference that there is a matter. */
static enum tcn_status write_void(struct step *step) {
    const struct tcn_fold *fold = step->fold;
    const struct tcn_outcome outcome = {.position = step->in->position,
                                        .code = (uint32_t)step->code,
                                        .allowed_acts = step->allowed_acts};
    if (step->is_secret) {
        return TCN_OK;
    }
    enum tcn_status status = fold->ops->outcome_put(fold->state, &outcome);
    if (status == TCN_OK && step->in->organ != 0) {
        status = append_alert(step, step->in->organ, TCN_REASON_OUTCOME);
    }
    return status;
}

/** Writes the matter as it stands now, with the event at the head of its thread. */
static enum tcn_status write_matter(struct step *step) {
    struct tcn_fold *fold = step->fold;
    struct tcn_matter *matter = &step->matter;
    const struct tcn_thread thread = {.position = step->in->position,
                                      .birth_position = matter->birth_position,
                                      .previous_position = matter->last_position};
    raise_severity(step);
    matter->flags |= step->flags;
    matter->event_count++;
    matter->last_position = step->in->position;
    matter->last_act = step->event->act;
    matter->last_ns = step->in->log_time_ns;
    TCN_CHECK(thread.previous_position < thread.position);
    TCN_CHECK(matter->holder != 0 || fold->policy->desk == 0); /* rule 3 */
    enum tcn_status status = fold->ops->matter_put(fold->state, matter, step->is_birth);
    if (status == TCN_OK) {
        status = fold->ops->thread_append(fold->state, &thread);
    }
    fold->applied.matter_count += step->is_birth ? 1 : 0;
    return status;
}

static enum tcn_status write_notices(struct step *step) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < step->notices.recipient_count && status == TCN_OK; i++) {
        const struct tcn_recipient *recipient = &step->notices.recipients[i];
        status = append_alert(step, recipient->organ, recipient->reason);
    }
    return status;
}

/** The last sequence that an event stands for: a VOID may cover many. */
static uint64_t last_sequence(const struct step *step) {
    bool is_range = step->event->act == TCN_ACT_VOID && step->event->body_kind == TCN_BODY_VOID &&
                    step->event->void_body.count > 1;
    uint64_t more = is_range ? step->event->void_body.count - 1 : 0;
    return step->in->sequence <= UINT64_MAX - more ? step->in->sequence + more : UINT64_MAX;
}

static enum tcn_status write_source(struct step *step) {
    const struct tcn_fold *fold = step->fold;
    struct tcn_source_state source;
    memset(&source, 0, sizeof(source));
    enum tcn_status status = fold->ops->source_get(fold->state, &step->in->lane, &source);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    source.lane = step->in->lane;
    if (last_sequence(step) > source.sequence) {
        source.sequence = last_sequence(step);
    }
    source.position = step->in->position;
    source.log_time_ns = step->in->log_time_ns;
    source.event_count++;
    source.void_count += step->code != TCN_OK ? 1 : 0;
    return fold->ops->source_put(fold->state, &source);
}

static enum tcn_status write_applied(struct step *step) {
    struct tcn_fold *fold = step->fold;
    fold->applied.position = step->in->position;
    fold->applied.log_time_ns = step->in->log_time_ns;
    fold->applied.generation = step->in->generation;
    fold->applied.event_count++;
    fold->applied.fold_version = TCN_FOLD_VERSION;
    fold->applied.policy_version = fold->policy->version;
    return fold->ops->applied_put(fold->state, &fold->applied);
}

enum tcn_status tcn_fold_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                              struct tcn_outcome *out_outcome) {
    if (in->position != fold->applied.position + 1) { /* rule 1 */
        return TCN_SEQUENCE;
    }
    struct step step = {.fold = fold, .in = in, .event = in->event, .code = TCN_OK};
    step.flags = clock_flags(&step);
    enum tcn_status status = tcn_fold_due_fire(fold, in); /* rule 8 */
    status = status == TCN_OK ? apply_event(&step) : status;
    if (status == TCN_OK && step.code != TCN_OK) {
        status = write_void(&step); /* rule 7 */
    } else if (status == TCN_OK) {
        status = step.has_matter ? write_matter(&step) : TCN_OK;
        status = status == TCN_OK ? write_notices(&step) : status;
    }
    if (status == TCN_OK) {
        status = write_source(&step);
    }
    if (status == TCN_OK) {
        status = write_applied(&step);
    }
    if (status != TCN_OK) {
        return status;
    }
    *out_outcome = (struct tcn_outcome){
        .position = in->position, .code = (uint32_t)step.code, .allowed_acts = step.allowed_acts};
    return TCN_OK;
}
