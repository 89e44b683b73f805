/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/yaml.h"

#include "policy/nearest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 64
#define KEYS_MAX 32
#define UNEXPECTED_KEY "Unexpected key: "
#define TEXT_TOO_LONG "STRING length > "

/** What libcyaml logged about its one fault: a sentence, then a backtrace from inside out. */
struct capture {
    char text[256];           /* the sentence */
    char path[128];           /* "domains[3].owner" */
    char section[NAME_BYTES]; /* outermost key of the backtrace; empty at the top */
    uint32_t entry;           /* of the list under it, from 1; 0 when it is none */
    uint32_t inner_entry;     /* of the list whose key the next line names; 0 when it is none */
    uint32_t line;            /* of the innermost place, from 1; 0 when none was named */
    uint32_t column;
};

/** Puts a part in front of the path. */
static void prepend(struct capture *capture, const char *part) {
    char rest[sizeof(capture->path)];
    memcpy(rest, capture->path, sizeof(rest));
    const char *dot = rest[0] != '\0' && rest[0] != '[' ? "." : "";
    if (snprintf(capture->path, sizeof(capture->path), "%s%s%s", part, dot, rest) < 0) {
        capture->path[0] = '\0';
    }
}

/** Takes one line of the backtrace, for example "  in mapping field 'id' (line: 2, column: 8)". */
static void take_place(struct capture *capture, const char *text) {
    uint32_t line = 0;
    uint32_t column = 0;
    uint32_t entry = 0;
    char name[NAME_BYTES] = "";
    char part[NAME_BYTES] = "";
    if (sscanf(text, "  in mapping field '%63[^']' (line: %" SCNu32 ", column: %" SCNu32, name,
               &line, &column) == 3) {
        prepend(capture, name);
        memcpy(capture->section, name, sizeof(name));
        capture->entry = capture->inner_entry;
        capture->inner_entry = 0;
    } else if (sscanf(text,
                      "  in sequence entry '%" SCNu32 "' (line: %" SCNu32 ", column: %" SCNu32,
                      &entry, &line, &column) == 3) {
        entry = entry > 0 ? entry : 1; /* it counts from 1 once an entry's first token is read */
        (void)snprintf(part, sizeof(part), "[%" PRIu32 "]", entry);
        prepend(capture, part);
        capture->inner_entry = entry;
    } else if (sscanf(text, "  in mapping (line: %" SCNu32 ", column: %" SCNu32, &line, &column) !=
               2) {
        return;
    }
    if (capture->line == 0) {
        capture->line = line;
        capture->column = column;
    }
}

/** libcyaml's log function. */
__attribute__((format(printf, 3, 0))) static void take_log(cyaml_log_t level, void *context,
                                                           const char *format, va_list arguments) {
    struct capture *capture = context;
    char text[sizeof(capture->text)];
    (void)level;
    if (vsnprintf(text, sizeof(text), format, arguments) < 0) {
        return;
    }
    text[strcspn(text, "\n")] = '\0';
    const char *sentence = strncmp(text, "Load: ", 6) == 0 ? text + 6 : text;
    if (strncmp(text, "  in ", 5) == 0) {
        take_place(capture, text);
    } else if (capture->text[0] == '\0' && strcmp(sentence, "Backtrace:") != 0) {
        memcpy(capture->text, sentence, strlen(sentence) + 1);
    }
}

/** The fields of the mapping that the capture's section and entry name; NULL when there is none. */
static const struct cyaml_schema_field *fields_of(const struct cyaml_schema_value *schema,
                                                  const struct capture *capture) {
    const struct cyaml_schema_field *field = schema->mapping.fields;
    if (capture->section[0] == '\0') {
        return field;
    }
    while (field->key != NULL && strcmp(field->key, capture->section) != 0) {
        field++;
    }
    if (field->key == NULL) {
        return NULL;
    }
    const struct cyaml_schema_value *value = &field->value;
    if (value->type == CYAML_SEQUENCE) {
        value = value->sequence.entry;
    }
    return value->type == CYAML_MAPPING ? value->mapping.fields : NULL;
}

/** Says which keys there are, the nearest if one is near. */
static void suggest_key(const struct cyaml_schema_field *fields, const char *key,
                        struct tcn_policy_error *error) {
    const char *keys[KEYS_MAX];
    char list[256] = "";
    size_t count = 0;
    size_t size = 0;
    for (; fields != NULL && fields->key != NULL && count < KEYS_MAX; fields++, count++) {
        keys[count] = fields->key;
        int written =
            snprintf(list + size, sizeof(list) - size, "%s%s", count > 0 ? ", " : "", fields->key);
        size += written > 0 ? (size_t)written : 0;
        size = size < sizeof(list) ? size : sizeof(list) - 1;
    }
    const char *nearest = tcn_nearest(key, keys, count);
    if (nearest != NULL) {
        (void)snprintf(error->text, sizeof(error->text),
                       "unknown key; the nearest valid word is \"%s\"", nearest);
    } else {
        (void)snprintf(error->text, sizeof(error->text), "unknown key; expected one of %s", list);
    }
}

