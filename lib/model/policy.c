/* SPDX-License-Identifier: Apache-2.0 */
#include "model/policy.h"

#include <string.h>

/** A division of the township level ends in so many zeros: its villages count below them. */
#define VILLAGE_CODES 1000u

const struct tcn_organ *tcn_policy_organ(const struct tcn_policy *policy, uint16_t number) {
    uint32_t first = 0;
    uint32_t end = policy->organ_count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (policy->organs[middle].number < number) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    if (first < policy->organ_count && policy->organs[first].number == number) {
        return &policy->organs[first];
    }
    return NULL;
}

const struct tcn_organ *tcn_policy_organ_by_id(const struct tcn_policy *policy,
                                               struct tcn_slice id) {
    for (uint32_t i = 0; i < policy->organ_count; i++) {
        if (tcn_slice_is_text(id, policy->organs[i].id)) {
            return &policy->organs[i];
        }
    }
    return NULL;
}

/** Order of a slice and a word by their bytes, shorter first: below, at or above 0. */
static int compare_word(struct tcn_slice slice, const char *word) {
    size_t size = strlen(word);
    size_t common = slice.size < size ? slice.size : size;
    int order = common == 0 ? 0 : memcmp(slice.data, word, common);
    if (order != 0) {
        return order;
    }
    return (slice.size > size) - (slice.size < size);
}

const struct tcn_organ *tcn_policy_discipline(const struct tcn_policy *policy) {
    return tcn_policy_organ_by_id(policy, tcn_slice_text("discipline"));
}

const struct tcn_domain *tcn_policy_domain(const struct tcn_policy *policy, struct tcn_slice id) {
    uint32_t first = 0;
    uint32_t end = policy->domain_count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        int order = compare_word(id, policy->domains[middle].id);
        if (order == 0) {
            return &policy->domains[middle];
        }
        if (order > 0) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return NULL;
}

/** The division with exactly this code, or NULL. */
static const struct tcn_division *division_exact(const struct tcn_policy *policy, uint64_t code) {
    uint32_t first = 0;
    uint32_t end = policy->division_count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (policy->divisions[middle].code < code) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    if (first < policy->division_count && policy->divisions[first].code == code) {
        return &policy->divisions[first];
    }
    return NULL;
}

/** How many of the domain's co-recipients, from the first on, are told of a matter this grave. */
static uint32_t told_count(const struct tcn_domain *domain, enum tcn_severity severity) {
    const uint32_t all = domain->recipient_count < TCN_DOMAIN_RECIPIENTS_MAX
                             ? domain->recipient_count
                             : TCN_DOMAIN_RECIPIENTS_MAX;
    const uint32_t urgent =
        domain->urgent_recipient_count < all ? domain->urgent_recipient_count : all;
    return severity >= TCN_SEVERITY_URGENT ? all : all - urgent;
}

uint16_t tcn_policy_office_of(const struct tcn_policy *policy, uint64_t division,
                              uint16_t reporter) {
    const struct tcn_division *place = division != 0 ? tcn_policy_division(policy, division) : NULL;
    if (place != NULL && place->office != 0) {
        return place->office;
    }
    const struct tcn_organ *organ = tcn_policy_organ(policy, reporter);
    return organ != NULL && organ->kind == TCN_ORGAN_OFFICE ? reporter : 0;
}

struct tcn_beside tcn_policy_beside(const struct tcn_policy *policy,
                                    const struct tcn_domain *domain, enum tcn_severity severity,
                                    uint16_t place_office) {
    struct tcn_beside beside = {.count = 0};
    const uint32_t count = domain != NULL ? told_count(domain, severity) : 0;
    bool is_by_place = false;
    for (uint32_t i = 0; i < count; i++) {
        is_by_place = is_by_place || domain->recipients[i] == TCN_ORGAN_OF_PLACE;
        if (domain->recipients[i] != TCN_ORGAN_OF_PLACE) {
            beside.organs[beside.count] = domain->recipients[i];
            beside.count++;
        }
    }
    if (is_by_place && tcn_policy_organ(policy, place_office) != NULL &&
        place_office != domain->owner) {
        beside.place = place_office;
        beside.is_place_alone = !tcn_beside_has(&beside, place_office);
    }
    if (beside.is_place_alone) {
        beside.organs[beside.count] = place_office;
        beside.count++;
    }
    return beside;
}

bool tcn_beside_has(const struct tcn_beside *told, uint16_t organ) {
    for (uint32_t i = 0; i < told->count; i++) {
        if (told->organs[i] == organ) {
            return true;
        }
    }
    return false;
}

const char *tcn_policy_beside_word(const struct tcn_policy *policy, uint16_t recipient) {
    const struct tcn_organ *organ = tcn_policy_organ(policy, recipient);
    if (recipient == TCN_ORGAN_OF_PLACE) {
        return TCN_POLICY_PLACE_WORD;
    }
    return organ != NULL ? organ->id : NULL;
}

bool tcn_policy_tells(const struct tcn_policy *policy, const struct tcn_domain *domain,
                      uint16_t organ) {
    const struct tcn_organ *asked = tcn_policy_organ(policy, organ);
    const bool is_office = asked != NULL && asked->kind == TCN_ORGAN_OFFICE;
    bool is_told = domain->owner == organ || organ == policy->desk;
    for (uint32_t i = 0; i < domain->recipient_count && i < TCN_DOMAIN_RECIPIENTS_MAX; i++) {
        is_told = is_told || domain->recipients[i] == organ ||
                  (domain->recipients[i] == TCN_ORGAN_OF_PLACE && is_office);
    }
    return is_told;
}

const struct tcn_division *tcn_policy_division(const struct tcn_policy *policy, uint64_t code) {
    const struct tcn_division *division = division_exact(policy, code);
    if (division == NULL && code % VILLAGE_CODES != 0) {
        division = division_exact(policy, code / VILLAGE_CODES * VILLAGE_CODES);
    }
    return division;
}
