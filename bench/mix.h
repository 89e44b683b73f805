/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events of one office, in a mix that is written down here:
 *
 *   40 %  reports: each opens a matter under a new UUIDv7 and alerts the owner of its domain and
 *         the domain's co-recipients; domains in turn, all of the policy
 *   40 %  follow-ups of the reporting office, which alert the holder; they name the domain of the
 *         matter, as `tocsin act` does, and are sealed to its owner
 *   20 %  petitioner_told, an act of the office, which alerts the holder; never a text
 *
 * A follow-up or act belongs to any one of the last 65,536 matters that the same office opened,
 * each equally likely. Events are made by the agent's own code from drafts, before anything is
 * measured; what is cut into a chunk is such an event with the matter's id put in. So a sealed text
 * is real in size and form, but bound to another matter: nobody opens it here.
 *
 * One mix, one thread.
 */
#ifndef BENCH_MIX_H
#define BENCH_MIX_H

#include "district.h"
#include "model/draft.h"

#define BENCH_EVENT_BYTES 2048 /* of a made event at most */

/** What an event is. */
enum bench_kind {
    BENCH_KIND_REPORT,
    BENCH_KIND_FOLLOW_UP,
    BENCH_KIND_TOLD,
    BENCH_KIND_COUNT,
};

/** A made event whose matter is still to be put in. */
struct bench_template {
    uint8_t bytes[BENCH_EVENT_BYTES];
    size_t size;
    size_t open_offset;
    size_t open_size;
    size_t id_offset;
    struct tcn_hash sealed_hash;
    bool has_share;
    struct tcn_share share;
};

/** An event to be cut. */
struct bench_piece {
    uint8_t bytes[BENCH_EVENT_BYTES];
    size_t size;
    struct tcn_hash hash;
    bool has_share;
    struct tcn_share share;
};

/** A matter that was opened. */
struct bench_opened {
    struct tcn_id id;
    uint32_t domain; /* its place in the policy */
};

/** The mix of one office. */
struct bench_mix {
    const struct tcn_policy *policy;
    const struct tcn_organ *office;
    char division[TCN_DIVISION_DIGITS + 1];
    enum bench_shape shape;
    uint64_t random; /* state of the generator; never 0 */
    struct bench_template *templates;
    uint32_t template_count; /* a report for each domain, a follow-up for each, one told */
    uint32_t turn;           /* of the domains */
    uint32_t reported;       /* the domain of the last report that was made */
    uint32_t chosen;         /* the domain of the matter that was chosen last */
    struct bench_opened *opened;
    uint32_t opened_count; /* at most MATTERS_MAX */
    uint32_t opened_next;
};

/** Makes the templates for an office. Owns: give it back with bench_mix_fini, also after a failure.
 * Errors: TCN_ABSENT the office is unknown; TCN_NOMEM; what entering a draft says. */
TCN_MUST_CHECK enum tcn_status bench_mix_init(struct bench_mix *mix,
                                              const struct bench_district *district,
                                              const struct tcn_principal *office,
                                              enum bench_shape shape);

/** Gives everything back; safe on a zeroed mix. */
void bench_mix_fini(struct bench_mix *mix);

/** Says what the next event is, and of which matter: *out_matter is none for a report, whose id is
 * still to be made. */
enum bench_kind bench_mix_choose(struct bench_mix *mix, struct tcn_id *out_matter);

/** The draft of an event of this kind, as a program hands it to an agent.
 * Owns: slices lend from the mix and the policy. */
void bench_mix_draft(struct bench_mix *mix, enum bench_kind kind, const struct tcn_id *matter,
                     struct tcn_draft *out_draft);

/** Remembers a matter that a report of a domain has opened: `reported` when that was made. */
void bench_mix_opened(struct bench_mix *mix, const struct tcn_id *matter, uint32_t domain);

/** The next event of the mix, made. `wall_ns` goes into the ids of new matters. */
void bench_mix_next(struct bench_mix *mix, int64_t wall_ns, struct bench_piece *out_piece);

/** One sentence on what the events of a shape are, as templates and as drafts handed in. */
const char *bench_shape_text(enum bench_shape shape, bool is_entered);

#endif
