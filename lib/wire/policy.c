/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/policy.h"

#include "proto/regime.pb-c.h"
#include "wire/pb.h"
#include "wire/policy_parts.h"

#include <string.h>

#define TITLE_BYTES_MAX 127
#define PHONE_BYTES_MAX 31

/* Field numbers of the rows, which are appended one by one. */
#define FIELD_ORGANS 6u
#define FIELD_DOMAINS 7u
#define FIELD_DIVISIONS 8u
#define FIELD_LINES 9u

static const struct tcn_scan_rule organ_rules[] = {
    [1] = TCN_RULE_ORGAN,
    [2] = TCN_RULE_WORD,
    [3] = TCN_RULE_NUMBER(TCN_ORGAN_OFFICE),
    [4] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [5] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [6] = TCN_RULE_ORGAN,
    [7] = TCN_RULE_ORGAN,
    [8] = TCN_RULE_TEXT(PHONE_BYTES_MAX),
    [9] = {.kind = TCN_SCAN_TEXT,
           .count_max = TCN_ORGAN_POSTS_MAX,
           .min = 1,
           .max = TCN_WORD_BYTES_MAX},
};

static const struct tcn_scan_table organ_table = {
    .rules = organ_rules,
    .rule_count = TCN_RULE_COUNT(organ_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3),
};

static const struct tcn_scan_rule domain_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [3] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [4] = TCN_RULE_ORGAN,
    [5] = {.kind = TCN_SCAN_PACKED,
           .count_max = TCN_DOMAIN_RECIPIENTS_MAX,
           .min = 1,
           .max = UINT16_MAX},
    [6] = TCN_RULE_WORD,
    [7] = TCN_RULE_FLAG,
    [8] = TCN_RULE_NUMBER(TCN_PROCEDURE_MAX),
    [9] = {.kind = TCN_SCAN_PACKED,
           .count_max = TCN_DOMAIN_ATTRIBUTES_MAX,
           .min = 1,
           .max = TCN_POLICY_ATTRIBUTES_MAX},
    [10] = TCN_RULE_NUMBER(TCN_SCALES_MAX),
    [11] = {.kind = TCN_SCAN_TEXT,
            .count_max = TCN_DOMAIN_KEYWORDS_MAX,
            .min = TCN_KEYWORD_BYTES_MIN,
            .max = TCN_KEYWORD_BYTES_MAX},
    [12] = TCN_RULE_FLAG,
    [13] = TCN_RULE_NUMBER(TCN_DOMAIN_RECIPIENTS_MAX),
};

static const struct tcn_scan_table domain_table = {
    .rules = domain_rules,
    .rule_count = TCN_RULE_COUNT(domain_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(4),
};

static const struct tcn_scan_rule division_rules[] = {
    [1] = TCN_RULE_NUMBER(UINT64_C(999999999999)),
    [2] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [3] = TCN_RULE_ORGAN,
    [4] = TCN_RULE_FLAG,
    [5] = TCN_RULE_I64,
    [6] = TCN_RULE_I64,
};

static const struct tcn_scan_table division_table = {
    .rules = division_rules,
    .rule_count = TCN_RULE_COUNT(division_rules),
    .required = TCN_RULE_BIT(1),
};

static const struct tcn_scan_rule line_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [3] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [4] = TCN_RULE_NUMBER(TCN_SEVERITY_DANGER),
    [5] = TCN_RULE_U32,
    [6] = TCN_RULE_U64,
    [7] = TCN_RULE_U64,
    [8] = TCN_RULE_U32,
    [9] = TCN_RULE_FLAG,
};

static const struct tcn_scan_table line_table = {
    .rules = line_rules,
    .rule_count = TCN_RULE_COUNT(line_rules),
    .required = TCN_RULE_BIT(1),
};

