/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/wrap.h"

#include "agents/bundle.h"
#include "base/text.h"
#include "seal/box.h"
#include "wire/event.h"

#include <stdio.h>

/** Encoded bytes of one compartment beyond its text: padding, tag, nonce and field tags. */
#define COMPARTMENT_EXTRA_BYTES 512u

/** Encoded bytes of one wrap. */
#define WRAP_EXTRA_BYTES 128u

_Static_assert(TCN_GUARD_ORGANS_MAX <= TCN_WRAPS_MAX, "a whole list fits");

/** Adds an organ that may read, but need not: one without a key reads nothing. */
static bool add_with_key(const struct tcn_agent_office *office, uint16_t organ,
                         struct tcn_wraps *readers) {
    return tcn_agent_bundle_key(office->bundle, organ) == NULL || tcn_wraps_add(readers, organ);
}

/** True for who stands beside whoever leads and has no key. */
static bool is_keyless(const struct tcn_agent_office *office, const struct tcn_route *route,
                       uint16_t organ) {
    bool is_beside = false;
    for (uint32_t i = 0; i < route->recipient_count; i++) {
        is_beside = is_beside || (route->recipients[i].organ == organ &&
                                  route->recipients[i].reason == TCN_REASON_CO_RECIPIENT);
    }
    return is_beside && organ != route->holder &&
           tcn_agent_bundle_key(office->bundle, organ) == NULL;
}

/** Leaves out who stands beside the owner and could open nothing: it is told all the same, and not
 * each office has a program. What is urgent is not refused because of it. */
static void leave_out_keyless(const struct tcn_agent_office *office, const struct tcn_route *route,
                              struct tcn_wraps *readers) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < readers->count; i++) {
        if (!is_keyless(office, route, readers->organs[i])) {
            readers->organs[count++] = readers->organs[i];
        }
    }
    readers->count = count;
}

void tcn_agent_readers_of_report(const struct tcn_agent_office *office,
                                 const struct tcn_wraps_asked *asked, struct tcn_wraps *out) {
    tcn_wraps_of(asked, out);
    if (office->is_feed && !asked->route->is_guarded) {
        *out = (struct tcn_wraps){.count = 0};
        (void)tcn_wraps_add(out, asked->route->holder != 0 ? asked->route->holder
                                                           : office->policy->desk);
    }
    if (out->has_escrow &&
        tcn_agent_bundle_key(office->bundle, out->organs[out->count - 1]) == NULL) {
        out->count--;
        out->has_escrow = false;
    }
    leave_out_keyless(office, asked->route, out);
}

/** The organ that reports for the division that an act names; 0 when it names none. */
static uint16_t office_of(const struct tcn_policy *policy, struct tcn_slice division) {
    uint64_t code = 0;
    if (!tcn_division_is_valid(division) || tcn_text_to_u64(division, &code) != TCN_OK) {
        return 0;
    }
    const struct tcn_division *found = tcn_policy_division(policy, code);
    return found == NULL ? 0 : found->office;
}

/** Adds who is on a matter's list. */
static enum tcn_status add_listed(const struct tcn_agent_office *office,
                                  const struct tcn_draft_list *list, struct tcn_wraps *out) {
    for (uint32_t i = 0; i < list->count; i++) {
        const struct tcn_organ *organ = tcn_policy_organ_by_id(office->policy, list->organs[i]);
        if (organ == NULL) {
            return TCN_BAD_VALUE;
        }
        if (!add_with_key(office, organ->number, out)) {
            return TCN_TOOBIG;
        }
    }
    return TCN_OK;
}

