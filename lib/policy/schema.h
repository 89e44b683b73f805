/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a policy as they are written: every value a text, every key optional, so that
 * libcyaml takes whatever has the right shape and the compiler behind it can name all that is wrong
 * at once. Absent texts are NULL. Inside this room only; libcyaml owns what is loaded.
 */
#ifndef TCN_POLICY_SCHEMA_H
#define TCN_POLICY_SCHEMA_H

#include "policy/yaml.h"

#define TCN_RAW_OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

/** A text of a raw struct; the key is the member's name. */
#define TCN_RAW_TEXT(struct_name, member)                                                          \
    CYAML_FIELD_STRING_PTR(#member, TCN_RAW_OPTIONAL, struct struct_name, member, 0,               \
                           TCN_YAML_TEXT_BYTES_MAX)

/** A list of a raw struct with its count beside it. */
#define TCN_RAW_LIST(struct_name, member, entry, count_max)                                        \
    CYAML_FIELD_SEQUENCE(#member, TCN_RAW_OPTIONAL, struct struct_name, member, entry, 0, count_max)

/** A text in a list. */
extern const struct cyaml_schema_value tcn_schema_word;

/** regime.yaml. */
struct tcn_raw_regime {
    char *title;
    char *version;
    char *desk;
    char *clock_ahead_seconds;
    char *clock_behind_seconds;
};

/** One entry of lines.yaml. */
struct tcn_raw_line {
    char *id;
    char *title_zh;
    char *title_en;
    char *warning_severity;
    char *breach_level;
    char *breach_deaths;
    char *breach_injuries;
    char *breach_silent_days;
    char *is_protected;
};

/** lines.yaml. */
struct tcn_raw_lines {
    struct tcn_raw_line *lines;
    uint32_t lines_count;
};

/** One entry of organs.yaml. */
struct tcn_raw_organ {
    char *id;
    char *number;
    char *kind;
    char *title_zh;
    char *title_en;
    char *line_parent;
    char *place_parent;
    char *duty_phone;
    char **posts;
    uint32_t posts_count;
};

/** organs.yaml. */
struct tcn_raw_organs {
    struct tcn_raw_organ *organs;
    uint32_t organs_count;
};

/** One entry of domains.yaml. */
struct tcn_raw_domain {
    char *id;
    char *procedure;
    char *title_zh;
    char *title_en;
    char *owner;
    char **recipients;
    uint32_t recipients_count;
    char **urgent_recipients;
    uint32_t urgent_recipients_count;
    char *line;
    char *is_petition;
    char *has_opaque_slip;
    char **attributes;
    uint32_t attributes_count;
    char *scale;
    char **keywords;
    uint32_t keywords_count;
};

/** domains.yaml. */
struct tcn_raw_domains {
    struct tcn_raw_domain *domains;
    uint32_t domains_count;
};

/** One entry of divisions.yaml. */
struct tcn_raw_division {
    char *code;
    char *name;
    char *office;
    char *valid_from;
    char *valid_to;
};

/** divisions.yaml. */
struct tcn_raw_divisions {
    struct tcn_raw_division *divisions;
    uint32_t divisions_count;
};

/** One entry of attributes.yaml. */
struct tcn_raw_attribute {
    char *id;
    char *kind;
    char *unit;
    char *by;
    char *title_zh;
    char *title_en;
    char **values;
    uint32_t values_count;
};

/** attributes.yaml. */
struct tcn_raw_attributes {
    struct tcn_raw_attribute *attributes;
    uint32_t attributes_count;
};

/** An entry of levels.yaml under `levels`. */
struct tcn_raw_level {
    char *id;
    char *kind;
    char *rank;
    char *title_zh;
    char *title_en;
};

/** Under `scales`. */
struct tcn_raw_scale {
    char *id;
    char *title_zh;
    char *title_en;
};

/** Under `thresholds`. */
struct tcn_raw_threshold {
    char *scale;
    char *measure;
    char *level;
    char *from;
};

/** levels.yaml. */
struct tcn_raw_levels {
    struct tcn_raw_level *levels;
    uint32_t levels_count;
    struct tcn_raw_scale *scales;
    uint32_t scales_count;
    struct tcn_raw_threshold *thresholds;
    uint32_t thresholds_count;
};

extern const struct cyaml_schema_value tcn_schema_attributes;
extern const struct cyaml_schema_value tcn_schema_levels;
extern const struct cyaml_schema_value tcn_schema_regime;
extern const struct cyaml_schema_value tcn_schema_lines;
extern const struct cyaml_schema_value tcn_schema_organs;
extern const struct cyaml_schema_value tcn_schema_domains;
extern const struct cyaml_schema_value tcn_schema_divisions;

#endif
