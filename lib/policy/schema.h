/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a policy as they are written: every value a text, every key optional, so that
 * libcyaml takes whatever has the right shape and the compiler behind it can name all that is wrong
 * at once. Absent texts are NULL. Inside this room only; libcyaml owns what is loaded.
 */
#ifndef TCN_POLICY_SCHEMA_H
#define TCN_POLICY_SCHEMA_H

#include "policy/yaml.h"

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
    char *line;
    char *is_petition;
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

extern const struct cyaml_schema_value tcn_schema_regime;
extern const struct cyaml_schema_value tcn_schema_lines;
extern const struct cyaml_schema_value tcn_schema_organs;
extern const struct cyaml_schema_value tcn_schema_domains;
extern const struct cyaml_schema_value tcn_schema_divisions;

#endif