static const struct tcn_scan_rule policy_rules[] = {
    [1] = TCN_RULE_U64,
    [2] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [3] = TCN_RULE_ORGAN,
    [4] = TCN_RULE_I64,
    [5] = TCN_RULE_I64,
    [FIELD_ORGANS] = TCN_RULE_INNERS(organ_table, TCN_ORGANS_MAX),
    [FIELD_DOMAINS] = TCN_RULE_INNERS(domain_table, TCN_DOMAINS_MAX),
    [FIELD_DIVISIONS] = TCN_RULE_INNERS(division_table, TCN_DIVISIONS_MAX),
    [FIELD_LINES] = TCN_RULE_INNERS(line_table, TCN_LINES_MAX),
    [TCN_POLICY_FIELD_CLOCKS] = TCN_RULE_INNERS(tcn_scan_clock_rule, TCN_CLOCKS_MAX),
    [TCN_POLICY_FIELD_CALENDAR] = TCN_RULE_INNER(tcn_scan_calendar),
    [TCN_POLICY_FIELD_ATTRIBUTES] =
        TCN_RULE_INNERS(tcn_scan_attribute_rule, TCN_POLICY_ATTRIBUTES_MAX),
    [TCN_POLICY_FIELD_LEVELS] = TCN_RULE_INNERS(tcn_scan_level, TCN_LEVELS_MAX),
    [TCN_POLICY_FIELD_SCALES] = TCN_RULE_INNERS(tcn_scan_scale, TCN_SCALES_MAX),
    [TCN_POLICY_FIELD_THRESHOLDS] = TCN_RULE_INNERS(tcn_scan_threshold, TCN_THRESHOLDS_MAX),
    [TCN_POLICY_FIELD_SEALS] = TCN_RULE_INNERS(tcn_scan_seal_rule, TCN_SEAL_RULES_MAX),
    [TCN_POLICY_FIELD_STEPS] = TCN_RULE_INNERS(tcn_scan_step, TCN_ESCALATION_STEPS_MAX),
    [TCN_POLICY_FIELD_REPORTS] = TCN_RULE_INNERS(tcn_scan_report, TCN_EXPECTED_REPORTS_MAX),
    [TCN_POLICY_FIELD_RETENTIONS] = TCN_RULE_INNERS(tcn_scan_retention, TCN_RETENTION_RULES_MAX),
    [TCN_POLICY_FIELD_PROGRAMS] = TCN_RULE_INNERS(tcn_scan_program, TCN_PROGRAMS_MAX),
};

static const struct tcn_scan_table policy_table = {
    .rules = policy_rules,
    .rule_count = TCN_RULE_COUNT(policy_rules),
    .required = TCN_RULE_BIT(1),
    .size_max = TCN_POLICY_BYTES_MAX,
};

/* The tables of a policy are searched by halves, and what one names in another is taken without a
 * look: so both directions insist that they are sorted, and that it is there. */

/** TCN_OK when every table of this file is strictly rising. */
static enum tcn_status check_order(const struct tcn_policy *policy) {
    bool is_good = true;
    for (uint32_t i = 0; i < policy->organ_count; i++) {
        is_good = is_good && policy->organs[i].number != TCN_ORGAN_OF_PLACE &&
                  (i == 0 || policy->organs[i - 1].number < policy->organs[i].number);
    }
    for (uint32_t i = 1; i < policy->domain_count; i++) {
        is_good = is_good && strcmp(policy->domains[i - 1].id, policy->domains[i].id) < 0;
    }
    for (uint32_t i = 0; i < policy->domain_count; i++) {
        const struct tcn_domain *domain = &policy->domains[i];
        is_good = is_good && domain->urgent_recipient_count <= domain->recipient_count;
    }
    for (uint32_t i = 1; i < policy->division_count; i++) {
        is_good = is_good && policy->divisions[i - 1].code < policy->divisions[i].code;
    }
    return is_good ? TCN_OK : TCN_BAD_VALUE;
}

static enum tcn_status put_organ(const struct tcn_policy *policy, const struct tcn_organ *organ,
                                 struct tcn_writer *writer) {
    char *posts[TCN_ORGAN_POSTS_MAX];
    Tocsin__V1__Organ message;
    tocsin__v1__organ__init(&message);
    message.number = organ->number;
    message.id = tcn_pb_chars(organ->id);
    message.kind = (Tocsin__V1__OrganKind)organ->kind;
    message.title_zh = tcn_pb_chars(organ->title_zh);
    message.title_en = tcn_pb_chars(organ->title_en);
    message.line_parent = organ->line_parent;
    message.place_parent = organ->place_parent;
    message.duty_phone = tcn_pb_chars(organ->duty_phone);
    message.n_posts = tcn_policy_posts_of(policy, organ->id, posts);
    message.posts = posts;
    return tcn_pb_put_message(FIELD_ORGANS, &message.base, writer);
}

