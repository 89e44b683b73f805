/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/file.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tcn_policy_error *tcn_policy_errors_next(struct tcn_policy_errors *errors,
                                                const char *path) {
    if (errors->count == TCN_POLICY_ERRORS_MAX) {
        errors->dropped_count++;
        return NULL;
    }
    struct tcn_policy_error *error = &errors->items[errors->count];
    memset(error, 0, sizeof(*error));
    size_t size = strlen(path);
    size_t room = sizeof(error->file) - 1;
    (void)snprintf(error->file, sizeof(error->file), "%s", size > room ? path + size - room : path);
    errors->count++;
    return error;
}

/** Notes a fault about the file as a whole. */
static enum tcn_status refuse(struct tcn_policy_errors *errors, const char *path,
                              const char *text) {
    struct tcn_policy_error *error = tcn_policy_errors_next(errors, path);
    if (error != NULL) {
        (void)snprintf(error->text, sizeof(error->text), "%s", text);
    }
    return TCN_CONFIG;
}

/** Reads up to `bytes_max` + 1 bytes, so that a file that is too large shows. */
static enum tcn_status read_all(FILE *stream, size_t bytes_max, struct tcn_policy_file *file) {
    uint8_t *data = malloc(bytes_max + 1);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    size_t size = fread(data, 1, bytes_max + 1, stream);
    if (ferror(stream)) {
        free(data);
        return TCN_IO;
    }
    file->data = data;
    file->size = size;
    return TCN_OK;
}

/** Names a file that is to be read. */
static enum tcn_status name_file(struct tcn_policy_file *file, const char *path,
                                 struct tcn_policy_errors *errors) {
    memset(file, 0, sizeof(*file));
    if (strlen(path) >= sizeof(file->path)) {
        return refuse(errors, path, "the path is longer than 1023 bytes");
    }
    memcpy(file->path, path, strlen(path) + 1);
    return TCN_OK;
}

enum tcn_status tcn_policy_file_init_from(struct tcn_policy_file *file, const char *path,
                                          const struct tcn_slice *bytes,
                                          struct tcn_policy_errors *errors) {
    const enum tcn_status status = name_file(file, path, errors);
    if (status != TCN_OK) {
        return status;
    }
    if (bytes == NULL) {
        return refuse(errors, path, strerror(ENOENT));
    }
    if (!tcn_text_is_utf8(*bytes)) {
        return refuse(errors, path, "expected UTF-8 text without a NUL");
    }
    file->data = malloc(bytes->size + 1);
    if (file->data == NULL) {
        return TCN_NOMEM;
    }
    if (bytes->size > 0) {
        memcpy(file->data, bytes->data, bytes->size);
    }
    file->size = bytes->size;
    return TCN_OK;
}

enum tcn_status tcn_policy_file_init(struct tcn_policy_file *file, const char *path,
                                     size_t bytes_max, struct tcn_policy_errors *errors) {
    enum tcn_status status = name_file(file, path, errors);
    if (status != TCN_OK) {
        return status;
    }
    FILE *stream = fopen(path, "rbe");
    if (stream == NULL && errno == ENOMEM) {
        return TCN_NOMEM;
    }
    if (stream == NULL) {
        return refuse(errors, path, strerror(errno));
    }
    status = read_all(stream, bytes_max, file);
    int cause = errno;
    (void)fclose(stream);
    if (status == TCN_IO) {
        return refuse(errors, path, strerror(cause));
    }
    if (status != TCN_OK) {
        return status;
    }
    if (file->size > bytes_max) {
        tcn_policy_file_fini(file);
        return refuse(errors, path, "the file is larger than its limit");
    }
    if (!tcn_text_is_utf8(tcn_slice_of(file->data, file->size))) {
        tcn_policy_file_fini(file);
        return refuse(errors, path, "expected UTF-8 text without a NUL");
    }
    return TCN_OK;
}

void tcn_policy_file_fini(struct tcn_policy_file *file) {
    free(file->data);
    file->data = NULL;
    file->size = 0;
}

/** True when a fault's file is this path, or its end when it is longer than a fault holds. */
static bool is_tail(const char *path, const char *told) {
    size_t size = strlen(path);
    size_t told_size = strlen(told);
    return told_size <= size && strcmp(path + size - told_size, told) == 0;
}

/** Writes "section[entry].field". */
static void name_field(const struct tcn_policy_where *where, char *out_name, size_t size) {
    const char *section = where->section != NULL ? where->section : "";
    const char *field = where->field != NULL ? where->field : "";
    const char *dot = section[0] != '\0' && field[0] != '\0' ? "." : "";
    char entry[16] = "";
    if (where->entry > 0) {
        (void)snprintf(entry, sizeof(entry), "[%u]", where->entry);
    }
    (void)snprintf(out_name, size, "%s%s%s%s", section, entry, dot, field);
}

/** True when `inner` is `outer`, or a field or an entry of it. */
static bool is_within(const char *inner, const char *outer) {
    size_t size = strlen(outer);
    return strncmp(inner, outer, size) == 0 &&
           (inner[size] == '\0' || inner[size] == '.' || inner[size] == '[');
}

/** True when a fault of shape in the file took away the field, or what it is in. */
static bool is_hidden(const struct tcn_policy_errors *errors, const struct tcn_policy_file *file,
                      const char *field) {
    for (uint32_t i = 0; i < errors->count; i++) {
        const struct tcn_policy_error *error = &errors->items[i];
        if (error->is_shape && error->hides[0] != '\0' && is_within(field, error->hides) &&
            is_tail(file->path, error->file)) {
            return true;
        }
    }
    return false;
}

bool tcn_policy_file_has_fault(const struct tcn_policy_errors *errors,
                               const struct tcn_policy_file *file) {
    for (uint32_t i = 0; i < errors->count; i++) {
        if (is_tail(file->path, errors->items[i].file)) {
            return true;
        }
    }
    return errors->dropped_count > 0;
}

void tcn_policy_fault(struct tcn_policy_errors *errors, const struct tcn_policy_file *file,
                      const struct tcn_policy_where *where, const char *format, ...) {
    char field[sizeof(errors->items[0].field)];
    name_field(where, field, sizeof(field));
    if (is_hidden(errors, file, field)) {
        return;
    }
    struct tcn_policy_error *error = tcn_policy_errors_next(errors, file->path);
    if (error == NULL) {
        return;
    }
    memcpy(error->field, field, sizeof(field));
    tcn_policy_file_find(file, where, &error->line, &error->column);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
}
