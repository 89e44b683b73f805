/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/draft.h"

#include "base/text.h"
#include "cli/show.h"
#include "json/draft.h"

#include <errno.h>
#include <string.h>

#define FILE_BYTES_MAX (TCN_TEXT_BYTES_MAX + 1)

/* What is being written, and what went wrong first. */
struct typing {
    struct tcn_cli *cli;
    struct tcn_arena *arena;
    struct tcn_json_writer writer;
    int code;
};

static void fault(struct typing *typing, const char *option, const char *expected) {
    if (typing->code == TCN_EXIT_OK) {
        typing->code =
            tcn_cli_usage(typing->cli, "report --help", "--%s expects %s", option, expected);
    }
}

/* The bytes of "@FILE"; without the line break that ends the file. */
static struct tcn_slice read_text_file(struct typing *typing, const char *path) {
    FILE *file = fopen(path, "re");
    char *data = file == NULL ? NULL : tcn_arena_alloc(typing->arena, FILE_BYTES_MAX);
    size_t size = data == NULL ? 0 : fread(data, 1, FILE_BYTES_MAX, file);
    bool is_good = data != NULL && ferror(file) == 0;
    int error = errno;
    if (file != NULL) {
        (void)fclose(file);
    }
    if (!is_good && typing->code == TCN_EXIT_OK) {
        (void)fprintf(typing->cli->err,
                      "tocsin: cannot read %s: because %s\ntry: @ before the name of a file that "
                      "holds the text\n",
                      path, data == NULL && file != NULL ? "memory is exhausted" : strerror(error));
        typing->code = TCN_EXIT_FAILURE;
    }
    if (size > 0 && data[size - 1] == '\n') {
        size--;
    }
    return tcn_slice_of(data, size);
}

static void add_word(struct typing *typing, const char *key, const char *value) {
    if (value != NULL) {
        tcn_json_add_word(&typing->writer, key, value);
    }
}

static void add_text(struct typing *typing, const char *key, const char *value) {
    if (value == NULL) {
        return;
    }
    struct tcn_slice text =
        value[0] == '@' ? read_text_file(typing, value + 1) : tcn_slice_text(value);
    tcn_json_add_text(&typing->writer, key, text);
}

static void add_time(struct typing *typing, const char *key, const char *value) {
    int64_t unix_ns = 0;
    if (value == NULL) {
        return;
    }
    if (tcn_show_read_time(value, &unix_ns) != TCN_OK || unix_ns == 0) {
        fault(typing, key, "a time: 2026-11-23T14:05:00+08:00, or 2026-11-23 14:05 of this place");
        return;
    }
    tcn_json_add_time_exact(&typing->writer, key, unix_ns);
}

static void add_number(struct typing *typing, const char *key, const char *value) {
    uint64_t number = 0;
    if (value == NULL) {
        return;
    }
    if (tcn_text_to_u64(tcn_slice_text(value), &number) != TCN_OK || number > INT64_MAX) {
        fault(typing, key, "a number");
        return;
    }
    tcn_json_add_u64(&typing->writer, key, number);
}

static void add_texts(struct typing *typing, const struct tcn_cli_draft *typed) {
    if (typed->contact == NULL && typed->narrative == NULL && typed->accused == NULL &&
        typed->informant == NULL) {
        return;
    }
    tcn_json_object_begin(&typing->writer, "texts");
    add_text(typing, "contact", typed->contact);
    add_text(typing, "narrative", typed->narrative);
    add_text(typing, "accused", typed->accused);
    add_text(typing, "informant", typed->informant);
    tcn_json_object_end(&typing->writer);
}

/* One "name=3" or "name=at_least:3". */
static void add_count(struct typing *typing, char *part) {
    static const char expected[] = "name=3, name=at_least:3 or name=estimate:3";
    char *value = strchr(part, '=');
    if (value == NULL) {
        fault(typing, "count", expected);
        return;
    }
    *value++ = '\0';
    const char *kind = "exact";
    char *colon = strchr(value, ':');
    if (colon != NULL) {
        *colon = '\0';
        kind = value;
        value = colon + 1;
    }
    uint64_t number = 0;
    if (tcn_text_to_u64(tcn_slice_text(value), &number) != TCN_OK || number > INT64_MAX) {
        fault(typing, "count", expected);
        return;
    }
    tcn_json_object_begin(&typing->writer, part);
    tcn_json_add_u64(&typing->writer, kind, number);
    tcn_json_object_end(&typing->writer);
}

static void add_counts(struct typing *typing, const char *counts) {
    char *copy = counts == NULL ? NULL : tcn_arena_copy(typing->arena, counts, strlen(counts) + 1);
    if (copy == NULL) {
        return;
    }
    tcn_json_object_begin(&typing->writer, "counts");
    char *rest = NULL;
    for (char *part = strtok_r(copy, ",", &rest); part != NULL; part = strtok_r(NULL, ",", &rest)) {
        add_count(typing, part);
    }
    tcn_json_object_end(&typing->writer);
}

/* A value is a number, true or false, or else a text. */
static void add_attribute(struct typing *typing, const char *name, const char *value) {
    bool is_minus = value[0] == '-';
    uint64_t number = 0;
    if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0) {
        tcn_json_add_bool(&typing->writer, name, value[0] == 't');
    } else if (tcn_text_to_u64(tcn_slice_text(value + (is_minus ? 1 : 0)), &number) == TCN_OK &&
               number <= INT64_MAX) {
        tcn_json_add_i64(&typing->writer, name, is_minus ? -(int64_t)number : (int64_t)number);
    } else {
        tcn_json_add_word(&typing->writer, name, value);
    }
}

