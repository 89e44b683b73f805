/* SPDX-License-Identifier: Apache-2.0 */
#include "mix.h"

#include "agents/enter.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "seal/hash.h"
#include "seal/random.h"
#include "wire/event.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MATTERS_MAX 65536u
#define OPEN256_BYTES 256u
#define SHARE_REPORT 40u
#define SHARE_FOLLOW_UP 40u

static const char narrative[] = "The bridge below the school has been closed since Monday.";
static const char padding[] =
    "................................................................................"
    "................................................................................"
    "................................................................................";

const char *bench_shape_text(enum bench_shape shape, bool is_entered) {
    if (shape == BENCH_SHAPE_SEALED) {
        return "as agents seal them: 40 % reports, 40 % follow-ups (both with one sealed text), "
               "20 % petitioner_told (open)";
    }
    return is_entered ? "open part only, no padding: 40 % reports, 40 % follow-ups, "
                        "20 % petitioner_told"
                      : "256 bytes, open part only: 40 % reports, 40 % follow-ups, "
                        "20 % petitioner_told";
}

/* Any generator will do that is fast and the same for all: xorshift64*. */
static uint64_t next_random(struct bench_mix *mix) {
    mix->random ^= mix->random >> 12;
    mix->random ^= mix->random << 25;
    mix->random ^= mix->random >> 27;
    return mix->random * UINT64_C(2685821657736338717);
}

static uint32_t random_below(struct bench_mix *mix, uint32_t bound) {
    return (uint32_t)((next_random(mix) >> 32) * bound >> 32);
}

void bench_mix_draft(struct bench_mix *mix, enum bench_kind kind, const struct tcn_id *matter,
                     struct tcn_draft *out_draft) {
    const bool is_report = kind == BENCH_KIND_REPORT;
    const struct tcn_domain *domain = &mix->policy->domains[is_report ? mix->turn : mix->chosen];
    int64_t now_ns = tcn_clock_wall_ns();
    *out_draft = (struct tcn_draft){
        .event = {.matter = *matter, .occurred_ns = now_ns, .learned_ns = now_ns}};
    struct tcn_event *event = &out_draft->event;
    switch (kind) {
    case BENCH_KIND_REPORT:
        mix->reported = mix->turn;
        mix->turn = (mix->turn + 1) % mix->policy->domain_count;
        event->act = TCN_ACT_REPORTED;
        event->severity = TCN_SEVERITY_ROUTINE;
        event->concerns = TCN_CONCERNS_NOBODY;
        event->domain = tcn_slice_text(domain->id);
        event->division = tcn_slice_text(mix->division);
        event->body_kind = TCN_BODY_REPORT;
        event->report.channel = tcn_slice_text("counter");
        break;
    case BENCH_KIND_FOLLOW_UP:
        event->act = TCN_ACT_FOLLOWED_UP;
        event->domain = tcn_slice_text(domain->id);
        event->severity = TCN_SEVERITY_ROUTINE;
        event->body_kind = TCN_BODY_ACT;
        out_draft->is_act = true;
        out_draft->list.is_known = true; /* what it reports concerns nobody */
        break;
    case BENCH_KIND_TOLD:
    case BENCH_KIND_COUNT:
        event->act = TCN_ACT_PETITIONER_TOLD;
        event->body_kind = TCN_BODY_ACT;
        event->act_body.how = tcn_slice_text("phone");
        out_draft->is_act = true;
        return;
    }
    if (mix->shape == BENCH_SHAPE_SEALED) {
        out_draft->plains[0] = (struct tcn_plain){.kind = TCN_COMPARTMENT_NARRATIVE,
                                                  .text = tcn_slice_text(narrative)};
        out_draft->plain_count = 1;
    }
}

/* Where bytes stand in others; `size` when they do not. */
static size_t find(const uint8_t *data, size_t size, const struct tcn_id *id) {
    for (size_t offset = 0; offset + sizeof id->bytes <= size; offset++) {
        if (memcmp(data + offset, id->bytes, sizeof id->bytes) == 0) {
            return offset;
        }
    }
    return size;
}