/** An unknown key: libcyaml names the place before it, so it is looked for. */
static void explain_key(const struct tcn_policy_file *file, const struct cyaml_schema_value *schema,
                        const struct capture *capture, struct tcn_policy_error *error) {
    const char *key = capture->text + strlen(UNEXPECTED_KEY);
    struct tcn_policy_where where = {
        .section = capture->section[0] != '\0' ? capture->section : NULL,
        .entry = capture->entry,
        .field = key,
        .is_key = true,
    };
    const char *dot = capture->path[0] != '\0' ? "." : "";
    if (snprintf(error->field, sizeof(error->field), "%s%s%.60s", capture->path, dot, key) < 0) {
        error->field[0] = '\0';
    }
    tcn_policy_file_find(file, &where, &error->line, &error->column);
    suggest_key(fields_of(schema, capture), key, error);
}

/** Turns what was captured into a fault. */
static void explain(const struct tcn_policy_file *file, const struct cyaml_schema_value *schema,
                    const struct capture *capture, struct tcn_policy_errors *errors) {
    struct tcn_policy_error *error = tcn_policy_errors_next(errors, file->path);
    if (error == NULL) {
        return;
    }
    memcpy(error->field, capture->path, sizeof(error->field));
    error->line = capture->line;
    error->column = capture->column;
    if (strncmp(capture->text, UNEXPECTED_KEY, strlen(UNEXPECTED_KEY)) == 0) {
        explain_key(file, schema, capture, error);
    } else if (strncmp(capture->text, TEXT_TOO_LONG, strlen(TEXT_TOO_LONG)) == 0) {
        (void)snprintf(error->text, sizeof(error->text), "expected a text of at most %d bytes",
                       TCN_YAML_TEXT_BYTES_MAX); /* libcyaml would repeat the text */
    } else {
        (void)snprintf(error->text, sizeof(error->text), "%s", capture->text);
    }
}

/** What every load and save has in common. Keys and texts are as they are written. */
static struct cyaml_config config_for(struct capture *capture) {
    return (struct cyaml_config){
        .log_fn = take_log,
        .log_ctx = capture,
        .mem_fn = cyaml_mem,
        .log_level = CYAML_LOG_WARNING,
        .flags = CYAML_CFG_NO_ALIAS | CYAML_CFG_STYLE_BLOCK,
    };
}

/** True when libcyaml's fault is that memory ran out. libyaml says so by giving no problem. */
static bool is_memory(cyaml_err_t code, const struct capture *capture) {
    return code == CYAML_ERR_OOM || code == CYAML_ERR_LIBYAML_PARSER_INIT ||
           code == CYAML_ERR_LIBYAML_EMITTER_INIT || code == CYAML_ERR_LIBYAML_EMITTER ||
           strcmp(capture->text, "libyaml: (null)") == 0;
}

enum tcn_status tcn_yaml_load(const struct tcn_policy_file *file,
                              const struct cyaml_schema_value *schema, void **out_loaded,
                              struct tcn_policy_errors *errors) {
    struct capture capture = {0};
    struct cyaml_config config = config_for(&capture);
    cyaml_data_t *loaded = NULL;
    cyaml_err_t code = cyaml_load_data(file->data, file->size, &config, schema, &loaded, NULL);
    if (code != CYAML_OK && is_memory(code, &capture)) {
        return TCN_NOMEM;
    }
    if (code == CYAML_OK && loaded != NULL && capture.text[0] == '\0') {
        *out_loaded = loaded;
        return TCN_OK;
    }
    tcn_yaml_destroy(schema, &loaded);
    if (capture.text[0] == '\0') {
        (void)snprintf(capture.text, sizeof(capture.text), "%s",
                       code == CYAML_OK ? "the file is empty" : cyaml_strerror(code));
    }
    explain(file, schema, &capture, errors);
    return TCN_CONFIG;
}

void tcn_yaml_destroy(const struct cyaml_schema_value *schema, void **loaded) {
    struct capture capture = {0};
    struct cyaml_config config = config_for(&capture);
    if (*loaded != NULL) {
        (void)cyaml_free(&config, schema, *loaded, 0);
        *loaded = NULL;
    }
}

enum tcn_status tcn_yaml_save(const struct cyaml_schema_value *schema, const void *loaded,
                              char **out_text, size_t *out_size) {
    struct capture capture = {0};
    struct cyaml_config config = config_for(&capture);
    char *text = NULL;
    size_t size = 0;
    cyaml_err_t code = cyaml_save_data(&text, &size, &config, schema, loaded, 0);
    if (code != CYAML_OK) {
        return is_memory(code, &capture) ? TCN_NOMEM : TCN_BAD_VALUE;
    }
    *out_text = text;
    *out_size = size;
    return TCN_OK;
}
