/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the bytes of a YAML file to the raw struct of its schema, with every fault of its shape in
 * one run: an unknown or repeated key, a value of the wrong kind, a list that is too long. What is
 * at fault stays absent, everything around it is taken. Inside this room only.
 */
#ifndef TCN_POLICY_LOAD_H
#define TCN_POLICY_LOAD_H

#include "base/bytes.h"
#include "policy/yaml.h"

/** Loads by a schema whose top is a mapping behind a pointer; lists hold texts behind pointers or
 * mappings, and other values are texts. `out_is_whole` is false when a fault was noted, and what
 * was loaded then lacks what was at fault. Owns: gives what it loaded, to be destroyed by
 * tcn_yaml_destroy with the same schema, on TCN_OK only. Errors: TCN_CONFIG a fault was noted and
 * nothing can be loaded: no YAML, no mapping at the top, empty, a second document; TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_yaml_load_all(const struct tcn_policy_file *file,
                                                 const struct cyaml_schema_value *schema,
                                                 void **out_loaded, bool *out_is_whole,
                                                 struct tcn_policy_errors *errors);

/** Where a policy's files are. */
struct tcn_policy_folder {
    const char *dir;       /**< the folder; with a text only what faults call it */
    struct tcn_slice text; /**< the files as one text (policy/text.h); empty: read them there */
};

/** A file of a policy's folder. */
struct tcn_yaml_part {
    const char *name;
    const struct cyaml_schema_value *schema;
};

/** True when the folder, or the text, has a file of that name. Thread: any. */
bool tcn_policy_has(const struct tcn_policy_folder *folder, const char *name);

/** Opens and loads one file of a folder, or of a text: nothing else in this room does. When nothing
 * of it can be loaded, a fault says so and `out_raw` and `out_is_whole` are left alone. Owns: gives
 * the file, to be given back by tcn_policy_file_fini, and what tcn_yaml_load_all gives. Errors:
 * TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_load(const struct tcn_policy_folder *folder,
                                               const struct tcn_yaml_part *part,
                                               struct tcn_policy_file *file, void **out_raw,
                                               bool *out_is_whole,
                                               struct tcn_policy_errors *errors);

#endif