/* Keeps an event as a template; its id must stand in it once. */
static enum tcn_status keep(struct bench_template *template, const struct tcn_agent_entry *entry,
                            const struct tcn_id *id) {
    struct tcn_slice open;
    struct tcn_slice sealed;
    if (entry->piece.event.size > sizeof template->bytes) {
        return TCN_TOOBIG;
    }
    memcpy(template->bytes, entry->piece.event.data, entry->piece.event.size);
    template->size = entry->piece.event.size;
    enum tcn_status status =
        tcn_wire_event_split(tcn_slice_of(template->bytes, template->size), &open, &sealed);
    if (status != TCN_OK) {
        return status;
    }
    template->id_offset = find(template->bytes, template->size, id);
    if (template->id_offset == template->size) {
        return TCN_ABSENT;
    }
    template->open_offset = (size_t)(open.data - template->bytes);
    template->open_size = open.size;
    template->sealed_hash = tcn_hash_of(sealed);
    template->has_share = entry->piece.has_share;
    template->share = entry->piece.share;
    return TCN_OK;
}

struct maker {
    struct bench_mix *mix;
    struct tcn_agent_office office;
    struct tcn_agent_moment moment;
    struct tcn_arena arena;
};

/* Enters a draft, with an attribute of so many bytes; 0: without. */
static enum tcn_status enter(struct maker *maker, struct tcn_draft *draft, size_t pad_size,
                             struct tcn_agent_entry *out_entry) {
    struct tcn_agent_fault fault;
    const struct tcn_attribute pad = {.name = tcn_slice_text("bench"),
                                      .kind = TCN_ATTRIBUTE_TEXT,
                                      .text = tcn_slice_of(padding, pad_size)};
    draft->event.attributes = &pad;
    draft->event.attribute_count = pad_size > 0 ? 1 : 0;
    tcn_arena_reset(&maker->arena);
    return tcn_agent_enter(&maker->office, &maker->moment, draft, &maker->arena, &fault, out_entry);
}

static enum tcn_status make_one(struct maker *maker, enum bench_kind kind,
                                struct bench_template *template) {
    struct tcn_id id;
    struct tcn_draft draft;
    struct tcn_agent_entry entry;
    tcn_random_bytes(id.bytes, sizeof id.bytes);
    bench_mix_draft(maker->mix, kind, &id, &draft);
    enum tcn_status status = enter(maker, &draft, 0, &entry);
    if (maker->mix->shape == BENCH_SHAPE_OPEN256) {
        for (size_t pad = 1;
             status == TCN_OK && pad < sizeof padding && entry.piece.event.size < OPEN256_BYTES;
             pad++) {
            status = enter(maker, &draft, pad, &entry);
        }
    }
    return status == TCN_OK ? keep(template, &entry, &id) : status;
}

static enum tcn_status make_all(struct maker *maker) {
    struct bench_mix *mix = maker->mix;
    const uint32_t domain_count = mix->policy->domain_count;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; status == TCN_OK && i < domain_count; i++) {
        mix->turn = i;
        status = make_one(maker, BENCH_KIND_REPORT, &mix->templates[i]);
        mix->chosen = i;
        if (status == TCN_OK) {
            status = make_one(maker, BENCH_KIND_FOLLOW_UP, &mix->templates[domain_count + i]);
        }
    }
    if (status == TCN_OK) {
        status = make_one(maker, BENCH_KIND_TOLD, &mix->templates[2 * domain_count]);
    }
    mix->turn = 0;
    return status;
}