static void take_organ(const Tocsin__V1__Organ *message, struct tcn_organ *organ) {
    organ->number = (uint16_t)message->number;
    organ->kind = (enum tcn_organ_kind)message->kind;
    organ->line_parent = (uint16_t)message->line_parent;
    organ->place_parent = (uint16_t)message->place_parent;
    tcn_pb_take_chars(message->id, organ->id, sizeof(organ->id));
    tcn_pb_take_chars(message->title_zh, organ->title_zh, sizeof(organ->title_zh));
    tcn_pb_take_chars(message->title_en, organ->title_en, sizeof(organ->title_en));
    tcn_pb_take_chars(message->duty_phone, organ->duty_phone, sizeof(organ->duty_phone));
}

static enum tcn_status put_domain(const struct tcn_domain *domain,
                                  const struct tcn_domain_rules *added, struct tcn_writer *writer) {
    if (domain->recipient_count > TCN_DOMAIN_RECIPIENTS_MAX ||
        domain->keyword_count > TCN_DOMAIN_KEYWORDS_MAX) {
        return TCN_TOOBIG;
    }
    char *keywords[TCN_DOMAIN_KEYWORDS_MAX];
    for (uint32_t i = 0; i < domain->keyword_count; i++) {
        keywords[i] = tcn_pb_chars(domain->keywords[i]);
    }
    uint32_t recipients[TCN_DOMAIN_RECIPIENTS_MAX];
    uint32_t attributes[TCN_DOMAIN_ATTRIBUTES_MAX];
    for (uint32_t i = 0; i < domain->recipient_count; i++) {
        recipients[i] = domain->recipients[i];
    }
    Tocsin__V1__Domain message;
    tocsin__v1__domain__init(&message);
    message.id = tcn_pb_chars(domain->id);
    message.title_zh = tcn_pb_chars(domain->title_zh);
    message.title_en = tcn_pb_chars(domain->title_en);
    message.owner = domain->owner;
    message.recipients = recipients;
    message.n_recipients = domain->recipient_count;
    message.urgent_recipient_count = domain->urgent_recipient_count;
    message.line = tcn_pb_chars(domain->line);
    message.is_petition = domain->is_petition;
    message.has_opaque_slip = domain->has_opaque_slip;
    message.procedure = (Tocsin__V1__ProcedureKind)domain->procedure;
    for (uint32_t i = 0; added != NULL && i < added->attribute_count; i++) {
        attributes[i] = added->attributes[i];
    }
    message.attributes = attributes;
    message.n_attributes = added != NULL ? added->attribute_count : 0;
    message.scale = added != NULL ? added->scale : 0;
    message.keywords = keywords;
    message.n_keywords = domain->keyword_count;
    return tcn_pb_put_message(FIELD_DOMAINS, &message.base, writer);
}

static void take_domain(const Tocsin__V1__Domain *message, struct tcn_domain *domain) {
    tcn_pb_take_chars(message->id, domain->id, sizeof(domain->id));
    tcn_pb_take_chars(message->title_zh, domain->title_zh, sizeof(domain->title_zh));
    tcn_pb_take_chars(message->title_en, domain->title_en, sizeof(domain->title_en));
    tcn_pb_take_chars(message->line, domain->line, sizeof(domain->line));
    domain->owner = (uint16_t)message->owner;
    domain->is_petition = message->is_petition;
    domain->has_opaque_slip = message->has_opaque_slip;
    domain->procedure = (enum tcn_procedure_kind)message->procedure;
    domain->recipient_count = (uint32_t)message->n_recipients;
    domain->urgent_recipient_count = message->urgent_recipient_count;
    TCN_CHECK(message->n_recipients <= TCN_DOMAIN_RECIPIENTS_MAX);
    for (size_t i = 0; i < message->n_recipients; i++) {
        domain->recipients[i] = (uint16_t)message->recipients[i];
    }
    TCN_CHECK(message->n_keywords <= TCN_DOMAIN_KEYWORDS_MAX);
    domain->keyword_count = (uint32_t)message->n_keywords;
    for (size_t i = 0; i < message->n_keywords; i++) {
        tcn_pb_take_chars(message->keywords[i], domain->keywords[i], sizeof(domain->keywords[i]));
    }
}

