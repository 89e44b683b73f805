/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy_effect.h"

#include "query/activation.h"
#include "json/write.h"

#include <inttypes.h>

static const char *id_of(const struct tcn_policy *policy, uint16_t number) {
    const struct tcn_organ *organ = number != 0 ? tcn_policy_organ(policy, number) : NULL;
    return organ != NULL ? organ->id : NULL;
}

static const char *or_nobody(const char *id) {
    return id != NULL ? id : "nobody";
}

static uint16_t owner_in(const struct tcn_policy *policy, const char *id) {
    const struct tcn_domain *domain = tcn_policy_domain(policy, tcn_slice_text(id));
    return domain != NULL ? domain->owner : 0;
}

static const struct tcn_clock_rule *rule_in(const struct tcn_policy *policy, const char *id) {
    return policy->clocks != NULL ? tcn_clock_rule_find(policy->clocks, tcn_slice_text(id)) : NULL;
}

static uint32_t rule_count(const struct tcn_policy *policy) {
    return policy->clocks != NULL ? policy->clocks->rule_count : 0;
}

/* "changed" or "removed", of a rule that is in force; NULL when clocks count by it as before. */
static const char *change_of(const struct tcn_policy *next, const struct tcn_clock_rule *rule) {
    const struct tcn_clock_rule *then = rule_in(next, rule->id);
    const bool is_gone = then == NULL || (rule->is_enabled && !then->is_enabled);
    return !tcn_regime_clock_differs(next, rule) ? NULL : is_gone ? "removed" : "changed";
}

static bool is_new_rule(const struct tcn_policy *now, const struct tcn_clock_rule *rule) {
    return rule_in(now, rule->id) == NULL;
}

static bool has_key(const struct tcn_policy_effect *effect, uint16_t organ) {
    for (uint32_t i = 0; i < effect->registry->organ_key_count; i++) {
        if (effect->registry->organ_keys[i].organ == organ) {
            return true;
        }
    }
    return false;
}

static bool is_new_organ(const struct tcn_policy_effect *effect, const struct tcn_organ *organ) {
    return tcn_policy_organ(effect->now, organ->number) == NULL;
}

/* True when the organ is to own a domain that it does not own now. */
static bool owns_anew(const struct tcn_policy_effect *effect, uint16_t organ) {
    for (uint32_t i = 0; i < effect->next->domain_count; i++) {
        const struct tcn_domain *domain = &effect->next->domains[i];
        if (domain->owner == organ && owner_in(effect->now, domain->id) != organ) {
            return true;
        }
    }
    return false;
}

static bool is_beside(const struct tcn_domain *domain, uint16_t organ) {
    for (uint32_t i = 0; i < domain->recipient_count; i++) {
        if (domain->recipients[i] == organ) {
            return true;
        }
    }
    return false;
}

/* Who stands beside the owner: always, and of what is urgent. */
static void put_beside(FILE *out, const struct tcn_policy *policy,
                       const struct tcn_domain *domain) {
    const uint32_t always = domain->recipient_count - domain->urgent_recipient_count;
    (void)fputs(domain->recipient_count == 0 ? " nobody" : "", out);
    for (uint32_t i = 0; i < domain->recipient_count; i++) {
        (void)fprintf(out, "%s %s", i == always ? " of what is urgent" : "",
                      or_nobody(tcn_policy_beside_word(policy, domain->recipients[i])));
    }
}

static bool is_other_beside(const struct tcn_policy_effect *effect,
                            const struct tcn_domain *domain) {
    return tcn_policy_domain(effect->next, tcn_slice_text(domain->id)) != NULL &&
           tcn_regime_beside_differs(effect->now, effect->next, domain);
}

/* True when the organ is to stand beside the owner of a domain, by its own name, and does not now.
 */
static bool stands_anew(const struct tcn_policy_effect *effect, uint16_t organ) {
    for (uint32_t i = 0; i < effect->next->domain_count; i++) {
        const struct tcn_domain *domain = &effect->next->domains[i];
        const struct tcn_domain *before =
            tcn_policy_domain(effect->now, tcn_slice_text(domain->id));
        if (is_beside(domain, organ) && (before == NULL || !is_beside(before, organ))) {
            return true;
        }
    }
    return false;
}

/* An office that was never set up has no key either, and nothing is sealed to it: only those that
 * this activation brings work to are told. */
static bool lacks_key(const struct tcn_policy_effect *effect, const struct tcn_organ *organ) {
    return !has_key(effect, organ->number) &&
           (is_new_organ(effect, organ) || owns_anew(effect, organ->number) ||
            stands_anew(effect, organ->number));
}

