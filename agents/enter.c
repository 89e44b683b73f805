/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/enter.h"

#include "agents/accused.h"
#include "agents/wrap.h"
#include "core/procedure.h"
#include "core/roll.h"
#include "seal/hash.h"
#include "wire/event.h"

#include <stdio.h>
#include <string.h>

/** Room for what a guarded report may not say in the open: words, attributes, and their labels. */
#define ASIDE_BYTES_MAX                                                                            \
    (TCN_TEXT_BYTES_MAX + TCN_ATTRIBUTES_MAX * (TCN_ATTRIBUTE_BYTES_MAX + 128) + 1024)

/** A draft on its way. */
struct work {
    const struct tcn_agent_office *office;
    struct tcn_arena *arena;
    struct tcn_agent_fault *fault;
    struct tcn_event event;
    struct tcn_agent_text texts[TCN_COMPARTMENTS_MAX];
    uint32_t text_count;
    const struct tcn_draft_list *list; /**< of the matter that an act is on */
    struct tcn_wraps readers;          /**< of any of the texts, or of one that it could have */
    bool is_held;
    uint16_t holder; /**< 0: not told */
    struct tcn_route route;
};

/** Notes what is wrong, without the content at fault. */
static enum tcn_status fail(struct work *work, enum tcn_status status, const char *field,
                            const char *sentence) {
    work->fault->field = field;
    (void)snprintf(work->fault->sentence, sizeof(work->fault->sentence), "%s", sentence);
    return status;
}

/** Who speaks: the own organ, or for a feed the one that the draft names. */
static enum tcn_status fill_office(struct work *work) {
    struct tcn_event *event = &work->event;
    if (work->office->is_feed) {
        return event->office.size > 0
                   ? TCN_OK
                   : fail(work, TCN_BAD_VALUE, "office", "a feed must say which organ speaks");
    }
    if (event->office.size == 0) {
        event->office = work->office->organ_id;
    }
    return tcn_slice_equals(event->office, work->office->organ_id)
               ? TCN_OK
               : fail(work, TCN_DENIED, "office",
                      work->office->is_admin ? "an administrator speaks for no organ"
                                             : "this agent speaks for another organ");
}

/** Real work or a drill: an exercise's log takes drills only. */
static enum tcn_status fill_mode(struct work *work) {
    enum tcn_mode mode = work->office->bundle->mode;
    if (work->event.mode == TCN_MODE_NONE) {
        work->event.mode = mode;
    }
    return work->event.mode == mode || mode == TCN_MODE_ACTUAL
               ? TCN_OK
               : fail(work, TCN_BAD_VALUE, "mode", "the log is an exercise's");
}

/** Fills in what a draft leaves open. */
static enum tcn_status fill(struct work *work, const struct tcn_agent_moment *moment) {
    struct tcn_event *event = &work->event;
    event->format = TCN_EVENT_FORMAT;
    event->guard_organ_count = 0; /* the route's to say */
    event->seen_position = moment->seen_position;
    if (!work->office->is_feed || event->recorded_ns == 0) {
        event->recorded_ns = moment->wall_ns;
    }
    if (event->learned_ns == 0) {
        event->learned_ns = event->recorded_ns;
    }
    if (event->act == TCN_ACT_REPORTED && tcn_id_is_none(&event->matter)) {
        tcn_uuid7_make(moment->wall_ns, moment->random, event->matter.bytes);
    }
    enum tcn_status status = fill_office(work);
    return status == TCN_OK ? fill_mode(work) : status;
}

/** The policy's rule of an attribute that only a bureau states, or NULL. */
static const struct tcn_attribute_rule *rule_of_bureaus(const struct tcn_rules *rules,
                                                        struct tcn_slice name) {
    for (uint32_t i = 0; rules != NULL && i < rules->attribute_count; i++) {
        const struct tcn_attribute_rule *rule = &rules->attributes[i];
        if (rule->is_of_bureau && tcn_slice_is_text(name, rule->id)) {
            return rule;
        }
    }
    return NULL;
}

