/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/propose.h"

#include <string.h>

/** Bytes of a Chinese character in UTF-8. */
#define HAN_BYTES 3

/** What one word in Latin letters counts, as much as two Chinese characters do. */
#define LATIN_WEIGHT 4

static bool is_letter(uint8_t byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/** True when both are the same byte, the case of Latin letters aside. */
static bool is_same(uint8_t left, uint8_t right) {
    return left == right || ((left ^ right) == 0x20 && is_letter(left));
}

/** True when the keyword stands at the offset. */
static bool stands_at(struct tcn_slice words, size_t offset, struct tcn_slice keyword) {
    if (keyword.size > words.size - offset) {
        return false;
    }
    for (size_t i = 0; i < keyword.size; i++) {
        if (!is_same(words.data[offset + i], keyword.data[i])) {
            return false;
        }
    }
    return true;
}

/** True when a word in Latin letters ends at the offset, a plural's s or es let pass. */
static bool ends_at(struct tcn_slice words, size_t offset) {
    const struct tcn_slice endings[] = {{0}, tcn_slice_text("s"), tcn_slice_text("es")};
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t end = offset + endings[i].size;
        if (stands_at(words, offset, endings[i]) &&
            (end == words.size || !is_letter(words.data[end]))) {
            return true;
        }
    }
    return false;
}

static bool is_found(struct tcn_slice words, struct tcn_slice keyword) {
    for (size_t at = 0; at + keyword.size <= words.size; at++) {
        if (!stands_at(words, at, keyword)) {
            continue;
        }
        bool begins = !is_letter(keyword.data[0]) || at == 0 || !is_letter(words.data[at - 1]);
        bool ends = !is_letter(keyword.data[keyword.size - 1]) || ends_at(words, at + keyword.size);
        if (begins && ends) {
            return true;
        }
    }
    return false;
}

/** What a keyword counts once it is found: the square of its characters, or four for each word. */
static uint32_t weight_of(struct tcn_slice keyword) {
    uint32_t weight = 0;
    if (keyword.data[0] >= 0x80) {
        uint32_t count = (uint32_t)(keyword.size / HAN_BYTES);
        return count * count;
    }
    for (size_t i = 0; i < keyword.size; i++) {
        weight += i == 0 || keyword.data[i - 1] == ' ' ? LATIN_WEIGHT : 0;
    }
    return weight;
}

/** What is found counts, else nothing. */
static uint32_t score_of(struct tcn_slice words, const char *text) {
    struct tcn_slice keyword = tcn_slice_text(text);
    return keyword.size > 0 && is_found(words, keyword) ? weight_of(keyword) : 0;
}

static uint32_t score_domain(const struct tcn_domain *domain, struct tcn_slice words) {
    uint32_t score = score_of(words, domain->title_zh) + score_of(words, domain->title_en);
    TCN_CHECK(domain->keyword_count <= TCN_DOMAIN_KEYWORDS_MAX);
    for (uint32_t i = 0; i < domain->keyword_count; i++) {
        score += score_of(words, domain->keywords[i]);
    }
    return score;
}

/** Proposals, with what each scored. */
struct ranking {
    struct tcn_policy_proposals *proposals;
    uint32_t scores[TCN_POLICY_PROPOSALS_MAX];
};

/** Puts a domain behind all that score as much; the last one falls out when there are too many. */
static void rank(struct ranking *ranking, uint32_t domain, uint32_t score) {
    struct tcn_policy_proposals *proposals = ranking->proposals;
    uint32_t place = proposals->count;
    while (place > 0 && ranking->scores[place - 1] < score) {
        place--;
    }
    if (place == TCN_POLICY_PROPOSALS_MAX) {
        return;
    }
    bool is_full = proposals->count == TCN_POLICY_PROPOSALS_MAX;
    uint32_t last = is_full ? proposals->count - 1 : proposals->count;
    for (uint32_t i = last; i > place; i--) {
        proposals->domains[i] = proposals->domains[i - 1];
        ranking->scores[i] = ranking->scores[i - 1];
    }
    proposals->domains[place] = domain;
    ranking->scores[place] = score;
    proposals->count = last + 1;
}

void tcn_policy_propose(const struct tcn_policy *policy, struct tcn_slice words,
                        struct tcn_policy_proposals *out_proposals) {
    struct ranking ranking = {.proposals = out_proposals};
    memset(out_proposals, 0, sizeof(*out_proposals));
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        uint32_t score = score_domain(&policy->domains[i], words);
        if (score > 0) {
            rank(&ranking, i, score);
        }
    }
}