static void tell_organs(FILE *out, const struct tcn_policy_effect *effect) {
    const struct tcn_policy *next = effect->next;
    for (uint32_t i = 0; i < next->organ_count; i++) {
        if (is_new_organ(effect, &next->organs[i])) {
            (void)fprintf(out, "organ %s: new\n", next->organs[i].id);
        }
    }
    for (uint32_t i = 0; i < next->organ_count; i++) {
        if (lacks_key(effect, &next->organs[i])) {
            (void)fprintf(out,
                          "organ %s: HAS NO SEALING KEY; agents refuse texts of what it owns, and "
                          "seal no other to it, until its own machine has named one: tocsin key "
                          "invite\n",
                          next->organs[i].id);
        }
    }
}

static void tell_domains(FILE *out, const struct tcn_policy_effect *effect) {
    const struct tcn_policy *now = effect->now;
    const struct tcn_policy *next = effect->next;
    for (uint32_t i = 0; i < now->domain_count; i++) {
        const struct tcn_domain *domain = &now->domains[i];
        if (tcn_regime_owner_differs(now, next, domain)) {
            const uint16_t then = owner_in(next, domain->id);
            (void)fprintf(out, "domain %s: owner %s, then %s\n", domain->id,
                          or_nobody(id_of(now, domain->owner)), or_nobody(id_of(next, then)));
        }
        if (is_other_beside(effect, domain)) {
            (void)fprintf(out, "domain %s: beside the owner", domain->id);
            put_beside(out, now, domain);
            (void)fputs(", then", out);
            put_beside(out, next, tcn_policy_domain(next, tcn_slice_text(domain->id)));
            (void)fputs("; of open matters too\n", out);
        }
    }
    for (uint32_t i = 0; i < next->domain_count; i++) {
        if (tcn_policy_domain(now, tcn_slice_text(next->domains[i].id)) == NULL) {
            (void)fprintf(out, "domain %s: new\n", next->domains[i].id);
        }
    }
}

static void tell_rules(FILE *out, const struct tcn_policy_effect *effect) {
    for (uint32_t i = 0; i < rule_count(effect->now); i++) {
        const struct tcn_clock_rule *rule = &effect->now->clocks->rules[i];
        const char *change = change_of(effect->next, rule);
        if (change != NULL) {
            (void)fprintf(out, "clock %s: %s; those that run %s\n", rule->id, change,
                          effect->restates ? "are restated" : "keep their terms");
        }
    }
    for (uint32_t i = 0; i < rule_count(effect->next); i++) {
        const struct tcn_clock_rule *rule = &effect->next->clocks->rules[i];
        if (is_new_rule(effect->now, rule)) {
            (void)fprintf(out, "clock %s: new; it starts with what comes later\n", rule->id);
        }
    }
}

static void tell_forecast(FILE *out, const struct tcn_policy_effect *effect) {
    const struct tcn_forecast *forecast = effect->forecast;
    if (forecast == NULL) {
        (void)fputs("clocks that run: not counted, for the state cannot be read now\n", out);
        return;
    }
    const uint64_t *all = forecast->all.counts;
    (void)fprintf(out,
                  "clocks: %" PRIu64 " move to another limit, %" PRIu64 " end with their rule, "
                  "%" PRIu64 " that ended are judged otherwise\n",
                  all[TCN_RESTATED_MOVED], all[TCN_RESTATED_LEFT], all[TCN_RESTATED_JUDGED]);
    if (effect->not_yet_folded > 0) {
        (void)fprintf(out, "those of the last %" PRIu64 " events are not in it yet\n",
                      effect->not_yet_folded);
    }
}

void tcn_policy_effect_text(FILE *out, const struct tcn_policy_effect *effect) {
    (void)fprintf(out, "version %" PRIu64 " is in force; %s is version %" PRIu64 "\n",
                  effect->now->version, effect->path, effect->next->version);
    tell_organs(out, effect);
    tell_domains(out, effect);
    tell_rules(out, effect);
    tell_forecast(out, effect);
}

static void add_organs(struct tcn_json_writer *writer, const struct tcn_policy_effect *effect) {
    tcn_json_array_begin(writer, "organs");
    for (uint32_t i = 0; i < effect->next->organ_count; i++) {
        const struct tcn_organ *organ = &effect->next->organs[i];
        if (is_new_organ(effect, organ) || lacks_key(effect, organ)) {
            tcn_json_object_begin(writer, NULL);
            tcn_json_add_word(writer, "id", organ->id);
            tcn_json_add_word(writer, "change", is_new_organ(effect, organ) ? "added" : "same");
            tcn_json_add_bool(writer, "has_sealing_key", has_key(effect, organ->number));
            tcn_json_object_end(writer);
        }
    }
    tcn_json_array_end(writer);
}