static enum tcn_status put_division(const struct tcn_division *division,
                                    struct tcn_writer *writer) {
    Tocsin__V1__Division message;
    tocsin__v1__division__init(&message);
    message.code = division->code;
    message.name = tcn_pb_chars(division->name);
    message.office = division->office;
    message.is_managed = division->is_managed;
    message.valid_from_ns = division->valid_from_ns;
    message.valid_to_ns = division->valid_to_ns;
    return tcn_pb_put_message(FIELD_DIVISIONS, &message.base, writer);
}

static void take_division(const Tocsin__V1__Division *message, struct tcn_division *division) {
    division->code = message->code;
    tcn_pb_take_chars(message->name, division->name, sizeof(division->name));
    division->office = (uint16_t)message->office;
    division->is_managed = message->is_managed;
    division->valid_from_ns = message->valid_from_ns;
    division->valid_to_ns = message->valid_to_ns;
}

static enum tcn_status put_line(const struct tcn_line *line, struct tcn_writer *writer) {
    Tocsin__V1__Line message;
    tocsin__v1__line__init(&message);
    message.id = tcn_pb_chars(line->id);
    message.title_zh = tcn_pb_chars(line->title_zh);
    message.title_en = tcn_pb_chars(line->title_en);
    message.warning_severity = (uint32_t)line->warning_severity;
    message.breach_level = line->breach_level;
    message.breach_deaths = line->breach_deaths;
    message.breach_injuries = line->breach_injuries;
    message.breach_silent_days = line->breach_silent_days;
    message.is_protected = line->is_protected;
    return tcn_pb_put_message(FIELD_LINES, &message.base, writer);
}

static void take_line(const Tocsin__V1__Line *message, struct tcn_line *line) {
    tcn_pb_take_chars(message->id, line->id, sizeof(line->id));
    tcn_pb_take_chars(message->title_zh, line->title_zh, sizeof(line->title_zh));
    tcn_pb_take_chars(message->title_en, line->title_en, sizeof(line->title_en));
    line->warning_severity = (enum tcn_severity)message->warning_severity;
    line->breach_level = message->breach_level;
    line->breach_deaths = message->breach_deaths;
    line->breach_injuries = message->breach_injuries;
    line->breach_silent_days = message->breach_silent_days;
    line->is_protected = message->is_protected;
}

/** Appends all tables. */
static enum tcn_status put_tables(const struct tcn_policy *policy, struct tcn_writer *writer) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < policy->organ_count && status == TCN_OK; i++) {
        status = put_organ(policy, &policy->organs[i], writer);
    }
    for (uint32_t i = 0; i < policy->domain_count && status == TCN_OK; i++) {
        status = put_domain(&policy->domains[i],
                            policy->rules != NULL ? &policy->rules->domains[i] : NULL, writer);
    }
    for (uint32_t i = 0; i < policy->division_count && status == TCN_OK; i++) {
        status = put_division(&policy->divisions[i], writer);
    }
    for (uint32_t i = 0; i < policy->line_count && status == TCN_OK; i++) {
        status = put_line(&policy->lines[i], writer);
    }
    if (status == TCN_OK) {
        status = tcn_policy_clocks_put(policy, writer);
    }
    if (status == TCN_OK) {
        status = tcn_policy_rules_put(policy, writer);
    }
    if (status == TCN_OK) {
        status = tcn_policy_seals_put(policy, writer);
    }
    if (status == TCN_OK) {
        status = tcn_policy_plans_put(policy, writer);
    }
    return status == TCN_OK ? tcn_policy_programs_put(policy, writer) : status;
}

/** Judges all tables. */
static enum tcn_status check_tables(const struct tcn_policy *policy) {
    enum tcn_status status = check_order(policy);
    if (status == TCN_OK) {
        status = tcn_policy_rules_check(policy);
    }
    if (status == TCN_OK) { /* names levels */
        status = tcn_policy_clocks_check(policy);
    }
    if (status == TCN_OK) {
        status = tcn_policy_seals_check(policy);
    }
    if (status == TCN_OK) {
        status = tcn_policy_plans_check(policy);
    }
    return status == TCN_OK ? tcn_policy_programs_check(policy) : status;
}

