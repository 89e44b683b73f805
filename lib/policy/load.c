/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk over libyaml's events beside a walk over the schema. libcyaml's own loader stops at the
 * first fault, which makes a long file a long afternoon; its schemas, its way to free what they
 * describe, and its way to write it stay in use.
 *
 * Invariants:
 * 1. What hangs at `top` can be freed by the schema after every event.
 * 2. An entry of a list that is at fault still counts, so that the index of every other is that of
 *    the file.
 */
#include "policy/load.h"

#include "model/limits.h"
#include "policy/nearest.h"
#include "policy/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

/** Mappings and lists within each other, as our schemas use them. */
#define DEPTH_MAX 8

/** Fields of one mapping: as many as `seen` has bits. */
#define FIELDS_MAX 64

/** Bytes of an unknown key that a fault repeats. */
#define KEY_SHOWN_BYTES 60

/** A mapping or list whose end has not come yet. */
struct frame {
    const struct cyaml_schema_value *schema;
    uint8_t *data;                          /* the mapping's struct; of a list: what holds it */
    const struct cyaml_schema_field *field; /* of a mapping: whose value is awaited or read; of a
                                               list: the one that it is the value of */
    bool is_lost;                           /* the value that comes next has no place */
    uint64_t seen;                          /* fields of a mapping that came, by their place */
    uint32_t count;                         /* entries of a list that came */
};

/** A load under way. */
struct load {
    const struct tcn_policy_file *file;
    struct tcn_policy_errors *errors;
    const struct cyaml_schema_value *schema;
    yaml_event_t event;
    struct frame frames[DEPTH_MAX];
    uint32_t depth;
    uint32_t skip_depth; /* mappings and lists open in a value that has no place */
    uint32_t document_count;
    void *top; /* owned */
    bool is_whole;
};

/** Appends to the path of a field; what does not fit is cut. */
static void append(char path[128], const char *part) {
    size_t used = strlen(path);
    (void)snprintf(path + used, 128 - used, "%s%s", used > 0 && part[0] != '[' ? "." : "", part);
}

/** The path of the value that is being read: "domains[3].owner"; of the key, without the key. */
static void write_path(const struct load *load, char path[128]) {
    path[0] = '\0';
    for (uint32_t i = 0; i < load->depth; i++) {
        const struct frame *frame = &load->frames[i];
        if (frame->schema->type == CYAML_SEQUENCE) {
            char part[16];
            (void)snprintf(part, sizeof(part), "[%" PRIu32 "]", frame->count);
            append(path, part);
        } else if (frame->field != NULL) {
            append(path, frame->field->key);
        }
    }
}

/** A new fault where the event, or the parser's trouble, is; NULL when the list is full. */
static struct tcn_policy_error *note(struct load *load, const yaml_mark_t *mark) {
    load->is_whole = false;
    struct tcn_policy_error *error = tcn_policy_errors_next(load->errors, load->file->path);
    if (error == NULL) {
        return NULL;
    }
    error->is_shape = true;
    tcn_policy_file_place(load->file, mark->line, mark->column, &error->line, &error->column);
    write_path(load, error->field);
    memcpy(error->hides, error->field, sizeof(error->hides));
    return error;
}

/** Notes a fault of the value that is being read. */
static void refuse(struct load *load, const char *text) {
    struct tcn_policy_error *error = note(load, &load->event.start_mark);
    if (error != NULL) {
        (void)snprintf(error->text, sizeof(error->text), "%s", text);
    }
}

/** Notes a fault of the file as a whole. */
static enum tcn_status refuse_file(struct load *load, const char *text) {
    struct tcn_policy_error *error = tcn_policy_errors_next(load->errors, load->file->path);
    if (error != NULL) {
        error->is_shape = true;
        (void)snprintf(error->text, sizeof(error->text), "%s", text);
    }
    return TCN_CONFIG;
}

static bool opens(const yaml_event_t *event) {
    return event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT;
}