enum tcn_status bench_mix_init(struct bench_mix *mix, const struct bench_district *district,
                               const struct tcn_principal *office, enum bench_shape shape) {
    *mix = (struct bench_mix){.policy = &district->bundle.policy,
                              .office = tcn_policy_organ(&district->bundle.policy, office->organ),
                              .shape = shape,
                              .random = tcn_random_u64() | 1};
    if (mix->office == NULL || office->division_count == 0) {
        return TCN_ABSENT;
    }
    (void)snprintf(mix->division, sizeof mix->division, "%012" PRIu64,
                   office->divisions[0] % UINT64_C(1000000000000));
    mix->template_count = 2 * mix->policy->domain_count + 1;
    mix->templates = calloc(mix->template_count, sizeof *mix->templates);
    mix->opened = calloc(MATTERS_MAX, sizeof *mix->opened);
    if (mix->templates == NULL || mix->opened == NULL) {
        return TCN_NOMEM;
    }
    struct maker maker = {.mix = mix,
                          .office = {.policy = mix->policy,
                                     .bundle = &district->bundle.bundle,
                                     .organ_id = tcn_slice_text(mix->office->id),
                                     .organ = mix->office->number},
                          .moment = {.wall_ns = tcn_clock_wall_ns()}};
    enum tcn_status status = tcn_arena_init(&maker.arena, TCN_AGENT_ENTER_ARENA_BYTES);
    if (status == TCN_OK) {
        status = make_all(&maker);
    }
    tcn_arena_fini(&maker.arena);
    return status;
}

void bench_mix_fini(struct bench_mix *mix) {
    free(mix->templates);
    free(mix->opened);
    *mix = (struct bench_mix){0};
}

void bench_mix_opened(struct bench_mix *mix, const struct tcn_id *matter, uint32_t domain) {
    mix->opened[mix->opened_next] = (struct bench_opened){*matter, domain};
    mix->opened_next = (mix->opened_next + 1) % MATTERS_MAX;
    mix->opened_count += mix->opened_count < MATTERS_MAX ? 1 : 0;
}

enum bench_kind bench_mix_choose(struct bench_mix *mix, struct tcn_id *out_matter) {
    uint32_t die = random_below(mix, 100);
    if (die < SHARE_REPORT || mix->opened_count == 0) {
        *out_matter = (struct tcn_id){{0}};
        return BENCH_KIND_REPORT;
    }
    const struct bench_opened *opened = &mix->opened[random_below(mix, mix->opened_count)];
    *out_matter = opened->id;
    mix->chosen = opened->domain;
    return die < SHARE_REPORT + SHARE_FOLLOW_UP ? BENCH_KIND_FOLLOW_UP : BENCH_KIND_TOLD;
}

static const struct bench_template *template_of(struct bench_mix *mix, enum bench_kind kind) {
    const uint32_t domain_count = mix->policy->domain_count;
    if (kind != BENCH_KIND_REPORT) {
        return &mix->templates[kind == BENCH_KIND_TOLD ? 2 * domain_count
                                                       : domain_count + mix->chosen];
    }
    mix->reported = mix->turn;
    const struct bench_template *template = &mix->templates[mix->turn];
    mix->turn = (mix->turn + 1) % domain_count;
    return template;
}

void bench_mix_next(struct bench_mix *mix, int64_t wall_ns, struct bench_piece *out_piece) {
    struct tcn_id matter;
    enum bench_kind kind = bench_mix_choose(mix, &matter);
    if (kind == BENCH_KIND_REPORT) {
        uint8_t random[TCN_UUID_RANDOM_BYTES];
        uint64_t first = next_random(mix);
        uint64_t second = next_random(mix);
        memcpy(random, &first, sizeof first);
        memcpy(random + sizeof first, &second, sizeof random - sizeof first);
        tcn_uuid7_make(wall_ns, random, matter.bytes);
    }
    const struct bench_template *template = template_of(mix, kind);
    if (kind == BENCH_KIND_REPORT) {
        bench_mix_opened(mix, &matter, mix->reported);
    }
    memcpy(out_piece->bytes, template->bytes, template->size);
    memcpy(out_piece->bytes + template->id_offset, matter.bytes, sizeof matter.bytes);
    out_piece->size = template->size;
    out_piece->has_share = template->has_share;
    out_piece->share = template->share;
    /* The event's hash, as tcn_hash_event makes it, without hashing the sealed part again. */
    const struct tcn_hash open_hash =
        tcn_hash_of(tcn_slice_of(out_piece->bytes + template->open_offset, template->open_size));
    struct tcn_hasher hasher;
    tcn_hasher_init(&hasher);
    tcn_hasher_add_hash(&hasher, &open_hash);
    tcn_hasher_add_hash(&hasher, &template->sealed_hash);
    out_piece->hash = tcn_hasher_finish(&hasher);
}
