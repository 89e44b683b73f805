/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden files: NAME.hex has one line of hexadecimal digits for each frame, NAME.json tells the
 * same bytes decoded. Both are compared byte for byte with proto/golden of the source tree, or
 * written to the folder that TOCSIN_GOLDEN_WRITE names. What freezing means:
 * proto/golden/README.md. Single-threaded.
 */
#ifndef TESTS_WIRE_GOLDEN_H
#define TESTS_WIRE_GOLDEN_H

#include "golden_text.h"

#include "proto/chunk.pb-c.h"
#include "proto/event.pb-c.h"
#include "proto/feed.pb-c.h"
#include "proto/frame.pb-c.h"
#include "proto/query.pb-c.h"
#include "proto/regime.pb-c.h"

#include <dirent.h>

#define GOLDEN_FRAMES 12
#define GOLDEN_FILES 256
#define GOLDEN_PATH_BYTES 1024

#define PB(noun_) &tocsin__v1__##noun_##__descriptor

/** Bytes within messages that are messages themselves. */
static const struct text_inner golden_inners[] = {
    {PB(chunk_body), "events", PB(event)},  {PB(event), "open", PB(open_part)},
    {PB(event), "sealed", PB(sealed)},      {PB(receipt), "body", PB(receipt_body)},
    {PB(item), "open", PB(open_part)},      {PB(item), "sealed", PB(sealed)},
    {PB(event_row), "open", PB(open_part)}, {PB(genesis), "registry", PB(registry)},
    {PB(genesis), "policy", PB(policy)},    {PB(bundle), "policy", PB(policy)},
};

/** One frame: a message, bytes laid out by a recipe, or (neither) bytes as they are. */
struct golden_frame {
    const char *what;
    struct tcn_slice bytes;
    const ProtobufCMessageDescriptor *descriptor;
    const char *layout;
};

/** One golden file. */
struct golden {
    char name[64];
    const char *recipe; /**< where the format is written down */
    struct golden_frame frames[GOLDEN_FRAMES];
    size_t count;
};

/** What was looked at, so that a file nobody makes any more is found, and how much of it differed:
 * a test looks at all its files before it fails. */
struct golden_seen {
    char names[GOLDEN_FILES][64];
    size_t count;
    size_t fault_count;
};

__attribute__((format(printf, 3, 4))) static inline struct golden *
golden_begin(struct golden *golden, const char *recipe, const char *format, ...) {
    *golden = (struct golden){.recipe = recipe};
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(golden->name, sizeof(golden->name), format, arguments);
    va_end(arguments);
    assert_true(size > 0 && (size_t)size < sizeof(golden->name));
    return golden;
}

static inline void golden_add(struct golden *golden, const char *what, struct tcn_slice bytes,
                              const ProtobufCMessageDescriptor *descriptor, const char *layout) {
    assert_true(golden->count < GOLDEN_FRAMES);
    golden->frames[golden->count++] = (struct golden_frame){what, bytes, descriptor, layout};
}

/** A message as JSON. */
static inline void golden_message(struct text *text, size_t indent,
                                  const ProtobufCMessageDescriptor *descriptor,
                                  struct tcn_slice bytes) {
    struct text_walk walk = {
        .text = text,
        .indent = indent,
        .inners = golden_inners,
        .inner_count = sizeof(golden_inners) / sizeof(golden_inners[0]),
    };
    text_message(&walk, descriptor, bytes);
}

/** A frame decoded. */
static inline void golden_decoded(struct text *text, size_t indent,
                                  const struct golden_frame *frame) {
    if (frame->descriptor != NULL) {
        golden_message(text, indent, frame->descriptor, frame->bytes);
    } else if (frame->layout != NULL) {
        text_recipe(text, indent, frame->layout, frame->bytes);
    } else {
        text_add(text, "\"");
        text_hex(text, frame->bytes);
        text_add(text, "\"");
    }
}

static inline void golden_hex(const struct golden *golden, struct text *text) {
    text->size = 0;
    for (size_t i = 0; i < golden->count; i++) {
        text_hex(text, golden->frames[i].bytes);
        text_add(text, "\n");
    }
}