/** Leaves the value of this event out, with all that it holds. */
static void skip(struct load *load) {
    load->skip_depth = opens(&load->event) ? 1 : 0;
}

/** Says what kind of value was expected and which one came. */
static void refuse_kind(struct load *load, enum cyaml_type expected) {
    const char *wanted = expected == CYAML_MAPPING    ? "keys with values"
                         : expected == CYAML_SEQUENCE ? "a list"
                                                      : "a text";
    const char *came = load->event.type == YAML_MAPPING_START_EVENT    ? "keys with values"
                       : load->event.type == YAML_SEQUENCE_START_EVENT ? "a list"
                                                                       : "a text";
    char text[96];
    if (load->event.type == YAML_ALIAS_EVENT) {
        (void)snprintf(text, sizeof(text), "expected %s, not an alias", wanted);
    } else {
        (void)snprintf(text, sizeof(text), "expected %s, this is %s", wanted, came);
    }
    refuse(load, text);
    skip(load);
}

/** Names the nearest key, or all there are. */
static void suggest_key(const struct cyaml_schema_field *fields, const char *key,
                        struct tcn_policy_error *error) {
    const char *keys[FIELDS_MAX];
    char list[256] = "";
    size_t count = 0;
    for (; fields->key != NULL && count < FIELDS_MAX; fields++, count++) {
        keys[count] = fields->key;
        size_t used = strlen(list);
        (void)snprintf(list + used, sizeof(list) - used, "%s%s", count > 0 ? ", " : "",
                       fields->key);
    }
    const char *nearest = tcn_nearest(key, keys, count);
    if (nearest == NULL) {
        (void)snprintf(error->text, sizeof(error->text), "unknown key; expected one of %s", list);
        return;
    }
    append(error->hides, nearest);
    (void)snprintf(error->text, sizeof(error->text),
                   "unknown key; the nearest valid word is \"%s\"", nearest);
}

/** Notes that a key is unknown, or there for the second time. */
static void refuse_key(struct load *load, const char *key, bool is_repeated) {
    char shown[KEY_SHOWN_BYTES + 1];
    (void)snprintf(shown, sizeof(shown), "%s", key);
    struct tcn_policy_error *error = note(load, &load->event.start_mark);
    if (error == NULL) {
        return;
    }
    append(error->field, shown);
    if (is_repeated) {
        (void)snprintf(error->text, sizeof(error->text), "expected once; this key came already");
        error->hides[0] = '\0'; /* the first is taken, and judged */
    } else {
        suggest_key(load->frames[load->depth - 1].schema->mapping.fields, key, error);
    }
}

/** Takes a key of a mapping: its value comes next. */
static void take_key(struct load *load, struct frame *frame) {
    if (load->event.type != YAML_SCALAR_EVENT) {
        struct tcn_policy_error *error = note(load, &load->event.start_mark);
        if (error != NULL) {
            error->hides[0] = '\0';
            (void)snprintf(error->text, sizeof(error->text), "expected a key, this is none");
        }
        skip(load);
        frame->is_lost = true;
        return;
    }
    const char *key = (const char *)load->event.data.scalar.value;
    const struct cyaml_schema_field *field = frame->schema->mapping.fields;
    uint32_t index = 0;
    while (field->key != NULL && strcmp(field->key, key) != 0) {
        field++;
        index++;
    }
    TCN_CHECK(index < FIELDS_MAX);
    bool is_repeated = field->key != NULL && (frame->seen & UINT64_C(1) << index) != 0;
    if (field->key == NULL || is_repeated) {
        refuse_key(load, key, is_repeated);
        frame->is_lost = true;
        return;
    }
    frame->seen |= UINT64_C(1) << index;
    frame->field = field;
}

/** Copies a scalar to where the schema wants it; an empty text when it is refused, so that a list
 * of texts holds texts. Errors: TCN_NOMEM. */