/** A grade is the bureau's to give: an office's report does not state one, unless the office is who
 * must act. A feed passes on what a machine or another organ said. */
static enum tcn_status check_stated(struct work *work) {
    const struct tcn_agent_office *office = work->office;
    const struct tcn_event *event = &work->event;
    const struct tcn_policy *policy = office->policy;
    const struct tcn_organ *self = tcn_policy_organ(policy, office->organ);
    const struct tcn_domain *domain = tcn_policy_domain(policy, event->domain);
    bool is_free = office->is_feed || event->act != TCN_ACT_REPORTED || self == NULL ||
                   self->kind != TCN_ORGAN_OFFICE ||
                   (domain != NULL && domain->owner == self->number);
    for (uint32_t i = 0; !is_free && i < event->attribute_count; i++) {
        const struct tcn_attribute_rule *rule =
            rule_of_bureaus(policy->rules, event->attributes[i].name);
        if (rule != NULL) {
            char sentence[TCN_AGENT_SENTENCE_BYTES];
            (void)snprintf(sentence, sizeof(sentence),
                           "only the bureau that acts states %s: leave it out", rule->id);
            return fail(work, TCN_DENIED, "attributes", sentence);
        }
    }
    return TCN_OK;
}

/** Writes "label: text" on a line of its own; nothing when the text is empty. */
static void write_line(struct tcn_writer *writer, const char *label, struct tcn_slice text) {
    if (text.size == 0) {
        return;
    }
    if (writer->offset > 0) {
        tcn_write_u8(writer, '\n');
    }
    tcn_write_bytes(writer, label, strlen(label));
    tcn_write_bytes(writer, ": ", 2);
    tcn_write_bytes(writer, text.data, text.size);
}

static void write_attribute(struct tcn_writer *writer, const struct tcn_attribute *attribute) {
    char line[TCN_WORD_BYTES_MAX + TCN_ATTRIBUTE_BYTES_MAX + 64];
    int name_size = attribute->name.size > TCN_WORD_BYTES_MAX ? 0 : (int)attribute->name.size;
    int text_size = attribute->text.size > TCN_ATTRIBUTE_BYTES_MAX ? 0 : (int)attribute->text.size;
    int size = attribute->kind == TCN_ATTRIBUTE_TEXT
                   ? snprintf(line, sizeof(line), "%.*s %.*s", name_size,
                              (const char *)attribute->name.data, text_size,
                              (const char *)attribute->text.data)
                   : snprintf(line, sizeof(line), "%.*s %lld", name_size,
                              (const char *)attribute->name.data, (long long)attribute->number);
    write_line(writer, "attribute", tcn_slice_of(line, size < 0 ? 0 : (size_t)size));
}

/** The text of a kind, made when it is not there; NULL when there are too many. */
static struct tcn_plain *plain_of(struct work *work, enum tcn_compartment_kind kind) {
    for (uint32_t i = 0; i < work->text_count; i++) {
        if (work->texts[i].plain.kind == kind) {
            return &work->texts[i].plain;
        }
    }
    if (work->text_count == TCN_COMPARTMENTS_MAX) {
        return NULL;
    }
    struct tcn_plain *plain = &work->texts[work->text_count].plain;
    *plain = (struct tcn_plain){.kind = kind};
    work->text_count++;
    return plain;
}

/** What is put aside, and behind which text. */
struct aside {
    enum tcn_compartment_kind kind;
    bool is_attributes; /**< the attributes; else what says where it belongs */
};

/** Writes what is put aside. */
static void write_aside(const struct tcn_event *event, bool is_attributes,
                        struct tcn_writer *writer) {
    if (!is_attributes) {
        write_line(writer, "domain", event->domain);
        write_line(writer, "division", event->division);
        if (event->body_kind == TCN_BODY_REPORT) {
            write_line(writer, "category", event->report.category);
        }
        return;
    }
    for (uint32_t i = 0; i < event->attribute_count; i++) {
        write_attribute(writer, &event->attributes[i]);
    }
}

