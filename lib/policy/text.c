/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/text.h"

#include "base/text.h"
#include "model/limits.h"
#include "policy/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MARK "--- "
#define MARK_BYTES 4u

/* All that a folder may have, in the order of the text. */
static const char *const names[] = {
    "regime.yaml",    "lines.yaml",      "organs.yaml",     "domains.yaml",
    "divisions.yaml", "attributes.yaml", "levels.yaml",     "clocks.yaml",
    "calendars.yaml", "seal.yaml",       "escalation.yaml", "expected_reports.yaml",
    "retention.yaml", "programs.yaml",
};

static enum tcn_status refuse(struct tcn_policy_errors *errors, const char *path,
                              const char *text) {
    struct tcn_policy_error *error = tcn_policy_errors_next(errors, path);
    if (error != NULL) {
        (void)snprintf(error->text, sizeof(error->text), "%s", text);
    }
    return TCN_CONFIG;
}

/** Appends one file with its line. */
static enum tcn_status add(struct tcn_policy_text *text, const char *name,
                           const struct tcn_policy_file *file, struct tcn_policy_errors *errors) {
    char line[TCN_POLICY_PATH_BYTES];
    const int size = snprintf(line, sizeof(line), MARK "%s %zu\n", name, file->size);
    const size_t line_size = (size_t)size;
    TCN_CHECK(size > 0 && line_size < sizeof(line));
    if (file->size + line_size + 1 > TCN_POLICY_TEXT_BYTES_MAX - text->size) {
        return refuse(errors, file->path, "the files together are larger than 1 MiB");
    }
    memcpy(text->data + text->size, line, line_size);
    text->size += line_size;
    if (file->size > 0) {
        memcpy(text->data + text->size, file->data, file->size);
    }
    text->size += file->size;
    text->data[text->size] = '\n';
    text->size++;
    return TCN_OK;
}

static enum tcn_status add_file(const char *dir, const char *name, struct tcn_policy_text *text,
                                struct tcn_policy_errors *errors) {
    char path[TCN_POLICY_PATH_BYTES];
    struct tcn_policy_file file = {.data = NULL};
    const int size = snprintf(path, sizeof(path), "%s/%s", dir, name);
    if (size < 0 || (size_t)size >= sizeof(path)) {
        return refuse(errors, dir, "the path is longer than 1023 bytes");
    }
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_policy_file_init(&file, path, TCN_POLICY_BYTES_MAX, errors);
    if (status == TCN_OK) {
        status = add(text, name, &file, errors);
    }
    tcn_policy_file_fini(&file);
    return status;
}

enum tcn_status tcn_policy_text_read(const char *dir, struct tcn_policy_text *out_text,
                                     struct tcn_policy_errors *errors) {
    struct tcn_policy_text made = {.data = malloc(TCN_POLICY_TEXT_BYTES_MAX)};
    enum tcn_status status = made.data == NULL ? TCN_NOMEM : TCN_OK;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && status == TCN_OK; i++) {
        status = add_file(dir, names[i], &made, errors);
    }
    if (status != TCN_OK) {
        tcn_policy_text_fini(&made);
        return status;
    }
    *out_text = made;
    return TCN_OK;
}

void tcn_policy_text_fini(struct tcn_policy_text *text) {
    free(text->data);
    *text = (struct tcn_policy_text){.data = NULL};
}

/** Up to a byte, which is taken off too; false when it is not there. */
static bool take_until(struct tcn_slice *rest, uint8_t end, struct tcn_slice *out) {
    const uint8_t *found = rest->size > 0 ? memchr(rest->data, end, rest->size) : NULL;
    if (found == NULL) {
        return false;
    }
    const size_t size = (size_t)(found - rest->data);
    *out = tcn_slice_of(rest->data, size);
    *rest = tcn_slice_of(found + 1, rest->size - size - 1);
    return true;
}

bool tcn_policy_text_next(struct tcn_slice *text, struct tcn_slice *out_name,
                          struct tcn_slice *out_bytes) {
    struct tcn_slice rest = *text;
    struct tcn_slice digits;
    uint64_t size = 0;
    if (rest.size < MARK_BYTES || memcmp(rest.data, MARK, MARK_BYTES) != 0) {
        return false;
    }
    rest = tcn_slice_of(rest.data + MARK_BYTES, rest.size - MARK_BYTES);
    if (!take_until(&rest, ' ', out_name) || !take_until(&rest, '\n', &digits) ||
        tcn_text_to_u64(digits, &size) != TCN_OK || size >= rest.size || rest.data[size] != '\n') {
        return false;
    }
    *out_bytes = tcn_slice_of(rest.data, (size_t)size);
    *text = tcn_slice_of(rest.data + size + 1, rest.size - (size_t)size - 1);
    return true;
}

bool tcn_policy_text_find(struct tcn_slice text, const char *name, struct tcn_slice *out_bytes) {
    struct tcn_slice found;
    struct tcn_slice bytes;
    while (tcn_policy_text_next(&text, &found, &bytes)) {
        if (tcn_slice_is_text(found, name)) {
            *out_bytes = bytes;
            return true;
        }
    }
    return false;
}