enum tcn_status tcn_agent_readers_of_act(const struct tcn_agent_office *office,
                                         const struct tcn_event *event,
                                         const struct tcn_draft_list *list, struct tcn_wraps *out) {
    const struct tcn_policy *policy = office->policy;
    const bool is_open = list->is_known && list->count == 0;
    const struct tcn_domain *domain = is_open ? tcn_policy_domain(policy, event->domain) : NULL;
    const struct tcn_organ *speaker = tcn_policy_organ_by_id(policy, event->office);
    const struct tcn_organ *to = event->body_kind == TCN_BODY_ACT
                                     ? tcn_policy_organ_by_id(policy, event->act_body.to_organ)
                                     : NULL;
    *out = (struct tcn_wraps){.count = 0};
    enum tcn_status status = add_listed(office, list, out);
    bool is_all = tcn_wraps_add(out, domain == NULL ? 0 : domain->owner);
    is_all = tcn_wraps_add(out, to == NULL ? 0 : to->number) && is_all;
    is_all = add_with_key(office, is_open ? office_of(policy, event->division) : 0, out) && is_all;
    is_all = add_with_key(office, speaker == NULL ? 0 : speaker->number, out) && is_all;
    if (status == TCN_OK && !is_all && !office->is_feed) {
        status = TCN_TOOBIG;
    }
    if (office->is_feed && out->count > 1) {
        out->count = 1;
    }
    if (out->count == 0 && list->count == 0) {
        (void)tcn_wraps_add(out, policy->desk);
    }
    return status;
}

/** Finds the readers' keys. */
static enum tcn_status find_keys(const struct tcn_agent_office *office,
                                 const struct tcn_wraps *readers,
                                 struct tcn_seal_recipient out_recipients[TCN_WRAPS_MAX],
                                 struct tcn_agent_fault *out_fault) {
    for (uint32_t i = 0; i < readers->count; i++) {
        const struct tcn_public_key *key = tcn_agent_bundle_key(office->bundle, readers->organs[i]);
        if (key == NULL) {
            const struct tcn_organ *organ = tcn_policy_organ(office->policy, readers->organs[i]);
            out_fault->field = "texts";
            (void)snprintf(out_fault->sentence, sizeof(out_fault->sentence),
                           "the bundle has no sealing key of %s, which must read it",
                           organ == NULL ? "an unknown organ" : organ->id);
            return TCN_ABSENT;
        }
        out_recipients[i] = (struct tcn_seal_recipient){.organ = readers->organs[i], .key = *key};
    }
    return TCN_OK;
}

/** Encodes the sealed part into bytes of the arena. */
static enum tcn_status encode(const struct tcn_sealed *sealed, struct tcn_arena *arena,
                              struct tcn_slice *out_bytes) {
    size_t size = COMPARTMENT_EXTRA_BYTES;
    for (uint32_t i = 0; i < sealed->compartment_count; i++) {
        const struct tcn_compartment *compartment = &sealed->compartments[i];
        size += compartment->ciphertext.size + COMPARTMENT_EXTRA_BYTES +
                (size_t)compartment->wrap_count * WRAP_EXTRA_BYTES;
    }
    uint8_t *data = tcn_arena_alloc(arena, size);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, size);
    return tcn_wire_sealed_encode(sealed, &writer, out_bytes);
}

enum tcn_status tcn_agent_seal(const struct tcn_agent_office *office,
                               const struct tcn_agent_texts *texts, struct tcn_arena *arena,
                               struct tcn_agent_sealing *out_sealing) {
    struct tcn_seal_recipient recipients[TCN_COMPARTMENTS_MAX][TCN_WRAPS_MAX];
    struct tcn_seal_item items[TCN_COMPARTMENTS_MAX];
    TCN_CHECK(texts->count >= 1 && texts->count <= TCN_COMPARTMENTS_MAX);
    for (uint32_t i = 0; i < texts->count; i++) {
        const struct tcn_wraps *readers = &texts->texts[i].readers;
        enum tcn_status status = find_keys(office, readers, recipients[i], &out_sealing->fault);
        if (status != TCN_OK) {
            return status;
        }
        items[i] = (struct tcn_seal_item){.plain = texts->texts[i].plain,
                                          .recipients = recipients[i],
                                          .recipient_count = readers->count};
    }
    out_sealing->fault.field = "texts";
    struct tcn_sealed sealed;
    enum tcn_status status =
        tcn_seal(texts->open, items, texts->count, arena, &sealed, &out_sealing->share);
    if (status != TCN_OK) {
        return status;
    }
    return encode(&sealed, arena, &out_sealing->sealed);
}
