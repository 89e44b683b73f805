/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the key files here can open what is sealed to their organs now. */
#include "base/clock.h"
#include "cli/doctor_judge.h"

#include <string.h>

#define ASK_NS (4 * TCN_SECOND_NS)
#define MEND_BYTES TCN_FINDING_MEND_BYTES

/* A key file of an organ's program, and the sealing keys that it holds. */
struct holder {
    const char *path;
    const char *organ;
    struct tcn_public_key held[TCN_SEALS_MAX];
    uint32_t held_count;
};

/* Each configuration has two places: its agent's, and its client's. False where there is none, or a
 * file that cannot be read, which the check of keys has told. */
static bool read_holder(const struct tcn_doctor *doctor, uint32_t place,
                        struct holder *out_holder) {
    const struct tcn_config *config = doctor->files[place / 2].config;
    const bool is_agent = place % 2 == 0;
    struct holder holder = {.path = is_agent ? config->agent.key_file : config->client.key_file,
                            .organ = is_agent ? config->agent.organ : config->client.organ};
    struct tcn_key_set set = {0};
    struct tcn_seal_key seals[TCN_SEALS_MAX];
    const bool is_there = (is_agent ? config->has_agent : config->has_client) &&
                          tcn_key_file_read(holder.path, &set) == TCN_OK;
    holder.held_count = is_there ? tcn_key_set_seals(&set, seals) : 0;
    for (uint32_t index = 0; index < holder.held_count; index++) {
        holder.held[index] = seals[index].public_key;
    }
    tcn_secret_wipe(seals, sizeof seals);
    tcn_key_set_fini(&set);
    *out_holder = holder;
    return is_there;
}

/* The key that is sealed to; NULL for who is no organ, or one without a key. */
static const struct tcn_public_key *newest_of(const struct tcn_names *names, const char *organ) {
    const struct tcn_organ *found = tcn_policy_organ_by_id(&names->policy, tcn_slice_text(organ));
    const struct tcn_bundle *bundle = &names->bundle;
    for (uint32_t index = bundle->organ_key_count; found != NULL && index > 0; index--) {
        if (bundle->organ_keys[index - 1].organ == found->number) {
            return &bundle->organ_keys[index - 1].key; /* newest last */
        }
    }
    return NULL;
}

/* Another key file here that holds it; NULL when none does. */
static const char *find_source(const struct tcn_doctor *doctor, const char *organ,
                               const struct tcn_public_key *newest) {
    for (uint32_t place = 0; place < 2 * doctor->file_count; place++) {
        struct holder other;
        if (read_holder(doctor, place, &other) && strcmp(other.organ, organ) == 0 &&
            tcn_doctor_judge_seals(newest, other.held, other.held_count) == TCN_FINDING_OK) {
            return other.path;
        }
    }
    return NULL;
}

static void tell_lacking(struct tcn_doctor *doctor, const struct holder *holder,
                         const struct tcn_public_key *newest) {
    char mend[MEND_BYTES];
    const char *source = find_source(doctor, holder->organ, newest);
    if (source != NULL) {
        (void)snprintf(mend, sizeof mend, "tocsin key rotate organ --from %s %s", source,
                       holder->path);
    } else {
        (void)snprintf(mend, sizeof mend,
                       "bring a key file that has it from the PC where it was made, then: tocsin "
                       "key rotate organ --from FILE %s",
                       holder->path);
    }
    tcn_doctor_say(doctor, TCN_FINDING_WARN, mend,
                   "%s lacks the newest sealing key of %s: what is sealed to it cannot be read "
                   "with this file",
                   tcn_doctor_path(doctor, holder->path), holder->organ);
}

static uint32_t look_at_holders(struct tcn_doctor *doctor, const struct tcn_names *names) {
    uint32_t count = 0;
    for (uint32_t place = 0; place < 2 * doctor->file_count; place++) {
        struct holder holder;
        const struct tcn_public_key *newest =
            read_holder(doctor, place, &holder) ? newest_of(names, holder.organ) : NULL;
        if (newest == NULL) {
            continue;
        }
        count++;
        if (tcn_doctor_judge_seals(newest, holder.held, holder.held_count) != TCN_FINDING_OK) {
            tell_lacking(doctor, &holder, newest);
        }
    }
    return count;
}

void tcn_doctor_sealing(struct tcn_doctor *doctor) {
    struct tcn_names names = {0};
    if (!doctor->has_stats) {
        tcn_doctor_skip(doctor, "the collector did not answer: see broker");
        return;
    }
    const enum tcn_status status = tcn_names_ask(doctor->session, &doctor->collector_key,
                                                 tcn_clock_monotonic_ns() + ASK_NS, &names);
    if (status != TCN_OK) {
        tcn_doctor_skip(doctor, "the collector did not tell the sealing keys of the organs");
        return;
    }
    const uint32_t count = look_at_holders(doctor, &names);
    if (count == 0) {
        tcn_doctor_skip(doctor, "no key file here is of an organ that is sealed to");
    }
    tcn_doctor_fine(doctor, "%u key files hold the newest sealing key of their organ",
                    (unsigned)count);
    tcn_names_fini(&names);
}