static inline void golden_json(const struct golden *golden, struct text *text) {
    text->size = 0;
    text_add(text, "{\n  \"schema\": \"tocsin.golden 1\",\n  \"name\": \"%s\",\n", golden->name);
    text_add(text, "  \"recipe\": \"%s\",\n  \"frames\": [", golden->recipe);
    for (size_t i = 0; i < golden->count; i++) {
        const struct golden_frame *frame = &golden->frames[i];
        text_add(text, "%s\n    {\n      \"frame\": \"%s\",\n", i > 0 ? "," : "", frame->what);
        text_add(text, "      \"size\": %zu,\n", frame->bytes.size);
        if (frame->descriptor != NULL) {
            text_add(text, "      \"message\": \"%s\",\n", frame->descriptor->name);
        } else if (frame->layout != NULL) {
            text_add(text, "      \"layout\": \"%s\",\n", frame->layout);
        }
        text_add(text, "      \"decoded\": ");
        golden_decoded(text, 6, frame);
        text_add(text, "\n    }");
    }
    text_add(text, "\n  ]\n}\n");
}

/** The root of the source tree. */
static inline const char *golden_source(void) {
    const char *source = getenv("TOCSIN_SRC");
    return source != NULL ? source : ".";
}

/** The folder to write to; NULL when there is only comparing to do. */
static inline const char *golden_target(void) {
    return getenv("TOCSIN_GOLDEN_WRITE");
}

/** Reads a whole file; false when it is not there. */
static inline bool golden_read(const char *path, struct text *text) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    text->size = fread(text->data, 1, sizeof(text->data), file);
    assert_true(text->size < sizeof(text->data));
    (void)fclose(file);
    return true;
}

static inline void golden_write(const char *path, const struct text *text) {
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        fail_msg("cannot write %s", path);
    }
    assert_int_equal(fwrite(text->data, 1, text->size, file), text->size);
    assert_int_equal(fclose(file), 0);
}

/** Compares with the file of the source tree, or writes it. */
static inline void golden_file(const struct golden *golden, const char *ending,
                               const struct text *text, struct golden_seen *seen) {
    static struct text found;
    char path[GOLDEN_PATH_BYTES];
    if (golden_target() != NULL) {
        (void)snprintf(path, sizeof(path), "%s/%s.%s", golden_target(), golden->name, ending);
        golden_write(path, text);
        return;
    }
    (void)snprintf(path, sizeof(path), "%s/proto/golden/%s.%s", golden_source(), golden->name,
                   ending);
    bool is_same = golden_read(path, &found) && found.size == text->size &&
                   memcmp(found.data, text->data, text->size) == 0;
    if (!is_same) {
        seen->fault_count++;
        print_error("proto/golden/%s.%s is not what this program makes; recipe: %s\n", golden->name,
                    ending, golden->recipe);
    }
}

/** Both files of one golden. */
static inline void golden_check(const struct golden *golden, struct golden_seen *seen) {
    static struct text text;
    assert_true(seen->count < GOLDEN_FILES);
    for (size_t i = 0; i < seen->count; i++) {
        assert_string_not_equal(seen->names[i], golden->name);
    }
    (void)snprintf(seen->names[seen->count++], sizeof(seen->names[0]), "%s", golden->name);
    golden_hex(golden, &text);
    golden_file(golden, "hex", &text, seen);
    golden_json(golden, &text);
    golden_file(golden, "json", &text, seen);
}

/** Fails when a file that was looked at since the last verdict is another. */
static inline void golden_verdict(struct golden_seen *seen) {
    size_t fault_count = seen->fault_count;
    seen->fault_count = 0;
    if (fault_count > 0) {
        fail_msg(
            "%zu golden files differ. These bytes are frozen: see proto/golden/README.md before "
            "you change them or the program",
            fault_count);
    }
}

static inline bool golden_is_seen(const struct golden_seen *seen, const char *file) {
    const char *dot = strrchr(file, '.');
    if (file[0] == '.' || strcmp(file, "README.md") == 0) {
        return true;
    }
    for (size_t i = 0; dot != NULL && i < seen->count; i++) {
        size_t size = strlen(seen->names[i]);
        bool is_name = (size_t)(dot - file) == size && memcmp(file, seen->names[i], size) == 0;
        if (is_name && (strcmp(dot, ".hex") == 0 || strcmp(dot, ".json") == 0)) {
            return true;
        }
    }
    return false;
}

/** No file lies in the folder that nobody makes. */
static inline void golden_none_is_left(const struct golden_seen *seen) {
    char path[GOLDEN_PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s/proto/golden", golden_source());
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (!golden_is_seen(seen, entry->d_name)) {
            fail_msg("proto/golden/%s: nothing makes this file", entry->d_name);
        }
    }
    (void)closedir(folder);
}

#endif
