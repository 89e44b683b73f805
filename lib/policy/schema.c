/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/schema.h"

#include "model/limits.h"

#define TEXT TCN_RAW_TEXT
#define LIST TCN_RAW_LIST

const cyaml_schema_value_t tcn_schema_word = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, TCN_YAML_TEXT_BYTES_MAX)};

static const cyaml_schema_field_t regime_fields[] = {
    TEXT(tcn_raw_regime, title),
    TEXT(tcn_raw_regime, version),
    TEXT(tcn_raw_regime, desk),
    TEXT(tcn_raw_regime, clock_ahead_seconds),
    TEXT(tcn_raw_regime, clock_behind_seconds),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t line_fields[] = {
    TEXT(tcn_raw_line, id),
    TEXT(tcn_raw_line, title_zh),
    TEXT(tcn_raw_line, title_en),
    TEXT(tcn_raw_line, warning_severity),
    TEXT(tcn_raw_line, breach_level),
    TEXT(tcn_raw_line, breach_deaths),
    TEXT(tcn_raw_line, breach_injuries),
    TEXT(tcn_raw_line, breach_silent_days),
    TEXT(tcn_raw_line, is_protected),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t organ_fields[] = {
    TEXT(tcn_raw_organ, id),
    TEXT(tcn_raw_organ, number),
    TEXT(tcn_raw_organ, kind),
    TEXT(tcn_raw_organ, title_zh),
    TEXT(tcn_raw_organ, title_en),
    TEXT(tcn_raw_organ, line_parent),
    TEXT(tcn_raw_organ, place_parent),
    TEXT(tcn_raw_organ, duty_phone),
    LIST(tcn_raw_organ, posts, &tcn_schema_word, TCN_ORGAN_POSTS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t domain_fields[] = {
    TEXT(tcn_raw_domain, id),
    TEXT(tcn_raw_domain, procedure),
    TEXT(tcn_raw_domain, title_zh),
    TEXT(tcn_raw_domain, title_en),
    TEXT(tcn_raw_domain, owner),
    LIST(tcn_raw_domain, recipients, &tcn_schema_word, TCN_DOMAIN_RECIPIENTS_MAX),
    LIST(tcn_raw_domain, urgent_recipients, &tcn_schema_word, TCN_DOMAIN_RECIPIENTS_MAX),
    TEXT(tcn_raw_domain, line),
    TEXT(tcn_raw_domain, is_petition),
    TEXT(tcn_raw_domain, has_opaque_slip),
    LIST(tcn_raw_domain, attributes, &tcn_schema_word, TCN_DOMAIN_ATTRIBUTES_MAX),
    TEXT(tcn_raw_domain, scale),
    LIST(tcn_raw_domain, keywords, &tcn_schema_word, TCN_DOMAIN_KEYWORDS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t division_fields[] = {
    TEXT(tcn_raw_division, code),     TEXT(tcn_raw_division, name),
    TEXT(tcn_raw_division, office),   TEXT(tcn_raw_division, valid_from),
    TEXT(tcn_raw_division, valid_to), CYAML_FIELD_END,
};

static const cyaml_schema_value_t line_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_line, line_fields)};
static const cyaml_schema_value_t organ_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_organ, organ_fields)};
static const cyaml_schema_value_t domain_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_domain, domain_fields)};
static const cyaml_schema_value_t division_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_division, division_fields)};

static const cyaml_schema_field_t lines_fields[] = {
    LIST(tcn_raw_lines, lines, &line_value, TCN_LINES_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t organs_fields[] = {
    LIST(tcn_raw_organs, organs, &organ_value, TCN_ORGANS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t domains_fields[] = {
    LIST(tcn_raw_domains, domains, &domain_value, TCN_DOMAINS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t divisions_fields[] = {
    LIST(tcn_raw_divisions, divisions, &division_value, TCN_DIVISIONS_MAX),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t tcn_schema_regime = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_regime, regime_fields)};
const cyaml_schema_value_t tcn_schema_lines = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_lines, lines_fields)};
const cyaml_schema_value_t tcn_schema_organs = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_organs, organs_fields)};
const cyaml_schema_value_t tcn_schema_domains = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_domains, domains_fields)};
const cyaml_schema_value_t tcn_schema_divisions = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_divisions, divisions_fields)};