static enum tcn_status take_text(struct load *load, const struct cyaml_schema_value *schema,
                                 uint8_t *slot) {
    TCN_CHECK(schema->type == CYAML_STRING && (schema->flags & CYAML_FLAG_POINTER) != 0);
    const char *text = "";
    size_t size = 0;
    char refused[64];
    if (load->event.type != YAML_SCALAR_EVENT) {
        refuse_kind(load, CYAML_STRING);
    } else if (load->event.data.scalar.length > schema->string.max) {
        (void)snprintf(refused, sizeof(refused), "expected a text of at most %" PRIu32 " bytes",
                       schema->string.max);
        refuse(load, refused);
    } else if (memchr(load->event.data.scalar.value, '\0', load->event.data.scalar.length) !=
               NULL) {
        refuse(load, "expected a text without a NUL");
    } else {
        text = (const char *)load->event.data.scalar.value;
        size = load->event.data.scalar.length;
    }
    char *copy = malloc(size + 1);
    if (copy == NULL) {
        return TCN_NOMEM;
    }
    memcpy(copy, text, size);
    copy[size] = '\0';
    memcpy(slot, &copy, sizeof(copy));
    return TCN_OK;
}

/** Begins a mapping or list. */
static void push(struct load *load, const struct cyaml_schema_value *schema, uint8_t *data,
                 const struct cyaml_schema_field *field) {
    TCN_CHECK(load->depth < DEPTH_MAX);
    load->frames[load->depth] = (struct frame){.schema = schema, .data = data, .field = field};
    load->depth++;
}

/** Makes the struct of a mapping behind a pointer. Errors: TCN_NOMEM. */
static enum tcn_status make_mapping(const struct cyaml_schema_value *schema, uint8_t *slot,
                                    uint8_t **out_data) {
    TCN_CHECK((schema->flags & CYAML_FLAG_POINTER) != 0);
    uint8_t *data = calloc(1, schema->data_size);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    memcpy(slot, &data, sizeof(data));
    *out_data = data;
    return TCN_OK;
}

/** Takes the value behind a key. Errors: TCN_NOMEM. */
static enum tcn_status take_value(struct load *load, struct frame *frame) {
    const struct cyaml_schema_field *field = frame->field;
    const struct cyaml_schema_value *schema = &field->value;
    uint8_t *slot = frame->data + field->data_offset;
    uint8_t *data = NULL;
    if (schema->type == CYAML_SEQUENCE && load->event.type == YAML_SEQUENCE_START_EVENT) {
        push(load, schema, frame->data, field);
        return TCN_OK;
    }
    if (schema->type == CYAML_MAPPING && load->event.type == YAML_MAPPING_START_EVENT) {
        enum tcn_status status = make_mapping(schema, slot, &data);
        if (status == TCN_OK) {
            push(load, schema, data, NULL);
        }
        return status;
    }
    enum tcn_status status = TCN_OK;
    if (schema->type == CYAML_STRING && !opens(&load->event) &&
        load->event.type != YAML_ALIAS_EVENT) {
        status = take_text(load, schema, slot);
    } else {
        refuse_kind(load, schema->type);
    }
    if (load->skip_depth == 0) {
        frame->field = NULL;
    }
    return status;
}

/** Makes room for one more entry of a list, zeroed. Errors: TCN_NOMEM. */
static enum tcn_status grow(const struct frame *frame, size_t entry_size, uint8_t **out_entry) {
    const struct cyaml_schema_field *field = frame->field;
    TCN_CHECK(field->count_size == sizeof(uint32_t));
    uint32_t count = 0;
    uint8_t *array = NULL;
    memcpy(&count, frame->data + field->count_offset, sizeof(count));
    memcpy(&array, frame->data + field->data_offset, sizeof(array));
    uint8_t *grown = realloc(array, (count + 1) * entry_size);
    if (grown == NULL) {
        return TCN_NOMEM;
    }
    memset(grown + count * entry_size, 0, entry_size);
    count++;
    memcpy(frame->data + field->data_offset, &grown, sizeof(grown));
    memcpy(frame->data + field->count_offset, &count, sizeof(count));
    *out_entry = grown + (count - 1) * entry_size;
    return TCN_OK;
}