/* The comma before the next "name=", or NULL. */
static char *next_comma(char *text) {
    for (char *comma = strchr(text, ','); comma != NULL; comma = strchr(comma + 1, ',')) {
        size_t size = strcspn(comma + 1, "=,");
        if (comma[1 + size] == '=' && tcn_text_is_word(tcn_slice_of(comma + 1, size))) {
            return comma;
        }
    }
    return NULL;
}

static void add_attributes(struct typing *typing, const char *attributes) {
    char *next = attributes == NULL
                     ? NULL
                     : tcn_arena_copy(typing->arena, attributes, strlen(attributes) + 1);
    if (next == NULL) {
        return;
    }
    tcn_json_object_begin(&typing->writer, "attributes");
    while (next != NULL) {
        char *part = next;
        char *comma = next_comma(part);
        next = comma == NULL ? NULL : comma + 1;
        if (comma != NULL) {
            *comma = '\0';
        }
        char *value = strchr(part, '=');
        if (value == NULL) {
            fault(typing, "attribute", "name=value");
            break;
        }
        *value = '\0';
        add_attribute(typing, part, value + 1);
    }
    tcn_json_object_end(&typing->writer);
}

/* The words of "a,b" as an array; blanks around them are none of theirs. */
static void add_words(struct typing *typing, const char *key, const char *words) {
    char *copy = words == NULL ? NULL : tcn_arena_copy(typing->arena, words, strlen(words) + 1);
    char *rest = NULL;
    if (copy == NULL) {
        return;
    }
    tcn_json_array_begin(&typing->writer, key);
    for (char *word = strtok_r(copy, ", ", &rest); word != NULL;
         word = strtok_r(NULL, ", ", &rest)) {
        tcn_json_add_word(&typing->writer, NULL, word);
    }
    tcn_json_array_end(&typing->writer);
}

/* Adds each line of "a,b" as safe or not. */
static void add_lines(struct typing *typing, const char *lines, bool is_safe) {
    char *copy = lines == NULL ? NULL : tcn_arena_copy(typing->arena, lines, strlen(lines) + 1);
    char *rest = NULL;
    if (copy == NULL) {
        return;
    }
    for (char *line = strtok_r(copy, ",", &rest); line != NULL; line = strtok_r(NULL, ",", &rest)) {
        tcn_json_add_bool(&typing->writer, line, is_safe);
    }
}

/* What a zero report says. A line under both is said once, and the last word is that it is not
 * safe. */
static void add_zero(struct typing *typing, const struct tcn_cli_draft *typed) {
    if (typed->safe != NULL || typed->not_safe != NULL) {
        tcn_json_object_begin(&typing->writer, "lines");
        add_lines(typing, typed->safe, true);
        add_lines(typing, typed->not_safe, false);
        tcn_json_object_end(&typing->writer);
    }
    char *copy = typed->places == NULL
                     ? NULL
                     : tcn_arena_copy(typing->arena, typed->places, strlen(typed->places) + 1);
    char *rest = NULL;
    if (copy == NULL) {
        return;
    }
    tcn_json_array_begin(&typing->writer, "places");
    for (char *place = strtok_r(copy, ",", &rest); place != NULL;
         place = strtok_r(NULL, ",", &rest)) {
        tcn_json_add_word(&typing->writer, NULL, place);
    }
    tcn_json_array_end(&typing->writer);
}

static void add_fields(struct typing *typing, const struct tcn_cli_draft *typed) {
    add_word(typing, "act", typed->act);
    add_word(typing, "mode", typed->mode);
    add_word(typing, "matter", typed->matter);
    add_word(typing, "domain", typed->domain);
    add_word(typing, "division", typed->division);
    add_word(typing, "severity", typed->severity);
    add_word(typing, "concerns", typed->concerns);
    add_word(typing, "category", typed->category);
    add_word(typing, "channel", typed->channel);
    add_word(typing, "to", typed->to);
    add_word(typing, "reason", typed->reason);
    add_word(typing, "how", typed->how);
    add_word(typing, "post", typed->post);
    add_word(typing, "linked", typed->linked);
    add_time(typing, "occurred", typed->occurred);
    add_time(typing, "learned", typed->learned);
    add_time(typing, "until", typed->until);
    add_number(typing, "position", typed->position);
    add_word(typing, "act_hash", typed->act_hash);
    add_counts(typing, typed->counts);
    add_attributes(typing, typed->attributes);
    add_texts(typing, typed);
    add_words(typing, "accused_organs", typed->accused_organs);
    add_word(typing, "of_office", typed->of_office);
    add_zero(typing, typed);
}

int tcn_cli_draft_read(struct tcn_cli *cli, const struct tcn_cli_draft *typed,
                       struct tcn_arena *arena, struct tcn_draft *out_draft) {
    struct typing typing = {.cli = cli, .arena = arena, .code = TCN_EXIT_OK};
    tcn_json_writer_init(&typing.writer);
    add_fields(&typing, typed);
    struct tcn_slice line;
    enum tcn_status status = tcn_json_write_arena(&typing.writer, arena, &line);
    tcn_json_writer_fini(&typing.writer);
    if (typing.code != TCN_EXIT_OK) {
        return typing.code;
    }
    if (status == TCN_BAD_TEXT) {
        return tcn_cli_usage(cli, "report --help", "texts must be UTF-8");
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "take the options in");
    }
    struct tcn_json_error error = {0};
    status = tcn_json_decode_draft(line, arena, &error, out_draft);
    if (status == TCN_OK) {
        return TCN_EXIT_OK;
    }
    const char *verb = typed->act == NULL ? "report --help" : "act --help";
    return tcn_cli_usage(cli, typed->verb != NULL ? typed->verb : verb, "%s%sexpected %s",
                         error.field, error.field[0] == '\0' ? "" : ": ", error.expected);
}
