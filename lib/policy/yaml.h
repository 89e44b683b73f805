/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to libcyaml, whose schemas say what a file holds: loads, frees and writes by them. What
 * only words and references can show is checked by this room behind it, so the schemas hold texts.
 * Loading itself is load.h's, which names all faults of a file at once. Inside this room only.
 */
#ifndef TCN_POLICY_YAML_H
#define TCN_POLICY_YAML_H

#include "policy/file.h"

#include <cyaml/cyaml.h>

/** Longest text that a schema of this room takes; what is longer is a fault. */
#define TCN_YAML_TEXT_BYTES_MAX 1023

/** Loads by a schema as tcn_yaml_load_all does, all or nothing: unknown and repeated keys, values
 * of the wrong kind, further documents, aliases and an empty file are faults. Owns: gives what it
 * loaded, to be destroyed by tcn_yaml_destroy with the same schema. Errors: TCN_CONFIG at least one
 * fault was noted; TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_yaml_load(const struct tcn_policy_file *file,
                                             const struct cyaml_schema_value *schema,
                                             void **out_loaded, struct tcn_policy_errors *errors);

/** Frees what was loaded; accepts NULL, leaves NULL. Thread: any. */
void tcn_yaml_destroy(const struct cyaml_schema_value *schema, void **loaded);

/** Writes by a schema into memory. Absent texts are NULL and left out.
 * Owns: gives the text, to be freed by the caller with free().
 * Errors: TCN_NOMEM; TCN_BAD_VALUE the schema refuses it.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_yaml_save(const struct cyaml_schema_value *schema,
                                             const void *loaded, char **out_text, size_t *out_size);

#endif