/** Moves some of what a guarded envelope may not tell behind a text. */
static enum tcn_status move_aside(struct work *work, struct aside aside) {
    uint8_t *data = tcn_arena_alloc(work->arena, ASIDE_BYTES_MAX);
    struct tcn_plain *plain = plain_of(work, aside.kind);
    if (data == NULL || plain == NULL) {
        return fail(work, data == NULL ? TCN_NOMEM : TCN_BAD_VALUE, "texts", "too many texts");
    }
    struct tcn_writer writer = tcn_writer_init(data, ASIDE_BYTES_MAX);
    tcn_write_bytes(&writer, plain->text.data, plain->text.size);
    write_aside(&work->event, aside.is_attributes, &writer);
    if (writer.overflowed || writer.offset > TCN_TEXT_BYTES_MAX) {
        return fail(work, TCN_TOOBIG, tcn_compartment_name(aside.kind),
                    "what a guarded report hides behind this text makes it too long");
    }
    plain->text = tcn_writer_slice(&writer);
    if (plain->text.size == 0) {
        work->text_count--; /* it was made here and stayed empty, so it is the last */
    }
    return TCN_OK;
}

/** Moves what a guarded envelope may not tell (promise 11) behind its texts, where those on the
 * allow-list find it: a release has to state the domain. */
static enum tcn_status put_aside(struct work *work) {
    struct tcn_event *event = &work->event;
    const struct tcn_seal_rule *rule =
        tcn_sealing_rule(work->office->policy->sealing, event->domain, true, TCN_SEAL_ATTRIBUTES);
    const struct aside asides[] = {
        {TCN_COMPARTMENT_CONTACT, false},
        {rule != NULL ? rule->compartment : TCN_COMPARTMENT_CONTACT, true},
    };
    for (size_t i = 0; i < sizeof(asides) / sizeof(asides[0]); i++) {
        enum tcn_status status = move_aside(work, asides[i]);
        if (status != TCN_OK) {
            return status;
        }
    }
    event->domain = (struct tcn_slice){0};
    event->division = (struct tcn_slice){0};
    event->attributes = NULL;
    event->attribute_count = 0;
    if (event->body_kind == TCN_BODY_REPORT) {
        event->report.category = (struct tcn_slice){0};
    }
    return TCN_OK;
}

/** Finds who reads each text, and who reads any; of a draft without texts, who would read its
 * narrative. */
static void share_out(struct work *work, struct tcn_slice domain) {
    struct tcn_wraps_asked asked = {.policy = work->office->policy,
                                    .route = &work->route,
                                    .domain = domain,
                                    .kind = TCN_COMPARTMENT_NARRATIVE};
    work->readers = (struct tcn_wraps){.count = 0};
    if (work->text_count == 0) {
        tcn_agent_readers_of_report(work->office, &asked, &work->readers);
    }
    for (uint32_t i = 0; i < work->text_count; i++) {
        struct tcn_wraps *readers = &work->texts[i].readers;
        asked.kind = work->texts[i].plain.kind;
        tcn_agent_readers_of_report(work->office, &asked, readers);
        for (uint32_t k = 0; k < readers->count; k++) {
            (void)tcn_wraps_add(&work->readers, readers->organs[k]);
        }
    }
}

/** A complaint that names organs: who may hear of it is its list before it is routed, and whom it
 * names stands before its text. */
static enum tcn_status accuse(struct work *work, const struct tcn_draft *draft) {
    struct tcn_event *event = &work->event;
    struct tcn_accused accused;
    if (draft->accused_count == 0) {
        return TCN_OK;
    }
    enum tcn_status status =
        tcn_agent_accused_find(work->office->policy, draft, event->office, work->fault, &accused);
    if (status != TCN_OK) {
        return status;
    }
    event->guard_organ_count = accused.list_count;
    memcpy(event->guard_organs, accused.list, accused.list_count * sizeof(accused.list[0]));
    struct tcn_plain *plain = plain_of(work, TCN_COMPARTMENT_ACCUSED);
    if (plain == NULL) {
        return fail(work, TCN_BAD_VALUE, "texts", "too many texts");
    }
    status = tcn_agent_accused_text(draft, plain->text, work->arena, &plain->text);
    return status == TCN_OK
               ? TCN_OK
               : fail(work, status, "accused", "with the organs before it this text is too long");
}