/** Takes an entry of a list. Errors: TCN_NOMEM. */
static enum tcn_status take_entry(struct load *load, struct frame *frame) {
    const struct cyaml_schema_value *entry = frame->schema->sequence.entry;
    uint32_t count_max = frame->schema->sequence.max;
    uint8_t *slot = NULL;
    frame->count++;
    if (frame->count > count_max) {
        if (frame->count == count_max + 1) {
            char text[64];
            (void)snprintf(text, sizeof(text), "expected at most %" PRIu32 " entries", count_max);
            refuse(load, text);
        }
        skip(load);
        return TCN_OK;
    }
    bool is_text = entry->type == CYAML_STRING;
    enum tcn_status status = grow(frame, is_text ? sizeof(char *) : entry->data_size, &slot);
    if (status == TCN_OK && is_text) {
        return take_text(load, entry, slot);
    }
    if (status == TCN_OK && load->event.type == YAML_MAPPING_START_EVENT) {
        TCN_CHECK(entry->type == CYAML_MAPPING && (entry->flags & CYAML_FLAG_POINTER) == 0);
        push(load, entry, slot, NULL);
    } else if (status == TCN_OK) {
        refuse_kind(load, entry->type);
    }
    return status;
}

/** Takes a scalar, an alias, or the beginning of a mapping or list. Errors: TCN_NOMEM; TCN_CONFIG
 * the file has no mapping at its top. */
static enum tcn_status take_node(struct load *load) {
    if (load->skip_depth > 0 && opens(&load->event)) {
        load->skip_depth++;
        if (load->skip_depth > TCN_YAML_DEPTH_MAX) { /* libyaml's time grows with its square */
            refuse(load, "expected no lists in lists in lists without end");
            return TCN_CONFIG;
        }
    }
    if (load->skip_depth > 0) {
        return TCN_OK;
    }
    if (load->depth == 0 && load->event.type != YAML_MAPPING_START_EVENT) {
        refuse_kind(load, CYAML_MAPPING);
        return TCN_CONFIG;
    }
    if (load->depth == 0) {
        uint8_t *data = NULL;
        enum tcn_status status = make_mapping(load->schema, (uint8_t *)&load->top, &data);
        if (status == TCN_OK) {
            push(load, load->schema, data, NULL);
        }
        return status;
    }
    struct frame *frame = &load->frames[load->depth - 1];
    if (frame->schema->type == CYAML_SEQUENCE) {
        return take_entry(load, frame);
    }
    if (frame->is_lost) {
        frame->is_lost = false;
        skip(load);
        return TCN_OK;
    }
    if (frame->field != NULL) {
        return take_value(load, frame);
    }
    take_key(load, frame);
    return TCN_OK;
}

/** Ends a mapping or list, or one that is left out; then the key that it was the value of is done
 * with. */
static void take_end(struct load *load) {
    if (load->skip_depth > 0) {
        load->skip_depth--;
    } else {
        TCN_CHECK(load->depth > 0);
        load->depth--;
    }
    if (load->skip_depth == 0 && load->depth > 0 &&
        load->frames[load->depth - 1].schema->type == CYAML_MAPPING) {
        load->frames[load->depth - 1].field = NULL;
    }
}