static void add_beside(struct tcn_json_writer *writer, const char *key,
                       const struct tcn_policy *policy, const char *id) {
    const struct tcn_domain *domain = tcn_policy_domain(policy, tcn_slice_text(id));
    tcn_json_array_begin(writer, key);
    for (uint32_t i = 0; domain != NULL && i < domain->recipient_count; i++) {
        const bool is_urgent = i >= domain->recipient_count - domain->urgent_recipient_count;
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "organ", tcn_policy_beside_word(policy, domain->recipients[i]));
        tcn_json_add_bool(writer, "is_urgent_only", is_urgent);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

static void add_domain(struct tcn_json_writer *writer, const struct tcn_policy_effect *effect,
                       const char *id, const char *change) {
    tcn_json_object_begin(writer, NULL);
    tcn_json_add_word(writer, "id", id);
    tcn_json_add_word(writer, "change", change);
    tcn_json_add_word(writer, "owner_before", id_of(effect->now, owner_in(effect->now, id)));
    tcn_json_add_word(writer, "owner_after", id_of(effect->next, owner_in(effect->next, id)));
    add_beside(writer, "beside_before", effect->now, id);
    add_beside(writer, "beside_after", effect->next, id);
    tcn_json_object_end(writer);
}

static void add_domains(struct tcn_json_writer *writer, const struct tcn_policy_effect *effect) {
    const struct tcn_policy *now = effect->now;
    const struct tcn_policy *next = effect->next;
    tcn_json_array_begin(writer, "domains");
    for (uint32_t i = 0; i < now->domain_count; i++) {
        const char *id = now->domains[i].id;
        const bool is_there = tcn_policy_domain(next, tcn_slice_text(id)) != NULL;
        if (!is_there || tcn_regime_owner_differs(now, next, &now->domains[i]) ||
            is_other_beside(effect, &now->domains[i])) {
            add_domain(writer, effect, id, is_there ? "changed" : "removed");
        }
    }
    for (uint32_t i = 0; i < next->domain_count; i++) {
        const char *id = next->domains[i].id;
        if (tcn_policy_domain(now, tcn_slice_text(id)) == NULL) {
            add_domain(writer, effect, id, "added");
        }
    }
    tcn_json_array_end(writer);
}

static void add_rule(struct tcn_json_writer *writer, const char *id, const char *change) {
    tcn_json_object_begin(writer, NULL);
    tcn_json_add_word(writer, "id", id);
    tcn_json_add_word(writer, "change", change);
    tcn_json_object_end(writer);
}

static void add_rules(struct tcn_json_writer *writer, const struct tcn_policy_effect *effect) {
    tcn_json_array_begin(writer, "rules");
    for (uint32_t i = 0; i < rule_count(effect->now); i++) {
        const struct tcn_clock_rule *rule = &effect->now->clocks->rules[i];
        const char *change = change_of(effect->next, rule);
        if (change != NULL) {
            add_rule(writer, rule->id, change);
        }
    }
    for (uint32_t i = 0; i < rule_count(effect->next); i++) {
        const struct tcn_clock_rule *rule = &effect->next->clocks->rules[i];
        if (is_new_rule(effect->now, rule)) {
            add_rule(writer, rule->id, "added");
        }
    }
    tcn_json_array_end(writer);
}

static void add_counts(struct tcn_json_writer *writer, const struct tcn_restated_counts *counts) {
    tcn_json_add_u64(writer, "moved", counts->counts[TCN_RESTATED_MOVED]);
    tcn_json_add_u64(writer, "removed", counts->counts[TCN_RESTATED_LEFT]);
    tcn_json_add_u64(writer, "judged_otherwise", counts->counts[TCN_RESTATED_JUDGED]);
    tcn_json_add_u64(writer, "same", counts->counts[TCN_RESTATED_SAME]);
    tcn_json_add_u64(writer, "untouched", counts->counts[TCN_RESTATED_NOT]);
}

static void add_clocks(struct tcn_json_writer *writer, const struct tcn_policy_effect *effect) {
    const struct tcn_forecast *forecast = effect->forecast;
    if (forecast == NULL) {
        tcn_json_add_null(writer, "clocks");
        return;
    }
    tcn_json_object_begin(writer, "clocks");
    tcn_json_add_u64(writer, "position", effect->position);
    tcn_json_add_u64(writer, "not_yet_folded", effect->not_yet_folded);
    add_counts(writer, &forecast->all);
    tcn_json_array_begin(writer, "rules");
    for (uint32_t i = 0; i < forecast->count; i++) {
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "id", forecast->rows[i].id);
        add_counts(writer, &forecast->rows[i].counts);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
    tcn_json_object_end(writer);
}

enum tcn_status tcn_policy_effect_json(FILE *out, const struct tcn_policy_effect *effect) {
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "policy_activate");
    tcn_json_add_word(&writer, "path", effect->path);
    tcn_json_add_u64(&writer, "in_force", effect->now->version);
    tcn_json_add_u64(&writer, "version", effect->next->version);
    tcn_json_add_bool(&writer, "restates", effect->restates);
    tcn_json_add_bool(&writer, "is_dry_run", effect->is_dry);
    add_organs(&writer, effect);
    add_domains(&writer, effect);
    add_rules(&writer, effect);
    add_clocks(&writer, effect);
    const enum tcn_status status = tcn_json_write_file(&writer, out, true);
    tcn_json_writer_fini(&writer);
    return status;
}