/** Reports, and whatever else says that it concerns a unit or an unknown one. */
static enum tcn_status route_it(struct work *work) {
    struct tcn_event *event = &work->event;
    struct tcn_event asked = *event;
    asked.act = TCN_ACT_REPORTED; /* a follow-up to a complaint is guarded like the complaint */
    const struct tcn_route *route = &work->route;
    tcn_route(work->office->policy, &asked, &work->route);
    const struct tcn_slice domain = event->domain; /* before it is put aside */
    if (!route->is_guarded) {
        share_out(work, domain);
        work->is_held = route->is_held;
        work->holder = route->holder;
        return TCN_OK;
    }
    for (uint32_t i = 0; i < route->recipient_count && i < TCN_GUARD_ORGANS_MAX; i++) {
        event->guard_organs[i] = route->recipients[i].organ;
        event->guard_organ_count = i + 1;
    }
    enum tcn_status status = put_aside(work);
    share_out(work, domain);
    return status;
}

/** Acts say where they belong for sealing only, but for those whose very content it is. */
static enum tcn_status direct(struct work *work) {
    struct tcn_event *event = &work->event;
    const enum tcn_status status =
        tcn_agent_readers_of_act(work->office, event, work->list, &work->readers);
    if (status == TCN_BAD_VALUE) {
        return fail(work, status, "list", "the list names what is no organ of the policy");
    }
    if (status == TCN_TOOBIG && work->text_count > 0) {
        return fail(work, status, "list",
                    "at most 8 organs read a text: with the own organ, and whom it goes to, the "
                    "list has more");
    }
    if (work->text_count > 0 && work->readers.count == 0) {
        return fail(work, TCN_ABSENT, "texts", "nobody on the matter's list has a sealing key");
    }
    for (uint32_t i = 0; i < work->text_count; i++) {
        work->texts[i].readers = work->readers;
    }
    if (event->act != TCN_ACT_RECLASSIFIED && event->act != TCN_ACT_CORRECTED &&
        event->act != TCN_ACT_RELEASED && event->act != TCN_ACT_SILENCED) {
        event->domain = (struct tcn_slice){0};
        event->division = (struct tcn_slice){0};
    }
    return TCN_OK;
}

static enum tcn_status address(struct work *work) {
    const struct tcn_event *event = &work->event;
    if (event->act == TCN_ACT_REPORTED || event->concerns == TCN_CONCERNS_UNIT ||
        event->concerns == TCN_CONCERNS_UNKNOWN) {
        return route_it(work);
    }
    return direct(work);
}

/** Whom a kind of change is for, in words. */
static const char *whose(enum tcn_change_kind kind) {
    switch (kind) {
    case TCN_CHANGE_INVITED:
    case TCN_CHANGE_RIGHTS:
        return "only an administrator says that: enter it at the administrator's agent";
    case TCN_CHANGE_REVOKED:
        return "only an administrator says that, or the principal of itself";
    case TCN_CHANGE_ROTATED:
        return "a principal says that of itself, and an administrator of one that publishes "
               "nothing";
    case TCN_CHANGE_ORGAN_KEY:
        return "only a program of that organ says that, or an administrator";
    case TCN_CHANGE_NONE:
    case TCN_CHANGE_ENROLLED:
    case TCN_CHANGE_COLLECTOR_KEY:
        break;
    }
    return "only the collector says that";
}

/** A change of the registry, which the collector would refuse at its door: said here, at once, and
 * not in a dead letter. What the registry holds is not known here, only who this agent is. */