/** Takes all tables. */
static enum tcn_status take_tables(const Tocsin__V1__Policy *found, struct tcn_arena *arena,
                                   struct tcn_policy *policy) {
    struct tcn_organ *organs = tcn_arena_alloc(arena, found->n_organs * sizeof(*organs));
    struct tcn_domain *domains = tcn_arena_alloc(arena, found->n_domains * sizeof(*domains));
    struct tcn_division *divisions =
        tcn_arena_alloc(arena, found->n_divisions * sizeof(*divisions));
    struct tcn_line *lines = tcn_arena_alloc(arena, found->n_lines * sizeof(*lines));
    if (organs == NULL || domains == NULL || divisions == NULL || lines == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_organs; i++) {
        take_organ(found->organs[i], &organs[i]);
    }
    for (size_t i = 0; i < found->n_domains; i++) {
        take_domain(found->domains[i], &domains[i]);
    }
    for (size_t i = 0; i < found->n_divisions; i++) {
        take_division(found->divisions[i], &divisions[i]);
    }
    for (size_t i = 0; i < found->n_lines; i++) {
        take_line(found->lines[i], &lines[i]);
    }
    policy->organs = organs;
    policy->organ_count = (uint32_t)found->n_organs;
    policy->domains = domains;
    policy->domain_count = (uint32_t)found->n_domains;
    policy->divisions = divisions;
    policy->division_count = (uint32_t)found->n_divisions;
    policy->lines = lines;
    policy->line_count = (uint32_t)found->n_lines;
    enum tcn_status status = tcn_policy_clocks_take(found, arena, policy);
    if (status == TCN_OK) {
        status = tcn_policy_rules_take(found, arena, policy);
    }
    if (status == TCN_OK) {
        status = tcn_policy_seals_take(found, arena, policy);
    }
    return status == TCN_OK ? tcn_policy_plans_take(found, arena, policy) : status;
}

enum tcn_status tcn_wire_policy_encode(const struct tcn_policy *policy, struct tcn_writer *writer,
                                       struct tcn_slice *out_bytes) {
    if (policy->organ_count > TCN_ORGANS_MAX || policy->domain_count > TCN_DOMAINS_MAX ||
        policy->division_count > TCN_DIVISIONS_MAX || policy->line_count > TCN_LINES_MAX) {
        return TCN_TOOBIG;
    }
    enum tcn_status status = check_tables(policy);
    if (status != TCN_OK) {
        return status;
    }
    size_t start = writer->offset;
    Tocsin__V1__Policy message;
    tocsin__v1__policy__init(&message);
    message.version = policy->version;
    message.title = tcn_pb_chars(policy->title);
    message.desk = policy->desk;
    message.clock_ahead_ns = policy->clock_ahead_ns;
    message.clock_behind_ns = policy->clock_behind_ns;
    struct tcn_slice first;
    status = tcn_pb_pack(&message.base, TCN_POLICY_BYTES_MAX, writer, &first);
    if (status == TCN_OK) {
        status = put_tables(policy, writer);
    }
    if (status == TCN_OK && writer->offset - start > TCN_POLICY_BYTES_MAX) {
        status = TCN_TOOBIG;
    }
    if (status != TCN_OK) {
        writer->offset = start;
        return status;
    }
    *out_bytes = tcn_pb_since(writer, start);
    return TCN_OK;
}

enum tcn_status tcn_wire_policy_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                       struct tcn_policy *out_policy) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&policy_table, &tocsin__v1__policy__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Policy *found = (const Tocsin__V1__Policy *)message;
    struct tcn_policy policy = {
        .version = found->version,
        .desk = (uint16_t)found->desk,
        .clock_ahead_ns = found->clock_ahead_ns,
        .clock_behind_ns = found->clock_behind_ns,
    };
    tcn_pb_take_chars(found->title, policy.title, sizeof(policy.title));
    status = take_tables(found, arena, &policy);
    if (status == TCN_OK) {
        status = check_tables(&policy);
    }
    if (status == TCN_OK) {
        *out_policy = policy;
    }
    return status;
}
