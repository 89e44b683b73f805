/* SPDX-License-Identifier: Apache-2.0 */
#include "core/silence.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/guard.h"
#include "core/signs.h"
#include "model/procedure.h"

#include <string.h>

#define REMIND_NS (INT64_C(1800) * 1000000000)

bool tcn_silence_is_protected(const struct tcn_policy *policy, struct tcn_slice word) {
    const struct tcn_domain *domain = tcn_policy_domain(policy, word);
    if (domain == NULL) {
        return true; /* nobody can say that it is not */
    }
    for (uint32_t i = 0; i < policy->line_count; i++) {
        if (strcmp(policy->lines[i].id, domain->line) == 0) {
            return policy->lines[i].is_protected;
        }
    }
    return false;
}

/** S3: what names no domain covers all that the organ is told of. */
bool tcn_silence_would_cover_protected(const struct tcn_policy *policy, struct tcn_slice word,
                                       uint16_t organ) {
    if (word.size > 0) {
        return tcn_silence_is_protected(policy, word);
    }
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        const struct tcn_domain *domain = &policy->domains[i];
        if (tcn_policy_tells(policy, domain, organ) &&
            tcn_silence_is_protected(policy, tcn_slice_text(domain->id))) {
            return true;
        }
    }
    return false;
}

/** S1: how far it reaches, or that it is of the whole stream. */
static bool has_breadth(const struct tcn_policy *policy, const struct tcn_event *event,
                        uint16_t organ) {
    const struct tcn_organ *own = tcn_policy_organ(policy, organ);
    const bool is_own =
        own != NULL && tcn_slice_equals(event->act_body.to_organ, tcn_slice_text(own->id));
    return event->domain.size > 0 || event->division.size > 0 || is_own;
}

/** Copies a word; of a text that is longer, as a post's name may be, as many whole signs as fit. */
static void keep(struct tcn_slice word, char out_word[TCN_WORD_BYTES_MAX + 1]) {
    const struct tcn_slice front = tcn_text_front(word, TCN_WORD_BYTES_MAX);
    memset(out_word, 0, TCN_WORD_BYTES_MAX + 1);
    if (front.size > 0) {
        memcpy(out_word, front.data, front.size);
    }
}

enum tcn_silence_fault tcn_silence_judge(const struct tcn_policy *policy,
                                         const struct tcn_event *event, uint16_t organ,
                                         int64_t log_time_ns, struct tcn_silence *out_silence,
                                         uint32_t *out_missing) {
    const struct tcn_act_body *body = &event->act_body;
    const bool is_act = event->body_kind == TCN_BODY_ACT;
    *out_missing = (is_act && body->reason.size > 0 ? 0u : TCN_FACT_REASON) |
                   (is_act && body->post.size > 0 ? 0u : TCN_FACT_POST) |
                   (is_act && body->until_ns != 0 ? 0u : TCN_FACT_UNTIL) |
                   (has_breadth(policy, event, organ) ? 0u : TCN_FACT_DOMAIN);
    if (*out_missing != 0) {
        return TCN_SILENCE_LACKS;
    }
    if (body->until_ns <= log_time_ns ||
        tcn_time_minus(body->until_ns, log_time_ns) > TCN_SILENCE_MOST_NS) {
        return TCN_SILENCE_LONG;
    }
    if (event->severity == TCN_SEVERITY_DANGER) {
        return TCN_SILENCE_DANGER;
    }
    if (tcn_silence_would_cover_protected(policy, event->domain, organ)) {
        return TCN_SILENCE_PROTECTED;
    }
    struct tcn_silence silence = {
        .organ = organ, .mode = event->mode, .since_ns = log_time_ns, .until_ns = body->until_ns};
    keep(event->domain, silence.domain);
    keep(body->reason, silence.reason);
    keep(body->post, silence.post);
    if (event->division.size > 0 && tcn_text_to_u64(event->division, &silence.division) != TCN_OK) {
        silence.division = 0; /* the event was checked: it has twelve digits */
    }
    *out_silence = silence;
    return TCN_SILENCE_FINE;
}

/** True of a division, or a village of it when it is a township. */
static bool is_within(uint64_t division, uint64_t wide) {
    return division == wide || (wide % 1000 == 0 && division / 1000 == wide / 1000);
}

bool tcn_silence_is_imminent(const struct tcn_matter *matter) {
    return matter->severity == TCN_SEVERITY_DANGER && !tcn_guard_has(matter) &&
           tcn_sign_is_open(matter);
}

bool tcn_silence_meets(const struct tcn_policy *policy, const struct tcn_silence *silence,
                       const struct tcn_matter *matter) {
    const struct tcn_domain *domain = tcn_policy_domain(policy, tcn_slice_text(matter->domain));
    const uint16_t organ = silence->organ;
    const struct tcn_beside beside =
        tcn_policy_beside(policy, domain, matter->severity, tcn_sign_office(policy, matter));
    const bool is_told = domain != NULL && (domain->owner == organ || organ == policy->desk ||
                                            tcn_beside_has(&beside, organ));
    const bool is_theirs = matter->holder == organ || matter->office == organ || is_told;
    return is_theirs && matter->mode == silence->mode && tcn_silence_is_imminent(matter) &&
           (silence->domain[0] == '\0' || strcmp(silence->domain, matter->domain) == 0);
}

bool tcn_silence_reaches(const struct tcn_silence *silence, const struct tcn_matter *matter) {
    const bool is_domain =
        silence->domain[0] == '\0' || strcmp(silence->domain, matter->domain) == 0;
    return is_domain && (silence->division == 0 || is_within(matter->division, silence->division));
}

bool tcn_silence_covers(const struct tcn_policy *policy, const struct tcn_silence *silence,
                        const struct tcn_alert *alert, const struct tcn_matter *matter) {
    const bool is_its =
        silence->organ == alert->stream.organ && silence->mode == alert->stream.mode;
    const bool is_loud =
        alert->severity == TCN_SEVERITY_DANGER || matter->severity == TCN_SEVERITY_DANGER ||
        alert->reason == TCN_REASON_UNDELIVERABLE || alert->reason == TCN_REASON_COLLECTOR ||
        alert->reason == TCN_REASON_OUTCOME || (matter->flags & TCN_FLAG_GUARDED) != 0;
    return is_its && !is_loud &&
           !tcn_silence_is_protected(policy, tcn_slice_text(matter->domain)) &&
           tcn_silence_reaches(silence, matter);
}

int64_t tcn_silence_remind_ns(const struct tcn_silence *silence) {
    const int64_t half_ns = tcn_time_minus(silence->until_ns, silence->since_ns) / 2;
    return tcn_time_minus(silence->until_ns, half_ns < REMIND_NS ? half_ns : REMIND_NS);
}