static enum tcn_status check_change(struct work *work) {
    const struct tcn_agent_office *office = work->office;
    const struct tcn_principal self = {
        .id = office->principal,
        .role = office->is_admin ? TCN_ROLE_ADMIN : TCN_ROLE_NONE,
        .status = TCN_PRINCIPAL_ACTIVE,
        .organ = office->organ,
    };
    if (work->event.registry->kind == TCN_CHANGE_RIGHTS && office->is_admin &&
        work->event.registry->principal == office->principal) {
        return fail(work, TCN_DENIED, "registry.principal", "nobody changes its own rights");
    }
    return tcn_roll_may_say(work->event.registry, &self)
               ? TCN_OK
               : fail(work, TCN_DENIED, "registry.kind", whose(work->event.registry->kind));
}

/** What this agent's principal does at all. */
static bool is_own(const struct tcn_agent_office *office, enum tcn_act act) {
    if (act == TCN_ACT_REGISTRY_CHANGED) {
        return true;
    }
    if (office->is_admin) {
        return act == TCN_ACT_EPOCH_ALLOWED || act == TCN_ACT_TIME_CONFIRMED;
    }
    return tcn_act_is_human(act) || tcn_act_is_of_agent(act) ||
           (office->is_feed && act == TCN_ACT_FEED_ENDED);
}

static enum tcn_status check(struct work *work) {
    const char *field = "";
    enum tcn_status status = tcn_event_check(&work->event, &field);
    enum tcn_act act = work->event.act;
    if (status == TCN_OK && !is_own(work->office, act)) {
        return fail(work, TCN_DENIED, "act",
                    tcn_act_is_human(act) ? "an administrator speaks for no organ: it changes the "
                                            "registry, and says what ends a standstill"
                                          : "only the log itself does that");
    }
    if (status == TCN_OK && act == TCN_ACT_REGISTRY_CHANGED) {
        return check_change(work);
    }
    return status == TCN_OK ? TCN_OK : fail(work, status, field, tcn_status_sentence(status));
}

/** Encodes the open part, seals the texts to it and joins both. */
static enum tcn_status join(struct work *work, struct tcn_agent_piece *out_piece) {
    uint8_t *data = tcn_arena_alloc(work->arena, TCN_OPEN_BYTES_MAX);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, TCN_OPEN_BYTES_MAX);
    struct tcn_slice open;
    enum tcn_status status = tcn_wire_open_part_encode(&work->event, &writer, &open);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_agent_sealing sealing;
    memset(&sealing, 0, sizeof(sealing));
    if (work->text_count > 0) {
        sealing.fault.field = "";
        const struct tcn_agent_texts texts = {
            .open = open, .texts = work->texts, .count = work->text_count};
        status = tcn_agent_seal(work->office, &texts, work->arena, &sealing);
        if (status != TCN_OK) {
            *work->fault = sealing.fault;
            return status;
        }
    }
    size_t size = open.size + sealing.sealed.size + 64; /* two field tags with their sizes */
    data = tcn_arena_alloc(work->arena, size);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    writer = tcn_writer_init(data, size);
    status = tcn_wire_event_join(open, sealing.sealed, &writer, &out_piece->event);
    if (status != TCN_OK) {
        return status;
    }
    out_piece->hash = tcn_hash_event(open, sealing.sealed);
    out_piece->has_share = work->text_count > 0;
    out_piece->share = sealing.share;
    return TCN_OK;
}

/** A key that is lost is urgent, and changes of the registry stay in one order: all in one lane. */
static enum tcn_lane lane_of(const struct work *work) {
    if (work->office->is_feed) {
        return TCN_LANE_ROUTINE;
    }
    return work->event.act == TCN_ACT_REGISTRY_CHANGED ? TCN_LANE_URGENT
                                                       : tcn_severity_lane(work->event.severity);
}