/** Says what libyaml stumbled over. */
static enum tcn_status refuse_syntax(struct load *load, const yaml_parser_t *parser) {
    if (parser->error == YAML_MEMORY_ERROR || parser->problem == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_policy_error *error = note(load, &parser->problem_mark);
    if (error != NULL) {
        error->field[0] = '\0'; /* where it went wrong is often long before the parser saw it */
        error->hides[0] = '\0';
        if (parser->context != NULL) {
            (void)snprintf(error->text, sizeof(error->text), "expected YAML: %s (line %zu), %s",
                           parser->context, parser->context_mark.line + 1, parser->problem);
        } else {
            (void)snprintf(error->text, sizeof(error->text), "expected YAML: %s", parser->problem);
        }
    }
    return TCN_CONFIG;
}

/** Takes one event. Errors: TCN_NOMEM; TCN_CONFIG nothing after it can be taken. */
static enum tcn_status take_event(struct load *load) {
    switch (load->event.type) {
    case YAML_DOCUMENT_START_EVENT:
        load->document_count++;
        if (load->document_count > 1) {
            refuse(load, "expected one document in the file; a second begins here");
            return TCN_CONFIG;
        }
        return TCN_OK;
    case YAML_SCALAR_EVENT:
    case YAML_ALIAS_EVENT:
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        return take_node(load);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        take_end(load);
        return TCN_OK;
    default:
        return TCN_OK;
    }
}

enum tcn_status tcn_yaml_load_all(const struct tcn_policy_file *file,
                                  const struct cyaml_schema_value *schema, void **out_loaded,
                                  bool *out_is_whole, struct tcn_policy_errors *errors) {
    struct load load = {.file = file, .errors = errors, .schema = schema, .is_whole = true};
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0) {
        return TCN_NOMEM;
    }
    yaml_parser_set_input_string(&parser, file->data, file->size);
    enum tcn_status status = TCN_OK;
    bool is_over = false;
    while (status == TCN_OK && !is_over) {
        if (yaml_parser_parse(&parser, &load.event) == 0) {
            status = refuse_syntax(&load, &parser);
            break;
        }
        is_over = load.event.type == YAML_STREAM_END_EVENT;
        status = take_event(&load);
        yaml_event_delete(&load.event);
    }
    yaml_parser_delete(&parser);
    if (status == TCN_OK && load.top == NULL) {
        status = refuse_file(&load, "the file is empty");
    }
    if (status != TCN_OK) {
        tcn_yaml_destroy(schema, &load.top);
        return status;
    }
    *out_loaded = load.top;
    *out_is_whole = load.is_whole;
    return TCN_OK;
}

/** From the disk, or from the text; a file that the text has not is as one that is not there. */
static enum tcn_status open_file(const struct tcn_policy_folder *folder, const char *name,
                                 const char *path, struct tcn_policy_file *file,
                                 struct tcn_policy_errors *errors) {
    struct tcn_slice bytes;
    if (folder->text.size == 0) {
        return tcn_policy_file_init(file, path, TCN_POLICY_BYTES_MAX, errors);
    }
    const bool is_there = tcn_policy_text_find(folder->text, name, &bytes);
    return tcn_policy_file_init_from(file, path, is_there ? &bytes : NULL, errors);
}

/** The path of a file of the folder; empty when it is too long. */
static void path_of(const struct tcn_policy_folder *folder, const char *name,
                    char out_path[TCN_POLICY_PATH_BYTES + 32]) {
    const int size = snprintf(out_path, TCN_POLICY_PATH_BYTES + 32, "%s/%s", folder->dir, name);
    if (size < 0) {
        out_path[0] = '\0';
    }
}

bool tcn_policy_has(const struct tcn_policy_folder *folder, const char *name) {
    char path[TCN_POLICY_PATH_BYTES + 32];
    struct tcn_slice bytes;
    if (folder->text.size > 0) {
        return tcn_policy_text_find(folder->text, name, &bytes);
    }
    path_of(folder, name, path);
    return access(path, F_OK) == 0;
}

enum tcn_status tcn_policy_load(const struct tcn_policy_folder *folder,
                                const struct tcn_yaml_part *part, struct tcn_policy_file *file,
                                void **out_raw, bool *out_is_whole,
                                struct tcn_policy_errors *errors) {
    char path[TCN_POLICY_PATH_BYTES + 32];
    path_of(folder, part->name, path);
    enum tcn_status status = open_file(folder, part->name, path, file, errors);
    if (status == TCN_OK) {
        status = tcn_yaml_load_all(file, part->schema, out_raw, out_is_whole, errors);
    }
    return status == TCN_CONFIG ? TCN_OK : status;
}