/** Where a first report opens its matter: as core/fold does it. */
static void open_way(const struct work *work, struct tcn_agent_entry *entry) {
    const struct tcn_policy *policy = work->office->policy;
    const struct tcn_domain *domain = tcn_policy_domain(policy, work->event.domain);
    const uint16_t organ = work->office->organ;
    struct tcn_procedure_input in = {
        .kind = domain != NULL ? domain->procedure : TCN_PROCEDURE_NONE,
        .act = TCN_ACT_REPORTED,
        .who = TCN_WHO_ANYONE | TCN_WHO_OFFICE,
        .facts = tcn_procedure_facts(&work->event),
    };
    in.who |= organ != 0 && organ == work->holder ? TCN_WHO_HOLDER : 0u;
    in.who |= organ != 0 && organ == policy->desk ? TCN_WHO_DESK : 0u;
    bool is_held = work->is_held || work->event.guard_organ_count > 0;
    in.facts |= is_held ? TCN_FACT_HELD : 0u;
    struct tcn_procedure_verdict verdict;
    tcn_procedure_judge(&in, &verdict);
    entry->kind = verdict.kind;
    entry->stage = verdict.stage;
    entry->has_opaque_slip = entry->is_guarded || (domain != NULL && domain->has_opaque_slip);
}

/** What limits the log will start for the report, as far as the policy at hand says: of one that
 * is guarded nobody here is told. The log takes the report later than now, so its time is not
 * known; only a start that lies in the future would show that. */
static void set_limits(const struct work *work, struct tcn_agent_entry *entry) {
    const struct tcn_policy *policy = work->office->policy;
    const int64_t ahead_ns = policy->clock_ahead_ns > 0 ? policy->clock_ahead_ns : 0;
    const int64_t now_ns = work->event.recorded_ns;
    const struct tcn_limit_report report = {
        .event = &work->event,
        .kind = entry->kind,
        .stage = entry->stage,
        .log_time_ns = now_ns,
        .start_max_ns = now_ns > INT64_MAX - ahead_ns ? INT64_MAX : now_ns + ahead_ns,
    };
    if (!entry->is_guarded) {
        tcn_limits_of_report(policy->clocks, &report, &entry->limits);
    }
}

enum tcn_status tcn_agent_enter(const struct tcn_agent_office *office,
                                const struct tcn_agent_moment *moment,
                                const struct tcn_draft *draft, struct tcn_arena *arena,
                                struct tcn_agent_fault *out_fault,
                                struct tcn_agent_entry *out_entry) {
    struct work work = {.office = office,
                        .arena = arena,
                        .fault = out_fault,
                        .event = draft->event,
                        .list = &draft->list};
    out_fault->field = "";
    out_fault->sentence[0] = '\0';
    TCN_CHECK(draft->plain_count <= TCN_COMPARTMENTS_MAX);
    work.text_count = draft->plain_count;
    for (uint32_t i = 0; i < draft->plain_count; i++) {
        work.texts[i].plain = draft->plains[i];
    }
    struct tcn_agent_entry entry;
    memset(&entry, 0, sizeof(entry));
    enum tcn_status status = fill(&work, moment);
    if (status == TCN_OK) {
        status = check_stated(&work); /* the route may seal what was stated */
    }
    if (status == TCN_OK) {
        status = accuse(&work, draft);
    }
    if (status == TCN_OK) {
        status = address(&work);
    }
    if (status == TCN_OK) {
        status = check(&work);
    }
    if (status == TCN_OK) {
        status = join(&work, &entry.piece);
    }
    if (status != TCN_OK) {
        if (out_fault->sentence[0] == '\0') {
            (void)fail(&work, status, out_fault->field, tcn_status_sentence(status));
        }
        return status;
    }
    entry.piece.mode = work.event.mode;
    entry.piece.recorded_ns = work.event.recorded_ns;
    entry.lane = lane_of(&work);
    entry.matter = work.event.matter;
    entry.is_report = work.event.act == TCN_ACT_REPORTED;
    entry.is_guarded = work.event.guard_organ_count > 0;
    entry.is_held = work.is_held;
    entry.holder = work.holder;
    entry.learned_ns = work.event.learned_ns;
    if (entry.is_report) {
        open_way(&work, &entry);
        set_limits(&work, &entry);
    }
    memcpy(entry.told, work.route.recipients, sizeof(entry.told));
    entry.told_count = work.route.recipient_count;
    memcpy(entry.readers, work.readers.organs, sizeof(entry.readers));
    entry.reader_count = work.readers.count;
    *out_entry = entry;
    return TCN_OK;
}
